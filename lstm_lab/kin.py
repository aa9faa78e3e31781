"""One line, many names: c = a ⊗ c + b in the nets of today, beside the soft `if` of notebook 01.

Who decides a (the input, or the input and h)? What may a be ([0, 1], [−1, 1])? What is c (a number,
a matrix)? Each function computes a whole sequence, step by step; arrays are (T, …). Sources stand
with each; the formulas were compared with the authors' or a well-kept library's code.
"""

import numpy as np

from ._validate import as_finite, as_int, check_same_shape, check_unit_interval
from .gates import mask, soft_if

__all__ = [
    "forgetting_attention",
    "gated_linear_attention",
    "learn_parity",
    "linear_recurrence",
    "mamba_step",
    "min_gru",
    "min_lstm",
    "mlstm",
    "pairwise",
    "rg_lru",
]


def linear_recurrence(a, b, c_first=0.0) -> np.ndarray:
    """(T, …) c_t = a_t ⊗ c_{t-1} + b_t, step by step: the line that all the others are.

    >>> linear_recurrence([1, 1, 0, 1], [1, 1, 5, -1]).tolist()
    [1.0, 2.0, 5.0, 4.0]
    """
    a, b = as_finite("a", a), as_finite("b", b)
    check_same_shape(a=a, b=b)
    c, steps = np.zeros_like(b[0]) + c_first, []
    for a_t, b_t in zip(a, b, strict=True):
        c = a_t * c + b_t
        steps.append(c)
    return np.array(steps)


def pairwise(a, b) -> tuple[np.ndarray, int]:
    """(c, rounds): the same c (T, …), from c = 0, all steps side by side in log₂ T rounds.

    Two steps are one: a₂(a₁c + b₁) + b₂ = (a₂a₁)c + (a₂b₁ + b₂). After round k each step knows what
    2ᵏ steps do together (Hillis and Steele 1986). It needs a that does not wait for c.

    >>> c, rounds = pairwise([1.0] * 8, [1.0] * 8)
    >>> c.tolist(), rounds
    ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], 3)
    """
    a, b = np.array(as_finite("a", a), float), np.array(as_finite("b", b), float)
    check_same_shape(a=a, b=b)
    far, rounds = 1, 0
    while far < len(a):
        b[far:] = a[far:] * b[:-far] + b[far:]
        a[far:] = a[far:] * a[:-far]
        far, rounds = 2 * far, rounds + 1
    return b, rounds


def min_gru(z, new, h_first=0.0) -> np.ndarray:
    """(T, H) h = soft_if(z, new, h): a GRU whose gate and candidate read x alone.

    z    (T, H) gates in [0, 1];  new  (T, H) candidates

    Feng, Tung, Ahmed, Bengio & Hajimirsadeghi 2024 (arXiv 2410.01201).
    """
    z, new = as_finite("z", z), as_finite("new", new)
    h, steps = np.zeros_like(new[0]) + h_first, []
    for z_t, new_t in zip(z, new, strict=True):
        h = soft_if(z_t, new_t, h)
        steps.append(h)
    return np.array(steps)


def min_lstm(remember, save, candidate, h_first=0.0) -> np.ndarray:
    """(T, H) h = f'⊗ h + i'⊗ candidate, f' = f / (f + i) and i' = i / (f + i): both sum to 1.

    So it is one soft if, whose gate is i'. The same source as `min_gru`.
    """
    check_unit_interval("gate", np.stack([remember, save]), "give gates, not pre-activations")
    remember, save = np.asarray(remember, float), np.asarray(save, float)
    return min_gru(save / (remember + save), candidate, h_first)


def mamba_step(z, x, h_first=0.0) -> np.ndarray:
    """(T, H) the selective state space of Mamba with one state a channel, A = −1 and B = 1.

    z    (T, H) what the step size Δ = softplus(z) is made of;  x  (T, H) the input

    Held constant over Δ, h' = −h + x gives h = e^−Δ h + (1 − e^−Δ) x. Since e^−softplus(z) is
    1 − σ(z), that is soft_if(σ(z), x, h): theorem 1 of Gu & Dao 2023 (arXiv 2312.00752).
    """
    step = np.logaddexp(0, as_finite("z", z))  # softplus
    keep = np.exp(-step)  # e^(Δ A)
    return linear_recurrence(keep, (1 - keep) * as_finite("x", x), h_first)


def rg_lru(recurrence, entry, x, strength, h_first=0.0) -> np.ndarray:
    """(T, H) h = a ⊗ h + √(1 − a²) ⊗ (i ⊗ x), with a = σ(Λ)^(8 r).

    recurrence, entry  (T, H) gates r and i, of x alone;  strength  (H,) Λ, which is learned

    De and others 2024, Griffin (arXiv 2402.19427). As the library `transformers` has it: log a is
    −8 r softplus(−Λ).
    """
    a = np.exp(-8 * as_finite("recurrence", recurrence) * np.logaddexp(0, -np.asarray(strength)))
    return linear_recurrence(a, np.sqrt(1 - a**2) * entry * as_finite("x", x), h_first)


# --- c is a matrix --------------------------------------------------------------------------------


