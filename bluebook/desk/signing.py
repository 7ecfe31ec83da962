"""Who has signed what before an edition goes out, and that nothing goes out unsigned: a sheet of a workbook.

The cells of the checklist stand among the settings, each by a way of its own (`sheets.signature`): copies
are merged, and a workbook that has lain for weeks is laid over the book, as with every other cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bluebook.data.faults import Fault, listed
from bluebook.desk import settings_text, sheets
from bluebook.desk.filled import Filled, Place
from bluebook.year import checklist


def settings(root: Path, year: int, told: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str]:
    """Return what an editor fills in: the settings, and the cells of the checklist, way → text."""
    signed = checklist.rows(root, year)
    ways = {sheets.signature(i, c): text for i, cells in signed.items() for c, text in cells.items()}
    return settings_text.shown(told, before) | ways


def parted(filled: Filled) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return a workbook's settings, way → text, and its checklist, item → cells, which has what it needs."""
    own: dict[str, str] = {}
    signed: dict[str, dict[str, str]] = {}
    for way, cell in filled.settings.items():
        if way.startswith(f"{sheets.SIGNED}/"):
            item, column = way.removeprefix(f"{sheets.SIGNED}/").rsplit("/", 1)
            signed.setdefault(item, {})[column] = cell.text
        else:
            own[way] = cell.text
    return own, signed


def files(root: Path, year: int, signed: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the file of the checklist, name below the data → text; none while nobody has signed anything."""
    path = checklist.path_of(root, year)
    if not path.exists() and not any(text for cells in signed.values() for text in cells.values()):
        return {}
    return {path.relative_to(root).as_posix(): f"\ufeff{checklist.text(signed)}"}


def faults(filled: Filled) -> Iterator[Fault]:
    """Yield what keeps a workbook that says "published" from saying so: open signatures, no date."""
    own, signed = parted(filled)
    if own.get("status") != "published":
        return
    at: Place = filled.settings["status"].place
    if signed and (waiting := checklist.unsigned(signed)):
        yield at.fault("publish_unsigned", sheets.STATES["published"], n=len(waiting), items=listed(waiting))
    if not own.get("published", ""):
        at = filled.settings["published"].place if "published" in own else at
        yield at.fault("publish_undated")
