"""A chapter that is still to be written goes out to Word with its figures, and comes back written.

Each line of its draft is a paragraph there: headings and words as they are, the notes of `speech` as grey
hints whose figures stand in boxes, to be moved into sentences. The first hint says that the chapter is not
written yet: when an editor deletes it, it is, and all hints go. What only this edition has to say on a page
that recurs is begun in the same way, at the place where the page puts it in.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from bluebook.desk import boxes
from bluebook.messages import message
from bluebook.year.contents import MARK

_FIRST = re.compile(r"^# ", re.M)
# What `speech` puts below the mark, so that a preview says why there are no words.
_NOTICE = re.compile(r"\s*^:::\{admonition\}[^\n]*\n(?:[^\n]+\n)*?:::[ \t]*\n", re.M)
_MORE_THAN_WORDS = re.compile(r"^(`{3,}|~{3,}|:{3,}|\||\+{3}|\([^)]*\)=|<)", re.M)
_SIGNS = re.compile(r"([\\`*_{}\[\]<>$|~])")
_LINE_SIGN, _NUMBERED = re.compile(r"^([%#+:(=-])"), re.compile(r"^(\d+)([.)]\s)")
_LIST = {"List Bullet": "- ", "List Number": "1. "}


class Line(NamedTuple):
    """A line of a draft as Word shows it, roles still in it; ``hint`` is none of its words."""

    text: str
    hint: bool


class Came(NamedTuple):
    """A paragraph that came back: its line in the draft (None: new), its style, its text, and its roles.

    Where a role stands the text has its number between two NUL.
    """

    line: Line | None
    style: str
    text: str
    roles: list[str]


class Draft(NamedTuple):
    """A draft: what stands above its title, the lines that say it is one, the lines that Word shows.

    ``state`` is a digest of its file: what came back belongs to this state and no other.
    """

    head: str
    mark: str
    lines: list[Line]
    state: str


class Written(NamedTuple):
    """What came back of a draft: its file, its text, how many paragraphs it has, whether it is written."""

    chapter: str
    text: str
    paragraphs: int
    done: bool


def draft(text: str) -> Draft | None:
    """Return a chapter's draft, None where it is written or holds more than headings, words and notes.

    >>> draft("(a)=\\n# 甲\\n\\n% 待写：用自己的话\\n\\n## 乙\\n% 数：{fig}`a` 3%\\n").lines[1:]
    [Line(text='## 乙', hint=False), Line(text='数：{fig}`a` 3%', hint=True)]
    """
    first, mark = _FIRST.search(text), MARK.search(text)
    if first is None or mark is None or mark.start() < first.start():
        return None
    notice = _NOTICE.match(text, mark.end())
    end = notice.end() if notice else mark.end()
    body = text[first.start() : mark.start()] + text[end:]
    if _MORE_THAN_WORDS.search(body):
        return None
    lines = [
        Line(line.removeprefix("%").strip() if line.startswith("%") else line, line.startswith("%"))
        for line in map(str.rstrip, body.splitlines())
        if line.strip("% ")
    ]
    return Draft(text[: first.start()], text[mark.start() : end].rstrip(), lines, state(text))


def missing(name: str) -> Draft:
    """Return the draft of what an edition alone has to say on a page, of which there is no file yet."""
    return Draft("", "", [Line(message(__file__, "writing_own", name=name)[0], True)], state(""))


def todo() -> Line:
    """Return the hint that stands in Word as long as a chapter is not written."""
    return Line(message(__file__, "writing_todo")[0], True)


def state(text: str) -> str:
    """Return a short digest of a file's text."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def shown(one: Draft) -> list[Line]:
    """Return the lines of a draft as they go out: behind the title a hint says that it is one."""
    return [*one.lines[:1], todo(), *one.lines[1:]] if one.mark else one.lines


def back(chapter: str, one: Draft, came: list[Came]) -> Written:
    """Return a draft as it came back: its words, and the hints as long as it is not written."""
    out: list[tuple[str, str]] = []  # kind and line
    waits = False
    for paragraph in came:
        line, text = paragraph.line, _text(paragraph)
        if line and line.hint and _bare(text) == _bare(line.text):  # its box may be in a sentence by now
            waits = waits or line == todo()
            out += [("hint", f"% {line.text}")] * (line != todo() and bool(one.mark))
        elif text:
            kind, begins = _kind(paragraph.style, bool(one.mark) and "head" not in dict(out))
            out.append((kind, f"{begins}{text}"))
    if one.mark:
        title = next((x for x in out if x[0] == "head"), ("head", one.lines[0].text))
        out = [title, *(x for x in out if x is not title)]
    words = sum(kind in ("words", "item") for kind, _ in out)
    done = bool(words) and not waits
    out = [x for x in out if not done or x[0] != "hint"]
    if one.mark and not done:
        out.insert(1, ("mark", one.mark))
    text, before = one.head, ""
    for kind, line in out:
        between = "\n" if kind == before and kind in ("item", "hint") else "\n\n" if before else ""
        text, before = f"{text}{between}{line}", kind
    return Written(chapter, f"{text}\n" if out else "", words, done)


def _kind(style: str, first: bool) -> tuple[str, str]:
    """Return what a paragraph of this style is, and the signs that its line begins with."""
    if m := re.fullmatch(r"(?:heading|标题)\s*(\d)|title|标题", style, re.I):
        return "head", f"{'#' * (1 if first else max(int(m[1] or 1), 2))} "
    sign = _LIST.get(style, "")
    return ("item" if sign else "words"), sign


def _text(paragraph: Came) -> str:
    """Return a paragraph as a line: its roles put in, and nothing of new words read as markup."""
    words = paragraph.text.strip()
    if paragraph.line is None or paragraph.line.hint:
        words = _LINE_SIGN.sub(r"\\\1", _SIGNS.sub(r"\\\1", words))
        words = _NUMBERED.sub(r"\1\\\2", words)
    return re.sub("\0(\\d+)\0", lambda m: paragraph.roles[int(m[1])], words)


def _bare(text: str) -> str:
    return re.sub(r"[\s\\]", "", boxes.ROLE.sub("", text))
