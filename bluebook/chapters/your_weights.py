"""lab/your-weights: five sliders in the page; what no weights can change, and what each dimension alone would do."""

from __future__ import annotations

import html

import altair as alt
import pandas as pd

from bluebook import charts, editions, index, laboratory, reading, robustness
from bluebook.chapters.drawing import named_rows
from bluebook.charts import finding, first_finding, glue
from bluebook.words import t

ID = "fig-lab-weights"
AHEAD, BEHIND = "410700", "411000"  # the two cities of the second exercise
EXAMPLE = {
    "input": 10,
    "output": 30,
    "enterprise": 0,
    "environment": 30,
    "performance": 30,
}  # the third exercise


def _panel_source() -> str:
    return t(
        "教学示意数据，由本书求解（data/teaching，程序 bluebook/teaching.py），与公布的得分一致是有意为之",
        "illustrative teaching data solved by this book (data/teaching, program bluebook/teaching.py), made to agree with the published scores",
    )


def _public_source() -> str:
    table = editions.public_indicators()
    wanted = [c for codes in laboratory.PUBLIC.values() for c in codes]
    return reading.source_titles(list(table.loc[table["indicator"].isin(wanted), "source"]), 4)


def levels(name: str) -> pd.DataFrame:
    """Return the dimension scores (cities in the printed order × dimensions) of "public" or "panel"; NaN missing."""
    result = (
        laboratory.panel_result(rounded=False) if name == "panel" else laboratory.public_result(rounded=False)
    )
    return result.scores.reindex(
        index=laboratory.cities()["city"], columns=list(laboratory.dimensions()["code"])
    )


def scored(name: str, weights: dict[str, float] | None = None) -> pd.DataFrame:
    """Return city, name, score and rank (Int64) under ``weights`` (None: the book's), as the page computes them.

    Zero is a weight like any other here. A dimension without any figure takes no part, a city with fewer than
    ``laboratory.AVAILABILITY`` of the others has no score; scores are rounded before they are ranked.
    """
    dims = laboratory.dimensions().set_index("code")["weight"]
    table = levels(name).dropna(axis=1, how="all")
    w = (dims if weights is None else pd.Series(weights, dtype=float))[table.columns].to_numpy(dtype=float)
    score = index.round_half_away(
        index.mean(table.to_numpy(), w, 1.0, laboratory.AVAILABILITY), laboratory.decimals()
    )
    rank = pd.array(index.rank_values(score[:, None])[:, 0], dtype="Int64")
    out = laboratory.cities()[["city", "name"]].assign(score=score, rank=rank)
    return out.sort_values("rank", kind="stable", na_position="last", ignore_index=True)


def ahead_everywhere(name: str) -> list[str]:
    """Return the cities, in the printed order, that every city with a total is behind of in every dimension, one after the other.

    The first leads everybody; the second everybody but the first; and so on as far as it goes. No weights can
    change their places.
    """
    table = levels(name).dropna(axis=1, how="all").dropna()
    names = laboratory.cities().set_index("city")["name"]
    found = []
    while len(table) > 1:
        best = [c for c in table.index if (table.loc[c] > table.drop(index=c)).all(axis=None)]
        if not best:
            break
        found.append(names[best[0]])
        table = table.drop(index=best[0])
    return found


def printed_ahead() -> tuple[str, int, float, float]:
    """Return what printed scores alone prove of the first two: names, in how many dimensions, least and greatest lead."""
    scores = editions.scores(laboratory.panel_edition()[0])
    dims = list(laboratory.dimensions()["code"])
    wide = scores[scores["code"].isin(dims)].pivot(index="city", columns="code", values="score")
    first, second = laboratory.cities()["city"][:2]
    lead = (wide.loc[first] - wide.loc[second]).dropna()
    names = laboratory.cities()["name"]
    return (
        t(f"{names[0]}和{names[1]}", f"{names[0]} and {names[1]}"),
        int((lead > 0).sum()),
        float(lead.min()),
        float(lead.max()),
    )


