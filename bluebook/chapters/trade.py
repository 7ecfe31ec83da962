"""stabilise/trade: Henan's foreign trade as the speech tells it, its shares worked out again, its rank bounded."""

from __future__ import annotations

import math
from collections.abc import Callable

import altair as alt
import pandas as pd

from bluebook import charts, editions, reading
from bluebook.chapters.drawing import named_rows, ruler
from bluebook.chapters.reckoning import Reckoned, follows, known, money, printed, reckon, single_month
from bluebook.charts import BLUE, GREEN, INK, MUTED, ORANGE, QUIET, RED, finding, first_finding, glue
from bluebook.economy import region_name
from bluebook.words import t

HENAN, CHINA = "河南", "全国"
# January to October 2020 and the year before, in the facts' names.
_TEN, _TEN_GROWTH = "series_trade_goods_total_ha_2020m1_m10", "series_trade_goods_total_growth_ha_2020m1_m10"
_YEAR_BEFORE = "trade_ha_2020/(1 + trade_growth_ha_2020/100)"
_TEN_BEFORE = f"{_TEN}/(1 + {_TEN_GROWTH}/100)"
_FOXCONN = "trade_ha_2020*foxconn_share_2020/100"
_SERVICES_REST = f"services_trade_ha_2020/(services_trade_ha_2020 + trade_ha_2020 - {_FOXCONN})*100"


# ---------------------------------------------------------------- the pace within the year


def pace() -> pd.DataFrame:
    """Return Henan's mean monthly trade between the dates for which totals were printed.

    Columns: year, first, last (months 1–12), months, value (亿元 a month), start, end (years and their fractions),
    later (printed after the speech). Differences of first prints, 2019 to mid-2022.
    """
    table = known("trade_goods_total", HENAN).query("2019 <= year <= 2022")
    speech = pd.DataFrame(
        [(2022, 3, printed("trade_ha_2022q1")), (2022, 5, printed("trade_ha_2022m5"))], columns=["year", "month", "value"]
    )  # fmt: skip
    totals = pd.concat([table.dropna(subset=["month"])[["year", "month", "value"]], speech])
    for row in table[table["month"].isna()].itertuples():
        month = single_month(row.period)
        same = totals[(totals["year"] == row.year) & (totals["month"] == month)]
        if month and len(same):
            totals.loc[len(totals) + 100] = [row.year, month - 1, same["value"].iloc[0] - row.value]
    rows = []
    for year, group in totals.astype({"month": int}).sort_values("month").groupby("year"):
        before, sofar = 0, 0.0
        for month, total in zip(group["month"], group["value"], strict=True):
            rows.append((int(year), before + 1, month, month - before, (total - sofar) / (month - before)))
            before, sofar = month, total
    out = pd.DataFrame(rows, columns=["year", "first", "last", "months", "value"])
    out["start"] = out["year"] + (out["first"] - 1) / 12
    out["end"] = out["year"] + out["last"] / 12
    return out.assign(later=(out["year"] == 2022) & (out["last"] == 6))


def months(row: object) -> str:
    """Return a stretch of months for a reader."""
    if row.first == row.last:
        return t(f"{row.year} 年 {row.first} 月", f"{row.year}-{row.first:02d}")
    return t(f"{row.year} 年 {row.first}—{row.last} 月", f"{row.year}-{row.first:02d} to {row.last:02d}")


def last_months() -> dict[str, Reckoned]:
    """Return what November and December 2020 did: growth (%), and their share of the year's increase (%)."""
    return {
        "growth": reckon(f"((trade_ha_2020 - {_TEN})/({_YEAR_BEFORE} - {_TEN_BEFORE}) - 1)*100"),
        "share": reckon(f"(1 - ({_TEN} - {_TEN_BEFORE})/(trade_ha_2020 - {_YEAR_BEFORE}))*100"),
    }


