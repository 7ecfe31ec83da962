"""A filled workbook, or several copies of it, taken into the book: all of it or nothing.

The tables that it would give are laid out in a copy of the data and checked there by the very functions that
check the data, so that nothing gets in which they refuse; each fault is told by sheet and cell. Then one
journalled change writes them, behind a dated backup.
"""

from __future__ import annotations

import datetime
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from bluebook.data import edition as editions
from bluebook.data import schema
from bluebook.data.causes import ALIKE
from bluebook.data.faults import Fault
from bluebook.desk import doubts, merging, reading, settings_text, sheets, signing, since, tables
from bluebook.desk.filled import Filled, Place, Row, Said, Shared, year_cell, year_of
from bluebook.desk.matrices import fill
from bluebook.ledger import check
from bluebook.messages import BadInput, Catalogue
from bluebook.year import backups, frozen, journal

SAYS = Catalogue(__file__)
_ROW = re.compile(r"第 (\d+) 行|row (\d+)")


class Draft(NamedTuple):
    """What a workbook would write: file below the data folder → text, and where each row was filled in."""

    files: dict[str, str]
    rows: dict[str, dict[int, Row]]


class Taken(NamedTuple):
    """What an import found and did. With ``faults`` nothing was written.

    ``said``: what was cleaned; ``preview``: the ranking that follows; ``written``: files below the project,
    ``backup`` the zip that holds them as they were (None: nothing changed).
    """

    year: int
    faults: list[Fault]
    warnings: list[Fault]
    said: list[Said]
    preview: pd.DataFrame
    written: list[str]
    backup: Path | None
    books: list[reading.Book]


def take(paths: Iterable[Path], *, write: bool = True) -> Taken:
    """Read workbooks, check what they say, and write it into their edition; with faults nothing is written.

    Raises `BadInput` for what is no workbook, workbooks of different editions, an edition that is no draft,
    another command at work, or a disk that cannot be written.
    """
    books = [reading.read(Path(path)) for path in paths]
    if not books:
        SAYS.refuse("no_files")
    if len({b.path.resolve() for b in books}) < len(books):
        SAYS.refuse("file_twice")
    years = [year_of(book) for book in books]
    for book, year in zip(books, years, strict=True):
        if not set(book.sheets) & set(sheets.ORDER):
            SAYS.refuse("not_ours", book.path.name)
        if year != years[0]:
            SAYS.refuse("other_year", book.path.name, year=year or "—", first=years[0] or "—")
    year, home = _wanted(books[0], years[0]), frozen.home()
    with journal.locked(home):
        found, laid = looked_at(home, year, books)
        return _write(home, found, laid) if write and not found.faults else found


def _wanted(book: reading.Book, told: str) -> int:
    """Return the edition that a workbook is of; what is wrong with it is said with file and cell."""
    try:
        return tables.wanted(told, to_write=False)
    except BadInput as problem:
        place = f"{book.path.name} {sheets.SETTINGS} {year_cell(book)}".strip()
        problem.zh, problem.en = f"{place}：{problem.zh}", f"{place}: {problem.en}"
        raise


def looked_at(home: Path, year: int, books: list[reading.Book]) -> tuple[Taken, Draft]:
    """Return everything that an import would do but the writing."""
    root = home / "data"
    base, told = tables.all_of(root, year), editions.edition(year)
    before = max((y for y in schema.edition_years(root) if y < year), default=year)
    was = signing.settings(root, year, told, editions.edition(before))
    shared = Shared(root, year, editions.cities())
    now = since.State(base, was)
    copies = [since.rebased(fill(book, shared), since.of(book), now, root) for book in books]
    filled = merging.merge(copies, base, was, root)
    _refuse_unless_draft(filled, told, year)
    filled.faults += signing.faults(filled)
    laid = draft(root, year, filled, base, was)
    faults, warnings = judged(home, year, filled, laid)
    preview, moved = doubts.ranking(root, year, before, filled)
    more = [*filled.notices, *moved, *doubts.weights(root, before, filled), *doubts.elsewhere(root, filled)]
    return Taken(year, faults, [*more, *warnings], filled.said, preview, [], None, books), laid


