"""The meeting: what is printed of it, by whom, and when."""

from __future__ import annotations

import desk
import pytest
from desk import change, glued

from bluebook.chapters import conference as chapter
from bluebook.charts import FindingError

data = desk.data


def test_six_of_twelve_talks_are_printed_and_the_rest_belong_to_the_key_session(monkeypatch):
    found = glued(chapter, monkeypatch)
    assert (found["n_places"], found["n_talks"], found["n_missing"]) == (12, 6, 6)
    assert found["share_key"] == 25
    seen = chapter.places()
    assert set(seen.loc[~seen["printed"], "session"]) == {"key"}


def test_six_days_lie_between_the_meeting_on_a_monday_and_the_print_on_a_sunday(monkeypatch):
    found = glued(chapter, monkeypatch)
    assert found["days"] == 6
    assert (found["weekday_held"], found["weekday_printed"]) == ("星期一", "星期日")


def test_pages_follow_from_first_pages_and_the_last_end_is_unknown():
    pages = chapter.talks()["pages"]
    assert list(pages[:-1]) == [1, 2, 11, 7, 2]
    assert pages.isna().iloc[-1]


def test_nine_units_wrote_and_two_of_the_hosts_are_among_them(monkeypatch):
    found = glued(chapter, monkeypatch)
    assert (found["n_organisers"], found["n_authors"], found["n_both"], found["n_platforms"]) == (6, 9, 2, 4)


def test_a_talk_found_later_fills_a_dot(data):
    row = "7,甲,A,某人,Someone,教授,Professor,key,1,newsletter\n"
    path = data / "editions" / "2022" / "talks.csv"
    path.write_text(path.read_text("utf-8") + row, "utf-8")
    assert "印出 7 人" in chapter.lectern().title


def test_the_sentence_about_the_missing_talks_fails_once_none_is_missing(data):
    path = data / "editions" / "2022" / "talks.csv"
    rows = "".join(f"{i},甲,A,某人{i},Someone,教授,Professor,key,{i + 20},newsletter\n" for i in range(7, 13))
    path.write_text(path.read_text("utf-8") + rows, "utf-8")
    with pytest.raises(FindingError):
        chapter.lectern()


def test_the_institute_gains_a_list_when_it_is_named_among_the_authors(data):
    before = chapter.units().set_index("name").loc["河南中原创新发展研究院", "n"]
    units = data / "editions/2022/units.csv"
    change(units, {"author": "true"}, unit_zh="河南中原创新发展研究院", author="false")
    assert chapter.units().set_index("name").loc["河南中原创新发展研究院", "n"] == before + 1


@pytest.mark.parametrize("figure", [chapter.pages, chapter.lectern, chapter.roles])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_draws_in_both_languages(figure, lang, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", lang)
    assert "<svg" in figure()._repr_html_()
