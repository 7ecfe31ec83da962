"""What a chapter reads: the editions' tables in the page's language, the map, the audited ledger."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import altair as alt
import pandas as pd

from bluebook import editions, ledger
from bluebook.words import BadInput, language, t


def cities() -> pd.DataFrame:
    """Return the 18 cities in their fixed order: the columns of cities.csv and ``name`` in the page's language."""
    table = editions.cities().sort_values("order", ignore_index=True)
    return table.assign(name=table["name_zh" if language() == "zh" else "name_en"])


def city_colours(codes: Iterable[str] | None = None) -> list[str]:
    """Return the colours that these cities (six-digit codes; None: all, in their order) have everywhere in the book.

    >>> city_colours(["410100", "410300"])
    ['#0072b2', '#d55e00']
    """
    table = editions.cities().set_index("city")["colour"]
    wanted = list(table.index if codes is None else codes)
    unknown = [code for code in wanted if code not in table.index]
    if unknown:
        there = "、".join(table.index)
        raise BadInput(
            f"没有代码为 {unknown[0]} 的城市；现有：{there}。",
            f"There is no city {unknown[0]}; there are: {there}.",
        )
    return [table[code] for code in wanted]


def city_scale(codes: Iterable[str], names: Iterable[str]) -> alt.Scale:
    """Return the colour scale of these cities (six-digit codes and the names on the chart)."""
    return alt.Scale(domain=list(names), range=city_colours(codes))


def standings(year: int | None = None) -> pd.DataFrame:
    """Return the ranking of ``year`` (None: the current edition), best first.

    Columns: city, name, metro, rank (Int64), score (points; NaN where the report prints none), order.
    """
    total = editions.scores(year).query("code == 'index'")[["city", "rank", "score"]]
    names = cities()[["city", "name", "metro", "order"]]
    return total.merge(names, on="city", how="left").sort_values(["rank", "order"], ignore_index=True)


def history() -> pd.DataFrame:
    """Return every published total of every edition: year, city, name, rank, score."""
    every = editions.all_scores().query("code == 'index'")[["year", "city", "rank", "score"]]
    return every.merge(cities()[["city", "name", "order"]], on="city").sort_values(["year", "rank"])


def released(year: int | None = None) -> str:
    """Return the day on which the edition was presented, in words; "" where it is not known."""
    day = editions.edition(year).get("published")
    if not day:
        return ""
    y, m, d = (int(part) for part in str(day).split("-"))
    return t(f"{y} 年 {m} 月 {d} 日", f"{d} {calendar.month_name[m]} {y}")


def indicator_tree(year: int | None = None) -> pd.DataFrame:
    """Return an edition's indicator tree (None: the current edition) and who gives each indicator its name.

    Columns: those of indicators.csv, ``leaf`` (bool) and ``kind``: "report" where the edition's own text names it,
    "press" where only another source does, "proposed" where nobody does; "" for a parent. Raises BadInput for an
    edition without a tree.

    >>> indicator_tree()["kind"].isin(["report", "press", "proposed", ""]).all()
    np.True_
    """
    table, year = editions.indicators(year), year or editions.current_year()
    if table.empty:
        raise BadInput(
            f"data/editions/{year}/indicators.csv 没有内容：请填指标体系，或从上一版复制一份再改。",
            f"data/editions/{year}/indicators.csv is empty: give the indicator tree, or copy last year's and change it.",
        )
    own = (editions.edition(year).get("sources") or [""])[0]
    leaf = ~table["code"].isin(set(table["parent"]))
    told = [[s.strip() for s in cell.split(";") if s.strip()] for cell in table["named_in"]]
    kind = pd.Series(["report" if own in s else "press" if s else "proposed" for s in told], table.index)
    return table.assign(leaf=leaf, kind=kind.where(leaf, ""))


def dimensions(year: int | None = None) -> pd.DataFrame:
    """Return the dimensions of an edition (None: the current one) in the tree's order: the columns of indicators.csv.

    >>> dimensions()["code"].is_unique
    True
    """
    table = indicator_tree(year)
    root = table.loc[table["parent"] == "", "code"].iloc[0]
    return table[table["parent"] == root].drop(columns=["leaf", "kind"]).reset_index(drop=True)


def listed_to(ranks: pd.Series) -> int:
    """Return the last place up to which a list of printed ranks (<NA>: not printed) runs without a gap, 0 if none.

    >>> listed_to(pd.Series([1, 2, 2, 4, 6]))
    4
    """
    last = 0
    for place, rank in enumerate(sorted(ranks.dropna().astype(int)), 1):
        if rank > place:
            break
        last = place
    return last


def map_shapes() -> dict:
    """Return the schematic map as a TopoJSON object; feature ``henan_id``, ``id`` = city code."""
    return json.loads((editions.data_root() / "geo" / "henan.topojson").read_text("utf-8"))


def source_titles(ids: list[str], most: int = 3) -> str:
    """Return the titles of these source ids for a source line, the first ``most`` of them."""
    known = editions.sources().set_index("id")["title"]
    parts = list(
        dict.fromkeys(p.strip() for i in ids for p in str(i).replace("|", ";").split(";") if p.strip())
    )
    shown = [str(known.get(p, p)) for p in parts[:most]]
    zh = language() == "zh"
    more = len(parts) - len(shown)
    if more > 0:
        shown.append(f"另 {more} 个来源，见“数据”" if zh else f"and {more} more, see “Data”")
    return ("；" if zh else "; ").join(shown)


