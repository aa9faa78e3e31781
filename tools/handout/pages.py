"""A run notebook as one self-contained HTML page, by nbconvert and the template beside it."""

import base64
import mimetypes
import re
from pathlib import Path
from typing import NamedTuple

from jinja2 import pass_context
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets import Instance

from lstm_lab.check.keeping import MOST
from lstm_lab.check.reporting import FORMAT
from lstm_lab.check.verdicts import LEADS, OPEN
from lstm_lab.widgets.alone import as_script
from lstm_lab.widgets.figure import HERE as WIDGETS
from lstm_lab.widgets.figure import joined_js

from ..notebooks import WIDGET_VIEW
from .answers import question
from .figures import Album
from .formulas import Formulas

HERE = Path(__file__).parent
IMAGES = (".png", ".svg", ".jpg", ".jpeg", ".gif")
#: What a check says as long as nobody has answered: the page says it once, at its top.
UNANSWERED = re.compile(rf"^(?:predict|{LEADS[OPEN]}): .*\n?", re.MULTILINE)
#: What a cell needs a kernel for, and what its badge says.
BADGES = {
    "check": "write it and check it in the notebook",
    "recorded": "recorded; live in the notebook",
}


class Front(NamedTuple):
    """What the first cell of a notebook says: title, minutes, and what you can do afterwards."""

    title: str
    minutes: str
    afterwards: str


def front(notebook, name) -> Front:
    """The front of a notebook, in Markdown."""
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    title = re.search(r"^# (.+)$", first, re.MULTILINE)
    body = re.search(r"\*\*(\d+) minutes[^*]*\*\* (.+?)(?:\n\n|\Z)", first, re.DOTALL)
    if not (title and body):
        raise ValueError(
            f"{name}: the first cell must have a line `# title` and a paragraph `**N minutes …** …`"
        )
    return Front(title[1], *body.groups())


class Renderer(IPythonRenderer):
    """Markdown to HTML for a page that has nothing beside it but the other pages."""

    def __init__(self, formulas, folder, pages, **options):
        super().__init__(escape=False, exclude_anchor_links=True, path=str(folder), **options)
        self.formulas, self.pages = formulas, pages

    def block_math(self, body):
        return self.formulas.typeset(body, display=True)

    def inline_math(self, body):
        return self.formulas.typeset(body, display=False)

    def latex_environment(self, name, body):
        return self.formulas.typeset(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)

    def block_code(self, code, info=None):
        return _box("code", super().block_code(code, info))

    def table(self, text):
        return _box("table", f"<table>{text}</table>")

    def link(self, text, url, title=None):
        """A link to a notebook leads to its page; one to a file that is not there is mere text."""
        if re.match(r"https?:|mailto:|#", url):
            return super().link(text, url, title)
        target, hash, part = url.partition("#")
        page = re.sub(r"\.ipynb$", ".html", target)
        return super().link(text, f"{page}{hash}{part}", title) if page in self.pages else text

    def _embed_image_or_attachment(self, src):
        if src.startswith("attachment:"):
            return super()._embed_image_or_attachment(src)
        return as_data(Path(self.path) / src)


def _box(name, content) -> str:
    """A box that scrolls sideways by itself, so that the page need not."""
    return f'<div class="scrolls" data-name="{name}">{content}</div>'


def as_data(path) -> str:
    """A picture as a data URI."""
    if path.suffix.lower() not in IMAGES or not path.is_file():
        raise ValueError(f"{path} is no picture to be put into a page: give {', '.join(IMAGES)}")
    kind = mimetypes.guess_type(path.name)[0]
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


