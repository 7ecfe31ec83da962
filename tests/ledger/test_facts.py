"""Other tables seen through the ledger: scores and ranks as rows, figures of sources as facts."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from rows import SOURCES, row

from bluebook.data import edition
from bluebook.ledger.audit import audit
from bluebook.ledger.facts import provinces_view, scores_view
from bluebook.ledger.place import place
from bluebook.ledger.regions import regions
from bluebook.ledger.series import values_by_province


def test_scores_are_rows_of_the_ledger():
    scores = pd.DataFrame(
        {
            "city": ["410100", "410300"],
            "code": "index",
            "score": [97.25, 52.7],
            "rank": [1, 2],
            "decimals": [2, 2],
            "source": ["newsletter;good", "newsletter"],
            "confidence": "high",
            "note": "",
        }
    )
    found = audit(pd.DataFrame([row("a", "1.0")]), scores, SOURCES).set_index("id")
    assert found.loc["score_2022_410300_index", "value"] == "52.70"
    assert found.loc["score_2022_410100_index", "verdict"] == "confirmed"
    assert found.loc["rank_2022_410300_index", "verdict"] == "consistent"
    swapped = audit(pd.DataFrame([row("a", "1.0")]), scores.assign(score=[52.7, 97.25]), SOURCES).set_index(
        "id"
    )
    assert swapped.loc["rank_2022_410300_index", "verdict"] == "contradicted"


def test_a_tie_and_a_missing_province_leave_a_rank_open():
    names = [n for n in regions().provinces if n not in ("河南", "西藏", "内蒙古")]
    table = pd.DataFrame(
        {
            "series": "growth",
            "region": ["河南", "内蒙古", *names],
            "period": "2021",
            "vintage": "first",
            "value": [6.3, 6.3, *[8.0] * 20, *[3.0] * 8],
            "unit": "%",
            "kind": "printed",
            "source": "s",
            "confidence": "medium",
        }
    )
    facts = provinces_view(table).set_index("id")
    assert tuple(facts.loc["place_growth_ha_2021", ["lower", "upper"]]) == (21, 23)


def test_speaker_and_section_of_a_score_come_from_the_edition(copy):
    path = copy / "editions/2018/edition.yml"
    text = path.read_text("utf-8").replace("index_speaker: 于善甫", "index_speaker: 甲")
    path.write_text(text.replace("index_section: （三）评价结果", "index_section: 乙"), "utf-8")
    rows = scores_view(edition.scores(2018))
    assert set(rows["speaker"]) == {"甲"} and set(rows["section"]) == {"乙"}
    assert set(scores_view(edition.scores(2022))["section"]) == {"（三）评价结果"}


def test_scores_without_a_year_are_of_the_latest_edition():
    rows = scores_view(edition.scores(2022).drop(columns="year"))
    assert "score_2022_410300_index" in set(rows["id"])


def figures(**values: float) -> pd.DataFrame:
    """Return a table by province in which every province has 1, but for ``values`` (by code)."""
    codes = {code: name for name, code in regions().provinces.items()}
    numbers = dict.fromkeys(regions().provinces, 1.0) | {codes[k]: v for k, v in values.items()}
    return pd.DataFrame(
        {
            "series": "x",
            "region": list(numbers),
            "period": "2021",
            "vintage": "first",
            "value": list(numbers.values()),
            "unit": "亿元",
            "kind": "printed",
            "source": "s",
            "confidence": "medium",
        }
    )


def test_a_fact_keeps_every_digit_and_so_does_the_place():
    facts = provinces_view(figures(ha=54997.07, hn=54997.08, hb=1234567.89)).set_index("id")
    assert facts.loc["province_x_ha_2021", "value"] == "54997.07"
    assert facts.loc["province_x_hb_2021", "value"] == "1234567.89"
    assert tuple(facts.loc["place_x_ha_2021", ["lower", "upper"]]) == (3, 3)


@pytest.mark.parametrize(
    ("other", "ends"),
    [(4.0, (1, 2)), (5.0, (2, 2)), (6.0, (2, 2))],
    ids=["below", "the same", "above"],
)
def test_a_lower_bound_stands_ahead_where_it_must_and_leaves_the_place_open_where_it_may(other, ends):
    table = figures(ha=5.0, sx=other)
    table.loc[table["region"] == "山西", "kind"] = "lower_bound"
    facts = provinces_view(table).set_index("id")
    assert tuple(facts.loc["place_central_x_ha_2021", ["lower", "upper"]]) == ends


@pytest.mark.slow
def test_the_ledger_and_the_series_place_a_province_by_one_rule():
    table = edition.provinces()
    facts = provinces_view(table).set_index("id")
    shipped = place(
        values_by_province(table, "trade_goods_total", "2021", members := list(regions().central)), "河南"
    )
    assert (shipped.rank, shipped.last, shipped.unknown) == (1, 2, ("山西",))
    tried = 0
    for series, period in table[["series", "period"]].drop_duplicates().itertuples(index=False):
        for kind, among in (("place", list(regions().provinces)), ("place_central", members)):
            values = values_by_province(table, series, period, among)
            id_ = f"{kind}_{series}_ha_{period}".lower().replace("-", "_")
            if math.isnan(values["河南"]):
                assert id_ not in facts.index
                continue
            found, fact = place(values, "河南"), facts.loc[id_]
            assert (found.rank, found.last) == (fact["lower"], fact["upper"]), id_
            tried += 1
    assert tried > 10


@pytest.mark.parametrize(
    ("prints", "best"),
    [
        ([("revised", "printed", "high"), ("unknown", "derived", "low"), ("first", "derived", "low")], 2),
        ([("revised", "printed", "high"), ("unknown", "derived", "low")], 1),
        ([("first", "derived", "high"), ("first", "printed", "low")], 1),
        ([("first", "printed", "low"), ("first", "printed", "medium")], 1),
        ([("first", "printed", "high"), ("first", "printed", "high")], 0),
    ],
    ids=["first", "unknown before revised", "printed before derived", "the more trusted", "the earlier row"],
)
def test_the_best_print_is_the_same_in_facts_and_in_series(prints, best):
    rows = [
        {
            "series": "x",
            "region": "河南",
            "period": "2021",
            "frequency": "A",
            "value": float(i),
            "unit": "%",
            "vintage": vintage,
            "kind": kind,
            "source": f"s{i}",
            "confidence": confidence,
        }
        for i, (vintage, kind, confidence) in enumerate(prints)
    ]
    table = pd.DataFrame(rows)
    assert provinces_view(table).set_index("id").loc["province_x_ha_2021", "value"] == str(best)
    assert values_by_province(table, "x", 2021)["河南"] == best
