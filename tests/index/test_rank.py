"""One is the highest, ties share the smallest rank, scores are ranked as printed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluebook import index

from .small import flat_tree, ranks, refusal, root, score, table


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


# --- a place among units -----------------------------------------------------------------------------------


def test_a_place_is_the_rank_where_every_figure_is_known():
    values = {"a": 2.0, "b": 5.0, "c": 5.0 + 1e-10, "d": 1.0}
    found = [index.place(values, who) for who in values]
    assert [p.rank for p in found] == [p.worst for p in found] == [3, 1, 1, 4]
    assert found[1] == (1, 1, ("c",), (), 4) and found[1].last == 2


def test_a_chain_of_ties_is_one_tie_for_a_place_too():
    values = {"a": 1.0, "b": 1 + 0.8e-9, "c": 1 + 1.6e-9}
    assert index.place(values, "a") == (1, 1, ("b", "c"), (), 3)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, (-np.inf, np.inf)])
def test_a_unit_without_a_figure_leaves_the_place_of_the_others_open(missing):
    assert index.place({"a": 2.0, "b": missing, "c": 3.0}, "a") == (2, 3, (), ("b",), 3)


@pytest.mark.parametrize(
    ("known", "rank", "worst"),
    [
        ((3, 9), 2, 2),  # wholly above
        ((0, 1), 1, 1),  # wholly below
        ((2, 9), 1, 2),  # at least as much: level at best
        ((0, 2), 1, 2),  # at most as much: level at worst
        ((0, 2 - 1e-10), 1, 2),  # less by less than a tie
        ((2 + 1e-10, 9), 1, 2),
        ((2 + 1e-8, 9), 2, 2),
        ((0, 2 - 1e-8), 1, 1),
    ],
)
def test_what_is_known_of_a_missing_figure_settles_the_place_or_leaves_it_open(known, rank, worst):
    as_bounds = index.place(pd.Series({"a": 2.0, "b": np.nan}), "a", {"b": known})
    assert (as_bounds.rank, as_bounds.worst) == (rank, worst)
    assert index.place({"a": 2.0, "b": known}, "a") == as_bounds


def test_a_unit_known_between_bounds_has_a_best_and_a_worst_place():
    values = {"a": (2.0, 4.0), "b": 5.0, "c": 3.0, "d": 1.0, "e": (3.0, 3.0)}
    assert index.place(values, "a") == (2, 4, (), ("c", "e"), 5)


def test_an_interval_of_one_point_ties_like_a_number():
    assert index.place({"a": 3.0, "b": (3.0, 3.0)}, "a") == (1, 1, ("b",), (), 2)


@pytest.mark.parametrize("values", [{"b": 1.0}, {"a": np.nan, "b": 1.0}, {"a": None}])
def test_a_unit_without_a_figure_has_no_place(values):
    assert "no figure of a" in refusal(lambda: index.place(values, "a"))


@given(st.lists(st.integers(0, 6), min_size=1, max_size=8))
def test_places_are_ranks(values):
    named = {str(i): v for i, v in enumerate(values)}
    assert [index.place(named, who).rank for who in named] == ranks(*values)
