"""Charts in named rows: bars, parts of a bar, dots with limits, dumbbells, strips of many points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from bluebook.charts.kinds._parts import beside, key_of, long_form, palette, rows, tall, tip, uprights
from bluebook.charts.kinds._scales import padded, plot, reach, roomy, scale, ticks
from bluebook.charts.kinds._words import ink_on, lifted, minus, missing, width, with_minus
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

    ``values``: index: names, all in ``unit``. A missing value is a dashed box up to ``room``, named
    ``unknown``; without ``room`` the row stays empty. ``line``: upright lines, name → value; ``outline``: a
    hollow bar behind each one, the whole it is part of; ``words``: text in place of the numbers.

    >>> bb.bars(pd.Series({"郑州": 97.25, "洛阳": 52.70, "新乡": 35.65}), "得分（分）", colours={"洛阳": bb.RED})
    alt.LayerChart(...)
    """
    data = pd.DataFrame({"name": values.index.astype(str), "value": values.to_numpy(dtype=float)})
    data["end"] = data["value"].fillna(room) if room is not None else data["value"]
    told = [unknown if missing(v) else minus(v, format) for v in data["value"]]
    data["text"] = told if words is None else [with_minus(w) for w in words]
    data["whole"] = math.nan if outline is None else outline.to_numpy(dtype=float)
    data["colour"] = [colours if isinstance(colours, str) else colours.get(n, BLUE) for n in data["name"]]
    across = plot(data["name"])
    both = data["end"].min() < 0 < data["end"].max()  # words on the left take from those on the right
    data["text"], data["up"] = lifted(data["text"], (0.4 if both else 0.55) * across, 7)
    ends = reach(data["end"], data["whole"], (line or {}).values(), [0.0])
    taken = [(v, width(w) + 8) for v, w in zip(data["end"], data["text"], strict=True)]
    right, left = ([w for w in taken if (w[0] < 0) == below] for below in (False, True))
    domain = roomy(ends if ends[0] < ends[1] else (0.0, 1.0), across, right, left)
    over = scale([domain[0], max(domain[1], ends[1] * 1.04)])
    x = alt.X("end:Q", title=unit, scale=over, axis=ticks(over.domain, told=ends))
    shown = [tip("name:N", values.index.name), tip("text:N", unit)]
    there = data.dropna(subset="end")  # a row without a bar keeps its place on the axis, and no words
    base = alt.Chart(there).encode(y=rows(data["name"]), x=x, tooltip=shown)
    ink = alt.condition("isValid(datum.value)", alt.value(INK), alt.value(MUTED))
    thick = min(26, max(10, step - 10))
    parts = uprights(line or {}, over, across)
    if outline is not None:
        frame = base.transform_filter("isValid(datum.whole)")
        frame = frame.mark_bar(height=thick, fill="transparent", stroke=QUIET)
        parts.append(frame.encode(x=alt.X("whole:Q", scale=over)))
    if room is not None:
        box = base.transform_filter("!isValid(datum.value)")
        parts.append(box.mark_bar(height=10, fill="transparent", stroke=QUIET, strokeDash=[3, 3]))
    bar = base.transform_filter("isValid(datum.value)").mark_bar(height=thick)
    parts.append(bar.encode(color=alt.Color("colour:N", scale=None)))
    for dx, where in ((4, "!(datum.value < 0)"), (-4, "datum.value < 0")):
        parts.append(beside(base, dx, where).encode(text="text:N", color=ink))
    return alt.layer(*parts).properties(height=tall(data["name"], step))


