"""A figure in words, for a reader: its value and unit, its period, its interval, what the audit found."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

import pandas as pd

from bluebook.data import edition
from bluebook.ledger.interval import ANY, Interval, Number, between
from bluebook.ledger.rows import decimals, printed_text, text
from bluebook.ledger.units import UNITS, Unit
from bluebook.messages import message

VERDICTS = ("confirmed", "consistent", "contradicted", "unchecked")


def _show(x: Number, decimals: int) -> str:
    """Return a number with one digit more than is printed: what follows from printed figures is no finer."""
    text = f"{float(x):.{decimals + 1}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_interval(found: Interval, decimals: int = 1, lang: str = "zh") -> str:
    """Return an interval for a reader: "11.9–12.1", one number where ends agree, "at least" where open."""
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
    "confirmed": ("有来源证实", "confirmed by a source"),
    "consistent": ("算术一致", "consistent with its own arithmetic"),
    "contradicted": ("有矛盾", "contradicted"),
    "unchecked": ("未能核对", "unchecked"),
}

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


def describe(row: Mapping[str, object], verdict: str, lang: str = "zh") -> str:
    """Return one line on a figure: who said it, what and for which period, what the audit found, our note.

    The full reason with ids and sources stands in the audit; here a contradicted figure gets its other
    number.
    """
    zh = lang == "zh"
    speaker, subject = text(row["speaker"]), text(row[f"subject_{lang}"])
    period = text(row["period"])
    when = "" if period[:4] in subject else period_words(period, lang)
    found, note = VERDICT_WORDS[verdict][not zh], text(row.get(f"note_{lang}", ""))
    if verdict == "contradicted" and derived(row) != ANY:
        other = show_interval(derived(row), decimals(row), lang)
        found += f"，推出的是 {other}" if zh else f": {other} follows"
    if zh:
        line = f"{speaker}：{subject}" if speaker else subject
        return line + f"（{when}）" * bool(when) + f"。核对：{found}。" + f"{note}。" * bool(note)
    who = speakers().get(speaker, speaker)
    line = f"{who}: {subject}" if who else subject
    return line + f" ({when})" * bool(when) + f". Audit: {found}." + f" {note}." * bool(note)
