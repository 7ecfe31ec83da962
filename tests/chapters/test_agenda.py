"""report/agenda: six tasks, seven lines of action, and what links them."""

from __future__ import annotations

import desk
import pandas as pd
import pytest
from desk import DATA, change, opened

import bluebook as bb

data = desk.data
CHAPTER, AGENDA, LISTS = "report/agenda", "editions/2022/agenda.csv", "editions/2022/lists.csv"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == ["fig-measures", "fig-links", "tab-six-high"]


def test_22_measures_and_no_target_among_them(now):
    assert [now.glued[k] for k in ("n_tasks", "n_lines", "n_measures")] == [6, 7, 22]
    assert [now.glued[k] for k in ("n_named", "n_target", "n_deadline")] == [3, 0, 0]
    assert len(now.figures["fig-measures"].table) == 22


def test_four_cells_share_a_term_and_platforms_and_teams_share_none(now):
    assert (now.glued["n_cells"], now.glued["n_links"]) == (42, 4)
    assert set(now.names["shared"]["同一个词"]) == {"共性技术", "企业主体", "成果转化", "科普"}
    assert now.glued["alone"] == "一流创新平台、一流创新团队"


def test_every_measure_belongs_to_a_line_and_every_term_has_its_english():
    table = pd.read_csv(DATA / AGENDA, keep_default_na=False)
    measures = table[table["kind"] == "measure"]
    assert set(measures["parent"]) == set(table.loc[table["kind"] == "line", "code"])
    assert (table["terms_zh"].str.count(";") == table["terms_en"].str.count(";")).all()


def test_a_wider_reading_lights_one_more_cell(data):
    wider = {"terms_zh": "云平台;创新平台", "terms_en": "cloud platform;platforms"}
    change(data / AGENDA, wider, terms_zh="云平台", terms_en="cloud platform")
    there = opened(CHAPTER)
    lit = there.names["shared"].query("同一个词 == '创新平台'")
    assert list(lit["任务"]) == ["一流创新平台"] and there.broken == ["最显眼的是平台"]


def test_one_more_named_place_counts_in_the_title(data):
    change(data / AGENDA, {"place_zh": "自创区", "place_en": "the zones"}, code="l5_2")
    assert "4 条点了机构或地方的名" in opened(CHAPTER).figures["fig-measures"].title


def test_a_deadline_takes_back_what_is_said_of_pledges(data):
    change(data / AGENDA, {"deadline": "true"}, code="l3_1")
    broken = opened(CHAPTER).broken
    assert {"也没有说谁在什么时候做到多少", "读者没有办法判断哪一条做到了"} <= set(broken) and len(
        broken
    ) == 3


def test_six_projects_are_five(now):
    assert now.glued["n_distinct"] == 5 and now.glued["again"] == "高质量企业倍增"
    assert now.glued["verdict_six"] == "有矛盾"


def test_another_fifth_project_breaks_the_sentence_and_settles_the_ledger(data):
    fifth = {"list": "six_high", "position": "5", "item": "高质量企业倍增"}
    change(data / LISTS, {"item": "高水平载体建设"}, **fifth)
    broken = opened(CHAPTER).broken
    assert {"写了两遍", "”印了两遍"} <= set(broken) and any("不同的只有" in told for told in broken)
    assert bb.audited().loc["six_high_projects", "verdict"] == "recomputed"