def stacked(
    table: pd.DataFrame,
    unit: str,
    *,
    colours: Sequence[str] | Mapping[str, str] | None = None,
    format: str = ",.0f",
    least: float = 0.0,
    named: bool = False,
    domain: tuple[float, float] | None = None,
    step: int = 40,
) -> alt.LayerChart:
    """Draw one bar a row, its columns as parts from left to right with their numbers inside.

    ``table``: index: rows, columns: parts, all in ``unit``. A missing part is left out. ``least``: parts
    below it carry no number; ``named``: row names stand at the left of the bars, not above them.

    >>> parts = {"出口": "exports", "进口": "imports"}
    >>> trade = {name: bb.by_year(bb.series(), s, ["河南"], 2020)["河南"] for name, s in parts.items()}
    >>> bb.stacked(pd.DataFrame(trade), "亿元", named=True)
    alt.LayerChart(...)
    """
    long = long_form(table, "row").astype({"row": str}).dropna(subset="value")
    long["text"] = [minus(v, format) for v in long["value"]]
    long["end"] = long.groupby("row", sort=False)["value"].cumsum()
    long["start"] = long["end"] - long["value"]
    long["middle"] = (long["start"] + long["end"]) / 2
    columns = [str(c) for c in table.columns]
    ground = [colours[c] for c in columns] if isinstance(colours, Mapping) else list(colours or [BLUE, PALE])
    long["ink"] = long["name"].map({c: ink_on(g) for c, g in zip(columns, ground, strict=False)})
    long["shown"] = long["text"].where(long["value"] >= least, "")
    _, most = reach(long["end"])
    over = scale(domain or [0, most * 1.04])
    names = list(table.index.astype(str))
    y = rows(names, "row", labels=named)
    x = alt.X("start:Q", title=unit, scale=over, axis=ticks(over.domain))
    across = plot(names if named else ())
    key = alt.Legend(symbolType="square", **key_of(columns, across))
    colour = alt.Color("name:N", title=None, legend=key, scale=alt.Scale(domain=columns, range=ground))
    shown = [tip("row:N", table.index.name), tip("name:N", table.columns.name), tip("text:N", unit)]
    base = alt.Chart(long).encode(y=y, tooltip=shown)
    ink = alt.Color("ink:N", scale=None)
    thick = 26 if step >= 36 else step - 8
    parts = [
        base.mark_bar(height=thick).encode(x=x, x2="end:Q", color=colour),
        base.mark_text(fontWeight="bold").encode(x=alt.X("middle:Q", scale=over), text="shown:N", color=ink),
    ]
    if not named:
        step = max(step, thick + 22)  # the name above a bar must not lie on the bar before
        above = alt.Chart(pd.DataFrame({"row": names}))
        above = above.mark_text(align="left", dy=-thick / 2 - 9, color=INK, limit=across)
        parts.append(above.encode(x=alt.value(0), y=y, text="row:N"))
    height = tall(names, step) if named else max(step, 58) * max(1, len(names))
    return alt.layer(*parts).properties(height=height)


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
    behind: pd.DataFrame | None = None,
    step: int = 34,
    format: str = "",
) -> alt.LayerChart:
    """Draw one dot a row with its ``text``, and the bar of its limits where only these are known.

    ``table``: index: names; columns ``value, text``; ``low, high`` where there are limits (a row without a
    value is a dashed line between them); ``group`` where the rows have colours (group → colour, named if
    ``legend``); numbers in ``unit``. ``line``: upright lines, name → value; ``start``: a thin stem from there
    to the dot; the text of a dot to the left of ``start`` stands on its left. ``solid``: a row without a
    value is a solid bar, because its two ends are the finding; ``behind``: a grey bar behind each row, its
    limits as the columns ``low, high`` of the same index. A row of which nothing is known stays empty.

    >>> table = pd.DataFrame({"value": [12.0, None], "low": [11.9, 3], "high": [12.1, 5]}, index=["甲", "乙"])
    >>> bb.dots(table.assign(text=["12.0", "3 到 5"]), "增速（%）", start=0)
    alt.LayerChart(...)
    """
    data = table.rename_axis("name").reset_index().astype({"name": str, "value": float})
    for end in ("low", "high"):
        data[end] = data.get(end, data["value"]).astype(float).fillna(data["value"])
    data["group"] = data["group"] if colours else ""
    data["leftward"] = data["value"] < (start if start is not None else -math.inf)
    data["text"] = [with_minus(w) for w in data["text"]]
    names, there = list(data["name"]), data.dropna(subset=["high", "low"], how="all").copy()
    across = plot(names)
    both = there["leftward"].any() and not there["leftward"].all()
    there["text"], there["up"] = lifted(there["text"], (0.4 if both else 0.55) * across, 7)
    grey = [] if behind is None else behind[["low", "high"]].to_numpy(dtype=float).reshape(-1)
    given = [] if start is None else [start]
    least, most = reach(there["low"], there["high"], grey, (line or {}).values(), given)
    lower, upper = padded(0.05, (least, most))
    ends = (least / 1.2, most * 1.1) if log else (least if start == 0 else lower, upper)
    right = [(r.high, width(r.text) + 13) for r in there.itertuples() if not r.leftward]
    # On the left a dot alone must clear the name of its row.
    left = [(r.low, width(r.text) + 13 if r.leftward else 8) for r in there.itertuples()]
    over = scale(domain or roomy(ends, across, right, left, log=log), log)
    x = alt.X("value:Q", title=unit, scale=over, axis=ticks(over.domain, log, format, (least, most)))
    colour = palette("group", colours or {"": BLUE}, legend, across=across)
    shown = [tip("name:N", table.index.name), tip("text:N", unit)]
    y = rows(names)
    base = alt.Chart(there).encode(y=y, color=colour, tooltip=shown)
    known = base.transform_filter("isValid(datum.value)")
    unknown = base.transform_filter("!isValid(datum.value)")
    low, high = alt.X("low:Q", scale=over), alt.X("high:Q", scale=over)
    parts = uprights(line or {}, over, across)
    if behind is not None:
        bar = alt.Chart(behind.rename_axis("name").reset_index().astype({"name": str}))
        bar = bar.mark_bar(height=18, color=QUIET, opacity=0.6)
        parts.append(bar.encode(y=y, x=low, x2="high:Q"))
    if start is not None:
        parts.append(known.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x=x, x2=alt.datum(start)))
    ends_alone = {"strokeWidth": 11, "opacity": 0.55} if solid else {"strokeDash": [4, 3], "strokeWidth": 2}
    around = known.transform_filter("datum.low < datum.high").mark_rule(strokeWidth=5, opacity=0.35)
    parts += [around.encode(x=low, x2="high:Q"), unknown.mark_rule(**ends_alone).encode(x=low, x2="high:Q")]
    parts.append(known.mark_point(size=80, opacity=1).encode(x=x))
    words = {"text": "text:N", "color": alt.value(INK)}
    parts.append(beside(base, 9, "!datum.leftward").encode(x=high, **words))
    if there["leftward"].any():
        parts.append(beside(base, -9, "datum.leftward").encode(x=low, **words))
    return alt.layer(*parts).properties(height=tall(names, step))


