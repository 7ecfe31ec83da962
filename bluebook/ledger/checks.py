"""What every row of the ledger is held against: the statements of its relation, and its evidence.

Every printed number stands for a closed interval. A statement of a relation (`bluebook.ledger.relation` has
the grammar) fails only if no choice of true values inside the intervals satisfies it, so rounding never cries
wolf. Evidence names a fact, a row of the economy or the public tables, by its id (``series_…``, ``city_…``);
where no such row can exist it is ``source:value``. A fact that was revised later is looked at too.

**Whose print it is.** A source whose ``origin`` is the audited report, or its authors' release, only repeats
it: a *copy*, whatever its confidence. Only another source's *print* can confirm or contradict.

**Cycles.** ``equals expression`` says that the row follows from the ids in it. Two rows that follow from each
other would prove themselves, so a cycle of such ids, and a row that follows from itself, are refused.
"""

from __future__ import annotations

import graphlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from bluebook.data.csvio import row_number
from bluebook.data.faults import BadTable, Fault, Pair, fault
from bluebook.data.schema import data_root
from bluebook.ledger.derivation import derivation, number_of
from bluebook.ledger.interval import Interval, Undefined, exactly, rounded
from bluebook.ledger.relation import Ref, Statement, clip, ids_in, parse_relation
from bluebook.ledger.rows import NEWSLETTER, intervals, split, text, trust
from bluebook.ledger.span import implied, possible
from bluebook.ledger.units import counted
from bluebook.ledger.wording import source_words
from bluebook.messages import LANGUAGES, message

PRINT, COPY, EQUATION, SAME, BOUND = "print", "copy", "equation", "same", "bound"
OWN_REPORT = "bluebook_report"  # origins of the same report's other editions begin so
LATER = "_revised"  # the end of a fact's id that its issuer changed after the first print


@dataclass(frozen=True)
class Check:
    """One check of one row: a statement of its relation, or one piece of evidence.

    ``kind``: a print of another source, a copy of this report, an equation, the same number again, a bound.
    ``tight``: what follows is as sharp as what is printed. ``strong``: not of low confidence. ``later``: it
    rests on what an issuer revised afterwards.
    """

    kind: str
    holds: bool
    tight: bool
    strong: bool
    later: bool
    derived: Interval | None
    ids: tuple[str, ...]
    sources: tuple[str, ...]
    says: Pair


