"""An edition's tables, loaded: whatever the package reads of its data, it reads here.

Every loader returns a fresh frame whose column types follow the table's schema: text as ``str`` with "" for
an empty cell, integers as ``Int64`` with ``<NA>``, numbers as ``float64`` with ``NaN``, yes/no as
``boolean``. A file that changed on disk is read again. A file that cannot be read raises `BadInput`, which
names file, place and mend.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from bluebook import reads
from bluebook.data.csvio import (
    header_faults,
    locked,
    missing,
    not_a_number,
    number,
    numbers,
    ragged_rows,
    read_rows,
    short,
)
from bluebook.data.faults import BadTable, fault, listed
from bluebook.data.schema import data_root, edition_years, fields_of, stamp
from bluebook.messages import BadInput, message

_DTYPES = {"integer": "Int64", "number": "float64", "boolean": "boolean"}

# ---------------------------------------------------------------- which editions


def years() -> list[int]:
    """Return the years of all editions (int), ascending: the folders ``editions/<four digits>``.

    >>> bb.years()[:3]
    [2017, 2018, 2019]
    """
    return edition_years(data_root())


def current_year() -> int:
    """Return the latest edition's year. Raises `BadInput` if there is no edition.

    >>> bb.current_year() == max(bb.years())
    True
    """
    found = years()
    if not found:
        raise BadInput(*message(__file__, "no_editions"))
    return found[-1]


def speech_year() -> int:
    """Return the year whose speeches the chapters retell: the latest edition's, whether it has any or not.

    A book is of one edition. Where a draft has no speeches yet, it has none: those of the edition before
    stand in that edition's own book. Raises `BadInput` if there is no edition.

    >>> bb.speech_year() == bb.current_year()
    True
    """
    return current_year()


# ---------------------------------------------------------------- load


def edition(year: int | None = None) -> dict[str, Any]:
    """Return the settings of an edition (``edition.yml``; None: the latest): dates as ISO text, unknown None.

    Raises `BadInput` for a year without an edition, a file that is missing or not YAML.

    >>> book = bb.edition(2022)
    >>> book["published"], book["data_year"]
    ('2022-07-04', 2020)
    """
    return settings_of(_folder(year, data_root())[1])


def cities() -> pd.DataFrame:
    """Return the 18 cities in their fixed order: city (code), name_zh, name_en, order, colour, metro, ….

    >>> bb.cities().set_index("city").loc["410300", "name_en"]
    'Luoyang'
    """
    return table("cities.csv").sort_values("order", ignore_index=True)


def sources() -> pd.DataFrame:
    """Return every source once: id, title, publisher, date, url, licence, confidence, note, official ….

    ``confidence``: high, medium or low; ``official``: whether the address may be linked, not only printed.

    >>> bb.sources().set_index("id").loc["newsletter", "confidence"]
    'high'
    """
    return table("sources.csv")


def glossary() -> pd.DataFrame:
    """Return the terms that a reader may look up: term, pinyin, also (";" between), explanation_zh ….

    >>> bb.glossary().set_index("term").loc["权重", "pinyin"]
    'quánzhòng'
    """
    return table("glossary.csv")


def scores(year: int | None = None) -> pd.DataFrame:
    """Return one edition's scores and ranks (None: the latest): city, code, score, rank, decimals, …, year.

    One row a city and code ("index": the total); score in points, 0–100 (NaN where none was printed), rank
    1–18 (<NA> where none). Raises `BadInput` for a year without an edition.

    >>> total = bb.scores(2022).query("code == 'index'")
    >>> total[["city", "score", "rank"]].values.tolist()[:2]
    [['410100', 97.25, 1], ['410300', 52.7, 2]]
    """
    return of_edition("scores", year)


def all_scores() -> pd.DataFrame:
    """Return the scores of all editions, one below the other, oldest first: columns as `scores`.

    >>> second = bb.all_scores().query("code == 'index' and rank == 2")
    >>> second.set_index("year").loc[2022, "city"]
    '410300'
    """
    return pd.concat([scores(y) for y in years()], ignore_index=True)


def indicators(year: int | None = None) -> pd.DataFrame:
    """Return one edition's indicator tree (None: the latest): code, parent, unit, direction, weight, ….

    The root's parent is ""; empty if no tree is published. Raises `BadInput` for an unknown year.

    >>> bb.indicators(2022)[["code", "parent", "weight"]].values.tolist()[:2]
    [['index', '', 100.0], ['input', 'index', 25.0]]
    """
    return of_edition("indicators", year)


def claims(year: int | None = None) -> pd.DataFrame:
    """Return the figures that one edition quotes (None: the latest), one printed number a row; else empty.

    Columns: id, chapter, speaker, subject, region, period, value (in ``unit``), decimals, bound, relation, ….
    Raises `BadInput` for an unknown year.

    >>> bb.claims(2022).set_index("id").loc["gdp_growth_ha_2021", ["value", "unit"]].to_dict()
    {'value': 6.3, 'unit': '%'}
    """
    return of_edition("claims", year)


def lists(year: int | None = None) -> pd.DataFrame:
    """Return the lists that an edition's text prints (None: the latest): list, position, item; else empty.

    >>> bb.lists(2022).query("list == 'book_parts'")["item"].tolist()
    ['行业篇', '区域篇', '探索篇']
    """
    return of_edition("lists", year)


def outline(year: int | None = None) -> pd.DataFrame:
    """Return where each heading of an edition's text (None: the latest) is retold; else empty.

    Columns: position, level (1: the highest), heading, chapter, section ("": the whole chapter), year.

    >>> bb.outline(2022)[["heading", "chapter"]].values.tolist()[0]
    ['本期导读', 'opening/conference']
    """
    return of_edition("outline", year)


def corrections(year: int | None = None) -> pd.DataFrame:
    """Return the audit's findings on one edition (None: the latest); an empty frame if there is no file.

    Columns: id, finding, kind, printed, follows, causes, sure, guard. ``follows`` is an expression over ids,
    not a number: see `follows` and `reckon`.

    >>> bb.corrections(2022).query("id == 'rd_intensity_ha_2021'")["follows"].iloc[0]
    'series_rd_spending_ha_2021/gdp_ha_2021*100'
    """
    return of_edition("corrections", year)


def observations(year: int | None = None) -> pd.DataFrame:
    """Return one edition's raw data: city, indicator, period, value, unit, status, source; else empty."""
    return of_edition("observations", year)


