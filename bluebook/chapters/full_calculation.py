"""lab/full-calculation: from 648 cells to 18 ranks, each step drawn from what ``index`` returns and nothing else."""

from __future__ import annotations

import json

import altair as alt
import pandas as pd

from bluebook import charts, editions, framework, index, teaching, weights
from bluebook.chapters import laboratory
from bluebook.chapters.drawing import named_rows, riser, ruler
from bluebook.charts import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    QUIET,
    RED,
    SKY,
    finding,
    first_finding,
    glue,
)
from bluebook.words import t

SAMPLE = "input_3"  # the indicator that step two follows
CITY = "410300"  # the city that step three follows
OTHER = 7  # the seed of another panel that agrees just as well
SMALL = "419001"  # the city that the first exercise follows
ALTERED = 90_000  # what the third exercise makes of CITY's value of SAMPLE
STATUSES = {
    "published": ("报告印出", "printed in the report"), "public": ("其他公开来源", "from another public source"),
    "illustrative": ("示意，求解得来", "illustrative, solved for"),
}  # fmt: skip
DIMENSION_COLOURS = [BLUE, ORANGE, GREEN, PURPLE, SKY]


def cells() -> pd.DataFrame:
    """Return every cell of the panel: city, indicator, parent, value, status."""
    table = editions.teaching()[["city", "indicator", "value", "status"]]
    return table.merge(laboratory.indicators().rename(columns={"code": "indicator"}), on="indicator")


def agreement() -> pd.DataFrame:
    """Return each printed score beside the one computed from the panel: city, code, printed, computed, equal."""
    result = laboratory.panel_result()
    printed = editions.scores(laboratory.YEAR).dropna(subset=["score"])
    table = printed[["city", "code", "score"]].rename(columns={"score": "printed"})
    table["computed"] = [result.scores.loc[r.city, r.code] for r in table.itertuples()]
    return table.assign(
        equal=(table["printed"] - table["computed"]).abs() < 0.5 * 10.0 ** -laboratory.decimals()
    )


def ranking() -> pd.DataFrame:
    """Return the computed ranking beside the printed one: city, name, score, rank, printed_score, printed_rank."""
    result, printed = laboratory.panel_result(), laboratory.cities()
    own = (
        pd.DataFrame({"score": result.scores["index"], "rank": result.ranks["index"].astype(int)})
        .rename_axis("city")
        .reset_index()
    )
    table = own.merge(printed.rename(columns={"score": "printed_score", "rank": "printed_rank"}), on="city")
    return table.sort_values("rank", ignore_index=True)


def trace(city: str = CITY) -> pd.DataFrame:
    """Return how one city's total comes about, a row an indicator: parent, name, unit, value, worst, best (of all
    cities), normalised (0–100), share (of the whole, %), points (normalised × share / 100)."""  # fmt: skip
    result, data, leaves = (
        laboratory.panel_result(),
        laboratory.panel().set_index("unit"),
        laboratory.indicators(),
    )
    share = framework.leaf_weights(laboratory.tree())
    directed = data[leaves["code"]] * leaves["direction"].to_numpy(dtype=float)
    table = leaves[["code", "parent", "name", "unit"]].copy()
    table["value"] = data.loc[city, table["code"]].to_numpy()
    for end, pick in (("worst", "idxmin"), ("best", "idxmax")):
        table[end] = [data.at[getattr(directed[code], pick)(), code] for code in table["code"]]
    table["normalised"] = result.normalised.loc[city, table["code"]].to_numpy()
    table["share"] = 100 * share[table["code"]].to_numpy()
    return table.assign(points=table["normalised"] * table["share"] / 100)


