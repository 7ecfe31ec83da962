"""lab/steps: outliers, rulers, pairs, means, ranges, on public figures."""

import desk
import pytest
from desk import opened

import bluebook as bb

data = desk.data
CHAPTER = "lab/steps"
pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_no_teaching_data_is_used(now):
    assert now.broken == []
    assert list(now.figures) == [
        "fig-steps-skew", "fig-steps-rulers", "fig-steps-pairs", "tab-steps-means", "fig-steps-ranges",
        "tab-steps-sobol",
    ]  # fmt: skip
    assert all(figure.status == "computed" for figure in now.figures.values())


def test_drawing_in_the_first_city_s_points_moves_the_others(now):
    points = now.names["treated"].points
    assert set(points["unit"]) == {"410100", "410300"} and (points["after"] < points["before"]).all()
    assert (now.glued["gain"], now.glued["gain_from"], now.glued["gain_to"]) == ("新乡", 6, 3)
    by_hand = bb.score(now.names["treated"].data, now.names["tree"]).ranks["index"]
    assert by_hand["410700"] == 3


def test_a_logarithm_in_place_of_winsorising_is_another_step(now):
    other = opened(CHAPTER, ("bb.treat(data, tree)", 'bb.treat(data, tree, steps="log")'))
    assert set(other.names["skew"]["action"]) == {"", "log"} and len(other.names["points"]) == 0


def test_with_more_give_fewer_ranks_are_fixed(now):
    wider = opened(CHAPTER, ("give = 0.25", "give = 0.5"))
    assert wider.glued["n_fixed"] < now.glued["n_fixed"]
    both = now.names["bounds"].join(wider.names["bounds"].add_suffix("_wide"))
    assert (both["best_wide"] <= both["best"]).all() and (both["worst_wide"] >= both["worst"]).all()


def test_a_changed_figure_changes_the_page(data):
    desk.change(
        data / "public/cities.csv", {"value": "900"}, city="410100", indicator="universities", period="2020"
    )
    assert opened(CHAPTER).names["skew"].loc["universities", "skew"] > 4
