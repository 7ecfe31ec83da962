"""The menu: the year in numbered lines, for somebody who never types a command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import typer

from bluebook.cli.console import say
from bluebook.messages import BadInput, message, terminal_language, told


class Doing(NamedTuple):
    """One line of the menu: its key, its name among the messages, the commands it needs, best first."""

    key: str
    name: str
    commands: tuple[str, ...]


QUOTED = re.compile(r'"([^"]+)"|(\S+)')
DOINGS = (
    Doing("1", "year", ("year", "new-edition")),
    Doing("2", "folder", ()),
    Doing("w", "workbook", ("template",)),
    Doing("i", "import", ("import",)),
    Doing("3", "check", ("check",)),
    Doing("4", "build", ("build",)),
    Doing("5", "preview", ("preview",)),
    Doing("6", "audit", ("audit",)),
    Doing("o", "outputs", ("outputs",)),
    Doing("7", "freeze", ("freeze",)),
    Doing("8", "publish", ("publish",)),
    Doing("9", "errata", ("errata",)),
    Doing("d", "doctor", ("doctor",)),
)


def offered(commands: Collection[str]) -> list[Doing]:
    """Return the lines of the menu that these commands can do: none is shown that would do nothing."""
    return [one for one in DOINGS if not one.commands or set(one.commands) & set(commands)]


def run(home: Path, commands: Collection[str]) -> None:
    """Show the state and the menu until somebody leaves it; every doing ends with what comes next."""
    doings = {one.key: one for one in offered(commands)}
    while True:
        typer.echo("")
        _state()
        typer.echo("")
        for one in doings.values():
            typer.echo(f"  {one.key}  {_text(f'menu_{one.name}')}")
        typer.echo(f"  0  {_text('menu_leave')}")
        choice = _ask("menu_choose").lower()
        if choice in ("0", "q", "\x04"):
            return
        if choice in doings:
            _do(doings[choice], home, commands)
            if _ask("menu_back") == "\x04":
                return
        elif choice:
            say("menu_unknown", choice=choice)


def _do(one: Doing, home: Path, commands: Collection[str]) -> None:
    """Do what one line says, then say what comes next."""
    if one.name == "folder":
        folder = _edition_folder(home)
        say("menu_folder_is", folder=folder)
        _open(folder)
        say("menu_folder_next")
        return
    command = next(name for name in one.commands if name in commands)
    more = _more(one.name, home)
    if more is None:
        return
    code = _call(command, *more)
    mend = "menu_faults" if (one.name, code) == ("check", 1) else "menu_mend"
    say(mend if code else f"menu_{one.name}_next")


def _more(name: str, home: Path) -> list[str] | None:
    """Return what else a command has to be told, asked where it must be; None to do nothing."""
    if name == "year":
        from bluebook.data.edition import current_year

        following = current_year() + 1
        say("menu_year_asks", year=following)
        return [str(following)] if _ask("menu_sure").lower() in ("y", "是") else None
    if name in ("workbook", "import"):
        from bluebook.data.edition import current_year

        file = f"蓝皮书{current_year()}.xlsx"
        if name == "workbook":
            return [str(current_year()), file]
        say("menu_import_which", file=file)
        typed = _ask("menu_import_asks")
        # A file that is dragged into the window comes in quotation marks if its name has blanks.
        return None if typed == "\x04" else ["".join(one) for one in QUOTED.findall(typed)] or [file]
    if name == "errata":
        return ["list"]
    if name == "preview":
        page = _ask("menu_preview_asks")
        return None if page == "\x04" else [page] if page else []
    if name == "publish":
        from bluebook.year import checklist, publish

        choice = _ask("menu_publish_asks").lower()
        if choice == "b":
            return ["--back"]
        laid = checklist.path_of(home / "data", publish.signing(home)).exists()
        return None if choice == "\x04" else [] if laid else ["--checklist"]
    return []


def _state() -> None:
    """Print the state of the edition; what is wrong with it is said in one line and stops nothing."""
    try:
        from bluebook.cli.desk import status

        status()
    except BadInput as problem:
        typer.echo(problem.line(terminal_language()))


def _edition_folder(home: Path) -> Path:
    from bluebook.data.edition import current_year

    return home / "data" / "editions" / str(current_year())


def _call(*words: str) -> int:
    """Run a command as a program of its own, so that nothing of it stays behind; return its exit code."""
    sys.stdout.flush()
    return subprocess.run([sys.executable, "-m", "bluebook", *words], check=False).returncode


def _open(path: Path) -> None:
    """Open a folder or a page where people sit before a screen; the menu's tests have none."""
    if sys.stdout.isatty() and "BLUEBOOK_NO_OPEN" not in os.environ:
        typer.launch(str(path))


def _ask(code: str) -> str:
    r"""Return what somebody types, without blanks; "\x04" where the input has ended."""
    typer.echo(_text(code), nl=False)
    line = sys.stdin.readline()
    if not sys.stdin.isatty():  # what nobody typed at a screen is shown as if somebody had
        typer.echo(line.strip())
    return line.strip() if line else "\x04"


def _text(code: str) -> str:
    return told(*message(__file__, code))
