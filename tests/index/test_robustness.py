"""Ranks under other weights, other methods, other cells: exact where it can be, seeded where it is drawn."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from bluebook import index
from bluebook.index import robustness
from bluebook.index import tree as trees
from bluebook.messages import BadInput, Notice

from .random_tables import deep, flat, random_table, table

settings.register_profile("steady", deadline=None)  # a busy machine is no fault of the index
settings.load_profile("steady")

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


def share(found, unit, rank):
    return found.set_index(["unit", "rank"])["share"][unit, rank]


# --- rank distributions -------------------------------------------------------------------------------------


def test_uniform_weights_give_the_share_that_geometry_gives():
    """w·3 + (1−w)·0 > w·0 + (1−w)·1 for w > 1/4: the first leads in three draws of four."""
    found = robustness.rank_distribution(table([[3, 0], [0, 1]]), flat(2), 40_000, normalise="none")
    assert share(found, "u0", 1) == pytest.approx(0.75, abs=0.01)
    assert share(found, "u1", 1) == pytest.approx(0.25, abs=0.01)


def test_a_concentration_draws_around_the_trees_weights():
    """With K shares (w, 1−w), w has mean 0.3 and variance 0.3 · 0.7 / (K + 1)."""
    drawn = robustness._draw(trees.families(flat(2, [np.nan, 3, 7])), np.random.default_rng(0), 50_000, 20.0)[
        "r"
    ][:, 0]
    assert drawn.mean() == pytest.approx(0.3, abs=2e-3)
    assert drawn.var() == pytest.approx(0.21 / 21, rel=0.03)


def test_a_high_concentration_gives_the_trees_own_ranks():
    data = random_table(1)
    found = robustness.rank_distribution(data, deep(), 200, concentration=1e9)
    ranks = index.score(data, deep()).ranks["r"]
    assert all(share(found, unit, int(rank)) == 1 for unit, rank in ranks.items())


def test_a_low_concentration_never_weighs_the_only_cell_of_a_unit_by_zero():
    tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    data = pd.DataFrame({"unit": list("ABC"), "x": [1, 2, 4], "y": [3, np.nan, 1]})
    found = robustness.rank_distribution(data, tree, 200, concentration=1e-5)
    np.testing.assert_allclose(found.groupby("unit")["share"].sum(), 1)


def test_uniform_draws_are_uniform_on_each_simplex():
    drawn = robustness._draw(trees.families(deep()), np.random.default_rng(0), 50_000, None)
    for w in drawn.values():
        w = w / w.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(w.mean(axis=0), 0.5, atol=0.01)
        np.testing.assert_allclose(w.var(axis=0), 1 / 12, atol=2e-3)


@pytest.mark.parametrize("aggregate", ["arithmetic", "geometric", "geometric,arithmetic", "power:-2"])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_every_drawn_score_is_what_the_index_makes_of_those_weights(aggregate, missing):
    data, tree = random_table(4, missing=missing), deep()
    _, x = trees.match(data, tree)
    z = index.normalise_values(x, tree, "minmax:1:100")
    drawn = robustness._draw(trees.families(tree), np.random.default_rng(1), 5, None)
    scores = robustness._scorer(z, tree, aggregate, 0.0)(drawn)
    for i in range(5):
        new = {
            c: w[i, j]
            for f in trees.families(tree)
            for w in [drawn[f.parent]]
            for j, c in enumerate(f.children)
        }
        one = index.score(data, trees.with_weights(tree, new), normalise="minmax:1:100", aggregate=aggregate)
        np.testing.assert_allclose(scores[i], one.scores["r"], rtol=1e-10)


def test_a_seed_gives_the_same_shares_again_and_another_seed_others():
    data = random_table(1)
    one, same, other = (robustness.rank_distribution(data, deep(), 500, seed) for seed in (7, 7, 8))
    pd.testing.assert_frame_equal(one, same)
    assert not one.equals(other)


def test_shares_of_a_unit_sum_to_one_and_every_rank_is_listed():
    found = robustness.rank_distribution(random_table(1), deep(), 300)
    assert len(found) == 36
    np.testing.assert_allclose(found.groupby("unit")["share"].sum(), 1)


def test_units_that_always_tie_share_the_better_rank():
    found = robustness.rank_distribution(table([[5, 1], [5, 1], [0, 0], [9, 9]]), flat(2), 200)
    assert share(found, "u0", 2) == share(found, "u1", 2) == share(found, "u2", 4) == 1


@given(st.integers(0, 10**6), st.integers(1, 7), st.integers(1, 5))
def test_counted_ranks_are_the_indexs_ranks(seed, n, draws):
    rng = np.random.default_rng(seed)
    scores = rng.integers(-2, 4, (draws, n)) * rng.choice([1, 1 / 3, 1e-6, 1 + 1e-9, 1 + 1e-12], (draws, n))
    counts = np.zeros((n, n), dtype=int)
    for row in index.rank_values(scores.T).T.astype(int):
        counts[np.arange(n), row - 1] += 1
    np.testing.assert_array_equal(robustness.rank_counts(scores), counts)


def test_scores_that_are_all_zero_tie():
    assert robustness.rank_counts(np.zeros((2, 3))).tolist() == [[2, 0, 0]] * 3
    assert robustness.rank_counts(np.array([[0.0, -0.0]])).tolist() == [[1, 0]] * 2


def test_more_units_than_a_table_of_ranks_can_hold_are_refused():
    with pytest.raises(BadInput, match="6000 units in one time"):
        robustness.rank_distribution(table(np.arange(6000)[:, None]), flat(1), 1)


def test_each_time_is_ranked_by_itself():
    data = pd.concat(
        [
            table([[1, 2], [3, 1]]).assign(time=1),
            table([[1, 2], [3, 1], [0, 5]]).assign(time=2, unit=list("abc")),
        ]
    )
    found = robustness.rank_distribution(data, flat(2), 100)
    assert list(found.columns) == ["unit", "time", "rank", "share"] and len(found) == 4 + 9


def test_a_unit_without_a_score_is_left_out_with_a_notice():
    with pytest.warns(Notice, match="1 rows have no score"):
        found = robustness.rank_distribution(table([[1, 2], [np.nan, np.nan], [3, 1]]), flat(2), 50)
    assert found["unit"].unique().tolist() == ["u0", "u2"] and found["rank"].max() == 2


def test_rounding_before_ranking_makes_ties():
    data = table([[50.2, 50.2], [50.4, 50.4], [0, 100], [100, 0]])
    found = robustness.rank_distribution(data, flat(2), 50, normalise="none", decimals=0)
    assert (
        found.query("unit == 'u0'")["share"].to_numpy() == found.query("unit == 'u1'")["share"].to_numpy()
    ).all()


def test_progress_ends_at_one():
    seen = []
    robustness.rank_distribution(random_table(1), deep(), 10, progress=seen.append)
    assert seen[-1] == 1


@pytest.mark.parametrize(
    ("option", "value"), [("draws", 0), ("concentration", 0.0), ("concentration", math.inf)]
)
def test_draws_and_concentration_must_be_positive(option, value):
    with pytest.raises(BadInput, match=option):
        robustness.rank_distribution(random_table(1), deep(), **{option: value})


def test_the_summary_tells_mean_median_and_range():
    found = pd.DataFrame({"unit": "A", "rank": [1, 2, 3, 4], "share": [0.04, 0.5, 0.46, 0.0]})
    row = robustness.rank_summary(found).iloc[0]
    assert row.tolist() == ["A", pytest.approx(2.42), 2, 2, 3, 1, 3]


# --- the smallest change ---------------------------------------------------------------------------------------


def least_by_linear_program(above, below, w):
    """Half the L1 distance, w' = w + p − m, p, m ≥ 0: minimise Σ(p + m)/2 under w'·(above − below) ≤ 0."""
    d, k = np.subtract(above, below), len(w)
    found = linprog(
        np.full(2 * k, 0.5),
        np.vstack([np.concatenate([d, -d]), np.hstack([-np.eye(k), np.eye(k)])]),
        np.append(-(d @ w), w),
        np.concatenate([np.ones(k), -np.ones(k)])[None, :],
        [0.0],
    )
    return found.fun if found.status == 0 else math.inf


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(2, 6))
def test_the_smallest_swap_is_the_linear_programs(seed, k):
    rng = np.random.default_rng(seed)
    w = rng.dirichlet(np.ones(k))
    a, b = rng.integers(0, 10, (2, k)).astype(float)
    a, b = (a, b) if w @ a >= w @ b else (b, a)
    moved, new = robustness.smallest_swap(a, b, w)
    assert moved == pytest.approx(least_by_linear_program(a, b, w), abs=1e-7)
    if moved < math.inf:
        assert new.sum() == pytest.approx(1) and (new >= -1e-12).all()
        assert np.abs(new - w).sum() / 2 == pytest.approx(moved)
        assert new @ a == pytest.approx(new @ b, abs=1e-9)


def test_a_unit_ahead_in_everything_cannot_be_swapped():
    moved, new = robustness.smallest_swap([5, 6], [1, 2], [0.5, 0.5])
    assert moved == math.inf and np.isnan(new).all()


def test_break_points_name_the_least_move_first():
    found = robustness.break_points(table([[10, 0], [0, 9], [1, 1]]), flat(2), normalise="none")
    assert found.loc[0, ["above", "below"]].tolist() == ["u0", "u1"]
    assert found.loc[0, "lead"] == pytest.approx(0.5)
    assert found.loc[0, "moved"] == pytest.approx(100 * (0.5 - 9 / 19))
    assert found.loc[0, ["to_x0", "to_x1"]].tolist() == pytest.approx([900 / 19, 1000 / 19])


def test_break_points_may_move_weight_among_all_indicators():
    data, tree = random_table(3), deep()
    found = robustness.break_points(data, tree, flat=True, normalise="none")
    w = trees.leaf_weights(tree)
    row = found.iloc[0]
    x = data.set_index("unit")[w.index]
    assert row["moved"] / 100 == pytest.approx(
        least_by_linear_program(x.loc[row["above"]], x.loc[row["below"]], w)
    )
    pillar = robustness.break_points(data, tree, "b", flat=True, normalise="none")
    assert [c for c in pillar if c.startswith("to_")] == ["to_x2", "to_x3"]


def test_break_points_leave_out_units_with_a_missing_child():
    with pytest.warns(Notice, match="1 units lack a child"):
        found = robustness.break_points(table([[1, 2], [3, 1], [np.nan, 5]]), flat(2))
    assert len(found) == 1


@pytest.mark.parametrize(("code", "flat"), [("r", True), ("a", False)])
def test_break_points_are_those_of_arithmetic_means_only(code, flat):
    tree = deep().assign(aggregation=["", "geometric", "", "", "", "", ""])
    with pytest.raises(BadInput, match="a is no arithmetic mean"):
        robustness.break_points(random_table(1), tree, code, flat=flat, normalise="minmax:1:100")
    assert len(robustness.break_points(random_table(1), tree, normalise="minmax:1:100")) == 15


def test_break_points_need_a_parent_and_one_time():
    with pytest.raises(BadInput, match="“x0” is no parent"):
        robustness.break_points(random_table(1), deep(), "x0")
    with pytest.raises(BadInput, match="choose one time"):
        robustness.break_points(random_table(1).assign(time=1), deep())
