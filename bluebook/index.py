"""From indicators to scores and ranks: normalise → aggregate → rank. Follows the OECD/JRC Handbook (2008).

The rules, each of them tested:

*Direction.* Every method works on x · direction, after the indicator's transform (ln, log10).

*Normalisation*, column by column, within one time or ``pooled`` over all; missing cells take no part.
``minmax`` 0–100, ``minmax:a:b`` a–b; ``zscore`` with the sample standard deviation; ``rank`` ascending, the
worst is 1, ties share the smallest; ``percentile`` (rank − 1)/(n − 1) with n the cells present; ``goalposts``
0–1 between the tree's goals, clipped; ``none`` takes x · direction as it is.
A column without any value, or without spread (max − min ≤ 1e-9 of its size) where spread is divided by, is
BadInput: an indicator that tells no unit from another belongs out of the tree. A column that is empty in some times only is missing there, with a notice.

*Aggregation.* The weighted power mean of the children that are present, their weights renormalised
(a notice counts the missing cells). With ``availability`` a parent is missing when a smaller share of its
children is present. A parent without any child present is missing: an empty cell, no rank, a notice.
A mean other than the arithmetic needs values ≥ 0: a negative one is BadInput. A zero makes the geometric and
the harmonic mean (any power ≤ 0) zero, its limit, with a notice. A sum of positive and negative terms that
cancel to less than 1e-14 of their size is zero. The tree's ``aggregation`` column decides for its parent, the
method given for all others; several methods, comma-separated, are one a level, from the leaves up.

*Ranks.* 1 is the highest, within one time. Scores equal within 1e-9 relative tie, and every two that tie share
a rank, so a chain of ties is one tie; ties share the smallest rank. With ``decimals`` the scores are rounded
first (halves away from zero, as printed figures are) and ranked as printed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook import framework
from bluebook.framework import bad, notice

TIE = 1e-9
METHODS = "minmax, minmax:a:b, zscore, rank, percentile, goalposts, none"


class Scored(NamedTuple):
    """What :func:`score` returns: three wide tables with index ``unit`` (or ``unit``, ``time``).

    ``normalised``: units × leaves. ``scores`` and ``ranks``: units × parents, the root last.
    """

    normalised: pd.DataFrame
    scores: pd.DataFrame
    ranks: pd.DataFrame


def score(
    data: pd.DataFrame,
    tree: pd.DataFrame,
    *,
    normalise: str = "minmax",
    aggregate: str = "arithmetic",
    pooled: bool = False,
    availability: float = 0.0,
    decimals: int | None = None,
    name: str = "DATA",
) -> Scored:
    """Compute the index. ``data``: ``unit``[, ``time``] and one column a leaf; ``tree``: see ``framework``.

    The module's docstring states every rule. Raises BadInput; warns with ``framework.Notice``.

    Five cities of one's own, two indicators, the first weighing three times the second:

    >>> tree = pd.DataFrame({"code": ["total", "patents", "dust"], "parent": ["", "total", "total"],
    ...                      "weight": [None, 75, 25], "direction": [None, 1, -1]})
    >>> data = pd.DataFrame({"unit": list("甲乙丙丁戊"), "patents": [9, 7, 5, 4, 1], "dust": [80, 30, 40, 20, 50]})
    >>> found = score(data, tree, decimals=1)
    >>> found.scores["total"].tolist()
    [75.0, 77.1, 54.2, 53.1, 12.5]
    >>> found.ranks["total"].astype(int).to_dict()
    {'甲': 2, '乙': 1, '丙': 3, '丁': 4, '戊': 5}
    """
    tree = framework.read(tree)
    key, x = framework.match(data, tree, name)
    names = framework.leaves(tree)
    times = groups(key)
    if pooled and len(times) == 1:
        notice(
            "没有 time 列或只有一个时点，--pooled 不起作用",
            "there is one time only: --pooled changes nothing",
        )
    z = normalise_values(x, tree, normalise, [np.arange(len(x))] if pooled else times, key, name)
    values = aggregate_values(z, tree, aggregate, availability, key)
    parents = list(values)
    scores = np.column_stack([values[code] for code in parents])
    if decimals is not None:
        scores = round_half_away(scores, decimals)
    ranks = np.full(scores.shape, np.nan)
    for rows in times:
        ranks[rows] = rank_values(scores[rows])
    index = pd.MultiIndex.from_frame(key) if "time" in key else pd.Index(key["unit"], name="unit")
    return Scored(
        pd.DataFrame(z, index, names),
        pd.DataFrame(scores, index, parents),
        pd.DataFrame(ranks, index, parents),
    )


def tidy(wide: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return one row a value: ``unit``[, ``time``], ``code``, ``value``; codes in order, units within."""
    key = wide.index.to_frame(index=False)
    out = pd.concat([key] * wide.shape[1], ignore_index=True)
    out["code"] = np.repeat(np.asarray(wide.columns, dtype=object), len(key))
    values = wide.to_numpy().T.ravel()
    out[value] = pd.array(values, dtype="Int64") if value == "rank" else values
    return out


