"""stabilise/growth: how far Henan's growth fell behind, its ranks recomputed, and what the spring of 2022 hides."""

from __future__ import annotations

from functools import partial

import altair as alt
import pandas as pd

from bluebook import charts, economy, editions, reading
from bluebook.charts import BLUE, GRID, INK, MUTED, QUIET, RED, finding, first_finding, glue
from bluebook.economy import Place, Range, region_name
from bluebook.ledger import VERDICT_WORDS, VERDICTS
from bluebook.words import t

CHINA, HENAN = "全国", "河南"
SERIES = "gdp_growth_real"
FIRST, LAST = 2011, 2021  # the span of the newsletter's chart: from the twelfth five-year plan on
PERIODS = ("2020", "2021", "2022Q1")
# zjol_2022_q1 lists the provinces from the fastest down and prints no figure for 西藏 between these two.
TIBET = "西藏"
TIBET_BETWEEN = {"2022Q1": ("湖南", "山西")}
LATER = ("2022H1", "2022", "2023")


# ---------------------------------------------------------------- what is computed


def yearly(first: int = FIRST, last: int = LAST) -> pd.DataFrame:
    """Return first prints of real growth, one row a year: columns 全国, 河南 (%), gap (Henan − China, points).

    NaN where no figure was found.
    """
    wide = economy.by_year(editions.series(), SERIES, [CHINA, HENAN])
    wide = wide.reindex(range(first, last + 1)).rename_axis("year")
    return wide.assign(gap=(wide[HENAN] - wide[CHINA]).round(1))


def growth_of(period: str) -> pd.Series:
    """Return the growth of the 31 provinces in one period (%), by name; NaN where no figure was printed."""
    return economy.values_by_province(editions.provinces(), SERIES, period)


def bounds(period: str) -> dict[str, tuple[float, float]]:
    """Return what a source's order says of the one province that it prints without a figure: (at least, at most)."""
    if period not in TIBET_BETWEEN:
        return {}
    below, above = TIBET_BETWEEN[period]
    values = growth_of(period)
    return {TIBET: (float(values[below]), float(values[above]))}


def national_place(period: str) -> Place:
    """Return where Henan stands among the 31 provinces."""
    return economy.place(growth_of(period), HENAN, bounds(period))


def central_place(period: str) -> Place:
    """Return where Henan stands among the six provinces of central China."""
    return economy.place(growth_of(period)[list(economy.CENTRAL)], HENAN)


def revised_2020(region: str = HENAN, more: float = 0.0) -> Range:
    """Return 2020's growth as it follows from the two-year average and the first print of 2021 (%, with limits).

    ``more`` is added to the average, to try what another one would mean.
    """
    series = editions.series()
    average = economy.value(series, "gdp_growth_2yr_avg", region, "2020-2021") + more
    return economy.rest_of_average(average, 2, [economy.value(series, SERIES, region, 2021)])


def missing_years() -> Range:
    """Return Henan's average growth of 2013 and 2014 that the average of 2013 to 2021 leaves over (%, with limits)."""
    average = economy.value(editions.series(), "gdp_growth_avg", HENAN, "2013-2021")
    known = yearly(2013, 2021)[HENAN].dropna()
    # The average was printed in 2022, after 2020 had been revised.
    rates = [revised_2020() if year == 2020 else float(rate) for year, rate in known.items()]
    return economy.rest_of_average(average, 9, rates)


def revenue() -> dict[str, Range]:
    """Return Henan's public budget revenue of January to April (100 million yuan, with limits from rounding).

    ``before``: 2021, from the level of 2022 and its growth; ``now``: 2022 as printed; ``comparable``: 2022 at the
    growth without tax refunds; ``refunds``: what lies between the two.
    """
    series = editions.series()

    def told(name: str) -> float:
        return economy.value(series, name, HENAN, "2022M1-M4")

    level, growth, same = (
        told("budget_revenue"),
        told("budget_revenue_growth"),
        told("budget_revenue_growth_comparable"),
    )

    def made(f: object) -> Range:
        ends = [f(level + a * 0.05, growth + b * 0.05, same + c * 0.05) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)]  # fmt: skip
        return Range(min(ends), f(level, growth, same), max(ends))

    return {
        "before": made(lambda v, g, s: v / (1 + g / 100)),
        "now": Range(level - 0.05, level, level + 0.05),
        "comparable": made(lambda v, g, s: v / (1 + g / 100) * (1 + s / 100)),
        "refunds": made(lambda v, g, s: v / (1 + g / 100) * (1 + s / 100) - v),
    }


def revisions() -> pd.DataFrame:
    """Return how far real growth was revised after its first print, one row a region and year, oldest first.

    Columns: region, year, first (%), revised (%), change, low, high (points), source, confidence, implied (bool).
    An implied revision follows from a two-year average; its limits come from rounding.
    """
    series = editions.series()
    rows = []
    for region in (CHINA, HENAN):
        first = economy.pick(series, SERIES, region)
        later = economy.pick(series, SERIES, region, vintage="revised")
        both = later[(later["vintage"] == "revised") & (later["kind"] == "printed")]
        for period, row in both.iterrows():
            change = round(float(row["value"] - first["value"][period]), 1)
            rows.append([region, int(period), first["value"][period], row["value"], change, change, change,
                         row["source"], row["confidence"], False])  # fmt: skip
        implied, before = revised_2020(region), float(first["value"]["2020"])
        average = economy.pick(series, "gdp_growth_2yr_avg", region, frequency="span")
        rows.append([region, 2020, before, implied.mid, implied.mid - before, implied.low - before, implied.high - before,
                     average["source"]["2020-2021"], average["confidence"]["2020-2021"], True])  # fmt: skip
    names = ["region", "year", "first", "revised", "change", "low", "high", "source", "confidence", "implied"]
    return pd.DataFrame(rows, columns=names)


