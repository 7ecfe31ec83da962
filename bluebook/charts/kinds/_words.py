"""The words on a chart: how numbers are told, how wide words are, where they break, what colour they have."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

import pandas as pd

from bluebook.charts.theme import INK, PAPER, SWAPPED, WORDS

WHITE, DEEP = "#fefefe", "#00344f"  # text on a dark bar and on a light one, the same in the dark


def signed(value: float, format: str = ".1f") -> str:
    """Return a difference with its sign and a real minus; what rounds to zero has none, what is missing is
    "".

    >>> bb.signed(-0.24), bb.signed(1.5), bb.signed(-0.04), bb.signed(float("nan"))
    ('−0.2', '+1.5', '0.0', '')
    """
    if missing(value):
        return ""
    told = f"{value:+{format}}".replace("-", "−")
    return told if float(told[1:].replace(",", "")) else told[1:]


def minus(value: float, format: str) -> str:
    """Return a number in ``format`` with a real minus; what is missing is empty."""
    return "" if missing(value) else f"{value:{format}}".replace("-", "−")


def with_minus(text: object) -> str:
    """Return a text with a real minus before each of its numbers; a missing text is empty.

    >>> with_minus("-0.3 到 2020-2021")
    '−0.3 到 2020-2021'
    """
    return "" if missing(text) else re.sub(r"(?<![\w.–-])-(?=\d)", "−", str(text))


def missing(value: object) -> bool:
    """Return whether a cell holds nothing."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def width(text: object, size: float = WORDS) -> float:
    """Return about how many pixels the longest line of a text takes; a ``|`` begins a new line.

    >>> width("全国 12.3"), width("河南|全国各省")
    (63.7, 52.0)
    """
    lines = str(text).split("|")
    wide = [sum(1.0 if ord(c) > 0x2E80 or c in "“”—…≥≤" else 0.58 for c in line) for line in lines]
    return round(size * max(wide), 1)


def broken(name: object, most: float) -> str:
    """Return a name broken by ``|`` into lines of at most ``most`` pixels; Latin words, numbers stay whole.

    >>> broken("规模以上工业增加值", 60)
    '规模以上工|业增加值'
    """
    lines = []
    for line in str(name).split("|"):
        pieces = re.findall(r"[\w.%+/-]+(?<![\u4e00-\u9fff])|.", line, re.A) or [""]
        parts = math.ceil(width(line) / most) if most > 0 else 1
        goal, told = width(line) / max(parts, 1) + WORDS / 2, ""
        for piece in pieces:
            if told.strip() and width(told + piece) > max(goal, WORDS) and piece not in "，。、；：）”%·— ":
                lines.append(told.strip())
                told = ""
            told += piece
        lines.append(told.strip())
    return "|".join(lines)


def lifted(words: Iterable[object], most: float, rise: float) -> tuple[list[str], list[float]]:
    """Return words broken to ``most`` pixels, and how far up (``rise`` a line more) each has to move."""
    told = [broken(w, most) for w in words]
    return told, [-rise * w.count("|") for w in told]


def apart(values: Iterable[float], step: float) -> list[float]:
    """Return falling values moved down until each is ``step`` below the one before, for labels."""
    spots, last = [], float("inf")
    for value in values:
        last = min(value, last - step)
        spots.append(last)
    return spots


def dark(colour: str) -> bool:
    """Return whether white text reads better on this ground than dark text (by the contrast of WCAG 2)."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b < 0.23


def ink_on(ground: str, among: Iterable[str] = ()) -> str:
    """Return the colour of words on ``ground``: where it, or a shade ``among``, turns dark, they turn too."""
    if ground.lower() in SWAPPED:
        return PAPER if dark(ground) else INK
    turns = any(c.lower() in SWAPPED for c in among)
    return WHITE if dark(ground) else INK if turns else DEEP
