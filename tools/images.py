"""`make images`: the pictures of README and the notebooks, taken from the figures themselves."""

import base64
import io
import tempfile
from pathlib import Path

import nbformat
from PIL import Image

from lstm_lab.plots.style import png
from tools.browser import Notebook, chromium, jupyterlab, scratch_notebook
from tools.diagrams import lstm_cell
from tools.unrolled import attention_step, encoder_decoder

IMAGES = Path(__file__).parent.parent / "images"
CELLS = [
    "import lstm_lab as lab",
    "lab.SoftIf(if_true=[4, -3, 2], if_false=[-2, 3, 0], z=[-4, -1, 0.5])",
]
#: A mouse pointer to be seen in the pictures: a headless browser shows none.
POINTER = """() => {
    const pointer = document.createElement('div');
    pointer.innerHTML = `<svg width="22" height="30" viewBox="0 0 22 30"><path fill="white"
        stroke="black" stroke-width="1.5" d="M2 1v22l5-5 4 9 4-2-4-8h7z"/></svg>`;
    pointer.style = 'position:fixed;z-index:99;pointer-events:none';
    document.body.append(pointer);
    document.addEventListener('pointermove', (event) => {
        pointer.style.left = event.clientX + 'px';
        pointer.style.top = event.clientY + 'px';
    });
}"""


def drag_frames(figure, name, fractions):
    """A picture of the figure at each place while one slider is dragged."""
    mouse, frames = figure.page.mouse, []
    for k, fraction in enumerate(fractions):
        mouse.move(*figure.spot(name, fraction))
        if k == 0:
            mouse.down()
        figure.settle()
        frames.append(Image.open(io.BytesIO(figure.root.screenshot())).convert("RGB"))
    mouse.up()
    return frames


def soft_if():
    """images/soft_if.gif, a gate dragged from shut to open and back, and soft_if.png, half-way."""
    with tempfile.TemporaryDirectory() as root:
        name = scratch_notebook(root, CELLS)
        with (
            jupyterlab(Path(root)) as lab,
            chromium() as browser,
            Notebook(browser, lab, name) as notebook,
        ):
            notebook.run_all()
            notebook.page.evaluate(POINTER)
            there = [0.25 + k * 0.04 for k in range(16)]
            frames = drag_frames(notebook.figure("SoftIf"), "z1", there)
    frames[10].save(IMAGES / "soft_if.png", optimize=True)
    palette = frames[10].quantize(256)
    small = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    film = small + [small[-1]] * 6 + small[::-1] + [small[0]] * 6
    film[0].save(IMAGES / "soft_if.gif", save_all=True, append_images=film[1:], duration=80, loop=0)


def diagrams():
    """images/lstm_cell.png and its like, drawn by the package at twice the size they are shown."""
    for diagram in (lstm_cell, encoder_decoder, attention_step):
        (IMAGES / f"{diagram.__name__}.png").write_bytes(png(diagram()[0], dpi=200))


#: Of each notebook, the beginning of the cell whose stored picture stands in README's table.
CHOSEN = {
    "01": "switch = lab.SoftSwitch",
    "02": "laws =",
    "03": "L = 4.0",
    "04": "trained = training.load",
    "05": "by_bias =",
    "06": 'lab.AttentionMap(net, "stressed")',
    "07": "page = next(",
    "08": "lab.plots.attention_map(grown",
}


def of_notebooks():
    """images/nb_01.png and so on: a picture that each notebook has stored, on a light ground."""
    for number, begins in CHOSEN.items():
        (path,) = (IMAGES.parent / "notebooks").glob(f"{number}_*.ipynb")
        cells = nbformat.read(path, as_version=4).cells
        (cell,) = (c for c in cells if c.cell_type == "code" and c.source.startswith(begins))
        stored = next(o.data["image/png"] for o in cell.outputs if "image/png" in o.get("data", {}))
        with Image.open(io.BytesIO(base64.b64decode(stored))) as picture:
            shown = picture.convert("RGBA")
        ground = Image.new("RGBA", shown.size, "white")
        ground.alpha_composite(shown)
        ground.thumbnail((480, 400))
        ground.convert("RGB").quantize(64).save(IMAGES / f"nb_{number}.png", optimize=True)


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    of_notebooks()
    diagrams()
    soft_if()
    print(
        *(f"{path.name}: {path.stat().st_size // 1000} kB" for path in IMAGES.iterdir()), sep="\n"
    )
