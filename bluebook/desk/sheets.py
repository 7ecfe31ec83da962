"""Which sheet holds which table, in which columns: the one description that template and import both follow.

A listed sheet has a row for each row of its table; its heads and notes are the titles and descriptions in
``datapackage.json``, so that workbook and table cannot differ. Three sheets are matrices: cities by
indicators, cities by what shares and per-head figures are made of, indicators by experts.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from bluebook.data.schema import package

GUIDE, SETTINGS, DATA, BASES, EXPERTS = "说明", "年度设置", "数据", "基础数据", "专家打分"
NOTES = "数据附注"
SIGNED = "签字"
STATE = "底稿"  # hidden: what the tables held when the workbook was written
HEAD, FIRST = 2, 3  # the row of the heads and the first row below, on every sheet but the guide
CODE, CITY = "代码", "城市"
ABOUT = {"期间": "period", "性质": "status", "来源": "source", "说明": "note"}  # rows below a matrix
LAST_YEAR = "上年"
NONE = "—"  # in a note on one cell: nothing, where the column has something
SPARE = 100  # empty rows to fill in below a list
CONFIRMED, OPEN = "已核对", "未核对"


class Block(NamedTuple):
    """A table as a list on a sheet: ``kind`` names the table, ``column`` is where it begins (1 is A).

    ``left_out`` are columns that follow from others and are not shown.
    """

    sheet: str
    kind: str
    column: int = 1
    left_out: tuple[str, ...] = ()
    hint: str = ""


SOURCES, TREE = Block("来源", "sources"), Block("指标体系", "indicators")
BLOCKS = (
    SOURCES._replace(hint="每个出处一行；别的表里的“来源”填这里的编号，几个之间用分号"),
    TREE._replace(hint="一行一个指标；同一上级之下的权重合计为 100，右边一栏替您加"),
    Block(
        "已发布得分", "scores", 1, ("decimals",), "只填报告印出的得分和名次；小数位数照印的填，没有印的空着"
    ),
    Block("会议与发言", "talks", hint="一行一篇讲话，按刊出的次序"),
    Block("名单与提纲", "lists", hint="左边：文中列举的名单，一行一项。右边：各级标题和转述它的章节"),
    Block("名单与提纲", "outline", 5),
    Block("引用数字", "claims", 1, ("decimals",), "一行一个印出的数，小数位数照印的填；英文可以空着"),
)
# The order of the sheets in the workbook; the notes on single cells stand behind the matrices.
ORDER = (
    GUIDE,
    SETTINGS,
    "来源",
    "指标体系",
    DATA,
    NOTES,
    BASES,
    EXPERTS,
    "已发布得分",
    "会议与发言",
    "名单与提纲",
    "引用数字",
    SIGNED,
)
KINDS = ("sources", "indicators", "observations", "bases", "experts", *(b.kind for b in BLOCKS[2:]))

# What a cell shows for a code of the tables, and what it may be written as.
WORDS = {
    "confidence": {"high": "高", "medium": "中", "low": "低"},
    "sure": {"high": "高", "medium": "中", "low": "低"},
    "weight_basis": {
        "published": "报告公布",
        "recovered": "反推",
        "expert": "专家打分",
        "assumed": "本书假定",
    },
    "direction": {"1": "越大越好", "-1": "越小越好"},
    "status": {"published": "报告公布", "public": "公开来源", "computed": "算得", "illustrative": "示意"},
    "bound": {"exact": "原数", "at_least": "超过", "at_most": "不到", "about": "大约"},
    "session": {"opening": "致辞", "results": "成果发布", "keynote": "主旨演讲", "key": "重点发言"},
}
YES = {"true": "是", "false": "否"}
STATES = {"draft": "草稿", "published": "发布"}  # of an edition; freezing is a command's
# The sheet of signatures: column of the checklist → its head, what may stand below, its width, its note.
SIGNATURE = {
    "item": ("项目", "text", 22, "各版都要办的锁着；自己加的，写在下面的空行里"),
    "done": ("办好了", "text", 24, "填“是”；审图号、备案号填号码本身"),
    "who": ("谁", "text", 16, "签字的人"),
    "date": ("哪一天", "date", 14, "年-月-日"),
}

# The settings that an editor fills in, by the way down to them; lists and mappings bring what they hold.
LABELS = {
    "year": "年度",
    "title_zh": "报告名称",
    "title_en": "报告名称（英文）",
    "book_title_zh": "出版书名",
    "book_title_en": "出版书名（英文）",
    "book_publisher": "出版社",
    "publisher": "发布单位（空：独立整理）",
    "editors": "主编（用；隔开）",
    "theme_zh": "主题",
    "theme_en": "主题（英文）",
    "published": "发布日期",
    "organisers": "主办单位（用；隔开）",
    "organisers_en": "主办单位（英文，用；隔开）",
    "newsletter": "刊物",
    "printed": "印出日期",
    "keynote_announced_zh": "主旨演讲题目",
    "keynote_announced_en": "主旨演讲题目（英文）",
    "registration": "登记号",
    "address_zh": "地址",
    "address_en": "地址（英文）",
    "postcode": "邮编",
    "phone": "电话",
    "email": "电子邮箱",
    "decimals": "总分的小数位数",
    "ranked": "有名次的城市数（空：全部）",
    "index_speaker": "发布评价结果的人",
    "index_section": "印在哪一节",
    "data_year": "评价数据截至哪一年",
    "framework": "指标数",
    "n_dimensions": "维度数",
    "n_indicators": "指标总数",
    "by_dimension": "各维度",
    "method": "方法",
    "weights": "权重",
    "normalisation": "标准化",
    "aggregation": "合成",
    "data_zh": "数据来自",
    "data_en": "数据来自（英文）",
    "sources": "来源编号（用；隔开）",
    "note_zh": "说明",
    "note_en": "说明（英文）",
    "status": "状态（签字齐了才能选“发布”）",
}
NOT_SHOWN = ("chapters", "unconfirmed")  # of the machine's, or changed by a command
LISTS = ("organisers", "organisers_en", "editors", "sources")
WHOLE = ("year", "decimals", "ranked", "data_year")  # and everything below ``framework``


def signature(item: str, column: str) -> str:
    """Return the way to a cell of the checklist: it is merged as the settings are."""
    return f"{SIGNED}/{item}/{column}"


def label(path: str) -> str:
    """Return what a setting is called: ``framework.n_indicators`` is 指标数：指标总数.

    >>> label("framework.n_indicators"), label("framework.by_dimension.x")
    ('指标数：指标总数', '指标数：各维度：x')
    """
    return "：".join(LABELS.get(part, part) for part in path.split("."))


def path_of(kind: str, year: int) -> str:
    """Return where a table lies below the data folder."""
    return "sources.csv" if kind == "sources" else f"editions/{year}/{kind}.csv"


def schema(root: Path, kind: str) -> dict[str, Any]:
    """Return the schema of a table."""
    found = package(root)
    if kind in found["tables"]:
        return found["tables"][kind]["schema"]
    return next(r["schema"] for r in found["resources"] if r["path"] == f"{kind}.csv")


def columns(root: Path, block: Block) -> list[dict[str, Any]]:
    """Return the fields that a listed sheet shows, in order."""
    return [f for f in schema(root, block.kind)["fields"] if f["name"] not in block.left_out]


def head(field: dict[str, Any]) -> str:
    """Return the head of a field's column: a city is shown by its name."""
    return CITY if field["name"] == "city" else field["title"]


