"""Two editions side by side: what moved, and a split into causes only where both have their own data."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from conftest import ROOT, bluebook, rewrite

from bluebook.index.change import FACTORS
from bluebook.messages import BadInput
from bluebook.year import compared, diff

COLUMNS = ("city", "indicator", "period", "value", "unit", "status", "source", "note")
TREE = "code,parent,name_zh,name_en,unit,direction,weight,weight_basis,named_in,definition_zh,definition_en,derivation\n"


def give(
    data: Path, year: int, leaves: dict[str, float], shift: float = 0.0, status: str = "published"
) -> None:
    """Give an edition a framework of these leaves (code → weight) and a value of each for every city."""
    rows = "index,,总分,total,分,1,100,,newsletter,,,\n"
    rows += "".join(f"{c},index,指标{c},{c},分,1,{w},published,newsletter,,,\n" for c, w in leaves.items())
    folder = data / "editions" / str(year)
    (folder / "indicators.csv").write_text(TREE + rows, "utf-8")
    with (data / "cities.csv").open(encoding="utf-8-sig", newline="") as file:
        cities = [row["city"] for row in csv.DictReader(file)]
    with (folder / "observations.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        for i, city in enumerate(cities):
            for j, code in enumerate(leaves):
                value = (i * 7 + j * 3) % 18 + shift * (i == 4)
                out.writerow([city, code, "2020", value, "分", status, "newsletter", ""])


def words(found: diff.Diff) -> str:
    return "\n".join(zh for zh, _ in diff.lines(found))


def test_places_are_counted_upwards_and_what_is_not_printed_stays_unknown() -> None:
    cities = diff.diff(2021, 2022).cities.set_index("name_zh")
    assert cities.at["许昌", "moved"] == 1 and cities.at["南阳", "moved"] == -1
    assert cities["moved"].notna().sum() == 7 and len(cities) == 18
    assert cities.at["洛阳", "change"] == pytest.approx(52.70 - 52.21)


def test_without_indicator_data_the_causes_cannot_be_computed_and_no_column_pretends_to() -> None:
    found = diff.diff(2021, 2022)
    assert found.lacking == [2021, 2022] and not set(FACTORS) & set(found.cities)
    assert "算不出，2021、2022 年版没有指标数据" in words(found)


def test_one_edition_with_data_is_not_enough(copy: Path) -> None:
    give(copy, 2022, {"a": 60, "b": 40})
    assert diff.diff(2021, 2022).lacking == [2021]


def test_the_teaching_panel_never_stands_in(copy: Path) -> None:
    for year in (2021, 2022):
        give(copy, year, {"a": 60, "b": 40}, status="illustrative")
    assert diff.diff(2021, 2022).lacking == [2021, 2022]


def test_an_indicator_without_any_value_leaves_nothing_to_compute(copy: Path) -> None:
    for year in (2021, 2022):
        give(copy, year, {"a": 60, "b": 40})
    rewrite(
        copy,
        "editions/2022/observations.csv",
        lambda t: "\n".join(r for r in t.split("\n") if ",b," not in r),
    )
    assert diff.diff(2021, 2022).lacking == [2022]


def test_with_data_on_both_sides_the_causes_sum_to_the_change(copy: Path) -> None:
    give(copy, 2021, {"a": 60, "b": 40})
    give(copy, 2022, {"a": 50, "b": 30, "c": 20}, shift=9.0)
    found = diff.diff(2021, 2022)
    assert found.split and "得分变化按原因拆开" in words(found)
    from bluebook.index import change

    direct = change.split(diff.panel(2021), diff.panel(2022)).set_index("unit")
    mine = found.cities.set_index("city")
    for city in direct.index:
        assert mine.loc[city, list(FACTORS)].sum() == pytest.approx(direct.at[city, "change"])
    assert mine[list(FACTORS)].abs().sum()["data"] > 0


def test_framework_and_weights_are_told_by_name(copy: Path) -> None:
    give(copy, 2021, {"a": 60, "b": 40})
    give(copy, 2022, {"a": 50, "c": 50})
    found = diff.diff(2021, 2022)
    assert found.framework == {"gone": ["指标b"], "new": ["指标c"], "renamed": [], "rehung": []}
    assert "去掉 1 项（指标b）；新增 1 项（指标c）" in words(found)
    assert "权重变了 1 个：指标a 60 → 50" in words(found) and "假定" not in words(found)
    rewrite(copy, "editions/2021/indicators.csv", lambda t: t.replace(",60,published", ",60,assumed"))
    assert "不能当作报告改了权重" in words(diff.diff(2021, 2022))


def test_the_same_framework_twice_is_said_to_be_the_same(copy: Path) -> None:
    for year in (2021, 2022):
        give(copy, year, {"a": 60, "b": 40})
    told = words(diff.diff(2021, 2022))
    assert "指标体系没有变" in told and "权重没有变" in told


@pytest.mark.parametrize(
    ("years", "words"),
    [((2022, 2021), "先写早的一年"), ((2022, 2022), "先写早"), ((2016, 2022), "没有 2016")],
)
def test_years_that_cannot_be_compared_are_refused(years: tuple[int, int], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        diff.diff(*years)


@pytest.mark.slow
def test_the_page_shows_the_last_two_editions_that_have_a_city_in_common(copy: Path) -> None:
    shown = compared.moves()
    assert "许昌" in set(shown.table["城市"]) and "商丘从第 11 到第 16" in shown.title
    empty = "city,code,score,rank,decimals,source,confidence,note\n"
    (copy / "editions/2022/scores.csv").write_text(empty, "utf-8")
    assert (compared.latest().before, compared.latest().after) == (2020, 2021)


@pytest.mark.slow
def test_the_page_says_when_a_change_can_be_split(copy: Path) -> None:
    assert "一次也算不出" in compared.table().title
    for year in (2021, 2022):
        give(copy, year, {"a": 60, "b": 40}, shift=year - 2021.0)
    assert "1 次能把得分的变化" in compared.table().title
    assert list(compared.table().table.iloc[-1])[-1] == "算得出"


@pytest.mark.slow
def test_the_command_says_it_in_words_and_writes_a_row_a_city(copy: Path) -> None:
    home = copy.parent
    done = bluebook("diff", "2021", "2022", "--out", "d.csv", cwd=home, PYTHONPATH=str(ROOT))
    assert done.returncode == 0 and "not computable" in done.stdout, done.stderr
    assert len((home / "d.csv").read_text("utf-8-sig").splitlines()) == 19
    wrong = bluebook("diff", "2022", "2021", "--out", "e.csv", cwd=home, PYTHONPATH=str(ROOT))
    assert wrong.returncode == 2 and len(wrong.stderr.splitlines()) == 1 and not (home / "e.csv").exists()
