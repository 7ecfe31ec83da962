"""What a chapter reads: the editions' tables in the page's language, the map, the audited ledger."""

from __future__ import annotations

import calendar
import json
from collections.abc import Callable, Iterable

import altair as alt
import pandas as pd

from bluebook import editions
from bluebook.ledger.book import audit, audited, corrections, facts, verdicts  # noqa: F401
from bluebook.words import language, t


def cities() -> pd.DataFrame:
    """Return the 18 cities in their fixed order: the columns of cities.csv and ``name`` in the page's language."""
    table = editions.cities().sort_values("order", ignore_index=True)
    return table.assign(name=table["name_zh" if language() == "zh" else "name_en"])


def city_colours(codes: Iterable[str] | None = None) -> list[str]:
    """Return the colours that these cities (six-digit codes; None: all, in their order) have everywhere in the book.

    >>> city_colours(["410100", "410300"])
    ['#0072b2', '#d55e00']
    """
    table = editions.cities().set_index("city")["colour"]
    return [table[code] for code in (table.index if codes is None else codes)]


def city_scale(codes: Iterable[str], names: Iterable[str]) -> alt.Scale:
    """Return the colour scale of these cities (six-digit codes and the names on the chart)."""
    return alt.Scale(domain=list(names), range=city_colours(codes))


def standings(year: int | None = None) -> pd.DataFrame:
    """Return the ranking of ``year`` (None: the current edition), best first.

    Columns: city, name, metro, rank (Int64), score (points; NaN where the report prints none), order.
    """
    total = editions.scores(year).query("code == 'index'")[["city", "rank", "score"]]
    names = cities()[["city", "name", "metro", "order"]]
    return total.merge(names, on="city", how="left").sort_values(["rank", "order"], ignore_index=True)


def history() -> pd.DataFrame:
    """Return every published total of every edition: year, city, name, rank, score."""
    every = editions.all_scores().query("code == 'index'")[["year", "city", "rank", "score"]]
    return every.merge(cities()[["city", "name", "order"]], on="city").sort_values(["year", "rank"])


def released(year: int | None = None) -> str:
    """Return the day on which the edition was presented, in words; "" where it is not known."""
    day = editions.edition(year).get("published")
    if not day:
        return ""
    y, m, d = (int(part) for part in str(day).split("-"))
    return t(f"{y} 年 {m} 月 {d} 日", f"{d} {calendar.month_name[m]} {y}")


def map_shapes() -> dict:
    """Return the schematic map as a TopoJSON object; feature ``henan_id``, ``id`` = city code."""
    return json.loads((editions.data_root() / "geo" / "henan.topojson").read_text("utf-8"))


def source_titles(ids: list[str], most: int = 3) -> str:
    """Return the titles of these source ids for a source line, the first ``most`` of them."""
    known = editions.sources().set_index("id")["title"]
    parts = list(
        dict.fromkeys(p.strip() for i in ids for p in str(i).replace("|", ";").split(";") if p.strip())
    )
    shown = [str(known.get(p, p)) for p in parts[:most]]
    zh = language() == "zh"
    more = len(parts) - len(shown)
    if more > 0:
        shown.append(f"另 {more} 个来源，见“数据”" if zh else f"and {more} more, see “Data”")
    return ("；" if zh else "; ").join(shown)


def with_rank(values: pd.Series, format: str = ".1f") -> Callable[[float], str]:
    """Return a table's format: a number of ``values`` with its rank among them, not to be broken over two lines."""
    return lambda v: f"{v:{format}}".replace("-", "−") + f"\u00a0({1 + int((values > v).sum())})"
