"""`lab.check`: verdicts on a student's answer, printed; nothing here raises on a wrong one.

Each notebook has a file with its exercises and their mistakes. judging.py compares, diagnosing.py
names mistakes that nobody listed, verdicts.py prints, keeps and returns a verdict.
"""

from .attention import additive_score, context, masked_softmax, read_map
from .cases import case
from .cells import at_mean, auroc, bits_more
from .conditionals import if_from_switch, open_gate, soft_if, soft_switch
from .counters import brackets, line_length, quotation, toggle
from .four_corners import biases, corners
from .kin import key_memory, min_gru, past_weights, toggle_by_sign
from .labelling import own_label
from .lstm_cell import step, update_c
from .memory import lag_left, travelled, two_states
from .predicting import prediction
from .reporting import report
from .residual import bias_for, gated_step, half_life, remember_from
from .scoring import points
from .verdicts import keep, summary

__all__ = [
    "additive_score",
    "at_mean",
    "auroc",
    "bias_for",
    "biases",
    "bits_more",
    "brackets",
    "case",
    "context",
    "corners",
    "gated_step",
    "half_life",
    "if_from_switch",
    "keep",
    "key_memory",
    "lag_left",
    "line_length",
    "masked_softmax",
    "min_gru",
    "open_gate",
    "own_label",
    "past_weights",
    "points",
    "prediction",
    "quotation",
    "read_map",
    "remember_from",
    "report",
    "soft_if",
    "soft_switch",
    "step",
    "summary",
    "toggle",
    "toggle_by_sign",
    "travelled",
    "two_states",
    "update_c",
]
