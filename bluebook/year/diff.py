"""Two editions side by side: who moved, what changed in framework and weights, and why a score changed.

A score's change is split into causes (`bluebook.index.change`) only where both editions have their own
indicator data; where one has none it cannot be computed, and the teaching panel never stands in for it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from bluebook.data import edition as editions
from bluebook.data.faults import listed
from bluebook.index import change
from bluebook.messages import Catalogue, message

SAYS = Catalogue(__file__)
Pair = tuple[str, str]
ROOT = "index"
# What a row of observations may be for a computation of results: never what the teaching panel invents.
INVENTED = "illustrative"


class Diff(NamedTuple):
    """What changed from one edition to a later one.

    ``cities``: one row a city: city, name_zh, name_en, rank_before, rank_after, moved (places up, <NA> where
    a rank is missing), score_before, score_after, change (points) and, where ``split``, one column a cause.
    ``counts``: number of indicators before and after, None where the edition does not say. ``gone``, ``new``
    and ``renamed``: codes of the framework; ``weights``: code, before, after of weights that changed; both
    None where an edition has no framework of its own. ``lacking``: the years without indicator data.
    """

    before: int
    after: int
    cities: pd.DataFrame
    counts: tuple[int | None, int | None]
    framework: dict[str, list[str]] | None
    weights: pd.DataFrame | None
    lacking: list[int]

    @property
    def split(self) -> bool:
        """Whether the changes of scores are split into causes."""
        return not self.lacking


def diff(before: int, after: int) -> Diff:
    """Compare two editions. Raises BadInput for a year without an edition or years in the wrong order.

    >>> found = bb.editions_diff(2021, 2022)
    >>> found.cities.set_index("name_zh").loc["许昌", ["rank_before", "rank_after", "moved"]].tolist()
    [6, 5, 1]
    >>> found.split
    False
    """
    there = editions.years()
    for year in (before, after):
        if year not in there:
            SAYS.refuse("diff_no_edition", year=year, there=listed(there))
    if before >= after:
        SAYS.refuse("diff_order", before=before, after=after)
    lacking = [year for year in (before, after) if panel(year) is None]
    cities = _cities(before, after)
    if not lacking:
        cities = cities.merge(_causes(before, after), on="city", how="left")
    trees = [editions.indicators(year) for year in (before, after)]
    known = not any(tree.empty for tree in trees)
    counts = tuple(_count(year) for year in (before, after))
    framework, weights = (_framework(*trees), _weights(*trees)) if known else (None, None)
    return Diff(before, after, cities, counts, framework, weights, lacking)


def panel(year: int) -> change.Edition | None:
    """Return an edition's framework and its own indicator data, ready to be computed; None where it has none.

    Only observations that somebody published count. Of several periods the latest stands.
    """
    tree, data = editions.indicators(year), editions.observations(year)
    if tree.empty or data.empty:
        return None
    data = data[data["status"] != INVENTED].dropna(subset="value").sort_values("period", kind="stable")
    leaves = [code for code in tree["code"] if code not in set(tree["parent"])]
    wide = data.drop_duplicates(["city", "indicator"], keep="last")
    wide = wide.pivot(index="city", columns="indicator", values="value").reindex(columns=leaves)
    if (
        wide.empty or wide.isna().all().any()
    ):  # an indicator that no city has: nothing to compute a total from
        return None
    return change.Edition(
        tree[["code", "parent", "weight", "direction"]], wide.rename_axis("unit").reset_index()
    )


def pairs() -> list[Diff]:
    """Return every edition held against the one before it, oldest first."""
    return [diff(a, b) for a, b in pairwise(editions.years())]


# ---------------------------------------------------------------- what changed


def _cities(before: int, after: int) -> pd.DataFrame:
    sides = []
    for year, side in ((before, "before"), (after, "after")):
        total = editions.scores(year).query("code == @ROOT")[["city", "rank", "score"]]
        sides.append(total.rename(columns={"rank": f"rank_{side}", "score": f"score_{side}"}))
    out = editions.cities()[["city", "name_zh", "name_en"]]
    for side in sides:
        out = out.merge(side, on="city", how="left")
    out["moved"] = out["rank_before"] - out["rank_after"]
    out["change"] = (out["score_after"] - out["score_before"]).round(9)
    out = out.sort_values(["rank_after", "rank_before"], kind="stable", ignore_index=True)
    return out[
        [
            "city",
            "name_zh",
            "name_en",
            "rank_before",
            "rank_after",
            "moved",
            "score_before",
            "score_after",
            "change",
        ]
    ]


def _causes(before: int, after: int) -> pd.DataFrame:
    found = change.split(panel(before), panel(after))
    return found.rename(columns={"unit": "city"})[["city", *change.FACTORS]]


def _count(year: int) -> int | None:
    told = (editions.edition(year).get("framework") or {}).get("n_indicators")
    return None if told is None else int(told)


def _framework(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, list[str]]:
    """Return the names of indicators that are gone, new, renamed or hang elsewhere."""
    old, new = (tree.set_index("code") for tree in (before, after))
    both = [code for code in new.index if code in old.index]
    return {
        "gone": [old.at[code, "name_zh"] for code in old.index if code not in new.index],
        "new": [new.at[code, "name_zh"] for code in new.index if code not in old.index],
        "renamed": [new.at[c, "name_zh"] for c in both if old.at[c, "name_zh"] != new.at[c, "name_zh"]],
        "rehung": [new.at[c, "name_zh"] for c in both if old.at[c, "parent"] != new.at[c, "parent"]],
    }


def _weights(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the weights that differ, with what either rests on: code, name_zh, before, after, basis_…."""
    columns = ["code", "name_zh", "weight", "weight_basis"]
    both = before[columns].merge(after[columns], on="code", suffixes=("_before", "_after"))
    differ = both[(both["weight_before"] - both["weight_after"]).abs() > 1e-9]
    return differ.drop(columns="name_zh_before").rename(columns={"name_zh_after": "name_zh"})


