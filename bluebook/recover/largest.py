"""When no weights fit all printed scores: the largest set that some do fit, and the exceptions by name.

Every set of scores that cannot hold together must lose one of its members. So the fewest exceptions hit all
such sets; the sets come one at a time from the linear programs, and the fewest that hit those found so far
(an integer program) are let go until the rest fits. As no fewer could hit even the sets found, the exceptions
are then as few as can be (implicit hitting sets; Moreno-Centeno and Karp 2013).
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, hstack

from bluebook.index import tree as trees
from bluebook.index.tables import texts
from bluebook.recover.known import Known, gather, prepared, readings, tried
from bluebook.recover.printed import NEAR
from bluebook.recover.programs import Programs
from bluebook.recover.weights import CONFLICT

PLACED = 100  # exceptions for which it is worth saying where the rest would put them
At = tuple[int, int]  # a unit and a parent, whose score is printed or bounded by its rank


class Largest(NamedTuple):
    """What :func:`largest` returns.

    ``exceptions``: ``unit[, time], code, score, lower, upper``, the last two being where the scores that fit
    would put this one; ``fit``: how many scores do; ``least``: no fewer exceptions will do (equal to their
    number, where the search was finished); ``normalise``: how DATA were read.
    """

    exceptions: pd.DataFrame
    fit: int
    least: int
    normalise: str


def largest(
    tree: pd.DataFrame,
    data: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    normalise: str = "auto",
    missing: str = "unknown",
    decimals: int | None = None,
    data_decimals: int | None = None,
    bounds: pd.DataFrame | None = None,
    seconds: float = 10.0,
    names: tuple[str, str, str] = ("DATA", "SCORES", "BOUNDS"),
) -> Largest:
    """Return the fewest printed scores without which weights fit all others: see `Largest`.

    The tables and options are those of `recover_weights`; "auto" takes the reading of DATA with the fewest
    exceptions. ``seconds``: for the search, after which the exceptions are enough but perhaps not the fewest.
    Raises BadInput for tables that cannot be used.

    Three units say 75 and 25, the fourth does not:

    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": "", "direction": 1})
    >>> cells = pd.DataFrame({"unit": list("ABCD"), "x": [*"9246"], "y": [*"1802"]})
    >>> scores = pd.DataFrame({"unit": list("ABCD"), "score": ["7.0", "3.5", "3.0", "5.5"]})
    >>> found = bb.largest_fit(tree, cells, scores)
    >>> found.exceptions["unit"].tolist(), found.fit, found.exceptions["upper"].round().tolist()
    (['D'], 3, [5.0])
    """
    tree, every = prepared(tree, data)
    ways = readings(tree, normalise)[: 1 if bounds is not None else None]
    options = (missing, decimals, data_decimals, bounds, names)

    def attempt(reading: str) -> tuple[Known, set[At], int]:
        known = gather(tree, every, data, scores, reading, *options)
        return known, *_fewest(known, _below(known.tree), time.monotonic() + seconds / len(ways))

    best: tuple[Known, set[At], int] | None = None
    for way, found in tried(ways, attempt):
        if best is None or len(found[1]) < len(best[1]):
            reading, best = way, found
        if not best[1]:
            break
    known, gone, least = best
    rest, out = _without(known, gone), []
    parents = [family.parent for family in trees.families(known.tree)]
    for unit, node in sorted(gone):
        lower, upper = Programs(rest).value(unit, node) if len(gone) <= PLACED else (np.nan, np.nan)
        out.append((*known.key.iloc[unit], parents[node], known.score[unit, node], lower, upper))
    printed = int((~np.isnan(known.score)).sum())
    exceptions = pd.DataFrame(out, columns=[*known.key.columns, *CONFLICT])
    return Largest(exceptions, printed - int(exceptions["score"].notna().sum()), least, reading)


def kept(scores: pd.DataFrame, exceptions: pd.DataFrame, root: str) -> pd.DataFrame:
    """Return the rows of SCORES that are no exceptions; rows without a code are the root's."""
    keys = [c for c in ("unit", "time") if c in exceptions]
    codes = texts(scores, "code") if "code" in scores else [root] * len(scores)
    gone = set(zip(*(exceptions[k].astype(str) for k in [*keys, "code"]), strict=True))
    rows = zip(*(texts(scores, k) for k in keys), codes, strict=True)
    return scores[[row not in gone for row in rows]].reset_index(drop=True)


