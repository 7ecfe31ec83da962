"""What a page weighs on the wire: bytes after gzip, read from the built site without a browser.

A first visit pays for everything that a page asks for: its own text, styles and scripts, and Vega where it
has a chart. Every further page pays for its text and for what the first had not asked for. What comes later,
by a reader's own act (the index of the search, downloads), and pictures that are loaded lazily do not count.
"""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urlparse

import pandas as pd

VEGA = "_static/vega-bundle.js"  # asked for by charts.js when a chart comes near the screen
FIRST, FURTHER = 650_000, 60_000
_IMPORTED = re.compile(r"@import\s+(?:url\()?['\"]?([^'\")]+)")


class _Asked(HTMLParser):
    """Collects what a browser asks for while it reads a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.chart = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key: value or "" for key, value in attrs}
        self.chart = self.chart or "bb-chart" in named.get("class", "").split()
        rels = set(named.get("rel", "").split())
        if tag == "link" and rels & {"stylesheet", "icon", "preload"}:
            self.found.append(named.get("href", ""))
        elif tag == "script" or (tag == "img" and named.get("loading") != "lazy"):
            self.found.append(named.get("src", ""))


@lru_cache(maxsize=512)
def wire(path: Path) -> int:
    """Return the bytes of a file after gzip; pictures and web fonts are packed already."""
    data = path.read_bytes()
    return len(data) if path.suffix in {".png", ".woff2", ".jpg"} else len(gzip.compress(data, 6, mtime=0))


def asked(site: Path, page: Path) -> set[Path]:
    """Return the files that a page asks for by itself, itself included; those that do not exist fail."""
    reader = _Asked()
    reader.feed(page.read_text("utf-8"))
    files = {page.resolve()}
    waiting = [(page, address) for address in reader.found if address]
    while waiting:
        base, address = waiting.pop()
        parsed = urlparse(urldefrag(address)[0])
        if parsed.scheme == "data":
            continue
        if parsed.netloc:
            raise ValueError(f"{page.name} asks another host: {address}")
        target = (base.parent / parsed.path).resolve()
        if target in files:
            continue
        files.add(target)
        if target.suffix == ".css":
            waiting += [(target, a) for a in _IMPORTED.findall(target.read_text("utf-8"))]
    if reader.chart:
        files.add((site / VEGA).resolve())
    return files


def measure(site: Path) -> pd.DataFrame:
    """Return ``page, first, further`` in bytes after gzip, the heaviest first visit at the top.

    ``further``: after any other page with charts was read.
    """
    pages = [p for p in sorted(site.rglob("*.html")) if "_static" not in p.parts and p.name != "404.html"]
    needs = {page: asked(site, page) for page in pages}
    # What nearly every page asks for is there after the first; what only a few ask for is paid for anew.
    often: dict[Path, int] = {}
    for files in needs.values():
        for file in files:
            often[file] = often.get(file, 0) + 1
    shared = {file for file, count in often.items() if count > len(pages) / 2}
    rows = [
        (
            page.relative_to(site).as_posix(),
            sum(map(wire, files)),
            sum(wire(f) for f in files - shared),
        )
        for page, files in needs.items()
    ]
    table = pd.DataFrame(rows, columns=["page", "first", "further"])
    return table.sort_values(["first", "page"], ascending=[False, True], ignore_index=True)
