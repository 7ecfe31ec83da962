"""A built page as its reader sees it: headings, figures, blocks of text; no bubbles, no menus, no code."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_HIDDEN = {
    "script",
    "style",
    "noscript",
    "pre",
    "button",
    "select",
    "svg",
    "math",
    "template",
    "form",
    "caption",
}
_HIDDEN_CLASS = {
    "headerlink",
    "bb-tip",
    "bb-links",
    "bb-code",
    "bb-filters",
    "bb-uses",
    "bb-mark",
    "bb-status",
    "bb-pinyin",
    "bb-termuses",
}
_BLOCK = {
    "p",
    "li",
    "dt",
    "dd",
    "tr",
    "figcaption",
    "summary",
    "div",
    "ul",
    "ol",
    "table",
    "section",
    "blockquote",
}
_HEADING = re.compile(r"h[1-6]")
_WORD = re.compile(r"[^\W\d_]")


class Part(NamedTuple):
    """A section, a figure or a term: ``anchor``, ``title``, ``kind``, and its blocks of text, one a line."""

    anchor: str
    title: str
    kind: str  # "section", "figure" or "term"
    text: str


class _Reader(HTMLParser):
    """Walks over the article of a page; every tag that opens is remembered with what it began."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[dict] = []  # of anchor, title, kind and pieces
        self.open: list[
            tuple[str, str]
        ] = []  # tag, what it began: "article", "hidden", "title", "cell", a kind
        self.stack: list[dict] = []  # the parts that are open around the current place
        self.anchors: list[str] = []

    def within(self, what: str) -> bool:
        return any(began == what for _, began in self.open)

    def begin(self, kind: str, anchor: str) -> None:
        self.parts.append({"anchor": anchor, "title": [], "kind": kind, "pieces": []})
        self.stack.append(self.parts[-1])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key: value or "" for key, value in attrs}
        classes = set(named.get("class", "").split())
        if tag in _VOID:
            if tag == "br":
                self.say(" ")
            return
        began = ""
        if tag == "article" and not self.within("article"):
            began = "article"
        elif (
            tag in _HIDDEN
            or classes & _HIDDEN_CLASS
            or (tag, True)
            in (
                ("code", self.within("cell")),
                ("summary", self.within("figure")),
            )
        ):
            began = "hidden"
        elif tag == "section":
            began = "place"
            self.anchors.append(named.get("id", ""))
        elif tag == "figure" and named.get("id"):
            began = "figure"
            self.begin("figure", named["id"])
        elif tag == "dt" and named.get("id", "").startswith("term-"):
            self.leave("term")
            began = "title"
            self.begin("term", named["id"])
        elif _HEADING.fullmatch(tag) and self.within("article") and not self.within("figure"):
            began = "title"
            self.leave("section")
            self.begin("section", self.anchors[-1] if self.anchors else "")
        elif "bb-title" in classes and self.within("figure"):
            began = "title"
        elif tag in {"td", "th"}:
            began = "cell"
            self.say("\0")
        elif tag in _BLOCK:
            self.say("\n")
        self.open.append((tag, began))

    def leave(self, kind: str) -> None:
        """Close the parts of this kind, and what was open inside them."""
        while self.stack and any(part["kind"] == kind for part in self.stack):
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            name, began = self.open.pop()
            if began == "figure":
                self.leave("figure")
            elif began == "place":
                self.anchors.pop()
            elif began == "cell":
                self.say("\0")
            if name == tag:
                break
        if tag in _BLOCK:
            self.say("\n")
        if tag == "dl":
            self.leave("term")

    def handle_data(self, data: str) -> None:
        self.say(re.sub(r"\s+", " ", data))

    def say(self, text: str) -> None:
        if self.stack and self.within("article") and not self.within("hidden"):
            self.stack[-1]["title" if self.within("title") else "pieces"].append(text)


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\0", " ")).strip()


def _blocks(pieces: list[str]) -> str:
    """Return one block a line; of a row of a table only its cells that hold words."""
    lines = []
    for line in "".join(pieces).replace("\xa0", " ").split("\n"):
        if "\0" in line:
            cells = [_clean(cell) for cell in line.split("\0")]
            line = "　".join(cell for cell in cells if _WORD.search(cell))
        if (line := _clean(line)) and (not lines or lines[-1] != line):
            lines.append(line)
    return "\n".join(lines)


def parts(html: str) -> list[Part]:
    """Return the sections, figures and terms of a built page, in its order.

    >>> parts('<article><section id="a"><h1>名次<a class="headerlink">#</a></h1><p>第一段</p></section></article>')
    [Part(anchor='a', title='名次', kind='section', text='第一段')]
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = [
        Part(part["anchor"], _clean("".join(part["title"])), part["kind"], _blocks(part["pieces"]))
        for part in reader.parts
    ]
    return [part for part in found if part.title or part.text]
