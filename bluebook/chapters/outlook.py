"""report/outlook: where the report sees Henan in 2022, and which year its two comparisons belong to."""

from __future__ import annotations

import altair as alt
import pandas as pd

from bluebook import charts, editions, reading
from bluebook.chapters.evidence import series_value, within
from bluebook.charts import BLUE, INK, MUTED, QUIET, RED, finding, first_finding, glue
from bluebook.ledger import CENTRAL, PROVINCES
from bluebook.reckoning import money
from bluebook.reckoning import printed as told
from bluebook.words import t

HENAN = "河南"
_FLOOR = "rd_spending_ha_2021/gdp_ha_2021*100"
_ENGLISH = {
    "北京": "Beijing", "天津": "Tianjin", "河北": "Hebei", "山西": "Shanxi", "内蒙古": "Inner Mongolia", "辽宁": "Liaoning",
    "吉林": "Jilin", "黑龙江": "Heilongjiang", "上海": "Shanghai", "江苏": "Jiangsu", "浙江": "Zhejiang", "安徽": "Anhui",
    "福建": "Fujian", "江西": "Jiangxi", "山东": "Shandong", "河南": "Henan", "湖北": "Hubei", "湖南": "Hunan",
    "广东": "Guangdong", "广西": "Guangxi", "海南": "Hainan", "重庆": "Chongqing", "四川": "Sichuan", "贵州": "Guizhou",
    "云南": "Yunnan", "西藏": "Tibet", "陕西": "Shaanxi", "甘肃": "Gansu", "青海": "Qinghai", "宁夏": "Ningxia", "新疆": "Xinjiang",
}  # fmt: skip


def _name(region: str) -> str:
    return t(region, _ENGLISH[region])


def numbers() -> None:
    """Glue the figures of the chapter's prose; intensities in %, gaps in percentage points, money as `money`."""
    points = points_table()
    ranks = ranks_table().set_index("region").loc[HENAN]
    scores = scores_table()
    henan = scores[scores["region"] == HENAN].set_index("year")
    last = scores[scores["year"] == 2020].dropna(subset=["score"]).set_index("rank")["score"]
    years = intensity_table()
    gaps = {y: _gap(years, y) for y in (2020, 2021, 2022, 2023)}
    missing = within("(series_rd_intensity_cn_2021 - series_rd_intensity_ha_2021)/100*gdp_ha_2021")
    basic = {y: series_value("rd_basic", HENAN, y) / series_value("rd_spending", HENAN, y) * 100 for y in ("2020", "2022")}  # fmt: skip
    glue(
        n_points=len(points), n_numbered=int((points["figures"] > 0).sum()), n_figures=int(points["figures"].sum()),
        n_background=int((points["part"] == "background").sum()), n_chances=int((points["part"] == "chance").sum()),
        n_challenges=int((points["part"] == "challenge").sum()),
        place_gdp=int(ranks["gdp"]), place_spending=int(ranks["spending"]), place_intensity=int(ranks["intensity"]),
        fall=int((ranks_table()["intensity"] - ranks_table()["gdp"]).max()),
        fallers=t("、", ", ").join(map(_name, ranks_table().loc[lambda d: d["intensity"] - d["gdp"] == (d["intensity"] - d["gdp"]).max(), "region"])),
        n_provinces=len(ranks_table()), place_central=int(central_place()), n_central=len(CENTRAL),
        floor=within(_FLOOR).low, intensity_ha_2020=series_value("rd_intensity", HENAN, "2020"),
        intensity_cn_2020=series_value("rd_intensity", "全国", "2020"),
        intensity_ha_2021=series_value("rd_intensity", HENAN, "2021"), intensity_cn_2021=series_value("rd_intensity", "全国", "2021"),
        gap_printed=told("rd_intensity_cn_2021") - told("rd_intensity_ha_2021"), gap_2021=gaps[2021], gap_2020=gaps[2020],
        gap_2023=gaps[2023],
        missing=money(missing.mid), spending_2021=money(series_value("rd_spending", HENAN, "2021")),
        score_2019=float(henan["score"][2019]), score_2020=float(henan["score"][2020]),
        rank_2019=int(henan["rank"][2019]), rank_2020=int(henan["rank"][2020]),
        score_rise=told("innovation_score_ha_2021") - float(henan["score"][2020]),
        above_2020=_name(_at(scores, 2020, int(henan["rank"][2020]) - 1)), below_2020=_name(_at(scores, 2020, int(henan["rank"][2020]) + 1)),
        gap_above=float(last[int(henan["rank"][2020]) - 1] - henan["score"][2020]),
        gap_below=float(henan["score"][2020] - last[int(henan["rank"][2020]) + 1]),
        passed=t("、", ", ").join(overtakers(scores)[0]), needed=overtakers(scores)[1],
        span_10_17=float(last[10] - last[17]), first_2020=float(last[1]),
        rank_2022=int(series_value("regional_innovation_rank", HENAN, "2022")),
        basic_2020=basic["2020"], basic_2022=basic["2022"],
        intensity_ha_2022=series_value("rd_intensity", HENAN, "2022"), intensity_ha_2023=series_value("rd_intensity", HENAN, "2023"),
        intensity_cn_2022=series_value("rd_intensity", "全国", "2022"), intensity_cn_2023=series_value("rd_intensity", "全国", "2023"),
    )  # fmt: skip


