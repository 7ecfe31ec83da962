"""reference/audit, reference/errata and the front page: every figure with its verdict, and nothing that is not escaped."""

from __future__ import annotations

import re

import desk
import pytest
from desk import CLAIMS, change, in_chinese

import bluebook as bb
from bluebook.data import edition as editions
from bluebook.data import views
from bluebook.ledger import book
from bluebook.ledger.wording import VERDICT_WORDS, VERDICTS
from bluebook.pages import audit, front, pieces, told

data = desk.data
EVIL = "<img src=x onerror=alert(1)>"


@pytest.mark.slow
def test_every_figure_of_every_edition_is_a_row_that_can_be_linked_to() -> None:
    body = bb.audit_table().body
    ids = re.findall(r'<tr id="claim-([^"]+)"', body)
    assert sorted(ids) == sorted(book.audited()["id"]) and len(ids) == len(set(ids))
    groups = re.findall(r'<details class="bb-rows">(.*?)</details>', body, re.S)
    assert sum(map(len, (re.findall("<tr id=", g) for g in groups))) == len(ids), "each in one group"
    counts = [int(re.search(r'class="bb-rows-n">(\d+)<', g)[1]) for g in groups]
    assert counts == [len(re.findall("<tr id=", g)) for g in groups]
    wrong = sum(int(n) for n in re.findall(r"</b> (?:有矛盾|后来修订) (\d+)</span>", body))
    assert wrong == book.audited()["verdict"].isin(["contradicted", "revised"]).sum()
    assert set(re.findall(r'data-verdict="(\w+)"', body)) <= set(VERDICTS)


def test_the_drawing_counts_what_the_numbers_say(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, object] = {}
    monkeypatch.setattr(audit, "glue", lambda **values: told.update(values))
    audit.numbers()
    table = bb.audit_by_chapter().table.drop(columns="章")
    counts = book.counts()
    assert (
        int(table.to_numpy().sum()) == told["n_all"] == sum(map(int, re.findall(r"\d+", told["parts_told"])))
    )
    assert table.sum().tolist() == list(counts.values()) and told["counts_told"] == book.counted_words(counts)


def test_chapters_are_called_what_they_call_themselves() -> None:
    titles = pieces.chapter_titles()
    assert "stabilise/growth" in titles and "_" not in "".join(titles)
    assert pieces.title_of("stabilise/trade", titles, short=True) == "外贸"
    assert pieces.title_of("gone/from-the-book", titles) == "from-the-book"
    assert set(bb.audit_by_chapter().table["章"]) <= {re.split("：", t)[0] for t in titles.values()}


def test_what_comes_from_a_table_cannot_break_out_of_the_page(data) -> None:
    change(
        data / CLAIMS,
        {"subject_zh": EVIL, "chapter": EVIL, "section": EVIL},
        id="investment_growth_ha_2022m4",
    )
    path = data / "editions/2022/outline.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[1] = f"1,1,{EVIL},opening/conference,{EVIL}"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    shown = bb.audit_table().body + bb.audit_findings().text + bb.newsletter_headings().body
    shown += bb.audit_table()._repr_html_() + bb.newsletter_headings()._repr_html_()
    assert "<img" not in shown and "&lt;img src=x" in shown


def test_a_finding_says_what_is_printed_what_follows_why_and_how_sure() -> None:
    found = editions.corrections()
    shown = bb.audit_findings().text
    wanted = found.loc[found["kind"].isin(["contradiction", "revision"]), "finding"].nunique()
    assert shown.count("<details") == wanted and shown.count("<dt>") == 4 * shown.count("<dl>")
    innocent = bb.audit_findings("rounding", "rebased").text
    assert innocent.count("<details") and "矛盾</p>" not in innocent


@pytest.mark.slow
def test_a_mended_figure_leaves_the_errata_and_fires_its_guard(data, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(bb.errata_table().table)
    change(data / CLAIMS, {"value": "5.5", "decimals": "1"}, id="imports_share_gap_2020")
    assert len(bb.errata_table().table) < before and "守卫已触发" in bb.audit_findings().text
    told: dict[str, object] = {}
    monkeypatch.setattr(audit, "glue", lambda **values: told.update(values))
    audit.errata_numbers()
    assert re.fullmatch(r"现在触发的守卫有 [1-9]\d* 个", told["fired_told"])


def test_what_the_front_page_tells_of_ranks_and_growth_holds_and_follows_the_tables(data) -> None:
    now = bb.cities()
    ranked = told.ranking(views.standings())
    assert any(name in ranked for name in now["name_zh"]) and "比离第 6 名还远" in ranked
    assert "1.0 个百分点拉大到 1.8 个" in front.growth_finding()


def test_the_front_page_counts_each_verdict_apart() -> None:
    shown = front.verdicts().text
    for verdict, n in book.counts().items():
        assert f"{VERDICT_WORDS[verdict][0]} <b>{n}</b>" in shown, verdict
    assert shown.count("bb-mark") == len(VERDICTS)


def test_every_count_of_wrong_figures_is_the_same(data) -> None:
    n = book.counts()
    table = bb.errata_table().table
    assert len(table) == n["contradicted"] + n["revised"] == int(bb.errata_table().title.split(" ")[0])
    assert (table["结论"] == "有矛盾").sum() == n["contradicted"]


@pytest.mark.slow
def test_the_pages_read_in_english_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    for figure in (bb.audit_by_chapter(), bb.audit_table(), bb.errata_table(), bb.newsletter_headings()):
        assert not in_chinese(figure.title + figure.subtitle), figure.id
    assert not in_chinese(told.ranking(views.standings()) + front.growth_finding())
