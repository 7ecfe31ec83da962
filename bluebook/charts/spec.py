"""A chart's specification as the page draws it."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd


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
    """Return about how tall the drawing will be, so that the page does not jump when it appears."""
    height = spec.get("height", 300)
    return int(height) + 40 if isinstance(height, (int, float)) else 300


def wrapped(text: str, width: int = 96) -> list[str]:
    """Break a line for the drawn title; a Chinese character is two columns wide."""
    lines, line, used = [], "", 0
    for char in text:
        step = 2 if ord(char) > 0x2E80 else 1
        if used + step > width and (step == 2 or char == " "):
            lines.append(line.strip())
            line, used = "", 0
        line, used = line + char, used + step
    return [*lines, line.strip()] if line.strip() else lines
