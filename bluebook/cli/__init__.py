"""``python -m bluebook …``: thin commands, no logic. Each one imports what it needs when it runs."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from bluebook.cli import compare, desk, engine, steps
from bluebook.cli import year as life
from bluebook.cli.console import progress, say
from bluebook.messages import BadInput, Catalogue, message, terminal_language, told

SAYS = Catalogue(__file__)
Table = Annotated[
    Path | None, typer.Option(help="把整张表写到这个 CSV 文件 / write the table to this CSV file")
]
app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="河南双创蓝皮书（可计算版） / The computable blue book: data in, book out.",
)
for command in (engine.score, engine.uncertainty, engine.recover, engine.verify, *desk.COMMANDS):
    app.command()(command)
for command in (steps.treat, steps.impute, steps.correlate, steps.ranges):
    app.command()(command)
for command in (compare.weights, compare.robustness, compare.change):
    app.command()(command)
for command in (life.year, life.freeze, life.reopen):
    app.command()(command)
app.command("new-edition")(life.year)
app.command("import")(desk.import_)
app.add_typer(life.errata_app, name="errata")
app.add_typer(desk.review_app, name="review")


def root() -> Path:
    """Return the project's folder, which holds ``data/``, here or above; see `bluebook.cli.year.home`."""
    return life.home()


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    menu: Annotated[bool, typer.Option("--menu", help="打开菜单 / open the menu")] = False,
) -> None:
    """Open the menu for a person who types no command at a screen; say what there is to everybody else."""
    if context.invoked_subcommand:
        return
    at_a_screen = sys.stdin.isatty() and sys.stdout.isatty()
    if menu or (at_a_screen and (root() / "_toc.yml").exists()):
        from bluebook.cli import menu as menus

        menus.run(desk.home(), list(context.command.commands))
        return
    typer.echo(context.get_help())
    raise typer.Exit(2)


@app.command()
def build(
    lang: Annotated[str, typer.Option(help="zh | en；不写就是全部 / all when left out")] = "",
    paper: Annotated[
        bool, typer.Option("--print", help="再排成 PDF 和 EPUB / then set it as PDF and EPUB")
    ] = False,
) -> None:
    """生成网页书到 _build/html / Build the book into _build/html."""
    home = root()
    if not (home / "_toc.yml").exists():
        SAYS.refuse("no_sources")
    from bluebook.site.build import BuildFailure, ran
    from bluebook.site.build import build as build_book

    try:
        changed = build_book(home, [lang] if lang else None)
    except BuildFailure as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2 if paper else 1) from None
    page = (home / "_build" / "html" / "index.html").relative_to(home)
    if changed is None:
        say("unchanged", page=page)
    else:
        typer.echo(ran(changed))
        say("built", page=page)
    if paper:
        from bluebook.print.make import printed

        for path in printed(home):
            say("printed", file=path.relative_to(home).as_posix(), size=f"{path.stat().st_size / 1e6:.1f}")


@app.command()
def serve(port: Annotated[int, typer.Option(help="端口 / port")] = 8000) -> None:
    """在浏览器里打开 / Open the built book in the browser."""
    import functools
    import http.server
    import webbrowser

    site = root() / "_build" / "html"
    if not (site / "index.html").exists():
        SAYS.refuse("no_book")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        address = f"http://127.0.0.1:{port}/"
        say("serving", address=address)
        webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            server.serve_forever()


@app.command()
def doctor() -> None:
    """这台电脑缺什么，怎么装 / What this machine lacks, with the line that installs it."""
    from bluebook import doctor as examination

    found = list(examination.examine(root()))
    for finding in found:
        typer.echo(finding.line(terminal_language()))
    raise typer.Exit(int(any(finding.needed and not finding.fine for finding in found)))


@app.command()
def check(
    edition: Annotated[int | None, typer.Option(help="只查这一年度 / this edition only")] = None,
) -> None:
    """检查全部数据表 / Validate every table; exit 1 if anything is wrong."""
    from bluebook.data.causes import count
    from bluebook.ledger import check as ledger
    from bluebook.year import errata, frozen

    home = root()
    found, lang = ledger.report(year=edition), terminal_language()
    faults = [*found.faults, *frozen.faults(home, edition), *errata.faults(home)]
    for fault in faults:
        typer.echo(fault.line(lang))
    for fault in found.warnings:
        say("warned", line=fault.line(lang))
    faults, warnings = count(faults), count(found.warnings)
    numbers = {"faults": faults, "warnings": warnings, "accepted": found.accepted}
    summary = [message(__file__, code, n=n) for code, n in numbers.items() if n]
    summary = summary if faults else [message(__file__, "no_faults"), *summary]
    typer.echo(told("，".join(zh for zh, _ in summary), ", ".join(en for _, en in summary)))
    raise typer.Exit(1 if faults else 0)


@app.command()
def audit(
    edition: Annotated[int | None, typer.Option(help="只核对这一年度 / this edition only")] = None,
    out: Table = None,
) -> None:
    """核对印出的每个数 / Audit every quoted figure: verdicts, contradictions with both numbers, guards that fired."""
    from bluebook.index import tables
    from bluebook.ledger import book
    from bluebook.ledger.audit import AUDIT_COLUMNS, summary

    lang = terminal_language()
    judged, found = book.audit(edition, lang)
    if out:
        tables.write({out: judged[list(AUDIT_COLUMNS)]})
    for line in summary(judged, found, lang):
        typer.echo(line)


@app.command()
def bench(out: Table = None) -> None:
    """引擎的速度，与同类并排测 / Measure the engine's speed beside its peers, as ratios from one run."""
    from bluebook.tools import tool

    speed = tool("bench")
    with progress() as step:
        speed.run(out, step)


# What a package is called where one installs it, if otherwise than where one imports it.
PACKAGES = dict.fromkeys(("jupyter_book", "sphinx", "docutils"), "jupyter-book==1.0.4.post1")


def main() -> None:
    """Run the command line; bad input ends with one clear line and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console in a legacy code page must not turn Chinese into a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    misuse = typer.BadParameter.__bases__[0]  # a wrong option or argument, wherever Typer keeps that class
    try:
        raise SystemExit(app(standalone_mode=False))
    except BadInput as problem:
        typer.echo(problem.line(terminal_language()), err=True)
    except ModuleNotFoundError as problem:
        name = (problem.name or "").split(".")[0]
        say("needs_package", err=True, name=name, package=PACKAGES.get(name, name))
    except OSError as problem:
        where = f"{problem.filename}：" if problem.filename else ""
        say("not_read_or_written", err=True, where=where, why=problem.strerror or problem)
    except misuse as problem:
        if why := problem.format_message().rstrip("."):
            say("misused", err=True, why=why)
    raise SystemExit(2)


if __name__ == "__main__":
    main()
