"""lab/public-data: how far one gets with public figures alone, coverage first."""

from __future__ import annotations

import itertools
import warnings

import altair as alt
import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from bluebook import charts, editions, framework, index, robustness
from bluebook.chapters import laboratory
from bluebook.chapters.drawing import named_rows, ruler
from bluebook.charts import BLUE, INK, MUTED, ORANGE, QUIET, RED, finding, first_finding, glue
from bluebook.words import t

LEAST = 6  # a set of fewer figures than this is no index worth the name
PLAIN = "urban_disposable_income_yuan"  # a figure that has nothing to do with innovation as such


def columns() -> list[str]:
    """Return the public figures that the index uses, dimension by dimension."""
    return [code for codes in laboratory.PUBLIC.values() for code in codes]


def shares(grouped: bool) -> np.ndarray:
    """Return each figure's share of the whole: by the dimensions' weights, or all the same."""
    if not grouped:
        return np.full(len(columns()), 1 / len(columns()))
    return framework.leaf_weights(laboratory.public_tree())[columns()].to_numpy()


def scored(chosen: list[str] | None = None, grouped: bool = True) -> pd.DataFrame:
    """Return the cities with enough of the ``chosen`` figures (None: all) with score and rank, best first.

    ``grouped``: figures stand under the report's dimensions, whose weights are those this book uses; otherwise
    every figure counts the same. Columns: city, name, published, score, rank, printed (the published order of
    these cities among themselves).
    """
    wanted = list(chosen or columns())
    if grouped:
        tree = framework.without(laboratory.public_tree(), *(c for c in columns() if c not in wanted))
    else:
        rows = [("index", "", None, None), *((c, "index", 1, 1) for c in wanted)]
        tree = framework.read(pd.DataFrame(rows, columns=["code", "parent", "weight", "direction"]))
    with warnings.catch_warnings():  # which city lacks what is what the page says first
        warnings.simplefilter("ignore", framework.Notice)
        result = index.score(
            laboratory.public_data()[["unit", *wanted]], tree, availability=laboratory.AVAILABILITY, decimals=laboratory.decimals()
        )  # fmt: skip
    order = laboratory.cities()[["city", "name", "rank"]].rename(columns={"rank": "published"})
    score, rank = result.scores["index"][order["city"]], result.ranks["index"][order["city"]]
    out = order.assign(score=score.to_numpy(), rank=rank.to_numpy()).dropna(subset=["score"])
    out = out.assign(rank=out["rank"].astype(int), printed=out["published"].rank(method="min").astype(int))
    return out.sort_values("rank", kind="stable", ignore_index=True)


def agreement(table: pd.DataFrame) -> float:
    """Return Spearman's correlation between computed and published ranks."""
    return float(spearmanr(table["rank"], table["printed"]).statistic)


@laboratory.remembered
def every_set() -> pd.DataFrame:
    """Return the agreement of every sensible set of figures: n, grouped (bool), rho, and ``full`` (the whole set).

    Sensible: at least LEAST figures, from every dimension that has any. For the cities that have all figures.
    """
    data = laboratory.public_data().set_index("unit")[columns()]
    z = (data - data.min()) / (data.max() - data.min())
    data = data.dropna()
    z = z.loc[data.index].to_numpy()
    published = laboratory.cities().set_index("city")["rank"][data.index].rank().to_numpy()
    of = np.array([d for d, codes in laboratory.PUBLIC.items() for _ in codes])
    weight = laboratory.dimensions().set_index("code")["weight"]
    sets = [
        np.array(some)
        for size in range(LEAST, z.shape[1] + 1)
        for some in itertools.combinations(range(z.shape[1]), size)
        if set(of[list(some)]) == set(of)
    ]
    rows = []
    for grouped in (True, False):
        w = np.zeros((len(sets), z.shape[1]))
        for k, some in enumerate(sets):
            w[k, some] = [weight[of[i]] / (of[some] == of[i]).sum() for i in some] if grouped else 1.0
        score = index.round_half_away(100 * (w / w.sum(axis=1, keepdims=True)) @ z.T, laboratory.decimals())
        ranks = index.rank_values(score.T)
        mean = pd.DataFrame(ranks).rank().to_numpy()
        own, other = mean - mean.mean(axis=0), published - published.mean()
        rho = other @ own / np.sqrt((own**2).sum(axis=0) * (other**2).sum())
        rows += [
            (len(some), grouped, float(r), len(some) == z.shape[1]) for some, r in zip(sets, rho, strict=True)
        ]
    return pd.DataFrame(rows, columns=["n", "grouped", "rho", "full"])


