"""report/index-method: the tree tells named from proposed, the example is computed, weights are only what is proven."""

from __future__ import annotations

from html.parser import HTMLParser

import desk
import pandas as pd
import pytest
from conftest import ROOT
from desk import SCORES, change, opened

import bluebook as bb
from bluebook.charts.frame import page_html

data = desk.data
CHAPTER = "report/index-method"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is, the edition's own text put in."""
    return opened(CHAPTER)


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


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == [
        "fig-known",
        "fig-tree",
        "fig-revisions",
        "fig-parts",
        "fig-field",
        "fig-weights",
        "fig-others",
    ]


def test_the_tree_opens_without_a_script_level_by_level(now):
    outline = Outline(now.figures["fig-tree"].body)
    assert outline.depth == 0 and outline.deepest == 3 and outline.open == ["open"]
    assert outline.summaries == len(now.names["tree"])


@pytest.mark.parametrize("build", ["0", "1"])
def test_the_tree_stands_in_the_page_and_in_a_notebook(now, build):
    figure = now.figures["fig-tree"]
    page = "".join(page_html(figure.payload(), "_figures")) if build == "1" else figure._repr_html_()
    assert 'data-status="computed"' in page and '<div class="bb-tree">' in page and "<table>" in page
    assert (".csv" in page) == (build == "1")


def test_named_and_proposed_differ_by_sign_and_word_not_by_colour(now):
    body = now.figures["fig-tree"].body
    for sign, word in (("■", "报告点名"), ("◆", "只有媒体点名"), ("□", "本书拟补")):
        assert f'<span aria-hidden="true">{sign}</span>' in body and word in body
    assert "style=" not in body


def test_a_node_tells_its_weight_its_unit_and_where_its_name_stands(now):
    nodes = now.names["nodes"].set_index("code")
    assert nodes["aside"]["index"] == "5 个维度"
    assert nodes["aside"]["output"] == "权重 25（由得分反推），7 项（项数报告印出）"
    assert nodes["text"]["output_1"].endswith("权重 14.3（假定同级均分）。")
    assert "名字由本书拟补" in nodes["text"]["output_7"] and "数值越低越好" in "".join(nodes["text"])


def test_nine_indicators_are_named_one_by_the_press_and_the_rest_are_ours(now):
    assert (
        now.names["count"] == {"report": 9, "press": 1, "carried": 0, "proposed": 26}
        and now.glued["n_indicators"] == 36
    )
    assert now.glued["named_told"] == "一共找得到 9 项，媒体的报道另外提到 1 项：研发经费投入强度"
    assert "只有创新产出 7 项" in now.glued["sized_told"] and "26 项由本书拟补" in now.glued["proposed_told"]


def test_the_worked_example_is_the_formula(now):
    x = now.names["small_data"].set_index("unit")
    z = 100 * (x - x.min()) / (x.max() - x.min())
    result = now.names["result"]
    pd.testing.assert_frame_equal(result.normalised, z, check_names=False, check_dtype=False)
    by_hand = 0.6 * z["高校数"] + 0.4 * (2 / 3 * z["人均生产总值"] + 1 / 3 * z["第三产业占比"])
    pd.testing.assert_series_equal(result.scores["总分"], by_hand, check_names=False)


def test_scores_change_when_only_the_rivals_do(now):
    assert len(now.names["all_data"]) == 17 and now.names["changed"].max() > 10


def test_turning_one_indicator_round_comes_out_as_told(now):
    there = opened(CHAPTER, ('("人均生产总值", "创新绩效", 2, 1)', '("人均生产总值", "创新绩效", 2, -1)'))
    worst = now.names["small_data"].set_index("unit")["人均生产总值"].idxmin()
    gain = there.names["result"].scores["总分"] - now.names["result"].scores["总分"]
    assert there.names["result"].normalised.loc[worst, "人均生产总值"] == 100
    assert gain.idxmax() == worst and gain.idxmin() == now.names["ranking"]["城市"].iloc[0]


@pytest.mark.parametrize("how", ["zscore", "rank"])
def test_another_way_of_normalising_draws_on(how):
    there = opened(CHAPTER, ('"minmax"', f'"{how}"'))
    assert there.names["result"].normalised.max().max() < 100 and "fig-parts" in there.figures


def test_even_weights_leave_several_sets_without_the_one_of_the_book():
    there = opened(CHAPTER, ("step, digits = 5,", "step, digits = 2,"))
    sets = there.names["fits"].round().astype(int).apply(tuple, axis=1)
    assert len(sets) > 1 and (25, 25, 25, 15, 10) not in set(sets)
    assert (
        f"有 {len(sets)} 组对得上" in there.glued["weights_told"]
        and "都是 2 的倍数" in there.glued["weights_told"]
    )


def test_only_one_set_of_round_weights_gives_both_totals_and_it_is_called_likely(now):
    assert now.names["fits"].to_numpy().tolist() == [[25, 25, 25, 15, 10]]
    told = now.glued["weights_told"]
    assert "3,876 组，只有 1 组" in told and f"就有 {len(now.names['loose'])} 组" in told
    assert "没有被证明" in (ROOT / f"chapters/{CHAPTER}.md").read_text("utf-8")


def test_what_is_proven_of_the_weights_holds_the_likely_ones(now):
    found = now.names["bounded"].set_index("维度")
    assert ((found["至少"] <= found["本书采用"]) & (found["本书采用"] <= found["至多"])).all()
    tight = found.loc["创新绩效"]
    assert (round(tight["至少"], 1), round(tight["至多"], 1)) == (7.7, 12.4)


def test_a_changed_total_and_a_lost_name_change_what_is_said(data):
    change(data / SCORES, {"score": "96.00"}, city="410100", code="index")
    change(data / "editions/2022/indicators.csv", {"named_in": ""}, code="output_1")
    there = opened(CHAPTER)
    assert there.names["fits"].empty and "没有一组对得上" in there.glued["weights_told"]
    assert (
        "找得到 8 项" in there.glued["named_told"] and "报告只叫出 8 项" in there.figures["fig-known"].title
    )


def test_ties_share_the_smallest_rank(now):
    assert now.glued["tie_told"] == "按高校数排，洛阳、南阳、平顶山、开封、安阳并列第 3，下一名是第 8。"


def test_an_unknown_count_is_a_dash_and_later_ones_are_marked(now):
    table = now.figures["fig-revisions"].table_html()
    assert "—" in table and ">0<" not in table and "2023（后来）" in table
    assert now.glued["counts_told"] == "2021 年版 34 项，2022 年版 36 项，2023 年版 37 项（后来）"


def test_other_rankings_are_public_and_say_that_they_do_not_compare(now):
    figure = now.figures["fig-others"]
    assert figure.status == "public" and "都与本报告不同" in figure.subtitle
    assert "另一指数" not in figure.table_html() and "77.21 分" in figure.table_html()


def test_a_tree_needs_all_its_parts():
    table = pd.DataFrame({"a": [1]})
    with pytest.raises(ValueError, match="source"):
        bb.tree(pd.DataFrame(), id="x", title="t", subtitle="s", source=" ", status="computed", table=table)


def test_an_edition_without_a_tree_is_told_what_to_do(data):
    (data / "editions/2022/indicators.csv").unlink()
    with pytest.raises(bb.BadInput, match=r"indicators\.csv"):
        bb.indicator_tree()


def test_shares_within_a_family_sum_to_one(now):
    tree = now.names["tree"]
    assert bb.leaf_weights(bb.read_tree(tree)).sum() == pytest.approx(1)
