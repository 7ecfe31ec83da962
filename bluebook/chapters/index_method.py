"""report/index-method: the indicator tree, how it becomes ranks, and what the report leaves unsaid."""

from __future__ import annotations

import itertools
import re

import altair as alt
import numpy as np
import pandas as pd

from bluebook import charts, editions, framework, index, ledger, reading, recover
from bluebook.charts import BLUE, INK, MUTED, QUIET, RED, first_finding, glue
from bluebook.words import BadInput, language, t

# ---------------------------------------------------------------- the tree

# An indicator is named by the report's own text, only by the press, or by nobody: then this book proposes one.
MARKS = {"report": "■", "press": "◆", "proposed": "□"}
KINDS = {
    "report": ("报告点名", "named in the report"),
    "press": ("只有媒体点名", "named by the press only"),
    "proposed": ("本书拟补", "proposed by this book"),
}
BASES = {
    "published": ("报告印出", "printed in the report"),
    "recovered": ("由得分反推，很可能", "recovered from scores, likely"),
    "expert": ("专家打分", "expert scoring"),
    "assumed": ("假设同级均分", "assumed equal among siblings"),
}
_UNITS = {
    "人": "people", "人年": "person-years", "件": "patents", "件/万人": "patents per 10,000 residents",
    "人/万人": "per 10,000 residents", "户/百人": "per 100 residents", "册/人": "books per resident",
    "元": "yuan", "天": "days", "万元/人": "10,000 yuan per person",
}  # fmt: skip
SHORT = {
    "input": "Input",
    "output": "Output",
    "enterprise": "Enterpr.",
    "environment": "Environ.",
    "performance": "Perform.",
}
# The same three kinds in few words, for a legend that must fit a phone.
LEGEND = {"report": ("报告点名", "by the report"), "press": ("只有媒体点名", "by the press"), "proposed": ("本书拟补", "by this book")}  # fmt: skip


def fit(zh: float, en: float) -> float:
    """Return a size that suits the page's language: English names are longer, and a phone is as narrow for both."""
    return zh if language() == "zh" else en


def indicators(year: int | None = None) -> pd.DataFrame:
    """Return the edition's tree with ``name`` in the page's language and ``kind``; leaves only have a kind.

    Columns: those of indicators.csv, ``name``, ``kind`` ("" for a parent), ``leaf`` (bool). Raises BadInput for
    an edition without indicators.csv.
    """
    table, year = editions.indicators(year), year or editions.current_year()
    if table.empty:
        raise BadInput(
            f"data/editions/{year}/indicators.csv 没有内容：请填指标体系，或从上一版复制一份再改。",
            f"data/editions/{year}/indicators.csv is empty: give the indicator tree, or copy last year's and change it.",
        )
    own = (editions.edition(year).get("sources") or [""])[0]
    leaf = ~table["code"].isin(set(table["parent"]))
    told = [[s.strip() for s in cell.split(";") if s.strip()] for cell in table["named_in"]]
    kind = ["report" if own in s else "press" if s else "proposed" for s in told]
    return table.assign(name=table[t("name_zh", "name_en")], kind=np.where(leaf, kind, ""), leaf=leaf)


def unit_name(unit: str) -> str:
    """Return an indicator's unit in the page's language."""
    return t(unit, _UNITS.get(unit, ledger.unit_words(unit, "en")))


def dimensions(year: int | None = None) -> pd.DataFrame:
    """Return the dimensions in the tree's order: code, name, short (for a narrow column), weight."""
    table = indicators(year)
    root = table.loc[table["parent"] == "", "code"].iloc[0]
    found = table[table["parent"] == root]
    short = [
        t(n.replace("创新", ""), SHORT.get(c, n)) for c, n in zip(found["code"], found["name"], strict=True)
    ]
    return found[["code", "name", "weight"]].assign(short=short).reset_index(drop=True)


def printed_counts(year: int | None = None) -> dict[str, int]:
    """Return how many indicators a dimension has where the report prints it: code → count."""
    given = editions.edition(year)["framework"].get("by_dimension") or {}
    return {code: int(n) for code, n in given.items() if n is not None}


