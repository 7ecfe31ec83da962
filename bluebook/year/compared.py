"""reference/editions: the editions side by side on a page; `bluebook.year.diff` compares them."""

from __future__ import annotations

import pandas as pd

from bluebook import charts
from bluebook.charts import first_finding, glue, kinds
from bluebook.data import edition as editions
from bluebook.data.views import city_colours
from bluebook.messages import Catalogue, t
from bluebook.year import diff

SAYS = Catalogue(__file__)


def latest() -> diff.Diff:
    """Return the last comparison that has a city to compare; the very last where none has."""
    found = diff.pairs()
    if not found:
        SAYS.refuse("one_edition")
    return next((one for one in reversed(found) if one.cities["moved"].notna().any()), found[-1])


def numbers() -> None:
    """Glue what the page on the editions says of the last two that can be compared, and of all of them.

    >>> bb.editions_numbers()
    before = ...
    """
    found, all_pairs = latest(), diff.pairs()
    known = found.cities.dropna(subset="moved")
    glue(before=found.before, after=found.after, first_year=all_pairs[0].before, n_pairs=len(all_pairs))
    glue(n_both=len(known), n_cities=len(found.cities), n_moved=int(known["moved"].ne(0).sum()))
    glue(n_split=sum(one.split for one in all_pairs))
    words = diff.framework_words(found), diff.weights_words(found), diff.split_words(found)
    framework, weights, why = (t(*pair).strip() for pair in words)
    glue(framework_told=framework, weights_told=weights, split_told=why)


def moves() -> charts.Figure:
    """Show how ranks moved between the last two editions that can be compared, a line a city.

    >>> bb.editions_moves().id
    'fig-editions-moves'
    """
    found = latest()
    known = found.cities.dropna(subset="moved")
    name, years = t("name_zh", "name_en"), (str(found.before), str(found.after))
    heads = SAYS.text("move_heads").format(before=years[0], after=years[1]).split("|")
    ranks = known.set_index(name)[["rank_before", "rank_after"]].set_axis(years, axis=1)
    moved = known[known["moved"] != 0]
    table = known[[name, "rank_before", "rank_after", "moved", "score_before", "score_after", "change"]]
    far = moved.loc[moved["moved"].astype(float).abs().idxmax()] if len(moved) else None
    numbers = {"n": len(known), "k": len(moved), "before": found.before, "after": found.after}
    numbers |= {} if far is None else {"who": far[name], "a": far["rank_before"], "b": far["rank_after"]}
    title = first_finding(
        *([(SAYS.text("moved"), True)] if far is not None else [(SAYS.text("none_moved"), True)]), **numbers
    )
    return charts.figure(
        kinds.bump(
            ranks.astype(float),
            label="{name} {rank}",
            left=True,
            highlight=list(moved[name]),
            colours=dict(zip(known[name], city_colours(known["city"]), strict=True)),
        ),
        id="fig-editions-moves",
        title=title,
        subtitle=SAYS.text("moves_subtitle", **{k: numbers[k] for k in ("before", "after", "n")}),
        source=pd.concat([editions.scores(found.before), editions.scores(found.after)]).query(
            "code == 'index'"
        ),
        table=table.set_axis(heads, axis=1),
        status="published",
        drawing=SAYS.text("moves_drawing"),
        formats={heads[3]: "{:+.0f}", heads[6]: "{:+.2f}"},
    )


def table() -> charts.Figure:
    """Show every edition beside the one before it: ranks, number of indicators, weights, causes.

    >>> len(bb.editions_table().table) == len(bb.years()) - 1
    True
    """
    found = diff.pairs()
    heads = SAYS.text("pair_heads").split("|")
    rows = []
    for one in found:
        known = one.cities.dropna(subset="moved")
        counts = [SAYS.text("not_stated") if n is None else str(n) for n in one.counts]
        weights = one.weights is not None and len(one.weights)
        told = SAYS.text("not_comparable") if one.weights is None else SAYS.text("n_changed", n=weights)
        why = SAYS.text("computed") if one.split else SAYS.text("not_computable")
        moved = f"{int(known['moved'].ne(0).sum())} / {len(known)}"
        rows.append([f"{one.before} → {one.after}", moved, " → ".join(counts), told, why])
    split = sum(one.split for one in found)
    title = first_finding(
        (SAYS.text("none_split"), split == 0), (SAYS.text("some_split"), True), n=len(found), split=split
    )
    return charts.table(
        pd.DataFrame(rows, columns=heads),
        id="tab-editions",
        title=title,
        subtitle=SAYS.text("pairs_subtitle"),
        source=editions.all_scores().query("code == 'index'"),
        status="computed",
    )
