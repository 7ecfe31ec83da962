"""lab/hidden-weights: what the printed scores prove of the weights nobody printed, told as a search for clues."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
from scipy.optimize import linprog

from bluebook import charts, editions, framework, recover
from bluebook.chapters import laboratory
from bluebook.chapters.drawing import named_rows, riser, ruler
from bluebook.charts import BLUE, GREEN, INK, ORANGE, QUIET, RED, finding, first_finding, glue
from bluebook.words import t

STEPS = (5, 1)  # points of 100
SHIFT = -5.0  # by how much the first total is altered to see the certificate
OTHER = {
    "input": 21,
    "output": 33,
    "enterprise": 27,
    "environment": 8,
    "performance": 11,
}  # of the second exercise
GUESS = 40.55  # the missing score that the third exercise fills in
STAGES = {
    "two": ("只用两个市", "two cities only"), "totals": ("加上全部总分", "with all totals"), "all": ("再加上名次", "with ranks as well"),
}  # fmt: skip


# ---------------------------------------------------------------- the clues


def tree() -> pd.DataFrame:
    """Return the tree cut off below the dimensions."""
    return framework.prune(laboratory.tree(), list(laboratory.dimensions()["code"]))


def printed() -> pd.DataFrame:
    """Return every printed score and rank of total and dimensions: unit, code, score, rank."""
    scores = editions.scores(laboratory.YEAR)
    wanted = ["index", *laboratory.dimensions()["code"]]
    return scores.loc[scores["code"].isin(wanted), ["city", "code", "score", "rank"]].rename(
        columns={"city": "unit"}
    )


def matrix(scores: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the dimension scores, unit and a column a dimension in the printed order; NaN where none is printed."""
    scores = printed() if scores is None else scores
    wide = scores.pivot(index="unit", columns="code", values="score")
    units = [c for c in laboratory.cities()["city"] if c in set(scores["unit"])]
    return (
        wide.reindex(index=units, columns=list(laboratory.dimensions()["code"]))
        .rename_axis(None, axis=1)
        .reset_index()
    )


def complete() -> list[str]:
    """Return the cities whose total and all dimensions are printed."""
    have = printed().dropna(subset=["score"]).groupby("unit")["code"].nunique()
    whole = set(have.index[have == 1 + len(laboratory.dimensions())])
    return [c for c in laboratory.cities()["city"] if c in whole]


def clues(stage: str = "all") -> pd.DataFrame:
    """Return the printed scores that a stage of the search uses: see STAGES."""
    scores = printed()
    if stage == "two":
        return scores[scores["unit"].isin(complete())].drop(columns="rank")
    return scores.drop(columns="rank").dropna(subset=["score"]) if stage == "totals" else scores


def search(scores: pd.DataFrame, **options: object) -> recover.Recovered:
    """Return what ``recover`` makes of these scores, each read to the edition's decimals."""
    places = laboratory.decimals()
    return recover.recover(
        tree(), matrix(scores), scores, normalise="none", decimals=places, data_decimals=places, **{"cells": False, **options}
    )  # fmt: skip


@laboratory.remembered
def intervals() -> pd.DataFrame:
    """Return the interval of every weight at every stage: stage, code, lower, upper (points of 100)."""
    found = [search(clues(stage)).weights.assign(stage=stage) for stage in STAGES]
    return pd.concat(found, ignore_index=True)[["stage", "code", "lower", "upper"]]


# ---------------------------------------------------------------- weights in whole steps


@laboratory.remembered
def sets(name: str = "cut", ranks: bool = True) -> pd.DataFrame:
    """Return every set of weights in whole points that fits: a column a dimension. ``name``: one of recover.READINGS."""
    scores = clues("all" if ranks else "totals")
    data, places = matrix(scores), laboratory.decimals()
    return recover.grid(
        tree(),
        data,
        scores,
        1,
        decimals=places,
        data_decimals=places,
        bounds=recover.reading(data, name, places),
    )


def in_steps(found: pd.DataFrame, step: int) -> pd.DataFrame:
    """Return those sets whose weights are all multiples of ``step``."""
    return found[(found.round().astype(int) % step == 0).all(axis=1)]


def counts() -> pd.DataFrame:
    """Return how many sets fit: reading, ranks (bool), and a column for each of STEPS."""
    rows = []
    for name in recover.READINGS:
        for ranks in (False, True):
            found = sets(name, ranks)
            rows.append((name, ranks, *(len(in_steps(found, step)) for step in STEPS)))
    return pd.DataFrame(rows, columns=["reading", "ranks", *STEPS])


# ---------------------------------------------------------------- the region, as linear programs written out


