"""report/index-dimensions: who is strong where, dimension by dimension, and what public figures say to it."""

from __future__ import annotations

import altair as alt
import pandas as pd

from bluebook import charts, editions, reading
from bluebook.chapters import index_method
from bluebook.chapters.index_method import dimensions, fit
from bluebook.charts import BLUE, GRID, INK, MUTED, QUIET, first_finding, glue
from bluebook.words import t

ABOVE, SAME, BELOW, UNKNOWN = "above", "same", "below", "unknown"


def ranks(year: int | None = None) -> pd.DataFrame:
    """Return what is printed of the dimensions: city, name, code, score (points), rank, decimals, order, source."""
    table, codes = editions.scores(year), list(dimensions()["code"])
    found = table[table["code"].isin(codes)]
    return found.merge(reading.cities()[["city", "name", "order"]], on="city")


def printed_to(year: int | None = None) -> dict[str, int]:
    """Return the last place up to which a dimension's ranks are printed without a gap: code → place."""
    out = {}
    for code, group in ranks(year).groupby("code", sort=False):
        have, last = sorted(group["rank"].dropna().astype(int)), 0
        for place, rank in enumerate(have, 1):
            if rank > place:
                break
            last = place
        out[code] = last
    return out


def profiles() -> pd.DataFrame:
    """Return each city's rank in every dimension beside its rank in the total.

    One row a city and dimension, the total included (code ``index``): city, name, code, short, score, rank
    (Int64; <NA> where not printed), least (the best rank it can have), total, told (score as printed), place
    (rank in words) and side: above, same or below the total, or unknown. Cities that no list names are left out.
    """
    dims, told, last = dimensions(), ranks(), printed_to()
    total = reading.standings()
    shown = total[total["city"].isin(told["city"])]
    places = int(editions.edition()["decimals"])
    rows = []
    for city in shown.itertuples():
        rows.append(
            (
                city.city,
                city.name,
                "index",
                t("总分", "Total"),
                city.score,
                city.rank,
                city.rank,
                city.rank,
                2,
            )
        )
        for dim in dims.itertuples():
            found = told[(told["city"] == city.city) & (told["code"] == dim.code)]
            score, rank = (
                (found["score"].iloc[0], found["rank"].iloc[0]) if len(found) else (float("nan"), pd.NA)
            )
            decimals = (
                found["decimals"].iloc[0] if len(found) and pd.notna(found["decimals"].iloc[0]) else places
            )
            least = rank if pd.notna(rank) else last.get(dim.code, 0) + 1
            rows.append(
                (city.city, city.name, dim.code, dim.short, score, rank, least, city.rank, int(decimals))
            )
    table = pd.DataFrame(
        rows, columns=["city", "name", "code", "short", "score", "rank", "least", "total", "decimals"]
    )
    table["told"] = [
        "—" if pd.isna(s) else f"{s:.{d}f}" for s, d in zip(table["score"], table["decimals"], strict=True)
    ]
    table["side"] = [_side(r) for r in table.itertuples()]
    sign = {ABOVE: " ▲", BELOW: " ▼"}
    table["place"] = [
        (f"≥{r.least}" if pd.isna(r.rank) else f"{r.rank}")
        + ("" if r.code == "index" else sign.get(r.side, ""))
        for r in table.itertuples()
    ]
    return table


def _side(row: object) -> str:
    if pd.isna(row.rank):
        return BELOW if row.least > row.total else UNKNOWN
    return SAME if row.rank == row.total else ABOVE if row.rank < row.total else BELOW


def extremes() -> tuple[pd.Series | None, pd.Series | None]:
    """Return the printed ranks that stand out most from the total: the largest rise and the largest fall."""
    table = profiles()
    known = table[table["rank"].notna() & (table["code"] != "index")].copy()
    known["gain"] = (known["total"] - known["rank"]).astype(int)
    up, down = known.loc[known["gain"].idxmax()], known.loc[known["gain"].idxmin()]
    return (up if up["gain"] > 0 else None), (down if down["gain"] < 0 else None)


