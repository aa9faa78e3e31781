"""The table of README is what was measured."""

import json

import pytest

from benchmarks import __main__ as bench


def test_readme_shows_what_was_measured_last():
    shown = bench.README.read_text("utf-8").partition(bench.BEGIN)[2].partition(bench.END)[0]
    assert shown.strip() == bench.table(json.loads(bench.RESULTS.read_text("utf-8")))


def test_every_part_has_been_measured():
    results = json.loads(bench.RESULTS.read_text("utf-8"))
    assert set(results) == set(bench.PARTS)
    for part in results.values():
        assert part["rows"] and all(len(row) == 4 for row in part["rows"])


def test_a_heading_stands_once_above_its_parts(tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{bench.BEGIN}\nold\n{bench.END}\nafter\n", "utf-8")
    monkeypatch.setattr(bench, "README", readme)
    monkeypatch.setattr(bench, "RESULTS", tmp_path / "results.json")
    row = ["w", "a", "b", "2×"]
    bench.write({"tracing": {"rows": [row]}, "imports": {"rows": [row, row]}})
    text = readme.read_text("utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    assert text.count("**How fast**") == 1 and text.count("| w | a | b | 2× |") == 3


def test_an_unknown_part_is_named():
    with pytest.raises(SystemExit, match="no such part: speed; there are imports"):
        bench.main(["speed"])
