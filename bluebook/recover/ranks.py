"""The ranks that a unit may have when everything open is left open together: rounding, weights, cells, means.

For given weights a unit's score is an interval: its cells at their ends, cut by its own printed score. The
units' intervals are independent of each other, so a unit stands best where its own score is as high and all
others' as low as they can be; only the weights are shared. How many must then be ahead is a mixed-integer
program over the weights: each unit is ahead, or one of up to three linear conditions is met. A power mean is
the arithmetic one of x^p (ln x for 0), printed scores likewise, so the same programs serve every mean; the
ranks of several means are put together.

The weights found are taken back into the scores, and the rank that they give is what is returned; where the
program could not finish, the bound beside it says what could not be excluded. Ranks are those of the scores
before they are rounded.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from bluebook.index import tree as trees
from bluebook.index.ranges import LEAD, UNITS, largest
from bluebook.index.rank import TIE
from bluebook.messages import Catalogue
from bluebook.recover.known import Known, gather, on_scale, prepared, refuse_boundless

SAYS = Catalogue(__file__)
RANKS = ["unit", "best", "worst", "best_bound", "worst_bound"]


class _Open(NamedTuple):
    """What is open of one reading, on a scale on which the mean is arithmetic; U units, k children."""

    low: np.ndarray  # (U, k) cells
    high: np.ndarray
    least: np.ndarray  # (U,) scores, infinite where nothing is printed
    most: np.ndarray


def possible_ranks(
    tree: pd.DataFrame,
    data: pd.DataFrame,
    scores: pd.DataFrame | None = None,
    *,
    lower: pd.Series | float = 0.0,
    upper: pd.Series | float = 1.0,
    normalise: Sequence[str] = ("none",),
    aggregate: Sequence[str] = ("arithmetic",),
    decimals: int | None = None,
    data_decimals: int | None = None,
    bounds: pd.DataFrame | None = None,
    seconds: float = 60.0,
) -> pd.DataFrame:
    """Return ``unit, best, worst, best_bound, worst_bound``: the ranks that are possible, all together.

    ``tree``: one family (cut a deeper tree first, `cut_tree`); its weights are not used. ``data``,
    ``scores``, ``bounds``, ``decimals``, ``data_decimals``: as in `recover_weights`; a cell that is missing
    lies anywhere on the scale, or as printed ranks allow. ``scores`` may be left out. ``lower``, ``upper``:
    limits of the weights, shares of 1, one for all or by code. ``normalise``, ``aggregate``: the methods
    thought possible, power means only. The bounds equal the ranks unless the ``seconds`` ran out; ranks in
    between need not all occur. Raises BadInput for tables that cannot be used, for more units than the
    programs bear, and where no weights fit under any method.

    B leads A where y weighs more than half, and C, of which x is not printed, may pass B but not A:

    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": "", "direction": 1})
    >>> cells = pd.DataFrame({"unit": list("ABC"), "x": ["90.0", "10.0", ""], "y": ["30.0", "90.0", "5.0"]})
    >>> bb.possible_ranks(tree, cells, lower=0.4)[["best", "worst"]].values.tolist()
    [[1, 2], [1, 3], [2, 3]]
    """
    tree, every = prepared(tree, data)
    families = trees.families(tree)
    if len(families) > 1:
        SAYS.refuse("several_families", "TREE", families=len(families))
    children = trees.leaves(tree)
    low, high = (_limits(side, children) for side in (lower, upper))
    if not ((low >= 0) & (low <= high)).all() or low.sum() > 1 + 1e-12 or high.sum() < 1 - 1e-12:
        SAYS.refuse("weights_out_of_reach", low=low.sum(), high=high.sum())
    until = time.monotonic() + seconds
    found, units = [], None
    ways = [(how, means) for how in normalise for means in aggregate]
    for nth, (how, means) in enumerate(ways):
        options = (how, "unknown", decimals, data_decimals, bounds, ("DATA", "SCORES", "BOUNDS"))
        known = (
            gather(tree, every, data, scores, *options)
            if scores is not None
            else _alone(tree, data, how, data_decimals)
        )
        units = known.key["unit"].tolist()
        if len(units) > UNITS:
            SAYS.refuse("too_many_to_rank", "DATA", None, "unit", units=len(units), most=UNITS)
        if "time" in known.key:
            SAYS.refuse("one_time_to_rank", "DATA", 1, "time")
        known = _as_sum(known, trees.power(means), means)
        fits = _fits(known, low, high)
        if fits is not None:
            left = (until - time.monotonic()) / (len(ways) - nth)
            found.append(_ranks(known, low, high, fits, left))
    if not found:
        SAYS.refuse("no_weights_for_ranks")
    best, worst, best_bound, worst_bound = np.array(found).transpose(1, 2, 0)
    ends = [best.min(axis=1), worst.max(axis=1), best_bound.min(axis=1), worst_bound.max(axis=1)]
    return pd.DataFrame({"unit": units, **dict(zip(RANKS[1:], ends, strict=True))})


def _limits(side: pd.Series | float, children: list[str]) -> np.ndarray:
    """One end of the weights' limits (k,)."""
    return np.array(
        [side[c] for c in children] if isinstance(side, pd.Series) else [side] * len(children), float
    )


