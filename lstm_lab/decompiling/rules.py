"""A saturated LSTM cell read back as a program: what each character does to each unit.

When every gate is 0 or 1, c = f ⊗ c + i ⊗ c' is an instruction: keep, add, overwrite, erase. Gates
that read the input alone make one list of instructions. Gates that read h as well make one list for
each state of those units whose h is read; if these states are finite, the cell is an automaton with
counters. Cf. Merrill 2019, "Sequential Neural Networks as Automata".
"""

from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from .._layers import full_name, unwrapped
from .._validate import as_list, as_nonnegative, shown
from ..cell import Cell
from ..gates import unchecked_sigmoid as sigmoid
from ..programs import Program
from ..tasks import Language, Task
from ..tasks.base import NONE, describe, plain, short_alphabet, visible
from ..tasks.languages import Blocks
from .automata import MOST, answers_of, automaton

#: A gate within this of 0 or 1 is hard; a candidate within this of -1, 0 or 1 is that.
HARD = 0.001
#: More leaves than this make no answer that a reader can follow.
MOST_LEAVES = 8
#: So many states of the units that feed back are followed at the most.
MOST_STATES = 64
#: Of all short texts, how many a program is held to if none are given, and how long.
MANY, LONGEST = 4000, 30


#: What can be done with a net that is neither.
ADVICE = (
    "To count, train kind='input_gated': its gates read the input alone; to keep a bit (parity, "
    "quotes), train or sharpen until no text has an error"
)


class NotReadable(ValueError):
    """The cell is no program: a gate is still soft, or a unit that feeds back counts."""


class Branch(NamedTuple):
    """`high` if c[unit] > threshold, else `low`; each an answer, or another Branch."""

    unit: int
    threshold: float
    low: "Branch | int"
    high: "Branch | int"


