"""Every door that takes a module takes the same ones, refuses alike, and moves nothing of them."""

import copy
import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune

import lstm_lab as lab
from lstm_lab import _layers
from lstm_lab.models import InputGatedLSTM, Tagger
from lstm_lab.seq2seq import Attention, Seq2Seq

X = torch.from_numpy(np.random.default_rng(0).normal(size=(7, 2))).float()


def layer(**options):
    torch.manual_seed(0)
    return nn.LSTM(2, 3, **options)


def cell_run(module, x):
    return lab.Cell.from_torch(module).run(x.float())


#: Every door that takes an nn.LSTM of anybody's, as a function of it and an input.
DOORS = {
    "trace": lab.trace,
    "Cell.from_torch": cell_run,
    "Program.from_torch": lambda m, x: lab.programs.Program.from_torch(m).run(x.float()),
    "full_path": lambda m, x: lab.gradients.full_path(m, x, of="c"),
    "full_gain": lambda m, x: lab.gradients.full_gain(m, x, of="c"),
    "direct_path": lab.gradients.direct_path,
    "set_forget_bias": lambda m, x: lab.biases.set_forget_bias(m, 1.0),
}
every_door = pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
reading = pytest.mark.parametrize(
    "door", [DOORS[d] for d in DOORS if d != "set_forget_bias"], ids=[*DOORS][:-1]
)


class Doubled(nn.LSTM):
    def forward(self, x, state=None):
        return super().forward(2 * x, state)


class Normed(nn.LSTMCell):
    def forward(self, x, state):
        a = torch.cat([x, state[0]], 1) @ torch.cat([self.weight_ih, self.weight_hh], 1).T
        i, f, g, o = nn.functional.layer_norm(a, a.shape[1:]).chunk(4, 1)
        c = f.sigmoid() * state[1] + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


class Called(nn.LSTM):
    def __call__(self, x, state=None):
        return super().__call__(2 * x, state)


def patched():
    """A forward that is hung on one object: its class is torch's own."""
    lstm = layer()
    lstm.forward = lambda x, state=None: nn.LSTM.forward(lstm, 2 * x, state)
    return lstm


# --- a forward of one's own -----------------------------------------------------------------------


@every_door
@pytest.mark.parametrize(
    "make", [lambda: Doubled(2, 3), patched, lambda: Called(2, 3)], ids=["class", "object", "call"]
)
def test_a_layer_with_a_forward_of_its_own_is_refused(door, make):
    with pytest.raises(TypeError, match="has a forward of its own"):
        door(make(), X)


@pytest.mark.parametrize("name", ["Cell.from_torch", "Program.from_torch", "full_path"])
def test_a_cell_with_a_forward_of_its_own_is_refused(name):
    with pytest.raises(TypeError, match="Normed has a forward of its own"):
        DOORS[name](Normed(2, 3), X)


def test_a_cell_that_is_called_is_run_by_its_own_forward():
    class Leaky(nn.RNNCell):
        def forward(self, x, h):
            return 0.5 * h

    assert np.allclose(lab.gradients.full_gain(Leaky(2, 3), X), 0.5 ** np.arange(8))


@pytest.mark.parametrize("net", ["class", "object", "core"])
def test_nets_of_the_lab_that_compute_otherwise_are_refused_by_figures_and_rules(net):
    class Contrary(Tagger):
        def forward(self, codes, state=None):
            return -super().forward(codes, state)[0], state

    class Gated(InputGatedLSTM):
        def forward(self, x, state=None):
            return super().forward(2 * x, state)

    task = lab.tasks.anbn()
    tagger = Contrary(task, 3) if net == "class" else Tagger(task, 3)
    if net == "object":
        tagger.forward = lambda codes, state=None: None
    if net == "core":
        tagger.core = Gated(2, 3)
    for door in (lab.TraceExplorer, lab.decompile):
        with pytest.raises(TypeError, match="has a forward of its own, so its weights alone"):
            door(tagger)


