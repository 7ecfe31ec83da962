"""The ledger of quoted figures: read them, recompute them with the rounding they were printed with, judge them.

A *row* is one printed number (``claims.csv``, or a score or rank seen through `scores_view`). A *fact* is a number
from a source, seen through `series_view`, `provinces_view`, `cities_view` or `lists_view`; facts take part in
relations but get no verdict. Every printed number stands for a closed interval (`intervals`).

A statement of a relation (`bluebook.relation` has the grammar) is **contradicted** only if no choice of true values
inside the intervals satisfies it, so rounding never cries wolf.

**Who is contradicted.** The row that carries the relation, and no other: one error, one red row. A statement that
rests on a fact counts with the confidence of its weakest source, and below "medium" it cannot contradict. A
statement whose only other ids are facts is a check by source; any other is arithmetic of the text itself.

**Cycles.** ``= expression`` says that the row follows from the ids in it. Two rows that follow from each other
would prove themselves, so a cycle of such ids, and a row that follows from itself, are bad input.
"""

from __future__ import annotations

import graphlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from bluebook.relation import (
    ANY,
    Box,
    Interval,
    Number,
    Ref,
    Statement,
    Tree,
    Undefined,
    certain,
    clip,
    ids_in,
    implied,
    loosely,
    parse_expression,
    parse_relation,
    possible,
    rounded,
    span,
    where,
)
from bluebook.words import BadInput

COLUMNS = (
    "id", "chapter", "section", "speaker", "subject_zh", "subject_en", "region", "period", "value", "unit",
    "decimals", "bound", "relation", "evidence", "note_zh", "note_en",
)  # fmt: skip
AUDIT_COLUMNS = (
    "id", "value", "unit", "verdict", "printed_lower", "printed_upper", "derived_lower", "derived_upper",
    "source", "reason",
)  # fmt: skip
CORRECTION_COLUMNS = (
    "id", "finding", "kind", "subject", "value", "unit", "printed_lower", "printed_upper", "follows_lower",
    "follows_upper", "printed", "follows", "cause", "sure", "guard", "fired",
)  # fmt: skip
VERDICTS = ("confirmed", "consistent", "contradicted", "unchecked")
CONFIDENCE = {"high": 3, "medium-high": 3, "medium": 2, "low": 1}

# ---------------------------------------------------------------- rows and what they stand for


def _text(cell: object) -> str:
    return "" if cell is None or (not isinstance(cell, str) and pd.isna(cell)) else str(cell).strip()


def printed_text(row: Mapping[str, object]) -> str:
    """Return a row's number as it was printed, whether the table holds it as text or as a number."""
    value, decimals = row["value"], row["decimals"]
    if isinstance(value, str):
        return value.strip()
    if _text(value) == "":
        return ""
    return f"{float(value):.{0 if pd.isna(decimals) else int(decimals)}f}"


# Units that count things one by one: what is printed is the number itself. 万-units are rounded like any other.
_COUNTED = {
    "家", "个", "所", "项", "条", "名", "位", "位（倒数）", "位专家", "种", "部", "章", "类", "强", "期", "年", "秒", "架次",
}  # fmt: skip


def intervals(rows: pd.DataFrame) -> dict[str, Interval]:
    """Return the closed interval each row stands for, by id; rows without a number are left out.

    exact: ± half a unit of the last printed digit; counts, and facts that carry lower and upper, as they are.
    at_least reaches up without end, at_most down without end, about is ±10 %.
    """
    return {row["id"]: found for row in rows.to_dict("records") if (found := _interval(row)) is not None}


def _interval(row: Mapping[str, object]) -> Interval | None:
    if _text(row.get("lower", "")) and _text(row.get("upper", "")):
        return Interval(
            *(
                x if isinstance(x, Fraction) or math.isinf(x) else Fraction(x)
                for x in (row["lower"], row["upper"])
            )
        )
    text = printed_text(row)
    if not text:
        return None
    value, bound = Fraction(text), _text(row["bound"]) or "exact"
    if bound == "at_least":
        return Interval(value, math.inf)
    if bound == "at_most":
        return Interval(-math.inf, value)
    if bound == "about":
        tenth = abs(value) / 10
        return Interval(value - tenth, value + tenth)
    if row["unit"] in _COUNTED:
        return Interval(value, value)
    return rounded(text, None if _text(row["decimals"]) == "" else int(row["decimals"]))


# ---------------------------------------------------------------- views: other tables as rows and facts

_FACT_COLUMNS = (*COLUMNS, "lower", "upper", "source", "confidence")

_DIMENSIONS = {
    "index": ("总分", "total score"), "input": ("创新投入", "innovation input"), "output": ("创新产出", "innovation output"),
    "enterprise": ("企业创新", "enterprise innovation"), "environment": ("创新环境", "innovation environment"),
    "performance": ("创新绩效", "innovation performance"),
}  # fmt: skip

