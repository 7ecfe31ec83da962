"""stabilise/demand: investment, consumption and housing; what one misprinted growth rate would mean."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from bluebook import charts, reading
from bluebook.chapters.drawing import named_rows, ruler
from bluebook.charts import BLUE, GREEN, INK, MUTED, ORANGE, QUIET, RED, finding, first_finding, glue
from bluebook.reckoning import Reckoned, known, money, printed, reckon, single_month
from bluebook.words import t

HENAN, CHINA = "河南", "全国"
_TOTAL = "realestate_growth_ha_2022m4 + realestate_gap_ha_2022m4"


# ---------------------------------------------------------------- investment: 4.2 or 12.0


def routes() -> pd.DataFrame:
    """Return the three ways to January–April's growth of investment (%): key, name, start, step, end (a range).

    The speech's own sum, the bureau's sentence (two figures of one decimal, so ± 0.1), and what the speech prints.
    """
    speech, bureau = reckon(_TOTAL), reckon("series_fixed_investment_growth_ha_2022m1_m4").value
    start, told = printed("realestate_growth_ha_2022m4"), printed("investment_growth_ha_2022m4")
    may = reckon("series_fixed_investment_growth_ha_2022m1_m5").value
    rows = [
        ("speech", t("讲话，两数相加", "Speech, the sum"), start, printed("realestate_gap_ha_2022m4"), *speech),
        ("bureau", t("统计局", "Bureau"), may, bureau - may, bureau, bureau - 0.1, bureau + 0.1),
        ("print", t("讲话，印出", "Speech, printed"), start, told - start, *reckon("investment_growth_ha_2022m4")),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["key", "name", "start", "step", "value", "lower", "upper"])


def sum_chart() -> charts.Figure:
    """Draw the three ways as arrows on one line: two end at the same place, the printed number does not."""
    shown = routes()
    ways = shown.set_index("key")
    told = ways.loc["print", "value"]
    title = finding(
        t("{a:.1f} 加 {gap:.1f} 是 {sum:.1f}，不是 {told:.1f}；统计局的两个数也得出 {bureau:.1f}", "{a:.1f} and {gap:.1f} make {sum:.1f}, not {told:.1f}; the bureau’s two figures give {bureau:.1f} as well"),
        holds=ways.loc["speech", "lower"] > told + 0.05 and ways.loc["speech", "lower"] <= ways.loc["bureau", "value"] <= ways.loc["speech", "upper"],
        a=ways.loc["speech", "start"], gap=ways.loc["speech", "step"], sum=ways.loc["speech", "value"], told=told, bureau=ways.loc["bureau", "value"],
    )  # fmt: skip
    shown["hue"] = shown["key"].map({"speech": BLUE, "bureau": GREEN, "print": RED})
    shown["begin"] = [f"{v:.1f}" for v in shown["start"]]
    shown["end"] = [f"{v:.1f}" for v in shown["value"]]
    shown["way"] = [f"+{v:.1f}" for v in shown["step"]]
    shown["middle"] = (shown["start"] + shown["value"]) / 2
    x = ruler(t("比上年同期（%）", "On the year before (%)"), [0, 15], [0, 4, 8, 12])
    base = alt.Chart(shown).encode(y=named_rows(shown["name"]), color=alt.Color("hue:N", scale=None))
    drawn = base.mark_rule(strokeWidth=3).encode(x=x("start"), x2="value:Q")
    drawn += base.mark_point(size=60, filled=False, strokeWidth=2, fill=charts.PAPER, opacity=1).encode(
        x=x("start")
    )
    drawn += base.mark_point(size=110, shape="triangle-right", opacity=1).encode(x=x("value"))
    drawn += base.mark_text(align="right", dx=-9).encode(x=x("start"), text="begin:N", color=alt.value(INK))
    drawn += base.mark_text(dy=-10).encode(x=x("middle"), text="way:N", color=alt.value(MUTED))
    drawn += base.mark_text(align="left", dx=10, fontWeight="bold").encode(
        x=x("value"), text="end:N", color=alt.value(INK)
    )
    table = pd.DataFrame({
        t("算法", "Way"): shown["name"], t("起点（%）", "From (%)"): shown["start"], t("加（个百分点）", "Plus (points)"): shown["step"],
        t("得（%）", "Gives (%)"): shown["value"], t("四舍五入的范围", "Range left by rounding"): [Reckoned(r.value, r.lower, r.upper).told() for r in shown.itertuples()]})  # fmt: skip
    return charts.figure(
        drawn.properties(height=170), id="fig-investment-sum", title=title, status="computed",
        subtitle=t("2022 年 1—4 月河南固定资产投资增速（%），三种得法：房地产的增速加上它低于全部投资的百分点，1—5 月的增速加上比 1—4 月回落的百分点，以及印出的数", "Growth of fixed investment in Henan, January to April 2022 (%), reached in three ways: real estate’s growth plus its distance to all investment, January to May plus the slowdown since April, and the number printed"),
        source=reading.source_titles(["newsletter", "henan_daily_2022_m5"]), table=table,
        formats=dict.fromkeys(table.columns[1:4], "{:.1f}"), alt_text=t(f"箭头图。{title}。", f"Arrow chart. {title}."),
    )  # fmt: skip


def investment_path() -> pd.DataFrame:
    """Return growth of fixed investment since January (%) by month of 2022: region, month, value, kind."""
    rows = []
    for region in (HENAN, CHINA):
        table = known("fixed_investment_growth", region).query("year == 2022").dropna(subset=["month"])
        rows += [(region, int(r.month), r.value, r.kind) for r in table.itertuples()]
    return pd.DataFrame(rows, columns=["region", "month", "value", "kind"])


def path_chart() -> charts.Figure:
    """Draw investment since January, Henan against China, and the printed number as a lone cross."""
    shown = investment_path()
    wide = shown.pivot(index="month", columns="region", values="value")
    both, told = wide.dropna(), printed("investment_growth_ha_2022m4")
    april = wide.loc[4]
    title = finding(
        t("印出的 {told:.1f}% 会让河南落在全国之下；按统计局的数，河南是 {own:.1f}%，全国是 {nation:.1f}%",
          "The printed {told:.1f}% would put Henan below China; by the bureau’s figures it is {own:.1f}% against {nation:.1f}%"),
        holds=bool(told < april[CHINA] < april[HENAN] and (both[HENAN] > both[CHINA]).all()), told=told, own=april[HENAN], nation=april[CHINA],
    )  # fmt: skip
    shown["name"] = shown["region"].map({HENAN: t("河南", "Henan"), CHINA: t("全国", "China")})
    colour = alt.Color(
        "name:N",
        legend=None,
        scale=alt.Scale(domain=[t("河南", "Henan"), t("全国", "China")], range=[BLUE, MUTED]),
    )
    x = ruler(t("截至月份", "Months since January, up to"), [1.5, 13.4], [2, 4, 6, 8, 10, 12], "d")
    y = alt.Y(
        "value:Q",
        title=t("累计比上年同期（%）", "Since January, on the year before (%)"),
        scale=alt.Scale(domain=[0, 18], nice=False),
    )
    base = alt.Chart(shown).encode(x=x("month"), y=y, color=colour)
    ends = shown.sort_values("month").groupby("region").tail(1)
    cross = alt.Chart(
        pd.DataFrame(
            {"month": [4], "value": [told], "told": [t(f"讲话印出 {told:.1f}", f"printed: {told:.1f}")]}
        )
    )
    drawn = base.mark_line(strokeDash=[2, 3], strokeWidth=1.5) + base.mark_point(size=70, opacity=1)
    drawn += base.mark_text(dy=-12).encode(text=alt.Text("value:Q", format=".1f"), color=alt.value(INK))
    drawn += (
        alt.Chart(ends)
        .mark_text(align="left", dx=9, fontWeight="bold")
        .encode(x=x("month"), y=y, text="name:N", color=alt.value(INK))
    )
    drawn += cross.mark_point(shape="cross", size=150, color=RED, angle=45, opacity=1).encode(
        x=x("month"), y=y
    )
    drawn += cross.mark_text(align="left", dx=12, color=INK).encode(x=x("month"), y=y, text="told:N")
    table = pd.DataFrame({t("地区", "Region"): shown["name"], t("截至月份", "Up to month"): shown["month"], t("增速（%）", "Growth (%)"): shown["value"],
                          t("由来", "Kind"): shown["kind"].map({"printed": t("印出", "printed"), "derived": t("推算", "derived")})})  # fmt: skip
    sources = [
        s for r in (HENAN, CHINA) for s in known("fixed_investment_growth", r).query("year == 2022")["source"]
    ]
    return charts.figure(
        drawn.properties(height=300), id="fig-investment-path", title=title, status="public",
        subtitle=t("2022 年固定资产投资累计增速（%）；点是看到的数，虚线只为连读，没有点的月份没有找到数据；6 月以后的数公布于讲话之后",
                   "Growth of fixed investment since January 2022 (%); points are figures seen, the dotted line only leads the eye, months without a point were not found; from June on printed after the speech"),
        source=reading.source_titles(["newsletter", "henan_daily_2022_m5", *sources]), table=table, formats={t("增速（%）", "Growth (%)"): "{:.1f}"},
        alt_text=t(f"折线图。{title}。", f"Line chart. {title}."),
    )  # fmt: skip


def other_half(total: str, share: float | None = None) -> Reckoned:
    """Return how fast the rest of investment must have grown (%), for all that the printed numbers leave open.

    ``total``: an expression for the growth of all investment. ``share``: what infrastructure and real estate
    together were of investment a year before, None: the half that the speech gives them; their own mix is unknown, so
    their growth lies anywhere between the two.
    """
    share = printed("infra_realestate_share") / 100 if share is None else share
    slow, fast, whole = (
        reckon("realestate_growth_ha_2022m4"),
        reckon("infrastructure_growth_ha_2022m4"),
        reckon(total),
    )
    low, high = min(slow.lower, fast.lower), max(slow.upper, fast.upper)
    middle = (slow.value + fast.value) / 2
    rest = [
        (a - share * b) / (1 - share)
        for a, b in ((whole.value, middle), (whole.lower, high), (whole.upper, low))
    ]
    return Reckoned(*rest)


def half_chart(lowest: float = 0.3, highest: float = 0.7) -> charts.Figure:
    """Draw the growth that the rest of investment needs, over the share of infrastructure and real estate."""
    if not 0 <= lowest < highest < 1:
        raise ValueError("shares lie between 0 and 1")
    said, summed = other_half("investment_growth_ha_2022m4"), other_half(_TOTAL)
    industry = reckon("series_industrial_investment_growth_ha_2022h1").value
    title = finding(
        t("总投资若真只增 {told:.1f}%，另一半只增 {a}%；若增 {sum:.1f}%，另一半增 {b}%，与工业投资的 {industry:.1f}% 相近",
          "If investment grew by only {told:.1f}%, its other half grew by {a}%; at {sum:.1f}% by {b}%, close to the {industry:.1f}% of industry"),
        holds=abs(summed.value - industry) < 3 < abs(said.value - industry), told=printed("investment_growth_ha_2022m4"), sum=reckon(_TOTAL).value,
        a=said.told(0), b=summed.told(0), industry=industry,
    )  # fmt: skip
    rows = []
    for key, total in (("sum", _TOTAL), ("print", "investment_growth_ha_2022m4")):
        for share in np.linspace(lowest, highest, 41):
            rows.append((key, float(share) * 100, *other_half(total, float(share))))
    shown = pd.DataFrame(rows, columns=["key", "share", "value", "lower", "upper"])
    label = {"sum": t(f"总投资 {reckon(_TOTAL).value:.1f}%", f"investment {reckon(_TOTAL).value:.1f}%"),
             "print": t(f"总投资 {printed('investment_growth_ha_2022m4'):.1f}%", f"investment {printed('investment_growth_ha_2022m4'):.1f}%")}  # fmt: skip
    shown["name"] = shown["key"].map(label)
    colour = alt.Color("name:N", legend=None, scale=alt.Scale(domain=list(label.values()), range=[BLUE, RED]))
    x = ruler(
        t("基础设施加房地产占投资（%）", "Infrastructure and real estate in investment (%)"),
        [lowest * 100, highest * 100],
        [30, 40, 50, 60, 70],
    )
    y = alt.Y(
        "lower:Q",
        title=t("其余投资的增速（%）", "Growth of the rest (%)"),
        scale=alt.Scale(domain=[0, 38], nice=False, clamp=True),
    )
    base = alt.Chart(shown).encode(x=x("share"), color=colour)
    drawn = base.mark_area(opacity=0.35).encode(y=y, y2="upper:Q") + base.mark_line().encode(
        y=alt.Y("value:Q")
    )
    at = alt.Chart(shown[shown["share"] < lowest * 100 + 0.1])
    drawn += at.mark_text(align="left", dx=5, dy=-26, fontWeight="bold").encode(
        x=x("share"), y=alt.Y("upper:Q"), text="name:N", color=alt.value(INK)
    )
    half = alt.Chart(pd.DataFrame({"x": [50], "told": [t("讲话：一半", "speech: one half")]}))
    drawn += half.mark_rule(color=MUTED, strokeDash=[4, 3]).encode(x=x("x"))
    drawn += half.mark_text(align="left", dx=4, color=MUTED).encode(x=x("x"), y=alt.value(8), text="told:N")
    fact = alt.Chart(
        pd.DataFrame(
            {
                "y": [industry],
                "told": [t(f"上半年工业投资 {industry:.1f}", f"industry, first half: {industry:.1f}")],
            }
        )
    )
    drawn += fact.mark_rule(color=GREEN, strokeDash=[6, 3]).encode(y=alt.Y("y:Q"))
    drawn += fact.mark_text(align="right", dx=-4, dy=9, color=INK).encode(
        x=alt.value("width"), y=alt.Y("y:Q"), text="told:N"
    )
    table = shown[shown["share"].round(3) % 5 == 0]
    table = pd.DataFrame({t("总投资", "Investment"): table["name"], t("占比（%）", "Share (%)"): table["share"],
                          t("其余的增速（%）", "Growth of the rest (%)"): [Reckoned(r.value, r.lower, r.upper).told() for r in table.itertuples()]})  # fmt: skip
    return charts.figure(
        drawn.properties(height=300), id="fig-other-half", title=title, status="computed",
        subtitle=t("2022 年 1—4 月，基础设施和房地产以外的投资必须增长多少（%），随这两项的占比而变；色带是四舍五入和两项之间的比例留下的范围；工业投资是 1—6 月的数，公布于讲话之后",
                   "How much investment other than infrastructure and real estate must have grown, January to April 2022 (%), by the share of these two; bands: what rounding and their mix leave open; industry is for January to June, printed after the speech"),
        source=reading.source_titles(["newsletter", "henan_daily_2022_m5", "cri_2022_h1_industry"]), table=table, formats={t("占比（%）", "Share (%)"): "{:.0f}"},
        alt_text=t(f"两条色带。{title}。", f"Two bands. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- consumption


def consumption() -> pd.DataFrame:
    """Return growth of income and of consumption per head (%): key, name, income, spending, gap, later, told (by whom)."""
    income = reckon("consumption_growth_ha_2022q1 + consumption_gap_ha_2022q1")
    rows = [
        (
            "q1",
            t("河南 2022 年一季度", "Henan, 2022 Q1"),
            income.value,
            printed("consumption_growth_ha_2022q1"),
            False,
        )
    ]
    for key, period, zh, en in (("h1", "2022H1", "河南 2022 年上半年", "Henan, 2022 H1"), ("year", "2022", "河南 2022 年全年", "Henan, 2022")):  # fmt: skip
        at = [
            known(f"{s}_per_capita_growth", HENAN).set_index("period")["value"][period]
            for s in ("income", "consumption")
        ]
        rows.append((key, t(zh, en), *at, True))
    nation = [
        known(f"{s}_per_capita_growth", CHINA).set_index("period")["value"]["2022Q1"]
        for s in ("income", "consumption")
    ]
    rows.append(("china", t("全国 2022 年一季度", "China, 2022 Q1"), *nation, False))
    out = pd.DataFrame(rows, columns=["key", "name", "income", "spending", "later"])
    return out.assign(gap=out["income"] - out["spending"])


def consumption_chart() -> charts.Figure:
    """Draw income against spending: in Henan spending lags, and lags more as the year goes on."""
    shown = consumption()
    by = shown.set_index("key")["gap"]
    title = finding(
        t("河南人收入快、花钱慢，差距一年里由 {a:.1f} 个百分点扩大到 {b:.1f} 个；全国在一季度正相反",
          "In Henan incomes outgrew spending, by {a:.1f} points in the first quarter and {b:.1f} over the year; in China spending outgrew incomes that quarter"),
        holds=0 < by["q1"] < by["h1"] < by["year"] and by["china"] < 0, a=by["q1"], b=by["year"],
    )  # fmt: skip
    long = shown.melt(["name"], ["income", "spending"], var_name="side", value_name="growth")
    names = {"income": t("收入", "Income"), "spending": t("消费支出", "Spending")}
    long["side"] = long["side"].map(names)
    y = named_rows(shown["name"])
    x = ruler(t("人均，比上年同期（%）", "Per head, on the year before (%)"), [2.4, 8], [3, 4, 5, 6, 7])
    shown["low"], shown["high"] = (
        shown[["income", "spending"]].min(axis=1),
        shown[["income", "spending"]].max(axis=1),
    )
    drawn = alt.Chart(shown).mark_rule(strokeWidth=2, color=QUIET).encode(y=y, x=x("low"), x2="high:Q")
    drawn += alt.Chart(long).mark_point(size=90, opacity=1).encode(
        y=y, x=x("growth"), color=alt.Color("side:N", title=None, scale=alt.Scale(domain=list(names.values()), range=[BLUE, ORANGE])))  # fmt: skip
    drawn += (
        alt.Chart(shown)
        .mark_text(align="right", dx=-9)
        .encode(y=y, x=x("low"), text=alt.Text("low:Q", format=".1f"), color=alt.value(INK))
    )
    drawn += (
        alt.Chart(shown)
        .mark_text(align="left", dx=9)
        .encode(y=y, x=x("high"), text=alt.Text("high:Q", format=".1f"), color=alt.value(INK))
    )
    table = shown[["name", "income", "spending", "gap"]].rename(columns={
        "name": t("时段", "Period"), "income": t("收入（%）", "Income (%)"), "spending": t("消费（%）", "Spending (%)"), "gap": t("差（百分点）", "Gap (points)")})  # fmt: skip
    sources = [
        "newsletter",
        "nbs_2022_q1_income",
        "shanghai_securities_2022_h1",
        "henan_communique_2022",
        "gotohui_2022_income",
    ]
    return charts.figure(
        drawn.properties(height={"step": 40}), id="fig-consumption", title=title, status="public",
        subtitle=t("居民人均可支配收入和人均消费支出的增速（%，未扣除价格）；河南一季度的收入由讲话的差距推出，上半年和全年公布于讲话之后；除全年收入外，外部来源可信度低",
                   "Growth of disposable income and of consumption per head (%, nominal); Henan’s first-quarter income follows from the speech, the half-year and the year were printed later; outside sources of low confidence except the year’s income"),
        source=reading.source_titles(sources), table=table, formats=dict.fromkeys(table.columns[1:], "{:.1f}"),
        alt_text=t(f"哑铃图。{title}。", f"Dumbbell chart. {title}."),
    )  # fmt: skip


def retail_months() -> pd.DataFrame:
    """Return what is known of retail growth in single months (%), 2020-01 to 2022-08: year, month, value, kind, source.

    The month that the speech prints is among them (kind "speech"). Months that were not found have no row.
    """
    rows = []
    for r in known("retail_sales_growth", HENAN).itertuples():
        month = single_month(r.period)
        if month and 2020 <= r.year <= 2022:
            rows.append((r.year, month, r.value, r.kind, r.source))
    rows.append((2022, 4, -printed("retail_fall_ha_2022_04"), "speech", "newsletter"))
    out = pd.DataFrame(rows, columns=["year", "month", "value", "kind", "source"])
    return out.drop_duplicates(["year", "month"]).sort_values(["year", "month"], ignore_index=True)


def retail_chart() -> charts.Figure:
    """Draw the months that are known, and how many are not."""
    shown = retail_months()
    at = shown.set_index(["year", "month"])["value"]
    span = range(4, 12 * 2 + 3)  # the months between April 2020 and April 2022, from January 2020 on
    seen = sum((2020 + m // 12, m % 12 + 1) in at.index for m in span)
    title = finding(
        t("2020 年 4 月只降 {a:.1f}%，2022 年 4 月的 {b:.1f}% 比它深；中间 {n} 个月里 {miss} 个没有数据",
          "Retail sales fell by only {a:.1f}% in April 2020, by {b:.1f}% in April 2022; for {miss} of the {n} months between no figure was found"),
        holds=at[2022, 4] < at[2020, 4] < 0 and at[2020, 3] < at[2022, 4], a=-at[2020, 4], b=-at[2022, 4], n=len(span), miss=len(span) - seen,
    )  # fmt: skip
    shown["when"] = shown["year"] + (shown["month"] - 0.5) / 12
    shown["name"] = [t(f"{r.year} 年 {r.month} 月", f"{r.year}-{r.month:02d}") for r in shown.itertuples()]
    shown["short"] = [
        f"{r.month} 月" if t("z", "e") == "z" else f"{r.year}-{r.month:02d}" for r in shown.itertuples()
    ]
    shown["hue"] = [RED if r.kind == "speech" else BLUE for r in shown.itertuples()]
    shown["told"] = [
        f"{s} {v:+.1f}".replace("-", "−") for s, v in zip(shown["short"], shown["value"], strict=True)
    ]
    nation = known("retail_sales_growth", CHINA).query("period == '2022M4'")["value"].iloc[0]
    x = ruler(None, [2020, 2023.2], [2020, 2021, 2022, 2023], "d")
    y = alt.Y(
        "value:Q",
        title=t("当月比上年同月（%）", "On the same month a year before (%)"),
        scale=alt.Scale(domain=[-14, 11], nice=False),
    )
    gaps = _unknown_stretches(shown)
    drawn = alt.Chart(gaps).mark_rect(opacity=0.35, color=QUIET).encode(x=x("start"), x2="end:Q")
    drawn += (
        alt.Chart(gaps[gaps["end"] - gaps["start"] > 0.8])
        .mark_text(color=MUTED)
        .encode(x=x("middle"), y=alt.value(16), text="told:N")
    )
    drawn += alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=MUTED).encode(y=alt.Y("y:Q"))
    base = alt.Chart(shown).encode(x=x("when"), y=y, color=alt.Color("hue:N", scale=None))
    drawn += base.mark_rule().encode(y2=alt.datum(0)) + base.mark_point(size=80, opacity=1)
    # April and May of 2022 lie side by side: the speech's month is named on the left.
    early = base.transform_filter("datum.kind == 'speech'").mark_text(align="right", dx=-8)
    late = base.transform_filter("datum.kind != 'speech'").mark_text(align="left", dx=8)
    told = {"text": "told:N", "color": alt.value(INK)}
    drawn += early.encode(**told) + late.encode(**told)
    table = pd.DataFrame({t("月份", "Month"): shown["name"], t("增速（%）", "Growth (%)"): shown["value"],
                          t("由来", "Kind"): shown["kind"].map({"printed": t("印出", "printed"), "derived": t("推算", "derived"), "speech": t("讲话", "the speech")})})  # fmt: skip
    return charts.figure(
        drawn.properties(height=280), id="fig-retail", title=title, status="public",
        subtitle=t(f"河南社会消费品零售总额当月增速（%），2020 年至 2022 年 8 月；灰底的月份没有找到数据，红点是讲话的数。同月全国下降 {-nation:.1f}%。2020 年的数来源可信度低",
                   f"Growth of retail sales in Henan in single months (%), 2020 to August 2022; no figure was found for months in grey, red is the speech’s. China fell by {-nation:.1f}% in the same month. Sources of 2020 are of low confidence"),
        source=reading.source_titles(list(shown["source"])), table=table, formats={t("增速（%）", "Growth (%)"): "{:+.1f}"},
        alt_text=t(f"时间轴上的点。{title}。", f"Points on a time line. {title}."),
    )  # fmt: skip


def _unknown_stretches(seen: pd.DataFrame) -> pd.DataFrame:
    """Return the stretches of months without a figure between the first and the last: start, end, middle (years)."""
    have = {r.year * 12 + r.month - 1 for r in seen.itertuples()}
    rows, start = [], None
    for m in range(min(have), max(have) + 1):
        if m in have:
            rows += [(start / 12, m / 12)] if start is not None else []
            start = None
        elif start is None:
            start = m
    out = pd.DataFrame(rows, columns=["start", "end"])
    return out.assign(middle=out.mean(axis=1), told=t("没有数据", "no data"))


# ---------------------------------------------------------------- housing


def april(share: float) -> Reckoned:
    """Return growth of real estate investment in April alone (%), if April was ``share`` of the four months a year before.

    January to April grew by the printed rate, the first quarter by as much more as the speech says it slowed since.
    """
    if not 0 < share < 1:
        raise ValueError("the share lies between 0 and 1")
    now, drop = reckon("realestate_growth_ha_2022m4"), reckon("realestate_slowdown_2022m4")
    # (now - (1 - share)(now + drop))/share = now - drop (1 - share)/share: rises with now, falls with drop.
    weight = (1 - share) / share
    return Reckoned(
        now.value - weight * drop.value, now.lower - weight * drop.upper, now.upper - weight * drop.lower
    )


def turning_share() -> float:
    """Return the share of April (%) below which April alone must have fallen, whatever the rounding."""
    now, drop = reckon("realestate_growth_ha_2022m4"), reckon("realestate_slowdown_2022m4")
    return drop.lower / (drop.lower + now.upper) * 100


def april_chart() -> charts.Figure:
    """Draw April's own growth over the share that April may have had."""
    turn = turning_share()
    quarter = april(0.25)
    title = finding(
        t("“回落 {drop:.1f} 个百分点”其实是转负：4 月单月的房地产投资约下降 {fall:.0f}%，除非 4 月占了前四个月的 {turn:.0f}% 以上",
          "“Down by {drop:.1f} points” means a fall: real estate investment in April alone was some {fall:.0f}% lower, unless April was over {turn:.0f}% of the four months"),
        holds=quarter.upper < 0 and turn > 40, drop=printed("realestate_slowdown_2022m4"), fall=-quarter.value, turn=turn,
    )  # fmt: skip
    rows = [(s, *april(s / 100)) for s in np.arange(18, 56, 1.0)]
    shown = pd.DataFrame(rows, columns=["share", "value", "lower", "upper"])
    x = ruler(t("4 月占前四个月的比重（%）", "April in the four months (%)"), [18, 55], [20, 30, 40, 50])
    y = alt.Y(
        "lower:Q",
        title=t("4 月当月增速（%）", "April alone (%)"),
        scale=alt.Scale(domain=[-10, 4], nice=False),
    )
    base = alt.Chart(shown).encode(x=x("share"))
    drawn = base.mark_area(opacity=0.35, color=BLUE).encode(y=y, y2="upper:Q") + base.mark_line(
        color=BLUE
    ).encode(y=alt.Y("value:Q"))
    drawn += alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=INK).encode(y=alt.Y("y:Q"))
    marks = pd.DataFrame(
        {
            "share": [25.0, turn],
            "value": [quarter.value, 0],
            "told": [
                t(f"占四分之一：{quarter.value:.1f}%", f"a quarter: {quarter.value:.1f}%").replace("-", "−"),
                t(f"{turn:.0f}%：转折点", f"{turn:.0f}%: turning point"),
            ],
        }
    )
    points = alt.Chart(marks).encode(x=x("share"), y=alt.Y("value:Q"))
    drawn += points.mark_point(size=90, color=RED, opacity=1)
    drawn += (
        points.transform_filter("datum.share < 30")
        .mark_text(align="left", dx=10, dy=8, color=INK)
        .encode(text="told:N")
    )
    drawn += (
        points.transform_filter("datum.share > 30")
        .mark_text(align="right", dx=-8, dy=-10, color=INK)
        .encode(text="told:N")
    )
    table = shown[shown["share"] % 5 == 0]
    table = pd.DataFrame({t("4 月占比（%）", "April’s share (%)"): table["share"], t("4 月增速（%）", "April alone (%)"): table["value"],
                          t("四舍五入的范围", "Range left by rounding"): [Reckoned(r.value, r.lower, r.upper).told() for r in table.itertuples()]})  # fmt: skip
    return charts.figure(
        drawn.properties(height=260), id="fig-april", title=title, status="computed",
        subtitle=t("河南房地产开发投资 2022 年 4 月当月增速（%），由 1—4 月的增速和比一季度的回落推出，随 4 月所占比重而变；色带是四舍五入的范围",
                   "Growth of real estate investment in Henan in April 2022 alone (%), from the four months and the slowdown since the first quarter, by April’s share; the band is what rounding leaves"),
        source=reading.source_titles(["newsletter"]), table=table, formats={t("4 月占比（%）", "April’s share (%)"): "{:.0f}", t("4 月增速（%）", "April alone (%)"): "{:.1f}"},
        alt_text=t(f"曲线和色带。{title}。", f"A curve with its band. {title}."),
    )  # fmt: skip


