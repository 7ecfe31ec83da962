"""CSV in and out: one reader, one parser of numbers, one writer that writes whole files or none.

The reader tolerates what Excel adds (a byte order mark, CRLF line ends, empty rows at the end) and counts
rows as a spreadsheet does: the header is row 1, and a cell that holds a line break does not shift the rows
below it. Text comes in Unicode's composed form, so that names that look alike are alike.
What it cannot read raises `BadTable`, which names the file, the place and the mend.
"""

from __future__ import annotations

import contextlib
import csv
import io
import math
import numbers as kinds
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bluebook.data.faults import ODD, BadTable, Fault, fault, listed

Row = tuple[int, list[str]]
NAME = 1000  # letters in a column name; what is longer is no name
BOM = "\ufeff"

# ---------------------------------------------------------------- numbers

PRINTED = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_ANY = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_COLUMN, _COLUMN_PRINTED = (
    re.compile(rf"([ \t]*({one.pattern})?[ \t]*\n)*") for one in (_ANY, PRINTED)
)  # a column at once, one cell a line


def number(cell: object, *, printed: bool = False) -> float:
    """Return a cell as a finite float, NaN where it is empty. Raises ValueError for anything else.

    Stricter than ``float``: no "nan", "inf", "1_000", "1,000", True, full-width digits. ``printed`` takes
    only what a text prints: digits and at most one point between them, no exponent.

    >>> number(" 97.25 "), number("1e3")
    (97.25, 1000.0)
    """
    if cell is None or isinstance(cell, str):
        text = (cell or "").strip(" \t")
        if not text:
            return math.nan
        if not (PRINTED if printed else _ANY).fullmatch(text):
            raise ValueError(cell)
        value = float(text)
    elif isinstance(cell, (bool, np.bool_)) or not isinstance(cell, kinds.Real):
        if cell is pd.NA:
            return math.nan
        raise ValueError(cell)
    else:
        value = float(cell)
    if math.isinf(value):
        raise ValueError(cell)
    return value


def numbers(cells: Sequence[str], *, printed: bool = False) -> np.ndarray | None:
    """Return text cells as floats (empty is NaN), or None unless every one of them is a `number`: fast."""
    column = "\n".join([*cells, ""])
    fine = (_COLUMN_PRINTED if printed else _COLUMN).fullmatch(column)
    if not fine or column.count("\n") > len(cells):  # a line break inside a cell
        return None
    found = np.array([cell.strip() or "nan" for cell in cells], dtype=object).astype(float)
    return None if np.isinf(found).any() else found


# ---------------------------------------------------------------- no cell is a formula

_FORMULA = re.compile(r"'*\s*[=+\-@]")  # what a spreadsheet would run; the apostrophes are ours


