"""Charts on a plane: two numbers against each other, and the map beside its list."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from bluebook.charts.kinds._parts import palette, rows, tall, tip
from bluebook.charts.kinds._scales import padded, plot, scale, share, ticks
from bluebook.charts.kinds._words import ink_on, width
from bluebook.charts.theme import BLUE, INK, MUTED, QUIET


def scatter(
    table: pd.DataFrame,
    *,
    x: str,
    y: str,
    colours: Mapping[str, str] | None = None,
    legend: bool = False,
    diagonal: str = "",
    domain: tuple[float, float] | None = None,
    domain_y: tuple[float, float] | None = None,
    format: str = ".1f",
    height: int = 360,
) -> alt.LayerChart:
    """Draw two columns of ``table`` against each other, one point a row (index: names).

    ``x`` and ``y`` name columns and axes. A column ``label`` (True, or the words) names a point beside it,
    ``dx`` and ``dy`` move its words; ``group`` (→ colour) colours it. ``diagonal``: draw where both are
    equal, named so, over one domain for both. A row of which either is missing has no point.

    >>> table = bb.provinces()
    >>> growth = {y: bb.values_by_province(table, "gdp_growth_real", y) for y in ("2020", "2021")}
    >>> bb.scatter(pd.DataFrame(growth), x="2020", y="2021", diagonal="一样快")
    alt.LayerChart(...)
    """
    names = table.index.astype(str)
    data = pd.DataFrame({"name": names, "x": table[x].to_numpy(float), "y": table[y].to_numpy(float)})
    label = table.get("label", [False] * len(table))
    data["words"] = [n if v is True else str(v or "") for n, v in zip(names, label, strict=True)]
    data["group"] = table["group"].to_numpy() if colours and "group" in table else ""
    data = data.dropna(subset=["x", "y"])
    wide = domain or padded(0.08, data["x"], data["y"] if diagonal else [])
    high = domain_y or (wide if diagonal else padded(0.08, data["y"]))
    ax = alt.X("x:Q", title=x, scale=scale(wide), axis=ticks(wide))
    ay = alt.Y("y:Q", title=y, scale=scale(high), axis=ticks(high))
    shown = [tip("name:N", table.index.name), tip("x:Q", x, format=format), tip("y:Q", y, format=format)]
    base = alt.Chart(data).encode(x=ax, y=ay, tooltip=shown)
    parts: list = []
    if diagonal:
        both = [max(wide[0], high[0]), min(wide[1], high[1])]
        equal = alt.Chart(pd.DataFrame({"x": both, "y": both, "text": ["", diagonal]})).encode(x=ax, y=ay)
        parts = [equal.mark_line(color=QUIET, strokeDash=[4, 3], strokeWidth=1.5)]
        parts.append(equal.mark_text(align="right", dx=-8, dy=-4, color=MUTED).encode(text="text:N"))
    colour = palette("group", colours or {"": BLUE}, legend, across=plot(["100"]), orient="bottom")
    parts.append(base.mark_point(size=75, opacity=0.85).encode(color=colour))
    # Words stand right of their point unless they would run out of the drawing there and not on the left.
    across = plot(["10,000"])
    start = data["x"].map(lambda v: share(v, wide) * across)
    room = data["words"].map(lambda w: width(w) + 10)
    right = (start + room > across) & (start > across - start)
    for side, dx, mine in (("left", 8, data[~right]), ("right", -8, data[right])):
        words = alt.Chart(mine).mark_text(align=side, dx=dx)
        parts.append(words.encode(x=ax, y=ay, text="words:N", color=alt.value(INK)))
    return alt.layer(*parts).properties(height=height)


def map(cities: pd.DataFrame, colours: Mapping[str, str], title: str, shapes: dict) -> list[alt.LayerChart]:
    """Draw the map beside the list of cities; picking a city in one marks it in the other.

    ``cities``: in the order of the list; columns ``city`` (code), ``name``, ``text`` (at the end of its line)
    and ``group`` (→ colour); ``value`` (0 and more, may be missing) makes a line of the list a bar.
    ``shapes``: the TopoJSON of `map_shapes`. In tooltips the table's index names the cities, its columns'
    axis what ``text`` is. Returns the two panels, for `figure`.

    >>> cities = bb.cities().rename(columns={"name_zh": "name"}).assign(text="", group="河南")
    >>> len(bb.map(cities[["city", "name", "text", "group"]], {"河南": bb.BLUE}, "省", bb.map_shapes()))
    2
    """
    pick = alt.selection_point(name="city", fields=["city"], on="click", toggle=False)
    over = alt.Scale(domain=list(colours), range=list(colours.values()))
    shown = [tip("name:N", cities.index.name), tip("text:N", cities.columns.name), tip("group:N", title)]
    cities = cities.rename_axis(index=None, columns=None)
    key = next(iter(shapes["objects"]))
    outlines = alt.Data(values=shapes, format=alt.TopoDataFormat(type="topojson", feature=key))
    known = alt.LookupData(cities, "city", ["city", "name", "group", "text"])
    ground = alt.Chart(outlines).mark_geoshape(cursor="pointer").add_params(pick).project(type="mercator")
    ground = ground.transform_lookup(lookup="id", from_=known)
    ground = ground.encode(
        color=alt.Color("group:N", scale=over, title=title, legend=alt.Legend()),
        tooltip=shown,
        strokeWidth=alt.condition(pick, alt.value(3), alt.value(0.8), empty=False),
        stroke=alt.condition(pick, alt.value(INK), alt.value("#ffffff"), empty=False),
    )
    ground = (ground + _names(cities, colours, shapes)).resolve_scale(color="independent")
    base = alt.Chart(cities).encode(y=rows(cities["name"]), tooltip=shown)
    start = {"x": alt.value(0), "x2": alt.value(14)}
    if "value" in cities:  # a third of the line is left for what stands at its end
        length = alt.Scale(domain=[0, 1.5 * float(cities["value"].max())])
        start = {"x": alt.X("value:Q", scale=length, axis=None)}
    swatch = base.mark_bar(height=14).encode(**start)
    swatch = swatch.encode(color=alt.Color("group:N", scale=over, legend=None))
    row = base.mark_bar(cursor="pointer", cornerRadius=2, fillOpacity=0).add_params(pick)
    row = row.encode(
        x=alt.value(-2),
        x2=alt.value("width"),
        strokeWidth=alt.value(2),
        stroke=alt.condition(pick, alt.value(INK), alt.value("transparent"), empty=False),
    )
    words = base.mark_text(align="left", x=22).encode(text="text:N")
    if "value" in cities:
        zero = base.transform_calculate(end="datum.value || 0")
        words = zero.mark_text(align="left", dx=6).encode(
            x=alt.X("end:Q", scale=length, axis=None), text="text:N"
        )
    listed = swatch + words + row
    return [ground.properties(height=400), listed.properties(height=tall(cities["name"], 21))]


def _names(cities: pd.DataFrame, colours: Mapping[str, str], shapes: dict) -> alt.Chart:
    """Write each city's name, without the rank before it, on its land; two that would touch move apart."""
    middles = _middles(shapes)
    cities = cities[cities["city"].isin(middles)]
    table = cities[["name", "group"]].assign(name=cities["name"].str.replace(r"^\d+ ", "", regex=True))
    lon, lat = ([middles[code][i] for code in cities["city"]] for i in (0, 1))
    table = table.assign(lon=lon, lat=lat)
    near = [
        [y - y2 for x2, y2 in zip(lon, lat, strict=True) if abs(x - x2) < 0.45 and 0 < abs(y - y2) < 0.25]
        for x, y in zip(lon, lat, strict=True)
    ]
    table["dy"] = [0 if not others else -7 if max(others) > 0 else 7 for others in near]
    inks = alt.Scale(domain=list(colours), range=[ink_on(colour) for colour in colours.values()])
    words = alt.Chart(table).mark_text(tooltip=None, dy=alt.ExprRef("datum.dy")).project(type="mercator")
    ink = alt.Color("group:N", scale=inks, legend=None)
    return words.encode(longitude="lon:Q", latitude="lat:Q", text="name:N", color=ink)


