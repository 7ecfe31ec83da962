"""From indicators to scores and ranks: normalise → aggregate → rank. Follows the OECD/JRC Handbook (2008).

Every rule stands, and is tested, where it is kept: ``normalise``, ``aggregate``, ``rank``. Ranks are taken
within one time; with ``decimals`` the scores are rounded first and ranked as printed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.index.aggregate import aggregate_values, unit_weights
from bluebook.index.normalise import groups, normalise_values
from bluebook.index.rank import rank_values, round_half_away
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)


class Scored(NamedTuple):
    """What :func:`score` returns: three wide tables with index ``unit`` (or ``unit``, ``time``).

    ``normalised``: units × leaves. ``scores`` and ``ranks``: units × parents, the root last.
    """

    normalised: pd.DataFrame
    scores: pd.DataFrame
    ranks: pd.DataFrame


def score(
    data: pd.DataFrame,
    tree: pd.DataFrame,
    *,
    normalise: str = "minmax",
    aggregate: str = "arithmetic",
    pooled: bool = False,
    availability: float | str = 0.0,
    rescale: str = "none",
    weights: pd.DataFrame | None = None,
    decimals: int | None = None,
    name: str = "DATA",
) -> Scored:
    """Compute the index; return normalised values, scores and ranks: see `Scored`.

    ``data``: ``unit``[, ``time``] and one column a leaf; ``tree``: code, parent, weight, direction
    (`read_tree`). ``normalise``: minmax, minmax:a:b, zscore, rank, percentile, goalposts or none, with
    ``pooled`` over all times; ``aggregate``: arithmetic, geometric, harmonic, power:P, median, sum or
    inverted, or one a level; ``availability``: the share of children that a parent needs, or from 2 on their
    number, or one a level; ``rescale``: first (the best is 100) or range (0–100), for the root or
    one a level, or none; ``weights``: ``unit, code, weight`` where units have their own; ``decimals``:
    rounded before ranking. `bluebook.index.aggregate` explains them. ``name`` stands for the data in
    messages. Raises BadInput; warns with Notice. Source: OECD/JRC Handbook (2008).

    From a table (or `mine`: a file, the provinces, five cities) to a ranking:

    >>> data = pd.DataFrame({"unit": ["A", "B", "C"], "x": [2, 4, 10], "y": [5, 5, 1]})
    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": [None, 3, 1]})
    >>> result = bb.score(data, tree.assign(direction=1), decimals=1)
    >>> ranking = result.scores[["r"]].assign(rank=result.ranks["r"].astype(int)).sort_values("rank")
    >>> ranking.to_dict("index")
    {'C': {'r': 75.0, 'rank': 1}, 'B': {'r': 43.8, 'rank': 2}, 'A': {'r': 25.0, 'rank': 3}}
    """
    tree = trees.read(tree)
    key, x = trees.match(data, tree, name)
    times = groups(key)
    if pooled and len(times) == 1:
        SAYS.notice("pooled_one_time")
    together = [np.arange(len(x))] if pooled else times
    z = normalise_values(x, tree, normalise, together, key, name)
    own = None if weights is None else unit_weights(weights, key, tree)
    options = {"rescale": rescale, "rows": together, "weights": own}
    values = aggregate_values(z, tree, aggregate, availability, key, normalise, **options)
    parents = list(values)
    scores = np.column_stack([values[code] for code in parents])
    if decimals is not None:
        scores = round_half_away(scores, decimals)
    ranks = np.full(scores.shape, np.nan)
    for rows in times:
        ranks[rows] = rank_values(scores[rows])
    index = pd.MultiIndex.from_frame(key) if "time" in key else pd.Index(key["unit"], name="unit")
    return Scored(
        pd.DataFrame(z, index, trees.leaves(tree)),
        pd.DataFrame(scores, index, parents),
        pd.DataFrame(ranks, index, parents),
    )


def tidy(wide: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return one row a value: ``unit``[, ``time``], ``code``, ``value``; codes in order, units within.

    >>> tidy(pd.DataFrame({"r": [1.0, 2.0]}, pd.Index(["A", "B"], name="unit")), "rank").values.tolist()
    [['A', 'r', 1], ['B', 'r', 2]]
    """
    key = wide.index.to_frame(index=False)
    out = pd.concat([key] * wide.shape[1], ignore_index=True)
    out["code"] = np.repeat(np.asarray(wide.columns, dtype=object), len(key))
    values = wide.to_numpy().T.ravel()
    out[value] = pd.array(values, dtype="Int64") if value == "rank" else values
    return out
