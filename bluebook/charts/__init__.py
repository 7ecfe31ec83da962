"""Charts: the theme, the kinds, the frame around them, and the sentences that hold them to the data."""

from bluebook.charts.findings import FindingError, finding, first_finding, glue, holds
from bluebook.charts.frame import STATUS, Figure, figure, table, tree
from bluebook.charts.theme import (
    BLUE,
    FONT,
    GREEN,
    GRID,
    INK,
    LIGHT,
    MUTED,
    ORANGE,
    PALE,
    PAPER,
    PURPLE,
    QUIET,
    RED,
    SEQUENTIAL,
    SKY,
    TINT,
)
from bluebook.messages import building

__all__ = [
    "BLUE",
    "FONT",
    "GREEN",
    "GRID",
    "INK",
    "LIGHT",
    "MUTED",
    "ORANGE",
    "PALE",
    "PAPER",
    "PURPLE",
    "QUIET",
    "RED",
    "SEQUENTIAL",
    "SKY",
    "STATUS",
    "TINT",
    "Figure",
    "FindingError",
    "building",
    "figure",
    "finding",
    "first_finding",
    "glue",
    "holds",
    "table",
    "tree",
]
