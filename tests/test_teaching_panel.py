"""The teaching panel gives every published score, stays plausible, and never passes for real data."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from bluebook import index
from bluebook.data import across as checks
from bluebook.data import edition as editions
from bluebook.index import tree as trees
from bluebook.index import weights
from bluebook.tools import tool

teaching, facts = tool("teaching_panel"), tool("panel_facts")

YEAR = 2022
ZZ, KF, LY, XX, SQ = "410100", "410200", "410300", "410700", "411400"
DIMENSIONS = ["input", "output", "enterprise", "environment", "performance"]


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return editions.teaching()


@pytest.fixture(scope="module")
def wide(panel: pd.DataFrame) -> pd.DataFrame:
    """Units × leaves, raw values."""
    return panel.pivot(index="city", columns="indicator", values="value").rename_axis("unit", axis=0)


@pytest.fixture(scope="module")
def tree() -> pd.DataFrame:
    return trees.read(editions.indicators(YEAR)[["code", "parent", "weight", "direction"]])


@pytest.fixture(scope="module")
def result(wide: pd.DataFrame, tree: pd.DataFrame) -> index.Scored:
    return index.score(wide.reset_index(), tree, decimals=2)


@pytest.fixture(scope="module")
def ranks(wide: pd.DataFrame, tree: pd.DataFrame) -> pd.DataFrame:
    """Rank of each city in each indicator, 1 best, ties the smallest."""
    direction = tree.set_index("code")["direction"][list(wide.columns)].to_numpy()
    return pd.DataFrame(index.rank_values(wide.to_numpy() * direction), wide.index, wide.columns)


@pytest.fixture(scope="module")
def claims() -> pd.Series:
    return editions.claims(YEAR).set_index("id")["value"]


# ---------------------------------------------------------------- what is printed


def test_every_printed_score_follows_from_the_raw_values_through_index_alone(result: index.Scored) -> None:
    printed = editions.scores(YEAR).dropna(subset=["score"])
    assert len(printed) == 25 + 6
    computed = [result.scores.loc[r.city, r.code] for r in printed.itertuples()]
    assert [f"{c:.2f}" for c in computed] == [f"{s:.2f}" for s in printed["score"]]


def test_every_printed_rank_follows_too(result: index.Scored, ranks: pd.DataFrame) -> None:
    printed = editions.scores(YEAR).dropna(subset=["rank"])
    assert (printed["code"] == "index").sum() == 18
    for row in printed.itertuples():
        table = result.ranks if row.code in result.ranks else ranks
        assert table.loc[row.city, row.code] == row.rank, (row.city, row.code)


def test_the_printed_gap_between_eighth_and_sixteenth(result: index.Scored, claims: pd.Series) -> None:
    gap = result.scores.loc[KF, "index"] - result.scores.loc[SQ, "index"]
    assert round(gap, 6) == claims["index_gap_8_15"] == 2.04


def test_the_presss_counts_of_leading_indicators(ranks: pd.DataFrame) -> None:
    press = editions.press().query("report == 'bluebook' and year == @YEAR and subject == 'level2'")
    found = 0
    for row in press.itertuples():
        if row.statement.startswith("count_rank"):
            within = int(row.statement.rsplit("_", 1)[-1].removeprefix("top"))
            assert (ranks.loc[row.city] <= within).sum() == row.value, row.id
            found += 1
    assert found == 6
    assert (ranks == 1).sum().eq(1).all(), "nobody shares a first place"


def test_the_newsletters_counts_within_output(
    ranks: pd.DataFrame, tree: pd.DataFrame, claims: pd.Series
) -> None:
    output = tree.loc[tree["parent"] == "output", "code"].tolist()
    assert len(output) == claims["index_output_indicators"]
    assert (ranks.loc[ZZ, output] == 1).sum() == claims["zz_output_firsts"]
    assert (ranks.loc[LY, output] == 2).sum() == claims["ly_output_seconds"]
    assert (ranks.loc[XX, output] == 3).sum() == claims["xx_output_thirds"]


def test_printed_values_and_shares_stand(wide: pd.DataFrame, claims: pd.Series) -> None:
    spending = wide["input_1"]
    assert spending[ZZ] == claims["science_spending_zz_2020"] == 69.07
    assert spending[LY] == claims["science_spending_ly_2020"] == 27.16
    assert round(100 * spending[ZZ] / spending.sum(), 1) == claims["science_share_zz_2020"]
    assert round(100 * spending[LY] / spending.sum(), 1) != claims["science_share_ly_2020"], (
        "both cannot hold"
    )
    schools = wide["environment_1"]
    assert schools[ZZ] == claims["universities_zz_2020"] and schools[XX] == claims["universities_xx_2020"]
    assert (schools == claims["universities_third_2020"]).sum() == claims["universities_third_cities"] == 5
    revenue = wide["environment_2"]
    assert round(100 * revenue[ZZ] / revenue.sum(), 1) == claims["science_service_share_zz"]


def test_real_values_are_kept_as_they_are_and_nothing_else_is_called_real(panel: pd.DataFrame) -> None:
    public = editions.public_cities().query("period == '2020'").set_index(["city", "indicator"])["value"]
    for row in panel[panel["status"] == "public"].itertuples():
        column, divisor, decimals = facts.REAL[row.indicator]
        assert row.value == pytest.approx(public[row.city, column] / divisor, abs=0.5 * 10**-decimals)
    assert panel["status"].value_counts().to_dict() == {"illustrative": 508, "public": 134, "published": 6}
    assert (panel["source"] == "bluebook_teaching").eq(panel["status"] == "illustrative").all()


def test_cells_under_the_impossible_shares_say_so(panel: pd.DataFrame) -> None:
    notes = panel.loc[panel["indicator"] == "input_1", "note"]
    assert notes.str.contains("30.6").all() and notes.str.contains("cannot both hold").all()


# ---------------------------------------------------------------- plausibility


LIMITS = {  # unit → lowest and highest value that anybody would believe of a city in Henan in 2020
    "亿元": (0.5, 30_000), "%": (-10, 70), "人": (1_000, 150_000), "人年": (500, 100_000), "个": (20, 2_000), "件": (30, 100_000),
    "件/万人": (0.5, 20), "所": (1, 70), "人/万人": (30, 1_000), "户/百人": (15, 60), "册/人": (0.1, 2), "亿美元": (1, 60),
    "元": (15_000, 110_000), "天": (180, 340), "万元/人": (5, 25), "倍": (1.4, 3),
}  # fmt: skip


def test_every_value_lies_in_the_range_of_its_unit(panel: pd.DataFrame) -> None:
    for unit, group in panel.groupby("unit"):
        low, high = LIMITS[unit]
        assert group["value"].between(low, high).all(), unit
    counted = panel[panel["unit"].isin(["人", "人年", "个", "件", "所", "天"])]
    assert (counted["value"] % 1 == 0).all(), "people and patents come whole"


def test_the_panel_is_complete_and_no_two_columns_tell_the_same(wide: pd.DataFrame) -> None:
    assert wide.shape == (18, 36) and wide.notna().all(axis=None)
    order = wide.rank()
    for a, b in itertools.combinations(wide.columns, 2):
        assert not wide[a].equals(wide[b]) and not order[a].equals(order[b]), (a, b)
        assert abs(np.corrcoef(wide[a], wide[b])[0, 1]) < 0.9999, (a, b)


def test_no_column_is_all_zeros_and_ninety_nines(result: index.Scored, panel: pd.DataFrame) -> None:
    solved = panel.loc[panel["status"] == "illustrative"].groupby("indicator").size()
    for code in solved[solved > 10].index:
        z = result.normalised[code]
        assert z.nunique() >= 14, code
        assert ((z > 0.3) & (z < 99)).sum() >= 15, code
        assert len(np.unique((z / 4).round())) >= 4, f"{code}: bunched"


def test_what_belongs_together_fits_together(wide: pd.DataFrame) -> None:
    for first, second, low, high in facts.TIES:
        assert (wide[first] / wide[second]).between(0.99 * low, 1.01 * high).all(), (first, second)


def test_per_head_values_are_in_line_with_totals(wide: pd.DataFrame) -> None:
    public = (
        editions.public_cities()
        .query("period == '2020'")
        .pivot(index="city", columns="indicator", values="value")
    )
    gdp, people = public["gdp_100m"], public["population_resident_10k"]
    assert np.allclose(wide["input_2"], 100 * wide["input_6"] / gdp, atol=0.0051)
    assert np.allclose(wide["output_2"], wide["output_6"] / people, atol=0.0051)
    employed = wide["performance_1"] / 1e4 / wide["performance_4"]
    assert employed.between(0.4, 0.6).all(), "persons employed a resident"
    assert (wide["performance_2"] / wide["performance_1"]).between(0.25, 0.65).all(), "income over GDP"
    budget = wide["input_1"] / wide["input_7"] * 100 / people * 1e4
    assert budget.between(4_900, 15_000).all(), "public spending in yuan a resident"
    granted = (public["invention_patents_granted"] + public["utility_model_patents_granted"]).dropna()
    assert (wide["output_1"][granted.index] > granted).all(), "designs come on top"
    total = (
        editions.series()
        .query("series == 'rd_spending' and region == '河南' and period == '2020'")["value"]
        .iloc[0]
    )
    assert wide["input_6"].sum() == pytest.approx(total, rel=0.002), "R&D spending sums to the province's"


def test_cities_above_the_fifth_place_are_the_printed_ones(result: index.Scored) -> None:
    for d in DIMENSIONS:
        printed = editions.scores(YEAR).query("code == @d and rank <= 5").sort_values("rank")["city"].tolist()
        assert result.scores[d].sort_values(ascending=False).index[:5].tolist() == printed


# ---------------------------------------------------------------- the experts, the program, the checks


def test_the_expert_forms_give_the_weights_that_the_printed_scores_point_to(tree: pd.DataFrame) -> None:
    forms = editions.teaching_experts()
    found = weights.from_experts(forms, tree)
    assert found.weights.set_index("code")["weight"].to_dict() == pytest.approx(
        {"input": 25, "output": 25, "enterprise": 25, "environment": 15, "performance": 10}
    )
    agreement = found.agreement.iloc[0]
    assert 0.3 < agreement["w"] < 0.95, "experts agree, but not to the point"
    assert forms.groupby("expert")["points"].sum().eq(100).all()
    assert forms.pivot(index="expert", columns="indicator", values="points").drop_duplicates().shape[0] >= 7


def test_the_program_gives_the_committed_tables_byte_for_byte(tmp_path: Path) -> None:
    for path in teaching.main(tmp_path):
        assert path.read_bytes() == (ROOT / "data" / "teaching" / path.name).read_bytes(), path.name


def test_the_panel_is_never_among_the_editions() -> None:
    for year in editions.years():
        assert (
            editions.observations(year).empty
            or not (editions.observations(year)["status"] == "illustrative").any()
        )


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        ("illustrative,bluebook_teaching", "public,bluebook_teaching", "status"),
        (",input_3,", ",input_99,", "indicator"),
        (",人年,", ",千人年,", "unit"),
    ],
)
def test_check_names_a_cell_of_the_panel_that_cannot_be(
    tmp_path: Path, before: str, after: str, column: str
) -> None:
    root = tmp_path / "data"
    shutil.copytree(ROOT / "data", root)
    path = root / "teaching" / "observations.csv"
    path.write_text(path.read_text("utf-8").replace(before, after, 1), "utf-8")
    faults = checks.check(root, [])
    assert faults and faults[0].file == "teaching/observations.csv" and faults[0].column == column
