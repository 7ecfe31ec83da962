"""Normalised indicators into one number: weighted means, level by level.

The weighted power mean of the children that are present, their weights renormalised (a notice counts the
missing cells). With ``availability`` (a data availability threshold) a parent is missing when a smaller share
of its children is present. A parent without any child present is missing: an empty cell, no rank, a notice.
A mean other than the arithmetic needs values ≥ 0: a negative one is BadInput. A zero makes the geometric and
the harmonic mean (any power ≤ 0) zero, its limit, with a notice. A sum of positive and negative terms that
cancel to less than 1e-14 of their size is zero. The tree's ``aggregation`` column decides for its parent, the
method given for all others; several methods, comma-separated, are one a level, from the leaves up.
A parent of direction -1 keeps its own score and enters its parent's turned about: low + high - score
of the range that the normalisation has (0–100 where values come as they are, and then all must lie there).

Source: OECD/JRC Handbook (2008), step 6; for power means Hardy, Littlewood and Pólya (1934), chapter 2.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.index.normalise import RANGES, parse_method
from bluebook.index.rank import TIE
from bluebook.messages import Catalogue, message

SAYS = Catalogue(__file__)


def methods_by_parent(tree: pd.DataFrame, method: str, *, turned: bool = False) -> dict[str, float]:
    """Return each parent's exponent: the tree's own, else ``method`` (one for all, or a level, upwards).

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
    availability: float = 0.0,
    key: pd.DataFrame | None = None,
    normalise: str = "none",
) -> dict[str, np.ndarray]:
    """Return every parent's values (rows,) from normalised leaves ``z`` (rows × leaves), the root last.

    ``key`` (unit[, time] a row) and ``normalise``, by which ``z`` came about, only serve the messages.
    """
    if not 0 <= availability <= 1:
        SAYS.refuse("not_a_share", "--availability", availability=availability)
    powers, against = methods_by_parent(tree, method, turned=True), set(trees.turned(tree))
    values = dict(zip(trees.leaves(tree), z.T, strict=True))
    out: dict[str, np.ndarray] = {}

    def unit(row: int) -> str:
        return f"#{row + 1}" if key is None else " ".join(str(v) for v in key.iloc[row])

    zero: dict[str, str] | None = None
    for family in trees.families(tree):
        x = np.column_stack([values[child] for child in family.children])
        p = powers[family.parent]
        if p != 1:
            below = np.argwhere(x < 0)
            if len(below):
                row, column = below[0]
                told = {"unit": unit(row), "code": family.children[column], "value": x[row, column]}
                SAYS.refuse("negative", family.parent, **told)
            if p <= 0 and zero is None and (nil := np.argwhere(x == 0)).size:
                row, column = nil[0]
                zero = {"parent": family.parent, "code": family.children[column], "unit": unit(row)}
        values[family.parent] = out[family.parent] = mean(x, family.shares, p, availability)
        if family.parent in against:
            values[family.parent] = _middle(normalise, z, family.parent) - out[family.parent]
    if zero:
        SAYS.notice("zero", **zero, advice=_against_zeros(normalise))
    gaps = int(np.isnan(z).sum())
    if gaps:
        lost = sum(int(np.isnan(v).sum()) for v in out.values())
        SAYS.notice("gaps_and_scores" if lost else "gaps", gaps=gaps, lost=lost)
    return out


def _middle(normalise: str, z: np.ndarray, code: str) -> float:
    """Return twice the middle of the scale about which a score is turned: low + high."""
    kind, low, high, *_ = parse_method(normalise)
    if kind in ("percentile", "target", "reference", "maximum"):
        return 1.0
    if kind == "zscore":
        return 2 * low
    if kind in RANGES:
        return low + high
    if kind == "none" and np.nanmin(z) >= 0 and np.nanmax(z) <= 100:
        return 100.0
    SAYS.refuse("no_middle", "TREE", None, "direction", code=code, normalise=normalise)


def _against_zeros(normalise: str) -> tuple[str, str]:
    """What keeps zeros out, which depends on where they come from, in (zh, en)."""
    kind = normalise.split(":")[0]
    known = kind in ("minmax", "percentile", "goalposts")
    return message(__file__, f"zero_advice_{kind if known else 'none'}")


def mean(x: np.ndarray, w: np.ndarray, p: float = 1.0, availability: float = 0.0) -> np.ndarray:
    """Return the weighted power mean of the last axis of ``x`` (… × k), NaN children left out.

    ``w`` (k,), any sum; or (draws, k), and the result has draws in front. ``p``: 1 arithmetic, 0 geometric,
    -1 harmonic. NaN where no child is present or fewer than the share ``availability`` of them.

    >>> mean(np.array([[2.0, 8.0], [2.0, np.nan]]), np.array([1.0, 1.0]), 0.0).round(9).tolist()
    [4.0, 2.0]
    """
    here = ~np.isnan(x)
    full = here.all()
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
    if not full:
        count = here.sum(axis=-1)
        out = np.where((count == 0) | (count < availability * x.shape[-1] - TIE), np.nan, out)
    return out


def _sum(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Σ w x over the last axis: x (… × k) by w (k,), or by w (draws, k) with draws in front."""
    if w.ndim == 1:
        return x @ w
    return w @ x.T if x.ndim < 3 else np.einsum("dk,dnk->dn", w, x)
