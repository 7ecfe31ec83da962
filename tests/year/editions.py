"""Editions that never were: laid out in a copy of the data, to try what every recurring page says of them.

``EDITIONS["2023"](root)`` writes an edition below ``root``, a copy of the data: the book that reads the copy is then
of that edition, and nothing of 2022's own text comes along. ``VARIATIONS`` change one thing in 2022 instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from bluebook.data import schema

DIMENSIONS = ("input", "output", "enterprise", "environment", "performance")
ROW = "{id},{chapter},一,{who},{zh},{en},河南,{period},{value},{unit},{decimals},exact,{relation},{evidence},,\n"
HEAD = (
    "id,chapter,section,speaker,subject_zh,subject_en,region,period,value,unit,decimals,bound,relation,evidence,"
    "note_zh,note_en\n"
)


def read(path: Path) -> pd.DataFrame:
    """Return a table as text cells."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table of text cells."""
    table.to_csv(path, index=False, lineterminator="\n")


# ---------------------------------------------------------------- whole editions


def year_2023(root: Path, *, contradiction: bool = True, figures: int = 13) -> None:
    """2023: 18 scores and ranks of the total and of every dimension; three speakers with 13 figures each."""
    folder = _begun(root, 2023, published="2023-10-14", theme_zh="创新之年")
    _tree(folder, "report_2023")
    write(_scores(root, 2023, printed=True), folder / "scores.csv")
    (folder / "claims.csv").write_text(HEAD + "".join(_claims(contradiction, figures - 3)), "utf-8")
    schema.list_tables(root)


def year_2023_sound(root: Path) -> None:
    """2023 with speeches in which nothing contradicts anything."""
    year_2023(root, contradiction=False)


def year_2024(root: Path) -> None:
    """2024: ranks only, of 17 cities (one is gone), 37 indicators, not a word of the press."""
    folder = _begun(root, 2024, published="2024-11-02", theme_zh="融合发展", ranked="17")
    tree = _tree(folder, "report_2024")
    tree.loc[tree["code"] == "input_5", "weight"] = half = str(
        float(tree.set_index("code")["weight"]["input_5"]) / 2
    )
    more = tree[tree["code"] == "input_5"].assign(
        code="input_99", name_zh="数据要素投入", named_in="", weight=half
    )
    write(pd.concat([tree, more]), folder / "indicators.csv")
    _counted(folder, 37)
    table = _scores(root, 2024, printed=False)
    gone = table["city"] == "419001"
    left = table[~gone]
    places = left["rank"].astype(int).groupby(left["code"]).rank(method="min")
    write(left.assign(rank=places.astype(int).astype(str)), folder / "scores.csv")
    schema.list_tables(root)


def year_2025(root: Path) -> None:
    """2025: an empty draft with scores of six and a renamed dimension, and no speech yet."""
    waiting = "[data_year, framework, organisers]"
    folder = _begun(root, 2025, published="null", status="draft", theme_zh="null", unconfirmed=waiting)
    _counted(folder, 36)
    tree = _tree(folder, None)
    tree.loc[tree["code"] == "enterprise", ["name_zh", "name_en"]] = ["产业创新", "Industrial innovation"]
    write(tree, folder / "indicators.csv")
    scores = _scores(root, 2025, printed=True)
    for code, least in {"index": 6, **dict.fromkeys(DIMENSIONS, 5)}.items():
        below = (scores["code"] == code) & (scores["rank"].astype(int) > least)
        scores.loc[below, ["score", "decimals"]] = ""
    few = (scores["code"] != "index") & (scores["score"] == "")
    write(scores[~few], folder / "scores.csv")
    schema.list_tables(root)


EDITIONS: dict[str, Callable[[Path], None]] = {
    "2023": year_2023,
    "2023 sound": year_2023_sound,
    "2024": year_2024,
    "2025": year_2025,
}


