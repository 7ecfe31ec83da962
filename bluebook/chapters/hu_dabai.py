"""opening/hu-dabai: slower than the country, and whether those behind come closer and those ahead draw away."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from bluebook import charts, editions, reading
from bluebook.chapters.loose import many
from bluebook.charts import BLUE, INK, QUIET, RED, finding, first_finding, glue
from bluebook.words import t

HENAN = "河南"
BEFORE, LAST = "2019", "2021"
#: What a site on admissions says of the university (source benkewang_2000_university_history, confidence low).
FOUNDED, FIRST_PRIVATE = 1984, 2000
NAMES = {
    "全国": "China", "河南": "Henan", "广东": "Guangdong", "江苏": "Jiangsu", "山东": "Shandong", "浙江": "Zhejiang",
    "四川": "Sichuan", "福建": "Fujian", "湖北": "Hubei", "湖南": "Hunan", "上海": "Shanghai",
}  # fmt: skip


def called(region: str) -> str:
    """Return a province's name in the page's language."""
    return t(region, NAMES.get(region, region))


def levels() -> pd.DataFrame:
    """Return GDP (100 million yuan, first prints) by province, columns 2019, 2020 … of what is known; NaN else.

    Henan's 2021 and later come from series.csv. 2019 is the later column of one table, with revised bases.
    """
    table = editions.provinces().query("series == 'gdp_level' and frequency == 'A'")
    wide = table.pivot(index="region", columns="period", values="value")
    own = editions.series().query(
        "series == 'gdp_level' and region == @HENAN and frequency == 'A' and vintage == 'first'"
    )
    own = own.set_index("period")["value"]
    for period in own.index:
        if period >= "2020" and (period not in wide or math.isnan(wide.at[HENAN, period])):
            wide.loc[HENAN, period] = own[period]
    return wide[sorted(wide.columns)]


def around() -> tuple[str, str]:
    """Return the provinces just ahead of and just behind Henan by GDP in 2020, the last year with all 31."""
    order = list(levels()["2020"].sort_values(ascending=False).index)
    at = order.index(HENAN)
    return order[at - 1], order[at + 1]


def distances() -> pd.DataFrame:
    """Return GDP as a percentage of Henan's: one row for the province ahead and the one behind, columns years."""
    wide = levels()
    ratio = wide.div(wide.loc[HENAN], axis=1) * 100
    return ratio.loc[list(around())].dropna(axis=1, how="all")


def years_to_pass() -> float:
    """Return in how many years after 2021 the province behind passes, if it keeps its pace of 2019–2021."""
    behind = distances().iloc[1]
    pace = (behind[LAST] / behind[BEFORE]) ** (1 / (int(LAST) - int(BEFORE)))
    return math.log(100 / behind[LAST]) / math.log(pace)


def two_years() -> pd.DataFrame:
    """Return cumulative real growth 2020–2021 (%) by province: value, lower, upper (rounding), rank, place.

    ``rank``: 1 is the fastest. ``place``: by GDP of 2020, 1 the largest. The country stands as 全国, without them.
    """
    table = editions.provinces().query("series == 'gdp_growth_real' and period in ['2020', '2021']")
    wide = table.pivot(index="region", columns="period", values="value").dropna()
    ledger = reading.audited()
    wide.loc["全国"] = [float(ledger.loc[f"gdp_growth_cn_{y}", "value"]) for y in (2020, 2021)]

    def grown(shift: float) -> pd.Series:
        return ((1 + (wide["2020"] + shift) / 100) * (1 + (wide["2021"] + shift) / 100) - 1) * 100

    out = pd.DataFrame({"value": grown(0), "lower": grown(-0.05), "upper": grown(0.05)})
    only = out.drop("全国")
    out["rank"] = only["value"].round(6).rank(ascending=False, method="min")
    out["place"] = levels()["2020"].rank(ascending=False)
    return out


def revised() -> tuple[float, float]:
    """Return the range of Henan's growth over the two years (%) that the later two-year average implies."""
    row = editions.series().query(
        "series == 'gdp_growth_2yr_avg' and region == @HENAN and period == '2020-2021'"
    )
    average = float(row["value"].iloc[0])
    return tuple(((1 + (average + s) / 100) ** 2 - 1) * 100 for s in (-0.05, 0.05))


def _told() -> list[int]:
    """Return the years of the editions up to the one whose speeches are told."""
    return [y for y in editions.years() if y <= editions.speech_year()]


