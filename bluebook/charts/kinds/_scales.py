"""The scales of a chart: from where to where, with room for words, on the narrowest screen too."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import altair as alt

from bluebook.charts.kinds._words import broken, missing, width

PHONE = 335  # pixels that a figure has on the narrowest screen: what is written must fit in there
ROW = 150  # pixels of a row's name before it is broken


def plot(names: Iterable[object] = ()) -> float:
    """Return how wide the drawing is on the narrowest screen, beside rows of these names."""
    return max(90.0, PHONE - 18 - max((width(broken(n, ROW)) for n in names), default=0.0))


def reach(*values: Iterable[float]) -> tuple[float, float]:
    """Return the least and the greatest of all numbers that are there; 0 and 1 if none is."""
    there = [float(v) for some in values for v in some if not missing(v) and math.isfinite(v)]
    return (min(there), max(there)) if there else (0.0, 1.0)


def padded(part: float, *values: Iterable[float]) -> tuple[float, float]:
    """Return the two ends of a scale: as `reach`, and ``part`` of what lies between free on either side."""
    low, high = reach(*values)
    room = part * ((high - low) or abs(high) or 1)
    return low - room, high + room


def roomy(
    ends: Sequence[float],
    across: float,
    right: Iterable[tuple[float, float]] = (),
    left: Iterable[tuple[float, float]] = (),
    log: bool = False,
) -> list[float]:
    """Return the two ends of a scale, moved out until the words beside the points fit on ``across`` pixels.

    ``right`` and ``left``: (value, pixels from there to the end of the words) on that side of a point.
    """
    turn, back = (math.log10, lambda v: 10**v) if log else (float, float)
    low, high = (turn(e) for e in ends)
    far = [[(turn(v), min(w, 0.6 * across)) for v, w in side if not missing(v)] for side in (right, left)]
    # With words on both sides, each side's room is a part of a whole that the other makes longer.
    for _ in range(12 if all(far) else 1):
        high = max([high, *(low + (v - low) * across / (across - w) for v, w in far[0])])
        low = min([low, *(high - (high - v) * across / (across - w) for v, w in far[1])])
    return [back(low), back(high)]


def scale(domain: Sequence[float], log: bool = False) -> alt.Scale:
    """Return a scale over exactly this range."""
    return alt.Scale(domain=list(domain), nice=False, type="log" if log else "linear")


def ticks(
    domain: Sequence[float],
    log: bool = False,
    format: str = "",
    told: Sequence[float] | None = None,
    **more: object,
) -> alt.Axis:
    """Return an axis with about five marks; on a logarithmic one they are round numbers, not every digit.

    ``told``: the least and the greatest number drawn. What the scale has beyond is room for words: no more
    than one mark stands there, for 1.2 would make nonsense of correlations.
    """
    more |= {"format": format} if format else {}
    if not log and told:
        more["values"] = _marks(domain, told)
    if not log:
        return alt.Axis(**{"tickCount": 5, "labelSeparation": 6, **more})
    low, high = domain
    for digits in ((1,), (1, 3), (1, 2, 5)):
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        marks = [d * 10**p for p in powers for d in digits if low <= d * 10**p <= high]
        if len(marks) >= 3:
            break
    return alt.Axis(values=marks, labelSeparation=6, **more)


def _marks(domain: Sequence[float], told: Sequence[float]) -> list[float]:
    """Return the marks that Vega sets, five or so, without those beyond the first that embraces ``told``."""
    low, high = domain
    power = 10 ** math.floor(math.log10((high - low) / 5))
    size = (high - low) / 5 / power
    step = power * (10 if size >= 50**0.5 else 5 if size >= 10**0.5 else 2 if size >= 2**0.5 else 1)
    inside = (math.floor(told[0] / step + 1e-9), math.ceil(told[1] / step - 1e-9))
    first, last = max(math.ceil(low / step), inside[0]), min(math.floor(high / step), inside[1])
    return [round(n * step, 12) for n in range(first, last + 1)]


def share(value: float, domain: Sequence[float], log: bool = False) -> float:
    """Return where between the two ends of a scale a value lies, 0 to 1."""
    low, high, at = (math.log10(v) if log else v for v in (*domain, value))
    return (at - low) / ((high - low) or 1)
