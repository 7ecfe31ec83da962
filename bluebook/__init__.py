"""The computable blue book: what a chapter may call, loaded only when it is called."""

from __future__ import annotations

import importlib

__version__ = "2022.1.0"

# Name → room. Loading a room costs a second (pandas, Altair), so each waits until it is asked for. ``a=b``: offered
# as ``a`` what the room calls ``b``.
_ROOMS = {
    "charts": (
        "figure", "table", "tree", "finding", "first_finding", "holds", "glue",
        "BLUE", "RED", "GREEN", "ORANGE", "PURPLE", "SKY", "INK", "MUTED", "QUIET", "GRID", "PAPER", "PALE", "LIGHT",
        "SEQUENTIAL",
    ),
    "charts.prose": ("prose",),
    "charts.kinds": (
        "bars", "bump", "columns", "curve", "dots", "dumbbells", "grid", "lines", "map", "matrix", "scatter",
        "signed", "spans", "stacked", "stems", "strip", "waffle",
    ),
    "data.edition": (
        "years", "current_year", "speech_year", "edition", "cities", "scores", "all_scores", "indicators", "claims",
        "lists", "outline", "corrections", "own_table", "sources", "series", "provinces", "economy_names",
        "public_cities", "public_indicators", "press", "teaching_cells=teaching", "teaching_experts",
    ),
    "data.views": ("released", "source_titles", "map_shapes", "city_colours", "indicator_tree", "dimensions"),
    "index": ("score",),
    "index.choices": ("leave_one_out", "rank_ranges", "method_choices", "variance_shares"),
    "index.rank": ("listed_to",),
    "index.robustness": ("rank_distribution", "rank_summary", "break_points"),
    "index.tree": ("read_tree=read", "leaves", "leaf_weights", "cut_tree=prune", "without"),
    "index.weights": ("expert_weights=from_experts", "equal_weights=equal", "entropy_weights=entropy"),
    "recover": ("recover_weights=recover", "weight_grid=grid", "read_hundred=reading", "HUNDRED=READINGS", "verify"),
    "ledger": ("CENTRAL", "PROVINCES"),
    "ledger.book": ("audited", "verdicts", "reckon", "printed", "follows", "quoted"),
    "ledger.interval": ("Interval", "many", "ranges"),
    "ledger.place": ("place", "places", "unseen"),
    "ledger.series": (
        "by_year", "value", "pick", "values_by_province", "revisions", "rest_of_average", "known", "single_month",
        "until",
    ),
    "ledger.wording": ("format_value",),
    "charts.frame": ("with_rank",),
    "pages.lab": (
        "panel_edition", "teaching_panel=panel", "other_panel", "public_panel", "public_tree", "score_limits",
        "farthest",
    ),
    "pages.front": ("front_numbers=numbers",),
    "pages.audit": (
        "audit_numbers=numbers", "audit_by_chapter=by_chapter", "audit_findings=findings", "audit_table=table",
        "errata_numbers", "errata_table=errata",
    ),
    "pages.method": ("method_numbers=numbers", "newsletter_headings=headings", "bench_table=bench"),
    "pages.data": (
        "data_numbers=numbers", "data_confidence=confidence", "data_coverage=coverage", "data_tables=tables",
        "source_uses=uses",
    ),
    "pages.sources": ("source_table=sources",),
    "pages.weights": ("weights_numbers=numbers", "weights_alone=alone", "scored_with=scored"),
    "pages.sliders": ("weights_page=page",),
    "messages": ("language", "t", "BadInput"),
}  # fmt: skip
_HOME = {name.split("=")[0]: (room, name.split("=")[-1]) for room, names in _ROOMS.items() for name in names}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name in _HOME:
        room, theirs = _HOME[name]
        return getattr(importlib.import_module(f"bluebook.{room}"), theirs)
    raise AttributeError(f"module 'bluebook' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
