"""The fonts of the printed edition: the system's Noto with a real bold, else the locked one."""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from bluebook.messages import BadInput, Catalogue

SAYS = Catalogue(__file__)
# Only fonts that may be put into a file and passed on: Noto and Source Han are under the Open Font License.
SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")
SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC")
BOLD = 700
# The typesetter carries DejaVu Sans Mono within itself; from there come the few marks that no Noto has.
MARKS, MARKS_OF = frozenset("▬▭"), "DejaVu Sans Mono"


class Faces(NamedTuple):
    """Families for text and for headings, whether both have a real bold, and their regular files."""

    serif: str
    sans: str
    bold: bool
    files: tuple[tuple[str, int], ...]  # path and number within a collection
    folders: tuple[Path, ...]


def locked() -> Path:
    """Return the folder of the locked fonts, regular weights only."""
    try:
        from pylopdf_fonts_zh_cn import sans_path
    except ModuleNotFoundError:
        SAYS.refuse("no_font")
    return sans_path().parent


def available(folders: tuple[Path, ...]) -> list:
    """Return what the typesetter finds: family, weight, style, path and index of each font."""
    import typst

    return typst.Fonts(include_system_fonts=True, font_paths=[str(f) for f in folders]).fonts()


def faces() -> Faces:
    """Return the fonts to print with. Raises BadInput where there is none with Chinese characters."""
    folders = (locked(),)
    found = available(folders)

    def best(names: tuple[str, ...]) -> tuple[str, bool, tuple[str, int]]:
        there = []
        for name in names:
            of = [f for f in found if f.family == name and f.style == "normal" and f.path]
            regular = [f for f in of if f.weight == 400]
            if regular:
                bold = any(f.weight == BOLD for f in of)
                there.append((not bold, names.index(name), name, (regular[0].path, regular[0].index)))
        if not there:
            SAYS.refuse("no_font")
        light, _, name, file = min(there)
        return name, not light, file

    (serif, serif_bold, serif_file), (sans, sans_bold, sans_file) = best(SERIF), best(SANS)
    return Faces(serif, sans, serif_bold and sans_bold, (serif_file, sans_file), folders)


def bold_of_the_system() -> str:
    """Return the families with a real bold that print would use, "" where there are none."""
    try:
        found = faces()
    except (BadInput, ModuleNotFoundError):
        return ""
    return f"{found.serif}, {found.sans}" if found.bold else ""


def install_line() -> str:
    """Return the line that installs a Chinese font with a real bold on this system."""
    page = "https://github.com/notofonts/noto-cjk/releases"
    return "apt install fonts-noto-cjk" if sys.platform.startswith("linux") else page


@lru_cache(maxsize=4)
def shapes(path: str, index: int) -> frozenset[int]:
    """Return the characters that a font file draws."""
    from fontTools.ttLib import TTFont

    with TTFont(path, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing(text: str, of: Faces) -> list[str]:
    """Return the characters of ``text`` that neither font of the book draws, in their order."""
    known = frozenset().union(*(shapes(*file) for file in of.files))
    quiet = {"Cf", "Cc", "Zs", "Zl", "Zp"}
    return sorted(
        c for c in set(text) - MARKS if ord(c) not in known and unicodedata.category(c) not in quiet
    )
