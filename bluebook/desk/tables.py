"""An edition's tables as text cells, and what a template shows of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bluebook.data import edition as editions
from bluebook.data.csvio import read_rows
from bluebook.data.schema import data_root, edition_years
from bluebook.desk import sheets
from bluebook.messages import Catalogue
from bluebook.year import frozen

SAYS = Catalogue(__file__)


def wanted(told: str, *, to_write: bool) -> int:
    """Return an edition's year from what somebody typed or a workbook says.

    Raises `BadInput` for what is no year, an edition that is not there or is frozen; with ``to_write`` for
    one that is no draft as well.
    """
    there = edition_years(data_root())
    if not (told.isascii() and told.isdigit() and len(told) == 4):
        SAYS.refuse("no_year", told=told[:40] or "—")
    year = int(told)
    if year in frozen.years(frozen.home()):
        SAYS.refuse("is_frozen", year=year)
    if year not in there:
        following = there[-1] + 1 if there else year
        SAYS.refuse("not_begun" if year == following else "no_such_edition", year=year, following=following)
    status = editions.edition(year).get("status")
    if status == "frozen":
        SAYS.refuse("is_frozen", year=year)
    if to_write and status != "draft":
        SAYS.refuse("is_no_draft", year=year)
    return year


def rows_of(root: Path, kind: str, year: int) -> pd.DataFrame:
    """Return a table as text cells in the order of its schema's columns; empty if the edition has none."""
    names = [f["name"] for f in sheets.schema(root, kind)["fields"]]
    path = root / sheets.path_of(kind, year)
    if not path.is_file():
        return pd.DataFrame(columns=names, dtype="str")
    header, rows = read_rows(path)
    width = len(header)
    cells = [[*row, *[""] * (width - len(row))][:width] for _, row in rows]
    frame = pd.DataFrame(cells, columns=header, dtype="str")
    return frame.reindex(columns=names, fill_value="")


def all_of(root: Path, year: int) -> dict[str, pd.DataFrame]:
    """Return every table that a workbook holds, by kind."""
    return {kind: rows_of(root, kind, year) for kind in sheets.KINDS}


def used_sources(there: dict[str, pd.DataFrame], last: dict[str, pd.DataFrame], named: list[str]) -> set[str]:
    """Return the ids of the sources that this edition or the one before names."""
    found = set(named)
    for tables in (there, last):
        for frame in tables.values():
            for column in {"source", "named_in"} & set(frame):
                found |= {id_ for cell in frame[column] for id_ in cell.split(";")}
    return found


def with_places(scores: pd.DataFrame, tree: pd.DataFrame, cities: list[str]) -> pd.DataFrame:
    """Return an edition's scores with a row to fill in for every city's total and dimension."""
    root = tree.loc[tree["parent"] == "", "code"].tolist()[:1] or ["index"]
    codes = [*root, *tree.loc[tree["parent"] == root[0], "code"]]
    known = set(zip(scores["city"], scores["code"], strict=True))
    fresh = [{"city": city, "code": code} for code in codes for city in cities if (city, code) not in known]
    blank = dict.fromkeys(scores.columns, "")
    more = pd.DataFrame([{**blank, **row} for row in fresh], columns=list(blank), dtype="str")
    return pd.concat([scores, more], ignore_index=True)
