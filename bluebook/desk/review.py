"""A chapter or the whole edition out to Word for proofreading, and the words back.

Figures are shown, locked, and never taken over.

Each paragraph carries a bookmark with a digest of its file and line, each role (`` {fig}`id` ``) is a locked
content control whose tag is the role itself. What comes back is read with all tracked changes accepted; a
line that the book no longer has is a conflict, and its text is told.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from bluebook.data import edition as editions
from bluebook.data.faults import listed
from bluebook.desk import reading
from bluebook.desk.texts import W, told
from bluebook.desk.workbook import keep
from bluebook.ledger.book import quoted
from bluebook.messages import BadInput, Catalogue
from bluebook.year import chapters, contents, frozen, journal

SAYS = Catalogue(__file__)
_ROLE = re.compile(r"\{[\w:+-]+\}`[^`]*`")
_FENCE = re.compile(r"^(`{3,}|~{3,})")
_MARK = re.compile(r"_bb_([0-9a-f]{16})_\d+")
_FILE = 6  # letters of a digest that name the file
_SKIPPED = re.compile(r"^(%|\(|:{3,}|:[\w-]+:|---|\||$)")
_BEGINS = re.compile(r"^(#+ |[-*] )")  # of a heading, of an item: in Word a style
WHOLE = ("all", "全书")  # said instead of a page
_SUBJECT = f"{chapters.FOLDER}/"  # what the property "subject" of such a file begins with
Paragraph = tuple[list[str], str, list[tuple[str, str]]]  # digests, text, controls (tag, what stands in it)


class Change(NamedTuple):
    """A paragraph that came back otherwise: file, line (from 1, 0 in a conflict), old and new text."""

    chapter: str
    line: int
    old: str
    new: str


class Figure(NamedTuple):
    """A figure that came back otherwise: its file, its role, as it was shown, as it came back ("" gone)."""

    chapter: str
    role: str
    was: str
    now: str


class Reviewed(NamedTuple):
    """What came back: changes of words, conflicts (not written), changed figures (never taken).

    ``chapters``: the files that came back; ``lost``: paragraphs of theirs that did not.
    """

    chapters: list[str]
    changes: list[Change]
    conflicts: list[Change]
    figures: list[Figure]
    lost: list[Change]


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line of prose: no front matter, cell, comment, label or fence.

    >>> list(prose("---\\na: 1\\n---\\n# Title\\n```{code-cell}\\nx\\n```\\n% note\\nWords.\\n"))
    [(4, '# Title'), (9, 'Words.')]
    """
    fence, front = "", text.startswith("---\n")
    for number, line in enumerate(text.splitlines(), start=1):
        if front:
            front = number == 1 or line != "---"
        elif fence:
            fence = "" if line.strip() == fence else fence
        elif m := _FENCE.match(line):
            fence = m[1]
        elif not _SKIPPED.match(line):
            yield number, line


def out(page: str, target: Path) -> int:
    """Write a chapter, or with ``all`` the whole edition, for proofreading; return how many paragraphs.

    ``target``: a ``.docx``; for the whole edition also a folder, with a file a chapter. Raises `BadInput`.
    """
    home, whole = frozen.home(), page in WHOLE
    if target.suffix.lower() != ".docx" and (not whole or target.suffix):
        SAYS.refuse("not_docx", file=target.name)
    if target.exists():
        SAYS.refuse("speech_there", file=target.name)
    if not target.parent.is_dir():
        SAYS.refuse("speech_no_folder", folder=target.parent)
    with journal.locked(home):
        paths = [path for path in _chapters(home) if _worded(path)] if whole else [_chapter(page)]
        if target.suffix:
            content, count = _document(home, paths)
            keep(content, target)
            return count
        made = [_document(home, [path]) for path in paths]
    scratch = Path(tempfile.mkdtemp(prefix=".writing-", dir=target.parent))
    try:
        for number, (path, (content, _)) in enumerate(zip(paths, made, strict=True), start=1):
            name = "-".join(path.relative_to(home).with_suffix("").parts).removeprefix(f"{chapters.FOLDER}-")
            (scratch / f"{number:02}-{name}.docx").write_bytes(content)
        scratch.chmod(0o755)
        scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return sum(count for _, count in made)


