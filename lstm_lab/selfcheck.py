"""Is this machine ready for the lab? One line per requirement."""

import json
import os
import platform
import subprocess
import sys
from functools import partial
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from packaging.requirements import Requirement

__all__ = [
    "ADVICE",
    "EXTENSIONS",
    "LOWEST_PYTHON",
    "MARKS",
    "THERE",
    "checks",
    "extensions",
    "installed",
    "kernel_starts",
    "package",
    "python_version",
    "report",
    "requirements",
    "self_check",
    "served_by",
    "server",
]


LOWEST_PYTHON = (3, 11)
#: The browser halves of the widgets, as folders under share/jupyter/labextensions.
EXTENSIONS = {
    "widget manager": "@jupyter-widgets/jupyterlab-manager",
    "live figures": "anywidget",
}
ADVICE = (
    "`make clean lab` installs it anew; with conda, `conda env update -f environment.yml`; "
    "on a hub, ask whoever runs it"
)
THERE = "in the Python of the server, `pip install jupyterlab_widgets anywidget`"
MARKS = {True: "OK", False: "FAIL", None: "??"}


def checks():
    """Every requirement as (passed, sentence), the kernel's last; None if nobody can say."""
    yield python_version()
    for requirement in requirements():
        yield package(requirement)
    yield from extensions()
    yield kernel_starts()


def report() -> bool:
    """Print `[OK]` or `[FAIL]` per requirement, to paste into a bug report; True if none failed."""
    print(f"lstm_lab {metadata.version('lstm-lab')} on {platform.platform()}")
    results = []
    for passed, sentence in checks():
        print(f"[{MARKS[passed]}] {sentence}")
        results.append(passed)
    return False not in results


def self_check() -> None:
    """Print whether the lab is ready, and what is not; the full list is `python -m lstm_lab`."""
    open_ = [(passed, sentence) for passed, sentence in checks() if not passed]
    for passed, sentence in open_:
        print(f"[{MARKS[passed]}] {sentence}")
    ready = "Python, packages and kernel" if open_ else "Python, packages, widgets and kernel"
    failed = any(passed is False for passed, _ in open_)
    print(f"not ready: {ADVICE}" if failed else f"[OK] {ready}: ready")


def python_version():
    wanted = ".".join(map(str, LOWEST_PYTHON))
    return (
        sys.version_info >= LOWEST_PYTHON,
        f"Python {platform.python_version()} ({wanted} needed)",
    )


def requirements() -> list[Requirement]:
    """What the package says it needs, with the extra `lab` if JupyterLab is here: a page may come
    from another environment, or be one of another kind."""
    extra = {"extra": "lab" if find_spec("jupyterlab") else ""}
    declared = map(Requirement, metadata.requires("lstm-lab") or [])
    wanted = [r for r in declared if r.marker is None or r.marker.evaluate(extra)]
    return [r for r in wanted if r.name != "lstm-lab"]


def package(requirement: Requirement):
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return False, f"{requirement.name} is not installed ({requirement.specifier} needed)"
    fits = requirement.specifier.contains(version, prereleases=True)
    return fits, f"{requirement.name} {version} ({requirement.specifier} needed)"


def extensions():
    """Whether the browser's halves are where the page comes from: with the Jupyter server that
    started this kernel, whose environment may be another, or here if no server did."""
    served = "JPY_SESSION_NAME" in os.environ
    try:
        has = partial(served_by, server()) if served else installed
        found = {what: has(folder) for what, folder in EXTENSIONS.items()}
    except (ImportError, OSError, ValueError, KeyError) as error:
        yield None, f"JupyterLab's server cannot be asked ({error}); if figures are stills: {THERE}"
        return
    for what, folder in EXTENSIONS.items():
        no, cure = ("", "") if found[what] else ("not ", f": {THERE}" if served else "")
        yield found[what], f"{what}: {folder} is {no}in JupyterLab's extensions{cure}"


def installed(folder) -> bool:
    """Whether this environment has an extension for JupyterLab."""
    from jupyter_core.paths import jupyter_path

    places = jupyter_path("labextensions")
    return any(Path(place, folder, "package.json").exists() for place in places)


def server() -> str:
    """The address of the server that started this kernel, from the file that it leaves."""
    from jupyter_core.paths import jupyter_runtime_dir

    left = Path(jupyter_runtime_dir(), f"jpserver-{os.environ['JPY_PARENT_PID']}.json")
    return json.loads(left.read_text("utf-8"))["url"]


def served_by(address, folder) -> bool:
    """Whether the server at an address has an extension. It shows these files to everybody."""
    opener = build_opener(ProxyHandler({}))  # a machine's own server is behind no proxy
    try:
        opener.open(f"{address}lab/extensions/{folder}/package.json", timeout=60).close()
    except HTTPError as error:
        if error.code != 404:
            raise
        return False
    return True


def kernel_starts():
    try:
        from jupyter_client.manager import start_new_kernel

        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        manager, client = start_new_kernel(startup_timeout=60, **quiet)
    except Exception as error:  # whatever it is, the report must say it and go on
        return False, f"kernel does not start: {type(error).__name__}: {error}"
    try:
        status = client.execute_interactive("1 + 1", timeout=30, output_hook=lambda _: None)
        return status["content"]["status"] == "ok", "a kernel starts and computes"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
