"""The built book as print reads it: its pages in their order, without what only a screen can do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from lxml import etree, html

from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
Element = html.HtmlElement
# What opens, filters, copies, leads on or shows code: nothing of it works on paper.
_SCREEN_ONLY = {
    *("headerlink", "bb-code", "cell_input", "bb-links", "bb-keyfoot", "bb-go", "toctree-wrapper"),
    *("bb-weights-controls", "bb-compare-pick", "bb-compare-said", "bb-compare-table", "bb-filters"),
    *("bb-screen", "bb-tip-links", "bb-count", "bb-prints", "sd-container-fluid", "sd-summary-state-marker"),
}
_DROPPED = {"script", "style", "button", "input", "fieldset"}
# A handbook of commands, and the page that the key sentences at the front take the place of.
LEFT_OUT = ("reference/editors", "reference/minute")
_EXERCISES = ("再算一算", "Try it yourself")


@dataclass
class Note:
    """What the book says of one quoted figure: its verdict, and the bubble's lines as elements."""

    id: str
    verdict: str
    value: str
    lines: list[Element]


@dataclass
class Page:
    """One page of the book: ``name`` ("chapters/report/growth"), its part's caption, title, key sentences,
    the rest of its text, and the quoted figures in the order in which they first stand there."""

    name: str
    part: str
    title: str
    keys: list[Element]
    body: Element
    notes: list[Note] = field(default_factory=list)


def having(name: str) -> str:
    """Return the XPath of the elements below that bear a class.

    >>> having("bb-fig")
    './/*[contains(concat(" ",normalize-space(@class)," ")," bb-fig ")]'
    """
    return f'.//*[contains(concat(" ",normalize-space(@class)," ")," {name} ")]'


def contents(root: Path) -> Iterator[tuple[str, str]]:
    """Yield part and name of the pages in the order of the table of contents, the front page first."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8-sig"))
    yield "", toc["root"]
    for part in toc.get("parts") or [{"caption": "", "chapters": toc.get("chapters", [])}]:
        for chapter in part["chapters"]:
            yield part["caption"], chapter["file"]
            yield from ((part["caption"], section["file"]) for section in chapter.get("sections", ()))


def pages(root: Path) -> list[Page]:
    """Return the pages that print holds. Raises BadInput for a page that the built site does not have."""
    site = root / "_build" / "html"
    found = [(part, name) for part, name in contents(root) if not name.endswith(LEFT_OUT)]
    return [page(site, name, part) for part, name in found]


def page(site: Path, name: str, part: str = "") -> Page:
    """Read one built page and take from it what only a screen can do."""
    path = site / f"{name}.html"
    if not path.is_file():
        SAYS.refuse("no_page", page=name)
    article = html.fromstring(path.read_text("utf-8")).find(".//article")
    heading = None if article is None else article.find(".//h1")
    if heading is None:
        SAYS.refuse("no_page", page=name)
    body = heading.getparent()
    notes = _notes(body)
    for gone in [e for e in body.iter(etree.Element) if _for_screens(e)]:
        _take(gone)
    for dead in body.xpath('.//p[@class="bb-city-links"][a[contains(@href,"compare.html")]]'):
        _take(dead)
    for frame in body.xpath(having("bb-tableframe")):
        if not frame.xpath(".//td|.//li|.//svg|.//dt"):  # only its files were to be had
            _take(frame)
    for section in body.xpath(".//section[h2]"):
        if _text(section.find("h2")) in _EXERCISES or len(section) <= 1 or _empty(section):
            _take(section)
    _unclicked(body)
    keys = body.xpath(having("bb-key"))
    said = [li.find("span") for li in keys[0].iter("li")] if keys else []
    for gone in [*keys, heading]:
        _take(gone)
    return Page(name, part, _text(heading), said, body, notes)


def text_of(element: Element) -> str:
    """Return the words of an element on one line."""
    return _text(element)


def figure_parts(figure: Element) -> dict[str, str]:
    """Return what a figure's frame says: id, title, subtitle, badge, note, status, source, src, alt."""

    def words(name: str) -> str:
        found = figure.xpath(having(name))
        return _text(found[0]) if found else ""

    parts = {k: words(f"bb-{k}") for k in ("title", "subtitle", "badge", "note", "status", "source")}
    picture = figure.find(".//img[@class='bb-static']")
    drawn = {} if picture is None else {"src": picture.get("src"), "alt": picture.get("alt")}
    return {"id": figure.get("id"), **parts, **drawn}


def _notes(body: Element) -> list[Note]:
    """Take the bubbles of quoted figures out of the text; each figure keeps its note's number."""
    found: dict[str, Note] = {}
    for use in body.xpath(having("bb-fig")):
        tip, id_ = use.find("span[@class='bb-tip']"), use.get("data-id")
        if tip is None:
            continue
        if id_ not in found:
            lines = [e for e in tip if e.get("class") != "bb-tip-links"]
            value = _text(use.find("span[@class='bb-fig-value']"))
            found[id_] = Note(id_, use.get("data-verdict"), value, lines)
        use.set("data-note", str(list(found).index(id_) + 1))
        _take(tip)
    return list(found.values())


def _unclicked(body: Element) -> None:
    """Take out the clauses that tell a reader where to click."""
    clause = re.compile(rf"[^。；，\s]*(?:{SAYS.text('clicks')})[^。；]*[。；]?")
    for element in body.iter(etree.Element):
        element.text = element.text and clause.sub("", element.text)
        element.tail = element.tail and clause.sub("", element.tail)


def _for_screens(element: Element) -> bool:
    kinds = element.get("class")
    gone = element.tag in _DROPPED or "hidden" in element.attrib
    return gone or (kinds is not None and not _SCREEN_ONLY.isdisjoint(kinds.split()))


def _empty(section: Element) -> bool:
    """Return whether nothing is left below a section's heading."""
    rest = "".join(section.itertext()).replace("".join(section.find("h2").itertext()), "", 1)
    return not rest.strip() and not section.xpath(".//figure|.//svg|.//img")


def _take(element: Element) -> None:
    """Remove an element but not the words behind it."""
    if element.getparent() is not None:
        element.drop_tree()


def _text(element: Element) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()