def dumbbells(
    table: pd.DataFrame,
    unit: str,
    *,
    colours: Sequence[str] = (BLUE, RED),
    format: str = "+.1f",
    arrow: bool = False,
    room: float = 0.04,
    step: int = 34,
) -> alt.LayerChart:
    """Draw two dots a row, joined: the two columns of ``table`` (index: names), each with its number outside.

    Numbers in ``unit``. ``arrow``: the second dot is an arrow's head, for a change from the first; ``room``:
    the part of the range left free at least on either side, more where the numbers need it. A row of which
    one is missing keeps the other alone.

    >>> growth = bb.by_year(bb.series(), "gdp_growth_real", ["全国", "河南"], 2020, 2021).T
    >>> bb.dumbbells(growth, "增速（%）", arrow=True)
    alt.LayerChart(...)
    """
    first, second = (str(c) for c in table.columns)
    data = table.astype(float).set_axis(["a", "b"], axis=1)
    data = data.rename_axis("name").reset_index().astype({"name": str})
    data["low"], data["high"] = data[["a", "b"]].min(axis=1), data[["a", "b"]].max(axis=1)
    for end in ("low", "high"):
        data[f"{end}_text"] = [minus(v, format) for v in data[end]]
    data.loc[data["a"].isna() | data["b"].isna(), "low_text"] = ""
    names = list(data["name"])
    right = [(r.high, width(r.high_text) + 13) for r in data.itertuples()]
    left = [(r.low, width(r.low_text) + 13) for r in data.itertuples()]
    over = scale(roomy(padded(room, data["low"], data["high"]), plot(names), right, left))
    x = alt.X(
        "value:Q", title=unit, scale=over, axis=ticks(over.domain, told=reach(data["low"], data["high"]))
    )
    long = long_form(table, "row").rename(columns={"name": "side", "row": "name"}).astype({"name": str})
    long["text"] = [minus(v, format) for v in long["value"]]
    long["shape"] = [
        "circle" if s == first or not arrow else "triangle-right" if r > 0 else "triangle-left"
        for s, r in zip(long["side"], list(data["b"] - data["a"]) * 2, strict=True)
    ]
    y = rows(names)
    base = alt.Chart(data.dropna(subset=["low"]))
    shown = [tip("name:N", table.index.name), tip("side:N", table.columns.name), tip("text:N", unit)]
    side = palette("side", dict(zip((first, second), colours, strict=False)), True, across=plot(names))
    ends = alt.Chart(long.dropna(subset="value")).encode(y=y, x=x, color=side, tooltip=shown)
    zero = alt.Chart(pd.DataFrame({"value": [0]})).mark_rule(color=MUTED).encode(x=x)
    low, high = alt.X("low:Q", scale=over), alt.X("high:Q", scale=over)
    return alt.layer(
        *([zero] if over.domain[0] <= 0 <= over.domain[1] else []),
        base.mark_rule(strokeWidth=2, color=QUIET).encode(y=y, x=low, x2="high:Q"),
        ends.mark_point(size=80, opacity=1).encode(shape=alt.Shape("shape:N", scale=None)),
        base.mark_text(align="left", dx=9).encode(y=y, x=high, text="high_text:N"),
        base.mark_text(align="right", dx=-9).encode(y=y, x=low, text="low_text:N"),
    ).properties(height=tall(names, step))


