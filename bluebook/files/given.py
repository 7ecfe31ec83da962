"""What a command of the engine is given, read, and where it writes: CSV or workbook, one way for all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from bluebook.desk.reading import Book, Grid
from bluebook.files import books, shapes
from bluebook.files.names import (
    ROLES,
    as_written,
    renamed,
    with_names,
    with_numbers,
    without_labels,
)
from bluebook.index import tables
from bluebook.index import tree as trees
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
More = Mapping[Path, "pd.DataFrame | str"]  # files of other shapes, such as certificates
NOTHING: More = {}
SEPARATORS = {"tab": "\t", "\\t": "\t", "": ","}
NEEDS = {
    "tree": {"code", "parent", "weight", "direction"},
    "data": {"unit"},
    "scores": {"unit", "score"},
    "bounds": {"unit", "code", "lower", "upper"},
    "groups": {"unit", "group"},
    "weights": {"unit", "code", "weight"},
    "experts": {"expert", "indicator", "points"},
}
WHAT = {
    "tree": ("指标体系", "the tree"),
    "data": ("数据", "the data"),
    "scores": ("得分", "the scores"),
    "bounds": ("上下界", "the bounds"),
    "groups": ("分组", "the groups"),
    "weights": ("权重", "the weights"),
    "experts": ("专家打分", "the experts' forms"),
}


class Given(NamedTuple):
    """A table that was read, and its name in messages."""

    frame: pd.DataFrame
    name: str


class Files:
    """Reads a command's tables by its options: texts that mean nothing, separator, decimal sign."""

    def __init__(self, na: Collection[str] = (), sep: str = ",", decimal: str = ".") -> None:
        self.na, self.sep, self.decimal = list(na), SEPARATORS.get(sep, sep), decimal
        if len(self.sep) != 1 or self.sep in "\"\n\r'":
            SAYS.refuse("separator", "--sep", sep=sep)
        if decimal not in (".", ","):
            SAYS.refuse("decimal", "--decimal", decimal=decimal)
        self.others: list[str] = []  # columns of iData that its iMeta gives another use
        self.books: dict[Path, Book] = {}

    def tree(self, path: Path, *, weights: bool = True) -> pd.DataFrame:
        """Return a checked tree (`bb.read_tree`) from a CSV, a sheet, COINr's iMeta or COIN Tool."""
        at = books.place(path)
        if tool := self._tool(at):
            return trees.read(tool.tree, f"{at.file.name}#{shapes.DATABASE}", weights=weights)
        frame, name = self._raw(path, "tree")
        if shapes.is_coinr_meta(list(frame.columns)):
            frame, self.others = shapes.coinr_tree(frame, name)
            SAYS.notice("coinr_read", table=name)
        frame = with_names(frame, "tree", name)
        kept = [c for c in frame.columns if c not in ("code", "parent", "transform", "aggregation")]
        frame[kept] = as_written(frame[kept], name, self.na, self.decimal)
        return trees.read(frame, name, weights=weights)

    def data(self, path: Path, tree: pd.DataFrame, *, printed: bool = False) -> Given:
        """Return DATA with ``unit``[, ``time``] and numbers, or with ``printed`` cells as they are printed.

        Columns of text outside the tree are left out with a notice. Raises BadInput for a row of totals and
        for a note below the table.
        """
        at = books.place(path)
        codes = set(tree["code"])
        if tool := self._tool(at):
            frame, name = tool.data, f"{at.file.name}#{shapes.DATABASE}"
        else:
            frame, name = self._raw(path, "data", codes)
        na = [*self.na, "NA"] if self.others or "uCode" in frame.columns else self.na
        frame = with_names(frame, "data", name, codes)
        frame = without_labels(as_written(frame, name, na, self.decimal), codes, name, self.others)
        tables.check_units(frame, name)
        if not at.is_book:
            tables.notice_short(path, frame, name, self.sep)
        return Given(frame if printed else with_numbers(frame), name)

    def table(self, path: Path, role: str) -> Given:
        """Return any other table, its cells as text: scores, bounds, groups, experts."""
        frame, name = self._raw(path, role)
        frame = as_written(with_names(frame, role, name), name, self.na, self.decimal)
        tables.check_units(frame, name)
        return Given(frame, name)

    def as_it_stands(self, path: Path, role: str) -> bool:
        """Return whether a file is a CSV that needs no options and no other names to be read."""
        at = books.place(path)
        plain = not (at.is_book or self.na) and (self.sep, self.decimal) == (",", ".")
        return plain and NEEDS[role] <= set(tables.read_table(path).columns)

    def _tool(self, at: books.Place) -> shapes.Tool | None:
        """Return what a COIN Tool workbook holds, if the file is one and no sheet is named."""
        if not at.is_book or at.sheet or not shapes.is_coin_tool(book := self._book(at.file)):
            return None
        SAYS.notice("tool_read", file=at.file.name)
        return shapes.coin_tool(book)

    def _book(self, file: Path) -> Book:
        if file not in self.books:
            self.books[file] = books.opened(file)
        return self.books[file]

    def _raw(self, path: Path, role: str, codes: Collection[str] = ()) -> Given:
        """Return a table's cells as text, from a CSV or from the sheet of a workbook that is meant."""
        at = books.place(path)
        if not at.is_book:
            return Given(tables.read_table(path, sep=self.sep), path.name)

        def fits(grid: Grid) -> bool:
            header = [grid.text(1, column) for row, column in sorted(grid.cells) if row == 1]
            names = {*header, *renamed(header, role, codes).values()} if role in ROLES else set(header)
            return NEEDS[role] <= names and (not codes or bool(names & set(codes)))

        grid = books.chosen(self._book(at.file), at.sheet, fits, WHAT[role])
        name = f"{at.file.name}#{grid.name}"
        return Given(books.frame(grid, name), name)


