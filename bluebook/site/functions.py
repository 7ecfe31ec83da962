"""One page of what a chapter may call, by what it is for: each with its first sentence and its example."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator

import bluebook

# What a student looks for → rooms; what only shows a page of the book is left out.
GROUPS = {
    ("练习，自己的数据", "Exercises, and data of your own"): ("exercises", "data.original"),
    ("取数", "Tables"): ("data", "ledger.series", "ledger.regions", "ledger.place", "pages.lab"),
    ("合成、排名、权重、稳健性", "Indices: score, rank, weigh, test"): ("index",),
    ("由印出的得分反推", "What printed scores prove"): ("recover",),
    ("台账：印出的数和核对", "The ledger: what is printed, and the audit"): ("ledger",),
    ("画图，写发现", "Charts and findings"): ("charts",),
}
HEAD = {
    "zh": """# 函数一页

`import bluebook as bb` 以后就能用。每个函数：写法，一句说明（英文），一个能运行的例子。`help(bb.score)` 有全文，`dir(bb)` 列出全部。

| 正文和代码里的写法 | 意思 |
| --- | --- |
| `bb.glue(名字=…)` | 把数交给正文；到上面几格找这个名字怎样算来 |
| `bb.holds("一句话", 条件)` | 守着正文里的那句话，条件不成立就在正文里标出 |
| `series_数列_ha_年份` | `bb.reckon` 的算式里，`data/economy/series.csv` 的一个数：`ha` 是河南，`cn` 是全国 |
| `value`、`low`、`high`、`text`、`group` | 交给画图函数的列：画在哪里，范围的两头，旁边写什么，按什么着色 |
| 名字里的竖线 | 图上在这里换行 |
""",
    "en": """# Functions on a page

After `import bluebook as bb`. Each with its signature, a sentence and an example that runs; `help(bb.score)`
says all, `dir(bb)` lists every name.

| in prose and code | means |
| --- | --- |
| `bb.glue(name=…)` | hands a number to the prose; look for the name in the cells above |
| `bb.holds("a sentence", condition)` | watches over that sentence and marks it where it fails |
| `series_NAME_ha_YEAR` | in `bb.reckon`, a number of `data/economy/series.csv`: `ha` Henan, `cn` China |
| `value`, `low`, `high`, `text`, `group` | columns for a chart: where, its limits, words, colour |
| a bar in a name | the chart breaks the line there |
""",
}


def page(lang: str) -> str:
    """Return the page as Markdown, headings in ``lang`` ("zh" or "en"), explanations from the docstrings."""
    parts, done = [HEAD[lang]], set()
    for title, rooms in GROUPS.items():
        parts.append(f"## {title[lang == 'en']}\n")
        for name, function in _offered(rooms):
            if name not in done:
                done.add(name)
                parts.append(_entry(name, function))
    return "\n".join(parts)


def _offered(rooms: tuple[str, ...]) -> Iterator[tuple[str, Callable]]:
    """Yield the functions that ``bb`` offers of these rooms, in the order of the face's list."""
    for name, (room, _) in bluebook._HOME.items():
        if any(room == one or room.startswith(one + ".") for one in rooms):
            found = getattr(bluebook, name)
            if inspect.isfunction(found) and found.__doc__:
                yield name, found


def _entry(name: str, function: Callable) -> str:
    names = [
        f"{p}=…" if v.default is not v.empty else p for p, v in inspect.signature(function).parameters.items()
    ]
    text = inspect.getdoc(function)
    first = re.sub(r"\s+", " ", re.split(r"\n\n|(?<=\.)\s", text, maxsplit=1)[0]).replace("``", "`")
    examples = re.findall(r"^>>>.*?(?=\n\n|\Z)", text, re.M | re.S)
    code = f"\n```python\n{examples[-1].rstrip()}\n```\n" if examples else ""
    return f"**`bb.{name}({', '.join(names)})`** {first}\n{code}"
