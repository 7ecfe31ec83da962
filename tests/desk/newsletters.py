"""The newsletter as a Word file, and how what is proposed for it compares with the ledger made by hand.

The newsletter itself is not ours to ship: its text lies beside the repository or where BLUEBOOK_NEWSLETTER says.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import docx
import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from bluebook.data import edition
from bluebook.desk.links import Link, counts
from bluebook.desk.proposals import Found
from bluebook.desk.speech import Figure
from bluebook.ledger.facts import all_facts, scores_view
from bluebook.ledger.interval import Interval, Undefined
from bluebook.ledger.relation import Ref, Statement, parse_relation
from bluebook.ledger.rows import intervals
from bluebook.ledger.span import implied

EDITORS = "编者"  # who speaks where nobody is named


def source() -> Path | None:
    """Return the newsletter's text, which is not ours to keep here: where BLUEBOOK_NEWSLETTER says, or None."""
    told = os.environ.get("BLUEBOOK_NEWSLETTER")
    return Path(told) if told and Path(told).is_file() else None


def as_word(text: str, target: Path) -> Path:
    """Save a text as somebody would have typed it: headings with their style, tables as tables, no page cuts."""
    document = docx.Document()
    held, rows = "", []
    for line in [*text.splitlines(), ""]:
        told = line.strip()
        if "\t" in line and "....." not in line:
            rows.append(line.split("\t"))
            continue
        if rows:
            table = document.add_table(len(rows), max(map(len, rows)))
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    table.cell(at, column).text = cell.strip()
            rows = []
        if not told:
            continue
        if held and held[-1] not in "。！？：”）%" and re.search("[，,。]", held) and not _heading(told):
            held += told
            continue
        _add(document, held)
        held = told
    _add(document, held)
    document.save(target)
    return target


def _heading(line: str) -> int:
    patterns = r"[一二三]、", r"[（(][一二三四五六七八][）)]", r"\d\. ?(?!\d\d?%|.*\*\*|.{40})"
    return next((n for n, p in enumerate(patterns, start=2) if re.match(p, line) and len(line) < 46), 0)


def _add(document, line: str) -> None:
    if not line:
        return
    level = _heading(line)
    document.add_paragraph(line, style=f"Heading {level}" if level else None)


# ---------------------------------------------------------------- figures


def paired(claims: pd.DataFrame, figures: list[Figure]) -> dict[str, str]:
    """Return claim → figure: the same speaker, number and unit, each figure once, the likeliest pairs."""
    order = {f.id: i for i, f in enumerate(figures)}
    pools: dict[tuple, list[Figure]] = defaultdict(list)
    for f in figures:
        pools[f.speaker or EDITORS, f.value, f.unit].append(f)
    out = {}
    for key, rows in claims.groupby(["speaker", "value", "unit"], sort=False):
        pool = pools.get(key, [])
        if not pool:
            continue
        cost = np.array([[_unlike(row, f, order) for f in pool] for row in rows.to_dict("records")])
        for a, b in zip(*linear_sum_assignment(cost), strict=True):
            out[rows["id"].iloc[a]] = pool[b].id
    return out


def _unlike(row: dict, f: Figure, order: dict[str, int]) -> float:
    subject = re.sub(r"[（(].*?[）)]|\d+ ?年|河南", "", row["subject_zh"])
    pairs = [subject[i : i + 2] for i in range(len(subject) - 1)]
    near = f"{f.clause}{f.after}{f.subject}"
    said = sum((p in near) + (p in f.sentence) / 2 for p in pairs) / max(len(pairs), 1)
    table = ("表" in row["section"] or "表）" in row["subject_zh"]) != f.subject.endswith("（表）")
    regions, period = row["region"] != f.region, row["period"] != f.period
    return 2 * regions + period - 2 * said + 4 * table + abs(row["place"] - order[f.id]) / 200


# ---------------------------------------------------------------- relations


