"""Ranks that rounding, hidden weights, missing cells and the choice of a mean leave possible, all together."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bluebook as bb
from bluebook.index.rank import rank_values
from bluebook.messages import BadInput


def family(codes, weight=""):
    codes = list(codes)
    frame = {"code": ["r", *codes], "parent": ["", *["r"] * len(codes)], "direction": 1}
    return pd.DataFrame(frame).assign(weight=weight)


def table(x, digits=None):
    data = pd.DataFrame(x, columns=list("abcdefgh")[: np.shape(x)[1]])
    if digits is not None:
        data = data.map(lambda v: "" if np.isnan(v) else f"{v:.{digits}f}")
    return data.assign(unit=[f"u{i}" for i in range(len(data))])


def limits(found):
    assert (found["best"] == found["best_bound"]).all() and (found["worst"] == found["worst_bound"]).all()
    return found["best"].to_numpy(), found["worst"].to_numpy()


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 9)] * 3), min_size=2, max_size=7),
    st.sampled_from([(0, 1), (0.25, 0.5)]),
)
def test_with_exact_cells_the_ranks_are_those_of_the_weights_alone(rows, ends):
    x = pd.DataFrame(rows, dtype=float, columns=list("abc"))
    data = x.assign(unit=[f"u{i}" for i in range(len(x))])
    exact = bb.possible_ranks(family("abc"), data, lower=ends[0], upper=ends[1], normalise=["none"])
    want = bb.weight_ranges(x, *ends).ranges
    best, worst = limits(exact)
    assert best.tolist() == want["best"].tolist() and worst.tolist() == want["worst"].tolist()


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_a_grid_of_weights_and_all_corners_of_the_cells_find_no_rank_beyond_and_both_ends(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 10, (4, 3)) * 10.0
    holes = rng.random(x.shape) < 0.2
    shown = np.where(holes, np.nan, x)
    best, worst = limits(bb.possible_ranks(family("abc"), table(shown)))
    top = 100.0 if np.nanmax(shown) > 1 else 1.0
    low, high = np.where(holes, 0.0, x), np.where(holes, top, x)
    grid = np.array([w for w in itertools.product(range(13), repeat=3) if sum(w) == 12]) / 12
    seen = np.array([[np.inf, -np.inf]] * 4)
    for at in range(4):
        for own, rest, end in ((high, low, 0), (low, high, 1)):
            cells = rest.copy()
            cells[at] = own[at]
            ranks = rank_values(cells @ grid.T)[at]
            seen[at, end] = ranks.min() if end == 0 else ranks.max()
    assert (best <= seen[:, 0]).all() and (worst >= seen[:, 1]).all()
    assert (best == seen[:, 0]).mean() + (worst == seen[:, 1]).mean() > 1, "a grid is coarse, not that coarse"


def made(seed, mean, units=9):
    """Hidden weights, cells printed to no decimal, some (not of a geometric mean) not at all, half the totals."""
    rng = np.random.default_rng(seed)
    x, w = rng.uniform(5, 95, (units, 4)), rng.dirichlet(np.full(4, 3.0))
    total = np.exp(np.log(x) @ w) if mean == "geometric" else x @ w
    holes = (rng.random(x.shape) < 0.1) & (mean == "arithmetic")  # a missing cell could be 0
    scores = pd.DataFrame({"unit": [f"u{i}" for i in range(units)], "score": [f"{t:.1f}" for t in total]})
    return table(np.where(holes, np.nan, x), 0), scores.iloc[::2], rank_values(total)


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
@pytest.mark.parametrize("seed", range(5))
def test_the_true_rank_is_among_the_possible_ones_and_every_clue_narrows(seed, mean):
    cells, scores, true = made(seed, mean)
    options = {"aggregate": [mean], "data_decimals": 0, "decimals": 1}
    best, worst = limits(bb.possible_ranks(family("abcd"), cells, scores, **options))
    assert (best <= true).all() and (true <= worst).all()
    wide = limits(bb.possible_ranks(family("abcd"), cells, aggregate=[mean], data_decimals=0))
    assert (wide[0] <= best).all() and (worst <= wide[1]).all()
    assert (wide[1] - wide[0]).sum() > (worst - best).sum()


def test_several_means_are_put_together():
    cells = table([[90.0, 10.0], [45.0, 45.0], [20.0, 30.0]])
    half = {"lower": 0.5, "upper": 0.5}
    one, other, both = (
        limits(bb.possible_ranks(family("ab"), cells, aggregate=means, **half))
        for means in (["arithmetic"], ["geometric"], ["arithmetic", "geometric"])
    )
    assert [one[0][0], other[0][0]] == [1, 2]
    assert both[0].tolist() == np.minimum(one[0], other[0]).tolist()
    assert both[1].tolist() == np.maximum(one[1], other[1]).tolist()


def test_raw_data_may_be_put_on_several_scales():
    data = pd.DataFrame({"unit": list("ABCD"), "a": [1.0, 2, 3, 10], "b": [9.0, 8, 3, 1]})
    found = bb.possible_ranks(family("ab"), data, normalise=["minmax", "rank"], lower=0.4)
    parts = [bb.possible_ranks(family("ab"), data, normalise=[how], lower=0.4) for how in ("minmax", "rank")]
    assert found["best"].tolist() == np.minimum(*(p["best"] for p in parts)).tolist()


def test_the_first_cities_keep_their_place_whatever_was_not_printed():
    year, dims = bb.current_year(), bb.dimensions()["code"]
    rows = bb.scores(year).query("code == 'index' or code in @dims").rename(columns={"city": "unit"})
    ranks = rows["rank"].mask(rows["code"] == "index")  # not the places themselves
    printed = rows[["unit", "code", "score"]].assign(rank=ranks)
    cells = printed[printed["code"] != "index"].pivot(index="unit", columns="code", values="score")
    every = rows.loc[rows["code"] == "index", "unit"]
    cells = cells.reindex(index=every, columns=dims).rename_axis(columns=None).reset_index()
    tree = bb.cut_tree(bb.read_tree(bb.indicators(year)), dims)
    found = bb.possible_ranks(tree, cells, printed, decimals=2, data_decimals=2).set_index("unit")
    first = rows[rows["code"] == "index"].set_index("unit")["rank"].nsmallest(2).index
    assert (found.loc[first, "best"] == [1, 2]).all() and (found.loc[first, "worst"] == [1, 2]).all()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"lower": 0.6}, "the lower ones sum to 1.2"),
        ({"aggregate": ["median"]}, "“median” is no power mean"),
        ({"aggregate": ["geometric"]}, "may be 0 or below"),
        ({"scores": pd.DataFrame({"unit": ["u0"], "score": ["99.0"]})}, "no weights give the printed scores"),
    ],
)
def test_what_leaves_no_rank_is_refused_in_one_line(options, told):
    cells = table([[90.0, 10.0], [0.0, 45.0]])
    with pytest.raises(BadInput) as problem:
        bb.possible_ranks(family("ab"), cells, options.pop("scores", None), **options)
    assert told in problem.value.en and "\n" not in problem.value.en


def test_a_deep_tree_and_several_times_are_refused():
    deep = pd.DataFrame(
        {"code": ["r", "p", "a", "b"], "parent": ["", "r", "p", "p"], "weight": 1, "direction": 1}
    )
    with pytest.raises(BadInput, match="cut"):
        bb.possible_ranks(deep, table([[1.0, 2.0]]))
    with pytest.raises(BadInput, match="time"):
        bb.possible_ranks(family("ab"), table([[1.0, 2.0]]).assign(time=1))
