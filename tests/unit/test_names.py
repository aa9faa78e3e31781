"""One table of names: nothing that people read may disagree with it."""

import ast
import re
from pathlib import Path

import pytest

import lstm_lab as lab
from lstm_lab.names import (
    CELL,
    CONDITIONAL,
    GATE_STOPS,
    GRADIENT_PATHS,
    NAMES,
    SIGNED_STOPS,
    as_json,
    macros,
)
from lstm_lab.residual.by_hand import RECURRENCES
from tools.names import module as names_module

PACKAGE = Path(lab.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
FIGURES = [path for path in PACKAGE.rglob("*.js") if path.name not in ("lstm.js", "names.js")]


def luminance(colour):
    linear = []
    for k in (1, 3, 5):
        c = int(colour[k : k + 2], 16) / 255
        linear.append(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", CELL.values(), ids=lambda name: name.word)
def test_a_hue_reads_on_light_and_dark_pages(name):
    assert contrast(name.colour, "#ffffff") >= 4
    assert contrast(name.colour, "#111111") >= 4


def test_hues_differ():
    assert len({name.colour for name in CELL.values()}) == len(CELL)


def test_hues_of_wirings_read_as_thick_lines_and_differ():
    wirings = [GRADIENT_PATHS[key].colour for key in RECURRENCES]
    assert len(set(wirings)) == len(RECURRENCES)
    for colour in wirings:
        assert contrast(colour, "#ffffff") >= 3 and contrast(colour, "#111111") >= 3


def test_colour_maps_are_what_the_comments_say():
    from matplotlib import colormaps
    from matplotlib.colors import to_rgb

    for stops, name in ((GATE_STOPS, "cividis"), (SIGNED_STOPS, "RdBu_r")):
        for k, stop in enumerate(stops):
            expected = colormaps[name](k / (len(stops) - 1))[:3]
            assert to_rgb(stop) == pytest.approx(expected, abs=1 / 255)


def test_rows_and_activations_are_torchs():
    import torch

    H, x = 3, torch.zeros(1, 2)
    for name in (name for name in CELL.values() if name.block is not None):
        cell = torch.nn.LSTMCell(2, H)
        with torch.no_grad():
            for parameter in cell.parameters():
                parameter.zero_()
            low, high = (int((part or "0").rstrip("H") or 1) for part in name.rows.split(":"))
            cell.bias_ih[low * H : high * H] = 50.0
            h, c = cell(x, (torch.zeros(1, H), torch.ones(1, H)))
        # gates rest at 1/2 and the candidate at 0; the one block that is pushed shows which it is
        keep, add, show = 0.5, 0.0, 0.5
        keep = 1.0 if name.word == "remember" else keep
        add = 0.5 if name.word == "candidate" else add
        show = 1.0 if name.word == "focus" else show
        assert torch.allclose(c, torch.full((1, H), keep + add))
        assert torch.allclose(h, show * torch.tanh(c))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_docstrings_pair_words_and_letters_as_the_table_does(path):
    letters = {name.symbol: name.word for name in CELL.values() if len(name.word) > 1}
    words = {word: letter for letter, word in letters.items()}
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    documented = (
        ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds)
    )
    for text in documented:
        for word, letter in re.findall(r"`?(\w+)`? \(`?([figo])`?\)", text):
            assert words.get(word) in (letter, None), f"{word} ({letter})"
            assert letters[letter] == word, f"{word} ({letter})"


@pytest.mark.parametrize("path", FIGURES, ids=lambda p: p.name)
def test_figures_take_their_labels_from_the_table(path):
    """No word of the table stands in a figure's text as a string of its own."""
    words = {name.label for name in NAMES.values()} | {name.word for name in NAMES.values()}
    strings = set(re.findall(r'"([^"\n]*)"', path.read_text("utf-8")))
    # keys of the table and of the traits are the same in both languages, so they may stand
    assert not (strings & words) - set(NAMES)


def test_the_page_gets_the_whole_table():
    table = as_json()["names"]
    assert table.keys() == NAMES.keys()
    assert table["remember"]["label"] == "remember (f)"
    assert table["remember"]["colour"] == CELL["remember"].colour


def test_notation_shows_every_macro_and_every_colour():
    shown = lab.notation()._repr_markdown_()
    for macro, latex in macros().items():
        assert rf"\newcommand{{\{macro}}}{{{latex}}}" in shown
    for name in CELL.values():
        assert name.colour in shown
    for name in (*CELL.values(), *CONDITIONAL.values()):
        assert f"| {name.word} |" in shown and name.label in repr(lab.notation())


def test_macros_are_letters_only():
    assert all(re.fullmatch("[A-Za-z]+", macro) for macro in macros())


def test_the_figures_import_the_table_as_it_is():
    assert (PACKAGE / "widgets" / "names.js").read_text("utf-8") == names_module(), "make names"
