"""Level three: say how sure a result is, and build something of one's own that can be defended."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from bluebook import index, recover
from bluebook.exercises import ground
from bluebook.exercises.task import Meaningless, Task, exercise
from bluebook.index import choices, robustness
from bluebook.index import tree as trees
from bluebook.index import weights as weighing
from bluebook.pages import lab

PLACE = 3  # the place that ex-23 asks weights for
DRAWS, TRIES = 10_000, 500
DOUBLE = 0.95  # from this correlation on, two indicators say the same
HEAVIEST, REASON = 50, 15  # of 100; letters that a reason needs


@exercise(3, "ex-23", "city", "place")
def weights_for_a_place() -> Iterator[Task]:
    """Ask for weights of the dimensions that put a city third."""
    level, found, names = ground.level(), ground.dimensions(), ground.names()
    own = 100 * found["weight"]
    tries = 100 * np.random.default_rng(0).dirichlet(np.ones(len(found)), TRIES).round(2)
    tries[:, -1] = 100 - tries[:, :-1].sum(axis=1)
    totals = level.to_numpy() @ tries.T / 100
    ranks = index.rank_values(index.round_half_away(totals, lab.decimals()))
    for i, city in enumerate(level.index):
        good = tries[(ranks[i] == PLACE) & (tries >= 0).all(axis=1)]
        if not len(good) or ground.place(level @ found["weight"])[city] == PLACE:
            continue
        example = dict(zip(found.index, good[0].tolist(), strict=True))
        slips = {"weights_sum": {**example, found.index[0]: example[found.index[0]] + 10}}
        slips["weights_place"] = own.to_dict()
        slips["weights_missing"] = dict(list(example.items())[1:])
        yield Task(example, slips, {"city": names[city], "place": PLACE}, judge=_third(city, names[city]))


def _third(city: str, name: str) -> Callable[[Any], tuple[str, dict[str, object]]]:
    def judge(answer: object) -> tuple[str, dict[str, object]]:
        found = ground.dimensions()
        codes = dict(zip(found["name"], found.index, strict=True)) | {c: c for c in found.index}
        if isinstance(answer, pd.Series):
            answer = answer.to_dict()
        if not isinstance(answer, Mapping):
            return "weights_form", {"example": found.index[0]}
        given = {codes.get(str(key), str(key)): value for key, value in answer.items()}
        if odd := set(given) - set(found.index):
            return "weights_unknown", {"name": "、".join(sorted(odd)), "known": "、".join(found.index)}
        if lacking := [c for c in found.index if c not in given]:
            return "weights_missing", {"name": "、".join(lacking)}
        if any(isinstance(v, (str, bool)) or not math.isfinite(v) for v in given.values()):
            return "weights_numbers", {}
        w = pd.Series(given, dtype=float).reindex(found.index)
        if (w < 0).any():
            return "weights_negative", {"name": w.idxmin()}
        if abs(w.sum() - 100) > 0.01:
            return "weights_sum", {"sum": f"{w.sum():g}"}
        there = int(ground.place(ground.level() @ (w / 100))[city])
        return ("" if there == PLACE else "weights_place"), {"city": name, "place": there}

    return judge


@exercise(3, "ex-24", "b", "a")
def smallest_move() -> Iterator[Task]:
    """Ask for the least weight that must move before two neighbours swap."""
    level, names = ground.level(), ground.names()
    pairs = robustness.break_points(level.rename_axis("unit").reset_index(), ground.top(), normalise="none")
    order = (level @ ground.dimensions()["weight"]).sort_values(ascending=False).index
    beside = set(pairwise(order))
    for row in pairs.itertuples():
        if (row.above, row.below) in beside and math.isfinite(row.moved) and row.moved > 0:
            slips = {"lead_for_move": row.lead, "doubled_move": 2 * row.moved, "fraction": row.moved / 100}
            yield Task(row.moved, slips, {"a": names[row.above], "b": names[row.below]})


@exercise(3, "ex-25", "dimension")
def hidden_weight() -> Iterator[Task]:
    """Ask for the proven upper limit of the weight that the printed scores bound best."""
    found, digits = ground.dimensions(), lab.decimals()
    rows = lab.editions.scores(ground.year()).rename(columns={"city": "unit"})
    given = rows[rows["code"].isin(ground.printed().columns)][["unit", "code", "score", "rank"]]
    data = ground.printed()[list(found.index)].rename_axis(index="unit", columns=None).reset_index()
    limits = recover.recover(
        ground.top(), data, given, normalise="none", cells=False, decimals=digits, data_decimals=digits
    ).weights.set_index("code")
    low, high = limits["lower"], limits["upper"]
    for code in (high - low).sort_values().index:
        slips = {"lower_end": low[code], "middle_of_limits": (low[code] + high[code]) / 2}
        slips |= {"assumed_weight": 100 * found["weight"][code], "fraction": high[code] / 100}
        yield Task(high[code], slips, {"dimension": found["name"][code]})


@exercise(3, "ex-26", "city", "rank")
def random_weights() -> Iterator[Task]:
    """Ask how often a city keeps its rank under random weights, in percent."""
    level, names = ground.level(), ground.names()
    data, own = level.rename_axis("unit").reset_index(), ground.place(level @ ground.dimensions()["weight"])
    options = {"normalise": "none", "decimals": lab.decimals()}
    wide, near = (
        robustness.rank_distribution(data, ground.top(), DRAWS, 1, concentration=k, **options)
        for k in (None, 60)
    )
    chance, close = ({(r.unit, r.rank): 100 * r.share for r in d.itertuples()} for d in (wide, near))
    for city in names.index[2:]:
        p, q = chance[city, own[city]], close[city, own[city]]
        slips = {"fraction": p / 100, "near_weights": q, "complement": 100 - p}
        yield Task(p, slips, {"city": names[city], "rank": int(own[city])}, within=3.0)


@exercise(3, "ex-27", "n")
def without_one() -> Iterator[Task]:
    """Ask for the farthest that any city moves when one indicator is left out."""
    table = choices.leave_one_out(lab.panel(), lab.tree(), decimals=lab.decimals())
    far = table["change"].abs()
    slips = {"mean_change": far.mean(), "summed_changes": far.sum(), "one_direction": table["change"].min()}
    yield Task(far.max(), slips, {"n": table["dropped"].nunique()}, 0)


@exercise(3, "ex-28", "indicator")
def entropy() -> Iterator[Task]:
    """Ask for the entropy weight of a dimension of the public figures, in percent of the whole."""
    tree = lab.public_tree()
    panel = lab.public_panel()
    own = trees.leaf_weights(weighing.entropy(tree, panel))
    even = trees.leaf_weights(tree)
    for code in own.sort_values(ascending=False).index:
        family = tree.loc[tree["parent"] == tree.set_index("code")["parent"][code], "code"]
        slips = {"fraction": own[code], "given_weight": 100 * even[code]}
        slips |= {"within_family": 100 * own[code] / own[list(family)].sum()}
        yield Task(100 * own[code], slips, {"indicator": ground.title(code)}, 1)


@exercise(3, "ex-29")
def own_indicator() -> Iterator[Task]:
    """Ask for an indicator of one's own, with direction, weight and reason."""
    table = ground.public().dropna()
    cities = ground.names()
    ratio = table.iloc[:, 1] / table.iloc[:, -1]
    values = (ratio.reindex(cities.index).rank().fillna(1) ** 2).to_dict()
    why = "它说的是现有指标没有说的一面，每个城市都有数，多就是好。"
    good = {"values": values, "direction": 1, "weight": 5, "why": why}
    same = lab.panel().set_index("unit").iloc[:, 0].to_dict()
    slips = {
        "design_double": good | {"values": same},
        "design_weight": good | {"weight": 80},
        "design_why": good | {"why": ""},
        "design_gaps": good | {"values": dict(list(values.items())[1:])},
    }
    if _indicator(good)[0]:
        good["values"] = {c: float((7 * i) % len(cities)) for i, c in enumerate(cities.index)}
    yield Task(good, slips, judge=_indicator)


