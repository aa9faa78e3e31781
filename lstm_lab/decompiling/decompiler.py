"""`lab.decompile`: the rules of a net, held to what the net says on many texts."""

from dataclasses import replace
from itertools import product

import numpy as np

from .._layers import full_name, unwrapped
from .._text import plain
from .._validate import as_list, as_nonnegative, shown
from ..cell import Cell
from ..programs import Program
from ..tasks import Language, Task
from ..tasks.base import NONE
from ..tasks.languages import Blocks
from .answers import MAX_STATES, answers_of, automaton
from .reading import Automaton, NotReadable, codes, demand_hard, read
from .rules import Answers, Count, Rules
from .trees import learn

__all__ = ["alphabet_for", "decompile", "own_alphabet"]

#: A gate within this of 0 or 1 is hard; a candidate within this of -1, 0 or 1 is that.
HARD = 0.001
#: Of all short texts, how many a program is held to if none are given, and how long.
MANY, LONGEST = 4000, 30
#: What can be done with a net that is neither.
ADVICE = (
    "To count, train kind='input_gated': its gates read the input alone; to keep a bit (parity, "
    "quotes), train or sharpen until no text has an error"
)


def decompile(net, alphabet=None, texts=None, hard=HARD) -> Rules:
    """The rules of a sharpened cell: `print` them, `.run(text)` executes them without the net.

    net       a Tagger of an LSTM, a Program, or a Cell
    alphabet  its characters, for a Cell; the others bring their own
    texts     what the rules must agree on with the net; by default members, near misses and random
              texts of its task, or all short texts of a Cell's alphabet
    hard      a gate this near to 0 or 1 counts as hard

    Where the gates read what counts or is soft, no list of instructions can be made. Then a small
    automaton of a Tagger's answers is looked for (answers.py): states and no counters.

    Raises NotReadable, a ValueError: it names the gates that are still soft and by how much, or the
    unit that counts and is read by the gates, or the text on which rules and net differ.

    >>> import lstm_lab as lab
    >>> lab.decompile(lab.programs.parity()).run("0110")
    array([0, 1, 0, 0])
    """
    net = unwrapped(net)
    cell, alphabet, task = _parts(net, alphabet)
    if not 0 < as_nonnegative("hard", hard) < 0.5:
        raise ValueError(f"hard is {hard:g}, but must lie between 0 and ½: how far from 0 or 1")
    texts = None if texts is None else _given(texts)
    try:
        table = read(cell, alphabet, hard)
    except NotReadable as why:
        if isinstance(net, Program) or task is None:
            raise
        return _by_answers(net, texts, str(why))
    texts = _texts(task, alphabet, table.visits()) if texts is None else texts
    if isinstance(net, Program):
        demand_hard(cell, table, (net.unit,), hard)
        used = tuple(dict.fromkeys((*table.recurrent_units, net.unit)))
        rules = Rules(table, used, Count(net.unit, net.unit_step), task.name)
        return _agreeing(rules, answers_of(net.value, texts).get, texts)
    if task is None:
        demand_hard(cell, table, range(cell.units), hard)
        rules = Rules(table, tuple(range(cell.units)))
        return _agreeing(rules, lambda text: _all_c(cell, alphabet, text), texts, leak=hard)
    units, trees = learn(cell, table, net, texts, hard)
    rules = Rules(table, (*table.recurrent_units, *units), Answers(task.answers, trees), task.name)
    return _agreeing(rules, answers_of(net.answers, texts).get, texts)


def _by_answers(net, texts, why) -> Rules:
    """The rules of a net whose gates make none: the automaton of its answers, if it is small."""
    task = net.task
    texts = _texts(task, task.alphabet) if texts is None else texts
    known = answers_of(net.answers, texts)
    found = automaton(net, task.alphabet, known)
    if found is None:
        raise NotReadable(f"{why}. Nor are its answers those of {MAX_STATES} states. {ADVICE}")
    transition, answers = found
    nothing = np.zeros((*transition.shape, 0))
    # its characters are of one kind where they lead to one state and are answered alike
    says = answers[..., None]
    table = Automaton(task.alphabet, [()] * len(transition), [], nothing, nothing, says, transition)
    keys = zip(np.ndindex(*transition.shape), table.kinds.ravel().tolist(), strict=True)
    trees = {(q, kind): int(answers[q, s]) for (q, s), kind in keys}
    rules = Rules(table, (), Answers(task.answers, trees), task.name)
    return _agreeing(rules, known.get, texts)


