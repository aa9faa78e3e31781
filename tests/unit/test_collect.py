"""What a class answered: thirty reports, some edited, some hostile, come out as one page."""

import json
import os

import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab import check, collect, plots
from lstm_lab.check import verdicts
from lstm_lab.check.reporting import fingerprint


@pytest.fixture
def kernel(capsys):
    verdicts.forget()
    yield capsys
    verdicts.forget()


def answers(seed):
    """What one student does, with mistakes."""
    rng = np.random.default_rng(seed)
    check.prediction(float(rng.choice([0.5, 0.9, 0.99])), 0.99)
    check.prediction(0.99, 0.99, about="another share")
    check.prediction(rng.choice(["yes", "no"]).item(), "no", choices=["yes", "no"])
    check.prediction(..., 0.3)
    if rng.random() < 0.7:
        check.soft_if(lambda g, T, F: g * F + (1 - g) * T)
    if rng.random() < 0.6:
        check.soft_if(lambda g, T, F: g * T + (1 - g) * F)
    check.bits_more(16)


def test_a_report_says_what_was_answered_and_is_written_where_it_was_asked(kernel, tmp_path):
    answers(1)
    path = check.report("Anna B.", tmp_path)
    told = json.loads(path.read_text("utf-8"))
    assert path.name == "report_Anna_B..json" and told["name"] == "Anna B."
    guesses = [one for one in told["tries"] if one["truth"]]
    assert [one["truth"] for one in guesses] == ["0.99", "0.99", "no"]
    assert all(one["state"] != "unanswered" for one in told["tries"])
    assert told["fingerprint"] == fingerprint(told)
    again = check.report("Anna B.", tmp_path)
    assert again.name == "report_Anna_B._2.json" and path.exists()
    assert len(list(tmp_path.iterdir())) == 2
    assert check.report(" me.json ", tmp_path).name == "report_me.json"
    with pytest.raises(ValueError, match=r"name is '\.\./x'"):
        check.report("../x", tmp_path)
    for nowhere in (tmp_path / "nowhere", None, b".", 3):
        with pytest.raises(ValueError, match="there is no folder"):
            check.report("Anna", nowhere)


