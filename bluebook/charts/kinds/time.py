"""Charts over time: lines, ranks, stems, stretches of time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import altair as alt
import pandas as pd

from bluebook.charts.kinds._parts import beside, hue, long_form, palette, tip
from bluebook.charts.kinds._scales import padded, plot, reach, roomy, scale
from bluebook.charts.kinds._words import apart, lifted, signed, width
from bluebook.charts.theme import BLUE, GRID, INK, MUTED, PAPER, RED


def lines(
    table: pd.DataFrame,
    unit: str,
    *,
    colours: Sequence[str] | Mapping[str, str] | None = None,
    shade: bool = False,
    hollow: Mapping[str, Collection[int]] | None = None,
    gaps: str = "",
    label: str = "{name} {value:.1f}",
    domain: tuple[float, float] | None = None,
    highlight: Collection[str] | None = None,
    every: int = 1,
    height: int = 320,
) -> alt.LayerChart:
    """Draw each column (index: years, whole or with fractions) as a line that ends in ``label``.

    Numbers in ``unit``; a missing value breaks the line. ``shade``: colour the ground between the first two
    columns, blue where the second is higher, red where it is lower. ``hollow``: column → years drawn as open
    points. ``gaps``: words written where a line breaks, above the years. ``highlight``: the columns that
    matter, the rest is thin and named in grey. ``every``: years between two marks of the axis.

    >>> growth = bb.by_year(bb.series(), "gdp_growth_real", ["全国", "河南"])
    >>> bb.lines(growth, "增速（%）", shade=True, gaps="缺数")
    alt.LayerChart(...)
    """
    long = long_form(table, "year")
    long["quiet"] = False if highlight is None else ~long["name"].isin([str(n) for n in highlight])
    long["hollow"] = [y in (hollow or {}).get(n, ()) for n, y in zip(long["name"], long["year"], strict=True)]
    first, last = table.index.min(), table.index.max()
    low, top = reach(long["value"])
    low, high = domain or (min(0.0, low * 1.08), max(top * 1.08, 0.0))
    high += low == high
    # A line that ends earlier than the others is named where it ends.
    ends = long.dropna(subset="value").sort_values("year").groupby("name", sort=False).tail(1)
    ends = ends.sort_values("value", ascending=False)
    ends["text"] = [label.format(name=r.name, value=r.value) for r in ends.itertuples(index=False)]
    # Only names that stand at the same year can lie on each other.
    for _, together in ends.groupby("year"):
        ends.loc[together.index, "value"] = apart(together["value"], (high - low) * 0.05)
    ends["text"], ends["up"] = lifted(ends["text"], 110, 7)
    taken = [(r.year, 1.08 * width(r.text) + 10) for r in ends.itertuples()]
    marks = list(range(int(first), int(last) + 1, every))
    axis = alt.Axis(format="d", values=marks, grid=False, labelSeparation=4)
    over = scale([first, max(last + 0.05, roomy((first, last), plot(["100"]), taken)[1])])
    x = alt.X("year:Q", title=None, scale=over, axis=axis)
    y = alt.Y("value:Q", title=unit, scale=scale([low, high]))
    shown = [tip("name:N", table.columns.name), tip("year:Q", table.index.name, format="d")]
    shown.append(tip("value:Q", unit))
    colour = hue(table.columns, colours)
    base = alt.Chart(long).encode(x=x, y=y, color=colour, tooltip=shown)
    parts = [_ground(table)] if shade else []
    if long["quiet"].any():
        rest, names = base.transform_filter("datum.quiet"), alt.Chart(ends[ends["quiet"]])
        parts += [rest.mark_line(strokeWidth=1.2), rest.mark_point(size=22)]
        parts.append(beside(names, 7, color=MUTED).encode(x=x, y=y, text="text:N"))
        base = base.transform_filter("!datum.quiet")
    parts += [base.mark_line(), base.transform_filter("!datum.hollow").mark_point(size=38)]
    parts.append(base.transform_filter("datum.hollow").mark_point(size=55, filled=False, strokeWidth=2))
    names = beside(alt.Chart(ends[~ends["quiet"]]), 7, fontWeight="bold")
    parts.append(names.encode(x=x, y=y, text="text:N", color=colour))
    if gaps:
        told = alt.Chart(_gaps(table, gaps, low + (high - low) * 0.8))
        told = told.mark_text(color=MUTED, lineBreak="|")
        parts.append(told.encode(x=x, y=y, text="text:N"))
    return alt.layer(*parts).properties(height=height)


def _ground(table: pd.DataFrame) -> alt.LayerChart:
    """Return the ground between two lines, blue where the second is higher, red where it is lower."""
    base = alt.Chart(pieces(table)).encode(x="year:Q", y="high:Q", y2="low:Q", detail="piece:N")
    ahead = base.transform_filter("datum.ahead").mark_area(opacity=0.28, color=BLUE)
    return ahead + base.transform_filter("!datum.ahead").mark_area(opacity=0.28, color=RED)


def pieces(table: pd.DataFrame) -> pd.DataFrame:
    """Return the ground between two lines in pieces of one sign, cut at gaps and where the lines cross."""
    out, piece, before = [], 0, None
    for year, low, high in table.iloc[:, :2].itertuples():
        lead = high - low
        if lead != lead:
            before, piece = None, piece + 1
            continue
        if before and before[2] * lead < 0:
            then, level, led = before
            share = led / (led - lead)
            at, level = then + share * (year - then), level + share * (low - level)
            out += [(at, level, level, led > 0, piece), (at, level, level, lead > 0, piece + 1)]
            piece += 1
        out.append((year, low, high, lead > 0, piece))
        before = (year, low, lead)
    return pd.DataFrame(out, columns=["year", "low", "high", "ahead", "piece"])


def _gaps(table: pd.DataFrame, words: str, height: float) -> pd.DataFrame:
    """Return one row for each run of missing years inside a line: year (its middle), value, text."""
    out = []
    for _, column in table.items():
        if column.isna().all():
            continue
        inside = column.loc[column.first_valid_index() : column.last_valid_index()]
        empty = pd.Series(inside.index[inside.isna()], dtype="float64")
        for _, run in empty.groupby((empty.diff() != 1).cumsum()):
            out.append((run.mean(), height, f"{words}|{'、'.join(f'{y:.0f}' for y in run)}"))
    return pd.DataFrame(out, columns=["year", "value", "text"])


def bump(
    ranks: pd.DataFrame,
    *,
    colours: Sequence[str] | Mapping[str, str] | None = None,
    label: str = "{name}",
    highlight: Collection[str] | None = None,
    left: bool = False,
    height: int = 420,
) -> alt.LayerChart:
    """Draw ranks (index: names, columns: years or stages) as numbered points on lines; a gap breaks one.

    Each line ends in ``label`` (``{name}``, ``{rank}``), and with ``left`` begins in it too, in place of the
    axis of ranks. ``highlight``: the names that matter, the rest is thin, without numbers and named in grey.
    Two columns make a slope chart.

    >>> total = bb.all_scores().query("code == 'index' and year >= 2021")
    >>> bb.bump(total.pivot(index="city", columns="year", values="rank"), highlight=["410300"])
    alt.LayerChart(...)
    """
    long = long_form(ranks.T, "stage").astype({"stage": str})
    long["quiet"] = False if highlight is None else ~long["name"].isin([str(n) for n in highlight])
    _, worst = reach(long["value"])
    order = [str(c) for c in ranks.columns]
    place = {name: i for i, name in enumerate(order)}
    told = long.dropna(subset="value").sort_values("stage", key=lambda s: s.map(place))
    told["text"] = [label.format(name=r.name, rank=int(r.value)) for r in told.itertuples(index=False)]
    told["text"], told["up"] = lifted(told["text"], 110, 7)
    first, last = told.groupby("name", sort=False).head(1), told.groupby("name", sort=False).tail(1)
    # The words beside the first and the last stage need room; a circle and a head a little.
    before, after = (max((width(w) + 18 for w in ends["text"]), default=22.0) for ends in (first, last))
    before = before if left else 22.0
    step = max(20.0, (plot([] if left else ["10"]) - before - after) / max(1, len(order) - 1))
    # A scale leaves at most one step free on either side: what is more are stages without a name.
    free = [" " * (i + 1) for i in range(int(before // step) + int(after // step))]
    stages = free[: int(before // step)] + order + free[int(before // step) :]
    before, after = before % step, after % step
    margin = {"padding": (before + after) / step / 2, "align": before / ((before + after) or 1)}
    head = alt.Axis(values=order, labelAngle=0, orient="top", domain=False, ticks=False)
    x = alt.X("stage:O", title=None, scale=alt.Scale(type="point", domain=stages, **margin), axis=head)
    axis = alt.Axis(values=list(range(1, int(worst) + 1)), grid=False, format="d", domain=False)
    y = alt.Y("value:Q", title=None, scale=scale([worst + 0.4, 0.6]), axis=None if left else axis)
    shown = [tip("name:N", ranks.index.name), tip("stage:O", ranks.columns.name)]
    shown.append(tip("value:Q", "", format="d"))
    base = alt.Chart(long).encode(x=x, y=y, color=hue(ranks.index, colours), tooltip=shown)
    parts: list = []
    gap = {"invalid": "break-paths-show-domains"}
    if long["quiet"].any():
        rest = base.transform_filter("datum.quiet")
        parts.append(rest.mark_line(strokeWidth=1, **gap))
        parts.append(rest.transform_filter("isValid(datum.value)").mark_circle(size=26, opacity=1))
        base = base.transform_filter("!datum.quiet")
    there = base.transform_filter("isValid(datum.value)")
    parts += [base.mark_line(strokeWidth=3, **gap), there.mark_circle(size=220, opacity=1)]
    numbers = there.mark_text(fontWeight="bold")
    parts.append(numbers.encode(text="value:Q", color=alt.value("white")))
    ink = alt.condition("datum.quiet", alt.value(MUTED), alt.value(INK))
    for ends, dx in ((last, 14), (first, -14)) if left else ((last, 14),):
        parts.append(beside(alt.Chart(ends), dx).encode(x=x, y=y, text="text:N", color=ink))
    return alt.layer(*parts).properties(height=height)


def stems(values: pd.Series, unit: str, *, later: Collection[str] = ()) -> alt.LayerChart:
    """Draw differences (index: names, a space breaks the line) as stems from zero, blue above and red below.

    Numbers in ``unit``. ``later``: names that stand on grey ground. A missing value leaves its place empty.

    >>> growth = bb.by_year(bb.series(), "gdp_growth_real", ["全国", "河南"], 2015, 2021)
    >>> bb.stems(growth["河南"] - growth["全国"], "相差（百分点）")
    alt.LayerChart(...)
    """
    data = pd.DataFrame({"name": values.index.astype(str), "value": values.to_numpy(dtype=float)})
    data["text"] = data["value"].map(signed)
    data["ahead"] = data["value"] >= 0
    low, high = padded(0.25, data["value"], [0.0])
    plain = {"labelAngle": 0, "ticks": False, "domain": False, "labelOverlap": False}
    axis = alt.Axis(labelExpr="split(datum.label, ' ')", **plain)
    x = alt.X("name:N", sort=list(data["name"]), title=None, scale=alt.Scale(padding=0), axis=axis)
    y = alt.Y("value:Q", title=unit, scale=scale([low, high]))
    colour = alt.condition("datum.ahead", alt.value(BLUE), alt.value(RED))
    shown = [tip("name:N", values.index.name), tip("text:N", unit)]
    base = alt.Chart(data).transform_filter("isValid(datum.value)").encode(x=x, y=y, tooltip=shown)
    ground = alt.Chart(data[data["name"].isin(list(later))])
    ground = ground.mark_bar(color=GRID, opacity=0.6, width={"band": 1})
    return alt.layer(
        ground.encode(x=x, y=alt.datum(low), y2=alt.datum(high)),
        alt.Chart(pd.DataFrame({"value": [0]})).mark_rule(color=INK).encode(y="value:Q"),
        base.mark_rule(strokeWidth=3).encode(y2=alt.datum(0), color=colour),
        base.mark_point(size=90).encode(color=colour),
        base.transform_filter("datum.ahead").mark_text(dy=-13).encode(text="text:N"),
        base.transform_filter("!datum.ahead").mark_text(dy=15).encode(text="text:N"),
    ).properties(height=300)


def spans(
    table: pd.DataFrame,
    unit: str,
    *,
    colours: Mapping[str, str],
    label: Collection[int] = (),
    height: int = 260,
) -> alt.LayerChart:
    """Draw a mean over stretches of unequal length as columns as wide as they last.

    ``table``: columns ``start, end`` (years and their fractions), ``value`` (in ``unit``), ``group`` (→
    colour) and ``text`` (the stretch in words); ``label``: the rows whose number is written above them.

    >>> table = pd.DataFrame({"start": [2020, 2020.5], "end": [2020.5, 2021], "value": [350.0, 1030.0]})
    >>> bb.spans(table.assign(group="河南", text=["上半年", "下半年"]), "每月平均（亿元）", colours={"河南": bb.BLUE})
    alt.LayerChart(...)
    """
    data = table.assign(middle=(table["start"] + table["end"]) / 2)
    _, top = reach(table["value"])
    first, last = reach(table["start"], table["end"])
    years = list(range(int(first), int(last) + 1))
    axis = alt.Axis(values=years, format="d", labelSeparation=4)
    x = alt.X("start:Q", title=None, scale=scale([years[0], last]), axis=axis)
    y = alt.Y("value:Q", title=unit, scale=scale([0, top * 1.12 or 1]))
    shown = [tip("text:N", table.index.name), tip("value:Q", unit, format=".1f")]
    base = alt.Chart(data).transform_filter("isValid(datum.value)").mark_rect(stroke=PAPER, strokeWidth=0.6)
    base = base.encode(x=x, x2="end:Q", y=y, y2=alt.datum(0), color=palette("group", colours), tooltip=shown)
    words = alt.Chart(data.loc[list(label)]).mark_text(dy=-7)
    words = words.encode(x="middle:Q", y=y, text=alt.Text("value:Q", format=".0f"))
    return (base + words).properties(height=height)
