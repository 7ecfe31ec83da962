"""What the kinds of chart share: a table made long, tooltips in its own words, axes, labels that do not collide."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import altair as alt
import pandas as pd

from bluebook.charts.theme import BLUE, MUTED, QUIET

WHITE, DEEP = "#ffffff", "#00344f"  # text on a dark bar and on a light one


def signed(value: float, format: str = ".1f") -> str:
    """Return a difference with its sign and a real minus; what rounds to zero has none.

    >>> signed(-0.24), signed(1.5), signed(-0.04)
    ('−0.2', '+1.5', '0.0')
    """
    told = f"{value:+{format}}".replace("-", "−")
    return told if float(told[1:].replace(",", "")) else told[1:]


def minus(value: float, format: str) -> str:
    """Return a number in ``format`` with a real minus; what is missing is empty."""
    return "" if missing(value) else f"{value:{format}}".replace("-", "−")


def missing(value: object) -> bool:
    """Return whether a cell holds nothing."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def reach(*values: Iterable[float], default: tuple[float, float] = (0.0, 1.0)) -> tuple[float, float]:
    """Return the least and the greatest of all numbers that are there; ``default`` if none is."""
    there = [float(v) for some in values for v in some if not missing(v) and math.isfinite(v)]
    return (min(there), max(there)) if there else default


def long_form(table: pd.DataFrame, index: str) -> pd.DataFrame:
    """Return a wide table as rows ``index``, ``name`` (the column), ``value``."""
    plain = table.rename_axis(index=index, columns=None).reset_index()
    out = plain.melt(index, var_name="name", value_name="value").astype({"value": float})
    return out.astype({"name": str})


def tip(field: str, title: object, **more: object) -> alt.Tooltip:
    """Return one line of a tooltip, named by a word of the table ("" where the table has none)."""
    return alt.Tooltip(field, title="" if title is None else str(title), **more)


def hue(
    names: Iterable[str], colours: Sequence[str] | Mapping[str, str] | None, field: str = "name"
) -> alt.Color:
    """Return a colour for each name without a legend; two names without colours are grey and blue."""
    names = list(names)
    if isinstance(colours, Mapping):
        colours = [colours.get(n, QUIET) for n in names]
    told = list(colours) if colours is not None else [MUTED, BLUE] if len(names) == 2 else None
    scale = alt.Scale(domain=names, range=told) if told else alt.Scale(domain=names)
    return alt.Color(f"{field}:N", legend=None, scale=scale)


def palette(
    field: str, colours: Mapping[str, str], legend: bool = False, title: str | None = None, **more: object
) -> alt.Color:
    """Return colours by group; ``legend`` names the groups above the chart."""
    key = alt.Legend(symbolOpacity=1, **{"columns": 2, **more}) if legend else None
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color(f"{field}:N", title=title, legend=key, scale=scale)


def rows(names: Iterable[str], field: str = "name", **axis: object) -> alt.Y:
    """Return one named row each, in this order, without ticks; a ``|`` in a name begins a new line."""
    names = [str(n) for n in names]
    shown = {"ticks": False, "domain": False, "labelPadding": 6, "labelOverlap": False, "labelLimit": 240}
    if any("|" in n for n in names):
        shown["labelExpr"] = "split(datum.label, '|')"
    return alt.Y(f"{field}:N", sort=names, title=None, axis=alt.Axis(**shown | axis))


def heads(names: Iterable[str], field: str, **axis: object) -> alt.X:
    """Return one named column each, heads above; a ``|`` in a name begins a new line, the last lines stand level."""
    names = [str(n) for n in names]
    shown = {"orient": "top", "labelAngle": 0, "ticks": False, "domain": False, "labelOverlap": False}
    shown["labelPadding"] = 6 + 13 * max((n.count("|") for n in names), default=0)
    if any("|" in n for n in names):
        shown["labelExpr"] = "split(datum.label, '|')"
    return alt.X(f"{field}:N", sort=names, title=None, axis=alt.Axis(**shown | axis))


def scale(domain: Sequence[float], log: bool = False) -> alt.Scale:
    """Return a scale over exactly this range."""
    return alt.Scale(domain=list(domain), nice=False, type="log" if log else "linear")


def uprights(line: Mapping[str, float], over: alt.Scale) -> list[alt.Chart]:
    """Return upright lines with their names above them."""
    if not line:
        return []
    data = pd.DataFrame({"at": list(line.values()), "text": list(line)})
    base = alt.Chart(data).encode(x=alt.X("at:Q", scale=over))
    words = base.mark_text(align="left", dx=4, color=MUTED).encode(y=alt.value(-8), text="text:N")
    return [base.mark_rule(color=QUIET), words]


def apart(values: Iterable[float], step: float) -> list[float]:
    """Return falling values moved down until each is ``step`` below the one before: labels must not collide."""
    spots, last = [], float("inf")
    for value in values:
        last = min(value, last - step)
        spots.append(last)
    return spots


def dark(colour: str) -> bool:
    """Return whether white text reads better on this ground than dark text."""
    r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * r + 0.587 * g + 0.114 * b < 150
