"""What is printed: numbers and how exactly they are known, scores, ranks, cells."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from decimal import Decimal, InvalidOperation

import numpy as np
import pandas as pd
from scipy.special import bdtr

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
MARKS = re.compile(r"^\s*(=|T-?(?=\d)|并列|第)+\s*|\s*(=|名|位)+\s*$", re.I)  # =14, 14=, T14, 并列第14名
BAND = re.compile(r"(\d+)\s*(?:\+|[-–—~～至]\s*(\d+))")
ODD_CELLS, ODD_CHANCE = 0.05, 1e-3  # most of a column that may be odd; how likely that is by chance
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


def column_decimals(cells: Sequence[object]) -> tuple[int, list[int]]:
    """Return to how many decimals a column is printed, and the places of the odd cells that print more.

    A column's decimals are the most that any of its cells prints; others may have lost their last zeros. But
    a few cells with more decimals than nine in ten would show by chance are odd: computed, or slipped in.

    >>> column_decimals(["96.02", "43", "100"]), column_decimals([*["1.5"] * 9, "12.3456"])
    ((2, []), (1, [9]))
    """
    shown = np.array([printed_decimals(cell) for cell in cells], dtype=int)
    filled = np.array([cell == cell and str(cell).strip() != "" for cell in cells], dtype=bool)
    count, odd = int(filled.sum()), np.zeros(len(shown), dtype=bool)
    while True:
        most = int(shown[filled & ~odd].max(initial=0))
        next_odd = odd | (filled & (shown >= most))
        few = next_odd.sum() <= max(1, ODD_CELLS * count)
        if not (most and few and shown[filled & ~next_odd].max(initial=0)):
            return most, np.flatnonzero(odd).tolist()
        if bdtr(int(next_odd.sum()), count, 0.9) > ODD_CHANCE:
            return most, np.flatnonzero(odd).tolist()
        odd = next_odd


def _decimals(cells: Sequence[object], rows: Sequence[int], table: str, column: str) -> int:
    """Return a column's decimals; warn of its odd cells, which stand in ``rows`` of the table."""
    most, odd = column_decimals(cells)
    if odd:
        told = {"table": table, "row": rows[odd[0]], "column": column, "cell": cells[odd[0]]}
        SAYS.notice("odd_decimals", **told, decimals=most, cells=len(odd))
    return most


def _ranks(scores: pd.DataFrame, name: str) -> tuple[list[float], list[float], list[float]]:
    """The printed ranks, NaN where none, and the first and last that each may be.

    =14 and 14= are a shared 14; a band (101–150, 201+) says from which to which the rank may be.
    """
    cells = [MARKS.sub("", cell) for cell in texts(scores, "rank")]
    bands = {i: band for i, cell in enumerate(cells) if (band := BAND.fullmatch(cell))}
    if bands:
        told = texts(scores, "rank")[next(iter(bands))]
        SAYS.notice("bands", table=name, rows=len(bands), first=told)
    plain = ["" if i in bands else cell for i, cell in enumerate(cells)]
    ranks = floats(pd.DataFrame({"rank": plain}), "rank", name)
    first, last = list(ranks), list(ranks)
    for i, band in bands.items():
        first[i], last[i] = float(band[1]), float(band[2]) if band[2] else math.inf
        if first[i] > last[i]:
            SAYS.refuse("bounds_reversed", name, i + 2, "rank", lower=first[i], upper=last[i])
    return ranks, first, last