def total_by_share(city: str) -> tuple[float, float, float]:
    """Return all cities' science spending as one city's amount and share imply it: middle, lower, upper (亿元).

    ``city``: "zz" or "ly". Both printed numbers are taken with half a unit of their last digit either way.
    """
    claims = editions.claims(laboratory.YEAR).set_index("id")
    amount, share = (claims.loc[f"science_{what}_{city}_2020"] for what in ("spending", "share"))
    a, b = (0.5 * 10.0 ** -int(row["decimals"]) for row in (amount, share))
    x, y = amount["value"], share["value"]
    return 100 * x / y, 100 * (x - a) / (y + b), 100 * (x + a) / (y - b)


def small_city() -> str:
    """Return what the first exercise shows of SMALL: how many indicators it scores zero in, and what carries it."""
    way, order = trace(SMALL), ranking().set_index("city")
    result = laboratory.panel_result()
    zeros = (result.normalised == 0).sum(axis=1)
    top = way.nlargest(5, "points")["code"]
    rates = all(teaching.SCALES[code].size == 0 for code in top)
    return first_finding(
        (t("它排第 {rank}，得零分的却有 {k} 项，在 {n} 个城市里最多：小城市总量小，贡献最大的几项都是比率和人均数",
           "it ranks {rank}, yet scores zero in {k} indicators, the most of all {n} cities: a small city has small totals, and what adds most are rates and values per head"),
         bool(zeros[SMALL] == zeros.max() and order["rank"][SMALL] <= 10 and rates)),
        (t("它排第 {rank}，得零分的有 {k} 项", "it ranks {rank} and scores zero in {k} indicators"), True),
        rank=int(order["rank"][SMALL]), k=int(zeros[SMALL]), n=len(zeros),
    )  # fmt: skip


def stretch() -> str:
    """Return what the first of the sample indicator does to the others' scores."""
    score = laboratory.panel_result().normalised[SAMPLE]
    return first_finding(
        (t("{first}把尺子拉得很长，{n} 个城市里有 {k} 个不到一半，挤在短的一头", "{first} stretches the ruler: {k} of {n} cities stay below its middle, crowded at the short end"), int((score < 50).sum()) > len(score) / 2),
        (t("{first}定出尺子的一头，别的城市按离它的远近得分", "{first} sets one end of the ruler, and the others score by how far they are from it"), True),
        first=laboratory.cities().set_index("city")["name"][score.idxmax()], n=len(score), k=int((score < 50).sum()),
    )  # fmt: skip


def numbers() -> None:
    """Glue the figures of the chapter's prose."""
    table, checked, order = cells(), agreement(), ranking()
    together = weights.from_experts(editions.teaching_experts(), laboratory.tree()).agreement.iloc[0]
    finding(
        t("专家的意见不很一致，也不像碰巧", "The experts agree neither closely nor by chance"),
        holds=together["w"] < 0.5 and together["p"] < 0.05, w=float(together["w"]), p=float(together["p"]),
    )  # fmt: skip
    by_first, by_second = total_by_share("zz"), total_by_share("ly")
    finding(
        t("两个占比推出两个不同的总额", "The two shares imply two different totals"),
        holds=by_first[1] > by_second[2] or by_second[1] > by_first[2], first=by_first, second=by_second,
    )  # fmt: skip
    count = table["status"].value_counts()
    forms = editions.teaching_experts()
    found = weights.from_experts(forms, laboratory.tree())
    dims, way = laboratory.dimensions(), trace()
    one = way.set_index("code").loc[SAMPLE]
    joined = t("、", ", ")
    weight = found.weights.set_index("code")["weight"]
    apart = found.experts.sort_values("effect").iloc[-1]
    glue(
        n_cells=len(table), n_published=int(count["published"]), n_public=int(count["public"]), n_solved=int(count["illustrative"]),
        n_indicators=table["indicator"].nunique(), n_cities=table["city"].nunique(), n_dimensions=len(dims),
        n_printed=len(checked), n_equal=int(checked["equal"].sum()), n_ranks=int((order["rank"] == order["printed_rank"]).sum()),
        n_experts=forms["expert"].nunique(), weights_found=joined.join(f"{n} {weight[c]:g}" for c, n in zip(dims["code"], dims["name"], strict=True)),
        agreement=float(found.agreement["w"].iloc[0]), agreement_p=float(found.agreement["p"].iloc[0]), loudest=apart["expert"], loudest_effect=float(apart["effect"]),
        sample_name=one["name"], sample_unit=one["unit"], sample_value=float(one["value"]), sample_worst=float(one["worst"]), sample_best=float(one["best"]),
        sample_score=float(one["normalised"]), traced=laboratory.cities().set_index("city")["name"][CITY],
        traced_total=float(way["points"].sum()), traced_first=way.loc[way["points"].idxmax(), "name"], traced_points=float(way["points"].max()),
        n_below=int((way["normalised"] < 50).sum()), sample_share=float(one["share"]), sample_points=float(one["points"]), seed=OTHER,
        traced_rank=int(order.set_index("city")["rank"][CITY]), total_first=by_first[0], total_second=by_second[0], stretch=stretch(), small_city=small_city(),
        altered_total=float(way["points"].sum() + one["share"] * (ALTERED - one["value"]) / (one["best"] - one["worst"])),
    )  # fmt: skip