# ISO 3166-2:CN, as in the ids of the ledger (ha is Henan).
PROVINCES = {
    "北京": "bj", "天津": "tj", "河北": "he", "山西": "sx", "内蒙古": "nm", "辽宁": "ln", "吉林": "jl", "黑龙江": "hl",
    "上海": "sh", "江苏": "js", "浙江": "zj", "安徽": "ah", "福建": "fj", "江西": "jx", "山东": "sd", "河南": "ha",
    "湖北": "hb", "湖南": "hn", "广东": "gd", "广西": "gx", "海南": "hi", "重庆": "cq", "四川": "sc", "贵州": "gz",
    "云南": "yn", "西藏": "xz", "陕西": "sn", "甘肃": "gs", "青海": "qh", "宁夏": "nx", "新疆": "xj",
}  # fmt: skip
REGIONS = {"全国": "cn", "郑洛新": "zlx", **PROVINCES}
CENTRAL = ("山西", "安徽", "江西", "河南", "湖北", "湖南")


def scores_view(scores: pd.DataFrame, year: int = 2022, cities: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return scores and ranks as rows of the ledger, with ids like score_2022_410300_index.

    A column ``year`` in ``scores`` decides over the argument. ``cities`` gives the names; else the code stands for
    the city. A score that an outside source prints too carries that source as evidence.
    """
    names = (
        {} if cities is None else {c["city"]: (c["name_zh"], c["name_en"]) for c in cities.to_dict("records")}
    )
    rows = []
    holder = {  # who holds a place with a printed score
        (int(r.get("year", year)), r["code"], int(r["rank"])): r["city"]
        for r in scores.to_dict("records")
        if _text(r["rank"]) and _text(r["score"])
    }
    for record in scores.to_dict("records"):
        y, city, code = int(record.get("year", year)), record["city"], record["code"]
        zh, en = names.get(city, (city, city))
        what = _DIMENSIONS.get(code, (code, code))
        note, told = _text(record.get("note", "")), _split(record.get("source", ""), r"[;|]")
        # A row that the text does not print comes from the press alone, which cannot confirm itself.
        outside = [s for s in told if s != NEWSLETTER] if NEWSLETTER in told else []
        common = {
            "chapter": "report/index-results" if code == "index" else "report/index-dimensions",
            "section": "（三）评价结果", "speaker": "于善甫" if NEWSLETTER in told or not told else "媒体", "region": zh,
            "period": str(y), "bound": "exact", "relation": "", "note_zh": "", "note_en": "",
        }  # fmt: skip
        score, rank = record["score"], record["rank"]
        above, below = (holder.get((y, code, rank + step), "") if _text(rank) else "" for step in (-1, 1))
        order = [f"score_{y}_{above}_{code} >= score_{y}_{city}_{code}"] if above else []
        order += [f"score_{y}_{city}_{code} >= score_{y}_{below}_{code}"] if below else []
        if _text(score):
            decimals = 2 if _text(record["decimals"]) == "" else int(record["decimals"])
            value = score if isinstance(score, str) else f"{float(score):.{decimals}f}"
            # Where the note says so, the press states the rank only.
            agree = [] if "score from newsletter" in note else outside
            rows.append({
                **common, "id": f"score_{y}_{city}_{code}", "value": value, "unit": "分", "decimals": decimals,
                "subject_zh": f"{y} 年版{zh}{what[0]}{'得分' * (code != 'index')}", "subject_en": f"{en}, {what[1]}, {y} edition",
                "relation": f">= score_{y}_{below}_{code}" if below else "",
                "evidence": ";".join(f"{s}:{value}" for s in agree),
            })  # fmt: skip
        if _text(rank):
            rows.append({
                **common, "id": f"rank_{y}_{city}_{code}", "value": str(int(rank)), "unit": "位", "decimals": 0,
                "subject_zh": f"{y} 年版{zh}{what[0]}名次", "subject_en": f"{en}, rank by {what[1]}, {y} edition",
                "relation": "; ".join(order) if _text(score) else "",
                "evidence": ";".join(f"{s}:{int(rank)}" for s in outside),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def ledger_rows(
    claims: pd.DataFrame, scores: pd.DataFrame, year: int = 2022, cities: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the ledger: claims and the view of scores, one row an id. Raises `BadInput` if an id stands twice."""
    parts = [p for p in (claims.reindex(columns=list(COLUMNS)), scores_view(scores, year, cities)) if len(p)]
    rows = pd.concat(parts, ignore_index=True) if parts else claims.reindex(columns=list(COLUMNS))
    for number, id_ in enumerate(rows["id"], start=2):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", str(id_)):
            raise BadInput(
                f"claims.csv 第 {number} 行 id 列：“{id_}”不合规则。请用小写字母开头，只含小写字母、数字、下划线。",
                f'claims.csv row {number}, column id: "{id_}" breaks the rule. Begin with a small letter; use small letters, digits and _ only.',
            )
    twice = rows["id"][rows["id"].duplicated()]
    if len(twice):
        raise BadInput(
            f"claims.csv 的 id “{twice.iloc[0]}”出现两次：请改掉其中一个。",
            f'claims.csv: the id "{twice.iloc[0]}" stands twice. Rename one.',
        )
    return rows


def _fact(id_: str, value: float, within: Interval, **more: object) -> dict[str, object]:
    return {
        **dict.fromkeys(_FACT_COLUMNS, ""), "id": id_, "value": f"{value:g}" if abs(value) < 1e5 else f"{value:.0f}",
        "bound": "exact", "lower": within.lower, "upper": within.upper, **more,
    }  # fmt: skip


def _facts(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(_FACT_COLUMNS)).astype({"lower": object, "upper": object})


def _slug(*parts: object) -> str:
    return re.sub(r"[^a-z0-9]+", "_", "_".join(str(p) for p in parts).lower()).strip("_")


def _within(record: Mapping[str, object]) -> Interval:
    """Return what a source's number stands for; counts are exact, a lower bound reaches up without end."""
    if record["unit"] in _COUNTED:
        count = Fraction(str(record["value"]))
        return Interval(count, count)
    found = loosely(float(record["value"]))
    return Interval(found.lower, math.inf) if record.get("kind") == "lower_bound" else found


def _best_first(record: Mapping[str, object]) -> tuple[bool, bool, int]:
    """Sort what several sources say: the printed first release of the most trusted one comes first."""
    return (
        record.get("vintage") not in ("first", None),
        record.get("kind") != "printed",
        -_trust(record["confidence"]),
    )


def _merged(id_: str, records: list[dict[str, object]]) -> dict[str, object]:
    """Return one fact from what several sources say: the best value, with every source that agrees."""
    best = min(records, key=_best_first)
    agree = [r for r in records if r["value"] == best["value"]]
    return _fact(
        id_, float(best["value"]), _within(best), unit=best["unit"], region=best.get("region", ""), period=best["period"],
        source=";".join(dict.fromkeys(_text(r["source"]) for r in agree)),
        confidence=max((_text(r["confidence"]) for r in agree), key=_trust),
    )  # fmt: skip


def _grouped(records: pd.DataFrame, name: Callable[[dict[str, object]], str]) -> list[dict[str, object]]:
    found: dict[str, list[dict[str, object]]] = {}
    for record in records.to_dict("records"):
        if _text(record["value"]):
            found.setdefault(name(record), []).append(record)
    return [_merged(id_, group) for id_, group in found.items()]


def series_view(series: pd.DataFrame) -> pd.DataFrame:
    """Return a table of series as facts, with ids like series_imports_cn_2020; a revision ends in _revised.

    Where an id occurs several times, the printed first release of the most trusted source stands, with every
    source that agrees. The digits a source printed are not known: see `loosely`.
    """

    def name(r: dict[str, object]) -> str:
        return _slug(
            "series", r["series"], REGIONS.get(r["region"], r["region"]), r["period"]
        ) + "_revised" * (r["vintage"] == "revised")

    return _facts(_grouped(series, name))


def cities_view(cities: pd.DataFrame) -> pd.DataFrame:
    """Return a table by city as facts, with ids like city_universities_410100_2020."""
    return _facts(_grouped(cities, lambda r: _slug("city", r["indicator"], r["city"], r["period"])))


def _tops(fact: Mapping[str, object], value: float) -> bool:
    """Return whether a printed number is above ``value``, or a lower bound no less."""
    return float(fact["value"]) > value or (math.isinf(fact["upper"]) and float(fact["value"]) >= value)


def provinces_view(provinces: pd.DataFrame) -> pd.DataFrame:
    """Return a table by province as facts: values, and Henan's rank recomputed from the table.

    ``province_gdp_growth_real_ha_2020`` is a value; ``place_gdp_growth_real_ha_2020`` the rank among the 31, the
    highest first; ``place_central_…`` among the six of central China. A tie, and a province without a value, leave
    a rank open: it becomes an interval.
    """
    usable = provinces[provinces["region"].isin(list(PROVINCES)) & provinces["value"].map(_text).ne("")]
    rows = _grouped(usable, lambda r: _slug("province", r["series"], PROVINCES[r["region"]], r["period"]))
    values = {f["id"]: f for f in rows}
    for name, period in usable[["series", "period"]].drop_duplicates().itertuples(index=False):
        for kind, members in (("place", tuple(PROVINCES)), ("place_central", CENTRAL)):
            seen = {m: values.get(_slug("province", name, PROVINCES[m], period)) for m in members}
            own = seen.pop("河南")
            if own is None:
                continue
            here = float(own["value"])
            above = [f for f in seen.values() if f and _tops(f, here)]
            # Open: no value, the same printed value, or a lower bound that need not be above.
            unclear = [
                f for f in seen.values()
                if not f or (f not in above and (float(f["value"]) == here or math.isinf(f["upper"])))
            ]  # fmt: skip
            known = [own, *(f for f in seen.values() if f)]
            rows.append(_fact(
                _slug(kind, name, "ha", period), 1 + len(above),
                Interval(Fraction(1 + len(above)), Fraction(1 + len(above) + len(unclear))),
                unit="位", region="河南", period=period,
                source=";".join(dict.fromkeys(s for f in known for s in _split(f["source"]))),
                confidence=min((f["confidence"] for f in known), key=_trust),
            ))  # fmt: skip
    return _facts(rows)


def lists_view(lists: pd.DataFrame) -> pd.DataFrame:
    """Return the lists that a text prints as facts of the text: how many items, how many distinct.

    ``listed_zones`` counts the items of the list ``zones``, ``distinct_zones`` each item once.
    """
    rows = []
    for name, items in lists.groupby("list", sort=False)["item"]:
        for kind, count in (("listed", len(items)), ("distinct", items.nunique())):
            rows.append(_fact(f"{kind}_{name}", count, Interval(Fraction(count), Fraction(count)), unit="个"))
    return _facts(rows)


# ---------------------------------------------------------------- verdicts

NEWSLETTER = "newsletter"  # the id under which the audited text itself stands among the sources


def _trust(confidence: object) -> int:
    return CONFIDENCE.get(_text(confidence), 1)


def _split(cell: object, by: str = ";") -> list[str]:
    return [part.strip() for part in re.split(by, _text(cell)) if part.strip()]


@dataclass(frozen=True)
class _Check:
    """One check of one row: a statement of its relation, or one piece of evidence."""

    holds: bool
    by_source: bool  # confirms, where it holds; else it is arithmetic
    strong: bool  # may contradict
    derived: Interval | None
    sources: tuple[str, ...]
    zh: str
    en: str


def parse_evidence(text: str, row: str = "") -> list[tuple[str, str]]:
    """Return the pairs of source and printed value in ``text``. Raises `BadInput` with one line."""
    pairs = []
    for part in _split(text):
        source, colon, value = part.rpartition(":")
        if (
            not colon
            or not re.fullmatch(r"[A-Za-z0-9_.\-]+", source.strip())
            or not re.fullmatch(r"-?\d+(\.\d+)?", value.strip())
        ):
            zh, en = where(row)
            raise BadInput(
                f"{zh}evidence “{clip(part)}”：应写成“来源编号:数值”，多条用分号隔开。",
                f'{en}evidence "{clip(part)}": write source:value, several separated by a semicolon.',
            )
        pairs.append((source.strip(), value.strip()))
    return pairs


def _show(x: Number, decimals: int) -> str:
    text = f"{float(x):.{decimals + 2}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_interval(found: Interval, decimals: int = 1, lang: str = "zh") -> str:
    """Return an interval for a reader: "11.9–12.1", one number where both ends agree, a bound where one is open."""
    if math.isinf(found.lower) and math.isinf(found.upper):
        return "不限" if lang == "zh" else "anything"
    if math.isinf(found.upper):
        return f"{'不低于 ' if lang == 'zh' else 'at least '}{_show(found.lower, decimals)}"
    if math.isinf(found.lower):
        return f"{'不高于 ' if lang == 'zh' else 'at most '}{_show(found.upper, decimals)}"
    low, high = (_show(x, decimals) for x in found)
    return (
        low
        if low == high
        else f"{low}–{high}"
        if lang == "zh" and found.lower >= 0
        else f"{low} {'至' if lang == 'zh' else 'to'} {high}"
    )


def _tight(derived: Interval | None, printed: Interval) -> bool:
    """Return whether a derived interval is sharp enough to confirm what is printed."""
    if derived is None:
        return False
    return derived.within(printed) or (not math.isinf(derived.width) and derived.width <= 2 * printed.width)


def _by_evidence(row: Mapping[str, object], printed: Interval, trust: Mapping[str, str]) -> Iterator[_Check]:
    for source, value in parse_evidence(_text(row["evidence"]), row["id"]):
        if source not in trust:
            raise BadInput(
                f"claims.csv 的 {row['id']} 行，evidence “{source}”：sources.csv 里没有这个来源。请补上，或改正编号。",
                f'claims.csv row {row["id"]}, evidence "{source}": sources.csv has no such source. Add it, or mend the id.',
            )
        other = Interval(Fraction(value), Fraction(value)) if row["unit"] in _COUNTED else rounded(value)
        holds, strong = printed.meets(other), _trust(trust[source]) >= 2
        zh, en = ("一致", "agrees") if holds else ("不一致", "differs")
        if not strong:
            zh, en = zh + "（可信度低）", en + " (low confidence)"
        yield _Check(
            holds,
            _tight(other, printed),
            strong,
            other,
            (source,),
            f"来源 {source} 为 {value}，{zh}",
            f"source {source} has {value}: {en}",
        )


def _by_relation(
    row: Mapping[str, object], box: Box, facts: Mapping[str, Mapping[str, object]]
) -> Iterator[tuple[Statement, _Check]]:
    own, decimals = row["id"], 0 if _text(row["decimals"]) == "" else int(row["decimals"])
    for statement in _statements(row):
        others = statement.ids(own) - {own}
        _known(own, statement, box)
        try:
            holds = possible(statement, own, box)
            derived = implied(statement, own, box)
            left, right = (span(side, box) for side in statement.sides(own))
        except Undefined:
            raise BadInput(
                f"claims.csv 的 {own} 行，relation “{clip(statement.text)}”：在四舍五入的范围内会除以零、对负数开方，或大得没有意义。请改写式子。",
                f'claims.csv row {own}, relation "{clip(statement.text)}": within rounding it divides by zero, takes a root of a negative number, or grows beyond all sense. Rewrite it.',
            ) from None
        if derived is not None and not derived.meets(box[own]):
            holds = False
        outside = [facts[i] for i in others if i in facts and facts[i]["source"]]
        strong = all(_trust(f["confidence"]) >= 2 for f in outside)
        by_source = bool(outside) and len(outside) == len(others) and _tight(derived, box[own])
        sources = tuple(dict.fromkeys(s for f in outside for s in _split(f["source"])))
        if derived is not None:
            zh, en = (show_interval(derived, decimals, lang) for lang in ("zh", "en"))
            zh, en = f"按“{statement.text}”应为 {zh}", f'"{statement.text}" gives {en}'
        else:
            (lz, rz), (le, re_) = (
                [show_interval(s, decimals, g) for s in (left, right)] for g in ("zh", "en")
            )
            zh, en = f"“{statement.text}”左边 {lz}，右边 {rz}", f'"{statement.text}": left {le}, right {re_}'
        if not holds:
            zh, en = zh + "，不符", en + ", which does not hold"
            if not strong:
                zh, en = zh + "（来源可信度低）", en + " (source of low confidence)"
        yield statement, _Check(holds, by_source, strong, derived, sources, zh, en)


def _statements(row: Mapping[str, object]) -> list[Statement]:
    return parse_relation(_text(row["relation"]), row["id"]) if _text(row["relation"]) else []


def _known(own: str, statement: Statement, box: Box, table: str = "claims.csv") -> None:
    for id_ in sorted(statement.ids(own)):
        if id_ not in box:
            raise BadInput(
                f"{table} 的 {own} 行，“{clip(statement.text)}”：账本里没有编号 {id_}。请改正编号，或补上这一行。",
                f'{table} row {own}, "{clip(statement.text)}": the ledger has no id {id_}. Mend the id, or add the row.',
            )


def _no_cycle(rows: list[dict[str, object]]) -> None:
    """Refuse rows that follow from each other."""
    graph: dict[str, set[str]] = {}
    for row in rows:
        own = row["id"]
        for s in _statements(row):
            left, right = s.sides(own)
            for one, other in ((left, right), (right, left)):
                if s.op == "=" and one == Ref(own):
                    graph.setdefault(own, set()).update(ids_in(other))
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as found:
        path = " → ".join(reversed(found.args[1]))
        raise BadInput(
            f"claims.csv 的 {found.args[1][-1]} 行，relation：{path} 互相推出，等于自己证明自己。请去掉其中一条关系。",
            f"claims.csv row {found.args[1][-1]}, relation: {path} follow from each other and would prove themselves. Drop one of the relations.",
        ) from None


def judge(rows: pd.DataFrame, sources: pd.DataFrame, facts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return every row of the ledger with its verdict: the rows' columns, then `AUDIT_COLUMNS`, reason_zh, reason_en.

    contradicted: some strong check fails. confirmed: a source agrees, tightly enough. consistent: arithmetic holds,
    of its own or of a row that follows from it. unchecked: nothing to hold it against, or only a weak source
    differs. Raises `BadInput` for a relation or evidence that cannot be used.
    """
    for table, name in ((rows, "claims.csv"), (facts, "lists.csv")):
        twice = [] if table is None else table["id"][table["id"].duplicated()]
        if len(twice):
            raise BadInput(
                f"{name} 的编号 {twice.iloc[0]} 出现两次（跨年度也算）：请改掉其中一个。",
                f"{name}: the id {twice.iloc[0]} stands twice (other editions count). Rename one.",
            )
    records = rows.to_dict("records")
    known = {} if facts is None else {f["id"]: f for f in facts.to_dict("records")}
    box = ({} if facts is None else intervals(facts)) | intervals(rows)
    trust = dict(zip(sources["id"], sources["confidence"].map(_text), strict=True))
    _no_cycle(records)
    checks: dict[str, list[_Check]] = {}
    carried: dict[str, list[tuple[str, Statement]]] = {}
    for row in records:
        own = row["id"]
        if own not in box:
            checks[own] = []
            continue
        found = list(_by_relation(row, box, known))
        checks[own] = [c for _, c in found] + list(_by_evidence(row, box[own], trust))
        if not any(not c.holds for _, c in found):
            for s, _ in found:
                if s.op == "=":
                    for other in s.ids(own) - {own}:
                        carried.setdefault(other, []).append((own, s))
    return pd.DataFrame([_judged(row, checks[row["id"]], carried.get(row["id"], []), box) for row in records])


_MOST_REASONS = 4


def _judged(
    row: dict[str, object], checks: list[_Check], carried: list[tuple[str, Statement]], box: Box
) -> dict[str, object]:
    own = row["id"]
    against = [c for c in checks if not c.holds and c.strong]
    weak = [c for c in checks if not c.holds and not c.strong]
    confirming = [c for c in checks if c.holds and c.by_source]
    holding = [c for c in checks if c.holds]
    if against:
        verdict, lead = "contradicted", against + [c for c in checks if c not in against]
    elif confirming:
        verdict, lead = "confirmed", confirming + [c for c in checks if c not in confirming]
    elif holding:
        verdict, lead = "consistent", holding + weak
    elif carried and not weak:
        verdict, lead = "consistent", []
    else:
        verdict, lead = "unchecked", weak
    told = lead[:_MOST_REASONS]
    zh, en = [c.zh for c in told], [c.en for c in told]
    if more := len(lead) - len(told):
        zh, en = [*zh, f"另有 {more} 项"], [*en, f"{more} more"]
    if verdict == "consistent" and not lead:
        who = "、".join(dict.fromkeys(o for o, _ in carried))
        zh, en = [f"{who} 由它算出，相符"], [f"{who.replace('、', ', ')} follows from it and agrees"]
    if verdict == "unchecked":
        zh = ["未核对，只有可信度低的来源不一致", *zh] if weak else ["没有可对照的来源或算式"]
        en = (
            ["unchecked, a weak source differs", *en]
            if weak
            else ["no source and no arithmetic to hold it against"]
        )
    derived = next((c.derived for c in lead if c.derived is not None), None)
    printed = box.get(own, ANY)
    return {
        **row,
        "value": printed_text(row),
        "verdict": verdict,
        "printed_lower": _number(printed.lower, math.floor),
        "printed_upper": _number(printed.upper, math.ceil),
        "derived_lower": math.nan if derived is None else _number(derived.lower, math.floor),
        "derived_upper": math.nan if derived is None else _number(derived.upper, math.ceil),
        "source": ";".join(dict.fromkeys(s for c in lead for s in c.sources)),
        "reason_zh": "；".join(zh),
        "reason_en": "; ".join(en),
    }


def _number(x: Number, outward: Callable) -> float:
    """Return an end of an interval for a table: six decimals, rounded outward; an open end is missing."""
    return math.nan if math.isinf(x) else outward(Fraction(x) * 10**6) / 10**6


def audit(
    claims: pd.DataFrame,
    scores: pd.DataFrame,
    sources: pd.DataFrame,
    facts: pd.DataFrame | None = None,
    lang: str = "zh",
    year: int = 2022,
) -> pd.DataFrame:
    """Return the audit: one line a row of the ledger, the columns of `AUDIT_COLUMNS`, ``reason`` in ``lang``.

    An open end of an interval, and a derived interval where nothing was derived, are NaN.
    """
    judged = judge(ledger_rows(claims, scores, year), sources, facts)
    return judged.assign(reason=judged[f"reason_{lang}"])[list(AUDIT_COLUMNS)]


_FINDINGS = "corrections.csv"


def corrections(
    table: pd.DataFrame, rows: pd.DataFrame, facts: pd.DataFrame | None = None, lang: str = "zh"
) -> pd.DataFrame:
    """Return the findings with both numbers computed: what is printed, what follows, the likely cause, how sure.

    ``follows`` in the table is an expression, ``printed`` too (empty: the row itself); ``guard`` a statement that is
    true for every value within rounding as long as the source errs. ``fired`` says that it no longer is: the source
    was mended, or the finding is wrong, and the correction must go.
    """
    box = ({} if facts is None else intervals(facts)) | intervals(rows)
    by_id = {r["id"]: r for r in rows.to_dict("records")}
    found = []
    for record in table.to_dict("records"):
        own = record["id"]
        if own not in by_id:
            raise BadInput(
                f"corrections.csv 的 {own} 行：账本里没有这个编号。请改正。", f"corrections.csv row {own}: the ledger has no such id. Mend it."
            )  # fmt: skip
        row = by_id[own]
        decimals = 0 if _text(row["decimals"]) == "" else int(row["decimals"])
        guards = parse_relation(_text(record["guard"]), own, _FINDINGS)
        ends = []
        for name in ("printed", "follows"):
            tree = parse_expression(_text(record[name]) or own, own, _FINDINGS)
            ends.append(_spanned(tree, own, box))
        holds = all(_guarded(g, own, box) for g in guards)
        printed, follows = ends
        found.append({
            "id": own, "finding": record["finding"], "kind": record["kind"],
            "subject": row[f"subject_{lang}"], "value": printed_text(row), "unit": row["unit"],
            "printed_lower": _number(printed.lower, math.floor), "printed_upper": _number(printed.upper, math.ceil),
            "follows_lower": _number(follows.lower, math.floor), "follows_upper": _number(follows.upper, math.ceil),
            "printed": show_interval(printed, decimals, lang), "follows": show_interval(follows, decimals, lang),
            "cause": record[f"cause_{lang}"], "sure": record["sure"], "guard": record["guard"], "fired": not holds,
        })  # fmt: skip
    return pd.DataFrame(found, columns=list(CORRECTION_COLUMNS))


def _spanned(tree: Tree, own: str, box: Box) -> Interval:
    _known(own, Statement(None, "=", tree, "follows"), box, _FINDINGS)
    try:
        return span(tree, box)
    except Undefined:
        raise BadInput(
            f"corrections.csv 的 {own} 行：式子会除以零，或大得没有意义。请改写。",
            f"corrections.csv row {own}: the expression divides by zero, or grows beyond all sense. Rewrite it.",
        ) from None


def _guarded(statement: Statement, own: str, box: Box) -> bool:
    _known(own, statement, box, _FINDINGS)
    try:
        return certain(statement, own, box)
    except Undefined:
        return False


def _derived(row: Mapping[str, object]) -> Interval:
    """Return what follows for a judged row; an end that is missing is open."""
    low, high = row.get("derived_lower"), row.get("derived_upper")
    return Interval(-math.inf if pd.isna(low) else low, math.inf if pd.isna(high) else high)


def summary(judged: pd.DataFrame, found: pd.DataFrame, lang: str = "zh") -> list[str]:
    """Return the audit in a few lines: counts, each contradicted figure with both numbers, guards that fired."""
    zh = lang == "zh"
    counts = judged["verdict"].value_counts()
    words = [f"{counts.get(v, 0)} {VERDICT_WORDS[v][not zh]}" for v in VERDICTS]
    lines = [
        f"{len(judged)} 个数：{'，'.join(words)}" if zh else f"{len(judged)} figures: {', '.join(words)}"
    ]
    for row in judged[judged["verdict"] == "contradicted"].to_dict("records"):
        says = f"{row['id']}{'：' if zh else ': '}{row[f'subject_{lang}']}"
        follows = show_interval(_derived(row), int(row["decimals"]), lang)
        value = format_value(row, lang)
        lines.append(
            f"矛盾 {says}：印为 {value}，推得 {follows}"
            if zh
            else f"contradicted {says}: printed {value}, follows {follows}"
        )
    for row in found[found["fired"]].to_dict("records") if len(found) else []:
        lines.append(
            f"第 {row['finding']} 项发现的守护不再成立（{row['id']}：{row['guard']}）：原文可能已改，请撤下这一条。" if zh
            else f"The guard of finding {row['finding']} no longer holds ({row['id']}: {row['guard']}): the source may have been mended; withdraw the row."
        )  # fmt: skip
    return lines


# ---------------------------------------------------------------- for a reader


class Unit(NamedTuple):
    """A unit in English: beside a number as printed, and in prose with the point moved by ``shift`` digits."""

    table: str
    prose: str
    shift: int = 0
    one: str = ""


UNITS = {
    "%": Unit("%", "%"),
    "个百分点": Unit("percentage points", "percentage points", one="percentage point"),
    "亿元": Unit("100 million yuan", "billion yuan", -1),
    "万亿元": Unit("trillion yuan", "trillion yuan"),
    "亿美元": Unit("100 million US dollars", "billion US dollars", -1),
    "万人": Unit("10,000 people", "people", 4),
    "万家": Unit("10,000 firms", "firms", 4),
    "万个": Unit("10,000", "", 4),
    "万户": Unit("10,000 users", "users", 4),
    "万单": Unit("10,000 parcels", "parcels", 4),
    "万吨": Unit("10,000 tonnes", "tonnes", 4),
    "家": Unit("organisations", ""),
    "个": Unit("items", ""),
    "所": Unit("institutions", "institutions", one="institution"),
    "项": Unit("items", ""),
    "条": Unit("measures", "measures", one="measure"),
    "名": Unit("people", "people", one="person"),
    "位专家": Unit("experts", "experts", one="expert"),
    "种": Unit("titles", "titles", one="title"),
    "部": Unit("volumes", "volumes", one="volume"),
    "章": Unit("chapters", "chapters", one="chapter"),
    "类": Unit("kinds", "kinds", one="kind"),
    "强": Unit("places on a list", ""),
    "期": Unit("issue number", ""),
    "年": Unit("years", "years", one="year"),
    "秒": Unit("seconds", "seconds", one="second"),
    "架次": Unit("flights", "flights", one="flight"),
    "倍": Unit("times", "times"),
    "分": Unit("points", "points", one="point"),
    "平方公里": Unit("square kilometres", "square kilometres", one="square kilometre"),
    "位": Unit("rank", ""),
    "位（倒数）": Unit("rank from the bottom", ""),
    "": Unit("", ""),
}

VERDICT_WORDS = {
    "confirmed": ("有来源证实", "confirmed by a source"),
    "consistent": ("算术一致", "consistent with its own arithmetic"),
    "contradicted": ("有矛盾", "contradicted"),
    "unchecked": ("未能核对", "unchecked"),
}

SPEAKERS = {
    "喻新安": "Yu Xin'an", "于善甫": "Yu Shanfu", "胡大白": "Hu Dabai", "任文武": "Ren Wenwu", "赵西三": "Zhao Xisan",
    "王小艳": "Wang Xiaoyan", "编者": "The newsletter's editors", "媒体": "The press",
}  # fmt: skip

_BOUND_WORDS = {
    "at_least": ("超过", "more than "),
    "at_most": ("不到", "just under "),
    "about": ("约", "about "),
}
# Where a note quotes the word that was printed beside a number, the figure keeps it: 近 is not 不到, 以上 not 超过.
_AS_PRINTED = re.compile("印作“(将近|近|以上)”")


def unit_words(unit: str, lang: str = "en") -> str:
    """Return the unit to stand beside a number as it was printed: 亿元 is "100 million yuan"."""
    return unit if lang == "zh" else UNITS.get(unit, Unit(unit, unit)).table


def format_value(row: Mapping[str, object], lang: str = "zh") -> str:
    """Return a row's printed value with its unit, in the language.

    Chinese keeps the digits as printed ("58887.41亿元"). English moves the point to its own scale words and keeps
    every printed digit ("5,888.741 billion yuan"); nothing is rounded.

    >>> format_value({"value": "20", "decimals": 0, "unit": "%", "bound": "at_most", "note_zh": "印作“不到”"})
    '不到20%'
    """
    text, unit, bound = printed_text(row), _text(row["unit"]), _text(row["bound"])
    word = _BOUND_WORDS.get(bound, ("", ""))[lang == "en"]
    own = _AS_PRINTED.search(_text(row.get("note_zh", ""))) if bound in ("at_most", "at_least") else None
    if own and own[1] == "以上":
        return f"{text}{unit}以上" if lang == "zh" else f"at least {format_value({**row, 'bound': ''}, lang)}"
    if lang == "zh":
        word = own[1] if own else word
        if unit in ("位", "位（倒数）"):
            return f"{'倒数' * (unit != '位')}第{text}位"
        return f"{word}{text}{unit}"
    if unit == "位":
        return _ordinal(int(text))
    if unit == "位（倒数）":
        return "last" if text == "1" else f"{_ordinal(int(text))} from last"
    known = UNITS.get(unit, Unit(unit, unit))
    number, shift, prose = Decimal(text), known.shift, known.prose
    if shift == 4 and abs(number) >= 100:
        shift, prose = -2, f"million {prose}"
    elif shift == -1 and abs(number) < 10:
        shift, prose = 2, prose.replace("billion", "million")
    moved = f"{number.scaleb(shift):,f}"
    if "." not in text and "." in moved:
        moved = moved.rstrip("0").rstrip(".")
    if known.one and number == 1:
        prose = known.one
    return f"{word}{moved}{'' if prose in ('', '%') else ' '}{prose}".strip()


def _ordinal(n: int) -> str:
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


_MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
]  # fmt: skip


def period_words(period: str, lang: str = "zh") -> str:
    """Return a period for a reader: 2022M1-M4 is "2022年1—4月"; empty where none applies."""
    if not period or period.startswith("none"):
        return ""
    if m := re.fullmatch(r"(\d{4})", period):
        return f"{period}年" if lang == "zh" else period
    if m := re.fullmatch(r"(\d{4})Q([1-4])", period):
        return (
            f"{m[1]}年{'一二三四'[int(m[2]) - 1]}季度"
            if lang == "zh"
            else f"{_ORDER[int(m[2]) - 1]} quarter of {m[1]}"
        )
    if m := re.fullmatch(r"(\d{4})H([12])", period):
        return (
            f"{m[1]}年{'上下'[int(m[2]) - 1]}半年"
            if lang == "zh"
            else f"{_ORDER[int(m[2]) - 1]} half of {m[1]}"
        )
    if m := re.fullmatch(r"(\d{4})M(\d{1,2})-M(\d{1,2})", period):
        first, last = int(m[2]), int(m[3])
        return (
            f"{m[1]}年{first}—{last}月"
            if lang == "zh"
            else f"{_MONTHS[first - 1]}–{_MONTHS[last - 1]} {m[1]}"
        )
    if m := re.fullmatch(r"(\d{4})-(\d{2})", period):
        return f"{m[1]}年{int(m[2])}月" if lang == "zh" else f"{_MONTHS[int(m[2]) - 1]} {m[1]}"
    if m := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", period):
        return (
            f"{m[1]}年{int(m[2])}月{int(m[3])}日"
            if lang == "zh"
            else f"{int(m[3])} {_MONTHS[int(m[2]) - 1]} {m[1]}"
        )
    if m := re.fullmatch(r"(\d{4})-(\d{4})", period):
        return f"{m[1]}—{m[2]}年" if lang == "zh" else f"{m[1]}–{m[2]}"
    return period


_ORDER = ("first", "second", "third", "fourth")


def describe(row: Mapping[str, object], verdict: str, lang: str = "zh") -> str:
    """Return one line on a figure: who said it, what and for which period, what the audit found, our note.

    The full reason with ids and sources stands in the audit; here a contradicted figure gets its other number.
    """
    zh = lang == "zh"
    speaker, subject = _text(row["speaker"]), _text(row[f"subject_{lang}"])
    period = _text(row["period"])
    when = "" if period[:4] in subject else period_words(period, lang)
    found, note = VERDICT_WORDS[verdict][not zh], _text(row.get(f"note_{lang}", ""))
    if verdict == "contradicted" and _derived(row) != ANY:
        other = show_interval(_derived(row), int(row["decimals"]), lang)
        found += f"，推出的是 {other}" if zh else f": {other} follows"
    if zh:
        return (
            f"{speaker}：{subject}"
            + f"（{when}）" * bool(when)
            + f"。核对：{found}。"
            + f"{note}。" * bool(note)
        )
    who = SPEAKERS.get(speaker, speaker)
    return f"{who}: {subject}" + f" ({when})" * bool(when) + f". Audit: {found}." + f" {note}." * bool(note)
