"""What the laboratory's chapters share: the teaching panel and the public figures, each as an index of its
own.

All of it belongs to the edition that the panel was made for (:func:`panel_edition`), whatever edition is
current.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from bluebook import index, recover
from bluebook.data import edition as editions
from bluebook.data import views
from bluebook.data.traits import panel_year
from bluebook.index import tree as trees
from bluebook.messages import Notice

AVAILABILITY = 0.5  # a dimension or total needs half of what lies below it

# Which public figures stand for which dimension; a dimension without any is left out.
PUBLIC = {
    "input": ["budget_science_share_pct"],
    "output": ["invention_patents_granted", "utility_model_patents_granted"],
    "environment": [
        "universities",
        "he_students_per_100_residents",
        "loans_100m",
        "deposits_100m",
        "fdi_million_usd",
    ],
    "performance": ["gdp_per_capita_yuan_derived", "tertiary_share_pct", "urban_disposable_income_yuan"],
}


def panel_edition() -> tuple[int, str]:
    """Return the edition (year) that the teaching panel was made for, and the year of its data (text).

    >>> bb.panel_edition()
    (2022, '2020')
    """
    return panel_year(), editions.teaching()["period"].iloc[0]


def cities() -> pd.DataFrame:
    """Return the cities in the edition's printed order: city, name, rank, score (NaN: not printed)."""
    total = editions.scores(panel_edition()[0]).query("code == 'index'")[["city", "rank", "score"]]
    return total.merge(views.cities()[["city", "name"]], on="city").sort_values("rank", ignore_index=True)


def dimensions() -> pd.DataFrame:
    """Return the dimensions in the tree's order: code, name, short (for a narrow column), weight (of 100)."""
    table = editions.indicators(panel_edition()[0])
    found = table[table["parent"] == trees.root(table)]
    names = found["name_zh"]
    common = max((p for n in names for p in (n[:2], n[-2:])), key=lambda p: sum(p in n for n in names))
    short = [n.replace(common, "") or n for n in names]
    told = found[["code"]].assign(name=names, weight=found["weight"], short=short)
    return told.reset_index(drop=True)


def decimals() -> int:
    """Return to how many decimals the edition prints its scores."""
    return int(editions.edition(panel_edition()[0])["decimals"])


def tree() -> pd.DataFrame:
    """Return the edition's tree of indicators, with the weights this book uses."""
    return trees.read(editions.indicators(panel_edition()[0])[["code", "parent", "weight", "direction"]])


def panel() -> pd.DataFrame:
    """Return the teaching panel as `score` reads it: unit (city code, as printed), a column an indicator.

    Illustrative raw data in the indicators' units (`indicators`), made to agree with everything published.

    >>> bb.teaching_panel().shape
    (18, 37)
    """
    return _as_data(editions.teaching(), trees.leaves(tree()))


def other_panel() -> pd.DataFrame:
    """Return another panel of the same published scores, from another guess: as `teaching_panel`.

    >>> bb.other_panel().shape == bb.teaching_panel().shape
    True
    """
    return _as_data(editions.another_teaching(), trees.leaves(tree()))


def public_tree() -> pd.DataFrame:
    """Return the tree of public figures, as `read_tree`: the report's dimensions and weights, equal within.

    >>> bb.leaf_weights(bb.public_tree()).round(3)["universities"].item()
    0.04
    """
    weight = dimensions().set_index("code")["weight"]
    root = trees.root(tree())
    rows = [(root, "", None, None)] + [(d, root, weight[d], None) for d in PUBLIC]
    rows += [(code, d, 1, 1) for d, codes in PUBLIC.items() for code in codes]
    return trees.read(pd.DataFrame(rows, columns=["code", "parent", "weight", "direction"]))


def public_panel() -> pd.DataFrame:
    """Return the public figures of the edition's data year: as `teaching_panel`, NaN where a city has none.

    Units: `public_indicators`. Dimensions without any public figure are left out.

    >>> bb.public_panel().set_index("unit").loc["410100", "universities"].item()
    65.0
    """
    table, codes = editions.public_cities(), trees.leaves(public_tree())
    return _as_data(table[(table["period"] == panel_edition()[1]) & table["indicator"].isin(codes)], codes)


def _as_data(table: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """Return tidy values (city, indicator, value) as `score` reads them, the cities in the printed order."""
    wide = table.pivot(index="city", columns="indicator", values="value")
    wide = wide.reindex(index=cities()["city"], columns=codes)
    return wide.rename_axis(index="unit", columns=None).reset_index()


def scored(name: str) -> tuple[pd.DataFrame, index.Scored]:
    """Return the tree of "panel" or "public" and its index, neither rounded nor ranked as printed.

    A city with public figures for fewer than half of the dimensions has no total.
    """
    data, own = (panel(), tree()) if name == "panel" else (public_panel(), public_tree())
    with warnings.catch_warnings():  # which city lacks what is what the pages say first
        warnings.simplefilter("ignore", Notice)
        return own, index.score(data, own, availability=AVAILABILITY)


def dimension_scores(name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the unrounded dimension scores of "panel" or "public" as data, and the tree above them.

    Columns: unit and a column a dimension; cities with fewer than half of them are left out. Ranks under
    other weights of the dimensions are computed from these with ``normalise="none"``.
    """
    own, result = scored(name)
    top = trees.prune(own, own.loc[own["parent"] == trees.root(own), "code"])
    wide = result.scores[trees.leaves(top)]
    return wide[wide.notna().mean(axis=1) >= AVAILABILITY].reset_index(), top


def score_limits(scores: pd.DataFrame, data: pd.DataFrame, tree: pd.DataFrame) -> pd.DataFrame:
    """Return what printed scores and ranks say of each score: row (of ``data``), code, lower, upper.

    ``scores``: unit, code, score, and rank where ranks count; ``data``: unit; ``tree``: of `read_tree`. A
    printed score is known to half a unit of its last digit; one that is not printed lies between those of the
    ranks next to its own. A score of which nothing is known has no row; ends that nothing bounds are
    infinite. Raises BadInput for a score that cannot be read.

    >>> scores = bb.scores(2022).query("code == 'index'").rename(columns={"city": "unit"}).head(9)
    >>> limits = bb.score_limits(scores, scores, bb.read_tree(bb.indicators(2022)))
    >>> limits[["lower", "upper"]].round(3).values.tolist()[-1]
    [-inf, 28.775]
    """
    read = recover.read_scores(scores, data[["unit"]], tree, decimals=decimals())
    parts = [read.dropna(subset=["score"])]
    if read["rank"].notna().any():
        parts.append(recover.rank_limits(read, len(data)))
    return pd.concat([part[["row", "code", "lower", "upper"]] for part in parts], ignore_index=True)


def farthest(gain: np.ndarray, rows: np.ndarray, sums_to_one: np.ndarray) -> np.ndarray:
    """Return the v ≥ 0 that makes ``gain @ v`` greatest, with ``rows @ v ≤ 0`` and ``sums_to_one @ v = 1``.

    ``gain``, ``sums_to_one``: (n,), ``rows``: (m, n), the result: (n,). A linear program, solved by SciPy's
    HiGHS. All NaN where no v fits.

    >>> bb.farthest(np.array([1.0, 0.0]), np.array([[1.0, -1.0]]), np.ones(2)).round(3).tolist()
    [0.5, 0.5]
    """
    found = linprog(-gain, A_ub=rows, b_ub=np.zeros(len(rows)), A_eq=sums_to_one[None], b_eq=[1.0])
    return found.x if found.status == 0 else np.full(len(gain), np.nan)
