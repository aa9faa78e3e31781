"""Curves, and what the stills of learning refuse."""

import numpy as np
import pytest

import lstm_lab as lab
from lstm_lab.experiments import LearningCurve

LANE = LearningCurve([0, 25, 50], [0.0, 0.1, 0.2], [0.2, 0.01, 0.001])


def test_curves_grow_while_they_are_watched():
    figure = lab.Curves(["a", "b"], max_updates=100)
    assert repr(figure) == "Curves(a, b; goal 0.002)"
    seen = []
    figure.observe(lambda change: seen.append(change.new), "curves")
    figure.watch("b", LANE)
    assert seen == [[[], [[0, 0.2], [25, 0.01], [50, 0.001]]]]
    last = figure.values()["last"]
    assert np.isnan(last[0]) and last[1] == 0.001
    assert repr(figure).endswith("b = [50, 0.001]")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lab.Curves([]), "1 to 5 different"),
        (lambda: lab.Curves(["a", "a"]), "1 to 5 different"),
        (lambda: lab.Curves(["a"], max_updates=0), "max_updates is 0"),
        (lambda: lab.Curves(["a"], goal=2), "goal is 2"),
        (lambda: lab.Curves(["a"]).watch("c", LANE), "name is 'c', but must be one of 'a'"),
        (lambda: setattr(lab.Curves(["a"]), "curves", [[], []]), "2 curves for 1 names"),
        (lambda: setattr(lab.Curves(["a"]), "curves", [[1, 2]]), "updates, error"),
        (lambda: lab.plots.learning_curves({"a": [(1, 2, 3)]}), "pairs"),
        (lambda: lab.Curves(["a"], max_updates=1.5), "whole number"),
        (lambda: lab.Curves("ab"), "names must be a list of names, but 'ab'"),
        (lambda: setattr(lab.Curves(["a"]), "curves", [[(1, -2)]]), "0 or more"),
        (lambda: lab.plots.learning_curves({}), "at least one"),
        (lambda: lab.plots.accuracy_by_lag({}, 0.1), "at least one lag"),
        (lambda: lab.plots.updates_to_goal({"a": []}, 10), "at least one seed"),
        (lambda: lab.Curves(None), "names must be a list of names, but None"),
        (
            lambda: lab.Curves(["a"]).watch("a", [1]),
            "a LearningCurve is wanted, not",
        ),
        (lambda: setattr(lab.Curves(["a"]), "curves", [3]), "a curve is a list of"),
        (lambda: setattr(lab.Curves(["a"]), "curves", [[(0, -1)]]), "0 or more, but .* was given"),
        (lambda: setattr(lab.Curves(["a"]), "curves", 3), "expected a list, not the int 3"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
