"""The functions to write in notebook 03, and the shelf of mistakes made in them."""

import numpy as np

from .. import gates
from ..cell import Cell
from .judging import Exercise, Hint, Verdict, as_floats, judge, verdict

__all__ = ["STEP", "UPDATE_C", "step", "update_c"]


_REMEMBER, _SAVE = np.array([1.0, 0.0, 1.0, 0.0, 0.7]), np.array([0.0, 1.0, 1.0, 0.0, 0.4])
_LARGE = tuple(map(np.array, ([1.0, 1.0], [1.0, 0.0], [0.98765, -0.3], [12.3456, -40.0])))
_CANDIDATE, _OLD = np.array([0.5, -0.9, 0.8, 0.3, -0.6]), np.array([3.0, 2.0, -4.0, 5.0, 1.5])

UPDATE_C = Exercise(
    "update_c(remember, save, candidate, c)",
    lambda f, i, g, c: f * c + i * g,
    [(_REMEMBER, _SAVE, _CANDIDATE, _OLD), (_SAVE, _REMEMBER, -_CANDIDATE, 2 * _OLD), _LARGE],
    {
        "the gates are swapped: remember weighs the old c, save the candidate": (
            lambda f, i, g, c: i * c + f * g
        ),
        "the old c comes through whole: weigh it with remember": lambda f, i, g, c: c + i * g,
        "the whole candidate enters: weigh it with save": lambda f, i, g, c: f * c + g,
        "nothing new enters: add save ⊗ candidate": lambda f, i, g, c: f * c,
        "the old c is gone: add remember ⊗ c": lambda f, i, g, c: i * g,
        "save is a gate of its own here, not what remember leaves over": (
            lambda f, i, g, c: f * c + (1 - f) * g
        ),
        "save weighs the candidate only: the old c has a gate of its own": (
            lambda f, i, g, c: (1 - i) * c + i * g
        ),
        "remember weighs the old c only, not the sum": lambda f, i, g, c: f * (c + i * g),
        "the gates have been through σ already": (
            lambda f, i, g, c: gates.sigmoid(f) * c + gates.sigmoid(i) * g
        ),
        "remember is 1 for keeping: (1 - remember) would forget": (
            lambda f, i, g, c: (1 - f) * c + i * g
        ),
        "a gate weighs, so it multiplies: `*`, not `+`": lambda f, i, g, c: (f + c) * (i + g),
        "gates are added to what they should multiply": lambda f, i, g, c: f + c + i + g,
        "c is not squashed: no tanh around it, or it could not count": (
            lambda f, i, g, c: np.tanh(f * c + i * g)
        ),
        "the candidate has been through tanh already": lambda f, i, g, c: f * c + i * np.tanh(g),
        "the elements are added up, as by `@` or sum(): ⊗ is element by element, in NumPy `*`": (
            lambda f, i, g, c: f @ c + i @ g
        ),
        "that is the GRU's step: here the candidate is added whole, not its distance from c": (
            lambda f, i, g, c: f * c + i * (g - c)
        ),
        "the old c is there twice: remember ⊗ c is all of it that stays": (
            lambda f, i, g, c: c + f * c + i * g
        ),
        "save weighs by itself: what remember leaves over, (1 - remember), is not in it": (
            lambda f, i, g, c: f * c + (1 - f) * i * g
        ),
        "the candidate is to be added, not multiplied by c too": (
            lambda f, i, g, c: f * c + i * g * c
        ),
        "the candidate may be negative: without abs": lambda f, i, g, c: f * c + i * abs(g),
        "that is a hard choice between c and the candidate: both gates may be open": (
            lambda f, i, g, c: np.where(f > 0.5, c, g)
        ),
        "that is a hard choice between c and the candidate: both gates may be open, or shut": (
            lambda f, i, g, c: np.where(i > 0.5, g, c)
        ),
        "that is a hard choice between c and the candidate: a gate may stand between": (
            lambda f, i, g, c: np.where(f, c, i * g)
        ),
    },
    ("remember * c + save * candidate",),
    ("remember", "save"),
    lambda f, i, g, c: {
        "where both gates are 0 or 1": np.isin(f, (0, 1)) & np.isin(i, (0, 1)),
        "between": ~(np.isin(f, (0, 1)) & np.isin(i, (0, 1))),
    },
)


