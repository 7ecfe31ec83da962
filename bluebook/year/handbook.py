"""reference/editors: an editor's walk through the menu, and what typical slips look like to the check."""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
from collections.abc import Callable
from html import escape
from pathlib import Path

import pandas as pd

from bluebook import charts
from bluebook.charts import finding
from bluebook.data import across, schema
from bluebook.data import edition as editions
from bluebook.data.csvio import read_table, table_text
from bluebook.messages import Catalogue, language, t
from bluebook.pages.pieces import Pieces

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


# ---------------------------------------------------------------- the walk

WALK = "editor-walk.json"  # written by tools/editor_walk.py, which a test plays again
WIDTH = 100  # columns of the terminal
_SCREEN = (
    '<svg aria-label="LABEL" viewBox="0 0 {terminal_width} {terminal_height}" role="img" '
    'xmlns="http://www.w3.org/2000/svg" '
    'style="min-width:40rem;width:100%;background:#1b222a;padding:.5rem;border-radius:.3rem;'
    'font-family:monospace;font-size:{char_height}px"><style>{styles}</style>{backgrounds}{matrix}</svg>'
)


def walk() -> Pieces:
    """Show a year walked through by the menu alone: each screen as a picture, and as text to be copied.

    >>> bb.editor_walk().text.count("<svg") > 10
    True
    """
    steps = json.loads((schema.data_root().parent / "assets" / WALK).read_text("utf-8"))
    parts = []
    for number, step in enumerate(steps, 1):
        told, words = re.sub("`([^`]+)`", r"<code>\1</code>", escape(step["told"])), SAYS.text("walk_text")
        name = t(f"第 {number} 步的屏幕", f"The screen of step {number}")
        drawn = picture(step["shown"], f"walk{number}", name)
        parts.append(
            f'<p class="bb-step"><b>{number}.</b> {told}</p>'
            f'<div style="overflow-x:auto" tabindex="0" role="region" aria-label="{name}">{drawn}</div>'
            f"<details><summary>{words}</summary><pre>{escape(step['shown'])}</pre></details>"
        )
    return Pieces(f'<div class="bb-walk">{"".join(parts)}</div>')


def picture(text: str, name: str, label: str) -> str:
    """Return a terminal's text as an SVG picture that is called ``label``; ``name`` sets its styles apart."""
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=WIDTH, file=io.StringIO(), legacy_windows=False)
    console.print(Text(text))
    return console.export_svg(title="", code_format=_SCREEN.replace("LABEL", label), unique_id=name)
