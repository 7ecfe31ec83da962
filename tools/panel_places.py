"""The teaching panel's guess, its level-one scores and its places: the first two steps."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from bluebook import index
from tools.panel_facts import (
    FREE_TOTALS,
    KAIFENG,
    LUOYANG,
    NORTH,
    REAL,
    SCALES,
    SHANGQIU,
    XINXIANG,
    ZHENGZHOU,
    Printed,
    known_totals,
    named,
    score_of,
)
from tools.panel_program import Mixed


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
    m = Mixed()
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


def places(p: Printed, guess: np.ndarray) -> dict[str, list[str]]:
    """Return who stands 1st to 5th and last in each indicator: as printed where it is, else nearest to
    ``guess``.

    The press's counts hold: how many indicators 郑州, 洛阳 and 新乡 lead, and how often the latter two stand
    among the first three and five; so do the newsletter's counts for 创新产出.
    """
    cities, told = p.cities, named(p)
    m = Mixed()
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
