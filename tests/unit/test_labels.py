"""The labels of code are those of Python's own tokenizer, and the page's are the lab's."""

import io
import keyword
import token
import tokenize

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lstm_lab as lab
from lstm_lab.tasks.labels import KINDS, labels
from tests.node import evaluator

js = evaluator("scanner.js")
PARTED = ("FSTRING", "TSTRING")  # strings that newer tokenizers give in parts
STARTS = {getattr(token, f"{name}_START", None) for name in PARTED}
ENDS = {getattr(token, f"{name}_END", None) for name in PARTED}
PIECES = ["'", '"', '"""', "'''", *"#\\\n()[} aé“”😀"]


def by_tokenize(text):
    """The same labels from the tokens of a whole file."""
    starts = np.cumsum([0, *(len(line) for line in text.splitlines(keepends=True))])
    T = len(text)
    found = {key: np.zeros(T, bool) for key in ("string", "docstring", "comment")}
    step, inside = np.zeros(T, int), []

    def place(position):
        return starts[position[0] - 1] + position[1]

    for it in tokenize.generate_tokens(io.StringIO(text).readline):
        start, end = place(it.start), place(it.end)
        if it.type in STARTS:
            inside.append(start)
        elif it.type in ENDS:
            start = inside.pop()
            if not inside:
                _mark(found, text[start:end], start)
        elif not inside:
            if it.type == token.STRING:
                _mark(found, it.string, start)
            elif it.type == tokenize.COMMENT:
                found["comment"][start:end] = True
            elif it.type == token.OP and it.string in "([{)]}":
                step[start] = 1 if it.string in "([{" else -1
    return found | {"depth": np.cumsum(step)}


def _mark(found, string, start):
    bare = string.lstrip("rRbBuUfFtT")
    size = 3 if bare[:3] in ("'''", '"""') else 1
    first = start + len(string) - len(bare) + size - 1
    found["docstring" if size == 3 else "string"][first : start + len(string) - 1] = True


def test_the_labels_of_code_are_the_tokenizers_on_whole_packages():
    files = [*lab.tasks.python_source("held_out"), *lab.tasks.python_source("lab")]
    read = 0
    for file in files:
        try:
            expected = by_tokenize(file.text)
        except (tokenize.TokenError, SyntaxError):  # its other characters were left out
            continue
        got = lab.tasks.code_labels(file.text)
        for key, value in expected.items():
            wrong = np.flatnonzero(got[key] != value)
            assert not len(wrong), (file.name, key, file.text[wrong[0] - 40 : wrong[0] + 40])
        read += 1
    assert read >= 0.97 * len(files) > 100


def test_columns_and_indents_are_those_of_the_lines():
    text = lab.tasks.python_source("lab")[0].text
    got = lab.tasks.code_labels(text)
    for t in range(len(text)):
        line = text[: t + 1].rpartition("\n")[2]
        assert got["column"][t] == len(line)
        assert got["indent"][t] == len(line) - len(line.lstrip(" "))
    assert (got["bracket"] == (got["depth"] > 0)).all()


def test_letters_are_counted_within_their_word():
    text = " ".join(keyword.kwlist) + ", (“so” it's)"
    got = lab.tasks.prose_labels(text)["letter"]
    for t, character in enumerate(text):
        before = 0 if t == 0 else got[t - 1]
        assert got[t] == (before + 1 if character.isalpha() else 0)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from([*KINDS]))
def test_the_page_labels_whatever_is_typed_alike(text, kind):
    expected = {key: value.tolist() for key, value in labels(kind, text).items()}
    assert js("labelsOf(x.kind, x.chars)", {"kind": kind, "chars": list(text)}) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_labels_a_file_alike(kind):
    text = max(lab.tasks.python_source("lab"), key=lambda file: len(file.text)).text
    expected = {key: value.tolist() for key, value in labels(kind, text).items()}
    assert js("labelsOf(x.kind, x.chars)", {"kind": kind, "chars": list(text)}) == expected


def test_bad_input_is_named():
    with pytest.raises(TypeError, match="text must be a string, not 5"):
        lab.tasks.code_labels(5)
    with pytest.raises(ValueError, match="kind is 'poetry', but must be one of 'code', 'prose'"):
        labels("poetry", "")
    with pytest.raises(ValueError, match="part is 'test'"):
        lab.tasks.python_source("test")
