"""Two languages in one place: which one is being read, and errors that speak it."""

from __future__ import annotations

import contextlib
import locale
import os
from pathlib import Path

LANGUAGES = ("zh", "en")


def language() -> str:
    """Return "zh" or "en": what BLUEBOOK_LANG says, else "en" below the folder ``en`` of a book, else "zh".

    The same code cell serves both books, so a chapter never names its language.
    """
    told = os.environ.get("BLUEBOOK_LANG", "")
    if told in LANGUAGES:
        return told
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if folder.name == "en" and (folder.parent / "data" / "datapackage.json").exists():
            return "en"
    return "zh"


def terminal_language() -> str:
    """Return the language for messages on the command line: BLUEBOOK_LANG, else the system's."""
    told = os.environ.get("BLUEBOOK_LANG", "")
    if told in LANGUAGES:
        return told
    names = [os.environ.get(k, "") for k in ("LC_ALL", "LC_MESSAGES", "LANG")]
    with contextlib.suppress(ValueError):  # an unknown LC_* value is no reason to fail
        names.append(locale.getlocale()[0] or "")
    first = next((n for n in names if n), "")
    return "zh" if first.lower().startswith(("zh", "chinese")) else "en"


def t(zh: str, en: str) -> str:
    """Return ``zh`` or ``en``, whichever the page is written in."""
    return zh if language() == "zh" else en


def told(zh: str, en: str) -> str:
    """Return ``zh`` or ``en``, whichever the person at the terminal reads."""
    return zh if terminal_language() == "zh" else en


def one_line(text: str) -> str:
    """Return ``text`` without the line breaks that a name or cell it quotes may hold."""
    return " ".join(text.splitlines())


class BadInput(ValueError):
    """Input that cannot be used: one line that names the place, the value and the mend, in both languages.

    Example: ``BadInput("scores.csv 第 5 行…", "scores.csv row 5 …")``. The command line prints the line in
    the reader's language and exits with 2; nothing has been written.
    """

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = one_line(zh), one_line(en)
        super().__init__(f"{self.zh} / {self.en}")

    def line(self, lang: str) -> str:
        """Return the message in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    def _render_traceback_(self) -> list[str]:
        """Show a notebook's reader the line alone: where in the package it arose helps nobody who reads it."""
        return [self.line(language())]


def building() -> bool:
    """Return whether the book is being built. In a build what is false or missing stops; elsewhere it is said."""
    return os.environ.get("BLUEBOOK_BUILD") == "1"
