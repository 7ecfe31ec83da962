"""What is wrong in the data, cell by cell: fields by Frictionless, everything across tables by small functions.

Each check takes tables as they were read (text cells, indexed by their row in a spreadsheet) and yields `Fault`s.
A table that cannot be read is named once and left out of the checks that would need it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from bluebook import editions, relation
from bluebook.tables import (
    BadTable,
    Fault,
    header_faults,
    not_a_number,
    ragged_rows,
    read_rows,
    settings,
)

DIMENSIONS = ("input", "output", "enterprise", "environment", "performance")
CITIES = 18
STATUSES = ("draft", "published", "frozen")
TAUGHT = "editions/2022/indicators.csv"  # the framework that the teaching panel fills in
SETTINGS = (
    "year",
    "title_zh",
    "title_en",
    "published",
    "organisers",
    "publisher",
    "decimals",
    "status",
    "framework",
)
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")

Tables = dict[str, pd.DataFrame]


def check(root: Path, years: Iterable[int]) -> list[Fault]:
    """Return every fault in the shared tables and in the editions ``years`` below ``root``."""
    try:
        listed = [r["path"] for r in editions.package(root)["resources"]]
    except BadTable as problem:
        return [problem.fault]
    except (KeyError, TypeError):
        return [
            Fault(
                "datapackage.json", None, "resources", "",
                "没有资源列表", "holds no list of resources",
                "从上一个版本恢复", "Restore it from the last version",
            )
        ]  # fmt: skip
    found: list[Fault] = []
    shared: Tables = {}
    for name in listed:
        if name.endswith(".csv") and not name.startswith("editions/"):
            shared[name] = _table(root, name, found)
    found += _shared(root, shared)
    if "teaching/observations.csv" in shared:
        found += _teaching(_table(root, TAUGHT, []), shared)
    for year in years:
        found += _edition(root, year, listed, shared)
    return found


# ---------------------------------------------------------------- fields, one table at a time


def _table(
    root: Path, name: str, found: list[Fault], keep: Callable[[pd.DataFrame], pd.Series] | None = None
) -> pd.DataFrame:
    """Return a table's text cells indexed by spreadsheet row, adding its faults to ``found``; empty if unreadable.

    ``keep`` says which rows count: a draft's empty ranking waits to be filled and is no fault.
    """
    path = root / name
    try:
        schema = editions.schema_of(root, path)
        header, rows = read_rows(path)
    except BadTable as problem:
        found.append(problem.fault)
        return pd.DataFrame()
    wrong = header_faults(path, header, schema["fields"])
    found += wrong
    wanted = [f["name"] for f in schema["fields"]]
    if len(set(header)) < len(header) or not set(wanted) <= set(header):
        return pd.DataFrame()
    found += ragged_rows(path, header, rows)
    whole = [(number, cells) for number, cells in rows if len(cells) == len(header)]
    frame = pd.DataFrame(
        [cells for _, cells in whole], columns=header, index=[n for n, _ in whole], dtype="str"
    )
    frame = frame[wanted]
    frame = frame if keep is None else frame[keep(frame)]
    found += _fields(name, frame, schema)
    found += _repeated(name, frame, schema)
    return frame


def _fields(name: str, frame: pd.DataFrame, schema: dict[str, Any]) -> Iterator[Fault]:
    """Yield cells that break their field's type or constraint, as Frictionless finds them."""
    from frictionless import Resource

    types = {f["name"]: f["type"] for f in schema["fields"]}
    limits = {f["name"]: f.get("constraints", {}) for f in schema["fields"]}
    rows = [list(frame.columns), *frame.to_numpy().tolist()]
    report = Resource(data=rows, schema=_rules(json.dumps(schema))).validate()
    for error in (e for task in report.tasks for e in task.errors):
        column = getattr(error, "field_name", None)
        if column is None:
            continue
        row = int(frame.index[error.row_number - 2])
        value = frame.at[row, column]
        if error.type == "type-error" and types[column] in ("number", "integer"):
            yield not_a_number(name, row, column, value, types[column] == "integer")
        elif error.type == "type-error":
            yield _bad_type(name, row, column, value, types[column])
        elif error.type == "constraint-error":
            rule = re.match(r'constraint "(\w+)"', error.note).group(1)
            yield _bad_constraint(name, row, column, value, rule, limits[column].get(rule))
    for column in (c for c, kind in types.items() if kind in ("number", "integer")):
        # Frictionless takes NaN and INF for numbers; a published figure is neither.
        for row, value in frame[column].items():
            if re.fullmatch(r"[+-]?(nan|inf|infinity)", value.strip(), re.IGNORECASE):
                yield not_a_number(name, row, column, value, types[column] == "integer")


