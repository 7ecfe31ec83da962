"""A change between two editions splits into its causes, exactly and whatever the order."""

import itertools
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluebook import index
from bluebook.index import change
from bluebook.index.change import FACTORS, Edition, split
from bluebook.messages import BadInput, Notice

settings.register_profile("steady", deadline=None)  # a busy machine is no fault of the index
settings.load_profile("steady")

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


def edition(seed, leaves="abcde", units="UVWXY", missing=0.0):
    rng = np.random.default_rng(seed)
    codes = ["r", "P", "Q", *leaves]
    tree = pd.DataFrame({"code": codes, "parent": ["", "r", "r", *("PQ"[i % 2] for i in range(len(leaves)))]})
    tree = tree.assign(weight=[np.nan, *rng.uniform(1, 9, len(codes) - 1)], direction=1)
    x = rng.uniform(0, 10, (len(units), len(leaves)))
    x[2:][rng.random((len(units) - 2, len(leaves))) < missing] = np.nan
    return Edition(tree, pd.DataFrame(x, columns=list(leaves)).assign(unit=list(units)))


def effects(table):
    return table.set_index("unit")[list(FACTORS)]


@settings(max_examples=30)
@given(
    st.integers(0, 10**6),
    st.sampled_from(["abcde", "abcdfg", "bcdexyz"]),
    st.sampled_from(["UVWXY", "VWXYZT", "UVW"]),
    st.sampled_from(["score", "rank"]),
    st.sampled_from(["minmax", "zscore", "none"]),
    st.sampled_from([0.0, 0.2]),
)
def test_the_causes_sum_to_the_change(seed, leaves, units, of, normalise, missing):
    after = edition(seed + 1, leaves, units, missing)
    found = split(edition(seed, missing=missing), after, of=of, normalise=normalise)
    np.testing.assert_allclose(effects(found).sum(axis=1).to_numpy(), found["change"], atol=1e-12)


@pytest.mark.slow
@settings(max_examples=10)
@given(st.integers(0, 10**6), st.sampled_from(["score", "rank"]))
def test_before_and_after_are_the_editions_own(seed, of):
    editions = edition(seed), edition(seed + 1, "abcdfg", "VWXYZT")
    found = split(*editions, of=of).set_index("unit")
    for column, one in zip(("before", "after"), editions, strict=True):
        result = index.score(one.data, one.tree)
        own = (result.scores if of == "score" else result.ranks)["r"]
        np.testing.assert_allclose(found[column], own[found.index])


@pytest.mark.slow
@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_backwards_the_causes_change_their_sign(seed):
    one, other = edition(seed), edition(seed + 1, "abcdfg", "VWXYZT")
    np.testing.assert_allclose(effects(split(one, other)), -effects(split(other, one)), atol=1e-12)


def test_nothing_changed_means_no_cause():
    assert (effects(split(edition(1), edition(1))) == 0).all(axis=None)


def test_only_weights_changed_means_only_weights_count():
    before = edition(1)
    after = Edition(before.tree.assign(weight=[np.nan, 5, 1, 1, 2, 3, 4, 5]), before.data)
    found = effects(split(before, after))
    assert (found.drop(columns="weights") == 0).all(axis=None) and (found["weights"] != 0).any()


def test_weights_in_another_unit_are_no_change():
    before = edition(1)
    after = Edition(before.tree.assign(weight=before.tree["weight"] * 100), before.data)
    np.testing.assert_allclose(effects(split(before, after)), 0, atol=1e-12)


def test_only_a_better_cell_inside_the_bounds_counts_as_data():
    before = edition(1)
    data = before.data.copy()
    middle = data["a"].sort_values().index[2]
    data.loc[middle, "a"] += 0.01
    found = effects(split(before, Edition(before.tree, data)))
    assert (found.drop(columns="data") == 0).all(axis=None)
    assert (found["data"] > 0).sum() == 1


def test_a_new_best_elsewhere_counts_as_bounds():
    before = edition(1)
    data = before.data.copy()
    data.loc[data["a"].idxmax(), "a"] += 5
    found = effects(split(before, Edition(before.tree, data))).drop(data["unit"][data["a"].idxmax()])
    assert (found[["data", "weights", "framework", "units"]] == 0).all(axis=None)
    assert (found["bounds"] <= 0).all() and (found["bounds"] < 0).any()


