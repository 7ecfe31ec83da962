"""Signatures and the edition's state are filled in in the workbook; nothing goes out half signed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import desks
import openpyxl
import pytest
from desks import YEAR, changed

from bluebook.data import edition as editions
from bluebook.desk import sheets, taking, workbook
from bluebook.messages import BadInput
from bluebook.year import checklist

pytestmark = pytest.mark.usefixtures("rules_alone")
Work = Callable[[openpyxl.Workbook], object]


def row(book: openpyxl.Workbook, item: str, *cells: object) -> None:
    """Fill in a line of the checklist, in the first empty one where the item has none."""
    sheet = book[sheets.SIGNED]
    place = desks.rows_of(sheet).get(item, max(desks.rows_of(sheet).values()) + 1)
    for column, value in enumerate((item, *cells), start=1):
        sheet.cell(place, column).value = value


def signed(book: openpyxl.Workbook) -> None:
    for item in checklist.ITEMS:
        row(book, item, "是", "某某", "2030-06-01")


def setting(way: str, value: str) -> Work:
    """Return what types a setting, by its way down."""

    def work(book: openpyxl.Workbook) -> None:
        sheet = book[sheets.SETTINGS]
        sheet.cell(desks.rows_of(sheet)[way], 3).value = value

    return work


def out(book: openpyxl.Workbook) -> None:
    """Fill in what an edition needs to go out: the ranking too."""
    signed(book)
    sheet = book["已发布得分"]
    at = desks.columns_of(sheet, sheets.HEAD)
    for rank, place in enumerate(range(sheets.FIRST, sheets.FIRST + 18), start=1):
        told = {"名次": rank, "来源": "newsletter", "可信度": "中"}
        for head, value in told.items():
            sheet.cell(place, at[head]).value = value
    setting("published", "2030-06-02")(book)
    setting("status", "发布")(book)


def take(home: Path, *works: Work, name: str = "a.xlsx") -> taking.Taken:
    """Import a new template of the edition in which these were done."""
    (home / "new.xlsx").unlink(missing_ok=True)
    workbook.save(YEAR, home / "new.xlsx")
    return taking.take([changed(home / "new.xlsx", home / name, lambda book: [w(book) for w in works])])


def settings(home: Path) -> str:
    return (home / f"data/editions/{YEAR}/edition.yml").read_text("utf-8")


def test_the_sheet_has_every_item_locked_and_the_state_to_be_chosen(laid: Path) -> None:
    book = openpyxl.load_workbook(laid / "template.xlsx")
    sheet = book[sheets.SIGNED]
    assert [sheet.cell(r, 1).value for r in range(3, 11)] == list(checklist.ITEMS)
    assert sheet["A3"].protection.locked and not sheet["B3"].protection.locked
    place = desks.rows_of(book[sheets.SETTINGS])["status"]
    assert book[sheets.SETTINGS].cell(place, 3).value == "草稿"
    offered = [rule.formula1 for rule in book[sheets.SETTINGS].data_validations.dataValidation]
    assert '"草稿,发布"' in offered


def test_who_signs_and_publishes_in_the_workbook_has_a_checklist_and_a_published_edition(home: Path) -> None:
    found = take(home, out, lambda book: row(book, "法务", "是", "赵, 一", "2030/6/1"))
    assert found.faults == [], [f.line("en") for f in found.faults]
    path = checklist.path_of(home / "data", YEAR)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") and checklist.missing(home / "data", YEAR) == []
    told = checklist.rows(home / "data", YEAR)["法务"]
    assert told == {"done": "是", "who": "赵, 一", "date": "2030-06-01"}
    now = editions.edition(YEAR)
    assert (now["status"], str(now["published"])) == ("published", "2030-06-02")
    assert "# draft | published | frozen" in settings(home), "the remark stays"


def test_signatures_come_one_by_one_and_are_there_in_the_next_workbook(home: Path) -> None:
    found = take(home, lambda book: row(book, "初审", "是", "某某", "2030-06-01"))
    assert found.faults == [] and editions.edition(YEAR)["status"] == "draft"
    assert "初审" not in checklist.missing(home / "data", YEAR)
    again = take(home, lambda book: row(book, "复审", "是", "某某", "2030-06-02"))
    assert again.faults == []
    assert checklist.missing(home / "data", YEAR) == list(checklist.ITEMS[2:])
    assert take(home).written == []


def test_two_copies_that_sign_otherwise_are_told_with_both_cells(home: Path) -> None:
    workbook.save(YEAR, home / "new.xlsx")
    copies = [
        changed(home / "new.xlsx", home / f"{who}.xlsx", lambda b, who=who: row(b, "初审", "是", who))
        for who in ("甲", "乙")
    ]
    found = taking.take(copies)
    assert [(f.code, f.column, f.value) for f in found.faults] == [("disagree", "C3", "甲")]


@pytest.mark.parametrize(
    ("works", "code", "sheet", "cell"),
    [
        ([setting("status", "发布"), setting("published", "2030-06-02")], "publish_unsigned", "年度设置", ""),
        ([out, lambda b: row(b, "终审", "否", "某某", "2030-06-01")], "publish_unsigned", "年度设置", ""),
        ([signed, setting("status", "发布")], "publish_undated", "年度设置", ""),
        ([setting("status", "定稿")], "no_such_state", "年度设置", ""),
        ([setting("status", "frozen")], "no_such_state", "年度设置", ""),
        ([lambda b: row(b, "初审", "是", "某某", "六月初")], "signed_no_day", "签字", "D3"),
        ([lambda b: row(b, "初审", "是", "某某", "2030-06-31")], "signed_no_day", "签字", "D3"),
        ([lambda b: row(b, "初审", "是", "@某某", "2030-06-01")], "signed_formula", "签字", "C3"),
        ([lambda b: b["签字"].__setitem__("B12", "是")], "signed_nothing", "签字", "A12"),
        ([lambda b: b["签字"].__setitem__("A12", "初审")], "signed_twice", "签字", "A12"),
        ([lambda b: b.remove(b["签字"])], "no_sheet", "签字", ""),
    ],
)
def test_what_is_wrong_is_told_by_sheet_and_cell_and_nothing_is_written(
    home: Path, works: list[Work], code: str, sheet: str, cell: str
) -> None:
    before = settings(home)
    found = take(home, *works)
    (fault,) = [f for f in found.faults if f.code == code]
    assert fault.file == f"a.xlsx {sheet}" and (not cell or fault.column == cell)
    assert fault.mend_zh and fault.mend_en
    assert settings(home) == before and not checklist.path_of(home / "data", YEAR).exists()


def test_a_published_edition_takes_nothing_until_a_new_workbook_makes_it_a_draft_again(home: Path) -> None:
    workbook.save(YEAR, home / "old.xlsx")
    assert take(home, out).faults == []
    before = settings(home)
    for path in (
        changed(home / "old.xlsx", home / "b.xlsx", setting("theme_zh", "改")),
        changed(home / "a.xlsx", home / "c.xlsx", setting("theme_zh", "改")),
    ):  # an old one still says that it is a draft, since nobody has changed that
        with pytest.raises(BadInput, match="年度设置 C") as caught:
            taking.take([path])
        assert caught.value.code == "is_no_draft" and settings(home) == before
    found = take(home, setting("status", "草稿"), setting("theme_zh", "改"))
    assert found.faults == [], [f.line("en") for f in found.faults]
    assert (editions.edition(YEAR)["status"], editions.edition(YEAR)["theme_zh"]) == ("draft", "改")
    assert checklist.missing(home / "data", YEAR) == [], "who has signed has signed"


def test_a_checklist_without_its_columns_is_one_line(home: Path) -> None:
    path = checklist.path_of(home / "data", YEAR)
    path.write_text("item,who\n初审,某某\n", "utf-8")
    with pytest.raises(BadInput, match="done"):
        workbook.save(YEAR, home / "b.xlsx")
    assert not (home / "b.xlsx").exists()
    shutil.rmtree(path.parent)
