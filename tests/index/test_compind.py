"""What Compind returns on the eight ASEM pillars, file by file. See tests/validation/files.csv."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bluebook as bb
from bluebook.index.structure import components
from bluebook.messages import BadInput

from .given import COMPIND, rows, same, wide

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


def pillars():
    return wide(COMPIND / "input_pillars_1_100.csv")


def flat(columns, **own):
    codes = list(columns)
    table = pd.DataFrame({"code": ["r", *codes], "parent": ["", *["r"] * len(codes)], "weight": 1.0})
    return table.assign(direction=[1, *(own.get(code, 1) for code in codes)])


def scored(normalise="none", aggregate="arithmetic", **own):
    x = pillars()
    return bb.score(x.reset_index(), flat(x.columns, **own), normalise=normalise, aggregate=aggregate)


@pytest.mark.parametrize(
    ("file", "method", "last"),
    [
        ("normalise_ci_z_100_10", "zscore:100:10", 1),
        ("normalise_ci_z_100_10_last_NEG", "zscore:100:10", -1),
        ("normalise_ci_minmax_0_1", "minmax:0:1", 1),
        ("normalise_ci_rank_last_NEG", "rank:average", -1),
    ],
)
def test_scales_are_those_of_compind(file, method, last):
    want = wide(COMPIND / f"{file}.csv")
    same(scored(method, SusEcFin=last).normalised.loc[want.index, want.columns], want)


def test_means_are_those_of_compind():
    want = wide(COMPIND / "ci_geom_gen.csv")
    same(scored(aggregate="geometric").scores["r"], want["geom_equal"])
    want = wide(COMPIND / "ci_generalized_mean.csv")
    assert (want["na_rm_TRUE_default"] == 1).all(), "whatever the data: a fault of the package"
    same(scored(aggregate="power:2").scores["r"] ** 2 / 2, want["na_rm_FALSE_p2"])  # no root, but a half


def test_benefit_of_the_doubt_with_shares_that_may_be_anything_is_that_of_compind():
    want = wide(COMPIND / "ci_bod_constr_up1_low0.csv")
    same(bb.benefit_of_the_doubt(pillars())["score"], want["ci_bod_constr"])


def test_geometric_benefit_of_the_doubt_is_that_of_compind_where_the_shares_are_settled():
    x, want = pillars(), wide(COMPIND / "ci_geom_gen.csv")["geom_bod_bench_row1"]
    limited = bb.benefit_of_the_doubt(x, 0.05, 0.3)
    shares = limited[x.columns]
    theirs = wide(COMPIND / "ci_bod_constr_up0.3_low0.05.csv").drop(columns="ci_bod_constr").to_numpy()
    agree = np.abs(shares - theirs).max(axis=1) < 1e-9
    got = np.exp((shares * np.log(x / x.iloc[0])).sum(axis=1))
    assert agree.sum() > 25, "elsewhere several sets of shares give the one best score"
    same(got[agree], want[agree])


def test_ordered_means_are_those_of_compind():
    want = wide(COMPIND / "ci_owa.csv")
    same(bb.ordered_mean(pillars(), [1, 1, 0, 0, 0, 0, 0, 0]), want["owa_n_j2"])
    same(bb.ordered_mean(pillars(), [0, 0, 0, 0, 0, 0, 1, 1]), want["owa_p_j2"])


@pytest.mark.parametrize(
    ("column", "method"), [("wroclaw_minmax", "minmax:0:1"), ("wroclaw_z", "zscore:100:10")]
)
def test_the_distance_from_the_ideal_is_that_of_compind(column, method):
    same(bb.distance_from_ideal(scored(method).normalised), wide(COMPIND / "ci_wroclaw.csv")[column])


@pytest.mark.parametrize(("column", "first"), [("bod_dir_ones", 1), ("bod_dir_first_twice", 2)])
def test_directional_scores_are_those_of_compind(column, first):
    want = wide(COMPIND / "ci_bod_dir.csv")[column]
    same(
        bb.directional_score(pillars(), [first, 1, 1, 1, 1, 1, 1, 1]), want, rtol=1e-8
    )  # as close as the solver of R comes


def test_one_factor_and_its_loadings_are_those_of_compind():
    x = pillars()
    shares, loading = components(x.to_numpy())
    z = scored("zscore").normalised
    same(z @ loading / np.sqrt(shares[0] * 8), wide(COMPIND / "ci_factor.csv")["factor_one"])
    loadings = rows(COMPIND / "psych_principal_loadings.csv").set_index("code")["loading_one"]
    same(loading * np.sqrt(shares[0] * 8), loadings[x.columns])
    weights = rows(COMPIND / "ci_factor_weights.csv").query("method == 'ONE'")["weight"]
    same(shares[:1], weights)


# --- what the three must keep whatever the numbers are -----------------------------------------------------

tables = st.lists(st.tuples(*[st.integers(1, 20)] * 3), min_size=2, max_size=8).map(
    lambda cells: pd.DataFrame(cells, columns=list("xyz"), dtype=float)
)
places = st.tuples(*[st.integers(0, 9)] * 3).filter(any)


@settings(max_examples=40, deadline=None)
@given(tables, places, st.permutations(range(3)), st.integers(0, 2))
def test_an_ordered_mean_forgets_which_column_is_which_and_rises_with_each(table, weights, order, column):
    got = bb.ordered_mean(table, weights)
    same(bb.ordered_mean(table.iloc[:, list(order)], weights), got)
    more = table.copy()
    more.iloc[:, column] += 1
    assert (bb.ordered_mean(more, weights) >= got - 1e-12).all()
    assert (got >= table.min(axis=1) - 1e-12).all() and (got <= table.max(axis=1) + 1e-12).all()
    same(bb.ordered_mean(table, [1, 1, 1]), table.mean(axis=1))


@settings(max_examples=40, deadline=None)
@given(tables, st.floats(0.1, 50))
def test_a_distance_is_nought_for_whoever_is_best_in_all_and_forgets_the_unit(table, factor):
    far = np.sqrt(((table - table.max()) ** 2).sum(axis=1))
    if np.ptp(far) == 0:
        with pytest.raises(BadInput, match="equally far"):
            bb.distance_from_ideal(table)
        return
    got = bb.distance_from_ideal(table)
    same(bb.distance_from_ideal(table * factor + 3), got)
    assert ((got == 0) == (table == table.max()).all(axis=1)).all()
    for better in range(len(table)):
        ahead = (table.iloc[better] >= table).all(axis=1)
        assert (got[better] <= got[ahead] + 1e-12).all()


@settings(max_examples=25, deadline=None)
@given(tables, places, st.sampled_from(list("xyz")), st.floats(0.1, 50))
def test_a_directional_score_is_at_most_one_forgets_units_and_along_oneself_is_the_benefit_of_the_doubt(
    table, direction, column, factor
):
    got = bb.directional_score(table, direction)
    assert (got <= 1).all() and (got > 0).all() and got.max() == pytest.approx(1)
    other, way = table.assign(**{column: table[column] * factor}), list(direction)
    way["xyz".index(column)] *= factor
    same(bb.directional_score(other, way), got, rtol=1e-6)
    same(bb.directional_score(table), bb.benefit_of_the_doubt(table)["score"], rtol=1e-6)


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (lambda t: bb.ordered_mean(t, [1, 1]), "3 weights"),
        (lambda t: bb.ordered_mean(t, [1, -1, 1]), "3 weights"),
        (lambda t: bb.ordered_mean(t.replace(2.0, np.nan), [1, 1, 1]), "B is missing"),
        (lambda t: bb.distance_from_ideal(t.replace(2.0, np.nan)), "B is missing"),
        (lambda t: bb.directional_score(t, [0, 0, 0]), "direction"),
        (lambda t: bb.directional_score(t, [1, 1]), "direction"),
        (lambda t: bb.directional_score(-t), "A"),
    ],
)
def test_what_they_cannot_take_is_refused(action, told):
    table = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0], "z": [5.0, 6.0]}, index=["A", "B"])
    with pytest.raises(BadInput) as problem:
        action(table)
    assert told in problem.value.en