def _indicator(answer: object) -> tuple[str, dict[str, object]]:
    parts = ["values", "direction", "weight", "why"]
    if not isinstance(answer, Mapping) or set(parts) - set(answer):
        return "design_parts", {"parts": "、".join(parts)}
    names, codes = ground.names(), ground.any_name()
    given = {codes.get(str(k), str(k)): v for k, v in dict(answer["values"]).items()}
    bad = [k for k, v in given.items() if isinstance(v, (str, bool)) or v is None]
    if bad:
        return "design_text", {"city": names.get(bad[0], bad[0])}
    x = pd.Series(given, dtype=float).reindex(names.index)
    if x.isna().any():
        return "design_gaps", {"city": names[x.index[x.isna()][0]], "n": int(x.isna().sum())}
    if x.nunique() < 2:
        return "design_flat", {}
    if answer["direction"] not in (1, -1):
        return "design_direction", {}
    weight = answer["weight"]
    if isinstance(weight, (str, bool)) or not 0 < weight <= HEAVIEST:
        return "design_weight", {"most": HEAVIEST}
    if len(str(answer["why"]).strip()) < REASON:
        return "design_why", {"least": REASON}
    alike = lab.panel().set_index("unit").loc[names.index].corrwith(x).abs()
    if alike.max() > DOUBLE:
        return "design_double", {"other": ground.title(alike.idxmax()), "r": f"{alike.max():.2f}"}
    unit = 100 * (x - x.min()) / (x.max() - x.min())
    unit = unit if answer["direction"] == 1 else 100 - unit
    before = ground.level() @ ground.dimensions()["weight"]
    after = before * (1 - weight / 100) + unit * weight / 100
    moved = int((ground.place(after) != ground.place(before)).sum())
    return "", {
        "n": moved,
        "r": f"{alike.max():.2f}",
        "other": ground.title(alike.idxmax()),
    }


