"""再算一算: every step that a chapter asks for is made in a test, which sees what the text says will be seen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import desk
import pandas as pd
import pytest
from conftest import ROOT
from desk import opened

import bluebook as bb
from bluebook.charts.findings import FindingError
from bluebook.messages import t

data = desk.data

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


class Step(NamedTuple):
    """One step, and where the test is that makes it."""

    chapter: str
    number: int
    file: str
    test: str


LISTED = [
    Step(chapter, int(number), file, test)
    for chapter, number, file, test in (
        line.split("\t")
        for line in (ROOT / "tests/again.tsv").read_text("utf-8").splitlines()
        if not line.startswith("#")
    )
]


def steps(path: Path) -> list[int]:
    """Return the numbers of the steps below a chapter's 再算一算."""
    part = re.search(r"^## 再算一算\n(.*?)(?=^## |\Z)", path.read_text("utf-8"), re.M | re.S)
    return [int(n) for n in re.findall(r"^(\d+)\. ", part[1], re.M)] if part else []


def test_every_step_of_every_chapter_has_its_test() -> None:
    asked = {
        (path.relative_to(ROOT / "chapters").with_suffix("").as_posix(), number)
        for path in (ROOT / "chapters").rglob("*.md")
        for number in steps(path)
    }
    assert asked == {(step.chapter, step.number) for step in LISTED}
    assert len(asked) > 70 and len(LISTED) == len(asked)


@pytest.mark.parametrize("step", LISTED, ids=lambda step: f"{step.chapter}-{step.number}")
def test_the_test_of_a_step_is_there(step: Step) -> None:
    text = (ROOT / "tests" / f"{step.file}.py").read_text("utf-8")
    assert re.search(rf"^def {step.test}\(", text, re.M)


# ---------------------------------------------------------------- steps that no chapter's own test makes


@pytest.mark.slow
@pytest.mark.parametrize(("shift", "broken"), [("-3.8", False), ("-3", True)])
def test_a_shift_short_of_the_edge_finds_weights_and_one_beyond_it_none(shift: str, broken: bool) -> None:
    there = opened("lab/hidden-weights", ("shift, target = -5,", f"shift, target = {shift},"))
    assert any("就再没有一组权重说得通" in words for words in there.broken) == broken


def test_those_before_and_behind_henan_are_listed_as_asked() -> None:
    there = opened("opening/hu-dabai")
    ten = there.names["levels"]["2020"].sort_values(ascending=False).head(10)
    at = list(ten.index).index("河南")
    assert ten.index[at - 1] == there.glued["ahead"] and len(ten.index[at + 1 :]) >= 3


def test_those_slower_than_henan_are_listed_with_hubei_apart() -> None:
    last = opened("opening/hu-dabai").names["growth"].sort_values("名次").tail(8)
    told = last.astype(str).to_string()
    assert "湖北" in told and "河南" in told


MENDED = {"value": "12.0"}, "investment_growth_ha_2022m4"
MOVED = {"value": "66.4"}, "subsidy_leverage_2021"


def wrong() -> int:
    return bb.verdict_counts(2022)["contradicted"]


def test_a_mended_figure_is_one_contradiction_less_and_fires_its_guard(data: Path) -> None:
    before = wrong()
    desk.change(data / desk.CLAIMS, MENDED[0], id=MENDED[1])
    assert wrong() == before - 1 and "守卫已触发" in bb.audit_findings().text


def test_a_figure_moved_out_of_its_rounding_becomes_a_contradiction(data: Path) -> None:
    before = bb.audited().loc[MOVED[1], "verdict"]
    desk.change(data / desk.CLAIMS, MOVED[0], id=MOVED[1])
    assert before != "contradicted" == bb.audited().loc[MOVED[1], "verdict"]


BIOMASS = "biomass_growth_2021"  # a figure that nothing can be held against


