"""The units of the ledger: how each reads in English, and which of them count things one by one."""

from __future__ import annotations

from typing import NamedTuple


class Unit(NamedTuple):
    """A unit in English: beside a number as printed, and in prose with the point moved by ``shift`` digits.

    ``counted`` units count things one by one: what is printed is the number itself. Units of ten thousand (万)
    are rounded like any other.
    """

    table: str
    prose: str
    shift: int = 0
    one: str = ""
    counted: bool = False


UNITS = {
    "%": Unit("%", "%"),
    "个百分点": Unit("percentage points", "percentage points", one="percentage point"),
    "亿元": Unit("100 million yuan", "billion yuan", -1),
    "万亿元": Unit("trillion yuan", "trillion yuan"),
    "亿美元": Unit("100 million US dollars", "billion US dollars", -1),
    "万人": Unit("10,000 people", "people", 4),
    "万家": Unit("10,000 firms", "firms", 4),
    "万个": Unit("10,000", "", 4),
    "万户": Unit("10,000 users", "users", 4),
    "万单": Unit("10,000 parcels", "parcels", 4),
    "万吨": Unit("10,000 tonnes", "tonnes", 4),
    "家": Unit("organisations", "", counted=True),
    "个": Unit("items", "", counted=True),
    "所": Unit("institutions", "institutions", one="institution", counted=True),
    "项": Unit("items", "", counted=True),
    "条": Unit("measures", "measures", one="measure", counted=True),
    "名": Unit("people", "people", one="person", counted=True),
    "位专家": Unit("experts", "experts", one="expert", counted=True),
    "种": Unit("titles", "titles", one="title", counted=True),
    "部": Unit("volumes", "volumes", one="volume", counted=True),
    "章": Unit("chapters", "chapters", one="chapter", counted=True),
    "类": Unit("kinds", "kinds", one="kind", counted=True),
    "强": Unit("places on a list", "", counted=True),
    "期": Unit("issue number", "", counted=True),
    "年": Unit("years", "years", one="year", counted=True),
    "秒": Unit("seconds", "seconds", one="second", counted=True),
    "架次": Unit("flights", "flights", one="flight", counted=True),
    "倍": Unit("times", "times"),
    "分": Unit("points", "points", one="point"),
    "平方公里": Unit("square kilometres", "square kilometres", one="square kilometre"),
    "位": Unit("rank", "", counted=True),
    "位（倒数）": Unit("rank from the bottom", "", counted=True),
    "": Unit("", ""),
}


def counted(unit: object) -> bool:
    """Return whether a unit counts things one by one.

    >>> counted("家"), counted("万家")
    (True, False)
    """
    return unit in UNITS and UNITS[unit].counted


def unit_words(unit: str, lang: str = "en") -> str:
    """Return the unit to stand beside a number as it was printed: 亿元 is "100 million yuan"."""
    return unit if lang == "zh" else UNITS.get(unit, Unit(unit, unit)).table
