"""The teaching panel: 36 indicators × 18 cities that give every published score, so that the whole
calculation runs.

The yearbook behind the edition is not public to us. This program solves for numbers in plausible units that
agree with everything that is printed: the level-one scores and totals to their last digit, the order of all
cities, the gap between two of them, who leads which indicator, how often 洛阳 and 新乡 stand among the first
three. Real public values are kept where they fit, and stay as they are. **That the panel gives the published
scores is by construction and proves nothing about the cities.** It is never used in a results chapter.

Four steps, each of them small enough to read:

1. :func:`prior`: a plausible guess of every cell from the city's size, income and a seeded noise.
2. :func:`levels` and :func:`places`, two integer programs: the unprinted level-one scores nearest to the
   guess; then who stands 1st to 5th and last in each indicator, with the printed places and the press's
   counts.
3. :func:`nearest`, a linear program: the values nearest to the guess (small deviations are cheap, large ones
   dear, so that none ends at the edge) that keep those places, the printed scores, and what ties indicators
   to one another: a person paid is a person employed, industry's patents are some of all patents.
4. Repair: columns are rounded to their unit's decimals from the coarsest to the finest, and the program is
   solved again after each round, so that the finest columns take up what rounding lost.

``python tools/teaching_panel.py`` writes ``data/teaching/``; under the lock it gives the same bytes again.
Solver: HiGHS in SciPy (Huangfu and Hall 2018).
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from bluebook import editions, index
from bluebook.index.tables import write

YEAR = 2022  # the edition whose printed scores the panel must give
PERIOD = "2020"
SEED = 20220704
SOURCE = "bluebook_teaching"

ZHENGZHOU, KAIFENG, LUOYANG, HEBI, XINXIANG = "410100", "410200", "410300", "410600", "410700"
SHANGQIU, ZHOUKOU, JIYUAN = "411400", "411600", "419001"
NORTH = ("410500", "410600", "410700", "410800", "410900", "419001")  # north of the river the air is worse


class Scale(NamedTuple):
    """A column's decimals, the values that score 0 and 100, and how it grows with GDP (0: a rate)."""

    decimals: int
    worst: float
    best: float
    size: float


# The ends are chosen so that a printed score can be met in the column's own decimals where it depends on few
# columns: 郑州's 96.02 needs (2.24 − 0.79) / (2.80 − 0.79) = 72.14 %, its 97.69 needs 1.40 / 1.67 = 83.83 %,
# its 88.25 needs 23 / 115 days beside the real GDP per head.
SCALES = {
    "input_1": Scale(2, 2.13, 69.07, 1.0),
    "input_2": Scale(2, 0.79, 2.80, 0.0),
    "input_3": Scale(0, 2747, 96318, 1.0),
    "input_4": Scale(0, 1834, 62907, 1.0),
    "input_5": Scale(0, 46, 986, 1.0),
    "input_6": Scale(2, 10.30, 268.87, 1.0),
    "input_7": Scale(4, 0.9942, 4.0154, 0.0),
    "output_1": Scale(0, 1157, 50431, 1.1),
    "output_2": Scale(2, 1.05, 12.29, 0.0),
    "output_3": Scale(0, 1873, 76490, 1.1),
    "output_4": Scale(0, 309, 15862, 1.2),
    "output_5": Scale(0, 36, 4248, 1.2),
    "output_6": Scale(0, 352, 15506, 1.2),
    "output_7": Scale(2, 0.86, 204.33, 1.2),
    "enterprise_1": Scale(2, 0.38, 2.05, 0.0),
    "enterprise_2": Scale(0, 1490, 61820, 1.0),
    "enterprise_3": Scale(2, 6.85, 176.40, 1.0),
    "enterprise_4": Scale(2, 13.26, 57.91, 0.0),
    "enterprise_5": Scale(0, 38, 742, 1.0),
    "enterprise_6": Scale(2, 2.17, 31.85, 0.0),
    "enterprise_7": Scale(0, 118, 8960, 1.1),
    "environment_1": Scale(0, 1, 65, 0.5),
    "environment_2": Scale(2, 1.37, 300.18, 1.7),
    "environment_3": Scale(2, 51.77, 919.65, 0.0),
    "environment_4": Scale(2, 13.62, 21.48, 0.0),
    "environment_5": Scale(2, 25.36, 46.82, 0.0),
    "environment_6": Scale(2, 0.17, 0.96, 0.0),
    "environment_7": Scale(2, 512.36, 28439.38, 1.0),
    "environment_8": Scale(4, 4.5318, 46.5851, 1.0),
    "performance_1": Scale(0, 36227, 96508, 0.0),
    "performance_2": Scale(0, 19642, 36528, 0.0),
    "performance_3": Scale(0, 203, 318, 0.0),
    "performance_4": Scale(2, 6.84, 20.68, 0.0),
    "performance_5": Scale(4, 35.5852, 59.0404, 0.0),
    "performance_6": Scale(2, -0.42, -7.93, 0.0),
    "performance_7": Scale(2, 2.47, 1.66, 0.0),
}

# Real values: indicator → (indicator of data/public/cities.csv, divisor, decimals).
REAL = {
    "input_7": ("budget_science_share_pct", 1, 4),
    "output_5": ("invention_patents_granted", 1, 0),
    "environment_1": ("universities", 1, 0),
    "environment_3": ("he_students_per_100_residents", 0.01, 2),
    "environment_7": ("loans_100m", 1, 2),
    "environment_8": ("fdi_million_usd", 100, 4),
    "performance_1": ("gdp_per_capita_yuan_derived", 1, 0),
    "performance_5": ("tertiary_share_pct", 1, 4),
}