@pytest.mark.parametrize(
    ("value", "confidence", "verdict"),
    [("54.8", "high", "confirmed"), ("51.8", "high", "contradicted"), ("54.8", "low", "unchecked")],
)
def test_a_source_for_a_figure_settles_it_unless_its_confidence_is_low(
    data: Path, value: str, confidence: str, verdict: str
) -> None:
    """A row of the series with the source, and its id as evidence."""
    assert bb.audited().loc[BIOMASS, "verdict"] == "unchecked"
    table = pd.read_csv(data / desk.SERIES, dtype=str, keep_default_na=False)
    like = table[table["confidence"].eq(confidence) & table["source"].ne("newsletter")].iloc[[0]]
    new = like.assign(
        series="fixed_investment_growth", region="河南", period="2003", frequency="A", value=value
    )
    new = new.assign(unit="%", vintage="first", kind="printed", note="")
    pd.concat([table, new]).to_csv(data / desk.SERIES, index=False, lineterminator="\n")
    desk.change(data / desk.CLAIMS, {"evidence": "series_fixed_investment_growth_ha_2003"}, id=BIOMASS)
    assert bb.audited().loc[BIOMASS, "verdict"] == verdict


def test_a_few_sources_bear_most_rows_and_their_confidence_is_known() -> None:
    five = bb.source_uses().most_common(5)
    known = bb.sources().set_index("id")["confidence"]
    assert len(five) == 5 and all(known[id_] in {"high", "medium", "low"} for id_, _ in five)
    assert sum(n for _, n in five) > sum(bb.source_uses().values()) / 3


def test_a_source_called_official_is_linked_and_counted(data: Path) -> None:
    before = bb.source_table()
    free = bb.sources().query("not official and url.str.startswith('http')")["id"].iloc[0]
    desk.change(data / "sources.csv", {"official": "true"}, id=free)
    after = bb.source_table()
    assert after.title != before.title
    assert after._repr_html_().count('<a href="http') == before._repr_html_().count('<a href="http') + 1


def test_editions_far_apart_have_other_cities_to_compare() -> None:
    years = bb.years()
    near, far = (
        len(bb.editions_diff(*pair).cities.dropna(subset=["moved"]))
        for pair in ((years[-2], years[-1]), (years[0], years[-1]))
    )
    assert far != near and min(far, near) > 0


@pytest.mark.slow
def test_a_finding_turned_round_is_marked_in_a_notebook_and_stops_the_build(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "\n".join(desk.cells("stabilise/growth"))
    found = re.search(r"holds=([^,\n]+?)(, |\n|\))", text)
    turned = (found[0], f"holds=not ({found[1]}){found[2]}")
    there = opened("stabilise/growth", turned)
    assert any(title.startswith(t("〔数据不再支持〕", "[no longer true]")) for title in there.broken)
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    with pytest.raises(FindingError):
        opened("stabilise/growth", turned)


@pytest.mark.slow
def test_the_ranks_of_all_editions_can_be_set_side_by_side() -> None:
    every = opened("report/index-results").names["every"]
    table = every.groupby("城市")["名次"].agg(["min", "max", "count"])
    assert len(table) == len(bb.cities()) and (table["max"] >= table["min"]).all()
    assert (table["max"] - table["min"]).max() > 0 and table["count"].max() == len(bb.years())


def test_the_steps_of_an_index_run_on_a_table_of_ones_own(tmp_path: Path) -> None:
    units = [f"第 {i} 县" for i in range(12)]
    table = pd.DataFrame(
        {"县": units, "研发": [1.0 + i % 5 for i in range(12)], "专利": [2.0**i for i in range(12)]}
    )
    table.assign(论文=[float(3 * i % 7) for i in range(12)]).to_csv(tmp_path / "mine.csv", index=False)
    data, tree = bb.mine(tmp_path / "mine.csv")
    treated = bb.treat(data, tree)
    assert len(treated.points), "the steep column is drawn in"
    scored = bb.score(treated.data, tree, decimals=2)
    assert list(scored.ranks.index) == units and len(bb.structure(scored.normalised, tree).pairs) == 3
    assert (bb.weight_ranges(scored.normalised).ranges["best"] >= 1).all()
