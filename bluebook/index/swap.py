"""The smallest change of weights that swaps two units of which some child scores are only known as intervals:
critical weights, at the brink of a rank reversal, where not every score is printed.

A unit is a box: each child's score between its limits, and their weighted sum between its own. What one such
box says of another is exact: the least change over all that fits both (no less will do), and the greatest
(so much is always enough).
"""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from bluebook.index.rank import TIE

STEPS = 18  # halvings of an interval of weights: 4e-6 of the whole


class Box(NamedTuple):
    """What is known of one unit: ``low``, ``high`` (k,) of its child scores, ``total`` (least, most)."""

    low: np.ndarray
    high: np.ndarray
    total: tuple[float, float]

    def tightened(self, weights: np.ndarray) -> Box:
        """Return the box with each child's limits as narrow as the total, under ``weights``, makes them.

        >>> box = Box(np.array([10.0, 0.0]), np.array([10.0, 100.0]), (20.0, 20.0))
        >>> box.tightened(np.array([0.5, 0.5])).low.tolist()
        [10.0, 30.0]
        """
        least, most = weights @ self.low, weights @ self.high
        with np.errstate(divide="ignore", invalid="ignore"):
            up = (self.total[1] - least + weights * self.low) / weights
            down = (self.total[0] - most + weights * self.high) / weights
        free = weights <= 0
        high = np.where(free, self.high, np.minimum(self.high, up))
        return Box(np.where(free, self.low, np.maximum(self.low, down)), high, self.total)

    def corners(self, weights: np.ndarray) -> np.ndarray:
        """Return the corners (n, k) of the box, cut by its total under ``weights``; none where nothing fits.

        A corner has every child at a limit, or all but one, which then puts the sum on one of its own limits.
        """
        box = self.tightened(weights)
        near = TIE * max(1.0, float(np.abs(box.high).max()))
        if (box.low > box.high + near).any():
            return np.empty((0, len(weights)))
        ends = [sorted({a, b}) for a, b in zip(box.low, np.maximum(box.low, box.high), strict=True)]
        found = [np.array(list(itertools.product(*ends)))]
        for i in np.flatnonzero([len(e) > 1 and w > 0 for e, w in zip(ends, weights, strict=True)]):
            rest = np.array(list(itertools.product(*(e[:1] if j == i else e for j, e in enumerate(ends)))))
            for side in self.total:
                if math.isfinite(side):
                    cut = rest.copy()
                    cut[:, i] += (side - rest @ weights) / weights[i]
                    found.append(cut[(cut[:, i] >= box.low[i] - near) & (cut[:, i] <= box.high[i] + near)])
        every = np.vstack(found)
        sums = every @ weights
        return every[(sums >= self.total[0] - near) & (sums <= self.total[1] + near)]


def smallest_swaps(d: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return, for each row of ``d`` (n, k), the least weight that must move: `robustness.smallest_swap` at
    once.

    ``d``: by how much one unit's child scores lead the other's; ``weights`` (k,) sum to 1. Infinite where no
    weights do it, 0 where it does not lead.

    >>> smallest_swaps(np.array([[4.0, -2.0], [4.0, 1.0]]), np.array([0.5, 0.5])).round(4).tolist()
    [0.1667, inf]
    """
    lead, least = d @ weights, d.min(axis=1, keepdims=True)
    order = np.argsort(-d, axis=1, kind="stable")
    gain = np.take_along_axis(d, order, axis=1) - least  # what a unit of weight taken from here takes away
    room = weights[order]
    before = np.cumsum(gain * room, axis=1) - gain * room
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(gain > 0, (lead[:, None] - before) / gain, 0.0)
    moved = np.clip(part, 0.0, room).sum(axis=1)
    never = least[:, 0] > TIE * np.maximum(1.0, np.abs(d).max(axis=1))
    return np.where(lead <= 0, 0.0, np.where(never, np.inf, moved))


def swap_range(above: Box, below: Box, weights: np.ndarray) -> tuple[float, float]:
    """Return the least and the greatest weight that must move for ``below`` to draw level with ``above``.

    Both in the unit of ``weights``, whose sum is 1 and of which half the L1 distance counts, as in
    `smallest_swap`; ``inf``: no weights do it. Under ``weights`` ``above`` leads or ties. (NaN, NaN) where
    nothing fits what is said of the two.

    The least lies in a corner, because the change that a given lead asks for is quasi-concave in the leads;
    the greatest is the last change by which some scores that fit still keep ``above`` ahead whatever is done
    with it: a linear program for each change that is tried.

    >>> known = [Box(np.array(x), np.array(x), (0.0, 100.0)) for x in ([4.0, 0.0], [0.0, 2.0])]
    >>> [round(x, 4) for x in swap_range(*known, np.array([0.5, 0.5]))]
    [0.1667, 0.1667]
    """
    ours, theirs = above.corners(weights), below.corners(weights)
    if not len(ours) or not len(theirs):
        return math.nan, math.nan
    leads = (ours[:, None, :] - theirs[None, :, :]).reshape(-1, len(weights))
    moves = smallest_swaps(leads, weights)
    least, most = float(moves.min()), float(moves.max())
    return least, most if least == most else _enough(above, below, weights, most)


def _enough(above: Box, below: Box, weights: np.ndarray, known: float) -> float:
    """Return the greatest change that may be needed, at least ``known`` (some corners need that much)."""
    if _lead_kept(above, below, weights, 1.0) > 0:
        return math.inf
    low, high = (known if math.isfinite(known) else 0.0), 1.0
    if low and _lead_kept(above, below, weights, low + 0.5**STEPS) <= 0:  # a corner asks for the most
        return low
    for _ in range(STEPS):
        middle = (low + high) / 2
        kept = _lead_kept(above, below, weights, middle) > 0
        low, high = (middle, high) if kept else (low, middle)
    return high


def _lead_kept(above: Box, below: Box, weights: np.ndarray, moved: float) -> float:
    """Return the best lead that ``above`` can keep when ``moved`` of the weights goes where it hurts most.

    Over all scores a, b that fit. By duality the worst of the weights is a linear program's minimum, so both
    are one: maximise w·(a − b) − moved·m − Σ w_i n_i with s ≤ d_i and n_i ≥ d_i − s − m, n, m ≥ 0.
    """
    k, one = len(weights), np.eye(len(weights))
    zero, ones = np.zeros((k, k)), np.ones((k, 1))
    cost = -np.concatenate([weights, -weights, [0.0, -moved], -weights])  # a, b, s, m, n
    rows = [
        np.hstack([-one, one, ones, 0 * ones, zero]),
        np.hstack([one, -one, -ones, -ones, -one]),
    ]
    limits = [np.zeros(2 * k)]
    for at, box in enumerate((above, below)):
        total = np.zeros(3 * k + 2)
        total[at * k : (at + 1) * k] = weights
        for sign, side in ((1, box.total[1]), (-1, -box.total[0])):
            if math.isfinite(side):
                rows.append(sign * total[None])
                limits.append(np.array([side]))
    bounds = [*zip(above.low, above.high, strict=True), *zip(below.low, below.high, strict=True)]
    bounds += [(None, None), (0, None)] + [(0, None)] * k
    found = linprog(cost, A_ub=np.vstack(rows), b_ub=np.concatenate(limits), bounds=bounds)
    return float(-found.fun) if found.status == 0 else -math.inf
