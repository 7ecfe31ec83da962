"""Hidden weights and cells from printed scores: always around the truth, never wider than they must be."""

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from bluebook import framework, index, recover
from bluebook.words import BadInput

settings.register_profile("steady", deadline=None)  # a busy machine is no fault of the index
settings.load_profile("steady")

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.framework.Notice")
ASEM = Path(__file__).parent / "validation" / "asem"
HDI = Path(__file__).parent / "validation" / "hdi"

# --- the 2022 edition, as printed --------------------------------------------------------------------------

DIMENSIONS = ["input", "output", "enterprise", "environment", "performance"]
TOTALS = {
    "郑州": "97.25",
    "洛阳": "52.70",
    "新乡": "35.65",
    "焦作": "30.37",
    "许昌": "28.95",
    "南阳": "28.77",
}
TOP_FIVE = {
    "input": [("郑州", "96.02"), ("洛阳", "66.65"), ("新乡", "40.54"), ("许昌", "33.10"), ("平顶山", "30.95")],
    "output": [("郑州", "100"), ("洛阳", "43.01"), ("新乡", "30.43"), ("焦作", "27.26"), ("许昌", "22.51")],
    "enterprise": [("郑州", "97.69"), ("洛阳", "56.30"), ("新乡", "40.32"), ("南阳", "36.90"), ("焦作", "30.14")],
    "environment": [("郑州", "100"), ("洛阳", "35.61"), ("焦作", "25.28"), ("新乡", "25.15"), ("济源", "21.43")],
    "performance": [("郑州", "88.25"), ("洛阳", "58.72"), ("许昌", "53.06"), ("漯河", "49.96"), ("济源", "49.91")],
}  # fmt: skip


def family(names, weight=np.nan):
    return pd.DataFrame(
        {"code": ["index", *names], "parent": ["", *["index"] * len(names)], "direction": 1}
    ).assign(weight=weight)


TREE = family(DIMENSIONS)
PRINTED = {(city, d): score for d, five in TOP_FIVE.items() for city, score in five}
CITIES = list(dict.fromkeys(city for city, _ in PRINTED))
CELLS = pd.DataFrame([{d: PRINTED.get((city, d), "") for d in DIMENSIONS} for city in CITIES]).assign(
    unit=CITIES
)
RANKED = pd.DataFrame(
    [(city, "index", score, rank) for rank, (city, score) in enumerate(TOTALS.items(), 1)]
    + [(city, d, score, rank) for d, five in TOP_FIVE.items() for rank, (city, score) in enumerate(five, 1)]
    + [("新乡", "performance", "", 11)],
    columns=["unit", "code", "score", "rank"],
)


def interval(table, **where):
    row = table.loc[(table[list(where)] == pd.Series(where)).all(axis=1), ["lower", "upper"]]
    return row.iloc[0].round(1).tolist()


def test_the_2022_weights_are_bounded_as_printed_in_the_book():
    found = recover.recover(TREE, CELLS, RANKED)
    assert interval(found.weights, code="performance") == [7.7, 12.4]
    assert interval(found.weights, code="input") == [0, 37.8]
    assert interval(found.weights, code="output") == [0, 53.8]
    assert interval(found.weights, code="enterprise") == [1.3, 72.5]
    assert interval(found.weights, code="environment") == [0, 31.6]
    assert interval(found.cells, unit="新乡", code="performance") == [19.5, 49.9]
    assert len(found.conflict) == 0


def test_bounds_by_hand_say_the_same_as_ranks():
    unprinted = [(city, d) for city in CITIES for d in DIMENSIONS if (city, d) not in PRINTED]
    fifth = {d: float(five[-1][1]) + 0.005 for d, five in TOP_FIVE.items()}
    bounds = pd.DataFrame(
        [(c, d, 0, fifth[d]) for c, d in unprinted], columns=["unit", "code", "lower", "upper"]
    )
    totals = RANKED[RANKED["code"] == "index"].drop(columns="rank")
    by_hand = recover.recover(TREE, CELLS, totals, bounds=bounds)
    by_rank = recover.recover(TREE, CELLS, RANKED)
    pd.testing.assert_frame_equal(by_hand.weights, by_rank.weights)
    pd.testing.assert_frame_equal(by_hand.cells, by_rank.cells)


