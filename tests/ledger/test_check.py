"""What the audit refuses, the check names before, in the same words; what it only dislikes, it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import change, rewrite, row_of
from typer.testing import CliRunner

from bluebook import cli
from bluebook.ledger import book, check
from bluebook.messages import BadInput

CLAIMS, CORRECTIONS = "editions/2022/claims.csv", "editions/2022/corrections.csv"
SCORES = "editions/2022/scores.csv"


def in_claims(id_: str, column: str, value: str) -> Callable[[Path], tuple[str, int, str]]:
    def spoil(root: Path) -> tuple[str, int, str]:
        row = row_of(root, CLAIMS, id=id_)
        change(root, CLAIMS, row, column, value)
        return CLAIMS, row, column

    return spoil


def in_corrections(column: str, value: str) -> Callable[[Path], tuple[str, int, str]]:
    def spoil(root: Path) -> tuple[str, int, str]:
        row = row_of(root, CORRECTIONS, id="rd_intensity_ha_2021", kind="explanation")  # the id's second row
        change(root, CORRECTIONS, row, column, value)
        return CORRECTIONS, row, column

    return spoil


def in_scores(column: str, value: str) -> Callable[[Path], tuple[str, int, str]]:
    def spoil(root: Path) -> tuple[str, int, str]:
        row = row_of(root, SCORES, city="410300", code="index")
        change(root, SCORES, row, column, value)
        return SCORES, row, column

    return spoil


REFUSED = {
    "an id nobody knows in a relation": in_claims("gdp_near_ha_2021", "relation", "equals nobody/10000"),
    "a call in a relation": in_claims("gdp_near_ha_2021", "relation", "equals open(gdp_ha_2021)"),
    "a division by zero in a relation": in_claims(
        "gdp_near_ha_2021", "relation", "equals 1/(gdp_ha_2021 - gdp_ha_2021)"
    ),
    "a row that follows from itself": in_claims("gdp_near_ha_2021", "relation", "equals gdp_near_ha_2021"),
    "evidence that is no number": in_claims("gdp_near_ha_2021", "evidence", "newsletter:abc"),
    "evidence in full-width digits": in_claims("gdp_near_ha_2021", "evidence", "newsletter:５.9"),
    "evidence of an unknown source": in_claims("gdp_near_ha_2021", "evidence", "hearsay_2022:5.9"),
    "a claim in full-width digits": in_claims("gdp_near_ha_2021", "value", "５.9"),
    "a finding on an unknown id": in_corrections("id", "nobody"),
    "a finding that follows from nobody": in_corrections("follows", "nobody*2"),
    "a guard on nobody": in_corrections("guard", "rd_intensity_ha_2021 < nobody"),
    "a guard that cannot be read": in_corrections("guard", "part"),
    "a score in full-width digits": in_scores("score", "５２.70"),
    "a rank in full-width digits": in_scores("rank", "２"),
    "a score with an underscore": in_scores("score", "5_2.70"),
    "a score with a thousands separator": in_scores("score", "5,2.70"),
    "an infinite score": in_scores("score", "inf"),
    "a score that is not a number": in_scores("score", "NaN"),
    "a score with an exponent": in_scores("score", "5.27e1"),
}


@pytest.mark.parametrize("spoil", REFUSED.values(), ids=REFUSED)
def test_check_and_audit_refuse_the_same_with_the_same_words(spoil, copy, monkeypatch):
    file, row, column = spoil(copy)
    monkeypatch.setenv("BLUEBOOK_LANG", "en")

    with pytest.raises(BadInput) as refused:
        book.audit()
    told = [fault.line("en") for fault in check.check()]
    place = f"{file} row {row} column {column} "
    assert refused.value.line("en").startswith(place)
    assert refused.value.line("en") in told, told
    assert len([line for line in told if line.startswith(place)]) == 1, told


def test_an_unreadable_score_is_the_only_thing_that_check_complains_of(copy):
    change(copy, SCORES, row_of(copy, SCORES, city="410300", code="index"), "score", "5_2.70")
    (fault,) = check.check()
    assert (fault.file, fault.column, fault.value, fault.code) == (SCORES, "score", "5_2.70", "not_a_number")


def test_every_unreadable_number_of_a_table_is_named(copy):
    for city, score in (("410100", "９７.25"), ("410300", "5_2.70")):
        change(copy, SCORES, row_of(copy, SCORES, city=city, code="index"), "score", score)
    assert [fault.value for fault in check.check()] == ["９７.25", "5_2.70"]


@pytest.mark.slow
def test_what_another_fault_takes_away_is_not_told_again(copy):
    row = row_of(copy, SCORES, city="410300", code="index")
    change(copy, SCORES, row, "city", "410399")
    assert {fault.file for fault in check.check()} == {SCORES}


@pytest.mark.slow
def test_faults_of_another_edition_are_left_out(copy):
    in_claims("gdp_near_ha_2021", "relation", "equals nobody")(copy)
    assert check.check(year=2021) == []
    assert [fault.about for fault in check.check(year=2022)] == ["gdp_near_ha_2021"]


@pytest.mark.slow
def test_an_equation_in_its_old_form_is_read_and_pointed_out(copy, monkeypatch):
    row = row_of(copy, CLAIMS, id="gdp_near_ha_2021")
    assert check.warnings() == []
    change(copy, CLAIMS, row, "relation", "= gdp_ha_2021/10000")
    assert check.check() == []
    (told,) = check.warnings()
    assert (told.file, told.row, told.about) == (CLAIMS, row, "gdp_near_ha_2021")
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    result = CliRunner().invoke(cli.app, ["check"])
    assert result.exit_code == 0, result.output
    assert f"{CLAIMS} row {row} column relation" in result.output
    assert "no faults" in result.output


@pytest.mark.parametrize("cell", ["=1+1", "+14.6%", "-", "@here", "-gdp"])
def test_a_cell_that_excel_would_read_as_a_formula_is_a_fault(cell, copy):
    rewrite(copy, "economy/series.csv", lambda text: text.replace("by +0.03 point", f'"{cell}"', 1))
    (fault,) = check.check()
    assert (fault.code, fault.column, fault.value) == ("formula", "note", cell)
