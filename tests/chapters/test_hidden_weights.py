"""lab/hidden-weights: what the printed scores prove of the weights nobody printed, and nothing more."""

import desk
import numpy as np
import pandas as pd
import pytest
from desk import SCORES, change, opened

import bluebook as bb
from bluebook import charts

data = desk.data
CHAPTER, ZZ, LY, XX = "lab/hidden-weights", "410100", "410300", "410700"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


@pytest.mark.slow
def test_everything_said_holds_and_every_figure_is_there_without_teaching_data(now):
    assert now.broken == []
    status = {id_: figure.status for id_, figure in now.figures.items()}
    assert status == {
        "fig-lab-evidence": "published",
        "fig-lab-narrowing": "computed",
        "fig-lab-region": "computed",
        "fig-lab-sets": "computed",
        "fig-lab-missing": "computed",
        "fig-lab-certificate": "computed",
    }


def test_the_proven_intervals_are_those_the_book_states(now):
    want = {
        "performance": (7.7, 12.4),
        "input": (0, 37.8),
        "output": (0, 53.8),
        "enterprise": (1.3, 72.5),
        "environment": (0, 31.6),
    }
    for code, ends in want.items():
        assert now.names["proven"].loc[code, ["至少", "至多"]].tolist() == pytest.approx(ends, abs=0.05), code


def test_clues_only_ever_narrow(now):
    found = now.names["found"]
    first, second, third = (found.loc[stage] for stage in now.names["stages"])
    for before, after in ((first, second), (second, third)):
        assert (before["至少"] <= after["至少"] + 1e-6).all()
        assert (before["至多"] >= after["至多"] - 1e-6).all()


def test_the_region_drawn_reaches_exactly_as_far_as_the_engines_intervals(now):
    found, outlines = now.names["found"], now.names["outlines"]
    for drawn, stage in (("只用两个市", "只用两个市"), ("用上全部线索", "再加上名次")):
        corners = outlines[outlines["线索"] == drawn]
        for axis, code in (("x", now.names["across"]), ("y", now.names["up"])):
            ends = corners[axis].min(), corners[axis].max()
            assert ends == pytest.approx(found.loc[(stage, code)].tolist(), abs=1e-4)


def test_sets_of_whole_weights_are_counted_by_reading(now):
    tally = now.names["tally"]
    assert (tally.loc[["cut", "exact", "both"], "5 分档"] == 1).all()
    assert tally.loc[["exact", "cut", "both"], "1 分档"].tolist() == [31, 35, 37]
    assert tally.loc[["exact", "cut", "both"], "加名次"].tolist() == [24, 27, 29]
    assert now.names["fives"].iloc[0].to_list() == [25, 25, 25, 15, 10]


def test_every_set_of_whole_weights_really_gives_the_printed_totals(now):
    scores = bb.scores(2022).pivot(index="city", columns="code", values="score")
    found = now.names["sets"]
    for city in (ZZ, LY):
        total = found @ scores.loc[city, found.columns] / 100
        assert (total - scores.loc[city, "index"]).abs().max() < 0.0101, "half a unit here and half there"


def test_the_missing_score(now):
    assert (now.names["city"], now.names["code"]) == (XX, "performance")
    own = now.names["own"]
    assert own[["证明：至少", "证明：至多"]].tolist() == pytest.approx([19.5, 49.9], abs=0.05)
    assert now.glued["likely_middle"] == pytest.approx(40.55, abs=0.005)
    assert now.glued["likely_half"] == pytest.approx(0.095, abs=0.01)


def test_an_altered_total_comes_with_its_certificate(now):
    culprit = now.names["culprit"]
    assert culprit["score"] == pytest.approx(92.25) and culprit["score"] < culprit["lower"] < 97.25
    assert culprit["upper"] > 97.25
    altered, wrong = now.names["printed"], now.names["wrong"]
    for step, fits in ((now.glued["edge_fits"], True), (now.glued["edge_breaks"], False)):
        score = altered["score"].mask(wrong, (altered["score"] + step).round(2))
        assert now.names["search"](altered.assign(score=score)).conflict.empty == fits


@pytest.mark.slow
def test_a_change_that_is_too_small_is_no_contradiction():
    there = opened(CHAPTER, ("shift, target = -5,", "shift, target = -3,"))
    assert "就再没有一组权重说得通" in there.broken and there.names["conflict"].empty
    assert any("没有一组权重对得上" in told for told in there.broken)


def test_other_weights_give_the_missing_score_another_value_and_swapped_ones_none(now):
    hidden = now.names["hidden"]
    told = list(now.names["try_these"])
    assert now.glued["try_call"] == f"hidden({told})" and told != [25, 25, 25, 15, 10]
    row = hidden(told).loc[(XX, "performance")]
    assert row.tolist() == pytest.approx([now.glued["other_low"], now.glued["other_high"]])
    assert hidden([told[1], told[0], *told[2:]]).empty


def test_one_score_more_narrows_as_the_exercise_says(now):
    printed = now.names["printed"].set_index(["unit", "code"])
    printed.loc[(XX, "performance"), "score"] = now.glued["guess"]
    found = now.names["search"](printed.reset_index()).weights.set_index("code")
    width = found["upper"] - found["lower"]
    assert now.names["named"][width.idxmin()] == now.glued["tightest"]
    assert width["enterprise"] == pytest.approx(now.glued["narrowed_to"])


def test_a_contradiction_among_the_printed_scores_stops_the_build(data, monkeypatch):
    change(data / SCORES, {"score": "92.25"}, city=ZZ, code="index")
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    with pytest.raises((charts.FindingError, LookupError, ValueError)):
        opened(CHAPTER)


def test_a_linear_program_that_nothing_fits_has_no_solution():
    none = bb.farthest(np.ones(2), np.array([[1.0, 1.0]]), np.ones(2))
    assert np.isnan(none).all()
    limits = bb.score_limits(
        pd.DataFrame({"unit": ["甲", "乙"], "code": "index", "score": [80.0, np.nan], "rank": [1, 2]}),
        pd.DataFrame({"unit": ["甲", "乙"]}),
        bb.cut_tree(bb.read_tree(bb.indicators(2022)), ["input", "output"]),
    )
    assert limits.set_index("row")["upper"].to_dict() == pytest.approx({0: 80.005, 1: 80.005})
