"""Structure, finance, pollution control: few figures, and how far they carry."""

from __future__ import annotations

from itertools import product

import desk
import pytest
from desk import CLAIMS, change, glued, left_in_chinese

from bluebook.chapters import structure
from bluebook.chapters.diagnosis import figures, heads
from bluebook.charts import FindingError

data = desk.data

FIGURES = ("upgrade_chart", "groups_chart", "finance_chart", "evidence_chart", "statements_table")


def test_a_share_that_falls_by_a_third_needs_half_as_much_again_to_keep_its_amount():
    even = structure.break_even()
    assert even.value == pytest.approx(50)
    assert structure.upgrade_change(even.value).value == pytest.approx(0)
    assert structure.upgrade_change(even.lower).upper == pytest.approx(0)
    assert structure.upgrade_change(even.upper).lower == pytest.approx(0)


def test_without_any_growth_upgrading_shrank_by_a_third():
    assert structure.upgrade_change(0).value == pytest.approx(-100 / 3)


def test_direct_finance_must_about_double():
    need = structure.multiple_needed()
    every = [
        n / (100 - n) / (own / (100 - own))
        for own in (7.95, 8.05)
        for gap in (6.5, 7.5)
        for n in (own + gap,)
    ]
    # The distance is measured from Henan's own share, so the corners of the two marks bound the answer.
    assert need.lower <= min(every) and max(every) <= need.upper
    assert need.value == pytest.approx(15 / 85 / (8 / 92))


@pytest.mark.parametrize("multiple", [1, 1.5, 2, 3])
def test_the_share_follows_from_the_multiple(multiple):
    assert structure.direct_share(multiple).value == pytest.approx(8 * multiple / (8 * multiple + 92) * 100)


def test_the_multiple_brings_the_share_to_the_countrys():
    need = structure.multiple_needed()
    assert structure.direct_share(need.value).value == pytest.approx(15)


def test_every_head_of_the_diagnosis_has_its_figures():
    assert set(figures()["head"]) == set(heads()["key"])
    assert len(figures()) == structure.evidence()["n"].sum()


def test_no_figure_of_the_last_three_heads_is_confirmed():
    shown = structure.evidence()
    last = shown[shown["head"].isin(["structure", "finance", "environment"])]
    assert "confirmed" not in set(last["verdict"])
    assert "没有一个有来源证实" in structure.evidence_chart().title


def test_a_source_changes_the_sentence_on_the_evidence(data):
    change(data / CLAIMS, {"evidence": "henan_daily_2022_m5:8.0"}, id="direct_finance_share_ha")
    assert "其中 1 个有来源证实" in structure.evidence_chart().title
    assert "1 个有别的来源" in structure.statements_table().title


def test_a_year_changes_the_count_of_undated_figures(data):
    before = int((~structure.statements()["dated"]).sum())
    change(data / CLAIMS, {"period": "2021"}, id="direct_finance_share_ha")
    assert int((~structure.statements()["dated"]).sum()) == before - 1


def test_new_money_went_to_high_technology_faster_than_to_the_pillars(data):
    change(data / CLAIMS, {"value": "3.1"}, id="hightech_investment_growth_2021")
    with pytest.raises(FindingError):
        structure.groups_chart()


def test_the_plan_covers_the_whole_province(monkeypatch):
    told = glued(structure, monkeypatch)
    assert told["n_cities"] == 18
    growth = [(1 - a / 100) / (1 - b / 100) * 100 - 100 for a, b in product((1.35, 1.45), (7.25, 7.35))]
    assert told["value_range"] == f"{min(growth):.1f}–{max(growth):.1f}"


@pytest.mark.parametrize("name", FIGURES)
def test_english_figures_hold_no_chinese(name, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    assert left_in_chinese(getattr(structure, name)(), drawing=False) == []
