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


@given(st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=30))
def test_units_of_measurement_do_not_change_which_points_move(values):
    one = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": 1.0, "direction": 1})
    x = np.round(np.array(values), 1)
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
