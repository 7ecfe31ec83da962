"""Workbooks as an editor fills them in: the template of a draft, with the teaching panel or a slip in it.

Also what happens to a command: another one is at work, or it ends in the middle.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from conftest import ROOT

from bluebook.data import edition as editions
from bluebook.desk import sheets
from bluebook.year import journal

YEAR = 2023


def zipped(**parts: bytes) -> bytes:
    """Return a zip with these parts that calls itself a workbook."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in {"xl/workbook.xml": b"<workbook/>", **parts}.items():
            pack.writestr(name, content)
    return held.getvalue()


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


# ---------------------------------------------------------------- another command, and the end of one


@contextmanager
def held_elsewhere(home: Path) -> Iterator[None]:
    """Let another process be at work on the book."""
    code = (
        "import sys, time; from pathlib import Path; from bluebook.year import journal\n"
        "with journal.locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", code, home], stdout=subprocess.PIPE, env=env) as other:
        try:
            assert other.stdout.readline()
            yield
        finally:
            other.kill()


class Killed(BaseException):
    """The end of a process: nothing that it would still have done is done."""


class Dying:
    """Lets a command end at its ``last``-th step that writes; a file that it was writing is half there."""

    def __init__(self, patch: pytest.MonkeyPatch, last: int) -> None:
        self.left = last
        for owner, name in ((journal, "_lay"), (Path, "write_bytes")):
            patch.setattr(owner, name, self.half(getattr(owner, name)))
        for name in ("rename", "replace", "unlink", "mkdir", "rmdir"):
            patch.setattr(Path, name, self.before(getattr(Path, name)))
        patch.setattr(shutil, "rmtree", self.before(shutil.rmtree))

    def step(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise Killed

    def before(self, real: Callable) -> Callable:
        def step_first(*args: object, **kwargs: object) -> object:
            self.step()
            return real(*args, **kwargs)

        return step_first

    def half(self, real: Callable) -> Callable:
        def half_first(place: Path, content: object) -> object:
            if self.left == 1 and isinstance(content, bytes | str):
                told = content.encode() if isinstance(content, str) else content
                with place.open("wb") as file:
                    file.write(told[: len(told) // 2])
            self.step()
            return real(place, content)

        return half_first
