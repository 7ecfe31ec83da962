"""Intervals of every weight and hidden cell, and scores that cannot hold together."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.messages import Catalogue
from bluebook.recover.known import gather, prepared, readings, tried
from bluebook.recover.printed import NEAR
from bluebook.recover.programs import Programs
from bluebook.recover.rescaled import with_scale

SAYS = Catalogue(__file__)
WEIGHTS = ["parent", "code", "lower", "upper"]
CONFLICT = ["code", "score", "lower", "upper"]


class Recovered(NamedTuple):
    """What :func:`recover` returns.

    ``weights``: ``parent, code, lower, upper``, one row a code but the root, empty when none fit; in the
    tree's own unit where its weights sum to 1 in each family, else in points of 100. ``cells``: ``unit[,
    time], code, lower, upper``, one row a cell of DATA that was empty or given by ``bounds``. ``conflict``:
    empty when weights fit, else scores that cannot hold together: ``unit[, time], code, score, lower,
    upper``, the last two being where all other scores would put this one (empty where they conflict among
    themselves). ``normalise``: how DATA were read.
    """

    weights: pd.DataFrame
    cells: pd.DataFrame
    conflict: pd.DataFrame
    normalise: str


def recover(
    tree: pd.DataFrame,
    data: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    normalise: str = "auto",
    missing: str = "unknown",
    rescale: str = "none",
    decimals: int | None = None,
    data_decimals: int | None = None,
    bounds: pd.DataFrame | None = None,
    cells: bool = True,
    names: tuple[str, str, str] = ("DATA", "SCORES", "BOUNDS"),
    progress: Callable[[float], None] | None = None,
) -> Recovered:
    """Return the interval of every weight that the printed scores allow, and of every cell not printed.

    ``tree``: its weights may be empty, only their unit is read. ``data``: ``unit``[, ``time``] and cells as
    text or numbers; columns may be parents, and the tree is then cut off below them. ``scores``: see
    :func:`read_scores`; its ranks, if any, bound what is not printed (:func:`rank_limits`). ``bounds``:
    ``unit[, time], code, lower, upper``, each row in place of what the tables say of that cell or score; an
    empty end is open.

    ``normalise``: how DATA become cells: "none" for cells on the scores' own scale, each ± half a unit of its
    last digit (:func:`cell_half_units`), or a method of ``index`` for raw, exact data; "auto" reads them as
    they stand and, if no weights fit, as raw data by the tree's goalposts or else min-max, with a notice.
    ``missing``: "unknown" lets an empty cell lie anywhere on the scale (0–1 or 0–100), which also holds when
    the publisher left it out and renormalised; "drop" takes that rule as certain.

    ``rescale``: "first" or "range" where the root's scores were put on 0–100 after aggregation, as in `score`
    (the scale itself is then sought too: `bluebook.recover.rescaled`).

    Raises BadInput for tables that cannot be used. Only arithmetic means are invertible this way.

    A at 90 and 10 scores 70.0, so x weighs 75 of 100, as exactly as the rounding allows:

    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": "", "direction": 1})
    >>> cells = pd.DataFrame({"unit": ["A"], "x": ["90.0"], "y": ["10.0"]})
    >>> scores = pd.DataFrame({"unit": ["A"], "code": ["r"], "score": ["70.0"]})
    >>> bb.recover_weights(tree, cells, scores).weights.round(1).values.tolist()
    [['r', 'x', 74.9, 75.1], ['r', 'y', 24.9, 25.1]]
    """
    tree, every = prepared(tree, data)
    ways = readings(tree, normalise)[: 1 if bounds is not None else None]
    failed: tuple[Programs, set[tuple[int, int]], str] | None = None

    def attempt(reading: str) -> Programs:
        options = (reading, missing, decimals, data_decimals, bounds, names)
        known = gather(tree, every, data, scores, *options)
        return Programs(known if rescale == "none" else with_scale(known, rescale, names[1]))

    for reading, programs in tried(ways, attempt):
        keys = list(programs.known.key.columns)
        conflict = programs.misfit()
        if conflict is None:
            if len(ways) > 1 and reading != "none":
                SAYS.notice("read_as_raw", method=reading)
            tables = _intervals(programs, unit_of_weights(tree), cells, progress)
            return Recovered(*tables, pd.DataFrame(columns=[*keys, *CONFLICT]), reading)
        failed = failed or (programs, conflict, reading)
    programs, conflict, reading = failed
    no_cells = pd.DataFrame(columns=[*keys, "code", "lower", "upper"])
    return Recovered(pd.DataFrame(columns=WEIGHTS), no_cells, _conflict(programs, conflict), reading)


def _intervals(
    programs: Programs, unit: float, cells: bool, progress: Callable[[float], None] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of weights (in ``unit``) and cells of :class:`Recovered`."""
    known = programs.known
    real = np.arange(programs.n + 1) < programs.n - known.helpers
    mine = set(known.tree["code"]) - set(programs.leaves[programs.n - known.helpers :])
    codes = [(f.parent, child) for f in programs.families for child in f.children if child in mine]
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
        ended(
            programs.interval(
                np.append(of, 0.0), real * np.append(programs.members[programs.node[parent]], 0.0)
            )
        )
    for row, leaf in asked:
        ended(programs.value(row, -1 - leaf))
    ends = np.array(ends).T
    weights = pd.DataFrame(codes, columns=WEIGHTS[:2])
    weights["lower"], weights["upper"] = (_snapped(ends[:, : len(codes)], 0.0, 1.0) * unit).tolist()
    order = {code: i for i, code in enumerate(known.tree["code"])}
    weights = weights.sort_values("code", key=lambda c: c.map(order)).reset_index(drop=True)
    table = known.key.iloc[[row for row, _ in asked]].reset_index(drop=True)
    table["code"] = [programs.leaves[leaf] for _, leaf in asked]
    limits = [np.array([side[at] for at in asked]) / known.factor for side in (known.lower, known.upper)]
    table["lower"], table["upper"] = _snapped(ends[:, len(codes) :] / known.factor, *limits).tolist()
    return weights, table


def _snapped(values: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """Put what stands at a limit, or beyond it by the solver's noise, onto it."""
    values = np.where(values - low <= NEAR * np.maximum(1.0, np.abs(low)), low, values)
    return np.where(high - values <= NEAR * np.maximum(1.0, np.abs(high)), high, values)


def unit_of_weights(tree: pd.DataFrame) -> float:
    """1 when the tree's weights sum to 1 in each family, else 100."""
    sums = tree[tree["parent"] != ""].groupby("parent")["weight"].sum(min_count=1)
    return 1.0 if (np.abs(sums - 1) < 1e-6).all() else 100.0


def _conflict(programs: Programs, conflict: set[tuple[int, int]]) -> pd.DataFrame:
    """Each score of the conflict beside where all the others would put it."""
    known, out = programs.known, []
    for unit, node in sorted(at for at in conflict if at[1] >= 0):
        low, high = known.score_lower[unit, node], known.score_upper[unit, node]
        known.score_lower[unit, node], known.score_upper[unit, node] = -np.inf, np.inf
        rest = Programs(known)
        lower, upper = rest.value(unit, node) if rest.misfit() is None else (math.nan, math.nan)
        known.score_lower[unit, node], known.score_upper[unit, node] = low, high
        code, score = programs.families[node].parent, known.score[unit, node]
        if code != trees.root(known.tree):
            lower, upper = lower / known.factor, upper / known.factor
        out.append((*known.key.iloc[unit], code, score, lower, upper))
    return pd.DataFrame(out, columns=[*known.key.columns, *CONFLICT])
