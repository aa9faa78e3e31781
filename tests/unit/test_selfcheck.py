"""The self-check: all well here, and one clear line for whatever is missing."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
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
    assert not selfcheck.installed("no-such-extension")


def test_jupyterlab_is_asked_for_only_where_it_is(monkeypatch):
    assert "jupyterlab" in {r.name for r in selfcheck.requirements()}
    monkeypatch.setattr(selfcheck, "find_spec", lambda name: None)
    names = {r.name for r in selfcheck.requirements()}
    assert "torch" in names and not {"jupyterlab", "pytest"} & names


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


# --- a page that comes from a server --------------------------------------------------------------

MANAGER, FIGURES = selfcheck.EXTENSIONS.values()


@contextlib.contextmanager
def a_server(status):
    """A stand-in for a JupyterLab: its address, and for each extension what it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            (folder,) = [f for f in status if self.path == f"/me/lab/extensions/{f}/package.json"]
            self.send_response(status[folder])
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever).start()
        yield f"http://127.0.0.1:{http.server_port}/me/"
        http.shutdown()


@pytest.fixture
def page(monkeypatch, tmp_path):
    """Let this process be the kernel of a page whose server left this address (or nothing)."""

    def comes_from(address):
        monkeypatch.setenv("JPY_SESSION_NAME", "notebooks/00_start_here.ipynb")
        monkeypatch.setenv("JPY_PARENT_PID", str(os.getpid()))
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        monkeypatch.setattr(selfcheck, "kernel_starts", lambda: (True, "a kernel starts"))
        if address:
            left = tmp_path / f"jpserver-{os.getpid()}.json"
            left.write_text(json.dumps({"url": address}), "utf-8")

    return comes_from


@pytest.mark.parametrize("lacks", [(), (MANAGER,), (FIGURES,), (MANAGER, FIGURES)])
def test_what_the_server_of_the_page_lacks_is_named(page, capsys, lacks):
    with a_server({folder: 404 if folder in lacks else 200 for folder in (MANAGER, FIGURES)}) as it:
        page(it)
        selfcheck.self_check()
    *missing, last = capsys.readouterr().out.splitlines()
    for folder, line in zip(lacks, missing, strict=True):
        assert line.startswith("[FAIL] ") and f" {folder} is not in JupyterLab's ext" in line
        assert line.endswith(selfcheck.THERE)
    assert last.startswith("not ready: " if lacks else "[OK] Python, packages, widgets and kernel")


def test_a_server_that_cannot_be_asked_is_not_called_ready(page, capsys):
    with a_server({MANAGER: 403, FIGURES: 403}) as ended:
        page(ended)
        assert selfcheck.report()
    assert "[??] JupyterLab's server cannot be asked (HTTP Error 403" in capsys.readouterr().out
    for address in (ended, "http+unix://socket/"):
        page(address)
        selfcheck.self_check()
        said, ready = capsys.readouterr().out.splitlines()
        assert said.startswith("[??] JupyterLab's server cannot be asked (<urlopen error ")
        assert said.endswith(f"if figures are stills: {selfcheck.THERE}")
        assert ready == "[OK] Python, packages and kernel: ready"


def test_a_server_that_left_no_file_cannot_be_asked(page, capsys):
    page(None)
    selfcheck.self_check()
    assert "cannot be asked ([Errno 2]" in capsys.readouterr().out


def test_without_a_server_this_environment_is_looked_at(monkeypatch, capsys):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    selfcheck.self_check()
    assert capsys.readouterr().out == "[OK] Python, packages, widgets and kernel: ready\n"
    monkeypatch.setattr(selfcheck, "EXTENSIONS", {"live figures": "no-such-extension"})
    assert not selfcheck.report()
    assert "live figures: no-such-extension is not in" in capsys.readouterr().out
