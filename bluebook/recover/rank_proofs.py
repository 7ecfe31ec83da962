"""Certificates of rank ranges: the weights that reach a rank, and a tree of cases that no weights escape.

What a case holds stands in `proofs`. The tree is searched in floating point and checked in exact fractions;
where it would grow too large, or take too long, a weaker rank is claimed, which is what has been proven.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from bluebook import certify
from bluebook.index import tree as trees
from bluebook.index.ranges import Ranges, largest
from bluebook.recover import proofs

SIZE = 100_000  # cases × units × indicators in one tree at most, as the exact check takes time
FORCE = 1e4  # what it costs to break a case, beside a count of 1


class _Stop(Exception):
    """The rank cannot be proven, or not within the cases and the time."""


def ranged(
    path: Path,
    file: Path | tuple[Path, pd.DataFrame],
    tree: pd.DataFrame,
    values: pd.DataFrame,
    found: Ranges,
    give: float,
    *,
    seconds: float = 60.0,
) -> dict[Path, pd.DataFrame | str]:
    """Return ``{path: content}`` of a certificate of ``found``, each unit's best and worst rank, as far as
    proven.

    ``file``: of the tree (and its table, where that is still to be written); ``values``: units × indicators,
    which are written beside the certificate; each weight moves by the share ``give`` of itself.
    """
    weights = shares(tree)
    low = {k: max(w * (1 - _exact(give)), Fraction(0)) for k, w in weights.items()}
    high = {k: min(w * (1 + _exact(give)), Fraction(1)) for k, w in weights.items()}
    own = {"tree": file if isinstance(file, tuple) else (file, None)}
    own["data"] = path.with_suffix(".values.csv"), values.rename_axis(columns=None).reset_index()
    begun = proofs.begin(path, own, proofs.exact(low))
    limits = {"low": {k: str(v) for k, v in low.items()}, "high": {k: str(v) for k, v in high.items()}}
    reached = found.weights.set_index(["unit", "end", "code"])["weight"]
    until, claims = time.monotonic() + seconds, []
    rows = found.ranges.to_dict("records")
    for i, row in enumerate(rows):
        unit = row["unit"] if isinstance(row["unit"], tuple) else (row["unit"],)
        for end, sign in (("best", "≥"), ("worst", "≤")):
            at = reached[row["unit"]][end]
            claim = {"kind": "rank", "unit": " ".join(map(str, unit)), "end": sign}
            claim |= limits | {"weights": within({k: at[k] for k in low}, low, high)}
            share = (until - time.monotonic()) / (2 * (len(rows) - i))
            claims.append(proven(begun.known, claim, row[f"{end}_bound"], max(share, 0.1)))
    return proofs.written(begun, claims)


def fixed(begun: proofs.Begun, units: Sequence[str]) -> list[dict]:
    """Return the claims that no weights at all change the place of the first of ``units``, the second, and so
    on as far as that can be proven.
    """
    codes, claims = sorted(begun.known.leaves), []
    limits = {"low": dict.fromkeys(codes, "0"), "high": dict.fromkeys(codes, "1")}
    limits["weights"] = dict.fromkeys(codes, str(Fraction(1, len(codes))))
    for place, unit in enumerate(units, 1):
        ends = [
            proven(begun.known, {"kind": "rank", "unit": unit, "end": end} | limits, place, 10.0)
            for end in ("≥≤" if place > 1 else "≤")  # nobody is before the first
        ]
        if any(claim["bound"][0] != place for claim in ends):
            break
        claims += ends
    return claims


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def shares(tree: pd.DataFrame) -> dict[str, Fraction]:
    """Return each indicator's exact share of the whole."""
    found = {trees.root(tree): Fraction(1)}
    weight = {code: _exact(w) for code, w in zip(tree["code"], tree["weight"].fillna(0), strict=True)}
    for family in reversed(trees.families(tree)):
        total = sum(weight[c] for c in family.children)
        found |= {c: found[family.parent] * weight[c] / total for c in family.children}
    return {leaf: found[leaf] for leaf in trees.leaves(tree)}


def within(weights: dict[str, float], low: dict[str, Fraction], high: dict[str, Fraction]) -> dict[str, str]:
    """Return the weights as exact fractions that sum to 1 within the limits.

    >>> within({"x": 0.3333333333333333, "y": 0.6666666666666667}, {"x": 0, "y": 0}, {"x": 1, "y": 1})
    {'x': '333333333333/1000000000000', 'y': '666666666667/1000000000000'}
    """
    w = {k: min(max(Fraction(round(v * 10**12), 10**12), low[k]), high[k]) for k, v in weights.items()}
    for k in w:
        move = 1 - sum(w.values())
        w[k] = min(max(w[k] + move, low[k]), high[k])
    return {k: str(v) for k, v in w.items()}


