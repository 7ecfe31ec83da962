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

A printed total that the book's weights cannot give from the printed dimensions is left out, and said.

``python -m tools.teaching_panel`` writes ``data/teaching/``; under the lock it gives the same bytes again.
Solver: HiGHS in SciPy (Huangfu and Hall 2018).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from bluebook.data import edition as editions
from bluebook.data.csvio import write
from bluebook.data.schema import data_root
from bluebook.pages.agreement import out_of_reach
from tools.panel_facts import (
    KAIFENG,
    LINKED,
    LUOYANG,
    PERIOD,
    REAL,
    ROUNDS,
    SCALES,
    SEED,
    SHANGQIU,
    SOURCE,
    XINXIANG,
    YEAR,
    ZHENGZHOU,
    Printed,
    named,
    printed,
    score_of,
)
from tools.panel_places import arranged, bent, in_total, levels, places, prior, spaced
from tools.panel_values import Aim, Cells, nearest

ANOTHER = 7  # the seed of the second panel


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
    "input_1": "69.07 = 30.6 % and 27.16 = 12.2 % of the 18 cities cannot both hold as printed; "
    "the panel keeps 郑州's 30.6 %, which makes 洛阳's share 12.0 %",
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
    whole = np.array([round(100 * p.weights[d]) for d in dims])
    whole[whole.argmax()] += 100 - whole.sum()
    points = np.tile(whole, (number, 1))
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
    """Solve and write ``observations.csv``, ``another.csv`` and ``experts.csv`` into ``out`` (default
    data/teaching).

    ``another.csv`` is a second panel, from another guess: as much as is printed, it agrees with just as well.
    """
    folder = out or data_root() / "teaching"
    p = printed()
    tables = {
        folder / "observations.csv": observations(p, solve(p)),
        folder / "another.csv": observations(p, solve(p, ANOTHER)),
        folder / "experts.csv": experts(p),
    }
    write(tables)
    return list(tables)


if __name__ == "__main__":
    try:
        written = main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    except ArithmeticError as problem:
        raise SystemExit(
            f"no panel fits all that is printed; data/teaching is as it was ({problem})"
        ) from None
    for path in written:
        print(path)
    for city, (told, given) in out_of_reach(YEAR).items():
        print(
            f"{city}: {told} is printed, but the weights in indicators.csv give {given:.2f}; mend them first"
        )
