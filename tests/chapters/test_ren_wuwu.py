"""opening/ren-wuwu: the publisher's round numbers, and how many people work outside the province."""

import desk
import pytest
from desk import SERIES, change, opened

import bluebook as bb

data = desk.data
CHAPTER = "opening/ren-wuwu"
OUTSIDE = {"series": "rural_labour_out_province", "region": "河南", "period": "2021"}


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def books(there):
    return there.names["ratios"].set_index("比例").loc["皮书占全社出书"]


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == ["fig-migrants"]


def test_and_more_reaches_to_the_next_round_number():
    assert [bb.many(n)[1:] for n in (500, 2000, 30)] == [(500, 599), (2000, 2999), (30, 39)]


def test_blue_books_are_a_sixth_to_three_tenths_of_all_books(now):
    assert books(now)["下限（%）"] == pytest.approx(100 * 500 / 2999)
    assert books(now)["上限（%）"] == pytest.approx(100 * 599 / 2000)
    assert now.glued["idle_low"] > 33


def test_the_speech_lies_between_two_official_counts(now):
    assert now.glued["labour"] < 1500 < now.glued["census"]
    assert round(now.glued["over_labour"], 1) == 19.4
    table = now.figures["fig-migrants"].table
    assert list(table["什么人"])[:2] == ["户籍在豫、常住外省", "任文武说的"] and len(table) == 5


def test_inside_and_outside_add_up_to_all_who_moved(now):
    where = now.names["where"]["2021 年末"]
    assert where["省内"] + where["省外"] == pytest.approx(where["合计"], abs=0.01)


def test_no_return_shows_in_the_shares(now):
    assert abs(now.glued["inside_share"] - now.glued["inside_share_2016"]) < 1
    assert now.glued["outside_more"] > 0


@pytest.mark.slow
def test_a_larger_official_count_changes_the_title_and_then_takes_it_back(data):
    change(data / SERIES, {"value": "1480"}, **OUTSIDE)
    there = opened(CHAPTER)
    assert "多 1%" in there.figures["fig-migrants"].title
    assert "普查数在其中，农村劳动力的数不在其中" in there.broken
    change(data / SERIES, {"value": "1600"}, **OUTSIDE)
    there = opened(CHAPTER)
    assert there.figures["fig-migrants"].title.startswith(desk.UNTRUE)
    assert {"它夹在两个官方数之间", "讲话的数就偏高"} <= set(there.broken)


def test_a_narrower_reading_of_and_more_narrows_the_share(now):
    narrow = books(opened(CHAPTER, ("full = 1.0", "full = 0.5")))
    assert books(now)["下限（%）"] < narrow["下限（%）"] < narrow["上限（%）"] < books(now)["上限（%）"]
