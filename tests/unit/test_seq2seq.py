"""Encoder, decoder, attention: against torch's own attention, a plain loop, and autograd."""

import numpy as np
import pytest
import torch
from torch import nn

import lstm_lab as lab
from lstm_lab.seq2seq import Attention, Seq2Seq, twin_without_attention

REVERSE = lab.tasks.permutation()
WORDS = ("a", "bcd", "hello", "xy", "zebras")


def small(attention="additive", task=REVERSE):
    return Seq2Seq(task, 6, attention, seed=3).double()


def test_dot_attention_is_torchs_own():
    torch.manual_seed(0)
    S, T, B, H = 5, 4, 3, 6
    states = torch.randn(S, B, H, dtype=torch.double, requires_grad=True)
    queries = torch.randn(T, B, H, dtype=torch.double, requires_grad=True)
    padding = torch.arange(S)[:, None] >= torch.tensor([5, 2, 1])
    context, masks = Attention(H, "dot")(states, queries, padding)
    theirs = nn.functional.scaled_dot_product_attention(
        queries.transpose(0, 1), states.transpose(0, 1), states.transpose(0, 1),
        attn_mask=~padding.T[:, None], scale=1.0,
    ).transpose(0, 1)  # fmt: skip
    assert torch.allclose(context, theirs, atol=1e-12)
    assert torch.allclose(masks.sum(0), torch.ones(T, B, dtype=torch.double))
    assert masks.masked_select(padding[:, None].expand(S, T, B)).max() == 0
    weight = torch.randn_like(context)
    ours = torch.autograd.grad((context * weight).sum(), (states, queries), retain_graph=True)
    for mine, other in zip(
        ours, torch.autograd.grad((theirs * weight).sum(), (states, queries)), strict=True
    ):
        assert torch.allclose(mine, other, atol=1e-12)


def test_additive_attention_is_the_equation_and_a_soft_switch():
    attention = Attention(4).double()
    states = torch.randn(5, 1, 4, dtype=torch.double)
    query = torch.randn(1, 1, 4, dtype=torch.double)
    W_s, W_q, b, v = (
        attention.of_state.weight, attention.of_query.weight, attention.of_query.bias, attention.v,
    )  # fmt: skip
    scores = torch.stack([v @ torch.tanh(W_s @ s + W_q @ query[0, 0] + b) for s in states[:, 0]])
    context, masks = attention(states, query, sharpness=2.0)
    expected = lab.mask(scores, sharpness=2.0)
    assert torch.allclose(masks[:, 0, 0], expected, atol=1e-12)
    assert torch.allclose(context[0, 0], lab.soft_switch(expected, states[:, 0]), atol=1e-12)


@pytest.mark.parametrize("kind", ["additive", "dot"])
def test_gradients_are_those_of_finite_differences(kind):
    attention = Attention(3, kind).double()
    states = torch.randn(4, 2, 3, dtype=torch.double, requires_grad=True)
    queries = torch.randn(2, 2, 3, dtype=torch.double, requires_grad=True)
    padding = torch.arange(4)[:, None] >= torch.tensor([4, 2])
    assert torch.autograd.gradcheck(lambda s, q: attention(s, q, padding)[0], (states, queries))


@pytest.mark.parametrize("attention", ["additive", "dot", None])
def test_side_by_side_is_one_by_one(attention):
    """No text reads another's padding."""
    net = small(attention)
    together = net.decode_all(WORDS)
    for word, found in zip(WORDS, together, strict=True):
        alone = net.decode(word, max_steps=2 * 6 + 10)
        assert (alone.text, alone.ended) == (found.text, found.ended)
        assert alone.logits == pytest.approx(found.logits, abs=1e-12)
        if attention:
            assert alone.masks == pytest.approx(found.masks, abs=1e-12)
            assert alone.masks.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("attention", ["additive", "dot", None])
def test_told_what_is_right_it_scores_as_when_it_writes(attention):
    net = small(attention)
    pairs = [REVERSE.pair(word) for word in WORDS]
    data = REVERSE.batch(pairs)
    scores, masks = net(*data)
    longest = net(*REVERSE.batch([pairs[-1]]))
    assert torch.allclose(scores[-1], longest[0][0], atol=1e-12)
    assert (masks is None) == (attention is None)
    if attention:
        assert masks.shape == (5, 7, 6) and torch.allclose(masks[-1], longest[1][0], atol=1e-12)
    said = net.decode("hello", max_steps=1)
    assert said.logits[0] == pytest.approx(scores[2, 0].detach().numpy(), abs=1e-12)