def program(scores: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """Return the rows a with a · v ≤ 0 that hold the weights, and the dimensions.

    The variables v: the weights w (k,), then t (units × k), t = weight times score. For every unit
    low · w ≤ t ≤ high · w, cell by cell, and low · Σ w ≤ Σ t ≤ high · Σ w for its total: linear, though neither a
    hidden weight nor a hidden score is known. The same inequalities stand in ``bluebook.recover``.
    """
    dims, data = list(laboratory.dimensions()["code"]), matrix(scores)
    key = data[["unit"]]
    read = recover.read_scores(scores, key, tree(), laboratory.decimals())
    low, high = np.zeros((len(key), len(dims) + 1)), np.full((len(key), len(dims) + 1), 100.0)
    parts = [read.dropna(subset=["score"])]
    if read["rank"].notna().any():
        parts.append(recover.rank_limits(read, len(key)))
    for part in parts:
        for row, code, a, b in part[["row", "code", "lower", "upper"]].itertuples(index=False):
            at = row, (dims.index(code) if code in dims else len(dims))
            low[at], high[at] = max(low[at], a), min(high[at], b)
    k, n = len(dims), len(key)
    rows = []
    for u in range(n):
        sums = np.zeros(k * (n + 1))
        sums[k + k * u : k + k * (u + 1)] = 1
        whole = np.append(np.ones(k), np.zeros(k * n))
        rows += [low[u, k] * whole - sums, sums - high[u, k] * whole]
        for j in range(k):
            cell, weight = np.zeros(k * (n + 1)), np.zeros(k * (n + 1))
            cell[k + k * u + j], weight[j] = 1, 1
            rows += [low[u, j] * weight - cell, cell - high[u, j] * weight]
    return np.array(rows), dims


def region(scores: pd.DataFrame, x: str, y: str, directions: int = 72) -> pd.DataFrame:
    """Return the corners of the weights that fit, seen in the plane of two dimensions, in order: x, y (points).

    The farthest point is found in each of many directions; every point is a corner of the exact region.
    """
    rows, dims = program(scores)
    size = rows.shape[1]
    total = np.append(np.ones(len(dims)), np.zeros(size - len(dims)))
    corners = []
    for angle in np.linspace(0, 2 * np.pi, directions, endpoint=False):
        cost = np.zeros(size)
        cost[dims.index(x)], cost[dims.index(y)] = -np.cos(angle), -np.sin(angle)
        found = linprog(
            cost, A_ub=rows, b_ub=np.zeros(len(rows)), A_eq=total[None], b_eq=[1.0], method="highs"
        )
        if found.status != 0:
            return pd.DataFrame(columns=["x", "y"], dtype=float)
        corners.append((100 * found.x[dims.index(x)], 100 * found.x[dims.index(y)]))
    table = pd.DataFrame(corners, columns=["x", "y"])
    return table[(table.round(4) != table.round(4).shift()).any(axis=1)].reset_index(drop=True)


# ---------------------------------------------------------------- hidden scores


def hidden(weights: dict[str, float] | None = None) -> pd.DataFrame:
    """Return the interval of every unprinted dimension score of the cities with a printed total: unit, code, lower, upper.

    ``weights`` (points of 100): what follows if these are the weights. They enter as cities that never were: one
    with 100 in a single dimension has that dimension's weight for its total.
    """
    scores = clues("all")
    data, bounds = matrix(scores), None
    if weights is not None:
        ghosts = [f"weight of {code}" for code in weights]
        data = pd.concat([data, pd.DataFrame({"unit": ghosts})], ignore_index=True)
        rows = [(g, "index", w, w) for g, w in zip(ghosts, weights.values(), strict=True)]
        rows += [
            (g, code, 100.0 * (code == own), 100.0 * (code == own))
            for g, own in zip(ghosts, weights, strict=True)
            for code in weights
        ]
        bounds = pd.DataFrame(rows, columns=["unit", "code", "lower", "upper"])
    places = laboratory.decimals()
    found = recover.recover(
        tree(), data, scores, normalise="none", decimals=places, data_decimals=places, bounds=bounds
    )
    told = set(scores.loc[(scores["code"] == "index") & scores["score"].notna(), "unit"])
    return found.cells[found.cells["unit"].isin(told)].reset_index(drop=True)


def likely() -> dict[str, float]:
    """Return the weights this book uses: code → points of 100."""
    dims = laboratory.dimensions()
    return dict(zip(dims["code"], dims["weight"].astype(float), strict=True))


@laboratory.remembered
def hidden_twice() -> pd.DataFrame:
    """Return the hidden scores' intervals, proven and if the likely weights hold: unit, code, lower, upper, *_likely."""
    return hidden().merge(hidden(likely()), on=["unit", "code"], suffixes=("", "_likely"))


def missing() -> tuple[str, str]:
    """Return the one hidden score of a city whose total and all other dimensions are printed: city, dimension."""
    have = printed().dropna(subset=["score"])
    total = set(have.loc[have["code"] == "index", "unit"])
    dims = set(laboratory.dimensions()["code"])
    for city in laboratory.cities()["city"]:
        gone = dims - set(have.loc[have["unit"] == city, "code"])
        if city in total and len(gone) == 1:
            return city, gone.pop()
    raise LookupError("no city lacks exactly one printed score")


def by_set(found: pd.DataFrame) -> pd.DataFrame:
    """Return the missing score that each set of weights implies: lower, upper, one row a set."""
    city, code = missing()
    scores, half = printed().set_index(["unit", "code"])["score"], recover.half_unit(laboratory.decimals())
    others = [d for d in found if d != code]
    known = found[others] @ np.array([scores[city, d] for d in others]) / 100
    slack = half * (1 + found[others].sum(axis=1) / 100)
    middle, width = (scores[city, "index"] - known) * 100 / found[code], slack * 100 / found[code]
    return pd.DataFrame({"lower": middle - width, "upper": middle + width})


def certificate(shift: float = SHIFT) -> pd.DataFrame:
    """Return the scores that cannot hold together once the first city's total is altered by ``shift`` points."""
    scores = printed()
    first = (scores["unit"] == laboratory.cities()["city"][0]) & (scores["code"] == "index")
    return search(
        scores.assign(
            score=scores["score"].where(~first, (scores["score"] + shift).round(laboratory.decimals()))
        )
    ).conflict


# ---------------------------------------------------------------- what the prose concludes


def widths(scores: pd.DataFrame, **options: object) -> pd.DataFrame:
    """Return code → lower, upper, width of every weight by these scores."""
    found = search(scores, **options).weights.set_index("code")[["lower", "upper"]]
    return found.assign(width=found["upper"] - found["lower"])


def squeeze(best: str) -> dict[str, object]:
    """Return why two cities pin the weight of ``best``: what the first lacks, and what that alone would allow.

    gap, own: points the first city lacks of 100 in total and in ``best``; alone: the greatest weight by that alone;
    full: dimensions where it lacks nothing. Raises FindingError unless the second city's total forbids both that
    greatest weight, with the rest on the full dimensions, and none at all.
    """
    named = laboratory.dimensions().set_index("code")["name"]
    cities = laboratory.cities().set_index("city")["name"]
    first, second = complete()[:2]
    level = matrix().set_index("unit")
    total = printed().query("code == 'index'").set_index("unit")["score"]
    lost, other = 100 - level.loc[first], level.loc[second]
    gap, full = 100 - float(total[first]), list(lost.index[lost == 0])
    alone = gap / lost[best]
    most = alone * other[best] + (1 - alone) * max(other[full], default=0.0)
    rest = [c for c in lost.index if c != best]
    without = linprog(-lost[rest], A_eq=[np.ones(len(rest)), other[rest]], b_eq=[1, total[second]])
    finding(
        t("要两个城市合起来，才圈得住{what}的权重", "It takes both cities to pin the weight of {what}"),
        holds=bool(full) and most < total[second] and without.status == 0 and -without.fun < gap, what=named[best], most=most, total=float(total[second]),
    )  # fmt: skip
    return {
        "squeeze_first": cities[first], "squeeze_second": cities[second], "squeeze_gap": gap, "squeeze_own": float(lost[best]),
        "squeeze_alone": float(100 * alone), "squeeze_full": t("、", " and ").join(named[full]), "squeeze_total": float(total[second]),
    }  # fmt: skip


def witness(ranks: pd.Series) -> str:
    """Return which city stands between the missing score and the fifth if the likely weights hold, and what is proven of it."""
    city, code = missing()
    names, both = laboratory.cities().set_index("city")["name"], hidden_twice().set_index(["unit", "code"])
    one = both.loc[(city, code)]
    others = both.drop((city, code)).xs(code, level="code")
    above = others[others["lower_likely"] > one["upper_likely"]].sort_values("lower", ascending=False)
    floor = lambda x: np.floor(10 * x) / 10  # noqa: E731
    return first_finding(
        (t("{who}就是其中一个：同样的前提下，它至少有 {likely:.1f} 分；就算不假定权重，也能证明它不低于 {proven:.1f} 分。",
           "{who} is one of them: on the same premise it has at least {likely:.1f} points, and without any premise at least {proven:.1f} are proven."),
         len(above) > 0 and bool(ranks[city] > ranks.min()) and float(above["lower"].max()) > 0),
        (t("是哪几个城市，印出的数说不出来。", "Which cities they are the printed numbers do not tell."), True),
        who=names[above.index[0]] if len(above) else "", likely=floor(above["lower_likely"].iloc[0]) if len(above) else 0.0,
        proven=floor(above["lower"].iloc[0]) if len(above) else 0.0,
    )  # fmt: skip


def exercises() -> dict[str, object]:
    """Return what the exercises come to: the edge of a contradiction, another set of weights, one clue more."""
    places = laboratory.decimals()
    unit, half = 10.0**-places, recover.half_unit(places)
    scores = printed()
    own = scores[(scores["unit"] == laboratory.cities()["city"][0]) & (scores["code"] == "index")][
        "score"
    ].iloc[0]
    low = certificate().set_index(["unit", "code"]).loc[(laboratory.cities()["city"][0], "index"), "lower"]
    edge = np.ceil((low - half - own) / unit - 1e-6) * unit
    found = {tuple(row) for row in sets().round().astype(int).to_numpy()}
    order = list(sets().columns)
    mine = [OTHER[c] for c in order]
    swapped: list[list[int]] = []
    for i in range(len(mine)):
        for j in range(i):
            new = mine.copy()
            new[i], new[j] = new[j], new[i]
            swapped.append(new)
    finding(
        t("第二题的权重与印出的数相合，对调任意两个就不合", "The weights of the second exercise fit, and with any two swapped they do not"),
        holds=tuple(mine) in found and not found & {tuple(s) for s in swapped}, weights=mine,
    )  # fmt: skip
    other = by_set(pd.DataFrame([OTHER])[order].astype(float)).iloc[0]
    city, code = missing()
    before, filled = widths(clues("all")), clues("all").copy()
    filled.loc[(filled["unit"] == city) & (filled["code"] == code), "score"] = GUESS
    after = widths(filled)
    named = laboratory.dimensions().set_index("code")["name"]
    most, least = (before["width"] - after["width"]).idxmax(), after["width"].idxmin()
    return {
        "edge_fits": float(edge), "edge_breaks": float(edge - unit), "other_low": float(other["lower"]), "other_high": float(other["upper"]),
        "narrowed": named[most], "narrowed_from": float(before["width"][most]), "narrowed_to": float(after["width"][most]),
        "tightest": named[least], "tightest_low": float(after["lower"][least]), "tightest_high": float(after["upper"][least]),
    }  # fmt: skip


# ---------------------------------------------------------------- numbers and figures


def numbers() -> None:
    """Glue the figures of the chapter's prose."""
    dims, names = laboratory.dimensions(), laboratory.cities().set_index("city")["name"]
    scores, whole = printed(), complete()
    given = scores.dropna(subset=["score"])
    table = intervals().query("stage == 'all'").set_index("code")
    named = dims.set_index("code")["name"]
    best = (table["upper"] - table["lower"]).idxmin()
    city, code = missing()
    score = hidden_twice().set_index(["unit", "code"]).loc[(city, code)]
    tally = counts().set_index(["reading", "ranks"])
    fine = by_set(sets())
    level = scores[scores["code"] == code].set_index("unit")
    fifth = float(level["score"].min())
    broken = certificate()
    first = names.index[0]
    altered = broken.set_index(["unit", "code"]).loc[(first, "index")]
    joined = t("、", ", ")
    rest = [c for c in table.index if c != best]
    half = recover.half_unit(laboratory.decimals())
    second = float(given.set_index(["unit", "code"]).loc[(names.index[1], "index"), "score"])
    five = in_steps(sets(), STEPS[0])
    finding(
        t("{n} 分一档的权重只有本书所用的这一组", "In steps of {n} the weights this book uses are the only ones"),
        holds=len(five) == 1 and five.iloc[0].to_dict() == likely(), n=STEPS[0],
    )  # fmt: skip
    finding(
        t("没有一项指标的得分印了出来", "No indicator’s score is printed"),
        holds=editions.scores(laboratory.YEAR).query("code not in @table.index and code != 'index'")["score"].isna().all(),
    )  # fmt: skip
    finding(
        t("方程比未知的权重少", "There are fewer equations than unknown weights"), holds=len(whole) + 1 < len(dims), equations=len(whole) + 1,
    )  # fmt: skip
    fits = sets()
    finding(
        t("企业创新多一点，创新投入就要少一点", "More on enterprises means less on input"),
        holds=float(np.corrcoef(fits["input"], fits["enterprise"])[0, 1]) < -0.5,
    )  # fmt: skip
    narrower = float(fine["upper"].max() - fine["lower"].min()) / float(score["upper"] - score["lower"])
    fine_told = first_finding(
        (t("并没有好多少", "hardly better"), narrower > 0.75), (t("好了一些", "somewhat better"), True)
    )
    told = clues("all")
    whole_read = widths(told, bounds=recover.reading(matrix(told), "whole", laboratory.decimals()))
    glue(
        **squeeze(best), **exercises(), witness=witness(level["rank"]), fine_told=fine_told, n_rest=len(rest), n_equations=len(whole) + 1,
        n_hidden=len(dims) * len(names) - int((given["code"] != "index").sum()), n_others=len(dims) - 1,
        whole_low=float(whole_read.loc[best, "lower"]), whole_high=float(whole_read.loc[best, "upper"]),
    )  # fmt: skip
    glue(
        second_low=second - half, second_high=second + half, big=STEPS[0], small=STEPS[1], hundred=100,
        n_given=len(given), n_totals=int((given["code"] == "index").sum()), n_levels=int((given["code"] != "index").sum()), n_cells=len(dims) * len(names),
        n_dimensions=len(dims), whole=t("和", " and ").join(names[whole]), n_whole=len(whole), likely=" / ".join(f"{w:g}" for w in likely().values()),
        best=named[best], best_low=float(table.loc[best, "lower"]), best_high=float(table.loc[best, "upper"]),
        others=joined.join(t(f"{named[c]} {table.loc[c, 'lower']:.1f} 到 {table.loc[c, 'upper']:.1f}", f"{named[c]} {table.loc[c, 'lower']:.1f}–{table.loc[c, 'upper']:.1f}") for c in rest),
        city=names[city], what=named[code], city_rank=int(level["rank"][city]), proven_low=float(score["lower"]), proven_high=float(score["upper"]),
        likely_low=float(score["lower_likely"]), likely_high=float(score["upper_likely"]), likely_middle=float((score["lower_likely"] + score["upper_likely"]) / 2),
        likely_half=float((score["upper_likely"] - score["lower_likely"]) / 2), fine_low=float(fine["lower"].min()), fine_high=float(fine["upper"].max()),
        n_five=int(tally.loc[("cut", True), 5]), n_five_whole=int(tally.loc[("whole", False), 5]),
        n_one_cut=int(tally.loc[("cut", False), 1]), n_one_exact=int(tally.loc[("exact", False), 1]), n_one_both=int(tally.loc[("both", False), 1]),
        n_one_cut_ranks=int(tally.loc[("cut", True), 1]), n_one_exact_ranks=int(tally.loc[("exact", True), 1]), n_one_both_ranks=int(tally.loc[("both", True), 1]),
        n_one_whole=int(tally.loc[("whole", False), 1]), fifth=fifth, room=float(np.ceil(10 * (fifth - score["lower_likely"])) / 10), between=int(level["rank"][city]) - 1 - int(level["score"].notna().sum()),
        first=names[first], shift=abs(SHIFT), altered=float(altered["score"]), altered_low=float(altered["lower"]), altered_high=float(altered["upper"]), n_conflict=len(broken),
    )  # fmt: skip


def evidence() -> charts.Figure:
    """Show what is printed of the dimension scores: a table of 18 cities, mostly empty."""
    dims, order = laboratory.dimensions(), laboratory.cities()
    wide = matrix().set_index("unit").reindex(order["city"])
    n = int(wide.notna().sum().sum())
    title = finding(
        t("{all} 个维度得分只印出 {n} 个；总分和五个维度都齐的只有{who}", "Of {all} dimension scores {n} are printed; only {who} have everything"),
        holds=n < wide.size / 2, all=wide.size, n=n, who=t("和", " and ").join(order.set_index("city")["name"][complete()]),
    )  # fmt: skip
    heads = {"index": t("总分", "Total"), **dict(zip(dims["code"], dims["short"], strict=True))}
    wide.insert(0, "index", order.set_index("city")["score"][wide.index])
    long = (
        wide.rename_axis("city")
        .reset_index()
        .melt("city", var_name="code", value_name="score")
        .merge(order[["city", "name"]], on="city")
    )
    places = editions.scores(laboratory.YEAR).set_index(["city", "code"])["decimals"]
    long["head"] = long["code"].map(heads)
    long["told"] = [
        f"{s:.{places[c, d]}f}" if s == s else ""
        for c, d, s in zip(long["city"], long["code"], long["score"], strict=True)
    ]
    base = alt.Chart(long).encode(
        x=alt.X("head:N", sort=list(heads.values()), title=None, axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False)), y=named_rows(order["name"]),
    )  # fmt: skip
    chart = (
        base.transform_filter("!isValid(datum.score)").mark_rect(fill="transparent", stroke=charts.GRID)
        + base.transform_filter("isValid(datum.score)").mark_rect(fill=BLUE, stroke=charts.PAPER)
        + base.mark_text(fontSize=11, color="white").encode(text="told:N", color=alt.value("white"))
    )
    shown = (
        wide.rename(columns=heads)
        .set_axis(order.set_index("city")["name"][wide.index])
        .rename_axis(t("城市", "City"))
        .reset_index()
    )
    return charts.figure(
        chart.properties(height=21 * len(order)), id="fig-lab-evidence", title=title, status="published", source=laboratory.printed_source(), table=shown, formats=dict.fromkeys(heads.values(), "{:.2f}"),
        subtitle=t(f"{laboratory.YEAR} 年版印出的总分和维度得分（分）；空格没有印出；城市按公布的名次排", f"Totals and dimension scores printed in the edition {laboratory.YEAR} (points); empty cells are not printed; cities in the published order"),
        alt_text=t(f"得分矩阵，多数空着。{title}。", f"Matrix of scores, mostly empty. {title}."),
    )  # fmt: skip