def gated_linear_attention(queries, keys, values, remember=None) -> np.ndarray:
    """(T, D) out_t = q_t C_t, with C = f ⊗ C + k vᵀ: what was written under keys like q.

    queries, keys  (T, K);  values  (T, D);  remember  (T,) or (T, K), a gate for each row of C;
    left out it is 1, and this is linear attention

    Katharopoulos and others 2020 (arXiv 2006.16236); with gates Yang and others 2024 (2312.06635).
    """
    queries, keys, values = _sequences(queries, keys, values)
    f = np.ones((len(keys), 1)) if remember is None else as_finite("remember", remember)
    f = np.reshape(f, (len(keys), -1))[..., None]
    written = keys[:, :, None] * values[:, None]  # (T, K, D): k vᵀ
    C = linear_recurrence(np.broadcast_to(f, written.shape), written)
    return np.einsum("tk,tkd->td", queries, C)


def mlstm(queries, keys, values, save, remember, running_max=True) -> np.ndarray:
    """(T, D) the matrix LSTM of xLSTM: C = f C + i k vᵀ, n = f n + i k, out = q C / max(|q n|, 1).

    save, remember  (T,) pre-activations: i = e^save, f = σ(remember)
    running_max     divides C and n by e^m, m = max(log f + m, save), and changes nothing else;
                    without it e^save overflows

    Beck and others 2024 (arXiv 2405.04517). Keys are to be scaled by 1/√K before.
    """
    queries, keys, values = _sequences(queries, keys, values)
    log_f = -np.logaddexp(0, -as_finite("remember", remember))
    C, n, m, out = np.zeros((keys.shape[1], values.shape[1])), np.zeros(keys.shape[1]), 0.0, []
    for t in range(len(keys)):
        before = m
        m = max(log_f[t] + m, save[t]) if running_max else 0.0
        f, i = np.exp(log_f[t] + before - m), np.exp(save[t] - m)
        C = f * C + i * np.outer(keys[t], values[t])
        n = f * n + i * keys[t]
        out.append(queries[t] @ C / max(abs(queries[t] @ n), np.exp(-m)))
    return np.array(out)


def forgetting_attention(queries, keys, values, remember) -> np.ndarray:
    """(T, D) softmax attention to the past, with log remember of all steps between as a bias.

    remember  (T,) gates in (0, 1];  1 everywhere is causal attention

    Lin and others 2025, the Forgetting Transformer (arXiv 2503.02130).
    """
    queries, keys, values = _sequences(queries, keys, values)
    since = np.cumsum(np.log(as_finite("remember", remember)))
    scores = queries @ keys.T / np.sqrt(keys.shape[1]) + since[:, None] - since
    weights = [mask(row[: t + 1]) for t, row in enumerate(scores)]
    return np.array([w @ values[: len(w)] for w in weights])


def _sequences(queries, keys, values):
    arrays = [
        as_finite(n, a) for n, a in zip(("q", "k", "v"), (queries, keys, values), strict=True)
    ]
    if any(a.ndim != 2 for a in arrays) or len({len(a) for a in arrays}) > 1:
        given = ", ".join(str(a.shape) for a in arrays)
        raise ValueError(f"queries, keys and values must be (T, …) of one T, not {given}")
    if arrays[0].shape != arrays[1].shape:
        raise ValueError(
            f"queries {arrays[0].shape} and keys {arrays[1].shape} must have one shape"
        )
    return arrays


# --- what a may be --------------------------------------------------------------------------------


def learn_parity(low: float, seeds: int = 10, updates: int = 600, hidden_size: int = 4):
    """(seeds,) wrong texts of 200: nets c = a(x) ⊗ c + b(x) that learn if the 1s so far are odd.

    low  −1 for a in (−1, 1), 0 for a in (0, 1). All seeds are trained side by side on random texts
         of up to 40 bits, and tried on texts of 40

    >>> learn_parity(-1, seeds=1, updates=1).shape
    (1,)
    """
    import torch

    from ._threads import one_thread

    S, H = as_int("seeds", seeds), hidden_size
    if low not in (-1, 0):
        raise ValueError(f"low is {low}, but must be −1 or 0")
    with torch.random.fork_rng(), one_thread():
        torch.manual_seed(0)
        shapes = ((S, 2, H), (S, 2, H), (S, H, 2), (S, 1, 1, 2))
        z, b, V, v = (torch.randn(shape).requires_grad_() for shape in shapes)
        adam = torch.optim.Adam([z, b, V, v], lr=0.03)

        def logits(bits):
            """(S, B, T, 2) of bits (B, T)."""
            a = (torch.tanh if low < 0 else torch.sigmoid)(z)
            c, steps = torch.zeros(S, len(bits), H), []
            for bit in bits.T:
                c = a[:, bit] * c + b[:, bit]
                steps.append(c)
            return torch.stack(steps, 2).tanh() @ V[:, None] + v

        for _ in range(as_int("updates", updates)):
            bits = torch.randint(2, (32, int(torch.randint(4, 41, (1,)))))
            odd = (bits.cumsum(1) % 2).expand(S, -1, -1)
            loss = torch.nn.functional.cross_entropy(logits(bits).flatten(0, 2), odd.flatten())
            adam.zero_grad()
            (S * loss).backward()  # each seed has the gradient of its own loss
            adam.step()
        bits = torch.randint(2, (200, 40))
        said = logits(bits).argmax(-1)
    return (said != bits.cumsum(1) % 2).any(-1).sum(-1).numpy()
