"""Figures and findings: whole or not at all."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest

from bluebook import charts, reading

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


def test_a_finding_is_told_with_its_numbers() -> None:
    assert charts.finding("高出 {gap:.1f} 分", holds=True, gap=2.04) == "高出 2.0 分"


def test_a_false_finding_stops_the_build_with_sentence_and_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    with pytest.raises(charts.FindingError, match=r"高出 2.0 分.*gap = 2.04"):
        charts.finding("高出 {gap:.1f} 分", holds=False, gap=2.04)


def test_a_false_finding_is_marked_and_goes_on_outside_the_build(capsys: pytest.CaptureFixture[str]) -> None:
    assert charts.finding("高出 {gap:.1f} 分", holds=None, gap=2.04) == "〔数据不再支持〕高出 2.0 分"
    assert "gap = 2.04" in capsys.readouterr().out


def test_of_several_sentences_the_first_that_holds_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    assert charts.first_finding(("甲", False), ("乙 {n}", True), ("丙", True), n=3) == "乙 3"
    with pytest.raises(charts.FindingError):
        charts.first_finding(("甲", False), ("乙", False))


@pytest.mark.parametrize("text", ["64,154", "1_000", "0x10", "[1,2]"])
def test_a_text_that_would_print_as_something_else_cannot_be_glued(text) -> None:
    with pytest.raises(ValueError):
        charts.glue(number=text)


def test_a_number_that_is_missing_cannot_be_glued_in_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    charts.glue(gap=float("nan"))
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    with pytest.raises(ValueError, match="gap"):
        charts.glue(gap=float("nan"))


@pytest.mark.parametrize("part", ["id", "title", "subtitle", "source", "alt_text"])
def test_a_figure_without_one_of_its_parts_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match=part):
        charts.figure(chart(), **{**PARTS, part: " "})


def test_a_figure_without_data_or_of_an_unknown_status_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        charts.figure(chart(), **{**PARTS, "table": DATA.iloc[:0]})
    with pytest.raises(ValueError, match="status"):
        charts.figure(chart(), **{**PARTS, "status": "guessed"})


def test_only_illustrative_data_wear_the_badge_and_wear_it_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for build in ("0", "1"):
        monkeypatch.setenv("BLUEBOOK_BUILD", build)
        assert "bb-badge" not in charts.figure(chart(), **PARTS)._repr_html_()
        toy = charts.figure(chart(), **{**PARTS, "status": "illustrative"})
        assert "示意数据" in toy._repr_html_()
    assert "示意数据" in toy.csv() and "示意数据" in str(toy.static_spec()["title"])


def test_a_missing_value_is_a_dash_in_the_table_and_empty_in_the_file() -> None:
    figure = charts.figure(chart(), **PARTS)
    assert '<td class="num">—</td>' in figure.table_html()
    assert "洛阳,\n" in figure.csv()


def test_a_missing_value_in_a_chart_is_null_in_its_specification() -> None:
    drawn = alt.Chart(alt.Data(values=[{"x": float("nan")}, {"x": 1.0}])).mark_bar().encode(x="x:Q")
    assert charts.figure(drawn, **PARTS).panels[0]["data"]["values"] == [{"x": None}, {"x": 1.0}]


def test_a_chart_takes_the_width_of_its_column_and_the_drawn_file_a_width_of_its_own() -> None:
    figure = charts.figure(chart(), **PARTS)
    assert figure.panels[0]["width"] == "container"
    assert isinstance(figure.static_spec()["width"], int)
    assert figure.static_spec()["title"]["text"] == "题"


def test_the_frame_speaks_the_language_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    text = charts.figure(chart(), **PARTS)._repr_html_()
    assert "Source: 来源" in text and "Data table" in text and "数据表" not in text


def test_text_from_data_cannot_break_out_of_the_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    bad = DATA.assign(城市=["</script><script>alert(1)</script>", "<b>"])
    text = charts.table(
        bad, id="f", title="</figure>", subtitle="s", source="<i>", status="public"
    )._repr_html_()
    assert (
        "<script>alert" not in text
        and "<b>" not in text
        and "</figure>" in text
        and "&lt;/figure&gt;" in text
    )


def test_every_city_has_a_colour_of_its_own() -> None:
    colours = reading.city_colours()
    assert len(colours) == 18 == len(set(colours))
