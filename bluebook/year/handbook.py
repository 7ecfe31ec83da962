"""reference/editors: what typical slips in a table look like to the check, shown by making them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from bluebook import charts
from bluebook.charts import finding
from bluebook.data import across, schema
from bluebook.data import edition as editions
from bluebook.data.csvio import read_table, table_text
from bluebook.messages import Catalogue, language

SAYS = Catalogue(__file__)
# Slips as they happen in Excel: the name of the slip, the column, the cell that comes of it.
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
SLIPS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("slip_wide", "score", lambda cell: cell.translate(_WIDE)),
    ("slip_unit", "score", lambda cell: f"{cell}分"),
    ("slip_missing", "score", lambda _: "#N/A"),
    ("slip_ten", "score", lambda cell: f"{float(cell) * 10:g}"),
    ("slip_source", "source", lambda _: "newspaper_x"),
    ("slip_rank", "rank", lambda cell: f"第{cell}名"),
)


def slips() -> charts.Figure:
    """Show typical slips in the table of scores with what `check` says of each; the data stay untouched.

    FindingError (build) where the check lets one pass.

    >>> len(bb.editor_slips().table)
    6
    """
    year = _year()
    told = _told(year)
    heads = SAYS.text("slip_heads").split("|")
    rows = [[SAYS.text(code), line] for (code, _, _), line in zip(SLIPS, told, strict=True)]
    return charts.table(
        pd.DataFrame(rows, columns=heads),
        id="tab-slips",
        title=finding(SAYS.text("slips"), holds=all(told), n=len(told)),
        subtitle=SAYS.text("slips_subtitle", year=year),
        source=SAYS.text("slips_source"),
        status="computed",
    )


def _year() -> int:
    """Return the latest edition with enough scores to spoil."""
    for year in reversed(editions.years()):
        if editions.scores(year).query("code == 'index'")["score"].notna().sum() >= len(SLIPS):
            return year
    SAYS.refuse("too_few_scores", n=len(SLIPS))


def _told(year: int) -> list[str]:
    """Return for each slip what the check says of it, "" where it says nothing."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "data"
        shutil.copytree(schema.data_root(), root)
        name = f"editions/{year}/scores.csv"
        table = read_table(root / name)
        at = table.index[(table["code"] == "index") & (table["score"] != "")][: len(SLIPS)]
        for i, (_, column, slip) in zip(at, SLIPS, strict=True):
            table.loc[i, column] = slip(table.loc[i, column])
        (root / name).write_text(table_text(table), "utf-8")
        found = [fault for fault in across.check(root, [year]) if fault.file == name]
    lines = {(fault.row, fault.column): fault.line(language()) for fault in reversed(found)}
    return [lines.get((i + 2, column), "") for i, (_, column, _) in zip(at, SLIPS, strict=True)]
