"""The stills: legible, painted in colours that read, taking data only."""

import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text
from PIL import Image

import lstm_lab as lab
from lstm_lab.names import CELL as QUANTITIES
from lstm_lab.names import NETS
from lstm_lab.plots.style import (
    alt_text,
    gate_colour,
    hues,
    ink_on,
    png,
    signed_colour,
    symmetric_limit,
)
from tools.diagrams import lstm_cell
from tools.unrolled import attention_step, encoder_decoder

RNG = np.random.default_rng(0)
CELL = lab.Cell(RNG.normal(size=(12, 2)), RNG.normal(size=(12, 3)), RNG.normal(size=12))
RUN = CELL.run(RNG.normal(size=(8, 2)))
TEXT = "a (b)\n c"
LAGS = np.arange(41)
PATHS = {"rnn": 0.5**LAGS, "residual": 1.5**LAGS, "gated": 0.95**LAGS, "lstm": 0.97**LAGS}
LEFT = np.array([0.85, 0.9, 0.95]) ** LAGS[:, None]

DIAGRAMS = {
    "lstm_cell": lstm_cell,
    "encoder_decoder": encoder_decoder,
    "attention_step": attention_step,
    "attention at the last step": lambda: attention_step(step=3),
}
PAGES = {
    "soft_if": lambda: lab.plots.soft_if([4, -3], [-2, 3], [1, -1]),
    "soft_switch": lambda: lab.plots.soft_switch([[4, 0], [-3, 2]], [1, 0]),
}


def test_words_of_a_still_name_its_axes_and_the_ends_of_its_lines():
    fig, _ = lab.plots.exact_by_length({"with": {1: [1], 20: [0.5]}, "without": {1: [1], 9: [0]}})
    assert alt_text(fig) == (
        "written exactly against length of the text. with from 1 to 0.5, without from 1 to 0"
    )


@pytest.mark.parametrize("name", DIAGRAMS | PAGES)
def test_no_two_texts_of_a_still_overlap(name):
    fig, ax = (DIAGRAMS | PAGES)[name]()
    fig.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    for k, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:k]), ax.texts[k].get_text()


@pytest.mark.parametrize("name", DIAGRAMS)
def test_no_text_of_a_diagram_leaves_the_page(name):
    fig, ax = DIAGRAMS[name]()
    fig.canvas.draw()
    width, height = fig.canvas.get_width_height()
    for text in ax.texts:
        box = text.get_window_extent()
        assert min(box.x0, box.y0) >= 0, text.get_text()
        assert box.x1 <= width and box.y1 <= height, text.get_text()


@pytest.mark.parametrize("name", [*DIAGRAMS][1:])
def test_unrolled_diagrams_read_on_a_projector(name):
    """Their smallest word is 11 pt or more where a page shows them 700 pixels wide."""
    fig, ax = DIAGRAMS[name]()
    shown = 700 / (100 * fig.get_figwidth())
    assert min(text.get_fontsize() for text in ax.texts) * shown >= 11


def test_attention_has_a_step_for_each_character():
    with pytest.raises(ValueError, match="step"):
        attention_step(4)


def test_a_gru_and_an_rnn_can_be_drawn_too():
    import torch

    x = torch.randn(6, 2)
    for module in (torch.nn.GRU(2, 3), torch.nn.RNN(2, 3)):
        tr = lab.trace(module, x)
        assert len(lab.plots.heatmaps(tr)[1]) == len(tr.names)
        assert png(lab.plots.unit(tr)[0])


def test_a_projecting_lstm_shows_all_its_units():
    import torch

    tr = lab.trace(torch.nn.LSTM(2, 4, proj_size=2), torch.randn(5, 2))
    _, axes = lab.plots.heatmaps(tr)
    assert [ax.images[0].get_array().shape[0] for ax in axes] == [4, 4, 4, 4, 4, 2]
    assert png(lab.plots.unit(tr, 3)[0])
    with pytest.raises(ValueError, match="without projection"):
        lab.plots.cell_player(tr, 1)


def test_a_still_wants_a_trace():
    with pytest.raises(TypeError, match="a Trace is wanted, not str"):
        lab.plots.heatmaps("text")


def test_ink_reads_on_every_colour():
    def luminance(rgb):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
        return np.dot([0.2126, 0.7152, 0.0722], linear)

    for value in np.linspace(-1, 1, 201):
        for rgb in (signed_colour(value, 1), gate_colour(abs(value))):
            paper, ink = luminance(rgb), 0 if ink_on(rgb) == "#000000" else 1
            high, low = max(paper, ink), min(paper, ink)
            assert (high + 0.05) / (low + 0.05) >= 4.5


