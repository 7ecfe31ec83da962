"""``faults.xlsx``: the workbook again with its faulty cells in red, and a list of them on its first sheet."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from bluebook.data.faults import Fault
from bluebook.desk.reading import Book
from bluebook.desk.workbook import keep

LIST, OURS = "问题", "bluebook faults"
_HEADS = (("工作表", 14), ("单元格", 10), ("填的是", 24), ("哪里不对", 60), ("怎么改", 60))
_COMMENTS = 500


def mark(books: Sequence[Book], faults: Sequence[Fault]) -> list[Path]:
    """Write one file a workbook that has faults, beside it; return them. Raises `BadInput` or OSError."""
    out = []
    for book in books:
        own = [f for f in faults if f.file.startswith(f"{book.path.name} ")]
        if own:
            target = _free(book.path.parent, "faults" if len(books) == 1 else f"faults-{book.path.stem}")
            keep(_marked(book, own), target)
            out.append(target)
    return out


def _free(folder: Path, stem: str) -> Path:
    """Return the first name that is free, or whose file is one of ours."""
    number, path = 1, folder / f"{stem}.xlsx"
    while path.exists() and not _is_ours(path):
        number += 1
        path = folder / f"{stem}-{number}.xlsx"
    return path


def _is_ours(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as pack:
            return OURS.encode() in pack.read("docProps/core.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def _marked(book: Book, faults: Sequence[Fault]) -> bytes:
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    red = PatternFill("solid", fgColor="FF9C9C")
    there = openpyxl.load_workbook(io.BytesIO(book.content))
    sheet = there.create_sheet(LIST, 0)
    while sheet.title != LIST:  # a workbook that was marked before
        old = there[LIST]
        there.remove(old)
        sheet.title = LIST
    for column, (head, width) in enumerate(_HEADS, start=1):
        cell = sheet.cell(1, column, head)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="8A1F1F")
        sheet.column_dimensions[chr(64 + column)].width = width
    for row, f in enumerate(faults, start=2):
        name = f.file.removeprefix(f"{book.path.name} ")
        cells = name, f.column, f.value[:200], f"{f.problem_zh}{f.elsewhere[0]}", f.mend_zh
        for column, text in enumerate(cells, start=1):
            cell = sheet.cell(row, column, _plain(text) or None)
            cell.data_type = "s" if text else "n"
            cell.quotePrefix = text[:1] in tuple("=+-@")
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if name in there.sheetnames and f.column:
            sheet.cell(row, 2).hyperlink = f"#'{name}'!{f.column.partition(':')[0]}"
        for address in _addresses(f) if name in there.sheetnames else ():
            cell = there[name][address]
            if not isinstance(cell, tuple) and hasattr(cell, "fill"):
                cell.fill = red
                if row < _COMMENTS and type(cell).__name__ == "Cell":
                    cell.comment = Comment(_plain(f"{f.problem_zh}。{f.mend_zh}"), "")
    sheet.freeze_panes = "A2"
    there.active = 0
    there.properties.subject = OURS
    held = io.BytesIO()
    there.save(held)
    return held.getvalue()


def _addresses(f: Fault) -> list[str]:
    """Return the cells of a fault, those of the same cause too."""
    told = f.elsewhere[1].rpartition(": ")[2].rstrip(")").split() if f.times > 1 else []
    return [a.partition(":")[0] for a in (told or [f.column]) if a]


def _plain(text: str) -> str:
    """Return a text without the characters that no workbook may hold."""
    return "".join(c for c in text if c in "\t\n" or c >= " ")