def groups(key: pd.DataFrame) -> list[np.ndarray]:
    """Return the row numbers of each time in ``key`` (all rows as one where there is no time)."""
    if "time" not in key:
        return [np.arange(len(key))]
    codes, found = pd.factorize(key["time"])
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.cumsum(np.bincount(codes, minlength=len(found)))[:-1])


def normalise_values(
    x: np.ndarray,
    tree: pd.DataFrame,
    method: str = "minmax",
    rows: list[np.ndarray] | None = None,
    key: pd.DataFrame | None = None,
    name: str = "DATA",
) -> np.ndarray:
    """Normalise ``x`` (rows × leaves, NaN missing) by the rules of this module, each group of ``rows`` by itself.

    ``key`` (unit[, time] a row) only serves the messages.
    """
    names = framework.leaves(tree)
    kind, low, high = parse_method(method)
    rows = rows or [np.arange(len(x))]
    missing = np.isnan(x)
    empty = missing.all(axis=0)
    if empty.any():
        bad(
            name,
            None,
            names[int(empty.argmax())],
            "没有一个数；请补数或从 TREE 删去",
            "has no value at all; fill it in or take it out of TREE",
        )
    raw, x = x, directed(x, tree, key, name)
    if kind == "goalposts":
        return measure(x, *goalposts(tree), kind)
    if kind == "none":
        return x
    z = np.empty_like(x)
    for part in rows:
        block = x if len(rows) == 1 else x[part]
        if len(rows) > 1 and (gone := missing[part].all(axis=0)).any():
            listed, when = ", ".join(np.array(names)[gone]), "" if key is None else key["time"].iloc[part[0]]
            notice(
                f"{name} 在 {when} 没有 {listed} 的数，这一时点按缺失处理",
                f"{name} has no {listed} in {when}: missing there",
            )
        if kind in ("rank", "percentile"):
            z[part] = _ranked(block, kind, name, names)
            continue
        origin, spread, flat = bounds(block, kind)
        if flat.any():
            at = int(flat.argmax())
            values = raw[part, at]
            value = values[~np.isnan(values)][0]
            when = "" if key is None or len(rows) == 1 else f"{key['time'].iloc[part[0]]} "
            bad(
                name,
                None,
                names[at],
                f"{when}各单位都是 {value:g}，{kind} 除不开；请从 TREE 删去，或改用 --pooled、goalposts、rank",
                f"{when}is {value:g} for every unit, so {kind} divides by nothing; take it out of TREE, or use --pooled, goalposts or rank",
            )
        z[part] = measure(block, origin, spread, kind, low, high)
    return z