@verdict
def update_c(answer) -> Verdict:
    """Exercise 03.1: write update_c(remember, save, candidate, c). Prints a verdict."""
    return judge(UPDATE_C, answer)


def _step_case(seed, inputs=3, units=2):
    rng = np.random.default_rng(seed)
    sizes = (inputs, units, units, (4 * units, inputs), (4 * units, units), 4 * units)
    return tuple(rng.normal(size=size) for size in sizes)


def _torch_step(x, h, c, W_x, W_h, b):
    """torch's own step."""
    import torch

    x, h, c = (torch.from_numpy(v)[None] for v in (x, h, c))
    with torch.no_grad():
        h, c = Cell(W_x, W_h, b).to_torch("LSTMCell")(x, (h, c))
    return h[0].numpy(), c[0].numpy()


def _mistaken_step(
    order="ifgo",
    squash=np.tanh,
    out=np.tanh,
    bias=1,
    from_h=1,
    gates_from="h",
    gate=gates.sigmoid,
    update=lambda f, i, g, c: f * c + i * g,
    show=lambda o: o,
    blocks=lambda a: np.split(a, 4),
):
    """A step with one thing done differently: one entry of the shelf."""

    def step(x, h, c, W_x, W_h, b):
        seen = c if gates_from == "c" else h
        a = W_x @ x + from_h * (W_h @ seen) + bias * b
        block = dict(zip(order, blocks(a), strict=True))
        i, f, o = (gate(block[k]) for k in "ifo")
        c = update(f, i, squash(block["g"]), c)
        return show(o) * out(c), c

    return step


