"""The data as the kit came: what was changed is listed cell by cell, and put back with nothing lost."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from conftest import change, copy_data, row_of

import bluebook as bb
from bluebook.data import original

SERIES = "economy/series.csv"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's data: with the original beside the tables, as in the kit."""
    root = copy_data(tmp_path, monkeypatch)
    files = {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
    (root / original.NAME).write_bytes(original.pack(files))
    return root


def test_a_changed_cell_is_named_and_put_back_and_the_change_is_kept(
    data: Path, capsys: pytest.CaptureFixture
) -> None:
    assert bb.data_changed().empty
    before = (data / SERIES).read_bytes()
    row = row_of(data, SERIES, series="gdp_growth_real", region="河南", period="2021")
    change(data, SERIES, row, "value", "9.9")
    assert bb.data_changed().values.tolist() == [[SERIES, row, "value", "6.3", "9.9"]]
    bb.reset_data()
    assert (data / SERIES).read_bytes() == before and bb.data_changed().empty
    assert SERIES in capsys.readouterr().out
    with zipfile.ZipFile(data.parent / "data-changed-1.zip") as kept:
        assert kept.namelist() == [SERIES] and b"9.9" in kept.read(SERIES)
    assert bb.value(bb.series(), "gdp_growth_real", "河南", 2021) == 6.3


def test_one_table_alone_is_put_back(data: Path) -> None:
    for table in (SERIES, "cities.csv"):
        change(data, table, 2, "note", "mine")
    bb.reset_data("data/cities.csv")
    assert set(bb.data_changed()["table"]) == {SERIES}
    bb.reset_data()
    assert bb.data_changed().empty


def test_rows_and_files_that_came_or_went_are_told_as_such(data: Path) -> None:
    lines = (data / "cities.csv").read_text("utf-8").splitlines(keepends=True)
    (data / "cities.csv").write_text("".join([*lines[:3], *lines[4:]]), "utf-8")
    (data / "glossary.csv").unlink()
    told = bb.data_changed().set_index("table")
    assert told.loc["cities.csv", "was"].startswith(lines[3][:6]) and told.loc["cities.csv", "now"] == ""
    assert told.loc["glossary.csv", "now"] == "没有了"
    bb.reset_data()
    assert bb.data_changed().empty and (data / "glossary.csv").exists()


def test_the_mark_and_line_ends_that_a_spreadsheet_writes_are_no_change_its_encoding_is(data: Path) -> None:
    text = (data / "cities.csv").read_text("utf-8")
    (data / "cities.csv").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert bb.data_changed().empty
    (data / "cities.csv").write_bytes(text.encode("gb18030"))
    assert bb.data_changed()["now"].tolist() == ["整个文件不同"]


def test_nothing_to_put_back_no_original_and_an_unknown_table_are_a_line_each(
    data: Path, capsys: pytest.CaptureFixture
) -> None:
    bb.reset_data()
    assert "不用恢复" in capsys.readouterr().out
    with pytest.raises(bb.BadInput, match=r"serie\.csv.*相近的有.*series\.csv"):
        bb.reset_data("economy/serie.csv")
    (data / original.NAME).unlink()
    for call in (bb.data_changed, bb.reset_data):
        with pytest.raises(bb.BadInput, match=r"没有原样可以对照"):
            call()
    (data / original.NAME).write_bytes(b"no zip")
    with pytest.raises(bb.BadInput):
        bb.data_changed()


def test_an_original_that_points_out_of_the_folder_writes_nothing_there(data: Path) -> None:
    (data / original.NAME).write_bytes(original.pack({"../outside.csv": b"a\n", "cities.csv": b"a\n"}))
    bb.reset_data()
    assert not (data.parent / "outside.csv").exists() and (data / "cities.csv").read_bytes() == b"a\n"