def coverage() -> pd.DataFrame:
    """Return the number of figures each city has by dimension, all 36 indicators beside: city and dimensions."""
    data = laboratory.public_data().set_index("unit").notna()
    have = pd.DataFrame({d: data[codes].sum(axis=1) for d, codes in laboratory.PUBLIC.items()})
    return have.reindex(columns=list(laboratory.dimensions()["code"]), fill_value=0)


def allowed() -> pd.DataFrame:
    """Return the ranks that the missing figures allow, each anywhere between the least and the greatest of its column:
    city, rank (NaN with too few figures), best, worst."""  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", framework.Notice)
        ranges = robustness.rank_ranges(
            laboratory.public_data(), laboratory.public_tree(), availability=laboratory.AVAILABILITY
        )
    return ranges.rename(columns={"unit": "city"})


def top_heavy() -> dict[str, object]:
    """Return how often the first two cities lead the figures, and what agreement is left without them."""
    table, data = scored(), laboratory.public_data().set_index("unit")[columns()]
    place = data.rank(ascending=False, method="min")
    first, second = laboratory.cities()["city"][:2]
    rest = table[~table["city"].isin([first, second])]
    names = laboratory.cities().set_index("city")["name"]
    left = float(spearmanr(rest["rank"], rest["printed"]).statistic)
    finding(
        t("去掉前两名，相关系数变小", "Without the first two the correlation is smaller"),
        holds=left < agreement(table) and all(one["city"].tolist()[:2] == [first, second] for one in (table, scored(grouped=False))), left=left,
    )  # fmt: skip
    return {
        "first": names[first], "second": names[second], "n_first": int((place.loc[first] == 1).sum()), "n_top3": int((place.loc[second] <= 3).sum()),
        "n_left": len(rest), "rho_left": left,
    }  # fmt: skip


def plain_told() -> str:
    """Return how far one figure that is not about innovation agrees with the published ranks by itself."""
    alone, whole = agreement(scored([PLAIN], grouped=False)), agreement(scored())
    return first_finding(
        (t("单用{name}一项，它说的是贫富，不是创新，相关系数也有 {rho:.2f}，不比上面的 {whole:.2f} 低",
           "{name} by itself, which is about wealth and not about innovation, gives {rho:.2f}, no less than the {whole:.2f} above"), alone >= whole),
        (t("单用{name}一项，它说的是贫富，不是创新，相关系数是 {rho:.2f}", "{name} by itself, which is about wealth and not about innovation, gives {rho:.2f}"), True),
        name=laboratory.public_names()[PLAIN], rho=alone, whole=whole,
    )  # fmt: skip


