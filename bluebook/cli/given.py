"""The options by which every command of the engine reads its files, put in one place."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_type_hints

import typer

NA = Annotated[
    list[str] | None, typer.Option("--na", help="当作空格的字样，可重复 / text that means no value")
]
SEP = Annotated[str, typer.Option("--sep", help="CSV 的分隔：, ; tab / between the cells of a CSV")]
DECIMAL = Annotated[str, typer.Option("--decimal", help="小数点：. 或 , / decimal sign")]
OPTIONS = {"na": (NA, None), "sep": (SEP, ","), "decimal": (DECIMAL, ".")}


def with_files(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command with the options ``--na``, ``--sep`` and ``--decimal``, as its ``files``."""
    signature = inspect.signature(command)
    kinds = get_type_hints(command, localns={"Files": Any}, include_extras=True)
    own = [p.replace(annotation=kinds[n]) for n, p in signature.parameters.items() if n != "files"]

    @functools.wraps(command)
    def run(na: list[str] | None, sep: str, decimal: str, **told: Any) -> None:
        from bluebook.files.given import Files

        command(files=Files(na or (), sep, decimal), **told)

    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in OPTIONS.items()
    ]
    run.__signature__ = signature.replace(parameters=[*own, *more])
    run.__annotations__ = {}
    return run