def _given(texts) -> list[str]:
    """The texts that rules are held to, if some were given."""
    texts = as_list("texts", texts, "texts")
    if not any(texts) or not all(isinstance(text, str) for text in texts):
        raise ValueError(
            "texts must hold texts, one of them not empty, for rules are held to them, "
            f"but {shown(texts)} was given"
        )
    return [text for text in texts if text]


def _all_c(cell, alphabet, text):
    """Every c (T, H) of a cell on a text."""
    return cell.run(np.eye(cell.inputs)[codes(alphabet, text)]).c


def _parts(net, alphabet):
    """The cell, its alphabet, and its task if it has one."""
    task = getattr(net, "task", None)
    if isinstance(net, Cell) and task is None:
        if net.W_p is not None:
            raise TypeError("a cell that projects its h cannot be decompiled")
        return net, alphabet_for(net, alphabet), None
    if not isinstance(task, Task):
        raise TypeError(
            f"a Tagger, a Program or a Cell is wanted, not {full_name(net)}: "
            "lab.Cell.from_torch(lstm) makes one of a layer"
        )
    own_alphabet(task, alphabet)
    return (net if isinstance(net, Cell) else net.cell), task.alphabet, task


def alphabet_for(cell, alphabet) -> str:
    """Refuse an alphabet that does not name each input of a Cell by one character of its own."""
    known = isinstance(alphabet, str) and len(alphabet) == len(set(alphabet)) == cell.inputs
    if not known:
        raise ValueError(
            f"a cell of {cell.inputs} inputs needs an alphabet of as many different characters, "
            f"but {shown(alphabet)} was given"
        )
    return alphabet


def own_alphabet(task, alphabet):
    """Refuse an alphabet beside a task's own."""
    if alphabet is not None and not (isinstance(alphabet, str) and alphabet == task.alphabet):
        raise ValueError(f"{task.name} brings its own alphabet: leave yours out, {shown(alphabet)}")


def _texts(task, alphabet, visits=()):
    """The texts of the test range: short ones, random ones, long members, and near misses."""
    rng, texts = np.random.default_rng(0), [*_all_texts(alphabet), *visits]
    texts += ["".join(rng.choice(list(alphabet), size=60)) for _ in range(60)]
    if task is not None:
        texts += task.sample(100, 60, rng)
        texts += [task.text(n) for n in range(1, 101)] if isinstance(task, Blocks) else []
        texts += [miss for text in texts[-100:] for miss in task.near_misses(text)[:8]]
        texts = [_asked(task, text) for text in texts]
    return [text for text in dict.fromkeys(texts) if text]


def _asked(task, text):
    """A text up to where it leaves the language: from there on nothing is asked."""
    if not isinstance(task, Language) or not text:
        return text
    return text[: int((task.targets(text) != NONE).sum())]


def _all_texts(alphabet):
    """All texts over an alphabet, from the shortest: MANY at the most, of LONGEST characters."""
    texts, length = [], 1
    while len(texts) + len(alphabet) ** length <= MANY and length <= LONGEST:
        texts += ["".join(letters) for letters in product(alphabet, repeat=length)]
        length += 1
    return texts


def _agreeing(rules, answer, texts, leak=0.0):
    """The rules, if they say on every text what the net says, up to a leak per character."""
    for text in texts:
        theirs, ours = (said.reshape(len(text), -1) for said in (answer(text), rules.run(text)))
        slack = leak * len(text) * max(abs(ours).max(), 1) + 1e-9
        wrong = np.flatnonzero((abs(theirs - ours) > slack).any(axis=1))
        if len(wrong):
            t = int(wrong[0])
            raise NotReadable(
                f"the rules do not say what the net says on {shown(text[: t + 1])}, character {t}: "
                f"{_listed(ours[t])} instead of {_listed(theirs[t])}"
            )
    return replace(rules, checked=len(texts))


def _listed(values) -> str:
    return ", ".join(map(plain, values))