class Rules:
    """A program read from a cell; print it, run it.

    keep, add  (Q, S, H) what a character s in state q does: c = keep · c + add
    shown      (Q, S, H) whether focus lets c be seen
    following  (Q, S) the next state
    answer     {(q, kind): answer or Branch}, if the net gives answers; characters that do the same
               in a state are of one kind there

    They agree with the net on the texts that were tried; elsewhere nothing is promised.
    """

    def __init__(self, alphabet, states, keep, add, shown, following):
        self.alphabet, self.states = alphabet, states
        self.keep, self.add, self.shown, self.following = keep, add, shown, following
        rows = np.concatenate([keep, add, shown, following[..., None]], axis=2)
        alike = [np.unique(row, axis=0, return_inverse=True)[1].ravel() for row in rows]
        self.kinds = np.array(alike)  # (Q, S), which characters do the same in a state
        self.feeding: tuple[int, ...] = ()
        self.used: tuple[int, ...] = tuple(range(keep.shape[2]))
        self.answer, self.answers, self.name, self.value = {}, (), "", None
        self.checked, self.h = 0, []

    def run(self, text) -> np.ndarray:
        """Execute the rules alone: the answers, or the value, or all c (T, H), as the net gives."""
        states, c = self.trace(text)
        if self.answer:
            keys = zip(states.tolist(), _codes(self.alphabet, text).tolist(), strict=True)
            return np.array([self._answer(*key, c[t]) for t, key in enumerate(keys)], int)
        if self.value is not None:
            unit, step = self.value
            return np.rint(c[:, unit] / step).astype(int)
        return c

    def _answer(self, q, s, c) -> int:
        """What is said after character s, read in state q, left c."""
        tree = self.answer.get((q, int(self.kinds[q, s])))
        if tree is None:
            where = f"{visible(self.alphabet[s])!r} in state {q}"
            raise ValueError(f"no text that was tried has {where}: decompile with texts that do")
        return _decide(tree, c)

    def trace(self, text):
        """The state before each character (T,) and all c after it (T, H)."""
        codes = _codes(self.alphabet, text)
        states, c = np.zeros(len(codes), int), np.zeros((len(codes), self.keep.shape[2]))
        q, now = 0, c[0].copy() if len(codes) else None
        for t, s in enumerate(codes):
            states[t] = q
            now = self.keep[q, s] * now + self.add[q, s]
            q, c[t] = self.following[q, s], now
        return states, c

    def __repr__(self):
        tried = [f"agrees with the net on {self.checked} texts"] if self.checked else []
        return "\n".join([*self._head(), *self._actions(), *self._says(), *tried])

    def _head(self):
        count = len(self.states)
        states = f", {count} states" if count > 1 else ""
        units = ", ".join(f"c{k}" for k in self.counters) or "no counter"
        starts = "all start at 0" if self.keep.shape[2] else "read off its answers, not its gates"
        lines = [f"{self.name or 'cell'}: {units}{states}; {starts}"]
        idle = sorted(set(range(self.keep.shape[2])) - set(self.used))
        letters = [k for k in idle if not self.keep[..., k].any()]
        others = [k for k in idle if k not in letters]
        if letters:
            lines.append(f"  {_units(letters)} nothing but the last character, as the rules do")
        if others:
            lines.append(f"  {_units(others)} more, which no answer needs")
        return lines

    @property
    def counters(self) -> tuple[int, ...]:
        """The units whose c the rules speak of."""
        return tuple(k for k in self.used if k not in self.feeding)

    def _actions(self):
        lines = []
        for q, state in enumerate(self.states):
            if len(self.states) > 1:
                held = ", ".join(f"c{k} = {plain(state[k])}" for k in self.feeding)
                lines.append(f"in state {q}" + f" ({held})" * bool(held))
            groups: dict[str, list[str]] = {}
            for s, character in enumerate(self.alphabet):
                groups.setdefault(self._instruction(q, s), []).append(character)
            for what, characters in sorted(groups.items(), key=lambda group: len(group[1])):
                lines.append(f"  {self._who(characters):12} {what}")
        return lines

    def _instruction(self, q, s):
        parts = [_update(k, self.keep[q, s, k], self.add[q, s, k]) for k in self.counters]
        parts += [f"hide c{k}" for k in self.counters if not self.shown[q, s, k]]
        if self.following[q, s] != q:
            parts.append(f"go to state {self.following[q, s]}")
        return ", ".join(filter(None, parts)) or "nothing"

    def _says(self):
        if self.value is not None:
            unit, step = self.value
            scale = "" if step == 1 else f" · {1 / step:g}"
            return [f"value: c{unit}{scale}"]
        groups: dict[tuple[int, str], list[str]] = {}
        for (q, kind), tree in sorted(self.answer.items()):
            characters = [c for c, k in zip(self.alphabet, self.kinds[q], strict=True) if k == kind]
            groups.setdefault((q, self._tree(tree)), []).extend(characters)
        first = lambda group: (group[0][0], self.alphabet.index(group[1][0]))  # noqa: E731
        told = [self._after(*key, who) for key, who in sorted(groups.items(), key=first)]
        return ["answer"] * bool(told) + told

    def _after(self, q, said, characters) -> str:
        where = self._who(characters)
        if len(self.states) > 1:
            where = f"{where} in state {q}"
        return f"  after {where:6} {said}"

    def _who(self, characters) -> str:
        every = len(characters) == len(self.alphabet) > 1
        return "any character" if every else _named(characters)

    def _tree(self, tree) -> str:
        if not isinstance(tree, Branch):
            return self.answers[tree]
        high, low = self._tree(tree.high), self._tree(tree.low)
        if not isinstance(tree.high, Branch):
            return f"{high} if {self._above(tree)}, else {low}"
        if not isinstance(tree.low, Branch):
            return f"{low} if {self._above(tree, not_above=True)}, else {high}"
        return f"if {self._above(tree)}: ({high}), else: ({low})"

    def _above(self, tree, not_above=False) -> str:
        """`c0 ≥ 1` where c0 takes whole numbers only, else `c0 > 0.5`."""
        if (self.add[..., tree.unit] % 1).any():
            return f"c{tree.unit} {'≤' if not_above else '>'} {plain(tree.threshold)}"
        floor = int(np.floor(tree.threshold))
        return f"c{tree.unit} " + (f"≤ {plain(floor)}" if not_above else f"≥ {plain(floor + 1)}")