def numbers() -> None:
    """Glue the figures of the chapter's prose."""
    grouped, flat, sets = scored(), scored(grouped=False), every_set()
    data = laboratory.public_data().set_index("unit")
    names, dims = (
        laboratory.cities().set_index("city")["name"],
        laboratory.dimensions().set_index("code")["name"],
    )
    table = editions.public_indicators().set_index("indicator")
    caveats = table.loc[columns(), "usable"] != "yes"
    none = [dims[d] for d in dims.index if d not in laboratory.PUBLIC]
    lone = [(d, codes[0]) for d, codes in laboratory.PUBLIC.items() if len(codes) == 1]
    apart = (grouped["rank"] - grouped["printed"]).abs()
    up = grouped.loc[(grouped["printed"] - grouped["rank"]).idxmax()]
    share = dict(zip(columns(), 100 * shares(True), strict=True))
    joined = t("、", ", ")
    with_all = data.notna().all(axis=1)
    few = data.loc[~data.index.isin(grouped["city"])]  # too few figures for a rank
    could = allowed().set_index("city").reindex(few.index)
    without = agreement(scored([c for c in columns() if c != lone[0][1]])) if lone else float("nan")
    lonely = lone[0] if lone else ("", "")
    best = {g: sets[sets["grouped"] == g]["rho"] for g in (True, False)}
    lone_rank = int(data[lonely[1]].rank(ascending=False, method="min")[up["city"]]) if lone else 0
    later = (
        scored([c for c in columns() if c != lonely[1]]).set_index("city")["rank"][up["city"]] if lone else 0
    )
    finding(
        t("{who}靠一项指标升上来，去掉它就退回去", "{who} owes its rise to one figure and falls back without it"),
        holds=len(lone) == 1 and lone_rank <= 5 and later > up["rank"] + 3, who=up["name"], lone_rank=lone_rank, later=int(later),
    )  # fmt: skip
    meaning = first_finding(
        (t("大体同向，细处不同", "the same way on the whole, different in detail"), 0.5 < agreement(grouped) < 0.95),
        (t("有些相似，并不很像", "some likeness, not much"), 0 < agreement(grouped) <= 0.5), (t("几乎没有不同", "hardly any difference"), True),
    )  # fmt: skip
    patents = agreement(scored(["invention_patents_granted"], grouped=False))
    finding(
        t("只用发明专利授权数一项，比全部指标分维度加权还像", "Inventions alone agree better than all figures by dimension"),
        holds=patents > agreement(grouped), alone=patents, all=agreement(grouped),
    )  # fmt: skip
    glue(
        **top_heavy(), plain_told=plain_told(), meaning=meaning, lone_rank=lone_rank, up_later=int(later), n_with=len(laboratory.PUBLIC),
        up_flat=int(flat.set_index("city")["rank"][up["city"]]), rho_patents=patents, n_ranked=len(grouped),
    )  # fmt: skip
    glue(
        n_figures=len(columns()), n_indicators=len(laboratory.indicators()), period=laboratory.PERIOD, n_cities=len(data), n_whole=int(with_all.sum()),
        partly=joined.join(names[few.index]), partly_have=int(few.notna().sum(axis=1).max()) if len(few) else 0, partly_best=int(could["best"].min()) if len(few) else 0, partly_worst=int(could["worst"].max()) if len(few) else 0,
        none=joined.join(none), n_caveat=int(caveats.sum()), rho=agreement(grouped), rho_flat=agreement(flat), n_least=LEAST, n_sets=len(best[True]),
        low=float(best[True].min()), high=float(best[True].max()), middle=float(best[True].median()), flat_low=float(best[False].min()), flat_high=float(best[False].max()), flat_middle=float(best[False].median()),
        exact=int((apart == 0).sum()), within=int((apart <= 2).sum()), up=up["name"], up_rank=int(up["rank"]), up_printed=int(up["printed"]),
        lone=dims.get(lonely[0], ""), lone_figure=laboratory.public_names().get(lonely[1], ""), lone_share=share.get(lonely[1], 0.0), rho_without=without,
        share_flat=100 / len(columns()), top=joined.join(grouped["name"][:3]), top_printed=joined.join(grouped.sort_values("printed")["name"][:3]),
    )  # fmt: skip


def map_of_data() -> charts.Figure:
    """Draw which city has which public figure."""
    data, names = laboratory.public_data().set_index("unit"), laboratory.cities()
    dims, label = laboratory.dimensions().set_index("code")["short"], laboratory.public_names()
    of = {code: d for d, codes in laboratory.PUBLIC.items() for code in codes}
    usable = editions.public_indicators().set_index("indicator")["usable"]
    long = (
        data.notna()
        .rename_axis("city")
        .reset_index()
        .melt("city", var_name="code", value_name="here")
        .merge(names[["city", "name"]], on="city")
    )
    kinds = [
        t("有，出处可靠", "available, good source"),
        t("有，引用须谨慎", "available, with a caveat"),
        t("没有", "missing"),
    ]
    long["kind"] = [
        kinds[2] if not h else kinds[0] if usable[c] == "yes" else kinds[1]
        for h, c in zip(long["here"], long["code"], strict=True)
    ]
    short = laboratory.public_short()
    long["label"] = long["code"].map(short)
    holes, whole = int((~long["here"]).sum()), int(data.notna().all(axis=1).sum())
    careful = int((usable[columns()] != "yes").sum())
    title = finding(
        t("{n} 项公开指标，{whole} 个城市齐全；其中 {k} 项引用须谨慎，另有一整个维度没有数据", "{n} public figures, complete for {whole} cities; {k} need care, and one whole dimension has no data"),
        holds=whole < len(data) and len(laboratory.PUBLIC) == len(dims) - 1, n=len(columns()), whole=whole, k=careful,
    )  # fmt: skip
    chart = alt.Chart(long).mark_rect(stroke=charts.PAPER, strokeWidth=1.5).encode(
        x=alt.X("name:N", sort=list(names["name"]), title=None, axis=alt.Axis(labelAngle=-90, ticks=False, domain=False, labelOverlap=False, labelFontSize=11)),
        y=named_rows([short[c] for c in columns()], "label"),
        color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[BLUE, "#7fb6d8", charts.GRID]), title=None, legend=alt.Legend(columns=2)),
        tooltip=[alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("label:N", title=t("指标", "Figure")), alt.Tooltip("kind:N", title=t("状态", "State"))],
    )  # fmt: skip
    shown = pd.DataFrame({
        t("指标", "Figure"): [label[c] for c in columns()], t("维度", "Dimension"): [dims[of[c]] for c in columns()],
        t("有数的城市", "Cities"): data.notna().sum()[columns()].to_numpy(), t("引用须谨慎", "Caveat"): [t("是", "yes") if usable[c] != "yes" else t("否", "no") for c in columns()],
    })  # fmt: skip
    return charts.figure(
        chart.properties(height=24 * len(columns()) + 70), id="fig-lab-coverage", title=title, status="public", source=laboratory.public_source(), table=shown,
        subtitle=t(f"{laboratory.PERIOD} 年，{len(columns())} 项指标 × {len(data)} 个城市；报告用了 {len(laboratory.indicators())} 项", f"{laboratory.PERIOD}: {len(columns())} figures × {len(data)} cities; the report uses {len(laboratory.indicators())} indicators"),
        alt_text=t(f"有数与无数的矩阵，空缺 {holes} 格。{title}。", f"Matrix of what is there, {holes} holes. {title}."),
    )  # fmt: skip


