"""The frozen editions on the shelf ``published/``: where each release lies, and whether it is untouched.

A release is ``published/<year>/<release>/`` with ``site.zip``, ``sources.zip`` and ``manifest.json``, which
names the SHA-256 of both and of every file inside them. Nothing here writes; `bluebook.year.freeze` does.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from bluebook.data import schema
from bluebook.data.faults import Fault, fault, listed
from bluebook.messages import BadInput, Catalogue
from bluebook.year import checklist
from bluebook.year.journal import FOLDER

SAYS = Catalogue(__file__)
SHELF, MANIFEST, SITE, SOURCES = "published", "manifest.json", "site.zip", "sources.zip"
REOPENED = f"{FOLDER}/reopened.json"  # in a reopened book: which year it is, and where the main book lies


def home() -> Path:
    """Return the project's folder: the one that holds ``data/``."""
    return schema.data_root().parent


def reopened(root: Path) -> dict[str, Any] | None:
    """Return year and release of which ``root`` is the reopened copy; None for a book of its own."""
    path = root / REOPENED
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def main_book(root: Path) -> Path:
    """Return the book whose shelf ``root`` writes to: itself, or the one that it was reopened from."""
    told = reopened(root)
    main = (root / told["book"]).resolve() if told else root
    if not (main / "data" / schema.PACKAGE).is_file():
        SAYS.refuse("no_main_book", where=main)
    return main


def years(root: Path | None = None) -> list[int]:
    """Return the years that have a frozen edition, ascending; ``root`` is the project's folder."""
    shelf = _shelf(root)
    found = [int(p.name) for p in _folders(shelf) if re.fullmatch(r"\d{4}", p.name)]
    return sorted(year for year in found if releases(year, root))


def releases(year: int, root: Path | None = None) -> list[int]:
    """Return the releases of an edition, ascending; empty if it was never frozen."""
    found = _folders(_shelf(root) / str(year))
    return sorted(
        int(p.name) for p in found if re.fullmatch(r"[1-9]\d*", p.name) and (p / MANIFEST).is_file()
    )


def folder(year: int, release: int | None = None, root: Path | None = None) -> Path:
    """Return where a release (None: the latest) lies. Raises `BadInput` if there is none."""
    there = releases(year, root)
    if release is None and there:
        release = there[-1]
    if release not in there:
        frozen = listed(years(root)) if years(root) else ("没有", "none")
        SAYS.refuse("not_frozen", year=year, there=frozen)
    return _shelf(root) / str(year) / str(release)


def site(year: int, release: int | None = None, root: Path | None = None) -> Path:
    """Return the zip that holds a release's site, its pages at the zip's root."""
    return folder(year, release, root) / SITE


def sources(year: int, release: int | None = None, root: Path | None = None) -> Path:
    """Return the zip from which a release can be built again."""
    return folder(year, release, root) / SOURCES


def manifest(year: int, release: int | None = None, root: Path | None = None) -> dict[str, Any]:
    """Return a release's ``manifest.json``: year, release, date, version, and the checksums in ``zips``.

    Raises `BadInput` if there is no such release or its manifest cannot be read.
    """
    path = folder(year, release, root) / MANIFEST
    try:
        told = json.loads(path.read_text("utf-8"))
        packs = [told["zips"][name] for name in (SITE, SOURCES)]
        whole = all(isinstance(p["sha256"], str) and isinstance(p["files"], dict) for p in packs)
        return told if whole and told["year"] == year else _unreadable(path)
    except (ValueError, KeyError, TypeError, OSError):
        return _unreadable(path)


def verify(year: int, root: Path | None = None) -> list[Fault]:
    """Return what in an edition's frozen releases is not as it was frozen, each file named; else empty."""
    return [f for release in releases(year, root) for f in release_faults(year, release, root)]


def release_faults(year: int, release: int, root: Path | None) -> Iterator[Fault]:
    """Yield what in one frozen release is not as it was frozen, each file named."""
    where = f"{SHELF}/{year}/{release}"
    try:
        told = manifest(year, release, root)
    except BadInput:
        yield fault(__file__, "no_manifest", f"{where}/{MANIFEST}")
        return
    for name, known in told["zips"].items():
        path = folder(year, release, root) / name
        if not path.is_file():
            yield fault(__file__, "zip_gone", f"{where}/{name}")
            continue
        if hash_of(path.read_bytes()) != known["sha256"]:
            yield from _zip_faults(path, f"{where}/{name}", known["files"])


def data_faults(year: int, root: Path | None = None) -> list[Fault]:
    """Return the files of ``data/editions/<year>`` that changed, came or went since it was frozen."""
    below = f"data/editions/{year}/"
    told = manifest(year, None, root)
    was = {n: h for n, h in told["zips"][SOURCES]["files"].items() if n.startswith(below)}
    base = root or home()
    now = {
        path.relative_to(base).as_posix(): hash_of(path.read_bytes())
        for path in sorted((base / below).rglob("*"))
        if path.is_file() and not path.name.startswith((".", "~$")) and path.name != checklist.NAME
    }
    faults = []
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            code = (
                "frozen_gone" if name not in now else "frozen_added" if name not in was else "frozen_changed"
            )
            shown = name.removeprefix("data/")
            faults.append(fault(__file__, code, shown, None, "", "", year=year, release=told["release"]))
    return faults


def faults(root: Path | None = None, year: int | None = None) -> list[Fault]:
    """Return every change to frozen editions (or to the one of ``year``): to their releases, to their data.

    A reopened copy has none: it is there to be changed.
    """
    root = root or home()
    if reopened(root):
        return []
    found = []
    for year in [y for y in years(root) if year in (None, y)]:
        wrong = verify(year, root)
        found += wrong
        if not any(f.code == "no_manifest" for f in wrong):
            found += data_faults(year, root)
    return found


def hash_of(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


# ---------------------------------------------------------------- inside


def _shelf(root: Path | None) -> Path:
    return (root or home()) / SHELF


def _folders(folder: Path) -> list[Path]:
    return [p for p in folder.iterdir() if p.is_dir()] if folder.is_dir() else []


def _unreadable(path: Path) -> NoReturn:
    SAYS.refuse("no_manifest_line", path="/".join(path.parts[-4:]))


def _zip_faults(path: Path, where: str, was: dict[str, str]) -> Iterator[Fault]:
    """Yield each file in a zip that is not what the manifest says; the zip itself where none can be named."""
    named = False
    try:
        with zipfile.ZipFile(path) as pack:
            there = set(pack.namelist())
            for name in sorted({*was, *there}):
                if was.get(name) != (_read(pack, name) if name in there else None):
                    named = True
                    yield fault(__file__, "zip_file_changed", where, None, "", name)
    except (OSError, zipfile.BadZipFile):
        yield fault(__file__, "zip_broken", where)
        return
    if not named:
        yield fault(__file__, "zip_changed", where)


def _read(pack: zipfile.ZipFile, name: str) -> str:
    """Return the hash of a file in a zip, "" if it cannot be read."""
    try:
        return hash_of(pack.read(name))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        return ""
