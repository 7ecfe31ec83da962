"""One is the highest, ties share the smallest rank, scores are ranked as printed."""

import numpy as np

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
