"""What the index must do on any data: properties, held to random cases."""

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from .small import quiet, ranks, score

settings.register_profile("steady", deadline=None)  # a busy machine is no fault of the index
settings.load_profile("steady")


cells = st.integers(-1000, 1000).map(float)


METHODS = ["minmax", "minmax:1:100", "zscore", "rank", "percentile"]


@st.composite
def indices(draw, missing=True):
    """A random index of two levels: data and tree, every column with some spread."""
    n, k = draw(st.integers(3, 7)), draw(st.integers(2, 6))
    cell = st.one_of(cells, st.just(np.nan)) if missing else cells
    x = np.array(draw(st.lists(st.lists(cell, min_size=k, max_size=k), min_size=n, max_size=n)))
    for column in x.T:
        assume(len(set(column[~np.isnan(column)])) > 1)
    leaves = [f"x{i}" for i in range(k)]
    weight = draw(st.lists(st.integers(1, 9), min_size=k + 2, max_size=k + 2))
    tree = pd.DataFrame(
        {
            "code": ["r", "a", "b", *leaves],
            "parent": ["", "r", "r", "a", *("b" if i % 2 else "a" for i in range(1, k))],
            "weight": [np.nan, *weight],
            "direction": [1, 1, 1, *draw(st.lists(st.sampled_from([1, -1]), min_size=k, max_size=k))],
        }
    )
    return pd.DataFrame(x, columns=leaves).assign(unit=[f"u{i}" for i in range(n)]), tree


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9, equal_nan=True)


@quiet
@given(indices(), st.sampled_from(METHODS), st.floats(0.01, 100), st.integers(-50, 50))
def test_another_unit_of_measurement_changes_nothing(case, method, scale, shift):
    data, tree = case
    other = data.assign(x0=data["x0"] * scale + shift)
    close(score(data, tree, normalise=method).scores, score(other, tree, normalise=method).scores)


@quiet
@given(indices(), st.sampled_from(METHODS))
def test_a_column_turned_round_twice_is_the_same(case, method):
    data, tree = case
    turned = tree.assign(direction=tree["direction"].where(tree["code"] != "x0", -tree["direction"]))
    other = data.assign(x0=-data["x0"])
    close(score(data, tree, normalise=method).scores, score(other, turned, normalise=method).scores)


@quiet
@given(indices(), st.sampled_from(METHODS), st.randoms(use_true_random=False))
def test_the_order_of_units_and_columns_changes_nothing(case, method, random):
    data, tree = case
    order, columns = list(data.index), list(data.columns)
    random.shuffle(order)
    random.shuffle(columns)
    one, other = score(data, tree, normalise=method), score(data.loc[order, columns], tree, normalise=method)
    close(one.scores.loc[other.scores.index], other.scores)
    np.testing.assert_array_equal(one.ranks.loc[other.ranks.index], other.ranks)


@quiet
@given(indices(), st.integers(1, 50))
def test_all_weights_of_a_family_times_a_number_change_nothing(case, factor):
    data, tree = case
    other = tree.assign(weight=tree["weight"].where(tree["parent"] != "a", tree["weight"] * factor))
    close(score(data, tree).scores, score(data, other).scores)


@quiet
@given(
    indices(missing=False),
    st.sampled_from(["arithmetic", "geometric", "harmonic", "power:3"]),
    st.integers(1, 99),
)
def test_a_better_cell_never_lowers_a_score(case, mean, gain):
    data, tree = case
    tree, options = tree.assign(direction=1), {"normalise": "none", "aggregate": mean}
    base = data.assign(**{c: data[c].abs() + 100 for c in data.columns if c != "unit"})
    better = base.assign(x0=base["x0"] + gain * (base["unit"] == "u0"))
    before, after = score(base, tree, **options).scores["r"], score(better, tree, **options).scores["r"]
    assert after["u0"] > before["u0"]
    close(after.drop("u0"), before.drop("u0"))


@quiet
@given(indices(), st.sampled_from(["arithmetic", "geometric", "harmonic", "power:3"]))
def test_a_mean_lies_between_its_least_and_greatest_child(case, mean):
    data, tree = case
    result = score(data, tree, normalise="minmax:1:100", aggregate=mean)
    z = result.normalised.to_numpy()
    low, high = np.fmin.reduce(z, axis=1), np.fmax.reduce(z, axis=1)
    r = result.scores["r"].to_numpy()
    assert (np.isnan(r) == np.isnan(z).all(axis=1)).all()
    fine = ~np.isnan(r)
    assert (r[fine] >= low[fine] * (1 - 1e-9)).all() and (r[fine] <= high[fine] * (1 + 1e-9)).all()


@quiet
@given(indices(), st.sampled_from(METHODS))
def test_units_with_equal_cells_tie(case, method):
    data, tree = case
    twin = data.iloc[[0]].assign(unit="twin")
    result = score(pd.concat([data, twin]), tree, normalise=method).ranks["r"]
    np.testing.assert_array_equal(result["twin"], result["u0"])


@given(st.lists(st.integers(0, 20), min_size=1, max_size=12))
def test_ranks_count_those_above(values):
    assert ranks(*values) == [1 + sum(other > value for other in values) for value in values]


@quiet
@settings(max_examples=30)
@given(indices())
def test_the_power_mean_tends_to_the_geometric(case):
    data, tree = case
    near = score(data, tree, normalise="minmax:1:100", aggregate="power:1e-7").scores
    np.testing.assert_allclose(
        near, score(data, tree, normalise="minmax:1:100", aggregate="geometric").scores, rtol=1e-5
    )