@lru_cache(maxsize=32)
def _rules(schema: str) -> Any:
    """Return Frictionless's reading of a schema, without keys: those are looked at where both rows can be named."""
    from frictionless import Schema

    fields = [
        {
            **{k: f[k] for k in ("name", "type", "format") if k in f},
            "constraints": {k: v for k, v in f.get("constraints", {}).items() if k != "unique"},
        }
        for f in json.loads(schema)["fields"]
    ]
    return Schema.from_descriptor({"fields": fields, "missingValues": [""]})


def _filled(scores: pd.DataFrame) -> pd.Series:
    """Return which rows of a ranking hold anything but city and code."""
    return scores.drop(columns=["city", "code"]).ne("").any(axis=1)


def _bad_type(name: str, row: int, column: str, value: str, kind: str) -> Fault:
    words = {
        "date": ("不是日期", "not a date", "写成 2022-07-04 的样子", "Write it like 2022-07-04"),
        "boolean": (
            "不是 true 或 false",
            "neither true nor false",
            "写 true 或 false",
            "Write true or false",
        ),
    }
    return Fault(name, row, column, value, *words.get(kind, ("类型不对", "wrong type", "改正", "Mend it")))


def _bad_constraint(name: str, row: int, column: str, value: str, rule: str, limit: Any) -> Fault:
    listed = ", ".join(map(str, limit)) if isinstance(limit, list) else str(limit)
    words = {
        "required": ("不能为空", "must not be empty", "补上这个单元格", "Fill the cell"),
        "enum": (
            "不在允许的取值之中",
            "not one of the allowed values",
            f"改为 {listed} 之一",
            f"Use one of {listed}",
        ),
        "minimum": (f"小于 {listed}", f"below {listed}", "核对原文后改正", "Check the original and mend it"),
        "maximum": (f"大于 {listed}", f"above {listed}", "核对原文后改正", "Check the original and mend it"),
        "pattern": (
            "写法不合规定",
            "not in the expected form",
            f"按 {listed} 的形式写",
            f"Write it as {listed}",
        ),
    }
    return Fault(name, row, column, value, *words.get(rule, ("不合规定", "breaks a rule", "改正", "Mend it")))


def _repeated(name: str, frame: pd.DataFrame, schema: dict[str, Any]) -> Iterator[Fault]:
    """Yield rows that repeat the primary key, or a value that must be unique, of an earlier row."""
    keys = [list(schema["primaryKey"])]
    keys += [[f["name"]] for f in schema["fields"] if f.get("constraints", {}).get("unique")]
    for key in keys:
        if key in keys[: keys.index(key)]:
            continue
        first: dict[tuple[str, ...], int] = {}
        for row, cells in zip(frame.index, frame[key].itertuples(index=False, name=None), strict=True):
            if cells in first:
                yield Fault(
                    name, row, "+".join(key), " ".join(cells),
                    f"与第 {first[cells]} 行重复", f"repeats row {first[cells]}",
                    "两行只留一行，或改正其中一行", "Keep one of the two rows, or mend one",
                )  # fmt: skip
            elif any(cells):
                first[cells] = row


# ---------------------------------------------------------------- shared tables


def _shared(root: Path, tables: Tables) -> Iterator[Fault]:
    known = _column(tables, "sources.csv", "id")
    cities = _column(tables, "cities.csv", "city")
    for name, frame in tables.items():
        yield from _sources(name, frame, known)
        if name != "cities.csv":
            yield from _cities(name, frame, cities)
    yield from _links(tables.get("sources.csv", pd.DataFrame()))
    yield from _order(tables.get("cities.csv", pd.DataFrame()))
    yield from _map(root, cities)
    for names, key, users in (
        ("economy/names.csv", "series", ("economy/series.csv", "economy/provinces.csv")),
        ("public/indicators.csv", "indicator", ("public/cities.csv",)),
    ):
        for user in users:
            yield from _units(
                user, tables.get(user, pd.DataFrame()), names, tables.get(names, pd.DataFrame()), key
            )


