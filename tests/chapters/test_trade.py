"""stabilise/trade: the rank can be bounded, the phones belong to 2021, and rounding explains what looks wrong."""

from __future__ import annotations

import math

import desk
import pytest
from desk import CLAIMS, SERIES, change, opened

import bluebook as bb

data = desk.data
CHAPTER = "stabilise/trade"
FIGURES = ["fig-trade-rank", "fig-trade-pace", "fig-import-share", "fig-import-growth", "fig-phone-year", "fig-services", "fig-not-contradictions"]  # fmt: skip


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def broken(there, words):
    return [told for told in there.broken if words in told]


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == FIGURES


# ---------------------------------------------------------------- the rank


def test_henan_was_tenth_or_eleventh_by_value_and_first_to_fifth_by_growth(now):
    room, pace = now.names["room"], now.names["pace_room"]
    assert (room.best, room.worst) == (10, 11) and (pace.best, pace.worst) == (1, 5)
    assert (now.glued["anhui_ahead"], now.glued["anhui_seen"], now.glued["anhui_unseen"]) == (12, 11, 1)


def test_a_province_with_a_printed_rank_is_bounded_by_the_ranks_around_it(now):
    total = now.names["total"]
    far = bb.unseen(total["value"], total["rank_printed"], "山西")
    assert (far.best, far.worst) == (
        17,
        31,
    )  # one unseen lies above Anhui for certain; nothing holds Shanxi from below


def test_without_anhuis_printed_rank_nothing_holds_the_unseen_down(now):
    total = now.names["total"]
    free = bb.unseen(total["value"], total["rank_printed"].drop("安徽"), "河南")
    assert (free.best, free.worst) == (10, 10 + 31 - len(total))


def test_the_exercise_on_other_provinces_does_what_it_says(now):
    total = now.names["total"]
    rooms = {who: bb.unseen(total["value"], total["rank_printed"], who) for who in ("重庆", "安徽", "湖南")}
    wide = {who: room.worst - room.best for who, room in rooms.items()}
    assert wide["重庆"] == 1 and min(wide["安徽"], wide["湖南"]) > 10


def test_a_lower_bound_says_so_in_the_table_and_on_the_chart(now):
    table = now.figures["fig-trade-rank"].table.set_index("省份")
    assert table["总值（亿元）"]["四川"] == "≥ 8,000"
    assert "≥ 8,000" in set(now.names["ranked"]["text"])


# ---------------------------------------------------------------- the pace


def test_the_last_two_months_of_2020_made_most_of_the_years_growth(now):
    late, share = now.names["late"], now.names["late_share"]
    assert share.lower > 80
    assert 63 < late.lower < late.value < late.upper < 66


def test_the_steps_of_a_year_add_up_to_its_total(now):
    steps = now.names["steps"].query("年 == 2020")
    assert math.isclose((steps["value"] * steps["月数"]).sum(), 6654.8)
    assert list(steps["月数"]) == [6, 1, 2, 1, 2]


# ---------------------------------------------------------------- shares


def test_the_import_share_is_half_as_far_below_the_country_as_the_speech_says(now):
    shares = now.names["shares"]
    assert 5.3 < shares["全国，海关总数"].value - 38.8 < 5.6
    assert shares["全国，照讲话"].lower < 50 < shares["全国，照讲话"].upper
    assert now.figures["fig-import-share"].table["四舍五入的范围"].tolist()[-1] == "50%"


@pytest.mark.slow
def test_a_mended_import_gap_takes_back_the_title_as_the_exercise_says(data):
    change(data / CLAIMS, {"value": "5.5", "decimals": "1"}, id="imports_share_gap_2020")
    assert broken(opened(CHAPTER), "比全国低 5.4–5.5 个百分点，不是 6 个")


SLOW = "2018 年 1—2 月、2019 年上半年、2021 年一季度、2021 年 1—10 月"


def test_every_period_before_the_speech_counts_and_imports_were_slower_in_four_of_twelve(now):
    assert (now.glued["n_periods"], now.glued["n_faster"], now.glued["n_slower"]) == (12, 8, 4)
    assert now.glued["slow_periods"] == SLOW
    assert list(now.figures["fig-import-growth"].table) == ["时段", "出口（%）", "进口（%）"]
    assert "快的 8 个，慢的 4 个" in now.figures["fig-import-growth"].title


def test_no_period_is_left_out_that_has_both_rates(now):
    both = [set(bb.known(name, "河南")["period"]) for name in ("exports_growth", "imports_growth")]
    derived = {"2022M1-M5", "2023H1"}  # the speech's own, and one from two amounts
    assert len(now.names["side"]) == len(both[0] & both[1] | derived)