def bounds(x: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what ``x`` (rows × columns) is measured against: origin, spread, and which columns have no spread.

    minmax: the minimum and the range; zscore: the mean and the sample standard deviation.
    """
    origin, top = np.fmin.reduce(x), np.fmax.reduce(x)
    spread = top - origin
    flat = spread <= TIE * np.maximum(np.abs(origin), np.abs(top))
    if kind == "zscore":
        here = ~np.isnan(x)
        n = np.maximum(here.sum(axis=0), 2)  # less than 2: empty, or flat
        origin = np.where(here, x, 0.0).sum(axis=0) / n
        unit = np.where(spread > 0, spread, 1.0)  # so that no square is too small to tell
        spread = unit * np.sqrt(np.where(here, ((x - origin) / unit) ** 2, 0.0).sum(axis=0) / (n - 1))
    return origin, spread, flat


def measure(
    x: np.ndarray, origin: np.ndarray, spread: np.ndarray, kind: str, low: float = 0.0, high: float = 100.0
) -> np.ndarray:
    """Return ``x`` measured against its bounds by minmax (low–high), zscore or goalposts (0–1, clipped)."""
    z = (x - origin) / spread
    if kind == "minmax":
        return low + z * (high - low)
    return np.clip(z, 0.0, 1.0) if kind == "goalposts" else z


def goalposts(tree: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return origin and spread (leaves,) of the tree's goalposts, transformed and directed as the values are."""
    leaves = tree.set_index("code").loc[framework.leaves(tree)]
    goals = leaves[["goal_lower", "goal_upper"]].to_numpy(dtype=float).T.copy()
    if np.isnan(goals).any():
        leaf = leaves.index[int(np.isnan(goals[0]).argmax())]
        bad(
            "TREE",
            None,
            "goal_lower",
            f"{leaf} 没有目标值；请填 goal_lower 和 goal_upper",
            f"{leaf} has no goalposts; give goal_lower and goal_upper",
        )
    for i, transform in enumerate(leaves["transform"]):
        if how := framework.TRANSFORMS[transform]:
            goals[:, i] = how(goals[:, i])
    direction = leaves["direction"].to_numpy()
    return np.where(direction > 0, goals[0], -goals[1]), goals[1] - goals[0]


def parse_method(method: str) -> tuple[str, float, float]:
    """Split "minmax:1:100" into its kind and range."""
    kind, *ends = method.split(":")
    if kind == "minmax" and len(ends) in (0, 2):
        try:
            low, high = (framework.number(end) for end in ends) if ends else (0.0, 100.0)
            if low < high and max(-low, high) <= framework.LARGEST:
                return kind, low, high
        except ValueError:
            pass
    elif method in ("zscore", "rank", "percentile", "goalposts", "none"):
        return method, 0.0, 0.0
    bad(
        "--normalise",
        None,
        "",
        f"“{method}”不认识；可用 {METHODS}（a < b）",
        f"“{method}” is unknown; use {METHODS} (a < b)",
    )


def directed(
    x: np.ndarray, tree: pd.DataFrame, key: pd.DataFrame | None = None, name: str = "DATA"
) -> np.ndarray:
    """Return ``x`` (rows × leaves) with each indicator's transform taken, times its direction."""
    leaves = framework.leaves(tree)
    info = tree.set_index("code").loc[leaves]
    out = x * info["direction"].to_numpy() + 0.0  # no -0.0
    for i, (leaf, transform) in enumerate(zip(leaves, info["transform"], strict=True)):
        how = framework.TRANSFORMS[transform]
        if how is None:
            continue
        low = np.flatnonzero(x[:, i] <= 0)
        if len(low):
            at = int(low[0])
            who = "" if key is None else " ".join(map(str, key.iloc[at])) + " "
            bad(
                name,
                at + 2,
                leaf,
                f"{who}的 {x[at, i]:g} 不能取对数；请改正，或去掉 transform",
                f"{who}has {x[at, i]:g}, which has no logarithm; mend it or drop the transform",
            )
        out[:, i] = how(x[:, i]) * info["direction"].iloc[i]
    return out


def _ranked(block: np.ndarray, kind: str, name: str, names: list[str]) -> np.ndarray:
    """Ascending ranks down each column, ties the smallest; or percentiles of them."""
    ranks = pd.DataFrame(block).rank(method="min").to_numpy()
    if kind == "rank":
        return ranks
    n = (~np.isnan(block)).sum(axis=0)
    if (n == 1).any():
        bad(
            name,
            None,
            names[int((n == 1).argmax())],
            "只有一个数，百分位除以 n − 1 = 0；请补数或改用 rank",
            "has one value only, and a percentile divides by n − 1 = 0; fill it in or use rank",
        )
    return (ranks - 1) / (n - 1)


def methods_by_parent(tree: pd.DataFrame, method: str) -> dict[str, float]:
    """Return each parent's exponent: the tree's own, else ``method`` (one for all, or one a level, upwards)."""
    families = framework.families(tree)
    steps = [framework.power(step.strip()) for step in method.split(",")]
    levels = families[-1].height
    if len(steps) not in (1, levels):
        bad(
            "--aggregate",
            None,
            "",
            f"给了 {len(steps)} 种，指标体系有 {levels} 级；请给 1 种或 {levels} 种",
            f"{len(steps)} are given and the tree has {levels} levels; give 1 or {levels}",
        )
    return {
        f.parent: framework.power(f.aggregation)
        if f.aggregation
        else steps[f.height - 1 if len(steps) > 1 else 0]
        for f in families
    }


def aggregate_values(
    z: np.ndarray,
    tree: pd.DataFrame,
    method: str = "arithmetic",
    availability: float = 0.0,
    key: pd.DataFrame | None = None,
) -> dict[str, np.ndarray]:
    """Return every parent's values (rows,) from normalised leaves ``z`` (rows × leaves), the root last."""
    if not 0 <= availability <= 1:
        bad(
            "--availability",
            None,
            "",
            f"{availability:g} 不在 0 和 1 之间",
            f"{availability:g} is not between 0 and 1",
        )
    powers = methods_by_parent(tree, method)
    values = dict(zip(framework.leaves(tree), z.T, strict=True))
    out: dict[str, np.ndarray] = {}

    def unit(row: int) -> str:
        return f"#{row + 1}" if key is None else " ".join(str(v) for v in key.iloc[row])

    zero = None
    for family in framework.families(tree):
        x = np.column_stack([values[child] for child in family.children])
        p = powers[family.parent]
        if p != 1:
            below = np.argwhere(x < 0)
            if len(below):
                row, column = below[0]
                bad(
                    family.parent,
                    None,
                    "",
                    f"{unit(row)} 的 {family.children[column]} 是 {x[row, column]:g}，负数只能用算术平均；请改 --normalise 或 --aggregate",
                    f"{family.children[column]} of {unit(row)} is {x[row, column]:g}, and only the arithmetic mean takes negative values; change --normalise or --aggregate",
                )
            if p <= 0 and zero is None and (nil := np.argwhere(x == 0)).size:
                zero = (family.parent, family.children[nil[0][1]], unit(nil[0][0]))
        values[family.parent] = out[family.parent] = mean(x, family.shares, p, availability)
    if zero:
        notice(
            f"零使几何或调和平均为零（如 {zero[2]} 的 {zero[1]} → {zero[0]}）；可用 --normalise minmax:1:100",
            f"a zero makes a geometric or harmonic mean zero (as {zero[1]} of {zero[2]} → {zero[0]}); --normalise minmax:1:100 avoids it",
        )
    gaps = int(np.isnan(z).sum())
    if gaps:
        lost = sum(int(np.isnan(v).sum()) for v in out.values())
        zh = f"，{lost} 个得分因此空缺" if lost else ""
        en = f"; {lost} scores are missing for it" if lost else ""
        notice(
            f"有 {gaps} 格缺失：不计入，同级其余权重按比例放大{zh}",
            f"{gaps} cells are missing: left out, their siblings' weights scaled up{en}",
        )
    return out


def mean(x: np.ndarray, w: np.ndarray, p: float = 1.0, availability: float = 0.0) -> np.ndarray:
    """Return the weighted power mean of the last axis of ``x`` (… × k), NaN children left out.

    ``w`` (k,), any sum; or (draws, k), and the result has draws in front. ``p``: 1 arithmetic, 0 geometric,
    -1 harmonic. NaN where no child is present or fewer than the share ``availability`` of them.
    """
    here = ~np.isnan(x)
    full = here.all()
    if p == 1:
        total = _sum(x if full else np.where(here, x, 0.0), w)
    elif p == 0:
        with np.errstate(divide="ignore"):
            total = _sum(np.log(x) if full else np.where(here, np.log(x), 0.0), w)
    else:
        # in units of the row's largest (smallest) child, so that no power overflows; less 1, so that one near 0 tells
        size = (np.fmax if p > 0 else np.fmin).reduce(x, axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = x / np.where(size > 0, size, 1.0)[..., None]
            total = _sum(np.where(here, np.expm1(p * np.log(ratio)), 0.0), w)
    weight = _sum(np.ones(x.shape[-1]), w)[..., None] if full else _sum(here.astype(float), w)
    with np.errstate(divide="ignore", invalid="ignore"):
        out = total / weight
        if p == 0:
            out = np.exp(out)
        elif p != 1:
            out = np.where(size > 0, np.exp(np.log1p(out) / p) * size, 0.0 * size)
    if p == 1 and (x < 0).any():
        size = _sum(np.abs(x) if full else np.where(here, np.abs(x), 0.0), w)
        out = np.where(np.abs(total) <= 1e-14 * size, 0.0 * total, out)
    if not full:
        count = here.sum(axis=-1)
        out = np.where((count == 0) | (count < availability * x.shape[-1] - TIE), np.nan, out)
    return out


def _sum(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Σ w x over the last axis: x (… × k) by w (k,), or by w (draws, k) with draws in front."""
    if w.ndim == 1:
        return x @ w
    return w @ x.T if x.ndim < 3 else np.einsum("dk,dnk->dn", w, x)


def round_half_away(x: np.ndarray, decimals: int) -> np.ndarray:
    """Round to ``decimals``, halves away from zero (四舍五入); 2.675 counts as a half, whatever its last bit."""
    if not 0 <= decimals <= 15:
        bad("--round", None, "", f"{decimals} 不在 0 和 15 之间", f"{decimals} is not between 0 and 15")
    scaled = np.abs(x) * 10.0**decimals
    return np.sign(x) * np.floor(scaled * (1 + 1e-12) + 0.5) / 10.0**decimals + 0.0  # no -0.0


def rank_values(scores: np.ndarray) -> np.ndarray:
    """Return ranks down each column of ``scores`` (rows × columns), 1 the highest, NaN where missing.

    Values equal within 1e-9 relative tie and share the smallest rank; a chain of ties is one tie.
    """
    s = np.asarray(scores, dtype=float)
    order = np.argsort(-s, axis=0, kind="stable")  # NaN last
    ordered = np.take_along_axis(s, order, axis=0)
    above, below = ordered[:-1], ordered[1:]
    new = np.ones(s.shape, dtype=bool)
    new[1:] = ~(above - below <= TIE * np.maximum(np.abs(above), np.abs(below)))
    place = np.arange(1, len(s) + 1).reshape(-1, *[1] * (s.ndim - 1))
    first = np.maximum.accumulate(np.where(new, place, 0), axis=0)
    ranks = np.empty(s.shape)
    np.put_along_axis(ranks, order, first.astype(float), axis=0)
    ranks[np.isnan(s)] = np.nan
    return ranks
