"""The workbook out and in: what is filled in stands in the tables, whole or not at all."""

from __future__ import annotations

import errno
import functools
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import desks
import openpyxl
import pytest
from conftest import ROOT, bluebook, change, rewrite
from desks import YEAR, Dying, Killed, changed, held_elsewhere, read

from bluebook.data import edition as editions
from bluebook.data import schema
from bluebook.desk import marking, reading, review, sheets, tables, taking, workbook
from bluebook.desk.cleaning import clean
from bluebook.desk.reading import Seen
from bluebook.messages import BadInput
from bluebook.year import journal

KILLS = 50
FOLDER = f"data/editions/{YEAR}"


def state(home: Path) -> dict[str, bytes]:
    return {p.relative_to(home).as_posix(): p.read_bytes() for p in (home / "data").rglob("*") if p.is_file()}


def at(book: openpyxl.Workbook, sheet: str, row: str, column: str):
    """Return the cell of a matrix by what stands at its left and above it."""
    found = book[sheet]
    head = sheets.HEAD if sheet == sheets.EXPERTS else sheets.FIRST
    return found.cell(desks.rows_of(found)[row], desks.columns_of(found, head)[column])


# ---------------------------------------------------------------- there and back


def test_the_template_taken_back_as_it_is_changes_nothing(laid: Path, home: Path) -> None:
    before = state(home)
    found = taking.take([laid / "template.xlsx"])
    assert (found.faults, found.said, found.written, found.backup) == ([], [], [], None)
    assert state(home) == before


def same_as_the_panel(home: Path) -> None:
    there, panel = read(home / FOLDER / "observations.csv"), read(home / "data/teaching/observations.csv")
    assert there.equals(panel)
    forms = read(home / "data/teaching/experts.csv").drop(columns="status")
    assert read(home / FOLDER / "experts.csv").equals(forms)


@pytest.mark.slow
def test_the_teaching_panel_filled_in_gives_the_teaching_panels_tables(laid: Path, home: Path) -> None:
    before = state(home)
    found = taking.take([laid / "panel.xlsx"])
    assert found.faults == []
    same_as_the_panel(home)
    ranks = dict(zip(found.preview["city"], found.preview["rank"], strict=True))
    assert (ranks["郑州"], ranks["洛阳"], found.preview["score"].iloc[0]) == (1, 2, "97.25")
    with zipfile.ZipFile(found.backup) as pack:
        kept = {name: pack.read(name) for name in pack.namelist()}
    assert kept and all(before[name] == content for name, content in kept.items())
    listed = {r["path"] for r in schema.package()["resources"]}
    assert {f"editions/{YEAR}/observations.csv", f"editions/{YEAR}/experts.csv"} <= listed
    assert taking.take([laid / "panel.xlsx"]).written == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
def test_the_same_through_libreoffice(laid: Path, home: Path, tmp_path: Path) -> None:
    out = tmp_path / "office"
    kind = "xlsx:Calc MS Excel 2007 XML"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", out, laid / "panel.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    found = taking.take([out / "panel.xlsx"])
    assert found.faults == []
    same_as_the_panel(home)


def test_every_head_of_a_sheet_is_its_own(full: Path) -> None:
    for sheet in {b.sheet for b in sheets.BLOCKS}:
        for block in (b for b in sheets.BLOCKS if b.sheet == sheet):
            heads = [sheets.head(f) for f in sheets.columns(full / "data", block)]
            assert len(set(heads)) == len(heads), block


def test_the_workbook_is_made_to_be_filled_in(laid: Path) -> None:
    book = openpyxl.load_workbook(laid / "template.xlsx")
    assert book.sheetnames == [*sheets.ORDER, sheets.STATE]
    for sheet in book.worksheets[1:-1]:
        assert sheet.freeze_panes and sheet.protection.sheet and not sheet.protection.password, sheet.title
    data = book[sheets.DATA]
    assert data["A4"].protection.locked and not data["C4"].protection.locked
    assert data["C2"].value == "一般公共预算用于科学技术支出（亿元）" and data["C2"].comment.text
    ratio = at(book, sheets.DATA, "410100", "input_2")
    assert ratio.value.startswith("=IF(OR(基础数据!") and ratio.value.endswith("*100)")
    assert not ratio.protection.locked
    offered = [rule.formula1 for rule in book["来源"].data_validations.dataValidation]
    assert '"高,中,低"' in offered and '"是,否"' in offered
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.value.startswith(("=IF(", "=IFERROR(VLOOKUP(")), (
                        sheet.title,
                        cell.coordinate,
                    )