def numbers() -> None:
    """Glue the figures and sentences of the chapter's prose."""
    year, table, book = editions.current_year(), indicators(), editions.edition()
    leaves, dims = table[table["leaf"]], dimensions()
    kinds = leaves["kind"].value_counts()
    alone = leaves.loc[leaves["kind"] == "press", "name"]
    sized, fits = printed_counts(), round_sets()
    glue(
        year=year, last_year=year - 1, data_year=book["data_year"], released=reading.released(),
        n_editions=len(editions.years()), n_dimensions=len(dims), n_indicators=len(leaves), n_cities=len(editions.cities()),
        n_named=int(kinds.get("report", 0)), n_press=int(kinds.get("press", 0)), n_proposed=int(kinds.get("proposed", 0)),
        press_names=t("、", ", ").join(alone) or t("没有", "none"),
        sized=t("、", ", ").join(t(f"{n} {sized[c]} 项", f"{n} {sized[c]}") for c, n in zip(dims["code"], dims["name"], strict=True) if c in sized) or t("一个也没有", "none"),
        named_share=100 * float(kinds.get("report", 0)) / len(leaves),
        weights_used=_weights_used(dims), weights_told=weights_told(fits), weights_bounded=weights_bounded(),
        half_cities=t("、", ", ").join(_complete()["name"]) or t("没有一个市", "no city"),
        sample_indicators=len(SAMPLE), sample_year=_sample_year(), sample_n=len(small_data()), sample_all=len(small_data(None)), tie_told=_tie_told(),
        n_printed_totals=int(reading.standings()["score"].notna().sum()),
        n_all_cells=len(leaves) * len(editions.cities()), counts_told=_counts_told(),
    )  # fmt: skip


def _weights_used(dims: pd.DataFrame) -> str:
    return t("、", ", ").join(f"{n} {w:g}" for n, w in zip(dims["name"], dims["weight"], strict=True))


