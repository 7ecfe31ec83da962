"""``python -m bluebook …``: thin commands, no logic. Each one imports what it needs when it runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bluebook.words import BadInput, terminal_language

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="河南双创蓝皮书（可计算版） / The computable blue book: data in, book out.",
)


def say(zh: str, en: str) -> None:
    """Print one line in the reader's language."""
    typer.echo(zh if terminal_language() == "zh" else en)


def main() -> None:
    """Run the command line; bad input ends with one clear line and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console in a legacy code page must not turn Chinese into a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except BadInput as problem:
        typer.echo(problem.line(terminal_language()), err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
