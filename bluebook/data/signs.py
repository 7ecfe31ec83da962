"""Signs that no editor meant: text in a wrong encoding, letters of another script, hidden blanks, words for
"no value", a date where a period should stand, and rows that are no unit's.

Columns are told apart by what their field says: what has a pattern is plain ASCII, ``_zh`` and names are
Chinese, notes may mix, titles of sources may be in any language. Cells that hold numbers are left to the
parser of numbers, expressions to the ledger, which refuses them in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from bluebook.data.csvio import NO_VALUE
from bluebook.data.faults import ODD, Fault, fault

EXPRESSIONS = ("relation", "evidence", "follows", "guard", "printed")
_CHINESE = ("section", "speaker", "region", "heading", "item", "unit", "period")
_ANY = {"sources.csv": ("title", "publisher", "licence", "note")}

_COMMON = (
    "\n -~\u00a7\u00b0-\u00b3\u00b7\u00b9\u00bc-\u00be\u00d7\u00f7\u00a3\u00a5\u20ac"
    "\u2010-\u2027\u2030-\u203e\u2070-\u209c\u2100-\u218b\u2190-\u22ff\u2460-\u24ff\u25a0-\u26ff"
)
_HAN = (
    "\u3001-\u301f\u3200-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6"
    "\U00020000-\U0003134f"
)
_LATIN = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_OUTSIDE = {
    "ascii": re.compile("[^\n -~]"),
    "zh": re.compile(f"[^{_COMMON}{_HAN}]"),
    "mixed": re.compile(f"[^{_COMMON}{_HAN}{_LATIN}]"),
    "any": re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]"),
}

_LOST = re.compile("\ufffd|锟斤拷|烫烫烫")
_WESTERN = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]+"
)
_LETTERS = re.compile("[\u3400-\u9fff\ue000-\uf8ff\u3000-\u301f\u20ac\uff00-\uffef]+")
_TRIPLE = rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2})"
_THREES, _LEADS = re.compile(_TRIPLE + rb"{2,}"), re.compile(_TRIPLE + rb"{2}")
_CUT_OFF = re.compile(rb"(?:[\x81-\xfe][\x40-\xfe])*[\xe3-\xe9][\x80-\xbf]\?")

_SERIAL = r"[2-6][0-9]{4}"
_DATE = re.compile(
    r"[0-9]{4}/[0-9]{1,2}(/[0-9]{1,2})?|[0-9]{4}-[0-9]-[0-9]{1,2}|[0-9]{4}-[0-9]{1,2}-[0-9]|"
    rf"[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{2,4}}|{_SERIAL}|"
    r"[A-Z][a-z]{2}-[0-9]{2}|[0-9]{1,2}-[A-Z][a-z]{2}|"
    r"([0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( .*)?")

_UNITS = ("city", "region", "expert")
_ALL = "全[国省市区县]|十八市"
_SUM = re.compile(rf"({_ALL})?([总合小共]计|总[和数])|(grand|sub)?total|sum", re.I)
_WHOLE = re.compile(rf"({_ALL})?(平均[值数]?|均值|中位数)|{_ALL}|average|mean|median", re.I)
_NOTE = re.compile(r"(附?注|备注|说明|(资料|数据)?来源|notes?|sources?)\s*\d*\s*[:：]|[备附]注", re.I)


def is_note(cells: Iterable[str]) -> bool:
    """Return whether a row is a remark below a table: its first filled cell begins like one."""
    first = next((cell for cell in cells if cell.strip()), "")
    return bool(_NOTE.match(first.strip()))


def is_sum(cell: str) -> bool:
    """Return whether the name of a unit is that of a sum over units.

    >>> is_sum("合 计"), is_sum("全省"), is_sum("郑州")
    (True, False, False)
    """
    return bool(_SUM.fullmatch(re.sub(r"\s", "", cell)))


def is_whole(cell: str) -> bool:
    """Return whether the name of a unit is that of a mean over units, or of the whole they are part of.

    >>> is_whole("全省"), is_whole("Mean"), is_whole("郑州")
    (True, True, False)
    """
    return bool(_WHOLE.fullmatch(re.sub(r"\s", "", cell)))


def garbled(text: str) -> bool:
    """Return whether a text was read in a wrong encoding at some time and saved again.

    >>> garbled("浜垮厓"), garbled("CafÃ©"), garbled("亿元"), garbled("Café")
    (True, True, False, False)
    """
    if text.isascii():
        return False
    if _LOST.search(text):
        return True
    return any(map(_western, _WESTERN.findall(text))) or any(map(_chinese, _runs(text)))


def _runs(text: str) -> list[str]:
    """Return the Chinese stretches of a text, each with the question mark that a lost byte leaves behind."""
    return [text[m.start() : m.end() + 1] for m in _LETTERS.finditer(text)]


def _western(run: str) -> bool:
    """Return whether a run of accented letters is UTF-8, or GBK, read as Latin-1."""
    if len(run) < 2 or not any("\u0080" <= c <= "\u00ff" for c in run):
        return False
    if len(run) >= 4 and all("\u00a1" <= c <= "\u00ff" for c in run):
        return True
    for encoding in ("cp1252", "latin-1"):
        try:
            run.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False


def _chinese(run: str) -> bool:
    """Return whether a Chinese run is UTF-8 read as GBK: its bytes make several letters of UTF-8 in a row."""
    told = run.encode("gbk", "replace")
    for match in _THREES.finditer(told):
        if _at_letter(told, match.start()):
            try:
                match.group().decode("utf-8")
            except UnicodeDecodeError:
                continue
            return True
    return bool(_CUT_OFF.fullmatch(told))


def _at_letter(told: bytes, at: int) -> bool:
    """Return whether a letter of GBK begins at a byte."""
    place = 0
    while place < at:
        place += 1 if told[place] < 0x80 else 2
    return place == at


def sign_faults(name: str, frame: pd.DataFrame, fields: list[dict[str, Any]]) -> Iterator[Fault]:
    """Yield cells of text whose signs cannot be meant, at most one fault a cell."""
    for field in fields:
        column = field["name"]
        if field["type"] in ("number", "integer") or column in EXPRESSIONS or frame.empty:
            continue
        kind = _kind(name, field)
        cells = frame[column].tolist()
        whole = "\n".join(cells)
        if not _suspicious(whole, kind, column):
            continue
        for row, cell in zip(frame.index, cells, strict=True):
            if cell and (code := _wrong(cell, kind, column)):
                yield fault(__file__, code, name, row, column, cell, signs=_shown(cell, kind))


def row_faults(name: str, frame: pd.DataFrame, regions: set[str] | None) -> Iterator[Fault]:
    """Yield rows that sum up or comment on the others. ``regions``: names of regions that may stand."""
    for column in (c for c in _UNITS if c in frame):
        for row, cell in zip(frame.index, frame[column].tolist(), strict=True):
            if cell.isdigit() or (column == "region" and (regions is None or cell in regions)):
                continue
            if is_sum(cell) or is_whole(cell):
                yield fault(__file__, "total_row", name, row, column, cell)


def _kind(name: str, field: dict[str, Any]) -> str:
    """Return which signs a column needs: "ascii", "zh", "mixed" or "any"."""
    column, rules = field["name"], field.get("constraints", {})
    if column in _ANY.get(name, ()) or column == "url":
        return "any"
    if "pattern" in rules or field["type"] != "string":
        return "ascii"
    if column.endswith("_zh") or column in _CHINESE:
        return "zh"
    return "mixed"


def _suspicious(whole: str, kind: str, column: str) -> bool:
    """Return whether a column, all its cells on lines, may hold a cell that `_wrong` would name: fast."""
    if ODD.search(whole) or _OUTSIDE[kind].search(whole) or re.search(r"(?m)^ | $|^(n|N|#)", whole):
        return True
    if column == "period" and re.search(r"[/日-]|[A-Z][a-z]|(?m:^[2-6]\d{4}$)", whole):
        return True
    if whole.isascii():
        return False
    return (
        bool(_WESTERN.search(whole) or _LEADS.search(told := whole.encode("gbk", "replace"))) or b"?" in told
    )


def _wrong(cell: str, kind: str, column: str) -> str:
    """Return the reason code of what is wrong with a cell, "" for nothing."""
    if garbled(cell):
        return "garbled"
    if NO_VALUE.fullmatch(cell.strip()) or re.search(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)", cell):
        return "no_value_text"
    if ODD.search(cell):
        return "odd_blank"
    if cell != cell.strip():
        return "blank_around"
    if column == "period" and (_DATE.fullmatch(cell) or (kind == "ascii" and _DAY.fullmatch(cell))):
        return "date_for_period"
    if _OUTSIDE[kind].search(cell):
        return "foreign_ascii" if kind == "ascii" else "foreign"
    return ""


def _shown(cell: str, kind: str) -> str:
    """Return the signs of a cell that its column does not need, each once."""
    found = dict.fromkeys(_OUTSIDE[kind].findall(cell))
    return " ".join(f"{c}(U+{ord(c):04X})" if c.isprintable() else f"U+{ord(c):04X}" for c in list(found)[:5])
