"""Weights, methods and data error varied together: Sobol indices, beside the exact shares and COINr's."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bluebook as bb
from bluebook.index.sobol import DIMENSIONS, indices
from bluebook.messages import BadInput

from .random_tables import deep, random_table

COINR = Path(__file__).parents[1] / "validation" / "coinr" / "f_sensitivity"
pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


def test_with_methods_alone_the_estimates_are_the_exact_shares():
    data, tree = bb.teaching_panel(), bb.read_tree(bb.indicators())
    exact = bb.variance_shares(bb.method_choices(data, {"given": tree}), ["normalise", "aggregate"])
    found = bb.sobol_shares(data, tree, 128, give=0)
    both = found.merge(exact, on=["unit", "factor"])
    assert len(both) == len(found) == 2 * 19
    np.testing.assert_allclose(both["first_x"], both["first_y"], atol=1e-9)
    np.testing.assert_allclose(both["total_x"], both["total_y"], atol=1e-9)


def test_the_weights_of_two_linear_indicators_take_what_their_variance_says():
    """Score = (a w + b v)/(w + v) on two columns; a unit equal in both does not depend on the weights."""
    data = pd.DataFrame({"unit": ["A", "B", "C"], "x": [10.0, 50.0, 90.0], "y": [90.0, 50.0, 10.0]})
    tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    options = {"normalise": ("none",), "aggregate": ("arithmetic",), "value": "score"}
    found = bb.sobol_shares(data, tree, 512, error=0.1, **options).set_index(["unit", "factor"])
    assert found.loc[("B", "weights"), "first"] < 0.02 and found.loc[("B", "data"), "first"] > 0.95
    # Variances of A: weights (half-width 0.25 of 1) and cells (0.1 of 10 and of 90), by simulation
    rng = np.random.default_rng(0)
    w = rng.uniform(0.75, 1.25, (200_000, 2))
    cells = np.array([10.0, 90.0]) * rng.uniform(0.9, 1.1, (200_000, 2))
    whole = (cells * w).sum(axis=1) / w.sum(axis=1)
    alone = (np.array([10.0, 90.0]) * w).sum(axis=1) / w.sum(axis=1)
    assert found.loc[("A", "weights"), "first"] == pytest.approx(alone.var() / whole.var(), abs=0.05)


def test_total_indices_are_those_that_coinr_computes_from_the_same_runs():
    y = pd.read_csv(COINR / "sa_output_mean_abs_rank_change.csv")["y"].to_numpy()
    want = pd.read_csv(COINR / "sa_indices.csv")
    a, b, ab = y[:40], y[40:80], y[80:].reshape(4, 40)
    both = np.r_[a, b]
    runs = np.vstack([a, ab, b]).T.ravel()
    got = indices(runs, want["Variable"].tolist())
    np.testing.assert_allclose(got[1], want["STi"] * 80 / 79, rtol=1e-9)  # its variance divides by n − 1
    uncentred = [(b * (q - a)).mean() / both.var(ddof=1) for q in ab]
    np.testing.assert_allclose(want["Si"], uncentred, rtol=1e-9)  # ours are centred, which errs less
    centred = [((b - y.mean()) * (q - a)).mean() / both.var() for q in ab]
    np.testing.assert_allclose(got[0], centred, rtol=1e-9)


def test_the_same_seed_gives_the_same_and_more_samples_a_narrower_interval():
    data, tree = random_table(3), deep()
    few, again, many = (bb.sobol_shares(data, tree, n, 7, error=0.05) for n in (64, 64, 512))
    pd.testing.assert_frame_equal(few, again)
    whole = [table.query("unit == ''")["total_within"].mean() for table in (few, many)]
    assert whole[1] < whole[0]


def test_an_error_may_be_given_by_indicator_and_what_cannot_vary_is_no_factor():
    data, tree = random_table(3), deep()
    found = bb.sobol_shares(data, tree, 64, give=0, error=pd.Series({"x0": 0.3}))
    assert found["factor"].unique().tolist() == ["normalise", "aggregate", "data"]
    only = bb.sobol_shares(data, tree, 64, normalise=["minmax"], aggregate=["arithmetic"])
    assert only["factor"].unique().tolist() == ["weights"]
    assert set(only["first"]) == set(only["total"]) <= {0.0, 1.0}, "all that varies comes from it"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"samples": 100}, "100 is no power of 2"),
        ({"give": 2.0}, "2 is not between 0 and 1"),
        ({"error": -0.1}, "is not between 0 and 1"),
        ({"error": pd.Series({"q": 1.0})}, "q"),
        ({"value": "place"}, "place"),
        ({"give": 0, "normalise": ["minmax"], "aggregate": ["arithmetic"]}, "nothing may vary"),
    ],
)
def test_what_cannot_be_varied_is_refused_in_one_line(options, told):
    with pytest.raises(BadInput) as problem:
        bb.sobol_shares(random_table(3), deep(), **options)
    assert told in problem.value.en and "\n" not in problem.value.en


def test_more_cells_than_the_design_bears_are_refused_with_the_bound():
    data = pd.DataFrame(np.arange(4000.0 * 3).reshape(4000, 3) % 997, columns=list("xyz"))
    data.insert(0, "unit", range(4000))
    tree = pd.DataFrame({"code": ["r", *"xyz"], "parent": ["", *"rrr"], "weight": 1, "direction": 1})
    with pytest.raises(BadInput) as problem:
        bb.sobol_shares(data, tree, error=0.01)
    assert f"bears {DIMENSIONS} at most" in problem.value.en
    timed = data.assign(time=1)
    with pytest.raises(BadInput, match="time"):
        bb.sobol_shares(timed, tree)
