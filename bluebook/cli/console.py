"""What the commands say and how they show that they are at work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from bluebook.messages import terminal_language


def say(zh: str, en: str) -> None:
    """Print one line in the reader's language."""
    typer.echo(zh if terminal_language() == "zh" else en)


@contextmanager
def notices() -> Iterator[None]:
    """Print what the computation must tell its reader, a line each, to stderr; bad input has its own line
    alone.
    """
    import warnings

    from bluebook.messages import Notice

    other, heard = warnings.showwarning, {}

    def show(message: Warning | str, *rest: Any, **more: Any) -> None:
        if isinstance(message, Notice):
            heard[message.en] = message
        else:
            other(message, *rest, **more)

    with warnings.catch_warnings():
        warnings.simplefilter("always", Notice)
        warnings.showwarning = show
        yield
    for message in heard.values():
        typer.echo(message.zh if terminal_language() == "zh" else message.en, err=True)


@contextmanager
def progress() -> Iterator[Callable[[float], None]]:
    """Yield a function that draws the share done as a bar on stderr, where a person is watching."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share: bar.update(task, completed=share)
