"""Colours, type and the Altair theme: one palette, legible in the dark and to the colour-blind."""

from __future__ import annotations

import warnings

import altair as alt

from bluebook import machine
from bluebook.messages import Notice

# The greys of assets/tokens.css: ink, muted, line, paper, rule. assets/charts.js swaps exactly these strings,
# and a verdict's, for their dark counterparts, so no chart names another grey.
INK, MUTED, GRID, PAPER, QUIET = "#1b222a", "#56606c", "#dfe3e8", "#ffffff", "#858f9b"
TINT = "#eaf3f9"  # where a shade begins: next to the page's own ground, in the dark too
# An area has one colour for its verdict everywhere (--bb-a-… in assets/tokens.css). Words and marks of the
# last three are darker, to be read.
VERDICT_COLOURS = {
    "contradicted": "#ad2a1a",
    "revised": "#855600",
    "confirmed": "#00664a",
    "recomputed": "#0a4d88",
    "repeated": "#6b7885",
    "consistent": "#a3aeb9",
    "unchecked": "#dde3e9",
}
SWAPPED = (INK, MUTED, GRID, PAPER, QUIET, TINT, *VERDICT_COLOURS.values())
BLUE, RED, GREEN, ORANGE, PURPLE, SKY = "#0072b2", "#d55e00", "#009e73", "#e69f00", "#cc79a7", "#56b4e9"
# Light to dark in one hue: order survives every kind of colour blindness and a grey print.
SEQUENTIAL = [TINT, "#b9d7ea", "#7fb6d8", "#3f8fc0", "#0072b2", "#004b76"]
PALE, LIGHT = SEQUENTIAL[1], SEQUENTIAL[2]
WORDS = 13  # pixels: every word on a chart; nothing is smaller
FONT = '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif'


@alt.theme.register("bluebook", enable=True)
def _theme() -> alt.theme.ThemeConfig:
    words = {"labelColor": INK, "titleColor": MUTED}
    small = {"labelFontSize": WORDS, "titleFontSize": WORDS, "titleFontWeight": "normal"}
    lines = {"domainColor": QUIET, "tickColor": QUIET, "gridColor": GRID}
    head = {"anchor": "start", "fontSize": 15, "fontWeight": "bold", "subtitleFontSize": WORDS}
    config = {
        "font": FONT,
        "background": None,
        "view": {"stroke": None, "continuousHeight": 300, "discreteHeight": {"step": 22}},
        "axis": {**words, **small, **lines, "labelLimit": 220, "labelOverlap": True},
        "axisY": {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": 0, "titleY": -8},
        "legend": {**words, **small, "orient": "top", "symbolType": "circle", "columns": 3},
        "header": {**words, "labelFontSize": WORDS},
        "title": {"color": INK, "subtitleColor": MUTED, **head},
        "text": {"color": INK, "fontSize": WORDS},
        "rule": {"color": QUIET},
        "line": {"strokeWidth": 2.2},
        "bar": {"color": BLUE},
        "point": {"filled": True, "size": 60, "color": BLUE},
        "range": {"category": [BLUE, RED, GREEN, ORANGE, PURPLE, SKY], "ramp": [TINT, BLUE]},
    }
    return alt.theme.ThemeConfig({"config": config})


def warn_of_boxes() -> None:
    """Say that this machine has no Chinese font to whoever is about to save a chart as a picture."""
    if not machine.chinese_font():
        zh = (
            "这台机器没有中文字体：图存成 PNG 或 PDF，汉字会变成方框；先装一种，如 apt install fonts-noto-cjk"
        )
        en = "No Chinese font on this machine: in a saved PNG or PDF characters become boxes; install one, "
        warnings.warn(Notice(zh, f"{en}as by apt install fonts-noto-cjk"), stacklevel=3)