def composition() -> charts.Figure:
    """Draw how many cells of each dimension are printed, public or solved."""
    table, dims = cells(), laboratory.dimensions()
    names = {k: t(*v) for k, v in STATUSES.items()}
    count = table.groupby(["parent", "status"]).size().rename("n").reset_index()
    count = count.merge(
        dims[["code", "name"]].rename(columns={"code": "parent", "name": "dimension"}), on="parent"
    )
    count["told"], count["place"] = (
        count["status"].map(names),
        count["status"].map({k: i for i, k in enumerate(STATUSES)}),
    )
    solved = int((table["status"] == "illustrative").sum())
    title = first_finding(
        (t("{all} 格里有 {n} 格是编出来的：这张表不能用来说明任何城市", "{n} of {all} cells are invented: this table says nothing about any city"), solved > len(table) / 2),
        (t("{all} 格里有 {n} 格是编出来的", "{n} of {all} cells are invented"), True), n=solved, all=len(table),
    )  # fmt: skip
    order = list(names.values())
    chart = alt.Chart(count).mark_bar(height=20).encode(
        y=named_rows(dims["name"], "dimension"), x=ruler(t("格数", "Cells"), [0, float(table.groupby("parent").size().max())])("n"),
        color=alt.Color("told:N", scale=alt.Scale(domain=order, range=[INK, BLUE, QUIET]), title=None, legend=alt.Legend(columns=2)), order="place:Q",
        tooltip=[alt.Tooltip("dimension:N", title=t("维度", "Dimension")), alt.Tooltip("told:N", title=t("性质", "Status")), alt.Tooltip("n:Q", title=t("格数", "Cells"))],
    )  # fmt: skip
    shown = (
        count.pivot(index="dimension", columns="told", values="n")
        .reindex(index=dims["name"], columns=order)
        .fillna(0)
        .astype(int)
    )
    return charts.figure(
        chart.properties(height=36 * len(dims)), id="fig-lab-cells", title=title, status="illustrative",
        subtitle=t(f"教学示意数据的 {len(table)} 格按来历分，{laboratory.PERIOD} 年，各维度", f"The illustrative teaching panel’s {len(table)} cells by origin, {laboratory.PERIOD}, by dimension"),
        source=laboratory.panel_source(), table=shown.reset_index().rename(columns={"dimension": t("维度", "Dimension")}),
        alt_text=t(f"堆叠条形图。{title}。", f"Stacked bars. {title}."),
    )  # fmt: skip