def narrowing() -> charts.Figure:
    """Draw the interval of each weight as clues are added."""
    table, dims = intervals(), laboratory.dimensions()
    table = table.merge(dims, on="code").assign(
        told=lambda d: d["stage"].map({k: t(*v) for k, v in STAGES.items()})
    )
    last = table[table["stage"] == "all"].assign(width=lambda d: d["upper"] - d["lower"]).sort_values("width")
    best, worst = last.iloc[0], last.iloc[-1]
    title = finding(
        t("{best}的权重圈到了 {low:.1f}–{high:.1f}，{worst}的权重还可以是 {wlow:.1f}–{whigh:.1f}", "The weight of {best} is pinned to {low:.1f}–{high:.1f}; that of {worst} can still be {wlow:.1f}–{whigh:.1f}"),
        holds=best["width"] < 10 < worst["width"], best=best["name"], low=best["lower"], high=best["upper"], worst=worst["name"], wlow=worst["lower"], whigh=worst["upper"],
    )  # fmt: skip
    table["row"] = table["stage"].map({k: i for i, k in enumerate(STAGES)})
    x, y = (
        ruler(t("权重（合计 100）", "Weight (of 100)"), [0, 80], [0, 20, 40, 60, 80]),
        named_rows(dims["name"]),
    )
    order = [t(*v) for v in STAGES.values()]
    bars = alt.Chart(table).mark_bar(height=7).encode(
        y=y, yOffset=alt.YOffset("told:N", sort=order), x=x("lower"), x2="upper:Q", color=alt.Color("told:N", scale=alt.Scale(domain=order, range=[QUIET, ORANGE, BLUE]), title=None, legend=alt.Legend(columns=2)),
        tooltip=[alt.Tooltip("name:N", title=t("维度", "Dimension")), alt.Tooltip("told:N", title=t("线索", "Clues")), alt.Tooltip("lower:Q", format=".2f", title=t("至少", "At least")), alt.Tooltip("upper:Q", format=".2f", title=t("至多", "At most"))],
    )  # fmt: skip
    used = alt.Chart(dims).mark_tick(color=RED, thickness=3, size=36).encode(y=y, x=x("weight"))
    shown = (
        table.sort_values(["row"])
        .pivot(index="name", columns="told", values=["lower", "upper"])
        .reindex(dims["name"])
    )
    flat = pd.DataFrame(
        {
            t("维度", "Dimension"): dims["name"],
            **{
                o: [f"{shown['lower', o][n]:.1f}–{shown['upper', o][n]:.1f}" for n in dims["name"]]
                for o in order
            },
        }
    )
    return charts.figure(
        (bars + used).properties(height=62 * len(dims)), id="fig-lab-narrowing", title=title, status="computed", table=flat, source=laboratory.printed_source(),
        subtitle=t("能证明的权重区间，合计 100：由印出的得分用线性规划算出，四舍五入的余地都算在内；红线是本书所用的权重", "Intervals proven for the weights, of 100, by linear programs from the printed scores with all their rounding; red: the weights this book uses"),
        alt_text=t(f"区间图。{title}。", f"Ranges. {title}."),
    )  # fmt: skip


