"""Experts' points into weights, and how far the experts agree."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from bluebook.index import tree as trees
from bluebook.index import weights
from bluebook.messages import BadInput

settings.register_profile("steady", deadline=None)  # a busy machine is no fault of the index
settings.load_profile("steady")


def forms(**points):
    """``forms(甲=[60, 40])``: one expert a keyword, indicators x, y, z … in order."""
    return pd.DataFrame(
        [(e, "xyzuv"[i], p) for e, given_ in points.items() for i, p in enumerate(given_)],
        columns=["expert", "indicator", "points"],
    )


def tree(**parents):
    codes = ["r", *parents]
    return trees.read(
        pd.DataFrame({"code": codes, "parent": ["", *parents.values()], "weight": 1, "direction": 1})
    )


def test_a_weight_is_the_mean_of_each_experts_share():
    found = weights.from_experts(forms(a=[60, 40], b=[2, 8]))
    assert found.weights["code"].tolist() == ["x", "y"]
    np.testing.assert_allclose(found.weights["weight"], [40, 60])


def test_with_a_tree_each_family_sums_to_100():
    table = pd.DataFrame(
        [("e", "a", 3), ("e", "b", 1), ("e", "a1", 5), ("e", "a2", 5)],
        columns=["expert", "indicator", "points"],
    )
    found = weights.from_experts(table, tree(a="r", b="r", a1="a", a2="a")).weights
    assert found.to_numpy().tolist() == [["r", "a", 75], ["r", "b", 25], ["a", "a1", 50], ["a", "a2", 50]]


def test_a_code_of_the_tree_that_nobody_judged_beside_its_siblings_is_asked_for():
    table = pd.DataFrame([("e", "a", 3)], columns=["expert", "indicator", "points"])
    with pytest.raises(BadInput, match="e has not judged b"):
        weights.from_experts(table, tree(a="r", b="r"))


def test_distance_and_effect_count_the_points_that_move():
    found = weights.from_experts(forms(a=[60, 40], b=[60, 40], c=[30, 70])).experts.set_index("expert")
    np.testing.assert_allclose(found["distance"], [10, 10, 20])
    np.testing.assert_allclose(found["effect"], [5, 5, 10])
    assert found["moved"].tolist() == ["x", "x", "x"]


def test_one_expert_has_no_agreement_and_no_effect():
    found = weights.from_experts(forms(a=[60, 40]))
    assert np.isnan(found.agreement["w"][0]) and np.isnan(found.experts["effect"][0])


def test_agreement_is_one_when_all_order_alike_and_zero_without_a_common_order():
    assert weights.kendall_w([[1, 2, 3], [10, 20, 90], [0, 1, 2]])[0] == pytest.approx(1)
    assert weights.kendall_w([[1, 2, 3], [3, 2, 1]])[0] == pytest.approx(0)


def test_agreement_with_ties_is_one_when_all_tie_alike():
    assert weights.kendall_w([[1, 1, 3], [2, 2, 9]])[0] == pytest.approx(1)
    assert np.isnan(weights.kendall_w([[1, 1], [2, 2]])[0])


def test_agreement_of_a_textbook_example_with_ties():
    """Siegel and Castellan (1988), table 9.9 style: m = 3 judges, n = 6, by the formula written out."""
    ratings = np.array([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]])
    w, statistic, _ = weights.kendall_w(ratings)
    assert w == pytest.approx(0.162, abs=5e-4)
    assert statistic == pytest.approx(3 * 5 * w)


@given(st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=4), min_size=2, max_size=5))
def test_agreement_is_the_mean_rank_correlation_rescaled(ratings):
    """W = (1 + (m − 1) · mean Spearman) / m, where nobody ties everything."""
    ratings = np.array(ratings, dtype=float)
    if (ratings == ratings[:, :1]).all(axis=1).any():
        return
    m = len(ratings)
    if any(len(set(row)) < 4 for row in ratings):
        assert 0 <= weights.kendall_w(ratings)[0] <= 1 + 1e-12
        return
    rho = [spearmanr(ratings[i], ratings[j]).statistic for i in range(m) for j in range(i)]
    assert weights.kendall_w(ratings)[0] == pytest.approx((1 + (m - 1) * np.mean(rho)) / m)


def test_two_judges_who_agree_in_pairs_agree_in_w():
    assert kendalltau([1, 2, 3], [1, 2, 3]).statistic == weights.kendall_w([[1, 2, 3], [1, 2, 3]])[0] == 1


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (forms(a=[1, -1]), "row 3 column points"),
        (forms(a=[1, None]), "missing or negative"),
        (forms(a=[1, "many"]), "“many” is not a number"),
        (forms(a=[0, 0]), "a gives 0 to everything"),
        (forms(a=[1, 2], b=[1]), "b has not judged y"),
        (pd.concat([forms(a=[1, 2]), forms(a=[1])]), "a has judged x in row 2"),
        (forms(a=[1, 2]).replace("a", ""), "row 2 column expert"),
        (forms(a=[1, 2]).drop(columns="points"), "column points"),
        (forms(), "holds no rows"),
    ],
)
def test_forms_that_cannot_be_used_are_refused(table, why):
    with pytest.raises(BadInput) as caught:
        weights.from_experts(table)
    assert why in caught.value.en


def test_a_code_outside_the_tree_is_refused():
    with pytest.raises(BadInput, match="“x” is not in the tree"):
        weights.from_experts(forms(a=[1, 2]), tree(a="r", b="r"))


def test_equal_weights_are_equal_among_siblings():
    np.testing.assert_allclose(trees.leaf_weights(weights.equal(tree(a="r", b="r"))), [0.5, 0.5])


def test_entropy_weighs_what_tells_units_apart():
    data = pd.DataFrame({"unit": list("ABCD"), "a": [0, 0, 0, 1], "b": [0, 1, 2, 3]})
    found = trees.leaf_weights(weights.entropy(tree(a="r", b="r"), data))
    p = np.array([1, 2, 3]) / 6
    d = np.array([1.0, 1 + (p * np.log(p)).sum() / np.log(4)])
    np.testing.assert_allclose(found, d / d.sum())


def test_entropy_of_a_parent_is_that_of_its_indicators():
    data = pd.DataFrame({"unit": list("ABCD"), "a1": [0, 0, 0, 1], "a2": [0, 1, 2, 3], "b": [0, 1, 1, 1]})
    deep = trees.leaf_weights(weights.entropy(tree(a="r", b="r", a1="a", a2="a"), data))
    flat = trees.leaf_weights(weights.entropy(tree(a1="r", a2="r", b="r"), data))
    np.testing.assert_allclose(deep[["a1", "a2", "b"]], flat[["a1", "a2", "b"]])


def test_entropy_refuses_negative_values():
    data = pd.DataFrame({"unit": list("AB"), "a": [0, 1], "b": [0, 1]})
    with pytest.raises(BadInput, match="negative"):
        weights.entropy(tree(a="r", b="r"), data, "zscore")


@pytest.mark.parametrize(
    ("x", "normalise"),
    [([0, 0, 0], "none"), ([5, 5, 5], "none"), ([5, 5, 5], "rank"), ([5, np.nan, np.nan], "none")],
)
def test_entropy_refuses_a_column_that_tells_no_unit_from_another(x, normalise):
    data = pd.DataFrame({"unit": list("ABC"), "x": x, "y": [1, 2, 4]})
    tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    with pytest.raises(BadInput, match="DATA column x: tells no unit"):
        weights.entropy(tree, data, normalise)


def test_entropy_counts_the_cells_present_only():
    """With n for ln n the three cells that x has, not the four rows of the table."""
    data = pd.DataFrame({"unit": list("ABCD"), "a": [1, 2, 3, np.nan], "b": [0, 1, 2, 3]})
    found = trees.leaf_weights(weights.entropy(tree(a="r", b="r"), data, "none"))
    p = np.array([1, 2, 3]) / 6
    d = np.array([1 + (p * np.log(p)).sum() / np.log(n) for n in (3, 4)])
    np.testing.assert_allclose(found, d / d.sum())


# --- weights that the data alone give ----------------------------------------------------------------------


def several(seed=1, units=200):
    """Two families: a and b move together, c by itself; d and e by themselves."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=units)
    columns = {"a": common + 0.7 * rng.normal(size=units), "b": common + 0.7 * rng.normal(size=units)}
    columns |= {code: rng.normal(size=units) for code in "cde"}
    data = pd.DataFrame({"unit": [f"u{i}" for i in range(units)], **columns})
    return tree(p="r", q="r", a="p", b="p", c="p", d="q", e="q"), data


