"""report/index-results: 18 cities ranked, what is printed of the ranking and what is not."""

from __future__ import annotations

import altair as alt
import pandas as pd

from bluebook import charts, editions, reading
from bluebook.charts import BLUE, INK, MUTED, QUIET, first_finding, glue
from bluebook.words import t


def standings(year: int | None = None) -> pd.DataFrame:
    """Return the ranking of ``year`` (None: the current edition), best first.

    Columns: city, name, metro, rank (Int64), score (points; NaN where the report prints none), order.
    """
    total = editions.scores(year).query("code == 'index'")[["city", "rank", "score"]]
    names = reading.cities()[["city", "name", "metro", "order"]]
    return total.merge(names, on="city", how="left").sort_values(["rank", "order"], ignore_index=True)


def history() -> pd.DataFrame:
    """Return every published total of every edition: year, city, name, rank, score."""
    every = editions.all_scores().query("code == 'index'")[["year", "city", "rank", "score"]]
    return every.merge(reading.cities()[["city", "name", "order"]], on="city").sort_values(["year", "rank"])


def released(year: int | None = None) -> str:
    """Return the day on which the edition was presented, in words; "" where it is not known."""
    day = editions.edition(year).get("published")
    if not day:
        return ""
    y, m, d = (int(part) for part in str(day).split("-"))
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return t(f"{y} 年 {m} 月 {d} 日", f"{d} {months[m - 1]} {y}")


def numbers() -> None:
    """Glue the figures that the chapter's prose speaks of; all follow from the editions' tables."""
    now, year = standings(), editions.current_year()
    scored, past = now.dropna(subset=["score"]), history()
    last = past[past["year"] == year - 1].dropna(subset=["score"])
    steps = scored["score"].diff(-1).dropna().round(2)
    both = scored.merge(last, on="city", suffixes=("", "_last"))
    moved = both[both["rank"] != both["rank_last"]]
    ring = now[now["rank"] <= 9]
    outside = ring[ring["metro"] == ""]
    lead = past[past["rank"] <= 2].pivot_table(index="year", columns="rank", values="score")
    lead = (lead[1] - lead[2]).dropna().round(2)
    glue(
        year=year, last_year=year - 1, released=released(), data_year=editions.edition()["data_year"], first_year=min(editions.years()),
        n_editions=len(editions.years()), n_cities=len(now), n_scored=len(scored), n_unscored=len(now) - len(scored),
        name_1=now["name"][0], name_2=now["name"][1], name_3=now["name"][2], name_last=now["name"].iloc[-1],
        name_last_scored=scored["name"].iloc[-1], rank_last_scored=int(scored["rank"].iloc[-1]),
        score_last_scored=float(scored["score"].iloc[-1]),
        rest=t("、", ", ").join(now["name"][3:]), gap_12=float(steps.iloc[0]), gap_23=float(steps.iloc[1]),
        gap_2_last=round(float(scored["score"].iloc[1] - scored["score"].iloc[-1]), 2),
        ratio_12=float(scored["score"].iloc[0] / scored["score"].iloc[1]), share_21=float(100 * scored["score"].iloc[1] / scored["score"].iloc[0]),
        small_step=float(steps.min()), small_above=scored["name"][steps.idxmin()], small_below=scored["name"][steps.idxmin() + 1],
        spread_3=float(scored["score"].iloc[2] - scored["score"].iloc[-1]),
        outside=t("、", ", ").join(outside["name"]) or t("没有一个", "none"), n_outside=len(outside),
        n_moved=len(moved), n_both=len(both),
        moves=t("；", "; ").join(_move(r) for r in moved.itertuples()) or t("没有变动", "no change"),
        lead_max=float(lead.max()), lead_max_year=int(lead.idxmax()), lead_min=float(lead.min()), lead_min_year=int(lead.idxmin()),
    )  # fmt: skip


def _move(row: object) -> str:
    name, before, now = row.name, int(row.rank_last), int(row.rank)
    return t(f"{name}由第 {before} 到第 {now}", f"{name} from {before} to {now}")