def feasible(x: str = "input", y: str = "enterprise") -> charts.Figure:
    """Draw the weights that fit in the plane of two dimensions: by two cities, by everything, and in whole points."""
    named, points = laboratory.dimensions().set_index("code")["name"], sets()
    wide, tight = region(clues("two"), x, y), region(clues("all"), x, y)
    five = in_steps(points, STEPS[0])
    parts = [wide.assign(what=t(*STAGES["two"])), tight.assign(what=t("用上全部线索", "every clue"))]
    outline = pd.concat([p.assign(order=range(len(p))) for p in parts], ignore_index=True)

    def area(p: pd.DataFrame) -> float:
        return 0.5 * abs(float(p["x"] @ np.roll(p["y"], -1) - p["y"] @ np.roll(p["x"], -1)))

    title = first_finding(
        (t("权重不止一组：整片蓝色都说得通，其中 5 的倍数只有红点这一组", "More than one set of weights fits: the whole blue area does; of multiples of five only the red dot"), len(five) == 1 and area(tight) > 1),
        (t("权重不止一组：整片蓝色都说得通", "More than one set of weights fits: the whole blue area does"), True),
    )  # fmt: skip
    reach = (
        max(float(wide["x"].max()), float(points[x].max())) + 4,
        max(float(wide["y"].max()), float(points[y].max())) + 6,
    )
    xs, ys = (
        ruler(t(f"{named[x]}的权重", f"Weight of {named[x]}"), [0, reach[0]]),
        riser(t(f"{named[y]}的权重", f"Weight of {named[y]}"), [0, reach[1]]),
    )
    kinds = [p["what"].iloc[0] for p in parts]
    shape = alt.Chart(outline).mark_line(interpolate="linear-closed", fillOpacity=0.25, strokeWidth=2).encode(
        x=xs("x"), y=ys("y"), order="order:Q", detail="what:N", fill=alt.Fill("what:N", scale=alt.Scale(domain=kinds, range=[QUIET, BLUE]), title=None, legend=alt.Legend(orient="bottom")),
        stroke=alt.Stroke("what:N", scale=alt.Scale(domain=kinds, range=[QUIET, BLUE]), title=None),
    )  # fmt: skip
    tip = [alt.Tooltip(f"{c}:Q", title=n) for c, n in named.items()]
    dots = alt.Chart(points).mark_circle(size=26, color=INK, opacity=1).encode(x=xs(x), y=ys(y), tooltip=tip)
    star = (
        alt.Chart(five)
        .mark_point(size=150, color=RED, filled=True, opacity=1)
        .encode(x=xs(x), y=ys(y), tooltip=tip)
    )
    shown = points.rename(columns=named.to_dict())
    return charts.figure(
        (shape + dots + star).properties(height=400), id="fig-lab-region", title=title, status="computed", table=shown, formats=dict.fromkeys(shown.columns, "{:g}"),
        subtitle=t(f"能给出全部印出得分的权重，投影到两个维度上（合计 100）；黑点：整数权重，{len(points)} 组；红点：5 的倍数，{len(five)} 组",
                   f"Weights that give all printed scores, seen in two dimensions (of 100); black: whole numbers, {len(points)} sets; red: multiples of five, {len(five)}"),
        source=laboratory.printed_source(), alt_text=t(f"可行域图。{title}。", f"Feasible region. {title}."),
    )  # fmt: skip


