"""Where an edition's tables lie: find them, load them, check them.

Tables are CSV files below ``data/``; ``data/datapackage.json`` holds one schema for each. Every loader returns
a fresh frame whose column types follow that schema: text as ``str`` with "" for an empty cell, integers as
``Int64`` with ``<NA>``, numbers as ``float64`` with ``NaN``, yes/no as ``boolean``. A file that changed on disk
is read again. A file that cannot be read raises `BadInput`, which names the file, the place and the mend.
"""

from __future__ import annotations

import csv
import json
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from bluebook.words import BadInput

# Tables that an edition may have; only scores.csv and edition.yml must be there.
KINDS = ("scores", "indicators", "claims", "observations", "experts")

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
    return json.loads(_settings_text(folder / "edition.yml", *_stamp(folder / "edition.yml")))


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
    """Return the figures quoted in one edition, one printed number a row; an empty frame if there is no file."""
    return _of_edition("claims", year)


def observations(year: int | None = None) -> pd.DataFrame:
    """Return one edition's raw data: city, indicator, period, value, unit, status, source, note; else empty."""
    return _of_edition("observations", year)


def experts(year: int | None = None) -> pd.DataFrame:
    """Return one edition's expert forms: expert, indicator, points; an empty frame if there is no file."""
    return _of_edition("experts", year)


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


def _of_edition(kind: str, year: int | None) -> pd.DataFrame:
    year, folder = _folder(year)
    path = folder / f"{kind}.csv"
    if kind != "scores" and not path.exists():
        frame = pd.DataFrame(columns=[f["name"] for f in _fields(data_root(), path)]).pipe(
            _cast, _fields(data_root(), path), path
        )
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
        raise _missing(path) from None
    return seen.st_mtime_ns, seen.st_size


@lru_cache(maxsize=256)
def _table(root: Path, path: Path, *_stamps: int) -> pd.DataFrame:
    header, rows = _read(path)
    fields = _fields(root, path)
    lacking = [f["name"] for f in fields if f["name"] not in header]
    if lacking:
        raise BadInput(
            f"{_short(path)} 第 1 行：缺少列 {lacking[0]}。请补上这一列的列名。",
            f"{_short(path)} row 1: column {lacking[0]} is missing. Add it to the header.",
        )
    for number, cells in rows:
        if len(cells) != len(header):
            raise BadInput(
                f"{_short(path)} 第 {number} 行：有 {len(cells)} 个单元格，表头有 {len(header)} 个。请检查逗号和引号。",
                f"{_short(path)} row {number}: {len(cells)} cells where the header has {len(header)}. Check commas and quotes.",
            )
    frame = pd.DataFrame([cells for _, cells in rows], columns=header, dtype="str")
    frame.index = [number for number, _ in rows]  # so that a bad value can name its row
    return _cast(frame, fields, path).reset_index(drop=True)


def _cast(frame: pd.DataFrame, fields: list[dict[str, Any]], path: Path) -> pd.DataFrame:
    """Give each column the type its schema names; a cell that does not fit raises `BadInput`."""
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
                raise BadInput(
                    f"{_short(path)} 第 {row} 行 {name} 列：“{text[row]}”不是{'整数' if dtype == 'Int64' else '数'}。请改为数字，或留空表示缺失。",
                    f'{_short(path)} row {row}, column {name}: "{text[row]}" is not {"an integer" if dtype == "Int64" else "a number"}. '
                    "Write a number, or leave the cell empty if it is missing.",
                )
            frame[name] = numbers.astype(dtype)
    return frame


def _read(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return header and rows of a CSV file, each row with its number in a spreadsheet (header = 1).

    A byte order mark and CRLF line ends are tolerated, empty lines skipped.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [(i, cells) for i, cells in enumerate(csv.reader(file, strict=True), start=1) if cells]
    except FileNotFoundError:
        raise _missing(path) from None
    except UnicodeDecodeError:
        raise BadInput(
            f"{_short(path)}：不是 UTF-8 编码。请在 Excel 里另存为“CSV UTF-8（逗号分隔）”。",
            f'{_short(path)}: not in UTF-8. In Excel, save it as "CSV UTF-8 (comma delimited)".',
        ) from None
    except (csv.Error, OSError) as problem:
        raise BadInput(
            f"{_short(path)}：无法读取（{problem}）。请检查引号是否成对。",
            f"{_short(path)}: cannot be read ({problem}). Check that quotes come in pairs.",
        ) from None
    if not lines:
        raise BadInput(
            f"{_short(path)}：文件是空的。请至少写上表头。",
            f"{_short(path)}: the file is empty. Write at least the header.",
        )
    return [name.strip() for name in lines[0][1]], lines[1:]


def _missing(path: Path) -> BadInput:
    return BadInput(
        f"缺少文件 {_short(path)}：请放回这个文件。", f"File {_short(path)} is missing: put it back."
    )


def _short(path: Path) -> str:
    """Return a path as an editor knows it: from the data folder down."""
    parts = path.parts
    for mark in ("editions", "economy", "public", "geo", "teaching"):
        if mark in parts:
            return "/".join(parts[parts.index(mark) :])
    return path.name


@lru_cache(maxsize=64)
def _settings_text(path: Path, *_stamps: int) -> str:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        row = f" 第 {mark.line + 1} 行" if mark else ""
        raise BadInput(
            f"{_short(path)}{row}：不是有效的 YAML。请检查缩进和冒号后的空格。",
            f"{_short(path)}{f' line {mark.line + 1}' if mark else ''}: not valid YAML. Check the indent and the space after colons.",
        ) from None
    if not isinstance(found, dict):
        raise BadInput(
            f"{_short(path)}：应为“键: 值”的列表。", f"{_short(path)}: expected lines of the form key: value."
        )
    return json.dumps(found, ensure_ascii=False, default=str)


# ---------------------------------------------------------------- the package's schema


def package() -> dict[str, Any]:
    """Return ``datapackage.json`` as a dict. Raises `BadInput` if it is not JSON."""
    return _package(data_root())


def _package(root: Path) -> dict[str, Any]:
    path = root / "datapackage.json"
    return json.loads(_package_text(path, *_stamp(path)))


@lru_cache(maxsize=16)
def _package_text(path: Path, *_stamps: int) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
        json.loads(text)
    except json.JSONDecodeError as problem:
        raise BadInput(
            f"datapackage.json 第 {problem.lineno} 行：不是有效的 JSON。请从上一个版本恢复。",
            f"datapackage.json line {problem.lineno}: not valid JSON. Restore it from the last version.",
        ) from None
    return text


def _fields(root: Path, path: Path) -> list[dict[str, Any]]:
    """Return the fields of the schema that a table follows; edition tables of one kind share one."""
    found = _package(root)
    if path.parent.parent.name == "editions":
        return found["tables"][path.stem]["fields"]
    name = path.relative_to(root).as_posix()
    return next(r for r in found["resources"] if r["path"] == name)["schema"]["fields"]