def proven(known: certify.Certificate, claim: dict, rank: int, seconds: float) -> dict:
    """Return the claim with the best rank that can be proven, ``rank`` or weaker."""
    codes, unit, best = list(claim["low"]), claim["unit"], claim["end"] == "≥"
    others = [u for u in known.at if u != unit]
    x = {u: np.array([[float(at[k][i]) for k in codes] for i in (0, 1)]) for u, at in known.at.items()}
    sides = (0, 1) if best else (1, 0)
    tie = max(float(np.abs(v).max()) for v in x.values()) / 1e9
    lead = np.array([x[u][sides[0]] - x[unit][sides[1]] - tie for u in others]).reshape(len(others), -1)
    low, high = (np.array([float(Fraction(claim[side][k])) for k in codes]) for side in ("low", "high"))
    cases = _Cases(lead if best else -lead, low, high, others, time.monotonic() + seconds)
    count = rank - 1 if best else len(known.at) - rank
    while count >= 0:
        with contextlib.suppress(_Stop, ValueError):
            whole = claim | {"proof": cases.tree(count)}
            found = whole | known.derived(whole)
            if (found["bound"][0] - 1 if best else len(known.at) - found["bound"][0]) >= count:
                return found
        count = min(count - 1, cases.root if time.monotonic() > cases.until else count)
    raise ArithmeticError(unit)  # never: no case proves nothing, which is true


class _Cases:
    """The search for a tree of cases, in each of which enough units are on the one side."""

    def __init__(
        self, lead: np.ndarray, low: np.ndarray, high: np.ndarray, names: list[str], until: float
    ) -> None:
        self.lead, self.low, self.high, self.names, self.until = lead, low, high, names, until
        self.most = largest(lead, low, high) if len(lead) else np.zeros(0)
        self.sure = -largest(-lead, low, high) > 1e-12 if len(lead) else np.zeros(0, dtype=bool)
        self.left = 0
        self.root = len(lead)  # what a single case proves, known after the first

    def tree(self, count: int) -> dict:
        """Return a tree that proves that ``count`` units are on that side whatever the weights."""
        self.left = SIZE // max(self.lead.size, 1)
        if count <= self.sure.sum():
            return {}
        return self._case(count, np.zeros(len(self.lead), dtype=bool), np.zeros(len(self.lead), dtype=bool))

    def _case(self, count: int, yes: np.ndarray, no: np.ndarray) -> dict:
        self.left -= 1
        first = not (yes.any() or no.any())
        if not first and (self.left < 0 or time.monotonic() > self.until):
            raise _Stop
        done = self.sure | yes
        if done.sum() >= count:
            return {}
        open_ = np.flatnonzero(~done & ~no & (self.most > 1e-12))
        shut = np.flatnonzero(no & ~self.sure)
        rows, k = np.r_[open_, shut], len(self.low)
        over = np.r_[self.most[open_], np.ones(len(shut))]
        found = linprog(
            np.r_[np.zeros(k), np.ones(len(open_)), np.full(len(shut), FORCE)],
            np.hstack([self.lead[rows], -np.diag(over)]) if len(rows) else None,
            np.zeros(len(rows)) if len(rows) else None,
            np.r_[np.ones(k), np.zeros(len(rows))][None, :],
            [1.0],
            [*zip(self.low, self.high, strict=True), *[(0, None)] * len(rows)],
            method="highs",
        )
        if found.status != 0:
            raise _Stop
        if first:
            self.root = int(np.ceil(done.sum() + found.fun - 1e-6))
        if done.sum() + found.fun > count - 1 + 1e-6:
            m = -found.ineqlin.marginals
            m = np.minimum(m, np.r_[1 / self.most[open_], np.full(len(shut), FORCE)]) * (1 - 1e-10)
            return {self.names[j]: f"{v:.12g}" for j, v in zip(rows, m, strict=True) if v > 1e-12}
        z = found.x[k : k + len(open_)]
        real = self.lead[open_] @ found.x[:k] > 0
        if not real.any():
            raise _Stop  # these weights leave fewer on that side
        j = open_[np.flatnonzero(real)[np.abs(z[real] - 0.5).argmin()]]
        on = np.arange(len(self.lead)) == j
        return {
            "on": self.names[j],
            "no": self._case(count, yes, no | on),
            "yes": self._case(count, yes | on, no),
        }
