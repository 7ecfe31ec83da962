"""Charts in cells: columns in rank order, a shaded grid, a matrix of marks, a waffle of counted squares."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import altair as alt
import pandas as pd

from bluebook.charts.kinds._parts import heads, key_of, long_form, palette, rows, tall, tip
from bluebook.charts.kinds._scales import plot, reach, scale
from bluebook.charts.kinds._words import ink_on, minus, missing, width, with_minus
from bluebook.charts.theme import BLUE, GRID, INK, LIGHT, MUTED, PAPER, QUIET, TINT


def columns(
    values: pd.Series,
    *,
    highlight: str,
    label: str,
    also: Collection[str] = (),
    line: float | None = None,
    unknown: Mapping[str, tuple[float, float]] | None = None,
    unit: str = "",
    title: str = "",
) -> alt.LayerChart:
    """Draw upright bars from high to low, one marked and named, ``also`` lighter, a dashed level line.

    ``values``: index: names, in ``unit``. ``unknown``: what is known of a missing value (at least, at most);
    it stands at its middle as a dashed box; a missing value of which nothing is known is left out. Among
    equals the highlighted one stands last.

    >>> growth = bb.values_by_province(bb.provinces(), "gdp_growth_real", 2021)
    >>> bb.columns(growth, highlight="河南", label="河南第 27", also=bb.CENTRAL, line=8.1, unit="增速（%）")
    alt.LayerChart(...)
    """
    limits = pd.DataFrame(unknown or {}, index=["low", "high"]).T
    data = values.astype(float).rename("value").rename_axis("name").to_frame().join(limits).reset_index()
    data["sort"] = data["value"].fillna((data["low"] + data["high"]) / 2)
    data["own"] = data["name"] == highlight
    line = None if missing(line) else line
    data = data.dropna(subset="sort").sort_values(["sort", "own"], ascending=[False, True], ignore_index=True)
    data["at"] = data.index
    data["colour"] = [BLUE if n == highlight else LIGHT if n in also else QUIET for n in data["name"]]
    least, most = reach(data["sort"], [] if line is None else [line])
    x = alt.X("at:O", title=None, axis=None)
    over = scale([min(-0.5, least * 1.1), most * 1.22])
    y = alt.Y("value:Q", title=None, scale=over, axis=alt.Axis(tickCount=5))
    shown = [tip("name:N", values.index.name), tip("value:Q", unit, format=".1f")]
    base = alt.Chart(data).encode(x=x, tooltip=shown)
    own = data[data["own"] & data["value"].notna()]
    own = own.assign(text=label, top=own["value"].clip(lower=line or 0))
    # The words reach to the left of their bar, or to the right where they would run out.
    left = not len(own) or own["at"].iloc[0] / max(1, len(data)) * plot(["100"]) > width(label)
    level = pd.DataFrame({"value": [0.0] if line is None else [0.0, line]})
    bar = base.transform_filter("isValid(datum.value)").mark_bar()
    box = base.transform_filter("!isValid(datum.value)")
    box = box.mark_bar(fill="transparent", stroke=MUTED, strokeDash=[2, 2])
    side = {"dx": 16, "align": "right"} if left else {"dx": -8, "align": "left"}
    return alt.layer(
        alt.Chart(level.head(1)).mark_rule(color=QUIET).encode(y="value:Q"),
        bar.encode(y=y, color=alt.Color("colour:N", scale=None)),
        box.encode(y="high:Q"),
        alt.Chart(level.iloc[1:]).mark_rule(color=INK, strokeDash=[4, 3]).encode(y="value:Q"),
        alt.Chart(own).mark_text(dy=-10, fontWeight="bold", **side).encode(x=x, y="top:Q", text="text:N"),
    ).properties(height=150, title=alt.TitleParams(title, anchor="start", fontSize=13))


def grid(
    table: pd.DataFrame,
    unit: str,
    *,
    colours: Sequence[str] = (TINT, BLUE),
    domain: tuple[float, float] | None = None,
    format: str = ".0f",
    words: pd.DataFrame | None = None,
    outlined: Collection[tuple[str, str]] = (),
    legend: bool = False,
    step: int = 24,
) -> alt.LayerChart:
    """Draw numbers as shaded cells (index: rows, columns: heads); a missing one is an empty, outlined cell.

    Numbers in ``unit``. ``words``: the same shape, what is written in a cell in place of its number, a ``|``
    begins a new line; ``outlined``: (row, column) of cells to frame.

    >>> table = bb.scores(2022).pivot(index="city", columns="code", values="score")
    >>> bb.grid(table, "得分（分）", outlined=[("410300", "input")])
    alt.LayerChart(...)
    """
    long = long_form(table, "row", text=words).astype({"row": str})
    long["text"] = (
        [minus(v, format) for v in long["value"]] if words is None else long["text"].map(with_minus)
    )
    long["framed"] = [pair in set(outlined) for pair in zip(long["row"], long["name"], strict=True)]
    low, high = domain or reach(long["value"])
    lines = [text.split("|") for text in long["text"]]
    long["lines"] = [len(parts) for parts in lines]
    most = max(long["lines"], default=1)
    for i in range(most):
        long[f"line_{i}"] = [parts[i] if i < len(parts) else "" for parts in lines]
    grounds = [_between(colours, (v - low) / ((high - low) or 1)) if v == v else "" for v in long["value"]]
    long["ink"] = [ink_on(g, colours) if g else MUTED for g in grounds]
    across = plot(table.index)
    key = alt.Legend(gradientLength=140, titleLimit=across) if legend else None
    over = alt.Scale(domain=[low, high], range=list(colours), interpolate="rgb")
    # Not the colour, which the words have: one channel cannot have a scale and none.
    shade = alt.Fill("value:Q", title=unit if legend else None, legend=key, scale=over)
    shown = [tip("row:N", table.index.name), tip("name:N", table.columns.name), tip("text:N", unit)]
    x, y = heads(table.columns, "name", across), rows(table.index, "row")
    base = alt.Chart(long).encode(x=x, y=y, tooltip=shown)
    empty = base.transform_filter("!isValid(datum.value)")
    return alt.layer(
        empty.mark_rect(fill="transparent", stroke=GRID),
        base.transform_filter("isValid(datum.value)").mark_rect(stroke=PAPER).encode(fill=shade),
        base.transform_filter("datum.framed").mark_rect(fill="transparent", stroke=INK, strokeWidth=2),
        *_written(base, most),
    ).properties(height=tall(table.index, max(step, 14 * most + 4 if most > 1 else 0)))


def _between(colours: Sequence[str], share: float) -> str:
    """Return the colour that stands at this share (0–1) of the way through ``colours``."""
    at = min(max(share, 0.0), 1.0) * (len(colours) - 1)
    first, last = colours[int(at)], colours[min(int(at) + 1, len(colours) - 1)]
    parts = [(int(first[i : i + 2], 16), int(last[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * (at - int(at))):02x}" for a, b in parts)


def _written(base: alt.Chart, most: int) -> list[alt.Chart]:
    """Return the words of cells of up to ``most`` lines, each cell's lines in its middle."""
    layers = []
    for count in range(1, most + 1):
        mine = base.transform_filter(f"datum.lines == {count}") if most > 1 else base
        for i in range(count):
            words = mine.mark_text(dy=14 * (i - (count - 1) / 2))
            layers.append(words.encode(text=f"line_{i}:N", color=alt.Color("ink:N", scale=None)))
    return layers


