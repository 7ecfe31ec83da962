"""Totals rescaled after aggregation, the first of them 100: what follows from the data, and whose weights they hide."""

import itertools

import numpy as np
import pandas as pd
import pytest

import bluebook as bb
from bluebook.messages import BadInput
from bluebook.recover.rescaled import rescaled

CELLS = pd.DataFrame(
    {
        "unit": list("ABCD"),
        "x": ["100", "41", "68", "64"],
        "y": ["100", "90", "81", "80"],
        "z": ["70.0", "54", "68", "48"],
    }
)
PRINTED = pd.DataFrame({"unit": list("ABCD"), "score": ["100.00", "67.23", "77.87", "71.49"]})
TREE = pd.DataFrame(
    {
        "code": ["total", "x", "y", "z"],
        "parent": ["", "total", "total", "total"],
        "weight": [None, 40, 40, 20],
        "direction": 1,
    }
)


def made(seed, how, units=60, decimals=1):
    """Cells of five indicators, the first unit not best in all, and totals rescaled and printed."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(20, 100, (units, 5)).round(1)
    x[0] = rng.uniform(80, 100, 5).round(1)
    w = rng.dirichlet(np.full(5, 4.0))
    total = x @ w
    bottom = total.min() if how == "range" else 0.0
    printed = (100 * (total - bottom) / (total.max() - bottom)).round(decimals)
    codes = list("abcde")
    data = pd.DataFrame(x, columns=codes).map("{:.1f}".format).assign(unit=[f"u{i}" for i in range(units)])
    scores = pd.DataFrame({"unit": data["unit"], "score": [f"{v:.{decimals}f}" for v in printed]})
    tree = pd.DataFrame({"code": ["r", *codes], "parent": ["", *["r"] * 5], "direction": 1})
    return tree.assign(weight=[np.nan, *(100 * w)]), data, scores, 100 * w


def test_the_case_of_the_leader_with_a_hundred():
    assert (bb.verify(TREE, CELLS, PRINTED)["first_break"] != "").sum() >= 3, "unless one knows of it"
    found = bb.verify(TREE, CELLS, PRINTED, rescale="first")
    assert (found["first_break"] == "").all()
    assert (found["lower"].iloc[0], found["upper"].iloc[0]) == (100, 100)
    got = bb.recover_weights(TREE.assign(weight=""), CELLS, PRINTED, rescale="first").weights.set_index(
        "code"
    )
    for code, weight in (("x", 40), ("y", 40), ("z", 20)):
        assert got["lower"][code] < weight < got["upper"][code] < got["lower"][code] + 1.2


@pytest.mark.parametrize("how", ["first", "range"])
@pytest.mark.parametrize("seed", range(4))
def test_the_true_weights_lie_in_what_is_recovered_and_every_total_follows_from_them(seed, how):
    tree, data, scores, weights = made(seed, how)
    got = bb.recover_weights(tree.assign(weight=np.nan), data, scores, rescale=how, normalise="none").weights
    assert (got["lower"] <= weights + 1e-6).all() and (weights <= got["upper"] + 1e-6).all()
    assert (got["upper"] - got["lower"]).max() < 6, "and the interval is worth having"
    assert (bb.verify(tree, data, scores, rescale=how, normalise="none")["first_break"] == "").all()


def test_one_wrong_total_is_named_and_a_column_in_a_childs_place_found():
    tree, data, scores, _ = made(7, "first")
    wrong = scores.copy()
    wrong.loc[5, "score"] = f"{float(wrong['score'][5]) + 1:.1f}"
    found = bb.verify(tree, data, wrong, rescale="first", normalise="none").set_index("unit")
    assert found.index[found["first_break"] != ""].tolist() == ["u5"]
    conflict = bb.recover_weights(tree.assign(weight=np.nan), data, wrong, rescale="first", normalise="none")
    assert len(conflict.weights) == 0 and "u5" in conflict.conflict["unit"].tolist()


def test_pillars_printed_beside_rescaled_totals_are_known_on_their_own_scale():
    rng = np.random.default_rng(3)
    x = rng.uniform(30, 90, (40, 4)).round(1)
    tree = pd.DataFrame(
        {"code": ["r", "p", "q", "a", "b", "c", "d"], "parent": ["", "r", "r", "p", "p", "q", "q"],
         "weight": [np.nan, 70, 30, 60, 40, 20, 80], "direction": 1}
    )  # fmt: skip
    data = pd.DataFrame(x, columns=list("abcd")).assign(unit=[f"u{i}" for i in range(40)])
    out = bb.score(data, tree, normalise="none", rescale="first", decimals=2).scores
    scores = out.reset_index().melt("unit", var_name="code", value_name="score")
    scores["score"] = scores["score"].map("{:.2f}".format)
    cells = data.drop(columns="unit").map("{:.1f}".format).assign(unit=data["unit"])
    got = bb.recover_weights(
        tree.assign(weight=np.nan), cells, scores, rescale="first", normalise="none"
    ).weights
    true = tree.set_index("code")["weight"][got["code"]].to_numpy()
    assert len(got) == 6 and (got["lower"] <= true).all() and (true <= got["upper"]).all()
    assert (got["upper"] - got["lower"]).max() < 1


def test_a_hidden_cell_comes_back_on_the_scale_it_was_printed_on():
    tree, data, scores, _ = made(2, "first")
    true, data.loc[9, "c"] = float(data["c"][9]), ""
    got = bb.recover_weights(tree.assign(weight=np.nan), data, scores, rescale="first", normalise="none")
    cell = got.cells.iloc[0]
    assert (cell["unit"], cell["code"]) == ("u9", "c") and cell["lower"] <= true <= cell["upper"]
    assert cell["upper"] - cell["lower"] < 15


@pytest.mark.parametrize("how", ["first", "range"])
def test_the_ends_of_a_rescaled_interval_are_the_extremes_over_all_corners(how):
    rng = np.random.default_rng(1)
    low = rng.uniform(0, 5, 5)
    both = np.stack([low, low + rng.uniform(0, 3, 5)])
    got = rescaled(both, how, [np.arange(5)])
    every = np.array(
        [[both[side, i] for i, side in enumerate(c)] for c in itertools.product((0, 1), repeat=5)]
    )
    bottom = every.min(axis=1, keepdims=True) if how == "range" else 0.0
    every = 100 * (every - bottom) / (every.max(axis=1, keepdims=True) - bottom)
    np.testing.assert_allclose(got, [every.min(axis=0), every.max(axis=0)])


@pytest.mark.parametrize(
    ("change", "options", "told"),
    [
        ({"score": ["97.00", "67.23", "77.87", "71.49"]}, {}, "97 of A should be 100"),
        ({}, {"rescale": "top"}, "“top” is unknown"),
        ({}, {"rescale": "range"}, "should be 0"),
        ({}, {"missing": "drop", "cells": CELLS.replace("41", "")}, "--missing unknown"),
    ],
)
def test_what_cannot_have_been_rescaled_is_refused_in_one_line(change, options, told):
    cells = options.pop("cells", CELLS)
    options = {"rescale": "first", "normalise": "none"} | options
    with pytest.raises(BadInput) as problem:
        bb.recover_weights(TREE.assign(weight=""), cells, PRINTED.assign(**change), **options)
    assert told in problem.value.en and "\n" not in problem.value.en


def test_each_time_was_rescaled_by_itself():
    twice = pd.concat([CELLS.assign(time=1), CELLS.assign(time=2)])
    scores = pd.concat([PRINTED.assign(time=1), PRINTED.assign(time=2)])
    with pytest.raises(BadInput, match="time"):
        bb.recover_weights(TREE, twice, scores, rescale="first", normalise="none")
    assert (bb.verify(TREE, twice, scores, rescale="first")["first_break"] == "").all()
