"""Wrong answers as a class gives them, none of which is on the shelf by name.

An exercise to [(answer, a pattern that the verdict must hold)].  CLASS is what a reading of the
course tried; NEW was invented afterwards, before the verdicts on it were seen.
"""

import math

import numpy as np
import torch

import lstm_lab as lab

sigmoid, mask = lab.sigmoid, lab.mask


def softmax(v, axis=0):
    e = np.exp(v)
    return e / e.sum(axis=axis, keepdims=True)


def step(order="ifgo", f=sigmoid, i=sigmoid, o=sigmoid, g=np.tanh, out=None, a=None, at=None):
    """A step of the cell with one thing done in another way."""

    def my_step(x, h, c, W_x, W_h, b):
        pre = a(x, h, c, W_x, W_h, b) if a else W_x @ x + W_h @ h + b
        part = dict(zip(order, np.split(pre, 4), strict=True))
        new = f(part["f"]) * c + i(part["i"]) * g(part["g"])
        h = out(o(part["o"]), new) if out else o(part["o"]) * np.tanh(new)
        return at(h, new) if at else (h, new)

    return my_step


def same(a):
    return a


def flat(a):
    return 1 / 1 + np.exp(-a)


def inside_the_loop(masks, source):
    for row in masks:
        return source[row.argmax()]


def first_only(masks, source):
    text = ""
    for row in masks:
        text += source[row.argmax()]
        return text


def left_by(how):
    """A sum over cases that a loop makes, `how` it goes wrong."""

    def my_sum(m, C):
        y = 0 if how != "list" else []
        for k in range(len(C) - (how == "short")):
            y = m[k] * C[k] + (0 if how == "replaces" else y)
            if how == "returns":
                return y
        return y

    return my_sum


def last_missing(masks, source):
    return "".join(source[masks[t].argmax()] for t in range(len(masks) - 1))


def joins(masks, source):
    text = ""
    for row in masks:
        text.join(source[row.argmax()])
    return text


def too_many(masks, source):
    return "".join(source[masks[t].argmax()] for t in range(len(source)))


def prints(g, T, F):
    print(g * T + (1 - g) * F)


def biases_set(make):
    """remember_from that sets all rows to 0 and those of remember to what `make` gives."""

    def remember_from(lstm, bias):
        with torch.no_grad():
            lstm.bias_ih_l0.zero_()
            lstm.bias_hh_l0.zero_()
            lstm.bias_ih_l0[3:6] = make(bias)

    return remember_from


