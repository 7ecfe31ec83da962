"""What a printed number stands for, and the arithmetic of intervals."""

from __future__ import annotations

import math
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import row

from bluebook.ledger.interval import Interval, between, exactly, loosely, many, power, rounded
from bluebook.ledger.rows import intervals
from bluebook.ledger.wording import format_value


@pytest.mark.parametrize(
    ("value", "unit", "bound", "ends"),
    [
        ("4.2", "%", "exact", (4.15, 4.25)),
        ("-5.0", "%", "exact", (-5.05, -4.95)),
        ("2.40", "%", "exact", (2.395, 2.405)),
        ("16", "%", "exact", (15.5, 16.5)),
        ("8387", "家", "exact", (8387, 8387)),
        ("28", "位", "exact", (28, 28)),
        ("5.17", "万个", "exact", (5.165, 5.175)),
        ("1000", "亿元", "at_least", (1000, math.inf)),
        ("20", "%", "at_most", (-math.inf, 20)),
        ("1000", "亿元", "about", (900, 1100)),
        ("-10", "%", "about", (-11, -9)),
    ],
)
def test_a_printed_number_stands_for_its_rounding(value, unit, bound, ends):
    found = intervals(pd.DataFrame([row("a", value, unit, bound)]))["a"]
    assert tuple(map(float, found.ends)) == ends


@given(st.fractions(-1000, 1000), st.integers(0, 3))
def test_the_interval_of_a_rounded_number_holds_the_true_value(true, decimals):
    printed = f"{float(round(true, decimals)):.{decimals}f}"
    found = rounded(printed)
    assert found.lower <= true <= found.upper


def test_a_number_of_unknown_digits_is_taken_loosely():
    assert loosely(321600.0) == Interval(321600, Fraction(321550), Fraction(321650))
    assert loosely(12.0) == Interval(12, Fraction(23, 2), Fraction(25, 2))
    assert loosely(1018.84) == rounded("1018.84")


def test_a_value_read_as_a_number_is_printed_with_its_decimals():
    found = row("a", "2.40") | {"value": 2.4}
    assert format_value(found, "zh") == "2.40%"
    assert tuple(map(float, intervals(pd.DataFrame([found]))["a"].ends)) == (2.395, 2.405)


@pytest.mark.parametrize(
    ("base", "exponent", "ends"),
    [
        ((-1, 2), 2, (0, 4)),
        ((-3, 2), 2, (0, 9)),
        ((-3, 2), 4, (0, 81)),
        ((-3, -2), 2, (4, 9)),
        ((0, 2), 2, (0, 4)),
        ((-3, 0), 2, (0, 9)),
        ((-1, 2), 3, (-1, 8)),
        ((-1, 2), 0, (1, 1)),
        ((2, 4), -2, (Fraction(1, 16), Fraction(1, 4))),
    ],
)
def test_an_even_power_turns_at_zero_and_an_odd_one_does_not(base, exponent, ends):
    found = power(between(*map(Fraction, base)), Fraction(exponent))
    assert found.ends == ends


def test_the_printed_number_is_carried_along_beside_the_ends():
    assert rounded("4.2").value == Fraction("4.2") and exactly(3) == Interval(3, 3, 3)
    assert power(rounded("-4.2"), Fraction(2)).value == Fraction("17.64")
    assert between(0, 1).value is None


def test_an_interval_in_a_sentence():
    assert Interval(12.0, 11.9, 12.1).told() == "11.9–12.1"
    assert Interval(6.0, 5.96, 5.97).told() == "6.0"
    assert Interval(-5.0, -5.1, -4.7).told() == "-5.1 至 -4.7"
    assert [Interval(1, *e).sign for e in ((-1, 2), (0.5, 2), (-2, -0.5))] == [0, 1, -1]


def test_one_quantity_over_another():
    assert Interval(6, 5, 7).over(Interval(2, 1, 4)) == Interval(3, 1.25, 7)
    assert Interval(1, 0, 2).meets(Interval(3, 2, 4)) and not Interval(1, 0, 2).meets(Interval(3, 2.1, 4))


@pytest.mark.parametrize(("spoken", "last"), [(500, 599), (2000, 2999), (20, 29), (120, 219)])
def test_so_many_and_more_ends_before_the_next_round_number(spoken, last):
    assert many(spoken) == Interval(spoken, spoken, last)
