"""What a page of the handout judges by itself: its verdicts are Python's, on the shelf of wrong
answers and on what else may be typed."""

import itertools
import json

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup

from lstm_lab import check, collect
from lstm_lab.check import counters, reporting, verdicts
from lstm_lab.check.keeping import MOST
from lstm_lab.check.reporting import FORMAT
from tests.made_up import code, notebook
from tests.node import evaluator
from tools.handout import answers
from tools.handout.pages import HERE

from .test_handout import PAGES
from .wrong_answers import CLASS, NEW

TEMPLATE = HERE / "template"
js = evaluator(TEMPLATE / "answering.js", TEMPLATE / "gates.js", "lstm.js")
#: How numbers may be typed, and what is none.
TYPED = ["0.5", "0,5", ".5", "5.", "1/2", "½", "⅞", "50 %", "50%", "-1", "−1", "+2", "1e3", "1e-3"]
TYPED += ["1,5e2", "[1, 2]", "1 2", "1 and 2", "0,5; 0,7", "(3)", "1e999", "1/0", "½/2", "90 % / 3"]
TYPED += ["０．５", "１／２", "５０％", "٠٫٥", "١,٠٠٠", "五", "Ⅷ", "⅟", "1/3/2", "⅓", "1/½", "①"]
TYPED += ["abc", "it's", 'say "it"', "\\", "'\"", "ln 99", "np.log(2)", "about 5", "4,6 and more"]
TYPED += [
    "<b>1</b>",
    "1,2,3",
    "1, 2, 3",
    "[0, 1, 0, 0]",
    "1 0 0 0",
    "-0",
    "0",
    "nan",
    "inf",
    "1_000",
]
TYPED += [
    "12345678",
    "0.125",
    "2.675",
    "1e21",
    "1e-9",
    "5 steps",
    "%",
    "/",
    "--1",
    "1 %%",
    "½½",
    "²",
]
#: Digits of other scripts, and texts as long as a field takes.
TYPED += [
    "٥",
    "۰.۵",
    "５",
    "०,५",
    "𝟎.𝟓",
    "٩٨ %",
    "１/２",
    "٠٫٥",
    "０．５",
    "१ २",
    "١,٠٠٠",
    "ln ９９",
]
TYPED += ["x" * 60, "x" * 58, "'" * 59, "5 " * 29 + "x", "9" * 60, "1000.5", "2500.5", "1001.5"]


def numbers(about):
    """Numbers near to some, written with one to seven digits."""
    rng = np.random.default_rng(0)
    for value in np.repeat(about, 12):
        near = value * (1 + rng.choice([0, 1e-3, 0.01, 0.1, 1]) * rng.normal())
        yield f"{near:.{rng.integers(1, 8)}g}"


GUESSES = {
    "a share": {"truth": 0.979},
    "a whole number": {"truth": 66},
    "within 5": {"truth": 13, "tolerance": 5},
    "a size": {"truth": 0.00515, "factor": 3},
    "exact": {"truth": 5, "tolerance": 0},
    "four": {"truth": [0, 1, 0, 0]},
    "a list of one": {"truth": [0.5]},
    "two sizes": {"truth": [1, 2.656e-5], "factor": 3},
    "negative": {"truth": -1.25},
    "nothing": {"truth": 0.0},
    "nearly whole": {"truth": [1 - 2e-14, 2.656e-5]},
}


@pytest.mark.parametrize("how", GUESSES.values(), ids=GUESSES)
def test_a_guess_of_numbers_is_judged_as_in_python(how):
    about = np.ravel(how["truth"])
    texts = [*TYPED, *numbers([*about, 0.5])] + [f"{a}, {b}" for a in "012" for b in "012"]
    texts += [", ".join(map(str, about)), "; ".join(f"{value:.3g}" for value in about)]
    asked = answers.guess("q", **({"tolerance": 0.05, "choices": [], "factor": None} | how))
    said = js("x.texts.map((text) => judgeGuess(x.asked, text))", {"texts": texts, "asked": asked})
    for text, got in zip(texts, said, strict=True):
        wanted = check.prediction.judge(text, about="q", **how)
        assert got["told"] == str(wanted), text
        assert got["state"] == wanted.state
        assert (got.get("given", ""), got.get("truth", "")) == (wanted.given, wanted.truth), text


