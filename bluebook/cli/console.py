"""What the commands say and how they show that they are at work."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from bluebook.messages import Notice, message, told


def say(code: str, /, *, err: bool = False, **fields: object) -> None:
    """Print one line of the room's catalogue in the reader's language."""
    typer.echo(told(*message(__file__, code, **fields)), err=err)


@contextmanager
def notices() -> Iterator[None]:
    """Print what the computation must tell its reader, a line each, to stderr; bad input has its own line
    alone.
    """
    other, heard = warnings.showwarning, {}

    def show(warning: Warning | str, *rest: Any, **more: Any) -> None:
        if isinstance(warning, Notice):
            heard[warning.en] = warning
        else:
            other(warning, *rest, **more)

    with warnings.catch_warnings():
        warnings.simplefilter("always", Notice)
        warnings.showwarning = show
        yield
    for notice in heard.values():
        typer.echo(told(notice.zh, notice.en), err=True)


@contextmanager
def progress() -> Iterator[Callable[[float], None]]:
    """Yield a function that draws the share done as a bar on stderr, where a person is watching."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share: bar.update(task, completed=share)


@contextmanager
def without_solver_talk() -> Iterator[None]:
    """Keep what HiGHS prints from C, whatever it is told, off the terminal."""
    sys.stdout.flush()
    kept = os.dup(1)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)
