"""Data whose free texts hold what a page would run or break on, were it not escaped: for the tests of safe pages."""

from __future__ import annotations

import csv
from pathlib import Path

from bluebook.data import schema

PAYLOAD = "<script>alert(1)</script>\"'&amp;<b>"
# Columns that other tables or cells find a row by; their texts have to stay as they are.
KEYS = {
    *("region", "unit", "unit_en", "expert", "chapter", "section", "speaker", "speaker_en", "period"),
    *("relation", "evidence", "printed", "follows", "guard", "parent"),
}
# Texts by whose words a chapter of this edition finds a row or makes its point: a build needs them as they are.
LOOKED_UP = {
    "cities.csv": ["name_zh"],
    "editions/2022/indicators.csv": ["name_zh"],
    "editions/2022/lists.csv": ["item"],
    "editions/2022/units.csv": ["unit_zh"],
    "editions/2022/agenda.csv": ["title_zh", "terms_zh", "place_zh"],
}


def columns(*, whole: bool = True) -> dict[str, list[str]]:
    """Return table → its columns of free text; not ``whole``: without those that chapters look up."""
    found = {}
    for resource in schema.package()["resources"]:
        path = resource["path"]
        fields = resource.get("schema", {}).get("fields", [])
        free = [
            f["name"]
            for f in fields
            if f["type"] == "string" and not {"enum", "pattern"} & f.get("constraints", {}).keys()
        ]
        left = KEYS | (set() if whole else set(LOOKED_UP.get(path, ())))
        found[path] = [c for c in free if c not in left]
    return {path: free for path, free in found.items() if path.endswith(".csv") and free}


def spoil(root: Path, *, whole: bool = True) -> int:
    """Put `PAYLOAD` behind every free text of every table below ``root``; return how many cells."""
    count = 0
    for name, free in columns(whole=whole).items():
        with (root / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if not rows:  # a table that waits for its first row, as the errata do
            continue
        for row in rows:
            for column in free:
                if row[column]:
                    row[column] += PAYLOAD
                    count += 1
        with (root / name).open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            out.writeheader()
            out.writerows(rows)
    return count