@pytest.mark.parametrize("name", answers.NUMBERS)
def test_an_exercise_of_one_number_is_judged_as_in_python(name):
    exercise, judge = answers.exercise(name), getattr(check, name).judge
    shelf = [answer for answer, *_ in CLASS.get(name, []) + NEW.get(name, [])]
    texts = [str(answer) for answer in shelf if not callable(answer)]
    about = [at for _, _, at, _ in exercise["listed"]] + [at for *_, at, _ in exercise["generated"]]
    texts += [*TYPED, *numbers([exercise["truth"], *about]), *(f"{at:.4g}" for at in about)]
    said = js("x.texts.map((text) => judgeNumber(x.it, text))", {"texts": texts, "it": exercise})
    for text, got in zip(texts, said, strict=True):
        wanted = judge(text)
        seen = (got["told"], got["state"], got["id"])
        assert seen == (str(wanted), wanted.state, wanted.id), text
    assert {"passed", "wrong"} == {got["state"] for got in said}


#: What is typed into a table of gates, beside numbers near to what is right.
CELLS = [-80, -40, -20, -10, -5, -2, -1, -0.5, -0.1, -0.0, 0, 1e-7, 1e-3, 0.05, 0.3, 0.5, 0.7, 0.9]
CELLS += [0.98, 0.999, 0.9999999, 1, 1.5, 2, 3.2, 5, 10, 20, 40, 80, 1000, 1e17, np.inf, -np.inf]
COUNT = 200
SOLVED = {
    "two_states": [(0, 1, 0), (1, 0, 0), (1, 0, 1)],
    "biases": [(10, -10), (-10, 10), (10, 10)],
    "brackets": [(1, 1, 1), (1, 1, -1), (1, 0, 0)],
    "quotation": [(0, 1, 1), (0, 1, 0), (1, 0, 0)],
    "toggle": [(0, -5)],
    "line_length": [(40, -80), (40, -80), (40, 0)],
    "toggle_by_sign": [(1, 0), (-1, 0)],
}


def tables(name, count):
    """Answers to an exercise of gates: the right one, and others more or less unlike it."""
    rng, right = np.random.default_rng(0), np.array(SOLVED[name], float)
    yield right
    for k in range(2 * right.shape[1]):  # columns and rows in another order, signs
        yield from (np.roll(right, k, axis) * sign for axis in (0, 1) for sign in (1, -1))
    yield from (np.full(right.shape, value) for value in CELLS)
    for _ in range(count):
        made = right.copy()
        for _ in range(rng.choice([1, 1, 2, 3, 6])):
            at = tuple(map(rng.integers, right.shape))
            near = right[at] * (1 - 10 ** rng.uniform(-6, 0)), right[at] + rng.normal() / 20
            made[at] = rng.choice([rng.choice(CELLS), *near, rng.uniform(-1, 1), rng.normal() * 9])
        yield made


def as_typed(values):
    """Numbers as a student writes them in Python: 1, 0.5."""
    short = [float(f"{value:.7g}") for value in values]
    return tuple(int(v) if abs(v) < 1e15 and v == int(v) else v for v in short)


@pytest.mark.parametrize("name", answers.GATES)
def test_a_table_of_gates_is_judged_as_in_python(name):
    it, judge = answers.exercise(name), getattr(check, name).judge
    made = [[as_typed(row) for row in one] for one in tables(name, COUNT)]
    said = js("x.made.map((rows) => judgeGates(x.it, rows))", {"made": made, "it": it})
    for rows, got in zip(made, said, strict=True):
        wanted = judge(rows[0] if it["rows"] == ("",) else dict(zip(it["rows"], rows, strict=True)))
        seen = (got["told"], got["state"], got["id"], got["text"])
        assert seen == (str(wanted), wanted.state, wanted.id, wanted.text), rows
    assert len({got["id"] for got in said}) >= 3
    assert {"passed", "wrong"} == {got["state"] for got in said}


def test_the_texts_of_a_table_of_gates_have_the_labels_that_the_page_computes():
    for rules in (counters.BRACKETS, counters.QUOTATION):
        for text, label in rules.labelled():
            c, seen = 0, []
            for character in text:
                kept, added = rules.ideal.get(character, rules.ideal["other"])
                seen.append(c := kept * c + added)
            assert seen == label.tolist()


def test_the_corners_have_the_verdict_of_each_answer():
    told, words = answers.exercise("corners"), ("keep", "overwrite", "accumulate", "erase")
    places = ((1, 0), (0, 1), (1, 1), (0, 0))
    every = itertools.product(told["choices"], repeat=4)
    for answer, k in zip(every, told["of"], strict=True):
        wanted = check.corners.judge(dict(zip(places, answer, strict=True)))
        assert (told["said"][k]["told"], told["said"][k]["id"]) == (str(wanted), wanted.id)
    assert set(told["choices"]) == set(words)


