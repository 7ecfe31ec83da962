"""A chapter or the whole edition out to Word for proofreading or to be written, and the words back.

Figures are shown, locked, and never taken over.

Each paragraph carries a bookmark with a digest of its file and line, each role (`` {fig}`id` ``) is a locked
content control whose tag is the role itself and whose name says what it showed. What comes back is read with
all tracked changes accepted; a line that the book no longer has is a conflict, and its text is told. A
chapter that is still to be written comes back as a whole (`writing`).
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from bluebook.data import edition as editions
from bluebook.data.faults import listed
from bluebook.desk import boxes, reading, writing
from bluebook.desk.texts import W, style_of, styles_of, told
from bluebook.desk.workbook import keep
from bluebook.messages import BadInput, Catalogue
from bluebook.year import chapters, contents, frozen, journal

SAYS = Catalogue(__file__)
_FENCE = re.compile(r"^(`{3,}|~{3,})")
_MARK = re.compile(r"_bb_([0-9a-f]{16})_\d+")
_FILE = 6  # letters of a digest that name the file
_SKIPPED = re.compile(r"^(%|\(|:{3,}|:[\w-]+:|---|\||$)")
_BEGINS = re.compile(r"^(#+ |[-*] )")  # of a heading, of an item: in Word a style
WHOLE = ("all", "全书")  # said instead of a page
_SUBJECT = f"{chapters.FOLDER}/"  # what the property "subject" of such a file begins with
_HINT = "667085"  # the colour of a hint
Glued = Callable[[str], boxes.Values]  # a page → what its cells glued when it was last built


class Paragraph(NamedTuple):
    """A paragraph that came back: its digests, its style, its text, its controls."""

    marks: list[str]
    style: str
    words: str
    controls: list[boxes.Control]


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

    ``chapters``: the files that came back; ``lost``: paragraphs of theirs that did not; ``written``: drafts
    as they came back.
    """

    chapters: list[str]
    changes: list[Change]
    conflicts: list[Change]
    figures: list[Figure]
    lost: list[Change]
    written: list[writing.Written]


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


def _nothing(page: str) -> boxes.Values:
    return {}


def out(page: str, target: Path, glued: Glued = _nothing) -> int:
    """Write a chapter, or with ``all`` the whole edition, for proofreading; return how many paragraphs.

    ``target``: a ``.docx``; for the whole edition also a folder, with a file a chapter; ``glued`` gives what
    a computed figure was in the last build, else its name is shown. Raises `BadInput`.
    """
    home, whole = frozen.home(), page in WHOLE
    if target.suffix.lower() != ".docx" and (not whole or target.suffix):
        SAYS.refuse("not_docx", file=target.name)
    if target.exists():
        SAYS.refuse("speech_there", file=target.name)
    if not target.parent.is_dir():
        SAYS.refuse("speech_no_folder", folder=target.parent)
    with journal.locked(home):
        every = (path for path in _chapters(home) if _worded(path) or path in _drafts(path))
        paths = list(every) if whole else [_chapter(page)]
        if target.suffix:
            content, count = _document(home, paths, glued)
            keep(content, target)
            return count
        made = [_document(home, [path], glued) for path in paths]
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


def _document(home: Path, paths: list[Path], glued: Glued) -> tuple[bytes, int]:
    """Return chapters as one Word file, and how many paragraphs it has."""
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import RGBColor

    document = docx.Document()
    document.core_properties.subject = paths[0].relative_to(home).as_posix() if len(paths) == 1 else _SUBJECT
    states, count = [], 0
    for page in paths:
        values = glued(page.relative_to(home).with_suffix("").as_posix())
        drafts = _drafts(page)
        states += [f"{_file(_name(home, path))}:{one.state}" for path, one in drafts.items()]
        for path, line, hint in _shown_lines(page, drafts):
            begins = m[1] if (m := _BEGINS.match(line)) and not hint else ""
            level = min(begins.count("#"), 9)
            style = f"Heading {level}" if level else "List Bullet" if begins else None
            paragraph = document.add_paragraph(style=style)
            paragraph.paragraph_format.page_break_before = True if count and level == 1 else None
            mark = f'w:id="{count}" w:name="_bb_{_digest(_name(home, path), line)}_{count}"'
            paragraph._p.append(parse_xml(f"<w:bookmarkStart {nsdecls('w')} {mark}/>"))
            for text, role in boxes.parts(line.removeprefix(begins)):
                if not role:
                    run = paragraph.add_run(text)
                    run.font.color.rgb = RGBColor.from_string(_HINT) if hint else None
                elif not hint or boxes.known(text):
                    paragraph._p.append(
                        parse_xml(boxes.control(text, boxes.shown(text, values), movable=hint))
                    )
            paragraph._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{count}"/>'))
            count += 1
    document.core_properties.keywords = " ".join(dict.fromkeys(states))
    held = io.BytesIO()
    document.save(held)
    return held.getvalue(), count


