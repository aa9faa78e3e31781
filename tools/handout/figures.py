"""The live figures of a run notebook: their state, and each distinct module once."""

import json

from ..notebooks import WIDGET_VIEW

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
#: Synced traits that are about the widget and not about what it shows.
HOUSEKEEPING = {"layout", "tabbable", "tooltip"}


def saved_widgets(notebook) -> dict:
    """Model id to its saved model, of every widget that the notebook's kernel made."""
    return notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})


def figures_in(widgets, model_id) -> list[str]:
    """The figures that a view shows: itself, those within a box, or none (a progress bar)."""
    state = widgets.get(model_id, {}).get("state", {})
    if "_esm" in state:
        return [model_id]
    children = (child.removeprefix("IPY_MODEL_") for child in state.get("children", ()))
    return [figure for child in children for figure in figures_in(widgets, child)]


class Album:
    """The figures of one page, numbered in the order in which they are first shown."""

    def __init__(self, notebook):
        self.widgets = saved_widgets(notebook)
        self.places: dict[str, int] = {}

    def shown_by(self, output) -> list[int] | None:
        """The numbers of the figures that an output shows; None if it is no widget's view."""
        view = output.get("data", {}).get(WIDGET_VIEW)
        if view is None:
            return None
        return [self._place(figure) for figure in figures_in(self.widgets, view["model_id"])]

    def recorded(self, figures) -> bool:
        """Whether the kernel changed one of these figures after it was made."""
        ids = list(self.places)
        return any(was_moved(self.widgets[ids[k]]["state"]) for k in figures)

    def _place(self, model_id):
        return self.places.setdefault(model_id, len(self.places))

    def packed(self) -> dict:
        """What player.js reads: modules and styles, each once, and a model per figure."""
        pack = {"modules": [], "styles": [], "models": []}
        for model_id in self.places:
            saved = self.widgets[model_id]
            model = {"state": traits(saved["state"]), "buffers": buffers(saved)}
            model["module"] = _kept(pack["modules"], saved["state"]["_esm"])
            model["style"] = _kept(pack["styles"], saved["state"].get("_css", ""))
            pack["models"].append(model)
        return pack


def traits(state) -> dict:
    """The traits of a figure. On a page, *Reset* goes back to how the page shows it."""
    kept = {k: v for k, v in state.items() if not k.startswith("_") and k not in HOUSEKEEPING}
    if "initial" in kept:
        kept["initial"] = {key: kept.get(key, old) for key, old in kept["initial"].items()}
    return kept


def buffers(saved) -> list[list]:
    """The binary traits, [path, base64] each."""
    found = saved.get("buffers", [])
    unread = {buffer["encoding"] for buffer in found} - {"base64"}
    if unread:
        raise ValueError(f"a binary trait is saved as {unread.pop()}: only base64 can be read")
    return [[list(buffer["path"]), buffer["data"]] for buffer in found]


def was_moved(state) -> bool:
    """Whether a figure's traits are no longer those it was made with."""
    return any(state.get(key, value) != value for key, value in state.get("initial", {}).items())


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