def test_words_have_their_verdicts_with_them():
    asked = answers.guess("which", "b", 0.05, ["a", "b"], None)
    told = [(one["told"], one["state"], one["given"], one["truth"]) for one in asked["said"]]
    assert told == [
        ("surprise: you said 'a', it is 'b'", "wrong", "a", "b"),
        ("right: you said 'b', it is 'b'", "passed", "b", "b"),
    ]


def made_page(made):
    return BeautifulSoup(PAGES.page(made, "made_up.ipynb"), "html.parser")


DIGEST = """(text) =>
    crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)).then((bytes) =>
        Buffer.from(bytes).toString("hex").slice(0, 12))"""


def test_a_page_saves_the_report_that_python_writes(tmp_path, capsys):
    verdicts.forget()
    check.prediction("½", 0.5, about="a share “x” ")
    check.prediction("b" * 80, "b" * 80, choices=["a"], about="long")
    check.bits_more(16)
    check.bits_more(...)
    path = check.report("Anna Å. 2", tmp_path)
    kept = [{"exercise": v.exercise, "state": v.state, "named": v.id, "text": v.text,
             "given": v.given, "truth": v.truth, "choices": v.choices}
            for v in verdicts.kept()]  # fmt: skip
    verdicts.forget()
    given = {"name": "Anna Å. 2", "kept": kept, "form": {"format": FORMAT, "most": MOST}}
    told = js(f"reportOf(x.name, x.kept, x.form, {DIGEST})", given)
    assert told == json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(told), "utf-8")
    assert collect.read(path).note == "" and len(collect.read(path).tries) == 3
    path.write_text(json.dumps(told | {"fingerprint": ""}), "utf-8")
    assert "opened by http:" in collect.read(path).note


NAMES = ["Anna", " O'Brien,  D’Angelo ", "अनिता", "Jose\u0301", "me.json", "17", "a b_c-d.e", "²"]
NAMES += [
    "محمد\u200cرضا",
    "x .json",
    "",
    "../x",
    "a/b",
    "a" * 60,
    "a" * 61,
    ".x",
    "-x",
    "<b>",
    "a\u202eb",
    "_",
    "'x",
    "Ⅷ",
    "李雷",
]


def test_a_name_is_one_in_the_page_if_it_is_one_in_python():
    said = js("x.names.map((name) => [nameOf(name), fileOf(nameOf(name))])", {"names": NAMES})
    for name, (got, file) in zip(NAMES, said, strict=True):
        try:
            wanted = reporting.as_name(name)
        except ValueError:
            assert got == "", name
        else:
            assert (got, file) == (wanted, reporting.file_of(wanted)), name


def test_each_box_stands_at_its_question_and_the_rest_says_where_it_runs():
    sources = (
        "guess = ...  # one\nlab.check.prediction(guess, 1, about='q')",
        "my_z = ...\n\nlab.check.open_gate(my_z)",
        "lab.check.step(f)",
        "guess = ...\nlab.check.prediction(guess, 2)",
    )
    made = notebook(*map(code, sources))
    asked = {"truth": 1, "tolerance": 0.05, "choices": [], "factor": None}
    made.metadata["asked"] = [asked | {"about": "q"}, asked | {"about": "guess 2", "truth": 2}]
    soup = made_page(made)
    told = json.loads(soup.find(id="questions").string)["questions"]
    places = [int(node["data-question"]) for node in soup.select("[data-question]")]
    assert [told[k]["name"] for k in places] == ["q", "open_gate", "guess 2"]
    cells = soup.find_all(class_="cell")
    assert [len(cell.select(".badge")) for cell in cells] == [0, 0, 1, 0]
    assert not made_page(notebook(code("1 + 1"))).find(id="questions")


def test_what_comes_out_before_a_guess_is_judged_is_folded():
    run, printed = "print('the winner is b')", nbformat.v4.new_output("stream", text="b wins")
    judged = "lab.check.prediction(guess, 'b', choices=['a', 'b'], about='q')"
    made = notebook(*map(code, ("guess = ...", run, judged, run)))
    for cell in made.cells[-1], made.cells[-3]:
        cell.outputs = [printed]
    asked = {"truth": "b", "tolerance": 0.05, "choices": ["a", "b"], "factor": None}
    made.metadata["asked"] = [asked | {"about": "q"}]
    folded = [bool(out.find_parent("details")) for out in made_page(made).select(".outputs")]
    assert folded == [True, False]
