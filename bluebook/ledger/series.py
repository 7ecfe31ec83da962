"""Series over time and by province: the best print of a figure, a year to a row, what an average leaves over.

Plain functions over the frames of `bluebook.data.edition.series` and `provinces`. Rates are in percent, as
the tables hold them; a missing value stays missing. Which print stands is one rule
(`bluebook.ledger.prints`), and so is a place (`bluebook.ledger.place`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from bluebook.data import edition
from bluebook.data.faults import listed
from bluebook.index import rank_values
from bluebook.ledger import prints
from bluebook.ledger.interval import Interval
from bluebook.ledger.regions import regions
from bluebook.messages import BadInput, building, language, message


def region_name(region: str) -> str:
    """Return a region of the economy tables in the page's language."""
    return region if language() == "zh" else regions().english.get(region, region)


# ---------------------------------------------------------------- one figure, one series


def pick(
    table: pd.DataFrame,
    series: str,
    region: str,
    *,
    vintage: str = "first",
    frequency: str | None = "A",
) -> pd.DataFrame:
    """Return one row a period of ``series`` in ``region``, indexed by period, in the order of time.

    ``table``: `series` or `provinces`, whose columns are kept. ``vintage``: "first" prefers the first print,
    "revised" the latest; where the one asked for was not seen, what there is stands in (its ``vintage`` says
    so). Among equals a printed figure goes before a derived one, then the higher confidence. ``frequency``
    None takes every period. Rows without a value are left out.

    >>> bb.pick(bb.series(), "gdp_growth_real", "河南")["value"].loc["2019":"2021"].tolist()
    [7.0, 1.3, 6.3]
    """
    mine = table[(table["series"] == series) & (table["region"] == region)]
    if frequency is not None:
        mine = mine[mine["frequency"] == frequency]
    return prints.best(mine, "period", vintage).set_index("period").sort_index()


def value(table: pd.DataFrame, series: str, region: str, period: str | int, vintage: str = "first") -> float:
    """Return one figure of a region in a period, in the unit of `economy_names`; ``vintage`` as in `pick`.

    Raises `BadInput` for a name that is not there, listing those that are. A figure that the table does not
    hold is NaN in a notebook, and `BadInput` in the build: a page may not stand on a gap.

    >>> bb.value(bb.series(), "gdp_growth_real", "河南", 2020)
    1.3
    """
    known_names(table, series, [region])
    found = pick(table, series, region, vintage=vintage, frequency=None)["value"]
    if str(period) in found.index:
        return float(found[str(period)])
    if not building():
        return float("nan")
    raise BadInput(*message(__file__, "no_figure", region=region, period=period, series=series))


def known_names(table: pd.DataFrame, series: str, names: Iterable[str]) -> None:
    """Refuse a series or a region that is not there. Raises `BadInput` that lists the names there are."""
    there = list(dict.fromkeys(table["series"]))
    if series not in there:
        raise BadInput(*message(__file__, "no_series", series=series, there=listed(sorted(there))))
    known = list(dict.fromkeys([*regions().provinces, *table["region"]]))
    for region in names:
        if region not in known:
            raise BadInput(*message(__file__, "no_region", region=region, there=listed(known)))


def by_year(
    table: pd.DataFrame,
    series: str,
    regions: Sequence[str],
    first: int | None = None,
    last: int | None = None,
    vintage: str = "first",
) -> pd.DataFrame:
    """Return yearly figures (index: year), one column a region; a year without one is NaN, never left out.

    ``first`` and ``last`` default to the years there are; ``vintage`` as in `pick`. Raises `BadInput` for a
    series or region that is not there.

    >>> bb.by_year(bb.series(), "gdp_growth_real", ["全国", "河南"], 2020, 2021).values.tolist()
    [[2.3, 1.3], [8.1, 6.3]]
    """
    known_names(table, series, regions)
    wide = pd.DataFrame({r: pick(table, series, r, vintage=vintage)["value"] for r in regions}).astype(float)
    wide.index = wide.index.astype(int)
    if wide.empty:
        return wide
    years = range(first or wide.index.min(), (last or wide.index.max()) + 1)
    return wide.reindex(years).rename_axis("year")


def revisions(table: pd.DataFrame, series: str, region: str) -> pd.DataFrame:
    """Return the yearly figures that were printed again: period → first, revised, source, confidence.

    >>> bb.revisions(bb.series(), "gdp_growth_real", "全国").loc["2012", ["first", "revised"]].tolist()
    [7.8, 7.7]
    """
    first, later = pick(table, series, region), pick(table, series, region, vintage="revised")
    later = later[(later["vintage"] == "revised") & (later["kind"] == "printed")]
    out = later[["value", "source", "confidence"]].rename(columns={"value": "revised"})
    return out.assign(first=first["value"].reindex(out.index))[["first", "revised", "source", "confidence"]]


