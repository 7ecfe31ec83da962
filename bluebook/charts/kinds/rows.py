"""Charts in named rows: bars, parts of a bar, dots with limits, dumbbells, strips of many points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from bluebook.charts.kinds._parts import (
    DEEP,
    WHITE,
    dark,
    long_form,
    minus,
    palette,
    reach,
    rows,
    scale,
    tip,
    uprights,
)
from bluebook.charts.theme import BLUE, INK, MUTED, PALE, QUIET, RED


def bars(
    values: pd.Series,
    unit: str,
    *,
    colours: Mapping[str, str] | str = BLUE,
    room: float | None = None,
    format: str = ".2f",
    unknown: str = "",
    line: Mapping[str, float] | None = None,
    outline: pd.Series | None = None,
    words: pd.Series | None = None,
    step: int = 24,
) -> alt.LayerChart:
    """Draw one bar a row with its number at the end; bars below zero go to the left.

    A missing value is a dashed box up to ``room``, named ``unknown``; without ``room`` the row stays empty.
    ``line``: upright lines, name → value; ``outline``: a hollow bar behind each one, the whole it is part of;
    ``words``: text in place of the numbers.
    """
    data = pd.DataFrame({"name": values.index.astype(str), "value": values.to_numpy(dtype=float)})
    known = data["value"].notna()
    data["end"] = data["value"].fillna(room) if room is not None else data["value"]
    told = [minus(v, format) if k else unknown for v, k in zip(data["value"], known, strict=True)]
    data["text"] = told if words is None else words.to_numpy()
    data["whole"] = [float("nan")] * len(data) if outline is None else outline.to_numpy(dtype=float)
    data["colour"] = [colours if isinstance(colours, str) else colours.get(n, BLUE) for n in data["name"]]
    low, high = reach(data["end"], data["whole"], (line or {}).values(), [0.0])
    over = scale([low * 1.15, high * 1.15 or 1])
    x = alt.X("end:Q", title=unit, scale=over, axis=alt.Axis(tickCount=5))
    shown = [tip("name:N", values.index.name), tip("text:N", unit)]
    base = alt.Chart(data).encode(y=rows(data["name"]), x=x, tooltip=shown)
    ink = alt.condition("isValid(datum.value)", alt.value(INK), alt.value(MUTED))
    thick = min(26, max(10, step - 10))
    parts = uprights(line or {}, over)
    if outline is not None:
        frame = base.transform_filter("isValid(datum.whole)").mark_bar(
            height=thick, fill="transparent", stroke=QUIET
        )
        parts.append(frame.encode(x=alt.X("whole:Q", scale=over)))
    if room is not None:
        box = base.transform_filter("!isValid(datum.value)")
        parts.append(box.mark_bar(height=10, fill="transparent", stroke=QUIET, strokeDash=[3, 3]))
    there = base.transform_filter("isValid(datum.value)").mark_bar(height=thick)
    parts += [
        there.encode(color=alt.Color("colour:N", scale=None)),
        base.transform_filter("!(datum.value < 0)")
        .mark_text(align="left", dx=4)
        .encode(text="text:N", color=ink),
        base.transform_filter("datum.value < 0")
        .mark_text(align="right", dx=-4)
        .encode(text="text:N", color=ink),
    ]
    return alt.layer(*parts).properties(height={"step": step})


def stacked(
    table: pd.DataFrame,
    unit: str,
    *,
    colours: Sequence[str] | Mapping[str, str] | None = None,
    format: str = ",.0f",
    least: float = 0.0,
    named: bool = False,
    words: pd.DataFrame | None = None,
    domain: tuple[float, float] | None = None,
    step: int = 40,
) -> alt.LayerChart:
    """Draw one bar a row, its columns as parts from left to right with their numbers inside.

    A missing part is left out. ``least``: parts below it carry no number; ``named``: row names stand at the left
    of the bars, not above them; ``words``: the same shape as ``table``, text in place of the numbers.
    """
    told = table.astype(float).map(lambda v: minus(v, format)) if words is None else words
    long = long_form(table, "row")
    long["text"] = told.to_numpy().T.reshape(-1)
    long = long.dropna(subset="value")
    long["end"] = long.groupby("row", sort=False)["value"].cumsum()
    long["start"] = long["end"] - long["value"]
    long["middle"] = (long["start"] + long["end"]) / 2
    columns = [str(c) for c in table.columns]
    if isinstance(colours, Mapping):
        colours = [colours[c] for c in columns]
    ground = list(colours or [BLUE, PALE])
    long["ink"] = long["name"].map(
        {c: WHITE if dark(g) else DEEP for c, g in zip(columns, ground, strict=False)}
    )
    long["shown"] = long["text"].where(long["value"] >= least, "")
    _, most = reach(long["end"])
    over = scale(domain or [0, most * 1.04])
    names = list(table.index.astype(str))
    long["row"] = long["row"].astype(str)
    y = rows(names, "row") if named else rows(names, "row", labels=False)
    x = alt.X("start:Q", title=unit, scale=over, axis=alt.Axis(tickCount=5))
    key = alt.Legend(columns=3 if len(columns) > 4 else 2, symbolType="square")
    colour = alt.Color("name:N", title=None, legend=key, scale=alt.Scale(domain=columns, range=ground))
    shown = [tip("row:N", table.index.name), tip("name:N", table.columns.name), tip("text:N", unit)]
    base = alt.Chart(long).encode(y=y, tooltip=shown)
    ink = alt.Color("ink:N", scale=None)
    parts = [
        base.mark_bar(height=26 if step >= 36 else step - 8).encode(x=x, x2="end:Q", color=colour),
        base.mark_text(fontWeight="bold").encode(x=alt.X("middle:Q", scale=over), text="shown:N", color=ink),
    ]
    if not named:
        above = alt.Chart(pd.DataFrame({"row": names})).mark_text(align="left", dy=-22, color=INK)
        parts.append(above.encode(x=alt.value(0), y=y, text="row:N"))
    return alt.layer(*parts).properties(height={"step": step})


def dots(
    table: pd.DataFrame,
    unit: str,
    *,
    colours: Mapping[str, str] | None = None,
    legend: bool = False,
    line: Mapping[str, float] | None = None,
    start: float | None = None,
    domain: tuple[float, float] | None = None,
    log: bool = False,
    solid: bool = False,
    step: int = 34,
    format: str = "",
) -> alt.LayerChart:
    """Draw one dot a row with its ``text``, and where a number is known within limits only, the bar of those limits.

    ``table``: index: names; columns ``value, text``; ``low, high`` where there are limits (a row without a value is
    a dashed line between them); ``group`` where the rows have colours (group → colour, named if ``legend``).
    ``line``: upright lines, name → value; ``start``: a thin stem from there to the dot; the text of a dot to the
    left of ``start`` stands on its left. ``solid``: a row without a value is a solid bar, because its two ends are
    the finding.
    """
    data = table.rename_axis("name").reset_index()
    data["name"] = data["name"].astype(str)
    for end in ("low", "high"):
        data[end] = (data[end].fillna(data["value"]) if end in data else data["value"]).astype(float)
    data["value"] = data["value"].astype(float)
    data["group"] = data["group"] if colours else ""
    data["leftward"] = data["value"] < (start if start is not None else -math.inf)
    least, most = reach(data["low"], data["high"], (line or {}).values())
    room = 0.2 * ((most - least) or 1)
    floor = min(least, start if start is not None else least)
    floor -= 1.4 * room if data["leftward"].any() else room / 3
    over = scale(domain or ([least / 1.3, most * 2] if log else [floor, most + room]), log)
    x = alt.X(
        "value:Q",
        title=unit,
        scale=over,
        axis=alt.Axis(tickCount=5, **({"format": format} if format else {})),
    )
    colour = palette("group", colours or {"": BLUE}, legend)
    shown = [tip("name:N", table.index.name), tip("text:N", unit)]
    base = alt.Chart(data).encode(y=rows(data["name"]), color=colour, tooltip=shown)
    known, unknown = (
        base.transform_filter("isValid(datum.value)"),
        base.transform_filter("!isValid(datum.value)"),
    )
    limits = {"x": alt.X("low:Q", scale=over), "x2": "high:Q"}
    parts = uprights(line or {}, over)
    if start is not None:
        parts.append(known.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x=x, x2=alt.datum(start)))
    end = alt.X("high:Q", scale=over)
    parts += [
        known.transform_filter("datum.low < datum.high")
        .mark_rule(strokeWidth=5, opacity=0.35)
        .encode(**limits),
        (
            unknown.mark_rule(strokeWidth=11, opacity=0.55)
            if solid
            else unknown.mark_rule(strokeDash=[4, 3], strokeWidth=2)
        ).encode(**limits),
        known.mark_point(size=80, opacity=1).encode(x=x),
        base.transform_filter("!datum.leftward")
        .mark_text(align="left", dx=9)
        .encode(x=end, text="text:N", color=alt.value(INK)),
    ]
    if data["leftward"].any():
        words = base.transform_filter("datum.leftward").mark_text(align="right", dx=-9)
        parts.append(words.encode(x=alt.X("low:Q", scale=over), text="text:N", color=alt.value(INK)))
    return alt.layer(*parts).properties(height={"step": step})


def dumbbells(
    table: pd.DataFrame,
    unit: str,
    *,
    colours: Sequence[str] = (BLUE, RED),
    format: str = "+.1f",
    arrow: bool = False,
    room: float = 0.18,
    step: int = 34,
) -> alt.LayerChart:
    """Draw two dots a row, joined: the two columns of ``table`` (index: names), each with its number outside.

    ``arrow``: the second dot is an arrow's head, for a change from the first; ``room``: the part of the range left
    free on either side for the numbers. A row of which one is missing keeps the other alone.
    """
    first, second = (str(c) for c in table.columns)
    data = table.astype(float).set_axis(["a", "b"], axis=1).rename_axis("name").reset_index()
    data["name"] = data["name"].astype(str)
    data["low"], data["high"] = data[["a", "b"]].min(axis=1), data[["a", "b"]].max(axis=1)
    for end in ("low", "high"):
        data[f"{end}_text"] = [minus(v, format) for v in data[end]]
    data.loc[data["a"].isna() | data["b"].isna(), "low_text"] = ""
    least, most = reach(data["low"], data["high"])
    room *= (most - least) or 1
    over = scale([least - room, most + room])
    x = alt.X("value:Q", title=unit, scale=over, axis=alt.Axis(tickCount=5))
    long = long_form(table, "row").rename(columns={"name": "side", "row": "name"}).astype({"name": str})
    long["text"] = [minus(v, format) for v in long["value"]]
    long["shape"] = [
        "circle" if s == first or not arrow else "triangle-right" if r > 0 else "triangle-left"
        for s, r in zip(long["side"], list(data["b"] - data["a"]) * 2, strict=True)
    ]
    y = rows(data["name"])
    base = alt.Chart(data)
    shown = [tip("name:N", table.index.name), tip("side:N", table.columns.name), tip("text:N", unit)]
    side = alt.Color("side:N", title=None, scale=alt.Scale(domain=[first, second], range=list(colours)))
    ends = (
        alt.Chart(long).transform_filter("isValid(datum.value)").encode(y=y, x=x, color=side, tooltip=shown)
    )
    zero = alt.Chart(pd.DataFrame({"value": [0]})).mark_rule(color=MUTED).encode(x=x)
    low, high = alt.X("low:Q", scale=over), alt.X("high:Q", scale=over)
    return alt.layer(
        *([zero] if least - room <= 0 <= most + room else []),
        base.mark_rule(strokeWidth=2, color=QUIET).encode(y=y, x=low, x2="high:Q"),
        ends.mark_point(size=80, opacity=1).encode(shape=alt.Shape("shape:N", scale=None)),
        base.mark_text(align="left", dx=9).encode(y=y, x=high, text="high_text:N"),
        base.mark_text(align="right", dx=-9).encode(y=y, x=low, text="low_text:N"),
    ).properties(height={"step": step})


def strip(
    table: pd.DataFrame,
    unit: str,
    *,
    colours: Mapping[str, str] | None = None,
    legend: bool = False,
    middle: bool | str = False,
    line: Mapping[str, float] | None = None,
    domain: tuple[float, float] | None = None,
    tick: bool = False,
    format: str = ".1f",
    step: int = 34,
) -> alt.LayerChart:
    """Draw many points a row. ``table``: columns ``row, value``; ``text`` (the point's name, for its tooltip, and
    beside it where ``label`` is true) and ``group`` (→ colour) if there are any.

    ``middle``: a bar at the median of each row ("mean": at its mean); ``tick``: strokes in place of dots, where many lie on each other.
    """
    data = table.astype({"value": float, "row": str})
    for column, default in (("text", ""), ("group", ""), ("label", False)):
        data[column] = data[column] if column in data else default
    least, most = reach(data["value"], (line or {}).values())
    room = 0.05 * ((most - least) or 1)
    over = scale(domain or [least - room, most + room])
    x = alt.X("value:Q", title=unit, scale=over, axis=alt.Axis(tickCount=5))
    names = list(dict.fromkeys(data["row"]))
    colour = palette("group", colours or {"": BLUE}, legend)
    shown = [tip("row:N", ""), tip("text:N", ""), tip("value:Q", unit, format=format)]
    base = (
        alt.Chart(data)
        .transform_filter("isValid(datum.value)")
        .encode(y=rows(names, "row"), x=x, tooltip=shown)
    )
    mark = (
        base.mark_tick(thickness=2, opacity=0.8, height=step * 0.5)
        if tick
        else base.mark_point(size=45, opacity=0.6)
    )
    parts = [*uprights(line or {}, over), mark.encode(color=colour)]
    if middle:
        at = data.groupby("row", sort=False)["value"].agg("mean" if middle == "mean" else "median")
        stroke = alt.Chart(at.reset_index()).mark_tick(thickness=3, color=INK, height=step * 0.7)
        parts.append(stroke.encode(y=rows(names, "row"), x=x))
    if data["label"].any():
        words = base.transform_filter("datum.label").mark_text(dy=-11)
        parts.append(words.encode(text="text:N", color=alt.value(INK)))
    return alt.layer(*parts).properties(height={"step": step})
