"""Figures: whole or not at all, in the book as on a student's screen."""

from __future__ import annotations

import warnings
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

import bluebook as bb
from bluebook import charts, machine
from bluebook.charts import frame
from bluebook.charts.spec import PHONE, columns, for_a_phone, wrapped
from bluebook.messages import Notice

DATA = pd.DataFrame({"城市": ["郑州", "洛阳"], "得分": [97.25, None]})
PARTS = {
    "id": "f",
    "title": "题",
    "subtitle": "说明",
    "source": "来源",
    "table": DATA,
    "alt_text": "替代文字",
    "status": "published",
}


def chart() -> alt.Chart:
    return alt.Chart(DATA).mark_bar().encode(x="得分:Q", y="城市:N")


def paged(figure: charts.Figure) -> str:
    """Return the figure as the book's page shows it."""
    return "".join(frame.page_html(figure.payload(), "../_figures"))


@pytest.mark.parametrize("part", ["id", "title", "subtitle", "source", "alt_text"])
def test_a_figure_without_one_of_its_parts_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match=part):
        charts.figure(chart(), **{**PARTS, part: " "})


def test_a_figure_without_data_is_refused_in_the_build_and_one_of_unknown_status_always(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ValueError, match="status"):
        charts.figure(chart(), **{**PARTS, "status": "guessed"})
    assert charts.figure(chart(), **{**PARTS, "table": DATA.iloc[:0]})._repr_html_()
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    with pytest.raises(ValueError, match="empty"):
        charts.figure(chart(), **{**PARTS, "table": DATA.iloc[:0]})


def test_only_illustrative_data_wear_the_badge_and_wear_it_everywhere() -> None:
    plain = charts.figure(chart(), **PARTS)
    toy = charts.figure(chart(), **{**PARTS, "status": "illustrative", "title": "示意：题"})
    for shown in (paged, charts.Figure._repr_html_):
        assert "bb-badge" not in shown(plain) and "示意数据" in shown(toy)
    assert "示意数据" in toy.csv() and "示意数据" in str(toy.static_spec()["title"])


def test_an_illustrative_title_says_itself_that_it_is_no_fact() -> None:
    """A title that is copied travels without its badge."""
    for make, first in ((charts.figure, chart()), (charts.table, DATA)):
        parts = {k: v for k, v in PARTS.items() if make is charts.figure or k not in ("table", "alt_text")}
        with pytest.raises(ValueError, match="示意"):
            make(first, **{**parts, "status": "illustrative"})
        assert make(first, **{**parts, "status": "illustrative", "title": "示意：题"}).illustrative


def test_a_missing_value_is_a_dash_in_the_table_and_empty_in_the_file() -> None:
    figure = charts.figure(chart(), **PARTS)
    assert '<td class="num">—</td>' in figure.table_html()
    assert "洛阳,\n" in figure.csv()


def test_a_missing_value_in_a_chart_is_null_in_its_specification() -> None:
    drawn = alt.Chart(alt.Data(values=[{"x": float("nan")}, {"x": 1.0}])).mark_bar().encode(x="x:Q")
    assert charts.figure(drawn, **PARTS).panels[0]["data"]["values"] == [{"x": None}, {"x": 1.0}]


def test_the_data_of_a_chart_travel_with_it() -> None:
    """A chart whose data were dropped on the way would be an empty frame."""
    payload = charts.figure(chart(), **PARTS).payload()
    for spec in (*payload["panels"], payload["spec"]):
        assert {"城市": "郑州", "得分": 97.25} in next(iter(spec["datasets"].values()))


def test_a_chart_takes_the_width_of_its_column_and_the_drawn_file_a_width_of_its_own() -> None:
    figure = charts.figure(chart(), **PARTS)
    assert figure.panels[0]["width"] == "container"
    assert isinstance(figure.static_spec()["width"], int)
    assert figure.static_spec()["title"]["text"] == "题"


def test_what_stands_above_a_picture_breaks_into_even_lines_and_leaves_no_bracket_behind() -> None:
    lines = wrapped("来源：《创新资讯》2022年第3期（总第76期），黄河科技大学报特刊；《评价报告》出炉", 76)
    assert len(lines) == 2 and abs(columns(lines[0]) - columns(lines[1])) <= 8
    assert wrapped("外贸（%）；[江苏外贸]", 11) == ["外贸（%）；", "[江苏外贸]"]
    assert wrapped("三个字。", 6) == ["三个字。"], "a full stop hangs"
    assert wrapped("") == []


