"""What every sheet of the workbook is laid out with: cells, heads, lists to choose from, locks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bluebook.data import edition as editions
from bluebook.data.csvio import PRINTED
from bluebook.data.schema import edition_years
from bluebook.desk import sheets, tables

FACE = "微软雅黑"
LINE = Side(style="thin", color="D0D5DD")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEAD_FILL, KEY_FILL, MADE_FILL = (PatternFill("solid", fgColor=c) for c in ("1F4E79", "EEF1F5", "E8F3EC"))
BANDS = [
    PatternFill("solid", fgColor=c) for c in ("1F4E79", "2E6B4F", "7A4B1E", "5B3A78", "8A2F3C", "3F5566")
]
ODD_FILL = PatternFill("solid", bgColor="FFE2A8")


class Layout:
    """One workbook that is being laid out, and what its sheets are written with."""

    def __init__(self, root: Path, year: int) -> None:
        self.root, self.year = root, year
        self.looks: dict[tuple, Any] = {}
        self.book = Workbook()
        self.book.remove(self.book.active)
        self.there = tables.all_of(root, year)
        before = max((y for y in edition_years(root) if y < year), default=year)
        self.before = before
        self.last = tables.all_of(root, before)
        self.cities = editions.cities()[["city", "name_zh"]].astype(str)
        self.names = dict(self.cities.itertuples(index=False))
        self.tree = self.there["indicators"]
        self.told = editions.edition(year)

    def write(
        self,
        sheet: Worksheet,
        row: int,
        column: int,
        text: str,
        *,
        number: bool = False,
        locked: bool = False,
        fill: PatternFill | None = None,
        wrap: bool = False,
    ) -> None:
        """Write one cell: a number with the decimals it is printed with, text never as a formula."""
        cell, format_ = sheet.cell(row, column), "@"
        if number and PRINTED.fullmatch(text):
            cell.value = float(text) if "." in text else int(text)
            digits = len(text.partition(".")[2])
            format_ = f"0.{'0' * digits}" if digits else "0"
        elif text:
            cell.value = text
            cell.data_type = "s"
        elif number:
            format_ = "General"
        quoted = text[:1] in tuple("=+-@") and format_ == "@"
        look = (number, locked, wrap, fill.fgColor.rgb if fill else "", format_, quoted)
        if look not in self.looks:  # making a style takes longer than writing the cell
            cell.number_format, cell.quotePrefix = format_, quoted
            cell.font = Font(name=FACE, size=10, color="475467" if locked else "101828")
            cell.border, cell.protection = BOX, Protection(locked=locked)
            side = "right" if number else None
            cell.alignment = Alignment(vertical="center", wrap_text=wrap, horizontal=side)
            if fill or locked:
                cell.fill = fill or KEY_FILL
            self.looks[look] = copy(cell._style)
        cell._style = copy(self.looks[look])

    def head(
        self, sheet: Worksheet, column: int, text: str, note: str = "", fill: PatternFill = HEAD_FILL
    ) -> None:
        cell = sheet.cell(sheets.HEAD, column, text)
        cell.font, cell.fill, cell.border = Font(name=FACE, size=10, bold=True, color="FFFFFF"), fill, BOX
        cell.alignment = Alignment(vertical="center", horizontal="center", wrap_text=True)
        if note:
            cell.comment = Comment(note, "")
            cell.comment.width, cell.comment.height = 320, 30 + 18 * (len(note) // 24 + 1)

    def hint(self, sheet: Worksheet, text: str) -> None:
        cell = sheet.cell(1, 1, text)
        cell.font = Font(name=FACE, size=10, color="475467")
        cell.alignment = Alignment(vertical="center")
        sheet.row_dimensions[1].height = 22
        sheet.row_dimensions[sheets.HEAD].height = 32

    def choose(self, sheet: Worksheet, cells: str, choices: Iterable[str] | str, strict: bool = True) -> None:
        """Offer a list in these cells; ``choices`` are words, or the range that holds them."""
        told = choices if isinstance(choices, str) else f'"{",".join(choices)}"'
        rule = DataValidation(type="list", formula1=told, allow_blank=True, showErrorMessage=strict)
        rule.error, rule.errorTitle = "请从列表里选", "不在列表里"
        sheet.add_data_validation(rule)
        rule.add(cells)

    def paper(self, sheet: Worksheet, size: int = 9) -> None:
        """Let a sheet be printed across, as wide as the paper; ``size``: 9 is A4, 8 is A3."""
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", size
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True

    def finish(self, sheet: Worksheet) -> None:
        self.paper(sheet)
        if sheet.title != sheets.GUIDE:
            sheet.print_title_rows = f"1:{sheets.HEAD}"
        if sheet.title in (sheets.DATA, sheets.BASES):
            sheet.print_title_cols, sheet.page_setup.fitToWidth = "A:B", 3
        lock = sheet.protection
        lock.sheet = True  # without a password: it keeps from slips, not from anybody
        for free in ("formatCells", "formatColumns", "formatRows", "sort", "autoFilter"):
            setattr(lock, free, False)

    def made(self, sheet: Worksheet, row: int, column: int, formula: str, locked: bool = True) -> None:
        cell = sheet.cell(row, column, formula)
        cell.font, cell.fill = Font(name=FACE, size=10, color="2E6B4F"), MADE_FILL
        cell.border, cell.protection = BOX, Protection(locked=locked)


def high(sheet: Worksheet, row: int, more: float = 0, line: float = 15) -> None:
    """Give a row room for its longest cell: not every program does so by itself. ``more``: points on top."""
    lines = 1
    for cell in sheet[row]:
        wide = sum(2 if ord(letter) > 0x2E7F else 1.1 for letter in str(cell.value or ""))
        if cell.alignment.wrap_text:
            width = sheet.column_dimensions[cell.column_letter].width - 2
            lines = max(lines, math.ceil(wide / width))
    sheet.row_dimensions[row].height = lines * line + 3 + more


def column_range(sheet: str, first: str, last: int, to: str = "") -> str:
    return f"{sheet}!${first}${sheets.FIRST}:${to or first}${last}"
