"""A book whose draft has everything: 2022 as a draft, with the teaching panel; and a draft just begun."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import desks
import pytest
from conftest import ROOT, rewrite

from bluebook.data import across
from bluebook.desk import workbook
from bluebook.ledger import check
from bluebook.year import scaffold


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder: ``book`` begun for 2023 with its template beside; ``full`` a book of 2022 as a draft, too."""
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("book", "full"):
            root = folder / name / "data"
            shutil.copytree(ROOT / "data", root)
            patch.setenv("BLUEBOOK_DATA", str(root))
            if name == "book":
                scaffold.new_edition(desks.YEAR)
                workbook.save(desks.YEAR, folder / "template.xlsx")
                panel = desks.with_panel((folder / "template.xlsx").read_bytes(), root)
                desks.saved(panel, folder / "panel.xlsx")
            else:
                rewrite(
                    root,
                    "editions/2022/edition.yml",
                    lambda t: t.replace("status: published", "status: draft"),
                )
                workbook.save(2022, folder / "full.xlsx")
    return folder


@pytest.fixture
def home(laid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the book whose edition 2023 has just begun; the package works in it."""
    shutil.copytree(laid / "book", tmp_path / "book")
    monkeypatch.setenv("BLUEBOOK_DATA", str(tmp_path / "book/data"))
    return tmp_path / "book"


@pytest.fixture
def full(laid: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The book of 2022 as a draft, only to be read; the package works in it."""
    monkeypatch.setenv("BLUEBOOK_DATA", str(laid / "full/data"))
    return laid / "full"


@pytest.fixture
def rules_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of the edition's tables alone, the shared ones read once: no ledger, which takes seconds."""
    kept: dict[str, object] = {}
    read = across.fields.read

    def once(root: Path, name: str, found: list, keep: object = None) -> object:
        if name.startswith("editions/") or name == "sources.csv":
            return read(root, name, found, keep)
        if name not in kept:
            kept[name] = read(root, name, [], keep)
        return kept[name]

    monkeypatch.setattr(across.fields, "read", once)
    monkeypatch.setattr(across, "_shared", _sources_only())
    monkeypatch.setattr(across, "_teaching", lambda *_: [])
    monkeypatch.setattr(
        check, "every", lambda root, year: check.Report(list(across.check(root, [year])), [], 0)
    )


def _sources_only() -> Callable[[Path, dict], Iterator]:
    def some(root: Path, tables: dict) -> Iterator:
        yield from across._links(tables["sources.csv"])

    return some
