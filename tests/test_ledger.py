"""The ledger's arithmetic: what a relation may say, what interval it gives, when a figure is contradicted."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bluebook import ledger, relation
from bluebook.relation import Interval, parse_expression, rounded, span
from bluebook.words import BadInput

SOURCES = pd.DataFrame({"id": ["newsletter", "good", "weak"], "confidence": ["high", "medium", "low"]})
NO_SCORES = pd.DataFrame(
    columns=["city", "code", "score", "rank", "decimals", "source", "confidence", "note"], dtype=object
)


def row(id_, value, unit="%", bound="exact", relation="", evidence=""):
    """Return one row of claims.csv; the decimals are those of the text."""
    texts = dict.fromkeys(ledger.COLUMNS, "")
    return texts | {
        "id": id_, "value": value, "unit": unit, "decimals": len(value.partition(".")[2]), "bound": bound,
        "relation": relation, "evidence": evidence, "speaker": "喻新安", "subject_zh": "某数", "subject_en": "A figure",
        "period": "2021",
    }  # fmt: skip


def audit(*rows, facts=None, lang="en"):
    """Return the audit of a few rows, by id."""
    return ledger.audit(pd.DataFrame(rows), NO_SCORES, SOURCES, facts, lang).set_index("id")


def verdicts(*rows, **more):
    return audit(*rows, **more)["verdict"].to_dict()


# ---------------------------------------------------------------- intervals


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
    found = ledger.intervals(pd.DataFrame([row("a", value, unit, bound)]))["a"]
    assert tuple(map(float, found)) == ends


@given(st.fractions(-1000, 1000), st.integers(0, 3))
def test_the_interval_of_a_rounded_number_holds_the_true_value(true, decimals):
    printed = f"{float(round(true, decimals)):.{decimals}f}"
    found = rounded(printed)
    assert found.lower <= true <= found.upper


def test_a_number_of_unknown_digits_is_taken_loosely():
    assert relation.loosely(321600.0) == Interval(Fraction(321550), Fraction(321650))
    assert relation.loosely(12.0) == Interval(Fraction(23, 2), Fraction(25, 2))
    assert relation.loosely(1018.84) == rounded("1018.84")


# ---------------------------------------------------------------- the range of an expression

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


@settings(max_examples=150, deadline=None)
@given(trees, st.tuples(ends, ends, ends), st.tuples(*[st.fractions(0, 1, max_denominator=20)] * 3))
def test_the_range_holds_every_value(text, box, share):
    tree = parse_expression(text)
    within = {n: Interval(low, low + width) for n, (low, width) in zip(NAMES, box, strict=True)}
    point = {n: within[n].lower + s * within[n].width for n, s in zip(NAMES, share, strict=True)}
    try:
        found = span(tree, within)
    except relation.Undefined:
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
    box = {"a": Interval(Fraction(1), Fraction(2)), "b": Interval(Fraction(2), Fraction(4))}
    if text == "a/(b - a)":
        box["b"] = Interval(Fraction(3), Fraction(4))
    found = span(parse_expression(text), box)
    assert tuple(found) == exact


def test_where_neither_rises_nor_falls_bisection_stays_sound_and_close():
    box = {"a": Interval(Fraction(0), Fraction(1))}
    found = span(parse_expression("a - a^2"), box)
    assert found.lower == 0
    assert Fraction(1, 4) <= found.upper <= Fraction(1, 4) + Fraction(1, 50)


def test_a_root_is_enclosed():
    found = span(parse_expression("a^0.5"), {"a": Interval(Fraction(2), Fraction(2))})
    assert found.lower < Fraction(math.sqrt(2)) < found.upper
    assert found.width < 1e-12


def test_open_ends_go_through():
    box = {"a": Interval(Fraction(1000), math.inf), "b": rounded("58887.41")}
    found = span(parse_expression("a/b*100"), box)
    assert math.isinf(found.upper)
    assert math.isclose(found.lower, 1.69815, abs_tol=1e-5)
    assert tuple(span(parse_expression("b/a"), box)) == (0, rounded("58887.41").upper / 1000)


# ---------------------------------------------------------------- relations that must be refused

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
    assert verdicts(row("a", "1.0", relation="= b"), row("b", "1.0", relation="<= a"))["a"] == "consistent"


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
        assert verdicts(*rows)["a"] == ("consistent" if holds else "contradicted")


def test_both_numbers_are_shown_wherever_the_row_stands_in_the_relation():
    for text in ("= b*2", "a/2 = b", "b = a/2", "2*b - a = 0", "0 = 2*b - a", "6/a = 6/(2*b)"):
        found = audit(row("a", "7", "个", relation=text), row("b", "3", "个")).loc["a"]
        assert (found["derived_lower"], found["derived_upper"]) == (6, 6), text
        assert (found["printed_lower"], found["printed_upper"]) == (7, 7)
        assert found["verdict"] == "contradicted"


def test_the_columns_are_the_contract_s():
    assert list(audit(row("a", "1.0")).reset_index().columns) == list(ledger.AUDIT_COLUMNS)


# ---------------------------------------------------------------- verdicts


def test_rounding_alone_never_contradicts():
    # 391 / 5.87 is 66.6 when computed from the digits, 66.47 to 66.75 from what they stand for.
    rows = [row("x", "66.5", "倍", relation="= s/t"), row("s", "391", "亿元"), row("t", "5.87", "亿元")]
    assert verdicts(*rows)["x"] == "consistent"
    assert verdicts(rows[0] | {"value": "66.3"}, *rows[1:])["x"] == "contradicted"


@settings(max_examples=60, deadline=None)
@given(st.fractions(1, 900), st.fractions(1, 900), st.integers(0, 2))
def test_true_numbers_rounded_are_never_contradicted(x, y, decimals):
    def printed(v):
        return f"{float(round(v, decimals)):.{decimals}f}"

    rows = [
        row("total", printed(x + y), "亿元", relation="= x + y"),
        row("share", printed(x / (x + y) * 100), relation="= x/(x + y)*100; <= 100"),
        row("x", printed(x), "亿元"),
        row("y", printed(y), "亿元"),
    ]
    assert "contradicted" not in verdicts(*rows).values()


def test_evidence_confirms_and_a_weak_source_cannot_contradict():
    assert verdicts(row("a", "1.3", evidence="good:1.3"))["a"] == "confirmed"
    assert verdicts(row("a", "1.3", evidence="weak:1.3"))["a"] == "confirmed"
    assert verdicts(row("a", "1.3", evidence="good:1.0"))["a"] == "contradicted"
    assert verdicts(row("a", "1.3", evidence="weak:1.0;good:1.3"))["a"] == "confirmed"
    assert verdicts(row("a", "1000", "亿元", "at_least", evidence="good:1018.84"))["a"] == "confirmed"
    assert verdicts(row("a", "1000", "亿元", "at_least", evidence="good:998"))["a"] == "contradicted"
    found = audit(row("a", "1.3", evidence="weak:1.0")).loc["a"]
    assert found["verdict"] == "unchecked"
    assert "a weak source differs" in found["reason"]


def test_a_coarse_source_does_not_confirm():
    assert verdicts(row("a", "24381.70", "亿元", evidence="good:24000"))["a"] == "contradicted"
    assert verdicts(row("a", "1.34", evidence="good:1.3"))["a"] == "consistent"


def test_the_row_that_carries_the_relation_is_the_one_contradicted():
    rows = [row("gap", "9.4"), row("part", "2.6"), row("whole", "4.2", relation="= part + gap")]
    assert verdicts(*rows) == {"gap": "unchecked", "part": "unchecked", "whole": "contradicted"}
    rows[2]["value"] = "12.0"
    assert verdicts(*rows) == {"gap": "consistent", "part": "consistent", "whole": "consistent"}


def fact(id_, value, confidence, source="good"):
    return dict.fromkeys(ledger.COLUMNS, "") | {
        "id": id_, "value": str(value), "bound": "exact", "lower": Fraction(value) - Fraction(1, 20),
        "upper": Fraction(value) + Fraction(1, 20), "source": source, "confidence": confidence,
    }  # fmt: skip


def test_a_relation_on_a_fact_counts_with_the_fact_s_confidence():
    claim = row("a", "1.3", relation="= f")
    assert verdicts(claim, facts=pd.DataFrame([fact("f", 1, "medium")]))["a"] == "contradicted"
    assert verdicts(claim, facts=pd.DataFrame([fact("f", 1, "low")]))["a"] == "unchecked"
    assert (
        verdicts(row("a", "1.0", relation="= f"), facts=pd.DataFrame([fact("f", 1, "high")]))["a"]
        == "confirmed"
    )
    # What the text itself lists is arithmetic of the text, not a source.
    listed = ledger.lists_view(pd.DataFrame({"list": ["x", "x"], "position": [1, 2], "item": ["甲", "甲"]}))
    found = verdicts(
        row("a", "2", "个", relation="= listed_x"), row("b", "2", "个", relation="= distinct_x"), facts=listed
    )
    assert found == {"a": "consistent", "b": "contradicted"}


def test_scores_are_rows_of_the_ledger():
    scores = pd.DataFrame(
        {
            "city": ["410100", "410300"], "code": "index", "score": [97.25, 52.7], "rank": [1, 2], "decimals": [2, 2],
            "source": ["newsletter;good", "newsletter"], "confidence": "high", "note": "",
        }
    )  # fmt: skip
    found = ledger.audit(pd.DataFrame([row("a", "1.0")]), scores, SOURCES).set_index("id")
    assert found.loc["score_2022_410300_index", "value"] == "52.70"
    assert found.loc["score_2022_410100_index", "verdict"] == "confirmed"
    assert found.loc["rank_2022_410300_index", "verdict"] == "consistent"
    swapped = ledger.audit(
        pd.DataFrame([row("a", "1.0")]), scores.assign(score=[52.7, 97.25]), SOURCES
    ).set_index("id")
    assert swapped.loc["rank_2022_410300_index", "verdict"] == "contradicted"


def test_a_tie_and_a_missing_province_leave_a_rank_open():
    names = [n for n in ledger.PROVINCES if n not in ("河南", "西藏", "内蒙古")]
    table = pd.DataFrame(
        {
            "series": "growth", "region": ["河南", "内蒙古", *names], "period": "2021", "vintage": "first",
            "value": [6.3, 6.3, *[8.0] * 20, *[3.0] * 8], "unit": "%", "kind": "printed", "source": "s", "confidence": "medium",
        }
    )  # fmt: skip
    facts = ledger.provinces_view(table).set_index("id")
    assert tuple(facts.loc["place_growth_ha_2021", ["lower", "upper"]]) == (21, 23)


# ---------------------------------------------------------------- for a reader


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
    assert ledger.format_value(found, "zh") == zh
    assert ledger.format_value(found, "en") == en


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
    assert ledger.format_value(found, "zh") == zh
    assert ledger.format_value(found, "en") == en


def test_a_value_read_as_a_number_is_printed_with_its_decimals():
    found = row("a", "2.40") | {"value": 2.4}
    assert ledger.format_value(found, "zh") == "2.40%"
    assert tuple(map(float, ledger.intervals(pd.DataFrame([found]))["a"])) == (2.395, 2.405)


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
    assert ledger.period_words(period, "zh") == zh
    assert ledger.period_words(period, "en") == en


def test_a_figure_is_described_in_one_line():
    judged = ledger.judge(
        ledger.ledger_rows(pd.DataFrame([row("a", "1.3", evidence="good:1.0")]), NO_SCORES), SOURCES
    )
    found = judged.iloc[0]
    assert ledger.describe(found, found["verdict"], "en") == (
        "Yu Xin'an: A figure (2021). Audit: contradicted: 0.95 to 1.05 follows."
    )
    assert (
        ledger.describe(found, found["verdict"], "zh")
        == "喻新安：某数（2021年）。核对：有矛盾，推出的是 0.95–1.05。"
    )


def test_a_guard_fires_when_the_source_is_mended():
    table = pd.DataFrame([{
        "id": "whole", "finding": 1, "kind": "contradiction", "printed": "", "follows": "part + gap", "cause_zh": "笔误",
        "cause_en": "a slip", "sure": "high", "guard": "whole < part + gap",
    }])  # fmt: skip
    rows = [row("gap", "9.4"), row("part", "2.6"), row("whole", "4.2")]
    found = ledger.corrections(table, pd.DataFrame(rows), lang="en").iloc[0]
    assert (found["printed"], found["follows"], found["fired"]) == ("4.15 to 4.25", "11.9 to 12.1", False)
    mended = ledger.corrections(table, pd.DataFrame([*rows[:2], row("whole", "12.0")])).iloc[0]
    assert mended["fired"]
    for broken in (
        {"id": "nobody"},
        {"follows": "nobody"},
        {"follows": "1/0"},
        {"guard": "part"},
        {"printed": "f(1)"},
    ):
        with pytest.raises(BadInput, match=r"corrections\.csv"):
            ledger.corrections(table.assign(**broken), pd.DataFrame(rows))
