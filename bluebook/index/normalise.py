"""Raw values onto one scale: transform, direction, normalisation.

*Direction.* Every method works on x · direction, after the indicator's transform (ln, log10).

*Normalisation*, column by column, within one time or ``pooled`` over all; missing cells take no part.
``minmax`` 0–100, ``minmax:a:b`` a–b; ``zscore`` with the sample standard deviation, ``zscore:m:s`` with mean
m and deviation s; ``rank`` ascending, the worst is 1, ties share the smallest (``rank:max``,
``rank:average``: the largest, the mean); ``borda`` rank − 1; ``percentile`` (rank − 1)/(n − 1) with n the
cells present; ``exponential`` −23 ln(1 − r(1 − e^(−100/23))) with r = rank/n, so that high ranks weigh more;
``normal`` the normal deviate of (r − 3/8)/(n + 1/4), r the mean rank (Blom); ``goalposts`` 0–1 between the
tree's goals, clipped, ``goalposts:a:b`` a–b, ``scaled:a:b`` the same and not clipped; ``target`` from the
worst, 0, to the tree's target, 1; ``reference:UNIT`` from the worst to that unit, both with ``:cap`` no
further than 1; ``maximum`` x over the largest; ``none`` takes x · direction as it is.
A column without any value, or without spread (max − min ≤ 1e-9 of its size) where spread is divided by, is
BadInput: an indicator that tells no unit from another belongs out of the tree. A column that is empty in some
times only is missing there, with a notice.

Source: OECD/JRC Handbook (2008), step 5.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.index.rank import nearness
from bluebook.index.tables import LARGEST, number
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
METHODS = (
    "minmax, minmax:a:b, zscore, zscore:mean:sd, rank, rank:average, rank:max, borda, percentile, "
    "exponential, normal, goalposts, goalposts:a:b, scaled:a:b, target, target:cap, reference:UNIT, "
    "reference:UNIT:cap, maximum, none"
)
RANKED = ("rank", "borda", "percentile", "exponential", "normal")
RANGES = {"minmax": (0.0, 100.0), "zscore": (0.0, 1.0), "goalposts": (0.0, 1.0), "scaled": (0.0, 100.0)}
STEEPNESS = 23.0  # of the exponential ranks: the best tenth holds half of the range


class Method(NamedTuple):
    """A normalisation taken apart: its kind, the range or mean and deviation, and what else was said."""

    kind: str
    low: float = 0.0
    high: float = 0.0
    option: str = ""  # of rank: how ties count; of reference: the unit
    cap: bool = False


def groups(key: pd.DataFrame) -> list[np.ndarray]:
    """Return the row numbers of each time in ``key`` (all rows as one where there is no time).

    >>> [rows.tolist() for rows in groups(pd.DataFrame({"unit": list("ABAB"), "time": [2, 2, 1, 1]}))]
    [[0, 1], [2, 3]]
    """
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
    """Normalise ``x`` (rows × leaves, NaN missing) by the rules of this module, each group of ``rows`` by
    itself.

    ``key`` (unit[, time] a row) and ``name`` only serve the messages. Returns rows × leaves. Raises BadInput.
    """
    names = trees.leaves(tree)
    how = parse_method(method)
    kind, low, high = how[:3]
    rows = rows or [np.arange(len(x))]
    missing = np.isnan(x)
    empty = missing.all(axis=0)
    if empty.any():
        SAYS.refuse("empty_column", name, None, names[int(empty.argmax())])
    raw, x = x, directed(x, tree, key, name)
    if kind in ("goalposts", "scaled"):
        return _between_goalposts(x, tree, kind, low, high, name)
    if kind == "none":
        return x
    z = np.empty_like(x)
    for part in rows:
        block = x if len(rows) == 1 else x[part]
        time = "" if key is None or len(rows) == 1 else str(key["time"].iloc[part[0]])
        if len(rows) > 1 and (gone := missing[part].all(axis=0)).any():
            SAYS.notice("empty_at_time", table=name, time=time, codes=", ".join(np.array(names)[gone]))
        if kind in RANKED:
            z[part] = _ranked(block, how, name, names)
            continue
        if kind in ("target", "reference", "maximum"):
            z[part] = _towards(block, how, tree, None if key is None else key["unit"].iloc[part], name)
            continue
        origin, spread, flat = bounds(block, kind)
        if flat.any():
            at = int(flat.argmax())
            values = raw[part, at]
            told = {"value": values[~np.isnan(values)][0], "kind": kind, "time": f"{time} " if time else ""}
            SAYS.refuse("constant", name, None, names[at], **told)
        z[part] = measure(block, origin, spread, kind, low, high)
    return z


def bounds(x: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what ``x`` (rows × columns) is measured against: origin, spread, and which columns have no
    spread.

    minmax: the minimum and the range; zscore: the mean and the sample standard deviation. Each (columns,).
    """
    origin, top = np.fmin.reduce(x), np.fmax.reduce(x)
    spread = top - origin
    flat = spread <= nearness(origin, top)
    if kind == "zscore":
        here = ~np.isnan(x)
        n = np.maximum(here.sum(axis=0), 2)  # less than 2: empty, or flat
        origin = np.where(here, x, 0.0).sum(axis=0) / n
        unit = np.where(spread > 0, spread, 1.0)  # so that no square is too small to tell
        spread = unit * np.sqrt(np.where(here, ((x - origin) / unit) ** 2, 0.0).sum(axis=0) / (n - 1))
    return origin, spread, flat


