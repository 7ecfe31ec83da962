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
from bluebook.words import BadInput, building, language, t

_ENGLISH = dict(zip(PROVINCES, (
    "Beijing", "Tianjin", "Hebei", "Shanxi", "Inner Mongolia", "Liaoning", "Jilin", "Heilongjiang", "Shanghai", "Jiangsu",
    "Zhejiang", "Anhui", "Fujian", "Jiangxi", "Shandong", "Henan", "Hubei", "Hunan", "Guangdong", "Guangxi", "Hainan",
    "Chongqing", "Sichuan", "Guizhou", "Yunnan", "Tibet", "Shaanxi", "Gansu", "Qinghai", "Ningxia", "Xinjiang",
), strict=True)) | {"全国": "China", "郑洛新": "Zheng-Luo-Xin zone"}  # fmt: skip

# What may stand in for the print that was asked for, best first.
_VINTAGES = {"first": ("first", "unknown", "revised"), "revised": ("revised", "first", "unknown")}


class Reckoned(NamedTuple):
    """A number worked out from printed ones: at the printed digits, and the range that their rounding leaves."""

    value: float
    lower: float
    upper: float

    def told(self, digits: int = 1) -> str:
        """Return the range for a sentence, its ends rounded: "11.9–12.1"; one number if they then agree."""
        first, last = f"{self.lower:,.{digits}f}", f"{self.upper:,.{digits}f}"
        if first == last:
            return first
        return f"{first}–{last}" if self.lower >= 0 else t(f"{first} 至 {last}", f"{first} to {last}")

    @property
    def sign(self) -> int:
        """Return 1 or -1 where every number in the range has that sign, else 0."""
        return (self.lower > 0) - (self.upper < 0)

    def over(self, other: Reckoned) -> Reckoned:
        """Return this quantity over another, both positive."""
        return Reckoned(self.value / other.value, self.lower / other.upper, self.upper / other.lower)

    def meets(self, other: Reckoned) -> bool:
        """Return whether the two share a value."""
        return self.lower <= other.upper and other.lower <= self.upper


def many(spoken: float) -> Reckoned:
    """Return the whole numbers that “``spoken`` and more” (…多) can mean: up to just below the next round number.

    The next round number is one step of the leading digit away: 500 and more is 500–599, 2,000 and more
    2,000–2,999. A reading, not a rule of grammar; the ledger, more cautious, sets no upper end.
    """
    spoken = int(spoken)
    step = 10 ** (len(str(spoken)) - 1)
    return Reckoned(spoken, spoken, spoken + step - 1)


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
    """Return one figure of a region in a period, e.g. ``value(bb.series(), "gdp_growth_real", "河南", 2020)``.

    Raises `BadInput` for a name that is not there, listing those that are. A figure that the table does not hold is
    NaN in a notebook, and `BadInput` in the build: a page may not stand on a gap.
    """
    known_names(table, series, [region])
    found = pick(table, series, region, vintage=vintage, frequency=None)["value"]
    if str(period) in found.index:
        return float(found[str(period)])
    if not building():
        return float("nan")
    raise BadInput(
        f"经济表里没有 {region} {period} 的 {series}：请补上这一行，或改写用到它的章节。",
        f"The economy tables hold no {series} of {region} for {period}: add the row, or reword the chapter that uses it.",
    )


def known_names(table: pd.DataFrame, series: str, regions: Iterable[str]) -> None:
    """Refuse a series or a region that is not there. Raises `BadInput` that lists the names there are."""
    there = list(dict.fromkeys(table["series"]))
    if series not in there:
        raise BadInput(
            f"没有名为 {series} 的序列；现有：{'、'.join(sorted(there))}。",
            f"There is no series {series}; there are: {', '.join(sorted(there))}.",
        )
    names = [*dict.fromkeys(table["region"]), *PROVINCES]
    for region in regions:
        if region not in names:
            shown = list(dict.fromkeys([*PROVINCES, *names]))
            raise BadInput(
                f"没有名为 {region} 的地区；现有：{'、'.join(shown)}。",
                f"There is no region {region}; there are: {', '.join(shown)}.",
            )


