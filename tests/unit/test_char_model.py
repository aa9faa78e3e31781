"""CharModel: read, judged in bits, written from, held, trained; against torch and by hand."""

import numpy as np
import pytest
import torch
from torch import nn

import lstm_lab as lab

TEXT = 'He said "no" (twice).\n' * 200


@pytest.mark.parametrize("options", [{}, {"num_layers": 2}, {"embedding_size": 5}])
def test_logits_are_those_of_torchs_parts(options):
    net = lab.models.CharModel("abc ", 6, seed=1, **options)
    codes = net.codes("ab c?a")
    assert codes.tolist() == [0, 1, 3, 2, -1, 0]
    x = torch.zeros(6, net.lstm.input_size)
    table = torch.eye(4) if net.embedding is None else net.embedding.weight
    for t, code in enumerate(codes):
        if code >= 0:
            x[t] = table[code]
    torch.testing.assert_close(net.encode("ab c?a"), x.detach())
    torch.testing.assert_close(net(codes), net.read(net.lstm(x)[0]))
    torch.testing.assert_close(net(codes[None])[0], net(codes))


def test_bits_are_what_the_next_character_costs():
    net = lab.models.CharModel("abc", 5, seed=2)
    logits = net(net.codes("abca"))
    expected = nn.functional.cross_entropy(logits[:3], net.codes("bca"), reduction="none")
    np.testing.assert_allclose(net.bits("abca"), expected.detach() / np.log(2), rtol=1e-5)
    assert np.isnan(net.bits("ab?a")).tolist() == [False, True, False]
    assert net.bits("a").shape == net.bits("").shape == (0,)


def test_it_learns_a_text_and_writes_it():
    net = lab.models.CharModel("".join(sorted(set(TEXT))), 24, seed=0)
    before = net.bits(TEXT[:200]).mean()
    random_state = torch.get_rng_state()
    _, history = net.fit(TEXT, steps=250, batch_size=8, length=32, lr=0.02, progress=False)
    assert torch.equal(torch.get_rng_state(), random_state)
    assert history.loss[-1] < 0.3 and net.bits(TEXT[:200]).mean() < before / 4
    assert net.write(TEXT[:27], 16, sharpness=100) == 'id "no" (twice).'
    assert net.write("He sa", 9, seed=4) == net.write("He sa", 9, seed=4)
    shut = {("focus", range(24), None): 0}
    assert net.write("He sa", 30, hold=shut) != net.write("He sa", 30)
    with lab.hold(net, {"lstm": shut}):
        assert len(set(net.write("He sa", 300, sharpness=1000))) == 1  # only the bias is left
    assert net.write(TEXT[:27], 16, sharpness=100) == 'id "no" (twice).'  # nothing stays held


def test_it_goes_through_the_labs_doors():
    net = lab.models.CharModel("ab(c) ", 8, seed=0)
    text = "a(b)c (a) " * 30
    with lab.listen(net) as heard:
        net(net.codes(text))
    trace = heard["lstm"]
    np.testing.assert_allclose(trace.h, lab.trace(net.lstm, net.encode(text)).h, atol=1e-6)
    ranked = lab.units.rank(trace, lab.tasks.code_labels(text)["bracket"])
    assert ranked[0].held_out > 0.9  # even by chance: whatever follows an opening bracket

    def costs(model):
        return model.bits(text)

    assert len(lab.units.effect(net, "lstm", costs, range(3))) == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lab.models.CharModel("aa"), "alphabet must be a text of characters, each once"),
        (lambda: lab.models.CharModel(""), "alphabet must be a text"),
        (lambda: lab.models.CharModel("ab", 0), "hidden_size is 0"),
        (lambda: lab.models.CharModel("ab", 4).codes(5), "text must be a string, not 5"),
        (lambda: lab.models.CharModel("ab", 10**12), "hidden_size is 1000000000000, but must be"),
        (lambda: lab.models.CharModel("ab", 2**63), "must be 65,536 or less"),
        (lambda: lab.models.CharModel("ab", 4, seed=2**64), "seed is 18446744073709551616, but"),
        *[
            (lambda prompt=prompt: lab.models.CharModel("ab", 4).write(prompt, 5), "prompt must be")
            for prompt in (None, 3, ["a"], np.ones(3))
        ],
        (lambda: lab.models.CharModel("ab", 4)(torch.ones(3)), "a tensor of whole numbers"),
        (lambda: lab.models.CharModel("ab", 4)(torch.tensor(1)), r"codes has shape \(\), but"),
        (
            lambda: lab.models.CharModel("ab", 4)(torch.ones(0, dtype=torch.long)),
            r"shape \(0,\), b",
        ),
        (lambda: lab.models.CharModel("ab", 4)(torch.tensor([0, 2])), "codes has 2, but the alph"),
        (lambda: lab.models.CharModel("ab", 4).write("", 5), "prompt is empty"),
        (lambda: lab.models.CharModel("ab", 4).write("a", 5, sharpness=0), "sharpness is 0"),
        (lambda: lab.models.CharModel("ab", 4).fit("ab" * 50), "the text has 100 characters"),
        (
            lambda: lab.models.CharModel("ab", 4).write("a", 5, hold={("save", 1, 0): 1}),
            "hold has the steps 0: give None",
        ),
        (lambda: lab.models.CharModel("ab", 4)("ab"), "codes must be a tensor of .* not 'ab'"),
        (
            lambda: lab.models.CharModel("ab", 4).fit("é" * 20, batch_size=2, length=4),
            "no character of the text is in the alphabet 'ab'",
        ),
        (lambda: lab.training.fit_text(5, "ab"), "a CharModel is wanted, not 5"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


@pytest.mark.parametrize("seed", range(5))
def test_shipped_nets_follow_brackets_as_their_cards_say(seed):
    """On the source of the lab, which none of them has read."""
    net = lab.training.load("python_code", seed)
    assert all((p.half().float() == p).all() for p in net.parameters())
    texts = [f.text[:4000] for f in lab.tasks.python_source("lab") if len(f.text) > 6000][:12]
    own = lab.training.card("python_code")["seeds"][str(seed)]["follows"]["bracket"]
    assert own["held_out"] >= 0.9 and own["shuffled"] < 0.6
    traces = [lab.trace(net.lstm, net.encode(text)) for text in texts]
    true = np.concatenate([lab.tasks.code_labels(text)["bracket"] for text in texts])
    values = np.concatenate([trace[own["of"]][:, [own["unit"] - 1]] for trace in traces])
    found = lab.units.auroc(values, true)[0]
    assert max(found, 1 - found) > 0.85 and np.mean([net.bits(t).mean() for t in texts]) < 3
