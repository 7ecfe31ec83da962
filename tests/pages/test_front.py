"""The front page: what it finds is what the edition's tables say, and another table makes it find another thing."""

from __future__ import annotations

import re

import desk
import pytest
from bs4 import BeautifulSoup
from desk import CLAIMS, SCORES, change, in_chinese

import bluebook as bb
from bluebook.ledger import book
from bluebook.pages import cards, front

data = desk.data


def shown() -> list[BeautifulSoup]:
    """Return the cards of the front page."""
    return BeautifulSoup(bb.front_cards().text, "html.parser").select(".bb-card")


def heads() -> list[str]:
    return [card.h3.get_text() for card in shown()]


def test_four_findings_each_with_a_drawing_that_can_be_heard_and_a_chapter() -> None:
    found = shown()
    assert len(found) == 4
    for card in found:
        assert card.select_one("[role=img]")["aria-label"] and card.select_one(".bb-go a[href^=chapters]")
    assert "印作 4.2%，应为 12.0%" in heads()[0] and "印作 −4.7%，换一个口径是 +10.9%" in heads()[1]


def test_the_first_finding_is_the_worst_slip_and_mended_gives_way_to_the_next(data) -> None:
    first, second = book.wrong().iloc[0], book.wrong().iloc[1]
    assert heads()[0].startswith(first["subject_zh"])
    change(data / CLAIMS, {"value": "12.0"}, id=first["id"])
    assert heads()[0].startswith(second["subject_zh"]) and "4.2%" not in heads()[0]


@pytest.mark.slow
def test_another_slip_is_told_with_its_own_numbers(data) -> None:
    change(data / CLAIMS, {"value": "1.2"}, id="investment_growth_ha_2022m4")
    assert "印作 1.2%，应为 12.0%" in heads()[0]
    assert "印作 1.2%" in shown()[0].svg["aria-label"]


@pytest.mark.slow
def test_a_loss_that_is_none_gives_way_when_it_is_printed_as_a_gain(data) -> None:
    change(data / CLAIMS, {"value": "10.9"}, id="revenue_growth_ha_2022m4")
    assert "一般预算收入" not in heads()[1], "no longer misleads"
    assert "跨境电商" in heads()[1] and "−0.8%" in heads()[1]


@pytest.mark.slow
def test_where_no_number_misleads_the_growth_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    found = book.corrections()
    monkeypatch.setattr(book, "corrections", lambda year: found[found["kind"] != "context"])
    assert cards.misleading() == "" and "差距" in shown()[1].get_text()


def test_the_ranking_on_the_front_page_says_what_the_scores_say(data) -> None:
    assert (
        "比离第 6 名还远" in heads()[2] and bb.front_map().title == "郑州 97 分，洛阳 53 分，其余都不到 36 分"
    )
    change(data / SCORES, {"score": "90.10"}, city="410300", code="index")
    assert "比离第 6 名近" in heads()[2] and "7.15" in shown()[2].svg.get_text()
    assert bb.front_map().title == "郑州 97 分，洛阳 90 分，其余都不到 36 分"


@pytest.mark.slow
def test_no_title_stands_on_the_map_that_the_scores_do_not_bear(data) -> None:
    change(data / SCORES, {"score": "35.65"}, city="410300", code="index")
    assert bb.front_map().title == "郑州居首，97 分；洛阳第二，36 分"
    for code in ("410300", "410700", "410800", "411000", "411300"):
        change(data / SCORES, {"score": ""}, city=code, code="index")
    assert bb.front_map().title == "18 个城市的名次，郑州居首" and len(shown()) == 3


def test_a_city_without_a_printed_score_has_its_rank_and_no_bar() -> None:
    listed = bb.front_map()
    rows = next(iter(listed.panels[1]["datasets"].values()))
    assert [r["value"] is None for r in rows] == [r["text"] == "只有名次" for r in rows]
    assert sum(r["value"] is None for r in rows) == 12 and "只有 6 个得分" in listed.subtitle


@pytest.mark.slow
def test_the_verdicts_on_the_front_page_are_those_of_the_ledger() -> None:
    n = book.counts()
    assert (
        heads()[3] == f"{sum(n.values())} 个数里，{n['contradicted']} 个有矛盾，{n['unchecked']} 个没能核对"
    )
    widths = re.findall(r'data-verdict="(\w+)" style="flex:(\d+)"', front.bar(n))
    assert {v: int(k) for v, k in widths} == {v: k for v, k in n.items() if k}


@pytest.mark.slow
def test_what_a_table_holds_cannot_break_out_of_a_card(data) -> None:
    evil = '<img src=x onerror="alert(1)">'
    change(data / CLAIMS, {"subject_zh": evil, "chapter": evil}, id="investment_growth_ha_2022m4")
    card = shown()[0]
    assert evil in card.h3.get_text() and not card.select("img, .bb-go")


@pytest.mark.slow
def test_the_front_page_speaks_english_where_the_book_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    assert not [h for h in heads() if in_chinese(h)]
    assert not in_chinese(bb.front_map().title + bb.front_map().subtitle)
