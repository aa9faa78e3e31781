"""Is this machine ready for the lab? One line per requirement."""

import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

LOWEST_PYTHON = (3, 11)
#: The browser halves of the widgets, as folders under share/jupyter/labextensions.
EXTENSIONS = {
    "widget manager": "@jupyter-widgets/jupyterlab-manager",
    "live figures": "anywidget",
}
ADVICE = "`make clean lab` installs it anew; with conda, `conda env update -f environment.yml`"


def checks():
    """Every requirement as (passed, sentence), the kernel's last."""
    yield python_version()
    for requirement in requirements():
        yield package(requirement)
    for what, folder in EXTENSIONS.items():
        yield extension(what, folder)
    yield kernel_starts()


def report() -> bool:
    """Print `[OK]` or `[FAIL]` per requirement, to paste into a bug report; True if all passed."""
    print(f"lstm_lab {metadata.version('lstm-lab')} on {platform.platform()}")
    results = []
    for passed, sentence in checks():
        print(f"[{'OK' if passed else 'FAIL'}] {sentence}")
        results.append(passed)
    return all(results)


def self_check() -> None:
    """Print whether the lab is ready, and what is not; the full list is `python -m lstm_lab`."""
    failed = [sentence for passed, sentence in checks() if not passed]
    for sentence in failed:
        print(f"[FAIL] {sentence}")
    print(f"not ready: {ADVICE}" if failed else "[OK] Python, packages, widgets and kernel: ready")


def python_version():
    wanted = ".".join(map(str, LOWEST_PYTHON))
    return (
        sys.version_info >= LOWEST_PYTHON,
        f"Python {platform.python_version()} ({wanted} needed)",
    )


def requirements() -> list[Requirement]:
    """What the package says it needs, with the extra `lab`."""
    declared = map(Requirement, metadata.requires("lstm-lab") or [])
    wanted = [r for r in declared if r.marker is None or r.marker.evaluate({"extra": "lab"})]
    return [r for r in wanted if r.name != "lstm-lab"]


def package(requirement: Requirement):
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return False, f"{requirement.name} is not installed ({requirement.specifier} needed)"
    fits = requirement.specifier.contains(version, prereleases=True)
    return fits, f"{requirement.name} {version} ({requirement.specifier} needed)"


def extension(what: str, folder: str):
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError as error:
        return False, f"{what}: {error}"
    found = any(
        Path(path, folder, "package.json").exists() for path in jupyter_path("labextensions")
    )
    return found, f"{what}: {folder} is {'' if found else 'not '}in JupyterLab's extensions"


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