def _column(tables: Tables, name: str, column: str) -> set[str] | None:
    """Return the values of a column, or None if the table could not be read: then nothing is held against it."""
    frame = tables.get(name, pd.DataFrame())
    return set(frame[column]) if column in frame else None


def _sources(name: str, frame: pd.DataFrame, known: set[str] | None) -> Iterator[Fault]:
    """Yield ids in ``source`` or ``named_in`` that sources.csv does not hold."""
    for column in (c for c in ("source", "named_in") if c in frame and known is not None):
        for row, cell in frame[column].items():
            for id_ in filter(None, cell.split(";")):
                if id_ not in known:
                    yield _unknown_source(name, row, column, id_)


def _unknown_source(name: str, row: int, column: str, id_: str) -> Fault:
    return Fault(
        name, row, column, id_,
        "sources.csv 里没有这个来源", "sources.csv holds no such source",
        "先在 sources.csv 加一行，或改正编号", "Add it to sources.csv first, or mend the id",
    )  # fmt: skip


def _cities(name: str, frame: pd.DataFrame, known: set[str] | None) -> Iterator[Fault]:
    """Yield city codes that cities.csv does not hold."""
    if "city" not in frame or known is None:
        return
    for row, code in frame["city"].items():
        if code and code not in known:
            yield Fault(
                name, row, "city", code,
                "cities.csv 里没有这个城市代码", "cities.csv holds no such city",
                "改为六位行政区划代码，如郑州 410100、济源 419001",
                "Use the six-digit code, such as 410100 for Zhengzhou or 419001 for Jiyuan",
            )  # fmt: skip


def _links(sources: pd.DataFrame) -> Iterator[Fault]:
    """Yield sources that would be linked without an address, and dates that do not exist."""
    if sources.empty:
        return
    for row, cells in sources.iterrows():
        if cells["official"] == "true" and not cells["url"]:
            yield Fault(
                "sources.csv", row, "url", "",
                "标为可作链接，却没有网址", "marked as linkable but without an address",
                "补上网址，或把 official 改为 false", "Add the address, or set official to false",
            )  # fmt: skip
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cells["date"]) and not _is_date(cells["date"]):
            yield _bad_type("sources.csv", row, "date", cells["date"], "date")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _order(cities: pd.DataFrame) -> Iterator[Fault]:
    """Yield what keeps the cities from being numbered 1 to 18."""
    if not cities.empty and len(cities) != CITIES:
        yield Fault(
            "cities.csv", None, "", str(len(cities)),
            f"应有 {CITIES} 个城市", f"{CITIES} cities are expected",
            "补上缺少的城市，或删去多余的行", "Add the missing city, or remove the row too many",
        )  # fmt: skip


def _map(root: Path, cities: set[str] | None) -> Iterator[Fault]:
    """Yield what keeps the map from drawing exactly the cities of cities.csv."""
    name = "geo/henan.topojson"
    try:
        shapes = json.loads((root / name).read_text(encoding="utf-8-sig"))["objects"]["henan_id"][
            "geometries"
        ]
        drawn = {str(shape["id"]) for shape in shapes}
    except (OSError, ValueError, KeyError, TypeError):
        yield Fault(
            name, None, "", "",
            "缺少，或不是带有 henan_id 对象的 TopoJSON", "missing, or no TopoJSON with an object henan_id",
            "放回原来的地图文件", "Put the original map back",
        )  # fmt: skip
        return
    for code in sorted((cities or drawn) ^ drawn):
        here = code in drawn
        yield Fault(
            name, None, "id", code,
            "地图里有而 cities.csv 里没有" if here else "cities.csv 里有而地图里没有",
            "drawn, but not in cities.csv" if here else "in cities.csv, but not drawn",
            "让地图的 id 与 cities.csv 的代码一致", "Make the map's ids the codes of cities.csv",
        )  # fmt: skip


