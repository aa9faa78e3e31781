"""What people install: the wheel by itself, beside what they have."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import ipywidgets
import pytest
from IPython.core.formatters import DisplayFormatter
from packaging.requirements import Requirement

import lstm_lab

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
#: What comes with ipywidgets; and what the self-check tries, and says if it is missing.
BROUGHT, TRIED = {"ipython", "pil", "traitlets"}, {"jupyter-core", "jupyter-client"}
USE = """
import lstm_lab as lab
figure = lab.SoftIf(if_true=[4, -3], if_false=[-2, 3])
shown, _ = figure._repr_mimebundle_()
assert shown["text/plain"].startswith("SoftIf(") and len(shown["image/png"]) > 1_000
assert "function" in figure._esm and "{" in figure._css
net = lab.training.load("anbn")
assert (net.answer("aaabbb") == net.task.targets("aaabbb")).all()
lab.check.soft_if(lambda gate, if_true, if_false: gate * if_true + (1 - gate) * if_false)
print(lab.__file__)
"""


def run(*arguments, **options):
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run("-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """The wheel unpacked by pip in a folder of its own; what it needs is where it was."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", folder, wheel)
    return folder


def test_an_installed_wheel_shows_a_figure_reads_a_trained_net_and_checks(elsewhere):
    env = os.environ | {"PYTHONPATH": str(elsewhere)}
    *verdict, place = run("-c", USE, cwd=elsewhere, env=env).splitlines()
    assert Path(place) == elsewhere / "lstm_lab/__init__.py"
    assert verdict and verdict[0].startswith("passed")


def test_jupyterlab_finds_its_settings_there(elsewhere):
    settings = "jupyter/lab/settings/overrides.d/lstm_lab.json"
    ours = ROOT / "lstm_lab/share" / settings
    assert (elsewhere / "share" / settings).read_text("utf-8") == ours.read_text("utf-8")


def test_the_wheel_has_every_file_of_the_package_and_nothing_else(wheel):
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("lstm_lab/")}
    package = Path(lstm_lab.__file__).parent
    here = {p.relative_to(package.parent).as_posix() for p in package.rglob("*") if p.is_file()}
    assert held == {name for name in here if "__pycache__" not in name}


def test_what_the_package_imports_is_what_it_asks_for():
    asked = {Requirement(line).name for line in PROJECT["dependencies"]}
    trees = (ast.parse(path.read_text("utf-8")) for path in ROOT.glob("lstm_lab/**/*.py"))
    found = {module for tree in trees for node in ast.walk(tree) for module in imported(node)}
    names = {name.lower().replace("_", "-") for name in found - set(sys.stdlib_module_names)}
    assert names - BROUGHT - TRIED == asked - {"ipywidgets"}


def imported(node):
    """The packages that an import statement names; none for one of our own, or another node."""
    if isinstance(node, ast.ImportFrom):
        return [] if node.level else [node.module.partition(".")[0]]
    return [a.name.partition(".")[0] for a in node.names] if isinstance(node, ast.Import) else []


def test_ipywidgets_7_shows_the_still_too(monkeypatch):
    monkeypatch.setattr(ipywidgets.Widget, "_ipython_display_", lambda _: None, raising=False)
    shown, _ = DisplayFormatter().format(lstm_lab.SoftIf(if_true=[4, -3], if_false=[-2, 3]))
    assert {"image/png", "text/plain", "application/vnd.jupyter.widget-view+json"} == set(shown)


def test_readme_names_the_lowest_versions():
    lowest = {r.name: r.specifier for r in map(Requirement, PROJECT["dependencies"])}
    said = (ROOT / "README.md").read_text("utf-8").partition("**Into an environment")[2]
    for name in ("torch", "numpy", "matplotlib", "ipywidgets"):
        (version,) = re.findall(rf"{name} (\d[.\d]*\d)", said.partition("- **")[0])
        assert f">={version}" == str(lowest[name])


def test_the_pythons_it_says_are_those_it_takes():
    said = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    low, high = re.findall(r"3\.(\d+)", PROJECT["requires-python"])
    assert said == [f"3.{minor}" for minor in range(int(low), int(high))]


@pytest.mark.parametrize("room", ["biases", "experiments", "residual", "seq2seq", "training"])
def test_every_name_that_a_room_gives_is_there(room):
    room = getattr(lstm_lab, room)
    assert all(hasattr(room, name) for name in room.__all__)
