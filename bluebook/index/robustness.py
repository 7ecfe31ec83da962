"""How far ranks depend on the weights: drawn at random, and the smallest change that swaps two units.

In the field's terms: uncertainty analysis over weights; critical weights, the least change of weights that
brings a rank reversal.

Sources: OECD/JRC Handbook (2008), step 7; Saisana, Saltelli and Tarantola (2005); Triantaphyllou and Sánchez
(1997) for critical weights.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.index.aggregate import aggregate_values, combine, methods_by_parent, middle, needed
from bluebook.index.normalise import groups as by_time
from bluebook.index.normalise import normalise_values
from bluebook.index.rank import TIE, round_half_away
from bluebook.index.score import score as compute
from bluebook.index.tables import LARGEST
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)

PAIRED = 1_500  # units compared two by two at most: a million pairs
UNITS = 5_000  # ranked together at most: 25 million rows
CHUNK = 50_000  # numbers in an array at a time: fits the cache; fixed, as a seed's draws depend on it


def rank_distribution(
    data: pd.DataFrame,
    tree: pd.DataFrame,
    draws: int = 10_000,
    seed: int = 0,
    *,
    concentration: float | None = None,
    normalise: str = "minmax",
    aggregate: str = "arithmetic",
    pooled: bool = False,
    availability: float | str = 0.0,
    decimals: int | None = None,
    name: str = "DATA",
    progress: Callable[[float], None] | None = None,
) -> pd.DataFrame:
    """Return ``unit[, time], rank, share``: how often a unit has each rank under random weights.

    Each family's weights are drawn by themselves, uniformly on the simplex of its siblings; with
    ``concentration`` K from the Dirichlet distribution with parameters K · share, whose mean are the tree's
    weights and whose spread is share (1 − share) / (K + 1). The other options are those of `score`. One row a
    unit and possible rank; a unit's shares sum to 1. A unit without a score has no rows (notice). Raises
    BadInput. Sources: OECD/JRC Handbook (2008), step 7; Saisana, Saltelli and Tarantola (2005).

    A leads B where x weighs more than a fifth, in four draws of five:

    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    >>> data = pd.DataFrame({"unit": ["A", "B"], "x": [4, 0], "y": [0, 1]})
    >>> bb.rank_distribution(data, tree, 20_000, normalise="none")["share"].round(1).tolist()
    [0.8, 0.2, 0.2, 0.8]
    """
    if draws < 1:
        SAYS.refuse("draws", "--draws", draws=draws)
    if seed < 0:
        SAYS.refuse("seed", "--seed", seed=seed)
    if concentration is not None and not (concentration > 0 and math.isfinite(concentration)):
        SAYS.refuse("concentration", "--concentration", concentration=concentration)
    tree = trees.read(tree)
    key, x = trees.match(data, tree, name)
    times = by_time(key)
    if (most := max(map(len, times))) > UNITS:
        SAYS.refuse("too_many_units", name, None, "unit", units=most, most=UNITS)
    z = normalise_values(x, tree, normalise, [np.arange(len(x))] if pooled else times, key, name)
    root = trees.root(tree)
    base = aggregate_values(z, tree, aggregate, availability, key, normalise)[root]  # also checks every rule
    if np.isnan(base).any():
        lost = key.iloc[int(np.isnan(base).argmax())]
        who = " ".join(map(str, lost))
        SAYS.notice("rows_without_score", rows=int(np.isnan(base).sum()), unit=who)
    groups = [rows[~np.isnan(base[rows])] for rows in times]
    groups = [rows for rows in groups if len(rows)]
    rng, families = np.random.default_rng(seed), trees.families(tree)
    score = _scorer(z, tree, aggregate, availability, normalise)
    counts = [np.zeros((len(rows), len(rows)), dtype=np.int64) for rows in groups]
    chunk = max(1, CHUNK // max(z.shape))
    for start in range(0, draws, chunk):
        size = min(chunk, draws - start)
        scores = score(_draw(families, rng, size, concentration))
        if decimals is not None:
            scores = round_half_away(scores, decimals)
        for rows, count in zip(groups, counts, strict=True):
            count += rank_counts(scores if len(rows) == scores.shape[1] else scores[:, rows])
        if progress:
            progress((start + size) / draws)
    out = []
    for rows, count in zip(groups, counts, strict=True):
        n = len(rows)
        columns = {c: np.repeat(key[c].to_numpy(dtype=object)[rows], n) for c in key}
        ranks = np.tile(np.arange(1, n + 1), n)
        out.append(pd.DataFrame(columns | {"rank": ranks, "share": count.ravel() / draws}))
    return pd.concat(out, ignore_index=True) if out else pd.DataFrame(columns=[*key, "rank", "share"])


def _draw(
    families: list[trees.Family], rng: np.random.Generator, size: int, concentration: float | None
) -> dict[str, np.ndarray]:
    """Draw each family's weights (size × k), each row up to a factor of its own.

    Exponential variables over their sum are uniform on the simplex. None is 0: it may be the only child
    present.
    """
    if concentration is None:
        return {f.parent: rng.standard_exponential((size, len(f.children))) for f in families}
    least = 1 / LARGEST
    return {f.parent: np.maximum(rng.dirichlet(concentration * f.shares, size), least) for f in families}


def _scorer(
    z: np.ndarray, tree: pd.DataFrame, aggregate: str, availability: float | str, normalise: str = "none"
) -> Callable[[dict[str, np.ndarray]], np.ndarray]:
    """Return the function from drawn weights to root scores (draws × rows)."""
    families = trees.families(tree)
    powers, least = methods_by_parent(tree, aggregate), needed(availability, families)
    leaves = trees.leaves(tree)
    position = {leaf: i for i, leaf in enumerate(leaves)}
    if all(p == 1 for p in powers.values()) and not np.isnan(z).any():
        own = {f.parent: [i for i, c in enumerate(f.children) if c in position] for f in families}
        first = dict(zip(own, np.cumsum([0, *map(len, own.values())]), strict=False))
        columns = z.T[[position[f.children[i]] for f in families for i in own[f.parent]]]

        def linear(drawn: dict[str, np.ndarray]) -> np.ndarray:
            share: dict[str, np.ndarray] = {}
            weights = np.empty((len(drawn[families[0].parent]), len(columns)))
            for family in reversed(families):
                w, leaf = drawn[family.parent], own[family.parent]
                w = w * (share.get(family.parent, 1.0) / np.einsum("ij->i", w)[:, None])
                share |= {c: w[:, i : i + 1] for i, c in enumerate(family.children) if i not in leaf}
                at = first[family.parent]
                weights[:, at : at + len(leaf)] = w if len(leaf) == w.shape[1] else w[:, leaf]
            return weights @ columns

        return linear

    tops = {code: middle(normalise, z) for code, p in powers.items() if p == "inverted"}

    def general(drawn: dict[str, np.ndarray]) -> np.ndarray:
        values: dict[str, np.ndarray] = {}
        for family in families:
            w = drawn[family.parent]
            parts = [z[:, position[c]] if c in position else values[c] for c in family.children]
            x = np.stack(np.broadcast_arrays(*parts), -1)
            code, about = family.parent, tops.get(family.parent, 0.0)
            values[code] = combine(x, w, powers[code], least[family.height - 1], family.total, about)
        return values[families[-1].parent]

    return general


def rank_counts(scores: np.ndarray) -> np.ndarray:
    """Return how often each unit has each rank (units × units) in ``scores`` (draws × units, no NaN).

    Ties as in ``rank``: within 1e-9 relative, the smallest rank for all.

    >>> rank_counts(np.array([[3.0, 5.0], [3.0, 1.0], [2.0, 2.0]])).tolist()
    [[2, 1], [2, 1]]
    """
    n = scores.shape[1]
    # One sort gives both order and values when the last bits of a score carry its unit: they are far below
    # TIE.
    low = (1 << (n - 1).bit_length()) - 1
    down = -scores
    ordered = np.sort((down.view(np.int64) & ~low | np.arange(n)).view(np.float64), axis=1)
    order = ordered.view(np.int64) & low
    place: np.ndarray = np.arange(n)
    near = max(TIE * np.abs(ordered[:, [0, -1]]).max(), 1e-300)  # zeros that carry their units differ too
    if n > 1 and (ordered[:, 1:] - ordered[:, :-1]).min() <= near:
        ordered = np.take_along_axis(down, order, axis=1)  # perhaps a tie
        size = np.abs(ordered)
        tied = np.diff(ordered, axis=1) <= TIE * np.maximum(size[:, :-1], size[:, 1:])
        first = np.broadcast_to(place, order.shape).copy()
        first[:, 1:][tied] = 0
        place = np.maximum.accumulate(first, axis=1)
    return np.bincount((order * n + place).ravel(), minlength=n * n).reshape(n, n)


def rank_summary(distribution: pd.DataFrame, level: float = 0.9) -> pd.DataFrame:
    """Return ``unit[, time], mean, median, lower, upper, best, worst`` of a `rank_distribution`.

    ``lower``–``upper`` holds at least ``level`` of the draws, cut evenly; ``best`` and ``worst`` all of them.

    >>> shares = pd.DataFrame({"unit": "A", "rank": [1, 2, 3], "share": [0.6, 0.39, 0.01]})
    >>> bb.rank_summary(shares)[["mean", "lower", "upper", "worst"]].values.tolist()
    [[1.41, 1.0, 2.0, 3.0]]
    """
    keys = [c for c in distribution.columns if c not in ("rank", "share")]
    out = []
    for unit, part in distribution.groupby(keys, sort=False):
        rank, share = part["rank"].to_numpy(), part["share"].to_numpy()
        tail, seen = (1 - level) / 2, rank[share > 0]
        at = np.searchsorted(np.cumsum(share), np.array([0.5, tail, 1 - tail]) - 1e-12)
        cuts = rank[np.minimum(at, len(rank) - 1)].tolist()
        out.append((*unit, float(rank @ share), *cuts, int(seen.min()), int(seen.max())))
    return pd.DataFrame(out, columns=[*keys, "mean", "median", "lower", "upper", "best", "worst"])


# --- the smallest change of weights ------------------------------------------------------------------------


def smallest_swap(above: np.ndarray, below: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the least weight that must move for ``below`` to draw level with ``above``, and the weights
    then.

    That is the brink of a rank reversal; the weights then are the critical weights.
    ``above``, ``below``, ``weights`` (k,): two units' child scores and the weights (sum 1), with
    weights · above ≥ weights · below. The measure is half the L1 distance between old and new weights: what
    is taken from some children and given to others. Infinite (weights NaN) when no weights do it, that is
    when ``above`` is higher in every child.

    Exact without a solver: a unit of weight taken from child i and given to j lowers the lead by d_i − d_j,
    d = above − below; so everything goes to the child with the least d, from those with the greatest first.

    >>> moved, critical = smallest_swap(np.array([4.0, 0.0]), np.array([0.0, 2.0]), np.array([0.5, 0.5]))
    >>> round(moved, 6), critical.round(6).tolist()
    (0.166667, [0.333333, 0.666667])
    """
    d = np.asarray(above, dtype=float) - np.asarray(below, dtype=float)
    w = np.array(weights, dtype=float)
    lead, to = float(w @ d), int(d.argmin())
    moved = 0.0
    for i in np.argsort(-d, kind="stable"):
        if lead <= 0 or d[i] <= d[to]:
            break
        take = min(w[i], lead / (d[i] - d[to]))
        w[i] -= take
        w[to] += take
        moved += take
        lead -= take * (d[i] - d[to])
    if lead > TIE * max(1.0, float(np.abs(d).max())):
        return math.inf, np.full(len(w), np.nan)
    return float(moved), w