def _units(user: str, frame: pd.DataFrame, names: str, named: pd.DataFrame, key: str) -> Iterator[Fault]:
    """Yield rows whose indicator has no name, or another unit than its name's."""
    if frame.empty or named.empty:
        return
    units = dict(zip(named[key], named["unit"], strict=True))
    for row, indicator, unit in zip(frame.index, frame[key], frame["unit"], strict=True):
        if indicator not in units:
            yield Fault(
                user, row, key, indicator,
                f"{names} 里没有这个指标", f"{names} does not name it",
                f"先在 {names} 加一行，或改正代码", f"Add it to {names} first, or mend the code",
            )  # fmt: skip
        elif unit != units[indicator]:
            yield Fault(
                user, row, "unit", unit,
                f"与 {names} 的单位“{units[indicator]}”不同", f'differs from the unit "{units[indicator]}" in {names}',
                "统一单位，数值随之换算", "Use one unit, and convert the value with it",
            )  # fmt: skip


def _teaching(tree: pd.DataFrame, shared: Tables) -> Iterator[Fault]:
    """Yield cells of the teaching panel that its framework does not know, and invented ones that do not say so."""
    if tree.empty:
        return
    for name in ("teaching/observations.csv", "teaching/experts.csv"):
        yield from _codes(
            name, shared.get(name, pd.DataFrame(columns=["indicator"])), "indicator", set(tree["code"])
        )
    name, frame = "teaching/observations.csv", shared["teaching/observations.csv"]
    yield from _units(name, frame, TAUGHT, tree.rename(columns={"code": "indicator"}), "indicator")
    for row, status, source in frame[["status", "source"]].itertuples() if not frame.empty else ():
        if (status == "illustrative") != (source == "bluebook_teaching"):
            yield Fault(
                name, row, "status", status,
                f"与来源 {source} 不合", f"does not fit the source {source}",
                "编造的数写 illustrative 和 bluebook_teaching，真实的数写它自己的来源",
                "An invented value has illustrative and bluebook_teaching, a real one its own source",
            )  # fmt: skip


# ---------------------------------------------------------------- an edition


def _edition(root: Path, year: int, listed: list[str], shared: Tables) -> Iterator[Fault]:
    """Yield the faults of one edition, settings first."""
    folder = f"editions/{year}"
    name = f"{folder}/edition.yml"
    told: dict[str, Any] = {}
    try:
        told = settings(root / name)
        yield from _settings(root, name, told, year)
    except BadTable as problem:
        yield problem.fault
    found: list[Fault] = []
    tables: Tables = {}
    for kind in editions.package(root).get("tables", {}):
        table = f"{folder}/{kind}.csv"
        must = table in listed or (kind == "scores" and told.get("status") != "draft")
        if must or (root / table).exists():
            started = kind == "scores" and told.get("status") == "draft"
            tables[kind] = _table(root, table, found, _filled if started else None)
    yield from found
    known, cities = _column(shared, "sources.csv", "id"), _column(shared, "cities.csv", "city")
    for kind, frame in tables.items():
        yield from _sources(f"{folder}/{kind}.csv", frame, known)
        yield from _cities(f"{folder}/{kind}.csv", frame, cities)
    tree = tables.get("indicators", pd.DataFrame())
    if not tree.empty:
        faults = list(_tree(f"{folder}/indicators.csv", tree))
        yield from faults
        yield from _weights(f"{folder}/indicators.csv", tree)
        if not faults:
            yield from _counts(root, name, told, tree)
    codes = {"index", *DIMENSIONS, *(tree["code"] if not tree.empty else ())}
    scores = tables.get("scores", pd.DataFrame())
    if not scores.empty:
        table = f"{folder}/scores.csv"
        yield from _codes(table, scores, "code", codes)
        yield from _printed(table, scores)
        yield from _ranks(table, scores, told.get("decimals"))
    for kind in ("observations", "experts"):
        if not tables.get(kind, pd.DataFrame()).empty:
            yield from _codes(f"{folder}/{kind}.csv", tables[kind], "indicator", codes)
    if not tables.get("claims", pd.DataFrame()).empty:
        yield from _claims(f"{folder}/claims.csv", tables["claims"], known)


