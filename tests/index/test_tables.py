"""Tables in and out: what is read, what is refused, and that writing is all or nothing."""

import math
import os
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bluebook.index import tables
from bluebook.index import tree as trees
from bluebook.messages import Notice

from .small import refused


def write(folder, text, name="tree.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


BAD_TABLES = {
    "an empty file": (b"", "is empty"),
    "a nameless column": (b"unit,\nA,1\n", "column 2 has no name"),
    "a column twice": (b"unit,x,x\nA,1,2\n", "appears twice"),
    "too many cells in a row": (b"unit,x\nA,1\nB,2,3\n", "number of cells"),
    "too many cells in every row": (b"unit,x\nA,1,9\nB,2,9\n", "number of cells"),
    "a long row named": (b'unit,x\n"A\nB",1\nC,"1",000\n', "row 3: rows differ"),
    "a long row with nothing in it": (b"unit,x\nA,1\nB,2,\n", "row 3: rows differ"),
    "a quote that never ends": (b'unit,x\n"A,1\nB,2\n', "no ordinary CSV"),
    "a column name without end": (b"unit," + b"x" * 2_000 + b"\n", "row 1: cannot be read as column names"),
    "another encoding": ("unit,x\n郑州,1\n".encode("gbk"), "UTF-8"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_bad_file_is_refused(tmp_path, case):
    content, why = BAD_TABLES[case]
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    assert why in refused(lambda: tables.read_data(path)).en


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert "none.csv" in refused(lambda: tables.read_data(tmp_path / "none.csv")).en


def test_a_country_called_NA_and_a_code_with_a_leading_zero_stay_text(tmp_path):
    data = tables.read_data(write(tmp_path, "unit,x\nNA,1\n007,\n"))
    assert data["unit"].tolist() == ["NA", "007"]
    assert data["x"].tolist()[0] == 1 and np.isnan(data["x"].tolist()[1])
    data = tables.read_data(write(tmp_path, "x,unit\n1,007\n2,7\n"))
    assert data["unit"].tolist() == ["007", "7"]


def test_writing_is_all_or_nothing(tmp_path):
    table = pd.DataFrame({"unit": ["郑州"], "x": [1.5]})
    (tmp_path / "taken").mkdir()
    problem = refused(lambda: tables.write({tmp_path / "a.csv": table, tmp_path / "taken": table}))
    assert "is a folder" in problem.en
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]
    tables.write({tmp_path / "new" / "a.csv": table})
    assert (tmp_path / "new" / "a.csv").read_text(encoding="utf-8") == "\ufeffunit,x\n郑州,1.5\n"


def test_a_file_that_another_program_holds_keeps_all_others_as_they_were(tmp_path, monkeypatch):
    old, new = (pd.DataFrame({"unit": ["A"], "x": [x]}) for x in (1, 2))
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    tables.write(dict.fromkeys(paths, old))
    opened = Path.open

    def held(path, *mode, **more):
        if path == paths[1]:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *mode, **more)

    monkeypatch.setattr(Path, "open", held)
    assert "b.csv: cannot be opened" in refused(lambda: tables.write(dict.fromkeys(paths, new))).en
    assert "A,1" in paths[0].read_text() and len(list(tmp_path.iterdir())) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_a_device_is_not_replaced_by_a_table(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "or device" in refused(lambda: tables.write({tmp_path / "pipe": pd.DataFrame({"x": [1]})})).en


def test_writing_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    assert (
        "cannot be written"
        in refused(lambda: tables.write({tmp_path / "file" / "a.csv": pd.DataFrame({"x": [1]})})).en
    )


@pytest.mark.parametrize("quote", ['"Oak,90,80', 'Oak,"90,80', 'Oak,90,"80'])
def test_a_quote_that_never_closes_is_named_by_the_row_where_it_opens(tmp_path, quote):
    path = write(tmp_path, f'unit,a,b\n"Elm, big",60,40\n"Ash\nred",50,30\n{quote}\nFir,70,20\n', "data.csv")
    problem = refused(lambda: tables.read_data(path))
    assert problem.en.startswith("data.csv row 4: ") and "quote opens in this row" in problem.en
    assert problem.zh.startswith("data.csv 第 4 行：") and problem.code == "open_quote"


@pytest.mark.parametrize(
    "cell", [float("inf"), -np.inf, np.float64("inf"), "inf", "-Infinity", "nan", "1e999"]
)
def test_what_is_not_finite_is_no_number(cell):
    with pytest.raises(ValueError):
        tables.number(cell)
    problem = refused(lambda: tables.floats(pd.DataFrame({"x": [1.0, cell]}, dtype=object), "x", "DATA"))
    assert problem.en.startswith("DATA row 3 column x: ") and problem.code == "not_a_number"


@pytest.mark.parametrize("cell", ["1_000", "１", "True", True, np.True_, "1,5", "0x10"])
def test_what_only_looks_like_a_number_is_none(cell):
    with pytest.raises(ValueError):
        tables.number(cell)


@pytest.mark.parametrize("cell", ["", "  ", None, np.nan])
def test_an_empty_cell_is_missing(cell):
    assert np.isnan(tables.number(cell))


def test_the_largest_number_is_read_and_a_larger_one_refused():
    assert tables.floats(pd.DataFrame({"x": ["1e100", "-1e100"]}), "x", "DATA") == [1e100, -1e100]
    assert (
        refused(lambda: tables.floats(pd.DataFrame({"x": ["-1.1e100"]}), "x", "DATA")).code
        == "cell_too_large"
    )


def test_the_missing_cells_of_a_loaded_table_are_empty_cells():
    frame = pd.DataFrame({"rank": pd.array([1, None], dtype="Int64")})
    assert tables.texts(frame, "rank") == ["1", ""]
    assert math.isnan(tables.floats(frame, "rank", "SCORES")[1])


# ---------------------------------------------------------------- files that a spreadsheet opens


ODD = ["=1+1", "+x", "-", "@home", "'=2", "''@", "'twas", " =3", "-2", "郑州", ""]


def test_a_written_table_begins_with_the_mark_that_excel_needs_and_comes_back_as_it_was(tmp_path):
    table = pd.DataFrame({"unit": [f"{i}" for i in range(len(ODD))], "=code": ODD, "score": range(len(ODD))})
    tables.write({tmp_path / "a.csv": table})
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfunit,'=code,score\n") and content.count(b"\xef\xbb\xbf") == 1
    back = tables.read_table(tmp_path / "a.csv")
    assert back["=code"].tolist() == ODD and list(back) == list(table)


def test_no_written_cell_is_a_formula_but_numbers_stay_numbers(tmp_path):
    table = pd.DataFrame({"unit": ODD, "score": [-1.5] * len(ODD)})
    tables.write({tmp_path / "a.csv": table})
    cells = [line.split(",") for line in (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()[1:]]
    assert [c[0] for c in cells if c[0].lstrip()[:1] in ("=", "+", "-", "@")] == ["-2"]
    assert {c[1] for c in cells} == {"-1.5"}


def test_two_runs_write_the_same_bytes(tmp_path):
    table = pd.DataFrame({"unit": ["郑州", "=x"], "score": [0.1 + 0.2, np.nan]})
    tables.write({tmp_path / "a.csv": table, tmp_path / "b.csv": table})
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


# ---------------------------------------------------------------- rows that are no units


@pytest.mark.parametrize("cell", ["合计", "总 计", "小计", "Total", "grand total"])
def test_a_row_of_totals_among_the_units_is_refused(tmp_path, cell):
    problem = refused(lambda: tables.read_data(write(tmp_path, f"unit,x\nA,1\nB,2\n{cell},3\n", "data.csv")))
    assert problem.code == "sum_row" and problem.zh.startswith("data.csv 第 4 行 unit 列")


@pytest.mark.parametrize("cell", ["注：济源缺数", "资料来源: 统计年鉴", "Note: no data", "备注 ：无"])
def test_a_note_below_the_table_is_refused(tmp_path, cell):
    problem = refused(lambda: tables.read_data(write(tmp_path, f"unit,x\nA,1\nB,2\n\n{cell}\n", "data.csv")))
    assert problem.code == "note_row" and problem.en.startswith("data.csv row 5 column unit")


@pytest.mark.parametrize("cell", ["全省", "全国", "平均", "平均值", "Average"])
def test_the_whole_or_an_average_among_the_units_is_noticed_by_row(tmp_path, cell):
    with pytest.warns(Notice, match=f"data.csv 第 3 行：“{cell}”"):
        tables.read_data(write(tmp_path, f"unit,x\nA,1\n{cell},2\n", "data.csv"))


def test_a_row_shorter_than_the_header_is_noticed_by_row(tmp_path):
    with pytest.warns(Notice, match="data.csv row 3, 5: fewer cells"):
        data = tables.read_data(write(tmp_path, "unit,x,y\nA,1,2\nB,1\nC,1,\nD\n", "data.csv"))
    assert np.isnan(data["y"].tolist()[1])


@pytest.mark.parametrize("text", ["unit,x,y\nA,1,2\nB,1,\n\n", "unit,x\n平顶山,1\n注集,2\nTotalia,3\n"])
def test_whole_rows_and_names_that_only_look_alike_pass_without_a_word(tmp_path, text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(tables.read_data(write(tmp_path, text, "data.csv"))) >= 2


def test_units_compare_in_unicodes_composed_form():
    composed, apart = "Besançon", "Besanc\u0327on"
    frame = pd.DataFrame({"unit": [composed, apart], "x": [1.0, 2.0]})
    assert tables.texts(frame, "unit") == [composed, composed]
    tree = trees.read(
        pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": [None, 1], "direction": 1})
    )
    assert refused(lambda: trees.match(frame, tree)).code == "unit_twice"
