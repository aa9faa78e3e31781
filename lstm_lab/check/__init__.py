"""`lab.check`: verdicts on a student's answer, printed; nothing here raises on a wrong one.

judging.py is the machine; each notebook has a file with its exercises and their mistakes.
"""

from .attention import additive_score, context, masked_softmax, read_map
from .conditionals import if_from_switch, open_gate, soft_if, soft_switch
from .counters import brackets, line_length, quotation, toggle
from .lstm_cell import biases, corners, step, update_c
from .memory import lag_left, travelled, two_states
from .predicting import prediction
from .residual import bias_for, gated_step, half_life, remember_from

__all__ = [
    "additive_score",
    "bias_for",
    "biases",
    "brackets",
    "context",
    "corners",
    "gated_step",
    "half_life",
    "if_from_switch",
    "lag_left",
    "line_length",
    "masked_softmax",
    "open_gate",
    "prediction",
    "quotation",
    "read_map",
    "remember_from",
    "soft_if",
    "soft_switch",
    "step",
    "toggle",
    "travelled",
    "two_states",
    "update_c",
]