def test_limits():
    assert symmetric_limit(np.zeros(3)) == 1
    assert symmetric_limit(np.array([1, -4]), np.array([2])) == 4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lab.plots.soft_if([1], [1, 2], [0]), "shapes differ"),
        (lambda: lab.plots.soft_if([1], [np.nan], [0]), "if_false"),
        (lambda: lab.plots.soft_switch([[1]], [1, 2]), "does not match"),
        (lambda: lab.plots.gate_slopes([]), "sharpness must be a row of numbers"),
        (lambda: lab.plots.gate_slopes(4), "sharpness must be a row of numbers"),
        (lambda: lab.plots.soft_if(1, 2, 3), "z must be a row of numbers"),
        (lambda: lab.plots.soft_switch([1, 2], [1, 2]), "cases must be rows of numbers"),
        (lambda: lab.plots.soft_switch([[1], [2]], [1, 2], names=["a"]), "1 names for 2 cases"),
        (lambda: lab.plots.heatmaps(RUN, "abc"), "3 tokens for 8 steps"),
        (lambda: lab.plots.heatmaps(RUN, units=[3]), "unit 3: there are 3, 0 to 2"),
        (lambda: lab.plots.unit(RUN, 3), "unit 3: there are 3, 0 to 2"),
        (lambda: lab.plots.heatmaps(RUN, c_limit="own"), "c_limit is 'own', but must be one of"),
        (lambda: lab.plots.trace_explorer(RUN, TEXT, c_limit=3), "c_limit is 3, but must be one"),
        (lambda: lab.plots.unit(CELL.run(RNG.normal(size=(8, 4, 2)))), "give trace.sequence"),
        (lambda: lab.plots.gradients({}), "paths is empty"),
        (lambda: lab.plots.gradients({"a": [[1.0]]}), "a must be a row of numbers"),
        (lambda: lab.plots.gradients({"a": [1, -1]}), "a has a gain below 0"),
        (lambda: lab.plots.gradients({"a": [1, np.inf]}), r"a\[1\] is inf"),
        (lambda: lab.plots.highway(PATHS, LEFT, LAGS[1:]), "all must be of one length"),
        (lambda: lab.plots.highway(PATHS, LEFT[:, 0], LAGS), "survival must be rows of numbers"),
        (lambda: lab.plots.highway(PATHS, LEFT, LAGS, 41), "lag is 41, but must be 0 to 40"),
        (lambda: lab.plots.cell_player(RUN, 8), "step is 8, but must be 0 to 7"),
        (lambda: lab.plots.exact_by_length({}), "at least one length"),
        (lambda: lab.plots.sharpening({}), "at least one"),
        (lambda: lab.plots.sharpening({"early": [1, 0]}), "maps\\['early'\\] must be rows"),
        (lambda: lab.plots.attention_map([[2.0]], "a", "a"), "give weights, not scores"),
        (lambda: lab.plots.attention_map([1.0], "a", "a"), "masks must be rows of numbers"),
        (lambda: lab.plots.attention_map(np.eye(3), "ab", "abc"), "3 steps and 3 sources, but"),
        (lambda: lab.plots.attention_map(np.eye(3), "abc", "a"), "wrote has 1, source 3"),
        (lambda: lab.plots.attention_map([[1.0]], "a", "a", [(0, 2)]), r"span \(0, 2\) of step 0"),
        (lambda: lab.plots.sharpening({"a": [[2.0]]}), r"maps\['a'\]\[0, 0\] is 2"),
        (lambda: lab.plots.states({"a": 3}), "a must be a row of numbers"),
        (lambda: lab.plots.states({"a": [[1, 2]]}), "a must be a row of numbers"),
        (lambda: lab.plots.first_failures({"a": 3}), r"found\['a'\] is 3: give a list"),
        (
            lambda: lab.plots.first_failures({"a": [3]}, max_n=-1),
            "max_n is -1, but must be above 0",
        ),
        (lambda: lab.plots.updates_to_goal([300], 900), r"found is \[300\]: give a dict"),
        (
            lambda: lab.plots.accuracy_by_lag({"a": {3: 0.5}}, 0.2),
            r"found\['a'\]\[3\] is 0.5: give a list",
        ),
        (lambda: lab.plots.exact_by_length({"a": {3: []}}), r"found\['a'\]\[3\] is \[\]"),
        (lambda: lab.plots.highway(PATHS, LEFT, LAGS, radius=-1), "radius is -1"),
        (lambda: lab.plots.heatmaps(RUN, units=[]), "units is empty: choose some of 0 to 2"),
        (lambda: lab.plots.heatmaps(RUN, units=[1.0]), "unit 1.0: there are 3"),
        (lambda: lab.plots.unit(RUN, True), "unit True: there are 3"),
        (lambda: lab.plots.trace_explorer(RUN, TEXT, 0, [1], [1]), "1 answer for 8 steps"),
        (lambda: lab.plots.attention_map(np.eye(2), "ab", "ab", [0]), "spans has 0"),
    ],
)
def test_bad_data_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lab.plots.states([1, 2]), "runs must be a dict, a name to values, but"),
        (lambda: lab.plots.states({"a": [1, 2]}, 2), "tokens must be a text or a list of words"),
        (lambda: lab.plots.gradients([1.0]), "paths must be a dict, a name to gains, but"),
        (lambda: lab.plots.gradients({"a": [1.0]}, [1.0]), "laws must be a dict"),
        (lambda: lab.plots.highway([1.0], LEFT, LAGS), "paths must be a dict"),
        (lambda: lab.plots.learning_curves([(0, 1)]), "curves must be a dict, a name to points"),
        (
            lambda: lab.plots.learning_curves({"a": [(0, 1)]}, goal="low"),
            "goal must hold real numbers",
        ),
        (
            lambda: lab.plots.accuracy_by_lag({"a": {3: [0.5]}}, None),
            "baseline must hold real numbers",
        ),
        (lambda: lab.plots.sharpening([np.eye(2)]), "maps must be a dict"),
        (lambda: lab.plots.heatmaps(RUN, 8), "tokens must be a list of one for each step, but 8"),
        (lambda: lab.plots.saturation(None), "a Trace is wanted, not NoneType"),
        (lambda: lab.plots.first_failures({"a": ["3"]}, max_n=9), "must hold real numbers"),
        (lambda: lab.plots.soft_switch([[1]], [1], names=3), "names must be a text or a list"),
    ],
)
def test_data_of_another_type_is_refused_with_what_is_wanted(call, message):
    with pytest.raises(TypeError, match=message):
        call()


