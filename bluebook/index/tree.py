"""The indicator tree and the data that hang on it: read, check, cut. Knows no file's place by itself.

A tree is a table with one row a code: ``code,parent,weight,direction`` and optionally
``goal_lower,goal_upper,transform,aggregation,target``. The root has an empty parent; codes that are nobody's
parent are the indicators (leaves). Weights count among siblings only and are renormalised there, so 25 of
100 and 1 of 4 are the same; the root's own weight means nothing and may be empty.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from bluebook.index.tables import LARGEST, floats, need, number, read_table, texts
from bluebook.messages import Catalogue, message

SAYS = Catalogue(__file__)
NEEDED = ["code", "parent", "weight", "direction"]
TREE_COLUMNS = [*NEEDED, "goal_lower", "goal_upper", "transform", "aggregation", "target"]
TRANSFORMS = {"": None, "none": None, "ln": np.log, "log": np.log, "log10": np.log10}
MEANS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
OTHER_MEANS = ("median", "sum", "inverted")  # no power means: `aggregate.combine` knows them by name


class Family(NamedTuple):
    """A parent and its children: ``shares`` (k,) sum to 1, the weights as given to ``total``; ``height`` 1
    stands directly above leaves.
    """

    parent: str
    children: tuple[str, ...]
    shares: np.ndarray
    height: int
    aggregation: str
    total: float


# --- one tree ----------------------------------------------------------------------------------------------


class Flaw(NamedTuple):
    """What keeps a table from being one tree; ``at`` counts rows from 0, None means the whole table."""

    code: str
    at: int | None
    column: str
    value: str
    fields: dict[str, Any]

    def texts(self) -> tuple[str, str]:
        """Return the problem and, behind the first semicolon, its mend, in (zh, en)."""
        return message(__file__, self.code, **self.fields)


def flaws(codes: Sequence[str], parents: Sequence[str]) -> Iterator[Flaw]:
    """Yield all that keeps ``codes`` with their ``parents`` from being one tree, each cause once.

    Every code once and named, one root, every parent a code, every code below the root. Serves any table with
    these two columns: the TREE of a command, which stops at the first, and an edition's ``indicators.csv``,
    whose check tells them all.

    >>> [(f.code, f.at, f.value) for f in flaws(["r", "x", "y"], ["", "r", "q"])]
    [('unknown_parent', 2, 'q')]
    """
    first: dict[str, int] = {}
    for at, code in enumerate(codes):
        if not code:
            yield Flaw("no_code", at, "code", "", {})
        elif code in ("unit", "time"):
            yield Flaw("reserved_code", at, "code", code, {"code": code})
        elif code in first:
            yield Flaw("code_twice", at, "code", code, {"code": code, "first": first[code] + 2})
        first.setdefault(code, at)
    if not codes:
        yield Flaw("no_codes", None, "", "", {})
        return
    parent_of = {code: parents[at] for code, at in first.items() if code}
    roots = [code for code, parent in parent_of.items() if not parent]
    if not roots:
        yield Flaw("no_root", None, "parent", "", {})
    for code in roots[1:]:
        listed = {"roots": len(roots), "listed": ", ".join(roots[:5])}
        yield Flaw("several_roots", first[code], "parent", code, listed)
    for code, parent in parent_of.items():
        if parent and parent not in first:
            yield Flaw("unknown_parent", first[code], "parent", parent, {"parent": parent})
    if roots and roots[0] not in parents:
        yield Flaw("bare_root", first[roots[0]], "code", roots[0], {"code": roots[0]})
    ended: set[str] = set()  # codes whose way up is known
    for code in parent_of:
        way: dict[str, None] = {}
        while code in parent_of and code not in ended and code not in way:
            way[code] = None
            code = parent_of[code]
        if code in way:
            circle = list(way)[list(way).index(code) :]
            told = {"code": code, "way": " → ".join([*circle, code]), "root": roots[0] if roots else "—"}
            yield Flaw("circle", first[code], "parent", parent_of[code], told)
        ended.update(way)


def uneven(parents: Sequence[str], weights: Sequence[float], whole: float = 100.0) -> Iterator[Flaw]:
    """Yield the families whose weights do not sum to ``whole`` (within 1e-6); a family with a gap is left
    alone.

    Not asked of a TREE, whose weights are renormalised, but of an edition, which prints them.

    >>> [f.value for f in uneven(["", "r", "r"], [math.nan, 60, 41])]
    ['101']
    """
    rows: dict[str, list[int]] = {}
    for at, parent in enumerate(parents):
        if parent:
            rows.setdefault(parent, []).append(at)
    for parent, mine in rows.items():
        total = math.fsum(weights[at] for at in mine)
        if abs(total - whole) > 1e-6:
            told = {"parent": parent, "total": total, "whole": whole}
            yield Flaw("weights_sum", mine[0], "weight", f"{total:.10g}", told)


def read(source: str | Path | pd.DataFrame, name: str = "", *, weights: bool = True) -> pd.DataFrame:
    """Return a checked indicator tree with the columns ``TREE_COLUMNS``, in the order given.

    ``source``: a CSV or a DataFrame: code, parent ("": the root), weight, direction and what is optional;
    extra columns are dropped. Weights stay as given (any unit): ask :func:`families` for shares.
    ``weights=False`` lets them be empty (NaN), as when they are what is sought. Raises BadInput, naming row,
    column, value and mend, for: a missing column, what :func:`flaws` finds, a weight ≤ 0 (or below 1e-100), a
    leaf's direction other than 1 or -1, half a pair of goalposts or a lower one not below the upper, an
    unknown transform or aggregation. A parent's direction -1 means that its score counts against the index.
    What a row cannot use (goalposts or a transform on a parent, a direction on the root, an aggregation on a
    leaf) is ignored with a :class:`Notice`.

    >>> tree = bb.read_tree(bb.indicators(2022))
    >>> tree[["code", "parent", "weight"]].values.tolist()[1]
    ['input', 'index', 25.0]
    """
    frame = read_table(source, name)
    name = name or ("TREE" if isinstance(source, pd.DataFrame) else Path(source).name)
    need(frame, NEEDED, name)
    codes, parents = texts(frame, "code"), texts(frame, "parent")
    weight, direction = floats(frame, "weight", name), floats(frame, "direction", name)
    lower, upper = floats(frame, "goal_lower", name), floats(frame, "goal_upper", name)
    target = floats(frame, "target", name)
    transform, aggregation = texts(frame, "transform"), texts(frame, "aggregation")
    for flaw in flaws(codes, parents):
        row = None if flaw.at is None else flaw.at + 2
        SAYS.refuse(flaw.code, name, row, flaw.column, **flaw.fields)
    inner = set(parents)
    for i, (code, parent) in enumerate(zip(codes, parents, strict=True)):
        row = i + 2
        if parent and weights and math.isnan(weight[i]):
            SAYS.refuse("no_weight", name, row, "weight", code=code)
        if parent and weight[i] < 1 / LARGEST:
            SAYS.refuse("weight_not_positive", name, row, "weight", code=code, weight=weight[i])
        goal = not (math.isnan(lower[i]) and math.isnan(upper[i]))
        if code in inner:
            _power_of(aggregation[i], name, row)
            turned = parent != "" and direction[i] == -1
            unused = {
                "direction": direction[i] == direction[i] != 1 and not turned,
                "goal_lower/goal_upper": goal,
                "transform": transform[i] not in ("", "none"),
            }
            direction[i], transform[i] = -1.0 if turned else 1.0, ""
            lower[i], upper[i] = math.nan, math.nan
        else:
            _check_leaf(name, row, code, direction[i], lower[i], upper[i], transform[i])
            unused = {"aggregation": aggregation[i] != ""}
            aggregation[i] = ""
        if any(unused.values()):
            what = ", ".join(k for k, v in unused.items() if v)
            SAYS.notice("unused", table=name, row=row, what=what, code=code)
    columns = [codes, parents, weight, direction, lower, upper, transform, aggregation, target]
    return pd.DataFrame(dict(zip(TREE_COLUMNS, columns, strict=True)))


def _check_leaf(
    name: str, row: int, code: str, direction: float, lower: float, upper: float, transform: str
) -> None:
    """An indicator's direction, goalposts and transform."""
    if direction not in (1, -1):
        value = "" if math.isnan(direction) else f"{direction:g}"
        SAYS.refuse("direction", name, row, "direction", code=code, direction=value)
    if transform not in TRANSFORMS:
        known = ", ".join(k for k in TRANSFORMS if k)
        SAYS.refuse("unknown_transform", name, row, "transform", transform=transform, known=known)
    if math.isnan(lower) != math.isnan(upper):
        SAYS.refuse("one_goalpost", name, row, "goal_lower", code=code)
    if lower >= upper:
        SAYS.refuse("goalposts_reversed", name, row, "goal_lower", lower=lower, upper=upper)
    if TRANSFORMS[transform] and lower <= 0:
        SAYS.refuse("goal_without_logarithm", name, row, "goal_lower", lower=lower)


