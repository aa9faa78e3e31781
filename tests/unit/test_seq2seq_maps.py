"""Masks and their score, and the knife: against brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import lstm_lab as lab
from lstm_lab.seq2seq.maps import ablate, alignment, intervene, reroute

SCORES = arrays(float, st.integers(2, 8), elements=st.floats(-20, 20))


@given(SCORES, st.data())
def test_a_cut_is_a_score_of_minus_infinity(scores, data):
    k = data.draw(st.integers(0, len(scores) - 1))
    without = scores.copy()
    without[k] = -1e300
    assert ablate(lab.mask(scores), k) == pytest.approx(lab.mask(without), abs=1e-12)


@given(SCORES, st.data())
def test_a_move_keeps_the_sum_and_all_others(scores, data):
    mask, places = lab.mask(scores), st.integers(0, len(scores) - 1)
    k, to = data.draw(places), data.draw(places)
    moved = reroute(mask, k, to)
    expected = {j: mask[j] for j in range(len(mask))}
    if k != to:
        expected |= {k: 0, to: mask[k] + mask[to]}
    assert moved == pytest.approx(list(expected.values()))


def test_the_last_one_cut_leaves_nothing():
    assert ablate([1.0], 0).tolist() == [0] and ablate([0.0, 1.0], 1).tolist() == [0, 0]


def test_a_knife_edits_its_steps_in_order():
    attend, mask = intervene([(1, 0, 2), (1, 2, None), (4, 0, 1)]), np.array([0.5, 0.2, 0.3])
    assert attend(0, mask).tolist() == [0.5, 0.2, 0.3]
    assert attend(1, mask) == pytest.approx([0, 1, 0])
    assert attend(4, mask) == pytest.approx([0, 0.7, 0.3])


@given(st.integers(1, 6), st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_score_of_a_map_is_what_counting_gives(T, S, rng):
    masks = lab.mask(np.array([[rng.uniform(-3, 3) for _ in range(T)] for _ in range(S)])).T
    spans = []
    for _ in range(T):
        start = rng.randrange(S)
        spans.append(rng.choice([(0, 0), (start, rng.randint(start + 1, S))]))
    kept = [t for t in range(T) if spans[t] != (0, 0)]
    if not kept:
        with pytest.raises(ValueError, match="has a source"):
            alignment(masks, spans)
        return
    inside = [[k for k in range(S) if spans[t][0] <= k < spans[t][1]] for t in range(T)]
    hits = sum(int(np.argmax(masks[t])) in inside[t] for t in kept) / len(kept)
    mass = sum(masks[t][k] for t in kept for k in inside[t]) / len(kept)
    assert alignment(masks, spans) == pytest.approx((hits, mass, len(kept)))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ablate([0.5, 0.5], 2), "source is 2, but must be 0 to 1"),
        (lambda: ablate([3.0, 0.5], 0), "mask\\[0\\] is 3"),
        (lambda: reroute([[0.5]], 0, 0), "row of numbers"),
        (lambda: intervene([(1, 2)]), "give \\(step, source, to\\)"),
        (lambda: intervene("cut"), "must be a list"),
        (lambda: alignment(np.full((3, 2), 0.5).T, [(0, 1)] * 2), "sums to 1.5, not to 1"),
        (lambda: alignment(np.eye(3)[:2], [(0, 1)] * 3), "2 steps for 3 spans"),
        (lambda: alignment(np.eye(3), [(0, 4)] * 3), "does not fit 3 sources"),
        (lambda: alignment(5 * np.eye(3), [(0, 1)] * 3), "give weights, not scores"),
        (lambda: alignment(np.eye(2), 3), "spans must be a list of .from, to., but 3"),
        (lambda: alignment(np.eye(2), [0, 1]), "spans has 0: give .from, to. for each step"),
        (lambda: alignment(np.eye(2), [(0, 1, 2)]), r"spans has \(0, 1, 2\)"),
        (lambda: alignment(np.eye(2), [("0", 1)]), "from of a span must be a whole number"),
        (lambda: reroute([0.5, 0.5], 0, 2), "to is 2, but must be 0 to 1"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises((TypeError, ValueError), match=says):
        call()
