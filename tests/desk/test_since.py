"""A workbook that lay about while the book moved on: what nobody changed in it stays as the book has it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import desks
import openpyxl
import pytest
from desks import YEAR, changed, read

from bluebook.data import edition as editions
from bluebook.desk import reading, sheets, since, taking, workbook

FOLDER = f"data/editions/{YEAR}"
pytestmark = pytest.mark.usefixtures("rules_alone")


@pytest.fixture(scope="module")
def moved_once(laid: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book with the teaching panel in it, and ``old.xlsx`` written from it; then 洛阳 has another value."""
    home = tmp_path_factory.mktemp("moved") / "book"
    shutil.copytree(laid / "book", home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLUEBOOK_DATA", str(home / "data"))
        assert taking.take([laid / "panel.xlsx"]).faults == []
        workbook.save(YEAR, home / "old.xlsx")
        assert taking.take([edited(home, "410300", "99.90")]).faults == []
    return home


@pytest.fixture
def moved(moved_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that book; the package works in it."""
    shutil.copytree(moved_once, tmp_path / "moved")
    monkeypatch.setenv("BLUEBOOK_DATA", str(tmp_path / "moved/data"))
    return tmp_path / "moved"


def cell_of(book: openpyxl.Workbook, row: str, column: str):
    sheet = book[sheets.DATA]
    return sheet.cell(desks.rows_of(sheet)[row], desks.columns_of(sheet)[column])


def edited(home: Path, row: str, text: str, column: str = "input_1") -> Path:
    """Return a copy of ``old.xlsx`` in which a cell of the data says something else."""

    def work(book: openpyxl.Workbook) -> None:
        desks.put(cell_of(book, row, column), text)

    return changed(home / "old.xlsx", home / "edited.xlsx", work)


def value(home: Path, city: str, code: str = "input_1") -> str | None:
    rows = read(home / FOLDER / "observations.csv").query("city == @city and indicator == @code")
    return rows["value"].iloc[0] if len(rows) else None


def test_the_state_that_a_workbook_was_written_from_stands_in_it_where_nobody_sees_it(moved: Path) -> None:
    book = openpyxl.load_workbook(moved / "old.xlsx")
    assert book[sheets.STATE].sheet_state == "veryHidden" and book.sheetnames[-1] == sheets.STATE
    state = since.of(reading.read(moved / "old.xlsx"))
    rows = state.tables["observations"].query("city == '410300' and indicator == 'input_1'")
    assert rows["value"].tolist() == ["27.16"] and value(moved, "410300") == "99.90"
    assert state.settings["year"] == str(YEAR)


def test_an_old_workbook_changes_what_was_changed_in_it_and_leaves_the_book_s_newer_value(
    moved: Path,
) -> None:
    found = taking.take([edited(moved, "410100", "70.50")])
    assert found.faults == []
    assert (value(moved, "410100"), value(moved, "410300")) == ("70.50", "99.90")
    (told,) = [w for w in found.warnings if w.code == "book_moved"]
    at = cell_of(openpyxl.load_workbook(moved / "old.xlsx"), "410300", "input_1").coordinate
    assert told.file == f"edited.xlsx {sheets.DATA}" and at in told.problem_zh


def test_an_old_workbook_that_nobody_touched_writes_nothing(moved: Path) -> None:
    before = (moved / FOLDER / "observations.csv").read_bytes()
    found = taking.take([moved / "old.xlsx"])
    assert (found.faults, found.written) == ([], [])
    assert (moved / FOLDER / "observations.csv").read_bytes() == before


def test_what_both_changed_otherwise_is_told_with_both_values_by_sheet_and_cell(moved: Path) -> None:
    path = edited(moved, "410300", "33.30")
    found = taking.take([path])
    (fault,) = found.faults
    at = cell_of(openpyxl.load_workbook(path), "410300", "input_1").coordinate
    assert (fault.code, fault.file, fault.column) == ("moved_both", f"edited.xlsx {sheets.DATA}", at)
    assert fault.value == "33.30" and "27.16" in fault.problem_zh and "99.90" in fault.problem_zh
    assert value(moved, "410300") == "99.90" and found.written == []


def test_what_both_changed_alike_is_no_conflict(moved: Path) -> None:
    found = taking.take([edited(moved, "410300", "99.90")])
    assert (found.faults, found.written) == ([], [])


def test_a_value_taken_away_goes_where_the_book_left_it_and_is_told_where_it_did_not(moved: Path) -> None:
    def clear(book: openpyxl.Workbook) -> None:
        for city in editions.cities()["city"]:
            cell_of(book, city, "input_1").value = None

    found = taking.take([changed(moved / "old.xlsx", moved / "edited.xlsx", clear)])
    assert [f.code for f in found.faults] == ["row_moved"]
    assert (
        found.faults[0].column
        == cell_of(openpyxl.load_workbook(moved / "old.xlsx"), "410300", "input_1").coordinate
    )

    def others(book: openpyxl.Workbook) -> None:
        for city in editions.cities()["city"]:
            cell_of(book, city, "input_2").value = None

    assert taking.take([changed(moved / "old.xlsx", moved / "edited.xlsx", others)]).faults == []
    assert value(moved, "410100", "input_2") is None and value(moved, "410300") == "99.90"


def test_rows_that_two_people_added_each_in_a_copy_of_the_same_template_are_all_kept(
    laid: Path, home: Path
) -> None:
    panel = openpyxl.load_workbook(laid / "panel.xlsx")

    def only(*codes: str) -> Callable[[openpyxl.Workbook], None]:
        def work(book: openpyxl.Workbook) -> None:
            data, full = book[sheets.DATA], panel[sheets.DATA]
            at = desks.columns_of(full)
            for row in range(4, full.max_row + 1):
                for code in codes:
                    data.cell(row, at[code]).value = full.cell(row, at[code]).value

        return work

    one = changed(laid / "template.xlsx", home / "one.xlsx", only("input_1"))
    two = changed(laid / "template.xlsx", home / "two.xlsx", only("output_1", "input_3"))
    assert taking.take([one]).faults == [] and taking.take([two]).faults == []
    there = read(home / FOLDER / "observations.csv")
    assert set(there["indicator"]) == {"input_1", "output_1", "input_3"} and len(there) == 54
    again = [taking.take([path]).written for path in (one, two)]
    assert again == [[], []], "each copy once more changes nothing"


def test_a_setting_that_the_book_has_newer_stays_and_one_that_both_changed_is_told(
    laid: Path, home: Path
) -> None:
    def setting(text: str) -> Callable[[openpyxl.Workbook], None]:
        def work(book: openpyxl.Workbook) -> None:
            sheet = book[sheets.SETTINGS]
            sheet.cell(desks.rows_of(sheet)["theme_zh"], 3).value = text

        return work

    newer = changed(laid / "template.xlsx", home / "newer.xlsx", setting("新主题"))
    assert taking.take([newer]).faults == []
    found = taking.take([laid / "template.xlsx"])
    assert (found.written, editions.edition(YEAR)["theme_zh"]) == ([], "新主题")
    other = changed(laid / "template.xlsx", home / "other.xlsx", setting("旧主题"))
    (fault,) = taking.take([other]).faults
    assert (
        fault.code == "moved_both" and "新主题" in fault.problem_zh and fault.file.endswith(sheets.SETTINGS)
    )


@pytest.mark.slow
def test_rows_that_the_book_added_or_took_away_since_come_and_go(
    full: Path, tmp_path: Path, monkeypatch
) -> None:
    home = tmp_path / "book"
    shutil.copytree(full, home)
    monkeypatch.setenv("BLUEBOOK_DATA", str(home / "data"))
    path = home / "data/editions/2022/talks.csv"
    lines = path.read_text("utf-8").splitlines()
    workbook.save(2022, home / "old.xlsx")
    turned = [lines[0], lines[2], lines[1], *lines[4:]]
    path.write_text("\n".join(turned) + "\n", "utf-8")
    found, laid_out = taking.looked_at(home, 2022, [reading.read(home / "old.xlsx")])
    assert laid_out.files["editions/2022/talks.csv"].splitlines() == turned
    assert "book_moved" in {w.code for w in found.warnings}
    path.write_text("\n".join(lines) + "\n", "utf-8")
    workbook.save(2022, home / "less.xlsx")
    path.write_text("\n".join([*lines[:2], *lines[3:]]) + "\n", "utf-8")

    def change(book: openpyxl.Workbook) -> None:
        sheet = book["会议与发言"]
        sheet.cell(sheets.FIRST + 1, sheet.max_column).value = "改过"
        sheet.cell(sheets.FIRST + 1, 2).value = "改过"

    found, _ = taking.looked_at(
        home, 2022, [reading.read(changed(home / "less.xlsx", home / "b.xlsx", change))]
    )
    assert "row_gone" in {f.code for f in found.faults}


@pytest.mark.parametrize("damage", ["gone", "cut", "letters"])
def test_a_workbook_whose_state_is_gone_or_damaged_is_read_and_says_so(moved: Path, damage: str) -> None:
    def work(book: openpyxl.Workbook) -> None:
        if damage == "gone":
            del book[sheets.STATE]
        else:
            cell = book[sheets.STATE]["A1"]
            cell.value = cell.value[:200] if damage == "cut" else f"~数{cell.value}"

    found = taking.take([changed(moved / "old.xlsx", moved / "b.xlsx", work)], write=False)
    assert found.faults == [] and "no_state" in {w.code for w in found.warnings}
