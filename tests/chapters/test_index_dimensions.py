"""report/index-dimensions: lists of five read for all they are worth, and no further."""

from __future__ import annotations

import desk
import pandas as pd
import pytest
from desk import CLAIMS, SCORES, change, opened

import bluebook as bb

data = desk.data
CHAPTER = "report/index-dimensions"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is, the edition's own text put in."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == [
        "fig-profile",
        "fig-steepness",
        "fig-spending",
        "fig-output-places",
        "fig-beside-environment-1",
        "fig-beside-performance-1",
        "fig-firsts",
        "fig-last-input",
        "fig-named",
    ]


def test_a_rank_beside_the_total_is_better_the_same_or_worse(now):
    side = now.names["side"]
    assert side.loc["漯河", "创新绩效"] == 1  # 13th in the total, 4th here
    assert side.loc["洛阳", "创新产出"] == 0
    assert side.loc["新乡", "创新环境"] == -1


def test_who_is_not_listed_comes_no_earlier_than_sixth(now):
    table = now.figures["fig-profile"].table.set_index("城市")
    assert table.loc["焦作", "投入"] == "≥6 ▼"  # 4th in the total: certainly worse
    assert table.loc["南阳", "投入"] == "≥6"  # 6th: it may be 6th here too
    assert pd.isna(now.names["side"].loc["南阳", "创新投入"])


def test_every_claim_of_certainty_holds_for_any_rank_it_could_have(now):
    side, known, least = (now.names[k] for k in ("side", "known", "least"))
    sure = side.where(~known).stack().dropna()
    total = now.names["total"]
    assert len(sure) == 4 and all(least.loc[city, dim] > total[city] for city, dim in sure.index)
    assert "由此可以断定，焦作的创新投入、创新绩效，许昌的" in now.glued["blank_told"]


def test_the_largest_rise_and_fall_are_named(now):
    assert now.glued["up_told"] == "漯河总分第 13，创新绩效第 4"
    assert now.glued["down_told"] == "新乡总分第 3，创新绩效第 11"


def test_the_gap_to_the_leader_is_computed_from_the_printed_scores(now):
    assert now.glued["steep_name"] == "创新环境" and now.glued["steep_share"] == pytest.approx(35.61)
    assert now.glued["flat_name"] == "创新投入"
    assert now.glued["flat_share"] == pytest.approx(100 * 66.65 / 96.02)


def test_scores_live_only_in_the_editions_tables(now):
    printed = bb.scores().dropna(subset="score")
    assert len(now.names["behind"]) == (printed["code"] != "index").sum()


@pytest.mark.slow
def test_a_missing_place_ends_what_is_known_of_the_list(data):
    change(data / SCORES, {"rank": "", "score": ""}, city="410700", code="input")
    change(data / SCORES, {"score": "80.00"}, city="410300", code="environment")
    there = opened(CHAPTER)
    assert there.names["depth"]["创新投入"] == 2
    assert pd.isna(there.names["side"].loc["焦作", "创新投入"])  # it may now be third
    assert "创新产出的第二名只有榜首的 43 %" in there.figures["fig-steepness"].title
    assert "第二名和榜首之间的距离在各维度里最大" in there.broken


def test_who_left_the_list_is_missing_from_it_not_sixth(now):
    figure = now.figures["fig-last-input"]
    assert figure.title == "创新投入：焦作退出前 5 名，平顶山进来；其余名次没有变"
    row = figure.table.set_index("城市").loc["焦作"]
    assert row.isna()["2022 名次"] and "—" in figure.table_html()
    assert "只有创新投入" in now.glued["shared_told"]


@pytest.mark.slow
def test_without_last_years_scores_the_chapter_says_so(data):
    path = data / "editions/2021/scores.csv"
    kept = [line for line in path.read_text("utf-8").splitlines() if ",input," not in line]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    change(data / CLAIMS, {"value": "12.0"}, id="science_share_ly_2020")
    change(data / "public/press.csv", {"value": "31"}, id="press_2022_410100_firsts")
    public = {"city": "411200", "indicator": "gdp_per_capita_yuan_derived", "period": "2020"}
    change(data / "public/cities.csv", {"value": "20000"}, **public)
    there = opened(CHAPTER)
    assert "fig-last-input" not in there.figures and "没有查到" in there.glued["shared_told"]
    # A share that fits takes the contradiction away; another count ends the deduction; one public figure an agreement.
    assert {"两段仍不相接", "名字全都知道", "正好把数补齐"} <= set(there.broken)
    assert any("人均地区生产总值（推算）" in told for told in there.broken)


def test_the_two_totals_of_science_spending_do_not_meet_even_with_rounding(now):
    spent = now.names["spent"]
    assert spent["合计至少（亿元）"]["郑州"] > spent["合计至多（亿元）"]["洛阳"]
    assert spent["合计至少（亿元）"]["郑州"] == pytest.approx(100 * 69.065 / 30.65)
    assert spent["至多 %"]["洛阳"] < 12.15  # its printed 12.2 cannot be, if 郑州 is right


def test_seven_output_places_agree_with_each_other(now):
    places = now.figures["fig-output-places"].table.set_index("城市")
    assert places.apply(lambda column: column.is_unique).all()
    assert list(places.loc["郑州"]) == [1, 1, 1] and list(places.loc["新乡"]) == [2, 4, 3]


@pytest.mark.parametrize(("code", "n"), [("environment-1", 4), ("performance-1", 5)])
def test_public_figures_give_the_reports_ranks(now, code, n):
    figure = now.figures[f"fig-beside-{code}"]
    assert f"报告印出的 {n} 个名次，由公开数据重算一个不差" in figure.title and figure.status == "public"


def test_all_first_places_are_accounted_for(now):
    firsts = now.names["firsts"]["第一的项数"]
    assert firsts.to_dict() == {"郑州": 32, "洛阳": 1, "新乡": 1, "信阳": 1, "济源": 1}
    assert firsts.sum() == 36


def test_a_shortfall_bounds_the_weight_of_the_only_indicator_that_is_not_first(now):
    assert now.glued["short_input"] == pytest.approx(3.98)
    assert now.glued["short_enterprise"] == pytest.approx(2.31)
    assert now.glued["implied_enterprise"] == pytest.approx(100 - 2.31 * 7)


def test_the_leaders_of_one_indicator_are_set_against_the_total(now):
    table = now.figures["fig-named"].table.set_index("指标")["总分名次平均"]
    assert table["空气质量优良天数"] == pytest.approx(12.8)
    assert table["人均生产总值"] == pytest.approx(5.8)


def test_the_first_two_exercises_count_what_they_ask_for(now):
    gain, known = now.names["gain"], now.names["known"]
    assert (gain.max(axis=1) > 0).sum() == 6
    assert known.sum(axis=1).eq(5).sum() == 3 and known.sum(axis=1).eq(1).sum() == 3
