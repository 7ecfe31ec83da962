"""lab/robustness: how sure each rank is, who can swap with whom, and whose choice moves the ranks."""

from __future__ import annotations

import itertools
import warnings

import altair as alt
import numpy as np
import pandas as pd

from bluebook import charts, editions, framework, robustness, weights
from bluebook.chapters import laboratory
from bluebook.chapters.drawing import named_rows, ruler
from bluebook.charts import BLUE, INK, MUTED, ORANGE, QUIET, RED, finding, first_finding, glue
from bluebook.words import t

DRAWS, SEED = 10_000, 20220704
NEAR = 60.0  # concentration: a weight of 25 then varies by about 5.5 points either way
LEVEL = 0.9
FIRM = 500.0  # the concentration that the second exercise tries
PAIR = ("410700", "411000")  # the two cities of the first exercise
CLOSE = 5  # points of weight; neighbours that need less are close
CHOICES = {
    "normalise": ("归一化", "Normalisation"),
    "aggregate": ("合成", "Aggregation"),
    "weights": ("权重", "Weights"),
}


def pruned(tree: pd.DataFrame) -> pd.DataFrame:
    """Return a tree cut off below its dimensions."""
    return framework.prune(tree, tree.loc[tree["parent"] == framework.root(tree), "code"])