def _drafts(page: Path) -> dict[Path, writing.Draft]:
    """Return what of a page is still to be written: the page itself, or what this edition may say on it."""
    text = _text(page)
    if one := writing.draft(text):
        return {page: one}
    year = editions.current_year()
    if editions.edition(year).get("status") != "draft":
        return {}
    names = [m[1] for m in chapters.EDITION_TEXT.finditer(text)]
    return {own: writing.missing(name) for name in names if not (own := _own_text(name)).is_file()}


def _shown_lines(page: Path, drafts: dict[Path, writing.Draft]) -> Iterator[tuple[Path, str, bool]]:
    """Yield file and text of each paragraph that goes out, and whether it is a hint."""
    if page in drafts:
        yield from ((page, *line) for line in writing.shown(drafts[page]))
        return
    for path, _, line in _lines(page):
        if path in drafts:
            yield from ((path, *one) for one in drafts[path].lines)
        elif line:
            yield path, line, False


def back(paths: Iterable[Path], glued: Glued = _nothing) -> Reviewed:
    """Take the changed words of Word files that `out` wrote into their chapters, all in one change.

    A folder stands for its Word files. Two files that change one paragraph otherwise are a conflict. Raises
    `BadInput`.
    """
    files = [f for path in paths for f in (_inside(path) if path.is_dir() else [path])]
    came, home = [_read(path) for path in files], frozen.home()
    with journal.change(home) as change:
        book = _Book(home, glued)
        for paragraphs, states in came:
            book.take(paragraphs, states)
        for path, text in book.texts().items():
            change.write(path, text)
        return book.found


def _inside(folder: Path) -> list[Path]:
    found = sorted(p for p in folder.glob("*.docx") if not p.name.startswith("~$"))
    if not found:
        SAYS.refuse("no_review", folder.name)
    return found


def _read(path: Path) -> tuple[list[Paragraph], dict[str, str]]:
    """Return the paragraphs of a Word file of `out`, and the states of its drafts. Raises `BadInput`."""
    import docx

    content = reading.safe(path, reading.WORD)
    try:
        document = docx.Document(io.BytesIO(content))
        about = document.core_properties
        name, states = about.subject or "", dict(re.findall(r"(\w+):(\w+)", about.keywords or ""))
        paragraphs = list(_returned(document.element.body, styles_of(document)))
    except BadInput:
        raise
    except Exception:  # a damaged part breaks the parser anywhere, in any way
        reading.refuse(path, "word_damaged")
    if not name.startswith(_SUBJECT) and name != "index.md":
        SAYS.refuse("no_review", path.name)
    if name != _SUBJECT:
        _chapter(name.removesuffix(".md"))
    return paragraphs, states


