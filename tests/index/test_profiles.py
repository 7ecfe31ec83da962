"""What a unit is strong and weak in, classes of scores, and ranks when one part is left out, as in COINr."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bluebook as bb
from bluebook.index import tables
from bluebook.index import tree as trees
from bluebook.index.rank import rank_values
from bluebook.messages import BadInput

HOME = Path(__file__).parents[1] / "validation"
pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


def final():
    frame = pd.read_csv(HOME / "coinr" / "input" / "stage_normalised_0_100.csv", keep_default_na=False)
    return frame.set_index("unit").apply(pd.to_numeric)


def tree():
    return bb.read_tree(HOME / "asem" / "indicators.csv").assign(direction=1)


@pytest.mark.parametrize(("kind", "file"), [("strength", "strengths"), ("weakness", "weaknesses")])
def test_the_strengths_and_weaknesses_of_austria_are_those_of_coinr(kind, file):
    want = pd.read_csv(HOME / "asem" / f"strweak_AUT_{file}.csv").set_index("Code")
    own = (
        bb.strengths(final()[bb.leaves(tree())], 49, 1.0)
        .query("unit == 'AUT' and kind == @kind")
        .set_index("code")
    )
    got = own.loc[want.index]
    assert got["rank"].tolist() == want["Rank"].tolist()
    np.testing.assert_allclose(got["value"], want["Value"], rtol=1e-9)
    lowest = final().loc["AUT"] == final().min()  # what COINr does not list as a weakness
    own = own[~lowest[own.index]] if kind == "weakness" else own
    assert set(own.index[:5]) == set(want.index)


def test_a_unit_behind_in_everything_has_no_strength_and_what_all_share_is_none():
    values = pd.DataFrame(
        {"x": [9.0, 5, 4, 1], "y": [8.0, 6, 5, 2], "z": 3.0, "w": [1.0, 1, 1, 0]}, index=list("ABCD")
    )
    found = bb.strengths(values)
    assert found.query("unit == 'D'")["kind"].unique().tolist() == ["weakness"]
    assert found.query("unit == 'A'")["code"].tolist() == ["x", "y"], "three of four share the best w"
    assert "z" not in set(found["code"])
    with pytest.raises(BadInput, match="0"):
        bb.strengths(values, 0)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=2, max_size=9), st.integers(1, 3)
)
def test_no_code_is_both_and_the_listed_ones_are_the_best_and_the_worst(rows, count):
    values = pd.DataFrame(rows, dtype=float)
    found = bb.strengths(values, count)
    assert not found.duplicated(["unit", "code"]).any()
    ranks = rank_values(values.to_numpy())
    for (unit, kind), part in found.groupby(["unit", "kind"]):
        assert len(part) <= count and part["place"].tolist() == list(range(1, len(part) + 1))
        assert (part["rank"].to_numpy() == ranks[unit, part["code"].to_numpy()]).all()
        assert part["rank"].is_monotonic_increasing or kind == "weakness"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=1, max_size=30), st.integers(2, 6))
def test_classes_keep_the_order_share_ties_and_are_as_even_as_can_be(scores, classes):
    s = pd.Series(scores, dtype=float)
    found = bb.quantile_classes(s, classes)
    assert (found.isna() == s.isna()).all()
    here = s.notna()
    assert found.dropna().between(1, classes).all()
    if not here.any():
        return
    order = s[here].sort_values(ascending=False)
    assert found[order.index].is_monotonic_increasing
    assert (found[here].groupby(s[here]).nunique() == 1).all()
    if s[here].is_unique:
        sizes = found[here].value_counts()
        assert sizes.max() - sizes.min() <= 1 or len(order) < classes


def test_classes_of_a_table_are_those_of_its_columns():
    frame = pd.DataFrame({"x": [3.0, 2, 1], "y": [1.0, np.nan, 3]}, index=list("ABC"))
    found = bb.quantile_classes(frame, 2)
    for column in frame:
        pd.testing.assert_series_equal(found[column], bb.quantile_classes(frame[column], 2))
    with pytest.raises(BadInput, match="1"):
        bb.quantile_classes(frame, 1)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_ranks_without_one_part_are_those_of_coinr(level):
    want = pd.read_csv(
        HOME / "coinr" / "f_sensitivity" / f"remove_level{level}_scores.csv", keep_default_na=False
    )
    want = want.set_index("unit").apply(pd.to_numeric)
    data, plan = final().reset_index(), tree()
    codes = want.columns.drop("Nominal")
    if level == 2:  # between indicators and the index's own children
        got = {}
        for code in codes:
            less = trees.without(plan, code)
            kept = ["unit", *trees.leaves(less)]
            got[code] = bb.score(data[kept], less, normalise="none").scores.iloc[:, -1]
        got = pd.DataFrame(got)
    else:
        found = bb.leave_one_out(data, plan, "indicator" if level == 1 else "dimension", normalise="none")
        got = found.pivot(index="unit", columns="dropped", values="score")
    np.testing.assert_allclose(got.loc[want.index, codes], want[codes], rtol=1e-9)


def test_tables_come_from_files_too(tmp_path):
    tables.write({tmp_path / "s.csv": bb.strengths(final().iloc[:3])})
    assert len(tables.read_table(tmp_path / "s.csv"))
