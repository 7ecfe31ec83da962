"""The indicator tree and the data that hang on it: read, check, write. Knows no file's place by itself.

A tree is a table with one row a code: ``code,parent,weight,direction`` and optionally
``goal_lower,goal_upper,transform,aggregation``. The root has an empty parent; codes that are nobody's
parent are the indicators (leaves). Weights count among siblings only and are renormalised there, so 25 of
100 and 1 of 4 are the same; the root's own weight means nothing and may be empty.
"""

from __future__ import annotations

import contextlib
import csv
import math
import os
import tempfile
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

import numpy as np
import pandas as pd

from bluebook.words import BadInput, one_line

TREE_COLUMNS = [
    "code",
    "parent",
    "weight",
    "direction",
    "goal_lower",
    "goal_upper",
    "transform",
    "aggregation",
]
NAME = 1000  # letters in a column name; the csv module has a limit of its own that other packages move
LARGEST = 1e100  # in size, for any number read: squares and sums of such numbers cannot overflow
TRANSFORMS = {"": None, "none": None, "ln": np.log, "log": np.log, "log10": np.log10}


class Notice(UserWarning):
    """Something a reader of the result must know, in both languages; the command line prints it to stderr."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = one_line(zh), one_line(en)
        super().__init__(f"{self.zh} / {self.en}")


def notice(zh: str, en: str) -> None:
    """Warn with a :class:`Notice`: used wherever a documented rule changes, drops or ignores something."""
    warnings.warn(Notice(zh, en), stacklevel=3)


class Family(NamedTuple):
    """A parent and its children: ``shares`` (k,) sum to 1; ``height`` 1 stands directly above leaves."""

    parent: str
    children: tuple[str, ...]
    shares: np.ndarray
    height: int
    aggregation: str


def bad(name: str, row: int | None, column: str, zh: str, en: str) -> NoReturn:
    """Raise BadInput with the place first: table, row (the header is row 1), column."""
    at_zh = name + (f" 第 {row} 行" if row else "") + (f" {column} 列" if column else "")
    at_en = name + (f" row {row}" if row else "") + (f" column {column}" if column else "")
    raise BadInput(f"{at_zh}：{zh}", f"{at_en}: {en}")


def number(cell: object) -> float:
    """Return a cell as a finite float, NaN for an empty one; raise ValueError for anything else.

    Stricter than ``float``: no "nan", "inf", "1_000", True or full-width digits.
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return math.nan
    if isinstance(cell, str):
        if not cell.isascii() or "_" in cell:
            raise ValueError(cell)
        value = float(cell)
        if not math.isfinite(value):
            raise ValueError(cell)
        return value
    if isinstance(cell, (bool, np.bool_)):
        raise ValueError(cell)
    value = float(cell)  # type: ignore[arg-type]
    if math.isinf(value):
        raise ValueError(cell)
    return value


def read_table(source: str | Path | pd.DataFrame, name: str = "", *, numbers: bool = False) -> pd.DataFrame:
    """Return a CSV (UTF-8, with or without BOM) as a DataFrame; a DataFrame comes back as it is.

    Cells are text, "" where empty. With ``numbers`` every column but the first, and ``unit``, ``time``, ``code``,
    comes as float where all its cells are numbers (empty is NaN) and stays text otherwise.
    Raises BadInput for a file that is missing, empty, not UTF-8, has a column twice or a row longer than the
    header; what a shorter row lacks counts as empty.
    """
    if isinstance(source, pd.DataFrame):
        return source
    path = Path(source)
    name = name or path.name
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = [h.strip() for h in next(csv.reader(file), [])]
        if any(len(h) > NAME for h in header):
            raise csv.Error(f"> {NAME}")
    except csv.Error as error:
        bad(name, 1, "", f"读不出列名（{error}）", f"cannot be read as column names ({error})")
    except FileNotFoundError:
        bad(str(path), None, "", "没有这个文件；请检查路径", "no such file; check the path")
    except UnicodeDecodeError:
        bad(name, None, "", "不是 UTF-8 编码；请另存为“CSV UTF-8”", "is not UTF-8; save it as “CSV UTF-8”")
    except OSError as error:
        bad(str(path), None, "", f"读不了（{error.strerror}）", f"cannot be read ({error.strerror})")
    if not any(header):
        bad(name, None, "", "是空的；第一行应是列名", "is empty; the first row must name the columns")
    for i, h in enumerate(header):
        if not h:
            bad(
                name,
                1,
                "",
                f"第 {i + 1} 列没有列名；请补上或删去",
                f"column {i + 1} has no name; name it or delete it",
            )
        if h in header[:i]:
            bad(name, 1, h, "出现两次；请删去一列", "appears twice; delete one")
    text = [h for i, h in enumerate(header) if not numbers or i == 0 or h in ("unit", "time", "code")]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                path,
                encoding="utf-8-sig",
                header=0,
                names=header,
                dtype=dict.fromkeys(text, str),
                keep_default_na=False,
                na_values={h: [""] for h in header if h not in text},
                index_col=False,
                skip_blank_lines=False,
                low_memory=False,
            )
    except UnicodeDecodeError:
        bad(name, None, "", "不是 UTF-8 编码；请另存为“CSV UTF-8”", "is not UTF-8; save it as “CSV UTF-8”")
    except (pd.errors.ParserError, pd.errors.ParserWarning, ValueError) as error:
        _ragged(path, name, header)
        why = str(error).strip().splitlines()[0]
        bad(name, None, "", f"不是通常的 CSV（{why}）", f"is no ordinary CSV ({why})")
    blank = ((frame == "") | frame.isna()).all(axis=1).to_numpy()
    end = len(frame) - int(np.argmax(~blank[::-1])) if (~blank).any() else 0
    return frame.iloc[:end]


