"""Six tasks, seven lines of action."""

from __future__ import annotations

import desk
import pytest
from desk import change, glued

from bluebook.chapters import agenda as chapter
from bluebook.charts import FindingError

data = desk.data


def test_22_measures_and_no_target_among_them(monkeypatch):
    found = glued(chapter, monkeypatch)
    assert (found["n_tasks"], found["n_lines"], found["n_measures"]) == (6, 7, 22)
    assert (found["n_named"], found["n_target"], found["n_deadline"]) == (3, 0, 0)


def test_four_cells_share_a_term_and_platforms_and_teams_share_none(monkeypatch):
    pairs = chapter.links()
    assert len(pairs) == 42
    assert set(pairs.loc[pairs["n"] > 0, "shared"]) == {"共性技术", "企业主体", "成果转化", "科普"}
    assert glued(chapter, monkeypatch)["alone"] == "一流创新平台、一流创新团队"


def test_links_do_not_depend_on_the_language(monkeypatch):
    zh = list(chapter.links()["n"])
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    assert list(chapter.links()["n"]) == zh


def test_every_measure_belongs_to_a_line_and_every_term_has_its_english():
    lines = set(chapter.agenda("line")["code"])
    assert set(chapter.agenda("measure")["parent"]) == lines
    for kind in ("task", "measure"):
        table = chapter.agenda(kind)
        assert (table["terms_zh"].str.count(";") == table["terms_en"].str.count(";")).all()


def test_a_wider_reading_lights_one_more_cell(data):
    wider = {"terms_zh": "云平台;创新平台", "terms_en": "cloud platform;platforms"}
    change(data / "editions/2022/agenda.csv", wider, terms_zh="云平台", terms_en="cloud platform")
    pairs = chapter.links()
    lit = pairs[pairs["shared"] == "创新平台"]
    assert len(lit) == 1 and lit["task"].iloc[0] == "一流创新平台"


def test_six_projects_are_five(monkeypatch):
    found = glued(chapter, monkeypatch)
    assert found["n_distinct"] == 5 and found["again"] == "高质量企业倍增"


def test_another_fifth_project_stops_the_sentence_and_settles_the_ledger(data):
    from bluebook import reading

    fifth = {"list": "six_high", "position": "5", "item": "高质量企业倍增"}
    change(data / "editions/2022/lists.csv", {"item": "高水平载体建设"}, **fifth)
    with pytest.raises(FindingError):
        chapter.projects()
    assert reading.audited().loc["six_high_projects", "verdict"] == "consistent"


@pytest.mark.parametrize("figure", [chapter.counts, chapter.matrix])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_draws_in_both_languages(figure, lang, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", lang)
    assert "<svg" in figure()._repr_html_()
