"""Several filled copies of one workbook made one: what one of them says counts, where two differ both
are told.

A cell that is as the tables had it already, or empty, says nothing; so everybody may fill a part of the same
copy. A row counts if any copy has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from bluebook.data.faults import Fault, fault
from bluebook.desk import sheets
from bluebook.desk.filled import Cell, Filled, Row

Key = tuple[str, ...]


def merge(
    copies: list[Filled], base: Mapping[str, pd.DataFrame], was: Mapping[str, str], root: Path
) -> Filled:
    """Return what the copies say together, every disagreement among its faults.

    ``base``: the tables as they are, text cells; ``was``: the settings as they are.
    """
    if len(copies) == 1:
        return copies[0]
    out = Filled("、".join(one.file for one in copies), copies[0].year)
    for one in copies:
        out.faults += one.faults
        out.said += one.said
        out.notices += one.notices
        out.confirmed |= one.confirmed
        out.at = {**one.at, **out.at}
    for kind in sheets.KINDS:
        keys = sheets.schema(root, kind)["primaryKey"]
        keys = [k for k in keys if k != "period"]  # what somebody writes about a row is no part of its name
        old = dict(keyed(base[kind].to_dict("records"), keys))
        told = [dict(keyed(one.tables.get(kind, []), keys)) for one in copies]
        out.tables[kind] = [
            _row([t[key] for t in told if key in t], old.get(key, {}), out.faults)
            for key in dict.fromkeys(key for t in told for key in t)
        ]
    for path in dict.fromkeys(path for one in copies for path in one.settings):
        cells = [one.settings[path] for one in copies if path in one.settings]
        out.settings[path] = _cell(cells, was.get(path, ""), out.faults)
    return out


def keyed(rows: Iterable[Mapping], keys: list[str]) -> Iterable[tuple[Key, Any]]:
    """Yield each row by its key; one that repeats another's is counted, so that none is lost."""
    seen: dict[Key, int] = {}
    for row in rows:
        key = tuple(str(getattr(row.get(k, ""), "text", row.get(k, ""))) for k in keys)
        seen[key] = seen.get(key, 0) + 1
        yield (*key, str(seen[key])), row


def _row(rows: list[Row], old: Mapping[str, str], found: list[Fault]) -> Row:
    columns = dict.fromkeys(column for row in rows for column in row)
    return {c: _cell([row[c] for row in rows if c in row], str(old.get(c, "")), found, c) for c in columns}


def _cell(cells: list[Cell], old: str, found: list[Fault], column: str = "") -> Cell:
    """Return what stands: the one new value, else the old one; a fault where there are two."""
    new = [cell for cell in cells if cell.text and not same(cell.text, old)]
    if not new:
        return next((cell for cell in cells if cell.text), cells[0])
    other = next((cell for cell in new if not same(cell.text, new[0].text)), None)
    if other is not None and column not in ("note", "decimals"):
        one = new[0]
        told = {"other": f"{other.place.where} {other.place.cell}", "text": other.text[:60]}
        found.append(fault(__file__, "disagree", one.place.where, None, one.place.cell, one.text, **told))
    return new[0]


def same(one: str, other: str) -> bool:
    """Return whether two cells say the same: the same text, or the same number."""
    try:
        return one == other or float(one) == float(other)
    except ValueError:
        return False
