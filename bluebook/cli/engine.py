"""The commands for any index, not only this book's: score, uncertainty, recover, verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bluebook.cli.console import notices, progress, say
from bluebook.cli.given import with_files
from bluebook.messages import Catalogue

if TYPE_CHECKING:
    import pandas as pd

    from bluebook.files.given import Files
    from bluebook.recover.largest import Largest

Tree = Annotated[
    Path,
    typer.Argument(help="code,parent,weight,direction[,goal_lower,goal_upper,transform,aggregation,target]"),
]
Data = Annotated[
    Path,
    typer.Argument(
        help="unit[,time], 各指标代码 / then one column an indicator; CSV, FILE.xlsx, FILE.xlsx#sheet"
    ),
]
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
Folder = Annotated[Path, typer.Option(help="写到这个文件夹，或这本 .xlsx / folder to write to, or one .xlsx")]

Proof = Annotated[
    Path | None,
    typer.Option(
        "--certificate", help="写下证明（JSON），bluebook certify 可以核对 / write the proof, for certify"
    ),
]
SAYS = Catalogue(__file__)
LISTED = 40  # sets of weights printed at most


@with_files
def score(
    tree: Tree,
    data: Data,
    out: Folder,
    normalise: Normalise = "minmax",
    aggregate: Aggregate = "arithmetic",
    pooled: Pooled = False,
    availability: Availability = "0",
    rescale: Rescale = "none",
    unit_weights: Annotated[
        Path | None, typer.Option(help="unit,code,weight：各单位自己的权重 / weights by unit")
    ] = None,
    decimals: Round = None,
    coinr: Annotated[
        Path | None, typer.Option(help="另写成 COINr 的 iData 和 iMeta / also write the pair for COINr")
    ] = None,
    *,
    files: Files,
) -> None:
    """计算任一指数的得分和名次 / Compute any index: normalised.csv, scores.csv, ranks.csv.

    例 / As: python -m bluebook score tree.csv data.csv --out o
    """
    from bluebook import index
    from bluebook.files import given, shapes

    with notices():
        plan = files.tree(tree)
        found = files.data(data, plan)
        result = index.score(
            found.frame,
            plan,
            normalise=normalise,
            aggregate=aggregate,
            pooled=pooled,
            availability=availability,
            rescale=rescale,
            weights=files.table(unit_weights, "weights").frame if unit_weights else None,
            decimals=decimals,
            name=found.name,
        )
        pair = {}
        if coinr:
            pair = shapes.coinr_pair(plan, found.frame, "" if coinr.suffix.lower() == ".xlsx" else "NA")
        made = {
            "normalised": result.normalised.reset_index(),
            "scores": index.tidy(result.scores, "score"),
            "ranks": index.tidy(result.ranks, "rank"),
        }
        given.write_all([(out, made), (coinr, pair)] if coinr else [(out, made)])
    units, codes = result.scores.shape
    say("scored", units=units, codes=codes, out=out)


@with_files
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
    *,
    files: Files,
) -> None:
    """权重随机变动时名次的分布 / How often each rank under random weights.

    例 / As: python -m bluebook uncertainty tree.csv data.csv --out u.csv
    """
    from bluebook.files import given
    from bluebook.index import robustness

    with notices(), progress() as step:
        plan = files.tree(tree)
        found = files.data(data, plan)
        table = robustness.rank_distribution(
            found.frame,
            plan,
            draws,
            seed,
            concentration=concentration,
            normalise=normalise,
            aggregate=aggregate,
            pooled=pooled,
            availability=availability,
            decimals=decimals,
            name=found.name,
            progress=step,
        )
        given.write_each({"uncertainty": (out, table)})
    say("drawn", draws=draws, out=out)


Normal = Annotated[str, typer.Option(help="none（已在得分尺度上 / on the scores' scale）| minmax | … | auto")]
Missing = Annotated[str, typer.Option(help="缺失的格：unknown（未知）| drop（不计入） / empty cells")]
Decimals = Annotated[
    int | None, typer.Option(help="得分的小数位数，默认同所印 / decimals of the scores, default as printed")
]
DataDecimals = Annotated[
    int | None, typer.Option(help="数据的小数位数，默认同所印 / decimals of DATA, default as printed")
]


@with_files
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
    leave_out: Annotated[
        bool,
        typer.Option(
            "--leave-out", help="都符合不了时，去掉最少的几个 / leave out the fewest that do not fit"
        ),
    ] = False,
    certificate: Proof = None,
    *,
    files: Files,
) -> None:
    """由公布的得分反推权重和未公布的格 / Bound hidden weights and cells by the printed scores.

    例 / As: python -m bluebook recover tree.csv data.csv scores.csv --out w.csv
    """
    from bluebook import recover as room
    from bluebook.files import given
    from bluebook.index import tree as trees
    from bluebook.recover.largest import kept, largest

    if rescale != "none" and (step is not None or leave_out or certificate):
        SAYS.refuse("grid_rescaled", "--rescale")
    if cells and cells.resolve() == out.resolve() and out.suffix.lower() != ".xlsx":
        SAYS.refuse("same_file", "--cells", file=cells)
    reading = {"missing": missing, "decimals": decimals, "data_decimals": data_decimals}
    with notices(), progress() as bar:
        plan = files.tree(tree, weights=False)
        tables = [files.data(data, plan, printed=True), files.table(scores, "scores")]
        tables += [files.table(bounds, "bounds")] if bounds else []
        printed = plan, *(table.frame for table in tables[:2])
        options = reading | {"bounds": tables[2].frame if bounds else None}
        names = tuple(table.name for table in tables) + ("",) * (not bounds)
        asked = options | {"cells": cells is not None, "names": names, "progress": bar}
        found = room.recover(*printed, normalise=normalise, rescale=rescale, **asked)
        most = None
        if len(found.conflict) and rescale == "none":
            most = largest(*printed, normalise=normalise, **options, names=names)
            if leave_out and most.fit:
                less = kept(printed[2], most.exceptions, trees.root(plan))
                printed = (*printed[:2], less)
                found = room.recover(*printed, normalise=most.normalise, **asked)
        sets = None
        if step is not None:
            sets = room.grids(*printed, step, normalise=found.normalise, **options)
        made = {"weights": (out, found.weights)} | ({"cells": (cells, found.cells)} if cells else {})
        more = {}
        if certificate:
            from bluebook.recover import proofs

            roles = {"tree": tree, "data": data, "scores": scores} | ({"bounds": bounds} if bounds else {})
            frames = [plan, *(table.frame for table in tables)]
            own = given.proof_inputs(certificate, files, roles, frames)
            if printed[2] is not tables[1].frame:  # some were left out
                own["scores"] = (certificate.with_suffix(".scores.csv"), printed[2])
            more = proofs.recovered(
                certificate, own, *printed, found, **reading, steps=[step] if step else []
            )
        given.write_each(made, more)
    if sets is not None:
        list_sets(sets)
    if most is not None:
        tell_exceptions(most)
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


def tell_exceptions(most: Largest) -> None:
    """Print how many scores fit together, and those that have to be left out for it."""
    who = most.exceptions
    say("fit_together", fit=most.fit, n=len(who))
    if len(who) > most.least:
        say("perhaps_fewer", least=most.least)
    for _, row in who.head(LISTED).iterrows():
        name = " ".join(str(v) for v in row.iloc[:-4])
        printed = "" if row["score"] != row["score"] else f" {row['score']:g}"
        say("exception", who=name, code=row["code"], printed=printed, lower=row["lower"], upper=row["upper"])
    if len(who) > LISTED:
        say("more_exceptions", n=len(who) - LISTED)


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


@with_files
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
    certificate: Proof = None,
    *,
    files: Files,
) -> None:
    """公布的得分能否由数据算出，哪里断了 / Which printed scores cannot follow from the data, and from where.

    例 / As: python -m bluebook verify tree.csv data.csv scores.csv --out v.csv
    """
    from bluebook import recover as room
    from bluebook.files import given

    if certificate and rescale != "none":
        SAYS.refuse("certificate_rescaled", "--certificate")

    options = {
        "missing": missing,
        "decimals": decimals,
        "data_decimals": data_decimals,
        "aggregate": aggregate,
    }
    with notices():
        plan = files.tree(tree)
        own, theirs = files.data(data, plan, printed=True), files.table(published, "scores")
        told = plan, own.frame, theirs.frame
        names = own.name, theirs.name
        found = room.verify(*told, normalise=normalise, names=names, rescale=rescale, **options)
        more = {}
        if certificate:
            from bluebook.recover import proofs

            roles = {"tree": tree, "data": data, "scores": published}
            inputs = given.proof_inputs(certificate, files, roles, told)
            more = proofs.verified(certificate, inputs, *told, found, **options)
        given.write_each({"verify": (out, found.drop(columns="in_place_of"))}, more)
    breaks = int((found["first_break"] != "").sum())
    say("verified", n=len(found), breaks=breaks, out=out)
