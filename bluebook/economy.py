"""The economy tables: pick one print of a series, place a province with its ties and gaps, undo an average.

Plain functions over the frames of `editions.series` and `editions.provinces`. Rates are in percent, as the
tables hold them; a missing value stays missing. Ranks follow the book's rule: the highest is 1, ties share the
smallest rank, and a province without a value leaves the rank of the others open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from bluebook.index import rank_values
from bluebook.ledger import CENTRAL as CENTRAL
from bluebook.ledger import CONFIDENCE, PROVINCES
from bluebook.words import BadInput, language

_ENGLISH = dict(zip(PROVINCES, (
    "Beijing", "Tianjin", "Hebei", "Shanxi", "Inner Mongolia", "Liaoning", "Jilin", "Heilongjiang", "Shanghai", "Jiangsu",
    "Zhejiang", "Anhui", "Fujian", "Jiangxi", "Shandong", "Henan", "Hubei", "Hunan", "Guangdong", "Guangxi", "Hainan",
    "Chongqing", "Sichuan", "Guizhou", "Yunnan", "Tibet", "Shaanxi", "Gansu", "Qinghai", "Ningxia", "Xinjiang",
), strict=True)) | {"全国": "China", "郑洛新": "Zheng-Luo-Xin zone"}  # fmt: skip

# What may stand in for the print that was asked for, best first.
_VINTAGES = {"first": ("first", "unknown", "revised"), "revised": ("revised", "first", "unknown")}


class Range(NamedTuple):
    """A number known within limits: ``low`` and ``high`` from rounding, ``mid`` from the printed digits."""

    low: float
    mid: float
    high: float


class Place(NamedTuple):
    """Where one province stands: see `place`."""

    rank: int
    worst: int
    tied: tuple[str, ...]
    unknown: tuple[str, ...]
    of: int

    @property
    def last(self) -> int:
        """The place that one gets by putting all that tie ahead."""
        return self.worst + len(self.tied)


def region_name(region: str) -> str:
    """Return a region of the economy tables in the page's language."""
    return region if language() == "zh" else _ENGLISH.get(region, region)


def pick(
    table: pd.DataFrame,
    series: str,
    region: str,
    *,
    vintage: str = "first",
    frequency: str | None = "A",
) -> pd.DataFrame:
    """Return one row a period of ``series`` in ``region``, indexed by period, in the order of time.

    ``vintage``: "first" prefers the first print, "revised" the latest; where the one asked for was not seen, what
    there is stands in (its ``vintage`` says so). Among equals a printed figure goes before a derived one, then the
    higher confidence. ``frequency`` None takes every period. Rows without a value are left out.
    """
    mine = table[(table["series"] == series) & (table["region"] == region)]
    if frequency is not None:
        mine = mine[mine["frequency"] == frequency]
    return _best(mine, "period", vintage).set_index("period").sort_index()


def _best(rows: pd.DataFrame, key: str, vintage: str = "first") -> pd.DataFrame:
    """Return one row for each value of ``key``, the best as `pick` says; rows without a value are left out."""
    rows = rows[rows["value"].notna()]
    keys = pd.DataFrame(
        {
            "vintage": rows["vintage"].map({v: i for i, v in enumerate(_VINTAGES[vintage])}),
            "kind": rows["kind"] != "printed",
            "trust": -rows["confidence"].map(CONFIDENCE).astype("float64"),
        }
    )
    return rows.loc[keys.sort_values(list(keys), kind="stable").index].drop_duplicates(key)


def value(table: pd.DataFrame, series: str, region: str, period: str | int, vintage: str = "first") -> float:
    """Return one figure. Raises `BadInput` if the table holds none."""
    found = pick(table, series, region, vintage=vintage, frequency=None)["value"]
    if str(period) not in found.index:
        raise BadInput(
            f"经济表里没有 {region} {period} 的 {series}：请补上这一行，或改写用到它的章节。",
            f"The economy tables hold no {series} of {region} for {period}: add the row, or reword the chapter that uses it.",
        )
    return float(found[str(period)])


