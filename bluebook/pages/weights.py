"""lab/your-weights: what no weights can change, what a dimension alone would do, what the exercises come to.

All of it belongs to the edition that the teaching panel was made for, whatever edition is current.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bluebook import charts, index
from bluebook.charts import BLUE, TINT, finding, first_finding, glue, kinds
from bluebook.data import edition as editions
from bluebook.index import robustness
from bluebook.messages import Catalogue, language, t
from bluebook.pages import lab

SAYS = Catalogue(__file__)
DRAWS, SEED = 10_000, 20220704
# The third exercise.
EXAMPLE = {"input": 10, "output": 30, "enterprise": 0, "environment": 30, "performance": 30}


def dimensions() -> pd.DataFrame:
    """Return the dimensions in the page's language: code, name, short (narrow columns), weight (of 100)."""
    found = lab.dimensions()
    if language() == "zh":
        return found
    names = editions.indicators(lab.panel_edition()[0]).set_index("code")["name_en"]
    told = found["code"].map(names)
    return found.assign(name=told, short=told.str.split().str[0])


def panel_source() -> str:
    """Return the source line of what rests on the teaching panel."""
    return SAYS.text("panel_source")


def book_weights() -> dict[str, float]:
    """Return the weights that this book uses: dimension → points of 100."""
    return dimensions().set_index("code")["weight"].to_dict()


def levels(name: str) -> pd.DataFrame:
    """Return the dimension scores of "public" or "panel": cities as printed × dimensions, NaN missing."""
    return lab.scored(name)[1].scores.reindex(index=lab.cities()["city"], columns=list(dimensions()["code"]))


