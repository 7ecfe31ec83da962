"""Prose in a notebook that leaves the book: a paragraph says its numbers as they are now.

In the book Sphinx fills the two roles of numbers, a figure of the ledger (`fig`) and a glued value
(`glue:text`). In a notebook a paragraph is a cell, ``bb.prose("…")``, that fills them when it runs, and marks
what no longer holds.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

from bluebook.charts import findings
from bluebook.messages import BadInput

LIVE = re.compile(r"\{(?P<role>fig|glue:text)\}`(?P<text>[^`]+)`")
# Where Chinese meets a number: the page keeps them apart by its style (text-autospace), a notebook has none.
_MEETS = re.compile(r"(?<=[\u4e00-\u9fff])(?=[-−]?\d)|(?<=[\d%])(?=[\u4e00-\u9fff])")


class Prose:
    """A paragraph; what it shows is worked out when it is shown."""

    def __init__(self, text: str) -> None:
        self.text = text.strip("\n")

    def _repr_markdown_(self) -> str:
        from bluebook.ledger.book import quoted

        session = findings.session
        return rendered(self.text, session.glued, session.broken, quoted, strict=False)

    def __repr__(self) -> str:
        return self._repr_markdown_()


def prose(text: str) -> Prose:
    """Return a paragraph whose numbers are those that the cells above have glued, and the ledger's.

    A name that no cell has glued says which cells to run; an id that the ledger does not hold is BadInput.

    >>> bb.glue(gap=1.84)
    gap = 1.84
    >>> bb.prose("相差 {glue:text}`gap:.1f` 个百分点，河南是 {fig}`gdp_growth_ha_2021`。")
    相差 1.8 个百分点，河南是 6.3%。
    """
    return Prose(text)


def rendered(
    text: str,
    glued: Mapping[str, object],
    broken: Mapping[str, str],
    quoted: Callable[[str], str],
    *,
    strict: bool = True,
) -> str:
    """Return Markdown: roles filled from ``glued`` and ``quoted(id)``; the words in ``broken`` marked, with
    their numbers. What comes from the data stands as text, whatever it looks like.

    A name that nobody has glued is `BadInput`; not ``strict``, the text says which cells to run first.
    """
    notes, pieces = [], re.split(r"(`[^`]*`)", text)  # what stands in backticks is code, or a number's name
    for words, numbers in broken.items():
        if any(said(words).search(piece) for piece in pieces[::2]):
            shown = f"（{_safe(numbers)}）" if numbers else ""
            notes.append(f"⚠ “{words}”：数据变了，这句话不再成立{shown}。")

    for words in sorted(broken, key=len, reverse=True):  # a longer one may hold a shorter one
        pieces[::2] = [said(words).sub(r"<mark>\g<0></mark>", piece) for piece in pieces[::2]]
    text = "".join(pieces)

    def fill(match: re.Match[str]) -> str:
        if match["role"] == "fig":
            number = _apart(text[: match.start()][-1:], quoted(match["text"]), text[match.end() :][:1])
            return _safe(number)
        name, _, pattern = match["text"].partition(":")
        if name in glued:
            return _safe(_told(glued[name], pattern))
        if strict:
            raise BadInput(
                f"没有名为 {name} 的数：请在这段文字上面的单元格里 glue 它。",
                f"nothing is glued as {name}: glue it in a cell above this text.",
            )
        return "〔先运行上面的单元格〕"

    return "\n\n".join([LIVE.sub(fill, text), *notes])


def said(words: str) -> re.Pattern[str]:
    """Match ``words`` where a text says them, not where it quotes them (“…”), as exercises do."""
    exact = re.escape(words)
    return re.compile(f"(?!(?<=“){exact}”){exact}")


def _apart(before: str, number: str, after: str) -> str:
    """Return a printed figure with its unit, a space wherever it meets Chinese, inside and at its ends."""
    whole = _MEETS.sub(" ", before + number + after)
    return whole[len(before) : len(whole) - len(after)]


def _safe(text: str) -> str:
    """Return a text that Markdown, which lets HTML through, shows as it is."""
    return html.escape(text, quote=False)


def _told(value: object, pattern: str) -> str:
    """Return a glued value as the book prints it: numbers by their pattern, words as they are."""
    if isinstance(value, str) and pattern:
        value = int(value) if value.removeprefix("-").isdecimal() else float(value)  # a count stays one
    if not isinstance(value, str) and value != value:
        return "（缺数）"
    return format(value, pattern) if pattern else str(value)
