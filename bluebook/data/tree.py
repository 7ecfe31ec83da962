"""What keeps an edition's indicators from being one tree with weights that sum to 100."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from bluebook.data.csvio import numbers
from bluebook.data.faults import Fault, fault


def tree_faults(name: str, tree: pd.DataFrame) -> Iterator[Fault]:
    """Yield what keeps the indicators from being one tree: roots, unknown parents, cycles."""
    parents = dict(zip(tree["code"], tree["parent"], strict=True))
    rows = dict(zip(tree["code"], tree.index, strict=True))
    roots = [code for code, parent in parents.items() if not parent]
    for code in roots[1:]:
        yield fault(__file__, "two_roots", name, rows[code], "parent", code, first=roots[0], code=code)
    if not roots:
        yield fault(__file__, "no_root", name, None, "parent")
    for code, parent in parents.items():
        if parent and parent not in parents:
            yield fault(__file__, "no_such_parent", name, rows[code], "parent", parent, code=code)
    named: set[str] = set()
    for code in parents:
        way = [code]
        while parents.get(way[-1]) and parents[way[-1]] not in way:
            way.append(parents[way[-1]])
        back = parents.get(way[-1], "")
        if back and not named & set(way):
            circle = way[way.index(back) :]
            named |= set(circle)
            shown = " → ".join([*circle, circle[0]])
            yield fault(__file__, "circle", name, rows[circle[0]], "parent", parents[circle[0]], circle=shown)


def weights_faults(name: str, tree: pd.DataFrame) -> Iterator[Fault]:
    """Yield families whose weights do not sum to 100 (within 1e-6), and weights without a basis."""
    for parent, family in tree[tree["parent"] != ""].groupby("parent", sort=False):
        values = numbers(family["weight"].tolist(), printed=True)
        filled = family["weight"] != ""
        if values is None or not filled.any():
            continue  # not a number was named already; a draft may have no weights yet
        for row in family.index[~filled]:
            yield fault(__file__, "weight_missing", name, row, "weight", parent=parent)
        total = float(values[filled.to_numpy()].sum())
        if abs(total - 100) > 1e-6:
            shown = f"{total:.10g}"
            yield fault(
                __file__,
                "weights_sum",
                name,
                int(family.index[0]),
                "weight",
                shown,
                parent=parent,
                total=shown,
            )
    for row, weight, basis, parent in tree[["weight", "weight_basis", "parent"]].itertuples():
        if weight and parent and not basis:
            yield fault(__file__, "weight_without_basis", name, row, "weight_basis")