CLASS = {
    "soft_if": [
        (lambda T, F, g: g * T + (1 - g) * F, "changed places.*soft_if"),
        (lambda g, T, F: np.round(g * T + (1 - g) * F, 1), "rounded"),
        (lambda g, T, F: (yield g * T), "generator"),
        (lambda g, T, F: (g * T + (1 - g) * F) / 2, "half"),
        (lambda g, T, F: g * T + (1 - g) * T, "that is `T`"),
        (lambda g, T, F: np.maximum(T, F), "larger of"),
        (lambda g, T, F: np.maximum(g * T, (1 - g) * F), "larger of"),
        (lambda g, T, F: np.where(g > 0.5, F, T), "hard if"),
        (lambda g, T, F: (g * T, (1 - g) * F), "added up"),
        (lambda g, T, F: ~g * F + g * T, "`~` is for True and False"),
        (lambda g, T, F: T - (1 - g) * F, "two things"),
    ],
    "open_gate": [
        (np.log(0.99 / 0.1), "0.1"),
        (1 / (1 + np.exp(0.99)), "−0.99"),
        ((4, 595), "point"),
        (-np.inf, "infinite"),
        (2.65, "arctanh"),
        (6.63, "base 2"),
        (-4.605, "ln 0.01"),
        (2.691, "e to the power 0.99"),
        (5, "whole number"),
        ("ln 99", "text"),
        (4.59 / 2, "half"),
    ],
    "soft_switch": [
        (lambda s, C: left_by("returns")(mask(s), C), "first case"),
        (lambda s, C: left_by("replaces")(mask(s), C), "last case is there"),
        (lambda s, C: left_by("short")(mask(s), C), "last case is left out"),
        (lambda s, C: left_by("list")(mask(s), C), "empty list"),
        (lambda s, C: np.log(mask(s)) @ C, "logarithm"),
        (lambda s, C: np.softmax(s) @ C, "write lab.mask"),
        (lambda s, C: lab.soft_switch(C, mask(s)), "mask comes first"),
        (lambda s, C: np.sum(mask(s), C), "one whole number"),
        (lambda s, C: softmax(s @ C), "softmax comes first"),
        (lambda s, C: s @ softmax(C), "softmax of the cases"),
        (lambda s, C: softmax(C), "softmax of the cases"),
        (lambda s, C: np.exp(-s) / np.exp(-s).sum() @ C, "the sign inside e to"),
        (lambda s, C: 2**s / (2**s).sum() @ C, "2 to the power"),
        (lambda s, C: np.exp(s / s.sum()) @ C, "too early"),
        (lambda s, C: np.exp(s) / np.exp(s.sum()) @ C, "before e"),
        (lambda s, C: torch.softmax(s, 0) @ C, "torch and NumPy are mixed"),
        (lambda s, C: np.dot(C, softmax(s)), "weights first"),
    ],
    "if_from_switch": [
        (lambda g, T, F: np.stack([g, 1 - g]), "return two things"),
        (lambda g, T, F: (np.stack([T, F]), np.stack([g, 1 - g])), "mask comes first"),
        (lambda g, T, F: (np.stack(g, 1 - g), np.stack(T, F)), "one list"),
        (lambda g, T, F: (np.vstack(g, 1 - g), np.vstack([T, F])), "one list"),
        (lambda g, T, F: (mask(np.stack([g, 0 * g])), np.stack([T, F])), "softmax of g and 0"),
        (lambda g, T, F: (np.stack([g > 0.5, g <= 0.5]), np.stack([T, F])), "hard"),
        (lambda g, T, F: (np.stack([g, g * 0 + 1]), np.stack([T, F])), "F has weight 1"),
        (lambda g, T, F: (np.stack([g, 1 - g]) / 2, np.stack([T, F])), "half"),
        (lambda g, T, F: (np.ones((2, 3)) / 2, np.stack([T, F])), "one half"),
    ],
    "travelled": [
        (lambda radius, lag: round(radius**lag, 4), "rounded"),
        (lambda radius, lag: max(radius**lag, 0.1), "gives|right"),
        (lambda radius, lag: 1.0, "same in every case"),
        (lambda radius, lag: str(radius**lag), "numbers are wanted"),
        (lambda radius, lag: [radius] * lag, "one number is wanted"),
        (lambda radius, lag: radius / lag if lag else 1, "gives|right"),
        (lambda radius, lag: radius ^ lag, r"`\*\*`"),
        (lambda radius, lag: 1 - radius**lag, "lost, not"),
        (lambda radius, lag: (1 - radius) ** lag, "lost at each step"),
        (lambda radius, lag: np.exp(-radius * lag), "decay without steps"),
        (lambda radius, lag: 0.9**lag, "0.9 is written in"),
        (lambda radius, lag: min(1, radius**lag), "up to 1"),
    ],
    "lag_left": [
        (np.log(0.001), "ln 0.001"),
        (0.9**66, "how much is left"),
        ("0.9**66", "calculate"),
        (float("inf"), "infinite"),
        (67, "one step too many"),
        (64, "two steps short"),
        (30, "3/0.1"),
        (28.5, "bases"),
        ("66 steps", "alone: 66"),
        (65.7, "whole"),
        (66.3, "whole"),
    ],
    "update_c": [
        (lambda f, i, g, c: np.clip(f * c + i * g, -5, 5), "right up to 5"),
        (lambda f, i, g, c: np.append((f * c + i * g)[:-1], 0), "last element"),
        (lambda f, i, g, c: np.concatenate([f * c, i * g]), "end to end"),
        (lambda f, i, g, c: (f * c + i * g).sum(), "added up"),
        (lambda f, i, g, c: lab.soft_if(f, c, i * g), "by itself"),
        (lambda f, i, g, c: f * c - i * g, "subtracted"),
        (lambda f, i, g, c: np.where(f > 0.5, c, g), "hard choice"),
        (lambda f, i, g, c: np.where(i > 0.5, g, c), "hard choice"),
        (lambda f, i, g, c: f * c + i * (g - c), "GRU"),
        (lambda f, i, g, c: c + f * c + i * g, "twice"),
        (lambda f, i, g, c: sigmoid(f * c + i * g), "σ"),
        (lambda f, i, g, c: np.clip(f * c + i * g, -1, 1), "cut off at -1 and 1"),
        (lambda f, i, g, c: (f * c + i * g) / 2, "half"),
        (lambda f, i, g, c: np.mean(f * c + i * g), "mean"),
    ],
    "step": [
        (step(f=lambda a: 1 - sigmoid(a)), "remember is 1 for keeping"),
        (step(o=lambda a: 1 - sigmoid(a)), "focus is 1 for showing"),
        (step(f=flat, i=flat, o=flat), r"1 / \(1"),
        (lambda x, h, c, U, W, b: step()(x, h[:2], c[:2], U[:8], W[:8, :2], b[:8]), "shape"),
        (step(o=same), "right in c, wrong in h: .*σ is missing at `o`"),
        (step(f=same), "σ is missing at `f`"),
        (step(g=lambda a: np.tanh(sigmoid(a))), "`g` goes through σ as well"),
        (step(out=lambda o, c: o * sigmoid(c)), "right in c, wrong in h"),
        (step(out=lambda o, c: np.tanh(o * c)), "too late"),
        (step("ofig"), "order.*yours is o, f, i, g"),
        (step("igfo"), "order.*yours is i, g, f, o"),
        (step("fogi"), "order.*yours is f, o, g, i"),
        (step(f=lambda a: sigmoid(-a), i=lambda a: sigmoid(-a), o=lambda a: sigmoid(-a)),
         "wrong sign inside"),
        (step(a=lambda x, h, c, W_x, W_h, b: W_x @ x), "are missing|is missing"),
        (step(at=lambda h, c: {"h": h, "c": c}), "dict"),
        (step(out=lambda o, c: np.tanh(c)), "right in c, wrong in h"),
        (step(out=lambda o, c: o * np.tanh(np.tanh(c))), "tanh as well"),
        (step(out=lambda o, c: 0 * c), "right in c, wrong in h"),
    ],
    "half_life": [
        (-1 / np.log(0.9), "0.37"),
        (np.log(0.5) * np.log(0.9), "multiplied"),
        (np.log(0.5) - np.log(0.9), "subtracted"),
        (0.5 / 0.9, "logarithms"),
        (0.9**0.5, "root of f"),
        (0.16, "too small"),
        (6, "half a step short"),
        (22, "tenth is left"),
        (2.86, "bases"),
        (0.45, "f/2"),
        (6.93, "without steps"),
        (65.8, "bases|percent|perhaps|too large"),
    ],
    "gated_step": [
        (lambda f, h, new: sum(f * h, (1 - f) * new), r"sum\(\)|shapes"),
        (lambda f, h, new: f * h + max(1 - f) * new, "gives|times"),
        (lambda f, h, new: (h + new) / 2, "not used"),
        (lambda f, h, new: np.where(f > 0.5, h, new), "hard"),
        (lambda f, h, new: f @ h + (1 - f) @ new, "matrix product|added up|perhaps"),
        (lambda f, h, new: f * h + 1 - f * new, "brackets"),
        (lambda f, h, new: f * h - (1 - f) * new, "subtracted"),
        (lambda f, h, new: (f * h + (1 - f) * new) / 2, "half"),
        (lambda f, h, new: f * h + (1 - h) * new, "`h` stands where `f`"),
    ],
    "bias_for": [
        (lambda lag: np.log(np.log(0.5) / lag), "nan"),
        (lambda lag: np.log(np.exp(-1 / lag) / (1 - np.exp(-1 / lag))), "0.37"),
        (lambda lag: 4.3, "same in every case"),
        (lambda lag: np.log(lag / np.log(2)), "long lags"),
        (lambda lag: [lab.biases.forget_bias(lag)], "without"),
        (lambda lag: np.log(f / (1 - f)), "a value first"),  # noqa: F821
        (lambda lag: np.log(lag - 1), "chrono"),
        (lambda lag: np.log(0.5**1 / lag / (1 - 0.5**1 / lag)), "brackets are missing"),
        (lambda lag: np.log(0.5 ** (1 / lag)), "is missing|not divided"),
        (lambda lag: np.log(0.5 ** (1 / lag) / 1 - 0.5 ** (1 / lag)), "brackets are missing"),
        (lambda lag: np.log((1 / lag) / (1 - 1 / lag)), "not 1/lag"),
        (lambda lag: math.log2(0.5 ** (1 / lag) / (1 - 0.5 ** (1 / lag))), "base 2"),
    ],
    "remember_from": [
        (biases_set(lambda bias: torch.sigmoid(torch.tensor(bias))), "σ of the bias"),
        (lambda lstm, bias: torch.nn.LSTM(2, 3), "new LSTM"),
    ],
    "additive_score": [
        (lambda h, d, W_h, W_d, b, v: v * np.tanh(W_h * h + W_d * d + b), "`@`"),
        (lambda h, d, W_h, W_d, b, v: v @ np.tan(W_h @ h + W_d @ d + b), "tangent"),
        (lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h, h), "one array"),
        (lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h.T @ h + W_d @ d + b),
         "`W_h`.*transposed|round"),
        (lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h @ h + d @ W_d + b), "wrong way round|transp"),
        (lambda h, d, W_h, W_d, b, v: h @ W_h @ d, "Luong"),
        (lambda h, d, W_h, W_d, b, v: h @ W_d @ d, "Luong"),
        (lambda h, d, W_h, W_d, b, v: v @ np.tanh((W_h @ h) * (W_d @ d) + b), "multiplied; they "
         "must"),
        (lambda h, d, W_h, W_d, b, v: v @ np.maximum(W_h @ h + W_d @ d + b, 0), "relu stands"),
        (lambda h, d, W_h, W_d, b, v: v @ math.tanh(W_h @ h + W_d @ d + b), "`math`"),
        (lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h @ h + b + W_d @ d + b), "`b` is added twice"),
        (lambda h, d, W_h, W_d, b, v: np.outer(v, np.tanh(W_h @ h + W_d @ d + b)), "outer|table"),
    ],
    "masked_softmax": [
        (lambda s, p: mask(np.vstack([s[:-1], 0 * s[-1:] - 1e9])), "last row"),
        (lambda s, p: mask(np.where(np.arange(len(s))[:, None] == p.argmax(), -1e9, s)), "one row"),
        (lambda s, p: softmax(s + p[:, None] * -np.inf), "nan"),
        (lambda s, p: np.where(p[:, None], -1e9, mask(s)), "before the softmax"),
        (lambda s, p: mask(s - p[:, None]), "not low enough"),
        (lambda s, p: mask(np.where(-p, -1e9, s)), "turned round by"),
        (lambda s, p: s[:, p], "before the comma"),
        (lambda s, p: mask(np.where(p[:, None], -10, s)), "not low enough"),
        (lambda s, p: mask(np.where(p[:, None], -1, s)), "not low enough"),
        (lambda s, p: mask(s * np.where(p[:, None], -1e9, 1)), "multiplied"),
        (lambda s, p: s / s.sum(axis=0), "no softmax"),
        (lambda s, p: np.where(p[:, None], 0, s) / np.where(p[:, None], 0, s).sum(0), "no softmax"),
        (lambda s, p: mask(np.where(p[::-1][:, None], -1e9, s)), "wrong end"),
    ],
    "context": [
        (left_by("returns"), "first case"),
        (left_by("replaces"), "last case is there"),
        (lambda m, states: m[::-1] @ states, "reverse"),
        (lambda m, states: states[m], "no places"),
        (lambda m, states: np.round(m @ states, 2), "rounded"),
        (lambda m, states: [m @ states] * 3, "every row"),
        (lambda m, states: np.dot(states, m), "transpose"),
        (lambda m, states: states[-1], "last state"),
        (lambda m, states: np.tanh(m @ states), "tanh"),
        (lambda m, states: np.outer(m, states), "outer|table|shape"),
    ],
    "read_map": [
        (last_missing, "last letter"),
        (joins, "text is empty"),
        (too_many, "no place"),
        (lambda m, source: source, "not used"),
        (lambda m, source: "".join(source[row.max()] for row in m), "argmax"),
        (lambda m, source: [source[k] for k in m.argmax(1)], "one text"),
        (lambda m, source: " ".join(source[k] for k in m.argmax(1)), "blanks"),
        (lambda m, source: "".join(str(k) for k in m.argmax(1)), "letters are wanted, not places"),
        (lambda m, source: {source[k] for k in m.argmax(1)}, "set has no order"),
        (inside_the_loop, "return"),
        (first_only, "return"),
    ],
    "auroc": [
        (lambda i, o: (i[:, None] > o + i[:, None] == o / 2).mean(), "chains"),
        (lambda i, o: (i[:, None] > o).mean(), "tie is half"),
        (lambda i, o: (i[:, None] >= o).mean(), "counts it"),
        (lambda i, o: (i[:, None] < o).mean() + (i[:, None] == o).mean() / 2, "wrong way round"),
        (lambda i, o: (o[:, None] > i).mean(), "wrong way round"),
        (lambda i, o: ((i[:, None] > o) + (i[:, None] == o) / 2).sum(), "how many pairs are won"),
        (lambda i, o: i.mean() - o.mean(), "means are apart"),
        (lambda i, o: i.mean() > o.mean(), "whether the mean is higher"),
        (lambda i, o: (i > o.mean()).mean(), "with the mean outside"),
        (lambda i, o: (i > 0).mean(), "above 0"),
        (lambda i, o: (i[:, None] > o) + (i[:, None] == o) / 2, "their mean"),
        (lambda i, o: [a > b for a, b in zip(i, o)], ""),  # noqa: B905
        (lambda i, o: (i > o).mean(), "in their order"),
        (lambda i, o: (i[:, None] > o).sum() / len(i), ""),
        (lambda i, o: print(i), "prints|it"),
    ],
    "at_mean": [
        (lambda a, W_h, h, u, m: a - W_h[:, u] * h[u], "to zero"),
        (lambda a, W_h, h, u, m: a + W_h[:, u] * m, "still in"),
        (lambda a, W_h, h, u, m: a + W_h[u] * (m - h[u]), "shape|row|axis"),
        (lambda a, W_h, h, u, m: a + W_h[:, u] * (h[u] - m), "sign"),
        (lambda a, W_h, h, u, m: a + (m - h[u]), "without its weights"),
        (lambda a, W_h, h, u, m: W_h[:, u] * (m - h[u]), "change alone"),
        (lambda a, W_h, h, u, m: a + W_h @ (m - h), "all units are set"),
        (lambda a, W_h, h, u, m: a + W_h @ np.where(np.arange(len(h)) == u, m, h), "once more"),
        (lambda a, W_h, h, u, m: a * W_h[:, u] * (m - h[u]), "multiplied"),
        (lambda a, W_h, h, u, m: a + W_h[:, u] * (m + h[u]), "added"),
        (lambda a, W_h, h, u, m: a, "`a` and nothing else"),
        (lambda a, W_h, h, u, m: a + W_h[:, u] @ (m - h[u]), "single number|`@`"),
    ],
    "bits_more": [
        (16, "halving"), (0.45, "difference"), (2.77, "natural"), (1.2, "base 10"),
        (5.06, "afterwards"), (1.06, "before"), (-4, "sign"), (0.0625, "upside down"),
        (3, "three halvings"), (5, "five halvings"), (8, "2s"), ("four", "one number"),
        (6.12, "both costs"), (0.36, ""),
    ],
    "own_label": [
        (lambda text: [text[k + 1 : k + 2] in ("", " ") for k in range(len(text))], "looks ahead"),
        (lambda text: np.random.default_rng().random(len(text)) > 0.5, "each time"),
        (lambda text: {k: True for k in range(len(text))}, "no list"),
        (lambda text: True, "one answer for the whole text"),
        (lambda text: [c for c in text], "True, False or a number"),
        (lambda text: [True, False], "one value for each"),
        (lambda text: [False for c in text], "everywhere"),
        (lambda text: [text[k : k + 3] == "def" for k in range(len(text))], "looks ahead"),
        (lambda text: [c == "(" for c in text.split()], "one value for each"),
        (lambda text: np.array([c for c in text]) == "§", "everywhere"),
        (lambda text: None, "return"),
        (lambda text: text.isupper(), "one answer"),
        ([True], "the function itself"),
        (lambda text: [c.isuper() for c in text], "AttributeError"),
        (lambda text: [k > len(text) / 2 for k in range(len(text))], "looks ahead"),
        (lambda text: [k == 9 for k in range(len(text))], "one half"),
    ],
    "past_weights": [
        (lambda f, i: np.tril(np.cumprod(f)[:, None] * i), "from the first step on"),
        (lambda f, i: np.diag(i), "diagonal alone"),
        (lambda f, i: i * np.cumprod(f), "shape|left of"),
        (lambda f, i: np.outer(i, f), "one save times one remember"),
        (lambda f, i: np.tri(len(i)) * i, "save|remember|it gives"),
        (lambda f, i: np.cumprod(f), "shape"),
        (lambda f, i: [[i[s] * np.prod(f[s : t + 1]) if s <= t else 0 for s in range(len(i))]
                       for t in range(len(i))], "not through its own"),
        (lambda f, i: [[i[s] * np.prod(f[s + 1 : t]) if s <= t else 0 for s in range(len(i))]
                       for t in range(len(i))], "last step is missing"),
        (lambda f, i: [[np.prod(f[s + 1 : t + 1]) if s <= t else 0 for s in range(len(i))]
                       for t in range(len(i))], "save is missing"),
        (lambda f, i: [[i[t] * np.prod(f[s + 1 : t + 1]) if s <= t else 0 for s in range(len(i))]
                       for t in range(len(i))], "save gate of t"),
        (lambda f, i: [[f[s] * np.prod(i[s + 1 : t + 1]) if s <= t else 0 for s in range(len(i))]
                       for t in range(len(i))], "swapped|changed places"),
        (lambda f, i: [[i[s] * sum(f[s + 1 : t + 1]) if s <= t else 0 for s in range(len(i))]
                       for t in range(len(i))], "added up"),
    ],
    "min_gru": [
        (lambda z, new, h: lab.soft_if(new, z, h), "gate comes first"),
        (lambda z, new, h: z * new + (1 + z) * h, "1 − z"),
        (lambda z, new, h: lab.soft_if(g=z, T=new, F=h), "unexpected keyword argument .g.$"),
        (lambda z, n, h: z * h + (1 - z) * n, "swapped"),
        (lambda z, n, h: z * n + h, "make room|missing"),
        (lambda z, n, h: np.where(z > 0.5, n, h), "hard"),
        (lambda z, n, h: z * n, "missing"),
        (lambda z, n, h: np.tanh(z * n + (1 - z) * h), "tanh"),
        (lambda z, n, h: z @ n + (1 - z) @ h, "one axis|product|shape|added up"),
        (lambda z, n, h: z * n - (1 - z) * h, "subtracted"),
        (lambda z, n, h: z * n + 1 - z * h, "brackets"),
    ],
    "toggle_by_sign": [
        ({"0": (1, 0), "1": (-0.999, 0)}, "fades"),
        ({"0": (0, 1), "1": (0, -1)}, "a comes first"),
        ({0: (1, 0), 1: (-1, 0)}, "with quotes"),
        ({"0": (1, 0), "1": (-1, 1)}, "then 1 is added"),
        ({"0": (-1, 0), "1": (1, 0)}, "letters are swapped"),
        ({"0": (1, 0), "1": (1, -1)}, "one way only"),
        ({"0": (1, 0), "1": (0, -1)}, "one way only|forgotten"),
        ({"0": (1, 0), "1": (-0.5, 0)}, "fades"),
        ({"0": (0, 0), "1": (-1, 0)}, "leave c as it is"),
        ({"0": (1, 0), "1": (1, 0)}, "what turns"),
        ({"0": (1, 0)}, "no .1.|1"),
        ({"0": (1, 0), "1": (-2, 0)}, "lie in"),
        ({"0": 1, "1": -1}, "two numbers"),
        ((1, -1), "dict|give"),
    ],
    "key_memory": [
        (lambda keys, values: keys[1:].T @ values[1:], "first step"),
        (lambda keys, values: keys * values, "a row for each element"),
        (lambda k, v: v.T @ k, "turned round|transposed"),
        (lambda k, v: k @ v, "inner sizes|shape"),
        (lambda k, v: k * v, "shapes"),
        (lambda k, v: np.outer(k[-1], v[-1]), "last step alone"),
        (lambda k, v: k.T @ v / len(k), "averaged"),
        (lambda k, v: k[:, :, None] * v[:, None], "added up"),
        (lambda k, v: np.outer(k.sum(0), v.sum(0)), "paired"),
        (lambda k, v: k.T * v, "shape|sizes|`@`"),
    ],
}  # fmt: skip

