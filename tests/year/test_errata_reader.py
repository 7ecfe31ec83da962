"""The small reader on frozen pages: shows what ``../errata.js`` says of this edition and page, else nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import desk
import pytest
from conftest import ROOT

import bluebook as bb
from bluebook.year.freeze import build_info

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><body><article class="bd-article"><h1>题</h1></article>
<script src="{up}_static/errata.js"></script><script src="{up}build-info.js" async></script></body></html>"""
ONE = {"year": 2022, "release": 1, "place": "chapters/one", "old": "<b>6.3</b>", "new": "6.2"}
ONE |= {"date": "2023-01-31", "reason": "correction", "note": ""}


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder as it is published: a frozen site below it, errata.js still absent."""
    site = tmp_path / "2022"
    (site / "_static").mkdir(parents=True)
    (site / "chapters").mkdir()
    shutil.copy(ROOT / "assets/errata.js", site / "_static/errata.js")
    (site / "chapters/one.html").write_text(PAGE.format(up="../"), "utf-8")
    (site / "index.html").write_text(PAGE.format(up=""), "utf-8")
    (site / "build-info.js").write_text(build_info({"edition": 2022, "frozen": 1}), "utf-8")
    return tmp_path


def shown(browser, shelf: Path, page: str, rows: list[dict] | None) -> str:
    """Return what the reader shows on a page, opened from the disk."""
    if rows is not None:
        text = f"window.bluebookErrata={json.dumps(rows)};document.dispatchEvent(new Event('bluebook-errata'));\n"
        (shelf / "errata.js").write_text(text, "utf-8")
    tab = browser.new_page()
    problems: list[str] = []
    tab.on("pageerror", lambda problem: problems.append(str(problem)))
    tab.goto((shelf / "2022" / page).as_uri())
    tab.wait_for_timeout(300)
    text = "".join(tab.locator(".bb-errata").all_inner_texts())
    tab.close()
    assert problems == []
    return text


@pytest.mark.slow
@pytest.mark.browser
def test_a_frozen_page_shows_its_erratum_as_text_and_no_other_page_does(browser, shelf: Path) -> None:
    told = "第 1 次印发后更正：“<b>6.3</b>”应为“6.2”（2023-01-31，本书的差错）。"
    assert shown(browser, shelf, "chapters/one.html", [ONE]) == told
    assert shown(browser, shelf, "index.html", [ONE]) == ""
    assert told in shown(browser, shelf, "index.html", [{**ONE, "place": ""}])
    assert shown(browser, shelf, "chapters/one.html", [{**ONE, "year": 2021}]) == ""
    assert shown(browser, shelf, "chapters/one.html", [{**ONE, "release": 2}]) == "", "of another release"


@pytest.mark.browser
def test_the_page_of_errata_lists_them_all_each_with_its_page(browser, shelf: Path) -> None:
    (shelf / "2022/chapters/reference").mkdir()
    (shelf / "2022/chapters/reference/errata.html").write_text(PAGE.format(up="../../"), "utf-8")
    told = shown(browser, shelf, "chapters/reference/errata.html", [ONE, {**ONE, "place": "", "new": "6.1"}])
    assert told.count("印发后更正") == 2 and told.count("chapters/one") == 1


@pytest.mark.browser
def test_without_errata_and_on_a_book_that_is_not_frozen_nothing_is_shown(browser, shelf: Path) -> None:
    assert shown(browser, shelf, "chapters/one.html", None) == ""
    (shelf / "2022/build-info.js").write_text(build_info({"built": "2022-07-04"}), "utf-8")
    assert shown(browser, shelf, "chapters/one.html", [ONE]) == ""


@pytest.mark.slow
def test_the_page_lists_every_erratum_of_the_book_and_escapes_what_it_says(copy: Path) -> None:
    assert "没有发现" in bb.own_errata().text
    row = "2022,1,e{n},chapters/one,<i>6.3</i>,6.{n},2023-01-0{n},{why},编辑部,\n"
    rows = row.format(n=1, why="correction") + row.format(n=2, why="revision")
    with (copy / "errata.csv").open("a", encoding="utf-8") as file:
        file.write(rows)
    there = desk.opened("reference/errata").figures["tab-own-errata"]
    assert there.title == "书印发之后更正了 2 处"
    assert there.table["应为"].tolist() == ["6.2", "6.1"] and "来源后来修订" in set(there.table["缘由"])
    assert "&lt;i&gt;" in there._repr_html_() and "<i>6.3" not in there._repr_html_()
