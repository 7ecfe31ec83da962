"""Means, missing cells, zeros and negative values."""

import numpy as np
import pandas as pd
import pytest

from bluebook import index
from bluebook.messages import BadInput, Notice

from .small import deep_tree, flat_tree, quiet, refusal, root, score, table


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("arithmetic", 5.0),
        ("geometric", 4.0),
        ("harmonic", 3.2),
        ("power:2", 34**0.5),
        ("power:1", 5.0),
        ("power:0", 4.0),
        ("power:-1", 3.2),
    ],
)
def test_means_of_two_and_eight(method, value):
    np.testing.assert_allclose(root(table("A", x=[2], y=[8]), normalise="none", aggregate=method), value)


def test_weights_are_renormalised_among_siblings():
    data = table(x=[0, 50, 100], y=[100, 50, 0])
    assert root(data, flat_tree("xy", weight=[np.nan, 3, 1])) == root(
        data, flat_tree("xy", weight=[7, 75, 25])
    )


def test_methods_may_differ_by_level_from_the_leaves_up():
    data = table("A", x=[2], y=[8], z=[16])
    both = root(data, deep_tree(), normalise="none", aggregate="geometric,arithmetic")
    np.testing.assert_allclose(both, (4 + 16) / 2)
    assert "2 levels" in refusal(
        lambda: root(data, deep_tree(), normalise="none", aggregate="geometric,arithmetic,harmonic")
    )


def test_the_trees_own_aggregation_goes_before_the_option():
    tree = deep_tree().assign(aggregation=["", "geometric", "", "", ""])
    np.testing.assert_allclose(root(table("A", x=[2], y=[8], z=[16]), tree, normalise="none"), (4 + 16) / 2)


def test_large_powers_do_not_overflow():
    data = table("A", x=[1e90], y=[2e90])
    np.testing.assert_allclose(root(data, normalise="none", aggregate="power:9"), (513 / 2) ** (1 / 9) * 1e90)


@pytest.mark.parametrize("power", [1e-300, 1e-14, -1e-14, 1e-9])
def test_a_power_near_zero_gives_nearly_the_geometric_mean(power):
    data = table("A", x=[2], y=[8])
    assert root(data, normalise="none", aggregate=f"power:{power}") == pytest.approx([4], rel=1e-8)


def test_an_unknown_mean_is_refused():
    assert "“mode”" in refusal(lambda: root(table(x=[1, 2, 3]), aggregate="mode"))


def test_a_missing_child_is_dropped_and_its_siblings_weights_scaled_up_with_a_notice():
    data = table(x=[0, 50, 100], y=[100, np.nan, 0])
    with pytest.warns(Notice, match="1 cells are missing"):
        assert root(data, flat_tree("xy", weight=[1, 3, 1])) == [25, 50, 75]


@quiet
@pytest.mark.parametrize("method", ["geometric", "harmonic", "power:2"])
def test_every_mean_drops_missing_children(method):
    data = table("AB", x=[2, 3], y=[np.nan, 3])
    np.testing.assert_allclose(root(data, normalise="none", aggregate=method), [2, 3])


def test_a_unit_without_any_value_has_no_score_and_no_rank_with_a_notice():
    data = table(x=[0, np.nan, 100], y=[1, np.nan, 0])
    with pytest.warns(Notice, match="1 scores are missing"):
        result = score(data)
    assert np.isnan(result.scores["r"].iloc[1]) and np.isnan(result.ranks["r"].iloc[1])
    assert result.ranks["r"].dropna().tolist() == [1, 1]


@quiet
def test_availability_counts_the_children_present():
    data = table(x=[0, 50, 100], y=[100, np.nan, 0])
    assert root(data, availability=0.5) == [50, 50, 50]
    assert np.isnan(root(data, availability=0.51)[1])
    assert "--availability" in refusal(lambda: root(data, availability=95))


