"""All weights in whole steps that fit."""

import pandas as pd
import pytest

from bluebook import recover
from bluebook.messages import BadInput

from .printed_index import CELLS, DIMENSIONS, RANKED, TREE, random_index

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


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


def test_a_grid_of_the_whole_framework_reads_the_printed_100s_of_its_dimensions():
    below = pd.DataFrame({"code": [f"{d}_1" for d in DIMENSIONS], "parent": DIMENSIONS, "direction": 1})
    below["weight"] = 1.0
    whole = recover.grids(pd.concat([TREE, below], ignore_index=True), CELLS, RANKED, 5)
    pd.testing.assert_frame_equal(whole, recover.grids(TREE, CELLS, RANKED, 5))
    assert set(recover.READINGS) <= set(whole.columns)


@pytest.mark.slow
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
