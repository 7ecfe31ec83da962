"""The publisher's round numbers and the people outside the province."""

from __future__ import annotations

import desk
import pytest
from desk import SERIES, change, glued

from bluebook.chapters import ren_wuwu as chapter
from bluebook.chapters.loose import Range, many

data = desk.data


def test_and_more_reaches_to_the_next_round_number():
    assert many(500) == Range(500, 599)
    assert many(2000) == Range(2000, 2999)
    assert many(30) == Range(30, 39)


def test_a_ratio_takes_the_extremes():
    assert many(500).over(many(2000)) == Range(500 / 2999, 599 / 2000)


def test_blue_books_are_a_sixth_to_three_tenths_of_all_books():
    books = chapter.ratios().set_index("key").loc["books"]
    assert round(books["lower"], 1) == 16.7 and round(books["upper"], 2) == 29.95


def test_fields_outnumber_the_volumes_of_a_year():
    assert chapter.ratios().set_index("key").loc["idle", "lower"] > 33


def test_the_speech_lies_between_two_official_counts(monkeypatch):
    found = glued(chapter, monkeypatch)
    assert found["labour"] < 1500 < found["census"]
    assert round(found["over_labour"], 1) == 19.4
    assert (found["labour_in"], found["census_in"]) == ("不在其中", "在其中")


def test_inside_and_outside_add_up_to_all_who_moved(monkeypatch):
    found = glued(chapter, monkeypatch)
    assert found["inside"] + found["labour"] == pytest.approx(found["total_labour"], abs=0.01)


def test_no_return_shows_in_the_shares(monkeypatch):
    found = glued(chapter, monkeypatch)
    assert abs(found["inside_share"] - found["inside_share_2016"]) < 1
    assert found["outside_more"] > 0


def test_a_larger_official_count_changes_the_title(data):
    counted = {"series": "rural_labour_out_province", "region": "河南", "period": "2021"}
    change(data / SERIES, {"value": "1480"}, **counted, value="1255.97")
    assert "多 1%" in chapter.migrants().title
    change(data / SERIES, {"value": "1600"}, **counted, value="1480")
    assert "夹在" not in chapter.migrants().title


@pytest.mark.parametrize("figure", [chapter.migrants, chapter.publisher])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_draws_in_both_languages(figure, lang, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", lang)
    assert "<svg" in figure()._repr_html_()
