"""The 2022 edition as printed, and random indices of which only the printed numbers are told."""

from pathlib import Path

import numpy as np
import pandas as pd

from bluebook import index
from bluebook.index import tree as trees

ASEM = Path(__file__).parents[1] / "validation" / "asem"


HDI = Path(__file__).parents[1] / "validation" / "hdi"


DIMENSIONS = ["input", "output", "enterprise", "environment", "performance"]


TOTALS = {
    "郑州": "97.25",
    "洛阳": "52.70",
    "新乡": "35.65",
    "焦作": "30.37",
    "许昌": "28.95",
    "南阳": "28.77",
}


TOP_FIVE = {
    "input": [
        ("郑州", "96.02"),
        ("洛阳", "66.65"),
        ("新乡", "40.54"),
        ("许昌", "33.10"),
        ("平顶山", "30.95"),
    ],
    "output": [("郑州", "100"), ("洛阳", "43.01"), ("新乡", "30.43"), ("焦作", "27.26"), ("许昌", "22.51")],
    "enterprise": [
        ("郑州", "97.69"),
        ("洛阳", "56.30"),
        ("新乡", "40.32"),
        ("南阳", "36.90"),
        ("焦作", "30.14"),
    ],
    "environment": [
        ("郑州", "100"),
        ("洛阳", "35.61"),
        ("焦作", "25.28"),
        ("新乡", "25.15"),
        ("济源", "21.43"),
    ],
    "performance": [
        ("郑州", "88.25"),
        ("洛阳", "58.72"),
        ("许昌", "53.06"),
        ("漯河", "49.96"),
        ("济源", "49.91"),
    ],
}


def family(names, weight=np.nan):
    return pd.DataFrame(
        {"code": ["index", *names], "parent": ["", *["index"] * len(names)], "direction": 1}
    ).assign(weight=weight)


TREE = family(DIMENSIONS)


PRINTED = {(city, d): score for d, five in TOP_FIVE.items() for city, score in five}


CITIES = list(dict.fromkeys(city for city, _ in PRINTED))


CELLS = pd.DataFrame([{d: PRINTED.get((city, d), "") for d in DIMENSIONS} for city in CITIES]).assign(
    unit=CITIES
)


RANKED = pd.DataFrame(
    [(city, "index", score, rank) for rank, (city, score) in enumerate(TOTALS.items(), 1)]
    + [(city, d, score, rank) for d, five in TOP_FIVE.items() for rank, (city, score) in enumerate(five, 1)]
    + [("新乡", "performance", "", 11)],
    columns=["unit", "code", "score", "rank"],
)


def random_index(seed, units, leaves, parents, decimals, data_decimals, missing=0.0):
    """A two-level index with hidden weights: tree with true weights, printed cells, printed scores."""
    rng = np.random.default_rng(seed)
    home = np.append(np.arange(parents), rng.integers(0, parents, leaves - parents))
    rows = [("index", "", np.nan)]
    rows += [(f"p{i}", "index", w) for i, w in enumerate(rng.dirichlet(np.ones(parents)))]
    for p in range(parents):
        mine = np.flatnonzero(home == p)
        rows += [(f"x{j}", f"p{p}", w) for j, w in zip(mine, rng.dirichlet(np.ones(len(mine))), strict=True)]
    tree = pd.DataFrame(rows, columns=["code", "parent", "weight"]).assign(direction=1)
    names = trees.leaves(trees.read(tree))
    x = rng.uniform(0, 100, (units, leaves))
    hole = rng.random(x.shape) < missing
    hole[0] = False  # every column has a value
    x[hole] = np.nan
    true = pd.DataFrame(x, columns=names).assign(unit=[f"u{i}" for i in range(units)])
    cells = true.drop(columns="unit").map(lambda v: "" if np.isnan(v) else f"{v:.{data_decimals}f}")
    scores = index.tidy(index.score(true, tree, normalise="none").scores, "score").dropna()
    scores["score"] = scores["score"].map(lambda v: f"{v:.{decimals}f}")
    return tree, cells.assign(unit=true["unit"]), scores
