"""The index computation against published results: COINr's ASEM example and UNDP's HDI."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bluebook import index
from bluebook.index import tables
from bluebook.index import tree as trees

ASEM = Path(__file__).parents[1] / "validation" / "asem"
HDI = Path(__file__).parents[1] / "validation" / "hdi"
pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")

VARIANTS = {
    "full_minmax1_gmean": ("stage_treated", {"normalise": "minmax:1:100", "aggregate": "geometric"}),
    "full_minmax1_hmean": ("stage_treated", {"normalise": "minmax:1:100", "aggregate": "harmonic"}),
    "full_minmax1_mixed": (
        "stage_treated",
        {"normalise": "minmax:1:100", "aggregate": "arithmetic,geometric,geometric"},
    ),
    "full_minmax_amean": ("stage_treated", {}),
    "full_minmax_unequalw": ("stage_treated", {}),
    "full_prank_amean": ("stage_treated", {"normalise": "percentile"}),
    "full_rank_amean": ("stage_treated", {"normalise": "rank"}),
    "full_zscore_amean": ("stage_treated", {"normalise": "zscore"}),
    "nooutlier_minmax_amean": ("stage_imputed", {}),
    "raw_minmax_amean_thresh095": ("data", {"availability": 0.95}),
    "raw_minmax_unequalw": ("data", {}),
}


def expected(path, value):
    table = tables.read_table(path)
    table[value] = pd.to_numeric(table[value])
    return table.set_index([c for c in table.columns if c != value])[value]


def computed(wide, value, like):
    table = index.tidy(wide, value)
    return table.set_index(list(like.index.names))[value].reindex(like.index).astype(float)


def asem_tree(unequal=False):
    tree = trees.read(ASEM / "indicators.csv")
    if unequal:
        weights = pd.read_csv(ASEM / "weights_unequal.csv").set_index("code")["weight"]
        tree = trees.with_weights(tree, weights)
    return tree


def assert_equal_to_1e9(got, want):
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=0, equal_nan=True)


def test_asem_main_case_level_by_level():
    result = index.score(tables.read_data(ASEM / "data.csv"), asem_tree())
    level = expected(ASEM / "expected_level.csv", "score")
    rank = expected(ASEM / "expected_rank_tol.csv", "rank")
    assert len(level) == 561
    assert_equal_to_1e9(computed(result.scores, "score", level), level)
    np.testing.assert_array_equal(computed(result.ranks, "rank", rank), rank)
    normalised = pd.read_csv(ASEM / "expected_normalised.csv", keep_default_na=False, na_values={"NEET": ""})
    normalised = normalised.set_index("unit").apply(pd.to_numeric)
    assert_equal_to_1e9(result.normalised.loc[normalised.index, normalised.columns], normalised)


@pytest.mark.parametrize("name", VARIANTS)
def test_asem_variant(name):
    file, options = VARIANTS[name]
    result = index.score(tables.read_data(ASEM / f"{file}.csv"), asem_tree("unequalw" in name), **options)
    level = expected(ASEM / "variants" / name / "expected_level.csv", "score")
    rank = expected(ASEM / "variants" / name / "expected_rank_tol.csv", "rank")
    assert_equal_to_1e9(computed(result.scores, "score", level), level)
    np.testing.assert_array_equal(computed(result.ranks, "rank", rank), rank)
    assert level.isna().sum() == (95 if "thresh095" in name else 0)


@pytest.mark.parametrize("pooled", [True, False], ids=["pooled", "peryear"])
def test_asem_panel(pooled):
    result = index.score(tables.read_data(ASEM / "panel" / "data_panel.csv"), asem_tree(), pooled=pooled)
    level = expected(ASEM / "panel" / f"expected_level_{'pooled' if pooled else 'peryear'}.csv", "score")
    assert len(level) == 2805
    assert_equal_to_1e9(computed(result.scores, "score", level), level)


def test_hdi_every_published_value_to_three_decimals_and_every_rank():
    data = tables.read_data(HDI / "data.csv")
    tree = trees.read(HDI / "indicators.csv")
    options = {"normalise": "goalposts", "availability": 1, "decimals": 3}
    level = expected(HDI / "expected_level.csv", "score")
    got = computed(index.score(data, tree, **options).scores, "score", level)
    assert (got == level).sum() == len(level) == 6171

    countries = data[~data["unit"].str.startswith("ZZ")]
    rank = expected(HDI / "expected_rank.csv", "rank")
    ranks = computed(index.score(countries, tree, **options).ranks, "rank", rank)
    assert (ranks == rank).sum() == len(rank) == 193

    unrounded = computed(index.score(countries, tree, **options | {"decimals": None}).ranks, "rank", rank)
    assert (unrounded != rank).sum() == 27  # the publisher ranks after rounding