def pace_chart() -> charts.Figure:
    """Draw the mean monthly trade as steps: the year's end towers over its beginning."""
    shown = pace()
    late = shown[(shown["year"] == 2020) & (shown["last"] == 12)].iloc[0]
    early = shown[(shown["year"] == 2020) & (shown["last"] == 6)].iloc[0]
    share = last_months()["share"]
    title = finding(
        t("2020 年增加的外贸，{share:.0f}% 出在最后两个月：那时每月 {a:.0f} 亿元，是上半年的 {times:.1f} 倍",
          "{share:.0f}% of the growth of 2020 came in its last two months, which traded {a:.0f} billion yuan each, {times:.1f} times the pace of the first half"),
        holds=share.lower > 50 and late["value"] > early["value"], share=share.value,
        a=money(late["value"]), times=late["value"] / early["value"],
    )  # fmt: skip
    shown["told"] = [months(r) for r in shown.itertuples()]
    shown["hue"] = [QUIET if r.later else RED if r.first >= 10 else BLUE for r in shown.itertuples()]
    x = ruler(None, [2019, 2022.6], [2019, 2020, 2021, 2022], "d")
    base = alt.Chart(shown).encode(
        x=x("start"), x2="end:Q", y=alt.Y("value:Q", title=t("每月平均（亿元）", "Monthly mean (100 million yuan)"), scale=alt.Scale(domain=[0, 1150], nice=False)),
        tooltip=[alt.Tooltip("told:N", title=t("时段", "Months")), alt.Tooltip("value:Q", format=".1f", title=t("每月平均（亿元）", "Monthly mean (100 million yuan)"))],
    )  # fmt: skip
    bars = base.mark_rect(stroke=charts.PAPER, strokeWidth=0.6).encode(
        y2=alt.datum(0),
        color=alt.Color("hue:N", scale=None),
    )  # fmt: skip
    peaks = shown.loc[shown.query("year < 2022").groupby("year")["value"].idxmax()]
    text = alt.Chart(peaks).mark_text(dy=-7).encode(x=x("middle"), y="value:Q", text=alt.Text("value:Q", format=".0f"), color=alt.value(INK))  # fmt: skip
    text = text.transform_calculate(middle="(datum.start + datum.end) / 2")
    table = pd.DataFrame({
        t("时段", "Months"): shown["told"], t("月数", "Months covered"): shown["months"],
        t("每月平均（亿元）", "Monthly mean (100 million yuan)"): shown["value"]})  # fmt: skip
    return charts.figure(
        (bars + text).properties(height=260), id="fig-trade-pace", title=title, status="computed",
        subtitle=t("河南进出口每月平均（亿元），2019 年至 2022 年 6 月，由各次公布的累计数相减；越窄的柱覆盖的月份越少，红色为年末，灰色公布于讲话之后；2019 年全年由 2020 年的增速倒推",
                   "Henan’s trade, monthly mean (100 million yuan), 2019 to June 2022, from successive cumulative totals; narrow bars cover fewer months, red the end of the year, grey printed after the speech; the total of 2019 follows from 2020’s growth"),
        source=reading.source_titles(["newsletter", "dahe_2021_trade", "xinhua_2020_m10_trade", *known("trade_goods_total", HENAN).query("2019 <= year <= 2022")["source"]]),
        table=table, formats={t("每月平均（亿元）", "Monthly mean (100 million yuan)"): "{:.1f}"},
        alt_text=t(f"台阶图。{title}。2019 至 2021 年每年都是年末最高。", f"Step chart. {title}. In each of 2019 to 2021 the end of the year is highest."),
    )  # fmt: skip


# ---------------------------------------------------------------- the rank, bounded


def ladder(series: str, period: str = "2020") -> pd.DataFrame:
    """Return what is seen of one series across provinces, largest first: region, value, rank_printed, kind, source."""
    table = editions.provinces().query("series == @series and period == @period").dropna(subset=["value"])
    table = table.drop_duplicates("region").sort_values("value", ascending=False, ignore_index=True)
    return table[["region", "value", "rank_printed", "kind", "source"]]


def unseen(seen: pd.DataFrame, region: str = HENAN) -> tuple[int, int, float, float]:
    """Return how many provinces out of sight can lie above ``region``: fewest, most, and between which values.

    Printed ranks hold them down: a province printed 13th with eleven seen above it leaves room for exactly one.
    The region's own printed rank is left out: it is what the bounds are to be held against. ``seen`` as from
    :func:`ladder`, without ties; an open end of the values is ±inf.
    """
    values = dict(zip(seen["region"], seen["value"], strict=True))
    own = values[region]
    fewest, most, low, high = 0, 31 - len(values), float("-inf"), float("inf")
    for row in seen.dropna(subset=["rank_printed"]).itertuples():
        count = int(row.rank_printed) - 1 - sum(v > row.value for v in values.values())
        if row.value > own:
            fewest, high = max(fewest, count), min(high, row.value)
        elif row.value < own:
            most, low = min(most, count), max(low, row.value)
    return fewest, most, low, high


def rank_bounds(seen: pd.DataFrame, region: str = HENAN) -> tuple[int, int]:
    """Return the best and the worst rank ``region`` can have among all 31, 1 being the largest."""
    own = seen.loc[seen["region"] == region, "value"].iloc[0]
    above = int((seen["value"] > own).sum())
    fewest, most, _, _ = unseen(seen, region)
    return 1 + above + fewest, 1 + above + most


