"""A few rows of a ledger to try the audit on."""

from __future__ import annotations

import pandas as pd

from bluebook.ledger.audit import audit as whole_audit
from bluebook.ledger.rows import COLUMNS

SOURCES = pd.DataFrame({"id": ["newsletter", "good", "weak"], "confidence": ["high", "medium", "low"]})
NO_SCORES = pd.DataFrame(
    columns=["city", "code", "score", "rank", "decimals", "source", "confidence", "note"], dtype=object
)


def row(id_, value, unit="%", bound="exact", relation="", evidence=""):
    """Return one row of claims.csv; the decimals are those of the text."""
    texts = dict.fromkeys(COLUMNS, "")
    return texts | {
        "id": id_,
        "value": value,
        "unit": unit,
        "decimals": len(value.partition(".")[2]),
        "bound": bound,
        "relation": relation,
        "evidence": evidence,
        "speaker": "喻新安",
        "subject_zh": "某数",
        "subject_en": "A figure",
        "period": "2021",
    }


def audit(*rows, facts=None, lang="en"):
    """Return the audit of a few rows, by id."""
    return whole_audit(pd.DataFrame(rows), NO_SCORES, SOURCES, facts, lang).set_index("id")


def verdicts(*rows, **more):
    return audit(*rows, **more)["verdict"].to_dict()