def _power_of(method: str, name: str = "", row: int | None = None) -> float | str:
    """The exponent of a power mean, or the name of another way; "" is NaN."""
    if not method or method in MEANS:
        return MEANS.get(method, math.nan)
    if method in OTHER_MEANS:
        return method
    if method.startswith("power:"):
        try:
            power = number(method[6:])
            if not math.isnan(power):
                return power
        except ValueError:
            pass
    SAYS.refuse("unknown_mean", name or "--aggregate", row, "aggregation" if name else "", method=method)


def power(method: str) -> float | str:
    """Return the exponent of a mean: arithmetic 1, geometric 0, harmonic -1, ``power:P`` P; or the name of
    one that is no power mean: median, sum, inverted. Else BadInput.

    >>> power("harmonic"), power("power:2"), power("median")
    (-1.0, 2.0, 'median')
    """
    value = _power_of(method)
    if value != value:
        SAYS.refuse("no_mean", "--aggregate")
    return value


# --- what hangs where --------------------------------------------------------------------------------------


def _children(tree: pd.DataFrame) -> dict[str, list[str]]:
    """Every parent's children, in the tree's order; the root stands under ""."""
    out: dict[str, list[str]] = {}
    for code, parent in zip(tree["code"].tolist(), tree["parent"].tolist(), strict=True):
        out.setdefault(parent, []).append(code)
    return out


