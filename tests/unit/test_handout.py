"""The handout: what is on a page and what is not, on made-up notebooks; no browser, no kernel."""

import json
import re

import nbformat
import pytest
from bs4 import BeautifulSoup

from lstm_lab.widgets.alone import as_script
from tests.made_up import answer, code, notebook, printed, view, widget
from tools.handout.__main__ import MOST_BYTES, build, write
from tools.handout.formulas import Formulas
from tools.handout.pages import Pages
from tools.notebooks import FOLDER

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
NAMES = ["index.html", *(path.stem + ".html" for path in NOTEBOOKS)]
ESM = "export default { render() {} }"
PAGES = Pages(FOLDER, NAMES)


def page(*cells, **options):
    text = PAGES.page(notebook(*cells, **options), "made_up.ipynb")
    return BeautifulSoup(text, "html.parser")


def pack(soup):
    """What the page's player reads."""
    return json.loads(soup.find(id="figures").string)


@pytest.fixture(scope="module")
def handout(tmp_path_factory):
    """The pages of all notebooks as they are stored, with stills in place of figures."""
    out = tmp_path_factory.mktemp("handout")
    build(NOTEBOOKS, out, run=lambda path: nbformat.read(path, as_version=4))
    return {
        path.name: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in out.iterdir()
    }


# --- every page of the real notebooks ------------------------------------------------------------


def test_nothing_is_fetched_from_anywhere(handout):
    assert len(handout) == len(NOTEBOOKS) + 1
    for name, soup in handout.items():
        for node in soup.find_all(src=True):
            assert node["src"].startswith("data:"), name
        assert all(link["href"] == "data:," for link in soup.find_all("link"))
        for style in soup.find_all("style"):
            assert "@import" not in style.string
            assert not re.search(r"url\((?!data:)", style.string), name


def test_every_link_leads_to_a_page_that_is_there(handout):
    for soup in handout.values():
        for link in soup.find_all("a"):
            assert link["href"] in handout or re.match(r"https?://", link["href"])


def test_the_index_has_every_notebook_with_its_minutes_and_its_ends(handout):
    index = handout["index.html"]
    assert [link["href"] for link in index.find_all("a")] == sorted(set(handout) - {"index.html"})
    assert all(re.fullmatch(r"\d+ minutes", p.text) for p in index.find_all("p", class_="minutes"))
    assert "one dial from average to choose one" in index.get_text()


def test_no_latex_is_left_and_no_picture_without_words(handout):
    for soup in handout.values():
        for node in soup.find_all(["script", "style", "pre", "code"]):
            node.extract()
        assert not re.search(r"[$\\]", soup.get_text())
        assert all(len(image["alt"]) > 15 for image in soup.find_all("img"))
    assert len(handout["03_the_lstm_cell.html"].find_all("math")) > 20


# --- cells ----------------------------------------------------------------------------------------


def test_what_needs_a_kernel_says_so_and_nobody_is_told_to_run():
    asked = code(
        "guess = ...\nlab.check.prediction(guess, 1)",
        printed("first: chrono\npredict: put your guess where the dots are, then run the cell\n"),
    )
    open_ = code(
        "lab.check.step(f)", printed("not answered yet: put your line where the dots are\n")
    )
    bar = {"bar": {"state": {"children": ["IPY_MODEL_text"]}}, "text": {"state": {}}}
    soup = page(asked, open_, code("train()", view("bar")), code("1 + 1"), widgets=bar)
    badges = [
        [badge.text for badge in cell.find_all(class_="badge")]
        for cell in soup.find_all(class_="cell")
    ]
    check, recorded = ["write it and check it in the notebook"], ["recorded; live in the notebook"]
    assert badges == [[], check, recorded, []]
    assert [pre.text for pre in soup.select(".outputs pre")] == ["first: chrono\n"]
    assert soup.select(".live") == [] and not soup.main.find("img")


def test_an_answer_that_is_folded_in_the_notebook_is_folded_here():
    secret, last, shown = (code("x", printed(t)) for t in ("secret", "secret", "open"))
    soup = page("What?", answer(), secret, "Because.", "## Next", shown, answer(), last)
    first, last = soup.find_all("details", class_="answer")
    assert first.summary.text == last.summary.text == "Answer"
    assert first.select_one(".outputs").pre.text == last.select_one(".outputs").pre.text == "secret"
    assert "Because." in first.text and "Next" not in first.text
    assert soup.find("h2").find_parent("details") is None
    assert [pre.text for pre in soup.select("main > .outputs pre")] == ["open"]


def test_pictures_of_the_repo_are_inlined_and_links_to_its_files_are_words():
    soup = page(
        "![an LSTM cell](../images/lstm_cell.png) [this](../lstm_lab/cell.py) "
        "[next](01_soft_conditionals.ipynb#x) [out](https://example.org)"
    )
    assert soup.main.img["src"].startswith("data:image/png;base64,")
    assert soup.main.img["alt"] == "an LSTM cell"
    hrefs = [link["href"] for link in soup.main.find_all("a")]
    assert hrefs == ["01_soft_conditionals.html#x", "https://example.org"]
    with pytest.raises(ValueError, match=r"gone\.png is no picture"):
        page("![x](gone.png)")


