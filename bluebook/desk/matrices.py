"""A workbook read whole: lists and settings first, then the matrices that the tree of indicators explains.

The matrices: cities by indicators, what shares and per-head figures are made of, indicators by experts.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bluebook.desk import sheets
from bluebook.desk.filled import Cell, Filled, Place, Reader, Row, Shared, year_of
from bluebook.desk.reading import Book, Grid
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
MOST_EXPERTS = 200


def fill(book: Book, shared: Shared) -> Filled:
    """Return what a workbook says, with whatever keeps a cell of it from being read."""
    return _Whole(book, shared).all()


class _Whole(Reader):
    """Reads all sheets of one workbook."""

    def all(self) -> Filled:
        self.out.year = year_of(self.book)
        for name in sheets.ORDER[1:]:
            if name not in self.book.sheets:
                there = "、".join([n for n in self.book.sheets if n != sheets.STATE][:14])
                self.out.faults.append(
                    Place(self.out.file, name).fault("no_sheet", name=name, there=there[:120])
                )
            elif not self._merged(self.book.sheets[name]):
                self._unseen(self.book.sheets[name])
        for block in sheets.BLOCKS:
            self._list(block)
        self._settings()
        self._signatures()
        tree = self.out.tables.get("indicators")
        if tree is None:
            return self.out  # without it nobody can say what a column is
        self.tree = pd.DataFrame(
            [{k: c.text for k, c in row.items()} for row in tree],
            columns=[f["name"] for f in sheets.schema(self.shared.root, "indicators")["fields"]],
            dtype="str",
        ).fillna("")
        bases = self._bases()
        self._data(bases)
        self._experts()
        return self.out

    # ------------------------------------------------------------ matrices

    def _matrix(self, name: str, kind: str) -> tuple[Grid | None, dict[int, str], dict[str, int]]:
        """Return a matrix's sheet, column → code, and city → row; what is missing or twice is a fault."""
        grid = self.book.sheets.get(name)
        if grid is None:
            return None, {}, {}
        codes: dict[int, str] = {}
        for column in sorted({c for r, c in grid.cells if r == sheets.FIRST and c > 2}):
            code, place = grid.text(sheets.FIRST, column), self._place(name, sheets.FIRST, column)
            if code in codes.values():
                self.out.faults.append(place.fault("column_twice", code))
            elif code:
                codes[column] = code
                self.out.at[kind, "indicator", code] = place
        rows: dict[str, int] = {}
        for row in (r for r in grid.rows() if r > sheets.FIRST):
            first = grid.text(row, 1)
            if first in sheets.ABOUT:
                rows.setdefault(first, row)
                continue
            if not any(grid.text(row, c) for c in (1, 2, *codes)):
                continue
            by_code, by_name = (self._city(grid, row, c).text for c in (1, 2))
            place = self._place(name, row, 2 if grid.text(row, 2) else 1)
            city = by_code if by_code in self.names else by_name
            if city not in self.names:
                self.out.faults.append(place.fault("no_city", grid.text(row, 2) or first))
            elif by_name in self.names and by_name != city:
                self.out.faults.append(place.fault("other_city", grid.text(row, 2), code=by_code))
            elif city in rows:
                self.out.faults.append(place.fault("city_twice", self.names[city], row=rows[city]))
            else:
                rows[city] = row
                self.out.at[kind, "city", city] = place
        for city, zh in self.names.items():
            if city not in rows:
                self.out.faults.append(self._place(name).fault("city_gone", zh))
        return grid, codes, rows

    def _about(self, grid: Grid, rows: Mapping[str, int], column: int) -> Row:
        """Return what stands below a column of a matrix: period, status, source, note."""
        out = {}
        for label, name in sheets.ABOUT.items():
            words = {v: k for k, v in sheets.WORDS.get(name, {}).items()}
            type_ = "string" if name in ("period", "source") else "text"
            row = rows.get(label, 0)
            out[name] = (
                self._take(grid, row, column, type_, "", words)
                if row
                else Cell("", self._place(grid.name, sheets.HEAD, column))
            )
        return out

    def _bases(self) -> dict[tuple[str, str], Row]:
        """Read what ratios are made of; return its rows by city and name."""
        grid, codes, rows = self._matrix(sheets.BASES, "bases")
        units, found = {part.name: part.unit for part in sheets.parts(self.tree)}, {}
        if grid is None:
            return {}
        self._columns(grid, codes, list(units), "bases")
        for column, name in codes.items():
            about, place = self._about(grid, rows, column), self._place(grid.name, sheets.FIRST, column)
            if name not in units:
                continue
            for city in (c for c in self.names if c in rows):
                value = self._take(grid, rows[city], column, "number", units[name])
                if value.text:
                    head = {"city": Cell(city, value.place), "name_zh": Cell(name, place)}
                    unit = {"value": value, "unit": Cell(units[name], place)}
                    told = {k: about[k] for k in ("period", "source", "note")}
                    found[city, name] = {**head, **told, **unit}
        self.out.tables["bases"] = list(found.values())
        return found

    def _columns(self, grid: Grid, codes: Mapping[int, str], wanted: list[str], kind: str) -> None:
        """Tell which columns of a matrix are gone, and which belong to nothing."""
        for code in (c for c in wanted if c not in codes.values()):
            self.out.faults.append(self._place(grid.name).fault("column_gone", code))
        for column, code in codes.items():
            if code not in wanted:
                place = self._place(grid.name, sheets.FIRST, column)
                self.out.faults.append(place.fault("column_of_nothing", code))

    def _data(self, bases: Mapping[tuple[str, str], Row]) -> None:
        """Read the matrix of cities by indicators, notes on single cells laid over it."""
        grid, codes, rows = self._matrix(sheets.DATA, "observations")
        if grid is None:
            return
        leaves = sheets.leaves(self.tree)
        self._columns(grid, codes, leaves, "observations")
        units = dict(zip(self.tree["code"], self.tree["unit"], strict=True))
        made, notes = sheets.ratios(self.tree), self._notes(leaves)
        columns = {code: column for column, code in codes.items()}
        out: list[Row] = []
        for code in (c for c in leaves if c in columns):
            column = columns[code]
            about, place = self._about(grid, rows, column), self._place(grid.name, sheets.FIRST, column)
            empty = []
            for city in (c for c in self.names if c in rows):
                seen, at = grid.at(rows[city], column), self._place(grid.name, rows[city], column)
                told = dict(about)
                if code in made and seen is not None and sheets.BASES in seen.formula:
                    value = Cell(self._derived(made[code], city, bases, at), at)
                    told |= self._of_parts(made[code], city, bases, at) if value.text else {}
                else:
                    value = self._take(grid, rows[city], column, "number", units[code])
                if not value.text:
                    empty.append(at)
                    continue
                told |= notes.get((city, code), {})
                head = {"city": Cell(city, at), "indicator": Cell(code, place)}
                out.append({**head, **told, "value": value, "unit": Cell(units[code], place)})
            if empty and len(empty) < len(self.names):
                self.out.notices.append(empty[0].fault("some_empty", n=len(empty), indicator=code))
        self.out.tables["observations"] = out

    def _derived(self, ratio: sheets.Ratio, city: str, bases: Mapping, at: Place) -> str:
        """Return a share or per-head figure from what it is made of; "" as long as a part is missing."""
        cells = [bases.get((city, part.name), {}).get("value") for part in (ratio.upper, ratio.lower)]
        try:
            upper, lower = (float(c.text) for c in cells)
        except (AttributeError, ValueError):
            return ""
        if lower == 0:
            self.out.faults.append(cells[1].place.fault("divided_by_zero", "0", part=ratio.lower.name))
            return ""
        return f"{upper / lower * ratio.factor:.4f}".rstrip("0").rstrip(".")

    def _of_parts(self, ratio: sheets.Ratio, city: str, bases: Mapping, at: Place) -> Row:
        """Return period, status, sources and note of a figure that was computed."""
        upper, lower = (bases[city, part.name] for part in (ratio.upper, ratio.lower))
        ids = [i for row in (upper, lower) for i in row["source"].text.split(";") if i]
        return {
            "period": upper["period"],
            "status": Cell("computed", at),
            "source": Cell(";".join(dict.fromkeys(ids)), upper["source"].place),
            "note": Cell(f"{ratio.upper.name} / {ratio.lower.name}", at),
        }

    def _notes(self, leaves: list[str]) -> dict[tuple[str, str], Row]:
        """Return what single cells of the data have otherwise than their column."""
        grid, found = self.book.sheets.get(sheets.NOTES), {}
        if grid is None:
            return found
        at = self._heads(grid, [sheets.CITY, sheets.CODE, *sheets.ABOUT], 1)
        for row in (r for r in grid.rows() if r > sheets.HEAD):
            if {sheets.CITY, sheets.CODE} - set(at) or not any(grid.text(row, c) for c in at.values()):
                continue
            city = self._city(grid, row, at[sheets.CITY])
            code = self._take(grid, row, at[sheets.CODE], "string")
            if city.text not in self.names:
                self.out.faults.append(city.place.fault("no_city", city.text))
            elif code.text not in leaves:
                self.out.faults.append(code.place.fault("no_indicator", code.text))
            elif (city.text, code.text) in found:
                self.out.faults.append(code.place.fault("noted_twice", code.text))
            else:
                below = dict.fromkeys(sheets.ABOUT, row)
                told = {
                    name: self._about(grid, below, at[label])[name]
                    for label, name in sheets.ABOUT.items()
                    if label in at
                }
                found[city.text, code.text] = {
                    k: Cell("", v.place) if v.text == sheets.NONE else v for k, v in told.items() if v.text
                }
        return found

    def _experts(self) -> None:
        grid = self.book.sheets.get(sheets.EXPERTS)
        if grid is None:
            return
        columns = sorted({c for r, c in grid.cells if c > 2 and r >= sheets.HEAD})
        judged = {r: grid.text(r, 1) for r in grid.rows() if r > sheets.HEAD and grid.text(r, 1)}
        found: dict[str, list[Row]] = {}
        twice = set()
        for column in columns:
            head = self._take(grid, sheets.HEAD, column, "text")
            points = [
                {
                    "expert": head,
                    "indicator": Cell(code, self._place(grid.name, row, 1)),
                    "points": self._take(grid, row, column, "number", "分"),
                }
                for row, code in judged.items()
                if grid.text(row, column)
            ]
            if not points:
                continue
            if not head.text:
                self.out.faults.append(head.place.fault("expert_without_name"))
            elif head.text in found and head.text not in twice:
                self.out.faults.append(head.place.fault("expert_twice", head.text))
                twice.add(head.text)
            found.setdefault(head.text, points)
        if len(found) > MOST_EXPERTS:
            place = self._place(grid.name, sheets.HEAD, columns[-1])
            self.out.faults.append(place.fault("many_experts", str(len(found)), most=MOST_EXPERTS))
        self.out.tables["experts"] = [row for points in found.values() for row in points]