def ranking(year: int | None = None) -> charts.Figure:
    """Draw all cities in order; a bar where a score is printed, the room left for it where none is."""
    now = standings(year)
    year = year or editions.current_year()
    scored = now.dropna(subset=["score"])
    ceiling = float(scored["score"].min())
    shown = now.assign(
        place=[f"{r} {n}" for r, n in zip(now["rank"], now["name"], strict=True)],
        ceiling=[None if s == s else ceiling for s in now["score"]],
        told=[f"{s:.2f}" if s == s else t("得分未公布", "not printed") for s in now["score"]],
    )
    names = {"first": now["name"][0], "second": now["name"][1], "sixth": scored["name"].iloc[-1],
                 "a": scored["score"].iloc[0] - scored["score"].iloc[1], "b": scored["score"].iloc[1] - scored["score"].iloc[-1],
                 "n": len(scored), "k": int(scored["rank"].iloc[-1]), "m": len(now)}  # fmt: skip
    title = first_finding(
        (t("{second}是第二名，离第一名{first}却比离第{k}名{sixth}更远：{a:.2f} 分对 {b:.2f} 分",
           "{second} is second, yet farther from {first} in first place than from {sixth} in place {k}: {a:.2f} points against {b:.2f}"),
         names["a"] > names["b"]),
        (t("{second}是第二名，离第{k}名{sixth}比离第一名{first}更远：{b:.2f} 分对 {a:.2f} 分",
           "{second} is second, farther from {sixth} in place {k} than from {first} in first place: {b:.2f} points against {a:.2f}"),
         names["a"] <= names["b"]),
        **names,
    )  # fmt: skip
    order = list(shown["place"])
    y = alt.Y("place:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=6))
    base = alt.Chart(shown).encode(y=y)
    room = (
        base.transform_filter("datum.ceiling != null")
        .mark_bar(height=10, fill="transparent", stroke=QUIET, strokeDash=[3, 3])
        .encode(x=alt.X("ceiling:Q"), x2=alt.value(0))
    )
    bars = base.transform_filter("isValid(datum.score)").mark_bar(height=14).encode(
        x=alt.X("score:Q", title=t("综合得分（分）", "Total score (points)"), scale=alt.Scale(domain=[0, 112], nice=False),
                axis=alt.Axis(values=[0, 25, 50, 75, 100])),
        color=alt.Color("name:N", scale=charts.city_scale(now["city"], now["name"]), legend=None),
    )  # fmt: skip
    text = (
        base.mark_text(align="left", dx=4)
        .encode(
            x=alt.X("at:Q"),
            text="told:N",
            color=alt.condition("isValid(datum.score)", alt.value(INK), alt.value(MUTED)),
        )
        .transform_calculate(at="isValid(datum.score) ? datum.score : datum.ceiling")
    )
    table = pd.DataFrame({t("名次", "Rank"): now["rank"], t("城市", "City"): now["name"], t("综合得分", "Total score"): now["score"],
                          t("得分的可能范围", "Range the score can have"): [f"{s:.2f}" if s == s else f"0–{ceiling:.2f}" for s in now["score"]]})  # fmt: skip
    return charts.figure(
        (room + bars + text).properties(height={"step": 22}),
        id="fig-ranking", title=title, status="published",
        subtitle=t(f"{year} 年版河南省城市创新能力评价，{len(now)} 个城市的名次与综合得分（满分 100）；虚线框：报告没有印出得分，只知不高于第 {names['k']} 名",
                   f"Innovation capability of {len(now)} cities in Henan, edition {year}: rank and total score (out of 100); dashed: no score printed, known only not to exceed place {names['k']}"),
        source=_source(year), table=table, formats={t("综合得分", "Total score"): "{:.2f}"},
        alt_text=t(f"横条图。{title}。{len(now)} 个城市中 {len(scored)} 个有得分。",
                   f"Bar chart. {title}. {len(scored)} of {len(now)} cities have a score."),
    )  # fmt: skip


def bump() -> charts.Figure:
    """Draw the ranks of every edition; a line breaks where a rank is not published."""
    past = history()
    years = sorted(past["year"].unique())
    full = past.set_index(["city", "year"])["rank"].unstack("year").reindex(columns=years)
    known = full.notna().sum(axis=1)
    keep = known[known >= 3].index
    shown = past[past["city"].isin(keep)].copy()
    # A missing edition must be a gap, not a bridge: a row without rank cuts the line.
    grid = pd.MultiIndex.from_product([keep, years], names=["city", "year"]).to_frame(index=False)
    names = reading.cities()[["city", "name", "order"]]
    line = grid.merge(shown[["city", "year", "rank", "score"]], how="left").merge(names, on="city")
    line["rank"] = line["rank"].astype("float")
    ends = line.dropna(subset=["rank"]).sort_values("year").groupby("city").tail(1)
    lost = past[past["rank"] == 2].groupby("name")["year"].nunique()
    top = past[past["rank"] == 1]["name"].unique()
    title = first_finding(
        (t("{n} 版排名里，第一名只有{first}，第二名只有{second}；变动都在第三名以后",
           "In {n} editions {first} has always been first and {second} second; what moves is from third place down"),
         len(top) == 1 and len(lost) == 1 and lost.iloc[0] == len(years)),
        (t("{n} 版排名里，前两名换过人", "In {n} editions the first two places have changed hands"), True),
        n=len(years), first=top[0], second=lost.index[0],
    )  # fmt: skip
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False))
    y = alt.Y("rank:Q", scale=alt.Scale(domain=[float(line["rank"].max()) + 0.4, 0.6], nice=False), title=t("名次", "Rank"),
              axis=alt.Axis(values=list(range(1, int(line["rank"].max()) + 1)), grid=False, format="d", domain=False))  # fmt: skip
    order = line.drop_duplicates("city").sort_values("order")
    colour = alt.Color("name:N", scale=charts.city_scale(order["city"], order["name"]), legend=None)
    tip = [alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("year:O", title=t("版次", "Edition")),
           alt.Tooltip("rank:Q", title=t("名次", "Rank"))]  # fmt: skip
    base = alt.Chart(line).encode(x=x, y=y, color=colour)
    chart = (
        base.mark_line(strokeWidth=3, invalid="break-paths-show-domains")
        + base.mark_circle(size=220, opacity=1).encode(tooltip=tip).transform_filter("isValid(datum.rank)")
        + base.mark_text(color="#ffffff", fontWeight="bold", fontSize=11).encode(text="rank:Q", color=alt.value("white")).transform_filter("isValid(datum.rank)")
        + alt.Chart(ends).mark_text(align="left", dx=14).encode(x=x, y=y, text="name:N")
    )  # fmt: skip
    table = full.loc[keep].reset_index().merge(names, on="city").sort_values("order")
    table = table[["name", *years]].rename(columns={"name": t("城市", "City"), **{y: str(y) for y in years}})
    return charts.figure(
        chart.properties(height=420), id="fig-bump", title=title, status="published",
        subtitle=t(f"{years[0]}–{years[-1]} 年各版的名次；只画至少三版有名次的城市，断开处是没有公布",
                   f"Rank in the editions {years[0]}–{years[-1]}; cities with a rank in at least three; a gap means not published"),
        source=_source(None), table=table,
        alt_text=t(f"名次变化图。{title}。", f"Bump chart. {title}."),
    )  # fmt: skip