def numbers() -> None:
    """Glue the figures of the chapter's prose."""
    dims, public, panel = laboratory.dimensions(), scored("public"), scored("panel")
    have = levels("public").notna()
    _, n_ahead, least, _ = printed_ahead()
    level = editions.scores(laboratory.panel_edition()[0]).query(
        "code in @dims['code'].tolist() and rank == 2"
    )
    n_second = int((level["city"] == laboratory.cities()["city"][1]).sum())
    top = laboratory.cities()["name"]
    joined = t("、", ", ")
    alone = extremes("panel")
    third = sorted(
        {
            name
            for code in dims["code"]
            for name, rank in zip(alone["name"], alone[code], strict=True)
            if rank == 3
        }
    )
    finding(
        t("印出的得分就能证明前两名的先后", "The printed scores alone prove the first two places"),
        holds=n_ahead == n_second == len(dims), ahead=n_ahead, second=n_second, least=least,
    )  # fmt: skip
    glue(
        **exercises(), beyond=beyond(), n_second=n_second,
        n_dimensions=len(dims), weights_used=joined.join(f"{n} {w:g}" for n, w in zip(dims["name"], dims["weight"], strict=True)),
        n_public=sum(map(len, laboratory.PUBLIC.values())), without=joined.join(dims["name"][~have.any().to_numpy()]),
        unranked=joined.join(public.loc[public["rank"].isna(), "name"]) or t("没有", "none"),
        n_ranked=int(public["rank"].notna().sum()), n_cities=len(public), first=top[0], second=top[1], n_ahead=n_ahead, least_lead=least,
        fixed_panel=joined.join(ahead_everywhere("panel")), fixed_public=joined.join(ahead_everywhere("public")),
        thirds=joined.join(third), n_thirds=len(third),
        panel_agrees=_agrees(panel), public_agrees=_agrees(public),
    )  # fmt: skip


def _agrees(found: pd.DataFrame) -> int:
    """Return how many cities have the printed rank, counted among the ranked cities alone."""
    both = found.dropna(subset=["rank"]).merge(
        laboratory.cities()[["city", "rank"]], on="city", suffixes=("", "_printed")
    )
    return int((both["rank"].astype(int) == both["rank_printed"].rank(method="min").astype(int)).sum())


def _drawn() -> pd.DataFrame:
    """Return the best and the worst rank of each city (index) under random weights of the dimensions."""
    data, tree = laboratory.dimension_scores("panel")
    shares = robustness.rank_distribution(
        data, tree, 10_000, 20220704, normalise="none", decimals=laboratory.decimals()
    )
    return robustness.rank_summary(shares, 0.9).set_index("unit")


def beyond() -> str:
    """Return that a rank need not lie between those of the extremes, with the city that shows it best."""
    corner, drawn = extremes("panel"), _drawn()
    codes = list(laboratory.dimensions()["code"])
    corner = corner.set_index("city").assign(best=lambda d: d[codes].min(axis=1), drawn=drawn["best"])
    corner["gain"] = corner["best"] - corner["drawn"]
    one = corner.loc[corner["gain"].idxmax()]
    return first_finding(
        (t("名次却可能更好或更差：{who}在这几列里最好是第 {a}，随机取权重时却到过第 {b}", "but a rank can be better or worse than in any of them: {who} is {a} at best in these columns, and {b} under some random weights"), one["gain"] > 0),
        (t("名次却未必", "but a rank need not"), True), who=one["name"], a=int(one["best"]), b=int(one["drawn"]),
    )  # fmt: skip


def exercises() -> dict[str, object]:
    """Return what the exercises come to: two ranks by public figures, an overtaking, two scores."""
    own = dict(zip(laboratory.dimensions()["code"], laboratory.dimensions()["weight"], strict=True))
    public = [
        scored("public", own | {"input": 0, "environment": 0, "performance": p}).set_index("city")["rank"]
        for p in (0, 100)
    ]
    passed = None
    for points in range(int(own["performance"]), 101):
        rank = scored("panel", own | {"performance": points}).set_index("city")["rank"]
        if rank[BEHIND] < rank[AHEAD]:
            passed = points
            break
    finding(
        t("只加大创新绩效，许昌会越过新乡", "With more weight on performance alone Xuchang passes Xinxiang"),
        holds=passed is not None and public[0][AHEAD] < public[1][AHEAD], passed=passed,
    )  # fmt: skip
    mine = scored("public", EXAMPLE)
    return {
        "only_output": int(public[0][AHEAD]), "much_performance": int(public[1][AHEAD]), "passed": passed,
        "example_first": mine["name"][0], "example_score": float(mine["score"][0]), "example_second": mine["name"][1], "example_other": float(mine["score"][1]),
    }  # fmt: skip