# ---------------------------------------------------------------- shares and per-head figures

_RATIO = re.compile(r"(.+)与(.+)之比")
_MONEY, _PEOPLE = re.compile("支出|收入|经费|总值|增加值|投资"), re.compile("人口|人员|人数")
_SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}


class Part(NamedTuple):
    """What a share or per-head figure is made of: its name and unit."""

    name: str
    unit: str


class Ratio(NamedTuple):
    """An indicator that is ``upper / lower * factor``, as its definition says (…与…之比)."""

    code: str
    upper: Part
    lower: Part
    factor: float


def ratios(tree: pd.DataFrame) -> dict[str, Ratio]:
    """Return the indicators of a tree (text cells) whose definition is a ratio, by code."""
    found = {}
    for code, unit, text in tree[["code", "unit", "definition_zh"]].itertuples(index=False):
        told = _RATIO.fullmatch(text)
        if told:
            upper, lower = _parts(told[1], told[2], unit)
            factor = scale(upper.unit) / scale(lower.unit) / scale(unit)
            found[code] = Ratio(code, upper, lower, float(f"{factor:.6g}"))
    return found


def scale(unit: str) -> float:
    """Return how many of the plain unit one of this unit is.

    >>> scale("亿元"), scale("件/万人"), scale("%")
    (100000000.0, 0.0001, 0.01)
    """
    above, _, below = unit.partition("/")
    if below:
        return scale(above) / scale(below)
    return 0.01 if unit == "%" else _SCALES.get(unit[:1], 1.0)


def _parts(upper: str, lower: str, unit: str) -> tuple[Part, Part]:
    """Return both parts with the unit in which a yearbook prints them."""
    counted = unit.partition("/")[0] if "/" in unit else "个"

    def of(name: str) -> str:
        if "人均" in lower:
            return "元"
        if _MONEY.search(name):
            return "亿元"
        if name is lower and _PEOPLE.search(name):
            return "万人"
        return f"万{counted}" if counted in ("户", "册") else counted

    return Part(upper, of(upper)), Part(lower, of(lower))


def parts(tree: pd.DataFrame) -> list[Part]:
    """Return what the ratios of a tree are made of, each once."""
    found = (part for ratio in ratios(tree).values() for part in (ratio.upper, ratio.lower))
    return list(dict.fromkeys(found))


def leaves(tree: pd.DataFrame) -> list[str]:
    """Return the codes of a tree (text cells) that nothing stands below."""
    above = set(tree["parent"])
    return [code for code in tree["code"] if code not in above]
