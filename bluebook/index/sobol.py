"""How far the ranks depend on the weights, the methods and errors in the data, all varied together.

Sobol indices by Saltelli's design: a quasi-random sample of everything that may vary, two halves of it, and
one more run a factor in which that factor alone comes from the other half. Factors are groups: all weights
are one, all cells another, so the cost is ``samples`` × (factors + 2) whatever the size of the index. They
are estimates, each with its 95 % interval; `variance_shares` computes the same shares exactly where a factor
has a few choices only.

*Weights*: each weight anywhere within ± ``give`` of itself, renormalised in its family. *Data*: each cell
anywhere within ± ``error`` of itself, or within ± an amount of its indicator's own. *Normalise*, *aggregate*:
one of the methods named, all equally often. A factor that has nothing to vary is left out.

Sources: Saltelli et al. (2010), the estimators; Saisana, Saltelli and Tarantola (2005), for ranks; computed
by SALib (Iwanaga, Usher and Herman 2022).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.index.aggregate import aggregate_values
from bluebook.index.normalise import normalise_values
from bluebook.index.rank import rank_values, round_half_away
from bluebook.messages import Catalogue, Notice

SAYS = Catalogue(__file__)
DIMENSIONS = 10_600  # what a Sobol sequence bears: half of SciPy's 21,201, as the design takes it twice
RESAMPLES = 100  # of the sample, for the intervals


def sobol_shares(
    data: pd.DataFrame,
    tree: pd.DataFrame,
    samples: int = 256,
    seed: int = 0,
    *,
    give: float = 0.25,
    error: float | pd.Series = 0.0,
    normalise: Sequence[str] = ("minmax:1:100", "rank"),
    aggregate: Sequence[str] = ("arithmetic", "geometric"),
    value: str = "rank",
    availability: float | str = 0.0,
    decimals: int | None = None,
    name: str = "DATA",
) -> pd.DataFrame:
    """Return ``unit, factor, first, total, first_within, total_within``: whose choice makes ``value`` vary.

    ``data``: ``unit`` and one column a leaf of ``tree``. ``samples``: a power of 2. ``give``: share of itself
    by which a weight may move (0–1). ``error``: share of itself by which a cell may be wrong, or a Series
    code → half-width in the indicator's own unit. ``value``: rank or score. ``first``: the part of the
    variance that goes when the factor is settled; ``total``: the part that stays while it alone is open;
    ``…_within``: half the 95 % interval of either. The rows with unit "" are for all units together:
    variances are added first. All are 0 where nothing varies. Raises BadInput, as for more cells than the
    design bears.

    Two methods and two means, and weights that may move by half of themselves:

    >>> data = pd.DataFrame({"unit": list("ABC"), "x": [9, 5, 2], "y": [1, 6, 4], "z": [2, 2, 9]})
    >>> leaves = {"code": ["r", "x", "y", "z"], "parent": ["", "r", "r", "r"]}
    >>> found = bb.sobol_shares(data, pd.DataFrame(leaves).assign(weight=1, direction=1), 64, give=0.5)
    >>> found.query("unit == ''")["factor"].tolist(), bool((found["total"] >= 0).all())
    (['weights', 'normalise', 'aggregate'], True)
    """
    from SALib.sample import sobol

    tree = trees.read(tree)
    key, x = trees.match(data, tree, name)
    if "time" in key:
        SAYS.refuse("one_time", name, 1, "time")
    if samples < 2 or samples & (samples - 1):
        SAYS.refuse("no_power_of_two", "samples", samples=samples)
    if not 0 <= give <= 1:
        SAYS.refuse("no_share", "give", value=give)
    if value not in ("rank", "score"):
        SAYS.refuse("unknown_of", "value", of=value)
    codes = [code for code in tree["code"] if code != trees.root(tree)]
    half = _half_widths(x, tree, error)
    sizes = {
        "weights": len(codes) * (give > 0),
        "normalise": int(len(normalise) > 1),
        "aggregate": int(len(aggregate) > 1),
        "data": x.size * bool((half > 0).any()),
    }
    sizes = {factor: size for factor, size in sizes.items() if size}
    if not sizes:
        SAYS.refuse("nothing_varies")
    if (most := sum(sizes.values())) > DIMENSIONS:
        SAYS.refuse("too_many_dimensions", name, dimensions=most, most=DIMENSIONS, cells=x.size)
    groups = [factor for factor, size in sizes.items() for _ in range(size)]
    names = [str(i) for i in range(len(groups))]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names), "groups": groups}
    if len(sizes) == len(groups):
        problem["names"] = problem.pop("groups")
    drawn = sobol.sample(problem, samples, calc_second_order=False, scramble=True, seed=seed)
    ends = np.cumsum([0, *sizes.values()])
    part = {f: drawn[:, a:b] for f, a, b in zip(sizes, ends, ends[1:], strict=False)}
    y = _runs(x, tree, codes, part, half, give, normalise, aggregate, availability)
    if decimals is not None:
        y = round_half_away(y, decimals)
    if value == "rank":
        y = rank_values(y.T).T
    return _table(key["unit"].tolist(), y, list(sizes), seed)


def _half_widths(x: np.ndarray, tree: pd.DataFrame, error: float | pd.Series) -> np.ndarray:
    """By how much each cell (rows × leaves) may be wrong either way."""
    leaves = trees.leaves(tree)
    if isinstance(error, pd.Series):
        for code in error.index:
            if code not in leaves:
                SAYS.refuse("not_in_tree", "error", None, str(code))
        half = np.broadcast_to(error.reindex(leaves).fillna(0.0).to_numpy(float), x.shape)
    else:
        half = np.nan_to_num(np.abs(x)) * error
    if not (half >= 0).all():
        SAYS.refuse("no_share", "error", value=float(np.min(half)))
    return half


def _runs(
    x: np.ndarray,
    tree: pd.DataFrame,
    codes: list[str],
    part: dict[str, np.ndarray],
    half: np.ndarray,
    give: float,
    normalise: Sequence[str],
    aggregate: Sequence[str],
    availability: float | str,
) -> np.ndarray:
    """The root's scores (runs × units); all runs of one pair of methods are one table, a run a time."""
    runs, n, root = len(next(iter(part.values()))), len(x), trees.root(tree)
    base = tree.set_index("code").loc[codes, "weight"].to_numpy(float)
    picks = [
        np.minimum((part[f][:, 0] * len(ways)).astype(int), len(ways) - 1)
        if f in part
        else np.zeros(runs, int)
        for f, ways in (("normalise", normalise), ("aggregate", aggregate))
    ]
    out = np.empty((runs, n))
    for i, how in enumerate(normalise):
        for j, means in enumerate(aggregate):
            which = np.flatnonzero((picks[0] == i) & (picks[1] == j))
            if not len(which):
                continue
            cells = np.repeat(x[None], len(which), axis=0)
            if "data" in part:
                cells = cells + (2 * part["data"][which].reshape(cells.shape) - 1) * half
            rows = list(np.arange(len(which) * n).reshape(len(which), n))
            weights = None
            if "weights" in part:
                moved = base * (1 + give * (2 * part["weights"][which] - 1))
                moved = np.repeat(np.maximum(moved, 1e-9 * base), n, axis=0)
                weights = {code: moved[:, at] for at, code in enumerate(codes)}
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Notice)  # told by `score`, not once a run
                z = normalise_values(cells.reshape(-1, x.shape[1]), tree, how, rows)
                scores = aggregate_values(z, tree, means, availability, normalise=how, weights=weights)[root]
            out[which] = scores.reshape(len(which), n)
    return out


