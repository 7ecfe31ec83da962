"""What the chapters on one speech reckon with: expressions over the ledger and its sources, rounding kept."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

import pandas as pd

from bluebook import economy, editions, ledger, reading, relation
from bluebook.economy import Reckoned
from bluebook.words import language


def reckon(expression: str) -> Reckoned:
    """Work out an expression over ids of the ledger and of its facts, e.g. ``"imports_ha_2020/trade_ha_2020*100"``.

    Raises `BadInput` where it cannot be read, KeyError for an id that nobody knows.
    """
    tree = relation.parse_expression(expression)
    ranges, points = _boxes(str(editions.data_root()), language(), reading._state())
    low, high = relation.span(tree, ranges)
    middle = relation.span(tree, points)
    return Reckoned(float(middle.lower), float(low), float(high))


def printed(id_: str) -> float:
    """Return the number that the ledger's row ``id_`` prints. Raises KeyError."""
    return float(reading.audited().loc[id_, "value"])


def money(amount: float) -> float:
    """Return an amount in 亿元 in the scale of the page's prose: 亿元, in English billion yuan."""
    return amount if language() == "zh" else amount / 10


def follows(id_: str, *, explanation: bool = False) -> Reckoned:
    """Return what the audit's finding on ``id_`` says should stand there, by the expression in corrections.csv.

    ``explanation``: the second row of a finding, where the printed number comes from. Raises KeyError.
    """
    table = editions.corrections()
    at = table[(table["id"] == id_) & ((table["kind"] == "explanation") == explanation)]
    if at.empty:
        raise KeyError(id_)
    return reckon(at["follows"].iloc[0])


@lru_cache(maxsize=4)
def _boxes(root: str, lang: str, state: tuple) -> tuple[relation.Box, relation.Box]:
    rows, facts = reading.audited(), reading.facts()
    ranges = ledger.intervals(facts) | ledger.intervals(rows)
    points = {k: _middle(v) for k, v in ledger.intervals(facts).items()}
    points |= {r["id"]: _at(r) for r in rows.to_dict("records") if r["value"] != ""}
    return ranges, points


def _at(row: Mapping[str, object]) -> relation.Interval:
    value = Fraction(str(row["value"]))
    return relation.Interval(value, value)


def _middle(within: relation.Interval) -> relation.Interval:
    ends = [Fraction(x) for x in within if not math.isinf(x)]
    value = sum(ends) / len(ends) if ends else Fraction(0)
    return relation.Interval(value, value)


# ---------------------------------------------------------------- series


def known(series: str, region: str) -> pd.DataFrame:
    """Return what the sources print of one series in one region, one row a period, first prints before later ones.

    Columns: period, value (the unit of names.csv), kind, vintage, source, confidence, year, month. ``month`` is the
    last month of a period that begins in January (12: the whole year); <NA> for single months, spans and quarters
    after the first.
    """
    table = economy.pick(editions.series(), series, region, frequency=None).reset_index()
    table = table[["period", "value", "kind", "vintage", "source", "confidence"]]
    ends = [until(p) for p in table["period"]]
    table["year"] = [y for y, _ in ends]
    table["month"] = pd.array([m for _, m in ends], dtype="Int64")
    return table.sort_values(["year", "month"], ignore_index=True)


def until(period: str) -> tuple[int, int | None]:
    """Return year and last month of a period that begins in January: "2022M1-M4" is (2022, 4); else (year, None)."""
    year = int(period[:4])
    patterns = (r"\d{4}()", r"\d{4}M1-M(\d+)", r"\d{4}Q1(?:-Q(\d))?", r"\d{4}H1()")
    for pattern, months in zip(patterns, (12, 1, 3, 6), strict=True):
        if m := re.fullmatch(pattern, period):
            told = m.group(1)
            return year, months * int(told) if told else months
    return year, None


def single_month(period: str) -> int | None:
    """Return the month of "2020M10", None for any other period."""
    m = re.fullmatch(r"\d{4}M(\d{1,2})", period)
    return int(m.group(1)) if m else None