@pytest.mark.parametrize("part", ["write", "scores", "encoder", "weight_norm"])
def test_a_map_of_another_decoder_is_refused(part):
    class Writes(Seq2Seq):
        def write(self, *given, **options):
            return super().write(*given, **options)

    class Looks(Attention):
        def scores(self, states, queries):
            return -super().scores(states, queries)

    task = lab.tasks.permutation()
    net = (Writes if part == "write" else Seq2Seq)(task, 4)
    if part == "scores":
        net.attention = Looks(4)
    if part == "encoder":
        net.encoder = Doubled(26, 4)
    if part == "weight_norm":
        parametrizations.weight_norm(net.read)
    with pytest.raises(TypeError, match=r"of its own|knows no parameter"):
        lab.AttentionMap(net)


# --- nothing moves --------------------------------------------------------------------------------


class DropConnect(nn.Module):
    def forward(self, w):
        return nn.functional.dropout(w, 0.5, self.training)


class Counting(nn.Module):
    """Keeps a count of its calls in a buffer, in eval mode too."""

    def __init__(self):
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, w):
        self.calls += 1
        return 2 * w


def spectral(lstm):
    return parametrizations.spectral_norm(lstm, "weight_hh_l0")


def dropped(lstm, name="weight_hh_l0"):
    parametrize.register_parametrization(lstm, name, DropConnect())
    return lstm


def state_of(module):
    return copy.deepcopy(module.state_dict()), torch.get_rng_state(), module.training


def stands(module, before):
    tensors, random, training = before
    same = all(torch.equal(tensors[k], v) for k, v in module.state_dict().items())
    return same and torch.equal(torch.get_rng_state(), random) and module.training == training


@reading
@pytest.mark.parametrize(
    "dress",
    [spectral, dropped, lambda lstm: dropped(lstm, "weight_ih_l0")],
    ids=["spectral_norm", "DropConnect", "weight_ih"],
)
def test_weights_that_train_mode_makes_anew_are_refused_and_nothing_moves(door, dress):
    lstm = dress(layer()).train()
    before = state_of(lstm)
    with pytest.raises(ValueError, match=r"say module\.eval\(\) first"):
        door(lstm, X)
    assert stands(lstm, before)
    lstm.eval()
    before = state_of(lstm)
    door(lstm, X)
    assert stands(lstm, before)


@reading
def test_a_parametrization_that_is_the_same_in_train_mode_is_read_and_does_not_move(door):
    lstm = layer().train()
    parametrize.register_parametrization(lstm, "weight_hh_l0", Counting())
    before = state_of(lstm)
    door(lstm, X)
    assert stands(lstm, before)
    twice = lab.trace(lstm, X)
    np.testing.assert_allclose(twice.h, lstm(X)[0].detach(), rtol=0, atol=1e-6)


def test_a_cell_of_ones_own_does_not_move_either():
    class Noisy(nn.RNNCell):
        def __init__(self, inputs, units):
            super().__init__(inputs, units)
            self.register_buffer("calls", torch.zeros(()))

        def forward(self, x, h):
            self.calls += 1
            return nn.functional.dropout(super().forward(x, h), 0.5, self.training)

    cell = Noisy(2, 30)
    before = state_of(cell)
    with pytest.raises(ValueError, match=r"another state when it is called again.*module\.eval"):
        lab.gradients.full_path(cell, X)
    lab.gradients.full_path(cell.eval(), X)
    assert stands(cell.train(), before)


@pytest.mark.parametrize("net", ["Tagger", "Seq2Seq"])
def test_asking_a_net_leaves_each_of_its_parts_in_its_mode(net):
    if net == "Tagger":
        model = Tagger(lab.tasks.anbn(), 2).train()
        model.read.eval()
        model.answer("ab")
    else:
        model = Seq2Seq(lab.tasks.permutation(), 4).train()
        model.read.eval()
        model.decode("ab")
    assert model.training and model.core.training if net == "Tagger" else model.encoder.training
    assert not model.read.training


@pytest.mark.parametrize("kind", ["input_gated", "lstm"])
def test_counting_up_to_an_n_leaves_a_net_in_its_mode(kind):
    model = Tagger(lab.tasks.anbn(), 2, kind).train()
    lab.training.first_failing_n(model, 3)
    assert model.training and model.core.training


# --- what wraps a layer, and what it is made of ---------------------------------------------------

WRAPS = {
    "compiled": torch.compile,
    "DataParallel": nn.DataParallel,
    "averaged": torch.optim.swa_utils.AveragedModel,
    "both": lambda m: nn.DataParallel(torch.compile(m)),
}


