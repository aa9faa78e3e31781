"""What an address may set in a page: nothing that Python's traits refuse."""

import json
import re

import pytest

import lstm_lab as lab
from lstm_lab.widgets.figure import HERE
from lstm_lab.widgets.traits import FigureError
from tests.node import evaluator
from tests.unit.test_widgets import (
    attention_map,
    cell_player,
    class_guesses,
    explorer,
    unit_explorer,
)

MAKE = {
    "soft_if": lab.SoftIf,
    "soft_switch": lab.SoftSwitch,
    "cell_player": cell_player,
    "trace_explorer": explorer,
    "highway": lab.Highway,
    "attention_map": attention_map,
    "unit_explorer": unit_explorer,
    "playground": lab.Playground,
    "class_guesses": class_guesses,
}
#: What people come to, by moving what can be moved.
MOVED = {
    "soft_if": {"z": [1, -2, 0.5, 3], "if_true": [0, 0, 1, 2], "sharpness": 4},
    "soft_switch": {"kind": "sigmoid", "scores": [1, 2, -3.5], "names": ["x", "y", ""]},
    "cell_player": {"step": 4, "unit": 1, "clamp": [["save", 1, 0.5]], "clamp_from": 2},
    "trace_explorer": {
        "text": "😀 [", "step": 3, "unit": 0, "sharpness": 0.01,
        "clamp": [["candidate", 0, 1, 2, -1]],
    },
    "highway": {"forget_bias": -3, "radius": 3, "lag": 100},
    "attention_map": {"source": "abc", "edits": [[0, 1, -1], [2, 1, 0]], "step": 9, "unit": 5},
    "unit_explorer": {
        "text": "b(a", "unit": 5, "of": "save", "label": "", "marks": [["low", 1, 1]],
        "clamp": [["focus", 5, 0, 9, 1]], "seed": 3, "writes": 1000,
    },
    "class_guesses": {"at": 1, "told": True},
    "playground": {
        "task": "parity", "kind": "gru", "units": 8, "signed": True, "lr": 1e-3, "noise": 0.5,
        "remember": -3, "save": 10, "updates": 20_000, "seed": 99, "speed": 1, "done": 3,
        "losses": [[1, 0.7]], "shadow": [], "weights": {"W_x": [0.5, -1]}, "text": "a" * 60,
    },
}  # fmt: skip
#: Tried on every trait.
HOSTILE = [
    None, True, -1, -0.5, 0, 0.5, 2.5, 3, 11, 99, 101, 1e7, 1e18, 1e300, "", "a", "toString",
    "constructor", "__proto__", "nonsense", "a" * 61, "a" * 21_000, "<img>", [], [[]], [1, 2],
    ["a", "b", "c", "d"], [0, 0, 0], [0, 0, 0, 0], [[1, 2], [3]], [[], [], []], {}, {"a": 1},
    {"W_x": [[1]]}, {"W_x": "a"}, {"__proto__": [1]}, [["save", 0, 2]], [["save", 9, 1]],
    [["toString", 0, 0]], [["save", 0, -0.1]], [["save", 0, 3, 1, 1]], [["save", 99, 0, 1, 1]],
    [["remember", 0, 0, 1, 1.5]], [["save", 0.5, 0, 1, 1]], [["high", 3, 1]], [["middle", 1, 3]],
    [[0, 0]], [[210, 0, 0]], [[0, 100, 0]], [[0, 0, -2]], [[0, 0, 0.5]], [None], [[None, None]],
    [["x", 1]],
]  # fmt: skip


def state_of(figure):
    """The traits as a page has them, without bytes."""
    state = {key: getattr(figure, key) for key in figure.shown}
    return {key: value for key, value in state.items() if not isinstance(value, bytes)}


def taken(name, given):
    """Of several {trait: value}, what the page's rules let through."""
    js = evaluator(f"{name}.js")
    program = "x.given.map((one) => all.default.allowed(one, all.default.rules, x.state))"
    return js(program, {"given": given, "state": state_of(MAKE[name]())})


def test_every_figure_that_has_rules_is_tried():
    module = re.compile(r"export default \{\s*rules,")
    ruled = {path.stem for path in HERE.glob("*.js") if module.search(path.read_text("utf-8"))}
    assert MAKE.keys() == MOVED.keys() == ruled


@pytest.mark.parametrize("name", MAKE)
def test_the_page_takes_nothing_that_python_refuses(name):
    keys = MAKE[name]().played or MAKE[name]().shown
    given = [{key: value} for key in keys for value in HOSTILE]
    for one in [change for change in taken(name, given) if change]:
        figure = MAKE[name]()
        figure.change(**json.loads(json.dumps(one)))  # FigureError if Python refuses it


@pytest.mark.parametrize("name", MAKE)
def test_the_page_takes_what_people_come_to(name):
    assert taken(name, [MOVED[name]]) == [MOVED[name]]
    MAKE[name]().change(**MOVED[name])


@pytest.mark.parametrize("name", MAKE)
def test_every_trait_that_is_moved_has_a_rule(name):
    figure = MAKE[name]()
    ruled = set(evaluator(f"{name}.js")("Object.keys(all.default.rules)", None))
    if name == "cell_player":  # its weights and input are not moved by hand
        assert ruled == {"step", "unit", "clamp", "clamp_from"}
    else:
        assert ruled == set(figure.played or figure.shown)


def test_what_is_no_trait_is_left_out():
    given = json.loads('{"__proto__": {"text": 1}, "constructor": 2, "initial": {}, "presets": []}')
    assert taken("playground", [given, [1], "text", None, 5]) == [{}] * 5


def test_a_hostile_value_is_one_that_python_refuses_somewhere():
    """The table has teeth: most of it is refused by Playground's traits."""
    refused = 0
    for value in HOSTILE:
        try:
            lab.Playground().change(units=value)
        except (FigureError, TypeError):
            refused += 1
    assert refused > len(HOSTILE) - 3
