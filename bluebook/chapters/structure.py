"""stabilise/structure: industry's mix, finance and pollution control; what few figures there are, and what they lack."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from bluebook import charts, ledger, reading
from bluebook.chapters import audit
from bluebook.chapters.diagnosis import figures, heads
from bluebook.chapters.drawing import named_rows, riser, ruler
from bluebook.charts import BLUE, GREEN, INK, MUTED, ORANGE, QUIET, RED, finding, first_finding, glue
from bluebook.reckoning import Reckoned, printed, reckon
from bluebook.words import language, t

# "Near 30" and "under 20" are read as the two points below the mark.
NEAR = 2.0
_NATION = "direct_finance_share_ha + direct_finance_gap"


# ---------------------------------------------------------------- technical upgrading


def upgrade_change(growth: float) -> Reckoned:
    """Return how spending on upgrading changed since 2019 (%), if all industrial investment grew by ``growth`` (%).

    The value takes the printed marks themselves; the range lets each share lie up to `NEAR` points below its mark.
    """
    before, now, grown = printed("upgrade_share_2019"), printed("upgrade_share_now"), 1 + growth / 100
    ratios = (now / before, (now - NEAR) / before, now / (before - NEAR))
    return Reckoned(*((r * grown - 1) * 100 for r in ratios))


def break_even() -> Reckoned:
    """Return how much industrial investment must have grown since 2019 (%) for upgrading not to have shrunk."""
    before, now = printed("upgrade_share_2019"), printed("upgrade_share_now")
    return Reckoned(*((r - 1) * 100 for r in (before / now, (before - NEAR) / now, before / (now - NEAR))))


def upgrade_chart() -> charts.Figure:
    """Draw what a fall of the share means for the amount, by how much all industrial investment grew."""
    even, known = break_even(), printed("industrial_investment_growth_2021")
    needed = ((1 + even.value / 100) / (1 + known / 100) - 1) * 100
    title = finding(
        t("技改占比从 {a:.0f}% 降到 {b:.0f}%，工业投资此后要增长 {even:.0f}%，技改花的钱才没有减少",
          "With its share down from {a:.0f}% to {b:.0f}%, upgrading shrank in amount unless industrial investment grew by {even:.0f}%"),
        holds=known < even.lower and needed > 0, a=printed("upgrade_share_2019"), b=printed("upgrade_share_now"), even=even.value,
    )  # fmt: skip
    shown = pd.DataFrame([(g, *upgrade_change(g)) for g in np.arange(0, 81, 2.0)], columns=["growth", "value", "lower", "upper"])  # fmt: skip
    x = ruler(t("工业投资累计增长（%）", "Growth of industrial investment (%)"), [0, 80], [0, 20, 40, 60, 80])
    up = riser(t("技改投资的变化（%）", "Change of upgrading (%)"), [-45, 35])
    base = alt.Chart(shown).encode(x=x("growth"))
    drawn = base.mark_area(opacity=0.3, color=BLUE).encode(y=up("lower"), y2="upper:Q") + base.mark_line(color=BLUE).encode(y=up("value"))  # fmt: skip
    drawn += alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=INK).encode(y=up("y"))
    marks = pd.DataFrame({
        "x": [known, even.value], "y": [upgrade_change(known).value, 0.0], "hue": [ORANGE, RED],
        "told": [t(f"只有 2021 年的 {known}%", f"2021 alone: {known}%"), t(f"增长 {even.value:.0f}%：持平", f"{even.value:.0f}%: no change")]})  # fmt: skip
    points = alt.Chart(marks).encode(x=x("x"), y=up("y"), color=alt.Color("hue:N", scale=None))
    drawn += points.mark_point(size=90, opacity=1)
    drawn += (
        points.transform_filter("datum.y < 0")
        .mark_text(align="left", dx=9, dy=26)
        .encode(text="told:N", color=alt.value(INK))
    )
    drawn += (
        points.transform_filter("datum.y >= 0")
        .mark_text(align="right", dx=-30, dy=-14)
        .encode(text="told:N", color=alt.value(INK))
    )
    table = shown[shown["growth"] % 10 == 0]
    table = pd.DataFrame({t("工业投资增长（%）", "Industrial investment (%)"): table["growth"], t("技改变化（%）", "Upgrading (%)"): table["value"],
                          t("按“将近”“不到”的范围", "Range of “near” and “under”"): [Reckoned(r.value, r.lower, r.upper).told() for r in table.itertuples()]})  # fmt: skip
    return charts.figure(
        drawn.properties(height=280), id="fig-upgrade", title=title, status="computed",
        subtitle=t(f"2019 年到讲话时技改投资金额的变化（%），随同期工业投资的增长而变；色带把“将近”“不到”读作低 0 到 {NEAR:.0f} 个百分点",
                   f"Change of spending on technical upgrading from 2019 to the speech (%), by the growth of all industrial investment; the band reads “near” and “under” as 0 to {NEAR:.0f} points below the mark"),
        source=reading.source_titles(["newsletter"]), table=table,
        formats={t("工业投资增长（%）", "Industrial investment (%)"): "{:.0f}", t("技改变化（%）", "Upgrading (%)"): "{:+.1f}"},
        alt_text=t(f"直线和色带。{title}。", f"A line with its band. {title}."),
    )  # fmt: skip


def groups() -> pd.DataFrame:
    """Return growth of industrial investment by group, 2021 (%), as the same newsletter's report prints it: key, name, growth."""
    rows = [
        (
            "hightech",
            t("高技术制造业", "High-tech manufacturing"),
            printed("hightech_investment_growth_2021"),
        ),
        ("all", t("全部工业", "All industry"), printed("industrial_investment_growth_2021")),
        (
            "leading",
            t("五大主导产业", "The five leading industries"),
            printed("leading_investment_growth_2021"),
        ),
        ("pillar", t("传统支柱产业", "Traditional pillars"), printed("pillar_investment_growth_2021")),
    ]
    return pd.DataFrame(rows, columns=["key", "name", "growth"])


