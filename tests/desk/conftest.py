"""A book whose draft has everything: 2022 as a draft, with the teaching panel; and a draft just begun."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from conftest import ROOT, rewrite

sys.path.insert(0, str(Path(__file__).parent))
import desks

from bluebook.desk import workbook
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