def audited() -> pd.DataFrame:
    """Return every quoted figure of every edition with its verdict, indexed by id.

    Columns: those of claims.csv, ``edition`` (year) and the audit's: verdict, bounds, source, reason.
    """
    return _audited(str(editions.data_root()), language(), _state()).copy()


def verdicts(chapter: str, **figures: str) -> dict[str, object]:
    """Return what a chapter's box on the audit says, ready to be glued.

    ``audit_all`` and ``audit_confirmed`` …: how many figures of the chapter there are, by verdict; for each of
    ``figures`` (name → id) its verdict in words as ``verdict_<name>``.
    """
    table = audited()
    mine = table[(table["chapter"] == chapter) & (table["edition"] == editions.speech_year())]
    counts = {f"audit_{v}": int((mine["verdict"] == v).sum()) for v in ledger.VERDICTS}
    words = {f"verdict_{k}": t(*ledger.VERDICT_WORDS[table.loc[i, "verdict"]]) for k, i in figures.items()}
    return {"audit_all": len(mine), **counts, **words}


def _state() -> tuple[int, ...]:
    return tuple(p.stat().st_mtime_ns for p in sorted(editions.data_root().rglob("*.csv")))


@lru_cache(maxsize=4)
def _audited(root: str, lang: str, state: tuple[int, ...]) -> pd.DataFrame:
    scores, names = editions.all_scores(), editions.cities()
    rows = pd.concat(
        [
            ledger.ledger_rows(editions.claims(y), scores[scores["year"] == y], y, names).assign(edition=y)
            for y in editions.years()
        ],
        ignore_index=True,
    )
    judged = ledger.judge(rows, editions.sources(), facts())
    return judged.assign(reason=judged[f"reason_{lang}"]).set_index("id", drop=False)


def corrections(year: int | None = None, lang: str = "") -> pd.DataFrame:
    """Return one edition's findings with both numbers computed (see `ledger.corrections`); None: the latest edition."""
    return ledger.corrections(editions.corrections(year), audited(), facts(), lang or language())


def audit(year: int | None = None, lang: str = "") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the audited ledger and the findings, of one edition or of all; ``reason`` in ``lang``."""
    wanted = editions.years() if year is None else [editions.edition(year) and year]
    judged = audited()
    judged = judged[judged["edition"].isin(wanted)]
    found = [corrections(y, lang) for y in wanted]
    return judged.assign(reason=judged[f"reason_{lang or language()}"]), pd.concat(found, ignore_index=True)


def facts() -> pd.DataFrame:
    """Return what sources say, as the ledger's facts: series, provinces, cities and the lists a text prints."""
    parts = [
        ledger.series_view(editions.series()),
        ledger.provinces_view(editions.provinces()),
        ledger.cities_view(editions.public_cities()),
        *(ledger.lists_view(editions.lists(year)) for year in editions.years()),
    ]
    return pd.concat(parts, ignore_index=True)


def with_rank(values: pd.Series, format: str = ".1f") -> Callable[[float], str]:
    """Return a table's format: a number of ``values`` with its rank among them, not to be broken over two lines."""
    return lambda v: f"{v:{format}}".replace("-", "−") + f"\u00a0({1 + int((values > v).sum())})"


_RELATIVE = re.compile(r"^(score|rank)_(now|prev|\d{4})_(\d{1,2}|\d{6})_(\w+)$")


def resolve(text: str) -> str:
    """Return the ledger id that ``text`` means.

    ``score_now_1_index`` is the score of whoever is first in the current edition, ``prev`` the edition before:
    a chapter that recurs names places, not years. Anything else is an id already.
    """
    match = _RELATIVE.match(text)
    if not match:
        return text
    kind, when, who, code = match.groups()
    now = editions.current_year()
    year = int(when) if when.isdigit() else now if when == "now" else now - 1
    if len(who) < 6:
        scores = editions.scores(year)
        at = scores[(scores["code"] == code) & (scores["rank"] == int(who))]
        if at.empty:
            return text
        who = at.iloc[0]["city"]
    return f"{kind}_{year}_{who}_{code}"


def quoted(id_: str) -> str:
    """Return a quoted figure as the text prints it, value and unit, e.g. ``quoted("score_now_2_index")``.

    Raises `BadInput` for an id that the ledger does not hold.
    """
    rows = _rows(str(editions.data_root()), _state())
    name = resolve(id_)
    if name not in rows:
        raise BadInput(
            f"账本里没有 {id_} 这一条：请改成 claims.csv 里有的 id。",
            f"The ledger holds no row {id_}: use an id of claims.csv.",
        )
    return ledger.format_value(rows[name], language())


@lru_cache(maxsize=4)
def _rows(root: str, state: tuple[int, ...]) -> dict[str, dict[str, object]]:
    """Return the ledger's rows of every edition by id, not judged: printing a number takes no audit."""
    scores, names = editions.all_scores(), editions.cities()
    every = (
        ledger.ledger_rows(editions.claims(y), scores[scores["year"] == y], y, names)
        for y in editions.years()
    )
    return {row["id"]: row for table in every for row in table.to_dict("records")}
