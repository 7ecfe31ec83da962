"""stabilise/measures: which head of the diagnosis each measure answers, and which two pull against each other."""

import re

import desk
import pytest
from conftest import ROOT
from desk import CLAIMS, SERIES, change, opened

import bluebook as bb

data = desk.data
CHAPTER = "stabilise/measures"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == ["fig-matrix", "fig-tug"]


def test_every_link_names_a_head_and_a_measure_that_exist(now):
    every, none = now.names["links"], now.names["links"]["程度"] == "没有"
    assert list(dict.fromkeys(every["诊断"])) == now.names["heads"]
    assert set(every.loc[~none, "对策"]) == set(now.names["measures"])
    assert set(every["程度"]) == {"专门一段", "顺带提到", "没有"}
    assert (every.loc[none, ["对策", "依据"]] == "—").all(axis=None)
    assert (every.loc[~none, ["对策", "依据"]] != "—").all(axis=None)
    assert every["问题"].is_unique


def test_nothing_answers_pollution_control_and_finance_gets_passing_words(now):
    matrix = now.names["matrix"]
    assert matrix["环保"].isna().all() and set(matrix["融资"].dropna()) == {"顺带提到"}
    assert set(matrix.index[matrix["外贸"].notna()]) == {"六 外贸结构", "七 扩大开放"}
    # Of two problems that one measure answers, the one with a passage of its own is shown.
    assert matrix.loc["三 救房地产", "房产"] == "专门一段"


# What each problem without an answer is about, in the words that an answer would have to use.
UNANSWERED = {
    "个人消费贷款减少": "消费贷款",
    "没有信心而多存钱": "信心|存款|储蓄",
    "没有抵押就贷不到款": "抵押",
    "关停多而一刀切": "关停|一刀切",
    "全省受管控而停产": "停产|限产|大气|环保治理",
}


def test_a_problem_counts_as_unanswered_only_where_no_measure_as_retold_touches_it(now):
    retold = (ROOT / "chapters" / f"{CHAPTER}.md").read_text("utf-8")
    retold = retold[retold.index("## 八条对策") : retold.index("## 对症了吗")]
    left = now.names["left"]
    assert list(left["问题"]) == list(UNANSWERED)
    assert [p for p, words in UNANSWERED.items() if re.search(words, retold)] == []
    # the epidemic, costs and the renewal of old industries are touched, if only in passing
    every = now.names["links"].set_index("问题")
    assert set(every.loc[["疫情难料", "成本高而利润薄", "技改占比下降"], "程度"]) == {"顺带提到"}
    assert all(word in retold for word in ("疫情", "免税进口", "提质、增效"))


def test_a_reader_who_reads_otherwise_gets_another_count(now):
    row = '("融资", "没有抵押就贷不到款", "—", "没有", "—")'
    there = opened(CHAPTER, (row, '("融资", "没有抵押就贷不到款", "二 重点投资", "顺带提到", "我的读法")'))
    assert there.broken == []
    assert f"{now.glued['n_none'] - 1} 个没有找到回应" in there.figures["fig-matrix"].title


def test_an_answer_to_pollution_control_takes_back_the_title():
    row = '("环保", "全省受管控而停产", "—", "没有", "—")'
    there = opened(CHAPTER, (row, '("环保", "全省受管控而停产", "二 重点投资", "顺带提到", "我的读法")'))
    assert "没有找到回应；融资没有自己的一条" in there.broken
    assert any("没有找到回应环保的话" in told for told in there.broken)


def test_a_second_foxconn_lowers_the_services_share_by_more_than_a_third(now):
    assert now.glued["share_now"] == pytest.approx(5.963, abs=0.001)
    assert now.glued["share_then"] == pytest.approx(422 / (422 + 6654.8 * 1.6) * 100)


def test_services_of_the_size_needed_bring_the_share_to_its_target(now):
    for size in (0, 50, 100):
        times = now.names["reach"]["须是几倍"][size]
        goods = 6654.8 * (1 + 0.6 * size / 100)
        assert 422 * times / (422 * times + goods) * 100 == pytest.approx(12.3)
        assert now.names["hold"]["须是几倍"][size] == pytest.approx(1 + 0.6 * size / 100)


def test_the_exercise_on_hubei_reaches_hubeis_share():
    there = opened(CHAPTER, ("services_share_cn_2020", "services_share_hb_2020"))
    table = there.figures["fig-tug"].table.set_index("新企业（%）")["须是几倍"]
    times = table[50].iloc[0]
    assert 422 * times / (422 * times + 6654.8 * 1.3) * 100 == pytest.approx(16.4)


def test_what_is_needed_without_a_newcomer_is_what_the_trade_chapter_says(now):
    assert now.glued["need_now"] == pytest.approx(opened("stabilise/trade").glued["services_times"])


def test_the_target_is_about_a_third_of_the_economy_and_the_chains_are_those_listed(now):
    assert now.glued["target_share"] == pytest.approx(20000 / 58887.41 * 100)
    assert "target_range" not in now.glued  # a target is no measurement: nothing was rounded
    assert now.glued["n_industries"] == 15
    assert now.glued["n_chains"] == bb.printed("emerging_chains") == 10


def test_a_slower_2022_and_a_smaller_foxconn_say_so(data):
    change(data / SERIES, {"value": "2.1"}, series="gdp_growth_real", region="河南", period="2022")
    change(data / CLAIMS, {"value": "10"}, id="foxconn_share_2020")
    there = opened(CHAPTER)
    assert "两年来第一次没有落后" in there.broken
    assert there.glued["hold"] == pytest.approx(1.1)
