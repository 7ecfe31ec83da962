"""Measures: which head they answer, and which two pull against each other."""

from __future__ import annotations

import desk
import pytest
from desk import CLAIMS, SERIES, change, glued, in_chinese, left_in_chinese

from bluebook.chapters import measures, trade
from bluebook.chapters.diagnosis import heads
from bluebook.charts import FindingError
from bluebook.reckoning import reckon

data = desk.data


def test_every_link_names_a_head_and_a_measure_that_exist():
    every = measures.links()
    assert set(every["head"]) == set(heads()["key"])
    assert set(every["measure"]) - {""} == {k for k, *_ in measures.MEASURES}
    assert ((every["measure"] == "") == (every["level"] == measures.NONE)).all()
    assert (every.loc[every["level"] != measures.NONE, "basis"] != "").all()
    assert every["problem"].is_unique


def test_nothing_answers_pollution_control_and_finance_gets_passing_words():
    shown = measures.matrix()
    assert "environment" not in set(shown["head"])
    assert set(shown.loc[shown["head"] == "finance", "level"]) == {measures.PASSING}
    assert "环保一条没有任何对策，融资只被顺带提到" in measures.matrix_chart().title


def test_trade_which_is_normal_gets_two_measures():
    assert set(measures.matrix().query("head == 'trade'")["measure"]) == {"exports", "opening"}


def test_a_reader_who_reads_otherwise_gets_another_title():
    before = len(measures.unanswered())
    title = measures.matrix_chart(also=[("没有抵押就贷不到款", "areas", "passing")]).title
    assert f"{before - 1} 个没有下文" in title
    title = measures.matrix_chart(also=[("全省受管控而停产", "areas", "passing")]).title
    assert "环保" not in title


@pytest.mark.parametrize("wrong", [("没有这个问题", "areas", "passing"), ("疫情难料", "none", "own"), ("疫情难料", "areas", "maybe")])  # fmt: skip
def test_a_reading_of_what_is_not_there_is_refused(wrong):
    with pytest.raises(ValueError, match="no such"):
        measures.links(also=[wrong])


def test_a_second_foxconn_lowers_the_services_share_by_more_than_a_third():
    assert measures.services_share(0).value == pytest.approx(5.963, abs=0.001)
    assert measures.services_share(1).value == pytest.approx(422 / (422 + 6654.8 * 1.6) * 100)


@pytest.mark.parametrize("size", [0, 0.5, 1])
def test_services_of_the_size_needed_bring_the_share_to_its_target(size):
    times = measures.services_needed(size, 12.3).value
    goods = 6654.8 * (1 + 0.6 * size)
    assert 422 * times / (422 * times + goods) * 100 == pytest.approx(12.3)
    assert measures.services_needed(size).value == pytest.approx(1 + 0.6 * size)


def test_what_is_needed_without_a_newcomer_is_what_the_trade_chapter_says(monkeypatch):
    assert measures.services_needed(0, 12.3).value == pytest.approx(
        glued(trade, monkeypatch)["services_times"]
    )


def test_the_target_is_about_a_third_of_the_economy(monkeypatch):
    told = glued(measures, monkeypatch)
    assert told["target_share"] == pytest.approx(20000 / 58887.41 * 100)
    assert told["target_range"] == "25–42"
    assert told["n_industries"] == 15


def test_the_chains_are_those_the_speech_lists():
    assert len(measures.chains()) == reckon("emerging_chains").value == 10


def test_a_slower_2022_stops_the_box_on_what_came_later(data, monkeypatch):
    change(data / SERIES, {"value": "2.1"}, series="gdp_growth_real", region="河南", period="2022")
    with pytest.raises(FindingError):
        glued(measures, monkeypatch)


def test_a_smaller_foxconn_pulls_less(data):
    change(data / CLAIMS, {"value": "10"}, id="foxconn_share_2020")
    assert measures.services_needed(1).value == pytest.approx(1.1)


@pytest.mark.parametrize("name", ["matrix_chart", "tug_chart"])
def test_english_figures_hold_no_chinese(name, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    assert left_in_chinese(getattr(measures, name)(), drawing=False) == []
    assert all(not in_chinese(c) for c in measures.chains())
