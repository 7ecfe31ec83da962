"""Demand: the printed 4.2 cannot stand beside the speech's own figures, and a slowdown can be a fall."""

from __future__ import annotations

from itertools import product

import desk
import pytest
from desk import CLAIMS, SERIES, change, glued, left_in_chinese

from bluebook.chapters import demand
from bluebook.charts import FindingError

data = desk.data

FIGURES = ("sum_chart", "path_chart", "half_chart", "consumption_chart", "retail_chart", "april_chart", "housing_chart")  # fmt: skip


def test_the_speech_and_the_bureau_reach_twelve_the_printed_number_does_not():
    ways = demand.routes().set_index("key")
    assert round(ways.loc["speech", "value"], 1) == round(ways.loc["bureau", "value"], 1) == 12.0
    assert ways.loc["print", "value"] == 4.2 < ways.loc["speech", "lower"]


def test_a_corrected_number_stops_the_sentences_about_it(data):
    change(data / CLAIMS, {"value": "12.0"}, id="investment_growth_ha_2022m4")
    for chart in (demand.sum_chart, demand.path_chart, demand.half_chart):
        with pytest.raises(FindingError):
            chart()


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.8])
def test_the_other_half_is_the_worst_and_best_of_all_mixes(share):
    found = demand.other_half("investment_growth_ha_2022m4", share)
    every = [
        (whole - share * (mix * slow + (1 - mix) * fast)) / (1 - share)
        for whole, slow, fast, mix in product((4.15, 4.25), (2.55, 2.65), (3.45, 3.55), (0, 0.3, 1))
    ]
    assert min(every) == pytest.approx(found.lower)
    assert max(every) == pytest.approx(found.upper)
    assert found.lower < found.value < found.upper


def test_only_twelve_leaves_a_half_that_grew_like_industry():
    assert 20 < demand.other_half(demand._TOTAL).lower < demand.other_half(demand._TOTAL).upper < 22
    assert demand.other_half("investment_growth_ha_2022m4").upper < 6
    assert demand.other_half("investment_growth_ha_2022m4", 0.8).upper < 22.3


@pytest.mark.parametrize("share", [0.2, 0.25, 0.4, 0.5])
def test_april_follows_from_the_four_months_and_the_quarter(share):
    found = demand.april(share)
    every = [(now - (1 - share) * (now + drop)) / share for now, drop in product((2.55, 2.65), (2.45, 2.55))]
    assert (min(every), max(every)) == pytest.approx((found.lower, found.upper))


def test_april_turns_exactly_at_its_turning_share():
    turn = demand.turning_share() / 100
    assert demand.april(turn - 0.01).upper < 0 <= demand.april(turn + 0.001).upper
    assert demand.april(0.25).upper < 0


@pytest.mark.parametrize("share", [0, 1, -0.1])
def test_a_share_lies_between_none_and_all(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        demand.april(share)


def test_the_gap_between_income_and_spending_widened_in_henan_only():
    gap = demand.consumption().set_index("key")["gap"]
    assert gap["china"] < 0 < gap["q1"] < gap["h1"] < gap["year"]


def test_april_2022_fell_more_than_april_2020_and_less_than_march():
    at = demand.retail_months().set_index(["year", "month"])["value"]
    assert at[2020, 3] < at[2022, 4] < at[2020, 4] < 0


def test_months_without_a_figure_stay_missing():
    seen = demand.retail_months()
    assert "22" in demand.retail_chart().title
    assert seen["value"].notna().all() and len(seen) == 7
    assert len(demand._unknown_stretches(seen)) == 3


def test_land_was_dearer_though_less_of_it_was_bought():
    assert demand.housing().set_index("key").loc["unit_price", "henan"] == pytest.approx(18.23, abs=0.01)


def test_national_figures_that_were_not_found_are_missing_not_zero():
    assert demand.housing().set_index("key")["china"].isna().sum() == 3


def test_the_prose_speaks_of_the_ranges(monkeypatch):
    told = glued(demand, monkeypatch)
    assert (told["half_print"], told["half_sum"], told["total_range"]) == (
        "4.8–6.0",
        "20.2–21.6",
        "11.9–12.1",
    )
    assert told["april_range"] == "4.7–5.1"
    assert round(told["financing_fall"]) == 31


def test_a_revised_retail_figure_stops_the_sentence_on_april(data):
    change(data / SERIES, {"value": "-8.0"}, series="retail_sales_growth", region="河南", period="2020M4")
    with pytest.raises(FindingError):
        demand.retail_chart()


@pytest.mark.parametrize("name", FIGURES)
def test_english_figures_hold_no_chinese(name, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    assert left_in_chinese(getattr(demand, name)(), drawing=False) == []
