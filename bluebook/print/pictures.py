"""Pictures for paper: the figures that the build has drawn, cut down to the drawing, and those in a page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from lxml import etree, html

from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
_SVG = "{http://www.w3.org/2000/svg}"
# The drawn title and source, which paper has as text above and below.
_WORDS = ("role-title",)
_FOR_SCREENS = ("class", "role", "tabindex", "pointer-events", "style")
# What assets/cities.css gives the small maps.
_LOOKS = {
    "bb-far": {"fill": "#f4f6f8", "stroke": "#d5dbe2", "stroke-width": ".7"},
    "bb-near": {"fill": "#d5dbe2", "stroke": "#56606c", "stroke-width": ".7"},
    "bb-own": {"fill": "#0a4d88", "stroke": "#ffffff", "stroke-width": "1.5"},
}


class Picture(NamedTuple):
    """A drawing for paper: SVG text and its size in pixels; ``face`` is the web font that it carried."""

    svg: str
    width: float
    height: float


def figure(path: Path, family: str, faces: bool = False) -> Picture:
    """Return a drawn figure without title, subtitle and source, its words in the font ``family``.

    ``faces``: leave the font in it that it carries. Raises BadInput, naming the figure, where the build has
    left no drawing or one that cannot be read.
    """
    try:
        root = etree.fromstring(path.read_bytes(), etree.XMLParser(huge_tree=True))
        width, height = float(root.get("width")), float(root.get("height"))
    except (OSError, etree.XMLSyntaxError, TypeError, ValueError):
        SAYS.refuse("not_drawn", figure=path.stem)
    top = _without_words(root)
    for style in root.findall(f"{_SVG}style"):
        if not faces:
            root.remove(style)
    for box in root.findall(f"{_SVG}rect"):
        root.remove(box)  # the ground: paper has its own
    root.set("viewBox", f"0 {top:g} {width:g} {height - top:g}")
    root.set("height", f"{height - top:g}")
    _plain(root, family, keep_family=faces)
    return Picture(etree.tostring(root, encoding="unicode"), width, height - top)


def inline(element: html.HtmlElement, family: str) -> Picture:
    """Return a drawing that stands in a page as SVG, with the colours that the page's style gave it."""
    root = etree.fromstring(etree.tostring(element, with_tail=False))
    box = root.attrib.pop("viewbox", None) or root.get("viewBox")
    width, height = (float(n) for n in box.split()[2:])
    for node in root.iter():
        node.tag = _SVG + etree.QName(node).localname
        for name, value in node.attrib.items():
            node.set(name, re.sub(r"var\(--[\w-]+, *([^)]+)\)", r"\1", value))
        node.attrib.update(_LOOKS.get(node.get("class", ""), {}))
    again = etree.fromstring(etree.tostring(root))
    again.attrib.update(
        {"viewBox": box, "width": f"{width:g}", "height": f"{height:g}", "font-family": family}
    )
    _plain(again, family)
    return Picture(etree.tostring(again, encoding="unicode"), width, height)


def _without_words(root: etree._Element) -> float:
    """Remove the drawn title with what stands below it; return where the drawing begins, in pixels."""
    top = 0.0
    for group in root.xpath("//*[contains(@class,'role-title')]"):
        if "mark-group" not in group.get("class") or not group.xpath(
            ".//*[contains(@class,'role-title-text')]"
        ):
            continue
        if not group.xpath(".//*[contains(@class,'role-title-subtitle')]"):
            continue
        for text in group.iter(f"{_SVG}text"):
            y = sum(_shift(a) for a in text.iterancestors()) + _shift(text)
            y += sum(float(t.get("dy", 0)) for t in text.iter(f"{_SVG}tspan"))
            top = max(top, y + 6)
        group.getparent().remove(group)
    return top


def _shift(node: etree._Element) -> float:
    found = re.match(r"translate\([-\d.e]+,([-\d.e]+)\)", node.get("transform", ""))
    return float(found[1]) if found else 0.0


def _plain(root: etree._Element, family: str, keep_family: bool = False) -> None:
    """Take away what only a screen reader in a page understands, and name one font."""
    for node in root.iter(etree.Element):
        for name in list(node.attrib):
            if name in _FOR_SCREENS or name.startswith(("aria-", "data-")):
                del node.attrib[name]
        if "font-family" in node.attrib and not keep_family:
            node.set("font-family", family)
