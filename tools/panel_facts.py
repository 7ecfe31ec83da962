"""What the teaching panel has to give: scales, ties, and everything that is published or public."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bluebook import index
from bluebook.data import edition as editions
from bluebook.pages.agreement import out_of_reach

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
    totals: dict[str, float]  # as printed; where the weights cannot give it, what the printed dimensions give
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
    given = {city: round(by_parts, 2) for city, (_, by_parts) in out_of_reach(YEAR).items()}
    return Printed(
        cities,
        leaves,
        dict(zip(tree["code"], tree["name_zh"], strict=True)),
        {d: tree.loc[tree["parent"] == d, "code"].tolist() for d in dims},
        {d: weight[d] / weight[dims].sum() for d in dims},
        tree.set_index("code").loc[leaves, "direction"].to_numpy(dtype=float),
        total["city"].tolist(),
        total.dropna(subset=["score"]).set_index("city")["score"].to_dict() | given,
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


def score_of(p: Printed, x: np.ndarray) -> np.ndarray:
    """Return raw values (cities × leaves) on 0–100 between their column's fixed ends."""
    worst, best = (np.array([getattr(SCALES[leaf], end) for leaf in p.leaves]) for end in ("worst", "best"))
    return 100 * (x - worst) / (best - worst)


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


def known_totals(p: Printed) -> dict[str, float]:
    """Return the totals over all cities that printed figures imply: of two shares that cannot both hold,
    郑州's.
    """
    return {
        "input_1": p.claims["science_spending_zz_2020"] / p.claims["science_share_zz_2020"] * 100,
        "input_6": p.rd_total,
        "environment_2": SCALES["environment_2"].best / p.claims["science_service_share_zz"] * 100,
    }
