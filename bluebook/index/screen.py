"""Which units have enough data to be scored at all.

A unit stays when at least ``share`` of its indicators are present and at least ``nonzero`` of those present
are not zero; units named stay or go whatever they have. Source: OECD/JRC Handbook (2008), step 2; the rule of
COINr's ``Screen``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)


class Screened(NamedTuple):
    """What :func:`screen` returns.

    ``data``: the rows that stay. ``units``: a row each, ``unit[, time], missing, zeros, available, nonzero,
    kept``, counts and shares (0–1). ``parents``: units × parents, the share of the indicators below each that
    are present, index as in `bluebook.index.score.Scored`.
    """

    data: pd.DataFrame
    units: pd.DataFrame
    parents: pd.DataFrame


def screen(
    data: pd.DataFrame,
    tree: pd.DataFrame,
    share: float = 2 / 3,
    nonzero: float = 0.0,
    *,
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
    name: str = "DATA",
) -> Screened:
    """Leave out the units with too few cells, or too few that are not zero: see this module and `Screened`.

    ``data``: ``unit``[, ``time``] and one column a leaf of ``tree``; each row is judged by itself. A row with
    no cell present has no share of zeros, and goes. Raises BadInput for a share outside 0–1 and for a unit of
    ``keep`` or ``drop`` that the data lack.

    >>> data = pd.DataFrame({"unit": ["A", "B"], "x": [1.0, 2.0], "y": [3.0, None]})
    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    >>> bb.screen(data, tree).units[["unit", "available", "kept"]].values.tolist()
    [['A', 1.0, True], ['B', 0.5, False]]
    """
    tree = trees.read(tree)
    key, x = trees.match(data, tree, name)
    for what, value in (("share", share), ("nonzero", nonzero)):
        if not 0 <= value <= 1:
            SAYS.refuse("share_of_none", what=what, value=value)
    for what, named in (("keep", keep), ("drop", drop)):
        for unit in named:
            if unit not in set(key["unit"]):
                SAYS.refuse("unknown_unit", what=what, unit=unit)
    here = ~np.isnan(x)
    present, zeros = here.sum(axis=1), (x == 0).sum(axis=1)
    available = present / x.shape[1]
    with np.errstate(invalid="ignore"):
        rest = (present - zeros) / present
    kept = (available >= share - 1e-12) & (rest >= nonzero - 1e-12)
    kept = (kept | key["unit"].isin(keep)) & ~key["unit"].isin(drop)
    counts = {"missing": x.shape[1] - present, "zeros": zeros, "available": available, "nonzero": rest}
    below = dict(zip(trees.leaves(tree), here.T[:, :, None].astype(int), strict=True))
    parents = {}
    for family in trees.families(tree):  # from below: each leaf counts the same, whatever its depth
        below[family.parent] = np.column_stack([below[child] for child in family.children])
        parents[family.parent] = below[family.parent].mean(axis=1)
    index = pd.MultiIndex.from_frame(key) if "time" in key else pd.Index(key["unit"], name="unit")
    whole = key.assign(**{code: x[:, at] for at, code in enumerate(trees.leaves(tree))})
    units = key.assign(**counts, kept=kept.to_numpy())
    return Screened(whole[kept.to_numpy()].reset_index(drop=True), units, pd.DataFrame(parents, index))
