"""The curve: how one number depends on another, with its limits, levels and marked points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from bluebook.charts.kinds._parts import hue, long_form, tip
from bluebook.charts.kinds._scales import padded, reach, scale, share, ticks
from bluebook.charts.kinds._words import broken
from bluebook.charts.theme import BLUE, INK, MUTED, QUIET, RED


def curve(
    table: pd.DataFrame | pd.Series,
    unit: str,
    *,
    along: str,
    colours: Sequence[str] | Mapping[str, str] | None = None,
    marks: pd.DataFrame | None = None,
    band: tuple[pd.DataFrame | pd.Series, pd.DataFrame | pd.Series] | None = None,
    line: Mapping[str, float | tuple[float, float]] | None = None,
    upright: Mapping[str, float] | None = None,
    label: str = "",
    domain: tuple[float, float] | None = None,
    reach_x: tuple[float, float] | None = None,
    format_x: str = "",
    height: int = 280,
) -> alt.LayerChart:
    """Draw how one number depends on another: index: what is tried (named by ``along``), one line a column.

    Numbers in ``unit``. ``marks``: points on it with words beside them, columns ``x, y, text`` and optionally
    ``colour``, ``align`` (else the words stand where there is room) and ``below`` (they stand under the
    point); ``band``: what rounding leaves around the lines, the least and the greatest, each of the shape of
    ``table``; ``line`` and ``upright``: level and upright lines, name → value, where (least, greatest) is a
    level strip; ``label`` (``{name}``): names the lines at their right end. A missing value breaks the line.

    >>> share = pd.Series({0: 55.4, 25: 60.1, 50: 71.8}, name="河南")
    >>> bb.curve(share, "占比（%）", along="除去多少（%）", line={"全国": 58.0}, label="{name}")
    alt.LayerChart(...)
    """
    table = pd.DataFrame(table)
    limits = dict(zip(("low", "high"), map(pd.DataFrame, band or ()), strict=False))
    long = long_form(table, "x", **limits).astype({"x": float})
    levels = {name: at if isinstance(at, tuple) else (at, at) for name, at in (line or {}).items()}
    points = [] if marks is None else marks["y"]
    ends = reach(*(long[c] for c in ("value", *limits)), points, *levels.values())
    low, high = domain or padded(0.08, ends)
    if domain is None and 0 <= ends[0] < 0.35 * ends[1]:
        low = 0.0
    over, up = scale(reach_x or reach(long["x"])), scale([low, high])
    x = alt.X("x:Q", title=along, scale=over, axis=ticks(over.domain, format=format_x, grid=False))
    y = alt.Y("value:Q", title=unit, scale=up, axis=alt.Axis(tickCount=5))
    tried = tip("x:Q", along, format=format_x) if format_x else tip("x:Q", along)
    shown = [tip("name:N", table.columns.name)] if len(table.columns) > 1 else []
    shown += [tried, tip("value:Q", unit, format=".1f")]
    colour = hue([str(c) for c in table.columns], colours or ([BLUE] if len(table.columns) == 1 else None))
    parts: list = []
    dashed = {"color": INK, "strokeDash": [4, 3]}
    for name, (least, most) in levels.items():
        if pd.isna(least) or pd.isna(most):
            continue
        at = alt.Chart(pd.DataFrame({"least": [least], "value": [most], "text": [name]}))
        level = {"y": alt.Y("value:Q", scale=up)}
        if least < most:
            level |= {"x": alt.value(0), "x2": alt.value("width"), "y2": "least:Q"}
        mark = at.mark_rect(color=QUIET, opacity=0.5) if least < most else at.mark_rule(**dashed)
        words = at.mark_text(align="left", dy=-7, dx=4, color=MUTED)
        parts += [mark.encode(**level), words.encode(x=alt.value(0), y="value:Q", text="text:N")]
    for name, value in (upright or {}).items():
        if pd.isna(value):
            continue
        at = alt.Chart(pd.DataFrame({"x": [value], "text": [broken(name, 130)]}))
        side = {"align": "left", "dx": 5} if share(value, over.domain) < 0.6 else {"align": "right", "dx": -5}
        words = at.mark_text(color=MUTED, lineBreak="|", **side)
        parts.append(at.mark_rule(**dashed).encode(x=alt.X("x:Q", scale=over)))
        parts.append(words.encode(x="x:Q", y=alt.value(8), text="text:N"))
    if limits:
        ground = alt.Chart(long).mark_area(opacity=0.3)
        parts.append(ground.encode(x=x, y=alt.Y("low:Q", scale=up), y2="high:Q", color=colour))
    parts.append(alt.Chart(long).mark_line().encode(x=x, y=y, color=colour, tooltip=shown))
    if label:
        last = long.dropna(subset="value").sort_values("x").groupby("name", sort=False).tail(1)
        last = alt.Chart(last.assign(text=[label.format(name=n) for n in last["name"]]))
        names = last.mark_text(align="right", dy=-9, fontWeight="bold")
        parts.append(names.encode(x=x, y=alt.Y("high:Q") if limits else y, text="text:N", color=colour))
    if marks is not None:
        at = marks.rename(columns={"y": "value"}).assign(colour=marks.get("colour", RED))
        beside = ["left" if share(v, over.domain) < 0.55 else "right" for v in at["x"]]
        at["align"], at["below"] = marks.get("align", beside), marks.get("below", False)
        at = at.dropna(subset=["x", "value"])
        base = alt.Chart(at).encode(x=x, y=y, color=alt.Color("colour:N", scale=None))
        parts.append(base.mark_circle(size=110, opacity=1))
        for side, dx in (("left", 9), ("right", -9), ("center", 0)):
            for where, dy in (("!datum.below", -10), ("datum.below", 16)):
                words = base.transform_filter(f"datum.align == '{side}' && {where}")
                words = words.mark_text(align=side, dx=dx, dy=dy, fontWeight="bold", lineBreak="|")
                parts.append(words.encode(text="text:N", color=alt.value(INK)))
    return alt.layer(*parts).properties(height=height)