@quiet
def test_availability_works_level_by_level():
    data = table(x=[0, 50, 100], y=[100, np.nan, 0], z=[0, 1, 2])
    result = score(data, deep_tree(), availability=0.6)
    assert np.isnan(result.scores["a"].iloc[1]) and np.isnan(result.scores["r"].iloc[1])


@pytest.mark.parametrize("method", ["geometric", "harmonic", "power:-2"])
def test_a_zero_makes_a_mean_of_power_zero_or_less_zero_with_a_notice(method):
    with pytest.warns(Notice, match="a zero makes"):
        assert root(table("AB", x=[0, 4], y=[5, 4]), normalise="none", aggregate=method)[0] == 0


@pytest.mark.parametrize("method", ["geometric", "harmonic", "power:0.5", "power:2"])
def test_a_negative_value_is_refused_by_every_mean_but_the_arithmetic(method):
    message = refusal(lambda: root(table(x=[1, 2, 3], y=[3, 1, 2]), normalise="zscore", aggregate=method))
    assert "x of A is -1" in message and "--aggregate" in message
    assert len(root(table(x=[1, 2, 3]), normalise="zscore")) == 3


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        ({"normalise": "minmax"}, "--normalise minmax:1:100 avoids it"),
        ({"normalise": "minmax:0:10"}, "--normalise minmax:1:100 avoids it"),
        ({"normalise": "percentile"}, "--normalise rank begins at 1"),
        ({"normalise": "goalposts"}, "goalposts in TREE beyond the data"),
        ({"normalise": "none"}, "only --aggregate arithmetic bears it"),
    ],
)
def test_what_keeps_a_zero_out_depends_on_where_it_comes_from(options, advice):
    tree = flat_tree("xy", goal_lower=[None, 0, 0], goal_upper=[None, 9, 9])
    with pytest.warns(Notice, match=advice) as noticed:
        root(table("ABC", x=[0, 4, 9], y=[5, 4, 3]), tree, aggregate="geometric", **options)
    assert ("minmax:1:100" in str(noticed[0].message)) == options["normalise"].startswith("minmax")


def burdened(**columns):
    """Return the tree of two strengths and two burdens, the second pillar counting against."""
    codes = ["idx", "strength", "burden", "s1", "s2", "b1", "b2"]
    parents = ["", "idx", "idx", "strength", "strength", "burden", "burden"]
    frame = {"code": codes, "parent": parents, "weight": 1.0, "direction": [1, 1, -1, 1, 1, 1, 1]}
    return pd.DataFrame(frame | columns)


BURDENS = pd.DataFrame(
    {"unit": list("ABC"), "s1": [80, 60, 40], "s2": [70, 50, 60], "b1": [90, 20, 50], "b2": [80, 30, 50]}
)


def test_a_pillar_that_counts_against_is_turned_about_its_scale():
    got = index.score(BURDENS, burdened(), normalise="none")
    assert got.scores["idx"].tolist() == [45, 65, 50] and got.ranks["idx"].tolist() == [3, 1, 2]
    assert got.scores["burden"].tolist() == [85, 25, 50], "its own score stays as it is"


@pytest.mark.parametrize("normalise", ["minmax", "minmax:1:100", "zscore", "percentile", "goalposts"])
def test_turning_a_pillar_is_turning_all_its_indicators_where_the_mean_is_arithmetic(normalise):
    goals = {"goal_lower": [np.nan] * 3 + [0.0] * 4, "goal_upper": [np.nan] * 3 + [100.0] * 4}
    leaves = burdened(direction=[1, 1, 1, 1, 1, -1, -1], **goals)
    one = index.score(BURDENS, burdened(**goals), normalise=normalise).scores["idx"]
    other = index.score(BURDENS, leaves, normalise=normalise).scores["idx"]
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("normalise", ["rank", "none"])
def test_a_scale_without_a_middle_cannot_turn_a_pillar(normalise):
    with pytest.raises(BadInput, match="burden"):
        index.score(BURDENS.assign(b1=[900, 20, 50]), burdened(), normalise=normalise)
