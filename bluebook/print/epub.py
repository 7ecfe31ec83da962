"""The EPUB: the same pages as clean HTML, packed by pandoc: navigation, MathML, words for pictures."""

from __future__ import annotations

import copy
import datetime as dt
import os
import posixpath
import subprocess
import tempfile
import uuid
from html import escape
from pathlib import Path

from lxml import etree
from lxml.html.builder import E

from bluebook.messages import Catalogue
from bluebook.print import pictures
from bluebook.print.imprint import Imprint
from bluebook.print.read import Element, Note, Page, figure_parts

SAYS = Catalogue(__file__)
LOOK = Path(__file__).with_name("epub.css")
_LOWER = {"h2": "h3", "h3": "h4", "h4": "h5", "details": "div", "summary": "p"}
_BARE = ("label", "output", "section", "small", "noscript")
_KEPT = {"href", "src", "alt", "colspan", "rowspan", "class", "display", "xmlns"}


def book(site: Path, folder: Path, pages: list[Page], told: Imprint, cover: bytes) -> bytes:
    """Return the EPUB. ``cover``: its first picture as PNG. Raises BadInput where pandoc refuses it."""
    import pypandoc

    place = folder / "epub"
    place.mkdir(exist_ok=True)
    (place / "cover.png").write_bytes(cover)
    body, part = [], ""
    names = {page.name for page in pages}
    for page in pages:
        if page.part != part:
            part = page.part
            body.append(E.h1(part, {"class": "part"}))
        body.append(_Chapter(page, names, site, place).made())
    text = "".join(etree.tostring(e, encoding="unicode", method="xml") for e in body)
    meta = {
        "title": told.title,
        "subtitle": told.subtitle,
        "author": told.author,
        "lang": told.lang,
        "date": told.date.isoformat(),
        "description": told.about,
        "rights": SAYS.text("licence"),
        "identifier": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, told.title + told.release)}",
    }
    template = place / "template.html"
    template.write_text(_template(SAYS.text("cover", title=told.title)), "utf-8")
    options = [
        "--quiet",
        f"--template={template}",
        "--toc",
        "--toc-depth=2",
        "--split-level=2",
        "--mathml",
        f"--css={LOOK}",
        f"--resource-path={place}",
    ]
    options += [f"--epub-cover-image={place / 'cover.png'}", "--epub-title-page=false"]
    options += [f"--metadata={name}={value}" for name, value in meta.items()]
    moment = dt.datetime(told.date.year, told.date.month, told.date.day, tzinfo=dt.UTC)
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "book.epub"
        before = os.environ.get("SOURCE_DATE_EPOCH")
        os.environ["SOURCE_DATE_EPOCH"] = str(int(moment.timestamp()))  # the same book, the same bytes
        try:
            pypandoc.convert_text(text, "epub3", format="html", outputfile=str(out), extra_args=options)
        except RuntimeError as problem:
            SAYS.refuse("not_typeset", why=" ".join(str(problem).split())[:300])
        finally:
            if before is None:
                del os.environ["SOURCE_DATE_EPOCH"]
            else:
                os.environ["SOURCE_DATE_EPOCH"] = before
        return out.read_bytes()


def _template(words: str) -> str:
    """Return pandoc's own frame of a page, its cover's picture with words for those who do not see it."""
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "-D", "epub3"]
    frame = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    return frame.replace("<svg ", f'<svg role="img" aria-label="{escape(words)}" ')


