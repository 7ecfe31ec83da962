"""What a chapter reads: the editions' tables in the page's language, the map, the audited ledger."""

from __future__ import annotations

import json
from functools import lru_cache

import pandas as pd

from bluebook import editions, ledger
from bluebook.words import language


def cities() -> pd.DataFrame:
    """Return the 18 cities in their fixed order: the columns of cities.csv and ``name`` in the page's language."""
    table = editions.cities().sort_values("order", ignore_index=True)
    return table.assign(name=table["name_zh" if language() == "zh" else "name_en"])


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