def levels(name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the dimension scores of "panel" or "public" as data (unit and dimensions), and the tree above them."""
    tree = laboratory.tree() if name == "panel" else laboratory.public_tree()
    result = (
        laboratory.panel_result(rounded=False) if name == "panel" else laboratory.public_result(rounded=False)
    )
    top = pruned(tree)
    data = result.scores[framework.leaves(top)].reset_index()
    whole = data.set_index("unit").notna().mean(axis=1) >= laboratory.AVAILABILITY
    return data[whole.to_numpy()].reset_index(drop=True), top


@laboratory.remembered
def draws(name: str = "panel", concentration: float | None = None) -> pd.DataFrame:
    """Return ``unit, rank, share`` over DRAWS random weights of the dimensions: uniform, or around the book's."""
    data, tree = levels(name)
    return robustness.rank_distribution(
        data,
        tree,
        DRAWS,
        SEED,
        concentration=concentration,
        normalise="none",
        decimals=laboratory.decimals(),
    )


def summary(name: str = "panel") -> pd.DataFrame:
    """Return each city's published rank and the ranks that hold LEVEL of the draws: city, name, printed, lower, upper,
    near_lower, near_upper, share (of uniform draws with the rank of the book's weights), best, worst."""  # fmt: skip
    wide, near = (
        robustness.rank_summary(draws(name, near), LEVEL).set_index("unit") for near in (None, NEAR)
    )
    data, tree = levels(name)
    base = robustness.rank_distribution(
        data, tree, 1, 0, concentration=1e9, normalise="none", decimals=laboratory.decimals()
    )
    base = base[base["share"] == 1].set_index("unit")["rank"]
    share = draws(name).set_index(["unit", "rank"])["share"]
    order = laboratory.cities()
    out = order[order["city"].isin(wide.index)][["city", "name", "rank"]].rename(columns={"rank": "printed"})
    out = out.assign(rank=base[out["city"]].to_numpy())
    for column, source in (("lower", wide), ("upper", wide), ("best", wide), ("worst", wide)):
        out[column] = source.loc[out["city"], column].to_numpy()
    for column in ("lower", "upper"):
        out[f"near_{column}"] = near.loc[out["city"], column].to_numpy()
    out["share"] = [float(share[c, r]) for c, r in zip(out["city"], out["rank"], strict=True)]
    return out.reset_index(drop=True)


def swaps(name: str = "panel") -> pd.DataFrame:
    """Return every two cities and the least weight that must move to swap them: above, below, lead, moved, to_*."""
    data, tree = levels(name)
    return robustness.break_points(data, tree, normalise="none")


def neighbours(name: str = "panel") -> pd.DataFrame:
    """Return the swaps of cities next to one another, best first, with their names."""
    order = summary(name).sort_values("rank", kind="stable")["city"].tolist()
    pairs = swaps(name).set_index(["above", "below"])
    rows = pairs.loc[[(a, b) for a, b in itertools.pairwise(order) if (a, b) in pairs.index]].reset_index()
    names = laboratory.cities().set_index("city")["name"]
    return rows.assign(above_name=names[rows["above"]].to_numpy(), below_name=names[rows["below"]].to_numpy())


def fixed(name: str = "panel") -> list[str]:
    """Return the cities, in the printed order, that no weights can move: ahead or behind each other city in every dimension."""
    pairs, names = swaps(name), laboratory.cities().set_index("city")["name"]
    loose = pairs[np.isfinite(pairs["moved"])]
    return [names[c] for c in summary(name)["city"] if c not in {*loose["above"], *loose["below"]}]


def blocks(table: pd.DataFrame) -> list[list[str]]:
    """Return the cities in runs whose ranks near the book's weights overlap: names, best run first."""
    out: list[list[str]] = []
    reach = 0
    for r in table.sort_values("rank", kind="stable").itertuples():
        if r.near_lower > reach:
            out.append([])
        out[-1].append(r.name)
        reach = max(reach, r.near_upper)
    return out


def ends_firmer(table: pd.DataFrame) -> bool:
    """Return whether the first two and the last two keep their ranks at least twice as often as the cities between."""
    share = table.sort_values("rank", kind="stable")["share"].to_numpy()
    return bool(np.r_[share[:2], share[-2:]].mean() >= 2 * share[2:-2].mean())


def why_widest(city: str) -> str:
    """Return what moves the city whose rank depends most on the method."""
    table = choices().query("unit == @city")
    by = table.groupby("aggregate")["rank"].agg(["min", "max"]).astype(int)
    least = int((laboratory.panel_result().normalised.loc[city] == 0).sum())
    return first_finding(
        (t("它有 {k} 项在全省最低。用算术平均，一项低分只占它那一份，它排第 {a} 到第 {b}；用几何平均，各项相乘，一项很低就拖垮全部，它最好也只是第 {c}",
           "it is lowest in {k} indicators. In an arithmetic mean a low score counts for its own share only, and it ranks {a} to {b}; a geometric mean multiplies, one low score drags down all, and {c} is the best it gets"),
         least > 0 and bool(by.loc["geometric", "min"] >= by.loc["arithmetic", "max"])),
        (t("用算术平均排第 {a} 到第 {b}，用几何平均最好第 {c}", "by arithmetic means it ranks {a} to {b}, by geometric ones {c} at best"), True),
        k=least, a=by.loc["arithmetic", "min"], b=by.loc["arithmetic", "max"], c=by.loc["geometric", "min"],
    )  # fmt: skip


def exercises() -> dict[str, object]:
    """Return what the exercises come to."""
    dims, names = laboratory.dimensions().set_index("code"), laboratory.cities().set_index("city")["name"]
    one = swaps().set_index(["above", "below"]).loc[PAIR]
    gain = pd.Series({c: one[f"to_{c}"] - dims["weight"][c] for c in dims.index})
    finding(
        t("{a}和{b}换位，权重都挪给一个维度，多半取自另一个", "{a} and {b} swap when one dimension gains weight, mostly from one other"),
        holds=bool(np.isfinite(one["moved"]) and (gain > 1e-6).sum() == 1 and -gain.min() > one["moved"] / 2), a=names[PAIR[0]], b=names[PAIR[1]],
    )  # fmt: skip
    firm = robustness.rank_summary(draws("panel", FIRM), LEVEL)
    width = firm["upper"] - firm["lower"]
    real = neighbours("public")
    loose = real.loc[real["moved"].idxmin()]
    return {
        "pair_moved": float(one["moved"]), "pair_to": dims["name"][gain.idxmax()], "pair_from": dims["name"][gain.idxmin()],
        "firm_width": float(width.median()), "firm_widest": int(width.max()),
        "real_above": loose["above_name"], "real_below": loose["below_name"], "real_moved": float(loose["moved"]),
    }  # fmt: skip


def proven_pairs() -> tuple[int, int]:
    """Return how many pairs of cities no weights can swap, by printed scores and ranks alone, and how many pairs there are.

    A city is certainly ahead of another in a dimension when its printed score is higher, or the other's is not
    printed and cannot exceed the least one that is.
    """
    scores = editions.scores(laboratory.YEAR)
    dims, order = list(laboratory.dimensions()["code"]), laboratory.cities()["city"].tolist()
    wide = (
        scores[scores["code"].isin(dims)].pivot(index="city", columns="code", values="score").reindex(order)
    )
    high = wide.fillna(wide.min())
    low = wide.fillna(0.0)
    sure = sum(bool((low.loc[a] > high.loc[b]).all()) for i, a in enumerate(order) for b in order[i + 1 :])
    return sure, len(order) * (len(order) - 1) // 2


@laboratory.remembered
def left_out(name: str = "panel", level: str = "indicator") -> pd.DataFrame:
    """Return the ranks of "panel" or "public" without each "indicator" or "dimension": dropped, unit, score, rank, change.

    ``change`` in places, below 0 for a better rank; NaN for a city that has no rank.
    """
    panel = name == "panel"
    data = laboratory.panel() if panel else laboratory.public_data()
    tree = laboratory.tree() if panel else laboratory.public_tree()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", framework.Notice)
        return robustness.leave_one_out(
            data,
            tree,
            level,
            decimals=laboratory.decimals(),
            availability=0.0 if panel else laboratory.AVAILABILITY,
        )


@laboratory.remembered
def choices() -> pd.DataFrame:
    """Return the panel's ranks under every combination of method: normalise, aggregate, weights, unit, score, rank."""
    data, tree = laboratory.panel(), laboratory.tree()
    trees = {"book": tree, "equal": weights.equal(tree), "entropy": weights.entropy(tree, data)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", framework.Notice)
        return robustness.method_choices(data, trees, decimals=laboratory.decimals())


def numbers() -> None:
    """Glue the figures of the chapter's prose."""
    panel, public, pairs = summary(), summary("public"), neighbours()
    sure, every = proven_pairs()
    shares = robustness.variance_shares(choices())
    shares = shares[shares["unit"] == ""].set_index("factor")["shapley"]
    ranks = choices().groupby("unit")["rank"].agg(["min", "max"])
    names = laboratory.cities().set_index("city")["name"]
    width = panel["upper"] - panel["lower"]
    near = panel["near_upper"] - panel["near_lower"]
    loose, tight = pairs.loc[pairs["moved"].idxmin()], pairs[np.isfinite(pairs["moved"])]
    widest = (ranks["max"] - ranks["min"]).idxmax()
    joined = t("、", ", ")
    n = len(panel)
    proven = first_finding(
        (t("{first}在所有城市之前，{second}在除{first}以外的所有城市之前，此外一对也没有", "{first} is ahead of all, {second} ahead of all but {first}, and there are no other such pairs"), sure == 2 * n - 3 and len(fixed()) >= 2),
        (t("其中多数与{first}、{second}有关", "most of them involve {first} and {second}"), True), first=panel["name"][0], second=panel["name"][1],
    )  # fmt: skip
    runs = blocks(panel)
    longest = max(runs, key=len)
    start = sum(len(r) for r in runs[: runs.index(longest)])
    finding(
        t("所有次序里最大的一段不止一个城市", "The largest run has more than one city"), holds=len(longest) > 1, runs=len(runs),
    )  # fmt: skip
    pattern = first_finding(
        (t("上下两头颜色深而集中，中间浅而散", "dark and narrow at both ends, pale and wide between"), ends_firmer(panel)),
        (t("颜色越深，名次越牢", "the darker, the firmer the rank"), True),
    )  # fmt: skip
    alike = first_finding(
        (t("城市少一个，指标也不同，两头牢、中间松却是一样的", "One city fewer and other figures, yet again the ends are firm and the middle is loose"), ends_firmer(panel) and ends_firmer(public)),
        (t("松紧的样子与教学数据不同", "What is firm and what is loose differs from the teaching panel"), True),
    )  # fmt: skip
    glue(
        **exercises(), proven=proven, n_blocks=len(runs), block_size=len(longest), block_first=start + 1, block_last=start + len(longest),
        near_widest=int(near.max()), pattern=pattern, alike=alike, why_widest=why_widest(widest), concentration=NEAR,
        missing_public=joined.join(laboratory.dimensions().loc[~laboratory.dimensions()["code"].isin(laboratory.PUBLIC), "name"]),
        shares_told=joined.join(f"{t(*CHOICES[f])} {100 * shares[f]:.0f} %" for f in CHOICES),
    )  # fmt: skip
    glue(
        draws=DRAWS, level=100 * LEVEL, n_cities=len(panel), n_public=len(public), sure=sure, every=every, first=panel["name"][0], second=panel["name"][1],
        fixed=joined.join(fixed()) or t("没有", "none"), n_fixed=len(fixed()), shaky=panel.loc[width.idxmax(), "name"], shaky_low=int(panel.loc[width.idxmax(), "lower"]), shaky_high=int(panel.loc[width.idxmax(), "upper"]),
        median_width=float(width.median()), near_width=float(near.median()), close=CLOSE, n_close=int((pairs["moved"] < CLOSE).sum()), n_pairs=len(pairs), n_never=int(len(pairs) - len(tight)),
        loose_above=loose["above_name"], loose_below=loose["below_name"], loose_moved=float(loose["moved"]), loose_lead=float(loose["lead"]),
        top_factor=t(*CHOICES[shares.idxmax()]), top_share=100 * float(shares.max()), n_choices=int(choices().groupby(["normalise", "aggregate", "weights"]).ngroups),
        widest=names[widest], widest_low=int(ranks.loc[widest, "min"]), widest_high=int(ranks.loc[widest, "max"]),
        public_fixed=joined.join(fixed("public")) or t("没有", "none"), public_width=float((public["upper"] - public["lower"]).median()),
    )  # fmt: skip
    _glue_left_out()


def _glue_left_out() -> None:
    """Glue what leaving out one indicator does to the panel and to the public figures."""
    names = laboratory.cities().set_index("city")["name"]
    titles = laboratory.indicators().set_index("code")["name"].to_dict() | laboratory.public_names()
    panel, public = left_out(), left_out("public")
    moved = panel["change"].ne(0).groupby(panel["dropped"]).sum()
    still = panel["change"].eq(0).groupby(panel["unit"], sort=False).all()
    one, real = panel.loc[panel["change"].abs().idxmax()], public.loc[public["change"].abs().idxmax()]
    whole = left_out("panel", "dimension").groupby("dropped")["change"].apply(lambda c: int((c != 0).sum()))
    finding(
        t("去掉一个维度，换位的城市更多；公开数据里，去掉一项后果更重", "Without a dimension more cities move; with public figures one left out weighs more"),
        holds=whole.mean() > moved.mean() and abs(real["change"]) > abs(one["change"]), dimensions=whole.mean(), indicators=moved.mean(), real=real["change"], panel=one["change"],
    )  # fmt: skip
    glue(
        n_left_out=len(moved), n_left_still=int((moved == 0).sum()), left_most=titles[moved.idxmax()], left_most_n=int(moved.max()), left_average=float(moved.mean()), left_whole=float(whole.mean()),
        left_still=t("、", ", ").join(names[c] for c in names.index if still[c]),
        left_what=titles[one["dropped"]], left_who=names[one["unit"]], left_from=int(one["rank"] - one["change"]), left_to=int(one["rank"]),
        public_left=titles[real["dropped"]], public_who=names[real["unit"]], public_from=int(real["rank"] - real["change"]), public_to=int(real["rank"]),
    )  # fmt: skip


def spread(name: str = "panel") -> charts.Figure:
    """Draw the ranks that hold LEVEL of the draws for each city: any weights, and weights near the book's."""
    table, real = summary(name), name == "public"
    width = table["upper"] - table["lower"]
    loosest, still = table.loc[width.idxmax()], fixed(name)
    title = first_finding(
        (t("权重随便取，名次不动的只有{fixed}；{who}在中间 {level:.0f} % 的情形里排第 {a} 到第 {b} 名", "Whatever the weights, only {fixed} keep their ranks; {who} ranks {a} to {b} in the middle {level:.0f} % of draws"), 0 < len(still) <= 4),
        (t("权重随便取，{who}在中间 {level:.0f} % 的情形里排第 {a} 到第 {b} 名", "With random weights {who} ranks {a} to {b} in the middle {level:.0f} % of draws"), True),
        fixed=t("、", " and ").join(still), level=100 * LEVEL, who=loosest["name"], a=int(loosest["lower"]), b=int(loosest["upper"]),
    )  # fmt: skip
    order = table.sort_values("rank", kind="stable")
    x, y = (
        ruler(t("名次", "Rank"), [0.4, len(table) + 0.6], [1, 5, 10, 15, len(table)]),
        named_rows(order["name"]),
    )
    kinds = [t("权重任意", "any weights"), t("权重在本书所用的附近", "near the book’s weights")]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[QUIET, BLUE]), title=None)
    bars = alt.layer(*(
        alt.Chart(table.assign(kind=kind, a=table[low] - 0.35, b=table[high] + 0.35)).mark_bar(height=height).encode(
            y=y, x=x("a"), x2="b:Q", color=colour,
            tooltip=[alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("kind:N", title=t("权重", "Weights")), alt.Tooltip(f"{low}:Q", title=t("最好", "Best")), alt.Tooltip(f"{high}:Q", title=t("最差", "Worst"))],
        )
        for kind, low, high, height in ((kinds[0], "lower", "upper", 14), (kinds[1], "near_lower", "near_upper", 7))
    ))  # fmt: skip
    dots = alt.Chart(order).mark_point(size=42, color=RED, filled=True, opacity=1).encode(y=y, x=x("rank"))
    columns = {
        "name": t("城市", "City"),
        "rank": t("本书权重", "Book"),
        "lower": t("任意：最好", "Any: best"),
        "upper": t("任意：最差", "Any: worst"),
        "near_lower": t("附近：最好", "Near: best"),
        "near_upper": t("附近：最差", "Near: worst"),
    }
    source = laboratory.public_source() if real else laboratory.panel_source()
    what = t("公开数据" if real else "教学示意数据", "Public figures" if real else "Teaching panel")
    return charts.figure(
        (bars + dots).properties(height={"step": 22}), id=f"fig-lab-spread-{name}", title=title, status="computed" if real else "illustrative", source=source,
        subtitle=t(f"{what}：{DRAWS:,} 组随机的维度权重里，中间 {100 * LEVEL:g} % 给出的名次；红点是本书所用权重的名次", f"{what}: ranks in the middle {100 * LEVEL:g} % of {DRAWS:,} random sets of dimension weights; red: by the weights this book uses"),
        table=order[list(columns)].rename(columns=columns), alt_text=t(f"区间图。{title}。", f"Ranges. {title}."),
    )  # fmt: skip


