"""What the notebooks ask, guesses and exercises, in their order: a test holds it to them."""

__all__ = ["COURSE", "exercises"]

COURSE: dict[str, tuple[str, ...]] = {
    "01 Soft conditionals": (
        "which features a quotation mark changes",
        "soft_if",
        "open_gate",
        "entries of the Jacobian that are not 0",
        "the gate that comes nearest to 1",
        "the largest weight of the mask",
        "soft_switch",
        "is if a softmax of [z, 0]",
        "if_from_switch",
    ),
    "02 Short memory": (
        "the share that is rewritten",
        "what is left of a nudge after 50 steps",
        "travelled",
        "a radius that keeps a gradient",
        "lag_left",
        "the gradient of a latch",
        "two_states",
        "RNN or LSTM, 100 steps back",
    ),
    "03 The LSTM cell": (
        "how many values c takes, and h",
        "how many numbers a cell learns",
        "what only the candidate can be",
        "update_c",
        "corners",
        "biases",
        "the step from which c differs",
        "step",
        "gates of an untrained LSTM",
    ),
    "04 The cell state as a counter": (
        "brackets",
        "where h no longer counts",
        "items at the end of each line",
        "quotation",
        "which program works without h",
        "toggle",
        "line_length",
        "the first n that a leaky count gets wrong",
        "the first n that the trained net gets wrong",
    ),
    "05 The gated residual": (
        "what arrives of a nudge, remember 1 and 0.9",
        "half_life",
        "what h shows of c = 0, 1, 5",
        "gated_step",
        "the wiring that stays in between",
        "bias_for",
        "remember_from",
        "the bias that wins the race",
        "how many times slower the slowest bias is, 4 steps",
    ),
    "06 Attention": (
        "letters that are known in time",
        "20 letters through the bottleneck",
        "additive_score",
        "masked_softmax",
        "context",
        "a score for a weight of 0.99",
        "read_map",
        "hello with its first look moved",
        "looks on the right part of a date",
    ),
    "07 Cells nobody programmed": (
        "auroc",
        "AUROC of the best bracket unit",
        "own_label",
        "the bracket unit of another seed",
        "mean save gate of the bracket unit at )",
        "bits_more",
        "at_mean",
        "bits more for ) without the bracket unit",
        "how many ) it writes, the unit held",
    ),
    "08 One line, many names": (
        "past_weights",
        "sums of the map's rows",
        "min_gru",
        "Mamba beside soft_if",
        "rounds for 1,000 steps",
        "toggle_by_sign",
        "seeds of ten that learn parity",
        "key_memory",
    ),
}


def exercises() -> list[str]:
    """The names of the exercises, in the order of the notebooks."""
    from .. import check

    return [name for asked in COURSE.values() for name in asked if name in check.__all__]
