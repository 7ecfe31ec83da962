"""opening/hu-dabai: behind and ahead, Henan between its neighbours."""

import desk
import pytest
from desk import PROVINCES, change, opened

data = desk.data
CHAPTER = "opening/hu-dabai"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == ["fig-neighbours", "fig-cumulative", "fig-shelf"]


def test_zhejiang_is_ahead_and_sichuan_behind(now):
    assert (now.glued["ahead"], now.glued["behind"]) == ("浙江", "四川")


def test_the_one_behind_comes_closer_and_the_one_ahead_draws_away(now):
    near = now.figures["fig-neighbours"].table.set_index("省份")
    assert list(near.loc["四川"].round(1)) == [86.3, 88.4, 91.4]
    assert list(near.loc["浙江"].round(1)) == [116.1, 117.5, 124.8]
    assert 3 < now.glued["years_to_pass"] < 3.2 and now.glued["pass_year"] == 2025


def test_henan_is_sixth_from_last_over_the_two_years(now):
    growth = now.names["growth"]
    henan = growth.loc["河南"]
    assert henan["名次"] == 26 and now.glued["henan_from_last"] == 6 and now.glued["n_provinces"] == 31
    assert henan["两年累计（%）"] == pytest.approx(100 * (1.013 * 1.063 - 1))
    # No rounding moves it: its neighbours' ranges lie apart from its own.
    others = growth.drop(["河南", "全国"])
    assert not ((others["下限"] < henan["上限"]) & (others["上限"] > henan["下限"])).any()


def test_the_later_revision_reaches_into_the_range_of_hubei(now):
    growth, revised = now.names["growth"], now.names["revised"]
    assert revised["下限"] < growth["上限"]["湖北"] and revised["上限"] < growth["下限"]["河南"]
    assert "说不准" in now.figures["fig-cumulative"].title
    assert len(now.figures["fig-cumulative"].table) == 11


def test_only_the_latest_edition_can_be_found_whole(now):
    table = now.figures["fig-shelf"].table.set_index("版次")
    assert list(table.index[table["查不到"] == 0]) == [2022]
    assert (table.sum(axis=1) == 18).all() and now.glued["n_editions"] == 6


def test_the_loose_ages_hold_what_is_known(now):
    assert now.glued["age_low"] <= now.glued["age"] <= now.glued["age_high"]


def test_sichuan_passed_in_2023(now):
    assert now.glued["behind_2023_pct"] > 100


def test_a_slower_sichuan_takes_the_sentence_back(data):
    change(data / PROVINCES, {"value": "48000"}, series="gdp_level", region="四川", period="2021")
    there = opened(CHAPTER)
    assert {"两头的话都站得住", "后面近了，前面远了"} <= set(there.broken)
    assert there.figures["fig-neighbours"].title.startswith(desk.UNTRUE + "后面的近了，前面的远了：四川")
