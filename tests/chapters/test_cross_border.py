"""industry/cross-border: how the speech's totals divide by year, by zone and by parcel, and which share lacks a base."""

import desk
import pytest
from desk import CLAIMS, SERIES, change, opened

import bluebook as bb

data = desk.data
CHAPTER = "industry/cross-border"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    figures = ["share", "halves", "zones", "parcels", "base"]
    assert list(now.figures) == [f"fig-cbec-{name}" for name in figures]


def test_the_last_five_months_of_2021_were_below_the_year_before(now):
    late = now.names["rise"][1]
    assert -1 < late.lower < late.upper < 0
    assert "全在前 7 个月" in now.figures["fig-cbec-halves"].title


@pytest.mark.slow
@pytest.mark.parametrize(("growth", "still"), [("31.1", True), ("29.0", False)])
def test_a_lower_first_seven_months_would_let_the_last_five_grow(data, growth, still):
    change(data / SERIES, {"value": growth}, series="cbec_growth", region="河南", period="2021M1-M7")
    there = opened(CHAPTER)
    assert there.figures["fig-cbec-halves"].title.startswith(desk.UNTRUE) != still
    assert ("若两处口径相同，就比上年同期少" in there.broken) != still


def test_the_share_fell_in_2021_because_trade_grew_faster(now):
    share = now.names["share"]
    assert share[2020] == pytest.approx(26.1, abs=0.05) and share[2021] == 24.59
    assert bb.printed("trade_growth_ha_2021") > bb.printed("cbec_growth_ha_2021")


@pytest.mark.slow
def test_had_it_outrun_trade_the_title_and_the_sentence_fall(data):
    change(data / CLAIMS, {"value": "25.0"}, id="cbec_growth_ha_2021")
    there = opened(CHAPTER)
    assert there.figures["fig-cbec-share"].title.startswith(desk.UNTRUE)
    assert {"占比高，不等于占比在升", "还低：那一年外贸整体长得更快"} <= set(there.broken)


def test_a_hundred_squares_are_a_hundred_and_zhengzhou_has_more_than_half(now):
    zones = now.names["zones"]
    assert now.names["squares"].sum() == 100 and zones["占全省（%）"].sum() == pytest.approx(100)
    size = zones["交易规模（亿元）"]
    assert zones["占全省（%）"]["郑州"] > 50 and size["南阳"] > 2 * size["洛阳"]


def test_a_bonded_parcel_is_worth_more_and_became_dearer(now):
    bonded = bb.reckon("cbec_bonded_value_2021/cbec_bonded_parcels_2021*10000")
    assert 152.8 < bonded.lower <= now.glued["yuan_bonded"] <= bonded.upper < 153
    assert now.glued["price_low"] > 0
    assert "84% 的货值" in now.figures["fig-cbec-parcels"].title


def test_the_share_without_a_base_fits_one_reading_only(now):
    bases = now.names["bases"]
    assert list(bases.index[bases["容得下"]]) == ["海关验放的出口，|两处进口可重叠"]
    assert now.glued["overlap_low"] > 0


def test_another_share_would_fit_more_readings_and_the_title_falls(data):
    change(data / CLAIMS, {"value": "68.06"}, id="bonded_centre_share_2021")
    there = opened(CHAPTER)
    assert there.names["bases"]["容得下"].sum() == 3
    assert there.figures["fig-cbec-base"].title.startswith(desk.UNTRUE)


def test_a_charter_flight_carried_at_most_52_tonnes(now):
    assert now.glued["tonnes"] == pytest.approx(52.5, abs=0.1)
