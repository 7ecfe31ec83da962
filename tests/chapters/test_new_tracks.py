"""industry/new-tracks: what one share and seven cases can bear."""

import desk
import pytest
from desk import CLAIMS, change, opened

import bluebook as bb

data = desk.data
CHAPTER = "industry/new-tracks"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == ["fig-tracks-whole", "fig-tracks-drivers"]


def test_the_share_cannot_be_of_gdp_but_may_be_of_industry(now):
    assert dict(now.names["part"]["装得下"]) == {
        "全省生产总值": False,
        "第二产业增加值": True,
        "全部工业增加值": True,
    }


def test_a_lower_share_could_be_of_gdp_and_the_title_falls(data):
    change(data / CLAIMS, {"value": "30.0"}, id="traditional_share_2021")
    there = opened(CHAPTER)
    assert there.names["part"]["装得下"].all() and "有一种先可以排除" in there.broken
    assert there.figures["fig-tracks-whole"].title.startswith(desk.UNTRUE)


def test_the_bound_turns_where_industry_is_that_share_of_gdp(data):
    change(data / CLAIMS, {"value": "32.0"}, id="traditional_share_2021")
    assert bb.reckon("traditional_share_2021/100*gdp_ha_2021").lower > 18785.3
    assert 100 * 18785.30 / 58887.41 < 32


def test_seven_drivers_two_cases_in_henan_four_about_food(now):
    assert [now.glued[n] for n in ("n_drivers", "n_henan", "n_food", "n_helped")] == [7, 2, 4, 2]
    assert (now.glued["n_supply"], now.glued["n_demand"]) == (2, 4)


def test_another_sorting_of_the_cases_changes_what_is_counted():
    there = opened(CHAPTER, ('"场合", "家电"', '"场合", "食品机械"'))
    assert there.glued["n_food"] == 5 and there.broken == []
    there = opened(CHAPTER, ('"没有点名", "需求", "设计河南"', '"没有点名", "卖法", "设计河南"'))
    assert there.glued["n_demand"] == 3 and "从卖法出发的一种" in there.broken