def _middles(shapes: dict) -> dict[str, tuple[float, float]]:
    """Return code → longitude and latitude of the middle of its largest ring."""
    (kx, ky), (x0, y0) = shapes["transform"]["scale"], shapes["transform"]["translate"]
    arcs = []
    for arc in shapes["arcs"]:
        steps = pd.DataFrame(arc).cumsum()
        arcs.append(list(zip(steps[0] * kx + x0, steps[1] * ky + y0, strict=True)))
    found = {}
    for land in next(iter(shapes["objects"].values()))["geometries"]:
        polygons = land["arcs"] if land["type"] == "MultiPolygon" else [land["arcs"]]
        rings = [[p for i in shape[0] for p in (arcs[i] if i >= 0 else arcs[~i][::-1])] for shape in polygons]
        _, x, y = max(_middle(ring) for ring in rings)
        found[str(land["id"])] = (x, y)
    return found


def _middle(ring: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Return the area of a ring and where its name stands: at the height of its centre of gravity, in the
    middle of the longest stretch of land there, so that a bent city does not lay its name on another.
    """
    edges = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    crosses = [(x * v - u * y, y + v) for (x, y), (u, v) in edges]
    double = sum(c for c, _ in crosses)
    high = sum(c * y for c, y in crosses) / (3 * double)
    shores = sorted(
        x + (u - x) * (high - y) / (v - y) for (x, y), (u, v) in edges if (y > high) != (v > high)
    )
    west, east = max(zip(shores[::2], shores[1::2], strict=True), key=lambda land: land[1] - land[0])
    return abs(double) / 2, (west + east) / 2, high
