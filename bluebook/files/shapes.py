"""Two other shapes of an index: a workbook of the JRC's COIN Tool, and the pair of tables of COINr."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook.desk.reading import Book, Grid
from bluebook.files.books import letter, refuse_unsaved, text
from bluebook.files.names import is_number
from bluebook.index import tree as trees
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)

# --- COIN Tool ---------------------------------------------------------------------------------------------
# Where its input sheets hold what, rows and columns from 1: after COINr's import_coin_tool, which reads them.
DATABASE, FRAMEWORK = "Database", "Framework"
WEIGHT, DIRECTION, GOAL_LOWER, GOAL_UPPER = 7, 8, 9, 10
LEVELS = (14, 13, 12, 11)  # the codes above an indicator: sub-pillar, pillar, sub-index, index
NAME, CODE, FIRST = 15, 16, 17  # the indicator's name and code; the first unit
UNIT_NAME, UNIT_CODE, FIRST_INDICATOR = 2, 3, 5
FRAMEWORK_HEAD, GROUP_CODE, GROUP_WEIGHT = (4, 5), 3, 5  # the head stands one row lower in the oldest
NOTHING = ("n/a", "--")


class Tool(NamedTuple):
    """What a COIN Tool workbook holds: a tree, and data with the unit's code."""

    tree: pd.DataFrame
    data: pd.DataFrame


def is_coin_tool(book: Book) -> bool:
    """Return whether a workbook has the COIN Tool's two input sheets, laid out as it lays them out."""
    database = book.sheets.get(DATABASE)
    if database is None or FRAMEWORK not in book.sheets:
        return False
    return bool(database.text(CODE, FIRST_INDICATOR)) and bool(database.text(LEVELS[0], FIRST_INDICATOR))


def coin_tool(book: Book) -> Tool:
    """Return the tree and the data of a COIN Tool workbook. Raises BadInput that names sheet and cell.

    Indicators without a single value are left out, with a notice where they have a name; so is a level that
    all indicators share, which the tool leaves unused. ``n/a`` is a missing cell.
    """
    sheet, name = book.sheets[DATABASE], book.path.name
    for grid in (sheet, book.sheets[FRAMEWORK]):
        refuse_unsaved(grid, f"{name}#{grid.name}")
    rows = [r for r in sheet.rows() if r >= FIRST and _said(sheet, r, UNIT_NAME, UNIT_CODE)]
    columns, empty = [], []
    for column in sorted({c for r, c in sheet.cells if r == CODE and c >= FIRST_INDICATOR}):
        filled = any(_cell(sheet, row, column) for row in rows)
        (columns if filled else empty).append(column)
    if not rows or not columns:
        SAYS.refuse("tool_empty", f"{name}#{DATABASE}")
    lost = [sheet.text(CODE, c) for c in empty if _cell(sheet, NAME, c)]
    if lost:
        SAYS.notice("tool_no_data", file=name, codes=", ".join(lost))
    data = {"unit": [sheet.text(r, UNIT_CODE) or sheet.text(r, UNIT_NAME) for r in rows]}
    for column in columns:
        data[sheet.text(CODE, column)] = [_number(sheet, name, row, column) for row in rows]
    return Tool(_tool_tree(book, sheet, columns), pd.DataFrame(data, dtype=str))


def _said(sheet: Grid, row: int, *columns: int) -> str:
    return next((t for t in (_cell(sheet, row, c) for c in columns) if t), "")


def _cell(sheet: Grid, row: int, column: int) -> str:
    """Return a cell's text, "" where it is empty or says that there is nothing."""
    seen = sheet.at(row, column)
    told = "" if seen is None else text(seen)
    return "" if told.casefold() in NOTHING else told


def _number(sheet: Grid, name: str, row: int, column: int) -> str:
    told = _cell(sheet, row, column)
    if told and not is_number(told):
        SAYS.refuse("tool_no_number", f"{name}#{sheet.name}", cell=f"{letter(column)}{row}", text=told)
    return told


