"""What the current edition still needs, told even while its tables are half filled."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT, bluebook, change, rewrite, row_of

from bluebook.data import edition as editions
from bluebook.ledger import book
from bluebook.year import checklist, scaffold, status


def now(home: Path) -> status.Status:
    return status.status(home, fresh=True)


def words(home: Path) -> str:
    return "\n".join(zh for zh, _ in status.lines(now(home)))


def test_a_complete_edition_has_everything(home: Path) -> None:
    told = now(home)
    assert (told.year, told.state, told.ranked, told.cities, told.stubs) == (2022, "published", 18, 18, [])
    assert told.verdicts == book.counts(2022) and sum(told.verdicts.values()) > 300
    assert (told.carried, told.faults, told.unsigned) == ([], 0, None)


@pytest.mark.slow
def test_a_fresh_draft_has_nothing_and_lists_what_it_carried_over(home: Path) -> None:
    scaffold.new_edition(2023)
    told = now(home)
    assert (told.year, told.state, told.ranked, told.cities) == (2023, "draft", 0, 18)
    assert told.verdicts == {} and "还没有录入" in words(home)
    assert told.carried == editions.edition(2023)["unconfirmed"] == ["data_year", "framework", "organisers"]
    assert "3 处照抄上一年度的值：data_year、framework、organisers" in words(home)
    rewrite(home / "data", "editions/2023/edition.yml", lambda t: t.replace("[data_year, framework, ", "["))
    assert now(home).carried == ["organisers"]


@pytest.mark.slow
def test_unwritten_pages_are_counted_and_named(home: Path) -> None:
    (home / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: chapters/one\n", "utf-8")
    assert "1/2 页写好；待写：chapters/one" in words(home)


@pytest.mark.slow
def test_a_fault_is_counted_as_soon_as_the_table_changes(home: Path) -> None:
    assert "没有错误" in words(home)
    row = row_of(home / "data", "editions/2022/scores.csv", city="410300", code="index")
    change(home / "data", "editions/2022/scores.csv", row, "score", "52.7o")
    assert now(home).faults >= 1 and "处要改" in words(home)
    change(home / "data", "editions/2022/scores.csv", row, "score", "52.70")
    assert now(home).faults == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["scores.csv", "claims.csv", "edition.yml"])
def test_a_table_that_cannot_be_read_stops_nothing(home: Path, name: str) -> None:
    (home / "data/editions/2022" / name).write_bytes("编号;名称\n".encode("gbk"))
    told = now(home)
    assert told.faults >= 1 and len(status.lines(told)) >= 8


@pytest.mark.slow
def test_open_signatures_are_named(home: Path) -> None:
    checklist.lay_out(home / "data", 2022)
    assert "8 项没有填：初审、复审、终审、一校……" in words(home)


def test_it_fits_on_one_screen_in_both_languages(home: Path) -> None:
    for lang, word in (("zh", "已写完"), ("en", "complete")):
        done = bluebook("status", cwd=home, lang=lang, PYTHONPATH=str(ROOT))
        assert done.returncode == 0, done.stderr
        assert word in done.stdout and len(done.stdout.splitlines()) <= 20
