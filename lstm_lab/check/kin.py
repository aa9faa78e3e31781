"""The exercises of notebook 08, and the shelf of mistakes made in them."""

import numpy as np

from .._validate import shown
from ..gates import soft_if
from .judging import PASSED, WRONG, Exercise, Verdict, as_floats, dict_of, judge, verdict
from .outcomes import NO_FLOATS

__all__ = [
    "BITS",
    "MEMORY",
    "MIN_GRU",
    "PAST_WEIGHTS",
    "key_memory",
    "min_gru",
    "past_weights",
    "toggle_by_sign",
]


def _weights(remember, save, own=True, kept=True, first=False):
    """(T, T) save_s times the remember gates after s, up to t."""
    T = len(save)
    made = np.zeros((T, T))
    for t in range(T):
        for s in range(t + 1):
            product = np.prod(remember[s + (0 if first else 1) : t + (1 if own else 0)])
            made[t, s] = (save[s] if kept else 1) * product
    return made


_RNG = np.random.default_rng(3)


def _gates(T):
    return tuple(_RNG.uniform(0.1, 0.9, T).round(2) for _ in range(2))


PAST_WEIGHTS = Exercise(
    "past_weights(remember, save)",
    _weights,
    [_gates(2), _gates(3), _gates(5), _gates(1)],
    {
        "what is saved at a step goes through the remember gates after it, not through its own": (
            lambda remember, save: _weights(remember, save, first=True)
        ),
        "the remember gate of the last step is missing: c_t has gone through it": (
            lambda remember, save: _weights(remember, save, own=False)
        ),
        "save is missing: what enters is save · candidate": (
            lambda remember, save: _weights(remember, save, kept=False)
        ),
        "turned round: row t, column s, so nothing stands above the diagonal": (
            lambda remember, save: _weights(remember, save).T
        ),
        "that is what is left of the first step alone: one row for each t, one column for each s": (
            lambda remember, save: save[0] * np.cumprod(remember)
        ),
        "only the last row is there: one row for each t": (
            lambda remember, save: _weights(remember, save)[-1]
        ),
        "the save gate of t is taken; what entered at s went through the save gate of s": (
            lambda remember, save: _weights(remember, np.ones(len(save))) * save[:, None]
        ),
        "remember[s:t] is one step early: the gates from s + 1 to t are wanted": (
            lambda remember, save: _weights(remember, save, own=False, first=True)
        ),
        "the diagonal is missing: what enters at t has the weight save[t]": (
            lambda remember, save: _weights(remember, save) - np.diag(save)
        ),
        "all gates from the first step on are multiplied: those after s only": (
            lambda remember, save: np.tril(np.cumprod(remember)[:, None] * save)
        ),
        "1 − remember is what is lost; remember is what stays": (
            lambda remember, save: _weights(1 - remember, save)
        ),
        "one remember gate times one save gate, above the diagonal too": (
            lambda remember, save: np.outer(remember, save)
        ),
        "only the first row is there: is the `return` inside the loop?": (
            lambda remember, save: _weights(remember, save)[0]
        ),
        "rows are divided by their sum: they need not sum to 1": (
            lambda remember, save: (
                _weights(remember, save) / _weights(remember, save).sum(axis=1, keepdims=True)
            )
        ),
        "the gates are added up; what goes through one gate after another is multiplied": (
            lambda remember, save: np.array([
                [save[s] * sum(remember[s + 1 : t + 1]) if s <= t else 0 for s in range(len(save))]
                for t in range(len(save))
            ], float)
        ),
        "one remember gate times one save gate; all gates from s + 1 to t are multiplied": (
            lambda remember, save: np.tril(np.outer(remember, save))
        ),
        "the gate of s is taken to a power; the gates that come after s are met one by one": (
            lambda remember, save: np.tril(
                save * remember ** np.clip(np.subtract.outer(*[np.arange(len(save))] * 2), 0, None)
            )
        ),
        "remember and save are swapped: save lets in, remember keeps": (
            lambda remember, save: _weights(save, remember)
        ),
        "only the step before is there: further steps go through more remember gates": (
            lambda remember, save: np.diag(save) + np.diag(save[:-1] * remember[1:], -1)
        ),
        "that is the diagonal alone, what enters at each step; what is left of earlier ones?": (
            lambda remember, save: np.diag(save)
        ),
        "remember is missing: what was saved fades, gate after gate": (
            lambda remember, save: np.tri(len(save)) * save
        ),
        "remember is missing, and the future is not cut off: for s after t the weight is 0": (
            lambda remember, save: np.ones((len(save), 1)) * save
        ),
        "the remember gate of t is taken for all steps between; each has a gate of its own": (
            lambda remember, save: np.array([
                [save[s] * remember[t] ** (t - s) if s <= t else 0 for s in range(len(save))]
                for t in range(len(save))
            ], float)
        ),
        "the save gates of the steps before are missing below the diagonal": (
            lambda remember, save: np.diag(save) + np.diag(remember[1:], -1)
        ),
        "one save times one remember: what is saved goes through all remember gates after": (
            lambda remember, save: np.outer(save, remember)
        ),
        "the future is not cut off: for s after t the weight is 0": (
            lambda remember, save: np.where(
                np.tri(len(save)) > 0, _weights(remember, save), save[None, :]
            )
        ),
    },
)  # fmt: skip


