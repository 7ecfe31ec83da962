"""A desk to try a chapter on: change one cell in a copy of the data, and look for words left in Chinese."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bluebook.charts import Figure

DATA = Path(__file__).resolve().parents[2] / "data"
CLAIMS, SERIES = "editions/2022/claims.csv", "economy/series.csv"


def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that changes cells of one row in a copy of the data: ``change(table, cells, **where)``."""
    root = tmp_path / "data"
    shutil.copytree(DATA, root)
    monkeypatch.setenv("BLUEBOOK_DATA", str(root))

    def change(table: str, cells: dict[str, str], **where: str) -> None:
        with (root / table).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = [row for row in rows if all(row[k] == v for k, v in where.items())]
        assert len(found) == 1, (table, where, len(found))
        found[0].update(cells)
        with (root / table).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    return change


def left_in_chinese(figure: Figure) -> list[str]:
    """Return what an English figure still says in Chinese, its source line aside: titles of sources stay as they are."""
    said = [figure.title, figure.subtitle, figure.alt, figure.note, *map(str, figure.table.columns)]
    said += [str(v) for column in figure.table for v in figure.table[column]]
    said += [str(panel) for panel in figure.panels]
    return [s[:80] for s in said if re.search(r"[\u4e00-\u9fff]", s)]