def forms() -> charts.Figure:
    """Draw each expert's points and the weights that come of them."""
    table, dims = editions.teaching_experts(), laboratory.dimensions()
    found = weights.from_experts(table, laboratory.tree())
    table = table.merge(dims[["code", "name"]].rename(columns={"code": "indicator"}), on="indicator")
    mean = found.weights.merge(dims[["code", "name"]], on="code")
    spread = table.groupby("name")["points"].agg(lambda s: s.max() - s.min())
    title = finding(
        t("{n} 位专家对{what}的打分最高 {high:.0f}、最低 {low:.0f}，平均下来是 {mean:g}", "{n} experts give {what} from {low:.0f} to {high:.0f} points; the mean is {mean:g}"),
        holds=float(spread.max()) >= 10, n=table["expert"].nunique(), what=spread.idxmax(), mean=float(mean.set_index("name")["weight"][spread.idxmax()]),
        high=float(table.loc[table["name"] == spread.idxmax(), "points"].max()), low=float(table.loc[table["name"] == spread.idxmax(), "points"].min()),
    )  # fmt: skip
    y, x = named_rows(dims["name"]), ruler(t("分（每人合计 100）", "Points (100 each)"), [0, 45])
    seen = table.groupby(["name", "points"]).size().rename("n").reset_index()
    dots = alt.Chart(seen).mark_circle(color=MUTED, opacity=0.75).encode(
        y=y, x=x("points"), size=alt.Size("n:Q", scale=alt.Scale(domain=[1, 6], range=[50, 420]), legend=None),
        tooltip=[alt.Tooltip("name:N", title=t("维度", "Dimension")), alt.Tooltip("points:Q", title=t("分", "Points")), alt.Tooltip("n:Q", title=t("几位专家", "Experts"))],
    )  # fmt: skip
    base = alt.Chart(mean).encode(y=y, x=x("weight"))
    marks = base.mark_tick(color=RED, thickness=3, size=26) + base.mark_text(color=INK, dy=-20).encode(
        text=alt.Text("weight:Q", format=".3~g")
    )
    wide = (
        table.pivot(index="expert", columns="name", values="points").reindex(columns=dims["name"]).astype(int)
    )
    short = dict(zip(dims["name"], dims["short"], strict=True))
    return charts.figure(
        (dots + marks).properties(height=52 * len(dims)), id="fig-lab-experts", title=title, status="illustrative",
        subtitle=t("虚构的打分表：圆点是各位专家的分数，越大表示打这个分的人越多；红线和数字是平均，即权重",
                   "Invented forms: dots are experts’ points, larger where more agree; the red line and number are the mean, that is the weight"),
        source=laboratory.panel_source(), table=wide.rename(columns=short).reset_index().rename(columns={"expert": t("专家", "Expert")}),
        alt_text=t(f"点图。{title}。", f"Dot plot. {title}."),
    )  # fmt: skip


