"""How far ranks depend on other choices: one indicator left out, every combination of methods, missing cells.

In the field's terms: sensitivity analysis by variance, over a full factorial design.

Sources: OECD/JRC Handbook (2008), step 7; Saisana, Saltelli and Tarantola (2005); for the variance shares
Sobol (1993) and Owen (2014), computed on all combinations, hence exact.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.index.aggregate import aggregate_values, methods_by_parent
from bluebook.index.normalise import groups as by_time
from bluebook.index.rank import nearness, round_half_away
from bluebook.index.score import Scored
from bluebook.index.score import score as compute
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)


def leave_one_out(
    data: pd.DataFrame, tree: pd.DataFrame, level: str = "indicator", **options: Any
) -> pd.DataFrame:
    """Return ``dropped, unit[, time], score, rank, change``: the index without each indicator or dimension.

    ``level``: "indicator" leaves out each leaf, "dimension" each child of the root, with all below; siblings'
    weights are renormalised and every parent keeps its mean. ``change``: the rank without minus the rank
    with. ``options`` go to `score`. Raises BadInput. Source: OECD/JRC Handbook (2008), step 7.

    >>> table = bb.leave_one_out(bb.teaching_panel(), bb.read_tree(bb.indicators(2022)), "dimension")
    >>> table.query("unit == '410300'").set_index("dropped")["rank"].to_dict()
    {'input': 2.0, 'output': 2.0, 'enterprise': 2.0, 'environment': 2.0, 'performance': 2.0}
    """
    tree = trees.read(tree)
    powers = methods_by_parent(tree, options.pop("aggregate", "arithmetic"), turned=True)
    own = [_named(powers[code]) if code in powers else "" for code in tree["code"]]
    tree = tree.assign(aggregation=own)  # a mean a level would shift where a level goes
    root = trees.root(tree)
    names = trees.leaves(tree)
    if level not in ("indicator", "dimension"):
        SAYS.refuse("unknown_level", "level", level=level)
    dropped = names if level == "indicator" else tree["code"][tree["parent"] == root].tolist()
    if len(dropped) < 2:
        SAYS.refuse("one_only", "TREE")
    base = compute(data, tree, **options).ranks[root]
    out = []
    for code in dropped:
        less = trees.without(tree, code)
        gone = set(names) - set(trees.leaves(less))
        result = compute(data.drop(columns=list(gone)), less, **options)
        part = _whole(result)
        part.insert(0, "dropped", code)
        out.append(part.assign(change=(result.ranks[root] - base).to_numpy()))
    return pd.concat(out, ignore_index=True)


def _named(power: float | str) -> str:
    """What the tree's column ``aggregation`` calls a mean."""
    return power if isinstance(power, str) else f"power:{power!r}"


def _whole(result: Scored) -> pd.DataFrame:
    """The root's ``unit[, time], score, rank``; the root is the last of the parents."""
    part = result.scores.index.to_frame(index=False)
    return part.assign(score=result.scores.iloc[:, -1].to_numpy(), rank=result.ranks.iloc[:, -1].to_numpy())


def method_choices(
    data: pd.DataFrame,
    trees: Mapping[str, pd.DataFrame],
    *,
    normalise: Sequence[str] = ("minmax:1:100", "rank"),
    aggregate: Sequence[str] = ("arithmetic", "geometric"),
    **options: Any,
) -> pd.DataFrame:
    """Return ``normalise, aggregate, weights, unit[, time], score, rank`` under every combination.

    ``trees``: the tree under each named set of weights. ``options`` go to `score`. Raises BadInput. Source:
    Saisana, Saltelli and Tarantola (2005).

    >>> data, tree = bb.teaching_panel(), bb.read_tree(bb.indicators(2022))
    >>> table = bb.method_choices(data, {"given": tree, "equal": bb.equal_weights(tree)})
    >>> table.query("unit == '410100'")["rank"].unique().tolist()
    [1.0]
    """
    out = []
    for how, means, (name, tree) in itertools.product(normalise, aggregate, trees.items()):
        part = _whole(compute(data, tree, normalise=how, aggregate=means, **options))
        out.append(pd.DataFrame({"normalise": how, "aggregate": means, "weights": name} | dict(part)))
    return pd.concat(out, ignore_index=True)