def proof_inputs(
    certificate: Path, files: Files, paths: Mapping[str, Path], frames: Iterable[pd.DataFrame]
) -> dict[str, tuple[Path, pd.DataFrame | None]]:
    """Return what a certificate rests on: the files themselves, or, beside it, the tables read from them."""
    own: dict[str, tuple[Path, pd.DataFrame | None]] = {}
    for (role, path), frame in zip(paths.items(), frames, strict=True):
        beside = certificate.with_suffix(f".{role}.csv")
        own[role] = (path, None) if files.as_it_stands(path, role) else (beside, frame)
    return own


# --- out ---------------------------------------------------------------------------------------------------


def write(out: Path, found: Mapping[str, pd.DataFrame]) -> None:
    """Write tables by name: into a folder as CSVs, or as sheets where ``out`` is .xlsx."""
    write_all([(out, found)])


def write_all(parts: Sequence[tuple[Path, Mapping[str, pd.DataFrame]]], more: More = NOTHING) -> None:
    """Write several sets of tables, each as `write` does, and ``more`` files: all or none."""
    placed: list[tuple[Path, str, pd.DataFrame]] = []
    for out, found in parts:
        book = books.place(out).is_book
        placed += [(out if book else out / f"{name}.csv", name, table) for name, table in found.items()]
    _write(placed, more)


def write_each(found: Mapping[str, tuple[Path, pd.DataFrame]], more: More = NOTHING) -> None:
    """Write {name: (file, table)}: each to its file, those of one workbook as its sheets, and ``more`` files;
    all or none.
    """
    _write([(path, name, table) for name, (path, table) in found.items()], more)


def _write(placed: Sequence[tuple[Path, str, pd.DataFrame]], more: More) -> None:
    files: dict[Path, dict[str, pd.DataFrame]] = {}
    for path, name, table in placed:
        books.refuse_ending(path)
        files.setdefault(path, {})[name] = table
    ready: dict[str | Path, pd.DataFrame | str | bytes] = {**more}
    for path, own in files.items():
        book = path.suffix.lower() == ".xlsx"
        ready[path] = books.written(own, path.name) if book else next(iter(own.values()))
    tables.write(ready)