def shielded(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which no text, names of columns included, begins with = + - @ unless it is a number.

    Such a text gets an apostrophe in front, one more if it has some: `bared` takes exactly that one off.

    >>> shielded(pd.DataFrame({"unit": ["=1+1", "-2", "'@"], "x": [-1, 2, 3]}))["unit"].tolist()
    ["'=1+1", '-2', "''@"]
    """
    out = table.rename(columns=_shield).copy()
    for place, dtype in enumerate(out.dtypes):
        if not pd.api.types.is_numeric_dtype(dtype) and out.iloc[:, place].map(_is_formula).any():
            out.isetitem(place, out.iloc[:, place].map(_shield))
    return out


def bared(text: str) -> str:
    """Return a cell as it was before `shielded`.

    >>> bared("'=1+1"), bared("'twas"), bared("-2")
    ('=1+1', "'twas", '-2')
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _is_formula(cell: object) -> bool:
    return isinstance(cell, str) and bool(_FORMULA.match(cell)) and not _ANY.fullmatch(cell.strip())


def _shield(cell: Any) -> Any:
    return f"'{cell}" if _is_formula(cell) else cell


def marked(content: bytes) -> bytes:
    """Return a file's bytes behind a byte order mark, without which Excel on Windows reads no UTF-8."""
    mark = BOM.encode("utf-8")
    return content if content.startswith(mark) else mark + content


def table_text(table: pd.DataFrame) -> str:
    """Return a table as CSV text, LF line ends, no cell a formula."""
    return shielded(table).to_csv(index=False, lineterminator="\n")


# ---------------------------------------------------------------- in


def read_rows(path: Path, shown: str = "") -> tuple[list[str], list[Row]]:
    """Return header and rows of a CSV file, each row with its number in a spreadsheet; no empty rows.

    ``shown`` is the file's name in a message (else its path below the data folder). Raises `BadTable` for a
    file that is missing, empty, not UTF-8, or has a quote that never closes.
    """
    shown = shown or short(path)
    lines = [row for row in _lines(path, shown) if any(cell.strip() for cell in row[1])]
    if not lines:
        raise BadTable(fault(__file__, "empty_file", shown))
    return [name.strip() for name in lines[0][1]], lines[1:]


def _lines(path: Path, shown: str) -> Iterator[Row]:
    """Yield every row of a CSV file with its number, empty ones too."""
    row = 0
    try:
        text = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig"))
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            yield row, cells
    except FileNotFoundError:
        raise missing(path, shown) from None
    except PermissionError:
        raise locked(path, shown) from None
    except UnicodeDecodeError:
        raise BadTable(fault(__file__, "not_utf8", shown)) from None
    except csv.Error as problem:
        raise BadTable(fault(__file__, "broken_row", shown, row + 1, why=problem)) from None
    except OSError as problem:
        raise BadTable(fault(__file__, "unreadable", shown, why=problem.strerror or problem)) from None


def read_table(
    source: str | Path | pd.DataFrame,
    name: str = "",
    *,
    numeric: bool = False,
    text: Iterable[str] = ("unit", "time", "code"),
) -> pd.DataFrame:
    """Return any CSV file as a frame of text cells, "" where empty; a DataFrame comes back as it is.

    Row ``i`` of the frame is row ``i + 2`` of the spreadsheet: empty rows between others stay, those at the
    end go. With ``numeric`` every column but the first and those in ``text`` comes as float where all its
    cells are numbers. ``name`` stands for the file in messages. Raises `BadTable` for what `read_rows`
    refuses, a column without a name or with the name of another, and a row longer than the header; what a
    shorter row lacks counts as empty.
    """
    if isinstance(source, pd.DataFrame):
        return source
    path = Path(source)
    shown = name or path.name
    lines = [[bared(cell) for cell in cells] for _, cells in _lines(path, shown)]
    while lines and not any(cell.strip() for cell in lines[-1]):
        lines.pop()
    header = [cell.strip() for cell in lines[0]] if lines else []
    if not any(header):
        raise BadTable(fault(__file__, "empty_file", shown))
    for place, column in enumerate(header):
        if not column or len(column) > NAME:
            code = "column_without_name" if not column else "column_name_long"
            raise BadTable(fault(__file__, code, shown, 1, number=place + 1))
        if column in header[:place]:
            raise BadTable(fault(__file__, "column_twice", shown, 1, column))
    width = len(header)
    for place, cells in enumerate(lines[1:], start=2):
        if len(cells) > width:
            extra = next((cell for cell in cells[width:] if cell), "")
            raise BadTable(
                fault(__file__, "row_long", shown, place, "", extra, cells=len(cells), header=width)
            )
        cells += [""] * (width - len(cells))
    columns = list(zip(*lines[1:], strict=True)) if len(lines) > 1 else [()] * width
    keep = {header[0], *text}
    found: dict[str, Any] = {}
    for column, cells in zip(header, columns, strict=True):
        values = None if not numeric or column in keep else numbers(cells)
        found[column] = pd.array(cells, dtype="str") if values is None else values
    return pd.DataFrame(found, columns=header)


def header_faults(path: Path, header: list[str], fields: list[dict[str, Any]]) -> list[Fault]:
    """Return what is wrong with a header: a wrong delimiter, a column twice, missing or unknown."""
    file, wanted = short(path), [f["name"] for f in fields]
    if len(header) == 1 and re.search(r"[;\t|，；]", header[0]):
        return [fault(__file__, "delimiter", file, 1, "", header[0])]
    twice = dict.fromkeys(n for n in header if header.count(n) > 1)
    found = [fault(__file__, "column_twice", file, 1, name or "（空）", name) for name in twice]
    found += [fault(__file__, "column_missing", file, 1, n, name=n) for n in wanted if n not in header]
    unknown = [name for name in dict.fromkeys(header) if name not in wanted]
    found += [fault(__file__, "column_unknown", file, 1, n, n, wanted=listed(wanted)) for n in unknown]
    return found


def ragged_rows(path: Path, header: list[str], rows: list[Row]) -> list[Fault]:
    """Return the rows that have more or fewer cells than the header."""
    return [
        fault(__file__, "ragged", short(path), row, "", ",".join(cells), cells=len(cells), header=len(header))
        for row, cells in rows
        if len(cells) != len(header)
    ]


# What a spreadsheet or a program writes where it has no value.
NO_VALUE = re.compile(
    r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)|[+-]?nan|n/a|na|null|none", re.I
)


