"""One Chinese font for all that is drawn at build time, locked as a dependency: no machine draws boxes.

It gets a name of its own, which no font of the system bears: what is drawn here looks the same everywhere,
and whether a character can be drawn is asked of this font alone. It has one weight; bold is drawn with a thin
line around the letters.
"""

from __future__ import annotations

import base64
import io
import re
import unicodedata
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from bluebook.site.runs import put

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FAMILY = "Bluebook Sans"
WAY = 1  # raise it when the same words would be drawn otherwise: what is kept in the cache is then drawn anew
STACK = f'"{FAMILY}","Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif'
_TEXT = re.compile(r"<text\b[^>]*>(.*?)</text>", re.S)
_BOLD = re.compile(r'(<text\b[^>]*?font-size="([\d.]+)px"[^>]*?font-weight="bold"[^>]*?)(fill="([^"]+)")')


def locked() -> Path:
    """Return the file of the locked font: Noto Sans SC, regular, under the SIL Open Font License."""
    from pylopdf_fonts_zh_cn import sans_path

    return sans_path()


@lru_cache(maxsize=1)
def _font() -> TTFont:
    from fontTools.ttLib import TTFont

    return TTFont(locked(), lazy=True)


def register(cache: Path) -> None:
    """Let vl-convert know the locked font by our name for it; ``cache`` keeps the renamed file."""
    _register(cache / f"{FAMILY.replace(' ', '')}-{locked().stat().st_size}")


@lru_cache
def _register(folder: Path) -> None:
    import vl_convert as vlc
    from fontTools.ttLib import TTFont

    target = folder / "regular.otf"
    if not target.exists():
        font, data = TTFont(locked(), lazy=True), io.BytesIO()
        named = {1: FAMILY, 2: "Regular", 3: FAMILY, 4: FAMILY, 6: FAMILY.replace(" ", "")}
        font["name"].names = [r for r in font["name"].names if r.nameID not in {*named, 16, 17, 21, 22}]
        for id_, name in named.items():
            font["name"].setName(name, id_, 3, 1, 0x409)
        font.save(data, reorderTables=None)
        folder.mkdir(parents=True, exist_ok=True)
        put(target, data.getvalue())
    vlc.register_font_directory(str(folder))


def words_of(svg: str) -> str:
    """Return all text that a drawing shows.

    >>> words_of('<svg><text x="1">郑州</text></svg>')
    '郑州'
    """
    return "".join(unescape(re.sub(r"<[^>]+>", "", found)) for found in _TEXT.findall(svg))


def missing(text: str) -> list[str]:
    """Return the characters of ``text`` for which the locked font has no shape, in their order.

    >>> missing("郑州 97.25")
    []
    """
    shapes = _font().getBestCmap()
    return sorted({c for c in text if ord(c) not in shapes and unicodedata.category(c) not in {"Cf", "Cc"}})


def advance(char: str) -> float:
    """Return how wide the locked font draws a character, in units of its size.

    >>> advance("郑")
    1.0
    """
    font = _font()
    return font["hmtx"][font.getBestCmap().get(ord(char), ".notdef")][0] / font["head"].unitsPerEm


def face(text: str) -> bytes:
    """Return a web font (WOFF) of the characters of ``text``, and of nothing else."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.t2CharStringPen import T2CharStringPen

    font = _font()
    shapes, glyphs, head = font.getBestCmap(), font.getGlyphSet(), font["hhea"]
    used = {ord(c): shapes[ord(c)] for c in sorted(set(text)) if ord(c) in shapes}
    order = [".notdef", *dict.fromkeys(name for name in used.values() if name != ".notdef")]
    drawn, widths = {}, {}
    for name in order:
        pen = T2CharStringPen(glyphs[name].width, glyphs)
        glyphs[name].draw(pen)
        drawn[name], widths[name] = pen.getCharString(), (round(glyphs[name].width), 0)
    made = FontBuilder(font["head"].unitsPerEm, isTTF=False)
    made.setupGlyphOrder(order)
    made.setupCharacterMap(used)
    made.setupCFF(FAMILY.replace(" ", ""), {"FullName": FAMILY}, drawn, {})
    made.setupHorizontalMetrics(widths)
    made.setupHorizontalHeader(ascent=head.ascent, descent=head.descent)
    made.setupNameTable({"familyName": FAMILY, "styleName": "Regular"})
    made.setupOS2(sTypoAscender=head.ascent, sTypoDescender=head.descent)
    made.setupPost()
    made.font["head"].created = made.font["head"].modified = font[
        "head"
    ].modified  # else two runs would differ
    made.font.recalcTimestamp = False
    made.font.flavor = "woff"
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def carrying(svg: str) -> str:
    """Return the drawing with the shapes of its own characters in it, so that it reads on any machine."""
    data = base64.b64encode(face(words_of(svg))).decode()
    style = f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff;base64,{data}) format("woff")}}'
    return re.sub(r"(<svg\b[^>]*>)", lambda m: f"{m[1]}<style>{style}</style>", svg, count=1)


def png(svg: str, scale: float, cache: Path) -> bytes:
    """Return the drawing as PNG; the locked font draws its text."""
    import vl_convert as vlc

    register(cache)
    bold = _BOLD.sub(lambda m: f'{m[1]}stroke="{m[4]}" stroke-width="{float(m[2]) / 32:.2f}" {m[3]}', svg)
    return vlc.svg_to_png(bold, scale=scale)
