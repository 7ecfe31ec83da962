"""The regions of the economy tables (``economy/regions.csv``): codes for ids, English names, whose book."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from bluebook.data import edition
from bluebook.data.schema import data_root, stamp


class Regions(NamedTuple):
    """``codes`` of all regions and of the ``provinces`` by name, in their order; ``home`` is the book's."""

    codes: dict[str, str]
    provinces: dict[str, str]
    central: tuple[str, ...]
    english: dict[str, str]
    home: str


def regions(root: Path | None = None) -> Regions:
    """Return the regions of a data folder (None: the one in use), read again when the table changes."""
    root = root or data_root()
    return _regions(root, *stamp(root / "economy" / "regions.csv"))


@lru_cache(maxsize=16)
def _regions(root: Path, *_stamps: int) -> Regions:
    table = edition.table("economy/regions.csv", root)
    codes = dict(zip(table["region"], table["code"], strict=True))
    provinces = table[table["kind"].isin(["home", "province"])]["region"]
    return Regions(
        codes,
        {region: codes[region] for region in provinces},
        tuple(table[table["central"]]["region"]),
        dict(zip(table["region"], table["name_en"], strict=True)),
        next(iter(table[table["kind"] == "home"]["region"]), ""),
    )


def __getattr__(name: str) -> object:
    """Offer ``CENTRAL`` (central China's provinces, by name) and ``PROVINCES`` (name → code)."""
    if name == "CENTRAL":
        return regions().central
    if name == "PROVINCES":
        return regions().provinces
    raise AttributeError(name)