def test_a_rank_without_a_score_counts_among_those_before_the_unranked():
    scores = pd.DataFrame(
        {"unit": list("ABC"), "code": "r", "score": ["90.0", "", "50.0"], "rank": [1, 2, 3]}
    )
    key = pd.DataFrame({"unit": list("ABCD")})
    limits = recover.rank_limits(recover.read_scores(scores, key, family(["x"]).replace("index", "r")), 4)
    assert limits[["row", "lower", "upper"]].to_numpy().tolist() == [[1, 49.95, 90.05], [3, -math.inf, 50.05]]


def test_a_total_altered_by_five_fits_no_weights_and_the_others_say_where_it_belongs():
    altered = RANKED.replace("97.25", "92.25")
    found = recover.recover(TREE, CELLS, altered)
    assert len(found.weights) == 0 and list(found.weights.columns) == ["parent", "code", "lower", "upper"]
    assert interval(found.conflict, unit="郑州") == [93.5, 97.9]


ABOUT_100 = {"exact": (100, 100), "rounded, not above": (99.995, 100), "rounded": (99.995, 100.005)}


@pytest.mark.parametrize(
    ("reading", "two_cities", "with_top_fives"),
    [("exact", 31, 24), ("rounded, not above", 35, 27), ("rounded", 37, 29)],
)
def test_the_number_of_one_point_weights_depends_on_how_100_is_read(reading, two_cities, with_top_fives):
    bounds = recover.read_as(CELLS, 100, *ABOUT_100[reading])
    two = RANKED[RANKED["unit"].isin(["郑州", "洛阳"]) & (RANKED["code"] == "index")].drop(columns="rank")
    assert len(recover.grid(TREE, CELLS, two, 1, bounds=bounds)) == two_cities
    assert len(recover.grid(TREE, CELLS, RANKED, 1, bounds=bounds)) == with_top_fives
    assert recover.grid(TREE, CELLS, RANKED, 5, bounds=bounds).to_numpy().tolist() == [[25, 25, 25, 15, 10]]


def test_the_whole_framework_may_be_given_and_is_cut_at_the_columns_of_the_data():
    deeper = pd.concat([TREE, pd.DataFrame({"code": ["output_1"], "parent": ["output"], "direction": [1]})])
    scores = pd.concat(
        [RANKED, pd.DataFrame({"unit": ["郑州"], "code": ["output_1"], "score": [""], "rank": [1]})]
    )
    found = recover.recover(deeper, CELLS, scores.rename(columns={"unit": "city"}))
    assert interval(found.weights, code="performance") == [7.7, 12.4]


# --- random indices: the truth is inside --------------------------------------------------------------------


def random_index(seed, units, leaves, parents, decimals, data_decimals, missing=0.0):
    """A two-level index with hidden weights: tree with true weights, printed cells, printed scores."""
    rng = np.random.default_rng(seed)
    home = np.append(np.arange(parents), rng.integers(0, parents, leaves - parents))
    rows = [("index", "", np.nan)]
    rows += [(f"p{i}", "index", w) for i, w in enumerate(rng.dirichlet(np.ones(parents)))]
    for p in range(parents):
        mine = np.flatnonzero(home == p)
        rows += [(f"x{j}", f"p{p}", w) for j, w in zip(mine, rng.dirichlet(np.ones(len(mine))), strict=True)]
    tree = pd.DataFrame(rows, columns=["code", "parent", "weight"]).assign(direction=1)
    names = framework.leaves(framework.read(tree))
    x = rng.uniform(0, 100, (units, leaves))
    hole = rng.random(x.shape) < missing
    hole[0] = False  # every column has a value
    x[hole] = np.nan
    true = pd.DataFrame(x, columns=names).assign(unit=[f"u{i}" for i in range(units)])
    cells = true.drop(columns="unit").map(lambda v: "" if np.isnan(v) else f"{v:.{data_decimals}f}")
    scores = index.tidy(index.score(true, tree, normalise="none").scores, "score").dropna()
    scores["score"] = scores["score"].map(lambda v: f"{v:.{decimals}f}")
    return tree, cells.assign(unit=true["unit"]), scores


