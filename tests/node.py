"""The figures' maths, run by the Node that Playwright brings."""

import json
import subprocess
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

import lstm_lab as lab

WIDGETS = Path(lab.__file__).parent / "widgets"
NODE = compute_driver_executable()[0]


def evaluator(*files):
    """A function (expression, given): the value of JavaScript over what some of the figures' files,
    or files by their whole path, export; `given` in scope as `x`."""
    imports = "".join(f"import * as m{k} from '{WIDGETS / f}';\n" for k, f in enumerate(files))
    modules = ", ".join(f"...m{k}" for k in range(len(files)))

    def evaluate(expression, given):
        code = json.dumps(f"with (all) return ({expression});")  # a module is strict, this is not
        program = f"{imports}const x = {json.dumps(given)};\n"
        program += f"const value = new Function('all', 'x', {code})({{ {modules} }}, x);\n"
        program += "console.log(JSON.stringify(await value));"
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