def heat() -> charts.Figure:
    """Draw how often each city has each rank under any weights (teaching panel)."""
    table, order = draws(), summary().sort_values("rank", kind="stable")
    names = order.set_index("city")["name"]
    shown = table[table["share"] > 0].assign(
        name=lambda d: names[d["unit"]].to_numpy(), percent=lambda d: 100 * d["share"]
    )
    sure = order[order["share"] > 0.5]
    title = finding(
        t("{n} 个城市里，只有 {k} 个在一半以上的抽取中保住名次", "Of {n} cities only {k} keep their rank in more than half of the draws"),
        holds=len(sure) < len(order) / 2, n=len(order), k=len(sure),
    )  # fmt: skip
    size = len(order)
    base = alt.Chart(shown).encode(
        x=alt.X("rank:O", title=t("名次", "Rank"), scale=alt.Scale(domain=list(range(1, size + 1))), axis=alt.Axis(orient="top", labelAngle=0, values=[1, 5, 10, 15, size], ticks=False, domain=False)),
        y=named_rows(order["name"]),
    )  # fmt: skip
    cells = base.mark_rect(color=BLUE).encode(
        opacity=alt.Opacity("percent:Q", scale=alt.Scale(type="sqrt", domain=[0, 100], range=[0.03, 1]), title=t("占抽取次数 %", "% of draws"), legend=alt.Legend(values=[1, 10, 50, 100], columns=4)),
        tooltip=[alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("rank:O", title=t("名次", "Rank")), alt.Tooltip("percent:Q", format=".1f", title="%")],
    )  # fmt: skip
    marks = (
        alt.Chart(order)
        .mark_point(shape="square", size=90, color=RED, filled=False, strokeWidth=2)
        .encode(x="rank:O", y=named_rows(order["name"]))
    )
    columns = {
        "name": t("城市", "City"),
        "rank": t("本书权重的名次", "Rank, book’s weights"),
        "share": t("保持这个名次的机会 %", "Keeps it, % of draws"),
    }
    return charts.figure(
        (cells + marks).properties(height={"step": 20}), id="fig-lab-heat", title=title, status="illustrative", source=laboratory.panel_source(),
        subtitle=t(f"教学示意数据：{DRAWS:,} 组随机的维度权重里，每个城市得到每个名次的次数占比；红框是本书所用权重的名次", f"Teaching panel: how often each city has each rank in {DRAWS:,} random sets of dimension weights; framed: by the weights this book uses"),
        table=order.assign(share=100 * order["share"])[list(columns)].rename(columns=columns), formats={columns["share"]: "{:.1f}"}, alt_text=t(f"热图。{title}。", f"Heat map. {title}."),
    )  # fmt: skip


