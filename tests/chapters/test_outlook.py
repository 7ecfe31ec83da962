"""report/outlook: the printed intensities are a year old, and the rank hides how close the provinces stand."""

import desk
import pytest
from desk import CLAIMS, PROVINCES, change, left_in_chinese

from bluebook import reading
from bluebook.chapters import outlook as chapter
from bluebook.chapters.evidence import within
from bluebook.charts import FindingError

data = desk.data


def test_the_intensities_printed_for_2021_are_those_of_2020():
    first = (
        chapter.intensity_table().query("year == 2020 and vintage == 'first'").set_index("region")["value"]
    )
    ledger = reading.audited()
    for claim, region in (("rd_intensity_ha_2021", "河南"), ("rd_intensity_cn_2021", "全国")):
        assert float(ledger["value"][claim]) == first[region]
        assert ledger["verdict"][claim] == "contradicted"


def test_the_reports_own_numbers_already_exclude_the_printed_intensity():
    floor = within(chapter._FLOOR).low
    assert floor == pytest.approx(1.698, abs=0.0005)
    assert floor > within("rd_intensity_ha_2021").high


def test_the_right_year_makes_the_title_stop(data):
    change(data / CLAIMS, {"value": "1.73"}, id="rd_intensity_ha_2021")
    change(data / CLAIMS, {"value": "2.44"}, id="rd_intensity_cn_2021")
    with pytest.raises(FindingError):
        chapter.which_year()


def test_henan_falls_farther_than_any_province_from_gdp_to_intensity():
    rows = chapter.ranks_table().set_index("region")
    assert tuple(rows.loc["河南", ["gdp", "spending", "intensity"]]) == (5, 9, 18)
    falls = (rows["intensity"] - rows["gdp"]).sort_values()
    assert falls.index[-1] == "河南" and falls.iloc[-1] == 13 > falls.iloc[-2]
    assert chapter.central_place() == 5 and len(rows) == 31


def test_a_higher_intensity_takes_the_superlative_from_the_title(data):
    change(data / PROVINCES, {"value": "2.30"}, series="rd_intensity", region="河南", period="2020")
    assert "落差" not in chapter.province_ranks().title


def test_only_fujian_passed_henan_and_gained_at_least_as_much_as_it_takes():
    passed, gained = chapter.overtakers(chapter.scores_table())
    assert passed == ["福建"] and gained == pytest.approx(28.51 - 27.17)


def test_a_lower_score_changes_the_title(data):
    change(data / CLAIMS, {"value": "27.00"}, id="innovation_score_ha_2021")
    assert "反退" not in chapter.innovation().title


def test_a_garbled_score_is_missing_not_guessed():
    rows = chapter.scores_table()
    blank = rows[rows["score"].isna()]
    assert set(zip(blank["year"], blank["region"], strict=True)) == {(2019, "西藏"), (2020, "安徽")}


def test_two_of_thirteen_points_come_with_figures():
    rows = chapter.points_table()
    assert len(rows) == 13 and (rows["figures"] > 0).sum() == 2
    claims = {c for *_, cs in chapter._POINTS for c in cs}
    mine = reading.audited().query("chapter == 'report/outlook'")["id"]
    assert claims == set(mine)


@pytest.mark.parametrize("name", ["points", "province_ranks", "which_year", "innovation"])
def test_every_figure_speaks_english(name, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    assert left_in_chinese(getattr(chapter, name)()) == []
