"""Reading the rules out of a net: `lab.decompile`.

reading     a cell as a table of what each character does in each state
trees       which answer follows from which counts
answers     a small automaton of what a net says, where its gates make no table
rules       the program that was found: printed, and run
decompiler  the way from a net to its rules, held to the net on many texts
"""

from .decompiler import alphabet_for, decompile, own_alphabet
from .reading import NotReadable
from .rules import Rules

__all__ = ["NotReadable", "Rules", "alphabet_for", "decompile", "own_alphabet"]
