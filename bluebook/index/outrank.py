"""Ranks without compensation: by how many indicators one unit beats another; and what imbalance costs.

*Outranking.* Over every two units, the weight of the indicators on which one is better, ties counting half.
Copeland's score: how many units it beats by more than half of the weight, less those that beat it.
*Mazziotta-Pareto.* The mean of values standardised to mean 100 and deviation 10, less (or plus) what the
unit's own unevenness takes: sd · cv. *Adjusted*: the same on values between fixed goalposts, 70–130, so that
years compare.
*Benefit of the doubt.* Each unit under the weights that serve it best, no unit above 1: a linear program a
unit.

Sources: Munda and Nardo (2009); Mazziotta and Pareto (2013, 2016); Cherchye et al. (2007).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bluebook.index.rank import nearness
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
FIRST = 20  # rivals that a program begins with, and takes on at a time
TOGETHER = 40  # programs solved as one
EXCESS = 1e-8  # above 1, the solver's own tolerance
UNITS = 5_000  # compared two by two at most: 25 million pairs


def outranking(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return (units × units) the share of weight by which the row beats the column; 0 on the diagonal.

    ``x``: units × k on a scale where more is better; ``w`` (k,). Where either value is missing the indicator
    takes no part in that comparison; NaN where none is left. Two entries across the diagonal
    sum to 1. BadInput for more than UNITS units.

    >>> bb.outranking(np.array([[1.0, 2.0], [1.0, 3.0]]), np.array([1.0, 1.0])).tolist()
    [[0.0, 0.25], [0.75, 0.0]]
    """
    if len(x) > UNITS:
        SAYS.refuse("too_many_to_outrank", units=len(x), most=UNITS)
    won, weight = np.zeros((len(x), len(x))), np.zeros((len(x), len(x)))
    for column, share in zip(x.T, w, strict=True):  # one at a time: no more memory than the answer takes
        lead = column[:, None] - column
        half = np.abs(lead) <= nearness(column[:, None], column)
        won += share * np.where(half, 0.5, lead > 0)
        weight += share * ~np.isnan(lead)
    with np.errstate(invalid="ignore", divide="ignore"):
        out = won / weight
    np.fill_diagonal(out, 0.0)
    return out


def copeland(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return each unit's Copeland score (units,): wins less defeats, between -(n - 1) and n - 1.

    >>> bb.copeland(np.array([[1.0, 2.0], [1.0, 3.0], [0.0, 0.0]]), np.array([1.0, 1.0])).tolist()
    [0.0, 2.0, -2.0]
    """
    margin = outranking(x, w) - 0.5
    np.fill_diagonal(margin, 0.0)
    margin[np.isnan(margin) | (np.abs(margin) < 1e-12)] = 0.0
    return np.sign(margin).sum(axis=1)


def mazziotta_pareto(x: np.ndarray, *, penalty: int = -1) -> np.ndarray:
    """Return the Mazziotta-Pareto index (units,) of ``x`` (units × k, more is better, no NaN).

    ``penalty``: -1 where unevenness is a fault (the usual), 1 where a high value of the index is bad. Raises
    BadInput for a column without spread.

    >>> bb.mazziotta_pareto(np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0]])).round(3).tolist()
    [90.0, 104.524, 104.524]
    """
    spread = x.std(axis=0, ddof=1)
    if not (spread > 0).all():
        SAYS.refuse("no_spread_to_standardise", number=int((~(spread > 0)).argmax()) + 1)
    z = 100 + 10 * (x - x.mean(axis=0)) / spread
    mean = z.mean(axis=1)
    return mean + penalty * z.var(axis=1, ddof=1) / mean


def adjusted_mazziotta_pareto(x: np.ndarray, reference: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Return the adjusted index (rows,) of ``x`` (rows × k, all times together, no NaN).

    ``reference`` (k,) is what becomes 100, as the mean of the first year; half of each column's range lies on
    either side of it and becomes 70 and 130. ``direction`` (k,) is 1 or -1. The deviation is the
    population's.

    >>> x = np.array([[1.0, 1.0], [3.0, 3.0]])
    >>> bb.adjusted_mazziotta_pareto(x, np.array([2.0, 2.0]), np.array([1, 1])).tolist()
    [70.0, 130.0]
    """
    half = np.ptp(x, axis=0) / 2
    if not (half > 0).all():
        SAYS.refuse("no_spread_to_standardise", number=int((~(half > 0)).argmax()) + 1)
    z = 100 + 30 * direction * (x - reference) / half
    mean = z.mean(axis=1)
    return mean - z.var(axis=1) / mean


