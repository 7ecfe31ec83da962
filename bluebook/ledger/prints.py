"""The one rule for which of several prints of a figure stands."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bluebook.ledger.rows import text, trust

# What may stand in for the print that was asked for, best first.
_VINTAGES = {"first": ("first", "unknown", "revised"), "revised": ("revised", "first", "unknown")}


def order(record: Mapping[str, object], vintage: str = "first") -> tuple[int, bool, int]:
    """Return the key by which prints of one figure are sorted, the best first.

    The vintage that is asked for comes first ("first": the first print, then one of unknown vintage, then the
    revised; "revised": the revised, then the first); among equals a printed figure before a derived one, then
    the more trusted source. Tables without a vintage hold first prints.
    """
    told = text(record.get("vintage")) or "first"
    return (
        _VINTAGES[vintage].index(told),
        text(record.get("kind")) != "printed",
        -trust(record["confidence"]),
    )


def best(rows: pd.DataFrame, key: str, vintage: str = "first") -> pd.DataFrame:
    """Return one row for each value of ``key``, the best by `order`; rows without a value are left out."""
    rows = rows[rows["value"].notna()]
    keys = {at: order(record, vintage) for at, record in rows.to_dict("index").items()}
    return rows.loc[sorted(rows.index, key=keys.__getitem__)].drop_duplicates(key)
