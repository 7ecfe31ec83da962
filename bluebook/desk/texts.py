"""A speech from outside, read safely: a Word document or a plain text as headings, paragraphs, tables, notes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from bluebook.messages import BadInput, message

LARGEST, UNPACKED, PARTS = 20 * 2**20, 60 * 2**20, 5_000  # bytes of the file, of its XML, and number of parts
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)|^(\xff\xfe|\xfe\xff)")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = (
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    f"{_W}del",
    f"{_W}moveFrom",
)
_TITLE = re.compile(
    r"([一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d{1,2}[.．、]\s*(?=\d{4}年|\D))"
)


class Piece(NamedTuple):
    """A piece of a text: ``kind`` is heading, text, table or note; ``level`` of a heading, ``rows`` of a table."""

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
    content = _bytes(path)
    if path.suffix.lower() == ".txt":
        text = Text(list(_lines(_decoded(path, content))), [])
    else:
        text = _word(path, content)
    if not any(p.text.strip() or p.rows for p in text.pieces):
        _no(path, "speech_no_text")
    return text


def _no(path: Path, code: str, **fields: object) -> NoReturn:
    zh, en = message(__file__, code, **fields)
    problem = BadInput(f"{path.name}：{zh}", f"{path.name}: {en}")
    problem.code = code
    raise problem from None


def _bytes(path: Path) -> bytes:
    kind = path.suffix.lower()
    if path.name.startswith("~$"):
        _no(path, "speech_lock_file")
    if kind in (".docm", ".dotm"):
        _no(path, "speech_macros")
    if kind in (".doc", ".wps", ".rtf", ".pdf", ".odt"):
        _no(path, "speech_old_format")
    if kind not in (".docx", ".txt"):
        _no(path, "speech_other_kind")
    try:
        if path.is_dir():
            _no(path, "speech_a_folder")
        if path.stat().st_size > LARGEST:
            _no(path, "speech_too_large")
        content = path.read_bytes()
    except FileNotFoundError:
        _no(path, "speech_not_there")
    except PermissionError:
        _no(path, "speech_held_open")
    except OSError as problem:
        _no(path, "speech_unread", why=problem.strerror or problem)
    if not content:
        _no(path, "speech_empty")
    return content


# ---------------------------------------------------------------- plain text


def _decoded(path: Path, content: bytes) -> str:
    for encoding in ("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    _no(path, "speech_no_words")


def _lines(text: str) -> Iterator[Piece]:
    """Yield the pieces of a plain text: lines with tabs are tables, a sentence cut by a page is whole again."""
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


def _word(path: Path, content: bytes) -> Text:
    _refuse_unsafe(path, content)
    try:
        import docx

        document = docx.Document(io.BytesIO(content))
        styles = {s.style_id: s.name or "" for s in document.styles}
        notes: list[tuple[str, str]] = []
        pieces = [*_blocks(document.element.body, styles, notes), *_footnotes(content)]
        return Text(pieces, list(dict.fromkeys(notes)))
    except BadInput:
        raise
    except Exception:  # a damaged part breaks the parser anywhere, in any way
        _no(path, "speech_damaged")


def _refuse_unsafe(path: Path, content: bytes) -> None:
    """Refuse what must not be unpacked, from the list of parts alone, then what no document needs."""
    if content[:4] == _OLE:
        secret = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P" in content
        _no(path, "speech_password" if secret else "speech_old_format")
    if content[:4] != _ZIP:
        _no(path, "speech_no_document")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            parts = pack.infolist()
            if len(parts) > PARTS or sum(p.file_size for p in parts) > UNPACKED:
                _no(path, "speech_too_large")
            if any(p.flag_bits & 1 for p in parts):
                _no(path, "speech_password")
            names = {p.filename.lower() for p in parts}
            if any("vbaproject" in name for name in names):
                _no(path, "speech_macros")
            if "word/document.xml" not in names:
                _no(path, "speech_no_document")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _ENTITY.search(pack.read(part)):
                    _no(path, "speech_entities")
    except BadInput:
        raise
    except Exception:
        _no(path, "speech_damaged")


def _blocks(parent: Any, styles: dict[str, str], notes: list) -> Iterator[Piece]:
    for child in parent:
        if child.tag == f"{_W}p":
            yield from _block(child, styles, notes)
        elif child.tag == f"{_W}tbl":
            rows = tuple(
                tuple(_cell(c, notes) for c in row.iter(f"{_W}tc") if _own(c, child))
                for row in child.iterchildren(f"{_W}tr")
            )
            yield Piece("table", "", rows=rows)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo"):
            yield from _blocks(child, styles, notes)


def _own(cell: Any, table: Any) -> bool:
    """Return whether a cell is one of this table, and not of a table inside it."""
    return next(a for a in cell.iterancestors(f"{_W}tbl")) is table


def _cell(cell: Any, notes: list) -> str:
    if next(cell.iter(f"{_W}tbl"), None) is not None:
        notes.append(message(__file__, "speech_nested"))
    return " ".join(t for p in cell.iter(f"{_W}p") if (t := _told(p).strip()))


def _block(p: Any, styles: dict[str, str], notes: list) -> Iterator[Piece]:
    if next(p.iter(f"{_W}drawing", f"{_W}pict"), None) is not None:
        notes.append(message(__file__, "speech_pictures"))
    if next(p.iter(f"{_W}del", f"{_W}ins"), None) is not None:
        notes.append(message(__file__, "speech_tracked"))
    text = _told(p).strip("　 \n")
    if not text:
        return
    style = p.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(style.get(f"{_W}val"), "") if style is not None else ""
    m = re.search(r"(?:heading|标题)\s*(\d)", name, re.I)
    yield Piece("heading", text, int(m[1])) if m else _paragraph(text)


def _told(p: Any) -> str:
    """Return a paragraph's text as it stands with all tracked changes taken: insertions in, deletions out."""
    out: list[str] = []

    def walk(node: Any) -> None:
        for child in node:
            if child.tag in _SKIPPED:
                continue
            if child.tag == f"{_W}t":
                out.append(child.text or "")
            elif child.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr") and child.getparent().tag == f"{_W}r":
                out.append(" ")
            elif child.tag == f"{_W}noBreakHyphen":
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
            for note in parse_xml(pack.read(name)).iter(f"{_W}{tag}"):
                text = " ".join(t for p in note.iter(f"{_W}p") if (t := _told(p).strip()))
                if text and note.get(f"{_W}type") is None:
                    yield Piece("note", text)