@exercise(3, "ex-30", "city", "least")
def guard() -> Iterator[Task]:
    """Ask for the condition that watches over a sentence: true now, false once it is no longer so."""
    total = ground.printed().iloc[:, 0].dropna()
    if len(total) < 2 or total.iloc[0] <= total.iloc[1]:
        raise Meaningless
    names, least = ground.names(), math.floor(total.iloc[0] - total.iloc[1])
    first = names[total.index[0]]
    slips = {
        "guard_cannot_fail": lambda scores: True,
        "guard_position": lambda scores: scores.iloc[0] - scores.iloc[1] >= least,
        "guard_false_now": lambda scores: scores[first] - scores.max() >= least,
        "guard_not_bool": lambda scores: scores[first],
    }

    def good(scores: pd.Series) -> bool:
        return scores[first] - scores.drop(first).max() >= least

    yield Task(good, slips, {"city": first, "least": least}, judge=_guard(first, least))


def _guard(first: str, least: float) -> Callable[[Any], tuple[str, dict[str, object]]]:
    def judge(answer: object) -> tuple[str, dict[str, object]]:
        if not callable(answer):
            return "guard_function", {}
        names = ground.names()
        total = ground.printed().iloc[:, 0].dropna()
        total.index = names[total.index]
        lower = total.where(total.index != first, total.drop(first).max() + least / 2)
        passed = total.where(total.index != total.index[1], total[first] + 1)
        cases = {"guard_false_now": (total, True), "guard_cannot_fail": (lower, False)}
        cases |= {"guard_passed": (passed, False), "guard_position": (total.iloc[::-1], True)}
        for code, (scores, wanted) in cases.items():
            try:
                said = answer(scores.copy())
            except Exception as why:
                return "guard_raises", {"why": f"{type(why).__name__}: {why}"}
            if not isinstance(said, (bool, np.bool_)):
                return "guard_not_bool", {"kind": type(said).__name__}
            if bool(said) != wanted:
                return code, {"city": first}
        return "", {}

    return judge