def scored(name: str, weights: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return city, name, score (points) and rank (Int64) of "public" or "panel" under ``weights``.

    ``weights``: every dimension → weight (None: the book's); zero is a weight like any other here. A
    dimension without any figure takes no part, a city with fewer than half of the others has no score; scores
    are rounded before they are ranked. Raises KeyError where a dimension has no weight.

    >>> bb.scored_with("panel")["score"].tolist()[:2]
    [97.25, 52.7]
    """
    table = levels(name).dropna(axis=1, how="all")
    told = pd.Series(dict(book_weights() if weights is None else weights), dtype=float)[table.columns]
    means = index.mean(table.to_numpy(), told.to_numpy(), 1.0, lab.AVAILABILITY)
    score = index.round_half_away(means, lab.decimals())
    rank = pd.array(index.rank_values(score[:, None])[:, 0], dtype="Int64")
    out = lab.cities()[["city", "name"]].assign(score=score, rank=rank)
    return out.sort_values("rank", kind="stable", na_position="last", ignore_index=True)


def _ranks(name: str, weights: Mapping[str, float] | None = None) -> pd.Series:
    """Return city → rank (Int64) of "public" or "panel" under ``weights``, as `scored`."""
    return scored(name, weights).set_index("city")["rank"]


def ahead_everywhere(name: str) -> list[str]:
    """Return the cities, in the printed order, whose places no weights can change.

    The first leads everybody in every dimension; the second everybody but the first; and so on as far as it
    goes. Cities without a total do not count.
    """
    table = levels(name).dropna(axis=1, how="all").dropna()
    names = lab.cities().set_index("city")["name"]
    found = []
    while len(table) > 1 and (
        best := [c for c in table.index if (table.loc[c] > table.drop(index=c)).all(axis=None)]
    ):
        found.append(names[best[0]])
        table = table.drop(index=best[0])
    return found


def printed_ahead() -> tuple[int, int, float]:
    """Return what printed scores alone prove of the first two.

    In how many dimensions the first leads the second, in how many the second is second, and the least lead.
    """
    codes, scores = list(dimensions()["code"]), editions.scores(lab.panel_edition()[0])
    scores = scores[scores["code"].isin(codes)]
    first, second = lab.cities()["city"][:2]
    wide = scores.pivot(index="city", columns="code", values="score")
    lead = (wide.loc[first] - wide.loc[second]).dropna()
    seconds = scores[(scores["city"] == second) & (scores["rank"] == 2)]
    return int((lead > 0).sum()), len(seconds), float(lead.min())


def agrees(found: pd.DataFrame) -> int:
    """Return how many cities have the printed rank, counted among the ranked cities alone."""
    printed = lab.cities()[["city", "rank"]].rename(columns={"rank": "printed"})
    both = found.dropna(subset=["rank"]).merge(printed, on="city")
    return int((both["rank"].astype(int) == both["printed"].rank(method="min").astype(int)).sum())


# ---------------------------------------------------------------- what the prose says


def numbers() -> None:
    """Glue the figures of the prose on one's own weights: places that no weights change, the exercises.

    >>> bb.weights_numbers()
    climber = ...
    """
    dims, public, panel = dimensions(), scored("public"), scored("panel")
    joined, top = t("、", ", "), lab.cities()["name"]
    without = dims["name"][levels("public").isna().all().to_numpy()]
    third, printed = thirds(), dict(zip(("n_ahead", "n_second", "least_lead"), printed_ahead(), strict=True))
    proven = printed["n_ahead"] == printed["n_second"] == len(dims)
    finding(SAYS.text("first_two_proven"), holds=proven, **printed)
    glue(
        **exercises(),
        beyond=beyond(),
        n_dimensions=len(dims),
        weights_used=joined.join(f"{n} {w:g}" for n, w in zip(dims["name"], dims["weight"], strict=True)),
        n_public=sum(map(len, lab.PUBLIC.values())),
        without=joined.join(without),
        unranked=joined.join(public.loc[public["rank"].isna(), "name"]) or t("没有", "none"),
        n_ranked=int(public["rank"].notna().sum()),
        n_cities=len(public),
        first=top[0],
        second=top[1],
        **printed,
        fixed_public=joined.join(ahead_everywhere("public")),
        thirds=joined.join(third),
        n_thirds=len(third),
        panel_agrees=agrees(panel),
        public_agrees=agrees(public),
    )


def thirds() -> list[str]:
    """Return the cities that are third when all the weight lies on one dimension of the teaching panel."""
    alone_ = extremes("panel").set_index("name").drop(columns=["city", "book"])
    return sorted(alone_.index[(alone_ == 3).any(axis=1)])


def overtaken(code: str) -> tuple[str, str, int] | None:
    """Return the best placed city that another passes when only the weight of ``code`` grows.

    The city (code), the one that passes it first, and at which weight (in whole points, at most 100); None
    where the order stands. Teaching panel; the other weights are the book's.
    """
    book, start = book_weights(), _ranks("panel")
    seen = {points: _ranks("panel", book | {code: points}) for points in range(int(book[code]), 101)}
    for city in start.index:
        behind = start.index[start > start[city]]
        for points, rank in seen.items():
            if passed := [other for other in behind if rank[other] < rank[city]]:
                return city, passed[0], points
    return None


def exercises() -> dict[str, object]:
    """Return what the exercises come to: two ranks by public figures, an overtaking, two scores."""
    names, book = lab.cities().set_index("city")["name"], book_weights()
    last = list(book)[-1]
    found = overtaken(last)
    first, passes, points = found or ("", "", None)
    # Of the public figures only those of ``output`` count, then the last dimension comes in.
    zero = {c: 0.0 for c in lab.PUBLIC if c not in ("output", last)}
    ranks = [_ranks("public", book | zero | {last: p}).get(first) for p in (0, 100)]
    swapped = found is not None and ranks[0] < ranks[1]
    finding(SAYS.text("last_dimension_swaps"), holds=swapped, points=points)
    mine = scored("public", EXAMPLE)
    return {
        "climber": names[first],
        "passer": names[passes],
        "passed": points,
        "only_output": int(ranks[0]),
        "much_performance": int(ranks[1]),
        "example_first": mine["name"][0],
        "example_score": float(mine["score"][0]),
        "example_second": mine["name"][1],
        "example_other": float(mine["score"][1]),
    }


def beyond() -> str:
    """Return that a rank need not lie between those of the extremes, with the city that shows it best."""
    data, tree = lab.dimension_scores("panel")
    shares = robustness.rank_distribution(data, tree, DRAWS, SEED, normalise="none", decimals=lab.decimals())
    drawn = robustness.rank_summary(shares).set_index("unit")["best"]
    corner = extremes("panel").set_index("city")
    best = corner.drop(columns=["name", "book"]).min(axis=1)
    gain = (best - drawn).dropna()
    city = gain.idxmax()
    choices = (SAYS.text("rank_beyond"), gain[city] > 0), (SAYS.text("rank_within"), True)
    told = {"who": corner["name"][city], "a": int(best[city]), "b": int(drawn[city])}
    return first_finding(*choices, **told)


# ---------------------------------------------------------------- all the weight on one dimension


def extremes(name: str) -> pd.DataFrame:
    """Return city, name, ``book`` (rank by the book's weights) and a rank with all weight on each."""
    out = scored(name)[["city", "name", "rank"]].rename(columns={"rank": "book"})
    for code in levels(name).dropna(axis=1, how="all"):
        out[code] = out["city"].map(_ranks(name, {c: float(c == code) for c in book_weights()}))
    return out


def alone() -> charts.Figure:
    """Draw each city's rank with all the weight on one dimension (teaching panel, illustrative).

    >>> bb.weights_alone().status
    'illustrative'
    """
    table, dims = extremes("panel"), dimensions()
    codes = [c for c in dims["code"] if c in table]
    span = (table[codes].max(axis=1) - table[codes].min(axis=1)).astype(int)
    widest, still = table.loc[span.idxmax()], table.loc[span == 0, "name"]
    heads = {"book": t("本书权重", "Book"), **dict(zip(dims["code"], dims["short"], strict=True))}
    ranks = table.set_index("name")[["book", *codes]].astype(float).rename(columns=heads)
    ranks = ranks.rename_axis(index=t("城市", "City"), columns=t("全部权重在", "All weight on"))
    told = {"who": widest["name"], "best": int(widest[codes].min()), "worst": int(widest[codes].max())}
    same = SAYS.text("same_everywhere", who=t("、", ", ").join(still))
    return charts.figure(
        kinds.grid(ranks, t("名次", "Rank"), colours=[BLUE, TINT], step=22),
        id="fig-lab-alone",
        status="illustrative",
        title=finding(SAYS.text("alone"), holds=int(span.max()) >= 3, **told),
        table=table.drop(columns="city").rename(columns={"name": t("城市", "City"), **heads}),
        subtitle=SAYS.text("alone_subtitle"),
        source=panel_source(),
        drawing=t("名次热图", "Heat map of ranks"),
        note=same if len(still) else "",
    )
