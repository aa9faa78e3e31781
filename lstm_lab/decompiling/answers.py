"""A net read as a finite automaton, by what it answers and nothing else.

Two beginnings of a text are one state if no end that was tried tells them apart. The ends are
found as they are needed: from texts on which the automaton so far and the net differ. L* of Angluin
1987, ends after Maler & Pnueli 1995; for recurrent nets Weiss, Goldberg & Yahav 2018.
"""

from collections import deque
from itertools import product

import numpy as np

__all__ = ["MAX_STATES", "TOGETHER", "Asked", "answers_of", "automaton"]


#: More states than this are none that a reader can follow.
MAX_STATES = 8
#: So many texts are asked about at a time.
TOGETHER = 500


def answers_of(ask, texts) -> dict[str, np.ndarray]:
    """What is said on each text, (T,), many side by side: `ask(texts)` gives (B, T)."""
    known: dict[str, np.ndarray] = {}
    for first in range(0, len(texts), TOGETHER):
        some = texts[first : first + TOGETHER]
        said = zip(some, ask(some), strict=True)
        known |= {text: answers[: len(text)] for text, answers in said}
    return known


class Asked:
    """What a net says after the last character of a text; each text is asked about once."""

    def __init__(self, net):
        self.net, self.known = net, {}

    def __call__(self, texts) -> list[int]:
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        said = answers_of(self.net.answers, new).items()
        self.known |= {text: int(answers[-1]) for text, answers in said}
        return [self.known[text] for text in texts]


def automaton(net, alphabet, known) -> tuple[np.ndarray, np.ndarray] | None:
    """The next state and the answer of each state and character, (Q, S) each, that say on all texts
    what the net says; it starts in state 0. None if more than MAX_STATES states are needed.

    known  what the net says on them, `answers_of(net.answers, texts)`
    """
    ask, ends = Asked(net), list(alphabet)
    while True:
        found = _states(ask, alphabet, ends)
        if found is None:
            return None
        cuts = (_mistake(found, alphabet, text, truth) for text, truth in known.items())
        wrong = next(filter(None, cuts), "")
        more = [wrong[t:] for t in range(len(wrong)) if wrong[t:] not in ends]
        if not more:
            return None if wrong else found
        ends += more


def _states(ask, alphabet, ends):
    """Beginnings that some end tells apart, from the shortest: where each character leads, and
    what is said there."""
    beginnings, transition, answers = deque([""]), [], []
    names = {_row(ask, "", ends): 0}
    while beginnings:
        beginning = beginnings.popleft()
        nexts = [beginning + character for character in alphabet]
        ask([text + end for text, end in product(nexts, ends)])
        answers.append(ask(nexts))
        transition.append([])
        for text in nexts:
            row = _row(ask, text, ends)
            if row not in names:
                names[row] = len(names)
                beginnings.append(text)
            transition[-1].append(names[row])
        if len(names) > MAX_STATES:
            return None
    return np.array(transition), np.array(answers)


def _row(ask, beginning, ends):
    return tuple(ask([beginning + end for end in ends]))


def _mistake(table, alphabet, text, truth) -> str:
    """A text up to the first character at which the automaton says otherwise; "" if none."""
    (transition, answers), q = table, 0
    for t, said in enumerate(truth.tolist()):
        s = alphabet.index(text[t])
        if answers[q, s] != said:
            return text[: t + 1]
        q = transition[q, s]
    return ""
