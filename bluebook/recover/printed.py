"""What is printed: numbers and how exactly they are known, scores, ranks, cells."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from decimal import Decimal, InvalidOperation

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.index.rank import listed_to
from bluebook.index.tables import floats, need, texts
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
# How exactly a printed 100 is known: to the decimals of the other scores and no more than 100 (as it is read
# where nothing else is said); exactly, as the first of every column by min-max is; to those decimals either
# way; or to the whole number.
READINGS = {
    "cut": ("同其余各数一样准，不超过 100", "as exact as the rest, at most 100"),
    "exact": ("正好是 100", "exactly 100"),
    "both": ("同其余各数一样准，上下都行", "as exact as the rest, either way"),
    "whole": ("只到整数", "whole number only"),
}
EXACT = 9  # cells printed with this many decimals or more count as exact
DIGITS = 15  # decimals at most
SHARED = re.compile(r"^=\s*(?=\d+$)|(?<=\d)\s*=$")
BAND = re.compile(r"\d+\s*(\+|[-–—~～至]\s*\d+)")
NEAR = 1e-9  # two numbers within this count as equal


def printed_decimals(cell: object) -> int:
    """Return how many decimals a cell prints.

    >>> [printed_decimals(cell) for cell in ("97.20", 97.2, "100", 100.0, "1e-05", "")]
    [2, 1, 0, 0, 5, 0]
    """
    if isinstance(cell, float) and cell.is_integer():
        return 0
    try:
        exponent = Decimal(str(cell).strip()).as_tuple().exponent
    except InvalidOperation:
        return 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


def half_unit(decimals: float) -> float:
    """Return half a unit of the last printed digit.

    >>> half_unit(2)
    0.005
    """
    return 0.5 * 10.0**-decimals


def whole(value: float, least: int, most: float, name: str, row: int | None, column: str) -> None:
    """Refuse what is neither missing nor a whole number from ``least`` to ``most``."""
    if not (math.isnan(value) or (least <= value <= most and value % 1 == 0)):
        code = "whole_from" if math.isinf(most) else "whole_from_to"
        SAYS.refuse(code, name, row, column, value=value, least=least, most=most)


def _ranks(scores: pd.DataFrame, name: str) -> list[float]:
    """The printed ranks, NaN where none; =14 and 14= are a shared 14, a band (101–150) is left out."""
    cells = texts(scores, "rank")
    bands = [cell for cell in cells if BAND.fullmatch(cell)]
    if bands:
        SAYS.notice("bands", table=name, rows=len(bands), first=bands[0])
    plain = ["" if BAND.fullmatch(cell) else SHARED.sub("", cell) for cell in cells]
    return floats(pd.DataFrame({"rank": plain}), "rank", name)


def read_scores(
    scores: pd.DataFrame,
    key: pd.DataFrame,
    tree: pd.DataFrame,
    every: Collection[str] = (),
    decimals: int | None = None,
    name: str = "SCORES",
) -> pd.DataFrame:
    """Return checked printed scores as ``row, code, score, rank, lower, upper``, one row a score.

    ``row`` counts in ``key``. ``scores``: ``unit[, time], code, score`` and optionally ``rank`` and
    ``decimals``; ``city`` serves as ``unit``, and without ``code`` all are the root's. Rows of units that are
    not in ``key``, and of codes in ``every`` but not in ``tree``, have no data to meet and are left out with
    a notice; other codes are BadInput. A rank may be marked as shared (=14); a band of ranks (101–150) is
    left out with a notice. A score's interval is ± half a unit of its last digit: the ``decimals`` given,
    else its own column's, else the most that its code prints.
    """
    who = "unit" if "unit" in scores.columns or "city" not in scores.columns else "city"
    keys = [who, "time"] if "time" in key else [who]
    need(scores, ["score", *keys], name)
    place = {tuple(map(str, k)): i for i, k in enumerate(key.itertuples(index=False))}
    known = set(tree["code"])
    units = list(zip(*(texts(scores, k) for k in keys), strict=True))
    codes = texts(scores, "code") if "code" in scores else [trees.root(tree)] * len(scores)
    values = floats(scores, "score", name)
    ranks = _ranks(scores, name)
    given = floats(scores, "decimals", name)
    digits = scores["score"].map(printed_decimals).groupby(np.array(codes, dtype=object)).max()
    out, seen, strangers = [], {}, []
    for i, (unit, code, value) in enumerate(zip(units, codes, values, strict=True)):
        whole(ranks[i], 1, math.inf, name, i + 2, "rank")
        whole(given[i], 0, DIGITS, name, i + 2, "decimals")
        if code not in known and code not in every:
            SAYS.refuse("unknown_code", name, i + 2, "code", code=code)
        if unit not in place or code not in known:
            strangers.append(" ".join((*unit, code)))
            continue
        if (unit, code) in seen:
            first = seen[unit, code]
            SAYS.refuse("score_twice", name, i + 2, "code", unit=" ".join(unit), code=code, first=first)
        seen[unit, code] = i + 2
        own = digits[code] if math.isnan(given[i]) else given[i]
        places = own if decimals is None else decimals
        half = max(half_unit(places), NEAR * max(1.0, abs(value)))
        out.append((place[unit], code, value, ranks[i], value - half, value + half))
    if strangers:
        SAYS.notice("strangers", table=name, rows=len(strangers), first=strangers[0])
    return pd.DataFrame(out, columns=["row", "code", "score", "rank", "lower", "upper"])


def rank_limits(scores: pd.DataFrame, units: int) -> pd.DataFrame:
    """Return what printed ranks say of unprinted scores: ``row, code, lower, upper``.

    An end is infinite where nothing is said.
    ``scores`` as :func:`read_scores` returns them, for ``units`` units. A unit's score lies between the
    printed scores of the ranks next to its own; where ranks 1 … k are all printed, a unit without a rank
    comes after them. "Third with 43.01" is thus a ceiling for everybody below.

    >>> scores = pd.DataFrame({"row": [0, 1], "code": "r", "score": [90.0, 50.0], "rank": [1.0, 2.0]})
    >>> scores = scores.assign(lower=scores["score"] - 0.5, upper=scores["score"] + 0.5)
    >>> rank_limits(scores, 3).values.tolist()
    [[2, 'r', -inf, 50.5]]
    """
    out = []
    for code, group in scores.groupby("code", sort=False):
        printed = group[group["rank"].notna() & group["score"].notna()]
        own = dict(zip(group["row"], group["rank"], strict=True))
        have = set(group["row"][group["score"].notna()])
        # units before rank r: complete when the printed ranks 1 … count up without a gap
        ordered = group[group["rank"].notna()].sort_values("rank", kind="stable")
        top = ordered.iloc[: listed_to(ordered["rank"])].dropna(subset="score")
        for row in range(units):
            if row in have:
                continue
            rank = own.get(row, math.nan)
            above = top if math.isnan(rank) else printed[printed["rank"] <= rank]
            below = printed[printed["rank"] >= rank]  # none without a rank
            upper = min(above["upper"], default=math.inf)
            lower = max(below["lower"], default=-math.inf)
            if upper < math.inf or lower > -math.inf:
                out.append((row, code, lower, upper))
    return pd.DataFrame(out, columns=["row", "code", "lower", "upper"])


def read_as(data: pd.DataFrame, value: float, lower: float, upper: float) -> pd.DataFrame:
    """Return ``bounds`` that read every cell printed as ``value`` as lying in [``lower``, ``upper``].

    Cells not above 100 in a table printed to two decimals, and the same exactly 100:

    >>> data = pd.DataFrame({"unit": ["A", "B"], "x": ["100", "43.01"]})
    >>> read_as(data, 100, 99.995, 100).values.tolist()
    [['A', 'x', 99.995, 100]]
    >>> read_as(data, 100, 100, 100).values.tolist()
    [['A', 'x', 100, 100]]
    """
    keys = [c for c in ("unit", "time") if c in data.columns]
    tidy = data.melt(keys, var_name="code", value_name="score")
    hit = pd.to_numeric(tidy["score"], errors="coerce") == value
    return tidy.loc[hit, [*keys, "code"]].assign(lower=lower, upper=upper).reset_index(drop=True)


def reading(data: pd.DataFrame, name: str, decimals: int = 2) -> pd.DataFrame | None:
    """Return ``unit[, time], code, lower, upper``, what one of `HUNDRED` means for the 100s of ``data``.

    These are the ``bounds`` of `recover_weights`; None for "cut", which changes nothing. ``decimals``: those
    of the other cells. Raises KeyError for another name.

    >>> data = pd.DataFrame({"unit": ["A", "B"], "x": ["100", "43.01"]})
    >>> bb.read_hundred(data, "both").values.tolist()
    [['A', 'x', 99.995, 100.005]]
    """
    half = half_unit(decimals)
    ends = {"exact": (100, 100), "both": (100 - half, 100 + half), "whole": (99.5, 100)}
    return None if name == "cut" else read_as(data, 100, *ends[name])


def cell_half_units(data: pd.DataFrame, leaves: Sequence[str], decimals: int | None = None) -> np.ndarray:
    """Return half a unit of the last digit for each column of DATA (n,), 0 where its cells count as exact.

    A column's decimals are the most that any of its cells prints. A column of whole numbers takes the fewest
    decimals of the others (a 100 beside 96.02 is 100.00); a table of whole numbers is exact, as is what
    prints nine decimals or more.

    >>> cell_half_units(pd.DataFrame({"x": ["96.02", "100"], "y": ["7", "8"]}), ["x", "y"]).tolist()
    [0.005, 0.005]
    """
    if decimals is not None:
        return np.full(len(leaves), half_unit(decimals) if decimals < EXACT else 0.0)
    digits = [max(map(printed_decimals, data[leaf].tolist()), default=0) for leaf in leaves]
    least = min((d for d in digits if d), default=EXACT)
    return np.array([half_unit(d or least) if (d or least) < EXACT else 0.0 for d in digits])
