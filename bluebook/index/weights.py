"""Weights from experts' points, and how far the experts agree; weights that the data alone give."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from bluebook.index import tree as trees
from bluebook.index.aggregate import mean
from bluebook.index.normalise import bounds, groups, normalise_values
from bluebook.index.structure import balanced_weights, components, correlation
from bluebook.index.tables import floats, need, texts
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)


class Elicited(NamedTuple):
    """What :func:`from_experts` returns.

    ``weights``: ``parent, code, weight``; each family sums to 100. ``agreement``: ``parent, experts,
    indicators, w, chi2, p``; Kendall's W with correction for ties. ``experts``: ``parent, expert, distance,
    effect, moved``: how far the expert stands from the mean (points of 100 that would have to move), how many
    points of the weights move when the expert is left out, and which code's weight moves most.
    """

    weights: pd.DataFrame
    agreement: pd.DataFrame
    experts: pd.DataFrame


def from_experts(
    forms: pd.DataFrame, tree: pd.DataFrame | None = None, name: str = "experts.csv"
) -> Elicited:
    """Return weights and agreement from ``forms``: one row ``expert, indicator, points``, any unit of points.

    Each expert's points are scaled to sum to 100 within a family, so that nobody counts more for being
    generous; the weight is their mean (budget allocation, OECD/JRC Handbook 2008, 6.7). Families are those
    of ``tree``, of which forms may cover some; without a tree all indicators are one family, "".
    Raises BadInput for points that are missing, negative or sum to zero, for a code that is not in the tree,
    and where an expert judges only a part of a family.

    >>> forms = pd.DataFrame({"expert": list("aabb"), "indicator": list("xyxy"), "points": [60, 40, 2, 8]})
    >>> bb.expert_weights(forms).weights["weight"].round(9).tolist()
    [40.0, 60.0]
    """
    need(forms, ["expert", "indicator", "points"], name)
    who, what = texts(forms, "expert"), texts(forms, "indicator")
    points = floats(forms, "points", name)
    seen: dict[tuple[str, str], int] = {}
    parent = {} if tree is None else dict(zip(tree["code"], tree["parent"], strict=True))
    for row, (expert, code, value) in enumerate(zip(who, what, points, strict=True), 2):
        if not expert or not code:
            SAYS.refuse("empty_key", name, row, "expert" if not expert else "indicator")
        if tree is not None and not parent.get(code):
            SAYS.refuse("code_not_judged", name, row, "indicator", code=code)
        if (expert, code) in seen:
            first = seen[expert, code]
            SAYS.refuse("judged_twice", name, row, "indicator", expert=expert, code=code, first=first)
        if not value >= 0:
            SAYS.refuse("no_points", name, row, "points", expert=expert, code=code)
        seen[expert, code] = row
    if not seen:
        SAYS.refuse("no_forms", name)
    table = pd.Series(points, index=pd.MultiIndex.from_tuples(list(zip(who, what, strict=True)))).unstack()
    order = list(dict.fromkeys(what)) if tree is None else [c for c in tree["code"] if c in set(what)]
    weights, agreement, experts = [], [], []
    for family in dict.fromkeys(parent.get(code, "") for code in order):
        codes = order if tree is None else [code for code in tree["code"] if parent[code] == family]
        part = table.reindex(index=dict.fromkeys(who), columns=codes).dropna(how="all")
        gaps = np.argwhere(part.isna().to_numpy())
        if len(gaps):
            expert, code = part.index[gaps[0][0]], codes[gaps[0][1]]
            SAYS.refuse("not_judged", name, None, "points", expert=expert, code=code)
        given = part.to_numpy()
        if (given.sum(axis=1) == 0).any():
            expert = part.index[int((given.sum(axis=1) == 0).argmax())]
            code = "all_zero_in_family" if family else "all_zero"
            SAYS.refuse(code, name, None, "points", expert=expert, family=family)
        shares = 100 * given / given.sum(axis=1, keepdims=True)
        mean = shares.mean(axis=0)
        weights.extend((family, code, w) for code, w in zip(codes, mean, strict=True))
        w, statistic, p = kendall_w(given)
        agreement.append((family, len(given), len(codes), w, statistic, p))
        for i, expert in enumerate(part.index):
            moved, most = np.nan, ""
            if len(shares) > 1:
                change = np.abs(np.delete(shares, i, axis=0).mean(axis=0) - mean)
                moved, most = change.sum() / 2, codes[int(change.argmax())]
            experts.append((family, expert, np.abs(shares[i] - mean).sum() / 2, moved, most))
    return Elicited(
        pd.DataFrame(weights, columns=["parent", "code", "weight"]),
        pd.DataFrame(agreement, columns=["parent", "experts", "indicators", "w", "chi2", "p"]),
        pd.DataFrame(experts, columns=["parent", "expert", "distance", "effect", "moved"]),
    )


def kendall_w(ratings: np.ndarray) -> tuple[float, float, float]:
    """Return Kendall's W, its chi-square and p, corrected for ties, of ``ratings`` (experts × items).

    W = 12 S / (m² (n³ − n) − m Σ T): 1 when all order the items alike, 0 when there is no common order.
    NaN with fewer than two experts or items, or where everybody ties everything. Source: Kendall and
    Babington Smith (1939); Siegel and Castellan (1988), 9.7.

    >>> round(kendall_w(np.array([[1, 2, 3], [10, 20, 90]]))[0], 9), kendall_w(np.array([[1, 2], [2, 1]]))[0]
    (1.0, 0.0)
    """
    ratings = np.asarray(ratings, dtype=float)
    m, n = ratings.shape
    if m < 2 or n < 2:
        return np.nan, np.nan, np.nan
    ranks = pd.DataFrame(ratings).rank(axis=1).to_numpy()
    ties = sum(float((t**3 - t).sum()) for t in (np.unique(row, return_counts=True)[1] for row in ranks))
    sums = ranks.sum(axis=0)
    below = m**2 * (n**3 - n) - m * ties
    if below == 0:
        return np.nan, np.nan, np.nan
    w = 12 * float(((sums - sums.mean()) ** 2).sum()) / below
    statistic = m * (n - 1) * w
    return w, statistic, float(chdtrc(n - 1, statistic))


def equal(tree: pd.DataFrame) -> pd.DataFrame:
    """Return the tree with equal weights among siblings: 1.0 each, the other columns as they were.

    >>> bb.equal_weights(bb.dimensions(2022))["weight"].tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    return tree.assign(weight=1.0)


