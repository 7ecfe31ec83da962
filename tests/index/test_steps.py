"""Treating, filling and denominating, against what COINr returns on the same data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bluebook as bb
from bluebook.index import tables
from bluebook.index.treat import kurtosis, skewness
from bluebook.messages import BadInput, Notice

HOME = Path(__file__).parents[1] / "validation"
COINR = HOME / "coinr"
pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")

TREATMENTS = {
    "default": {},
    "winmax2": {"most": 2},
    "winmax1": {"most": 1},
    "logfirst": {"steps": "log,winsorise"},
    "logplusfirst": {"steps": "log_plus,winsorise"},
    "winmax1_logplus": {"most": 1, "steps": "winsorise,log_plus"},
    "thresh1_2": {"skew": 1.0, "kurt": 2.0},
}


def tree():
    return bb.read_tree(HOME / "asem" / "indicators.csv")


def only(codes):
    """Return the tree with these indicators alone."""
    return bb.without(tree(), *(c for c in bb.leaves(tree()) if c not in set(codes)))


def data(stage):
    frame = tables.read_data(HOME / "asem" / "data.csv")
    if stage == "screened":
        screened = tables.read_data(COINR / "input" / "stage_screened.csv")
        return screened.set_index("unit").loc[frame["unit"]].reset_index()
    return frame


@pytest.mark.parametrize("stage", ["raw", "screened"])
@pytest.mark.parametrize("name", TREATMENTS)
def test_treatment_gives_every_value_of_coinr(stage, name):
    before = data(stage)
    got = bb.treat(before, tree(), **TREATMENTS[name])
    changed = pd.read_csv(COINR / "a_treat" / f"{stage}_{name}_changed_columns.csv", keep_default_na=False)
    changed = changed.set_index("unit").apply(pd.to_numeric)
    want = before.set_index("unit").astype(float)
    want[changed.columns] = changed.loc[want.index]
    treated = got.data.set_index("unit")[want.columns]
    np.testing.assert_allclose(treated, want, rtol=1e-9)
    acted = got.columns.set_index("code")["action"]
    assert set(acted.index[acted != ""]) == set(changed.columns)


def test_treatment_names_the_points_that_coinr_names():
    want = pd.read_csv(COINR / "a_treat" / "raw_default_points.csv")
    got = bb.treat(data("raw"), tree()).points
    pairs = [set(zip(t["unit"], t["code"], strict=True)) for t in (got, want)]
    assert pairs[0] == pairs[1] and len(pairs[1]) == len(want)
    both = got.merge(want, on=["unit", "code"])
    np.testing.assert_allclose(both["after_x"], both["after_y"], rtol=1e-12)


def test_skewness_and_kurtosis_are_the_sample_corrected_ones():
    stats = pd.read_csv(COINR / "a_treat" / "stats_raw_full_precision.csv")
    frame = data("raw").set_index("unit")
    for _, row in stats.iterrows():
        column = frame[row.iloc[0]].to_numpy(float)
        assert skewness(column) == pytest.approx(row["Skew"], rel=1e-9)
        assert kurtosis(column) == pytest.approx(row["Kurt"], rel=1e-9)


def test_a_column_with_one_other_value_keeps_it_and_takes_the_next_step():
    flat = pd.DataFrame({"unit": list("ABCDEFGH"), "x": [1.0] * 7 + [9.0]})
    one = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": 1.0, "direction": 1})
    with pytest.warns(Notice, match="x"):
        got = bb.treat(flat, one)
    assert got.columns["action"].tolist() == ["log"] and got.data["x"].nunique() == 2


@pytest.mark.parametrize(("options", "told"), [({"steps": "trim"}, "trim"), ({"most": 0}, "0")])
def test_what_treatment_does_not_know_it_refuses(options, told):
    with pytest.raises(BadInput, match=told):
        bb.treat(data("raw"), tree(), **options)


@pytest.mark.slow
@given(st.lists(st.integers(-1000, 1000), min_size=6, max_size=30))
def test_units_of_measurement_do_not_change_which_points_move(values):
    one = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": 1.0, "direction": 1})
    x = np.array(values, dtype=float)
    frames = [pd.DataFrame({"unit": [f"u{i}" for i in range(len(x))], "x": v}) for v in (x, x * 8 + 16)]
    first, second = (bb.treat(f, one, steps="winsorise").points["unit"].tolist() for f in frames)
    assert first == second


@pytest.mark.parametrize(
    ("column", "rule", "group"),
    [
        ("i_mean", "mean", None),
        ("i_median", "median", None),
        ("i_mean_grp_GDP", "mean", "GDP_group"),
        ("i_median_grp_GDP", "median", "GDP_group"),
        ("i_mean_grp_EurAsia", "mean", "EurAsia_group"),
        ("i_median_grp_EurAsia", "median", "EurAsia_group"),
        ("row_mean_pillar", "siblings", None),
    ],
)
def test_filling_gives_every_cell_of_coinr(column, rule, group):
    want = pd.read_csv(COINR / "b_impute" / "imputed_cells.csv").set_index(["unit", "code"])[column]
    units = pd.read_csv(COINR / "input" / "units.csv").set_index("unit")
    got = bb.impute(data("raw"), tree(), rule, groups=None if group is None else units[group])
    cells = got.cells.set_index(["unit", "code"])["value"]
    assert len(cells) == len(want) == 63
    np.testing.assert_allclose(cells.loc[want.index], want, rtol=1e-9)


@pytest.mark.parametrize(
    ("column", "most"), [("latest", None), ("latest_max_time1", 1), ("latest_max_time2", 2)]
)
def test_the_last_observation_is_carried_forward_as_by_coinr(column, most):
    holes = tables.read_data(COINR / "b_impute" / "panel_with_holes.csv")
    codes = [c for c in holes.columns if c not in ("unit", "time")]
    flat = pd.DataFrame(
        {"code": ["r", *codes], "parent": ["", *["r"] * len(codes)], "weight": 1, "direction": 1}
    )
    want = pd.read_csv(COINR / "b_impute" / "panel_imputed_cells.csv", keep_default_na=False, na_values=[""])
    want = want.assign(time=want["time"].astype(str)).set_index(["unit", "time", "code"])[column].dropna()
    got = bb.impute(holes.sample(frac=1, random_state=1), flat, "last", most=most).cells
    cells = got.assign(time=got["time"].astype(str)).set_index(["unit", "time", "code"])["value"]
    assert set(cells.index) == set(want.index)
    np.testing.assert_allclose(cells.loc[want.index], want, rtol=1e-12)


def test_a_filled_cell_is_marked_in_every_score_above_it_and_touches_no_whole_row():
    raw = data("raw")
    got = bb.impute(raw, tree(), "regression")
    whole = raw.set_index("unit").notna().all(axis=1)
    pd.testing.assert_frame_equal(
        got.data.set_index("unit")[whole], raw.set_index("unit")[whole].astype(float), check_column_type=False
    )
    assert (got.shares[whole.to_numpy()] == 0).all(axis=None)
    root = got.shares.columns[-1]
    marked = set(got.cells["unit"])
    assert marked == set(got.shares.index[got.shares[root] > 0])


def test_a_group_of_one_cannot_fill_its_own_and_says_so():
    frame = pd.DataFrame({"unit": ["A", "B", "C"], "x": [1.0, 2.0, None]})
    one = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": 1.0, "direction": 1})
    with pytest.warns(Notice) as told:
        got = bb.impute(frame, one, "mean", groups=pd.Series({"A": "g", "B": "g", "C": "h"}))
    assert any("h" in str(w.message) for w in told) and got.data["x"].isna().sum() == 1
    with pytest.raises(BadInput, match="C"):
        bb.impute(frame, one, "mean", groups=pd.Series({"A": "g", "B": "g"}))
    with pytest.raises(BadInput, match="time"):
        bb.impute(frame, one, "last")


def test_indicators_per_head_are_those_of_coinr():
    want = pd.read_csv(COINR / "f_sensitivity" / "denominated.csv").set_index(["unit", "code"])
    by = pd.read_csv(COINR / "f_sensitivity" / "denominate_specs.csv")
    sizes = pd.read_csv(COINR / "input" / "units.csv")
    raw = data("raw")
    plain = bb.denominate(raw, tree(), by[["code", "denominator"]], sizes)
    scaled = bb.denominate(raw, tree(), by.rename(columns={"scale_factor": "scale"}), sizes)
    for got, column in ((plain, "divided"), (scaled, "divided_with_scale_factor")):
        cells = got.melt("unit", var_name="code").set_index(["unit", "code"])["value"]
        np.testing.assert_allclose(cells.loc[want.index], want[column], rtol=1e-9)


@pytest.mark.parametrize(
    ("by", "sizes", "told"),
    [
        ({"code": ["z"], "denominator": ["n"]}, {"unit": ["A"], "n": [1]}, "z"),
        ({"code": ["x"], "denominator": ["m"]}, {"unit": ["A"], "n": [1]}, "m"),
        ({"code": ["x"], "denominator": ["n"]}, {"unit": ["B"], "n": [1]}, "A"),
        ({"code": ["x"], "denominator": ["n"]}, {"unit": ["A"], "n": [0]}, "0"),
    ],
)
def test_a_denominator_that_cannot_be_is_refused(by, sizes, told):
    frame = pd.DataFrame({"unit": ["A"], "x": [1.0]})
    one = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": 1.0, "direction": 1})
    with pytest.raises(BadInput, match=told):
        bb.denominate(frame, one, pd.DataFrame(by), pd.DataFrame(sizes))


NORMALISED = {
    "minmax_0_100": "minmax",
    "minmax_1_100": "minmax:1:100",
    "zscore_0_1": "zscore",
    "zscore_10_2": "zscore:10:2",
    "rank_min": "rank",
    "rank_average": "rank:average",
    "rank_max": "rank:max",
    "borda": "borda",
    "prank": "percentile",
    "dist2targ": "target",
    "dist2targ_cap": "target:cap",
    "dist2max": "minmax:0:1",
    "goalposts": "goalposts:0:100",
    "scaled_iMeta": "scaled:0:100",
}


def with_goals():
    goals = pd.read_csv(COINR / "c_normalise" / "goalposts_input.csv").set_index("code")
    meta = pd.read_csv(COINR / "input" / "indicators.csv").set_index("code")
    frame = tree().drop(columns=["goal_lower", "goal_upper", "target"])
    for column, source in (("goal_lower", goals["lower"]), ("goal_upper", goals["upper"])):
        frame[column] = frame["code"].map(source)
    return bb.read_tree(frame.assign(target=frame["code"].map(meta["target"])))


@pytest.mark.parametrize("name", NORMALISED)
def test_normalised_values_are_those_of_coinr(name):
    want = pd.read_csv(COINR / "c_normalise" / f"{name}.csv", keep_default_na=False).set_index("unit")
    want = want.apply(pd.to_numeric)
    got = bb.score(data("raw"), with_goals(), normalise=NORMALISED[name]).normalised
    np.testing.assert_allclose(got.loc[want.index, want.columns], want, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("cap", ["", ":cap"])
def test_distance_to_a_unit_is_that_of_coinr_and_refused_where_that_unit_is_the_worst(cap):
    file = f"dist2ref_DEU{cap.replace(':', '_')}.csv"
    want = pd.read_csv(COINR / "c_normalise" / file, keep_default_na=False).set_index("unit")
    want = want.replace({"Inf": np.inf, "-Inf": -np.inf, "NaN": np.nan, "": np.nan}).astype(float)
    raw = data("raw").set_index("unit")
    usable = want.columns[np.isfinite(want.loc["DEU"])]
    frame = raw[usable].reset_index()
    part = only(usable)
    got = bb.score(frame, part, normalise=f"reference:DEU{cap}").normalised
    np.testing.assert_allclose(got.loc[want.index, usable], want[usable], rtol=1e-9, atol=1e-12)
    with pytest.raises(BadInput, match="reference"):
        bb.score(frame, part, normalise=f"reference:{raw['Goods'].idxmin()}")
    with pytest.raises(BadInput, match="XXX"):
        bb.score(frame, part, normalise="reference:XXX")


def test_a_share_of_the_largest_is_that_of_coinr_and_refused_where_less_is_better():
    want = pd.read_csv(COINR / "c_normalise" / "fracmax.csv", keep_default_na=False).set_index("unit")
    whole = tree().set_index("code")
    usable = [c for c in want.columns if whole.loc[c, "direction"] > 0 and (data("raw")[c] > 0).any()]
    frame = data("raw").set_index("unit")[usable].reset_index()
    got = bb.score(frame, only(usable), normalise="maximum").normalised
    want = want.loc[got.index, got.columns].apply(pd.to_numeric)
    np.testing.assert_allclose(got, want, rtol=1e-9)
    with pytest.raises(BadInput, match="minmax"):
        bb.score(data("raw"), tree(), normalise="maximum")


def test_exponential_ranks_give_the_order_of_the_scottish_index():
    frame = pd.DataFrame(
        {"unit": ["z1", "z2", "z3", "z4", "z5", "z6"], "income": [1, 2, 3, 4, 5, 6],
         "health": [5, 3, 1, 6, 2, 4], "access": [3, 6, 2, 4, 1, 5]}
    )  # fmt: skip
    deprived = pd.DataFrame(
        {"code": ["dep", "income", "health", "access"], "parent": ["", "dep", "dep", "dep"],
         "weight": [None, 50, 30, 20], "direction": [1, -1, -1, -1]}
    )  # fmt: skip
    got = bb.score(frame, deprived, normalise="exponential")
    assert got.scores["dep"].round(4).tolist() == [57.6894, 28.1155, 50.2941, 12.1929, 36.5194, 8.5965]
    assert got.ranks["dep"].tolist() == [1, 4, 2, 5, 3, 6]


def test_normal_scores_are_symmetric_and_keep_the_order():
    frame = pd.DataFrame({"unit": list("ABCDE"), "x": [1.0, 2.0, 5.0, 90.0, 91.0]})
    one = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": 1.0, "direction": 1})
    z = bb.score(frame, one, normalise="normal").normalised["x"].to_numpy()
    np.testing.assert_allclose(z, -z[::-1], atol=1e-12)
    assert (np.diff(z) > 0).all() and z[2] == 0


@pytest.mark.parametrize(
    "method", ["zscore:1", "zscore:0:0", "rank:first", "target:1", "reference", "scaled:5:5"]
)
def test_a_normalisation_that_is_none_is_refused(method):
    with pytest.raises(BadInput, match="minmax"):
        bb.score(data("raw"), tree(), normalise=method)