def decompile(net, alphabet=None, texts=None, hard=HARD) -> Rules:
    """Read a sharpened cell as rules; `print` them, `.run(text)` executes them without the net.

    net       a Tagger of an LSTM, a Program, or a Cell
    alphabet  its characters, for a Cell; the others bring their own
    texts     what the rules must agree on with the net; by default members, near misses and random
              texts of its task, or all short texts of a Cell's alphabet
    hard      a gate this near to 0 or 1 counts as hard

    Where the gates read what counts or is soft, no list of instructions can be made. Then a small
    automaton of a Tagger's answers is looked for (`lab.automata`): states and no counters.

    Raises NotReadable, a ValueError: it names the gates that are still soft and by how much, or the
    unit that counts and is read by the gates, or the text on which rules and net differ.
    """
    net = unwrapped(net)
    cell, alphabet, task = _parts(net, alphabet)
    if not 0 < as_nonnegative("hard", hard) < 0.5:
        raise ValueError(f"hard is {hard:g}, but must lie between 0 and ½: how far from 0 or 1")
    texts = None if texts is None else _given(texts)
    counted = isinstance(net, Program)
    try:
        rules = _read(cell, alphabet, hard)
    except NotReadable as why:
        if counted or task is None:
            raise
        return _by_answers(net, texts, str(why))
    texts = _texts(task, alphabet, _visits(rules)) if texts is None else texts
    rules.checked = len(texts)
    if counted:
        rules.name, rules.value = task.name, (net.unit, net.unit_step)
        _demand_hard(cell, rules, (net.unit,), hard)
        rules.used = tuple(dict.fromkeys((*rules.feeding, net.unit)))
        return _agreeing(rules, answers_of(net.value, texts).get, texts)
    if task is None:
        _demand_hard(cell, rules, range(cell.units), hard)
        return _agreeing(rules, lambda text: _all_c(cell, alphabet, text), texts, leak=hard)
    rules.name, rules.answers = task.name, task.answers
    _learn_answers(cell, rules, net, texts, hard)
    return _agreeing(rules, answers_of(net.answers, texts).get, texts)


def _by_answers(net, texts, why) -> Rules:
    """The rules of a net whose gates make none: the automaton of its answers, if it is small."""
    task = net.task
    texts = _texts(task, task.alphabet) if texts is None else texts
    known = answers_of(net.answers, texts)
    found = automaton(net, task.alphabet, known)
    if found is None:
        raise NotReadable(f"{why}. Nor are its answers those of {MOST} states. {ADVICE}")
    following, answers = found
    nothing = np.zeros((*following.shape, 0))
    rules = Rules(task.alphabet, [()] * len(following), *[nothing] * 3, following)
    rules.name, rules.answers, rules.used, rules.checked = task.name, task.answers, (), len(texts)
    does = np.stack([following, answers], axis=2)
    rules.kinds = np.array([np.unique(row, axis=0, return_inverse=True)[1].ravel() for row in does])
    keys = zip(np.ndindex(*following.shape), rules.kinds.ravel().tolist(), strict=True)
    rules.answer = {(q, kind): int(answers[q, s]) for (q, s), kind in keys}
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
    return cell.run(np.eye(cell.inputs)[_codes(alphabet, text)]).c


def _parts(net, alphabet):
    """The cell, its alphabet, and its task if it has one."""
    if isinstance(net, Cell) and not isinstance(net, Program):
        if net.W_p is not None:
            raise TypeError("a cell that projects its h cannot be decompiled")
        return net, alphabet_for(net, alphabet), None
    task = getattr(net, "task", None)
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


def _visits(rules):
    """For each state a shortest text that leads there, followed by each character."""
    ways, waiting = {0: ""}, [0]
    for q in waiting:  # grows while it is read
        for character, q_next in zip(rules.alphabet, rules.following[q].tolist(), strict=True):
            if q_next not in ways:
                ways[q_next] = ways[q] + character
                waiting.append(q_next)
    return [text + character for text in ways.values() for character in rules.alphabet]


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


# --- reading the cell --------------------------------------------------------------------------


def _gates(cell, h):
    """remember, save, candidate, focus for every character (S, H), after short-term state h."""
    a = cell.W_x.T + cell.W_h @ h + cell.b  # (S, 4H)
    a_save, a_remember, a_candidate, a_focus = np.split(a.astype(float), 4, axis=1)
    return sigmoid(a_remember), sigmoid(a_save), np.tanh(a_candidate), sigmoid(a_focus)


