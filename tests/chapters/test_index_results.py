"""report/index-results: what is printed of the ranking and what is not, and the same pages with another year's data."""

from __future__ import annotations

import re

import desk
import pandas as pd
import pytest
from conftest import ROOT
from desk import change, opened

import bluebook as bb

data = desk.data
CHAPTER = "report/index-results"
OWN = ["fig-ranking", "fig-gaps", "fig-bump", "fig-lead", "fig-map"]
SCORES_NOW = "editions/2022/scores.csv"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert [id_ for id_ in now.figures if id_ in OWN] == OWN


def test_a_score_that_is_not_printed_is_a_range_not_a_number(now):
    table = now.figures["fig-ranking"].table
    assert table["综合得分"].isna().sum() == 12 and (table["得分的可能范围"] == "0–28.77").sum() == 12
    assert '"text": "得分未公布"' in str(now.figures["fig-ranking"].panels).replace("'", '"')


def test_who_has_a_score_is_told_to_those_who_cannot_see_the_bars(now):
    assert "18 个城市中 6 个有得分" in now.figures["fig-ranking"].alt


def test_the_distances_follow_from_the_scores(now):
    told = now.glued
    assert (told["n_cities"], told["n_scored"], told["n_unscored"], told["rank_last_scored"]) == (
        18,
        6,
        12,
        6,
    )
    assert told["gap_12"] == pytest.approx(97.25 - 52.70) and told["gap_23"] == pytest.approx(52.70 - 35.65)
    assert told["small_told"] == "许昌只比南阳高 0.18 分"


def test_a_rank_that_was_not_published_is_a_gap_in_the_history(now):
    ranks = now.figures["fig-bump"].table.set_index("城市")
    assert list(ranks.columns) == [str(y) for y in bb.years()]
    assert ranks.loc["商丘"].dropna().to_dict() == {"2020": 14, "2021": 11, "2022": 16}
    assert ranks.loc["商丘"].isna().sum() == 3


def test_only_two_changed_places_since_last_year(now):
    told = now.glued
    assert "的 6 个城市里有 2 个换了位置" in told["moves_told"] and "许昌由第 6 到第 5" in told["moves"]


def test_only_one_of_the_first_nine_lies_outside_the_metropolitan_area(now):
    assert now.glued["outside"] == "南阳" and "只有南阳不在郑州都市圈" in now.figures["fig-map"].title
    ring = now.figures["fig-map"].table.set_index("城市")["郑州都市圈"]
    assert ring[["郑州", "洛阳", "南阳"]].tolist() == ["1+4", "1+8", "圈外"]


def test_the_exercise_on_the_first_edition_does_what_it_says():
    first = opened(CHAPTER, ("bb.current_year()", "bb.years()[0]"))
    assert first.glued["year"] == bb.years()[0] and first.glued["n_scored"] > 6
    assert first.figures["fig-map"].table["名次"].max() == first.glued["n_cities"]


@pytest.mark.slow
def test_thirty_points_more_for_the_second_change_the_title(data):
    change(data / SCORES_NOW, {"score": "82.70"}, city="410300", code="index")
    there = opened(CHAPTER)
    assert "离第6名南阳比离第一名郑州更远" in there.figures["fig-ranking"].title
    assert "得分" in str(there.figures["fig-ranking"].table.columns)


@pytest.mark.slow
def test_other_scores_turn_the_sentences_that_recur(data):
    """南阳 passes 许昌 and 焦作; a city outside the area comes in: the chapter says so by itself, it has no guard."""
    for city, rank in (("411300", "4"), ("410800", "5"), ("411000", "6")):
        change(data / SCORES_NOW, {"rank": rank}, city=city, code="index")
    change(data / "cities.csv", {"metro": ""}, city="410400")
    there = opened(CHAPTER)
    assert there.glued["moves"] == "南阳由第 5 到第 4；焦作由第 4 到第 5"
    assert "前 9 名里有 2 个不在郑州都市圈" in there.figures["fig-map"].title


def test_the_chapters_own_words_and_cells_name_no_year_and_no_city():
    text = (ROOT / f"chapters/{CHAPTER}.md").read_text("utf-8")
    words = re.sub(r"\{fig\}`[^`]*`|\]\([^)]*\)", "", text)
    assert re.findall(r"\b(?:19|20)\d\d\b", words) == []
    assert [name for name in bb.cities()["name_zh"] if name in words] == []


def test_the_groups_of_the_map_come_from_the_table_of_cities(now):
    told = pd.Series(now.glued)
    assert told["core"] == "郑州" and told["inner"].count("、") == 3 and told["added"].count("、") == 3
