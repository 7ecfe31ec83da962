"""What a workbook says that is hardly meant, and the ranking that follows from it.

That a value is many times last year's, the data room finds (`bluebook.data.meaning`).
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from bluebook import index
from bluebook.data import edition as editions
from bluebook.data.faults import Fault
from bluebook.desk import sheets, tables
from bluebook.desk.filled import Filled, Place, Row
from bluebook.index import tree as trees
from bluebook.messages import BadInput, Notice

JUMP = 6  # places that a city moves by itself
MOVED = 5.0  # points of a hundred that a weight moves by itself
ALIKE = 0.6  # of a figure's name that a subject has to hold


def ranking(root: Path, year: int, before: int, filled: Filled) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the ranking that follows, and warnings of cities that move by more than `JUMP` places.

    Columns: city (name), score (text, as printed), rank, before (<NA>: none), computed. From data and weights
    where every indicator has values, else from the scores that were filled in; empty where there are neither.
    """
    names = editions.cities().set_index("city")["name_zh"]
    decimals = editions.edition(year).get("decimals")
    decimals = decimals if isinstance(decimals, int) else 2
    found = _computed(filled, decimals)
    computed = not found.empty
    found = found if computed else _printed(filled)
    if found.empty:
        return pd.DataFrame(columns=["city", "score", "rank", "before", "computed"]), []
    then = _ranks(root, before) if before != year else {}
    moved = []
    for city, rank in found["rank"].items():
        was = then.get(city)
        if was is not None and abs(rank - was) > JUMP:
            place = _of_city(filled, city, computed)
            told = {"city": names.get(city, city), "rank": int(rank), "was": was, "year": before}
            moved.append(place.fault("rank_jump", **told))
    out = found.assign(
        city=[names.get(c, c) for c in found.index],
        score=["" if s != s else f"{s:.{decimals}f}" for s in found["score"]],
        before=pd.array([then.get(c) for c in found.index], dtype="Int64"),
        computed=computed,
    )
    return out.sort_values("rank", kind="stable").reset_index(drop=True), moved


def _computed(filled: Filled, decimals: int) -> pd.DataFrame:
    """Return score and rank by city from the data, empty where they cannot be reckoned."""
    blank = pd.DataFrame(columns=["score", "rank"])
    tree, rows = _frame(filled, "indicators"), _frame(filled, "observations")
    if tree.empty or rows.empty:
        return blank
    try:
        values = rows.assign(value=rows["value"].astype(float))
        data = values.pivot_table(index="city", columns="indicator", values="value", aggfunc="first")
        if set(sheets.leaves(tree)) - set(data):
            return blank
        told = tree[["code", "parent", "weight", "direction"]].assign(
            weight=[float(w) if w else np.nan for w in tree["weight"]],
            direction=tree["direction"].astype(int),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Notice)
            read = trees.read(told)
            result = index.score(data.rename_axis("unit").reset_index(), read, decimals=decimals)
    except (BadInput, ValueError, KeyError, ArithmeticError):
        return blank  # the faults say why
    top = trees.root(read)
    found = pd.DataFrame({"score": result.scores[top], "rank": result.ranks[top]}).dropna()
    return found.astype({"rank": int})


def _printed(filled: Filled) -> pd.DataFrame:
    """Return score and rank by city as they were filled in."""
    rows, tree = _frame(filled, "scores"), _frame(filled, "indicators")
    if rows.empty:
        return pd.DataFrame(columns=["score", "rank"])
    top = tree.loc[tree["parent"] == "", "code"].tolist()[:1] if not tree.empty else ["index"]
    own = rows[rows["code"].isin(top)].drop_duplicates("city").set_index("city")
    found = own[["score", "rank"]].apply(pd.to_numeric, errors="coerce").dropna(subset=["rank"])
    return found.astype({"rank": int})


def _ranks(root: Path, year: int) -> dict[str, int]:
    table = tables.rows_of(root, "scores", year)
    total = table[(table["code"] == "index") & table["rank"].str.fullmatch("[0-9]+")]
    return {city: int(rank) for city, rank in zip(total["city"], total["rank"], strict=True)}


def _of_city(filled: Filled, city: str, computed: bool) -> Place:
    if computed:
        return filled.at.get(("observations", "city", city), Place(filled.file, sheets.DATA))
    rows = (r for r in filled.tables.get("scores", []) if r["city"].text == city)
    return next((r["rank"].place for r in rows), Place(filled.file, "已发布得分"))


def weights(root: Path, before: int, filled: Filled) -> list[Fault]:
    """Return weights that are `MOVED` points or more from the last edition's."""
    last = tables.rows_of(root, "indicators", before).set_index("code")["weight"].to_dict()
    out = []
    for row in filled.tables.get("indicators", []):
        now, then = (_number(t) for t in (row["weight"].text, last.get(row["code"].text, "")))
        if abs(now - then) >= MOVED - 1e-9:
            told = {"was": f"{then:g}", "year": before, "name": row["name_zh"].text}
            out.append(row["weight"].place.fault("weight_moved", row["weight"].text, **told))
    return out


def elsewhere(root: Path, filled: Filled) -> list[Fault]:
    """Return quoted figures that the tables of the economy print otherwise: same region, period and unit."""
    series = editions.table("economy/series.csv", root)
    names = editions.table("economy/names.csv", root).set_index("series")["name_zh"].to_dict()
    there: dict[tuple[str, str, str], list[tuple[str, float]]] = {}
    for name, region, period, value, unit in series[
        ["series", "region", "period", "value", "unit"]
    ].itertuples(index=False):
        if name in names and value == value:
            there.setdefault((region, period, unit), []).append((names[name], value))
    out = []
    for row in filled.tables.get("claims", []):
        if row["evidence"].text or row["relation"].text:
            continue
        value, subject = _number(row["value"].text), row["subject_zh"].text
        near = [v for n, v in there.get(_key(row), ()) if _alike(n, subject)]
        half = 0.5 * 10 ** -len(row["value"].text.partition(".")[2]) + 1e-9
        if near and value == value and all(abs(value - v) > half for v in near):
            told = {"other": "、".join(f"{v:g}" for v in dict.fromkeys(near)), "unit": row["unit"].text}
            out.append(row["value"].place.fault("other_in_economy", row["value"].text, **told))
    return out


def _alike(name: str, subject: str) -> bool:
    """Return whether a subject speaks of a figure: most of its name, brackets and remarks off, stands there.

    >>> _alike("地区（国内）生产总值增速，不变价", "全省生产总值增速"), _alike("货物进口", "生产总值")
    (True, False)
    """
    core = re.sub("（[^）]*）|，.*", "", name)
    pairs = [core[i : i + 2] for i in range(len(core) - 1)]
    return sum(pair in subject for pair in pairs) >= ALIKE * max(len(pairs), 1)


def _key(row: Row) -> tuple[str, str, str]:
    return row["region"].text, row["period"].text, row["unit"].text


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _frame(filled: Filled, kind: str) -> pd.DataFrame:
    return pd.DataFrame([{k: c.text for k, c in row.items()} for row in filled.tables.get(kind, [])])