def not_a_number(file: str, row: int, column: str, value: str, whole: bool) -> Fault:
    """Return the fault of a cell that should hold a number."""
    code = "not_whole" if whole else "not_a_number"
    if NO_VALUE.fullmatch(value.strip()):
        code = "no_value"
    elif ODD.search(value):
        code = "odd_blank"
    return fault(__file__, code, file, row, column, value)


def locked(path: Path, shown: str = "") -> BadTable:
    """Return the error of a file that may not be opened, most likely since a spreadsheet holds it."""
    return BadTable(fault(__file__, "locked", shown or short(path)))


def missing(path: Path, shown: str = "") -> BadTable:
    """Return the error of a file that is not there."""
    return BadTable(fault(__file__, "missing_file", shown or short(path)))


def short(path: Path) -> str:
    """Return a path as an editor knows it: from the data folder down."""
    for folder in path.parents:
        if (folder / "datapackage.json").exists():
            return path.relative_to(folder).as_posix()
    return path.name


def row_number(path: Path, column: str, value: str) -> int | None:
    """Return the spreadsheet row of the first row whose ``column`` holds ``value``, None if there is none."""
    with contextlib.suppress(BadTable, ValueError):
        header, rows = read_rows(path)
        at = header.index(column)
        return next((row for row, cells in rows if len(cells) > at and cells[at].strip() == value), None)
    return None


# ---------------------------------------------------------------- out


def write(files: Mapping[str | Path, pd.DataFrame | str | bytes], *, bom: bool = False) -> None:
    """Write ``{path: table, text or bytes}``, each file whole or not at all, none before all are ready.

    Tables become CSV with LF line ends. ``bom`` puts a byte order mark before each text: for what Excel will
    open. Raises `BadTable` that names the file which cannot be written.
    """
    ready: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for target, content in files.items():
            path = Path(target)
            if path.exists() and not path.is_file():
                raise BadTable(fault(__file__, "not_a_file", str(path)))
            if path.exists():
                path.open("r+b").close()  # a spreadsheet that shows it may hold it
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
            os.close(handle)
            ready.append((Path(temporary), path))
            if not isinstance(content, bytes):
                text = content if isinstance(content, str) else table_text(content)
                content = (BOM * bom + text).encode("utf-8")
            Path(temporary).write_bytes(content)
        for temporary, path in ready:
            temporary.chmod(0o644)
            temporary.replace(path)
    except PermissionError:
        raise BadTable(fault(__file__, "locked", str(path))) from None
    except OSError as problem:
        raise BadTable(fault(__file__, "unwritable", str(path), why=problem.strerror or problem)) from None
    finally:
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)
