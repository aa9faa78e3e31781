"""A student's notebook put back as it was shipped; nothing is lost."""

import subprocess

import pytest

import lstm_lab as lab


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A repository with two notebooks, and the student in the folder of them."""
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    for name in ("03_cell", "04_counter"):
        (notebooks / f"{name}.ipynb").write_text(f"shipped {name} ✓\n", "utf-8")
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "first"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    monkeypatch.chdir(notebooks)
    return notebooks


@pytest.mark.parametrize("where", ["notebooks", "."])
def test_the_notebook_is_as_shipped_and_the_students_is_kept(folder, monkeypatch, where):
    monkeypatch.chdir(folder.parent / where)
    mine = folder / "03_cell.ipynb"
    for k, name in enumerate(("03_cell_mine", "03_cell_mine_2", "03_cell_mine_3")):
        mine.write_text(f"my work {k}", "utf-8")
        assert lab.fresh("03") == folder / f"{name}.ipynb"
        assert mine.read_text("utf-8") == "shipped 03_cell ✓\n"
        assert (folder / f"{name}.ipynb").read_text("utf-8") == f"my work {k}"
    assert (folder / "04_counter.ipynb").read_text("utf-8") == "shipped 04_counter ✓\n"


def test_a_seat_of_a_hub_takes_it_from_the_folder_that_it_names(folder, tmp_path, monkeypatch):
    seat = tmp_path / "seat" / "notebooks"
    seat.mkdir(parents=True)
    (seat / "03_cell.ipynb").write_text("mine", "utf-8")
    monkeypatch.chdir(seat)
    monkeypatch.setenv("LAB_NOTEBOOKS", str(folder))
    assert lab.fresh("03").read_text("utf-8") == "mine"
    assert (seat / "03_cell.ipynb").read_text("utf-8") == "shipped 03_cell ✓\n"
    (folder / "04_counter.ipynb").write_text("mine", "utf-8")
    monkeypatch.chdir(folder)  # the folder that is named is the student's own: git knows more
    assert lab.fresh("04").read_text("utf-8") == "mine"
    assert (folder / "04_counter.ipynb").read_text("utf-8") == "shipped 04_counter ✓\n"
    monkeypatch.chdir(seat)
    monkeypatch.setenv("LAB_NOTEBOOKS", str(tmp_path / "none"))
    with pytest.raises(RuntimeError, match=r"03_cell.* was left as it is \(it is not in"):
        lab.fresh("03")
    assert (seat / "03_cell.ipynb").exists()


@pytest.mark.parametrize("number", ["07", "", "0", 7])
def test_a_number_that_is_none_is_told(folder, number):
    with pytest.raises(ValueError, match=r"no one notebook begins with .*: give one of 03, 04"):
        lab.fresh(number)


def test_without_notebooks_or_repository_nothing_is_touched(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (folder / "03_cell.ipynb").rename(tmp_path / "03_cell.ipynb")
    with pytest.raises(RuntimeError, match=r"was left as it is .*take it anew"):
        lab.fresh("03")
    assert (tmp_path / "03_cell.ipynb").read_text("utf-8") == "shipped 03_cell ✓\n"
    monkeypatch.chdir(tmp_path / ".git")
    with pytest.raises(ValueError, match="there are no notebooks of the lab in"):
        lab.fresh("03")
