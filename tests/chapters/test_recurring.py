"""The chapters on the index a year later: other data, no text of the edition yet, and no word left over from 2022."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from desk import Opened, copy_data, opened, said

import bluebook as bb
from bluebook.data import schema
from bluebook.ledger.book import resolve
from bluebook.ledger.check import check
from bluebook.site import notebooks

CHAPTERS = ("index-method", "index-results", "index-dimensions")
# Figures that look back, and names that hold last year or the history: there the year before may be named.
HISTORY = re.compile(r"fig-(bump|lead|revisions|last-\w+)")
LOOKING_BACK = {"last_year", "moves_told", "counts_told", "shared_told", "lead_max_year", "lead_min_year"}


@pytest.fixture(scope="module", autouse=True)
def next_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The book's data with an edition of 2023 made of 2022's: other scores, no claims, no text of its own."""
    with pytest.MonkeyPatch.context() as patch:
        yield _next_year(copy_data(tmp_path_factory.mktemp("book"), patch))


def _next_year(root: Path) -> Path:
    old, new = root / "editions/2022", root / "editions/2023"
    new.mkdir()
    settings = (
        (old / "edition.yml")
        .read_text("utf-8")
        .replace("2022", "2023")
        .replace("data_year: 2020", "data_year: 2021")
    )
    settings = re.sub(r"^published: .*$", "published: 2023-10-14", settings, flags=re.M)
    settings = re.sub(r"sources:\n(  - .*\n)+", "sources:\n  - bluebook_2023_abstract\n", settings)
    (new / "edition.yml").write_text(settings, "utf-8")
    tree = pd.read_csv(old / "indicators.csv", dtype=str, keep_default_na=False)
    tree["named_in"] = tree["named_in"].where(tree["named_in"] == "", "bluebook_2023_abstract")
    tree.to_csv(new / "indicators.csv", index=False)
    scores = pd.read_csv(old / "scores.csv", dtype=str, keep_default_na=False)
    scores[["source", "note"]] = ["bluebook_2023_abstract", ""]
    # 南阳 passes 许昌 and 焦作; everybody else gains or loses a little.
    total = (scores["code"] == "index") & (scores["score"] != "")
    printed = ["96.80", "54.10", "36.02", "31.11", "30.40", "29.02"]
    cities = ["410100", "410300", "410700", "411300", "410800", "411000"]
    scores.loc[total, ["city", "score"]] = list(zip(cities, printed, strict=True))
    scores.to_csv(new / "scores.csv", index=False)
    schema.list_tables(root)
    return root


@lru_cache
def run(name: str) -> Opened:
    """Return what a chapter leaves behind for 2023."""
    return opened(f"report/{name}")


def test_the_new_edition_is_sound_data_without_claims(next_year: Path) -> None:
    assert [str(f) for f in check(next_year, 2023)] == []
    assert bb.current_year() == 2023 and bb.claims(2023).empty


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_prose_gets_this_year_and_nothing_of_the_last(name: str) -> None:
    there = run(name)
    assert there.broken == []
    assert there.names["year"] == 2023
    left = {k: v for k, v in there.glued.items() if "2022" in str(v) and k not in LOOKING_BACK}
    assert left == {}


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_figure_is_drawn_and_speaks_of_this_year(name: str) -> None:
    drawn = run(name).figures.values()
    assert len(drawn) >= 4
    for figure in drawn:
        words = "\n".join([*said(figure), figure.body])
        assert HISTORY.match(figure.id) or "2022" not in words, figure.id
    assert any("2023" in figure.subtitle for figure in drawn)


def test_last_year_is_now_comparable_in_every_dimension() -> None:
    there = run("index-dimensions")
    drawn = [f for id_, f in there.figures.items() if id_.startswith("fig-last-")]
    assert len(drawn) == len(bb.dimensions()) and "都能比" in there.glued["shared_told"]
    assert all("2022 年版和 2023 年版" in figure.subtitle for figure in drawn)


def test_who_moved_since_last_year_is_told() -> None:
    assert run("index-results").glued["moves"] == "南阳由第 6 到第 4；焦作由第 4 到第 5；许昌由第 5 到第 6"


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_chapters_own_words_name_no_recent_year(name: str) -> None:
    text = (ROOT / f"chapters/report/{name}.md").read_text("utf-8")
    assert re.findall(r"202\d", re.sub(r"`[^`\n]*`", "", text)) == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_nothing_of_2022s_own_text_comes_along(next_year: Path, name: str) -> None:
    copied = next_year.parent / "chapters/report" / f"{name}.md"
    copied.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / f"chapters/report/{name}.md", copied)
    text = notebooks.expand(copied.read_text("utf-8"), copied)
    own = max((ROOT / f"data/editions/2022/{name}.md").read_text("utf-8").splitlines(), key=len)
    assert "% edition-text" not in text and own not in text


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_figure_and_number_that_the_prose_asks_for_is_there(name: str) -> None:
    text = (ROOT / f"chapters/report/{name}.md").read_text("utf-8")
    asked = {m.split(":")[0] for m in re.findall(r"\{glue:text\}`([^`]+)`", text)}
    assert asked <= set(run(name).glued)
    ledger = bb.audited()
    for wanted in re.findall(r"\{fig\}`([^`]+)`", text):
        assert resolve(wanted) in ledger.index, wanted
