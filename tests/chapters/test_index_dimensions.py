"""report/index-dimensions: lists of five read for all they are worth, and no further."""

from __future__ import annotations

import desk
import pytest
from desk import SCORES, change, figures, glued, in_chinese

from bluebook import editions
from bluebook.chapters import index_dimensions

data = desk.data


def cell(city: str, code: str):
    table = index_dimensions.profiles()
    return table[(table["city"] == city) & (table["code"] == code)].iloc[0]


def test_a_rank_beside_the_total_is_better_the_same_or_worse() -> None:
    assert cell("411100", "performance")["side"] == "above"  # 漯河 13th, 4th
    assert cell("410300", "output")["side"] == "same"
    assert cell("410700", "environment")["side"] == "below"


def test_who_is_not_listed_comes_no_earlier_than_sixth() -> None:
    assert cell("410800", "input")["place"] == "≥6 ▼"  # 焦作 is 4th in the total: certainly worse
    assert cell("411300", "input")["side"] == "unknown"  # 南阳 is 6th: it may be 6th here too


def test_the_largest_rise_and_fall_are_named() -> None:
    up, down = index_dimensions.extremes()
    assert (up["name"], up["rank"], up["total"]) == ("漯河", 4, 13)
    assert (down["name"], down["rank"], down["total"]) == ("新乡", 11, 3)


def test_a_missing_place_ends_what_is_known_of_the_list(data) -> None:
    change(data / SCORES, {"rank": ""}, city="410700", code="input")
    assert index_dimensions.printed_to()["input"] == 2
    assert cell("410800", "input")["side"] == "unknown"  # 焦作 may now be third


def test_every_claim_of_certainty_holds_for_any_rank_it_could_have() -> None:
    table = index_dimensions.profiles()
    sure = table[(table["side"] == "below") & table["rank"].isna()]
    assert len(sure) == 4 and (sure["least"] > sure["total"]).all()


def test_the_gap_to_the_leader_is_computed_from_the_printed_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    told = glued(index_dimensions, monkeypatch)
    assert told["steep_name"] == "创新环境" and told["steep_share"] == pytest.approx(35.61)
    assert told["flat_name"] == "创新投入" and told["flat_share"] == pytest.approx(100 * 66.65 / 96.02)


def test_a_changed_score_changes_the_title(data) -> None:
    change(data / SCORES, {"score": "80.00"}, city="410300", code="environment")
    assert "创新产出的第二名只有榜首的 43 %" in index_dimensions.steepness().title


def test_only_what_both_editions_print_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [f.id for f in index_dimensions.slopes()] == ["fig-last-input"]
    assert "只有创新投入" in glued(index_dimensions, monkeypatch)["shared_told"]


def test_who_left_the_list_is_drawn_outside_it_not_at_sixth() -> None:
    figure = index_dimensions.slopes()[0]
    assert figure.title == "创新投入：焦作退出前 5 名，平顶山进来；其余名次没有变"
    row = figure.table[figure.table["城市"] == "焦作"].iloc[0]
    assert row.isna()["2022 名次"] and "—" in figure.table_html()


def test_without_last_years_scores_the_chapter_says_so(data, monkeypatch: pytest.MonkeyPatch) -> None:
    path = data / "editions/2021/scores.csv"
    path.write_text(
        "\n".join(x for x in path.read_text("utf-8").splitlines() if ",input," not in x) + "\n", "utf-8"
    )
    assert index_dimensions.slopes() == []
    assert "没有公布" in glued(index_dimensions, monkeypatch)["shared_told"]


@pytest.mark.parametrize(
    "code, series, n",
    [("environment_1", "universities", 4), ("performance_1", "gdp_per_capita_yuan_derived", 5)],
)
def test_public_figures_give_the_reports_ranks(code: str, series: str, n: int) -> None:
    figure = index_dimensions.beside(code, series)
    assert f"报告印出的 {n} 个名次，由公开数据重算一个不差" in figure.title and figure.status == "public"


def test_one_public_figure_changed_and_the_agreement_is_no_longer_claimed(data) -> None:
    change(
        data / "public/cities.csv",
        {"value": "20000"},
        city="411200",
        indicator="gdp_per_capita_yuan_derived",
        period="2020",
    )
    assert "对上 4 个" in index_dimensions.beside("performance_1", "gdp_per_capita_yuan_derived").title


def test_no_public_figure_no_drawing() -> None:
    assert index_dimensions.beside("performance_3", "air") is None


def test_the_leaders_of_one_indicator_are_set_against_the_total() -> None:
    table = index_dimensions.named().table.set_index("指标")["总分名次平均"]
    assert table["空气质量优良天数"] == pytest.approx(12.8) and table["人均生产总值"] == pytest.approx(5.8)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_speaks_one_language(monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    monkeypatch.setenv("BLUEBOOK_LANG", lang)
    for figure in figures(index_dimensions):
        assert in_chinese(figure.title + figure.subtitle) == (lang == "zh"), figure.id


def test_scores_live_only_in_the_editions_tables() -> None:
    printed = editions.scores().dropna(subset=["score"])
    assert len(index_dimensions.seconds()) == (printed["code"] != "index").sum()
