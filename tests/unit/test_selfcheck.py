"""The self-check: all well here, and one clear line for whatever is missing."""

import subprocess
import sys

from packaging.requirements import Requirement

from lstm_lab import selfcheck


def test_report_is_ok_on_this_machine_and_names_every_requirement(capsys):
    assert selfcheck.report()
    lines = capsys.readouterr().out.splitlines()[1:]
    assert all(line.startswith("[OK] ") for line in lines)
    for word in ("Python", "numpy", "torch", "jupyterlab", "ipykernel", "widget manager", "kernel"):
        assert any(word in line for line in lines), word


def test_as_a_command():
    done = subprocess.run([sys.executable, "-m", "lstm_lab"], capture_output=True, text=True)
    assert done.returncode == 0 and "[FAIL]" not in done.stdout and done.stderr == ""


def test_what_is_missing_or_too_old_is_named():
    assert selfcheck.package(Requirement("no-such-package>=1")) == (
        False,
        "no-such-package is not installed (>=1 needed)",
    )
    passed, sentence = selfcheck.package(Requirement("numpy>=99"))
    assert not passed and "(>=99 needed)" in sentence
    assert not selfcheck.extension("widget", "no-such-extension")[0]


def test_an_old_python_fails(monkeypatch):
    monkeypatch.setattr(selfcheck, "LOWEST_PYTHON", (4, 0))
    assert not selfcheck.python_version()[0]


def test_a_failure_is_reported_with_advice(monkeypatch, capsys):
    monkeypatch.setattr(
        selfcheck, "checks", lambda: iter([(True, "fine"), (False, "torch is gone")])
    )
    assert not selfcheck.report()
    selfcheck.self_check()
    out = capsys.readouterr().out
    assert "[FAIL] torch is gone" in out and selfcheck.ADVICE in out


def test_a_kernel_that_does_not_start_is_a_line_not_a_traceback(monkeypatch):
    def broken(**_):
        raise RuntimeError("no kernel")

    monkeypatch.setattr("jupyter_client.manager.start_new_kernel", broken)
    assert selfcheck.kernel_starts() == (False, "kernel does not start: RuntimeError: no kernel")