def known(series: str, region: str) -> pd.DataFrame:
    """Return what the sources print of a series in a region, one row a period, first prints preferred.

    Columns: period, value (the unit of `economy_names`), kind, vintage, source, confidence, year, month.
    ``month`` is the last month of a period that begins in January (12: the whole year); <NA> for others.

    >>> bb.known("gdp_growth_real", "河南").set_index("period").loc["2021", ["year", "month"]].tolist()
    [2021, 12]
    """
    table = pick(edition.series(), series, region, frequency=None).reset_index()
    table = table[["period", "value", "kind", "vintage", "source", "confidence"]]
    ends = [until(p) for p in table["period"]]
    table["year"] = [y for y, _ in ends]
    table["month"] = pd.array([m for _, m in ends], dtype="Int64")
    return table.sort_values(["year", "month"], ignore_index=True)


def until(period: str) -> tuple[int, int | None]:
    """Return year and last month of a period from January on; (year, None) for any other.

    >>> bb.until("2022M1-M4"), bb.until("2020M10")
    ((2022, 4), (2020, None))
    """
    year = int(period[:4])
    patterns = (r"\d{4}()", r"\d{4}M1-M(\d+)", r"\d{4}Q1(?:-Q(\d))?", r"\d{4}H1()")
    for pattern, months in zip(patterns, (12, 1, 3, 6), strict=True):
        if m := re.fullmatch(pattern, period):
            told = m.group(1)
            return year, months * int(told) if told else months
    return year, None


def single_month(period: str) -> int | None:
    """Return the month of a period that is one month, None for any other.

    >>> bb.single_month("2020M10"), bb.single_month("2020")
    (10, None)
    """
    m = re.fullmatch(r"\d{4}M(\d{1,2})", period)
    return int(m.group(1)) if m else None


# ---------------------------------------------------------------- the provinces


def values_by_province(
    table: pd.DataFrame, series: str, period: str | int, members: Iterable[str] | None = None
) -> pd.Series:
    """Return the figures of ``members`` (None: all 31) for one period, by name; NaN where none was seen.

    ``attrs["at_least"]`` names those of which only a lower bound was printed: `place` keeps their rank open.

    >>> bb.values_by_province(bb.provinces(), "gdp_growth_real", 2021, ["湖北", "河南"]).to_dict()
    {'湖北': 12.9, '河南': 6.3}
    """
    mine = table[(table["series"] == series) & (table["period"] == str(period))]
    best = prints.best(mine, "region").set_index("region")
    chosen = list(regions().provinces if members is None else members)
    found = best["value"].astype("float64").reindex(chosen).rename_axis(None).rename(series)
    found.attrs["at_least"] = tuple(r for r in chosen if r in best.index and best["kind"][r] == "lower_bound")
    return found


def ranked(values: pd.Series) -> pd.DataFrame:
    """Return ``region, value, rank``, the highest first; ties share the smallest rank, a gap has none."""
    out = pd.DataFrame({"region": values.index, "value": values.to_numpy(dtype=float)})
    out["rank"] = pd.array(rank_values(out[["value"]].to_numpy())[:, 0], dtype="Float64").astype("Int64")
    return out.sort_values("rank", kind="stable", na_position="last", ignore_index=True)


# ---------------------------------------------------------------- averages


def rest_of_average(
    average: float, years: int, known: Sequence[float | Interval], half: float = 0.05
) -> Interval:
    """Return the average rate of the years left over, from the average of all and the rates of the others.

    ``average`` is the yearly rate over ``years`` years (%), ``known`` the rates of some of them. Printed
    rates are taken as ± ``half`` (one decimal: 0.05); an `Interval` carries its own ends. The growth of all
    years multiplied is the growth of the whole. Raises ValueError where no year is left over.

    >>> bb.rest_of_average(3.6, 2, [6.3]).told(2)
    '0.82–1.11'
    """
    left = years - len(known)
    if left < 1:
        raise ValueError("no year is left over")
    told = [k if isinstance(k, Interval) else Interval(k, k - half, k + half) for k in known]
    whole = Interval(average, average - half, average + half)

    def solve(total: float, parts: Iterable[float]) -> float:
        growth = (1 + total / 100) ** years
        for part in parts:
            growth /= 1 + part / 100
        return (growth ** (1 / left) - 1) * 100

    return Interval(
        solve(whole.value, (k.value for k in told)),
        solve(whole.lower, (k.upper for k in told)),
        solve(whole.upper, (k.lower for k in told)),
    )


def sources_of(*tables: pd.DataFrame) -> list[str]:
    """Return the source ids in these rows, each once, in order; a row without one is passed over."""
    cells = [str(cell) for table in tables for cell in table["source"].dropna()]
    return list(dict.fromkeys(i for cell in cells for i in cell.split(";") if i))
