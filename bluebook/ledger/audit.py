"""The audit: recompute every quoted figure with the rounding it was printed with, and judge it.

Every printed number stands for a closed interval. A statement of a relation (`bluebook.ledger.relation` has
the grammar) is **contradicted** only if no choice of true values inside the intervals satisfies it, so
rounding never cries wolf.

**Who is contradicted.** The row that carries the relation, and no other: one error, one red row. A statement
that rests on a fact counts with the confidence of its weakest source, and below "medium" it cannot
contradict. A statement whose only other ids are facts is a check by source; any other is arithmetic of the
text itself.

**Cycles.** ``equals expression`` says that the row follows from the ids in it. Two rows that follow from each
other would prove themselves, so a cycle of such ids, and a row that follows from itself, are refused.
"""

from __future__ import annotations

import graphlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pandas as pd

from bluebook.data.csvio import row_number
from bluebook.data.faults import BadTable, Fault, fault
from bluebook.data.schema import data_root
from bluebook.ledger.facts import ledger_rows
from bluebook.ledger.interval import ANY, Interval, Number, Undefined, exactly, rounded
from bluebook.ledger.relation import Ref, Statement, clip, ids_in, parse_relation
from bluebook.ledger.rows import decimals, intervals, printed_text, split, text, trust
from bluebook.ledger.span import Box, implied, possible, span
from bluebook.ledger.units import counted
from bluebook.ledger.wording import VERDICT_WORDS, VERDICTS, derived, format_value, show_interval

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

# ---------------------------------------------------------------- one row against what it rests on


@dataclass(frozen=True)
class Check:
    """One check of one row: a statement of its relation, or one piece of evidence."""

    holds: bool
    by_source: bool  # confirms, where it holds; else it is arithmetic
    strong: bool  # may contradict
    derived: Interval | None
    sources: tuple[str, ...]
    zh: str
    en: str