def known() -> charts.Figure:
    """Draw one mark an indicator, a row a dimension: which names are known, and from whom."""
    table, dims, sized = indicators(), dimensions(), printed_counts()
    leaves = table[table["leaf"]].merge(
        dims[["code", "name", "short"]].rename(
            columns={"code": "parent", "name": "dimension", "short": "row"}
        ),
        on="parent",
    )
    order = {k: i for i, k in enumerate(KINDS)}
    leaves = leaves.sort_values("kind", key=lambda k: k.map(order), kind="stable")
    leaves["place"] = leaves.groupby("parent").cumcount() + 1
    leaves["told"] = [t(*LEGEND[k]) for k in leaves["kind"]]
    named = int((leaves["kind"] == "report").sum())
    title = first_finding(
        (t("{n} 项指标里，报告只叫出 {k} 项的名字", "Of {n} indicators the report names only {k}"), named < len(leaves) / 2),
        (t("{n} 项指标里，报告叫出了 {k} 项的名字", "Of {n} indicators the report names {k}"), True),
        n=len(leaves), k=named,
    )  # fmt: skip
    kinds = [t(*v) for v in LEGEND.values()]
    ends = dims.assign(
        at=[int((leaves["parent"] == c).sum()) + 0.55 for c in dims["code"]],
        told=[t("项数已印出", "printed") if c in sized else t("项数为假设", "assumed") for c in dims["code"]],
    ).rename(columns={"short": "row"})  # fmt: skip
    widest = float(leaves["place"].max())
    y = alt.Y(
        "row:N",
        sort=list(dims["short"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=8),
    )
    x = alt.X("place:Q", axis=None, scale=alt.Scale(domain=[0.4, widest + fit(4, 3)], nice=False))
    base = alt.Chart(leaves).encode(
        x=x, y=y, tooltip=[alt.Tooltip("name:N", title=t("指标", "Indicator")), alt.Tooltip("told:N", title=t("名字来自", "Named"))]
    )  # fmt: skip
    shape = alt.Shape("told:N", scale=alt.Scale(domain=kinds, range=["square", "diamond", "square"]),
                      title=None, legend=alt.Legend(columns=fit(3, 2)))  # fmt: skip
    fill = alt.Fill("told:N", scale=alt.Scale(domain=kinds, range=[BLUE, RED, "transparent"]), title=None)
    stroke = alt.Stroke("told:N", scale=alt.Scale(domain=kinds, range=[BLUE, RED, MUTED]), title=None)
    marks = base.mark_point(size=120, strokeWidth=1.6, filled=False, opacity=1).encode(
        shape=shape, fill=fill, stroke=stroke
    )
    text = (
        alt.Chart(ends).mark_text(align="left", color=MUTED, fontSize=11).encode(x="at:Q", y=y, text="told:N")
    )
    shown = leaves.sort_values(
        ["parent", "place"],
        key=lambda s: s.map({c: i for i, c in enumerate(dims["code"])}) if s.name == "parent" else s,
    )
    return charts.figure(
        (marks + text).properties(height=34 * len(dims)), id="fig-known", title=title, status="computed",
        subtitle=t(f"{editions.current_year()} 年版指标体系，每个标记是一项指标，共 {len(leaves)} 项；空心的由本书拟补",
                   f"Indicators of the edition {editions.current_year()}, one mark each, {len(leaves)} in all; hollow ones are proposed by this book"),
        source=_named_by(table), table=shown[["dimension", "name", "told"]].rename(
            columns={"dimension": t("维度", "Dimension"), "name": t("指标", "Indicator"), "told": t("名字来自", "Named")}),
        alt_text=t(f"点阵图。{title}。", f"Dot matrix. {title}."),
    )  # fmt: skip


def tree() -> charts.Figure:
    """Show the indicator tree, to be opened level by level; the sign before a name says who names it."""
    table = indicators()
    titles = editions.sources().set_index("id")["title"]
    nodes = []
    for row in table.to_dict("records"):
        basis = t(*BASES.get(row["weight_basis"], (row["weight_basis"], row["weight_basis"])))
        weight = f"{row['weight']:.3g}"
        aside = "" if not row["parent"] else t(f"权重 {weight}（{basis}）", f"weight {weight} ({basis})")
        by = "；".join(str(titles.get(s.strip(), s)) for s in row["named_in"].split(";") if s.strip())
        parts = [row[t("definition_zh", "definition_en")]]
        if row["leaf"]:
            unit = unit_name(row["unit"])
            parts += [t(f"单位：{unit}", f"Unit: {unit}")]
            parts += [t("数值越低越好", "Less is better")] if row["direction"] == -1 else []
            parts += (
                [t(f"名字见：{by}", f"Named in: {by}")]
                if by
                else [t("名字由本书拟补", "Name proposed by this book")]
            )
            parts += [aside]
        nodes.append({
            "code": row["code"], "parent": row["parent"], "label": row["name"],
            "mark": MARKS.get(row["kind"], ""), "kind": t(*KINDS[row["kind"]]) if row["leaf"] else "",
            "aside": _size(row["code"], table) if not row["parent"] else "" if row["leaf"] else f"{aside}{t('，', ', ')}{_size(row['code'], table)}",
            "text": t("。", ". ").join(p for p in parts if p) + t("。", "."),
        })  # fmt: skip
    names = table.set_index("code")["name"]
    leaves = table[table["leaf"]]
    weighed = leaves["parent"].map(table.set_index("code")["weight_basis"])
    title = first_finding(
        (t("{k} 个维度的权重是反推的，{n} 项指标的权重全是假设", "The weights of {k} dimensions are recovered, those of all {n} indicators assumed"),
         set(weighed) == {"recovered"} and set(leaves["weight_basis"]) == {"assumed"}),
        (t("{n} 项指标分属 {k} 个维度", "{n} indicators in {k} dimensions"), True), n=len(leaves), k=len(dimensions()),
    )  # fmt: skip
    flat = pd.DataFrame({
        t("维度", "Dimension"): leaves["parent"].map(names).to_numpy(), t("指标", "Indicator"): leaves["name"].to_numpy(),
        t("单位", "Unit"): [unit_name(u) for u in leaves["unit"]],
        t("维度内权重", "Weight within"): leaves["weight"].to_numpy(), t("名字来自", "Named"): [t(*KINDS[k]) for k in leaves["kind"]],
    })  # fmt: skip
    return charts.tree(
        pd.DataFrame(nodes), id="fig-tree", title=title, status="computed", table=flat, source=_named_by(table),
        formats={t("维度内权重", "Weight within"): "{:.1f}"},
        subtitle=t(f"{editions.current_year()} 年版指标体系；点开一层看下一层。■ 报告点名，◆ 只有媒体点名，□ 本书拟补；权重合计 100",
                   f"Indicator tree of the edition {editions.current_year()}; open a level to see the next. ■ named in the report, ◆ by the press only, □ proposed here; weights sum to 100"),
    )  # fmt: skip


def _size(code: str, table: pd.DataFrame) -> str:
    n = int((table["parent"] == code).sum())
    if code in set(table.loc[table["parent"] == "", "code"]):
        return t(f"{n} 个维度", f"{n} dimensions")
    printed = printed_counts().get(code) is not None
    return t(
        f"{n} 项（项数{'报告印出' if printed else '为假设'}）",
        f"{n} indicators ({'printed' if printed else 'assumed'})",
    )


def _named_by(table: pd.DataFrame) -> str:
    """Return the source line of the indicators' names."""
    told = [s for cell in table["named_in"] for s in cell.split(";") if s.strip()]
    return reading.source_titles(list(dict.fromkeys(told))) + t(
        "；其余为本书拟补", "; the others proposed by this book"
    )


# ---------------------------------------------------------------- editions


def counts() -> pd.DataFrame:
    """Return how many dimensions and indicators each edition has, later ones from the press: Int64, <NA> unknown.

    Columns: year, dimensions, indicators, source (ids separated by ";"), later (bool).
    """
    rows = []
    for year in editions.years():
        book = editions.edition(year)
        given = book["framework"]
        rows.append(
            (
                year,
                given.get("n_dimensions"),
                given.get("n_indicators"),
                ";".join(book.get("sources") or []),
                False,
            )
        )
    press = editions.press().query("report == 'bluebook' and statement == 'count'")
    for year, found in press[press["year"] > editions.years()[-1]].groupby("year"):
        of = found.set_index("subject")["value"]
        rows.append(
            (int(year), of.get("level1"), of.get("level2"), ";".join(dict.fromkeys(found["source"])), True)
        )
    table = pd.DataFrame(rows, columns=["year", "dimensions", "indicators", "source", "later"])
    return table.astype({"dimensions": "Int64", "indicators": "Int64"})


def _counts_told() -> str:
    found = counts().dropna(subset=["indicators"])
    return t("，", ", ").join(
        t(f"{r.year} 年版 {r.indicators} 项{'（后来）' if r.later else ''}",
          f"{r.indicators} in {r.year}{' (later)' if r.later else ''}") for r in found.itertuples()
    )  # fmt: skip


def revisions() -> charts.Figure:
    """Show the number of indicators of every edition where it is known."""
    table = counts()
    seen = table.dropna(subset=["indicators"])
    values = [int(v) for v in seen["indicators"]]
    title = first_finding(
        (t("查得到项数的 {n} 版，一版比一版多：{all}", "In the {n} editions whose count is known, each has more: {all}"),
         len(values) > 1 and all(a < b for a, b in itertools.pairwise(values))),
        (t("指标体系每版都会修订，查得到项数的是：{all}", "The system is revised each year; the counts known are: {all}"), True),
        n=len(values), all=t("、", ", ").join(map(str, values)),
    )  # fmt: skip
    shown = pd.DataFrame({
        t("版次", "Edition"): [f"{y}{t('（后来）', ' (later)') if later else ''}" for y, later in zip(table["year"], table["later"], strict=True)],
        t("一级指标", "Dimensions"): table["dimensions"], t("二级指标", "Indicators"): table["indicators"],
    })  # fmt: skip
    return charts.table(
        shown, id="fig-revisions", title=title, status="published",
        subtitle=t(f"各版一级、二级指标的个数，{table['year'].min()}–{table['year'].max()} 年版；“—”表示没有查到",
                   f"Dimensions and indicators by edition, {table['year'].min()}–{table['year'].max()}; “—” means not found"),
        source=reading.source_titles(list(table["source"]), 6),
    )  # fmt: skip


# ---------------------------------------------------------------- a small index, worked through

SAMPLE = {
    "colleges": "universities",
    "gdp": "gdp_per_capita_yuan_derived",
    "services": "tertiary_share_pct",
}


def small_tree() -> pd.DataFrame:
    """Return a tree of two dimensions and three indicators; its weights serve the example only."""
    return pd.DataFrame(
        [("index", "", None, None), ("environment", "index", 3, None), ("performance", "index", 2, None),
         ("colleges", "environment", 1, 1), ("gdp", "performance", 2, 1), ("services", "performance", 1, 1)],
        columns=["code", "parent", "weight", "direction"],
    )  # fmt: skip


def _sample_year() -> str:
    """Return the period of the public figures that the example uses: the edition's data year, or the last before it."""
    table = editions.public_cities()
    table = table[table["indicator"].isin(SAMPLE.values())]
    full = table.groupby("period")["indicator"].nunique()
    have = sorted(full[full == len(SAMPLE)].index)
    wanted = str(editions.edition()["data_year"])
    return max([p for p in have if p <= wanted] or have)


def small_data(n: int | None = 4) -> pd.DataFrame:
    """Return public figures of the first ``n`` cities of the ranking that have all three (None: of all cities).

    Columns: unit (the city's name), colleges (institutions), gdp (yuan a head), services (% of GDP).
    """
    table = editions.public_cities().query("period == @_sample_year()")
    wide = table.pivot_table(index="city", columns="indicator", values="value")
    wide = wide.rename(columns={v: k for k, v in SAMPLE.items()})[list(SAMPLE)].dropna()
    order = reading.standings()[["city", "name"]]
    data = order.merge(wide, left_on="city", right_index=True).rename(columns={"name": "unit"})
    data = data[["unit", *SAMPLE]].astype({"colleges": int, "gdp": int}).round({"services": 1})
    return data.head(n or len(data)).reset_index(drop=True)


def _tie_told() -> str:
    """Return a sentence on a tie in the example's own data: ranks as this book takes them."""
    data = small_data(None)
    ranks = pd.Series(
        index.rank_values(data[["colleges"]].to_numpy(float))[:, 0].astype(int), index=data["unit"]
    )
    shared = ranks[ranks.duplicated(keep=False)]
    if shared.empty:
        return t("这一年各市的高校数没有并列。", "No two cities tie by universities in that year.")
    first = int(shared.min())
    names = list(ranks[ranks == first].index)
    later = ranks[ranks > first]
    after = t(f"，下一名是第 {later.min()}", f"; the next comes {later.min()}th") if len(later) else ""
    return t(
        f"按高校数排，{'、'.join(names)}并列第 {first}{after}。",
        f"By universities, {', '.join(names)} tie for place {first}{after}.",
    )


def parts() -> charts.Figure:
    """Draw the example's scores as what each indicator adds: weight times normalised value."""
    tree_, data = small_tree(), small_data()
    result = index.score(data, tree_)
    share = framework.leaf_weights(framework.read(tree_))
    words = _sample_names()
    added = (result.normalised * share).rename(columns=words)
    added.index.name = "unit"
    long = added.reset_index().melt("unit", var_name="indicator", value_name="points")
    total = result.scores["index"]
    best = total.sort_values(ascending=False)
    zero = [u for u in result.normalised.index if (result.normalised.loc[u] == 0).any()]
    title = first_finding(
        (t("{b}比{a}少 {gap:.1f} 分，其中 {one:.1f} 分差在{what}", "{b} is {gap:.1f} points behind {a}, {one:.1f} of them by {what}"), len(best) > 1),
        a=best.index[0], b=best.index[1], gap=best.iloc[0] - best.iloc[1],
        one=(added.loc[best.index[0]] - added.loc[best.index[1]]).max(),
        what=(added.loc[best.index[0]] - added.loc[best.index[1]]).idxmax(),
    )  # fmt: skip
    names = list(words.values())
    y = alt.Y(
        "unit:N", sort=list(best.index), title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=6)
    )
    bars = alt.Chart(long).mark_bar(height=18).encode(
        y=y, x=alt.X("points:Q", title=t("得分（分）", "Score (points)"), scale=alt.Scale(domain=[0, fit(112, 128)], nice=False), axis=alt.Axis(values=[0, 25, 50, 75, 100])),
        color=alt.Color("indicator:N", scale=alt.Scale(domain=names, range=[BLUE, charts.ORANGE, charts.GREEN]), title=None, legend=alt.Legend(columns=2)),
        order=alt.Order("rank:Q"), tooltip=[alt.Tooltip("unit:N", title=t("城市", "City")), alt.Tooltip("indicator:N", title=t("指标", "Indicator")),
                                           alt.Tooltip("points:Q", format=".1f", title=t("贡献（分）", "Adds (points)"))],
    ).transform_calculate(rank=f"indexof({names!r}, datum.indicator)")  # fmt: skip
    ends = pd.DataFrame({"unit": total.index, "total": total.to_numpy()})
    text = (
        alt.Chart(ends)
        .mark_text(align="left", dx=4)
        .encode(y=y, x="total:Q", text=alt.Text("total:Q", format=".1f"))
    )
    table = added.assign(total=total).loc[best.index].reset_index()
    table = table.rename(columns={"unit": t("城市", "City"), "total": t("合计", "Total")})
    return charts.figure(
        (bars + text).properties(height=46 * len(data)), id="fig-parts", title=title, status="computed", table=table,
        formats=dict.fromkeys([*names, t("合计", "Total")], "{:.1f}"),
        subtitle=t(f"{_sample_year()} 年公开数据，{len(data)} 个城市、{len(names)} 项指标的小例子，单位：分；权重只为举例",
                   f"A small example from public figures of {_sample_year()}: {len(data)} cities, {len(names)} indicators, in points; weights for the example only"),
        source=_sample_source(), alt_text=t(f"堆叠条形图。{title}。", f"Stacked bars. {title}."),
        note=t(f"得零分的不是没有，只是在这几个城市里最低：{'、'.join(zero)}至少有一项垫底。", f"A zero is not nothing, only the lowest among these cities: {', '.join(zero)} come last on at least one."),
    )  # fmt: skip


