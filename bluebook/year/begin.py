"""The turning of the year: the current edition is frozen and its own chapters leave, the next one begins."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from bluebook.data import edition as editions
from bluebook.data import schema
from bluebook.data.faults import listed
from bluebook.messages import Catalogue
from bluebook.year import backups, chapters, frozen, inputs, journal, scaffold
from bluebook.year.freeze import Release, files_of, freeze

SAYS = Catalogue(__file__)


class Begun(NamedTuple):
    """What `begin` did: the release that the last edition was frozen as, and its pages that left the book."""

    frozen: Release | None
    left: list[str]


def begin(root: Path, year: int) -> Begun:
    """Begin the edition ``year``: freeze the last one, take its own chapters out, lay the draft out.

    Freezing is one change, the rest another; each is whole or not at all. Where ``root`` holds data alone
    and no chapters, there is nothing to freeze. Raises `BadInput` for what `freeze` and `scaffold` refuse.
    """
    scaffold.refuse_unless_next(year)
    if frozen.reopened(root):
        SAYS.refuse("not_in_a_copy")
    if not (root / "_toc.yml").exists():
        scaffold.new_edition(year)
        return Begun(None, [])
    with journal.locked(root):
        scaffold.refuse_unless_next(year)  # another command may have been first
        released = freeze(root)
        settings, left = editions.edition(released.year), []
        with journal.change(root) as change:
            for lang in inputs.languages(root):
                book = inputs.book_of(root, lang)
                toc = (book / "_toc.yml").read_text("utf-8-sig")
                left += [page for page in chapters.pages(toc) if chapters.belongs(page, settings)]
                change.write(book / "_toc.yml", chapters.without(toc, settings))
                for path in chapters.paths(book, settings):
                    change.remove(path)
            scaffold.lay(change, year, scaffold.EMPTY)
    return Begun(released, left)


def undo(root: Path, year: int, force: bool = False) -> Path | None:
    """Take the draft ``year`` back: the last edition's chapters return from its frozen sources.

    Everything that this touches is kept in ``backups/`` first; returns that zip, None where there is no
    book but data alone. ``force`` takes back a draft that was worked on as well. The last edition stays
    frozen. Raises `BadInput` for an edition that is missing, not the latest, not a draft, or changed.
    """
    scaffold.refuse_unless_draft(year)
    if not (root / "_toc.yml").exists():
        scaffold.undo(year, force)
        return None
    settings, last = editions.edition(year), editions.years()[-2]
    books = [inputs.book_of(root, lang) for lang in inputs.languages(root)]
    new = [path for book in books for path in chapters.paths(book, settings)]
    changed = [*scaffold.touched(year), *(p.relative_to(root).as_posix() for p in new)]
    if changed and not force:
        SAYS.refuse("changed_since", year=year, files=listed(changed))
    back = _own_of(root, last) if last in frozen.years(root) else {}
    with journal.change(root) as change:
        scaffold.refuse_unless_draft(year)
        backup = backups.place(root, str(year))
        change.write(backup, _kept(root, year))
        for path in new:
            change.remove(path)
        for name, content in back.items():
            change.write(root / name, content)
        scaffold.lift(change, year)
    return backup


def _own_of(root: Path, year: int) -> dict[str, bytes]:
    """Return an edition's own chapters and table of contents as they were frozen: name → content."""
    files, settings = files_of(year, root), editions.edition(year)
    tocs = {"_toc.yml", *(["en/_toc.yml"] if "en" in inputs.languages(root) else [])}
    return {name: text for name, text in files.items() if name in tocs or chapters.belongs(name, settings)}


def _kept(root: Path, year: int) -> bytes:
    """Return a zip of what taking back a draft may touch: its data, the chapters, the tables of contents."""
    data = root / "data"
    books = [inputs.book_of(root, lang) for lang in inputs.languages(root)]
    files = inputs.files_in(data / "editions" / str(year), *(book / chapters.FOLDER for book in books))
    files += [data / schema.PACKAGE, *(book / "_toc.yml" for book in books), root / "index.md"]
    return backups.packed(root, files)
