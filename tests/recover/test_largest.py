"""Scores that no weights fit: the fewest that must go, by name, and where the others would put them."""

import itertools

import numpy as np
import pandas as pd
import pytest

from bluebook import recover
from bluebook.recover.largest import _hitting, kept, largest


def index(seed, units=12, children=3, wrong=2):
    """A flat tree, cells to one decimal, scores to two of which ``wrong`` are off; and the units that are."""
    rng = np.random.default_rng(seed)
    names = [f"x{i}" for i in range(children)]
    x = rng.uniform(0, 100, (units, children)).round(1)
    score = x @ rng.dirichlet(np.full(children, 3.0))
    off = rng.choice(units, wrong, replace=False)
    score[off] += rng.uniform(3, 9, wrong) * rng.choice([-1, 1], wrong)
    tree = pd.DataFrame(
        {"code": ["r", *names], "parent": ["", *["r"] * children], "weight": "", "direction": 1}
    )
    data = pd.DataFrame(x, columns=names).map("{:.1f}".format)
    data.insert(0, "unit", [f"u{i}" for i in range(units)])
    scores = pd.DataFrame({"unit": data["unit"], "code": "r", "score": [f"{s:.2f}" for s in score]})
    return tree, data, scores, {f"u{i}" for i in off}


@pytest.mark.parametrize("seed", range(4))
def test_the_scores_that_were_changed_are_the_exceptions(seed):
    tree, data, scores, off = index(seed)
    found = largest(tree, data, scores, normalise="none")
    assert set(found.exceptions["unit"]) == off and found.fit == 10 and found.least == 2


@pytest.mark.parametrize("seed", range(4, 7))
def test_no_fewer_would_do(seed):
    tree, data, scores, _ = index(seed, units=8, wrong=2)
    found = largest(tree, data, scores, normalise="none")
    fewer = itertools.combinations(range(8), len(found.exceptions) - 1)
    for gone in fewer:
        rest = recover.recover(tree, data, scores.drop(list(gone)), normalise="none")
        assert len(rest.conflict), gone


def test_the_rest_puts_an_exception_where_it_belongs_and_gives_weights():
    tree, data, scores, off = index(1, wrong=1)
    found = largest(tree, data, scores, normalise="none")
    row = found.exceptions.iloc[0]
    assert not row["lower"] - 0.01 <= row["score"] <= row["upper"] + 0.01
    less = kept(scores, found.exceptions, "r")
    assert set(less["unit"]) == set(scores["unit"]) - off
    assert len(recover.recover(tree, data, less, normalise="none").weights) == 3


def test_where_all_scores_fit_there_is_no_exception():
    tree, data, scores, _ = index(2, wrong=0)
    found = largest(tree, data, scores)
    assert not len(found.exceptions) and found.fit == 12 and found.least == 0


def test_of_a_deep_tree_the_score_that_is_wrong_goes_and_no_other():
    tree = pd.DataFrame(
        {"code": ["r", "a", "x", "y", "z"], "parent": ["", "r", "a", "a", "r"], "weight": "", "direction": 1}
    )
    data = pd.DataFrame(
        {"unit": list("ABC"), "x": ["90.0", "20.0", "40.0"], "y": ["10.0", "80.0", "60.0"], "z": ["50.0"] * 3}
    )
    scores = pd.DataFrame(
        {
            "unit": list("ABCABC"),
            "code": [*"aaa", *"rrr"],
            "score": ["70.0", "35.0", "45.0", "60.0", "42.5", "91.0"],
        }
    )
    found = largest(tree, data, scores, normalise="none")
    assert found.exceptions[["unit", "code"]].to_numpy().tolist() == [["C", "r"]] and found.fit == 5


def test_raw_data_are_read_the_way_that_leaves_the_fewest_out():
    tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": "", "direction": 1})
    data = pd.DataFrame({"unit": list("ABCD"), "x": ["900", "20", "500", "300"], "y": ["1", "8", "3", "5"]})
    scores = pd.DataFrame({"unit": list("ABCD"), "code": "r", "score": ["75.0", "25.0", "48.05", "99.0"]})
    found = largest(tree, data, scores)
    assert found.normalise == "minmax" and found.exceptions["unit"].tolist() == ["D"]


def test_the_fewest_that_hit_every_set():
    assert _hitting([{(0, 0), (1, 0)}, {(1, 0), (2, 0)}, {(3, 0)}]) == {(1, 0), (3, 0)}
    assert _hitting([]) == set()


def test_when_time_is_out_what_is_left_out_is_enough():
    tree, data, scores, _ = index(3, units=10, wrong=3)
    found = largest(tree, data, scores, normalise="none", seconds=0)
    assert found.least <= len(found.exceptions)
    less = kept(scores, found.exceptions, "r")
    assert not len(less) or not len(recover.recover(tree, data, less, normalise="none").conflict)