# ---------------------------------------------------------------- in words


def lines(found: Diff) -> list[Pair]:
    """Return a comparison as lines of words, in Chinese and in English."""
    years = {"before": found.before, "after": found.after}
    known = found.cities.dropna(subset="moved")
    out = [message(__file__, "diff_head", **years, n=len(known), cities=len(found.cities))]
    for code, some in (("up", known[known["moved"] > 0]), ("down", known[known["moved"] < 0])):
        if len(some):
            out.append(message(__file__, f"diff_{code}", who=_moves(some)))
    if not known["moved"].any():
        out.append(message(__file__, "diff_still"))
    scored = found.cities.dropna(subset="change")
    if len(scored):
        told = _names(scored, lambda r: f"{r.change:+.2f}")
        out.append(message(__file__, "diff_scores", n=len(scored), who=told))
    counts = [(str(n), str(n)) if n is not None else message(__file__, "diff_unknown") for n in found.counts]
    out.append(message(__file__, "diff_counts", a=counts[0], b=counts[1]))
    out.append(framework_words(found))
    out.append(weights_words(found))
    out.append(split_words(found))
    return out


def framework_words(found: Diff) -> Pair:
    """Return what changed in the framework in a line."""
    if found.framework is None:
        return message(__file__, "diff_no_framework", years=listed(_without_tree(found)))
    parts = [
        message(__file__, f"framework_{kind}", n=len(names), names=listed(names))
        for kind, names in found.framework.items()
        if names
    ]
    if not parts:
        return message(__file__, "diff_same_framework")
    return message(__file__, "diff_framework", parts=_joined(parts))


def weights_words(found: Diff) -> Pair:
    """Return which weights changed in a line, with a warning where either side's is not a printed one."""
    if found.weights is None:
        return message(__file__, "diff_no_weights", years=listed(_without_tree(found)))
    if found.weights.empty:
        return message(__file__, "diff_same_weights")
    told = [f"{r.name_zh} {r.weight_before:g} → {r.weight_after:g}" for r in found.weights.itertuples()]
    basis = set(found.weights["weight_basis_before"]) | set(found.weights["weight_basis_after"])
    code = "diff_weights" if basis <= {"published", "expert"} else "diff_weights_assumed"
    return message(__file__, code, n=len(told), which=listed(told))


def split_words(found: Diff) -> Pair:
    """Return whether the changes of scores are split into causes, and if not, which data are lacking."""
    if found.lacking:
        return message(__file__, "diff_not_computable", years=listed(found.lacking))
    means = found.cities[list(change.FACTORS)].abs().mean()
    parts = [message(__file__, f"cause_{factor}", size=f"{means[factor]:.2f}") for factor in change.FACTORS]
    return message(__file__, "diff_split", parts=_joined(parts))


def _without_tree(found: Diff) -> list[int]:
    return [year for year in (found.before, found.after) if editions.indicators(year).empty]


def _joined(parts: list[Pair]) -> Pair:
    return "；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts)


def _moves(some: pd.DataFrame) -> Pair:
    return _names(some, lambda r: f"{r.rank_before}→{r.rank_after}")


def _names(some: pd.DataFrame, told: Callable[..., str]) -> Pair:
    rows = list(some.itertuples())
    zh, _ = listed(f"{r.name_zh} {told(r)}" for r in rows)
    _, en = listed(f"{r.name_en} {told(r)}" for r in rows)
    return zh, en
