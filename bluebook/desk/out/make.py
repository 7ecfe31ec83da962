"""Every file that goes out, made and put into one folder, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from bluebook.desk.out import article, asked, built, papers, slides
from bluebook.desk.out.built import Picture
from bluebook.desk.out.story import Story, story
from bluebook.messages import Catalogue
from bluebook.year import journal

SAYS = Catalogue(__file__)
MADE = "manifest.json"  # what was written: name → SHA-256, by which an edited file is known
LEFT = ("~$", ".~lock.")  # how the names begin that Word and LibreOffice leave beside an open file
LOCKS = ("~${0}", "~${1}", ".~lock.{0}#")


def outputs(
    root: Path, *more: Callable[[Path], dict[str, bytes]], draw: article.Draw | None = None
) -> tuple[Path, list[str]]:
    """Write every file of the current edition into ``_build/outputs/<year>``; return folder and names.

    ``more``: what makes further files, name → content, from the book's folder; ``draw`` as in
    `article.article`. Raises `BadInput` where the
    book is not built, a file is open or was edited since, another command is at work, or the disk is full;
    what stood there before stays.
    """
    with journal.locked(root):
        keys, picture = built.read(root)
        told = story(root, keys)
        folder = root / "_build" / "outputs" / str(told.year)
        _settle(folder, _scratch(folder))
        refuse_edited(folder)
        files = made(told, picture, draw)
        for make in more:
            files |= make(root)
        put(files, folder)
    return folder, sorted(files)


def made(told: Story, picture: Picture | None, draw: article.Draw | None = None) -> dict[str, bytes]:
    """Return every file of a story: name → content."""
    files = {
        "通稿.docx": papers.release(told),
        "要报.docx": papers.brief(told),
        "排名表.docx": papers.standings(told),
        "发布会.pptx": slides.slides(told),
    }
    files |= article.article(told, picture, draw)
    return files | {asked.file_name(who): asked.asked(told, who) for who in asked.speakers()}


def refuse_edited(folder: Path) -> None:
    """Refuse to write over a file that somebody has open or has edited since it was written."""
    if not folder.exists():
        return
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(LEFT)):
        # Of a longer name Word leaves out the first two letters.
        if any((path.parent / lock.format(path.name, path.name[2:])).exists() for lock in LOCKS):
            SAYS.refuse("held_open", file=path.name)
    before = json.loads((folder / MADE).read_text("utf-8")) if (folder / MADE).exists() else {}
    for name, digest in before.items():
        path = folder / name
        if path.exists() and _digest(path.read_bytes()) != digest:
            SAYS.refuse("changed_by_hand", file=name)


def put(files: dict[str, bytes], folder: Path) -> None:
    """Let ``folder`` hold these files and no others, whole or not at all. Raises `BadInput` or OSError."""
    scratch = _scratch(folder)
    try:
        _settle(folder, scratch)
        digests = {name: _digest(content) for name, content in sorted(files.items())}
        text = json.dumps(digests, ensure_ascii=False, indent=1)
        for name, content in [*files.items(), (MADE, text.encode())]:
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            (scratch / name).write_bytes(content)
        _swap(scratch, folder)
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            SAYS.refuse("full")
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _settle(folder: Path, scratch: Path) -> None:
    """Take back what a command that was cut short left: half a folder, or the old one set aside."""
    old = _aside(folder)
    shutil.rmtree(scratch, ignore_errors=True)
    if old.exists() and not folder.exists():
        old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _scratch(folder: Path) -> Path:
    return folder.with_name(f".writing-{folder.name}")


def _aside(folder: Path) -> Path:
    return folder.with_name(f".before-{folder.name}")


def _swap(scratch: Path, folder: Path) -> None:
    """Put the new folder where the old one stands; where a file of the old is held, the old one stays."""
    old, had = _aside(folder), folder.exists()
    try:
        if had:
            folder.rename(old)
    except PermissionError:  # Windows lets nobody move a folder in which a file is open
        SAYS.refuse("held_open", file=folder.name)
    try:
        scratch.rename(folder)
    except OSError:
        if had:
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
