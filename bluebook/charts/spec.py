"""A chart's specification as the page draws it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import altair as alt
import pandas as pd

from bluebook.charts.theme import PAPER


def panel_spec(chart: alt.TopLevelMixin, alt_text: str, rows: int) -> dict:
    """Return the specification of one panel as the page draws it: as wide as its column."""
    one = chart.copy()
    joined = (alt.HConcatChart, alt.VConcatChart, alt.ConcatChart, alt.FacetChart)
    if not isinstance(one, joined) and one.width is alt.Undefined:
        one.width = "container"
        one.autosize = alt.AutoSizeParams(type="fit-x", contains="padding")
    one.description = alt_text
    spec = _finite(one.to_dict())
    # Vega-Lite warns in the console about a height by steps beside a width by container.
    if isinstance(spec.get("height"), dict):
        spec["height"] = spec["height"]["step"] * (_named_rows(spec) or rows)
    return spec


def _named_rows(spec: dict) -> int:
    """Return how many rows a chart names on its upright axis, 0 if it names none."""
    for layer in [spec, *spec.get("layer", [])]:
        order = layer.get("encoding", {}).get("y", {}).get("sort")
        if isinstance(order, list):
            return len(order)
    return max((_named_rows(x) for x in spec.get("layer", []) if "layer" in x), default=0)


def _finite(value: object) -> object:
    """Return a specification without NaN and infinity, which JSON does not know: a missing value is null."""
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_finite(v) for v in value]
    if value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value


def height_of(spec: dict) -> int:
    """Return about how tall the drawing will be, so that the page does not jump when it appears.

    >>> colour = {"scale": {"domain": ["甲", "乙", "丙"]}, "legend": {"columns": 2}}
    >>> height_of({"height": 200}), height_of({"height": 200, "encoding": {"color": colour}})
    (240, 296)
    """
    height = spec.get("height", 300)
    above = max((20 + 18 * rows for rows in _legend_rows(spec)), default=0)
    return int(height) + 40 + above if isinstance(height, (int, float)) else 300


def _legend_rows(spec: dict) -> Iterator[int]:
    """Yield how many lines each legend of a chart takes."""
    for encoding in spec.get("encoding", {}).values():
        if isinstance(encoding, dict) and encoding.get("legend"):
            names = (encoding.get("scale") or {}).get("domain")
            yield -(-len(names) // encoding["legend"].get("columns", 1)) if isinstance(names, list) else 1
    for layer in spec.get("layer", []):
        yield from _legend_rows(layer)


CLOSING, OPENING = "，。；：、！？）】》”’)]%…", "（【《“‘(["  # begin no line, end none
LINE = 96  # columns of a line below the title, as wide as a drawing of 620 pixels


def wrapped(text: str, width: int = LINE) -> list[str]:
    """Break a text for the drawn title into as few lines as fit, all about as long.

    A Chinese character is two columns wide.

    >>> wrapped("名次和得分，（满分 100）", 14)
    ['名次和得分，', '（满分 100）']
    """
    lines = _broken(text, width)
    while len(lines) > 1 and len(closer := _broken(text, width - 1)) == len(lines):
        lines, width = closer, width - 1
    return lines


def _broken(text: str, width: int) -> list[str]:
    lines, line, used = [], "", 0
    for char in text:
        step = columns(char)
        if used + step > width and (step == 2 or char == " ") and char not in CLOSING:
            kept = line.rstrip(OPENING)
            lines.append(kept.strip())
            line = line[len(kept) :]
            used = columns(line)
        line, used = line + char, used + step
    return [*lines, line.strip()] if line.strip() else lines


def columns(text: str) -> int:
    """Return how many columns a text takes: two for a Chinese character.

    >>> columns("第 1")
    4
    """
    return sum(2 if ord(char) > 0x2E80 or char in "“”‘’…" else 1 for char in text)


PHONE = 375  # pixels: how wide a phone shows a page


def for_a_phone(panel: dict, title: str = "", subtitle: str = "") -> dict | None:
    """Return what draws a panel, as `panel_spec` made it, alone and as wide as a phone.

    None for one that has a width of its own. Words keep their size: 46 columns of the title take the width.
    """
    if panel.get("width") != "container":
        return None
    words = {"title": {"text": wrapped(title, 44), "subtitle": wrapped(subtitle, 50)}} if title else {}
    shown = {"width": PHONE, "padding": 12, "background": PAPER}
    return {**panel, **shown, **words}