def _tool_tree(book: Book, sheet: Grid, columns: list[int]) -> pd.DataFrame:
    name, levels = book.path.name, {row: [sheet.text(row, c) for c in columns] for row in LEVELS}
    used = [row for row in LEVELS[:-1] if len(set(levels[row])) > 1] + [LEVELS[-1]]
    framework, weights = book.sheets[FRAMEWORK], {}
    for row in (r for r in framework.rows() if r > FRAMEWORK_HEAD[0]):
        if code := _cell(framework, row, GROUP_CODE):
            weights[code] = _number(framework, name, row, GROUP_WEIGHT)
    above: dict[str, str] = {}
    out = []
    for at, column in enumerate(columns):
        chain = [sheet.text(CODE, column), *(levels[row][at] for row in used)]
        for place, (code, parent) in enumerate(zip(chain[1:], [*chain[2:], ""], strict=True), 1):
            if not code or above.setdefault(code, parent) != parent:
                where = f"{letter(column)}{used[place - 1]}"
                SAYS.refuse("tool_level", f"{name}#{DATABASE}", cell=where, code=code or "—")
        told = [_number(sheet, name, row, column) for row in (WEIGHT, DIRECTION, GOAL_LOWER, GOAL_UPPER)]
        out.append((chain[0], chain[1], *told))
    out += [(code, parent, weights.get(code, ""), "1", "", "") for code, parent in above.items()]
    return pd.DataFrame(out, columns=["code", "parent", "weight", "direction", "goal_lower", "goal_upper"])


# --- COINr -------------------------------------------------------------------------------------------------

META = ("iCode", "Level", "Weight", "Direction", "Parent", "Type")
IN_TREE = ("Indicator", "Aggregate")


def is_coinr_meta(header: list[str]) -> bool:
    """Return whether a header is that of COINr's iMeta."""
    return {"iCode", "Parent", "Type"} <= set(header)


def coinr_tree(meta: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a tree from COINr's iMeta, text cells, and the codes that are no part of it.

    Those are columns of iData that make groups or denominators. Raises BadInput for an unknown Type.
    """
    told = meta.map(lambda cell: "" if cell.strip() == "NA" else cell)
    told["iCode"] = meta["iCode"]
    for row, kind in enumerate(told["Type"], 2):
        if kind not in (*IN_TREE, "Group", "Denominator", "Other"):
            SAYS.refuse("coinr_type", name, row, "Type", kind=kind)
    within = told["Type"].isin(IN_TREE)
    known = {"iCode": "code", "Parent": "parent", "Weight": "weight", "Direction": "direction"}
    tree = told[within].rename(columns=known | {"Target": "target"}).reset_index(drop=True)
    return tree, told.loc[~within, "iCode"].tolist()


def coinr_pair(tree: pd.DataFrame, data: pd.DataFrame, root: str = "NA") -> dict[str, pd.DataFrame]:
    """Return {"iData": …, "iMeta": …}: a tree and its data as COINr's ``new_coin`` takes them.

    ``tree`` as `bb.read_tree` returns it, ``data`` with ``unit``[, ``time``] and its leaves. ``root`` is
    written as the root's parent: R reads NA in a CSV, an empty cell in a workbook. Raises BadInput where
    COINr would not take the tree: an indicator that does not hang on the lowest level of parents, or a parent
    more than one level above its child.
    """
    level = dict.fromkeys(trees.leaves(tree), 1)
    parent = dict(zip(tree["code"], tree["parent"], strict=True))
    for family in trees.families(tree):
        level[family.parent] = 1 + max(level[child] for child in family.children)
        for child in family.children:
            if level[child] != level[family.parent] - 1:
                told = {"code": child, "parent": family.parent, "levels": level[family.parent] - level[child]}
                SAYS.refuse("coinr_ragged", "TREE", None, "parent", **told)
    if odd := [code for code in tree["code"] if code[:1].isdigit()]:
        SAYS.notice("coinr_digit", code=odd[0])
    leaf = tree["code"].isin(trees.leaves(tree))
    columns = {
        "iCode": tree["code"],
        "iName": tree["code"],
        "Level": tree["code"].map(level),
        "Parent": [parent[code] or root for code in tree["code"]],
        "Weight": tree["weight"].where(tree["parent"] != "", 1.0),
        "Direction": tree["direction"].astype(int),
        "Type": np.where(leaf, "Indicator", "Aggregate"),
    }
    if not any(math.isnan(target) for target in tree.loc[leaf, "target"]):
        columns["Target"] = tree["target"]
    keys = {"uCode": data["unit"], "uName": data["unit"]}
    keys |= {"Time": data["time"]} if "time" in data else {}
    values = data[trees.leaves(tree)]
    return {"iData": pd.DataFrame(keys).join(values), "iMeta": pd.DataFrame(columns)}
