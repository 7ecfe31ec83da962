"""Normalised indicators into one number: weighted means, level by level.

The weighted power mean of the children that are present, their weights renormalised (a notice counts the
missing cells). Beside the power means ``median``: half of the weight lies on either side (the mean of two
children where that holds between them); ``sum``: Σ weight · value with the weights as given, a missing child
standing where the others' mean does; ``inverted``: the geometric mean of what is lacking, low + high −
geometric(low + high − value), for scales on which more is worse, as INFORM's risk, so that one bad child
weighs more. With ``availability`` a parent is missing when a smaller share of its children is present, or,
from 2 on, fewer than that many (all, where it has fewer); several are one a level. A parent without any child
present is missing: an empty cell, no rank, a notice.
A mean other than arithmetic, median and sum needs values ≥ 0 (``inverted`` values up to low + high): another
is BadInput. A zero makes the geometric and the harmonic mean (any power ≤ 0) zero, its limit, with a notice;
so does the top of the scale with ``inverted``. A sum of positive and negative terms that cancel to less than
1e-14 of their size is zero. The tree's ``aggregation`` column decides for its parent, the method given for
all others; several methods, comma-separated, are one a level, from the leaves up.
A parent of direction -1 keeps its own score and enters its parent's turned about: low + high - score
of the range that the normalisation has (0–100 where values come as they are, and then all must lie there).
*Rescaled* scores enter their parent as rescaled: ``first`` makes the best of each time 100, ``range`` the
best 100 and the worst 0; one method is the root's alone, several are one a level, ``none`` leaving it.
*Weights by unit* replace the tree's in every family that they name.

Source: OECD/JRC Handbook (2008), step 6; for power means Hardy, Littlewood and Pólya (1934), chapter 2.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.index.normalise import RANGES, parse_method
from bluebook.index.rank import TIE, nearness
from bluebook.index.tables import floats, need, number, texts
from bluebook.messages import Catalogue, message

SAYS = Catalogue(__file__)
RESCALES = ("none", "first", "range")
SIGNED = (1, "median", "sum")  # what negative values may enter
Weights = dict[str, np.ndarray]  # a code's weight in each row, where it is not the tree's


def methods_by_parent(tree: pd.DataFrame, method: str, *, turned: bool = False) -> dict[str, float | str]:
    """Return each parent's exponent (or the name of another way, as `tree.power` does): the tree's own, else
    ``method`` (one for all, or a level, upwards).

    Raises BadInput for a parent that counts against the index, unless ``turned`` says that it will be heeded.
    """
    if not turned:
        trees.refuse_turned(tree)
    families = trees.families(tree)
    steps = [trees.power(step.strip()) for step in method.split(",")]
    levels = families[-1].height
    if len(steps) not in (1, levels):
        SAYS.refuse("means_by_level", "--aggregate", given=len(steps), levels=levels)
    given = steps * levels if len(steps) == 1 else steps
    return {f.parent: trees.power(f.aggregation) if f.aggregation else given[f.height - 1] for f in families}


def aggregate_values(
    z: np.ndarray,
    tree: pd.DataFrame,
    method: str = "arithmetic",
    availability: float | str = 0.0,
    key: pd.DataFrame | None = None,
    normalise: str = "none",
    *,
    rescale: str = "none",
    rows: list[np.ndarray] | None = None,
    weights: Weights | None = None,
) -> dict[str, np.ndarray]:
    """Return every parent's values (rows,) from normalised leaves ``z`` (rows × leaves), the root last.

    ``key`` (unit[, time] a row) and ``normalise``, by which ``z`` came about, only serve the messages and
    what needs the scale's range. ``rescale``: see this module; ``rows``: the groups in which it is done, all
    as one by default. ``weights``: those of `unit_weights`.
    """
    families = trees.families(tree)
    least = needed(availability, families)
    powers, against = methods_by_parent(tree, method, turned=True), set(trees.turned(tree))
    again = rescales(rescale, families)
    values = dict(zip(trees.leaves(tree), z.T, strict=True))
    out: dict[str, np.ndarray] = {}

    def unit(row: int) -> str:
        return f"#{row + 1}" if key is None else " ".join(str(v) for v in key.iloc[row])

    nil: dict[str, str] | None = None
    at_top = False
    for family in families:
        x = np.column_stack([values[child] for child in family.children])
        p = powers[family.parent]
        about = middle(normalise, z) if p == "inverted" else 0.0
        if np.isnan(about):
            SAYS.refuse("no_top", "--aggregate", code=family.parent, normalise=normalise)
        if p not in SIGNED:
            left = about - x if p == "inverted" else x
            below = np.argwhere(left < 0)
            if len(below):
                row, column = below[0]
                told = {"unit": unit(row), "code": family.children[column], "value": x[row, column]}
                SAYS.refuse("above_the_top" if about else "negative", family.parent, **told, most=about)
            if nil is None and (p == "inverted" or p <= 0) and (at := np.argwhere(left == 0)).size:
                row, column = at[0]
                nil = {"parent": family.parent, "code": family.children[column], "unit": unit(row)}
                at_top = p == "inverted"
        w = _own_weights(family, weights, len(x))
        found = combine(x, w, p, least[family.height - 1], family.total, about)
        found = found[:, 0] if w.ndim == 3 else found
        values[family.parent] = out[family.parent] = _rescaled(
            found, again[family.height - 1], rows, family.parent
        )
        if family.parent in against:
            if np.isnan(turn := middle(normalise, z)):
                told = {"code": family.parent, "normalise": normalise}
                SAYS.refuse("no_middle", "TREE", None, "direction", **told)
            values[family.parent] = turn - out[family.parent]
    if nil:
        SAYS.notice("top" if at_top else "zero", **nil, advice=_against_zeros(normalise))
    gaps = int(np.isnan(z).sum())
    if gaps:
        lost = sum(int(np.isnan(v).sum()) for v in out.values())
        SAYS.notice("gaps_and_scores" if lost else "gaps", gaps=gaps, lost=lost)
    return out


def unit_weights(
    table: pd.DataFrame, key: pd.DataFrame, tree: pd.DataFrame, name: str = "WEIGHTS"
) -> Weights:
    """Return each named code's weight in every row of ``key`` from ``table``: ``unit``[, ``time``], ``code,
    weight``.

    Whole families are named, each code for every unit of ``key`` (and time, where the table has one); rows of
    other units have no use. Raises BadInput for a unit without a weight, a sibling left out, a weight that is
    missing or not positive, an unknown code, a row there twice.

    >>> table = pd.DataFrame({"unit": ["B", "A"], "code": "x", "weight": [3, 1]})
    >>> tree = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": 1, "direction": 1})
    >>> unit_weights(table, pd.DataFrame({"unit": ["A", "B"]}), trees.read(tree))["x"].tolist()
    [1.0, 3.0]
    """
    need(table, ["unit", "code", "weight"], name)
    keys = [c for c in key.columns if c in table.columns]
    given = floats(table, "weight", name)
    units, codes = list(zip(*(texts(table, c) for c in keys), strict=True)), texts(table, "code")
    known = dict(zip(tree["code"], tree["parent"], strict=True))
    told: dict[tuple, float] = {}
    for row, (unit, code, weight) in enumerate(zip(units, codes, given, strict=True), 2):
        if not known.get(code):
            SAYS.refuse("code_not_judged", name, row, "code", code=code)
        if (unit, code) in told:
            SAYS.refuse("weight_twice", name, row, "code", unit=" ".join(unit), code=code)
        if not weight > 0:
            SAYS.refuse("no_unit_weight", name, row, "weight", unit=" ".join(unit), code=code)
        told[unit, code] = weight
    out = {}
    for family in trees.families(tree):
        named = [child for child in family.children if child in set(codes)]
        if named and len(named) < len(family.children):
            lost = next(child for child in family.children if child not in named)
            SAYS.refuse("sibling_without_weights", name, None, "code", code=lost, other=named[0])
        for child in named:
            column = [told.get((tuple(map(str, unit)), child)) for unit in key[keys].itertuples(index=False)]
            if None in column:
                who = " ".join(map(str, key[keys].iloc[column.index(None)]))
                SAYS.refuse("unit_without_weight", name, None, "unit", unit=who, code=child)
            out[child] = np.array(column)
    return out


def needed(availability: float | str, families: list[trees.Family]) -> list[float]:
    """Return what a parent of each level needs, from the lowest up: a share of its children, or from 2 on
    their number. Raises BadInput for what is neither.

    >>> needed("0.5,2", trees.families(trees.read(bb.indicators(2022))))
    [0.5, 2.0]
    """
    most = max(len(family.children) for family in families)
    levels, given = families[-1].height, str(availability).split(",")
    try:
        steps = [number(step) for step in given]
    except ValueError:
        steps = [-1.0]
    if not all(0 <= step <= 1 or (2 <= step <= most and step % 1 == 0) for step in steps):
        SAYS.refuse("not_a_share", "--availability", availability=availability, most=most)
    if len(steps) not in (1, levels):
        SAYS.refuse("means_by_level", "--availability", given=len(steps), levels=levels)
    return steps * levels if len(steps) == 1 else steps


def _own_weights(family: trees.Family, weights: Weights | None, rows: int) -> np.ndarray:
    """The weights of a family: shares (k,), or each row's own (rows, 1, k), at the family's total."""
    if not weights or family.children[0] not in weights:
        return family.shares
    return np.column_stack([weights[child] for child in family.children]).reshape(rows, 1, -1)


def rescales(rescale: str, families: list[trees.Family]) -> list[str]:
    """Return what is done to the scores of each level, from the lowest up. Raises BadInput for what is
    unknown.

    >>> rescales("first", trees.families(trees.read(bb.indicators(2022))))
    ['none', 'first']
    """
    steps, levels = [step.strip() for step in rescale.split(",")], families[-1].height
    for step in steps:
        if step not in RESCALES:
            SAYS.refuse("unknown_rescale", "--rescale", rescale=step, known=", ".join(RESCALES))
    if len(steps) not in (1, levels):
        SAYS.refuse("means_by_level", "--rescale", given=len(steps), levels=levels)
    return ["none"] * (levels - 1) + steps if len(steps) == 1 else steps


def _rescaled(x: np.ndarray, how: str, rows: list[np.ndarray] | None, code: str) -> np.ndarray:
    """Scores (rows,) put on 0–100 within each group of ``rows``: see this module."""
    if how == "none":
        return x
    out = x.copy()
    for part in rows or [np.arange(len(x))]:
        top = np.fmax.reduce(x[part])
        bottom = np.fmin.reduce(x[part]) if how == "range" else 0.0
        if np.isnan(top):
            continue
        if top - bottom <= nearness(top, bottom) or top <= bottom:
            SAYS.refuse("nothing_to_rescale", "--rescale", code=code, rescale=how, top=top)
        out[part] = 100 * (x[part] - bottom) / (top - bottom)
    return out


def middle(normalise: str, z: np.ndarray) -> float:
    """Return twice the middle of the scale of ``z``, about which a score is turned: low + high; NaN: none.

    >>> middle("minmax:1:100", np.array([1.0, 7.0])), middle("rank", np.array([1.0]))
    (101.0, nan)
    """
    kind, low, high, *_ = parse_method(normalise)
    if kind in ("percentile", "target", "reference", "maximum"):
        return 1.0
    if kind == "zscore":
        return 2 * low
    if kind in RANGES:
        return low + high
    if kind == "none" and np.nanmin(z) >= 0 and np.nanmax(z) <= 100:
        return 100.0
    return np.nan


def _against_zeros(normalise: str) -> tuple[str, str]:
    """What keeps zeros out, which depends on where they come from, in (zh, en)."""
    kind = normalise.split(":")[0]
    known = kind in ("minmax", "percentile", "goalposts")
    return message(__file__, f"zero_advice_{kind if known else 'none'}")


def combine(
    x: np.ndarray,
    w: np.ndarray,
    how: float | str,
    availability: float = 0.0,
    total: float = 1.0,
    about: float = 0.0,
) -> np.ndarray:
    """Return the children ``x`` (… × k) as one: `mean` of the power ``how``, or median, sum, inverted.

    ``w`` as for `mean`. ``total``: what the weights sum to as given, for the sum; where ``w`` are each row's
    own (rows, 1, k), theirs count. ``about``: low + high of the scale, for inverted.

    >>> x, w = np.array([[2.0, 8.0, 11.0]]), np.array([1.0, 1.0, 1.0])
    >>> found = [combine(x, w, how, total=3.0, about=12.0) for how in ("median", "sum", "inverted")]
    >>> np.concatenate(found).round(4).tolist()
    [8.0, 21.0, 8.58]
    """
    if how == "median":
        return _kept(_median(x, w), x, availability)
    if how == "sum":
        return (w.sum(axis=-1) if w.ndim == 3 else total) * mean(x, w, 1.0, availability)
    if how == "inverted":
        return about - mean(about - x, w, 0.0, availability)
    return mean(x, w, how, availability)


def mean(x: np.ndarray, w: np.ndarray, p: float = 1.0, availability: float = 0.0) -> np.ndarray:
    """Return the weighted power mean of the last axis of ``x`` (… × k), NaN children left out.

    ``w`` (k,), any sum; or (draws, k), and the result has draws in front; or (rows, 1, k), each row's own,
    and the result is (rows, 1). ``p``: 1 arithmetic, 0 geometric, -1 harmonic. NaN where no child is present
    or fewer than ``availability``: a share of them, or from 2 on how many.

    >>> mean(np.array([[2.0, 8.0], [2.0, np.nan]]), np.array([1.0, 1.0]), 0.0).round(9).tolist()
    [4.0, 2.0]
    """
    if w.ndim == 3 and x.ndim == 2:
        x = x[:, None, :]
    here = ~np.isnan(x)
    full = here.all() and w.ndim < 3
    if p == 1:
        total = _sum(x if full else np.where(here, x, 0.0), w)
    elif p == 0:
        with np.errstate(divide="ignore"):
            total = _sum(np.log(x) if full else np.where(here, np.log(x), 0.0), w)
    else:
        # In units of the row's largest (smallest) child, so that no power overflows; less 1, so that one near
        # 0 tells.
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
    return out if full else _kept(out, x, availability)


def _kept(out: np.ndarray, x: np.ndarray, availability: float) -> np.ndarray:
    """A mean where enough of the children ``x`` (… × k) are present, else NaN."""
    count, k = (~np.isnan(x)).sum(axis=-1), x.shape[-1]
    least = availability * k if availability <= 1 else min(availability, k)
    return np.where((count == 0) | (count < least - TIE), np.nan, out)


def _median(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """The weighted median of the last axis, shapes as in `mean`: half of the weight lies on either side."""
    if w.ndim == 3:
        x = x if x.ndim == 3 else x[:, None, :]
    elif w.ndim == 2:
        w = w[:, None, :]
    x, w = np.broadcast_arrays(x, w)
    order = np.argsort(x, axis=-1, kind="stable")  # NaN last
    ordered = np.take_along_axis(x, order, axis=-1)
    seen = np.cumsum(np.where(np.isnan(ordered), 0.0, np.take_along_axis(w, order, axis=-1)), axis=-1)
    half = seen[..., -1:] / 2
    lower, upper = ((seen >= half * (1 + side)).argmax(axis=-1)[..., None] for side in (-TIE, TIE))
    ends = [np.take_along_axis(ordered, at, axis=-1)[..., 0] for at in (lower, upper)]
    return (ends[0] + ends[1]) / 2


def _sum(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Σ w x over the last axis: x (… × k) by w (k,), by w (draws, k) with draws in front, or row by row."""
    if w.ndim == 1:
        return x @ w
    if w.ndim == 3:
        return (w * x).sum(axis=-1)
    return w @ x.T if x.ndim < 3 else np.einsum("dk,dnk->dn", w, x)
