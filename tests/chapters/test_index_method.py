"""report/index-method: the tree tells named from proposed, the example is computed, weights are only what is proven."""

from __future__ import annotations

from html.parser import HTMLParser

import desk
import pandas as pd
import pytest
from conftest import ROOT
from desk import SCORES, change, figures, glued, in_chinese

from bluebook import charts, framework, index
from bluebook.chapters import index_method

data = desk.data


class Outline(HTMLParser):
    """What a page without scripts offers: how deep the tree nests, and what can be reached by keyboard."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.depth = self.deepest = self.summaries = 0
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        assert tag not in {"script", "button"}
        self.summaries += tag == "summary"
        if tag == "details":
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)
            self.open += [k for k, _ in attrs if k == "open"]

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "details"


def test_the_tree_opens_without_a_script_level_by_level() -> None:
    outline = Outline(index_method.tree().body)
    assert outline.depth == 0 and outline.deepest == 3 and outline.open == ["open"]
    assert outline.summaries == len(index_method.indicators())


@pytest.mark.parametrize("build", ["0", "1"])
def test_the_tree_stands_in_the_page_and_in_a_notebook(monkeypatch: pytest.MonkeyPatch, build: str) -> None:
    monkeypatch.setenv("BLUEBOOK_BUILD", build)
    page = index_method.tree()._repr_html_()
    assert 'data-status="computed"' in page and '<div class="bb-tree">' in page and "<table>" in page
    assert (".csv" in page) == (build == "1")


def test_named_and_proposed_differ_by_sign_and_word_not_by_colour() -> None:
    body = index_method.tree().body
    for kind, sign in index_method.MARKS.items():
        assert f'<span aria-hidden="true">{sign}</span>' in body
        assert index_method.KINDS[kind][0] in body
    assert "style=" not in body and len(set(index_method.MARKS.values())) == 3


def test_nine_indicators_are_named_one_by_the_press_and_the_rest_are_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = glued(index_method, monkeypatch)
    assert (told["n_named"], told["n_press"], told["n_proposed"], told["n_indicators"]) == (9, 1, 26, 36)
    assert told["press_names"] == "研发经费投入强度"


def test_an_indicator_that_loses_its_name_becomes_one_of_ours(data, monkeypatch: pytest.MonkeyPatch) -> None:
    change(data / "editions/2022/indicators.csv", {"named_in": ""}, code="output_1")
    assert glued(index_method, monkeypatch)["n_named"] == 8
    assert "报告只叫出 8 项" in index_method.known().title


def test_the_worked_example_is_the_formula() -> None:
    data, tree = index_method.small_data(), index_method.small_tree()
    result = index.score(data, tree)
    x = data.set_index("unit")
    z = 100 * (x - x.min()) / (x.max() - x.min())
    pd.testing.assert_frame_equal(result.normalised, z, check_names=False, check_dtype=False)
    by_hand = 0.6 * z["colleges"] + 0.4 * (2 / 3 * z["gdp"] + 1 / 3 * z["services"])
    pd.testing.assert_series_equal(result.scores["index"], by_hand, check_names=False)


def test_scores_change_when_only_the_rivals_do() -> None:
    few, many = (
        index.score(index_method.small_data(n), index_method.small_tree()).scores["index"] for n in (4, None)
    )
    assert len(many) == 17 and (few - many.reindex(few.index)).abs().max() > 10


def test_what_the_reader_is_told_to_try_comes_out_as_told() -> None:
    tree, data = index_method.small_tree(), index_method.small_data()
    before = index.score(data, tree).scores["index"]
    tree.loc[tree["code"] == "gdp", "direction"] = -1
    after = index.score(data, tree)
    worst = data.set_index("unit")["gdp"].idxmin()
    assert after.normalised.loc[worst, "gdp"] == 100 and (after.scores["index"] - before).idxmax() == worst
    evens = index_method.round_sets(2)
    assert len(evens) > 1 and (25, 25, 25, 15, 10) not in evens


def test_only_one_set_of_round_weights_gives_both_totals_and_it_is_called_likely() -> None:
    assert index_method.round_sets() == [(25, 25, 25, 15, 10)]
    told = index_method.weights_told(index_method.round_sets())
    assert "只有 1 组" in told and f"就有 {len(index_method.round_sets(whole=True))} 组" in told
    prose = (ROOT / "chapters/report/index-method.md").read_text("utf-8")
    assert "没有被证明" in prose


def test_what_is_proven_of_the_weights_holds_the_likely_ones() -> None:
    found = index_method.bounds().set_index("code")
    used = index_method.dimensions().set_index("code")["weight"]
    assert ((found["lower"] <= used) & (used <= found["upper"])).all()
    tight = found.loc["performance"]
    assert (round(tight["lower"], 1), round(tight["upper"], 1)) == (7.7, 12.4)


def test_a_changed_total_makes_the_round_weights_vanish_and_the_prose_say_so(data, monkeypatch) -> None:
    change(data / SCORES, {"score": "96.00"}, city="410100", code="index")
    assert index_method.round_sets() == []
    assert "没有一组对得上" in glued(index_method, monkeypatch)["weights_told"]


def test_ties_share_the_smallest_rank() -> None:
    assert index_method._tie_told() == "按高校数排，洛阳、南阳、平顶山、开封、安阳并列第 3，下一名是第 8。"


def test_an_unknown_count_is_a_dash_never_a_zero() -> None:
    table = index_method.revisions().table_html()
    assert "—" in table and ">0<" not in table


def test_later_counts_are_marked_as_later() -> None:
    table = index_method.counts()
    assert list(table.loc[table["later"], "year"]) == [2023]
    assert "2023（后来）" in index_method.revisions().table_html()


def test_other_rankings_are_public_and_say_that_they_do_not_compare() -> None:
    figure = index_method.others()
    assert figure.status == "public" and "都与本报告不同" in figure.subtitle
    assert "另一指数" not in figure.table_html()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_speaks_one_language(monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    monkeypatch.setenv("BLUEBOOK_LANG", lang)
    for figure in figures(index_method):
        assert in_chinese(figure.title + figure.subtitle) == (lang == "zh"), figure.id


def test_a_tree_needs_all_its_parts() -> None:
    with pytest.raises(ValueError, match="source"):
        charts.tree(
            pd.DataFrame(),
            id="x",
            title="t",
            subtitle="s",
            source=" ",
            status="computed",
            table=pd.DataFrame({"a": [1]}),
        )


def test_an_edition_without_a_tree_is_told_what_to_do(data) -> None:
    (data / "editions/2022/indicators.csv").unlink()
    with pytest.raises(ValueError, match=r"indicators\.csv"):
        index_method.tree()


def test_shares_within_a_family_sum_to_one() -> None:
    for family in framework.families(framework.read(index_method.indicators())):
        assert family.shares.sum() == pytest.approx(1)
