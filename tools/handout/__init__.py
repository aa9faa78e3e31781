"""`make handout`: every notebook as one HTML file that needs neither Python nor a network.

pages      a run notebook becomes a page, by nbconvert and the template beside this file
figures    the state of its widgets, and the modules that draw them, packed for the page
formulas   LaTeX becomes MathML, with the letters of one font
"""