def found() -> pd.DataFrame:
    """Return what is known of each edition's 18 totals: year, place (1–18), state (score, rank or none)."""
    totals = editions.all_scores().query("code == 'index'")
    rows = []
    for year in _told():
        one = totals[totals["year"] == year].set_index("rank")["score"]
        for place in range(1, len(reading.cities()) + 1):
            state = "none" if place not in one.index else "score" if pd.notna(one[place]) else "rank"
            rows.append((year, place, state))
    return pd.DataFrame(rows, columns=["year", "place", "state"])


def numbers() -> None:
    """Glue the distances, the growth of two years, and what is left of the six editions."""
    near, pace, ledger = distances(), two_years(), reading.audited()
    ahead, behind = near.index
    known = found()
    whole = [y for y, g in known.groupby("year") if (g["state"] != "none").all()]
    low, high = revised()
    henan, n = pace.loc[HENAN], int(pace["rank"].count())
    age = many(int(ledger.loc["university_age", "value"]))
    later = levels()
    glue(
        ahead=called(ahead), behind=called(behind),
        ahead_before=near.loc[ahead, BEFORE], ahead_mid=near.loc[ahead, "2020"], ahead_last=near.loc[ahead, LAST],
        behind_before=near.loc[behind, BEFORE], behind_mid=near.loc[behind, "2020"], behind_last=near.loc[behind, LAST],
        gap_ahead=near.loc[ahead, LAST] - 100, gap_behind=100 - near.loc[behind, LAST],
        years_to_pass=years_to_pass(), pass_year=int(LAST) + math.ceil(years_to_pass()),
        gap_2020=_gap(2020), gap_2021=_gap(2021),
        henan_two=henan["value"], china_two=pace.loc["全国", "value"], henan_rank=int(henan["rank"]), n_provinces=n,
        henan_from_last=n - int(henan["rank"]) + 1, ahead_two=pace.loc[ahead, "value"], behind_two=pace.loc[behind, "value"],
        slower_big=_slower(), revised_low=low, revised_high=high,
        n_editions=len(_told()), n_whole=len(whole), whole=t("、", ", ").join(map(str, whole)),
        first_year=min(_told()), last_edition=max(_told()), theme=editions.edition(editions.speech_year())[t("theme_zh", "theme_en")],
        n_dated=sum(bool(editions.edition(y).get("published")) for y in _told()),
        age_low=int(age.lower), age_high=int(age.upper), age=editions.speech_year() - FOUNDED,
        founded=FOUNDED, first_private=FIRST_PRIVATE,
        henan_2022=later.loc[HENAN, "2022"], behind_2022=later.loc[behind, "2022"],
        henan_2023=later.loc[HENAN, "2023"], behind_2023=later.loc[behind, "2023"], behind_2023_pct=near.loc[behind, "2023"],
        ahead_2023_pct=near.loc[ahead, "2023"], ahead_2022_pct=near.loc[ahead, "2022"],
    )  # fmt: skip


def _gap(year: int) -> float:
    ledger = reading.audited()
    return float(ledger.loc[f"gdp_growth_cn_{year}", "value"]) - float(ledger.loc[f"gdp_growth_ha_{year}", "value"])  # fmt: skip


def _slower() -> str:
    """Return the names of the ten largest provinces that grew less than Henan over the two years."""
    pace = two_years()
    big = pace[pace["place"] <= 10]
    names = [called(r) for r in big.index[big["value"] < big.loc[HENAN, "value"]]]
    return t("、", ", ").join(names) or t("没有一个", "none")


