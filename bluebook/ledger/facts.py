"""Other tables seen as rows and facts of the ledger: scores, series, provinces, cities, printed lists.

A *row* is one printed number that is judged: a claim, or a score or rank. A *fact* is a number from a source:
it takes part in relations and gets no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd

from bluebook.data import edition
from bluebook.data.faults import BadTable, Pair, fault
from bluebook.data.schema import edition_years
from bluebook.ledger import prints
from bluebook.ledger.interval import Interval, between, exactly, loosely
from bluebook.ledger.place import point_of, stand
from bluebook.ledger.regions import Regions, regions
from bluebook.ledger.rows import COLUMNS, NEWSLETTER, decimals, split, text, trust
from bluebook.ledger.units import counted
from bluebook.messages import BadInput, message

FACT_COLUMNS = (*COLUMNS, "lower", "upper", "source", "confidence")

# ---------------------------------------------------------------- rows


def scores_view(
    scores: pd.DataFrame, year: int | None = None, cities: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return scores and ranks as rows of the ledger, with ids like score_2022_410300_index.

    A column ``year`` in ``scores`` decides over the argument; None is the latest edition. ``cities`` gives
    the names, else the code stands for the city; speaker and section come from the edition's settings. A
    score that an outside source prints too carries that source as evidence.
    """
    if "year" not in scores:
        scores = scores.assign(year=edition.current_year() if year is None else year)
    records = scores.to_dict("records")
    names = (
        {} if cities is None else {c["city"]: (c["name_zh"], c["name_en"]) for c in cities.to_dict("records")}
    )
    holder = {  # who holds a place with a printed score
        (int(r["year"]), r["code"], int(r["rank"])): r["city"]
        for r in records
        if text(r["rank"]) and text(r["score"])
    }
    told = {y: _settings(y) for y in {int(r["year"]) for r in records}}
    rows = [
        row
        for r in records
        for row in _scored(r, names.get(r["city"], (r["city"], r["city"])), holder, told[int(r["year"])])
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _settings(year: int) -> dict[str, str]:
    """Return who presented one edition's results, and in which section; "" where it does not say."""
    try:
        told = edition.edition(year)
    except BadInput:  # scores of a year that has no edition
        told = {}
    keys = ("index_speaker", "index_section")
    return {key: told[key] if isinstance(told.get(key), str) else "" for key in keys}


def _scored(
    record: Mapping[str, object],
    name: Pair,
    holder: Mapping[tuple[int, str, int], str],
    told: Mapping[str, str],
) -> list[dict[str, object]]:
    """Return the rows of one printed score and rank."""
    y, city, code = int(record["year"]), record["city"], record["code"]
    score, rank = record["score"], record["rank"]
    sources = split(record.get("source", ""), r"[;|]")
    ours = NEWSLETTER in sources or not sources
    # A row that the text does not print comes from its first source, which cannot confirm itself.
    outside = [s for s in sources if s != NEWSLETTER] if NEWSLETTER in sources else sources[1:]
    common = {
        **dict.fromkeys(COLUMNS, ""),
        "chapter": "report/index-results" if code == "index" else "report/index-dimensions",
        "section": told["index_section"],
        "speaker": told["index_speaker"] if ours else message(__file__, "press")[0],
        "region": name[0],
        "period": str(y),
        "bound": "exact",
    }
    above, below = (holder.get((y, code, rank + step), "") if text(rank) else "" for step in (-1, 1))
    order = [f"score_{y}_{above}_{code} >= score_{y}_{city}_{code}"] if above else []
    order += [f"score_{y}_{city}_{code} >= score_{y}_{below}_{code}"] if below else []
    rows = []
    if text(score):
        places = 2 if text(record["decimals"]) == "" else decimals(record)
        value = score if isinstance(score, str) else f"{float(score):.{places}f}"
        # Where the note says so, the press states the rank only.
        agree = [] if "score from newsletter" in text(record.get("note", "")) else outside
        subject = _subject("total" if code == "index" else "score", y, code, name)
        rows.append(
            {
                **common,
                **subject,
                "id": f"score_{y}_{city}_{code}",
                "value": value,
                "unit": "分",
                "decimals": places,
                "relation": f">= score_{y}_{below}_{code}" if below else "",
                "evidence": ";".join(f"{s}:{value}" for s in agree),
            }
        )
    if text(rank):
        subject = _subject("rank", y, code, name)
        rows.append(
            {
                **common,
                **subject,
                "id": f"rank_{y}_{city}_{code}",
                "value": str(int(rank)),
                "unit": "位",
                "decimals": 0,
                "relation": "; ".join(order) if text(score) else "",
                "evidence": ";".join(f"{s}:{int(rank)}" for s in outside),
            }
        )
    return rows


def _subject(kind: str, year: int, code: str, name: Pair) -> dict[str, str]:
    try:
        what = message(__file__, f"code_{code}")
    except KeyError:  # a single indicator goes by its code
        what = (code, code)
    zh, en = message(__file__, f"subject_{kind}", year=year, name=name, what=what)
    return {"subject_zh": zh, "subject_en": en}


def ledger_rows(
    claims: pd.DataFrame, scores: pd.DataFrame, year: int | None = None, cities: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return claims and the view of scores, one row an id. Raises `BadTable` if an id stands twice."""
    parts = [p for p in (claims.reindex(columns=list(COLUMNS)), scores_view(scores, year, cities)) if len(p)]
    rows = pd.concat(parts, ignore_index=True) if parts else claims.reindex(columns=list(COLUMNS))
    file = "claims.csv" if year is None else f"editions/{year}/claims.csv"
    for row, id_ in enumerate(rows["id"], start=2):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", str(id_)):
            raise BadTable(fault(__file__, "bad_id", file, row, "id", str(id_)))
    twice = rows["id"][rows["id"].duplicated()]
    if len(twice):
        raise BadTable(fault(__file__, "id_twice", file, None, "id", twice.iloc[0]))
    return rows


def all_rows(root: Path) -> pd.DataFrame:
    """Return the ledger of every edition below ``root``, one below the other; ``edition`` is the year."""
    cities = edition.table("cities.csv", root).sort_values("order", ignore_index=True)
    parts = []
    for year in edition_years(root):
        claims, scores = (edition.of_edition(kind, year, root) for kind in ("claims", "scores"))
        parts.append(ledger_rows(claims, scores, year, cities).assign(edition=year))
    return pd.concat(parts, ignore_index=True)


# ---------------------------------------------------------------- facts


def all_facts(root: Path) -> pd.DataFrame:
    """Return what sources say, as facts: series, provinces, cities and the lists a text prints."""
    where = regions(root)
    parts = [
        series_view(edition.table("economy/series.csv", root), where),
        provinces_view(edition.table("economy/provinces.csv", root), where),
        cities_view(edition.table("public/cities.csv", root)),
        *(lists_view(edition.of_edition("lists", year, root)) for year in edition_years(root)),
    ]
    return pd.concat(parts, ignore_index=True)


def series_view(series: pd.DataFrame, told: Regions | None = None) -> pd.DataFrame:
    """Return a table of series as facts, with ids like series_imports_cn_2020; a revision ends in _revised.

    Where an id occurs several times the best print stands (`bluebook.ledger.prints`), with every source that
    agrees. The digits a source printed are not known: see `loosely`.
    """
    codes = (told or regions()).codes

    def name(r: dict[str, object]) -> str:
        id_ = _slug("series", r["series"], codes.get(r["region"], r["region"]), r["period"])
        return id_ + "_revised" * (r["vintage"] == "revised")

    return _facts(_grouped(series, name))


def cities_view(cities: pd.DataFrame) -> pd.DataFrame:
    """Return a table by city as facts, with ids like city_universities_410100_2020."""
    return _facts(_grouped(cities, lambda r: _slug("city", r["indicator"], r["city"], r["period"])))


def provinces_view(provinces: pd.DataFrame, told: Regions | None = None) -> pd.DataFrame:
    """Return a table by province as facts: values, and the place of the book's own province among them.

    ``province_gdp_growth_real_ha_2020`` is a value; ``place_gdp_growth_real_ha_2020`` the rank among the 31,
    the highest first; ``place_central_…`` among central China. A tie, a lower bound and a province without a
    value leave a rank open: it becomes an interval (`bluebook.ledger.place`).
    """
    told = told or regions()
    all_, six, home = told.provinces, told.central, told.home
    usable = provinces[provinces["region"].isin(list(all_)) & provinces["value"].map(text).ne("")]
    rows = _grouped(usable, lambda r: _slug("province", r["series"], all_[r["region"]], r["period"]))
    values = {f["id"]: f for f in rows}
    for name, period in usable[["series", "period"]].drop_duplicates().itertuples(index=False):
        for kind, members in (("place", tuple(all_)), ("place_central", six)):
            seen = {m: values.get(_slug("province", name, all_[m], period)) for m in members}
            own = seen.pop(home, None)
            if own is None:
                continue
            found = stand(_point(own), {m: _point(f) for m, f in seen.items()})
            used = [own, *(f for f in seen.values() if f)]
            rows.append(
                _fact(
                    _slug(kind, name, all_[home], period),
                    found.rank,
                    between(Fraction(found.rank), Fraction(found.last)),
                    unit="位",
                    region=home,
                    period=period,
                    source=";".join(dict.fromkeys(s for f in used for s in split(f["source"]))),
                    confidence=min((f["confidence"] for f in used), key=trust),
                )
            )
    return _facts(rows)


def _point(fact: Mapping[str, object] | None) -> Interval:
    """Return what a province's fact says of its place: the printed number, or all above a lower bound."""
    if fact is None:
        return point_of(None)
    return point_of(fact["value"], "lower_bound" if fact["upper"] == float("inf") else "")


def lists_view(lists: pd.DataFrame) -> pd.DataFrame:
    """Return the lists that a text prints as facts of the text: how many items, how many distinct.

    ``listed_zones`` counts the items of the list ``zones``, ``distinct_zones`` each item once.
    """
    rows = []
    for name, items in lists.groupby("list", sort=False)["item"]:
        for kind, count in (("listed", len(items)), ("distinct", items.nunique())):
            rows.append(_fact(f"{kind}_{name}", count, exactly(count), unit="个"))
    return _facts(rows)


def _grouped(records: pd.DataFrame, name: Callable[[dict[str, object]], str]) -> list[dict[str, object]]:
    found: dict[str, list[dict[str, object]]] = {}
    for record in records.to_dict("records"):
        if text(record["value"]):
            found.setdefault(name(record), []).append(record)
    return [_merged(id_, group) for id_, group in found.items()]


def _merged(id_: str, records: list[dict[str, object]]) -> dict[str, object]:
    """Return one fact from what several sources say: the best value, with every source that agrees."""
    best = min(records, key=prints.order)
    agree = [r for r in records if r["value"] == best["value"]]
    return _fact(
        id_,
        best["value"],
        _within(best),
        unit=best["unit"],
        region=best.get("region", ""),
        period=best["period"],
        source=";".join(dict.fromkeys(text(r["source"]) for r in agree)),
        confidence=max((text(r["confidence"]) for r in agree), key=trust),
    )


def _within(record: Mapping[str, object]) -> Interval:
    """Return what a source's number stands for; counts are exact, a lower bound reaches up without end."""
    found = exactly(str(record["value"])) if counted(record["unit"]) else loosely(float(record["value"]))
    return found._replace(upper=float("inf")) if record.get("kind") == "lower_bound" else found


def _fact(id_: str, value: object, within: Interval, **more: object) -> dict[str, object]:
    """Return a fact; its value keeps every digit, since places are taken from it."""
    told = f"{Decimal(str(value)).normalize():f}"
    return {
        **dict.fromkeys(FACT_COLUMNS, ""),
        "id": id_,
        "value": told,
        "bound": "exact",
        "lower": within.lower,
        "upper": within.upper,
        **more,
    }


def _facts(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(FACT_COLUMNS)).astype({"lower": object, "upper": object})


def _slug(*parts: object) -> str:
    return re.sub(r"[^a-z0-9]+", "_", "_".join(str(p) for p in parts).lower()).strip("_")
