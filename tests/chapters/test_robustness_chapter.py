"""lab/robustness: how sure each rank is, who can swap with whom, and whose choice moves the ranks."""

import itertools

import numpy as np
import pandas as pd
import pytest
from desk import opened

import bluebook as bb
from bluebook import charts

CHAPTER, ZZ, LY = "lab/robustness", "410100", "410300"
pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


@pytest.mark.slow
def test_everything_said_holds_and_only_the_public_figures_go_without_a_badge(now):
    assert now.broken == []
    status = {id_: figure.status for id_, figure in now.figures.items()}
    assert status.pop("fig-lab-spread-public") == "computed"
    assert list(status) == [
        "fig-lab-spread-panel",
        "fig-lab-heat",
        "fig-lab-swap",
        "fig-lab-swap-all",
        "fig-lab-left-out",
        "fig-lab-choices",
    ]
    assert set(status.values()) == {"illustrative"}
    assert all("示意" in now.figures[id_].title for id_ in status)
    text = now.figures["fig-lab-heat"]._repr_html_()
    assert f'<p class="bb-badge" role="note">{charts.STATUS["illustrative"][0]}' in text


def test_the_first_two_cities_lead_by_what_is_printed_alone(now):
    assert (now.glued["sure"], now.glued["every"]) == (33, 153)


def test_the_least_move_of_weight_makes_two_cities_draw_level_and_less_does_not(now):
    x = now.names["level"].set_index("unit")
    dims = list(x.columns)
    start = now.names["dims"]["weight"][dims]
    swaps = now.names["swaps"]
    for row in swaps[np.isfinite(swaps["moved"])].itertuples():
        new = pd.Series([getattr(row, f"to_{d}") for d in dims], dims)
        lead = x.loc[row.above] - x.loc[row.below]
        assert new.sum() == pytest.approx(100) and (new > -1e-9).all()
        assert (new - start).abs().sum() / 2 == pytest.approx(row.moved, abs=1e-9)
        assert lead @ new == pytest.approx(0, abs=1e-7)
        assert lead @ (start + 0.98 * (new - start)) > 0
    for row in swaps[~np.isfinite(swaps["moved"])].itertuples():
        assert (x.loc[row.above] > x.loc[row.below]).all()


def test_ranks_under_random_weights_are_drawn_again_alike(now):
    table = now.names["drawn"](now.names["real"], now.names["public_top"])
    assert table.groupby("unit")["share"].sum().round(9).eq(1).all() and table["unit"].nunique() == 17
    share = table.set_index(["unit", "rank"])["share"]
    assert share[ZZ, 1] == 1 and share[LY, 2] == 1


@pytest.mark.parametrize(("scores", "still"), [("level", "fixed"), ("real", "real_fixed")])
def test_a_city_is_called_immovable_only_if_no_weights_at_all_move_it(now, scores, still):
    x = now.names[scores].set_index("unit")
    sure = [
        city
        for city in x.index
        if all((x.loc[city] > x.loc[o]).all() or (x.loc[city] < x.loc[o]).all() for o in x.index if o != city)
    ]
    assert list(now.names[still].index) == sure == [ZZ, LY]


def test_runs_of_cities_do_not_overlap_near_the_books_weights(now):
    table, runs = now.names["spread"].set_index("城市"), now.names["runs"]
    assert [n for run in runs for n in run] == table.index.tolist()
    for above, below in itertools.pairwise(runs):
        assert table.loc[above, "附近：最差"].max() < table.loc[below, "附近：最好"].min()
    assert max(map(len, runs)) == 9


def test_without_a_dimension_the_ranks_are_those_of_an_index_that_never_had_it(now):
    whole, tree, panel = (now.names[k] for k in ("whole", "tree", "panel"))
    part = whole[whole["dropped"] == "output"].set_index("unit")["rank"]
    less = bb.read_tree(tree[(tree["code"] != "output") & (tree["parent"] != "output")])
    again = bb.score(panel[["unit", *bb.leaves(less)]], less, decimals=2).ranks["index"]
    assert part.to_dict() == again.to_dict()


@pytest.mark.slow
def test_the_cities_of_the_first_exercise_can_be_others(now):
    there = opened(
        CHAPTER, ("a, b = order.index[2], order.index[4]", "a, b = order.index[0], order.index[1]")
    )
    assert there.names["pair"]["追平时"].isna().all() and np.isinf(there.names["one"]["moved"])
    assert now.names["pair"]["追平时"].sum() == pytest.approx(100)


@pytest.mark.slow
def test_weights_nearer_to_the_books_shorten_the_blue_bars(now):
    there = opened(CHAPTER, ("10_000, 0.9, 60", "10_000, 0.9, 500"))
    assert there.names["close_width"].median() == now.glued["firm_width"] < now.glued["near_width"]
    assert there.names["close_width"].max() == now.glued["firm_widest"]


def test_the_easiest_neighbours_by_public_figures_are_those_named(now):
    table = now.names["neighbours"](now.names["real"], now.names["public_top"])
    assert table["至少挪动"].min() == now.glued["real_moved"] and np.isinf(table["至少挪动"]).any()