def assert_contains(found, tree, slack=1e-6):
    table = found.weights.merge(tree, on=["parent", "code"])
    assert len(table) == len(tree) - 1
    assert (table["lower"] <= table["weight"] + slack).all() and (
        table["weight"] <= table["upper"] + slack
    ).all()


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    units=st.integers(2, 12),
    leaves=st.integers(3, 6),
    decimals=st.integers(0, 3),
    data_decimals=st.sampled_from([1, 2, 15]),
    missing=st.sampled_from([0.0, 0.2]),
    rule=st.sampled_from(["unknown", "drop"]),
    levels=st.sampled_from(["all", "root"]),
)
def test_the_true_weights_are_inside(seed, units, leaves, decimals, data_decimals, missing, rule, levels):
    tree, cells, scores = random_index(seed, units, leaves, 2, decimals, data_decimals, missing)
    if levels == "root":
        scores = scores[scores["code"] == "index"]
    if len(scores):
        assert_contains(
            recover.recover(tree, cells, scores, missing=rule, normalise="none", cells=False), tree
        )


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), data_decimals=st.sampled_from([1, 15]))
def test_a_hidden_cell_is_inside(seed, data_decimals):
    tree, cells, scores = random_index(seed, 8, 4, 2, 2, data_decimals)
    truth = float(cells.loc[3, "x0"])
    cells.loc[3, "x0"] = ""
    found = recover.recover(tree, cells, scores, normalise="none")
    assert found.cells[["unit", "code"]].to_numpy().tolist() == [["u3", "x0"]]
    assert found.cells["lower"][0] - 0.05 - 1e-6 <= truth <= found.cells["upper"][0] + 0.05 + 1e-6


def test_many_exact_scores_pin_every_weight():
    tree, cells, scores = random_index(1, 40, 8, 3, 6, 15)
    found = recover.recover(tree, cells, scores)
    assert_contains(found, tree)
    assert (found.weights["upper"] - found.weights["lower"]).max() < 1e-5


# --- never wider than they must be ---------------------------------------------------------------------------


def vertices(rows, equal):
    """All corners of {z ≥ 0, rows · z ≤ 0, equal · z = 1}, by trying every set of tight constraints."""
    n = len(equal)
    sides = np.vstack([rows, -np.eye(n)])
    out = []
    for tight in itertools.combinations(range(len(sides)), n - 1):
        matrix = np.vstack([sides[list(tight)], equal])
        if np.linalg.matrix_rank(matrix) == n:
            z = np.linalg.solve(matrix, np.eye(n)[-1])
            if (sides @ z <= 1e-8).all():
                out.append(z)
    return np.array(out)


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10**6),
    units=st.integers(2, 5),
    k=st.integers(2, 4),
    data_decimals=st.sampled_from([1, 15]),
)
def test_weights_are_as_tight_as_the_corners_of_what_fits(seed, units, k, data_decimals):
    tree, cells, scores = random_index(seed, units, k, 1, 1, data_decimals)
    tree = family([f"x{i}" for i in range(k)])
    scores = scores[scores["code"] == "index"]
    x = cells[[f"x{i}" for i in range(k)]].astype(float).to_numpy()
    half = 0.05 if data_decimals == 1 else 0.0
    total = scores["score"].astype(float).to_numpy()[:, None]
    low, high = np.clip(x - half, 0, 100), np.clip(x + half, 0, 100)
    corners = vertices(np.vstack([low - (total + 0.05), (total - 0.05) - high]), np.ones(k))
    found = recover.recover(tree, cells, scores, normalise="none").weights
    np.testing.assert_allclose(found["lower"], 100 * corners.min(axis=0), atol=1e-5)
    np.testing.assert_allclose(found["upper"], 100 * corners.max(axis=0), atol=1e-5)


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), k=st.integers(2, 3))
def test_a_hidden_cell_is_as_tight_as_the_corners_of_what_fits(seed, k):
    """The products of unknown weight and unknown cell are variables of their own, t = w · x."""
    _, cells, scores = random_index(seed, 3, k, 1, 1, 15)
    names = [f"x{i}" for i in range(k)]
    scores = scores[scores["code"] == "index"]
    x = cells[names].astype(float).to_numpy()
    total = scores["score"].astype(float).to_numpy()
    cells.loc[0, "x0"] = ""
    rows = []
    for unit in range(3):
        terms = np.append(x[unit], 0.0)
        if unit == 0:
            terms[0], terms[k] = 0.0, 1.0
        every = np.append(np.ones(k), 0.0)
        rows += [terms - (total[unit] + 0.05) * every, (total[unit] - 0.05) * every - terms]
    rows.append(np.eye(k + 1)[k] - 100 * np.eye(k + 1)[0])
    corners = vertices(np.array(rows), np.append(np.ones(k), 0.0))
    weighty = corners[corners[:, 0] > 1e-9]
    ratio = weighty[:, k] / weighty[:, 0]
    found = recover.recover(family(names), cells, scores, normalise="none")
    if corners[:, 0].min() > 1e-6:  # else the cell may be anything, as its weight may be next to nothing
        np.testing.assert_allclose(
            found.cells[["lower", "upper"]].to_numpy()[0], [ratio.min(), ratio.max()], atol=1e-3
        )
    np.testing.assert_allclose(found.weights["upper"], 100 * corners[:, :k].max(axis=0), atol=1e-4)


