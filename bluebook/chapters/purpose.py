"""report/purpose: what the book is for, how it is built, and how much of it the newsletter names."""

from __future__ import annotations

import altair as alt
import pandas as pd

from bluebook import charts, editions, reading
from bluebook.charts import BLUE, GREEN, MUTED, ORANGE, PURPLE, QUIET, first_finding, glue
from bluebook.words import t

PARTS = {
    "general": ("总报告", "General report"),
    "industry": ("行业篇", "Industries"),
    "region": ("区域篇", "Regions"),
    "exploration": ("探索篇", "Explorations"),
    "unplaced": ("只见于致辞", "Only in the speech"),
}
UNNAMED = ("没有点名", "Not named")
COLOURS = [BLUE, GREEN, ORANGE, PURPLE, MUTED, "transparent"]


def topics() -> pd.DataFrame:
    """Return the topics that somebody names: columns of topics.csv, ``name`` and ``part_name``."""
    table = editions.own_table("topics")
    return table.assign(
        name=table[t("topic_zh", "topic_en")], part_name=[t(*PARTS[p]) for p in table["part"]]
    )


def chapters_named() -> pd.Series:
    """Return how many of the book's chapters have a name, by part, if one topic is one chapter; last: not named."""
    counts = topics().groupby("part").size().reindex(list(PARTS), fill_value=0)
    counts["unnamed"] = int(reading.audited().loc["book_chapters", "value"]) - int(counts.sum())
    return counts


def overlap() -> dict[str, int]:
    """Return how many topics both name, only the account of the structure, only the publisher; and all."""
    table = topics()
    both, a, b = table["structure"] & table["publisher_list"], table["structure"], table["publisher_list"]
    return {"both": int(both.sum()), "structure": int((a & ~b).sum()), "publisher": int((b & ~a).sum()), "all": len(table)}  # fmt: skip


def regions() -> pd.DataFrame:
    """Return the 18 cities: city, name, named (has a chapter by name), gdp (100 million yuan, 2020), people, rank."""
    cities, named = reading.cities(), set(topics()["city"]) - {""}
    public = editions.public_cities().query("period == '2020'").pivot(index="city", columns="indicator", values="value")  # fmt: skip
    rank = editions.scores().query("code == 'index'").set_index("city")["rank"]
    return cities[["city", "name", "order"]].assign(
        named=cities["city"].isin(named), gdp=cities["city"].map(public["gdp_100m"]),
        people=cities["city"].map(public["population_census_10k"]), rank=cities["city"].map(rank).astype(int),
    )  # fmt: skip


def numbers() -> None:
    """Glue the counts of parts, topics and cities."""
    named, both, where = chapters_named(), overlap(), regions()
    table = topics()
    comma = t("、", ", ")
    only = table[
        table["structure"] & ~table["publisher_list"] & (table["part"] != "general") & (table["city"] == "")
    ]
    ours = where[where["named"]]
    glue(
        theme=editions.edition(editions.speech_year())[t("theme_zh", "theme_en")], n_topics=both["all"], n_both=both["both"],
        n_structure=both["structure"], n_publisher=both["publisher"], n_publisher_all=both["both"] + both["publisher"],
        n_unnamed=int(named["unnamed"]), n_named=int(named.drop("unnamed").sum()),
        n_in_structure=int(table["structure"].sum()), n_left=int(reading.audited().loc["book_chapters", "value"]) - int(table["structure"].sum()),
        only_structure=comma.join(only["name"]), only_publisher=comma.join(table.loc[~table["structure"], "name"]),
        n_industry=int(named["industry"]), n_region=int(named["region"]), n_exploration=int(named["exploration"]),
        cities=comma.join(ours.sort_values("rank")["name"]), ranks=comma.join(str(r) for r in sorted(ours["rank"])),
        n_cities=len(ours), n_all=len(where), n_other=len(where) - len(ours),
        gdp_share=100 * ours["gdp"].sum() / where["gdp"].sum(), people_share=100 * ours["people"].sum() / where["people"].sum(),
        left_out=comma.join(where[~where["named"]].sort_values("gdp", ascending=False)["name"].head(3)),
        left_top=comma.join(where[~where["named"]].sort_values("rank")["name"].head(3)),
    )  # fmt: skip


