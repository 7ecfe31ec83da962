"""A desk to try a chapter on: a copy of the data to change, and a look at what is glued, drawn and said.

pytest knows one ``conftest`` by name, so the fixture lives here too; a module takes it with ``data = desk.data``.
"""

from __future__ import annotations

import csv
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT, copy_data

from bluebook.charts import Figure

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
