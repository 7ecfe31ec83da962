"""lab/*: no teaching panel without its badge, anywhere; and the sliders of lab/your-weights."""

from __future__ import annotations

import csv
import html
import re
import zipfile
from pathlib import Path

import desk
import numpy as np
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from desk import copy_data, drawers

from bluebook import charts, index
from bluebook.data import edition as editions
from bluebook.index import tree as framework
from bluebook.pages import lab as laboratory
from bluebook.pages import sliders, weights
from bluebook.site import notebooks

data = desk.data

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")
MODULES = [weights]
LAB = [p for p in notebooks.pages(ROOT) if p.startswith("chapters/lab/")]
EXERCISES = [f"exercises-{level}" for level in (1, 2, 3)]
BADGE = charts.STATUS["illustrative"][0]


# ---------------------------------------------------------------- weights and ranks


@pytest.mark.parametrize("name", ["public", "panel"])
def test_scores_for_other_weights_are_those_of_the_index(name: str) -> None:
    tree = laboratory.tree() if name == "panel" else laboratory.public_tree()
    new = {"input": 10, "output": 30, "environment": 20, "performance": 35} | (
        {"enterprise": 5} if name == "panel" else {}
    )
    data = laboratory.panel() if name == "panel" else laboratory.public_panel()
    result = index.score(
        data, framework.with_weights(tree, new), decimals=2, availability=0.5 if name == "public" else 0
    )
    mine = weights.scored(name, {"enterprise": 5.0, **{k: float(v) for k, v in new.items()}}).set_index(
        "city"
    )
    both = result.scores["index"].to_frame("want").join(mine["score"])
    assert np.allclose(both["want"], both["score"], equal_nan=True)


def test_the_first_two_cities_lead_by_what_is_printed_alone() -> None:
    assert weights.printed_ahead()[:2] == (5, 5)
    for name in ("public", "panel"):
        assert weights.ahead_everywhere(name) == ["郑州", "洛阳"]


# ---------------------------------------------------------------- the panel never without its badge


class Asked(Exception):
    pass


def uses_panel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> set[str]:
    """Return "module.function" of every figure that reads the teaching panel when it is drawn."""
    copy_data(tmp_path, monkeypatch)  # fresh data: nothing remembered

    def refuse(*_: object) -> None:
        raise Asked

    for name in ("teaching", "another_teaching", "teaching_experts"):
        monkeypatch.setattr(editions, name, refuse)
    found = set()
    for module in MODULES:
        for name, draw in drawers(module).items():
            try:
                draw()
            except Asked:
                found.add(f"{module.__name__}.{name}")
    return found


def test_every_figure_that_reads_the_panel_says_so_and_no_other_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn = {f"{m.__name__}.{n}": draw().status for m in MODULES for n, draw in drawers(m).items()}
    with monkeypatch.context() as patch:
        readers = uses_panel(patch, tmp_path)
    assert readers
    for name, status in drawn.items():
        assert (status == "illustrative") == (name in readers), (name, status)


TEACHING = re.compile(r"bb\.(teaching_panel|teaching_cells|teaching_experts|other_panel)\b")


def test_no_chapter_outside_the_laboratory_touches_the_panel() -> None:
    users = {p.stem for p in (ROOT / "chapters").rglob("*.md") if TEACHING.search(p.read_text("utf-8"))}
    assert users <= {"full-calculation", "robustness", "your-weights", *EXERCISES}


def test_a_chapter_of_the_laboratory_names_no_year_speaker_or_city() -> None:
    names = editions.cities()["name_zh"].tolist() + editions.own_table("talks")["speaker"].tolist()
    for page in ("public-data", "full-calculation", "robustness", "hidden-weights", "template", *EXERCISES):
        text = (ROOT / "chapters" / "lab" / f"{page}.md").read_text("utf-8")
        assert [n for n in names if n and n in text] == [], page
        assert not re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text), page


@pytest.fixture(scope="module")
def soups(site: Path) -> dict[str, BeautifulSoup]:
    return {
        p: BeautifulSoup((site / f"{p}.html").read_text("utf-8"), "html.parser")
        for p in notebooks.pages(ROOT)
    }


@pytest.mark.slow
def test_in_the_build_the_badge_stands_on_every_figure_table_and_file_of_the_panel(
    site: Path, soups: dict
) -> None:
    found = 0
    for page, soup in soups.items():
        for figure in soup.select("figure[data-status=illustrative]"):
            found += 1
            assert page in LAB, f"{page}#{figure['id']}: the panel outside the laboratory"
            assert BADGE in figure.select_one(".bb-badge").get_text()
            for link in figure.select("a[download]"):
                file = (site / page).parent / link["href"]
                if file.suffix == ".csv":
                    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
                    assert all(row[-1] == BADGE for row in rows[1:]), file.name
                elif file.suffix == ".svg":
                    assert BADGE in html.unescape(re.sub(r"<[^>]+>", "", file.read_text("utf-8"))), file.name
    assert found >= 12
    panel = site / "_figures" / f"{sliders.ID}-panel.csv"
    rows = list(csv.reader(panel.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 19 and all(row[-1] == BADGE for row in rows[1:])


def test_whatever_offers_the_panels_own_tables_wears_the_badge(soups: dict) -> None:
    found = 0
    for page, soup in soups.items():
        for link in soup.select("a[download][href*='teaching/']"):
            found += 1
            holder = link.find_parent("details")
            assert holder and BADGE in holder.select_one(".bb-badge").get_text(), f"{page}: {link['href']}"
    assert found == 3


def test_each_page_that_uses_the_panel_says_so_in_words_too(soups: dict) -> None:
    for page in LAB:
        uses = soups[page].select("figure[data-status=illustrative]")
        assert not uses or "示意" in soups[page].select_one("article").get_text()
    first = soups["chapters/lab/full-calculation"].select_one("article")
    opening = first.get_text()[: first.get_text().index("出发")]
    assert "有意做成" in opening and "不证明" in opening


def test_in_the_kit_each_row_of_the_panel_says_what_it_is(site: Path) -> None:
    with zipfile.ZipFile(site / "downloads" / "notebooks-zh.zip") as archive:
        assert "assets/weights.js" in archive.namelist(), "the sliders' script, for the notebook"
        rows = list(
            csv.DictReader(archive.read("data/teaching/observations.csv").decode("utf-8-sig").splitlines())
        )
        forms = list(
            csv.DictReader(archive.read("data/teaching/experts.csv").decode("utf-8-sig").splitlines())
        )
    assert {r["status"] for r in rows} == {"published", "public", "illustrative"}
    assert {r["status"] for r in forms} == {"illustrative"}
