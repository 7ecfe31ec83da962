"""Sentences that the data no longer hold: they stop the build, and elsewhere they are said and marked."""

from __future__ import annotations

import pandas as pd
import pytest

import bluebook as bb
from bluebook.charts import FindingError, findings, prose
from bluebook.messages import BadInput


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "session", findings.Session())


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")


def test_a_finding_is_told_with_its_numbers() -> None:
    assert bb.finding("高出 {gap:.1f} 分", holds=True, gap=2.04) == "高出 2.0 分"


@pytest.mark.usefixtures("build")
def test_in_the_build_a_false_finding_stops_with_sentence_and_numbers() -> None:
    with pytest.raises(FindingError, match=r"高出 2.0 分.*gap = 2.04"):
        bb.finding("高出 {gap:.1f} 分", holds=False, gap=2.04)
    with pytest.raises(FindingError, match=r"甲比乙快.*a = 3"):
        bb.holds("甲比乙快", False, a=3)


def test_elsewhere_a_false_finding_is_said_and_marked_and_the_notebook_goes_on(
    capsys: pytest.CaptureFixture,
) -> None:
    assert bb.finding("高出 {gap:.1f} 分", holds=False, gap=2.04) == "〔数据不再支持〕高出 2.0 分"
    assert "高出 2.0 分" in capsys.readouterr().out


def test_a_guard_that_falls_marks_its_words_in_the_paragraph_with_the_numbers() -> None:
    bb.glue(gap=-1.84)
    bb.holds("差距扩大到", False, gap=-1.84)
    told = repr(bb.prose("2021 年差距扩大到 {glue:text}`gap:.1f` 个百分点。"))
    assert "<mark>差距扩大到</mark> -1.8 个百分点" in told and "gap = -1.84" in told and "不再成立" in told
    bb.holds("差距扩大到", True)
    assert "<mark>" not in repr(bb.prose("2021 年差距扩大到 {glue:text}`gap:.1f` 个百分点。"))


def test_a_comparison_that_a_missing_number_leaves_open_does_not_hold() -> None:
    bb.holds("排在前面", pd.NA)
    assert "排在前面" in findings.session.broken


def test_of_several_sentences_the_first_that_holds_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bb.first_finding(("甲", False), ("乙 {n}", True), ("丙", True), n=3) == "乙 3"
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    with pytest.raises(FindingError):
        bb.first_finding(("甲", False), ("乙", False))


@pytest.mark.parametrize("text", ["64,154", "1_000", "0x10", "[1,2]"])
def test_a_text_that_would_be_read_as_a_value_cannot_be_glued(text: str) -> None:
    with pytest.raises(ValueError, match="Python"):
        bb.glue(x=text)


def test_a_missing_number_stops_the_build_and_is_a_gap_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    bb.glue(x=float("nan"))
    assert repr(bb.prose("增长 {glue:text}`x:.1f`%。")) == "增长 （缺数）%。"
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    with pytest.raises(ValueError, match="x"):
        bb.glue(x=float("nan"))


def test_a_paragraph_says_a_quoted_figure_as_it_was_printed_and_a_glued_one_as_it_is() -> None:
    bb.glue(now=9.9)
    assert (
        repr(bb.prose("印出 {fig}`gdp_growth_ha_2021`，现在 {glue:text}`now:.1f`。"))
        == "印出 6.3%，现在 9.9。"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("这是第{fig}`edition_number`河南", "这是第 6 部河南"),
        ("排全国{fig}`gdp_rank_ha_2021`、中部", "排全国第 28 位、中部"),
        ("增长{fig}`gdp_growth_ha_2021`的省", "增长 6.3% 的省"),
        ("增长 {fig}`gdp_growth_ha_2021`，", "增长 6.3%，"),
    ],
)
def test_a_printed_figure_stands_apart_from_the_chinese_around_it(text: str, shown: str) -> None:
    printed = {"edition_number": "6部", "gdp_rank_ha_2021": "第28位", "gdp_growth_ha_2021": "6.3%"}
    assert prose.rendered(text, {}, {}, printed.__getitem__) == shown


def test_of_two_sentences_that_share_words_both_are_marked() -> None:
    told = prose.rendered("河南其实快，河南领先。", {}, {"河南": "home = 湖北", "河南其实快": ""}, str)
    assert "<mark><mark>河南</mark>其实快</mark>" in told and told.count("不再成立") == 2
    assert "<mark>河南</mark>领先" in told
    quoted = "检查会说“河南其实快”不再成立。"
    assert prose.rendered(quoted, {}, {"河南其实快": ""}, str) == quoted
    assert prose.rendered('把 `home = "河南"` 改掉', {}, {"河南": ""}, str) == '把 `home = "河南"` 改掉'


def test_a_paragraph_run_before_its_cells_says_what_to_do() -> None:
    assert repr(bb.prose("增长 {glue:text}`x:.1f`%。")) == "增长 〔先运行上面的单元格〕%。"
    with pytest.raises(BadInput, match="x"):
        prose.rendered("{glue:text}`x`", {}, {}, str)


def test_an_unknown_quoted_figure_is_one_clear_line() -> None:
    with pytest.raises(BadInput, match="nobody_said"):
        repr(bb.prose("{fig}`nobody_said`"))
