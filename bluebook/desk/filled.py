"""What one filled workbook says: rows of tables, settings, and for each cell the place where it was written.

Nothing is judged here but what keeps a cell from being read: a sheet or head that is missing, a city that is
none, a merged range, a formula whose value was never saved. What the tables themselves forbid, their own
checks find.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from openpyxl.utils import get_column_letter

from bluebook.data.faults import Fault, fault
from bluebook.data.fields import is_date
from bluebook.data.signs import EXPRESSIONS
from bluebook.desk import sheets
from bluebook.desk.cleaning import Clean, clean
from bluebook.desk.reading import Book, Grid
from bluebook.messages import Catalogue, message

SAYS = Catalogue(__file__)


class Place(NamedTuple):
    """A cell of a workbook: its file's name, its sheet, its address ("" for the sheet as a whole)."""

    file: str
    sheet: str
    cell: str = ""

    @property
    def where(self) -> str:
        return f"{self.file} {self.sheet}"

    def fault(self, code: str, value: str = "", /, **fields: object) -> Fault:
        """Return a fault of this room in this place."""
        return fault(__file__, code, self.where, None, self.cell, value, **fields)


class Cell(NamedTuple):
    """What a cell says, as a table holds it, and where it was written."""

    text: str
    place: Place


Row = dict[str, Cell]


class Said(NamedTuple):
    """What was cleaned in a cell: reason code, place, the old text and the new."""

    code: str
    place: Place
    old: str
    new: str


@dataclass
class Filled:
    """A workbook as it was filled: kind of table → rows; settings by their way down, the confirmed ones.

    ``at`` finds the place of a value that a fault without a row is about: (kind, column, value) → place.
    """

    file: str
    year: str = ""
    tables: dict[str, list[Row]] = field(default_factory=dict)
    settings: dict[str, Cell] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)
    at: dict[tuple[str, str, str], Place] = field(default_factory=dict)


class Shared(NamedTuple):
    """What reading a workbook needs to know of the data: the folder, the edition's year, the cities."""

    root: Path
    year: int
    cities: pd.DataFrame


def year_of(book: Book) -> str:
    """Return the edition that a workbook says it is of, as it stands there; "" where it says none."""
    grid = book.sheets.get(sheets.SETTINGS)
    seen = grid.at(_year_row(grid), 3) if grid else None
    return clean(seen, "integer").text if seen else ""


def year_cell(book: Book) -> str:
    """Return the cell of the settings that says so; "" where none does."""
    grid = book.sheets.get(sheets.SETTINGS)
    row = _year_row(grid) if grid else 0
    return f"C{row}" if row else ""


def _year_row(grid: Grid) -> int:
    return next((r for r in grid.rows() if grid.text(r, 1) == "year"), 0)


