"""Tasks against brute force on random text, drawn by hypothesis."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lstm_lab as lab
from lstm_lab._text import TEXT
from lstm_lab.tasks.base import walk

MAKE = {
    **lab.tasks.TASKS,
    "curly": lambda: lab.tasks.quotes("curly"),
    "one kind": lambda: lab.tasks.nesting("<>"),
    "www": lambda: lab.tasks.urls("www."),
    "::": lambda: lab.tasks.urls("::"),
    "https://": lambda: lab.tasks.urls("https://"),
}
#: Characters that matter to a task, to be met often.
TELLING = {
    "list_items": "-\n a",
    "quotes": '"a',
    "curly": "“”a",
    "urls": ":/ \nx",
    "length": "a.!?\n",
    "copy": "ab.:",
    "remember_first": "ABa?",
}
TELLING |= {
    "nesting": "()[]{}x",
    "one kind": "<>x",
    "www": "w. x",
    "::": ": x",
    "https://": "htps:/ x",
}


every = pytest.mark.parametrize("name", MAKE)


def texts(name, task, **options):
    some = st.text(TELLING.get(name, task.alphabet), **options)
    return some | st.text(task.alphabet, **options)


@every
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_many_texts_at_once_are_valued_as_one_by_brute_force(name, data):
    task = MAKE[name]()
    several = data.draw(
        st.lists(texts(name, task, min_size=1, max_size=30), min_size=1, max_size=5)
    )
    batch = task.batch(several)
    for k, text in enumerate(several):
        T = len(text)
        np.testing.assert_array_equal(batch.values[k, :T], task.label(text))
        np.testing.assert_array_equal(batch.targets[k, :T], task.targets(text))
        assert batch.mask[k].sum() == batch.lengths[k] == T
        assert (batch.codes[k, T:] == -1).all() and (batch.targets[k, T:] == -1).all()
        assert "".join(task.alphabet[code] for code in batch.codes[k, :T]) == text


@every
@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_targets_say_what_the_definition_says(name, data):
    """Each task's answers once more, from the text alone."""
    task = MAKE[name]()
    text = data.draw(texts(name, task, min_size=1, max_size=24))
    for t, target in enumerate(task.targets(text)):
        assert target == expected_target(name, task, text, t)


def expected_target(name, task, text, t):
    before = text[: t + 1]
    if name in ("anbn", "anbncn"):
        words = [task.text(n) for n in range(1, len(text) + 2)]
        following = {word[t + 1 : t + 2] for word in words if word.startswith(before)}
        return task.follows.index(tuple(sorted(following))) if following else -1
    if name == "dyck1":
        depths = [before[:k].count("(") - before[:k].count(")") for k in range(1, len(before) + 1)]
        return -1 if min(depths) < 0 else int(depths[-1] > 0)
    if name == "length":
        return int(text[t + 1] in ".!?\n") if t + 1 < len(text) else -1
    if name == "remember_first":
        return "ABCD".find(text[0]) if text[t] == "?" else -1
    if name == "copy":
        letters = [c for c in text.partition(":")[0] if c in "abcdefgh"]
        go = text.find(":")
        said = letters[t - go - 1 : t - go] if 0 <= go < t else []
        return task.answers.index(said[0]) if said else 0
    return int(task.label(before)[-1] > 0)


@every
def test_samples_are_of_the_asked_length_seeded_and_deep_as_well_as_shallow(name):
    task = MAKE[name]()
    sample = task.sample(400, 40, 0)
    assert sample == task.sample(400, 40, np.random.default_rng(0)) != task.sample(400, 40, 1)
    assert len(sample) == 400
    short = name in ("anbn", "anbncn")
    assert all(len(text) <= 40 if short else len(text) == 40 for text in sample)
    top = np.array([task.label(text).max() for text in sample])
    bits = ("quotes", "curly", "urls", "www", "::", "https://", "parity")
    few = 1 if name in bits else {"copy": 8, "remember_first": 4}.get(name, 10)
    shallow = {"length": 20, "copy": 8}.get(name, 1)
    assert top.min() <= shallow and top.max() >= few


def test_generated_languages_are_members_and_near_misses_are_not():
    for name in ("anbn", "anbncn", "dyck1"):
        task = MAKE[name]()
        for text in task.sample(40, 24, 0):
            assert task.accepts(text)
            misses = task.near_misses(text)
            assert misses and not any(map(task.accepts, misses))


@every
def test_near_misses_of_a_text_end_in_another_value(name):
    task = MAKE[name]()
    several = task.sample(60, 30, 0)
    found = 0
    for text in several:
        for other in task.near_misses(text):
            found += 1
            end = task.label(other)[-1] if other else 0
            assert end != task.label(text)[-1] or not task.accepts(other)
    assert found >= 60


