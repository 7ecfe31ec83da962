"""Relations proposed within a table: what its heads say of its columns, and the names of its rows of them.

A head says 合计, 占比, 排名, 增减 or 增速; a relation is proposed for what it says, never because two columns
happen to fit. Where a head does not say of which column it speaks, it is the nearest on its left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from bluebook.desk.links import Proposal, Talk
from bluebook.desk.speech import Figure
from bluebook.ledger.relation import MAX_LENGTH, MAX_OPERATIONS

_TOTAL, _WHOLE = re.compile(r"^(合计|总计|共计)"), re.compile("^(合计|总计|共计|全省|全市|全国|总量)")
_SHARE, _CHANGE = re.compile("占比|比重|占.*的?比例|份额"), re.compile("增减|变化|变动|差额|差距|增加|减少")
_GROWTH = re.compile("增速|增长|增幅")
_ODD = 5  # one neighbour in so many of a ranking may stand otherwise, else it ranks something else


class Table:
    """A table's figures by row and column; a row's and a column's words."""

    def __init__(self, figures: list[Figure]) -> None:
        self.at = {f.place[1:]: f for f in figures}
        self.rows = sorted({row for row, _ in self.at})
        self.columns = sorted({column for _, column in self.at})

    def head(self, column: int) -> str:
        """Return what a column's head says."""
        return next(_head(f) for (_, at), f in self.at.items() if at == column)

    def unit(self, column: int) -> str:
        return next(f.unit for (_, at), f in self.at.items() if at == column)

    def row(self, number: int) -> list[Figure]:
        return [f for (row, _), f in sorted(self.at.items()) if row == number]

    def column(self, number: int, but: int | None = None) -> list[Figure]:
        return [f for (row, at), f in sorted(self.at.items()) if at == number and row != but]

    def named(self, pattern: re.Pattern[str]) -> int | None:
        """Return the first row whose name is such."""
        return next((n for n in self.rows if pattern.match(self.row(n)[0].clause)), None)

    def left(self, column: int, *kinds: str) -> list[int]:
        """Return the columns on the left of one, nearest first, that are of these kinds."""
        return [c for c in reversed(self.columns) if c < column and self.column(c)[0].kind in kinds]


def _head(f: Figure) -> str:
    return f.subject.removesuffix("（表）")


def tables(talk: Talk) -> Iterator[Table]:
    """Yield the tables of a talk that have at least two rows."""
    groups: dict[tuple[str, int], list[Figure]] = {}
    for f in talk.figures:
        if f.subject.endswith("（表）"):
            groups.setdefault((f.speaker, f.place[0]), []).append(f)
    for figures in groups.values():
        if len((table := Table(figures)).rows) > 1:
            yield table


def totals(talk: Talk) -> Iterator[Proposal]:
    """合计: a column's last row is the sum of the others; 全省 only where the others sum to it."""
    for table in tables(talk):
        row = table.named(_WHOLE)
        for column in table.columns if row is not None else ():
            whole, parts = table.at.get((row, column)), table.column(column, but=row)
            if whole is None or whole.kind in ("rank", "growth") or len(parts) < 2:
                continue
            text = " + ".join(f.id for f in parts)
            if len(text) > MAX_LENGTH - 10 or len(parts) > MAX_OPERATIONS:
                continue
            said = _TOTAL.match(whole.clause) and (whole.unit != "%" or _SHARE.search(_head(whole)))
            if said or (whole.unit != "%" and talk.fits(whole.id, f"equals {text}")):
                yield whole, f"equals {text}", ()


def table_shares(talk: Talk) -> Iterator[Proposal]:
    """占比: a row's share is its value over that of the row which holds the whole."""
    for table in tables(talk):
        whole = table.named(_WHOLE)
        for column in table.columns if whole is not None else ():
            values = table.left(column, "level", "count")
            if table.unit(column) != "%" or not _SHARE.search(table.head(column)) or not values:
                continue
            for row in (r for r in table.rows if r != whole):
                f, part, all_ = (
                    table.at.get(at) for at in ((row, column), (row, values[0]), (whole, values[0]))
                )
                if f and part and all_:
                    yield f, f"equals {part.id}/{all_.id}*100", ()


def table_changes(talk: Talk) -> Iterator[Proposal]:
    """增减, 增速: from one column to the next, both of one unit and of two periods."""
    for table in tables(talk):
        for column in table.columns:
            head, rate = table.head(column), table.unit(column) in ("%", "")
            grows = bool(_GROWTH.search(head)) and rate
            if not grows and not _CHANGE.search(head):
                continue
            pair = table.left(column, "level", "count", "rank", "share")
            pair = [c for c in pair if not _CHANGE.search(table.head(c))][:2]
            if len(pair) < 2 or len({table.unit(c) for c in pair}) > 1:
                continue
            for row in table.rows:
                f, one, two = (table.at.get((row, c)) for c in (column, *pair))
                if not (f and one and two) or one.period == two.period:
                    continue
                new, old = (one, two) if one.period > two.period else (two, one)
                ranks = one.kind == "rank"  # up is from a larger number to a smaller one
                text = f"{old.id} - {new.id}" if ranks else f"{new.id} - {old.id}"
                yield f, f"equals ({new.id}/{old.id} - 1)*100" if grows else f"equals {text}", ()


def table_ranks(talk: Talk) -> Iterator[Proposal]:
    """排名: who stands before another has no smaller value, or no larger one where less is better."""
    for table in tables(talk):
        for column in table.columns:
            values = table.left(column, "level", "count", "share")
            ranks = [f for f in table.column(column) if f.kind == "rank"]
            if not values or len(ranks) < 4:
                continue
            order = sorted(ranks, key=lambda f: int(float(f.value)))
            told = [table.at.get((f.place[1], values[0])) for f in order]
            if any(f is None for f in told):
                continue
            steps = [float(a.value) >= float(b.value) for a, b in pairwise(told)]
            down = sum(steps) * 2 >= len(steps)
            if steps.count(not down) > max(1, len(steps) // _ODD):
                continue
            sign = ">=" if down else "<="
            text = "; ".join(f"{a.id} {sign} {b.id}" for a, b in pairwise(told))
            if len(text) <= MAX_LENGTH and len(steps) <= MAX_OPERATIONS:
                yield told[0], text, ()


TABLED = (totals, table_shares, table_changes, table_ranks)