@pytest.mark.slow
def test_shares_are_computed_from_what_they_are_made_of_and_shown_again(
    laid: Path, home: Path, rules_alone: None
) -> None:
    names = {part.name for part in sheets.parts(tables.rows_of(home / "data", "indicators", YEAR))}
    assert {"地区生产总值", "年平均常住人口"} <= names

    def fill(book: openpyxl.Workbook) -> None:
        for part, value, source in (
            ("地区生产总值", 12003.04, "newsletter"),
            ("年平均常住人口", 1260.0, "newsletter"),
        ):
            at(book, sheets.BASES, "410100", part).value = value
            at(book, sheets.BASES, "来源", part).value = source
        at(book, sheets.DATA, "410200", "performance_1").value = 49058
        at(book, sheets.DATA, "来源", "performance_1").value = "newsletter"
        for city in editions.cities()["city"]:  # no table holds only two of the cities
            at(book, sheets.DATA, city, "input_1").value = 5
        at(book, sheets.DATA, "来源", "input_1").value = "newsletter"
        for city in editions.cities()["city"][1:]:
            at(book, sheets.BASES, city, "地区生产总值").value = 1

    found = taking.take([changed(laid / "template.xlsx", home / "a.xlsx", fill)])
    assert found.faults == [], [f.line("en") for f in found.faults]
    rows = read(home / FOLDER / "observations.csv").query("indicator == 'performance_1'").set_index("city")
    assert rows.loc["410100", ["value", "unit", "status", "source"]].tolist() == [
        "95262.2222",
        "元",
        "computed",
        "newsletter",
    ]
    assert rows.loc["410200", ["value", "status"]].tolist() == ["49058", "public"]
    assert "410300" not in rows.index
    workbook.save(YEAR, home / "b.xlsx")
    again = openpyxl.load_workbook(home / "b.xlsx")
    assert str(at(again, sheets.DATA, "410100", "performance_1").value).startswith("=IF(")
    assert at(again, sheets.DATA, "410200", "performance_1").value == 49058
    assert taking.take([home / "b.xlsx"]).written == []


@pytest.mark.slow
def test_settings_change_where_they_were_changed_and_nowhere_else(
    laid: Path, home: Path, rules_alone: None
) -> None:
    before = (home / FOLDER / "edition.yml").read_text("utf-8")

    def fill(book: openpyxl.Workbook) -> None:
        sheet = book[sheets.SETTINGS]
        rows = desks.rows_of(sheet)
        sheet.cell(rows["theme_zh"], 3).value = "创新：驱动 # 发展"
        sheet.cell(rows["published"], 3).value = "2023年7月4日"
        sheet.cell(rows["editors"], 3).value = "甲；乙"
        sheet.cell(rows["framework.by_dimension.output"], 3).value = "7"
        sheet.cell(rows["organisers"], 4).value = sheets.CONFIRMED
        sheet.cell(rows["newsletter.postcode"], 3).value = "450000"

    found = taking.take([changed(laid / "template.xlsx", home / "a.xlsx", fill)])
    assert found.faults == []
    told = editions.edition(YEAR)
    assert (told["theme_zh"], told["published"]) == ("创新：驱动 # 发展", "2023-07-04")
    assert (told["editors"], told["newsletter"]["postcode"]) == (["甲", "乙"], "450000")
    assert told["unconfirmed"] == ["data_year", "framework"]
    after = (home / FOLDER / "edition.yml").read_text("utf-8")
    kept = [
        line
        for line in before.splitlines()
        if line.startswith(("#", "title", "data_year", "framework", "  n_"))
    ]
    assert kept and all(line in after.splitlines() for line in kept)
    assert "organisers:\n" in after  # its remark is gone
    assert [s.code for s in found.said] == ["date"]


# ---------------------------------------------------------------- several copies