def matrix(
    table: pd.DataFrame,
    *,
    colours: Mapping[str, str] | None = None,
    words: pd.DataFrame | None = None,
    notes: pd.DataFrame | None = None,
    hollow: Collection[str] = (),
    ground: Mapping[str, str] | None = None,
    size: int = 110,
    step: int = 26,
) -> alt.LayerChart:
    """Draw who has what as dots (index: rows, columns: heads); an empty cell has none.

    A cell holds True, or the group it belongs to (→ colour). ``words``: the same shape, written below the
    dot; ``notes``: the same shape, only for the tooltip; ``hollow``: groups drawn as rings; ``ground``: heads
    → a pale ground for the whole column.

    >>> bb.matrix(pd.DataFrame({"讲话": [True, None], "表格": [True, True]}, index=["郑州", "洛阳"]))
    alt.LayerChart(...)
    """
    long = long_form(table.astype(object), "row", object, words=words, notes=notes).fillna("")
    long = long.rename(columns={"value": "group"}).astype({"row": str})
    long = long[[g is not False and g != "" for g in long["group"]]]
    long["group"] = ["" if g is True else str(g) for g in long["group"]]
    across = plot(table.index)
    x, y = heads(table.columns, "name", across, grid=False), rows(table.index, "row", grid=True)
    shown = [tip("row:N", table.index.name), tip("name:N", table.columns.name)]
    shown += [tip("group:N", "")] * bool(colours)
    shown += [tip(f"{more}:N", "") for more in ("words", "notes") if more in long]
    base = alt.Chart(long).encode(x=x, y=y, tooltip=shown)
    parts = []
    for head, tint in (ground or {}).items():
        column = alt.Chart(pd.DataFrame({"name": [str(head)]}))
        parts.append(column.mark_rect(fill=tint, fillOpacity=0.12).encode(x=x))
    key = alt.Legend(symbolOpacity=1, **key_of(colours, across)) if colours else None
    slot = across / max(1, len(table.columns))  # dots of many columns must not touch on a phone
    size = min(size, int(0.78 * max(4.0, slot - 2) ** 2))
    parts.append(_dots(base, colours or {"": BLUE}, hollow, key, size))
    if words is not None:
        parts.append(base.mark_text(dy=18).encode(text="words:N"))
    return alt.layer(*parts).properties(height=tall(table.index, step))


