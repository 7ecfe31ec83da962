"""Hidden weights and cells from printed scores: always around the truth."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluebook import index, recover
from bluebook.index import tables
from bluebook.index import tree as trees
from bluebook.messages import Notice

from .printed_index import (
    ASEM,
    CELLS,
    CITIES,
    DIMENSIONS,
    PRINTED,
    RANKED,
    TOP_FIVE,
    TREE,
    family,
    random_index,
)

settings.register_profile("steady", deadline=None)  # a busy machine is no fault of the index
settings.load_profile("steady")


pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


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


def test_a_total_altered_by_five_fits_no_weights_and_the_others_say_where_it_belongs():
    altered = RANKED.replace("97.25", "92.25")
    found = recover.recover(TREE, CELLS, altered)
    assert len(found.weights) == 0 and list(found.weights.columns) == ["parent", "code", "lower", "upper"]
    assert interval(found.conflict, unit="郑州") == [93.5, 97.9]


def test_the_whole_framework_may_be_given_and_is_cut_at_the_columns_of_the_data():
    deeper = pd.concat([TREE, pd.DataFrame({"code": ["output_1"], "parent": ["output"], "direction": [1]})])
    scores = pd.concat(
        [RANKED, pd.DataFrame({"unit": ["郑州"], "code": ["output_1"], "score": [""], "rank": [1]})]
    )
    found = recover.recover(deeper, CELLS, scores.rename(columns={"unit": "city"}))
    assert interval(found.weights, code="performance") == [7.7, 12.4]


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


@pytest.mark.slow
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


def test_more_decimals_give_narrower_intervals():
    tree, cells, scores = random_index(3, 6, 3, 1, 2, 15)
    width = [
        recover.recover(tree, cells, scores, decimals=d).weights.eval("upper - lower").max()
        for d in (0, 1, 2)
    ]
    assert width[0] > width[1] > width[2]


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
    data = tables.read_table(ASEM / "data.csv")
    scores = tables.read_table(ASEM / "expected_level.csv")
    scores["score"] = [f"{float(s):.6f}" for s in scores["score"]]
    tree = trees.read(ASEM / "indicators.csv")
    with pytest.warns(Notice, match="minmax"):
        found = recover.recover(tree, data, scores, missing=missing, cells=False)
    assert found.normalise == "minmax"
    equal = 100 / tree.groupby("parent")["code"].transform("size")
    assert_contains(found, tree.assign(weight=equal), slack=1e-4)


@pytest.mark.parametrize(("given", "meant"), [(("", 30), (0, 30)), ((5, ""), (5, 100))])
def test_an_open_end_of_a_bound_is_the_end_of_the_scale(given, meant):
    found = [
        recover.recover(
            TREE,
            CELLS,
            RANKED[RANKED["code"] == "index"].drop(columns="rank"),
            bounds=pd.DataFrame({"unit": ["新乡"], "code": ["performance"], "lower": [low], "upper": [high]}),
        )
        for low, high in (given, meant)
    ]
    pd.testing.assert_frame_equal(found[0].weights, found[1].weights)
    pd.testing.assert_frame_equal(found[0].cells, found[1].cells)
    assert len(found[0].weights) == 5


def test_who_says_how_data_are_to_be_read_is_not_told_again():
    data = pd.DataFrame({"unit": list("ABC"), "input": [900, 20, 500], "output": [1, 8, 3]})
    scores = pd.DataFrame({"unit": list("ABC"), "code": "index", "score": ["75.0", "25.0", "48.1"]})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = recover.recover(family(["input", "output"]), data, scores, normalise="minmax")
    assert found.normalise == "minmax" and len(found.weights) == 2