class Pages(HTMLExporter):
    """nbconvert's exporter with the template of the handout.

    folder  where the notebooks are, for their pictures
    names   file names of all pages, for the links between them
    """

    folder = Instance(Path)
    names = Instance(frozenset)
    formulas = Instance(Formulas)

    def __init__(self, folder, names):
        super().__init__(
            folder=Path(folder),
            names=frozenset(names),
            formulas=Formulas(),
            extra_template_basedirs=[str(HERE)],
            extra_template_paths=[str(WIDGETS)],
            template_name="template",
        )
        self.environment.globals["math_font"] = lambda: self.formulas.font()

    def page(self, notebook, name) -> str:
        """The page of a run notebook."""
        return self._page(notebook, {"front": front(notebook, name)} | with_questions(notebook))

    def slides(self, notebook) -> str:
        """A page of figures and words, without code, one figure to a screen."""
        return self._page(notebook, {"front": Front("The figures", "", ""), "slides": True})

    def _page(self, notebook, about):
        self.formulas = Formulas()
        album = Album(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                prepare(cell, album)
        fold(notebook.cells)
        about |= {"badges": BADGES, "script": as_script(album.packed())}
        return self.from_notebook_node(notebook, {"handout": about})[0]

    def contents(self, fronts: dict[str, Front]) -> str:
        """The index: file name to the front of each page."""
        self.formulas = Formulas()
        template = self.environment.get_template("contents.html.j2")
        return template.render(fronts=fronts, resources=self._init_resources({}))

    @pass_context
    def markdown2html(self, context, source):
        """Replaces nbconvert's own filter."""
        attachments = context.get("cell", {}).get("attachments", {})
        renderer = Renderer(self.formulas, self.folder, self.names, attachments=attachments)
        return MarkdownWithMath(renderer=renderer).render(source)


def with_questions(notebook) -> dict:
    """Mark the cells at which the page asks; what its template needs for it, if it asks at all.

    What comes out between a guess and the cell that judges it is marked, too: it gives it away.
    """
    asked, questions, waits = [*notebook.metadata.get("asked", [])], [], False
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        found = question(cell.source, asked)
        if found:
            cell.metadata["question"] = len(questions)
            questions.append(found)
        if found or "lab.check.prediction(" in cell.source:
            waits = "lab.check." not in cell.source
        elif waits:
            cell.metadata["spoils"] = True
    if asked:
        raise ValueError(f"no cell begins with `guess = ...` for {asked[0]['about']!r}")
    told = as_script({"report": {"format": FORMAT, "most": MOST}, "questions": questions})
    return {"questions": told, "answers_js": answers_js()} if questions else {}


def answers_js() -> str:
    """One module of answers.js and what it imports."""
    parts = (
        (HERE / "template" / name).read_text("utf-8")
        for name in ("answering.js", "gates.js", "answers.js")
    )
    return joined_js("saving.js") + re.sub(r"^import .*\n", "", "".join(parts), flags=re.MULTILINE)


def prepare(cell, album):
    """Mark a code cell with what it needs a kernel for, and its outputs with their figures."""
    cell.outputs = [output for output in cell.outputs if _answered(output)]
    shown = [album.shown_by(output) for output in cell.outputs]
    asks = "question" in cell.metadata or "lab.check.prediction(" in cell.source
    needs = {"check": "lab.check." in cell.source and not asks}
    needs["recorded"] = any(
        figures == [] or album.recorded(figures) for figures in shown if figures is not None
    )
    pairs = zip(cell.outputs, shown, strict=True)
    cell.outputs = [_marked(output, figures) for output, figures in pairs if figures != []]
    cell.metadata["badges"] = [badge for badge in BADGES if needs[badge]]


def fold(cells):
    """Mark the cells where a fold opens and closes: a heading that is collapsed in the notebook,
    with what stands under it until the next heading."""
    opened = None
    for cell in cells:
        heading = cell.cell_type == "markdown" and re.match("#+ (.+)", cell.source)
        if heading and opened:
            opened.metadata["closes"] = True
        if heading:
            opened = None
        if heading and cell.metadata.get("jp-MarkdownHeadingCollapsed"):
            cell.metadata["opens"] = heading[1]
        if opened or cell.metadata.get("opens"):
            opened = cell
    if opened:
        opened.metadata["closes"] = True


def _answered(output) -> bool:
    """Whether anything is left of an output without what checks say to those who did not answer."""
    if output.output_type == "stream":
        output.text = UNANSWERED.sub("", output.text)
    return output.get("text") != ""


def _marked(output, figures):
    """An output that says which figures it shows; one without figures is as it was."""
    if figures:
        output.data.pop(WIDGET_VIEW)
        output.metadata["figures"] = figures
    return output
