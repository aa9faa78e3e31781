"""The table of docs/numbers.md is what was measured, and README says nothing else."""

import json
import re

import pytest

from benchmarks import __main__ as bench


def test_the_page_shows_what_was_measured_last():
    shown = bench.PAGE.read_text("utf-8").partition(bench.BEGIN)[2].partition(bench.END)[0]
    assert shown.strip() == bench.table(json.loads(bench.RESULTS.read_text("utf-8")))


def test_the_headlines_of_readme_are_rows_of_the_table():
    readme = (bench.HERE.parent / "README.md").read_text("utf-8")
    rows = bench.PAGE.read_text("utf-8")
    headlines = re.search(r"\| what \| the lab (.*?)\n\n", readme, re.S)[0].strip().splitlines()[2:]
    assert len(headlines) == 5
    for line in headlines:
        for number in re.findall(r"\d[\d.,]*\d", line):
            assert number in rows, number


def test_every_part_has_been_measured():
    results = json.loads(bench.RESULTS.read_text("utf-8"))
    assert set(results) == set(bench.PARTS)
    for part in results.values():
        assert part["rows"] and all(len(row) == 4 for row in part["rows"])


def test_a_heading_stands_once_above_its_parts(tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{bench.BEGIN}\nold\n{bench.END}\nafter\n", "utf-8")
    monkeypatch.setattr(bench, "PAGE", readme)
    monkeypatch.setattr(bench, "RESULTS", tmp_path / "results.json")
    row = ["w", "a", "b", "2×"]
    bench.write({"tracing": {"rows": [row]}, "imports": {"rows": [row, row]}})
    text = readme.read_text("utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    assert text.count("**How fast**") == 1 and text.count("| w | a | b | 2× |") == 3


def test_an_unknown_part_is_named():
    with pytest.raises(SystemExit, match="no such part: speed; there are imports"):
        bench.main(["speed"])
