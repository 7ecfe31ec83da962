"""The rules of the index, one test each, and the properties it must have on any data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bluebook import framework, index
from bluebook.words import BadInput

settings.register_profile("steady", deadline=None)  # a busy machine is no fault of the index
settings.load_profile("steady")

quiet = pytest.mark.filterwarnings("ignore::bluebook.framework.Notice")


def flat_tree(leaves="xy", **columns):
    table = pd.DataFrame({"code": ["r", *leaves], "parent": ["", *["r"] * len(leaves)]})
    return table.assign(weight=columns.pop("weight", 1.0), direction=1).assign(**columns)


def table(units="ABC", **columns):
    return pd.DataFrame({"unit": list(units), **columns})


def score(data, tree=None, **options):
    return index.score(
        data,
        flat_tree(data.columns.drop(["unit", "time"], errors="ignore")) if tree is None else tree,
        **options,
    )


def root(data, tree=None, **options):
    return score(data, tree, **options).scores["r"].tolist()


def refusal(action):
    with pytest.raises(BadInput) as caught:
        action()
    return caught.value.en


# --- normalisation -----------------------------------------------------------------------------------------


def test_min_max_runs_from_0_to_100():
    assert root(table(x=[2, 4, 10])) == [0, 25, 100]


def test_min_max_takes_any_range():
    assert root(table(x=[2, 4, 10]), normalise="minmax:1:5") == [1, 2, 5]


def test_direction_minus_one_turns_a_column_round():
    assert root(table(x=[2, 4, 10]), flat_tree("x", direction=[None, -1])) == [100, 75, 0]


def test_zscore_divides_by_the_sample_standard_deviation():
    x = np.array([2.0, 4.0, 10.0])
    np.testing.assert_allclose(root(table(x=x), normalise="zscore"), (x - x.mean()) / x.std(ddof=1))


def test_rank_ascends_and_ties_share_the_smallest():
    assert root(table("ABCD", x=[7, 5, 7, 9]), normalise="rank") == [2, 1, 2, 4]


@quiet
def test_percentile_is_the_rank_over_those_present():
    assert root(table("ABCD", x=[7, 5, np.nan, 9]), normalise="percentile")[:2] == [0.5, 0]


def test_goalposts_clip_and_turn_round():
    tree = flat_tree("xy", goal_lower=[None, 0, 0], goal_upper=[None, 10, 10], direction=[None, 1, -1])
    result = score(table(x=[5, 20, -1], y=[5, 20, -1]), tree, normalise="goalposts")
    assert result.normalised["x"].tolist() == [0.5, 1, 0]
    assert result.normalised["y"].tolist() == [0.5, 0, 1]


def test_a_logarithm_is_taken_of_values_and_goalposts():
    tree = flat_tree("x", goal_lower=[None, 1], goal_upper=[None, 100], transform=["", "log10"])
    assert root(table(x=[1, 10, 100]), tree, normalise="goalposts") == [0, 0.5, 1]
    assert root(table(x=[1, 10, 100]), tree) == [0, 50, 100]


def test_none_takes_values_as_they_are_in_their_direction():
    assert root(table(x=[1, 2, 3]), flat_tree("x", direction=[None, -1]), normalise="none") == [-1, -2, -3]


def test_bounds_are_per_time_or_pooled():
    data = table("ABAB", time=[1, 1, 2, 2], x=[0, 10, 10, 20])
    assert root(data) == [0, 100, 0, 100]
    assert root(data, pooled=True) == [0, 50, 50, 100]


def test_rows_keep_their_order_and_keys():
    data = table("BABA", time=["y2", "y1", "y1", "y2"], x=[4, 1, 2, 3])
    assert score(data).scores.index.tolist() == [("B", "y2"), ("A", "y1"), ("B", "y1"), ("A", "y2")]
    assert root(data) == [100, 0, 100, 0]


def test_pooled_without_a_time_says_that_it_changes_nothing():
    with pytest.warns(framework.Notice, match="pooled"):
        root(table(x=[1, 2, 3]), pooled=True)


# --- columns that cannot be normalised ---------------------------------------------------------------------


@pytest.mark.parametrize("method", ["minmax", "zscore"])
def test_a_constant_column_is_refused_where_spread_is_divided_by(method):
    message = refusal(lambda: root(table(x=[1, 2, 3], y=[5, 5, 5]), normalise=method))
    assert "DATA column y" in message and "5" in message and "take it out of TREE" in message


@pytest.mark.parametrize(("method", "value"), [("rank", 1), ("percentile", 0), ("none", 5)])
def test_a_constant_column_is_no_trouble_elsewhere(method, value):
    assert root(table(x=[5, 5, 5]), normalise=method) == [value] * 3


def test_a_column_that_differs_by_less_than_1e9_counts_as_constant():
    assert "for every unit" in refusal(lambda: root(table(x=[1, 1 + 1e-12, 1 - 1e-12])))


@pytest.mark.parametrize("method", ["minmax", "zscore", "none"])
def test_values_too_large_to_compute_with_are_refused(method):
    assert "too large" in refusal(lambda: root(table("AB", x=[-1.7e308, 1.7e308]), normalise=method))


def test_weights_whose_sum_would_overflow_are_refused():
    assert "too large" in refusal(lambda: root(table(x=[1, 2, 3]), flat_tree("x", weight=[None, 1e308])))
    assert "not positive" in refusal(lambda: root(table(x=[1, 2, 3]), flat_tree("x", weight=[None, 1e-320])))


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e99])
@pytest.mark.parametrize("method", ["minmax", "zscore"])
def test_very_small_and_very_large_numbers_are_told_apart_like_others(method, size):
    plain, other = (root(table(x=[1 * s, 2 * s, 4 * s]), normalise=method) for s in (1, size))
    np.testing.assert_allclose(other, plain, rtol=1e-12)


def test_no_zero_is_negative():
    tree = flat_tree("x", direction=[None, -1])
    assert str(root(table(x=[0, 1, 2]), tree, normalise="none")[0]) == "0.0"
    assert str(index.round_half_away(np.array([-0.2]), 0)[0]) == "0.0"


def test_a_column_constant_in_one_time_is_refused_with_the_time():
    data = table("ABAB", time=["y1", "y1", "y2", "y2"], x=[1, 2, 3, 3])
    assert "y2" in refusal(lambda: root(data))


def test_an_empty_column_is_refused():
    message = refusal(lambda: root(table(x=[1, 2, 3], y=[np.nan] * 3)))
    assert "DATA column y" in message and "no value at all" in message


@quiet
def test_a_column_empty_in_one_time_is_missing_there_with_a_notice():
    data = table("ABAB", time=["y1", "y1", "y2", "y2"], x=[1, 2, 1, 2], y=[1, 2, np.nan, np.nan])
    with pytest.warns(framework.Notice, match="no y in y2"):
        assert root(data) == [0, 100, 0, 100]


def test_a_single_unit_cannot_be_min_maxed_nor_given_a_percentile():
    assert "for every unit" in refusal(lambda: root(table("A", x=[1])))
    assert "n − 1 = 0" in refusal(lambda: root(table("A", x=[1]), normalise="percentile"))


def test_a_value_without_a_logarithm_is_refused_with_its_cell():
    message = refusal(lambda: root(table(x=[1, 0, 3]), flat_tree("x", transform=["", "ln"])))
    assert "DATA row 3 column x" in message and "B has 0" in message


def test_goalposts_that_are_not_given_are_asked_for():
    assert "x has no goalposts" in refusal(lambda: root(table(x=[1, 2, 3]), normalise="goalposts"))


@pytest.mark.parametrize(
    "method", ["max", "minmax:5", "minmax:5:1", "minmax:-1e308:1e308", "minmax:a:b", "zscore:1", ""]
)
def test_an_unknown_normalisation_is_refused(method):
    assert "--normalise" in refusal(lambda: root(table(x=[1, 2, 3]), normalise=method))


# --- means -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("arithmetic", 5.0),
        ("geometric", 4.0),
        ("harmonic", 3.2),
        ("power:2", 34**0.5),
        ("power:1", 5.0),
        ("power:0", 4.0),
        ("power:-1", 3.2),
    ],
)
def test_means_of_two_and_eight(method, value):
    np.testing.assert_allclose(root(table("A", x=[2], y=[8]), normalise="none", aggregate=method), value)


def test_weights_are_renormalised_among_siblings():
    data = table(x=[0, 50, 100], y=[100, 50, 0])
    assert root(data, flat_tree("xy", weight=[np.nan, 3, 1])) == root(
        data, flat_tree("xy", weight=[7, 75, 25])
    )


def deep_tree():
    return pd.DataFrame(
        {"code": ["r", "a", "x", "y", "z"], "parent": ["", "r", "a", "a", "r"], "weight": 1.0, "direction": 1}
    )


def test_methods_may_differ_by_level_from_the_leaves_up():
    data = table("A", x=[2], y=[8], z=[16])
    both = root(data, deep_tree(), normalise="none", aggregate="geometric,arithmetic")
    np.testing.assert_allclose(both, (4 + 16) / 2)
    assert "2 levels" in refusal(
        lambda: root(data, deep_tree(), normalise="none", aggregate="geometric,arithmetic,harmonic")
    )


def test_the_trees_own_aggregation_goes_before_the_option():
    tree = deep_tree().assign(aggregation=["", "geometric", "", "", ""])
    np.testing.assert_allclose(root(table("A", x=[2], y=[8], z=[16]), tree, normalise="none"), (4 + 16) / 2)


def test_large_powers_do_not_overflow():
    data = table("A", x=[1e90], y=[2e90])
    np.testing.assert_allclose(root(data, normalise="none", aggregate="power:9"), (513 / 2) ** (1 / 9) * 1e90)


@pytest.mark.parametrize("power", [1e-300, 1e-14, -1e-14, 1e-9])
def test_a_power_near_zero_gives_nearly_the_geometric_mean(power):
    data = table("A", x=[2], y=[8])
    assert root(data, normalise="none", aggregate=f"power:{power}") == pytest.approx([4], rel=1e-8)


def test_an_unknown_mean_is_refused():
    assert "“median”" in refusal(lambda: root(table(x=[1, 2, 3]), aggregate="median"))


# --- missing cells -----------------------------------------------------------------------------------------


def test_a_missing_child_is_dropped_and_its_siblings_weights_scaled_up_with_a_notice():
    data = table(x=[0, 50, 100], y=[100, np.nan, 0])
    with pytest.warns(framework.Notice, match="1 cells are missing"):
        assert root(data, flat_tree("xy", weight=[1, 3, 1])) == [25, 50, 75]


@quiet
@pytest.mark.parametrize("method", ["geometric", "harmonic", "power:2"])
def test_every_mean_drops_missing_children(method):
    data = table("AB", x=[2, 3], y=[np.nan, 3])
    np.testing.assert_allclose(root(data, normalise="none", aggregate=method), [2, 3])


def test_a_unit_without_any_value_has_no_score_and_no_rank_with_a_notice():
    data = table(x=[0, np.nan, 100], y=[1, np.nan, 0])
    with pytest.warns(framework.Notice, match="1 scores are missing"):
        result = score(data)
    assert np.isnan(result.scores["r"].iloc[1]) and np.isnan(result.ranks["r"].iloc[1])
    assert result.ranks["r"].dropna().tolist() == [1, 1]


@quiet
def test_availability_counts_the_children_present():
    data = table(x=[0, 50, 100], y=[100, np.nan, 0])
    assert root(data, availability=0.5) == [50, 50, 50]
    assert np.isnan(root(data, availability=0.51)[1])
    assert "--availability" in refusal(lambda: root(data, availability=95))


@quiet
def test_availability_works_level_by_level():
    data = table(x=[0, 50, 100], y=[100, np.nan, 0], z=[0, 1, 2])
    result = score(data, deep_tree(), availability=0.6)
    assert np.isnan(result.scores["a"].iloc[1]) and np.isnan(result.scores["r"].iloc[1])


# --- zeros and negative values -----------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["geometric", "harmonic", "power:-2"])
def test_a_zero_makes_a_mean_of_power_zero_or_less_zero_with_a_notice(method):
    with pytest.warns(framework.Notice, match="a zero makes"):
        assert root(table("AB", x=[0, 4], y=[5, 4]), normalise="none", aggregate=method)[0] == 0


@pytest.mark.parametrize("method", ["geometric", "harmonic", "power:0.5", "power:2"])
def test_a_negative_value_is_refused_by_every_mean_but_the_arithmetic(method):
    message = refusal(lambda: root(table(x=[1, 2, 3], y=[3, 1, 2]), normalise="zscore", aggregate=method))
    assert "x of A is -1" in message and "--aggregate" in message
    assert len(root(table(x=[1, 2, 3]), normalise="zscore")) == 3


# --- ranks -------------------------------------------------------------------------------------------------


def ranks(*scores, decimals=None):
    values = np.array(scores, dtype=float)
    return index.rank_values(values if decimals is None else index.round_half_away(values, decimals)).tolist()


def test_one_is_the_highest_and_ties_share_the_smallest_rank():
    assert ranks(3, 5, 5, 1) == [3, 1, 1, 4]


def test_scores_equal_within_1e9_tie():
    assert ranks(0.3, 0.1 + 0.2, 0.2) == [1, 1, 3]
    assert ranks(1, 1 + 5e-10, 1 + 5e-9) == [2, 2, 1]


def test_a_chain_of_ties_is_one_tie():
    assert ranks(1, 1 + 0.8e-9, 1 + 1.6e-9) == [1, 1, 1]


def test_small_scores_tie_by_their_own_size():
    assert ranks(1e-12, 2e-12, 5) == [3, 2, 1]


def test_missing_scores_have_no_rank():
    np.testing.assert_array_equal(ranks(2, np.nan, 3), [2, np.nan, 1])


def test_ranks_are_taken_after_rounding_when_asked():
    assert ranks(97.254, 97.251, 97.246) == [1, 2, 3]
    assert ranks(97.254, 97.251, 97.246, decimals=2) == [1, 1, 1]


def test_halves_are_rounded_away_from_zero_whatever_their_last_bit():
    assert index.round_half_away(np.array([0.5, 1.5, -0.5, 2.4]), 0).tolist() == [1, 2, -1, 2]
    assert index.round_half_away(np.array([2.675, 1.005]), 2).tolist() == [2.68, 1.01]


def test_scores_are_printed_as_they_are_ranked():
    data = table(x=[0, 1, 3])
    assert root(data, decimals=1) == [0, 33.3, 100]
    assert "--round" in refusal(lambda: root(data, decimals=-1))


def test_ranks_are_taken_within_each_time():
    data = table("ABAB", time=[1, 1, 2, 2], x=[0, 10, 10, 20])
    assert score(data, pooled=True).ranks["r"].tolist() == [2, 1, 2, 1]


def test_terms_that_cancel_are_zero_and_tie():
    data = table("ABC", x=[0.1, 0.2, 0.7], y=[0.1, 0.2, 0.7])
    result = score(data, flat_tree("xy", direction=[None, 1, -1]), normalise="zscore")
    assert result.scores["r"].tolist() == [0, 0, 0] and result.ranks["r"].tolist() == [1, 1, 1]


def test_tidy_has_one_row_a_score():
    tidy = index.tidy(score(table("AB", time=[1, 1], x=[0, 1])).ranks, "rank")
    assert list(tidy.columns) == ["unit", "time", "code", "rank"]
    assert tidy["rank"].tolist() == [2, 1] and tidy["rank"].dtype == "Int64"


# --- properties --------------------------------------------------------------------------------------------

cells = st.integers(-1000, 1000).map(float)
METHODS = ["minmax", "minmax:1:100", "zscore", "rank", "percentile"]


@st.composite
def indices(draw, missing=True):
    """A random index of two levels: data and tree, every column with some spread."""
    n, k = draw(st.integers(3, 7)), draw(st.integers(2, 6))
    cell = st.one_of(cells, st.just(np.nan)) if missing else cells
    x = np.array(draw(st.lists(st.lists(cell, min_size=k, max_size=k), min_size=n, max_size=n)))
    for column in x.T:
        assume(len(set(column[~np.isnan(column)])) > 1)
    leaves = [f"x{i}" for i in range(k)]
    weight = draw(st.lists(st.integers(1, 9), min_size=k + 2, max_size=k + 2))
    tree = pd.DataFrame(
        {
            "code": ["r", "a", "b", *leaves],
            "parent": ["", "r", "r", "a", *("b" if i % 2 else "a" for i in range(1, k))],
            "weight": [np.nan, *weight],
            "direction": [1, 1, 1, *draw(st.lists(st.sampled_from([1, -1]), min_size=k, max_size=k))],
        }
    )
    return pd.DataFrame(x, columns=leaves).assign(unit=[f"u{i}" for i in range(n)]), tree


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9, equal_nan=True)


@quiet
@given(indices(), st.sampled_from(METHODS), st.floats(0.01, 100), st.integers(-50, 50))
def test_another_unit_of_measurement_changes_nothing(case, method, scale, shift):
    data, tree = case
    other = data.assign(x0=data["x0"] * scale + shift)
    close(score(data, tree, normalise=method).scores, score(other, tree, normalise=method).scores)


@quiet
@given(indices(), st.sampled_from(METHODS))
def test_a_column_turned_round_twice_is_the_same(case, method):
    data, tree = case
    turned = tree.assign(direction=tree["direction"].where(tree["code"] != "x0", -tree["direction"]))
    other = data.assign(x0=-data["x0"])
    close(score(data, tree, normalise=method).scores, score(other, turned, normalise=method).scores)


@quiet
@given(indices(), st.sampled_from(METHODS), st.randoms(use_true_random=False))
def test_the_order_of_units_and_columns_changes_nothing(case, method, random):
    data, tree = case
    order, columns = list(data.index), list(data.columns)
    random.shuffle(order)
    random.shuffle(columns)
    one, other = score(data, tree, normalise=method), score(data.loc[order, columns], tree, normalise=method)
    close(one.scores.loc[other.scores.index], other.scores)
    np.testing.assert_array_equal(one.ranks.loc[other.ranks.index], other.ranks)


@quiet
@given(indices(), st.integers(1, 50))
def test_all_weights_of_a_family_times_a_number_change_nothing(case, factor):
    data, tree = case
    other = tree.assign(weight=tree["weight"].where(tree["parent"] != "a", tree["weight"] * factor))
    close(score(data, tree).scores, score(data, other).scores)


@quiet
@given(
    indices(missing=False),
    st.sampled_from(["arithmetic", "geometric", "harmonic", "power:3"]),
    st.integers(1, 99),
)
def test_a_better_cell_never_lowers_a_score(case, mean, gain):
    data, tree = case
    tree, options = tree.assign(direction=1), {"normalise": "none", "aggregate": mean}
    base = data.assign(**{c: data[c].abs() + 100 for c in data.columns if c != "unit"})
    better = base.assign(x0=base["x0"] + gain * (base["unit"] == "u0"))
    before, after = score(base, tree, **options).scores["r"], score(better, tree, **options).scores["r"]
    assert after["u0"] > before["u0"]
    close(after.drop("u0"), before.drop("u0"))


@quiet
@given(indices(), st.sampled_from(["arithmetic", "geometric", "harmonic", "power:3"]))
def test_a_mean_lies_between_its_least_and_greatest_child(case, mean):
    data, tree = case
    result = score(data, tree, normalise="minmax:1:100", aggregate=mean)
    z = result.normalised.to_numpy()
    low, high = np.fmin.reduce(z, axis=1), np.fmax.reduce(z, axis=1)
    r = result.scores["r"].to_numpy()
    assert (np.isnan(r) == np.isnan(z).all(axis=1)).all()
    fine = ~np.isnan(r)
    assert (r[fine] >= low[fine] * (1 - 1e-9)).all() and (r[fine] <= high[fine] * (1 + 1e-9)).all()


@quiet
@given(indices(), st.sampled_from(METHODS))
def test_units_with_equal_cells_tie(case, method):
    data, tree = case
    twin = data.iloc[[0]].assign(unit="twin")
    result = score(pd.concat([data, twin]), tree, normalise=method).ranks["r"]
    np.testing.assert_array_equal(result["twin"], result["u0"])


@given(st.lists(st.integers(0, 20), min_size=1, max_size=12))
def test_ranks_count_those_above(values):
    assert ranks(*values) == [1 + sum(other > value for other in values) for value in values]


@quiet
@settings(max_examples=30)
@given(indices())
def test_the_power_mean_tends_to_the_geometric(case):
    data, tree = case
    near = score(data, tree, normalise="minmax:1:100", aggregate="power:1e-7").scores
    np.testing.assert_allclose(
        near, score(data, tree, normalise="minmax:1:100", aggregate="geometric").scores, rtol=1e-5
    )
