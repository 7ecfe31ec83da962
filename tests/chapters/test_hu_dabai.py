"""Behind and ahead: Henan between its neighbours."""

from __future__ import annotations

import desk
import pytest
from desk import PROVINCES, change, glued

from bluebook.chapters import hu_dabai as chapter
from bluebook.charts import FindingError

data = desk.data


def test_zhejiang_is_ahead_and_sichuan_behind():
    assert chapter.around() == ("浙江", "四川")


def test_the_one_behind_comes_closer_and_the_one_ahead_draws_away():
    near = chapter.distances()
    assert list(near.loc["四川", ["2019", "2020", "2021"]].round(1)) == [86.3, 88.4, 91.4]
    assert list(near.loc["浙江", ["2019", "2020", "2021"]].round(1)) == [116.1, 117.5, 124.8]
    assert 3 < chapter.years_to_pass() < 3.2


def test_without_2019_which_is_of_low_confidence_the_direction_is_the_same():
    near = chapter.distances()
    assert (
        near.loc["四川", "2020"] < near.loc["四川", "2021"]
        and near.loc["浙江", "2020"] < near.loc["浙江", "2021"]
    )


def test_henan_is_sixth_from_last_over_the_two_years():
    pace = chapter.two_years()
    assert pace.loc["河南", "rank"] == 26
    assert pace.loc["河南", "value"] == pytest.approx(100 * (1.013 * 1.063 - 1))
    # No rounding moves it: its neighbours' ranges lie apart from its own.
    others = pace.drop(["河南", "全国"])
    assert not (
        (others["lower"] < pace.loc["河南", "upper"]) & (others["upper"] > pace.loc["河南", "lower"])
    ).any()


def test_the_later_revision_reaches_into_the_range_of_hubei():
    low, high = chapter.revised()
    hubei = chapter.two_years().loc["湖北"]
    assert low < hubei["upper"] and high < chapter.two_years().loc["河南", "lower"]
    assert "说不准" in chapter.cumulative().title


def test_only_the_latest_edition_can_be_found_whole():
    known = chapter.found()
    whole = [y for y, g in known.groupby("year") if (g["state"] != "none").all()]
    assert whole == [2022]
    assert (known.groupby("year").size() == 18).all()


def test_the_loose_ages_hold_what_is_known(monkeypatch):
    found = glued(chapter, monkeypatch)
    assert found["age_low"] <= found["age"] <= found["age_high"]


def test_a_slower_sichuan_stops_the_sentence(data):
    sichuan = {"series": "gdp_level", "region": "四川", "period": "2021", "value": "53850.79"}
    change(data / PROVINCES, {"value": "48000"}, **sichuan)
    with pytest.raises(FindingError, match="四川"):
        chapter.neighbours()


def test_sichuan_passed_in_2023(monkeypatch):
    assert glued(chapter, monkeypatch)["behind_2023_pct"] > 100


@pytest.mark.parametrize("figure", [chapter.neighbours, chapter.cumulative, chapter.shelf])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_draws_in_both_languages(figure, lang, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", lang)
    assert "<svg" in figure()._repr_html_()
