"""Every relation that a speech's words claim, each tested with the ledger's intervals, none decided."""

from __future__ import annotations

from bluebook.desk.bounds import ORDERED
from bluebook.desk.links import WORDED, Link, Talk
from bluebook.desk.sums import RECKONED
from bluebook.desk.tabled import TABLED

# Shares come first: a gap between two shares rests on what each is a share of.
PATTERNS = (*RECKONED, *WORDED, *ORDERED, *TABLED)


def propose(talk: Talk) -> list[Link]:
    """Return every relation that a pattern proposes, each once, in the order of the figures."""
    seen: dict[tuple[str, str], Link] = {}
    for pattern in PATTERNS:
        for figure, relation, lists in pattern(talk):
            key = (figure.id, relation)
            if key not in seen:
                holds, follows = talk.tested(figure.id, relation, lists)
                seen[key] = Link(figure.id, pattern.__name__, relation, lists, holds, follows)
    order = {f.id: i for i, f in enumerate(talk.figures)}
    return sorted(seen.values(), key=lambda link: order[link.id])