# What ties two columns together in every city: low ≤ first / second ≤ high.
TIES = [
    ("input_4", "input_3", 0.50, 0.82),  # full-time equivalents a person
    ("input_6", "input_4", 0.0015, 0.0075),  # 100 million yuan a full-time equivalent: 150–750 thousand yuan
    ("input_3", "input_5", 20, 170),  # persons an institution
    ("enterprise_2", "input_3", 0.40, 0.95),
    ("enterprise_3", "input_6", 0.45, 0.95),
    ("enterprise_5", "input_5", 0.35, 0.98),
    ("enterprise_7", "output_6", 0.15, 0.85),
    ("output_3", "output_1", 1.10, 3.00),  # applications a grant
    ("output_4", "output_3", 0.12, 0.50),  # of them inventions
    ("output_5", "output_4", 0.03, 0.60),
    ("output_6", "output_5", 2.0, 22.0),  # in force a grant of the year
]
EMPLOYED = (0.42, 0.58)  # persons employed a resident
INCOME = (0.27, 0.62)  # disposable income over GDP, both a head
BUDGET = (5000, 14500)  # yuan of public budget spending a resident
DESIGNS = (1.02, 1.45)  # all patents over inventions and utility models
REVENUE = (0.35, 2.2)  # industry's revenue over GDP
LAST = {
    "output_1": HEBI,
    "input_2": ZHOUKOU,
    "input_6": HEBI,
    "output_2": ZHOUKOU,
    "output_6": HEBI,
    "enterprise_3": HEBI,
}
ASSUMED = {(JIYUAN, "environment_1"): 1.0, (JIYUAN, "environment_7"): 512.36}  # the ends of two real columns
FREE_TOTALS = (24.1, 20.9, 17.2, 14.6)  # of places 7, 8, 17 and 18: not printed, chosen
LINKED = {"input_2": "input_6", "output_2": "output_6"}  # a rate → the total it comes from

# Rounded in these rounds, coarse columns first; the last round takes up what is left.
ROUNDS = [
    ("performance_3", "performance_7", "environment_6", "enterprise_1", "input_6", "output_6"),
    (
        "performance_4",
        "performance_6",
        "environment_4",
        "enterprise_4",
        "enterprise_6",
        "enterprise_5",
        "input_5",
        "output_7",
        "input_7",
        "environment_3",
        "environment_8",
        "output_5",
    ),
    ("input_1", "input_4", "output_1", "output_4", "enterprise_3", "enterprise_7", "environment_5"),
    ("input_3", "output_3", "enterprise_2", "environment_2", "performance_2"),
]


class Printed(NamedTuple):
    """Everything that is published or public, as arrays over ``cities`` and ``leaves``."""

    cities: list[str]
    leaves: list[str]
    names: dict[str, str]
    families: dict[str, list[str]]  # dimension → its leaves
    weights: dict[str, float]  # dimension → share of the whole
    direction: np.ndarray  # (leaves,)
    order: list[str]  # cities by total, best first
    totals: dict[str, float]
    levels: dict[tuple[str, str], float]  # (city, dimension) → printed score
    level_ranks: dict[tuple[str, str], int]  # where only a rank is printed
    ranks: dict[tuple[str, str], int]  # (city, leaf) → rank, both printed and press
    claims: dict[str, float]
    counts: dict[tuple[str, str], int]  # (city, "1" | "3" | "5") → indicators ranked so high
    real: np.ndarray  # (cities, leaves), NaN where nothing is public
    gdp: np.ndarray  # 100 million yuan
    people: np.ndarray  # 10,000 residents at year end
    rd_total: float  # the province's R&D spending, 100 million yuan
    patents: np.ndarray  # inventions and utility models granted, NaN where unknown


def printed() -> Printed:
    """Read every constraint from the tables; nothing published is written down in this program."""
    cities = editions.cities()["city"].tolist()
    tree = editions.indicators(YEAR)
    scores = editions.scores(YEAR)
    claims = editions.claims(YEAR).set_index("id")["value"]
    press = editions.press().query(
        "report == 'bluebook' and year == @YEAR and statement.str.startswith('count_rank')"
    )
    dims = tree.loc[tree["parent"] == "index", "code"].tolist()
    leaves = [c for c in tree["code"] if c not in set(tree["parent"])]
    total = scores[scores["code"] == "index"].sort_values("rank")
    level = scores[scores["code"].isin(dims)]
    leaf = scores[scores["code"].isin(leaves)]
    public = editions.public_cities()
    public = (
        public[public["period"] == PERIOD]
        .pivot(index="city", columns="indicator", values="value")
        .reindex(cities)
    )
    real = np.full((len(cities), len(leaves)), np.nan)
    for code, (column, divisor, decimals) in REAL.items():
        real[:, leaves.index(code)] = index.round_half_away(public[column].to_numpy() / divisor, decimals)
    real[cities.index(ZHENGZHOU), leaves.index("input_1")] = claims["science_spending_zz_2020"]
    real[cities.index(LUOYANG), leaves.index("input_1")] = claims["science_spending_ly_2020"]
    series = editions.series().query("series == 'rd_spending' and region == '河南' and period == @PERIOD")
    counts = {}
    for row in press.itertuples():
        if row.subject == "level2":
            counts[row.city, row.statement.removeprefix("count_rank_").removeprefix("top")] = int(row.value)
    weight = tree.set_index("code")["weight"]
    scored = level[level["score"].notna()]
    return Printed(
        cities,
        leaves,
        dict(zip(tree["code"], tree["name_zh"], strict=True)),
        {d: tree.loc[tree["parent"] == d, "code"].tolist() for d in dims},
        {d: weight[d] / weight[dims].sum() for d in dims},
        tree.set_index("code").loc[leaves, "direction"].to_numpy(dtype=float),
        total["city"].tolist(),
        total.dropna(subset=["score"]).set_index("city")["score"].to_dict(),
        {(r.city, r.code): r.score for r in scored.itertuples()},
        {(r.city, r.code): int(r.rank) for r in level[level["score"].isna()].itertuples()},
        {(r.city, r.code): int(r.rank) for r in leaf.itertuples()},
        claims.to_dict(),
        counts,
        real,
        public["gdp_100m"].to_numpy(),
        public["population_resident_10k"].to_numpy(),
        float(series["value"].iloc[0]),
        (public["invention_patents_granted"] + public["utility_model_patents_granted"]).to_numpy(),
    )