def sliders() -> Widget:
    """Show five sliders and the cities in their order; without JavaScript the table for the book's own weights."""
    dims, now = laboratory.dimensions(), scored("public")
    public, panel = ahead_everywhere("public"), ahead_everywhere("panel")
    title = first_finding(
        (t("五个权重随你改，{first}总是第一：有数据的维度它个个领先", "Move the five weights as you like: {first} stays first, as it leads in every dimension that has data"),
         bool(public and panel and public[0] == panel[0])),
        (t("权重一改，第一名也会换", "Change the weights, and even the first place changes"), True),
        first=public[0] if public else "",
    )  # fmt: skip
    wide = levels("public").rename(columns=dict(zip(dims["code"], dims["name"], strict=True)))
    columns = {"rank": t("名次", "Rank"), "name": t("城市", "City"), "score": t("得分", "Score")}
    table = (
        now.merge(wide, left_on="city", right_index=True)
        .drop(columns="city")[["rank", "name", "score", *wide]]
        .rename(columns=columns)
    )
    frame = charts.table(
        table, id=ID, title=title, subtitle=_sets()["public"]["subtitle"], source=_public_source(), status="computed",
        formats=dict.fromkeys([columns["score"], *wide], "{:.2f}"),
    )  # fmt: skip
    return Widget(frame, now)


def _sets() -> dict[str, dict]:
    """Return what the page needs of each set of data: levels, what stands in the frame, and the file."""
    year = laboratory.panel_edition()[1]
    n = sum(map(len, laboratory.PUBLIC.values()))
    told = {
        "public": (
            _public_source(), "computed", laboratory.AVAILABILITY,
            t(f"{year} 年公开数据，{n} 项指标；维度得分按极差法折算到 0–100，维度内均分。得分满分 100，▲▼ 是相对本书所用权重的名次变化",
              f"Public figures of {year}, {n} indicators; dimensions scored 0–100 by min-max, equal weights within. Total out of 100; ▲▼: change of rank from the weights this book uses"),
        ),
        "panel": (
            _panel_source(), "illustrative", laboratory.AVAILABILITY,
            t("教学示意数据，36 项指标，不是真实统计；按本书所用权重，它给出公布的名次。得分满分 100，▲▼ 是相对本书所用权重的名次变化",
              "Illustrative teaching data, 36 indicators, not real statistics; under the weights this book uses it gives the published ranks. Total out of 100; ▲▼: change of rank from those weights"),
        ),
    }  # fmt: skip
    out = {}
    for name, (source, status, availability, subtitle) in told.items():
        table = levels(name)
        out[name] = {
            "levels": [[None if v != v else float(v) for v in row] for row in table.to_numpy()],
            "has": [bool(h) for h in table.notna().any()], "availability": availability, "status": status, "subtitle": subtitle,
            "source": t(f"来源：{source}", f"Source: {source}"), "told": t(*charts.STATUS[status]),
            "badge": t(*charts.STATUS[status]) if status == "illustrative" else "", "csv": f"{ID}{'' if name == 'public' else '-panel'}.csv",
        }  # fmt: skip
    return out