def _document(home: Path, paths: list[Path]) -> tuple[bytes, int]:
    """Return chapters as one Word file, and how many paragraphs it has."""
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    document.core_properties.subject = paths[0].relative_to(home).as_posix() if len(paths) == 1 else _SUBJECT
    lines = [one for path in paths for one in _lines(path)]
    for count, (path, _, line) in enumerate(lines):
        begins = m[1] if (m := _BEGINS.match(line)) else ""
        level = min(begins.count("#"), 9)
        style = f"Heading {level}" if level else "List Bullet" if begins else None
        paragraph = document.add_paragraph(style=style)
        paragraph.paragraph_format.page_break_before = True if count and level == 1 else None
        mark = f'w:id="{count}" w:name="_bb_{_digest(path.relative_to(home).as_posix(), line)}_{count}"'
        paragraph._p.append(parse_xml(f"<w:bookmarkStart {nsdecls('w')} {mark}/>"))
        for text, role in _parts(line.removeprefix(begins)):
            if role:
                paragraph._p.append(parse_xml(_control(text, count, _shown(text))))
            else:
                paragraph.add_run(text)
        paragraph._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{count}"/>'))
    held = io.BytesIO()
    document.save(held)
    return held.getvalue(), len(lines)


def back(paths: Iterable[Path]) -> Reviewed:
    """Take the changed words of Word files that `out` wrote into their chapters, all in one change.

    A folder stands for its Word files. Two files that change one paragraph otherwise are a conflict. Raises
    `BadInput`.
    """
    files = [f for path in paths for f in (_inside(path) if path.is_dir() else [path])]
    came, home = [_read(path) for path in files], frozen.home()
    with journal.change(home) as change:
        book = _Book(home)
        for paragraphs in came:
            book.take(paragraphs)
        for path, text in book.texts().items():
            change.write(path, text)
    return book.found


def _inside(folder: Path) -> list[Path]:
    found = sorted(p for p in folder.glob("*.docx") if not p.name.startswith("~$"))
    if not found:
        SAYS.refuse("no_review", folder.name)
    return found


def _read(path: Path) -> list[Paragraph]:
    """Return the paragraphs of a Word file that `out` wrote. Raises `BadInput`."""
    import docx

    content = reading.safe(path, reading.WORD)
    try:
        document = docx.Document(io.BytesIO(content))
        name, paragraphs = document.core_properties.subject or "", list(_returned(document.element.body))
    except BadInput:
        raise
    except Exception:  # a damaged part breaks the parser anywhere, in any way
        reading.refuse(path, "word_damaged")
    if not name.startswith(_SUBJECT) and name != "index.md":
        SAYS.refuse("no_review", path.name)
    if name != _SUBJECT:
        _chapter(name.removesuffix(".md"))
    return paragraphs


class _Book:
    """The chapters as they are, and what came back of them."""

    def __init__(self, home: Path) -> None:
        self.home, self.found = home, Reviewed([], [], [], [], [])
        self.new: dict[tuple[Path, int], str] = {}
        self.there: dict[str, list[tuple[Path, int, str]]] = {}
        self.files: dict[str, Path] = {}
        for one in dict.fromkeys(x for page in _chapters(home) for x in _lines(page)):
            digest = _digest(self._name(one[0]), one[2])
            self.there.setdefault(digest, []).append(one)
            self.files[digest[:_FILE]] = one[0]

    def take(self, paragraphs: list[Paragraph]) -> None:
        """Note what one file changed, what it left out, and what in it cannot be taken."""
        left = {digest: list(places) for digest, places in self.there.items()}
        here, seen, found = Path(), set[str](), self.found
        for at, (marks, words, controls) in enumerate(paragraphs):
            seen.update(marks)
            mark = marks[0] if marks else ""
            here = self.files.get(mark[:_FILE], here)
            _, number, old = left[mark].pop(0) if left.get(mark) else (here, 0, "")
            name = self._name(here)
            if mark and name not in found.chapters:
                found.chapters.append(name)
            split = at + 1 < len(paragraphs) and not paragraphs[at + 1][0]
            roles = _named(controls, _ROLE.findall(old))
            found.figures.extend(
                Figure(name, role, _shown(role), said)
                for role, (_, said) in zip(roles, controls, strict=True)
                if said.strip() not in ("", _shown(role))
            )
            # LibreOffice leaves the box of a figure that was deleted, with nothing in it.
            stay = [role if said.strip() else "" for role, (_, said) in zip(roles, controls, strict=True)]
            new = re.sub("\0(\\d+)\0", lambda m, stay=stay: stay[int(m[1])], words)
            if _digest(name, new) == mark:
                continue
            new = f"{m[1]}{new}" if (m := _BEGINS.match(old)) else new
            if not old or split or len(marks) > 1:  # changed here too, or cut in two, or two made one
                found.conflicts.append(Change(name, 0, "", new))
            elif sorted(_ROLE.findall(old)) != sorted(_ROLE.findall(new)):
                found.figures.append(Figure(name, old, _roles(old), _roles(new)))
            elif self.new.setdefault((here, number), new) != new:
                found.conflicts.append(Change(name, number, old, new))
            elif not any(c.chapter == name and c.line == number for c in found.changes):
                found.changes.append(Change(name, number, old, new))
        came = {self.files[digest[:_FILE]] for digest in seen if digest[:_FILE] in self.files}
        found.lost.extend(
            Change(self._name(path), number, line, "")
            for digest, places in self.there.items()
            for path, number, line in places
            if digest not in seen and path in came
        )

    def texts(self) -> dict[Path, str]:
        """Return the files that change, each with its new text."""
        out = {}
        for path in dict.fromkeys(path for path, _ in self.new):
            lines = _text(path).split("\n")
            for (own, number), new in self.new.items():
                if own == path:
                    lines[number - 1] = new
            out[path] = "\n".join(lines)
        return out

    def _name(self, path: Path) -> str:
        return path.relative_to(self.home).as_posix() if path != Path() else ""