def field() -> charts.Figure:
    """Draw the same cities scored among themselves and among all: data unchanged, scores not."""
    few, many = small_data(), small_data(None)
    one, two = (index.score(d, small_tree()).scores["index"] for d in (few, many))
    both = pd.DataFrame({"few": one, "many": two.reindex(one.index)})
    change = (both["many"] - both["few"]).abs()
    who = change.idxmax()
    title = first_finding(
        (t("数据一个没改，只多了 {k} 个对手，{who}就从 {a:.1f} 分变成 {b:.1f} 分", "Not one figure changed, {k} rivals were added: {who} goes from {a:.1f} points to {b:.1f}"), change.max() >= 1),
        (t("多了 {k} 个对手，{who}从 {a:.1f} 分到 {b:.1f} 分，几乎没变", "With {k} more rivals {who} goes from {a:.1f} points to {b:.1f}, hardly a change"), True),
        k=len(many) - len(few), who=who, a=both.loc[who, "few"], b=both.loc[who, "many"],
    )  # fmt: skip
    sides = {
        "few": t(f"{len(few)} 个市一起算", f"among {len(few)}"),
        "many": t(f"{len(many)} 个市一起算", f"among {len(many)}"),
    }
    long = (
        both.rename(columns=sides)
        .rename_axis("unit")
        .reset_index()
        .melt("unit", var_name="side", value_name="score")
    )
    codes = reading.standings().set_index("name")["city"]
    colour = alt.Color(
        "unit:N", scale=reading.city_scale([codes[u] for u in both.index], both.index), legend=None
    )
    x = alt.X(
        "side:N",
        sort=list(sides.values()),
        title=None,
        axis=alt.Axis(labelAngle=0),
        scale=alt.Scale(padding=fit(0.9, 1.4)),
    )
    base = alt.Chart(long).encode(
        x=x, y=alt.Y("score:Q", axis=None, scale=alt.Scale(domain=[-2, 105], nice=False)), color=colour,
        tooltip=[alt.Tooltip("unit:N", title=t("城市", "City")), alt.Tooltip("side:N", title=t("范围", "Among")), alt.Tooltip("score:Q", format=".1f", title=t("得分", "Score"))],
    )  # fmt: skip
    labels = []
    for side, align in (("few", "right"), ("many", "left")):
        spots = spread(both[side], 5.5)
        ends = pd.DataFrame({"side": sides[side], "at": spots, "unit": both.index,
                             "told": [f"{u} {v:.1f}" for u, v in both[side].items()]})  # fmt: skip
        labels.append(
            alt.Chart(ends)
            .mark_text(align=align, dx=-9 if align == "right" else 9)
            .encode(x=x, y="at:Q", text="told:N")
        )
    table = both.reset_index().rename(columns={"unit": t("城市", "City"), **sides})
    return charts.figure(
        alt.layer(base.mark_line(), base.mark_point(), *labels).properties(height=300), id="fig-field", title=title, status="computed",
        subtitle=t(f"同一组 {_sample_year()} 年公开数据、同样的权重，只在 {len(few)} 个市里算和在 {len(many)} 个市里算的得分（分）",
                   f"The same public figures of {_sample_year()} and the same weights, scored among {len(few)} cities and among {len(many)} (points)"),
        source=_sample_source(), table=table, formats=dict.fromkeys(sides.values(), "{:.1f}"),
        alt_text=t(f"斜率图。{title}。", f"Slope chart. {title}."),
    )  # fmt: skip


