"""What a relation may say, and that whatever else is written is one clear line."""

from __future__ import annotations

import re

import pytest
from rows import audit, row, verdicts

from bluebook.ledger.audit import AUDIT_COLUMNS
from bluebook.ledger.relation import parse_relation
from bluebook.messages import BadInput

HOSTILE = {
    "attribute access": "= a.real",
    "dunder": "= a.__class__.__mro__",
    "call": "= open(a)",
    "import": "= __import__(a)",
    "lambda": "= lambda: 1",
    "powers of powers": "= 9^9^9",
    "starred powers": "= 9**9**9",
    "bracketed powers": "= (a^4)^4",
    "power of an id": "= 2^a",
    "large exponent": "= a^999",
    "subscript": "= a[0]",
    "string": "= 'a'",
    "condition": "= 1 if a else 2",
    "walrus": "(x := 1) = 1",
    "newline": "= a\nimport os",
    "capital": "= A",
    "full-width": "＝ a",
    "exponent notation": "= 1e999",
    "long number": "= " + "9" * 40,
    "deep": "= " + "(" * 60 + "1" + ")" * 60,
    "long": "= " + "+".join(["a"] * 600),
    "many": "= " + "+".join(["1"] * 90),
    "half": "= a +",
    "no comparison": "a",
    "two comparisons": "1 < a < 3",
    "empty statement": "= a;; = a",
    "unbalanced": "= (a",
    "unknown id": "= nobody",
    "division by zero": "= 1/0",
    "division by nothing": "= 1/(b - b)",
    "division across zero": "= 1/small",
    "root of a negative number": "= (0 - b)^0.5",
    "beyond all sense": "= " + "*".join(["99999999999999"] * 30),
    "root beyond all sense": "= (" + "*".join(["99999999999999"] * 30) + ")^0.5",
    "itself": "= a",
    "itself, from the right": "b + a = a",
    "itself, changed": "= a + 1",
}

HOLDS = ("recomputed", "repeated", "consistent")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_hostile_relation_is_one_clear_line(text, lang):
    rows = [row("a", "1.0", relation=text), row("b", "2.0"), row("small", "0.0")]
    with pytest.raises(BadInput) as caught:
        audit(*rows)
    line = caught.value.line(lang)
    assert "\n" not in line
    assert "claims.csv" in line
    assert re.search(r"\ba\b", line)
    assert len(line) < 300


def test_a_cycle_of_ids_is_one_clear_line():
    rows = [row("a", "1.0", relation="= b"), row("b", "1.0", relation="= c"), row("c", "1.0", relation="= a")]
    with pytest.raises(BadInput, match="would prove themselves") as caught:
        audit(*rows)
    assert "→" in caught.value.line("zh")
    # A comparison proves nothing, so it may point back.
    assert verdicts(row("a", "1.0", relation="= b"), row("b", "1.0", relation="<= a"))["a"] == "repeated"


@pytest.mark.parametrize(
    "text", ["good", "good:", "good:x", "good:1e5", "nobody:1.0", "good:1.0:", ":1.0", "good:1 ; 2"]
)
def test_bad_evidence_is_one_clear_line(text):
    with pytest.raises(BadInput) as caught:
        audit(row("a", "1.0", evidence=text))
    assert "row a" in caught.value.line("en")


def test_ids_must_be_plain_and_stand_once():
    for rows in ([row("A", "1")], [row("a b", "1")], [row("a", "1"), row("a", "1")]):
        with pytest.raises(BadInput):
            audit(*rows)


# ---------------------------------------------------------------- the grammar


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("= b + c", True),
        ("= b - c", False),
        ("a = b + c", True),
        ("b + c = a", True),
        ("a - b > 0", True),
        ("b > a", False),
        ("<= 5; >= 5", True),
        ("= c*2.5", True),
        ("a == b + c;", True),
        ("= (3*b + 2*c + 12)^0.5", True),
        ("= ~5.04", False),
        ("= -b + 4*c", True),
        ("= b/c*10/3", True),
        ("= a*b/b", None),
    ],
)
def test_what_a_relation_may_say(text, holds):
    rows = [row("a", "5", "个", relation=text), row("b", "3", "个"), row("c", "2", "个")]
    if holds is None:
        with pytest.raises(BadInput):
            audit(*rows)
    else:
        assert verdicts(*rows)["a"] in (HOLDS if holds else ("contradicted",))


def test_both_numbers_are_shown_wherever_the_row_stands_in_the_relation():
    for text in ("= b*2", "a/2 = b", "b = a/2", "2*b - a = 0", "0 = 2*b - a", "6/a = 6/(2*b)"):
        found = audit(row("a", "7", "个", relation=text), row("b", "3", "个")).loc["a"]
        assert (found["derived_lower"], found["derived_upper"]) == (6, 6), text
        assert (found["printed_lower"], found["printed_upper"]) == (7, 7)
        assert found["verdict"] == "contradicted"


def test_the_columns_are_the_contract_s():
    assert list(audit(row("a", "1.0")).reset_index().columns) == list(AUDIT_COLUMNS)


def test_an_equation_with_the_row_is_written_with_a_word_or_in_its_old_form():
    (word,), (sign,) = parse_relation("equals a/b*100"), parse_relation("= a/b*100")
    assert (word.left, word.op, word.right) == (None, "=", sign.right) and word.text == sign.text
    assert [s.text for s in parse_relation("equals a; < b; equals c - 1")] == ["= a", "< b", "= c - 1"]
    assert parse_relation("< equals_more")[0].ids() == ["equals_more"]
    rows = [row("a", "6", "个", relation="equals b*2"), row("b", "3", "个")]
    assert verdicts(*rows)["a"] == "recomputed"


@pytest.mark.parametrize("text", ["equals", "a equals b", "equals = a", "equalsb"])
def test_the_word_stands_first_and_has_a_right_side(text):
    with pytest.raises(BadInput):
        audit(row("a", "1.0", relation=text), row("b", "2.0"))


def test_ids_keep_the_order_in_which_they_are_written():
    assert parse_relation("z/a = m + z")[0].ids("own") == ["z", "a", "m"]
    assert parse_relation("equals z + a*z")[0].ids("own") == ["own", "z", "a"]