class Widget:
    """The frame with the sliders in it; in a notebook the script comes along."""

    def __init__(self, frame: charts.Figure, now: pd.DataFrame) -> None:
        self.frame, self.now = frame, now

    def _repr_html_(self) -> str:
        return self.frame.with_body(self.body())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": self.frame.title}

    def data(self) -> dict:
        """Return everything that the script computes with and says."""
        order = laboratory.cities()
        return {
            "weights": [float(w) for w in laboratory.dimensions()["weight"]], "data": "public", "sets": _sets(),
            "decimals": laboratory.decimals(),
            "cities": [{"code": c, "name": n} for c, n in zip(order["city"], order["name"], strict=True)],
            "words": {
                "none": t("无公开数据", "no public data"), "few": t("数据不足", "too few data"), "value": t("{points} 分，占 {share}", "{points} points, {share}"),
                "moved": t("第 1 名{first}，{score} 分；{n} 个城市换了名次", "First: {first}, {score}; {n} cities changed rank"),
                "same": t("第 1 名{first}，{score} 分；名次都没有变", "First: {first}, {score}; no rank has changed"),
                "nothing": t("权重全是零，没有得分", "All weights are zero: no scores"),
                "up": t("上升 {n} 位", "up {n}"), "down": t("下降 {n} 位", "down {n}"),
                "copied": t("链接已复制", "Link copied"), "byhand": t("请复制下面的链接", "Copy the link below"),
            },
        }  # fmt: skip

    def body(self) -> str:
        """Return the controls (hidden until the script runs) and the table."""
        esc, inline = html.escape, not charts.building()
        sets = {
            "public": t("公开数据", "Public figures"),
            "panel": t("教学数据（示意）", "Teaching panel (illustrative)"),
        }
        radios = "".join(
            f'<label><input type="radio" name="{ID}-data" value="{k}"{" checked" if k == "public" else ""}> {esc(v)}</label>'
            for k, v in sets.items()
        )
        rows = "".join(
            f'<div class="bb-weight"><label for="{ID}-{code}">{esc(name)}</label>'
            f'<input type="range" id="{ID}-{code}" min="0" max="100" step="1" value="{weight:g}">'
            f'<output for="{ID}-{code}">{weight:g}</output></div>'
            for code, name, weight in laboratory.dimensions()[["code", "name", "weight"]].itertuples(
                index=False
            )
        )
        buttons = (
            f'<button type="button" data-do="reset">{t("恢复本书所用权重", "Back to the book’s weights")}</button>'
            f'<button type="button" data-do="copy">{t("复制这组权重的链接", "Copy a link to these weights")}</button>'
        )
        controls = (
            f'<div class="bb-weights-controls" hidden><fieldset><legend>{t("用哪份数据", "Data")}</legend>{radios}</fieldset>'
            f'{rows}<div class="bb-weights-buttons">{buttons}</div>'
            f'<input class="bb-weights-address" hidden readonly aria-label="{t("链接", "Link")}">'
            f'<p class="bb-weights-said" role="status" aria-live="polite"></p></div>'
        )
        return (
            f'<div class="bb-weights"{" data-inline" if inline else ""}>'
            f'<script type="application/json">{charts.frame._json(self.data())}</script>{controls}{self.table()}{self.carried()}</div>{self.script()}'
        )

    def table(self) -> str:
        """Return the cities in order, scored by the book's own weights on the public figures."""
        heads = [t("名次", "Rank"), t("城市", "City"), t("变化", "Change"), "", t("得分", "Score")]
        head = "".join(f'<th scope="col">{h}</th>' for h in heads)
        body = []
        for r in self.now.itertuples():
            rank, score = (
                ("—", t("数据不足", "too few data")) if pd.isna(r.rank) else (str(r.rank), f"{r.score:.2f}")
            )
            bar = f'<span class="bb-bar" style="width:{0 if pd.isna(r.score) else r.score:g}%"></span>'
            body.append(
                f'<tr data-city="{r.city}"><td class="num">{rank}</td><td>{html.escape(r.name)}</td><td></td>'
                f'<td aria-hidden="true">{bar}</td><td class="num">{score}</td></tr>'
            )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"

    def carried(self) -> str:
        """Return the panel's file for the page that is being built: it says in each row that it is illustrative."""
        if not charts.building():
            return ""
        dims = laboratory.dimensions()
        wide = levels("panel").rename(columns=dict(zip(dims["code"], dims["name"], strict=True)))
        data = scored("panel").merge(wide, left_on="city", right_index=True).drop(columns="city")
        data = data.rename(
            columns={"rank": t("名次", "Rank"), "name": t("城市", "City"), "score": t("得分", "Score")}
        )
        data[t("状态", "status")] = t(*charts.STATUS["illustrative"])
        payload = {"id": f"{ID}-panel", "csv": data.to_csv(index=False, lineterminator="\n"), "spec": None}
        return f'<script type="application/x-bluebook">{charts.frame._json(payload)}</script>'

    def script(self) -> str:
        """Return what runs the sliders: the book's own file while it is built, else the script itself."""
        if charts.building():
            return '<script src="@@figures@@/../_static/weights.js" defer></script>'
        path = editions.data_root().parent / "assets" / "weights.js"
        return f"<script>{path.read_text('utf-8')}</script>" if path.exists() else ""


