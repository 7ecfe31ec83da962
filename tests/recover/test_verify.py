"""Printed scores that cannot follow from the data, where they break, and what would explain it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluebook import index, recover
from bluebook.index import tables
from bluebook.index import tree as trees
from bluebook.messages import BadInput

from .printed_index import ASEM, CELLS, DIMENSIONS, HDI, RANKED, family, random_index

settings.register_profile("steady", deadline=None)  # a busy machine is no fault of the index
settings.load_profile("steady")


pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


def test_raw_data_with_unknown_cells_cannot_be_verified_without_a_scale():
    data = pd.DataFrame({"unit": list("ABC"), "input": [1, 500, ""], "output": [1, 2, 3]})
    tree = family(["input", "output"], 1.0)
    with pytest.raises(BadInput, match="DATA row 4 column input"):
        recover.verify(tree, data, RANKED[:0].assign(unit="A", score=1), missing="unknown", normalise="none")


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
        trees.read(ASEM / "indicators.csv"),
        tables.read_table(ASEM / "data.csv"),
        tables.read_table(ASEM / "expected_level.csv"),
    )
    assert len(found) == 561 and (found["first_break"] == "").all()


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), decimals=st.integers(0, 3), data_decimals=st.integers(1, 4))
def test_rounding_alone_never_breaks_a_score(seed, decimals, data_decimals):
    tree, cells, scores = random_index(seed, 6, 5, 2, decimals, data_decimals, missing=0.1)
    assert (recover.verify(tree, cells, scores, normalise="none")["first_break"] == "").all()


@pytest.mark.slow
def test_verify_reads_raw_data_by_the_trees_goalposts_and_finds_every_published_hdi_in_order():
    data = tables.read_table(HDI / "data.csv")
    published = tables.read_table(HDI / "expected_level.csv")
    found = recover.verify(trees.read(HDI / "indicators.csv"), data, published)
    assert len(found) == 6171 and (found["first_break"] == "").all()


def noisy(seed, cause, units=30, noise=24):
    """Four children, many columns beside them, and a score that ``cause`` (data, unit) changes for every unit."""
    rng = np.random.default_rng(seed)
    names = ["k1", "k2", "k3", "k4", *(f"z{i:02}" for i in range(noise))]
    data = pd.DataFrame(rng.uniform(2, 9, (units, len(names))).round(2), columns=names)
    tree = pd.DataFrame({"code": ["K", *names[:4]], "parent": ["", *["K"] * 4], "weight": 1, "direction": 1})
    score = [cause(row, data[names[:4]].loc[i].mean(), rng) for i, row in data.iterrows()]
    data = data.map("{:.2f}".format).assign(unit=[f"u{i}" for i in range(units)])
    published = pd.DataFrame({"unit": data["unit"], "code": "K", "score": [f"{s:.2f}" for s in score]})
    found = recover.verify(tree, data, published)
    return found[found["first_break"] != ""]


@pytest.mark.parametrize("seed", range(5))
def test_columns_that_meet_a_score_by_chance_explain_nothing(seed):
    found = noisy(seed, lambda row, mean, rng: mean * rng.uniform(0.8, 0.95))
    assert len(found) == 30 and set(found["explained_by"]) == {""}


@pytest.mark.parametrize("seed", range(3))
def test_the_column_that_was_used_is_found_among_many(seed):
    found = noisy(seed, lambda row, mean, rng: mean + (row["z07"] - row["k2"]) / 4)
    assert len(found) >= 25
    assert set(found["explained_by"]) == {"z07"} and set(found["in_place_of"]) == {"k2"}


def test_a_single_slip_is_still_explained_where_few_columns_could():
    slip = []

    def cause(row, mean, rng):
        slip.append(len(slip) == 3)
        return row["k2"] if slip[-1] else mean

    found = noisy(1, cause, noise=0)
    assert found[["unit", "explained_by", "in_place_of"]].to_numpy().tolist() == [["u3", "k2", "K"]]
