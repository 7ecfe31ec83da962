"""Half a table: rows that must be there and are not, since a filter was on or a paste came short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from bluebook.data.csvio import numbers
from bluebook.data.faults import Fault, fault

MAY_BE_EMPTY = ("corrections", "accepted", "errata", "lists")
OF_SPEECHES = ("talks", "claims")  # both empty: nobody's speech has come in, and that may stay so
_SHOWN = 4


def empty_faults(name: str, frame: pd.DataFrame, waits: bool = False) -> Iterator[Fault]:
    """Yield a table that holds a header only; a draft's may wait, some say by it that there is nothing."""
    kind = name.rpartition("/")[2].removesuffix(".csv")
    if len(frame.columns) and frame.empty and not waits and kind not in MAY_BE_EMPTY:
        yield fault(__file__, "no_rows", name)


def city_faults(name: str, frame: pd.DataFrame, cities: pd.DataFrame) -> Iterator[Fault]:
    """Yield cities of which a table by city and indicator holds nothing."""
    if frame.empty or cities.empty or not {"city", "indicator"} <= set(frame):
        return
    there = set(frame["city"])
    for city, zh in zip(cities["city"], cities["name_zh"], strict=True):
        if city not in there:
            yield fault(__file__, "city_without_rows", name, None, "city", city, name=zh)


def ranking_faults(
    name: str, scores: pd.DataFrame, cities: pd.DataFrame, told: dict[str, Any], settings: str, latest: bool
) -> Iterator[Fault]:
    """Yield cities that the total of an edition lacks, and rows of the latest edition without a rank.

    ``told`` are the settings: ``ranked`` says how many cities the text gives a place, else all have one.
    """
    draft = told.get("status") == "draft"
    total = scores[scores["code"] == "index"] if "code" in scores else scores
    if cities.empty or not {"city", "rank"} <= set(scores) or draft:
        return
    names = dict(zip(cities["city"], cities["name_zh"], strict=True))
    missing = [city for city in names if city not in set(total["city"])]
    wanted = told.get("ranked")
    if isinstance(wanted, int) and not isinstance(wanted, bool):
        if wanted != total["city"].nunique():
            yield fault(__file__, "ranked_otherwise", settings, None, "ranked", str(wanted), there=len(total))
    elif missing:
        who = "、".join(names[c] for c in missing[:_SHOWN]) + ("等" if len(missing) > _SHOWN else "")
        more = ", ".join(names[c] for c in missing[:_SHOWN]) + (" …" if len(missing) > _SHOWN else "")
        yield fault(
            __file__, "not_ranked", name, None, "city", number=len(missing), who=(who, more), there=len(total)
        )
    for row, city, rank in total[["city", "rank"]].itertuples() if latest and not draft else ():
        if not rank:
            who = names.get(city, city)
            yield fault(__file__, "without_rank", name, row, "rank", who=who, year=name.split("/")[1])


def panel_faults(name: str, frame: pd.DataFrame, leaves: list[str], cities: Iterable[str]) -> Iterator[Fault]:
    """Yield indicators of the teaching panel, or of an edition's data, that lack a city's row."""
    cities = list(cities)
    if frame.empty or not cities:
        return
    there = set(zip(frame["indicator"], frame["city"], strict=True))
    for leaf in leaves:
        gone = [city for city in cities if (leaf, city) not in there]
        if gone:
            yield fault(
                __file__,
                "panel_gap",
                name,
                None,
                "indicator",
                leaf,
                key=leaf,
                number=len(gone),
                example=gone[0],
            )


def form_faults(name: str, forms: pd.DataFrame, tree: pd.DataFrame) -> Iterator[Fault]:
    """Yield experts whose form lacks what others judge, or whose points of a family are not 100."""
    if forms.empty or tree.empty or not {"expert", "indicator", "points"} <= set(forms):
        return
    parents = dict(zip(tree["code"], tree["parent"], strict=True))
    judged = list(dict.fromkeys(forms["indicator"]))
    for expert, form in forms.groupby("expert", sort=False):
        gone = [code for code in judged if code not in set(form["indicator"])]
        if gone:
            row = int(form.index[0])
            missing = ("、".join(gone[:_SHOWN]), ", ".join(gone[:_SHOWN]))
            yield fault(
                __file__, "judged_partly", name, row, "expert", str(expert), expert=expert, missing=missing
            )
            continue
        for parent, family in form.groupby(form["indicator"].map(parents), sort=False):
            points = numbers(family["points"].tolist(), printed=True)
            if points is not None and abs(total := float(points.sum())) and abs(total - 100) > 1e-6:
                row, shown = int(family.index[0]), f"{total:g}"
                yield fault(
                    __file__,
                    "points_sum",
                    name,
                    row,
                    "points",
                    shown,
                    expert=expert,
                    parent=parent,
                    total=shown,
                )


def position_faults(name: str, frame: pd.DataFrame) -> Iterator[Fault]:
    """Yield gaps in the column ``position``, which numbers the rows of a text's list from 1 up."""
    if frame.empty or "position" not in frame:
        return
    places = frame["position"].where(frame["position"].str.fullmatch("[0-9]{1,6}"), "0").astype(int)
    for _, own in places.groupby(frame["list"] if "list" in frame else [0] * len(frame), sort=False):
        before = 0
        for row, place in own.sort_values(kind="stable").items():
            if place > before + 1:
                told = {"before": before, "after": place}
                yield fault(__file__, "position_gap", name, int(row), "position", str(place), **told)
            before = place
