"""What printed scores prove: hidden weights and cells as exact intervals, and printed scores that cannot be
right.

In the field's terms this is partial identification: not an estimate, but the sharp bounds that all printed
figures leave (Manski 2003). Knows nothing of editions.
"""
# ruff: noqa: F401 (imported to be offered)

from bluebook.recover.grid import grid, grids
from bluebook.recover.printed import (
    READINGS,
    cell_half_units,
    column_decimals,
    printed_decimals,
    rank_limits,
    read_as,
    read_scores,
    reading,
)
from bluebook.recover.verify import verify
from bluebook.recover.weights import CONFLICT, recover
