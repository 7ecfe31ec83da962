"""Slips that people make in a workbook, each with the cell in which it must be told.

They follow from the tables' own rules: a field that must be filled is emptied, one with a list of words gets
another word, a number gets what is none, a key is written twice. A slip changes the cells of a workbook that
was read, so that hundreds can be tried.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from bluebook.data.faults import Fault
from bluebook.data.signs import EXPRESSIONS
from bluebook.desk import sheets
from bluebook.desk.reading import Book, Grid, Seen

NO_NUMBERS = (
    Seen("一百", "s", "@"),
    Seen("12O5", "s", "@"),
    Seen("1/2", "s", "@"),
    Seen("#N/A", "e", "General"),
    Seen("#DIV/0!", "e", "General", "=1/0"),
    Seen(datetime.datetime(2021, 5, 1), "d", "yyyy/m/d"),
    Seen(True, "b", "General"),
    Seen(None, "n", "General", "=A1*2"),
    Seen("1e3", "s", "@"),
    Seen("12.3.4", "s", "@"),
    Seen("nan", "s", "@"),
    Seen("约12", "s", "@"),
    Seen("12 或 13", "s", "@"),
    Seen("1,23", "s", "@"),
    Seen("(5.0)", "s", "@"),
    Seen("无", "s", "@"),
)


class Slip(NamedTuple):
    """What somebody wrote and where; ``told``: the cell that must be named, "" for the sheet as a whole."""

    sheet: str
    at: tuple[int, int]
    seen: Seen | None
    told: str
    what: str


def cell(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def written(text: object) -> Seen:
    return Seen(text, "n" if isinstance(text, (int, float)) else "s", "General")


def after(book: Book, slips: list[Slip]) -> Book:
    """Return a workbook with slips in it; the one given stays as it is."""
    grids = {n: Grid(g.name, dict(g.cells), list(g.merged), list(g.hidden)) for n, g in book.sheets.items()}
    for slip in slips:
        if slip.seen is None:
            grids[slip.sheet].cells.pop(slip.at, None)
        else:
            grids[slip.sheet].cells[slip.at] = slip.seen
    return book._replace(sheets=grids)


def named(faults: list[Fault]) -> set[tuple[str, str]]:
    """Return sheet and cell of every fault, those of the same cause too."""
    out = set()
    for f in faults:
        sheet = f.file.rpartition(" ")[2]
        out.add((sheet, f.column))
        if f.times > 1:
            out |= {(sheet, c) for c in f.elsewhere[1].rpartition(": ")[2].rstrip(")").split()}
    return out


def slips(book: Book, root: Path, seed: int) -> Iterator[Slip]:
    """Yield slips without end, no two in one row of a sheet until all rows had one."""
    dice = random.Random(seed)
    kinds = [_in_list, _in_list, _in_list, _in_data, _in_data, _in_forms, _in_settings]
    while True:
        slip = dice.choice(kinds)(book, root, dice)
        if slip is not None:
            yield slip


def _in_list(book: Book, root: Path, dice: random.Random) -> Slip | None:
    """Return a slip against the rules of a listed table's field."""
    block = dice.choice(sheets.BLOCKS)
    fields = sheets.columns(root, block)
    place = dice.randrange(len(fields))
    told, column = fields[place], block.column + place
    rules, grid = told.get("constraints", {}), book.sheets[block.sheet]
    rows = [r for r in grid.rows() if r >= sheets.FIRST and grid.text(r, column)]
    if block.kind == "scores":  # a place to fill in that nobody filled in is no row yet
        rows = [r for r in rows if grid.text(r, 4)]
    if not rows:
        return None
    row, offered = dice.choice(rows), []
    if rules.get("unique") and dice.random() < 0.3:
        other = dice.choice([r for r in rows if r != row])
        again, later = grid.at(other, column), cell(max(row, other), column)
        return Slip(block.sheet, (row, column), again, later, f"{block.kind}.{told['name']}: twice")
    if told["type"] in ("number", "integer"):
        offered += [(s, "no number") for s in dice.sample(NO_NUMBERS, 2)]
        if "maximum" in rules:
            offered.append((written(rules["maximum"] + 1), "too large"))
        if "minimum" in rules:
            offered.append((written(rules["minimum"] - 1), "too small"))
        if told["type"] == "integer" and "enum" not in rules:
            offered.append((written(2.5), "not whole"))
    if "enum" in rules or told["type"] == "boolean":
        offered.append((written("别的"), "another word"))
    if "pattern" in rules and told["name"] not in ("source", "named_in"):
        offered.append((written("坏 Id!"), "another form"))
    if told["name"] in ("source", "named_in"):
        offered.append((written("no_such_source"), "no such source"))
    if rules.get("required"):
        offered.append((None, "empty"))
    if told["type"] == "string" and told["name"] not in EXPRESSIONS:
        offered.append((Seen("=1+1", "s", "@"), "looks like a formula"))
    if told["type"] == "date":
        offered.append((written("2022-13-45"), "no day"))
    if not offered:
        return None
    seen, what = dice.choice(offered)
    return Slip(block.sheet, (row, column), seen, cell(row, column), f"{block.kind}.{told['name']}: {what}")


def _in_data(book: Book, root: Path, dice: random.Random) -> Slip:
    """Return a slip in the matrices of the cities."""
    name = dice.choice((sheets.DATA, sheets.DATA, sheets.BASES))
    grid = book.sheets[name]
    columns = sorted(c for r, c in grid.cells if r == sheets.FIRST and c > 2)
    row, column = dice.randrange(sheets.FIRST + 1, sheets.FIRST + 19), dice.choice(columns)
    return Slip(name, (row, column), dice.choice(NO_NUMBERS), cell(row, column), f"{name}: no number")


def _in_forms(book: Book, root: Path, dice: random.Random) -> Slip:
    """Return a slip in the experts' forms."""
    grid = book.sheets[sheets.EXPERTS]
    row, column = dice.choice([r for r in grid.rows() if r >= sheets.FIRST]), dice.randrange(3, 12)
    seen = dice.choice([*NO_NUMBERS, written(-5)])
    return Slip(sheets.EXPERTS, (row, column), seen, cell(row, column), "experts: no points")


def _in_settings(book: Book, root: Path, dice: random.Random) -> Slip | None:
    """Return a slip in the settings."""
    path, text = dice.choice(
        (
            ("decimals", "二"),
            ("decimals", "9"),
            ("data_year", "去年"),
            ("framework.n_dimensions", "四"),
            ("published", "七月"),
            ("title_zh", ""),
            ("ranked", "0"),
        )
    )
    grid = book.sheets[sheets.SETTINGS]
    row = next((r for r in grid.rows() if grid.text(r, 1) == path), 0)
    if not row:
        return None
    seen = written(text) if text else None
    return Slip(sheets.SETTINGS, (row, 3), seen, cell(row, 3), f"settings: {path}")
