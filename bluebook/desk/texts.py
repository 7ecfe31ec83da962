"""A speech from outside, read safely: a Word document or a plain text as headings, text, tables and notes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bluebook.desk import reading
from bluebook.messages import message

LETTERS = 2_000_000  # more is no speech
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = (f"{W}del", f"{W}moveFrom")
_TITLE = re.compile(
    r"([一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d{1,2}[.．、]\s*(?=\d{4}年|\D))"
)


class Piece(NamedTuple):
    """A piece of a text; ``kind``: heading, text, table, note; a heading has a level, a table rows."""

    kind: str
    text: str
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


class Text(NamedTuple):
    """A text and what the editor should know of how it was read, as (zh, en)."""

    pieces: list[Piece]
    notes: list[tuple[str, str]]


def read(path: Path) -> Text:
    """Return the pieces of a ``.docx`` or ``.txt``. Raises `BadInput`, one line, for whatever is neither."""
    kind = path.suffix.lower()
    if kind not in (".docx", ".txt", *reading.WORD.macros, *reading.WORD.old):
        reading.refuse(path, "word_other_kind")
    if kind == ".txt":
        text = Text(list(_lines(_decoded(path, reading.whole(path, reading.WORD)))), [])
    else:
        text = _word(path, reading.safe(path, reading.WORD))
    if not any(p.text.strip() or any(map(any, p.rows)) for p in text.pieces):
        reading.refuse(path, "word_no_text")
    if sum(len(p.text) for p in text.pieces) > LETTERS:
        reading.refuse(path, "word_too_large")
    return text


# ---------------------------------------------------------------- plain text


def _decoded(path: Path, content: bytes) -> str:
    for encoding in ("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    reading.refuse(path, "word_no_words")


def _lines(text: str) -> Iterator[Piece]:
    """Yield the pieces of a plain text: lines with tabs are tables; sentences cut by a page are whole."""
    rows: list[tuple[str, ...]] = []
    held = ""
    for line in [*text.splitlines(), ""]:
        told = line.strip("　 \r\n")
        if "\t" in told and not re.search(r"\.{3,}", told):
            rows.append(tuple(cell.strip() for cell in line.strip("\r\n").split("\t")))
            continue
        if rows:
            yield Piece("table", "", rows=tuple(rows))
            rows = []
        if not told:
            continue
        if held and _goes_on(held, told):
            held += told
            continue
        if held:
            yield _paragraph(held)
        held = told
    if held:
        yield _paragraph(held)


def _goes_on(before: str, line: str) -> bool:
    """Return whether a line goes on with the one before, which ended in the middle of a sentence."""
    cut = before[-1] not in "。！？：；…”」）.!?%" and re.search("[，。,]", before)
    return bool(cut) and len(before) >= 20 and not _TITLE.match(line)


def titled(text: str) -> bool:
    """Return whether a line begins as a heading does: 一、 （一） 1."""
    return bool(_TITLE.match(text))


def _paragraph(text: str) -> Piece:
    short = len(text) <= 45 and text[-1] not in "。；，"
    if short and (m := _TITLE.match(text)):
        return Piece("heading", text, 4 if m[1][0].isdigit() else 2 + (m[1][0] in "（("))
    return Piece("text", text)


# ---------------------------------------------------------------- Word


def styles_of(document: Any) -> dict[str, str]:
    """Return the styles of a Word document, id → name."""
    return {s.style_id: s.name or "" for s in document.styles}


def style_of(p: Any, styles: dict[str, str]) -> str:
    """Return the name of a paragraph's style, "" where it has none of its own."""
    style = p.find(f"{W}pPr/{W}pStyle")
    return styles.get(style.get(f"{W}val"), "") if style is not None else ""


def _word(path: Path, content: bytes) -> Text:
    try:
        import docx

        document = docx.Document(io.BytesIO(content))
        styles = styles_of(document)
        notes: list[tuple[str, str]] = []
        pieces = [*_blocks(document.element.body, styles, notes), *_footnotes(content)]
        return Text(pieces, list(dict.fromkeys(notes)))
    except Exception:  # a damaged part breaks the parser anywhere, in any way
        reading.refuse(path, "word_damaged")


def _blocks(parent: Any, styles: dict[str, str], notes: list) -> Iterator[Piece]:
    for child in parent:
        if child.tag == f"{W}p":
            yield from _block(child, styles, notes)
        elif child.tag == f"{W}tbl":
            rows = tuple(
                tuple(_cell(c, notes) for c in row.iter(f"{W}tc") if _own(c, child))
                for row in child.iterchildren(f"{W}tr")
            )
            yield Piece("table", "", rows=rows)
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo"):
            yield from _blocks(child, styles, notes)


def _own(cell: Any, table: Any) -> bool:
    """Return whether a cell is one of this table, and not of a table inside it."""
    return next(a for a in cell.iterancestors(f"{W}tbl")) is table


def _cell(cell: Any, notes: list) -> str:
    if next(cell.iter(f"{W}tbl"), None) is not None:
        notes.append(message(__file__, "word_nested"))
    return " ".join(t for p in cell.iter(f"{W}p") if (t := told(p).strip()))


def _block(p: Any, styles: dict[str, str], notes: list) -> Iterator[Piece]:
    if next(p.iter(f"{W}drawing", f"{W}pict"), None) is not None:
        notes.append(message(__file__, "word_pictures"))
    if next(p.iter(f"{W}del", f"{W}ins"), None) is not None:
        notes.append(message(__file__, "word_tracked"))
    text = told(p).strip("　 \n")
    if not text:
        return
    m = re.search(r"(?:heading|标题)\s*(\d)", style_of(p, styles), re.I)
    yield Piece("heading", text, int(m[1])) if m else _paragraph(text)


class Control(NamedTuple):
    """A content control: its tag, its name, and what stands in it."""

    tag: str
    name: str
    said: str


def told(p: Any, controls: list[Control] | None = None) -> str:
    """Return a paragraph's text as it stands with all tracked changes taken: insertions in, deletions out.

    With ``controls`` each content control is noted there; its number between two NUL stands for it.
    """
    out: list[str] = []

    def walk(node: Any) -> None:
        for child in node:
            if child.tag in _SKIPPED or str(child.tag).endswith("}Fallback"):  # the same once more
                continue
            if controls is not None and child.tag == f"{W}sdt":
                marks = (child.find(f"{W}sdtPr/{W}{what}") for what in ("tag", "alias"))
                names = ("" if mark is None else mark.get(f"{W}val") or "" for mark in marks)
                out.append(f"\0{len(controls)}\0")
                controls.append(Control(*names, told(child)))
            elif child.tag == f"{W}t":
                out.append(child.text or "")
            elif child.tag in (f"{W}tab", f"{W}br", f"{W}cr") and child.getparent().tag == f"{W}r":
                out.append(" ")
            elif child.tag == f"{W}noBreakHyphen":
                out.append("-")
            else:
                walk(child)

    walk(p)
    return "".join(out)


def _footnotes(content: bytes) -> Iterator[Piece]:
    from docx.oxml import parse_xml

    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        for name, tag in (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote")):
            if name not in pack.namelist():
                continue
            for note in parse_xml(pack.read(name)).iter(f"{W}{tag}"):
                text = " ".join(t for p in note.iter(f"{W}p") if (t := told(p).strip()))
                if text and note.get(f"{W}type") is None:
                    yield Piece("note", text)
