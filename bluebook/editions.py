"""Where an edition's tables lie: find them, load them, check them.

Tables are CSV files below ``data/``; ``data/datapackage.json`` holds one schema for each. Every loader returns
a fresh frame whose column types follow that schema: text as ``str`` with "" for an empty cell, integers as
``Int64`` with ``<NA>``, numbers as ``float64`` with ``NaN``, yes/no as ``boolean``. A file that changed on disk
is read again. A file that cannot be read raises `BadInput`, which names the file, the place and the mend.
"""

from __future__ import annotations

import json
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from bluebook import reads
from bluebook.tables import (
    BadTable,
    Fault,
    header_faults,
    missing,
    not_a_number,
    ragged_rows,
    read_rows,
    settings,
    short,
)
from bluebook.words import BadInput

_DTYPES = {"integer": "Int64", "number": "float64", "boolean": "boolean"}


# ---------------------------------------------------------------- where things lie


def data_root() -> Path:
    """Return the folder that holds ``datapackage.json``.

    BLUEBOOK_DATA decides if it is set; else ``data/`` in the working folder or a folder above it; else the
    ``data/`` beside the package. Raises `BadInput` if there is none.
    """
    told = os.environ.get("BLUEBOOK_DATA", "")
    if told:
        root = Path(told).expanduser().resolve()
        if not (root / "datapackage.json").is_file():
            raise BadInput(
                f"BLUEBOOK_DATA 指向 {told}，其中没有 datapackage.json：请改为数据文件夹 data 的路径，或取消这个变量。",
                f"BLUEBOOK_DATA points to {told}, which holds no datapackage.json: set it to the data folder, or unset it.",
            )
        return root
    here = Path.cwd().resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parent.parent):
        if (folder / "data" / "datapackage.json").is_file():
            return folder / "data"
    raise BadInput(
        f"在 {here} 及其上级文件夹里没有找到 data/datapackage.json：请在书的文件夹里运行，或设置 BLUEBOOK_DATA。",
        f"No data/datapackage.json in {here} or above: run inside the book's folder, or set BLUEBOOK_DATA.",
    )


def years() -> list[int]:
    """Return the years of all editions, ascending: the folders ``editions/<four digits>``."""
    return _years(data_root())


def current_year() -> int:
    """Return the latest edition's year. Raises `BadInput` if there is no edition."""
    found = years()
    if not found:
        raise BadInput(
            "data/editions 里没有任何年度文件夹：请用 new-edition 新建一个。",
            "data/editions holds no edition folder: make one with new-edition.",
        )
    return found[-1]


def speech_year() -> int:
    """Return the year whose speeches the chapters retell: the latest edition that has claims, else the latest.

    A draft begins with scores alone; until its speeches are in, everything but the index stays as it was.
    """
    told = [y for y in years() if reads.there(data_root() / "editions" / str(y) / "claims.csv")]
    return told[-1] if told else current_year()


def _years(root: Path) -> list[int]:
    folder = root / "editions"
    if not folder.is_dir():
        return []
    return sorted(int(p.name) for p in folder.iterdir() if p.is_dir() and re.fullmatch(r"\d{4}", p.name))


def _folder(year: int | None) -> tuple[int, Path]:
    year = current_year() if year is None else int(year)
    folder = data_root() / "editions" / str(year)
    if not folder.is_dir():
        there = "、".join(map(str, years()))
        raise BadInput(
            f"没有 {year} 年度（data/editions/{year}）：现有 {there}。",
            f"There is no edition {year} (data/editions/{year}): there are {there.replace('、', ', ')}.",
        )
    return year, folder


# ---------------------------------------------------------------- load


def edition(year: int | None = None) -> dict[str, Any]:
    """Return the settings of one edition (``edition.yml``); dates as ISO text, unknown as None.

    ``year`` None means the latest edition. Raises `BadInput` if the file is missing or not YAML.
    """
    year, folder = _folder(year)
    path = folder / "edition.yml"
    return json.loads(_settings_text(path, *_stamp(path)))


def cities() -> pd.DataFrame:
    """Return the 18 cities, in their fixed order: city, name_zh, name_full_zh, name_en, order, metro, …."""
    return _load("cities.csv").sort_values("order", ignore_index=True)


def sources() -> pd.DataFrame:
    """Return every source once: id, title, publisher, date, url, licence, accessed, confidence, note, official.

    ``official`` says whether the address may be linked; others are printed as text.
    """
    return _load("sources.csv")