def seconds() -> pd.DataFrame:
    """Return every printed score as a share of its dimension's best: the columns of `ranks`, ``share`` (%), ``dimension``."""
    table = ranks().dropna(subset=["score"]).copy()
    table["share"] = 100 * table["score"] / table.groupby("code")["score"].transform("max")
    return table.merge(
        dimensions()[["code", "name", "short"]].rename(columns={"name": "dimension"}), on="code"
    )


def numbers() -> None:
    """Glue the figures of the chapter's prose, and those of the edition's own text where its claims are there."""
    year, dims, table = editions.current_year(), dimensions(), profiles()
    share = seconds()
    second = share[share["rank"] == 2].set_index("code")
    steep, flat = second["share"].idxmin(), second["share"].idxmax()
    up, down = extremes()
    last = set(printed_to().values())
    leader = share[share["rank"] == 1]
    same = leader["city"].nunique() == 1
    worse = table[(table["side"] == BELOW) & table["rank"].isna()]
    both = _shared_dimensions()
    glue(
        year=year, last_year=year - 1, data_year=editions.edition()["data_year"], released=reading.released(),
        n_dimensions=len(dims), n_cities=len(editions.cities()), n_listed=table["city"].nunique(),
        n_top=t("、", ", ").join(str(n) for n in sorted(last)),
        leaders=t(f"{len(dims)} 张榜的第一名都是{leader['name'].iloc[0]}", f"all {len(dims)} lists are led by {leader['name'].iloc[0]}") if same
        else t("、", ", ").join(f"{d.name}：{leader.set_index('code')['name'][d.code]}" for d in dims.itertuples()),
        steep_name=dims.set_index("code")["name"][steep], steep_second=second["name"][steep], steep_share=float(second["share"][steep]),
        flat_name=dims.set_index("code")["name"][flat], flat_second=second["name"][flat], flat_share=float(second["share"][flat]),
        up_told=_stands_out(up), down_told=_stands_out(down),
        worse_told=_surely_below(worse), n_unknown=int((table["side"] == UNKNOWN).sum()), n_cells=int((table["code"] != "index").sum()),
        shared_told=_shared_told(both),
    )  # fmt: skip


def _stands_out(row: pd.Series | None) -> str:
    if row is None:
        return t("没有", "none")
    name = dimensions().set_index("code")["name"][row["code"]]
    return t(
        f"{row['name']}总分第 {row['total']}，{name}第 {row['rank']}",
        f"{row['name']}, {row['total']}th in the total and {row['rank']}th in {name}",
    )


def _surely_below(cells: pd.DataFrame) -> str:
    """Return who must be lower in a dimension than in the total, though the rank is not printed."""
    names = dimensions().set_index("code")["name"]
    told = [
        f"{who}{t('的', ' in ')}{t('、', ' and ').join(names[c] for c in group['code'])}"
        for who, group in cells.groupby("name", sort=False)
    ]
    return t("，", "; ").join(told) or t("没有", "none")