def _ragged(path: Path, name: str, header: list[str]) -> None:
    """Refuse a table with a row longer than its header, naming the row and, if any is filled, the cell."""
    end = len(header)
    with path.open(encoding="utf-8-sig", newline="") as file, contextlib.suppress(csv.Error):
        longer = [(row, cells) for row, cells in enumerate(csv.reader(file), 1) if len(cells) > end]
        row, cells = next((one for one in longer if any(one[1][end:])), longer[0] if longer else (0, []))
        if row:
            bad(
                name,
                row,
                "",
                f"有 {len(cells)} 格，列名只有 {end} 个，多出“{cells[end]}”；格里有逗号的请加引号",
                f"rows differ in their number of cells: {len(cells)} here, {end} in the header, “{cells[end]}” is too many; quote a cell that holds a comma",
            )


def need(frame: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Raise BadInput for the first of ``columns`` that ``frame`` lacks."""
    for column in columns:
        if column not in frame.columns:
            have = ", ".join(map(str, frame.columns[:8]))
            bad(name, 1, column, f"缺这一列（现有：{have}）", f"is missing (there are: {have})")


def floats(frame: pd.DataFrame, name: str, table: str) -> list[float]:
    """Return a column as floats, NaN where a cell is empty or the column absent; other cells are BadInput."""
    if name not in frame.columns:
        return [math.nan] * len(frame)
    out = []
    for i, cell in enumerate(frame[name].tolist()):
        try:
            out.append(number(cell))
        except (ValueError, TypeError):
            bad(
                table,
                i + 2,
                name,
                f"“{cell}”不是数；请改成数或留空",
                f"“{cell}” is not a number; mend it or leave it empty",
            )
        if abs(out[-1]) > LARGEST:
            bad(
                table,
                i + 2,
                name,
                f"“{cell}”太大，算不了；请换单位",
                f"“{cell}” is too large to compute with; change the unit",
            )
    return out


def texts(frame: pd.DataFrame, name: str) -> list[str]:
    """Return a column as stripped text, "" where a cell is empty or the column absent."""
    if name not in frame.columns:
        return [""] * len(frame)
    return ["" if cell is None or cell != cell else str(cell).strip() for cell in frame[name].tolist()]


def read(source: str | Path | pd.DataFrame, name: str = "", *, weights: bool = True) -> pd.DataFrame:
    """Return a checked indicator tree with the columns ``TREE_COLUMNS``, in the order given.

    ``source``: a CSV or a DataFrame; extra columns are dropped. Weights stay as given (any unit): ask
    :func:`families` for shares. ``weights=False`` lets them be empty (NaN), as when they are what is sought.
    Raises BadInput, naming row, column, value and mend, for: a missing column, an empty or repeated code,
    an unknown parent, no root or several, a cycle, a weight ≤ 0 (or below 1e-100), a leaf's direction other than 1 or -1,
    half a pair of goalposts or a lower one not below the upper, an unknown transform or aggregation.
    What a row cannot use (direction -1, goalposts or a transform on a parent, an aggregation on a leaf) is
    ignored with a :class:`Notice`.
    """
    frame = read_table(source, name)
    name = name or ("TREE" if isinstance(source, pd.DataFrame) else Path(source).name)
    need(frame, ["code", "parent", "weight", "direction"], name)
    codes, parents = texts(frame, "code"), texts(frame, "parent")
    weight, direction = floats(frame, "weight", name), floats(frame, "direction", name)
    lower, upper = floats(frame, "goal_lower", name), floats(frame, "goal_upper", name)
    transform, aggregation = texts(frame, "transform"), texts(frame, "aggregation")
    _check_structure(codes, parents, name)
    inner = set(parents)
    for i, (code, parent) in enumerate(zip(codes, parents, strict=True)):
        row = i + 2
        if parent and weights and math.isnan(weight[i]):
            bad(
                name,
                row,
                "weight",
                f"{code} 没有权重；请填一个正数",
                f"{code} has no weight; give a positive number",
            )
        if parent and weight[i] < 1 / LARGEST:
            bad(
                name,
                row,
                "weight",
                f"{code} 的权重 {weight[i]:g} 不是正数；请填正数或删去此行",
                f"the weight {weight[i]:g} of {code} is not positive; give a positive number or delete the row",
            )
        goal = not (math.isnan(lower[i]) and math.isnan(upper[i]))
        if code in inner:
            _power_of(aggregation[i], name, row)
            unused = {
                "direction": direction[i] == direction[i] != 1,
                "goal_lower/goal_upper": goal,
                "transform": transform[i] not in ("", "none"),
            }
            direction[i], transform[i], lower[i], upper[i] = 1.0, "", math.nan, math.nan
        else:
            _check_leaf(name, row, code, direction[i], lower[i], upper[i], transform[i])
            unused = {"aggregation": aggregation[i] != ""}
            aggregation[i] = ""
        if any(unused.values()):
            what = ", ".join(k for k, v in unused.items() if v)
            notice(
                f"{name} 第 {row} 行：{code} 的 {what} 用不上，已忽略",
                f"{name} row {row}: {what} of {code} has no use there and is ignored",
            )
    columns = [codes, parents, weight, direction, lower, upper, transform, aggregation]
    return pd.DataFrame(dict(zip(TREE_COLUMNS, columns, strict=True)))


def _check_structure(codes: list[str], parents: list[str], name: str) -> None:
    """Every code once, one root, every parent a code, every code below the root."""
    first: dict[str, int] = {}
    for row, code in enumerate(codes, 2):
        if not code:
            bad(name, row, "code", "是空的；请填代码或删去此行", "is empty; give a code or delete the row")
        if code in ("unit", "time"):
            bad(
                name,
                row,
                "code",
                f"“{code}”是保留的列名；请换一个代码",
                f"“{code}” is a reserved column name; choose another code",
            )
        if code in first:
            bad(
                name,
                row,
                "code",
                f"“{code}”已在第 {first[code]} 行；请删去一行",
                f"“{code}” is already in row {first[code]}; delete one",
            )
        first[code] = row
    if not codes:
        bad(name, None, "", "没有一行代码", "holds no codes")
    roots = [code for code, parent in zip(codes, parents, strict=True) if not parent]
    if not roots:
        bad(
            name,
            None,
            "parent",
            "没有根；须有一个代码的 parent 为空",
            "there is no root; one code must have an empty parent",
        )
    if len(roots) > 1:
        listed = ", ".join(roots[:5])
        bad(
            name,
            first[roots[1]],
            "parent",
            f"有 {len(roots)} 个根（{listed}）；只有一个代码的 parent 可以为空",
            f"there are {len(roots)} roots ({listed}); only one code may have an empty parent",
        )
    children: dict[str, list[str]] = {}
    for code, parent in zip(codes, parents, strict=True):
        if parent and parent not in first:
            bad(
                name,
                first[code],
                "parent",
                f"“{parent}”不是表中的代码；请改正或加一行",
                f"“{parent}” is not a code of the table; mend it or add a row",
            )
        children.setdefault(parent, []).append(code)
    if roots[0] not in children:
        bad(
            name,
            first[roots[0]],
            "code",
            f"根 {roots[0]} 下面没有指标",
            f"the root {roots[0]} has no indicators",
        )
    reached = {roots[0]} | _descend(children, roots)
    for code in codes:
        if code not in reached:
            bad(
                name,
                first[code],
                "parent",
                f"{code} 的上级绕成一圈，到不了根 {roots[0]}；请改 parent",
                f"{code} goes round in a circle and never reaches the root {roots[0]}; mend parent",
            )


def _check_leaf(
    name: str, row: int, code: str, direction: float, lower: float, upper: float, transform: str
) -> None:
    """An indicator's direction, goalposts and transform."""
    if direction not in (1, -1):
        value = "" if math.isnan(direction) else f"{direction:g}"
        bad(
            name,
            row,
            "direction",
            f"{code} 的方向“{value}”不是 1 或 -1",
            f"the direction “{value}” of {code} is neither 1 nor -1",
        )
    if transform not in TRANSFORMS:
        known = ", ".join(k for k in TRANSFORMS if k)
        bad(
            name,
            row,
            "transform",
            f"“{transform}”不认识；可用 {known}",
            f"“{transform}” is unknown; use {known}",
        )
    if math.isnan(lower) != math.isnan(upper):
        bad(
            name,
            row,
            "goal_lower",
            f"{code} 只有一端的目标值；请两端都填或都不填",
            f"{code} has one goalpost only; give both or none",
        )
    if lower >= upper:
        bad(
            name,
            row,
            "goal_lower",
            f"{lower:g} 不小于 goal_upper {upper:g}；小的写前面，逆指标用 direction -1",
            f"{lower:g} is not below goal_upper {upper:g}; write the smaller first, direction -1 turns it round",
        )
    if TRANSFORMS[transform] and lower <= 0:
        bad(
            name,
            row,
            "goal_lower",
            f"{lower:g} 不能取对数；请填正数",
            f"{lower:g} has no logarithm; give a positive number",
        )


def _power_of(method: str, name: str = "", row: int | None = None) -> float:
    """The exponent of a named mean: arithmetic 1, geometric 0, harmonic -1, power:P itself; "" is NaN."""
    named = {"": math.nan, "arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
    if method in named:
        return named[method]
    if method.startswith("power:"):
        try:
            power = number(method[6:])
            if not math.isnan(power):
                return power
        except ValueError:
            pass
    bad(
        name or "--aggregate",
        row,
        "aggregation" if name else "",
        f"“{method}”不认识；可用 arithmetic, geometric, harmonic, power:P",
        f"“{method}” is unknown; use arithmetic, geometric, harmonic or power:P",
    )


def power(method: str) -> float:
    """Return the exponent of a mean: arithmetic 1, geometric 0, harmonic -1, ``power:P`` P (else BadInput)."""
    value = _power_of(method)
    if math.isnan(value):
        bad("--aggregate", None, "", "是空的", "is empty")
    return value


def _children(tree: pd.DataFrame) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for code, parent in zip(tree["code"].tolist(), tree["parent"].tolist(), strict=True):
        if parent:
            out.setdefault(parent, []).append(code)
    return out


def families(tree: pd.DataFrame) -> list[Family]:
    """Return every parent with its children of a checked tree, children's families before their parent's.

    Where weights are empty the shares are NaN.
    """
    codes, parents, weights, means = (tree[c].tolist() for c in ("code", "parent", "weight", "aggregation"))
    children: dict[str, list[str]] = {}
    for code, parent in zip(codes, parents, strict=True):
        children.setdefault(parent, []).append(code)
    weight, aggregation = dict(zip(codes, weights, strict=True)), dict(zip(codes, means, strict=True))
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
        out.append(Family(code, tuple(kids), w / w.sum(), height[code], aggregation[code]))
    return sorted(out, key=lambda family: family.height)


def leaves(tree: pd.DataFrame) -> list[str]:
    """Return the indicators: the codes that are nobody's parent, in the tree's order."""
    inner = set(tree["parent"].tolist())
    return [code for code in tree["code"].tolist() if code not in inner]


def root(tree: pd.DataFrame) -> str:
    """Return the code without a parent."""
    return tree["code"].tolist()[tree["parent"].tolist().index("")]


def leaf_weights(tree: pd.DataFrame) -> pd.Series:
    """Return each indicator's share of the whole: the product of shares up to the root (sums to 1)."""
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
            bad("weights", None, str(code), "不在指标体系里", "is not in the tree")
    weight = [new.get(code, old) for code, old in zip(tree["code"], tree["weight"], strict=True)]
    return read(tree.assign(weight=weight))


def _descend(children: Mapping[str, list[str]], codes: Iterable[str]) -> set[str]:
    """Every code strictly below one of ``codes``."""
    found: set[str] = set()
    queue = list(codes)
    while queue:
        new = [code for code in children.get(queue.pop(), []) if code not in found]
        found.update(new)
        queue.extend(new)
    return found


def below(tree: pd.DataFrame, codes: Iterable[str]) -> set[str]:
    """Return every code strictly below one of ``codes``."""
    return _descend(_children(tree), codes)


def without(tree: pd.DataFrame, *codes: str) -> pd.DataFrame:
    """Return the tree without ``codes`` and all below them; a parent left childless goes too."""
    gone = set(codes) | below(tree, codes)
    for family in families(tree):
        if all(child in gone for child in family.children):
            gone.add(family.parent)
    return tree[~tree["code"].isin(gone)].reset_index(drop=True)


def prune(tree: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Return the tree cut off below ``codes``, which become indicators (of direction 1)."""
    cut = tree[~tree["code"].isin(below(tree, codes))].reset_index(drop=True)
    return cut.assign(aggregation=cut["aggregation"].mask(cut["code"].isin(codes), ""))


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
            if column in every:
                bad(
                    name,
                    1,
                    column,
                    "是上级代码，由下级算出；请删去此列",
                    "is a parent, computed from those below; delete the column",
                )
            bad(
                name,
                1,
                str(column),
                "不在指标体系里；请改正列名、删去此列或在 TREE 中加一行",
                "is not in the tree; mend the name, delete the column or add a row to TREE",
            )
    for leaf in names:
        if leaf not in data.columns:
            bad(
                name,
                1,
                leaf,
                "指标体系里有，数据里没有；请加上这一列或从 TREE 删去",
                "is in the tree but not in the data; add the column or take it out of TREE",
            )
    if not len(data):
        bad(name, None, "", "没有一行数据", "holds no rows")
    key = data[keys].reset_index(drop=True).rename_axis(columns=None)
    for column in keys:
        if key[column].dtype.kind not in "fiu":
            key[column] = [v.strip() if isinstance(v, str) else v for v in key[column].tolist()]
        empty = key[column].isna() | (key[column] == "")
        if empty.any():
            bad(
                name,
                int(empty.to_numpy().argmax()) + 2,
                column,
                "是空的；请填写或删去此行",
                "is empty; fill it in or delete the row",
            )
    twice = key.duplicated()
    if twice.any():
        at = int(twice.to_numpy().argmax())
        what = " ".join(str(v) for v in key.iloc[at])
        bad(
            name, at + 2, "unit", f"“{what}”已出现过；请删去一行", f"“{what}” has appeared before; delete one"
        )
    written: dict[float, object] = {}
    for time in key["time"].unique() if "time" in key else ():
        try:
            other = written.setdefault(float(time), time)
        except (ValueError, TypeError):
            continue  # "2020 H1" is no number
        if other != time:
            bad(
                name,
                int((key["time"] == time).to_numpy().argmax()) + 2,
                "time",
                f"“{time}”和“{other}”是同一时点的两种写法；请统一",
                f"“{time}” and “{other}” are one time written in two ways; write one",
            )
    block = data[names]
    if not all(dtype.kind in "fiu" for dtype in block.dtypes):
        for leaf in names:
            if data[leaf].dtype.kind not in "fiu":
                block = block.assign(**{leaf: floats(data, leaf, name)})
    values = block.to_numpy(dtype=float)
    large = np.abs(values) > LARGEST
    if large.any():
        row, column = np.argwhere(large)[0]
        bad(
            name,
            int(row) + 2,
            names[column],
            f"{key['unit'][row]} 的 {values[row, column]:g} 太大，算不了；请改正或换单位",
            f"{values[row, column]:g} of {key['unit'][row]} is too large to compute with; mend it or change the unit",
        )
    return key, values


def read_data(source: str | Path | pd.DataFrame, name: str = "") -> pd.DataFrame:
    """Return ``unit``[, ``time``] and indicator columns as text and floats; bad cells stay, for :func:`match`."""
    return read_table(source, name, numbers=True)


def write(tables: Mapping[str | Path, pd.DataFrame]) -> None:
    """Write ``{path: table}`` as CSV, each file whole or not at all, none before all are ready."""
    ready: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for target, table in tables.items():
            path = Path(target)
            if path.exists() and not path.is_file():
                bad(
                    str(path),
                    None,
                    "",
                    "是文件夹或设备，不是文件；请另选",
                    "is a folder or device, not a file; choose another",
                )
            if path.exists():
                path.open("r+b").close()  # a spreadsheet that shows it may hold it
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
            os.close(handle)
            ready.append((Path(temporary), path))
            table.to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")
        for temporary, path in ready:
            temporary.chmod(0o644)
            temporary.replace(path)
    except OSError as error:
        bad(str(path), None, "", f"写不进去（{error.strerror}）", f"cannot be written ({error.strerror})")
    finally:
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)