@pytest.mark.slow
def test_copies_of_several_people_are_laid_together(laid: Path, home: Path, rules_alone: None) -> None:
    panel = openpyxl.load_workbook(laid / "panel.xlsx")

    def only_forms(book: openpyxl.Workbook) -> None:
        for row in panel[sheets.EXPERTS].iter_rows(min_row=3, min_col=3):
            for cell in row:
                book[sheets.EXPERTS][cell.coordinate].value = cell.value

    def no_forms(book: openpyxl.Workbook) -> None:
        for row in book[sheets.EXPERTS].iter_rows(min_row=3, min_col=3):
            for cell in row:
                cell.value = None

    one = changed(laid / "template.xlsx", home / "forms.xlsx", only_forms)
    two = changed(laid / "panel.xlsx", home / "data.xlsx", no_forms)
    assert taking.take([one, two]).faults == []
    same_as_the_panel(home)


@pytest.mark.slow
def test_where_two_copies_differ_both_are_named(laid: Path, home: Path, rules_alone: None) -> None:
    def other(book: openpyxl.Workbook) -> None:
        at(book, sheets.DATA, "410300", "input_1").value = 27.61

    two = changed(laid / "panel.xlsx", home / "two.xlsx", other)
    before = state(home)
    found = taking.take([laid / "panel.xlsx", two])
    (fault,) = found.faults
    assert fault.file == f"panel.xlsx {sheets.DATA}" and fault.value == "27.16"
    assert "two.xlsx" in fault.problem_zh and "27.61" in fault.problem_zh and fault.column in fault.problem_zh
    assert state(home) == before


# ---------------------------------------------------------------- cleaned, and said


@pytest.mark.parametrize(
    ("written", "type_", "unit", "text", "said"),
    [
        ("６０．５", "number", "", "60.5", "full_width"),
        ("1,234,567.8", "number", "", "1234567.8", "thousands"),
        ("12.30%", "number", "%", "12.30", "percent"),
        ("12.3亿元", "number", "亿元", "12.3", "unit"),
        ("60.5\u00a0", "number", "", "60.5", "blanks"),
        ("－", "number", "", "", "nothing"),
        ("—", "number", "", "", "nothing"),
        ("−5.0", "number", "", "-5.0", "full_width"),
        ("ｉｎｐｕｔ＿１", "string", "", "input_1", "full_width"),
        ("2023/7/4", "date", "", "2023-07-04", "date"),
        ("12.3%", "number", "亿元", "12.3%", ""),
        ("1,23", "number", "", "1,23", ""),
        ("1.234,5", "number", "", "1.234,5", ""),
    ],
)
def test_what_can_mean_one_thing_is_cleaned_and_said(
    written: str, type_: str, unit: str, text: str, said: str
) -> None:
    found = clean(Seen(written, "s", "General"), type_, unit)
    assert (found.text, found.said, found.wrong) == (text, said, "")


def test_numbers_keep_the_decimals_that_their_cells_show() -> None:
    for value, form, text in (
        (52.7, "0.00", "52.70"),
        (0.1 + 0.2, "General", "0.3"),
        (7, "0", "7"),
        (5, "0.0", "5.0"),
    ):
        assert clean(Seen(value, "n", form), "number").text == text
    assert clean(Seen(0.123, "n", "0.0%"), "number", "%").text == "12.3"
    assert clean(Seen(0.123, "n", "0.0%"), "number", "亿元").wrong == "percent_in_number"


@pytest.mark.slow
def test_a_city_may_be_written_in_full(laid: Path, home: Path, rules_alone: None) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        cell = book[sheets.DATA]["B4"]
        assert cell.value == "郑州"
        cell.value = "郑州市"
        at(book, sheets.DATA, "410100", "input_1").value = "６９．０７"

    found = taking.take([changed(laid / "panel.xlsx", home / "a.xlsx", fill)])
    assert found.faults == []
    assert {s.code for s in found.said} == {"city", "full_width"}
    same_as_the_panel(home)


# ---------------------------------------------------------------- worth a second look


