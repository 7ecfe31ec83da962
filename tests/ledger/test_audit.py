"""Which of the seven verdicts a figure gets, and why."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pandas as pd
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from rows import audit, row, verdicts

from bluebook.ledger.facts import lists_view
from bluebook.ledger.rows import COLUMNS


def test_rounding_alone_never_contradicts():
    # 391 / 5.87 is 66.6 when computed from the digits, 66.47 to 66.75 from what they stand for.
    rows = [row("x", "66.5", "倍", relation="= s/t"), row("s", "391", "亿元"), row("t", "5.87", "亿元")]
    assert verdicts(*rows)["x"] == "recomputed"
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
    assert verdicts(row("a", "1.3", evidence="weak:1.3"))["a"] == "unchecked"
    assert verdicts(row("a", "1.3", evidence="newsletter:1.3"))["a"] == "repeated"
    assert verdicts(row("a", "1.3", evidence="newsletter:1.0"))["a"] == "unchecked"
    assert verdicts(row("a", "1.3", evidence="good:1.0"))["a"] == "contradicted"
    assert verdicts(row("a", "1.3", evidence="weak:1.0;good:1.3"))["a"] == "confirmed"
    assert verdicts(row("a", "1000", "亿元", "at_least", evidence="good:1018.84"))["a"] == "confirmed"
    assert verdicts(row("a", "1000", "亿元", "at_least", evidence="good:998"))["a"] == "contradicted"
    found = audit(row("a", "1.3", evidence="weak:1.0")).loc["a"]
    assert found["verdict"] == "unchecked"
    assert "only hints of low confidence" in found["reason"] and "differs" in found["reason"]


def test_a_coarse_source_does_not_confirm():
    assert verdicts(row("a", "24381.70", "亿元", evidence="good:24000"))["a"] == "contradicted"
    assert verdicts(row("a", "1.34", evidence="good:1.3"))["a"] == "consistent"


def test_the_row_that_carries_the_relation_is_the_one_contradicted():
    rows = [row("gap", "9.4"), row("part", "2.6"), row("whole", "4.2", relation="= part + gap")]
    assert verdicts(*rows) == {"gap": "unchecked", "part": "unchecked", "whole": "contradicted"}
    rows[2]["value"] = "12.0"
    assert verdicts(*rows) == {"gap": "recomputed", "part": "recomputed", "whole": "recomputed"}


def fact(id_, value, confidence, source="good"):
    return dict.fromkeys(COLUMNS, "") | {
        "id": id_,
        "value": str(value),
        "bound": "exact",
        "lower": Fraction(value) - Fraction(1, 20),
        "upper": Fraction(value) + Fraction(1, 20),
        "source": source,
        "confidence": confidence,
    }


def test_a_relation_on_a_fact_counts_with_the_fact_s_confidence():
    claim = row("a", "1.3", relation="= f")
    assert verdicts(claim, facts=pd.DataFrame([fact("f", 1, "medium")]))["a"] == "contradicted"
    assert verdicts(claim, facts=pd.DataFrame([fact("f", 1, "low")]))["a"] == "unchecked"
    assert (
        verdicts(row("a", "1.0", relation="= f"), facts=pd.DataFrame([fact("f", 1, "high")]))["a"]
        == "confirmed"
    )
    # What the text itself lists is arithmetic of the text, not a source.
    listed = lists_view(pd.DataFrame({"list": ["x", "x"], "position": [1, 2], "item": ["甲", "甲"]}))
    found = verdicts(
        row("a", "2", "个", relation="= listed_x"), row("b", "2", "个", relation="= distinct_x"), facts=listed
    )
    assert found == {"a": "recomputed", "b": "contradicted"}


def test_the_same_number_again_only_repeats_itself():
    rows = [row("a", "8.1", relation="equals b"), row("b", "8.1")]
    assert verdicts(*rows) == {"a": "repeated", "b": "repeated"}
    assert verdicts(rows[0] | {"value": "8.4"}, rows[1])["a"] == "contradicted"


def test_an_order_alone_is_consistent_and_no_more():
    assert verdicts(row("a", "8.1", relation="> b"), row("b", "7.0"))["a"] == "consistent"
    wide = row("a", "8", relation="equals b + c", unit="%")
    assert verdicts(wide, row("b", "5", bound="about"), row("c", "30", bound="about"))["a"] == "contradicted"
    assert verdicts(wide, row("b", "5", bound="about"), row("c", "3", bound="about"))["a"] == "recomputed"
    assert (
        verdicts(row("a", "8.00", relation="equals b + c"), row("b", "5"), row("c", "3"))["a"] == "consistent"
    )


def test_a_print_and_a_later_revision_make_a_figure_revised():
    facts = pd.DataFrame([fact("series_g", "1.3", "medium"), fact("series_g_revised", "1.0", "medium")])
    assert verdicts(row("a", "1.3", evidence="series_g"), facts=facts)["a"] == "revised"
    assert verdicts(row("a", "1.3", evidence="series_g"), facts=facts[:1])["a"] == "confirmed"
    # Without the first print nobody knows whether it was ever right.
    assert verdicts(row("a", "1.3", evidence="series_g_revised"), facts=facts)["a"] == "unchecked"
    assert verdicts(row("a", "1.6", evidence="series_g"), facts=facts)["a"] == "contradicted"


def test_the_reason_shows_the_numbers_and_no_ids():
    rows = [row("x", "66.5", "倍", relation="= s/t"), row("s", "391", "亿元"), row("t", "5.87", "亿元")]
    assert audit(*rows).loc["x", "reason"] == "391 ÷ 5.87 = 66.47 to 66.75"
    told = audit(
        row("a", "-2.0", relation="= b - (c - d)*100"), row("b", "-4.7"), row("c", "1.3"), row("d", "1.3")
    )
    assert "(−4.7) − (1.3 − 1.3) × 100" in told.loc["a", "reason"]


def test_evidence_names_a_row_and_follows_it():
    claim = row("a", "6.3", evidence="series_g")
    assert verdicts(claim, facts=pd.DataFrame([fact("series_g", "6.3", "high")]))["a"] == "confirmed"
    assert verdicts(claim, facts=pd.DataFrame([fact("series_g", "63", "high")]))["a"] == "contradicted"


def test_the_sources_of_a_relation_stand_in_its_order_whatever_the_hash():
    """A set's order changes from one run of Python to the next; a table's must not."""
    code = (
        "from bluebook.ledger.relation import parse_relation as p;"
        "print(p('equals ' + ' + '.join(f'series_{n}' for n in 'zyxwvutsrq'))[0].ids('own'))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1 and told.pop().index("series_z") < 20
    facts = pd.DataFrame([fact("f", 1, "high", "good;weak"), fact("e", 2, "high", "weak;newsletter")])
    found = audit(row("a", "3.0", relation="equals f + e"), facts=facts)
    assert found.loc["a", "source"] == "good;weak;newsletter"
