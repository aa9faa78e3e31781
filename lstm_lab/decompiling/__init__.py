"""Reading the rules out of a cell: `lab.decompile`."""

from .rules import NotReadable, Rules, alphabet_for, decompile, own_alphabet

__all__ = ["NotReadable", "Rules", "alphabet_for", "decompile", "own_alphabet"]
