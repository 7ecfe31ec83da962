"""The kinds of chart of this book: each makes of a table an Altair chart, to which a chapter may add layers.

What is written on a chart comes from the table: its column names, its index and its cells. So a chapter in
Chinese hands in Chinese names, a chapter in English English ones, and no function here knows a language.
Tooltips take the names of the table's two axes (``table.rename_axis(index=…, columns=…)``). A missing value
is a gap. Colours are those of `bluebook.charts.theme`; the width is the column's, so none is set.
"""
# ruff: noqa: F401 (imported to be offered)

from bluebook.charts.kinds._words import signed
from bluebook.charts.kinds.cells import columns, grid, matrix, waffle
from bluebook.charts.kinds.curve import curve
from bluebook.charts.kinds.plane import map, scatter
from bluebook.charts.kinds.rows import bars, dots, dumbbells, stacked, strip
from bluebook.charts.kinds.time import bump, lines, spans, stems

_OFFERED = """
    bars bump columns curve dots dumbbells grid lines map matrix
    scatter signed spans stacked stems strip waffle
"""
__all__ = _OFFERED.split()
