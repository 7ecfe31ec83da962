"""Errata to frozen editions: kept in ``data/errata.csv``, shown on pages that never change.

A frozen page loads ``../errata.js`` from beside its edition's folder, and shows what it says of its release:
an erratum speaks of one, and stands on the pages of that one for good, whatever came after.
"""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bluebook.data import edition as editions
from bluebook.data import schema
from bluebook.data.csvio import read_table, row_number, table_text
from bluebook.data.faults import Fault, fault, listed
from bluebook.data.script import harmless
from bluebook.messages import BadInput, Catalogue
from bluebook.pages.pieces import Pieces
from bluebook.year import frozen, journal

if TYPE_CHECKING:
    from bluebook.charts import Figure

SAYS = Catalogue(__file__)
FILE, SCRIPT = "errata.csv", "errata.js"
REASONS = ("revision", "correction")


def errata(root: Path) -> pd.DataFrame:
    """Return every erratum: year, release, id, place, old, new, date, reason, who, note; empty if none."""
    try:
        return editions.table(FILE, root / "data").dropna(subset=["year", "release"])
    except BadInput:  # a book from before there were errata; a broken table is named by the check
        return pd.DataFrame(columns=["year", "release", "id", "place", "old", "new", "date", "reason"])


def add(root: Path, year: int, *, release: int | None = None, **cells: str) -> dict[str, str]:
    """Add an erratum to a release (None: the latest) of a frozen edition and return its row.

    ``cells``: place, old, new, reason, who, note; the id counts up, the day is today. Raises `BadInput`,
    with nothing written, for an edition that is not frozen and for cells that the table does not take.
    """
    release = frozen.manifest(year, release, root)["release"]
    path = root / "data" / FILE
    with journal.change(root) as change:
        known = read_table(path)
        own = set(known.loc[known["year"] == str(year), "id"])
        number = next(n for n in range(1, len(own) + 2) if f"e{n}" not in own)
        row = {"year": str(year), "release": str(release), "id": f"e{number}", **cells}
        row = {"date": dt.date.today().isoformat(), **row}
        table = pd.concat([known, pd.DataFrame([row])], ignore_index=True).fillna("")
        for name in [f["name"] for f in schema.fields_of(root / "data", path)]:
            if name in ("old", "new", "who") and not str(row.get(name, "")).strip():
                SAYS.refuse("erratum_without", name=name)
        if row["reason"] not in REASONS:
            SAYS.refuse("erratum_reason", value=row["reason"], allowed=listed(REASONS))
        if row.get("place") and row["place"] not in (there := pages(root, year, release)):
            SAYS.refuse("erratum_page", place=row["place"], year=year, example=listed(there[:1]))
        change.write(path, table_text(table[list(known.columns)]))
    return row


def faults(root: Path) -> list[Fault]:
    """Return errata of editions that were not frozen, of releases and of pages that do not exist.

    A reopened copy and a folder with data alone have no shelf to hold them against.
    """
    if frozen.reopened(root) or not (root / "_toc.yml").exists():
        return []
    found = []
    for told in errata(root).to_dict("records"):
        year, release, place = int(told["year"]), int(told["release"]), told["place"]
        row = row_number(root / "data" / FILE, "id", told["id"])
        there = frozen.releases(year, root)
        if release not in there:
            code, column, value = "erratum_of_no_release", "release", str(release)
            found.append(
                fault(__file__, code, FILE, row, column, value, year=year, there=listed(there or "—"))
            )
        elif place and place not in pages(root, year, release):
            found.append(fault(__file__, "erratum_of_no_page", FILE, row, "place", place, year=year))
    return found


def pages(root: Path, year: int, release: int | None = None) -> list[str]:
    """Return the pages of a frozen site, by their names without ``.html``."""
    with zipfile.ZipFile(frozen.site(year, release, root)) as pack:
        names = [name for name in pack.namelist() if name.endswith(".html")]
    return [name.removesuffix(".html") for name in names if not name.startswith("_static/")]


def script(root: Path) -> str:
    """Return ``errata.js``, which belongs beside the folders of the frozen editions.

    It sets ``window.bluebookErrata``: one object an erratum of a release on the shelf, with year, release,
    place, old, new, date, reason and note, all text but the first two.
    """
    shown = []
    for told in errata(root).to_dict("records"):
        if int(told["release"]) in frozen.releases(int(told["year"]), root):
            words = {name: str(told[name]) for name in ("place", "old", "new", "date", "reason", "note")}
            shown.append({"year": int(told["year"]), "release": int(told["release"]), **words})
    text = harmless(json.dumps(shown, ensure_ascii=False))
    return f"window.bluebookErrata={text};document.dispatchEvent(new Event('bluebook-errata'));\n"


def table() -> Figure | Pieces:
    """Show every erratum of this book, the newest first, or say that there is none.

    >>> bb.own_errata().text
    '<p>书印发以后，还没有发现需要更正的地方。</p>'
    """
    from bluebook import charts  # a check asks for errata without drawing any

    rows = errata(schema.data_root().parent).sort_values(["date", "year", "id"], ascending=False)
    if rows.empty:
        return Pieces(f"<p>{SAYS.text('errata_none')}</p>")
    edition = [SAYS.text("of_release", year=int(r.year), release=int(r.release)) for r in rows.itertuples()]
    why = [SAYS.text(f"because_{reason}") for reason in rows["reason"]]
    cells = [
        edition,
        rows["place"].fillna(""),
        rows["old"],
        rows["new"],
        rows["date"].astype(str),
        why,
        rows["who"],
    ]
    heads = SAYS.text("errata_heads").split("|")
    return charts.table(
        pd.DataFrame({head: list(cell) for head, cell in zip(heads, cells, strict=True)}),
        id="tab-own-errata",
        title=SAYS.text("errata_title", n=len(rows)),
        subtitle=SAYS.text("errata_subtitle"),
        source=f"data/{FILE}",
        status="computed",
    )
