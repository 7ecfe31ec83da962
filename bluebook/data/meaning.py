"""Data that can be read and yet are hardly meant: held against last year's and against their neighbours.

Everything here is a warning, since the world does odd things: growth of 2020, a new unit in a new year. A
warning carries its row's key and value as ``about``; `bluebook.data.accepted` lets an editor accept it.
Levels (amounts, counts, scores) are held against the nearest periods of the same series; rates of growth, which
leap by nature, against the largest of their series, and by sign against the rest of their group.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from bluebook.data import edition
from bluebook.data.csvio import Row, read_rows
from bluebook.data.faults import Fault, fault
from bluebook.data.schema import edition_years, schema_of
from bluebook.messages import BadInput

TIMES = 7  # a slip of the point is ten times; what happens by itself is less than seven
LARGEST = 3  # a rate three times the largest of its series
ODD_SHARE = 0.1  # at most a tenth of a group has the other sign
YEARLY = ("scores", "observations", "indicators", "experts")  # tables that should not shrink
_SERIES, _PROVINCES, _CITIES = "economy/series.csv", "economy/provinces.csv", "public/cities.csv"


def warnings(root: Path, years: list[int] | None = None) -> list[Fault]:
    """Return what is hardly meant in the shared tables and in the editions ``years`` (None: all).

    A table that cannot be read is a fault elsewhere and is left out here.
    """
    found = [*_economy(root), *_neighbours(root)]
    for year in edition_years(root) if years is None else years:
        found += _against_last(root, year)
    return found


class _Table:
    """One table as it was read, with the words for a place in it."""

    def __init__(self, root: Path, name: str) -> None:
        self.name, self.frame = name, edition.table(name, root)
        self.keys = list(schema_of(root, root / name)["primaryKey"])
        self.header, self.rows = _rows(root / name)

    def told(self, at: int, code: str, column: str, **fields: object) -> Fault:
        """Return a warning on the row at position ``at``."""
        row, cells = self.rows[at]
        value = cells[self.header.index(column)].strip()
        key = " ".join(cells[self.header.index(k)].strip() for k in self.keys)
        return fault(__file__, code, self.name, row, column, value, about=f"{key} {column}={value}", **fields)

    def text(self, at: int, column: str) -> str:
        return self.rows[at][1][self.header.index(column)].strip()


def _rows(path: Path) -> tuple[list[str], list[Row]]:
    return read_rows(path)


def _read(root: Path, name: str) -> _Table | None:
    try:
        table = _Table(root, name) if (root / name).is_file() else None
    except BadInput:
        return None
    return table if table and len(table.frame) else None


# ---------------------------------------------------------------- neighbours in time and place


def _economy(root: Path) -> Iterator[Fault]:
    """Yield figures of country, provinces and cities that stand out among those of their own series."""
    tables = {name: _read(root, name) for name in (_SERIES, _PROVINCES, _CITIES)}
    grown = [t.frame for t in (tables[_SERIES], tables[_PROVINCES]) if t]
    for name, table in tables.items():
        if table is None:
            continue
        by = "series" if "series" in table.frame else "indicator"
        where = "region" if "region" in table.frame else "city"
        rate = table.frame[by].str.contains("growth")
        every = pd.concat(grown) if by == "series" else table.frame
        yield from _levels(table, table.frame[~rate], by, where)
        yield from _rates(table, table.frame[rate], by, every)
        yield from _signs(table, table.frame[rate], by, where)
        if by == "series":
            shares = table.frame[~rate & (table.frame["unit"] == "%")]
            yield from _peers(table, shares, by)
        yield from _gaps(table, by, where)


def _levels(table: _Table, rows: pd.DataFrame, by: str, where: str) -> Iterator[Fault]:
    """Yield amounts that are `TIMES` those of the nearest periods, or that part of them, or below zero."""
    groups = [c for c in (by, where, "frequency") if c in rows]
    rows = rows[rows["value"].notna() & (rows["unit"] != "位")]
    for _, group in rows.sort_values("period", kind="stable").groupby(groups, sort=False):
        values = group["value"].to_numpy(float)
        if len(values) < 2:
            continue
        size, middle = np.abs(values), np.median(np.abs(values))
        for i, at in enumerate(group.index):
            near = np.median(np.delete(size, i)[max(i - 1, 0) : i + 1])
            others = np.delete(values, i)
            if values[i] < 0 < others.min():
                yield table.told(at, "other_sign", "value")
            elif _apart(size[i], near) and (len(values) == 2 or _apart(size[i], middle)):
                if len(values) > 2 or i:  # of two that differ the later one is told
                    yield table.told(at, "leap", "value", times=_times(size[i] / near), other=f"{near:g}")


def _apart(one: float, other: float) -> bool:
    return bool(other) and (one >= TIMES * other or one * TIMES <= other)


def _times(ratio: float) -> str:
    return f"{ratio:.3g}"


def _rates(table: _Table, rows: pd.DataFrame, by: str, every: pd.DataFrame) -> Iterator[Fault]:
    """Yield rates of growth that are far beyond all others of their series, or finer by a digit."""
    told = every[every["value"].notna()]
    sizes = {k: np.sort(np.abs(g.to_numpy(float))) for k, g in told.groupby(by)["value"]}
    fine = _decimals(table, rows)
    most = fine.groupby(rows[by]).agg(lambda d: sorted(d)[-2] if len(d) > 1 else 99)
    for at, series, value in rows[[by, "value"]].itertuples():
        others = sizes.get(series, np.array([]))
        if np.isnan(value) or len(others) < 3:
            continue
        largest = others[-2] if abs(value) == others[-1] else others[-1]
        if largest and abs(value) >= LARGEST * largest:
            yield table.told(at, "leap", "value", times=_times(abs(value) / largest), other=f"{largest:g}")
        elif fine[at] > most[series] and abs(value) * TIMES <= np.median(others):
            yield table.told(
                at,
                "leap",
                "value",
                times=_times(abs(value) / np.median(others)),
                other=f"{np.median(others):g}",
            )


def _decimals(table: _Table, rows: pd.DataFrame) -> pd.Series:
    """Return how many decimals each value is written with."""
    written = [len(table.text(at, "value").partition(".")[2]) for at in rows.index]
    return pd.Series(written, rows.index, dtype=int)


def _signs(table: _Table, rows: pd.DataFrame, by: str, where: str) -> Iterator[Fault]:
    """Yield rates whose sign hardly any other of their period, or of their own past, has."""
    rows = rows[rows["value"].notna() & (rows["value"] != 0)]
    told: set[int] = set()
    groups = [[by, "period"], [c for c in (by, where, "frequency") if c in rows]]
    for keys in groups:
        for _, group in rows.groupby(keys, sort=False):
            below = group["value"] < 0
            few = below if below.sum() * 2 <= len(below) else ~below
            if (len(group) >= 4 and few.sum() == 1) or 0 < few.sum() <= ODD_SHARE * len(group):
                told |= set(group.index[few])
    for at in sorted(told):
        yield table.told(at, "other_sign", "value")


def _peers(table: _Table, rows: pd.DataFrame, by: str) -> Iterator[Fault]:
    """Yield shares that are `TIMES` the median of the other regions in their period, or that part of it."""
    for _, group in rows[rows["value"].notna()].groupby([by, "period"], sort=False):
        if len(group) < 5:
            continue
        size = np.abs(group["value"].to_numpy(float))
        middle = float(np.median(size))
        for at, one in zip(group.index, size, strict=True):
            if _apart(one, middle):
                yield table.told(at, "peers", "value", times=_times(one / middle), other=f"{middle:g}")


def _gaps(table: _Table, by: str, where: str) -> Iterator[Fault]:
    """Yield periods of a series that lack one or a few of the units that another of its periods has."""
    frame = table.frame
    whole = frame[where].nunique()
    for name, group in frame.groupby(by, sort=False):
        counts = group.groupby("period")[where].nunique()
        most = counts.max()
        if most < whole * 0.8:
            continue
        everyone = set(group[where])
        for period, count in counts[(counts < most) & (counts >= most * 0.8)].items():
            there = group[group["period"] == period]
            gone = sorted(everyone - set(there[where]))
            yield fault(
                __file__,
                "fewer_units",
                table.name,
                None,
                "period",
                str(period),
                about=f"{name} {period} {where}={count}",
                name=name,
                count=count,
                most=most,
                gone="、".join(gone[:4]),
            )


def _neighbours(root: Path) -> Iterator[Fault]:
    """Yield figures that two tables of the economy print with another sign or a point elsewhere."""
    one, two = _read(root, _SERIES), _read(root, _PROVINCES)
    if one is None or two is None:
        return
    keys = ["series", "region", "period"]
    both = two.frame.reset_index().merge(one.frame[[*keys, "value"]], on=keys, suffixes=("", "_there"))
    for at, own, other in both[["index", "value", "value_there"]].dropna().itertuples(index=False):
        if own * other < 0 or _apart(abs(own), abs(other)):
            yield two.told(int(at), "elsewhere", "value", table=_SERIES, other=f"{other:g}")


# ---------------------------------------------------------------- last year's


def _against_last(root: Path, year: int) -> Iterator[Fault]:
    """Yield what an edition's tables have otherwise than the edition before."""
    before = max((y for y in edition_years(root) if y < year), default=None)
    if before is None:
        return
    for kind in YEARLY:
        now, then = (_read(root, f"editions/{y}/{kind}.csv") for y in (year, before))
        if now is None or then is None:
            continue
        if len(now.frame) < len(then.frame) and not _waiting(root, year):
            told = {"now": len(now.frame), "then": len(then.frame), "year": before}
            yield fault(
                __file__, "fewer_rows", now.name, None, "", about=f"{kind} rows={len(now.frame)}", **told
            )
        if kind == "scores":
            yield from _leaps(now, then, ["city", "code"], "score", before)
        elif kind == "observations":
            yield from _leaps(now, then, ["city", "indicator"], "value", before)
            yield from _changed(now, then, ["city", "indicator"], "unit", "other_unit_now", before)
        elif kind == "indicators":
            yield from _changed(now, then, ["code"], "direction", "other_direction", before)
            yield from _changed(now, then, ["code"], "unit", "other_unit_now", before)