def rank_chart() -> charts.Figure:
    """Draw the provinces seen of 2020, by value and by growth, and the room that the unseen leave."""
    total, growth = ladder("trade_goods_total"), ladder("trade_goods_total_growth")
    (low, high), (g_low, g_high) = rank_bounds(total), rank_bounds(growth)
    told, g_told = int(printed("trade_rank_ha_2020")), int(printed("trade_growth_rank_ha_2020"))
    title = finding(
        t("2020 年的名次站得住：总值第 {told}，能推出的范围是第 {low} 到第 {high}；增速第 {g_told}，范围是第 {g_low} 到第 {g_high}",
          "The ranks of 2020 can stand: place {told} by value, where {low} to {high} is possible, and place {g_told} by growth, where {g_low} to {g_high} is"),
        holds=low <= told <= high < 31 and g_low <= g_told <= g_high < 31,
        told=told, low=low, high=high, g_told=g_told, g_low=g_low, g_high=g_high,
    )  # fmt: skip
    value = ruler(t("总值（亿元，对数刻度）", "Value (100 million yuan, log scale)"), [1200, 320000], [2000, 10000, 50000], ",.0f", "log")  # fmt: skip
    left = _rungs(total, value, ",.0f")
    right = _rungs(growth, ruler(t("增速（%）", "Growth (%)"), [-4, 24], [0, 5, 10, 15, 20]), ".1f")
    table = total.merge(
        growth[["region", "value", "rank_printed"]], on="region", how="outer", suffixes=("", "_g")
    )
    table = table.sort_values("value", ascending=False)
    table = pd.DataFrame({
        t("省份", "Province"): [region_name(r) for r in table["region"]],
        t("总值（亿元）", "Value (100 million yuan)"): [("≥ " if k == "lower_bound" else "") + f"{v:,.1f}".removesuffix(".0") for v, k in zip(table["value"], table["kind"], strict=True)],
        t("印出的名次", "Rank printed"): table["rank_printed"].astype("Int64"), t("增速（%）", "Growth (%)"): table["value_g"],
        t("增速名次", "Rank by growth"): table["rank_printed_g"].astype("Int64")})  # fmt: skip
    return charts.figure(
        [left.properties(height=22 * (len(total) + 1)), right.properties(height=22 * (len(growth) + 1))],
        id="fig-trade-rank", title=title, status="public",
        subtitle=t(f"2020 年货物进出口，左为总值（看到 {len(total)} 个省份），右为增速（看到 {len(growth)} 个）；括号里是来源印出的名次，≥ 为下限，虚线是没有看到的省份可能在的范围",
                   f"Goods trade in 2020: value on the left ({len(total)} provinces seen), growth on the right ({len(growth)} seen); in brackets the rank a source prints, ≥ a lower bound, dashed where the unseen can lie"),
        source=reading.source_titles(["dahe_2021_trade", *total["source"], *growth["source"]]), table=table,
        formats={t("增速（%）", "Growth (%)"): "{:.1f}"},
        alt_text=t(f"两幅点图。{title}。", f"Two dot plots. {title}."),
    )  # fmt: skip


def _rungs(seen: pd.DataFrame, x: Callable[[str], alt.X], digits: str) -> alt.LayerChart:
    """Return one panel: a dot a province with its value, Henan marked, and the room of those not seen."""
    fewest, most, low, high = unseen(seen)
    names = [region_name(r) + ("" if pd.isna(k) else f" ({int(k)})") for r, k in zip(seen["region"], seen["rank_printed"], strict=True)]  # fmt: skip
    shown = seen.assign(
        name=names, own=seen["region"] == HENAN,
        told=[("≥ " if k == "lower_bound" else "") + format(v, digits).replace("-", "−") for v, k in zip(seen["value"], seen["kind"], strict=True)],
    )  # fmt: skip
    n = most - fewest
    room = t(f"没看到的 {n} 个", f"unseen: {n}")
    names.insert(int(shown["own"].idxmax()) + 1, room)
    top = high if math.isfinite(high) else float(shown["value"].max()) * 1.35
    gap = alt.Chart(pd.DataFrame({"name": [room], "low": [low], "high": [top]}))
    y = named_rows(names)
    base = alt.Chart(shown).encode(
        y=y, x=x("value"), color=alt.condition("datum.own", alt.value(RED), alt.value(BLUE))
    )
    dashed = gap.mark_rule(strokeDash=[4, 3], strokeWidth=2, color=MUTED).encode(y=y, x=x("low"), x2="high:Q")
    return (
        base.mark_point(opacity=1)
        + base.mark_text(align="left", dx=8).encode(text="told:N", color=alt.value(INK))
        + dashed
    )


# ---------------------------------------------------------------- shares


def import_shares() -> pd.DataFrame:
    """Return the shares of imports in trade (%) that the sentence on imports is about.

    Rows: Henan, China by customs' totals, China as the printed distance implies, one half. Columns: key, name, value,
    lower, upper.
    """
    nation = reckon("series_imports_cn_2020/series_trade_goods_total_cn_2020*100")
    rows = [
        ("henan", t("河南", "Henan"), reckon("imports_ha_2020/trade_ha_2020*100")),
        ("china", t("全国，海关总数", "China, customs"), nation),
        ("said", t("全国，照讲话", "China, as the speech has it"), reckon("imports_share_ha_2020 + imports_share_gap_2020")),
        ("half", t("进出口各半", "One half"), Reckoned(50, 50, 50)),
    ]  # fmt: skip
    return pd.DataFrame([(k, n, *r) for k, n, r in rows], columns=["key", "name", "value", "lower", "upper"])


