"""report/achievements: what the report's figures of 2021 imply, and what would change it."""

import desk
import pytest
from desk import CLAIMS, change, left_in_chinese

from bluebook.chapters import achievements as chapter
from bluebook.chapters.evidence import within
from bluebook.charts import FindingError
from bluebook.reckoning import printed

data = desk.data


def test_the_printed_multiple_is_possible_but_only_just():
    quotient, told = within("subsidised_spending_2021/rd_subsidy_2021"), printed("subsidy_leverage_2021")
    assert quotient.low < told + 0.05 and quotient.high > told + 0.05
    shares = dict(chapter.leverage_shares())
    assert shares[66.5] == pytest.approx(0.174, abs=0.001)
    assert sum(shares.values()) == pytest.approx(1)
    assert "17%" in chapter.leverage().title


def test_a_hundredth_more_subsidy_makes_the_multiple_likely(data):
    change(data / CLAIMS, {"value": "5.88"}, id="rd_subsidy_2021")
    assert dict(chapter.leverage_shares())[66.5] > 0.5
    assert "只是少数" not in chapter.leverage().title


def test_a_tenth_less_subsidy_makes_the_multiple_impossible(data):
    change(data / CLAIMS, {"value": "5.77"}, id="rd_subsidy_2021")
    assert "除不出" in chapter.leverage().title


def test_spending_added_is_a_fifth_of_spending_multiplied():
    added = within(chapter._ADDED_PER_YUAN)
    assert 12.5 < added.low < added.high < 12.7


def test_the_report_names_two_of_the_three_items_in_which_henan_was_faster():
    rows = chapter.gaps_table()
    assert (rows["mid"] > 0).sum() == 3 and (rows["mid"] < 0).sum() == 5
    assert set(rows.loc[rows["named"], "key"]) == {"industrial", "trade"}
    assert rows.loc[rows["named"], "low"].min() > 0


def test_the_title_gives_way_when_a_named_item_falls_behind(data):
    change(data / CLAIMS, {"value": "-0.3"}, id="industrial_investment_gap_2021")
    assert "点名" not in chapter.gaps().title


def test_only_the_zones_core_grew_more_slowly_than_the_province():
    rows = chapter.rises_table()
    slow = rows[rows["plain"] & ~rows["faster"]]
    assert list(slow["claim"]) == ["zlx_growth_2021"]
    assert (rows["plain"].sum(), rows["faster"].sum()) == (20, 19)


def test_a_bound_gives_only_a_bound_of_the_year_before():
    row = chapter.rises_table().set_index("claim").loc["sensor_growth_2021"]
    assert row["open"] and row["high"] == pytest.approx(80) and row["told"] == "≥25"


def test_new_firms_and_total_agree_with_the_growth_printed_without_decimals():
    row = chapter.levels_table().set_index("key").loc["hightech"]
    assert row["other"] == 6310 and row["range"].low < 6310 < row["range"].high


def test_with_one_more_decimal_the_growth_would_have_been_wrong_and_the_title_stops(data):
    change(data / CLAIMS, {"value": "33.0", "decimals": "1"}, id="hightech_growth_2021")
    row = chapter.levels_table().set_index("key").loc["hightech"]
    assert not row["range"].low < 6310 < row["range"].high
    with pytest.raises(FindingError):
        chapter.levels()


def test_trade_led_back_is_above_the_first_print_of_2020():
    row = chapter.levels_table().set_index("key").loc["trade"]
    assert row["range"].low > row["other"]


def test_more_than_half_of_the_new_platforms_are_joint_laboratories(data):
    assert chapter.list_table().query("group == 'platform'")["count"].sum() == 56
    change(data / CLAIMS, {"value": "20"}, id="new_joint_labs_2021")
    assert "超过一半" not in chapter.new_list().title


@pytest.mark.parametrize("name", ["gaps", "rises", "levels", "leverage", "new_list"])
def test_every_figure_speaks_english(name, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    assert left_in_chinese(getattr(chapter, name)()) == []
