"""What is known of each city in the current edition: totals, dimensions printed, bounded or unknown, and why
it stands where it stands.

Nothing of the teaching panel is used here. A dimension is *printed*, *bounded* (the printed scores leave a
narrower range than the ranks do), *likely* (only the book's weights do) or *unknown*: at most the last score
that is printed.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook import recover
from bluebook.data import edition as editions
from bluebook.data import views
from bluebook.data.schema import data_root
from bluebook.index import tree as trees
from bluebook.index.rank import listed_to
from bluebook.index.swap import Box, swap_range
from bluebook.ledger import book
from bluebook.messages import BadInput, Catalogue, language, t

SAYS = Catalogue(__file__)
TOP = 100.0  # a dimension's highest score
NARROWER = 0.5  # points by which a range has to be narrower than what ranks alone say, to be told
BASIS = {
    "published": ("公布的权重", "the published weights"),
    "recovered": ("反推的权重", "the recovered weights"),
    "expert": ("专家的权重", "the experts’ weights"),
    "assumed": ("假定的权重", "assumed weights"),
}
OWN_BASIS = ("本书所用的权重", "the book’s weights")


class Known(NamedTuple):
    """What is known of all cities in one edition: see `known`."""

    year: int
    dims: pd.DataFrame  # code, name, weight (of 100; NaN), weight_basis; in the tree's order
    total: pd.DataFrame  # by city: rank (Int64), score
    cells: pd.DataFrame  # city, code, rank, score, decimals, kind, low, high, likely_low, likely_high
    boxes: dict[str, Box]
    listed: dict[str, int]  # dimension → the last place up to which its ranks are printed


def names() -> dict[str, str]:
    """Return city → its name in the page's language, in the fixed order."""
    return dict(views.cities()[["city", "name"]].itertuples(index=False))


def refuse_unknown(code: str) -> None:
    """Raise `BadInput` for a code that is none of the cities'."""
    views.city_colours([code])


def known() -> Known:
    """Return what is known of all cities in the current edition; once for each state of the data."""
    return _known(data_root(), book.state(), language())


@lru_cache(maxsize=4)
def _known(_root: Path, _state: tuple[int, ...], lang: str) -> Known:
    year, order = editions.current_year(), list(names())
    table, scores = editions.indicators(year), editions.scores(year)
    root = next(iter(table.loc[table["parent"] == "", "code"]), "index")
    dims = table[table["parent"] == root].rename(columns={f"name_{lang}": "name"})
    dims = dims[["code", "name", "weight", "weight_basis"]].reset_index(drop=True)
    codes = list(dims["code"])
    rows = scores[scores["code"].isin([root, *codes]) & scores["city"].isin(order)]
    total = rows[rows["code"] == root].set_index("city")[["rank", "score"]].reindex(order)
    cells = pd.MultiIndex.from_product([order, codes], names=["city", "code"]).to_frame(index=False)
    cells = cells.merge(rows[["city", "code", "rank", "score", "decimals"]], on=["city", "code"], how="left")
    listed = {c: listed_to(rows.loc[rows["code"] == c, "rank"]) for c in codes}
    if not codes:
        return Known(year, dims, total, cells.assign(kind=""), {}, listed)
    boxes = _boxes(rows, table, root, codes, order)
    weights = dims["weight"].to_numpy(dtype=float) / dims["weight"].sum()
    proven = _proven(rows, table, codes, order)
    ends = np.array([[box.low, box.high] for box in boxes.values()])  # cities × ends × dimensions
    cells["low"], cells["high"] = ends[:, 0].ravel(), ends[:, 1].ravel()
    cells["ceiling"] = cells["high"]
    by_cell = cells.set_index(["city", "code"])
    by_cell.update(proven)
    cells = by_cell.reset_index()
    cells["likely_low"], cells["likely_high"] = math.nan, math.nan
    for city, box in boxes.items():
        if np.isfinite(weights).all() and len(box.corners(weights)):
            tight, mine = box.tightened(weights), cells["city"] == city
            cells.loc[mine, ["likely_low", "likely_high"]] = np.column_stack([tight.low, tight.high])
    cells["kind"] = [_kind(cell) for cell in cells.to_dict("records")]
    return Known(year, dims, total, cells, boxes, listed)


