"""Taking frozen editions down from the shelf: each is checked (`bluebook.year.frozen`), then unpacked."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from bluebook.data.faults import BadTable
from bluebook.messages import Catalogue
from bluebook.year import frozen

SAYS = Catalogue(__file__)
SITE = frozen.SITE


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
    found = [p for p in (home / frozen.SHELF).glob("*/*/") if re.fullmatch(r"\d{4}/\d+", _last_two(p))]
    return sorted(Frozen(int(p.parent.name), int(p.name), p) for p in found if (p / SITE).is_file())


def newest(stock: list[Frozen]) -> dict[int, Frozen]:
    """Return the newest release of every year, oldest year first."""
    return {one.year: one for one in sorted(stock)}


def verified(one: Frozen) -> str:
    """Return the sha256 of an edition's site; raise `BadTable` where a release is not as it was frozen."""
    where = f"{frozen.SHELF}/{_last_two(one.folder)}"
    for wrong in frozen.release_faults(one.year, one.release, one.folder.parents[2]):
        raise BadTable(wrong)
    for path in sorted(one.folder.glob("*.zip")):
        if path.name not in (SITE, frozen.SOURCES):
            SAYS.refuse("not_in_manifest", f"{where}/{path.name}", year=one.year)
    return digest(one.site)


def unpack(one: Frozen, target: Path) -> None:
    """Unpack a site below ``target``. Raises BadInput for a zip that is broken or would write elsewhere."""
    where = f"published/{_last_two(one.folder)}/{SITE}"
    try:
        with zipfile.ZipFile(one.site) as box:
            names = [PurePosixPath(name) for name in box.namelist()]
            if any(name.is_absolute() or ".." in name.parts or ":" in name.parts[0] for name in names):
                SAYS.refuse("zip_elsewhere", where)
            box.extractall(target)
    except (zipfile.BadZipFile, OSError) as problem:
        SAYS.refuse("zip_unopened", where, why=str(problem))
    if not (target / "index.html").is_file():
        SAYS.refuse("no_front_page", where)


def digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _last_two(path: Path) -> str:
    return "/".join(path.parts[-2:])
