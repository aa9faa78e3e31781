"""What is measured for docs/cells_nobody_programmed.md, on texts small enough to count by hand."""

import numpy as np
import pytest
import torch

import lstm_lab as lab
from lstm_lab.tasks.source import ALPHABET
from tools.reading import BEFORE, LONG, costs, erased, gates_at, held_at, strings_in

NET = lab.models.CharModel(ALPHABET, 6, seed=0)
LEAD = "x" * (BEFORE - 1) + "\n"


def test_strings_begin_at_one_step_and_end_at_their_marks():
    kept = ["'four'", '"it\'s"', f"'{'z' * LONG}'"]
    left_out = ["'abc'", "''", f"'{'z' * (LONG + 1)}'", '"""doc"""', "# 'comment'\n", "'open\n"]
    text = LEAD + "\n".join([*left_out, *kept])
    found = strings_in(NET, ["'early'", text])
    assert len(found.ends) == len(kept)
    for codes, end, string in zip(found.codes, found.ends, kept, strict=True):
        row = "".join(ALPHABET[k] for k in codes)
        assert row[BEFORE : end + 1] == string
        place = text.index(string)
        assert row[:BEFORE] == text[place - BEFORE : place]
        assert not row[end + 1 :].strip()
    assert len(strings_in(NET, [text, text], most=2).ends) == 4


def test_a_string_costs_what_torch_says_of_its_characters():
    found = strings_in(NET, [LEAD + "f('four', \"fives\")"])
    mark, within = [], []
    for row, end in zip(found.codes, found.ends, strict=True):
        with torch.no_grad():
            nats = torch.nn.functional.cross_entropy(NET(row[:-1]), row[1:], reduction="none")
        bits = nats.numpy() / np.log(2)
        mark.append(bits[end - 1])
        within.extend(bits[BEFORE : end - 1])
    assert len(within) == 4 + 5
    assert costs(NET, found) == pytest.approx((np.mean(mark), np.mean(within)), rel=1e-5)


@torch.no_grad()
def test_a_unit_is_erased_from_the_opening_mark_on():
    """Read in two pieces: what comes before the marks is free, and all that follows is held."""
    found = strings_in(NET, [LEAD + "f('four', \"fives\")"])
    erase = {(gate, 2, None): 0 for gate in ("remember", "save")}
    told = {"free": ([], []), "held": ([], [])}
    for codes, end in zip(found.codes, found.ends, strict=True):
        x = torch.eye(len(ALPHABET))[codes[:-1]]
        _, state = NET.lstm(x[:BEFORE])
        for name, clamp in (("free", {}), ("held", erase)):
            with lab.hold(NET, {"lstm": clamp}):
                h, _ = NET.lstm(x[BEFORE:], state)
            log_p = torch.log_softmax(NET.read(h), -1).gather(1, codes[BEFORE + 1 :, None])[:, 0]
            bits = (-log_p / np.log(2)).tolist()
            told[name][0].append(bits[end - 1 - BEFORE])
            told[name][1].extend(bits[: end - 1 - BEFORE])
    expected = [np.mean(h) - np.mean(f) for h, f in zip(told["held"], told["free"], strict=True)]
    assert erased(NET, found, 2) == pytest.approx(expected, abs=1e-5)
    assert min(map(abs, expected)) > 1e-3


def test_gates_are_means_over_marks_and_what_is_between_and_outside_them():
    texts = ["f(a)", "g('(', b) # (\n[c]"]
    places = {"(": [[1], [1]], "between": [[2], [4, 5, 6, 7, 15]], ")": [[3], [8]]}
    places["outside"] = [[0], [0, 9, 13]]
    found = gates_at(NET, texts, 3)
    traces = [lab.trace(NET.lstm, NET.encode(text)) for text in texts]
    assert found.keys() == places.keys()
    for place, steps in places.items():
        for name in traces[0].names:
            values = np.concatenate([t[name][k, 3] for t, k in zip(traces, steps, strict=True)])
            assert found[place][name] == pytest.approx(values.mean(), abs=0.0051), (place, name)


@pytest.mark.parametrize("c", [0, 0.74, -1, 1.36, -2.5])
def test_a_unit_is_held_where_c_is_asked_for(c):
    x = NET.encode("any text that is long enough")
    with torch.no_grad(), lab.hold(NET, {"lstm": held_at(4, c)}):
        reached = [float(NET.lstm(x[:steps])[1][1][0, 4]) for steps in (1, len(x))]
    assert reached[1] == pytest.approx(c, abs=1e-4)
    assert abs(c) > 1 or reached[0] == pytest.approx(c)