@every_door
@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
def test_what_wraps_a_layer_is_looked_through(door, wrap):
    plain, wrapped = door(layer(), X), door(wrap(layer()), X)
    if isinstance(plain, lab.Trace):
        plain, wrapped = plain.c, wrapped.c
    if isinstance(plain, nn.Module):
        plain, wrapped = plain.bias_ih_l0, _layers.unwrapped(wrapped).bias_ih_l0
        plain, wrapped = plain.detach().numpy(), wrapped.detach().numpy()
    np.testing.assert_array_equal(plain, wrapped)


@pytest.mark.parametrize("wrap", [torch.compile, nn.DataParallel], ids=["compiled", "parallel"])
def test_what_wraps_a_net_of_the_lab_is_looked_through(wrap):
    net, writer = lab.training.load("anbn"), lab.training.load("reverse")
    sharp = lab.training.sharpen(wrap(net), 8)
    assert lab.training.count_wrong(wrap(net), ["aabb"]) == 0
    assert lab.training.first_failing_n(wrap(net), 5) is None
    assert repr(lab.decompile(wrap(sharp))) == repr(lab.decompile(sharp))
    assert lab.TraceExplorer(wrap(net), "aabb").values()["answer"].tolist() == [0, 0, 1, 2]
    assert lab.AttentionMap(wrap(writer), "abc").truth().target == "cba"
    assert lab.seq2seq.exact_match(wrap(writer), writer.task.sample(5, 4, 0)) == 1


def test_a_pre_hook_that_only_logs_is_no_pruning():
    lstm, seen = layer(), []
    lstm.register_forward_pre_hook(lambda module, given: seen.append(1))
    lab.trace(lstm, X), lab.gradients.full_path(lstm, X), lab.Cell.from_torch(lstm)
    assert not seen
    nn.utils.parametrizations.weight_norm(lstm, "weight_hh_l0")
    assert len(lab.trace(lstm, X)) == 7


@reading
@pytest.mark.parametrize("old", [prune.random_unstructured, nn.utils.weight_norm])
def test_weights_made_by_a_pre_hook_are_refused_until_they_are_permanent(door, old):
    lstm = layer()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old(lstm, "weight_hh_l0", **({"amount": 0.5} if old.__name__ != "weight_norm" else {}))
    lstm.register_forward_pre_hook(lambda *_: None)
    with pytest.raises(ValueError, match="weight_hh_l0 is made anew by a forward pre-hook"):
        door(lstm, X)
    if old.__name__ != "weight_norm":
        prune.remove(lstm, "weight_hh_l0")
        door(lstm, X)


@reading
@pytest.mark.parametrize("place", ["weight_ih_l0", "bias_hh_l0"])
def test_nan_in_weights_is_told_by_every_door(door, place):
    lstm = layer()
    with torch.no_grad():
        getattr(lstm, place)[-1] = float("nan")
    with pytest.raises(ValueError, match=rf"{place}\[11.* is nan"):
        door(lstm, X)


def broken(net):
    with torch.no_grad():
        next(net.parameters()).view(-1)[0] = float("inf")
    return net


@pytest.mark.parametrize(
    "ask",
    [
        lambda: broken(Tagger(lab.tasks.anbn(), 2)).answer("ab"),
        lambda: lab.training.count_wrong(broken(Tagger(lab.tasks.anbn(), 2)), ["ab"]),
        lambda: lab.training.first_failing_n(broken(Tagger(lab.tasks.anbn(), 2)), 3),
        lambda: lab.decompile(broken(Tagger(lab.tasks.anbn(), 2))),
        lambda: lab.TraceExplorer(broken(Tagger(lab.tasks.anbn(), 2))),
        lambda: broken(Seq2Seq(lab.tasks.permutation(), 4)).decode("ab"),
        lambda: lab.AttentionMap(broken(Seq2Seq(lab.tasks.permutation(), 4))),
        lambda: lab.gradients.full_path(broken(lab.residual.ResidualCell(2, 3)), X),
        lambda: lab.training.squared_error(
            broken(lab.models.Regressor(2, 3)), lab.tasks.adding().sample(2, 4, 0)
        ),
    ],
)
def test_nan_in_the_weights_of_a_net_is_told(ask):
    with pytest.raises(ValueError, match=r"\[0.* is inf"):
        ask()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@reading
