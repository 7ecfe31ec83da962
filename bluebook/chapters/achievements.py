"""report/achievements: what the report counts as done in 2021, and what its figures imply."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from bluebook import charts, editions, reading
from bluebook.chapters.drawing import named_rows
from bluebook.chapters.evidence import Range, between, series_row, series_value, within
from bluebook.charts import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    QUIET,
    RED,
    SEQUENTIAL,
    finding,
    first_finding,
    glue,
)
from bluebook.reckoning import money
from bluebook.reckoning import printed as told
from bluebook.words import t

CHAPTER = "report/achievements"
_GAP = "series_{0}_ha_2021 - series_{0}_cn_2021"
_RD = "(series_rd_spending_{0}_2021/series_rd_spending_{0}_2020 - 1)*100"
_REAL_VALUE_ADDED = "((1 - energy_use_fall_2021/100)/(1 - energy_intensity_fall_2021/100) - 1)*100"
_MARGIN = "((1 + zlx_profit_growth_2021/100)/(1 + zlx_revenue_growth_2021/100) - 1)*100"
_ADDED_PER_YUAN = (
    "(subsidised_spending_2021 - subsidised_spending_2021/(1 + subsidised_growth_2021/100))/rd_subsidy_2021"
)


def numbers() -> None:
    """Glue the figures of the chapter's prose; growth in %, gaps in percentage points, money as `money`."""
    ledger = reading.audited()
    mine = ledger[(ledger["chapter"] == CHAPTER) & (ledger["edition"] == editions.speech_year())]
    heads = {s for s in mine["section"] if s[:1].isdigit()}
    rows = gaps_table()
    fast = rises_table().query("plain")
    margin, real = within(_MARGIN), within(_REAL_VALUE_ADDED)
    added, ratio = within(_ADDED_PER_YUAN), within("subsidised_spending_2021/rd_subsidy_2021")
    sectors = {s: series_value(f"gdp_{s}", "河南", "2021") for s in ("primary", "secondary", "tertiary")}
    whole = sum(sectors.values())
    platforms = list_table().query("group == 'platform'")
    exact_before = told("hightech_total_2021") - told("hightech_new_2021")
    before = within("hightech_total_2021/(1 + hightech_growth_2021/100)")
    zone_firms = series_value("hightech_firms", "郑洛新", "2021")
    repeated = mine["id"].str.endswith("_again").sum()
    glue(
        n_claims=len(mine), n_heads=len(heads), n_repeated=int(repeated),
        n_gaps=len(rows), n_up=int((rows["mid"] > 0).sum()), n_down=int((rows["mid"] < 0).sum()),
        cn_industrial_low=within("industrial_investment_growth_2021 - industrial_investment_gap_2021").low,
        cn_industrial_high=within("industrial_investment_growth_2021 - industrial_investment_gap_2021").high,
        cn_industrial_11=series_value("industrial_investment_growth", "全国", "2021M1-M11"),
        cn_retail=series_value("retail_sales_growth", "全国", "2021"),
        retail_fall_2020=abs(series_value("retail_sales_growth", "河南", "2020M1-M4")),
        cn_trade=series_value("trade_goods_total_growth", "全国", "2021"),
        gap_retail=abs(float(rows.set_index("key")["mid"]["retail"])),
        share_primary=sectors["primary"] / whole * 100, share_secondary=sectors["secondary"] / whole * 100,
        share_tertiary=sectors["tertiary"] / whole * 100,
        growth_primary=series_value("gdp_primary_growth", "河南", "2021"),
        growth_secondary=series_value("gdp_secondary_growth", "河南", "2021"),
        growth_tertiary=series_value("gdp_tertiary_growth", "河南", "2021"),
        real_low=real.low, real_high=real.high,
        n_rates=len(fast), n_faster=int(fast["faster"].sum()),
        margin_low=abs(margin.high),
        zlx_share=within("zlx_gdp_2021/gdp_ha_2021*100").mid, zlx_gap=within("gdp_growth_ha_2021_report - zlx_growth_2021").mid,
        not_improved=int(told("business_indicators_2020") - told("business_improved_2020")),
        n_platforms=int(platforms["count"].sum()), joint_share=told("new_joint_labs_2021") / platforms["count"].sum() * 100,
        hightech_before=int(exact_before), hightech_low=before.low, hightech_high=before.high,
        zone_firms=zone_firms, zone_share=zone_firms / told("hightech_total_2021") * 100,
        ratio_low=ratio.low, ratio_high=ratio.high,
        added_low=added.low, added_high=added.high,
        subsidy_each=within("rd_subsidy_2021*10000/subsidised_firms_2021").mid,
        spending_each=within("subsidised_spending_2021*10000/subsidised_firms_2021").mid,
        zones_before=int(told("zones_total_2021") - told("zones_new_2021")),
        n_people=int(list_table().query("group == 'people'")["count"].sum()),
        later_industrial=series_value("industrial_investment_growth", "河南", "2022"),
        later_hightech=int(series_value("hightech_firms", "河南", "2023")),
        later_rd=money(series_value("rd_spending", "河南", "2022")),
        later_contract_2022=money(series_value("tech_contract_value", "河南", "2022")),
        later_contract_2023=money(series_value("tech_contract_value", "河南", "2023")),
        contract_2021=money(series_value("tech_contract_value", "河南", "2021M1-M12")),
        implied_trade_low=money(levels_table().set_index("key")["range"]["trade"].low),
        implied_trade_high=money(levels_table().set_index("key")["range"]["trade"].high),
        printed_trade=money(told("trade_ha_2020")),
    )  # fmt: skip


