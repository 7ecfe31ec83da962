"""``python -m bluebook …``: thin commands, no logic. Each one imports what it needs when it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluebook.messages import BadInput, terminal_language, told

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="河南双创蓝皮书（可计算版） / The computable blue book: data in, book out.",
)


def say(zh: str, en: str) -> None:
    """Print one line in the reader's language."""
    typer.echo(zh if terminal_language() == "zh" else en)


# --- the index: score, uncertainty, recover, verify -------------------------------------------------------

Tree = Annotated[
    Path, typer.Argument(help="code,parent,weight,direction[,goal_lower,goal_upper,transform,aggregation]")
]
Data = Annotated[Path, typer.Argument(help="unit[,time], 各指标代码 / then one column an indicator")]
Normalise = Annotated[
    str, typer.Option(help="minmax | minmax:low:high | zscore | rank | percentile | goalposts | none")
]
Aggregate = Annotated[
    str,
    typer.Option(help="arithmetic | geometric | harmonic | power:P；逐级 / one a level, leaves up: a,b,c"),
]
Pooled = Annotated[bool, typer.Option("--pooled", help="各时点共用上下界 / bounds over all times")]
Availability = Annotated[
    float, typer.Option(help="下级有数的比例低于此则空缺 / share of children a parent needs")
]
Round = Annotated[
    int | None, typer.Option("--round", help="先舍入到 N 位小数再排名 / decimals before ranking")
]


LISTED = 40  # sets of weights printed at most


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


@app.command()
def score(
    tree: Tree,
    data: Data,
    out: Annotated[Path, typer.Option(help="写到这个文件夹 / folder to write to")],
    normalise: Normalise = "minmax",
    aggregate: Aggregate = "arithmetic",
    pooled: Pooled = False,
    availability: Availability = 0.0,
    decimals: Round = None,
) -> None:
    """计算任一指数的得分和名次 / Compute any index: normalised.csv, scores.csv, ranks.csv."""
    from bluebook import index
    from bluebook.index import tables
    from bluebook.index import tree as trees

    with notices():
        result = index.score(
            tables.read_data(data),
            trees.read(tree),
            normalise=normalise,
            aggregate=aggregate,
            pooled=pooled,
            availability=availability,
            decimals=decimals,
            name=data.name,
        )
        tables.write(
            {
                out / "normalised.csv": result.normalised.reset_index(),
                out / "scores.csv": index.tidy(result.scores, "score"),
                out / "ranks.csv": index.tidy(result.ranks, "rank"),
            }
        )
    units, codes = result.scores.shape
    say(
        f"{units} 行、{codes} 个代码的得分和名次 → {out}",
        f"scores and ranks of {units} rows, {codes} codes → {out}",
    )


@app.command()
def uncertainty(
    tree: Tree,
    data: Data,
    out: Annotated[Path, typer.Option(help="unit,[time,]rank,share")],
    draws: Annotated[int, typer.Option(help="抽取次数 / number of draws")] = 10_000,
    seed: Annotated[int, typer.Option(help="随机种子 / random seed")] = 0,
    concentration: Annotated[
        float | None,
        typer.Option(help="围绕原权重的集中度，默认均匀 / Dirichlet around the weights; default uniform"),
    ] = None,
    normalise: Normalise = "minmax",
    aggregate: Aggregate = "arithmetic",
    pooled: Pooled = False,
    availability: Availability = 0.0,
    decimals: Round = None,
) -> None:
    """权重随机变动时名次的分布 / How often each rank under random weights."""
    from bluebook.index import robustness, tables
    from bluebook.index import tree as trees

    with notices(), progress() as step:
        table = robustness.rank_distribution(
            tables.read_data(data),
            trees.read(tree),
            draws,
            seed,
            concentration=concentration,
            normalise=normalise,
            aggregate=aggregate,
            pooled=pooled,
            availability=availability,
            decimals=decimals,
            name=data.name,
            progress=step,
        )
        tables.write({out: table})
    say(f"{draws} 次抽取 → {out}", f"{draws} draws → {out}")


