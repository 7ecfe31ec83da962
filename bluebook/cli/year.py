"""The commands of an edition's life: year (new-edition), freeze, reopen, errata."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bluebook.cli.console import say
from bluebook.messages import Catalogue, told

SAYS = Catalogue(__file__)
Year = Annotated[int, typer.Argument(help="年份 / the year")]
Build = Annotated[
    bool,
    typer.Option("--build", help="网页书不是最新就先生成 / first build the book where it is not up to date"),
]
errata_app = typer.Typer(no_args_is_help=True, help="定稿之后的勘误 / Errata to frozen editions.")


def home() -> Path:
    """Return the project's folder, what a command that was cut short left there completed."""
    from bluebook.year import frozen, journal

    root = frozen.home()
    journal.recover(root)
    return root


def year(
    year: Year,
    undo: Annotated[bool, typer.Option("--undo", help="撤掉草稿 / take a draft back")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="连同改过的一起撤掉 / with --undo: even if changed")
    ] = False,
    build: Build = False,
) -> None:
    """新的一年：上一年定稿，它的章收起来，新建草稿 / Freeze the last edition, put its chapters away, begin a draft."""
    from bluebook.year import begin, scaffold

    if force and not undo:
        SAYS.refuse("force_alone")
    root = home()
    if undo:
        backup = begin.undo(root, year, force)
        say("draft_gone", year=year)
        if backup:
            say("backed_up", path=_shown(backup, root))
        return
    scaffold.refuse_unless_next(year)
    if (root / "_toc.yml").exists():
        _built(root, build)
    begun = begin.begin(root, year)
    if begun.frozen:
        _tell(begun.frozen, root)
        say("chapters_left", year=begun.frozen.year, n=len(begun.left))
    for step in scaffold.next_steps(year):
        typer.echo(told(*step))


def freeze(
    year: Annotated[
        int | None, typer.Argument(help="年份，不写就是当前年度 / the current one when left out")
    ] = None,
    build: Build = False,
) -> None:
    """定稿：网页书和源文件存进 published / Freeze the edition: site and sources into published/."""
    from bluebook.year.freeze import freeze as freeze_book

    root = home()
    _built(root, build)
    _tell(freeze_book(root, year), root)


def reopen(year: Year) -> None:
    """重新打开定稿的一年，在书旁更正 / Unpack a frozen edition beside the book, to be corrected there."""
    from bluebook.year.reopen import reopen as reopen_book

    root = home()
    folder = reopen_book(root, year)
    say("reopened", year=year, folder=_shown(folder, root))


@errata_app.command("add")
def errata_add(
    year: Year,
    old: Annotated[str, typer.Option(help="原来的文字或数 / as released")],
    new: Annotated[str, typer.Option(help="更正为 / what is right")],
    who: Annotated[str, typer.Option(help="谁更正的 / who corrected it")],
    page: Annotated[
        str, typer.Option(help="哪一页，不写就是每一页 / the page; every page when left out")
    ] = "",
    reason: Annotated[str, typer.Option(help="correction | revision")] = "correction",
    note: Annotated[str, typer.Option(help="说明 / what else is to be said")] = "",
    release: Annotated[
        int | None, typer.Option(help="第几次印发，不写就是最近一次 / the latest when left out")
    ] = None,
) -> None:
    """记一条勘误 / Add an erratum to a release of a frozen edition."""
    from bluebook.year import errata

    cells = {"old": old, "new": new, "who": who, "place": page, "reason": reason, "note": note}
    row = errata.add(home(), year, release=release, **cells)
    say("erratum_added", id=row["id"], year=year, release=row["release"])


@errata_app.command("list")
def errata_list() -> None:
    """列出全部勘误 / List every erratum."""
    from bluebook.year import errata

    table = errata.errata(home())
    for row in table.to_dict("records"):
        say(
            "erratum",
            **{name: row[name] for name in ("year", "release", "id", "place", "old", "new", "date")},
        )
    if table.empty:
        say("no_errata")


def _built(root: Path, build: bool) -> None:
    """Build the book where it is not up to date, if asked to or if the person at the terminal agrees."""
    from bluebook.year import inputs

    if not (root / "_toc.yml").exists() or inputs.site_is_current(root):
        return
    if not build and sys.stdin.isatty() and sys.stdout.isatty():
        build = typer.confirm(
            told("网页书不是最新的，现在生成吗", "The built book is not up to date; build it now")
        )
    if build:
        from bluebook.site.build import BuildFailure
        from bluebook.site.build import build as build_book

        try:
            build_book(root)
        except BuildFailure as problem:
            typer.echo(str(problem), err=True)
            raise typer.Exit(1) from None


def _tell(release: object, root: Path) -> None:
    code = "frozen" if release.new else "frozen_before"
    say(code, year=release.year, release=release.release, folder=_shown(release.folder, root))


def _shown(path: Path, root: Path) -> str:
    """Return a path from the project's folder down, or whole where it lies elsewhere."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
