"""What is wrong in an edition's settings (``edition.yml``), line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from bluebook.data.faults import Fault, fault, listed
from bluebook.data.fields import is_date

STATUSES = ("draft", "published", "frozen")
# Every edition says these, null where it does not know.
REQUIRED = (
    "year",
    "title_zh",
    "title_en",
    "published",
    "organisers",
    "publisher",
    "decimals",
    "status",
    "index_speaker",
    "index_section",
    "framework",
)


def settings_faults(root: Path, name: str, told: dict[str, Any], year: int) -> Iterator[Fault]:
    """Yield settings that are missing or of the wrong form."""
    lines = (root / name).read_text(encoding="utf-8-sig").splitlines()

    def wrong(key: str, code: str, /, **more: object) -> Fault:
        value = told.get(key)
        at = next((i for i, text in enumerate(lines, 1) if re.match(rf"{key}\s*:", text)), None)
        return fault(__file__, code, name, at, key, "" if value is None else str(value), **more)

    for key in REQUIRED:
        if key not in told:
            yield wrong(key, "setting_missing", key=key)
    if told.get("year", year) != year:
        yield wrong("year", "setting_year", year=year)
    if told.get("published") is not None and not is_date(str(told["published"])):
        yield wrong("published", "setting_date")
    if told.get("status", "draft") not in STATUSES:
        yield wrong("status", "setting_status", allowed=listed(STATUSES))
    decimals = told.get("decimals", 0)
    if isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= 6:
        yield wrong("decimals", "setting_decimals")
    ranked = told.get("ranked")
    if ranked is not None and (isinstance(ranked, bool) or not isinstance(ranked, int) or ranked < 1):
        yield wrong("ranked", "setting_ranked")
    if not isinstance(told.get("framework", {}), dict):
        yield wrong("framework", "setting_framework")
    for key in ("index_speaker", "index_section"):
        if not isinstance(told.get(key), (str, type(None))):
            yield wrong(key, "setting_text")
    waiting = told.get("unconfirmed")
    if waiting is not None and not (isinstance(waiting, list) and set(map(str, waiting)) <= set(told)):
        yield wrong("unconfirmed", "setting_unconfirmed")
    for key in ("title_zh", "title_en"):
        if key in told and not told[key]:
            yield wrong(key, "setting_title")


def counts(root: Path, name: str, told: dict[str, Any], tree: pd.DataFrame) -> Iterator[Fault]:
    """Yield counts in the settings that the indicator tree does not have."""
    framework = told.get("framework")
    if not isinstance(framework, dict):
        return
    lines = (root / name).read_text(encoding="utf-8-sig").splitlines()
    top = tree.loc[tree["parent"] == "", "code"].iloc[0]
    dimensions = tree.loc[tree["parent"] == top, "code"]
    counted: dict[str, int] = {
        "n_dimensions": len(dimensions),
        "n_indicators": int((~tree["code"].isin(set(tree["parent"]))).sum()),
        **{d: int((tree["parent"] == d).sum()) for d in dimensions},
    }
    by_dimension = framework.get("by_dimension")
    given = {**framework, **(by_dimension if isinstance(by_dimension, dict) else {})}
    for key, number in counted.items():
        if given.get(key) is not None and given[key] != number:
            row = next((i for i, text in enumerate(lines, 1) if re.match(rf"\s+{key}\s*:", text)), None)
            yield fault(__file__, "counted_otherwise", name, row, key, str(given[key]), number=number)