def housing() -> pd.DataFrame:
    """Return January–April 2022 of the housing market, Henan and China (%): key, name, henan, china, note.

    ``china`` is NaN where the country's figure was not found; starts are January–May for the country.
    """
    nation = {
        s: known(s, CHINA).set_index("period")["value"]
        for s in ("real_estate_investment_growth", "housing_sales_area_growth", "housing_starts_growth")
    }
    land = reckon("((1 + land_price_ha_2022m4/100)/(1 + land_area_ha_2022m4/100) - 1)*100")
    rows = [
        ("investment", t("开发投资", "Investment"), printed("realestate_growth_ha_2022m4"), nation["real_estate_investment_growth"]["2022M1-M4"]),
        ("sales", t("销售面积", "Area sold"), printed("home_sales_area_ha_2022m4"), nation["housing_sales_area_growth"]["2022M1-M4"]),
        ("starts", t("新开工面积", "Area started"), printed("housing_starts_ha_2022m4"), nation["housing_starts_growth"]["2022M1-M5"]),
        ("land_area", t("土地购置面积", "Land bought"), printed("land_area_ha_2022m4"), np.nan),
        ("land_price", t("土地成交价款", "Paid for land"), printed("land_price_ha_2022m4"), np.nan),
        ("unit_price", t("土地单价", "Price per unit of land"), land.value, np.nan),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["key", "name", "henan", "china"])