def measure(
    x: np.ndarray, origin: np.ndarray, spread: np.ndarray, kind: str, low: float, high: float
) -> np.ndarray:
    """Return ``x`` measured against its bounds: minmax, scaled low–high; goalposts too, clipped; zscore with
    mean low and deviation high.

    >>> measure(np.array([2.0, 7.0]), np.array(2.0), np.array(10.0), "minmax", 0, 100).tolist()
    [0.0, 50.0]
    """
    z = (x - origin) / spread
    if kind == "zscore":
        return low + z * high
    return low + (np.clip(z, 0.0, 1.0) if kind == "goalposts" else z) * (high - low)


def goalposts(tree: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return origin and spread (leaves,) of the tree's goalposts, transformed and directed as values are."""
    leaves = tree.set_index("code").loc[trees.leaves(tree)]
    goals = leaves[["goal_lower", "goal_upper"]].to_numpy(dtype=float).T.copy()
    if np.isnan(goals).any():
        code = leaves.index[int(np.isnan(goals[0]).argmax())]
        SAYS.refuse("no_goalposts", "TREE", None, "goal_lower", code=code)
    for i, transform in enumerate(leaves["transform"]):
        if how := trees.TRANSFORMS[transform]:
            goals[:, i] = how(goals[:, i])
    direction = leaves["direction"].to_numpy()
    return np.where(direction > 0, goals[0], -goals[1]), goals[1] - goals[0]


def _between_goalposts(
    x: np.ndarray, tree: pd.DataFrame, kind: str, low: float, high: float, name: str
) -> np.ndarray:
    """Values between the tree's goalposts, with a notice of an indicator that lies wholly beyond them."""
    origin, spread = goalposts(tree)
    out = measure(x, origin, spread, kind, low, high)
    if kind == "goalposts":
        beyond = (np.fmin.reduce(x) >= origin + spread) | (np.fmax.reduce(x) <= origin)
        for at in np.flatnonzero(beyond):
            value = out[np.flatnonzero(~np.isnan(x[:, at]))[0], at]
            SAYS.notice("beyond_goalposts", table=name, code=trees.leaves(tree)[at], value=value)
    return out


def parse_method(method: str) -> Method:
    """Take a normalisation's name apart. Raises BadInput for what is unknown.

    >>> parse_method("minmax:1:100")[:3], parse_method("reference:DEU:cap")[3:]
    (('minmax', 1.0, 100.0), ('DEU', True))
    """
    kind, *given = method.split(":")
    if kind in RANGES and len(given) in (0, 2):
        try:
            low, high = map(number, given) if given else RANGES[kind]
            if (low < high if kind != "zscore" else high > 0) and max(-low, high) <= LARGEST:
                return Method(kind, low, high)
        except ValueError:
            pass
    elif kind == "rank" and given in ([], ["average"], ["max"]):
        return Method(kind, option=(given or ["min"])[0])
    elif kind == "target" and given in ([], ["cap"]):
        return Method(kind, cap=bool(given))
    elif kind == "reference" and given and given[0] and given[1:] in ([], ["cap"]):
        return Method(kind, option=given[0], cap=len(given) == 2)
    elif method in (*RANKED, "maximum", "none"):
        return Method(kind, option="average" if kind == "normal" else "min")
    SAYS.refuse("unknown_method", "--normalise", method=method, methods=METHODS)


def directed(
    x: np.ndarray, tree: pd.DataFrame, key: pd.DataFrame | None = None, name: str = "DATA"
) -> np.ndarray:
    """Return ``x`` (rows × leaves) with each indicator's transform taken, times its direction."""
    leaves = trees.leaves(tree)
    info = tree.set_index("code").loc[leaves]
    out = x * info["direction"].to_numpy() + 0.0  # no -0.0
    for i, (leaf, transform) in enumerate(zip(leaves, info["transform"], strict=True)):
        how = trees.TRANSFORMS[transform]
        if how is None:
            continue
        low = np.flatnonzero(x[:, i] <= 0)
        if len(low):
            at = int(low[0])
            who = "" if key is None else " ".join(map(str, key.iloc[at])) + " "
            SAYS.refuse("no_logarithm", name, at + 2, leaf, unit=who, value=x[at, i])
        out[:, i] = how(x[:, i]) * info["direction"].iloc[i]
    return out


def _ranked(block: np.ndarray, how: Method, name: str, names: list[str]) -> np.ndarray:
    """Ascending ranks down each column, or what the method makes of them."""
    ranks = pd.DataFrame(block).rank(method=how.option).to_numpy()
    if how.kind == "rank":
        return ranks
    if how.kind == "borda":
        return ranks - 1
    n = (~np.isnan(block)).sum(axis=0)
    if how.kind == "exponential":
        with np.errstate(divide="ignore"):
            return -STEEPNESS * np.log1p(-ranks / n * -np.expm1(-100 / STEEPNESS))
    if how.kind == "normal":
        from scipy.special import ndtri

        return ndtri((ranks - 3 / 8) / (n + 1 / 4))
    if (n == 1).any():
        SAYS.refuse("one_value", name, None, names[int((n == 1).argmax())])
    return (ranks - 1) / (n - 1)


def _towards(
    block: np.ndarray, how: Method, tree: pd.DataFrame, units: pd.Series | None, name: str
) -> np.ndarray:
    """Return the way from the worst (0) to the target, the reference unit or from zero to the largest (1)."""
    names = trees.leaves(tree)
    info = tree.set_index("code").loc[names]
    sign = info["direction"].to_numpy()
    origin = np.fmin.reduce(block)
    if how.kind == "maximum":
        if (sign < 0).any():
            SAYS.refuse("no_share_of_the_largest", "TREE", None, "direction", code=names[int(sign.argmin())])
        origin, end = np.zeros_like(origin), np.fmax.reduce(block)
    elif how.kind == "target":
        goal = info["target"].to_numpy(dtype=float).copy()
        if np.isnan(goal).any():
            SAYS.refuse("no_target", "TREE", None, "target", code=names[int(np.isnan(goal).argmax())])
        for at, transform in enumerate(info["transform"]):
            if take := trees.TRANSFORMS[transform]:
                if goal[at] <= 0:
                    told = {"unit": f"{names[at]} ", "value": goal[at]}
                    SAYS.refuse("no_logarithm", "TREE", None, "target", **told)
                goal[at] = take(goal[at])
        end = goal * sign
        best = np.fmax.reduce(block)
        for at in np.flatnonzero(end > best + nearness(end, best)):
            told = {"target": info["target"].iloc[at], "best": sign[at] * best[at]}
            SAYS.notice("target_beyond", table=name, code=names[at], **told)
        if not (end > origin).all():
            at = int((~(end > origin)).argmax())
            told = {"target": info["target"].iloc[at], "worst": sign[at] * origin[at]}
            SAYS.refuse("target_behind", name, None, names[at], **told)
    else:
        here = [] if units is None else np.flatnonzero(units.astype(str).to_numpy() == how.option)
        if not len(here):
            SAYS.refuse("no_reference", "--normalise", unit=how.option)
        end = block[here[0]]
    if not (end > origin).all():
        at = int((~(end > origin)).argmax())
        SAYS.refuse("nothing_to_reach", name, None, names[at], kind=how.kind)
    z = (block - origin) / (end - origin)
    return np.where(z > 1, 1.0, z) if how.cap else z