NEW = {
    "soft_if": [
        (lambda g, T, F: (1 - g) * (T - F) + T, "it gives"),
        (lambda g, T, F: g * (T + F) / 2, "it gives"),
        (lambda g, T, F: np.round(g) * T + (1 - np.round(g)) * F, "hard if"),
        (prints, "prints"),
        (lambda g, T, F: math.exp(g) * T + F, "`math`"),
        (lambda g, T, F: g(T) + (1 - g) * F, r"is a `\*` missing"),
        (lambda g, T, F: np.array([[y] for y in g * T + (1 - g) * F]), "one axis too many"),
    ],
    "open_gate": [(9.19, "twice"), (0.2176, "upside down"), (lambda: 4.6, "a function")],
    "soft_switch": [
        (lambda s, C: (softmax(s) @ C) / len(s), "mean divides"),
        (lambda s, C: softmax(softmax(s)) @ C, "twice"),
        (lambda s, C: (np.exp(s) / np.exp(s).max()) @ C, "not normalised"),
    ],
    "travelled": [
        (lambda radius, lag: radius**lag * 100, "per cent"),
        (lambda radius, lag: math.pow(lag, radius), "swapped"),
    ],
    "update_c": [
        (lambda f, i, g, c: remember * c + i * g, "`remember` is not known"),  # noqa: F821
        (lambda f, i, g, c: f * c + i * g + g, "`candidate` is added once more"),
        (lambda f, i, g, c: np.maximum(f * c + i * g, 0), "cut off there"),
        (lambda f, i, g, c: f * g + i * g, "`candidate` stands where `c`"),
    ],
    "step": [
        (step(o=lambda a: 1.0), "right in c, wrong in h: .*missing"),
        (step(a=lambda x, h, c, W_x, W_h, b: W_x @ x + W_h @ h - b), "`b` is subtracted"),
        (step("ogfi", g=same), "it gives"),
        (step(at=lambda h, c: (h, np.tanh(c))), "right in h, wrong in c: `c` goes through tanh"),
    ],
    "gated_step": [(lambda f, h, new: f * h + (f - 1) * new, "is "
     "subtracted"), (lambda f, h, new: h, "that is `h` and nothing else")],
    "bias_for": [
        (lambda lag: 1 / (1 + np.exp(-(0.5 ** (1 / lag)))), "that is σ of the gate"),
        (lambda lag: np.log10(lag), "it gives"),
    ],
    "additive_score": [
        (lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h @ h - W_d @ d + b), "is subtracted"),
        (lambda h, d, W_h, W_d, b, v: v @ np.tanh(W_h @ h + W_d @ h + b), "`h` stands where `d`"),
    ],
    "masked_softmax": [
        (lambda s, p: np.where(p[:, None], 0, softmax(s, axis=1)), ""),
        (lambda s, p: 1 - mask(np.where(p[:, None], -1e9, s)), ""),
    ],
    "context": [(lambda m, states: np.sort(m) @ states, "it "
     "gives"), (lambda m, states: m**2 @ states, "it gives")],
    "read_map": [(lambda m, source: "".join(source[k].upper() for k in m.argmax(1)), "right case")],
    "auroc": [
        (lambda a, b: np.mean(a > b.max()), "largest outside"),
        (lambda a, b: (a[:, None] > b).mean(axis=0), "each value outside"),
        (lambda a, b: sum(x > y for x in a for y in b) / len(a), "how many are inside"),
        (lambda i, o: np.median(i) > np.median(o), ""),
        (lambda i, o: max((i[:, None] > o).mean(), (o > i[:, None]).mean()), ""),
        (lambda i, o: (i.max() > o).mean(), ""),
        (lambda i, o: ((i[:, None] > o) + (i[:, None] == o) / 2).mean() * 100, "per cent"),
        (lambda i, o: 2 * ((i[:, None] > o) + (i[:, None] == o) / 2).mean() - 1, ""),
    ],
    "at_mean": [
        (lambda a, W_h, h, unit, mean: a + W_h[unit] * (mean - h[unit]), "a row of W_h"),
        (lambda a, W_h, h, u, m: a + W_h[:, u] * m * h[u], "it gives"),
        (lambda a, W_h, h, u, m: a + W_h.T[:, u] * (m - h[u]), "shape|row|axis"),
        (lambda a, W_h, h, u, m: (a + W_h[:, u] * (m - h[u]))[: len(h)], "shape"),
        (lambda a, W_h, h, u, m: np.tanh(a + W_h[:, u] * (m - h[u])), "tanh"),
    ],
    "bits_more": [(4.5, "0.48 / 2"), (400, "0.48 / 2"), (0.25, "0.48 / 2")],
    "own_label": [
        (lambda text: {c for c in text}, "no list"),
        (lambda text: np.ones((3, 3)), "one value"),
    ],
    "past_weights": [
        (lambda f, i: np.tril(np.outer(f, i)), "one remember gate times one save gate"),
        (lambda f, i: np.array([[i[s] * f[s] ** (t - s) if s <= t else 0 for s in range(len(i))]
                                for t in range(len(i))]), "to a power"),
        (lambda f, i: np.diag(i) + np.diag(f[1:], -1), ""),
        (lambda f, i: np.ones((len(i), len(i))) * i, ""),
        (lambda f, i: [[i[s] * f[t] ** (t - s) if s <= t else 0 for s in range(len(i))]
                       for t in range(len(i))], ""),
    ],
    "min_gru": [
        (lambda z, n, h: h + z * n, ""),
        (lambda z, n, h: (1 - z) * n * h, ""),
        (lambda z, n, h: n, "nothing else"),
    ],
    "toggle_by_sign": [
        ({"0": (1, 0), "1": (-1, 1)}, "c is"),
        ({"0": (0.9, 0), "1": (-1, 0)}, "leave c"),
    ],
    "key_memory": [
        (lambda k, v: np.einsum("tk,td->t", k, v), ""),
        (lambda k, v: k.T @ v + k.T @ v, "twice"),
    ],
}  # fmt: skip