def _settings(root: Path, name: str, told: dict[str, Any], year: int) -> Iterator[Fault]:
    """Yield settings that are missing or of the wrong form."""
    lines = (root / name).read_text(encoding="utf-8-sig").splitlines()

    def at(key: str) -> int | None:
        return next((i for i, text in enumerate(lines, 1) if re.match(rf"{key}\s*:", text)), None)

    def wrong(key: str, zh: str, en: str, mend_zh: str, mend_en: str) -> Fault:
        value = told.get(key)
        return Fault(name, at(key), key, "" if value is None else str(value), zh, en, mend_zh, mend_en)

    for key in SETTINGS:
        if key not in told:
            yield wrong(
                key, "缺少这一项", "this setting is missing",
                f"加一行“{key}: …”，不知道就写 null", f"Add a line {key}: …, null if unknown",
            )  # fmt: skip
    if told.get("year", year) != year:
        yield wrong(
            "year", f"与文件夹 {year} 不同", f"differs from the folder {year}",
            f"改为 {year}", f"Write {year}",
        )  # fmt: skip
    if told.get("published") is not None and not _is_date(str(told["published"])):
        yield wrong(
            "published", "不是日期", "not a date",
            "写成 2022-07-04 的样子，不知道就写 null", "Write it like 2022-07-04, or null if unknown",
        )  # fmt: skip
    if told.get("status", "draft") not in STATUSES:
        yield wrong(
            "status", "不在允许的取值之中", "not one of the allowed values",
            f"改为 {'、'.join(STATUSES)} 之一", f"Use one of {', '.join(STATUSES)}",
        )  # fmt: skip
    decimals = told.get("decimals", 0)
    if isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= 6:
        yield wrong(
            "decimals", "不是 0 到 6 的整数", "not a whole number from 0 to 6",
            "写总分印出的小数位数，如 2", "Write the printed decimals of the total, such as 2",
        )  # fmt: skip
    if not isinstance(told.get("framework", {}), dict):
        yield wrong(
            "framework", "应当是几行“键: 数”", "expected lines of key: number",
            "写 n_dimensions、n_indicators 和 by_dimension", "Give n_dimensions, n_indicators and by_dimension",
        )  # fmt: skip
    for key in ("title_zh", "title_en"):
        if key in told and not told[key]:
            yield wrong(key, "不能为空", "must not be empty", "写上标题", "Write the title")


def _tree(name: str, tree: pd.DataFrame) -> Iterator[Fault]:
    """Yield what keeps the indicators from being one tree: roots, unknown parents, cycles."""
    parents = dict(zip(tree["code"], tree["parent"], strict=True))
    rows = dict(zip(tree["code"], tree.index, strict=True))
    roots = [code for code, parent in parents.items() if not parent]
    for code in roots[1:]:
        yield Fault(
            name, rows[code], "parent", code,
            f"有两个根：{roots[0]} 和 {code}", f"two roots: {roots[0]} and {code}",
            "只有总指数的上级可以为空，给这一行补上上级", "Only the total index has no parent: give this row one",
        )  # fmt: skip
    if not roots:
        yield Fault(
            name, None, "parent", "",
            "没有根", "no root",
            "把总指数 index 的上级留空", "Leave the parent of index empty",
        )  # fmt: skip
    for code, parent in parents.items():
        if parent and parent not in parents:
            yield Fault(
                name, rows[code], "parent", parent,
                f"{code} 的上级不存在", f"{code} has a parent that does not exist",
                "改正上级代码，或先加上这一行上级", "Mend the parent's code, or add the parent's row",
            )  # fmt: skip
    named: set[str] = set()
    for code in parents:
        way = [code]
        while parents.get(way[-1]) and parents[way[-1]] not in way:
            way.append(parents[way[-1]])
        back = parents.get(way[-1], "")
        if back and not named & set(way):
            circle = way[way.index(back) :]
            named |= set(circle)
            yield Fault(
                name, rows[circle[0]], "parent", parents[circle[0]],
                f"上级绕成了圈：{' → '.join([*circle, circle[0]])}",
                f"the parents run in a circle: {' → '.join([*circle, circle[0]])}",
                "改正其中一个上级", "Mend one of these parents",
            )  # fmt: skip


