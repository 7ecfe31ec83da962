"""The computable blue book: what a chapter may call, loaded only when it is called."""

from __future__ import annotations

import difflib
import importlib

# Room → names. Loading a room costs a second (pandas, Altair), so each waits until one of its names is asked
# for. ``a=b``: offered as ``a`` what the room calls ``b``.
_ROOMS = {
    "charts": "figure table tree finding first_finding holds glue",
    "charts.theme": """
        BLUE RED GREEN ORANGE PURPLE SKY INK MUTED QUIET GRID PAPER PALE LIGHT SEQUENTIAL VERDICT_COLOURS
    """,
    "charts.frame": "with_rank",
    "charts.prose": "prose",
    "charts.kinds": """
        bars bump columns curve dots dumbbells grid lines map matrix scatter signed spans stacked stems strip
        waffle
    """,
    "data.edition": """
        years current_year speech_year edition cities glossary scores all_scores indicators claims lists
        outline corrections own_table sources series provinces economy_names public_cities public_indicators
        press teaching_cells=teaching teaching_experts
    """,
    "data.original": "data_changed reset_data",
    "data.views": "released source_titles map_shapes city_colours indicator_tree dimensions",
    "index": "score",
    "index.screen": "screen",
    "index.treat": "treat",
    "index.impute": "impute",
    "index.denominate": "denominate",
    "index.structure": "structure balanced_weights",
    "index.outrank": "outranking copeland mazziotta_pareto adjusted_mazziotta_pareto benefit_of_the_doubt",
    "index.distance": "ordered_mean distance_from_ideal directional_score",
    "index.ranges": "weight_ranges",
    "index.choices": "leave_one_out rank_ranges method_choices variance_shares",
    "index.rank": "listed_to",
    "index.sobol": "sobol_shares",
    "index.profiles": "strengths quantile_classes",
    "index.robustness": "rank_distribution rank_summary break_points",
    "index.tree": "read_tree=read leaves leaf_weights cut_tree=prune without",
    "index.weights": """
        expert_weights=from_experts equal_weights=equal entropy_weights=entropy critic_weights=critic
        pca_weights=pca
    """,
    "recover.largest": "largest_fit=largest",
    "recover": "recover_weights=recover weight_grid=grid read_hundred=reading HUNDRED=READINGS verify",
    "recover.ranks": "possible_ranks",
    "ledger.book": """
        audited verdicts verdict_counts=counts counted_words wrong_figures=wrong reckon printed follows quoted
    """,
    "ledger.interval": "Interval many ranges",
    "ledger.place": "place places unseen",
    "ledger.regions": "CENTRAL PROVINCES",
    "ledger.series": """
        by_year value pick values_by_province revisions rest_of_average known single_month until
    """,
    "ledger.wording": "format_value VERDICT_WORDS VERDICT_MARKS",
    "pages.agreement": "panel_told weights_told",
    "pages.audit": """
        audit_numbers=numbers audit_by_chapter=by_chapter audit_findings=findings audit_table=table
        errata_numbers errata_table=errata
    """,
    "pages.cities": "city_told=told city_swaps=swaps city_neighbours=neighbours",
    "pages.city_figures": """
        city_history=history city_dimensions=dimensions city_moves=weight_moves city_moved=moved
    """,
    "pages.city_head": "city_head=head",
    "pages.city_lists": """
        city_public=public city_quoted=quoted city_speeches=speeches city_data=data
        cities_overview=overview cities_compare=compare
    """,
    "pages.data": """
        data_numbers=numbers data_confidence=confidence data_coverage=coverage data_tables=tables
        source_uses=uses
    """,
    "pages.cards": "front_cards=cards",
    "pages.front": "front_numbers=numbers front_verdicts=verdicts front_map=ranking_map",
    "pages.glossary": "glossary_list=listed",
    "pages.lab": """
        panel_edition teaching_panel=panel other_panel public_panel public_tree score_limits farthest
    """,
    "pages.method": "method_numbers=numbers newsletter_headings=headings bench_table=bench class_numbers=lesson",
    "pages.sliders": "weights_page=page",
    "pages.sources": "source_table=sources",
    "pages.told": "panel_edition_told=of_panel carried_told=carried ranking_told=ranking_now",
    "pages.weights": "weights_numbers=numbers weights_alone=alone scored_with=scored",
    "exercises.check": "check asked exercise_table",
    "exercises.own": "mine",
    "exercises.progress": "progress",
    "year.diff": "editions_diff=diff",
    "year.compared": "editions_numbers=numbers editions_moves=moves editions_table=table",
    "year.errata": "own_errata=table",
    "year.handbook": "editor_slips=slips editor_walk=walk",
    "messages": "language t BadInput",
}
_HOME = {
    offered.split("=")[0]: (room, offered.split("=")[-1])
    for room, names in _ROOMS.items()
    for offered in names.split()
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name in _HOME:
        room, theirs = _HOME[name]
        return getattr(importlib.import_module(f"bluebook.{room}"), theirs)
    if name.startswith("_"):  # what Python and Jupyter look for is no slip of a reader's
        raise AttributeError(f"module 'bluebook' has no attribute {name!r}")
    from bluebook.messages import t

    near = [f"bb.{other}" for other in difflib.get_close_matches(name, __all__, 3)]
    zh = f"；相近的有 {'、'.join(near)}" if near else "；dir(bb) 列出全部名字"
    en = f"; the nearest: {', '.join(near)}" if near else "; dir(bb) lists every name"
    raise AttributeError(t(f"bb 里没有 {name}{zh}", f"bb has no {name}{en}"))


def __dir__() -> list[str]:
    return __all__
