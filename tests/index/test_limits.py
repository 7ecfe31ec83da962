"""What a method cannot take, or bears only so much of: one clear line, with the value and the bound."""

import numpy as np
import pandas as pd
import pytest

import bluebook as bb
from bluebook.index import outrank, ranges, robustness
from bluebook.messages import Notice

from .small import flat_tree, quiet, refusal, table

ONE = flat_tree("x")
DATA = table(x=[1.0, 2, 5])


def many(units):
    return pd.DataFrame({"unit": range(units), "x": np.arange(units) % 97.0, "y": np.arange(units) % 89.0})


def values(units):
    return many(units).set_index("unit")


@quiet
@pytest.mark.parametrize(
    ("action", "most"),
    [
        (lambda n: bb.rank_distribution(many(n), flat_tree("xy"), 5), robustness.UNITS),
        (lambda n: bb.break_points(many(n), flat_tree("xy")), robustness.PAIRED),
        (lambda n: bb.weight_ranges(values(n)), ranges.UNITS),
        (lambda n: bb.outranking(values(n).to_numpy(), np.ones(2)), outrank.UNITS),
        (lambda n: bb.possible_ranks(flat_tree("xy"), many(n), data_decimals=0), ranges.UNITS),
    ],
)
def test_more_units_than_an_exact_method_bears_are_refused_with_the_bound(action, most):
    message = refusal(lambda: action(most + 1))
    assert f"{most + 1} units" in message and f"{most} at most" in message and "\n" not in message


@pytest.mark.parametrize("transform", ["ln", "log", "log10"])
@pytest.mark.parametrize("value", [0.0, -3.0])
def test_a_logarithm_of_zero_or_below_is_refused_by_cell(transform, value):
    tree = ONE.assign(transform=["", transform])
    message = refusal(lambda: bb.score(DATA.replace(2.0, value), tree))
    assert message.startswith("DATA row 3 column x: B has ") and "no logarithm" in message


def test_the_logarithm_that_treats_outliers_is_shifted_by_its_stated_rule():
    """ln(x − min + 0.01 range): zero and below are no harm there."""
    x = np.array([-5.0, -4, -4, -3, -3, -2, 0, 400])
    got = bb.treat(pd.DataFrame({"unit": list("ABCDEFGH"), "x": x}), ONE, steps="log").data["x"]
    np.testing.assert_allclose(got, np.log(x + 5 + 4.05))


@pytest.mark.parametrize(("direction", "target"), [(1, 0.5), (1, 1.0), (-1, 9.0)])
def test_a_target_behind_the_worst_unit_is_refused_with_both_values(direction, target):
    tree = ONE.assign(direction=[1, direction], target=[np.nan, target])
    message = refusal(lambda: bb.score(DATA, tree, normalise="target"))
    worst = 1 if direction > 0 else 5
    assert f"the target {target:g} is no better than the worst unit ({worst:g})" in message


@pytest.mark.parametrize(("direction", "target", "best"), [(1, 50.0, 5), (-1, 0.5, 1)])
def test_a_target_beyond_the_best_unit_is_taken_and_noticed(direction, target, best):
    tree = ONE.assign(direction=[1, direction], target=[np.nan, target])
    with pytest.warns(
        Notice, match=f"the target {target:g} lies outside the data, the best unit has {best:g}"
    ):
        z = bb.score(DATA, tree, normalise="target").normalised["x"]
    assert z.max() < 1


def test_a_target_without_a_logarithm_is_refused_by_indicator():
    tree = ONE.assign(transform=["", "log"], target=[np.nan, 0])
    assert "TREE column target: x has 0" in refusal(lambda: bb.score(DATA, tree, normalise="target"))


@pytest.mark.parametrize(("goals", "value"), [((10, 20), 0), ((-9, -2), 1)])
def test_data_wholly_beyond_the_goalposts_are_noticed(goals, value):
    tree = ONE.assign(goal_lower=[np.nan, goals[0]], goal_upper=[np.nan, goals[1]])
    with pytest.warns(Notice, match=f"beyond the goalposts and become {value}"):
        bb.score(DATA, tree, normalise="goalposts")


def test_an_imputation_group_of_one_is_named_and_its_cell_left_missing():
    groups = pd.Series({"A": "g", "B": "g", "C": "h"})
    with pytest.warns(Notice) as told:
        got = bb.impute(DATA.replace(5.0, np.nan), ONE, "mean", groups=groups)
    assert [str(w.message) for w in told if "“h”" in str(w.message) and "\n" not in str(w.message)]
    assert got.data["x"].isna().sum() == 1


def test_outranking_a_thousand_units_takes_no_more_memory_than_its_answer():
    x = np.random.default_rng(0).normal(size=(800, 12))
    x[3, 4] = np.nan
    found = bb.outranking(x, np.ones(12))
    assert found[3, 7] + found[7, 3] == pytest.approx(1)
    better = (x[7] > x[3]).sum() / (~np.isnan(x[3])).sum()
    assert found[7, 3] == pytest.approx(better)