def _dots(
    base: alt.Chart, colours: Mapping[str, str], hollow: Collection[str], key: alt.Legend | None, size: int
) -> alt.Chart:
    """Return a matrix's dots; a hollow group is a ring, in the key too."""
    inside = {g: PAPER if g in hollow else c for g, c in colours.items()}
    rim, fill = (alt.Scale(domain=list(c), range=list(c.values())) for c in (colours, inside))
    return base.mark_point(size=size, opacity=1, filled=False, strokeWidth=1.6).encode(
        stroke=alt.Stroke("group:N", title=None, legend=key, scale=rim),
        fill=alt.Fill("group:N", title=None, legend=key, scale=fill),
    )


def waffle(
    counts: pd.Series,
    *,
    colours: Mapping[str, str],
    across: int = 10,
    hollow: Collection[str] = (),
    words: Sequence[str] | None = None,
    unit: str = "",
    height: int | None = None,
) -> alt.LayerChart:
    """Draw counts as squares, group by group in the order of ``counts`` (index: groups), ``across`` in a row.

    ``hollow``: groups drawn as dashed outlines (what is not known); ``words``: what each square stands for,
    in the same order, for its tooltip; ``unit``: what is counted. A missing count has no square.

    >>> bb.waffle(pd.Series({"印出": 9, "自拟": 27}), colours={"印出": bb.BLUE, "自拟": bb.MUTED}, hollow=["自拟"])
    alt.LayerChart(...)
    """
    whole = counts.dropna().astype(int).rename(index=str)
    data = pd.DataFrame({"group": whole.index.repeat(whole)})
    data["text"] = [f"{group} {whole[group]}" for group in data["group"]] if words is None else list(words)
    data["x"], data["y"] = data.index % across, data.index // across
    hollow = [str(group) for group in hollow]
    data["hollow"] = data["group"].isin(hollow)
    down = -(-len(data) // across)
    wide, high = (alt.Scale(domain=list(range(n)), paddingInner=0.12) for n in (across, down))
    base = alt.Chart(data).encode(
        x=alt.X("x:O", axis=None, scale=wide),
        y=alt.Y("y:O", axis=None, scale=high),
        tooltip=[tip("group:N", counts.index.name), tip("text:N", unit)],
    )
    # The key shows a hollow group as what it is: an outline.
    hues = {g: "transparent" if g in hollow else colours[g] for g in whole.index}
    edge = {"symbolStrokeColor": MUTED, "symbolStrokeWidth": 1} if hollow else {}
    colour = palette("group", hues, True, across=plot(), symbolType="square", **edge)
    full = base.transform_filter("!datum.hollow").mark_rect(cornerRadius=2).encode(color=colour)
    frame = base.transform_filter("datum.hollow")
    frame = frame.mark_rect(cornerRadius=2, fill="transparent", strokeDash=[3, 3])
    return (full + frame.encode(stroke=alt.value(MUTED))).properties(height=height or 30 * max(1, down))