def waffle() -> charts.Figure:
    """Draw the book's chapters as squares: those whose subject somebody names, by part, and those nobody names."""
    counts = chapters_named()
    labels = {**{k: t(*v) for k, v in PARTS.items()}, "unnamed": t(*UNNAMED)}
    total, unnamed = int(counts.sum()), int(counts["unnamed"])
    title = first_finding(
        (t("按一个题目一章算，{all} 章里点得出题目的有 {n} 章，{m} 章没有人提起", "At one topic a chapter, {n} of {all} chapters can be named and {m} are mentioned by nobody"), unnamed > 0),
        (t("按一个题目一章算，{all} 章都点得出题目", "At one topic a chapter, all {all} chapters can be named"), unnamed == 0),
        (t("点名的题目有 {n} 个，比全书的 {all} 章还多", "{n} topics are named, more than the book's {all} chapters"), unnamed < 0),
        all=total, n=total - unnamed, m=unnamed,
    )  # fmt: skip
    keys = [k for k, n in counts.items() for _ in range(max(int(n), 0))]
    names = list(topics()["name"]) + [t(*UNNAMED)] * max(unnamed, 0)
    wide = 9
    cells = pd.DataFrame(
        {
            "i": range(len(keys)),
            "part": [labels[k] for k in keys],
            "name": names,
            "hollow": [k == "unnamed" for k in keys],
        }
    )
    cells["column"], cells["row"] = cells["i"] % wide, cells["i"] // wide
    scale = alt.Scale(domain=list(labels.values()), range=COLOURS)
    key = alt.Legend(title=None, columns=3 if t("zh", "en") == "zh" else 2, symbolType="square", symbolStrokeColor=QUIET, symbolStrokeWidth=1, labelLimit=140,
                     labelExpr="datum.label + ' ' + (" + " : ".join(f"datum.label == '{labels[k]}' ? '{int(n)}'" for k, n in counts.items()) + " : '')")  # fmt: skip
    chart = alt.Chart(cells).mark_rect(opacity=1, strokeWidth=1.5, cornerRadius=3).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(padding=0.12)), y=alt.Y("row:O", axis=None, scale=alt.Scale(padding=0.12)), fill=alt.Fill("part:N", scale=scale, legend=key),
        stroke=alt.condition("datum.hollow", alt.value(QUIET), alt.value("transparent")),
        tooltip=[alt.Tooltip("part:N", title=t("部分", "Part")), alt.Tooltip("name:N", title=t("题目", "Topic"))],
    )  # fmt: skip
    table = pd.DataFrame(
        {t("部分", "Part"): [labels[k] for k in counts.index], t("章", "Chapters"): counts.to_numpy()}
    )
    return charts.figure(
        chart.properties(height=36 * (int(cells["row"].max()) + 1)), id="fig-chapters", title=title, status="computed",
        subtitle=t("全书 25 章按题目是否被点名（章），2022 年版；假定一个题目一章，“只见于致辞”的题目没有说属于哪一篇",
                   "The book's 25 chapters by whether their topic is named (chapters), 2022; one topic is taken as one chapter"),
        source=reading.source_titles(["newsletter"]), table=table,
        alt_text=t(f"方格图。{title}。", f"Waffle chart. {title}."),
    )  # fmt: skip


def lists() -> charts.Figure:
    """Draw which topics the account of the structure names and which the publisher's speech."""
    table = topics().query("part != 'general'")
    both = table["structure"] & table["publisher_list"]
    only = table[table["publisher_list"] & ~table["structure"]]
    title = first_finding(
        (t("两张题目单只有 {n} 题重合；出版社单列的 {m} 题，框架里一题也没有", "The two lists share only {n} topics; {m} that the publisher names are nowhere in the structure"), len(only) > 0),
        (t("出版社列的题目，框架里都有", "Every topic of the publisher's stands in the structure"), True),
        n=int(both.sum()), m=len(only),
    )  # fmt: skip
    columns = {"structure": t("框架结构", "Structure"), "publisher_list": t("出版社致辞", "Publisher")}
    long = table.melt(
        id_vars=["name", "part_name"], value_vars=list(columns), var_name="list", value_name="there"
    )
    long = long.assign(list=long["list"].map(columns), there=long["there"].astype(bool))
    scale = alt.Scale(domain=[t(*PARTS[k]) for k in PARTS if k != "general"], range=COLOURS[1:5])
    chart = alt.Chart(long).transform_filter("datum.there").mark_circle(size=110, opacity=1).encode(
        x=alt.X("list:N", sort=list(columns.values()), title=None, axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False)),
        y=alt.Y("name:N", sort=list(table["name"]), title=None, axis=alt.Axis(grid=True, domain=False, ticks=False, labelPadding=6)),
        color=alt.Color("part_name:N", scale=scale, title=None, legend=alt.Legend(columns=2, labelLimit=130)),
        tooltip=[alt.Tooltip("name:N", title=t("题目", "Topic")), alt.Tooltip("part_name:N", title=t("部分", "Part"))],
    )  # fmt: skip
    mark = t("是", "yes")
    shown = table[["part_name", "name", *columns]].copy()
    for column in columns:
        shown[column] = [mark if v else "" for v in shown[column]]
    shown = shown.rename(columns={"part_name": t("部分", "Part"), "name": t("题目", "Topic"), **columns})
    return charts.figure(
        chart.properties(height=21 * len(table)), id="fig-topics", title=title, status="published",
        subtitle=t("于善甫介绍的框架与任文武致辞里点名的题目（总报告除外），2022 年版；题目的归并是本书所作",
                   "Topics named in the account of the structure and in the publisher's speech (general report left out), 2022; matching is ours"),
        source=reading.source_titles(["newsletter"]), table=shown,
        alt_text=t(f"点阵图。{title}。", f"Dot matrix. {title}."),
    )  # fmt: skip


