"""Data that can be read and yet are hardly meant: held against last year's and against their neighbours.

Everything here is a warning, since the world does odd things: growth of 2020, a new unit in a new year. A
warning carries its row's key and value as ``about``; `bluebook.data.accepted` lets an editor accept it.
Levels (amounts, counts, scores) are held against the nearest periods of the same series; rates of growth,
which leap by nature, against the largest of their series, and by sign against the rest of their group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from bluebook.data import edition
from bluebook.data.csvio import number, read_rows
from bluebook.data.faults import Fault, fault
from bluebook.data.schema import edition_years, schema_of
from bluebook.messages import BadInput

TIMES = 7  # a slip of the point is ten times; what happens by itself is less than seven
LARGEST = 3  # a rate three times the largest of its series
ODD_SHARE = 0.1  # at most a tenth of a group has the other sign
NEARLY = 0.8  # a period with so many of the units was meant to have all of them
YEARLY = ("scores", "observations", "indicators", "experts")  # tables that should not shrink
_SERIES, _PROVINCES, _CITIES = "economy/series.csv", "economy/provinces.csv", "public/cities.csv"


def warnings(root: Path) -> list[Fault]:
    """Return what is hardly meant in the shared tables and in all editions.

    A table that cannot be read is a fault elsewhere and is left out here.
    """
    tables = {name: _read(root, name) for name in (_SERIES, _PROVINCES, _CITIES)}
    found = [*_economy(tables), *_elsewhere(tables[_SERIES], tables[_PROVINCES])]
    there = edition_years(root)
    for before, year in pairwise(there):
        found += _against_last(root, year, before)
    return [*found, *(_waits(root, there[-1]) if there else ())]


def _waits(root: Path, year: int) -> Iterator[Fault]:
    """Yield that a draft cannot be built yet: cities of the latest edition wait for their rank."""
    name = f"editions/{year}/scores.csv"
    total = [r for r in _read(root, name, "rank") if r.cells.get("code") == "index"]
    open_ = len(total) - len(_filled(total))
    if _waiting(root, year) and (open_ or not total):
        shown = str(open_) if total else ""
        yield fault(__file__, "waits", name, None, "rank", shown, about=f"{year} draft", year=year)


@dataclass
class _Cell:
    """One row of a table and the number in it."""

    table: str
    row: int
    cells: dict[str, str]
    keys: list[str]
    value: float = float("nan")

    def told(self, code: str, column: str, **fields: object) -> Fault:
        """Return a warning on this row."""
        shown = self.cells[column].strip()
        key = f"{' '.join(self.cells[k].strip() for k in self.keys)} {column}={shown}"
        return fault(__file__, code, self.table, self.row, column, shown, about=key, **fields)

    def of(self, *columns: str) -> tuple[str, ...]:
        return tuple(self.cells.get(c, "") for c in columns)


_Rows = list[_Cell]


def _read(root: Path, name: str, column: str = "value") -> _Rows:
    """Return the rows of a table with the number in ``column`` (NaN where there is none)."""
    path = root / name
    try:
        header, lines = read_rows(path)
        keys = list(schema_of(root, path)["primaryKey"])
    except BadInput:
        return []
    if not {*keys} <= set(header):
        return []
    found: _Rows = []
    for row, cells in lines:
        one = _Cell(name, row, dict(zip(header, cells, strict=False)), keys)
        try:
            one.value = number(one.cells.get(column, ""), printed=True)
        except ValueError:
            continue
        if set(header) <= set(one.cells):
            found.append(one)
    return found


def _filled(rows: Iterable[_Cell]) -> _Rows:
    return [r for r in rows if r.value == r.value]


def _groups(rows: Iterable[_Cell], *columns: str) -> dict[tuple[str, ...], _Rows]:
    found: dict[tuple[str, ...], _Rows] = {}
    for r in rows:
        found.setdefault(r.of(*columns), []).append(r)
    return found


# ---------------------------------------------------------------- neighbours in time and place


def _economy(tables: dict[str, _Rows]) -> Iterator[Fault]:
    """Yield figures of country, provinces and cities that stand out among those of their own series."""
    for name, every in tables.items():
        by, where = ("indicator", "city") if name == _CITIES else ("series", "region")
        rows = [r for r in _filled(every) if by in r.cells and where in r.cells]
        rates = [r for r in rows if "growth" in r.cells[by]]
        levels = [r for r in rows if "growth" not in r.cells[by]]
        yield from _levels(levels, by, where)
        pool = rates if name == _CITIES else [r for t in (_SERIES, _PROVINCES) for r in _filled(tables[t])]
        yield from _rates(rates, by, pool)
        yield from _signs(rates, by, where)
        if name != _CITIES:
            yield from _peers([r for r in levels if r.cells["unit"] == "%"], by)
        yield from _gaps([r for r in every if by in r.cells and where in r.cells], by, where)


def _levels(rows: _Rows, by: str, where: str) -> Iterator[Fault]:
    """Yield amounts that are `TIMES` those of the nearest periods, or that part of them, or below zero."""
    groups: dict[tuple, _Rows] = {}
    for r in (r for r in rows if r.cells["unit"] != "位"):  # a quarter is no tenth of a year
        groups.setdefault((*r.of(by, where, "frequency"), len(r.cells["period"])), []).append(r)
    for group in groups.values():
        group.sort(key=lambda r: r.cells["period"])
        if len(group) < 2:
            continue
        values = [r.value for r in group]
        size = [abs(v) for v in values]
        middle = median(size)
        for i, one in enumerate(group):
            near = median([size[j] for j in (i - 1, i + 1) if 0 <= j < len(size)])
            if values[i] < 0 < min(values[:i] + values[i + 1 :]):
                yield one.told("other_sign", "value")
            elif _apart(size[i], near) and (i == 1 if len(group) == 2 else _apart(size[i], middle)):
                yield one.told("leap", "value", times=f"{size[i] / near:.3g}", other=f"{near:g}")


def _apart(one: float, other: float) -> bool:
    return bool(other) and (one >= TIMES * other or one * TIMES <= other)


def _rates(rows: _Rows, by: str, pool: _Rows) -> Iterator[Fault]:
    """Yield rates of growth that are far beyond all others of their series, or finer by a digit."""
    every = _groups(pool, by)
    for series, group in _groups(rows, by).items():
        sizes = sorted(abs(r.value) for r in every[series])
        fine = sorted(len(r.cells["value"].partition(".")[2]) for r in group)
        if len(sizes) < 3 or len(group) < 2:
            continue
        middle = median(sizes)
        for one in group:
            size = abs(one.value)
            largest = sizes[-2] if size == sizes[-1] else sizes[-1]
            finer = len(one.cells["value"].partition(".")[2]) > fine[-2]
            if largest and size >= LARGEST * largest:
                yield one.told("leap", "value", times=f"{size / largest:.3g}", other=f"{largest:g}")
            elif finer and size * TIMES <= middle:
                yield one.told("leap", "value", times=f"{size / middle:.3g}", other=f"{middle:g}")


def _signs(rows: _Rows, by: str, where: str) -> Iterator[Fault]:
    """Yield rates whose sign hardly any other of their period, or of their own past, has."""
    told: dict[int, _Cell] = {}
    rows = [r for r in rows if r.value]
    for groups in (_groups(rows, by, "period"), _groups(rows, by, where, "frequency")):
        for group in groups.values():
            below, above = [r for r in group if r.value < 0], [r for r in group if r.value > 0]
            few = min(below, above, key=len)
            if (len(group) >= 4 and len(few) == 1) or 0 < len(few) <= ODD_SHARE * len(group):
                told |= {r.row: r for r in few}
    for row in sorted(told):
        yield told[row].told("other_sign", "value")


def _peers(rows: _Rows, by: str) -> Iterator[Fault]:
    """Yield shares that are `TIMES` the median of the other regions in their period, or that part of it."""
    for group in _groups(rows, by, "period").values():
        middle = median([abs(r.value) for r in group])
        for one in group if len(group) >= 5 else ():
            if _apart(abs(one.value), middle):
                yield one.told("peers", "value", times=f"{abs(one.value) / middle:.3g}", other=f"{middle:g}")


def _gaps(rows: _Rows, by: str, where: str) -> Iterator[Fault]:
    """Yield periods of a series that lack one or a few of the units that another of its periods has."""
    whole = len({r.cells[where] for r in rows})
    for (name,), group in _groups(rows, by).items():
        units = {p: {r.cells[where] for r in g} for (p,), g in _groups(group, "period").items()}
        most = max(map(len, units.values()))
        everyone = {r.cells[where] for r in group}
        for period, there in units.items():
            if most >= NEARLY * whole and NEARLY * most <= len(there) < most:
                told = {"name": name, "count": len(there), "most": most}
                about = f"{name} {period} {where}={len(there)}"
                gone = "、".join(sorted(everyone - there)[:4])
                table = group[0].table
                yield fault(
                    __file__, "fewer_units", table, None, "period", period, about=about, gone=gone, **told
                )


def _elsewhere(series: _Rows, provinces: _Rows) -> Iterator[Fault]:
    """Yield figures that two tables of the economy print with another sign or a point elsewhere."""
    there = _groups(_filled(series), "series", "region", "period")
    for one in _filled(provinces):
        for other in there.get(one.of("series", "region", "period"), ()):
            if one.value * other.value < 0 or _apart(abs(one.value), abs(other.value)):
                yield one.told("elsewhere", "value", table=_SERIES, other=f"{other.value:g}")


# ---------------------------------------------------------------- last year's


def _against_last(root: Path, year: int, before: int) -> Iterator[Fault]:
    """Yield what an edition's tables have otherwise than the edition before."""
    for kind in YEARLY:
        names = [f"editions/{y}/{kind}.csv" for y in (year, before)]
        if not all((root / name).is_file() for name in names):
            continue
        column = "score" if kind == "scores" else "direction" if kind == "indicators" else "value"
        now, then = (_read(root, name, column) for name in names)
        if len(now) < len(then) and not _waiting(root, year):
            told = {"now": len(now), "then": len(then), "year": before}
            yield fault(__file__, "fewer_rows", names[0], about=f"{kind} rows={len(now)}", **told)
        if kind == "scores":
            yield from _leaps(now, then, ("city", "code"), column, before)
        elif kind == "observations":
            yield from _leaps(now, then, ("city", "indicator"), column, before)
            yield from _changed(now, then, ("city", "indicator"), "unit", "other_unit_now", before)
        elif kind == "indicators":
            yield from _changed(now, then, ("code",), "direction", "other_direction", before)
            yield from _changed(now, then, ("code",), "unit", "other_unit_now", before)


def _waiting(root: Path, year: int) -> bool:
    try:
        return edition.settings_of(root / "editions" / str(year)).get("status") == "draft"
    except BadInput:
        return False


def _leaps(now: _Rows, then: _Rows, keys: tuple[str, ...], column: str, before: int) -> Iterator[Fault]:
    last = {r.of(*keys): r.value for r in _filled(then)}
    for one in (r for r in _filled(now) if r.of(*keys) in last):
        other = last[one.of(*keys)]
        if one.value * other < 0:
            yield one.told("other_sign_now", column, year=before, other=f"{other:g}")
        elif _apart(abs(one.value), abs(other)):
            told = {"other": f"{other:g}", "times": f"{abs(one.value) / abs(other):.3g}"}
            yield one.told("leap_now", column, year=before, **told)


def _changed(
    now: _Rows, then: _Rows, keys: tuple[str, ...], column: str, code: str, before: int
) -> Iterator[Fault]:
    last = {r.of(*keys): r.cells.get(column, "") for r in then}
    for one in now:
        other = last.get(one.of(*keys), "")
        if column in one.cells and other and one.cells[column] != other:
            yield one.told(code, column, year=before, other=other)