@pytest.mark.parametrize("rule", [weights.critic, weights.pca, weights.balanced, weights.entropy])
def test_weights_from_data_forget_the_unit_of_measurement(rule):
    plan, data = several()
    other = data.assign(a=1000 * data["a"] + 7, d=data["d"] / 100)
    one, two = (trees.leaf_weights(rule(plan, table)) for table in (data, other))
    assert np.allclose(one, two) and np.isclose(one.sum(), 1)


def test_balanced_weights_let_every_child_count_the_same_in_its_parent():
    from bluebook.index import score

    plan, data = several()
    whole = score(data, weights.balanced(plan, data))
    table = whole.normalised.join(whole.scores)
    for family in trees.families(plan):
        with_parent = [table[child].corr(table[family.parent]) for child in family.children]
        assert np.allclose(with_parent, with_parent[0]), family.parent


def test_the_first_component_weighs_what_moves_together_and_conflict_what_does_not():
    plan, data = several()
    pca, critic = (trees.leaf_weights(rule(plan, data)) for rule in (weights.pca, weights.critic))
    assert pca["a"] > 2 * pca["c"] and pca["b"] > 2 * pca["c"]
    assert critic["c"] > critic["a"] and critic["c"] > critic["b"]


def test_what_has_no_spread_has_no_weight_from_data():
    plan, data = several()
    with pytest.raises(BadInput, match="no correlation"):
        weights.critic(plan, data.assign(c=1.0), normalise="none")
    with pytest.raises(BadInput, match="no weight above zero"):
        weights.pca(plan, data.assign(c=1.0), normalise="none")