def next_door() -> charts.Figure:
    """Draw the least weight that must move before neighbours swap; the table says which weights do it."""
    table, dims = neighbours(), laboratory.dimensions()
    table["pair"] = table["above_name"] + "–" + table["below_name"]
    easy = table.loc[table["moved"].idxmin()]
    close = int((table["moved"] < CLOSE).sum())
    title = finding(
        t("{n} 对相邻城市里，有 {k} 对只要挪动不到 {limit:g} 分权重就换位；最容易的是{a}和{b}，{moved:.1f} 分", "Of {n} pairs of neighbours {k} swap when less than {limit:g} points of weight move; {a} and {b} need only {moved:.1f}"),
        holds=close >= 1, n=len(table), k=close, limit=CLOSE, a=easy["above_name"], b=easy["below_name"], moved=easy["moved"],
    )  # fmt: skip
    finite = table[np.isfinite(table["moved"])]
    top = float(finite["moved"].max()) * 1.12
    base = alt.Chart(
        table.assign(
            shown=table["moved"].clip(upper=top),
            told=[f"{m:.1f}" if np.isfinite(m) else t("换不了", "never") for m in table["moved"]],
        )
    ).encode(y=named_rows(table["pair"], "pair"))
    x = ruler(t("至少挪动的权重（分，合计 100）", "Least weight to move (of 100)"), [0, top * 1.35])
    bars = base.transform_filter(f"datum.shown < {top}").mark_bar(height=13, color=BLUE).encode(x=x("shown"))
    never = (
        base.transform_filter(f"datum.shown >= {top}")
        .mark_bar(height=13, fill="transparent", stroke=QUIET, strokeDash=[3, 3])
        .encode(x=x("shown"))
    )
    text = base.mark_text(align="left", dx=4, color=INK).encode(x=x("shown"), text="told:N")
    columns = {
        "pair": t("在前–在后", "Ahead–behind"),
        "lead": t("领先（分）", "Lead"),
        "moved": t("至少挪动", "To move"),
    }
    columns |= {f"to_{c}": s for c, s in zip(dims["code"], dims["short"], strict=True)}
    never_told = t("换不了", "never")
    formats = {
        columns["lead"]: "{:.2f}",
        columns["moved"]: lambda m: f"{m:.2f}" if np.isfinite(m) else never_told,
        **dict.fromkeys(dims["short"], "{:.1f}"),
    }
    return charts.figure(
        (bars + never + text).properties(height={"step": 24}), id="fig-lab-swap", title=title, status="illustrative", source=laboratory.panel_source(), table=table[list(columns)].rename(columns=columns), formats=formats,
        subtitle=t("教学示意数据：从本书所用的权重出发，至少把多少分权重从一些维度挪到另一些，后一名才追平前一名；表中后几列是追平时的权重", "Teaching panel: from the book’s weights, how many points must move between dimensions before the lower-ranked city draws level; the table gives the weights then"),
        alt_text=t(f"条形图。{title}。", f"Bars. {title}."),
    )  # fmt: skip


