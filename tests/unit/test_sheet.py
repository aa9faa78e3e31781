"""The printable sheet: what is on it, and that it is one page."""

import re

from bs4 import BeautifulSoup

from lstm_lab.names import CELL, CORNERS
from tools.sheet import ASKS, EQUATIONS, build


def test_the_sheet_is_one_page_with_all_that_a_class_needs(tmp_path):
    made = build(tmp_path)
    soup = BeautifulSoup(made[0].read_text("utf-8"), "html.parser")
    assert len(soup.find_all("math")) == len(EQUATIONS) + 1 == len(CELL) + 1
    cells = {td.text for td in soup.find_all("td")}
    assert {n.word for n in CELL.values()} | {n.meaning for n in CELL.values()} <= cells
    assert set(CORNERS) | set(ASKS) <= cells
    assert soup.img["src"].startswith("data:") and not soup.find("script")
    for pdf in made[1:]:  # where there is a Chromium
        assert len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())) == 1
