"""The one rule for a place among units: the highest first, ties share the best rank, gaps leave it open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook.index.rank import rank_values
from bluebook.ledger.interval import ANY, Interval, between, is_open
from bluebook.messages import BadInput, building, message


class Place(NamedTuple):
    """Where one unit stands: see `place`."""

    rank: int
    worst: int
    tied: tuple[str, ...]
    unknown: tuple[str, ...]
    of: int

    def __str__(self) -> str:
        return str(self.rank)

    @property
    def last(self) -> int:
        """The place that one gets by putting all that tie ahead."""
        return self.worst + len(self.tied)


def stand(own: Interval, others: Mapping[str, Interval]) -> Place:
    """Return where ``own`` stands among ``others``, each a printed number or what is known of one.

    A number is a point; "at least" is open above, and stands ahead of what it equals, as “more than” does;
    where nothing is known an interval is open on both sides. What may stand ahead and may not is ``unknown``.
    """
    ahead, tied, unknown = 0, [], []
    points = [name for name, other in others.items() if _points(own, other)]
    ranks = rank_values(np.array([float(own.lower), *(float(others[name].lower) for name in points)]))
    rank_of = dict(zip(points, ranks[1:], strict=True))
    for name, other in others.items():
        if name in rank_of:
            ahead += rank_of[name] < ranks[0]
            tied += [str(name)] * bool(rank_of[name] == ranks[0])
        elif other.lower > own.upper or (other.open_above and other.lower >= own.upper):
            ahead += 1
        elif other.upper >= own.lower:
            unknown.append(str(name))
    ahead = int(ahead)
    return Place(ahead + 1, ahead + 1 + len(unknown), tuple(tied), tuple(unknown), len(others) + 1)


def _points(*found: Interval) -> bool:
    return all(x.lower == x.upper for x in found)


def point_of(value: object, kind: str = "") -> Interval:
    """Return what a figure says of a place: a point, for a ``lower_bound`` all above, else anything."""
    if value is None or pd.isna(value):
        return ANY
    number = Fraction(str(value)) if not is_open(value) else value
    return Interval(number, number, math.inf if kind == "lower_bound" else number)


def place(values: pd.Series, who: str, bounds: Mapping[str, tuple[float, float]] | None = None) -> Place:
    """Return where ``who`` stands among ``values`` (by name, NaN = missing), the highest first.

    A tuple (rank, worst, tied, unknown, of): the best and the worst place that the figures allow; they differ
    only while units that are missing or known as a lower bound (``unknown``; in ``attrs["at_least"]`` of a
    `values_by_province`) could stand ahead. ``tied`` have the same figure. ``bounds``: what is known of such
    units (at least, at most). Where ``who`` has no figure: NaN in a notebook, `BadInput` in the build.

    >>> bb.place(bb.values_by_province(bb.provinces(), "gdp_growth_real", "2021"), "河南").rank
    27
    >>> bb.place(pd.Series({"a": 2.0, "b": 3.0, "c": 3.0, "d": float("nan")}), "a")
    Place(rank=3, worst=4, tied=(), unknown=('d',), of=4)
    """
    if pd.isna(values.get(who)):
        if not building():
            nothing = float("nan")
            return Place(nothing, nothing, (), tuple(map(str, values.index[values.isna()])), len(values))
        raise BadInput(*message(__file__, "nothing_to_rank", who=who))
    at_least = set(values.attrs.get("at_least", ()))
    found = {name: point_of(v, "lower_bound" if name in at_least else "") for name, v in values.items()}
    for name, ends in (bounds or {}).items():
        if name != who and name in found and is_open(found[name].upper):
            found[name] = between(*ends)
    own = found.pop(who)
    return stand(own, found)


def places(values: pd.Series, bounds: Mapping[str, tuple[float, float]] | None = None) -> pd.Series:
    """Return the rank of every one of ``values`` as `place` counts it (Int64), <NA> where there is no value.

    >>> bb.places(pd.Series({"a": 2.0, "b": 3.0, "c": 3.0})).to_dict()
    {'a': 3, 'b': 1, 'c': 1}
    """
    ranks = [place(values, who, bounds).rank if value == value else None for who, value in values.items()]
    return pd.Series(ranks, index=values.index, dtype="Int64")


class Room(NamedTuple):
    """What a ranking with units out of sight leaves open: see `unseen`."""

    best: int
    worst: int
    fewest: int
    most: int
    low: float
    high: float


def unseen(values: pd.Series, ranks: pd.Series, who: str, of: int = 31) -> Room:
    """Return where ``who`` can stand among ``of`` units of which only ``values`` (by name) were seen.

    ``ranks`` holds the ranks that sources print (<NA>: none); they hold the unseen down: a unit printed 13th
    with eleven seen above it leaves room for exactly one. The printed rank of ``who`` is left out, being what
    the bounds are held against. A tuple (best, worst, fewest, most, low, high): ``fewest`` to ``most`` of the
    unseen lie above, between ``low`` and ``high`` (± inf: open). Raises KeyError for a ``who`` not seen.

    >>> values, ranks = pd.Series({"a": 8.1, "b": 7.0, "c": 6.0}), pd.Series({"a": 2, "c": 5})
    >>> bb.unseen(values, ranks, "b", of=6)[:4]
    (3, 4, 1, 2)
    """
    own, above = values[who], int((values > values[who]).sum())
    fewest, most, low, high = 0, of - len(values), float("-inf"), float("inf")
    for name, rank in ranks.dropna().items():
        count = int(rank) - 1 - int((values > values[name]).sum())
        if values[name] > own:
            fewest, high = max(fewest, count), min(high, values[name])
        elif values[name] < own:
            most, low = min(most, count), max(low, values[name])
    return Room(1 + above + fewest, 1 + above + most, fewest, most, low, high)
