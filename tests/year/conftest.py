"""What the tests of the year share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ROOT


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with all the data and one written page; its state has been asked for, and noted."""
    from bluebook.year import status

    home = tmp_path_factory.mktemp("looked") / "book"
    shutil.copytree(ROOT / "data", home / "data")
    (home / "_toc.yml").write_text("format: jb-book\nroot: index\n", "utf-8")
    (home / "index.md").write_text("(front)=\n# 小书\n\n一句话。\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLUEBOOK_DATA", str(home / "data"))
        status.status(home, fresh=True)
    return home


@pytest.fixture
def home(looked_at: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book with all the data and one written page, which somebody has looked at before."""
    home = tmp_path / "book"
    shutil.copytree(looked_at, home)
    monkeypatch.setenv("BLUEBOOK_DATA", str(home / "data"))
    return home