SENTENCE = (
    "the keys to the old wooden cabinet near the window that my neighbours painted are still "
    "missing , although everybody looked for them everywhere yesterday afternoon ."
).split()


def long_run(steps, units=3):
    wide = lab.Cell(*(RNG.normal(size=size) for size in [(4 * units, 2), (4 * units, units)]),
                    RNG.normal(size=4 * units))  # fmt: skip
    return wide.run(RNG.normal(size=(steps, 2)))


WITH_TOKENS = {
    "heatmaps": lambda tokens: lab.plots.heatmaps(long_run(len(tokens)), tokens)[1][-1].xaxis,
    "unit": lambda tokens: lab.plots.unit(long_run(len(tokens)), 0, tokens)[1][-1].xaxis,
    "trace_explorer": lambda tokens: (
        lab.plots.trace_explorer(long_run(len(tokens)), tokens)[1][-1].xaxis
    ),
    "states": lambda tokens: lab.plots.states({"a": range(len(tokens))}, tokens)[1].xaxis,
    "attention_map": lambda tokens: (
        lab.plots.attention_map(np.eye(len(tokens)), tokens, tokens)[1].xaxis
    ),
    "attention_map, down": lambda tokens: (
        lab.plots.attention_map(np.eye(len(tokens)), tokens, tokens)[1].yaxis
    ),
}


@pytest.mark.parametrize("name", WITH_TOKENS)
@pytest.mark.parametrize(
    "tokens", [SENTENCE[:3], SENTENCE, SENTENCE * 3, SENTENCE * 9, "mW" * 52, "mW" * 500]
)
def test_labels_of_steps_can_be_read_or_their_numbers_stand_there(name, tokens):
    axis = WITH_TOKENS[name](tokens)
    axis.get_figure().draw_without_rendering()
    labels = axis.get_ticklabels()
    shown = [label.get_text() for label in labels]
    if "left out" in axis.get_label_text():
        assert f"{len(tokens):,}" in axis.get_label_text()
        assert [int(text.replace(",", "")) - 1 for text in shown] == list(axis.get_ticklocs())
    else:
        pairs = zip(tokens, shown, strict=True)
        assert all(token.startswith(text.rstrip("…")) for token, text in pairs)
        assert len(shown) == len(tokens) and labels[0].get_fontsize() >= 5
    boxes = [label.get_window_extent() for label in labels]
    ends = [(b.x0, b.x1) if axis.axis_name == "x" else (-b.y1, -b.y0) for b in boxes]
    assert all(end <= start + 0.5 for (_, end), (start, _) in pairwise(ends))


