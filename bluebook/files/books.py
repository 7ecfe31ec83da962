"""Excel workbooks for the engine: the sheet that is meant, its cells as text, tables as sheets."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from bluebook.desk.cleaning import with_digits
from bluebook.desk.reading import Book, Grid, Seen
from bluebook.desk.reading import read as read_book
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".et", ".ods")  # what only a spreadsheet opens
ROWS, TITLE = 1_048_576, 31  # rows of a sheet, letters of its name
EPOCH = datetime(*zipfile.ZipInfo().date_time)  # of every part: the same tables give the same bytes
_CHANGED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(<)")


class Place(NamedTuple):
    """A file, or one sheet of a workbook: ``FILE.xlsx#sheet``."""

    file: Path
    sheet: str = ""

    @property
    def is_book(self) -> bool:
        return self.file.suffix.lower() in ENDINGS


def place(path: Path) -> Place:
    """Return the file and the sheet that a path names; a # in the name of another file is part of it.

    >>> place(Path("a.xlsx#Data")).sheet, place(Path("a#1.csv")).sheet
    ('Data', '')
    """
    text = str(path)
    at = text.lower().rfind(".xlsx#")
    return Place(Path(text[: at + 5]), text[at + 6 :]) if at >= 0 else Place(path)


def text(seen: Seen) -> str:
    """Return a cell as a CSV would hold it: as many decimals as it shows, where that loses nothing.

    >>> text(Seen(97.2, "n", "0.00")), text(Seen(0.1 + 0.2, "n", "General", "=A1+A2"))
    ('97.20', '0.3')
    """
    value = seen.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        shown = f"{value:.15g}" if seen.formula else repr(value)
        return with_digits(shown.removesuffix(".0"), seen.format) if "e" not in shown else shown
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def frame(grid: Grid, name: str) -> pd.DataFrame:
    """Return a sheet as `tables.read_table` returns a CSV: row ``i`` is row ``i + 2`` of the sheet.

    Raises BadInput for a formula whose value was never saved, an empty first row, a cell beside the header, a
    column without a name or with that of another; warns with Notice of rows that a filter hides.
    """
    refuse_unsaved(grid, name)
    names = {column: grid.text(1, column) for row, column in grid.cells if row == 1}
    names = {column: names[column] for column in sorted(names) if names[column]}
    if len(names) < 2:
        SAYS.refuse("no_header", name, 1)
    seen: dict[str, int] = {}
    for column, head in names.items():
        if head in seen:
            SAYS.refuse("column_twice", name, 1, head, first=letter(seen[head]), second=letter(column))
        seen[head] = column
    rows = grid.rows()
    for row, column in sorted(grid.cells):
        if column not in names and grid.text(row, column):
            SAYS.refuse("beside", name, cell=f"{letter(column)}{row}", text=grid.text(row, column))
    if hidden := [row for row in grid.hidden if row in rows]:
        SAYS.notice("hidden_rows", table=name, rows=len(hidden), first=hidden[0])
    cells = {
        head: ["" if (c := grid.at(row, column)) is None else text(c) for row in range(2, rows[-1] + 1)]
        for column, head in names.items()
    }
    return pd.DataFrame(cells, dtype=str)


def refuse_unsaved(grid: Grid, name: str) -> None:
    """Refuse the first cell whose formula has no saved value."""
    for (row, column), seen in sorted(grid.cells.items()):
        if seen.formula and seen.value is None:
            SAYS.refuse("unsaved", name, cell=f"{letter(column)}{row}", formula=seen.formula)


def letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def opened(path: Path) -> Book:
    """Return a workbook's sheets; what cannot be opened safely is BadInput."""
    if path.suffix.lower() == ".ods":
        SAYS.refuse("not_xlsx", path.name)
    openpyxl = import_module("openpyxl")  # where it is missing, that is what is wrong, not the file
    book, saved = read_book(path), None
    for grid in book.sheets.values():
        for (row, column), seen in grid.cells.items():
            if not seen.formula or seen.value is not None:
                continue
            saved = saved or openpyxl.load_workbook(io.BytesIO(book.content), data_only=True)
            if saved[grid.name].cell(row, column).data_type == "str":  # =IF(A1="","",…) came to nothing
                grid.cells[row, column] = seen._replace(value="")
    return book


def chosen(book: Book, wanted: str, fits: Callable[[Grid], bool], what: str) -> Grid:
    """Return the sheet named ``wanted``, else the only one that ``fits``; several or none are BadInput."""
    name, sheets = book.path.name, {k: grid for k, grid in book.sheets.items() if grid.cells}
    every = ", ".join(sheets)
    if wanted:
        if wanted not in book.sheets:
            SAYS.refuse("no_sheet", name, sheet=wanted, sheets=", ".join(book.sheets))
        if wanted not in sheets:
            SAYS.refuse("empty_sheet", name, sheet=wanted)
        return sheets[wanted]
    if not sheets:
        SAYS.refuse("empty_book", name)
    if len(sheets) == 1:
        return next(iter(sheets.values()))
    found = [k for k, grid in sheets.items() if fits(grid)]
    if len(found) > 1:
        SAYS.refuse("two_sheets", name, sheets=", ".join(found), what=what, file=name, sheet=found[0])
    if not found:
        SAYS.refuse("which_sheet", name, sheets=every, what=what, file=name, sheet=next(iter(sheets)))
    SAYS.notice("sheet_taken", file=name, sheet=found[0], what=what)
    return sheets[found[0]]


# --- out ---------------------------------------------------------------------------------------------------


def written(tables: Mapping[str, pd.DataFrame], name: str) -> bytes:
    """Return a workbook with one sheet a table, no cell a formula; the same tables give the same bytes."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    for title, table in tables.items():
        if len(table) >= ROWS:
            SAYS.refuse("too_many_rows", name, sheet=title, rows=len(table), most=ROWS - 1)
        sheet = book.create_sheet(title[:TITLE])
        sheet.freeze_panes = "A2"
        for column, head in enumerate(table.columns, 1):
            _put(sheet.cell(1, column), str(head)).font = Font(bold=True)
            sheet.column_dimensions[letter(column)].width = max(10, min(40, len(str(head)) + 4))
        for row, cells in enumerate(table.itertuples(index=False, name=None), 2):
            for column, value in enumerate(cells, 1):
                if value is not None and value is not pd.NA and value == value and value != "":
                    _put(sheet.cell(row, column), value)
    book.properties.created = book.properties.modified = EPOCH
    held = io.BytesIO()
    book.save(held)
    return _timeless(held.getvalue())


def _put(cell: Any, value: Any) -> Any:
    """Write a number as a number, anything else as text that no spreadsheet runs."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and math.isinf(value):
        value = str(value)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in ("=", "+", "-", "@")
    return cell


def _timeless(content: bytes) -> bytes:
    """Return a zip whose parts bear no time."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            info = zipfile.ZipInfo(part.filename, EPOCH.timetuple()[:6])
            told = old.read(part)
            if part.filename == "docProps/core.xml":  # openpyxl writes now as the time of the last change
                told = _CHANGED.sub(rb"\g<1>" + EPOCH.isoformat().encode() + rb"Z\2", told)
            new.writestr(info, told, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def refuse_ending(out: Path) -> None:
    """Refuse a file to be written that only a spreadsheet opens, but .xlsx, and a sheet of one."""
    if place(out).sheet:
        SAYS.refuse("sheet_out", out.name, file=place(out).file.name)
    if out.suffix.lower() in ENDINGS and out.suffix.lower() != ".xlsx":
        SAYS.refuse("not_xlsx", out.name)