def break_points(
    data: pd.DataFrame,
    tree: pd.DataFrame,
    code: str | None = None,
    *,
    flat: bool = False,
    normalise: str = "minmax",
) -> pd.DataFrame:
    """Return, for every two units, the least weight that must move to swap them (arithmetic means).

    Columns ``above, below, lead, moved`` and one ``to_<child>`` a child: the new weights. ``code``: the
    parent whose scores are compared and whose children's weights move (default the root); ``flat`` moves
    weight among all indicators below it instead, whatever their families. ``moved`` in points of 100: half
    the L1 distance; infinite when ``above`` leads in every child. Rows by ``moved``. Units with a missing
    child are left out with a notice, as their weights are renormalised and no longer linear. Raises BadInput.
    Source: Triantaphyllou and Sánchez (1997), critical weights.

    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    >>> data = pd.DataFrame({"unit": ["A", "B"], "x": [4, 0], "y": [0, 1]})
    >>> bb.break_points(data, tree, normalise="none")[["above", "lead", "moved", "to_x"]].values.tolist()
    [['A', 1.5, 30.0, 20.0]]
    """
    tree = trees.read(tree)
    scored = compute(data, tree, normalise=normalise)
    code = code or trees.root(tree)
    family = next((f for f in trees.families(tree) if f.parent == code), None)
    if family is None:
        SAYS.refuse("no_parent", "code", code=code)
    if "time" in data.columns:
        SAYS.refuse("one_time", "DATA", 1, "time")
    if len(data) > PAIRED:
        SAYS.refuse("too_many_pairs", "DATA", None, "unit", units=len(data), most=PAIRED)
    table = pd.concat([scored.normalised, scored.scores], axis=1)
    children, weights = list(family.children), family.shares
    if flat:
        shares = trees.leaf_weights(tree)
        shares = shares[[leaf in trees.below(tree, [code]) for leaf in shares.index]]
        children, weights = list(shares.index), shares.to_numpy() / shares.sum()
    means = methods_by_parent(tree, "arithmetic")
    crooked = [c for c in means if means[c] != 1 and (c == code or (flat and c in trees.below(tree, [code])))]
    if crooked:
        SAYS.refuse("not_arithmetic", "TREE", None, "aggregation", code=crooked[0])
    x = table[children].to_numpy()
    whole = ~np.isnan(x).any(axis=1)
    if not whole.all():
        unit = table.index[int((~whole).argmax())]
        SAYS.notice("units_without_child", units=int((~whole).sum()), unit=unit)
    x, units = x[whole], table.index[whole]
    order = np.argsort(-(x @ weights), kind="stable")
    out = []
    for i, j in itertools.combinations(order, 2):
        moved, new = smallest_swap(x[i], x[j], weights)
        out.append((units[i], units[j], float((x[i] - x[j]) @ weights), 100 * moved, *(100 * new)))
    columns = ["above", "below", "lead", "moved", *(f"to_{child}" for child in children)]
    return pd.DataFrame(out, columns=columns).sort_values("moved", kind="stable", ignore_index=True)
