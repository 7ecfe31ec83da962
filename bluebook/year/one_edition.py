"""A book is of one edition: no page of another year's speeches stands in it."""

from __future__ import annotations

from fnmatch import fnmatch

from bluebook.data import edition as editions
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
# The pages that every edition has; all others are an edition's own.
RECURRING = (
    "index",
    "chapters/report/index-*",
    "chapters/lab/*",
    "chapters/cities/*",
    "chapters/reference/*",
)


def recurs(page: str) -> bool:
    """Return whether a page (its path without ending) belongs to every edition.

    >>> from bluebook.year.one_edition import recurs
    >>> recurs("chapters/lab/robustness"), recurs("chapters/opening/conference")
    (True, False)
    """
    return any(fnmatch(page, pattern) for pattern in RECURRING)


def left_over(pages: list[str]) -> dict[str, int]:
    """Return the pages that retell another edition than the latest: page → the edition (year).

    A page is an edition's own where its figures (claims.csv) or its headings (outline.csv) stand there.
    """
    own = {year: _retold(year) for year in editions.years()}
    now = own.pop(editions.current_year())
    found = {}
    for page in (p for p in pages if not recurs(p)):
        chapter = page.removeprefix("chapters/")
        told_in = [year for year, chapters in own.items() if chapter in chapters]
        if told_in and chapter not in now:
            found[page] = told_in[-1]
    return found


def _retold(year: int) -> set[str]:
    return {*editions.claims(year)["chapter"], *editions.outline(year)["chapter"]}


def refuse_mixed(pages: list[str]) -> None:
    """Raise `BadInput` if one of a book's ``pages`` retells another edition than the book is of."""
    found = left_over(pages)
    if found:
        page, year = next(iter(found.items()))
        SAYS.refuse("mixed", "_toc.yml", page=page, year=editions.current_year(), other=year, n=len(found))