def strip(
    table: pd.DataFrame,
    unit: str,
    *,
    colours: Mapping[str, str] | None = None,
    legend: bool = False,
    middle: bool | str = False,
    domain: tuple[float, float] | None = None,
    format: str = ".1f",
    step: int = 34,
) -> alt.LayerChart:
    """Draw many points a row.

    ``table``: columns ``row, value`` (in ``unit``); ``text`` (the point's name, for its tooltip, and beside
    it where ``label`` is true) and ``group`` (→ colour) if there are any. ``middle``: a bar at the median of
    each row ("mean": at its mean). In tooltips the table's index names the points, its columns' axis the
    rows.

    >>> grades = bb.scores(2022).query("score > 0").rename(columns={"code": "row", "score": "value"})
    >>> bb.strip(grades[["row", "value"]], "得分（分）", middle=True)
    alt.LayerChart(...)
    """
    data = table.astype({"value": float, "row": str})
    for column, default in (("text", ""), ("group", ""), ("label", False)):
        data[column] = data.get(column, default)
    names = list(dict.fromkeys(data["row"]))
    data["text"] = data["text"].map(lambda w: "" if missing(w) else str(w))
    data["told"], data["up"] = lifted(data["text"], 0.5 * plot(names), 14)
    half = [(r.value, width(r.told) / 2 + 2) for r in data.itertuples() if r.label]
    over = scale(domain or roomy(padded(0.05, data["value"]), plot(names), half, half))
    x = alt.X("value:Q", title=unit, scale=over, axis=ticks(over.domain))
    colour = palette("group", colours or {"": BLUE}, legend, across=plot(names))
    shown = [tip("row:N", table.columns.name), tip("value:Q", unit, format=format)]
    if data["text"].any():
        shown.insert(1, tip("text:N", table.index.name))
    y = rows(names, "row")
    there = data.dropna(subset="value")
    base = alt.Chart(there).encode(y=y, x=x, tooltip=shown)
    parts = [base.mark_point(size=45, opacity=0.6).encode(color=colour)]
    if middle:
        at = there.groupby("row", sort=False)["value"]
        at = at.agg("mean" if middle == "mean" else "median").reset_index()
        stroke = alt.Chart(at).mark_tick(thickness=3, color=INK, height=step * 0.7)
        parts.append(stroke.encode(y=y, x=x))
    if data["label"].any():
        words = base.transform_filter("datum.label").mark_text(dy=alt.ExprRef("datum.up - 11"), lineBreak="|")
        parts.append(words.encode(text="told:N", color=alt.value(INK)))
    return alt.layer(*parts).properties(height=tall(names, step))
