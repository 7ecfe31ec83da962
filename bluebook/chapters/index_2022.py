"""What only the edition of 2022 says of the index: the cells in data/editions/2022/index-*.md run these.

The three chapters on the index recur with other data each year and name no year's facts; what 2022 alone prints (a
distance, two shares, seven places, counts in the press) is computed here and spoken of in the edition's own text.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from bluebook import charts, editions, framework, ledger, reading
from bluebook.chapters import index_dimensions, index_method
from bluebook.chapters.index_method import fit
from bluebook.charts import BLUE, GRID, RED, finding, first_finding, glue
from bluebook.words import BadInput, t

ZHENGZHOU, LUOYANG, XINXIANG, KAIFENG, SHANGQIU = "410100", "410300", "410700", "410200", "411400"


def quoted(*ids: str) -> dict[str, ledger.Interval]:
    """Return what these figures, quoted in the current edition, stand for. Raises BadInput if one is not there."""
    found = ledger.intervals(editions.claims().query("id in @ids"))
    lost = [i for i in ids if i not in found]
    if lost:
        raise BadInput(
            f"claims.csv 没有 {lost[0]}：本年的文字要用它；请补上这一行，或改写 index-*.md。",
            f"claims.csv has no {lost[0]}, which this edition's text needs: add the row, or change index-*.md.",
        )
    return found


def _names() -> pd.Series:
    return reading.cities().set_index("city")["name"]


# ---------------------------------------------------------------- index-results: eight places in two points

GAP, SAID = "index_gap_8_15", "index_shangqiu_place"


def a_place() -> pd.DataFrame:
    """Return what a place is worth on average between the two cities whose distance is printed.

    One row a reading, the place in the list and the place in the sentence: ``place``, ``steps`` (places apart),
    ``lower`` and ``upper`` (points a place, from the printed distance ± half its last digit).
    """
    found = quoted(GAP, SAID)
    place = reading.standings().set_index("city")["rank"]
    top, listed, said = int(place[KAIFENG]), int(place[SHANGQIU]), int(found[SAID].lower)
    gap = found[GAP]
    rows = [
        (at, at - top, float(gap.lower) / (at - top), float(gap.upper) / (at - top)) for at in (listed, said)
    ]
    return pd.DataFrame(rows, columns=["place", "steps", "lower", "upper"])


def result_numbers() -> None:
    """Glue what follows from the printed distance, and what can be said of the column that two editions share."""
    per, now, gap = a_place(), reading.standings(), quoted(GAP)[GAP]
    scored, name, at = now.dropna(subset=["score"]), _names(), now.set_index("rank")["name"]
    middle, ceiling = float(gap.lower + gap.upper) / 2, float(scored["score"].iloc[-1])
    steps = scored["score"].diff(-1).dropna().round(2)
    share = 100 * float(framework.leaf_weights(framework.read(index_method.indicators())).median())
    every = reading.history().dropna(subset=["score"])
    shared = every[every["year"] == editions.current_year() - 2]
    past = (
        reading.history()
        .query("city == @SHANGQIU and year < @editions.current_year()")
        .dropna(subset=["rank"])
    )
    glue(
        per_least=per["lower"].min(), per_most=per["upper"].max(), steps_list=int(per["steps"][0]), steps_said=int(per["steps"][1]),
        gap_lower=name[SHANGQIU], gap_upper=name[KAIFENG], at_said=at[int(per["place"][1])],
        ceiling_upper=ceiling, ceiling_lower=ceiling - middle, n_between=int(per["steps"][0]) - 1,
        step_times=float(steps.iloc[0]) / per["upper"].max(), leaf_share=share, leaf_needed=100 * middle / share,
        gap_lower_past=t("，", ", ").join(t(f"{y} 年版第 {r}", f"{r}th in {y}") for y, r in zip(past["year"], past["rank"], strict=True)),
        shared_year=editions.current_year() - 2, shared_n=len(shared), shared_told=finding(
            t("由高到低，没有露出破绽", "falls from first to last and betrays nothing"), holds=shared["score"].is_monotonic_decreasing),
    )  # fmt: skip


def tight() -> charts.Figure:
    """Draw what a place is worth: the printed steps, and the average where only the distance is printed."""
    per, scored, name = a_place(), reading.standings().dropna(subset=["score"]), _names()
    steps = pd.DataFrame({
        "what": [f"{a} → {b}" for a, b in zip(scored["name"][:-1], scored["name"][1:], strict=True)],
        "lower": scored["score"].diff(-1).dropna().round(2).to_numpy(),
    })  # fmt: skip
    steps["upper"] = steps["lower"]
    steps["kind"] = t("印出的一位", "a step as printed")
    average = pd.DataFrame({
        "what": [t(f"{name[KAIFENG]} → {name[SHANGQIU]}，{n} 位", f"{name[KAIFENG]} → {name[SHANGQIU]}, {n} places") for n in per["steps"]],
        "lower": per["lower"], "upper": per["upper"], "kind": t("平均的一位", "an average step"),
    })  # fmt: skip
    shown = pd.concat([steps, average], ignore_index=True)
    shown["middle"] = (shown["lower"] + shown["upper"]) / 2
    shown["told"] = [
        f"{a:.2f}" if f"{a:.2f}" == f"{b:.2f}" else f"{a:.2f}–{b:.2f}"
        for a, b in zip(shown["lower"], shown["upper"], strict=True)
    ]
    title = finding(
        t("从{a}到{b}，平均一位不到 {most:.1f} 分；榜首到第二名的一位值 {first:.2f} 分",
          "From {a} to {b} a place is worth less than {most:.1f} points on average; from first to second, {first:.2f}"),
        holds=per["upper"].max() < 0.3 and steps["lower"][0] > 10 * per["upper"].max(),
        a=name[KAIFENG], b=name[SHANGQIU], most=0.3, first=steps["lower"][0],
    )  # fmt: skip
    y = alt.Y(
        "what:N",
        sort=list(shown["what"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=6, grid=True),
    )
    x = alt.X("middle:Q", title=t("一位值多少分（对数刻度）", "Points a place (log scale)"),
              scale=alt.Scale(type="log", domain=[0.1, fit(400, 2000)]), axis=alt.Axis(values=[0.1, 0.3, 1, 3, 10, 30, 100], format="~g"))  # fmt: skip
    kinds = [steps["kind"][0], average["kind"][0]]
    dots = alt.Chart(shown).mark_point(size=95, filled=True, opacity=1).encode(
        y=y, x=x, color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[BLUE, RED]), title=None, legend=alt.Legend(columns=fit(2, 1))),
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"]), title=None, legend=alt.Legend(columns=fit(2, 1))),
    )  # fmt: skip
    text = alt.Chart(shown).mark_text(align="left", dx=9).encode(y=y, x=x, text="told:N")
    table = shown[["what", "kind", "told"]].rename(
        columns={
            "what": t("从 → 到", "From → to"),
            "kind": t("是什么", "What"),
            "told": t("一位（分）", "A place (points)"),
        }
    )
    return charts.figure(
        (dots + text).properties(height={"step": 30}), id="fig-tight", title=title, status="computed", table=table,
        subtitle=t(f"{editions.current_year()} 年版，名次差一位相当于总分差多少（分）；平均数由印出的差距除以相隔的位数，两行是两种读法",
                   f"Edition {editions.current_year()}: what one place is worth in points; averages are the printed distance over the places between, two rows for two readings"),
        source=_totals_source(), alt_text=t(f"点图，对数刻度。{title}。", f"Dot plot, log scale. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- index-dimensions: spending and its shares

SPENDING = (
    "science_spending_zz_2020",
    "science_spending_ly_2020",
    "science_share_zz_2020",
    "science_share_ly_2020",
)


def spending_totals() -> pd.DataFrame:
    """Return the total of science spending (100 million yuan) that each city's amount and share imply.

    One row a city: city, lower, upper (closed intervals, amount and share each ± half their last digit), ``share_lower``
    and ``share_upper``: the share (%) that the other city's total would give it.
    """
    found = quoted(*SPENDING)
    rows = {}
    for key, city in (("zz", "410100"), ("ly", "410300")):
        amount, share = found[f"science_spending_{key}_2020"], found[f"science_share_{key}_2020"]
        rows[city] = (
            amount,
            100 * float(amount.lower / share.upper),
            100 * float(amount.upper / share.lower),
        )
    (a, b) = rows
    out = [
        (
            c,
            *rows[c][1:],
            100 * float(rows[c][0].lower) / rows[o][2],
            100 * float(rows[c][0].upper) / rows[o][1],
        )
        for c, o in ((a, b), (b, a))
    ]
    return pd.DataFrame(out, columns=["city", "lower", "upper", "share_lower", "share_upper"])


def spending() -> charts.Figure:
    """Draw the two totals that cannot be one."""
    table = spending_totals().merge(reading.cities()[["city", "name"]], on="city")
    upper, lower = table.loc[table["lower"].idxmax()], table.loc[table["lower"].idxmin()]
    title = finding(
        t("两个比重不能都对：按{a}算，全省至少 {x:.1f} 亿元；按{b}算，至多 {y:.1f} 亿元",
          "The two shares cannot both be right: by {a} the total is at least {x:.1f}, by {b} at most {y:.1f} (100 million yuan)"),
        holds=upper["lower"] > lower["upper"], a=upper["name"], x=upper["lower"], b=lower["name"], y=lower["upper"],
    )  # fmt: skip
    table["by"] = [t(f"按{n}的金额和比重", f"by {n}") for n in table["name"]]
    low, high = float(table["lower"].min()), float(table["upper"].max())
    y = alt.Y(
        "by:N", sort=list(table["by"]), title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=8)
    )
    x = alt.X("lower:Q", title=t("18 市科学技术支出合计（亿元）", "Total (100 million yuan)"),
              scale=alt.Scale(domain=[low - 1.2, high + 1.2], nice=False))  # fmt: skip
    gap = pd.DataFrame({"from": [lower["upper"]], "to": [upper["lower"]]})
    band = (
        alt.Chart(gap)
        .mark_rect(color=GRID)
        .encode(x=alt.X("from:Q", scale=alt.Scale(domain=[low - 1.2, high + 1.2], nice=False)), x2="to:Q")
    )
    base = alt.Chart(table).encode(y=y)
    bar = base.mark_rule(strokeWidth=10, color=BLUE).encode(x=x, x2="upper:Q")
    ends = base.mark_text(dy=-15, align="center").encode(x="middle:Q", text="told:N").transform_calculate(
        middle="(datum.lower + datum.upper) / 2", told="format(datum.lower, '.1f') + ' – ' + format(datum.upper, '.1f')")  # fmt: skip
    shown = table[["name", "lower", "upper", "share_lower", "share_upper"]].rename(columns={
        "name": t("按哪个市算", "By"), "lower": t("合计至少（亿元）", "Total at least"), "upper": t("合计至多（亿元）", "Total at most"),
        "share_lower": t("按另一市的合计，比重至少 %", "Share by the other's total, at least %"), "share_upper": t("至多 %", "at most %")})  # fmt: skip
    return charts.figure(
        (band + bar + ends).properties(height=150), id="fig-spending", title=title, status="computed", table=shown,
        formats=dict.fromkeys(shown.columns[1:3], "{:.2f}") | dict.fromkeys(shown.columns[3:], "{:.2f}"),
        subtitle=t("2020 年一般公共预算科学技术支出：由两市的金额和占比倒推的 18 市合计（亿元），已计入四舍五入；灰带：两段之间的空隙",
                   "Science and technology in the public budgets, 2020: the 18 cities' total (100 million yuan) that follows from two cities' amounts and shares, rounding included; grey: the gap between"),
        source=reading.source_titles([ledger.NEWSLETTER]), alt_text=t(f"区间图。{title}。", f"Intervals. {title}."),
    )  # fmt: skip


PLACES = (
    "index_output_indicators",
    "zz_output_firsts",
    "ly_output_seconds",
    "ly_patents_place",
    "xx_output_thirds",
    "xx_patents_place",
    "xx_inventions_place",
)


def output_places() -> charts.Figure:
    """Draw the places of the first three cities on the output indicators."""
    found = quoted(*PLACES)
    n = {k: int(v.lower) for k, v in found.items()}
    names = _names()
    rest = n["index_output_indicators"] - 2
    # A bar in a name is where its label breaks.
    columns = [
        t("专利授权数", "Patents|granted"),
        t("每万人有效|发明专利数", "Inventions|a head"),
        t(f"另外 {rest} 项", f"the other|{rest}"),
    ]
    places = {
        "410100": (1, 1, 1), "410300": (n["ly_patents_place"], 2, 2), "410700": (n["xx_patents_place"], n["xx_inventions_place"], 3),
    }  # fmt: skip
    title = finding(
        t("创新产出 {n} 项：{a}包下全部第一，{b}和{c}只在一项上换位", "Of {n} output indicators {a} is first on all; {b} and {c} change places on one only"),
        holds=n["zz_output_firsts"] == n["index_output_indicators"] == n["ly_output_seconds"] + 1 == n["xx_output_thirds"] + 2
        and n["xx_patents_place"] < n["ly_patents_place"],
        n=n["index_output_indicators"], a=names["410100"], b=names["410300"], c=names["410700"],
    )  # fmt: skip
    long = pd.DataFrame(
        [(names[c], c, col, p) for c, ps in places.items() for col, p in zip(columns, ps, strict=True)],
        columns=["name", "city", "indicator", "rank"],
    )
    x = alt.X(
        "indicator:N",
        sort=columns,
        title=None,
        axis=alt.Axis(
            labelAngle=0,
            labelExpr="split(datum.label, '|')",
            labelOverlap=False,
            orient="top",
            labelPadding=20,
            ticks=False,
            domain=False,
        ),
        scale=alt.Scale(padding=fit(0.55, 1.1)),
    )
    y = alt.Y(
        "rank:Q",
        scale=alt.Scale(domain=[4.4, 0.6]),
        title=None,
        axis=alt.Axis(values=[1, 2, 3, 4], format="d"),
    )
    colour = alt.Color("name:N", scale=reading.city_scale(places, [names[c] for c in places]), legend=None)
    base = alt.Chart(long).encode(x=x, y=y, color=colour)
    ends = (
        alt.Chart(long[long["indicator"] == columns[-1]])
        .mark_text(align="left", dx=14)
        .encode(x=x, y=y, text="name:N")
    )
    numbers_ = base.mark_text(fontWeight="bold").encode(text="rank:Q", color=alt.value("white"))
    wide = (
        long.pivot(index="name", columns="indicator", values="rank")
        .reindex(index=[names[c] for c in places], columns=columns)
        .rename(columns=lambda c: c.replace("|", t("", " ")))
        .reset_index()
    )
    return charts.figure(
        (base.mark_line() + base.mark_point(size=380, filled=True, opacity=1) + numbers_ + ends).properties(height=230),
        id="fig-output-places", title=title, status="published", table=wide.rename(columns={"name": t("城市", "City")}),
        subtitle=t(f"{editions.current_year()} 年版，三市在创新产出各项指标上的名次；没有点名的 {rest} 项合为一栏",
                   f"Edition {editions.current_year()}: places of three cities on the output indicators; the {rest} that are not named in one column"),
        source=reading.source_titles([ledger.NEWSLETTER]), alt_text=t(f"名次折线图。{title}。", f"Lines of ranks. {title}."),
    )  # fmt: skip


def firsts() -> pd.DataFrame:
    """Return who is first on how many indicators: city, name, n, where (names of the indicators known).

    Counts come from the press of the edition; a city without a count has the first places that the lists print.
    """
    press = editions.press().query(
        "report == 'bluebook' and statement == 'count_rank_1' and subject == 'level2'"
    )
    press = press[press["year"] == editions.current_year()]
    lists = index_dimensions.named_ranks()
    lists = lists[lists["rank"] == 1]
    told = dict(zip(press["city"], press["value"].astype(int), strict=True))
    rows = []
    for city in dict.fromkeys([*press["city"], *lists["city"]]):
        where = list(lists.loc[lists["city"] == city, "indicator"])
        rows.append((city, told.get(city, len(where)), t("、", ", ").join(where)))
    out = pd.DataFrame(rows, columns=["city", "n", "where"]).merge(
        reading.cities()[["city", "name", "order"]], on="city"
    )
    return out.sort_values(["n", "order"], ascending=[False, True], ignore_index=True)


def waffle() -> charts.Figure:
    """Draw every indicator as a square in the colour and with the letter of whoever is first on it."""
    table = firsts()
    tree = index_method.indicators()
    n = int(tree["leaf"].sum())
    total = int(table["n"].sum())
    title = first_finding(
        (t("{n} 个第一都有主：{a}占 {k} 个，其余 {m} 个市各 1 个", "All {n} first places are accounted for: {a} has {k}, {m} others one each"), total == n and set(table["n"][1:]) == {1}),
        (t("{n} 项指标的第一，查得到 {x} 个，{a}占 {k} 个", "Of {n} first places {x} are known, {k} of them {a}'s"), total <= n),
        n=n, a=table["name"][0], k=int(table["n"][0]), m=len(table) - 1, x=total,
    )  # fmt: skip
    who = [r for r in table.itertuples() for _ in range(r.n)]
    columns = 9
    squares = pd.DataFrame({
        "name": [r.name for r in who], "letter": [r.name[:1] for r in who], "where": [r.where or "—" for r in who],
        "x": [i % columns for i in range(len(who))], "y": [i // columns for i in range(len(who))],
    })  # fmt: skip
    base = alt.Chart(squares).encode(
        x=alt.X("x:O", axis=None), y=alt.Y("y:O", axis=None),
        tooltip=[alt.Tooltip("name:N", title=t("第一名", "First")), alt.Tooltip("where:N", title=t("点了名的指标", "Named indicators"))],
    )  # fmt: skip
    ground = base.mark_rect(stroke="#ffffff", strokeWidth=2).encode(
        color=alt.Color("name:N", scale=reading.city_scale(table["city"], table["name"]), title=None, legend=alt.Legend(symbolType="square", columns=fit(5, 3)))
    )  # fmt: skip
    text = base.mark_text(fontWeight="bold").encode(text="letter:N", color=alt.value("white"))
    shown = table[["name", "n", "where"]].rename(
        columns={
            "name": t("城市", "City"),
            "n": t("第一的项数", "First places"),
            "where": t("其中点了名的", "Of them named"),
        }
    )
    return charts.figure(
        (ground + text).properties(height=40 * (squares["y"].max() + 1)), id="fig-firsts", title=title, status="computed", table=shown,
        subtitle=t(f"{editions.current_year()} 年版 {n} 项指标，每格一项，颜色和字是谁排第一；项数来自媒体，点名的指标来自报告和媒体",
                   f"Edition {editions.current_year()}: {n} indicators, one square each, by who is first; counts from the press, named indicators from report and press"),
        source=reading.source_titles([*editions.press().query("statement == 'count_rank_1' and year == @editions.current_year()")["source"], *index_dimensions.named_ranks()["source"]]),
        alt_text=t(f"方格图。{title}。", f"Waffle chart. {title}."),
    )  # fmt: skip


def dimension_numbers() -> None:
    """Glue what the text on the dimensions speaks of."""
    period = str(editions.edition()["data_year"])
    by, share = spending_totals().set_index("city"), _science_share(period)
    service, lists = (
        quoted("science_service_share_zz", "science_service_cities_2020"),
        index_dimensions.named_ranks(),
    )
    part, others = (
        float(sum(service["science_service_share_zz"])) / 2,
        int(service["science_service_cities_2020"].lower) - 1,
    )
    listed = int((lists["code"] == "environment_2").sum())
    same, first, missing = overlap("performance_2", "urban_disposable_income_yuan")
    patents = _public_patents(period)
    glue(
        total_zz_low=by["lower"][ZHENGZHOU], total_zz_high=by["upper"][ZHENGZHOU], total_ly_low=by["lower"][LUOYANG], total_ly_high=by["upper"][LUOYANG],
        share_ly_low=by["share_lower"][LUOYANG], share_ly_high=by["share_upper"][LUOYANG],
        share_zz_low=by["share_lower"][ZHENGZHOU], share_zz_high=by["share_upper"][ZHENGZHOU],
        n_share_up=int((share["now"] > share["before"]).sum()), n_share=len(share), share_before=int(period) - 1,
        public_share_told=finding(
            t("也是其中最高的两个", "the two highest"), holds=set(share["now"].nlargest(2).index) == {ZHENGZHOU, LUOYANG},
        ),
        public_share_zz=share["now"][ZHENGZHOU], public_share_ly=share["now"][LUOYANG],
        budget_zz=_budget("zz", share["now"][ZHENGZHOU]), budget_ly=_budget("ly", share["now"][LUOYANG]),
        service_rest=100 - part, service_others=others, service_mean=(100 - part) / others, service_times=part / ((100 - part) / others),
        service_last=(100 - part) / (listed - 1), service_listed=listed,
        patents_ly=int(patents[LUOYANG]), patents_xx=int(patents[XINXIANG]), patents_gap=int(patents[LUOYANG] - patents[XINXIANG]),
        income_same=same, income_n=first, income_missing=missing,
        rd_places=int(lists.loc[lists["code"] == "enterprise_1", "rank"].max()),
        **{f"{k}_total_mean": float(lists.loc[lists["code"] == c, "total"].mean()) for k, c in
           (("gdp", "performance_1"), ("income", "performance_2"), ("air", "performance_3"))},
    )  # fmt: skip
    first_numbers()


def _science_share(period: str) -> pd.DataFrame:
    """Return science's share of each city's budget (%) in ``period`` and the year before: now, before (by city)."""
    public = editions.public_cities().query("indicator == 'budget_science_share_pct'")
    wide = public.pivot_table(index="city", columns="period", values="value")
    return wide[[period, str(int(period) - 1)]].set_axis(["now", "before"], axis=1).dropna()


def _budget(key: str, share: float) -> float:
    """Return the whole budget (100 million yuan) that a city's science spending and its share (%) imply."""
    amount = quoted(f"science_spending_{key}_2020")[f"science_spending_{key}_2020"]
    return 100 * float(sum(amount)) / 2 / share


