"""Ranks and places: one rule for all.

1 is the highest. Two values equal within 1e-9 relative tie, and every two that tie share a rank, so a chain
of ties is one tie; ties share the smallest rank ("standard competition ranking", 1 2 2 4). Scores that are
printed are rounded first, halves away from zero, and ranked as printed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
TIE = 1e-9


def nearness(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return how far apart ``a`` and ``b`` may lie and still tie.

    >>> float(nearness(2.0, -4.0))
    4e-09
    """
    return TIE * np.maximum(np.abs(a), np.abs(b))


def round_half_away(x: np.ndarray, decimals: int) -> np.ndarray:
    """Round to ``decimals``, halves away from zero (四舍五入); 2.675 counts as a half, whatever its last bit.

    >>> round_half_away(np.array([2.675, -0.5]), 2).tolist()
    [2.68, -0.5]
    """
    if not 0 <= decimals <= 15:
        SAYS.refuse("decimals", "--round", decimals=decimals)
    scaled = np.abs(x) * 10.0**decimals
    return np.sign(x) * np.floor(scaled * (1 + 1e-12) + 0.5) / 10.0**decimals + 0.0  # no -0.0


def rank_values(scores: np.ndarray) -> np.ndarray:
    """Return ranks down each column of ``scores`` (rows × columns, or rows), 1 the highest, NaN where
    missing.

    >>> rank_values(np.array([3.0, 5.0, np.nan, 5.0])).tolist()
    [3.0, 1.0, nan, 1.0]
    """
    s = np.asarray(scores, dtype=float)
    order = np.argsort(-s, axis=0, kind="stable")  # NaN last
    ordered = np.take_along_axis(s, order, axis=0)
    above, below = ordered[:-1], ordered[1:]
    new = np.ones(s.shape, dtype=bool)
    new[1:] = ~(above - below <= nearness(above, below))
    place = np.arange(1, len(s) + 1).reshape(-1, *[1] * (s.ndim - 1))
    first = np.maximum.accumulate(np.where(new, place, 0), axis=0)
    ranks = np.empty(s.shape)
    np.put_along_axis(ranks, order, first.astype(float), axis=0)
    ranks[np.isnan(s)] = np.nan
    return ranks


def listed_to(ranks: pd.Series) -> int:
    """Return the last place up to which printed ranks (<NA>: not printed) run without a gap, 0 if none.

    >>> bb.listed_to(pd.Series([1, 2, 2, 4, 6]))
    4
    """
    last = 0
    for place, rank in enumerate(sorted(ranks.dropna().astype(int)), 1):
        if rank > place:
            break
        last = place
    return last
