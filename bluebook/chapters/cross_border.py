"""industry/cross-border: how large Henan's cross-border e-commerce is, where it is done, and what its shares mean."""

from __future__ import annotations

import altair as alt
import pandas as pd

from bluebook import charts, reading
from bluebook.chapters.evidence import Range, between, series_row, series_value, within, yi_unit
from bluebook.charts import BLUE, GREEN, MUTED, ORANGE, QUIET, RED, finding, first_finding, glue
from bluebook.reckoning import money
from bluebook.reckoning import printed as told
from bluebook.words import t

_TOTAL_2020 = "cbec_total_ha_2021/(1 + cbec_growth_ha_2021/100)"
_JULY = "series_cbec_total_ha_2021m1_m7"
_JULY_2020 = f"{_JULY}/(1 + series_cbec_growth_ha_2021m1_m7/100)"
_LATE, _LATE_2020 = f"(cbec_total_ha_2021 - {_JULY})", f"({_TOTAL_2020} - {_JULY_2020})"
_LATE_GROWTH = f"({_LATE}/{_LATE_2020} - 1)*100"
_SHARE_2020 = "cbec_share_ha_2021*(1 + trade_growth_ha_2021/100)/(1 + cbec_growth_ha_2021/100)"
_ZONES = "cbec_zz_2021 + cbec_ly_2021 + cbec_ny_2021"
_OTHER_VALUE, _OTHER_PARCELS = (
    f"(cbec_airport_{k}_2021 - cbec_bonded_{k}_2021)" for k in ("value", "parcels")
)
_CENTRE_IMPORTS = "(bonded_centre_trade_2021 - bonded_centre_exports_2021)"
_EXPORTS_APART = f"(cbec_customs_2021 - cbec_bonded_value_2021 - {_CENTRE_IMPORTS})"
_OVERLAP = f"bonded_centre_exports_2021/bonded_centre_share_2021*100 - {_EXPORTS_APART}"
_YUAN = 10_000  # 亿元 over 万单 gives ten thousand yuan a parcel


def numbers() -> None:
    """Glue the figures of the chapter's prose; shares and growth in %, money as `money`, unit values in yuan."""
    before, late = within(_TOTAL_2020), within(_LATE_GROWTH)
    zones = zones_table().set_index("key")["share"]
    price = within(
        "((1 + cbec_bonded_value_growth_2021/100)/(1 + cbec_bonded_parcels_growth_2021/100) - 1)*100"
    )
    base = within("bonded_centre_exports_2021/bonded_centre_share_2021*100")
    nearest = bases_table().set_index("key")
    customs_2020 = within("cbec_customs_2021/(1 + cbec_customs_growth_2021/100)")
    later = {y: series_value("cbec_total", "河南", y) for y in ("2015", "2023", "2024")}
    total = told("cbec_total_ha_2021")
    glue(
        before_low=money(before.low), before_high=money(before.high),
        share_2020=within(_SHARE_2020).mid, share_drop=within(f"{_SHARE_2020} - cbec_share_ha_2021").mid,
        july=money(series_value("cbec_total", "河南", "2021M1-M7")), july_growth=series_value("cbec_growth", "河南", "2021M1-M7"),
        late=money(within(_LATE).mid), late_fall_low=abs(late.high), late_fall_high=abs(late.low),
        customs_low=money(customs_2020.low), customs_high=money(customs_2020.high),
        customs_share=within("cbec_customs_2021/cbec_total_ha_2021*100").mid,
        cn_share=within("cbec_total_ha_2021/series_cbec_total_cn_2021*100").mid, cn_growth=series_value("cbec_growth", "全国", "2021"),
        zz_share=zones["zz"], rest_share=zones["rest"],
        rest=money(within(f"cbec_total_ha_2021 - ({_ZONES})").mid), zz_of_three=within(f"cbec_zz_2021/({_ZONES})*100").mid,
        two_of_zz=within("(cbec_ly_2021 + cbec_ny_2021)/cbec_zz_2021*100").mid,
        ny_times=within("cbec_ny_2021/cbec_ly_2021").mid, n_other_cities=len(reading.cities()) - int(told("cbec_pilot_zones")),
        per_firm=told("warehouses_abroad") / told("warehouse_firms"), per_country=told("warehouses_abroad") / told("warehouse_countries"),
        tonnes=within("charter_cargo_2021*10000/charter_flights_2021").high, flights_a_day=told("charter_flights_2021") / 365,
        yuan_bonded=within(f"cbec_bonded_value_2021/cbec_bonded_parcels_2021*{_YUAN}").mid,
        yuan_other=within(f"{_OTHER_VALUE}/{_OTHER_PARCELS}*{_YUAN}").mid,
        price_low=price.low, price_high=price.high,
        bonded_value_2020=money(within("cbec_bonded_value_2021/(1 + cbec_bonded_value_growth_2021/100)").mid),
        bonded_parcels_2020=within("cbec_bonded_parcels_2021/(1 + cbec_bonded_parcels_growth_2021/100)").mid,
        base=money(base.mid), base_near=money(within(_EXPORTS_APART).mid),
        near_share=nearest["share"]["exports_apart"].low, all_share=nearest["share"]["all"].mid, july_share=nearest["share"]["exports"].high,
        overlap_low=money(within(_OVERLAP).low), overlap_high=money(within(_OVERLAP).high),
        centre_imports=money(within(_CENTRE_IMPORTS).mid), centre_export_share=within("bonded_centre_exports_2021/bonded_centre_trade_2021*100").mid,
        airport_rest=money(within("cbec_customs_2021 - cbec_airport_value_2021").mid), airport_rest_share=nearest["share"]["customs_less_airport"].mid,
        later_2023=money(later["2023"]), later_2024=money(later["2024"]),
        pace_before=((total / later["2015"]) ** (1 / 6) - 1) * 100, pace_after=((later["2024"] / total) ** (1 / 3) - 1) * 100,
        growth_2024=(later["2024"] / later["2023"] - 1) * 100,
        printed_growth_2024=series_value("cbec_growth", "河南", "2024"),
        share_2024=later["2024"] / series_value("trade_goods_total", "河南", "2024") * 100,
        trade_2024=money(series_value("trade_goods_total", "河南", "2024")), trade_2021=money(series_value("trade_goods_total", "河南", "2021")),
    )  # fmt: skip


