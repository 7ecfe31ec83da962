"""Cells that are missing, filled by a stated rule, and every filled cell marked through to the scores.

``mean``, ``median``    of the indicator, over the unit's group where groups are given;
``siblings``            of the unit's other indicators in the same family, each first put on 0–100 by its own
                        range and direction, then back on the missing indicator's scale;
``regression``          on the indicator's siblings, least squares over the units that have all of them;
``last``                the unit's latest earlier value, at most ``most`` times back (data with ``time``);
``linear``              on the straight line between the unit's values before and after, before the first and
                        after the last as those are (data with ``time``);
``constant``            the unit's latest earlier value, before the first as that is (data with ``time``).

Groups and means are taken within one time. A cell that the rule cannot fill stays missing, and is noticed.

Source: OECD/JRC Handbook (2008), step 4; ``siblings`` is COINr's imputation by row.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.index.normalise import groups as times_of
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
OVER_TIME = ("last", "linear", "constant")
RULES = ("mean", "median", "siblings", "regression", *OVER_TIME)


class Imputed(NamedTuple):
    """What :func:`impute` returns.

    ``data``: as given, filled. ``cells``: one row a filled cell, ``unit[, time], code, value, rule``.
    ``shares``: units × parents, which part of a score's weight rests on filled cells (0–1), index as in
    `bluebook.index.score.Scored`.
    """

    data: pd.DataFrame
    cells: pd.DataFrame
    shares: pd.DataFrame


def impute(
    data: pd.DataFrame,
    tree: pd.DataFrame,
    rule: str,
    *,
    groups: pd.Series | None = None,
    most: int | None = None,
    name: str = "DATA",
) -> Imputed:
    """Fill the missing cells of ``data`` by ``rule``: see this module and `Imputed`.

    ``data``: ``unit``[, ``time``] and one column a leaf of ``tree``. ``groups``: unit → group, for mean and
    median. ``most``: how many times back ``last`` may look, default any. Raises BadInput for an unknown rule,
    a unit without a group, a rule over time without times; warns with Notice of a group of one and of cells
    left missing.

    >>> data = pd.DataFrame({"unit": ["A", "B", "C"], "x": [1.0, None, 3.0], "y": [2.0, 4.0, 6.0]})
    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    >>> filled = bb.impute(data, tree, "mean")
    >>> filled.cells.to_dict("records"), filled.shares["r"].to_dict()
    ([{'unit': 'B', 'code': 'x', 'value': 2.0, 'rule': 'mean'}], {'A': 0.0, 'B': 0.5, 'C': 0.0})
    """
    tree = trees.read(tree)
    key, x = trees.match(data, tree, name)
    if rule not in RULES:
        SAYS.refuse("unknown_rule", "--rule", rule=rule, known=", ".join(RULES))
    if rule in OVER_TIME and "time" not in key:
        SAYS.refuse("last_without_times", name, rule=rule)
    member = _members(key, groups)
    out, missing = x.copy(), np.isnan(x)
    if rule in OVER_TIME:
        _over_time(out, key, rule, most)
    for rows in times_of(key) if rule not in OVER_TIME else []:
        if rule in ("mean", "median"):
            for group in dict.fromkeys(member[rows]):
                _from_group(out, rows[member[rows] == group], np.nanmean if rule == "mean" else np.nanmedian)
        else:
            _from_siblings(out, x, rows, tree, rule)
    codes = trees.leaves(tree)
    filled = missing & ~np.isnan(out)
    left = int((missing & ~filled).sum())
    if left:
        SAYS.notice("left_missing", cells=left, rule=rule)
    at = np.argwhere(filled)
    cells = key.iloc[at[:, 0]].reset_index(drop=True)
    cells = cells.assign(code=np.array(codes, dtype=object)[at[:, 1]], value=out[filled], rule=rule)
    whole = key.assign(**{code: out[:, i] for i, code in enumerate(codes)})
    return Imputed(whole, cells, _shares(filled, np.isnan(out), tree, key))


def _members(key: pd.DataFrame, groups: pd.Series | None) -> np.ndarray:
    """Return each row's group, all in one where none is given."""
    if groups is None:
        return np.array([""] * len(key), dtype=object)
    member = key["unit"].map(groups)
    if member.isna().any():
        SAYS.refuse("no_group", "--groups", None, "unit", unit=key["unit"][int(member.isna().argmax())])
    sizes = pd.Series(groups).value_counts()
    if (alone := sizes.index[sizes == 1]).size:
        SAYS.notice("group_of_one", group=alone[0])
    return member.to_numpy(dtype=object)


