"""Totals rescaled after aggregation: what they say of the totals before, whose scale nobody printed.

``first`` makes the best of all units 100, ``range`` the best 100 and the worst 0. Both are increasing in a
unit's own total and decreasing in everybody else's, so an interval's ends are exact: its own end against the
others' opposite ones.
For hidden weights the unknown scale is one more share. With T = 100 S / S₁ and cells multiplied by a K that
is at least 100 / S₁, the weights times 100 / (K S₁) and a helper that is 0 everywhere sum to 1, and T is
their weighted mean; ``range`` takes a second helper, below 0, for what is subtracted. The weights are then
sought as shares of their own sum, which the helpers do not enter.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.messages import Catalogue
from bluebook.recover.known import Known
from bluebook.recover.printed import NEAR

SAYS = Catalogue(__file__)
TOP = 100.0
FACTOR = 100.0  # a first total below a hundredth of the scale is not thought of (a range below it neither)
HELPERS = {"first": (0.0,), "range": (0.0, -1.0)}


def rescaled(interval: np.ndarray, how: str, groups: list[np.ndarray]) -> np.ndarray:
    """Return the intervals (2, rows) of totals put on 0–100 within each of ``groups``; NaN stays.

    >>> totals = np.array([[90.0, 45.0], [90.0, 54.0]])
    >>> rescaled(totals, "first", [np.arange(2)]).tolist()
    [[100.0, 50.0], [100.0, 60.0]]
    """
    if how == "none":
        return interval
    out = interval.copy()
    for rows in groups:
        low, high = interval[:, rows]
        for side, (own, others) in enumerate(((low, high), (high, low))):
            top = np.fmax(own, _without(others, np.fmax))
            bottom = np.fmin(own, _without(others, np.fmin)) if how == "range" else 0.0
            with np.errstate(invalid="ignore", divide="ignore"):
                out[side, rows] = np.where(top > bottom, TOP * (own - bottom) / (top - bottom), np.nan)
    return out


def unscaled(printed: np.ndarray, totals: np.ndarray, how: str, groups: list[np.ndarray]) -> np.ndarray:
    """Return what printed intervals (2, rows) say of the totals before, whose intervals are ``totals``."""
    if how == "none":
        return printed
    out = printed.copy()
    for rows in groups:
        top = [np.fmax.reduce(side) for side in totals[:, rows]]
        bottom = [np.fmin.reduce(side) for side in totals[:, rows]] if how == "range" else [0.0, 0.0]
        ends = [b + printed[:, rows] / TOP * (t - b) for t in top for b in bottom]
        out[:, rows] = np.minimum.reduce(ends)[0], np.maximum.reduce(ends)[1]
    return out


def _without(x: np.ndarray, largest: np.ufunc) -> np.ndarray:
    """Return, for each entry, the largest (least) of all the others, NaN left out."""
    start = np.array([np.nan])
    before = np.concatenate([start, largest.accumulate(x)[:-1]])
    after = np.concatenate([largest.accumulate(x[::-1])[::-1][1:], start])
    return largest(before, after)


def with_scale(known: Known, how: str, name: str = "SCORES") -> Known:
    """Return what is known, with the scale of the root's printed scores as helper shares: see this module.

    A single score printed as 100 is exactly 100; of several nobody knows which, and the intervals are then a
    little wide. Raises BadInput where the printed scores cannot have been rescaled so, for several times,
    and for cells that are left out of a mean.
    """
    if how not in HELPERS:
        SAYS.refuse("unknown_rescale", "--rescale", rescale=how, known=", ".join(("none", *HELPERS)))
    if "time" in known.key:
        SAYS.refuse("one_time_to_rescale", "--rescale")
    if np.isnan(known.lower).any():
        SAYS.refuse("gap_to_rescale", "--rescale")
    tree, root = known.tree, trees.root(known.tree)
    node = [family.parent for family in trees.families(tree)].index(root)
    low, high = known.score_lower.copy(), known.score_upper.copy()
    total = known.score[:, node]
    leader = int(np.nanargmax(total))
    ends = [(leader, TOP)] + ([(int(np.nanargmin(total)), 0.0)] if how == "range" else [])
    for row, end in ends:
        if not low[row, node] <= end <= high[row, node]:
            told = {"rescale": how, "score": total[row], "end": end, "unit": known.key["unit"][row]}
            SAYS.refuse("not_rescaled", name, None, "score", **told)
        if (np.abs(total - total[row]) <= NEAR).sum() == 1:
            low[row, node] = high[row, node] = end
    high[:, node] = np.minimum(high[:, node], TOP)
    low[:, node] = np.maximum(low[:, node], 0.0 if how == "range" else -np.inf)
    scale = max(float(np.abs(known.upper).max()), NEAR)
    least = float(known.lower[leader].min()) if how == "first" else 0.0  # no total lies below its least cell
    factor = TOP / max(least, scale / FACTOR)
    others = np.arange(low.shape[1]) != node
    low[:, others] *= factor
    high[:, others] *= factor
    helpers = [at * factor * scale for at in HELPERS[how]]
    names = [f"⟨{how} {i}⟩" for i in range(len(helpers))]
    added = pd.DataFrame({"code": names, "parent": root, "weight": np.nan, "direction": 1})
    cells = [np.column_stack([side * factor, np.tile(helpers, (len(side), 1))]) for side in known[2:4]]
    grown = trees.read(pd.concat([tree, added], ignore_index=True), weights=False)
    sides = {"lower": cells[0], "upper": cells[1], "score_lower": low, "score_upper": high}
    return known._replace(tree=grown, factor=factor, helpers=len(helpers), **sides)
