"""What COINr returns on the ASEM data, file by file: the steps up to the score. See tests/validation/files.csv."""

import numpy as np
import pandas as pd
import pytest

import bluebook as bb
from bluebook.index.rank import rank_values
from bluebook.index.treat import kurtosis, skewness
from bluebook.messages import BadInput

from .given import COINR, asem, raw, rows, same, screened, wide

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")

TREATMENTS = {
    "default": {},
    "winmax2": {"most": 2},
    "winmax1": {"most": 1},
    "winmax2_combine": {"most": 2, "combine": True},
    "logfirst": {"steps": "log,winsorise"},
    "logplusfirst": {"steps": "log_plus,winsorise"},
    "winmax1_logplus": {"most": 1, "steps": "winsorise,log_plus"},
    "thresh1_2": {"skew": 1.0, "kurt": 2.0},
}
ONE = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": 1.0, "direction": 1})


def treated(stage, name):
    return bb.treat(raw() if stage == "raw" else screened(), asem(), **TREATMENTS[name])


@pytest.mark.parametrize("stage", ["raw", "screened"])
@pytest.mark.parametrize("name", TREATMENTS)
def test_treatment_draws_in_the_points_that_coinr_draws_in(stage, name):
    want = rows(COINR / "a_treat" / f"{stage}_{name}_points.csv")
    got = treated(stage, name)
    acted = got.columns.set_index("code")["action"]
    first = TREATMENTS[name].get("steps", "winsorise").startswith("winsorise")
    # COINr lists a column's points where its first step was enough; its table counts them in the others too.
    mine = got.points[got.points["code"].map(acted).eq("winsorise") & first]
    both = mine.merge(want, on=["unit", "code"], how="outer", indicator=True)
    assert (both["_merge"] == "both").all() and len(both) == len(want)
    same(both["before_x"], both["before_y"])
    same(both["after_x"], both["after_y"])


@pytest.mark.parametrize("stage", ["raw", "screened"])
@pytest.mark.parametrize("name", TREATMENTS)
def test_treatment_decides_as_coinr_does_on_the_same_skewness_and_kurtosis(stage, name):
    want = rows(COINR / "a_treat" / f"{stage}_{name}_table.csv").set_index("code")
    got = treated(stage, name).columns.set_index("code").loc[want.index]
    same(got[["skew", "kurtosis"]], want[["check_SkewKurt0.Skew", "check_SkewKurt0.Kurt"]])
    needed = want["check_SkewKurt0.Pass"] == 0
    assert ((got["action"] != "") == needed).all()
    last = [
        want[f"check_SkewKurt2.{s}"].fillna(want[f"check_SkewKurt1.{s}"])
        if "check_SkewKurt2.Pass" in want
        else want[f"check_SkewKurt1.{s}"]
        for s in ("Skew", "Kurt", "Pass")
    ]
    same(got.loc[needed, "skew_after"], last[0][needed])
    same(got.loc[needed, "kurtosis_after"], last[1][needed])
    assert (got.loc[needed, "passes"] == last[2][needed].astype(bool)).all()
    if "winsorise.nwin" in want:
        drawn = got["action"].str.contains("winsorise")
        assert drawn.any() and (got["points"] == want["winsorise.nwin"])[drawn].all()


def test_combined_steps_give_every_value_of_coinr():
    for stage, before in (("raw", raw()), ("screened", screened())):
        want = before.set_index("unit").astype(float)
        changed = wide(COINR / "a_treat" / f"{stage}_winmax2_combine_changed_columns.csv")
        want[changed.columns] = changed.loc[want.index]
        same(treated(stage, "winmax2_combine").data.set_index("unit")[want.columns], want)


@pytest.mark.parametrize("stage", ["raw", "screened"])
def test_skewness_and_kurtosis_of_every_column(stage):
    want = rows(COINR / "a_treat" / f"stats_{stage}_full_precision.csv").set_index("code")
    frame = raw() if stage == "raw" else screened()
    same([skewness(frame[c].to_numpy(float)) for c in want.index], want["Skew"])
    same([kurtosis(frame[c].to_numpy(float)) for c in want.index], want["Kurt"])


EDGES = rows(COINR / "a_treat" / "edge_cases.csv")


