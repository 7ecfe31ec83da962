"""A copy of the data with some cells changed, for tests of the chapters on the speech."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

CLAIMS = "editions/2022/claims.csv"


def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *changes: tuple[str, dict, dict]) -> None:
    """Copy data/ to ``tmp_path``, change cells, and let the book read the copy.

    A change is (file below data/, what the row holds, what it shall hold); it must meet exactly one row.
    """
    root = tmp_path / "data"
    shutil.copytree(ROOT / "data", root)
    for name, where, new in changes:
        with (root / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        met = [r for r in rows if all(r[k] == v for k, v in where.items())]
        assert len(met) == 1, f"{where} meets {len(met)} rows of {name}"
        met[0].update(new)
        with (root / name).open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, rows[0], lineterminator="\n")
            out.writeheader()
            out.writerows(rows)
    monkeypatch.setenv("BLUEBOOK_DATA", str(root))


def glued(module: object, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return what a chapter's numbers() glues."""
    seen: dict[str, object] = {}
    monkeypatch.setattr(module, "glue", lambda **values: seen.update(values))
    module.numbers()
    return seen
