"""lab/*: the whole calculation, what is proven of the weights, how sure ranks are, and no panel without its badge."""

from __future__ import annotations

import ast
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
from desk import SCORES, change, copy_data, drawers, figures, glued, in_chinese, left_in_chinese

import bluebook.teaching as teaching
from bluebook import charts, editions, framework, index
from bluebook.chapters import (
    hidden_weights,
    laboratory,
    your_weights,
)
from bluebook.site import notebooks

data = desk.data

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.framework.Notice")
MODULES = [hidden_weights, your_weights]
LAB = [p for p in notebooks.pages(ROOT) if p.startswith("chapters/lab/")]
BADGE = charts.STATUS["illustrative"][0]
ZZ, LY, XX = "410100", "410300", "410700"


# ---------------------------------------------------------------- hidden weights


def test_the_proven_intervals_are_those_the_book_states() -> None:
    table = hidden_weights.intervals().query("stage == 'all'").set_index("code")
    want = {
        "performance": (7.7, 12.4),
        "input": (0, 37.8),
        "output": (0, 53.8),
        "enterprise": (1.3, 72.5),
        "environment": (0, 31.6),
    }
    for code, (low, high) in want.items():
        assert table.loc[code, "lower"] == pytest.approx(low, abs=0.05), code
        assert table.loc[code, "upper"] == pytest.approx(high, abs=0.05), code


def test_clues_only_ever_narrow() -> None:
    table = hidden_weights.intervals().pivot(index="code", columns="stage", values=["lower", "upper"])
    for before, after in (("two", "totals"), ("totals", "all")):
        assert (table["lower", before] <= table["lower", after] + 1e-6).all()
        assert (table["upper", before] >= table["upper", after] - 1e-6).all()


def test_the_region_drawn_reaches_exactly_as_far_as_the_engines_intervals() -> None:
    table = hidden_weights.intervals().set_index(["stage", "code"])
    for stage in ("two", "all"):
        region = hidden_weights.region(hidden_weights.clues(stage), "input", "enterprise", directions=16)
        for axis, code in (("x", "input"), ("y", "enterprise")):
            assert region[axis].min() == pytest.approx(table.loc[(stage, code), "lower"], abs=1e-4)
            assert region[axis].max() == pytest.approx(table.loc[(stage, code), "upper"], abs=1e-4)


def test_sets_of_whole_weights_are_counted_by_reading() -> None:
    table = hidden_weights.counts().set_index(["reading", "ranks"])
    assert (table.loc[["cut", "exact", "both"], 5] == 1).all()
    assert [table.loc[(r, False), 1] for r in ("exact", "cut", "both")] == [31, 35, 37]
    assert [table.loc[(r, True), 1] for r in ("exact", "cut", "both")] == [24, 27, 29]
    only = hidden_weights.in_steps(hidden_weights.sets(), 5)
    assert only.iloc[0].to_list() == [25, 25, 25, 15, 10]


def test_the_missing_score_of_xinxiang() -> None:
    assert hidden_weights.missing() == (XX, "performance")
    row = hidden_weights.hidden_twice().set_index(["unit", "code"]).loc[(XX, "performance")]
    assert (row["lower"], row["upper"]) == pytest.approx((19.5, 49.9), abs=0.05)
    middle = (row["lower_likely"] + row["upper_likely"]) / 2
    assert middle == pytest.approx(40.55, abs=0.005) and row["upper_likely"] - middle == pytest.approx(
        0.095, abs=0.01
    )


def test_every_set_of_whole_weights_really_gives_the_printed_totals() -> None:
    scores = editions.scores(2022).pivot(index="city", columns="code", values="score")
    found = hidden_weights.sets()
    for city in (ZZ, LY):
        total = found @ scores.loc[city, found.columns] / 100
        assert (total - scores.loc[city, "index"]).abs().max() < 0.0101, (
            "half a unit here and half a unit there"
        )


def test_an_altered_total_comes_with_its_certificate() -> None:
    found = hidden_weights.certificate(-5)
    own = found[(found["unit"] == ZZ) & (found["code"] == "index")].iloc[0]
    assert own["score"] == pytest.approx(92.25) and own["score"] < own["lower"] < 97.25 < own["upper"]
    assert hidden_weights.certificate(0).empty
    with pytest.raises(charts.FindingError):
        hidden_weights.contradiction(-3)