@pytest.mark.parametrize("case", EDGES["case"].unique())
def test_columns_on_the_edge(case):
    edge = EDGES[EDGES["case"] == case]
    x = pd.to_numeric(edge["x"]).to_numpy(float)
    same(skewness(x), edge["skew"].iloc[0])
    same(kurtosis(x), edge["kurt"].iloc[0])
    frame = pd.DataFrame({"unit": edge["i"].astype(str), "x": x})
    got = bb.treat(frame, ONE, steps="winsorise")
    if (edge["treated"] == "ERROR").any():  # one value but for one cell: COINr stops, we leave the column
        assert got.columns["action"].tolist() == [""]
    else:
        same(got.data["x"], pd.to_numeric(edge["winsorised"]))
        drawn = edge.loc[edge["treated"].notna(), "i"].astype(str)
        assert case == "low" or set(got.points["unit"]) == set(drawn)
    if np.isfinite(kurtosis(x)):  # three values have none, and stay as they are
        for step, column in (("log", "log_CT"), ("log_plus", "log_CT_plus")):
            logs = bb.treat(frame, ONE, steps=step, skew=0, kurt=-99).data["x"]
            same(logs, pd.to_numeric(edge[column]))


# --- filling -----------------------------------------------------------------------------------------------


def test_a_row_mean_over_everything_is_that_of_one_family():
    want = rows(COINR / "b_impute" / "imputed_cells.csv").set_index(["unit", "code"])["row_mean_all"]
    leaves = asem().set_index("code").loc[bb.leaves(asem())].reset_index().assign(parent="r")
    one = pd.DataFrame({"code": ["r"], "parent": [""], "weight": 1.0, "direction": 1})
    flat = bb.read_tree(pd.concat([one, leaves[["code", "parent", "weight", "direction"]]]))
    cells = bb.impute(raw(), flat, "siblings").cells.set_index(["unit", "code"])["value"]
    same(cells.loc[want.index], want)


@pytest.mark.parametrize(
    ("column", "rule"), [("linear", "linear"), ("linear_constant", "linear"), ("constant", "constant")]
)
def test_gaps_of_a_panel_are_filled_from_both_sides_as_by_coinr(column, rule):
    holes = rows(COINR / "b_impute" / "panel_with_holes.csv")
    want = rows(COINR / "b_impute" / "panel_imputed_cells.csv").set_index(["unit", "time", "code"])
    want = want[column].dropna()
    codes = list(holes.columns.drop(["unit", "time"]))
    flat = pd.DataFrame(
        {"code": ["r", *codes], "parent": ["", *["r"] * len(codes)], "weight": 1, "direction": 1}
    )
    cells = bb.impute(holes.sample(frac=1, random_state=2), flat, rule).cells
    cells = cells.assign(time=cells["time"].astype(int)).set_index(["unit", "time", "code"])["value"]
    assert len(want) > 50
    same(cells.loc[want.index], want)


def test_what_lies_before_the_first_year_and_between_uneven_years():
    data = pd.DataFrame({"unit": "A", "time": [2000, 2001, 2004, 2005], "x": [None, 1.0, None, 5.0]})
    linear, constant, last = (
        bb.impute(data, ONE, r).data["x"].tolist() for r in ("linear", "constant", "last")
    )
    assert linear == [1, 1, 4, 5] and constant == [1, 1, 1, 5]
    assert np.isnan(last[0]) and last[1:] == [1, 1, 5]
    with pytest.raises(BadInput, match="linear"):
        bb.impute(data.drop(columns="time").assign(unit=list("ABCD")), ONE, "linear")


# --- screening ---------------------------------------------------------------------------------------------

SCREENS = {
    "byNA_default_2_3": {},
    "byNA_090": {"share": 0.9},
    "byNA_098": {"share": 0.98},
    "byNA_exact_48_49": {"share": 48 / 49},
    "byzeros_default_005": {"share": 0, "nonzero": 0.05},
    "byzeros_095": {"share": 0, "nonzero": 0.95},
    "byNAandzeros_096_094": {"share": 0.96, "nonzero": 0.94},
    "byNA_090_forced": {"share": 0.9, "keep": ["BRN"], "drop": ["GBR"]},
}


