"""The files of any index as people have them: workbooks in and out, COIN Tool, COINr, other names and signs."""

import io
import math
import re
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from conftest import folder_of
from test_cli_engine import ASEM, refused, run

from bluebook import cli
from bluebook.files import books

TREE = "code,parent,weight,direction\nr,,,\np,r,60,1\nq,r,40,1\nx,p,3,1\ny,p,1,-1\nz,q,1,1\nw,q,1,1\n"
DATA = "unit,x,y,z,w\n甲,1,5,3.5,4\n乙,2,3,9.25,3\n丙,4,2,4,7\n丁,7,1,,5\n戊,5,4,6,1\n"
SCORES = "unit,code,score\n甲,r,15.7\n乙,r,50.1\n丙,r,57.0\n丁,r,87.1\n戊,r,50.0\n"
PANEL = (
    "unit,time,x,y,z,w\n甲,1,1,5,3,4\n乙,1,2,3,9,3\n丙,1,4,2,4,7\n甲,2,2,5,3,4\n乙,2,2,4,9,3\n丙,2,4,2,5,8\n"
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    return folder_of(tmp_path, monkeypatch, tree=TREE, data=DATA, scores=SCORES, panel=PANEL)


def rows(text):
    """A CSV's rows, numbers as numbers."""
    table = pd.read_csv(io.StringIO(text), dtype=object, keep_default_na=False)
    found = [list(table.columns), *table.to_numpy().tolist()]
    return [[float(c) if re.fullmatch(r"-?\d+(\.\d+)?", c) else c or None for c in row] for row in found]


def book(path, **sheets):
    """Write a workbook: name of sheet → rows, or the text of a CSV."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, told in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows(told) if isinstance(told, str) else told:
            sheet.append(row)
    made.save(path)
    return made


def table(path):
    return pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False)


# --- every example of every help -------------------------------------------------------------------------

ENGINE = ("score", "uncertainty", "recover", "verify", "treat", "impute", "correlate", "ranges")
ENGINE += ("weights", "robustness", "change")


def examples():
    for command in cli.app.registered_commands:
        name = command.name or command.callback.__name__
        for told in re.findall(r"例 / As: python -m bluebook (.+)", command.callback.__doc__ or ""):
            yield pytest.param(name, told.split(), id=told)


def test_every_command_of_the_engine_shows_an_example():
    assert set(ENGINE) <= {example.values[0] for example in examples()}


@pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")
@pytest.mark.parametrize(("name", "words"), list(examples()))
def test_an_example_in_the_help_runs(folder, name, words):
    whole = DATA.replace(",,", ",2,")  # `ranges` asks for whole data
    (folder / "data.csv").write_text(whole, "utf-8")
    (folder / "tree2.csv").write_text(TREE.replace("x,p,3", "x,p,2"), "utf-8")
    (folder / "data2.csv").write_text(whole.replace("丙,4", "丙,6"), "utf-8")
    assert words[0] == name
    run(*words)
    assert (folder / words[words.index("--out") + 1]).exists()


# --- workbooks in ----------------------------------------------------------------------------------------


def test_a_workbook_gives_what_the_same_tables_give(folder):
    book("all.xlsx", 指标=TREE, 数据=DATA, 得分=SCORES)
    run("score", "tree.csv", "data.csv", "--out", "o1")
    _, noticed = run("score", "all.xlsx", "all.xlsx", "--out", "o2")
    for name in ("normalised", "scores", "ranks"):
        assert (folder / f"o1/{name}.csv").read_bytes() == (folder / f"o2/{name}.csv").read_bytes()
    assert "the tree are taken from the sheet “指标”" in noticed
    run("verify", "tree.csv", "data.csv", "scores.csv", "--out", "v1.csv", "--normalise", "minmax")
    run("verify", "all.xlsx", "all.xlsx#数据", "all.xlsx", "--out", "v2.csv", "--normalise", "minmax")
    assert (folder / "v1.csv").read_bytes() == (folder / "v2.csv").read_bytes()


def test_two_sheets_that_could_be_meant_are_both_named(folder):
    book("all.xlsx", 去年=DATA, 今年=DATA)
    told = refused("score", "tree.csv", "all.xlsx", "--out", "o")
    assert "去年, 今年" in told and "all.xlsx#去年" in told and not (folder / "o").exists()
    run("score", "tree.csv", "all.xlsx#今年", "--out", "o")


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(folder):
    book("all.xlsx", 去年=DATA, 今年=DATA)
    assert "there are: 去年, 今年" in refused("score", "tree.csv", "all.xlsx#前年", "--out", "o")
    book("other.xlsx", 甲=[["a", "b"], [1, 2]], 乙=[["c", "d"], [1, 2]])
    assert "no sheet looks like the data: 甲, 乙" in refused("score", "tree.csv", "other.xlsx", "--out", "o")


def test_a_formula_without_a_saved_value_is_refused_by_sheet_and_cell(folder):
    made = book("d.xlsx", 数据=DATA)
    made["数据"]["C4"] = "=1+1"
    made.save("d.xlsx")
    told = refused("score", "tree.csv", "d.xlsx", "--out", "o")
    assert told.startswith("d.xlsx#数据: C4 is a formula (=1+1)") and not (folder / "o").exists()


def test_a_formula_with_its_value_counts_as_the_value(folder):
    made = book("d.xlsx", 数据=DATA)
    made["数据"]["B2"] = "=0.5+0.5"
    made.save("d.xlsx")
    with zipfile.ZipFile("d.xlsx") as old, zipfile.ZipFile("saved.xlsx", "w") as new:
        for part in old.namelist():
            told = old.read(part).replace(b"<f>0.5+0.5</f><v></v>", b"<f>0.5+0.5</f><v>1</v>")
            new.writestr(part, told.replace(b"<f>0.5+0.5</f><v />", b"<f>0.5+0.5</f><v>1</v>"))
    run("score", "tree.csv", "saved.xlsx", "--out", "o1")
    run("score", "tree.csv", "data.csv", "--out", "o2")
    assert (folder / "o1/scores.csv").read_bytes() == (folder / "o2/scores.csv").read_bytes()


def test_a_formula_that_comes_to_nothing_is_an_empty_cell(folder):
    made = book("d.xlsx", 数据=DATA)
    made["数据"]["D5"] = '=IF(1,"","")'
    made.save("d.xlsx")
    with zipfile.ZipFile("d.xlsx") as old, zipfile.ZipFile("saved.xlsx", "w") as new:
        for part in old.namelist():
            told = re.sub(rb'<c r="D5"([^>]*)>', rb'<c r="D5" t="str"\1>', old.read(part))
            new.writestr(part, told)
    assert "D5 is a formula" in refused("score", "tree.csv", "d.xlsx", "--out", "o1")
    run("score", "tree.csv", "saved.xlsx", "--out", "o1")
    run("score", "tree.csv", "data.csv", "--out", "o2")
    assert (folder / "o1/scores.csv").read_bytes() == (folder / "o2/scores.csv").read_bytes()


def test_a_cell_keeps_the_decimals_that_it_shows(folder):
    made = book("d.xlsx", s=[["unit", "a"], ["A", 97.2], ["B", 97.25], ["C", 5]])
    for row in (2, 3, 4):
        made["s"].cell(row, 2).number_format = "0.00"
    made.save("d.xlsx")
    assert books.frame(books.opened(folder / "d.xlsx").sheets["s"], "d")["a"].tolist() == [
        *("97.20", "97.25", "5.00")
    ]


BAD_SHEETS = {
    "a title above the table": ([["标题"], ["unit", "x"], ["A", 1]], "row 1: the first row must name"),
    "a cell below no name": ([["unit", "x"], ["A", 1, "note"]], "C2 holds “note” below no column name"),
    "a column twice": ([["unit", "x", "x"], ["A", 1, 2]], "column x: stands twice (columns B and C)"),
    "a row of totals": ([["unit", "x"], ["A", 1], ["合计", 1]], "row 3 column unit: “合计” looks like a row"),
    "a note below": (
        [["unit", "x"], ["A", 1], ["注：略", None]],
        "row 3 column unit: “注：略” looks like a note",
    ),
    "a date among the numbers": ([["unit", *"xyzw"], ["A", "2020-1", 1, 1, 1]], "row 2 column x: “2020-1”"),
    "an error": ([["unit", *"xyzw"], ["A", "#N/A", 1, 1, 1]], "row 2 column x: “#N/A”"),
}


@pytest.mark.parametrize("case", BAD_SHEETS)
def test_a_bad_sheet_is_refused_by_its_place(folder, case):
    told, why = BAD_SHEETS[case]
    book("d.xlsx", s=told)
    line = refused("score", "tree.csv", "d.xlsx", "--out", "o")
    assert line.startswith("d.xlsx#s") and why in line and not (folder / "o").exists()


def test_what_only_another_program_opens_is_refused_in_one_line(folder):
    (folder / "d.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    (folder / "d.ods").write_bytes(b"PK\x03\x04")
    (folder / "d.xlsx").write_text(DATA, "utf-8")
    assert "d.xls" in refused("score", "tree.csv", "d.xls", "--out", "o")
    assert "only .xlsx" in refused("score", "tree.csv", "d.ods", "--out", "o")
    assert "d.xlsx" in refused("score", "tree.csv", "d.xlsx", "--out", "o")
    assert "only .xlsx" in refused("score", "tree.csv", "data.csv", "--out", "o.xls")
    assert "give o.xlsx alone" in refused("score", "tree.csv", "data.csv", "--out", "o.xlsx#1")
    assert sorted(p.suffix for p in folder.iterdir()) == [*[".csv"] * 4, ".ods", ".xls", ".xlsx"]


def test_rows_that_a_filter_hides_count_with_a_notice(folder):
    made = book("d.xlsx", s=DATA)
    made["s"].row_dimensions[3].hidden = True
    made.save("d.xlsx")
    said, noticed = run("score", "tree.csv", "d.xlsx", "--out", "o")
    assert "5 rows" in said and "1 rows of d.xlsx#s are hidden (as row 3)" in noticed


# --- workbooks out ---------------------------------------------------------------------------------------


def test_one_workbook_holds_one_sheet_a_table_and_is_read_again(folder):
    run("score", "tree.csv", "data.csv", "--out", "o.xlsx")
    run("score", "tree.csv", "data.csv", "--out", "o")
    found = pd.read_excel("o.xlsx", sheet_name=None)
    assert list(found) == ["normalised", "scores", "ranks"]
    scores = table(folder / "o/scores.csv")["score"]
    assert found["scores"]["score"].tolist() == pytest.approx(scores.tolist(), rel=1e-14)
    options = ("--normalise", "minmax", "--out", "w.xlsx", "--cells", "w.xlsx")
    run("recover", "tree.csv", "data.csv", "o.xlsx#scores", *options)
    assert list(pd.read_excel("w.xlsx", sheet_name=None)) == ["weights", "cells"]


def test_the_same_tables_give_the_same_bytes_and_no_cell_that_runs(folder):
    (folder / "data.csv").write_text(DATA.replace("甲", "=1+1"), "utf-8")
    run("score", "tree.csv", "data.csv", "--out", "a.xlsx")
    run("score", "tree.csv", "data.csv", "--out", "b.xlsx")
    assert (folder / "a.xlsx").read_bytes() == (folder / "b.xlsx").read_bytes()
    cells = [c for s in openpyxl.load_workbook("a.xlsx") for row in s.iter_rows() for c in row]
    assert "=1+1" in [c.value for c in cells] and not [c for c in cells if c.data_type == "f"]


def test_a_workbook_that_was_there_stays_when_the_next_input_is_bad(folder):
    run("score", "tree.csv", "data.csv", "--out", "o.xlsx")
    before = (folder / "o.xlsx").read_bytes()
    (folder / "data.csv").write_text(DATA.replace("甲,1", "甲,one"), "utf-8")
    assert "row 2 column x" in refused("score", "tree.csv", "data.csv", "--out", "o.xlsx")
    assert (folder / "o.xlsx").read_bytes() == before


# --- other names, signs and words ------------------------------------------------------------------------


def test_columns_by_other_names_are_found_with_a_notice(folder):
    run("score", "tree.csv", "data.csv", "--out", "o1")
    (folder / "data.csv").write_text(DATA.replace("unit", "城市"), "utf-8")
    (folder / "tree.csv").write_text(TREE.replace("code,parent,weight", "指标代码,Parent,权重"), "utf-8")
    _, noticed = run("score", "tree.csv", "data.csv", "--out", "o2")
    assert "data.csv: the column “城市” is read as unit" in noticed
    assert "tree.csv: the column “指标代码” is read as code" in noticed
    assert (folder / "o1/scores.csv").read_bytes() == (folder / "o2/scores.csv").read_bytes()


def test_a_code_of_the_tree_is_no_other_name(folder):
    (folder / "tree.csv").write_text("code,parent,weight,direction\nr,,,\nyear,r,1,1\ncity,r,1,1\n", "utf-8")
    (folder / "data.csv").write_text("Country,year,city\nA,1,2\nB,2,1\n", "utf-8")
    _, noticed = run("score", "tree.csv", "data.csv", "--out", "o")
    assert "“Country” is read as unit" in noticed and "year" not in noticed


def test_columns_of_text_are_labels_and_a_number_outside_the_tree_is_still_refused(folder):
    lines = DATA.splitlines()
    labelled = [lines[0] + ",名称,备注"] + [line + ",某市," for line in lines[1:]]
    (folder / "data.csv").write_text("\n".join(labelled), "utf-8")
    _, noticed = run("score", "tree.csv", "data.csv", "--out", "o")
    assert "columns outside the tree are not used: 名称, 备注" in noticed
    (folder / "data.csv").write_text("\n".join([lines[0] + ",v", *(x + ",1" for x in lines[1:])]), "utf-8")
    assert "row 1 column v: is not in the tree" in refused("score", "tree.csv", "data.csv", "--out", "o2")


def test_where_scores_are_verified_text_is_a_label_and_a_number_may_explain(folder):
    lines = DATA.splitlines()
    (folder / "data.csv").write_text(
        "\n".join([lines[0] + ",名称,v", *(x + ",某市,1" for x in lines[1:])]), "utf-8"
    )
    options = ("--normalise", "minmax", "--out", "v.csv")
    _, noticed = run("verify", "tree.csv", "data.csv", "scores.csv", *options)
    assert "columns outside the tree are not used: 名称" in noticed and "名称, v" not in noticed


def test_a_year_is_a_time(folder):
    (folder / "panel.csv").write_text(PANEL.replace("time", "年份"), "utf-8")
    _, noticed = run("score", "tree.csv", "panel.csv", "--out", "o")
    assert "“年份” is read as time" in noticed
    assert list(table(folder / "o/scores.csv").columns) == ["unit", "time", "code", "score"]


def test_words_for_no_value_separator_and_decimal_sign(folder):
    run("score", "tree.csv", "data.csv", "--out", "o1")
    european = DATA.replace(",", ";").replace(".", ",").replace("丁;7;1;;", "丁;7;1;n.v.;")
    (folder / "data.csv").write_text(european, "utf-8")
    (folder / "tree.csv").write_text(TREE.replace(",", ";"), "utf-8")
    assert "--sep “;”" in refused("score", "tree.csv", "data.csv", "--out", "o2")
    options = ("--sep", ";", "--decimal", ",", "--na", "n.v.", "--na", "–")
    run("score", "tree.csv", "data.csv", "--out", "o2", *options)
    assert (folder / "o1/scores.csv").read_bytes() == (folder / "o2/scores.csv").read_bytes()
    (folder / "data.csv").write_text(european.replace("9,25", "1.250"), "utf-8")
    told = refused("score", "tree.csv", "data.csv", "--out", "o3", *options)
    assert told.startswith("data.csv row 3 column z: “1.250” has a point")


def test_a_country_called_NA_stays_a_country(folder):
    (folder / "data.csv").write_text(DATA.replace("甲,1", "NA,1").replace("丁,7,1,,", "丁,7,1,NA,"), "utf-8")
    run("score", "tree.csv", "data.csv", "--out", "o", "--na", "NA")
    assert "NA" in table(folder / "o/scores.csv")["unit"].tolist()


@pytest.mark.parametrize(("option", "value"), [("--sep", "ab"), ("--sep", '"'), ("--decimal", ";")])
def test_signs_that_cannot_separate_are_refused(folder, option, value):
    assert option in refused("score", "tree.csv", "data.csv", "--out", "o", option, value)


@pytest.mark.parametrize("command", ["recover", "verify"])
def test_totals_are_noticed_where_scores_are_inverted_too(folder, command):
    (folder / "data.csv").write_text(DATA + "Total,19,15,22,20\n", "utf-8")
    told = refused(command, "tree.csv", "data.csv", "scores.csv", "--out", "v.csv")
    assert told.startswith("data.csv row 7 column unit: “Total” looks like a row of totals")


# --- COIN Tool and COINr ---------------------------------------------------------------------------------


def coin_tool(path, change=lambda database, framework: None):
    """A workbook laid out as the COIN Tool lays out its input: two pillars, sub-pillars and sub-index unused."""
    made = openpyxl.Workbook()
    database, framework = made.active, made.create_sheet("Framework")
    database.title = "Database"
    database["B2"] = "COIN Tool"
    meta = {7: "3 1 1 1", 8: "1 -1 1 1", 9: "0 0 0 0", 10: "10 10 10 10", 11: "Index Index Index Index"}
    meta |= {12: "si.01 si.01 si.01 si.01", 13: "p.01 p.01 p.02 p.02", 14: "sp.01 sp.01 sp.01 sp.01"}
    for row, told in meta.items():
        for column, value in enumerate(told.split(), 5):
            database.cell(row, column, float(value) if re.fullmatch(r"-?\d+", value) else value)
    for column, name in enumerate(("x", "y", "z", "w"), 5):
        database.cell(15, column, f"name of {name}")
        database.cell(16, column, f"ind.{column - 4:02}")
    database.cell(16, 9, "ind.05")
    for row, cells in enumerate(rows(DATA)[1:], 17):
        database.cell(row, 2, f"City {cells[0]}")
        database.cell(row, 3, cells[0])
        for column, value in enumerate(cells[1:], 5):
            database.cell(row, column, "n/a" if value is None else value)
    told = [("Code", None, "Weight", None, None, "Dimension/indicator"), ("Index", None, 1, None, None, "I")]
    told += [("p.01", None, 60, None, None, "one"), ("p.02", None, 40, None, None, "two")]
    told += [("sp.01", None, 1, None, None, "--")]
    for row, cells in enumerate(told, 4):
        for column, value in enumerate(cells, 3):
            framework.cell(row, column, value)
    change(database, framework)
    made.save(path)


def test_a_coin_tool_workbook_is_scored_as_its_tables_are(folder):
    coin_tool("tool.xlsx")
    run("score", "tree.csv", "data.csv", "--out", "o1")
    _, noticed = run("score", "tool.xlsx", "tool.xlsx", "--out", "o2")
    assert "tool.xlsx is read as a COIN Tool workbook" in noticed and "ind.05" not in noticed
    one, two = (table(folder / o / "ranks.csv") for o in ("o1", "o2"))
    names = {"Index": "r", "p.01": "p", "p.02": "q"}
    assert two.assign(code=two["code"].map(names)).to_numpy().tolist() == one.to_numpy().tolist()


def test_the_goalposts_of_a_coin_tool_workbook_serve(folder):
    coin_tool("tool.xlsx")
    run("score", "tool.xlsx", "tool.xlsx", "--normalise", "goalposts", "--out", "o")
    assert table(folder / "o/normalised.csv")["ind.01"].tolist() == [0.1, 0.2, 0.4, 0.7, 0.5]
    assert table(folder / "o/normalised.csv")["ind.02"].tolist() == [0.5, 0.7, 0.8, 0.9, 0.6]


@pytest.mark.parametrize(
    ("cell", "value", "why"),
    [
        ("F18", "drei", "tool.xlsx#Database: F18 holds “drei”, no number"),
        ("F13", None, "tool.xlsx#Database: F13: the code above, “—”, is missing"),
        ("F18", "=2+1", "tool.xlsx#Database: F18 is a formula"),
    ],
)
def test_a_bad_cell_of_a_coin_tool_workbook_is_named(folder, cell, value, why):
    def change(database, framework):
        database[cell] = value

    coin_tool("tool.xlsx", change)
    assert why in refused("score", "tool.xlsx", "tool.xlsx", "--out", "o")


META = """iCode,iName,Level,Parent,Weight,Direction,Type
x,X,1,p,3,1,Indicator
y,Y,1,p,1,-1,Indicator
z,Z,1,q,1,1,Indicator
w,W,1,q,1,1,Indicator
p,P,2,r,60,1,Aggregate
q,Q,2,r,40,1,Aggregate
r,R,3,NA,1,1,Aggregate
Pop,Population,NA,NA,NA,NA,Denominator
Group,Group,NA,NA,NA,NA,Group
"""


def test_a_coinr_pair_is_scored_as_its_tables_are(folder):
    lines = DATA.replace(",,", ",NA,").splitlines()
    pair = ["uCode,uName," + lines[0].removeprefix("unit,") + ",Pop,Group"]
    pair += [line.replace(",", ",名,", 1) + ",9,G" for line in lines[1:]]
    (folder / "iData.csv").write_text("\n".join(pair), "utf-8")
    (folder / "iMeta.csv").write_text(META, "utf-8")
    run("score", "tree.csv", "data.csv", "--out", "o1")
    _, noticed = run("score", "iMeta.csv", "iData.csv", "--out", "o2")
    assert "“uCode” is read as unit" in noticed and "not used: uName, Pop, Group" in noticed
    one, two = (table(folder / o / "ranks.csv").set_index(["unit", "code"])["rank"] for o in ("o1", "o2"))
    assert two.loc[one.index].tolist() == one.tolist()
    (folder / "iMeta.csv").write_text(META.replace("Denominator", "Size"), "utf-8")
    assert "iMeta.csv row 9 column Type: “Size”" in refused("score", "iMeta.csv", "iData.csv", "--out", "o3")


def test_a_coinr_pair_is_written_and_read_again(folder):
    run("score", "tree.csv", "data.csv", "--out", "o1", "--coinr", "pair")
    meta = table(folder / "pair/iMeta.csv").set_index("iCode")
    assert meta["Level"].to_dict() == {"r": 3, "p": 2, "q": 2, "x": 1, "y": 1, "z": 1, "w": 1}
    assert meta["Type"].value_counts().to_dict() == {"Indicator": 4, "Aggregate": 3}
    assert meta.loc["r", ["Parent", "Weight"]].tolist() == ["NA", 1] and meta.loc["y", "Direction"] == -1
    run("score", "pair/iMeta.csv", "pair/iData.csv", "--out", "o2")
    assert (folder / "o1/scores.csv").read_bytes() == (folder / "o2/scores.csv").read_bytes()
    run("score", "tree.csv", "data.csv", "--out", "o3", "--coinr", "pair.xlsx")
    assert list(pd.read_excel("pair.xlsx", sheet_name=None)) == ["iData", "iMeta"]
    run("score", "pair.xlsx", "pair.xlsx", "--out", "o4")
    assert (folder / "o1/scores.csv").read_bytes() == (folder / "o4/scores.csv").read_bytes()


def test_a_tree_that_coinr_would_not_take_is_refused(folder):
    (folder / "tree.csv").write_text(TREE.replace("w,q", "w,r"), "utf-8")
    told = refused("score", "tree.csv", "data.csv", "--out", "o", "--coinr", "pair")
    assert "w stands 2 levels below r" in told and not (folder / "o").exists()


# --- weights, robustness, change -------------------------------------------------------------------------


def test_each_set_of_weights_is_a_tree_that_can_be_scored(folder):
    said, _ = run("weights", "tree.csv", "data.csv", "--out", "w.xlsx")
    found = pd.read_excel("w.xlsx", sheet_name=None)
    sets = ["given", "equal", "entropy", "critic", "pca", "balanced"]
    assert list(found) == ["weights", *(f"tree_{name}" for name in sets[1:])]
    assert list(found["weights"].columns) == ["parent", "code", *sets] and ", ".join(sets) in said
    sums = found["weights"].groupby("parent")[sets].sum().to_numpy()
    assert abs(sums - 100).max() < 1e-9
    run("score", "w.xlsx#tree_critic", "data.csv", "--out", "o")


def test_a_set_that_the_data_do_not_give_is_left_out_or_refused_where_it_was_asked_for(folder):
    (folder / "data.csv").write_text("unit,x,y,z,w\nA,1,2,3,4\nB,2,1,4,3\n", "utf-8")
    said, noticed = run("weights", "tree.csv", "data.csv", "--out", "w")
    assert "given, equal, entropy; " in said and "balanced cannot be computed and is left out" in noticed
    assert "z" in refused("weights", "tree.csv", "data.csv", "--how", "critic", "--out", "w2") + "z"
    assert "give DATA" in refused("weights", "tree.csv", "--how", "pca", "--out", "w2")
    assert "“rank” is unknown" in refused("weights", "tree.csv", "data.csv", "--how", "rank", "--out", "w2")
    assert not (folder / "w2").exists()


def test_experts_points_become_a_tree_and_their_agreement_is_told(folder):
    forms = "expert,indicator,points\nA,p,60\nA,q,40\nB,p,70\nB,q,30\n"
    (folder / "e.csv").write_text(forms, "utf-8")
    run("weights", "tree.csv", "--experts", "e.csv", "--out", "w")
    assert table(folder / "w/weights.csv").set_index("code")["experts"][["p", "q"]].tolist() == [65, 35]
    assert table(folder / "w/agreement.csv")["experts"].tolist() == [2]


def test_critic_weights_are_those_of_the_book(folder):
    """Two indicators that say the same share their conflict with the third."""
    (folder / "tree.csv").write_text(
        "code,parent,weight,direction\nr,,,\na,r,1,1\nb,r,1,1\nc,r,1,1\n", "utf-8"
    )
    (folder / "data.csv").write_text("unit,a,b,c\nA,0,0,4\nB,1,2,0\nC,4,8,1\nD,2,4,2\n", "utf-8")
    run("weights", "tree.csv", "data.csv", "--how", "critic", "--out", "w")
    own = table(folder / "w/weights.csv").set_index("code")["critic"]
    data = pd.read_csv(folder / "data.csv", index_col=0)
    z = (data - data.min()) / (data.max() - data.min())
    want = z.std() * (1 - z.corr()).sum()
    assert all(math.isclose(own[c], 100 * want[c] / want.sum()) for c in "abc")
    assert math.isclose(own["a"], own["b"]) and own["c"] > own["a"]


def test_robustness_names_what_ranks_hang_on(folder):
    run("robustness", "tree.csv", "data.csv", "--level", "dimension", "--out", "r")
    swaps, shares = table(folder / "r/reversals.csv"), table(folder / "r/shares.csv")
    assert list(swaps.columns) == ["above", "below", "lead", "moved", "to_p", "to_q"]
    assert set(table(folder / "r/leave_one_out.csv")["dropped"]) == {"p", "q"}
    assert set(shares["factor"]) == {"normalise", "aggregate", "weights"}
    run("score", "tree.csv", "data.csv", "--normalise", "minmax:1:100", "--out", "s")
    ranks = table(folder / "s/ranks.csv").query("code == 'r'").set_index("unit")["rank"]
    gaps = table(folder / "r/missing.csv").set_index("unit")
    assert gaps["rank"].tolist() == ranks[gaps.index].tolist() and gaps["best"]["丁"] <= gaps["worst"]["丁"]


def test_critical_weights_of_a_reversal_bring_the_two_level(folder):
    (folder / "data.csv").write_text(DATA.replace("丁,7,1,,", "丁,7,1,2,"), "utf-8")
    run("robustness", "tree.csv", "data.csv", "--out", "r")
    swap = table(folder / "r/reversals.csv").iloc[0]
    new = TREE.replace("p,r,60", f"p,r,{swap['to_p']}").replace("q,r,40", f"q,r,{swap['to_q']}")
    (folder / "tree.csv").write_text(new, "utf-8")
    run("score", "tree.csv", "data.csv", "--normalise", "minmax:1:100", "--out", "s")
    scores = table(folder / "s/scores.csv").query("code == 'r'").set_index("unit")["score"]
    assert math.isclose(scores[swap["above"]], scores[swap["below"]], rel_tol=1e-9)


def test_robustness_of_a_panel_leaves_out_what_knows_one_time_only(folder):
    said, noticed = run("robustness", "tree.csv", "panel.csv", "--out", "r")
    assert "reversals" not in said and "reversals cannot be computed" in noticed
    assert not (folder / "r/reversals.csv").exists()


def test_a_change_is_split_over_its_causes_exactly(folder):
    run("change", "tree.csv", "panel.csv", "--from", "1", "--to", "2", "--out", "c.xlsx")
    found = pd.read_excel("c.xlsx", sheet_name=None)
    assert list(found) == ["score", "rank"]
    causes = ["data", "weights", "bounds", "framework", "units"]
    for part in found.values():
        assert (part[causes].sum(axis=1) - part["change"]).abs().max() < 1e-9
    assert "panel.csv has no time “3”" in refused(
        *("change", "tree.csv", "panel.csv", "--from", "1", "--to", "3", "--out", "d")
    )
    assert "two times are needed" in refused("change", "tree.csv", "data.csv", "--out", "d")


def test_published_data_of_asem_come_through_a_workbook_unchanged(folder):
    run("score", ASEM / "indicators.csv", ASEM / "data.csv", "--out", "o.xlsx", "--coinr", "pair.xlsx")
    run("score", "pair.xlsx", "pair.xlsx", "--out", "o2.xlsx")
    one, two = (pd.read_excel(name, sheet_name="ranks") for name in ("o.xlsx", "o2.xlsx"))
    assert one.equals(two)


# --- verify and recover that do not cry wolf ---------------------------------------------------------------


def printed(folder, *changed):
    """Eight units scored 60/40 on two cells, printed to one decimal; ``changed``: (unit, score) put instead."""
    cells = [(90, 10), (20, 80), (50, 30), (70, 60), (10, 40), (33, 95), (64, 8), (81, 77)]
    scores = {f"u{i}": f"{0.6 * x + 0.4 * y:.1f}" for i, (x, y) in enumerate(cells)} | dict(changed)
    data = [f"u{i},{x}.0,{y}.0" for i, (x, y) in enumerate(cells)]
    (folder / "tree.csv").write_text("code,parent,weight,direction\nr,,,\nx,r,60,1\ny,r,40,1\n", "utf-8")
    (folder / "data.csv").write_text("\n".join(["unit,x,y", *data]), "utf-8")
    told = [f"{unit},{score}" for unit, score in scores.items()]
    (folder / "scores.csv").write_text("\n".join(["unit,score", *told]), "utf-8")


def test_the_largest_set_of_scores_that_fits_is_told_with_its_exceptions(folder):
    printed(folder, ("u3", "77.0"), ("u5", "12.3"))
    said, _ = run("recover", "tree.csv", "data.csv", "scores.csv", "--out", "w.csv")
    assert "6 scores fit some weights together; the fewest to leave out are 2:" in said
    assert "u3 r 77 (the rest put it at 6" in said and "u5 r 12.3 (the rest put it at 5" in said
    assert (folder / "w.csv").read_text("utf-8-sig") == "parent,code,lower,upper\n"
    run("recover", "tree.csv", "data.csv", "scores.csv", "--out", "w.csv", "--leave-out")
    found = table(folder / "w.csv").set_index("code")
    assert found["lower"]["x"] <= 60 <= found["upper"]["x"] and found["upper"]["x"] - found["lower"]["x"] < 1


def test_one_odd_cell_is_named_and_no_score_breaks_for_it(folder):
    printed(folder, ("u3", "66.0000001"))
    said, noticed = run("verify", "tree.csv", "data.csv", "scores.csv", "--out", "v.csv")
    assert "8 scores, 0 cannot follow" in said
    assert "scores.csv row 5 column score: “66.0000001” has more decimals than the 1" in noticed


def test_ties_and_bands_are_read_as_printed(folder):
    """U2 and U3 share a second place; the others of a long list are printed in bands."""
    (folder / "tree.csv").write_text("code,parent,weight,direction\nidx,,,\na,idx,,1\nb,idx,,1\n", "utf-8")
    (folder / "data.csv").write_text("unit,a,b\nU1,90.0,80.0\nU2,80.0,70.0\nU3,70.0,80.0\n", "utf-8")
    (folder / "scores.csv").write_text("unit,score,rank\nU1,85.0,1\nU2,75.0,=2\nU3,75.0,=2\n", "utf-8")
    run("recover", "tree.csv", "data.csv", "scores.csv", "--out", "w1.csv")
    (folder / "scores.csv").write_text("unit,score,rank\nU1,85.0,1\nU2,75.0,2\nU3,,101–150\n", "utf-8")
    _, noticed = run("recover", "tree.csv", "data.csv", "scores.csv", "--out", "w2.csv")
    assert "bands (as 101–150) and only bound the rank" in noticed
    for name in ("w1.csv", "w2.csv"):
        found = table(folder / name).set_index("code").loc["a"]
        assert found["lower"] <= 50 <= found["upper"] <= 51


@pytest.mark.parametrize("seed", range(2))
def test_hidden_factors_of_many_parents_are_explained_by_no_column(folder, seed):
    """Six parents, each of whose scores was multiplied by a factor of its own: 48 breaks, 31 columns."""
    rng, units = np.random.default_rng(seed), [f"u{u}" for u in range(8)]
    kids = {f"p{p}": [f"k{p}_{i}" for i in range(4)] for p in range(6)}
    tree = ["code,parent,weight,direction", "r,,,", *(f"{p},r,1,1" for p in kids)]
    tree += [f"{kid},{p},1,1" for p, own in kids.items() for kid in own]
    (folder / "tree.csv").write_text("\n".join(tree), "utf-8")
    data = pd.DataFrame(
        rng.uniform(2, 9, (8, 24)).round(1), columns=[kid for own in kids.values() for kid in own]
    )
    scores = [
        (unit, p, round(value, 1))
        for p, own in kids.items()
        for unit, value in zip(units, data[own].mean(axis=1) * rng.uniform(0.8, 0.95, 8), strict=True)
    ]
    data.insert(0, "unit", units)
    data.to_csv("data.csv", index=False, float_format="%.1f")
    pd.DataFrame(scores, columns=["unit", "code", "score"]).to_csv(
        "scores.csv", index=False, float_format="%.1f"
    )
    run("verify", "tree.csv", "data.csv", "scores.csv", "--out", "v.csv", "--normalise", "none")
    found = table(folder / "v.csv")
    assert (found["first_break"] != "").sum() > 40 and (found["explained_by"] == "").all()