class _Book:
    """The chapters as they are, and what came back of them."""

    def __init__(self, home: Path, glued: Glued) -> None:
        self.glued, self.pages = lru_cache(maxsize=None)(glued), dict[Path, str]()
        self.home, self.found = home, Reviewed([], [], [], [], [], [])
        self.new: dict[tuple[Path, int], str] = {}
        self.there: dict[str, list[tuple[Path, int, str]]] = {}
        self.files: dict[str, Path] = {}
        self.drafts: dict[Path, writing.Draft] = {}
        self.written: dict[Path, str] = {}
        every = _chapters(home)
        for page in every:
            self.drafts |= _drafts(page)
            name = page.relative_to(home).with_suffix("").as_posix()
            self.pages |= {x[0]: self.pages.get(x[0], name) for x in _lines(page)}
        for path in self.drafts:
            self.files[_file(self._name(path))] = path
        for one in dict.fromkeys(
            x for page in every for x in _lines(page) if x[2] and x[0] not in self.drafts
        ):
            digest = _digest(self._name(one[0]), one[2])
            self.there.setdefault(digest, []).append(one)
            self.files[digest[:_FILE]] = one[0]

    def take(self, paragraphs: list[Paragraph], states: Mapping[str, str]) -> None:
        """Note what one file changed, what it left out, and what in it cannot be taken."""
        left = {digest: list(places) for digest, places in self.there.items()}
        here, seen, found = Path(), set[str](), self.found
        drafted: dict[Path, list[Paragraph]] = {}
        for at, (marks, _, words, controls) in enumerate(paragraphs):
            seen.update(marks)
            mark = marks[0] if marks else ""
            here = self.files.get(mark[:_FILE], here)
            name = self._name(here)
            if mark and name not in found.chapters:
                found.chapters.append(name)
            if here in self.drafts and states.get(_file(name)) == self.drafts[here].state:
                drafted.setdefault(here, []).append(paragraphs[at])
                continue
            _, number, old = left[mark].pop(0) if left.get(mark) else (here, 0, "")
            split = at + 1 < len(paragraphs) and not paragraphs[at + 1].marks
            roles = boxes.roles_of(controls, boxes.ROLE.findall(old))
            values = self.glued(self.pages[here]) if controls and here in self.pages else {}
            found.figures.extend(_figures(name, roles, controls, values))
            # LibreOffice leaves the box of a figure that was deleted, with nothing in it.
            stay = [role if one.said.strip() else "" for role, one in zip(roles, controls, strict=True)]
            new = re.sub("\0(\\d+)\0", lambda m, stay=stay: stay[int(m[1])], words)
            if _digest(name, new) == mark:
                continue
            new = f"{m[1]}{new}" if (m := _BEGINS.match(old)) else new
            if not old or split or len(marks) > 1:  # changed here too, or cut in two, or two made one
                found.conflicts.append(Change(name, 0, "", new))
            elif sorted(boxes.ROLE.findall(old)) != sorted(boxes.ROLE.findall(new)):
                was = " ".join(boxes.shown(role, values) for role in boxes.ROLE.findall(old))
                came = " ".join(one.said.strip() for one in controls)
                found.figures.append(Figure(name, old, was, came.strip()))
            elif self.new.setdefault((here, number), new) != new:
                found.conflicts.append(Change(name, number, old, new))
            elif not any(c.chapter == name and c.line == number for c in found.changes):
                found.changes.append(Change(name, number, old, new))
        for path, own in drafted.items():
            self._write(path, own)
        came = {self.files[digest[:_FILE]] for digest in seen if digest[:_FILE] in self.files}
        found.lost.extend(
            Change(self._name(path), number, line, "")
            for digest, places in self.there.items()
            for path, number, line in places
            if digest not in seen and path in came
        )

    def _write(self, path: Path, came: list[Paragraph]) -> None:
        """Take a draft as one file brings it; another file that brings it otherwise is a conflict."""
        name, one = self._name(path), self.drafts[path]
        lines = {_digest(name, line.text): line for line in writing.shown(one)}
        own: list[writing.Came] = []
        for marks, style, words, controls in came:
            line = next((lines[m] for m in marks if m in lines), None)
            roles = boxes.roles_of(controls, boxes.ROLE.findall(line.text) if line else [])
            self.found.figures.extend(_figures(name, roles, controls, {}))
            # What is no figure of the ledger comes as the words that it shows.
            stay = [
                x.said if not boxes.known(role) else role if x.said.strip() else ""
                for role, x in zip(roles, controls, strict=True)
            ]
            mine = [f"\0{n}\0" if text in roles else text for n, text in enumerate(stay)]
            text = re.sub("\0(\\d+)\0", lambda m, mine=mine: mine[int(m[1])], words)
            own.append(writing.Came(line, style, text, stay))
        done = writing.back(name, one, own)
        if _words(done.text) == _words(_text(path) if path.is_file() else ""):
            return
        if self.written.setdefault(path, done.text) == done.text:
            self.found.written.extend([done] * (done not in self.found.written))
        else:
            self.found.conflicts.extend(
                Change(name, 0, "", text) for text in done.text.splitlines() if text not in self.written[path]
            )

    def texts(self) -> dict[Path, str]:
        """Return the files that change, each with its new text."""
        out = dict(self.written)
        for path in dict.fromkeys(path for path, _ in self.new):
            lines = _text(path).split("\n")
            for (own, number), new in self.new.items():
                if own == path:
                    lines[number - 1] = new
            out[path] = "\n".join(lines)
        return out

    def _name(self, path: Path) -> str:
        return _name(self.home, path) if path != Path() else ""


def _words(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _name(home: Path, path: Path) -> str:
    return path.relative_to(home).as_posix()


def _figures(
    name: str, roles: list[str], controls: list[boxes.Control], glued: boxes.Values
) -> Iterator[Figure]:
    """Yield the figures that stand otherwise in their boxes than when they went out.

    A box that a program left without its name says nothing: its paragraph is listed as a whole.
    """
    for role, control in zip(roles, controls, strict=True):
        if not boxes.ROLE.fullmatch(role):
            continue
        was = boxes.went_out(role, control, glued)
        if control.said.strip() and not boxes.same(control.said, was):
            yield Figure(name, role, was, control.said)


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
            own = _own_text(m[1])
            yield from _lines(own) if own.is_file() else [(own, 0, "")]


def _own_text(name: str) -> Path:
    """Return the file of what the current edition alone has to say in a place of this name."""
    return frozen.home() / f"data/editions/{editions.current_year()}/{name}.md"


def _worded(path: Path) -> bool:
    """Return whether a chapter has words of its own: more than headings, and what its cells say."""
    return any(boxes.ROLE.sub("", line).strip() for _, _, line in _lines(path) if not line.startswith("#"))


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
    words = hashlib.sha256(_BEGINS.sub("", line).encode()).hexdigest()
    return _file(name) + words[: 16 - _FILE]


def _file(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:_FILE]


def _returned(body: Any, styles: dict[str, str]) -> Iterator[Paragraph]:
    """Yield each paragraph that says anything; an added one has no digest, one of two joined has two."""
    for p in body.iter(f"{W}p"):
        names = [b.get(f"{W}name") or "" for b in p.iter(f"{W}bookmarkStart")]
        marks = [m[1] for m in map(_MARK.fullmatch, names) if m]
        controls: list[boxes.Control] = []
        text = " ".join(told(p, controls).splitlines())
        if marks or text.strip():
            yield Paragraph(marks, style_of(p, styles), text, controls)
