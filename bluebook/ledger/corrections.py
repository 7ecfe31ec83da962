"""The audit's findings: what is printed and what follows, both computed, the likely cause, and a guard.

``follows`` in corrections.csv is an expression, ``printed`` too (empty: the row itself). ``guard`` is a
statement that is true for every value within rounding as long as the source errs; once it no longer is, the
source was mended, or the finding is wrong, and the row must go.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from bluebook.data.csvio import read_rows
from bluebook.data.faults import BadTable, Fault, fault
from bluebook.data.schema import data_root
from bluebook.ledger.audit import outward
from bluebook.ledger.interval import Interval, Undefined
from bluebook.ledger.relation import Statement, clip, ids_in, parse_expression, parse_relation
from bluebook.ledger.rows import decimals, intervals, printed_text, text
from bluebook.ledger.span import Box, certain, span
from bluebook.ledger.wording import show_interval
from bluebook.messages import BadInput

CORRECTION_COLUMNS = (
    "id",
    "finding",
    "kind",
    "subject",
    "value",
    "unit",
    "printed_lower",
    "printed_upper",
    "follows_lower",
    "follows_upper",
    "printed",
    "follows",
    "cause",
    "sure",
    "guard",
    "fired",
)


def corrections(
    table: pd.DataFrame, rows: pd.DataFrame, facts: pd.DataFrame | None = None, lang: str = "zh"
) -> pd.DataFrame:
    """Return the findings of ``table`` with both numbers computed over ``rows`` (the ledger) and ``facts``.

    ``fired`` says that the guard no longer holds. Raises `BadTable` for an id nobody knows and an expression
    that cannot be used.
    """
    box = ({} if facts is None else intervals(facts)) | intervals(rows)
    found, faults = _examined(table, rows.to_dict("records"), box, lang)
    if faults:
        raise BadTable(faults[0])
    return pd.DataFrame(found, columns=list(CORRECTION_COLUMNS))


def correction_faults(
    table: pd.DataFrame, records: list[dict[str, object]], box: Box, root: Path | None = None
) -> list[Fault]:
    """Return everything in ``table`` that `corrections` refuses, placed in the data folder ``root``.

    ``records`` are the ledger's rows, ``box`` the intervals of rows and facts.
    """
    return _examined(table, records, box, "zh", root)[1]


def _examined(
    table: pd.DataFrame, records: list[dict[str, object]], box: Box, lang: str, root: Path | None = None
) -> tuple[list[dict[str, object]], list[Fault]]:
    by_id = {r["id"]: r for r in records}
    found, faults = [], []
    for position, record in table.to_dict("index").items():
        try:
            found.append(_finding(record, by_id, box, lang))
        except BadTable as problem:
            file, row, about = _place(record, position, root)
            faults.append(problem.fault.at(file, row, problem.fault.column, about))
    return found, faults


def _finding(
    record: Mapping[str, object], by_id: Mapping[str, Mapping[str, object]], box: Box, lang: str
) -> dict[str, object]:
    own = record["id"]
    if own not in by_id or own not in box:
        raise BadTable(fault(__file__, "unknown_finding", "", None, "id", str(own)))
    row = by_id[own]
    printed, follows = (_spanned(record, name, box) for name in ("printed", "follows"))
    guards = _guards(record, box)
    places = decimals(row)
    return {
        "id": own,
        "finding": record["finding"],
        "kind": record["kind"],
        "subject": row[f"subject_{lang}"],
        "value": printed_text(row),
        "unit": row["unit"],
        "printed_lower": outward(printed.lower, math.floor),
        "printed_upper": outward(printed.upper, math.ceil),
        "follows_lower": outward(follows.lower, math.floor),
        "follows_upper": outward(follows.upper, math.ceil),
        "printed": show_interval(printed, places, lang),
        "follows": show_interval(follows, places, lang),
        "cause": record[f"cause_{lang}"],
        "sure": record["sure"],
        "guard": record["guard"],
        "fired": not all(_holds(g, own, box) for g in guards),
    }


def _place(record: Mapping[str, object], position: object, root: Path | None) -> tuple[str, int | str, str]:
    """Return file and row of a finding as `audit.place_of` does; an id may stand in several rows."""
    own, year = str(record["id"]), text(record.get("year", ""))
    if not year:
        return "corrections.csv", own, ""
    file = f"editions/{year}/corrections.csv"
    try:
        header, rows = read_rows((root or data_root()) / file)
        number, cells = rows[int(position)]
        if cells[header.index("id")].strip() == own:
            return file, number, own
    except (BadInput, ValueError, IndexError):  # a table that does not come from that file
        pass
    return file, own, ""


def _spanned(record: Mapping[str, object], column: str, box: Box) -> Interval:
    said = text(record[column]) or str(record["id"])
    try:
        tree = parse_expression(said)
        _refuse_unknown(ids_in(tree), box, column, said)
        return span(tree, box)
    except Undefined:
        raise BadTable(fault(__file__, "undefined", "", None, column, clip(said))) from None
    except BadTable as problem:
        raise BadTable(problem.fault.at("", None, column)) from None


def _guards(record: Mapping[str, object], box: Box) -> list[Statement]:
    try:
        found = parse_relation(text(record["guard"]))
        for statement in found:
            _refuse_unknown(statement.ids(str(record["id"])), box, "guard", statement.text)
    except BadTable as problem:
        raise BadTable(problem.fault.at("", None, "guard")) from None
    return found


def _refuse_unknown(ids: list[str], box: Box, column: str, said: str) -> None:
    for id_ in ids:
        if id_ not in box:
            raise BadTable(fault(__file__, "unknown_id", "", None, column, clip(said), id=id_))


def _holds(statement: Statement, own: str, box: Box) -> bool:
    try:
        return certain(statement, own, box)
    except Undefined:
        return False
