"""A chapter opens with its key sentences; one page collects those of the whole book."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, bluebook, cell, page

from bluebook.site import notebooks

HEAD = "(one)=\n# 第一章\n\n:::{keys}\n- 洛阳得 {glue:text}`second:.2f` 分。\n- 印出的是 {fig}`score_2022_410300_index`。\n:::\n\n"
CELLS = cell("import bluebook as bb") + cell(
    "bb.glue(second=bb.scores().query(\"code == 'index' and rank == 2\")['score'].iloc[0])"
)
MINUTE = "(minute)=\n# 一分钟\n\n:::{minute}\n:::\n"
TOC = "format: jb-book\nroot: index\nchapters:\n- file: chapters/one\n- file: chapters/minute\n"


def read(home: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((home / f"_build/html/chapters/{name}.html").read_text("utf-8"), "html.parser")


@pytest.fixture
def book(mini: Path) -> Path:
    """A small book whose only chapter has two key sentences."""
    (mini / "chapters/one.md").write_text(page(HEAD + CELLS + "正文。\n"), "utf-8")
    (mini / "chapters/minute.md").write_text(MINUTE, "utf-8")
    (mini / "_toc.yml").write_text(TOC, "utf-8")
    return mini


@pytest.mark.slow
def test_the_sentences_open_the_chapter_stand_on_one_page_and_end_the_notebook(book: Path) -> None:
    done = bluebook("build", cwd=book)
    assert done.returncode == 0, done.stdout + done.stderr
    key = read(book, "one").select_one("article h1 + .bb-key")
    assert [li["id"] for li in key.select("li")] == ["key-1", "key-2"]
    assert key.select_one("#key-1 > span").text == "洛阳得 52.70 分。"
    assert key.select_one("#key-2 .bb-fig")["data-id"] == "score_2022_410300_index"
    assert key.select_one(".bb-keyfoot a")["href"] == "minute.html"
    told = read(book, "minute")
    assert told.select_one(".bb-minute-title a")["href"] == "one.html"
    said = [li.text for li in told.select(".bb-minute li")]
    assert said == ["洛阳得 52.70 分。 →", "印出的是 52.70分。 →"] and not told.select(".bb-minute .bb-fig")
    cells = json.loads((book / "_build/html/_sources/chapters/one.ipynb").read_text("utf-8"))["cells"]
    assert "".join(cells[-2]["source"]) == "## 这一章的要点" and "second:.2f" in "".join(cells[-1]["source"])

    path = book / "data/editions/2022/scores.csv"
    path.write_text(path.read_text("utf-8").replace("410300,index,52.70", "410300,index,52.71"), "utf-8")
    assert bluebook("build", cwd=book).returncode == 0
    assert (
        "52.71" in read(book, "minute").text
        and "52.70" not in read(book, "minute").select_one("article").text
    )


@pytest.mark.slow
def test_what_is_no_list_of_sentences_stops_the_build(book: Path) -> None:
    (book / "chapters/one.md").write_text(page(HEAD.replace("- 洛阳", "洛阳")) + "正文。\n", "utf-8")
    done = bluebook("build", cwd=book)
    assert done.returncode == 1 and "{keys}" in done.stdout + done.stderr


CHAPTERS = [p for p in notebooks.pages(ROOT) if not re.search(r"^index$|reference/|cities/", p)]


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_chapter_opens_with_three_sentences_that_hold_a_number(name: str) -> None:
    text = (ROOT / f"{name}.md").read_text("utf-8")
    found = re.search(r"\)=\n# [^\n]+\n\n(?:% if: dimensions\n)?:::\{keys\}\n((?:- [^\n]+\n)+):::\n", text)
    assert found, "the key sentences stand right below the title"
    said = found[1].splitlines()
    assert len(said) == 3
    assert all(
        re.search(r"\{(?:fig|glue:text)\}`", one) and one.rstrip().endswith(("。", "`")) for one in said
    ), said
