"""report/outlook: the printed intensities are a year old, and the rank hides how close the provinces stand."""

import desk
import pandas as pd
import pytest
from desk import CLAIMS, PROVINCES, change, opened

import bluebook as bb

data = desk.data
CHAPTER = "report/outlook"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == [
        "fig-outlook-points",
        "fig-outlook-year",
        "fig-outlook-ranks",
        "fig-outlook-innovation",
    ]


def test_the_intensities_printed_for_2021_are_those_of_2020(now):
    ledger, first = bb.audited(), now.names["first"].loc[2020]
    for claim, region in (("rd_intensity_ha_2021", "河南"), ("rd_intensity_cn_2021", "全国")):
        assert float(ledger["value"][claim]) == first[region]
        assert ledger["verdict"][claim] == "contradicted"


def test_the_reports_own_numbers_already_exclude_the_printed_intensity(now):
    assert now.glued["floor"] == pytest.approx(1.698, abs=0.0005)
    assert now.glued["floor"] > bb.reckon("rd_intensity_ha_2021").upper


def test_only_a_first_print_is_on_the_lines(now):
    assert pd.isna(now.names["first"]["河南"][2019])
    revised = now.names["marks"].query("哪种数 == '修订后'")
    assert set(zip(revised["地区"], revised["year"], strict=True)) == {
        ("河南", 2019),
        ("河南", 2021),
        ("河南", 2022),
        ("全国", 2020),
        ("全国", 2021),
    }


@pytest.mark.slow
def test_the_right_year_takes_back_what_is_said_of_the_wrong_one(data):
    change(data / CLAIMS, {"value": "1.73"}, id="rd_intensity_ha_2021")
    change(data / CLAIMS, {"value": "2.44"}, id="rd_intensity_cn_2021")
    there = opened(CHAPTER)
    assert {"两个研发强度还挂错了年份", "都是 2020 年的", "已经高过印出的数"} <= set(there.broken)
    assert "双创蓝皮书的发布稿把 2020 年的研发强度印在 2021 年名下" in there.broken
    assert any("都是 2020 年的；" in told for told in there.broken)


def test_henan_falls_farther_than_any_province_from_gdp_to_intensity(now):
    ranks, falls = now.names["ranks"], now.names["fall"].sort_values()
    assert tuple(ranks.loc["河南"]) == (5, 9, 18) and len(ranks) == 31
    assert falls.index[-1] == "河南" and falls.iloc[-1] == 13 > falls.iloc[-2]
    assert now.glued["place_central"] == 5


def test_a_higher_intensity_takes_back_the_superlative(data):
    change(data / PROVINCES, {"value": "2.30"}, series="rd_intensity", region="河南", period="2020")
    there = opened(CHAPTER)
    assert any("落差全国最大" in told for told in there.broken)


def test_only_fujian_passed_henan_and_gained_at_least_as_much_as_it_takes(now):
    assert now.names["passed"] == ["福建"] and now.glued["needed"] == pytest.approx(28.51 - 27.17)


def test_a_lower_score_takes_back_the_rise_and_needs_no_gain():
    there = opened(CHAPTER, ('own_score = bb.printed("innovation_score_ha_2021")', "own_score = 27.00"))
    assert there.glued["needed"] < 0 and "年分数又高了" in there.broken
    assert any("反退" in told for told in there.broken)


def test_from_spending_to_intensity_henan_falls_farthest_too():
    old = 'fall = ranks["研发强度"] - ranks["生产总值"]'
    there = opened(CHAPTER, (old, 'fall = ranks["研发强度"] - ranks["研发经费"]'))
    assert there.names["fall"].idxmax() == "河南" and there.names["fall"].max() == 9


def test_a_garbled_score_is_missing_not_guessed(now):
    rows = now.figures["fig-outlook-innovation"].table
    blank = rows[rows["得分"].isna()]
    assert set(zip(blank["报告年度"], blank["省份"], strict=True)) == {(2019, "西藏"), (2020, "安徽")}
    assert now.names["named"]["安徽"] == "安徽 10"  # the rank of the last edition that scored it


def test_two_of_thirteen_points_come_with_figures(now):
    points = now.names["points"]
    assert len(points) == 13 and points["带数字"].sum() == 2
    claims = set(" ".join(points["印出的数"]).split())
    assert claims == set(bb.audited().query("chapter == 'report/outlook'")["id"])