def scores(year: int | None = None) -> pd.DataFrame:
    """Return one edition's scores and ranks: the columns of ``scores.csv`` and ``year``.

    One row a city and code; score 0–100 (NaN where none was printed), rank 1–18 (<NA> where none).
    """
    return _of_edition("scores", year)


def all_scores() -> pd.DataFrame:
    """Return the scores of all editions, one below the other, oldest first: as `scores`."""
    return pd.concat([scores(y) for y in years()], ignore_index=True)


def indicators(year: int | None = None) -> pd.DataFrame:
    """Return one edition's indicator tree (the root's parent is ""); an empty frame if none is published."""
    return _of_edition("indicators", year)


def claims(year: int | None = None) -> pd.DataFrame:
    """Return the figures quoted in one edition (None: `speech_year`), one printed number a row; empty if there is no file."""
    return _of_text("claims", year)


def lists(year: int | None = None) -> pd.DataFrame:
    """Return the lists of names one edition's text prints (None: `speech_year`): list, position, item; else empty."""
    return _of_text("lists", year)


def outline(year: int | None = None) -> pd.DataFrame:
    """Return where each heading of one edition's text is retold: position, level, heading, chapter, section."""
    return _of_text("outline", year)


def corrections(year: int | None = None) -> pd.DataFrame:
    """Return the audit's findings on one edition as expressions, not numbers; empty if there is no file."""
    return _of_text("corrections", year)


def observations(year: int | None = None) -> pd.DataFrame:
    """Return one edition's raw data: city, indicator, period, value, unit, status, source, note; else empty."""
    return _of_edition("observations", year)


def experts(year: int | None = None) -> pd.DataFrame:
    """Return one edition's expert forms: expert, indicator, points; an empty frame if there is no file."""
    return _of_edition("experts", year)


def own_table(kind: str, year: int | None = None) -> pd.DataFrame:
    """Return a table that only some editions have (``talks``, ``units``, ``topics``, ``agenda``, ``lists`` …).

    ``kind`` is a name under ``tables`` in datapackage.json; ``year`` None means
    `speech_year`. An empty frame if the edition has no such file.
    """
    return _of_text(kind, year)


def series() -> pd.DataFrame:
    """Return figures over time for the country, the province and the zone, one value a row, with unit and source."""
    return _load("economy/series.csv")


def provinces() -> pd.DataFrame:
    """Return figures by province, one value a row, with the rank where it was printed."""
    return _load("economy/provinces.csv")


def economy_names() -> pd.DataFrame:
    """Return names (zh, en) and units of the indicators in `series` and `provinces`."""
    return _load("economy/names.csv")


def public_cities() -> pd.DataFrame:
    """Return real figures by city and year from other sources than the report, one value a row."""
    return _load("public/cities.csv")


def public_indicators() -> pd.DataFrame:
    """Return names, units and caveats of the indicators in `public_cities`."""
    return _load("public/indicators.csv")


def press() -> pd.DataFrame:
    """Return what the press printed about the report, and about other indices (``report`` tells them apart)."""
    return _load("public/press.csv")


def _of_text(kind: str, year: int | None) -> pd.DataFrame:
    return _of_edition(kind, speech_year() if year is None else year)


def teaching() -> pd.DataFrame:
    """Return the teaching panel, illustrative raw data of 36 indicators and 18 cities: as `observations`.

    It agrees with everything published by construction; a figure that uses it has the status "illustrative".
    """
    return _load("teaching/observations.csv")


def teaching_experts() -> pd.DataFrame:
    """Return the teaching panel's invented expert forms: expert, indicator, points."""
    return _load("teaching/experts.csv")


def _of_edition(kind: str, year: int | None) -> pd.DataFrame:
    year, folder = _folder(year)
    path = folder / f"{kind}.csv"
    if not reads.there(path) and (kind != "scores" or edition(year).get("status") == "draft"):
        fields = fields_of(data_root(), path)
        frame = _cast(pd.DataFrame(columns=[f["name"] for f in fields]), fields, path)
    else:
        frame = _load(f"editions/{year}/{kind}.csv")
    return frame.assign(year=pd.array([year] * len(frame), dtype="int64"))


