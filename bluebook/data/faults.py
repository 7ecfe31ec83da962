"""What is wrong in the data, in words: one kind of message with its place, told by a catalogue.

A room's ``messages.toml`` gives each reason code four texts: ``zh`` and ``en`` say what is wrong, ``mend_zh``
and ``mend_en`` how to mend it. Messages without a place are `bluebook.messages.message`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from bluebook.messages import BadInput

Pair = tuple[str, str]

# Blanks that look like a space or like nothing, and what steers a terminal: Excel and web pages leave them.
ODD = re.compile(
    "[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\ufeff\u00ad\u180e\t\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)


@dataclass(frozen=True)
class Fault:
    """One thing wrong in the data: where it stands, what is wrong, how to mend it.

    ``file`` is the path below the data folder; ``row`` the row of a spreadsheet (header = 1), the line of a
    settings file, the key of a row whose number is not known, or None for a whole file; ``column`` and
    ``value`` are "" where they mean nothing. ``about`` is the row's key beside its number, ``code`` the
    reason, whatever the words. ``times`` counts the places with this cause, ``elsewhere`` lists them.
    """

    file: str
    row: int | str | None
    column: str
    value: str
    problem_zh: str
    problem_en: str
    mend_zh: str
    mend_en: str
    code: str = ""
    about: str = ""
    times: int = 1
    elsewhere: Pair = ("", "")

    def at(self, file: str, row: int | str | None, column: str, about: str = "") -> Fault:
        """Return the same fault in another place."""
        return replace(self, file=file, row=row, column=column, about=about)

    def line(self, lang: str) -> str:
        """Return the fault as one line in ``lang`` ("zh" or "en")."""
        value = visible(self.value if len(self.value) <= 60 else self.value[:59] + "…")
        more = self.elsewhere[lang != "zh"]
        if lang == "zh":
            place = f" 第 {self.row} 行" if self.row else ""
            place = f" 的 {self.row} 行" if isinstance(self.row, str) else place
            place += (f" {self.column} 列" if self.row else f" {self.column}") if self.column else ""
            place += f" “{value}”" if value else ""
            place += f"（{self.about}）" if self.about else ""
            return f"{self.file}{place}：{self.problem_zh}{more}。{self.mend_zh}。".lstrip()
        place = f" row {self.row}" if self.row else ""
        place += f" column {self.column}" if self.column else ""
        place += f' "{value}"' if value else ""
        place += f" ({self.about})" if self.about else ""
        return f"{self.file}{place}: {self.problem_en}{more}. {self.mend_en}.".lstrip()


def visible(value: str) -> str:
    """Return a cell as a message shows it: on one line, odd blanks and blanks at its ends as signs.

    >>> visible("60.5\\u00a0")
    '60.5␣(U+00A0)'
    """
    inner = value.strip(" ")
    ends = value.partition(inner)[::2] if inner else (value, "")
    shown = ODD.sub(lambda m: f"␣(U+{ord(m.group()):04X})", inner)
    return ends[0].replace(" ", "␣") + " ".join(shown.splitlines()) + ends[1].replace(" ", "␣")


class BadTable(BadInput):
    """A fault that nothing can go on with; ``fault`` says where it stands and how to mend it."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.line("zh"), fault.line("en"))


def fault(
    room_file: str,
    code: str,
    file: str,
    row: int | str | None = None,
    column: str = "",
    value: str = "",
    /,
    about: str = "",
    **fields: object,
) -> Fault:
    """Return the fault ``code`` of the room that ``room_file`` (its ``__file__``) belongs to, at its place.

    ``fields`` fill the texts; one that differs between the languages is given as a pair (zh, en), see
    `listed`.
    """
    entry = _catalogue(Path(room_file).parent)[code]
    texts = [
        entry[key].format(
            **{k: v[key.endswith("en")] if isinstance(v, tuple) else v for k, v in fields.items()}
        )
        for key in ("zh", "en", "mend_zh", "mend_en")
    ]
    return Fault(file, row, column, value, *texts, code=code, about=about)


def listed(items: Iterable[object]) -> Pair:
    """Return a list as each language joins it, for a field of a message.

    >>> listed([2021, 2022])
    ('2021、2022', '2021, 2022')
    """
    words = list(map(str, items))
    return "、".join(words), ", ".join(words)


@lru_cache(maxsize=16)
def _catalogue(folder: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads((folder / "messages.toml").read_text(encoding="utf-8"))