def _public_patents(period: str) -> pd.Series:
    """Return inventions and utility models granted by city, together; designs are in no public table here."""
    kinds = ["invention_patents_granted", "utility_model_patents_granted"]
    public = editions.public_cities()
    public = public[(public["period"] == period) & public["indicator"].isin(kinds)]
    return public.pivot_table(index="city", columns="indicator", values="value").sum(axis=1).astype(int)


def overlap(code: str, series: str) -> tuple[int, int, str]:
    """Return how many of the printed leaders by ``code`` are among as many by a public figure: count, of, who is not."""
    told = index_dimensions.named_ranks().query("code == @code")
    public = editions.public_cities().query("indicator == @series")
    public = public[public["period"] == str(editions.edition()["data_year"])]
    lost = told[~told["city"].isin(public.nlargest(len(told), "value")["city"])]
    return len(told) - len(lost), len(told), t("、", ", ").join(lost["name"]) or t("没有", "none")


def first_numbers() -> None:
    """Glue what the count of first places implies for the indicators on which the leader is not first.

    The best city of an indicator is normalised to 100, by the range as by the maximum. So a leader's dimension that
    falls short of 100 holds an indicator on which it is not first, and the shortfall is the least weight that this
    indicator can have (in % of the dimension: it would then be normalised to 0).
    """
    table, lists, tree = firsts(), index_dimensions.named_ranks(), index_method.indicators()
    n, leader = int(tree["leaf"].sum()), table.iloc[0]
    elsewhere = lists[(lists["rank"] == 1) & (lists["city"] != leader["city"])]
    told = finding(
        t("{a}不是第一的 {k} 项，名字全都知道", "the {k} on which {a} is not first are all known by name"),
        holds=n - int(leader["n"]) == len(elsewhere), a=leader["name"], k=len(elsewhere),
    )  # fmt: skip
    share = {
        c: s
        for f in framework.families(framework.read(tree))
        for c, s in zip(f.children, f.shares, strict=True)
    }
    scores = index_dimensions.ranks().query("city == @leader.city").set_index("code")["score"]
    short = {p: 100 - float(scores[p]) for p in ("input", "enterprise", "performance")}
    glue(
        elsewhere_told=told, n_indicators_all=n, n_firsts=int(leader["n"]), n_not_first=len(elsewhere), first_cities=t("、", ", ").join(table["name"][1:]),
        elsewhere=t("、", ", ").join(elsewhere["indicator"]), **{f"short_{p}": v for p, v in short.items()},
        implied_input=100 - short["input"] / share["input_2"], implied_enterprise=100 - short["enterprise"] / share["enterprise_1"],
    )  # fmt: skip


def _totals_source() -> str:
    return reading.source_titles(list(editions.scores().query("code == 'index'")["source"]))
