"""The best and the worst rank of a unit under any weights in a stated range, with the weights that prove it.

Scores are weighted arithmetic means of columns whose weights sum to 1 and lie between limits. For two units
the largest lead of one over the other is a sum that greedy filling gives exactly, so most pairs need no
search: one never leads, or always does. For the rest a mixed-integer program counts how many can be ahead at
once. Where the time runs out the range is a bound: what was found, and what could not be excluded.

A lead within 1e-9 of the scores is a tie, and whoever ties shares the rank: only units that are truly ahead
count. What the program found is proven by a linear program over the same units, whose weights are returned.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from bluebook.index.rank import TIE, rank_values
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
LEAST = 0.05  # seconds that every search has
UNITS = 1_000  # at most: two searches each
LEAD = 4e-6  # of the scale: what the program asks of a unit that is ahead, well above its own tolerance


class Ranges(NamedTuple):
    """What :func:`weight_ranges` returns.

    ``ranges``: ``unit, best, worst, best_bound, worst_bound``; the bounds equal the ranks where the search
    was finished. ``weights``: ``unit, end, code, weight``, the weights that give that rank (``end``: best,
    worst).
    """

    ranges: pd.DataFrame
    weights: pd.DataFrame


def weight_ranges(
    values: pd.DataFrame,
    lower: pd.Series | float = 0.0,
    upper: pd.Series | float = 1.0,
    *,
    seconds: float = 60.0,
) -> Ranges:
    """Return every unit's best and worst rank under weights between ``lower`` and ``upper``: see `Ranges`.

    ``values``: units × columns on one scale, more is better, no gap (`score`'s normalised values, or its
    scores of the dimensions). ``lower``, ``upper``: shares of 1, one for all or by column. ``seconds``: for
    the whole search. Raises BadInput for a gap, for limits that no weights can keep, and for more units than
    UNITS.

    >>> values = pd.DataFrame({"x": [9.0, 5.0, 1.0], "y": [1.0, 6.0, 2.0]}, index=list("ABC"))
    >>> bb.weight_ranges(values).ranges[["unit", "best", "worst"]].values.tolist()
    [['A', 1, 3], ['B', 1, 2], ['C', 2, 3]]
    """
    x = values.to_numpy(dtype=float)
    codes = [str(c) for c in values.columns]
    if np.isnan(x).any():
        row, column = np.argwhere(np.isnan(x))[0]
        SAYS.refuse("gap_in_ranges", "", None, codes[column], unit=values.index[row])
    if len(x) > UNITS:
        SAYS.refuse("too_many_to_search", "", None, "unit", units=len(x), most=UNITS)
    low, high = (
        np.array(
            [side[c] for c in values.columns] if isinstance(side, pd.Series) else [side] * len(codes), float
        )
        for side in (lower, upper)
    )
    if not ((low >= 0) & (low <= high)).all() or low.sum() > 1 + 1e-12 or high.sum() < 1 - 1e-12:
        SAYS.refuse("limits_out_of_reach", low=low.sum(), high=high.sum())
    until = time.monotonic() + seconds
    scale = max(float(np.abs(x).max()), 1e-300)
    rows, proofs = [], []
    for at, unit in enumerate(values.index):
        lead = (x - x[at]) / scale  # of the others over this one
        most, least = largest(lead, low, high), -largest(-lead, low, high)
        others = np.arange(len(x)) != at
        always, never = others & (least > LEAD), others & (most <= TIE)
        open_ = np.flatnonzero(others & ~always & ~never)
        ends = {}
        for end in ("best", "worst"):
            share = 4 / (2 * (len(x) - at))  # a hard one may take four times its turn
            spare = until - time.monotonic() - LEAST * 2 * (len(x) - at)  # what no later search needs
            left = LEAST + max(spare, 0.0) * min(share, 1.0)
            weights, bound = _searched(lead[open_], low, high, end == "best", left)
            rank = int(rank_values(x @ weights)[at])
            ends[end] = (rank, 1 + int(always.sum()) + bound)
            proofs += [(unit, end, code, w) for code, w in zip(codes, weights, strict=True)]
        rows.append((unit, ends["best"][0], ends["worst"][0], ends["best"][1], ends["worst"][1]))
    heads = ["unit", "best", "worst", "best_bound", "worst_bound"]
    return Ranges(
        pd.DataFrame(rows, columns=heads), pd.DataFrame(proofs, columns=["unit", "end", "code", "weight"])
    )


def largest(leads: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the largest value of each row of ``leads`` · w over all weights: the rest of 1 goes where it
    pays most.

    >>> largest(np.array([[1.0, 3.0]]), np.array([0.2, 0.0]), np.array([1.0, 0.5])).tolist()
    [2.0]
    """
    order = np.argsort(-leads, axis=1, kind="stable")
    room = np.take_along_axis(np.broadcast_to(high - low, leads.shape), order, axis=1)
    before = np.cumsum(room, axis=1) - room
    given = np.clip(1 - low.sum() - before, 0.0, room)
    return leads @ low + (np.take_along_axis(leads, order, axis=1) * given).sum(axis=1)


def _searched(
    lead: np.ndarray, low: np.ndarray, high: np.ndarray, best: bool, seconds: float
) -> tuple[np.ndarray, int]:
    """Return weights under which as few (``best``) or as many of these units lead as can be, and how many
    that is at the least (at the most).
    """
    n, k = lead.shape
    if n == 0:
        return _proof(lead, low, high), 0
    if best:  # lead · w ≤ ahead · its largest
        most = np.maximum(largest(lead, low, high), 0.0)
        rows, ends = np.hstack([lead, -np.diag(most)]), np.zeros(n)
    else:  # lead · w ≥ LEAD where ahead, else no less than its smallest
        least = -largest(-lead, low, high)
        rows, ends = np.hstack([-lead, np.diag(LEAD - least)]), -least
    found = milp(
        np.r_[np.zeros(k), np.full(n, 1.0 if best else -1.0)],
        constraints=[
            LinearConstraint(np.r_[np.ones(k), np.zeros(n)][None, :], 1, 1),
            LinearConstraint(rows, -np.inf, ends),
        ],
        integrality=np.r_[np.zeros(k), np.ones(n)],
        bounds=Bounds(np.r_[low, np.zeros(n)], np.r_[high, np.ones(n)]),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.mip_dual_bound is None:  # not even the first relaxation was solved in time
        count = 0 if best else n
    else:
        side = np.ceil(found.mip_dual_bound - 1e-6) if best else np.floor(-found.mip_dual_bound + 1e-6)
        count = int(np.clip(side, 0, n))
    if found.x is None:
        return _proof(lead[:0], low, high), count
    ahead = found.x[k:] > 0.5
    return _proof(lead[~ahead] if best else -lead[ahead], low, high), count


def _proof(behind: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the weights under which these leads (rows · w) stay as far below zero as they can."""
    n, k = behind.shape
    found = linprog(
        np.r_[np.zeros(k), 1.0],
        A_ub=np.hstack([behind, -np.ones((n, 1))]) if n else None,
        b_ub=np.zeros(n) if n else None,
        A_eq=np.r_[np.ones(k), 0.0][None, :],
        b_eq=[1.0],
        bounds=[*zip(low, high, strict=True), (-1.0, None)],
        method="highs",
    )
    return found.x[:k] / found.x[:k].sum()