def _boxes(
    rows: pd.DataFrame, table: pd.DataFrame, root: str, codes: list[str], order: list[str]
) -> dict[str, Box]:
    """Return what each city's printed scores and ranks say of its dimensions and its total, by themselves."""
    given = rows.rename(columns={"city": "unit"})[["unit", "code", "score", "rank"]]
    key, decimals = pd.DataFrame({"unit": order}), int(editions.edition()["decimals"])
    read = recover.read_scores(given, key, trees.read(table, weights=False), decimals=decimals)
    limits = [read.dropna(subset=["score"]), recover.rank_limits(read, len(order))]
    every = [*codes, root]
    low, high = np.zeros((len(order), len(every))), np.full((len(order), len(every)), TOP)
    for part in limits:
        for row, code, least, most in part[["row", "code", "lower", "upper"]].itertuples(index=False):
            at = row, every.index(code)
            low[at], high[at] = max(low[at], least), min(high[at], most)
    return {c: Box(low[i, :-1], high[i, :-1], (low[i, -1], high[i, -1])) for i, c in enumerate(order)}


def _proven(rows: pd.DataFrame, table: pd.DataFrame, codes: list[str], order: list[str]) -> pd.DataFrame:
    """Return what the printed scores of all cities prove of unprinted dimensions, whatever the weights.

    Columns low and high by city and code, as `recover --cells`; empty where nothing can be recovered.
    """
    tree = trees.prune(trees.read(table, weights=False), codes)
    given = rows.rename(columns={"city": "unit"})[["unit", "code", "score", "rank"]]
    data = given.pivot(index="unit", columns="code", values="score").reindex(index=order, columns=codes)
    data = data.rename_axis(index="unit", columns=None).reset_index()
    precise = dict.fromkeys(("decimals", "data_decimals"), int(editions.edition()["decimals"]))
    try:
        cells = recover.recover(tree, data, given, normalise="none", **precise).cells
    except BadInput:  # no total is printed, so nothing is said of the weights
        cells = pd.DataFrame(columns=["unit", "code", "lower", "upper"])
    cells = cells.rename(columns={"unit": "city", "lower": "low", "upper": "high"})
    return cells.set_index(["city", "code"]).astype(float)


def _kind(cell: dict[str, float]) -> str:
    """Return how a dimension is known: printed, bounded, likely or unknown."""
    if not math.isnan(cell["score"]):
        return "printed"
    if cell["high"] - cell["low"] < cell["ceiling"] - NARROWER:
        return "bounded"
    return "likely" if cell["likely_high"] - cell["likely_low"] < cell["ceiling"] - NARROWER else "unknown"


def cells_of(code: str) -> pd.DataFrame:
    """Return one city's dimensions in the tree's order: columns as ``Known.cells``, and ``name``."""
    refuse_unknown(code)
    found = known()
    mine = found.cells[found.cells["city"] == code]
    return mine.merge(found.dims[["code", "name", "weight"]], on="code")


def history() -> pd.DataFrame:
    """Return the totals of every edition: year, city, rank (Int64), score, decimals, source."""
    rows = editions.all_scores().query("code == 'index'")
    return rows[["year", "city", "rank", "score", "decimals", "source"]].reset_index(drop=True)


# ---------------------------------------------------------------- neighbours


@lru_cache(maxsize=4)
def _neighbours(_root: Path, _state: tuple[int, ...]) -> dict[str, tuple[str, ...]]:
    shapes = views.map_shapes()
    outlines = next(iter(shapes["objects"].values()))["geometries"]
    arcs = {str(shape["id"]): set(_arcs(shape["arcs"])) for shape in outlines}
    order = [c for c in names() if c in arcs]
    return {a: tuple(b for b in order if b != a and arcs[a] & arcs[b]) for a in order}


def _arcs(part: object) -> list[int]:
    """Return the arcs of a shape, whichever way they run: ~i is i backwards."""
    if isinstance(part, int):
        return [part if part >= 0 else ~part]
    return [arc for inner in part for arc in _arcs(inner)]


def neighbours(code: str) -> list[str]:
    """Return the cities that share a border with ``code`` on the schematic map, in the fixed order.

    >>> [bb.cities().set_index("city").loc[c, "name_zh"] for c in bb.city_neighbours("410300")]
    ['郑州', '平顶山', '焦作', '三门峡', '南阳', '济源']
    """
    refuse_unknown(code)
    return list(_neighbours(data_root(), book.state()).get(code, ()))


# ---------------------------------------------------------------- the least change of weights