def normalisation(code: str = SAMPLE) -> charts.Figure:
    """Draw one indicator's raw values and the scores they become."""
    leaf = laboratory.indicators().set_index("code").loc[code]
    result, data = laboratory.panel_result(), laboratory.panel().set_index("unit")[code]
    names = laboratory.cities().set_index("city")["name"]
    table = pd.DataFrame(
        {
            "city": data.index,
            "name": names[data.index].to_numpy(),
            "value": data.to_numpy(),
            "score": result.normalised[code].to_numpy(),
        }
    )
    table = table.sort_values("score", ascending=False, ignore_index=True)
    half = int((table["score"] < 50).sum())
    title = first_finding(
        (t("{name}一项，{first}得 100，{n} 个城市里有 {k} 个不到 50", "On {name}, {first} scores 100 and {k} of {n} cities less than 50"), half >= len(table) / 2),
        (t("{name}一项，{first}得 100，{last}得 0", "On {name}, {first} scores 100 and {last} 0"), True),
        name=leaf["name"], first=table["name"][0], last=table["name"].iloc[-1], n=len(table), k=half,
    )  # fmt: skip
    unit, y, x = (
        leaf["unit"],
        named_rows(table["name"]),
        ruler(t("归一化得分", "Normalised score"), [0, 118], [0, 25, 50, 75, 100]),
    )
    base = alt.Chart(table).encode(y=y)
    chart = (
        base.mark_rule(color=QUIET).encode(x=x("score"), x2=alt.value(0))
        + base.mark_point(size=80, color=BLUE, opacity=1).encode(
            x=x("score"),
            tooltip=[
                alt.Tooltip("name:N", title=t("城市", "City")),
                alt.Tooltip("value:Q", format=",", title=unit),
                alt.Tooltip("score:Q", format=".2f", title=t("得分", "Score")),
            ],
        )
        + base.mark_text(align="left", dx=9, color=MUTED, fontSize=11).encode(
            x=x("score"), text=alt.Text("value:Q", format=",~f")
        )
    )
    low, high = (table["value"].min(), table["value"].max())
    up = leaf["direction"] > 0
    way = (
        t("（原始值 − 最低）÷（最高 − 最低）", "(raw − lowest) ÷ (highest − lowest)")
        if up
        else t("（最高 − 原始值）÷（最高 − 最低）", "(highest − raw) ÷ (highest − lowest)")
    )
    better = "" if up else t("这项指标越低越好；", "Lower is better here; ")
    return charts.figure(
        chart.properties(height={"step": 22}), id=f"fig-lab-normalise-{code.replace('_', '-')}", title=title, status="illustrative",
        subtitle=t(f"教学示意数据，{laboratory.PERIOD} 年；横轴是极差法得分，点旁边是原始值（{unit}）", f"Teaching panel, {laboratory.PERIOD}: min-max score, raw value beside the dot ({unit})"),
        source=laboratory.panel_source(),
        table=table[["name", "value", "score"]].rename(columns={"name": t("城市", "City"), "value": t(f"原始值（{unit}）", f"Raw ({unit})"), "score": t("得分", "Score")}),
        formats={t("得分", "Score"): "{:.2f}", t(f"原始值（{unit}）", f"Raw ({unit})"): lambda v: f"{v:,.10g}"},
        alt_text=t(f"点图。{title}。", f"Dot plot. {title}."), note=t(f"{better}最低 {low:,.10g}，最高 {high:,.10g}：每个得分都是{way}× 100。", f"{better}lowest {low:,.10g}, highest {high:,.10g}: each score is {way} × 100."),
    )  # fmt: skip


def shortened(table: pd.DataFrame) -> str:
    """Return a Vega expression that labels a code with its name, cut to what a phone can show."""
    most = int(t("13", "27"))
    names = (
        table["name"]
        .str.replace("规模以上工业企业", "规上工业")
        .str.replace("规模以上科学研究和技术服务业企业", "科技服务业")
    )
    names = names.str.replace("industrial enterprises", "industry")
    cut = {c: n if len(n) <= most else n[: most - 1] + "…" for c, n in zip(table["code"], names, strict=True)}
    return f"{json.dumps(cut, ensure_ascii=False)}[datum.label]"