def later_gaps() -> pd.DataFrame:
    """Return Henan − China (points) for the speech's periods and the later ones: period, 全国, 河南, gap, later."""
    series = editions.series()
    rows = []
    for period in (*PERIODS, *LATER):
        both = [economy.value(series, SERIES, region, period) for region in (CHINA, HENAN)]
        rows.append([period, *both, round(both[1] - both[0], 1), period in LATER])
    return pd.DataFrame(rows, columns=["period", CHINA, HENAN, "gap", "later"])


def period_name(period: str) -> str:
    """Return a period in the page's language: 2022Q1 is 2022 年一季度."""
    names = {
        "2022Q1": t("2022 年一季度", "2022 Q1"),
        "2022H1": t("2022 年上半年", "2022 H1"),
    }
    return names.get(period, t(f"{period} 年", period))


def signed(value: float) -> str:
    """Return a difference with one decimal and its sign; what rounds to zero has none."""
    told = f"{value:+.1f}".replace("-", "−")
    return "0.0" if told[1:] == "0.0" else told


# ---------------------------------------------------------------- what the prose says


def numbers() -> None:
    """Glue the figures and the sentences that follow from the tables."""
    own, cut, country, money = growth_of("2021"), revised_2020(), revised_2020(CHINA), revenue()
    next_up = own[own > own[HENAN]].min()
    audit = reading.audited()
    audit = audit[(audit["chapter"] == "stabilise/growth") & (audit["edition"] == 2022)]
    counts = audit["verdict"].value_counts()
    gap_2020 = later_gaps().set_index("period")["gap"]["2020"]
    glue(
        gap_2020=-gap_2020, cn_2022q1=_told(SERIES, "2022Q1", CHINA),
        sentence_widened=widened_sentence(), sentence_spring=spring_sentence(), sentence_thinning=thinning_sentence(),
        missing=t("、", ", ").join(str(y) for y in yearly().query(f"{HENAN}.isna()").index),
        decade_average=_told("gdp_growth_avg", "2013-2021"), sentence_missing=missing_sentence(),
        n_provinces=len(economy.PROVINCES),
        sentence_2020=rank_sentence("2020"), sentence_2021=rank_sentence("2021"), sentence_2022q1=rank_sentence("2022Q1"),
        next_step=round(float(next_up - own[HENAN]), 1), next_names=t("、", " and ").join(map(region_name, own.index[own == next_up])),
        median_2021=float(own.median()), median_2022q1=_median("2022Q1"), sentence_median=median_sentence(),
        tibet_low=bounds("2022Q1")[TIBET][0], tibet_high=bounds("2022Q1")[TIBET][1], sentence_tibet=tibet_sentence(),
        sentence_industry=industry_sentence(), comparable=_told("budget_revenue_growth_comparable", "2022M1-M4"),
        refunds=t(f"{money['refunds'].low:.0f} 亿到 {money['refunds'].high:.0f} 亿元", f"{money['refunds'].low / 10:.1f} to {money['refunds'].high / 10:.1f} billion yuan"),
        cut_low=cut.low, cut_high=cut.high, average_2=_told("gdp_growth_2yr_avg", "2020-2021"),
        cut_gap_low=country.low - cut.high, cut_gap_high=country.high - cut.low, cn_cut_low=country.low, cn_cut_high=country.high,
        sentence_h1=overtaking_sentence(), sentence_later=later_sentence(), cn_2022=_told(SERIES, 2022, CHINA), ha_2022=_told(SERIES, 2022),
        cn_2023=_told(SERIES, 2023, CHINA), ha_2023=_told(SERIES, 2023), sentence_level=level_sentence(),
        audit_all=len(audit), **{f"audit_{v}": int(counts.get(v, 0)) for v in VERDICTS},
        audit_2020_low=float(audit.loc["gdp_growth_ha_2020", "derived_lower"]), audit_2020_high=float(audit.loc["gdp_growth_ha_2020", "derived_upper"]),
        **{f"verdict_{name}": t(*VERDICT_WORDS[audit.loc[id_, "verdict"]]) for name, id_ in (
            ("2020", "gdp_growth_ha_2020"), ("rank", "gdp_rank_ha_2021"), ("revenue", "revenue_growth_ha_2022m4"))},
    )  # fmt: skip


def _told(series: str, period: str | int, region: str = HENAN) -> float:
    return economy.value(editions.series(), series, region, period)


def widened_sentence() -> str:
    """Return what became of the gap of 2020 a year later."""
    gaps = -yearly()["gap"]
    return first_finding(
        (t("差距扩大到 {b:.1f} 个百分点。", "The gap widened to {b:.1f} percentage points."), 0 < gaps[2020] < gaps[2021]),
        (t("差距缩小到 {b:.1f} 个百分点。", "The gap narrowed to {b:.1f} percentage points."), 0 < gaps[2021] <= gaps[2020]),
        b=gaps[2021],
    )  # fmt: skip


def spring_sentence() -> str:
    """Return what became of the gap in the first quarter of 2022."""
    gaps = -later_gaps().set_index("period")["gap"]
    return finding(
        t("2022 年一季度差距小了，只有 {c:.1f} 个百分点，方向没有变。", "In the first quarter of 2022 the gap was smaller, {c:.1f} percentage points, and on the same side."),
        holds=0 < gaps["2022Q1"] < gaps["2021"], c=gaps["2022Q1"],
    )  # fmt: skip


