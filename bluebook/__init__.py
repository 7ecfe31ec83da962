"""The computable blue book: what a chapter may call, loaded only when it is called."""

from __future__ import annotations

import importlib

__version__ = "2022.1.0"

# Name → room. Loading a room costs a second (pandas, Altair), so each waits until it is asked for.
_ROOMS = {
    "charts": ("figure", "table", "finding", "first_finding", "glue"),
    "editions": (
        "years", "current_year", "edition", "cities", "scores", "all_scores", "indicators", "claims",
        "sources", "series", "provinces", "public_cities", "public_indicators", "press",
    ),
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