def test_a_changed_printed_score_changes_the_story(data) -> None:
    change(data / SCORES, {"score": "92.25"}, city=ZZ, code="index")
    assert hidden_weights.intervals().query("stage == 'all'").empty
    with pytest.raises((charts.FindingError, LookupError, ValueError, IndexError)):
        hidden_weights.narrowing()


# ---------------------------------------------------------------- weights and ranks


@pytest.mark.parametrize("name", ["public", "panel"])
def test_scores_for_other_weights_are_those_of_the_index(name: str) -> None:
    tree = laboratory.tree() if name == "panel" else laboratory.public_tree()
    new = {"input": 10, "output": 30, "environment": 20, "performance": 35} | (
        {"enterprise": 5} if name == "panel" else {}
    )
    data = laboratory.panel() if name == "panel" else laboratory.public_data()
    result = index.score(
        data, framework.with_weights(tree, new), decimals=2, availability=0.5 if name == "public" else 0
    )
    mine = your_weights.scored(name, {"enterprise": 5.0, **{k: float(v) for k, v in new.items()}}).set_index(
        "city"
    )
    both = result.scores["index"].to_frame("want").join(mine["score"])
    assert np.allclose(both["want"], both["score"], equal_nan=True)


def test_the_first_two_cities_lead_by_what_is_printed_alone() -> None:
    assert your_weights.printed_ahead()[1] == 5
    for name in ("public", "panel"):
        assert your_weights.ahead_everywhere(name) == ["郑州", "洛阳"]


# ---------------------------------------------------------------- the panel never without its badge


class Asked(Exception):
    pass


def uses_panel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> set[str]:
    """Return "module.function" of every figure that reads the teaching panel when it is drawn."""
    copy_data(tmp_path, monkeypatch)  # fresh data: nothing remembered

    def refuse(*_: object) -> None:
        raise Asked

    for target in (editions, teaching):
        for name in ("teaching", "teaching_experts", "solve"):
            if hasattr(target, name):
                monkeypatch.setattr(target, name, refuse)
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
    assert len(readers) >= 12 and len(drawn) >= 24
    for name, status in drawn.items():
        assert (status == "illustrative") == (name in readers), (name, status)


def test_no_other_chapter_imports_the_panel() -> None:
    allowed = {Path(m.__file__).name for m in MODULES} | {"laboratory.py"}
    for path in (ROOT / "bluebook" / "chapters").glob("*.py"):
        if path.name in allowed:
            continue
        text = path.read_text("utf-8")
        names = {a.name for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ImportFrom) for a in n.names}
        assert not names & {"teaching", "laboratory", "your_weights"}, path.name
        assert "editions.teaching" not in text and "data/teaching" not in text, path.name


@pytest.fixture(scope="module")
def soups(site: Path) -> dict[str, BeautifulSoup]:
    return {
        p: BeautifulSoup((site / f"{p}.html").read_text("utf-8"), "html.parser")
        for p in notebooks.pages(ROOT)
    }


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
    panel = site / "_figures" / f"{your_weights.ID}-panel.csv"
    rows = list(csv.reader(panel.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 19 and all(row[-1] == BADGE for row in rows[1:])


def test_whatever_offers_the_panels_own_tables_wears_the_badge(soups: dict) -> None:
    found = 0
    for page, soup in soups.items():
        for link in soup.select("a[download][href*='teaching/']"):
            found += 1
            holder = link.find_parent("details")
            assert holder and BADGE in holder.select_one(".bb-badge").get_text(), f"{page}: {link['href']}"
    assert found == 2


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
            csv.DictReader(archive.read("data/teaching/observations.csv").decode("utf-8").splitlines())
        )
        forms = list(csv.DictReader(archive.read("data/teaching/experts.csv").decode("utf-8").splitlines()))
    assert {r["status"] for r in rows} == {"published", "public", "illustrative"}
    assert {r["status"] for r in forms} == {"illustrative"}


# ---------------------------------------------------------------- both languages


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rsplit(".", 1)[-1])
def test_in_english_no_figure_speaks_chinese(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    for figure in figures(module):
        assert left_in_chinese(figure) == [], figure.id
    assert not in_chinese(" ".join(str(v) for v in glued(module, monkeypatch).values()))


def test_the_sliders_speak_english_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    body = your_weights.sliders().body()
    told = re.sub(r'"source":"[^"]*"', "", re.sub(r"<script>.*", "", body, flags=re.S))
    assert not in_chinese(told), re.findall(r"[\u4e00-\u9fff]+", told)[:5]
