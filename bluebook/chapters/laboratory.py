"""What the laboratory's chapters share: the teaching panel, the public figures, each as an index of its own.

All of it belongs to the edition that the panel was made for (``teaching.YEAR``), whatever edition is current.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable

import pandas as pd

import bluebook.teaching as teaching
from bluebook import editions, framework, index, ledger, reading
from bluebook.words import language, t

YEAR = teaching.YEAR
PERIOD = teaching.PERIOD
AVAILABILITY = 0.5  # a dimension or total needs half of what lies below it

# What public figures there are for the dimensions; 企业创新 has none. All 17 prefecture-level cities have all
# eleven, 济源 only those of 创新绩效.
PUBLIC = {
    "input": ["budget_science_share_pct"],
    "output": ["invention_patents_granted", "utility_model_patents_granted"],
    "environment": ["universities", "he_students_per_100_residents", "loans_100m", "deposits_100m", "fdi_million_usd"],
    "performance": ["gdp_per_capita_yuan_derived", "tertiary_share_pct", "urban_disposable_income_yuan"],
}  # fmt: skip

SHORT = {
    "budget_science_share_pct": ("科技支出占比", "Science in budget"), "invention_patents_granted": ("发明专利", "Inventions"),
    "utility_model_patents_granted": ("实用新型专利", "Utility models"), "universities": ("高校数", "Universities"),
    "he_students_per_100_residents": ("每百人大学生", "Students per 100"), "loans_100m": ("贷款余额", "Loans"), "deposits_100m": ("存款余额", "Deposits"),
    "fdi_million_usd": ("外商投资", "Foreign investment"), "gdp_per_capita_yuan_derived": ("人均生产总值", "GDP per head"),
    "tertiary_share_pct": ("三产占比", "Services share"), "urban_disposable_income_yuan": ("城镇居民收入", "Urban income"),
}  # fmt: skip


def remembered(function: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """Keep the tables a function returned until any data file changes: prose and figures share what takes seconds."""
    kept: dict[tuple, pd.DataFrame] = {}

    @functools.wraps(function)
    def ask(*args: object) -> pd.DataFrame:
        root = editions.data_root()
        key = (language(), str(root), *(p.stat().st_mtime_ns for p in sorted(root.rglob("*.csv"))), *args)
        if key not in kept:
            kept[key] = function(*args)
        return kept[key].copy()

    return ask


def cities() -> pd.DataFrame:
    """Return the cities in the printed order of the edition: city, name, rank, score (NaN where not printed)."""
    total = editions.scores(YEAR).query("code == 'index'")[["city", "rank", "score"]]
    return total.merge(reading.cities()[["city", "name"]], on="city").sort_values("rank", ignore_index=True)


def dimensions() -> pd.DataFrame:
    """Return the dimensions: code, name, short (for a narrow column), weight (of 100)."""
    table = reading.dimensions(YEAR)
    name = table[t("name_zh", "name_en")]
    short = [t(n.replace("创新", ""), n.split()[0]) for n in name]
    return table.assign(name=name, short=short)[["code", "name", "weight", "short"]]


def indicators() -> pd.DataFrame:
    """Return the 36 indicators in the tree's order: code, parent, name, unit, direction, kind (who names it)."""
    table = reading.indicator_tree(YEAR)
    unit = table["unit"] if language() == "zh" else [ledger.unit_words(u, "en") for u in table["unit"]]
    table = table.assign(unit=unit, name=table[t("name_zh", "name_en")])
    return table.loc[table["leaf"], ["code", "parent", "name", "unit", "direction", "kind"]].reset_index(
        drop=True
    )


def tree() -> pd.DataFrame:
    """Return the edition's tree of 36 indicators, with the weights this book uses."""
    return framework.read(editions.indicators(YEAR)[["code", "parent", "weight", "direction"]])


def panel() -> pd.DataFrame:
    """Return the teaching panel as ``index`` reads it: unit (city code, in the printed order) and 36 columns."""
    wide = editions.teaching().pivot(index="city", columns="indicator", values="value")
    return (
        wide.loc[cities()["city"], framework.leaves(tree())]
        .rename_axis("unit")
        .rename_axis(None, axis=1)
        .reset_index()
    )


def decimals() -> int:
    """Return to how many decimals the edition prints its scores."""
    return int(editions.edition(YEAR)["decimals"])


def panel_result(rounded: bool = True) -> index.Scored:
    """Return the index of the teaching panel, rounded and ranked as printed, or not rounded at all."""
    return index.score(panel(), tree(), decimals=decimals() if rounded else None)


def public_tree() -> pd.DataFrame:
    """Return the tree of public figures: the report's dimensions with their weights, each figure the same within."""
    dims = dimensions().set_index("code")["weight"]
    rows = [("index", "", None, None)] + [(d, "index", dims[d], None) for d in PUBLIC]
    rows += [(code, d, 1, 1) for d, codes in PUBLIC.items() for code in codes]
    return framework.read(pd.DataFrame(rows, columns=["code", "parent", "weight", "direction"]))


def public_data() -> pd.DataFrame:
    """Return the public figures of the edition's data year: unit (in the printed order) and eleven columns, NaN missing."""
    table = editions.public_cities()
    table = table[
        (table["period"] == PERIOD) & table["indicator"].isin([c for codes in PUBLIC.values() for c in codes])
    ]
    wide = table.pivot(index="city", columns="indicator", values="value").reindex(cities()["city"])
    return (
        wide[[c for codes in PUBLIC.values() for c in codes]]
        .rename_axis("unit")
        .rename_axis(None, axis=1)
        .reset_index()
    )


def public_result(rounded: bool = True) -> index.Scored:
    """Return the index of the public figures; 济源, with one dimension of four, has no total."""
    with warnings.catch_warnings():  # that 济源 lacks most figures is what the page says first
        warnings.simplefilter("ignore", framework.Notice)
        return index.score(
            public_data(), public_tree(), availability=AVAILABILITY, decimals=decimals() if rounded else None
        )


def public_names() -> dict[str, str]:
    """Return the names of the public figures in the page's language."""
    table = editions.public_indicators().set_index("indicator")
    return table[t("name_zh", "name_en")].to_dict()


def public_short() -> dict[str, str]:
    """Return names of the public figures that fit beside a chart on a phone."""
    return {code: t(*names) for code, names in SHORT.items()}


def panel_source() -> str:
    """Return the source line of a figure that uses the teaching panel."""
    return t(
        "教学示意数据，由本书求解（data/teaching，程序 bluebook/teaching.py），与公布的得分一致是有意为之",
        "illustrative teaching data solved by this book (data/teaching, program bluebook/teaching.py), made to agree with the published scores",
    )


def public_source(columns: tuple[str, ...] = ()) -> str:
    """Return the source line of the public figures."""
    table = editions.public_indicators()
    wanted = list(columns) or [c for codes in PUBLIC.values() for c in codes]
    return reading.source_titles(list(table.loc[table["indicator"].isin(wanted), "source"]), 4)


def printed_source() -> str:
    """Return the source line of the edition's printed scores."""
    return reading.source_titles(list(editions.scores(YEAR).dropna(subset=["score"])["source"]))


def other_panel(seed: int) -> pd.DataFrame:
    """Return another panel that gives the same published scores, solved now from another guess: as :func:`panel`.

    Takes about a second. Raises ArithmeticError for a seed whose guess cannot be mended.
    """
    p = teaching.printed()
    wide = pd.DataFrame(teaching.solve(p, seed), pd.Index(p.cities, name="unit"), p.leaves)
    return wide.loc[cities()["city"]].reset_index()
