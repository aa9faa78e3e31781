"""What travels with a UnitExplorer: a recorded trace, or a net that guesses characters."""

import numpy as np

from .._layers import check_weights, full_name, layer_index, own_layer
from .._text import few
from .._validate import as_dict, as_finite, as_list, as_words, as_writable, check_one_of, shown
from ..cell import GATES, Cell
from ..names import NAMES
from ..tasks.labels import KINDS
from ..traces import Trace
from ..units import search
from .packing import as_it_travels, packed

__all__ = [
    "AFTER",
    "BEFORE",
    "MOST_BYTES",
    "MOST_NUMBERS",
    "MOST_STEPS",
    "PASSAGES",
    "as_cells",
    "of_a_net",
    "of_a_trace",
    "read_text",
]

#: So many steps of a recorded trace, and numbers of each of its arrays, can be shown.
MOST_STEPS, MOST_NUMBERS = 20_000, 1 << 20
#: Arrays that take more bytes than this at two bytes a number travel at one, but for c and h.
MOST_BYTES = 2_000_000
#: A corpus has up to so many steps; so many passages are kept for each unit, each so many steps
#: before its place and after it.
MOST_CORPUS, PASSAGES, BEFORE, AFTER = 200_000, 5, 24, 8


def of_a_trace(trace, tokens, labels, corpus, layer) -> tuple[dict, int]:
    """(traits, units) of a recorded trace."""
    if trace.batch > 1:
        raise ValueError(f"this trace holds {trace.batch} sequences: give trace.sequence(k)")
    trace = next(trace.sequences())  # a batch of one is that one
    T, H = trace.arrays[trace.names[0]].shape
    if not 1 <= T <= MOST_STEPS or T * H > MOST_NUMBERS:
        raise ValueError(
            f"{T:,} steps of {H} units: up to {MOST_STEPS:,} steps and {MOST_NUMBERS:,} numbers "
            "an array can be shown; trace fewer steps"
        )
    names = [name for name in trace.names if trace.arrays[name].shape == (T, H)]
    arrays = {name: _small(name, trace.arrays[name], len(names)) for name in names}
    found, read = {}, []
    if corpus is not None:
        read = [_told("corpus", words, len(one)) for one, words in corpus]
        _check_corpus(sum(map(len, read)))
        found = _passages([one for one, _ in corpus], names, H)
    data, parts = packed(arrays | found)
    return {
        "packed": data, "parts": parts, "names": names, "tokens": _told("tokens", tokens, T),
        "labels": {} if labels is None else _labels(labels, T), "corpus": read,
    }, H  # fmt: skip


def _small(name, array, count) -> tuple:
    """(array, code): two bytes a number, or one for a gate where all would be too large."""
    if np.abs(as_finite(name, array)).max() > np.finfo(np.float16).max:
        raise ValueError(f"{name} reaches {np.abs(array).max():g}: up to 65,504 can be shown")
    if name in ("c", "h") or 2 * count * array.size <= MOST_BYTES:
        return array, "f2"
    return array, "u1" if NAMES[name].is_gate else "i1"


def _told(name, tokens, T) -> list[str]:
    """One text for each step; numbers are told with two digits."""
    given = list(tokens) if isinstance(tokens, str) else as_list(name, tokens, "one for each step")
    if len(given) != T:
        raise ValueError(f"{len(given)} {name} for {T} steps: give one for each")
    return as_words(name, [few(w) if isinstance(w, float | np.floating) else w for w in given])


def _labels(labels, T) -> dict:
    kept = {}
    for name, values in as_dict("labels", labels, "a value for each step").items():
        array = np.asarray(values)
        array = array if array.dtype == bool else as_finite(f"label {name!r}", values)
        if array.shape != (T,):
            raise ValueError(f"label {name!r} has shape {array.shape}, but there are {T} steps")
        kept[as_writable("labels", str(name))] = array.tolist()
    return kept


def _passages(traces, names, H) -> dict:
    """The highest places of every unit's c (or h) in a corpus, and the values around them."""
    of = "c" if "c" in names else names[-1]
    places = np.full((H, PASSAGES, 2), -1)
    near = np.zeros((H, PASSAGES, BEFORE + 1 + AFTER))
    for unit in range(H):
        for k, it in enumerate(search(traces, unit, of, PASSAGES, BEFORE)):
            places[unit, k] = it.sequence, it.step
            run = np.pad(traces[it.sequence][of][:, unit], (BEFORE, AFTER))
            near[unit, k] = run[it.step : it.step + BEFORE + 1 + AFTER]
    return {"places": (places, "i4"), "near": (near, "f2")}


