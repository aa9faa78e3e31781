"""A fresh machine: pins that agree, one clear sentence where something is missing."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
CONDA_NAMES = {"torch": "pytorch"}


def constraints():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def declared():
    """Every requirement of pyproject.toml: (name, specifier)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    every = map(Requirement, [*project["dependencies"], *extras["lab"], *extras["test"]])
    return {r.name: r.specifier for r in every if r.name != "lstm-lab"}


def conda():
    """environment.yml's pins: conda's and pip's, name to version."""
    lines = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    pip = next(line["pip"] for line in lines if isinstance(line, dict))
    found = [line.split("=")[:2] for line in lines if isinstance(line, str) and "=" in line]
    return dict(found) | dict(line.split("==") for line in pip if "==" in line)


def test_every_requirement_is_pinned_and_the_pin_satisfies_it():
    pins = constraints()
    for name, specifier in declared().items():
        assert specifier.contains(pins[name]), name


def test_every_pin_installs_on_the_oldest_python():
    """Debian 12 has 3.11.2. What is installed here by another version tells nothing of the pin."""
    for name, version in constraints().items():
        try:
            known = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        if known["Version"].partition("+")[0] == version:
            assert SpecifierSet(known["Requires-Python"] or "").contains("3.11.0"), name


def test_environment_yml_has_the_same_pins_and_all_of_them():
    pins, theirs = constraints(), conda()
    theirs.pop("python")
    assert theirs == {CONDA_NAMES.get(name, name): pins[name] for name in declared()}


def test_environment_yml_has_a_comment_for_every_dependency():
    text = (ROOT / "environment.yml").read_text("utf-8").partition("dependencies:")[2]
    for line in text.splitlines():
        if line.strip() and line.strip(" -") not in ("pip", "pip:"):
            assert re.search(r"\S +# \w", line), line


def test_import_brings_no_torch_matplotlib_or_widgets():
    code = "import sys, lstm_lab; lstm_lab.sigmoid(0.0); lstm_lab.notation(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = done.stdout.split()
    assert not {"torch", "matplotlib", "ipywidgets", "anywidget"} & set(modules)


# --- tools/setup on a machine where something is missing ------------------------------------------


@pytest.fixture
def fresh(tmp_path):
    """A copy of what set-up reads, without a .venv."""
    (tmp_path / "tools").mkdir()
    for name in ("tools/setup", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def fake_python(folder, body):
    path = folder / "fake-python"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def setup(folder, **env):
    return subprocess.run(
        ["sh", "tools/setup", "lab"],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )


def one_sentence(done):
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line]
    assert len(lines) == 1 and lines[0].startswith("lstm_lab: ")
    return lines[0]


def test_an_old_python_is_refused_in_one_sentence(fresh):
    old = fake_python(fresh, '[ "$1" = --version ] && echo Python 3.9.1 || exit 1')
    said = one_sentence(setup(fresh, PYTHON=str(old), PATH=os.environ["PATH"]))
    assert "3.11 to 3.14" in said and str(old) in said


def test_no_python_at_all(fresh):
    bare = fresh / "bin"
    bare.mkdir()
    for tool in ("sh", "dirname", "printf", "echo"):
        if shutil.which(tool):
            (bare / tool).symlink_to(shutil.which(tool))
    said = one_sentence(setup(fresh, PATH=str(bare)))
    assert "needs Python 3.11 to 3.14, found none" in said


def test_a_missing_venv_module(fresh):
    partial = fake_python(fresh, 'case "$2" in *ensurepip*) exit 1;; esac')
    said = one_sentence(setup(fresh, PYTHON=str(partial), PATH=os.environ["PATH"]))
    assert "apt install python3-venv" in said


def test_no_network(fresh):
    offline = fake_python(
        fresh,
        """case "$2" in venv)
            mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
        pip | uv) echo "NewConnectionError: Temporary failure in name resolution" >&2; exit 1;;
        esac""",
    )
    said = one_sentence(setup(fresh, PYTHON=str(offline), PATH=os.environ["PATH"]))
    assert "check the network" in said


