"""The rows of the ledger: their columns, what is printed in them, and the interval it stands for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from bluebook.ledger.interval import Interval, exactly, rounded
from bluebook.ledger.units import counted

COLUMNS = (
    "id",
    "chapter",
    "section",
    "speaker",
    "subject_zh",
    "subject_en",
    "region",
    "period",
    "value",
    "unit",
    "decimals",
    "bound",
    "relation",
    "evidence",
    "note_zh",
    "note_en",
)
CONFIDENCE = {"high": 3, "medium-high": 3, "medium": 2, "low": 1}
NEWSLETTER = "newsletter"  # the id under which the audited text itself stands among the sources


def text(cell: object) -> str:
    """Return a cell as stripped text, "" where it is missing."""
    return "" if cell is None or (not isinstance(cell, str) and pd.isna(cell)) else str(cell).strip()


def split(cell: object, by: str = ";") -> list[str]:
    """Return the parts of a cell that holds several, without empty ones."""
    return [part.strip() for part in re.split(by, text(cell)) if part.strip()]


def trust(confidence: object) -> int:
    """Return how far a confidence goes, 3 the furthest; what is not known counts as low."""
    return CONFIDENCE.get(text(confidence), 1)


def decimals(row: Mapping[str, object]) -> int:
    """Return how many decimals a row prints."""
    return 0 if text(row["decimals"]) == "" else int(row["decimals"])


def printed_text(row: Mapping[str, object]) -> str:
    """Return a row's number as it was printed, whether the table holds it as text or as a number."""
    value = row["value"]
    if isinstance(value, str):
        return value.strip()
    return "" if text(value) == "" else f"{float(value):.{decimals(row)}f}"


def intervals(rows: pd.DataFrame) -> dict[str, Interval]:
    """Return the closed interval each row stands for, by id; rows without a number are left out.

    exact: ± half a unit of the last printed digit; counts, and facts that carry lower and upper, as they are.
    at_least reaches up without end, at_most down without end, about is ±10 %.
    """
    return {row["id"]: found for row in rows.to_dict("records") if (found := interval_of(row)) is not None}


def interval_of(row: Mapping[str, object]) -> Interval | None:
    """Return the interval that one row or fact stands for, None where it has no number."""
    said = printed_text(row)
    if text(row.get("lower", "")) and text(row.get("upper", "")):
        ends = (
            x if isinstance(x, float) and math.isinf(x) else Fraction(x) for x in (row["lower"], row["upper"])
        )
        return Interval(Fraction(said) if said else None, *ends)
    if not said:
        return None
    value, bound = Fraction(said), text(row["bound"]) or "exact"
    if bound == "at_least":
        return Interval(value, value, math.inf)
    if bound == "at_most":
        return Interval(value, -math.inf, value)
    if bound == "about":
        tenth = abs(value) / 10
        return Interval(value, value - tenth, value + tenth)
    if counted(row["unit"]):
        return exactly(value)
    return rounded(said, None if text(row["decimals"]) == "" else decimals(row))