def city_trace(city: str = CITY) -> charts.Figure:
    """Draw one city's 36 normalised scores by dimension; the table follows each from raw value to points."""
    table, dims = trace(city), laboratory.dimensions()
    name = laboratory.cities().set_index("city")["name"][city]
    parts = table.groupby("parent", sort=False)["points"].sum()
    best = parts.idxmax()
    title = finding(
        t("{name}的 {total:.2f} 分里，{best}一个维度就占 {points:.1f} 分", "Of {name}’s {total:.2f} points, {best} alone makes {points:.1f}"),
        holds=bool(parts.max() > 0), name=name, total=table["points"].sum(), best=dims.set_index("code")["name"][best], points=parts.max(),
    )  # fmt: skip
    table = table.merge(
        dims[["code", "name"]].rename(columns={"code": "parent", "name": "dimension"}), on="parent"
    )
    x = ruler(t("归一化得分", "Normalised score"), [0, 112], [0, 25, 50, 75, 100])
    axis = alt.Axis(
        ticks=False,
        domain=False,
        labelPadding=4,
        labelExpr=shortened(table),
        labelLimit=165,
        labelFontSize=11,
    )
    base = alt.Chart(table).encode(y=alt.Y("code:N", sort=list(table["code"]), title=None, axis=axis))
    bars = base.mark_bar(height=9).encode(
        x=x("normalised"), color=alt.Color("dimension:N", scale=alt.Scale(domain=list(dims["name"]), range=DIMENSION_COLOURS), title=None, legend=alt.Legend(columns=2)),
        tooltip=[alt.Tooltip("name:N", title=t("指标", "Indicator")), alt.Tooltip("value:Q", format=",", title=t("原始值", "Raw")), alt.Tooltip("normalised:Q", format=".2f", title=t("得分", "Score")),
                 alt.Tooltip("share:Q", format=".2f", title=t("占总分 %", "Share %")), alt.Tooltip("points:Q", format=".2f", title=t("贡献（分）", "Points"))],
    )  # fmt: skip
    text = base.mark_text(align="left", dx=3, fontSize=10, color=MUTED).encode(
        x=x("normalised"), text=alt.Text("normalised:Q", format=".0f")
    )
    columns = {"dimension": t("维度", "Dimension"), "name": t("指标", "Indicator"), "value": t("原始值", "Raw"), "worst": t("最差", "Worst"), "best": t("最好", "Best"),
               "normalised": t("得分", "Score"), "share": t("占总分 %", "Share %"), "points": t("贡献", "Points")}  # fmt: skip
    plain = lambda v: f"{v:,.10g}"  # noqa: E731
    return charts.figure(
        (bars + text).properties(height=len(table) * 17), id=f"fig-lab-trace-{city}", title=title, status="illustrative",
        subtitle=t(f"教学示意数据：{name} {len(table)} 项指标的归一化得分（0–100），按维度着色；每一项的来路见数据表", f"Teaching panel: normalised scores (0–100) of {name} by indicator, coloured by dimension; the table follows each"),
        source=laboratory.panel_source(), table=table[list(columns)].rename(columns=columns), alt_text=t(f"条形图。{title}。", f"Bars. {title}."),
        formats={columns["value"]: plain, columns["worst"]: plain, columns["best"]: plain, **{columns[k]: "{:.2f}" for k in ("normalised", "share", "points")}},
    )  # fmt: skip


def dimension_scores() -> charts.Figure:
    """Draw the dimension scores of all cities as a table of shades; the printed ones are framed."""
    result, dims, names = laboratory.panel_result(), laboratory.dimensions(), laboratory.cities()
    printed = editions.scores(laboratory.YEAR).dropna(subset=["score"])
    printed = set(zip(printed["city"], printed["code"], strict=True))
    long = (
        result.scores[dims["code"]]
        .rename_axis("city")
        .reset_index()
        .melt("city", var_name="code", value_name="score")
    )
    long = long.merge(names[["city", "name"]], on="city").merge(dims[["code", "short"]], on="code")
    long["printed"] = [(c, d) in printed for c, d in zip(long["city"], long["code"], strict=True)]
    hidden = int((~long["printed"]).sum())
    title = finding(
        t("{all} 个维度得分里只印出 {n} 个，其余 {k} 个由教学数据补齐", "Of {all} dimension scores {n} are printed; the other {k} come from the panel"),
        holds=hidden > 0, all=len(long), n=len(long) - hidden, k=hidden,
    )  # fmt: skip
    base = alt.Chart(long).encode(
        y=named_rows(names["name"]), x=alt.X("short:N", sort=list(dims["short"]), title=None, axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False)),
    )  # fmt: skip
    fill = base.mark_rect().encode(
        color=alt.Color("score:Q", scale=alt.Scale(domain=[0, 100], range=charts.SEQUENTIAL), legend=None),
        tooltip=[alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("short:N", title=t("维度", "Dimension")), alt.Tooltip("score:Q", format=".2f", title=t("得分", "Score"))],
    )  # fmt: skip
    frame = base.transform_filter("datum.printed").mark_rect(fill="transparent", stroke=RED, strokeWidth=2)
    text = base.mark_text(fontSize=11).encode(
        text=alt.Text("score:Q", format=".2f"),
        color=alt.condition("datum.score > 62", alt.value("white"), alt.value("black")),
    )
    shown = (
        result.scores[dims["code"]]
        .reindex(names["city"])
        .set_axis(names["name"])
        .rename(columns=dict(zip(dims["code"], dims["short"], strict=True)))
    )
    return charts.figure(
        (fill + frame + text).properties(height={"step": 24}), id="fig-lab-dimensions", title=title, status="illustrative",
        subtitle=t("教学示意数据算出的维度得分（0–100），红框里的与报告印出的一致；城市按公布的名次排", "Dimension scores (0–100) from the teaching panel; those in red frames are printed in the report and equal; cities in the printed order"),
        source=laboratory.panel_source(), table=shown.rename_axis(t("城市", "City")).reset_index(), formats=dict.fromkeys(dims["short"], "{:.2f}"),
        alt_text=t(f"热图。{title}。", f"Heat map. {title}."),
    )  # fmt: skip