def housing_chart() -> charts.Figure:
    """Draw the housing market's indicators, Henan beside China where the country's was found."""
    shown = housing()
    pairs = shown.dropna(subset=["china"])
    price = shown.set_index("key").loc["unit_price", "henan"]
    title = first_finding(
        (t("能和全国比的 {n} 项，河南都好一些；买地少了近四分之一，单价却高了 {price:.0f}%",
           "Henan did better than China on all {n} counts that compare; land bought fell by almost a quarter while its unit price rose by {price:.0f}%"),
         bool((pairs["henan"] > pairs["china"]).all()) and price > 0 and -25 < shown.set_index("key").loc["land_area", "henan"] < -20),
        (t("能比的 {n} 项里，河南有 {k} 项好于全国；地的单价变动 {price:.0f}%", "Of {n} counts that compare Henan is ahead on {k}; the unit price of land changed by {price:.0f}%"), True),
        n=len(pairs), k=int((pairs["henan"] > pairs["china"]).sum()), price=price,
    )  # fmt: skip
    y = named_rows(shown["name"])
    x = ruler(t("比上年同期（%）", "On the year before (%)"), [-52, 40], [-40, -20, 0, 20])
    names = {
        "henan": t("河南", "Henan"),
        "china": t("全国", "China"),
        "computed": t("本书计算", "Computed here"),
    }
    long = shown.melt(["key", "name"], ["henan", "china"], var_name="side", value_name="growth").dropna()
    long.loc[long["key"] == "unit_price", "side"] = "computed"
    long["side"] = long["side"].map(names)
    colour = alt.Color(
        "side:N", title=None, scale=alt.Scale(domain=list(names.values()), range=[BLUE, MUTED, ORANGE])
    )
    drawn = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=MUTED).encode(x=x("x"))
    drawn += alt.Chart(pairs).mark_rule(strokeWidth=2, color=QUIET).encode(y=y, x=x("china"), x2="henan:Q")
    base = alt.Chart(long).encode(y=y, x=x("growth"), color=colour)
    drawn += base.mark_point(size=90, opacity=1)
    drawn += (
        base.transform_filter(f"datum.side != '{names['china']}'")
        .mark_text(align="left", dx=9)
        .encode(text=alt.Text("growth:Q", format="+.1f"), color=alt.value(INK))
    )
    drawn += (
        base.transform_filter(f"datum.side == '{names['china']}'")
        .mark_text(align="right", dx=-9)
        .encode(text=alt.Text("growth:Q", format="+.1f"), color=alt.value(INK))
    )
    table = shown[["name", "henan", "china"]].rename(
        columns={
            "name": t("指标", "Indicator"),
            "henan": t("河南（%）", "Henan (%)"),
            "china": t("全国（%）", "China (%)"),
        }
    )
    return charts.figure(
        drawn.properties(height={"step": 36}), id="fig-housing", title=title, status="computed",
        subtitle=t("2022 年 1—4 月比上年同期（%）；全国的新开工面积是 1—5 月的数；土地两项没有找到全国的数；地价由价款和面积两个增速相除",
                   "January to April 2022 on the year before (%); starts in China are January to May; no national figure was found for land; the unit price follows from what was paid and the area"),
        source=reading.source_titles(["newsletter", "cctv_2022_realestate", "nbs_2022_m5_realestate"]), table=table,
        formats=dict.fromkeys(table.columns[1:], "{:+.1f}"), note=t("全国的数都出自可信度低的转载。", "The national figures come from reposts of low confidence."),
        alt_text=t(f"点图。{title}。", f"Dot plot. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- prose


def numbers() -> None:
    """Glue the figures that the chapter's prose speaks of."""
    ways, path = (
        routes().set_index("key"),
        investment_path().pivot(index="month", columns="region", values="value"),
    )
    said, summed = other_half("investment_growth_ha_2022m4"), other_half(_TOTAL)
    spent, retail = consumption().set_index("key"), retail_months().set_index(["year", "month"])["value"]
    market = housing().set_index("key")
    nation_retail = known("retail_sales_growth", CHINA).set_index("period")["value"]
    sold, value = (
        known(s, CHINA).set_index("period")["value"]
        for s in ("housing_sales_area_growth", "housing_sales_value_growth")
    )
    later = known("retail_sales_growth", HENAN).set_index("period")["value"]
    nation_home = known("real_estate_investment_growth", CHINA).set_index("period")["value"]
    land = reckon("((1 + land_price_ha_2022m4/100)/(1 + land_area_ha_2022m4/100) - 1)*100")
    finding(
        t("2022 年 4 月河南零售降得比全国少；2021 年 12 月把全年的销售增速拉低了", "In April 2022 retail fell less in Henan than in China; December pulled down home sales in 2021"),
        holds=retail[2022, 4] > nation_retail["2022M4"] and value["2021M1-M11"] > printed("home_sales_value_growth_cn_2021") and sold["2021M1-M11"] > printed("home_sales_area_growth_cn_2021"),
        henan=retail[2022, 4], china=nation_retail["2022M4"],
    )  # fmt: skip
    glue(
        total=ways.loc["speech", "value"], total_range=Reckoned(*ways.loc["speech", ["value", "lower", "upper"]]).told(),
        may=ways.loc["bureau", "start"], step=ways.loc["bureau", "step"], bureau=ways.loc["bureau", "value"], wrong_gap=ways.loc["print", "step"],
        nation_m4=path.loc[4, CHINA], half_print=said.told(), half_sum=summed.told(), industry=reckon("series_industrial_investment_growth_ha_2022h1").value,
        m8=path.loc[8, HENAN], year_2022=path.loc[12, HENAN], industry_2022=reckon("series_industrial_investment_growth_ha_2022").value,
        financing_before=money(reckon("social_financing_ha_2020m7 + social_financing_fall_2020m7").value),
        financing_fall=reckon("social_financing_fall_2020m7/(social_financing_ha_2020m7 + social_financing_fall_2020m7)*100").value,
        income_q1=spent.loc["q1", "income"],
        income_cn=spent.loc["china", "income"], spending_cn=spent.loc["china", "spending"],
        gap_year=spent.loc["year", "gap"], income_h1=spent.loc["h1", "income"], spending_h1=spent.loc["h1", "spending"],
        income_year=spent.loc["year", "income"], spending_year=spent.loc["year", "spending"],
        retail_2020_4=-retail[2020, 4], retail_2020_3=-retail[2020, 3], retail_cn=-nation_retail["2022M4"],
        retail_may=-later["2022M5"], retail_july=later["2022M7"], retail_aug=later["2022M8"],
        q1_home=reckon("realestate_growth_ha_2022m4 + realestate_slowdown_2022m4").value, q1_home_range=reckon("realestate_growth_ha_2022m4 + realestate_slowdown_2022m4").told(),
        april_range=Reckoned(-april(0.25).value, -april(0.25).upper, -april(0.25).lower).told(), turn=turning_share(),
        december_turn=(1 - printed("home_sales_value_growth_cn_2021") / value["2021M1-M11"]) * 100, value_eleven=value["2021M1-M11"], area_eleven=sold["2021M1-M11"],
        land_price=land.value, land_range=land.told(), home_cn=-market.loc["investment", "china"], sales_cn=-market.loc["sales", "china"], starts_cn=-market.loc["starts", "china"],
        home_cn_h1=-nation_home["2022H1"], sales_cn_h1=-sold["2022H1"],
    )  # fmt: skip
