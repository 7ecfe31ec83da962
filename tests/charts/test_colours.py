"""A verdict has one colour for areas and one for words, named the same in charts, style and script."""

from __future__ import annotations

import re

from conftest import ROOT

from bluebook.charts.theme import VERDICT_COLOURS

TOKENS = (ROOT / "assets/tokens.css").read_text("utf-8")
LIGHT, DARK = (
    TOKENS.split('html[data-theme="dark"] {', 1)[0],
    TOKENS.split('html[data-theme="dark"] {', 1)[1].split("}")[0],
)
SWAPS = dict(re.findall(r'"(#\w{6})": "(#\w{6})"', (ROOT / "assets/charts.js").read_text("utf-8")))


def area(style: str, verdict: str) -> str:
    """Return the colour of a verdict's area: its own, else that of its words."""
    named = dict(re.findall(r"--bb-([av]-\w+): (#\w{6})", style))
    return named.get(f"a-{verdict}") or named[f"v-{verdict}"]


def test_charts_bars_and_the_dark_name_the_same_colours() -> None:
    for verdict, colour in VERDICT_COLOURS.items():
        assert area(LIGHT, verdict) == colour, verdict
        assert area(DARK, verdict) == SWAPS[colour], f"{verdict} in the dark"
    assert len(set(VERDICT_COLOURS.values())) == len(VERDICT_COLOURS), "no two alike"
