"""One table at a time: header, rows, and each cell against its field; types and limits by Frictionless.

Numbers are read by the package's own parser, which is stricter: what a check lets pass, the loaders read. A
cell that Excel would take for a formula is a fault wherever it stands; only the ledger's old way to write an
equation is left to the ledger's own check.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from bluebook.data.csvio import PRINTED, header_faults, not_a_number, numbers, ragged_rows, read_rows
from bluebook.data.edition import fits, whole_numbers
from bluebook.data.faults import BadTable, Fault, fault, listed
from bluebook.data.schema import schema_of
from bluebook.data.signs import is_note, sign_faults
from bluebook.messages import message

ID = "[a-z][a-z0-9_]*"
_FORMS = {f: f for f in ("source", "city", "date", "period", "url", "colour", "chapter")}
_TYPES = {"date": "not_a_date", "boolean": "not_a_boolean", "integer": "not_whole", "number": "not_a_number"}
_RULES = ("required", "enum", "minimum", "maximum")
_FILLED = {"name": "row", "type": "string"}  # a column of our own, so that no row is blank


def read(
    root: Path, name: str, found: list[Fault], keep: Callable[[pd.DataFrame], pd.Series] | None = None
) -> pd.DataFrame:
    """Return a table's text cells by spreadsheet row, adding its faults to ``found``; empty if unreadable.

    ``keep`` says which rows count: a draft's empty ranking waits to be filled and is no fault.
    """
    path = root / name
    try:
        schema = schema_of(root, path)
        header, rows = read_rows(path)
    except BadTable as problem:
        found.append(problem.fault)
        return pd.DataFrame()
    found += header_faults(path, header, schema["fields"])
    wanted = [f["name"] for f in schema["fields"]]
    if len(set(header)) < len(header) or not set(wanted) <= set(header):
        return pd.DataFrame()
    for row, cells in (r for r in rows if is_note(r[1])):
        first = next(i for i, cell in enumerate(cells) if cell.strip())
        column = header[first] if first < len(header) else ""
        found.append(fault(__file__, "note_row", name, row, column, cells[first]))
    rows = [r for r in rows if not is_note(r[1])]
    found += ragged_rows(path, header, rows)
    whole = [(row, cells) for row, cells in rows if len(cells) == len(header)]
    frame = pd.DataFrame([c for _, c in whole], columns=header, index=[r for r, _ in whole], dtype="str")
    frame = frame[wanted]
    frame = frame if keep is None else frame[keep(frame)]
    found += faults_of(name, frame, schema)
    return frame


def faults_of(name: str, frame: pd.DataFrame, schema: dict[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with the cells of one table, field by field, and the rows that stand twice."""
    yield from sign_faults(name, frame, schema["fields"])
    yield from _numbers(name, frame, schema)
    yield from _formulas(name, frame)
    yield from _by_frictionless(name, frame, schema)
    yield from _repeated(name, frame, schema)


