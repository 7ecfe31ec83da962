"""The curve: how one number depends on another, with its limits, levels and marked points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from bluebook.charts.kinds._parts import broken, hue, long_form, missing, reach, scale, share, ticks, tip
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
    format: str = "",
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
    table = table.to_frame() if isinstance(table, pd.Series) else table
    long = long_form(table, "x").astype({"x": float})
    around = [limit.to_frame() if isinstance(limit, pd.Series) else limit for limit in band or ()]
    for end, limit in zip(("low", "high"), around, strict=False):
        long[end] = limit.to_numpy(dtype=float).T.reshape(-1)
    levels = [v for level in (line or {}).values() for v in (level if isinstance(level, tuple) else (level,))]
    ends = [long[c] for c in ("value", "low", "high") if c in long]
    low, high = domain or reach(*ends, [] if marks is None else marks["y"], levels)
    if domain is None:
        room = 0.08 * ((high - low) or 1)
        low, high = (0.0 if low >= 0 and low < 0.35 * high else low - room), high + room
    over = scale(reach_x or reach(long["x"]))
    formats = {k: {"format": v} if v else {} for k, v in (("x", format_x), ("y", format))}
    x = alt.X("x:Q", title=along, scale=over, axis=ticks(over.domain, grid=False, **formats["x"]))
    y = alt.Y("value:Q", title=unit, scale=scale([low, high]), axis=alt.Axis(tickCount=5, **formats["y"]))
    shown = [tip("x:Q", along, **formats["x"]), tip("value:Q", unit, format=format or ".1f")]
    if len(table.columns) > 1:
        shown.insert(0, tip("name:N", table.columns.name))
    colour = hue([str(c) for c in table.columns], colours or ([BLUE] if len(table.columns) == 1 else None))
    parts: list = []
    level_y = alt.Y("value:Q", scale=scale([low, high]))
    for name, level in (line or {}).items():
        least, value = level if isinstance(level, tuple) else (level, level)
        if missing(least) or missing(value):
            continue
        at = alt.Chart(pd.DataFrame({"least": [least], "value": [value], "text": [name]}))
        if least < value:
            strip = at.mark_rect(color=QUIET, opacity=0.5)
            parts += [strip.encode(x=alt.value(0), x2=alt.value("width"), y=level_y, y2="least:Q")]
        else:
            parts += [at.mark_rule(color=INK, strokeDash=[4, 3]).encode(y=level_y)]
        parts += [
            at.mark_text(align="left", dy=-7, dx=4, color=MUTED).encode(
                x=alt.value(0), y="value:Q", text="text:N"
            )
        ]
    for name, value in (upright or {}).items():
        if missing(value):
            continue
        left = share(value, over.domain) < 0.6
        at = alt.Chart(pd.DataFrame({"x": [value], "text": [broken(name, 130)]}))
        parts += [at.mark_rule(color=INK, strokeDash=[4, 3]).encode(x=alt.X("x:Q", scale=over))]
        words = at.mark_text(
            align="left" if left else "right", dx=5 if left else -5, color=MUTED, lineBreak="|"
        )
        parts += [words.encode(x="x:Q", y=alt.value(8), text="text:N")]
    if band is not None:
        ground = alt.Chart(long).mark_area(opacity=0.3)
        parts.append(
            ground.encode(x=x, y=alt.Y("low:Q", scale=scale([low, high])), y2="high:Q", color=colour)
        )
    parts.append(alt.Chart(long).mark_line().encode(x=x, y=y, color=colour, tooltip=shown))
    if label:
        ends = long.dropna(subset="value").sort_values("x").groupby("name", sort=False).tail(1)
        ends = ends.assign(text=[label.format(name=n) for n in ends["name"]])
        parts.append(
            alt.Chart(ends)
            .mark_text(align="right", dy=-9, fontWeight="bold")
            .encode(x=x, y=y if band is None else alt.Y("high:Q"), text="text:N", color=colour)
        )
    if marks is not None:
        at = marks.rename(columns={"y": "value"}).assign(colour=marks.get("colour", RED))
        beside = ["left" if share(v, over.domain) < 0.55 else "right" for v in at["x"]]
        at["align"], at["below"] = marks.get("align", beside), marks.get("below", False)
        at = at.dropna(subset=["x", "value"])
        base = alt.Chart(at).encode(x=x, y=y, color=alt.Color("colour:N", scale=None))
        parts.append(base.mark_circle(size=110, opacity=1))
        for side, dx in (("left", 9), ("right", -9), ("center", 0)):
            for below, dy in ((False, -10), (True, 16)):
                words = base.transform_filter(
                    f"datum.align == '{side}' && datum.below == {str(below).lower()}"
                )
                words = words.mark_text(align=side, dx=dx, dy=dy, fontWeight="bold", lineBreak="|")
                parts.append(words.encode(text="text:N", color=alt.value(INK)))
    return alt.layer(*parts).properties(height=height)