def _alone(tree: pd.DataFrame, data: pd.DataFrame, how: str, decimals: int | None) -> Known:
    """What is known where no score is printed."""
    key, x = trees.match(data, tree)
    x, low, high, scale = on_scale(data, tree, key, x, how, decimals, pd.Series(dtype=float), "DATA")
    gone = np.isnan(x)
    if gone.any():
        if scale is None:
            refuse_boundless(gone, key, trees.leaves(tree), "DATA")
        low, high = np.where(gone, scale[0], low), np.where(gone, scale[1], high)
    open_ = np.full((len(x), 1), np.inf)
    return Known(key, tree, low, high, [], np.full((len(x), 1), np.nan), -open_, open_)


def _as_sum(known: Known, power: float | str, means: str) -> _Open:
    """Put cells and printed scores where the mean is arithmetic, and divide by the size of the cells."""
    sides = [known.lower, known.upper, known.score_lower[:, 0], known.score_upper[:, 0]]
    if isinstance(power, str):
        SAYS.refuse("no_power_mean", "aggregate", method=means)
    if power != 1:
        if (known.lower < 0).any() or (power <= 0 and (known.lower <= 0).any()):
            row, column = np.argwhere(known.lower <= 0)[0]
            told = {"unit": known.key["unit"][row], "code": trees.leaves(known.tree)[column], "method": means}
            SAYS.refuse("not_above_zero", "DATA", int(row) + 2, told["code"], **told)
        with np.errstate(divide="ignore"):
            sides = [np.maximum(side, 0.0) for side in sides]
            sides = [np.log(s) if power == 0 else np.sign(power) * s**power for s in sides]
    size = max(float(np.abs(sides[0]).max()), float(np.abs(sides[1]).max()), 1e-300)
    return _Open(*(side / size for side in sides))


