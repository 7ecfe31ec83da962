"""What the kinds share: a table made long, tooltips in its own words, axes, labels that do not collide."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence

import altair as alt
import pandas as pd

from bluebook.charts.theme import BLUE, INK, MUTED, PAPER, QUIET, SWAPPED

WHITE, DEEP = "#fefefe", "#00344f"  # text on a dark bar and on a light one, the same in the dark
PHONE = 335  # pixels that a figure has on the narrowest screen: what is written must fit in there
ROW = 150  # pixels of a row's name before it is broken


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


def reach(*values: Iterable[float]) -> tuple[float, float]:
    """Return the least and the greatest of all numbers that are there; 0 and 1 if none is."""
    there = [float(v) for some in values for v in some if not missing(v) and math.isfinite(v)]
    return (min(there), max(there)) if there else (0.0, 1.0)


def padded(part: float, *values: Iterable[float]) -> tuple[float, float]:
    """Return the two ends of a scale: as `reach`, and ``part`` of what lies between free on either side."""
    low, high = reach(*values)
    room = part * ((high - low) or abs(high) or 1)
    return low - room, high + room


def width(text: object, size: float = 12) -> float:
    """Return about how many pixels the longest line of a text takes; a ``|`` begins a new line.

    >>> width("全国 12.3"), width("河南|全国各省")
    (58.8, 48.0)
    """
    lines = str(text).split("|")
    wide = [sum(1.0 if ord(c) > 0x2E80 or c in "“”—…≥≤" else 0.58 for c in line) for line in lines]
    return round(size * max(wide), 1)


def plot(names: Iterable[object] = ()) -> float:
    """Return how wide the drawing is on the narrowest screen, beside rows of these names."""
    return max(90.0, PHONE - 18 - max((width(broken(n, ROW)) for n in names), default=0.0))


def roomy(
    ends: Sequence[float],
    across: float,
    right: Iterable[tuple[float, float]] = (),
    left: Iterable[tuple[float, float]] = (),
    log: bool = False,
) -> list[float]:
    """Return the two ends of a scale, moved out until the words beside the points fit on ``across`` pixels.

    ``right`` and ``left``: (value, pixels from there to the end of the words) on that side of a point.
    """
    turn, back = (math.log10, lambda v: 10**v) if log else (float, float)
    low, high = (turn(e) for e in ends)
    far = [[(turn(v), min(w, 0.6 * across)) for v, w in side if not missing(v)] for side in (right, left)]
    # With words on both sides, each side's room is a part of a whole that the other makes longer.
    for _ in range(12 if all(far) else 1):
        high = max([high, *(low + (v - low) * across / (across - w) for v, w in far[0])])
        low = min([low, *(high - (high - v) * across / (across - w) for v, w in far[1])])
    return [back(low), back(high)]


def broken(name: object, most: float) -> str:
    """Return a name broken by ``|`` into lines of at most ``most`` pixels; Latin words, numbers stay whole.

    >>> broken("规模以上工业增加值", 60)
    '规模以上工|业增加值'
    """
    lines = []
    for line in str(name).split("|"):
        pieces = re.findall(r"[\w.%+/-]+(?<![\u4e00-\u9fff])|.", line, re.A) or [""]
        parts = math.ceil(width(line) / most) if most > 0 else 1
        goal, told = width(line) / max(parts, 1) + 6, ""
        for piece in pieces:
            if told.strip() and width(told + piece) > max(goal, 12) and piece not in "，。、；：）”%·— ":
                lines.append(told.strip())
                told = ""
            told += piece
        lines.append(told.strip())
    return "|".join(lines)


def _lines(names: Sequence[str], most: float, level: bool = False) -> tuple[dict[str, object], int]:
    """Return the option of an axis that breaks its labels (nothing if none is broken) and the most lines.

    ``level``: shorter ones begin with empty lines, so that the last lines stand level.
    """
    told = {n: broken(n, most) for n in names}
    lines = 1 + max((t.count("|") for t in told.values()), default=0)
    if level:
        blank = "\u200b|"  # an empty line, or one of spaces, is not drawn and moves nothing down
        told = {n: blank * (lines - 1 - t.count("|")) + t for n, t in told.items()}
    if lines == 1:
        return {}, 1
    by_name = json.dumps(told, ensure_ascii=False)
    return {"labelExpr": f"split({by_name}[datum.label] || datum.label, '|')"}, lines


def tall(names: Iterable[object], step: float) -> float:
    """Return the height of rows of these names: a step each, more where a name takes several lines."""
    names = [str(n) for n in names]
    lines = _lines(names, ROW)[1]
    return max(step, 15 * lines + 4 if lines > 1 else 0) * max(1, len(names))


def long_form(
    table: pd.DataFrame, index: str, kind: type = float, **more: pd.DataFrame | None
) -> pd.DataFrame:
    """Return a wide table as rows ``index``, ``name`` (the column), ``value``, and what ``more`` holds."""
    plain = table.rename_axis(index=index, columns=None).reset_index()
    out = plain.melt(index, var_name="name", value_name="value").astype({"name": str, "value": kind})
    beside = {name: cells.to_numpy().T.reshape(-1) for name, cells in more.items() if cells is not None}
    return out.assign(**beside)


def tip(field: str, title: object, **more: object) -> alt.Tooltip:
    """Return one line of a tooltip, named by a word of the table ("" where the table has none)."""
    return alt.Tooltip(field, title="" if title is None else str(title), **more)


def hue(names: Iterable[str], colours: Sequence[str] | Mapping[str, str] | None) -> alt.Color:
    """Return a colour for each name without a legend; two names without colours are grey and blue."""
    names = list(names)
    if isinstance(colours, Mapping):
        colours = [colours.get(n, QUIET) for n in names]
    told = list(colours) if colours is not None else [MUTED, BLUE] if len(names) == 2 else None
    scale = alt.Scale(domain=names, range=told) if told else alt.Scale(domain=names)
    return alt.Color("name:N", legend=None, scale=scale)


def palette(
    field: str,
    colours: Mapping[str, str],
    legend: bool = False,
    title: str | None = None,
    across: float = PHONE - 70,
    **more: object,
) -> alt.Color:
    """Return colours by group; ``legend`` names the groups above the chart of ``across`` pixels."""
    key = alt.Legend(symbolOpacity=1, **{**key_of(colours, across), **more}) if legend else None
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color(f"{field}:N", title=title, legend=key, scale=scale)


def key_of(names: Iterable[object], across: float = PHONE - 70) -> dict[str, object]:
    """Return the columns of a legend that fit on ``across`` pixels, and where a name too long is cut."""
    longest = max((width(n) for n in names), default=0.0)
    return {"columns": int(max(1, min(3, across // (longest + 32)))), "labelLimit": across - 26}


def rows(names: Iterable[str], field: str = "name", **axis: object) -> alt.Y:
    """Return one named row each, in this order, without ticks; a ``|`` or its length breaks a name."""
    names = list(dict.fromkeys(str(n) for n in names))
    shown = {"ticks": False, "domain": False, "labelPadding": 6, "labelOverlap": False, "labelLimit": 240}
    shown |= _lines(names, ROW)[0]
    # Vega puts the first line of a label at its row; the whole label has to stand in the middle.
    higher = [
        {"test": f"datum.label == {json.dumps(name, ensure_ascii=False)}", "value": -7.0 * more}
        for name in names
        if (more := broken(name, ROW).count("|"))
    ]
    if higher:
        shown["labelOffset"] = {"condition": higher, "value": 0}
    every = alt.Scale(domain=names)  # a row of which nothing is drawn keeps its place
    return alt.Y(f"{field}:N", sort=names, title=None, scale=every, axis=alt.Axis(**shown | axis))


def heads(names: Iterable[str], field: str, across: float = PHONE, **axis: object) -> alt.X:
    """Return one named column each on ``across`` pixels, heads above; a ``|`` or its length breaks a name.

    The last lines stand level.
    """
    names = [str(n) for n in names]
    shown = {"orient": "top", "labelAngle": 0, "ticks": False, "domain": False, "labelOverlap": False}
    slot = across / max(1, len(names))
    if slot < 13:  # no wider than one character: it must not lie on its neighbour
        shown["labelFontSize"] = max(9, int(slot))
    told, lines = _lines(names, max(25.0, slot - 4), level=True)
    shown |= {"labelPadding": 6 + 13 * (lines - 1), **told}
    every = alt.Scale(domain=names)
    return alt.X(f"{field}:N", sort=names, title=None, scale=every, axis=alt.Axis(**shown | axis))


def scale(domain: Sequence[float], log: bool = False) -> alt.Scale:
    """Return a scale over exactly this range."""
    return alt.Scale(domain=list(domain), nice=False, type="log" if log else "linear")


def ticks(domain: Sequence[float], log: bool = False, format: str = "", **more: object) -> alt.Axis:
    """Return an axis with about five marks; on a logarithmic one they are round numbers, not every digit."""
    more |= {"format": format} if format else {}
    if not log:
        return alt.Axis(**{"tickCount": 5, "labelSeparation": 6, **more})
    low, high = domain
    for digits in ((1,), (1, 3), (1, 2, 5)):
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        marks = [d * 10**p for p in powers for d in digits if low <= d * 10**p <= high]
        if len(marks) >= 3:
            break
    return alt.Axis(values=marks, labelSeparation=6, **more)


def share(value: float, domain: Sequence[float], log: bool = False) -> float:
    """Return where between the two ends of a scale a value lies, 0 to 1."""
    low, high, at = (math.log10(v) if log else v for v in (*domain, value))
    return (at - low) / ((high - low) or 1)


def lifted(words: Iterable[object], most: float, rise: float) -> tuple[list[str], list[float]]:
    """Return words broken to ``most`` pixels, and how far up (``rise`` a line more) each has to move."""
    told = [broken(w, most) for w in words]
    return told, [-rise * w.count("|") for w in told]


def beside(base: alt.Chart, dx: float, where: str = "", **mark: object) -> alt.Chart:
    """Return words to the right of points, or (``dx`` below zero) to the left, their lines as `lifted` says.

    ``where``: of which rows.
    """
    some = base.transform_filter(where) if where else base
    lines = {"dy": alt.ExprRef("datum.up"), "lineBreak": "|"}
    return some.mark_text(align="left" if dx > 0 else "right", dx=dx, **lines, **mark)


def uprights(line: Mapping[str, float], over: alt.Scale, across: float = PHONE - 70) -> list[alt.Chart]:
    """Return upright lines with their names above, on the side where there is room of ``across`` pixels."""
    parts: list[alt.Chart] = []
    for name, at in line.items():
        if missing(at):
            continue
        (told,), (up,) = lifted([name], 0.5 * across, 14)
        left = share(at, over.domain, over.type == "log") * across + 8 + width(told) <= across
        base = alt.Chart(pd.DataFrame({"at": [at], "text": [told]})).encode(x=alt.X("at:Q", scale=over))
        side = {"align": "left", "dx": 4} if left else {"align": "right", "dx": -4}
        words = base.mark_text(dy=up, lineBreak="|", color=MUTED, **side)
        parts += [base.mark_rule(color=QUIET), words.encode(y=alt.value(-8), text="text:N")]
    return parts


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
