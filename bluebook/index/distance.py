"""One number from how far a unit is from the best, and from its values in order.

*Ordered mean.* A weighted mean in which the weights belong to places, from the unit's least value to its
greatest, not to indicators: all on the first few is the mean of the worst few, equal weights are the mean.
*Distance from the ideal* (Wrocław taxonomy): how far the unit is from one that is best in everything,
measured in what is far among the units: 0 is the best, more than 1 is outstandingly bad.
*Directional score.* How many steps in a given direction would bring the unit to the frontier of the benefit
of the doubt: 1 / (1 + steps), 1 on the frontier.

Sources: Yager (1988), ordered weights; Hellwig (1968), the ideal; Fusco (2015), directions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)


def ordered_mean(table: pd.DataFrame, weights: np.ndarray) -> pd.Series:
    """Return each unit's mean, the weights (k,) standing for places from its least value to its greatest.

    ``table``: units × k on one scale, no gap. Weights are divided by their sum. Raises BadInput for a gap and
    for weights that are negative, all zero or not one a column.

    >>> table = pd.DataFrame({"x": [1.0, 5.0], "y": [8.0, 5.0], "z": [6.0, 5.0]}, index=["A", "B"])
    >>> bb.ordered_mean(table, [2, 1, 0]).round(3).to_dict()
    {'A': 2.667, 'B': 5.0}
    """
    x, w = _whole(table), np.asarray(weights, dtype=float)
    if w.shape != (x.shape[1],) or not ((w >= 0).all() and w.sum() > 0):
        SAYS.refuse("weights_by_place", "weights", k=x.shape[1])
    return pd.Series(np.sort(x, axis=1) @ w / w.sum(), table.index)


def distance_from_ideal(table: pd.DataFrame) -> pd.Series:
    """Return each unit's distance from the best of every column, over mean + 2 deviations of all: 0 is best.

    ``table``: units × k on comparable scales, more is better, no gap. Raises BadInput for a gap and where
    all units are equally far.

    >>> table = pd.DataFrame({"x": [0.0, 50.0, 100.0], "y": [100.0, 50.0, 100.0]}, index=list("ABC"))
    >>> bb.distance_from_ideal(table).round(3).to_dict()
    {'A': 0.626, 'B': 0.443, 'C': 0.0}
    """
    x = _whole(table)
    far = np.sqrt(((x - x.max(axis=0)) ** 2).sum(axis=1))
    if len(far) < 2 or not np.ptp(far) > 0:
        SAYS.refuse("all_equally_far")
    return pd.Series(far / (far.mean() + 2 * far.std(ddof=1)), table.index)


def directional_score(table: pd.DataFrame, direction: np.ndarray | None = None) -> pd.Series:
    """Return 1 / (1 + β): β is how many steps of ``direction`` a unit lies before the frontier.

    ``table``: units × k, positive, more is better, no gap. The frontier: what averages of units, and anything
    less, reach. ``direction`` (k,): what counts as one step in each column, in its unit, none negative; the
    unit's own values where it is not given, and then the score is that of `bb.benefit_of_the_doubt`. Raises
    BadInput as that does, and for a direction that leads nowhere.

    >>> table = pd.DataFrame({"x": [4.0, 1.0, 2.0], "y": [1.0, 4.0, 2.0]}, index=list("ABC"))
    >>> bb.directional_score(table, [1, 1]).round(6).to_dict()
    {'A': 1.0, 'B': 1.0, 'C': 0.666667}
    >>> float(bb.directional_score(table)["C"].round(6))
    0.8
    """
    from scipy.optimize import linprog

    y = _whole(table)
    n, k = y.shape
    if not (y > 0).all():
        row, column = np.argwhere(~(y > 0))[0]
        SAYS.refuse("not_positive", "", None, str(table.columns[column]), unit=table.index[row])
    steps = y
    if direction is not None:
        way = np.asarray(direction, dtype=float)
        if way.shape != (k,) or not ((way >= 0).all() and way.sum() > 0):
            SAYS.refuse("no_direction", "direction", k=k)
        steps = np.broadcast_to(way, y.shape)
    # The weights w ≥ 0 under which the unit lags least behind the best, u, where one step counts as 1.
    limits, none = np.column_stack([y, -np.ones(n)]), np.zeros(n)
    lag = [
        linprog(np.r_[-own, 1.0], A_ub=limits, b_ub=none, A_eq=[np.r_[step, 0.0]], b_eq=[1.0], method="highs")
        for own, step in zip(y, steps, strict=True)
    ]
    return pd.Series([1 / (1 + max(found.fun, 0.0)) for found in lag], table.index)


def _whole(table: pd.DataFrame) -> np.ndarray:
    """Return the values of a table (units × k) without a gap."""
    x = table.to_numpy(dtype=float)
    if np.isnan(x).any():
        row, column = np.argwhere(np.isnan(x))[0]
        SAYS.refuse("gap_in_values", unit=table.index[row], number=column + 1)
    return x