def neighbours() -> charts.Figure:
    """Draw the GDP of the provinces ahead and behind as a percentage of Henan's, up to what the speech could know."""
    near = distances()[[BEFORE, "2020", LAST]]
    ahead, behind = near.index
    title = finding(
        t("后面的近了，前面的远了：{b}由河南的 {b0:.1f}% 升到 {b1:.1f}%，{a}由 {a0:.1f}% 升到 {a1:.1f}%",
          "The one behind comes closer, the one ahead draws away: {b} from {b0:.1f}% to {b1:.1f}% of Henan, {a} from {a0:.1f}% to {a1:.1f}%"),
        holds=near.loc[behind].is_monotonic_increasing and near.loc[ahead].is_monotonic_increasing
        and near.loc[behind, LAST] < 100 < near.loc[ahead, BEFORE],
        a=called(ahead), b=called(behind), a0=near.loc[ahead, BEFORE], a1=near.loc[ahead, LAST],
        b0=near.loc[behind, BEFORE], b1=near.loc[behind, LAST],
    )  # fmt: skip
    long = near.rename_axis("region").reset_index().melt("region", var_name="year", value_name="ratio")
    henan = pd.DataFrame({"region": HENAN, "year": near.columns, "ratio": 100.0})
    long = pd.concat([long, henan], ignore_index=True)
    long["name"] = [called(r) for r in long["region"]]
    long["told"] = [f"{v:.1f}" for v in long["ratio"]]
    order = [called(r) for r in (ahead, HENAN, behind)]
    colour = alt.Color("name:N", legend=None, scale=alt.Scale(domain=order, range=[BLUE, INK, RED]))
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0), scale=alt.Scale(padding=0.4))
    y = alt.Y("ratio:Q", title=t("河南 = 100", "Henan = 100"), scale=alt.Scale(domain=[80, 130], nice=False))
    base = alt.Chart(long).encode(x=x, y=y, color=colour)
    ends = long[long["year"] == LAST]
    chart = (
        base.mark_line() + base.mark_point(opacity=1)
        + base.mark_text(dy=-12).encode(text="told:N", color=alt.value(INK)).transform_filter(f"datum.region != '{HENAN}'")
        + alt.Chart(ends).mark_text(align="left", dx=10, fontWeight="bold").encode(x=x, y=y, text="name:N", color=alt.value(INK))
    )  # fmt: skip
    table = near.assign(name=[called(r) for r in near.index])[["name", *near.columns]].rename(
        columns={"name": t("省份", "Province")}
    )
    return charts.figure(
        chart.properties(height=300), id="fig-neighbours", title=title, status="computed",
        subtitle=t("2020 年 GDP 排名紧挨河南的两省，GDP 相当于河南的百分比（%），2019–2021 年，首次公布数；2019 年的底数口径不一，可信度低",
                   "GDP of the provinces next to Henan in 2020's ranking, as a percentage of Henan's (%), 2019–2021, first prints; the base of 2019 is mixed, confidence low"),
        source=reading.source_titles(["paihang_2021_provinces", "zhejiang_2022_communique_notes", "sichuan_2022_government"]),
        table=table, formats=dict.fromkeys(near.columns, "{:.1f}"),
        alt_text=t(f"折线图。{title}。", f"Line chart. {title}."),
    )  # fmt: skip


def cumulative() -> charts.Figure:
    """Draw the growth of the ten largest provinces over the two years, with the range that rounding leaves."""
    pace = two_years()
    big = pace[(pace["place"] <= 10) | (pace.index == "全国")].sort_values("value", ascending=False).copy()
    low, high = revised()
    slower = big.index[big["value"] < big.loc[HENAN, "value"]]
    rival = slower[0] if len(slower) else ""
    blurred = bool(rival) and big.loc[rival, "upper"] >= low
    title = first_finding(
        (t("十个最大的省里，两年累计只有{r}比河南慢；按后来的修订，连这一点也说不准", "Of the ten largest provinces only {r} grew less than Henan over two years; after the later revision not even that is certain"), len(slower) == 1 and blurred),
        (t("十个最大的省里，两年累计只有{r}比河南慢", "Of the ten largest provinces only {r} grew less than Henan over two years"), len(slower) == 1),
        (t("十个最大的省里，两年累计有 {n} 个比河南慢", "Of the ten largest provinces {n} grew less than Henan over two years"), True),
        r=called(rival) if rival else "", n=len(slower),
    )  # fmt: skip
    big["name"] = [called(r) for r in big.index]
    big["told"] = [f"{v:.1f}" for v in big["value"]]
    big["kind"] = ["henan" if r == HENAN else "china" if r == "全国" else "other" for r in big.index]
    later = pd.DataFrame({"name": [called(HENAN)], "lower": [low], "upper": [high]})
    y = alt.Y(
        "name:N", sort=list(big["name"]), title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=6)
    )
    scale = alt.Scale(domain=[6.5, 13.5], nice=False, zero=False)
    axis = {"title": t("两年累计（%）", "Over two years (%)"), "scale": scale}
    x, lower = alt.X("value:Q", **axis), alt.X("lower:Q", **axis)
    colour = alt.Color(
        "kind:N", legend=None, scale=alt.Scale(domain=["henan", "china", "other"], range=[RED, INK, BLUE])
    )
    base = alt.Chart(big).encode(y=y)
    chart = (
        alt.Chart(later).mark_bar(height=12, fill="transparent", stroke=RED, strokeDash=[3, 2]).encode(y=y, x=lower, x2="upper:Q")
        + base.mark_rule(strokeWidth=5, opacity=0.45).encode(x=lower, x2="upper:Q", color=colour)
        + base.mark_point(opacity=1, size=70).encode(x=x, color=colour)
        + base.mark_text(align="left", dx=14).encode(x=x, text="told:N")
    )  # fmt: skip
    columns = {"name": t("地区", "Region"), "value": t("两年累计（%）", "Over two years (%)"), "lower": t("下限", "Lower"),
               "upper": t("上限", "Upper"), "rank": t(f"{int(pace['rank'].count())} 省中的名次", f"Rank of {int(pace['rank'].count())}")}  # fmt: skip
    table = big[list(columns)].rename(columns=columns)
    number = {columns[c]: "{:.2f}" for c in ("value", "lower", "upper")} | {columns["rank"]: "{:.0f}"}
    return charts.figure(
        chart.properties(height={"step": 24}), id="fig-cumulative", title=title, status="computed",
        subtitle=t("2020、2021 两年实际增速相乘（%），首次公布数，2020 年 GDP 前十的省份与全国；粗线：四舍五入留下的范围；红虚框：由后来公布的两年平均增速推出的河南",
                   "Real growth of 2020 and 2021 compounded (%), first prints, the ten largest provinces of 2020 and China; thick: what rounding leaves; dashed red: Henan as the later two-year average implies"),
        source=reading.source_titles(["paihang_2021_provinces", "provinces_2021_growth", "henan_communique_2021"]), table=table, formats=number,
        alt_text=t(f"点图。{title}。", f"Dot plot. {title}."),
    )  # fmt: skip


