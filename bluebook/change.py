"""Why a score or a rank changed between two editions: an exact split over five causes.

The causes: the unit's own **data**; the **weights**; the **bounds** that normalisation measures against (the
column's extremes, or mean and deviation, or goalposts); the **framework** (which indicators, hung where); the
set of **units** compared, which decides whose values make the bounds and whom a rank counts.

Each cause may be taken from before or from after, which makes 32 mixed editions. A cause's effect is its
Shapley value: the mean, over all orders of switching the five, of what its own switch adds. It depends on no
order, a cause that changes nothing gets 0, and the five sum to the change exactly (Shapley 1953; for such
decompositions Shorrocks 2013).

In a mixed edition, what one side does not have comes from the other: a value, a weight or a bound of an
indicator that only the other edition knows. Missing cells are left out as in ``index``. Values beyond the
bounds of the other edition are not clipped, but for goalposts.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook import framework, index
from bluebook.framework import bad, notice

FACTORS = ("data", "weights", "bounds", "framework", "units")
GOALS = ("goal_lower", "goal_upper")


class Edition(NamedTuple):
    """One edition's tree and data (``unit`` and its leaves, one time) and how it is computed."""

    tree: pd.DataFrame
    data: pd.DataFrame


def split(
    before: Edition,
    after: Edition,
    *,
    of: str = "score",
    normalise: str = "minmax",
    aggregate: str = "arithmetic",
    decimals: int | None = None,
) -> pd.DataFrame:
    """Return ``unit, before, after, change`` and one column a cause, for every unit in both editions.

    ``of``: "score" or "rank" of the root. ``normalise``: minmax (with any range), zscore, goalposts or none.
    A rank's change is after minus before: negative is a rise. Missing where a unit has no score in one of the
    mixed editions. Raises BadInput where nothing can be compared or a table cannot be used.
    """
    if of not in ("score", "rank"):
        bad("of", None, "", f"“{of}”不认识；可用 score, rank", f"“{of}” is unknown; use score or rank")
    kind = index.parse_method(normalise)[0]
    if kind not in ("minmax", "zscore", "goalposts", "none"):
        bad(
            "normalise",
            None,
            "",
            f"{normalise} 没有可以单独更换的上下界；可用 minmax, zscore, goalposts, none",
            f"{normalise} has no bounds that could change by themselves; use minmax, zscore, goalposts or none",
        )
    sides = [_Side.of(edition, name) for edition, name in ((before, "BEFORE"), (after, "AFTER"))]
    both = [unit for unit in sides[0].values.index if unit in set(sides[1].values.index)]
    if not both:
        bad("AFTER", None, "unit", "两版没有共同的单位", "the editions have no unit in common")
    gaps = sum(int(side.values.isna().to_numpy().sum()) for side in sides)
    if gaps:
        notice(f"两版共有 {gaps} 格缺失：不计入", f"{gaps} cells are missing in the two editions: left out")
    mixed = _mixer(sides, of, normalise, aggregate, decimals)
    worth = {picks: mixed(*picks)[both] for picks in itertools.product((0, 1), repeat=len(FACTORS))}
    table = pd.DataFrame(worth)
    out = pd.DataFrame(
        {"unit": both, "before": table[(0,) * 5].to_numpy(), "after": table[(1,) * 5].to_numpy()}
    )
    out["change"] = out["after"] - out["before"]
    for i, factor in enumerate(FACTORS):
        effect = np.zeros(len(both))
        for picks in worth:
            if picks[i]:
                less = (*picks[:i], 0, *picks[i + 1 :])
                size = sum(less)
                weight = math.factorial(size) * math.factorial(4 - size) / math.factorial(5)
                effect += weight * (worth[picks] - worth[less]).to_numpy()
        out[factor] = effect
    return out


class _Side(NamedTuple):
    """One edition, ready to be mixed."""

    tree: pd.DataFrame
    values: pd.DataFrame  # units × leaves

    @classmethod
    def of(cls, edition: Edition, name: str) -> _Side:
        tree = framework.read(edition.tree, f"{name} TREE")
        key, x = framework.match(edition.data, tree, name)
        if "time" in key:
            bad(name, 1, "time", "请先选一个时点", "choose one time first")
        shares = {c: w for f in framework.families(tree) for c, w in zip(f.children, f.shares, strict=True)}
        tree = tree.assign(share=[shares.get(code, math.nan) for code in tree["code"]])
        return cls(
            tree, pd.DataFrame(x, index=key["unit"].astype(str).to_numpy(), columns=framework.leaves(tree))
        )


def _mixer(
    sides: list[_Side], of: str, normalise: str, aggregate: str, decimals: int | None
) -> Callable[..., pd.Series]:
    """Return the function from a side (0, 1) for each of FACTORS to the root's score or rank of every unit."""
    kind, low, high = index.parse_method(normalise)

    @cache
    def tree_of(frame: int, weights: int) -> pd.DataFrame:
        tree = sides[frame].tree
        return tree.assign(weight=_from(sides, weights, "share", tree))

    @cache
    def values(side: int, frame: int, units: int) -> np.ndarray:
        tree = sides[frame].tree
        return index.directed(_values(sides, side, tree, sides[units].values.index), tree)

    @cache
    def against(bounds: int, frame: int, units: int) -> tuple[np.ndarray, np.ndarray]:
        tree = sides[frame].tree
        if kind == "goalposts":
            return index.goalposts(tree.assign(**{c: _from(sides, bounds, c, tree) for c in GOALS}))
        origin, spread, flat = index.bounds(values(bounds, frame, units), kind)
        if flat.any():
            bad(
                ("BEFORE", "AFTER")[bounds],
                None,
                framework.leaves(tree)[int(flat.argmax())],
                f"在所比较的单位中没有差别，{kind} 除不开",
                f"does not differ among the units compared, so {kind} divides by nothing",
            )
        return origin, spread

    def mixed(data: int, weights: int, bounds: int, frame: int, units: int) -> pd.Series:
        x, tree = values(data, frame, units), tree_of(frame, weights)
        if kind != "none":
            x = index.measure(x, *against(bounds, frame, units), kind, low, high)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", framework.Notice)  # told once, not 32 times
            scores = index.aggregate_values(x, tree, aggregate)[framework.root(tree)]
        if decimals is not None:
            scores = index.round_half_away(scores, decimals)
        return pd.Series(
            index.rank_values(scores) if of == "rank" else scores, index=sides[units].values.index
        )

    return mixed


def _from(sides: list[_Side], side: int, column: str, tree: pd.DataFrame) -> list[float]:
    """Return ``column`` for the codes of ``tree`` from one side's tree, or the other's where it has none."""
    own, other = (
        dict(zip(s.tree["code"], s.tree[column], strict=True)) for s in (sides[side], sides[1 - side])
    )
    return [
        value if (value := own.get(code, math.nan)) == value else other.get(code, math.nan)
        for code in tree["code"]
    ]


def _values(sides: list[_Side], side: int, tree: pd.DataFrame, units: pd.Index) -> np.ndarray:
    """Return the values (units × leaves) of one side; of units or leaves it does not have, the other's."""
    own, other = sides[side].values, sides[1 - side].values
    leaves = framework.leaves(tree)
    rows, columns = units.isin(own.index), np.isin(leaves, own.columns)
    out = other.reindex(index=units, columns=leaves).to_numpy(copy=True)
    out[np.ix_(rows, columns)] = own.reindex(index=units[rows], columns=np.array(leaves)[columns]).to_numpy()
    return out
