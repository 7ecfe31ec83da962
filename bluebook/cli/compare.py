"""The commands that hold an index against itself: other weights, other choices, another time."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bluebook.cli.console import notices, say
from bluebook.cli.engine import Aggregate, Data, Folder, Normalise, Round, Tree
from bluebook.cli.given import with_files
from bluebook.messages import BadInput, Catalogue, Notice

if TYPE_CHECKING:
    import pandas as pd

    from bluebook.files.given import Files

SAYS = Catalogue(__file__)
FROM_DATA = ("entropy", "critic", "pca", "balanced")
PAIRS = 1_000  # units of which every two are compared at most


@with_files
def weights(
    tree: Tree,
    out: Folder,
    data: Annotated[
        Path | None, typer.Argument(help="equal 之外都要 / needed by all sets but given and equal")
    ] = None,
    how: Annotated[
        list[str] | None,
        typer.Option(
            "--how", help="equal | entropy | critic | pca | balanced，可重复，默认全部 / default all"
        ),
    ] = None,
    experts: Annotated[
        Path | None, typer.Option(help="expert,indicator,points：专家打分 / experts' points")
    ] = None,
    normalise: Normalise = "minmax",
    *,
    files: Files,
) -> None:
    """几套权重并排，每套另成一张 TREE / Sets of weights side by side, each also as a TREE: weights.csv, tree_….csv.

    例 / As: python -m bluebook weights tree.csv data.csv --how equal --how entropy --out o
    """
    from bluebook.files import given
    from bluebook.index import weights as room

    known = ("equal", *(FROM_DATA if data else ()))
    for name in how or ():
        if name not in ("equal", *FROM_DATA):
            SAYS.refuse("unknown_set", "--how", how=name, known=", ".join(("equal", *FROM_DATA)))
        if name not in known:
            SAYS.refuse("set_without_data", "--how", how=name)
    with notices():
        plan = files.tree(tree, weights=False)
        own = files.data(data, plan) if data else None
        sets: dict[str, pd.DataFrame] = (
            {"given": plan} if plan["weight"][plan["parent"] != ""].notna().all() else {}
        )
        for name in how or known:
            work = functools.partial(_weighed, name, plan, own and own.frame, normalise)
            made = _attempt(name, work, bool(how))
            sets |= {} if made is None else {name: made}
        tables: dict[str, pd.DataFrame] = {}
        if experts:
            forms, source = files.table(experts, "experts")
            judged = room.from_experts(forms, plan, source)
            told = judged.weights.set_index("code")["weight"]
            sets["experts"] = plan.assign(weight=plan["code"].map(told).fillna(plan["weight"]))
            tables["agreement"] = judged.agreement
        tables = {"weights": room.side_by_side(sets)} | tables
        given.write(out, tables | {f"tree_{name}": made for name, made in sets.items() if name != "given"})
    say("weighed", sets=", ".join(sets), out=out)


def _weighed(name: str, plan: pd.DataFrame, data: pd.DataFrame | None, normalise: str) -> pd.DataFrame:
    from bluebook.index import weights as room

    return room.equal(plan) if name == "equal" else getattr(room, name)(plan, data, normalise)


def _attempt(name: str, work: Callable[[], pd.DataFrame], asked: bool = False) -> pd.DataFrame | None:
    """Return what ``work`` gives; what cannot be computed is left out with a notice, unless it was asked."""
    try:
        return work()
    except BadInput as problem:
        if asked:
            raise
        SAYS.notice("left_out", what=name, why=(problem.zh, problem.en))
        return None


@with_files
def robustness(
    tree: Tree,
    data: Data,
    out: Folder,
    normalise: Annotated[
        list[str] | None,
        typer.Option("--normalise", help="可重复，默认 minmax:1:100 和 rank / may be repeated"),
    ] = None,
    aggregate: Annotated[
        list[str] | None,
        typer.Option("--aggregate", help="可重复，默认 arithmetic 和 geometric / may be repeated"),
    ] = None,
    level: Annotated[
        str, typer.Option(help="逐个去掉 indicator（指标）| dimension（维度） / what is left out in turn")
    ] = "indicator",
    flat: Annotated[
        bool, typer.Option("--flat", help="权重在全部指标间移动 / weight moves among all indicators")
    ] = False,
    decimals: Round = None,
    *,
    files: Files,
) -> None:
    """名次经得起什么 / What ranks can bear: leave_one_out, choices, shares, reversals, missing.csv.

    leave_one_out 逐个去掉指标；choices 各种方法与权重的组合；shares 名次的变动出自哪一种选择（Sobol、Shapley）；
    reversals 每两个单位换位最少要移动的权重，和那时的权重；missing 缺的格使名次可能在哪里。

    Each indicator left out; every combination of methods and weights; whose choice makes ranks vary (Sobol
    indices, Shapley shares); for every two units the least weight that must move for a rank reversal, and the
    critical weights then; the ranks that missing cells allow.

    例 / As: python -m bluebook robustness tree.csv data.csv --out o
    """
    from bluebook import index
    from bluebook.files import given
    from bluebook.index import choices
    from bluebook.index import robustness as room
    from bluebook.index import weights as weighing

    ways, means = normalise or ["minmax:1:100", "rank"], aggregate or ["arithmetic", "geometric"]
    with notices():
        plan = files.tree(tree)
        own, name = files.data(data, plan)
        whole = index.score(own, plan, normalise=ways[0], aggregate=means[0], decimals=decimals, name=name)
        one = {"normalise": ways[0], "aggregate": means[0], "decimals": decimals}
        sets = {"given": plan, "equal": weighing.equal(plan)}
        made: dict[str, pd.DataFrame | None] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Notice)  # of the gaps, told once already
            left = functools.partial(choices.leave_one_out, own, plan, level, **one)
            made["leave_one_out"] = _attempt("leave_one_out", left, level != "indicator")
            made["choices"] = choices.method_choices(
                own, sets, normalise=ways, aggregate=means, decimals=decimals
            )
        made["shares"] = _attempt("shares", lambda: choices.variance_shares(made["choices"]))
        if len(whole.scores) > PAIRS:
            SAYS.notice("too_many_pairs", units=len(whole.scores), most=PAIRS)
        else:
            swaps = _attempt("reversals", lambda: room.break_points(own, plan, flat=flat, normalise=ways[0]))
            made["reversals"] = swaps
        made["missing"] = _attempt("missing", lambda: choices.rank_ranges(own, plan, **one))
        made = {name: _with_ranks(table) for name, table in made.items() if table is not None}
        given.write(out, made)
    say("robust", units=len(whole.scores), tables=", ".join(made), out=out)


@with_files
def change(
    tree: Tree,
    data: Data,
    out: Folder,
    after_tree: Annotated[Path | None, typer.Argument(help="后一时点的 TREE / the later TREE")] = None,
    after_data: Annotated[Path | None, typer.Argument(help="后一时点的 DATA / the later DATA")] = None,
    before: Annotated[
        str, typer.Option("--from", help="DATA 有 time 时，从哪一时点 / where DATA has times: from")
    ] = "",
    after: Annotated[str, typer.Option("--to", help="到哪一时点 / to")] = "",
    normalise: Normalise = "minmax",
    aggregate: Aggregate = "arithmetic",
    decimals: Round = None,
    *,
    files: Files,
) -> None:
    """两个时点的得分、名次为什么变了 / Why scores and ranks changed, split exactly over five causes: score, rank.csv.

    五种原因：数据、权重、上下界、指标体系、单位。The causes: data, weights, bounds, framework, units.

    例 / As: python -m bluebook change tree.csv panel.csv --from 1 --to 2 --out o

    例 / As: python -m bluebook change tree.csv data.csv tree2.csv data2.csv --out o
    """
    from bluebook.files import given
    from bluebook.index.change import Edition, split

    if bool(after_tree) != bool(after_data) or (not after_data and not (before and after)):
        SAYS.refuse("two_times")
    with notices():
        plan = files.tree(tree)
        plans = plan, files.tree(after_tree) if after_tree else plan
        first = files.data(data, plan)
        both = first, files.data(after_data, plans[1]) if after_data else first
        sides = [
            Edition(own, _at(table.frame, time, option, table.name))
            for own, table, time, option in zip(plans, both, (before, after), ("--from", "--to"), strict=True)
        ]
        options = {"normalise": normalise, "aggregate": aggregate, "decimals": decimals}
        made = {of: split(*sides, of=of, **options) for of in ("score", "rank")}
        made["rank"] = _with_ranks(made["rank"], ("before", "after", "change"))
        given.write(out, made)
    moved = int((made["rank"]["change"].fillna(0) != 0).sum())
    say("changed", units=len(made["rank"]), moved=moved, out=out)


def _with_ranks(table: pd.DataFrame, columns: Sequence[str] = ("rank", "change")) -> pd.DataFrame:
    """Return a table whose ranks are whole numbers, as `score` writes them."""
    return table.astype({column: "Int64" for column in columns if column in table})


def _at(frame: pd.DataFrame, time: str, option: str, name: str) -> pd.DataFrame:
    """Return the rows of one time, without it; a table without times comes back as it is."""
    if not time:
        return frame
    times = list(dict.fromkeys(frame["time"])) if "time" in frame else []
    if time not in times:
        SAYS.refuse("no_such_time", option, time=time, table=name, times=", ".join(times) or "—")
    return frame[frame["time"] == time].drop(columns="time").reset_index(drop=True)