@dataclass
class Examined:
    """All rows with their intervals, each row's checks, who carries whom, and what cannot be used at all."""

    records: list[dict[str, object]]
    box: dict[str, Interval]
    checks: dict[str, list[Check]] = field(default_factory=dict)
    carried: dict[str, list[str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    root: Path | None = None  # the data folder in which faults are placed


def examine(
    rows: pd.DataFrame, sources: pd.DataFrame, facts: pd.DataFrame | None = None, root: Path | None = None
) -> Examined:
    """Return what every row of the ledger rests on, and every fault that keeps one from being judged.

    The one place that decides what can be used: `judge` raises the first fault, `bluebook.ledger.check` tells
    all.
    """
    known = {} if facts is None else {f["id"]: f for f in facts.to_dict("records")}
    box = ({} if facts is None else intervals(facts)) | intervals(rows)
    found = Examined(rows.to_dict("records"), box, root=root)
    for table, name in ((rows, "claims.csv"), (facts, "lists.csv")):
        for id_ in [] if table is None else table["id"][table["id"].duplicated()]:
            found.faults.append(fault(__file__, "id_twice", name, None, "id", id_))
    trusted = dict(zip(sources["id"], sources["confidence"].map(text), strict=True))
    statements = {row["id"]: _statements(row, found) for row in found.records}
    _refuse_cycle(statements, found)
    for row in found.records:
        own = row["id"]
        if own not in found.box:
            found.checks[own] = []
            continue
        told = list(_by_relation(row, statements[own], found, known))
        found.checks[own] = [c for _, c in told] + list(_by_evidence(row, found, trusted))
        if all(c.holds for _, c in told):
            for other in (i for s, _ in told if s.op == "=" for i in s.ids(own) if i != own):
                found.carried.setdefault(other, []).append(own)
    return found


def place_of(row: Mapping[str, object], root: Path | None = None) -> tuple[str, int | str, str]:
    """Return the file of a row, its number there (else its id), and its id where the number is known."""
    own, year = str(row["id"]), text(row.get("edition", ""))
    if not year:
        return "claims.csv", own, ""
    file = f"editions/{year}/claims.csv"
    number = row_number((root or data_root()) / file, "id", own)
    if number is None and re.match(r"(score|rank)_\d{4}_", own):
        return f"editions/{year}/scores.csv", own, ""
    return (file, own, "") if number is None else (file, number, own)


def _refuse(
    found: Examined, row: Mapping[str, object], code: str, column: str, value: str, **more: str
) -> None:
    file, number, about = place_of(row, found.root)
    found.faults.append(fault(__file__, code, file, number, column, value, about=about, **more))


def _statements(row: Mapping[str, object], found: Examined) -> list[Statement]:
    relation = text(row["relation"])
    try:
        return parse_relation(relation) if relation else []
    except BadTable as problem:
        file, number, about = place_of(row, found.root)
        found.faults.append(problem.fault.at(file, number, "relation", about))
        return []


def _refuse_cycle(statements: Mapping[str, list[Statement]], found: Examined) -> None:
    """Name rows that follow from each other."""
    graph: dict[str, set[str]] = {}
    for own, told in statements.items():
        for s in told:
            left, right = s.sides(own)
            for one, other in ((left, right), (right, left)):
                if s.op == "=" and one == Ref(own):
                    graph.setdefault(own, set()).update(ids_in(other))
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as problem:
        path = problem.args[1]
        row = next(r for r in found.records if r["id"] == path[-1])
        _refuse(found, row, "cycle", "relation", clip(text(row["relation"])), path=" → ".join(reversed(path)))


def _by_relation(
    row: Mapping[str, object],
    statements: list[Statement],
    found: Examined,
    facts: Mapping[str, Mapping[str, object]],
) -> Iterator[tuple[Statement, Check]]:
    own, box = row["id"], found.box
    for statement in statements:
        others = [i for i in statement.ids(own) if i != own]
        unknown = [i for i in others if i not in box]
        for id_ in unknown:
            _refuse(found, row, "unknown_id", "relation", clip(statement.text), id=id_)
        if unknown:
            continue
        try:
            holds = possible(statement, own, box)
            follows = implied(statement, own, box)
            left, right = (span(side, box) for side in statement.sides(own))
        except Undefined:
            _refuse(found, row, "undefined", "relation", clip(statement.text))
            continue
        if follows is not None and not follows.meets(box[own]):
            holds = False
        outside = [facts[i] for i in others if i in facts and facts[i]["source"]]
        strong = all(trust(f["confidence"]) >= 2 for f in outside)
        by_source = bool(outside) and len(outside) == len(others) and _tight(follows, box[own])
        sources = tuple(dict.fromkeys(s for f in outside for s in split(f["source"])))
        zh, en = _said(statement, follows, left, right, decimals(row))
        if not holds:
            zh, en = zh + "，不符", en + ", which does not hold"
            if not strong:
                zh, en = zh + "（来源可信度低）", en + " (source of low confidence)"
        yield statement, Check(holds, by_source, strong, follows, sources, zh, en)


def _said(
    statement: Statement, follows: Interval | None, left: Interval, right: Interval, places: int
) -> tuple[str, str]:
    """Say what a statement gives, in both languages."""
    if follows is not None:
        zh, en = (show_interval(follows, places, lang) for lang in ("zh", "en"))
        return f"按“{statement.text}”应为 {zh}", f'"{statement.text}" gives {en}'
    (lz, rz), (le, re_) = ([show_interval(s, places, g) for s in (left, right)] for g in ("zh", "en"))
    return f"“{statement.text}”左边 {lz}，右边 {rz}", f'"{statement.text}": left {le}, right {re_}'


def _tight(follows: Interval | None, printed: Interval) -> bool:
    """Return whether a derived interval is sharp enough to confirm what is printed."""
    if follows is None:
        return False
    return follows.within(printed) or (not math.isinf(follows.width) and follows.width <= 2 * printed.width)


def evidence_in(cell: object) -> Iterator[tuple[str, str, str]]:
    """Yield each piece of evidence in a cell: text, source, printed value ("" both if unreadable)."""
    for part in split(cell):
        source, colon, value = (x.strip() for x in part.rpartition(":"))
        fine = re.fullmatch(r"[A-Za-z0-9_.\-]+", source) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value)
        yield (part, source, value) if colon and fine else (part, "", "")


def parse_evidence(cell: object) -> list[tuple[str, str]]:
    """Return the pairs of source and printed value in a cell. Raises `BadTable` for what is no such pair."""
    found = list(evidence_in(cell))
    for part, source, _ in found:
        if not source:
            raise BadTable(fault(__file__, "bad_evidence", "claims.csv", None, "evidence", clip(part)))
    return [(source, value) for _, source, value in found]


def _by_evidence(row: Mapping[str, object], found: Examined, trusted: Mapping[str, str]) -> Iterator[Check]:
    printed = found.box[row["id"]]
    for part, source, value in evidence_in(row["evidence"]):
        if not source:
            _refuse(found, row, "bad_evidence", "evidence", clip(part))
            continue
        if source not in trusted:
            _refuse(found, row, "unknown_source", "evidence", source)
            continue
        other = exactly(value) if counted(row["unit"]) else rounded(value)
        holds, strong = printed.meets(other), trust(trusted[source]) >= 2
        zh, en = ("一致", "agrees") if holds else ("不一致", "differs")
        if not strong:
            zh, en = zh + "（可信度低）", en + " (low confidence)"
        zh, en = f"来源 {source} 为 {value}，{zh}", f"source {source} has {value}: {en}"
        yield Check(holds, _tight(other, printed), strong, other, (source,), zh, en)


# ---------------------------------------------------------------- verdicts


def judge(rows: pd.DataFrame, sources: pd.DataFrame, facts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return every row with its verdict: its own columns, then `AUDIT_COLUMNS`, reason_zh, reason_en.

    contradicted: some strong check fails. confirmed: a source agrees, tightly enough. consistent: arithmetic
    holds, of its own or of a row that follows from it. unchecked: nothing to hold it against, or only a weak
    source differs. Raises `BadTable` for a relation or evidence that cannot be used.
    """
    found = examine(rows, sources, facts)
    if found.faults:
        raise BadTable(found.faults[0])
    judged = [
        _judged(r, found.checks[r["id"]], found.carried.get(r["id"], []), found.box) for r in found.records
    ]
    return pd.DataFrame(judged)


_MOST_REASONS = 4


def _judged(row: dict[str, object], checks: list[Check], carried: list[str], box: Box) -> dict[str, object]:
    verdict, lead = _verdict(checks, carried)
    zh, en = _reasons(verdict, lead, carried)
    follows = next((c.derived for c in lead if c.derived is not None), None)
    printed = box.get(row["id"], ANY)
    return {
        **row,
        "value": printed_text(row),
        "verdict": verdict,
        "printed_lower": outward(printed.lower, math.floor),
        "printed_upper": outward(printed.upper, math.ceil),
        "derived_lower": math.nan if follows is None else outward(follows.lower, math.floor),
        "derived_upper": math.nan if follows is None else outward(follows.upper, math.ceil),
        "source": ";".join(dict.fromkeys(s for c in lead for s in c.sources)),
        "reason_zh": zh,
        "reason_en": en,
    }


def _verdict(checks: list[Check], carried: list[str]) -> tuple[str, list[Check]]:
    """Return the verdict and the checks that speak for it, the weightiest first."""
    against = [c for c in checks if not c.holds and c.strong]
    weak = [c for c in checks if not c.holds and not c.strong]
    confirming = [c for c in checks if c.holds and c.by_source]
    holding = [c for c in checks if c.holds]
    if against:
        return "contradicted", against + [c for c in checks if c not in against]
    if confirming:
        return "confirmed", confirming + [c for c in checks if c not in confirming]
    if holding:
        return "consistent", holding + weak
    if carried and not weak:
        return "consistent", []
    return "unchecked", weak


def _reasons(verdict: str, lead: list[Check], carried: list[str]) -> tuple[str, str]:
    told = lead[:_MOST_REASONS]
    zh, en = [c.zh for c in told], [c.en for c in told]
    if more := len(lead) - len(told):
        zh, en = [*zh, f"另有 {more} 项"], [*en, f"{more} more"]
    if verdict == "consistent" and not lead:
        who = list(dict.fromkeys(carried))
        zh, en = [f"{'、'.join(who)} 由它算出，相符"], [f"{', '.join(who)} follows from it and agrees"]
    if verdict == "unchecked" and lead:
        zh, en = ["未核对，只有可信度低的来源不一致", *zh], ["unchecked, a weak source differs", *en]
    elif verdict == "unchecked":
        zh, en = ["没有可对照的来源或算式"], ["no source and no arithmetic to hold it against"]
    return "；".join(zh), "; ".join(en)


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
    zh = lang == "zh"
    counts = judged["verdict"].value_counts()
    words = [f"{counts.get(v, 0)} {VERDICT_WORDS[v][not zh]}" for v in VERDICTS]
    lines = [
        f"{len(judged)} 个数：{'，'.join(words)}" if zh else f"{len(judged)} figures: {', '.join(words)}"
    ]
    for row in judged[judged["verdict"] == "contradicted"].to_dict("records"):
        says = f"{row['id']}{'：' if zh else ': '}{row[f'subject_{lang}']}"
        follows, value = show_interval(derived(row), decimals(row), lang), format_value(row, lang)
        lines.append(
            f"矛盾 {says}：印为 {value}，推得 {follows}"
            if zh
            else f"contradicted {says}: printed {value}, follows {follows}"
        )
    for row in found[found["fired"]].to_dict("records") if len(found) else []:
        number, guard = row["finding"], f"{row['id']}{'：' if zh else ': '}{row['guard']}"
        lines.append(
            f"第 {number} 项发现的守护不再成立（{guard}）：原文可能已改，请撤下这一条。"
            if zh
            else f"The guard of finding {number} no longer holds ({guard}): "
            "the source may have been mended; withdraw the row."
        )
    return lines