@settings(max_examples=10)
@given(seed=st.integers(0, 10**6))
def test_levels_hang_together_exactly_as_in_one_large_program(seed):
    """The same index with every product t = g · x written out, and solved at once."""
    tree, cells, scores = random_index(seed, 6, 5, 2, 1, 1)
    names = framework.leaves(framework.read(tree))
    x = cells[names].astype(float).to_numpy()
    low, high = np.clip(x - 0.05, 0, 100), np.clip(x + 0.05, 0, 100)
    units, n = x.shape
    members = {"index": np.ones(n)}
    for p in ("p0", "p1"):
        members[p] = np.isin(names, tree["code"][tree["parent"] == p]).astype(float)
    rows = []
    for u in range(units):
        for leaf in range(n):
            g, t = np.zeros(n + units * n), np.zeros(n + units * n)
            g[leaf], t[n + u * n + leaf] = 1, 1
            rows += [low[u, leaf] * g - t, t - high[u, leaf] * g]
    for unit, code, score in scores[["unit", "code", "score"]].itertuples(index=False):
        u, s = int(unit[1:]), float(score)
        g, t = np.zeros(n + units * n), np.zeros(n + units * n)
        g[:n] = members[code]
        t[n + u * n : n + u * n + n] = members[code]
        rows += [t - (s + 0.05) * g, (s - 0.05) * g - t]
    found = recover.recover(tree, cells, scores, normalise="none").weights.set_index("code")
    for code, parent in zip(tree["code"][1:], tree["parent"][1:], strict=True):
        of = np.zeros(n + units * n)
        of[:n] = members[code] if code in members else np.isin(names, [code])
        equal = np.append(members[parent], np.zeros(units * n))[None, :]
        ends = [
            sign * linprog(sign * of, np.array(rows), np.zeros(len(rows)), equal, [1.0]).fun
            for sign in (1, -1)
        ]
        np.testing.assert_allclose(found.loc[code, ["lower", "upper"]].astype(float), ends, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("data_decimals", [1, 15])
def test_45_weights_of_180_units_and_32_indicators_are_inside(data_decimals):
    rng = np.random.default_rng(5)
    home = np.sort(np.append(np.tile(np.arange(11), 2), rng.integers(0, 11, 10)))
    codes = ["index", "o0", "o1", *(f"c{i}" for i in range(11)), *(f"x{i}" for i in range(32))]
    parents = ["", "index", "index", *(f"o{i // 6}" for i in range(11)), *(f"c{i}" for i in home)]
    tree = pd.DataFrame({"code": codes, "parent": parents, "direction": 1})
    tree["weight"] = rng.uniform(1, 5, len(codes))
    tree["weight"] /= tree.groupby("parent")["weight"].transform("sum")
    true = pd.DataFrame(rng.uniform(0, 100, (180, 32)), columns=codes[14:]).assign(
        unit=[str(i) for i in range(180)]
    )
    cells = true.drop(columns="unit").map(lambda v: f"{v:.{data_decimals}f}").assign(unit=true["unit"])
    scores = index.tidy(index.score(true, tree, normalise="none").scores, "score").round(1)
    found = recover.recover(tree, cells, scores)
    assert_contains(found, tree)
    assert len(found.weights) == 45 and (found.weights["upper"] - found.weights["lower"]).mean() < 0.01


# --- readings of the tables ----------------------------------------------------------------------------------


def test_cells_are_read_as_printed():
    data = pd.DataFrame({"unit": ["A", "B"], "x": ["96.02", "100"], "y": ["100", "7"], "z": ["1.5", "2"]})
    np.testing.assert_allclose(recover.cell_half_units(data, ["x", "y", "z"]), [0.005, 0.05, 0.05])
    assert recover.cell_half_units(data, ["y"]).tolist() == [0]
    assert recover.cell_half_units(data.assign(x="1.123456789012"), ["x"]).tolist() == [0]
    assert recover.cell_half_units(data, ["x"], 1).tolist() == [0.05]


@pytest.mark.parametrize(
    ("cell", "decimals"), [("97.20", 2), (97.2, 1), ("100", 0), (100.0, 0), ("1e-05", 5), ("", 0)]
)
def test_printed_decimals(cell, decimals):
    assert recover.printed_decimals(cell) == decimals


def test_more_decimals_give_narrower_intervals():
    tree, cells, scores = random_index(3, 6, 3, 1, 2, 15)
    width = [
        recover.recover(tree, cells, scores, decimals=d).weights.eval("upper - lower").max()
        for d in (0, 1, 2)
    ]
    assert width[0] > width[1] > width[2]


def test_scores_without_a_code_are_the_roots():
    tree, cells, scores = random_index(3, 6, 3, 1, 2, 15)
    tree = tree[tree["code"] != "p0"].replace({"parent": {"p0": "index"}})
    totals = scores[scores["code"] == "index"]
    one, other = (
        recover.recover(tree, cells, s, cells=False).weights for s in (totals, totals.drop(columns="code"))
    )
    pd.testing.assert_frame_equal(one, other)


def test_a_space_behind_a_unit_does_not_part_it_from_its_score():
    spaced = recover.recover(
        TREE, CELLS.replace("郑州", "郑州 "), RANKED.replace("郑州", "郑州 "), cells=False
    )
    plain = recover.recover(TREE, CELLS, RANKED, cells=False)
    pd.testing.assert_frame_equal(spaced.weights, plain.weights)


@pytest.mark.parametrize("parents", [[""], ["", "r"]])
def test_the_weight_of_an_only_indicator_is_all(parents):
    codes = [*"ra"[: len(parents)], "x"]
    tree = pd.DataFrame({"code": codes, "parent": [*parents, codes[-2]], "weight": "", "direction": 1})
    cells = pd.DataFrame({"unit": ["A", "B"], "x": ["90.0", "20.0"]})
    found = recover.recover(tree, cells, pd.DataFrame({"unit": ["A"], "code": ["r"], "score": ["90.0"]}))
    assert found.weights[["lower", "upper"]].to_numpy().tolist() == [[100, 100]] * len(parents)


def test_weights_come_in_the_trees_own_unit():
    tree, cells, scores = random_index(3, 20, 3, 1, 2, 15)
    shares = recover.recover(tree, cells, scores).weights
    points = recover.recover(tree.assign(weight=np.nan), cells, scores).weights
    np.testing.assert_allclose(points["upper"], 100 * shares["upper"])


@pytest.mark.parametrize("missing", ["unknown", pytest.param("drop", marks=pytest.mark.slow)])
def test_raw_data_are_read_by_min_max_when_they_do_not_fit_as_they_stand(missing):
    data = framework.read_table(ASEM / "data.csv")
    scores = framework.read_table(ASEM / "expected_level.csv")
    scores["score"] = [f"{float(s):.6f}" for s in scores["score"]]
    tree = framework.read(ASEM / "indicators.csv")
    with pytest.warns(framework.Notice, match="minmax"):
        found = recover.recover(tree, data, scores, missing=missing, cells=False)
    assert found.normalise == "minmax"
    equal = 100 / tree.groupby("parent")["code"].transform("size")
    assert_contains(found, tree.assign(weight=equal), slack=1e-4)


def test_raw_data_with_unknown_cells_cannot_be_verified_without_a_scale():
    data = pd.DataFrame({"unit": list("ABC"), "input": [1, 500, ""], "output": [1, 2, 3]})
    tree = family(["input", "output"], 1.0)
    with pytest.raises(BadInput, match="DATA row 4 column input"):
        recover.verify(tree, data, RANKED[:0].assign(unit="A", score=1), missing="unknown", normalise="none")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"scores": RANKED.assign(code="q")}, "“q” is not in the tree"),
        ({"scores": pd.concat([RANKED, RANKED.iloc[:1]])}, "already in row 2"),
        ({"scores": RANKED.replace("97.25", "high")}, "“high” is not a number"),
        ({"scores": RANKED.drop(columns="score")}, "column score"),
        ({"scores": RANKED[RANKED["code"] != "index"]}, "holds no score of a parent"),
        ({"tree": TREE.assign(aggregation=["geometric", *[""] * 5])}, "arithmetic means"),
        ({"scores": RANKED.assign(decimals=-999)}, "row 2 column decimals: -999 will not do"),
        ({"scores": RANKED.assign(decimals="1.5")}, "a whole number from 0 to 15"),
        ({"scores": RANKED.assign(rank=0)}, "row 2 column rank: 0 will not do; give a whole number from 1"),
        ({"decimals": -1}, "--decimals: -1 will not do"),
        ({"data_decimals": 16}, "--data-decimals: 16 will not do"),
        ({"missing": "guess"}, "“guess” is unknown"),
        (
            {"bounds": pd.DataFrame({"unit": ["?"], "code": ["input"], "lower": [0], "upper": [1]})},
            "“?” is not in",
        ),
        (
            {"bounds": pd.DataFrame({"unit": ["郑州"], "code": ["q"], "lower": [0], "upper": [1]})},
            "“q” is not in",
        ),
        (
            {"bounds": pd.DataFrame({"unit": ["郑州"], "code": ["input"], "lower": [2], "upper": [1]})},
            "above upper",
        ),
        (
            {"bounds": pd.DataFrame({"unit": "郑州", "code": "input", "lower": [1, 60], "upper": [2, 70]})},
            "row 3 column code: input of 郑州 is already in row 2",
        ),
        ({"scores": RANKED.replace("97.25", "297.25")}, "give --bounds or --missing drop"),
    ],
)
def test_tables_that_cannot_be_used_are_refused(changes, why):
    options = {"tree": TREE, "data": CELLS, "scores": RANKED} | changes
    with pytest.raises(BadInput) as caught:
        recover.recover(**options)
    assert why in caught.value.en