def import_share_chart() -> charts.Figure:
    """Draw the import shares on one line: the printed distance leads past the country to one half."""
    shown = import_shares().set_index("key", drop=False)
    gap, half = follows("imports_share_gap_2020"), follows("imports_share_gap_2020", explanation=True)
    told = printed("imports_share_gap_2020")
    title = finding(
        t("进口占比比全国低 {gap} 个百分点，不是 {told:.0f} 个；{half:.1f} 个是离“一半”的距离",
          "The import share is {gap} points below the country’s, not {told:.0f}; {half:.1f} is the distance to one half"),
        holds=gap.upper < told - 0.5 and told - 0.5 <= half.value <= told + 0.5, gap=gap.told(), told=told, half=half.value,
    )  # fmt: skip
    shown["told"] = [Reckoned(r.value, r.lower, r.upper).told(1) + "%" for r in shown.itertuples()]
    shown.loc["half", "told"] = "50%"
    shown["from"] = shown.loc["henan", "value"]
    shown["hue"] = shown["key"].map({"said": RED, "half": MUTED}).fillna(BLUE)
    x = ruler(t("进口占进出口（%）", "Imports in trade (%)"), [37, 57], [40, 45, 50, 55])
    base = alt.Chart(shown.reset_index(drop=True)).encode(y=named_rows(shown["name"]), color=alt.Color("hue:N", scale=None))  # fmt: skip
    way = base.mark_rule(strokeDash=[3, 3], opacity=0.7).encode(x=x("from"), x2="value:Q")
    wide = base.mark_bar(height=12, opacity=0.35).encode(x=x("lower"), x2="upper:Q")
    dots = base.mark_point(size=80, opacity=1).encode(x=x("value"))
    text = base.mark_text(align="left", dx=8).encode(x=x("upper"), text="told:N", color=alt.value(INK))
    table = pd.DataFrame({t("比重", "Share"): shown["name"], t("数值（%）", "Value (%)"): shown["value"],
                          t("四舍五入的范围", "Range left by rounding"): shown["told"]})  # fmt: skip
    return charts.figure(
        (way + wide + dots + text).properties(height=140), id="fig-import-share", title=title, status="computed",
        subtitle=t("2020 年进口占进出口的比重（%）；浅色条是四舍五入留下的范围，“照讲话”是河南的占比加上印出的差距",
                   "Imports as a share of trade, 2020 (%); pale bars are the range left by rounding, “as the speech has it” is Henan’s share plus the printed distance"),
        source=reading.source_titles(["newsletter", "customs_2021_trade"]), table=table, formats={t("数值（%）", "Value (%)"): "{:.1f}"},
        alt_text=t(f"数轴图。{title}。", f"Number line. {title}."),
    )  # fmt: skip


def import_growth() -> pd.DataFrame:
    """Return growth of exports and imports (%) of each first half-year since 2019 and of the speech's five months.

    Columns: period, name, exports, imports, derived (imports' growth worked out from two totals), later.
    """
    out, into, totals = (known(s, HENAN) for s in ("exports_growth", "imports_growth", "imports"))
    out, into, totals = (x.set_index("period")["value"] for x in (out, into, totals))
    rows = []
    for year in range(2019, 2024):
        p, before = f"{year}H1", f"{year - 1}H1"
        if p not in out.index:
            continue
        derived = p not in into.index
        grown = (totals[p] / totals[before] - 1) * 100 if derived else into[p]
        rows.append((p, t(f"{year} 年上半年", f"{year} H1"), out[p], grown, derived, year >= 2022))
    told = ("2022M1-M5", t("2022 年 1—5 月", "2022 Jan–May"), printed("exports_growth_ha_2022m5"), printed("imports_growth_ha_2022m5"), False, False)  # fmt: skip
    rows.insert(sum(not r[5] for r in rows), told)
    return pd.DataFrame(rows, columns=["period", "name", "exports", "imports", "derived", "later"])


