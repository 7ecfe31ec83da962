"""Ways to make one number of several: against COINr, and what each must keep whatever the numbers are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bluebook as bb
from bluebook.index import tree as trees
from bluebook.index.aggregate import combine
from bluebook.messages import BadInput, Notice

from .given import COINR, asem, wide
from .small import deep_tree, flat_tree, quiet, refusal, root, score, table


@pytest.mark.parametrize("case", ["complete_equalw", "complete_unequalw"])
def test_copeland_level_on_level_is_that_of_coinr_but_for_half_the_weight(case):
    want = pd.read_csv(COINR / "d_aggregate" / f"{case}_scores.csv", keep_default_na=False)
    want = want.pivot(index="unit", columns="code", values="copeland").astype(float)
    values = wide(COINR / "d_aggregate" / "input_complete_1_100.csv")
    want = want.loc[values.index]
    for family in trees.families(asem("unequal" if "unequal" in case else "")):
        x = values[list(family.children)].to_numpy()
        ours, theirs = bb.copeland(x, family.shares), want[family.parent].to_numpy()
        half = (np.abs(bb.outranking(x, family.shares) - 0.5) < 1e-12).sum(axis=1)
        assert (np.abs(ours - theirs) <= half).all(), "half the weight is a draw here, noise decides it there"
        assert case != "complete_equalw" or (ours == theirs).all()
        values[family.parent] = theirs


# --- median, sum, inverted ---------------------------------------------------------------------------------


def test_the_median_is_the_middle_and_with_weights_where_half_of_them_lies_on_either_side():
    data = table("A", x=[1], y=[2], z=[30])
    assert root(data, normalise="none", aggregate="median") == [2]
    assert root(data, flat_tree("xyz", weight=[np.nan, 1, 1, 5]), normalise="none", aggregate="median") == [
        30
    ]
    even = table("A", x=[1], y=[2])
    assert root(even, normalise="none", aggregate="median") == [1.5], "two halves: between them"


def test_the_sum_takes_the_weights_as_given():
    data, tree = table("A", x=[1], y=[2]), flat_tree("xy", weight=[np.nan, 3, 1])
    assert root(data, tree, normalise="none", aggregate="sum") == [5]


@quiet
def test_a_missing_child_of_a_sum_stands_at_the_mean_of_the_others():
    data = table("AB", x=[1, 3], y=[2, np.nan])
    assert root(data, normalise="none", aggregate="sum") == [3, 6]
    assert root(data, normalise="none", aggregate="median") == [1.5, 3]


def test_the_inverted_geometric_mean_is_that_of_the_inform_risk_index():
    a, b = np.array([2.0, 9.0, 0.0]), np.array([4.0, 1.0, 10.0])
    told = (10 - np.sqrt(((10 - a) / 10 * 9 + 1) * ((10 - b) / 10 * 9 + 1))) / 9 * 10
    got = np.array(root(table(x=a, y=b), normalise="minmax:1:10", aggregate="inverted"))
    scaled = [root(table(x=v), normalise="minmax:1:10") for v in (a, b)]
    want = 11 - np.sqrt((11 - np.array(scaled[0])) * (11 - np.array(scaled[1])))
    np.testing.assert_allclose(got, want)
    np.testing.assert_allclose((got[2] - 1) / 9 * 10, told[2])  # 0 and 10 are the ends here too


def test_one_bad_child_weighs_more_in_an_inverted_mean_and_less_in_a_geometric_one():
    data = table("A", x=[20], y=[80])
    inverted, plain, geometric = (
        root(data, normalise="none", aggregate=how)[0] for how in ("inverted", "arithmetic", "geometric")
    )
    assert inverted > plain > geometric and inverted == pytest.approx(100 - geometric)


def test_an_inverted_mean_says_when_a_child_at_the_top_decides_and_what_it_cannot_take():
    with pytest.warns(Notice, match="top of the scale"):
        assert root(table("AB", x=[100, 4], y=[5, 4]), normalise="none", aggregate="inverted")[0] == 100
    message = refusal(lambda: root(table(x=[1, 2, 3]), normalise="rank", aggregate="inverted"))
    assert "rank has no fixed range" in message
    tree = deep_tree().assign(aggregation=["inverted", "sum", "", "", ""])
    data = table(x=[90, 80, 1], y=[90, 80, 2], z=[1, 2, 3])
    assert "above 100" in refusal(lambda: root(data, tree, normalise="none"))


KINDS = ("median", "sum", "inverted", 1.0, 0.0, -1.0, 2.0)
rows = st.lists(
    st.lists(st.floats(1, 99), min_size=4, max_size=4), min_size=1, max_size=6
)  # fmt: skip
weights = st.lists(st.floats(0.1, 9), min_size=4, max_size=4)


def of(x, w, how):
    return combine(np.array(x), np.array(w), how, total=float(np.sum(w)), about=100.0)


@settings(max_examples=60, deadline=None)
@given(rows, weights, st.sampled_from(KINDS), st.permutations(range(4)))
def test_the_order_of_the_children_does_not_matter(x, w, how, order):
    x, w, order = np.array(x), np.array(w), list(order)
    np.testing.assert_allclose(of(x, w, how), of(x[:, order], w[order], how), rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(rows, weights, st.sampled_from(KINDS), st.integers(0, 3), st.floats(0, 1))
def test_more_in_one_child_never_makes_less_of_the_whole(x, w, how, child, more):
    higher = np.array(x)
    higher[:, child] += more
    assert (of(higher, w, how) >= of(x, w, how) * (1 - 1e-12)).all()


@settings(max_examples=60, deadline=None)
@given(rows, weights, st.sampled_from([k for k in KINDS if k != "sum"]))
def test_every_way_but_the_sum_stays_between_its_least_and_greatest_child(x, w, how):
    got, x = of(x, w, how), np.array(x)
    assert (got >= x.min(axis=1) * (1 - 1e-9)).all() and (got <= x.max(axis=1) * (1 + 1e-9)).all()


@settings(max_examples=60, deadline=None)
@given(rows, weights, st.sampled_from(KINDS), st.floats(0.1, 7))
def test_the_unit_of_the_weights_matters_to_the_sum_alone(x, w, how, factor):
    times = factor if how == "sum" else 1.0
    np.testing.assert_allclose(of(x, np.array(w) * factor, how), times * of(x, w, how), rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(rows, weights, st.sampled_from(KINDS))
def test_drawn_weights_and_weights_by_row_give_what_one_set_gives(x, w, how):
    x, w = np.array(x), np.array(w)
    want = of(x, w, how)
    drawn = combine(x, np.stack([w, w]), how, total=float(w.sum()), about=100.0)
    np.testing.assert_allclose(drawn, [want, want], rtol=1e-9)
    each = combine(x, np.tile(w, (len(x), 1))[:, None, :], how, about=100.0)[:, 0]
    np.testing.assert_allclose(each, want, rtol=1e-9)


# --- how many children, whose weights, which scale ---------------------------------------------------------


@quiet
def test_availability_may_count_children():
    data = table(x=[1, 2, 3], y=[1, np.nan, 3], z=[1, np.nan, np.nan])
    assert np.isnan(root(data, normalise="none", availability=2)).tolist() == [False, True, False]
    assert np.isnan(root(data, normalise="none", availability=3)).tolist() == [False, True, True]
    assert "from 2 to 3" in refusal(lambda: root(data, normalise="none", availability=4))
    assert "--availability" in refusal(lambda: root(data, normalise="none", availability=1.5))
    assert "--availability" in refusal(lambda: root(data, normalise="none", availability="half"))


def test_a_family_smaller_than_the_number_needs_all_of_its_children():
    data = table("AB", x=[1, 2], y=[1, 2], z=[1, np.nan])
    tree = pd.DataFrame(
        {"code": ["r", "a", "x", "y", "z"], "parent": ["", "r", "a", "a", "r"], "weight": 1.0, "direction": 1}
    )
    with pytest.warns(Notice):
        got = score(data, tree, normalise="none", availability=2).scores
    assert got["a"].tolist() == [1, 2] and np.isnan(got["r"].iloc[1])


OWN = pd.DataFrame({"unit": list("ABCABC"), "code": list("xxxyyy"), "weight": [1, 1, 3, 1, 3, 1]})


def test_units_may_have_weights_of_their_own():
    data = table(x=[10, 10, 10], y=[50, 50, 50])
    assert root(data, normalise="none", weights=OWN) == [30, 40, 20]
    shuffled = OWN.sample(frac=1, random_state=3)
    assert root(data, normalise="none", weights=shuffled, aggregate="sum") == [60, 160, 80]
    assert root(data, normalise="none", weights=OWN, aggregate="median") == [30, 50, 10]


@quiet
def test_weights_by_unit_are_renormalised_over_what_is_there():
    data = table(x=[10, 10, np.nan], y=[50, np.nan, 50])
    assert root(data, normalise="none", weights=OWN) == [30, 10, 50]


def test_equal_weights_by_unit_are_the_trees_own():
    data = table(x=[1, 5, 9], y=[7, 3, 1], z=[2, 8, 4])
    every = pd.DataFrame([(u, c, 4) for u in "ABC" for c in "xy"], columns=["unit", "code", "weight"])
    assert root(data, deep_tree(), weights=every) == pytest.approx(root(data, deep_tree()))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.drop(index=2), "C has no weight of x"),
        (lambda t: t.drop(index=[3, 4, 5]), "x has weights by unit and its sibling y has none"),
        (lambda t: t.assign(weight=[1, 0, 1, 1, 1, 1]), "the weight of x for B is missing or not positive"),
        (lambda t: t.assign(code="q"), "q"),
        (lambda t: pd.concat([t, t.iloc[:1]]), "x of A appears twice"),
        (lambda t: t.drop(columns="code"), "code"),
    ],
)
def test_weights_by_unit_that_cannot_be_are_refused_in_one_line(change, told):
    message = refusal(lambda: root(table(x=[1, 2, 3], y=[1, 2, 3]), weights=change(OWN)))
    assert told in message and "\n" not in message


def test_the_first_may_be_a_hundred_after_aggregation():
    data = table(x=[100, 41, 68], y=[100, 90, 81], z=[70, 54, 68])
    tree = flat_tree("xyz", weight=[np.nan, 40, 40, 20])
    got = root(data, tree, normalise="none", rescale="first", decimals=2)
    assert got == [100, 67.23, 77.87]
    assert root(data, tree, normalise="none", rescale="range")[:2] == [100, 0]


def test_rescaling_may_be_done_at_each_level_and_then_enters_the_next():
    data = table(x=[0, 50, 100], y=[10, 20, 60], z=[0, 10, 40])
    got = score(data, deep_tree(), normalise="none", rescale="first,none").scores
    assert got["a"].tolist() == [6.25, 43.75, 100] and got["r"].tolist() == [3.125, 26.875, 70]
    assert score(data, deep_tree(), normalise="none", rescale="none,first").scores["a"].max() == 80
    assert "2 levels" in refusal(lambda: root(data, deep_tree(), rescale="first,first,first"))


@quiet
def test_rescaling_changes_no_rank_leaves_gaps_and_is_done_year_by_year():
    data = pd.DataFrame(
        {"unit": list("ABAB"), "time": [1, 1, 2, 2], "x": [2, 4, 3, np.nan], "y": [1, 3, 9, np.nan]}
    )
    tree = flat_tree("xy")
    plain, scaled = (bb.score(data, tree, normalise="none", rescale=how) for how in ("none", "first"))
    assert scaled.scores["r"].fillna(-1).tolist() == pytest.approx([1.5 / 3.5 * 100, 100, 100, -1])
    pd.testing.assert_frame_equal(plain.ranks, scaled.ranks)
    pooled = bb.score(data, tree, normalise="none", rescale="first", pooled=True).scores["r"]
    assert pooled.iloc[1] == pytest.approx(3.5 / 6 * 100)


@pytest.mark.parametrize(
    ("x", "how", "told"),
    [
        ([-1, -2, -3], "first", "--rescale"),
        ([5, 5, 5], "range", "divides by nothing"),
        ([1, 2, 3], "top", "“top”"),
    ],
)
def test_what_cannot_be_rescaled_is_refused(x, how, told):
    with pytest.raises(BadInput) as problem:
        root(table(x=x), normalise="none", rescale=how)
    assert told in problem.value.en


def test_ranks_under_drawn_weights_know_the_other_means():
    data, tree = table(x=[1, 5, 9], y=[7, 3, 1], z=[2, 8, 4]), flat_tree("xyz")
    for how in ("median", "sum", "inverted", "geometric"):
        drawn = bb.rank_distribution(data, tree, 50, normalise="minmax:1:100", aggregate=how)
        assert drawn.groupby("unit")["share"].sum().round(9).tolist() == [1, 1, 1]
    same = [
        bb.rank_distribution(data, tree, 500, aggregate=how)["share"].tolist()
        for how in ("sum", "arithmetic")
    ]
    assert same[0] == same[1], "a sum ranks as the mean does"