# --- 1. a guess --------------------------------------------------------------------------------------------


def prior(p: Printed, rng: np.random.Generator) -> np.ndarray:
    """Return a guess of every cell on 0–100 (cities × leaves), best 100: from size, income and noise."""
    patents = np.where(np.isnan(p.patents), 0.06 * p.gdp / p.gdp.max() * np.nanmax(p.patents), p.patents)
    size = np.sqrt(p.gdp / p.gdp.max() * patents / patents.max())  # a large city is not yet an inventive one
    income = np.argsort(np.argsort(p.gdp / p.people)) / (len(p.cities) - 1)
    z = np.empty((len(p.cities), len(p.leaves)))
    for i, leaf in enumerate(p.leaves):
        noise = rng.standard_normal(len(p.cities))
        if SCALES[leaf].size:
            grown = size ** SCALES[leaf].size * np.exp(0.25 * noise)
            z[:, i] = 100 * (grown - grown.min()) / (grown.max() - grown.min())
        else:
            rate = 16 * income + 13 * noise
            z[:, i] = 75 * (rate - rate.min()) / (rate.max() - rate.min())
    north = np.isin(p.cities, NORTH)
    air = p.leaves.index("performance_3")
    z[:, air] = np.where(north, 18, 58) + 10 * rng.standard_normal(len(p.cities))
    per_head = p.gdp / p.people * 1e4
    z[:, p.leaves.index("performance_2")] = 100 * (11500 + 0.255 * per_head - 19642) / (
        36528 - 19642
    ) + 5 * rng.standard_normal(len(p.cities))
    z[:, p.leaves.index("performance_4")] = 100 * (per_head / 5000 - 6.84) / (20.68 - 6.84)
    known = ~np.isnan(p.real)
    z[known] = score_of(p, p.real)[known]
    return np.clip(z, 1.5, 97)


def score_of(p: Printed, x: np.ndarray) -> np.ndarray:
    """Return raw values (cities × leaves) on 0–100 between their column's fixed ends."""
    worst, best = (np.array([getattr(SCALES[leaf], end) for leaf in p.leaves]) for end in ("worst", "best"))
    return 100 * (x - worst) / (best - worst)


# --- 2. levels and places, two integer programs ------------------------------------------------------------


def spaced(p: Printed, rng: np.random.Generator) -> dict[str, float]:
    """Return a total for every city: printed where it is, else chosen, unevenly spaced, in the printed order
    and gap.
    """
    chosen = dict(p.totals)
    rest = [city for city in p.order if city not in chosen]
    run = rest[rest.index(KAIFENG) : rest.index(SHANGQIU) + 1]
    steps = rng.dirichlet(np.full(len(run) - 1, 4.0)) * p.claims["index_gap_8_15"]
    chosen |= dict(zip(run, FREE_TOTALS[1] - np.cumsum([0, *steps]), strict=True))
    others = [city for city in rest if city not in run]
    return chosen | dict(zip(others, (FREE_TOTALS[0], *FREE_TOTALS[2:]), strict=True))


