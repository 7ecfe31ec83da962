"""The book's certificates: what its chapters call proven, each as a file that `bluebook.certify` checks.

All are of the edition that the laboratory speaks of. One sentence may rest on one claim of a certificate, and
one certificate serves several chapters.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook import index, recover
from bluebook.data import edition as editions
from bluebook.index import ranges
from bluebook.index import tree as trees
from bluebook.messages import BadInput
from bluebook.pages import lab
from bluebook.recover import proofs, rank_proofs

SHIFT, GIVE = -5, 0.25  # as in the chapters: a total altered, weights that move
STEPS = (5, 1)  # in which weights are counted out
Written = dict[Path, "pd.DataFrame | str"]


class Printed(NamedTuple):
    """What an edition prints: the tree cut off at the dimensions, their scores as a matrix, and every
    score.
    """

    tree: pd.DataFrame
    matrix: pd.DataFrame
    scores: pd.DataFrame
    decimals: int


def printed(year: int) -> Printed:
    """Return what the edition of a year prints, as the chapters give it to `recover_weights`."""
    table = editions.indicators(year)
    whole = trees.read(table)
    codes = list(whole.loc[whole["parent"] == trees.root(whole), "code"])
    tree = trees.prune(whole, codes)
    scores = editions.scores(year).query("code in @tree.code").rename(columns={"city": "unit"})
    scores = scores[["unit", "code", "score", "rank"]].reset_index(drop=True)
    units = scores.loc[scores["code"] == trees.root(tree)].sort_values("rank")["unit"]
    wide = scores.pivot(index="unit", columns="code", values="score").reindex(index=units, columns=codes)
    return Printed(
        tree, wide.rename_axis(columns=None).reset_index(), scores, editions.edition(year)["decimals"]
    )


def made(folder: Path, *names: str) -> dict[str, Written]:
    """Return the certificates of the laboratory's edition, to be written below ``folder``: name → files.

    ``names``: only these. One that cannot be made, as the edition prints too little for it, is left out.
    """
    own = printed(lab.panel_edition()[0])
    makers = {
        "weights": lambda path: _weights(path, own, own.scores, steps=STEPS),
        "weights-in-full": lambda path: _weights(path, own, _in_full(own)),
        "weights-exact-100": lambda path: _read_as(path, own, "exact"),
        "weights-both-100": lambda path: _read_as(path, own, "both"),
        "weights-whole-100": lambda path: _read_as(path, own, "whole"),
        "cells-assumed": lambda path: _assumed(path, own),
        "conflict": lambda path: _weights(path, own, _altered(own), cells=False),
        "order": lambda path: _order(path, own),
        "order-public": lambda path: _order_public(path, own),
        "ranges": lambda path: _ranges(path, own),
    }
    found = {}
    for name, maker in makers.items():
        if names and name not in names:
            continue
        try:
            found[name] = maker(folder / f"{name}.json")
        except BadInput:
            continue
    return found


def _weights(
    path: Path,
    own: Printed,
    scores: pd.DataFrame,
    *,
    bounds: pd.DataFrame | None = None,
    matrix: pd.DataFrame | None = None,
    cells: bool = True,
    steps: Sequence[float] = (),
) -> Written:
    """Bounds of the weights and of the scores not printed; or that no weights fit."""
    matrix = matrix if matrix is not None else own.matrix[own.matrix["unit"].isin(scores["unit"])]
    digits = {"decimals": own.decimals, "data_decimals": own.decimals}
    found = recover.recover(own.tree, matrix, scores, normalise="none", bounds=bounds, cells=cells, **digits)
    tables = {"tree": own.tree, "data": matrix, "scores": scores}
    if bounds is not None:
        tables["bounds"] = bounds
    files = {name: (path.with_suffix(f".{name}.csv"), table) for name, table in tables.items()}
    return proofs.recovered(path, files, own.tree, matrix, scores, found, steps=steps, **digits)


def _in_full(own: Printed) -> pd.DataFrame:
    """The scores of the cities that have all of theirs printed, without ranks."""
    told = own.scores.dropna(subset="score")
    full = told.groupby("unit")["code"].nunique() == len(own.tree)
    return told[told["unit"].isin(full.index[full])].drop(columns="rank")


def _read_as(path: Path, own: Printed, name: str) -> Written:
    """The same where a printed 100 is read otherwise, as the chapter counts them."""
    hundreds = recover.reading(own.matrix, name, own.decimals)
    return _weights(path, own, own.scores, bounds=hundreds, steps=STEPS)


def _altered(own: Printed) -> pd.DataFrame:
    """The scores, the first city's total altered."""
    first = (own.scores["unit"] == own.matrix["unit"][0]) & (own.scores["code"] == trees.root(own.tree))
    moved = (own.scores["score"] + SHIFT).round(own.decimals)
    return own.scores.assign(score=own.scores["score"].mask(first, moved))


def _assumed(path: Path, own: Printed) -> Written:
    """Scores not printed, if the weights are the book's: cities that score 100 in one dimension say so."""
    codes = list(own.matrix.columns[1:])
    ghosts = pd.DataFrame(100.0 * np.eye(len(codes)), columns=codes)
    root = trees.root(own.tree)
    weight = own.tree.set_index("code")["weight"][codes]
    ghosts = ghosts.assign(unit=codes, **{root: (100 * weight / weight.sum()).to_list()})
    bounds = ghosts.melt("unit", var_name="code", value_name="lower")
    bounds["upper"] = bounds["lower"]
    matrix = pd.concat([own.matrix, ghosts[["unit"]]], ignore_index=True)
    return _weights(path, own, own.scores, bounds=bounds, matrix=matrix)


def _order(path: Path, own: Printed) -> Written:
    """The places at the top that no weights change, by printed scores and what their ranks say of others."""
    reading, _ = proofs.read_so(
        own.tree, own.matrix, own.scores, "none", "unknown", own.decimals, own.decimals
    )
    tables = {"tree": own.tree, "data": own.matrix, "scores": own.scores}
    return _places(path, tables, reading)


def _order_public(path: Path, _: Printed) -> Written:
    """The places at the top that no weights change, by the public figures."""
    level, top = lab.dimension_scores("public")
    level = level.dropna(ignore_index=True)
    total = index.score(level, top, normalise="none").scores[trees.root(top)]
    level = level.set_index("unit").loc[total.sort_values(ascending=False).index].reset_index()
    return _places(path, {"tree": top, "data": level}, proofs.exact(trees.leaves(top)))


def _places(path: Path, tables: dict[str, pd.DataFrame], reading: dict) -> Written:
    files = {name: (path.with_suffix(f".{name}.csv"), table) for name, table in tables.items()}
    begun = proofs.begin(path, files, reading)
    return proofs.written(begun, rank_proofs.fixed(begun, tables["data"]["unit"].tolist()))


def _ranges(path: Path, _: Printed) -> Written:
    """Best and worst ranks where each weight may move by a share of itself, by the public figures."""
    data, tree = lab.public_panel(), lab.public_tree()
    data = data[data.notna().all(axis=1)].reset_index(drop=True)
    values, weights = index.score(data, tree).normalised, trees.leaf_weights(tree)
    found = ranges.weight_ranges(values, weights * (1 - GIVE), weights * (1 + GIVE))
    file = path.with_suffix(".tree.csv"), tree
    return rank_proofs.ranged(path, file, tree, values, found, GIVE)
