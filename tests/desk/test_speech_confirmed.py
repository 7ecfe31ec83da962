"""What an editor confirms goes into the ledger, checked as an import is; a draft chapter fails publishing alone."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from conftest import ROOT
from test_speech import SPEECH

from bluebook.data import edition as editions
from bluebook.desk import confirmed, proposals, sheets
from bluebook.messages import BadInput
from bluebook.year import contents

TAKEN = {"94.7亿元", "38.2亿元", "40.3%", "4家"}


@pytest.fixture
def sheet(home: Path, tmp_path: Path) -> Path:
    """The sheet of the speech in a book whose edition has just begun, nothing confirmed yet."""
    path = tmp_path / "讲话.txt"
    path.write_text(SPEECH, "utf-8")
    return proposals.propose(path, year=2024).sheet


def mark(path: Path, *, chapter: str = "opening/zhang", relations: bool = True) -> None:
    """Confirm some figures and, if wanted, the relations that rest on them."""
    book = openpyxl.load_workbook(path)
    page, links = book[proposals.FIGURES], book[proposals.RELATIONS]
    at = {c.value: c.column for c in page[sheets.HEAD]}
    ids = set()
    for row in range(sheets.FIRST, page.max_row + 1):
        value, unit = page.cell(row, at["印出的数"]).value, page.cell(row, at["单位"]).value
        ours = f"{value}{unit}" in TAKEN and "重点实验室" not in page.cell(row, at["所指"]).value
        page.cell(row, 1).value = "确认" if ours else "删去"
        if ours:
            ids.add(page.cell(row, at["编号"]).value)
            page.cell(row, at["章"]).value = chapter
    for row in range(sheets.FIRST, links.max_row + 1):
        own = (
            links.cell(row, 2).value in ids
            and "94.7" in links.cell(row, 7).value
            and "56.5" not in links.cell(row, 7).value
        )
        links.cell(row, 1).value = "确认" if relations and own else "删去"
    book.save(path)


def test_what_is_confirmed_goes_into_the_ledger_and_nothing_else(home: Path, sheet: Path) -> None:
    mark(sheet)
    done = confirmed.take(sheet)
    assert not done.faults, [f.line("en") for f in done.faults]
    claims = pd.read_csv(home / "data/editions/2023/claims.csv", dtype=str, keep_default_na=False)
    assert {f"{r.value}{r.unit}" for r in claims.itertuples()} == TAKEN - {"4家"}
    told = claims.set_index("value")
    assert told.loc["40.3", "relation"] == f"equals {told.loc['38.2', 'id']}/{told.loc['94.7', 'id']}*100"
    assert told.loc["38.2", "relation"] == f"<= {told.loc['94.7', 'id']}"
    assert set(told["decimals"]) == {"1"}
    assert done.backup.is_file() and done.waiting == 0


@pytest.mark.slow
def test_a_relation_to_a_figure_that_is_struck_is_a_fault_in_its_cell(home: Path, sheet: Path) -> None:
    mark(sheet)
    book = openpyxl.load_workbook(sheet)
    links = book[proposals.RELATIONS]
    row = next(r for r in range(sheets.FIRST, links.max_row + 1) if "56.5" in links.cell(r, 7).value)
    links.cell(row, 1).value = "确认"
    book.save(sheet)
    before = (home / "data/editions/2023/claims.csv").exists()
    faults = confirmed.take(sheet).faults
    assert any(f.code == "not_confirmed" and f.column == f"F{row}" for f in faults)
    assert (home / "data/editions/2023/claims.csv").exists() == before


@pytest.mark.slow
def test_a_figure_without_a_chapter_is_a_fault_by_sheet_and_cell(home: Path, sheet: Path) -> None:
    mark(sheet, chapter="", relations=False)
    [fault] = [f for f in confirmed.take(sheet).faults if "E" in f.column][:1]
    assert fault.file == f"{sheet.name} 引用数字"


def test_another_workbook_is_no_sheet_of_proposals(home: Path, laid: Path) -> None:
    with pytest.raises(BadInput, match="sheet of a speech"):
        confirmed.take(laid / "template.xlsx")


def test_a_draft_becomes_a_chapter_that_the_contents_list_and_publishing_waits_for(
    home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "讲话.txt"
    path.write_text(SPEECH, "utf-8")
    (home / "_toc.yml").write_bytes((ROOT / "_toc.yml").read_bytes())
    done = proposals.propose(path, year=2024, chapter="speeches/zhang")
    assert done.chapter == home / "chapters/speeches/zhang.md"
    assert "chapters/speeches/zhang" in contents.pages(home)
    assert editions.edition(2023)["chapters"] == ["speeches/zhang"]
    waits = dict(contents.unwritten(home))
    assert "待写" in done.chapter.read_text("utf-8") and "chapters/speeches/zhang" in waits
    page = openpyxl.load_workbook(done.sheet)[proposals.FIGURES]
    at = {c.value: c.column for c in page[sheets.HEAD]}
    assert page.cell(sheets.FIRST, at["章"]).value == "speeches/zhang"


@pytest.mark.parametrize("name", ["zhang", "../x/y", "A/b", "a/b/c"])
def test_a_chapter_cannot_leave_its_folder(home: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "讲话.txt"
    path.write_text(SPEECH, "utf-8")
    (home / "_toc.yml").write_bytes((ROOT / "_toc.yml").read_bytes())
    with pytest.raises(BadInput, match="cannot name a chapter"):
        proposals.propose(path, year=2024, chapter=name)
    assert [p.name for p in tmp_path.glob("讲话*")] == ["讲话.txt"]