class _Chapter:
    """One page on its way to a chapter of the EPUB."""

    def __init__(self, page: Page, names: set[str], site: Path, place: Path) -> None:
        self.page, self.names, self.site, self.place = page, names, site, place
        self.id = _id(page.name)

    def made(self) -> Element:
        """Return the chapter: heading, key sentences, text, notes."""
        body = E.div(*_inside(copy.deepcopy(self.page.body)))
        keys = E.div(E.ol(*(E.li(*_inside(copy.deepcopy(key))) for key in self.page.keys)), {"class": "keys"})
        lines = [self._line(number, note) for number, note in enumerate(self.page.notes, 1)]
        notes = E.div(E.h2(SAYS.text("notes")), *lines, {"class": "notes"})
        for part in (body, keys, notes):
            for element in list(part.iterdescendants(etree.Element)):
                self._clean(element)
        for number, line in enumerate(lines, 1):
            line.set("id", self._note(number))
        head = E.h2(self.page.title, {"id": self.id})
        return E.div(head, *[keys] * bool(self.page.keys), body, *[notes] * bool(lines))

    def _line(self, number: int, note: Note) -> Element:
        inner = [part for line in copy.deepcopy(note.lines) for part in (*_inside(line), " ")]
        return E.div(E.p(f"{number}　", E.strong(note.value), "　", *inner))  # pandoc keeps the id of a div

    def _note(self, number: int | str) -> str:
        return f"note-{self.id}-{number}"

    def _clean(self, element: Element) -> None:
        """Turn one element into what an EPUB may hold."""
        kinds, note = (element.get("class") or "").split(), element.get("data-note")
        if element.tag == "figure":
            self._figure(element)
        elif element.tag == "svg":
            self._swap(
                element, self._picture(pictures.inline(element, "sans-serif"), element.get("aria-label"))
            )
        elif "bb-vbar" in kinds or element.tag == "caption":
            element.drop_tree()
        elif element.tag in _BARE or (element.tag == "div" and element.getparent().tag == "dl"):
            element.drop_tag()
        elif element.tag == "a":
            self._link(element)
        else:
            element.tag = _LOWER.get(element.tag, element.tag)
        if element.tag == "img":
            return
        for name in set(element.attrib) - _KEPT:
            del element.attrib[name]
        element.attrib.pop("class", None)
        if "bb-fig" in kinds:
            element.set("class", "quoted")
        elif "admonition" in kinds:
            element.set("class", "boxed")
        elif element.tag == "span" and not element.attrib:
            element.drop_tag()
        if note:
            mark = E.sup(E.a(note, {"href": f"#{self._note(note)}"}))
            mark.tail, element.tail = element.tail, None
            element.addnext(mark)

    def _link(self, element: Element) -> None:
        href = element.get("href") or ""
        if href.startswith(("http://", "https://", "#note-")):
            return
        there = posixpath.normpath(posixpath.join(posixpath.dirname(self.page.name), href.split("#")[0]))
        name = there.removesuffix(".html")
        if href.split("#")[0] and name in self.names:
            element.attrib.clear()
            element.set("href", f"#{_id(name)}")
        else:
            element.drop_tag()

    def _figure(self, element: Element) -> None:
        parts = figure_parts(element)
        made = [E.p(parts["title"], {"class": "title"}), E.p(parts["subtitle"], {"class": "said"})]
        made += [E.p(E.span(parts["badge"], {"class": "badge"}))] if parts["badge"] else []
        if "src" in parts:
            path = self.site / "_figures" / posixpath.basename(parts["src"])
            made.append(E.p(self._picture(pictures.figure(path, "", faces=True), parts["alt"], parts["id"])))
        else:
            for gone in element.xpath("./p|./figcaption"):
                gone.drop_tree()
            made += _inside(element)
        below = "　".join(filter(None, (parts["note"], parts["status"], parts["source"])))
        frame = E.div(*made, E.p(below, {"class": "source"}), {"class": "figure"})
        self._swap(element, frame)

    def _picture(self, made: pictures.Picture, alt: str | None, name: str = "") -> Element:
        """Return a picture whose words stand in ``alt``; "" for one that only repeats its neighbours."""
        name = name or f"{self.id}-{len(list(self.place.glob(self.id + '-*.svg'))) + 1}"
        (self.place / f"{name}.svg").write_text(made.svg, "utf-8")
        return E.img({"src": f"{name}.svg", "alt": alt or ""})

    @staticmethod
    def _swap(old: Element, new: Element) -> None:
        new.tail = old.tail
        old.getparent().replace(old, new)


def _inside(element: Element) -> list:
    """Return words and elements within an element, to be put into another."""
    out = [element.text or ""]
    for child in list(element):
        tail, child.tail = child.tail, None
        out += [child, tail or ""]
    return out


def _id(name: str) -> str:
    return "page-" + name.removeprefix("chapters/").replace("/", "-")