@dataclass
class Examined:
    """All rows with their intervals, each row's checks, who carries whom, and what cannot be used at all."""

    records: list[dict[str, object]]  # the rows
    box: dict[str, Interval]
    known: dict[str, dict[str, object]]  # facts by id
    sources: dict[str, dict[str, object]]
    root: Path | None = None  # the data folder in which faults are placed
    checks: dict[str, list[Check]] = field(default_factory=dict)
    carried: dict[str, list[Check]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    numbers: dict[str, dict[str, str]] = field(default_factory=dict)  # language → id → number in words
    rows: frozenset[str] = frozenset()  # ids of the rows

    def refuse(self, row: Mapping[str, object], code: str, column: str, value: str, **more: str) -> None:
        """Note a fault of ``row``, placed in its table."""
        file, number, about = place_of(row, self.root)
        self.faults.append(fault(__file__, code, file, number, column, value, about=about, **more))

    def own(self, source: str) -> bool:
        """Return whether a source goes back to the audited report or to its authors."""
        origin = text(self.sources.get(source, {}).get("origin")) or source
        return origin == NEWSLETTER or origin.startswith(OWN_REPORT)

    def trust(self, confidence: object, sources: Iterable[str]) -> int:
        """Return how far a number goes: as its row says, but no further than the best of its sources."""
        rated = [text(self.sources[s]["confidence"]) for s in sources if s in self.sources]
        return min(trust(confidence), max(map(trust, rated), default=3))


def examine(
    rows: pd.DataFrame, sources: pd.DataFrame, facts: pd.DataFrame | None = None, root: Path | None = None
) -> Examined:
    """Return what every row of the ledger rests on, and every fault that keeps one from being judged.

    The one place that decides what can be used: `bluebook.ledger.audit.judge` raises the first fault,
    `bluebook.ledger.check` tells all.
    """
    known = {} if facts is None else {f["id"]: f for f in facts.to_dict("records")}
    box = ({} if facts is None else intervals(facts)) | intervals(rows)
    told = {s["id"]: s for s in sources.to_dict("records")}
    found = Examined(rows.to_dict("records"), box, known, told, root)
    for table, name in ((rows, "claims.csv"), (facts, "lists.csv")):
        for id_ in [] if table is None else table["id"][table["id"].duplicated()]:
            found.faults.append(fault(__file__, "id_twice", name, None, "id", id_))
    every = known | {r["id"]: r for r in found.records}
    found.rows = frozenset(r["id"] for r in found.records)
    for lang in LANGUAGES:
        found.numbers[lang] = {id_: number_of(every[id_], box[id_], lang) for id_ in box}
    statements = {row["id"]: _statements(row, found) for row in found.records}
    _refuse_cycle(statements, found)
    for row in found.records:
        own = row["id"]
        if own not in box:
            found.checks[own] = []
            continue
        related = list(_by_relation(row, statements[own], found))
        found.checks[own] = [c for _, c in related] + list(_by_evidence(row, found))
        if all(c.holds for _, c in related):
            for statement, check in related:
                _carry(own, statement, check, found)
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


# ---------------------------------------------------------------- relations


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
        found.refuse(row, "cycle", "relation", clip(text(row["relation"])), path=" → ".join(reversed(path)))


def _by_relation(
    row: Mapping[str, object], statements: list[Statement], found: Examined
) -> Iterator[tuple[Statement, Check]]:
    own, box = row["id"], found.box
    for statement in statements:
        unknown = [i for i in statement.ids(own) if i not in box]
        for id_ in unknown:
            found.refuse(row, "unknown_id", "relation", clip(statement.text), id=id_)
        if unknown:
            continue
        other = _named_alone(statement, own)
        if other in found.known and found.known[other]["source"] and not other.startswith("place_"):
            yield statement, _printed_by(row, other, found)  # nothing is reckoned: a source prints it
            continue
        try:
            yield statement, _checked(row, statement, found)
        except Undefined:
            found.refuse(row, "undefined", "relation", clip(statement.text))


def _named_alone(statement: Statement, own: str) -> str:
    """Return the id that a statement says the row is equal to, "" where it says anything else."""
    left, right = statement.sides(own)
    alone = statement.op == "=" and left == Ref(own) and isinstance(right, Ref)
    return right.id if alone else ""


def _checked(row: Mapping[str, object], statement: Statement, found: Examined) -> Check:
    """Hold a row against one statement of its relation. Raises `Undefined`."""
    own, box = row["id"], found.box
    follows = implied(statement, own, box)
    holds = possible(statement, own, box) and (follows is None or follows.meets(box[own]))
    others = tuple(i for i in statement.ids(own) if i != own)
    outside = [found.known[i] for i in others if i in found.known and found.known[i]["source"]]
    again = bool(others) and _named_alone(statement, own) in found.rows
    kind = SAME if again else EQUATION if statement.op == "=" else BOUND
    if kind == SAME:
        value = tuple(found.numbers[g][others[0]] for g in LANGUAGES)
        says = message(__file__, "same" if holds else "elsewhere", value=value)
    else:
        says = tuple(derivation(statement, row, follows, found.numbers[g], g) for g in LANGUAGES)
    return Check(
        kind=kind,
        holds=holds,
        tight=kind != BOUND and (_tight(follows, box[own]) or _close(follows)),
        strong=all(found.trust(f["confidence"], split(f["source"])) >= 2 for f in outside),
        later=any(i.endswith(LATER) for i in others),
        derived=follows,
        ids=others,
        sources=tuple(dict.fromkeys(s for f in outside for s in split(f["source"]))),
        says=says if holds else _joined(says, message(__file__, "fails")),
    )


def _joined(one: Pair, two: Pair) -> Pair:
    return one[0] + two[0], one[1] + two[1]


def _tight(follows: Interval | None, printed: Interval) -> bool:
    """Return whether a derived interval is sharp enough to speak for what is printed."""
    if follows is None:
        return False
    return follows.within(printed) or (not math.isinf(follows.width) and follows.width <= 2 * printed.width)


def _close(follows: Interval | None) -> bool:
    """Return whether an equation pins a number down to one part in a hundred, whatever the print's digits."""
    return follows is not None and follows.width <= abs(follows.lower + follows.upper) / 200


def _carry(own: str, statement: Statement, check: Check, found: Examined) -> None:
    """Tell the rows from which ``own`` follows that it does: the equation speaks for them as well."""
    if check.kind not in (EQUATION, SAME):
        return
    whole = replace(statement, left=statement.sides(own)[0])
    for other in (i for i in check.ids if i in found.rows):
        follows = implied(whole, other, found.box)
        tight = _tight(follows, found.box[other]) or _close(follows)
        told = (own, *(i for i in check.ids if i != other))
        says = check.says if check.kind == SAME else message(__file__, "carried", derivation=check.says)
        carried = Check(check.kind, True, tight, check.strong, False, follows, told, check.sources, says)
        found.carried.setdefault(other, []).append(carried)


# ---------------------------------------------------------------- evidence


def evidence_in(cell: object) -> Iterator[tuple[str, str, str]]:
    """Yield each piece of evidence in a cell: text, fact or source, printed value.

    A fact has no value of its own (""); what cannot be read has neither name nor value.
    """
    for part in split(cell):
        name, colon, value = (x.strip() for x in part.partition(":"))
        if not colon and re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield part, name, ""
        elif re.fullmatch(r"[A-Za-z0-9_.\-]+", name) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
            yield part, name, value
        else:
            yield part, "", ""


def _by_evidence(row: Mapping[str, object], found: Examined) -> Iterator[Check]:
    for part, name, value in evidence_in(row["evidence"]):
        if not name:
            found.refuse(row, "bad_evidence", "evidence", clip(part))
        elif not value and not found.known.get(name, {}).get("source"):
            found.refuse(row, "unknown_fact", "evidence", name)
        elif not value:
            yield _printed_by(row, name, found)
            if name + LATER in found.known:
                yield _printed_by(row, name + LATER, found)
        elif name not in found.sources:
            found.refuse(row, "unknown_source", "evidence", name)
        else:
            other = exactly(value) if counted(row["unit"]) else rounded(value)
            yield _print(row, other, value, (name,), text(found.sources[name]["confidence"]), found)


def _printed_by(row: Mapping[str, object], fact: str, found: Examined) -> Check:
    """Hold a row against a fact, a number that a source prints."""
    told = found.known[fact]
    shown = found.numbers["zh"][fact]
    sources = tuple(split(told["source"]))
    return _print(row, found.box[fact], shown, sources, text(told["confidence"]), found, fact)


_SAID = {
    (PRINT, True): "print_agrees",
    (PRINT, False): "print_differs",
    (COPY, True): "copy_agrees",
    (COPY, False): "copy_differs",
}


def _print(
    row: Mapping[str, object],
    other: Interval,
    shown: str,
    sources: tuple[str, ...],
    confidence: str,
    found: Examined,
    fact: str = "",
) -> Check:
    printed = found.box[row["id"]]
    outside = tuple(s for s in sources if not found.own(s))
    holds, strong = printed.meets(other), found.trust(confidence, outside) >= 2
    kind = PRINT if outside else COPY
    first = found.sources.get(sources[0], {"id": sources[0]})
    named = tuple(source_words(first, lang) for lang in LANGUAGES)
    origins = {text(found.sources.get(s, {}).get("origin")) or s for s in outside}
    says = message(__file__, _SAID[kind, holds], source=named, value=shown)
    if kind == PRINT and holds and len(origins) > 1:
        says = _joined(says, message(__file__, "also", n=len(origins) - 1))
    if kind == PRINT and not strong:
        says = _joined(says, message(__file__, "weak"))
    later = fact.endswith(LATER)
    if later and not holds:
        says = message(__file__, "revised", source=named, value=shown)
    return Check(
        kind=kind,
        holds=holds,
        tight=_tight(other, printed),
        strong=strong and kind == PRINT,
        later=later,
        derived=other,
        ids=(fact,) if fact else (),
        sources=sources,
        says=says,
    )