def test_a_grid_of_the_whole_framework_reads_the_printed_100s_of_its_dimensions():
    below = pd.DataFrame({"code": [f"{d}_1" for d in DIMENSIONS], "parent": DIMENSIONS, "direction": 1})
    below["weight"] = 1.0
    whole = recover.grids(pd.concat([TREE, below], ignore_index=True), CELLS, RANKED, 5)
    pd.testing.assert_frame_equal(whole, recover.grids(TREE, CELLS, RANKED, 5))
    assert set(recover.READINGS) <= set(whole.columns)


def test_bounds_go_before_the_readings_of_a_printed_100():
    bounds = recover.read_as(CELLS, 100, 99.9, 100)
    found = recover.grids(TREE, CELLS, RANKED, 1, bounds=bounds)
    one = recover.grid(TREE, CELLS, RANKED, 1, bounds=bounds)
    assert found[list(recover.READINGS)].sum().tolist() == [len(one)] * 4


def test_a_grid_needs_one_family_and_a_step_that_divides_100():
    tree, cells, scores = random_index(1, 5, 4, 2, 1, 1)
    with pytest.raises(BadInput, match="3 families"):
        recover.grid(tree, cells, scores, 5)
    with pytest.raises(BadInput, match="does not divide"):
        recover.grid(TREE, CELLS, RANKED, 7)