def _below(tree: pd.DataFrame) -> list[list[int]]:
    """Each parent's place and those of the parents below it: their scores may stand behind its rows."""
    parents = [family.parent for family in trees.families(tree)]
    return [
        [i, *(parents.index(c) for c in trees.below(tree, [p]) if c in parents)]
        for i, p in enumerate(parents)
    ]


def _without(known: Known, gone: set[At]) -> Known:
    """Return what is known without the scores, and bounds by rank, of ``gone``."""
    low, high = known.score_lower.copy(), known.score_upper.copy()
    for at in gone:
        low[at], high[at] = -np.inf, np.inf
    return known._replace(score_lower=low, score_upper=high)


def _fewest(known: Known, below: list[list[int]], until: float) -> tuple[set[At], int]:
    """Return the scores to let go, and how many must go at least."""
    told = np.isfinite(known.score_lower) | np.isfinite(known.score_upper)
    sets: list[set[At]] = []

    def conflict(gone: set[At]) -> set[At]:
        """Return scores that cannot hold together once ``gone`` are let go, none where the rest fits."""
        found = Programs(_without(known, gone)).misfit() or set()
        own = {(u, n) for u, node in found if node >= 0 for n in below[node] if told[u, n]} - gone
        if own:
            sets.append(own)
        return own

    def enough(gone: set[At]) -> set[At]:
        """Let whole conflicts go until the rest fits: they share no member, so each tells something new."""
        while own := conflict(gone):
            gone = gone | own
            if time.monotonic() > until:
                return {(int(u), int(n)) for u, n in np.argwhere(told)}
        return gone

    best = enough(_far(known)) if conflict(set()) else set()
    for at in sorted(best):  # what may stay, stays; what may not is in conflict with those that do
        if len(best) <= PLACED and time.monotonic() < until and not conflict(best - {at}):
            best = best - {at}
    while True:
        least = _hitting(sets)
        if len(least) >= len(best) or time.monotonic() > until:
            return best, min(len(least), len(best))
        found = enough(least)
        best = found if len(found) < len(best) else best


def _far(known: Known) -> set[At]:
    """Return the scores that are off where all misses together are made small: likely the ones to go.

    Weighed three times, each time less where a score was off, so that few are off by much.
    """
    programs = Programs(known)
    rows, origin = programs.rows(np.zeros(programs.n + 1))
    rows, places = rows[:, : programs.n], [(int(u), int(node)) for u, node in origin]
    members = {at: i for i, at in enumerate(dict.fromkeys(places))}
    slack = coo_array((-np.ones(len(rows)), (range(len(rows)), [members[at] for at in places])))
    sums = np.append(programs.members[-1], np.zeros(len(members)))
    cost, off = np.ones(len(members)), np.zeros(len(members))
    for _ in range(3):
        found = linprog(
            np.append(np.zeros(programs.n), cost),
            A_ub=hstack([coo_array(rows), slack]).tocsr(),
            b_ub=np.zeros(len(rows)),
            A_eq=sums[None],
            b_eq=[1.0],
        )
        if found.status:
            return set()
        off = found.x[programs.n :]
        cost = 1 / (off + 1e-3 * programs.size)
    return {at for at, i in members.items() if off[i] > 10 * NEAR * programs.size}


def _hitting(sets: list[set[At]]) -> set[At]:
    """Return the fewest members that hit every set; those in more sets first."""
    if not sets:
        return set()
    members = sorted(set().union(*sets))
    place = {at: i for i, at in enumerate(members)}
    rows = np.zeros((len(sets), len(members)))
    for i, own in enumerate(sets):
        rows[i, [place[at] for at in own]] = 1.0
    cost = 1 - 1e-6 * rows.sum(axis=0) / len(sets)
    found = milp(
        cost,
        constraints=LinearConstraint(rows, 1, np.inf),
        integrality=np.ones(len(members)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    return {at for at, taken in zip(members, found.x, strict=True) if taken > 0.5}
