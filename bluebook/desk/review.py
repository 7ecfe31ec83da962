"""A chapter out to Word for proofreading, and its words back: figures are shown and never taken over.

Each paragraph carries a bookmark with a digest of its line, each role (`` {fig}`id` ``) is a locked content
control whose tag is the role itself. What comes back is read with all tracked changes accepted; a line
that the chapter no longer has is a conflict, and its text is told.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

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
_MARK = re.compile(r"_bb_([0-9a-f]{12})_\d+")
_SKIPPED = re.compile(r"^(%|\(|:{3,}|---|\||$)")


class Change(NamedTuple):
    """A paragraph that came back otherwise: the line it was (from 1, 0 in a conflict), old and new text."""

    line: int
    old: str
    new: str


class Reviewed(NamedTuple):
    """What came back: changes of words, conflicts (not written), changed figures (never taken).

    ``lost``: paragraphs that did not come back. ``figures``: (role, as shown, as it came back).
    """

    chapter: Path
    changes: list[Change]
    conflicts: list[Change]
    figures: list[tuple[str, str, str]]
    lost: list[str]


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
    """Write a chapter as a Word file; return how many paragraphs it has. Raises `BadInput`."""
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    if target.suffix.lower() != ".docx":
        SAYS.refuse("not_docx", file=target.name)
    if target.exists():
        SAYS.refuse("speech_there", file=target.name)
    if not target.parent.is_dir():
        SAYS.refuse("speech_no_folder", folder=target.parent)
    path = _chapter(page)
    document = docx.Document()
    document.core_properties.subject = path.relative_to(frozen.home()).as_posix()
    lines = list(prose(path.read_text("utf-8-sig").replace("\r\n", "\n")))
    for count, (_, line) in enumerate(lines):
        level = len(line) - len(line.lstrip("#")) if line.startswith("#") else 0
        paragraph = document.add_paragraph(style=f"Heading {min(level, 9)}" if level else None)
        mark = f'w:id="{count}" w:name="_bb_{_digest(line)}_{count}"'
        paragraph._p.append(parse_xml(f"<w:bookmarkStart {nsdecls('w')} {mark}/>"))
        for text, role in _parts(line):
            if role:
                paragraph._p.append(parse_xml(_control(text, count, _shown(text))))
            else:
                paragraph.add_run(text)
        paragraph._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{count}"/>'))
    held = io.BytesIO()
    document.save(held)
    keep(held.getvalue(), target)
    return len(lines)


def back(path: Path) -> Reviewed:
    """Take the changed words of a Word file that `out` wrote into its chapter. Raises `BadInput`."""
    import docx

    content = reading.safe(path, reading.WORD)
    try:
        document = docx.Document(io.BytesIO(content))
        name, paragraphs = document.core_properties.subject or "", list(_returned(document.element.body))
    except BadInput:
        raise
    except Exception:  # a damaged part breaks the parser anywhere, in any way
        reading.refuse(path, "word_damaged")
    if not name.startswith(f"{chapters.FOLDER}/") and name != "index.md":
        SAYS.refuse("no_review", path.name)
    chapter, home = _chapter(name.removesuffix(".md")), frozen.home()
    with journal.change(home) as change:
        text = chapter.read_text("utf-8-sig").replace("\r\n", "\n")
        lines, found = text.split("\n"), Reviewed(chapter, [], [], [], [])
        there: dict[str, list[int]] = {}
        for number, line in prose(text):
            there.setdefault(_digest(line), []).append(number)
        seen = set()
        for at, (marks, words, controls) in enumerate(paragraphs):
            seen.update(marks)
            digest = marks[0] if marks else ""
            places = there.get(digest)
            number = places.pop(0) if places else 0
            old = lines[number - 1] if number else ""
            split = at + 1 < len(paragraphs) and not paragraphs[at + 1][0]
            roles = _named(controls, _ROLE.findall(old))
            found.figures.extend(
                (role, _shown(role), said)
                for role, (_, said) in zip(roles, controls, strict=True)
                if said != _shown(role)
            )
            new = re.sub("\0(\\d+)\0", lambda m, roles=roles: roles[int(m[1])], words)
            if _digest(new) == digest:
                continue
            if not old or split or len(marks) > 1:  # changed here too, or cut in two, or two made one
                found.conflicts.append(Change(0, "", new))
            elif sorted(_ROLE.findall(old)) != sorted(_ROLE.findall(new)):
                found.figures.append((old, _roles(old), _roles(new)))
            else:
                lines[number - 1] = new
                found.changes.append(Change(number, old, new))
        found.lost.extend(lines[n - 1] for d, numbers in there.items() if d not in seen for n in numbers)
        if found.changes:
            change.write(chapter, "\n".join(lines))
    return found


def _chapter(page: str) -> Path:
    """Return the file of a page of the book, by its name with or without ``chapters/``."""
    home = frozen.home()
    known = contents.pages(home) if (home / "_toc.yml").is_file() else []
    name = next((p for p in (page.removesuffix(".md"), f"{chapters.FOLDER}/{page}") if p in known), "")
    if not name or not (home / f"{name}.md").is_file():
        SAYS.refuse("no_page", page=page, there=listed(p.removeprefix(f"{chapters.FOLDER}/") for p in known))
    return home / f"{name}.md"


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()[:12]


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


def _returned(body: Any) -> Iterator[tuple[list[str], str, list[tuple[str, str]]]]:
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