STEP = Exercise(
    "step(x, h, c, W_x, W_h, b)",
    _torch_step,
    [_step_case(0), _step_case(1), _step_case(2, units=3)],
    {
        "save and remember are swapped: torch's rows are save, remember, candidate, focus "
        "(i, f, g, o)": _mistaken_step("figo"),
        "the last two blocks are swapped: candidate comes before focus (i, f, g, o)": (
            _mistaken_step("ifog")
        ),
        "wrong row order: torch's is save, remember, candidate, focus (i, f, g, o); "
        "yours is i, o, f, g": _mistaken_step("iofg"),
        "wrong row order: torch's is save, remember, candidate, focus (i, f, g, o); "
        "yours is f, i, o, g": _mistaken_step("fiog"),
        "wrong row order: torch's is save, remember, candidate, focus (i, f, g, o); "
        "yours is candidate first": _mistaken_step("gifo"),
        "the candidate has no tanh": _mistaken_step(squash=lambda a: a),
        "the candidate goes through tanh, not σ: it must be able to count down": (
            _mistaken_step(squash=gates.sigmoid)
        ),
        "h has no tanh: h = focus ⊗ tanh(c)": _mistaken_step(out=lambda c: c),
        "the gates read h, not c": _mistaken_step(gates_from="c"),
        "the bias is missing": _mistaken_step(bias=0),
        "W_h h is missing: the gates read the short-term state too": _mistaken_step(from_h=0),
        "a gate weighs, so it multiplies: `*`, not `+`": (
            _mistaken_step(update=lambda f, i, g, c: (f + c) * (i + g))
        ),
        "the gates have no σ": _mistaken_step(gate=lambda a: a),
        "gates go through σ, only the candidate through tanh": _mistaken_step(gate=np.tanh),
        "save has a gate of its own: it is not what remember leaves over": (
            _mistaken_step(update=lambda f, i, g, c: f * c + (1 - f) * g)
        ),
        "remember is 1 for keeping: (1 - σ(f)) would forget, and so does σ(−f)": (
            _mistaken_step(update=lambda f, i, g, c: (1 - f) * c + i * g)
        ),
        "save is 1 for letting in: (1 - σ(i)) would shut it, and so does σ(−i)": (
            _mistaken_step(update=lambda f, i, g, c: f * c + (1 - i) * g)
        ),
        "focus is 1 for showing: (1 - σ(o)) would hide, and so does σ(−o)": (
            _mistaken_step(show=lambda o: 1 - o)
        ),
        "remember weighs the old c only, not the sum": (
            _mistaken_step(update=lambda f, i, g, c: f * (c + i * g))
        ),
        "brackets are missing: σ is 1 / (1 + e^(−a)), not 1 / 1 + e^(−a)": (
            _mistaken_step(gate=lambda a: 1 + np.exp(-a))
        ),
        "the four blocks stand one after the other, np.split(a, 4): not every fourth row": (
            _mistaken_step(blocks=lambda a: a.reshape(-1, 4).T)
        ),
        "that h is the old one: return the new": lambda *a: (a[1], _mistaken_step()(*a)[1]),
        "h is made of the candidate: it is focus ⊗ tanh(c), of the new c": (
            lambda x, h, c, W_x, W_h, b: (
                gates.sigmoid(np.split(W_x @ x + W_h @ h + b, 4)[3])
                * np.tanh(np.split(W_x @ x + W_h @ h + b, 4)[2]),
                _mistaken_step()(x, h, c, W_x, W_h, b)[1],
            )
        ),
        "save is missing: only a part of the candidate must enter": (
            _mistaken_step(update=lambda f, i, g, c: f * c + g)
        ),
        "remember is missing: only a part of the old c must stay": (
            _mistaken_step(update=lambda f, i, g, c: c + i * g)
        ),
        "c is not squashed: no tanh around it": (
            _mistaken_step(update=lambda f, i, g, c: np.tanh(f * c + i * g))
        ),
        "b is the sum of torch's two biases already: add it once": _mistaken_step(bias=2),
        "that c is the old one: return the new": lambda *a: (_mistaken_step()(*a)[0], a[2]),
        "the wrong way round: return h, c": lambda *a: _mistaken_step()(*a)[::-1],
        "h is made of the old c: update c first": lambda x, h, c, W_x, W_h, b: (
            gates.sigmoid(np.split(W_x @ x + W_h @ h + b, 4)[3]) * np.tanh(c),
            _mistaken_step()(x, h, c, W_x, W_h, b)[1],
        ),
        "h and the bias are missing: the gates read x, h and b": _mistaken_step(bias=0, from_h=0),
        "σ has the wrong sign inside: it is 1/(1 + e^(−a))": (
            _mistaken_step(gate=lambda a: gates.sigmoid(-a))
        ),
    },
    (
        "a = W_x @ x + W_h @ h + b\ni, f, g, o = split(a, 4)\n"
        "c = sigmoid(f) * c + sigmoid(i) * tanh(g)\nsigmoid(o) * tanh(c), c",
    ),
    parts=lambda *case: {"in h": np.s_[0], "in c": np.s_[1]},
    tells_part=True,
)


@verdict
def step(answer) -> Verdict:
    """Exercise 03.4: write step(x, h, c, W_x, W_h, b) -> h, c, checked against torch."""
    return judge(STEP, answer, through=_pair_of_states)


def _pair_of_states(result, case):
    if isinstance(result, tuple) and any(part is ... for part in result):
        return ...
    if isinstance(result, dict | set):
        raise Hint(f"it returns a {type(result).__name__}: return two things with a comma, h, c")
    if not (hasattr(result, "__len__") and len(result) == 2) or np.ndim(result[0]) == 0:
        raise Hint("return two things: h, c")
    if isinstance(result[1], tuple) and np.ndim(result[1][0]):
        raise Hint("return h, c: leave out y, which torch gives as well")
    if any(part is None for part in result):
        raise Hint("a part of the result is None: return h, c")
    h, c = map(as_floats, result)
    if h.shape != case[1].shape or c.shape != case[2].shape:
        given = f"h and c have shapes {h.shape} and {c.shape}"
        raise Hint(f"{given}, but {case[1].shape} each is wanted")
    return np.stack([h, c])
