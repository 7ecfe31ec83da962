"""What is wrong across tables: small functions that each take tables and yield faults.

Tables come as they were read (text cells, indexed by their row in a spreadsheet). A table that cannot be read
is named once and left out of the checks that would need it. What the ledger refuses is
`bluebook.ledger.check`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from bluebook.data import fields, whole
from bluebook.data.csvio import PRINTED
from bluebook.data.edition import settings
from bluebook.data.faults import BadTable, Fault, fault
from bluebook.data.schema import PACKAGE, edition_years, package
from bluebook.data.settings import counts, settings_faults
from bluebook.data.signs import row_faults
from bluebook.data.tree import tree_faults, weights_faults

DIMENSIONS = ("input", "output", "enterprise", "environment", "performance")
CITIES = 18
TEACHING = "bluebook_teaching"  # the source of what the teaching panel invents

Tables = dict[str, pd.DataFrame]


def check(root: Path, years: Iterable[int]) -> list[Fault]:
    """Return every fault in the shared tables and in the editions ``years``, in the order of files."""
    try:
        listed_there = [r["path"] for r in package(root)["resources"]]
    except BadTable as problem:
        return [problem.fault]
    except (KeyError, TypeError):
        return [fault(__file__, "no_resources", PACKAGE, None, "resources")]
    found: list[Fault] = []
    shared: Tables = {}
    for name in listed_there:
        if name.endswith(".csv") and not name.startswith("editions/"):
            shared[name] = fields.read(root, name, found)
    found += _shared(root, shared)
    if "teaching/observations.csv" in shared:
        found += _teaching(root, shared)
    latest = max(edition_years(root), default=0)
    for year in years:
        found += _edition(root, year, listed_there, shared, year == latest)
    return found


# ---------------------------------------------------------------- shared tables


def _shared(root: Path, tables: Tables) -> Iterator[Fault]:
    known = _column(tables, "sources.csv", "id")
    cities = _column(tables, "cities.csv", "city")
    regions = _column(tables, "economy/regions.csv", "region")
    for name, frame in tables.items():
        yield from row_faults(name, frame, regions)
        yield from whole.empty_faults(name, frame)
        yield from whole.city_faults(name, frame, tables.get("cities.csv", pd.DataFrame()))
        yield from _sources(name, frame, known)
        if name != "cities.csv":
            yield from _cities(name, frame, cities)
        if name in ("economy/series.csv", "economy/provinces.csv"):
            yield from _regions(name, frame, regions)
    yield from _homes(tables.get("economy/regions.csv", pd.DataFrame()))
    yield from _links(tables.get("sources.csv", pd.DataFrame()))
    yield from _order(tables.get("cities.csv", pd.DataFrame()))
    yield from _map(root, cities)
    for names, key, users in (
        ("economy/names.csv", "series", ("economy/series.csv", "economy/provinces.csv")),
        ("public/indicators.csv", "indicator", ("public/cities.csv",)),
    ):
        named = tables.get(names, pd.DataFrame())
        for user in users:
            yield from _units(user, tables.get(user, pd.DataFrame()), names, named, key)


def _column(tables: Tables, name: str, column: str) -> set[str] | None:
    """Return a column's values, None if the table could not be read: then nothing is held against it."""
    frame = tables.get(name, pd.DataFrame())
    return set(frame[column]) if column in frame else None


def _sources(name: str, frame: pd.DataFrame, known: set[str] | None) -> Iterator[Fault]:
    """Yield ids in ``source`` or ``named_in`` that sources.csv does not hold."""
    for column in (c for c in ("source", "named_in") if c in frame and known is not None):
        for row, cell in zip(frame.index, frame[column].tolist(), strict=True):
            for id_ in filter(None, cell.split(";")):
                if id_ not in known:
                    yield fault(__file__, "unknown_source", name, row, column, id_)