def whole_numbers() -> charts.Figure:
    """Show how many sets of whole weights fit, by how a printed 100 is read."""
    table = counts()
    usual = table[table["reading"] != "whole"]
    title = first_finding(
        (t("5 分一档只有 1 组；1 分一档有 {low} 到 {high} 组，看“100”怎么读", "In steps of five 1 set fits; in steps of one {low} to {high}, by how “100” is read"), bool((usual[STEPS[0]] == 1).all())),
        (t("整数权重有 {low} 到 {high} 组，看“100”怎么读", "{low} to {high} sets of whole weights fit, by how “100” is read"), True),
        low=int(usual[STEPS[1]].min()), high=int(usual[STEPS[1]].max()),
    )  # fmt: skip
    wide = table.pivot(index="reading", columns="ranks", values=list(STEPS)).reindex(list(recover.READINGS))
    shown = pd.DataFrame({
        t("“100”怎么读", "Reading of 100"): [t(*recover.READINGS[r]) for r in wide.index], t("5 分档", "Steps of 5"): wide[STEPS[0], True].to_numpy(),
        t("1 分档", "Steps of 1"): wide[STEPS[1], False].to_numpy(), t("加名次", "With ranks"): wide[STEPS[1], True].to_numpy(),
    })  # fmt: skip
    return charts.table(
        shown, id="fig-lab-sets", title=title, status="computed", source=laboratory.printed_source(),
        subtitle=t("给得出全部印出得分的权重有几组，每个权重为正，合计 100；最后一列还用上名次和各维度第 5 名的上限", "How many sets of weights give all the printed scores, all positive, sum 100; the last column also uses ranks and the ceiling that a fifth place sets"),
    )  # fmt: skip


