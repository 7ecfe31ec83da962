"""A file from outside, opened safely: bounded before it is unpacked, no macro, no entity, no password.

What comes back of a workbook is plain: a sheet's cells by row and column, each with value, kind and format.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from bluebook.messages import BadInput, Catalogue, message

SAYS = Catalogue(__file__)
LARGEST, UNPACKED, PARTS = 20 * 2**20, 40 * 2**20, 2_000  # bytes of the file, of its parts, and their number
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)|^(\xff\xfe|\xfe\xff)")


class Kind(NamedTuple):
    """A kind of file: its main part, endings with macros and of older formats, and whether Word writes it."""

    main: str
    macros: tuple[str, ...]
    old: tuple[str, ...]
    word: bool = False

    def code(self, name: str) -> str:
        """Return the code of the message for this kind of file."""
        return f"word_{name}" if self.word else name


EXCEL = Kind("xl/workbook.xml", (".xlsm", ".xltm", ".xlam"), (".xls", ".et"))
WORD = Kind("word/document.xml", (".docm", ".dotm"), (".doc", ".dot", ".wps"), word=True)


class Seen(NamedTuple):
    """One cell as it was saved: ``kind`` is n(umber), s(tring), b(oolean), d(ate), e(rror).

    ``formula``: what computes it, "" where it was typed; then ``value`` is what was saved with it, None where
    nothing was.
    """

    value: Any
    kind: str
    format: str
    formula: str = ""


@dataclass
class Grid:
    """A sheet: cells by (row, column) from 1, merged ranges as (first row, column, last row, column) with
    their name, and the rows that nobody sees.
    """

    name: str
    cells: dict[tuple[int, int], Seen] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int, str]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    filtered: bool = False

    def rows(self) -> list[int]:
        """Return the rows that hold anything, ascending."""
        return sorted({row for row, _ in self.cells})

    def at(self, row: int, column: int) -> Seen | None:
        return self.cells.get((row, column))

    def text(self, row: int, column: int) -> str:
        """Return a cell as text without blanks at its ends, "" where there is nothing.

        A formula whose value was never saved is something: it stands for itself.
        """
        seen = self.cells.get((row, column))
        return "" if seen is None else str(seen.formula if seen.value is None else seen.value).strip()


class Book(NamedTuple):
    """A workbook: its file, the bytes that were read, and its sheets by name."""

    path: Path
    content: bytes
    sheets: dict[str, Grid]


def read(path: Path) -> Book:
    """Return a workbook's cells. Raises `BadInput`, one line, for whatever is no workbook of ours to open."""
    content = safe(path, EXCEL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Excel can and openpyxl cannot draw says nothing of a cell
            return Book(path, content, _sheets(content))
    except MemoryError:
        refuse(path, "too_large")
    except Exception:  # a damaged part breaks the parser anywhere, in any way
        refuse(path, "damaged")


def refuse(path: Path, code: str, **fields: object) -> NoReturn:
    """Raise `BadInput`, one line that begins with the file's name."""
    zh, en = message(__file__, code, **fields)
    problem = BadInput(f"{path.name}：{zh}", f"{path.name}: {en}")
    problem.code = code
    raise problem from None


def safe(path: Path, kind: Kind) -> bytes:
    """Return a file's bytes once it is sure that unpacking them does no harm. Raises `BadInput`."""
    content = whole(path, kind)
    _refuse_unsafe(path, content, kind)
    return content


def whole(path: Path, kind: Kind) -> bytes:
    """Return the bytes of a file that is not too large. Raises `BadInput`."""
    if path.suffix.lower() in kind.macros:
        refuse(path, kind.code("macros"))
    try:
        if path.is_dir():
            refuse(path, kind.code("a_folder"))
        if path.stat().st_size > LARGEST:
            refuse(path, kind.code("too_large"))
        return path.read_bytes()
    except FileNotFoundError:
        refuse(path, "not_there")
    except PermissionError:
        refuse(path, kind.code("held_open"))
    except OSError as problem:
        refuse(path, "unread", why=problem.strerror or problem)


def _refuse_unsafe(path: Path, content: bytes, kind: Kind) -> None:
    """Refuse what must not be unpacked, from the list of parts alone, then what no such file needs."""
    if path.name.startswith("~$"):
        refuse(path, kind.code("lock_file"))
    if content[:4] == _OLE:
        old = path.suffix.lower() in kind.old and b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P" not in content
        refuse(path, kind.code("old_format" if old else "password"))
    if not content:
        refuse(path, "empty")
    if content[:4] != _ZIP:
        refuse(path, kind.code("old_format" if path.suffix.lower() in kind.old else "no_workbook"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            parts = pack.infolist()
            if len(parts) > PARTS or sum(p.file_size for p in parts) > UNPACKED:
                refuse(path, kind.code("too_large"))
            if any(p.flag_bits & 1 for p in parts):
                refuse(path, kind.code("password"))
            names = {p.filename.lower() for p in parts}
            if any("vbaproject" in name for name in names):
                refuse(path, kind.code("macros"))
            if kind.main not in names:
                refuse(path, kind.code("no_workbook"))
            for part in parts:  # a part that says it is shorter than it is ends where it says
                if part.filename.endswith((".xml", ".rels")) and _ENTITY.search(pack.read(part)):
                    refuse(path, kind.code("entities"))
    except BadInput:
        raise
    except Exception:
        refuse(path, kind.code("damaged"))


def _sheets(content: bytes) -> dict[str, Grid]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), rich_text=False)
    saved = None
    found: dict[str, Grid] = {}
    for sheet in book.worksheets:
        grid = found[sheet.title] = Grid(sheet.title, filtered=bool(sheet.auto_filter.ref))
        for place in sheet.merged_cells.ranges:
            grid.merged.append((place.min_row, place.min_col, place.max_row, place.max_col, place.coord))
        grid.hidden = sorted(row for row, told in sheet.row_dimensions.items() if told.hidden)
        # Only the cells that are there: the size that a sheet claims may be a million rows.
        for at, cell in sheet._cells.items():
            if cell.value is None:
                continue
            if cell.data_type == "f":
                if saved is None:
                    saved = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
                formula = (
                    cell.value if isinstance(cell.value, str) else getattr(cell.value, "text", "=") or "="
                )
                cell = saved[sheet.title].cell(*at)
                grid.cells[at] = Seen(cell.value, _kind(cell), cell.number_format, formula)
            else:
                grid.cells[at] = Seen(cell.value, _kind(cell), cell.number_format)
    return found


def _kind(cell: Any) -> str:
    if cell.value is None:
        return "s"
    return "d" if cell.is_date or cell.data_type == "d" else cell.data_type
