"""The picture that stands beside a shared link: 1200 × 630 pixels, a page's title in the book's look."""

from __future__ import annotations

import hashlib
from html import escape
from pathlib import Path

from bluebook.charts.theme import BLUE, INK, MUTED, ORANGE, PAPER, RED, TINT
from bluebook.messages import Catalogue
from bluebook.site import fonts
from bluebook.site.runs import put

SAYS = Catalogue(__file__)
WIDTH, HEIGHT, EDGE = 1200, 630, 84
_NEVER_FIRST = "，。：；！？、）》”’…%"


def lines(text: str, size: float, width: float, most: int) -> list[str]:
    """Break ``text`` into at most ``most`` lines of ``width`` pixels; what does not fit ends in an ellipsis.

    >>> lines("谁在前面，差多少", 100, 520, 3)
    ['谁在前面，', '差多少']
    """
    out, line, used = [], "", 0.0
    for char in text:
        step = size * fonts.advance(char)
        if used + step > width and char not in _NEVER_FIRST:
            kept = len(line)
            if char.isascii() and char.isalnum() and " " in line:  # a Latin word stays whole
                kept = line.rindex(" ") + 1
            out.append(line[:kept].strip())
            line = line[kept:]
            used = sum(size * fonts.advance(c) for c in line)
        line, used = line + char, used + step
    out.append(line.strip())
    if len(out) > most:
        out = [*out[: most - 1], out[most - 1].rstrip(_NEVER_FIRST)[:-1] + "…"]
    return [line for line in out if line]


def drawing(book: str, title: str, told: str, foot: str) -> str:
    """Return a card as SVG: the book, the page's title, what it is about, and a line at the foot."""
    size = 76 if len(lines(title, 76, WIDTH - 2 * EDGE, 9)) <= 2 else 60
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        f'<rect width="{WIDTH}" height="18" fill="{BLUE}"/>',
        f'<rect y="{HEIGHT - 96}" width="{WIDTH}" height="96" fill="{TINT}"/>',
    ]
    # Three bars for a ranking: the mark of the book.
    for i, (wide, colour) in enumerate(((150, BLUE), (92, RED), (60, ORANGE))):
        parts.append(
            f'<rect x="{WIDTH - EDGE - wide}" y="{62 + 18 * i}" width="{wide}" height="11" fill="{colour}"/>'
        )

    def text(words: str, y: float, size: float, colour: str, bold: bool = False) -> None:
        weight = ' font-weight="bold"' if bold else ""
        parts.append(
            f'<text x="{EDGE}" y="{y:.0f}" font-family="{fonts.FAMILY}" font-size="{size}px"{weight} '
            f'fill="{colour}">{escape(words)}</text>'
        )

    text(book, 98, 32, BLUE)
    y = 132.0
    for line in lines(title, size, WIDTH - 2 * EDGE, 3):
        y += 1.28 * size
        text(line, y, size, INK, bold=True)
    y += 22
    for line in lines(told, 31, WIDTH - 2 * EDGE, 3 if size == 60 and y > 330 else 4):
        if y + 46 > HEIGHT - 110:
            break
        y += 46
        text(line, y, 31, MUTED)
    text(foot, HEIGHT - 38, 28, INK)
    size_ = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size_}>{"".join(parts)}</svg>'


def card(svg: str, cache: Path) -> bytes:
    """Return a card as PNG, drawn now or taken from ``cache``; refuses a character without a shape."""
    kept = cache / "cards" / f"{hashlib.sha256(svg.encode()).hexdigest()[:24]}.png"
    if not kept.exists():
        if lacking := fonts.missing(fonts.words_of(svg)):
            SAYS.refuse("no_glyph", figure=fonts.words_of(svg)[:40], characters=" ".join(lacking))
        kept.parent.mkdir(parents=True, exist_ok=True)
        put(kept, fonts.png(svg, 1, cache / "figures"))
    return kept.read_bytes()
