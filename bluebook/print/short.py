"""The short version: what somebody without time reads, at most twelve pages."""

from __future__ import annotations

import re

from bluebook.messages import Catalogue
from bluebook.print.imprint import Imprint
from bluebook.print.markup import quoted
from bluebook.print.pdf import Setter

SAYS = Catalogue(__file__)
LONGEST = 12
# What follows the key sentences, the most wanted first; what has no room is left out from the end.
FOLLOWS = ("index", "chapters/report/index-results", "chapters/cities/index")


def typeset(setter: Setter, told: Imprint) -> bytes:
    """Return the short version as PDF."""
    for count in range(len(FOLLOWS), -1, -1):
        made = setter.typeset(_source(setter, told, FOLLOWS[:count]), "short", told.date)
        if pages_of(made) <= LONGEST:
            return made
    return SAYS.refuse("too_long", most=LONGEST)


def _source(setter: Setter, told: Imprint, names: tuple[str, ...]) -> str:
    kept = [page for name in names for page in setter.pages if page.name == name]
    keys = f"#front({quoted(SAYS.text('keys'))})[{setter.keys(setter.pages[1:])}]"
    return "\n".join([setter.head(told, True), keys, *(setter.chapter(page) for page in kept)])


def pages_of(made: bytes) -> int:
    """Return how many pages a PDF that the typesetter made has."""
    return max(
        int(n) for n in re.findall(rb"/Type\s*/Pages.*?/Count\s+(\d+)|/Count\s+(\d+)", made) for n in n if n
    )