@pytest.mark.slow
def test_what_is_hardly_meant_is_warned_of_by_cell(laid: Path, home: Path) -> None:
    panel = (home / "data/teaching/observations.csv").read_text("utf-8")
    (home / "data/editions/2022/observations.csv").write_text(panel, "utf-8")
    schema.list_tables(home / "data")
    workbook.save(YEAR, home / "t.xlsx")
    book = desks.with_panel((home / "t.xlsx").read_bytes(), home / "data")
    data = book[sheets.DATA]
    assert data["D2"].value == f"{sheets.LAST_YEAR}（2022）" and data["D4"].value == 69.07
    at(book, sheets.DATA, "410300", "input_1").value = 271.6
    for code in sheets.leaves(tables.rows_of(home / "data", "indicators", YEAR)):
        at(book, sheets.DATA, "411600", code).value = at(book, sheets.DATA, "410100", code).value
    tree = book["指标体系"]
    rows = desks.rows_of(tree)
    weight = desks.columns_of(tree, sheets.HEAD)["权重"]
    tree.cell(rows["input"], weight).value, tree.cell(rows["environment"], weight).value = 30, 10
    heads = desks.columns_of(book["引用数字"], sheets.HEAD)
    claim = {
        "编号": "gdp_2021",
        "章": "opening/one",
        "所指": "河南地区生产总值增速",
        "地区": "河南",
        "期间": "2021",
    }
    for head, text in {**claim, "印出的数": 6.9, "单位": "%", "界": "原数"}.items():
        book["引用数字"].cell(3, heads[head]).value = text
    path = desks.saved(book, home / "a.xlsx")
    found = taking.take([path], write=False)
    assert found.faults == [], [f.line("en") for f in found.faults]
    told = {(f.code, f.file.partition(" ")[2]) for f in found.warnings}
    assert ("leap_now", sheets.DATA) in told and ("rank_jump", sheets.DATA) in told
    assert ("weight_moved", "指标体系") in told
    leap = next(f for f in found.warnings if f.code == "leap_now" and f.value == "271.60")
    assert leap.column == at(book, sheets.DATA, "410300", "input_1").coordinate
    elsewhere = next(f for f in found.warnings if f.code == "other_in_economy")
    assert elsewhere.file.endswith("引用数字") and "6.3" in elsewhere.problem_zh


@pytest.mark.slow
def test_hidden_rows_are_read_and_said_and_merged_cells_are_refused(
    laid: Path, home: Path, rules_alone: None
) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book[sheets.DATA].auto_filter.ref = "A3:C21"
        book[sheets.DATA].row_dimensions[6].hidden = True

    found = taking.take([changed(laid / "panel.xlsx", home / "a.xlsx", hide)])
    assert found.faults == [] and "filter_left_on" in {f.code for f in found.warnings}
    same_as_the_panel(home)
    merged = changed(laid / "panel.xlsx", home / "b.xlsx", lambda b: b[sheets.DATA].merge_cells("C5:C6"))
    faults = taking.take([merged]).faults
    assert ("merged", "C5:C6") in {(f.code, f.column) for f in faults}


def test_what_the_ledger_refuses_is_told_by_cell(laid: Path, full: Path) -> None:
    def spoil(book: openpyxl.Workbook) -> None:
        sheet = book["引用数字"]
        column = desks.columns_of(sheet, sheets.HEAD)["算术关系"]
        sheet.cell(5, column).value = "equals no_such_figure * 2"
        sheet.cell(9, column).value = "equals (1 +"

    path = changed(laid / "full.xlsx", laid / "spoilt.xlsx", spoil)
    found = taking.take([path], write=False)
    told = {(f.file, f.column) for f in found.faults}
    letter = openpyxl.utils.get_column_letter(
        desks.columns_of(openpyxl.load_workbook(path)["引用数字"], sheets.HEAD)["算术关系"]
    )
    assert {("spoilt.xlsx 引用数字", f"{letter}5"), ("spoilt.xlsx 引用数字", f"{letter}9")} <= told