def test_a_new_unit_counts_as_units():
    before, bigger = edition(1), edition(1).data
    best = bigger.iloc[[0]].assign(unit="NEW", **{c: bigger[c].max() for c in "abcde"})
    found = split(before, Edition(before.tree, pd.concat([bigger, best])), of="rank")
    assert (effects(found).drop(columns="units") == 0).all(axis=None)
    assert found["change"].tolist() == effects(found)["units"].tolist() == [1] * 5


def test_a_new_indicator_counts_as_framework_with_its_data_and_weight():
    before = edition(1)
    tree = pd.concat(
        [before.tree, pd.DataFrame({"code": ["n"], "parent": ["P"], "weight": [3.0], "direction": [1]})]
    )
    after = Edition(tree, before.data.assign(n=[1, 5, 2, 8, 3]))
    found = split(before, after)
    # in their new company the old siblings weigh less: that too is the framework
    np.testing.assert_allclose(
        effects(found)["framework"] + effects(found)["weights"], found["change"], atol=1e-12
    )
    assert (effects(found)[["data", "bounds", "units"]].abs() < 1e-12).all(axis=None)


def test_moved_goalposts_count_as_bounds():
    before = edition(1)
    goals = before.tree.assign(goal_lower=[np.nan] * 3 + [0.0] * 5, goal_upper=[np.nan] * 3 + [10.0] * 5)
    moved = goals.assign(goal_upper=[np.nan] * 3 + [20.0] * 5)
    found = split(Edition(goals, before.data), Edition(moved, before.data), normalise="goalposts")
    np.testing.assert_allclose(effects(found)["bounds"], -found["before"] / 2)


def test_the_order_of_switching_does_not_matter():
    """Shapley by definition: the mean over all 120 orders of what each switch adds."""
    before, after = edition(3), edition(4, "abcdfg", "VWXYZT")
    sides = [change._Side.of(one, "X") for one in (before, after)]
    mixed = change._mixer(sides, "score", "minmax", "arithmetic", None)
    worth = {picks: mixed(*picks)["W"] for picks in itertools.product((0, 1), repeat=5)}
    total = np.zeros(5)
    for order in itertools.permutations(range(5)):
        picks = [0] * 5
        for factor in order:
            last = worth[tuple(picks)]
            picks[factor] = 1
            total[factor] += (worth[tuple(picks)] - last) / 120
    np.testing.assert_allclose(effects(split(before, after)).loc["W"], total, atol=1e-12)


@pytest.mark.parametrize(
    ("before", "after", "options", "why"),
    [
        (edition(1), edition(1, units="FGHIJ"), {}, "no unit in common"),
        (edition(1), edition(1), {"of": "place"}, "“place” is unknown"),
        (edition(1), edition(1), {"normalise": "rank"}, "no bounds"),
        (edition(1), Edition(edition(1).tree, edition(1).data.assign(time=1)), {}, "choose one time"),
        (edition(1), Edition(edition(1).tree, edition(1).data.assign(a=1)), {}, "does not differ"),
    ],
)
def test_what_cannot_be_compared_is_refused(before, after, options, why):
    with pytest.raises(BadInput) as caught:
        split(before, after, **options)
    assert why in caught.value.en


def test_one_notice_stands_for_all_mixed_editions():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        split(edition(1, missing=0.3), edition(2, missing=0.3))
    assert sum(issubclass(w.category, Notice) for w in seen) == 1


@pytest.mark.parametrize("backwards", [False, True])
def test_a_weight_that_one_edition_lacks_comes_from_the_other(backwards):
    """In a mixed edition the new n weighs 0.5 beside the old 0.5 and 0.5, hence a third: 2 of its 6 points."""
    codes = pd.DataFrame({"code": ["r", "a", "b"], "parent": ["", "r", "r"], "weight": [np.nan, 1, 1]})
    more = pd.concat([codes, pd.DataFrame({"code": ["n"], "parent": ["r"], "weight": [2.0]})])
    data = pd.DataFrame({"unit": ["U", "V"], "a": [0, 0], "b": [0, 0]})
    one, other = Edition(codes.assign(direction=1), data), Edition(more.assign(direction=1), data.assign(n=6))
    found = effects(split(*(other, one) if backwards else (one, other), normalise="none")).loc["U"]
    sign = -1 if backwards else 1
    assert found.to_dict() == pytest.approx(
        {"data": 0, "weights": sign * 0.5, "bounds": 0, "framework": sign * 2.5, "units": 0}
    )