def gaps() -> charts.Figure:
    """Draw the distance from each place with a score to the next."""
    now = standings().dropna(subset=["score"])
    steps = pd.DataFrame({
        "upper": now["name"][:-1].to_numpy(), "lower": now["name"][1:].to_numpy(),
        "step": now["score"].diff(-1).dropna().round(2).to_numpy(), "rank": now["rank"][:-1].to_numpy(),
    })  # fmt: skip
    steps["pair"] = steps["upper"] + " → " + steps["lower"]
    largest, smallest = steps.loc[steps["step"].idxmax()], steps.loc[steps["step"].idxmin()]
    title = first_finding(
        (t("名次差一位，分数可以差 {a:.2f}，也可以只差 {b:.2f}", "One place apart can mean {a:.2f} points, or only {b:.2f}"), largest["step"] >= 2 * smallest["step"]),
        (t("相邻两名的差距在 {b:.2f} 到 {a:.2f} 分之间", "Neighbours are {b:.2f} to {a:.2f} points apart"), True),
        a=largest["step"], b=smallest["step"],
    )  # fmt: skip
    y = alt.Y(
        "pair:N",
        sort=list(steps["pair"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=6),
    )
    base = alt.Chart(steps).encode(
        y=y,
        x=alt.X(
            "step:Q",
            title=t("相差（分）", "Gap (points)"),
            scale=alt.Scale(domain=[0, float(steps["step"].max()) * 1.15], nice=False),
        ),
    )
    chart = base.mark_bar(height=16, color=BLUE) + base.mark_text(align="left", dx=4).encode(
        text=alt.Text("step:Q", format=".2f")
    )
    table = steps[["upper", "lower", "step"]].rename(
        columns={
            "upper": t("在前", "Ahead"),
            "lower": t("在后", "Behind"),
            "step": t("相差（分）", "Gap (points)"),
        }
    )
    return charts.figure(
        chart.properties(height={"step": 28}), id="fig-gaps", title=title, status="computed",
        subtitle=t(f"{editions.current_year()} 年版，相邻两名综合得分之差（分），只算印出得分的 {len(now)} 个城市",
                   f"Edition {editions.current_year()}: difference in total score between neighbours (points), the {len(now)} cities with a printed score"),
        source=_source(editions.current_year()), table=table, formats={t("相差（分）", "Gap (points)"): "{:.2f}"},
        alt_text=t(f"横条图。{title}。", f"Bar chart. {title}."),
    )  # fmt: skip


def map_and_ranking() -> charts.Figure:
    """Draw the map beside the ranking; picking a city in one marks it in the other."""
    now = standings().merge(reading.cities()[["city", "name_full_zh"]], on="city")
    now["told"] = [f"{s:.2f}" if s == s else t("未公布", "not printed") for s in now["score"]]
    inner = now[now["rank"] <= 9]
    out = inner[inner["metro"] == ""]
    title = first_finding(
        (t("前 9 名里只有{out}不在郑州都市圈（1+8）", "Of the first nine only {out} lies outside the Zhengzhou metropolitan area (1+8)"), len(out) == 1),
        (t("前 9 名都在郑州都市圈（1+8）", "All of the first nine lie in the Zhengzhou metropolitan area (1+8)"), len(out) == 0),
        (t("前 9 名里有 {n} 个不在郑州都市圈（1+8）：{out}", "Of the first nine, {n} lie outside the Zhengzhou metropolitan area (1+8): {out}"), True),
        out=t("、", ", ").join(out["name"]), n=len(out),
    )  # fmt: skip
    pick = alt.selection_point(name="city", fields=["city"], on="click", toggle=False)
    hover_cursor = {"cursor": "pointer"}
    ring = alt.Scale(domain=["1+4", "1+8", "-"], range=[BLUE, "#7fb6d8", "#d9dee5"])
    ring_title = t("郑州都市圈", "Zhengzhou metropolitan area")
    now["ring"] = now["metro"].replace({"": "-"})
    labels = f"datum.label == '-' ? '{t('圈外', 'outside')}' : datum.label == '1+8' ? '{t('1+8 新增', 'added by 1+8')}' : datum.label"
    colour = alt.Color("ring:N", scale=ring, title=ring_title, legend=alt.Legend(labelExpr=labels))
    tip = [
        alt.Tooltip("name:N", title=t("城市", "City")),
        alt.Tooltip("rank:Q", title=t("名次", "Rank")),
        alt.Tooltip("told:N", title=t("综合得分", "Total score")),
    ]
    shapes = alt.Data(
        values=reading.map_shapes(), format=alt.TopoDataFormat(type="topojson", feature="henan_id")
    )
    fields = alt.LookupData(now, "city", ["city", "name", "rank", "ring", "told"])
    ground = (
        alt.Chart(shapes).mark_geoshape(stroke="#ffffff", strokeWidth=1, **hover_cursor)
        .transform_lookup(lookup="id", from_=fields)
        .encode(color=colour, tooltip=tip, strokeWidth=alt.condition(pick, alt.value(3), alt.value(0.8), empty=False),
                stroke=alt.condition(pick, alt.value(INK), alt.value("#ffffff"), empty=False))
        .add_params(pick).project(type="mercator").properties(height=400)
    )  # fmt: skip
    shown = now.assign(place=[f"{r} {n}" for r, n in zip(now["rank"], now["name"], strict=True)])
    y = alt.Y("place:N", sort=list(shown["place"]), title=None, axis=alt.Axis(ticks=False, domain=False))
    base = alt.Chart(shown).encode(y=y, tooltip=tip)
    swatch = base.mark_bar(cornerRadius=2, height=14).encode(
        x=alt.value(0), x2=alt.value(14), color=alt.Color("ring:N", scale=ring, legend=None)
    )
    row = base.mark_bar(**hover_cursor, cornerRadius=2, fillOpacity=0).encode(
        x=alt.value(-2), x2=alt.value("width"), strokeWidth=alt.value(2),
        stroke=alt.condition(pick, alt.value(INK), alt.value("transparent"), empty=False),
    ).add_params(pick)  # fmt: skip
    text = base.mark_text(align="left", x=22).encode(
        text="told:N",
        color=alt.condition(
            "datum.told == '" + t("未公布", "not printed") + "'", alt.value(MUTED), alt.value(INK)
        ),
    )
    table = now[["rank", "name", "ring", "told"]].copy()
    table["ring"] = table["ring"].replace({"-": t("圈外", "outside")})
    table = table.rename(
        columns={
            "rank": t("名次", "Rank"),
            "name": t("城市", "City"),
            "ring": ring_title,
            "told": t("综合得分", "Total score"),
        }
    )
    return charts.figure(
        [ground, (swatch + text + row).properties(height={"step": 21})], id="fig-map", title=title, status="published",
        subtitle=t(f"{editions.current_year()} 年版名次与郑州都市圈的范围；点地图或名单中的城市，另一边会标出它。地图为示意图",
                   f"Ranks of the edition {editions.current_year()} and the Zhengzhou metropolitan area; pick a city on the map or in the list to mark it in both. Schematic map"),
        source=_source(editions.current_year()) + t("；底图：Apache ECharts 4.9（Apache-2.0），示意图", "; outlines: Apache ECharts 4.9 (Apache-2.0), schematic"),
        table=table, alt_text=t(f"河南 18 市示意地图和名次表。{title}。", f"Schematic map of Henan's 18 cities beside the ranking. {title}."),
    )  # fmt: skip


def lead() -> charts.Figure:
    """Draw the scores of the six that every edition prints, edition by edition."""
    past = history().dropna(subset=["score"])
    years = sorted(past["year"].unique())
    always = past.groupby("city")["year"].nunique()
    shown = past[past["city"].isin(always[always == len(years)].index)]
    first = shown[shown["rank"] == 1].set_index("year")["score"]
    second = shown[shown["rank"] == 2].set_index("year")["score"]
    distance = (first - second).dropna()
    title = first_finding(
        (t("第一名领先第二名的分数没有一版少于 {low:.2f} 分，最近一版是 {now:.2f} 分",
           "In no edition is the first less than {low:.2f} points ahead of the second; in the latest, {now:.2f}"), True),
        low=distance.min(), now=distance.iloc[-1],
    )  # fmt: skip
    order = shown.drop_duplicates("city").sort_values("order")
    colour = alt.Color("name:N", scale=charts.city_scale(order["city"], order["name"]), legend=None)
    ends = shown[shown["year"] == years[-1]].sort_values("score", ascending=False)
    # Labels of close scores would lie on each other: they are moved apart, the lines are not.
    spread, spots = 100.0, []
    for score in ends["score"]:
        spread = min(score, spread - 5)
        spots.append(spread)
    ends = ends.assign(spot=spots)
    base = alt.Chart(shown).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("score:Q", title=t("综合得分（分）", "Total score (points)"), scale=alt.Scale(domain=[0, 100])), color=colour,
        tooltip=[alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("year:O", title=t("版次", "Edition")), alt.Tooltip("score:Q", format=".2f", title=t("得分", "Score"))],
    )  # fmt: skip
    names = alt.Chart(ends).mark_text(align="left", dx=8).encode(x="year:O", y="spot:Q", text="name:N")
    table = shown.pivot(index="name", columns="year", values="score").reindex(order["name"]).reset_index()
    table = table.rename(columns={"name": t("城市", "City"), **{y: str(y) for y in years}})
    return charts.figure(
        (base.mark_line() + base.mark_point() + names).properties(height=360), id="fig-lead", title=title, status="published",
        subtitle=t(f"{years[0]}–{years[-1]} 年各版综合得分（分），各版都印出得分的 {len(order)} 个城市；2020 年版与 2019 年版在原表中共用城市列，可信度中等",
                   f"Total score (points), editions {years[0]}–{years[-1]}, the {len(order)} cities printed in each; the source prints one column of cities for 2019 and 2020, confidence medium"),
        source=_source(None), table=table, formats={str(y): "{:.2f}" for y in years},
        alt_text=t(f"折线图。{title}。", f"Line chart. {title}."),
    )  # fmt: skip