def _begun(root: Path, year: int, **settings: str) -> Path:
    """Lay out an edition's settings and its one source; return its folder.

    They are those that its draft began with, where there is one, else 2022's; every line of ``settings`` replaced.
    """
    folder = root / "editions" / str(year)
    if folder.exists():
        text = (folder / "edition.yml").read_text("utf-8")
    else:
        folder.mkdir()
        text = (root / "editions/2022/edition.yml").read_text("utf-8").replace("2022", str(year))
        text = re.sub(r"newsletter:.*\n(  .*\n)+", "", text)
        text = re.sub(r"^chapters:.*\n(  - .*\n)+", "chapters: []\n", text, flags=re.M)
        text = re.sub(r"^(editors|note_\w+|data_zh|data_en|theme_en): .*\n", "", text, flags=re.M)
    text = re.sub(r"sources:.*\n(  - .*\n)*", f"sources: [report_{year}]\n", text)
    settings = {"status": "published", "data_year": str(year - 2), "index_speaker": "赵一", **settings}
    if settings["status"] == "draft":
        text = text.replace(f"sources: [report_{year}]\n", "sources: []\n")
    for key, value in settings.items():
        text, n = re.subn(rf"^{key}: .*$", f"{key}: {value}", text, flags=re.M)
        text += f"{key}: {value}\n" * (n == 0)
    (folder / "edition.yml").write_text(text, "utf-8")
    sources = read(root / "sources.csv")
    like = sources[sources["id"] == "bluebook_2023_abstract"]
    own = like.assign(
        id=f"report_{year}",
        title=f"河南省城市创新能力评价报告（{year}）",
        url="",
        official="false",
        origin=f"report_{year}",
    )
    write(pd.concat([sources, own]), root / "sources.csv")
    return folder


def _counted(folder: Path, n: int) -> None:
    """Say in an edition's settings that its framework has n indicators."""
    path = folder / "edition.yml"
    text, found = re.subn(r"n_indicators: \d+", f"n_indicators: {n}", path.read_text("utf-8"))
    assert found == 1
    path.write_text(text, "utf-8")


def _tree(folder: Path, named: str | None) -> pd.DataFrame:
    """Write 2022's framework as a copy, as a new edition begins, ``named`` in another source; return it."""
    tree = read(folder.parent / "2022/indicators.csv")
    if named is not None:
        tree["named_in"] = tree["named_in"].where(tree["named_in"] == "", named)
    tree.loc[tree["weight_basis"] == "recovered", "weight_basis"] = "assumed"
    tree["derivation"] = "Copied from the edition before; to be checked"
    tree["definition_zh"] = "定义待核对"
    write(tree, folder / "indicators.csv")
    return tree


def _scores(root: Path, year: int, *, printed: bool) -> pd.DataFrame:
    """Return ranks 1 to 18 of the total and every dimension, with scores where ``printed``; no two alike.

    The total is the weighted sum of the dimensions by 25/25/25/15/10, so that whole weights can be found.
    """
    cities = read(root / "editions/2022/scores.csv").query("code == 'index'")["city"].tolist()
    points = pd.DataFrame(
        {
            d: [round(97 - 4.9 * ((i + (i % 3) * k) % 18) - 0.37 * k, 2) for i in range(18)]
            for k, d in enumerate(DIMENSIONS)
        },
        index=cities,
    )
    weights = pd.Series([0.25, 0.25, 0.25, 0.15, 0.10], index=DIMENSIONS)
    points.insert(0, "index", (points @ weights).round(2))
    table = points.rename_axis("city").reset_index().melt("city", var_name="code", value_name="score")
    table["rank"] = table.groupby("code")["score"].rank(ascending=False, method="min").astype(int).astype(str)
    table["score"] = table["score"].map("{:.2f}".format) if printed else ""
    table = table.assign(
        decimals="2" if printed else "", source=f"report_{year}", confidence="medium", note=""
    )
    return table.sort_values(
        ["code", "rank"], key=lambda c: c if c.name == "code" else c.astype(int), kind="stable"
    )