def test_half_precision_goes_by_way_of_float32(door, dtype):
    half = layer().to(dtype)
    single = copy.deepcopy(half).float()
    ours, wanted = door(half, X.to(dtype)), door(single, X.to(dtype).float())
    if isinstance(ours, lab.Trace):
        assert ours.h.dtype in (np.float32, np.float64)
        ours, wanted = ours.c, wanted.c
    np.testing.assert_array_equal(ours, wanted)


def test_numbers_for_a_module_in_half_precision_are_rounded_as_it_would_round_them():
    half = layer().bfloat16()
    ours, theirs = lab.trace(half, X.numpy()), lab.trace(half, X.bfloat16())
    np.testing.assert_array_equal(ours.h, theirs.h)


def quantised():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quantize = torch.ao.quantization.quantize_dynamic
        return quantize(nn.Sequential(layer()), {nn.LSTM}, dtype=torch.qint8)[0]


def scripted():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.jit.script(layer())


@every_door
@pytest.mark.parametrize(
    ("make", "told"),
    [
        (quantised, r"torch\.ao\.nn\.quantized\.dynamic.*LSTM.*give the float module"),
        (scripted, r"torch\.jit.*\(a scripted LSTM\).*give the module it was made from"),
        (lambda: torch.ao.nn.quantizable.LSTM(2, 3), r"torch\.ao\.nn\.quantizable.*LSTM"),
        (lambda: nn.Sequential(nn.Linear(2, 2), layer()), r"Sequential: give one of its parts, 1"),
    ],
)
def test_other_modules_are_refused_by_their_full_name_with_the_way_out(door, make, told):
    with pytest.raises(TypeError, match=told):
        door(make(), X)


@pytest.mark.parametrize("make", [nn.LSTMCell, nn.GRUCell, nn.RNNCell])
def test_a_cell_is_no_sequence_for_trace(make):
    with pytest.raises(TypeError, match=rf"not torch\.nn\.{make.__name__}: (say|put)"):
        lab.trace(make(2, 3), X)


# --- devices --------------------------------------------------------------------------------------


@every_door
def test_the_meta_device_holds_no_numbers(door):
    if door is DOORS["set_forget_bias"]:
        return  # it reads none
    with pytest.raises(ValueError, match="on the meta device, which holds shapes but no numbers"):
        door(nn.LSTM(2, 3, device="meta"), X)


@pytest.fixture
def another_default_device():
    """A stand-in for a machine whose default device is not the module's."""
    torch.set_default_device("meta")
    yield
    torch.set_default_device(None)


PAIRS = lab.tasks.permutation().sample(3, 4, 0)
ON_CPU = {
    "tagger": Tagger(lab.tasks.anbn(), 3),
    "lstm": Tagger(lab.tasks.anbn(), 3, "lstm"),
    "writer": Seq2Seq(lab.tasks.permutation(), 4),
    "regressor": lab.models.Regressor(2, 3),
    "layer": layer(num_layers=2, bidirectional=True),
    "one": layer(),
    "residual": lab.residual.GatedResidualCell(2, 3),
}


@pytest.mark.parametrize(
    "use",
    [
        lambda n: lab.trace(n["layer"], X[:, None].repeat(1, 2, 1), lengths=[5, 3]),
        lambda n: lab.trace(n["layer"], X.tolist(), direction="reverse"),
        lambda n: lab.Cell.from_torch(n["one"]).run(X),
        lambda n: lab.gradients.full_path(n["one"], X, of="c"),
        lambda n: lab.gradients.full_path(n["one"], X.numpy(), (np.zeros(3), np.zeros(3))),
        lambda n: lab.gradients.full_path(n["residual"], X),
        lambda n: n["tagger"].answers(["ab", ""]),
        lambda n: lab.training.first_failing_n(n["lstm"], 3),
        lambda n: lab.training.fit(n["tagger"], ["ab"], steps=1, batch_size=1, progress=False),
        lambda n: next(lab.training.updates(n["lstm"], lab.tasks.anbn(), 4, batch_size=2)),
        lambda n: next(lab.training.updates(n["regressor"], lab.tasks.adding(), 4, batch_size=2)),
        lambda n: n["writer"].decode("ab"),
        lambda n: lab.seq2seq.alignment_score(n["writer"], PAIRS),
        lambda n: lab.AttentionMap(n["writer"], "ab").values(),
    ],
)
def test_all_works_beside_another_default_device(use, another_default_device):
    use(ON_CPU)
