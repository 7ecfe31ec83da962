"""All that constrains the weights, as arrays: cells and scores between bounds, in one reading of the data."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.index.normalise import directed, groups, normalise_values
from bluebook.index.tables import floats, need, texts
from bluebook.messages import BadInput, Catalogue
from bluebook.recover.printed import DIGITS, NEAR, cell_half_units, rank_limits, read_scores, whole

SAYS = Catalogue(__file__)
Found = TypeVar("Found")


class Known(NamedTuple):
    """All that constrains the weights. Shapes: U units, n leaves, m parents."""

    key: pd.DataFrame
    tree: pd.DataFrame
    lower: np.ndarray  # (U, n) cells; NaN: left out, weights renormalised
    upper: np.ndarray
    asked: list[tuple[int, int]]  # (unit, leaf) of cells that were not printed
    score: np.ndarray  # (U, m) printed scores, NaN where none
    score_lower: np.ndarray  # (U, m), -inf and inf where nothing is known
    score_upper: np.ndarray
    factor: float = 1.0  # by which cells are multiplied, and scores but the root's (`rescaled`)
    helpers: int = 0  # leaves at the end that are no indicators


def scale_of(x: np.ndarray, scores: Sequence[float]) -> tuple[float, float] | None:
    """0–1 or 0–100, whichever first holds all that is printed."""
    seen = np.append(x, np.asarray(scores, dtype=float))
    seen = seen[~np.isnan(seen)]
    for top in (1.0, 100.0):
        if len(seen) and seen.min() >= -NEAR and seen.max() <= top * (1 + NEAR):
            return 0.0, top
    return None


def gather(
    tree: pd.DataFrame,
    every: Collection[str],
    data: pd.DataFrame,
    scores: pd.DataFrame,
    normalise: str,
    missing: str,
    decimals: int | None,
    data_decimals: int | None,
    bounds: pd.DataFrame | None,
    names: tuple[str, str, str],
) -> Known:
    """Gather everything known, in one reading of DATA."""
    check_options(missing, decimals, data_decimals)
    key, x = trees.match(data, tree, names[0])
    leaves = trees.leaves(tree)
    parents = [family.parent for family in trees.families(tree)]
    printed = read_scores(scores, key, tree, every, decimals, names[1])
    inner = printed[printed["code"].isin(parents)]
    if inner["score"].isna().all():
        SAYS.refuse("no_parent_score", names[1], None, "score")
    x, low, high, scale = on_scale(data, tree, key, x, normalise, data_decimals, inner["score"], names[0])
    column = {leaf: i for i, leaf in enumerate(leaves)}
    score = np.full((len(key), len(parents)), np.nan)
    score_low, score_high = np.full(score.shape, -np.inf), np.full(score.shape, np.inf)
    inner = inner[inner["score"].notna()]
    at = inner["row"].to_numpy(), inner["code"].map(parents.index).to_numpy()
    score[at], score_low[at], score_high[at] = inner[["score", "lower", "upper"]].to_numpy().T
    limits = rank_limits(printed, len(key)) if printed["first"].notna().any() else printed.iloc[:0]
    hidden = np.isnan(x) & (missing == "unknown")
    bottom, top = scale or (-np.inf, np.inf)
    open_low, open_high = np.where(hidden, bottom, low), np.where(hidden, top, high)
    for row, code, a, b in limits[["row", "code", "lower", "upper"]].itertuples(index=False):
        if code in column and normalise == "none" and hidden[row, column[code]]:
            at = row, column[code]
            open_low[at], open_high[at] = max(open_low[at], a), min(open_high[at], b)
        elif code in parents:
            at = row, parents.index(code)
            score_low[at], score_high[at] = max(score_low[at], a), min(score_high[at], b)
    given = np.zeros(x.shape, dtype=bool)
    for row, code, a, b in _read_bounds(bounds, key, tree, names[2]):
        if code in column:
            at = row, column[code]
            open_low[at], open_high[at] = a if np.isfinite(a) else bottom, b if np.isfinite(b) else top
            given[at] = True
        else:
            at = row, parents.index(code)
            score_low[at], score_high[at] = a, b
    refuse_boundless(np.isinf(open_low) | np.isinf(open_high), key, leaves, names[0])
    asked = [tuple(at) for at in np.argwhere(hidden | given).tolist()]
    return Known(key, tree, open_low, open_high, asked, score, score_low, score_high)


def on_scale(
    data: pd.DataFrame,
    tree: pd.DataFrame,
    key: pd.DataFrame,
    x: np.ndarray,
    normalise: str,
    decimals: int | None,
    scores: pd.Series,
    name: str,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[float, float] | None]:
    """Return the cells on the scores' scale, their lower and upper ends (rows × leaves), and the scale."""
    if normalise == "none":
        half = cell_half_units(data, trees.leaves(tree), decimals, name)
        x = directed(x, tree, key, name)
    else:
        half = np.zeros(x.shape[1])
        x = normalise_values(x, tree, normalise, groups(key), key, name)
    scale = scale_of(x, scores.to_numpy())
    ends = x - half, x + half
    low, high = (np.clip(end, *scale) for end in ends) if scale else ends
    return x, low, high, scale