def _from_group(out: np.ndarray, rows: np.ndarray, middle: object) -> None:
    """Fill the rows of one group with the middle of those that have a value."""
    for at in range(out.shape[1]):
        column = out[rows, at]
        here = ~np.isnan(column)
        if here.any() and not here.all():
            out[rows[~here], at] = middle(column[here])


def _over_time(out: np.ndarray, key: pd.DataFrame, rule: str, most: int | None) -> None:
    """Fill each unit's missing times from its other times; ``most`` counts times of the table."""
    numbers = pd.to_numeric(key["time"], errors="coerce")
    numeric = bool(numbers.notna().all())
    order = numbers if numeric else key["time"]
    times = {time: n for n, time in enumerate(sorted(order.unique()))}
    place = order.map(times).to_numpy()
    when = numbers.to_numpy(float) if numeric else place.astype(float)  # years may lie apart unevenly
    for _, part in key.groupby("unit", sort=False):
        rows = part.index.to_numpy()[np.argsort(place[part.index], kind="stable")]
        for at in range(out.shape[1]):
            column = out[rows, at]
            here, gaps = np.flatnonzero(~np.isnan(column)), np.flatnonzero(np.isnan(column))
            if not len(here):
                continue
            if rule == "linear":
                out[rows[gaps], at] = np.interp(when[rows[gaps]], when[rows[here]], column[here])
                continue
            before = np.searchsorted(here, gaps) - 1  # an observation, never what was filled
            source = here[np.maximum(before, 0)]
            if rule == "last":
                far = place[rows[gaps]] - place[rows[source]]
                kept = (before >= 0) & ((far <= most) if most is not None else True)
                gaps, source = gaps[kept], source[kept]
            out[rows[gaps], at] = column[source]


def _from_siblings(out: np.ndarray, x: np.ndarray, rows: np.ndarray, tree: pd.DataFrame, rule: str) -> None:
    """Fill one time's rows from the other indicators of each family of leaves."""
    codes = trees.leaves(tree)
    sign = tree.set_index("code").loc[codes, "direction"].to_numpy(dtype=float)
    block = x[rows]
    for family in trees.families(tree):
        mine = [codes.index(c) for c in family.children if c in codes]
        if len(mine) < 2:
            continue
        part = block[:, mine] * sign[mine]
        low, high = np.fmin.reduce(part), np.fmax.reduce(part)
        spread = np.where(high > low, high - low, np.nan)
        if rule == "siblings":
            z = (part - low) / spread
            here = ~np.isnan(z)
            count = here.sum(axis=1)
            middle = np.where(count > 0, np.where(here, z, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)
            guess = (middle[:, None] * spread + low) * sign[mine]
        else:
            guess = np.column_stack([_regressed(block[:, mine], at) for at in range(len(mine))])
        gaps = np.isnan(block[:, mine])
        filled = out[np.ix_(rows, mine)]
        filled[gaps] = guess[gaps]
        out[np.ix_(rows, mine)] = filled


def _regressed(block: np.ndarray, at: int) -> np.ndarray:
    """Return column ``at`` as its siblings predict it (rows,), NaN where they cannot."""
    others = np.delete(block, at, axis=1)
    design = np.column_stack([np.ones(len(block)), others])
    whole = ~np.isnan(block).any(axis=1)
    if whole.sum() <= design.shape[1]:
        return np.full(len(block), np.nan)
    slope = np.linalg.lstsq(design[whole], block[whole, at], rcond=None)[0]
    return design @ slope


def _shares(filled: np.ndarray, missing: np.ndarray, tree: pd.DataFrame, key: pd.DataFrame) -> pd.DataFrame:
    """Return for each row and parent which part of the weight that counts rests on filled cells."""
    part = dict(zip(trees.leaves(tree), np.where(missing, np.nan, filled.astype(float)).T, strict=True))
    parents = {}
    for family in trees.families(tree):
        below = np.column_stack([part[child] for child in family.children])
        here = ~np.isnan(below)
        weight = here @ family.shares
        with np.errstate(invalid="ignore", divide="ignore"):
            part[family.parent] = np.where(here, below, 0.0) @ family.shares / weight
        parents[family.parent] = part[family.parent]
    index = pd.MultiIndex.from_frame(key) if "time" in key else pd.Index(key["unit"], name="unit")
    return pd.DataFrame(parents, index)