def _cities(name: str, frame: pd.DataFrame, known: set[str] | None) -> Iterator[Fault]:
    """Yield city codes that cities.csv does not hold."""
    if "city" not in frame or known is None:
        return
    example = min(known, default="")
    for row, code in zip(frame.index, frame["city"].tolist(), strict=True):
        if code and code not in known:
            yield fault(__file__, "unknown_city", name, row, "city", code, example=example)


def _regions(name: str, frame: pd.DataFrame, known: set[str] | None) -> Iterator[Fault]:
    """Yield regions that regions.csv does not hold: their figures would have no id in the ledger."""
    if "region" not in frame or known is None:
        return
    for row, region in zip(frame.index, frame["region"].tolist(), strict=True):
        if region not in known:
            yield fault(__file__, "unknown_region", name, row, "region", region)


def _homes(regions: pd.DataFrame) -> Iterator[Fault]:
    """Yield a table of regions in which not exactly one is the book's own."""
    number = int((regions["kind"] == "home").sum()) if "kind" in regions else 1
    if number != 1:
        yield fault(__file__, "homes", "economy/regions.csv", None, "kind", "", number=number)


def _links(sources: pd.DataFrame) -> Iterator[Fault]:
    """Yield sources that would be linked without an address, and dates that do not exist."""
    for row, cells in sources.iterrows():
        if cells["official"] == "true" and not cells["url"]:
            yield fault(__file__, "link_without_address", "sources.csv", row, "url")
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cells["date"]) and not fields.is_date(cells["date"]):
            yield fault(__file__, "not_a_date", "sources.csv", row, "date", cells["date"])


def _order(cities: pd.DataFrame) -> Iterator[Fault]:
    """Yield what keeps the cities from being numbered from 1 up."""
    if not cities.empty and len(cities) != CITIES:
        yield fault(__file__, "number_of_cities", "cities.csv", None, "", str(len(cities)), wanted=CITIES)


def _map(root: Path, cities: set[str] | None) -> Iterator[Fault]:
    """Yield what keeps the map from drawing exactly the cities of cities.csv."""
    name = "geo/henan.topojson"
    try:
        shapes = json.loads((root / name).read_text(encoding="utf-8-sig"))["objects"]["henan_id"]
        drawn = {str(shape["id"]) for shape in shapes["geometries"]}
    except (OSError, ValueError, KeyError, TypeError):
        yield fault(__file__, "no_map", name)
        return
    for code in sorted((cities or drawn) ^ drawn):
        yield fault(__file__, "drawn_only" if code in drawn else "not_drawn", name, None, "id", code)


def _units(user: str, frame: pd.DataFrame, names: str, named: pd.DataFrame, key: str) -> Iterator[Fault]:
    """Yield rows whose indicator has no name, or another unit than its name's."""
    if frame.empty or named.empty:
        return
    units = dict(zip(named[key], named["unit"], strict=True))
    for row, indicator, unit in zip(frame.index, frame[key], frame["unit"], strict=True):
        if indicator not in units:
            yield fault(__file__, "indicator_without_name", user, row, key, indicator, names=names)
        elif unit != units[indicator]:
            yield fault(__file__, "other_unit", user, row, "unit", unit, names=names, unit=units[indicator])


def _teaching(root: Path, shared: Tables) -> Iterator[Fault]:
    """Yield cells of the teaching panel outside its framework, and invented ones that do not say so."""
    name = "teaching/observations.csv"
    taught = next((r.get("framework", "") for r in package(root)["resources"] if r["path"] == name), "")
    tree = fields.read(root, taught, []) if taught else pd.DataFrame()
    if tree.empty:
        return
    named = tree.rename(columns={"code": "indicator"})
    leaves = [code for code in tree["code"] if code not in set(tree["parent"])]
    cities = _column(shared, "cities.csv", "city") or set()
    for user in (name, "teaching/another.csv", "teaching/experts.csv"):
        frame = shared.get(user, pd.DataFrame(columns=["indicator"]))
        yield from _codes(user, frame, "indicator", set(tree["code"]))
        if "unit" in frame:
            yield from _units(user, frame, taught, named, "indicator")
            yield from whole.panel_faults(user, frame, leaves, sorted(cities))
    yield from whole.form_faults("teaching/experts.csv", shared.get("teaching/experts.csv", tree[:0]), tree)
    frame = shared[name]
    for row, status, source in frame[["status", "source"]].itertuples() if not frame.empty else ():
        if (status == "illustrative") != (source == TEACHING):
            yield fault(__file__, "invented_or_not", name, row, "status", status, source=source, own=TEACHING)


