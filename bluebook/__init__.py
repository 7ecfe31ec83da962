"""The computable blue book: what a chapter may call, loaded only when it is called."""

from __future__ import annotations

import importlib

__version__ = "2022.1.0"

# Name → room. Loading a room costs a second (pandas, Altair), so each waits until it is asked for.
_ROOMS = {
    "charts": (
        "figure", "table", "finding", "first_finding", "holds", "glue",
        "BLUE", "RED", "GREEN", "ORANGE", "PURPLE", "SKY", "INK", "MUTED", "QUIET", "GRID", "PAPER", "PALE", "LIGHT",
        "SEQUENTIAL",
    ),
    "charts.prose": ("prose",),
    "charts.kinds": (
        "bars", "bump", "columns", "curve", "dots", "dumbbells", "grid", "lines", "map", "matrix", "scatter",
        "signed", "spans", "stacked", "stems", "strip", "waffle",
    ),
    "editions": (
        "years", "current_year", "speech_year", "edition", "cities", "scores", "all_scores", "indicators", "claims",
        "lists", "outline", "corrections", "own_table", "sources", "series", "provinces", "economy_names",
        "public_cities", "public_indicators", "press",
    ),
    "economy": (
        "CENTRAL", "PROVINCES", "Reckoned", "by_year", "value", "pick", "values_by_province", "place", "places",
        "unseen", "revisions", "rest_of_average", "many",
    ),
    "reading": (
        "audited", "released", "verdicts", "source_titles", "map_shapes", "city_colours", "with_rank", "quoted",
    ),
    "reckoning": ("reckon", "printed", "follows", "known", "single_month", "until"),
    "words": ("language", "t", "BadInput"),
}  # fmt: skip
_HOME = {name: room for room, names in _ROOMS.items() for name in names}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(importlib.import_module(f"bluebook.{_HOME[name]}"), name)
    raise AttributeError(f"module 'bluebook' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
