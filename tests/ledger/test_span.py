"""The range of an expression over intervals, and what a statement says of the row that carries it."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bluebook.ledger import relation
from bluebook.ledger.interval import Undefined, between, exactly, rounded
from bluebook.ledger.relation import parse_expression, parse_relation
from bluebook.ledger.span import implied, span

NAMES = ("a", "b", "c")
leaf = st.sampled_from([*NAMES, "2", "0.5", "~1.5"])
trees = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda t: f"(-{t})"),
        st.sampled_from(NAMES).flatmap(lambda n: st.sampled_from([f"{n}^2", f"{n}^3", f"{n}^-1"])),
    ),
    max_leaves=7,
)
ends = st.tuples(st.fractions(-20, 20, max_denominator=50), st.fractions(0, 3, max_denominator=50))


def value(tree, at):
    """Return an expression's value at one point, by plain arithmetic."""
    match tree:
        case relation.Const(within):
            return (within.lower + within.upper) / 2
        case relation.Ref(name):
            return at[name]
        case relation.Pow(base, exponent):
            return value(base, at) ** int(exponent)
        case relation.Op("neg", (a,)):
            return -value(a, at)
        case relation.Op(sign, (a, b)):
            x, y = value(a, at), value(b, at)
            return {"+": x + y, "-": x - y, "*": x * y}[sign] if sign != "/" else x / y


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(trees, st.tuples(ends, ends, ends), st.tuples(*[st.fractions(0, 1, max_denominator=20)] * 3))
def test_the_range_holds_every_value(text, box, share):
    tree = parse_expression(text)
    within = {n: between(low, low + width) for n, (low, width) in zip(NAMES, box, strict=True)}
    point = {n: within[n].lower + s * within[n].width for n, s in zip(NAMES, share, strict=True)}
    try:
        found = span(tree, within)
    except Undefined:
        assume(False)
    assert found.lower <= value(tree, point) <= found.upper


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("a - a", (0, 0)),
        ("a/(a + b)", (Fraction(1, 5), Fraction(1, 2))),
        ("a/(b - a)", (Fraction(1, 3), Fraction(2))),
        ("a*a - a", (0, 2)),
        ("(a - b)/(a + b)", (Fraction(-3, 5), Fraction(0))),
    ],
)
def test_a_repeated_id_is_one_number_not_two(text, exact):
    box = {"a": between(Fraction(1), Fraction(2)), "b": between(Fraction(2), Fraction(4))}
    if text == "a/(b - a)":
        box["b"] = between(Fraction(3), Fraction(4))
    found = span(parse_expression(text), box)
    assert found.ends == exact


def test_where_neither_rises_nor_falls_bisection_stays_sound_and_close():
    box = {"a": between(Fraction(0), Fraction(1))}
    found = span(parse_expression("a - a^2"), box)
    assert found.lower == 0
    assert Fraction(1, 4) <= found.upper <= Fraction(1, 4) + Fraction(1, 50)


def test_a_root_is_enclosed():
    found = span(parse_expression("a^0.5"), {"a": between(Fraction(2), Fraction(2))})
    assert found.lower < Fraction(math.sqrt(2)) < found.upper
    assert found.width < 1e-12


def test_open_ends_go_through():
    box = {"a": between(Fraction(1000), math.inf), "b": rounded("58887.41")}
    found = span(parse_expression("a/b*100"), box)
    assert math.isinf(found.upper)
    assert math.isclose(found.lower, 1.69815, abs_tol=1e-5)
    assert span(parse_expression("b/a"), box).ends == (0, rounded("58887.41").upper / 1000)


def test_the_value_is_what_the_printed_digits_give():
    box = {"a": rounded("391"), "b": rounded("5.87")}
    found = span(parse_expression("a/b"), box)
    assert found.value == Fraction(39100, 587) and found.lower < found.value < found.upper


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("< b", (-math.inf, 4)),
        ("a <= b", (-math.inf, 4)),
        ("> b", (3, math.inf)),
        ("b > a", (-math.inf, 4)),
        ("b >= a", (-math.inf, 4)),
        ("b < a", (3, math.inf)),
        ("b <= a", (3, math.inf)),
        ("b = a", (3, 4)),
        ("equals b*2", (6, 8)),
    ],
)
def test_what_the_rest_of_a_statement_says_of_the_row_wherever_it_stands(text, ends):
    (statement,) = parse_relation(text)
    box = {"a": exactly(1), "b": between(Fraction(3), Fraction(4))}
    assert implied(statement, "a", box).ends == ends
