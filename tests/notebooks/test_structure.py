"""What a strict comparison cannot see: notebooks are executed, complete, and of one form."""

import re
from pathlib import Path

import nbformat
import pytest

from lstm_lab.names import NAMES

FOLDER = Path(__file__).parents[2] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
LESSONS = [path for path in PATHS if not path.name.startswith("00")]

#: The lesson's claims that each notebook shows (DESIGN: C01 … C31).
CLAIMS = {
    "01_soft_conditionals": range(1, 8),
    "02_short_memory": (1, 8, 9, 10),
    "03_the_lstm_cell": range(10, 17),
    "04_cell_state_as_counter": (*range(17, 23), 31),
    "05_gated_residual": range(23, 27),
    "06_attention": range(27, 31),
}
FIGURES = ("Soft", "CellPlayer", "TraceExplorer", "Highway", "AttentionMap", "<Still")
#: A bar of a training, which is over when a reader sees it.
BAR = re.compile(r"\d%\|")
COMPARED = {"text/plain", "text/html", "text/latex", "text/markdown", "image/svg+xml"}


def read(path):
    return nbformat.read(path, as_version=4)


def code(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def prose(path):
    return [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


def test_the_claims_are_all_shared_out():
    assert {c for claims in CLAIMS.values() for c in claims} == set(range(1, 32))


def test_every_claim_is_made_by_a_tagged_cell_with_an_output(lesson):
    shown = {
        tag
        for cell in code(lesson)
        for tag in cell.metadata.get("tags", [])
        if cell.outputs and re.fullmatch(r"C\d\d", tag)
    }
    assert shown == {f"C{c:02}" for c in CLAIMS[lesson.stem]}


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
    assert re.search(r"\*\*\d+ minutes\.\*\*", first)
    assert "Afterwards you can" in first and "You should know" in first
    assert "**Three questions**" in last and len(re.findall(r"^\d\. ", last, re.M)) == 6
    assert "<summary>Answers</summary>" in last and "Next: " in last


def test_questions_come_before_answers(lesson):
    """Every claim stands after a guess or an exercise that was asked since the claim before it."""
    asked = False
    for cell in code(lesson):
        asked = asked or "= ..." in cell.source or "return ..." in cell.source
        if any(re.fullmatch(r"C\d\d", tag) for tag in cell.metadata.get("tags", [])):
            assert asked, cell.source
            asked = False


def test_answers_are_folded_until_their_cell_is_run(lesson):
    for cell in code(lesson):
        claims = any(re.fullmatch(r"C\d\d", tag) for tag in cell.metadata.get("tags", []))
        if claims and any(output.output_type == "stream" for output in cell.outputs):
            assert cell.metadata.get("jupyter", {}).get("outputs_hidden") is True, cell.source


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
    r"\dots", r"\mathrm", r"\approx", r"\in", r"\le", r"\ge", r"\cdot", r"\to", r"\prod", r"\ln",
    r"\rho", r"\,", r"\;", r"\times", r"\lVert", r"\rVert", r"\prime", r"\text", r"\frac", r"\sqrt", r"\varepsilon", r"\quad", r"\begin", r"\end",
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
