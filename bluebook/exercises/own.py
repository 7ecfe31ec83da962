"""A table of one's own, as `score` reads it: the book's cities, the provinces, a CSV or an Excel file."""

from __future__ import annotations

import difflib
import math
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from bluebook.data import edition as editions
from bluebook.data.csvio import number
from bluebook.exercises import ground
from bluebook.index import tree as trees
from bluebook.index.tables import read_table
from bluebook.ledger.regions import regions
from bluebook.ledger.series import values_by_province
from bluebook.messages import Catalogue, t

SAYS = Catalogue(__file__)
ROOT = "index"
MOST_GAPS = 0.2  # of the provinces, beyond which a figure is not offered
BOOKS = {"cities": "cities", "城市": "cities", "provinces": "provinces", "省份": "provinces"}


class Mine(NamedTuple):
    """What `mine` returns. ``data``: unit and a column an indicator; ``tree``: all of them below "index"."""

    data: pd.DataFrame
    tree: pd.DataFrame


def mine(
    source: str | Path | pd.DataFrame = "cities",
    only: Iterable[str] | None = None,
    weights: Mapping[str, float] | None = None,
    down: Iterable[str] = (),
) -> Mine:
    """Return a table and its tree for `score`: your own file, or figures that the book has.

    ``source``: "cities" (public figures of the edition's data year), "provinces" (the latest year of each
    figure), a CSV or xlsx, or a table whose first column names the units. ``only``: the units to keep;
    ``weights``: indicator → weight (none: all equal; then only these are kept); ``down``: indicators of which
    less is better. Raises BadInput that names row, column and value.

    >>> data, tree = bb.mine("provinces", only=["河南", "湖北", "湖南"])
    >>> bb.score(data, tree, decimals=1).ranks["index"].astype(int).to_dict()
    {'河南': 3, '湖北': 1, '湖南': 2}
    """
    if isinstance(source, str) and source in BOOKS:
        table, name = (_cities() if BOOKS[source] == "cities" else _provinces()), source
    else:
        table, name = _file(source)
    if only is not None:
        wanted = [only] if isinstance(only, str) else [str(unit) for unit in only]
        for unit in wanted:
            _known(unit, list(table["unit"]), "own_no_unit", name)
        table = table.set_index("unit").loc[wanted].reset_index()
    names = [str(c) for c in table.columns[1:]]
    chosen = list(weights) if weights is not None else names
    for code in [*chosen, *down]:
        _known(code, names, "own_no_indicator", name)
    if len(table) < 2 or not chosen:
        SAYS.refuse("own_too_small", name, rows=len(table), columns=len(chosen))
    rows = [(ROOT, "", None, None)]
    for code in chosen:
        weight = 1.0 if weights is None else weights[code]
        if isinstance(weight, (str, bool)) or not weight > 0:
            SAYS.refuse("own_weight", name, code=code, weight=weight)
        rows.append((code, ROOT, weight, -1 if code in set(down) else 1))
    tree = trees.read(pd.DataFrame(rows, columns=["code", "parent", "weight", "direction"]))
    return Mine(table[["unit", *chosen]].reset_index(drop=True), tree)


def _known(word: str, there: list[str], code: str, name: str) -> None:
    """Refuse a word that a table does not have, with those nearest to it."""
    if word not in there:
        near = difflib.get_close_matches(str(word), there, 3, 0.4) or there[:5]
        SAYS.refuse(code, name, word=word, near=t("、", ", ").join(near))


def _cities() -> pd.DataFrame:
    table = ground.public().dropna(axis=1, thresh=len(ground.names()) - 1)
    table.columns = [ground.title(code) for code in table]
    return table.rename(index=ground.names().to_dict()).rename_axis("unit").dropna().reset_index()


def _provinces() -> pd.DataFrame:
    table, known = editions.provinces(), list(regions().provinces)
    titles = editions.economy_names().set_index("series")[t("name_zh", "name_en")]
    yearly = table[table["period"].str.fullmatch(r"\d{4}")]
    out = {}
    for name, period in yearly.groupby("series")["period"].unique().items():
        for year in sorted(period, reverse=True):
            found = values_by_province(table, name, year).reindex(known)
            if found.isna().mean() <= MOST_GAPS:
                out[f"{titles.get(name, name)}（{year}）"] = found
                break
    return pd.DataFrame(out, index=known).rename_axis("unit").reset_index()


def _file(source: str | Path | pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Read a table of anybody's: the first column names the units, the others hold numbers."""
    if isinstance(source, pd.DataFrame):
        table, name = source.copy(), t("这张表", "the table")
        if not isinstance(table.index, pd.RangeIndex):
            table = table.reset_index()
    else:
        path = Path(source)
        name = path.name
        if not path.is_file():
            SAYS.refuse("own_no_file", str(source), folder=Path.cwd().name)
        table = _excel(path) if path.suffix.lower() in (".xlsx", ".xlsm") else read_table(path)
    table = table.dropna(how="all").dropna(axis=1, how="all")
    if table.shape[1] < 2:
        SAYS.refuse("own_too_small", name, rows=len(table), columns=max(table.shape[1] - 1, 0))
    table.columns = ["unit", *(str(c).strip() for c in table.columns[1:])]
    table["unit"] = table["unit"].map(lambda cell: "" if pd.isna(cell) else str(cell).strip())
    for row, unit in enumerate(table["unit"], 2):
        if not unit:
            SAYS.refuse("own_no_name", name, row)
        if list(table["unit"]).index(unit) + 2 < row:
            SAYS.refuse("own_twice", name, row, unit=unit)
    for column in table.columns[1:]:
        if list(table.columns).count(column) > 1:
            SAYS.refuse("own_column_twice", name, 1, column)
        table[column] = [_number(cell, name, row, column) for row, cell in enumerate(table[column], 2)]
    return table, name


def _excel(path: Path) -> pd.DataFrame:
    try:
        return pd.read_excel(path, dtype=object)
    except ImportError:
        SAYS.refuse("own_no_excel", path.name)
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as why:
        SAYS.refuse("own_broken_excel", path.name, why=str(why)[:80])


def _number(cell: object, name: str, row: int, column: str) -> float:
    try:
        return math.nan if cell is None or cell is pd.NaT else number(cell)
    except ValueError:
        return SAYS.refuse("own_not_a_number", name, row, column, cell=str(cell)[:30])