def _weights(name: str, tree: pd.DataFrame) -> Iterator[Fault]:
    """Yield families whose weights do not sum to 100 (within 1e-6), and weights without a basis."""
    for parent, family in tree[tree["parent"] != ""].groupby("parent", sort=False):
        numbers = pd.to_numeric(family["weight"], errors="coerce")
        filled = family["weight"] != ""
        if (filled & numbers.isna()).any() or not filled.any():
            continue  # not a number was named already; a draft may have no weights yet
        for row in family.index[~filled]:
            yield Fault(
                name, row, "weight", "",
                f"同属 {parent} 的其他指标有权重，这一行没有", f"others under {parent} have a weight, this row has none",
                "补上权重，或全部留空", "Give it a weight, or leave all of them empty",
            )  # fmt: skip
        total = float(numbers.sum())
        if abs(total - 100) > 1e-6:
            yield Fault(
                name, int(family.index[0]), "weight", f"{total:.10g}",
                f"{parent} 之下的权重合计为 {total:.10g}，不是 100", f"the weights under {parent} sum to {total:.10g}, not 100",
                "改正这一组的权重", "Mend the weights of this family",
            )  # fmt: skip
    for row, weight, basis, parent in zip(
        tree.index, tree["weight"], tree["weight_basis"], tree["parent"], strict=True
    ):
        if weight and parent and not basis:
            yield Fault(
                name, row, "weight_basis", "",
                "有权重而没有来历", "a weight without its basis",
                "写 published、recovered、expert 或 assumed", "Write published, recovered, expert or assumed",
            )  # fmt: skip


def _counts(root: Path, name: str, told: dict[str, Any], tree: pd.DataFrame) -> Iterator[Fault]:
    """Yield counts in the settings that the indicator tree does not have."""
    framework = told.get("framework")
    if not isinstance(framework, dict):
        return
    lines = (root / name).read_text(encoding="utf-8-sig").splitlines()
    top = tree.loc[tree["parent"] == "", "code"].iloc[0]
    parents = set(tree["parent"])
    dimensions = tree.loc[tree["parent"] == top, "code"]
    counted: dict[str, int] = {
        "n_dimensions": len(dimensions),
        "n_indicators": int((~tree["code"].isin(parents)).sum()),
        **{d: int((tree["parent"] == d).sum()) for d in dimensions},
    }
    by_dimension = framework.get("by_dimension")
    given = {**framework, **(by_dimension if isinstance(by_dimension, dict) else {})}
    for key, number in counted.items():
        if given.get(key) is not None and given[key] != number:
            row = next((i for i, text in enumerate(lines, 1) if re.match(rf"\s+{key}\s*:", text)), None)
            yield Fault(
                name, row, key, str(given[key]),
                f"indicators.csv 里有 {number} 个", f"indicators.csv has {number}",
                "改正其中之一", "Mend one of the two",
            )  # fmt: skip


def _codes(name: str, frame: pd.DataFrame, column: str, known: set[str]) -> Iterator[Fault]:
    """Yield codes that are not in the edition's framework; the index and its dimensions always are."""
    for row, code in frame[column].items():
        if code and code not in known:
            yield Fault(
                name, row, column, code,
                "不在这一年度的指标体系里", "not in this edition's framework",
                "改正代码，或先加进 indicators.csv", "Mend the code, or add it to indicators.csv first",
            )  # fmt: skip


def _printed(name: str, scores: pd.DataFrame) -> Iterator[Fault]:
    """Yield rows whose ``decimals`` are not the score's, and rows with neither score nor rank."""
    for row, score, rank, decimals in zip(
        scores.index, scores["score"], scores["rank"], scores["decimals"], strict=True
    ):
        if not score and not rank:
            yield Fault(
                name, row, "score", "",
                "得分和名次都没有", "neither a score nor a rank",
                "至少填一个，或删去这一行", "Fill one of them, or remove the row",
            )  # fmt: skip
        digits = str(len(score.partition(".")[2])) if NUMBER.fullmatch(score) else ""
        if (NUMBER.fullmatch(score) or not score) and decimals != digits:
            yield Fault(
                name, row, "decimals", decimals,
                f"得分“{score}”印出 {digits} 位小数" if score else "没有得分，就没有小数位数",
                f'the score "{score}" is printed with {digits} decimals' if score else "no score, hence no decimals",
                f"改为 {digits}，或补全得分末尾的 0" if score else "把这一格留空",
                f"Write {digits}, or restore the score's trailing zeros" if score else "Leave the cell empty",
            )  # fmt: skip


