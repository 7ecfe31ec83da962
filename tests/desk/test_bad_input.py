"""Whatever an editor may hand in by mistake, at the command line: told in one line or by cell, the book as it was."""

from __future__ import annotations

import datetime
import errno
import functools
import io
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import desks
import docx
import openpyxl
import pytest
from conftest import ROOT
from desks import YEAR, held_elsewhere
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from bluebook import cli
from bluebook.data import edition as editions
from bluebook.desk import sheets
from bluebook.year import journal

pytestmark = pytest.mark.usefixtures("rules_alone")


class Done(NamedTuple):
    """What a command ended with, and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> Callable[..., Done]:
    """Return a way to run a command in this process, as an editor would type it."""
    monkeypatch.setenv("BLUEBOOK_LANG", "zh")

    def command(*args: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["bluebook", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return Done(int(ended.value.code or 0), told.out, told.err)

    return command


def state(home: Path) -> dict[str, bytes]:
    """Return every file of the book but what the commands keep for themselves."""
    return {
        p.relative_to(home).as_posix(): p.read_bytes()
        for p in home.rglob("*")
        if p.is_file() and journal.FOLDER not in p.parts
    }


# ---------------------------------------------------------------- what is wrong inside a workbook

Work = Callable[[openpyxl.Workbook], object]


def at(book: openpyxl.Workbook, row: str, column: str, sheet: str = sheets.DATA):
    found = book[sheet]
    head = sheets.HEAD if sheet == sheets.EXPERTS else sheets.FIRST
    return found.cell(desks.rows_of(found)[row], desks.columns_of(found, head)[column])


def put(row: str, column: str, value: object, sheet: str = sheets.DATA) -> Work:
    return lambda book: setattr(at(book, row, column, sheet), "value", value)


def error(book: openpyxl.Workbook) -> None:
    cell = at(book, "410300", "input_1")
    cell.value, cell.data_type = "#DIV/0!", "e"


def weight(book: openpyxl.Workbook) -> None:
    tree = book["指标体系"]
    column = desks.columns_of(tree, sheets.HEAD)["权重"]
    tree.cell(desks.rows_of(tree)["input"], column).value = 90


def city_twice(book: openpyxl.Workbook) -> None:
    sheet = book[sheets.DATA]
    for column in (1, 2):
        sheet.cell(5, column).value = sheet.cell(4, column).value


def city_gone(book: openpyxl.Workbook) -> None:
    book[sheets.DATA].delete_rows(8)


def experts(book: openpyxl.Workbook) -> None:
    for column in range(3, 1003):
        book[sheets.EXPERTS].cell(2, column).value = f"专家{column}"
        for row in range(3, 8):
            book[sheets.EXPERTS].cell(row, column).value = 20


def year(text: str) -> Work:
    return lambda book: book[sheets.SETTINGS].__setitem__("C3", text)


def out_of_data(book: openpyxl.Workbook) -> None:
    sheet = book["名单与提纲"]
    heads = desks.columns_of(sheet, sheets.HEAD)
    for head, column in heads.items():
        if column >= 5:
            sheet.cell(sheets.FIRST, column).value = "../../etc/x" if "章" in head else "一、标题"


INSIDE: dict[str, tuple[Work, str]] = {
    "a wrong sheet": (lambda b: setattr(b[sheets.DATA], "title", "数据（改）"), "没有这张工作表"),
    "a sheet that is gone": (lambda b: b.remove(b[sheets.EXPERTS]), "没有这张工作表"),
    "merged cells": (lambda b: b[sheets.DATA].merge_cells("C5:C6"), "单元格合并了"),
    "a formula without its value": (put("410300", "input_1", "=1+1"), "公式没有存下结果"),
    "a formula with an error": (error, "公式出错"),
    "a city twice": (city_twice, "是一个城市"),
    "a city that is gone": (city_gone, "少了这个城市的一行"),
    "an indicator that is gone": (lambda b: b[sheets.DATA].delete_cols(3), "少了这个指标的一列"),
    "a text in a number": (put("410300", "input_1", "二十七"), "不是数"),
    "a date in a number": (put("410300", "input_1", datetime.date(YEAR, 1, 2)), "却成了日期"),
    "an impossible value": (put("input", "E1", 900, sheets.EXPERTS), "合计为 970"),
    "weights that do not sum": (weight, "100"),
    "a thousand experts": (experts, "专家超过"),
    "a year that is none": (year("二〇二三"), "不是年份"),
    "a path for a year": (year("../2022"), "不是年份"),
    "a path out of the book": (out_of_data, "../../etc/x"),
}


@pytest.mark.slow  # `test_slips` tells the same faults without a file
@pytest.mark.parametrize("what", INSIDE)
def test_what_is_wrong_in_a_workbook_is_told_and_nothing_is_written(
    laid: Path, home: Path, run: Callable[..., Done], what: str
) -> None:
    work, words = INSIDE[what]
    desks.changed(laid / "panel.xlsx", home / "a.xlsx", work)
    before = state(home)
    done = run("import", home / "a.xlsx")
    assert done.code == 2 and words in done.err, done.err
    assert done.err.startswith("a.xlsx ") and "Traceback" not in done.err
    marked = state(home).keys() - before.keys()
    assert marked <= {"faults.xlsx"} and bool(marked) != ("不是年份" in words)
    assert {name: state(home)[name] for name in before} == before


@pytest.mark.parametrize("filtered", [True, False])
def test_hidden_rows_and_a_filter_left_on_are_read_and_said(
    laid: Path, home: Path, run: Callable[..., Done], filtered: bool
) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book[sheets.DATA].row_dimensions[6].hidden = True
        if filtered:
            book[sheets.DATA].auto_filter.ref = "A3:C21"

    desks.changed(laid / "panel.xlsx", home / "a.xlsx", hide)
    done = run("import", home / "a.xlsx")
    assert done.code == 0 and ("筛选还开着" if filtered else "行隐藏着") in done.out


# ---------------------------------------------------------------- what is no workbook


def empty_book() -> bytes:
    held = io.BytesIO()
    openpyxl.Workbook().save(held)
    return held.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'
FILES: dict[str, tuple[str, bytes, str]] = {
    "an empty book": ("a.xlsx", empty_book(), "没有一张年度工作簿的表"),
    "an empty file": ("a.xlsx", b"", "空的"),
    "a zip bomb": ("a.xlsx", desks.zipped(**{"xl/worksheets/sheet1.xml": bytes(80 * 2**20)}), "太大"),
    "two thousand parts": ("a.xlsx", desks.zipped(**{f"x{n}": b"" for n in range(2001)}), "太大"),
    "a macro file": ("a.xlsm", b"PK\x03\x04", "宏"),
    "macros under another name": ("a.xlsx", desks.zipped(**{"xl/vbaProject.bin": b"x"}), "宏"),
    "an .xls": ("a.xls", OLE, "旧格式"),
    "a password": ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "entities": ("a.xlsx", desks.zipped(**{"xl/sharedStrings.xml": ENTITY}), "实体"),
    "a part that leads out of the file": ("a.xlsx", desks.zipped(**{"../../etc/x": b"x"}), "坏了"),
    "no workbook": ("a.xlsx", "城市,得分\n".encode("gbk"), "不是 Excel 工作簿"),
}


@pytest.mark.parametrize("what", FILES)
def test_what_is_no_workbook_gets_one_line_and_nothing_is_written(
    home: Path, run: Callable[..., Done], what: str
) -> None:
    name, content, words = FILES[what]
    (home / name).write_bytes(content)
    before = state(home)
    done = run("import", home / name)
    assert (done.code, len(done.err.splitlines())) == (2, 1) and words in done.err and name in done.err
    assert state(home) == before and not Path("/etc/x").exists()


def test_two_hundred_megabytes_get_one_line(home: Path, run: Callable[..., Done]) -> None:
    (home / "big.xlsx").write_bytes(b"PK\x03\x04")
    os.truncate(home / "big.xlsx", 200 * 2**20)
    done = run("import", home / "big.xlsx")
    assert (done.code, len(done.err.splitlines())) == (2, 1) and "太大" in done.err


@pytest.mark.parametrize("told", ["二〇二三", "../2022", "20230", "-1", "1999", "2030"])
def test_an_edition_that_is_none_gets_one_line_and_no_file(
    home: Path, run: Callable[..., Done], told: str
) -> None:
    before = state(home)
    done = run("template", "--", told, home / "t.xlsx")
    assert (done.code, len(done.err.splitlines())) == (2, 1), done.err
    assert state(home) == before


# ---------------------------------------------------------------- what the machine does


def test_a_second_import_at_the_same_time_gets_one_line(
    laid: Path, home: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = journal.locked
    monkeypatch.setattr(journal, "locked", lambda home, wait=0.2: real(home, 0.2))
    before = state(home)
    with held_elsewhere(home):
        for args in (
            ("import", laid / "panel.xlsx"),
            ("template", YEAR, home / "t.xlsx"),
        ):
            done = run(*args)
            assert (done.code, len(done.err.splitlines())) == (2, 1) and "另一个命令" in done.err
    assert state(home) == before


def test_a_file_that_excel_holds_open_gets_one_line_read_or_written(
    laid: Path, home: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(laid / "panel.xlsx", home / "a.xlsx")
    before = state(home)
    read, replace = Path.read_bytes, Path.replace

    def held(path: Path) -> bytes:
        if path.name == "a.xlsx":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", held)
    done = run("import", home / "a.xlsx")
    assert (done.code, len(done.err.splitlines())) == (2, 1) and "Excel 还开着它" in done.err
    monkeypatch.setattr(Path, "read_bytes", read)

    def kept(path: Path, target: Path) -> Path:
        if Path(target).suffix == ".xlsx":
            raise PermissionError(errno.EACCES, "Permission denied", str(target))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", kept)
    done = run("template", YEAR, home / "t.xlsx")
    assert (done.code, len(done.err.splitlines())) == (2, 1) and "Excel 还开着它" in done.err
    assert state(home) == before


@pytest.mark.parametrize("command", ["import", "template", "speech", "review"])
def test_a_full_disk_gets_one_line_and_no_half_a_file(
    laid: Path, home: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    for name in ("_toc.yml", "index.md"):
        shutil.copy(ROOT / name, home)
    (home / "讲话.txt").write_text("谈谈外贸\n某研究所所长 李四\n增长16.4%。\n", "utf-8")
    args = {
        "import": ("import", laid / "panel.xlsx"),
        "template": ("template", YEAR, home / "t.xlsx"),
        "speech": ("speech", home / "讲话.txt"),
        "review": ("review", "out", "index", home / "r.docx"),
    }[command]
    before = state(home)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(os, "fdopen", functools.partial(_full, os.fdopen))
    done = run(*args)
    assert (done.code, len(done.err.splitlines())) == (2, 1) and "No space left" in done.err, done.err
    assert state(home) == before


def _full(real: Callable, *args: object, **kwargs: object) -> object:
    file = real(*args, **kwargs)
    if "w" not in str(args[1:]) + str(kwargs):
        return file
    file.close()
    raise OSError(errno.ENOSPC, "No space left on device")


# ---------------------------------------------------------------- Word files


def pictures(path: Path) -> None:
    document = docx.Document()
    for _ in range(3):
        document.add_paragraph()._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:drawing/></w:r>"))
    document.save(path)


def plain(path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("增长6.3%。")
    document.save(path)


def raw(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


WORD: dict[str, tuple[str, Callable[[Path], None], str, str]] = {
    "none": ("a.docx", raw(b"hello"), "不是 Word", "不是 Word"),
    "pictures only": ("b.docx", pictures, "没有文字", "不是 review out"),
    "another's words": ("c.docx", plain, "", "不是 review out"),
    "a workbook": ("d.docx", raw(empty_book()), "不是 Word", "不是 Word"),
    "a password": ("e.docx", raw(OLE + "EncryptedPackage".encode("utf-16-le")), "密码", "密码"),
    "macros": ("f.docm", raw(b"PK\x03\x04"), "宏", "宏"),
    "an old document": ("g.doc", raw(OLE), "旧格式", "旧格式"),
}


@pytest.mark.parametrize("what", WORD)
def test_a_word_file_that_is_none_gets_one_line_from_either_command(
    home: Path, run: Callable[..., Done], what: str
) -> None:
    name, write, speech, review = WORD[what]
    shutil.copy(ROOT / "_toc.yml", home)
    write(home / name)
    before = state(home)
    for args, words in ((("speech", home / name), speech), (("review", "in", home / name), review)):
        if words:
            done = run(*args)
            assert (done.code, len(done.err.splitlines())) == (2, 1), done.err
            assert words in done.err and name in done.err
    assert state(home) == before


@pytest.mark.slow
def test_nested_tables_and_two_thousand_numbers_in_word_are_read(
    home: Path, run: Callable[..., Done]
) -> None:
    document = docx.Document()
    outer = document.add_table(1, 1)
    outer.cell(0, 0).add_table(1, 1).cell(0, 0).text = "投资增长7.1%"
    for n in range(1000):
        document.add_paragraph(f"第{n}项投资{n}.5亿元，增长{n % 90}.{n % 10}%。")
    document.save(home / "讲话.docx")
    done = run("speech", home / "讲话.docx", "--year", editions.current_year())
    assert done.code == 0 and "表格里套着表格" in done.out, done.err
    sheet = next(home.glob("讲话*.xlsx"))
    rows = openpyxl.load_workbook(sheet, read_only=True)["引用数字"]
    told = sum(1 for row in rows.iter_rows(min_row=sheets.FIRST, max_col=1, values_only=True) if row[0])
    assert told == 2000