Normal = Annotated[str, typer.Option(help="none（已在得分尺度上 / on the scores' scale）| minmax | … | auto")]
Missing = Annotated[str, typer.Option(help="缺失的格：unknown（未知）| drop（不计入） / empty cells")]
Decimals = Annotated[
    int | None, typer.Option(help="得分的小数位数，默认同所印 / decimals of the scores, default as printed")
]
DataDecimals = Annotated[
    int | None, typer.Option(help="数据的小数位数，默认同所印 / decimals of DATA, default as printed")
]


@app.command()
def recover(
    tree: Tree,
    data: Data,
    scores: Annotated[Path, typer.Argument(help="unit,code,score[,rank,decimals]")],
    out: Annotated[Path, typer.Option(help="权重区间 / intervals of the weights: parent,code,lower,upper")],
    cells: Annotated[
        Path | None, typer.Option(help="未印出的格的区间 / intervals of cells not printed")
    ] = None,
    decimals: Decimals = None,
    bounds: Annotated[
        Path | None, typer.Option(help="unit,code,lower,upper：已知的上下界 / what is known of a cell")
    ] = None,
    normalise: Normal = "auto",
    missing: Missing = "unknown",
    data_decimals: DataDecimals = None,
    step: Annotated[
        float | None,
        typer.Option("--grid", help="列出以此为步长的整数权重，如 5 / list the weights in such steps"),
    ] = None,
) -> None:
    """由公布的得分反推权重和未公布的格 / Bound hidden weights and cells by the printed scores."""
    from bluebook import recover as room
    from bluebook.index import tables
    from bluebook.index import tree as trees

    if cells and cells.resolve() == out.resolve():
        raise BadInput(
            f"--cells：{cells} 已是 --out；请另选一个文件",
            f"--cells: {cells} is --out already; choose another file",
        )
    printed = trees.read(tree, weights=False), tables.read_table(data), tables.read_table(scores)
    side = tables.read_table(bounds) if bounds else None
    with notices(), progress() as bar:
        found = room.recover(
            *printed,
            normalise=normalise,
            missing=missing,
            decimals=decimals,
            data_decimals=data_decimals,
            bounds=side,
            cells=cells is not None,
            names=(data.name, scores.name, bounds.name if bounds else ""),
            progress=bar,
        )
        sets = (
            None
            if step is None
            else room.grids(
                *printed,
                step,
                normalise=found.normalise,
                missing=missing,
                decimals=decimals,
                data_decimals=data_decimals,
                bounds=side,
            )
        )
        tables.write({out: found.weights} | ({cells: found.cells} if cells else {}))
    if sets is not None:
        list_sets(sets)
    if not len(found.conflict) and len(found.weights):
        say(
            f"{len(found.weights)} 个权重的区间 → {out}", f"intervals of {len(found.weights)} weights → {out}"
        )
        return
    say(
        "没有任何权重与这些得分相符。下列得分不能同时成立：",
        "No weights fit these scores. These cannot hold together:",
    )
    for _, row in found.conflict.iterrows():
        who = " ".join(str(v) for v in row.iloc[: -len(room.CONFLICT)])
        there = "" if row["lower"] != row["lower"] else f"{row['lower']:.6g} … {row['upper']:.6g}"
        printed = "" if row["score"] != row["score"] else f" {row['score']:g}"
        say(
            f"  {who} {row['code']}{printed}" + (f"（按其余得分应在 {there}）" if there else ""),
            f"  {who} {row['code']}{printed}" + (f" (by all others: {there})" if there else ""),
        )


