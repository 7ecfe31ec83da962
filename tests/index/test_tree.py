"""The indicator tree and the data on it: what is read, what is refused, and what the refusal says."""

import warnings

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from bluebook.index import tables
from bluebook.index import tree as trees
from bluebook.messages import Notice

from .small import refused

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


def test_a_tree_is_read_with_its_shares_and_levels(tmp_path):
    tree = trees.read(write(tmp_path, TREE))
    assert trees.root(tree) == "index"
    assert trees.leaves(tree) == ["a1", "a2", "b1"]
    families = {f.parent: f for f in trees.families(tree)}
    assert list(families)[-1] == "index"
    np.testing.assert_allclose(families["index"].shares, [0.6, 0.4])
    assert families["a"].height == 1 and families["index"].height == 2
    np.testing.assert_allclose(trees.leaf_weights(tree), [0.15, 0.45, 0.4])


def test_reading_a_read_tree_changes_nothing(tmp_path):
    tree = trees.read(write(tmp_path, TREE))
    pd.testing.assert_frame_equal(trees.read(tree), tree)


def test_extra_columns_a_byte_order_mark_and_blank_lines_at_the_end_do_no_harm(tmp_path):
    lines = ["code,parent,weight,direction,name", "root,,,,总", "x,root,1,1,甲", "", ""]
    tree = trees.read(write(tmp_path, "\n".join(lines), encoding="utf-8-sig"))
    assert trees.leaves(tree) == ["x"]
    assert list(tree.columns) == trees.TREE_COLUMNS


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
        "code,parent,weight,direction,aggregation\nr,,,,mode\nx,r,1,1,\n",
        "aggregation",
        "“mode”",
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
    problem = refused(lambda: trees.read(write(tmp_path, text)))
    assert problem.en.startswith("tree.csv") and problem.zh.startswith("tree.csv")
    assert place in problem.en and value in problem.en
    assert "\n" not in problem.en and "\n" not in problem.zh


@pytest.mark.parametrize(
    ("row", "what"),
    [("a,r,1,2,,,,", "direction"), ("a,r,1,,,,ln,", "transform"), ("a,r,1,,1,2,,", "goal_lower")],
)
def test_what_a_parent_cannot_use_is_ignored_with_a_notice(tmp_path, row, what):
    text = f"code,parent,weight,direction,goal_lower,goal_upper,transform,aggregation\nr,,,,,,,\n{row}\nx,a,1,1,,,,\n"
    with pytest.warns(Notice, match=what):
        tree = trees.read(write(tmp_path, text))
    assert tree.loc[1, ["direction", "transform"]].tolist() == [1.0, ""]


def test_an_aggregation_on_a_leaf_is_ignored_with_a_notice(tmp_path):
    text = "code,parent,weight,direction,aggregation\nr,,,,\nx,r,1,1,geometric\n"
    with pytest.warns(Notice, match="aggregation"):
        assert trees.read(write(tmp_path, text))["aggregation"].tolist() == ["", ""]