def tibet_sentence() -> str:
    """Return whether the province without a figure bears on Henan's place."""
    open_, closed = economy.place(growth_of("2022Q1"), HENAN), national_place("2022Q1")
    return first_finding(
        (t("河南比这个下限还低，所以名次不受影响。", "Henan is below even that, so its place does not depend on it."),
         closed.rank == closed.worst and bool(open_.unknown)),
        (t("名次因此有 {n} 位的余地。", "That leaves its place open by {n}."), closed.rank < closed.worst),
        (t("各省的数现在齐全。", "All figures are there now."), True), n=closed.worst - closed.rank,
    )  # fmt: skip


def industry_sentence() -> str:
    """Return the growth of industry in the country that the speech leaves out, January to April 2022."""
    own, country = (_told("industrial_value_added_growth", "2022M1-M4", r) for r in (HENAN, CHINA))
    return finding(
        t("同期全国增长 {cn:.1f}%，河南其实快 {d:.1f} 个百分点。", "The country grew by {cn:.1f}%: Henan was {d:.1f} percentage points faster."),
        holds=own > country, cn=country, d=own - country,
    )  # fmt: skip


def overtaking_sentence() -> str:
    """Return the first half of 2022, which was published a week after the speech."""
    own, country = _told(SERIES, "2022H1"), _told(SERIES, "2022H1", CHINA)
    return finding(
        t("2022 年上半年河南增长 {ha:.1f}%，全国 {cn:.1f}%，河南反超。", "In the first half of 2022 Henan grew by {ha:.1f}%, the country by {cn:.1f}%: Henan had overtaken it."),
        holds=own > country, ha=own, cn=country,
    )  # fmt: skip


def level_sentence() -> str:
    """Return why two levels of GDP must not be compared: growth is positive, the later level is lower."""
    now, before, grew = _told("gdp_level", 2023), _told("gdp_level", 2022), _told(SERIES, 2023)
    return finding(
        t("2023 年公布的河南生产总值约 {now:,.0f} 亿元，比 2022 年首次公布的 {before:,.2f} 亿元还小，增速却是正的：2022 年的数后来调低了，两个总量不能直接相减。",
          "Henan's GDP of 2023 was given as about {now_en:.2f} trillion yuan, less than the {before_en:.2f} trillion first published for 2022, though growth was positive: 2022 was cut later, and the two levels must not be compared."),
        holds=now < before and grew > 0, now=now, before=before, now_en=now / 1e4, before_en=before / 1e4,
    )  # fmt: skip


def _median(period: str) -> float:
    """Return the median of the 31; a province known only within bounds that do not reach it changes nothing."""
    values = growth_of(period)
    for name, (low, high) in bounds(period).items():
        middle = {float(values.fillna(x).median()) for x in (low, high)}
        if len(middle) > 1:
            raise ValueError(f"{name} decides the median of {period}")
        values[name] = low
    return float(values.median())


def later_sentence() -> str:
    """Return the sentence on why the gap closed in 2022: whose growth moved."""
    series = editions.series()
    ha, cn = ([economy.value(series, SERIES, r, y) for y in (2021, 2022)] for r in (HENAN, CHINA))
    return finding(
        t("差距收窄，是因为全国慢下来更多，不是河南快起来：从 2021 年到 2022 年，全国的增速少了 {cn:.1f} 个百分点，河南少了 {ha:.1f} 个。",
          "The gap closed because the country slowed more, not because Henan sped up: from 2021 to 2022 the country lost {cn:.1f} percentage points of growth, Henan {ha:.1f}."),
        holds=cn[0] - cn[1] > ha[0] - ha[1] > 0, cn=cn[0] - cn[1], ha=ha[0] - ha[1],
    )  # fmt: skip


def thinning_sentence() -> str:
    """Return the sentence on Henan's lead before 2020: it had been shrinking."""
    gaps = yearly()["gap"].dropna()
    first, last = int(gaps.index[0]), 2019
    return finding(
        t("河南的领先早就在变薄：{x} 年它比全国快 {a:.1f} 个百分点，{y} 年只快 {b:.1f} 个。",
          "Henan's lead had long been thinning: {a:.1f} percentage points in {x}, only {b:.1f} in {y}."),
        holds=gaps[first] > 2 * gaps[last] > 0, x=first, y=last, a=gaps[first], b=gaps[last],
    )  # fmt: skip


def missing_sentence() -> str:
    """Return the sentence on the two years without a figure: what the average of all leaves for them."""
    empty, china = missing_years(), yearly()[CHINA]
    return finding(
        t("这两年平均应在 {low:.1f}% 到 {high:.1f}% 之间，仍比全国快。", "the two averaged between {low:.1f}% and {high:.1f}%, still faster than the country."),
        holds=empty.low > max(china[2013], china[2014]), low=empty.low, high=empty.high,
    )  # fmt: skip


def median_sentence() -> str:
    """Return the sentence that sets Henan's distance to the middle beside its rank, 2021 and spring 2022."""
    gaps = [round(_median(p) - float(growth_of(p)[HENAN]), 1) for p in ("2021", "2022Q1")]
    spots = [national_place(p).rank for p in ("2021", "2022Q1")]
    return first_finding(
        (t("名次只动了 {moved} 位，离中间却从 {a:.1f} 个百分点缩到 {b:.1f} 个。", "The rank moved by {moved} only, while the distance to the middle shrank from {a:.1f} percentage points to {b:.1f}."),
         0 < gaps[1] < gaps[0]),
        (t("离中间的距离从 {a:.1f} 个百分点变为 {b:.1f} 个。", "The distance to the middle went from {a:.1f} percentage points to {b:.1f}."), True),
        moved=abs(spots[0] - spots[1]), a=gaps[0], b=gaps[1],
    )  # fmt: skip