def _read(cell, alphabet, hard):
    """Follow the units that feed back from state to state, with gates of 0 and 1."""
    feeding = np.flatnonzero(abs(cell.W_h).max(axis=0) > 0)
    start = np.zeros(cell.units), np.zeros(cell.units)
    found, table, rows = [start], {_state(*start, feeding): 0}, []
    for c, h in found:  # grows while it is read
        remember, save, candidate, focus = _gates(cell, h)
        keep, add = _hardened(remember, save, candidate, hard)
        after = keep * c + add  # (S, H)
        shown = np.rint(focus)
        following = []
        for c_next, h_next in zip(after, shown * np.tanh(after), strict=True):
            name = _state(c_next, h_next, feeding)
            if name not in table:
                table[name] = len(found)
                found.append((c_next, h_next))
            following.append(table[name])
        if len(found) > MOST_STATES:
            raise NotReadable(_endless(feeding, found))
        rows.append((keep, add, shown > 0, following))
    rules = Rules(alphabet, [c for c, _ in found], *map(np.array, zip(*rows, strict=True)))
    rules.feeding, rules.h = tuple(feeding.tolist()), [h for _, h in found]
    return rules


def _state(c, h, feeding):
    """The name of a state: c and h of the units that feed back."""
    return (*np.round(c[feeding], 6).tolist(), *np.round(h[feeding], 6).tolist())


def _hardened(remember, save, candidate, hard):
    """c = keep · c + add, with gates of 0 and 1."""
    whole = np.rint(candidate)
    step = np.where(abs(candidate - whole) <= hard, whole, candidate)
    return np.rint(remember), np.rint(save) * step + 0.0


def _endless(feeding, found):
    values = [len({round(float(c[k]), 2) for c, _ in found}) for k in feeding]
    unit = feeding[int(np.argmax(values))]
    return (
        f"the gates read the h of unit {unit}, and its c takes {max(values)} values or more: "
        "such a unit counts, or is soft, and its gates have no finite table"
    )


def _soft_gates(cell, rules, units, hard):
    """(distance from hard, words) of each gate of `units` that is neither 0 nor 1, softest first.

    Where a net answers, the steps of what counts must be whole as well: else it does not come back
    to where it began.
    """
    soft: dict[tuple, list[str]] = {}
    for q, h in enumerate(rules.h):
        remember, save, candidate, focus = _gates(cell, h)
        gates = {"remember": remember, "save": save, "focus": focus}
        if rules.answers:
            gates["candidate"] = np.where((rules.keep[q] == 1) & (save > 0.5), candidate, 0)
        for word, gate in gates.items():
            for s, k in np.argwhere(abs(gate - np.rint(gate)) > hard):
                if k in units:
                    state = f" in state {q}" * (len(rules.states) > 1)
                    key = (round(float(gate[s, k]), 3), f"{word} of unit {k}", state)
                    soft.setdefault(key, []).append(rules.alphabet[s])
    return sorted((_soft_words(*key, where, rules) for key, where in soft.items()), reverse=True)


def _soft_words(value, gate, state, where, rules):
    whole = round(value)
    away = abs(value - whole)
    return away, f"{gate} at {rules._who(where)}{state} is {value:.3f}, {away:.3f} from {whole}"


def _demand_hard(cell, rules, units, hard):
    soft = _soft_gates(cell, rules, {*units, *rules.feeding}, hard)
    if soft:
        raise NotReadable(_too_soft(soft))


def _too_soft(soft):
    listed = "\n".join(f"  {words}" for _, words in soft[:3])
    more = f"\n  and {len(soft) - 3} more" if len(soft) > 3 else ""
    return f"still soft, so there are no rules yet; sharpen the net first:\n{listed}{more}"


# --- what it answers ---------------------------------------------------------------------------


def _learn_answers(cell, rules, net, texts, hard):
    """Find the fewest hard units whose c, with the last character, decide every answer."""
    seen = _observations(rules, net, texts)
    soft = {k: _soft_gates(cell, rules, {k}, hard) for k in range(cell.units)}
    lasting = [k for k in range(cell.units) if k not in rules.feeding and rules.keep[..., k].any()]
    _demand_hard(cell, rules, (), hard)
    tangled = False
    for units in _subsets([k for k in lasting if not soft[k]]):
        plain = {key: _projected(rows, units) for key, rows in seen.items()}
        if None in plain.values():
            continue
        answer = {key: _tree_of(rows, units) for key, rows in plain.items()}
        if max(map(_leaves, answer.values())) <= MOST_LEAVES:
            rules.used, rules.answer = (*rules.feeding, *units), answer
            return
        tangled = True
    blamed = sorted((entry for k in lasting for entry in soft[k]), reverse=True)
    if blamed:
        raise NotReadable(_too_soft(blamed))
    raise NotReadable(TANGLED if tangled else READ_OUT)