def _claims(contradiction: bool, parts: int) -> list[str]:
    """Return the rows of three speeches of ``parts`` figures and three more; sums that hold, and one that does not."""
    rows = []
    for n, who in enumerate(("钱二", "孙三", "李四")):
        chapter = ("speech/qian", "speech/sun", "speech/li")[n]
        common = {"chapter": chapter, "who": who, "period": "2022", "evidence": "", "relation": ""}
        figures = [
            {
                "id": f"part_{k}_{n}",
                "zh": f"第 {k} 部分的产值",
                "en": f"Part {k}",
                "value": f"{100 + 7 * k + n}.0",
            }
            for k in range(1, parts + 1)
        ]
        total = sum(100 + 7 * k + n for k in range(1, parts + 1))
        wrong = 12 if contradiction and n == 1 else 0
        figures.append(
            {
                "id": f"parts_{n}",
                "zh": "各部分合计的产值",
                "en": "All parts",
                "value": f"{total + wrong}.0",
                "relation": "equals " + " + ".join(f"part_{k}_{n}" for k in range(1, parts + 1)),
            }
        )
        figures.append(
            {
                "id": f"growth_{n}",
                "zh": "河南生产总值的增速",
                "en": "Growth of Henan",
                "value": "3.1",
                "unit": "%",
                "evidence": "series_gdp_growth_real_ha_2022",
            }
        )
        figures.append(
            {
                "id": f"firms_{n}",
                "zh": "入库企业",
                "en": "Firms",
                "value": "22004",
                "unit": "家",
                "decimals": 0,
            }
        )
        rows += [ROW.format(**({"unit": "亿元", "decimals": 1} | common | figure)) for figure in figures]
    return rows


# ---------------------------------------------------------------- 2022 with one thing otherwise


def ahead(root: Path) -> None:
    """2022, the growth of 2020 and 2021 above the country's, the speeches' own figures with it."""
    _put(
        root / "economy/series.csv",
        {"value": "9.3"},
        series="gdp_growth_real",
        region="河南",
        period="2021",
        vintage="first",
    )
    _put(
        root / "economy/series.csv",
        {"value": "3.1"},
        series="gdp_growth_real",
        region="河南",
        period="2020",
        vintage="first",
    )


def sound(root: Path) -> None:
    """2022 without a contradiction: what is contradicted is gone, its findings too."""
    from bluebook.ledger import book

    wrong = set(book.wrong()["id"])
    path = root / "editions/2022/claims.csv"
    table = read(path)
    table.loc[table["id"].isin(wrong), ["relation", "evidence"]] = ""
    write(table, path)
    (root / "editions/2022/corrections.csv").unlink()
    schema.list_tables(root)


def all_scores(root: Path) -> None:
    """2022 with all 18 totals printed: those that the teaching panel gives."""
    from bluebook import index
    from bluebook.pages import lab

    given = index.score(lab.panel(), lab.tree(), decimals=2).scores["index"]
    path = root / "editions/2022/scores.csv"
    table = read(path)
    empty = (table["code"] == "index") & (table["score"] == "")
    table.loc[empty, "score"] = [f"{given[city]:.2f}" for city in table.loc[empty, "city"]]
    table.loc[empty, "decimals"] = "2"
    write(table, path)


def tie(root: Path) -> None:
    """2022, the second city with the scores of the first, in the total and in every dimension."""
    path = root / "editions/2022/scores.csv"
    table = read(path)
    first = table[table["city"] == "410100"].set_index("code")
    for code in ("index", *DIMENSIONS):
        at = (table["city"] == "410300") & (table["code"] == code)
        table.loc[at, ["score", "decimals", "rank"]] = first.loc[
            code, ["score", "decimals", "rank"]
        ].to_list()
    write(table, path)


def _varied(change: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return a variation that leaves out 2022's own text: that stands on its own numbers, and says so itself."""

    def vary(root: Path) -> None:
        change(root)
        for text in (root / "editions/2022").glob("*.md"):
            text.unlink()

    return vary


VARIATIONS: dict[str, Callable[[Path], None]] = {
    "2022 ahead": _varied(ahead),
    "2022 sound": _varied(sound),
    "2022 all scores": _varied(all_scores),
    "2022 tie": _varied(tie),
}


def _put(path: Path, cells: dict[str, str], **where: str) -> None:
    table = read(path)
    at = (table[list(where)] == pd.Series(where)).all(axis=1)
    assert at.sum() == 1, where
    table.loc[at, list(cells)] = list(cells.values())
    write(table, path)