def rank_sentence(period: str) -> str:
    """Return the sentence on Henan's place in one period, beside the place that the speech gives."""
    here, six = national_place(period), central_place(period)
    printed = int(reading.audited().loc[f"gdp_rank_ha_{period.lower()}", "value"])
    tied = t("、", ", ").join(map(region_name, here.tied))
    words = {"when": period_name(period), "rank": here.rank, "last": here.last, "worst": here.worst, "tied": tied, "six": six.rank,
             "n6": six.of, "printed": printed}  # fmt: skip
    return first_finding(
        (t("{when}河南与{tied}并列第 {rank}；讲话的第 {printed}，是把并列的排在了前面。中部 {n6} 省里排第 {six}。",
           "In {when} Henan ties with {tied} for place {rank}; the speech's {printed} puts the tie ahead of it. Among the {n6} of central China it is number {six}."),
         bool(tied) and here.rank == here.worst and here.rank < printed <= here.last),
        (t("{when}河南排第 {rank}，与讲话一致；中部 {n6} 省里排第 {six}。",
           "In {when} Henan is number {rank}, as the speech says, and number {six} of {n6} in central China."),
         here.rank == here.worst == printed),
        (t("{when}河南排第 {rank}，讲话说是第 {printed}，两者不合；中部 {n6} 省里排第 {six}。",
           "In {when} Henan is number {rank} where the speech says {printed}: the two disagree. In central China it is number {six} of {n6}."),
         here.rank == here.worst),
        (t("{when}还有省份没有数，河南排在第 {rank} 到第 {worst} 之间；中部 {n6} 省里排第 {six}。",
           "In {when} some provinces have no figure, so Henan is between {rank} and {worst}; in central China it is number {six} of {n6}."), True),
        **words,
    )  # fmt: skip


# ---------------------------------------------------------------- figures


def _shaded(years: pd.DataFrame) -> pd.DataFrame:
    """Return the ground between the lines in pieces of one sign: x (year), ha, cn (%), ahead (bool), piece.

    A piece ends at a missing year and where the lines cross.
    """
    rows, piece, before = [], 0, None
    for year, row in years.iterrows():
        ha, cn = row[HENAN], row[CHINA]
        if pd.isna(ha) or pd.isna(cn):
            before, piece = None, piece + 1
            continue
        if before is not None and (before[1] - before[2]) * (ha - cn) < 0:
            x0, ha0, cn0 = before
            share = (ha0 - cn0) / ((ha0 - cn0) - (ha - cn))
            at, level = x0 + share * (year - x0), cn0 + share * (cn - cn0)
            rows.append([at, level, level, ha0 > cn0, piece])
            piece += 1
            rows.append([at, level, level, ha > cn, piece])
        rows.append([year, ha, cn, ha > cn, piece])
        before = (year, ha, cn)
    return pd.DataFrame(rows, columns=["x", "ha", "cn", "ahead", "piece"])


def gap(first: int = FIRST, last: int = LAST) -> charts.Figure:
    """Draw growth of China and Henan with the ground between shaded; a year without a figure is a gap."""
    years = yearly(first, last)
    known = years.dropna()
    behind = known[known["gap"] < 0]
    turn = int(behind.index.min()) if len(behind) else last + 1
    title = first_finding(
        (t("{turn} 年以前，有数可查的年份里河南都比全国快；{turn} 年起年年比全国慢",
           "Before {turn} Henan was faster than the country in every year that has a figure; from {turn} on it was slower in each"),
         len(behind) > 0 and bool((known[known.index < turn]["gap"] > 0).all()) and bool((known[known.index >= turn]["gap"] < 0).all())),
        (t("{n} 个有数可查的年份里，河南有 {m} 年比全国慢", "In {m} of the {n} years that have a figure, Henan was slower than the country"), True),
        turn=turn, n=len(known), m=len(behind),
    )  # fmt: skip
    pieces = [
        economy.pick(editions.series(), SERIES, r).query("index >= @first_ and index <= @last_",
                     local_dict={"first_": str(first), "last_": str(last)}) for r in (CHINA, HENAN)
    ]  # fmt: skip
    estimate = pieces[1].index[pieces[1]["note"].str.startswith("ESTIMATE")].astype(int)
    long = years[[CHINA, HENAN]].reset_index().melt("year", var_name="region", value_name="rate")
    long["name"] = long["region"].map(region_name)
    long["estimate"] = (long["region"] == HENAN) & long["year"].isin(estimate)
    colour = alt.Color("name:N", legend=None, scale=alt.Scale(domain=[region_name(CHINA), region_name(HENAN)], range=[MUTED, BLUE]))  # fmt: skip
    span = last - first
    x = alt.X("x:Q", title=None, scale=alt.Scale(domain=[first, last + max(1.2, span * 0.19)], nice=False),
              axis=alt.Axis(format="d", values=list(range(first, last + 1, 2 if span > 6 else 1)), grid=False))  # fmt: skip
    top = float(long["rate"].max())
    y = alt.Y("rate:Q", title=t("比上年（%）", "On the year before (%)"), scale=alt.Scale(domain=[0, top * 1.08], nice=False))  # fmt: skip
    under = alt.Chart(_shaded(years)).encode(x=x, y=alt.Y("ha:Q"), y2="cn:Q", detail="piece:N")
    ground = under.transform_filter("datum.ahead").mark_area(opacity=0.28, color=BLUE)
    ground += under.transform_filter("!datum.ahead").mark_area(opacity=0.28, color=RED)
    lines = alt.Chart(long.rename(columns={"year": "x"})).encode(
        x=x, y=y, color=colour,
        tooltip=[alt.Tooltip("name:N", title=t("地区", "Region")), alt.Tooltip("x:Q", format="d", title=t("年份", "Year")),
                 alt.Tooltip("rate:Q", format=".1f", title=t("增速（%）", "Growth (%)"))],
    )  # fmt: skip
    points = lines.transform_filter("!datum.estimate").mark_point(size=38)
    hollow = lines.transform_filter("datum.estimate").mark_point(size=55, filled=False, strokeWidth=2)
    ends = long[long["year"] == last].assign(text=[f"{n} {v:.1f}" for n, v in zip(long[long["year"] == last]["name"], long[long["year"] == last]["rate"], strict=True)])  # fmt: skip
    labels = (
        alt.Chart(ends.rename(columns={"year": "x"}).dropna(subset=["rate"]))
        .mark_text(align="left", dx=7, fontWeight="bold")
        .encode(x=x, y=y, text="text:N")
    )
    words = _notes_in_chart(years, x, y)
    reason = {year: t("政府工作报告的预计数", "the governor's estimate") for year in estimate}
    reason |= {
        year: t("未见公布数", "no published figure found") for year in years.index[years[HENAN].isna()]
    }
    table = pd.DataFrame({
        t("年份", "Year"): [str(y) for y in years.index], t("全国", "China"): years[CHINA], t("河南", "Henan"): years[HENAN],
        t("河南减全国（百分点）", "Henan − China (points)"): years["gap"],
        t("说明", "Remark"): [reason.get(y, t("首次公布", "first print") if pieces[1]["vintage"].get(str(y)) == "first" else t("公布数，是否首次不详", "published; not shown to be the first print")) for y in years.index],
    })  # fmt: skip
    return charts.figure(
        (ground + lines.mark_line() + points + hollow + labels + words).properties(height=320),
        id="fig-gap", title=title, status="public", table=table,
        formats=dict.fromkeys(table.columns[1:4], "{:.1f}"),
        subtitle=t(f"{first}—{last} 年全国与河南生产总值的实际增速（%），能找到首次公布数的用首次公布数；蓝底：河南较快，红底：河南较慢；空心点：预计数",
                   f"Real growth of GDP, China and Henan, {first}–{last} (%), first prints where they were found; blue ground: Henan faster, red ground: slower; hollow: an estimate"),
        source=reading.source_titles(economy.sources_of(*pieces[::-1])),
        note=t("简讯里有同题的图，但没有附数据；这里的数另行查得，每一年的出处见 data/economy/series.csv。",
               "The newsletter prints such a chart without its data; these figures were found elsewhere, the source of each year stands in data/economy/series.csv."),
        alt_text=t(f"两条折线，中间着色。{title}。", f"Two lines with the ground between them shaded. {title}."),
    )  # fmt: skip


