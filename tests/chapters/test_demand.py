"""stabilise/demand: the printed 4.2 cannot stand beside the speech's own figures, and a slowdown can be a fall."""

from itertools import product

import desk
import pytest
from desk import CLAIMS, SERIES, change, opened

data = desk.data
CHAPTER = "stabilise/demand"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == [
        "fig-investment-sum",
        "fig-investment-path",
        "fig-other-half",
        "fig-consumption",
        "fig-retail",
        "fig-housing",
    ]


def test_the_speech_and_the_bureau_reach_twelve_the_printed_number_does_not(now):
    ways = now.names["ways"]
    assert ways.loc[["讲话，两数相加", "统计局"], "得（%）"].astype(float).round(1).tolist() == [12.0, 12.0]
    assert ways.loc["讲话，印出", "得（%）"] == 4.2 < ways.loc["讲话，两数相加", "下限"]


@pytest.mark.slow
def test_a_corrected_number_takes_back_the_sentences_about_it(data):
    change(data / CLAIMS, {"value": "12.0"}, id="investment_growth_ha_2022m4")
    there = opened(CHAPTER)
    for figure in ("fig-investment-sum", "fig-investment-path", "fig-other-half"):
        assert there.figures[figure].title in there.broken
    assert {"有矛盾的一处", "快，不是慢"} <= set(there.broken)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.8])
def test_the_other_half_is_the_worst_and_best_of_all_mixes(now, share):
    found = now.names["other_half"](now.names["said"], share)
    every = [
        (whole - share * (mix * slow + (1 - mix) * fast)) / (1 - share)
        for whole, slow, fast, mix in product((4.15, 4.25), (2.55, 2.65), (3.45, 3.55), (0, 0.3, 1))
    ]
    assert min(every) == pytest.approx(found.lower)
    assert max(every) == pytest.approx(found.upper)
    assert found.lower < found.value < found.upper


def test_only_twelve_leaves_a_half_that_grew_like_industry(now):
    other_half, said = now.names["other_half"], now.names["said"]
    assert 20 < now.names["half_summed"].lower < now.names["half_summed"].upper < 22
    assert now.names["half_said"].upper < 6
    assert other_half(said, 0.8).upper < now.names["industry"] < other_half(now.names["summed"], 0.8).lower


@pytest.mark.parametrize("share", [20, 25, 40, 50])
def test_april_follows_from_the_four_months_and_the_quarter(now, share):
    found, part = now.names["april"].loc[share], share / 100
    every = [(now_ - (1 - part) * (now_ + drop)) / part for now_, drop in product((2.55, 2.65), (2.45, 2.55))]
    assert [min(every), max(every)] == pytest.approx([found["下限"], found["上限"]])


def test_april_turns_exactly_at_its_turning_share_and_the_exercise_sees_it(now):
    april, turn = now.names["april"], now.names["turn"]
    assert april.loc[int(turn), "上限"] < 0 < april.loc[int(turn) + 1, "上限"]
    assert april.loc[25, "上限"] < 0 < april.loc[50, "4 月增速（%）"] < 0.2


def test_the_gap_between_income_and_spending_widened_in_henan_only(now):
    q1, half, year, nation = now.names["homes"]["差（百分点）"]
    assert nation < 0 < q1 < half < year


def test_april_2022_fell_more_than_april_2020_and_less_than_march(now):
    table = now.figures["fig-retail"].table.set_index("月份")["增速（%）"]
    assert table["2020 年 3 月"] < table["2022 年 4 月"] < table["2020 年 4 月"] < 0


def test_months_without_a_figure_stay_missing(now):
    table = now.figures["fig-retail"].table
    assert table["增速（%）"].notna().all() and len(table) == 7
    assert len(now.names["blank"]) == 3 and "22 个没有数据" in now.figures["fig-retail"].title
    assert now.names["path"]["河南"].isna().sum() == 6


def test_land_was_dearer_and_national_figures_not_found_are_missing(now):
    table = now.figures["fig-housing"].table.set_index("指标")
    assert table.loc["土地单价", "河南（%）"] == pytest.approx(18.23, abs=0.01)
    assert table["全国（%）"].isna().sum() == 3


def test_the_prose_speaks_of_the_ranges(now):
    told = now.glued
    assert (told["half_print"], told["half_sum"]) == ("4.8–6.0", "20.2–21.6")
    assert (told["total_range"], told["april_range"]) == ("11.9–12.1", "4.7–5.1")
    assert round(told["financing_fall"]) == 31


@pytest.mark.slow
def test_a_revised_retail_figure_takes_back_the_sentence_on_april(data):
    change(data / SERIES, {"value": "-8.0"}, series="retail_sales_growth", region="河南", period="2020M4")
    there = opened(CHAPTER)
    assert "更深的一次是再早一个月" in there.broken
    assert there.figures["fig-retail"].title in there.broken


@pytest.mark.slow
def test_a_milder_fall_of_the_country_takes_back_what_is_said_of_it(data):
    change(data / SERIES, {"value": "-5.0"}, series="retail_sales_growth", region="全国", period="2022M4")
    change(
        data / SERIES,
        {"value": "3.0"},
        series="real_estate_investment_growth",
        region="全国",
        period="2022M1-M4",
    )
    broken = opened(CHAPTER).broken
    assert {"河南这个月并不算差", "能与全国相比的三项，河南都好一些"} <= set(broken)