def families(tree: pd.DataFrame) -> list[Family]:
    """Return every parent with its children of a checked tree, children's families before their parent's.

    Where weights are empty the shares are NaN.
    """
    children = _children(tree)
    weight = dict(zip(tree["code"].tolist(), tree["weight"].tolist(), strict=True))
    aggregation = dict(zip(tree["code"].tolist(), tree["aggregation"].tolist(), strict=True))
    order, queue = [], list(children[""])
    while queue:
        code = queue.pop()
        if code in children:
            order.append(code)
            queue.extend(children[code])
    height: dict[str, int] = {}
    out = []
    for code in reversed(order):
        kids = children[code]
        height[code] = 1 + max(height.get(kid, 0) for kid in kids)
        w = np.array([weight[kid] for kid in kids])
        out.append(Family(code, tuple(kids), w / w.sum(), height[code], aggregation[code], float(w.sum())))
    return sorted(out, key=lambda family: family.height)


def turned(tree: pd.DataFrame) -> list[str]:
    """Return the parents that count against the index: those of direction -1."""
    return [p for p in tree.loc[tree["direction"] == -1, "code"] if p in set(tree["parent"])]


def refuse_turned(tree: pd.DataFrame) -> None:
    """Raise BadInput where a parent counts against the index, for what knows only indicators that do."""
    if found := turned(tree):
        SAYS.refuse("turned_parent", "TREE", None, "direction", code=found[0])


def leaves(tree: pd.DataFrame) -> list[str]:
    """Return the indicators: the codes that are nobody's parent, in the tree's order.

    >>> bb.leaves(bb.public_tree())[:3]
    ['budget_science_share_pct', 'invention_patents_granted', 'utility_model_patents_granted']
    """
    inner = set(tree["parent"].tolist())
    return [code for code in tree["code"].tolist() if code not in inner]


def root(tree: pd.DataFrame) -> str:
    """Return the code without a parent."""
    return tree["code"].tolist()[tree["parent"].tolist().index("")]


def leaf_weights(tree: pd.DataFrame) -> pd.Series:
    """Return each indicator's share of the whole: the product of shares up to the root (sums to 1).

    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": [None, 3, 1]})
    >>> bb.leaf_weights(bb.read_tree(tree.assign(direction=1))).to_dict()
    {'x': 0.75, 'y': 0.25}
    """
    share = {root(tree): 1.0}
    for family in reversed(families(tree)):
        for child, w in zip(family.children, family.shares, strict=True):
            share[child] = share[family.parent] * w
    names = leaves(tree)
    return pd.Series([share[leaf] for leaf in names], index=names, name="weight")


def with_weights(tree: pd.DataFrame, weights: Mapping[str, float] | pd.Series) -> pd.DataFrame:
    """Return the tree with the weights of the codes in ``weights`` replaced (unknown codes: BadInput)."""
    new = dict(weights)
    for code in new:
        if code not in set(tree["code"]):
            SAYS.refuse("not_in_tree", "weights", None, str(code))
    weight = [new.get(code, old) for code, old in zip(tree["code"], tree["weight"], strict=True)]
    return read(tree.assign(weight=weight))