def test_near_misses_of_a_block_language_are_off_by_one_and_two():
    assert set(lab.tasks.anbn().near_misses("aaabbb")) == {
        "abbb", "aabbb", "aaaabbb", "aaaaabbb", "aaab", "aaabb", "aaabbbb", "aaabbbbb",
    }  # fmt: skip


@every
def test_an_unknown_character_is_named_with_its_position(name):
    task = MAKE[name]()
    text = task.sample(1, 24, 0)[0][:5] + "😀"
    place = len(text) - 1
    message = rf"'😀' \(GRINNING FACE\) at position {place} .* {task.name}"
    for call in (task.label, task.encode, task.near_misses, task.codes, task.targets):
        with pytest.raises(ValueError, match=message):
            call(text)
    with pytest.raises(ValueError, match="text 1: '😀'"):
        task.batch([text[:-1], text])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lab.tasks.nesting("(]["), "two by two"),
        (lambda: lab.tasks.nesting(""), "two by two"),
        (lambda: lab.tasks.nesting("«»"), "two by two"),
        (lambda: lab.tasks.quotes("french"), "'straight', 'curly'"),
        (lambda: lab.tasks.urls("a b"), "without blanks"),
        (lambda: lab.tasks.urls(""), "without blanks"),
        (lambda: lab.tasks.languages.Blocks("a"), "two or more"),
        (lambda: lab.tasks.parity().sample(0, 5, 0), "n is 0"),
        (lambda: lab.tasks.parity().sample(5, -1, 0), "length is -1"),
        (lambda: lab.tasks.anbn().sample(5, 1, 0), "at least 2"),
        (lambda: lab.tasks.dyck1().sample(5, 1, 0), "at least 2"),
        (lambda: lab.tasks.remember_first().sample(5, 1, 0), "at least 2"),
        (lambda: lab.tasks.remember_first(1), "symbols is 1, but must be 2 or more"),
        (lambda: lab.tasks.remember_first(27), "26 capitals"),
        (lambda: lab.tasks.copy(27), "26 letters"),
        (lambda: lab.tasks.copy(items=0), "items is 0"),
        (lambda: lab.tasks.copy().sample(5, 20, 0), "needs 21 or more"),
        (lambda: lab.tasks.copy().baseline(20), "needs 21 or more"),
        (lambda: lab.tasks.adding().sample(5, 1, 0), "length is 1, but must be 2 or more"),
        (lambda: lab.tasks.adding().label([[0.5, 1], [0.5, 0]]), "1 steps are marked"),
        (lambda: lab.tasks.adding().label([[0.5, 2], [0.5, 0]]), "a mark is 0 or 1"),
        (lambda: lab.tasks.adding().label([0.5, 1]), "rows of numbers"),
        (lambda: lab.tasks.parity().batch([]), "at least one text"),
        (lambda: lab.tasks.nesting(3), "pairs is 3: give brackets two by two"),
        (lambda: lab.tasks.nesting(["(", ")"]), "two by two"),
        (lambda: lab.tasks.urls(["a"]), "without blanks"),
        (lambda: lab.tasks.quotes(np.ones((2, 2))), "'straight', 'curly'"),
        (lambda: lab.tasks.anbn().text(0), "n is 0, but must be 1 or more"),
        (lambda: lab.tasks.anbn().accepts("ab", [[0], [1, 2]]), "different lengths"),
        (lambda: lab.tasks.anbn().accepts("ab", [0, 1.5]), r"but \[0, 1.5\] was given"),
    ],
)
def test_bad_input_is_refused_with_what_is_allowed(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lab.tasks.parity().batch(None), "texts must be a list of texts, but None"),
        (lambda: lab.tasks.parity().batch(3), "texts must be a list of texts, but 3"),
        (lambda: lab.tasks.parity().sample(2, 5, "seed"), "rng must be a seed.* but 'seed'"),
        (lambda: lab.tasks.parity().sample(2, 5, -1), "rng must be a seed.* but -1"),
        (lambda: lab.tasks.adding().sample(2, 5, 0.5), "rng must be a seed.* but 0.5"),
        (lambda: lab.tasks.anbn().text("3"), "n must be a whole number, but '3'"),
    ],
)
def test_bad_input_of_another_type_is_refused_with_what_is_wanted(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_no_text_is_a_type_error():
    with pytest.raises(TypeError, match="about text"):
        lab.tasks.nesting().label(["("])


def test_one_hot():
    task = lab.tasks.parity()
    assert task.encode("011").tolist() == [[1, 0], [0, 1], [0, 1]]
    assert task.encode("").shape == (0, 2)
    assert len(set(TEXT)) == len(TEXT) == 98


@settings(deadline=None)
@given(n=st.integers(1, 20), half=st.integers(1, 30), seed=st.integers(0, 99))
def test_walks_come_back_to_zero_and_never_go_below(n, half, seed):
    steps = walk(n, 2 * half, np.random.default_rng(seed))
    depth = np.cumsum(steps, axis=1)
    assert set(np.unique(steps)) <= {-1, 1}
    assert (depth[:, -1] == 0).all() and depth.min() >= 0


def test_brackets_of_a_sample_are_closed_by_their_own_kind():
    task = lab.tasks.nesting()
    kinds = set()
    for text in task.sample(200, 60, 0):
        stack = []
        for character in text:
            if character in task.opening:
                stack.append(character)
            elif character in task.closing:
                kinds.add(character)
                assert task.pairs.index(stack.pop()) + 1 == task.pairs.index(character)
        assert not stack
    assert len(kinds) == 3


def test_sentences_end_likelier_the_longer_they_are():
    batch = (task := lab.tasks.length()).batch(task.sample(2000, 100, 0))
    asked = batch.targets >= 0
    short, long = (asked & (batch.values < 5)), (asked & (batch.values > 25))
    assert batch.targets[long].mean() > 2 * batch.targets[short].mean()


# --- memory -------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(n=st.integers(1, 20), T=st.integers(2, 50), seed=st.integers(0, 99))
def test_adding_marks_one_number_in_each_half_and_answers_as_by_hand(n, T, seed):
    x, y = lab.tasks.adding().sample(n, T, seed)
    assert x.shape == (n, T, 2) and y.shape == (n,)
    assert (x[:, : T // 2, 1].sum(axis=1) == 1).all() and (x[:, T // 2 :, 1].sum(axis=1) == 1).all()
    assert np.allclose(y, [lab.tasks.adding().label(one) for one in x])


def test_the_baseline_of_adding_is_what_saying_1_comes_to():
    y = lab.tasks.adding().sample(200_000, 10, 0).y
    assert np.isclose(((y - 1) ** 2).mean(), lab.tasks.adding.baseline, rtol=0.02)


def test_the_baseline_of_copying_is_that_of_the_literature():
    task, T = lab.tasks.copy(), 50
    assert np.isclose(task.baseline(T + 20), 10 * np.log(8) / (T + 20))
    text = task.sample(1, T + 20, 0)[0]
    assert text[10 : T + 9] == "." * (T - 1) and text[T + 9] == ":" and text[T + 10 :] == "." * 10
    said = [task.answers[k] for k in task.targets(text)]
    assert "".join(said) == "." * (T + 10) + text[:10]


def test_the_first_symbol_is_asked_at_the_end_and_others_come_between():
    task = lab.tasks.remember_first()
    texts = task.sample(400, 20, 0)
    assert all(text[0] in "ABCD" and text[-1] == "?" for text in texts)
    assert {c for text in texts for c in text[1:-1]} == set("abcd")
    share = np.mean([task.targets(text)[-1] == 0 for text in texts])
    assert abs(share - task.baseline) < 0.1


# --- languages: membership, from the first character on ------------------------------------------


def balanced(text):
    while "()" in text:
        text = text.replace("()", "")
    return text == ""


#: Membership by a definition that knows nothing of answers.
MEMBERS = {
    "anbn": lambda text: any(text == "a" * n + "b" * n for n in range(1, 9)),
    "anbncn": lambda text: any(text == "a" * n + "b" * n + "c" * n for n in range(1, 9)),
    "dyck1": balanced,
    "parity": lambda text: text.count("1") % 2 == 0,
}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_text_is_accepted_if_it_is_a_member_whatever_it_begins_with(name):
    task = lab.tasks.TASKS[name]()
    for length in range(8 if len(task.alphabet) == 2 else 7):
        for text in map("".join, product(task.alphabet, repeat=length)):
            assert task.accepts(text) == MEMBERS[name](text), text
            assert task.accepts(text, task.targets(text)) == MEMBERS[name](text), text


@pytest.mark.parametrize("name", ["anbn", "anbncn", "dyck1", "parity"])
def test_answers_that_allow_all_do_not_allow_a_text_to_begin_otherwise(name):
    task = lab.tasks.TASKS[name]()
    for first in task.alphabet:
        answers = [k for k, may in enumerate(task.follows) if "" in may][:1]
        assert task.accepts(first, answers) == (first in task.begins)
    assert task.accepts("", []) == task.accepts("") == ("" in task.begins)


@pytest.mark.parametrize("name", [n for n in lab.tasks.TASKS if n != "adding"])
def test_the_empty_text_is_a_text(name):
    task = lab.tasks.TASKS[name]()
    if isinstance(task, lab.tasks.Aligned):
        return
    other = task.sample(1, 21, 0)[0]
    assert task.label("").shape == task.targets("").shape == (0,)
    assert task.batch(["", ""]).codes.shape == (2, 0)
    beside, alone = task.batch(["", other, ""]), task.batch([other])
    assert beside.lengths.tolist() == [0, len(other), 0] and not beside.mask[[0, 2]].any()
    np.testing.assert_array_equal(beside.targets[1:2], alone.targets)
    np.testing.assert_array_equal(beside.values[1:2], alone.values)
    assert all(isinstance(miss, str) for miss in task.near_misses(""))
