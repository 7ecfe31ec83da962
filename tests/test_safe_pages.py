"""Whatever a table holds stands on the pages as text: no cell can run, break an attribute or end an element."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import desk
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, bluebook
from desk import opened
from spoilt import PAYLOAD, columns, spoil

import bluebook as bb
from bluebook.charts.frame import page_html
from bluebook.charts.prose import rendered
from bluebook.data.csvio import bared
from bluebook.ledger.check import check

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")
RAW = "<script>alert"
THEME = ("window.print()",)  # what a button of the theme runs
# Chapters that find their rows by codes and ids, so that even a city may have any name.
BY_CODE = [
    "reference/errata",
    "reference/method",
    "../index",
]
SLOW = ["reference/data", "reference/audit", "lab/full-calculation"]
SLOW += ["lab/hidden-weights", "lab/robustness", "lab/public-data", "lab/your-weights", "report/index-method"]


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """Data of which every free text is spoilt; the package reads it."""
    with pytest.MonkeyPatch.context() as patch:
        root = desk.copy_data(tmp_path_factory.mktemp("spoilt"), patch)
        assert spoil(root) > 4000
        yield root


def assert_safe(text: str) -> BeautifulSoup:
    """Demand that HTML holds the payload nowhere but as text; return it parsed."""
    assert RAW not in text
    soup = BeautifulSoup(text, "html.parser")
    for element in soup.find_all(True):
        told = {name for name in element.attrs if not re.fullmatch(r"[a-zA-Z_:@][\w:.-]*", name)}
        assert not told, f"an attribute was broken open: {told} in {str(element)[:200]}"
        run = {name: value for name, value in element.attrs.items() if name.lower().startswith("on")}
        assert all(value in THEME for value in run.values()), str(element)[:200]
    for script in soup.find_all("script"):
        assert "alert(1)" not in script.get_text() or script.get("type") == "application/json"
        if script.get("type") == "application/json":
            json.loads(script.get_text())
    return soup


def test_the_payload_stands_in_every_table_with_free_texts_and_the_check_lets_it(spoilt):
    assert {"sources.csv", "cities.csv", "editions/2022/claims.csv", "editions/2022/indicators.csv"} <= set(
        columns()
    )
    assert check(spoilt) == []
    assert bb.cities()["name_zh"].str.endswith(PAYLOAD).all()


@pytest.mark.parametrize("chapter", [*BY_CODE, *(pytest.param(c, marks=pytest.mark.slow) for c in SLOW)])
def test_every_figure_of_a_chapter_shows_it_as_text(spoilt, chapter):
    there = opened(chapter)
    assert there.broken == []
    for figure in there.figures.values():
        for shown in (figure._repr_html_(), "".join(page_html(figure.payload(), "../_figures"))):
            soup = assert_safe(shown)
            assert soup.select_one(".bb-title").get_text() == figure.title
            assert soup.select_one(".bb-source").get_text().startswith(figure.source_line)
        head, *rows = csv.reader(io.StringIO(figure.csv()))
        assert all(len(row) == len(head) for row in rows)


@pytest.mark.parametrize(
    "name", ["data_tables", "source_table", "audit_table", "audit_findings", "errata_table", "weights_page"]
)
def test_every_list_and_table_of_the_reference_shows_it_as_text(spoilt, name):
    shown = getattr(bb, name)()._repr_html_()
    soup = assert_safe(shown)
    assert name == "data_tables" or "alert(1)" in soup.get_text() + str(soup.find_all("script"))


def test_a_frame_escapes_every_part_of_its_own():
    table = pd.DataFrame({f"列{PAYLOAD}": [PAYLOAD, f"={PAYLOAD}"]})
    figure = bb.table(
        table, id="tab-x", title=PAYLOAD, subtitle=PAYLOAD, source=PAYLOAD, status="public", note=PAYLOAD
    )
    soup = assert_safe("".join(page_html(figure.payload(), "../_figures")))
    for part in (".bb-title", ".bb-subtitle", ".bb-note", "caption", "td"):
        assert soup.select_one(part).get_text() == PAYLOAD, part
    assert soup.select_one("[data-cite]")["data-cite"].startswith(PAYLOAD)
    head, one, two = csv.reader(io.StringIO(figure.csv()))
    assert head == [f"列{PAYLOAD}"] and one == [PAYLOAD] and two == [f"'={PAYLOAD}"]
    assert bared(two[0]) == f"={PAYLOAD}", "no cell is a formula, and none is lost"


def test_a_drawing_escapes_its_words_and_its_alternative_text():
    data = pd.Series([1.0, 2.0], index=pd.Index([PAYLOAD, "乙"], name=f"城市{PAYLOAD}"))
    figure = bb.figure(
        bb.bars(data, PAYLOAD), id="fig-x", title=PAYLOAD, subtitle=PAYLOAD, source=PAYLOAD,
        table=data.rename("值").reset_index(), status="public", drawing=PAYLOAD,
    )  # fmt: skip
    soup = assert_safe("".join(page_html(figure.payload(), "../_figures")))
    assert soup.select_one("noscript img")["alt"] == figure.alt and PAYLOAD in figure.alt
    assert_safe(figure._repr_html_())


def test_a_node_of_a_tree_escapes_its_words():
    nodes = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"]}).assign(
        **dict.fromkeys(("mark", "kind", "label", "aside", "text"), PAYLOAD)
    )
    tree = bb.tree(
        nodes, id="tree-x", title=PAYLOAD, subtitle=PAYLOAD, source=PAYLOAD, table=nodes, status="computed"
    )
    assert assert_safe("".join(page_html(tree.payload(), "x"))).select_one(".bb-kind").get_text() == PAYLOAD


def test_prose_in_a_notebook_says_what_is_glued_or_quoted_as_text():
    text = "前三名是{glue:text}`names`；印着{fig}`x`。"
    shown = rendered(text, {"names": PAYLOAD}, {"前三名": PAYLOAD}, lambda _: PAYLOAD)
    assert RAW not in shown and shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert "“前三名”" in shown and "<mark>前三名</mark>" in shown, "the book's own marks stay"
    assert rendered("R{glue:text}`x`", {"x": "&D"}, {}, str) == "R&amp;D"


def test_an_address_that_is_none_becomes_no_link(monkeypatch):
    from bluebook.pages import sources

    row = {**bb.sources().iloc[0].to_dict(), "official": True, "url": "javascript:alert(1)", "uses": 1}
    assert "<a" not in sources._row(row, ["a"] * 5, {})
    assert '<a href="https://x.cn"' in sources._row({**row, "url": "https://x.cn"}, ["a"] * 5, {})


# ---------------------------------------------------------------- the whole book


@pytest.fixture(scope="module")
def spoilt_site(tmp_path_factory) -> Path:
    """The book built from spoilt data, its settings too."""
    home = tmp_path_factory.mktemp("spoilt") / "book"
    shutil.copytree(ROOT, home, ignore=shutil.ignore_patterns(".venv", ".git", "_build", "__pycache__"))
    spoil(home / "data", whole=False)
    settings = home / "data/editions/2022/edition.yml"
    text = settings.read_text("utf-8")
    quoted = "'" + PAYLOAD.replace("'", "''") + "'"
    settings.write_text(
        re.sub(r"^publisher:.*$", lambda _: f"publisher: {quoted}", text, flags=re.M), "utf-8"
    )
    done = bluebook("build", cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr
    return home / "_build" / "html"


@pytest.mark.slow
def test_no_page_of_the_built_book_runs_what_a_table_holds(spoilt_site):
    bubbles = 0
    for path in spoilt_site.rglob("*.html"):
        soup = assert_safe(path.read_text("utf-8"))
        bubbles += sum(PAYLOAD in tip.get_text() for tip in soup.select(".bb-tip"))
        if colophon := soup.select_one(".bb-colophon"):
            assert PAYLOAD in colophon.get_text(), path.name
    assert bubbles > 100


@pytest.mark.slow
def test_nor_does_any_file_beside_the_pages(spoilt_site):
    for kind in ("svg", "js"):
        for path in spoilt_site.rglob(f"*.{kind}"):
            assert RAW not in path.read_text("utf-8"), path.name
    for path in spoilt_site.rglob("*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            outputs = [o.get("data", {}).get("text/markdown", "") for o in cell.get("outputs", [])]
            texts = outputs if cell["cell_type"] == "code" else [cell["source"]]
            assert RAW not in "".join("".join(text) for text in texts), path.name
    kept = [p for p in (spoilt_site / "_figures").glob("*.csv") if PAYLOAD in _cells(p)]
    assert len(kept) >= 3, "a file for spreadsheets keeps the words as they are"


def _cells(path: Path) -> str:
    return "\n".join(cell for row in csv.reader(path.read_text("utf-8-sig").splitlines()) for cell in row)