def spread(values: pd.Series, least: float) -> list[float]:
    """Return where labels of ``values`` stand, in their order, at least ``least`` apart: moved down from the top."""
    spot, found = float("inf"), {}
    for key, value in values.sort_values(ascending=False).items():
        spot = min(value, spot - least)
        found[key] = spot
    low = min(found.values())
    return [found[key] + max(0.0, -low) for key in values.index]


def _sample_names() -> dict[str, str]:
    names = editions.public_indicators().set_index("indicator")[t("name_zh", "name_en")]
    short = {"gdp": t("人均生产总值", "GDP per head"), "services": t("第三产业占比", "Services share"),
             "colleges": t("高校数", "Universities")}  # fmt: skip
    return {code: short.get(code, str(names[source])) for code, source in SAMPLE.items()}


def _sample_source() -> str:
    table = editions.public_cities().query("period == @_sample_year()")
    return reading.source_titles(list(table.loc[table["indicator"].isin(SAMPLE.values()), "source"]))


# ---------------------------------------------------------------- weights that are not printed

STEP = 5  # points of a round weight


def _complete() -> pd.DataFrame:
    """Return the cities whose total and all dimensions are printed: city, name, index, and one column a dimension."""
    codes = ["index", *dimensions()["code"]]
    wide = editions.scores().pivot(index="city", columns="code", values="score").reindex(columns=codes)
    full = wide.dropna().reset_index()
    return full.merge(reading.cities()[["city", "name", "order"]], on="city").sort_values(
        "order", ignore_index=True
    )