@pytest.mark.slow
def test_a_period_turned_round_changes_the_count_and_the_sentence_on_the_slow_ones(data):
    change(data / SERIES, {"value": "36.0"}, series="imports_growth", region="河南", period="2021M1-M10")
    assert opened(CHAPTER).glued["n_slower"] == 4
    change(data / SERIES, {"value": "37.0"}, series="imports_growth", region="河南", period="2021M1-M10")
    there = opened(CHAPTER)
    assert there.glued["n_slower"] == 3 and "慢的也不止一次" in there.broken


def test_the_pages_rank_lies_within_the_ledgers_wider_one(now):
    assert (now.glued["ledger_best"], now.glued["ledger_worst"]) == (10, 25)
    assert now.glued["ledger_best"] <= now.glued["low"] < now.glued["high"] <= now.glued["ledger_worst"]


def test_only_the_first_half_of_2021_fits_the_phones(now):
    phones = now.names["phones"]
    assert phones.index[phones["group"] == "合"].tolist() == ["2021 年上半年"]
    assert phones["low"]["2020 年上半年"] > 86


@pytest.mark.slow
def test_what_rests_on_the_exports_of_2021_falls_with_them(data):
    change(data / SERIES, {"value": "2400.0"}, series="exports", region="河南", period="2021H1")
    there = opened(CHAPTER)
    assert broken(there, "对得上") and "与印出的数相合" in there.broken


def test_without_foxconn_services_would_pass_the_countrys_share(now):
    rest = now.names["rest"]
    assert 12.3 < rest.lower < 422 / (422 + 6654.8 * 0.4) * 100 < rest.upper
    assert round(now.glued["services_needed"]) == 933


@pytest.mark.slow
def test_a_small_foxconn_takes_back_the_sentence_on_services(data):
    change(data / CLAIMS, {"value": "20"}, id="foxconn_share_2020")
    there = opened(CHAPTER)
    assert broken(there, "除去富士康的货物贸易") and "从货物里拿掉富士康一家，河南就是" in there.broken


def test_the_exercise_on_the_denominator_stays_below_the_country(now):
    share = bb.reckon("services_trade_ha_2020/(services_trade_ha_2020 + trade_ha_2020*0.7)*100")
    assert now.glued["share_exact"] < share.value < 12.3


# ---------------------------------------------------------------- what looks like a contradiction


def test_rounding_alone_reconciles_two_of_five_lookalikes(now):
    within, again = now.names["within"], now.names["again"]
    assert list(within.index[within]) == ["trade_growth_on_2020_2022m5", "surplus_fall_ha_2022m5"]
    assert again["low"]["surplus_fall_ha_2022m5"] < 0 < again["high"]["surplus_fall_ha_2022m5"]


def test_the_rounding_of_what_is_printed_stands_behind_the_dots(now):
    figure = now.figures["fig-not-contradictions"]
    assert "灰条是印出的数四舍五入的范围" in figure.subtitle
    assert now.names["rounding"]["high"].tolist() == pytest.approx([0.05] * 5)
    assert str(figure.panels).count(bb.QUIET) >= 1


def test_the_numbers_in_the_prose_have_their_ranges_around_them(now):
    assert now.glued["growth_2019"] == "3.5–3.7"


# ---------------------------------------------------------------- what the library tells of periods and ranges


@pytest.mark.parametrize(
    ("period", "ends"),
    [("2020", (2020, 12)), ("2022M1-M5", (2022, 5)), ("2021Q1", (2021, 3)), ("2021Q1-Q3", (2021, 9)), ("2020H1", (2020, 6)), ("2020M10", (2020, None)), ("2016-2020", (2016, None))],
)  # fmt: skip
def test_a_period_from_january_knows_its_last_month(period, ends):
    assert bb.until(period) == ends


def test_single_months_are_told_from_runs_of_months():
    assert [bb.single_month(p) for p in ("2020M10", "2020M1-M10", "2020")] == [10, None, None]


def test_the_first_print_goes_before_a_revision():
    growth = bb.known("gdp_growth_real", "河南").set_index("period")
    assert growth.loc["2020", "value"] == 1.3


def test_a_range_is_told_with_its_rounded_ends():
    assert bb.Interval(12.0, 11.9, 12.1).told() == "11.9–12.1"
    assert bb.Interval(6.0, 5.96, 5.97).told() == "6.0"
    assert bb.Interval(-5.0, -5.1, -4.7).told() == "-5.1 至 -4.7"
    assert [bb.Interval(*r).sign for r in ((1, -1, 2), (1, 0.5, 2), (-1, -2, -0.5))] == [0, 1, -1]
