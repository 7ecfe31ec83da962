"""report/agenda: six tasks and seven lines of action, and what links them."""

from __future__ import annotations

import altair as alt
import pandas as pd

from bluebook import charts, editions, reading
from bluebook.charts import BLUE, MUTED, QUIET, finding, first_finding, glue
from bluebook.words import t


def agenda(kind: str) -> pd.DataFrame:
    """Return the rows of agenda.csv of one kind (task, line, measure), with ``name``, ``place`` and ``terms``.

    ``terms`` is a list of (Chinese, the page's language) pairs.
    """
    table = editions.own_table("agenda")
    table = table[table["kind"] == kind].reset_index(drop=True)
    pairs = [
        list(zip(zh.split(";"), (zh if t("zh", "en") == "zh" else en).split(";"), strict=True)) if zh else []
        for zh, en in zip(table["terms_zh"], table["terms_en"], strict=True)
    ]
    return table.assign(name=table[t("title_zh", "title_en")], place=table[t("place_zh", "place_en")], terms=pairs)  # fmt: skip


def links() -> pd.DataFrame:
    """Return every task × line: task, line, n and ``shared``, the terms that the text uses in both."""
    tasks, lines, measures = agenda("task"), agenda("line"), agenda("measure")
    rows = []
    for task in tasks.itertuples():
        for number, line in enumerate(lines.itertuples(), 1):
            there = {zh for m in measures.loc[measures["parent"] == line.code, "terms"] for zh, _ in m}
            shared = [told for zh, told in task.terms if zh in there]
            rows.append((task.name, f"{number} {line.name}", len(shared), t("、", ", ").join(shared)))
    return pd.DataFrame(rows, columns=["task", "line", "n", "shared"])


def measures_by_line() -> pd.DataFrame:
    """Return the measures: line, place (1…), name, ``named`` (a body or place is named), target, deadline."""
    lines = agenda("line").set_index("code")["name"]
    table = agenda("measure")
    number = {code: i for i, code in enumerate(lines.index, 1)}
    return table.assign(
        line=[f"{number[p]} {lines[p]}" for p in table["parent"]],
        position=table.groupby("parent").cumcount() + 1,
        named=table["place"] != "",
    )


def six_high() -> pd.DataFrame:
    """Return the projects in printed order: position, item, again (stood there already)."""
    table = editions.own_table("lists")
    table = table[table["list"] == "six_high"].sort_values("position", ignore_index=True)
    return table.assign(again=table["item"].duplicated())[["position", "item", "again"]]


def numbers() -> None:
    """Glue the counts of tasks, lines, measures, links, and the double project."""
    tasks, lines, measures, pairs, six = (agenda("task"), agenda("line"), measures_by_line(), links(), six_high())  # fmt: skip
    comma = t("、", ", ")
    per = measures.groupby("line", sort=False).size()
    linked = pairs[pairs["n"] > 0]
    alone = [x for x in tasks["name"] if x not in set(linked["task"])]
    bare = [x for x in dict.fromkeys(pairs["line"]) if x not in set(linked["line"])]
    glue(
        n_tasks=len(tasks), n_lines=len(lines), n_measures=len(measures), n_cells=len(pairs), n_links=len(linked),
        most=int(per.max()), fewest=int(per.min()), longest=comma.join(x.split(" ", 1)[1] for x in per.index[per == per.max()]),
        shortest=comma.join(x.split(" ", 1)[1] for x in per.index[per == per.min()]),
        n_named=int(measures["named"].sum()), named=comma.join(dict.fromkeys(measures.loc[measures["named"], "place"])),
        n_target=int(measures["target"].sum()), n_deadline=int(measures["deadline"].sum()),
        n_alone=len(alone), alone=comma.join(alone), n_bare=len(bare), bare=comma.join(x.split(" ", 1)[1] for x in bare),
        shared=comma.join(linked["shared"]), n_distinct=int((~six["again"]).sum()), again=comma.join(six.loc[six["again"], "item"]),
    )  # fmt: skip


def counts() -> charts.Figure:
    """Draw one circle for each measure, line by line; filled where a body or place is named."""
    table = measures_by_line()
    named, total = int(table["named"].sum()), len(table)
    bare = int(table["target"].sum()) + int(table["deadline"].sum())
    title = first_finding(
        (t("{all} 条措施里 {n} 条点了机构或地方的名，写明数量或期限的一条也没有", "Of {all} measures {n} name a body or a place; none states a quantity or a deadline"), bare == 0),
        (t("{all} 条措施里 {n} 条点了机构或地方的名，{k} 处写明数量或期限", "Of {all} measures {n} name a body or a place; a quantity or deadline is stated {k} times"), True),
        all=total, n=named, k=bare,
    )  # fmt: skip
    shown = table.assign(told=[p or t("没有点名", "none named") for p in table["place"]])
    order = list(dict.fromkeys(shown["line"]))
    y = alt.Y(
        "line:N",
        sort=order,
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=6, labelLimit=190),
    )
    x = alt.X(
        "position:Q",
        axis=None,
        scale=alt.Scale(domain=[0.6, float(shown["position"].max()) + 0.9], nice=False),
    )
    base = alt.Chart(shown).encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("name:N", title=t("措施", "Measure")),
            alt.Tooltip("told:N", title=t("机构或地方", "Body or place")),
        ],
    )
    chart = (
        base.mark_circle(size=260, opacity=1, strokeWidth=2).encode(
            fill=alt.condition("datum.named", alt.value(BLUE), alt.value("transparent")), stroke=alt.value(BLUE))
        + base.transform_aggregate(n="max(position)", groupby=["line"]).mark_text(align="left", dx=16, color=MUTED)
          .encode(x=alt.X("n:Q"), text="n:Q", tooltip=alt.value(None))
    )  # fmt: skip
    names = {
        "line": t("行动方向", "Line of action"),
        "name": t("措施", "Measure"),
        "told": t("点名的机构或地方", "Body or place named"),
    }
    return charts.figure(
        chart.properties(height=36 * len(order)), id="fig-measures", title=title, status="computed",
        subtitle=t("各行动方向之下的措施（条），2022 年；实心：点名了具体的机构、示范区或城市",
                   "Measures under each line of action, 2022; filled: a particular body, zone or city is named"),
        source=reading.source_titles(["newsletter"]), table=shown[list(names)].rename(columns=names),
        alt_text=t(f"点阵图。{title}。", f"Dot chart. {title}."),
    )  # fmt: skip


