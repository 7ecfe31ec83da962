"""The audit: judge every quoted figure by what it was held against (`bluebook.ledger.checks`).

**Seven verdicts**, the first that applies; they are counted apart and never added up.

- contradicted: a print of another source of at least medium confidence, or another figure, excludes it;
- revised: right when printed, changed by its issuer later;
- confirmed: a source that does not go back to this report, of at least medium confidence, prints it;
- recomputed: an equation with other figures gives it, within rounding;
- repeated: a copy of the same report, or the same number again: the transcription is right, nothing more;
- consistent: only an inequality, an order or a wide interval holds;
- unchecked: nothing was found to hold it against, or only a source of low confidence.

**Who is contradicted.** The row that carries the relation, and no other: one error, one red row.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import pandas as pd

from bluebook.data.faults import BadTable
from bluebook.ledger.checks import BOUND, COPY, EQUATION, PRINT, SAME, Check, examine
from bluebook.ledger.facts import ledger_rows
from bluebook.ledger.interval import ANY, Number
from bluebook.ledger.rows import decimals, printed_text
from bluebook.ledger.span import Box
from bluebook.ledger.wording import VERDICT_WORDS, VERDICTS, derived, format_value, show_interval
from bluebook.messages import LANGUAGES, message

AUDIT_COLUMNS = (
    "id",
    "value",
    "unit",
    "verdict",
    "printed_lower",
    "printed_upper",
    "derived_lower",
    "derived_upper",
    "source",
    "reason",
)
_MOST_REASONS = 4


def judge(rows: pd.DataFrame, sources: pd.DataFrame, facts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return every row with its verdict: its own columns, `AUDIT_COLUMNS`, reason_zh, reason_en, rests_on.

    ``rests_on``: ids of the figures and facts that the verdict rests on, separated by ";". Raises `BadTable`
    for a relation or evidence that cannot be used.
    """
    found = examine(rows, sources, facts)
    if found.faults:
        raise BadTable(found.faults[0])
    judged = [
        _judged(r, found.checks[r["id"]], found.carried.get(r["id"], []), found.box) for r in found.records
    ]
    return pd.DataFrame(judged)


def _judged(row: dict[str, object], checks: list[Check], carried: list[Check], box: Box) -> dict[str, object]:
    verdict, lead = _verdict(checks, carried)
    follows = next((c.derived for c in lead if c.derived is not None), None)
    printed = box.get(row["id"], ANY)
    zh, en = _reasons(verdict, lead)
    return {
        **row,
        "value": printed_text(row),
        "verdict": verdict,
        "printed_lower": outward(printed.lower, math.floor),
        "printed_upper": outward(printed.upper, math.ceil),
        "derived_lower": math.nan if follows is None else outward(follows.lower, math.floor),
        "derived_upper": math.nan if follows is None else outward(follows.upper, math.ceil),
        "source": ";".join(dict.fromkeys(s for c in lead for s in c.sources)),
        "rests_on": ";".join(dict.fromkeys(i for c in lead for i in c.ids)),
        "reason_zh": zh,
        "reason_en": en,
    }


def _verdict(checks: list[Check], carried: list[Check]) -> tuple[str, list[Check]]:
    """Return the verdict and the checks that speak for it, the weightiest first."""
    every = [*checks, *carried]
    holding = [c for c in every if c.holds]
    failing = [c for c in checks if not c.holds]
    first_print = any(c.kind == PRINT for c in holding)
    speaking = {
        "contradicted": [c for c in failing if c.strong and not c.later],
        "revised": [c for c in failing if c.later] if first_print else [],
        "confirmed": [c for c in holding if c.kind == PRINT and c.strong and c.tight],
        "recomputed": [c for c in holding if c.kind == EQUATION and c.strong and c.tight],
        "repeated": [c for c in holding if c.kind in (COPY, SAME)],
        "consistent": [c for c in holding if c.kind in (BOUND, EQUATION) or (c.strong and not c.tight)],
    }
    verdict = next((v for v in VERDICTS if speaking.get(v)), "unchecked")
    lead = speaking.get(verdict, [])
    own = [c for c in checks if c not in lead]
    return verdict, lead + own


def _reasons(verdict: str, lead: list[Check]) -> tuple[str, str]:
    every = list(dict.fromkeys(c.says for c in lead))
    told = every[:_MOST_REASONS]
    if more := len(every) - len(told):
        told.append(message(__file__, "more", n=more))
    if not told:
        told = [message(__file__, "nothing")]
    elif verdict == "unchecked":
        told.insert(0, message(__file__, "only_weak"))
    return "；".join(zh for zh, _ in told), "; ".join(en for _, en in told)


def outward(x: Number, way: Callable) -> float:
    """Return an end of an interval for a table: six decimals, rounded outward; an open end is missing."""
    return math.nan if math.isinf(x) else way(Fraction(x) * 10**6) / 10**6


def audit(
    claims: pd.DataFrame,
    scores: pd.DataFrame,
    sources: pd.DataFrame,
    facts: pd.DataFrame | None = None,
    lang: str = "zh",
    year: int | None = None,
) -> pd.DataFrame:
    """Return the audit: one line a row of the ledger, the columns of `AUDIT_COLUMNS`, ``reason`` in ``lang``.

    An open end of an interval, and a derived interval where nothing was derived, are NaN.
    """
    judged = judge(ledger_rows(claims, scores, year), sources, facts)
    return judged.assign(reason=judged[f"reason_{lang}"])[list(AUDIT_COLUMNS)]


def summary(judged: pd.DataFrame, found: pd.DataFrame, lang: str = "zh") -> list[str]:
    """Return the audit in a few lines: counts, contradicted figures with both numbers, guards that fired."""
    at = LANGUAGES.index(lang)
    counts = judged["verdict"].value_counts()
    words = [f"{counts.get(v, 0)} {VERDICT_WORDS[v][at]}" for v in VERDICTS]
    lines = [message(__file__, "counts", n=len(judged), counts=("，".join(words), ", ".join(words)))[at]]
    for verdict in ("contradicted", "revised"):
        for row in judged[judged["verdict"] == verdict].to_dict("records"):
            follows = show_interval(derived(row), decimals(row), lang)
            told = {"id": row["id"], "subject": row[f"subject_{lang}"], "value": format_value(row, lang)}
            lines.append(message(__file__, f"line_{verdict}", follows=follows, **told)[at])
    for row in found[found["fired"]].to_dict("records") if len(found) else []:
        told = {k: row[k] for k in ("finding", "id", "guard")}
        lines.append(message(__file__, "guard_fired", **told)[at])
    return lines
