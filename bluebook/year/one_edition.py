"""A book is of one edition: no page of another year's speeches stands in it."""

from __future__ import annotations

from bluebook.data import edition as editions
from bluebook.messages import Catalogue
from bluebook.year import chapters

SAYS = Catalogue(__file__)


def left_over(pages: list[str]) -> dict[str, int]:
    """Return the pages that retell another edition than the latest: page → the edition (year).

    Whose a chapter is, its edition's settings say (`bluebook.year.chapters`); one that the latest edition
    tells anew under the same name is its own.
    """
    now = editions.current_year()
    earlier = {year: editions.edition(year) for year in editions.years() if year != now}
    own, settings, found = _retold(now), editions.edition(now), {}
    for page in pages:
        owners = [year for year, told in earlier.items() if chapters.belongs(page, told)]
        retold = page.removeprefix(f"{chapters.FOLDER}/") in own or chapters.belongs(page, settings)
        if owners and not retold:
            found[page] = owners[-1]
    return found


def _retold(year: int) -> set[str]:
    return {*editions.claims(year)["chapter"], *editions.outline(year)["chapter"]}


def refuse_mixed(pages: list[str]) -> None:
    """Raise `BadInput` if one of a book's ``pages`` retells another edition than the book is of."""
    found = left_over(pages)
    if found:
        page, year = next(iter(found.items()))
        SAYS.refuse("mixed", "_toc.yml", page=page, year=editions.current_year(), other=year, n=len(found))
