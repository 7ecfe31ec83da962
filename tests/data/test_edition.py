"""The data are found wherever the reader stands, and every table loads with fixed types or says why not."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from bluebook.data import edition, schema
from bluebook.messages import BadInput

DATA = ROOT / "data"
SCORES = ["city", "code", "score", "rank", "decimals", "source", "confidence", "note", "year"]


# ---------------------------------------------------------------- where


def test_the_environment_decides_where_the_data_lie(copy):
    assert schema.data_root() == copy


def test_else_a_data_folder_above_the_working_folder(copy, monkeypatch):
    monkeypatch.delenv("BLUEBOOK_DATA")
    deep = copy.parent / "chapters" / "lab"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert schema.data_root() == copy


def test_else_the_data_beside_the_package(tmp_path, monkeypatch):
    monkeypatch.delenv("BLUEBOOK_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    assert schema.data_root() == DATA


def test_a_wrong_environment_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(BadInput) as problem:
        schema.data_root()
    assert "BLUEBOOK_DATA" in problem.value.zh and "nowhere" in problem.value.en


def test_years_are_the_folders_of_editions(copy):
    assert edition.years() == [2017, 2018, 2019, 2020, 2021, 2022]
    assert edition.current_year() == 2022
    (copy / "editions" / "notes").mkdir()
    shutil.copytree(copy / "editions" / "2022", copy / "editions" / "2023")
    assert edition.current_year() == 2023


def test_an_unknown_edition_is_named_with_those_there_are():
    with pytest.raises(BadInput) as problem:
        edition.scores(1999)
    assert "1999" in problem.value.zh and "2017" in problem.value.zh


# ---------------------------------------------------------------- load


def test_scores_have_fixed_columns_and_types():
    scores = edition.scores()
    assert scores.columns.tolist() == SCORES
    assert {c: str(t) for c, t in scores.dtypes.items()} == {
        "city": "str",
        "code": "str",
        "score": "float64",
        "rank": "Int64",
        "decimals": "Int64",
        "source": "str",
        "confidence": "str",
        "note": "str",
        "year": "int64",
    }
    assert set(scores["year"]) == {2022}
    assert (scores["note"] == "").any() and not scores["note"].isna().any()
    assert scores["score"].isna().any() and scores.loc[scores["city"] == "419001", "rank"].iloc[0] == 9


def test_all_scores_are_the_editions_one_below_the_other():
    scores = edition.all_scores()
    assert scores.columns.tolist() == SCORES
    assert scores["year"].unique().tolist() == edition.years()
    assert len(scores) == sum(len(edition.scores(y)) for y in edition.years())


@pytest.mark.parametrize(
    ("load", "columns"),
    [
        (edition.cities, "city name_zh name_full_zh name_en order colour metro"),
        (edition.sources, "id title publisher date url licence accessed confidence origin note official"),
        (edition.series, "series region period frequency value unit vintage kind source confidence note"),
        (edition.provinces, "series region period frequency value unit rank_printed vintage kind source"),
        (edition.economy_names, "series name_zh name_en unit unit_en"),
        (edition.public_cities, "city indicator period value unit kind source confidence note"),
        (edition.public_indicators, "indicator name_zh name_en unit unit_en caveat_zh caveat_en usable"),
        (edition.press, "id report year city subject statement value value_to unit label_zh label_en"),
        (edition.indicators, "code parent name_zh name_en unit direction weight weight_basis named_in"),
        (edition.claims, "id chapter section speaker subject_zh subject_en region period value unit"),
    ],
)
def test_every_table_has_its_columns_in_order(load, columns):
    assert load().columns.tolist()[: len(columns.split())] == columns.split()


def test_the_root_has_an_empty_parent_and_whole_directions():
    tree = edition.indicators(2022)
    assert tree.loc[tree["parent"] == "", "code"].tolist() == ["index"]
    assert str(tree["direction"].dtype) == "Int64" and str(tree["weight"].dtype) == "float64"


def test_a_table_an_edition_does_not_have_is_empty_but_typed():
    for load in (edition.indicators, edition.claims, edition.observations, edition.experts):
        frame = load(2018)
        assert frame.empty and frame.columns[-1] == "year"
    assert str(edition.claims(2018)["value"].dtype) == "float64"
    assert str(edition.claims(2018)["decimals"].dtype) == "Int64"
    assert pd.concat([edition.claims(2018), edition.claims()]).shape == edition.claims().shape


def test_settings_keep_dates_as_text_and_unknown_as_none():
    told = edition.edition()
    assert (told["year"], told["published"], told["publisher"], told["decimals"]) == (
        2022,
        "2022-07-04",
        "",
        2,
    )
    assert told["framework"]["n_indicators"] == 36 and told["framework"]["by_dimension"]["output"] == 7
    assert edition.edition(2018)["published"] is None


def test_a_reader_cannot_spoil_what_the_next_one_gets():
    mine = edition.cities()
    mine.loc[0, "name_zh"] = "?"
    edition.edition()["framework"]["n_indicators"] = 0
    assert edition.cities().loc[0, "name_zh"] == "郑州"
    assert edition.edition()["framework"]["n_indicators"] == 36


def test_a_changed_file_is_read_again(copy):
    assert edition.scores(2018).loc[0, "score"] == 97.43
    path = copy / "editions/2018/scores.csv"
    before = path.stat()
    path.write_text(path.read_text("utf-8").replace("97.43", "97.44"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert edition.scores(2018).loc[0, "score"] == 97.44


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda p: p.unlink(), ["editions/2018/scores.csv", "缺少"]),
        (lambda p: p.write_bytes(b""), ["editions/2018/scores.csv", "空"]),
        (
            lambda p: p.write_bytes(p.read_bytes() + "洛阳".encode("gbk")),
            ["editions/2018/scores.csv", "UTF-8"],
        ),
        (
            lambda p: p.write_text(p.read_text("utf-8").replace("97.43", "ninety"), "utf-8"),
            ["第 2 行", "score", "ninety"],
        ),
        (
            lambda p: p.write_text(p.read_text("utf-8").replace(",1,2,", ",1.5,2,"), "utf-8"),
            ["第 2 行", "rank", "1.5"],
        ),
        (
            lambda p: p.write_text(p.read_text("utf-8").replace("rank", "place", 1), "utf-8"),
            ["第 1 行", "rank"],
        ),
        (
            lambda p: p.write_text(p.read_text("utf-8").replace("rank", "score", 1), "utf-8"),
            ["第 1 行", "score"],
        ),
        (
            lambda p: p.write_text(p.read_text("utf-8").replace(",1,2,", ",1,2,,", 1), "utf-8"),
            ["第 2 行", "9 个单元格"],
        ),
    ],
    ids=[
        "gone",
        "empty",
        "not UTF-8",
        "not a number",
        "not whole",
        "column missing",
        "column twice",
        "cell too many",
    ],
)
def test_a_table_that_cannot_be_loaded_says_where_and_how_to_mend_it(copy, spoil, told):
    spoil(copy / "editions/2018/scores.csv")
    with pytest.raises(BadInput) as problem:
        edition.scores(2018)
    assert all(part in problem.value.zh for part in told), problem.value.zh
    assert "editions/2018/scores.csv" in problem.value.en


def test_settings_that_are_not_yaml_are_named_with_their_line(copy):
    (copy / "editions/2018/edition.yml").write_text("year: 2018\ntitle_zh: [\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"edition\.yml"):
        edition.edition(2018)


def test_a_draft_may_have_no_scores_yet_but_a_published_edition_may_not(copy):
    path = copy / "editions/2018"
    (path / "scores.csv").unlink()
    text = (path / "edition.yml").read_text("utf-8")
    (path / "edition.yml").write_text(text.replace("status: published", "status: draft"), encoding="utf-8")
    assert edition.scores(2018).empty and edition.scores(2018).columns.tolist() == SCORES
    (path / "edition.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput):
        edition.scores(2018)


def test_a_column_too_many_does_not_keep_a_table_from_loading(copy):
    path = copy / "editions/2018/scores.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0] + ",extra", *(x + ",1" for x in lines[1:])]) + "\n", encoding="utf-8")
    assert len(edition.scores(2018)) == 6


# ---------------------------------------------------------------- the package


def test_a_new_table_is_listed_in_the_package_and_a_removed_one_is_not(copy):
    schema.list_tables()
    before = (copy / "datapackage.json").read_text("utf-8")
    assert schema.list_tables() is False
    table = copy / "editions/2021/experts.csv"
    table.write_text("expert,indicator,points\n", encoding="utf-8")
    assert schema.list_tables() is True
    listed = [r["path"] for r in json.loads((copy / "datapackage.json").read_text("utf-8"))["resources"]]
    assert "editions/2021/experts.csv" in listed and listed[-1] == "geo/henan.topojson"
    table.unlink()
    schema.list_tables()
    assert (copy / "datapackage.json").read_text("utf-8") == before


def test_the_package_is_replaced_whole_or_stays_as_it_was(copy, monkeypatch):
    schema.list_tables()
    before = (copy / "datapackage.json").read_text("utf-8")
    (copy / "editions/2021/experts.csv").write_text("expert,indicator,points\n", encoding="utf-8")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(BadInput, match="No space left"):
        schema.list_tables()
    assert (copy / "datapackage.json").read_text("utf-8") == before


def test_regions_say_which_province_is_the_books_own():
    table = edition.regions()
    assert table[table["kind"] == "home"]["code"].tolist() == ["ha"]
    assert table["kind"].value_counts().to_dict() == {"province": 30, "country": 1, "home": 1, "zone": 2}
    assert table["central"].sum() == 6
