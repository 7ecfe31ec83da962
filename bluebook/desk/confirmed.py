"""A sheet of proposals comes back: what is confirmed goes into the ledger, checked as an import is.

What still waits stays in the sheet. A relation goes in only where every figure that it names does so too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from openpyxl.utils import get_column_letter

from bluebook.data import edition as editions
from bluebook.data.faults import Fault
from bluebook.desk import proposals, reading, sheets, tables, taking
from bluebook.desk.cleaning import clean
from bluebook.desk.filled import Cell, Filled, Place, Row
from bluebook.messages import Catalogue
from bluebook.year import frozen, journal

SAYS = Catalogue(__file__)
_NUMBERS = ("value", "position")


class Confirmed(NamedTuple):
    """What a sheet brought: figures and relations taken, figures that still wait, faults (then nothing)."""

    figures: int
    relations: int
    waiting: int
    faults: list[Fault]
    written: list[str]
    backup: Path | None


def take(path: Path) -> Confirmed:
    """Add the confirmed figures, relations and lists of a sheet to the draft edition's tables.

    With faults, each by sheet and cell, nothing is written. Raises `BadInput` for what is no sheet of
    proposals, an edition that is no draft, or another command at work.
    """
    book = reading.read(path)
    if not {proposals.FIGURES, proposals.RELATIONS, proposals.LISTS} <= set(book.sheets):
        SAYS.refuse("no_proposals", path.name)
    year, home = tables.wanted(str(editions.current_year()), to_write=True), frozen.home()
    with journal.locked(home):
        root = home / "data"
        base = tables.all_of(root, year)
        figures = list(_rows(book, proposals.FIGURES, proposals.COLUMNS))
        mine = [row for row in figures if row["state"].text == proposals.YES]
        links = [
            row
            for row in _rows(book, proposals.RELATIONS, proposals.RELATION_COLUMNS)
            if row["state"].text == proposals.YES
        ]
        filled = Filled(path.name, str(year))
        names = {row["id"].text for row in mine} | set(base["claims"]["id"])
        _relate(mine, links, names, filled)
        wanted = set(
            re.findall(r"(?:listed|distinct)_(\w+)", " ".join(row["relation"].text for row in links))
        )
        items = [r for r in _rows(book, proposals.LISTS, proposals.LIST_COLUMNS) if r["list"].text in wanted]
        filled.tables = {
            "claims": [*_there(base["claims"], f"editions/{year}/claims.csv"), *mine],
            "lists": [*_there(base["lists"], f"editions/{year}/lists.csv"), *items],
        }
        laid = taking.draft(root, year, filled, base, {})
        faults, _ = taking.judged(home, year, filled, laid)
        waiting = sum(row["state"].text == proposals.WAITING for row in figures)
        told = Confirmed(len(mine), len(links), waiting, faults, [], None)
        if faults or not (mine or links):
            return told
        written, backup = taking.written(home, year, laid)
        return told._replace(written=written, backup=backup)


def _rows(book: reading.Book, name: str, columns: tuple[tuple[str, str, int], ...]) -> Iterator[Row]:
    """Yield the rows of a sheet, each field as the ledger's tables hold it, by the heads that stand there."""
    grid = book.sheets[name]
    heads = {grid.text(sheets.HEAD, column): column for row, column in grid.cells if row == sheets.HEAD}
    for missing in (head for _, head, _ in columns[:2] if head not in heads):
        SAYS.refuse("no_head", f"{book.path.name} {name}", head=missing)
    bounds = {word: code for code, word in sheets.WORDS["bound"].items()}
    for number in (r for r in grid.rows() if r > sheets.HEAD):
        row: Row = {}
        for key, head, _ in columns:
            if column := heads.get(head):
                words = bounds if key == "bound" else None
                cell = clean(grid.at(number, column), "number" if key in _NUMBERS else "text", "", words)
                place = Place(book.path.name, name, f"{get_column_letter(column)}{number}")
                row[key] = Cell(cell.text, place)
        if "value" in row:
            row["decimals"] = Cell(str(len(row["value"].text.partition(".")[2])), row["value"].place)
        if any(cell.text for cell in row.values()):
            yield row


def _relate(mine: list[Row], links: list[Row], names: set[str], filled: Filled) -> None:
    """Put each confirmed relation into the row that carries it; a name that is not confirmed is a fault."""
    by_id: Mapping[str, Row] = {row["id"].text: row for row in mine}
    for link in links:
        own, text = by_id.get(link["id"].text), link["relation"].text
        if own is None:
            filled.faults.append(link["id"].place.fault("not_confirmed", link["id"].text, id=link["id"].text))
            continue
        for id_ in re.findall(r"\b[a-z][a-z0-9]*_[0-9]{3}\w*\b", text):
            if id_ not in names:
                filled.faults.append(link["relation"].place.fault("not_confirmed", text, id=id_))
        before = own.get("relation", Cell("", link["relation"].place))
        own["relation"] = Cell("; ".join(t for t in (before.text, text) if t), link["relation"].place)


def _there(table: pd.DataFrame, file: str) -> Iterator[Row]:
    """Yield the rows that a table has already."""
    for number, record in enumerate(table.to_dict("records"), start=2):
        yield {key: Cell(text, Place(file, "", str(number))) for key, text in record.items()}