def is_date(text: str) -> bool:
    """Return whether ``text`` is a day that exists, written 2022-07-04."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _numbers(name: str, frame: pd.DataFrame, schema: dict[str, Any]) -> Iterator[Fault]:
    """Yield cells of number fields that the loaders would not read."""
    for field in schema["fields"]:
        if field["type"] in ("number", "integer"):
            whole = field["type"] == "integer"
            cells = frame[field["name"]].tolist()
            found = numbers(cells, printed=True)
            if found is not None and (whole_numbers(found) or not whole):
                continue
            for row, cell in zip(frame.index, cells, strict=True):
                if not fits(cell, whole):
                    yield not_a_number(name, row, field["name"], cell, whole)


def _formulas(name: str, frame: pd.DataFrame) -> Iterator[Fault]:
    """Yield cells that a spreadsheet would take for a formula: = + - @ before anything but a number."""
    for column in frame:
        for row, cell in zip(frame.index, frame[column].tolist(), strict=True):
            if not cell or cell[0] not in "=+-@":
                continue
            if not PRINTED.fullmatch(cell) and not (column == "relation" and cell.startswith("=")):
                yield fault(__file__, "formula", name, row, column, cell)


def _by_frictionless(name: str, frame: pd.DataFrame, schema: dict[str, Any]) -> Iterator[Fault]:
    """Yield cells that break their field's type or constraint, as Frictionless finds them.

    It is shown each value of a column once, and only the columns that `_sound` does not clear: loading it
    takes longer than a whole check of sound data.
    """
    if find_spec("frictionless") is None:  # to be said on the first day, not on the day of the first fault
        raise ModuleNotFoundError("frictionless", name="frictionless")
    fields = {f["name"]: f for f in schema["fields"] if not _sound(f, frame[f["name"]])}
    if frame.empty or not fields:
        return
    from frictionless import Resource

    values = {column: list(dict.fromkeys(frame[column])) for column in fields}
    rows = [list(r) for r in zip_longest(*values.values())]
    for row in rows:
        row[:] = [told[0] if cell is None else cell for cell, told in zip(row, values.values(), strict=True)]
    rows = [[*fields, _FILLED["name"]], *([*row, "row"] for row in rows)]  # never blank as a whole
    report = Resource(data=rows, schema=_rules(json.dumps(list(fields.values())))).validate()
    wrong: dict[tuple[str, str], Any] = {}
    for error in (e for task in report.tasks for e in task.errors):
        if (column := getattr(error, "field_name", None)) in fields:
            at = list(fields).index(column)
            wrong.setdefault((column, rows[error.row_number - 1][at]), error)
    places = [
        (int(row), frame.columns.get_loc(column), error)
        for (column, value), error in wrong.items()
        for row in frame.index[frame[column] == value]
    ]
    for row, at, error in sorted(places, key=lambda place: place[:2]):
        column = frame.columns[at]
        kind, value = fields[column]["type"], frame.at[row, column]
        if kind in ("number", "integer") and not fits(value, kind == "integer"):
            continue  # named already: one cause is told once
        if error.type == "type-error":
            yield fault(__file__, _TYPES.get(kind, "wrong_type"), name, row, column, value)
        elif error.type == "constraint-error":
            rule = re.match(r'constraint "(\w+)"', error.note).group(1)
            limit = fields[column].get("constraints", {}).get(rule)
            yield _broken(name, row, column, value, rule, limit)


def _sound(field: dict[str, Any], cells: pd.Series) -> bool:
    """Return whether all cells plainly keep their field's rules: never where Frictionless finds a fault."""
    rules = {k: v for k, v in field.get("constraints", {}).items() if k not in ("required", "unique")}
    told = list(dict.fromkeys(cells.tolist()))
    blank = "" in told
    told = [cell for cell in told if cell]
    if field.get("constraints", {}).get("required") and blank:
        return False
    if field["type"] in ("number", "integer"):
        found = numbers(told, printed=True)
        if found is None or (field["type"] == "integer" and not whole_numbers(found)):
            return False
        limits = rules.pop("minimum", -math.inf), rules.pop("maximum", math.inf)
        among = {float(v) for v in rules.pop("enum", found)}
        return not rules and all(limits[0] <= v <= limits[1] and v in among for v in found.tolist())
    if field["type"] == "boolean":
        return not rules and set(told) <= {"true", "false"}
    if field["type"] == "date":
        return not rules and all(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", c) and is_date(c) for c in told)
    among, form = rules.pop("enum", told), re.compile(rules.pop("pattern", r"(?s:.*)"))
    return field["type"] == "string" and not rules and all(c in among and form.fullmatch(c) for c in told)


def _broken(name: str, row: int, column: str, value: str, rule: str, limit: Any) -> Fault:
    if rule == "pattern":
        code = "id" if limit == ID else _FORMS.get(column, "other")
        return fault(__file__, "pattern", name, row, column, value, form=message(__file__, f"form_{code}"))
    told = listed(limit) if isinstance(limit, list) else limit
    return fault(__file__, rule if rule in _RULES else "breaks_rule", name, row, column, value, limit=told)


@lru_cache(maxsize=32)
def _rules(schema: str) -> Any:
    """Return Frictionless's reading of a schema's fields, without keys: `_repeated` can name both rows."""
    from frictionless import Schema

    fields = [
        {
            **{k: f[k] for k in ("name", "type", "format") if k in f},
            "constraints": {k: v for k, v in f.get("constraints", {}).items() if k != "unique"},
        }
        for f in json.loads(schema)
    ]
    return Schema.from_descriptor({"fields": [*fields, _FILLED], "missingValues": [""]})


def _repeated(name: str, frame: pd.DataFrame, schema: dict[str, Any]) -> Iterator[Fault]:
    """Yield rows that repeat the primary key, or a value that must be unique, of an earlier row."""
    keys = [list(schema["primaryKey"])]
    keys += [[f["name"]] for f in schema["fields"] if f.get("constraints", {}).get("unique")]
    for key in keys:
        if key in keys[: keys.index(key)]:
            continue
        first: dict[tuple[str, ...], int] = {}
        for row, cells in zip(frame.index, frame[key].itertuples(index=False, name=None), strict=True):
            if cells in first:
                yield fault(
                    __file__, "repeats", name, row, "+".join(key), " ".join(cells), first=first[cells]
                )
            elif any(cells):
                first[cells] = row