def profile() -> charts.Figure:
    """Draw score and rank of each city in each dimension, marked where they part from its total."""
    table, dims = profiles(), dimensions()
    up, down = extremes()
    names = dims.set_index("code")["name"]
    told = {}
    for key, row in (("u", up), ("d", down)):
        if row is not None:
            told |= {
                f"{key}_who": row["name"],
                f"{key}_dim": names[row["code"]],
                f"{key}_total": row["total"],
                f"{key}_rank": row["rank"],
            }
    title = first_finding(
        (t("{u_who}总分第 {u_total}，{u_dim}却是第 {u_rank}；{d_who}总分第 {d_total}，{d_dim}只有第 {d_rank}",
           "{u_who} is {u_total}th in the total but {u_rank}th in {u_dim}; {d_who} is {d_total}th, and {d_rank}th in {d_dim}"), up is not None and down is not None),
        (t("{u_who}总分第 {u_total}，{u_dim}却是第 {u_rank}", "{u_who} is {u_total}th in the total but {u_rank}th in {u_dim}"), up is not None),
        (t("印出的分项名次与总分名次完全一致", "The printed ranks by dimension are those of the total"), True), **told,
    )  # fmt: skip
    order, columns = list(dict.fromkeys(table["name"])), [t("总分", "Total"), *dims["short"]]
    sides = {
        ABOVE: (t("▲ 好于总分名次", "▲ better than the total"), "#b9d7ea"), SAME: (t("相同", "the same"), GRID),
        BELOW: (t("▼ 差于总分名次", "▼ worse than the total"), "#f6cdb4"), UNKNOWN: (t("不知道", "not known"), "transparent"),
    }  # fmt: skip
    table["group"] = [sides[s][0] for s in table["side"]]
    scale = alt.Scale(domain=[v[0] for v in sides.values()], range=[v[1] for v in sides.values()])
    x = alt.X(
        "short:N",
        sort=columns,
        title=None,
        axis=alt.Axis(
            orient="top",
            labelAngle=0,
            ticks=False,
            domain=False,
            labelOverlap=False,
            labelFontSize=fit(12, 9),
            labelPadding=6,
        ),
    )
    y = alt.Y(
        "name:N",
        sort=order,
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=5, labelFontSize=fit(12, 11)),
    )
    base = alt.Chart(table).encode(x=x, y=y, tooltip=[
        alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("short:N", title=t("维度", "Dimension")),
        alt.Tooltip("told:N", title=t("得分", "Score")), alt.Tooltip("place:N", title=t("名次", "Rank")),
    ])  # fmt: skip
    ground = base.mark_rect(stroke=QUIET, strokeWidth=0.6).encode(
        color=alt.Color("group:N", scale=scale, title=None, legend=alt.Legend(symbolType="square", symbolStrokeColor=MUTED, symbolStrokeWidth=0.8, columns=fit(2, 1)))
    )  # fmt: skip
    # Blue and orange cells stay light in the dark, so their text stays dark: greys that the page does not swap.
    tinted = alt.FieldOneOfPredicate("side", [ABOVE, BELOW])
    score = base.mark_text(dy=-7, fontSize=fit(12, 10), fontWeight="bold").encode(
        text="told:N", color=alt.condition(tinted, alt.value("#16202a"), alt.value(INK))
    )
    place = base.mark_text(dy=8, fontSize=fit(11, 10)).encode(
        text="place:N", color=alt.condition(tinted, alt.value("#3b4754"), alt.value(MUTED))
    )
    wide = table.assign(
        both=[f"{a}（{b}）" if a != "—" else b for a, b in zip(table["told"], table["place"], strict=True)]
    )
    wide = (
        wide.pivot(index="name", columns="short", values="both")
        .reindex(index=order, columns=columns)
        .reset_index()
    )
    n = max(printed_to().values())
    return charts.figure(
        (ground + score + place).properties(height=40 * len(order)), id="fig-profile", title=title, status="published",
        subtitle=t(f"{editions.current_year()} 年版，上行是得分（分，满分 100），下行是名次；“≥{n + 1}”：不在印出的前 {n} 名，名次不会更好",
                   f"Edition {editions.current_year()}; above the score (points of 100), below the rank; “≥{n + 1}”: not among the first {n} printed, so no better"),
        source=_source(), table=wide.rename(columns={"name": t("城市", "City")}),
        alt_text=t(f"方格图。{title}。", f"Grid. {title}."),
    )  # fmt: skip


