"""Ranks and places: one rule for all.

1 is the highest. Two values equal within 1e-9 relative tie, and every two that tie share a rank, so a chain
of ties is one tie; ties share the smallest rank ("standard competition ranking", 1 2 2 4). Scores that are
printed are rounded first, halves away from zero, and ranked as printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

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


class Place(NamedTuple):
    """Where one unit stands among ``of``, as :func:`place` finds it.

    ``rank`` is the best place that the figures allow and ``worst`` the worst, ties taken in favour; they
    differ only while units of which too little is known (``unknown``) could stand level or ahead. ``tied``
    have the same figure.
    """

    rank: int
    worst: int
    tied: tuple[str, ...]
    unknown: tuple[str, ...]
    of: int

    @property
    def last(self) -> int:
        """The place that one gets by putting all that tie ahead, as where rounding may hide who leads."""
        return self.worst + len(self.tied)


def place(
    values: Mapping[str, Any] | pd.Series, who: str, bounds: Mapping[str, tuple[float, float]] | None = None
) -> Place:
    """Return where ``who`` stands among ``values`` (by name), the highest first.

    A value is a number, a closed interval (lower, upper) with ends that may be infinite, or missing (NaN,
    None, <NA>). ``bounds`` gives what is known of a missing value: (at least, at most). Among numbers the
    rule is :func:`rank_values`; an interval stands ahead or behind only where it lies wholly so, and is
    ``unknown`` otherwise, also where it merely touches. Raises BadInput where ``who`` is missing.

    >>> place({"a": 7.0, "b": 9.0, "c": None, "d": (7.5, 8.0), "e": 7.0}, "a", {"c": (0, 6)})
    Place(rank=3, worst=3, tied=('e',), unknown=(), of=5)
    >>> place({"a": 7.0, "b": (6.0, 8.0)}, "a")
    Place(rank=1, worst=2, tied=(), unknown=('b',), of=2)
    """
    known = {name: _ends(value, (bounds or {}).get(name)) for name, value in values.items()}
    if who not in known or _ends(values[who], None) == _OPEN:
        SAYS.refuse("nothing_to_rank", unit=who)
    own_low, own_high = known[who]
    points = {name: low for name, (low, high) in known.items() if low == high}
    ranks = dict(zip(points, rank_values(np.array(list(points.values()))).tolist(), strict=True))
    ahead, tied, unknown = 0, [], []
    for name, (low, high) in known.items():
        if name == who:
            continue
        if name in ranks and who in ranks:
            ahead += ranks[name] < ranks[who]
            if ranks[name] == ranks[who]:
                tied.append(str(name))
        elif low > own_high and low - own_high > nearness(low, own_high):
            ahead += 1
        elif not (own_low > high and own_low - high > nearness(own_low, high)):
            unknown.append(str(name))
    return Place(1 + ahead, 1 + ahead + len(unknown), tuple(tied), tuple(unknown), len(known))


_OPEN = (-np.inf, np.inf)


def _ends(value: object, bounds: tuple[float, float] | None) -> tuple[float, float]:
    """Return a value as a closed interval: what ``bounds`` says where it is missing."""
    if isinstance(value, tuple):
        return float(value[0]), float(value[1])
    if value is None or pd.isna(value):
        return _OPEN if bounds is None else (float(bounds[0]), float(bounds[1]))
    return float(value), float(value)


def listed_to(ranks: pd.Series) -> int:
    """Return the last place up to which a list of printed ranks (<NA>: not printed) runs without a gap, 0 if none.

    >>> listed_to(pd.Series([1, 2, 2, 4, 6]))
    4
    """
    last = 0
    for place, rank in enumerate(sorted(ranks.dropna().astype(int)), 1):
        if rank > place:
            break
        last = place
    return last