def test_answers_are_kept_on_disk_only_where_that_is_asked_for(kernel, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check.bits_more(16)
    check.summary()
    assert not list(tmp_path.iterdir())
    path = check.keep()
    assert "holds 1 answer;" in kernel.readouterr().out
    check.prediction(0.5, 0.9, about="a “share”\n")
    check.bits_more(...)
    verdicts.forget()  # another kernel, which nobody asks again
    check.bits_more(4)
    assert [one["exercise"] for one in verdicts.tries()] == [
        "bits_more",
        "a “share”\n",
        "bits_more",
    ]
    assert len(path.read_text("utf-8").split("\n")) == 4
    kernel.readouterr()
    check.summary()
    assert ["bits_more", "yes", "2", "power"] in [line.split() for line in _printed(kernel)]
    told = collect.read(check.report("Anna", tmp_path))
    assert [one["state"] for one in told.tries] == ["wrong", "wrong", "passed"] and told.note == ""
    path.unlink()
    check.bits_more(16)
    assert not path.exists() and len(verdicts.tries()) == 2  # this kernel's
    check.keep()
    assert len(verdicts.tries()) == 2


def test_points_are_for_what_this_kernel_saw(kernel, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check.keep()
    check.bits_more(4)
    verdicts.forget()
    assert verdicts.tries() and check.points("bits_more") == 0


def test_a_file_of_answers_is_read_as_data_and_one_that_cannot_be_written_stops_nobody(
    kernel, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    path = check.keep()
    path.write_text('[1]\n{"exercise": 3}\nnull\n' + "[" * 100_000, "utf-8")
    check.bits_more(4)
    assert [one["state"] for one in verdicts.tries()] == ["passed"]
    path.unlink()
    path.mkdir()
    assert check.bits_more(4).state == "passed"
    with pytest.raises(ValueError, match=r"my_answers\.txt cannot be written"):
        check.keep()
    path.rmdir()
    path.symlink_to("/dev/full")
    monkeypatch.setattr(verdicts.Path, "is_file", lambda self: True)
    assert check.bits_more(4).state == "passed"
    assert "cannot be written: No space left" in kernel.readouterr().out


def _printed(capsys):
    return capsys.readouterr().out.splitlines()


def test_a_broken_character_in_an_answer_is_a_question_mark(kernel, tmp_path):
    check.prediction("b", "b", choices=["a\ud800"], about="\ud800")
    check.open_gate("\udfff 3")
    (one,) = [collect.read(check.report("Anna", tmp_path))]
    assert one.note == "" and "'\\udfff 3'" in one.tries[1]["text"]
    assert one.tries[0]["exercise"] == "?"


def hostile(tmp_path):
    """Files that nobody should be able to do harm with, and the reason that each gets."""
    evil = "</td><script>window.broken = 1</script><img src=x onerror=alert(1)>"
    one = {"exercise": evil, "state": "wrong", "named": "x", "text": evil, "given": "", "truth": ""}
    guess = one | {"exercise": "guess 1", "given": evil, "truth": evil}
    edited = json.loads((tmp_path / "report_s3.json").read_text("utf-8"))
    edited["tries"] = [t | {"state": "passed"} for t in edited["tries"]]
    files = {
        "evil.json": (json.dumps({"name": evil, "tries": [one, guess]}), "another version"),
        "old.json": (json.dumps({"name": "old", "tries": [one], "format": "0"}), "another version"),
        "edited.json": (json.dumps(edited), "edited"),
        "binary.json": (b"\xff\xfe\x00\x01", "not JSON"),
        "deep.json": ("[" * 100_000, "nested too deep|not JSON"),
        "large.json": (" " * 1_100_000, "larger than"),
        "list.json": ("[1, 2]", "no report"),
        "odd.json": (json.dumps({"name": 5, "tries": [1, None, {"state": []}, {}]}), "4 entries"),
        "empty.json": ("", "not JSON"),
    }  # fmt: skip
    for name, (text, _) in files.items():
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return {name: reason for name, (_, reason) in files.items()}


def test_thirty_reports_come_out_as_one_page(kernel, tmp_path, capsys):
    for student in range(21):
        verdicts.forget()
        answers(student)
        check.report(f"s{student}", tmp_path)
    reasons = hostile(tmp_path)
    assert collect.main([str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "24 reports of 30 files" in said and "soft_if" in said
    soup = BeautifulSoup((tmp_path / "class.html").read_text("utf-8"), "html.parser")
    assert soup.find("script") is None and soup.find("img") is None
    notes = {li.text.partition(": ")[0]: li.text for li in soup.select("li.note")}
    assert notes.keys() == reasons.keys()
    for name, reason in reasons.items():
        assert any(part in notes[name] for part in reason.split("|")), notes[name]
    rows = {tr.th.text: [td.text for td in tr.find_all("td")] for tr in soup.select("table tr")[1:]}
    heads = [th.text for th in soup.select("table tr")[0].find_all("th")][1:]
    assert heads[0] == "soft_if" or "soft_if" in heads
    verdicts.forget()
    answers(2)
    tries = [v.state for v in verdicts.kept() if v.exercise == "soft_if"]
    wanted = (
        f"{tries.index('passed') + 1}" if "passed" in tries else f"{len(tries)} ✗" * bool(tries)
    )
    assert rows["s2"][heads.index("soft_if")] == wanted
    bars = {h.text: h.parent for h in soup.select(".guess h3")}
    counts = [int(bar.find_all("span")[1].text) for bar in bars["it is 0.99"].select(".bar")]
    assert sum(counts) == 22  # one of them edited
    assert bars["it is 0.99"].select_one(".bar.right span").text == "0.99 ✓"
    assert [span.text for span in bars["another share"].select(".bar span")] == ["0.99 ✓", "22"]
    assert soup.table.find_parent("details") and "s2" not in soup.select_one("h1 ~ h2").text


def test_reports_come_from_folders_and_all_else_gets_its_line(kernel, tmp_path):
    for name in ("Anna_1_file", "Ben_2_file"):
        (tmp_path / name).mkdir()
        check.soft_if(lambda g, T, F: g * T)
        check.report(name[:4], tmp_path / name)
    check.update_c(lambda r, s, k, c: r * c)
    check.report("Ben_", tmp_path / "Ben_2_file")
    (tmp_path / "answers.docx").write_text("x")
    (tmp_path / "link.json").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe.json")  # to read it would never end
    (tmp_path / collect.PAGE).write_text("of last time")
    found = {one.file: one for one in collect.collect(tmp_path)}
    assert {name: bool(one.tries) for name, one in found.items()} == {
        "Anna_1_file/report_Anna.json": True,
        "Ben_2_file/report_Ben_.json": False,
        "Ben_2_file/report_Ben__2.json": True,
        "answers.docx": False,
        "link.json": False,
        "pipe.json": False,
    }
    assert (
        "all of it is in Ben_2_file/report_Ben__2.json" in found["Ben_2_file/report_Ben_.json"].note
    )
    assert found["link.json"].note == found["pipe.json"].note == found["answers.docx"].note


def guessed(*given, truth=0.1, **options):
    """What collect makes of guesses at one question, one student each."""
    reports = []
    for one in given:
        said = check.prediction.judge(one, truth, about="q", **options)
        tries = [{field: getattr(said, field, "") for field in collect.FIELDS}]
        reports.append(collect.Report("", "", tries))
    (asked,) = collect.guesses(reports)
    return asked


@given(st.lists(st.floats(1e-6, 1e6) | st.integers(-50, 50), min_size=1, max_size=60))
def test_many_numbers_are_put_into_few_bars_and_nobody_is_lost(values):
    asked = guessed(*values, factor=3)
    assert sum(count for _, count, _ in asked.bars) == len(values)
    assert len(asked.bars) <= collect.MOST_BARS + 1
    right = sum(count for _, count, right in asked.bars if right)
    assert right == sum(value > 0 and 0.1 / 3 <= value <= 0.3 for value in values)


def test_a_number_beyond_all_use_stands_by_itself():
    asked = guessed(*range(12), 1e308, -1e308, "½", truth=-5.0)
    ends = [name for name, _, _ in asked.bars if len(name) > 100]
    assert len(ends) == 2 and len(asked.bars) <= collect.MOST_BARS + 2
    assert sum(count for _, count, _ in asked.bars) == 15


@pytest.mark.parametrize("reports", [None, {}, ["a"], "folder"])
def test_what_are_no_reports_is_refused(reports):
    with pytest.raises(TypeError, match="reports must be those of collect"):
        collect.guesses(reports)
    with pytest.raises(TypeError, match=r"asked must be one of collect\.guesses"):
        plots.guesses(reports)


def test_a_guess_is_counted_once_whatever_was_tried_later(kernel, tmp_path):
    for guess in ("RNN", "LSTM", "LSTM"):
        check.prediction(guess, "LSTM", choices=["RNN", "LSTM"], about="which")
    check.report("Anna", tmp_path)
    (asked,) = collect.guesses(collect.collect(tmp_path))
    assert asked == collect.Guesses("which", "LSTM", [("RNN", 1, False)])


def test_the_folder_must_be_there(capsys):
    for nowhere in (None, 3, b"."):
        with pytest.raises(ValueError, match="there is no folder"):
            collect.collect(nowhere)
    assert collect.main(["/no/such/folder"]) == 2 and collect.main([]) == 2
    assert "there is no folder" in capsys.readouterr().out


def test_a_page_that_cannot_be_written_says_so_and_a_whole_disk_is_no_class(
    tmp_path, capsys, monkeypatch
):
    (tmp_path / collect.PAGE).mkdir()
    assert collect.main([str(tmp_path)]) == 1
    assert "the page could not be written" in capsys.readouterr().out
    monkeypatch.setattr(collect, "MOST_FILES", 0)
    assert collect.main([str(tmp_path)]) == 2
    assert "holds more than 0 files" in capsys.readouterr().out