@pytest.mark.parametrize("name", SCREENS)
def test_the_units_that_stay_are_those_of_coinr(name):
    want = rows(COINR / "g_screen" / "screen_units.csv").set_index("unit")
    got = bb.screen(raw(), asem(), **SCREENS[name])
    units = got.units.set_index("unit").loc[want.index]
    assert units["kept"].tolist() == (want[f"included_{name}"] == 1).tolist()
    assert got.data["unit"].tolist() == [u for u in raw()["unit"] if units.loc[u, "kept"]]
    assert units["missing"].tolist() == want["N_missing"].tolist()
    assert units["zeros"].tolist() == want["N_zero"].tolist()
    same(units[["available", "nonzero"]], want[["Dat_Avail", "Non_Zero"]])


def test_what_each_parent_has_of_its_indicators_is_that_of_coinr():
    want = wide(COINR / "g_screen" / "availability_by_group.csv")
    same(bb.screen(raw(), asem()).parents.loc[want.index, want.columns], want)


@pytest.mark.parametrize(
    ("options", "told"),
    [({"share": 90}, "90"), ({"nonzero": -1}, "-1"), ({"keep": ["XXX"]}, "XXX"), ({"drop": ["YYY"]}, "YYY")],
)
def test_what_cannot_screen_is_refused(options, told):
    with pytest.raises(BadInput, match=told):
        bb.screen(raw(), asem(), **options)


# --- scales and means --------------------------------------------------------------------------------------


def test_values_scaled_between_stated_limits_are_those_of_coinr():
    want = wide(COINR / "c_normalise" / "scaled_0_50.csv")
    tree = asem()
    against = tree["direction"] < 0  # the limits are of the value as turned, ours of the value as given
    tree = tree.assign(goal_lower=np.where(against, -50.0, 0.0), goal_upper=np.where(against, 0.0, 50.0))
    tree.loc[~tree["code"].isin(bb.leaves(tree)), ["goal_lower", "goal_upper"]] = np.nan
    got = bb.score(raw(), bb.read_tree(tree), normalise="scaled:0:10").normalised
    same(got.loc[want.index, want.columns], want)


MEANS = {
    "amean": "arithmetic",
    "gmean": "geometric",
    "hmean": "harmonic",
    "genmean_p2": "power:2",
    "genmean_pm1": "power:-1",
    "genmean_p05": "power:0.5",
    "mixed_amean_gmean_hmean": "arithmetic,geometric,harmonic",
}
CASES = {
    "complete_equalw": ("d_aggregate/input_complete_1_100.csv", "", {}),
    "complete_unequalw": ("d_aggregate/input_complete_1_100.csv", "unequal", {}),
    "gaps_equalw": ("c_normalise/minmax_1_100.csv", "", {}),
    "gaps_unequalw": ("c_normalise/minmax_1_100.csv", "unequal", {}),
    "gaps_thresh_09_07_1": ("c_normalise/minmax_1_100.csv", "unequal", {"availability": "0.9,0.7,1"}),
}


@pytest.mark.parametrize("case", CASES)
def test_every_score_and_every_rank_of_coinr(case):
    file, weights, options = CASES[case]
    data, tree = wide(COINR / file).reset_index(), asem(weights).assign(direction=1)
    scores, ranks = (rows(COINR / "d_aggregate" / f"{case}_{what}.csv") for what in ("scores", "ranks"))
    columns = [c for c in MEANS if c in scores]
    if case == "gaps_thresh_09_07_1":
        assert columns == ["amean", "gmean", "hmean"] and scores[columns].isna().any().all()
    for column in columns:
        got = bb.score(data, tree, normalise="none", aggregate=MEANS[column], **options)
        want, places = (t.pivot(index="unit", columns="code", values=column) for t in (scores, ranks))
        ours, mine = (t.loc[want.index, want.columns] for t in (got.scores, got.ranks))
        there = want.notna().to_numpy()
        if column.startswith("genmean") and case.startswith("gaps"):
            assert not there.all(), (
                "COINr gives nothing to a parent with a gap below; we go on without the cell"
            )
        if not (column.startswith("genmean") and case.startswith("gaps")):
            assert (ours.notna().to_numpy() == there).all()
        same(ours.to_numpy()[there], want.to_numpy()[there])
        for at in range(there.shape[1]):
            if (here := there[:, at]).all() or not column.startswith("genmean"):
                ranked = mine.to_numpy()[here, at]
                told = places.to_numpy()[here, at]
                np.testing.assert_array_equal(ranked, rank_values(want.to_numpy()[here, at]))
                ties = pd.Series(ranked).duplicated(keep=False)  # COINr ranks doubles as they are
                assert (ranked == told)[~ties].all() and (np.abs(ranked - told)[ties] <= 1).all()


