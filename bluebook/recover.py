"""Hidden weights and cells from printed scores, as exact intervals; and printed scores that cannot be right.

A score printed as 97.25 lies in [97.245, 97.255]. With arithmetic means every such interval is two linear
inequalities in the indicators' shares of the whole, g (n,) ≥ 0: for a parent P and a unit,

    lower · Σ_{l in P} g_l  ≤  Σ_{l in P} g_l x_l  ≤  upper · Σ_{l in P} g_l.

All are homogeneous, so the share of a child in its parent, a ratio, is maximised by a linear program under
Σ_{l in P} g_l = 1 (Charnes and Cooper 1962), whatever else is printed above or below.

A cell that is only known to lie between bounds, printed with rounding or not printed at all, would make the
products g_l x_l bilinear. Put t_l = g_l x_l: then t_l lies between the bounds times g_l, again linear, and
nothing is lost, as x_l = t_l / g_l. The t are never written down: a tree of sums with an interval at each node
can be met exactly when the interval sums, taken upwards, leave no node empty. So the programs live in g alone,
and a row is added only when a solution breaks it (cutting planes).

Weights are taken as positive; the intervals are closed, so a lower end of 0 means "as small as you like".
Numbers are exact to the solver's tolerance, 1e-9 of the scale; two numbers within 1e-9 count as equal.
Solver: HiGHS in SciPy (Huangfu and Hall 2018), and from its corners on a few lines of the simplex method.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.linalg import qr
from scipy.optimize import linprog

from bluebook import framework, index
from bluebook.framework import bad, notice
from bluebook.words import BadInput

# How exactly a printed 100 is known: to the decimals of the other scores and no more than 100 (as it is read where
# nothing else is said); exactly, as the first of every column by min-max is; to those decimals either way; or to the
# whole number.
READINGS = {
    "cut": ("同其余各数一样准，不超过 100", "as exact as the rest, at most 100"),
    "exact": ("正好是 100", "exactly 100"),
    "both": ("同其余各数一样准，上下都行", "as exact as the rest, either way"),
    "whole": ("只到整数", "whole number only"),
}
EXACT = 9  # cells printed with this many decimals or more count as exact
DIGITS = 15  # decimals at most
SETS = 5_000_000  # of weights tried at most
NEAR = 1e-9
WEIGHTS = ["parent", "code", "lower", "upper"]
CONFLICT = ["code", "score", "lower", "upper"]


class Recovered(NamedTuple):
    """What :func:`recover` returns.

    ``weights``: ``parent, code, lower, upper``, one row a code but the root, empty when none fit; in the tree's
    own unit where its weights sum to 1 in each family, else in points of 100. ``cells``: ``unit[, time], code,
    lower, upper``, one row a cell of DATA that was empty or given by ``bounds``. ``conflict``: empty when
    weights fit, else scores that cannot hold together: ``unit[, time], code, score, lower, upper``, the last
    two being where all other scores would put this one (empty where they conflict among themselves).
    ``normalise``: how DATA were read.
    """

    weights: pd.DataFrame
    cells: pd.DataFrame
    conflict: pd.DataFrame
    normalise: str


# --- printed numbers ------------------------------------------------------------------------------------


def printed_decimals(cell: object) -> int:
    """Return how many decimals a cell prints: "97.20" 2, 97.2 1, "100" and 100.0 0, "1e-05" 5."""
    if isinstance(cell, float) and cell.is_integer():
        return 0
    try:
        exponent = Decimal(str(cell).strip()).as_tuple().exponent
    except InvalidOperation:
        return 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


def half_unit(decimals: float) -> float:
    """Return half a unit of the last printed digit."""
    return 0.5 * 10.0**-decimals


def _whole(value: float, least: int, most: float, name: str, row: int | None, column: str) -> None:
    """Refuse what is neither missing nor a whole number from ``least`` to ``most``."""
    if not (math.isnan(value) or (least <= value <= most and value % 1 == 0)):
        to = "" if math.isinf(most) else f"{most:g}"
        bad(
            name, row, column,
            f"{value:g} 不对；请填 {least} {'到 ' + to if to else '起'}的整数",
            f"{value:g} will not do; give a whole number from {least}{' to ' + to if to else ''}",
        )  # fmt: skip


def read_scores(
    scores: pd.DataFrame,
    key: pd.DataFrame,
    tree: pd.DataFrame,
    every: Collection[str] = (),
    decimals: int | None = None,
    name: str = "SCORES",
) -> pd.DataFrame:
    """Return checked printed scores: ``row`` (in ``key``), ``code``, ``score``, ``rank``, ``lower``, ``upper``.

    ``scores``: ``unit[, time], code, score`` and optionally ``rank`` and ``decimals``; ``city`` serves as
    ``unit``, and without ``code`` all are the root's. Rows of units that are not in ``key``, and of codes in ``every`` but not in ``tree``, have no data
    to meet and are left out with a notice; other codes are BadInput. A score's interval is ± half a unit of
    its last digit: the ``decimals`` given, else its own column's, else the most that its code prints.
    """
    framework.need(scores, ["score"], name)
    who = "unit" if "unit" in scores.columns or "city" not in scores.columns else "city"
    keys = [who, "time"] if "time" in key else [who]
    framework.need(scores, keys, name)
    place = {tuple(map(str, k)): i for i, k in enumerate(key.itertuples(index=False))}
    known = set(tree["code"])
    units = list(zip(*(framework.texts(scores, k) for k in keys), strict=True))
    codes = framework.texts(scores, "code") if "code" in scores else [framework.root(tree)] * len(scores)
    values = framework.floats(scores, "score", name)
    ranks = framework.floats(scores, "rank", name)
    given = framework.floats(scores, "decimals", name)
    digits: dict[str, int] = {}
    for code, cell, value in zip(codes, scores["score"], values, strict=True):
        if not math.isnan(value):
            digits[code] = max(digits.get(code, 0), printed_decimals(cell))
    out, seen, strangers = [], {}, []
    for i, (unit, code, value) in enumerate(zip(units, codes, values, strict=True)):
        _whole(ranks[i], 1, math.inf, name, i + 2, "rank")
        _whole(given[i], 0, DIGITS, name, i + 2, "decimals")
        if code not in known and code not in every:
            bad(
                name, i + 2, "code", f"“{code}”不在指标体系里；请改正或删去此行",
                f"“{code}” is not in the tree; mend it or delete the row",
            )  # fmt: skip
        if unit not in place or code not in known:
            strangers.append(" ".join((*unit, code)))
            continue
        if (unit, code) in seen:
            bad(
                name, i + 2, "code", f"{' '.join(unit)} 的 {code} 已在第 {seen[unit, code]} 行；请删去一行",
                f"{code} of {' '.join(unit)} is already in row {seen[unit, code]}; delete one",
            )  # fmt: skip
        seen[unit, code] = i + 2
        own = digits.get(code, 0) if math.isnan(given[i]) else given[i]
        places = own if decimals is None else decimals
        half = max(half_unit(places), NEAR * max(1.0, abs(value)))
        out.append((place[unit], code, value, ranks[i], value - half, value + half))
    if strangers:
        notice(
            f"{name} 中 {len(strangers)} 行没有对应的数据（如 {strangers[0]}），未用",
            f"{len(strangers)} rows of {name} have no data to meet (as {strangers[0]}) and are not used",
        )
    return pd.DataFrame(out, columns=["row", "code", "score", "rank", "lower", "upper"])


def rank_limits(scores: pd.DataFrame, units: int) -> pd.DataFrame:
    """Return what printed ranks say of unprinted scores: ``row, code, lower, upper`` (infinite where nothing).

    ``scores`` as :func:`read_scores` returns them, for ``units`` units. A unit's score lies between the printed
    scores of the ranks next to its own; where ranks 1 … k are all printed, a unit without a rank comes after
    them. "Third with 43.01" is thus a ceiling for everybody below.
    """
    out = []
    for code, group in scores.groupby("code", sort=False):
        printed = group[group["rank"].notna() & group["score"].notna()]
        own = dict(zip(group["row"], group["rank"], strict=True))
        have = set(group["row"][group["score"].notna()])
        # units before rank r: complete when the printed ranks 1 … count up without a gap
        ordered = group[group["rank"].notna()].sort_values("rank", kind="stable")
        complete = 0
        for place, rank in enumerate(ordered["rank"], 1):
            if rank > place:
                break
            complete = place
        top = ordered.iloc[:complete].dropna(subset="score")
        for row in range(units):
            if row in have:
                continue
            rank = own.get(row, math.nan)
            above = top if math.isnan(rank) else printed[printed["rank"] < rank]
            below = printed.iloc[:0] if math.isnan(rank) else printed[printed["rank"] > rank]
            same = printed[printed["rank"] == rank]
            upper = min([*above["upper"], *same["upper"]], default=math.inf)
            lower = max([*below["lower"], *same["lower"]], default=-math.inf)
            if upper < math.inf or lower > -math.inf:
                out.append((row, code, lower, upper))
    return pd.DataFrame(out, columns=["row", "code", "lower", "upper"])


def read_as(data: pd.DataFrame, value: float, lower: float, upper: float) -> pd.DataFrame:
    """Return ``bounds`` that read every cell printed as ``value`` as lying in [``lower``, ``upper``].

    ``read_as(data, 100, 100, 100)`` takes the printed 100s as exact.
    """
    keys = [c for c in ("unit", "time") if c in data.columns]
    tidy = data.melt(keys, var_name="code", value_name="score")
    hit = pd.to_numeric(tidy["score"], errors="coerce") == value
    return tidy.loc[hit, [*keys, "code"]].assign(lower=lower, upper=upper).reset_index(drop=True)


def reading(data: pd.DataFrame, name: str, decimals: int = 2) -> pd.DataFrame | None:
    """Return the ``bounds`` that one of READINGS means for the 100s of DATA (None: as they are read anyway)."""
    half = half_unit(decimals)
    ends = {"exact": (100, 100), "both": (100 - half, 100 + half), "whole": (99.5, 100)}
    return None if name == "cut" else read_as(data, 100, *ends[name])


# --- what is known, as arrays ---------------------------------------------------------------------------


class _Known(NamedTuple):
    """All that constrains the weights. Shapes: U units, n leaves, m parents."""

    key: pd.DataFrame
    tree: pd.DataFrame
    lower: np.ndarray  # (U, n) cells; NaN: left out, weights renormalised
    upper: np.ndarray
    asked: list[tuple[int, int]]  # (unit, leaf) of cells that were not printed
    score: np.ndarray  # (U, m) printed scores, NaN where none
    score_lower: np.ndarray  # (U, m), -inf and inf where nothing is known
    score_upper: np.ndarray


def _scale(x: np.ndarray, scores: Sequence[float]) -> tuple[float, float] | None:
    """0–1 or 0–100, whichever first holds all that is printed."""
    seen = np.concatenate([x[~np.isnan(x)], np.asarray(scores, dtype=float)])
    seen = seen[~np.isnan(seen)]
    for top in (1.0, 100.0):
        if len(seen) and seen.min() >= -NEAR and seen.max() <= top * (1 + NEAR):
            return 0.0, top
    return None


def cell_half_units(data: pd.DataFrame, leaves: Sequence[str], decimals: int | None = None) -> np.ndarray:
    """Return half a unit of the last digit for each column of DATA (n,), 0 where its cells count as exact.

    A column's decimals are the most that any of its cells prints. A column of whole numbers takes the fewest
    decimals of the others (a 100 beside 96.02 is 100.00); a table of whole numbers is exact, as is what prints
    nine decimals or more.
    """
    if decimals is not None:
        return np.full(len(leaves), half_unit(decimals) if decimals < EXACT else 0.0)
    digits = []
    for leaf in leaves:
        cells = [c for c in data[leaf].tolist() if c is not None and c == c and c != ""]
        digits.append(max(map(printed_decimals, cells), default=0))
    least = min((d for d in digits if d), default=EXACT)
    return np.array([half_unit(d or least) if (d or least) < EXACT else 0.0 for d in digits])


def _known(
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
) -> _Known:
    """Gather everything known, in one reading of DATA."""
    _check_options(missing, decimals, data_decimals)
    key, x = framework.match(data, tree, names[0])
    leaves = framework.leaves(tree)
    parents = [family.parent for family in framework.families(tree)]
    printed = read_scores(scores, key, tree, every, decimals, names[1])
    inner = printed[printed["code"].isin(parents)]
    if inner["score"].isna().all():
        bad(
            names[1], None, "score", "没有上级代码的得分，无从推算；至少要有一个",
            "holds no score of a parent, so nothing follows; give at least one",
        )  # fmt: skip
    x, low, high, scale = _cells(data, tree, key, x, normalise, data_decimals, inner["score"], names[0])
    column = {leaf: i for i, leaf in enumerate(leaves)}
    score = np.full((len(key), len(parents)), np.nan)
    score_low, score_high = np.full(score.shape, -np.inf), np.full(score.shape, np.inf)
    for row, code, value, _, a, b in inner[inner["score"].notna()].itertuples(index=False):
        at = row, parents.index(code)
        score[at], score_low[at], score_high[at] = value, a, b
    limits = rank_limits(printed, len(key)) if printed["rank"].notna().any() else printed.iloc[:0]
    unprinted = np.isnan(x)
    open_low = np.where(unprinted & (missing == "unknown"), scale[0] if scale else -np.inf, low)
    open_high = np.where(unprinted & (missing == "unknown"), scale[1] if scale else np.inf, high)
    for row, code, a, b in limits[["row", "code", "lower", "upper"]].itertuples(index=False):
        if code in column and normalise == "none" and unprinted[row, column[code]] and missing == "unknown":
            at = row, column[code]
            open_low[at], open_high[at] = max(open_low[at], a), min(open_high[at], b)
        elif code in parents:
            at = row, parents.index(code)
            score_low[at], score_high[at] = max(score_low[at], a), min(score_high[at], b)
    given = np.zeros(x.shape, dtype=bool)
    for row, code, a, b in _read_bounds(bounds, key, tree, names[2]):
        if code in column:
            at = row, column[code]
            open_low[at], open_high[at], given[at] = a, b, True
            if not np.isfinite(a) and scale:
                open_low[at] = scale[0]
            if not np.isfinite(b) and scale:
                open_high[at] = scale[1]
        else:
            at = row, parents.index(code)
            score_low[at], score_high[at] = a, b
    _boundless(np.isinf(open_low) | np.isinf(open_high), key, leaves, names[0])
    asked = np.argwhere((unprinted & (missing == "unknown")) | given)
    return _Known(
        key, tree, open_low, open_high, [(int(r), int(c)) for r, c in asked], score, score_low, score_high
    )  # fmt: skip


def _cells(
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
        half = cell_half_units(data, framework.leaves(tree), decimals)
        x = index.directed(x, tree, key, name)
    else:
        half = np.zeros(x.shape[1])
        x = index.normalise_values(x, tree, normalise, index.groups(key), key, name)
    scale = _scale(x, scores.to_numpy())
    ends = x - half, x + half
    low, high = (np.clip(end, *scale) for end in ends) if scale else ends
    return x, low, high, scale


def _boundless(where: np.ndarray, key: pd.DataFrame, leaves: list[str], name: str) -> None:
    """Refuse a missing cell that could be anything."""
    if not where.any():
        return
    row, leaf = np.argwhere(where)[0]
    who = " ".join(map(str, key.iloc[row]))
    bad(
        name,
        int(row) + 2,
        leaves[leaf],
        f"{who} 的格缺失，数据又不在 0–100 的尺度上；请用 --bounds 给出上下界，或用 --missing drop",
        f"the cell of {who} is missing and the data are not on a scale of 0–100; give --bounds or --missing drop",
    )


def _read_bounds(
    bounds: pd.DataFrame | None, key: pd.DataFrame, tree: pd.DataFrame, name: str
) -> list[tuple]:
    """Rows of ``unit[, time], code, lower, upper`` as (row, code, lower, upper), infinite where empty."""
    if bounds is None:
        return []
    keys = list(key.columns)
    framework.need(bounds, [*keys, "code", "lower", "upper"], name)
    place = {tuple(map(str, k)): i for i, k in enumerate(key.itertuples(index=False))}
    lower, upper = framework.floats(bounds, "lower", name), framework.floats(bounds, "upper", name)
    out, seen = [], {}
    units = list(zip(*(framework.texts(bounds, k) for k in keys), strict=True))
    for i, (unit, code) in enumerate(zip(units, framework.texts(bounds, "code"), strict=True)):
        if (unit, code) in seen:
            bad(
                name, i + 2, "code", f"{' '.join(unit)} 的 {code} 已在第 {seen[unit, code]} 行；请并成一行",
                f"{code} of {' '.join(unit)} is already in row {seen[unit, code]}; make them one row",
            )  # fmt: skip
        seen[unit, code] = i + 2
        if unit not in place:
            bad(
                name, i + 2, "unit", f"“{' '.join(unit)}”不在数据里；请改正或删去此行",
                f"“{' '.join(unit)}” is not in the data; mend it or delete the row",
            )  # fmt: skip
        if code not in set(tree["code"]):
            bad(
                name, i + 2, "code", f"“{code}”不在指标体系里；请改正或删去此行",
                f"“{code}” is not in the tree; mend it or delete the row",
            )  # fmt: skip
        a = -math.inf if math.isnan(lower[i]) else lower[i]
        b = math.inf if math.isnan(upper[i]) else upper[i]
        if a > b:
            bad(
                name,
                i + 2,
                "lower",
                f"{a:g} 大于 upper {b:g}；请对调",
                f"{a:g} is above upper {b:g}; swap them",
            )
        out.append((place[unit], code, a, b))
    return out


# --- the linear programs --------------------------------------------------------------------------------


class _Programs:
    """The cone of shares g that all printed scores allow, as rows made when they are needed.

    The variables are z = (g, T): n shares and the value times weight of one target (a unit's cell or score),
    0 when there is none.
    """

    def __init__(self, known: _Known) -> None:
        self.known = known
        self.leaves = framework.leaves(known.tree)
        self.families = framework.families(known.tree)
        self.n = len(self.leaves)
        column = {leaf: i for i, leaf in enumerate(self.leaves)}
        self.node = {f.parent: i for i, f in enumerate(self.families)}
        self.leaf_children = [[column[c] for c in f.children if c in column] for f in self.families]
        self.inner_children = [[self.node[c] for c in f.children if c in self.node] for f in self.families]
        self.members = np.zeros((len(self.families), self.n))
        for i, (own, inner) in enumerate(zip(self.leaf_children, self.inner_children, strict=True)):
            self.members[i, own] = 1.0
            self.members[i] += self.members[inner].sum(axis=0)
        self.pool = np.empty((0, self.n + 1))
        self.origin = np.empty((0, 2), dtype=int)
        self.target: tuple[int, int] | None = None  # whose value is T; node < 0 is leaf -1 - node
        self.corner: tuple[np.ndarray, np.ndarray] | None = (
            None  # rows that bind at the last solution, and it
        )
        self.target_part = np.zeros(self.n + 1)
        self.size = max(1.0, float(np.nanmax(np.abs(known.upper), initial=1.0)))

    def rows(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows (r × n+1), row · z ≤ 0, that bind most at ``z``, and (unit, node) of each (r × 2)."""
        known, n, each = self.known, self.n, np.eye(self.n + 1)
        here = ~np.isnan(known.lower)
        cell_low, cell_high = np.where(here, known.lower, 0.0), np.where(here, known.upper, 0.0)
        rows: list[np.ndarray] = []
        origin: list[np.ndarray] = []
        at_unit, at_node = self.target or (None, None)

        def add(some: np.ndarray, units: np.ndarray, node: int) -> None:
            rows.append(some)
            origin.append(np.column_stack([units, np.full(len(units), node)]))

        # what each node hands to its parent: the sum's least and greatest value as rows (U × n+1), whether it
        # is there at all, and the range of its value
        low: list[np.ndarray] = []
        high: list[np.ndarray] = []
        present: list[np.ndarray] = []
        least: list[np.ndarray] = []
        most: list[np.ndarray] = []
        for node, (own, inner) in enumerate(zip(self.leaf_children, self.inner_children, strict=True)):
            a, b, part = np.zeros((3, len(here), n + 1))
            a[:, own], b[:, own], part[:, own] = cell_low[:, own], cell_high[:, own], here[:, own]
            if at_node is not None and -1 - at_node in own:
                cell = each[-1 - at_node]
                add(
                    np.array([a[at_unit] * cell - each[n], each[n] - b[at_unit] * cell]),
                    np.repeat(at_unit, 2),
                    at_node,
                )
                a[at_unit], b[at_unit] = a[at_unit] * (1 - cell) + each[n], b[at_unit] * (1 - cell) + each[n]
            there, whole = here[:, own].any(axis=1), here[:, own].all(axis=1)
            bottom = np.min(cell_low[:, own], axis=1, initial=np.inf, where=here[:, own])
            top = np.max(cell_high[:, own], axis=1, initial=-np.inf, where=here[:, own])
            for child in inner:
                a, b = a + low[child], b + high[child]
                part[:, :n] += present[child][:, None] * self.members[child]
                there, whole = there | present[child], whole & present[child]
                bottom, top = np.minimum(bottom, least[child]), np.maximum(top, most[child])
            own_low, own_high = known.score_lower[:, node].copy(), known.score_upper[:, node].copy()
            if at_node == node:
                self.target_part = part[at_unit]
                add(np.array([a[at_unit] - each[n], each[n] - b[at_unit]]), np.repeat(at_unit, 2), node)
                a[at_unit] = b[at_unit] = each[n]
                own_low[at_unit], own_high[at_unit] = -np.inf, np.inf
            under, over = there & np.isfinite(own_high), there & np.isfinite(own_low)
            ceiling, floor = (
                np.where(k, v, 0.0)[:, None] * part for k, v in ((under, own_high), (over, own_low))
            )
            add((a - ceiling)[under], np.flatnonzero(under), node)
            add((floor - b)[over], np.flatnonzero(over), node)
            # Upwards goes the tighter of what the children allow and what is printed.
            b = np.where((under & (ceiling @ z < b @ z))[:, None], ceiling, b)
            a = np.where((over & (floor @ z > a @ z))[:, None], floor, a)
            top, bottom = (
                np.where(under, np.minimum(top, own_high), top),
                np.where(over, np.maximum(bottom, own_low), bottom),
            )
            # Where a child is left out, the value is no sum over all shares: its range stands in for it.
            torn = (there & ~whole)[:, None]
            every = np.append(self.members[node], 0.0)
            a = np.where(torn, np.where(torn, bottom[:, None], 0.0) * every, a)
            b = np.where(torn, np.where(torn, top[:, None], 0.0) * every, b)
            for handed, value in zip(
                (low, high, present, least, most), (a, b, there, bottom, top), strict=True
            ):
                handed.append(value)
        return np.vstack(rows), np.vstack(origin)

    def solve(
        self, objective: np.ndarray, unit_sum: np.ndarray
    ) -> tuple[float, np.ndarray, set[tuple[int, int]]] | None:
        """Minimise ``objective`` · z under ``unit_sum`` · z = 1 by HiGHS: (minimum, z, binding (unit, node)s).

        None when there is no z. With one more entry than z in both vectors, the last variable is a slack
        s ≥ 0 by which every row may be broken.
        """
        n = self.n
        slack = len(unit_sum) - n - 1
        free = np.zeros(len(unit_sum), dtype=bool)
        free[n] = self.target is not None
        while True:
            pool = np.hstack([self.pool, -np.ones((len(self.pool), slack))])
            found = _minimum(objective, pool, unit_sum, free)
            if found is None:
                return None
            least, z, dual = found
            if not self._broken(z[: n + 1], float(z[n + 1 :].sum())):
                binding = {(int(u), int(node)) for u, node in self.origin[np.flatnonzero(dual > NEAR)]}
                return least, z[: n + 1], binding

    def least(self, objective: np.ndarray, unit_sum: np.ndarray) -> float:
        """Return the minimum of ``objective`` · z under ``unit_sum`` · z = 1, NaN when there is no z.

        One program after another differs in its objective only. So HiGHS solves the first; the others walk
        from the last corner, and come back to HiGHS should a walk lose its footing.
        """
        m = self.n + (self.target is not None)
        while self.corner and unit_sum @ self.corner[1] > NEAR:
            tight, z = self.corner
            start = z[:m] / (unit_sum @ z)
            walked = _walk(objective[:m], self.pool[:, :m], unit_sum[:m], self.n, tight, start)
            if walked is None:
                break
            z = np.append(walked[1], np.zeros(self.n + 1 - m))
            if (self.pool @ z).max(initial=0.0) > self._near(z):
                break
            if not self._broken(z):
                self.corner = walked[0], z
                return float(objective @ z)
        found = self.solve(objective, unit_sum)
        if found is None:
            return math.nan
        self.corner = _corner(found[1], self.pool[:, :m], unit_sum[:m], self.n)
        return found[0]

    def _near(self, z: np.ndarray) -> float:
        """By how much ``z`` may break a row and still count as meeting it."""
        return NEAR * self.size * max(1.0, float(np.abs(z[: self.n]).sum()))

    def _broken(self, z: np.ndarray, slack: float = 0.0) -> bool:
        """Whether ``z`` breaks a row by more than ``slack`` that is not in the pool; the worst twenty go there."""
        rows, origin = self.rows(z)
        excess = rows @ z - slack
        known = 2 * (self.pool @ z - slack).max(initial=0.0)  # a row broken by more than those is a new one
        broken = np.flatnonzero(excess > max(self._near(z), known))
        self._add(rows, origin, broken[np.argsort(-excess[broken])][:20])
        return len(broken) > 0

    def _add(self, rows: np.ndarray, origin: np.ndarray, which: np.ndarray) -> None:
        self.pool = np.vstack([self.pool, rows[which]])
        self.origin = np.vstack([self.origin, origin[which]])

    def aim(self, target: tuple[int, int] | None) -> None:
        """Let T stand for ``target`` (None: for nothing), and forget the rows that depended on the last one."""
        if target == self.target:
            return
        # What other units say stays; of the target's own unit, and of T, it depends on the target.
        keep = self.pool[:, self.n] == 0
        if target:
            keep &= self.origin[:, 0] != target[0]
        self.pool, self.origin = self.pool[keep], self.origin[keep]
        self.target, self.corner = target, None
        if target:
            rows, origin = self.rows(np.zeros(self.n + 1))
            self._add(rows, origin, np.flatnonzero((origin == target).all(axis=1)))

    def interval(self, of: np.ndarray, unit_sum: np.ndarray) -> tuple[float, float]:
        """Return the least and the greatest ``of`` · z under ``unit_sum`` · z = 1 (NaN, NaN: nothing fits)."""
        return self.least(of, unit_sum), -self.least(-of, unit_sum)

    def value(self, unit: int, node: int) -> tuple[float, float]:
        """Return the interval of a unit's cell (node = -1 - leaf) or score, by everything but its own print."""
        self.aim((unit, node))
        each = np.eye(self.n + 1)
        found = self.interval(each[self.n], self.target_part if node >= 0 else each[-1 - node])
        self.aim(None)
        return found

    def misfit(self) -> set[tuple[int, int]] | None:
        """Return (unit, node)s of scores that cannot hold together, None when weights fit.

        One program a family, each with that family's weights summing to 1: as the rows form a cone, points
        that fit one family each add up to a point that fits all.
        """
        fit = np.zeros(self.n)
        for members in self.members[::-1]:
            if members @ fit > 0:
                continue
            found = self.solve(np.eye(self.n + 2)[-1], np.append(members, [0.0, 0.0]))
            if found is None or found[0] > 10 * NEAR * self.size:
                return found[2] if found else set()
            fit += found[1][: self.n]
        return None


def _walk(
    cost: np.ndarray, rows: np.ndarray, equal: np.ndarray, n: int, tight: np.ndarray, z: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Go along edges from the corner ``z`` to one with the least cost · z: (rows that bind there, z).

    Of {rows · z ≤ 0, equal · z = 1, the first n of z ≥ 0}; ``tight`` (one fewer than z) bind at ``z``. None
    when lost. Where it ends, no multiplier of a binding row is positive, which proves the minimum whatever
    the way there (weak duality). It is the simplex method, started from where the last one ended.
    """
    sides = np.vstack([rows, -np.eye(n, len(z))])
    size = max(1.0, float(np.abs(sides).max()))
    basis, room = np.vstack([tight, equal]), -(sides @ z)
    for _ in range(50 * len(z)):
        try:
            inverse = np.linalg.inv(basis)
        except np.linalg.LinAlgError:
            return None
        multiplier = (cost @ inverse)[:-1]
        leave = int(multiplier.argmax())
        if multiplier[leave] <= NEAR / (len(z) * size):
            return basis[:-1], inverse[:, -1]
        edge = -inverse[:, leave] / np.abs(inverse[:, leave]).max()
        toward = sides @ edge
        ahead = np.flatnonzero(toward > NEAR * size)
        if not len(ahead):
            return None
        steps = np.maximum(room[ahead], 0.0) / toward[ahead]
        first = int(steps.argmin())
        room -= steps[first] * toward
        basis[leave] = sides[ahead[first]]
    return None


def _corner(
    z: np.ndarray, rows: np.ndarray, equal: np.ndarray, n: int
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return independent rows that bind at ``z``, one fewer than its entries, and z; None if there are not."""
    m = len(equal)
    sides = np.vstack([rows, -np.eye(n, m)])
    near = NEAR * np.abs(sides).max(axis=1) * max(1.0, float(np.abs(z).max()))
    binding = sides[np.abs(sides @ z[:m]) <= near]
    across = binding - np.outer(binding @ equal, equal) / (equal @ equal)
    if m == 1 or len(binding) < m - 1:
        return None
    _, triangle, order = qr(across.T, mode="economic", pivoting=True)
    if abs(triangle[m - 2, m - 2]) <= NEAR * abs(triangle[0, 0]):
        return None
    return binding[order[: m - 1]], z


def _minimum(
    cost: np.ndarray, rows: np.ndarray, equal: np.ndarray, free: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray] | None:
    """Minimise cost · z with rows · z ≤ 0, equal · z = 1, z ≥ 0 but where ``free``: (minimum, z, multipliers).

    None when nothing is feasible.
    """
    sides = {"A_ub": rows, "b_ub": np.zeros(len(rows))} if len(rows) else {}
    bounds = [(None, None) if f else (0, None) for f in free]
    tight = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10, "presolve": False}
    tight["simplex_dual_edge_weight_strategy"] = "devex"
    for method, options in (
        ("highs-ds", tight),
        ("highs", {}),
    ):  # the second where the first loses its footing
        found = linprog(
            cost, **sides, A_eq=equal[None, :], b_eq=[1.0], bounds=bounds, method=method, options=options
        )
        if found.status == 0:
            return found.fun, found.x, -found.ineqlin.marginals if len(rows) else np.empty(0)
        if found.status == 2:
            return None
    raise ArithmeticError(found.message)


# --- recover --------------------------------------------------------------------------------------------


def recover(
    tree: pd.DataFrame,
    data: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    normalise: str = "auto",
    missing: str = "unknown",
    decimals: int | None = None,
    data_decimals: int | None = None,
    bounds: pd.DataFrame | None = None,
    cells: bool = True,
    names: tuple[str, str, str] = ("DATA", "SCORES", "BOUNDS"),
    progress: Callable[[float], None] | None = None,
) -> Recovered:
    """Return the interval of every weight that the printed scores allow, and of every cell not printed.

    ``tree``: its weights may be empty, only their unit is read. ``data``: ``unit``[, ``time``] and cells as
    text or numbers; columns may be parents, and the tree is then cut off below them. ``scores``:
    see :func:`read_scores`; its ranks, if any, bound what is not printed (:func:`rank_limits`). ``bounds``:
    ``unit[, time], code, lower, upper``, each row in place of what the tables say of that cell or score; an
    empty end is open.

    ``normalise``: how DATA become cells: "none" for cells on the scores' own scale, each ± half a unit of its
    last digit (:func:`cell_half_units`), or a method of ``index`` for raw, exact data; "auto" reads them as
    they stand and, if no weights fit, as raw data by the tree's goalposts or else min-max, with a notice. ``missing``: "unknown" lets an
    empty cell lie anywhere on the scale (0–1 or 0–100), which also holds when the publisher left it out and
    renormalised; "drop" takes that rule as certain.

    Raises BadInput for tables that cannot be used. Only arithmetic means are invertible this way.
    """
    tree, every = _prepared(tree, data)
    readings = _readings(tree, normalise)[: 1 if bounds is not None else None]
    problem: BadInput | None = None
    failed: tuple[_Programs, set[tuple[int, int]], str] | None = None
    for reading in readings:
        try:
            programs = _Programs(
                _known(tree, every, data, scores, reading, missing, decimals, data_decimals, bounds, names)
            )
        except BadInput as why:
            problem = problem or why
            continue
        conflict = programs.misfit()
        if conflict is None:
            if len(readings) > 1 and reading != "none":
                notice(
                    f"数据按原样解释时没有权重相符，按原始数据（{reading}）解释时相符",
                    f"no weights fit the data as they stand; read as raw data ({reading}) some do",
                )
            keys = [*programs.known.key.columns, *CONFLICT]
            return Recovered(
                *_intervals(programs, _unit_of_weights(tree), cells, progress),
                pd.DataFrame(columns=keys),
                reading,
            )
        failed = failed or (programs, conflict, reading)
    if failed is None:
        assert problem
        raise problem
    programs, conflict, reading = failed
    none = pd.DataFrame(columns=WEIGHTS)
    no_cells = pd.DataFrame(columns=[*programs.known.key.columns, "code", "lower", "upper"])
    return Recovered(none, no_cells, _conflict(programs, conflict), reading)


def _intervals(
    programs: _Programs, unit: float, cells: bool, progress: Callable[[float], None] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of weights (in ``unit``) and cells of :class:`Recovered`."""
    known = programs.known
    codes = [(family.parent, child) for family in programs.families for child in family.children]
    asked = known.asked if cells else []
    ends = []

    def ended(interval: tuple[float, float]) -> None:
        ends.append(interval)
        if progress:
            progress(len(ends) / (len(codes) + len(asked)))

    for parent, child in codes:
        of = np.array([leaf == child for leaf in programs.leaves], dtype=float)
        if child in programs.node:
            of = programs.members[programs.node[child]]
        ended(programs.interval(np.append(of, 0.0), np.append(programs.members[programs.node[parent]], 0.0)))
    for row, leaf in asked:
        ended(programs.value(row, -1 - leaf))
    ends = np.array(ends).T
    weights = pd.DataFrame(codes, columns=WEIGHTS[:2])
    weights["lower"], weights["upper"] = (_snapped(ends[:, : len(codes)], 0.0, 1.0) * unit).tolist()
    order = {code: i for i, code in enumerate(known.tree["code"])}
    weights = weights.sort_values("code", key=lambda c: c.map(order)).reset_index(drop=True)
    table = known.key.iloc[[row for row, _ in asked]].reset_index(drop=True)
    table["code"] = [programs.leaves[leaf] for _, leaf in asked]
    limits = [np.array([side[at] for at in asked]) for side in (known.lower, known.upper)]
    table["lower"], table["upper"] = _snapped(ends[:, len(codes) :], *limits).tolist()
    return weights, table


def _snapped(values: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """Put what stands at a limit, or beyond it by the solver's noise, onto it."""
    values = np.where(values - low <= NEAR * np.maximum(1.0, np.abs(low)), low, values)
    return np.where(high - values <= NEAR * np.maximum(1.0, np.abs(high)), high, values)


def _prepared(tree: pd.DataFrame, data: pd.DataFrame) -> tuple[pd.DataFrame, set[str]]:
    """Return the tree cut off at the columns of DATA, and all its codes."""
    tree = framework.read(tree, weights=False)
    if (tree["aggregation"].map(lambda a: a not in ("", "arithmetic"))).any():
        at = tree.index[tree["aggregation"].map(lambda a: a not in ("", "arithmetic"))][0]
        bad(
            "TREE", int(at) + 2, "aggregation", "只有算术平均的权重可以这样反推",
            "only the weights of arithmetic means can be recovered this way",
        )  # fmt: skip
    parents = set(tree["parent"])
    return framework.prune(tree, [c for c in data.columns if c in parents]), set(tree["code"])


def _readings(tree: pd.DataFrame, normalise: str) -> list[str]:
    """The ways to read DATA, in the order in which they are tried."""
    if normalise != "auto":
        return [normalise]
    goals = tree.set_index("code").loc[framework.leaves(tree), "goal_lower"]
    return ["none", "minmax" if goals.isna().any() else "goalposts"]


def _check_options(missing: str, decimals: int | None, data_decimals: int | None) -> None:
    for name, value in (("--decimals", decimals), ("--data-decimals", data_decimals)):
        _whole(math.nan if value is None else value, 0, DIGITS, name, None, "")
    if missing not in ("unknown", "drop"):
        bad(
            "--missing",
            None,
            "",
            f"“{missing}”不认识；可用 unknown, drop",
            f"“{missing}” is unknown; use unknown or drop",
        )


def _unit_of_weights(tree: pd.DataFrame) -> float:
    """1 when the tree's weights sum to 1 in each family, else 100."""
    sums = tree[tree["parent"] != ""].groupby("parent")["weight"].sum(min_count=1)
    return 1.0 if (np.abs(sums - 1) < 1e-6).all() else 100.0


def _conflict(programs: _Programs, conflict: set[tuple[int, int]]) -> pd.DataFrame:
    """Each score of the conflict beside where all the others would put it."""
    known, out = programs.known, []
    for unit, node in sorted(conflict):
        if node < 0:
            continue
        low, high = known.score_lower[unit, node], known.score_upper[unit, node]
        known.score_lower[unit, node], known.score_upper[unit, node] = -np.inf, np.inf
        rest = _Programs(known)
        lower, upper = rest.value(unit, node) if rest.misfit() is None else (math.nan, math.nan)
        known.score_lower[unit, node], known.score_upper[unit, node] = low, high
        out.append(
            (*known.key.iloc[unit], programs.families[node].parent, known.score[unit, node], lower, upper)
        )
    return pd.DataFrame(out, columns=[*known.key.columns, *CONFLICT])


def grid(
    tree: pd.DataFrame,
    data: pd.DataFrame,
    scores: pd.DataFrame,
    step: float = 5,
    *,
    total: float = 100,
    normalise: str = "none",
    missing: str = "unknown",
    decimals: int | None = None,
    data_decimals: int | None = None,
    bounds: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return every set of weights in whole positive steps that fits: one column a child, rows adding up to ``total``.

    For one family (cut a deeper tree first, :func:`framework.prune`); the tables are those of :func:`recover`,
    ``normalise`` (not "auto") too. How exactly a printed 100 is known changes the count: see :func:`read_as`.
    """
    tree, every = _prepared(tree, data)
    families = framework.families(tree)
    if len(families) > 1:
        bad(
            "TREE",
            None,
            "",
            f"有 {len(families)} 族权重，穷举只做一族；请先截断",
            f"has {len(families)} families of weights; enumeration takes one, so cut the tree first",
        )
    if not 0 < step <= total:
        bad(
            "--grid",
            None,
            "",
            f"{step:g} 不在 0 和 {total:g} 之间",
            f"{step:g} is not between 0 and {total:g}",
        )
    parts = round(total / step)
    if abs(parts * step - total) > NEAR * total:
        bad("--grid", None, "", f"{step:g} 除不尽 {total:g}", f"{step:g} does not divide {total:g}")
    names = ("DATA", "SCORES", "BOUNDS")
    known = _known(tree, every, data, scores, normalise, missing, decimals, data_decimals, bounds, names)
    programs = _Programs(known)
    children = list(families[0].children)
    if programs.misfit() is not None:
        return pd.DataFrame(columns=children, dtype=float)
    # only steps within each weight's interval can fit
    sums = np.append(programs.members[0], 0.0)
    ends = np.array([programs.interval(row, sums) for row in np.eye(programs.n + 1)[: programs.n]])
    least = np.maximum(1, np.ceil(ends[:, 0] * parts - NEAR * parts)).astype(int)
    most = np.floor(ends[:, 1] * parts + NEAR * parts).astype(int)
    sets = np.zeros((1, 0), dtype=int)
    for i in range(programs.n):
        rest = parts - sets.sum(axis=1)
        low = np.maximum(least[i], rest - most[i + 1 :].sum())
        high = np.minimum(most[i], rest - least[i + 1 :].sum())
        count = np.maximum(high - low + 1, 0)
        if count.sum() > SETS:
            bad(
                "--grid",
                None,
                "",
                f"步长 {step:g} 太小，要试的组数超过 {SETS}；请加大",
                f"a step of {step:g} leaves more than {SETS} sets to try; take a larger one",
            )
        nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        sets = np.column_stack([np.repeat(sets, count, axis=0), np.repeat(low, count) + nth])
    rows, _ = programs.rows(np.zeros(programs.n + 1))
    fits = np.ones(len(sets), dtype=bool)
    for row in rows[:, : programs.n]:
        fits &= sets @ row <= NEAR * programs.size * parts
    columns = [children.index(leaf) for leaf in programs.leaves]
    out = pd.DataFrame(sets[fits] * step, columns=[children[i] for i in columns])
    return out[children]


def grids(
    tree: pd.DataFrame, data: pd.DataFrame, scores: pd.DataFrame, step: float, **options: object
) -> pd.DataFrame:
    """Return the sets of :func:`grid` under every one of READINGS: a column a child, then one a reading (bool).

    A single reading, "cut", where no cell is printed as 100 or DATA are raw; cells in ``bounds`` are read as those say.
    ``options`` are those of :func:`grid`.
    """
    bounds, decimals = options.pop("bounds", None), options.get("data_decimals")
    leaves = [c for c in framework.leaves(_prepared(tree, data)[0]) if c in data.columns]
    if decimals is None:
        decimals = max((printed_decimals(x) for x in data[leaves].to_numpy().ravel() if x == x), default=0)
    keys = [c for c in ("unit", "time", "code") if c == "code" or c in data.columns]
    own = data.filter([*keys, *leaves])
    raw = options.get("normalise", "none") != "none"
    names = list(READINGS) if not raw and len(read_as(own, 100, 100, 100)) else ["cut"]
    found = {}
    for name in names:
        hundreds = reading(own, name, decimals)
        if bounds is not None and hundreds is not None:
            told = hundreds.set_index(keys).index.isin(bounds.set_index(keys).index)
            hundreds = hundreds[~told]
        both = [b for b in (bounds, hundreds) if b is not None]
        sets = grid(tree, data, scores, step, bounds=pd.concat(both) if both else None, **options)
        found[name] = sets.assign(**{name: True}).set_index(list(sets.columns))
    out = pd.concat(found.values(), axis=1).reset_index()
    return out.fillna(dict.fromkeys(names, False)).astype(dict.fromkeys(names, bool))


# --- verify ---------------------------------------------------------------------------------------------


def verify(
    tree: pd.DataFrame,
    data: pd.DataFrame,
    published: pd.DataFrame,
    *,
    normalise: str = "auto",
    aggregate: str = "arithmetic",
    missing: str = "drop",
    decimals: int | None = None,
    data_decimals: int | None = None,
    names: tuple[str, str] = ("DATA", "PUBLISHED"),
) -> pd.DataFrame:
    """Return each printed score beside the interval that follows from the data, and where the two part.

    Columns: ``unit[, time], code, published, lower, upper, first_break, explained_by, in_place_of``.
    ``lower``, ``upper``: what the tree's weights make of the data, each cell anywhere within its rounding
    (:func:`cell_half_units`; raw data count as exact), empty where there are no data. A score cannot follow
    when its own rounding interval lies outside.

    ``first_break``, empty when the score follows: the lowest code on the way down from this one whose printed
    score does not follow from its children, taken as printed where they are; this code itself when every
    single step holds within rounding.
    ``explained_by``: the column that would explain the break at ``first_break``, empty when none does. Tried
    are every other code and every column of DATA outside the tree, for the whole score (``in_place_of`` is
    then ``first_break``) or for one child (``in_place_of`` names it); then a missing child itself, had it
    been there (``in_place_of`` empty). One that explains most of the code's breaks is named; a child's stand-in
    must explain two breaks or be the only one, as a single rounded number fits many by chance.

    ``normalise`` as in :func:`recover`; "auto" takes the reading under which fewer scores break. ``missing``:
    "drop" leaves empty cells out as ``index`` does; "unknown" lets them lie anywhere on the scale. Means other
    than the arithmetic will do too, as they all grow with each child.
    """
    _check_options(missing, decimals, data_decimals)
    full = framework.read(tree)
    tree = framework.prune(full, [c for c in data.columns if c in set(full["parent"])])
    own = set(tree["code"]) | {"unit", "time"}
    extra = [c for c in data.columns if c not in own]
    every, problem = set(full["code"]), None
    best: tuple[int, pd.DataFrame, str] | None = None
    for reading in _readings(tree, normalise):
        options = (reading, aggregate, missing, decimals, data_decimals, names)
        try:
            found = _verify(tree, every, data, published, extra, *options)
        except BadInput as why:
            problem = problem or why
            continue
        breaks = int((found["first_break"] != "").sum())
        if best is None or breaks < best[0]:
            best = breaks, found, reading
        if not breaks:
            break
    if best is None:
        assert problem
        raise problem
    if normalise == "auto" and best[2] != "none":
        notice(
            f"数据按原始数据解释（{best[2]}）：按原样解释时不符的更多",
            f"the data are read as raw ({best[2]}): as they stand more scores break",
        )
    return best[1]


def _verify(
    tree: pd.DataFrame,
    every: Collection[str],
    data: pd.DataFrame,
    published: pd.DataFrame,
    extra: list[str],
    normalise: str,
    aggregate: str,
    missing: str,
    decimals: int | None,
    data_decimals: int | None,
    names: tuple[str, str],
) -> pd.DataFrame:
    """Judge every printed score under one reading of DATA; ``extra`` are its columns outside the tree."""
    key, x = framework.match(data.drop(columns=extra), tree, names[0])
    leaves, families = framework.leaves(tree), framework.families(tree)
    powers = index.methods_by_parent(tree, aggregate)
    table = read_scores(published, key, tree, every, decimals, names[1]).dropna(subset="score")
    x, low, high, scale = _cells(data, tree, key, x, normalise, data_decimals, table["score"], names[0])
    cells = np.stack([low, high])
    if missing == "unknown":
        gone = np.isnan(x)
        if not scale:
            _boundless(gone, key, leaves, names[0])
        cells = np.where(gone, np.array(scale or (0.0, 0.0))[:, None, None], cells)
    # Intervals (2, rows) of every code: as printed; as the data alone make it; as its children make it, those
    # taken as printed where they are.
    printed = {code: np.full((2, len(key)), np.nan) for code in tree["code"]}
    for code, group in table.groupby("code"):
        printed[code][:, group["row"]] = group[["lower", "upper"]].to_numpy().T
    follows = {leaf: cells[:, :, i] for i, leaf in enumerate(leaves)}
    step, seen = dict(follows), dict(follows)
    for family in families:
        code, power = family.parent, powers[family.parent]
        for child in family.children if power != 1 else ():
            if len(below := np.flatnonzero(follows[child][1] < 0)):
                who, value = " ".join(map(str, key.iloc[below[0]])), follows[child][1, below[0]]
                bad(
                    names[0], int(below[0]) + 2, child,
                    f"{who} 的 {child} 是 {value:g}，负数只能用算术平均；请改 --normalise 或 --aggregate",
                    f"{child} of {who} is {value:g}, and only the arithmetic mean takes negative values; change --normalise or --aggregate",
                )  # fmt: skip
        follows[code] = _mean(np.stack([follows[c] for c in family.children], axis=-1), family, power)
        step[code] = _mean(np.stack([seen[c] for c in family.children], axis=-1), family, power)
        seen[code] = np.where(np.isnan(printed[code]), step[code], printed[code])
    broken = {code: ~_meet(printed[code], step[code]) for code in printed}
    for column in extra:  # any column might have been used; those outside the tree count as exact
        seen[column] = np.tile(framework.floats(data, column, names[0]), (2, 1))
    family_of = {family.parent: family for family in families}
    explained: dict[tuple[str, int], tuple[str, str]] = {}
    for code, at in broken.items():
        here = np.flatnonzero(at)
        if len(here):
            columns = {c: interval[:, here] for c, interval in seen.items()}
            found = _explain(
                code, printed[code][:, here], columns, family_of.get(code), powers.get(code, 1.0), scale
            )
            explained |= {(code, int(here[i])): why for i, why in found.items()}
    down = {leaf: [leaf] for leaf in leaves}  # a code and all below it, the lowest first
    for family in families:
        down[family.parent] = [c for child in family.children for c in down[child]] + [family.parent]
    rows = []
    for row, code, value in table[["row", "code", "score"]].itertuples(index=False):
        first = ""
        if not _meet(printed[code][:, [row]], follows[code][:, [row]])[0]:
            first = next((c for c in down[code] if broken[c][row]), code)
        why = explained.get((first, row), ("", ""))
        rows.append((*key.iloc[row], code, value, *follows[code][:, row], first, *why))
    columns = ["code", "published", "lower", "upper", "first_break", "explained_by", "in_place_of"]
    return pd.DataFrame(rows, columns=[*key.columns, *columns])


def _meet(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether two intervals (2, rows) have a point in common; also true where one is not known."""
    near = NEAR * np.maximum(1.0, np.abs(one[0]))
    return ~((one[0] > other[1] + near) | (one[1] < other[0] - near))


def _mean(children: np.ndarray, family: framework.Family, power: float) -> np.ndarray:
    """The interval (2, rows) of a mean of intervals (2, rows, k): all means grow with each child.

    But for the arithmetic mean an interval begins at 0 at the earliest; one below 0 has no mean (NaN).
    """
    if power != 1:
        children = np.where(children[1] < 0, children, np.maximum(children, 0.0))
    with np.errstate(invalid="ignore"):
        return np.stack([index.mean(side, family.shares, power) for side in children])


def _explain(
    code: str,
    printed: np.ndarray,
    columns: dict[str, np.ndarray],
    family: framework.Family | None,
    power: float,
    scale: tuple[float, float] | None,
) -> dict[int, tuple[str, str]]:
    """Return {i: (column, in place of)} for the broken scores of ``code``, ``printed`` (2, breaks).

    ``columns``: the interval (2, breaks) of every column that might have been used.
    """
    out: dict[int, tuple[str, str]] = {}

    def take(tried: list[tuple[str, str, np.ndarray]], lone: bool) -> None:
        """Name, for each break still open, the candidate that explains most of the code's breaks."""
        for column, place, good in sorted(tried, key=lambda t: -int(t[2].sum())):
            for i in np.flatnonzero(good):
                if int(i) not in out and (lone or good.sum() > 1 or sum(t[2][i] for t in tried) == 1):
                    out[int(i)] = column, place

    def fits(interval: np.ndarray) -> np.ndarray:
        return _meet(printed, interval) & ~np.isnan(interval[0])

    take([(c, code, fits(cells)) for c, cells in columns.items() if c != code], True)
    if family is None:
        return out
    kids = list(family.children)
    cells = np.stack([columns[kid] for kid in kids], axis=-1)  # (2, breaks, k)
    gone = np.isnan(cells[0])
    if scale:
        filled = _mean(np.where(gone, np.array(scale)[:, None, None], cells), family, power)
        take([(kid, "", fits(filled) & gone[:, i]) for i, kid in enumerate(kids)], True)
    swaps = []
    for i, kid in enumerate(kids):
        for column, other in columns.items():
            if column not in (kid, code):
                changed = cells.copy()
                changed[:, :, i] = other
                swaps.append((column, kid, fits(_mean(changed, family, power)) & ~np.isnan(other[0])))
    take(swaps, False)
    return out