def missing_scores() -> charts.Figure:
    """Draw the intervals of hidden dimension scores: proven, and if the likely weights are right."""
    dims, names = (
        laboratory.dimensions().set_index("code")["short"],
        laboratory.cities().set_index("city")["name"],
    )
    both = hidden_twice()
    both["label"] = [
        t(f"{names[u]}·{dims[c]}", f"{names[u]}, {dims[c]}")
        for u, c in zip(both["unit"], both["code"], strict=True)
    ]
    city, code = missing()
    one = both[(both["unit"] == city) & (both["code"] == code)].iloc[0]
    title = finding(
        t("{who}的{what}：能证明的是 {a:.1f}–{b:.1f}；权重若是整齐的数，就是 {mid:.2f}，上下 {half:.1f}", "{what} of {who}: proven {a:.1f}–{b:.1f}; if the weights are round, {mid:.2f} give or take {half:.1f}"),
        holds=one["upper_likely"] - one["lower_likely"] < 1 < one["upper"] - one["lower"], who=names[city], what=laboratory.dimensions().set_index("code")["name"][code],
        a=one["lower"], b=one["upper"], mid=(one["lower_likely"] + one["upper_likely"]) / 2, half=(one["upper_likely"] - one["lower_likely"]) / 2,
    )  # fmt: skip
    kinds = [t("能证明", "proven"), t("若权重很可能", "if the likely weights hold")]
    x, y = (
        ruler(t("得分（分）", "Score (points)"), [0, 55], [0, 10, 20, 30, 40, 50]),
        named_rows(both["label"], "label"),
    )
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[QUIET, GREEN]), title=None)
    bars = alt.layer(*(
        alt.Chart(both.assign(kind=kind, a=both[low], b=both[high])).mark_bar(height=height).encode(
            y=y, x=x("a"), x2="b:Q", color=colour,
            tooltip=[alt.Tooltip("label:N", title=t("得分", "Score")), alt.Tooltip("kind:N", title=t("依据", "Basis")), alt.Tooltip("a:Q", format=".2f", title=t("至少", "At least")), alt.Tooltip("b:Q", format=".2f", title=t("至多", "At most"))],
        )
        for kind, low, high, height in ((kinds[0], "lower", "upper", 16), (kinds[1], "lower_likely", "upper_likely", 8))
    ))  # fmt: skip
    dot = (
        alt.Chart(pd.DataFrame([one]))
        .mark_point(size=90, color=RED, filled=True, opacity=1)
        .encode(y=y, x=x("mid"))
        .transform_calculate(mid="(datum.lower_likely + datum.upper_likely) / 2")
    )
    shown = pd.DataFrame({t("没有印出的得分", "Hidden score"): both["label"], kinds[0]: [f"{a:.1f}–{b:.1f}" for a, b in zip(both["lower"], both["upper"], strict=True)],
                          kinds[1]: [f"{a:.2f}–{b:.2f}" for a, b in zip(both["lower_likely"], both["upper_likely"], strict=True)]})  # fmt: skip
    return charts.figure(
        (bars + dot).properties(height={"step": 32}), id="fig-lab-missing", title=title, status="computed", table=shown, source=laboratory.printed_source(),
        subtitle=t("印出了总分的城市没有印出的维度得分（分）：灰条是不论权重都成立的范围，绿条和红点以本书所用的权重为前提", "Unprinted dimension scores (points) of cities with a printed total: grey holds whatever the weights, green and the red dot if the weights used here are right"),
        alt_text=t(f"区间图。{title}。", f"Ranges. {title}."),
    )  # fmt: skip