def import_growth_chart() -> charts.Figure:
    """Draw exports' and imports' growth side by side, half-year by half-year."""
    shown = import_growth()
    before = shown[~shown["later"]]
    faster = int((before["imports"] > before["exports"]).sum())
    title = first_finding(
        (t("“进口增速慢”只在 {slow} 个时段说得通：讲话之前的 {n} 个时段里，进口有 {fast} 个快于出口",
           "“Imports grow slowly” fits {slow} period only: in {fast} of the {n} before the speech imports grew faster than exports"),
         faster > len(before) - faster),
        (t("讲话之前的 {n} 个时段里，进口有 {slow} 个慢于出口", "In {slow} of the {n} periods before the speech imports grew more slowly than exports"), True),
        n=len(before), fast=faster, slow=len(before) - faster,
    )  # fmt: skip
    long = shown.melt(["name", "later"], ["exports", "imports"], var_name="side", value_name="growth")
    y = named_rows(shown["name"])
    colour = alt.Color("side:N", title=None, scale=alt.Scale(domain=["exports", "imports"], range=[BLUE, RED]),
                       legend=alt.Legend(labelExpr=f"datum.label == 'exports' ? '{t('出口', 'Exports')}' : '{t('进口', 'Imports')}'"))  # fmt: skip
    x = ruler(t("比上年同期（%）", "On the year before (%)"), [-34, 84], [-20, 0, 20, 40, 60])
    line = alt.Chart(shown).mark_rule(strokeWidth=2, color=QUIET).encode(y=y, x=x("exports"), x2="imports:Q")
    zero = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=MUTED).encode(x=x("x"))
    dots = alt.Chart(long).mark_point(size=80, opacity=1).encode(y=y, x=x("growth"), color=colour)
    shown["low"], shown["high"] = shown[["exports", "imports"]].min(axis=1), shown[["exports", "imports"]].max(axis=1)  # fmt: skip
    ends = alt.Chart(shown).encode(y=y)
    right = ends.mark_text(align="left", dx=9).encode(x=x("high"), text=alt.Text("high:Q", format="+.1f"), color=alt.value(INK))  # fmt: skip
    left = ends.mark_text(align="right", dx=-9).encode(x=x("low"), text=alt.Text("low:Q", format="+.1f"), color=alt.value(INK))  # fmt: skip
    table = shown[["name", "exports", "imports"]].rename(
        columns={"name": t("时段", "Period"), "exports": t("出口（%）", "Exports (%)"), "imports": t("进口（%）", "Imports (%)")}
    )  # fmt: skip
    sources = known("imports_growth", HENAN).query("period in ['2019H1', '2020H1', '2021H1', '2022H1']")[
        "source"
    ]
    return charts.figure(
        (zero + line + dots + left + right).properties(height={"step": 34}), id="fig-import-growth", title=title, status="computed",
        subtitle=t("河南出口和进口比上年同期增长（%）；2022 和 2023 年上半年公布于讲话之后，2023 年的进口增速由两年的进口额相除",
                   "Growth of Henan’s exports and imports on the year before (%); the first halves of 2022 and 2023 were printed after the speech, imports of 2023 from two totals"),
        source=reading.source_titles(["newsletter", *sources]), table=table,
        formats={t("出口（%）", "Exports (%)"): "{:+.1f}", t("进口（%）", "Imports (%)"): "{:+.1f}"},
        alt_text=t(f"哑铃图。{title}。", f"Dumbbell chart. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- phones


def phone_shares() -> pd.DataFrame:
    """Return the printed phone exports over all exports of each first half-year: year, exports, value, lower, upper (%)."""
    rows = []
    for row in known("exports", HENAN).itertuples():
        if row.month == 6 and row.year >= 2019:
            share = reckon(f"phone_exports_ha_2020h1/series_exports_ha_{row.year}h1*100")
            rows.append((row.year, row.value, *share, row.source))
    return pd.DataFrame(rows, columns=["year", "exports", "value", "lower", "upper", "source"]).query(
        "year <= 2022"
    )


def phone_chart() -> charts.Figure:
    """Draw the share that the printed phone exports would have in each half-year, beside the printed share."""
    shown, share = phone_shares(), printed("phone_share_ha_2020h1")
    fits = shown[(shown["lower"] <= share + 0.05) & (shown["upper"] >= share - 0.05)]
    said = shown[shown["year"] == 2020].iloc[0]
    title = finding(
        t("手机占出口 {share}%，只有 {year} 年上半年对得上；放在 2020 年，占比会是 {said:.1f}%",
          "Phones at {share}% of exports fit the first half of {year} only; in 2020 the share would be {said:.1f}%"),
        holds=list(fits["year"]) == [2021], share=share, year=int(fits["year"].iloc[0]) if len(fits) else 0, said=said["value"],
    )  # fmt: skip
    shown["fits"] = shown["year"].isin(fits["year"])
    shown["name"] = [t(f"{y} 年上半年", f"{y} H1") for y in shown["year"]]
    x = ruler(t("手机占出口（%）", "Phones in exports (%)"), [42, 98], [50, 60, 70, 80, 90])
    base = alt.Chart(shown).encode(
        y=named_rows(shown["name"]), x=x("value"), color=alt.condition("datum.fits", alt.value(GREEN), alt.value(MUTED)),
    )  # fmt: skip
    rule = alt.Chart(pd.DataFrame({"x": [share], "told": [t(f"印出 {share}%", f"printed {share}%")]}))
    line = rule.mark_rule(color=RED, strokeDash=[4, 3]).encode(x=x("x"))
    line += rule.mark_text(align="left", dx=4, color=INK).encode(x=x("x"), y=alt.value(-8), text="told:N")
    value = {"text": alt.Text("value:Q", format=".1f"), "color": alt.value(INK)}
    text = base.transform_filter(f"datum.value >= {share}").mark_text(align="left", dx=9).encode(**value)
    text += base.transform_filter(f"datum.value < {share}").mark_text(align="right", dx=-9).encode(**value)
    table = pd.DataFrame({t("时段", "Period"): shown["name"], t("全省出口（亿元）", "Exports (100 million yuan)"): shown["exports"],
                          t("占比（%）", "Share (%)"): shown["value"]})  # fmt: skip
    return charts.figure(
        (line + base.mark_point(size=90) + text).properties(height=150), id="fig-phone-year", title=title, status="computed",
        subtitle=t("印出的手机出口额除以各年上半年的全省出口（%）；2022 年的出口额公布于讲话之后", "Printed phone exports over the province’s exports of each first half-year (%); the total of 2022 was printed after the speech"),
        source=reading.source_titles(["newsletter", *shown["source"]]), table=table, formats={t("占比（%）", "Share (%)"): "{:.2f}"},
        alt_text=t(f"点图。{title}。", f"Dot plot. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- services


def services() -> pd.DataFrame:
    """Return the speech's table of the share of services in trade, 2020 (%), largest first.

    Columns: region, name, kind (coast, inland, china), share. Kinds as the table's two columns name them.
    """
    ids = {"gd": ("广东", "coast"), "js": ("江苏", "coast"), "sh": ("上海", "coast"), "zj": ("浙江", "coast"), "bj": ("北京", "coast"),
           "sc": ("四川", "inland"), "cq": ("重庆", "inland"), "ah": ("安徽", "inland"), "hb": ("湖北", "inland"), "ha": ("河南", "inland"),
           "cn": ("全国", "china")}  # fmt: skip
    rows = [(region, region_name(region), kind, printed(f"services_share_{c}_2020")) for c, (region, kind) in ids.items()]  # fmt: skip
    return pd.DataFrame(rows, columns=["region", "name", "kind", "share"]).sort_values(
        "share", ascending=False, ignore_index=True
    )


def services_chart() -> charts.Figure:
    """Draw the table of services shares, and where Henan would stand without its largest trader."""
    shown = services()
    nation = float(shown.loc[shown["kind"] == "china", "share"].iloc[0])
    rest = reckon(_SERVICES_REST)
    title = finding(
        t("河南的服务占比在表里最低，分母也有份：除去富士康的货物贸易，是 {rest:.1f}%，高于全国的 {nation}%",
          "Henan’s services share is the lowest in the table, and the denominator has a part in it: without Foxconn’s goods it is {rest:.1f}%, above China’s {nation}%"),
        holds=rest.lower > nation and shown["region"].iloc[-1] == HENAN, rest=rest.value, nation=nation,
    )  # fmt: skip
    without = t("河南，除去富士康", "Henan less Foxconn")
    shown = pd.concat(
        [
            shown[shown["kind"] != "china"],
            pd.DataFrame([(HENAN, without, "without", rest.value)], columns=shown.columns),
        ]
    )
    shown = shown.sort_values("share", ascending=False, ignore_index=True)
    names = {"coast": t("表中“外贸强省”", "“Strong traders” in the table"), "inland": t("表中“中西部省份”", "“Central and western” in the table"),
             "without": t("本书计算", "Computed here")}  # fmt: skip
    shown["group"] = shown["kind"].map(names)
    shown["told"] = [f"{r.share:.1f}" for r in shown.itertuples()]
    base = alt.Chart(shown).encode(
        y=named_rows(shown["name"]),
        color=alt.Color("group:N", title=None, scale=alt.Scale(domain=list(names.values()), range=[BLUE, RED, ORANGE]), legend=alt.Legend(columns=1)),
    )  # fmt: skip
    x = ruler(t("服务贸易占外贸（%）", "Services in trade (%)"), [0, 34], [0, 10, 20, 30])
    rule = alt.Chart(pd.DataFrame({"x": [nation], "told": [t(f"全国 {nation}", f"China {nation}")]}))
    drawn = rule.mark_rule(color=MUTED, strokeDash=[4, 3]).encode(x=x("x"))
    drawn += rule.mark_text(align="left", dx=4, color=MUTED).encode(x=x("x"), y=alt.value(alt.expr("height - 10")), text="told:N")  # fmt: skip
    drawn += base.mark_rule(strokeWidth=2).encode(x=x("zero"), x2="share:Q").transform_calculate(zero="0")
    drawn += base.mark_point(size=80, opacity=1).encode(x=x("share"))
    drawn += base.mark_text(align="left", dx=9).encode(x=x("share"), text="told:N", color=alt.value(INK))
    table = shown[["name", "group", "share"]].rename(columns={"name": t("省份", "Province"), "group": t("分组", "Group"), "share": t("占比（%）", "Share (%)")})  # fmt: skip
    table.loc[len(table)] = [region_name(CHINA), "", nation]
    return charts.figure(
        drawn.properties(height=22 * len(shown)), id="fig-services", title=title, status="computed",
        subtitle=t("2020 年服务贸易占外贸（货物加服务）的比重（%）；橙点：从货物贸易里减去富士康的部分再算", "Services as a share of trade in goods and services, 2020 (%); orange: worked out again with Foxconn’s part taken off goods"),
        source=reading.source_titles(["newsletter"]), table=table, formats={t("占比（%）", "Share (%)"): "{:.1f}"},
        note=t("只减河南一家而不减别省的大企业，比较并不对等；它说明的是占比低有多少来自分母。", "Only Henan’s largest firm is taken off, no other province’s: the comparison is uneven. It shows how much of a low share is the denominator’s doing."),
        alt_text=t(f"棒棒糖图。{title}。", f"Lollipop chart. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- what looks like a contradiction

_LOOKS = {
    "trade_growth_ha_2021": ("2021 年增速", "Growth in 2021", "base"),
    "trade_growth_ha_2022q1": ("2022 年一季度增速", "Growth, 2022 Q1", "base"),
    "services_share_cn_2020": ("全国服务贸易占比", "China’s services share", "scope"),
    "trade_growth_on_2020_2022m5": ("1—5 月比 2020 年", "Jan–May over 2020", "rounding"),
    "surplus_fall_ha_2022m5": ("顺差缩小", "Fall of the surplus", "rounding"),
}


def lookalikes() -> pd.DataFrame:
    """Return printed figures that a naive check would fault, and what a recomputation gives (percentage points).

    Columns: id, name, printed, half (half a printed digit), value, lower, upper (recomputed), why (base, scope,
    rounding), meets (whether rounding alone reconciles the two).
    """
    ledger = reading.audited()
    rows = []
    for id_, (zh, en, why) in _LOOKS.items():
        again, row = follows(id_), ledger.loc[id_]
        half = (row["printed_upper"] - row["printed_lower"]) / 2
        meets = again.lower <= row["printed_upper"] and row["printed_lower"] <= again.upper
        rows.append((id_, t(zh, en), float(row["value"]), half, *again, why, meets))
    columns = ["id", "name", "printed", "half", "value", "lower", "upper", "why", "meets"]
    return pd.DataFrame(rows, columns=columns)


def lookalike_chart() -> charts.Figure:
    """Draw how far each recomputation lies from what is printed, both with their rounding."""
    shown = lookalikes()
    by_rounding = shown[shown["meets"]]
    title = finding(
        t("{n} 处看似算错，{k} 处在四舍五入之内，其余是基数改过或口径不同", "{n} figures look wrong: {k} agree within rounding, the others rest on a revised base or another source"),
        holds=set(by_rounding["why"]) <= {"rounding"} and not set(shown[~shown["meets"]]["why"]) & {"rounding"}, n=len(shown), k=len(by_rounding),
    )  # fmt: skip
    for column in ("value", "lower", "upper"):
        shown["off_" + column] = shown[column] - shown["printed"]
    shown["minus"] = -shown["half"]
    whys = {"base": t("基数后来改过", "Base revised later"), "scope": t("来源口径不同", "Sources differ in scope"), "rounding": t("四舍五入", "Rounding")}  # fmt: skip
    shown["reason"] = shown["why"].map(whys)
    base = alt.Chart(shown).encode(y=named_rows(shown["name"]))
    x = ruler(
        t("重算减印出（个百分点）", "Recomputed less printed (points)"), [-0.45, 1.15], [-0.4, 0, 0.4, 0.8]
    )
    colour = alt.Color("reason:N", title=None, scale=alt.Scale(domain=list(whys.values()), range=[ORANGE, BLUE, GREEN]), legend=alt.Legend(columns=1))  # fmt: skip
    drawn = base.mark_bar(height=18, color=QUIET, opacity=0.6).encode(x=x("minus"), x2="half:Q")
    drawn += base.mark_rule(strokeWidth=4).encode(x=x("off_lower"), x2="off_upper:Q", color=colour)
    drawn += base.mark_point(size=80, opacity=1).encode(x=x("off_value"), color=colour)
    drawn += base.mark_text(align="left", dx=9).encode(x=x("off_upper"), text=alt.Text("off_value:Q", format="+.2f"), color=alt.value(INK))  # fmt: skip
    table = pd.DataFrame({
        t("数字", "Figure"): shown["name"], t("印出", "Printed"): shown["printed"], t("重算", "Recomputed"): shown["value"],
        t("重算的范围", "Range"): [Reckoned(r.value, r.lower, r.upper).told(2) for r in shown.itertuples()], t("原因", "Why"): shown["reason"]})  # fmt: skip
    return charts.figure(
        drawn.properties(height={"step": 38}), id="fig-not-contradictions", title=title, status="computed",
        subtitle=t("重算的数减去印出的数（个百分点）；灰条是印出的数四舍五入的范围，彩条是重算的范围", "Recomputed less printed (percentage points); grey bars are the rounding of what is printed, coloured ones the range of the recomputation"),
        source=reading.source_titles(["newsletter", "henan_daily_2022_decade", "henan_daily_2021_q1_trade", "globaltimes_2021_services"]),
        table=table, formats={t("印出", "Printed"): "{:.1f}", t("重算", "Recomputed"): "{:.2f}"},
        alt_text=t(f"区间图。{title}。", f"Interval plot. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- prose


def numbers() -> None:
    """Glue the figures that the chapter's prose speaks of."""
    late, share, growth = last_months(), import_shares().set_index("key"), import_growth()
    total, by_growth = ladder("trade_goods_total"), ladder("trade_goods_total_growth")
    (low, high), (g_low, g_high) = rank_bounds(total), rank_bounds(by_growth)
    seen = dict(zip(total["region"], total["value"], strict=True))
    table, nation = services(), printed("services_share_cn_2020")
    below = table[(table["share"] < nation) & (table["region"] != HENAN)]
    looks = lookalikes().set_index("id")
    gap, half = follows("imports_share_gap_2020"), follows("imports_share_gap_2020", explanation=True)
    phone, right_year = follows("phone_share_ha_2020h1"), follows("phone_share_ha_2020h1", explanation=True)
    before = growth[~growth["later"]]
    later = {r.period: r for r in known("trade_goods_total", HENAN).itertuples()}
    anhui = editions.provinces().query("series == 'trade_goods_total' and region == '安徽' and period == '2025'")["value"].iloc[0]  # fmt: skip
    nation_q1 = reckon("series_trade_goods_total_growth_cn_2022q1")
    nation_h1 = reckon("series_trade_goods_total_growth_cn_2022h1")
    h1_growth = reckon("series_trade_goods_total_growth_ha_2022h1")
    finding(
        t("2022 年一季度和上半年，河南外贸都比全国慢；2023 年上半年进口才比出口慢；2025 年安徽超过河南",
          "In 2022 Henan’s trade grew more slowly than China’s; imports fell behind in 2023; Anhui passed Henan in 2025"),
        holds=nation_q1.lower > printed("trade_growth_ha_2022q1") and nation_h1.value > h1_growth.value
        and growth.set_index("period").eval("imports - exports")["2023H1"] < 0 and float(anhui) > later["2025"].value,
        q1=nation_q1.value, h1=nation_h1.value, anhui=float(anhui),
    )  # fmt: skip
    glue(
        growth_2019=reckon("trade_growth_ha_2020 - trade_growth_rise_2020").told(1),
        rate=reckon("trade_ha_2022q1/trade_usd_ha_2022q1").value,
        yuan_rise=reckon("((1 + trade_usd_growth_ha_2022q1/100)/(1 + trade_growth_ha_2022q1/100) - 1)*100").value,
        late_growth=late["growth"].value, late_range=late["growth"].told(0), late_share=late["share"].value, ten_growth=reckon(_TEN_GROWTH).value,
        nation_q1=nation_q1.value, q1_behind=nation_q1.value - printed("trade_growth_ha_2022q1"),
        n_seen=len(total), n_above=int((total["value"] > seen[HENAN]).sum()), low=low, high=high, g_low=g_low, g_high=g_high,
        anhui_rank=int(total.set_index("region")["rank_printed"]["安徽"]), anhui_ahead=int(total.set_index("region")["rank_printed"]["安徽"]) - 1, anhui_seen=int((total["value"] > seen["安徽"]).sum()), anhui_unseen=unseen(total)[1],
        anhui_growth=float(by_growth.set_index("region")["value"]["安徽"]), anhui_growth_rank=int(by_growth.set_index("region")["rank_printed"]["安徽"]),
        share_cn=share.loc["china", "value"], share_said=Reckoned(*share.loc["said", ["value", "lower", "upper"]]).told(1), gap_range=gap.told(1), half=half.value,
        n_periods=len(before), n_faster=int((before["imports"] > before["exports"]).sum()),
        slow_period=t("、", ", ").join(before.loc[before["imports"] <= before["exports"], "name"]),
        imports_h1_2020=growth.set_index("period")["imports"]["2020H1"], exports_h1_2020=growth.set_index("period")["exports"]["2020H1"],
        phone_2020=phone.value, phone_2021=right_year.value,
        exports_h1=money(reckon("series_exports_ha_2020h1").value), seven_share=reckon("series_phone_share_of_exports_ha_2020m1_m7").value,
        seven_phones=money(reckon("series_exports_ha_2020m1_m7*series_phone_share_of_exports_ha_2020m1_m7/100").value),
        share_exact=reckon("services_trade_ha_2020/(services_trade_ha_2020 + trade_ha_2020)*100").value, share_rest=reckon(_SERVICES_REST).value,
        services_needed=money(reckon("services_share_cn_2020/100*trade_ha_2020/(1 - services_share_cn_2020/100)").value),
        services_times=reckon("services_share_cn_2020/100*trade_ha_2020/(1 - services_share_cn_2020/100)/services_trade_ha_2020").value,
        below_nation=t("、", " and ").join(below["name"]),
        foxconn=money(reckon(_FOXCONN).value), foxconn_times=reckon(f"{_FOXCONN}/top500_threshold_2020").value,
        tenth=reckon("foxconn_share_2020/10").value, increase=money(reckon(f"trade_ha_2020 - {_YEAR_BEFORE}").value),
        wipe=reckon(f"(trade_ha_2020 - {_YEAR_BEFORE})/({_FOXCONN})*100").value,
        growth_2021=looks["value"]["trade_growth_ha_2021"], growth_q1=looks["value"]["trade_growth_ha_2022q1"], share_cn_again=looks["value"]["services_share_cn_2020"],
        surplus_low=abs(looks["lower"]["surplus_fall_ha_2022m5"]), surplus_high=looks["upper"]["surplus_fall_ha_2022m5"], surplus_mid=looks["value"]["surplus_fall_ha_2022m5"],
        on_2020=looks["value"]["trade_growth_on_2020_2022m5"],
        base_2020=reckon("(series_trade_goods_total_ha_2021/(1 + trade_growth_ha_2021/100)/trade_ha_2020 - 1)*100").value,
        base_q1=reckon("(trade_ha_2022q1/(1 + trade_growth_ha_2022q1/100)/series_trade_goods_total_ha_2021q1 - 1)*100").value,
        h1=money(later["2022H1"].value), h1_growth=h1_growth.value, h1_nation=nation_h1.value,
        h1_2023=money(later["2023H1"].value), h1_2023_change=abs((later["2023H1"].value / later["2022H1"].value - 1) * 100),
        imports_2023=abs(growth.set_index("period")["imports"]["2023H1"]), year_2024=money(later["2024"].value), year_2025=money(later["2025"].value), anhui_2025=money(float(anhui)),
    )  # fmt: skip