def experts(year: int | None = None) -> pd.DataFrame:
    """Return one edition's expert forms: expert, indicator, points; an empty frame if there is no file."""
    return of_edition("experts", year)


def own_table(kind: str, year: int | None = None) -> pd.DataFrame:
    """Return a table that only some editions have (``talks``, ``units``, ``topics``, ``agenda`` …).

    ``kind`` is a name under ``tables`` in datapackage.json, which lists its columns; ``year`` None means
    the latest. An empty frame if the edition has no such file; raises `BadInput` for an unknown year.

    >>> bb.own_table("talks", 2022)["speaker_en"].tolist()[:2]
    ['Hu Dabai', 'Ren Wenwu']
    """
    return of_edition(kind, year)


def series() -> pd.DataFrame:
    """Return figures over time for country, province and zone, one value a row, with unit and source.

    Columns: series, region, period, frequency, value (in ``unit``), unit, vintage, kind, source, confidence,
    note. `value`, `pick` and `by_year` read it.

    >>> bb.value(bb.series(), "gdp_growth_real", "河南", 2020)
    1.3
    """
    return table("economy/series.csv")


def provinces() -> pd.DataFrame:
    """Return figures by province, one value a row: columns as `series`, and ``rank_printed`` (<NA>: none).

    >>> bb.values_by_province(bb.provinces(), "gdp_growth_real", 2021)["河南"]
    np.float64(6.3)
    """
    return table("economy/provinces.csv")


def regions() -> pd.DataFrame:
    """Return the regions of the economy tables: region, code (in ids of the ledger), name_en, kind, central.

    ``kind``: country, home (the province the book is about), province, zone; ``central``: one of central
    China.
    """
    return table("economy/regions.csv")


def economy_names() -> pd.DataFrame:
    """Return names and units of the figures in `series` and `provinces`: series, name_zh, name_en, unit, ….

    >>> bb.economy_names().set_index("series").loc["gdp_level", ["unit", "unit_en"]].tolist()
    ['亿元', '100 million yuan']
    """
    return table("economy/names.csv")


def public_cities() -> pd.DataFrame:
    """Return real figures by city and year from other sources than the report, one value a row.

    Columns: city, indicator, period, value (in ``unit``), unit, kind, source, confidence, note.

    >>> figures = bb.public_cities().query("indicator == 'gdp_100m' and period == '2020'")
    >>> figures.set_index("city")["value"].loc["410100"].item()
    12003.04
    """
    return table("public/cities.csv")


def public_indicators() -> pd.DataFrame:
    """Return the indicators of `public_cities`: indicator, names, units, caveats, usable, source, ….

    >>> bb.public_indicators().set_index("indicator").loc["gdp_100m", ["name_en", "unit_en"]].tolist()
    ['GDP', '100 million yuan']
    """
    return table("public/indicators.csv")


def press() -> pd.DataFrame:
    """Return what the press printed about the report ("bluebook") and other indices, one statement a row.

    Columns: id, report, year, city, subject, statement, value to value_to (in ``unit``), labels, source, ….

    >>> bb.press().set_index("id").loc["press_2017_dimensions", "label_en"]
    'Five dimensions'
    """
    return table("public/press.csv")