def groups_chart() -> charts.Figure:
    """Draw the groups' growth around that of all industry."""
    shown = groups().sort_values("growth", ascending=False)
    by = shown.set_index("key")["growth"]
    title = finding(
        t("老底子仍重，新钱已经转向：2021 年高技术制造业投资增长 {a}%，传统支柱产业 {b}%", "The stock is old, the new money is not: in 2021 investment in high-tech manufacturing grew by {a}%, in the traditional pillars by {b}%"),
        holds=by["hightech"] > by["all"] > by["pillar"], a=by["hightech"], b=by["pillar"],
    )  # fmt: skip
    x = ruler(t("投资比上年（%）", "Investment on the year before (%)"), [0, 38], [0, 10, 20, 30])
    shown["hue"] = shown["key"].map({"hightech": BLUE, "all": MUTED, "leading": BLUE, "pillar": RED})
    base = alt.Chart(shown).encode(y=named_rows(shown["name"]), color=alt.Color("hue:N", scale=None))
    drawn = (
        alt.Chart(pd.DataFrame({"x": [by["all"]]})).mark_rule(color=MUTED, strokeDash=[4, 3]).encode(x=x("x"))
    )
    drawn += base.mark_rule(strokeWidth=2).encode(x=x("all"), x2="growth:Q").transform_calculate(all=f"{by['all']}")  # fmt: skip
    drawn += base.mark_point(size=90, opacity=1).encode(x=x("growth"))
    drawn += base.transform_filter(f"datum.growth >= {by['all']}").mark_text(align="left", dx=9).encode(x=x("growth"), text="growth:Q", color=alt.value(INK))  # fmt: skip
    drawn += base.transform_filter(f"datum.growth < {by['all']}").mark_text(align="right", dx=-9).encode(x=x("growth"), text="growth:Q", color=alt.value(INK))  # fmt: skip
    table = shown[["name", "growth"]].rename(columns={"name": t("行业", "Industry"), "growth": t("投资增速（%）", "Growth (%)")})  # fmt: skip
    return charts.figure(
        drawn.properties(height={"step": 36}), id="fig-investment-groups", title=title, status="published",
        subtitle=t("2021 年河南工业投资增速（%），同一份简讯中的成果发布；几组行业互有重叠", "Growth of industrial investment in Henan, 2021 (%), from the report in the same newsletter; the groups overlap"),
        source=reading.source_titles(["newsletter"]), table=table, formats={t("投资增速（%）", "Growth (%)"): "{:.1f}"},
        alt_text=t(f"点图。{title}。", f"Dot plot. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- finance


def direct_share(multiple: float) -> Reckoned:
    """Return the share of direct finance (%) if it grew to ``multiple`` times and all other finance stayed."""
    share = reckon("direct_finance_share_ha")
    return Reckoned(*(100 * multiple * s / (multiple * s + 100 - s) for s in share))


def multiple_needed() -> Reckoned:
    """Return how many times as large direct finance must be to reach the country's share, all other finance the same."""
    own, nation = reckon("direct_finance_share_ha"), reckon(_NATION)
    odds = [s / (100 - s) for s in own], [s / (100 - s) for s in nation]
    return Reckoned(odds[1][0] / odds[0][0], odds[1][1] / odds[0][2], odds[1][2] / odds[0][1])


def finance_chart() -> charts.Figure:
    """Draw the share of direct finance as it grows, and where it meets the country's."""
    need, nation, own = multiple_needed(), reckon(_NATION), printed("direct_finance_share_ha")
    title = finding(
        t("差 {gap:.0f} 个百分点，意味着直接融资要变成现在的 {low:.1f} 到 {high:.1f} 倍", "{gap:.0f} points behind means that direct finance must become {low:.1f} to {high:.1f} times what it is"),
        holds=1 < need.lower < need.upper, gap=printed("direct_finance_gap"), low=need.lower, high=need.upper,
    )  # fmt: skip
    shown = pd.DataFrame([(m, *direct_share(m)) for m in np.arange(1, 3.01, 0.05)], columns=["multiple", "value", "lower", "upper"])  # fmt: skip
    x = ruler(t("直接融资是现在的几倍", "Direct finance, times what it is"), [1, 3], [1, 1.5, 2, 2.5, 3])
    up = riser(t("直接融资占比（%）", "Share of direct finance (%)"), [6, 22])
    band = alt.Chart(pd.DataFrame({"low": [nation.lower], "high": [nation.upper], "told": [t(f"全国 {nation.told()}", f"China {nation.told()}")]}))  # fmt: skip
    drawn = band.mark_rect(color=QUIET, opacity=0.5).encode(x=alt.value(0), x2=alt.value("width"), y=up("low"), y2="high:Q")  # fmt: skip
    drawn += band.mark_text(align="left", dx=5, dy=-8, color=MUTED).encode(x=alt.value(0), y=up("high"), text="told:N")  # fmt: skip
    drawn += alt.Chart(shown).mark_line(color=BLUE).encode(x=x("multiple"), y=up("value"))
    marks = pd.DataFrame({"x": [1.0, need.value], "y": [own, nation.value], "told": [t(f"现在 {own}%", f"now {own}%"), t(f"{need.value:.1f} 倍", f"{need.value:.1f} times")]})  # fmt: skip
    points = alt.Chart(marks).encode(x=x("x"), y=up("y"))
    drawn += points.mark_point(size=90, color=RED, opacity=1)
    drawn += points.mark_text(align="left", dx=10, dy=8, color=INK).encode(text="told:N")
    table = shown[(shown["multiple"] * 100).round() % 25 == 0]
    table = pd.DataFrame({t("倍数", "Times"): table["multiple"], t("占比（%）", "Share (%)"): table["value"],
                          t("四舍五入的范围", "Range left by rounding"): [Reckoned(r.value, r.lower, r.upper).told() for r in table.itertuples()]})  # fmt: skip
    return charts.figure(
        drawn.properties(height=260), id="fig-direct-finance", title=title, status="computed",
        subtitle=t("直接融资占社会融资的比重（%），设其他融资不变；灰带是由差距推出的全国水平，含四舍五入", "Direct finance in social financing (%), all other finance unchanged; the grey band is the country’s level that the distance implies, rounding included"),
        source=reading.source_titles(["newsletter"]), table=table, formats={t("倍数", "Times"): "{:.2f}", t("占比（%）", "Share (%)"): "{:.1f}"},
        alt_text=t(f"曲线穿过一条灰带。{title}。", f"A curve that crosses a grey band. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- what can be vouched for


def evidence() -> pd.DataFrame:
    """Return how many figures of each head have each verdict: head, name, verdict, n; in the speech's order."""
    rows, names = figures(), heads()
    counts = rows.groupby(["head", "verdict"]).size().rename("n").reset_index()
    every = names.rename(columns={"key": "head"})[["head", "name"]]
    counts = every.merge(counts, on="head")
    counts["place"] = counts["verdict"].map(audit.ORDER.index)
    return counts.sort_values("place", kind="stable", ignore_index=True)


def evidence_chart() -> charts.Figure:
    """Draw the figures of each head by verdict: many at the top, few and unchecked below."""
    shown = evidence()
    order = list(heads()["name"])
    total = shown.groupby("head")["n"].sum()
    sure = shown[shown["verdict"] == "confirmed"].set_index("head")["n"].reindex(heads()["key"]).fillna(0)
    last = ["structure", "finance", "environment"]
    title = first_finding(
        (t("诊断越往后，数字越少：外贸 {a} 个，最后三条合起来 {b} 个，没有一个有来源证实", "The further down, the fewer figures: {a} on trade, {b} on the last three heads together, none of them confirmed by a source"),
         total["trade"] > total[last].sum() and sure[last].sum() == 0),
        (t("外贸有 {a} 个数字，最后三条合起来 {b} 个，其中 {c} 个有来源证实", "{a} figures on trade, {b} on the last three heads together, {c} of them confirmed by a source"), True),
        a=int(total["trade"]), b=int(total[last].sum()), c=int(sure[last].sum()),
    )  # fmt: skip
    colours = {"confirmed": BLUE, "consistent": GREEN, "unchecked": QUIET, "contradicted": RED}
    shown["told"] = [f"{audit.MARKS[v]} {audit.verdict(v)}" for v in shown["verdict"]]
    domain = [f"{audit.MARKS[v]} {audit.verdict(v)}" for v in audit.ORDER]
    long = shown.loc[shown.index.repeat(shown["n"])].assign(one=1)
    long["at"] = long.groupby("head").cumcount()
    # One square a figure, in rows of twenty, so that a reader can count them.
    long["column"], long["row"] = long["at"] % 20, long["at"] // 20
    # A head with fewer rows of squares than the longest has them in the middle, beside its name.
    rows = long.groupby("head")["row"].transform("max") + 1
    long["row"] += (rows.max() - rows) // 2
    y = named_rows(order)
    squares = alt.Chart(long).mark_point(shape="square", size=70, opacity=1).encode(
        y=y, x=alt.X("column:Q", title=None, scale=alt.Scale(domain=[-0.6, 20.6], nice=False), axis=None),
        yOffset=alt.YOffset("row:O"),
        color=alt.Color("told:N", title=None, scale=alt.Scale(domain=domain, range=[colours[v] for v in audit.ORDER]), legend=alt.Legend(columns=2)),
        tooltip=[alt.Tooltip("name:N"), alt.Tooltip("told:N"), alt.Tooltip("n:Q")],
    )  # fmt: skip
    wide = shown.pivot(index="name", columns="verdict", values="n").reindex(order).reindex(columns=list(audit.ORDER)).fillna(0).astype(int)  # fmt: skip
    table = wide.rename(columns=audit.verdict).reset_index().rename(columns={"name": t("诊断", "Head")})
    table.columns.name = None
    return charts.figure(
        squares.properties(height=46 * len(order)), id="fig-evidence", title=title, status="computed",
        subtitle=t("七条诊断里的数字按核对结论计数，一格一个数；同一个数印两次算两次", "Figures under the seven heads by what the audit found, one square a figure; a figure printed twice counts twice"),
        source=reading.source_titles(["newsletter"]) + t("；本书账本", "; this book’s ledger"), table=table,
        alt_text=t(f"方格计数图。{title}。", f"Counted squares. {title}."),
    )  # fmt: skip


def statements() -> pd.DataFrame:
    """Return this chapter's figures and what each lacks: id, subject, value (told), dated, sourced, verdict."""
    rows = figures()
    rows = rows[(rows["chapter"] == "stabilise/structure") & (rows["id"] != "central_provinces")]
    lang = language()
    return pd.DataFrame({
        "id": rows["id"], "subject": rows[f"subject_{lang}"], "told": [ledger.format_value(r, lang) for _, r in rows.iterrows()],
        "dated": ~rows["period"].str.startswith("none"), "sourced": rows["evidence"].ne(""), "verdict": rows["verdict"],
    }).reset_index(drop=True)  # fmt: skip


def statements_table() -> charts.Figure:
    """Show the chapter's figures one by one: dated or not, with a source or not."""
    shown = statements()
    undated, sourced = int((~shown["dated"]).sum()), int(shown["sourced"].sum())
    title = first_finding(
        (t("{n} 个数里 {k} 个没有年份，没有一个找得到别的来源", "Of {n} figures {k} carry no year, and none has another source"), sourced == 0),
        (t("{n} 个数里 {k} 个没有年份，{s} 个有别的来源", "Of {n} figures {k} carry no year, {s} have another source"), True),
        n=len(shown), k=undated, s=sourced,
    )  # fmt: skip
    yes, no = t("有", "yes"), t("没有", "no")
    table = pd.DataFrame({
        t("说的是什么", "What"): shown["subject"], t("印出", "Printed"): shown["told"],
        t("年份", "Year"): [yes if d else no for d in shown["dated"]], t("来源", "Source"): [yes if s else no for s in shown["sourced"]]})  # fmt: skip
    return charts.table(
        table, id="fig-statements", title=title, status="computed",
        subtitle=t("第（五）（六）（七）条的数字，取自本书账本；“来源”指讲话以外可以对照的来源", "Figures of heads five, six and seven, from this book’s ledger; “source” is one outside the speech to hold it against"),
        source=reading.source_titles(["newsletter"]),
    )  # fmt: skip


# ---------------------------------------------------------------- prose


def numbers() -> None:
    """Glue the figures that the chapter's prose speaks of."""
    even, need, nation, shown = break_even(), multiple_needed(), reckon(_NATION), statements()
    rows = figures()
    by_head = rows.groupby("head").size()
    known = printed("industrial_investment_growth_2021")
    growth = reckon("((1 - energy_use_fall_2021/100)/(1 - energy_intensity_fall_2021/100) - 1)*100")
    cities = len(reading.cities())
    finding(
        t("草案的范围就是全省：{n} 个省辖市加济源", "The draft plan covers the whole province: {n} cities and Jiyuan"),
        holds=printed("air_plan_cities") + 1 == cities == printed("air_cities_2020"), n=int(printed("air_plan_cities")),
    )  # fmt: skip
    glue(
        share_2019=printed("upgrade_share_2019"), share_now=printed("upgrade_share_now"), near=NEAR, even=even.value, even_range=even.told(0), drop_2021=-upgrade_change(known).value,
        needed_2020=((1 + even.value / 100) / (1 + known / 100) - 1) * 100,
        later_h1=reckon("series_industrial_investment_growth_ha_2022h1").value, later_year=reckon("series_industrial_investment_growth_ha_2022").value,
        nation_range=nation.told(), multiple_range=need.told(),
        cost_gap=printed("sme_loan_cost_high") - printed("sme_loan_cost_low"),
        value_added=growth.value, value_range=growth.told(), n_cities=cities,
        n_trade=int(by_head["trade"]), n_last=int(by_head[["structure", "finance", "environment"]].sum()),
        n_statements=len(shown), n_undated=int((~shown["dated"]).sum()),
    )  # fmt: skip
