"""Trade: the rank can be bounded, the phones belong to 2021, and rounding explains what looks wrong."""

from __future__ import annotations

import math

import desk
import pandas as pd
import pytest
from desk import CLAIMS, SERIES, change, glued, left_in_chinese

from bluebook.chapters import trade
from bluebook.charts import FindingError
from bluebook.reckoning import Reckoned, known, reckon, single_month, until

data = desk.data

FIGURES = ("rank_chart", "pace_chart", "import_share_chart", "import_growth_chart", "phone_chart", "services_chart", "lookalike_chart")  # fmt: skip


def test_henan_was_tenth_or_eleventh_by_value_and_first_to_fifth_by_growth():
    assert trade.rank_bounds(trade.ladder("trade_goods_total")) == (10, 11)
    assert trade.rank_bounds(trade.ladder("trade_goods_total_growth")) == (1, 5)


def test_a_province_with_a_printed_rank_is_bounded_by_the_ranks_around_it():
    low, high = trade.rank_bounds(trade.ladder("trade_goods_total"), "山西")
    assert (low, high) == (17, 31)  # one unseen lies above Anhui for certain; nothing holds Shanxi from below


def test_without_anhuis_printed_rank_nothing_holds_the_unseen_down():
    seen = trade.ladder("trade_goods_total")
    seen.loc[seen["region"] == "安徽", "rank_printed"] = pd.NA
    assert trade.rank_bounds(seen) == (10, 10 + 31 - len(seen))


def test_the_last_two_months_of_2020_made_most_of_the_years_growth():
    late = trade.last_months()
    assert late["share"].lower > 80
    assert 63 < late["growth"].lower < late["growth"].value < late["growth"].upper < 66


def test_the_steps_of_a_year_add_up_to_its_total():
    steps = trade.pace().query("year == 2020")
    assert math.isclose((steps["value"] * steps["months"]).sum(), 6654.8)
    assert list(steps["months"]) == [6, 1, 2, 1, 2]


def test_the_import_share_is_half_as_far_below_the_country_as_the_speech_says():
    shares = trade.import_shares().set_index("key")
    assert 5.3 < shares.loc["china", "value"] - 38.8 < 5.6
    assert shares.loc["said", "lower"] < 50 < shares.loc["said", "upper"]


def test_a_mended_import_gap_stops_the_build(data):
    change(data / CLAIMS, {"value": "5.5", "decimals": "1"}, id="imports_share_gap_2020")
    with pytest.raises(FindingError, match=r"gap = 5\.4–5\.5"):
        trade.import_share_chart()


def test_imports_outgrew_exports_in_three_of_four_periods_before_the_speech():
    before = trade.import_growth().query("not later")
    assert (before["imports"] > before["exports"]).sum() == 3
    assert list(before.loc[before["imports"] < before["exports"], "period"]) == ["2019H1"]


def test_only_the_first_half_of_2021_fits_the_phones():
    shares = trade.phone_shares().set_index("year")
    assert [y for y, r in shares.iterrows() if r["upper"] >= 55.35 and r["lower"] <= 55.45] == [2021]
    assert shares.loc[2020, "lower"] > 86


def test_the_phones_title_falls_with_the_exports_it_rests_on(data):
    change(data / SERIES, {"value": "2400.0"}, series="exports", region="河南", period="2021H1")
    with pytest.raises(FindingError):
        trade.phone_chart()


def test_without_foxconn_services_would_pass_the_countrys_share():
    rest = reckon(trade._SERVICES_REST)
    assert 12.3 < rest.lower < 422 / (422 + 6654.8 * 0.4) * 100 < rest.upper


def test_a_small_foxconn_stops_the_sentence_on_services(data):
    change(data / CLAIMS, {"value": "20"}, id="foxconn_share_2020")
    with pytest.raises(FindingError):
        trade.services_chart()


def test_rounding_alone_reconciles_two_of_five_lookalikes():
    looks = trade.lookalikes()
    assert list(looks.loc[looks["meets"], "id"]) == ["trade_growth_on_2020_2022m5", "surplus_fall_ha_2022m5"]
    surplus = looks.set_index("id").loc["surplus_fall_ha_2022m5"]
    assert surplus["lower"] < 0 < surplus["upper"]


def test_the_numbers_in_the_prose_have_their_ranges_around_them(monkeypatch):
    told = glued(trade, monkeypatch)
    assert told["growth_2019"] == "3.5–3.7"
    assert (told["anhui_ahead"], told["anhui_seen"], told["anhui_unseen"]) == (12, 11, 1)
    assert round(told["services_needed"]) == 933


@pytest.mark.parametrize("name", FIGURES)
def test_english_figures_hold_no_chinese(name, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    assert left_in_chinese(getattr(trade, name)(), drawing=False) == []


@pytest.mark.parametrize(
    ("period", "ends"),
    [("2020", (2020, 12)), ("2022M1-M5", (2022, 5)), ("2021Q1", (2021, 3)), ("2021Q1-Q3", (2021, 9)), ("2020H1", (2020, 6)), ("2020M10", (2020, None)), ("2016-2020", (2016, None))],
)  # fmt: skip
def test_a_period_from_january_knows_its_last_month(period, ends):
    assert until(period) == ends


def test_single_months_are_told_from_runs_of_months():
    assert (single_month("2020M10"), single_month("2020M1-M10"), single_month("2020")) == (10, None, None)


def test_the_first_print_goes_before_a_revision():
    growth = known("gdp_growth_real", "河南").set_index("period")
    assert growth.loc["2020", "value"] == 1.3


def test_a_range_is_told_with_its_rounded_ends():
    assert Reckoned(12.0, 11.9, 12.1).told() == "11.9–12.1"
    assert Reckoned(6.0, 5.96, 5.97).told() == "6.0"
    assert Reckoned(-5.0, -5.1, -4.7).told() == "-5.1 至 -4.7"
    assert (Reckoned(1, -1, 2).sign, Reckoned(1, 0.5, 2).sign, Reckoned(-1, -2, -0.5).sign) == (0, 1, -1)
