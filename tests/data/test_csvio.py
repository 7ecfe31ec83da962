"""One reader, one parser of numbers, one writer: what they take, what they refuse, where it stands."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluebook.data.csvio import BOM, marked, number, numbers, read_rows, read_table, row_number, write
from bluebook.messages import BadInput


def refusal(work):
    with pytest.raises(BadInput) as caught:
        work()
    return caught.value.line("en")


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("cell", "value"),
    [("97.25", 97.25), ("-5.0", -5), ("+3", 3), (" 7 ", 7), ("0", 0), (3, 3), (2.5, 2.5), (np.int64(4), 4)],
)
def test_a_number_is_read(cell, value):
    assert number(cell) == number(cell, printed=True) == value


@pytest.mark.parametrize("cell", ["", "  ", None, math.nan, pd.NA])
def test_an_empty_cell_is_missing(cell):
    assert math.isnan(number(cell))


NO_NUMBERS = [
    "９７.25",
    "9_7.25",
    "1_000",
    "1,000",
    "9 7",
    "97.25分",
    "12%",
    "nan",
    "NaN",
    "inf",
    "-inf",
    "Infinity",
    "0x10",
    "1.2.3",
    "−5",
    "１",
    "٣",
    "--1",
    "1e999",
    "a",
    "=1",
    ".",
    "1\n2",
]


@pytest.mark.parametrize("cell", [*NO_NUMBERS, True, np.True_, [1], math.inf])
def test_what_is_no_number_is_refused(cell):
    with pytest.raises(ValueError):
        number(cell)
    with pytest.raises(ValueError):
        number(cell, printed=True)


@pytest.mark.parametrize("cell", ["1e3", "1E+05", ".5", "5."])
def test_a_text_prints_neither_exponents_nor_bare_points(cell):
    assert number(cell) == float(cell)
    with pytest.raises(ValueError):
        number(cell, printed=True)


@pytest.mark.parametrize("cell", NO_NUMBERS)
def test_a_column_is_numbers_only_if_every_cell_is(cell):
    assert numbers(["1", cell]) is None and numbers(["1", cell], printed=True) is None
    assert numbers([cell]) is None


def test_a_column_of_numbers_comes_as_floats():
    np.testing.assert_array_equal(numbers(["1", "", " 2.5 ", "-3"]), [1, np.nan, 2.5, -3])
    assert numbers([]).tolist() == [] and numbers(["1e3"], printed=True) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_is_read_back_exactly(value):
    assert number(repr(value)) == value == numbers([repr(value)])[0]


# ---------------------------------------------------------------- in


def test_what_excel_adds_is_tolerated_and_rows_count_as_in_a_spreadsheet(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes('\ufeffid , x\r\n\r\na,"one\r\ntwo"\r\n,\r\nb,3\r\n,\r\n'.encode())
    assert read_rows(path) == (["id", "x"], [(3, ["a", "one\r\ntwo"]), (5, ["b", "3"])])
    assert row_number(path, "id", "b") == 5 and row_number(path, "id", "c") is None
    assert row_number(tmp_path / "none.csv", "id", "b") is None


def test_a_quote_that_never_closes_is_named_by_its_row_empty_rows_or_not(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('id,x\na,1\n\nb,"2\nc,3\n', encoding="utf-8")
    for read in (read_rows, read_table):
        assert refusal(lambda read=read: read(path)).startswith(
            "a.csv row 4: cannot be read from this row on"
        )


def test_a_table_keeps_empty_rows_between_others_and_drops_those_at_the_end(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("unit,x,y\nA,1,n/a\n\nB,2\n,,\n", encoding="utf-8")
    frame = read_table(path, numeric=True)
    assert frame["unit"].tolist() == ["A", "", "B"]
    assert frame["x"].dtype == float and frame["x"].isna().tolist() == [False, True, False]
    assert frame["y"].tolist() == ["n/a", "", ""]
    assert read_table(path)["x"].tolist() == ["1", "", "2"]
    assert read_table(frame) is frame


def test_a_code_of_digits_stays_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("city,time,code,x\n0101,2020,1,2\n", encoding="utf-8")
    frame = read_table(path, numeric=True)
    assert frame.iloc[0].tolist() == ["0101", "2020", "1", 2.0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a.csv: the file is empty"),
        ("\n,\n", "a.csv: the file is empty"),
        ("a,,c\n", "a.csv row 1: column 2 has no name"),
        ("a,b,a\n", "a.csv row 1 column a: this column name occurs more than once"),
        (
            "a,b\n1,2\n1,2,3\n",
            'a.csv row 3 "3": rows differ in their number of cells: 3 here, 2 in the header',
        ),
        ("a," + "b" * 1001 + "\n", "a.csv row 1: the name of column 2 is too long"),
    ],
)
def test_a_table_that_is_none_says_where_and_why(tmp_path, text, told):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    assert refusal(lambda: read_table(path)).startswith(told)
    assert refusal(lambda: read_table(path, "DATA")).startswith(told.replace("a.csv", "DATA"))


def test_a_file_that_is_gone_or_in_another_encoding_is_named(tmp_path):
    assert "this file is missing" in refusal(lambda: read_table(tmp_path / "none.csv"))
    (tmp_path / "gbk.csv").write_bytes("城市,x\n郑州,1\n".encode("gbk"))
    assert "not in UTF-8" in refusal(lambda: read_table(tmp_path / "gbk.csv"))
    assert "cannot be read" in refusal(lambda: read_table(tmp_path))


# ---------------------------------------------------------------- out


def test_writing_is_all_or_nothing(tmp_path):
    table = pd.DataFrame({"unit": ["郑州"], "x": [1.5]})
    (tmp_path / "taken").mkdir()
    assert "is a folder" in refusal(lambda: write({tmp_path / "a.csv": table, tmp_path / "taken": table}))
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]
    write({tmp_path / "new" / "a.csv": table, tmp_path / "b.txt": "文\n"})
    assert (tmp_path / "new" / "a.csv").read_bytes() == "unit,x\n郑州,1.5\n".encode()
    assert (tmp_path / "b.txt").read_text("utf-8") == "文\n"
    write({tmp_path / "a.csv": table}, bom=True)
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfunit,x\n")
    assert read_rows(tmp_path / "a.csv")[0] == ["unit", "x"]


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    write({path: "old\n"})

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert "No space left" in refusal(lambda: write({path: "new\n"}))
    assert path.read_text() == "old\n" and [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_what_is_written_with_a_mark_and_without_formulas_comes_back_as_it_was(tmp_path):
    odd = ["=1+1", "'=2", "-", "'twas", "-2", "郑州"]
    write({tmp_path / "a.csv": pd.DataFrame({"unit": odd, "x": range(6)})}, bom=True)
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(BOM.encode("utf-8")) and b"\n=" not in content and b"\n-," not in content
    assert read_table(tmp_path / "a.csv")["unit"].tolist() == odd


def test_a_mark_is_put_before_a_file_once():
    once = marked("年份".encode())
    assert marked(once) == once and once.decode("utf-8-sig") == "年份"