def matrix() -> charts.Figure:
    """Draw tasks against lines of action; a cell is filled where both use the same term."""
    pairs = links()
    linked = pairs[pairs["n"] > 0]
    tasks = list(dict.fromkeys(pairs["task"]))
    alone = [x for x in tasks if x not in set(linked["task"])]
    title = first_finding(
        (t("任务和对策各说各的：{all} 个格子里，用到同一个词的只有 {n} 个", "Tasks and measures speak past each other: of {all} cells only {n} share a term"), len(linked) * 4 < len(pairs)),
        (t("{all} 个格子里有 {n} 个用到同一个词", "Of {all} cells {n} share a term"), True),
        all=len(pairs), n=len(linked),
    )  # fmt: skip
    lines = list(dict.fromkeys(pairs["line"]))
    head = {
        task: (task.removeprefix("一流创新") if t("zh", "en") == "zh" else task.split()[0]) for task in tasks
    }
    shown = pairs.assign(short=pairs["task"].map(head))
    x = alt.X(
        "short:N",
        sort=list(head.values()),
        title=None,
        axis=alt.Axis(
            orient="top",
            labelAngle=0 if t("zh", "en") == "zh" else -35,
            domain=False,
            ticks=False,
            labelOverlap=False,
        ),
    )
    y = alt.Y(
        "line:N",
        sort=lines,
        title=None,
        axis=alt.Axis(domain=False, ticks=False, labelPadding=6, labelLimit=190),
    )
    base = alt.Chart(shown).encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("task:N", title=t("任务", "Task")),
            alt.Tooltip("line:N", title=t("行动方向", "Line")),
            alt.Tooltip("shared:N", title=t("同一个词", "Same term")),
        ],
    )
    chart = base.mark_rect(stroke=QUIET, strokeWidth=0.7, fillOpacity=1).encode(
        fill=alt.condition("datum.n > 0", alt.value(BLUE), alt.value("transparent"))
    )
    if t("zh", "en") == "zh":  # two characters a line fit a phone's cell; English words do not
        shown["told"] = ["\n".join(s[i : i + 2] for i in range(0, len(s), 2)) for s in shown["shared"]]
        words = alt.Chart(shown).transform_filter("datum.n == 1")
        words = words.mark_text(lineBreak="\n", fontSize=11, lineHeight=13, dy=-6, color="white")
        chart = chart + words.encode(x=x, y=y, text="told:N")
    names = {
        "task": t("任务", "Task"),
        "line": t("行动方向", "Line of action"),
        "shared": t("同一个词", "Same term"),
    }
    table = linked[list(names)] if len(linked) else pairs[list(names)]
    note = t("没有同一个词的任务：", "Tasks that share no term: ") + (
        t("、", ", ").join(alone) or t("无", "none")
    )
    return charts.figure(
        chart.properties(height=34 * len(lines)), id="fig-links", title=title, status="computed",
        subtitle=t("六项任务（列）与七个行动方向（行）；填色：一条任务和一条措施用到同一个词，2022 年",
                   "Six tasks (columns) and seven lines of action (rows); filled: a task and a measure use the same term, 2022"),
        source=reading.source_titles(["newsletter"]), table=table.rename(columns=names), note=note,
        alt_text=t(f"方格图。{title}。", f"Grid. {title}."),
    )  # fmt: skip


def projects() -> charts.Figure:
    """Show the projects of the “six highs” in printed order and how many are distinct."""
    table = six_high()
    told, distinct = int(reading.audited().loc["six_high_projects", "value"]), int((~table["again"]).sum())
    title = finding(
        t("说是 {told} 个工程，列出来不同的只有 {n} 个", "Announced as {told} projects; those listed come to {n} different ones"),
        holds=distinct < told, told=told, n=distinct,
    )  # fmt: skip
    shown = pd.DataFrame({
        t("次序", "Position"): table["position"].astype(int), t("工程（原名）", "Project (Chinese name)"): table["item"],
        t("第一次出现吗", "First time?"): [t("重复", "again") if a else t("是", "yes") for a in table["again"]],
    })  # fmt: skip
    return charts.table(
        shown, id="tab-six-high", title=title, status="computed",
        subtitle=t("“六高”工程，按刊印的次序，2022 年", "The “six highs” in printed order, 2022"), source=reading.source_titles(["newsletter"]),
    )  # fmt: skip
