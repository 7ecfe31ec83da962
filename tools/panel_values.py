"""The teaching panel's values nearest to the guess: the third step."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from bluebook import index
from tools.panel_facts import (
    ASSUMED,
    BUDGET,
    DESIGNS,
    EMPLOYED,
    INCOME,
    KAIFENG,
    LINKED,
    REAL,
    REVENUE,
    SCALES,
    SHANGQIU,
    TIES,
    Printed,
    known_totals,
)
from tools.panel_program import Mixed


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


class Fit(Mixed):
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
    """Return the raw values (cities × leaves) nearest to the guess that keep places, scores and ties."""
    return cells.value(Fit(p, cells, aim, spare).solve()[: cells.count])
