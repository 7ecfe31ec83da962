"""What the exercises stand on: the printed scores, the teaching panel, the public figures, the ledger."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bluebook import index
from bluebook.data import edition as editions
from bluebook.index import tree as trees
from bluebook.index.rank import rank_values
from bluebook.ledger import book
from bluebook.ledger.regions import regions
from bluebook.messages import t
from bluebook.pages import lab

AROUND = 5  # years of growth that an exercise spans


def year() -> int:
    """Return the edition that the laboratory belongs to."""
    return lab.panel_edition()[0]


def names() -> pd.Series:
    """Return the cities' names in the page's language, by code, in the printed order."""
    return lab.cities().set_index("city")["name"]


def any_name() -> dict[str, str]:
    """Return name → code, for every way to write a city: code, short and full name, English."""
    table = editions.cities()
    columns = ["city", "name_zh", "name_full_zh", "name_en"]
    return {str(row[c]): row["city"] for _, row in table.iterrows() for c in columns}


def printed() -> pd.DataFrame:
    """Return the printed scores: a row a city in the printed order, a column a code, NaN where none."""
    scores = editions.scores(year())
    codes = [trees.root(lab.tree()), *dimensions().index]
    return scores.pivot(index="city", columns="code", values="score").reindex(names().index, columns=codes)


def dimensions() -> pd.DataFrame:
    """Return name and weight (shares of 1) of the dimensions, by code."""
    table = lab.dimensions().set_index("code")
    return table.assign(weight=table["weight"] / table["weight"].sum())


def top() -> pd.DataFrame:
    """Return the tree of the total and its dimensions."""
    return trees.prune(lab.tree(), list(dimensions().index))


def scored() -> index.Scored:
    """Return the index of the teaching panel: normalised values, scores and ranks by city code."""
    return index.score(lab.panel(), lab.tree())


def level() -> pd.DataFrame:
    """Return the teaching panel's dimension scores: cities × dimensions, not rounded."""
    return scored().scores[list(dimensions().index)].loc[names().index]


def public() -> pd.DataFrame:
    """Return the public figures of the edition's data year: cities × indicators."""
    return lab.public_panel().set_index("unit")


def title(indicator: str) -> str:
    """Return an indicator's name in the page's language, of the report's tree or the public tables."""
    for table, key in ((editions.indicators(year()), "code"), (editions.public_indicators(), "indicator")):
        found = table[table[key] == indicator]
        if len(found):
            return str(found[t("name_zh", "name_en")].iloc[0])
    raise LookupError(indicator)


def place(scores: pd.Series, decimals: int | None = None) -> pd.Series:
    """Return ranks as the book takes them: rounded first, the best is 1, ties share the smallest."""
    digits = lab.decimals() if decimals is None else decimals
    rounded = index.round_half_away(scores.to_numpy(dtype=float), digits)
    return pd.Series(rank_values(rounded), scores.index)


def full_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns in which values differ and fewer than a third are missing, in their order."""
    return [c for c in table if table[c].nunique() > 2 and table[c].isna().mean() < 1 / 3]


def home() -> str:
    """Return the province that the book is about."""
    return regions().home


def country() -> str:
    """Return the country's name in the economy tables."""
    table = editions.table("economy/regions.csv")
    return str(table[table["kind"] == "country"]["region"].iloc[0])


def yearly(series: str, region: str) -> pd.Series:
    """Return a region's yearly figures as first printed, by year (int), without gaps."""
    table = editions.series().query("series == @series and region == @region and vintage != 'revised'")
    table = table[table["period"].str.fullmatch(r"\d{4}")]
    out = table.drop_duplicates("period").set_index("period")["value"].dropna()
    return out.set_axis(out.index.astype(int)).sort_index()


def ledger() -> pd.DataFrame:
    """Return the judged figures of the laboratory's edition."""
    table = book.audited()
    return table[table["edition"] == year()]


def number(x: object) -> float:
    """Return a plain float; NaN for what is missing."""
    return float("nan") if pd.isna(x) else float(np.asarray(x, dtype=float))
