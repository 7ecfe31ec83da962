"""What the book held when a workbook was written, kept in the workbook; and what has moved in the book since.

A cell that nobody changed in the workbook says nothing: where the book has moved on, its value stays. Where
both changed, otherwise, both are told and nothing is written.
"""

from __future__ import annotations

import base64
import io
import json
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from bluebook.desk import sheets
from bluebook.desk.filled import Cell, Filled, Place, Row
from bluebook.desk.merging import Key, keyed, same
from bluebook.desk.reading import Book

_PIECE, _MOST = 30_000, 40 * 2**20  # letters that a cell may hold; bytes that no year's tables reach
_NAMED = 12  # cells that a line names


class State(NamedTuple):
    """The tables of an edition as text cells, by kind, and its settings, at one moment."""

    tables: Mapping[str, pd.DataFrame]
    settings: Mapping[str, str]


def packed(state: State) -> list[str]:
    """Return a state as texts, each short enough for a cell of a workbook."""
    told = {
        "tables": {kind: frame.to_csv(index=False) for kind, frame in state.tables.items()},
        "settings": dict(state.settings),
    }
    text = base64.b64encode(zlib.compress(json.dumps(told, ensure_ascii=False).encode(), 9)).decode()
    return [f"~{text[at : at + _PIECE]}" for at in range(0, len(text), _PIECE)]  # no cell begins with + or =


def of(book: Book) -> State | None:
    """Return the state that a workbook was written from, None where it holds none that can be read."""
    grid = book.sheets.get(sheets.STATE)
    if grid is None:
        return None
    pieces = [grid.text(row, 1).removeprefix("~") for row in grid.rows()]
    try:
        unpacked = zlib.decompressobj().decompress(base64.b64decode("".join(pieces), validate=True), _MOST)
        told = json.loads(unpacked)
        tables = {
            str(kind): pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
            for kind, text in told["tables"].items()
        }
        return State(tables, {str(k): str(v) for k, v in told["settings"].items()})
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error):
        return None


def rebased(filled: Filled, old: State | None, now: State, root: Path) -> Filled:
    """Let what a workbook did not change be as the book has it now; return it, conflicts among its faults."""
    if old is None:
        filled.notices.append(Place(filled.file, sheets.GUIDE).fault("no_state"))
        return filled
    work = _Rebase(filled, root)
    for kind, rows in filled.tables.items():
        if kind in old.tables and kind in now.tables and not old.tables[kind].equals(now.tables[kind]):
            work.table(kind, rows, old.tables[kind], now.tables[kind])
    for path, cell in filled.settings.items():
        if path in old.settings and path in now.settings:
            filled.settings[path] = work.cell(cell, old.settings[path], now.settings[path])
    work.tell()
    return filled


class _Rebase:
    """Lays one workbook over the book as it is now."""

    def __init__(self, filled: Filled, root: Path) -> None:
        self.filled, self.root = filled, root
        self.kept: list[Place] = []

    def cell(self, cell: Cell, old: str, now: str, column: str = "") -> Cell:
        """Return what stands: the workbook's text if it changed, else the book's."""
        if same(old, now) or same(cell.text, now):
            return cell
        if same(cell.text, old):
            self.kept.append(cell.place)
            return Cell(now, cell.place)
        if column != "decimals":  # they follow from the value, which is told
            told = {"was": old[:60] or "—", "now": now[:60] or "—"}
            self.filled.faults.append(cell.place.fault("moved_both", cell.text, **told))
        return cell

    def table(self, kind: str, rows: list[Row], old: pd.DataFrame, now: pd.DataFrame) -> None:
        """Merge a table's rows: the book's that came or went since, and each cell of the others."""
        keys = [k for k in sheets.schema(self.root, kind)["primaryKey"] if k != "period"]
        mine: dict[Key, Row] = dict(keyed(rows, keys))
        was, is_ = (dict(keyed(frame.to_dict("records"), keys)) for frame in (old, now))
        out: dict[Key, Row] = {}
        for key, row in mine.items():
            if key in was and key not in is_:
                changed = [c for c, cell in row.items() if not same(cell.text, was[key].get(c, ""))]
                place = row[changed[0] if changed else keys[0]].place
                if changed:
                    self.filled.faults.append(place.fault("row_gone", row[changed[0]].text))
                    out[key] = row
                else:
                    self.kept.append(place)
                continue
            before, after = was.get(key, {}), is_.get(key, {})
            out[key] = {c: self.cell(x, before.get(c, ""), after.get(c, ""), c) for c, x in row.items()}
        if kind != sheets.SOURCES.kind:  # a workbook shows some of the sources, and takes none away
            self._others(kind, out, mine, was, is_)
        order = _ordered(list(mine), list(was), list(is_))
        self.filled.tables[kind] = [out[key] for key in order if key in out]

    def _others(
        self, kind: str, out: dict[Key, Row], mine: Mapping[Key, Row], was: Mapping, is_: Mapping
    ) -> None:
        """Add the rows that only the book has; tell those taken away here that the book has changed."""
        for key in (k for k in is_ if k not in mine):
            place = self._place(kind, key)
            if key not in was:
                out[key] = {c: Cell(str(text), place) for c, text in is_[key].items()}
                self.kept.append(place)
            elif any(not same(str(was[key].get(c, "")), str(text)) for c, text in is_[key].items()):
                told = next((str(v) for k, v in is_[key].items() if k in ("value", "score", "points")), "")
                self.filled.faults.append(
                    place.fault("row_moved", " ".join(key[:-1]), now=told or " ".join(is_[key].values())[:60])
                )

    def _place(self, kind: str, key: Key) -> Place:
        """Return the cell of a row that the workbook does not fill in, as near as can be said."""
        names = {"observations": sheets.DATA, "bases": sheets.BASES, "experts": sheets.EXPERTS}
        sheet = names.get(kind) or next(b.sheet for b in sheets.BLOCKS if b.kind == kind)
        down, right = (
            self.filled.at.get((kind, c, k)) for c, k in zip(("city", "indicator"), key, strict=False)
        )
        if down and right:
            letters, digits = right.cell.rstrip("0123456789"), down.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            return Place(self.filled.file, sheet, f"{letters}{digits}")
        return Place(self.filled.file, sheet)

    def tell(self) -> None:
        """Say in a line a sheet which cells are as the book has them now, and not as they stand there."""
        by_sheet: dict[str, list[Place]] = {}
        for place in dict.fromkeys(self.kept):
            by_sheet.setdefault(place.sheet, []).append(place)
        for places in by_sheet.values():
            cells = [p.cell for p in places if p.cell]
            named = " ".join(cells[:_NAMED]) + (" …" if len(cells) > _NAMED else "")
            self.filled.notices.append(places[0].fault("book_moved", n=len(places), cells=named or "—"))


def _ordered(mine: list[Key], was: list[Key], now: list[Key]) -> list[Key]:
    """Return the keys in the book's order, unless somebody put the workbook's rows in another one."""
    told = [k for k in mine if k in set(was)]
    stayed = told == [k for k in was if k in set(mine)]
    return _laid_in(now, mine) if stayed else _laid_in(mine, now)


def _laid_in(first: Iterable[Key], more: Iterable[Key]) -> list[Key]:
    """Return the keys of both: each that only the second has comes behind the one before it there."""
    out: list[Any] = list(first)
    there, before = set(out), None
    for key in more:
        if key not in there:
            out.insert(out.index(before) + 1 if before in there else 0, key)
            there.add(key)
        before = key
    return out
