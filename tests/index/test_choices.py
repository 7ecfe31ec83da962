"""Ranks without an indicator, under other methods, with missing cells: exact."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluebook import index
from bluebook.index import choices as choices_of
from bluebook.index import tree as trees
from bluebook.index import weights
from bluebook.messages import BadInput

from .random_tables import deep, flat, random_table, table

settings.register_profile("steady", deadline=None)  # a busy machine is no fault of the index
settings.load_profile("steady")

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


@pytest.mark.parametrize(
    ("level", "dropped"), [("indicator", ["x0", "x1", "x2", "x3"]), ("dimension", ["a", "b"])]
)
def test_leaving_one_out_recomputes_without_it(level, dropped):
    data = random_table(5)
    found = choices_of.leave_one_out(data, deep(), level)
    assert found["dropped"].unique().tolist() == dropped
    base = index.score(data, deep()).ranks["r"].to_numpy()
    for code, part in found.groupby("dropped"):
        less = trees.without(deep(), code)
        again = index.score(data[["unit", *trees.leaves(less)]], less)
        np.testing.assert_allclose(part["score"], again.scores["r"])
        np.testing.assert_array_equal(part["change"], again.ranks["r"].to_numpy() - base)


def test_leaving_one_out_leaves_each_parent_its_mean():
    tree = pd.DataFrame({"code": ["r", "a", "x0", "x1"], "parent": ["", "r", "a", "r"], "direction": 1})
    data, options = table([[1, 1], [2, 5], [3, 2]]), {"normalise": "minmax:1:100"}
    found = choices_of.leave_one_out(
        data, tree.assign(weight=1), aggregate="geometric,harmonic", **options
    ).set_index(["dropped", "unit"])
    assert found.loc["x0", "score"].tolist() == pytest.approx([1, 100, 25.75])


def test_leaving_out_needs_two_and_a_known_level():
    with pytest.raises(BadInput, match="one only"):
        choices_of.leave_one_out(table([[1], [2]]), flat(1))
    with pytest.raises(BadInput, match="“pillar” is unknown"):
        choices_of.leave_one_out(random_table(1), deep(), "pillar")


def test_method_choices_hold_every_combination():
    data = random_table(2)
    found = choices_of.method_choices(data, {"given": deep(), "equal": weights.equal(deep())})
    assert len(found) == 2 * 2 * 2 * 6
    one = found.query("normalise == 'rank' and aggregate == 'geometric' and weights == 'equal'")
    again = index.score(data, weights.equal(deep()), normalise="rank", aggregate="geometric")
    np.testing.assert_array_equal(one["rank"], again.ranks["r"])


def test_method_choices_take_a_tree_as_a_spreadsheet_gives_it():
    raw = flat(4).assign(parent=[None, *["r"] * 4])
    found = choices_of.method_choices(
        random_table(2), {"given": raw}, normalise=["minmax"], aggregate=["arithmetic"]
    )
    assert found["rank"].tolist() == index.score(random_table(2), flat(4)).ranks["r"].tolist()


def choices(y, levels):
    """A complete table of one unit with value y(levels…)."""
    rows = [(*combo, "A", y(*combo)) for combo in itertools.product(*map(range, levels))]
    return pd.DataFrame(rows, columns=[*"fgh"[: len(levels)], "unit", "rank"])


def shares(y, levels, row="A"):
    found = choices_of.variance_shares(choices(y, levels), list("fgh"[: len(levels)]))
    return found.query("unit == @row").set_index("factor")[["first", "total", "shapley"]]


def test_a_sum_has_no_interaction_so_all_shares_agree():
    found = shares(lambda f, g: 3 * f + g, (2, 2))
    np.testing.assert_allclose(found.loc["f"], 0.9)
    np.testing.assert_allclose(found.loc["g"], 0.1)


def test_a_pure_interaction_has_no_first_order_and_is_split_evenly():
    found = shares(lambda f, g: (2 * f - 1) * (2 * g - 1), (2, 2))
    np.testing.assert_allclose(found["first"], 0, atol=1e-12)
    np.testing.assert_allclose(found["total"], 1)
    np.testing.assert_allclose(found["shapley"], 0.5)


def test_where_nothing_varies_all_shares_are_zero():
    assert (shares(lambda f, g: 7, (2, 3)) == 0).all(axis=None)


@given(st.integers(0, 10**6))
def test_shapley_shares_sum_to_one_and_lie_between_first_and_total(seed):
    y = np.random.default_rng(seed).normal(size=(2, 3, 2))
    found = shares(lambda f, g, h: y[f, g, h], (2, 3, 2))
    assert found["shapley"].sum() == pytest.approx(1)
    assert (found["first"] <= found["total"] + 1e-12).all()
    assert found["first"].sum() <= 1 + 1e-12 <= found["total"].sum() + 2e-12


def test_all_units_together_add_their_variances():
    one, two = choices(lambda f, g: f, (2, 2)), choices(lambda f, g: 3 * g, (2, 2)).assign(unit="B")
    found = (
        choices_of.variance_shares(pd.concat([one, two]), ["f", "g"]).query("unit == ''").set_index("factor")
    )
    assert found["first"].tolist() == pytest.approx([0.1, 0.9])


def test_a_combination_given_twice_is_refused():
    found = choices_of.method_choices(random_table(1), {"given": flat(4)}, normalise=["rank", "rank"])
    with pytest.raises(BadInput, match="a combination twice"):
        choices_of.variance_shares(found)


def test_an_incomplete_table_is_refused():
    with pytest.raises(BadInput, match="every combination"):
        choices_of.variance_shares(choices(lambda f, g: f, (2, 2)).iloc[1:], ["f", "g"])


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_rank_ranges_are_what_the_corners_of_the_missing_cells_give(seed):
    """Every missing cell at its column's least or greatest: all combinations, computed one by one."""
    data = random_table(seed, n=5, k=4, missing=0.25)
    holes = list(zip(*np.nonzero(data[["x0", "x1", "x2", "x3"]].isna().to_numpy()), strict=True))[:6]
    full = data.copy()
    for name in ("x0", "x1", "x2", "x3"):
        for i in np.flatnonzero(full[name].isna()):
            if (i, int(name[1])) not in holes:
                data.loc[i, name] = full.loc[i, name] = full[name].mean()
    found = choices_of.rank_ranges(data, deep())
    seen = []
    for corner in itertools.product((0, 1), repeat=len(holes)):
        filled = data.copy()
        for (i, j), top in zip(holes, corner, strict=True):
            filled.loc[i, f"x{j}"] = data[f"x{j}"].max() if top else data[f"x{j}"].min()
        seen.append(index.score(filled, deep()).ranks["r"].to_numpy())
    np.testing.assert_array_equal(found["best"], np.min(seen, axis=0))
    np.testing.assert_array_equal(found["worst"], np.max(seen, axis=0))


def test_rank_ranges_without_missing_cells_are_the_ranks():
    found = choices_of.rank_ranges(random_table(1), deep())
    assert (found["best"] == found["rank"]).all() and (found["worst"] == found["rank"]).all()


def test_rank_ranges_are_those_of_rounded_scores_when_asked():
    found = choices_of.rank_ranges(table([[0], [50.3], [50.4], [100]]), flat(1), decimals=0)
    assert found[["rank", "best", "worst"]].to_numpy().tolist() == [
        [4, 4, 4],
        [2, 2, 2],
        [2, 2, 2],
        [1, 1, 1],
    ]


def test_rank_ranges_need_fixed_bounds():
    with pytest.raises(BadInput, match="no fixed bounds"):
        choices_of.rank_ranges(random_table(1), deep(), normalise="rank")