def round_sets(step: int = STEP, *, whole: bool = False) -> list[tuple[int, ...]]:
    """Return every set of weights, multiples of ``step`` above 0 with sum 100, that gives the printed totals.

    Each printed score stands for ± half a unit of its last decimal. A score printed without decimals, as 100, is read
    with the edition's decimals like the others; with ``whole`` it may be anything that rounds to it, 100 at most. One
    weight a dimension, in the tree's order.
    """
    cities, codes = _complete(), list(dimensions()["code"])
    if cities.empty:
        return []
    half = 0.5 * 10.0 ** -int(editions.edition()["decimals"])
    cuts = itertools.combinations(range(1, 100 // step), len(codes) - 1)
    grid = np.diff(np.array([(0, *c, 100 // step) for c in cuts]), axis=1) * step / 100
    parts_, total = cities[codes].to_numpy(float), cities["index"].to_numpy(float)
    wide = np.where(whole & (parts_ % 1 == 0), 0.5, half)
    low, high = grid @ (parts_ - wide).T, grid @ np.minimum(parts_ + wide, 100).T
    fits = ((low <= total + half + 1e-9) & (high >= total - half - 1e-9)).all(axis=1)
    return [tuple(round(100 * w) for w in row) for row in grid[fits]]


def weights_told(fits: list[tuple[int, ...]]) -> str:
    """Return what the printed scores say of round weights, in a sentence or two."""
    dims, cities = dimensions(), _complete()
    if cities.empty:
        return t(
            "没有一个市同时印出总分和全部维度得分，权重无从倒推。",
            "No city has its total and every dimension printed, so weights cannot be worked out.",
        )
    names, n = t("、", " and ").join(cities["name"]), int(_grid_size(len(dims)))
    first = t(f"{names}的总分和全部维度得分都印了出来。假定权重都是 {STEP} 的倍数，一共有 {n:,} 组",
              f"For {names} the total and every dimension are printed. If weights are multiples of {STEP}, there are {n:,} sets")  # fmt: skip
    if not fits:
        return t(
            f"{first}，没有一组对得上：权重不是这样的整数，或者得分另有算法。",
            f"{first}, and none fits: weights are not that round, or scores are made differently.",
        )
    told = t("；", "; ").join(" / ".join(map(str, f)) for f in fits[:3])
    if len(fits) == 1:
        loose = len(round_sets(whole=True))
        more = t(
            f"这里把印成整数的 100 也按小数点后两位读；若它只是四舍五入到整数，就有 {loose} 组。",
            f" That reads a printed 100 to two decimals like the rest; had it been rounded to a whole number, {loose} would fit.",
        )
        return t(
            f"{first}，只有 1 组对得上：{told}（依次为{'、'.join(dims['name'])}）。",
            f"{first}, and only 1 fits: {told} (in the order {', '.join(dims['name'])}).",
        ) + (more if loose != 1 else "")
    return t(f"{first}，有 {len(fits)} 组对得上，例如 {told}。", f"{first}, and {len(fits)} fit, as {told}.")


def _grid_size(n: int) -> int:
    """Return how many sets of ``n`` positive multiples of STEP sum to 100."""
    return sum(1 for _ in itertools.combinations(range(1, 100 // STEP), n - 1))


def bounds() -> pd.DataFrame:
    """Return what the printed scores alone allow each dimension's weight to be: code, lower, upper (points of 100).

    Linear programs over every printed score, total and rank (``bluebook.recover``); empty if no weights fit.
    """
    table, codes = indicators(), list(dimensions()["code"])
    root = table.loc[table["parent"] == "", "code"].iloc[0]
    tree_ = table.loc[table["code"].isin([root, *codes]), ["code", "parent", "weight", "direction"]]
    scores = editions.scores()
    scores = scores[scores["code"].isin([root, *codes])].rename(columns={"city": "unit"})
    wide = scores.pivot(index="unit", columns="code", values="score").reindex(columns=codes)
    data = wide.reindex(editions.cities()["city"]).rename_axis("unit").reset_index()
    places = int(editions.edition()["decimals"])
    found = recover.recover(
        tree_, data, scores[["unit", "code", "score", "rank"]], normalise="none", decimals=places, data_decimals=places, cells=False,
    )  # fmt: skip
    return found.weights[["code", "lower", "upper"]]


def _narrowest(found: pd.DataFrame) -> pd.Series:
    width = found["upper"] - found["lower"]
    return found.loc[width.idxmin()]


def weights_bounded() -> str:
    """Return what is proven of the weights, without assuming that they are round, in a sentence."""
    found = bounds()
    if found.empty:
        return t(
            "不假定整数，也没有一组权重能同时给出印出的全部得分。",
            "Even without assuming round numbers, no weights give all the printed scores.",
        )
    best, names = _narrowest(found), dimensions().set_index("code")["name"]
    return t(
        f"不作这个假定，单凭印出的得分能证明的不多：圈得最紧的是{names[best['code']]}，在 {best['lower']:.1f} 到 {best['upper']:.1f} 之间。",
        f"Without that assumption the printed scores prove little: the tightest is {names[best['code']]}, between {best['lower']:.1f} and {best['upper']:.1f}.",
    )


def weights() -> charts.Figure:
    """Draw the weight this book uses for each dimension inside the interval that the printed scores allow."""
    dims, found = dimensions(), bounds()
    shown = dims.merge(found, on="code", how="left")
    title = first_finding(
        (t("没有一组权重能同时给出印出的全部得分", "No set of weights gives all the printed scores"), found.empty),
        (t("{n} 个权重里只有{name}圈得住：{low:.1f} 到 {high:.1f}", "Of {n} weights only that of {name} can be pinned down: {low:.1f} to {high:.1f}"),
         not found.empty and int(((found["upper"] - found["lower"]) < 10).sum()) == 1),
        (t("{n} 个权重各自只知道一个范围，最窄的是{name}：{low:.1f} 到 {high:.1f}", "Of {n} weights only ranges are known, the narrowest for {name}: {low:.1f} to {high:.1f}"), True),
        n=len(dims), **(_told(found) if not found.empty else {"name": "", "low": 0, "high": 0}),
    )  # fmt: skip
    y = alt.Y(
        "short:N",
        sort=list(dims["short"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=8),
    )
    x = alt.X(
        "lower:Q",
        title=t("权重（合计 100）", "Weight (of 100)"),
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(values=[0, 20, 40, 60, 80, 100]),
    )
    base = alt.Chart(shown).encode(y=y)
    rule = (
        base.transform_filter("isValid(datum.lower)")
        .mark_rule(strokeWidth=9, color=QUIET)
        .encode(x=x, x2="upper:Q")
    )
    dot = base.mark_point(size=70, color=BLUE, filled=True, opacity=1).encode(x="weight:Q")
    text = base.mark_text(dy=-13, color=INK).encode(x="weight:Q", text=alt.Text("weight:Q", format=".3~g"))
    basis = set(indicators().query("parent != '' and not leaf")["weight_basis"])
    why = t(*BASES[basis.pop()]) if len(basis) == 1 else t("来历不一", "of several origins")
    table = shown[["name", "weight", "lower", "upper"]].rename(columns={
        "name": t("维度", "Dimension"), "weight": t("本书采用", "Used here"), "lower": t("至少", "At least"), "upper": t("至多", "At most"),
    })  # fmt: skip
    return charts.figure(
        (rule + dot + text).properties(height=46 * len(dims)), id="fig-weights", title=title, status="computed", table=table,
        formats={t("至少", "At least"): "{:.1f}", t("至多", "At most"): "{:.1f}"},
        subtitle=t(f"{editions.current_year()} 年版各维度权重，合计 100；灰条：单凭印出的得分、总分和名次能证明的范围，蓝点：本书采用的数（{why}）",
                   f"Weights of the dimensions, edition {editions.current_year()}, of 100; grey: what the printed scores, totals and ranks prove, blue: what this book uses ({why})"),
        source=reading.source_titles(list(editions.scores().query("code in @dims.code or code == 'index'")["source"])),
        alt_text=t(f"区间图。{title}。", f"Ranges. {title}."),
    )  # fmt: skip


def _told(found: pd.DataFrame) -> dict[str, object]:
    best = _narrowest(found)
    name = dimensions().set_index("code")["name"][best["code"]]
    return {"name": name, "low": best["lower"], "high": best["upper"]}


# ---------------------------------------------------------------- other rankings of the same cities

OTHERS = {
    "sass": ("省社科院", "Academy of Social Sciences"),
    "st": ("省科技厅", "Department of Science and Technology"),
}


def others() -> charts.Figure:
    """Show what the press prints of other indices of the same cities; none can be compared with this one."""
    press = editions.press()
    press = press[press["report"].isin(OTHERS)].sort_values(["report", "year"], kind="stable")
    names = reading.cities().set_index("city")["name"]
    now = reading.standings()
    first = press[
        (press["subject"] == "index") & (press["statement"] == "rank") & press["value"].isin([1.0, 2.0])
    ]
    ours = dict(zip(now["rank"].astype(float), now["city"], strict=True))
    agree = bool(len(first)) and all(ours[v] == c for v, c in zip(first["value"], first["city"], strict=True))
    title = first_finding(
        (t("另外 {n} 种榜单也把{a}和{b}排在最前，分数却是另一把尺子", "{n} other rankings put {a} and {b} first too, but measure with another rule"), agree),
        (t("另外 {n} 种榜单各有各的前两名，分数也不能互比", "{n} other rankings have first places of their own, and their scores cannot be compared"), True),
        n=press["report"].nunique(), a=now["name"][0], b=now["name"][1],
    )  # fmt: skip
    told = [
        re.sub(r"^(另一指数：|Another index: )", "", label)
        + ("" if pd.isna(v) or kind != "score" or f"{v:g}" in label else t(f"：{v:g} 分", f": {v:g} points"))
        for label, v, kind in zip(
            press[t("label_zh", "label_en")], press["value"], press["statement"], strict=True
        )
    ]
    table = pd.DataFrame({
        t("编制者", "Made by"): [t(*OTHERS[r]) for r in press["report"]], t("年份", "Year"): press["year"].astype(str).to_numpy(),
        t("对象", "Of"): [names.get(c) or (t("指标体系", "Indicators") if what == "level2" else t("全省", "Province")) for c, what in zip(press["city"], press["subject"], strict=True)], t("报道怎么说", "What the press says"): told,
    })  # fmt: skip
    years = sorted(int(y) for y in press["year"].unique())
    return charts.table(
        table, id="fig-others", title=title, status="public",
        subtitle=t(f"省内另外两种城市创新评价，{years[0]}–{years[-1]} 年的报道；指标、权重和分数都与本报告不同",
                   f"Two other assessments of innovation in Henan's cities, press of {years[0]}–{years[-1]}; indicators, weights and scores all differ from this report's"),
        source=reading.source_titles(list(press["source"]), 5),
    )  # fmt: skip
