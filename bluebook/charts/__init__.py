"""Charts: the theme, the kinds, the frame around them, and the sentences that hold them to the data."""
# ruff: noqa: F401 (imported to be offered)

from bluebook.charts.findings import FindingError, finding, first_finding, glue, holds
from bluebook.charts.frame import STATUS, Figure, figure, table, tree
from bluebook.charts.theme import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    QUIET,
    RED,
    SEQUENTIAL,
    TINT,
    VERDICT_COLOURS,
)
from bluebook.messages import building
