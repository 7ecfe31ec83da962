"""The frozen editions on the shelf: ``published/<year>/<release>/{site.zip,sources.zip,manifest.json}``.

The manifest holds the sha256 of every zip and of every file inside it; whoever takes an edition down from the
shelf checks it first.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
SITE, MANIFEST = "site.zip", "manifest.json"


class Frozen(NamedTuple):
    """One release of a frozen edition: year, release (from 1), its folder."""

    year: int
    release: int
    folder: Path

    @property
    def site(self) -> Path:
        """The zip of the site as it was published."""
        return self.folder / SITE


def shelf(home: Path) -> list[Frozen]:
    """Return every release of every frozen edition below ``home/published``, by year and release."""
    found = [p for p in (home / "published").glob("*/*/") if re.fullmatch(r"\d{4}/\d+", _last_two(p))]
    return sorted(Frozen(int(p.parent.name), int(p.name), p) for p in found if (p / SITE).is_file())


def newest(frozen: list[Frozen]) -> dict[int, Frozen]:
    """Return the newest release of every year, oldest year first."""
    return {one.year: one for one in sorted(frozen)}


def verified(frozen: Frozen) -> str:
    """Return the sha256 of an edition's site; raise BadInput where it is not what its manifest says.

    Every zip of the release is held against the manifest, and so is every file inside it that the manifest
    names; a file that it does not name is a change as well.
    """
    where = f"published/{_last_two(frozen.folder)}"
    try:
        told: dict[str, Any] = json.loads((frozen.folder / MANIFEST).read_text("utf-8-sig"))
    except (OSError, ValueError):
        SAYS.refuse("no_manifest", f"{where}/{MANIFEST}", year=frozen.year)
    for path in sorted(frozen.folder.glob("*.zip")):
        promised = told.get("zips", {}).get(path.name)
        if promised is None:
            SAYS.refuse("not_in_manifest", f"{where}/{path.name}", year=frozen.year)
        if digest(path) != promised["sha256"]:
            changed = _changed(path, promised.get("files", {}))
            SAYS.refuse("frozen_changed", f"{where}/{path.name}", year=frozen.year, file=changed)
    return digest(frozen.site)


def unpack(frozen: Frozen, target: Path) -> None:
    """Unpack a site below ``target``. Raises BadInput for a zip that is broken or would write elsewhere."""
    where = f"published/{_last_two(frozen.folder)}/{SITE}"
    try:
        with zipfile.ZipFile(frozen.site) as box:
            names = [PurePosixPath(name) for name in box.namelist()]
            if any(name.is_absolute() or ".." in name.parts or ":" in name.parts[0] for name in names):
                SAYS.refuse("zip_elsewhere", where)
            box.extractall(target)
    except (zipfile.BadZipFile, OSError) as problem:
        SAYS.refuse("zip_broken", where, why=str(problem))
    if not (target / "index.html").is_file():
        SAYS.refuse("no_front_page", where)


def digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _last_two(path: Path) -> str:
    return "/".join(path.parts[-2:])


def _changed(path: Path, inside: dict[str, str]) -> str:
    """Return the first file in a zip that is not what the manifest promises; the zip where none is."""
    try:
        with zipfile.ZipFile(path) as box:
            there = {n: hashlib.sha256(box.read(n)).hexdigest() for n in box.namelist() if n[-1] != "/"}
    except (zipfile.BadZipFile, OSError):
        return path.name
    differ = sorted(n for n in there.keys() | inside.keys() if there.get(n) != inside.get(n))
    return differ[0] if differ and inside else path.name
