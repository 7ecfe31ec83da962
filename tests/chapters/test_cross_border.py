"""industry/cross-border: how the speech's totals divide by year, by zone and by parcel, and which share lacks a base."""

import desk
import pytest
from desk import CLAIMS, SERIES, change, left_in_chinese

from bluebook.chapters import cross_border as chapter
from bluebook.chapters.evidence import within
from bluebook.charts import FindingError
from bluebook.reckoning import printed

data = desk.data


def test_the_last_five_months_of_2021_were_below_the_year_before():
    late = chapter.halves_table().set_index("part")["growth"]["late"]
    assert -1 < late.low < late.high < 0
    assert "全在前 7 个月" in chapter.halves().title


@pytest.mark.parametrize(("growth", "still"), [("31.1", True), ("29.0", False)])
def test_a_lower_first_seven_months_would_let_the_last_five_grow(data, growth, still):
    change(data / SERIES, {"value": growth}, series="cbec_growth", region="河南", period="2021M1-M7")
    assert ("全在前 7 个月" in chapter.halves().title) == still


def test_the_share_fell_in_2021_because_trade_grew_faster():
    share = chapter.shares_table().set_index("year")["share"]
    assert share[2020] == pytest.approx(26.1, abs=0.05) and share[2021] == 24.59
    assert printed("trade_growth_ha_2021") > printed("cbec_growth_ha_2021")


def test_had_it_outrun_trade_the_title_would_say_otherwise(data):
    change(data / CLAIMS, {"value": "25.0"}, id="cbec_growth_ha_2021")
    assert "降" not in chapter.shares().title


def test_a_hundred_squares_are_a_hundred_and_zhengzhou_has_more_than_half():
    rows = chapter.zones_table().set_index("key")
    assert rows["squares"].sum() == 100 and rows["share"].sum() == pytest.approx(100)
    assert rows["share"]["zz"] > 50 and rows["value"]["ny"] > 2 * rows["value"]["ly"]


def test_a_bonded_parcel_is_worth_more_and_became_dearer():
    bonded = within("cbec_bonded_value_2021/cbec_bonded_parcels_2021*10000")
    assert 152.8 < bonded.low < bonded.high < 153
    assert "84% 的货值" in chapter.parcels().title


def test_the_share_without_a_base_fits_one_reading_only():
    claim = within("bonded_centre_share_2021")
    rows = chapter.bases_table().set_index("key")["share"]
    assert [key for key, share in rows.items() if share.meets(claim)] == ["exports_overlapping"]


def test_another_share_would_fit_more_readings_and_the_title_stops(data):
    change(data / CLAIMS, {"value": "68.06"}, id="bonded_centre_share_2021")
    claim = within("bonded_centre_share_2021")
    assert sum(share.meets(claim) for share in chapter.bases_table()["share"]) == 3
    with pytest.raises(FindingError):
        chapter.bases()


def test_a_charter_flight_carried_at_most_52_tonnes():
    found = within("charter_cargo_2021*10000/charter_flights_2021")
    assert found.high == pytest.approx(52.5, abs=0.1)


@pytest.mark.parametrize("name", ["shares", "halves", "zones", "parcels", "bases"])
def test_every_figure_speaks_english(name, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    assert left_in_chinese(getattr(chapter, name)()) == []