def levels(p: Printed, guess: np.ndarray, goal: Mapping[str, float]) -> np.ndarray:
    """Return every level-one score (cities × dimensions), the unprinted ones nearest to what ``guess`` gives.

    Printed scores, ranks and totals, the order of all cities and the printed gap hold; a city outside the
    printed five of a dimension stays below its fifth.
    """
    dims, n = list(p.families), len(p.cities)
    start = np.column_stack(
        [guess[:, [p.leaves.index(leaf) for leaf in p.families[d]]].mean(axis=1) for d in dims]
    )
    w = np.array([p.weights[d] for d in dims])
    m = _Mixed()
    cell = np.empty((n, len(dims)), dtype=object)
    for c, city in enumerate(p.cities):
        for j, d in enumerate(dims):
            five = [s for (_, code), s in p.levels.items() if code == d]
            told = p.levels.get((city, d))
            top = min(five) - 0.4
            cell[c, j] = m.number(told, told) if told is not None else m.number(3.0, top)
            if told is None:
                m.near(cell[c, j], min(start[c, j], top), (3, 6, 12), 1.0)
    total = [[(cell[c, j], w[j]) for j in range(len(dims))] for c in range(n)]
    place = {city: p.cities.index(city) for city in p.order}
    for above, below in itertools.pairwise(p.order):
        m.row(total[place[above]] + [(v, -a) for v, a in total[place[below]]], 0.05, np.inf)
    for city, wanted in goal.items():
        m.near(total[place[city]], wanted, (1.0,), 50)
    for city, printed_total in p.totals.items():
        m.row(total[place[city]], printed_total - 0.0045, printed_total + 0.0045)
    gap = total[place[KAIFENG]] + [(v, -a) for v, a in total[place[SHANGQIU]]]
    m.row(gap, p.claims["index_gap_8_15"], p.claims["index_gap_8_15"])
    for (city, d), rank in p.level_ranks.items():
        own, ahead = cell[place[city], dims.index(d)], []
        for c, other in enumerate(p.cities):
            if other != city:
                is_above = m.binary()
                ahead.append((is_above, 1.0))
                m.row([(cell[c, dims.index(d)], 1), (own, -1), (is_above, -100)], -np.inf, -0.5)
                m.row([(cell[c, dims.index(d)], 1), (own, -1), (is_above, -100)], 0.5 - 100, np.inf)
        m.row(ahead, rank - 1, rank - 1)
    x = m.solve()
    return np.array([[x[cell[c, j]] for j in range(len(dims))] for c in range(n)])


