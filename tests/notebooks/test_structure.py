"""What a strict comparison cannot see: notebooks are executed, complete, and of one form."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from lstm_lab import check
from lstm_lab.check.course import COURSE
from lstm_lab.names import NAMES
from tests.minutes import NAMED, minutes
from tests.questions import ANSWER, beside, folded, leaked

FOLDER = Path(__file__).parents[2] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
LESSONS = [path for path in PATHS if not path.name.startswith("00")]

#: Each claim, and the numbers of the notebooks that show it.
CLAIMS = {
    name: notebooks.split(", ")
    for name, notebooks in re.findall(
        r"^\| (C\d\d) \| .+ \| (.+) \|$",
        (FOLDER.parent / "docs" / "claims.md").read_text("utf-8"),
        re.M,
    )
}
FIGURES = (*NAMED, "<Still")
#: How long a notebook takes, as its first cell says.
MINUTES = re.compile(r"\*\*(\d+) minutes alone, (\d+) with a class(?:, in two parts)?\.\*\*")
#: A question to be answered before the answer is opened.
ASKS = re.compile(r"\?|[Ss]ay aloud|= \.\.\.")
#: A bar of a training, which is over when a reader sees it.
BAR = re.compile(r"\d%\|")
COMPARED = {"text/plain", "text/html", "text/latex", "text/markdown", "image/svg+xml"}


def read(path):
    return nbformat.read(path, as_version=4)


def code(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def prose(path):
    return [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]


COLLAPSED = "jp-MarkdownHeadingCollapsed"


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


def test_the_claims_are_numbered():
    assert list(CLAIMS) == [f"C{number:02}" for number in range(1, 41)]


def test_every_claim_is_made_by_a_tagged_cell_with_an_output(lesson):
    shown = {
        tag
        for cell in code(lesson)
        for tag in cell.metadata.get("tags", [])
        if cell.outputs and re.fullmatch(r"C\d\d", tag)
    }
    assert shown == {claim for claim, notebooks in CLAIMS.items() if lesson.stem[:2] in notebooks}


def test_it_was_executed_from_top_to_bottom(path):
    assert [cell.execution_count for cell in code(path)] == list(range(1, len(code(path)) + 1))


def test_there_is_enough_to_compare(path):
    compared = [
        output
        for cell in code(path)
        for output in cell.outputs
        if output.output_type == "stream" or COMPARED & set(output.get("data", ()))
    ]
    assert len(compared) >= (3 if path.stem.startswith("00") else 20)


def test_it_is_clean(path):
    text = path.read_text("utf-8")
    notebook = read(path)
    assert "widgets" not in notebook.metadata
    assert "widget-view" not in text
    assert not re.search(r"0x[0-9a-f]{6,}", text)
    assert not re.search(r"/(?:root|home|Users|tmp)/", text)
    for cell in code(path):
        assert "execution" not in cell.metadata
        assert all(output.output_type != "error" for output in cell.outputs)
        assert all(output.get("name") != "stderr" for output in cell.outputs)
        assert not any(BAR.search(text) for text in map(str, cell.outputs)), cell.source


def test_cells_are_short_and_say_what_they_show(path):
    for cell in code(path):
        lines = cell.source.splitlines()
        assert len(lines) <= 15 and max(map(len, lines)) <= 100, cell.source
        assert not cell.source.rstrip().endswith(";")


def test_figures_have_a_still_beside_their_text(path):
    for cell in code(path):
        for output in cell.outputs:
            if output.get("data", {}).get("text/plain", "").startswith(FIGURES):
                assert "image/png" in output.data


def test_it_opens_with_minutes_and_closes_with_a_way_on(lesson):
    first, last = prose(lesson)[0], prose(lesson)[-1]
    assert re.match(rf"# {lesson.stem[:2]} ", first)
    assert MINUTES.search(first)
    assert "Afterwards you can" in first and "You should know" in first
    assert "**Three questions**" in last and len(re.findall(r"^\d\. ", last, re.M)) == 6
    assert "<summary>Answers</summary>" in last and "Next: " in last and "**Read on:**" in last


def test_the_minutes_are_those_of_its_words_guesses_exercises_and_figures(lesson):
    own = minutes(read(lesson).cells)
    said = map(int, MINUTES.search(prose(lesson)[0]).groups())
    assert list(said) == pytest.approx([own.alone + 3, own.together + 6], abs=6)


def test_at_most_five_guesses_count(lesson):
    assert 3 <= sum("guess = ..." in cell.source for cell in code(lesson)) <= 5


def test_what_a_guess_is_about_is_told_once(lesson):
    asked = [visible and "check.prediction(" in cell.source for visible, cell in folded(lesson)]
    assert len(beside(lesson)) == sum(asked) >= 3


def test_a_number_beside_its_question_is_found():
    assert leaked(0.368, "it keeps 0.37 of it") == ["0.37"]
    assert leaked([2.0, 0.35], "2 of them, 35% of all") == ["35%"]
    assert not leaked(0.368, "1.37, 0.375, 0.3")
    assert not leaked("most", "most, a tenth or nothing?")


def test_an_answer_is_folded_with_all_that_belongs_to_it(lesson):
    """From a collapsed heading to the next heading, which begins its cell; after a question."""
    before = ""
    for visible, cell in folded(lesson):
        if cell.source == ANSWER:
            assert cell.metadata.get(COLLAPSED) is True
            assert ASKS.search(before), before[-300:]
        elif cell.cell_type == "markdown" and not visible:
            assert not re.search(r"^#+ ", cell.source, re.M), cell.source
        before = before + "\n" + cell.source if visible else ""


def test_every_claim_stands_in_an_answer(lesson):
    for visible, cell in folded(lesson):
        if any(re.fullmatch(r"C\d\d", tag) for tag in cell.metadata.get("tags", [])):
            assert not visible, cell.source


def test_numbers_are_printed_as_numbers(lesson):
    for cell in code(lesson):
        for output in cell.outputs:
            assert not re.search(r"\b(?:True|False)\b", output.get("text", "")), output.text


def test_nothing_that_is_claimed_has_failed(path):
    assert "NOT so" not in path.read_text("utf-8")


def test_it_has_two_to_four_exercises_with_difficulty_minutes_hint_and_solution(lesson):
    text = "\n".join(prose(lesson))
    exercises = re.findall(r"^### Exercise (\d) · .+ · (★+) · \d+ minutes$", text, re.M)
    assert [number for number, _ in exercises] == [str(k + 1) for k in range(len(exercises))]
    assert 2 <= len(exercises) <= 4
    assert text.count("<summary>Hint</summary>") == len(exercises)
    assert text.count("<summary>Solution</summary>") == len(exercises)


def test_formulas_write_the_quantities_as_the_table_of_names_does(path):
    known = {name.latex for name in NAMES.values()} | {r"\mathbf{x}"}
    for text in prose(path):
        for formula in re.findall(r"\$\$?(.+?)\$\$?", text, re.S):
            for bold in re.findall(r"\\mathbf\{(?:[^{}]|\{[^}]*\})*\}", formula):
                assert bold in known, bold
            macros = set(re.findall(r"\\[A-Za-z]+", formula))
            # a macro of lab.notation() would stay red until its cell has run
            assert macros <= STANDARD, macros - STANDARD


STANDARD = {
    r"\mathbf", r"\otimes", r"\sigma", r"\tanh", r"\sum", r"\partial", r"\dots", r"\kappa",
    r"\mathrm", r"\approx", r"\in", r"\le", r"\ge", r"\cdot", r"\to", r"\prod", r"\ln",
    r"\rho", r"\,", r"\;", r"\times", r"\lVert", r"\rVert", r"\prime", r"\text", r"\frac", r"\sqrt",
    r"\Delta", r"\varepsilon", r"\quad", r"\begin", r"\end",
}  # fmt: skip


def test_links_and_pictures_lead_somewhere(path):
    for text in prose(path):
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            if not target.startswith("http"):
                assert (FOLDER / target).resolve().exists(), target


def test_pictures_have_a_text_alternative(path):
    for text in prose(path):
        for alternative in re.findall(r"!\[([^\]]*)\]\(", text):
            assert len(alternative) > 20


def test_what_it_asks_stands_in_the_course_in_its_order(lesson):
    asked = []
    for cell in code(lesson):
        calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
        for call in calls:
            name = ast.unparse(call.func).removeprefix("lab.check.")
            if name == "prediction":
                about = {key.arg: key.value for key in call.keywords}["about"]
                asked.append(ast.literal_eval(about))
            elif f"lab.check.{name}" == ast.unparse(call.func) and hasattr(check, name):
                asked.append(name)
    title = prose(lesson)[0].partition("\n")[0].removeprefix("# ")
    assert tuple(asked) == COURSE[title]