def _notes_in_chart(years: pd.DataFrame, x: alt.X, y: alt.Y) -> alt.Chart:
    """Return the words that stand in the drawing: where Henan has no figure."""
    empty = [year for year in years.index if pd.isna(years.loc[year, HENAN])]
    runs: list[list[int]] = []
    for year in empty:
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    rows = [{"x": sum(run) / len(run), "rate": float(years[HENAN].max()) * 0.86,
             "text": t("河南缺数", "no figure") + "|" + t("、", ", ").join(str(y) for y in run)} for run in runs]  # fmt: skip
    data = pd.DataFrame(rows, columns=["x", "rate", "text"])
    return alt.Chart(data).mark_text(color=MUTED, fontSize=11, lineBreak="|").encode(x=x, y=y, text="text:N")


def ranks() -> charts.Figure:
    """Draw the 31 provinces in order, three times: what a rank is made of."""
    places = {p: national_place(p) for p in PERIODS}
    n = len(economy.PROVINCES)
    title = first_finding(
        (t("三次重排，河南都在 31 个省份的最后四分之一：第 {a}、第 {b}、第 {c}",
           "Ranked anew three times, Henan is in the last quarter of the 31 provinces each time: {a}, {b} and {c}"),
         all(p.rank > 0.75 * n for p in places.values())),
        (t("三次重排，河南在 31 个省份里排第 {a}、第 {b}、第 {c}", "Ranked anew three times, Henan is number {a}, {b} and {c} of the 31 provinces"), True),
        a=places["2020"].rank, b=places["2021"].rank, c=places["2022Q1"].rank,
    )  # fmt: skip
    series = editions.series()
    panels = [_order(p, places[p], economy.value(series, SERIES, CHINA, p)) for p in PERIODS]
    rows = editions.provinces().query("series == @SERIES and period in @PERIODS", local_dict={"SERIES": SERIES, "PERIODS": PERIODS})  # fmt: skip
    return charts.figure(
        panels, id="fig-ranks", title=title, status="computed", table=_rank_table(),
        formats={period_name(p): "{:.1f}" for p in PERIODS},
        subtitle=t("各省生产总值实际增速（%），首次公布的数，由快到慢排列；深蓝：河南，浅蓝：中部其他五省，横线：全国；虚框：西藏没有印出准数，只知范围",
                   "Real growth of GDP by province (%), first prints, from fast to slow; dark blue: Henan, light blue: the other five of central China, line: the country; dashed: Tibet, printed without a figure, known within limits"),
        source=reading.source_titles(economy.sources_of(rows)),
        note=t("并列取最小的名次。2021 年各省的数取自同一张表，与河南并列的内蒙古没有第二个来源。",
               "Ties share the smallest rank. The figures of 2021 come from one table; Inner Mongolia, which ties with Henan, has no second source."),
        alt_text=t(f"三排竖条，各 31 根，由高到低。{title}。", f"Three rows of 31 bars from high to low. {title}."),
    )  # fmt: skip


