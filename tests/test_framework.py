"""The indicator tree and the data on it: what is read, what is refused, and what the refusal says."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bluebook import framework
from bluebook.words import BadInput

TREE = """code,parent,weight,direction
index,,,
a,index,60,1
b,index,40,1
a1,a,1,1
a2,a,3,-1
b1,b,1,1
"""


def write(folder, text, name="tree.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def refusal(action):
    with pytest.raises(BadInput) as caught:
        action()
    return caught.value


def test_a_tree_is_read_with_its_shares_and_levels(tmp_path):
    tree = framework.read(write(tmp_path, TREE))
    assert framework.root(tree) == "index"
    assert framework.leaves(tree) == ["a1", "a2", "b1"]
    families = {f.parent: f for f in framework.families(tree)}
    assert list(families)[-1] == "index"
    np.testing.assert_allclose(families["index"].shares, [0.6, 0.4])
    assert families["a"].height == 1 and families["index"].height == 2
    np.testing.assert_allclose(framework.leaf_weights(tree), [0.15, 0.45, 0.4])


def test_reading_a_read_tree_changes_nothing(tmp_path):
    tree = framework.read(write(tmp_path, TREE))
    pd.testing.assert_frame_equal(framework.read(tree), tree)


def test_extra_columns_a_byte_order_mark_and_blank_lines_at_the_end_do_no_harm(tmp_path):
    lines = ["code,parent,weight,direction,name", "root,,,,总", "x,root,1,1,甲", "", ""]
    tree = framework.read(write(tmp_path, "\n".join(lines), encoding="utf-8-sig"))
    assert framework.leaves(tree) == ["x"]
    assert list(tree.columns) == framework.TREE_COLUMNS


BAD_TREES = {
    "a missing column": ("code,parent,direction\nr,,\n", "weight", "is missing"),
    "no rows": ("code,parent,weight,direction\n", "", "holds no codes"),
    "an empty code": ("code,parent,weight,direction\nr,,,\n,r,1,1\n", "row 3 column code", "is empty"),
    "a code twice": ("code,parent,weight,direction\nr,,,\nx,r,1,1\nx,r,1,1\n", "row 4", "already in row 3"),
    "a reserved code": ("code,parent,weight,direction\nr,,,\nunit,r,1,1\n", "row 3", "reserved"),
    "an unknown parent": ("code,parent,weight,direction\nr,,,\nx,q,1,1\n", "row 3 column parent", "“q”"),
    "two roots": ("code,parent,weight,direction\nr,,,\ns,,,\nx,r,1,1\n", "row 3", "2 roots"),
    "no root": ("code,parent,weight,direction\na,b,1,1\nb,a,1,1\n", "parent", "no root"),
    "a cycle": ("code,parent,weight,direction\nr,,,\nx,r,1,1\na,b,1,1\nb,a,1,1\n", "row 4", "circle"),
    "a root without indicators": ("code,parent,weight,direction\nr,,,1\n", "row 2", "no indicators"),
    "no weight": ("code,parent,weight,direction\nr,,,\nx,r,,1\n", "row 3 column weight", "no weight"),
    "a weight of zero": (
        "code,parent,weight,direction\nr,,,\nx,r,0,1\n",
        "row 3 column weight",
        "not positive",
    ),
    "a negative weight": ("code,parent,weight,direction\nr,,,\nx,r,-2,1\n", "weight", "-2"),
    "a weight in words": ("code,parent,weight,direction\nr,,,\nx,r,much,1\n", "weight", "“much”"),
    "an infinite weight": ("code,parent,weight,direction\nr,,,\nx,r,inf,1\n", "weight", "“inf”"),
    "no direction": ("code,parent,weight,direction\nr,,,\nx,r,1,\n", "direction", "neither 1 nor -1"),
    "a direction of 2": ("code,parent,weight,direction\nr,,,\nx,r,1,2\n", "direction", "“2”"),
    "one goalpost": (
        "code,parent,weight,direction,goal_lower,goal_upper\nr,,,,,\nx,r,1,1,5,\n",
        "goal_lower",
        "one goalpost only",
    ),
    "goalposts turned round": (
        "code,parent,weight,direction,goal_lower,goal_upper\nr,,,,,\nx,r,1,1,5,3\n",
        "goal_lower",
        "not below",
    ),
    "a goalpost without a logarithm": (
        "code,parent,weight,direction,goal_lower,goal_upper,transform\nr,,,,,,\nx,r,1,1,0,3,ln\n",
        "goal_lower",
        "no logarithm",
    ),
    "an unknown transform": (
        "code,parent,weight,direction,transform\nr,,,,\nx,r,1,1,cube\n",
        "transform",
        "“cube”",
    ),
    "an unknown aggregation": (
        "code,parent,weight,direction,aggregation\nr,,,,median\nx,r,1,1,\n",
        "aggregation",
        "“median”",
    ),
    "a power that is no number": (
        "code,parent,weight,direction,aggregation\nr,,,,power:x\nx,r,1,1,\n",
        "aggregation",
        "power:x",
    ),
}


@pytest.mark.parametrize("case", BAD_TREES)
def test_a_bad_tree_is_refused_with_place_value_and_mend(tmp_path, case):
    text, place, value = BAD_TREES[case]
    problem = refusal(lambda: framework.read(write(tmp_path, text)))
    assert problem.en.startswith("tree.csv") and problem.zh.startswith("tree.csv")
    assert place in problem.en and value in problem.en
    assert "\n" not in problem.en and "\n" not in problem.zh


@pytest.mark.parametrize(
    ("row", "what"),
    [("a,r,1,-1,,,,", "direction"), ("a,r,1,,,,ln,", "transform"), ("a,r,1,,1,2,,", "goal_lower")],
)
def test_what_a_parent_cannot_use_is_ignored_with_a_notice(tmp_path, row, what):
    text = f"code,parent,weight,direction,goal_lower,goal_upper,transform,aggregation\nr,,,,,,,\n{row}\nx,a,1,1,,,,\n"
    with pytest.warns(framework.Notice, match=what):
        tree = framework.read(write(tmp_path, text))
    assert tree.loc[1, ["direction", "transform"]].tolist() == [1.0, ""]


def test_an_aggregation_on_a_leaf_is_ignored_with_a_notice(tmp_path):
    text = "code,parent,weight,direction,aggregation\nr,,,,\nx,r,1,1,geometric\n"
    with pytest.warns(framework.Notice, match="aggregation"):
        assert framework.read(write(tmp_path, text))["aggregation"].tolist() == ["", ""]


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
    assert why in refusal(lambda: framework.read_data(path)).en


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert "none.csv" in refusal(lambda: framework.read_data(tmp_path / "none.csv")).en


def test_a_country_called_NA_and_a_code_with_a_leading_zero_stay_text(tmp_path):
    data = framework.read_data(write(tmp_path, "unit,x\nNA,1\n007,\n"))
    assert data["unit"].tolist() == ["NA", "007"]
    assert data["x"].tolist()[0] == 1 and np.isnan(data["x"].tolist()[1])
    data = framework.read_data(write(tmp_path, "x,unit\n1,007\n2,7\n"))
    assert data["unit"].tolist() == ["007", "7"]


def small_tree():
    return framework.read(
        pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    )


BAD_DATA = {
    "no unit column": ("name,x,y\nA,1,2\n", "column unit", "is missing"),
    "no rows": ("unit,x,y\n", "", "no rows"),
    "an indicator without a column": ("unit,x\nA,1\n", "column y", "not in the data"),
    "a column outside the tree": ("unit,x,y,z\nA,1,2,3\n", "column z", "not in the tree"),
    "a parent's column": ("unit,x,y,r\nA,1,2,3\n", "column r", "is a parent"),
    "a unit twice": ("unit,x,y\nA,1,2\nA,3,4\n", "row 3", "“A” has appeared"),
    "a unit and time twice": ("unit,time,x,y\nA,1,1,2\nA,2,3,4\nA,1,3,4\n", "row 4", "“A 1”"),
    "an empty unit": ("unit,x,y\nA,1,2\n,3,4\n", "row 3 column unit", "is empty"),
    "a blank line between": ("unit,x,y\nA,1,2\n\nB,3,4\n", "row 3 column unit", "is empty"),
    "a unit of spaces": ("unit,x,y\nA,1,2\n  ,3,4\n", "row 3 column unit", "is empty"),
    "a unit twice but for a space": ("unit,x,y\nA,1,2\nA ,3,4\n", "row 3", "“A” has appeared"),
    "an empty time": ("unit,time,x,y\nA,,1,2\n", "row 2 column time", "is empty"),
    "a time in two ways": (
        "unit,time,x,y\nA,2020,1,2\nB,2020.0,3,4\n",
        "row 3 column time",
        "“2020.0” and “2020”",
    ),
    "a word": ("unit,x,y\nA,1,2\nB,n/a,4\n", "row 3 column x", "“n/a”"),
    "nan in letters": ("unit,x,y\nA,1,2\nB,nan,4\n", "row 3 column x", "“nan”"),
    "infinity": ("unit,x,y\nA,1,2\nB,3,inf\n", "row 3 column y", "inf"),
    "a number too large": ("unit,x,y\nA,1,2\nB,3,1e999\n", "row 3 column y", "inf"),
    "true and false": ("unit,x,y\nA,True,2\nB,False,4\n", "row 2 column x", "True"),
    "a thousands separator": ('unit,x,y\nA,"1,000",2\n', "row 2 column x", "1,000"),
    "full-width digits": ("unit,x,y\nA,１２,2\n", "row 2 column x", "１２"),
}


@pytest.mark.parametrize("case", BAD_DATA)
def test_bad_data_are_refused_with_place_value_and_mend(tmp_path, case):
    text, place, value = BAD_DATA[case]
    data = framework.read_data(write(tmp_path, text, "data.csv"))
    problem = refusal(lambda: framework.match(data, small_tree(), "data.csv"))
    assert problem.en.startswith("data.csv") and place in problem.en and value in problem.en
    assert problem.zh.startswith("data.csv") and "\n" not in problem.zh


def test_a_refusal_or_notice_is_one_line_whatever_it_quotes():
    data = pd.DataFrame({"unit": ["A\nB", "A\nB"], "x": [1, 2], "y": [1, 2]})
    problem = refusal(lambda: framework.match(data, small_tree()))
    assert "“A B” has appeared" in problem.en and "\n" not in problem.zh
    with pytest.warns(framework.Notice, match="of A B is"):
        framework.notice("A\nB", "x of A\nB is ignored")


def test_columns_may_stand_in_any_order():
    data = pd.DataFrame({"y": [3, 4], "unit": ["A", "B"], "x": [1, 2]})
    key, values = framework.match(data, small_tree())
    assert key["unit"].tolist() == ["A", "B"]
    np.testing.assert_array_equal(values, [[1, 3], [2, 4]])


def test_weights_can_be_replaced_but_not_for_unknown_codes():
    tree = framework.with_weights(small_tree(), {"x": 3})
    np.testing.assert_allclose(framework.leaf_weights(tree), [0.75, 0.25])
    assert "not in the tree" in refusal(lambda: framework.with_weights(tree, {"q": 1})).en


def test_leaving_out_the_last_child_takes_the_parent_along(tmp_path):
    tree = framework.read(write(tmp_path, TREE))
    assert framework.without(tree, "b1")["code"].tolist() == ["index", "a", "a1", "a2"]
    assert framework.without(tree, "a")["code"].tolist() == ["index", "b", "b1"]


def test_a_pruned_tree_ends_at_the_codes_given(tmp_path):
    tree = framework.read(write(tmp_path, TREE))
    assert framework.leaves(framework.prune(tree, ["a"])) == ["a", "b1"]


def test_writing_is_all_or_nothing(tmp_path):
    table = pd.DataFrame({"unit": ["郑州"], "x": [1.5]})
    (tmp_path / "taken").mkdir()
    problem = refusal(lambda: framework.write({tmp_path / "a.csv": table, tmp_path / "taken": table}))
    assert "is a folder" in problem.en
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]
    framework.write({tmp_path / "new" / "a.csv": table})
    assert (tmp_path / "new" / "a.csv").read_text(encoding="utf-8") == "unit,x\n郑州,1.5\n"


def test_a_file_that_another_program_holds_keeps_all_others_as_they_were(tmp_path, monkeypatch):
    old, new = (pd.DataFrame({"unit": ["A"], "x": [x]}) for x in (1, 2))
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    framework.write(dict.fromkeys(paths, old))
    opened = Path.open

    def held(path, *mode, **more):
        if path == paths[1]:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *mode, **more)

    monkeypatch.setattr(Path, "open", held)
    assert "b.csv: cannot be written" in refusal(lambda: framework.write(dict.fromkeys(paths, new))).en
    assert "A,1" in paths[0].read_text() and len(list(tmp_path.iterdir())) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_a_device_is_not_replaced_by_a_table(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "or device" in refusal(lambda: framework.write({tmp_path / "pipe": pd.DataFrame({"x": [1]})})).en


def test_writing_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    assert (
        "cannot be written"
        in refusal(lambda: framework.write({tmp_path / "file" / "a.csv": small_tree()})).en
    )
