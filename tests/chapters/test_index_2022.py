"""What 2022 alone says of the ranking: two places printed for one city, a distance without scores, an older column."""

from __future__ import annotations

import desk
import pytest
from desk import CLAIMS, change, opened

data = desk.data
CHAPTER = "report/index-results"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is, the edition's own text put in."""
    return opened(CHAPTER)


def test_everything_said_holds_and_the_figure_of_the_distance_is_there(now):
    assert now.broken == [] and "fig-tight" in now.figures


def test_a_place_is_worth_about_a_quarter_of_a_point_whichever_way_one_counts(now):
    table = now.names["per_place"]
    assert list(table["商丘的名次"]) == [16, 15] and list(table["相隔几位"]) == [8, 7]
    assert table["一位至少（分）"].min() == pytest.approx(2.035 / 8)
    assert table["一位至多（分）"].max() == pytest.approx(2.045 / 7)
    assert now.glued["ceiling_lower"] == pytest.approx(28.77 - 2.04) and now.glued["at_said"] == "濮阳"


@pytest.mark.slow
def test_the_finding_on_places_fails_when_the_printed_gap_is_another(data):
    change(data / CLAIMS, {"value": "9.04"}, id="index_gap_8_15")
    assert any("开封" in told for told in opened(CHAPTER).broken)


def test_text_that_needs_a_figure_says_which_one_is_missing(data):
    path = data / CLAIMS
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("index_gap_8_15,")]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    with pytest.raises(Exception, match="index_gap_8_15"):
        opened(CHAPTER)


def test_what_the_press_says_of_the_next_edition_is_told_and_no_more(now):
    assert now.glued["later_indicators"] == 37 and now.glued["n_later"] == 3
    assert now.glued["later_same"] == "郑州、洛阳、新乡"


@pytest.mark.slow
def test_a_city_that_moved_later_takes_the_sentence_back(data):
    change(data / "public/press.csv", {"value": "5"}, id="press_2023_410700_rank")
    assert "名次没有变的有" in opened(CHAPTER).broken


def test_the_older_places_come_from_the_press_and_the_shared_column_falls(now):
    assert now.glued["gap_lower_past"] == "2020 年版第 14，2021 年版第 11"
    assert now.glued["shared_n"] == 6