# ---------------------------------------------------------------- against the country


def gaps_table() -> pd.DataFrame:
    """Return Henan's growth in 2021 less the country's, largest first.

    Columns: key, name, named (whether the report names it), low, high, mid (percentage points), source.
    """
    items = [
        ("gdp", t("生产总值", "GDP"), False, "gdp_growth_ha_2021_report - gdp_growth_cn_2021", "newsletter"),
        ("industrial", t("工业投资", "Industrial investment"), True, "industrial_investment_gap_2021", "newsletter"),
        ("trade", t("货物进出口", "Goods trade"), True, "trade_growth_gap_2021", "newsletter"),
        ("retail", t("社会消费品零售", "Retail sales"), False, "retail_growth_ha_2021 - series_retail_sales_growth_cn_2021", "retail_sales_growth"),
        ("fixed", t("固定资产投资", "Fixed investment"), False, _GAP.format("fixed_investment_growth"), "fixed_investment_growth"),
        ("realestate", t("房地产开发投资", "Real-estate investment"), False, _GAP.format("real_estate_investment_growth"), "real_estate_investment_growth"),
        ("rd", t("研发经费", "R&D spending"), False, f"{_RD.format('ha')} - {_RD.format('cn')}", "rd_spending"),
        ("cbec", t("跨境电商", "Cross-border e-commerce"), False, "cbec_growth_ha_2021 - series_cbec_growth_cn_2021", "cbec_growth"),
    ]  # fmt: skip
    rows = []
    for key, name, named, expression, source in items:
        found = within(expression)
        printed_in = source if source == "newsletter" else series_row(source, "全国", "2021")["source"]
        rows.append((key, name, named, found.low, found.high, found.mid, printed_in))
    table = pd.DataFrame(rows, columns=["key", "name", "named", "low", "high", "mid", "source"])
    return table.sort_values("mid", ascending=False, ignore_index=True)


