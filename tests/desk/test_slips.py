"""Whatever slips into a workbook is told by sheet and cell, all of it at once; nothing breaks, nothing is written."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import slips

from bluebook.data import edition as editions
from bluebook.desk import reading, sheets, taking
from bluebook.desk.filled import Shared
from bluebook.desk.matrices import fill
from bluebook.messages import BadInput

TOGETHER = 20


@pytest.fixture(scope="module")
def book(laid: Path) -> reading.Book:
    return reading.read(laid / "full.xlsx")


def batches(book: reading.Book, root: Path, number: int, seed: int) -> Iterator[list[slips.Slip]]:
    """Yield ``number`` slips in batches, no two of a batch in one row of a sheet."""
    made = slips.slips(book, root, seed)
    for size in [TOGETHER] * (number // TOGETHER):
        batch: dict[tuple[str, int], slips.Slip] = {}
        for slip in made:
            batch.setdefault((slip.sheet, slip.at[0]), slip)
            if len(batch) == size:
                break
        yield list(batch.values())


def try_all(book: reading.Book, home: Path, number: int, seed: int) -> None:
    """Try so many slips; each has to be told where it was made, and the data stay as they are."""
    before = {p: p.read_bytes() for p in (home / "data").rglob("*") if p.is_file()}
    tried = 0
    for batch in batches(book, home / "data", number, seed):
        found, _ = taking.looked_at(home, 2022, [slips.after(book, batch)])
        told = slips.named(found.faults)
        missed = [s for s in batch if (s.sheet, s.told) not in told]
        assert not missed, (missed, sorted(told))
        assert all("\n" not in f.line("zh") + f.line("en") for f in found.faults)
        tried += len(batch)
    assert tried == number
    assert before == {p: p.read_bytes() for p in (home / "data").rglob("*") if p.is_file()}


@pytest.mark.slow
def test_two_hundred_slips_are_each_told_by_sheet_and_cell(
    book: reading.Book, full: Path, rules_alone: None
) -> None:
    try_all(book, full, 200, seed=1)


@pytest.mark.slow
def test_a_thousand_slips_are_each_told_by_sheet_and_cell(
    book: reading.Book, full: Path, rules_alone: None
) -> None:
    try_all(book, full, 1_000, seed=2)


@pytest.mark.slow
def test_the_whole_check_tells_the_same_slips(book: reading.Book, full: Path) -> None:
    try_all(book, full, 60, seed=3)


def test_a_workbook_without_a_slip_has_no_fault(book: reading.Book, full: Path, rules_alone: None) -> None:
    found, laid = taking.looked_at(full, 2022, [book])
    assert found.faults == [] and found.said == []
    root = full / "data"
    assert [n for n, text in laid.files.items() if (root / n).read_text("utf-8") != text] == []


def test_a_count_that_the_tree_has_not_is_told_in_the_settings(
    book: reading.Book, full: Path, rules_alone: None
) -> None:
    grid = book.sheets[sheets.SETTINGS]
    row = next(r for r in grid.rows() if grid.text(r, 1) == "framework.n_indicators")
    wrong = slips.after(book, [slips.Slip(sheets.SETTINGS, (row, 3), slips.written("35"), "", "")])
    (found,) = taking.looked_at(full, 2022, [wrong])[0].faults
    assert (found.file, found.column, found.value) == (f"full.xlsx {sheets.SETTINGS}", f"C{row}", "35")


def shifted(book: reading.Book, sheet: str, work) -> reading.Book:
    """Return the workbook with the cells of a sheet rearranged: (row, column) → new place or None."""
    out = slips.after(book, [])
    cells = {place: seen for at, seen in out.sheets[sheet].cells.items() if (place := work(*at))}
    out.sheets[sheet].cells = cells
    return out


@pytest.mark.slow
def test_a_sheet_head_row_or_column_that_is_gone_twice_or_renamed_is_told(
    book: reading.Book, full: Path
) -> None:
    shared = Shared(full / "data", 2022, editions.cities())

    def told(one: reading.Book) -> set[tuple[str, str]]:
        return slips.named(fill(one, shared).faults)

    for name in sheets.ORDER[1:]:
        less = book._replace(sheets={n: g for n, g in book.sheets.items() if n != name})
        assert (name, "") in told(less), name
    first = sheets.FIRST
    gone = shifted(book, sheets.DATA, lambda r, c: None if r == first + 5 else (r, c))
    assert (sheets.DATA, "") in told(gone)
    gone = shifted(book, sheets.DATA, lambda r, c: None if c == 7 else (r, c))
    assert (sheets.DATA, "") in told(gone)
    seen = book.sheets[sheets.DATA].cells
    for at, other, place in (
        ((first + 2, 1), slips.written("410100"), "B5"),
        ((first, 4), slips.written("no_such"), "D3"),
        ((first, 4), seen[first, 3], "D3"),
    ):
        assert (sheets.DATA, place) in told(slips.after(book, [slips.Slip(sheets.DATA, at, other, "", "")]))
    both = [slips.Slip(sheets.DATA, (first + 2, c), slips.written("石家庄"), "", "") for c in (1, 2)]
    assert (sheets.DATA, "B5") in told(slips.after(book, both))
    for block in sheets.BLOCKS:
        renamed = slips.Slip(block.sheet, (sheets.HEAD, block.column), slips.written("别的"), "", "")
        cell = slips.cell(sheets.HEAD, block.column)
        assert (block.sheet, cell) in told(slips.after(book, [renamed])), block


def test_columns_and_rows_may_stand_in_another_order(
    book: reading.Book, full: Path, rules_alone: None
) -> None:
    turned = shifted(book, "引用数字", lambda r, c: (r, 40 - c) if r > 1 else (r, c))
    turned = shifted(turned, sheets.DATA, lambda r, c: (r, 60 - c) if c > 2 else (r, c))
    found, laid = taking.looked_at(full, 2022, [turned])
    assert found.faults == []
    assert laid.files["editions/2022/claims.csv"] == (full / "data/editions/2022/claims.csv").read_text(
        "utf-8"
    )


# ---------------------------------------------------------------- files that are no workbooks


def test_fifty_damaged_files_get_one_line_each(laid: Path, tmp_path: Path) -> None:
    content, dice = (laid / "template.xlsx").read_bytes(), random.Random(4)
    refused = 0
    for number in range(50):
        bad = bytearray(content)
        if number % 5 == 0:
            bad = bad[: dice.randrange(len(bad))]
        elif number % 5 == 1:
            start = dice.randrange(len(bad))
            del bad[start : start + dice.randrange(1, 4000)]
        else:
            for _ in range(dice.choice((20, 200, 2000))):
                bad[dice.randrange(len(bad))] = dice.randrange(256)
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(bytes(bad))
        try:
            reading.read(path)
        except BadInput as problem:
            refused += 1
            assert "\n" not in problem.zh and str(path.name) in problem.zh
    assert refused >= 45  # a byte in what Excel skips harms nobody
