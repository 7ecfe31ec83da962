"""What people have to sign before an edition goes out: ``data/editions/<year>/checklist.csv``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from bluebook.data.csvio import read_table, write
from bluebook.data.faults import listed
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
NAME = "checklist.csv"
COLUMNS = ("item", "done", "who", "date")
# Three readings by three editors, three proofs; the number of the map; the registration of the web site.
ITEMS = ("初审", "复审", "终审", "一校", "二校", "三校", "审图号", "ICP 备案号")
NOT_DONE = {"", "否", "没有", "未", "no", "n", "0", "false"}


def path_of(data: Path, year: int) -> Path:
    """Return where an edition's checklist lies."""
    return data / "editions" / str(year) / NAME


def lay_out(data: Path, year: int) -> Path:
    """Write an edition's empty checklist and return its path. Raises BadInput if there is one already."""
    path = path_of(data, year)
    if path.exists():
        SAYS.refuse("checklist_there", _shown(year))
    write({path: text(rows(data, year))}, bom=True)
    return path


def rows(data: Path, year: int) -> dict[str, dict[str, str]]:
    """Return an edition's checklist, item → its cells: first what every edition needs, then what was added.

    Empty cells where nobody has signed or there is no list. Raises BadInput where its columns are not there.
    """
    path, found = path_of(data, year), {}
    if path.exists():
        table = read_table(path, _shown(year))
        if lost := [column for column in COLUMNS if column not in table]:
            SAYS.refuse("checklist_columns", _shown(year), 1, lost[0], columns=",".join(COLUMNS))
        found = {
            str(row["item"]).strip(): row for row in table.to_dict("records") if str(row["item"]).strip()
        }
    cells = COLUMNS[1:]
    return {
        item: {column: str(found.get(item, {}).get(column, "")).strip() for column in cells}
        for item in dict.fromkeys((*ITEMS, *found))
    }


def text(told: Mapping[str, Mapping[str, str]]) -> str:
    """Return a checklist as the text of its table."""
    table = pd.DataFrame([{"item": item, **cells} for item, cells in told.items()], columns=list(COLUMNS))
    return table.to_csv(index=False, lineterminator="\n")


def missing(data: Path, year: int) -> list[str]:
    """Return the items nobody has signed: one is done when ``done``, ``who`` and a date are filled in.

    ``done`` may be any word but a no: for the map and the web site it is the number. Items that were added to
    the list count as well; of those that every edition needs none may be left out. Raises BadInput where
    there is no list.
    """
    if not path_of(data, year).exists():
        SAYS.refuse("no_checklist", _shown(year))
    return unsigned(rows(data, year))


def unsigned(told: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the items of a checklist that nobody has signed."""
    return [item for item, cells in told.items() if not _signed(cells)]


def refuse_unsigned(data: Path, year: int) -> None:
    """Raise BadInput that names every item of an edition's checklist which nobody has signed."""
    if open_items := missing(data, year):
        SAYS.refuse("unsigned", _shown(year), n=len(open_items), items=listed(open_items))


def _signed(row: Mapping[str, str]) -> bool:
    done, who, date = (str(row.get(column, "")).strip() for column in COLUMNS[1:])
    return (
        done.lower() not in NOT_DONE
        and bool(who)
        and bool(re.fullmatch(r"\d{4}([-/])\d{1,2}\1\d{1,2}", date))
    )


def _shown(year: int) -> str:
    return f"data/editions/{year}/{NAME}"
