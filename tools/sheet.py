"""`make sheet`: one printable page (A4) of the cell: build/sheet.html and, by Chromium, its PDF."""

import html
import subprocess
from pathlib import Path

from lstm_lab.names import CELL, CORNERS

from .browser import find
from .handout.formulas import Formulas
from .handout.pages import as_data

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build"
EQUATIONS = (
    r"\mathbf{remember}_{(t)} ="
    r" \sigma(W_{xf}\,\mathbf{x}_{(t)} + W_{hf}\,\mathbf{h}_{(t-1)} + b_f)",
    r"\mathbf{save}_{(t)} = \sigma(W_{xi}\,\mathbf{x}_{(t)} + W_{hi}\,\mathbf{h}_{(t-1)} + b_i)",
    r"\mathbf{c'}_{(t)} = \tanh(W_{xc}\,\mathbf{x}_{(t)} + W_{hc}\,\mathbf{h}_{(t-1)} + b_c)",
    r"\mathbf{focus}_{(t)} = \sigma(W_{xo}\,\mathbf{x}_{(t)} + W_{ho}\,\mathbf{h}_{(t-1)} + b_o)",
    r"\mathbf{c}_{(t)} = \mathbf{remember}_{(t)} \otimes \mathbf{c}_{(t-1)}"
    r" + \mathbf{save}_{(t)} \otimes \mathbf{c'}_{(t)}",
    r"\mathbf{h}_{(t)} = \mathbf{focus}_{(t)} \otimes \tanh(\mathbf{c}_{(t)})",
)
SOFT_IF = r"\mathbf{y} = \mathbf{g} \otimes \mathbf{T} + (1 - \mathbf{g}) \otimes \mathbf{F}"
STYLE = """
@page { size: A4; margin: 12mm 14mm }
body { font: 11pt/1.4 'DejaVu Sans', sans-serif; color: #000; background: #fff }
body { margin: 0 auto; max-width: 182mm }
h1 { font-size: 16pt; margin: 0 0 2mm } h2 { font-size: 11.5pt; margin: 4mm 0 1mm }
img { width: 100%; max-height: 66mm; object-fit: contain }
.two { display: grid; grid-template-columns: 3fr 2fr; gap: 6mm }
.formula { margin: 1.3mm 0 } math { font: 11.5pt page-math }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: 0.7mm 2mm 0.7mm 0; border-bottom: 0.3pt solid #999 }
.room td { height: 7.5mm; border: 0.3pt solid #999; padding: 0 2mm }
.room td:first-child { width: 62% }
"""
#: Questions of the notebooks that leave room for a guess.
ASKS = (
    "g = 0.9, T = 10, F = 0: y = ?",
    "ρ = 0.9: left of a nudge after 50 steps?",
    "remember 0.9, save 0.4, c = 2, candidate −0.5: c = ?",
    "the first n at which a trained aⁿbⁿ counter fails?",
    "which first remember bias wins the race?",
    "words of 20 letters reversed, without attention?",
)


def table(head, rows, kind="") -> str:
    """An HTML table; its cells are text."""
    line = "<tr>{}</tr>".format
    top = line("".join(f"<th>{html.escape(h)}</th>" for h in head)) if head else ""
    body = (line("".join(f"<td>{html.escape(str(c))}</td>" for c in row)) for row in rows)
    return f'<table class="{kind}">{top}{"".join(body)}</table>'


def page() -> str:
    """The sheet as HTML, whole in itself."""
    formulas = Formulas()
    *typeset, soft_if = [formulas.typeset(e, display=True) for e in (*EQUATIONS, SOFT_IF)]
    names = [
        (n.word, n.symbol, n.rows or "–", n.activation or "–", n.meaning) for n in CELL.values()
    ]
    corners = [(*corner, word) for word, corner in CORNERS.items()]
    return f"""<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>One LSTM cell</title>
<style>@font-face {{ font-family: page-math; src: url({formulas.font()}) }}{STYLE}</style>
<h1>One LSTM cell, on one page</h1>
<img alt="One step of the LSTM cell" src="{as_data(ROOT / "images" / "lstm_cell.png")}">
<div class="two"><div><h2>One step</h2>{"".join(typeset)}</div>
<div><h2>The four corners</h2>{table(("remember", "save", "c is"), corners)}
<p>Between the corners they blend: a gate is a soft if.</p>{soft_if}</div></div>
<h2>Names</h2>{table(("lesson", "symbol", "torch's rows", "by", "what it says"), names)}
<h2>My guesses</h2>{table((), [(ask, "") for ask in ASKS], "room")}
</html>"""


def build(out=OUT) -> list[Path]:
    """Write the sheet; returns the files: the page, and its PDF if there is a Chromium."""
    out.mkdir(parents=True, exist_ok=True)
    made = [out / "sheet.html"]
    made[0].write_text(page(), "utf-8")
    chromium = find("chromium")
    if chromium:
        made.append(out / "sheet.pdf")
        options = [
            "--headless",
            "--no-sandbox",
            "--no-pdf-header-footer",
            f"--print-to-pdf={made[1]}",
        ]
        subprocess.run([chromium, *options, made[0].as_uri()], check=True, capture_output=True)
    return made


if __name__ == "__main__":
    print("written:", *build())
