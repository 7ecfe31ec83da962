"""The steps before and after an index: treat, impute, correlate, ranges."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bluebook.cli.console import notices, say, without_solver_talk
from bluebook.cli.engine import Data, Folder, Normalise, Proof, Tree
from bluebook.cli.given import with_files
from bluebook.messages import Catalogue

if TYPE_CHECKING:
    from bluebook.files.given import Files

SAYS = Catalogue(__file__)


@with_files
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
    combine: Annotated[
        bool, typer.Option(help="每步接着上一步的结果 / each step goes on from the last")
    ] = False,
    *,
    files: Files,
) -> None:
    """处理离群值 / Treat outliers: treated.csv, columns.csv, points.csv.

    例 / As: python -m bluebook treat tree.csv data.csv --out o
    """
    from bluebook.files import given
    from bluebook.index.treat import treat as treated

    with notices():
        plan = files.tree(tree)
        own = files.data(data, plan)
        found = treated(
            own.frame,
            plan,
            steps=steps,
            most=most,
            skew=skew,
            kurt=kurt,
            combine=combine,
            name=own.name,
        )
        given.write(out, {"treated": found.data, "columns": found.columns, "points": found.points})
    say("treated", columns=int((found.columns["action"] != "").sum()), points=len(found.points), out=out)


@with_files
def impute(
    tree: Tree,
    data: Data,
    out: Folder,
    rule: Annotated[
        str, typer.Option(help="mean | median | siblings | regression | last | linear | constant")
    ],
    groups: Annotated[Path | None, typer.Option(help="unit,group：按组取 / means within groups")] = None,
    most: Annotated[int | None, typer.Option(help="last 最多往前几个时点 / times back")] = None,
    *,
    files: Files,
) -> None:
    """填补缺失 / Fill gaps: imputed.csv, cells.csv, shares.csv.

    例 / As: python -m bluebook impute tree.csv data.csv --rule mean --out o
    """
    import pandas as pd

    from bluebook.files import given
    from bluebook.index import tables
    from bluebook.index.impute import impute as imputed

    by = None
    with notices():
        if groups is not None:
            frame, name = files.table(groups, "groups")
            tables.need(frame, ["unit", "group"], name)
            by = pd.Series(tables.texts(frame, "group"), index=tables.texts(frame, "unit"))
        plan = files.tree(tree)
        own = files.data(data, plan)
        found = imputed(own.frame, plan, rule, groups=by, most=most, name=own.name)
        made = {"imputed": found.data, "cells": found.cells, "shares": found.shares.reset_index()}
        given.write(out, made)
    say("imputed", cells=len(found.cells), left=int(found.data.isna().to_numpy().sum()), out=out)


@with_files
def correlate(
    tree: Tree,
    data: Data,
    out: Folder,
    kind: Annotated[str, typer.Option(help="pearson | spearman | kendall")] = "pearson",
    normalise: Normalise = "minmax",
    *,
    files: Files,
) -> None:
    """各级指标的相关 / What hangs together: pairs, families, children.csv.

    例 / As: python -m bluebook correlate tree.csv data.csv --out o
    """
    from bluebook import index
    from bluebook.files import given
    from bluebook.index.structure import structure

    with notices():
        plan = files.tree(tree)
        own = files.data(data, plan)
        whole = index.score(own.frame, plan, normalise=normalise, name=own.name)
        found = structure(whole.normalised.join(whole.scores), plan, kind)
        given.write(out, found._asdict())
    say("correlated", pairs=len(found.pairs), flags=int((found.pairs["flag"] != "").sum()), out=out)


@with_files
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
    *,
    files: Files,
) -> None:
    """权重变动时名次的上下限 / Best and worst ranks: ranges, weights.csv.

    例 / As: python -m bluebook ranges tree.csv data.csv --out o
    """
    from bluebook import index
    from bluebook.files import given
    from bluebook.index import tree as trees
    from bluebook.index.ranges import weight_ranges

    with notices():
        plan = files.tree(tree)
        trees.refuse_turned(plan)
        own = files.data(data, plan)
        values = index.score(own.frame, plan, normalise=normalise, name=own.name).normalised
        weights = trees.leaf_weights(plan)
        with without_solver_talk():
            limits = weights * (1 - give), (weights * (1 + give)).clip(upper=1)
            found = weight_ranges(values, *limits, seconds=seconds)
        more = {}
        if certificate:
            from bluebook.recover import rank_proofs

            inputs = given.proof_inputs(certificate, files, {"tree": tree}, [plan])
            with without_solver_talk():
                more = rank_proofs.ranged(
                    certificate, inputs["tree"], plan, values, found, give, seconds=seconds
                )
        given.write_all([(out, {"ranges": found.ranges, "weights": found.weights})], more)
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
