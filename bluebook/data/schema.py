"""Where the data lie and what their tables hold: the data folder and ``datapackage.json``."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from bluebook.data.csvio import locked, missing, short, write
from bluebook.data.faults import BadTable, fault
from bluebook.messages import BadInput, message

PACKAGE = "datapackage.json"


def data_root() -> Path:
    """Return the folder that holds ``datapackage.json``.

    BLUEBOOK_DATA decides if it is set; else ``data/`` in the working folder or a folder above it; else the
    ``data/`` beside the package. Raises `BadInput` if there is none.
    """
    told = os.environ.get("BLUEBOOK_DATA", "")
    if told:
        root = Path(told).expanduser().resolve()
        if not (root / PACKAGE).is_file():
            raise BadInput(*message(__file__, "data_not_there", told=told))
        return root
    here = Path.cwd().resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if (folder / "data" / PACKAGE).is_file():
            return folder / "data"
    raise BadInput(*message(__file__, "no_data", here=here))


def edition_years(root: Path) -> list[int]:
    """Return the years of all editions below ``root``, ascending: the folders ``editions/<four digits>``."""
    folder = root / "editions"
    if not folder.is_dir():
        return []
    return sorted(int(p.name) for p in folder.iterdir() if p.is_dir() and re.fullmatch(r"\d{4}", p.name))


def stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file changes: modification time (ns) and size."""
    try:
        seen = path.stat()
    except OSError:
        raise missing(path) from None
    return seen.st_mtime_ns, seen.st_size


def package(root: Path | None = None) -> dict[str, Any]:
    """Return ``datapackage.json`` as a dict. Raises `BadTable` if it is missing or not JSON."""
    path = (root or data_root()) / PACKAGE
    return json.loads(_package_text(path, *stamp(path)))


@lru_cache(maxsize=16)
def _package_text(path: Path, *_stamps: int) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
        json.loads(text)
    except PermissionError:
        raise locked(path) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as problem:
        raise BadTable(fault(__file__, "not_json", short(path), getattr(problem, "lineno", None))) from None
    return text


def fields_of(root: Path, path: Path) -> list[dict[str, Any]]:
    """Return the schema's fields for a table; edition tables of one kind share one schema (``tables``)."""
    return schema_of(root, path)["fields"]


def schema_of(root: Path, path: Path) -> dict[str, Any]:
    """Return the schema that a table follows. Raises `BadTable` if ``datapackage.json`` knows none."""
    found = package(root)
    name = path.relative_to(root).as_posix()
    if name.startswith("editions/") and path.stem in found.get("tables", {}):
        return found["tables"][path.stem]["schema"]
    for resource in found.get("resources", []):
        if resource.get("path") == name and "schema" in resource:
            return resource["schema"]
    raise BadTable(fault(__file__, "no_schema", PACKAGE, None, "resources", name))


def list_tables(root: Path | None = None) -> bool:
    """Bring ``datapackage.json`` in line with the edition tables on disk; return whether it changed.

    To be called by whatever adds or removes an edition's table, so that anyone can validate the package. The
    file is replaced whole.
    """
    root = root or data_root()
    text = tables_listed(root)
    if text:
        write({root / PACKAGE: text})
    return bool(text)


def tables_listed(root: Path, coming: Iterable[str] = (), going: int | None = None) -> str:
    """Return the text of ``datapackage.json`` that lists the edition tables on disk; "" if it does already.

    ``coming`` are tables (``editions/<year>/<kind>.csv``) about to be written, ``going`` an edition's year
    about to be removed.
    """
    found, coming = package(root), set(coming)
    shared = [r for r in found["resources"] if not r["path"].startswith("editions/")]
    tables = [r for r in shared if r["path"].endswith(".csv")]
    for year in sorted({*edition_years(root), *(int(path.split("/")[1]) for path in coming)} - {going}):
        for kind, told in found["tables"].items():
            path = f"editions/{year}/{kind}.csv"
            if path in coming or (root / path).is_file():
                tables.append(
                    {
                        "name": f"{kind}-{year}",
                        "path": path,
                        "title": f"{year} 年度：{told['title']}",
                        "title_en": f"{told['title_en']}, edition {year}",
                        "type": "table",
                        "profile": "tabular-data-resource",
                        "format": "csv",
                        "mediatype": "text/csv",
                        "encoding": "utf-8",
                        "schema": told["schema"],
                    }
                )
    resources = [*tables, *(r for r in shared if not r["path"].endswith(".csv"))]
    if resources == found["resources"]:
        return ""
    return json.dumps({**found, "resources": resources}, ensure_ascii=False, indent=2) + "\n"