def test_greedy_decoding_is_a_plain_loop():
    net, source = small(), "hello"
    states, _, state = net.encode(*map(torch.as_tensor, REVERSE.codes([source])))
    x, text, masks = torch.zeros(26, dtype=torch.double), "", []
    for _ in range(12):
        h, state = net.decoder(x[None, None], state)
        weights = lab.mask(net.attention.scores(states, h)[:, 0, 0])
        masks.append(weights.detach().numpy())
        context = lab.soft_switch(weights, states[:, 0])
        best = int((net.read.weight @ torch.cat([h[0, 0], context]) + net.read.bias).argmax())
        if best == 26:
            break
        text, x = text + REVERSE.writes[best], torch.eye(26, dtype=torch.double)[best]
    found = net.decode(source, max_steps=12)
    assert found.text == text and found.masks == pytest.approx(np.array(masks), abs=1e-12)


def test_masks_can_be_set_and_the_rest_is_decoded_anew():
    net, mask = small(), np.array([0, 0, 1, 0, 0])
    free, held = net.decode("hello"), net.decode("hello", attend={0: mask})
    assert held.masks[0].tolist() == mask.tolist()
    assert held.logits[0] != pytest.approx(free.logits[0])
    knifed = net.decode("hello", attend=lab.seq2seq.intervene([(0, 1, None)]))
    assert knifed.masks[0] == pytest.approx(lab.seq2seq.ablate(free.masks[0], 1))


def test_sharpness_goes_from_the_average_to_choosing_one():
    net = small()
    assert net.decode("hello", sharpness=0, max_steps=3).masks == pytest.approx(
        np.full((3, 5), 0.2)
    )
    assert net.decode("hello", sharpness=1e6, max_steps=3).masks.max(axis=1) == pytest.approx(1)


def test_the_twin_has_as_many_weights_and_no_attention():
    net = Seq2Seq(REVERSE, 16)
    twin = twin_without_attention(net)
    assert twin.attention is None and 1 <= twin.num_parameters / net.num_parameters < 1.05
    assert Seq2Seq(REVERSE, twin.hidden_size - 1, None).num_parameters < net.num_parameters


def test_seeds_give_first_weights_and_leave_torchs_own_alone():
    before = torch.get_rng_state()
    a, b, c = Seq2Seq(REVERSE, 4, seed=1), Seq2Seq(REVERSE, 4, seed=1), Seq2Seq(REVERSE, 4, seed=2)
    assert torch.equal(a.attention.v, b.attention.v) and not torch.equal(a.read.bias, c.read.bias)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Seq2Seq(lab.tasks.nesting()), "permutation\\(\\) or dates\\(\\) is wanted"),
        (lambda: Seq2Seq(lab.tasks.dates), "call it, with \\(\\)"),
        (lambda: Seq2Seq(REVERSE, 0), "hidden_size is 0"),
        (lambda: Seq2Seq(REVERSE, 4, "multi-head"), "'additive', 'dot'"),
        (lambda: small().decode("Hello"), "'H' .* position 0"),
        (lambda: small().decode(["abc"]), "is about text"),
        (lambda: small().decode(""), "at least one character"),
        (lambda: small().decode("abc", sharpness=-1), "sharpness is -1"),
        (lambda: small().decode("abc", attend={0: [1, 0]}), "\\(2,\\) weights at step 0, not \\(3"),
        (lambda: small().decode("abc", attend={0: [2, 0, 0]}), "attend gives at step 0"),
        (lambda: small().decode("abc", attend={"first": [1, 0, 0]}), "step of attend"),
        (lambda: small().decode("abc", attend=[1, 0, 0]), "or a function"),
        (lambda: small(None).decode("abc", sharpness=2), "no attention"),
        (lambda: twin_without_attention(small(None)), "with attention is wanted"),
        (lambda: Seq2Seq(REVERSE, 4, seed=1.5), "seed must be a whole number"),
        (lambda: Attention("3"), "hidden_size must be a whole number"),
        (lambda: Attention("3", "dot"), "hidden_size must be a whole number"),
        (lambda: Seq2Seq(REVERSE, 4)("ab", 2, "ba"), "no numbers was given; for a text say decode"),
        (lambda: Seq2Seq(REVERSE, 4)([1], [1], [1]), r"but \(1,\) torch.int64, \(1,\)"),
        (lambda: Seq2Seq(REVERSE, 4)([[1.5]], [1], [[1]]), "must be whole numbers"),
        (lambda: Seq2Seq(REVERSE, 4).decode("ab", {0: "ab"}), "what attend gives at step 0 must"),
        (lambda: Seq2Seq(REVERSE, 4).decode("ab", {0: [[1], [1, 2]]}), "rows of different lengths"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises((TypeError, ValueError), match=says):
        call()
