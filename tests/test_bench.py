"""The bench compares like with like."""

import numpy as np
import pandas as pd
import pytest

from bluebook import index
from bluebook.index import robustness
from bluebook.index import tree as trees
from bluebook.tools import tool

bench = tool("bench")


def flat(k, weight=1.0):
    names = [f"x{i}" for i in range(k)]
    return trees.read(
        pd.DataFrame({"code": ["r", *names], "parent": ["", *["r"] * k], "direction": 1}).assign(
            weight=weight
        )
    )


def test_the_plain_baselines_of_the_bench_compute_the_same():
    tree, data = bench.sample(12, 6, 2)
    np.testing.assert_array_equal(
        bench.plain_score(data, tree)["root"], index.score(data, tree).ranks["root"]
    )
    one_level = flat(6)
    z = index.score(data, one_level).normalised.to_numpy()
    ours = robustness.rank_distribution(data, one_level, 20_000)["share"].to_numpy()
    np.testing.assert_allclose(bench.plain_draws(z, 20_000).ravel(), ours, atol=0.02)


def test_the_peer_of_the_bench_computes_the_same_ranks():
    pytest.importorskip("skcriteria")
    tree, data = bench.sample(12, 6, 2)
    leaves = tree[tree["code"].isin(data.columns)]
    one_level = flat(6).assign(direction=[1, *leaves["direction"]])
    peer = bench.criteria(data, leaves["direction"].astype(int).tolist())(np.ones(6) / 6)
    np.testing.assert_array_equal(peer.rank_, index.score(data, one_level).ranks["r"])


def test_the_printed_index_of_the_bench_has_45_weights_that_fit():
    tree, cells, scores = bench.printed(units=15)
    assert len(tree) - 1 == 45 and scores["code"].nunique() == 14
    assert set(cells.columns) == {"unit", *(f"x{i}" for i in range(32))}


def test_the_plain_steps_of_the_bench_treat_fill_and_score_as_the_engine_does():
    tree, data = bench.skewed(60, 6)
    ours, plain = bench.our_steps(data, tree).ranks["root"], bench.plain_steps(data, tree)["root"]
    assert (ours.to_numpy() == plain.to_numpy()).all()