def _fits(known: _Open, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what weights must keep, rows · w ≤ ends, so that each printed score has cells; None: no w."""
    printed = [(known.low, known.most), (-known.high, -known.least)]
    rows = np.vstack([side[np.isfinite(end)] for side, end in printed])
    ends = np.concatenate([end[np.isfinite(end)] for _, end in printed]) + TIE
    keep = largest(rows, low, high) > ends
    rows, ends, k = rows[keep], ends[keep], len(low)
    box = [*zip(low, high, strict=True)]
    found = linprog(np.zeros(k), A_ub=rows, b_ub=ends, A_eq=np.ones((1, k)), b_eq=[1.0], bounds=box)
    return (rows, ends) if found.status == 0 else None


def _ranks(
    known: _Open, low: np.ndarray, high: np.ndarray, fits: tuple[np.ndarray, np.ndarray], seconds: float
) -> np.ndarray:
    """Return best, worst and their bounds (4 × units)."""
    n, until = len(known.low), time.monotonic() + seconds
    out = np.empty((4, n), dtype=int)
    for at in range(n):
        turn = max((until - time.monotonic()) * 2 / (n - at), 0.05)  # a hard one may take four times its turn
        others = np.arange(n) != at
        own = _Open(*(np.broadcast_to(side[at], side.shape) for side in known))
        behind, most_behind = _met(_conditions(known, own), 0.0, others, low, high, fits, turn)
        ahead, most_ahead = _met(_conditions(own, known), LEAD, others, low, high, fits, turn)
        out[:, at] = n - behind, 1 + ahead, n - most_behind, 1 + most_ahead
    return out


def _conditions(lesser: _Open, greater: _Open) -> tuple[np.ndarray, np.ndarray]:
    """When one unit can be no more than the other: rows · w ≤ ends (4 × U × k, 4 × U).

    The lesser at its lowest, the greater at its highest, each cut by what is printed of it.
    """
    rows = [lesser.low - greater.high, -greater.high, lesser.low, np.zeros_like(lesser.low)]
    ends = [np.zeros(len(lesser.low)), -lesser.least, greater.most, greater.most - lesser.least]
    return np.stack(rows), np.stack(ends)


def _met(
    conditions: tuple[np.ndarray, np.ndarray],
    margin: float,
    others: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    fits: tuple[np.ndarray, np.ndarray],
    seconds: float,
) -> tuple[int, int]:
    """Return for how many of ``others`` all conditions can be met at once by ``margin``: found, at most."""
    rows, ends = conditions
    flat = rows.reshape(-1, rows.shape[2])
    most = largest(flat, low, high).reshape(ends.shape) - ends + margin
    least = -largest(-flat, low, high).reshape(ends.shape) - ends + margin
    open_ = others & ~(least > TIE).any(axis=0)  # the rest are out whatever the weights
    sure = open_ & (most <= TIE).all(axis=0)
    units = np.flatnonzero(open_ & ~sure)
    n, k = len(units), len(low)
    which, at = np.nonzero(most[:, units] > TIE)
    row, end, room = (table[which, units[at]] for table in (rows, ends - margin, most))
    flags = np.zeros((len(row), n))
    flags[np.arange(len(row)), at] = room  # row · w + room · flag ≤ end + room
    sides = [np.hstack([fits[0], np.zeros((len(fits[0]), n))]), np.hstack([row, flags])]
    found = milp(
        np.r_[np.zeros(k), -np.ones(n)],
        constraints=[
            LinearConstraint(np.r_[np.ones(k), np.zeros(n)][None, :], 1, 1),
            LinearConstraint(np.vstack(sides), -np.inf, np.concatenate([fits[1], end + room])),
        ],
        integrality=np.r_[np.zeros(k), np.ones(n)],
        bounds=Bounds(np.r_[low, np.zeros(n)], np.r_[high, np.ones(n)]),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    bound = found.mip_dual_bound
    count = n if bound is None else int(np.clip(np.floor(-bound + 1e-6), 0, n))
    taken = np.zeros(n, dtype=bool) if found.x is None else found.x[k:] > 0.5
    weights = _proof(row[taken[at]], ends[which, units[at]][taken[at]], low, high, fits)
    with np.errstate(invalid="ignore"):
        values = rows @ weights - ends  # ≤ 0 by as much as TIE where a tie will do, < 0 where it will not
    met = (values <= TIE if margin == 0 else values < -TIE).all(axis=0) & others
    return int(met.sum()), max(int(sure.sum()) + count, int(met.sum()))


def _proof(
    rows: np.ndarray, ends: np.ndarray, low: np.ndarray, high: np.ndarray, fits: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Return the weights that keep what is printed, under which rows · w stay as far below ends as can be."""
    n, k = len(rows), len(low)
    found = linprog(
        np.r_[np.zeros(k), 1.0],
        A_ub=np.vstack(
            [np.hstack([rows, -np.ones((n, 1))]), np.hstack([fits[0], np.zeros((len(fits[0]), 1))])]
        ),
        b_ub=np.r_[ends, fits[1]],
        A_eq=np.r_[np.ones(k), 0.0][None, :],
        b_eq=[1.0],
        bounds=[*zip(low, high, strict=True), (-1.0, None)],
        method="highs",
    )
    return found.x[:k] / found.x[:k].sum()