def by_year(
    table: pd.DataFrame, series: str, regions: Sequence[str], first: int | None = None, last: int | None = None, vintage: str = "first"
) -> pd.DataFrame:  # fmt: skip
    """Return yearly figures, one column a region; every year from the first to the last is there, NaN if missing."""
    known_names(table, series, regions)
    wide = pd.DataFrame({r: pick(table, series, r, vintage=vintage)["value"] for r in regions}).astype(float)
    wide.index = wide.index.astype(int)
    if wide.empty:
        return wide
    years = range(first or wide.index.min(), (last or wide.index.max()) + 1)
    return wide.reindex(years).rename_axis("year")


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
    ``bounds`` gives what is known of a missing value: (at least, at most). Without a figure of ``who`` there is no
    place: NaN in a notebook, `BadInput` in the build.

    >>> place(pd.Series({"甲": 3.0, "乙": 2.0, "丙": 2.0, "丁": None}), "乙", {"丁": (2.5, 4.0)}).rank
    3
    """
    own = values.get(who)
    if own is None or pd.isna(own):
        if not building():
            nothing = float("nan")
            return Place(nothing, nothing, (), tuple(map(str, values.index[values.isna()])), len(values))
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


def places(values: pd.Series, bounds: Mapping[str, tuple[float, float]] | None = None) -> pd.Series:
    """Return the rank of every one of ``values`` as `place` counts it, <NA> where there is no value."""
    ranks = [place(values, who, bounds).rank if value == value else None for who, value in values.items()]
    return pd.Series(ranks, index=values.index, dtype="Int64")


class Room(NamedTuple):
    """What a ranking with provinces out of sight leaves open: see `unseen`."""

    best: int
    worst: int
    fewest: int
    most: int
    low: float
    high: float


def unseen(values: pd.Series, ranks: pd.Series, who: str, of: int = 31) -> Room:
    """Return where ``who`` can stand among ``of`` provinces of which only ``values`` (by name) were seen.

    ``ranks`` holds the ranks that sources print (<NA>: none); they hold the unseen down: a province printed 13th
    with eleven seen above it leaves room for exactly one. The printed rank of ``who`` is left out, being what the
    bounds are held against. ``fewest`` to ``most`` of the unseen lie above, between ``low`` and ``high`` (± inf: open).
    """
    own, above = values[who], int((values > values[who]).sum())
    fewest, most, low, high = 0, of - len(values), float("-inf"), float("inf")
    for name, rank in ranks.dropna().items():
        count = int(rank) - 1 - int((values > values[name]).sum())
        if values[name] > own:
            fewest, high = max(fewest, count), min(high, values[name])
        elif values[name] < own:
            most, low = min(most, count), max(low, values[name])
    return Room(1 + above + fewest, 1 + above + most, fewest, most, low, high)


def revisions(table: pd.DataFrame, series: str, region: str) -> pd.DataFrame:
    """Return the yearly figures that were printed again after their first print: period → first, revised, source, confidence."""
    first, later = pick(table, series, region), pick(table, series, region, vintage="revised")
    later = later[(later["vintage"] == "revised") & (later["kind"] == "printed")]
    out = later[["value", "source", "confidence"]].rename(columns={"value": "revised"})
    return out.assign(first=first["value"].reindex(out.index))[["first", "revised", "source", "confidence"]]


def rest_of_average(
    average: float, years: int, known: Sequence[float | Reckoned], half: float = 0.05
) -> Reckoned:
    """Return the average rate of the years that are left, from the average of all and the rates of the others.

    ``average`` is the yearly rate over ``years`` years (%), ``known`` the rates of some of them. Printed rates are
    taken as ± ``half`` (one decimal: 0.05); a `Reckoned` carries its own limits. The growth of all years multiplied
    is the growth of the whole.
    """
    left = years - len(known)
    if left < 1:
        raise ValueError("no year is left over")
    told = [k if isinstance(k, Reckoned) else Reckoned(k, k - half, k + half) for k in known]
    whole = Reckoned(average, average - half, average + half)

    def solve(total: float, parts: Iterable[float]) -> float:
        growth = (1 + total / 100) ** years
        for part in parts:
            growth /= 1 + part / 100
        return (growth ** (1 / left) - 1) * 100

    return Reckoned(
        solve(whole.value, (k.value for k in told)),
        solve(whole.lower, (k.upper for k in told)),
        solve(whole.upper, (k.lower for k in told)),
    )


def sources_of(*tables: pd.DataFrame) -> list[str]:
    """Return the source ids that stand in these rows, each once, in their order; a row without one is passed over."""
    cells = [str(cell) for table in tables for cell in table["source"].dropna()]
    return list(dict.fromkeys(i for cell in cells for i in cell.split(";") if i))
