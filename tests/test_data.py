"""The shipped data are sound, a fault in them is named cell by cell, and what they are said to show they show."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from typer.testing import CliRunner

from bluebook import cli, editions

DATA = Path(__file__).resolve().parent.parent / "data"
CENTRAL = ["山西", "安徽", "江西", "河南", "湖北", "湖南"]
WEIGHTS = {"input": 25, "output": 25, "enterprise": 25, "environment": 15, "performance": 10}

ZHENGZHOU, LUOYANG, XINXIANG, JIAOZUO = "410100", "410300", "410700", "410800"
SCORES, TREE, SETTINGS = (f"editions/2022/{n}" for n in ("scores.csv", "indicators.csv", "edition.yml"))


# ---------------------------------------------------------------- the shipped data


@pytest.fixture(autouse=True)
def _shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_DATA", str(DATA))


def test_the_shipped_data_have_no_fault():
    assert [f.line("en") for f in editions.check()] == []


def test_anyone_can_validate_the_package_with_frictionless():
    from frictionless import Package

    report = Package(str(DATA / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])


def test_the_package_lists_every_table_and_the_map():
    listed = {r["path"] for r in editions.package()["resources"]}
    assert {"geo/henan.topojson"} <= listed
    there = {p.relative_to(DATA).as_posix() for p in DATA.rglob("*.csv")}
    assert there == {p for p in listed if p.endswith(".csv")}, "run editions.list_tables()"


def test_tables_of_one_kind_have_one_schema_in_all_editions():
    package = editions.package()
    for resource in package["resources"]:
        if resource["path"].startswith("editions/"):
            kind = Path(resource["path"]).stem
            assert resource["schema"] == package["tables"][kind]["schema"], resource["path"]


def test_every_field_says_what_it_is_in_both_languages():
    package = editions.package()
    schemas = [r["schema"] for r in package["resources"] if "schema" in r]
    for schema in (*schemas, *(t["schema"] for t in package["tables"].values())):
        assert all(f["title"] and f["title_en"] and f["type"] for f in schema["fields"])
    assert package["licenses"][0]["name"] == "CC-BY-4.0"


def test_files_are_plain_utf8_with_line_feeds():
    for path in (*DATA.rglob("*.csv"), *DATA.rglob("*.yml"), *DATA.rglob("*.json")):
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw and raw.endswith(b"\n"), path
        raw.decode("utf-8")


def test_only_print_and_invention_have_no_address_and_only_official_hosts_are_linked():
    sources = editions.sources().set_index("id")
    assert sources.index[sources["url"] == ""].tolist() == ["newsletter", "bluebook_teaching"]
    low = sources[sources["confidence"] == "low"]
    assert not low["official"].any()
    assert not any(
        host in url for url in sources.loc[sources["official"], "url"] for host in ("4huh31", "shadafang")
    )


# ---------------------------------------------------------------- faults, one at a time


def change(root: Path, name: str, row: int, column: str, value: str) -> None:
    """Write ``value`` into one cell; ``row`` as a spreadsheet counts it."""
    with (root / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[row - 1][rows[0].index(column)] = value
    with (root / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def row_of(root: Path, name: str, **cells: str) -> int:
    """Return the spreadsheet row in which these columns hold these values."""
    with (root / name).open(encoding="utf-8", newline="") as file:
        for number, record in enumerate(csv.DictReader(file), start=2):
            if all(record[k] == v for k, v in cells.items()):
                return number
    raise LookupError(cells)


def rewrite(root: Path, name: str, work: Callable[[str], str]) -> None:
    """Replace the text of a file by ``work`` of it."""
    path = root / name
    path.write_text(work(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")


class Expected(NamedTuple):
    """Where a fault must be found: row None where the whole file is meant."""

    file: str
    row: int | None
    column: str
    value: str


def an_unknown_city(root: Path) -> Expected:
    row = row_of(root, SCORES, city=LUOYANG, code="index")
    change(root, SCORES, row, "city", "410399")
    return Expected(SCORES, row, "city", "410399")


def a_city_twice_under_one_code(root: Path) -> Expected:
    row = row_of(root, SCORES, city=JIAOZUO, code="output")
    change(root, SCORES, row, "city", XINXIANG)
    return Expected(SCORES, row, "city+code", f"{XINXIANG} output")


def weights_of_a_family_that_sum_to_105(root: Path) -> Expected:
    change(root, TREE, row_of(root, TREE, code="performance"), "weight", "15")
    return Expected(TREE, row_of(root, TREE, code="input"), "weight", "105")


def a_parent_that_does_not_exist(root: Path) -> Expected:
    row = row_of(root, TREE, code="output_3")
    change(root, TREE, row, "parent", "outputs")
    return Expected(TREE, row, "parent", "outputs")


def parents_in_a_circle(root: Path) -> Expected:
    row = row_of(root, TREE, code="input")
    change(root, TREE, row, "parent", "input_1")
    return Expected(TREE, row, "parent", "input_1")


def two_roots(root: Path) -> Expected:
    row = row_of(root, TREE, code="environment")
    change(root, TREE, row, "parent", "")
    return Expected(TREE, row, "parent", "environment")


def a_code_outside_the_framework(root: Path) -> Expected:
    row = row_of(root, SCORES, city=XINXIANG, code="output_2")
    change(root, SCORES, row, "code", "output_8")
    return Expected(SCORES, row, "code", "output_8")


def ranks_against_the_scores(root: Path) -> Expected:
    second = row_of(root, SCORES, city=LUOYANG, code="performance")
    third = row_of(root, SCORES, city="411000", code="performance")
    change(root, SCORES, second, "rank", "3")
    change(root, SCORES, third, "rank", "2")
    return Expected(SCORES, third, "rank", "2")


def a_rank_skipped_where_all_18_are_printed(root: Path) -> Expected:
    row = row_of(root, SCORES, city="411400", code="index")
    change(root, SCORES, row, "rank", "17")
    return Expected(SCORES, row, "rank", "17")


def a_rank_of_19(root: Path) -> Expected:
    row = row_of(root, SCORES, city="411600", code="index")
    change(root, SCORES, row, "rank", "19")
    return Expected(SCORES, row, "rank", "19")


def an_unknown_source(root: Path) -> Expected:
    row = row_of(
        root, "economy/series.csv", series="rd_intensity", region="河南", period="2022", vintage="first"
    )
    change(root, "economy/series.csv", row, "source", "cns_2023_rd;hearsay_2022")
    return Expected("economy/series.csv", row, "source", "hearsay_2022")


def a_score_above_100(root: Path) -> Expected:
    row = row_of(root, SCORES, city=ZHENGZHOU, code="output")
    change(root, SCORES, row, "score", "101")
    return Expected(SCORES, row, "score", "101")


def a_score_with_its_unit(root: Path) -> Expected:
    row = row_of(root, SCORES, city=ZHENGZHOU, code="index")
    change(root, SCORES, row, "score", "97.25分")
    return Expected(SCORES, row, "score", "97.25分")


def decimals_that_are_not_the_scores(root: Path) -> Expected:
    row = row_of(root, SCORES, city=LUOYANG, code="index")
    change(root, SCORES, row, "score", "52.7")
    return Expected(SCORES, row, "decimals", "2")


def a_confidence_nobody_knows(root: Path) -> Expected:
    change(root, "public/cities.csv", 5, "confidence", "sure")
    return Expected("public/cities.csv", 5, "confidence", "sure")


def a_day_that_does_not_exist(root: Path) -> Expected:
    rewrite(root, SETTINGS, lambda t: t.replace("published: 2022-07-04", "published: 2022-02-30"))
    lines = (root / SETTINGS).read_text(encoding="utf-8").splitlines()
    return Expected(
        SETTINGS,
        lines.index(next(x for x in lines if x.startswith("published"))) + 1,
        "published",
        "2022-02-30",
    )


def a_setting_left_out(root: Path) -> Expected:
    rewrite(
        root, SETTINGS, lambda t: "\n".join(x for x in t.splitlines() if not x.startswith("publisher")) + "\n"
    )
    return Expected(SETTINGS, None, "publisher", "")


def a_count_that_the_tree_does_not_have(root: Path) -> Expected:
    rewrite(root, SETTINGS, lambda t: t.replace("n_indicators: 36", "n_indicators: 37"))
    lines = (root / SETTINGS).read_text(encoding="utf-8").splitlines()
    return Expected(SETTINGS, lines.index("  n_indicators: 37") + 1, "n_indicators", "37")


def a_column_left_out(root: Path) -> Expected:
    rewrite(root, "editions/2018/scores.csv", lambda t: t.replace("confidence", "trust", 1))
    return Expected("editions/2018/scores.csv", 1, "confidence", "")


def a_column_too_many(root: Path) -> Expected:
    rewrite(
        root,
        "cities.csv",
        lambda t: "\n".join(x + (",mayor" if i == 0 else ",") for i, x in enumerate(t.splitlines())) + "\n",
    )
    return Expected("cities.csv", 1, "mayor", "mayor")


def a_column_name_twice(root: Path) -> Expected:
    rewrite(root, "editions/2019/scores.csv", lambda t: t.replace("score,rank", "score,score", 1))
    return Expected("editions/2019/scores.csv", 1, "score", "score")


def an_empty_file(root: Path) -> Expected:
    rewrite(root, "public/press.csv", lambda t: "")
    return Expected("public/press.csv", None, "", "")


def a_file_that_is_gone(root: Path) -> Expected:
    (root / "editions/2017/scores.csv").unlink()
    return Expected("editions/2017/scores.csv", None, "", "")


def a_stray_comma(root: Path) -> Expected:
    rewrite(root, "editions/2020/scores.csv", lambda t: t.replace("92.35,1,2,", "92,35,1,2,", 1))
    return Expected("editions/2020/scores.csv", 2, "", "410100,index,92,35,1,2")


def semicolons_for_commas(root: Path) -> Expected:
    rewrite(root, "economy/names.csv", lambda t: t.replace(",", ";"))
    return Expected("economy/names.csv", 1, "", "series;name_zh")


def a_quote_that_never_closes(root: Path) -> Expected:
    rewrite(
        root,
        "editions/2018/scores.csv",
        lambda t: t.replace("newsletter table only", '"newsletter table only', 1),
    )
    return Expected("editions/2018/scores.csv", 2, "", "")


def a_table_in_gbk(root: Path) -> Expected:
    path = root / "cities.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    return Expected("cities.csv", None, "", "")


def another_unit_for_the_same_series(root: Path) -> Expected:
    row = row_of(root, "economy/provinces.csv", series="rd_spending", region="河南", period="2020")
    change(root, "economy/provinces.csv", row, "unit", "万元")
    return Expected("economy/provinces.csv", row, "unit", "万元")


def a_city_missing_from_the_map(root: Path) -> Expected:
    rewrite(root, "geo/henan.topojson", lambda t: t.replace('"id":"419001"', '"id":"410881"'))
    return Expected("geo/henan.topojson", None, "id", "419001")


def evidence_without_its_number(root: Path) -> Expected:
    name = "editions/2021/claims.csv"
    fields = editions.package()["tables"]["claims"]["schema"]["fields"]
    cells = {"id": "gdp_2020", "chapter": "a", "subject_zh": "增速", "subject_en": "growth", "value": "1.3", "decimals": "1", "bound": "exact", "evidence": "paihang_2021_provinces"}  # fmt: skip
    lines = [",".join(f["name"] for f in fields), ",".join(cells.get(f["name"], "") for f in fields)]
    (root / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Expected(name, 2, "evidence", "paihang_2021_provinces")


def a_package_that_is_not_json(root: Path) -> Expected:
    rewrite(root, "datapackage.json", lambda t: t.replace("{", "", 1))
    return Expected("datapackage.json", 2, "", "")


FAULTS = [
    an_unknown_city,
    a_city_twice_under_one_code,
    weights_of_a_family_that_sum_to_105,
    a_parent_that_does_not_exist,
    parents_in_a_circle,
    two_roots,
    a_code_outside_the_framework,
    ranks_against_the_scores,
    a_rank_skipped_where_all_18_are_printed,
    a_rank_of_19,
    an_unknown_source,
    a_score_above_100,
    a_score_with_its_unit,
    decimals_that_are_not_the_scores,
    a_confidence_nobody_knows,
    a_day_that_does_not_exist,
    a_setting_left_out,
    a_count_that_the_tree_does_not_have,
    a_column_left_out,
    a_column_too_many,
    a_column_name_twice,
    an_empty_file,
    a_file_that_is_gone,
    a_stray_comma,
    semicolons_for_commas,
    a_quote_that_never_closes,
    a_table_in_gbk,
    another_unit_for_the_same_series,
    a_city_missing_from_the_map,
    evidence_without_its_number,
    a_package_that_is_not_json,
]


@pytest.mark.parametrize("seed", FAULTS, ids=lambda seed: seed.__name__)
def test_check_names_the_place_and_the_mend_of(seed, copy, monkeypatch):
    expected = seed(copy)
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    result = CliRunner().invoke(cli.app, ["check"])
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    place = expected.file + (f" row {expected.row}" if expected.row else "")
    place += f" column {expected.column}" if expected.column else ""
    place += f' "{expected.value}' if expected.value else ""
    lines = [line for line in result.output.splitlines() if line.startswith(place)]
    assert lines, f"nothing begins with {place!r} in:\n{result.output}"
    problem, mend = lines[0].removeprefix(place).split(". ", 1)
    assert len(problem) > 5 and len(mend) > 5


def test_a_fault_is_told_in_chinese_and_in_english(copy):
    a_score_above_100(copy)
    (fault,) = editions.check(copy)
    assert (fault.row, fault.column, fault.value) == (
        row_of(copy, SCORES, city=ZHENGZHOU, code="output"),
        "score",
        "101",
    )
    assert fault.line("zh").startswith(f"{SCORES} 第 {fault.row} 行 score 列 “101”：大于 100")
    assert fault.line("en").startswith(f'{SCORES} row {fault.row} column score "101": above 100')


def test_one_fault_does_not_hide_another(copy):
    a_score_above_100(copy)
    an_unknown_source(copy)
    a_table_in_gbk(copy)
    assert {f.file for f in editions.check(copy)} == {SCORES, "economy/series.csv", "cities.csv"}


def test_faults_of_other_editions_are_left_out_when_one_is_asked_for(copy):
    a_file_that_is_gone(copy)
    assert editions.check(copy, 2022) == []
    assert len(editions.check(copy, 2017)) == 1


def test_what_excel_adds_is_tolerated(copy):
    path = copy / SCORES
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b",,,,,,,\r\n")
    assert editions.check(copy) == []
    assert len(editions.scores(2022)) == len(pd.read_csv(DATA / SCORES))


def test_a_draft_without_scores_is_no_fault(copy):
    shutil.copytree(copy / "editions/2021", copy / "editions/2023")
    (copy / "editions/2023/scores.csv").unlink()
    rewrite(
        copy,
        "editions/2023/edition.yml",
        lambda t: t.replace("2021", "2023").replace("status: published", "status: draft"),
    )
    assert editions.check(copy) == []


# ---------------------------------------------------------------- what the data show


def value(frame: pd.DataFrame, **cells: str) -> float:
    """Return the one value of a tidy table in the row with these cells."""
    for column, cell in cells.items():
        frame = frame[frame[column] == cell]
    assert len(frame) == 1, cells
    return float(frame["value"].iloc[0])


def names(codes: list[str]) -> list[str]:
    """Return the short Chinese names of city codes."""
    return editions.cities().set_index("city")["name_zh"][codes].tolist()


def test_the_ranks_of_2022_are_1_to_18_and_the_scores_the_printed_number():
    scores = editions.all_scores()
    index = scores[scores["code"] == "index"]
    assert sorted(index.loc[index["year"] == 2022, "rank"]) == list(range(1, 19))
    printed = index.dropna(subset="score").groupby("year").size()
    assert printed.to_dict() == {2017: 10, 2018: 6, 2019: 6, 2020: 6, 2021: 6, 2022: 6}
    shangqiu = index[(index["year"] == 2022) & (index["city"] == "411400")]
    assert shangqiu["rank"].tolist() == [16]


def test_each_dimension_of_2022_has_its_printed_first_five():
    scores = editions.scores(2022)
    for code in WEIGHTS:
        five = scores[(scores["code"] == code) & scores["score"].notna()].sort_values("rank")
        assert five["rank"].tolist() == [1, 2, 3, 4, 5]
        assert five["score"].is_monotonic_decreasing


@pytest.mark.parametrize(("city", "total"), [(ZHENGZHOU, 97.25), (LUOYANG, 52.70)])
def test_the_recovered_weights_give_the_printed_totals(city, total):
    scores = editions.scores(2022)
    mine = scores[scores["city"] == city].set_index("code")["score"]
    assert round(sum(mine[code] * weight for code, weight in WEIGHTS.items()) / 100, 2) == total
    tree = editions.indicators(2022).set_index("code")["weight"]
    assert tree[list(WEIGHTS)].to_dict() == WEIGHTS


def test_of_36_indicators_ten_are_named_and_seven_stand_under_output():
    tree = editions.indicators(2022)
    leaves = tree[~tree["code"].isin(tree["parent"])]
    assert len(leaves) == 36 and (leaves["parent"] == "output").sum() == 7
    assert (leaves["named_in"] != "").sum() == 10 and (leaves["named_in"] == "").sum() == 26
    assert set(leaves["weight_basis"]) == {"assumed"}
    assert leaves.loc[leaves["named_in"] == "", "derivation"].str.startswith("Proposed by this book").all()


def test_the_indicators_that_zhengzhou_does_not_lead_are_known_and_leave_one_for_input():
    scores, press = editions.scores(2022), editions.press()
    leaves = scores[scores["code"].str.contains("_")]
    others = leaves[(leaves["rank"] == 1) & (leaves["city"] != ZHENGZHOU)]["code"].tolist()
    firsts = press.set_index("id").loc["press_2022_410100_firsts", "value"]
    assert len(others) + firsts == 36
    zhengzhou = scores[scores["city"] == ZHENGZHOU].set_index("code")["score"]
    below = {code for code in WEIGHTS if zhengzhou[code] < 100}
    # Whoever leads every indicator of a dimension has 100 there: each dimension below 100 needs one of these four.
    assert below == {code.split("_")[0] for code in others} == {"input", "enterprise", "performance"}
    assert [code for code in others if code.startswith("input")] == ["input_2"]


def test_gdp_per_head_of_2020_has_the_reports_first_five():
    cities = editions.public_cities()
    heads = cities[(cities["indicator"] == "gdp_per_capita_yuan_derived") & (cities["period"] == "2020")]
    ours = heads.sort_values("value", ascending=False)["city"].head(5).tolist()
    assert names(ours) == ["济源", "郑州", "许昌", "洛阳", "三门峡"]
    report = editions.scores(2022)
    assert report[report["code"] == "performance_1"].sort_values("rank")["city"].tolist() == ours


def test_universities_of_2020_are_65_and_11_and_five_sevens():
    cities = editions.public_cities()
    counts = cities[(cities["indicator"] == "universities") & (cities["period"] == "2020")].set_index("city")[
        "value"
    ]
    assert (counts[ZHENGZHOU], counts[XINXIANG], (counts == 7).sum()) == (65, 11, 5)


def test_census_counts_sum_to_the_provincial_total():
    cities = editions.public_cities()
    census = cities[cities["indicator"] == "population_census_10k"]
    assert len(census) == 18 and census["value"].sum() == pytest.approx(9936.5519, abs=0.001)


@pytest.mark.parametrize(
    ("period", "above", "level", "central"), [("2020", 25, 0, 5), ("2021", 26, 1, 6), ("2022Q1", 24, 0, 6)]
)
def test_henans_growth_ranks_26th_then_27th_with_another_then_25th(period, above, level, central):
    table = editions.provinces()
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
    table = editions.provinces()
    trade = table[(table["series"] == "trade_goods_total") & (table["period"] == "2020")].set_index("region")[
        "value"
    ]
    assert (trade > trade["河南"]).sum() == 9


def test_figures_that_the_audit_leans_on():
    series = editions.series()
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
    for frame in (editions.series(), editions.provinces()):
        beginning = frame["note"].str.upper().str.extract(r"^(DERIVED|INFERRED|LOWER BOUND)")[0]
        told = beginning.map(
            {"DERIVED": "derived", "INFERRED": "inferred", "LOWER BOUND": "lower_bound"}
        ).dropna()
        assert (frame.loc[told.index, "kind"] == told).all()
        assert not (frame.loc[frame["kind"] == "inferred", "confidence"] != "low").any()


def test_the_metropolitan_area_has_nine_cities_and_eight_of_the_first_nine():
    cities = editions.cities().set_index("city")
    assert names(cities.index[cities["metro"] == "1+4"].tolist()) == ["郑州", "开封", "新乡", "焦作", "许昌"]
    assert names(cities.index[cities["metro"] == "1+8"].tolist()) == ["洛阳", "平顶山", "漯河", "济源"]
    scores = editions.scores(2022)
    nine = scores[(scores["code"] == "index") & (scores["rank"] <= 9)]["city"].tolist()
    assert names([c for c in nine if not cities["metro"][c]]) == ["南阳"]


def test_the_map_draws_the_18_cities():
    shapes = json.loads((DATA / "geo/henan.topojson").read_text(encoding="utf-8"))["objects"]["henan_id"]
    assert sorted(g["id"] for g in shapes["geometries"]) == sorted(editions.cities()["city"])