# --- verify --------------------------------------------------------------------------------------------------


def printed_index(seed=2, units=12):
    tree, cells, scores = random_index(seed, units, 6, 2, 2, 2)
    return tree, cells, scores.reset_index(drop=True)


def at(scores, unit, code):
    return (scores["unit"] == unit) & (scores["code"] == code)


def test_printed_scores_that_follow_from_rounded_cells_pass():
    tree, cells, scores = printed_index()
    found = recover.verify(tree, cells, scores)
    assert len(found) == len(scores) and (found["first_break"] == "").all()
    assert (found["lower"] <= found["upper"]).all()


def test_no_mean_but_the_arithmetic_is_verified_below_zero():
    data = pd.DataFrame(
        {"unit": list("ABC"), "input": ["-3", "150.5", "0.0"], "output": ["1.0", "8.0", "9.0"]}
    )
    tree, printed = family(["input", "output"], 1.0), pd.DataFrame({"unit": ["C"], "score": ["0.30"]})
    options = {"normalise": "none", "aggregate": "geometric"}
    with pytest.raises(BadInput, match=r"DATA row 2 column input: .* only the arithmetic mean"):
        recover.verify(tree, data, printed, **options)
    found = recover.verify(tree, data[1:], printed, **options)  # 0.0 is 0 to 0.05, not -0.05
    assert found["lower"][0] == 0 and found["upper"][0] == pytest.approx((0.05 * 9.05) ** 0.5)