def basis() -> str:
    """Return in words how sure the weights of the dimensions are."""
    told = set(known().dims["weight_basis"])
    return t(*(BASIS.get(told.pop(), OWN_BASIS) if len(told) == 1 else OWN_BASIS))


def swaps(code: str) -> pd.DataFrame:
    """Return, for every other city, the least change of weights that brings the two level.

    Columns: city, rank, ahead (bool: it stands ahead of ``code``), lead (of the one ahead, points; NaN),
    least and most (points of 100 to be moved, by the book's weights: no less will do, so much always will;
    inf: none does), always (bool: one leads in every dimension, whatever the weights). Sorted by ``most``;
    empty where ``code`` has no printed total or the weights do not fit the scores.

    >>> bb.city_swaps("410300")["always"].all()
    np.True_
    """
    refuse_unknown(code)
    return _swaps(data_root(), book.state(), code)


@lru_cache(maxsize=64)
def _swaps(_root: Path, _state: tuple[int, ...], code: str) -> pd.DataFrame:
    found = known()
    columns = ["city", "rank", "ahead", "lead", "least", "most", "always"]
    total, boxes = found.total, found.boxes
    weights = found.dims["weight"].to_numpy(dtype=float) / (found.dims["weight"].sum() or math.nan)
    if not boxes or pd.isna(total["score"][code]) or not np.isfinite(weights).all():
        return pd.DataFrame(columns=columns)
    out, place = [], total["rank"].astype(float).fillna(math.inf)
    for other in total.index.drop(code):
        ahead = bool(place[other] < place[code])
        above, below = (boxes[other], boxes[code]) if ahead else (boxes[code], boxes[other])
        lead = abs(total["score"][other] - total["score"][code])
        least, most = (100 * x for x in swap_range(above, below, weights))
        always = bool((above.low > below.high).all())
        out.append((other, total["rank"][other], ahead, lead, least, most, always))
    made = pd.DataFrame(out, columns=columns)
    if made["least"].isna().any():  # the weights do not give the printed scores
        return pd.DataFrame(columns=columns)
    return made.sort_values(["most", "least", "rank"], kind="stable", ignore_index=True)


class Move(NamedTuple):
    """The least change of weights that changes a city's place, in points of 100: between least and most."""

    least: float
    most: float
    always: bool


def least_move(code: str) -> Move | None:
    """Return the least change that brings ``code`` level with any other city, None where it is unknown."""
    table = swaps(code)
    if table.empty:
        return None
    least, most = float(table["least"].min()), float(table["most"].min())
    return Move(least, most, bool(table["always"].all()))


def outward(least: float, most: float) -> tuple[float, float]:
    """Return an interval rounded outwards to a tenth, so that what is said of it stays true.

    >>> outward(0.51, 1.92)
    (0.5, 2.0)
    """
    low = math.floor(least * 10 + 1e-6) / 10 if math.isfinite(least) else least
    return low, (math.ceil(most * 10 - 1e-6) / 10 if math.isfinite(most) else most)


# ---------------------------------------------------------------- why this rank


def told(code: str) -> str:
    """Return in at most 80 Chinese characters why a city stands where it stands, every clause from the data.

    What lifts it, what holds it back, the least change of weights that would move it, what cannot be said.

    >>> bb.city_told("410300").split("；")[0]
    '5 个维度都排第 2'
    """
    refuse_unknown(code)
    rank = known().total["rank"][code]
    if pd.isna(rank):
        return SAYS.text("city_no_rank")
    rank, mine = int(rank), cells_of(code)
    clauses = [lifts(code, rank, mine), holds_back(code, rank, mine), moves(code), unsaid(code, rank, mine)]
    return t("；", "; ").join(c for c in clauses if c) + t("。", ".")


def _listed(found: list[str]) -> str:
    return t("、", ", ").join(found)


def lifts(code: str, rank: int, mine: pd.DataFrame) -> str:
    """Say what lifts a city: the best of its printed dimensions, or of its printed indicators."""
    ranked = mine.dropna(subset=["rank"])
    if len(mine) and len(ranked) == len(mine) and ranked["rank"].nunique() == 1:
        return SAYS.text("city_all_same", n=len(mine), rank=int(ranked["rank"].iloc[0]))
    best = ranked[ranked["rank"] <= rank]
    if len(best):
        best = best[best["rank"] == best["rank"].min()]
        key = "city_lifts" if best["rank"].iloc[0] < rank else "city_carries"
        return SAYS.text(key, names=_listed(list(best["name"])), rank=int(best["rank"].iloc[0]))
    single = single_best(code, rank)
    return SAYS.text("city_single", name=single[0], rank=single[1]) if single else SAYS.text("city_no_lift")


