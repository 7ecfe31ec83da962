"""The head of a city's profile: rank, score, neighbours, where it lies; and the words its pages share."""

from __future__ import annotations

import math
from html import escape

import pandas as pd

from bluebook import charts
from bluebook.data import edition as editions
from bluebook.data import views
from bluebook.messages import t
from bluebook.pages import cities
from bluebook.pages.pieces import Pieces

PAGES = "chapters/cities"
MAP_WIDTH = 200


def unpublished() -> str:
    """Return what stands for a number that the texts we know do not hold."""
    return t("未公布", "not published")


def place(rank: object) -> str:
    """Return a rank in words: 第 3, or 未公布."""
    return unpublished() if pd.isna(rank) else t(f"第 {int(rank)}", f"No. {int(rank)}")


def number(value: object, decimals: int = 2) -> str:
    """Return a number with its decimals, or 未公布."""
    return unpublished() if pd.isna(value) else f"{value:.{decimals}f}"


def digits() -> int:
    """Return to how many decimals the current edition prints its totals."""
    return int(editions.edition()["decimals"])


def score_words(score: object, decimals: object = pd.NA) -> str:
    """Return a score with its printed ``decimals`` (none: the edition's), or 未公布."""
    return number(score, digits() if pd.isna(decimals) else int(decimals))


def link(page: str, words: str, anchor: str = "") -> str:
    """Return a link to a page of the cities; plain words outside the book, where it would lead nowhere."""
    if not charts.building():
        return escape(words)
    return f'<a href="@@site@@/{PAGES}/{escape(page)}.html{escape(anchor)}">{escape(words)}</a>'


def printed_sources(code: str = "", most: int = 3) -> str:
    """Return the sources of the current edition's scores, of one city or all, as a source line."""
    rows = editions.scores()
    rows = rows[rows["city"] == code] if code else rows
    ids = [i for cell in rows["source"] for i in cell.split(";")] or [editions.edition()["sources"]]
    return views.source_titles(list(dict.fromkeys(map(str, ids))), most) or t("本版设置", "settings")


# ---------------------------------------------------------------- the head


def head(code: str) -> Pieces:
    """Show rank, score and ring of a city, who lies beside it, and where it lies.

    >>> "52.70" in bb.city_head("410300").text
    True
    """
    cities.refuse_unknown(code)
    found, names = cities.known(), cities.names()
    total, ring = found.total.loc[code], views.cities().set_index("city")["metro"].get(code, "")
    facts = {
        t(f"{found.year} 年版名次，{len(names)} 市", f"Rank of {len(names)}, {found.year}"): place(
            total["rank"]
        ),
        t("总分，满分 100", "Total, of 100"): score_words(total["score"]),
        t("都市圈", "Metropolitan area") if ring else "": ring,
    }
    told = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(str(v))}</dd></div>" for k, v in facts.items() if k)
    around = cities.neighbours(code)
    beside = " ".join(link(c, names[c]) for c in around) or escape(t("没有", "none"))
    compared = [link("compare", names[c], f"#c={code},{c}") for c in _worth_comparing(code)]
    more = link("compare", t("另选几座", "choose others"), f"#c={code}")
    return Pieces(
        f'<div class="bb-city"><dl class="bb-city-facts">{told}</dl>{locator(code)}'
        f'<p class="bb-city-links"><span>{t("相邻", "Neighbours")}</span> {beside}</p>'
        f'<p class="bb-city-links"><span>{t("与谁并排看", "Side by side with")}</span> '
        f"{' '.join([*compared, more])}</p></div>"
    )


def _worth_comparing(code: str) -> list[str]:
    """Return the cities next to ``code`` in the ranking."""
    ranks = cities.known().total["rank"].dropna().sort_values()
    if code not in ranks.index:
        return []
    at = list(ranks.index).index(code)
    return [c for c in ranks.index[max(0, at - 2) : at + 3] if c != code]


def locator(code: str) -> str:
    """Return the schematic map as SVG: the city filled, its neighbours shaded and outlined."""
    names, around = cities.names(), set(cities.neighbours(code))
    shapes = views.map_shapes()
    outlines = next(iter(shapes["objects"].values()))["geometries"]
    lines = _lines(shapes)
    points = [p for line in lines for p in line]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = max(y for _, y in points), min(y for _, y in points)
    scale = MAP_WIDTH / (right - left)
    squeeze = 1 / math.cos(math.radians((top + bottom) / 2))  # a degree of latitude is longer
    height = (top - bottom) * scale * squeeze
    drawn = []
    for shape in outlines:
        rings = [ring for part in _parts(shape) for ring in part]
        path = "".join(
            "M"
            + "L".join(
                f"{(x - left) * scale:.1f} {(top - y) * scale * squeeze:.1f}" for x, y in _ring(ring, lines)
            )
            + "Z"
            for ring in rings
        )
        where = "own" if shape["id"] == code else "near" if shape["id"] in around else "far"
        drawn.append((where, f'<path class="bb-{where}" d="{path}"/>'))
    drawn.sort(key=lambda d: ("far", "near", "own").index(d[0]))  # outlines of what matters lie on top
    told = t(f"示意图：{names[code]}在省内的位置", f"Schematic map: where {names[code]} lies")
    return (
        f'<svg class="bb-city-map" role="img" aria-label="{escape(told)}" '
        f'viewBox="0 0 {MAP_WIDTH} {height:.0f}">{"".join(path for _, path in drawn)}</svg>'
    )


def _parts(shape: dict) -> list:
    return shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]


def _lines(shapes: dict) -> list[list[tuple[float, float]]]:
    """Return the arcs of a TopoJSON as points in degrees; quantised arcs are steps from the point before."""
    scale, shift = ((shapes.get("transform") or {}).get(k) for k in ("scale", "translate"))
    out = []
    for arc in shapes["arcs"]:
        x = y = 0
        line = []
        for point in arc:
            x, y = (x + point[0], y + point[1]) if scale else point[:2]
            line.append((x * scale[0] + shift[0], y * scale[1] + shift[1]) if scale else (x, y))
        out.append(line)
    return out


def _ring(arcs: list[int], lines: list) -> list[tuple[float, float]]:
    return [p for arc in arcs for p in (lines[arc] if arc >= 0 else lines[~arc][::-1])[:-1]]