def _refuse_unless_draft(filled: Filled, told: Mapping[str, object], year: int) -> None:
    """Refuse a workbook of an edition that is out, unless it makes it a draft again."""
    cell = filled.settings.get("status")
    if told.get("status") != "draft" and (cell is None or cell.text != "draft"):
        place = f"{cell.place.where} {cell.place.cell}" if cell else filled.file
        SAYS.refuse("is_no_draft", place, year=year)


def draft(
    root: Path, year: int, filled: Filled, base: Mapping[str, pd.DataFrame], was: Mapping[str, str]
) -> Draft:
    """Return the files that a filled workbook gives, and the rows that it gave them from."""
    files, rows = {}, {}
    for kind in sheets.KINDS:
        if kind not in filled.tables:
            continue
        path, names = sheets.path_of(kind, year), list(base[kind])
        own = filled.tables[kind]
        if kind == "scores":
            own = [row for row in own if _says(row) or row["code"].text in _roots(filled)]
        frame = pd.DataFrame(
            [[r[n].text if n in r else "" for n in names] for r in own], columns=names, dtype="str"
        )
        at = dict(enumerate(own, start=2))
        if kind == "sources":
            frame, at = _laid_over(base[kind], frame, own)
        if len(frame) or (root / path).is_file():
            files[path], rows[path] = frame.to_csv(index=False, lineterminator="\n"), at
    path = f"editions/{year}/edition.yml"
    text = (root / path).read_text("utf-8-sig")
    now, signed = signing.parted(filled)
    files |= signing.files(root, year, signed) if signed else {}
    files[path] = settings_text.changed(text, editions.edition(year), now, was, filled.confirmed)
    return Draft(files, rows)


def judged(home: Path, year: int, filled: Filled, laid: Draft) -> tuple[list[Fault], list[Fault]]:
    """Return faults and warnings of what a workbook would write, each by sheet and cell."""
    with _copy(home, laid) as root:
        found = check.every(root, year)
    ours, elsewhere = _told(found.faults, filled, laid, year)
    if elsewhere:  # what was wrong before is no fault of the workbook's
        known = {(f.file, f.code, f.value, f.problem_zh) for f in check.every(home / "data", year).faults}
        elsewhere = [f for f in elsewhere if (f.file, f.code, f.value, f.problem_zh) not in known]
    warnings, _ = _told(found.warnings, filled, laid, year)
    return _once([*filled.faults, *ours, *elsewhere]), _once(w for w in warnings if w.code != "waits")


# ---------------------------------------------------------------- the copy that is checked


@contextmanager
def _copy(home: Path, laid: Draft) -> Iterator[Path]:
    """Yield a data folder as it would be: beside it the chapters, which quote its figures."""
    with tempfile.TemporaryDirectory(prefix="bluebook-") as scratch:
        root = Path(scratch).resolve() / "data"
        shutil.copytree(home / "data", root)
        if (home / "chapters").is_dir():
            shutil.copytree(home / "chapters", root.parent / "chapters")
        for name, text in laid.files.items():
            (root / name).write_text(text, encoding="utf-8", newline="")
        schema.list_tables(root)
        yield root


def _told(found: Iterable[Fault], filled: Filled, laid: Draft, year: int) -> tuple[list[Fault], list[Fault]]:
    """Return faults by sheet and cell, and those that stand in no table of the workbook."""
    ours, elsewhere = [], []
    for f in found:
        place = _place(f, filled, laid, year)
        if place is None:
            elsewhere.append(f)
        else:
            at = laid.rows.get(f.file, {})
            texts = {
                name: _ROW.sub(lambda m, at=at: _cell_of(at, m), getattr(f, name))
                for name in ("problem_zh", "problem_en", "mend_zh", "mend_en")
            }
            ours.append(replace(f.at(place.where, None, place.cell, f.about), **texts))
    return ours, elsewhere