def everybody() -> charts.Figure:
    """Draw for every two cities how much weight must move before they swap (teaching panel)."""
    table, order = swaps(), laboratory.cities()
    names = order.set_index("city")["name"]
    place = {c: i for i, c in enumerate(order["city"])}
    table = table.assign(
        a=names[table["above"]].to_numpy(),
        b=names[table["below"]].to_numpy(),
        far=[place[y] - place[x] for x, y in zip(table["above"], table["below"], strict=True)],
    )
    table["shade"] = np.where(np.isfinite(table["moved"]), 1 / (1 + table["moved"].clip(upper=100) / 4), 0.0)
    reach = table[(table["moved"] < 10)].sort_values("far").iloc[-1]
    title = finding(
        t("挪动不到 10 分权重，{a}和{b}就能换位，尽管差着 {far} 名", "Move less than 10 points of weight and {a} swaps with {b}, {far} places apart"),
        holds=reach["far"] >= 3, a=reach["a"], b=reach["b"], far=int(reach["far"]),
    )  # fmt: skip
    chart = alt.Chart(table).mark_rect(color=BLUE, stroke=QUIET, strokeWidth=0.5).encode(
        x=alt.X("b:N", sort=list(order["name"]), title=None, axis=alt.Axis(labelAngle=-90, ticks=False, domain=False, labelOverlap=False, labelFontSize=11)),
        y=alt.Y("a:N", sort=list(order["name"]), title=None, axis=alt.Axis(ticks=False, domain=False)),
        fillOpacity=alt.FillOpacity("shade:Q", scale=None),
        tooltip=[alt.Tooltip("a:N", title=t("在前", "Ahead")), alt.Tooltip("b:N", title=t("在后", "Behind")), alt.Tooltip("moved:Q", format=".1f", title=t("至少挪动", "To move"))],
    )  # fmt: skip
    never = t("换不了", "never")
    shown = table[["a", "b", "lead", "moved"]].rename(
        columns={
            "a": t("在前", "Ahead"),
            "b": t("在后", "Behind"),
            "lead": t("领先（分）", "Lead"),
            "moved": t("至少挪动（分）", "To move"),
        }
    )
    return charts.figure(
        chart.properties(height=380), id="fig-lab-swap-all", title=title, status="illustrative", source=laboratory.panel_source(), table=shown,
        formats={t("领先（分）", "Lead"): "{:.2f}", t("至少挪动（分）", "To move"): lambda m: f"{m:.2f}" if np.isfinite(m) else never},
        subtitle=t("教学示意数据：每两个城市，至少挪动多少维度权重才会换位；行是在前的城市，列是在后的，颜色越深越容易，空格换不了", "Teaching panel: for every two cities, the least dimension weight that must move before they swap; rows are ahead, columns behind; darker is easier, empty never"),
        alt_text=t(f"热图。{title}。", f"Heat map. {title}."),
    )  # fmt: skip