# ---------------------------------------------------------------- nothing but workbooks of a draft


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xls", OLE, "old_format"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.xlsm", b"PK\x03\x04", "macros"),
        ("a.xlsx", desks.zipped(**{"xl/vbaProject.bin": b"x"}), "macros"),
        ("a.xlsx", desks.zipped(**{"xl/sharedStrings.xml": ENTITIES}), "entities"),
        ("a.xlsx", desks.zipped(**{"xl/worksheets/sheet1.xml": bytes(80 * 2**20)}), "too_large"),
        ("a.xlsx", desks.zipped(), "damaged"),
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", "城市,得分\n".encode("gbk"), "no_workbook"),
        ("a.xlsx", desks.zipped()[:40], "damaged"),
        ("~$a.xlsx", b"x", "lock_file"),
    ],
)
def test_what_is_no_workbook_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput) as caught:
        reading.read(tmp_path / name)
    assert caught.value.code == code and caught.value.zh.startswith(f"{name}：")


def test_two_hundred_megabytes_a_folder_and_a_held_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "big.xlsx").touch()
    os.truncate(tmp_path / "big.xlsx", 200 * 2**20)
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "held.xlsx").write_bytes(b"PK\x03\x04")
    monkeypatch.setattr(Path, "read_bytes", _denied)
    for name, code in {
        "big": "too_large",
        "folder": "a_folder",
        "held": "held_open",
        "none": "not_there",
    }.items():
        with pytest.raises(BadInput) as caught:
            reading.read(tmp_path / f"{name}.xlsx")
        assert caught.value.code == code


def _denied(path: Path) -> bytes:
    raise PermissionError(errno.EACCES, "Permission denied", str(path))


def test_an_edition_that_is_no_draft_of_this_book_is_refused(laid: Path, home: Path) -> None:
    for told, code in (
        ("二〇二三", "no_year"),
        ("../2022", "no_year"),
        ("", "no_year"),
        ("2024", "not_begun"),
        ("1999", "no_such_edition"),
        ("2022", "is_no_draft"),
    ):
        with pytest.raises(BadInput) as caught:
            tables.wanted(told, to_write=True)
        assert caught.value.code == code, told
    rewrite(
        home / "data", f"editions/{YEAR}/edition.yml", lambda t: t.replace("status: draft", "status: frozen")
    )
    with pytest.raises(BadInput, match=f"reopen {YEAR}"):
        taking.take([laid / "panel.xlsx"])
    with pytest.raises(BadInput, match=f"reopen {YEAR}"):
        tables.wanted(str(YEAR), to_write=False)


@pytest.mark.slow
def test_workbooks_of_others_of_two_years_or_named_twice_are_refused(laid: Path, home: Path) -> None:
    empty = openpyxl.Workbook()
    empty.save(home / "empty.xlsx")
    other = changed(
        laid / "template.xlsx", home / "other.xlsx", lambda b: b[sheets.SETTINGS].__setitem__("C3", 2022)
    )
    for files, code in (
        ([], "no_files"),
        ([home / "empty.xlsx"], "not_ours"),
        ([laid / "template.xlsx", other], "other_year"),
        ([laid / "template.xlsx"] * 2, "file_twice"),
    ):
        with pytest.raises(BadInput) as caught:
            taking.take(files)
        assert caught.value.code == code


def test_a_template_replaces_nothing(home: Path) -> None:
    (home / "a.xlsx").write_bytes(b"mine")
    for target, code in (
        (home / "a.xlsx", "there_already"),
        (home / "a.xls", "not_xlsx"),
        (home / "none/a.xlsx", "no_folder"),
    ):
        with pytest.raises(BadInput) as caught:
            workbook.save(YEAR, target)
        assert caught.value.code == code
    assert (home / "a.xlsx").read_bytes() == b"mine"


@pytest.mark.slow
def test_a_thousand_experts_are_a_slip(laid: Path, home: Path, rules_alone: None) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        for column in range(3, 1003):
            book[sheets.EXPERTS].cell(2, column).value = f"专家{column}"
            for row in range(3, 8):
                book[sheets.EXPERTS].cell(row, column).value = 20

    found = taking.take([changed(laid / "template.xlsx", home / "a.xlsx", fill)], write=False)
    assert "many_experts" in {f.code for f in found.faults}


# ---------------------------------------------------------------- whole or not at all


def test_another_command_at_work_is_said(laid: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking.journal, "locked", functools.partial(journal.locked, wait=0.2))
    before = state(home)
    with held_elsewhere(home), pytest.raises(BadInput) as caught:
        taking.take([laid / "panel.xlsx"])
    assert caught.value.code == "at_work" and state(home) == before