def teaching() -> pd.DataFrame:
    """Return the teaching panel, illustrative raw data of 36 indicators and 18 cities, one value a row.

    Columns: city, indicator, period, value (in ``unit``), unit, status, source, note. By construction it
    agrees with everything published; a figure that uses it has the status "illustrative".

    >>> bb.teaching_cells()[["city", "indicator"]].nunique().tolist()
    [18, 36]
    """
    return table("teaching/observations.csv")


def another_teaching() -> pd.DataFrame:
    """Return a second teaching panel, solved from another guess: as `teaching`."""
    return table("teaching/another.csv")


def teaching_experts() -> pd.DataFrame:
    """Return the teaching panel's invented expert forms: expert, indicator, points (of 100), status.

    >>> bb.teaching_experts()["expert"].nunique()
    9
    """
    return table("teaching/experts.csv")


# ---------------------------------------------------------------- any table, below any data folder


def table(name: str, root: Path | None = None) -> pd.DataFrame:
    """Return the table ``name`` (a path below ``root``, None: `data_root`), typed as its schema says."""
    root = root or data_root()
    path = root / name
    return _table(root, path, *stamp(root / "datapackage.json"), *stamp(path)).copy()


def of_edition(kind: str, year: int | None = None, root: Path | None = None) -> pd.DataFrame:
    """Return one edition's table of a kind (``scores`` …) with the column ``year``; empty if it has none."""
    root = root or data_root()
    year, folder = _folder(year, root)
    path = folder / f"{kind}.csv"
    if not reads.there(path) and (kind != "scores" or settings_of(folder).get("status") == "draft"):
        fields = fields_of(root, path)
        frame = _cast(pd.DataFrame(columns=[f["name"] for f in fields]), fields, path)
    else:
        frame = table(f"editions/{year}/{kind}.csv", root)
    return frame.assign(year=pd.array([year] * len(frame), dtype="int64"))


def _folder(year: int | None, root: Path) -> tuple[int, Path]:
    year = current_year() if year is None else int(year)
    folder = root / "editions" / str(year)
    if not folder.is_dir():
        raise BadInput(*message(__file__, "no_edition", year=year, there=listed(edition_years(root))))
    return year, folder


@lru_cache(maxsize=256)
def _table(root: Path, path: Path, *_stamps: int) -> pd.DataFrame:
    header, rows = read_rows(path)
    fields = fields_of(root, path)
    for wrong in (*header_faults(path, header, fields), *ragged_rows(path, header, rows)):
        too_many = wrong.row == 1 and header.count(wrong.column) == 1
        if not too_many:  # a column too many is no reason not to load
            raise BadTable(wrong)
    frame = pd.DataFrame([cells for _, cells in rows], columns=header, dtype="str")
    frame.index = [row for row, _ in rows]  # so that a bad value can name its row
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
            values = numbers(text.tolist(), printed=True)
            if values is None or (dtype == "Int64" and not whole_numbers(values)):
                row = next(row for row, cell in text.items() if not fits(cell, dtype == "Int64"))
                raise BadTable(not_a_number(short(path), row, name, text[row], dtype == "Int64"))
            frame[name] = pd.Series(values, frame.index).astype(dtype)
    return frame


def fits(cell: str, whole: bool) -> bool:
    """Return whether a cell is a printed number (``whole``: without a fraction) or empty."""
    try:
        return whole_numbers(np.array([number(cell, printed=True)])) or not whole
    except ValueError:
        return False


def whole_numbers(values: np.ndarray) -> bool:
    """Return whether all numbers are whole, and small enough to be exact, or missing."""
    return not ((values % 1 > 0) | (np.abs(values) >= 2**53)).any()


# ---------------------------------------------------------------- settings


def settings_of(folder: Path) -> dict[str, Any]:
    """Return the settings of the edition in ``folder``: as `settings`, kept until the file changes."""
    path = folder / "edition.yml"
    return json.loads(_settings_text(path, *stamp(path)))


@lru_cache(maxsize=64)
def _settings_text(path: Path, *_stamps: int) -> str:
    return json.dumps(settings(path), ensure_ascii=False, default=str)


def settings(path: Path) -> dict[str, Any]:
    """Return an ``edition.yml`` as a dict, dates as text. Raises `BadTable` if it is missing or not YAML."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Plain)
    except PermissionError:
        raise locked(path) from None
    except OSError:
        raise missing(path) from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        raise BadTable(fault(__file__, "not_yaml", short(path), mark.line + 1 if mark else None)) from None
    if not isinstance(found, dict):
        raise BadTable(fault(__file__, "no_settings", short(path)))
    return found


class _Plain(yaml.SafeLoader):
    """YAML without dates: 2022-13-45 is text that a check can name, not an error inside a parser."""


_Plain.yaml_implicit_resolvers = {
    key: [(tag, rule) for tag, rule in rules if not tag.endswith(":timestamp")]
    for key, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
