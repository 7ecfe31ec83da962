"""What the book names of itself."""

from __future__ import annotations

import desk
import pytest
from desk import glued

from bluebook.chapters import purpose as chapter

data = desk.data


def test_at_one_topic_a_chapter_four_of_25_have_no_name():
    named = chapter.chapters_named()
    assert named.sum() == 25 and named["unnamed"] == 4
    assert (named["industry"], named["region"], named["exploration"]) == (5, 6, 6)


def test_the_two_lists_share_nine_topics():
    assert chapter.overlap() == {"both": 9, "structure": 10, "publisher": 2, "all": 21}


def test_six_cities_make_half_of_gdp_and_less_of_the_people(monkeypatch):
    found = glued(chapter, monkeypatch)
    assert found["n_cities"] == 6 and round(found["gdp_share"]) == 49 and round(found["people_share"]) == 38
    assert found["ranks"] == "1、2、5、8、10、14"


def test_a_topic_that_is_filled_in_shrinks_the_rest(data):
    path = data / "editions" / "2022" / "topics.csv"
    rows = [f"industry,题目{i},Topic {i},,true,false,newsletter\n" for i in range(4)]
    path.write_text(path.read_text("utf-8") + "".join(rows), "utf-8")
    assert "都点得出题目" in chapter.waffle().title


def test_merging_the_lane_change_with_manufacturing_keeps_nine(data):
    path = data / "editions" / "2022" / "topics.csv"
    lines = [x for x in path.read_text("utf-8").splitlines(keepends=True) if "优势产业" not in x]
    path.write_text("".join(lines), "utf-8")
    assert chapter.overlap()["both"] == 9 and chapter.overlap()["publisher"] == 1


def test_nanyang_among_the_named_changes_the_map(data):
    path = data / "editions" / "2022" / "topics.csv"
    path.write_text(path.read_text("utf-8") + "region,南阳,Nanyang,411300,true,false,newsletter\n", "utf-8")
    assert "7 个城市" in chapter.six_cities().title and "豫南" not in chapter.six_cities().title


@pytest.mark.parametrize("figure", [chapter.waffle, chapter.lists, chapter.six_cities])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_draws_in_both_languages(figure, lang, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", lang)
    assert "<svg" in figure()._repr_html_()
