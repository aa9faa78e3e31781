"""What a class answered: thirty reports, some edited, some hostile, come out as one page."""

import json

import numpy as np
import pytest
from bs4 import BeautifulSoup

from lstm_lab import check, collect
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
    assert [one["truth"] for one in guesses] == ["0.99", "no"]
    assert all(one["state"] != "unanswered" for one in told["tries"])
    assert told["fingerprint"] == fingerprint(told)
    again = check.report("Anna B.", tmp_path)
    assert again.name == "report_Anna_B._2.json" and path.exists()
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(ValueError, match=r"name is '\.\./x'"):
        check.report("../x", tmp_path)
    with pytest.raises(ValueError, match="there is no folder"):
        check.report("Anna", tmp_path / "nowhere")


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
        "large.json": (" " * 400_000, "larger than"),
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
    assert "30 reports" in said and "soft_if" in said
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
    assert bars["it is 0.99"].select_one(".bar.right span").text == "0.99"


def test_the_folder_must_be_there(capsys):
    assert collect.main(["/no/such/folder"]) == 2 and collect.main([]) == 2
    assert "there is no folder" in capsys.readouterr().out