def variance_shares(
    table: pd.DataFrame, factors: Sequence[str] = ("normalise", "aggregate", "weights"), value: str = "rank"
) -> pd.DataFrame:
    """Return ``unit[, time], factor, first, total, shapley``: whose choice makes ``value`` vary.

    ``table``: one row a unit and combination of the factors' levels, complete (`method_choices`); each
    combination counts the same. ``first``: the variance of the mean given the factor, over all variance.
    ``total``: what vanishes when the factor alone stays unknown is settled. ``shapley``: each interaction
    split evenly among those in it; these sum to 1. All are 0 where nothing varies. The rows with unit "" (and
    time "") are for all units together: variances are added first. Raises BadInput for a combination that is
    missing or there twice. Sources: Sobol (1993); Owen (2014).

    >>> table = pd.DataFrame({"unit": "A", "normalise": list("aabb"), "weights": list("xyxy")})
    >>> shares = bb.variance_shares(table.assign(rank=[1, 2, 1, 4]), ["normalise", "weights"])
    >>> shares.query("unit == 'A'").set_index("factor")["shapley"].round(2).to_dict()
    {'normalise': 0.25, 'weights': 0.75}
    """
    keys = [c for c in ("unit", "time") if c in table.columns]
    if table.duplicated([*factors, *keys]).any():
        SAYS.refuse("combination_twice", "table", None, value)
    wide = table.pivot(index=list(factors), columns=keys, values=value)
    levels = [table[f].drop_duplicates().tolist() for f in factors]
    full = pd.MultiIndex.from_product(levels, names=list(factors))
    wide = wide.reindex(full).dropna(axis=1, how="all")
    if wide.isna().to_numpy().any():
        SAYS.refuse("combination_missing", "table", None, value)
    y = wide.to_numpy().reshape(*map(len, levels), wide.shape[1])
    m = len(factors)
    explained: dict[frozenset[int], np.ndarray] = {}
    for size in range(m + 1):
        for some in itertools.combinations(range(m), size):
            rest = tuple(i for i in range(m) if i not in some)
            mean = y.mean(axis=rest, keepdims=True) if rest else y
            variance = mean.var(axis=tuple(range(m)))
            explained[frozenset(some)] = np.append(variance, variance.sum())
    every = frozenset(range(m))
    whole = explained[every]
    with np.errstate(divide="ignore", invalid="ignore"):
        out = []
        for i, factor in enumerate(factors):
            shapley = np.zeros_like(whole)
            for size in range(m):
                weight = 1 / (m * math.comb(m - 1, size))
                for some in itertools.combinations(sorted(every - {i}), size):
                    shapley += weight * (explained[frozenset((*some, i))] - explained[frozenset(some)])
            columns = [explained[frozenset((i,))], whole - explained[every - {i}], shapley]
            shares = [np.where(whole > 0, c / whole, 0.0) for c in columns]
            out.append((factor, *shares))
    units = wide.columns.to_frame(index=False)
    units.loc[len(units)] = [""] * len(keys)
    parts = [units.assign(factor=f, first=a, total=b, shapley=c) for f, a, b, c in out]
    return pd.concat(parts, ignore_index=True)


def rank_ranges(
    data: pd.DataFrame,
    tree: pd.DataFrame,
    *,
    normalise: str = "minmax",
    aggregate: str = "arithmetic",
    decimals: int | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Return ``unit[, time], rank, best, worst``: the ranks that the missing cells allow.

    Each missing cell may lie anywhere between the worst and the best value seen in its column, so that bounds
    stay put (``minmax`` and ``goalposts`` only, else BadInput). As means grow with each child, a unit's best
    rank has its own cells at the top and all others' at the bottom, and the reverse: exact. ``rank`` is the
    one with missing cells left out. ``options`` go to `score`.

    >>> data = pd.DataFrame({"unit": ["A", "B", "C"], "x": [2, 4, 10], "y": [5, None, 1]})
    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    >>> bb.rank_ranges(data, tree)[["best", "worst"]].values.tolist()
    [[1, 2], [1, 3], [1, 2]]
    """
    kind = normalise.split(":")[0]
    if kind not in ("minmax", "goalposts"):
        SAYS.refuse("no_fixed_bounds", "normalise", normalise=normalise)
    tree = trees.read(tree)
    trees.refuse_turned(tree)  # a better cell would lower the score
    root = trees.root(tree)
    result = compute(data, tree, normalise=normalise, aggregate=aggregate, decimals=decimals, **options)
    z = result.normalised.to_numpy()
    ends = [float(e) for e in normalise.split(":")[1:]] or ([0.0, 100.0] if kind == "minmax" else [0.0, 1.0])
    filled = (np.where(np.isnan(z), end, z) for end in ends)
    low, high = (aggregate_values(x, tree, aggregate, normalise=normalise)[root] for x in filled)
    if decimals is not None:
        low, high = (round_half_away(side, decimals) for side in (low, high))
    key = result.scores.index.to_frame(index=False)
    out = key.assign(rank=result.ranks[root].to_numpy(), best=0, worst=0)
    for rows in by_time(key):
        a, b = low[rows], high[rows]
        near = nearness(a, b)
        over = (a[None, :] > (b + near)[:, None]).sum(axis=1)
        other = b[None, :] > (a + near)[:, None]
        np.fill_diagonal(other, False)
        out.loc[rows, "best"], out.loc[rows, "worst"] = 1 + over, 1 + other.sum(axis=1)
    return out