# ---------------------------------------------------------------- an edition


def _edition(root: Path, year: int, listed_there: list[str], shared: Tables, latest: bool) -> Iterator[Fault]:
    """Yield the faults of one edition, settings first."""
    folder = f"editions/{year}"
    name = f"{folder}/edition.yml"
    told: dict[str, Any] = {}
    try:
        told = settings(root / name)
        yield from settings_faults(root, name, told, year)
    except BadTable as problem:
        yield problem.fault
    found: list[Fault] = []
    tables: Tables = {}
    for kind in package(root).get("tables", {}):
        table = f"{folder}/{kind}.csv"
        must = table in listed_there or (kind == "scores" and told.get("status") != "draft")
        if must or (root / table).exists():
            started = kind == "scores" and told.get("status") == "draft"
            tables[kind] = fields.read(root, table, found, _filled if started else None)
    yield from found
    known, cities = _column(shared, "sources.csv", "id"), _column(shared, "cities.csv", "city")
    regions = _column(shared, "economy/regions.csv", "region")
    draft = told.get("status") == "draft"
    silent = all(tables[kind].empty for kind in whole.OF_SPEECHES if kind in tables)
    for kind, frame in tables.items():
        table = f"{folder}/{kind}.csv"
        yield from row_faults(table, frame, regions)
        waits = (draft and kind != "indicators") or (silent and kind in whole.OF_SPEECHES)
        yield from whole.empty_faults(table, frame, waits)
        yield from whole.position_faults(table, frame)
        yield from _sources(table, frame, known)
        yield from _cities(table, frame, cities)
    all_cities = shared.get("cities.csv", pd.DataFrame())
    if not any(f.code == "ragged" for f in found):  # a row that is torn is not missing
        ranking = tables.get("scores", pd.DataFrame())
        yield from whole.ranking_faults(f"{folder}/scores.csv", ranking, all_cities, told, name, latest)
    yield from _parents(f"{folder}/agenda.csv", tables.get("agenda", pd.DataFrame()))
    tree = tables.get("indicators", pd.DataFrame())
    if not tree.empty:
        faults = list(tree_faults(f"{folder}/indicators.csv", tree))
        yield from faults
        yield from weights_faults(f"{folder}/indicators.csv", tree)
        if not faults:
            yield from counts(root, name, told, tree)
    codes = {"index", *DIMENSIONS, *(tree["code"] if not tree.empty else ())}
    scores = tables.get("scores", pd.DataFrame())
    if not scores.empty:
        table = f"{folder}/scores.csv"
        yield from _codes(table, scores, "code", codes)
        yield from _printed(table, scores)
        yield from _ranks(table, scores, told.get("decimals"))
    for kind in ("observations", "experts"):
        frame = tables.get(kind, pd.DataFrame())
        if not frame.empty:
            yield from _codes(f"{folder}/{kind}.csv", frame, "indicator", codes)
            yield from whole.city_faults(f"{folder}/{kind}.csv", frame, all_cities)
            if "unit" in frame:
                named = tree.rename(columns={"code": "indicator"})
                yield from _units(
                    f"{folder}/{kind}.csv", frame, f"{folder}/indicators.csv", named, "indicator"
                )
    yield from whole.form_faults(f"{folder}/experts.csv", tables.get("experts", pd.DataFrame()), tree)
    if not tables.get("claims", pd.DataFrame()).empty:
        yield from _decimals(f"{folder}/claims.csv", tables["claims"])


