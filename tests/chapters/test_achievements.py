"""report/achievements: what the report's figures of 2021 imply, and what would change it."""

import desk
import pytest
from desk import CLAIMS, change, opened

import bluebook as bb

data = desk.data
CHAPTER = "report/achievements"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == [
        "fig-achievements-gaps",
        "fig-achievements-rises",
        "fig-achievements-list",
    ]


def test_the_printed_multiple_is_possible_but_near_the_lower_edge(now):
    ratio, printed = now.names["ratio"], bb.printed("subsidy_leverage_2021")
    assert ratio.lower < printed + 0.05 < ratio.upper and printed < ratio.value


@pytest.mark.slow
def test_a_hundredth_more_subsidy_takes_back_the_edge(data):
    change(data / CLAIMS, {"value": "5.88"}, id="rd_subsidy_2021")
    assert opened(CHAPTER).broken == ["只是靠近下沿"]


@pytest.mark.slow
def test_a_tenth_less_subsidy_makes_the_multiple_impossible(data):
    change(data / CLAIMS, {"value": "5.77"}, id="rd_subsidy_2021")
    assert "印出的数在里面" in opened(CHAPTER).broken


def test_spending_added_is_a_fifth_of_spending_multiplied(now):
    added = now.names["added"]
    assert 12.5 < added.lower < added.upper < 12.7


def test_the_report_names_two_of_the_three_items_in_which_henan_was_faster(now):
    gaps = now.names["gaps"]
    assert (now.glued["n_up"], now.glued["n_down"]) == (3, 5)
    named = gaps[gaps["group"] == "报告点名"]
    assert set(named.index) == {"工业投资", "货物进出口"} and named["low"].min() > 0


@pytest.mark.slow
def test_the_title_gives_way_when_a_named_item_falls_behind(data):
    change(data / CLAIMS, {"value": "-0.3"}, id="industrial_investment_gap_2021")
    there = opened(CHAPTER)
    assert "报告点名的都在快的一边" in there.broken and any("报告点名的两项" in told for told in there.broken)


def test_another_choice_of_items_takes_back_the_sentences():
    there = opened(CHAPTER, ('named = ["工业投资",', 'named = ["社会消费品零售",'))
    assert len(there.broken) == 3 and "报告点名的都在快的一边" in there.broken


def test_only_the_zones_core_grew_more_slowly_than_the_province(now):
    assert list(now.names["slow"]) == ["自创区核心区生产总值"]
    assert (now.glued["n_rates"], now.glued["n_faster"]) == (20, 19)
    assert now.glued["zlx_gap"] == pytest.approx(1.5)


def test_a_bound_gives_only_a_bound_of_the_year_before(now):
    row = now.names["start"].loc["传感器等产量"]
    assert row["只知上限"] and row["high"] == pytest.approx(80) and row["low"] == row["high"]
    shown = now.figures["fig-achievements-rises"].table.set_index("项目").loc["传感器等产量"]
    assert list(shown) == ["≥25", "≤ 80.0"]


def test_new_firms_and_total_agree_with_the_growth_printed_without_decimals(now):
    firms = now.names["before"]["高新技术企业"]
    assert now.glued["hightech_before"] == 6310 and firms.lower < 6310 < firms.upper


@pytest.mark.slow
def test_with_one_more_decimal_the_growth_would_have_been_wrong_and_the_sentence_falls(data):
    change(data / CLAIMS, {"value": "33.0", "decimals": "1"}, id="hightech_growth_2021")
    there = opened(CHAPTER)
    firms = there.names["before"]["高新技术企业"]
    assert not firms.lower < 6310 < firms.upper and firms.upper - firms.lower < 10
    assert there.broken == ["这三个数互相咬合"]


def test_trade_led_back_is_above_the_first_print_of_2020(now):
    assert now.glued["implied_trade_low"] > now.glued["printed_trade"]


@pytest.mark.slow
def test_more_than_half_of_the_new_platforms_are_joint_laboratories(now, data):
    assert now.glued["n_platforms"] == 56 and now.glued["n_people"] == 65
    assert len(now.names["points"]) == now.names["new"]["新增"].sum()
    change(data / CLAIMS, {"value": "20"}, id="new_joint_labs_2021")
    assert any("超过一半" in told for told in opened(CHAPTER).broken)
