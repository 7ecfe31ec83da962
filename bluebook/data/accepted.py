"""What an editor accepts in writing: ``accepted.csv`` names a warning by its table and key and says why.

A warning's key holds the value it speaks of, so that an acceptance ends when the value changes; it then
matches nothing, which is a warning too.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from bluebook.data import edition
from bluebook.data.csvio import row_number
from bluebook.data.faults import Fault, fault
from bluebook.messages import BadInput

FILE = "accepted.csv"


def accepted(root: Path) -> pd.DataFrame:
    """Return the acceptances below ``root``: table, key, reason, who, date; empty if there are none."""
    try:
        return edition.table(FILE, root)
    except BadInput:  # named by the check of the tables; a book without the file accepts nothing
        return pd.DataFrame(columns=["table", "key", "reason", "who", "date"], dtype="str")


def sift(told: Iterable[Fault], root: Path) -> tuple[list[Fault], int]:
    """Return the warnings that nobody accepted, then acceptances that match none, and how many are accepted.

    ``told`` must be the warnings of all editions and tables, each with its key as ``about``.
    """
    told, known = list(told), accepted(root)
    written = set(zip(known["table"], known["key"], strict=True))
    left = [f for f in told if (f.file, f.about) not in written]
    met = {(f.file, f.about) for f in told}
    for table, key in zip(known["table"], known["key"], strict=True):
        if (table, key) not in met:
            row = row_number(root / FILE, "key", key)
            left.append(fault(__file__, "matches_nothing", FILE, row, "key", key, about=table))
    return left, len(met & written)