def _text(path: Path) -> str:
    return path.read_text("utf-8-sig").replace("\r\n", "\n")


def _lines(path: Path) -> Iterator[tuple[Path, int, str]]:
    """Yield file, number and text of each line of a chapter's prose, what its edition alone says put in."""
    text = _text(path)
    words = dict(prose(text))
    for number, line in enumerate(text.splitlines(), start=1):
        if number in words:
            yield path, number, line
        elif m := chapters.EDITION_TEXT.match(line):
            own = frozen.home() / f"data/editions/{editions.current_year()}/{m[1]}.md"
            yield from _lines(own) if own.is_file() else ()


def _worded(path: Path) -> bool:
    """Return whether a chapter has words of its own: more than headings, and what its cells say."""
    return any(_ROLE.sub("", line).strip() for _, _, line in _lines(path) if not line.startswith("#"))


def _chapters(home: Path) -> list[Path]:
    """Return the files of the book's pages, in its order."""
    known = contents.pages(home) if (home / "_toc.yml").is_file() else []
    return [path for page in known if (path := home / f"{page}.md").is_file()]


def _chapter(page: str) -> Path:
    """Return the file of a page of the book, by its name with or without ``chapters/``."""
    home = frozen.home()
    known = contents.pages(home) if (home / "_toc.yml").is_file() else []
    name = next((p for p in (page.removesuffix(".md"), f"{chapters.FOLDER}/{page}") if p in known), "")
    if not name or not (home / f"{name}.md").is_file():
        SAYS.refuse("no_page", page=page, there=listed(p.removeprefix(f"{chapters.FOLDER}/") for p in known))
    return home / f"{name}.md"


def _digest(name: str, line: str) -> str:
    told = name, _BEGINS.sub("", line)
    file, words = (hashlib.sha256(one.encode()).hexdigest() for one in told)
    return file[:_FILE] + words[: 16 - _FILE]


def _parts(line: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a line, and whether each is a role."""
    at = 0
    for m in _ROLE.finditer(line):
        if m.start() > at:
            yield line[at : m.start()], False
        yield m[0], True
        at = m.end()
    if line[at:]:
        yield line[at:], False


def _shown(role: str) -> str:
    """Return what a reader sees of a role: a quoted figure in full, of anything else its key."""
    key = role.partition("`")[2].rstrip("`")
    if role.startswith("{fig}"):
        try:
            return quoted(key)
        except (BadInput, KeyError, ValueError):
            return f"〔{key}〕"
    return f"〔{key.partition(':')[0]}〕"


def _control(role: str, number: int, shown: str) -> str:
    from docx.oxml.ns import nsdecls

    tag, alias = quoteattr(role), quoteattr(role[:60])
    body = shown.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f"<w:sdt {nsdecls('w')}><w:sdtPr><w:alias w:val={alias}/><w:tag w:val={tag}/>"
        f'<w:lock w:val="sdtContentLocked"/></w:sdtPr>'
        f'<w:sdtContent><w:r><w:t xml:space="preserve">{body}</w:t></w:r></w:sdtContent></w:sdt>'
    )


def _returned(body: Any) -> Iterator[Paragraph]:
    """Yield the digests, the text and the controls (tag, what stands in it) of each paragraph.

    A paragraph that was added has no digest, one that two were joined to has two.
    """
    for p in body.iter(f"{W}p"):
        names = [b.get(f"{W}name") or "" for b in p.iter(f"{W}bookmarkStart")]
        marks = [m[1] for m in map(_MARK.fullmatch, names) if m]
        controls: list[tuple[str, str]] = []
        text = " ".join(told(p, controls).splitlines())
        if marks or text.strip():
            yield marks, text, controls


def _roles(line: str) -> str:
    return " ".join(_ROLE.findall(line))


def _named(controls: list[tuple[str, str]], roles: list[str]) -> list[str]:
    """Return the role of each control: its tag; where a program dropped it, by its place in the line."""
    by_order = roles if len(roles) == len(controls) else [said for _, said in controls]
    return [tag or other for (tag, _), other in zip(controls, by_order, strict=True)]