def of_a_net(net, text, labels, corpus, layer) -> tuple[dict, int]:
    """(traits, units) of a net that guesses characters."""
    if not all(hasattr(net, part) for part in ("lstm", "read", "alphabet", "encode")):
        raise TypeError(
            f"a Trace or a CharModel is wanted, not {full_name(net)}: lab.trace(lstm, x) or "
            "lab.listen(model) make a Trace"
        )
    lstm = own_layer(check_weights(net).lstm, ("LSTM",), "UnitExplorer")
    if lstm.bidirectional or lstm.proj_size:
        raise ValueError("a net that guesses what comes next reads forward, without projection")
    if labels is not None:
        check_one_of("labels of a CharModel", labels, tuple(KINDS))
    own, arrays, texts = layer_index(lstm, layer), _weights(net), _texts(corpus)
    if texts:
        from ..tracing import trace

        read = [trace(lstm, net.encode(one), layer=own) for one in texts]
        arrays |= _passages(read, ["c"], lstm.hidden_size)
    data, parts = packed(arrays)
    return {
        "packed": data, "parts": parts, "names": [*GATES, "c", "h"], "alphabet": net.alphabet,
        "own": own, "labels": {}, "scanner": labels or "", "corpus": texts, "text": text,
    }, lstm.hidden_size  # fmt: skip


def _texts(corpus) -> list[str]:
    """A corpus as texts; one may stand alone."""
    if corpus is None:
        return []
    texts = [corpus] if isinstance(corpus, str) else as_list("corpus", corpus, "texts")
    if not all(isinstance(text, str) and text for text in texts):
        raise TypeError(f"corpus must be texts, each with characters, not {shown(corpus)}")
    _check_corpus(sum(map(len, texts)))
    return texts


def _check_corpus(steps):
    if steps > MOST_CORPUS:
        raise ValueError(f"the corpus has {steps:,} steps: up to {MOST_CORPUS:,} can travel")


def _weights(net) -> dict:
    """The table of characters (A + 1, 4H), its last row of an unknown one; the layers; V, v."""
    weight = {name: value.detach().cpu().double().numpy() for name, value in net.named_parameters()}
    first = weight["lstm.weight_ih_l0"]
    table = net.encode(net.alphabet).detach().cpu().double().numpy() @ first.T
    arrays = {"table": np.vstack([table, np.zeros(len(first))])}
    for k in range(net.lstm.num_layers):
        if k:
            arrays[f"W_x{k}"] = weight[f"lstm.weight_ih_l{k}"]
        arrays[f"W_h{k}"] = weight[f"lstm.weight_hh_l{k}"]
        biases = [weight.get(f"lstm.bias_{side}_l{k}", 0.0) for side in ("ih", "hh")]
        arrays[f"b{k}"] = sum(biases) + np.zeros(len(first))
    arrays |= {"V": weight["read.weight"], "v": weight["read.bias"]}
    return {name: as_it_travels(array) for name, array in arrays.items()}


def as_cells(arrays) -> list[Cell]:
    """The layers as Cells; the first one's input is one-hot, with a place for what is not known."""
    cells = [Cell(arrays["table"].T, arrays["W_h0"], arrays["b0"])]
    while (k := len(cells)) and f"W_h{k}" in arrays:
        cells.append(Cell(arrays[f"W_x{k}"], arrays[f"W_h{k}"], arrays[f"b{k}"]))
    return cells


def read_text(cells, alphabet, text, own=0, clamp=()) -> list[Trace]:
    """A Trace of every layer over a text; `clamp` holds gates of layer `own`."""
    place = {character: k for k, character in enumerate(alphabet)}
    x, runs = np.eye(len(place) + 1)[[place.get(c, len(place)) for c in text]], []
    for k, cell in enumerate(cells):
        if len(text):
            run = cell.run(x, clamp=_held(clamp, len(text)) if k == own else {})
        else:
            run = Trace(dict.fromkeys([*GATES, "c", "h"], np.zeros((0, cell.units))))
        runs.append(run)
        x = run.h
    return runs


def _held(clamp, T) -> dict:
    held: dict[tuple, float] = {}
    for gate, unit, first, last, value in clamp:
        key = (gate, unit, range(first, min(last + 1, T)))
        held.pop(key, None)  # a later clamp stands above an earlier one
        held[key] = value
    return held