def test_a_wrong_cell_is_found_where_it_first_breaks():
    tree, cells, scores = printed_index()
    scores.loc[at(scores, "u3", "p1"), "score"] = "99.99"
    found = recover.verify(tree, cells, scores).query("first_break != ''")
    assert found[["unit", "code", "first_break"]].to_numpy().tolist() == [["u3", "p1", "p1"]]


def test_a_total_made_from_a_wrong_pillar_breaks_first_at_the_pillar():
    tree, cells, scores = printed_index()
    scores.loc[at(scores, "u3", "p1"), "score"] = "99.99"
    share = dict(zip(tree["code"], tree["weight"], strict=True))
    p0 = float(scores.loc[at(scores, "u3", "p0"), "score"].iloc[0])
    scores.loc[at(scores, "u3", "index"), "score"] = f"{share['p0'] * p0 + share['p1'] * 99.99:.2f}"
    found = recover.verify(tree, cells, scores).query("first_break != ''")
    assert found[["code", "first_break"]].to_numpy().tolist() == [["p1", "p1"], ["index", "p1"]]


def test_a_column_printed_in_anothers_place_explains_the_break():
    tree, cells, scores = printed_index()
    for unit in ("u2", "u5"):
        scores.loc[at(scores, unit, "p1"), "score"] = cells.set_index("unit").loc[unit, "x0"]
    found = recover.verify(tree, cells, scores).query("first_break != ''")
    assert found[["unit", "explained_by", "in_place_of"]].to_numpy().tolist() == [
        ["u2", "x0", "p1"],
        ["u5", "x0", "p1"],
    ]


def test_a_column_outside_the_tree_used_for_a_child_explains_the_break():
    tree, cells, scores = printed_index()
    true = {c: cells[c].astype(float) for c in cells.columns if c != "unit"}
    old = pd.Series(np.linspace(10, 90, len(cells)).round(2))
    swapped = index.score(pd.DataFrame(true | {"x1": old}).assign(unit=cells["unit"]), tree, normalise="none")
    scores = index.tidy(swapped.scores, "score").round(2)
    found = recover.verify(tree, cells.assign(x1_old=old.astype(str)), scores)
    breaks = found[found["first_break"].isin(["p0", "p1"])]
    assert len(breaks) >= 10
    assert set(breaks["explained_by"]) == {"x1_old"} and set(breaks["in_place_of"]) == {"x1"}


def test_a_missing_cell_that_would_explain_a_break_is_named():
    tree = family(DIMENSIONS, weight=[np.nan, 25, 25, 25, 15, 10])
    found = recover.verify(tree, CELLS, RANKED[RANKED["code"] == "index"]).set_index("unit")
    assert found.loc[["郑州", "洛阳"], "first_break"].tolist() == ["", ""]
    assert found.loc["新乡", ["first_break", "explained_by"]].tolist() == ["index", "performance"]
    known = recover.verify(tree, CELLS, RANKED[RANKED["code"] == "index"], missing="unknown")
    assert (known["first_break"] == "").all()


def test_verify_reads_raw_data_by_min_max_and_finds_coinr_in_order():
    found = recover.verify(
        framework.read(ASEM / "indicators.csv"),
        framework.read_table(ASEM / "data.csv"),
        framework.read_table(ASEM / "expected_level.csv"),
    )
    assert len(found) == 561 and (found["first_break"] == "").all()


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), decimals=st.integers(0, 3), data_decimals=st.integers(1, 4))
def test_rounding_alone_never_breaks_a_score(seed, decimals, data_decimals):
    tree, cells, scores = random_index(seed, 6, 5, 2, decimals, data_decimals, missing=0.1)
    assert (recover.verify(tree, cells, scores, normalise="none")["first_break"] == "").all()


def test_verify_reads_raw_data_by_the_trees_goalposts_and_finds_every_published_hdi_in_order():
    data = framework.read_table(HDI / "data.csv")
    published = framework.read_table(HDI / "expected_level.csv")
    found = recover.verify(framework.read(HDI / "indicators.csv"), data, published)
    assert len(found) == 6171 and (found["first_break"] == "").all()
