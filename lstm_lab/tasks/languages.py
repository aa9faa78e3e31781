"""Formal languages that ask for a counter, and one that asks for a bit.

What is answered is which characters may follow; a text is accepted if it begins as the language
allows, each further character was allowed by the answer before it, and its last answer allows the
end. After Suzgun, Belinkov & Shieber 2019 and Lan, Chemla & Katzir 2024.
"""

import numpy as np

from .._validate import as_int, as_numpy, as_real, shown
from .base import NONE, Task, log_uniform, walk

__all__ = ["Blocks", "Dyck1", "Language", "Parity"]


class Language(Task):
    """A task whose texts are the members of a language.

    begins   the characters that may stand first, before any answer; "" if the empty text belongs
    follows  for each answer the characters that it allows to follow; "" is the end of the text
    """

    begins: tuple[str, ...] = ()
    follows: tuple[tuple[str, ...], ...] = ()

    def accepts(self, text, answers=None) -> bool:
        """Whether a text is accepted: by the answers (T,) given at its characters, or truly.

        The first character stands before any answer, so `begins` decides on it, and on the empty
        text.
        """
        codes = self.codes(text)
        given = self.targets(text) if answers is None else as_numpy(as_real("answers", answers))
        known = np.isin(given, range(NONE, len(self.answers))).all()
        if given.shape != codes.shape or not known:
            raise ValueError(
                f"{len(codes)} answers from 0 to {len(self.answers) - 1} are wanted, one for each "
                f"character, but {shown(answers)} was given"
            )
        allowed = [self.begins, *(self.follows[k] if k != NONE else () for k in given.astype(int))]
        return all(c in may for c, may in zip([*text, ""], allowed, strict=True))


class Blocks(Language):
    """aⁿbⁿ, or with three letters aⁿbⁿcⁿ: each letter n times, in this order.

    The value is what is due: a's minus b's up to the last b, then a's minus c's. From the first b
    on there is one right answer at every character.
    """

    def __init__(self, letters="ab"):
        if len(letters) < 2 or len(set(letters)) < len(letters):
            raise ValueError(f"letters is {shown(letters)}: give two or more different ones")
        self.alphabet = self.letters = self.option = letters
        self.name = "n".join(letters) + "n"
        self.value = "due"
        self.answers = (f"{letters[0]} or {letters[1]}", *letters[1:], "end")
        self.begins = (letters[0],)
        self.follows = ((letters[0], letters[1]), *((c,) for c in letters[1:]), ("",))

    def text(self, n) -> str:
        """The member with n ≥ 1 of each letter."""
        n = as_int("n", n)
        return "".join(letter * n for letter in self.letters)

    def label(self, text):
        self.codes(text)
        values = []
        for t, letter in enumerate(text):
            before, k = text[: t + 1], max(self.letters.index(letter), 1)
            values.append(before.count(self.letters[0]) - before.count(self.letters[k]))
        return np.array(values, int)

    def _counts(self, codes):
        return np.stack([np.cumsum(codes == k, axis=1) for k in range(len(self.letters))])

    def _values(self, codes):
        counts = self._counts(codes)
        return counts[0] - np.take_along_axis(counts, np.maximum(codes, 1)[None], axis=0)[0]

    def _targets(self, codes, values):
        last = len(self.letters) - 1
        due = np.where(values > 0, codes, np.where(codes < last, codes + 1, last + 1))
        answers = np.where(codes == 0, 0, due)
        return np.where(self._dead(codes), NONE, answers)

    def _dead(self, codes):
        """True from the first character that leaves the language."""
        counts = self._counts(codes)
        previous = np.concatenate([np.full_like(codes[:, :1], 0), codes[:, :-1]], axis=1)
        wrong = codes < previous  # a letter comes back
        wrong |= codes > previous + 1  # a letter is left out
        for k in range(1, len(self.letters)):
            wrong |= counts[k] > counts[0]
            wrong |= (codes > k) & (counts[k] < counts[0])
        return np.logical_or.accumulate(wrong & (codes != NONE), axis=1)

    def _sample(self, n, length, rng):
        most = length // len(self.letters)
        if most == 0:
            raise ValueError(f"length {length}: {self.name} needs at least {len(self.letters)}")
        sizes = np.rint(log_uniform(n, 1, most, rng)[:, 0]).astype(int)
        return [self.text(size) for size in sizes]

    def near_misses(self, text):
        """One or two more or fewer of one letter."""
        self.codes(text)
        counts = [text.count(letter) for letter in self.letters]
        misses = []
        for k in range(len(counts)):
            for by in (-2, -1, 1, 2):
                changed = [c + by * (j == k) for j, c in enumerate(counts)]
                if min(changed) > 0:
                    parts = zip(self.letters, changed, strict=True)
                    misses.append("".join(letter * c for letter, c in parts))
        return [miss for miss in misses if not self.accepts(miss)]


class Dyck1(Language):
    """Balanced brackets of one kind; the value is the depth."""

    name, value, alphabet = "dyck1", "depth", "()"
    answers = ("balanced", "open")
    begins, follows = ("(", ""), (("(", ""), ("(", ")"))

    def label(self, text):
        self.codes(text)
        before = (text[: t + 1] for t in range(len(text)))
        return np.array([prefix.count("(") - prefix.count(")") for prefix in before], int)

    def _values(self, codes):
        return np.cumsum((codes == 0).astype(int) - (codes == 1), axis=1)

    def _targets(self, codes, values):
        dead = np.logical_or.accumulate(values < 0, axis=1)
        return np.where(dead, NONE, values > 0)

    def _sample(self, n, length, rng):
        if length < 2:
            raise ValueError(f"length {length}: a balanced text has at least 2 characters")
        return self._texts((walk(n, length - length % 2, rng) < 0).astype(int))

    def near_misses(self, text):
        """One bracket turned round, one dropped, or one added at either end."""
        self.codes(text)
        turned = [text[:t] + "()"[c == "("] + text[t + 1 :] for t, c in enumerate(text)]
        dropped = [text[:t] + text[t + 1 :] for t in range(len(text))]
        others = [*turned, *dropped, "(" + text, text + "(", text + ")"]
        return [other for other in dict.fromkeys(others) if other and not self.accepts(other)]


class Parity(Language):
    """One bit: is the number of 1s so far odd? Members have an even number of 1s; `sample` draws
    any text."""

    name, value, alphabet = "parity", "odd", "01"
    answers = ("even", "odd")
    begins, follows = ("0", "1", ""), (("0", "1", ""), ("0", "1"))

    def label(self, text):
        self.codes(text)
        return np.array([text[: t + 1].count("1") % 2 for t in range(len(text))], int)

    def _values(self, codes):
        return np.cumsum(codes == 1, axis=1) % 2

    def _targets(self, codes, values):
        return values

    def _sample(self, n, length, rng):
        ones = rng.random((n, length)) < log_uniform(n, 0.02, 0.98, rng)
        return self._texts(ones.astype(int))

    def near_misses(self, text):
        """One bit turned."""
        self.codes(text)
        return [text[:t] + "01"[c == "0"] + text[t + 1 :] for t, c in enumerate(text)]
