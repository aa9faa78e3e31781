"""Each exercise as a student meets it: the stub is open, the printed solution passes."""

import contextlib
import io
import re

import numpy as np
import pytest
import torch

import lstm_lab as lab
from lstm_lab.check.verdicts import LEADS, OPEN, PASSED

from .test_structure import LESSONS, code, prose

BLOCK = re.compile(r"<summary>Solution</summary>\s*(?:```python\n(.*?)```|`(.*?)`)", re.S)


def exercises():
    for path in LESSONS:
        stubs = [cell.source for cell in code(path) if "lab.check." in cell.source.splitlines()[-1]]
        stubs = [source for source in stubs if "check.prediction" not in source]
        found = [a or b for text in prose(path) for a, b in BLOCK.findall(text)]
        assert len(stubs) == len(found)
        for number, pair in enumerate(zip(stubs, found, strict=True), 1):
            yield pytest.param(*pair, id=f"{path.stem}-{number}")


def verdict(*sources):
    space = {"np": np, "torch": torch, "lab": lab}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for source in sources:
            exec(source, space)
    return printed.getvalue()


@pytest.mark.parametrize(("stub", "solution"), list(exercises()))
def test_stub_is_open_and_solution_passes(stub, solution):
    assert verdict(stub).startswith(LEADS[OPEN])
    call = stub.splitlines()[-1]
    assert verdict(solution, call).startswith(LEADS[PASSED])
