"""Which figure of the economy's tables a number of a speech is about: same unit, region, period, words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from bluebook.data import edition
from bluebook.desk.speech import Figure
from bluebook.ledger.facts import all_facts
from bluebook.ledger.regions import Regions, regions

LIKE = 0.75  # share of a name's pairs of letters that must stand in the words around a number
# How speeches and statistics call the same thing.
_SAME = (
    (r"外贸进出口|对外贸易|外贸(?=总|$)|(?<!货物)(?<!电商)(?<!服务)进出口(?!单)", "货物进出口"),
    (r"(?<![一-鿿])出口(?![一-鿿])", "货物出口"),
    (r"(?<![一-鿿])进口(?![一-鿿])", "货物进口"),
    (r"外贸总[额量]|进出口总?额|进出口货值|货物进出口(?!总)", "货物进出口总值"),
    (r"GDP|国内生产总值|地区生产总值|经济总量|经济(?=增速|增长|同比)", "生产总值"),
    (r"一般预算", "一般公共预算本级"),
    (r"全部投资|全省投资|(?<=^)投资(?=增|$)|固定资产投资", "固定资产投资"),
    (r"房地产(?:业)?投资", "房地产开发投资"),
    (r"R&D(?:经费)?|研发(?:经费)?|研究与试验发展", "研究与试验发展经费"),
)
_GROWS = re.compile(r"增速|增幅")


class Match(NamedTuple):
    """A fact of the economy's tables beside a number: id, series, name, how like its words are (0–1)."""

    id: str
    series: str
    name: str
    region: str
    period: str
    value: str
    unit: str
    likeness: float


class Tables:
    """The economy's tables as facts, by series, region and period, and the names of the series."""

    def __init__(self, root: Path) -> None:
        self.facts = all_facts(root)
        self.where: Regions = regions(root)
        names = edition.table("economy/names.csv", root)
        self.names = {str(s): str(n) for s, n in zip(names["series"], names["name_zh"], strict=True)}
        self.country = next(iter(self.where.codes))
        self.rows: list[Match] = []
        self.at: dict[tuple[str, str, str], Match] = {}
        regions_by_code = {code: name for name, code in self.where.codes.items()}
        longest = sorted(self.names, key=len, reverse=True)
        told = self.facts[["id", "value", "unit", "period"]].astype(str)
        for id_, value, unit, period in told.itertuples(index=False):
            kind, _, rest = id_.partition("_")
            if kind not in ("series", "province") or id_.endswith("_revised"):
                continue
            series = next((s for s in longest if rest.startswith(f"{s}_")), "")
            region = regions_by_code.get(rest[len(series) + 1 :].split("_")[0], "")
            if series and region:
                match = Match(id_, series, self.names[series], region, period, value, unit, 0.0)
                self.rows.append(match)
                self.at.setdefault((series, region, period), match)
        self.ids = set(self.facts["id"])

    def get(self, series: str, region: str, period: str) -> Match | None:
        return self.at.get((series, region, period_of(period)))

    def of(self, figure: Figure) -> Match | None:
        """Return the fact that a figure is most likely about: its unit, region and period; None if none."""
        told = words(figure)
        grows = figure.kind == "growth"
        pool = (
            m
            for m in self.rows
            if m.unit == figure.unit and m.region == figure.region and m.period == period_of(figure.period)
        )
        return best(told, pool, grows)

    def nearest(self, figure: Figure) -> Match | None:
        """Return the fact beside a figure: its own, else one of the same series at another time."""
        if found := self.of(figure):
            return found
        pool = [m for m in self.rows if m.unit == figure.unit and m.region == figure.region]
        found = best(words(figure), pool, figure.kind == "growth")
        if not found:
            return None
        same = [m for m in pool if m.series == found.series]
        year = figure.period[:4]
        near = min(
            same, key=lambda m: (abs(int(m.period[:4]) - int(year)) if year.isdigit() else 0, m.period)
        )
        return near._replace(likeness=found.likeness)

    def series_of(self, text: str, unit: str, grows: bool) -> str:
        """Return the series that a phrase names, "" if none."""
        seen = {m.series: m for m in self.rows if m.unit == unit}
        found = best(alike(text), seen.values(), grows)
        return found.series if found else ""


def period_of(period: str) -> str:
    """Return a period as the economy's tables write it: 2022-04 is 2022M4."""
    m = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", period)
    return f"{m[1]}M{int(m[2])}" if m else period


def words(figure: Figure) -> str:
    """Return what is said around a figure: its own words, its sentence's where they say nothing."""
    bare = re.sub("增速|增长|整体", "", figure.subject)
    more = figure.sentence.partition(figure.printed)[0] if len(bare) <= 3 and figure.kind == "growth" else ""
    return alike(f"{figure.subject} {figure.clause} {more}")


def alike(text: str) -> str:
    """Return a text with the statistics' own words for what it speaks of."""
    for pattern, word in _SAME:
        text = re.sub(pattern, word, text)
    return text


def core(name: str) -> str:
    """Return the part of a series' name that says what it measures."""
    return re.sub("（[^）]*）|，.*|增速|同比|占.*比重|\\s", "", alike(re.sub("（[^）]*）", "", name)))


def likeness(name: str, text: str) -> float:
    """Return the share of a name's pairs of letters that stand in a text.

    >>> likeness("货物出口", "手机货物出口"), likeness("货物出口", "投资")
    (1.0, 0.0)
    """
    pairs = [name[i : i + 2] for i in range(len(name) - 1)]
    return sum(p in text for p in pairs) / max(len(pairs), 1)


def best(text: str, pool: Iterable[Match], grows: bool) -> Match | None:
    """Return the fact whose name is most like a text, the longest of equals; growth only for growth."""
    scored = []
    for m in pool:
        if grows != bool(_GROWS.search(m.name)):
            continue
        name = core(m.name)
        share = "占" in m.name or "强度" in m.name
        if share and m.unit == "%" and likeness(name, text) < LIKE:
            continue
        like = likeness(name, text)
        # 出口 is in 手机出口, and is not what it means: what the text says beyond the name counts against it.
        if like >= LIKE:
            scored.append((round(like, 3), len(name), m))
    if not scored:
        return None
    like, _, m = max(scored, key=lambda s: (s[0], s[1]))
    return m._replace(likeness=like)
