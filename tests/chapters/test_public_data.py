"""lab/public-data: how far one gets with public figures alone, coverage first."""

import desk
import pandas as pd
import pytest
from desk import opened

import bluebook as bb

data = desk.data
CHAPTER = "lab/public-data"
pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == [
        "fig-lab-coverage",
        "tab-lab-caveats",
        "fig-lab-compared",
        "fig-lab-figures",
        "fig-lab-sets-of-figures",
    ]
    assert all(f.status in ("public", "computed") for f in now.figures.values()), "no teaching data here"


def test_the_correlation_is_what_the_raw_figures_say(now):
    raw = bb.public_cities().query("period == '2020'")
    raw = raw.pivot(index="city", columns="indicator", values="value")[list(now.names["data"])]
    z = 100 * (raw - raw.min()) / (raw.max() - raw.min())
    weight, group = {"input": 25, "output": 25, "environment": 15, "performance": 10}, now.names["group"]
    mean = z.T.groupby(group).mean().T
    total = sum(w * mean[d] for d, w in weight.items()) / 75
    total = total[raw.notna().all(axis=1)]
    published = bb.scores(2022).query("code == 'index'").set_index("city")["rank"].astype(float)
    rho = (-total).corr(published[total.index], method="spearman")
    assert now.glued["rho"] == pytest.approx(rho) and len(now.names["result"]) == 17
    assert 0.6 < rho < 0.75, "about 0.67, and the page says so"
    assert now.names["everything"]["分维度，本书权重"] == pytest.approx(rho)
    assert now.names["everything"]["每项同重"] == pytest.approx(now.glued["rho_flat"])


def test_all_sensible_sets_are_tried_and_no_other(now):
    trials = now.names["trials"]
    assert len(trials) == 2 * 516 and trials["指标数"].min() == 6 and trials["指标数"].max() == 11
    assert now.figures["fig-lab-sets-of-figures"].table["组数"].sum() == len(trials)


def test_only_figures_marked_usable_are_used_and_gaps_stay_gaps(now):
    usable = bb.public_indicators().set_index("indicator")["usable"]
    assert set(usable[now.names["data"].columns]) <= {"yes", "with_caveat"}
    have = now.names["have"].T.groupby(now.names["group"]).sum().T.loc["419001"]
    assert have.to_dict() == {"input": 0, "output": 0, "environment": 0, "performance": 3}
    assert "419001" not in now.names["result"].index


def test_what_a_missing_figure_allows_is_what_filling_it_in_gives(now):
    data, tree, limits = (now.names[k] for k in ("data", "tree", "limits"))
    for end, wanted in ((data.max(), "best"), (data.min(), "worst")):
        filled = data.copy()
        filled.loc["419001"] = data.loc["419001"].fillna(end)
        ranks = bb.score(filled.reset_index(), tree).ranks["index"]
        assert ranks["419001"] == limits.loc["419001", wanted]
    assert now.glued["partly_worst"] - now.glued["partly_best"] > 10, "a rank would say nothing"


def test_the_first_two_exercises_do_what_they_say(now):
    ranked, agreement = now.names["ranked"], now.names["agreement"]
    data, flat = now.names["data"], now.names["flat"]
    alone = agreement(ranked(flat, ["invention_patents_granted"]))
    assert alone == pytest.approx(now.glued["rho_patents"]) and alone > now.glued["rho"]
    even = ranked(flat, data.columns).set_index("城市")["名次"]
    assert even[now.glued["up"]] == now.glued["up_flat"] > now.glued["up_rank"]


def test_a_row_less_leaves_a_hole_and_the_city_its_rank(data, now):
    path = data / "public" / "cities.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    gone = rows.query(
        f"city == '{now.glued['hole_code']}' and period == '2020' and indicator == 'fdi_million_usd'"
    )
    assert len(gone) == 1
    rows.drop(gone.index).to_csv(path, index=False)
    there = opened(CHAPTER)
    assert there.glued["n_whole"] == now.glued["n_less"]
    assert there.names["have"].sum().sum() == now.names["have"].sum().sum() - 1
    assert now.glued["hole"] in set(there.names["result"]["城市"])