def without_one() -> charts.Figure:
    """Draw by how many places each city moves when one dimension is left out (teaching panel)."""
    order, dims = summary().sort_values("rank", kind="stable"), laboratory.dimensions()
    short = dims.set_index("code")["short"]
    table = left_out("panel", "dimension")
    table = table.assign(
        name=order.set_index("city")["name"][table["unit"]].to_numpy(),
        what=short[table["dropped"]].to_numpy(),
        change=table["change"].astype(int),
    )
    far = table.loc[table["change"].abs().idxmax()]
    table["told"] = [f"▲{-c}" if c < 0 else f"▼{c}" if c > 0 else "" for c in table["change"]]
    table["strength"] = table["change"].abs() / max(1, abs(far["change"]))
    title = finding(
        t("不算{what}，{who}就从第 {a} 名变成第 {b} 名", "Without {what}, {who} goes from rank {a} to rank {b}"),
        holds=abs(far["change"]) >= 3, what=dims.set_index("code")["name"][far["dropped"]], who=far["name"], a=int(far["rank"] - far["change"]), b=int(far["rank"]),
    )  # fmt: skip
    base = alt.Chart(table).encode(
        x=alt.X("what:N", sort=list(short), title=None, axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False)),
        y=named_rows(order["name"]),
        tooltip=[alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("what:N", title=t("不算", "Without")), alt.Tooltip("rank:Q", title=t("名次", "Rank")), alt.Tooltip("told:N", title=t("变动", "Change"))],
    )  # fmt: skip
    cells = base.mark_rect(stroke=QUIET, strokeWidth=0.5).encode(
        color=alt.condition("datum.change < 0", alt.value(BLUE), alt.value(ORANGE)),
        fillOpacity=alt.FillOpacity(
            "strength:Q", scale=alt.Scale(domain=[0, 1], range=[0, 0.75]), legend=None
        ),
    )
    shown = (
        table.pivot(index="name", columns="what", values="rank").loc[order["name"], list(short)].astype(int)
    )
    shown.insert(0, t("都算", "With all"), order["rank"].to_numpy())
    return charts.figure(
        (cells + base.mark_text(color=INK, fontSize=11).encode(text="told:N")).properties(height={"step": 21}), id="fig-lab-left-out", title=title, status="illustrative", source=laboratory.panel_source(),
        table=shown.rename_axis(t("城市", "City")).rename_axis(None, axis=1).reset_index(),
        subtitle=t("教学示意数据：去掉一个维度，其余按比例放大，名次升（▲，蓝）降（▼，橙）几位；空格没有变", "Teaching panel: one dimension left out, the others scaled up; places won (▲, blue) and lost (▼, orange); empty: none"),
        alt_text=t(f"热图。{title}。", f"Heat map. {title}."),
    )  # fmt: skip