def _ranks(name: str, scores: pd.DataFrame, decimals: object) -> Iterator[Fault]:
    """Yield ranks that the scores or the other ranks of the same code contradict.

    Ranks are taken after rounding to the edition's decimals; ties share the smallest rank. Where not all 18
    cities are printed, only what the printed rows exclude is a fault.
    """
    digits = decimals if isinstance(decimals, int) else 6
    table = scores.assign(
        score=pd.to_numeric(scores["score"], errors="coerce").round(digits),
        rank=pd.to_numeric(scores["rank"], errors="coerce"),
    )
    for code, group in table[table["rank"].between(1, CITIES)].groupby("code", sort=False):
        told = group[group["score"].notna()].sort_values("score", ascending=False, kind="stable")
        pairs = zip(told.itertuples(), told.iloc[1:].itertuples(), strict=False)
        for better, worse in pairs:
            tie = abs(better.score - worse.score) <= 1e-9 * abs(better.score)
            if worse.rank == better.rank if tie else worse.rank > better.rank:
                continue
            yield Fault(
                name, worse.Index, "rank", f"{worse.rank:.0f}",
                f"{code} 得分 {worse.score:g} {'等于' if tie else '低于'}第 {better.Index} 行的 {better.score:g}，那一行的名次是 {better.rank:.0f}",
                f"{code} score {worse.score:g} {'equals' if tie else 'is below'} the {better.score:g} of row {better.Index}, whose rank is {better.rank:.0f}",
                "核对得分和名次；并列取最小名次", "Check score and rank; ties share the smallest rank",
            )  # fmt: skip
        for row, rank in group["rank"].items():
            ahead = int((group["rank"] < rank).sum())
            # A rank r says that r-1 cities stand ahead; with all cities printed they must be there.
            if ahead > rank - 1 or (len(group) == CITIES and ahead != rank - 1):
                yield Fault(
                    name, row, "rank", f"{rank:.0f}",
                    f"{code} 前面有 {ahead} 个城市，名次应为 {ahead + 1}",
                    f"{code} has {ahead} cities ahead, which makes it rank {ahead + 1}",
                    "核对这一组的名次有没有重复或遗漏", "Look for a rank that is repeated or skipped",
                )  # fmt: skip


def _claims(name: str, claims: pd.DataFrame, known: set[str] | None) -> Iterator[Fault]:
    """Yield evidence that is not ``source:value`` or names no known source, relations that cannot be read, and
    decimals below the value's own."""
    for row, evidence, value, decimals, text in zip(
        claims.index,
        claims["evidence"],
        claims["value"],
        claims["decimals"],
        claims["relation"],
        strict=True,
    ):
        if text.strip() and (why := relation.refusal(text)):
            yield Fault(
                name, row, "relation", text, *why,
                "只用编号、常数、+ - * / ^ 和 = < <= > >=", "Use only ids, constants, + - * / ^ and = < <= > >=",
            )  # fmt: skip
        for part in filter(None, (p.strip() for p in evidence.split(";"))):
            id_, colon, figure = part.partition(":")
            if not colon or not figure.strip():
                yield Fault(
                    name, row, "evidence", part,
                    "应写成“来源编号:数值”", "expected source:value",
                    "写成 sources.csv 里的编号、英文冒号、数值", "Write an id of sources.csv, a colon, the value",
                )  # fmt: skip
            elif known is not None and id_.strip() not in known:
                yield _unknown_source(name, row, "evidence", id_.strip())
        own = len(value.partition(".")[2])
        if decimals.isdigit() and int(decimals) < own:
            yield Fault(
                name, row, "decimals", decimals,
                f"数值“{value}”有 {own} 位小数", f'the value "{value}" has {own} decimals',
                "写原文印出的小数位数", "Write the decimals that were printed",
            )  # fmt: skip
