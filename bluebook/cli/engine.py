"""The commands for any index, not only this book's: score, uncertainty, recover, verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bluebook.cli.console import notices, progress, say
from bluebook.messages import Catalogue

if TYPE_CHECKING:
    import pandas as pd

Tree = Annotated[
    Path,
    typer.Argument(help="code,parent,weight,direction[,goal_lower,goal_upper,transform,aggregation,target]"),
]
Data = Annotated[Path, typer.Argument(help="unit[,time], 各指标代码 / then one column an indicator")]
Normalise = Annotated[
    str, typer.Option(help="minmax | minmax:low:high | zscore | rank | percentile | goalposts | none | …")
]
Aggregate = Annotated[
    str,
    typer.Option(
        help="arithmetic | geometric | harmonic | power:P | median | sum | inverted；逐级 / a level: a,b,c"
    ),
]
Pooled = Annotated[bool, typer.Option("--pooled", help="各时点共用上下界 / bounds over all times")]
Availability = Annotated[
    str,
    typer.Option(help="上级至少要有几成（或几个，≥2）下级 / share or number of children a parent needs"),
]
Rescale = Annotated[
    str, typer.Option(help="得分折算：first（第一名为 100）| range（0–100）| none；逐级 / a level: a,b,c")
]
Round = Annotated[
    int | None, typer.Option("--round", help="先舍入到 N 位小数再排名 / decimals before ranking")
]


SAYS = Catalogue(__file__)
LISTED = 40  # sets of weights printed at most


def score(
    tree: Tree,
    data: Data,
    out: Annotated[Path, typer.Option(help="写到这个文件夹 / folder to write to")],
    normalise: Normalise = "minmax",
    aggregate: Aggregate = "arithmetic",
    pooled: Pooled = False,
    availability: Availability = "0",
    rescale: Rescale = "none",
    unit_weights: Annotated[
        Path | None, typer.Option(help="unit,code,weight：各单位自己的权重 / weights by unit")
    ] = None,
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
            rescale=rescale,
            weights=tables.read_table(unit_weights) if unit_weights else None,
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
    say("scored", units=units, codes=codes, out=out)


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
    availability: Availability = "0",
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
    say("drawn", draws=draws, out=out)


Normal = Annotated[str, typer.Option(help="none（已在得分尺度上 / on the scores' scale）| minmax | … | auto")]
Missing = Annotated[str, typer.Option(help="缺失的格：unknown（未知）| drop（不计入） / empty cells")]
Decimals = Annotated[
    int | None, typer.Option(help="得分的小数位数，默认同所印 / decimals of the scores, default as printed")
]
DataDecimals = Annotated[
    int | None, typer.Option(help="数据的小数位数，默认同所印 / decimals of DATA, default as printed")
]


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
    rescale: Rescale = "none",
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

    if step is not None and rescale != "none":
        SAYS.refuse("grid_rescaled", "--grid")
    if cells and cells.resolve() == out.resolve():
        SAYS.refuse("same_file", "--cells", file=cells)
    printed = trees.read(tree, weights=False), tables.read_table(data), tables.read_table(scores)
    options = {"missing": missing, "decimals": decimals, "data_decimals": data_decimals}
    options["bounds"] = tables.read_table(bounds) if bounds else None
    names = data.name, scores.name, bounds.name if bounds else ""
    with notices(), progress() as bar:
        found = room.recover(
            *printed,
            normalise=normalise,
            rescale=rescale,
            **options,
            cells=cells is not None,
            names=names,
            progress=bar,
        )
        sets = None
        if step is not None:
            sets = room.grids(*printed, step, normalise=found.normalise, **options)
        tables.write({out: found.weights} | ({cells: found.cells} if cells else {}))
    if sets is not None:
        list_sets(sets)
    if not len(found.conflict) and len(found.weights):
        say("weights_bounded", n=len(found.weights), out=out)
        return
    say("no_weights_fit")
    for _, row in found.conflict.iterrows():
        who = " ".join(str(v) for v in row.iloc[: -len(room.CONFLICT)])
        printed = "" if row["score"] != row["score"] else f" {row['score']:g}"
        told = {"who": who, "code": row["code"], "printed": printed}
        if row["lower"] != row["lower"]:
            say("in_conflict", **told)
        else:
            say("elsewhere", **told, lower=row["lower"], upper=row["upper"])


def list_sets(sets: pd.DataFrame) -> None:
    """Print how many sets of weights fit under each reading of the printed 100s, then the sets themselves.

    Those that fit under most readings come first.
    """
    from bluebook.recover import READINGS

    names = [name for name in READINGS if name in sets]
    for name in names:
        if len(names) > 1:
            say("sets_by_reading", reading=READINGS[name], n=sets[name].sum())
        else:
            say("sets", n=sets[name].sum())
    order = sets[names].sum(axis=1).sort_values(ascending=False, kind="stable").index
    shown = sets.loc[order].drop(columns=names if len(names) == 1 else []).head(LISTED)
    if len(shown):
        typer.echo(shown.replace({True: "×", False: ""}).to_string(index=False, float_format="%g"))
    if len(sets) > LISTED:
        say("more_sets", n=len(sets) - LISTED)


def verify(
    tree: Tree,
    data: Data,
    published: Annotated[Path, typer.Argument(help="unit,code,score[,decimals]")],
    out: Annotated[Path, typer.Option(help="unit,code,published,lower,upper,first_break,explained_by")],
    decimals: Decimals = None,
    normalise: Normal = "auto",
    aggregate: Aggregate = "arithmetic",
    missing: Missing = "drop",
    rescale: Rescale = "none",
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
            rescale=rescale,
            decimals=decimals,
            data_decimals=data_decimals,
            names=(data.name, published.name),
        )
        tables.write({out: found.drop(columns="in_place_of")})
    breaks = int((found["first_break"] != "").sum())
    say("verified", n=len(found), breaks=breaks, out=out)
