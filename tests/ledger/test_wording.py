"""A figure in words, in both languages: value and unit, period, and one line on what the audit found."""

from __future__ import annotations

import pytest
from rows import row

from bluebook.ledger import book
from bluebook.ledger.interval import between
from bluebook.ledger.wording import format_value, period_words, said, show_interval


@pytest.mark.parametrize(
    ("value", "unit", "bound", "zh", "en"),
    [
        ("58887.41", "亿元", "exact", "58887.41亿元", "5,888.741 billion yuan"),
        ("24381.70", "亿元", "exact", "24381.70亿元", "2,438.170 billion yuan"),
        ("5.87", "亿元", "exact", "5.87亿元", "587 million yuan"),
        ("1000", "亿元", "at_least", "超过1000亿元", "more than 100 billion yuan"),
        ("6", "万亿元", "at_most", "不到6万亿元", "just under 6 trillion yuan"),
        ("319.6", "亿美元", "exact", "319.6亿美元", "31.96 billion US dollars"),
        ("5.17", "万个", "exact", "5.17万个", "51,700"),
        ("12", "万家", "exact", "12万家", "120,000 firms"),
        ("13365.7", "万单", "exact", "13365.7万单", "133.657 million parcels"),
        ("-5.0", "%", "exact", "-5.0%", "-5.0%"),
        ("9.4", "个百分点", "exact", "9.4个百分点", "9.4 percentage points"),
        ("1", "个百分点", "about", "约1个百分点", "about 1 percentage point"),
        ("28", "位", "exact", "第28位", "28th"),
        ("11", "位", "exact", "第11位", "11th"),
        ("22", "位", "exact", "第22位", "22nd"),
        ("2", "位（倒数）", "exact", "倒数第2位", "2nd from last"),
        ("1", "位（倒数）", "exact", "倒数第1位", "last"),
        ("8387", "家", "exact", "8387家", "8,387"),
    ],
)
def test_a_figure_reads_well_in_both_languages(value, unit, bound, zh, en):
    found = row("a", value, unit, bound)
    assert format_value(found, "zh") == zh
    assert format_value(found, "en") == en


@pytest.mark.parametrize(
    ("bound", "printed", "zh", "en"),
    [
        ("at_least", "印作“以上”", "25%以上", "at least 25%"),
        ("at_most", "印作“将近”", "将近25%", "just under 25%"),
        ("at_most", "印作“近”", "近25%", "just under 25%"),
        ("at_most", "", "不到25%", "just under 25%"),
        ("exact", "印作“以上”", "25%", "25%"),
    ],
)
def test_a_figure_keeps_the_word_that_a_note_says_was_printed(bound, printed, zh, en):
    found = {**row("a", "25", "%", bound), "note_zh": printed}
    assert format_value(found, "zh") == zh
    assert format_value(found, "en") == en


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("2021", "2021年", "2021"),
        ("2022Q1", "2022年一季度", "first quarter of 2022"),
        ("2020H2", "2020年下半年", "second half of 2020"),
        ("2022M1-M4", "2022年1—4月", "January–April 2022"),
        ("2022-04", "2022年4月", "April 2022"),
        ("2022-07-04", "2022年7月4日", "4 July 2022"),
        ("2020-2021", "2020—2021年", "2020–2021"),
        ("none: 泛指", "", ""),
    ],
)
def test_a_period_reads_well_in_both_languages(period, zh, en):
    assert period_words(period, "zh") == zh
    assert period_words(period, "en") == en


def test_a_figure_says_who_said_what_for_which_period():
    found = row("a", "1.3")
    assert said(found, "zh") == "喻新安：某数（2021年）"
    assert said(found, "en") == "Yu Xin'an: A figure (2021)"


def test_a_period_that_the_subject_names_is_not_said_twice():
    assert said(row("a", "1.3") | {"subject_zh": "2021 年某数"}) == "喻新安：2021 年某数"
    month = {"subject_zh": "2021 年某数", "period": "2021M1-M4"}
    assert said(row("a", "1.3") | month) == "喻新安：2021 年某数（2021年1—4月）"


def test_a_figure_that_nobody_is_known_to_have_said_has_no_speaker():
    found = row("a", "1.3") | {"speaker": ""}
    assert (said(found, "zh"), said(found, "en")) == ("某数（2021年）", "A figure (2021)")


def test_what_follows_is_told_with_one_digit_more_than_is_printed_and_never_finer() -> None:
    """1.64 is printed with two digits: 1.7301–1.7302 would be a precision that nobody has."""
    assert show_interval(between(1.73013, 1.73021), 2) == "1.73"
    assert show_interval(between(11.94, 12.06), 1) == "11.94–12.06"
    assert show_interval(between(10, 25), 0) == "10–25"
    shown = book.corrections()
    digits = shown["id"].map(book.audited()["decimals"].astype(int))
    longest = shown["follows"].str.findall(r"\.(\d+)").map(lambda found: max(map(len, found), default=0))
    assert len(shown) > 20 and (longest <= digits + 1).all(), shown[longest > digits + 1]
