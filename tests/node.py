"""The figures' maths, run by the Node that Playwright brings."""

import json
import subprocess
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

import lstm_lab as lab

WIDGETS = Path(lab.__file__).parent / "widgets"
NODE = compute_driver_executable()[0]


def evaluator(*files):
    """A function (expression, given): the value of JavaScript over some of the figures' files,
    `given` in scope as `x`."""
    source = "\n".join((WIDGETS / name).read_text("utf-8") for name in files)

    def evaluate(expression, given):
        program = f"{source}\nconst x = {json.dumps(given)};\n"
        program += f"console.log(JSON.stringify({expression}));"
        done = subprocess.run(
            [NODE, "--input-type=module"],
            input=program,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return evaluate