def test_for_a_phone_a_chart_is_as_wide_as_the_screen_and_one_with_its_own_width_is_not_drawn() -> None:
    panel = charts.figure(chart(), **PARTS).panels[0]
    drawn = for_a_phone(panel, "题", "说")
    assert (drawn["width"], drawn["title"]) == (PHONE, {"text": ["题"], "subtitle": ["说"]})
    assert drawn["autosize"]["contains"] == "padding" and "title" not in for_a_phone(panel)
    assert for_a_phone({**panel, "width": 300}, "题", "说") is None


def test_a_chart_in_named_rows_is_as_high_as_it_has_rows_whatever_its_table() -> None:
    five = bb.bars(pd.Series(range(5), index=list("abcde"), dtype=float), "分", step=20)
    assert charts.figure(five, **PARTS).panels[0]["height"] == 100


def test_on_a_students_screen_the_title_stands_once_and_the_data_are_folded() -> None:
    shown = charts.figure(chart(), **{**PARTS, "title": "独一无二的题"})._repr_html_()
    visible = shown[: shown.index("<details>")]
    assert visible.count("独一无二的题") == 1 and "<svg" in visible
    assert "<details><summary>数据表</summary><table>" in shown
    plain = charts.table(DATA, id="t", title="独一无二的题", subtitle="说", source="源", status="public")
    assert plain._repr_html_().count("独一无二的题") == 1


def test_the_altair_chart_can_be_taken_out_changed_and_saved(tmp_path) -> None:
    one = charts.figure(chart(), **PARTS)
    assert isinstance(one.chart, alt.Chart)
    one.chart.properties(title="我的").save(str(tmp_path / "mine.svg"))
    assert "我的" in (tmp_path / "mine.svg").read_text("utf-8")
    two = charts.figure([chart(), chart()], **PARTS)
    assert isinstance(two.chart, alt.HConcatChart)
    assert charts.table(DATA, id="t", title="题", subtitle="说", source="源", status="public").chart is None


def test_the_frame_speaks_the_language_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    text = paged(charts.figure(chart(), **PARTS))
    assert "Source: 来源" in text and ">Data<" in text and "数据" not in text


@pytest.mark.parametrize("part", ["title", "subtitle", "source", "note", "alt_text"])
def test_words_of_a_figure_cannot_break_out_of_the_frame(part: str) -> None:
    figure = charts.figure(chart(), **{**PARTS, part: "</figure><script>alert(1)</script>\"'&"})
    for shown in (paged(figure), figure._repr_html_()):
        assert "<script>alert" not in shown and shown.count("</figure>") == 1


def test_text_from_data_cannot_break_out_of_the_frame() -> None:
    bad = DATA.assign(城市=["</script><script>alert(1)</script>", "<b>"])
    table = charts.table(bad, id="f", title="</figure>", subtitle="s", source="<i>", status="public")
    drawn = charts.figure(alt.Chart(bad).mark_bar().encode(y="城市:N"), **{**PARTS, "table": bad})
    for text in (paged(table), table._repr_html_(), paged(drawn)):
        assert "<script>alert" not in text and "<b>" not in text and text.count("</figure>") == 1


def test_every_city_has_a_colour_of_its_own() -> None:
    colours = bb.city_colours()
    assert len(colours) == 18 == len(set(colours))
    assert bb.city_colours(["410300"]) == [colours[list(bb.cities()["city"]).index("410300")]]


def test_whoever_takes_a_chart_to_save_it_is_told_in_a_line_that_the_machine_has_no_chinese_font(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("BLUEBOOK_BUILD", raising=False)
    monkeypatch.setattr(machine, "chinese_font", machine.chinese_font.__wrapped__)
    monkeypatch.setattr(machine.sys, "platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    made = charts.figure(chart(), **PARTS)
    with pytest.warns(Notice, match="中文字体：.*fonts-noto-cjk") as told:
        assert made.chart is not None
    assert len(told) == 1 and "\n" not in str(told[0].message)
    listed = tmp_path / "fc-list"
    listed.write_text("#!/bin/sh\necho Noto Sans CJK SC\n", "utf-8")
    listed.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert made.chart is not None