def compared() -> charts.Figure:
    """Draw computed against published ranks."""
    table = scored()
    rho, n = agreement(table), len(table)
    apart = table["printed"] - table["rank"]
    odd = table.loc[apart.abs().idxmax()]
    title = finding(
        t("只用公开数据，名次与公布的相关系数是 {rho:.2f}；差得最远的是{who}：这里第 {a}，公布的第 {b}", "By public figures alone the ranks correlate {rho:.2f} with the published ones; {who} is farthest off: {a} here, {b} as published"),
        holds=0 < rho < 0.95, rho=rho, who=odd["name"], a=int(odd["rank"]), b=int(odd["printed"]),
    )  # fmt: skip
    domain = [n + 0.8, 0.2]
    ticks = alt.Axis(values=[1, 5, 10, 15, n], grid=True)
    base = alt.Chart(table).encode(
        x=alt.X("printed:Q", scale=alt.Scale(domain=domain[::-1], nice=False), axis=ticks, title=t("公布的名次", "Published rank")),
        y=alt.Y("rank:Q", scale=alt.Scale(domain=domain, nice=False), axis=ticks, title=t("公开数据的名次", "Rank by public figures")),
    )  # fmt: skip
    line = (
        alt.Chart(pd.DataFrame({"a": [1, n]}))
        .mark_line(color=QUIET, strokeDash=[4, 3])
        .encode(
            x=alt.X("a:Q", scale=alt.Scale(domain=domain[::-1], nice=False)),
            y=alt.Y("a:Q", scale=alt.Scale(domain=domain, nice=False)),
        )
    )
    far = (table["rank"] - table["printed"]).abs() >= 4
    dots = base.mark_point(size=70, opacity=1).encode(
        color=alt.condition("abs(datum.rank - datum.printed) >= 4", alt.value(RED), alt.value(BLUE)),
        tooltip=[alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("rank:Q", title=t("公开数据", "Public")), alt.Tooltip("printed:Q", title=t("公布", "Published")), alt.Tooltip("score:Q", format=".2f", title=t("得分", "Score"))],
    )  # fmt: skip
    text = (
        alt.Chart(table[far])
        .mark_text(align="left", dx=7, color=INK)
        .encode(x="printed:Q", y="rank:Q", text="name:N")
    )
    cols = {
        "name": t("城市", "City"),
        "score": t("得分", "Score"),
        "rank": t("公开数据的名次", "Rank, public figures"),
        "printed": t("公布的名次", "Published rank"),
    }
    return charts.figure(
        (line + dots + text).properties(height=380), id="fig-lab-compared", title=title, status="computed", source=laboratory.public_source(), table=table[list(cols)].rename(columns=cols), formats={cols["score"]: "{:.2f}"},
        subtitle=t(f"{laboratory.PERIOD} 年 {len(columns())} 项公开指标，极差法，维度用本书所用的权重；{n} 个数据够用的城市，公布的名次在它们之间重排。虚线上名次相同，红点差 4 位以上",
                   f"{len(columns())} public figures of {laboratory.PERIOD}, min-max, dimensions weighted as in this book; the {n} cities with enough of them, published ranks among themselves. On the line ranks agree; red: 4 or more apart"),
        alt_text=t(f"散点图。{title}。", f"Scatter plot. {title}."),
    )  # fmt: skip