def bent(p: Printed, guess: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Return ``guess`` with each city's unknown cells raised to a power, so that its dimension scores are
    ``level``.
    """
    z = guess.copy()
    free_cells = np.isnan(p.real)
    for leaf, cities in named(p).items():  # who leads has 100 already, and is not to be bent
        if leaf not in REAL:
            at = p.cities.index(cities[0]), p.leaves.index(leaf)
            z[at], free_cells[at] = 100.0, False
    free_cells[:, [p.leaves.index(leaf) for leaf in known_totals(p)]] = (
        False  # :func:`in_total` sees to these
    )
    for j, leaves in enumerate(p.families.values()):
        at = [p.leaves.index(leaf) for leaf in leaves]
        for c in range(len(p.cities)):
            free = [i for i in at if free_cells[c, i]]
            if not free:
                continue
            share = (level[c, j] * len(at) - z[c, [i for i in at if i not in free]].sum()) / (100 * len(free))
            share = np.clip(share, 0.02, 0.97)
            base = np.clip(z[c, free] / 100, 0.01, 0.99)
            low, high = 0.02, 50.0
            for _ in range(60):
                power = (low * high) ** 0.5
                low, high = (power, high) if (base**power).mean() > share else (low, power)
            z[c, free] = 100 * base**power
    return z


def named(p: Printed) -> dict[str, list[str]]:
    """Return the cities known to stand 1st to 5th and last ("" where unknown), leaf by leaf.

    郑州 leads where nobody else is said to: the press counts 32 firsts, and four other leaders are known.
    """
    found = {}
    for i, leaf in enumerate(p.leaves):
        if leaf in REAL:  # the ranks are what they are; 济源, where missing, stands nowhere near the top
            order = np.argsort(-np.nan_to_num(p.real[:, i], nan=-np.inf), kind="stable")
            found[leaf] = [p.cities[c] for c in (*order[:5], order[-1])]
            continue
        told = {rank: city for (city, other), rank in p.ranks.items() if other == leaf and rank <= 5}
        found[leaf] = [told.get(rank, "") for rank in range(1, 6)] + [LAST.get(leaf, "")]
        found[leaf][0] = found[leaf][0] or ZHENGZHOU
    return found


def places(p: Printed, guess: np.ndarray) -> dict[str, list[str]]:
    """Return who stands 1st to 5th and last in each indicator: as printed where it is, else nearest to
    ``guess``.

    The press's counts hold: how many indicators 郑州, 洛阳 and 新乡 lead, and how often the latter two stand
    among the first three and five; so do the newsletter's counts for 创新产出.
    """
    cities, told = p.cities, named(p)
    m = _Mixed()
    at: dict[tuple[str, str, int], int] = {}
    counted: dict[tuple[str, str], list[tuple[int, float]]] = {key: [] for key in p.counts}
    for i, leaf in enumerate(p.leaves):
        if leaf in REAL:
            continue
        z = guess[:, i]
        goals = np.sort(z)[::-1][[0, 1, 2, 3, 4, -1]]
        for k, goal in enumerate(goals):
            for c, city in enumerate(cities):
                at[leaf, city, k] = v = m.binary()
                missed = (
                    max(z[c] - goals[4], 0.0) if k < 5 else 0.0
                )  # left out of the five it would have to come down
                m.cost(v, abs(z[c] - goal) ** 1.5 - missed**1.5 + 0.01 * ((7 * c + 3 * i) % 17))
            m.row([(at[leaf, city, k], 1) for city in cities], 1, 1)
            if told[leaf][k]:
                m.row([(at[leaf, told[leaf][k], k], 1)], 1, 1)
        for city in cities:
            m.row([(at[leaf, city, k], 1) for k in range(6)], 0, 1)
            if city in p.totals:  # none of the six with a printed total is anywhere last
                m.row([(at[leaf, city, 5], 1)], 0, 0)
        for city, k in p.counts:
            counted[city, k] += [(at[leaf, city, r], 1.0) for r in range(int(k))]
    # Where 洛阳 has a twelfth of all by the printed share, nobody but 郑州 can have more.
    m.row([(at["input_1", LUOYANG, 1], 1)], 1, 1)
    for (city, k), terms in counted.items():
        ranks = index.rank_values(
            np.nan_to_num(p.real[:, [p.leaves.index(leaf) for leaf in REAL]], nan=-np.inf)
        )
        have = int((ranks[cities.index(city)] <= int(k)).sum())
        m.row(terms, p.counts[city, k] - have, p.counts[city, k] - have)
    for city, rank, count in (
        (LUOYANG, 2, p.claims["ly_output_seconds"]),
        (XINXIANG, 3, p.claims["xx_output_thirds"]),
    ):
        have = sum(told[leaf][rank - 1] == city for leaf in p.families["output"] if leaf in REAL)
        free = [(at[leaf, city, rank - 1], 1.0) for leaf in p.families["output"] if leaf not in REAL]
        m.row(free, count - have, count - have)
    x = m.solve()
    found = {
        leaf: [next(c for c in cities if x[at[leaf, c, k]] > 0.5) for k in range(6)]
        for leaf in p.leaves
        if leaf not in REAL
    }
    return told | found


def in_total(p: Printed, guess: np.ndarray) -> np.ndarray:
    """Return ``guess`` with the columns whose total over the cities is known scaled to it, the first city
    apart.
    """
    z = guess.copy()
    for leaf, total in known_totals(p).items():
        i, scale = p.leaves.index(leaf), SCALES[leaf]
        known = np.nan_to_num(p.real[:, i], nan=0.0)
        free = np.isnan(p.real[:, i]) & (np.array(p.cities) != ZHENGZHOU)
        wanted = total - (known.sum() or scale.best) - free.sum() * scale.worst
        z[free, i] *= 100 * wanted / (scale.best - scale.worst) / z[free, i].sum()
    return z


def known_totals(p: Printed) -> dict[str, float]:
    """Return the totals over all cities that printed figures imply: of two shares that cannot both hold,
    郑州's.
    """
    return {
        "input_1": p.claims["science_spending_zz_2020"] / p.claims["science_share_zz_2020"] * 100,
        "input_6": p.rd_total,
        "environment_2": SCALES["environment_2"].best / p.claims["science_service_share_zz"] * 100,
    }


def arranged(p: Printed, guess: np.ndarray, place: Mapping[str, list[str]]) -> np.ndarray:
    """Return ``guess`` with the values of each column dealt out again so that they stand in their places.

    The five best values go to the first five, the least to the last, the others to the rest in their own
    order; so the values keep their spread and none needs to crowd below a rival. Columns with an open place
    stay.
    """
    z = guess.copy()
    for i, leaf in enumerate(p.leaves):
        at = [p.cities.index(city) if city else -1 for city in place[leaf]]
        if leaf in REAL or min(at[:5]) < 0:
            continue
        rest = sorted(set(range(len(p.cities))) - {*at[:5], at[5]}, key=lambda c: -guess[c, i])
        order = [*at[:5], *rest] + ([at[5]] if at[5] >= 0 else [])
        z[order, i] = np.sort(guess[:, i])[::-1]
    return z


class _Mixed:
    """A linear program, some of its variables whole: gathered piece by piece, then solved by HiGHS."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.whole: list[int] = []
        self.costs: list[float] = []
        self.rows: list[tuple[list[tuple[int, float]], float, float]] = []

    def number(self, lower: float, upper: float, whole: bool = False, cost: float = 0.0) -> int:
        """Add a variable and return its number."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(int(whole))
        self.costs.append(cost)
        return len(self.lower) - 1

    def binary(self) -> int:
        return self.number(0, 1, True)

    def cost(self, variable: int, cost: float) -> None:
        self.costs[variable] += cost

    def row(self, terms: Iterable[tuple[int, float]], lower: float, upper: float) -> None:
        """Demand lower ≤ Σ a · x ≤ upper; scaled, as persons and per cent stand in one program."""
        terms = list(terms)
        size = max((abs(a) for _, a in terms), default=1.0)
        self.rows.append(([(v, a / size) for v, a in terms], lower / size, upper / size))

    def near(
        self, terms: int | list[tuple[int, float]], goal: float, steps: tuple[float, ...], weight: float
    ) -> None:
        """Let the distance of a variable or sum to ``goal`` cost 1, 2, 4 … a unit from each of ``steps`` on."""
        terms = [(terms, 1.0)] if isinstance(terms, int) else terms
        parts = []
        for k, width in enumerate((*np.diff((0, *steps)), np.inf)):
            parts += [(self.number(0, width, cost=weight * 2**k), sign) for sign in (-1.0, 1.0)]
        self.row([*terms, *parts], goal, goal)

    def solve(self) -> np.ndarray:
        """Return the variables at the minimum. Raises ArithmeticError where nothing fits."""
        rows = [r for r in self.rows if r[0]]
        entries = [(k, v, a) for k, (terms, _, _) in enumerate(rows) for v, a in terms]
        at = ([e[0] for e in entries], [e[1] for e in entries])
        matrix = csr_array(([e[2] for e in entries], at), shape=(len(rows), len(self.lower)))
        limits = LinearConstraint(matrix, [r[1] for r in rows], [r[2] for r in rows])
        found = milp(
            self.costs, integrality=self.whole, bounds=Bounds(self.lower, self.upper), constraints=limits
        )
        if found.x is None:
            raise ArithmeticError(found.message)
        return found.x


# --- 3. the nearest values ---------------------------------------------------------------------------------


class Cells:
    """Raw values as they are known so far: each a number, or a number plus a factor times a variable on
    0–100.
    """

    def __init__(self, p: Printed) -> None:
        shape = p.real.shape
        self.leaf = {leaf: i for i, leaf in enumerate(p.leaves)}
        self.worst = np.array([SCALES[leaf].worst for leaf in p.leaves])
        self.span = np.array([SCALES[leaf].best - SCALES[leaf].worst for leaf in p.leaves])
        self.const, self.factor = np.tile(self.worst, (shape[0], 1)), np.tile(self.span / 100, (shape[0], 1))
        self.variable = np.full(shape, -1)
        self.count = 0
        for i, leaf in enumerate(p.leaves):
            for c, city in enumerate(p.cities):
                told = ASSUMED.get((city, leaf), p.real[c, i])
                if not np.isnan(told):
                    self.fix(c, i, told)
                elif leaf not in LINKED:
                    self.variable[c, i] = self.count
                    self.count += 1
        self.per = {"input_2": 100 / p.gdp, "output_2": 1 / p.people}  # a rate is its total times this
        for rate, total in LINKED.items():
            i, k = self.leaf[rate], self.leaf[total]
            self.const[:, i], self.factor[:, i] = (
                self.const[:, k] * self.per[rate],
                self.factor[:, k] * self.per[rate],
            )
            self.variable[:, i] = self.variable[:, k]

    def fix(self, c: int, i: int, value: float) -> None:
        """Settle a cell."""
        self.const[c, i], self.factor[c, i], self.variable[c, i] = value, 0.0, -1

    def settle(self, leaf: str, column: np.ndarray) -> np.ndarray:
        """Round a column to its decimals and settle it; return it."""
        i = self.leaf[leaf]
        rounded = index.round_half_away(column, SCALES[leaf].decimals)
        for c, value in enumerate(rounded):
            self.fix(c, i, value)
        return rounded

    def value(self, x: np.ndarray) -> np.ndarray:
        """Return the raw values (cities × leaves) where the variables are ``x``."""
        return self.const + np.where(self.variable < 0, 0.0, self.factor * np.append(x, 0.0)[self.variable])


class Aim(NamedTuple):
    """What the nearest values are near to, and what they must keep."""

    guess: np.ndarray  # (cities, leaves) on 0–100
    price: np.ndarray  # (cities, leaves) what a point of distance costs
    place: Mapping[str, list[str]]
    above: set[str]  # the cities above 新乡 in 创新绩效, whose rank is printed and whose score is not
    goal: Mapping[str, float]  # a total for each city, to be near to
    pinned: Mapping[str, float]  # totals to be met within 0.001


Terms = list[tuple[int, int, float]]  # city, leaf, coefficient


class _Fit(_Mixed):
    """The linear program of the nearest values. ``spare`` rounds of repair still come; each leaves the next
    room.
    """

    def __init__(self, p: Printed, cells: Cells, aim: Aim, spare: int) -> None:
        super().__init__()
        self.p, self.cells, self.aim, self.spare = p, cells, aim, spare
        for _ in range(cells.count):
            self.number(0.0, 100.0)
        self.columns()
        total = self.levels()
        self.totals(total)
        self.ties()

    def free(self, terms: Terms) -> tuple[list[tuple[int, float]], float]:
        """Split a sum of raw values into its variables and what is settled."""
        const, factor, variable = self.cells.const, self.cells.factor, self.cells.variable
        known = sum(a * const[c, i] for c, i, a in terms)
        return [(int(variable[c, i]), a * factor[c, i]) for c, i, a in terms if variable[c, i] >= 0], float(
            known
        )

    def raw(self, terms: Terms, lower: float, upper: float) -> None:
        """Demand lower ≤ Σ a · raw value ≤ upper; where all is settled there is nothing to demand."""
        free, known = self.free(terms)
        if free:
            self.row(free, lower - known, upper - known)

    def as_raw(self, terms: Terms) -> tuple[Terms, float]:
        """Return a sum of scores on 0–100 as a sum of raw values, and what that sum is too high by."""
        cells = self.cells
        return [(c, i, 100 * a / cells.span[i]) for c, i, a in terms], sum(
            100 * a * cells.worst[i] / cells.span[i] for _, i, a in terms
        )

    def score(self, terms: Terms, lower: float, upper: float) -> None:
        """Demand lower ≤ Σ a · score ≤ upper."""
        raw, shift = self.as_raw(terms)
        self.raw(raw, lower + shift, upper + shift)

    def score_near(self, terms: Terms, goal: float, steps: tuple[float, ...], price: float) -> None:
        """Let the distance of Σ a · score to ``goal`` cost something."""
        raw, shift = self.as_raw(terms)
        free, known = self.free(raw)
        if free:
            self.near(free, goal + shift - known, steps, price)

    def columns(self) -> None:
        """Each column: near the guess, between its ends, everybody in place."""
        everybody = range(len(self.p.cities))
        for leaf, i in self.cells.leaf.items():
            if not (self.cells.variable[:, i] >= 0).any():
                continue
            *five, last = (self.p.cities.index(city) if city else -1 for city in self.aim.place[leaf])
            gap = max(0.2, 220 * 10.0 ** -SCALES[leaf].decimals / abs(self.cells.span[i])) + 0.25 * self.spare
            for c in everybody:
                self.score([(c, i, 1)], 0, 100)
                self.score_near([(c, i, 1)], self.aim.guess[c, i], (3, 8, 18), self.aim.price[c, i])
            if leaf not in REAL:
                near = (
                    0.03 if leaf in LINKED else 0.0
                )  # a rate follows its total, which has its own last digit
                self.score([(five[0], i, 1)], 100 - near, 100)
                for c in everybody:
                    self.score([(c, i, 1)], *((0, near) if c == last else (0.4, 100)))
            known = [c for c in five if c >= 0]
            for a, b in itertools.pairwise(known):
                self.score([(a, i, 1), (b, i, -1)], gap, np.inf)
            for c in everybody if len(known) == 5 else ():
                if c not in five:
                    self.score([(five[4], i, 1), (c, i, -1)], gap, np.inf)

    def levels(self) -> dict[str, Terms]:
        """Level-one scores as printed, the others below the fifth; return each city's total as a sum of
        scores.
        """
        p, total = self.p, {city: [] for city in self.p.cities}
        for d, leaves in p.families.items():
            level = {
                city: [(c, self.cells.leaf[leaf], 1 / len(leaves)) for leaf in leaves]
                for c, city in enumerate(p.cities)
            }
            fifth = min(score for (_, code), score in p.levels.items() if code == d)
            for city, terms in level.items():
                told = p.levels.get((city, d))
                self.score(
                    terms, *((-np.inf, fifth - 0.1) if told is None else (told - 0.0042, told + 0.0042))
                )
                total[city] += [(c, i, a * p.weights[d]) for c, i, a in terms]
            for city in (city for city, code in p.level_ranks if code == d):
                apart = 0.05 + 0.15 * self.spare
                for other in (c for c in p.cities if c != city):
                    sides = (apart, np.inf) if other in self.aim.above else (-np.inf, -apart)
                    self.score([*level[other], *_minus(level[city])], *sides)
        return total

    def totals(self, total: Mapping[str, Terms]) -> None:
        """Totals as printed, in the printed order, with the printed gap; the others near their goal."""
        p = self.p
        for a, b in itertools.pairwise(p.order):
            self.score([*total[a], *_minus(total[b])], 0.08, np.inf)
        for city, told in p.totals.items():
            whole = all((city, d) in p.levels for d in p.families)  # then the printed levels leave no choice
            near = 0.0036 if whole else 0.0025
            self.score(total[city], told - near, told + near)
        gap = p.claims["index_gap_8_15"]
        self.score([*total[KAIFENG], *_minus(total[SHANGQIU])], gap - 0.001, gap + 0.001)
        for city, goal in self.aim.goal.items():
            self.score_near(total[city], goal, (0.1, 1.0), 300)
        for city, told in self.aim.pinned.items():
            self.score(total[city], told - 0.001, told + 0.001)

    def ties(self) -> None:
        """What ties a city's columns to one another and to its size, and columns to known totals."""
        p, leaf = self.p, self.cells.leaf
        per_head = p.gdp / p.people  # 10,000 yuan
        for c in range(len(p.cities)):
            for first, second, low, high in TIES:
                self.between(c, first, second, low, high)
            self.between(c, "performance_4", None, 1 / EMPLOYED[1], 1 / EMPLOYED[0], per_head[c])
            self.between(c, "performance_2", None, *INCOME, 1e4 * per_head[c])
            self.between(
                c, "input_1", "input_7", *BUDGET, p.people[c] / 1e6
            )  # 100 million yuan for each per cent
            self.between(c, "enterprise_3", "enterprise_1", *REVENUE, p.gdp[c] / 100)
            if not np.isnan(p.patents[c]):
                self.between(c, "output_1", None, *DESIGNS, p.patents[c])
        for first, total in known_totals(p).items():
            self.raw([(c, leaf[first], 1) for c in range(len(p.cities))], 0.9999 * total, 1.0001 * total)

    def between(
        self, c: int, first: str, second: str | None, low: float, high: float, unit: float = 1.0
    ) -> None:
        """Demand low ≤ first / (unit · second) ≤ high, the limits drawn in by what later rounds may need."""
        room = 1 + 0.015 * self.spare
        own, other = self.cells.leaf[first], self.cells.leaf.get(second or "")
        for limit, sides in ((low * room, (0.0, np.inf)), (high / room, (-np.inf, 0.0))):
            if other is None:
                self.raw([(c, own, 1)], *(side + unit * limit for side in sides))
            else:
                self.raw([(c, own, 1), (c, other, -unit * limit)], *sides)


def _minus(terms: Terms) -> Terms:
    return [(c, i, -a) for c, i, a in terms]


def nearest(p: Printed, cells: Cells, aim: Aim, spare: int) -> np.ndarray:
    """Return the raw values (cities × leaves) nearest to the guess that keep places, printed scores and ties."""
    return cells.value(_Fit(p, cells, aim, spare).solve()[: cells.count])


# --- 4. repair, and the tables -----------------------------------------------------------------------------


def solve(p: Printed | None = None, seed: int = SEED) -> np.ndarray:
    """Return the panel's raw values (cities × leaves), each with its column's decimals."""
    p = p or printed()
    rng = np.random.default_rng(seed)
    guess, goal = prior(p, rng), spaced(p, rng)
    level = levels(p, guess, goal)
    performance = dict(zip(p.cities, level[:, list(p.families).index("performance")], strict=True))
    above = {city for city in p.cities if performance[city] > performance[XINXIANG]}
    price = 1 + 0.3 * rng.random(p.real.shape)  # uneven, so that the nearest values are the only ones
    price[:, p.leaves.index("environment_2")] *= 5  # where one city holds most, a small shift is a large one
    guess = arranged(p, bent(p, in_total(p, guess), level), named(p))
    aim = Aim(guess, price, named(p), above, goal, {})
    place = places(p, score_of(p, nearest(p, Cells(p), aim, len(ROUNDS) - 1)))
    aim = aim._replace(guess=arranged(p, guess, place), place=place)
    cells, x = Cells(p), np.empty(p.real.shape)
    for left in range(len(ROUNDS) - 1, -1, -1):
        x = nearest(p, cells, aim, left)
        if left == 0:
            # The gap is one of printed totals: both are pinned on a printed digit for the last round.
            high = round(float(totals(p, x)[p.cities.index(KAIFENG)]), 2)
            aim = aim._replace(pinned={KAIFENG: high, SHANGQIU: high - p.claims["index_gap_8_15"]})
            x = nearest(p, cells, aim, 0)
        for leaf in ROUNDS[len(ROUNDS) - 1 - left]:
            i = cells.leaf[leaf]
            x[:, i] = cells.settle(leaf, x[:, i])
            for rate in (rate for rate, total in LINKED.items() if total == leaf):
                x[:, cells.leaf[rate]] = cells.settle(rate, x[:, i] * cells.per[rate])
    return x


def totals(p: Printed, x: np.ndarray) -> np.ndarray:
    """Return each city's total by the columns' fixed ends."""
    z = score_of(p, x)
    return sum(
        p.weights[d] * z[:, [p.leaves.index(leaf) for leaf in leaves]].mean(axis=1)
        for d, leaves in p.families.items()
    )


NOTES = {
    "input_1": "69.07 = 30.6 % and 27.16 = 12.2 % of the 18 cities cannot both hold as printed; the panel keeps 郑州's 30.6 %, which makes 洛阳's share 12.0 %",
    "input_2": "input_6 over the GDP of data/public/cities.csv",
    "output_2": "output_6 over residents at year end of data/public/cities.csv",
    "environment_2": "郑州 has 58.1 % of the 18 cities' total, as printed",
}


def observations(p: Printed, x: np.ndarray) -> pd.DataFrame:
    """Return the panel as a table of text, one row a cell, each with its status and source."""
    public = editions.public_cities()
    origin = public[public["period"] == PERIOD].set_index(["city", "indicator"])["source"].to_dict()
    units = editions.indicators(YEAR).set_index("code")["unit"]
    named_schools = {
        ZHENGZHOU,
        XINXIANG,
        LUOYANG,
        KAIFENG,
    }  # whose number of universities the newsletter prints
    rows = []
    for i, leaf in enumerate(p.leaves):
        for c, city in enumerate(p.cities):
            status, source, note = "illustrative", SOURCE, NOTES.get(leaf, "")
            if not np.isnan(p.real[c, i]):
                status = (
                    "published"
                    if leaf == "input_1" or (leaf == "environment_1" and city in named_schools)
                    else "public"
                )
                source = "newsletter" if status == "published" else origin[city, REAL[leaf][0]]
                note = (
                    note
                    if leaf == "input_1"
                    else ""
                    if status == "published"
                    else f"{REAL[leaf][0]} in data/public/cities.csv"
                )
            elif leaf in REAL:
                note = "no public figure for 济源"
            value = f"{x[c, i]:.{SCALES[leaf].decimals}f}"
            rows.append((city, leaf, PERIOD, value, units[leaf], status, source, note))
    columns = ["city", "indicator", "period", "value", "unit", "status", "source", "note"]
    return pd.DataFrame(rows, columns=columns)


def experts(p: Printed, seed: int = SEED, number: int = 9) -> pd.DataFrame:
    """Return expert forms whose mean is the weights of the dimensions: ``expert, indicator, points, status``,
    in fives.

    Everybody starts from the mean; then, again and again, one gives five points more to a dimension and five
    fewer to another, and somebody else does the reverse: rows and columns keep their sums.
    """
    rng = np.random.default_rng(seed + 1)
    dims = list(p.families)
    points = np.tile([round(100 * p.weights[d]) for d in dims], (number, 1))
    for _ in range(6 * number):
        a, b = rng.choice(number, 2, replace=False)
        d, e = rng.choice(len(dims), 2, replace=False)
        if min(points[a, e], points[b, d]) > 5 and max(points[a, d], points[b, e]) < 40:
            points[a, d] += 5
            points[a, e] -= 5
            points[b, d] -= 5
            points[b, e] += 5
    return pd.DataFrame(
        [
            (f"E{k + 1}", d, str(points[k, j]), "illustrative")
            for k in range(number)
            for j, d in enumerate(dims)
        ],
        columns=["expert", "indicator", "points", "status"],
    )


def main(out: Path | None = None) -> list[Path]:
    """Solve and write ``observations.csv`` and ``experts.csv`` into ``out`` (default data/teaching)."""
    folder = out or editions.data_root() / "teaching"
    p = printed()
    tables = {folder / "observations.csv": observations(p, solve(p)), folder / "experts.csv": experts(p)}
    write(tables)
    return list(tables)


if __name__ == "__main__":
    for path in main(Path(sys.argv[1]) if len(sys.argv) > 1 else None):
        print(path)