@pytest.mark.parametrize("command", ["template", "review"])
def test_a_command_that_only_writes_files_waits_its_turn_too(
    home: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    real, target = journal.locked, home / f"a.{'xlsx' if command == 'template' else 'docx'}"
    for name in ("_toc.yml", "index.md"):
        shutil.copy(ROOT / name, home)
    for room in (workbook, review):
        monkeypatch.setattr(room.journal, "locked", functools.partial(real, wait=0.2))
    with held_elsewhere(home), pytest.raises(BadInput) as caught:
        workbook.save(YEAR, target) if command == "template" else review.out("index", target)
    assert caught.value.code == "at_work" and not target.exists()
    workbook.save(YEAR, target) if command == "template" else review.out("index", target)
    assert target.exists()


def test_a_full_disk_leaves_everything_as_it_was(
    laid: Path, home: Path, rules_alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, lay = state(home), journal._lay

    def full(place: Path, content: journal.Content) -> None:
        if place.name == "2":
            raise OSError(errno.ENOSPC, "No space left on device", str(place))
        lay(place, content)

    monkeypatch.setattr(journal, "_lay", full)
    with pytest.raises(BadInput, match="No space left"):
        taking.take([laid / "panel.xlsx"])
    assert state(home) == before and not (home / "backups").exists()


def laid_out(home: Path, path: Path) -> taking.Draft:
    """Return what an import of a workbook would write."""
    found, laid = taking.looked_at(home, YEAR, [reading.read(path)])
    assert found.faults == []
    return laid


def put_back(home: Path, old: dict[str, bytes]) -> None:
    """Let the data be as they were, and nothing else be there."""
    for folder in ("data", "backups", journal.FOLDER):
        shutil.rmtree(home / folder, ignore_errors=True)
    for name, content in old.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)


def test_whichever_step_of_an_import_is_the_last_the_old_tables_are_there_or_the_new_ones(
    laid: Path, home: Path, rules_alone: None
) -> None:
    draft, old = laid_out(home, laid / "panel.xlsx"), state(home)
    taking.written(home, YEAR, draft)
    new, seen, step = state(home), [], 0
    while True:
        step += 1
        put_back(home, old)
        with pytest.MonkeyPatch.context() as patch:
            Dying(patch, step)
            try:
                taking.written(home, YEAR, draft)
                break
            except Killed:
                pass
        with pytest.MonkeyPatch.context() as patch:  # the next command may be cut short as well
            Dying(patch, 1 + step % 7)
            with suppress(Killed):
                journal.recover(home)
        journal.recover(home)
        now = state(home)
        assert now in (old, new), step
        assert not (home / journal.FOLDER / journal.STAGE).exists()
        seen.append(now == new)
    assert len(seen) >= 20 and set(seen) == {False, True}
    assert seen == sorted(seen), "from one step on it is the new state"


KILLING = """
import os, signal, sys, time
from pathlib import Path
from bluebook.desk import reading, taking
home, path, year = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
found, laid = taking.looked_at(home, year, [reading.read(path)])
print("ready", flush=True)
for line in sys.stdin:  # each line: kill after so many seconds
    one = os.fork()
    if not one:
        taking.written(home, year, laid)
        os._exit(0)
    began = time.monotonic()
    if float(line) >= 0:
        time.sleep(float(line))
        os.kill(one, signal.SIGKILL)
    os.waitpid(one, 0)
    print(time.monotonic() - began, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_fifty_kills_leave_the_old_tables_or_the_new_ones(laid: Path, home: Path) -> None:
    old, dice, seen = state(home), random.Random(5), []
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", KILLING, home, laid / "panel.xlsx", str(YEAR)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=env, text=True, **pipes) as other:

        def killed(after: float) -> float:
            other.stdin.write(f"{after}\n")
            other.stdin.flush()
            return float(other.stdout.readline())

        try:
            assert other.stdout.readline() == "ready\n"
            lasts = killed(-1)
            new = state(home)
            for _ in range(KILLS):
                put_back(home, old)
                killed(lasts * dice.uniform(0, 1.1))
                journal.recover(home)
                now = state(home)
                assert now in (old, new)
                seen.append(now == new)
        finally:
            other.kill()
    assert new != old and set(seen) == {False, True}


@pytest.mark.slow
def test_a_killed_command_leaves_the_old_tables_or_the_new_ones(laid: Path, home: Path) -> None:
    old = state(home)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "BLUEBOOK_LANG": "en"}
    command = [sys.executable, "-m", "bluebook", "import", str(laid / "panel.xlsx")]
    began = time.monotonic()
    subprocess.run(command, cwd=home, env=env, check=True, capture_output=True)
    lasts, new = time.monotonic() - began, state(home)
    for share in (0.1, 0.5, 0.8, 0.95):
        put_back(home, old)
        with subprocess.Popen(
            command, cwd=home, env=env, stdout=-3, stderr=-3, start_new_session=True
        ) as one:
            time.sleep(lasts * share)
            one.send_signal(signal.SIGKILL)
        journal.recover(home)
        assert state(home) in (old, new)


# ---------------------------------------------------------------- as an editor meets it


@pytest.mark.slow
def test_the_commands_say_what_they_did_and_mark_what_is_wrong(laid: Path, home: Path) -> None:
    (home / "_toc.yml").write_text("format: jb-book\nroot: index\n", "utf-8")
    done = bluebook("template", str(YEAR), "t.xlsx", cwd=home, lang="zh", PYTHONPATH=str(ROOT))
    assert done.returncode == 0 and "t.xlsx" in done.stdout, done.stderr

    def spoil(book: openpyxl.Workbook) -> None:
        at(book, sheets.DATA, "410300", "input_1").value = "二十七"
        at(book, sheets.EXPERTS, "input", "E1").value = 90
        at(book, sheets.DATA, "来源", "input_2").value = "nowhere_2023"

    path = changed(laid / "panel.xlsx", home / "甲.xlsx", spoil)
    before = state(home)
    done = bluebook("import", path.name, cwd=home, lang="zh", PYTHONPATH=str(ROOT))
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "甲.xlsx 数据 C6 “二十七”：不是数" in done.stderr and "什么都没有写入" in done.stderr
    assert state(home) == before
    marked = openpyxl.load_workbook(home / "faults.xlsx")
    assert marked[sheets.DATA]["C6"].fill.fgColor.rgb == "00FF9C9C" and marked[sheets.DATA]["C6"].comment
    listed = [[c.value for c in row] for row in marked[marking.LIST].iter_rows(min_row=2)]
    assert {(sheets.DATA, "C6"), (sheets.EXPERTS, "C3")} <= {tuple(row[:2]) for row in listed}
    assert any("nowhere_2023" in str(row[2]) for row in listed)
    shutil.copy(laid / "panel.xlsx", home / "乙.xlsx")
    done = bluebook("import", "乙.xlsx", cwd=home, lang="zh", PYTHONPATH=str(ROOT))
    assert done.returncode == 0, done.stderr
    assert "   1  郑州  97.25（上年 1）" in done.stdout and "备份在 backups/" in done.stdout


@pytest.mark.slow
def test_a_marked_workbook_can_be_mended_and_taken(laid: Path, home: Path, rules_alone: None) -> None:
    bad = changed(laid / "panel.xlsx", home / "a.xlsx", lambda b: b[sheets.DATA].__setitem__("C6", "=1+"))
    found = taking.take([bad])
    (path,) = marking.mark(found.books, found.faults)
    assert path == home / "faults.xlsx"
    mended = changed(path, home / "b.xlsx", lambda b: b[sheets.DATA].__setitem__("C6", 27.16))
    assert taking.take([mended]).faults == []
    same_as_the_panel(home)
    (home / "faults.xlsx").write_bytes(b"somebody's own")
    assert marking.mark(found.books, found.faults) == [home / "faults-2.xlsx"]


def test_what_looks_like_a_formula_stays_text(laid: Path, home: Path) -> None:
    change(home / "data", f"editions/{YEAR}/indicators.csv", 8, "definition_zh", "+1 一句话")
    book = openpyxl.load_workbook(io.BytesIO(workbook.template(YEAR)))
    cells = [c for row in book["指标体系"].iter_rows() for c in row if c.value == "+1 一句话"]
    assert [c.data_type for c in cells] == ["s"] and cells[0].quotePrefix
