"""What a person leaves in a cell, made what the tables hold: only where it can mean one thing, and said.

Full-width digits, separators of thousands, signs of percent and units that the head names, blanks that look
like nothing, 市 behind a city's name, words for codes. Whatever could mean two things stays as it is, and
the checks of the tables name it.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from bluebook.data.csvio import PRINTED
from bluebook.data.faults import ODD
from bluebook.desk.reading import Seen

_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([,，][0-9]{3})+(\.[0-9]+)?")
_DIGITS = re.compile(r"[#,0]*0(?:\.(0+))?(?:_\W)?")
_NOTHING = re.compile(r"[-–—―－…/]+|\.{3,}")
_MINUS = str.maketrans("−－–﹣", "----")
_DAY = re.compile(r"([0-9]{4})[./年-]([0-9]{1,2})[./月-]([0-9]{1,2})日?")


class Clean(NamedTuple):
    """A cell as the table holds it. ``said``: the code of what was changed; ``wrong``: of what is wrong."""

    text: str
    said: str = ""
    wrong: str = ""


def clean(seen: Seen | None, type_: str, unit: str = "", words: Mapping[str, str] | None = None) -> Clean:
    """Return a cell as a table of this field's type holds it.

    ``type_``: number, integer, boolean, date or string; ``unit`` is what the head names; ``words`` maps what
    may be written to what is stored.
    """
    if seen is None or (seen.value is None and not seen.formula):
        return Clean("")
    if seen.formula and seen.value is None:
        return Clean(seen.formula, wrong="formula_empty")
    if seen.kind == "e":
        return Clean(str(seen.value), wrong="cell_error")
    if type_ in ("number", "integer"):
        return _number(seen, unit, words or {})
    if seen.kind == "b":
        return Clean("true" if seen.value else "false")
    if seen.kind == "d":
        day = seen.value.strftime("%Y-%m-%d") if hasattr(seen.value, "strftime") else str(seen.value)
        return Clean(day)
    text = str(seen.value) if seen.kind == "s" else plain(seen.value)
    neat = ODD.sub(lambda m: " " if m.group().isspace() else "", text).strip()
    said = "blanks" if neat != text.strip(" \n") else ""
    if words and neat.rstrip() in words:
        return Clean(words[neat], said)
    if type_ == "date" and (day := _DAY.fullmatch(neat)):
        whole = f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
        return Clean(whole, said or ("date" if whole != neat else ""))
    if type_ != "text" and not neat.isascii() and unicodedata.normalize("NFKC", neat).isascii():
        return Clean(unicodedata.normalize("NFKC", neat), "full_width")
    return Clean(unicodedata.normalize("NFC", neat), said)


def plain(value: float) -> str:
    """Return a number as it would be printed: no exponent, and no more digits than a spreadsheet shows.

    >>> plain(0.1 + 0.2), plain(12.0), plain(1e-7)
    ('0.3', '12', '0.0000001')
    """
    return format(Decimal(f"{value:.15g}"), "f") if value == value else ""


def _number(seen: Seen, unit: str, words: Mapping[str, str]) -> Clean:
    if seen.kind in ("b", "d") or isinstance(seen.value, (datetime.date, datetime.time)):
        shown = seen.value.isoformat() if hasattr(seen.value, "isoformat") else str(seen.value)
        return Clean(shown, wrong="date_in_number" if seen.kind != "b" else "yes_in_number")
    if seen.kind == "n":
        if "%" in seen.format:
            return (
                Clean(plain(seen.value * 100), "percent")
                if unit == "%"
                else Clean(f"{plain(seen.value * 100)}%", wrong="percent_in_number")
            )
        return Clean(with_digits(plain(seen.value), seen.format))
    text = str(seen.value)
    neat = ODD.sub("", text).strip()
    if neat in words:
        return Clean(words[neat])
    if not neat:
        return Clean("", "blanks" if text else "")
    if PRINTED.fullmatch(neat):
        return Clean(neat, "blanks" if neat != text else "")
    if _NOTHING.fullmatch(neat):
        return Clean("", "nothing")
    told = unicodedata.normalize("NFKC", neat).translate(_MINUS).replace(" ", "")
    said = "full_width" if told != neat else ""
    if unit and told != unit and told.endswith(unit):
        told, said = told.removesuffix(unit), "percent" if unit == "%" else "unit"
    if _THOUSANDS.fullmatch(told):
        told, said = re.sub("[,，]", "", told), "thousands"
    return Clean(told, said) if PRINTED.fullmatch(told) else Clean(neat)


def with_digits(text: str, format_: str) -> str:
    """Return a printed number with as many decimals as its cell shows, if that loses nothing.

    >>> with_digits("97.2", "0.00"), with_digits("97.25", "0.0")
    ('97.20', '97.25')
    """
    told = _DIGITS.fullmatch(format_.split(";")[0])
    if told and (digits := len(told[1] or "")) > len(text.partition(".")[2]):
        return f"{text}{'' if '.' in text else '.'}{'0' * (digits - len(text.partition('.')[2]))}"
    return text
