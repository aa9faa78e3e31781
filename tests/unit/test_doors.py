"""What a stranger meets first: files that are named exist, the workflow runs what we run."""

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


PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_lead_somewhere(page):
    text = (ROOT / page).read_text("utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)[)#]", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    for target in targets:
        assert target.startswith("http") or ((ROOT / page).parent / target).exists(), target


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