def single_best(code: str, rank: int) -> tuple[str, int] | None:
    """Return the name and rank of a city's best printed indicator that is ahead of ``rank``, else None."""
    found = known()
    table = editions.indicators(found.year).set_index("code")[f"name_{language()}"]
    rows = editions.scores(found.year).query("city == @code")
    rows = rows[rows["code"].isin(table.index) & ~rows["code"].isin(set(found.dims["code"]) | {"index"})]
    rows = rows[rows["rank"].fillna(rank) < rank].sort_values("rank", kind="stable")
    return (str(table[rows["code"].iloc[0]]), int(rows["rank"].iloc[0])) if len(rows) else None


def holds_back(code: str, rank: int, mine: pd.DataFrame) -> str:
    """Say what holds a city back: its worst printed dimension, or those that are not among the first."""
    ranked = mine.dropna(subset=["rank"])
    if len(mine) and len(ranked) == len(mine) and ranked["rank"].nunique() == 1:
        return _farthest(code, rank, mine)
    parts, worse = [], ranked[ranked["rank"] > rank]
    if len(worse):
        worst = worse[worse["rank"] == worse["rank"].max()]
        names_ = _listed(list(worst["name"]))
        parts.append(SAYS.text("city_worst", names=names_, rank=int(worst["rank"].iloc[0])))
    behind = below_listed(rank, mine)
    if behind:
        last = min(known().listed[c] for c in mine.loc[mine["name"].isin(behind), "code"])
        key = "city_behind_too" if parts else "city_behind"
        parts.append(SAYS.text(key, names=_listed(behind), last=last))
    return t("，", ", ").join(parts)


def below_listed(rank: int, mine: pd.DataFrame) -> list[str]:
    """Return the dimensions without a rank that certainly lie behind ``rank``: the first are all printed."""
    listed = known().listed
    return [c.name for c in mine.itertuples() if pd.isna(c.rank) and listed[c.code] >= rank]


def _farthest(code: str, rank: int, mine: pd.DataFrame) -> str:
    """Say in which dimension a city loses most, by weight, to the next one ahead, or to the full score."""
    above = known().total.query("rank < @rank").dropna(subset=["score"]).sort_values("rank").index
    own = mine.set_index("name")
    if own["score"].isna().any() or own["weight"].isna().any():
        return ""
    goal = cells_of(above[-1]).set_index("name")["score"] if len(above) else TOP
    gap = (goal - own["score"]) * own["weight"] / own["weight"].sum()
    if gap.isna().any() or gap.max() <= 0:
        return ""
    who = names()[above[-1]] if len(above) else t("满分", "the full score")
    return SAYS.text("city_farthest", who=who, name=gap.idxmax(), gap=gap.max())


def moves(code: str) -> str:
    """Say by how much the weights would have to change for a city's place to change."""
    move = least_move(code)
    if move is None:
        key = "city_no_total" if pd.isna(known().total["score"][code]) else "city_misfit"
        return SAYS.text(key, basis=basis())
    if move.always:
        return SAYS.text("city_never")
    if math.isinf(move.least):
        return SAYS.text("city_never_by", basis=basis())
    least, most = outward(move.least, move.most)
    if math.isinf(most):
        return SAYS.text("city_at_least", basis=basis(), least=least)
    if least <= 0:
        first = names()[swaps(code)["city"].iloc[0]]
        return SAYS.text("city_at_most", basis=basis(), most=most, who=first)
    key = "city_exact" if round(most - least, 1) <= 0.1 else "city_between"
    return SAYS.text(key, basis=basis(), least=least, most=most)


def unsaid(code: str, rank: int, mine: pd.DataFrame) -> str:
    """Say what cannot be said of a city."""
    missing = mine[mine["kind"] != "printed"]
    if len(missing) == 0:
        return SAYS.text("city_no_data")
    if len(missing) == len(mine):
        return SAYS.text("city_nothing", n=len(mine))
    if rank > max(known().listed.values(), default=0):
        return SAYS.text("city_rest", n=len(missing))
    return SAYS.text("city_missing", names=_listed(list(missing["name"])))