def extremes(name: str) -> pd.DataFrame:
    """Return city, name, ``book`` (rank by the book's weights) and a rank for each dimension with all weight on it."""
    dims = laboratory.dimensions()
    have = levels(name).notna().any()
    out = scored(name)[["city", "name", "rank"]].rename(columns={"rank": "book"})
    for code in dims["code"][have.to_numpy()]:
        alone = scored(name, {c: float(c == code) for c in dims["code"]})
        out = out.merge(alone[["city", "rank"]].rename(columns={"rank": code}), on="city")
    return out


def alone() -> charts.Figure:
    """Draw each city's rank with all the weight on one dimension (teaching panel)."""
    table, dims = extremes("panel"), laboratory.dimensions()
    codes = [c for c in dims["code"] if c in table]
    span = table[codes].max(axis=1) - table[codes].min(axis=1)
    widest, still = table.loc[span.idxmax()], table.loc[span == 0, "name"]
    title = finding(
        t("把全部权重压在一个维度上，{who}可以排第 {best}，也可以排第 {worst}", "With all weight on one dimension {who} can rank {best} or {worst}"),
        holds=int(span.max()) >= 3, who=widest["name"], best=int(widest[codes].min()), worst=int(widest[codes].max()),
    )  # fmt: skip
    heads = {"book": t("本书权重", "Book"), **dict(zip(dims["code"], dims["short"], strict=True))}
    long = table.melt(["city", "name"], ["book", *codes], "weights", "rank").assign(
        told=lambda d: d["weights"].map(heads)
    )
    long["rank"] = long["rank"].astype(int)
    base = alt.Chart(long).encode(
        x=alt.X(
            "told:N",
            sort=[heads[c] for c in ("book", *codes)],
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False),
        ),
        y=named_rows(table["name"]),
    )
    cells = base.mark_rect(stroke=charts.PAPER, strokeWidth=1.5).encode(
        color=alt.Color(
            "rank:Q", scale=alt.Scale(domain=[1, len(table)], range=charts.SEQUENTIAL[::-1]), legend=None
        ),
        tooltip=[
            alt.Tooltip("name:N", title=t("城市", "City")),
            alt.Tooltip("told:N", title=t("全部权重在", "All weight on")),
            alt.Tooltip("rank:Q", title=t("名次", "Rank")),
        ],
    )
    text = base.mark_text(fontSize=11).encode(
        text="rank:Q", color=alt.condition("datum.rank <= 9", alt.value("white"), alt.value("black"))
    )
    shown = table.drop(columns="city").rename(columns={"name": t("城市", "City"), **heads})
    return charts.figure(
        (cells + text).properties(height={"step": 22}), id="fig-lab-alone", title=title, status="illustrative", table=shown,
        subtitle=t("教学示意数据：各城市的名次，一列一种权重；第一列是本书所用权重，其余各列把 100 % 给一个维度",
                   "Teaching panel: rank of each city, a column for each set of weights; first the book’s, then all of the weight on one dimension"),
        source=_panel_source(), alt_text=t(f"名次热图。{title}。", f"Heat map of ranks. {title}."),
        note=t(f"每一列都是同一个名次的：{'、'.join(still)}。", f"The same rank in every column: {', '.join(still)}.") if len(still) else "",
    )  # fmt: skip