def totals() -> charts.Figure:
    """Draw each city's total as what its dimensions add, beside the printed totals."""
    result, dims, order = laboratory.panel_result(), laboratory.dimensions(), ranking()
    share = dims.set_index("code")["weight"] / dims["weight"].sum()
    added = (
        (result.scores[dims["code"]] * share)
        .rename_axis("city")
        .reset_index()
        .melt("city", var_name="code", value_name="points")
    )
    added = added.merge(order[["city", "name"]], on="city").merge(
        dims[["code", "name"]].rename(columns={"name": "dimension"}), on="code"
    )
    added["place"] = added["code"].map({c: i for i, c in enumerate(dims["code"])})
    told, same = (
        int(order["printed_score"].notna().sum()),
        int((order["rank"] == order["printed_rank"]).sum()),
    )
    title = finding(
        t("算出的 {m} 个总分和 {n} 个名次与公布的全都一样，因为数据就是按这个要求编的", "All {m} totals and {n} ranks come out as published, because the data were made so that they would"),
        holds=same == len(order) and bool(agreement()["equal"].all()), m=told, n=same,
    )  # fmt: skip
    x = ruler(t("总分（分）", "Total (points)"), [0, 118], [0, 25, 50, 75, 100])
    y = named_rows(order["name"])
    bars = alt.Chart(added).mark_bar(height=14).encode(
        y=y, x=x("points").stack("zero"), order="place:Q", color=alt.Color("dimension:N", scale=alt.Scale(domain=list(dims["name"]), range=DIMENSION_COLOURS), title=None),
        tooltip=[alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("dimension:N", title=t("维度", "Dimension")), alt.Tooltip("points:Q", format=".2f", title=t("贡献（分）", "Points"))],
    )  # fmt: skip
    ends = order.assign(
        told=[
            f"{s:.2f}{' ✓' if p == p else ''}"
            for s, p in zip(order["score"], order["printed_score"], strict=True)
        ]
    )
    text = alt.Chart(ends).mark_text(align="left", dx=4).encode(y=y, x=x("score"), text="told:N")
    columns = {
        "rank": t("算出的名次", "Rank"),
        "name": t("城市", "City"),
        "score": t("算出的总分", "Total"),
        "printed_rank": t("公布的名次", "Printed rank"),
        "printed_score": t("公布的总分", "Printed total"),
    }
    return charts.figure(
        (bars + text).properties(height={"step": 22}), id="fig-lab-totals", title=title, status="illustrative",
        subtitle=t("教学示意数据：各维度得分乘以权重后相加（满分 100）；✓ 报告印出了总分，两者相同", "Teaching panel: dimension scores times weights (out of 100); ✓ the report prints the total, and it is the same"),
        source=laboratory.panel_source(), table=order[list(columns)].rename(columns=columns), formats={columns["score"]: "{:.2f}", columns["printed_score"]: "{:.2f}"},
        alt_text=t(f"堆叠条形图。{title}。", f"Stacked bars. {title}."),
    )  # fmt: skip


