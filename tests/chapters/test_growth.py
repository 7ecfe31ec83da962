"""stabilise/growth: what is said of Henan's growth follows from the tables, and stops with them."""

import desk
import pytest
from conftest import ROOT
from desk import PROVINCES, SERIES, change, opened

import bluebook as bb
from bluebook.charts.kinds import time

data = desk.data
CHAPTER, REAL = "stabilise/growth", "gdp_growth_real"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def grew(region, period):
    return {"series": REAL, "region": region, "period": period}


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == [
        "fig-gap",
        "fig-ranks",
        "tab-central",
        "fig-revenue",
        "fig-revised",
        "fig-later",
    ]


def test_the_printed_ranks_come_out_of_the_31_provinces(now):
    places = now.names["places"]
    assert [p.rank for p in places.values()] == [26, 27, 25]
    assert places["2021 年"].tied == ("内蒙古",) and places["2021 年"].last == 28
    assert all(p.of == 31 and p.rank == p.worst for p in places.values())
    assert [p.rank for p in now.names["central"].values()] == [5, 6, 6]


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "rank"), [("6.2", 27), ("6.4", 28)])
def test_without_the_tie_the_sentence_on_it_falls(data, rate, rank):
    change(data / PROVINCES, {"value": rate}, **grew("内蒙古", "2021"))
    there = opened(CHAPTER)
    assert there.glued["rank_2021"] == rank and "是把并列的排在了前面" in there.broken


@pytest.mark.slow
def test_the_province_without_a_figure_does_not_matter_as_long_as_it_is_above_henan(data):
    change(data / PROVINCES, {"value": "4.0"}, **grew("湖南", "2022Q1"))
    there = opened(CHAPTER)
    place = there.names["places"]["2022 年一季度"]
    assert place.worst == place.rank + 1 and "所以名次不受影响" in there.broken


def test_missing_years_stay_missing_and_are_named(now):
    table = now.figures["fig-gap"].table.set_index("年份")
    assert table.index[table["河南"].isna()].tolist() == ["2013", "2014"]
    assert (
        table.loc["2013", "说明"] == "公布过，未找到原文"
        and table.loc["2016", "说明"] == "政府工作报告的预计数"
    )
    assert 'filled": False' in str(now.figures["fig-gap"].panels).replace("'", '"')


def test_what_is_missing_is_said_to_be_not_found_and_not_unpublished(now):
    page = (ROOT / "chapters" / f"{CHAPTER}.md").read_text("utf-8")
    assert "当年都公布过，只是我们没有找到登它的原文" in page and "没有查到公布数" not in page
    assert set(now.figures["fig-gap"].table["说明"]) >= {"公布过，未找到原文"}


def test_a_title_over_one_quarter_does_not_speak_of_all_that_follows(now):
    title = now.figures["tab-central"].title
    assert "2021 年和 2022 年一季度" in title and "以后" not in title


def test_the_ground_changes_colour_exactly_where_the_lines_cross(now):
    ground = time.pieces(now.names["growth"])
    crossing = ground[(ground["year"] > 2019) & (ground["year"] < 2020)]
    assert len(crossing) == 2 and set(crossing["ahead"]) == {True, False}
    assert not ground["year"].between(2012.01, 2014.99).any()


def test_2020s_revision_is_what_the_ledger_derives(now):
    row, cut = bb.audited().loc["gdp_growth_ha_2020"], now.names["cut"]["河南"]
    assert (cut.lower, cut.upper) == pytest.approx((row["derived_lower"], row["derived_upper"]), abs=2e-6)
    assert not cut.lower <= 1.3 <= cut.upper


@pytest.mark.slow
def test_the_exercise_on_the_average_does_what_it_says():
    more = opened(CHAPTER, ("average[who], 2", "average[who] + 0.1, 2")).names["cut"]["河南"]
    assert more.lower <= 1.3 <= more.upper


@pytest.mark.slow
def test_a_larger_revision_of_the_country_takes_back_the_title(data):
    change(data / SERIES, {"value": "11.0"}, **grew("全国", "2010"), vintage="revised")
    assert any("调低" in told for told in opened(CHAPTER).broken)


@pytest.mark.slow
def test_revenue_that_did_not_rise_without_refunds_stops_the_build(data):
    change(data / SERIES, {"value": "-6.0"}, series="budget_revenue_growth_comparable")
    assert any("退掉的税" in told for told in opened(CHAPTER).broken)


@pytest.mark.slow
def test_a_faster_henan_in_2021_takes_back_what_is_said_of_the_gap(data):
    change(data / SERIES, {"value": "8.5"}, **grew("河南", "2021"))
    assert {"2022 年一季度差距小了"} <= set(opened(CHAPTER).broken)


def test_a_window_that_reaches_further_back_can_be_drawn():
    table = opened(CHAPTER, ("2011, 2021", "2008, 2023")).figures["fig-gap"].table
    assert table["年份"].iloc[[0, -1]].tolist() == ["2008", "2023"]


@pytest.mark.slow
def test_another_province_leaves_gaps_and_warnings_and_every_figure_can_still_be_drawn():
    there = opened(CHAPTER, ('home = "河南"', 'home = "湖北"'))
    assert [p.rank for p in there.names["places"].values()] == [31, 1, 3]
    assert there.figures["fig-gap"].table["湖北"].isna().all()
    assert {"差距扩大到", "河南其实快", "河南反超", "河南比这个下限还低"} <= set(there.broken)
    assert all("<svg" in figure._repr_html_() for figure in there.figures.values() if figure.panels)
    shown = "".join(figure.title + figure.table_html() for figure in there.figures.values())
    assert "nan" not in shown


@pytest.mark.slow
def test_a_province_without_a_figure_of_a_quarter_has_no_place_in_it():
    there = opened(CHAPTER, ('home = "河南"', 'home = "西藏"'))
    assert [str(p.rank) for p in there.names["places"].values()] == ["1", "21", "nan"]


def test_the_units_and_the_range_stand_in_the_tables(now):
    assert list(now.figures["fig-later"].table) == ["时期", "全国（%）", "河南（%）", "河南减全国（百分点）"]
    revenue = now.figures["fig-revenue"].table
    assert (
        list(revenue) == ["口径", "亿元", "舍入后的范围"]
        and revenue["舍入后的范围"].iloc[-1] == "235.9–239.2"
    )


def test_a_changed_rate_of_2021_is_said_wherever_it_is_reckoned_with(data):
    change(data / SERIES, {"value": "9.9"}, **grew("河南", "2021"))
    there = opened(CHAPTER)
    assert there.glued["own_2021"] == 9.9 and there.glued["gap_2021"] == pytest.approx(-1.8)
    assert {"差距扩大到", "2022 年一季度差距小了", "个靠着下沿", "全国慢下来更多"} <= set(there.broken)
    assert all("<svg" in figure._repr_html_() for figure in there.figures.values() if figure.panels)
