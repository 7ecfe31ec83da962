"""Freezing: the built site and the sources it was built from, put on the shelf as a release with checksums.

The zips follow from what is in them and nothing else (names in order, no times), so that the same book gives
the same bytes. Of the site only ``build-info.js`` is written anew: it says that these pages are frozen, and
no longer how long the build took.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bluebook.data import edition as editions
from bluebook.data import schema
from bluebook.data.faults import listed
from bluebook.messages import Catalogue
from bluebook.year import chapters, frozen, inputs, journal

SAYS = Catalogue(__file__)
INFO = "build-info.js"
# What the site's root has beside the frozen pages, always new: no part of a release.
NOT_FROZEN = {"errata.js", "editions.js"}
# What may change without the release becoming another one.
_BESIDE_THE_POINT = {"data/errata.csv", *inputs.BESIDE}


class Release(NamedTuple):
    """A release on the shelf; ``new`` is False where the book was frozen in this state before."""

    year: int
    release: int
    folder: Path
    new: bool


def freeze(root: Path, year: int | None = None, today: dt.date | None = None) -> Release:
    """Freeze the edition that ``root`` is the book of (None: whichever it is) as its next release.

    Writes ``published/<year>/<release>/`` whole and sets ``status: frozen`` in ``edition.yml``. A reopened
    copy freezes onto its main book's shelf, and what was corrected in the edition's data and chapters goes
    into the main book with it. Does nothing where the latest release is of the same sources.
    Raises `BadInput` for another year than the current one, a draft, a frozen edition that was tampered
    with, and a site that is not built from the sources as they are now.
    """
    main = frozen.main_book(root)
    year = _wanted(root, year)
    with journal.change(main) as change:
        told, settings = _frozen_settings(root, year)
        files = {name: path.read_bytes() for name, path in inputs.sources(root).items()}
        files[told] = settings
        prints = _prints(root)
        sums = {name: frozen.hash_of(content) for name, content in files.items()}
        there = frozen.releases(year, main)
        last = frozen.manifest(year, None, main) if there else None
        if last and _same(last, sums, prints):
            return Release(year, there[-1], frozen.folder(year, None, main), False)
        if not inputs.site_is_current(root):
            built = (root / "_build" / "html" / "index.html").exists()
            SAYS.refuse("site_not_current" if built else "no_site")
        number = (there[-1] if there else 0) + 1
        date = _date(year, number, today or dt.date.today())
        packs = {
            frozen.SITE: _pack(change.scratch(frozen.SITE), _site(root, year, number)),
            frozen.SOURCES: _pack(change.scratch(frozen.SOURCES), files),
        }
        version = schema.package(root / "data")["version"]
        manifest = {"year": year, "release": number, "date": date, "version": version, "zips": packs}
        folder = main / frozen.SHELF / str(year) / str(number)
        text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        change.folder(folder, {frozen.MANIFEST: text, **{name: change.scratch(name) for name in packs}})
        if root == main:
            change.write(root / told, settings)
        else:
            _carry(change, main, files, last, year)
    return Release(year, number, folder, True)


def files_of(year: int, root: Path, release: int | None = None) -> dict[str, bytes]:
    """Return the sources of a release: name below the project's folder → content.

    Raises `BadInput` where the release is not as it was frozen.
    """
    if wrong := frozen.verify(year, root):
        SAYS.refuse("tampered", what=(wrong[0].line("zh"), wrong[0].line("en")))
    with zipfile.ZipFile(frozen.sources(year, release, root)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


# ---------------------------------------------------------------- whether and what


def _wanted(root: Path, year: int | None) -> int:
    """Return the year to be frozen. Raises `BadInput` if it cannot be, for whatever reason but the site."""
    current = editions.current_year()
    if not (root / "_toc.yml").exists():
        SAYS.refuse("no_book")
    if year is not None and year not in editions.years():
        SAYS.refuse("no_such_edition", year=year, there=listed(editions.years()))
    if year not in (None, current):
        code = "frozen_already" if year in frozen.years(frozen.main_book(root)) else "not_current"
        SAYS.refuse(code, year=year, current=current)
    if (copy := frozen.reopened(root)) and copy["year"] != current:
        SAYS.refuse("not_reopened", year=copy["year"], current=current)
    if editions.edition(current)["status"] == "draft":
        SAYS.refuse("still_draft", year=current)
    if wrong := frozen.faults(root):
        SAYS.refuse("tampered", what=(wrong[0].line("zh"), wrong[0].line("en")))
    return current


def _frozen_settings(root: Path, year: int) -> tuple[str, bytes]:
    """Return name and content of the edition's settings, with ``status: frozen``."""
    name = f"data/editions/{year}/edition.yml"
    content = (root / name).read_bytes()
    return name, re.sub(rb"(?m)^status:[ \t]*\w+", b"status: frozen", content, count=1)


