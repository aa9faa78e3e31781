"""The base of every live figure: one anywidget, its JavaScript joined from plain files."""

import re
from pathlib import Path

import anywidget
import traitlets

from ..plots.style import small_png
from .alone import write_page
from .traits import refused

__all__ = ["HERE", "Figure", "joined_js", "preset", "short"]


HERE = Path(__file__).parent
#: What every ipywidget takes, and so every figure.
OF_WIDGETS = ("layout", "tabbable", "tooltip")


#: An import of one of our own files.
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.M)


def joined_js(file: str) -> str:
    """One ES module of a figure's file and all that it imports, each before what imports it.

    JupyterLab loads a widget's module from a blob, where a relative import fails.
    """
    found: dict[str, str] = {}

    def visit(name):
        if name in found:
            return
        text = (HERE / name).read_text("utf-8")
        for imported in IMPORT.findall(text):
            visit(imported)
        found[name] = IMPORT.sub("", text)

    visit(file)
    return "\n".join(found.values())


class Figure(anywidget.AnyWidget):
    """A live figure. Python holds the traits; the page computes and draws.

    A figure says `js` (its file), `shown` (its traits; `played` are those that people
    move, if not all), and has two methods: `values()`, what the page computes, and `still()`, its
    twin in matplotlib.
    """

    _ipython_display_ = None  # ipywidgets 7 would show a figure by this, without its still
    js = ""
    shown: tuple[str, ...] = ()
    played: tuple[str, ...] = ()

    title = traitlets.Unicode().tag(sync=True)
    presets = traitlets.List(traitlets.Dict()).tag(sync=True)
    initial = traitlets.Dict().tag(sync=True)

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if "js" in vars(cls):  # not in the class that add_traits derives for each instance
            cls._esm = joined_js(cls.js)
            cls._css = (HERE / "figure.css").read_text("utf-8")

    def __init__(self, **traits):
        of_widget = {key: traits.pop(key) for key in OF_WIDGETS if key in traits}
        self._check_names(traits)
        with refused():
            super().__init__(title=type(self).__name__, **of_widget, **traits)
        self._made = {key: getattr(self, key) for key in self.shown}
        self.initial = {key: self._made[key] for key in self.played or self.shown}
        self.presets = self.suggestions()

    def __setattr__(self, name, value):
        if not name.startswith("_") and not hasattr(type(self), name):
            raise AttributeError(f"no such trait: {name!r}; there are {', '.join(self.shown)}")
        with refused():
            super().__setattr__(name, value)

    def change(self, **traits):
        """Set several traits at once, checked together; all stay as they were if one is refused."""
        self._check_names(traits)
        with self.hold_sync():  # the page hears of all of it at once
            with self.hold_trait_notifications():
                for key, value in traits.items():
                    setattr(self, key, value)
            self.presets = self.suggestions()

    def _check_names(self, traits):
        unknown = sorted(set(traits) - set(self.shown))
        if unknown:
            raise TypeError(f"no such trait: {unknown}; there are {', '.join(self.shown)}")

    def set_state(self, sync_data):
        """What the page changed; if it does not fit (any more), the page is told what holds."""
        try:
            super().set_state(sync_data)
        except traitlets.TraitError:
            self.send_state(list(self.shown))

    def suggestions(self) -> list[dict]:
        """States worth trying, one button each: dicts of `name`, `hint` and `state`."""
        return []

    def values(self) -> dict:
        """What the page computes and shows, computed by Python: name to array."""
        raise TypeError(f"{type(self).__name__} does not say its values")

    def still(self):
        """The figure as it is now, as a matplotlib still: (fig, ax)."""
        raise TypeError(f"{type(self).__name__} has no still")

    def html(self, path) -> Path:
        """Write the figure as it stands into one offline file, which any browser plays.

        path  where to; a name without an ending gets `.html`

        Returns the path. The page needs no kernel and no network; *Reset* goes back to how the
        figure stands now.
        """
        return write_page(self, path)

    def __repr__(self):
        given = ", ".join(f"{key}={short(getattr(self, key))}" for key in self.shown)
        lines = [f"  {key} = {short(value)}" for key, value in self.values().items()]
        return "\n".join([f"{self.title}({given})", *lines])

    def _repr_mimebundle_(self, **options):
        live = super()._repr_mimebundle_(**options)
        bundle, metadata = live if isinstance(live, tuple) else (live, {})
        told = repr(self)
        bundle = bundle | {"text/plain": told, "image/png": small_png(self.still()[0])}
        return bundle, metadata | {"image/png": {"alt": told}}


def preset(name, hint, **state) -> dict:
    """A state worth trying: the word on its button, a hint, and the traits that it sets."""
    return {"name": name, "hint": hint, "state": state}


def short(value, digits=4) -> str:
    """A value with so many decimals at the most: what a strict comparison of notebooks reads."""
    if isinstance(value, str):
        return repr(value)
    if hasattr(value, "__len__"):
        return f"[{', '.join(short(part, digits) for part in value)}]"
    return f"{round(float(value), digits) + 0.0:g}"