def small_tree():
    return trees.read(
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
    data = tables.read_data(write(tmp_path, text, "data.csv"))
    problem = refused(lambda: trees.match(data, small_tree(), "data.csv"))
    assert problem.en.startswith("data.csv") and place in problem.en and value in problem.en
    assert problem.zh.startswith("data.csv") and "\n" not in problem.zh


def test_a_refusal_or_notice_is_one_line_whatever_it_quotes():
    data = pd.DataFrame({"unit": ["A\nB", "A\nB"], "x": [1, 2], "y": [1, 2]})
    problem = refused(lambda: trees.match(data, small_tree()))
    assert "“A B” has appeared" in problem.en and "\n" not in problem.zh
    with pytest.warns(Notice, match="of A B is"):
        warnings.warn(Notice("A\nB", "x of A\nB is ignored"), stacklevel=1)


def test_columns_may_stand_in_any_order():
    data = pd.DataFrame({"y": [3, 4], "unit": ["A", "B"], "x": [1, 2]})
    key, values = trees.match(data, small_tree())
    assert key["unit"].tolist() == ["A", "B"]
    np.testing.assert_array_equal(values, [[1, 3], [2, 4]])


def test_weights_can_be_replaced_but_not_for_unknown_codes():
    tree = trees.with_weights(small_tree(), {"x": 3})
    np.testing.assert_allclose(trees.leaf_weights(tree), [0.75, 0.25])
    assert "not in the tree" in refused(lambda: trees.with_weights(tree, {"q": 1})).en


def test_leaving_out_the_last_child_takes_the_parent_along(tmp_path):
    tree = trees.read(write(tmp_path, TREE))
    assert trees.without(tree, "b1")["code"].tolist() == ["index", "a", "a1", "a2"]
    assert trees.without(tree, "a")["code"].tolist() == ["index", "b", "b1"]


def test_a_pruned_tree_ends_at_the_codes_given(tmp_path):
    tree = trees.read(write(tmp_path, TREE))
    assert trees.leaves(trees.prune(tree, ["a"])) == ["a", "b1"]


# --- one validator for every table that is a tree ------------------------------------------------------------


def found(codes, parents):
    return [(f.code, f.at, f.column, f.value) for f in trees.flaws(codes, parents)]


def test_a_table_that_is_one_tree_has_no_flaws():
    table = pd.read_csv(
        ROOT / "data" / "editions" / "2022" / "indicators.csv", dtype=str, keep_default_na=False
    )
    assert found(table["code"].tolist(), table["parent"].tolist()) == []
    weights = [float(w or "nan") for w in table["weight"]]
    assert list(trees.uneven(table["parent"].tolist(), weights)) == []


def test_every_flaw_of_a_table_is_told_once_with_its_place():
    assert found(["r", "x", "x", "", "unit"], ["", "r", "r", "r", "r"]) == [
        ("code_twice", 2, "code", "x"),
        ("no_code", 3, "code", ""),
        ("reserved_code", 4, "code", "unit"),
    ]
    assert found(["r", "s", "x", "t"], ["", "", "q", ""]) == [
        ("several_roots", 1, "parent", "s"),
        ("several_roots", 3, "parent", "t"),
        ("unknown_parent", 2, "parent", "q"),
        ("bare_root", 0, "code", "r"),
    ]
    assert found([], []) == [("no_codes", None, "", "")]


def test_each_circle_is_told_once_whoever_hangs_on_it():
    codes, parents = ["r", "x", "a", "b", "c", "d", "e"], ["", "r", "b", "a", "a", "c", "e"]
    circles = [f for f in trees.flaws(codes, parents) if f.code == "circle"]
    assert [(f.at, f.value, f.fields["way"]) for f in circles] == [(2, "b", "a → b → a"), (6, "e", "e → e")]
    assert "circle (a → b → a)" in circles[0].texts()[1] and "绕成一圈" in circles[0].texts()[0]
    assert [f[0] for f in found(["a", "b"], ["b", "a"])] == ["no_root", "circle"]


@pytest.mark.parametrize(("weight", "told"), [(40, []), (41, ["101"]), (40 + 1e-7, []), (np.nan, [])])
def test_weights_that_do_not_sum_to_100_are_told_with_their_sum(weight, told):
    flaws = list(trees.uneven(["", "r", "r", "a"], [np.nan, 60, weight, 100]))
    assert [f.value for f in flaws] == told
    assert [(f.at, f.column) for f in flaws] == [(1, "weight")] * len(told)
    assert all("sum to 101, not 100" in f.texts()[1] for f in flaws)


def test_a_weight_that_is_infinite_is_no_weight():
    tree = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": [None, np.inf], "direction": 1})
    assert refused(lambda: trees.read(tree)).en.startswith("TREE row 3 column weight: “inf”")


@pytest.mark.parametrize("cell", [np.inf, -np.inf, 1.1e100])
def test_data_that_are_infinite_are_refused_with_their_unit(cell):
    data = pd.DataFrame({"unit": list("AB"), "x": [1.0, 2.0], "y": [3.0, cell]})
    problem = refused(lambda: trees.match(data, small_tree()))
    assert problem.en.startswith("DATA row 3 column y: ") and "of B is too large" in problem.en
