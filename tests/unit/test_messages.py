"""A message is one line that can be read, however large what was given is."""

import numpy as np
import pytest
import torch

import lstm_lab as lab
from lstm_lab._validate import shown

BIG = np.full((60, 500), 2.5)
MANY, LONG = [1.5] * 5000, "x" * 5000
TENSOR = torch.ones(60, 500, dtype=torch.bool)
CELL = lab.Cell(np.ones((4, 2)), np.ones((4, 1)))
LSTM = torch.nn.LSTM(2, 3)
TASK, PROGRAM = lab.tasks.anbn(), lab.programs.parity()
NET, WRITER = lab.models.Tagger(TASK, 2), lab.seq2seq.Seq2Seq(lab.tasks.permutation(), 4)
CHARS = lab.models.CharModel("ab", 3)
TRACE = lab.trace(LSTM, torch.ones(4, 2, 2))

CALLS = [
    *(lambda v=v: TASK.batch(v) for v in (BIG, MANY, [MANY])),
    *(lambda v=v: TASK.label(v) for v in (BIG, MANY, LONG, TENSOR)),
    *(lambda v=v: TASK.accepts("ab", v) for v in (BIG, MANY, TENSOR, LONG)),
    *(lambda v=v: NET(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: NET.answer(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: PROGRAM.value(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.decompile(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.decompile(CELL, alphabet=v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.decompile(PROGRAM, alphabet=v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.decompile(PROGRAM, texts=v) for v in (BIG, MANY, LONG, [LONG])),
    *(lambda v=v: lab.trace(LSTM, v) for v in (BIG, MANY, LONG, TENSOR)),
    *(lambda v=v: lab.trace(LSTM, TENSOR, v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.trace(LSTM, torch.ones(4, 2, 2), lengths=v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.trace(LSTM, torch.ones(4, 2), layer=v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.trace(LSTM, torch.ones(4, 2), direction=v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.trace(v, BIG) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.Cell.from_torch(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.Cell(v, v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: CELL.run(v) for v in (BIG, MANY, LONG, TENSOR)),
    *(lambda v=v: CELL.run([[1, 1]], clamp=v) for v in (BIG, MANY, LONG, {LONG: 1})),
    *(lambda v=v: CELL.run([[1, 1]], clamp={("f", v, 0): 1}) for v in (LONG, tuple(MANY))),
    *(lambda v=v: CELL.step([1, 1], [1], [1], clamp=v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.gradients.full_path(v, BIG) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.gradients.full_path(LSTM, v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.biases.half_life(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.gradients.survival(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.biases.set_forget_bias(LSTM, v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.models.Tagger(v, 3) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.models.Tagger(TASK, v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.models.Regressor(2, 3)(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.models.InputGatedLSTM(2, 3)(v) for v in (BIG, MANY, TENSOR)),
    *(lambda v=v: lab.training.fit(v, ["ab"]) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.training.fit(NET, v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.training.load(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.training.load("anbn", v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: WRITER.decode("ab", attend=v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: WRITER.decode("ab", attend={0: v}) for v in (BIG, MANY, LONG)),
    *(lambda v=v: WRITER.decode(v) for v in (BIG, MANY, LONG * 2 + "é")),
    *(lambda v=v: WRITER(v, v, v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.seq2seq.exact_match(v, []) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.seq2seq.exact_match(WRITER, v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.seq2seq.intervene(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.seq2seq.alignment([[1]], v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.experiments.compare_biases(v) for v in (BIG, [3] * 900, LONG)),
    *(lambda v=v: lab.soft_if(v, BIG, BIG) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.mask([1], v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.TraceExplorer(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.TraceExplorer(NET, v) for v in (BIG, MANY, "a" * 50_000)),
    *(lambda v=v: lab.TraceExplorer(NET, "ab", clamp=v) for v in (BIG, MANY, LONG, [MANY])),
    *(lambda v=v: lab.UnitExplorer(v, "ab") for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.UnitExplorer(CHARS, v) for v in (BIG, MANY, "a" * 50_000)),
    *(lambda v=v: lab.UnitExplorer(CHARS, "ab", v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.UnitExplorer(CHARS, "ab", marks=v) for v in (BIG, MANY, LONG, [MANY])),
    *(lambda v=v: lab.UnitExplorer(CHARS, "ab", corpus=v) for v in (BIG, MANY, [MANY])),
    *(lambda v=v: lab.UnitExplorer(TRACE.sequence(0), v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.UnitExplorer(TRACE.sequence(0), "abcd", v) for v in (BIG, MANY, {"x": BIG})),
    *(lambda v=v: CHARS.bits(v) for v in (BIG, MANY)),
    *(lambda v=v: lab.models.CharModel(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: CHARS.write("a", 3, hold=v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: CHARS.fit(v) for v in (BIG, MANY)),
    *(lambda v=v: lab.CellPlayer(v, BIG) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.CellPlayer(CELL, [[1, 1]], clamp=v) for v in (BIG, MANY, LONG, [MANY])),
    *(lambda v=v: lab.AttentionMap(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.AttentionMap(WRITER, edits=v) for v in (BIG, MANY, [MANY])),
    *(lambda v=v: lab.Curves(v) for v in (BIG, LONG, ["a"] * 900)),
    *(lambda v=v: TRACE.sequence(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.tasks.nesting(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.tasks.urls(v) for v in (BIG, MANY, LONG + " ")),
    *(lambda v=v: TASK.sample(3, v, 0) for v in (BIG, MANY, LONG)),
    *(lambda v=v: TASK.sample(3, 4, v) for v in (BIG, LONG)),
    *(lambda v=v: lab.tasks.dates().pair(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.programs.program(v) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.programs.Program(v, []) for v in (BIG, MANY, LONG)),
    *(lambda v=v: lab.programs.Program(TASK, v) for v in (BIG, MANY, LONG)),
]


@pytest.mark.parametrize("call", CALLS)
def test_a_message_is_one_line_whatever_was_given(call):
    with pytest.raises(Exception, match=r"\w") as told:
        call()
    assert len(str(told.value)) <= 300 and "\n" not in str(told.value), str(told.value)[:400]


def test_what_a_message_shows_of_a_value():
    assert shown("ab") == "'ab'" and shown([0, 1.5]) == "[0, 1.5]" and shown(None) == "None"
    assert shown(len) == repr(len) and shown(object()) == "<object object>"
    assert shown(BIG) == "ndarray (60, 500) of float64"
    assert shown(TENSOR) == "Tensor (60, 500) of bool"
    assert shown(np.ones((2, 2))) == "array([[1., 1.],        [1., 1.]])"
    assert shown(MANY).startswith("[1.5, 1.5") and shown(MANY).endswith("… (25,000 characters)")