REGENS = {
    "nominal": ({}, None, {"normalise": "minmax"}),
    "winmax2": ({"most": 2}, None, {"normalise": "minmax"}),
    "zscore": ({}, None, {"normalise": "zscore"}),
    "impute_median": ({}, "median", {"normalise": "minmax"}),
    "gmean_1_100": ({}, None, {"normalise": "minmax:1:100", "aggregate": "geometric"}),
}


@pytest.mark.parametrize("name", REGENS)
def test_an_index_built_from_the_raw_data_in_all_its_steps_is_that_of_coinr(name):
    treating, middle, scoring = REGENS[name]
    units = rows(COINR / "input" / "units.csv")
    by = rows(COINR / "f_sensitivity" / "denominate_specs.csv")[["code", "denominator"]]
    data = bb.denominate(raw(), asem(), by, units)
    groups = units.set_index("unit")["EurAsia_group"]
    data = bb.impute(data, asem(), middle or "mean", groups=groups).data
    data = bb.screen(data, asem(), 0.9).data
    got = bb.score(bb.treat(data, asem(), **treating).data, asem(), **scoring)
    table = rows(COINR / "d_aggregate" / "regen_scores_ranks.csv")
    want, places = (table.pivot(index="unit", columns="code", values=c) for c in (name, f"{name}_rank"))
    same(got.scores.loc[want.index, want.columns], want, atol=1e-11)
    assert (got.ranks.loc[want.index, want.columns] == places).all(axis=None)


# --- two by two --------------------------------------------------------------------------------------------


def test_how_often_one_pillar_profile_dominates_another_is_that_of_coinr():
    want = rows(COINR / "d_aggregate" / "outrank_dominance.csv").set_index("case")
    pillars = wide(COINR / "d_aggregate" / "input_pillars_amean_1_100.csv")
    for case in ("pillars_equal", "pillars_unequal"):
        w = asem("unequal").set_index("code")["weight"].loc[pillars.columns].to_numpy(float)
        share = bb.outranking(pillars.to_numpy(), w if case.endswith("unequal") else np.ones(8))
        assert (share > 1 - 1e-12).sum() == want.loc[case, "nDominant"]
    values = wide(COINR / "d_aggregate" / "input_complete_1_100.csv")
    assert (bb.outranking(values.to_numpy(), np.ones(49)) > 1 - 1e-12).sum() == 0
    assert (want.loc[["indicators_equal", "indicators_effw"], "nDominant"] == 0).all()


@pytest.mark.parametrize(("column", "equal"), [("indicators_equal", True), ("indicators_effw", False)])
def test_copeland_over_all_indicators_is_that_of_coinr_but_for_half_the_weight(column, equal):
    want = wide(COINR / "d_aggregate" / "copeland_flat.csv")[column]
    values = wide(COINR / "d_aggregate" / "input_complete_1_100.csv").loc[want.index]
    w = np.ones(49) if equal else bb.leaf_weights(asem()).loc[values.columns].to_numpy()
    half = (np.abs(bb.outranking(values.to_numpy(), w) - 0.5) < 1e-12).sum(axis=1)
    got = bb.copeland(values.to_numpy(), w)
    assert (np.abs(got - want) <= half).all()
    assert (got == want)[half == 0].all() and (half == 0).any()


def test_with_gaps_only_what_both_have_is_compared_where_coinr_lets_the_lower_unit_win():
    given = rows(COINR / "d_aggregate" / "outrank_gaps_tiny.csv").set_index("unit")
    x, w = given[["a", "b", "c"]].to_numpy(float), np.array([1.0, 1.0, 2.0])
    theirs = given[["u1", "u2", "u3", "u4"]].to_numpy(float)
    ours = bb.outranking(x, w)
    both = ~np.isnan(x)[:, None] & ~np.isnan(x)[None]
    whole = both.all(axis=2) & ~np.eye(4, dtype=bool)
    same(ours[whole], theirs[whole])
    gap = ~both.all(axis=2) & np.triu(np.ones((4, 4), dtype=bool), 1)
    won = (
        np.where(both, x[:, None] > x[None], False) @ w + np.where(both, x[:, None] == x[None], False) @ w / 2
    )
    same(theirs[gap], won[gap] / w.sum())  # above the diagonal a gap is lost, below it is won
    same(ours[gap], won[gap] / (both @ w)[gap])
