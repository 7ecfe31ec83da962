"""What the book's table of contents lists, and which of its chapters nobody has written yet."""

from __future__ import annotations

import re
from pathlib import Path

from bluebook.messages import message
from bluebook.year import chapters

Pair = tuple[str, str]
# A line of a chapter that its writer has still to replace: a comment, which no reader sees.
MARK = re.compile(r"^%\s*(?:待写|to be written)\b.*$", re.M)
_NOT_PROSE = re.compile(
    r"\A---\n.*?\n---\n|^(`{3,}).*?^\1[ \t]*$|^%[^\n]*$|^\([\w:.-]+\)=$|^#+ [^\n]*$|^:{3,}[^\n]*$",
    re.M | re.S,
)


def pages(book: Path) -> list[str]:
    """Return the pages of a book's ``_toc.yml`` in their order, without endings ("report/growth")."""
    return chapters.pages((book / "_toc.yml").read_text("utf-8-sig"))


def unwritten(home: Path) -> list[tuple[str, Pair]]:
    """Return the pages that are not written, each with why: gone, marked ``% 待写``, or without a sentence.

    A chapter that has cells is written, though all its words may come from them.
    """
    found = []
    for page in pages(home):
        path = home / f"{page}.md"
        text = path.read_text("utf-8-sig").replace("\r\n", "\n") if path.is_file() else None
        if text is None:
            found.append((page, message(__file__, "page_missing")))
        elif match := MARK.search(text):
            row = text.count("\n", 0, match.start()) + 1
            found.append((page, message(__file__, "page_marked", row=row)))
        elif not _NOT_PROSE.sub("", text).strip() and "{code-cell}" not in text:
            found.append((page, message(__file__, "page_empty")))
    return found