def how_it_depends() -> charts.Figure:
    """Draw the agreement of every sensible set of figures, grouped by dimension or not."""
    table = every_set()
    kinds = {
        True: t("分维度，本书权重", "by dimension, book’s weights"),
        False: t("每项同重", "every figure alike"),
    }
    by = {g: table[table["grouped"] == g]["rho"] for g in kinds}
    title = finding(
        t("换一组指标，相关系数可以是 {low:.2f}，也可以是 {high:.2f}：一个数说明不了什么", "With another set of figures the correlation can be {low:.2f} or {high:.2f}: one number says little"),
        holds=table["rho"].max() - table["rho"].min() > 0.15, low=table["rho"].min(), high=table["rho"].max(),
    )  # fmt: skip
    step = 0.02
    binned = table.assign(
        bin=(table["rho"] / step).apply(np.floor) * step + step / 2, told=table["grouped"].map(kinds)
    )
    binned = binned.groupby(["told", "bin"]).size().rename("n").reset_index()
    low = float(np.floor(table["rho"].min() * 10) / 10)
    ticks = [round(low + 0.1 * k, 1) for k in range(round((1 - low) / 0.1) + 1)]
    x = ruler(t("与公布名次的相关系数", "Correlation with the published ranks"), [low, 1.0], ticks, ".1f")
    bins = binned.assign(a=binned["bin"] - step / 2 + 0.001, b=binned["bin"] + step / 2 - 0.001, zero=0)
    colour = alt.Color(
        "told:N",
        scale=alt.Scale(domain=list(kinds.values()), range=[ORANGE, BLUE]),
        title=None,
        legend=alt.Legend(orient="bottom"),
    )
    bars = alt.Chart(bins).mark_rect(opacity=0.75).encode(
        x=x("a"), x2="b:Q", y=alt.Y("n:Q", title=t("指标组数", "Sets"), scale=alt.Scale(domain=[0, int(bins["n"].max() * 1.12)], nice=False)), y2="zero:Q", color=colour,
        tooltip=[alt.Tooltip("told:N", title=t("做法", "Method")), alt.Tooltip("bin:Q", format=".2f", title=t("相关系数约", "About")), alt.Tooltip("n:Q", title=t("组数", "Sets"))],
    )  # fmt: skip
    full = table[table["full"]].assign(told=lambda d: d["grouped"].map(kinds))
    marks = alt.Chart(full).mark_rule(strokeWidth=2, strokeDash=[4, 2]).encode(x=x("rho"), color=colour)
    words = (
        alt.Chart(full.assign(text=[f"{r:.2f}" for r in full["rho"]]))
        .mark_text(dy=-6, fontWeight="bold")
        .encode(x=x("rho"), y=alt.value(0), text="text:N", color=colour)
    )
    shown = pd.DataFrame([
        (kinds[g], int(size), len(part), float(part.min()), float(part.median()), float(part.max()))
        for g in kinds for size, part in table[table["grouped"] == g].groupby("n")["rho"]
    ], columns=[t("做法", "Method"), t("指标数", "Figures"), t("组数", "Sets"), t("最低", "Least"), t("中位", "Median"), t("最高", "Greatest")])  # fmt: skip
    return charts.figure(
        (bars + marks + words).properties(height=300), id="fig-lab-sets-of-figures", title=title, status="computed", source=laboratory.public_source(), table=shown,
        formats=dict.fromkeys(shown.columns[3:], "{:.2f}"),
        subtitle=t(f"{len(columns())} 项公开指标里任取 {LEAST} 项以上、每个有数的维度至少一项，共 {len(by[True])} 组；虚线和数字是全部指标的结果", f"Every set of at least {LEAST} of the {len(columns())} figures, with one from each dimension that has any: {len(by[True])} sets; dashed: all figures"),
        alt_text=t(f"直方图。{title}。", f"Histogram. {title}."),
    )  # fmt: skip