def read_scores(
    scores: pd.DataFrame,
    key: pd.DataFrame,
    tree: pd.DataFrame,
    every: Collection[str] = (),
    decimals: int | None = None,
    name: str = "SCORES",
) -> pd.DataFrame:
    """Return checked printed scores: ``row, code, score, rank, lower, upper, first, last``, one row a score.

    ``row`` counts in ``key``. ``scores``: ``unit[, time], code, score`` and optionally ``rank`` and
    ``decimals``; ``city`` serves as ``unit``, and without ``code`` all are the root's. Rows of units that are
    not in ``key``, and of codes in ``every`` but not in ``tree``, have no data to meet and are left out with
    a notice; other codes are BadInput. A rank may be marked as shared (=14); of a band (101–150) only
    ``first`` and ``last`` are known. A score's interval is ± half a unit of its last digit: the ``decimals``
    given, else its own column's, else what its code prints (:func:`column_decimals`).
    """
    who = "unit" if "unit" in scores.columns or "city" not in scores.columns else "city"
    keys = [who, "time"] if "time" in key else [who]
    need(scores, ["score", *keys], name)
    place = {tuple(map(str, k)): i for i, k in enumerate(key.itertuples(index=False))}
    known = set(tree["code"])
    units = list(zip(*(texts(scores, k) for k in keys), strict=True))
    codes = texts(scores, "code") if "code" in scores else [trees.root(tree)] * len(scores)
    values = floats(scores, "score", name)
    ranks, first, last = _ranks(scores, name)
    given = floats(scores, "decimals", name)
    cells, judged = scores["score"].tolist(), {}
    for i, code in enumerate(codes):
        if decimals is None and math.isnan(given[i]):
            judged.setdefault(code, []).append(i)
    digits = {
        code: _decimals([cells[i] for i in rows], [i + 2 for i in rows], name, "score")
        for code, rows in judged.items()
    }
    out, seen, strangers = [], {}, []
    for i, (unit, code, value) in enumerate(zip(units, codes, values, strict=True)):
        whole(first[i], 1, math.inf, name, i + 2, "rank")
        whole(given[i], 0, DIGITS, name, i + 2, "decimals")
        if code not in known and code not in every:
            SAYS.refuse("unknown_code", name, i + 2, "code", code=code)
        if unit not in place or code not in known:
            strangers.append(" ".join((*unit, code)))
            continue
        if (unit, code) in seen:
            before = seen[unit, code]
            SAYS.refuse("score_twice", name, i + 2, "code", unit=" ".join(unit), code=code, first=before)
        seen[unit, code] = i + 2
        own = given[i] if code not in digits or not math.isnan(given[i]) else digits[code]
        places = own if decimals is None else decimals
        half = max(half_unit(places), NEAR * max(1.0, abs(value)))
        out.append((place[unit], code, value, ranks[i], value - half, value + half, first[i], last[i]))
    if strangers:
        SAYS.notice("strangers", table=name, rows=len(strangers), first=strangers[0])
    return pd.DataFrame(out, columns=["row", "code", "score", "rank", "lower", "upper", "first", "last"])


def rank_limits(scores: pd.DataFrame, units: int) -> pd.DataFrame:
    """Return what printed ranks say of unprinted scores: ``row, code, lower, upper``.

    An end is infinite where nothing is said.
    ``scores`` as :func:`read_scores` returns them, for ``units`` units. A unit's score lies between the
    printed scores of the ranks next to its own, or to the ends of its band; where ranks 1 … k are all
    printed, a unit without a rank comes after them. "Third with 43.01" is thus a ceiling for everybody below.

    >>> scores = pd.DataFrame({"row": [0, 1], "code": "r", "score": [90.0, 50.0], "rank": [1.0, 2.0]})
    >>> scores = scores.assign(lower=scores["score"] - 0.5, upper=scores["score"] + 0.5)
    >>> rank_limits(scores, 3).values.tolist()
    [[2, 'r', -inf, 50.5]]
    """
    out = []
    for code, group in scores.groupby("code", sort=False):
        printed = group[group["rank"].notna() & group["score"].notna()]
        ends = [group.get(end, group["rank"]) for end in ("first", "last")]
        own = dict(zip(group["row"], zip(*ends, strict=True), strict=True))
        have = set(group["row"][group["score"].notna()])
        # units before rank r: complete when the printed ranks 1 … count up without a gap
        ordered = group[group["rank"].notna()].sort_values("rank", kind="stable")
        top = ordered.iloc[: listed_to(ordered["rank"])].dropna(subset="score")
        for row in range(units):
            if row in have:
                continue
            first, last = own.get(row, (math.nan, math.nan))
            above = top if math.isnan(first) else printed[printed["rank"] <= first]
            below = printed[printed["rank"] >= last]  # none without a rank
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


def cell_half_units(
    data: pd.DataFrame, leaves: Sequence[str], decimals: int | None = None, name: str = "DATA"
) -> np.ndarray:
    """Return half a unit of the last digit for each column of DATA (n,), 0 where its cells count as exact.

    Each column is judged by itself (:func:`column_decimals`); an odd cell is named in a notice. A column of
    whole numbers takes the fewest decimals of the others (a 100 beside 96.02 is 100.00); a table of whole
    numbers is exact, as is what prints nine decimals or more.

    >>> cell_half_units(pd.DataFrame({"x": ["96.02", "100"], "y": ["7", "8"]}), ["x", "y"]).tolist()
    [0.005, 0.005]
    """
    if decimals is not None:
        return np.full(len(leaves), half_unit(decimals) if decimals < EXACT else 0.0)
    rows = range(2, len(data) + 2)
    digits = [_decimals(data[leaf].tolist(), rows, name, leaf) for leaf in leaves]
    least = min((d for d in digits if d), default=EXACT)
    return np.array([half_unit(d or least) if (d or least) < EXACT else 0.0 for d in digits])