def _place(f: Fault, filled: Filled, laid: Draft, year: int) -> Place | None:
    """Return where in the workbooks a fault of a table stands, None where it is in none of their tables."""
    if f.file == f"editions/{year}/edition.yml":
        return filled.at.get(("settings", f.column, ""), Place(filled.file, sheets.SETTINGS))
    if f.file not in laid.rows:
        return None
    kind = f.file.rpartition("/")[2].removesuffix(".csv")
    if isinstance(f.row, int):
        row = laid.rows[f.file].get(f.row)
        if row is None:
            return None
        column = next((c for c in f.column.split("+") if c in row), next(iter(row)))
        return row[column].place
    at = filled.at.get((kind, f.column, f.value))
    sheet = next((b.sheet for b in sheets.BLOCKS if b.kind == kind), "")
    other = {"observations": sheets.DATA, "bases": sheets.BASES, "experts": sheets.EXPERTS}
    return at or Place(filled.file, sheet or other[kind])


def _cell_of(rows: Mapping[int, Row], match: re.Match) -> str:
    row = rows.get(int(match[1] or match[2]))
    return (row and next(iter(row.values())).place.cell) or match.group()


def _once(found: Iterable[Fault]) -> list[Fault]:
    """Return one fault a cell, and one for a cause in many cells of a sheet, all of them named."""
    first: dict[tuple[str, ...], Fault] = {}
    for f in found:
        key = (f.file, f.column) if f.column else (f.file, f.code, f.value, f.problem_zh)
        first.setdefault(key, f)
    groups: dict[tuple[str, ...], list[Fault]] = {}
    for f in first.values():
        groups.setdefault((f.file, f.code, f.value, f.mend_zh), []).append(f)
    out: list[Fault] = []
    for group in groups.values():
        if len(group) <= ALIKE:
            out += group
            continue
        cells = " ".join(f.column for f in group)
        places = f"（共 {len(group)} 处：{cells}）", f" ({len(group)} times: {cells})"
        out.append(replace(group[0], times=len(group), elsewhere=places))
    return out


# ---------------------------------------------------------------- what is written


def _says(row: Row) -> bool:
    return any(cell.text for name, cell in row.items() if name not in ("city", "code"))


def _roots(filled: Filled) -> set[str]:
    tree = filled.tables.get("indicators", [])
    return {row["code"].text for row in tree if not row["parent"].text} if tree else {"index"}


def _laid_over(
    base: pd.DataFrame, frame: pd.DataFrame, own: list[Row]
) -> tuple[pd.DataFrame, dict[int, Row]]:
    """Return the sources, the workbook's laid over them by id, new ones below; none is ever taken away."""
    at = {id_: place for place, id_ in enumerate(base["id"])}
    out, rows = base.to_numpy().tolist(), {}
    seen: set[str] = set()
    for cells, row in zip(frame.to_numpy().tolist(), own, strict=True):
        id_ = row["id"].text
        place = at.get(id_) if id_ not in seen else None
        seen.add(id_)
        if place is None:
            place = len(out)
            out.append(cells)
        out[place], rows[place + 2] = cells, row
    return pd.DataFrame(out, columns=base.columns, dtype="str"), rows


def _differs(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_text("utf-8-sig") != text.removeprefix("\ufeff")


def _write(home: Path, found: Taken, laid: Draft) -> Taken:
    """Write what changed, and say what it was."""
    files, backup = written(home, found.year, laid)
    return found._replace(written=files, backup=backup)


def written(home: Path, year: int, laid: Draft) -> tuple[list[str], Path | None]:
    """Write what changed as one journalled change, a backup of what was there first; return both."""
    root = home / "data"
    changed = {name: text for name, text in laid.files.items() if _differs(root / name, text)}
    if not changed:
        return [], None
    listed = schema.tables_listed(
        root, [name for name in changed if name.startswith("editions/") and name.endswith(".csv")]
    )
    backup = backups.place(home, f"{year}-{datetime.date.today().isoformat()}")
    with journal.change(home) as change:
        change.write(backup, _kept(home, year))
        for name, text in changed.items():
            change.write(root / name, text)
        if listed:
            change.write(root / schema.PACKAGE, listed)
    return [f"data/{name}" for name in changed], backup


def _kept(home: Path, year: int) -> bytes:
    """Return a zip of what an import may change, as it is."""
    root = home / "data"
    files = [*(root / "editions" / str(year)).rglob("*"), root / "sources.csv", root / schema.PACKAGE]
    return backups.packed(home, files)