def shelf() -> charts.Figure:
    """Draw the six editions on a line: of each, which of the 18 places can still be found."""
    known = found()
    counts = (
        known.groupby(["year", "state"])
        .size()
        .unstack(fill_value=0)
        .reindex(columns=["score", "rank", "none"], fill_value=0)
    )
    whole = counts.index[counts["none"] == 0]
    title = first_finding(
        (t("{n} 部书里，{m} 个名次能查全的只有 {y} 年这一部", "Of {n} books, only that of {y} leaves all {m} places to be found"), len(whole) == 1),
        (t("{n} 部书里，{m} 个名次能查全的有 {k} 部", "Of {n} books, {k} leave all {m} places to be found"), True),
        n=len(counts), y=whole[0] if len(whole) else "", k=len(whole), m=len(reading.cities()),
    )  # fmt: skip
    states = {
        "score": t("有得分", "score known"),
        "rank": t("只有名次", "rank only"),
        "none": t("查不到", "not found"),
    }
    shown = known.assign(told=known["state"].map(states))
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False))
    y = alt.Y("place:O", title=None, axis=alt.Axis(domain=False, ticks=False, values=[1, 6, 12, 18]))
    fill = alt.Fill(
        "told:N",
        title=None,
        scale=alt.Scale(domain=list(states.values()), range=[BLUE, "#b9d7ea", "transparent"]),
    )
    chart = alt.Chart(shown).mark_circle(size=120, opacity=1, strokeWidth=1.2).encode(
        x=x, y=y, fill=fill,
        stroke=alt.condition("datum.state == 'none'", alt.value(QUIET), alt.value(BLUE)),
        tooltip=[alt.Tooltip("year:O", title=t("版次", "Edition")), alt.Tooltip("place:O", title=t("名次", "Rank")), alt.Tooltip("told:N", title=t("能查到", "Known"))],
    )  # fmt: skip
    table = counts.reset_index().rename(columns={"year": t("版次", "Edition"), **states})
    return charts.figure(
        chart.properties(height=18 * len(reading.cities())), id="fig-shelf", title=title, status="published",
        subtitle=t("各版城市创新能力评价的 18 个名次，今天能从简讯和报道里查到哪些（个）",
                   "The 18 places of each edition's ranking of cities: which can be found today in the newsletter and the press"),
        source=reading.source_titles(list(editions.all_scores().query("code == 'index'")["source"])), table=table,
        alt_text=t(f"点阵图。{title}。", f"Dot matrix. {title}."),
    )  # fmt: skip