def gaps() -> charts.Figure:
    """Draw how far Henan grew faster or more slowly than the country, the report's two choices marked."""
    rows = gaps_table()
    up, down = int((rows["mid"] > 0).sum()), int((rows["mid"] < 0).sum())
    both = bool((rows.loc[rows["named"], "low"] > 0).all())
    title = first_finding(
        (t("报告点名的两项都比全国快；{n} 项一起看，快的 {up} 项，慢的 {down} 项",
           "The two items that the report names outran the country; of {n} items, {up} did and {down} did not"), both and up < down),
        (t("{n} 项里，河南比全国快的 {up} 项，慢的 {down} 项", "Of {n} items Henan outran the country in {up} and fell behind in {down}"), True),
        n=len(rows), up=up, down=down,
    )  # fmt: skip
    who = t("报告点名", "Named by the report"), t("报告没有对比", "Not compared there")
    shown = rows.assign(
        who=[who[0] if n else who[1] for n in rows["named"]],
        told=[f"{m:+.1f}" for m in rows["mid"]],
    )
    colour = alt.Color("who:N", title=None, scale=alt.Scale(domain=list(who), range=[BLUE, MUTED]),
                       legend=alt.Legend(symbolOpacity=1))  # fmt: skip
    y = named_rows(rows["name"])
    base = alt.Chart(shown).encode(y=y)
    x = alt.X("mid:Q", title=t("河南增速减全国增速（百分点）", "Henan's growth less the country's (percentage points)"),
              scale=alt.Scale(domain=[float(rows["low"].min()) - 1.7, float(rows["high"].max()) + 1.5], nice=False))  # fmt: skip
    stem = base.mark_rule(strokeWidth=1.5).encode(x=x, x2=alt.datum(0), color=colour)
    spread = base.mark_bar(height=6, opacity=0.35).encode(x="low:Q", x2="high:Q", color=colour)
    dot = base.mark_circle(size=90, opacity=1).encode(x=x, color=colour)
    right = (
        base.transform_filter("datum.mid > 0")
        .mark_text(align="left", dx=12)
        .encode(x="high:Q", text="told:N")
    )
    left = (
        base.transform_filter("datum.mid <= 0")
        .mark_text(align="right", dx=-12)
        .encode(x="low:Q", text="told:N")
    )
    zero = alt.Chart(pd.DataFrame({"at": [0]})).mark_rule(color=INK).encode(x="at:Q")
    table = pd.DataFrame({
        t("项目", "Item"): rows["name"], t("差距（百分点）", "Gap (points)"): rows["mid"],
        t("舍入允许的范围", "Range rounding allows"): [between(Range(a, b), 2) for a, b in zip(rows["low"], rows["high"], strict=True)],
        t("报告是否点名", "Named by the report"): [t("是", "yes") if n else t("否", "no") for n in rows["named"]],
    })  # fmt: skip
    return charts.figure(
        (zero + spread + stem + dot + right + left).properties(height={"step": 30}), id="fig-achievements-gaps",
        title=title, status="computed", table=table, formats={t("差距（百分点）", "Gap (points)"): "{:+.1f}"},
        subtitle=t("2021 年河南增速与全国增速之差，百分点；浅色横条是四舍五入允许的范围",
                   "Growth in 2021, Henan less the country, percentage points; pale bars: what rounding allows"),
        source=reading.source_titles(["newsletter", *rows["source"]]),
        note=t("跨境电商两边口径未必相同；固定资产和房地产投资的来源可信度低。",
               "The scope of cross-border e-commerce may differ; the sources on fixed and real-estate investment are of low confidence."),
        alt_text=t(f"棒棒糖图，零线右边是比全国快的项目。{title}。", f"Lollipop chart; right of the zero line Henan was faster. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- what the year before must have been

_RATES = (
    ("wind_growth_2021", "风力发电量", "Wind power", 1), ("nev_retail_growth_2021", "新能源汽车零售额", "Retail of new-energy cars", 1),
    ("biomass_growth_2021", "生物质发电量", "Biomass power", 1), ("wearables_growth_2021", "可穿戴设备零售额", "Retail of wearables", 1),
    ("hightech_growth_2021", "高新技术企业数", "High-tech firms", 1), ("hightech_investment_growth_2021", "高技术制造业投资", "High-tech investment", 1),
    ("zlx_revenue_growth_2021", "自创区主导产业营收", "Revenue in the zone", 1), ("zlx_hightech_growth_2021", "自创区高技术制造营收", "High-tech revenue in the zone", 1),
    ("sensor_growth_2021", "传感器等产量", "Sensors and the like", 1), ("subsidised_growth_2021", "受补助企业研发费用", "R&D of subsidised firms", 1),
    ("trade_growth_ha_2021", "货物进出口", "Goods trade", 1), ("zlx_profit_growth_2021", "自创区企业利润", "Profits in the zone", 1),
    ("solar_growth_2021", "太阳能发电量", "Solar power", 1), ("strategic_growth_2021", "战略性新兴产业", "Strategic industries", 1),
    ("online_retail_growth_2021", "限额以上网上零售", "Online retail", 1), ("industrial_investment_growth_2021", "工业投资", "Industrial investment", 1),
    ("leading_investment_growth_2021", "主导产业投资", "Lead-industry investment", 1), ("retail_growth_ha_2021", "社会消费品零售", "Retail sales", 1),
    ("pillar_investment_growth_2021", "传统支柱产业投资", "Pillar-industry investment", 1), ("gdp_growth_ha_2021_report", "全省生产总值", "Henan's GDP", 1),
    ("zlx_growth_2021", "自创区核心区生产总值", "GDP of the zone's core", 1), ("energy_use_fall_2021", "规上工业能耗", "Industry: energy use", -1),
    ("energy_intensity_fall_2021", "单位增加值能耗", "Energy per value added", -1),
)  # fmt: skip


def rises_table() -> pd.DataFrame:
    """Return every rate of growth of the chapter and the level of 2020 it implies when 2021 is 100.

    Columns: claim, name, rate (%, falls negative), told (the rate as printed), low, high (index of 2020), mid, open (only a bound was
    printed), faster (than GDP), plain (neither GDP itself nor an energy figure).
    """
    digits = reading.audited()["value"]
    gdp = told("gdp_growth_ha_2021_report")
    rows = []
    for claim, zh, en, sign in _RATES:
        found = within(f"100/(1 {'+' if sign > 0 else '-'} {claim}/100)")
        rate = sign * told(claim)
        # "More than 25 %" bounds 2020 from above only: the bar then ends at a level of 0, which is no news.
        unbounded = found.low <= 0
        text = ("≥" if unbounded else "-" if sign < 0 else "") + digits[claim]
        rows.append((claim, t(zh, en), rate, text, found.high if unbounded else found.low, found.high, found.high if unbounded else found.mid,
                     unbounded, rate > gdp, sign > 0 and claim != "gdp_growth_ha_2021_report"))  # fmt: skip
    table = pd.DataFrame(
        rows, columns=["claim", "name", "rate", "told", "low", "high", "mid", "open", "faster", "plain"]
    )
    return table.sort_values("mid", ignore_index=True)


def rises() -> charts.Figure:
    """Draw from where each figure of the chapter started in 2020, when 2021 is 100."""
    rows = rises_table()
    plain = rows[rows["plain"]]
    slow = plain[~plain["faster"]]
    title = first_finding(
        (t("{n} 个增速里有 {m} 个快过全省生产总值，只有{slow}更慢", "Of {n} rates of growth {m} beat the province's GDP; only {slow} did not"), len(slow) == 1),
        (t("{n} 个增速里有 {m} 个快过全省生产总值", "Of {n} rates of growth {m} beat the province's GDP"), True),
        n=len(plain), m=int(plain["faster"].sum()), slow=t("、", ", ").join(slow["name"]),
    )  # fmt: skip
    kind = {
        "fast": t("快于全省生产总值", "Faster than GDP"),
        "slow": t("慢于全省生产总值", "Slower"),
        "rest": t("生产总值和能耗", "GDP and energy"),
    }
    shown = rows.assign(
        kind=[kind["rest"] if not p else kind["fast" if f else "slow"] for p, f in zip(rows["plain"], rows["faster"], strict=True)],
        told=[("≤" if o else "") + f"{m:.1f}" for o, m in zip(rows["open"], rows["mid"], strict=True)],
    )  # fmt: skip
    colour = alt.Color("kind:N", title=None, scale=alt.Scale(domain=list(kind.values()), range=[BLUE, RED, MUTED]),
                       legend=alt.Legend(columns=1, symbolOpacity=1))  # fmt: skip
    y = named_rows(rows["name"])
    x = alt.X("mid:Q", title=t("2020 年的水平（2021 年 = 100）", "Level of 2020 (2021 = 100)"), scale=alt.Scale(domain=[20, 128], nice=False, zero=False))  # fmt: skip
    base = alt.Chart(shown).encode(y=y)
    line = base.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x=x, x2=alt.datum(100), color=colour)
    spread = base.mark_rule(strokeWidth=12, opacity=0.45).encode(x="low:Q", x2="high:Q", color=colour)
    dot = base.mark_circle(size=60, opacity=1).encode(x=x, color=colour)
    before = (
        base.transform_filter("datum.mid <= 100")
        .mark_text(align="right", dx=-8)
        .encode(x="low:Q", text="told:N")
    )
    after = (
        base.transform_filter("datum.mid > 100")
        .mark_text(align="left", dx=8)
        .encode(x="high:Q", text="told:N")
    )
    now = alt.Chart(pd.DataFrame({"at": [100]})).mark_rule(color=INK).encode(x="at:Q")
    table = pd.DataFrame({
        t("项目", "Item"): rows["name"], t("2021 年增速（%）", "Growth in 2021 (%)"): rows["told"],
        t("2020 年（2021 年 = 100）", "2020 (2021 = 100)"): [f"≤ {r.high:.1f}" if r.open else between(Range(r.low, r.high), 2) for r in rows.itertuples()],
    })  # fmt: skip
    return charts.figure(
        (now + spread + line + dot + before + after).properties(height={"step": 24}), id="fig-achievements-rises",
        title=title, status="computed", table=table,
        subtitle=t("把 2021 年算作 100，各项在 2020 年是多少；由印出的增速倒推，浅色横条是舍入允许的范围，多数窄得看不见",
                   "Level of 2020 when 2021 is 100, led back from the printed rates; pale bars, mostly too narrow to see: what rounding allows"),
        source=reading.source_titles(["newsletter"]),
        note=t("生产总值、战略性新兴产业和自创区核心区按不变价，其余未注明。自创区指郑洛新国家自主创新示范区。",
               "GDP, strategic industries and the zone's core are at constant prices; the report does not say for the rest. Zone: the Zhengzhou-Luoyang-Xinxiang innovation zone."),
        alt_text=t(f"点线图，每行一项，从 2020 年的水平连到 100。{title}。", f"Dot plot, one row an item, from its level of 2020 to 100. {title}."),
    )  # fmt: skip


def levels_table() -> pd.DataFrame:
    """Return what the printed levels and rates of 2021 imply for 2020: key, name, now, unit, rate, range, other.

    ``now`` is the number printed for 2021 as text, ``range`` a `Range` in the same unit (money in 亿元), ``other``
    what is printed for 2020 elsewhere, or None.
    """
    trade = series_value("trade_goods_total", "河南", "2021")
    back = "{0}/(1 + {1}/100)".format
    money = "yi"
    rows = [
        ("gdp", t("生产总值*", "GDP*"), told("gdp_ha_2021"), money, "gdp_growth_ha_2021_report", back("gdp_ha_2021", "gdp_growth_ha_2021_report"), None),
        ("retail", t("社消零售", "Retail sales"), told("retail_ha_2021"), money, "retail_growth_ha_2021", back("retail_ha_2021", "retail_growth_ha_2021"), None),
        ("trade", t("货物进出口", "Goods trade"), trade, money, "trade_growth_ha_2021", back("series_trade_goods_total_ha_2021", "trade_growth_ha_2021"), told("trade_ha_2020")),
        ("zlx", t("自创区核心区*", "Core of the zone*"), told("zlx_gdp_2021"), money, "zlx_growth_2021", back("zlx_gdp_2021", "zlx_growth_2021"), None),
        ("subsidised", t("受补助企业研发", "Subsidised R&D"), told("subsidised_spending_2021"), money, "subsidised_growth_2021", back("subsidised_spending_2021", "subsidised_growth_2021"), None),
        ("hightech", t("高新技术企业", "High-tech firms"), told("hightech_total_2021"), "firms", "hightech_growth_2021", back("hightech_total_2021", "hightech_growth_2021"), told("hightech_total_2021") - told("hightech_new_2021")),
    ]  # fmt: skip
    return pd.DataFrame(
        [(k, n, now, unit, told(rate), within(expr), other) for k, n, now, unit, rate, expr, other in rows],
        columns=["key", "name", "now", "unit", "rate", "range", "other"],
    )


def levels() -> charts.Figure:
    """Show the levels of 2020 that printed levels and rates imply, beside what is printed for 2020 elsewhere."""
    rows = levels_table()
    width = {r.key: (r.range.high - r.range.low) / r.range.low * 100 for r in rows.itertuples()}
    title = finding(
        t("印整百分数的增速最含糊：{name}的 2020 年只能定到 {w:.1f}% 以内",
          "A rate printed without decimals tells least: {name} of 2020 is known to within {w:.1f}%"),
        holds=max(width, key=width.get) == "hightech", name=t("高新技术企业数", "the number of high-tech firms"), w=width["hightech"],
    )  # fmt: skip

    def show(value: float, unit: str) -> str:
        return f"{value:,.0f}" if unit == "firms" else f"{money(value):,.{t(1, 2)}f}"

    def show_range(found: Range, unit: str) -> str:
        if unit == "firms":
            return between(found, 0)
        return between(Range(money(found.low), money(found.high)), t(1, 2))

    other = rows.set_index("key")["other"]
    table = pd.DataFrame({
        t("项目", "Item"): rows["name"],
        t("2021 年（增速）", "2021 (growth)"): [f"{show(r.now, r.unit)}{t('（', ' (')}{r.rate:g}%{t('）', ')')}" for r in rows.itertuples()],
        t("倒推的 2020 年", "2020, led back"): [show_range(r.range, r.unit) for r in rows.itertuples()],
    })  # fmt: skip
    return charts.table(
        table, id="fig-achievements-levels", title=title, status="computed",
        subtitle=t("由印出的 2021 年数和增速倒推 2020 年；金额为亿元，区间是两个数各自四舍五入所允许的",
                   "2020 led back from the printed level and rate of 2021; money in billion yuan; ranges allow for the rounding of both"),
        source=reading.source_titles(["newsletter", series_row("trade_goods_total", "河南", "2021")["source"]]),
        note=t("* 生产总值，按 2021 年价。高新技术企业单位为家，总数减新增得 {f} 家；进出口 2020 年首次公布 {m} 亿元，之后上调过。",
               "* GDP at 2021 prices. High-tech firms: total less new is {f}. Trade of 2020 was first printed as {m} billion yuan and raised later.").format(
                   f=show(other["hightech"], "firms"), m=show(other["trade"], "yi")),
    )  # fmt: skip


# ---------------------------------------------------------------- the subsidy's multiple


def leverage_shares(steps: int = 2000) -> list[tuple[float, float]]:
    """Return (multiple as it would be printed, share of all pairs) for every pair that prints as 391 and 5.87.

    A pair is a spending and a subsidy (亿元) inside their rounding, every pair counted alike; the printed multiple
    comes first, then those above it. ``steps``: strips that the subsidy's range is cut into.
    """
    spend, paid = within("subsidised_spending_2021"), within("rd_subsidy_2021")
    strips = paid.low + (np.arange(steps) + 0.5) / steps * (paid.high - paid.low)
    first = told("subsidy_leverage_2021")
    last = round(spend.high / paid.low + 0.05, 1)
    found = []
    for multiple in np.arange(round(first * 10), round(last * 10) + 1) / 10:
        low = np.clip((multiple - 0.05) * strips, spend.low, spend.high)
        high = np.clip((multiple + 0.05) * strips, spend.low, spend.high)
        share = float((high - low).mean() / (spend.high - spend.low))
        if share > 0 or multiple == first:
            found.append((float(multiple), share))
    return found


def leverage() -> charts.Figure:
    """Draw every pair of spending and subsidy that rounds to the printed two, by the multiple it would give."""
    spend, paid = within("subsidised_spending_2021"), within("rd_subsidy_2021")
    shares = leverage_shares()
    title = first_finding(
        (t("印出的 {k} 倍算得出来，只是少数：与两个印出的数相容的取值里占 {s:.0f}%",
           "The printed {k} times can be had, though rarely: {s:.0f}% of the pairs that fit the two printed numbers"), 0 < shares[0][1] < 0.5),
        (t("印出的 {k} 倍算得出来：与两个印出的数相容的取值里占 {s:.0f}%",
           "The printed {k} times can be had: {s:.0f}% of the pairs that fit the two printed numbers"), shares[0][1] >= 0.5),
        (t("两个印出的数怎样取值都除不出 {k} 倍", "No pair that fits the two printed numbers gives {k} times"), True),
        k=f"{shares[0][0]:.1f}", s=shares[0][1] * 100,
    )  # fmt: skip
    grid = np.linspace(paid.low, paid.high, 41)
    scale = money(1)
    bands = pd.DataFrame(
        [
            {"paid": x * scale, "low": min(max((m - 0.05) * x, spend.low), spend.high) * scale,
             "high": min(max((m + 0.05) * x, spend.low), spend.high) * scale, "multiple": f"{m:.1f}"}
            for m, _ in shares for x in grid
        ]
    )  # fmt: skip
    names = [f"{m:.1f}" for m, _ in shares]
    colours = [ORANGE, *SEQUENTIAL[1:4], *SEQUENTIAL[4:]][: len(names)]
    x = alt.X("paid:Q", title=t("补助总额（亿元）", "Subsidy (billion yuan)"), axis=alt.Axis(tickCount=5, format=t(".3f", ".4f"), grid=False),
              scale=alt.Scale(domain=[paid.low * scale, paid.high * scale], nice=False))  # fmt: skip
    y = alt.Y("low:Q", title=t("研发费用（亿元）", "R&D spending (billion yuan)"), axis=alt.Axis(grid=False, tickCount=5, format=t(".2f", ".3f")),
              scale=alt.Scale(domain=[spend.low * scale, spend.high * scale], nice=False, zero=False))  # fmt: skip
    area = alt.Chart(bands).mark_area(opacity=0.9).encode(
        x=x, y=y, y2="high:Q",
        color=alt.Color("multiple:N", title=t("会印成多少倍", "Would print as"), sort=names, scale=alt.Scale(domain=names, range=colours), legend=alt.Legend(columns=4, orient="bottom")),
    )  # fmt: skip
    centre = pd.DataFrame(
        [{"paid": told("rd_subsidy_2021") * scale, "low": told("subsidised_spending_2021") * scale}]
    )
    dot = alt.Chart(centre).mark_point(shape="cross", size=120, color="#1b242e", filled=True).encode(x=x, y=y)
    text = (
        alt.Chart(centre.assign(told=t("印出的两个数", "As printed")))
        .mark_text(dy=-14, color="#1b242e")
        .encode(x=x, y=y, text="told:N")
    )
    table = pd.DataFrame({
        t("会印成的倍数", "Multiple as printed"): names,
        t("占全部取值（%）", "Share of all pairs (%)"): [s * 100 for _, s in shares],
    })  # fmt: skip
    return charts.figure(
        (area + dot + text).properties(height=320), id="fig-achievements-leverage", title=title, status="computed", table=table,
        formats={t("占全部取值（%）", "Share of all pairs (%)"): "{:.1f}"},
        subtitle=t("所有会四舍五入成印出的两个数的取值（2021 年，亿元），按两数相除会印成的倍数着色",
                   "All pairs that round to the two printed numbers (2021, billion yuan), coloured by the multiple their quotient would print"),
        source=reading.source_titles(["newsletter"]),
        alt_text=t(f"方形区域按倍数分成斜带。{title}。", f"A square cut into slanting bands by multiple. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- the year's list, one dot each

_LIST = (
    ("platform", "provincial_labs_2021", "省级实验室", "Provincial laboratories"), ("platform", "new_rd_institutes_2021", "重大新型研发机构", "New R&D institutes"),
    ("platform", "new_maths_centres_2021", "应用数学中心", "Applied maths centres"), ("platform", "new_clinical_centres_2021", "临床医学研究中心", "Clinical research centres"),
    ("platform", "new_tech_centres_2021", "技术创新中心", "Technology centres"), ("platform", "new_joint_labs_2021", "国际联合实验室", "International joint labs"),
    ("zone", "zones_new_2021", "省级高新区", "High-tech zones"),
    ("people", "scholars_2021", "中原学者", "Zhongyuan scholars"), ("people", "leaders_innovation_2021", "创新领军人才", "Leaders in innovation"),
    ("people", "leaders_startup_2021", "创业领军人才", "Leaders in start-ups"), ("people", "leaders_industry_2021", "产业创新领军人才", "Leaders in industry"),
    ("studio", "scholar_studios_2021", "科学家工作室", "Scientists' studios"), ("studio", "scholar_stations_2021", "学者工作站", "Scholars' stations"),
)  # fmt: skip


def list_table() -> pd.DataFrame:
    """Return what the report counts as added in 2021: group, claim, name, count."""
    return pd.DataFrame(
        [(group, claim, t(zh, en), int(told(claim))) for group, claim, zh, en in _LIST],
        columns=["group", "claim", "name", "count"],
    )


def new_list() -> charts.Figure:
    """Draw one dot for every platform, zone, person and studio that the report counts as new in 2021."""
    rows = list_table()
    platforms = rows[rows["group"] == "platform"]
    joint = int(rows.set_index("claim")["count"]["new_joint_labs_2021"])
    total = int(platforms["count"].sum())
    title = first_finding(
        (t("{n} 个新平台里，国际联合实验室占了 {j} 个，超过一半", "Of {n} new platforms {j} are international joint laboratories, more than half"), joint > total / 2),
        (t("{n} 个新平台里，国际联合实验室有 {j} 个", "Of {n} new platforms {j} are international joint laboratories"), True),
        n=total, j=joint,
    )  # fmt: skip
    words = {
        "platform": t("平台", "Platforms"), "zone": t("高新区", "Zones"),
        "people": t("人才", "People"), "studio": t("工作室和工作站", "Studios and stations"),
    }  # fmt: skip
    dots = pd.DataFrame([
        {"name": name, "kind": words[group], "at": at}
        for group, name, count in zip(rows["group"], rows["name"], rows["count"], strict=True) for at in range(1, count + 1)
    ])  # fmt: skip
    y = named_rows(rows["name"])
    x = alt.X("at:Q", axis=None, scale=alt.Scale(domain=[0, int(rows["count"].max()) + 4], nice=False))
    dot = alt.Chart(dots).mark_circle(size=38, opacity=1).encode(
        x=x, y=y, color=alt.Color("kind:N", title=None, sort=None, scale=alt.Scale(domain=list(words.values()), range=[BLUE, GREEN, ORANGE, QUIET]), legend=alt.Legend(columns=2)),
    )  # fmt: skip
    text = alt.Chart(rows).mark_text(align="left", dx=8).encode(x="count:Q", y=y, text="count:Q")
    table = pd.DataFrame(
        {
            t("类别", "Kind"): [words[g] for g in rows["group"]],
            t("名目", "Name"): rows["name"],
            t("新增", "New"): rows["count"],
        }
    )
    return charts.figure(
        (dot + text).properties(height={"step": 26}), id="fig-achievements-list", title=title, status="published", table=table,
        subtitle=t("报告列出的 2021 年新增（含揭牌、新设、新遴选），一个点是一个单位或一个人",
                   "What the report counts as new in 2021 (opened, founded or selected); one dot is one body or one person"),
        source=reading.source_titles(["newsletter"]),
        alt_text=t(f"点阵图，每行一个名目。{title}。", f"Dots, one row a kind. {title}."),
    )  # fmt: skip
