"""The least change of weights between two units of which some scores are known as intervals only."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bluebook.index.robustness import smallest_swap
from bluebook.index.swap import Box, smallest_swaps, swap_range


def exact(*scores: float) -> Box:
    return Box(np.array(scores), np.array(scores), (-math.inf, math.inf))


def drawn(box: Box, weights: np.ndarray, rng: np.random.Generator, n: int) -> np.ndarray:
    """Return scores that fit a box, drawn at random."""
    x = rng.uniform(box.low, box.high, (n, len(weights)))
    total = x @ weights
    return x[(total >= box.total[0]) & (total <= box.total[1])]


def test_many_swaps_at_once_are_those_one_by_one() -> None:
    rng, weights = np.random.default_rng(3), np.array([0.25, 0.25, 0.25, 0.15, 0.1])
    leads = rng.normal(2, 10, (400, 5))
    one_by_one = [smallest_swap(d, np.zeros(5), weights)[0] for d in leads]
    assert smallest_swaps(leads, weights) == pytest.approx(one_by_one)


def test_exact_scores_leave_no_range() -> None:
    least, most = swap_range(exact(4, 0), exact(0, 2), np.array([0.5, 0.5]))
    assert least == most == pytest.approx(1 / 6)


def test_who_leads_everywhere_stays_ahead() -> None:
    assert swap_range(exact(4, 3), exact(1, 2), np.array([0.5, 0.5])) == (math.inf, math.inf)


@pytest.mark.parametrize("seed", range(6))
def test_no_scores_that_fit_ask_for_less_or_more(seed: int) -> None:
    """Against scores at random: all between the ends, and the ends nearly met."""
    rng, weights = np.random.default_rng(seed), np.array([0.5, 0.3, 0.2])
    above = Box(np.array([60.0, 20.0, 30.0]), np.array([70.0, 40.0, 30.0]), (46.0, 48.0))
    below = Box(np.array([30.0, 35.0, 50.0]), np.array([30.0, 50.0, 60.0]), (36.0, 40.0))
    least, most = swap_range(above, below, weights)
    a, b = (drawn(box, weights, rng, 60_000)[:9000] for box in (above, below))
    n = min(len(a), len(b))
    moves = smallest_swaps(a[:n] - b[:n], weights)
    assert n > 500 and least <= moves.min() and moves.max() <= most
    assert moves.min() < least + 0.35 * (most - least) and moves.max() > most - 0.35 * (most - least)


def test_a_range_may_end_in_never() -> None:
    above = Box(np.array([60.0, 10.0]), np.array([60.0, 30.0]), (0.0, 100.0))
    least, most = swap_range(above, exact(20, 20), np.array([0.5, 0.5]))
    assert 0 < least < 1 and most == math.inf


def test_a_total_that_the_parts_cannot_give_says_nothing() -> None:
    odd = Box(np.array([10.0, 10.0]), np.array([20.0, 20.0]), (50.0, 51.0))
    assert all(map(math.isnan, swap_range(odd, exact(1, 1), np.array([0.5, 0.5]))))


def test_a_box_is_as_narrow_as_its_total_makes_it() -> None:
    box = Box(np.array([10.0, 0.0]), np.array([10.0, 100.0]), (20.0, 21.0)).tightened(np.array([0.5, 0.5]))
    assert box.low.tolist() == [10, 30] and box.high.tolist() == [10, 32]