def below(tree: pd.DataFrame, codes: Iterable[str]) -> set[str]:
    """Return every code strictly below one of ``codes``."""
    children = _children(tree)
    found: set[str] = set()
    queue = list(codes)
    while queue:
        new = [code for code in children.get(queue.pop(), []) if code not in found]
        found.update(new)
        queue.extend(new)
    return found


def without(tree: pd.DataFrame, *codes: str) -> pd.DataFrame:
    """Return the tree (of `read_tree`) without ``codes`` and all below; a parent left childless goes too.

    >>> bb.without(bb.public_tree(), "input", "output")["parent"].unique().tolist()
    ['', 'index', 'environment', 'performance']
    """
    gone = set(codes) | below(tree, codes)
    for family in families(tree):
        if all(child in gone for child in family.children):
            gone.add(family.parent)
    return tree[~tree["code"].isin(gone)].reset_index(drop=True)


def prune(tree: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Return the tree (of `read_tree`) cut off below ``codes``, which become indicators (of direction 1).

    >>> tree = bb.read_tree(bb.indicators(2022))
    >>> bb.leaves(bb.cut_tree(tree, bb.dimensions(2022)["code"]))
    ['input', 'output', 'enterprise', 'environment', 'performance']
    """
    cut = tree[~tree["code"].isin(below(tree, codes))].reset_index(drop=True)
    return cut.assign(aggregation=cut["aggregation"].mask(cut["code"].isin(codes), ""))


# --- data on the tree --------------------------------------------------------------------------------------


def match(data: pd.DataFrame, tree: pd.DataFrame, name: str = "DATA") -> tuple[pd.DataFrame, np.ndarray]:
    """Return the keys (``unit``[, ``time``]) and the values (rows × leaves, NaN where missing) of ``data``.

    Spaces around a key do not count, as nobody sees them in a spreadsheet.
    Columns may stand in any order; the values come in the tree's. Raises BadInput for: no unit column, a leaf
    without a column, a column that is no leaf, an empty or repeated unit (or unit and time), a cell that is
    not a number up to LARGEST in size, no rows.
    """
    need(data, ["unit"], name)
    keys = ["unit", "time"] if "time" in data.columns else ["unit"]
    names = leaves(tree)
    known, every = set(names), set(tree["code"].tolist())
    for column in data.columns:
        if column not in known and column not in keys:
            SAYS.refuse("parent_column" if column in every else "unknown_column", name, 1, str(column))
    for leaf in names:
        if leaf not in data.columns:
            SAYS.refuse("leaf_without_column", name, 1, leaf)
    if not len(data):
        SAYS.refuse("no_rows", name)
    key = _keys(data[keys].reset_index(drop=True).rename_axis(columns=None), name)
    told = {leaf: floats(data, leaf, name) for leaf in names if data[leaf].dtype.kind not in "fiu"}
    values = data[names].assign(**told).to_numpy(dtype=float)
    large = np.abs(values) > LARGEST
    if large.any():
        row, column = np.argwhere(large)[0]
        told = {"unit": key["unit"][row], "value": values[row, column]}
        SAYS.refuse("value_too_large", name, int(row) + 2, names[column], **told)
    return key, values


def _plain(keys: list) -> list:
    """Return keys as they compare: texts without spaces around them, in Unicode's composed form."""
    try:
        bare = [*map(str.strip, keys)]
    except TypeError:  # some are no texts
        return [_plain([key])[0] if isinstance(key, str) else key for key in keys]
    return bare if "".join(bare).isascii() else [unicodedata.normalize("NFC", key) for key in bare]


def _keys(key: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the keys stripped, each there and there once, each time written in one way."""
    for column in key.columns:
        if key[column].dtype.kind not in "fiu":
            key[column] = _plain(key[column].tolist())
        empty = key[column].isna() | (key[column] == "")
        if empty.any():
            SAYS.refuse("empty_key", name, int(empty.to_numpy().argmax()) + 2, column)
    twice = key.duplicated()
    if twice.any():
        at = int(twice.to_numpy().argmax())
        SAYS.refuse("unit_twice", name, at + 2, "unit", unit=" ".join(str(v) for v in key.iloc[at]))
    written: dict[float, object] = {}
    for time in key["time"].unique() if "time" in key else ():
        try:
            other = written.setdefault(float(time), time)
        except (ValueError, TypeError):
            continue  # "2020 H1" is no number
        if other != time:
            row = int((key["time"] == time).to_numpy().argmax()) + 2
            SAYS.refuse("time_two_ways", name, row, "time", time=time, other=other)
    return key
