"""The ledger of quoted figures: what is printed, what it stands for, what follows, and the verdicts.

The names below are the room's old face, a single module; they stay until nothing asks for them here.
"""

from __future__ import annotations

from bluebook.ledger import regions as _regions
from bluebook.ledger import wording as _wording
from bluebook.ledger.audit import AUDIT_COLUMNS, audit, judge, parse_evidence, summary
from bluebook.ledger.corrections import CORRECTION_COLUMNS, corrections
from bluebook.ledger.facts import (
    cities_view,
    ledger_rows,
    lists_view,
    provinces_view,
    scores_view,
    series_view,
)
from bluebook.ledger.interval import Interval
from bluebook.ledger.rows import COLUMNS, CONFIDENCE, NEWSLETTER, intervals, printed_text
from bluebook.ledger.units import UNITS, Unit, unit_words
from bluebook.ledger.wording import (
    VERDICT_WORDS,
    VERDICTS,
    describe,
    format_value,
    period_words,
    show_interval,
)

__all__ = [
    "AUDIT_COLUMNS",
    "COLUMNS",
    "CONFIDENCE",
    "CORRECTION_COLUMNS",
    "NEWSLETTER",
    "UNITS",
    "VERDICTS",
    "VERDICT_WORDS",
    "Interval",
    "Unit",
    "audit",
    "cities_view",
    "corrections",
    "describe",
    "format_value",
    "intervals",
    "judge",
    "ledger_rows",
    "lists_view",
    "parse_evidence",
    "period_words",
    "printed_text",
    "provinces_view",
    "scores_view",
    "series_view",
    "show_interval",
    "summary",
    "unit_words",
]


def __getattr__(name: str) -> object:
    if name == "PROVINCES":
        return _regions.provinces()
    if name == "CENTRAL":
        return _regions.central()
    if name == "SPEAKERS":
        return _wording.speakers()
    raise AttributeError(name)
