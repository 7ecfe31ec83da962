"""stabilise/growth: what is said of Henan's growth follows from the tables, and changes or stops with them."""

import desk
import pandas as pd
import pytest
from desk import PROVINCES, SERIES, change, in_chinese

from bluebook import economy, editions, reading
from bluebook.chapters import growth
from bluebook.charts import FindingError

data = desk.data


def grew(region, period):
    return {"series": growth.SERIES, "region": region, "period": period}


def test_the_printed_ranks_come_out_of_the_31_provinces():
    places = {p: growth.national_place(p) for p in growth.PERIODS}
    assert [p.rank for p in places.values()] == [26, 27, 25]
    assert places["2021"].tied == ("内蒙古",) and places["2021"].last == 28
    assert all(p.of == 31 and p.rank == p.worst for p in places.values())


def test_henan_is_fifth_and_twice_sixth_of_the_six_in_central_china():
    assert [growth.central_place(p).rank for p in growth.PERIODS] == [5, 6, 6]


def test_without_the_tie_the_sentence_says_that_the_speech_disagrees(data):
    assert "内蒙古并列第 27" in growth.rank_sentence("2021")
    change(data / PROVINCES, {"value": "6.2"}, **grew("内蒙古", "2021"))
    assert "排第 27，讲话说是第 28，两者不合" in growth.rank_sentence("2021")


def test_one_province_more_ahead_makes_the_printed_rank_right(data):
    change(data / PROVINCES, {"value": "6.4"}, **grew("内蒙古", "2021"))
    assert growth.national_place("2021").rank == 28
    assert "排第 28，与讲话一致" in growth.rank_sentence("2021")


def test_the_province_without_a_figure_does_not_matter_as_long_as_it_is_above_henan(data):
    assert "名次不受影响" in growth.tibet_sentence()
    change(data / PROVINCES, {"value": "4.0"}, **grew("湖南", "2022Q1"))
    here = growth.national_place("2022Q1")
    assert here.worst == here.rank + 1
    assert "余地" in growth.tibet_sentence()


def test_missing_years_stay_missing_and_are_named():
    years = growth.yearly()
    assert years.index[years["河南"].isna()].tolist() == [2013, 2014]
    table = growth.gap().table
    assert table.set_index("年份").loc["2013", "说明"] == "未见公布数"
    assert table.set_index("年份").loc["2016", "说明"] == "政府工作报告的预计数"
    pieces = growth._shaded(years)
    assert not pieces["x"].between(2012.01, 2014.99).any()


def test_the_ground_changes_colour_exactly_where_the_lines_cross():
    pieces = growth._shaded(growth.yearly())
    crossing = pieces[(pieces["x"] > 2019) & (pieces["x"] < 2020)]
    assert len(crossing) == 2 and set(crossing["ahead"]) == {True, False}
    assert crossing["ha"].tolist() == pytest.approx(crossing["cn"].tolist())


def test_the_missing_years_are_bounded_by_the_average_of_the_decade():
    empty = growth.missing_years()
    assert empty.low < 9.1 < empty.high and empty.high - empty.low < 1


def test_2020s_revision_is_what_the_ledger_derives():
    row, cut = reading.audited().loc["gdp_growth_ha_2020"], growth.revised_2020()
    assert row["verdict"] == "contradicted"
    assert (cut.low, cut.high) == pytest.approx((row["derived_lower"], row["derived_upper"]), abs=2e-6)
    assert not cut.low <= 1.3 <= cut.high
    more = growth.revised_2020(more=0.1)
    assert more.low <= 1.3 <= more.high


def test_a_larger_revision_of_the_country_takes_back_the_title(data):
    change(
        data / SERIES,
        {"value": "11.0"},
        series=growth.SERIES,
        region="全国",
        period="2010",
        vintage="revised",
    )
    with pytest.raises(FindingError, match="调低"):
        growth.revised()


def test_the_refunds_follow_from_the_two_growth_rates():
    money = growth.revenue()
    assert money["refunds"].mid == pytest.approx(money["comparable"].mid - money["now"].mid)
    assert money["now"].mid / money["before"].mid - 1 == pytest.approx(-0.047)
    assert 235 < money["refunds"].low < money["refunds"].high < 240


def test_revenue_that_did_not_rise_without_refunds_stops_the_build(data):
    change(data / SERIES, {"value": "-1.0"}, series="budget_revenue_growth_comparable")
    with pytest.raises(FindingError, match="退掉的税"):
        growth.spring_revenue()


def test_a_faster_henan_in_2021_changes_the_title_of_the_chart(data):
    assert growth.gap().title.startswith("2020 年以前")
    change(data / SERIES, {"value": "8.5"}, series=growth.SERIES, region="河南", period="2021")
    assert growth.gap().title == "9 个有数可查的年份里，河南有 1 年比全国慢"
    with pytest.raises(FindingError):
        growth.spring_sentence()


def test_a_ranked_cell_changes_title_and_table(data):
    change(data / PROVINCES, {"value": "9.9"}, **grew("河南", "2020"))
    assert growth.national_place("2020").rank == 1
    assert "第 1、第 27、第 25" in growth.ranks().title
    assert growth.central().title.startswith("中部六省里")


def test_a_window_that_reaches_further_back_can_be_drawn():
    table = growth.gap(2008, 2023).table
    assert table["年份"].iloc[[0, -1]].tolist() == ["2008", "2023"]
    assert pd.isna(table["全国"].iloc[0])


def test_every_chapter_figure_has_both_languages(monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    for draw in (
        growth.gap,
        growth.ranks,
        growth.central,
        growth.spring_revenue,
        growth.revised,
        growth.afterwards,
    ):
        figure = draw()
        assert not in_chinese(figure.title + figure.subtitle + figure.alt + figure.note)
        assert not in_chinese("".join(map(str, figure.table.columns)))


def test_first_prints_are_what_the_speech_quotes():
    ledger = reading.audited()
    for id_, region, period in (
        ("gdp_growth_cn_2020", "全国", 2020),
        ("gdp_growth_ha_2020", "河南", 2020),
        ("gdp_growth_ha_2022q1", "河南", "2022Q1"),
    ):
        assert float(ledger.loc[id_, "value"]) == economy.value(
            editions.series(), growth.SERIES, region, period
        )
