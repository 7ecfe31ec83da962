"""What every way to build an index must keep, whatever the numbers: units, order, more is better, gaps, ties."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import bluebook as bb
from bluebook.index import tree as trees
from bluebook.index import weights as rules

from .small import quiet, score

settings.register_profile("steady", deadline=None)  # a busy machine is no fault of the index
settings.load_profile("steady")

SCALES = [
    "minmax:1:100",
    "zscore:10:1",
    "rank",
    "rank:average",
    "rank:max",
    "percentile",
    "borda",
    "exponential",
]
RANKED = ["rank", "rank:average", "rank:max", "percentile", "borda", "exponential", "normal"]
MEANS = ["arithmetic", "geometric", "harmonic", "power:2", "median", "sum", "inverted"]
RESCALES = ["none", "first", "range", "first,none"]
# Which scale a mean takes: values above 0 for most, a range for the inverted one.
WAYS = [("minmax:1:100", how) for how in MEANS] + [
    (scale, how) for scale in SCALES[1:] for how in ("arithmetic", "median", "sum")
]


@st.composite
def cases(draw, missing=True, least=3):
    """Data and tree of two levels, every column with some spread among what is there."""
    n, k = draw(st.integers(least, 7)), draw(st.integers(2, 5))
    cell = st.integers(-30, 30).map(float)
    cell = st.one_of(cell, st.just(np.nan)) if missing else cell
    x = np.array(draw(st.lists(st.lists(cell, min_size=k, max_size=k), min_size=n, max_size=n)))
    for column in x.T:
        assume(len(set(column[~np.isnan(column)])) > 1)
    leaves = [f"x{i}" for i in range(k)]
    weight = draw(st.lists(st.integers(1, 9), min_size=k + 2, max_size=k + 2))
    direction = draw(st.lists(st.sampled_from([1, -1]), min_size=k, max_size=k))
    tree = pd.DataFrame(
        {
            "code": ["r", "a", "b", *leaves],
            "parent": ["", "r", "r", "a", *("b" if i % 2 else "a" for i in range(1, k))],
            "weight": [np.nan, *weight],
            "direction": [1, 1, 1, *direction],
        }
    )
    return pd.DataFrame(x, columns=leaves).assign(unit=[f"u{i}" for i in range(n)]), tree


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9, equal_nan=True)


def scored(data, tree, way, rescale="none", **options):
    """Score, or leave the case out where this way refuses it (a best of 0 cannot be made 100)."""
    try:
        return score(data, tree, normalise=way[0], aggregate=way[1], rescale=rescale, **options)
    except bb.BadInput as problem:
        assume(problem.code != "nothing_to_rescale")
        raise


ways = st.sampled_from(WAYS)
rescales = st.sampled_from(RESCALES)


@quiet
@settings(max_examples=40)
@given(cases(), ways, rescales, st.floats(0.01, 100), st.integers(-50, 50))
def test_another_unit_of_measurement_changes_nothing(case, way, rescale, scale, shift):
    data, tree = case
    other = data.assign(x0=data["x0"] * scale + shift)
    close(scored(data, tree, way, rescale).scores, scored(other, tree, way, rescale).scores)


@quiet
@settings(max_examples=40)
@given(cases(), st.sampled_from(RANKED), st.sampled_from(["arithmetic", "median", "sum"]))
def test_scales_of_ranks_know_the_order_only(case, scale, mean):
    data, tree = case
    other = data.assign(x0=np.exp(data["x0"] / 10))
    close(scored(data, tree, (scale, mean)).scores, scored(other, tree, (scale, mean)).scores)


@quiet
@settings(max_examples=40)
@given(cases(), ways, rescales, st.randoms(use_true_random=False))
def test_the_order_of_units_and_columns_changes_nothing(case, way, rescale, random):
    data, tree = case
    order, columns = list(data.index), list(data.columns)
    random.shuffle(order)
    random.shuffle(columns)
    one = scored(data, tree, way, rescale)
    other = scored(data.loc[order, columns], tree, way, rescale)
    close(one.scores.loc[other.scores.index], other.scores)
    np.testing.assert_array_equal(one.ranks.loc[other.ranks.index], other.ranks)


@quiet
@settings(max_examples=40)
@given(
    cases(missing=False),
    st.sampled_from([way for way in WAYS if not way[0].startswith("zscore")]),
    st.sampled_from(["none", "first"]),
    st.integers(1, 60),
)
def test_a_better_cell_never_costs_a_place(case, way, rescale, gain):
    data, tree = case
    direction = tree.set_index("code")["direction"]["x0"]
    better = data.assign(x0=data["x0"] + direction * gain * (data["unit"] == "u0"))
    assume(better["x0"].nunique() > 1)
    before, after = (scored(d, tree, way, rescale).ranks["r"]["u0"] for d in (data, better))
    assert after <= before


@quiet
@settings(max_examples=40)
@given(cases(missing=False), st.sampled_from(MEANS))
def test_a_missing_cell_is_as_if_the_indicator_were_not_there_for_that_unit(case, mean):
    data, tree = case
    assume((tree["parent"] == "a").sum() > 1)
    data = data.assign(**{c: data[c] + 40 for c in data if c != "unit"})
    tree = tree.assign(direction=1)
    gap = data.assign(x0=data["x0"].where(data["unit"] != "u0"))
    got = score(gap, tree, normalise="none", aggregate=mean).scores
    without = trees.without(trees.read(tree), "x0")
    want = score(data.drop(columns="x0"), without, normalise="none", aggregate=mean).scores
    whole = score(data, tree, normalise="none", aggregate=mean).scores
    factor = 1.0
    if mean == "sum":  # stands where the others' mean does, with its weight
        family = tree[tree["parent"] == "a"]["weight"]
        factor = family.sum() / (family.sum() - tree.set_index("code")["weight"]["x0"])
    close(got["a"]["u0"], want["a"]["u0"] * factor)
    close(got.drop("u0"), whole.drop("u0"))


@quiet
@settings(max_examples=40)
@given(cases(), ways, rescales, st.booleans())
def test_units_with_equal_cells_tie(case, way, rescale, own):
    data, tree = case
    data = pd.concat([data, data.iloc[[0]].assign(unit="twin")])
    options = {}
    if own:  # weights by unit, the twins' alike
        family = tree[tree["parent"] == "a"]["code"]
        rows = [
            (u, c, 1 + i % 3 * (u not in ("u0", "twin"))) for i, u in enumerate(data["unit"]) for c in family
        ]
        options = {"weights": pd.DataFrame(rows, columns=["unit", "code", "weight"])}
    ranks = scored(data, tree, way, rescale, **options).ranks["r"]
    np.testing.assert_array_equal(ranks["twin"], ranks["u0"])


@quiet
@settings(max_examples=40)
@given(cases(missing=False), ways, rescales)
def test_weights_by_unit_that_are_the_trees_own_change_nothing_and_all_on_one_child_is_that_child(
    case, way, rescale
):
    data, tree = case
    family = tree[tree["parent"].isin(["a", "b"])]
    own = pd.concat([family[["code", "weight"]].assign(unit=unit) for unit in data["unit"]])
    close(scored(data, tree, way, rescale, weights=own).scores, scored(data, tree, way, rescale).scores)
    if way[1] == "sum":
        return
    tiny = own.assign(weight=np.where(own["code"] == "x0", 1.0, 1e-13))
    got = scored(data, tree, way, weights=tiny)
    close(got.scores["a"], got.normalised["x0"])


# --- weights that the data give ----------------------------------------------------------------------------

RULES = [rules.critic, rules.pca, rules.entropy, rules.balanced]


def weighed(rule, tree, data):
    """The weights, or leave the case out: a pair may have no correlation, a child no weight."""
    try:
        return trees.leaf_weights(rule(trees.read(tree), data))
    except bb.BadInput:
        assume(False)


@quiet
@settings(max_examples=60)
@given(cases(missing=False, least=4), st.sampled_from(RULES), st.randoms(use_true_random=False))
def test_weights_from_data_forget_order_units_and_which_way_a_column_was_written(case, rule, random):
    data, tree = case
    want = weighed(rule, tree, data)
    assert want.sum() == pytest.approx(1) and (want >= 0).all()
    order = list(data.index)
    random.shuffle(order)
    np.testing.assert_allclose(weighed(rule, tree, data.loc[order]), want, rtol=1e-6, atol=1e-9)
    other = data.assign(x0=7 * data["x0"] - 3)
    np.testing.assert_allclose(weighed(rule, tree, other), want, rtol=1e-6, atol=1e-9)
    turned = tree.assign(direction=tree["direction"].where(tree["code"] != "x0", -tree["direction"]))
    other = data.assign(x0=-data["x0"])
    np.testing.assert_allclose(weighed(rule, turned, other), want, rtol=1e-6, atol=1e-9)


@quiet
@settings(max_examples=40)
@given(cases(missing=False, least=4), st.sampled_from([rules.critic, rules.pca, rules.balanced]))
def test_weights_from_correlations_are_the_same_when_every_unit_is_there_twice(case, rule):
    data, tree = case
    twice = pd.concat([data, data.assign(unit=data["unit"] + "bis")])
    np.testing.assert_allclose(weighed(rule, tree, twice), weighed(rule, tree, data), rtol=1e-6, atol=1e-9)


# --- filling -----------------------------------------------------------------------------------------------


@quiet
@settings(max_examples=40)
@given(
    cases(),
    st.sampled_from(["mean", "median", "siblings", "regression", "last", "linear", "constant"]),
    st.booleans(),
)
def test_filling_touches_no_cell_that_is_there_and_no_score_of_a_whole_row(case, rule, grouped):
    data, tree = case
    if rule in ("last", "linear", "constant"):
        data = data.assign(
            time=[i // 3 for i in range(len(data))], unit=[f"u{i % 3}" for i in range(len(data))]
        )
    groups = pd.Series({u: "gh"[i % 2] for i, u in enumerate(data["unit"].unique())})
    got = bb.impute(data, tree, rule, groups=groups if grouped and rule in ("mean", "median") else None)
    codes = trees.leaves(trees.read(tree))
    before, after = data[codes].to_numpy(), got.data[codes].to_numpy()
    there = ~np.isnan(before)
    np.testing.assert_array_equal(after[there], before[there])
    whole = there.all(axis=1)
    assert (got.shares.to_numpy()[whole] == 0).all()
    assert len(got.cells) == (~np.isnan(after) & ~there).sum()
    one, other = (score(d, tree, normalise="none").scores.to_numpy()[whole] for d in (data, got.data))
    np.testing.assert_array_equal(one, other)


# --- best weights, and two by two --------------------------------------------------------------------------

tables = st.lists(st.tuples(*[st.integers(1, 20)] * 3), min_size=2, max_size=7).map(
    lambda cells: pd.DataFrame(cells, columns=list("xyz"), dtype=float)
)
limits = st.sampled_from([(0.0, 1.0), (0.1, 0.6), (0.0, 0.5)])


@settings(max_examples=25)
@given(tables, limits, st.floats(0.05, 50), st.integers(0, 2), st.randoms(use_true_random=False))
def test_the_benefit_of_the_doubt_forgets_units_and_order_rises_and_falls_with_rivals(
    table, bounds, factor, column, random
):
    got = bb.benefit_of_the_doubt(table, *bounds)["score"]
    other = table.copy()
    other.iloc[:, column] *= factor
    np.testing.assert_allclose(bb.benefit_of_the_doubt(other, *bounds)["score"], got, rtol=1e-6)
    order = list(table.index)
    random.shuffle(order)
    mixed = table.loc[order, ["z", "x", "y"]]
    np.testing.assert_allclose(
        bb.benefit_of_the_doubt(mixed, *bounds)["score"].loc[table.index], got, rtol=1e-6
    )
    fewer = bb.benefit_of_the_doubt(table.iloc[:-1], *bounds)["score"]
    assert (fewer >= got.iloc[:-1] - 1e-7).all(), "a rival less never lowers anybody"
    better = table.copy()
    better.iloc[0, column] += 1
    if bounds == (0.0, 1.0):
        assert bb.benefit_of_the_doubt(better)["score"].iloc[0] >= got.iloc[0] - 1e-7
    wider = bb.benefit_of_the_doubt(table)["score"]
    assert (wider >= got - 1e-7).all(), "more freedom never lowers anybody"
    twins = bb.benefit_of_the_doubt(pd.concat([table, table.iloc[[0]]], ignore_index=True), *bounds)["score"]
    assert twins.iloc[-1] == pytest.approx(twins.iloc[0], rel=1e-7)


@settings(max_examples=40)
@given(tables, st.tuples(*[st.integers(1, 9)] * 3), st.integers(0, 2))
def test_outranking_knows_the_order_only_and_copeland_adds_up_to_nothing(table, weights, column):
    x, w = table.to_numpy(), np.array(weights, dtype=float)
    share = bb.outranking(x, w)
    bent = x.copy()
    bent[:, column] = np.exp(bent[:, column] / 5)
    np.testing.assert_allclose(bb.outranking(bent, w), share, atol=1e-12)
    np.testing.assert_allclose((share + share.T)[~np.eye(len(x), dtype=bool)], 1)
    wins = bb.copeland(x, w)
    assert wins.sum() == 0 and (np.abs(wins) < len(x)).all()
    better = x.copy()
    better[0, column] += 5
    assert bb.copeland(better, w)[0] >= wins[0]
    with_twin = bb.copeland(np.vstack([x, x[:1]]), w)
    assert with_twin[0] == with_twin[-1]


@settings(max_examples=40)
@given(tables, st.floats(0.05, 50), st.integers(-9, 9), st.permutations(range(3)))
def test_mazziotta_pareto_forgets_units_and_order_and_costs_only_what_is_uneven(table, factor, shift, order):
    x = table.to_numpy()
    assume((np.ptp(x, axis=0) > 0).all())
    got = bb.mazziotta_pareto(x)
    np.testing.assert_allclose(bb.mazziotta_pareto((x * factor + shift)[:, list(order)]), got, rtol=1e-9)
    reward = bb.mazziotta_pareto(x, penalty=1)
    z = 100 + 10 * (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    assert (got <= z.mean(axis=1) + 1e-9).all() and (reward >= z.mean(axis=1) - 1e-9).all()
    even = np.repeat(x[:, :1], 3, axis=1)
    np.testing.assert_allclose(bb.mazziotta_pareto(even), bb.mazziotta_pareto(even, penalty=1))
