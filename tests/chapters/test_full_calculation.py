"""lab/full-calculation: from raw cells to ranks, each step from what the index returns, never without its badge."""

import desk
import numpy as np
import pytest
from desk import change, opened

import bluebook as bb
from bluebook import charts

data = desk.data
CHAPTER = "lab/full-calculation"
BADGE = charts.STATUS["illustrative"][0]


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there_with_its_badge(now):
    assert now.broken == []
    assert list(now.figures) == [
        "fig-lab-cells",
        "fig-lab-experts",
        "fig-lab-normalise-input-3",
        "fig-lab-trace-410300",
        "fig-lab-dimensions",
        "fig-lab-totals",
        "fig-lab-another",
    ]
    for figure in now.figures.values():
        assert figure.status == "illustrative" and "示意" in figure.title, figure.id
        assert f'<p class="bb-badge" role="note">{BADGE}' in figure._repr_html_()
        assert BADGE in figure._repr_mimebundle_()["text/plain"], "a terminal shows only this"
        assert figure.csv().splitlines()[1].endswith(BADGE)


def test_the_panel_gives_every_printed_score_and_rank(now):
    assert len(now.names["printed"]) == 31 and now.names["equal"].all()
    assert len(now.names["final"]) == 18 and now.names["same"].all()


def test_one_citys_points_add_up_to_its_total(now):
    way, tree = now.names["way"], now.names["tree"]
    exact = bb.score(now.names["panel"], tree).scores.loc[now.names["city"], "index"]
    assert len(way) == 36 and way["占总分 %"].sum() == pytest.approx(100)
    assert way["贡献"].sum() == pytest.approx(exact)
    again = 100 * (way["原始值"] - way["最差"]) / (way["最好"] - way["最差"])
    assert np.allclose(again, way["得分"]), "each score follows from the three raw values beside it"


def test_the_formula_below_the_chart_is_the_one_that_was_used(now):
    assert "（原始值 − 最低）" in now.figures["fig-lab-normalise-input-3"].note


@pytest.mark.slow
def test_another_indicator_and_city_can_be_followed(now):
    there = opened(CHAPTER, ('"input_3", order.index[1]', '"performance_7", zeros.idxmax()'))
    figure = there.figures["fig-lab-normalise-performance-7"]
    assert figure.note.startswith("这项指标越低越好") and "（最高 − 原始值）" in figure.note
    assert there.names["one"]["原始值"].is_monotonic_increasing, "the lowest scores most"
    assert "名次靠前，不等于样样接近第一" in there.broken
    assert (
        there.glued["traced"] == now.glued["small"] and there.glued["traced_rank"] == now.glued["small_rank"]
    )
    assert there.names["way"]["得分"].eq(0).sum() == now.glued["small_zeros"] == 13


@pytest.mark.slow
def test_a_changed_cell_of_the_panel_takes_back_the_agreement(data, now):
    change(data / "teaching" / "observations.csv", {"value": "90000"}, city="410300", indicator="input_3")
    there = opened(CHAPTER)
    assert there.broken == [] and "全都一样" not in there.figures["fig-lab-totals"].title
    assert "洛阳的总分，公布的是 52.70，它给出" in there.glued["agreement_now"]
    assert there.glued["traced_total"] == pytest.approx(now.glued["altered"])
    assert there.glued["n_equal"] < there.glued["n_printed"]


def test_another_panel_agrees_with_all_that_is_printed_and_with_little_else(now):
    assert all(now.names["also"]) and now.names["both"]["相差"].max() > 3
    mine, other = (now.names[k].set_index("unit") for k in ("panel", "other_panel"))
    assert (mine - other).abs().gt(1e-9).sum(axis=None) > 250