def _date(year: int, number: int, today: dt.date) -> str:
    """Return a release's date: the first one's is the edition's own, a correction's is the day it is made."""
    own = editions.edition(year)["published"]
    return str(own) if own and number == 1 else today.isoformat()


def _same(last: Mapping[str, Any], sums: Mapping[str, str], prints: Mapping[str, bytes]) -> bool:
    """Return whether the last release is of these sources and has these books in print."""

    def that_count(files: Mapping[str, str]) -> dict[str, str]:
        return {name: told for name, told in files.items() if name not in _BESIDE_THE_POINT}

    site = last["zips"][frozen.SITE]["files"]
    printed = all(site.get(name) == frozen.hash_of(content) for name, content in prints.items())
    return printed and that_count(last["zips"][frozen.SOURCES]["files"]) == that_count(sums)


def _prints(root: Path) -> dict[str, bytes]:
    """Return the books in print that were made of this edition, by their place in the site."""
    there = (root / "_build" / "html" / "downloads").glob("*")
    return {f"downloads/{p.name}": p.read_bytes() for p in there if p.suffix in (".pdf", ".epub")}


def _site(root: Path, year: int, number: int) -> dict[str, bytes | Path]:
    """Return the files of the built site as release ``number``: name below its root → content or path."""
    site = root / "_build" / "html"
    files: dict[str, bytes | Path] = {p.relative_to(site).as_posix(): p for p in inputs.files_in(site)}
    told = re.search(r"=(\{.*?\});", (site / INFO).read_text("utf-8"))
    info = {k: v for k, v in json.loads(told.group(1)).items() if k in ("built", "release")}
    files[INFO] = build_info({**info, "edition": year, "frozen": number}).encode()
    return {name: path for name, path in files.items() if name not in NOT_FROZEN}


def build_info(info: Mapping[str, Any]) -> str:
    """Return the script that tells a page when its site was built, and as which release it is frozen."""
    return f"window.bluebookBuild={json.dumps(info)};document.dispatchEvent(new Event('bluebook-build'));\n"


def _pack(target: Path, files: Mapping[str, bytes | Path]) -> dict[str, Any]:
    """Write a zip that follows from ``files`` alone; return its checksum and those of its files."""
    sums = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as pack:
        for name in sorted(files):
            content = files[name] if isinstance(files[name], bytes) else files[name].read_bytes()
            entry = zipfile.ZipInfo(name)  # of the same fixed time, whenever it is made
            entry.compress_type, entry.create_system, entry.external_attr = (
                zipfile.ZIP_DEFLATED,
                3,
                0o644 << 16,
            )
            pack.writestr(entry, content)
            sums[name] = frozen.hash_of(content)
    return {"sha256": frozen.hash_of(target.read_bytes()), "files": sums}


def _carry(
    change: journal.Change, main: Path, files: Mapping[str, bytes], last: Mapping[str, Any] | None, year: int
) -> None:
    """Bring into the main book what the reopened copy corrected: the edition's data, and its chapters there.

    A file of the main book that changed in its own way since the last release stays as it is.
    """
    was = last["zips"][frozen.SOURCES]["files"] if last else {}
    data = f"data/editions/{year}/"
    own = [n for n in files if chapters.belongs(n, editions.edition(year))] if _holds(main, year) else []
    for name in sorted({*(n for n in {*files, *was} if n.startswith(data)), *own}):
        path = main / name
        now = frozen.hash_of(path.read_bytes()) if path.is_file() else None
        if now != was.get(name):
            continue
        if name not in files:
            change.remove(path)
        elif now != frozen.hash_of(files[name]):
            change.write(path, files[name])


def _holds(main: Path, year: int) -> bool:
    """Return whether the main book is still the one of this edition."""
    return schema.edition_years(main / "data")[-1:] == [year]