def _order(period: str, here: Place, country: float) -> alt.LayerChart:
    """Return one row of bars: the provinces of one period from fast to slow."""
    values, limits = growth_of(period), bounds(period)
    table = pd.DataFrame({"region": values.index, "rate": values.to_numpy()})
    table["low"] = [limits.get(r, (None, None))[0] for r in table["region"]]
    table["high"] = [limits.get(r, (None, None))[1] for r in table["region"]]
    # Henan stands last among equals, so that its bar is where the speech counts it.
    table["sort"] = table["rate"].fillna((table["low"] + table["high"]) / 2)
    table["own"] = table["region"] == HENAN
    table = table.sort_values(["sort", "own"], ascending=[False, True], ignore_index=True)
    table["at"] = table.index + 1
    table["name"] = table["region"].map(region_name)
    table["rank"] = [str(economy.place(values, r, limits).rank) if v == v else "—" for r, v in zip(table["region"], table["rate"], strict=True)]  # fmt: skip
    table["kind"] = ["own" if r == HENAN else "central" if r in economy.CENTRAL else "other" for r in table["region"]]  # fmt: skip
    x = alt.X("at:O", title=None, axis=None)
    y = alt.Y("rate:Q", title=None, scale=alt.Scale(domain=[min(-0.5, float(values.min()) * 1.1), float(values.max()) * 1.22], nice=False), axis=alt.Axis(tickCount=5))  # fmt: skip
    colour = alt.Color("kind:N", legend=None, scale=alt.Scale(domain=["own", "central", "other"], range=[BLUE, "#7fb6d8", QUIET]))  # fmt: skip
    tip = [alt.Tooltip("name:N", title=t("省份", "Province")), alt.Tooltip("rank:N", title=t("名次", "Rank")), alt.Tooltip("rate:Q", format=".1f", title=t("增速（%）", "Growth (%)"))]  # fmt: skip
    base = alt.Chart(table).encode(x=x)
    bars = base.transform_filter("isValid(datum.rate)").mark_bar().encode(y=y, color=colour, tooltip=tip)
    range_ = (
        base.transform_filter("isValid(datum.low)")
        .mark_bar(fill="transparent", stroke=MUTED, strokeDash=[2, 2])
        .encode(y=alt.Y("high:Q"), tooltip=[tip[0]])
    )
    own = table[table["own"]].assign(rate=max(country, values[HENAN]), text=t(f"河南第 {here.rank}", f"Henan {here.rank}") + (t("（并列）", " (tied)") if here.tied else ""))  # fmt: skip
    label = (
        alt.Chart(own)
        .mark_text(dy=-10, dx=16, align="right", fontWeight="bold", color=INK)
        .encode(x=x, y=y, text="text:N")
    )
    rule = (
        alt.Chart(pd.DataFrame({"rate": [country]}))
        .mark_rule(color=INK, strokeDash=[4, 3])
        .encode(y="rate:Q")
    )
    zero = alt.Chart(pd.DataFrame({"rate": [0]})).mark_rule(color=QUIET).encode(y="rate:Q")
    return (zero + bars + range_ + rule + label).properties(
        height=150,
        title=alt.TitleParams(
            period_name(period) + t(f"（全国 {country:.1f}%）", f" (China {country:.1f}%)"),
            anchor="start",
            fontSize=13,
        ),
    )


def _rank_table() -> pd.DataFrame:
    """Return all 31 provinces with growth and rank of the three periods, in the order of 2021."""
    table = pd.DataFrame({t("省份", "Province"): [region_name(r) for r in economy.PROVINCES]}, index=list(economy.PROVINCES))  # fmt: skip
    for period in PERIODS:
        values, limits = growth_of(period), bounds(period)
        table[period_name(period)] = values
        table[t("名次", "Rank") + f" {period_name(period)}"] = pd.array(
            [economy.place(values, r, limits).rank if v == v else None for r, v in values.items()],
            dtype="Int64",
        )
    return table.sort_values(table.columns[4], kind="stable").reset_index(drop=True)


def central() -> charts.Figure:
    """Frame the six provinces of central China: growth and place, three times."""
    six = list(economy.CENTRAL)
    table = pd.DataFrame({t("省份", "Province"): [region_name(r) for r in six]}, index=six)
    formats = {}
    for period in PERIODS:
        values = growth_of(period)[six]
        table[period_name(period)] = values
        formats[period_name(period)] = partial(_with_rank, values)
    table = table.loc[growth_of("2021")[six].sort_values(ascending=False).index]
    spots = [central_place(p).rank for p in PERIODS]
    title = first_finding(
        (t("2020 年中部只有{low}比河南慢；2021 年以后连{low}也超过了河南", "In 2020 only {low} of central China was slower than Henan; from 2021 on {low} too is faster"),
         spots == [5, 6, 6]),
        (t("中部六省里，河南三次排第 {a}、第 {b}、第 {c}", "Of the six in central China, Henan is number {a}, {b} and {c}"), True),
        low=region_name(str(growth_of("2020")[six].idxmin())), a=spots[0], b=spots[1], c=spots[2],
    )  # fmt: skip
    rows = editions.provinces().query("series == @SERIES and period in @PERIODS and region in @six",
                                      local_dict={"SERIES": SERIES, "PERIODS": PERIODS, "six": six})  # fmt: skip
    return charts.table(
        table, id="tab-central", title=title, status="computed",
        formats=formats,
        subtitle=t("中部六省生产总值实际增速（%），括号里是在六省中的名次；首次公布的数，按 2021 年排列",
                   "Real growth of GDP (%) in the six provinces of central China, in brackets the place among them; first prints, in the order of 2021"),
        source=reading.source_titles(economy.sources_of(rows)),
    )  # fmt: skip


def _with_rank(values: pd.Series, rate: float) -> str:
    """Return a rate with its rank among ``values``, not to be broken over two lines."""
    return f"{rate:.1f}".replace("-", "−") + f"\u00a0({1 + int((values > rate).sum())})"


