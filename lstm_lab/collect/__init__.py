"""`python -m lstm_lab.collect FOLDER`: what a class answered, from the reports they handed in.

One page, `class.html`: notebook by notebook the guesses as bars, and which mistake was made by how
many; in folds, who passed what. Mistakes and how many passed are printed, too. Feedback, not marks.
Reports are read as data and trusted in nothing: what cannot be read gets a line with the reason.
"""

from .counting import Guesses, Mistake, guesses, mistakes, shared, students
from .page import as_page, as_text
from .reading import Report, collect, read

__all__ = [
    "Guesses",
    "Mistake",
    "Report",
    "as_page",
    "as_text",
    "collect",
    "guesses",
    "mistakes",
    "read",
    "shared",
    "students",
]
