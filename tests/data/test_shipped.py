"""The shipped data are sound, and what they are said to show they show."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from bluebook.data import edition, schema
from bluebook.ledger import check

DATA = ROOT / "data"
CENTRAL = ["山西", "安徽", "江西", "河南", "湖北", "湖南"]
WEIGHTS = {"input": 25, "output": 25, "enterprise": 25, "environment": 15, "performance": 10}

ZHENGZHOU, LUOYANG, XINXIANG, JIAOZUO = "410100", "410300", "410700", "410800"


@pytest.fixture(autouse=True)
def _shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_DATA", str(DATA))


def test_the_shipped_data_have_no_fault():
    assert [f.line("en") for f in check.check()] == []


def test_anyone_can_validate_the_package_with_frictionless():
    from frictionless import Package

    report = Package(str(DATA / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])


def test_the_package_lists_every_table_and_the_map():
    listed = {r["path"] for r in schema.package()["resources"]}
    assert {"geo/henan.topojson"} <= listed
    there = {p.relative_to(DATA).as_posix() for p in DATA.rglob("*.csv")}
    assert there == {p for p in listed if p.endswith(".csv")}, "run list_tables()"


def test_tables_of_one_kind_have_one_schema_in_all_editions():
    package = schema.package()
    for resource in package["resources"]:
        if resource["path"].startswith("editions/"):
            kind = Path(resource["path"]).stem
            assert resource["schema"] == package["tables"][kind]["schema"], resource["path"]


def test_every_field_says_what_it_is_in_both_languages():
    package = schema.package()
    schemas = [r["schema"] for r in package["resources"] if "schema" in r]
    for one in (*schemas, *(t["schema"] for t in package["tables"].values())):
        assert all(f["title"] and f["title_en"] and f["type"] for f in one["fields"])
    assert package["licenses"][0]["name"] == "CC-BY-4.0"


def test_files_are_plain_utf8_with_line_feeds():
    for path in (*DATA.rglob("*.csv"), *DATA.rglob("*.yml"), *DATA.rglob("*.json")):
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw and raw.endswith(b"\n"), path
        raw.decode("utf-8")


def test_only_print_and_invention_have_no_address_and_only_official_hosts_are_linked():
    sources = edition.sources().set_index("id")
    assert sources.index[sources["url"] == ""].tolist() == ["newsletter", "bluebook_teaching"]
    low = sources[sources["confidence"] == "low"]
    assert not low["official"].any()
    assert not any(
        host in url for url in sources.loc[sources["official"], "url"] for host in ("4huh31", "shadafang")
    )


# ---------------------------------------------------------------- what the data show


def value(frame: pd.DataFrame, **cells: str) -> float:
    """Return the one value of a tidy table in the row with these cells."""
    for column, cell in cells.items():
        frame = frame[frame[column] == cell]
    assert len(frame) == 1, cells
    return float(frame["value"].iloc[0])


def names(codes: list[str]) -> list[str]:
    """Return the short Chinese names of city codes."""
    return edition.cities().set_index("city")["name_zh"][codes].tolist()


def test_the_ranks_of_2022_are_1_to_18_and_the_scores_the_printed_number():
    scores = edition.all_scores()
    index = scores[scores["code"] == "index"]
    assert sorted(index.loc[index["year"] == 2022, "rank"]) == list(range(1, 19))
    printed = index.dropna(subset="score").groupby("year").size()
    assert printed.to_dict() == {2017: 10, 2018: 6, 2019: 6, 2020: 6, 2021: 6, 2022: 6}
    shangqiu = index[(index["year"] == 2022) & (index["city"] == "411400")]
    assert shangqiu["rank"].tolist() == [16]


def test_each_dimension_of_2022_has_its_printed_first_five():
    scores = edition.scores(2022)
    for code in WEIGHTS:
        five = scores[(scores["code"] == code) & scores["score"].notna()].sort_values("rank")
        assert five["rank"].tolist() == [1, 2, 3, 4, 5]
        assert five["score"].is_monotonic_decreasing


@pytest.mark.parametrize(("city", "total"), [(ZHENGZHOU, 97.25), (LUOYANG, 52.70)])
def test_the_recovered_weights_give_the_printed_totals(city, total):
    scores = edition.scores(2022)
    mine = scores[scores["city"] == city].set_index("code")["score"]
    assert round(sum(mine[code] * weight for code, weight in WEIGHTS.items()) / 100, 2) == total
    tree = edition.indicators(2022).set_index("code")["weight"]
    assert tree[list(WEIGHTS)].to_dict() == WEIGHTS


def test_of_36_indicators_ten_are_named_and_seven_stand_under_output():
    tree = edition.indicators(2022)
    leaves = tree[~tree["code"].isin(tree["parent"])]
    assert len(leaves) == 36 and (leaves["parent"] == "output").sum() == 7
    assert (leaves["named_in"] != "").sum() == 10 and (leaves["named_in"] == "").sum() == 26
    assert set(leaves["weight_basis"]) == {"assumed"}
    assert leaves.loc[leaves["named_in"] == "", "derivation"].str.startswith("Proposed by this book").all()


def test_the_indicators_that_zhengzhou_does_not_lead_are_known_and_leave_one_for_input():
    scores, press = edition.scores(2022), edition.press()
    leaves = scores[scores["code"].str.contains("_")]
    others = leaves[(leaves["rank"] == 1) & (leaves["city"] != ZHENGZHOU)]["code"].tolist()
    firsts = press.set_index("id").loc["press_2022_410100_firsts", "value"]
    assert len(others) + firsts == 36
    zhengzhou = scores[scores["city"] == ZHENGZHOU].set_index("code")["score"]
    below = {code for code in WEIGHTS if zhengzhou[code] < 100}
    # Whoever leads all indicators of a dimension has 100 there: each one below 100 needs one of these four.
    assert below == {code.split("_")[0] for code in others} == {"input", "enterprise", "performance"}
    assert [code for code in others if code.startswith("input")] == ["input_2"]


def test_gdp_per_head_of_2020_has_the_reports_first_five():
    cities = edition.public_cities()
    heads = cities[(cities["indicator"] == "gdp_per_capita_yuan_derived") & (cities["period"] == "2020")]
    ours = heads.sort_values("value", ascending=False)["city"].head(5).tolist()
    assert names(ours) == ["济源", "郑州", "许昌", "洛阳", "三门峡"]
    report = edition.scores(2022)
    assert report[report["code"] == "performance_1"].sort_values("rank")["city"].tolist() == ours


def test_universities_of_2020_are_65_and_11_and_five_sevens():
    cities = edition.public_cities()
    counts = cities[(cities["indicator"] == "universities") & (cities["period"] == "2020")].set_index("city")[
        "value"
    ]
    assert (counts[ZHENGZHOU], counts[XINXIANG], (counts == 7).sum()) == (65, 11, 5)


def test_census_counts_sum_to_the_provincial_total():
    cities = edition.public_cities()
    census = cities[cities["indicator"] == "population_census_10k"]
    assert len(census) == 18 and census["value"].sum() == pytest.approx(9936.5519, abs=0.001)


@pytest.mark.parametrize(
    ("period", "above", "level", "central"), [("2020", 25, 0, 5), ("2021", 26, 1, 6), ("2022Q1", 24, 0, 6)]
)
def test_henans_growth_ranks_26th_then_27th_with_another_then_25th(period, above, level, central):
    table = edition.provinces()
    growth = table[(table["series"] == "gdp_growth_real") & (table["period"] == period)].set_index("region")[
        "value"
    ]
    assert len(growth) == 31
    # 西藏 is printed only as "at least 6" for 2022Q1: above Henan whatever it is.
    growth = growth.fillna(6.0)
    assert (growth > growth["河南"]).sum() == above
    assert (growth == growth["河南"]).sum() - 1 == level
    if level:
        assert growth.index[(growth == growth["河南"]) & (growth.index != "河南")].tolist() == ["内蒙古"]
    assert (growth[CENTRAL] > growth["河南"]).sum() + 1 == central


def test_nine_provinces_traded_more_than_henan_in_2020():
    table = edition.provinces()
    trade = table[(table["series"] == "trade_goods_total") & (table["period"] == "2020")].set_index("region")[
        "value"
    ]
    assert (trade > trade["河南"]).sum() == 9


def test_figures_that_the_audit_leans_on():
    series = edition.series()
    pick = {"region": "河南", "vintage": "first"}
    assert value(series, series="fixed_investment_growth", period="2022M1-M4", **pick) == 12.0
    spent, gdp = (value(series, series=s, period="2021", **pick) for s in ("rd_spending", "gdp_level"))
    assert round(100 * spent / gdp, 2) == value(series, series="rd_intensity", period="2021", **pick) == 1.73
    sectors = sum(
        value(series, series=f"gdp_{s}", period="2021", **pick) for s in ("primary", "secondary", "tertiary")
    )
    assert gdp == 58887.41 and sectors == pytest.approx(58887.40)
    imports = value(series, series="imports", region="全国", period="2020")
    total = value(series, series="trade_goods_total", region="全国", period="2020")
    assert round(100 * imports / total, 2) == 44.25
    assert value(series, series="exports", period="2021H1", **pick) == 2296.1


def test_a_figure_that_was_not_printed_says_so():
    for frame in (edition.series(), edition.provinces()):
        beginning = frame["note"].str.upper().str.extract(r"^(DERIVED|INFERRED|LOWER BOUND)")[0]
        told = beginning.map(
            {"DERIVED": "derived", "INFERRED": "inferred", "LOWER BOUND": "lower_bound"}
        ).dropna()
        assert (frame.loc[told.index, "kind"] == told).all()
        assert not (frame.loc[frame["kind"] == "inferred", "confidence"] != "low").any()


def test_the_metropolitan_area_has_nine_cities_and_eight_of_the_first_nine():
    cities = edition.cities().set_index("city")
    assert names(cities.index[cities["metro"] == "1+4"].tolist()) == ["郑州", "开封", "新乡", "焦作", "许昌"]
    assert names(cities.index[cities["metro"] == "1+8"].tolist()) == ["洛阳", "平顶山", "漯河", "济源"]
    scores = edition.scores(2022)
    nine = scores[(scores["code"] == "index") & (scores["rank"] <= 9)]["city"].tolist()
    assert names([c for c in nine if not cities["metro"][c]]) == ["南阳"]


def test_the_map_draws_the_18_cities():
    shapes = json.loads((DATA / "geo/henan.topojson").read_text(encoding="utf-8"))["objects"]["henan_id"]
    assert sorted(g["id"] for g in shapes["geometries"]) == sorted(edition.cities()["city"])
