"""The steps before and after an index: treat, impute, correlate, ranges."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bluebook.cli.console import notices, say, without_solver_talk
from bluebook.cli.engine import Data, Normalise, Proof, Tree
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
Folder = Annotated[Path, typer.Option(help="写到这个文件夹 / folder to write to")]


def treat(
    tree: Tree,
    data: Data,
    out: Folder,
    steps: Annotated[
        str, typer.Option(help="依次试：winsorise, log, log_plus, boxcox / tried in turn")
    ] = "winsorise,log",
    most: Annotated[int, typer.Option(help="每个指标最多收缩几个点 / points that may move")] = 5,
    skew: Annotated[float, typer.Option(help="偏度限 / limit of |skew|")] = 2.0,
    kurt: Annotated[float, typer.Option(help="峰度限 / limit of kurtosis")] = 3.5,
) -> None:
    """处理离群值 / Treat outliers: treated.csv, columns.csv, points.csv. 例 / As: treat t.csv d.csv --out o"""
    from bluebook.index import tables
    from bluebook.index import tree as trees
    from bluebook.index.treat import treat as treated

    with notices():
        found = treated(
            tables.read_data(data),
            trees.read(tree),
            steps=steps,
            most=most,
            skew=skew,
            kurt=kurt,
            name=data.name,
        )
        files = {"treated": found.data, "columns": found.columns, "points": found.points}
        tables.write({out / f"{name}.csv": table for name, table in files.items()})
    say("treated", columns=int((found.columns["action"] != "").sum()), points=len(found.points), out=out)


def impute(
    tree: Tree,
    data: Data,
    out: Folder,
    rule: Annotated[str, typer.Option(help="mean | median | siblings | regression | last")],
    groups: Annotated[Path | None, typer.Option(help="unit,group：按组取 / means within groups")] = None,
    most: Annotated[int | None, typer.Option(help="last 最多往前几个时点 / times back")] = None,
) -> None:
    """填补缺失 / Fill gaps: imputed.csv, cells.csv, shares.csv. 例 / As: impute t.csv d.csv --rule mean --out o"""
    import pandas as pd

    from bluebook.index import tables
    from bluebook.index import tree as trees
    from bluebook.index.impute import impute as imputed

    by = None
    if groups is not None:
        frame = tables.read_table(groups)
        tables.need(frame, ["unit", "group"], groups.name)
        by = pd.Series(tables.texts(frame, "group"), index=tables.texts(frame, "unit"))
    with notices():
        found = imputed(tables.read_data(data), trees.read(tree), rule, groups=by, most=most, name=data.name)
        files = {"imputed": found.data, "cells": found.cells, "shares": found.shares.reset_index()}
        tables.write({out / f"{name}.csv": table for name, table in files.items()})
    say("imputed", cells=len(found.cells), left=int(found.data.isna().to_numpy().sum()), out=out)


def correlate(
    tree: Tree,
    data: Data,
    out: Folder,
    kind: Annotated[str, typer.Option(help="pearson | spearman | kendall")] = "pearson",
    normalise: Normalise = "minmax",
) -> None:
    """各级指标的相关 / What hangs together: pairs, families, children.csv. 例 / As: correlate t.csv d.csv --out o"""
    from bluebook import index
    from bluebook.index import tables
    from bluebook.index import tree as trees
    from bluebook.index.structure import structure

    with notices():
        whole = index.score(tables.read_data(data), trees.read(tree), normalise=normalise, name=data.name)
        found = structure(whole.normalised.join(whole.scores), trees.read(tree), kind)
        tables.write({out / f"{name}.csv": table for name, table in found._asdict().items()})
    say("correlated", pairs=len(found.pairs), flags=int((found.pairs["flag"] != "").sum()), out=out)


def ranges(
    tree: Tree,
    data: Data,
    out: Folder,
    give: Annotated[
        float,
        typer.Option(help="每个指标的权重可增减其自身的几成 / share of itself by which a weight may move"),
    ] = 0.25,
    normalise: Normalise = "minmax",
    seconds: Annotated[float, typer.Option(help="最多算几秒 / time for the search")] = 60.0,
    certificate: Proof = None,
) -> None:
    """权重变动时名次的上下限 / Best and worst ranks: ranges, weights.csv. 例 / As: ranges t.csv d.csv --out o"""
    from bluebook import index
    from bluebook.index import tables
    from bluebook.index import tree as trees
    from bluebook.index.ranges import weight_ranges

    with notices():
        plan = trees.read(tree)
        trees.refuse_turned(plan)
        values = index.score(tables.read_data(data), plan, normalise=normalise, name=data.name).normalised
        weights = trees.leaf_weights(plan)
        with without_solver_talk():
            limits = weights * (1 - give), (weights * (1 + give)).clip(upper=1)
            found = weight_ranges(values, *limits, seconds=seconds)
        files = {"ranges": found.ranges, "weights": found.weights}
        files = {out / f"{name}.csv": table for name, table in files.items()}
        if certificate:
            from bluebook.recover import rank_proofs

            with without_solver_talk():
                files |= rank_proofs.ranged(certificate, tree, plan, values, found, give, seconds=seconds)
        tables.write(files)
    bound = (found.ranges["best"] != found.ranges["best_bound"]) | (
        found.ranges["worst"] != found.ranges["worst_bound"]
    )
    say("ranged", units=len(found.ranges), open=int(bound.sum()), out=out)


def certify(
    files: Annotated[
        list[Path], typer.Argument(help="recover, verify, ranges --certificate 写的文件 / as written")
    ],
) -> None:
    """核对证明 / Check certificates in exact fractions. 例 / As: certify weights.json"""
    import json

    from bluebook import certify as checker

    refused = False
    for file in files:
        try:
            given = json.loads(file.read_text("utf-8-sig"))
        except ValueError:
            SAYS.refuse("no_certificate", file.name)
        try:
            found = checker.Certificate(given, file.parent)
        except Exception as why:  # whatever is wrong with it: it proves nothing
            refused = True
            say("certificate_refused", file=file, why=why)
            continue
        for claim in found.claims:
            say(f"certified_{claim['kind']}", **{"of": "", "unit": "", "in": ""} | claim)
        say("certified" if found.compared else "certified_alone", file=file, n=len(found.claims))
    raise typer.Exit(int(refused))
