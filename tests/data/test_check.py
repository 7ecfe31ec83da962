"""A fault in the data is named cell by cell, with its mend, in both languages."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from conftest import ROOT, change, rewrite, row_of, rules
from typer.testing import CliRunner

from bluebook import cli
from bluebook.data import edition, schema
from bluebook.ledger import check

DATA = ROOT / "data"
CENTRAL = ["山西", "安徽", "江西", "河南", "湖北", "湖南"]
WEIGHTS = {"input": 25, "output": 25, "enterprise": 25, "environment": 15, "performance": 10}

ZHENGZHOU, LUOYANG, XINXIANG, JIAOZUO = "410100", "410300", "410700", "410800"
SCORES, TREE, SETTINGS = (f"editions/2022/{n}" for n in ("scores.csv", "indicators.csv", "edition.yml"))


@pytest.fixture(autouse=True)
def _shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_DATA", str(DATA))


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


def weights_of_a_family_that_sum_to_101(root: Path) -> Expected:
    change(root, TREE, row_of(root, TREE, code="performance"), "weight", "11")
    return Expected(TREE, row_of(root, TREE, code="input"), "weight", "101")


def a_weight_a_hair_too_large(root: Path) -> Expected:
    change(root, TREE, row_of(root, TREE, code="performance"), "weight", "10.00001")
    return Expected(TREE, row_of(root, TREE, code="input"), "weight", "100.00001")


def a_family_with_one_weight_left_out(root: Path) -> Expected:
    row = row_of(root, TREE, code="performance")
    change(root, TREE, row, "weight", "")
    return Expected(TREE, row, "weight", "")


def a_weight_without_its_basis(root: Path) -> Expected:
    row = row_of(root, TREE, code="performance")
    change(root, TREE, row, "weight_basis", "")
    return Expected(TREE, row, "weight_basis", "")


def a_region_nobody_knows(root: Path) -> Expected:
    row = row_of(root, "economy/provinces.csv", series="rd_spending", region="河南", period="2020")
    change(root, "economy/provinces.csv", row, "region", "中原")
    return Expected("economy/provinces.csv", row, "region", "中原")


def two_provinces_of_ones_own(root: Path) -> Expected:
    row = row_of(root, "economy/regions.csv", region="河北")
    change(root, "economy/regions.csv", row, "kind", "home")
    return Expected("economy/regions.csv", None, "kind", "")


def a_speaker_that_is_a_list(root: Path) -> Expected:
    rewrite(root, SETTINGS, lambda t: t.replace("index_speaker: 于善甫", "index_speaker: [甲, 乙]"))
    lines = (root / SETTINGS).read_text(encoding="utf-8").splitlines()
    row = next(i for i, x in enumerate(lines, 1) if x.startswith("index_speaker"))
    return Expected(SETTINGS, row, "index_speaker", "['甲', '乙']")


def a_value_in_full_width_digits(root: Path) -> Expected:
    change(root, "economy/series.csv", 2, "value", "１０.3")
    return Expected("economy/series.csv", 2, "value", "１０.3")


def an_infinite_figure(root: Path) -> Expected:
    change(root, "public/cities.csv", 2, "value", "inf")
    return Expected("public/cities.csv", 2, "value", "inf")


def a_city_code_of_another_form(root: Path) -> Expected:
    row = row_of(root, SCORES, city=LUOYANG, code="index")
    change(root, SCORES, row, "city", "Luoyang")
    return Expected(SCORES, row, "city", "Luoyang")


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
    fields = schema.package()["tables"]["claims"]["schema"]["fields"]
    cells = {
        "id": "gdp_2020",
        "chapter": "a",
        "subject_zh": "增速",
        "subject_en": "growth",
        "value": "1.3",
        "decimals": "1",
        "bound": "exact",
        "evidence": "paihang_2021_provinces",
    }
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
    weights_of_a_family_that_sum_to_101,
    a_weight_a_hair_too_large,
    a_family_with_one_weight_left_out,
    a_weight_without_its_basis,
    a_region_nobody_knows,
    two_provinces_of_ones_own,
    a_speaker_that_is_a_list,
    a_value_in_full_width_digits,
    an_infinite_figure,
    a_city_code_of_another_form,
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
def test_check_names_the_place_and_the_mend_of(seed, copy):
    expected = seed(copy)
    told = rules(copy, expected.file) or check.check(copy)
    named(expected, [fault.line("en") for fault in told])


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed", [a_score_above_100, a_table_in_gbk, evidence_without_its_number, a_package_that_is_not_json]
)
def test_the_command_says_so_too_and_ends_with_1(seed, copy, monkeypatch):
    expected = seed(copy)
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    result = CliRunner().invoke(cli.app, ["check"])
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit) and "Traceback" not in result.output
    named(expected, result.output.splitlines())


def named(expected: Expected, told: list[str]) -> None:
    """Assert that a line begins with the place and goes on with the problem and the mend."""
    place = expected.file + (f" row {expected.row}" if expected.row else "")
    place += f" column {expected.column}" if expected.column else ""
    place += f' "{expected.value}' if expected.value else ""
    lines = [line for line in told if line.startswith(place)]
    assert lines, f"nothing begins with {place!r} in:\n{told}"
    problem, mend = lines[0].removeprefix(place).split(". ", 1)
    assert len(problem) > 5 and len(mend) > 5


@pytest.mark.slow
def test_a_fault_is_told_in_chinese_and_in_english(copy):
    a_score_above_100(copy)
    (fault,) = check.check(copy)
    assert (fault.row, fault.column, fault.value) == (
        row_of(copy, SCORES, city=ZHENGZHOU, code="output"),
        "score",
        "101",
    )
    assert fault.line("zh").startswith(f"{SCORES} 第 {fault.row} 行 score 列 “101”：大于 100")
    assert fault.line("en").startswith(f'{SCORES} row {fault.row} column score "101": above 100')


def test_a_mend_is_told_in_words_and_never_as_a_pattern(copy):
    a_city_code_of_another_form(copy)
    told = [f for f in check.check(copy) if f.code == "pattern"]
    assert told and all("six-digit code" in f.mend_en and "\\d" not in f.mend_en for f in told)


def test_one_fault_does_not_hide_another(copy):
    a_score_above_100(copy)
    an_unknown_source(copy)
    a_table_in_gbk(copy)
    assert {f.file for f in check.check(copy)} == {SCORES, "economy/series.csv", "cities.csv"}


def test_faults_of_other_editions_are_left_out_when_one_is_asked_for(copy):
    a_file_that_is_gone(copy)
    assert check.check(copy, 2022) == []
    assert len(check.check(copy, 2017)) == 1


def test_what_excel_adds_is_tolerated(copy):
    path = copy / SCORES
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b",,,,,,,\r\n")
    assert check.check(copy) == []
    assert len(edition.scores(2022)) == len(pd.read_csv(DATA / SCORES))


def test_a_draft_without_scores_is_no_fault(copy):
    shutil.copytree(copy / "editions/2021", copy / "editions/2023")
    (copy / "editions/2023/scores.csv").unlink()
    rewrite(
        copy,
        "editions/2023/edition.yml",
        lambda t: t.replace("2021", "2023").replace("status: published", "status: draft"),
    )
    assert check.check(copy) == []