@verdict
def past_weights(answer) -> Verdict:
    """Exercise 08.1: write past_weights(remember, save), (T, T) for one unit. Prints a verdict."""
    return judge(PAST_WEIGHTS, answer)


_Z = [_RNG.uniform(0.1, 0.9, H).round(2) for H in (3, 1, 4)]
MIN_GRU = Exercise(
    "min_gru(z, new, h)",
    lambda z, new, h: z * new + (1 - z) * h,
    [(z, *_RNG.normal(size=(2, len(z))).round(2)) for z in _Z],
    {
        "the branches are swapped: in a minGRU z is the weight of the new value": (
            lambda z, new, h: z * h + (1 - z) * new
        ),
        "the old h does not make room: it keeps 1 − z": lambda z, new, h: z * new + h,
        "the old h is missing": lambda z, new, h: z * new,
        "the new value comes in whole: it is weighed by z": lambda z, new, h: new + (1 - z) * h,
        "a minGRU has no tanh around its state": lambda z, new, h: np.tanh(z * new + (1 - z) * h),
        "that is the hard choice: z is a weight": lambda z, new, h: np.where(z > 0.5, new, h),
        "z is a gate already: no σ around it": (
            lambda z, new, h: (1 / (1 + np.exp(-z))) * new + (1 - 1 / (1 + np.exp(-z))) * h
        ),
        "1 + z stands where 1 − z is wanted": lambda z, new, h: z * new + (1 + z) * h,
        "the gate comes first: lab.soft_if(z, new, h)": lambda z, new, h: soft_if(new, z, h),
        "that is the mean of both: z says how much of each": lambda z, new, h: (new + h) / 2,
        "the new value is candidate to h here: no tanh around it": (
            lambda z, new, h: z * np.tanh(new) + (1 - z) * h
        ),
    },
    ("z * new + (1 - z) * h", "h + z * (new - h)"),
    gates=("z",),
)


@verdict
def min_gru(answer) -> Verdict:
    """Exercise 08.2: write one step of a minGRU, min_gru(z, new, h). Prints a verdict."""
    return judge(MIN_GRU, answer)


# --- a toggle without h ---------------------------------------------------------------------------

#: What the toggle is tried on.
BITS = "0110100111010001"


@verdict
def toggle_by_sign(answer) -> Verdict:
    """Exercise 08.3: {"0": (a, b), "1": (a, b)}, from −1 to 1, for c = a · c + b from c = 1.

    c must stay 1 while the 1s so far are even, and be −1 while they are odd. Prints a verdict.
    """
    unfit = dict_of(answer, ("0", "1"), "give (a, b) for the letters 0 and 1")
    if unfit:
        return unfit
    rules = {}
    for letter in "01":
        try:
            rules[letter] = as_floats(answer[letter])
        except NO_FLOATS:
            rules[letter] = np.zeros(0)
        if rules[letter].shape != (2,) or not np.isfinite(rules[letter]).all():
            given = shown(answer[letter])
            return Verdict(
                WRONG, f'"{letter}": two numbers (a, b) are wanted, not {given}', "shape"
            )
        if (abs(rules[letter]) > 1).any():
            given = shown(answer[letter])
            return Verdict(
                WRONG, f"{letter}: a and b lie in [−1, 1], but {given} was given", "range"
            )
    return _toggled(rules)