# ---------------------------------------------------------------- a share over the years


def shares_table() -> pd.DataFrame:
    """Return cross-border e-commerce against the province's goods trade: year, share (%), low, high, kind, source.

    ``kind``: ratio (of two public totals), implied (led back by growth rates) or printed. Years without both
    totals are left out. The numerator holds parcels, which the denominator leaves out.
    """
    rows = []
    for year in ("2015", "2024"):
        found = within(f"series_cbec_total_ha_{year}/series_trade_goods_total_ha_{year}*100")
        cbec, trade = (series_row(s, "河南", year) for s in ("cbec_total", "trade_goods_total"))
        rows.append((int(year), cbec["value"] / trade["value"] * 100, found.low, found.high, "ratio", f"{cbec['source']};{trade['source']}"))  # fmt: skip
    led_back = within(_SHARE_2020)
    rows.append((2020, led_back.mid, led_back.low, led_back.high, "implied", "newsletter"))
    share = within("cbec_share_ha_2021")
    rows.append((2021, told("cbec_share_ha_2021"), share.low, share.high, "printed", "newsletter"))
    return pd.DataFrame(rows, columns=["year", "share", "low", "high", "kind", "source"]).sort_values(
        "year", ignore_index=True
    )


def shares() -> charts.Figure:
    """Draw the share of cross-border e-commerce in trade for the years that can be had."""
    rows = shares_table()
    by = rows.set_index("year")["share"]
    title = first_finding(
        (t("占比在 2021 年其实降了：{a:.1f}% 到 {b:.1f}%；三年后升到 {c:.1f}%", "The share fell in 2021, from {a:.1f}% to {b:.1f}%; three years on it is {c:.1f}%"), by[2020] > by[2021] < by[2024]),
        (t("占比 2020 年 {a:.1f}%，2021 年 {b:.1f}%，2024 年 {c:.1f}%", "The share was {a:.1f}% in 2020, {b:.1f}% in 2021 and {c:.1f}% in 2024"), True),
        a=by[2020], b=by[2021], c=by[2024],
    )  # fmt: skip
    kinds = {"ratio": t("两个公开总额相除", "Ratio of two public totals"), "implied": t("由增速倒推", "Led back by growth"), "printed": t("讲话印出", "Printed in the speech")}  # fmt: skip
    shown = rows.assign(
        kind=rows["kind"].map(kinds),
        told=[
            f"{y}: {s:.1f}%" if y == 2020 else f"{s:.1f}%"
            for y, s in zip(rows["year"], rows["share"], strict=True)
        ],
    )
    x = alt.X("year:Q", title=None, scale=alt.Scale(domain=[2014.4, 2024.9], nice=False), axis=alt.Axis(values=[2015, 2018, 2021, 2024], format="d", grid=False, labelOverlap=False))  # fmt: skip
    y = alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, 38], nice=False), axis=alt.Axis(values=[0, 10, 20, 30], labelExpr="datum.label + '%'"))  # fmt: skip
    colour = alt.Color("kind:N", title=None, sort=list(kinds.values()), scale=alt.Scale(domain=list(kinds.values()), range=[MUTED, ORANGE, BLUE]), legend=alt.Legend(orient="bottom", columns=1))  # fmt: skip
    pair = alt.Chart(shown[shown["year"].isin([2020, 2021])]).mark_line(color=QUIET, strokeWidth=2).encode(x=x, y=y)  # fmt: skip
    dot = alt.Chart(shown).mark_circle(size=130, opacity=1).encode(x=x, y=y, color=colour)
    text = (
        alt.Chart(shown[shown["year"] != 2021]).mark_text(dy=-16, fontWeight="bold").encode(x=x, y=y, text="told:N")
        + alt.Chart(shown[shown["year"] == 2021]).mark_text(dy=17, dx=10, fontWeight="bold").encode(x=x, y=y, text="told:N")
    )  # fmt: skip
    table = pd.DataFrame({
        t("年份", "Year"): rows["year"], t("占比（%）", "Share (%)"): rows["share"],
        t("舍入允许的范围", "Range rounding allows"): [between(Range(a, b), 2) for a, b in zip(rows["low"], rows["high"], strict=True)],
        t("怎样得来", "How"): shown["kind"],
    })  # fmt: skip
    return charts.figure(
        (pair + dot + text).properties(height=300), id="fig-cbec-share", title=title, status="computed", table=table,
        formats={t("占比（%）", "Share (%)"): "{:.2f}"},
        subtitle=t("河南跨境电商进出口（含快递包裹）与货物进出口总值之比，%；没有点的年份缺少其中一个数",
                   "Henan's cross-border e-commerce (with parcels) against its goods trade, %; years without a dot lack one of the two"),
        source=reading.source_titles(list(rows["source"].iloc[::-1])),
        note=t("分子含快递包裹，分母不含，所以它是两个数之比，不是严格的占比。2015、2024 年的来源可信度低。",
               "The numerator holds parcels, the denominator does not: a ratio rather than a share. Sources of 2015 and 2024 are of low confidence."),
        alt_text=t(f"四个年份的点。{title}。", f"Dots for four years. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- the year in two parts


def halves_table() -> pd.DataFrame:
    """Return both parts of 2020 and 2021 and their growth: part, months, before, now (`Range`, 亿元), growth (`Range`, %)."""
    rows = [
        ("early", 7, within(_JULY_2020), within(_JULY), within("series_cbec_growth_ha_2021m1_m7")),
        ("late", 5, within(_LATE_2020), within(_LATE), within(_LATE_GROWTH)),
        ("year", 12, within(_TOTAL_2020), within("cbec_total_ha_2021"), within("cbec_growth_ha_2021")),
    ]
    return pd.DataFrame(rows, columns=["part", "months", "before", "now", "growth"])


def halves() -> charts.Figure:
    """Draw the monthly average of both parts of the year, 2020 and 2021."""
    rows = halves_table().set_index("part")
    late = rows["growth"]["late"]
    title = first_finding(
        (t("全年 {g:.1f}% 的增长全在前 7 个月；后 5 个月比上年少 {a:.1f}% 到 {b:.1f}%", "All of the year's {g:.1f}% came in the first seven months; the last five were {a:.1f}% to {b:.1f}% below the year before"), late.high < 0),
        (t("全年增长 {g:.1f}%，前 7 个月比后 5 个月快得多", "The year grew by {g:.1f}%, far faster in the first seven months"), late.low < rows["growth"]["early"].high),
        g=rows["growth"]["year"].mid, a=abs(late.high), b=abs(late.low),
    )  # fmt: skip
    span = {"early": (1, 8), "late": (8, 13)}
    names = {"2020": "2020", "2021": "2021"}
    steps = pd.DataFrame([
        {"from": span[p][0], "to": span[p][1], "year": names[y], "value": money(rows[c][p].mid / rows["months"][p])}
        for p in span for y, c in (("2020", "before"), ("2021", "now"))
    ])  # fmt: skip
    steps["middle"], steps["told"] = (
        (steps["from"] + steps["to"]) / 2,
        [f"{v:,.{t(1, 2)}f}" for v in steps["value"]],
    )
    growth = pd.DataFrame([
        {"middle": sum(span[p]) / 2, "at": money(max(rows["before"][p].mid, rows["now"][p].mid) / rows["months"][p]),
         "told": f"{rows['growth'][p].mid:+.1f}%"} for p in span
    ])  # fmt: skip
    x = alt.X("from:Q", title=t("月份", "Month"), scale=alt.Scale(domain=[1, 13], nice=False), axis=alt.Axis(values=[1, 8, 13], labelExpr=f"datum.value == 13 ? '{t('12 月底', 'end of Dec')}' : datum.value == 1 ? '{t('1 月初', 'Jan')}' : '{t('8 月初', 'Aug')}'", grid=True))  # fmt: skip
    y = alt.Y("value:Q", title=t("月均（亿元）", "Monthly average (billion yuan)"), scale=alt.Scale(domain=[0, money(215)], nice=False), axis=alt.Axis(tickCount=5))  # fmt: skip
    colour = alt.Color("year:N", title=None, scale=alt.Scale(domain=["2020", "2021"], range=[ORANGE, BLUE]), legend=alt.Legend(orient="bottom"))  # fmt: skip
    base = alt.Chart(steps)
    line = base.mark_rule(strokeWidth=3).encode(x=x, x2="to:Q", y=y, color=colour)
    low, high = steps.loc[steps["year"] == "2020"], steps.loc[steps["year"] == "2021"]
    top = pd.concat([high[high["from"] == 1], low[low["from"] == 8]])
    under = pd.concat([low[low["from"] == 1], high[high["from"] == 8]])
    text = (
        alt.Chart(top).mark_text(dy=-11).encode(x="middle:Q", y=y, text="told:N")
        + alt.Chart(under).mark_text(dy=14).encode(x="middle:Q", y=y, text="told:N")
        + alt.Chart(growth).mark_text(dy=-32, fontWeight="bold", fontSize=14).encode(x="middle:Q", y="at:Q", text="told:N")
    )  # fmt: skip
    words = {"early": t("1—7 月", "January–July"), "late": t("8—12 月", "August–December"), "year": t("全年", "Year")}  # fmt: skip
    unit = t("（亿元）", " (billion yuan)")
    table = pd.DataFrame({
        t("时段", "Part"): [words[p] for p in rows.index],
        t("2020 年", "2020") + unit: [between(Range(money(r.low), money(r.high)), t(1, 2)) for r in rows["before"]],
        t("2021 年", "2021") + unit: [between(Range(money(r.low), money(r.high)), t(1, 2)) for r in rows["now"]],
        t("增速（%）", "Growth (%)"): [between(g, 2) for g in rows["growth"]],
    })  # fmt: skip
    return charts.figure(
        (line + text).properties(height=300), id="fig-cbec-halves", title=title, status="computed", table=table,
        subtitle=t("河南跨境电商进出口（含快递包裹）月均值，亿元；2020 年由增速倒推，8—12 月由全年减 1—7 月得来",
                   "Henan's cross-border e-commerce (with parcels), monthly average, billion yuan; 2020 led back by growth, August–December is the year less January–July"),
        source=reading.source_titles(["newsletter", series_row("cbec_total", "河南", "2021M1-M7")["source"]]),
        note=t("前提是两处的口径相同、2020 年的基数没有修订。前 7 个月的增速另有一处英文印作 31.1%，换用它后 8—12 月仍是负的。",
               "Holds if both have one scope and 2020 was not revised. An English page prints 31.1% for the first seven months; with it the last five are still below zero."),
        alt_text=t(f"两年的月均值各分两段。{title}。", f"Monthly averages of two years in two parts. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- zones


def zones_table() -> pd.DataFrame:
    """Return how the province's total divides: key, name, value (亿元), share (%), squares (of 100, largest remainder)."""
    rows = [
        ("zz", t("郑州", "Zhengzhou"), told("cbec_zz_2021")), ("ny", t("南阳", "Nanyang"), told("cbec_ny_2021")),
        ("ly", t("洛阳", "Luoyang"), told("cbec_ly_2021")),
        ("rest", t("其余各市", "All others"), within(f"cbec_total_ha_2021 - ({_ZONES})").mid),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["key", "name", "value"])
    table["share"] = table["value"] / table["value"].sum() * 100
    table["squares"] = table["share"].astype(int)
    short = 100 - int(table["squares"].sum())
    table.loc[(table["share"] % 1).nlargest(short).index, "squares"] += 1
    return table


def zones() -> charts.Figure:
    """Draw the province's cross-border trade as a hundred squares, by zone."""
    rows = zones_table()
    share = rows.set_index("key")["share"]
    title = first_finding(
        (t("郑州一市占全省 {z:.0f}%，另外两个综试区合起来 {o:.0f}%：林子里仍是一木独大", "Zhengzhou alone does {z:.0f}% of the province, the two other zones together {o:.0f}%: one tree still towers"), share["zz"] > 50 > 3 * (share["ny"] + share["ly"])),
        (t("郑州占全省 {z:.0f}%，另外两个综试区合起来 {o:.0f}%", "Zhengzhou does {z:.0f}% of the province, the two other zones together {o:.0f}%"), True),
        z=share["zz"], o=share["ny"] + share["ly"],
    )  # fmt: skip
    names = [f"{n} {s:.1f}%" for n, s in zip(rows["name"], rows["share"], strict=True)]
    owner = [name for name, n in zip(names, rows["squares"], strict=True) for _ in range(n)]
    cells = pd.DataFrame({"zone": owner, "column": [i // 5 for i in range(100)], "row": [i % 5 for i in range(100)]})  # fmt: skip
    chart = alt.Chart(cells).mark_rect(stroke="#ffffff", strokeWidth=2, cornerRadius=3).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(padding=0.02)), y=alt.Y("row:O", axis=None, scale=alt.Scale(padding=0.02)),
        color=alt.Color("zone:N", title=None, sort=names, scale=alt.Scale(domain=names, range=[BLUE, ORANGE, GREEN, QUIET]), legend=alt.Legend(columns=2, symbolType="square")),
    )  # fmt: skip
    table = rows.assign(value=rows["value"].map(money))[["name", "value", "share"]].rename(columns={
        "name": t("综试区", "Zone"), "value": t("交易规模（亿元）", "Trade (billion yuan)"), "share": t("占全省（%）", "Share of the province (%)"),
    })  # fmt: skip
    return charts.figure(
        chart.properties(height=170), id="fig-cbec-zones", title=title, status="computed", table=table,
        formats={t("交易规模（亿元）", "Trade (billion yuan)"): "{:,.1f}", t("占全省（%）", "Share of the province (%)"): "{:.1f}"},
        subtitle=t("2021 年河南跨境电商进出口分成 100 格，一格是 1%；“其余各市”是总额减去三个综试区", "Henan's cross-border e-commerce of 2021 in a hundred squares of 1%; “all others” is the total less the three zones"),
        source=reading.source_titles(["newsletter"]),
        note=t("假定综试区的“交易规模”与全省“进出口”同口径，讲话没有说明。", "Assumes that the zones' “trade” and the province's total have one scope; the speech does not say."),
        alt_text=t(f"一百个方格按综试区着色。{title}。", f"A hundred squares coloured by zone. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- parcels and value


def parcels() -> charts.Figure:
    """Draw the airport zone's parcels by value a parcel: width is parcels, height yuan a parcel, area value."""
    bonded, other = told("cbec_bonded_parcels_2021"), told("cbec_airport_parcels_2021") - told("cbec_bonded_parcels_2021")  # fmt: skip
    yuan_bonded, yuan_other = (
        within(f"{v}/{p}*{_YUAN}").mid for v, p in (("cbec_bonded_value_2021", "cbec_bonded_parcels_2021"), (_OTHER_VALUE, _OTHER_PARCELS))
    )  # fmt: skip
    of_parcels = bonded / (bonded + other) * 100
    of_value = within("cbec_bonded_value_2021/cbec_airport_value_2021*100").mid
    title = finding(
        t("保税进口占 {p:.0f}% 的单量、{v:.0f}% 的货值：一单 {a:.0f} 元，其余一单 {b:.0f} 元",
          "Bonded imports are {p:.0f}% of the parcels and {v:.0f}% of the value: {a:.0f} yuan a parcel against {b:.0f}"),
        holds=of_value > of_parcels, p=of_parcels, v=of_value, a=yuan_bonded, b=yuan_other,
    )  # fmt: skip
    kinds = (
        t("保税进口", "Bonded imports"),
        t("其余（直购进口和出口等）", "The rest (direct imports, exports …)"),
    )
    scale = t(1, 0.01)  # 万单, or million parcels
    boxes = pd.DataFrame({
        "kind": kinds, "left": [0.0, bonded * scale], "right": [bonded * scale, (bonded + other) * scale], "yuan": [yuan_bonded, yuan_other],
        "value": [f"{money(told('cbec_bonded_value_2021')):.2f} {t('亿元', 'bn yuan')}", f"{money(within(_OTHER_VALUE).mid):.2f} {t('亿元', 'bn yuan')}"],
        "price": [f"{yuan_bonded:.0f} {t('元', 'yuan')}", f"{yuan_other:.0f} {t('元', 'yuan')}"],
    })  # fmt: skip
    boxes["middle"], boxes["half"] = (boxes["left"] + boxes["right"]) / 2, boxes["yuan"] / 2
    x = alt.X("left:Q", title=t("单量（万单）", "Parcels (million)"), scale=alt.Scale(domain=[0, (bonded + other) * scale], nice=False), axis=alt.Axis(tickCount=4, grid=False, format=",d"))  # fmt: skip
    y = alt.Y("yuan:Q", title=t("每单货值（元）", "Yuan a parcel"), scale=alt.Scale(domain=[0, 185], nice=False), axis=alt.Axis(tickCount=4))  # fmt: skip
    base = alt.Chart(boxes)
    rect = base.mark_rect(opacity=1, stroke="#ffffff", strokeWidth=2).encode(
        x=x, x2="right:Q", y=y, y2=alt.datum(0),
        color=alt.Color("kind:N", title=None, sort=list(kinds), scale=alt.Scale(domain=list(kinds), range=[BLUE, ORANGE]), legend=alt.Legend(orient="bottom", columns=1)),
    )  # fmt: skip
    inside = base.mark_text(fontWeight="bold", fontSize=13).encode(x="middle:Q", y="half:Q", text="value:N", color=alt.condition("datum.left == 0", alt.value("#fffffe"), alt.value("#1b242e")))  # fmt: skip
    above = base.mark_text(dy=-10).encode(x="middle:Q", y=y, text="price:N")
    table = pd.DataFrame({
        t("业务", "Business"): kinds, t("单量（万单）", "Parcels (million)"): [bonded * scale, other * scale],
        t("货值（亿元）", "Value (billion yuan)"): [money(told("cbec_bonded_value_2021")), money(within(_OTHER_VALUE).mid)],
        t("每单（元）", "Yuan a parcel"): [yuan_bonded, yuan_other],
    })  # fmt: skip
    return charts.figure(
        (rect + inside + above).properties(height=300), id="fig-cbec-parcels", title=title, status="computed", table=table,
        formats={t("单量（万单）", "Parcels (million)"): "{:,.2f}", t("货值（亿元）", "Value (billion yuan)"): "{:.2f}", t("每单（元）", "Yuan a parcel"): "{:.1f}"},
        subtitle=t("郑州航空港区 2021 年跨境电商：宽是单量，高是每单货值，面积就是货值", "Zhengzhou airport zone, 2021: width is parcels, height is value a parcel, so area is value"),
        source=reading.source_titles(["newsletter"]),
        alt_text=t(f"两个矩形，宽为单量，高为单价。{title}。", f"Two boxes, width parcels, height value a parcel. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- a share without a base


def bases_table() -> pd.DataFrame:
    """Return what share of each possible base the bonded centre's exports would be: key, name, base, share (`Range`).

    ``base`` in 亿元 with an open end where only a bound is known; ``share`` in %.
    """
    exports = within("bonded_centre_exports_2021")
    total = within("cbec_total_ha_2021")
    bound = within("series_cbec_exports_ha_2021m1_m7")
    apart, overlapping = within(_EXPORTS_APART), within("cbec_customs_2021 - cbec_bonded_value_2021")
    rows = [
        ("all", t("全省进出口（含快递）", "Province, with parcels"), total),
        # The year's exports are no less than those of seven months and no more than exports and imports together.
        ("exports", t("全省出口（含快递）", "Province's exports,|with parcels"), Range(bound.low, total.high)),
        ("customs", t("海关验放总额", "Cleared by customs"), within("cbec_customs_2021")),
        # What the two places import is not export, so the exports cleared are at most the rest; if the same goods
        # stand in both imports, at most the larger import is to be taken off.
        ("exports_apart", t("海关验放的出口，|两处进口不重叠", "Exports cleared,|imports apart"), Range(exports.low, apart.high)),
        ("exports_overlapping", t("海关验放的出口，|两处进口可重叠", "Exports cleared,|imports may overlap"), Range(exports.low, overlapping.high)),
        ("customs_less_airport", t("海关验放减航空港区", "Cleared less the airport zone"), within("cbec_customs_2021 - cbec_airport_value_2021")),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["key", "name", "base"])
    table["share"] = [
        Range(exports.low / b.high * 100, min(100.0, exports.high / b.low * 100)) for b in table["base"]
    ]
    return table


def bases() -> charts.Figure:
    """Draw the share that each possible base would give, against the printed one."""
    rows = bases_table()
    claim = within("bonded_centre_share_2021")
    fits = [r.meets(claim) for r in rows["share"]]
    overlap = within(_OVERLAP)
    title = finding(
        t("试过的读法里只有一种容得下 {s:.2f}%：占海关验放的出口，而且两处进口至少重叠 {o:.1f} {u}",
          "Of the readings tried, one allows {s:.2f}%: a share of exports cleared by customs, with imports overlapping by {o:.2f} {u} or more"),
        holds=list(rows["key"][fits]) == ["exports_overlapping"] and overlap.low > 0,
        s=told("bonded_centre_share_2021"), o=money(overlap.low), u=yi_unit(),
    )  # fmt: skip
    shares = list(rows["share"])
    shown = pd.DataFrame({
        "name": [f"{n}|{between(r, 1)}%" for n, r in zip(rows["name"], shares, strict=True)],
        "low": [r.low for r in shares], "high": [r.high for r in shares],
    })  # fmt: skip
    # Name and share in lines: on a phone there is no room for the share beside the mark.
    lines = alt.Axis(ticks=False, domain=False, labelPadding=6, labelExpr="split(datum.label, '|')")
    y = alt.Y("name:N", sort=list(shown["name"]), title=None, axis=lines)
    x = alt.X("low:Q", title=t("占比（%）", "Share (%)"), scale=alt.Scale(domain=[0, 104], nice=False), axis=alt.Axis(tickCount=5, grid=True))  # fmt: skip
    base = alt.Chart(shown).encode(y=y)
    band = base.mark_rule(strokeWidth=11, opacity=0.55, color=BLUE).encode(x=x, x2="high:Q")
    dot = (
        base.transform_filter("datum.high - datum.low < 0.5")
        .mark_circle(size=110, opacity=1, color=BLUE)
        .encode(x=x)
    )
    mark = alt.Chart(pd.DataFrame({"at": [claim.mid], "told": [t(f"印出 {claim.mid:.2f}", f"printed {claim.mid:.2f}")]}))  # fmt: skip
    line = mark.mark_rule(color=RED, strokeWidth=1.8).encode(x="at:Q")
    name = mark.mark_text(color=RED, align="right", dx=-4, y=-7).encode(x="at:Q", text="told:N")
    table = pd.DataFrame({
        t("若“全省”指", "If the base is"): [n.replace("，|", "，").replace("|", " ") for n in rows["name"]],
        t("金额（亿元）", "Amount (billion yuan)"): [between(Range(money(b.low), money(b.high)), t(1, 2)) for b in rows["base"]],
        t("占比（%）", "Share (%)"): [between(s, 2) for s in rows["share"]],
    })  # fmt: skip
    return charts.figure(
        (line + band + dot + name).properties(height={"step": 58}), id="fig-cbec-base", title=title, status="computed", table=table,
        subtitle=t("2021 年河南保税物流中心园区出口占各种“全省”口径的比重，%；横条是只知上下限时的可能范围", "The bonded centre's exports of 2021 as a share of each possible base, %; bars: the range where only bounds are known"),
        source=reading.source_titles(["newsletter", series_row("cbec_exports", "河南", "2021M1-M7")["source"]]),
        alt_text=t(f"五行点和横条，红线是印出的占比。{title}。", f"Five rows of dots and bars, a red line at the printed share. {title}."),
    )  # fmt: skip
