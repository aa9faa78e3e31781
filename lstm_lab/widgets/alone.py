"""Figures without a kernel: packed for a page, or one alone in an offline file."""

import html
import json
import os
from pathlib import Path

from .._validate import as_folder, as_writable, shown

__all__ = ["as_script", "packed", "page", "write_page"]

HERE = Path(__file__).parent
#: Synced traits that are about the widget and not about what it shows.
HOUSEKEEPING = {"layout", "tabbable", "tooltip"}
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title} · lstm_lab</title>
<style>{ground}body {{ margin: 0; }}</style></head>
<body><div class="live" data-figures="0"></div>
<script type="application/json" id="figures">{script}</script>
<script type="module">
{player}</script></body></html>
"""


def page(figure) -> str:
    """A page of one figure as it stands; it needs nothing but a browser."""
    states = figure.get_manager_state(widgets=[figure], drop_defaults=False)["state"]
    ground, player = ((HERE / name).read_text("utf-8") for name in ("ground.css", "player.js"))
    script = as_script(packed([states[figure.model_id]]))
    return PAGE.format(title=html.escape(figure.title), ground=ground, script=script, player=player)


def write_page(figure, path) -> Path:
    """Write `page(figure)`; the path, with `.html` where it has no ending."""
    if not isinstance(path, str | os.PathLike) or not isinstance(os.fspath(path), str):
        raise TypeError(f"path must be a file's name, not {shown(path)}: figure.html('it.html')")
    path = Path(path)
    if not path.name or "\0" in str(path) or path.is_dir():
        raise ValueError(
            f"path is {shown(str(path))}, but must name a file: figure.html('it.html')"
        )
    path = path if path.suffix else path.with_name(f"{path.name}.html")
    as_folder(path.parent)
    text = as_writable("the figure", page(figure))  # before the file that may be there is emptied
    path.write_bytes(text.encode())
    return path


def packed(widgets) -> dict:
    """What player.js reads of saved widgets: modules and styles once, a model for each."""
    pack: dict[str, list] = {"modules": [], "styles": [], "models": []}
    for saved in widgets:
        model: dict = {"state": _traits(saved["state"]), "buffers": _buffers(saved)}
        model["module"] = _kept(pack["modules"], saved["state"]["_esm"])
        model["style"] = _kept(pack["styles"], saved["state"].get("_css", ""))
        pack["models"].append(model)
    return pack


def _traits(state) -> dict:
    """The traits of a figure. On a page, *Reset* goes back to how the page shows it."""
    kept = {k: v for k, v in state.items() if not k.startswith("_") and k not in HOUSEKEEPING}
    if "initial" in kept:
        kept["initial"] = {key: kept.get(key, old) for key, old in kept["initial"].items()}
    return kept


def _buffers(saved) -> list[list]:
    """The binary traits, [path, base64] each."""
    found = saved.get("buffers", [])
    unread = {buffer["encoding"] for buffer in found} - {"base64"}
    if unread:
        raise ValueError(f"a binary trait is saved as {unread.pop()}: only base64 can be read")
    return [[list(buffer["path"]), buffer["data"]] for buffer in found]


def as_script(pack) -> str:
    """JSON that can stand in a <script>: no `</script>` or `<!--` in it ends or hides anything."""
    try:
        text = json.dumps(pack, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        raise ValueError("a trait holds nan or inf, which a page cannot read as JSON") from None
    return text.replace("<", r"\u003c")


def _kept(texts, text) -> int:
    """The place of a text in a list, appended if it is new."""
    if text not in texts:
        texts.append(text)
    return texts.index(text)