class Reader:
    """What reading any sheet of one workbook needs; the lists and the settings."""

    def __init__(self, book: Book, shared: Shared) -> None:
        self.book, self.shared, self.out = book, shared, Filled(book.path.name)
        told = shared.cities
        self.cities = {
            name: code
            for column in ("city", "name_zh", "name_full_zh")
            for code, name in zip(told["city"], told[column], strict=True)
        }
        self.names = dict(zip(told["city"], told["name_zh"], strict=True))

    # ------------------------------------------------------------ what every sheet has

    def _place(self, sheet: str, row: int = 0, column: int = 0) -> Place:
        return Place(self.out.file, sheet, f"{get_column_letter(column)}{row}" if row else "")

    def _merged(self, grid: Grid) -> bool:
        for _, _, last, _, name in grid.merged:
            if last >= sheets.HEAD:
                self.out.faults.append(Place(self.out.file, grid.name, name).fault("merged"))
        return False

    def _unseen(self, grid: Grid) -> None:
        """Tell of rows that nobody sees and that were read all the same."""
        there = set(grid.rows())
        rows = [r for r in grid.hidden if r in there and r > sheets.HEAD]
        if rows:
            code = "filter_left_on" if grid.filtered else "hidden_rows"
            place = self._place(grid.name, rows[0], 1)
            self.out.notices.append(place.fault(code, n=len(rows), last=rows[-1]))

    def _take(
        self, grid: Grid, row: int, column: int, type_: str, unit: str = "", words: Mapping | None = None
    ) -> Cell:
        """Return a cleaned cell; what was changed is said, what cannot be read is a fault."""
        seen, place = grid.at(row, column), self._place(grid.name, row, column)
        found: Clean = clean(seen, type_, unit, words)
        if found.wrong:
            self.out.faults.append(place.fault(found.wrong, found.text))
        elif found.said:
            self.out.said.append(Said(found.said, place, str(seen.value), found.text))
        return Cell(found.text, place)

    def _city(self, grid: Grid, row: int, column: int) -> Cell:
        """Return the code of the city that a cell names by code, name or full name; else its text."""
        cell = self._take(grid, row, column, "string")
        neat = cell.text.replace(" ", "")
        code = self.cities.get(neat, cell.text)
        if code != cell.text and cell.text != self.names.get(code):
            self.out.said.append(Said("city", cell.place, cell.text, self.names[code]))
        return Cell(code, cell.place)

    def _heads(self, grid: Grid, wanted: list[str], first: int) -> dict[str, int]:
        """Return the columns of these heads, wherever they stand; each that is missing is a fault."""
        at: dict[str, int] = {}
        last = max((c for r, c in grid.cells if r == sheets.HEAD), default=0)
        for column in range(first, last + 1):
            head = grid.text(sheets.HEAD, column)
            if head in wanted and head not in at:
                at[head] = column
            elif head in wanted:
                place = self._place(grid.name, sheets.HEAD, column)
                self.out.faults.append(place.fault("head_twice", head, head=head))
        for place_, head in enumerate(wanted):
            if head not in at:
                place = self._place(grid.name, sheets.HEAD, first + place_)
                there = grid.text(sheets.HEAD, first + place_)
                self.out.faults.append(place.fault("no_head", there, head=head))
        return at

    # ------------------------------------------------------------ lists

    def _list(self, block: sheets.Block) -> None:
        grid = self.book.sheets.get(block.sheet)
        if grid is None:
            return
        fields = sheets.columns(self.shared.root, block)
        at = self._heads(grid, [sheets.head(f) for f in fields], block.column)
        if len(at) < len(fields):
            return  # half a table says nothing: its heads are told
        rows: list[Row] = []
        for number in (r for r in grid.rows() if r > sheets.HEAD):
            if not any(grid.text(number, column) for column in at.values()):
                continue
            row = {
                f["name"]: self._field(grid, number, at[sheets.head(f)], f)
                for f in fields
                if sheets.head(f) in at
            }
            self._digits(block, row)
            if any(cell.text for cell in row.values()):
                rows.append(row)
        self.out.tables[block.kind] = rows

    def _field(self, grid: Grid, row: int, column: int, field_: dict[str, Any]) -> Cell:
        """Return a cell of a listed sheet as its field wants it."""
        name, type_ = field_["name"], field_["type"]
        if name == "city":
            return self._city(grid, row, column)
        words = {v: k for k, v in (sheets.YES if type_ == "boolean" else sheets.WORDS.get(name, {})).items()}
        patterned = "pattern" in field_.get("constraints", {})
        cell = self._take(grid, row, column, type_ if type_ != "string" or patterned else "text", "", words)
        if name in ("source", "named_in"):
            return Cell(re.sub("[;；] *", ";", cell.text), cell.place)
        if name in EXPRESSIONS:
            return Cell(cell.text.replace("；", "; "), cell.place)
        return cell

    @staticmethod
    def _digits(block: sheets.Block, row: Row) -> None:
        """Add the decimals that a printed number has: the cell shows them."""
        value = row.get("score" if block.kind == "scores" else "value")
        if "decimals" in block.left_out and value is not None:
            row["decimals"] = Cell(str(len(value.text.partition(".")[2])) if value.text else "", value.place)

    # ------------------------------------------------------------ settings

    def _settings(self) -> None:
        grid = self.book.sheets.get(sheets.SETTINGS)
        if grid is None:
            return
        for row in (r for r in grid.rows() if r > sheets.HEAD):
            path = grid.text(row, 1)
            if not path:
                continue
            whole = path in sheets.WHOLE or path.startswith("framework.")
            date = path.rpartition(".")[2] in ("published", "printed")
            words = {word: code for code, word in sheets.STATES.items()} if path == "status" else None
            cell = self._take(grid, row, 3, "integer" if whole else "date" if date else "text", "", words)
            self.out.settings[path] = cell
            if words and cell.text not in sheets.STATES:
                self.out.faults.append(cell.place.fault("no_such_state", cell.text))
            self.out.at["settings", path.rpartition(".")[2], ""] = cell.place
            if whole and cell.text and not cell.text.isdigit():
                self.out.faults.append(cell.place.fault("not_whole", cell.text))
            if grid.text(row, 4) == sheets.CONFIRMED:
                self.out.confirmed.add(path.partition(".")[0])

    # ------------------------------------------------------------ signatures

    def _signatures(self) -> None:
        grid = self.book.sheets.get(sheets.SIGNED)
        seen: set[str] = set()
        for row in (r for r in grid.rows() if r > sheets.HEAD) if grid else ():
            item, *cells = (
                self._take(grid, row, column, told[1])
                for column, told in enumerate(sheets.SIGNATURE.values(), start=1)
            )
            if not item.text and not any(cell.text for cell in cells):
                continue
            wrong = "signed_nothing" if not item.text else "signed_twice" if item.text in seen else ""
            if wrong:
                self.out.faults.append(item.place.fault(wrong, item.text))
                continue
            seen.add(item.text)
            for column, cell in zip(list(sheets.SIGNATURE)[1:], cells, strict=True):
                self.out.settings[sheets.signature(item.text, column)] = cell
            day = cells[-1]
            if day.text and not is_date(day.text):
                self.out.faults.append(day.place.fault("signed_no_day", day.text))
            for cell in (c for c in (item, *cells) if c.text[:1] in tuple("=+-@")):
                self.out.faults.append(cell.place.fault("signed_formula", cell.text))


def told(said: Said) -> tuple[str, str]:
    """Return what was cleaned in a cell as one line, in Chinese and in English."""
    return message(
        __file__,
        "cleaned",
        where=f"{said.place.where} {said.place.cell}",
        old=said.old.strip("\n")[:40],
        new=said.new[:40] or "—",
        how=message(__file__, f"said_{said.code}"),
    )
