"""How raw values come onto one scale, and which columns cannot."""

import numpy as np
import pytest

from bluebook import index
from bluebook.messages import Notice

from .small import flat_tree, quiet, refusal, root, score, table


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
    with pytest.warns(Notice, match="pooled"):
        root(table(x=[1, 2, 3]), pooled=True)


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
    with pytest.warns(Notice, match="no y in y2"):
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
