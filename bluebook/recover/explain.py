"""What would explain a broken score: another column in its place or in a child's, unless chance would too.

One number printed to two decimals meets some column of many by chance, and with thirty breaks and twenty
columns such meetings are certain. So a stand-in counts only if it meets more breaks than chance would give:
how often it meets a score by chance is taken from the other rows' values of its column, and from the width of
the rounding beside the column's range, whichever is more; the binomial probability of as many meetings, times
the number of stand-ins tried (Bonferroni) and of codes with breaks, must stay below 2.5 %.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import bdtrc  # scipy.stats says the same and takes a second to load

from bluebook.index import tree as trees
from bluebook.index.aggregate import SIGNED, combine
from bluebook.recover.printed import NEAR

CHANCE = 0.025  # for the whole score, and again for its children: 5 % in all
SHIFTS = 20  # times that the rows are dealt out anew to see what chance gives

Value = Callable[[np.ndarray], np.ndarray]  # a column's intervals (2, breaks) → the score's


def meet(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return whether two intervals (2, rows) have a point in common; also true where one is not known.

    >>> meet(np.array([[1.0, 1.0], [2.0, 2.0]]), np.array([[2.0, 2.1], [3.0, 3.0]])).tolist()
    [True, False]
    """
    near = NEAR * np.maximum(1.0, np.abs(one[0]))
    return ~((one[0] > other[1] + near) | (one[1] < other[0] - near))


def mean_of(
    children: np.ndarray, family: trees.Family, power: float | str, about: float = np.nan
) -> np.ndarray:
    """Return the interval (2, rows) of a mean of intervals (2, rows, k): all means grow with each child.

    But for the arithmetic mean, median and sum an interval begins at 0 at the earliest; one below 0 has no
    mean (NaN). ``about``: low + high of the scale, for an inverted mean.
    """
    if power not in SIGNED:
        children = np.where(children[1] < 0, children, np.maximum(children, 0.0))
    with np.errstate(invalid="ignore"):
        options = {"total": family.total, "about": about}
        return np.stack([combine(side, family.shares, power, **options) for side in children])


class _Tried(NamedTuple):
    """A stand-in: its column, in whose place, which breaks it meets, how the score would follow from it."""

    column: str
    place: str
    good: np.ndarray
    value: Value | None = None  # None: no stand-in, but a missing child that might have been anything


def explain(
    code: str,
    printed: np.ndarray,
    at: np.ndarray,
    columns: dict[str, np.ndarray],
    family: trees.Family | None,
    power: float | str,
    scale: tuple[float, float] | None,
    codes: int = 1,
) -> dict[int, tuple[str, str]]:
    """Return {row: (column, in place of)} for the broken scores of ``code``, which stand in the rows ``at``.

    ``printed`` (2, rows): the score's intervals; ``columns``: those of every column that might have been
    used. ``family`` and ``power``: how the code follows from its children (None: it is an indicator);
    ``codes``: how many codes are asked about. Tried in this order: a column
    for the whole score; a missing child, had it been there; a column for one child.
    """
    here = {column: interval[:, at] for column, interval in columns.items()}
    broken = printed[:, at]
    out: dict[int, tuple[str, str]] = {}

    def fits(interval: np.ndarray) -> np.ndarray:
        return meet(broken, interval) & ~np.isnan(interval[0])

    def take(tried: list[_Tried], lone: bool) -> None:
        """Name, for each break still open, the candidate that explains most of the code's breaks."""
        beyond = [t for t in tried if t.good.any() and (t.value is None or beats_chance(t, len(tried)))]
        for one in sorted(beyond, key=lambda t: -int(t.good.sum())):
            for i in np.flatnonzero(one.good):
                alone = one.good.sum() == 1 and sum(t.good[i] for t in tried) > 1
                if int(at[i]) not in out and (lone or not alone):
                    out[int(at[i])] = one.column, one.place

    def beats_chance(one: _Tried, count: int) -> bool:
        odds = _odds(columns[one.column], at, one.value, fits, broken, scale)
        tries = int((~np.isnan(one.value(here[one.column])[0])).sum())
        return codes * count * float(bdtrc(int(one.good.sum()) - 1, tries, odds)) <= CHANCE

    def whole(column: np.ndarray) -> np.ndarray:
        return column

    take([_Tried(c, code, fits(cells), whole) for c, cells in here.items() if c != code], True)
    if family is None:
        return out
    kids, about = list(family.children), sum(scale) if scale else np.nan
    cells = np.stack([here[kid] for kid in kids], axis=-1)  # (2, breaks, k)
    gone = np.isnan(cells[0])
    if scale:
        filled = mean_of(np.where(gone, np.array(scale)[:, None, None], cells), family, power, about)
        take([_Tried(kid, "", fits(filled) & gone[:, i]) for i, kid in enumerate(kids)], True)
    swaps = []
    for i, kid in enumerate(kids):

        def swapped(column: np.ndarray, i: int = i) -> np.ndarray:
            changed = cells.copy()
            changed[:, :, i] = column
            return np.where(np.isnan(column), np.nan, mean_of(changed, family, power, about))

        others = (c for c in columns if c not in (kid, code))
        swaps += [_Tried(c, kid, fits(swapped(here[c])), swapped) for c in others]
    take(swaps, False)
    return out


def _odds(
    column: np.ndarray,
    at: np.ndarray,
    value: Value,
    fits: Callable[[np.ndarray], np.ndarray],
    broken: np.ndarray,
    scale: tuple[float, float] | None,
) -> float:
    """The probability that a column (2, rows) meets a broken score by chance."""
    rows = column.shape[1]
    low, high = np.nanmin(column[0]), np.nanmax(column[1])
    if low == high and scale:
        low, high = scale
    own = value(column[:, at])
    ends = [value(np.full_like(broken, end)) for end in (low, high)]
    room = np.maximum(ends[1][1] - ends[0][0], 1e-300)
    odds = float(np.nanmean(np.minimum(((broken[1] - broken[0]) + (own[1] - own[0])) / room, 1.0)))
    met = tries = 0
    for shift in np.unique(np.linspace(0, rows, min(SHIFTS, rows - 1) + 2)[1:-1].astype(int)):
        other = value(column[:, (at + shift) % rows])
        met += int(fits(other).sum())
        tries += int((~np.isnan(other[0])).sum())
    return max(odds, met / tries if tries else 0.0)
