"""Reopening a frozen edition: its sources beside the book, as a small book of their own, to be corrected."""

from __future__ import annotations

import json
from pathlib import Path

from bluebook.messages import Catalogue
from bluebook.year import frozen, journal
from bluebook.year.freeze import files_of

SAYS = Catalogue(__file__)
BESIDE = "reopened"


def reopen(root: Path, year: int) -> Path:
    """Unpack the latest release's sources into ``reopened/<year>/`` and return that folder.

    It is built there, and frozen there as the next release on this book's shelf. Raises `BadInput` for a
    year that is not frozen, a release that is not as it was frozen, and a copy that is there already.
    """
    if frozen.reopened(root):
        SAYS.refuse("not_in_a_copy")
    target = root / BESIDE / str(year)
    release = frozen.manifest(year, None, root)["release"]
    with journal.change(root) as change:
        if target.exists():
            SAYS.refuse("reopened_already", where=f"{BESIDE}/{year}")
        mark = json.dumps({"year": year, "release": release, "book": "../.."}) + "\n"
        change.folder(target, {**files_of(year, root), frozen.REOPENED: mark})
    return target
