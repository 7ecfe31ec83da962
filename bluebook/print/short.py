"""The short version: what somebody without time reads, at most twelve pages."""

from __future__ import annotations

import re
from dataclasses import replace

from bluebook.messages import Catalogue
from bluebook.print.imprint import Imprint
from bluebook.print.markup import quoted
from bluebook.print.pdf import Setter
from bluebook.print.read import Page, having

SAYS = Catalogue(__file__)
LONGEST = 12
# What follows the key sentences, the most wanted first; what has no room is left out from the end. Of a page
# with a class, only the first section that holds one.
FOLLOWS = (("index", ""), ("chapters/cities/index", ""), ("chapters/reference/audit", "bb-finding"))


def typeset(setter: Setter, told: Imprint) -> bytes:
    """Return the short version as PDF."""
    for count in range(len(FOLLOWS), -1, -1):
        made = setter.typeset(_source(setter, told, FOLLOWS[:count]), "short", told.date)
        if pages_of(made) <= LONGEST:
            return made
    return SAYS.refuse("too_long", most=LONGEST)


def _source(setter: Setter, told: Imprint, follows: tuple[tuple[str, str], ...]) -> str:
    known = {page.name: page for page in setter.pages}
    kept = [_part(known[name], kind) for name, kind in follows if name in known]
    keys = f"#front({quoted(SAYS.text('keys'))})[{setter.keys(setter.pages[1:])}]"
    return "\n".join([setter.head(told, True), keys, *(setter.chapter(page) for page in kept)])


def _part(page: Page, kind: str) -> Page:
    """Return a page with the first section that holds an element of this class; "": the page as it is."""
    if not kind:
        return page
    found = page.body.xpath(having(kind) + "/ancestor::section[h2][1]")
    return replace(page, keys=[], notes=[], body=found[0]) if found else page


def pages_of(made: bytes) -> int:
    """Return how many pages a PDF that the typesetter made has."""
    return max(
        int(n) for n in re.findall(rb"/Type\s*/Pages.*?/Count\s+(\d+)|/Count\s+(\d+)", made) for n in n if n
    )