def test_another_failure_of_pip_is_quoted(fresh):
    failing = fake_python(
        fresh,
        """case "$2" in venv)
            mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
        pip | uv) echo "ERROR: No space left on device" >&2; exit 1;;
        esac""",
    )
    said = one_sentence(setup(fresh, PYTHON=str(failing), PATH=os.environ["PATH"]))
    assert "No space left on device" in said


def test_packages_that_do_not_start_are_not_called_ready(fresh):
    broken = fake_python(
        fresh,
        """case "$2" in venv) mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
        *matplotlib*) echo "ImportError: libc is too old" >&2; exit 1;;
        esac""",
    )
    said = one_sentence(setup(fresh, PYTHON=str(broken), PATH=os.environ["PATH"]))
    assert "libc is too old" in said and not (fresh / ".venv/lab.ready").exists()


# --- which PyTorch, and by whom -------------------------------------------------------------------

TORCH = f"torch=={constraints()['torch']}"
#: A Python whose venv is itself, and whose pip and uv write down what they are asked for.
RECORDER = """case "$2" in
    venv) mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
    pip | uv) echo "$*" >>calls; case "$*" in {};; esac;;
esac"""
ALWAYS = r"-m |pip install |--python \S+ |-c \S+ |--retries 1 |--\S+check |--quiet |--timeout \d+ "
SMALL, REST = f"uv --torch-backend cpu {TORCH}", "uv --editable .[lab]"
FAILS = "echo no >&2; exit 1"


def asked(folder, when="nothing) :", driver=9, **env):
    """What set-up asks of pip and uv where a graphics card's driver ends with this status."""
    tools = folder / "bin"
    tools.mkdir()
    for name, body in (("nvidia-smi", f"exit {driver}"), ("timeout", 'shift; exec "$@"')):
        fake_python(tools, body).rename(tools / name)
    python = fake_python(folder, RECORDER.format(when))
    path = f"{tools}:{os.environ['PATH']}"
    done = setup(folder, PYTHON=str(python), PATH=path, **env)
    assert done.returncode == 0 and (folder / ".venv/lab.ready").exists(), done.stderr
    calls = re.sub(ALWAYS, "", (folder / "calls").read_text()).splitlines()
    assert calls[:2] == ["uv", "pip list --format=freeze"]
    return done.stdout, calls[2:]


def tried(call):
    return call.replace("uv", "uv --dry-run", 1)


def test_without_a_graphics_card_uv_takes_the_small_build(fresh):
    said, calls = asked(fresh)
    assert calls == [tried(SMALL), SMALL, tried(REST), REST]
    assert "several GB" not in said


def test_a_driver_of_a_card_means_its_build(fresh):
    _, calls = asked(fresh, driver=0)
    assert calls[1] == f"uv --torch-backend auto {TORCH}"


def test_a_person_may_choose_the_build(fresh):
    _, calls = asked(fresh, driver=0, UV_TORCH_BACKEND="cu126")
    assert calls[1] == f"uv --torch-backend cu126 {TORCH}"


def test_where_torchs_own_index_does_not_answer_pip_takes_it(fresh):
    said, calls = asked(fresh, f"*backend*) {FAILS}")
    assert calls == [tried(SMALL), TORCH, tried(REST), REST]
    assert "several GB" in said


def test_where_the_file_does_not_come_pip_takes_it(fresh):
    _, calls = asked(fresh, f"*dry-run*) ;; *backend*) {FAILS}")
    assert calls == [tried(SMALL), SMALL, TORCH, tried(REST), REST]


def test_where_uv_cannot_be_had_pip_takes_all(fresh):
    _, calls = asked(fresh, f"*uv*) {FAILS}")
    assert calls == [tried(SMALL), TORCH, tried(REST), "--editable .[lab]"]


def test_a_torch_that_is_there_stays(fresh):
    _, calls = asked(fresh, f"*freeze*) echo {TORCH}+cpu")
    assert calls == [tried(REST), REST]