def by_year(table: pd.DataFrame, series: str, regions: Sequence[str], vintage: str = "first") -> pd.DataFrame:
    """Return yearly figures, one column a region; every year from the first to the last is there, NaN if missing."""
    wide = pd.DataFrame({r: pick(table, series, r, vintage=vintage)["value"] for r in regions}).astype(float)
    wide.index = wide.index.astype(int)
    if wide.empty:
        return wide
    return wide.reindex(range(wide.index.min(), wide.index.max() + 1)).rename_axis("year")


def values_by_province(
    table: pd.DataFrame, series: str, period: str | int, members: Iterable[str] = tuple(PROVINCES)
) -> pd.Series:
    """Return the figures of ``members`` (all 31 if left out) for one period, by name; NaN where none was seen."""
    mine = table[(table["series"] == series) & (table["period"] == str(period))]
    found = _best(mine, "region").set_index("region")["value"].astype("float64")
    return found.reindex(list(members)).rename_axis(None).rename(series)


def ranked(values: pd.Series) -> pd.DataFrame:
    """Return ``region, value, rank``, the highest first; ties share the smallest rank, a missing value has none."""
    out = pd.DataFrame({"region": values.index, "value": values.to_numpy(dtype=float)})
    out["rank"] = pd.array(rank_values(out[["value"]].to_numpy())[:, 0], dtype="Float64").astype("Int64")
    return out.sort_values("rank", kind="stable", na_position="last", ignore_index=True)


def place(values: pd.Series, who: str, bounds: Mapping[str, tuple[float, float]] | None = None) -> Place:
    """Return where ``who`` stands among ``values`` (by name, NaN = missing), the highest first.

    ``rank`` is the best place that the figures allow and ``worst`` the worst, ties taken in favour; they differ
    only while provinces without a value (``unknown``) could stand ahead. ``tied`` have the same figure.
    ``bounds`` gives what is known of a missing value: (at least, at most).
    """
    own = values.get(who)
    if own is None or pd.isna(own):
        raise BadInput(f"没有 {who} 的数，排不出名次。", f"There is no figure of {who} to rank.")
    others = values.drop(who)
    same = (others - own).abs() <= 1e-9 * max(abs(own), 1e-300)
    ahead = int(((others > own) & ~same).sum())
    unknown = []
    for name in others.index[others.isna()]:
        low, high = (bounds or {}).get(name, (float("-inf"), float("inf")))
        if low > own:
            ahead += 1
        elif high >= own:
            unknown.append(str(name))
    tied = tuple(map(str, others.index[same]))
    return Place(ahead + 1, ahead + 1 + len(unknown), tied, tuple(unknown), len(values))


def rest_of_average(average: float, years: int, known: Sequence[float | Range], half: float = 0.05) -> Range:
    """Return the average rate of the years that are left, from the average of all and the rates of the others.

    ``average`` is the yearly rate over ``years`` years (%), ``known`` the rates of some of them. Printed rates are
    taken as ± ``half`` (one decimal: 0.05); a `Range` carries its own limits. The growth of all years multiplied
    is the growth of the whole.
    """
    left = years - len(known)
    if left < 1:
        raise ValueError("no year is left over")
    told = [k if isinstance(k, Range) else Range(k - half, k, k + half) for k in known]
    whole = Range(average - half, average, average + half)

    def solve(total: float, parts: Iterable[float]) -> float:
        growth = (1 + total / 100) ** years
        for part in parts:
            growth /= 1 + part / 100
        return (growth ** (1 / left) - 1) * 100

    return Range(
        solve(whole.low, (k.high for k in told)),
        solve(whole.mid, (k.mid for k in told)),
        solve(whole.high, (k.low for k in told)),
    )


def sources_of(*tables: pd.DataFrame) -> list[str]:
    """Return the source ids that stand in these rows, each once, in their order."""
    cells = [str(cell) for table in tables for cell in table["source"]]
    return list(dict.fromkeys(i for cell in cells for i in cell.split(";") if i))
