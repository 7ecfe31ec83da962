"""How printed tables are read, and which are refused."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest

from bluebook import recover
from bluebook.messages import BadInput, Notice

from .printed_index import CELLS, RANKED, TREE, family, random_index

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


def test_a_rank_without_a_score_counts_among_those_before_the_unranked():
    scores = pd.DataFrame(
        {"unit": list("ABC"), "code": "r", "score": ["90.0", "", "50.0"], "rank": [1, 2, 3]}
    )
    key = pd.DataFrame({"unit": list("ABCD")})
    limits = recover.rank_limits(recover.read_scores(scores, key, family(["x"]).replace("index", "r")), 4)
    assert limits[["row", "lower", "upper"]].to_numpy().tolist() == [[1, 49.95, 90.05], [3, -math.inf, 50.05]]


def test_cells_are_read_as_printed():
    data = pd.DataFrame({"unit": ["A", "B"], "x": ["96.02", "100"], "y": ["100", "7"], "z": ["1.5", "2"]})
    np.testing.assert_allclose(recover.cell_half_units(data, ["x", "y", "z"]), [0.005, 0.05, 0.05])
    assert recover.cell_half_units(data, ["y"]).tolist() == [0]
    assert recover.cell_half_units(data.assign(x="1.123456789012"), ["x"]).tolist() == [0]
    assert recover.cell_half_units(data, ["x"], 1).tolist() == [0.05]


@pytest.mark.parametrize(
    ("cell", "decimals"), [("97.20", 2), (97.2, 1), ("100", 0), (100.0, 0), ("1e-05", 5), ("", 0)]
)
def test_printed_decimals(cell, decimals):
    assert recover.printed_decimals(cell) == decimals


def test_scores_without_a_code_are_the_roots():
    tree, cells, scores = random_index(3, 6, 3, 1, 2, 15)
    tree = tree[tree["code"] != "p0"].replace({"parent": {"p0": "index"}})
    totals = scores[scores["code"] == "index"]
    one, other = (
        recover.recover(tree, cells, s, cells=False).weights for s in (totals, totals.drop(columns="code"))
    )
    pd.testing.assert_frame_equal(one, other)


def test_a_space_behind_a_unit_does_not_part_it_from_its_score():
    spaced = recover.recover(
        TREE, CELLS.replace("郑州", "郑州 "), RANKED.replace("郑州", "郑州 "), cells=False
    )
    plain = recover.recover(TREE, CELLS, RANKED, cells=False)
    pd.testing.assert_frame_equal(spaced.weights, plain.weights)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"scores": RANKED.assign(code="q")}, "“q” is not in the tree"),
        ({"scores": pd.concat([RANKED, RANKED.iloc[:1]])}, "already in row 2"),
        ({"scores": RANKED.replace("97.25", "high")}, "“high” is not a number"),
        ({"scores": RANKED.drop(columns="score")}, "column score"),
        ({"scores": RANKED[RANKED["code"] != "index"]}, "holds no score of a parent"),
        ({"tree": TREE.assign(aggregation=["geometric", *[""] * 5])}, "arithmetic means"),
        ({"scores": RANKED.assign(decimals=-999)}, "row 2 column decimals: -999 will not do"),
        ({"scores": RANKED.assign(decimals="1.5")}, "a whole number from 0 to 15"),
        ({"scores": RANKED.assign(rank=0)}, "row 2 column rank: 0 will not do; give a whole number from 1"),
        ({"decimals": -1}, "--decimals: -1 will not do"),
        ({"data_decimals": 16}, "--data-decimals: 16 will not do"),
        ({"missing": "guess"}, "“guess” is unknown"),
        (
            {"bounds": pd.DataFrame({"unit": ["?"], "code": ["input"], "lower": [0], "upper": [1]})},
            "“?” is not in",
        ),
        (
            {"bounds": pd.DataFrame({"unit": ["郑州"], "code": ["q"], "lower": [0], "upper": [1]})},
            "“q” is not in",
        ),
        (
            {"bounds": pd.DataFrame({"unit": ["郑州"], "code": ["input"], "lower": [2], "upper": [1]})},
            "above upper",
        ),
        (
            {"bounds": pd.DataFrame({"unit": "郑州", "code": "input", "lower": [1, 60], "upper": [2, 70]})},
            "row 3 column code: input of 郑州 is already in row 2",
        ),
        ({"scores": RANKED.replace("97.25", "297.25")}, "give --bounds or --missing drop"),
    ],
)
def test_tables_that_cannot_be_used_are_refused(changes, why):
    options = {"tree": TREE, "data": CELLS, "scores": RANKED} | changes
    with pytest.raises(BadInput) as caught:
        recover.recover(**options)
    assert why in caught.value.en


def limits(units, **columns):
    scores = pd.DataFrame({"unit": list(units[: len(columns["rank"])]), "code": "r", **columns})
    key = pd.DataFrame({"unit": list(units)})
    read = recover.read_scores(scores, key, family(["x"]).replace("index", "r"))
    return recover.rank_limits(read, len(units))[["row", "lower", "upper"]].to_numpy().tolist()


def test_a_shared_rank_leaves_no_gap_before_the_unranked():
    """1, 1, 3 counts three units, so whoever has no rank comes after the third."""
    assert limits("ABCD", score=["90.0", "90.0", "80.0"], rank=[1, 1, 3]) == [[3, -math.inf, 80.05]]


def test_a_gap_in_the_ranks_ends_what_they_say_of_the_unranked():
    assert limits("ABCD", score=["90.0", "80.0", "70.0"], rank=[1, 3, 4]) == [[3, -math.inf, 90.05]]


def test_an_unprinted_score_of_a_shared_rank_is_the_printed_one():
    assert limits("ABC", score=["90.0", "", "80.0"], rank=[1, 1, 3]) == [[1, 89.95, 90.05]]


def test_a_rank_may_be_marked_as_shared():
    marked, plain = (
        recover.read_scores(
            pd.DataFrame({"unit": list("ABC"), "code": "r", "score": "", "rank": ranks}),
            pd.DataFrame({"unit": list("ABC")}),
            family(["x"]).replace("index", "r"),
        )["rank"].tolist()
        for ranks in (["1", "=2", "2="], ["1", "2", "2"])
    )
    assert marked == plain == [1, 2, 2]


@pytest.mark.parametrize("band", ["101-150", "101–150", "101 — 150", "201+"])
def test_a_band_of_ranks_is_no_rank_and_said_so(band):
    scores = pd.DataFrame({"unit": list("AB"), "code": "r", "score": ["9.0", "8.0"], "rank": ["1", band]})
    with pytest.warns(Notice, match="1 ranks of SCORES are bands"):
        read = recover.read_scores(
            scores, pd.DataFrame({"unit": list("AB")}), family(["x"]).replace("index", "r")
        )
    assert read["rank"].tolist()[0] == 1 and math.isnan(read["rank"].tolist()[1])


def test_a_rank_in_words_is_refused():
    with pytest.raises(BadInput, match="row 2 column rank: “first” is not a number"):
        recover.recover(TREE, CELLS, RANKED.assign(rank="first"))


@pytest.mark.parametrize("mark", ["=2", "2=", "T2", "T-2", "并列2", "第2名", "并列第 2"])
def test_every_way_to_mark_a_rank_as_shared_is_read(mark):
    scores = pd.DataFrame({"unit": list("AB"), "code": "r", "score": ["9.0", "8.0"], "rank": ["1", mark]})
    read = recover.read_scores(
        scores, pd.DataFrame({"unit": list("AB")}), family(["x"]).replace("index", "r")
    )
    assert read["rank"].tolist() == [1, 2]


def banded(rank):
    """What is said of E, whose rank is a band, in a list whose printed ranks are 1, 3, 6, 8."""
    units, ranks = ["A", "B", "C", "D", "E"], ["1", "3", "6", "8", rank]
    scores = pd.DataFrame(
        {"unit": units, "code": "r", "score": ["90.0", "80.0", "70.0", "60.0", ""], "rank": ranks}
    )
    with pytest.warns(Notice, match="only bound the rank"):
        read = recover.read_scores(scores, pd.DataFrame({"unit": units}), family(["x"]).replace("index", "r"))
    return recover.rank_limits(read, 5)[["row", "lower", "upper"]].to_numpy().tolist()


def test_a_band_bounds_a_score_by_the_printed_ranks_at_its_ends():
    assert banded("4-6") == [[4, 69.95, 80.05]]
    assert banded("7–10") == [[4, -math.inf, 70.05]]
    assert banded("2 — 7") == [[4, 59.95, 90.05]]
    assert banded("9+") == [[4, -math.inf, 60.05]]


def test_a_band_that_runs_backwards_is_refused():
    scores = pd.DataFrame({"unit": ["A"], "code": "r", "score": ["9.0"], "rank": ["150-101"]})
    with pytest.raises(BadInput, match="row 2 column rank"), pytest.warns(Notice):
        recover.read_scores(scores, pd.DataFrame({"unit": ["A"]}), family(["x"]).replace("index", "r"))


COLUMNS = {
    "zeros at the end may be lost": (["96.02", "43", "100", "7.5"], 2, []),
    "one cell prints more": ([*["1.5"] * 9, "12.3456"], 1, [9]),
    "one more place in a short column is no oddity": (["1.5", "2.5", "12.34"], 2, []),
    "two of many": ([*["1.5"] * 60, "2.345", "7.8912"], 1, [60, 61]),
    "many of many are the rule": ([*["1.5"] * 10, *["1.55"] * 5], 2, []),
    "whole numbers but one": ([*["15"] * 9, "12.34"], 2, []),
    "empty cells say nothing": (["1.5", "", "2.5", "", "3.5", "4.5", "5.5", "1.234567"], 1, [7]),
    "a computed cell among the printed": ([*["0.5"] * 9, 0.1 + 0.2], 1, [9]),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_a_columns_decimals_are_judged_by_all_its_cells(case):
    cells, decimals, odd = COLUMNS[case]
    assert recover.column_decimals(cells) == (decimals, odd)


def test_an_odd_cell_is_named_and_its_column_alone_is_judged_by_the_rest():
    data = pd.DataFrame({"unit": range(10), "x": [*["1.5"] * 9, "12.3456"], "y": ["1.25"] * 10})
    with pytest.warns(Notice, match="DATA row 11 column x: “12.3456” has more decimals than the 1"):
        assert recover.cell_half_units(data, ["x", "y"]).tolist() == [0.05, 0.005]


def test_one_odd_score_does_not_make_all_others_look_wrong():
    """Nine scores are printed to one decimal; the tenth came out of the machine with all of them."""
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 100, (10, 2)).round(2)
    exact = x @ np.array([0.5, 0.5])
    tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    data = pd.DataFrame({"unit": [f"u{i}" for i in range(10)]})
    data["x"], data["y"] = ([f"{v:.2f}" for v in column] for column in x.T)
    printed = [f"{v:.1f}" for v in exact[:9]] + [repr(float(exact[9] + 1e-7))]
    scores = pd.DataFrame({"unit": data["unit"], "code": "r", "score": printed})
    with pytest.warns(Notice, match="PUBLISHED row 11 column score"):
        found = recover.verify(tree, data, scores, normalise="none")
    assert (found["first_break"] == "").all()


def test_decimals_that_are_given_are_not_judged():
    scores = pd.DataFrame({"unit": range(10), "score": [*["1.5"] * 9, "12.3456"], "decimals": 2})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = recover.read_scores(
            scores, pd.DataFrame({"unit": range(10)}), family(["x"]).replace("index", "r")
        )
    assert np.allclose(read["upper"] - read["score"], 0.005)
