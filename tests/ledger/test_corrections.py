"""The audit's findings: both numbers computed, and a guard that fires once the source is mended."""

from __future__ import annotations

import pandas as pd
import pytest
from rows import row

from bluebook.ledger.corrections import corrections
from bluebook.messages import BadInput


def test_a_guard_fires_when_the_source_is_mended():
    table = pd.DataFrame(
        [
            {
                "id": "whole",
                "finding": 1,
                "kind": "contradiction",
                "printed": "",
                "follows": "part + gap",
                "cause_zh": "笔误",
                "cause_en": "a slip",
                "sure": "high",
                "guard": "whole < part + gap",
            }
        ]
    )
    rows = [row("gap", "9.4"), row("part", "2.6"), row("whole", "4.2")]
    found = corrections(table, pd.DataFrame(rows), lang="en").iloc[0]
    assert (found["printed"], found["follows"], found["fired"]) == ("4.15 to 4.25", "11.9 to 12.1", False)
    mended = corrections(table, pd.DataFrame([*rows[:2], row("whole", "12.0")])).iloc[0]
    assert mended["fired"]
    for broken in (
        {"id": "nobody"},
        {"follows": "nobody"},
        {"follows": "1/0"},
        {"guard": "part"},
        {"printed": "f(1)"},
    ):
        with pytest.raises(BadInput, match=r"corrections\.csv"):
            corrections(table.assign(**broken), pd.DataFrame(rows))