# ---------------------------------------------------------------- the report's points

_POINTS = (
    ("background", "科技和产业变革在重排竞争的座次", "Science and industry are reordering who leads", ()),
    ("background", "中央寄望，省党代会列为“一号战略”", "Beijing expects it, and the provincial congress puts it first", ()),
    ("background", "河南自己到了换动力的时候", "Henan itself must change what drives it", ()),
    ("chance", "构建新发展格局", "The “new development pattern”", ()),
    ("chance", "中部地区高质量发展的政策", "Policy for the central provinces", ()),
    ("chance", "数字技术与产业融合", "Digital technology merging with industry", ()),
    ("chance", "多项国家战略叠加", "Several national strategies at once", ()),
    ("chance", "腹地的区位、市场、门类和文化", "A hinterland's location, market, range of industry and culture", ()),
    ("challenge", "各省都在争科技高地，技术更难引进", "Every province competes, and technology is harder to obtain", ()),
    ("challenge", "高层次平台和大科学装置少", "Few high-level platforms and large facilities", ()),
    ("challenge", "研发投入严重不足", "Far too little R&D spending", ("rd_intensity_ha_2021", "rd_intensity_cn_2021")),
    ("challenge", "原始创新能力弱", "Weak original innovation", ("innovation_rank_ha_2021", "innovation_score_ha_2021")),
    ("challenge", "科技成果转化水平不高", "Few results turned to use", ()),
)  # fmt: skip
_PARTS = {
    "background": ("背景", "Background"),
    "chance": ("机遇", "Chance"),
    "challenge": ("挑战", "Challenge"),
}


def points_table() -> pd.DataFrame:
    """Return the section's points in order: part, told (our words), figures (how many are printed with it)."""
    return pd.DataFrame(
        [(part, t(zh, en), len(claims)) for part, zh, en, claims in _POINTS],
        columns=["part", "told", "figures"],
    )


def points() -> charts.Figure:
    """Show the report's points and how many figures each rests on."""
    rows = points_table()
    challenges = rows[rows["part"] == "challenge"]
    title = finding(
        t("{n} 条判断里只有 {k} 条带数字，全在挑战里", "Of {n} points only {k} come with figures, all of them challenges"),
        holds=(rows["figures"] > 0).sum() == (challenges["figures"] > 0).sum() < len(challenges),
        n=len(rows), k=int((rows["figures"] > 0).sum()),
    )  # fmt: skip
    parts = rows.assign(numbered=rows["figures"] > 0).groupby("part", sort=False)[["numbered", "figures"]]
    table = parts.sum().assign(n=parts.size()).reset_index()
    table = pd.DataFrame({
        t("类别", "Part"): [t(*_PARTS[p]) for p in table["part"]], t("几条判断", "Points"): table["n"],
        t("带数字的", "With figures"): table["numbered"].astype(int), t("共几个数", "Figures"): table["figures"],
    })  # fmt: skip
    return charts.table(
        table, id="fig-outlook-points", title=title, status="computed",
        subtitle=t("发布第二块第（二）节的判断，按类别数一数，2022 年", "The points of the second section of part two, counted by part"),
        source=reading.source_titles(["newsletter"]),
    )  # fmt: skip


