"""What printed numbers allow, for chapters that bound rather than guess.

A chapter writes an expression over the ids of the ledger and of the public facts, and gets back the range that
the rounding of every number in it leaves open.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from bluebook import editions
from bluebook.reckoning import reckon
from bluebook.words import t


class Range(NamedTuple):
    """The least and the greatest value that printed numbers allow; an end may be infinite."""

    low: float
    high: float

    @property
    def mid(self) -> float:
        """Return the middle; of a range that is open on one side, the end that is known."""
        if math.isinf(self.high):
            return self.low
        return self.high if math.isinf(self.low) else (self.low + self.high) / 2

    @property
    def half(self) -> float:
        """Return half the width."""
        return (self.high - self.low) / 2

    def meets(self, other: Range) -> bool:
        """Return whether the two share a value."""
        return self.low <= other.high and other.low <= self.high


def within(expression: str) -> Range:
    """Return what the rounding of every number in ``expression`` leaves open, e.g. ``within("gdp_ha_2021/10000")``.

    The grammar is that of the ledger's relations over its ids and those of the public facts. Raises as
    `reckoning.reckon` does.
    """
    found = reckon(expression)
    return Range(found.lower, found.upper)


def series_row(series: str, region: str, period: str, vintage: str = "") -> pd.Series:
    """Return one row of the public series; without ``vintage`` a first print goes before a revision.

    Raises LookupError where there is none.
    """
    every = editions.series()
    rows = every[(every["series"] == series) & (every["region"] == region) & (every["period"] == str(period))]
    if vintage:
        rows = rows[rows["vintage"] == vintage]
    if rows.empty:
        raise LookupError(f"{series}, {region}, {period} {vintage}".strip())
    return rows.sort_values("vintage", key=lambda v: v != "first", kind="stable").iloc[0]


def series_value(series: str, region: str, period: str, vintage: str = "") -> float:
    """Return the value of `series_row`."""
    return float(series_row(series, region, period, vintage)["value"])


def between(found: Range, decimals: int = 1) -> str:
    """Return a range for a table: "1,743.6–1,745.2", or one number where both ends round to it."""
    low, high = (f"{x:,.{decimals}f}" for x in found)
    if low == high:
        return low
    return f"{low}–{high}" if found.low >= 0 else t(f"{low} 至 {high}", f"{low} to {high}")


def yi_unit() -> str:
    """Return the unit that `reckoning.money` counts in."""
    return t("亿元", "billion yuan")