def spring_revenue() -> charts.Figure:
    """Draw what the revenue of January to April 2022 looks like with the tax refunds put back."""
    money = revenue()
    now, before, same = money["now"].mid, money["before"].mid, money["comparable"].mid
    series = editions.series()
    fell = economy.value(series, "budget_revenue_growth", HENAN, "2022M1-M4")
    rose = economy.value(series, "budget_revenue_growth_comparable", HENAN, "2022M1-M4")
    title = finding(
        t("把退掉的税加回去，前四个月的收入不是少了 {fell:.1f}%，而是多了 {rose:.1f}%",
          "With the refunded tax put back, revenue did not fall by {fell:.1f}% but rose by {rose:.1f}%"),
        holds=fell < 0 < rose, fell=-fell, rose=rose,
    )  # fmt: skip
    then, today = t("2021 年 1—4 月（反推）", "Jan–Apr 2021 (implied)"), t("2022 年 1—4 月", "Jan–Apr 2022")
    got, back = t("入库的收入", "Revenue received"), t("留抵退税（反推）", "Refunds (implied)")
    rows = pd.DataFrame([
        {"when": then, "part": got, "start": 0.0, "end": before, "text": f"{before:,.0f}"},
        {"when": today, "part": got, "start": 0.0, "end": now, "text": f"{now:,.0f}"},
        {"when": today, "part": back, "start": now, "end": same, "text": f"+{same - now:,.0f}"},
    ])  # fmt: skip
    scale = alt.Scale(domain=[0, same * 1.04], nice=False)
    y = alt.Y(
        "when:N", sort=[then, today], title=None, axis=alt.Axis(labels=False, ticks=False, domain=False)
    )
    base = alt.Chart(rows).encode(y=y)
    bars = base.mark_bar(height=26).encode(
        x=alt.X("start:Q", title=t("亿元", "100 million yuan"), scale=scale, axis=alt.Axis(tickCount=5)), x2="end:Q",
        color=alt.Color("part:N", title=None, scale=alt.Scale(domain=[got, back], range=[BLUE, "#b9d7ea"])),
    )  # fmt: skip
    text = base.mark_text(align="right", dx=-5, color="#ffffff", fontWeight="bold").encode(x=alt.X("end:Q", scale=scale), text="text:N")  # fmt: skip
    inside = text.transform_filter(alt.datum.part == got)
    added = text.transform_filter(alt.datum.part == back).mark_text(
        align="right", dx=-5, color="#00344f", fontWeight="bold"
    )
    heads = (
        base.transform_filter(alt.datum.part == got)
        .mark_text(align="left", dy=-22, color=INK)
        .encode(x=alt.value(0), text="when:N")
    )
    table = pd.DataFrame({
        t("口径", "Basis"): [then, today, t("2022 年 1—4 月，加回留抵退税（反推）", "Jan–Apr 2022 with refunds put back (implied)"), back],
        t("亿元", "100 million yuan"): [before, now, same, money["refunds"].mid],
        t("舍入后的范围", "Range within rounding"): [f"{r.low:,.1f}–{r.high:,.1f}" for r in (money["before"], money["now"], money["comparable"], money["refunds"])],
    })  # fmt: skip
    used = series[(series["region"] == HENAN) & (series["period"] == "2022M1-M4") & series["series"].str.startswith("budget_revenue")]  # fmt: skip
    return charts.figure(
        (bars + inside + added + heads).properties(height={"step": 40}), id="fig-revenue", title=title, status="computed", table=table,
        formats={t("亿元", "100 million yuan"): "{:,.1f}"},
        subtitle=t("河南一般公共预算收入（亿元），2022 年 1—4 月；上年同期和退税额由总额与两个增速反推",
                   "Public budget revenue of Henan (100 million yuan), January to April 2022; the year before and the refunds follow from the level and the two growth rates"),
        source=reading.source_titles(economy.sources_of(used)),
        note=t("反推的前提：两个口径只差留抵退税这一项。", "The refunds follow on the assumption that the two bases differ by nothing else."),
        alt_text=t(f"两条横条。{title}。", f"Two bars. {title}."),
    )  # fmt: skip


def revised() -> charts.Figure:
    """Draw every revision of growth that was found; the one of Henan carries its limits."""
    rows = revisions()
    own = rows[(rows["region"] == HENAN) & rows["implied"]].iloc[0]
    printed = rows[~rows["implied"]]
    most = float(printed["change"].abs().max())
    title = finding(
        t("河南 2020 年的增速后来调低了 {low:.1f} 到 {high:.1f} 个百分点；全国印出来的历次修订都不超过 {most:.1f} 个",
          "Henan's growth of 2020 was later cut by {low:.1f} to {high:.1f} percentage points; no printed revision of the country's exceeds {most:.1f}"),
        holds=-own["high"] > most, low=-own["high"], high=-own["low"], most=most,
    )  # fmt: skip
    rows = rows.assign(
        who=[f"{region_name(r)} {y}" for r, y in zip(rows["region"], rows["year"], strict=True)],
        text=[signed(c) if not i else signed(low) + t(" 到 ", " to ") + signed(high) for c, i, low, high in zip(rows["change"], rows["implied"], rows["low"], rows["high"], strict=True)],
        right=rows[["change", "high"]].max(axis=1),
    )  # fmt: skip
    colour = alt.Color("region:N", legend=None, scale=alt.Scale(domain=[CHINA, HENAN], range=[MUTED, BLUE]))
    y = alt.Y("who:N", sort=list(rows["who"]), title=None, axis=alt.Axis(ticks=False, domain=False))
    scale = alt.Scale(domain=[-0.55, 0.4], nice=False)
    x = alt.X("change:Q", title=t("修订（百分点）", "Revision (percentage points)"), scale=scale, axis=alt.Axis(tickCount=5, format="+.1f"))  # fmt: skip
    base = alt.Chart(rows).encode(y=y, color=colour)
    span = (
        base.transform_filter("datum.implied")
        .mark_rule(strokeWidth=5, opacity=0.35)
        .encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
    )
    dots = base.mark_point(size=80).encode(x=x)
    text = base.mark_text(align="left", dx=9).encode(x=alt.X("right:Q", scale=scale), text="text:N")
    zero = alt.Chart(pd.DataFrame({"change": [0.0]})).mark_rule(color=QUIET).encode(x=x)
    table = pd.DataFrame({
        t("地区与年份", "Region and year"): rows["who"], t("首次公布（%）", "First print (%)"): rows["first"],
        t("修订后（%）", "Revised (%)"): [f"{v:.1f}" if not i else t(f"{v:.2f}（反推）", f"{v:.2f} (implied)") for v, i in zip(rows["revised"], rows["implied"], strict=True)],
        t("修订（百分点）", "Revision (points)"): rows["text"], t("可信度", "Confidence"): rows["confidence"],
    })  # fmt: skip
    return charts.figure(
        (zero + span + dots + text).properties(height={"step": 34}), id="fig-revised", title=title, status="computed", table=table,
        formats={t("首次公布（%）", "First print (%)"): "{:.1f}"},
        subtitle=t("生产总值实际增速，修订后的数减去首次公布的数（百分点）；带横杠的由两年平均增速反推，横杠是舍入留下的范围",
                   "Real growth of GDP, revised less first print (percentage points); with a bar: implied by a two-year average, the bar is what rounding leaves open"),
        source=reading.source_titles(economy.sources_of(rows[::-1])),
        alt_text=t(f"点图。{title}。", f"Dot plot. {title}."),
    )  # fmt: skip