def refuse_boundless(where: np.ndarray, key: pd.DataFrame, leaves: list[str], name: str) -> None:
    """Refuse a missing cell that could be anything."""
    if not where.any():
        return
    row, leaf = np.argwhere(where)[0]
    who = " ".join(map(str, key.iloc[row]))
    SAYS.refuse("boundless", name, int(row) + 2, leaves[leaf], unit=who)


def _read_bounds(
    bounds: pd.DataFrame | None, key: pd.DataFrame, tree: pd.DataFrame, name: str
) -> list[tuple]:
    """Rows of ``unit[, time], code, lower, upper`` as (row, code, lower, upper), infinite where empty."""
    if bounds is None:
        return []
    keys = list(key.columns)
    need(bounds, [*keys, "code", "lower", "upper"], name)
    place = {tuple(map(str, k)): i for i, k in enumerate(key.itertuples(index=False))}
    lower, upper = floats(bounds, "lower", name), floats(bounds, "upper", name)
    out, seen = [], {}
    units = list(zip(*(texts(bounds, k) for k in keys), strict=True))
    for i, (unit, code) in enumerate(zip(units, texts(bounds, "code"), strict=True)):
        if (unit, code) in seen:
            first = seen[unit, code]
            SAYS.refuse("bound_twice", name, i + 2, "code", unit=" ".join(unit), code=code, first=first)
        seen[unit, code] = i + 2
        if unit not in place:
            SAYS.refuse("unknown_unit", name, i + 2, "unit", unit=" ".join(unit))
        if code not in set(tree["code"]):
            SAYS.refuse("unknown_code", name, i + 2, "code", code=code)
        a = -math.inf if math.isnan(lower[i]) else lower[i]
        b = math.inf if math.isnan(upper[i]) else upper[i]
        if a > b:
            SAYS.refuse("bounds_reversed", name, i + 2, "lower", lower=a, upper=b)
        out.append((place[unit], code, a, b))
    return out


def prepared(tree: pd.DataFrame, data: pd.DataFrame) -> tuple[pd.DataFrame, set[str]]:
    """Return the tree cut off at the columns of DATA, and all its codes."""
    tree = trees.read(tree, weights=False)
    trees.refuse_turned(tree)
    other = tree.index[~tree["aggregation"].isin(["", "arithmetic"])]
    if len(other):
        SAYS.refuse("not_arithmetic", "TREE", int(other[0]) + 2, "aggregation")
    parents = set(tree["parent"])
    return trees.prune(tree, [c for c in data.columns if c in parents]), set(tree["code"])


def readings(tree: pd.DataFrame, normalise: str) -> list[str]:
    """Return the ways to read DATA, in the order in which they are tried."""
    if normalise != "auto":
        return [normalise]
    goals = tree.set_index("code").loc[trees.leaves(tree), "goal_lower"]
    return ["none", "minmax" if goals.isna().any() else "goalposts"]


def tried(ways: list[str], attempt: Callable[[str], Found]) -> Iterator[tuple[str, Found]]:
    """Yield each way to read DATA with what it gives; what refuses is left out, and raised if all do."""
    refused: list[BadInput] = []
    for reading in ways:
        try:
            found = attempt(reading)
        except BadInput as problem:
            refused.append(problem)
        else:
            yield reading, found
    if len(refused) == len(ways):
        raise refused[0]


def check_options(missing: str, decimals: int | None, data_decimals: int | None) -> None:
    for name, value in (("--decimals", decimals), ("--data-decimals", data_decimals)):
        whole(math.nan if value is None else value, 0, DIGITS, name, None, "")
    if missing not in ("unknown", "drop"):
        SAYS.refuse("unknown_missing", "--missing", missing=missing)
