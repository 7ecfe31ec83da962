"""Printed scores that cannot follow from the data, where they break, and what would explain it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.index.aggregate import SIGNED, methods_by_parent, rescales
from bluebook.index.normalise import groups
from bluebook.index.tables import floats
from bluebook.messages import Catalogue
from bluebook.recover.explain import explain, mean_of, meet
from bluebook.recover.known import check_options, on_scale, readings, refuse_boundless, tried
from bluebook.recover.printed import read_scores
from bluebook.recover.rescaled import rescaled, unscaled

SAYS = Catalogue(__file__)


def verify(
    tree: pd.DataFrame,
    data: pd.DataFrame,
    published: pd.DataFrame,
    *,
    normalise: str = "auto",
    aggregate: str = "arithmetic",
    missing: str = "drop",
    rescale: str = "none",
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
    been there (``in_place_of`` empty). One that explains most of the code's breaks is named; a child's
    stand-in must explain two breaks or be the only one, and any must explain more than chance would
    (``explain``).

    ``normalise`` as in `recover_weights`; "auto" takes the reading under which fewer scores break.
    ``missing``: "drop" leaves empty cells out as `score` does; "unknown" lets them lie anywhere on the scale.
    ``rescale`` as in `score`: "first" where the totals are printed so that the best has 100.
    Means other than the arithmetic will do too, as they all grow with each child. Raises BadInput for tables
    that cannot be used.

    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    >>> cells = pd.DataFrame({"unit": ["A", "B"], "x": ["90.0", "20.0"], "y": ["10.0", "40.0"]})
    >>> printed = pd.DataFrame({"unit": ["A", "B"], "code": "r", "score": ["50.0", "35.0"]})
    >>> found = bb.verify(tree, cells, printed)
    >>> found[["unit", "published", "lower", "upper", "first_break"]].round(2).values.tolist()
    [['A', 50.0, 49.95, 50.05, ''], ['B', 35.0, 29.95, 30.05, 'r']]
    """
    check_options(missing, decimals, data_decimals)
    full = trees.read(tree)
    tree = trees.prune(full, [c for c in data.columns if c in set(full["parent"])])
    own = set(tree["code"]) | {"unit", "time"}
    extra = [c for c in data.columns if c not in own]
    options = (aggregate, missing, rescale, decimals, data_decimals, names)
    best: tuple[int, pd.DataFrame, str] | None = None

    def attempt(reading: str) -> pd.DataFrame:
        return _verify(tree, set(full["code"]), data, published, extra, reading, *options)

    for reading, found in tried(readings(tree, normalise), attempt):
        breaks = int((found["first_break"] != "").sum())
        if best is None or breaks < best[0]:
            best = breaks, found, reading
        if not breaks:
            break
    if normalise == "auto" and best[2] != "none":
        SAYS.notice("verified_as_raw", method=best[2])
    best[1].attrs["normalise"] = best[2]  # for a certificate of it
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
    rescale: str,
    decimals: int | None,
    data_decimals: int | None,
    names: tuple[str, str],
) -> pd.DataFrame:
    """Judge every printed score under one reading of DATA; ``extra`` are its columns outside the tree."""
    key, x = trees.match(data.drop(columns=extra), tree, names[0])
    leaves, families = trees.leaves(tree), trees.families(tree)
    powers, again = methods_by_parent(tree, aggregate), rescales(rescale, families)
    times = groups(key)
    table = read_scores(published, key, tree, every, decimals, names[1]).dropna(subset="score")
    x, low, high, scale = on_scale(data, tree, key, x, normalise, data_decimals, table["score"], names[0])
    cells = np.stack([low, high])
    if missing == "unknown":
        gone = np.isnan(x)
        if not scale:
            refuse_boundless(gone, key, leaves, names[0])
        cells = np.where(gone, np.array(scale or (0.0, 0.0))[:, None, None], cells)
    # Intervals (2, rows) of every code: as printed; as the data alone make it; as its children make it, those
    # taken as printed where they are.
    printed = {code: np.full((2, len(key)), np.nan) for code in tree["code"]}
    for code, group in table.groupby("code"):
        printed[code][:, group["row"]] = group[["lower", "upper"]].to_numpy().T
    follows = {leaf: cells[:, :, i] for i, leaf in enumerate(leaves)}
    step, seen = dict(follows), dict(follows)
    about = sum(scale) if scale else np.nan  # what an inverted mean is inverted about
    plain = dict(printed)  # what is printed, before it was rescaled
    for family in families:
        code, power = family.parent, powers[family.parent]
        for child in family.children if power not in SIGNED else ():
            if len(below := np.flatnonzero(follows[child][1] < 0)):
                who, value = " ".join(map(str, key.iloc[below[0]])), follows[child][1, below[0]]
                SAYS.refuse("negative", names[0], int(below[0]) + 2, child, unit=who, code=child, value=value)
        found = [
            mean_of(np.stack([known[c] for c in family.children], axis=-1), family, power, about)
            for known in (follows, seen)
        ]
        how = again[family.height - 1]
        plain[code] = unscaled(printed[code], found[1], how, times)
        follows[code], step[code] = (rescaled(interval, how, times) for interval in found)
        seen[code] = np.where(np.isnan(printed[code]), step[code], printed[code])
    broken = {code: ~meet(printed[code], step[code]) for code in printed}
    for column in extra:  # any column might have been used; those outside the tree count as exact
        seen[column] = np.tile(floats(data, column, names[0]), (2, 1))
    family_of = {family.parent: family for family in families}
    explained: dict[tuple[str, int], tuple[str, str]] = {}
    codes = sum(at.any() for at in broken.values())
    for code, at in broken.items():
        here = np.flatnonzero(at)
        if len(here):
            family, power = family_of.get(code), powers.get(code, 1.0)
            found = explain(code, plain[code], here, seen, family, power, scale, codes)
            explained |= {(code, row): why for row, why in found.items()}
    down = {leaf: [leaf] for leaf in leaves}  # a code and all below it, the lowest first
    for family in families:
        down[family.parent] = [c for child in family.children for c in down[child]] + [family.parent]
    rows = []
    for row, code, value in table[["row", "code", "score"]].itertuples(index=False):
        first = ""
        if not meet(printed[code][:, [row]], follows[code][:, [row]])[0]:
            first = next((c for c in down[code] if broken[c][row]), code)
        why = explained.get((first, row), ("", ""))
        rows.append((*key.iloc[row], code, value, *follows[code][:, row], first, *why))
    columns = ["code", "published", "lower", "upper", "first_break", "explained_by", "in_place_of"]
    return pd.DataFrame(rows, columns=[*key.columns, *columns])
