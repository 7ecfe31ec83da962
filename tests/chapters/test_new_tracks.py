"""industry/new-tracks: what one share, one time and seven cases can bear."""

import desk
import pytest
from desk import CLAIMS, change, left_in_chinese

from bluebook.chapters import new_tracks as chapter
from bluebook.charts import FindingError

data = desk.data


def test_the_share_cannot_be_of_gdp_but_may_be_of_industry():
    fits = chapter.wholes_table().set_index("key")["fits"]
    assert not fits["gdp"] and fits["secondary"] and fits["industry"]


def test_a_lower_share_could_be_of_gdp_and_the_title_stops(data):
    change(data / CLAIMS, {"value": "30.0"}, id="traditional_share_2021")
    assert chapter.wholes_table()["fits"].all()
    with pytest.raises(FindingError):
        chapter.whole()


def test_the_bound_turns_where_industry_is_that_share_of_gdp(data):
    change(data / CLAIMS, {"value": "32.0"}, id="traditional_share_2021")
    assert not chapter.wholes_table().set_index("key")["fits"]["gdp"]


def test_48_seconds_a_bowl_are_at_most_75_bowls_an_hour():
    title = chapter.noodles().title
    assert "75" in title and "60" in title


def test_a_slower_machine_changes_the_title(data):
    change(data / CLAIMS, {"value": "60"}, id="noodle_seconds")
    assert "最多 60 碗" in chapter.noodles().title


@pytest.mark.parametrize(
    ("bowls", "pause", "machines"), [(75, 0, 1), (76, 0, 2), (200, 0, 3), (200, 12, 4), (200, 30, 5)]
)
def test_machines_stand_side_by_side_until_everyone_is_served(bowls, pause, machines):
    assert chapter.machines_needed(bowls, 1.0, pause) == machines


def test_seven_drivers_two_cases_in_henan_four_about_food():
    rows = chapter.cases_table()
    assert len(rows) == 7 and (rows["place"] == "henan").sum() == 2
    assert rows["industry"].isin(["food", "machine"]).sum() == 4
    assert (rows["proposal"] != "").sum() == 2


@pytest.mark.parametrize("name", ["whole", "drivers", "noodles"])
def test_every_figure_speaks_english(name, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    assert left_in_chinese(getattr(chapter, name)()) == []
