"""One unit among the others: what it is strong and weak in, and in which class a score stands.

Source: OECD/JRC Handbook (2008), step 9; the order of strengths is that of COINr's ``get_str_weak``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bluebook.index.rank import rank_values
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
ENDS = ("strength", "weakness")


def strengths(values: pd.DataFrame, count: int = 5, shared: float = 0.5) -> pd.DataFrame:
    """Return each unit's ``unit, kind, place, code, value, rank, of, tied``: where it stands best and worst.

    ``values``: units × codes, more is better (`score`'s normalised values, or its scores of the dimensions).
    ``kind``: strength or weakness; ``place`` 1 is the best (the worst); codes of one rank keep their order.
    At most ``count`` a kind, and only codes in which the unit stands nearer to the best (the worst): a unit
    that is behind in everything has no strength. A rank that more than the share ``shared`` of all units hold
    is neither, nor is a value that is missing. ``of``: units that have the value; ``tied``: others of this
    rank. Raises BadInput for a count
    below 1.

    >>> values = pd.DataFrame({"x": [9.0, 5.0, 1.0], "y": [1.0, 6.0, 2.0]}, index=["A", "B", "C"])
    >>> bb.strengths(values, 1).query("unit == 'A'")[["kind", "code", "rank"]].values.tolist()
    [['strength', 'x', 1], ['weakness', 'y', 3]]
    """
    if count < 1:
        SAYS.refuse("no_count", "count", count=count)
    x = values.to_numpy(dtype=float)
    ranks, lowest = rank_values(x), rank_values(-x)  # from the best down, from the worst up
    of = (~np.isnan(x)).sum(axis=0)
    rows = []
    for at, unit in enumerate(values.index):
        tied = (ranks == ranks[at]).sum(axis=0) - 1
        for kind, own, other in zip(ENDS, (ranks[at], lowest[at]), (lowest[at], ranks[at]), strict=True):
            usable = np.flatnonzero((own < other) & (tied + 1 <= shared * of))
            for place, code in enumerate(usable[np.argsort(own[usable], kind="stable")][:count], 1):
                told = x[at, code], int(ranks[at, code]), int(of[code]), int(tied[code])
                rows.append((unit, kind, place, values.columns[code], *told))
    return pd.DataFrame(rows, columns=["unit", "kind", "place", "code", "value", "rank", "of", "tied"])


def quantile_classes(scores: pd.DataFrame | pd.Series, classes: int = 4) -> pd.DataFrame | pd.Series:
    """Return the class of each score, 1 the best: as near as ties allow, a ``classes``-th of the units each.

    ``scores``: units, or units × codes; a missing one has no class (<NA>). A unit's class follows from its
    rank r among n: ⌊(r − 1) · classes / n⌋ + 1, so that units that tie share the better class. Raises
    BadInput for fewer than 2 classes.

    >>> bb.quantile_classes(pd.Series([9.0, 7.0, 7.0, 1.0], index=list("ABCD")), 2).to_dict()
    {'A': 1, 'B': 1, 'C': 1, 'D': 2}
    """
    if classes < 2:
        SAYS.refuse("too_few_classes", "classes", classes=classes)
    ranks = rank_values(scores.to_numpy(dtype=float))
    n = (~np.isnan(ranks)).sum(axis=0)
    with np.errstate(invalid="ignore"):
        found = np.floor((ranks - 1) * classes / np.maximum(n, 1)) + 1
    if isinstance(scores, pd.Series):
        return pd.Series(pd.array(found, dtype="Int64"), scores.index, name=scores.name)
    return pd.DataFrame({c: pd.array(found[:, i], dtype="Int64") for i, c in enumerate(scores)}, scores.index)
