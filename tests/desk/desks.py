"""Workbooks as an editor fills them in: the template of a draft, with the teaching panel or a slip in it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd

from bluebook.data import edition as editions
from bluebook.desk import sheets

YEAR = 2023


def read(path: Path) -> pd.DataFrame:
    """Return a table as text cells."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def columns_of(sheet, row: int = sheets.FIRST) -> dict[str, int]:
    """Return what stands in a row: text → column."""
    return {str(c.value): c.column for c in sheet[row] if c.value is not None}


def rows_of(sheet, column: int = 1) -> dict[str, int]:
    """Return what stands in a column: text → row."""
    return {str(c[0].value): c[0].row for c in sheet.iter_rows(min_col=column, max_col=column) if c[0].value}


def put(cell, text: str) -> None:
    """Type a number as it is printed: with a format that shows all its digits."""
    digits = len(text.partition(".")[2])
    cell.value = float(text)
    cell.number_format = f"0.{'0' * digits}" if digits else "0"


def with_panel(content: bytes, root: Path) -> openpyxl.Workbook:
    """Return a workbook filled in from the teaching panel: data, what is special of single cells, expert forms."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    panel, forms = read(root / "teaching/observations.csv"), read(root / "teaching/experts.csv")
    sheet, notes = book[sheets.DATA], book[sheets.NOTES]
    at, down, free = columns_of(sheet), rows_of(sheet), sheets.FIRST
    names = editions.cities().set_index("city")["name_zh"]
    words = sheets.WORDS["status"]
    for code, own in panel.groupby("indicator", sort=False):
        usual = {c: own[c].mode()[0] for c in sheets.ABOUT.values()}
        for label, column in sheets.ABOUT.items():
            sheet.cell(down[label], at[code]).value = words.get(usual[column], usual[column]) or None
        for row in own.to_dict("records"):
            put(sheet.cell(down[row["city"]], at[code]), row["value"])
            odd = [(row[c] or sheets.NONE) if row[c] != usual[c] else "" for c in usual]
            if any(odd):
                odd[1] = words.get(odd[1], odd[1])
                for place, text in enumerate([names[row["city"]], code, *odd], start=1):
                    notes.cell(free, place).value = text or None
                free += 1
    sheet = book[sheets.EXPERTS]
    at, down = columns_of(sheet, sheets.HEAD), rows_of(sheet)
    for row in forms.to_dict("records"):
        sheet.cell(down[row["indicator"]], at[row["expert"]]).value = float(row["points"])
    return book


def saved(book: openpyxl.Workbook, path: Path) -> Path:
    """Save a workbook and return its path."""
    book.save(path)
    return path


def changed(path: Path, target: Path, work: Callable[[openpyxl.Workbook], object]) -> Path:
    """Save a copy of a workbook in which ``work`` was done."""
    book = openpyxl.load_workbook(path)
    work(book)
    return saved(book, target)