TANGLED = (
    "all gates are 0 or 1, but the answers depend on the units in too many ways: a count does not "
    "come back to where it began. Sharpen the net more, or train on"
)
READ_OUT = "with all gates 0 or 1 it answers otherwise: what is left is in the read-out"


def _subsets(units):
    return (some for size in range(len(units) + 1) for some in combinations(units, size))


def _observations(rules, net, texts):
    """{(q, kind): {c: answer}} over all characters of all texts."""
    seen = {}
    answers = net.answers(texts)
    for text, said in zip(texts, answers, strict=True):
        states, c = rules.trace(text)
        kinds = rules.kinds[states, _codes(rules.alphabet, text)]
        for q, kind, row, answer in zip(states, kinds, c, said[: len(text)], strict=True):
            seen.setdefault((int(q), int(kind)), {})[tuple(row)] = int(answer)
    return seen


def _projected(rows, units):
    """{c of `units`: answer}; None if two rows that look alike to them are answered differently."""
    said = {}
    for c, answer in rows.items():
        if said.setdefault(tuple(c[k] for k in units), answer) != answer:
            return None
    return said


def _tree_of(rows, units):
    c = np.array(list(rows)).reshape(len(rows), len(units))
    return _grow(c, np.array(list(rows.values())), units)


def _grow(c, answers, units):
    """A tree of comparisons that tells the answers (N,) by c (N, U), split greedily."""
    if len(set(answers)) == 1:
        return int(answers[0])
    cuts = [(j, cut) for j in range(len(units)) for cut in _cuts(c[:, j])]
    j, cut = min(cuts, key=lambda one: _impurity(c[:, one[0]] > one[1], answers))
    high = c[:, j] > cut
    low_high = (_grow(c[side], answers[side], units) for side in (~high, high))
    return Branch(units[j], float(cut), *low_high)


def _leaves(tree) -> int:
    return _leaves(tree.low) + _leaves(tree.high) if isinstance(tree, Branch) else 1


def _cuts(values):
    """Half-way between neighbours."""
    values = np.unique(values)
    return (values[1:] + values[:-1]) / 2


def _impurity(high, answers):
    """How many answers the majority on either side of a cut gets wrong."""
    sides = (np.bincount(answers[side]) for side in (high, ~high))
    return sum(counts.sum() - counts.max() for counts in sides)


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
    return rules


def _listed(values) -> str:
    return ", ".join(map(plain, values))


def _decide(tree, c):
    while isinstance(tree, Branch):
        tree = tree.high if c[tree.unit] > tree.threshold else tree.low
    return tree


# --- words -------------------------------------------------------------------------------------


def _codes(alphabet, text):
    if not isinstance(text, str):
        raise TypeError(f"rules read a text, but {shown(text)} was given")
    unknown = next((k for k, character in enumerate(text) if character not in alphabet), None)
    if unknown is not None:
        raise ValueError(
            f"{describe(text[unknown])} at position {unknown} is not in the alphabet, "
            f"{short_alphabet(alphabet)}"
        )
    return np.array([alphabet.index(character) for character in text], int)


def _update(unit, keep, add) -> str:
    """`c0 += 1`, `c0 = 0`, or nothing."""
    if keep:
        sign = "+=" if add > 0 else "−="
        return f"c{unit} {sign} {plain(abs(add))}" if add else ""
    return f"c{unit} = {plain(add)}" if add else f"erase c{unit}"


def _units(numbers) -> str:
    """`unit 2 holds`, `units 0, 2 hold`."""
    if len(numbers) == 1:
        return f"unit {numbers[0]} holds"
    return f"units {', '.join(map(str, numbers))} hold"


def _named(characters) -> str:
    """The characters, or how many there are."""
    if len(characters) > 6:
        return f"{len(characters)} others"
    return " ".join(map(visible, characters))
