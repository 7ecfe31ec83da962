"""stabilise/structure: few figures on industry's mix, finance and pollution control, and how far they carry."""

from itertools import product

import desk
import pytest
from desk import CLAIMS, change, opened

import bluebook as bb

data = desk.data
CHAPTER = "stabilise/structure"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == [
        "fig-upgrade",
        "fig-investment-groups",
        "fig-evidence",
        "fig-statements",
    ]


def test_a_share_that_falls_by_a_third_needs_half_as_much_again_to_keep_its_amount(now):
    even, ratio = now.names["even"], now.names["ratio"]
    assert now.glued["even"] == pytest.approx(50)
    assert (ratio * (1 + even / 100)).tolist() == pytest.approx([1, 1, 1])
    assert now.names["flat"].lower == even.min() and now.names["flat"].upper == even.max()


def test_without_any_growth_upgrading_shrank_by_a_third(now):
    table = now.figures["fig-upgrade"].table.set_index("工业投资增长（%）")
    assert table["技改变化（%）"][0] == pytest.approx(-100 / 3)
    assert table.index.tolist() == list(range(0, 81, 10))


def test_the_exercise_on_two_years_of_growth_brings_it_nearer_to_no_change(now):
    change_ = (now.names["ratio"] * 1.117 * 1.223 - 1) * 100
    assert now.names["alone"].iloc[0] < change_.iloc[0] < 0


def test_direct_finance_must_about_double(now):
    need = now.names["need"]
    every = [
        n / (100 - n) / (own / (100 - own))
        for own in (7.95, 8.05)
        for gap in (6.5, 7.5)
        for n in (own + gap,)
    ]
    # The distance is measured from Henan's own share, so the corners of the two marks bound the answer.
    assert need.lower <= min(every) and max(every) <= need.upper
    assert need.value == pytest.approx(15 / 85 / (8 / 92))


def test_the_exercise_on_another_aim_finds_its_multiple():
    old = 'bb.reckon("direct_finance_share_ha + direct_finance_gap")'
    there = opened(CHAPTER, (old, 'bb.reckon("12")'))
    need = there.names["need"].value
    assert 8 * need / (8 * need + 92) * 100 == pytest.approx(12)
    assert there.broken == ["换成金额就要翻一番"]


def test_every_figure_of_the_diagnosis_stands_under_a_head(now):
    ledger = bb.audited()
    chapters = ledger["chapter"].isin(["stabilise/trade", "stabilise/demand", CHAPTER])
    counts = now.names["counts"]
    assert counts.to_numpy().sum() == chapters.sum() == now.names["squares"].notna().to_numpy().sum()
    assert counts.loc[["结构", "融资", "环保"], "独立证实"].sum() == 0


@pytest.mark.slow
def test_a_source_takes_back_the_sentences_on_the_evidence(data):
    change(data / CLAIMS, {"evidence": "henan_daily_2022_m5:8.0"}, id="direct_finance_share_ha")
    broken = opened(CHAPTER).broken
    assert "没有一个在别的来源里找到" in broken
    assert sum("没有一个有独立来源证实" in told or "没有一个找得到" in told for told in broken) == 2


@pytest.mark.slow
def test_a_year_changes_the_count_of_undated_figures(data, now):
    change(data / CLAIMS, {"period": "2021"}, id="direct_finance_share_ha")
    there = opened(CHAPTER)
    assert there.glued["n_undated"] == now.glued["n_undated"] - 1
    assert f"{there.glued['n_undated']} 个没有年份" in there.figures["fig-statements"].title


@pytest.mark.slow
def test_new_money_went_to_high_technology_faster_than_to_the_pillars(data):
    change(data / CLAIMS, {"value": "3.1"}, id="hightech_investment_growth_2021")
    assert any("新钱已经转向" in told for told in opened(CHAPTER).broken)


def test_the_plan_covers_the_whole_province_and_energy_fell_as_output_rose(now):
    assert now.glued["n_cities"] == 18
    growth = [(1 - a / 100) / (1 - b / 100) * 100 - 100 for a, b in product((1.35, 1.45), (7.25, 7.35))]
    assert now.glued["value_range"] == f"{min(growth):.1f}–{max(growth):.1f}"
