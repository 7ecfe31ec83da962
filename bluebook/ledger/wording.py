"""A figure in words, for a reader: its value and unit, its period, its interval, what the audit found."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

import pandas as pd

from bluebook.data import edition
from bluebook.ledger.interval import Interval, Number, between
from bluebook.ledger.rows import printed_text, text
from bluebook.ledger.units import UNITS, Unit
from bluebook.messages import message

# Strongest first; what each means stands in `bluebook.ledger.audit`.
VERDICTS = ("contradicted", "revised", "confirmed", "recomputed", "repeated", "consistent", "unchecked")


def _show(x: Number, decimals: int) -> str:
    """Return a number with one digit more than is printed: what follows from printed figures is no finer."""
    text = f"{float(x):.{decimals + 1}f}"
    shown = text.rstrip("0").rstrip(".") if "." in text else text
    return shown.replace("-", "−")


def show_interval(found: Interval, decimals: int = 1, lang: str = "zh") -> str:
    """Return an interval to one digit more than printed: "11.9–12.1", or "at least" where it is open."""
    if math.isinf(found.lower) and math.isinf(found.upper):
        return "不限" if lang == "zh" else "anything"
    if math.isinf(found.upper):
        return f"{'不低于 ' if lang == 'zh' else 'at least '}{_show(found.lower, decimals)}"
    if math.isinf(found.lower):
        return f"{'不高于 ' if lang == 'zh' else 'at most '}{_show(found.upper, decimals)}"
    low, high = (_show(x, decimals) for x in found.ends)
    return (
        low
        if low == high
        else f"{low}–{high}"
        if lang == "zh" and found.lower >= 0
        else f"{low} {'至' if lang == 'zh' else 'to'} {high}"
    )


VERDICT_WORDS = {
    "contradicted": ("有矛盾", "contradicted"),
    "revised": ("后来修订", "revised later"),
    "confirmed": ("独立证实", "confirmed by another source"),
    "recomputed": ("算得相符", "recomputed"),
    "repeated": ("同源重复", "repeated"),
    "consistent": ("大小相容", "consistent"),
    "unchecked": ("未能核对", "unchecked"),
}
# One character in a frame: told apart without colour.
VERDICT_MARKS = dict(zip(VERDICTS, "矛修证算同合未", strict=True))

_BOUND_WORDS = {
    "at_least": ("超过", "more than "),
    "at_most": ("不到", "just under "),
    "about": ("约", "about "),
}
# Where a note quotes the word that was printed beside a number, the figure keeps it: 近 is not 不到, 以上 not 超过.
_AS_PRINTED = re.compile("印作“(将近|近|以上)”")


def format_value(row: Mapping[str, object], lang: str = "zh") -> str:
    """Return a printed value with its unit, in the language; ``row``: a row of `claims` or the like.

    Chinese keeps the digits as printed ("58887.41亿元"). English moves the point to its own scale words and
    keeps every printed digit ("5,888.741 billion yuan"); nothing is rounded.

    >>> row = bb.claims(2022).set_index("id").loc["gdp_growth_ha_2021"]
    >>> bb.format_value(row), bb.format_value({**row, "value": "20", "decimals": 0, "bound": "at_most"})
    ('6.3%', '不到20%')
    """
    said, unit, bound = printed_text(row), text(row["unit"]), text(row["bound"])
    word = _BOUND_WORDS.get(bound, ("", ""))[lang == "en"]
    own = _AS_PRINTED.search(text(row.get("note_zh", ""))) if bound in ("at_most", "at_least") else None
    if own and own[1] == "以上":
        return f"{said}{unit}以上" if lang == "zh" else f"at least {format_value({**row, 'bound': ''}, lang)}"
    if lang == "zh":
        word = own[1] if own else word
        if unit in ("位", "位（倒数）"):
            return f"{'倒数' * (unit != '位')}第{said}位"
        return f"{word}{said}{unit}"
    if unit == "位":
        return _ordinal(int(said))
    if unit == "位（倒数）":
        return "last" if said == "1" else f"{_ordinal(int(said))} from last"
    return f"{word}{_english(said, UNITS.get(unit, Unit(unit, unit)))}".strip()


def _english(said: str, unit: Unit) -> str:
    """Return a printed number with its unit in English, its point moved to a scale word."""
    number, shift, prose = Decimal(said), unit.shift, unit.prose
    if shift == 4 and abs(number) >= 100:
        shift, prose = -2, f"million {prose}"
    elif shift == -1 and abs(number) < 10:
        shift, prose = 2, prose.replace("billion", "million")
    moved = f"{number.scaleb(shift):,f}"
    if "." not in said and "." in moved:
        moved = moved.rstrip("0").rstrip(".")
    if unit.one and number == 1:
        prose = unit.one
    return f"{moved}{'' if prose in ('', '%') else ' '}{prose}"


def _ordinal(n: int) -> str:
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


_MONTHS = ("", *calendar.month_name[1:])
_ORDER = ("first", "second", "third", "fourth")


def period_words(period: str, lang: str = "zh") -> str:
    """Return a period for a reader: 2022M1-M4 is "2022年1—4月"; empty where none applies."""
    if not period or period.startswith("none"):
        return ""
    for pattern, words in _PERIODS:
        if m := re.fullmatch(pattern, period):
            return words(*m.groups())[lang == "en"]
    return period


# What a period looks like, and its words in both languages.
_PERIODS: tuple[tuple[str, Callable[..., tuple[str, str]]], ...] = (
    (r"(\d{4})", lambda y: (f"{y}年", y)),
    (
        r"(\d{4})Q([1-4])",
        lambda y, q: (f"{y}年{'一二三四'[int(q) - 1]}季度", f"{_ORDER[int(q) - 1]} quarter of {y}"),
    ),
    (
        r"(\d{4})H([12])",
        lambda y, h: (f"{y}年{'上下'[int(h) - 1]}半年", f"{_ORDER[int(h) - 1]} half of {y}"),
    ),
    (
        r"(\d{4})M(\d{1,2})-M(\d{1,2})",
        lambda y, a, b: (f"{y}年{int(a)}—{int(b)}月", f"{_MONTHS[int(a)]}–{_MONTHS[int(b)]} {y}"),
    ),
    (r"(\d{4})-(\d{2})", lambda y, m: (f"{y}年{int(m)}月", f"{_MONTHS[int(m)]} {y}")),
    (
        r"(\d{4})-(\d{2})-(\d{2})",
        lambda y, m, d: (f"{y}年{int(m)}月{int(d)}日", f"{int(d)} {_MONTHS[int(m)]} {y}"),
    ),
    (r"(\d{4})-(\d{4})", lambda a, b: (f"{a}—{b}年", f"{a}–{b}")),
)


def speakers() -> dict[str, str]:
    """Return who is quoted, Chinese name → English: the speakers of all talks, the editors, the press."""
    found = dict(message(__file__, who) for who in ("editors", "press"))
    for year in edition.years():
        talks = edition.of_edition("talks", year)
        found |= dict(zip(talks["speaker"], talks["speaker_en"], strict=True))
    return found


def derived(row: Mapping[str, object]) -> Interval:
    """Return what follows for a judged row; an end that is missing is open."""
    low, high = row.get("derived_lower"), row.get("derived_upper")
    return between(-math.inf if pd.isna(low) else low, math.inf if pd.isna(high) else high)


def source_words(source: Mapping[str, object], lang: str = "zh") -> str:
    """Return a source for a reader: title, publisher and date, as far as they are known.

    A title in square brackets is a description of ours and stands without title marks.

    >>> source_words({"title": "[郑州2021年专利]", "publisher": "某报", "date": "2022-04-16"})
    '郑州2021年专利（某报，2022-04-16）'
    """
    title = text(source.get("title")) or text(source.get("id"))
    own = title.startswith("[") and title.endswith("]")
    marked = f"《{title}》" if lang == "zh" and "《" not in title else title
    title = title[1:-1] if own else marked
    about = [text(source.get(k)) for k in ("publisher", "date")]
    left, comma, right = ("（", "，", "）") if lang == "zh" else (" (", ", ", ")")
    told = comma.join(part for part in about if part)
    return f"{title}{left}{told}{right}" if told else title


def period_beside(row: Mapping[str, object], lang: str = "zh") -> str:
    """Return a figure's period for a reader, "" where its subject names it already."""
    when, subject = period_words(text(row["period"]), lang), text(row[f"subject_{lang}"])
    return "" if when.replace(" ", "") in subject.replace(" ", "") else when


def said(row: Mapping[str, object], lang: str = "zh") -> str:
    """Return who said a figure, what it is, and for which period."""
    speaker, when = text(row["speaker"]), period_beside(row, lang)
    left, right, colon = ("（", "）", "：") if lang == "zh" else (" (", ")", ": ")
    who = speaker if lang == "zh" else speakers().get(speaker, speaker)
    return f"{who}{colon}" * bool(who) + text(row[f"subject_{lang}"]) + f"{left}{when}{right}" * bool(when)
