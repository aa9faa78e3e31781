"""What a stranger meets first: files that are named exist, the workflow runs what we run."""

import ast
import importlib
import re
from pathlib import Path

import pytest
import yaml

import lstm_lab

ROOT = Path(__file__).parents[2]
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text("utf-8"))


@pytest.mark.parametrize("page", ["docs/maintaining.md", "CONTRIBUTING.md"])
def test_files_and_targets_that_are_named_exist(page):
    text = (ROOT / page).read_text("utf-8")
    rooms = r"`((?:lstm_lab|tests|tools|benchmarks|notebooks|docs)/[\w./]*\w/?)`"
    named = [it for it in re.findall(rooms, text) if "07_" not in it]
    assert len(named) >= 10
    assert [it for it in named if not (ROOT / it).exists()] == []
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert set(re.findall(r"`make (\w+)", text)) <= targets


def test_every_room_of_the_package_stands_on_the_map():
    rows = (ROOT / "docs/maintaining.md").read_text("utf-8").partition("\n\nAfter")[0]
    rows += (ROOT / "README.md").read_text("utf-8")
    package = ROOT / "lstm_lab"
    rooms = [p.name for p in package.glob("*.py") if not p.name.startswith("_")]
    rooms += [f"{p.name}/" for p in package.iterdir() if p.is_dir() and p.name != "__pycache__"]
    assert len(rooms) > 25 and [room for room in rooms if f"{room}`" not in rows] == []


PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_lead_somewhere(page):
    text = (ROOT / page).read_text("utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)[)#]", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    for target in targets:
        assert target.startswith("http") or ((ROOT / page).parent / target).exists(), target


def test_every_figure_stands_on_the_page_of_figures():
    page = (ROOT / "docs/figures.md").read_text("utf-8")
    assert [name for name in lstm_lab.widgets.__all__ if f"lab.{name}(" not in page] == []


def test_readme_can_be_read_at_one_sitting():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert len(readme.splitlines()) <= 110
    for page in ("teaching", "figures", "numbers", "maintaining"):
        assert f"(docs/{page}.md)" in readme
    for name in ("names", "gates", "cell", "programs", "seq2seq/model", "traces"):
        assert f"lstm_lab/{name}.py" in readme


def test_the_workflow_runs_make_test_on_the_pythons_that_are_allowed():
    job = WORKFLOW["jobs"]["test"]
    runs = [step.get("run", "") for step in job["steps"]]
    assert any(run.startswith("make test") for run in runs)
    assert job["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest"]
    allowed = re.search(
        r'requires-python = ">=(\S+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text()
    )
    lowest, highest = allowed[1], f"3.{int(allowed[2]) - 1}"
    assert job["strategy"]["matrix"]["python"] == [lowest, highest]


def test_it_can_be_cited_and_typed():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert cited["version"] == lstm_lab.__version__ and cited["license"] == "MIT"
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert (ROOT / "lstm_lab" / "py.typed").exists()


PACKAGE = sorted((ROOT / "lstm_lab").rglob("*.py"))


def code_lines(function) -> int:
    """Lines of a function without its docstring."""
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.end_lineno - (first.end_lineno if told else function.lineno - 1)


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short_and_say_their_public_names(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 350
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert code_lines(node) <= 35, node.name
    if not path.name.startswith("_"):
        names = next(
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and node.targets[0].id == "__all__"
        )
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        assert names and all(hasattr(module, name) for name in names)


def test_no_javascript_file_is_long():
    for path in (ROOT / "lstm_lab" / "widgets").glob("*.js"):
        assert len(path.read_text("utf-8").splitlines()) <= 350, path.name


@pytest.mark.parametrize("page, count", [("README.md", 1), ("docs/figures.md", 9)])
def test_the_code_in_a_page_runs(page, count, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # what it saves
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.S)
    assert len(blocks) >= count
    space: dict = {}
    for block in blocks:
        quick = block.replace("lab.training.train(", "made(")
        space.setdefault("made", made)
        exec(quick, space)


def made(name):
    """A net that is shipped, in place of minutes of training."""
    return lstm_lab.training.load(name), None