def list_sets(sets: pd.DataFrame) -> None:
    """Print how many sets of weights fit under each reading of the printed 100s, then the sets themselves.

    Those that fit under most readings come first.
    """
    from bluebook.recover import READINGS

    names = [name for name in READINGS if name in sets]
    for name in names:
        zh, en = READINGS[name] if len(names) > 1 else ("", "")
        count = sets[name].sum()
        say(
            f"“100”{zh}：{count} 组权重" if zh else f"{count} 组权重",
            f"{f'100 {en}: ' if en else ''}{count} sets of weights",
        )
    order = sets[names].sum(axis=1).sort_values(ascending=False, kind="stable").index
    shown = sets.loc[order].drop(columns=names if len(names) == 1 else []).head(LISTED)
    if len(shown):
        typer.echo(shown.replace({True: "×", False: ""}).to_string(index=False, float_format="%g"))
    if len(sets) > LISTED:
        say(f"……还有 {len(sets) - LISTED} 组", f"… and {len(sets) - LISTED} more")


@app.command()
def verify(
    tree: Tree,
    data: Data,
    published: Annotated[Path, typer.Argument(help="unit,code,score[,decimals]")],
    out: Annotated[Path, typer.Option(help="unit,code,published,lower,upper,first_break,explained_by")],
    decimals: Decimals = None,
    normalise: Normal = "auto",
    aggregate: Aggregate = "arithmetic",
    missing: Missing = "drop",
    data_decimals: DataDecimals = None,
) -> None:
    """公布的得分能否由数据算出，哪里断了 / Which printed scores cannot follow from the data, and from where."""
    from bluebook import recover as room
    from bluebook.index import tables
    from bluebook.index import tree as trees

    with notices():
        found = room.verify(
            trees.read(tree),
            tables.read_table(data),
            tables.read_table(published),
            normalise=normalise,
            aggregate=aggregate,
            missing=missing,
            decimals=decimals,
            data_decimals=data_decimals,
            names=(data.name, published.name),
        )
        tables.write({out: found.drop(columns="in_place_of")})
    breaks = int((found["first_break"] != "").sum())
    say(
        f"{len(found)} 个得分，{breaks} 个不能由数据得出 → {out}",
        f"{len(found)} scores, {breaks} cannot follow from the data → {out}",
    )


# --- end of the index ---------------------------------------------------------------------------------------


def root() -> Path:
    """Return the project's folder: the one that holds ``data/``, here or above."""
    from bluebook.data.schema import data_root

    return data_root().parent


@app.command()
def build(
    lang: Annotated[str, typer.Option(help="zh | en；不写就是全部 / all when left out")] = "",
) -> None:
    """生成网页书到 _build/html / Build the book into _build/html."""
    home = root()
    if not (home / "_toc.yml").exists():
        raise BadInput(
            "这里只有笔记本和数据，没有书的源文件；生成网页书要在源代码文件夹里运行",
            "here are notebooks and data, not the sources of the book; run this in a checkout",
        )
    from bluebook.site.build import BuildFailure, ran
    from bluebook.site.build import build as build_book

    try:
        changed = build_book(home, [lang] if lang else None)
    except BuildFailure as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    page = (home / "_build" / "html" / "index.html").relative_to(home)
    if changed is not None:
        typer.echo(ran(changed))
        say(f"书在 {page}", f"The book is in {page}")
    else:
        say(f"没有任何改动，书仍在 {page}", f"Nothing has changed; the book is in {page}")


@app.command()
def serve(port: Annotated[int, typer.Option(help="端口 / port")] = 8000) -> None:
    """在浏览器里打开 / Open the built book in the browser."""
    import functools
    import http.server
    import webbrowser

    site = root() / "_build" / "html"
    if not (site / "index.html").exists():
        raise BadInput("还没有书：先运行 build", "there is no book yet: run build first")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        address = f"http://127.0.0.1:{port}/"
        say(f"{address}（按 Ctrl+C 结束）", f"{address} (Ctrl+C ends it)")
        webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            server.serve_forever()


