"""What the files that go out take from the built book: each chapter's key sentences and its first picture."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from lxml import html

from bluebook.charts.spec import for_a_phone
from bluebook.data import edition as editions
from bluebook.messages import Catalogue, language
from bluebook.year import chapters, contents
from bluebook.year.inputs import book_of, site_is_current

SAYS = Catalogue(__file__)
FIGURES = "_figures"


class Picture(NamedTuple):
    """A chart of the built book: its PNG, its title, what it rests on, what draws it as wide as a phone."""

    path: Path
    title: str
    source: str
    status: str
    phone: list[dict]  # specifications, one a panel; none where a panel has a width of its own


class Key(NamedTuple):
    """A chapter's key sentences as its page shows them, with what was found of the figures they quote."""

    page: str
    title: str
    sentences: list[str]
    verdicts: dict[str, int]  # of the figures that the sentences quote
    illustrative: bool  # whether the page uses the teaching panel
    own: bool  # whether the chapter is of this edition alone
    picture: Picture | None


def read(root: Path) -> tuple[list[Key], Picture | None]:
    """Return every chapter that has key sentences, in the book's order, and the front page's picture.

    Raises `BadInput` where the book is not built, or built of other sources than those that are there now.
    """
    site = root / "_build" / "html"
    site = site / "en" if language() == "en" else site
    if not (site / "index.html").is_file():
        SAYS.refuse("not_built")
    if not site_is_current(root):
        SAYS.refuse("built_before")
    settings = editions.edition()
    found = []
    for page in contents.pages(book_of(root, language())):
        path = site / f"{page}.html"
        if not path.is_file():
            SAYS.refuse("page_gone", page=page)
        own = chapters.belongs(f"{page}.md", settings)
        if key := key_of(html.fromstring(path.read_bytes()), page, site / FIGURES, own=own):
            found.append(key)
    front = html.fromstring((site / "index.html").read_bytes())
    return found, picture_of(front, site / FIGURES)


def key_of(tree: html.HtmlElement, page: str, figures: Path, *, own: bool) -> Key | None:
    """Return what a page says in short, None where it has no key sentences."""
    items = tree.xpath("//div[contains(@class, 'bb-key')]/ol/li/span")
    if not items:
        return None
    heading = tree.xpath("//h1")
    for element in tree.xpath("//a[contains(@class, 'headerlink')] | //span[@class='bb-tip']"):
        element.drop_tree()
    title = " ".join(heading[0].text_content().split()) if heading else page
    quoted = Counter(v for item in items for v in item.xpath(".//@data-verdict"))
    illustrative = bool(tree.xpath("//*[contains(concat(' ', @class, ' '), ' bb-badge ')]"))
    sentences = [" ".join(item.text_content().split()) for item in items]
    return Key(page, title, sentences, dict(quoted), illustrative, own, picture_of(tree, figures))


def picture_of(tree: html.HtmlElement, figures: Path) -> Picture | None:
    """Return a page's first chart that has a PNG beside it."""
    for figure in tree.xpath("//figure[contains(@class, 'bb-figure')]"):
        path = figures / f"{figure.get('id')}.png"
        words = {
            name: " ".join(
                " ".join(p.text_content() for p in figure.xpath(f".//*[@class='{name}']")[:1]).split()
            )
            for name in ("bb-title", "bb-subtitle", "bb-source")
        }
        title, subtitle, source = words.values()
        if path.is_file() and title:
            panels = [json.loads(s.text) for s in figure.xpath(".//*[@class='bb-chart']/script")]
            head = [(title, subtitle), *[("", "")] * len(panels)]
            phone = [for_a_phone(p, *h) for p, h in zip(panels, head, strict=False)]
            phone = [p for p in phone if p] if all(phone) else []
            return Picture(path, title, source, figure.get("data-status") or "", phone)
    return None