def steepness() -> charts.Figure:
    """Draw how far behind its leader each dimension's list runs."""
    table, dims = seconds(), dimensions()
    second = table[table["rank"] == 2]
    low, high = second.loc[second["share"].idxmin()], second.loc[second["share"].idxmax()]
    title = first_finding(
        (t("{a}的第二名只有榜首的 {x:.0f} %，{b}的第二名有 {y:.0f} %", "Second place in {a} has only {x:.0f} % of the leader's score, in {b} {y:.0f} %"), low["share"] < high["share"] - 1),
        (t("每张榜的第二名都是榜首的 {x:.0f} % 左右", "In every list second place has about {x:.0f} % of the leader's score"), True),
        a=low["dimension"], x=low["share"], b=high["dimension"], y=high["share"],
    )  # fmt: skip
    names = list(dims["name"])
    y = alt.Y(
        "short:N",
        sort=list(dims["short"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=8),
    )
    x = alt.X(
        "share:Q",
        title=t("相当于榜首得分的百分比（%）", "Share of the leader's score (%)"),
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(values=[0, 20, 40, 60, 80, 100]),
    )
    known = table.drop_duplicates("city").sort_values("order")
    base = alt.Chart(table).encode(y=y, x=x, tooltip=[
        alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("score:Q", format=".2f", title=t("得分", "Score")),
        alt.Tooltip("share:Q", format=".1f", title=t("相当于榜首 %", "% of the leader")),
    ])  # fmt: skip
    span = (
        alt.Chart(table)
        .mark_rule(strokeWidth=1.5, color=QUIET)
        .encode(y=y, x="min(share):Q", x2="max(share):Q")
    )
    dots = base.mark_point(size=90, filled=True, opacity=0.9).encode(
        color=alt.Color("name:N", scale=reading.city_scale(known["city"], known["name"]), legend=None),
        shape=alt.condition("datum.rank <= 2", alt.value("circle"), alt.value("diamond")),
    )  # fmt: skip
    label = alt.Chart(second).mark_text(dy=-13).encode(y=y, x="share:Q", text="name:N")
    wide = table.assign(cell=[f"{n} {s:.1f}" for n, s in zip(table["name"], table["share"], strict=True)])
    wide = wide.pivot(index="dimension", columns="rank", values="cell").reindex(names).reset_index()
    wide.columns = [t("维度", "Dimension"), *(t(f"第 {r}", f"{r}.") for r in wide.columns[1:])]
    return charts.figure(
        (span + dots + label).properties(height=52 * len(names)), id="fig-steepness", title=title, status="computed",
        subtitle=t(f"{editions.current_year()} 年版，各维度印出得分的城市相当于该维度榜首的百分比（%）；圆点是前两名，标出第二名的名字",
                   f"Edition {editions.current_year()}, scores printed in each dimension as a share of its leader's (%); circles are the first two, the second is named"),
        source=_source(), table=wide, alt_text=t(f"点带图。{title}。", f"Strip plot. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- against last year


def _shared_dimensions() -> list[str]:
    """Return the dimensions whose scores both this edition and the one before print."""
    if editions.current_year() - 1 not in editions.years():
        return []
    now, then = ranks().dropna(subset=["score"]), ranks(editions.current_year() - 1).dropna(subset=["score"])
    return [c for c in dimensions()["code"] if c in set(now["code"]) and c in set(then["code"])]


def _shared_told(shared: list[str]) -> str:
    names, year = dimensions().set_index("code")["name"], editions.current_year() - 1
    if not shared:
        return t(
            f"{year} 年版的分维度得分没有公布，无从比较。",
            f"No scores by dimension of the edition {year} are known, so there is nothing to compare.",
        )
    if len(shared) == len(names):
        return t(
            f"{year} 年版各维度的得分也公布了，都能比。",
            f"The edition {year} prints all dimensions too, so all can be compared.",
        )
    told = t("、", " and ").join(names[c] for c in shared)
    return t(
        f"{len(names)} 个维度里，{year} 年版查得到得分的只有{told}。",
        f"Of the {len(names)} dimensions only {told} is known for the edition {year}.",
    )


def slopes() -> list[charts.Figure]:
    """Return one figure for each dimension that both editions print: who came, went or changed places."""
    return [_slope(code) for code in _shared_dimensions()]


def against_last() -> None:
    """Show `slopes`, however many there are this year."""
    from IPython.display import display

    for one in slopes():
        display(one)


def _slope(code: str) -> charts.Figure:
    year = editions.current_year()
    name = dimensions().set_index("code")["name"][code]
    now, then = (r[(r["code"] == code) & r["score"].notna()] for r in (ranks(), ranks(year - 1)))
    deep = int(max(now["rank"].max(), then["rank"].max()))
    both = then.merge(now, on=["city", "name", "order"], how="outer", suffixes=("_then", "_now")).sort_values(
        "order"
    )
    came, went = both[both["rank_then"].isna()], both[both["rank_now"].isna()]
    moved = both.dropna(subset=["rank_then", "rank_now"]).query("rank_then != rank_now")
    title = first_finding(
        (t("{dim}：{a}退出前 {n} 名，{b}进来；其余名次没有变", "{dim}: {a} leaves the first {n}, {b} enters; nobody else moves"), len(came) > 0 and moved.empty),
        (t("{dim}：{a}退出前 {n} 名，{b}进来", "{dim}: {a} leaves the first {n}, {b} enters"), len(came) > 0),
        (t("{dim}：前 {n} 名和上一版一样", "{dim}: the first {n} are those of last year, in the same order"), moved.empty),
        (t("{dim}：前 {n} 名还是那些城市，{k} 个换了位置", "{dim}: the first {n} are the same cities, {k} of them in other places"), True),
        dim=name, n=deep, a=t("、", ", ").join(went["name"]), b=t("、", ", ").join(came["name"]), k=len(moved),
    )  # fmt: skip
    outside, editions_ = deep + 1, [str(year - 1), str(year)]
    rows = [(r.name, r.city, side, at, s) for r in both.itertuples() for side, at, s in (
        (editions_[0], r.rank_then, r.score_then), (editions_[1], r.rank_now, r.score_now))]  # fmt: skip
    long = pd.DataFrame(rows, columns=["name", "city", "side", "rank", "score"])
    long["at"] = long["rank"].astype("Float64").fillna(outside).astype(float)
    long["told"] = [
        t(f"{n}，{deep} 名以外", f"{n} {deep + 1}+") if pd.isna(s) else f"{r} {n} {s:.2f}"
        for n, r, s in zip(long["name"], long["rank"], long["score"], strict=True)
    ]
    x = alt.X(
        "side:N",
        title=None,
        axis=alt.Axis(labelAngle=0, orient="top"),
        scale=alt.Scale(padding=fit(0.9, 2.2)),
    )
    y = alt.Y("at:Q", scale=alt.Scale(domain=[outside + 0.4, 0.6]), axis=None)
    colour = alt.Color("name:N", scale=reading.city_scale(both["city"], both["name"]), legend=None)
    base = alt.Chart(long).encode(x=x, y=y, color=colour)
    # Whoever is outside is only known to come later: the line towards it is dashed.
    hidden = set(came["name"]) | set(went["name"])
    layers = [
        base.transform_filter(
            alt.FieldOneOfPredicate("name", [n for n in both["name"] if n not in hidden])
        ).mark_line()
    ]
    if hidden:
        layers.append(
            base.transform_filter(alt.FieldOneOfPredicate("name", sorted(hidden))).mark_line(
                strokeDash=[5, 4]
            )
        )
    layers += [base.mark_point(size=70, filled=True)]
    layers += [
        base.transform_filter(alt.datum.side == side)
        .mark_text(align=align, dx=dx)
        .encode(text="told:N", color=alt.value(INK))
        for side, align, dx in ((editions_[0], "right", -9), (editions_[1], "left", 9))
    ]
    table = both[["name", "rank_then", "score_then", "rank_now", "score_now"]].rename(columns={
        "name": t("城市", "City"), "rank_then": t(f"{year - 1} 名次", f"Rank {year - 1}"), "score_then": t(f"{year - 1} 得分", f"Score {year - 1}"),
        "rank_now": t(f"{year} 名次", f"Rank {year}"), "score_now": t(f"{year} 得分", f"Score {year}"),
    })  # fmt: skip
    scores = [t(f"{y_} 得分", f"Score {y_}") for y_ in (year - 1, year)]
    return charts.figure(
        alt.layer(*layers).properties(height=42 * outside), id=f"fig-last-{code}", title=title, status="published", table=table,
        formats=dict.fromkeys(scores, "{:.2f}"),
        subtitle=t(f"{name}在 {year - 1} 年版和 {year} 年版的名次与得分（分）；虚线：只知道不在前 {deep} 名。两版的分数不能相减",
                   f"{name}: rank and score (points) in the editions {year - 1} and {year}; dashed: known only not to be among the first {deep}. Scores of two editions cannot be subtracted"),
        source=reading.source_titles([*then["source"], *now["source"]]),
        alt_text=t(f"斜率图。{title}。", f"Slope chart. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- single indicators


def named_ranks() -> pd.DataFrame:
    """Return the printed ranks of single indicators: city, name, code, indicator, dimension, rank, total (rank)."""
    tree = index_method.indicators()
    leaves = tree[tree["leaf"]][["code", "parent", "name"]].rename(columns={"name": "indicator"})
    found = (
        editions.scores()[["city", "code", "rank", "source"]].merge(leaves, on="code").dropna(subset=["rank"])
    )
    names = reading.cities()[["city", "name", "order"]]
    total = reading.standings()[["city", "rank"]].rename(columns={"rank": "total"})
    return found.merge(names, on="city").merge(total, on="city", how="left")


def named() -> charts.Figure | None:
    """Draw where in the total the leaders of each named indicator stand; None where no such ranks are printed."""
    table, least = named_ranks(), 5
    table = table[table.groupby("code")["rank"].transform("count") >= least]
    if table.empty:
        return None
    mean = table.groupby("indicator", sort=False)["total"].mean().astype(float).sort_values()
    high, low = mean.index[-1], mean.index[0]
    n_high = int((table["indicator"] == high).sum())
    title = first_finding(
        (t("{a}领先的 {n} 个市，总分名次平均 {x:.1f}；{b}领先的，平均 {y:.1f}", "The {n} leaders by {a} have a mean rank of {x:.1f} in the total, those by {b} of {y:.1f}"), mean.iloc[-1] > mean.iloc[0] + 3),
        (t("各项指标领先的市，总分名次平均在 {y:.1f} 到 {x:.1f} 之间", "The leaders of each indicator have mean ranks of {y:.1f} to {x:.1f} in the total"), True),
        a=high, b=low, n=n_high, x=mean.iloc[-1], y=mean.iloc[0],
    )  # fmt: skip
    order = list(mean.index)
    known = table.drop_duplicates("city").sort_values("order")
    y = alt.Y(
        "indicator:N",
        sort=order,
        title=None,
        axis=alt.Axis(
            ticks=False,
            domain=False,
            orient="left",
            labelAlign="left",
            labelPadding=0,
            labelOffset=-19,
            labelBaseline="middle",
            labelLimit=330,
            grid=True,
        ),
    )
    x = alt.X(
        "total:Q",
        title=t("总分名次", "Rank in the total"),
        scale=alt.Scale(domain=[0.5, len(editions.cities()) + 0.5], nice=False),
        axis=alt.Axis(values=[1, 3, 6, 9, 12, 15, 18], grid=False),
    )
    base = alt.Chart(table).encode(y=y, x=x, tooltip=[
        alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("indicator:N", title=t("指标", "Indicator")),
        alt.Tooltip("rank:Q", title=t("指标名次", "Rank by indicator")), alt.Tooltip("total:Q", title=t("总分名次", "Rank in the total")),
    ])  # fmt: skip
    dots = base.mark_point(size=85, filled=True, opacity=0.9).encode(
        color=alt.Color("name:N", scale=reading.city_scale(known["city"], known["name"]), legend=None)
    )
    middle = alt.Chart(table).mark_tick(thickness=2.5, size=15, color=INK).encode(y=y, x="mean(total):Q")
    shown = table.sort_values(["code", "rank"]).groupby("indicator", sort=False).agg(
        first=("name", lambda s: t("、", ", ").join(s)), mean=("total", lambda s: float(s.mean()))).reindex(order).reset_index()  # fmt: skip
    return charts.figure(
        (dots + middle).properties(height=58 * len(order)), id="fig-named", title=title, status="computed",
        subtitle=t(f"{editions.current_year()} 年版，印出至少前 {least} 名的单项指标：领先各市的总分名次（点），平均（竖线）",
                   f"Edition {editions.current_year()}, indicators whose first {least} or more are printed: rank in the total of their leaders (dots) and the mean (bar)"),
        source=reading.source_titles(list(table["source"])),
        table=shown.rename(columns={"indicator": t("指标", "Indicator"), "first": t("领先各市", "Leaders"), "mean": t("总分名次平均", "Mean rank in the total")}),
        formats={t("总分名次平均", "Mean rank in the total"): "{:.1f}"}, alt_text=t(f"点图。{title}。", f"Dot plot. {title}."),
    )  # fmt: skip


def beside(code: str, series: str) -> charts.Figure | None:
    """Draw a public figure by city beside the ranks that the report prints for the indicator ``code``.

    ``series``: an indicator of data/public/indicators.csv, taken for the edition's data year. None where there are
    no printed ranks or no public figures.
    """
    period = str(editions.edition()["data_year"])
    public = editions.public_cities().query("indicator == @series and period == @period")
    told = named_ranks().query("code == @code").drop_duplicates("city").set_index("city")["rank"]
    if public.empty or told.empty:
        return None
    about = editions.public_indicators().set_index("indicator").loc[series]
    found = public.merge(reading.cities()[["city", "name", "order"]], on="city").sort_values(
        ["value", "order"], ascending=[False, True]
    )
    found["place"] = found["value"].rank(ascending=False, method="min").astype(int)
    found["printed"] = found["city"].map(told)
    right = found[found["printed"].notna()]
    agree = int((right["place"] == right["printed"].astype(int)).sum())
    lost = [c for c in told.index if c not in set(found["city"])]
    title = first_finding(
        (t("{what}：报告印出的 {n} 个名次，由公开数据重算一个不差", "{what}: all {n} ranks that the report prints follow from public figures"), agree == len(told)),
        (t("{what}：报告印出的 {n} 个名次里，公开数据重算对上 {k} 个", "{what}: of {n} ranks that the report prints, public figures give {k}"), True),
        what=about[t("name_zh", "name_en")], n=len(told), k=agree,
    )  # fmt: skip
    found["told"] = [t(f"报告第 {p}", f"report: {p}") if pd.notna(p) else "" for p in found["printed"]]
    found["group"] = [
        t("报告印出名次", "rank printed in the report") if pd.notna(p) else t("报告没有印", "not printed")
        for p in found["printed"]
    ]
    groups = [t("报告印出名次", "rank printed in the report"), t("报告没有印", "not printed")]
    y = alt.Y(
        "name:N",
        sort=list(found["name"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=6, grid=True),
    )
    unit = about[t("unit", "unit_en")]
    x = alt.X(
        "value:Q",
        title=unit,
        scale=alt.Scale(domain=[0, float(found["value"].max()) * 1.4], nice=False),
        axis=alt.Axis(format="~s" if found["value"].max() > 1e4 else "d", tickCount=5),
    )
    base = alt.Chart(found).encode(
        y=y,
        x=x,
        tooltip=[
            alt.Tooltip("name:N", title=t("城市", "City")),
            alt.Tooltip("value:Q", title=unit, format=",.0f"),
            alt.Tooltip("place:Q", title=t("公开数据名次", "Rank by public figures")),
        ],
    )
    dots = base.mark_point(size=80, opacity=1, strokeWidth=1.6).encode(
        fill=alt.Fill("group:N", scale=alt.Scale(domain=groups, range=[BLUE, "transparent"]), title=None, legend=alt.Legend(columns=fit(3, 1))),
        stroke=alt.Stroke("group:N", scale=alt.Scale(domain=groups, range=[BLUE, MUTED]), title=None, legend=alt.Legend(columns=fit(3, 1))),
    )  # fmt: skip
    text = base.mark_text(align="left", dx=9).encode(text="told:N")
    table = found[["name", "value", "place", "printed"]].rename(columns={
        "name": t("城市", "City"), "value": unit, "place": t("公开数据名次", "Rank, public"), "printed": t("报告名次", "Rank, report")})  # fmt: skip
    caveat = about[t("caveat_zh", "caveat_en")]
    missing = (
        t(f"没有{'、'.join(reading.cities().set_index('city')['name'][lost])}的数。", "") if lost else ""
    )
    return charts.figure(
        (dots + text).properties(height={"step": 23}), id=f"fig-beside-{code.replace('_', '-')}", title=title, status="public", table=table,
        formats={unit: "{:,.0f}"}, note=f"{caveat}{missing}",
        subtitle=t(f"{period} 年{about['name_zh']}（{unit}），{len(found)} 个市，由高到低；右边是报告印出的名次",
                   f"{about['name_en']} ({unit}), {period}, {len(found)} cities from high to low; at the right the rank that the report prints"),
        source=reading.source_titles([*public["source"], *named_ranks().query("code == @code")["source"]]),
        alt_text=t(f"点图。{title}。", f"Dot plot. {title}."),
    )  # fmt: skip


def _source() -> str:
    return reading.source_titles(list(ranks()["source"]))
