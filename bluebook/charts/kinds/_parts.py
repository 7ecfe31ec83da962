"""What the kinds share: a table made long, tooltips in its own words, rows, heads, colours, upright lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import altair as alt
import pandas as pd

from bluebook.charts.kinds._scales import PHONE, ROW, share
from bluebook.charts.kinds._words import broken, lifted, missing, width
from bluebook.charts.theme import BLUE, MUTED, QUIET


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