def _toggled(rules) -> Verdict:
    """What c does over the bits."""
    (a0, b0), (a1, b1) = rules["0"], rules["1"]
    if (a0, b0) == (-1, 0) and (a1, b1) == (1, 0):
        return Verdict(WRONG, "the letters are swapped: a 1 turns c round, a 0 keeps it", "swapped")
    if (b0, a0) == (1, 0) and (b1, a1) == (-1, 0):
        return Verdict(WRONG, "a comes first, b second: c = a · c + b", "swapped")
    c, odd = 1.0, 0
    for t, bit in enumerate(BITS, 1):
        a, b = rules[bit]
        c, odd = a * c + b, odd ^ (bit == "1")
        if abs(c - (-1 if odd else 1)) > 1e-6:
            return Verdict(WRONG, _why(bit, a, b, c, odd, t), "remember" if b == 0 else "save")
    return Verdict(PASSED, f"c is right after each of {len(BITS)} bits, and no h was needed")


def _why(bit, a, b, c, odd, t) -> str:
    truth = -1 if odd else 1
    told = f"{c:.2g}" if abs(c - truth) > 0.1 else f"{c:.6f}"
    where = f"after {BITS[:t]!r} c is {told}, not {truth}"
    if bit == "0":
        return f"{where}: a 0 must leave c as it is"
    if a == 1 and b == 0:
        return f"{where}: a 1 leaves c as it is; what turns 1 into −1, and −1 into 1?"
    if a == 0:
        return f"{where}: with a = 0 the old c is forgotten, and so is the count"
    if b != 0 and a >= 0:
        return f"{where}: adding {b:g} goes one way only; a 1 must turn c round, whichever it is"
    if -1 < a < 0 and b == 0:
        return f"{where}: with a = {a:g} c turns, and fades as well"
    return f"{where}: c is turned, but then {b:g} is added" if b else where


_QKV = [(_RNG.normal(size=(T, K)).round(2), _RNG.normal(size=(T, D)).round(2))
        for T, K, D in ((3, 2, 4), (4, 3, 2), (2, 4, 3))]  # fmt: skip
MEMORY = Exercise(
    "key_memory(keys, values)",
    lambda keys, values: keys.T @ values,
    _QKV,
    {
        "turned round: a row for each key's element, a column for each value's, k vᵀ": (
            lambda keys, values: values.T @ keys
        ),
        "the products of each step are there, but not added up": (
            lambda keys, values: keys[:, :, None] * values[:, None]
        ),
        "that is the last step alone: C has what all steps wrote": (
            lambda keys, values: np.outer(keys[-1], values[-1])
        ),
        "that is the first step alone: C has what all steps wrote": (
            lambda keys, values: np.outer(keys[0], values[0])
        ),
        "they are averaged; C is the sum": lambda keys, values: keys.T @ values / len(keys),
        "keys are added up before, and values too: then each key is paired with each value": (
            lambda keys, values: np.outer(keys.sum(0), values.sum(0))
        ),
        "softmax is for attention; here nothing is squashed": (
            lambda keys, values: (np.exp(keys) / np.exp(keys).sum(0)).T @ values
        ),
        "that is C after each step; the last of them is wanted": (
            lambda keys, values: np.cumsum(keys[:, :, None] * values[:, None], axis=0)
        ),
        "the first step is left out": lambda keys, values: keys[1:].T @ values[1:],
        "the last step is left out": lambda keys, values: keys[:-1].T @ values[:-1],
    },
    ("keys.T @ values",),
    misfit="the shapes do not fit: C has a row for each element of a key, a column for each "
    "element of a value",
)  # fmt: skip


@verdict
def key_memory(answer) -> Verdict:
    """Exercise 08.4: write key_memory(keys, values), C (K, D) after all steps. Prints a verdict."""
    return judge(MEMORY, answer)