def benefit_of_the_doubt(table: pd.DataFrame, low: float = 0.0, high: float = 1.0) -> pd.DataFrame:
    """Return ``score`` and each column's share of it, under the weights that serve the unit best.

    ``table``: units × k, positive, more is better, no gap. No unit may exceed 1 under anybody's weights;
    ``low`` and ``high`` bound each column's share of the score. The score is unique, the shares need not be.
    Raises BadInput for a value that is missing or not positive, and for bounds that no shares can keep.

    >>> table = pd.DataFrame({"x": [4.0, 1.0, 2.0], "y": [1.0, 4.0, 2.0]}, index=list("ABC"))
    >>> bb.benefit_of_the_doubt(table)["score"].round(6).to_dict()
    {'A': 1.0, 'B': 1.0, 'C': 0.8}
    """
    y = table.to_numpy(dtype=float)
    k = y.shape[1]
    if not (y > 0).all():
        row, column = np.argwhere(~(y > 0))[0]
        SAYS.refuse("not_positive", "", None, str(table.columns[column]), unit=table.index[row])
    if not (0 <= low <= 1 / k + 1e-12 and high * k >= 1 - 1e-12 and low <= high):
        SAYS.refuse("shares_out_of_reach", low=low, high=high, k=k)
    # A unit that another equals or beats everywhere bounds nobody: its own score does without it too.
    edge = np.array([not ((y >= one).all(axis=1) & (y > one).any(axis=1)).any() for one in y])
    weights = _best_weights(y, np.unique(y[edge], axis=0), low, high)
    scores = (weights * y).sum(axis=1)
    shares = weights * y / scores[:, None]
    return pd.DataFrame(
        {"score": scores, **{str(c): shares[:, i] for i, c in enumerate(table.columns)}}, table.index
    )


def _best_weights(y: np.ndarray, rivals: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return the weights (n, k) under which each unit scores most while no rival exceeds 1.

    The programs of TOGETHER units are solved as one, each with the rivals that it has met; whoever exceeds 1
    under its weights is met next, until nobody does.
    """
    from scipy.optimize import linprog
    from scipy.sparse import block_diag

    n, k = y.shape
    weights, todo = np.zeros((n, k)), np.arange(n)
    met = [np.argsort(-(rivals / own).sum(axis=1))[:FIRST] for own in y]  # whoever is best at equal shares
    while len(todo):
        later = []
        for part in np.array_split(todo, -(-len(todo) // TOGETHER)):
            blocks, ends = [], []
            for at in part:
                own = [(np.eye(k) - high) * y[at]] * (high < 1) + [(low - np.eye(k)) * y[at]] * (low > 0)
                blocks.append(np.vstack([rivals[met[at]], *own]))
                ends += [np.ones(len(met[at])), np.zeros(k * len(own))]
            limits = block_diag(blocks, format="csc")
            found = linprog(-y[part].ravel(), A_ub=limits, b_ub=np.concatenate(ends), method="highs")
            weights[part] = found.x.reshape(len(part), k)
            for at, reached in zip(part, weights[part] @ rivals.T, strict=True):
                most = np.argpartition(-reached, min(FIRST, len(rivals)) - 1)[:FIRST]
                over = np.setdiff1d(most[reached[most] > 1 + EXCESS], met[at])
                if len(over):
                    met[at] = np.r_[met[at], over]
                    later.append(at)
        todo = np.array(later, dtype=int)
    return weights
