"""The teacher's page: it speaks of every notebook, and agrees with them."""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

import lstm_lab as lab
from lstm_lab import selfcheck
from tests.minutes import minutes

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "teaching.md"
TEXT = PAGE.read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
#: Numbers of the notebooks that README lists, in teaching order.
LISTED = re.findall(r"^\| (\d\d) \| \[", README, re.M)
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PARTS = ("The class should see", "On the projector:", "Ask the room", "Where students stumble",
         "Short of time:")  # fmt: skip
ASKED = "number|share|length|step|factor|score|from|bits|round|seed"
PLANS = ("Once 30 minutes", "Once 90 minutes", "Nine sessions")


def sections():
    """Number of a notebook to the text below its heading."""
    found = re.findall(r"^## (\d\d) .+?\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S)
    return dict(found)


def rows(text):
    """Number of a notebook to its minutes alone and with a class, as a table's row says."""
    found = re.findall(r"^\| (\d\d) \| \[.+?\]\(.+?\) \| (\d+) \| (\d+) \|", text, re.M)
    return {number: minutes for number, *minutes in found}


@pytest.fixture(params=LISTED)
def number(request):
    return request.param


def test_every_notebook_has_a_section_and_every_section_a_notebook():
    assert list(sections()) == LISTED
    assert {path.name[:2] for path in NOTEBOOKS} <= set(LISTED)


def test_minutes_agree_with_readme(number):
    said = re.search(r"\A\s*\*\*(\d+) minutes, (\d+) with a class\.\*\*", sections()[number])
    assert [*said.groups()] == rows(TEXT)[number] == rows(README)[number]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_minutes_agree_with_the_notebook(path):
    first = nbformat.read(path, as_version=4).cells[0].source
    said = re.findall(r"(\d+) (?:minutes alone|with a class|minutes)", first.split("**")[1])
    assert (said * 2)[:2] == rows(TEXT)[path.name[:2]]


def plan():
    """(minute, what is done) of each row of the plan of 90 minutes."""
    text = re.search(r"### Once 90 minutes(.*?)###", TEXT, re.S)[1]
    found = re.findall(r"^\| (\d):(\d\d) \| (.+?) \|", text, re.M)
    return [(60 * int(hour) + int(minute), done) for hour, minute, done in found]


def test_the_plan_of_90_minutes_has_clock_times_that_rise():
    clock = [minute for minute, _ in plan()]
    assert clock == sorted(clock) and clock[0] == 0 and 80 <= clock[-1] < 90


SLOTS = [(end - start, done) for (start, done), (end, _) in pairwise(plan()) if "section" in done]


@pytest.mark.parametrize(("slot", "done"), SLOTS)
def test_a_row_of_the_plan_has_the_minutes_of_what_is_done_in_it(slot, done):
    """By the clock of the notebooks themselves; the first exercises are those that are named."""
    first, last, only = re.search(
        r"sections? (\d+)(?:(?: to| and) (\d+))?(?:, (ex.*))?", done
    ).groups()
    [path] = [path for path in NOTEBOOKS if path.name.startswith(done[:2])]
    section, cells = 0, []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown" and (heading := re.match(r"## (\d*)", cell.source)):
            section = int(heading[1] or 0)
        if int(first) <= section <= int(last or first):
            cells.append(cell)
    own, named = minutes(cells), len(re.findall(r"\d+", only or ""))
    wanted = own.together - sum(own.exercises[named:])
    assert slot == pytest.approx(wanted, abs=2)


def test_sections_have_one_form_and_are_short(number):
    section = sections()[number]
    places = [section.find(f"**{part}") for part in PARTS]
    assert -1 not in places and places == sorted(places)
    assert len([line for line in section.splitlines() if line]) <= 36


def test_a_section_asks_three_questions_and_answers_them(number):
    asked = re.search(r"\*\*Ask the room\*\*(.*?)\*\*Where students", sections()[number], re.S)[1]
    questions = re.split(r"^\d\. ", asked, flags=re.M)[1:]
    assert len(questions) == 3
    for question in questions:
        assert re.fullmatch(r".+\? – \*[^*]+\* ?", " ".join(question.split())), question


def test_the_questions_are_not_those_that_close_the_notebook():
    asked = [" ".join(q.split()) for q in re.findall(r"^\d\. (.+?\?) –\s", TEXT, re.M | re.S)]
    assert len(asked) == 3 * len(LISTED)
    for path in NOTEBOOKS:
        closing = " ".join(nbformat.read(path, as_version=4).cells[-1].source.split())
        assert not any(question in closing for question in asked)


def test_there_is_a_plan_for_each_length_of_course():
    assert all(f"### {plan}\n" in TEXT for plan in PLANS)


def test_the_figures_it_names_exist(number):
    shown = rf"^\| {number} \| \[.+?\]\(.+?\) \| \d+ \| \d+ \| (.+?) \|"
    named = re.findall(r"`([A-Z]\w+)`", re.search(shown, TEXT, re.M)[1])
    assert named and set(named) <= set(re.findall(r"`([A-Z]\w+)`", sections()[number]))
    for name in named:
        assert hasattr(lab, name), name


def test_the_presets_it_names_are_buttons_of_the_figure():
    figures = (
        lab.SoftIf(), lab.SoftSwitch(), lab.Highway(), lab.TraceExplorer(lab.programs.nesting()),
        lab.CellPlayer(lab.Cell([[0.0]] * 4, [[0.0]] * 4), [[0.0]]),
        lab.AttentionMap(lab.training.load("reverse")),
        lab.UnitExplorer(lab.training.load("python_code"), "f(x)", "code"), lab.Playground(),
    )  # fmt: skip
    offered = {preset["name"] for figure in figures for preset in figure.suggestions()}
    projected = " ".join(re.findall(r"\*\*On the projector:\*\*(.*?)\n\n", TEXT, re.S))
    named = {" ".join(name.split()) for name in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", projected)}
    assert named and named - {"Reset"} <= offered


def number_guesses(path):
    """The sections whose guess is a number, so that no choices are named; in order."""
    section = None
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            section = [section, *re.findall(r"^## (\d+)\.", cell.source, re.M)][-1]
        elif re.match(rf"guess = \.\.\.  # [^\"]*({ASKED})", cell.source):
            yield section


@pytest.mark.parametrize("path", NOTEBOOKS[1:], ids=lambda path: path.stem)
def test_each_guess_at_a_number_has_its_hands_up(path):
    row = re.search(rf"^\| {path.name[:2]} \| (section .+) \|$", TEXT, re.M)[1]
    assert re.findall(r"section (\d+)", row) == [*number_guesses(path)]
    assert all("**" in asked for asked in row.split(" · "))


def test_what_a_kernel_holds_is_told_of_every_notebook_and_fits_the_limit_of_a_hub():
    numbers = (ROOT / "docs" / "numbers.md").read_text("utf-8")
    told = re.findall(r"a kernel that ran (\d\d)_\w+ \| peak (\d+) MB", numbers)
    assert [number for number, _ in told] == LISTED
    peaks = [int(peak) for _, peak in told]
    rough = map(int, re.findall(r"the peak is (\d+) MB in 00, (\d),(\d+) in 07", TEXT)[0])
    assert peaks[0] == pytest.approx(next(rough), abs=10)
    assert peaks[7] == pytest.approx(1000 * next(rough) + next(rough), abs=30)
    assert all(310 <= peak <= 570 for peak in peaks[1:7] + peaks[8:])
    server, most = 160, max(peaks)
    for page in ("docs/hub.md", "deploy/z2jh.yaml"):
        (limit,) = re.findall(r"(?:limits\.memory|limit:) (\d+)M", (ROOT / page).read_text("utf-8"))
        assert most + server < int(limit), page


def test_links_lead_somewhere():
    targets = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert targets
    for target in targets:
        assert target.startswith("https://") or (PAGE.parent / target).exists(), target


def test_it_is_linked_from_readme():
    assert "(docs/teaching.md)" in README


def test_the_advice_for_a_hub_is_what_the_self_check_says():
    command = re.search(r"`pip install (.+?)`", selfcheck.THERE)[0]
    assert command in TEXT


def test_a_page_by_nbconvert_has_words_for_its_pictures_as_it_says():
    assert "`jupyter nbconvert --to html --template classic`" in TEXT
    stored = nbformat.read(ROOT / "notebooks" / "01_soft_conditionals.ipynb", as_version=4)
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(stored)
    pictures = re.findall(r"<img[^>]*>", page)
    assert pictures and all(re.search(r'alt="(?!No description)[^"]{15,}', p) for p in pictures)