def another(seed: int = OTHER) -> charts.Figure:
    """Draw the unprinted dimension scores of two panels that give the same published ones."""
    data, dims, names = (
        laboratory.other_panel(seed),
        laboratory.dimensions(),
        laboratory.cities().set_index("city")["name"],
    )
    mine, theirs = (
        laboratory.panel_result(),
        index.score(data, laboratory.tree(), decimals=laboratory.decimals()),
    )
    printed = editions.scores(laboratory.YEAR).dropna(subset=["score"])
    same = all(
        abs(theirs.scores.loc[r.city, r.code] - r.score) < 0.005 for r in printed.itertuples()
    ) and bool((theirs.ranks["index"] == mine.ranks["index"]).all())
    both = (
        pd.DataFrame({"one": mine.scores[dims["code"]].stack(), "two": theirs.scores[dims["code"]].stack()})
        .rename_axis(["city", "code"])
        .reset_index()
    )
    known = set(zip(printed["city"], printed["code"], strict=True))
    both = both[[(c, d) not in known for c, d in zip(both["city"], both["code"], strict=True)]]
    both = both.assign(name=names[both["city"]].to_numpy(), apart=(both["one"] - both["two"]).abs()).merge(
        dims[["code", "name"]].rename(columns={"name": "dimension"}), on="code"
    )
    widest = both.loc[both["apart"].idxmax()]
    title = finding(
        t("另一张表同样给出全部公布的得分和名次，{who}的{what}却差 {apart:.1f} 分", "Another panel gives every published score and rank as well, yet puts {who}’s {what} {apart:.1f} points away"),
        holds=same and widest["apart"] > 3, who=widest["name"], what=widest["dimension"], apart=widest["apart"],
    )  # fmt: skip
    top = float(both[["one", "two"]].max().max()) * 1.05
    x, y = (
        ruler(t("本书的教学数据（分）", "The book’s panel (points)"), [0, top]),
        riser(t("另一张表（分）", "Another panel (points)"), [0, top]),
    )
    line = (
        alt.Chart(pd.DataFrame({"a": [0, top]}))
        .mark_line(color=QUIET, strokeDash=[4, 3])
        .encode(x=x("a"), y=y("a"))
    )
    dots = alt.Chart(both).mark_point(size=60, opacity=0.9).encode(
        x=x("one"), y=y("two"),
        color=alt.Color("dimension:N", scale=alt.Scale(domain=list(dims["name"]), range=DIMENSION_COLOURS), title=None, legend=alt.Legend(orient="bottom")), shape=alt.Shape("dimension:N", scale=alt.Scale(domain=list(dims["name"])), title=None),
        tooltip=[alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("dimension:N", title=t("维度", "Dimension")), alt.Tooltip("one:Q", format=".2f", title=t("本书", "Book")), alt.Tooltip("two:Q", format=".2f", title=t("另一张", "Other"))],
    )  # fmt: skip
    shown = both.sort_values("apart", ascending=False)[["name", "dimension", "one", "two"]]
    columns = {
        "name": t("城市", "City"),
        "dimension": t("维度", "Dimension"),
        "one": t("本书的教学数据", "The book’s panel"),
        "two": t("另一张表", "Another panel"),
    }
    return charts.figure(
        (line + dots).properties(height=380), id="fig-lab-another", title=title, status="illustrative",
        subtitle=t(f"没有印出的 {len(both)} 个维度得分：两张教学数据各给出多少分；落在虚线上表示相同", f"The {len(both)} unprinted dimension scores in two teaching panels; on the dashed line they agree"),
        source=laboratory.panel_source(), table=shown.rename(columns=columns), formats={columns["one"]: "{:.2f}", columns["two"]: "{:.2f}"}, alt_text=t(f"散点图。{title}。", f"Scatter plot. {title}."),
    )  # fmt: skip