def _load(name: str) -> pd.DataFrame:
    root = data_root()
    path = root / name
    return _table(root, path, *_stamp(root / "datapackage.json"), *_stamp(path)).copy()


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file changes: modification time (ns) and size."""
    try:
        seen = path.stat()
    except OSError:
        raise missing(path) from None
    return seen.st_mtime_ns, seen.st_size


@lru_cache(maxsize=256)
def _table(root: Path, path: Path, *_stamps: int) -> pd.DataFrame:
    header, rows = read_rows(path)
    fields = fields_of(root, path)
    for fault in (*header_faults(path, header, fields), *ragged_rows(path, header, rows)):
        too_many = fault.row == 1 and header.count(fault.column) == 1
        if not too_many:  # a column too many is no reason not to load
            raise BadTable(fault)
    frame = pd.DataFrame([cells for _, cells in rows], columns=header, dtype="str")
    frame.index = [number for number, _ in rows]  # so that a bad value can name its row
    return _cast(frame, fields, path).reset_index(drop=True)


def _cast(frame: pd.DataFrame, fields: list[dict[str, Any]], path: Path) -> pd.DataFrame:
    """Give each column the type its schema names; a cell that does not fit raises `BadTable`."""
    for field in fields:
        name, dtype = field["name"], _DTYPES.get(field["type"], "str")
        text = frame[name].astype("str")
        if dtype == "str":
            frame[name] = text
        elif dtype == "boolean":
            frame[name] = text.map({"true": True, "false": False}).astype("boolean")
        else:
            numbers = pd.to_numeric(text.where(text != ""), errors="coerce")
            wrong = (text != "") & (numbers.isna() | ((numbers % 1 != 0) & (dtype == "Int64")))
            if wrong.any():
                row = wrong.idxmax()
                raise BadTable(not_a_number(short(path), row, name, text[row], dtype == "Int64"))
            frame[name] = numbers.astype(dtype)
    return frame


@lru_cache(maxsize=64)
def _settings_text(path: Path, *_stamps: int) -> str:
    return json.dumps(settings(path), ensure_ascii=False, default=str)


# ---------------------------------------------------------------- the package's schema


def package(root: Path | None = None) -> dict[str, Any]:
    """Return ``datapackage.json`` as a dict. Raises `BadTable` if it is missing or not JSON."""
    path = (root or data_root()) / "datapackage.json"
    return json.loads(_package_text(path, *_stamp(path)))


@lru_cache(maxsize=16)
def _package_text(path: Path, *_stamps: int) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
        json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError) as problem:
        raise BadTable(
            Fault(
                short(path), getattr(problem, "lineno", None), "", "",
                "不是有效的 JSON", "not valid JSON",
                "从上一个版本恢复", "Restore it from the last version",
            )
        ) from None  # fmt: skip
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
    raise BadTable(
        Fault(
            "datapackage.json", None, "resources", name,
            "没有这张表的字段说明", "holds no schema for this table",
            "从上一个版本恢复 datapackage.json", "Restore datapackage.json from the last version",
        )
    )  # fmt: skip


def list_tables(root: Path | None = None) -> bool:
    """Bring the resources in ``datapackage.json`` in line with the edition tables on disk; True if it changed.

    To be called by whatever adds or removes an edition's table, so that anyone can validate the package.
    """
    root = root or data_root()
    found = package(root)
    shared = [r for r in found["resources"] if not r["path"].startswith("editions/")]
    tables = [r for r in shared if r["path"].endswith(".csv")]
    for year in _years(root):
        for kind, told in found["tables"].items():
            path = f"editions/{year}/{kind}.csv"
            if (root / path).is_file():
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
        return False
    text = json.dumps({**found, "resources": resources}, ensure_ascii=False, indent=2) + "\n"
    (root / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")
    return True


# ---------------------------------------------------------------- check


def check(root: Path | None = None, year: int | None = None) -> list[Fault]:
    """Return every fault in the data below ``root`` (None: `data_root`), in the order of the files.

    ``year`` restricts the editions that are looked at, not the shared tables. Never raises for bad data; raises
    `BadInput` if there is no data folder or no such edition.
    """
    from bluebook import checks

    root = data_root() if root is None else Path(root)
    if year is not None and year not in _years(root):
        there = [str(y) for y in _years(root)]
        raise BadInput(
            f"没有 {year} 年度：现有 {'、'.join(there)}。",
            f"There is no edition {year}: there are {', '.join(there)}.",
        )
    return checks.check(root, [year] if year is not None else _years(root))
