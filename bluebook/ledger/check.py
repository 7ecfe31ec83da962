"""Everything that is wrong with the data: what the data room finds, and what the audit would refuse later.

The ledger's faults come from the very functions that judge it, so that a table which passes here is audited,
and one that does not is refused with the same words.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bluebook.data import across, edition
from bluebook.data.faults import Fault, fault, listed
from bluebook.data.schema import data_root, edition_years
from bluebook.ledger.checks import examine, place_of
from bluebook.ledger.corrections import correction_faults
from bluebook.ledger.facts import all_facts, all_rows
from bluebook.messages import BadInput, message

# Faults elsewhere than here may take ids away, so that an unknown id says nothing new.
_OWN = ("claims.csv", "corrections.csv", "sources.csv")


def check(root: Path | None = None, year: int | None = None) -> list[Fault]:
    """Return every fault in the data below ``root`` (None: `data_root`), in the order of the files.

    ``year`` restricts the editions that are looked at, not the shared tables. Never raises for bad data;
    raises `BadInput` if there is no data folder or no such edition.
    """
    root, years = _wanted(root, year)
    found = across.check(root, years)
    return found + [f for f in _ledger(root, found) if _of(f, years)]


def warnings(root: Path | None = None, year: int | None = None) -> list[Fault]:
    """Return what is read but should be written otherwise: equations that look like formulas."""
    root, years = _wanted(root, year)
    try:
        rows = all_rows(root)
    except BadInput:
        return []
    old = rows[rows["relation"].str.strip().str.startswith("=") & rows["edition"].isin(years)]
    found = []
    for row in old.to_dict("records"):
        file, number, about = place_of(row, root)
        found.append(fault(__file__, "old_equation", file, number, "relation", row["relation"], about=about))
    return found


def _wanted(root: Path | None, year: int | None) -> tuple[Path, list[int]]:
    root = data_root() if root is None else Path(root)
    there = edition_years(root)
    if year is not None and year not in there:
        raise BadInput(*message(across.__file__, "no_edition", year=year, there=listed(there)))
    return root, there if year is None else [year]


def _of(found: Fault, years: Iterable[int]) -> bool:
    """Return whether a fault belongs to the editions asked for, or to a table that all share."""
    return not found.file.startswith("editions/") or found.file.split("/")[1] in map(str, years)


def _ledger(root: Path, found: list[Fault]) -> list[Fault]:
    """Return what the audit would refuse, as far as the tables it reads can be read at all."""
    try:
        rows, facts, sources = all_rows(root), all_facts(root), edition.table("sources.csv", root)
        tables = [edition.of_edition("corrections", year, root) for year in edition_years(root)]
    except BadInput as problem:
        wrong = getattr(problem, "fault", None)
        return [wrong] if wrong and wrong.file not in {f.file for f in found} else []
    seen = examine(rows, sources, facts, root)
    faults = list(seen.faults)
    for table in tables:
        faults += correction_faults(table, seen.records, seen.box, root)
    shaken = any(not f.file.endswith(_OWN) for f in found)
    known = {(f.file, f.row, f.column, f.value) for f in found}
    return [
        f
        for f in faults
        if (f.file, f.row, f.column, f.value) not in known
        and not (shaken and f.code in ("unknown_id", "unknown_finding"))
    ]
