"""Data to break or to carry on: what the tests of the index's chapters share."""

from __future__ import annotations

import inspect
import shutil
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from bluebook import charts

ROOT = Path(__file__).resolve().parents[2]


def copy_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the book's data to ``tmp_path/data`` and let the package read it there."""
    root = tmp_path / "data"
    shutil.copytree(ROOT / "data", root)
    monkeypatch.setenv("BLUEBOOK_DATA", str(root))
    return root


def set_cell(path: Path, where: dict[str, str], column: str, value: str) -> None:
    """Change one cell of the only row in which the columns of ``where`` have these values."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    hit = pd.Series(True, index=table.index)
    for name, wanted in where.items():
        hit &= table[name] == wanted
    assert hit.sum() == 1, where
    table.loc[hit, column] = value
    table.to_csv(path, index=False, lineterminator="\n")


def glued(module: ModuleType, monkeypatch: pytest.MonkeyPatch, name: str = "numbers") -> dict[str, object]:
    """Return what a module's ``numbers()``, or another function that glues, gives the prose."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(module, "glue", lambda **values: kept.update(values))
    getattr(module, name)()
    return kept


def figures(module: ModuleType) -> list[charts.Figure]:
    """Return every figure that the module draws without being told anything."""
    found: list[charts.Figure] = []
    for name, function in list(vars(module).items()):
        if not inspect.isfunction(function) or function.__module__ != module.__name__ or name.startswith("_"):
            continue
        asked = inspect.signature(function)
        if "Figure" not in str(asked.return_annotation):
            continue
        if any(p.default is p.empty for p in asked.parameters.values()):
            continue
        drawn = function()
        found += drawn if isinstance(drawn, list) else [drawn]
    return [f for f in found if f is not None]


def words(figure: charts.Figure) -> str:
    """Return all that a figure says, its sources apart, which carry their own years."""
    cells = [str(v) for column in figure.table for v in (column, *figure.table[column])]
    return "\n".join([figure.title, figure.subtitle, figure.alt, figure.note, figure.body, *cells])
