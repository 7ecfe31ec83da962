"""Tables of text and numbers, in and out: what the index and its inversions read and write."""

from __future__ import annotations

import contextlib
import csv
import math
import unicodedata
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from bluebook.data import csvio
from bluebook.data.csvio import bared, number
from bluebook.data.signs import is_note, is_sum, is_whole
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
ROWS = 5  # short rows that a notice lists
NAME = 1000  # letters in a column name; the csv module has a limit of its own that other packages move
LARGEST = 1e100  # in size, for any number read: squares and sums of such numbers cannot overflow


def read_table(
    source: str | Path | pd.DataFrame, name: str = "", *, numbers: bool = False, sep: str = ","
) -> pd.DataFrame:
    """Return a CSV (UTF-8, with or without BOM) as a DataFrame; a DataFrame comes back as it is.

    Cells are text, "" where empty. With ``numbers`` every column but the first, and ``unit``, ``time``,
    ``code``, comes as float where all its cells are numbers (empty is NaN) and stays text otherwise. ``name``
    stands for the table in messages; ``sep`` stands between the cells of a row.
    Raises BadInput for a file that is missing, empty, not UTF-8, has a column twice, a row longer than the
    header or a quote that never closes; what a shorter row lacks counts as empty.
    """
    if isinstance(source, pd.DataFrame):
        return source
    path = Path(source)
    name = name or path.name
    header = _header(path, name, sep)
    text = [h for i, h in enumerate(header) if not numbers or i == 0 or h in ("unit", "time", "code")]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                path,
                sep=sep,
                encoding="utf-8-sig",
                header=0,
                names=header,
                dtype=dict.fromkeys(text, str),
                keep_default_na=False,
                na_values={h: [""] for h in header if h not in text},
                index_col=False,
                skip_blank_lines=False,
                low_memory=False,
            )
    except UnicodeDecodeError:
        SAYS.refuse("not_utf8", name)
    except (pd.errors.ParserError, pd.errors.ParserWarning, ValueError) as error:
        why = str(error).strip().splitlines()[0]
        _refuse_rows(path, name, header, sep, "EOF inside string" in why)
        SAYS.refuse("no_csv", name, why=why)
    blank = ((frame == "") | frame.isna()).all(axis=1).to_numpy()
    end = len(frame) - int(np.argmax(~blank[::-1])) if (~blank).any() else 0
    frame = frame.iloc[:end]
    for column in frame.columns[[dtype.kind not in "fiu" for dtype in frame.dtypes]]:
        if frame[column].astype(str).str.startswith("'").any():  # what `write` puts before a formula
            frame = frame.assign(
                **{column: frame[column].map(lambda c: bared(c) if isinstance(c, str) else c)}
            )
    return frame


