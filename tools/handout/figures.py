"""The live figures of a run notebook, in the order in which they are shown."""

from lstm_lab.widgets.alone import packed

from ..notebooks import WIDGET_VIEW

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


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
        """What player.js reads."""
        return packed([self.widgets[model_id] for model_id in self.places])


def was_moved(state) -> bool:
    """Whether a figure's traits are no longer those it was made with."""
    return any(state.get(key, value) != value for key, value in state.get("initial", {}).items())