def afterwards() -> charts.Figure:
    """Draw the distance between Henan and the country, before the speech and after it."""
    rows = later_gaps()
    gaps = rows.set_index("period")["gap"]
    title = first_finding(
        (t("讲话之后：2022 年全年河南比全国快了 {a:.1f} 个百分点，2023 年又慢了 {b:.1f} 个",
           "After the speech: over 2022 Henan was {a:.1f} percentage points faster than the country, in 2023 {b:.1f} slower again"),
         gaps["2022"] >= 0 > gaps["2023"]),
        (t("讲话之后：2022 年全年河南与全国相差 {a:+.1f} 个百分点，2023 年相差 {c:+.1f} 个",
           "After the speech: Henan less the country is {a:+.1f} percentage points in 2022 and {c:+.1f} in 2023"), True),
        a=gaps["2022"], b=-gaps["2023"], c=gaps["2023"],
    )  # fmt: skip
    rows = rows.assign(
        when=[period_name(p) for p in rows["period"]], text=[signed(g) for g in rows["gap"]],
        side=["ahead" if g >= 0 else "behind" for g in rows["gap"]],
    )  # fmt: skip
    rows["at"] = [t(f"{p} 全年", f"{p} year") if p.isdigit() else w.replace(" 年", " ") for w, p in zip(rows["when"], rows["period"], strict=True)]  # fmt: skip
    x = alt.X("at:N", sort=list(rows["at"]), title=None, scale=alt.Scale(padding=0),
              axis=alt.Axis(labelAngle=0, ticks=False, domain=False, labelExpr="split(datum.label, ' ')", labelOverlap=False))  # fmt: skip
    y = alt.Y("gap:Q", title=t("河南减全国（百分点）", "Henan − China (percentage points)"), scale=alt.Scale(domain=[-2.3, 1.1], nice=False))  # fmt: skip
    colour = alt.Color("side:N", legend=None, scale=alt.Scale(domain=["ahead", "behind"], range=[BLUE, RED]))
    base = alt.Chart(rows).encode(x=x)
    stems = base.mark_rule(strokeWidth=3).encode(y=y, y2=alt.datum(0), color=colour)
    dots = base.mark_point(size=90).encode(y=y, color=colour, tooltip=[
        alt.Tooltip("when:N", title=t("时期", "Period")), alt.Tooltip(f"{HENAN}:Q", format=".1f", title=region_name(HENAN)),
        alt.Tooltip(f"{CHINA}:Q", format=".1f", title=region_name(CHINA))])  # fmt: skip
    up = base.transform_filter("datum.gap >= 0").mark_text(dy=-13).encode(y=y, text="text:N")
    down = base.transform_filter("datum.gap < 0").mark_text(dy=15).encode(y=y, text="text:N")
    zero = alt.Chart(pd.DataFrame({"gap": [0]})).mark_rule(color=INK).encode(y="gap:Q")
    shade = base.transform_filter("datum.later").mark_bar(color=GRID, opacity=0.6, width={"band": 1}).encode(y=alt.datum(-2.3), y2=alt.datum(1.1))  # fmt: skip
    used = editions.series().query("series == @SERIES and period in @when", local_dict={"SERIES": SERIES, "when": list(rows["period"])})  # fmt: skip
    used = used[used["region"].isin([CHINA, HENAN]) & (used["vintage"] == "first")]
    table = rows[["when", CHINA, HENAN, "gap"]].rename(columns={
        "when": t("时期", "Period"), CHINA: t("全国（%）", "China (%)"), HENAN: t("河南（%）", "Henan (%)"),
        "gap": t("河南减全国（百分点）", "Henan − China (points)")})  # fmt: skip
    return charts.figure(
        (shade + zero + stems + dots + up + down).properties(height=300), id="fig-later", title=title, status="computed", table=table,
        formats=dict.fromkeys(table.columns[1:], "{:.1f}"),
        subtitle=t("生产总值实际增速，河南减全国（百分点），首次公布的数；灰底：2022 年 7 月讲话以后才公布",
                   "Real growth of GDP, Henan less China (percentage points), first prints; grey ground: published after the speech of July 2022"),
        source=reading.source_titles(economy.sources_of(used[::-1])),
        alt_text=t(f"竖线图，零线以上为快。{title}。", f"Stems around zero. {title}."),
    )  # fmt: skip