def _waiting(root: Path, year: int) -> bool:
    try:
        return edition.settings_of(root / "editions" / str(year)).get("status") == "draft"
    except BadInput:
        return False


def _paired(now: _Table, then: _Table, keys: list[str], column: str) -> pd.DataFrame:
    """Return the rows of both years side by side: ``at``, ``now``, ``then``."""
    old = then.frame.drop_duplicates(keys, keep="last")[[*keys, column]].rename(columns={column: "then"})
    new = now.frame[[*keys, column]].rename(columns={column: "now"}).assign(at=range(len(now.frame)))
    return new.merge(old, on=keys).dropna(subset=["now", "then"])[["at", "now", "then"]]


def _leaps(now: _Table, then: _Table, keys: list[str], column: str, before: int) -> Iterator[Fault]:
    for at, one, other in _paired(now, then, keys, column).itertuples(index=False):
        if one * other < 0:
            yield now.told(int(at), "other_sign_now", column, year=before, other=f"{other:g}")
        elif _apart(abs(one), abs(other)):
            told = {"year": before, "other": f"{other:g}", "times": _times(abs(one) / abs(other))}
            yield now.told(int(at), "leap_now", column, **told)


def _changed(
    now: _Table, then: _Table, keys: list[str], column: str, code: str, before: int
) -> Iterator[Fault]:
    for at, one, other in _paired(now, then, keys, column).itertuples(index=False):
        if one != other:
            yield now.told(int(at), code, column, year=before, other=str(other))
