"""`lab.check`: verdicts on a student's answer, printed; nothing here raises on a wrong one.

judging.py is the machine; each notebook has a file with its exercises and their mistakes.
"""

from .conditionals import if_from_switch, open_gate, soft_if, soft_switch
from .counters import brackets, line_length, quotation, toggle
from .lstm_cell import biases, corners, step, update_c
from .predicting import prediction

__all__ = [
    "biases",
    "brackets",
    "corners",
    "if_from_switch",
    "line_length",
    "open_gate",
    "prediction",
    "quotation",
    "soft_if",
    "soft_switch",
    "step",
    "toggle",
    "update_c",
]
