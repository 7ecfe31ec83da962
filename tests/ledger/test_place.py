"""A place among units: the rank where every figure is known, a range where one is not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluebook.index import rank_values
from bluebook.ledger.place import place


def placed(values, who, bounds=None):
    return place(pd.Series(values, dtype=float), who, bounds)


def test_a_place_is_the_rank_where_every_figure_is_known():
    values = {"a": 2.0, "b": 5.0, "c": 5.0 + 1e-10, "d": 1.0}
    found = [placed(values, who) for who in values]
    assert [p.rank for p in found] == [p.worst for p in found] == [3, 1, 1, 4]
    assert found[1] == (1, 1, ("c",), (), 4) and found[1].last == 2


def test_a_chain_of_ties_is_one_tie_for_a_place_too():
    values = {"a": 1.0, "b": 1 + 0.8e-9, "c": 1 + 1.6e-9}
    assert placed(values, "a") == (1, 1, ("b", "c"), (), 3)


def test_a_unit_without_a_figure_leaves_the_place_of_the_others_open():
    assert placed({"a": 2.0, "b": None, "c": 3.0}, "a") == (2, 3, (), ("b",), 3)


@pytest.mark.parametrize(
    ("known", "rank", "worst"),
    [
        ((3, 9), 2, 2),
        ((0, 1), 1, 1),
        ((2, 9), 1, 2),
        ((0, 2), 1, 2),
        ((2 + 1e-8, 9), 2, 2),
        ((0, 2 - 1e-8), 1, 1),
    ],
)
def test_what_is_known_of_a_missing_figure_settles_the_place_or_leaves_it_open(known, rank, worst):
    found = placed({"a": 2.0, "b": np.nan}, "a", {"b": known})
    assert (found.rank, found.worst) == (rank, worst)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=8))
def test_places_are_ranks(values):
    named = {str(i): v for i, v in enumerate(values)}
    assert [placed(named, who).rank for who in named] == rank_values(np.array(values, dtype=float)).tolist()
