"""Looking at an index, against COINr and Compind: what hangs together, who outranks whom, what ranks can bear."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bluebook as bb
from bluebook.index import tables
from bluebook.index.rank import rank_values
from bluebook.index.structure import correlation
from bluebook.messages import BadInput

HOME = Path(__file__).parents[1] / "validation"
COINR, COMPIND = HOME / "coinr", HOME / "compind" / "asem"
pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


def table(path):
    frame = pd.read_csv(path, keep_default_na=False)
    return frame.set_index("unit").apply(pd.to_numeric)


def tree():
    return bb.read_tree(HOME / "asem" / "indicators.csv")


@pytest.fixture(scope="module")
def raw():
    return tables.read_data(HOME / "asem" / "data.csv").set_index("unit")


@pytest.fixture(scope="module")
def pillars():
    return table(COINR / "d_aggregate" / "input_pillars_amean_1_100.csv")


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
def test_correlations_within_a_pillar_are_those_of_coinr(raw, kind):
    want = pd.read_csv(COINR / "e_analysis" / "corr_within_pillar_raw.csv", keep_default_na=False)
    pairs = bb.structure(raw, tree(), kind).pairs.set_index(["a", "b"])["r"]
    seen = 0
    for _, row in want.iterrows():
        if (row["Var1"], row["Var2"]) in pairs.index:
            assert pairs[row["Var1"], row["Var2"]] == pytest.approx(float(row[kind]), rel=1e-9, abs=1e-12)
            seen += 1
    assert seen == len(pairs) > 100


def test_correlations_of_the_pillars_are_those_of_coinr(pillars):
    want = pd.read_csv(COINR / "e_analysis" / "corr_pillars_all.csv")
    final = table(COINR / "input" / "stage_normalised_0_100.csv")
    own = bb.score(final.reset_index(), tree().assign(direction=1), normalise="none").scores
    for _, row in want.iterrows():
        got = correlation(own[row["Var1"]].to_numpy(), own[row["Var2"]].to_numpy())
        assert got == pytest.approx(row["pearson"], rel=1e-9)
    parents = pd.read_csv(COINR / "e_analysis" / "corr_indicator_with_parent.csv")
    with_parent = bb.structure(final.join(own), tree()).children.set_index(["parent", "code"])["with_parent"]
    for _, row in parents.iterrows():
        assert with_parent[row["Var1"], row["Var2"]] == pytest.approx(row["pearson"], rel=1e-9)


def test_alpha_and_components_are_those_of_coinr():
    final = table(COINR / "input" / "stage_normalised_0_100.csv")
    found = bb.structure(final, tree())
    want = pd.read_csv(COINR / "e_analysis" / "cronbach.csv")
    got = found.families.set_index("parent")
    want = want[want["level"] == 1].set_index("group")["normalised"].reindex(got.index)
    assert want.notna().all() and len(want) == 8
    np.testing.assert_allclose(got["alpha"].loc[want.index], want, rtol=1e-9)
    weights = pd.read_csv(COINR / "e_analysis" / "pca_weights.csv").query(
        "case == 'normalised_level1_by_pillar'"
    )
    loading = found.children.set_index(["parent", "code"])["loading"].abs()
    for _, row in weights.iterrows():
        assert loading[row["group"], row["code"]] == pytest.approx(abs(row["weight_pc1"]), rel=1e-9)
    share = pd.read_csv(COINR / "e_analysis" / "pca_eigenvalues.csv")
    share = share.query("case == 'normalised_level1_by_pillar' and component == 1").set_index("group")[
        "share"
    ]
    np.testing.assert_allclose(got["first"].loc[share.index], share, rtol=1e-9)


def test_pairs_are_flagged_as_by_coinr():
    want = pd.read_csv(COINR / "e_analysis" / "corr_flags.csv").query(
        "dset == 'Normalised' and grouplev == 2"
    )
    final = table(COINR / "input" / "stage_normalised_0_100.csv")
    pairs = bb.structure(final, tree(), high=0.7, low=-0.2).pairs
    for flag in ("high", "low"):
        mine = pairs[pairs["flag"] == flag]
        got = {frozenset(p) for p in zip(mine["a"], mine["b"], strict=True)}
        theirs = want[want["type"] == flag]
        assert got == {frozenset(p) for p in zip(theirs["Ind1"], theirs["Ind2"], strict=True)} != set()


def test_effective_weights_are_those_of_coinr():
    want = pd.read_csv(COINR / "e_analysis" / "effective_weights.csv").set_index("code")["eff_equal"]
    got = bb.leaf_weights(bb.equal_weights(tree()))
    np.testing.assert_allclose(got, want[got.index], rtol=1e-12)


def unevenness(x, w):
    whole = x.to_numpy() @ w
    return np.ptp([correlation(x[c].to_numpy(), whole) for c in x])


def test_balanced_weights_even_out_what_each_says_as_far_as_weights_above_zero_can(pillars, raw):
    three = pillars[["Physical", "Political", "P2P"]]
    w = bb.balanced_weights(three)
    assert unevenness(three, w) < 1e-9 < unevenness(three, np.ones(3))
    w = bb.balanced_weights(pillars)
    assert w.sum() == pytest.approx(1) and (w >= 0).all()
    assert unevenness(pillars, w) < unevenness(pillars, np.ones(8))


@pytest.mark.parametrize("weighing", ["equal", "unequal"])
def test_outranking_and_copeland_are_those_of_coinr(pillars, weighing):
    given = pd.read_csv(COINR / "d_aggregate" / "weights_unequal.csv").set_index("code")["weight"]
    w = np.ones(8) if weighing == "equal" else given[pillars.columns].to_numpy(float)
    want = table(COINR / "d_aggregate" / f"outrank_pillars_{weighing}.csv")
    np.testing.assert_allclose(
        bb.outranking(pillars.to_numpy(), w), want[pillars.index], rtol=1e-9, atol=1e-12
    )
    scores = table(COINR / "d_aggregate" / "copeland_flat.csv")[f"pillars_{weighing}"]
    assert bb.copeland(pillars.to_numpy(), w).tolist() == scores[pillars.index].tolist()


def test_the_mazziotta_pareto_indices_are_those_of_compind():
    x = table(COMPIND / "input_pillars_1_100.csv")
    want = table(COMPIND / "ci_mpi.csv")
    np.testing.assert_allclose(bb.mazziotta_pareto(x.to_numpy()), want["mpi_pos"], rtol=1e-9)
    np.testing.assert_allclose(bb.mazziotta_pareto(x.to_numpy(), penalty=1), want["mpi_neg"], rtol=1e-9)
    panel = pd.read_csv(COMPIND / "input_panel.csv", keep_default_na=False)
    goals = pd.read_csv(COMPIND / "ci_ampi_goalposts.csv")
    direction = np.where(goals["polarity"] == "POS", 1, -1)
    got = bb.adjusted_mazziotta_pareto(
        panel[goals["code"]].to_numpy(float), goals["goalpost"].to_numpy(), direction
    )
    want = pd.read_csv(COMPIND / "ci_ampi.csv", keep_default_na=False)
    np.testing.assert_allclose(got, want["mean_of_norm"] - want["penalty"], rtol=1e-9)
    assert np.abs(got - want["ampi_rounded3"]).max() <= 0.0005 + 1e-9


@pytest.mark.parametrize(("file", "low", "high"), [
    ("ci_bod", 0, 1), ("ci_bod_constr_up0.3_low0.05", 0.05, 0.3), ("ci_bod_constr_up0.4_low0", 0, 0.4),
    ("ci_bod_constr_up1_low0.05", 0.05, 1),
])  # fmt: skip
def test_the_benefit_of_the_doubt_is_that_of_compind(file, low, high):
    x, want = table(COMPIND / "input_pillars_1_100.csv"), table(COMPIND / f"{file}.csv").iloc[:, 0]
    got = bb.benefit_of_the_doubt(x, low, high)
    np.testing.assert_allclose(got["score"], want, rtol=1e-9)
    shares = got.drop(columns="score")
    assert (shares >= low - 1e-7).all(axis=None) and (shares <= high + 1e-7).all(axis=None)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-7)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(1, 20)] * 3), min_size=2, max_size=8),
    st.tuples(*[st.integers(1, 9)] * 3),
)
def test_nobody_does_worse_under_the_benefit_of_the_doubt_than_under_any_fixed_weights(rows, weights):
    x = pd.DataFrame(rows, dtype=float)
    fixed = x.to_numpy() @ np.array(weights, float)
    assert (bb.benefit_of_the_doubt(x)["score"] >= fixed / fixed.max() - 1e-7).all()


def test_what_the_methods_cannot_take_is_refused(pillars):
    with pytest.raises(BadInput, match="AUT"):
        bb.benefit_of_the_doubt(pillars.replace(pillars.iloc[0, 0], -1.0))
    with pytest.raises(BadInput, match=r"0\.1"):
        bb.benefit_of_the_doubt(pillars, 0, 0.1)
    with pytest.raises(BadInput, match="1"):
        bb.mazziotta_pareto(np.ones((3, 2)))
    with pytest.raises(BadInput, match="AUT"):
        bb.weight_ranges(pillars.mask(pillars == pillars.iloc[0, 0]))
    with pytest.raises(BadInput, match=r"0\.8"):
        bb.weight_ranges(pillars, upper=0.1)


# ---------------------------------------------------------------- what ranks can bear


def enumerated(x, low, high, steps=24):
    """Return best and worst ranks over a fine grid of weights of three columns."""
    grid = [
        np.array([a, b, steps - a - b]) / steps for a, b in itertools.product(range(steps + 1), repeat=2)
        if a + b <= steps
    ]  # fmt: skip
    kept = [w for w in grid if (w >= low - 1e-12).all() and (w <= high + 1e-12).all()]
    ranks = np.array([rank_values(x @ w) for w in kept])
    return ranks.min(axis=0), ranks.max(axis=0)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 9)] * 3), min_size=2, max_size=7),
    st.sampled_from([(0, 1), (0.25, 0.5)]),
)
def test_ranges_hold_what_a_fine_grid_of_weights_finds_and_are_proven_by_their_own_weights(rows, limits):
    values = pd.DataFrame(rows, dtype=float)
    found = bb.weight_ranges(values, *limits)
    ranges = found.ranges.set_index("unit")
    best, worst = enumerated(values.to_numpy(), *limits)
    assert (ranges["best"] <= best).all() and (ranges["worst"] >= worst).all()
    assert (ranges["best"] == ranges["best_bound"]).all() and (ranges["worst"] == ranges["worst_bound"]).all()
    for (unit, end), weights in found.weights.groupby(["unit", "end"])["weight"]:
        w = weights.to_numpy()
        assert w.sum() == pytest.approx(1) and (w >= limits[0] - 1e-9).all() and (w <= limits[1] + 1e-9).all()
        assert rank_values(values.to_numpy() @ w)[unit] == ranges.loc[unit, end]


def test_with_one_set_of_weights_the_range_is_the_rank(pillars):
    w = pd.Series(1 / 8, index=pillars.columns)
    ranges = bb.weight_ranges(pillars, w, w).ranges.set_index("unit")
    ranks = rank_values(pillars.mean(axis=1).to_numpy())
    assert ranges["best"].tolist() == ranges["worst"].tolist() == ranks.tolist()


def test_wider_limits_never_narrow_a_range(pillars):
    few = pillars.iloc[:12]
    narrow, wide = (bb.weight_ranges(few, a, b).ranges for a, b in ((0.1, 0.15), (0.05, 0.3)))
    assert (wide["best"] <= narrow["best"]).all() and (wide["worst"] >= narrow["worst"]).all()
