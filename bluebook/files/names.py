"""Columns by the names that people give them, columns that only label, and cells as they are printed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import pandas as pd

from bluebook.data.csvio import number, numbers
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
KEYS = ("unit", "time", "code")  # never numbers
# Other names of a column, without blanks and in small letters; the first that is there is taken.
ALSO = {
    "unit": "ucode unitcode countrycode iso3 country region city 地区 城市 单位 省份 国家 uname unitname name 名称",
    "time": "year 年份 年度 年 时间",
    "code": "icode indcode indicatorcode indicator 指标代码 代码 指标",
    "parent": "上级代码 上级指标 上级",
    "weight": "权重",
    "direction": "方向",
    "score": "得分 分数 总分",
    "rank": "名次 排名 位次",
    "decimals": "小数位数",
    "group": "组 分组",
    "lower": "下限",
    "upper": "上限",
}
ROLES = {
    "tree": ("code", "parent", "weight", "direction"),
    "data": ("unit", "time"),
    "scores": ("unit", "time", "code", "score", "rank", "decimals"),
    "bounds": ("unit", "time", "code", "lower", "upper"),
    "groups": ("unit", "group"),
    "weights": ("unit", "time", "code", "weight"),
    "experts": (),
}
LISTED = 5  # names that a notice lists


def plain(name: str) -> str:
    """Return a column's name as it is compared: without blanks, dots and lines, in small letters.

    >>> plain("Unit code"), plain("u_Code")
    ('unitcode', 'ucode')
    """
    return re.sub(r"[\s_.\-]", "", name).casefold()


def renamed(header: Iterable[str], role: str, taken: Collection[str] = ()) -> dict[str, str]:
    """Return {column: the name it stands for} for the columns of a role that bear another name.

    ``taken``: names that mean themselves (the tree's codes). ``name`` and ``uName`` are a unit's only where
    nothing better is there.

    >>> renamed(["uCode", "uName", "Time", "x"], "data")
    {'uCode': 'unit', 'Time': 'time'}
    """
    free = {plain(column): column for column in reversed(list(header)) if column not in taken}
    out: dict[str, str] = {}
    for wanted in ROLES[role]:
        names = [wanted, *ALSO.get(wanted, "").split()]
        found = next((free[n] for n in names if n in free and free[n] not in out), None)
        if wanted not in header and found is not None:
            out[found] = wanted
    return out


def with_names(table: pd.DataFrame, role: str, name: str, taken: Collection[str] = ()) -> pd.DataFrame:
    """Return a table whose columns bear the names that the engine knows; warns with Notice of each change."""
    found = renamed(list(table.columns), role, taken)
    for old, new in found.items():
        SAYS.notice("renamed", table=name, old=old, new=new)
    return table.rename(columns=found)


def without_labels(
    table: pd.DataFrame, codes: Collection[str], name: str, others: Collection[str] = ()
) -> pd.DataFrame:
    """Return a table without the columns of text that are in no tree, and without ``others``, with a notice.

    A column outside the tree that holds a number stays, for whoever uses the table to judge.
    """
    spare = [c for c in table.columns if c not in codes and c not in KEYS]
    labels = [c for c in spare if c in others or not any(is_number(cell) for cell in table[c])]
    if labels:
        listed = ", ".join(labels[:LISTED]) + (" …" if len(labels) > LISTED else "")
        SAYS.notice("labels", table=name, columns=listed)
    return table.drop(columns=labels)


def is_number(cell: object) -> bool:
    try:
        return number(cell) == number(cell)
    except (ValueError, TypeError):
        return False


def as_written(table: pd.DataFrame, name: str, na: Collection[str], decimal: str) -> pd.DataFrame:
    """Return text cells as the engine reads them: ``na`` empty, the decimal sign a point; keys stay as typed.

    Raises BadInput for a number with a point where the decimal sign is another: 1.234 may be 1,234.
    """
    gone = {text.strip() for text in na}
    if not gone and decimal == ".":
        return table
    out = {}
    for column in table.columns:
        cells = table[column].tolist()
        if column not in KEYS:
            cells = ["" if cell.strip() in gone else cell for cell in cells] if gone else cells
            if decimal != ".":
                cells = [_pointed(cell, decimal, name, row, column) for row, cell in enumerate(cells, 2)]
        out[column] = pd.Series(cells, dtype=str)
    return pd.DataFrame(out)


def _pointed(cell: str, decimal: str, name: str, row: int, column: str) -> str:
    if re.fullmatch(rf"\s*[+-]?\d*{re.escape(decimal)}\d+([eE][+-]?\d+)?\s*", cell):
        return cell.replace(decimal, ".")
    if "." in cell and is_number(cell):
        SAYS.refuse("two_decimal_signs", name, row, column, cell=cell, decimal=decimal)
    return cell


def with_numbers(table: pd.DataFrame, keep: Sequence[str] = KEYS) -> pd.DataFrame:
    """Return a table of text whose columns come as floats where all their cells are numbers."""
    told = {c: numbers(table[c].tolist()) for c in table.columns if c not in keep}
    return table.assign(**{column: values for column, values in told.items() if values is not None})