def six_cities() -> charts.Figure:
    """Draw the map of the cities that the regional part names, with their share of the province's GDP."""
    where = regions()
    ours = where[where["named"]]
    share, people = (
        100 * ours["gdp"].sum() / where["gdp"].sum(),
        100 * ours["people"].sum() / where["people"].sum(),
    )
    title = first_finding(
        (t("区域篇点名的 {n} 个城市占全省生产总值的 {g:.0f}%，人口的 {p:.0f}%；豫南豫东的大市多不在内",
           "The {n} cities that the regional part names make {g:.0f}% of GDP and {p:.0f}% of people; the large cities of the south and east are mostly missing"),
         share > people and not ours["city"].isin(["411300", "411400", "411500", "411600"]).any()),
        (t("区域篇点名的 {n} 个城市占全省生产总值的 {g:.0f}%，人口的 {p:.0f}%", "The {n} cities that the regional part names make {g:.0f}% of GDP and {p:.0f}% of people"), True),
        n=len(ours), g=share, p=people,
    )  # fmt: skip
    shown = where.assign(
        state=[t("点名", "named") if n else t("没有点名", "not named") for n in where["named"]]
    )
    shown["told"] = [f"{v:,.0f}" for v in shown["gdp"]]
    shapes = alt.Data(
        values=reading.map_shapes(), format=alt.TopoDataFormat(type="topojson", feature="henan_id")
    )
    fields = ["name", "state", "rank", "told"]
    scale = alt.Scale(domain=[t("点名", "named"), t("没有点名", "not named")], range=[ORANGE, "#d9dee5"])
    ground = (
        alt.Chart(shapes).mark_geoshape(stroke="#ffffff", strokeWidth=1)
        .transform_lookup(lookup="id", from_=alt.LookupData(shown, "city", fields))
        .encode(color=alt.Color("state:N", scale=scale, title=None),
                tooltip=[alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("state:N", title=t("区域篇", "Regional part")),
                         alt.Tooltip("rank:Q", title=t("创新能力名次", "Rank")), alt.Tooltip("told:N", title=t("生产总值（亿元）", "GDP (100 m yuan)"))])
        .project(type="mercator").properties(height=360)
    )  # fmt: skip
    columns = {
        "name": t("城市", "City"),
        "state": t("区域篇", "Regional part"),
        "gdp": t("生产总值（亿元）", "GDP (100 m yuan)"),
        "people": t("人口（万人）", "People (10,000)"),
        "rank": t("名次", "Rank"),
    }
    table = shown.sort_values(["named", "gdp"], ascending=False)[list(columns)].rename(columns=columns)
    return charts.figure(
        ground, id="fig-regions", title=title, status="computed",
        subtitle=t("区域篇点名的城市；份额按 2020 年生产总值与第七次人口普查计算（%）。地图为示意图",
                   "Cities named in the regional part; shares of GDP in 2020 and of the census of 2020 (%). Schematic map"),
        source=reading.source_titles(["newsletter", "panel_structure", "census_2020_cities"]) + t("；底图：Apache ECharts 4.9（Apache-2.0），示意图", "; outlines: Apache ECharts 4.9 (Apache-2.0), schematic"),
        table=table, formats={columns["gdp"]: "{:,.2f}", columns["people"]: "{:,.1f}"},
        alt_text=t(f"示意地图。{title}。", f"Schematic map. {title}."),
    )  # fmt: skip
