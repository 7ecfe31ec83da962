"""What an edition has to show: on it depends which of its sentences a recurring page says.

A recurring page holds the words for every case, each between lines ``% if: scores`` and ``% end``; which of
them stand on the page follows from the edition's tables alone.
"""

from __future__ import annotations

import re
from typing import NoReturn

from bluebook.data import edition as editions
from bluebook.data.schema import package
from bluebook.messages import BadInput

NAMES = {
    "ranks": "the total has places",
    "scores": "at least the first three totals are printed",
    "few scores": "scores, but not of every city that has a place",
    "tie": "the first place is shared",
    "dimensions": "at least two places of some dimension are printed",
    "dimension scores": "the scores of the first and of the second in some dimension are printed",
    "leaf ranks": "of some indicator at least five places are printed",
    "tree": "there is an indicator tree",
    "assumed weights": "no weight of a dimension is printed, recovered or given by experts",
    "carried": "some settings are carried over from the edition before, not yet checked",
    "carried framework": "the framework is among them",
    "speeches": "figures of speeches or of the report stand in claims.csv",
    "figures": "the ledger holds a figure of this edition",
    "newsletter": "its source is the newsletter",
    "corrections": "findings on its figures are written down",
    "outline": "it is told where each heading of its text is retold",
    "panel": "the teaching panel was made for it",
    "last scores": "some score of the edition before is known",
}


LISTED = 5  # places of an indicator from which on a chapter speaks of it


def panel_year() -> int:
    """Return the edition (year) that the teaching panel was made for, as the data package says."""
    taught = next(r for r in package()["resources"] if r["path"] == "teaching/observations.csv")
    return int(taught["framework"].split("/")[1])


def traits(year: int | None = None) -> frozenset[str]:
    """Return what one edition (None: the latest) has to show, of `NAMES`.

    >>> from bluebook.data.traits import traits
    >>> sorted(traits(2022) & {"scores", "few scores", "tie", "speeches", "panel"})
    ['few scores', 'panel', 'scores', 'speeches']
    """
    year = editions.current_year() if year is None else year
    scores, tree, claims = editions.scores(year), editions.indicators(year), editions.claims(year)
    settings = editions.edition(year)
    sources, waiting = settings.get("sources") or [], settings.get("unconfirmed") or []
    ranks = scores["rank"][scores["code"] == "index"].dropna()
    totals = scores["score"][(scores["code"] == "index") & (scores["rank"] <= 3)].dropna()
    every = scores["score"][scores["code"] == "index"].notna().all()
    root = tree.loc[tree["parent"] == "", "code"]
    top = tree[tree["parent"].isin(root)]
    of_dimensions = scores[scores["code"].isin(top["code"])]
    of_leaves = scores[scores["code"].isin(tree["code"]) & ~scores["code"].isin({*root, *top["code"]})]
    last = [y for y in editions.years() if y < year]
    has = {
        "ranks": len(ranks) > 0,
        "scores": len(totals) >= 3,
        "few scores": len(totals) >= 3 and not every,
        "tie": int((ranks == 1).sum()) > 1,
        "dimensions": bool((of_dimensions["rank"].dropna().groupby(of_dimensions["code"]).size() > 1).any()),
        "dimension scores": bool((of_dimensions["rank"][of_dimensions["score"].notna()] == 2).any()),
        "leaf ranks": bool((of_leaves["rank"].dropna().groupby(of_leaves["code"]).size() >= LISTED).any()),
        "tree": len(tree) > 0,
        "assumed weights": len(top) > 0 and set(top["weight_basis"]) <= {"assumed", ""},
        "carried": bool(waiting),
        "carried framework": "framework" in waiting,
        "speeches": len(claims) > 0,
        "figures": len(claims) > 0 or bool(scores[["score", "rank"]].notna().any(axis=None)),
        "newsletter": "newsletter" in sources,
        "corrections": len(editions.corrections(year)) > 0,
        "outline": len(editions.outline(year)) > 0,
        "panel": year == panel_year(),
        "last scores": bool(last) and bool(editions.scores(last[-1])["score"].notna().any()),
    }
    return frozenset(name for name, true in has.items() if true)


_CASE = re.compile(r"^% (?P<what>if:|else|end)(?P<when>[^\n]*)$")


def chosen(text: str, has: frozenset[str] | None = None) -> str:
    """Return a page's text with the cases that its edition meets: ``% if: scores, no tie`` … ``% end``.

    ``has``: what the edition has (None: the latest one's `traits`). A comma means and; cases may stand in
    others. Raises `BadInput` for a condition that is not one of `NAMES`, and for a case that does not end.

    >>> from bluebook.data.traits import chosen
    >>> chosen("% if: scores\\n甲\\n% else\\n乙\\n% end\\n", frozenset({"ranks"}))
    '乙\\n'
    """
    out: list[str] = []
    cases: list[
        tuple[bool, str]
    ] = []  # the open ones: whether what follows stands, and the line that began it
    for line in text.splitlines(keepends=True):
        match = _CASE.match(line.rstrip())
        if not match:
            out += [line] * all(stands for stands, _ in cases)
        elif match["what"] == "if:":
            has = traits() if has is None else has
            cases.append((all(_met(name.strip(), has) for name in match["when"].split(",")), line.rstrip()))
        elif not cases:
            _unpaired(line.rstrip())
        else:
            stands, began = cases.pop()
            cases += [(not stands, began)] * (match["what"] == "else")
    if cases:
        _unpaired(cases[-1][1])
    return "".join(out)


def _met(condition: str, has: frozenset[str]) -> bool:
    name = condition.removeprefix("no ")
    if name not in NAMES:
        raise BadInput(
            f"“% if: {condition}”不是本书知道的条件；有：{'、'.join(NAMES)}，前面可以加 no。",
            f"“% if: {condition}” is no condition of the book; there are: {', '.join(NAMES)}, or “no …”.",
        )
    return (name in has) == (name == condition)


def _unpaired(line: str) -> NoReturn:
    raise BadInput(
        f"“{line}”没有配成一对：每个 % if 要有一个 % end。",
        f"“{line}” has no partner: each % if takes one % end.",
    )
