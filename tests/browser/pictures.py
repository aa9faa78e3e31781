"""Reading a picture off the page: its shapes, its maps' pixels, and what its ticks say."""

import re
from types import SimpleNamespace

import numpy as np
from matplotlib.colors import to_rgb

from lstm_lab.names import NAMES
from lstm_lab.plots.style import GATE_MAP, SIGNED_MAP

#: The shapes and texts with attributes and computed style, the maps with their pixels and the
#: sliders, all in the picture's coordinates.
READ = """(root) => {
    const svg = root.querySelector('.lab-picture svg');
    const origin = svg.getBoundingClientRect();
    const box = (node) => {
        const { left, top, width, height } = node.getBoundingClientRect();
        return { x: left - origin.left, y: top - origin.top, width, height };
    };
    const plain = (text) => (text === '' || isNaN(text) ? text : Number(text));
    const all = (kinds) => [...root.querySelectorAll(kinds)];
    const shapes = all('.lab-picture > svg :is(path, circle, rect, line, text, stop)');
    const shape = (node) => {
        const given = [...node.attributes].map(({ name, value }) => [name, plain(value)]);
        const { fill, stroke, strokeWidth, strokeDasharray, opacity } = getComputedStyle(node);
        const line = { stroke, thick: parseFloat(strokeWidth), dash: strokeDasharray };
        const kinds = [...node.classList].filter((kind) => kind !== 'lab-text');
        const own = { tag: node.tagName, kinds, said: node.textContent };
        return { ...Object.fromEntries(given), ...line, ...own, fill, opacity: Number(opacity) };
    };
    const map = (node) => {
        const { data } = node.getContext('2d').getImageData(0, 0, node.width, node.height);
        return { ...box(node), size: [node.height, node.width, 4], pixels: [...data] };
    };
    const maps = all('canvas.lab-map').filter((node) => node.width * node.height);
    return { shapes: shapes.map(shape), maps: maps.map(map),
        sliders: all('input[type=range]').map((e) => ({ ...box(e), name: e.dataset.control })) };
}"""
#: Which way greater values go on an axis.
UP, RIGHT = -1, 1


class Picture:
    """What stands on the page of one figure, and the values that Python has it show."""

    def __init__(self, figure, read):
        self.figure, self.values = figure, figure.values()
        self.shapes, self.maps, sliders = (
            [SimpleNamespace(**{key.replace("-", "_"): v for key, v in e.items()}) for e in part]
            for part in (read["shapes"], read["maps"], read["sliders"])
        )
        self.sliders = {each.name: box(each).middle[1] for each in sliders}

    def __call__(self, tag, kind=None, **has):
        """The shapes of a tag and a class (of none if ""), as they are drawn."""
        found = [e for e in self.shapes if e.tag == tag and has.items() <= vars(e).items()]
        return [e for e in found if kind is None or (kind in e.kinds if kind else not e.kinds)]

    def one(self, tag, kind=None, **has):
        [found] = self(tag, kind, **has)
        return found

    def at(self, x, y, within=1):
        """The text at a place, "" if there is none."""
        single = [text for text in self("text") if not isinstance(text.x, str)]
        return "".join(t.said for t in single if np.hypot(t.x - x, t.y - y) < within)

    def cell(self, x, y):
        """The colour of the one cell at a place."""
        [found] = [r for r in self("rect", "") if 0 < x - r.x < r.width and 0 < y - r.y < r.height]
        return found.fill

    def ticks(self, axis, where=lambda text: True, **has):
        """{value: pixel} of the faint texts that are numbers."""
        texts = filter(where, self("text", "lab-faint", **has))
        pairs = [(told(text.said), getattr(text, axis)) for text in texts]
        return {value: at for value, at in pairs if value is not None}


def told(text):
    """The number that a text says, of 10⁻³ the exponent; None if it says none."""
    text = re.sub("^10(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])", "", text).removeprefix("±")
    text = text.translate(str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789"))
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def ruler(ticks, way):
    """From a value to its pixel on an axis with these ticks; greater values stand that way."""
    values, pixels = np.array(sorted(ticks.items())).T
    slope, zero = np.polyfit(values, pixels, 1)
    near(pixels, zero + slope * values, 0.6)
    assert slope * way > 0
    return lambda value: zero + slope * np.asarray(value, float)


def logarithmic(ticks, way):
    """The same of an axis whose ticks are powers of ten."""
    exponents = ruler({0 if value == 1 else value: at for value, at in ticks.items()}, way)
    return lambda value: exponents(np.log10(value))


def near(found, wanted, within=0.11):
    np.testing.assert_allclose(found, wanted, rtol=0, atol=within)


def colours(key, values, limit=1.0):
    """RGB from 0 to 1 of values of a name: of a gate, or signed up to a limit."""
    values = np.asarray(values, float)
    found = GATE_MAP(values) if NAMES[key].is_gate else SIGNED_MAP((values / limit + 1) / 2)
    return np.array(found)[..., :3]


def coloured(found, wanted):
    """A computed colour, or a map, must have these colours (RGB from 0 to 1), but for rounding."""
    if isinstance(found, str):
        found = [float(part) for part in re.findall(r"[\d.]+", found)[:3]]
    elif isinstance(found, SimpleNamespace):
        found = np.reshape(found.pixels, found.size)[..., :3]
    near(found, 255 * np.array(to_rgb(wanted) if isinstance(wanted, str) else wanted), 3)


def box(shape):
    """The corners and the middle of a rectangle."""
    start, size = np.array([shape.x, shape.y]), np.array([shape.width, shape.height])
    return SimpleNamespace(start=start, size=size, end=start + size, middle=start + size / 2)


def dots(circles):
    return [[each.cx, each.cy] for each in circles]


def corners(path):
    """The corners of every part of a path, (n, 2) each; of a curve, its ends."""
    found, x, y = [], 0, 0
    for letter, said in re.findall("([MLHVCmlhvz])([^MLHVCmlhvz]*)", path.d):
        numbers = [float(each) for each in re.findall(r"-?[\d.]+", said)]
        from_x, from_y = (x, y) if letter.islower() else (0, 0)
        if letter == "z":
            x, y = found[-1][0]
        elif letter in "hH":
            x = from_x + numbers[0]
        elif letter in "vV":
            y = from_y + numbers[0]
        else:
            x, y = from_x + numbers[-2], from_y + numbers[-1]
        if letter in "mM":
            found.append([])
        found[-1].append((x, y))
    return [np.array(part) for part in found]