def test_a_hundred_characters_are_all_shown_and_steps_are_counted_from_one():
    axis = WITH_TOKENS["unit"]("ab" * 50)
    assert "".join(label.get_text() for label in axis.get_ticklabels()) == "ab" * 50
    axis = lab.plots.unit(long_run(30))[1][-1].xaxis
    assert axis.get_label_text() == "step"
    assert [int(label.get_text()) for label in axis.get_ticklabels()][-1] == 30
    assert axis.get_ticklocs()[-1] == 29


@pytest.mark.parametrize("c_limit", [None, "shared", "each"])
def test_units_of_very_different_size_have_limits_of_their_own(c_limit):
    run = long_run(6)
    run.arrays["c"][:] = np.outer(np.linspace(-1, 1, 6), [200, 1, 3])
    _, axes = lab.plots.heatmaps(run, c_limit=c_limit)
    ax = axes[-2]
    [image], told = ax.images, [label.get_text() for label in ax.get_yticklabels()]
    low, high = image.get_clim()
    if c_limit == "shared":
        assert (low, high) == (-200, 200) and told == ["1", "2", "3"]
        np.testing.assert_allclose(image.get_array(), run.c.T)
    else:
        assert (low, high) == (-1, 1) and told == ["1: ±200", "2: ±1", "3: ±3"]
        np.testing.assert_allclose(image.get_array(), run.c.T / [[200], [1], [3]])
    run.arrays["c"][:] = np.outer(np.linspace(-1, 1, 6), [9, 1, 3])
    ax = lab.plots.heatmaps(run)[1][-2]
    assert ax.images[0].get_clim() == (-9, 9)


def test_units_that_were_ranked_stand_from_above_each_once():
    cell = lab.programs.nesting()
    text = cell.task.sample(1, 200, rng=0)[0]
    run = cell.run(cell.task.encode(text))
    ranked = lab.units.rank(run, cell.task.label(text))
    order = list(dict.fromkeys(it.unit for it in ranked))
    fig, axes = lab.plots.heatmaps(run, units=ranked[0])  # one alone
    assert len(axes[0].get_yticklabels()) == 1
    fig, axes = lab.plots.heatmaps(run, units=ranked)
    np.testing.assert_array_equal(axes[0].images[0].get_array(), run.remember[:, order].T)
    fig.draw_without_rendering()
    told = [it.get_text() for it in axes[0].get_yticklabels()]
    assert told == [str(unit + 1) for unit in order]


def test_every_unit_of_a_large_net_has_a_row_of_pixels():
    fig, axes = lab.plots.heatmaps(long_run(1000, 256))
    fig.draw_without_rendering()
    assert all(ax.get_window_extent().height >= 200 for ax in axes)
    with pytest.raises(ValueError, match="257 units: choose up to 256"):
        lab.plots.heatmaps(long_run(3, 257))


def test_a_still_of_a_thousand_steps_is_small_enough_for_a_notebook():
    fig, _ = lab.plots.heatmaps(long_run(1000, 64))
    data, _ = fig._repr_png_()
    assert len(png(fig)) > 1_000_000 and len(data) <= 300_000
    small = [lab.plots.heatmaps(RUN)[0] for _ in range(2)]
    assert small[0]._repr_png_()[0] == png(small[1])  # what is small stays as it is


def test_a_still_stands_on_light_and_dark_pages_alike():
    """It has no ground, its words are in one grey; painting it changes nothing in it."""
    fig, _ = lab.plots.states({"c": [0.0, 1.0, 2.0]}, "abc")
    fig.draw_without_rendering()
    before = [text.get_color() for text in fig.findobj(Text)]
    picture = np.asarray(Image.open(io.BytesIO(png(fig))).convert("RGBA")).astype(int)
    assert [text.get_color() for text in fig.findobj(Text)] == before
    clear = picture[..., 3] == 0
    assert clear.mean() > 0.8
    inked = picture[picture[..., 3] == 255][:, :3]
    assert len(inked) and inked.max(axis=1).min() > 100  # nothing that a dark page would swallow


def test_a_sheet_has_its_own_ground():
    fig, _ = lab.plots.soft_if([1.0], [0.0], [0.5])
    assert (np.asarray(Image.open(io.BytesIO(png(fig))).convert("RGBA"))[..., 3] == 255).all()


@given(st.lists(st.sampled_from(["RNN", "LSTM", "LSTM, chrono", "GRU", "a", "b"]), max_size=6))
def test_no_two_lines_have_one_hue_and_a_kind_of_net_has_its_own(names):
    found = hues(names)
    assert len(found) == len(names) == len(set(found)) or len(names) > 6
    for kind, colour in NETS.items():
        if kind in names and names.index(kind) == next(
            k for k, name in enumerate(names) if kind in name
        ):
            assert found[names.index(kind)] == colour
    assert not set(found) & {name.colour for name in QUANTITIES.values()}