def entropy(tree: pd.DataFrame, data: pd.DataFrame, normalise: str = "minmax") -> pd.DataFrame:
    """Return the tree weighted by what the data tell apart (Shannon entropy; Hwang and Yoon 1981).

    With p the normalised column over its sum (0 ln 0 = 0, missing cells left out, all times together), an
    indicator's weight is proportional to 1 − (−Σ p ln p / ln n); a parent weighs what its indicators do
    together, so that an indicator's share of the whole is its share of all divergence. Raises BadInput for
    normalised values below 0 and for a column whose values are all the same.

    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    >>> data = pd.DataFrame({"unit": ["A", "B", "C"], "x": [2, 4, 10], "y": [5, 5, 1]})
    >>> bb.leaf_weights(bb.entropy_weights(tree, data)).round(2).to_dict()
    {'x': 0.6, 'y': 0.4}
    """
    tree = trees.read(tree, weights=False)
    key, x = trees.match(data, tree)
    z = normalise_values(x, tree, normalise, groups(key), key)
    if np.nanmin(z) < 0:
        SAYS.refuse("entropy_negative", "DATA", normalise=normalise)
    same = np.flatnonzero(bounds(z, "minmax")[2])
    if len(same):
        SAYS.refuse("entropy_flat", "DATA", None, trees.leaves(tree)[same[0]])
    n = (~np.isnan(z)).sum(axis=0)
    p = z / np.nansum(z, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        divergence = 1 + np.nansum(np.where(p > 0, p * np.log(p), 0.0), axis=0) / np.log(n)
    return _summed(tree, divergence)


def _summed(tree: pd.DataFrame, own: np.ndarray) -> pd.DataFrame:
    """Return the tree with the indicators' weights, a parent weighing what its indicators do together."""
    weight = dict(zip(trees.leaves(tree), own.tolist(), strict=True))
    for family in trees.families(tree):
        weight[family.parent] = sum(weight[child] for child in family.children)
    weight[trees.root(tree)] = np.nan
    return trees.read(tree.assign(weight=[weight[code] for code in tree["code"]]))


def side_by_side(sets: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return ``parent, code`` and one column a set: each child's share of its parent, in points of 100.

    ``sets``: trees of the same codes by name.

    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    >>> side_by_side({"given": trees.read(tree)}).values.tolist()
    [['r', 'x', 50.0], ['r', 'y', 50.0]]
    """
    first = next(iter(sets.values()))
    below = first[first["parent"] != ""]
    out = below[["parent", "code"]].reset_index(drop=True)
    for name, tree in sets.items():
        share = {c: 100 * w for f in trees.families(tree) for c, w in zip(f.children, f.shares, strict=True)}
        out[name] = out["code"].map(share)
    return out


def critic(tree: pd.DataFrame, data: pd.DataFrame, normalise: str = "minmax") -> pd.DataFrame:
    """Return the tree weighted by spread and conflict (CRITIC; Diakoulaki, Mavrotas and Papayannakis 1995).

    An indicator's weight is proportional to the standard deviation of its normalised values times Σ (1 − r)
    over all indicators, r the correlation with each (units that have both, all times together); a parent
    weighs what its indicators do together. Raises BadInput for a pair without a correlation.

    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    >>> data = pd.DataFrame({"unit": ["A", "B", "C"], "x": [2, 4, 10], "y": [5, 5, 1]})
    >>> bb.leaf_weights(bb.critic_weights(tree, data)).round(2).to_dict()
    {'x': 0.47, 'y': 0.53}
    """
    tree = trees.read(tree, weights=False)
    key, x = trees.match(data, tree)
    z, leaves = normalise_values(x, tree, normalise, groups(key), key), trees.leaves(tree)
    k = len(leaves)
    r = np.eye(k)
    for i in range(k):
        for j in range(i):
            r[i, j] = r[j, i] = correlation(z[:, i], z[:, j])
            if np.isnan(r[i, j]):
                SAYS.refuse("no_correlation", "DATA", None, leaves[i], other=leaves[j])
    return _summed(tree, np.nanstd(z, axis=0, ddof=1) * (1 - r).sum(axis=0))


def pca(tree: pd.DataFrame, data: pd.DataFrame, normalise: str = "minmax") -> pd.DataFrame:
    """Return the tree weighted by the first principal component of each family (OECD/JRC Handbook 2008, 6.1).

    A child's share is its squared loading; parents are weighed by the scores that their children's new
    weights give. Raises BadInput where fewer than 3 units have all of a family, or a column has no spread.

    >>> tree = pd.DataFrame({"code": ["r", *"xyz"], "parent": ["", *"rrr"], "weight": 1, "direction": 1})
    >>> data = pd.DataFrame({"unit": list("ABCD"), "x": [1, 2, 3, 4], "y": [1, 3, 2, 4], "z": [4, 1, 3, 2]})
    >>> bb.leaf_weights(bb.pca_weights(tree, data)).round(2).to_dict()
    {'x': 0.29, 'y': 0.41, 'z': 0.29}
    """
    return by_family(tree, data, lambda table: components(table.dropna().to_numpy())[1] ** 2, normalise)


def balanced(tree: pd.DataFrame, data: pd.DataFrame, normalise: str = "minmax") -> pd.DataFrame:
    """Return the tree weighted so that all children of a family correlate equally with it, as nearly as can
    be: `balanced_weights` family by family. Raises BadInput also where a child would get no weight.
    """
    return by_family(tree, data, lambda table: balanced_weights(table).to_numpy(), normalise)


def by_family(
    tree: pd.DataFrame,
    data: pd.DataFrame,
    rule: Callable[[pd.DataFrame], np.ndarray],
    normalise: str = "minmax",
) -> pd.DataFrame:
    """Return the tree with the weights that ``rule`` gives for each family's table, from the leaves up.

    Parents' columns are the means of their children under the new weights. Raises BadInput for a family
    whose weights are unknown or not all above zero, and for a parent that counts against the index.
    """
    tree = trees.read(tree, weights=False)
    trees.refuse_turned(tree)
    key, x = trees.match(data, tree)
    z = normalise_values(x, tree, normalise, groups(key), key)
    column = dict(zip(trees.leaves(tree), z.T, strict=True))
    weight: dict[str, float] = {}
    for family in trees.families(tree):
        table = pd.DataFrame({child: column[child] for child in family.children})
        own = np.ones(1) if len(family.children) == 1 else np.asarray(rule(table))
        for child, value in zip(family.children, own, strict=True):
            if not value > 1e-9:
                SAYS.refuse("no_own_weight", "DATA", None, child, parent=family.parent)
        weight |= dict(zip(family.children, own.tolist(), strict=True))
        column[family.parent] = mean(table.to_numpy(), own, 1.0)
    weight[trees.root(tree)] = np.nan
    return trees.read(tree.assign(weight=[weight[code] for code in tree["code"]]))