def later() -> pd.DataFrame:
    """Return what the press prints of this index after the current edition: the rows of press.csv, oldest first."""
    press = editions.press()
    return press[(press["report"] == "bluebook") & (press["year"] > editions.current_year())].sort_values(
        "year", kind="stable"
    )


def later_numbers() -> None:
    """Glue what is known of the next edition, in words; nothing where the press has nothing."""
    press = later()
    if press.empty:
        return
    year = int(press["year"].iloc[0])
    press = press[press["year"] == year]
    ranks = (
        press[(press["subject"] == "index") & (press["statement"] == "rank")]
        .dropna(subset=["value"])
        .sort_values("value")
    )
    count = press[(press["subject"] == "level2") & (press["statement"] == "count")]["value"]
    before, name = standings().set_index("city")["rank"], reading.cities().set_index("city")["name"]
    same = [name[r.city] for r in ranks.itertuples() if before[r.city] == r.value]
    moved = [
        t(f"{name[r.city]}由第 {before[r.city]} 到第 {r.value:.0f}", f"{name[r.city]} from {before[r.city]} to {r.value:.0f}")
        for r in ranks.itertuples() if before[r.city] != r.value
    ]  # fmt: skip
    told = [t(f"名次没有变的有{'、'.join(same)}", f"unchanged are {', '.join(same)}")] * bool(same)
    told += [t(f"变了的有{'、'.join(moved)}", f"changed are {', '.join(moved)}")] * bool(moved)
    glue(
        later_year=year, later_ranks=t("；", "; ").join(told) or t("没有查到名次", "no ranks found"), n_later_ranks=len(ranks),
        later_indicators=t(f"{count.iloc[0]:.0f} 项", f"{count.iloc[0]:.0f}") if len(count) else t("没有查到", "not found"),
        later_source=reading.source_titles(list(press["source"])),
    )  # fmt: skip


def _source(year: int | None) -> str:
    """Return the source line of the totals of ``year``, or of all editions."""
    every = editions.all_scores() if year is None else editions.scores(year)
    return reading.source_titles(list(every.query("code == 'index'")["source"]))