def indices(y: np.ndarray, factors: list[str], seed: int = 0) -> np.ndarray:
    """Return first, total and half their 95 % intervals (4 × factors) of one output ``y`` (runs,), whose
    rows stand as SALib draws them: for each point A, then A with each factor from B, then B.

    >>> indices(np.array([0.0, 1, 0, 1, 1, 0, 1, 0]), ["a", "b"])[:2].round(1).tolist()
    [[2.0, 0.0], [2.0, 0.0]]
    """
    from SALib.analyze import sobol

    if np.ptp(y) <= 1e-12 * max(1.0, float(np.abs(y).max())):
        return np.zeros((4, len(factors)))
    if len(factors) == 1:  # all that varies comes from it
        return np.array([[1.0], [1.0], [0.0], [0.0]])
    problem = {"num_vars": len(factors), "names": factors, "bounds": [[0, 1]] * len(factors)}
    options = {"calc_second_order": False, "num_resamples": RESAMPLES, "seed": seed + 1}
    found = sobol.analyze(problem, y, **options)
    return np.array([found[k] for k in ("S1", "ST", "S1_conf", "ST_conf")], dtype=float)


def _table(units: list[str], y: np.ndarray, factors: list[str], seed: int) -> pd.DataFrame:
    """Each unit's indices, and those of all together: every unit counts by its variance."""
    variance = np.nan_to_num(y.var(axis=0))
    found = np.array([indices(np.nan_to_num(column), factors, seed) for column in y.T])
    whole = variance.sum()
    weight = variance / whole if whole > 0 else np.zeros(len(units))
    every = [*found, np.tensordot(weight, found, axes=1)]
    rows = [
        (unit, factor, *table[:, at])
        for unit, table in zip([*units, ""], every, strict=True)
        for at, factor in enumerate(factors)
    ]
    columns = ["unit", "factor", "first", "total", "first_within", "total_within"]
    return pd.DataFrame(rows, columns=columns)
