"""The boxes in which a Word file shows the figures of a chapter: content controls that keep the role itself.

What stands in a box cannot be typed over; its tag is the role, its name says what it showed when it went out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from bluebook.charts.prose import rendered
from bluebook.desk.texts import Control
from bluebook.ledger.book import quoted
from bluebook.messages import BadInput

ROLE = re.compile(r"\{[\w:+-]+\}`[^`]*`")
_QUOTED, _GLUED = "{fig}", "{glue:text}"
# A number that ought to stand in the ledger: with a point, a percent sign, a unit of amount.
_TYPED = re.compile(r"\d[\d,]*(?:\.\d+(?:%|％)?|(?:%|％)|(?= ?(?:个百分点|亿|万|倍|分)))")
_LETTERS = 20  # of what a box shows, that its name repeats
Values = Mapping[str, object]


def parts(line: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a line, and whether each is a role."""
    at = 0
    for m in ROLE.finditer(line):
        if m.start() > at:
            yield line[at : m.start()], False
        yield m[0], True
        at = m.end()
    if line[at:]:
        yield line[at:], False


def shown(role: str, glued: Values | None = None) -> str:
    """Return what a reader sees of a role: a quoted figure in full, a computed one by its glued value.

    Of anything else, and of what is not there, its name.
    """
    try:
        if role.startswith(_QUOTED):
            return quoted(_name(role))
        if role.startswith(_GLUED) and _name(role) in (glued or {}):
            return html.unescape(rendered(role, glued or {}, {}, quoted))
    except (BadInput, KeyError, ValueError):
        pass
    return f"〔{_name(role)}〕"


def known(role: str) -> bool:
    """Return whether a role quotes a figure that the ledger holds."""
    return role.startswith(_QUOTED) and shown(role) != f"〔{_name(role)}〕"


def _name(role: str) -> str:
    name = role.partition("`")[2].rstrip("`")
    return name if role.startswith(_QUOTED) else name.partition(":")[0]


def typed(new: str, old: str = "") -> list[str]:
    """Return the numbers of a line that were typed into it, not there before and in no role.

    >>> typed("2023 年增长 3.1%，{fig}`b` 以上，共 12 亿元", "2023 年增长 {fig}`a`")
    ['3.1%', '12']
    """
    before = set(_TYPED.findall(old))
    return [number for number in _TYPED.findall(ROLE.sub("", new)) if number not in before]


def control(role: str, text: str, *, movable: bool = False) -> str:
    """Return a box that shows ``text``, which cannot be changed; unless ``movable`` it stays in its place."""
    from docx.oxml.ns import nsdecls

    tag, alias = quoteattr(role), quoteattr(f"{role[:40]} · {text[:_LETTERS]}")
    lock = "contentLocked" if movable else "sdtContentLocked"
    return (
        f"<w:sdt {nsdecls('w')}><w:sdtPr><w:alias w:val={alias}/><w:tag w:val={tag}/>"
        f'<w:lock w:val="{lock}"/></w:sdtPr>'
        f'<w:sdtContent><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:sdtContent></w:sdt>'
    )


def roles_of(controls: list[Control], roles: list[str]) -> list[str]:
    """Return the role of each control: its tag; where a program dropped it, by its place in the line."""
    by_order = roles if len(roles) == len(controls) else [one.said for one in controls]
    return [one.tag or other for one, other in zip(controls, by_order, strict=True)]


def went_out(role: str, one: Control, glued: Values) -> str:
    """Return what a box showed when it went out: its name says it, where no program dropped that."""
    _, named, was = one.name.rpartition(" · ")
    return was if named else shown(role, glued if one.said != shown(role) else None)


def same(said: str, was: str) -> bool:
    """Return whether what stands in a box is what it showed."""
    return said.strip()[:_LETTERS].strip() == was.strip()[:_LETTERS].strip()