@app.command()
def doctor() -> None:
    """这台电脑缺什么，怎么装 / What this machine lacks, with the line that installs it."""
    from bluebook import doctor as examination

    missing = 0
    for finding in examination.examine(root()):
        missing += finding.needed and not finding.fine
        say(finding.line("zh"), finding.line("en"))
    raise typer.Exit(1 if missing else 0)


@app.command()
def check(
    edition: Annotated[int | None, typer.Option(help="只查这一年度 / this edition only")] = None,
) -> None:
    """检查全部数据表 / Validate every table; exit 1 if anything is wrong."""
    from bluebook.ledger import check as ledger

    faults, warnings = ledger.check(year=edition), ledger.warnings(year=edition)
    for fault in (*faults, *warnings):
        say(fault.line("zh"), fault.line("en"))
    say(
        f"{len(faults)} 处需要改正" if faults else "数据没有问题",
        f"{len(faults)} to mend" if faults else "no faults in the data",
    )
    raise typer.Exit(1 if faults else 0)


@app.command()
def audit(
    edition: Annotated[int | None, typer.Option(help="只核对这一年度 / this edition only")] = None,
    out: Annotated[
        Path | None, typer.Option(help="把整张表写到这个 CSV 文件 / write the table to this CSV file")
    ] = None,
) -> None:
    """核对印出的每个数 / Audit every quoted figure: verdicts, contradictions with both numbers, guards that fired."""
    from bluebook.index import tables
    from bluebook.ledger import AUDIT_COLUMNS, book, summary

    lang = terminal_language()
    judged, found = book.audit(edition, lang)
    if out:
        tables.write({out: judged[list(AUDIT_COLUMNS)]})
    for line in summary(judged, found, lang):
        typer.echo(line)


@app.command("new-edition")
def new_edition(
    year: Annotated[int, typer.Argument(help="年份 / the year")],
    undo: Annotated[
        bool, typer.Option("--undo", help="撤掉没有动过的草稿 / take back an untouched draft")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="连同改过的一起撤掉 / with --undo: even if changed")
    ] = False,
) -> None:
    """新建下一年度的草稿 / Begin next year's edition: settings, an empty ranking, a framework to start from."""
    from bluebook.year import scaffold

    if force and not undo:
        raise BadInput("--force 只同 --undo 一起用", "--force goes with --undo only")
    if undo:
        scaffold.undo(year, force)
        say(f"{year} 年度的草稿已撤掉", f"the draft of edition {year} is gone")
        return
    scaffold.new_edition(year)
    for zh, en in zip(*scaffold.next_steps(year), strict=True):
        say(zh, en)


@app.command()
def bench(
    out: Annotated[
        Path | None, typer.Option(help="把表写到这个 CSV 文件 / write the table to this CSV file")
    ] = None,
) -> None:
    """引擎的速度，与同类并排测 / Measure the engine's speed beside its peers, as ratios from one run."""
    from bluebook.tools import tool

    speed = tool("bench")
    with progress() as step:
        speed.run(out, step)


# What a package is called where one installs it, if otherwise than where one imports it.
PACKAGES = {
    "jupyter_book": "jupyter-book==1.0.4.post1",
    "sphinx": "jupyter-book==1.0.4.post1",
    "docutils": "jupyter-book==1.0.4.post1",
}


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
        typer.echo(
            told(
                f"这个命令还需要 {name}：请先运行 python -m pip install {PACKAGES.get(name, name)}",
                f"this command also needs {name}: first run python -m pip install {PACKAGES.get(name, name)}",
            ),
            err=True,
        )
    except OSError as problem:
        where = f"{problem.filename}：" if problem.filename else ""
        typer.echo(
            told(
                f"{where}读写不成（{problem.strerror or problem}）", f"{where}{problem.strerror or problem}"
            ),
            err=True,
        )
    except misuse as problem:
        if why := problem.format_message().rstrip("."):
            typer.echo(told(f"命令不对：{why}；用法见 --help", f"{why}; see --help"), err=True)
    raise SystemExit(2)


if __name__ == "__main__":
    main()