def _parents(name: str, agenda: pd.DataFrame) -> Iterator[Fault]:
    """Yield rows under a parent that the table does not hold."""
    for row, code, parent in agenda[["code", "parent"]].itertuples() if not agenda.empty else ():
        if parent and parent not in set(agenda["code"]):
            yield fault(__file__, "no_such_parent", name, row, "parent", parent, code=code)


def _filled(scores: pd.DataFrame) -> pd.Series:
    """Return which rows of a ranking hold anything but city and code."""
    return scores.drop(columns=["city", "code"]).ne("").any(axis=1)


def _codes(name: str, frame: pd.DataFrame, column: str, known: set[str]) -> Iterator[Fault]:
    """Yield codes that are not in the edition's framework; the index and its dimensions always are."""
    for row, code in zip(frame.index, frame[column].tolist(), strict=True):
        if code and code not in known:
            yield fault(__file__, "unknown_code", name, row, column, code)


def _printed(name: str, scores: pd.DataFrame) -> Iterator[Fault]:
    """Yield rows whose ``decimals`` are not the score's, and rows with neither score nor rank."""
    for row, score, rank, decimals in scores[["score", "rank", "decimals"]].itertuples():
        if not score and not rank:
            yield fault(__file__, "neither_score_nor_rank", name, row, "score")
        if not score and decimals:
            yield fault(__file__, "no_score_no_decimals", name, row, "decimals", decimals)
        elif PRINTED.fullmatch(score) and decimals != (digits := str(len(score.partition(".")[2]))):
            yield fault(
                __file__, "score_decimals", name, row, "decimals", decimals, score=score, digits=digits
            )


def _ranks(name: str, scores: pd.DataFrame, decimals: object) -> Iterator[Fault]:
    """Yield ranks that the scores or the other ranks of the same code contradict.

    Ranks are taken after rounding to the edition's decimals; ties share the smallest rank. Where not all
    cities are printed, only what the printed rows exclude is a fault.
    """
    digits = decimals if isinstance(decimals, int) else 6
    numbers = scores[["score", "rank"]].where(
        scores[["score", "rank"]].apply(lambda c: c.str.fullmatch(PRINTED))
    )
    numbers = numbers.apply(pd.to_numeric)
    table = scores.assign(score=numbers["score"].round(digits), rank=numbers["rank"])
    for code, group in table[table["rank"].between(1, CITIES)].groupby("code", sort=False):
        told = group[group["score"].notna()].sort_values("score", ascending=False, kind="stable")
        pairs = zip(told.itertuples(), told.iloc[1:].itertuples(), strict=False)
        for better, worse in pairs:
            tie = abs(better.score - worse.score) <= 1e-9 * abs(better.score)
            if worse.rank == better.rank if tie else worse.rank > better.rank:
                continue
            yield fault(
                __file__,
                "rank_order",
                name,
                worse.Index,
                "rank",
                f"{worse.rank:.0f}",
                code=code,
                score=f"{worse.score:g}",
                relation=("等于", "equals") if tie else ("低于", "is below"),
                other_row=better.Index,
                other=f"{better.score:g}",
                other_rank=f"{better.rank:.0f}",
            )
        for row, rank in group["rank"].items():
            ahead = int((group["rank"] < rank).sum())
            # A rank r says that r-1 cities stand ahead; with all cities printed they must be there.
            if ahead > rank - 1 or (len(group) == CITIES and ahead != rank - 1):
                place = f"{rank:.0f}"
                yield fault(
                    __file__, "rank_count", name, row, "rank", place, code=code, ahead=ahead, rank=ahead + 1
                )


def _decimals(name: str, claims: pd.DataFrame) -> Iterator[Fault]:
    """Yield claims whose ``decimals`` are below the value's own."""
    for row, value, decimals in claims[["value", "decimals"]].itertuples():
        own = len(value.partition(".")[2])
        if re.fullmatch("[0-9]+", decimals) and int(decimals) < own:
            yield fault(__file__, "claim_decimals", name, row, "decimals", decimals, value=value, own=own)
