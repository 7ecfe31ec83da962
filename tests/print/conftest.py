"""The printed edition, made once for all tests that read it, beside the site and not into it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, SITE
from filelock import FileLock

from bluebook.print import epub, faces, imprint, pdf, read, short


@dataclass(frozen=True)
class Edition:
    """The three files, and the pages of the book that they were made of."""

    whole: Path
    short: Path
    epub: Path
    pages: list[read.Page]


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The printed edition of the built book; workers that run side by side share it."""
    if not (SITE / "index.html").exists():
        pytest.skip("the book is not built")
    folder = tmp_path_factory.getbasetemp().parent / "bluebook-print"
    made = [folder / name for name in ("whole.pdf", "short.pdf", "book.epub")]
    with FileLock(f"{folder}.lock"):
        if not all(path.exists() and path.stat().st_mtime > SITE.stat().st_mtime for path in made):
            pages, told = read.pages(ROOT), imprint.imprint(ROOT)
            setter = pdf.Setter(SITE, folder, faces.faces(), pages, told.address)
            made[0].write_bytes(setter.typeset(setter.whole(told), "whole", told.date))
            made[1].write_bytes(short.typeset(setter, told))
            cover = setter.typeset(setter.head(told, False), "cover", told.date, "png")
            made[2].write_bytes(epub.book(SITE, folder, pages, told, cover))
    return Edition(*made, read.pages(ROOT))
