"""Outliers, before anything is normalised: the few points that would set the scale for all others.

An indicator needs treatment when its values are both skewed and peaked: |skew| ≥ 2 and kurtosis ≥ 3.5. Both
are the sample-corrected G1 and G2 that a spreadsheet's SKEW and KURT give. It passes when either is below.
Each step of ``steps`` is tried in turn on the column as it was (with ``combine`` on what the last step made
of it), until one lets it pass:

``winsorise``  the largest values (the smallest, where the skew is negative) are set to the next one, tied
               points together, until the column passes or ``most`` points or more have moved;
``log``        ln(x - min + 0.01 range), so that nothing is zero or below;
``log_plus``   the same, and where the skew is negative -ln(max + 0.01 range - x);
``boxcox``     Box and Cox's power of x - min + 0.01 range, the exponent by maximum likelihood.

A column that no step lets pass keeps what the last step made of it, and is noticed. A step that would leave a
single value is passed over. What was changed is returned point by point. Missing cells stay missing.

Source: OECD/JRC Handbook (2008), step 3; the rule and the order of COINr's ``Treat``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
STEPS = ("winsorise", "log", "log_plus", "boxcox")
SHIFT = 0.01  # of the range: how far from zero the logarithm's smallest argument stands


class Treated(NamedTuple):
    """What :func:`treat` returns.

    ``data``: as given, treated. ``columns``: one row an indicator, ``code, skew, kurtosis, action, points,
    skew_after, kurtosis_after, passes``; ``action`` is "" where nothing was needed. ``points``: one row a
    winsorised cell, ``unit[, time], code, before, after``.
    """

    data: pd.DataFrame
    columns: pd.DataFrame
    points: pd.DataFrame


def skewness(x: np.ndarray) -> float:
    """Return the sample-corrected skewness G1 of ``x`` without its NaN; NaN for fewer than 3 or equal values.

    >>> round(skewness(np.array([1.0, 2.0, 3.0, 10.0])), 4)
    1.7636
    """
    x, n, square = _centred(x)
    if n < 3 or square == 0:
        return np.nan
    return float(np.sqrt(n) * (x**3).sum() / square**1.5 * np.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(x: np.ndarray) -> float:
    """Return the sample-corrected excess kurtosis G2 of ``x`` without its NaN; NaN for fewer than 4 or equal
    values.

    >>> round(kurtosis(np.array([1.0, 2.0, 3.0, 10.0])), 4)
    3.228
    """
    x, n, square = _centred(x)
    if n < 4 or square == 0:
        return np.nan
    ratio = n * (x**4).sum() / square**2
    return float(((n + 1) * (ratio - 3) + 6) * (n - 1) / ((n - 2) * (n - 3)))


def _centred(x: np.ndarray) -> tuple[np.ndarray, int, float]:
    """Return the values of a column less their mean, how many they are, and the sum of their squares."""
    x = x[~np.isnan(x)]
    x = x - x.mean() if len(x) else x
    return x, len(x), float((x**2).sum())


def treat(
    data: pd.DataFrame,
    tree: pd.DataFrame,
    *,
    steps: str = "winsorise,log",
    most: int = 5,
    skew: float = 2.0,
    kurt: float = 3.5,
    combine: bool = False,
    name: str = "DATA",
) -> Treated:
    """Treat the outliers of each indicator by the rule of this module: see `Treated`.

    ``data``: ``unit``[, ``time``] and one column a leaf of ``tree``; all times are treated together.
    ``steps``: one or two of winsorise, log, log_plus, boxcox, comma-separated. ``most``: points that may be
    winsorised; ``skew``, ``kurt``: the limits; ``combine``: each step goes on from the last one, and
    ``action`` names all of them, joined by "+". Raises BadInput for an unknown step, ``most`` below 1,
    and what `bluebook.index.tree.match` refuses; warns with Notice of a column that still does not pass.

    >>> data = pd.DataFrame({"unit": list("ABCDEF"), "x": [1.0, 2.0, 3.0, 4.0, 5.0, 99.0]})
    >>> tree = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": 1.0, "direction": 1})
    >>> treated = bb.treat(data, tree)
    >>> treated.points.to_dict("records")
    [{'unit': 'F', 'code': 'x', 'before': 99.0, 'after': 5.0}]
    """
    tree = trees.read(tree)
    key, x = trees.match(data, tree, name)
    codes, tries = trees.leaves(tree), [step.strip() for step in steps.split(",")]
    for step in tries:
        if step not in STEPS:
            SAYS.refuse("unknown_step", "--steps", step=step, known=", ".join(STEPS))
    if most < 1:
        SAYS.refuse("no_points_to_treat", "--most", most=most)
    out, rows, moved = x.copy(), [], []
    for at, code in enumerate(codes):
        column = x[:, at]
        was, action, points = (skewness(column), kurtosis(column)), "", 0
        if not _passes(*was, skew, kurt):
            for step in tries:
                start = out[:, at].copy() if combine else column
                made = _step(start, step, most, skew, kurt)
                if np.nanmax(made) > np.nanmin(made):
                    out[:, at], action = made, f"{action}+{step}" if combine and action else step
                    cells = np.flatnonzero((made != start) & ~np.isnan(start))
                    drawn = key.iloc[cells].assign(code=code, before=start[cells], after=made[cells])
                    if step == "winsorise":
                        points, winsorised = len(cells), drawn
                    if _passes(skewness(made), kurtosis(made), skew, kurt):
                        break
        if "winsorise" in action.split("+"):
            moved.append(winsorised)
        else:
            points = 0  # drawn in by a step that another took the place of
        now = skewness(out[:, at]), kurtosis(out[:, at])
        passes = _passes(*now, skew, kurt)
        if not passes:
            SAYS.notice("still_skewed", code=code, skew=now[0], kurt=now[1])
        rows.append((code, *was, action, points, *now, passes))
    heads = ["code", "skew", "kurtosis", "action", "points", "skew_after", "kurtosis_after", "passes"]
    empty = key.iloc[:0].assign(code="", before=0.0, after=0.0)
    treated = key.assign(**{code: out[:, at] for at, code in enumerate(codes)})
    points = pd.concat(moved, ignore_index=True) if moved else empty
    return Treated(treated, pd.DataFrame(rows, columns=heads), points)


def _passes(skew: float, kurt: float, most_skew: float, most_kurt: float) -> bool:
    """Return whether a column may stay; one too short or too even to tell may."""
    return bool(np.isnan(skew) or np.isnan(kurt) or abs(skew) < most_skew or kurt < most_kurt)


def _step(x: np.ndarray, step: str, most: int, skew: float, kurt: float) -> np.ndarray:
    """Return a column after one step."""
    if step == "winsorise":
        return _winsorised(x, most, skew, kurt)
    low, high = np.nanmin(x), np.nanmax(x)
    edge = SHIFT * (high - low)
    if step == "log_plus" and skewness(x) < 0:
        return -np.log(high + edge - x)
    above = x - low + edge
    if step != "boxcox":
        return np.log(above)
    from scipy.stats import boxcox

    out = above.copy()
    here = ~np.isnan(x)
    out[here] = boxcox(above[here])[0]
    return out


def _winsorised(x: np.ndarray, most: int, skew: float, kurt: float) -> np.ndarray:
    """Return a column whose outermost values were drawn in, a value at a time, with all that tie with it."""
    x = x.copy()
    high = low = 0
    while high + low < most and not _passes(s := skewness(x), kurtosis(x), skew, kurt):
        edge = np.nanmax(x) if s >= 0 else np.nanmin(x)
        there = x == edge
        rest = x[~there & ~np.isnan(x)]
        if len(rest) < 2:
            break
        x[there] = rest.max() if s >= 0 else rest.min()
        if s >= 0:
            high = int(there.sum())  # those drawn in before tie with the next
        else:
            low = int(there.sum())
    return x