def one_by_one() -> charts.Figure:
    """Draw each figure's share of the index and how far it agrees with the published ranks by itself."""
    label, of = (
        laboratory.public_names(),
        {code: d for d, codes in laboratory.PUBLIC.items() for code in codes},
    )
    dims = laboratory.dimensions().set_index("code")["name"]
    rows = [
        (code, agreement(scored([code], grouped=False)), 100 * w)
        for code, w in zip(columns(), shares(True), strict=True)
    ]
    table = pd.DataFrame(rows, columns=["code", "rho", "share"]).sort_values(
        "rho", ascending=False, ignore_index=True
    )
    table["label"] = table["code"].map(laboratory.public_short())
    heavy, best = table.loc[table["share"].idxmax()], table.iloc[0]
    title = finding(
        t("分量最重的是{heavy}，占 {share:.0f} %，单独看相关系数只有 {rho:.2f}；最高的是{best}，{top:.2f}", "The heaviest figure, {heavy}, makes up {share:.0f} % and by itself correlates only {rho:.2f}; {best} correlates best, {top:.2f}"),
        holds=heavy["rho"] < best["rho"], heavy=label[heavy["code"]], share=heavy["share"], rho=heavy["rho"], best=label[best["code"]], top=best["rho"],
    )  # fmt: skip
    x, y = (
        ruler(t("与公布名次的相关系数", "Correlation with the published ranks"), [0, 1.15], [0, 0.5, 1]),
        named_rows(table["label"], "label"),
    )
    base = alt.Chart(table).encode(y=y)
    chart = base.mark_rule(color=QUIET).encode(x=x("rho"), x2=alt.value(0)) + base.mark_circle(color=BLUE, opacity=1).encode(
        x=x("rho"), size=alt.Size("share:Q", scale=alt.Scale(domain=[0, 35], range=[20, 420]), title=t("占总分 %", "Share %"), legend=alt.Legend(values=[5, 15, 30], columns=3)),
        tooltip=[alt.Tooltip("label:N", title=t("指标", "Figure")), alt.Tooltip("rho:Q", format=".2f", title=t("相关系数", "Correlation")), alt.Tooltip("share:Q", format=".1f", title=t("占总分 %", "Share %"))],
    ) + base.mark_text(align="left", dx=14, color=MUTED).encode(x=x("rho"), text=alt.Text("rho:Q", format=".2f"))  # fmt: skip
    shown = pd.DataFrame(
        {
            t("指标", "Figure"): [label[c] for c in table["code"]],
            t("维度", "Dimension"): [dims[of[c]] for c in table["code"]],
            t("相关系数", "Correlation"): table["rho"],
            t("占总分 %", "Share %"): table["share"],
        }
    )
    return charts.figure(
        chart.properties(height={"step": 30}), id="fig-lab-figures", title=title, status="computed", source=laboratory.public_source(), table=shown, formats={t("相关系数", "Correlation"): "{:.2f}", t("占总分 %", "Share %"): "{:.1f}"},
        subtitle=t(f"每项公开指标单独排出的名次与公布名次的相关系数，{laboratory.PERIOD} 年，各用有数的城市；圆点越大，在总分里占得越多", f"Correlation of the published ranks with those by each public figure alone, {laboratory.PERIOD}, for the cities that have it; larger dots weigh more in the total"),
        alt_text=t(f"点图。{title}。", f"Dot plot. {title}."),
    )  # fmt: skip


def caveats() -> charts.Figure:
    """Show what must be said of each public figure before it is used."""
    table = editions.public_indicators().set_index("indicator").loc[columns()]
    shown = pd.DataFrame({
        t("指标", "Figure"): [laboratory.public_names()[c] for c in columns()],
        t("引用前要知道", "Know before use"): [c or t("没有特别要说的", "nothing in particular") for c in table[t("caveat_zh", "caveat_en")]],
    })  # fmt: skip
    careful = int((table["usable"] != "yes").sum())
    return charts.table(
        shown, id="tab-lab-caveats", status="public", source=laboratory.public_source(),
        title=finding(t("{n} 项里有 {k} 项的出处或单位有疑问", "{k} of {n} figures have a doubtful source or unit"), holds=careful > 0, n=len(shown), k=careful),
        subtitle=t(f"{laboratory.PERIOD} 年公开城市数据，逐项的使用须知", f"Public city figures of {laboratory.PERIOD}: what to know of each"),
    )  # fmt: skip