def _header(path: Path, name: str, sep: str) -> list[str]:
    """Return the column names of a CSV, each there and there once."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = [bared(h.strip()) for h in next(csv.reader(file, delimiter=sep), [])]
        if any(len(h) > NAME for h in header):
            raise csv.Error(f"> {NAME}")
    except csv.Error as error:
        SAYS.refuse("header_unreadable", name, 1, error=error)
    except FileNotFoundError:
        SAYS.refuse("no_file", str(path))
    except UnicodeDecodeError:
        SAYS.refuse("not_utf8", name)
    except OSError as error:
        SAYS.refuse("unreadable", str(path), error=error.strerror)
    if not any(header):
        SAYS.refuse("no_header", name)
    if len(header) == 1 and (other := next((c for c in ",;\t|" if c in header[0]), "")):
        SAYS.refuse("other_separator", name, 1, sep="tab" if other == "\t" else other)
    for i, h in enumerate(header):
        if not h:
            SAYS.refuse("nameless_column", name, 1, number=i + 1)
        if h in header[:i]:
            SAYS.refuse("column_twice", name, 1, h)
    return header


def _refuse_rows(path: Path, name: str, header: list[str], sep: str, open_quote: bool) -> None:
    """Refuse a row longer than the header, by its first filled surplus cell, or the row where a quote opens
    for good.
    """
    end = len(header)
    with path.open(encoding="utf-8-sig", newline="") as file, contextlib.suppress(csv.Error):
        rows = list(enumerate(csv.reader(file, delimiter=sep), 1))
        longer = [(row, cells) for row, cells in rows if len(cells) > end]
        row, cells = next((one for one in longer if any(one[1][end:])), longer[0] if longer else (0, []))
        if row:
            SAYS.refuse("long_row", name, row, cells=len(cells), names=end, surplus=cells[end])
        if open_quote:  # all that follows the quote is one last cell
            SAYS.refuse("open_quote", name, rows[-1][0])


def read_data(source: str | Path | pd.DataFrame, name: str = "") -> pd.DataFrame:
    """Return ``unit``[, ``time``] and indicator columns as text and floats; bad cells stay, for
    ``tree.match``.

    Raises BadInput for a row below the units that sums them up (合计, Total) or is a note (注：, Source:);
    warns with Notice of a row that is an average or the whole (平均, 全省), and of a row shorter than the
    header.
    """
    frame = read_table(source, name, numbers=True)
    name = name or (Path(source).name if not isinstance(source, pd.DataFrame) else "DATA")
    check_units(frame, name)
    if not isinstance(source, pd.DataFrame):
        notice_short(Path(source), frame, name)
    return frame


def check_units(frame: pd.DataFrame, name: str) -> None:
    """Refuse a row that sums up the others or is a note below them; warn of an average and of the whole."""
    for row, cell in enumerate(texts(frame, "unit"), 2):
        if is_note([cell]):
            SAYS.refuse("note_row", name, row, "unit", cell=cell)
        if is_sum(cell):
            SAYS.refuse("sum_row", name, row, "unit", cell=cell)
        if is_whole(cell):
            SAYS.notice("whole_row", table=name, row=row, cell=cell)


def notice_short(path: Path, frame: pd.DataFrame, name: str, sep: str = ",") -> None:
    """Warn of the rows of a CSV, read as ``frame``, that have fewer cells than the header."""
    if not len(frame) or not _lacks(frame.iloc[:, -1]):
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [len(cells) for cells in csv.reader(file, delimiter=sep)]
    short = [row for row, n in enumerate(cells[: len(frame) + 1], 1) if 0 < n < len(frame.columns)]
    if short:
        listed = ", ".join(map(str, short[:ROWS])) + (" …" if len(short) > ROWS else "")
        SAYS.notice("short_row", table=name, rows=listed, cells=cells[short[0] - 1], names=cells[0])


def _lacks(column: pd.Series) -> bool:
    """Return whether a column has an empty cell."""
    return bool((column.isna() | (column == "")).any())


def need(frame: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Raise BadInput for the first of ``columns`` that ``frame`` lacks."""
    for column in columns:
        if column not in frame.columns:
            SAYS.refuse("column_missing", name, 1, column, have=", ".join(map(str, frame.columns[:8])))


def floats(frame: pd.DataFrame, name: str, table: str) -> list[float]:
    """Return a column as floats, NaN where a cell is empty or the column absent; other cells are BadInput.

    >>> floats(pd.DataFrame({"x": ["1", "", 2.5]}), "x", "DATA")
    [1.0, nan, 2.5]
    """
    if name not in frame.columns:
        return [math.nan] * len(frame)
    out = []
    for row, cell in enumerate(frame[name].tolist(), 2):
        try:
            out.append(number(cell))
        except (ValueError, TypeError):
            SAYS.refuse("not_a_number", table, row, name, cell=cell)
        if abs(out[-1]) > LARGEST:
            SAYS.refuse("cell_too_large", table, row, name, cell=cell)
    return out


def texts(frame: pd.DataFrame, name: str) -> list[str]:
    """Return a column as stripped text, "" where a cell is empty or the column absent.

    Units come in Unicode's composed form: the same name typed on another system is the same unit.

    >>> texts(pd.DataFrame({"unit": [" 郑州 ", None]}), "unit")
    ['郑州', '']
    """
    if name not in frame.columns:
        return [""] * len(frame)
    cells = frame[name].tolist()
    found = ["" if cell is None or cell is pd.NA or cell != cell else str(cell).strip() for cell in cells]
    return [unicodedata.normalize("NFC", cell) for cell in found] if name == "unit" else found


def write(tables: Mapping[str | Path, pd.DataFrame | bytes]) -> None:
    """Write ``{path: table}`` as CSV that Excel opens, all or none; `read_table` gives the same cells back.

    Bytes are written as they are.

    Raises BadInput for a path that is no file, lies below one, or is held by another program.
    """
    csvio.write(tables, bom=True)