def pair(above: str = PAIR[0], below: str = PAIR[1]) -> charts.Figure:
    """Show the least change of weights that lets one city draw level with another (teaching panel; codes, better first)."""
    names, dims = laboratory.cities().set_index("city")["name"], laboratory.dimensions()
    one = swaps().set_index(["above", "below"]).loc[(above, below)]
    can = bool(np.isfinite(one["moved"]))
    title = first_finding(
        (t("挪动 {moved:.1f} 分权重，{b}就追平{a}", "Move {moved:.1f} points of weight, and {b} draws level with {a}"), can),
        (t("怎样挪动权重，{b}也追不上{a}", "No weights bring {b} level with {a}"), True), moved=one["moved"], a=names[above], b=names[below],
    )  # fmt: skip
    to = [float(one[f"to_{c}"]) if can else float("nan") for c in dims["code"]]
    table = pd.DataFrame({
        t("维度", "Dimension"): dims["name"], t("本书所用", "Book"): dims["weight"].astype(float), t("追平时", "When level"): to,
        t("变化", "Change"): np.array(to) - dims["weight"].to_numpy(dtype=float),
    })  # fmt: skip
    return charts.table(
        table, id=f"fig-lab-pair-{above}-{below}", title=title, status="illustrative", source=laboratory.panel_source(),
        formats={t("本书所用", "Book"): "{:.1f}", t("追平时", "When level"): "{:.1f}", t("变化", "Change"): "{:+.1f}"},
        subtitle=t("教学示意数据：五个维度的权重（合计 100），本书所用的和刚好追平时的", "Teaching panel: dimension weights (of 100), the book’s and those at which the two are level"),
    )  # fmt: skip


