"""The data's tables as a chapter wants them: names in the page's language, colours, the map, source lines."""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterable

import pandas as pd

from bluebook.data import edition as editions
from bluebook.data.schema import data_root
from bluebook.messages import BadInput, language, t


def cities() -> pd.DataFrame:
    """Return the 18 cities in their fixed order: cities.csv and ``name`` in the page's language."""
    table = editions.cities().sort_values("order", ignore_index=True)
    return table.assign(name=table["name_zh" if language() == "zh" else "name_en"])


def city_colours(codes: Iterable[str] | None = None) -> list[str]:
    """Return the colours (hex) that these cities (six-digit codes; None: all) have everywhere in the book.

    Raises `BadInput` for an unknown code.

    >>> bb.city_colours(["410100", "410300"])
    ['#0072b2', '#d55e00']
    """
    table = editions.cities().set_index("city")["colour"]
    wanted = list(table.index if codes is None else codes)
    unknown = [code for code in wanted if code not in table.index]
    if unknown:
        there = "、".join(table.index)
        raise BadInput(
            f"没有代码为 {unknown[0]} 的城市；现有：{there}。",
            f"There is no city {unknown[0]}; there are: {there}.",
        )
    return [table[code] for code in wanted]


def standings(year: int | None = None) -> pd.DataFrame:
    """Return the ranking of ``year`` (None: the current edition), best first.

    Columns: city, name, metro, rank (Int64), score (points; NaN where the report prints none), order.
    """
    total = editions.scores(year).query("code == 'index'")[["city", "rank", "score"]]
    names = cities()[["city", "name", "metro", "order"]]
    return total.merge(names, on="city", how="left").sort_values(["rank", "order"], ignore_index=True)


def released(year: int | None = None) -> str:
    """Return the day on which an edition (None: the latest) was presented, in words; "" where not known.

    >>> bb.released(2022)
    '2022 年 7 月 4 日'
    """
    day = editions.edition(year).get("published")
    if not day:
        return ""
    y, m, d = (int(part) for part in str(day).split("-"))
    return t(f"{y} 年 {m} 月 {d} 日", f"{d} {calendar.month_name[m]} {y}")


def map_shapes() -> dict:
    """Return the schematic map as a TopoJSON object; feature ``henan_id``, ``id`` = city code: for `map`.

    >>> len(bb.map_shapes()["objects"]["henan_id"]["geometries"])
    18
    """
    return json.loads((data_root() / "geo" / "henan.topojson").read_text("utf-8"))


def source_titles(ids: list[str], most: int = 3) -> str:
    """Return the titles of these source ids for a source line, the first ``most`` of them.

    >>> bb.source_titles(["newsletter", "henan_2021_communique", "panel_structure"], most=1)
    '《创新资讯》2022年第3期（总第76期），黄河科技大学报特刊；另 2 个来源，见“数据”'
    """
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


def indicator_tree(year: int | None = None) -> pd.DataFrame:
    """Return an edition's indicator tree (None: the latest) and who gives each indicator its name.

    Columns: those of `indicators`, ``leaf`` (bool) and ``kind``: "report" where the edition's own text names
    it, "press" where only another source of this edition does, "carried" where the name comes from an earlier
    edition and nothing of this one backs it yet, "proposed" where nobody names it; "" for a parent. Raises
    `BadInput` for an edition without a tree.

    >>> bb.indicator_tree(2022)["leaf"].sum()
    np.int64(36)
    """
    table, year = editions.indicators(year), year or editions.current_year()
    if table.empty:
        raise BadInput(
            f"data/editions/{year}/indicators.csv 没有内容：请填指标体系，或从上一版复制一份再改。",
            f"data/editions/{year}/indicators.csv is empty: "
            "give the indicator tree, or copy last year's and change it.",
        )
    sources = editions.edition(year).get("sources") or []
    before = {s for y in editions.years() if y < year for s in editions.edition(y).get("sources") or []}
    own, old = sources[:1], before - set(sources)
    leaf = ~table["code"].isin(set(table["parent"]))
    told = [[s.strip() for s in cell.split(";") if s.strip()] for cell in table["named_in"]]
    kind = pd.Series([_named(set(s), set(own), old) for s in told], table.index)
    return table.assign(leaf=leaf, kind=kind.where(leaf, ""))


def _named(sources: set[str], own: set[str], old: set[str]) -> str:
    """Return who names an indicator: the edition's ``own`` text, the press, ``old`` sources only, nobody."""
    if sources & own:
        return "report"
    return "proposed" if not sources else "carried" if sources <= old else "press"


def framework_counts(year: int | None = None) -> dict[str, int | None]:
    """Return how many dimensions and indicators an edition (None: the latest) has: n_dimensions and so on.

    As its settings say, else as its tree has them; None where neither does.

    >>> from bluebook.data.views import framework_counts
    >>> framework_counts(2022)
    {'n_dimensions': 5, 'n_indicators': 36}
    """
    told = editions.edition(year).get("framework") or {}
    tree = editions.indicators(year)
    root = tree.loc[tree["parent"] == "", "code"]
    counted = {
        "n_dimensions": int(tree["parent"].isin(root).sum()),
        "n_indicators": int((~tree["code"].isin(tree["parent"])).sum()),
    }
    return {key: told.get(key) or n or None for key, n in counted.items()}


def dimensions(year: int | None = None) -> pd.DataFrame:
    """Return an edition's dimensions (None: the latest) in the tree's order: columns as `indicators`.

    ``weight`` in points of 100. Raises `BadInput` for an edition without a tree.

    >>> bb.dimensions(2022).set_index("code")["weight"].to_dict()
    {'input': 25.0, 'output': 25.0, 'enterprise': 25.0, 'environment': 15.0, 'performance': 10.0}
    """
    table = indicator_tree(year)
    root = table.loc[table["parent"] == "", "code"].iloc[0]
    return table[table["parent"] == root].drop(columns=["leaf", "kind"]).reset_index(drop=True)
