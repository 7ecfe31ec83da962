"""All weights in whole steps that fit, under each reading of a printed 100."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.messages import Catalogue
from bluebook.recover.known import gather, prepared
from bluebook.recover.printed import NEAR, READINGS, printed_decimals, read_as, reading
from bluebook.recover.programs import Programs

SAYS = Catalogue(__file__)
SETS = 5_000_000  # of weights tried at most


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
    """Return every set of weights in whole positive steps that fits: a column a child, rows sum to ``total``.

    For one family (cut a deeper tree first, `cut_tree`); the tables are those of `recover_weights`,
    ``normalise`` (not "auto") too. How exactly a printed 100 is known changes the count: see `read_hundred`.
    Raises BadInput for a tree of several families and for a step that does not divide ``total`` or leaves too
    many sets to try.

    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": "", "direction": 1})
    >>> cells = pd.DataFrame({"unit": ["A"], "x": ["90.0"], "y": ["10.0"]})
    >>> scores = pd.DataFrame({"unit": ["A"], "code": ["r"], "score": ["70.0"]})
    >>> bb.weight_grid(tree, cells, scores, 5).values.tolist()
    [[75, 25]]
    """
    tree, every = prepared(tree, data)
    families = trees.families(tree)
    if len(families) > 1:
        SAYS.refuse("several_families", "TREE", families=len(families))
    if not 0 < step <= total:
        SAYS.refuse("step_range", "--grid", step=step, total=total)
    parts = round(total / step)
    if abs(parts * step - total) > NEAR * total:
        SAYS.refuse("step_divides", "--grid", step=step, total=total)
    names = ("DATA", "SCORES", "BOUNDS")
    known = gather(tree, every, data, scores, normalise, missing, decimals, data_decimals, bounds, names)
    programs = Programs(known)
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
            SAYS.refuse("step_small", "--grid", step=step, most=SETS)
        nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        sets = np.column_stack([np.repeat(sets, count, axis=0), np.repeat(low, count) + nth])
    rows, _ = programs.rows(np.zeros(programs.n + 1))
    fits = np.ones(len(sets), dtype=bool)
    for row in rows[:, : programs.n]:
        fits &= sets @ row <= NEAR * programs.size * parts
    return pd.DataFrame(sets[fits] * step, columns=programs.leaves)[children]


def grids(
    tree: pd.DataFrame, data: pd.DataFrame, scores: pd.DataFrame, step: float, **options: object
) -> pd.DataFrame:
    """Return the sets of :func:`grid` under every one of READINGS: a column a child, then one a reading
    (bool).

    A single reading, "cut", where no cell is printed as 100 or DATA are raw; cells in ``bounds`` are read as
    those say. ``options`` are those of :func:`grid`.
    """
    bounds, decimals = options.pop("bounds", None), options.get("data_decimals")
    leaves = [c for c in trees.leaves(prepared(tree, data)[0]) if c in data.columns]
    if decimals is None:
        decimals = max(map(printed_decimals, data[leaves].to_numpy().ravel()), default=0)
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