def whose_choice() -> charts.Figure:
    """Draw each city's ranks under every combination of methods, and whose choice the differences come from."""
    table, order = choices(), summary().sort_values("rank", kind="stable")
    names = order.set_index("city")["name"]
    shares = robustness.variance_shares(table)
    shares = shares[shares["unit"] == ""].set_index("factor")["shapley"]
    top = shares.idxmax()
    table = table.assign(name=names[table["unit"]].to_numpy())
    seen = table.groupby(["name", "rank"]).size().rename("n").reset_index()
    every = table.groupby(["normalise", "aggregate", "weights"]).ngroups
    title = finding(
        t("名次的变动有 {share:.0f} % 出在{what}上", "{share:.0f} % of the movement in ranks comes from the choice of {what}"),
        holds=shares[top] > 1 / 3, share=100 * shares[top], what=t(*CHOICES[top]) if t("zh", "en") == "zh" else CHOICES[top][1].lower(),
    )  # fmt: skip
    x, y = (
        ruler(t("名次", "Rank"), [0.4, len(order) + 0.6], [1, 5, 10, 15, len(order)]),
        named_rows(order["name"]),
    )
    rule = (
        alt.Chart(table.groupby("name")["rank"].agg(["min", "max"]).reset_index())
        .mark_rule(color=QUIET, strokeWidth=2)
        .encode(y=y, x=x("min"), x2="max:Q")
    )
    dots = alt.Chart(seen).mark_circle(color=MUTED, opacity=0.9).encode(
        y=y, x=x("rank"), size=alt.Size("n:Q", scale=alt.Scale(domain=[1, every], range=[20, 260]), legend=None),
        tooltip=[alt.Tooltip("name:N", title=t("城市", "City")), alt.Tooltip("rank:Q", title=t("名次", "Rank")), alt.Tooltip("n:Q", title=t("几种做法", "Methods"))],
    )  # fmt: skip
    marks = alt.Chart(order).mark_point(size=42, color=RED, filled=True, opacity=1).encode(y=y, x=x("rank"))
    spread_ = (
        table.groupby("name")["rank"].agg(["min", "max", "nunique"]).reindex(order["name"]).reset_index()
    )
    told = t("，", ", ").join(f"{t(*CHOICES[f])} {100 * shares[f]:.0f}\u00a0%" for f in CHOICES)
    return charts.figure(
        (rule + dots + marks).properties(height={"step": 21}), id="fig-lab-choices", title=title, status="illustrative", source=laboratory.panel_source(),
        subtitle=t(f"教学示意数据：{every} 种做法给出的名次（圆点越大，越多的做法给出这个名次；红点是本书的做法）", f"Teaching panel: ranks under {every} methods (larger dots: more methods give the rank; red: the book’s)"),
        table=spread_.set_axis([t("城市", "City"), t("最好", "Best"), t("最差", "Worst"), t("有几种名次", "Different ranks")], axis=1),
        alt_text=t(f"点图。{title}。", f"Dot plot. {title}."),
        note=t(f"做法：归一化用极差法（1–100）或名次，合成用算术平均或几何平均，权重用本书所用、各级均分或熵权，全部组合。变动的来源：{told}。", f"Methods: min-max (1–100) or ranks; arithmetic or geometric mean; the book’s weights, equal or entropy; every combination. Where the movement comes from: {told}."),
    )  # fmt: skip
