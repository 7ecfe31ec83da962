"""Everything that is wrong with the data: what the data room finds, and what audit or build would refuse.

The ledger's faults come from the very functions that judge it, so that a table which passes here is audited,
and one that does not is refused with the same words.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from bluebook.data import across, edition, meaning
from bluebook.data.accepted import sift
from bluebook.data.causes import by_cause
from bluebook.data.faults import Fault, fault, listed
from bluebook.data.schema import data_root, edition_years
from bluebook.ledger import slips
from bluebook.ledger.checks import examine, place_of
from bluebook.ledger.corrections import correction_faults
from bluebook.ledger.facts import all_facts, all_rows
from bluebook.messages import BadInput, message

# Faults elsewhere than here may take ids away, so that an unknown id says nothing new.
_OWN = ("claims.csv", "corrections.csv", "sources.csv")
# What a value that breaks its rules, such as decimals below 0, does to arithmetic that trusts the tables.
_BREAKS = (ValueError, TypeError, LookupError, ArithmeticError)


class Report(NamedTuple):
    """What a check found: ``faults``, ``warnings`` that nobody accepted, how many are ``accepted``."""

    faults: list[Fault]
    warnings: list[Fault]
    accepted: int


def check(root: Path | None = None, year: int | None = None) -> list[Fault]:
    """Return every fault in the data below ``root`` (None: `data_root`), each cause once.

    ``year`` restricts the editions that are looked at, not the shared tables. Never raises for bad data;
    raises `BadInput` if there is no data folder or no such edition.
    """
    root, years = _wanted(root, year)
    return by_cause(_faults(root, years)[0])


def report(root: Path | None = None, year: int | None = None) -> Report:
    """Return faults and warnings together, as `check` and `warnings` do; the command prints it."""
    found = every(root, year)
    return Report(by_cause(found.faults), by_cause(found.warnings, keyed=True), found.accepted)


def every(root: Path | None = None, year: int | None = None) -> Report:
    """Return what `report` does, every place for itself: for who has to find each one again elsewhere."""
    root, years = _wanted(root, year)
    faults, doubtful = _faults(root, years)
    told, accepted = sift([*doubtful, *meaning.warnings(root)], root)
    return Report(faults, [f for f in told if _of(f, years)], accepted)


def warnings(root: Path | None = None, year: int | None = None) -> list[Fault]:
    """Return what is read but hardly meant, or should be written otherwise, unless an editor accepted it."""
    return report(root, year).warnings


def _faults(root: Path, years: list[int]) -> tuple[list[Fault], list[Fault]]:
    """Return the faults, place by place, and what the ledger holds that is worth a warning."""
    found = across.check(root, years)
    refused, doubtful = _ledger(root, found)
    told = [*found, *(f for f in refused if _of(f, years))]
    if not told:  # a corrected score is no fault: the panel is to be solved anew, and the book stands
        doubtful = [*doubtful, *slips.panel_faults(root)]
    return told, doubtful


def _broken(found: list[Fault], problem: Exception) -> list[Fault]:
    """Return what to say where the ledger cannot be reckoned at all: nothing new if the cause was named."""
    return [] if found else [fault(__file__, "unreckonable", "claims.csv", None, "", "", why=repr(problem))]


def _old_equations(rows: pd.DataFrame, root: Path) -> list[Fault]:
    """Return equations that look like formulas."""
    found = []
    for row in rows[rows["relation"].str.strip().str.startswith("=")].to_dict("records"):
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


def _ledger(root: Path, found: list[Fault]) -> tuple[list[Fault], list[Fault]]:
    """Return what the audit would refuse, as far as the tables it reads can be read, and what it doubts."""
    try:
        rows, facts, sources = all_rows(root), all_facts(root), edition.table("sources.csv", root)
        tables = [edition.of_edition("corrections", year, root) for year in edition_years(root)]
    except BadInput as problem:
        wrong = getattr(problem, "fault", None)
        return [wrong] if wrong and wrong.file not in {f.file for f in found} else [], []
    except _BREAKS as problem:
        return _broken(found, problem), []
    try:
        seen = examine(rows, sources, facts, root)
        faults = list(seen.faults)
        for table in tables:
            faults += correction_faults(table, seen.records, seen.box, root)
    except _BREAKS as problem:
        return _broken(found, problem), []
    shaken = any(not f.file.endswith(_OWN) for f in found)
    known = {(f.file, f.row, f.column, f.value) for f in found}
    refused = [
        f
        for f in faults
        if (f.file, f.row, f.column, f.value) not in known
        and not (shaken and f.code in ("unknown_id", "unknown_finding"))
    ]
    old = _old_equations(rows, root)
    if refused or found:
        return refused, old
    explained = pd.concat([t["id"] for t in tables]) if tables else []
    slipped, contradicted = slips.contradictions(seen, explained, root)
    return [*slipped, *slips.quoted_faults(root, [*rows["id"], *facts["id"]])], [*old, *contradicted]
