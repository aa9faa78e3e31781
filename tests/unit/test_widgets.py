"""The figures' Python half: traits are checked, values computed, stills shown."""

import io

import numpy as np
import pytest
from PIL import Image

import lstm_lab as lab
from lstm_lab.widgets.traits import FigureError

FIGURES = [lab.SoftIf, lab.SoftSwitch]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.__name__)
class TestEveryFigure:
    def test_it_shows_itself_live_as_a_still_and_as_text(self, figure):
        bundle, metadata = figure()._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in bundle
        picture = Image.open(io.BytesIO(bundle["image/png"]))
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 50
        assert metadata["image/png"]["alt"] == bundle["text/plain"] == repr(figure())

    def test_its_text_holds_values_and_no_address(self, figure):
        text = repr(figure())
        assert "0x" not in text
        for key in (*figure.shown, *figure().values()):
            assert f"{key} =" in text or f"{key}=" in text

    def test_its_still_is_the_same_bytes_twice(self, figure):
        first, second = (figure()._repr_mimebundle_()[0]["image/png"] for _ in "12")
        assert first == second

    def test_presets_and_reset_are_states_that_it_accepts(self, figure):
        it = figure()
        before = {key: getattr(it, key) for key in figure.shown}
        assert len(it.presets) >= 4
        for preset in it.presets:
            it.change(**preset["state"])
            for value in it.values().values():
                assert np.isfinite(value).all()
            assert preset["name"] and preset["hint"]
        it.change(**it.initial)
        assert {key: getattr(it, key) for key in figure.shown} == before

    def test_a_refused_change_leaves_everything_as_it_was(self, figure):
        it = figure()
        before = {key: getattr(it, key) for key in figure.shown}
        with pytest.raises(FigureError):
            it.change(sharpness=-1)
        with pytest.raises(TypeError, match="no such trait"):
            it.change(colour="red")
        assert {key: getattr(it, key) for key in figure.shown} == before

    def test_its_module_is_one_file_without_imports(self, figure):
        module = figure()._esm
        assert "import " not in module.replace("important", "")
        assert module.count("export default") == 1
        assert "http://" not in module.replace("http://www.w3.org/2000/svg", "")


def test_traits_are_observed_and_linked():
    import ipywidgets

    a, b = lab.SoftIf(z=[1, 2, 3, 4]), lab.SoftIf()
    seen = []
    a.observe(lambda change: seen.append(change["new"]), "z")
    ipywidgets.link((a, "z"), (b, "z"))
    a.z = np.array([0.5, 0, 0, 0])
    assert seen[-1] == b.z == (0.5, 0, 0, 0)


def test_a_page_may_change_size_and_shape_in_one_message():
    switch = lab.SoftSwitch()
    switch.set_state({"cases": [[1, 2], [3, 4]], "scores": [0, 1], "names": ["T", "F"]})
    assert switch.values()["y"].shape == (2,)
    blend = lab.SoftIf()
    blend.change(if_true=[1], if_false=[2], z=[3])
    assert blend.values()["y"].shape == (1,)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.__name__)
def test_a_misspelt_trait_is_refused(figure):
    with pytest.raises(AttributeError, match=r"no such trait: 'sharpnes'; there are .*sharpness"):
        figure().sharpnes = 3


def test_one_branch_alone_is_blended_with_zero():
    import torch

    assert lab.SoftIf([1, 2]).if_false == lab.SoftIf(if_true=torch.ones(2)).z == (0, 0)


def test_soft_switch_as_if_is_soft_if():
    z, T, F = 0.7, np.array([4.0, -3]), np.array([1.0, 1])
    gate = np.full(2, lab.sigmoid(z))
    as_if = lab.SoftSwitch.as_if(T, F, z)
    np.testing.assert_allclose(as_if.values()["y"], lab.soft_if(gate, T, F), rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lab.SoftIf(z=[1, 2]), "z has 2 elements"),
        (lambda: lab.SoftIf(z=[1, 2, np.nan, 0]), r"z\[2\] is nan"),
        (lambda: lab.SoftIf(z="abcd"), "z must hold real numbers"),
        (lambda: lab.SoftIf([[1, 2]], [[1, 2]]), "if_true must be a row of numbers"),
        (lambda: lab.SoftIf([], []), "if_true must be a row of numbers"),
        (lambda: lab.SoftSwitch(5), "cases must be rows of numbers"),
        (lambda: lab.SoftSwitch([[], []]), "cases must be rows of numbers"),
        (lambda: lab.SoftIf([1] * 9, [1] * 9), "9 elements: 1 to 8"),
        (lambda: lab.SoftIf(sharpness=np.inf), "sharpness is inf"),
        (lambda: lab.SoftSwitch([1, 2]), "cases must be rows of numbers"),
        (lambda: lab.SoftSwitch([[1, 2], [3]]), "rows of different lengths"),
        (lambda: lab.SoftSwitch([[1, 2]], [1, 2]), "2 scores"),
        (lambda: lab.SoftSwitch([[1] * 7]), "7 features: 1 to 6"),
        (lambda: lab.SoftSwitch([[1]] * 9), "9 cases: 1 to 8"),
        (lambda: lab.SoftSwitch(kind="hard"), "kind is 'hard'"),
        (lambda: lab.SoftSwitch(names=["one"]), "1 names"),
    ],
)
def test_bad_traits_are_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()