# ---------------------------------------------------------------- 31 provinces


def ranks_table() -> pd.DataFrame:
    """Return the 31 provinces of 2020 with values and ranks (1 is the highest, ties share the smaller rank).

    Columns: region, gdp_value and spending_value (亿元), intensity_value (%), gdp, spending, intensity.
    """
    every = editions.provinces()
    every = every[(every["period"] == "2020") & every["region"].isin(PROVINCES)]
    wide = pd.DataFrame({
        key: every[every["series"] == series].drop_duplicates("region").set_index("region")["value"]
        for key, series in (("gdp_value", "gdp_level"), ("spending_value", "rd_spending"), ("intensity_value", "rd_intensity"))
    })  # fmt: skip
    for key in ("gdp", "spending", "intensity"):
        wide[key] = wide[f"{key}_value"].rank(ascending=False, method="min")
    return wide.sort_values("intensity").rename_axis("region").reset_index()


def central_place() -> int:
    """Return Henan's place by R&D intensity of 2020 among the six central provinces."""
    six = ranks_table().query("region in @CENTRAL", local_dict={"CENTRAL": CENTRAL}).set_index("region")
    return int(six["intensity_value"].rank(ascending=False, method="min")[HENAN])


def province_ranks() -> charts.Figure:
    """Draw each province's rank by GDP, by R&D spending and by R&D intensity, Henan marked."""
    rows = ranks_table()
    own = rows.set_index("region").loc[HENAN]
    fall = (rows["intensity"] - rows["gdp"]).max()
    title = first_finding(
        (t("河南的落差全国最大：生产总值第 {g}，研发经费第 {s}，研发强度第 {i}", "No province falls farther: Henan is no. {g} by GDP, {s} by R&D spending, {i} by intensity"),
         own["intensity"] - own["gdp"] == fall > 0),
        (t("河南生产总值第 {g}，研发经费第 {s}，研发强度第 {i}", "Henan is no. {g} by GDP, {s} by R&D spending, {i} by intensity"), True),
        g=int(own["gdp"]), s=int(own["spending"]), i=int(own["intensity"]),
    )  # fmt: skip
    heads = {"gdp": t("生产总值", "GDP"), "spending": t("研发经费", "R&D spending"), "intensity": t("研发强度", "R&D intensity")}  # fmt: skip
    long = rows.melt("region", list(heads), "by", "rank")
    kinds = [HENAN, t("中部其余五省", "Other central provinces"), t("其他", "Others")]
    kinds[0] = _name(HENAN)
    long = long.assign(
        head=long["by"].map(heads), name=long["region"].map(_name),
        kind=[kinds[0] if r == HENAN else kinds[1] if r in CENTRAL else kinds[2] for r in long["region"]],
    )  # fmt: skip
    long = long.drop(columns="region")
    x = alt.X("head:N", sort=list(heads.values()), title=None, axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False),
              scale=alt.Scale(padding=0.35))  # fmt: skip
    y = alt.Y("rank:Q", title=None, axis=None, scale=alt.Scale(domain=[31.6, 0.4], nice=False))
    colour = alt.Color("kind:N", title=None, scale=alt.Scale(domain=kinds, range=[RED, BLUE, QUIET]))
    tip = [alt.Tooltip("name:N", title=t("省份", "Province")), alt.Tooltip("head:N", title=t("按", "By")), alt.Tooltip("rank:Q", title=t("位次", "Rank"))]  # fmt: skip
    base = alt.Chart(long).encode(x=x, y=y, color=colour, detail="name:N")
    back, front = (base.transform_filter(f"datum.kind {op} '{kinds[2]}'") for op in ("==", "!="))
    chart = (
        back.mark_line(strokeWidth=1, opacity=0.7) + back.mark_circle(size=26, opacity=1).encode(tooltip=tip)
        + front.mark_line(strokeWidth=2.4) + front.mark_circle(opacity=1).encode(tooltip=tip, size=alt.condition(f"datum.kind == '{kinds[0]}'", alt.value(330), alt.value(90)))
        + alt.Chart(long[long["kind"] == kinds[0]]).mark_text(fontWeight="bold", fontSize=11).encode(x=x, y=y, text="rank:Q", color=alt.value("white"))
        + alt.Chart(long[long["by"] == "gdp"]).mark_text(align="right", dx=-9, fontSize=10.5).encode(x=x, y=y, text="name:N", color=alt.value(MUTED))
        + alt.Chart(long[long["by"] == "intensity"]).mark_text(align="left", dx=9, fontSize=10.5).encode(x=x, y=y, text="name:N", color=alt.value(MUTED))
    )  # fmt: skip
    table = pd.DataFrame({
        t("省份", "Province"): rows["region"].map(_name), t("生产总值（亿元）", "GDP (billion yuan)"): rows["gdp_value"].map(money),
        t("研发经费（亿元）", "R&D (billion yuan)"): rows["spending_value"].map(money), t("研发强度（%）", "Intensity (%)"): rows["intensity_value"],
        t("生产总值位次", "GDP rank"): rows["gdp"].astype("Int64"), t("经费位次", "R&D rank"): rows["spending"].astype("Int64"),
        t("强度位次", "Intensity rank"): rows["intensity"].astype("Int64"),
    })  # fmt: skip
    sources = editions.provinces().query("period == '2020' and series in ['gdp_level', 'rd_intensity', 'rd_spending']")["source"]  # fmt: skip
    return charts.figure(
        chart.properties(height=560), id="fig-outlook-ranks", title=title, status="computed", table=table,
        formats={t("生产总值（亿元）", "GDP (billion yuan)"): "{:,.0f}", t("研发经费（亿元）", "R&D (billion yuan)"): "{:,.1f}", t("研发强度（%）", "Intensity (%)"): "{:.2f}"},
        subtitle=t("2020 年 31 个省份按三种口径的位次（1 为最高），由首次公布的数排出", "Ranks of the 31 provinces in 2020 by three measures (1 is the highest), from first prints"),
        source=reading.source_titles(list(dict.fromkeys(sources))),
        alt_text=t(f"三列位次的连线图，河南一条突出。{title}。", f"Lines joining three columns of ranks, Henan's stands out. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- which year


def intensity_table() -> pd.DataFrame:
    """Return R&D intensity (%) of Henan and the country: region, year, value, vintage, source; first prints first."""
    every = editions.series().query("series == 'rd_intensity'")
    every = every[every["region"].isin([HENAN, "全国"])]
    found = every.assign(year=every["period"].astype(int), first=every["vintage"] == "first")
    return found.sort_values(["first", "year"], ascending=[False, True])[
        ["region", "year", "value", "vintage", "source"]
    ].reset_index(drop=True)


def _gap(years: pd.DataFrame, year: int) -> float:
    """Return the country's intensity less Henan's in ``year``, first prints (percentage points)."""
    now = years[(years["year"] == year) & (years["vintage"] == "first")].set_index("region")["value"]
    return float(now["全国"] - now[HENAN])


def which_year() -> charts.Figure:
    """Draw both intensities year by year, with the two that the report prints under 2021."""
    rows = intensity_table()
    first = rows[rows["vintage"] == "first"]
    own, country = told("rd_intensity_ha_2021"), told("rd_intensity_cn_2021")
    of_2020 = first[first["year"] == 2020].set_index("region")["value"]
    floor = within(_FLOOR).low
    title = finding(
        t("印在 2021 年名下的两个强度都是 2020 年的；报告自己的数就已推出河南 2021 年不低于 {f:.2f}%",
          "Both intensities printed under 2021 are 2020's; the report's own numbers put Henan at {f:.2f}% or more in 2021"),
        holds=own == of_2020[HENAN] and country == of_2020["全国"] and floor > within("rd_intensity_ha_2021").high, f=floor,
    )  # fmt: skip
    names = {HENAN: _name(HENAN), "全国": t("全国", "China")}
    kinds = [t("首次公布", "First print"), t("修订后", "Revised"), t("报告印出", "Printed in the report")]
    shown = rows.assign(
        name=rows["region"].map(names),
        kind=[kinds[0] if v == "first" else kinds[1] for v in rows["vintage"]],
    )[["name", "year", "value", "kind"]]
    misplaced = pd.DataFrame({
        "name": [names[HENAN], names["全国"]], "year": 2021, "value": [own, country], "kind": kinds[2], "from": 2020,
    })  # fmt: skip
    domain = [names["全国"], names[HENAN]]
    colour = alt.Color("name:N", scale=alt.Scale(domain=domain, range=[MUTED, BLUE]), legend=None)
    x = alt.X("year:Q", title=None, axis=alt.Axis(values=list(range(2019, 2024)), format="d", grid=False), scale=alt.Scale(domain=[2018.8, 2023.9], nice=False))  # fmt: skip
    y = alt.Y("value:Q", title=t("研发经费占生产总值（%）", "R&D as a share of GDP (%)"), scale=alt.Scale(domain=[1.4, 2.75], nice=False, zero=False), axis=alt.Axis(format=".1f"))  # fmt: skip
    shape = alt.Shape("kind:N", title=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond", "cross"]), legend=alt.Legend(columns=3, orient="bottom", symbolFillColor=MUTED, symbolStrokeColor=MUTED))  # fmt: skip
    line = (
        alt.Chart(shown).transform_filter(f"datum.kind == '{kinds[0]}'").mark_line().encode(x=x, y=y, color=colour)
    )  # fmt: skip
    dots = alt.Chart(shown).mark_point(size=70, opacity=1).encode(x=x, y=y, color=colour, shape=shape)
    cross = (
        alt.Chart(misplaced)
        .mark_point(size=130, opacity=1)
        .encode(x=x, y=y, shape=shape, color=alt.value(RED))
    )
    back = (
        alt.Chart(misplaced)
        .mark_rule(color=RED, strokeDash=[4, 3], strokeWidth=1.5)
        .encode(x=x, x2="from:Q", y=y)
    )
    words = (
        alt.Chart(misplaced.assign(told=[f"{v:.2f}" for v in misplaced["value"]]))
        .mark_text(align="left", dx=9, dy=8, color=RED)
        .encode(x=x, y=y, text="told:N")
    )
    bound = pd.DataFrame([{"year": 2020.72, "to": 2021.28, "value": floor, "told": t("下限", "floor")}])
    bar = alt.Chart(bound).mark_rule(color=INK, strokeWidth=2.5).encode(x=x, x2="to:Q", y=y)
    bar_text = alt.Chart(bound).mark_text(align="left", dx=4, dy=1).encode(x="to:Q", y=y, text="told:N")
    ends = shown[(shown["year"] == 2023)]
    end = alt.Chart(ends).mark_text(align="left", dx=8).encode(x=x, y=y, text="name:N")
    table = pd.concat([shown, misplaced[shown.columns]], ignore_index=True).rename(columns={
        "name": t("地区", "Region"), "year": t("年份", "Year"), "value": t("强度（%）", "Intensity (%)"), "kind": t("哪种数", "Kind"),
    })  # fmt: skip
    return charts.figure(
        (line + back + bar + bar_text + dots + cross + words + end).properties(height=360), id="fig-outlook-year",
        title=title, status="computed", table=table, formats={t("强度（%）", "Intensity (%)"): "{:.2f}"},
        subtitle=t("2019–2023 年研发经费占生产总值的比重（%）；红叉是报告印在 2021 年的数，虚线指回它们所属的年份；短横是由报告自己的投入下限和生产总值算出的下限",
                   "R&D spending as a share of GDP (%), 2019–2023; red crosses: what the report prints for 2021, dashes lead back to their year; short bar: the floor from the report's own spending and GDP"),
        source=reading.source_titles(["newsletter", *rows["source"]]),
        note=t("河南 2021 年首次公布的强度没有见到印本，由当年经费和生产总值算得。", "No print of Henan's first intensity of 2021 was seen; it is spending over GDP."),
        alt_text=t(f"两条上升的折线，红叉落在线的下方。{title}。", f"Two rising lines; the red crosses lie below them. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- regional innovation


def scores_table() -> pd.DataFrame:
    """Return scores and ranks of the regional innovation evaluation of 2019–2021: year, region, score, rank.

    2021 holds Henan alone, as the report prints it. A score that a source garbled is missing.
    """
    every = editions.provinces().query("series == 'regional_innovation_score' and period in ['2019', '2020']")
    rows = every.assign(year=every["period"].astype(int), score=every["value"], rank=every["rank_printed"])
    own = pd.DataFrame(
        {
            "year": [2021],
            "region": [HENAN],
            "score": [told("innovation_score_ha_2021")],
            "rank": [int(told("innovation_rank_ha_2021"))],
        }
    )
    both = pd.concat([rows[["year", "region", "score", "rank"]], own], ignore_index=True)
    return both.astype({"rank": "Int64"}).sort_values(["year", "rank"], ignore_index=True)


def _at(scores: pd.DataFrame, year: int, rank: int) -> str:
    """Return the province that stands at ``rank`` in ``year``."""
    return str(scores[(scores["year"] == year) & (scores["rank"] == rank)]["region"].iloc[0])


def overtakers(scores: pd.DataFrame) -> tuple[list[str], float]:
    """Return who stood behind Henan in 2020 and before it in 2021, and the least that the last of them gained."""
    every = editions.provinces().query("series == 'regional_innovation_rank' and period == '2021'")
    now = every.set_index("region")["value"]
    then = scores[scores["year"] == 2020].set_index("region")
    own = scores[(scores["region"] == HENAN) & (scores["year"] == 2021)].iloc[0]
    passed = [r for r in now.index if now[r] < own["rank"] and then["rank"][r] > then["rank"][HENAN]]
    # Whoever stands before Henan scored at least as much as Henan.
    return [_name(r) for r in passed], min((own["score"] - then["score"][r] for r in passed), default=0.0)


def innovation() -> charts.Figure:
    """Draw the scores of the provinces around Henan, 2019 to 2021."""
    rows = scores_table()
    own = rows[rows["region"] == HENAN].set_index("year")
    rise = float(own["score"][2021] - own["score"][2020])
    passed, needed = overtakers(rows)
    title = first_finding(
        (t("河南 2021 年的分数高了 {r:.2f}，名次反退 {p} 位：越过它的{who}至少涨了 {n:.2f}",
           "Henan scored {r:.2f} more in 2021 and fell {p} place: {who}, which passed it, must have gained {n:.2f} or more"),
         rise > 0 and own["rank"][2021] > own["rank"][2020] and len(passed) == 1),
        (t("河南 2021 年的分数比上年变动 {r:+.2f}", "Henan's score of 2021 moved by {r:+.2f}"), True),
        r=rise, p=abs(int(own["rank"][2021] - own["rank"][2020])), who=t("、", ", ").join(passed), n=needed,
    )  # fmt: skip
    near = rows[(rows["year"] < 2021) & rows["rank"].between(7, 18)]["region"].unique()
    shown = rows[rows["region"].isin(near)].dropna(subset=["score"])
    shown = (
        shown[shown["score"].between(22.5, 31.5)]
        .assign(name=lambda d: d["region"].map(_name))
        .drop(columns="region")
    )
    henan = _name(HENAN)
    others = shown[shown["name"] != henan]
    mine = shown[shown["name"] == henan].assign(
        told=[t(f"第 {r}", f"no. {r}") for r in own["rank"]], text=[f"{s:.2f}" for s in own["score"]]
    )

    # Names of close scores would lie on each other: they are moved apart, the lines are not.
    def labels(year: int) -> pd.DataFrame:
        column = shown[shown["year"] == year].sort_values("score", ascending=False)
        spot, spots = 99.0, []
        for score in column["score"]:
            spot = min(score, spot - 0.36)
            spots.append(spot)
        return column.assign(
            spot=spots, told=[f"{n} {int(r)}" for n, r in zip(column["name"], column["rank"], strict=True)]
        )

    x = alt.X(
        "year:O",
        title=None,
        axis=alt.Axis(labelAngle=0, domain=False, ticks=False, orient="top"),
        scale=alt.Scale(padding=0.6),
    )
    y = alt.Y("score:Q", title=None, axis=None, scale=alt.Scale(domain=[22.4, 31.3], nice=False, zero=False))
    lines = alt.Chart(others).encode(x=x, y=y, detail="name:N")
    me = alt.Chart(mine).encode(x=x, y=y)
    left, right = labels(2019), labels(2020)
    chart = (
        lines.mark_line(strokeWidth=1.2, color=QUIET) + lines.mark_circle(size=36, color=QUIET, opacity=1)
        + me.mark_line(strokeWidth=3, color=RED) + me.mark_circle(size=110, color=RED, opacity=1)
        + me.transform_filter("datum.year == 2021").mark_text(dy=-16, color=RED, fontWeight="bold").encode(text="text:N")
        + me.transform_filter("datum.year == 2021").mark_text(align="left", dx=11, color=RED, fontWeight="bold").encode(text="told:N")
        + alt.Chart(left).mark_text(align="right", dx=-10, fontSize=11).encode(x=x, y="spot:Q", text="told:N", color=alt.condition(f"datum.name == '{henan}'", alt.value(RED), alt.value(MUTED)))
        + alt.Chart(right[right["name"] != henan]).mark_text(align="left", dx=10, fontSize=11).encode(x=x, y="spot:Q", text="told:N", color=alt.value(MUTED))
        + alt.Chart(right[right["name"] == henan]).mark_text(align="right", dx=-12, dy=-6, fontSize=11).encode(x=x, y="score:Q", text="told:N", color=alt.value(RED))
    )  # fmt: skip
    table = rows.assign(region=rows["region"].map(_name)).rename(columns={
        "year": t("报告年度", "Report year"), "region": t("省份", "Province"), "score": t("得分", "Score"), "rank": t("位次", "Rank"),
    })  # fmt: skip
    sources = editions.provinces().query("series == 'regional_innovation_score'")["source"]
    return charts.figure(
        chart.properties(height=430), id="fig-outlook-innovation", title=title, status="computed", table=table,
        formats={t("得分", "Score"): "{:.2f}"},
        subtitle=t("《中国区域创新能力评价报告》得分，2019、2020 年两版河南前后的省份，名后是位次；2021 年只有河南的数",
                   "Scores of the China regional innovation evaluation, provinces around Henan in 2019 and 2020, rank after the name; for 2021 only Henan's is known"),
        source=reading.source_titles(["newsletter", *dict.fromkeys(sources)]),
        note=t("2019、2020 年各省得分都来自转载，可信度低；2020 年安徽、2019 年西藏的得分原文有误，留空。",
               "All scores of 2019 and 2020 come from reposts of low confidence; Anhui 2020 and Tibet 2019 are garbled there and left blank."),
        alt_text=t(f"斜线图，三列年份，河南一条加粗。{title}。", f"Slope chart over three years, Henan's line is bold. {title}."),
    )  # fmt: skip
