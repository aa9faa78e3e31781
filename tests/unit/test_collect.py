"""What a class answered: thirty reports, some edited, some hostile, come out as one page."""

import io
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab import check, collect, plots
from lstm_lab.check import keeping, reporting, verdicts
from lstm_lab.check.course import COURSE
from lstm_lab.check.keeping import MOST
from lstm_lab.check.reading import number_of
from lstm_lab.check.reporting import fingerprint
from lstm_lab.collect import counting, page, reading
from lstm_lab.collect.__main__ import main


@pytest.fixture
def kernel(capsys, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("notebooks"))
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
    check.keep()
    assert path.read_text("utf-8").count("#") == 1


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
    monkeypatch.setattr(verdicts.keeping, "is_there", lambda: True)
    assert check.bits_more(4).state == "passed"
    assert "cannot be written: No space left" in kernel.readouterr().out


def _printed(capsys):
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        (17, "report_17.json"),
        ("O'Brien, D’Angelo", "report_O_Brien__D_Angelo.json"),
        ("अनिता", "report_अनिता.json"),
        ("Jose\u0301", "report_José.json"),
        ("  Anna\u00a0 B ", "report_Anna_B.json"),
        ("CON", "report_CON.json"),
    ],
)
def test_names_of_all_scripts_are_names(kernel, tmp_path, name, file):
    check.bits_more(4)
    path = check.report(name, tmp_path)
    assert path.name == file and collect.read(path).note == ""


@pytest.mark.parametrize(
    "name", ["", "../x", "a/b", "a" * 61, None, True, False, b"Anna", "<b>", ".x", "-x"]
)
def test_other_names_are_refused(kernel, tmp_path, name):
    check.bits_more(4)
    with pytest.raises(ValueError, match=r"name is .* but must be up to 60 letters"):
        check.report(name, tmp_path)


def test_a_report_of_nothing_is_refused_and_a_full_disk_leaves_no_half(
    kernel, tmp_path, monkeypatch
):
    check.bits_more(...)
    with pytest.raises(ValueError, match="nothing was answered in this kernel"):
        check.report("Anna", tmp_path)
    check.bits_more(4)
    monkeypatch.setattr(reporting.Path, "open", lambda self, *_, **__: Full(self))
    monkeypatch.setattr(reporting, "tries", lambda: [{}])
    with pytest.raises(ValueError, match="No space left on device: name another folder"):
        check.report("Anna", tmp_path)
    assert not list(tmp_path.iterdir())


class Full:
    """A file on a full disk: it is made, and cannot be written."""

    def __init__(self, path):
        path.touch()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def write(self, _):
        raise OSError(28, "No space left on device")


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


def page_of(folder):
    """The page, and its notebooks' and folds' text by their headings."""
    soup = BeautifulSoup((folder / reading.PAGE).read_text("utf-8"), "html.parser")
    parts = {part.h2.text.partition(":")[0]: part for part in soup.select("details.part")}
    return soup, parts


