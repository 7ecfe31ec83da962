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

from bluebook.index import tree as trees
from bluebook.index.aggregate import aggregate_values
from bluebook.index.normalise import bounds as bounds_of
from bluebook.index.normalise import directed, goalposts, measure, parse_method
from bluebook.index.rank import rank_values, round_half_away
from bluebook.messages import Catalogue, Notice

SAYS = Catalogue(__file__)

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

    A new best elsewhere lowers whoever stays the same: the bounds have moved, nothing else.

    >>> tree = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": [None, 1], "direction": 1})
    >>> one = pd.DataFrame({"unit": list("ABC"), "x": [0.0, 5.0, 10.0]})
    >>> found = split(Edition(tree, one), Edition(tree, one.replace(10.0, 20.0))).set_index("unit")
    >>> found.loc["B", ["change", "data", "bounds"]].round(9).tolist()
    [-25.0, 0.0, -25.0]
    """
    if of not in ("score", "rank"):
        SAYS.refuse("unknown_of", "of", of=of)
    kind = parse_method(normalise)[0]
    if kind not in ("minmax", "zscore", "goalposts", "none"):
        SAYS.refuse("bounds_inseparable", "normalise", normalise=normalise)
    sides = [_Side.of(edition, name) for edition, name in ((before, "BEFORE"), (after, "AFTER"))]
    both = [unit for unit in sides[0].values.index if unit in set(sides[1].values.index)]
    if not both:
        SAYS.refuse("no_common_unit", "AFTER", None, "unit")
    gaps = sum(int(side.values.isna().to_numpy().sum()) for side in sides)
    if gaps:
        SAYS.notice("gaps_in_editions", gaps=gaps)
    mixed = _mixer(sides, of, normalise, aggregate, decimals)
    worth = {picks: mixed(*picks)[both] for picks in itertools.product((0, 1), repeat=len(FACTORS))}
    table = pd.DataFrame(worth)
    ends = {"before": table[(0,) * 5].to_numpy(), "after": table[(1,) * 5].to_numpy()}
    out = pd.DataFrame({"unit": both, **ends})
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
        tree = trees.read(edition.tree, f"{name} TREE")
        key, x = trees.match(edition.data, tree, name)
        if "time" in key:
            SAYS.refuse("one_time", name, 1, "time")
        shares = {c: w for f in trees.families(tree) for c, w in zip(f.children, f.shares, strict=True)}
        tree = tree.assign(share=[shares.get(code, math.nan) for code in tree["code"]])
        units = key["unit"].astype(str).to_numpy()
        return cls(tree, pd.DataFrame(x, index=units, columns=trees.leaves(tree)))


def _mixer(
    sides: list[_Side], of: str, normalise: str, aggregate: str, decimals: int | None
) -> Callable[..., pd.Series]:
    """Return the function from a side (0, 1) for each of FACTORS to every unit's score or rank."""
    kind, low, high = parse_method(normalise)[:3]

    @cache
    def tree_of(frame: int, weights: int) -> pd.DataFrame:
        tree = sides[frame].tree
        return tree.assign(weight=_from(sides, weights, "share", tree))

    @cache
    def values(side: int, frame: int, units: int) -> np.ndarray:
        tree = sides[frame].tree
        return directed(_values(sides, side, tree, sides[units].values.index), tree)

    @cache
    def against(bounds: int, frame: int, units: int) -> tuple[np.ndarray, np.ndarray]:
        tree = sides[frame].tree
        if kind == "goalposts":
            return goalposts(tree.assign(**{c: _from(sides, bounds, c, tree) for c in GOALS}))
        origin, spread, flat = bounds_of(values(bounds, frame, units), kind)
        if flat.any():
            leaf = trees.leaves(tree)[int(flat.argmax())]
            SAYS.refuse("no_difference", ("BEFORE", "AFTER")[bounds], None, leaf, kind=kind)
        return origin, spread

    def mixed(data: int, weights: int, bounds: int, frame: int, units: int) -> pd.Series:
        x, tree = values(data, frame, units), tree_of(frame, weights)
        if kind != "none":
            x = measure(x, *against(bounds, frame, units), kind, low, high)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Notice)  # told once, not 32 times
            scores = aggregate_values(x, tree, aggregate, normalise=normalise)[trees.root(tree)]
        if decimals is not None:
            scores = round_half_away(scores, decimals)
        return pd.Series(rank_values(scores) if of == "rank" else scores, index=sides[units].values.index)

    return mixed


def _from(sides: list[_Side], side: int, column: str, tree: pd.DataFrame) -> list[float]:
    """Return ``column`` for the codes of ``tree`` from one side's tree, or the other's where it has none."""
    own, other = (s.tree.set_index("code")[column] for s in (sides[side], sides[1 - side]))
    return own.combine_first(other).reindex(tree["code"]).tolist()


def _values(sides: list[_Side], side: int, tree: pd.DataFrame, units: pd.Index) -> np.ndarray:
    """Return the values (units × leaves) of one side; of units or leaves it does not have, the other's."""
    own, leaves = sides[side].values, trees.leaves(tree)
    out = sides[1 - side].values.reindex(index=units, columns=leaves)
    rows, columns = units.intersection(own.index), out.columns.intersection(own.columns)
    out.loc[rows, columns] = own.loc[rows, columns]
    return out.to_numpy()