class Comparison:
    """What the ledger's relations are, and which of them are among those proposed."""

    def __init__(self, root: Path, claims: pd.DataFrame, found: Found) -> None:
        self.found, self.claims = found, claims
        self.claim_of = {f: c for c, f in paired(claims, found.talk.figures).items()}
        cities = edition.table("cities.csv", root)
        scores = scores_view(edition.of_edition("scores", 2022, root), 2022, cities)
        self.box = found.talk.box | intervals(all_facts(root)) | intervals(scores) | intervals(claims)
        self.same = _Classes()
        self.ledger: list[tuple[str, Statement]] = []
        for row in claims.to_dict("records"):
            for statement in parse_relation(row["relation"]) if row["relation"] else []:
                self.ledger.append((row["id"], statement))
                left, right = statement.sides(row["id"])
                if statement.op == "=" and isinstance(left, Ref) and isinstance(right, Ref):
                    self.same.join(left.id, right.id)

    def mine(self) -> Iterator[tuple[Link, str, Statement, dict[str, Interval]]]:
        """Yield each statement that is proposed, in the ledger's ids as far as there are any."""
        for link in self.found.links:
            text = re.sub(
                r"\b(?!listed_|distinct_)[a-z][a-z0-9_]*\b",
                lambda m: self.claim_of.get(m[0], m[0]),
                link.relation,
            )
            for statement in parse_relation(text):
                yield link, self.claim_of.get(link.id, link.id), statement, counts(link.lists)

    def matched(self) -> tuple[set[int], set[int]]:
        """Return which of the ledger's statements were proposed, and which proposals the ledger holds."""
        hits, good, joined = set(), set(), _Classes()
        proposals = list(self.mine())
        places = {id(link): i for i, link in enumerate(self.found.links)}
        for link, own, statement, _ in proposals:
            left, right = statement.sides(own)
            if statement.op == "=" and isinstance(left, Ref) and isinstance(right, Ref):
                joined.join(left.id, right.id)
                if self.same.joined(left.id, right.id):
                    good.add(places[id(link)])
        for at, (own, statement) in enumerate(self.ledger):
            left, right = statement.sides(own)
            alone = statement.op == "=" and isinstance(left, Ref) and isinstance(right, Ref)
            if alone and joined.joined(left.id, right.id):
                hits.add(at)
            for link, mine, other, lists in proposals:
                if self._alike(own, statement, mine, other, lists):
                    hits.add(at)
                    good.add(places[id(link)])
        return hits, good

    def _alike(self, own: str, a: Statement, mine: str, b: Statement, lists: dict[str, Interval]) -> bool:
        """Return whether two statements say the same of the same figures, solved for the same one."""
        if (a.op == "=") != (b.op == "=") or _ids(a, own) != _ids(b, mine):
            return False
        box = self.box | lists
        try:
            one = implied(_whole(a, own), own, box)
            other = implied(_whole(b, mine), own, box)
        except (Undefined, KeyError):
            return False
        if one is None or other is None:
            return one is other and {a.op, b.op} <= {"<", "<="} | {">", ">="}
        ends = [(x, y) for x, y in zip(one.ends, other.ends, strict=True)]
        return all(x == y or abs(float(x) - float(y)) <= 1e-6 * abs(float(x)) for x, y in ends)

    def rows(self, hits: set[int]) -> tuple[set[str], set[str]]:
        """Return rows with a relation, and those whose relation was proposed: an equation where it has one."""
        every: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
        for at, (own, statement) in enumerate(self.ledger):
            every[own].append((statement.op == "=", at in hits))
        proposed = {
            own
            for own, told in every.items()
            if any(hit for equal, hit in told if equal or not any(e for e, _ in told))
        }
        return set(every), proposed

    def told(self, link: Link) -> str:
        """Return a proposal in a form that outlives a new numbering: pattern, number, relation in numbers."""
        by_id = {f.id: f for f in self.found.talk.figures}

        def shown(m: re.Match) -> str:
            f = by_id.get(m[0].removeprefix("listed_").removeprefix("distinct_"))
            head = m[0].partition("_")[0] + "_" if m[0].startswith(("listed_", "distinct_")) else ""
            return f"{head}{f.value}{f.unit}" if f else m[0]

        f = by_id[link.id]
        return f"{link.pattern}\t{f.value}{f.unit}\t" + re.sub(r"\b[a-z][a-z0-9_]*\b", shown, link.relation)


def _whole(statement: Statement, own: str) -> Statement:
    left, right = statement.sides(own)
    return Statement(left, statement.op, right, statement.text)


def _ids(statement: Statement, own: str) -> frozenset[str]:
    return frozenset(re.sub("^(listed|distinct)_.*", "listed", i) for i in statement.ids(own))


class _Classes:
    """Ids that are said to be the same number."""

    def __init__(self) -> None:
        self.above: dict[str, str] = {}

    def top(self, x: str) -> str:
        while x in self.above:
            x = self.above[x]
        return x

    def join(self, a: str, b: str) -> None:
        if (one := self.top(a)) != (other := self.top(b)):
            self.above[one] = other

    def joined(self, a: str, b: str) -> bool:
        return self.top(a) == self.top(b)
