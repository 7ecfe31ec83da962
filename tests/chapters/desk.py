"""A desk to try a chapter on: a copy of the data to change, and a look at what is glued, drawn and said.

pytest knows one ``conftest`` by name, so the fixture lives here too; a module takes it with ``data = desk.data``.
"""

from __future__ import annotations

import ast
import csv
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
from conftest import ROOT, copy_data

from bluebook.charts import Figure, findings
from bluebook.data import edition as editions
from bluebook.data import schema
from bluebook.site import notebooks
from bluebook.year import chapters

DATA = ROOT / "data"
# Tables that several chapters stand on, below the folder of the data.
CLAIMS, SCORES = "editions/2022/claims.csv", "editions/2022/scores.csv"
PROVINCES, SERIES = "economy/provinces.csv", "economy/series.csv"


# ---------------------------------------------------------------- other data


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a copy of the data, which the book reads for one test."""
    return copy_data(tmp_path, monkeypatch)


def change(table: Path, cells: dict[str, str], /, **where: str) -> None:
    """Write ``cells``, column by column, into the only row of a CSV file whose columns hold what ``where`` says."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    met = [row for row in rows if all(row[column] == held for column, held in where.items())]
    assert len(met) == 1, f"{where} meets {len(met)} rows of {table.name}"
    met[0].update(cells)
    with table.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


# ---------------------------------------------------------------- what a chapter gives its page


def glued(module: ModuleType, monkeypatch: pytest.MonkeyPatch, name: str = "numbers") -> dict[str, object]:
    """Return what a module's ``numbers()``, or another function that glues, gives the prose, by name."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(module, "glue", lambda **values: kept.update(values))
    getattr(module, name)()
    return kept


def drawers(module: ModuleType) -> dict[str, Callable[[], Figure | list[Figure] | None]]:
    """Return the module's own functions, by name, that draw figures without being told anything."""
    own = {name: f for name, f in vars(module).items() if getattr(f, "__module__", "") == module.__name__}
    return {
        name: function
        for name, function in own.items()
        if callable(function)
        and "Figure" in str(getattr(function, "__annotations__", {}).get("return", ""))
        and all(p.default is not p.empty for p in inspect.signature(function).parameters.values())
    }


def figures(module: ModuleType) -> list[Figure]:
    """Return every figure that the module draws without being told anything."""
    found: list[Figure] = []
    for draw in drawers(module).values():
        drawn = draw()
        found += drawn if isinstance(drawn, list) else [drawn]
    return [figure for figure in found if figure is not None]


# ---------------------------------------------------------------- what a figure says


def said(figure: Figure) -> list[str]:
    """Return what stands around a figure's drawing and in its table; not its sources, which keep their own words."""
    table = figure.table
    cells = [str(v) for v in (*table.index, *table.columns, *table.to_numpy().flat)]
    return [figure.title, figure.subtitle, figure.alt, figure.note, *cells]


def in_chinese(text: str) -> bool:
    """Return whether a text holds a Chinese character."""
    return re.search(r"[\u4e00-\u9fff]", text) is not None


def left_in_chinese(figure: Figure, *, drawing: bool = True) -> list[str]:
    """Return the beginnings of what an English figure still says in Chinese.

    Without ``drawing``, the specification of the chart is not read: its rows may keep Chinese keys that nobody sees.
    """
    everything = said(figure) + [str(panel) for panel in figure.panels if drawing]
    return [text[:80] for text in everything if in_chinese(text)]


# ---------------------------------------------------------------- an open notebook, run cell by cell


class Opened(NamedTuple):
    """What a chapter's cells leave behind: its names, what it glues, its figures by id, the sentences that do not hold."""

    names: dict[str, object]
    glued: dict[str, object]
    figures: dict[str, Figure]
    broken: list[str]


def cells(chapter: str) -> list[str]:
    """Return the code cells of ``chapters/<chapter>.md``, the edition's own text put in."""
    path = ROOT / "chapters" / f"{chapter}.md"
    beside = schema.data_root().parent / "chapters" / f"{chapter}.md"  # the text of the edition that is read
    text = notebooks.expand(path.read_text("utf-8"), beside)
    found = re.findall(r"^```\{code-cell\}[^\n]*\n(?::[\w-]+:[^\n]*\n)*(.*?)^```[ \t]*$", text, re.M | re.S)
    return [code for code in found if code.strip()]


def opened(chapter: str, replace: tuple[str, str] = ("", "")) -> Opened:
    """Run a chapter's cells as a kernel would; a finding that does not hold is noted and the run goes on.

    ``replace``: a piece of code to change first, as an exercise asks the reader to. A chapter that left the book
    with its edition has nothing to be tested any more: its test is skipped.
    """
    if left(chapter):
        pytest.skip(f"{chapter} left the book with its edition")
    session = findings.session = findings.Session()
    out = Opened({"display": _shown(figures := {})}, session.glued, figures, [])
    source = "\n".join(cells(chapter))
    assert replace[0] in source
    for code in cells(chapter):
        tree = ast.parse(code.replace(*replace) if replace[0] else code)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, chapter, "exec"), out.names)
        shown = eval(compile(ast.Expression(last.value), chapter, "eval"), out.names) if last else None
        for figure in shown if isinstance(shown, list) else [shown]:
            if isinstance(figure, Figure):
                figures[figure.id] = figure
    out.broken.extend(session.broken)
    out.broken.extend(f.title for f in figures.values() if f.title.startswith(UNTRUE))
    return out


def left(chapter: str) -> bool:
    """Return whether a chapter that is not there was an earlier edition's own; one that is lost is not."""
    gone = not (ROOT / "chapters" / f"{chapter}.md").is_file()
    earlier = editions.years()[:-1] if gone else []
    return any(chapters.belongs(f"chapters/{chapter}", editions.edition(year)) for year in earlier)


UNTRUE = "〔数据不再支持〕"  # how a title that no longer holds begins, outside the build


def _shown(figures: dict[str, Figure]) -> Callable[[object], None]:
    """Return IPython's ``display`` as a cell calls it: a figure shown from a loop counts like one shown at the end."""
    return lambda shown: figures.update({shown.id: shown}) if isinstance(shown, Figure) else None