def contradiction(shift: float = SHIFT) -> charts.Figure:
    """Show the certificate: scores that cannot hold together when the first total is altered."""
    table, names, dims = (
        certificate(shift),
        laboratory.cities().set_index("city")["name"],
        laboratory.dimensions().set_index("code")["name"],
    )
    first = names.index[0]
    own = table[(table["unit"] == first) & (table["code"] == "index")]
    finding(
        t("把{who}的总分改动 {shift:g} 分，就没有一组权重对得上", "Change {who}’s total by {shift:g} points and no weights fit"),
        holds=len(own) == 1, who=names[first], shift=shift,
    )  # fmt: skip
    title = finding(
        t("把{who}的总分改成 {score:.2f}，没有一组权重对得上：其余得分要求它在 {low:.2f} 到 {high:.2f} 之间", "Alter {who}’s total to {score:.2f} and no weights fit: all else puts it between {low:.2f} and {high:.2f}"),
        holds=not own["lower"].iloc[0] <= own["score"].iloc[0] <= own["upper"].iloc[0], who=names[first],
        score=float(own["score"].iloc[0]), low=float(own["lower"].iloc[0]), high=float(own["upper"].iloc[0]),
    )  # fmt: skip
    ranks = printed().set_index(["unit", "code"])["rank"]
    shown = pd.DataFrame({
        t("城市", "City"): names[table["unit"]].to_numpy(), t("得分", "Score"): [dims.get(c, t("总分", "Total")) for c in table["code"]],
        t("印出（改过）", "Printed"): [f"{s:.2f}" if s == s else t(f"第 {ranks[u, c]} 名", f"rank {ranks[u, c]}") for u, c, s in zip(table["unit"], table["code"], table["score"], strict=True)],
        t("其余容许", "The rest allows"): [f"{a:.2f}–{b:.2f}" if a == a else t("自相矛盾", "conflict") for a, b in zip(table["lower"], table["upper"], strict=True)],
    })  # fmt: skip
    return charts.table(
        shown, id="fig-lab-certificate", title=title, status="computed", source=laboratory.printed_source(),
        subtitle=t(f"{names[first]}的总分改动 {shift:g} 分之后，不能同时成立的几个数；这几行合起来就是矛盾的证明", f"Figures that cannot hold together once {names[first]}’s total is changed by {shift:g}; together they are the proof"),
    )  # fmt: skip