# --- figures --------------------------------------------------------------------------------------


def test_a_module_is_there_once_and_a_figure_shown_twice_has_one_model():
    widgets = {"a": widget(ESM, z=1), "b": widget(ESM, z=2)}
    boxed = {"box": {"state": {"children": ["IPY_MODEL_a", "IPY_MODEL_b"]}}}
    soup = page(*(code("x", view(k)) for k in ("b", "a", "b", "box")), widgets=widgets | boxed)
    assert [place["data-figures"] for place in soup.select(".live")] == ["0", "1", "0", "1 0"]
    assert pack(soup)["modules"] == [ESM]
    assert [model["state"] for model in pack(soup)["models"]] == [{"z": 2}, {"z": 1}]
    assert soup.select_one(".live img")["alt"] == "a <red> square"


def test_reset_goes_back_to_what_the_page_shows_and_a_figure_that_python_moved_is_recorded():
    moved = widget(ESM, z=3, initial={"z": 1}, layout="IPY_MODEL_l", _model_name="AnyModel")
    soup = page(code("x", view("a")), widgets={"a": moved})
    assert pack(soup)["models"][0]["state"] == {"z": 3, "initial": {"z": 3}}
    assert "recorded" in soup.select_one(".cell .badge").text


def test_what_people_type_neither_ends_nor_opens_a_script():
    hostile = "</script><!-- <script>alert(1)</script> \u2028 & &amp;"
    soup = page(code("x", view("a")), widgets={"a": widget(ESM + "// </script>", text=hostile)})
    assert pack(soup)["models"][0]["state"]["text"] == hostile
    assert pack(soup)["modules"] == [ESM + "// </script>"]
    assert len(soup.find_all("script")) == 2


def test_binary_traits_travel_as_base64():
    saved = widget(ESM, buffers=[(["table"], b"\x00\xff"), (["deep", 0], b"a")], deep=[None])
    soup = page(code("x", view("a")), widgets={"a": saved})
    assert pack(soup)["models"][0]["buffers"] == [[["table"], "AP8="], [["deep", 0], "YQ=="]]
    saved["buffers"][0]["encoding"] = "hex"
    with pytest.raises(ValueError, match="saved as hex: only base64"):
        page(code("x", view("a")), widgets={"a": saved})


def test_a_number_that_json_does_not_know_is_refused():
    with pytest.raises(ValueError, match="nan or inf"):
        as_script({"x": float("nan")})


# --- formulas -------------------------------------------------------------------------------------


def test_no_browser_enlarges_an_operator_or_raises_a_prime_twice(handout):
    marks = {"⊗": 0, "′": 0}
    for soup in handout.values():
        for operator in soup.select("math mo"):
            if operator.text in marks:
                marks[operator.text] += 1
                assert operator.text != "⊗" or operator["largeop"] == "false"
                assert operator.text != "′" or operator.parent.name == "mrow", operator.parent
    assert all(marks.values())


#: How many parts a formula's elements have.
PARTS = dict.fromkeys(("mfrac", "mover", "mroot", "msub", "msup", "munder"), 2)
PARTS |= dict.fromkeys(("msubsup", "munderover"), 3)


def test_no_formula_lacks_a_part(handout):
    found = [each for soup in handout.values() for each in soup.select(", ".join(PARTS))]
    assert len(found) > 20
    assert {
        each.name for each in found if len(each.find_all(recursive=False)) != PARTS[each.name]
    } == set()


def test_formulas_are_mathml_and_bring_their_letters():
    formulas = Formulas()
    assert formulas.typeset(r"\remember_{(t)}", display=False).startswith("<math>")
    assert formulas.letters >= set("𝐫𝐞𝐦𝐛()√")
    small = len(formulas.font())
    formulas.typeset(r"\sum_k \frac{1}{\sqrt{k}}", display=True)
    assert small < len(formulas.font()) < 80_000
    with pytest.raises(ValueError, match=r"'\\\\nonsense{x}' cannot be typeset"):
        formulas.typeset(r"\nonsense{x}", display=False)


def test_the_macros_of_notation_are_known_and_not_shown():
    import lstm_lab as lab

    soup = page(lab.notation()._repr_markdown_() + "\n\n$\\candidate\\tm$")
    assert "newcommand" not in soup.get_text()
    assert soup.main.find_all("math")[-1].get_text() == "𝐜′(t−1)"


# --- bad input ------------------------------------------------------------------------------------


def test_a_notebook_without_a_front_is_refused():
    with pytest.raises(ValueError, match=r"made_up\.ipynb: the first cell must have a line"):
        page(front="no title")


def test_a_page_that_is_too_large_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"big\.html has 3,000,001 bytes"):
        write(tmp_path / "big.html", "x" * (MOST_BYTES + 1))
    assert list(tmp_path.iterdir()) == []