def test_thirty_reports_come_out_as_one_page(kernel, tmp_path, capsys):
    for student in range(21):
        verdicts.forget()
        answers(student)
        check.report(f"s{student}", tmp_path)
    reasons = hostile(tmp_path)
    assert main([str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "23 students; 24 of 30 files are reports with answers" in said and "soft_if" in said
    soup, parts = page_of(tmp_path)
    assert soup.find("script") is None and soup.find("img") is None
    told = [li.text.partition(": ")[::2] for li in parts["Files to look at"].select("li")]
    assert {name for name, _ in told} == reasons.keys()
    for name, note in told:
        assert any(part in note for part in reasons[name].split("|")), note
    rows = {tr.th.text: [td.text for td in tr.find_all("td")] for tr in soup.select("table tr")[1:]}
    heads = [th.text for th in soup.select("table tr")[0].find_all("th")][1:]
    assert heads == ["soft_if", "bits_more"]  # in the order of the notebooks, and no other
    assert "s3 (2 reports)" in rows  # and the edited one
    verdicts.forget()
    answers(2)
    tries = [v.state for v in verdicts.kept() if v.exercise == "soft_if"]
    wanted = (
        f"{tries.index('passed') + 1}" if "passed" in tries else f"{len(tries)} ✗" * bool(tries)
    )
    assert rows["s2"][heads.index("soft_if")] == wanted
    bars = {h.text: h.parent for h in parts["Other questions"].select("h3")}
    assert list(bars) == ["a question without a name", "another share"]
    share = bars["another share"]
    assert [span.text for span in share.select(".bar span")] == ["0.99 ✓", "21"]
    assert share.select_one(".truth").text == "what is right?it is 0.99: 21 of 21 were right"
    assert soup.table.find_parent("details")["class"] == ["part"]
    assert "s2" not in "".join(str(parts[k]) for k in parts if k not in ("Who passed what",))
    alone = parts["Questions that one student had"].text
    assert "<script>" in alone and "<script>" not in parts["Other questions"].text


def test_reports_of_one_student_are_counted_as_one(kernel, tmp_path):
    for guess, name in ((0.1, "Anna"), (0.9, "ANNA"), (0.9, "Ben")):
        verdicts.forget()  # a kernel was started again
        check.prediction(guess, 0.9, about="the share that is rewritten")
        check.soft_if(lambda g, T, F: g * F + (1 - g) * T)
        check.report(name, tmp_path)
    reports = collect.collect(tmp_path)
    (asked,) = collect.guesses(reports)
    assert asked.bars == [("0.10", 1, False), ("0.90", 1, True)] and asked.answered == 2
    assert asked.notebook == "02 Short memory"
    (swapped,) = collect.mistakes(reports)
    assert (swapped.students, swapped.told) == (2, 2)
    assert collect.as_text(reports).startswith(
        "2 students; 3 of 3 files are reports with answers\n"
    )


def test_what_one_student_typed_stays_in_a_fold(kernel, tmp_path):
    words = {(1, 0): "keep", (0, 1): "overwrite", (1, 1): "accumulate", (0, 0): "erase"}
    for k, rude in enumerate(("you idiot", "0151 2345")):
        verdicts.forget()
        check.corners(words | {(1, 0): rude})
        check.open_gate(f"call {rude}")
        check.open_gate(99)
        check.biases({"keep": (3 + k, -10), "overwrite": (-10, 10), "accumulate": (10, 10)})
        check.report(f"s{k}", tmp_path)
    verdicts.forget()
    check.prediction("b", "a", choices=["a", "b"], about="which")
    for k, name in enumerate(("c", "d")):
        path = check.report(name, tmp_path)
        told = path.read_text("utf-8")
        path.write_text(
            told.replace('"given": "b"', '"given": "you idiot"') if k else told, "utf-8"
        )
    kernel.readouterr()
    main([str(tmp_path)])
    _, parts = page_of(tmp_path)
    seen = "".join(part.text for name, part in parts.items() if name[:2].isdigit())
    assert "idiot" not in seen and "2345" not in seen and "2 of 2: that is 99" in seen
    assert "2 of 2: keep: remember is not open enough" in seen  # with 3, and with 4
    assert "you idiot" in parts["Mistakes that one student made"].text
    assert "idiot" not in parts["Other questions"].text
    assert "idiot" not in kernel.readouterr().out


def test_the_course_is_told_in_its_order():
    """As the notebooks ask it: test_structure holds COURSE to them."""
    names = [name for asked in COURSE.values() for name in asked]
    assert len(names) == len(set(names)) and set(counting.PLACE) == set(names)
    exercises = {n for n in check.__all__ if hasattr(getattr(check, n), "judge")}
    assert exercises - {"prediction"} <= set(names)


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
    (tmp_path / reading.PAGE).write_text("of last time")
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
    (tmp_path / "my_answers.txt").write_text("x")
    own = collect.read(tmp_path / "my_answers.txt")
    assert own.note == "it is not read: ask for the file that lab.check.report writes"
    assert found["link.json"].note == found["pipe.json"].note == found["answers.docx"].note


def guessed(*given, truth=0.1, **options):
    """What collect makes of guesses at one question, one student each."""
    reports = []
    for k, one in enumerate(given):
        said = check.prediction.judge(one, truth, about="q", **options)
        tries = [{field: getattr(said, field, "") for field in MOST}]
        reports.append(collect.Report("", f"s{k}", tries))
    (asked,) = collect.guesses(reports)
    return asked


@given(st.lists(st.floats(1e-6, 1e6) | st.integers(-50, 50), min_size=1, max_size=60))
def test_many_numbers_are_put_into_few_bars_and_nobody_is_lost(values):
    asked = guessed(*values, factor=3)
    assert sum(count for _, count, _ in asked.bars) == len(values)
    assert len(asked.bars) <= counting.MOST_BARS + 4  # zero, far ones, around the right ones
    right = sum(count for _, count, right in asked.bars if right)
    assert right == sum(value > 0 and 0.1 / 3 <= value <= 0.3 for value in values)
    ends = [number_of(end) for name, _, _ in asked.bars for end in name.split(" to ")]
    assert ends == sorted(ends)  # no bar overlaps another


@pytest.mark.parametrize(
    ("given", "truth", "options", "bars"),
    [
        ([0, 1e-9, 1e-6, 1e-4, 0.005, 0.01, 0.02, 0.1, 0.3, 0.5, 0.9, 1], 0.00515, {"factor": 3},
         "0, 1.0e−9, 1.0e−6, 1.0e−4, 0.005 ✓, 0.01 ✓, 0.02, 0.10 to 1"),
        (range(1, 17), 9, {"tolerance": 1},
         "1 to 2, 3 to 4, 5, 6 to 7, 8 to 9 ✓, 10 ✓, 11 to 12, 13 to 14, 15 to 16"),
        ([*range(1, 13), 1e14], 3, {},
         "1 to 2, 3 ✓, 4, 5, 6 to 7, 8, 9, 10, 11 to 12, 100000000000000"),
        ([-1e4, 0, 0, *(10.0**-k for k in range(10))], 0.5, {},
         "−10000, 0, 1.0e−9, 1.0e−8, 1.0e−7, 1.0e−6, 1.0e−5, 1.0e−4, 1.0e−3, 0.01, 0.10 to 1"),
        ([0.0154, 0.0156], 0.00515, {"factor": 3}, "0.015 ✓, 0.016"),
        ([0.9951, 1], 0.9951, {}, "0.995 ✓, 1 ✓"),
    ],
)  # fmt: skip
def test_a_bar_is_named_by_what_it_holds(given, truth, options, bars):
    asked = guessed(*given, truth=truth, **options)
    assert ", ".join(name + " ✓" * right for name, _, right in asked.bars) == bars


def test_words_stand_in_the_order_of_the_choices_taken_or_not():
    asked = guessed("hot", "cold", "hot", truth="mild", choices=["cold", "mild", "hot"])
    assert asked.bars == [("cold", 1, False), ("mild", 0, True), ("hot", 2, False)]
    fig, _ = plots.guesses(asked, hidden=True)
    words = [text.get_text() for text in fig.findobj(lambda a: hasattr(a, "get_text"))]
    assert not any("✓" in word or "it is" in word for word in words) and "3 guessed" in words


def test_a_question_without_a_name_does_not_tell_its_truth_while_it_is_hidden():
    tries = [dict.fromkeys(MOST, "") | {"exercise": "guess 1", "state": "wrong", "given": "0.3",
              "truth": "0.5"}]  # fmt: skip
    (asked,) = collect.guesses([collect.Report("", "s", tries)])
    _, ax = plots.guesses(asked, hidden=True)
    assert (ax.get_title(), ax.get_xlabel()) == ("a question without a name", "1 guessed")


@pytest.mark.parametrize("reports", [None, {}, ["a"], "folder"])
def test_what_are_no_reports_is_refused(reports):
    with pytest.raises(TypeError, match="reports must be those of collect"):
        collect.guesses(reports)
    with pytest.raises(TypeError, match="reports must be those of collect"):
        collect.mistakes(reports)
    with pytest.raises(TypeError, match=r"asked must be one of lstm_lab\.collect\.guesses"):
        plots.guesses(reports)


def test_a_guess_is_counted_once_whatever_was_tried_later(kernel, tmp_path):
    for guess in ("RNN", "LSTM", "LSTM"):
        check.prediction(guess, "LSTM", choices=["RNN", "LSTM"], about="which")
    check.report("Anna", tmp_path)
    (asked,) = collect.guesses(collect.collect(tmp_path))
    bars = [("RNN", 1, False), ("LSTM", 0, True)]
    assert asked == collect.Guesses("which", "LSTM", bars, "Other questions")


def test_the_folder_must_be_there(capsys):
    for nowhere in (None, 3, b"."):
        with pytest.raises(ValueError, match="there is no folder"):
            collect.collect(nowhere)
    assert main(["/no/such/folder"]) == 2 and main([]) == 2
    assert "there is no folder" in capsys.readouterr().out


def test_a_page_that_cannot_be_written_says_so_and_a_whole_disk_is_no_class(
    tmp_path, capsys, monkeypatch
):
    (tmp_path / reading.PAGE).mkdir()
    assert main([str(tmp_path)]) == 1 and len(list(tmp_path.iterdir())) == 1
    assert "the page could not be written" in capsys.readouterr().out
    monkeypatch.setattr(reading, "MOST_FILES", 0)
    assert main([str(tmp_path)]) == 2
    assert "holds more than 0 files" in capsys.readouterr().out


def test_odd_files_do_no_harm(kernel, tmp_path):
    check.bits_more(4)
    path = check.report("Anna", tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())  # as an editor saves it
    precious = tmp_path.parent / "precious.txt"
    precious.write_text("mine")
    (tmp_path / reading.PAGE).symlink_to(precious)
    names = [b"bad\xff.json", b"\x1b[31m.json", b"a\n99 students.json", "\u202etxt.json".encode()]
    for name in names:
        with open(os.path.join(os.fsencode(tmp_path), name), "w") as file:
            file.write("{}")
    for name in (".DS_Store", "._report.json", "Thumbs.db"):
        (tmp_path / name).write_text("x")
    assert main([str(tmp_path)]) == 0
    said = kernel.readouterr().out
    assert precious.read_text() == "mine" and not (tmp_path / reading.PAGE).is_symlink()
    assert "1 student; 1 of 5 files is a report with answers" in said
    assert not any(odd in said for odd in ("\x1b", "\u202e", "\n99", "DS_Store", "Thumbs"))
    (anna,) = [one for one in collect.collect(tmp_path) if one.tries]
    assert (anna.name, anna.note) == ("Anna", "")


def test_a_console_without_greek_gets_the_page_all_the_same(kernel, tmp_path):
    check.soft_if(lambda g, T, F: g * F + (1 - g) * T)
    check.open_gate(2.65)
    for name in "ab":
        check.report(name, tmp_path)
    command = [sys.executable, "-m", "lstm_lab.collect", str(tmp_path)]
    env = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=env, capture_output=True)
    assert done.returncode == 0 and b"arctanh 0.99: the gate is made by ?" in done.stdout
    assert (tmp_path / reading.PAGE).stat().st_size > 1000
    done = subprocess.run([*command[:-1], "Klasse 8ä"], env=env, capture_output=True)
    assert done.returncode == 2 and done.stdout.startswith(b"there is no folder 'Klasse 8?'")


def tried(exercise, **more):
    """A try as a report holds it."""
    return dict.fromkeys(MOST, "") | {"exercise": exercise, "state": "wrong"} | more


def handed_in(folder, name, *tries):
    """A report that somebody wrote by hand."""
    told = {"format": reporting.FORMAT, "name": name, "tries": tries}
    (folder / f"{name[:9]}.json").write_text(json.dumps(told), "utf-8")


def test_no_word_is_shown_as_a_number_and_no_exercise_is_a_question(tmp_path):
    asked, word = "entries of the Jacobian that are not 0", "the largest weight of the mask"
    for k, said in enumerate(("4", "12", "[1, −2.5e−3]", "call me", "1e", "e")):
        handed_in(tmp_path, f"s{k}", tried(asked, given=said, truth="4"), tried("soft_if"))
    handed_in(
        tmp_path,
        "rude",
        tried("soft_if", given="you", truth="idiot"),
        tried("brackets", given="you", truth="you", state="passed"),
        tried(asked, given="idiot", truth="idiot", state="passed"),
        tried(word, given="idiot", truth="above 0.9", state="passed"),
    )
    main([str(tmp_path)])
    soup, parts = page_of(tmp_path)
    assert "idiot" not in soup.text and list(parts) == ["01 Soft conditionals", "Who passed what",
                                                        "Files to look at"]  # fmt: skip
    assert "soft_if: passed by 0 of 6" in [h.text for h in soup.select("h3")]
    numbers, words = collect.guesses(collect.collect(tmp_path))
    assert numbers.bars == [("4", 1, True), ("12", 1, False), ("1e", 1, False),
                            ("[1, −2.5e−3]", 1, False), ("something else", 3, False)]  # fmt: skip
    assert words.bars == [("something else", 1, False)]


def test_thousands_of_questions_leave_a_page(tmp_path):
    for name in "ab":
        own = [tried(f"q {k}", given="1", truth="2") for k in range(30)]
        alone = [tried(f"{name} {k}", given="y", truth="y", choices="x | y") for k in range(300)]
        handed_in(tmp_path, name, *own, *alone)
    handed_in(tmp_path, "c", tried("q 29", given="2", truth="2", state="passed"))
    main([str(tmp_path)])
    _, parts = page_of(tmp_path)
    heads = [h.text for h in parts["Other questions"].select("h3")]
    assert heads == [*(f"q {k}" for k in range(19)), "q 29"]  # more had the last
    further = [li.text for li in parts["Further questions"].select("li")]
    assert further == [f"q {k}: 2 guessed" for k in range(19, 29)]
    lines = [li.text for li in parts["Questions that one student had"].select("li")]
    assert (lines[0], lines[-1], len(lines)) == ("a 0: y", "… and 400 more", 201)
    assert len(collect.shared(collect.collect(tmp_path))) == 30


def test_an_earlier_report_is_left_out_whatever_its_capitals_and_names_are_cut(tmp_path):
    for name, many in (("Anna", 1), ("ANNA", 2), ("N" * 5000, 1)):
        handed_in(tmp_path, name, *[tried("soft_if")] * many)
    main([str(tmp_path)])
    _, parts = page_of(tmp_path)
    rows = [tr.text for tr in parts["Who passed what"].select("tr")[1:]]
    assert rows == ["ANNA2 ✗", "N" * 60 + "1 ✗"]


def test_what_a_deleted_file_held_goes_into_the_next_and_nothing_twice(
    kernel, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    path = check.keep()
    check.bits_more(4)
    path.unlink()
    check.bits_more(16)
    path.write_text("# another kernel's keep()")
    check.bits_more(5)
    monkeypatch.chdir(path.absolute().parent.parent)  # a notebook may go elsewhere
    check.bits_more(6)
    monkeypatch.chdir(tmp_path)
    check.bits_more(7)
    assert len(verdicts.tries()) == len(path.read_text("utf-8").split("\n")) - 1 == 5


def test_a_file_that_was_edited_is_read_all_the_same(kernel, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = check.keep()
    check.bits_more(4)
    (line,) = path.read_text("utf-8").split("\n")[1:]
    lines = [line, line.replace("passed", "graded"), line.replace("bits_more", "a\\n" + "b" * 90)]
    path.write_text("\n".join(lines), "utf-8-sig")  # no first line, but a mark of Windows
    assert [one["state"] for one in verdicts.tries()] == ["passed", "passed"]
    kernel.readouterr()
    check.summary()
    _, *rows = _printed(kernel)
    assert len(rows) == 2 and len(rows[1]) < 80 and rows[1].startswith("a bbb")


@pytest.mark.parametrize("room", [0, 1, 100, 131, 132, 133, 200, 264])
def test_of_a_full_disk_nothing_is_told_twice(kernel, tmp_path, monkeypatch, room):
    monkeypatch.chdir(tmp_path)
    for guess in (4, 16, 4, 16):
        check.bits_more(guess)
        check.bits_more(...)
    line = len("\n" + json.dumps(verdicts.tries()[0]))
    path, whole = check.keep(), verdicts.tries()
    path.write_text("#")
    verdicts._added = 0
    with monkeypatch.context() as patch:
        patch.setattr(keeping.Path, "open", lambda self, *_, **__: Small(self, room * line // 132))
        check.bits_more(...)
    assert verdicts.tries() == whole
    check.bits_more(5)
    assert verdicts.tries()[:-1] == whole and len(whole) == 4


class Small(io.FileIO):
    """A file on a disk that has room for so many bytes."""

    def __init__(self, path, room):
        super().__init__(path, "a")
        self.room = room

    def write(self, data):
        if not self.room:
            raise OSError(28, "No space left on device")
        done = super().write(data[: self.room])
        self.room -= done
        return done


def made(name, *tries):
    """A report of tries, each a dict of what matters of it."""
    return collect.Report(f"{name}.json", name, [tried("") | one for one in tries])


def guess(given, truth="7", question="q", **more):
    return tried(question, given=given, truth=truth, **more)


def test_a_question_of_one_student_is_told_with_what_was_given():
    hot = guess("hot", "mild", choices="cold | mild | hot")
    shown = collect.as_page([made("A", hot), made("B", guess("1", question="another"))])
    told = [li.text for li in BeautifulSoup(shown, "html.parser").select("li")]
    assert told == ["q: hot", "another: 1"]
    alone = collect.as_page([made("A", hot)])  # a class of one sees its own
    assert "Questions that" not in alone and "<h3>q</h3>" in alone


@pytest.mark.parametrize(
    ("given", "truth"),
    [
        (("8", "you idiot", "[7]", "1/2"), "7"),
        (("[0, 1]", "idiot, too"), "[1, 0]"),
        (("RNN", "RNN", "idiot"), "LSTM"),
    ],
)
def test_only_numbers_choices_and_words_of_several_are_shown(given, truth):
    reports = [made(f"s{k}", guess(one, truth)) for k, one in enumerate(given)]
    (asked,) = collect.guesses(reports)
    bars = {name: n for name, n, _ in asked.bars}
    assert "idiot" not in " ".join(bars) and bars["something else"] >= 1
    assert asked.right == 0


def test_a_fraction_of_fractions_is_none():
    """Each part was read twice: 30 of them took minutes."""
    with pytest.raises(ValueError, match="is no number"):
        number_of("1/" * 29 + "1")
    (asked,) = collect.guesses([made("A", guess("1/" * 29 + "1"))])
    assert asked.answered == 1


def test_choices_that_cannot_be_taken_apart_again_are_not_kept():
    judge = check.prediction.judge
    assert judge("a | b", "c", choices=["a | b", "c"]).choices == ""
    assert judge("a", "c", choices=["a", "c", *map(str, range(300))]).choices == ""
    assert judge("a", "c", choices=["a", "c"]).choices == "a | c"


def test_what_is_infinite_is_told():
    assert str(check.prediction.judge(1, np.inf)) == "surprise: you said 1, it is ∞"
    assert "it is nan" in str(check.prediction.judge(1, np.nan))


def test_one_student_is_one_whatever_the_capitals_and_a_comma_is_no_second_report():
    wrong = tried("soft_if", text="no", named="swapped")
    right = tried("soft_if", state="passed")
    reports = reading._without_earlier(
        [
            made("anna", wrong),
            made("Anna", guess("1"), wrong, right),
            made("ANNA", tried("step"))._replace(file="Müller, Anna/x.json"),
        ]
    )
    assert [one.note for one in reports if one.note] == ["not counted: all of it is in Anna.json"]
    (anna,) = collect.students(reports)
    assert (anna.note, counting.passed(anna, "soft_if")) == ("2 reports", "2")
    comma = [one for one in reports if "," in one.file]
    assert collect.students(comma)[0].note == ""


def test_the_page_is_bounded_and_mistakes_stand_in_the_order_of_the_course():
    wrong = [
        tried(name, named="x", text=f"{name} {chr(97 + k) * 3}")
        for name in ("step", "soft_if")
        for k in range(9)
    ]
    reports = [made("A", *wrong), made("B", *wrong)]
    assert [one.exercise for one in collect.mistakes(reports)] == ["soft_if"] * 9 + ["step"] * 9
    soup = BeautifulSoup(collect.as_page(reports), "html.parser")
    assert len(soup.select("section li")) == 12  # six of each


def test_a_tick_stands_beside_what_is_right_alone():
    shown = collect.as_page([made("A", guess("7", state="passed")), made("B", guess("8"))])
    bars = BeautifulSoup(shown, "html.parser").select(".bar")
    assert [bar.b.text for bar in bars] == ["✓", ""]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("at (1, 0) you say 'you idiot'; choose", "at (1, 0) you say …; choose"),
        ("there is no \"x\" in it: you have 'y'", "there is no … in it: you have …"),
        ("but 'yyy … (75 characters) was given", "but … was given"),
        ("that isn't what it's for", "that isn't what it's for"),
        ("NameError: `meier` is not known", "NameError: … is not known"),
    ],
)
def test_what_one_student_wrote_is_left_out_of_a_sentence(text, shown):
    assert page._of_many(collect.Mistake(2, "step", text, 1)) == shown
    assert page._of_many(collect.Mistake(2, "step", text, 2)) == text


def test_a_folder_that_cannot_be_entered_stops_no_check(kernel, monkeypatch, tmp_path):
    """As os.path says it, and pathlib does not: root may enter all, so it is made up."""
    check.bits_more(4)

    def closed(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "stat", closed)
    assert check.bits_more(4).state == "passed"
    monkeypatch.undo()
    monkeypatch.setattr(reporting.Path, "open", closed)
    with pytest.raises(ValueError, match="Permission denied: name another folder"):
        check.report("Anna", tmp_path)
