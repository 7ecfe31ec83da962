"""What the program says, in two languages, from a catalogue beside the code that says it.

A room keeps its messages in ``messages.toml``: one table a reason code, ``zh`` and ``en`` with fields in
braces::

    [no_weight]
    zh = "{code} 没有权重；请填一个正数"
    en = "{code} has no weight; give a positive number"

The code then names the reason and the fields, and the place (table, row, column) where it stands::

    SAYS = Catalogue(__file__)
    SAYS.refuse("no_weight", "TREE", 3, "weight", code="x")   # raises BadInput
    SAYS.notice("unused", name="TREE", row=3)                 # warns with Notice
    SAYS.text("no_weight", code="x")                          # the message in the page's language
"""

from __future__ import annotations

import contextlib
import locale
import os
import sys
import tomllib
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

FILE = "messages.toml"
LANGUAGES = ("zh", "en")

# ---------------------------------------------------------------- which language


def language() -> str:
    """Return "zh" or "en": what BLUEBOOK_LANG says, else "en" below the folder ``en`` of a book, else "zh".

    The same code cell serves both books, so a chapter never names its language.

    >>> bb.language()
    'zh'
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
    """Return ``zh`` or ``en``, whichever the page is written in.

    >>> bb.t("得分", "score")
    '得分'
    """
    return zh if language() == "zh" else en


def told(zh: str, en: str) -> str:
    """Return ``zh`` or ``en``, whichever the person at the terminal reads."""
    return zh if terminal_language() == "zh" else en


def one_line(text: str) -> str:
    """Return ``text`` without the line breaks that a name or cell it quotes may hold."""
    return " ".join(text.splitlines())


class BadInput(ValueError):
    """Input that cannot be used: one line that names the place, the value and the mend, in both languages.

    The command line prints it in the reader's language and exits with 2; nothing has been written.

    >>> try:
    ...     bb.value(bb.series(), "gdp_growth_real", "河北省", 2020)
    ... except bb.BadInput as problem:
    ...     print(problem.line("zh")[:13])
    没有名为 河北省 的地区；
    """

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = one_line(zh), one_line(en)
        super().__init__(f"{self.zh} / {self.en}")

    def line(self, lang: str) -> str:
        """Return the message in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    def _render_traceback_(self) -> list[str]:
        """Show a notebook's reader the line alone: where in the package it arose helps no reader."""
        return [self.line(language())]


def building() -> bool:
    """Return whether the book is being built: there what is false or missing stops, elsewhere it is said."""
    return os.environ.get("BLUEBOOK_BUILD") == "1"


# ---------------------------------------------------------------- the catalogue of a room


class Notice(UserWarning):
    """Something a reader of the result must know, in both languages; the command line prints it to stderr."""

    def __init__(self, zh: str, en: str, code: str = "") -> None:
        self.zh, self.en, self.code = one_line(zh), one_line(en), code
        super().__init__(f"{self.zh} / {self.en}")


_other_warnings = warnings.showwarning
_noticed: set[tuple[int, str]] = set()


def _show(message: Warning | str, *rest: Any, **more: Any) -> None:
    """Say a notice in one line and the reader's language: where in the package it arose helps no reader.

    In a notebook it is part of what the cell prints, once a cell; elsewhere, and in the build, whose pages
    say it in their own words, it goes to stderr.
    """
    if not isinstance(message, Notice):
        _other_warnings(message, *rest, **more)
        return
    python = sys.modules.get("IPython")
    shell = python.get_ipython() if python else None
    if shell is None or building():
        print(f"⚠ {t(message.zh, message.en)}", file=sys.stderr)
    elif (told := (shell.execution_count, message.en)) not in _noticed:
        _noticed.add(told)
        print(f"⚠ {t(message.zh, message.en)}")


warnings.showwarning = _show


@lru_cache(maxsize=32)
def catalogue(folder: Path) -> dict[str, tuple[str, str]]:
    """Return the messages of a folder's ``messages.toml``: reason code → (zh, en), fields still in braces.

    Raises KeyError where a message lacks a language and OSError where there is no catalogue.
    """
    with (folder / FILE).open("rb") as file:
        return {code: tuple(text[lang] for lang in LANGUAGES) for code, text in tomllib.load(file).items()}


def message(room_file: str | Path, code: str, /, **fields: object) -> tuple[str, str]:
    """Return a message of the room that ``room_file`` (any module of it) belongs to, as (zh, en).

    A text in the fields that differs between the languages is given as a pair (zh, en).
    Raises KeyError for a code that the catalogue does not hold or a field that is not given.

    >>> import bluebook.index.tree as tree
    >>> message(tree.__file__, "no_weight", code="x")[1]
    'x has no weight; give a positive number'
    """
    texts = catalogue(Path(room_file).parent)[code]
    return tuple(
        text.format_map({k: v[i] if isinstance(v, tuple) else v for k, v in fields.items()})
        for i, text in enumerate(texts)
    )


def placed(table: str, row: int | None, column: str) -> tuple[str, str]:
    """Return where something stands, as (zh, en); the header is row 1, 0 or None means no row.

    >>> placed("data.csv", 3, "x")[1]
    'data.csv row 3 column x'
    """
    zh = table + (f" 第 {row} 行" if row else "") + (f" {column} 列" if column else "")
    en = table + (f" row {row}" if row else "") + (f" column {column}" if column else "")
    return zh.strip(), en.strip()


class Catalogue:
    """The messages of one room. ``room_file``: the ``__file__`` of any of its modules."""

    def __init__(self, room_file: str | Path) -> None:
        self.room_file = room_file

    def text(self, code: str, /, **fields: object) -> str:
        """Return a message in the page's language; without ``fields`` its braces stay, to be filled later.

        >>> import bluebook.index.tree as tree
        >>> Catalogue(tree.__file__).text("no_weight", code="x")
        'x 没有权重；请填一个正数'
        """
        told = t(*catalogue(Path(self.room_file).parent)[code])
        return told.format_map(fields) if fields else told

    def refuse(
        self, code: str, table: str = "", row: int | None = None, column: str = "", /, **fields: object
    ) -> NoReturn:
        """Raise BadInput with the place first; its ``code`` is the reason code."""
        zh, en = message(self.room_file, code, **fields)
        at_zh, at_en = placed(table, row, column)
        problem = BadInput(f"{at_zh}：{zh}" if at_zh else zh, f"{at_en}: {en}" if at_en else en)
        problem.code = code
        raise problem

    def notice(self, code: str, /, **fields: object) -> None:
        """Warn with a :class:`Notice`: wherever a documented rule changes, drops or ignores something."""
        warnings.warn(Notice(*message(self.room_file, code, **fields), code), stacklevel=3)
