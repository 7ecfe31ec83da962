"""Certificates: what `recover`, `verify` and the rank ranges state, written for `bluebook.certify` to check.

A certificate names its inputs (files, by SHA-256), how they are read (half a unit of the last digit by code,
the scale, what an empty cell means), the intervals that follow, and claims. It is checked in exact fractions;
what is found here in floating point is only a suggestion, rounded to twelve digits.

*Weights, values, conflicts* (``weight``, ``value``, ``conflict``). g ≥ 0 are the indicators' shares, t = g
· cell. A score says lower · Σg ≤ Σt ≤ upper · Σg, a cell lower · g ≤ t ≤ upper · g. Scores times
multipliers (positive: the lower end) add up; each t then gives way to the end of its cell that helps least,
and Σ c · g ≥ 0 is left. The claim follows where it asks for no more of any g than that leaves (Farkas).
Bounds are rounded outwards to nine decimals. *A score that cannot follow* (``break``) needs the tree's
weights alone. *The only weights in whole steps* (``grid``) are counted out, one weight more at a time, all
ends rounded outwards to 1e-12: a beginning goes as soon as an end of a score is out of reach even if all
that is left went to the indicator that helps it most. *Ranks* (``rank``): weights that reach a rank, and a
tree of cases (who is ahead, who is not): in each leaf, leads times multipliers, none above one over its
largest lead, count at the worst weights within the limits at least so many units ahead (≥: the best rank)
or not ahead (≤: the worst). A lead of 1e-9 of the largest value is a tie.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

from bluebook import certify
from bluebook.data import csvio
from bluebook.index import tree as trees
from bluebook.index.aggregate import methods_by_parent
from bluebook.messages import Catalogue
from bluebook.recover.known import on_scale, prepared
from bluebook.recover.printed import NEAR, cell_half_units, read_scores
from bluebook.recover.weights import Recovered, unit_of_weights

SAYS = Catalogue(__file__)
MARGIN = (1e-8, 1e-6, 0.0)  # that the other weights keep, so that rounding takes none below zero
MANY, FEW = 5_000, 20  # cells beyond which a program begins with few units
OPEN = 1e99  # an end of which nothing is known, as `certify` writes it
SETS = 5_000_000  # of weights in whole steps that are counted out at most
Files = Mapping[str, tuple[Path, "pd.DataFrame | None"]]


class Begun(NamedTuple):
    """A certificate before its claims: where it goes, its head, what else is to be written, what it knows."""

    path: Path
    head: dict
    files: dict[Path, pd.DataFrame]
    known: certify.Certificate


def begin(path: Path, files: Files, reading: dict) -> Begun:
    """Return a certificate to be written to ``path``: inputs by name (tree, data, scores, bounds), as file
    or, where a table is given too, as the file that it is written to.
    """
    path, inputs, tables = Path(path), {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (file, table) in files.items():
            here = Path(file)
            if table is not None:
                here = Path(folder) / f"{name}.csv"
                csvio.write({here: table}, bom=True)
            sha = hashlib.sha256(here.read_bytes()).hexdigest()
            inputs[name] = {"file": _from(path, Path(file)), "sha256": sha}
            tables[name] = certify.table(here, sha)
    system = certify.system(reading, **tables)
    head = {"inputs": inputs, "reading": reading, "system": system}
    new = {Path(file): table for file, table in files.values() if table is not None}
    return Begun(path, head, new, certify.Certificate(head | {"claims": []}))


def _from(path: Path, file: Path) -> str:
    """Return where ``file`` lies, seen from the folder of ``path``."""
    try:
        return Path(os.path.relpath(file.resolve(), path.resolve().parent)).as_posix()
    except ValueError:  # another drive
        return file.resolve().as_posix()


def written(begun: Begun, claims: Iterable[dict]) -> dict[Path, pd.DataFrame | str]:
    """Return ``{path: content}`` of the certificate with these (proven) claims, and of its own inputs."""
    whole = begun.head | {"claims": list(claims), "seal": ""}
    seal = hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
    text = json.dumps(whole | {"seal": seal}, ensure_ascii=False, indent=1)
    return begun.files | {begun.path: text + "\n"}


# ---------------------------------------------------------------- how the inputs are read


def read_so(
    tree: pd.DataFrame,
    data: pd.DataFrame,
    scores: pd.DataFrame | None,
    normalise: str,
    missing: str,
    decimals: int | None,
    data_decimals: int | None,
    every: Iterable[str] = (),
) -> tuple[dict, pd.DataFrame | None]:
    """Return how the inputs are read, and the values that stand for DATA where those are raw (else None).

    ``tree``: cut off at DATA. Raw data and those that count downwards are written as the values that the
    engine makes of them: the certificate begins there.
    """
    key, x = trees.match(data, tree)
    leaves = trees.leaves(tree)
    half: dict[str, float] = {}
    inner = pd.Series(dtype=float)
    if scores is not None:
        read = read_scores(scores, key, tree, set(every), decimals).dropna(subset="score")
        read = read[read["code"].isin([family.parent for family in trees.families(tree)])]
        inner = read["score"]
        half = ((read["upper"] - read["lower"]) / 2).groupby(read["code"]).max().to_dict()
    own = cell_half_units(data, leaves, data_decimals) if normalise == "none" else np.zeros(len(leaves))
    x, _, _, scale = on_scale(data, tree, key, x, normalise, data_decimals, inner, "DATA")
    half = dict(zip(leaves, own, strict=True)) | half
    reading = {
        "half": {code: f"{h:.6g}" for code, h in half.items()},
        "missing": missing,
        "scale": [f"{end:g}" for end in scale] if scale else ["-1e99", "1e99"],
    }
    upright = (tree.set_index("code").loc[leaves, "direction"] > 0).all()
    if normalise == "none" and upright:
        return reading, None
    return reading, pd.concat([key, pd.DataFrame(x, columns=leaves)], axis=1)


def exact(codes: Iterable[str]) -> dict:
    """Return the reading of a table of values: every cell exact, on no scale.

    >>> exact(["x"])
    {'half': {'x': '0'}, 'missing': 'drop', 'scale': ['-1e99', '1e99']}
    """
    return {"half": dict.fromkeys(codes, "0"), "missing": "drop", "scale": ["-1e99", "1e99"]}


# ---------------------------------------------------------------- multipliers


def proven(begun: Begun, claims: Iterable[dict]) -> list[dict]:
    """Return those claims about weights, values and conflicts that can be proven, with their proofs."""
    return [found for claim in claims if (found := _proven(begun.known, claim))]


def _proven(known: certify.Certificate, claim: dict) -> dict | None:
    sign = 1 if claim["end"] == "≥" else -1
    found = []
    with contextlib.suppress(ValueError):  # its own limits alone may be better
        found.append(claim | {"proof": {}} | known.derived(claim | {"proof": {}}))
    for margin in MARGIN:
        if (proof := _searched(known, claim, margin)) is None:
            continue
        with contextlib.suppress(ValueError):  # the multipliers may not stand the exact check; a wider margin
            found.append(claim | {"proof": proof} | known.derived(claim | {"proof": proof}))
            break
    return max(found, key=lambda one: sign * float(one["bound"]), default=None)


def _searched(known: certify.Certificate, claim: dict, margin: float) -> dict | None:
    """Return the multipliers that `_multipliers` finds; where units are many, from the few that bind: those
    that the last weights break join in until none is broken.
    """
    leaves, units = sorted(known.leaves), list(known.at)
    if len(known.children) > 1 or len(units) * len(leaves) <= MANY:
        found = _multipliers(known, claim, margin, units)
        return found and found[0]
    (code,) = known.children
    gap = [Fraction(0), Fraction(0)]
    x = np.array([[known.at[u].get(leaf, gap) for leaf in leaves] for u in units], dtype=float)
    here = np.array([[leaf in known.at[u] for leaf in leaves] for u in units], dtype=float)
    low, high = np.array([known.at[u].get(code, [-OPEN, OPEN]) for u in units], dtype=float).T
    inside = np.arange(len(units)) < FEW
    if "unit" in claim:
        inside[units.index(claim["unit"])] = True
    while True:
        found = _multipliers(known, claim, margin, [units[i] for i in np.flatnonzero(inside)])
        if found is None and inside.all():
            return None
        if found is None:
            broken = np.ones(len(units))
        else:
            _, g, slack = found
            over = np.maximum(x[:, :, 0] @ g - high * (here @ g), low * (here @ g) - x[:, :, 1] @ g)
            broken = over - slack - NEAR * max(1.0, float(np.abs(x).max())) * max(1.0, float(g.sum()))
        broken[inside] = -1.0
        worst = np.argsort(-broken, kind="stable")[:FEW]
        if not (broken[worst] > 0).any():
            return found[0]
        inside[worst[broken[worst] > 0]] = True


def _multipliers(
    known: certify.Certificate, claim: dict, margin: float, units: Iterable[str]
) -> tuple[dict, np.ndarray, float] | None:
    """Return multipliers of the scores of ``units``, by unit and code, from a linear program's, with its
    weights and by how much they break a score (of a conflict); None: it has no end.
    """
    leaves = sorted(known.leaves)
    n, place = len(leaves), {leaf: i for i, leaf in enumerate(leaves)}
    sign, lone = (1.0 if claim["end"] == "≥" else -1.0), len(known.children) == 1
    target = claim.get("unit"), claim.get("of")
    cost, width = np.zeros(n), n
    rows: list[dict[int, float]] = []
    names: list[tuple[str, str, int]] = []
    norm = set(known.below(claim["in"])) if "in" in claim else set()
    if claim["kind"] == "weight":
        cost[[place[leaf] for leaf in known.below(claim["of"])]] = sign
    values: dict[int, float] = {}  # the claim's own value
    for u, at in ((u, known.at[u]) for u in units):
        if not (lone or all(leaf in at for leaf in leaves)):
            continue
        t: dict[str, tuple[int, float]] = {}
        for leaf in (leaf for leaf in leaves if leaf in at):
            low, high = map(float, at[leaf])
            t[leaf] = (place[leaf], low) if low == high else (width, 1.0)
            if low < high:
                rows += [{place[leaf]: low, width: -1.0}, {place[leaf]: -high, width: 1.0}]
                names += [("", "", 0)] * 2
                width += 1
        for code, ends in at.items():
            parts = [leaf for leaf in known.below(code) if leaf in at]
            value: dict[int, float] = {}
            for leaf in parts:
                column, times = t[leaf]
                value[column] = value.get(column, 0.0) + times
            if (u, code) == target:
                values, norm = value, set(parts)
            elif code in known.children:
                for side, end in enumerate(map(float, ends)):
                    if abs(end) < OPEN / 10:
                        way = 1.0 if side else -1.0  # value ≤ upper, value ≥ lower
                        row = {column: way * v for column, v in value.items()}
                        for leaf in parts:
                            row[place[leaf]] = row.get(place[leaf], 0.0) - way * end
                        rows.append(row)
                        names.append((u, code, -int(way)))
    cost = np.append(cost, np.zeros(width - n + 1))
    for column, v in values.items():
        cost[column] += sign * v
    slack = claim["kind"] == "conflict"
    cost[width] = float(slack)
    size = 1.0 if claim["kind"] == "weight" else max(1.0, *(abs(v) for row in rows for v in row.values()))
    for leaf in leaves:
        cost[place[leaf]] -= margin * size * (leaf not in norm)
    for row, (u, _, _) in zip(rows, names, strict=True):
        if slack and u:
            row[width] = -1.0
    if not rows:
        return None
    where = [(i, column, v) for i, row in enumerate(rows) for column, v in row.items()]
    i, j, v = map(np.array, zip(*where, strict=True))
    matrix = csr_array((v, (i, j)), shape=(len(rows), width + 1))
    equal = np.zeros((1, width + 1))
    equal[0, [place[leaf] for leaf in norm]] = 1.0
    found = linprog(cost, matrix, np.zeros(len(rows)), equal, [1.0], method="highs")
    if found.status != 0:
        return None
    scale = 1.0 / max(found.fun, 1e-12) if slack else 1.0
    proof: dict[str, dict[str, str]] = {}
    most = float(np.abs(found.ineqlin.marginals).max()) * scale
    for (u, code, way), m in zip(names, -found.ineqlin.marginals * scale, strict=True):
        if u and m > 1e-12 * most:
            own = proof.setdefault(u, {})
            own[code] = f"{float(own.get(code, 0.0)) + way * m:.12g}"
    return proof, found.x[:n], float(found.x[width])


# ---------------------------------------------------------------- what the commands state


def recovered(
    path: Path,
    files: Files,
    tree: pd.DataFrame,
    data: pd.DataFrame,
    scores: pd.DataFrame,
    found: Recovered,
    *,
    missing: str = "unknown",
    decimals: int | None = None,
    data_decimals: int | None = None,
    steps: Sequence[float] = (),
    total: float = 100,
) -> dict[Path, pd.DataFrame | str]:
    """Return ``{path: content}`` of a certificate of what `recover` found: bounds of weights and cells, or
    that no weights fit and where the other scores would put each one; for each of ``steps`` the only weights
    in such steps.

    ``files``: the inputs as `begin` takes them.
    """
    cut, every = prepared(tree, data)
    options = (found.normalise, missing, decimals, data_decimals, every)
    reading, values = read_so(cut, data, scores, *options)
    if values is not None:
        files = {**files, "data": (path.with_suffix(".values.csv"), values)}
    begun = begin(path, files, reading)
    root = trees.root(cut)
    claims: list[dict] = []
    if len(found.conflict) or not len(found.weights):
        claims.append({"kind": "conflict", "in": root, "end": "≥"})
    for row in [*found.cells.to_dict("records"), *found.conflict.to_dict("records")]:
        own = {"kind": "value", "unit": _unit(row), "of": row["code"]}
        inner = row["code"] in begun.known.children  # then its own print is left out
        limits = [-math.inf, math.inf] if inner else begun.known.at[own["unit"]][row["code"]]
        claims += _ends(own, row, limits, 1.0)
    unit = unit_of_weights(cut)
    for row in found.weights.to_dict("records"):
        claims += _ends({"kind": "weight", "of": row["code"], "in": row["parent"]}, row, [0, 1], unit)
    claims = proven(begun, claims)
    if len(trees.families(cut)) == 1:
        claims += [claim for step in steps for claim in only(begun, root, round(total / step))]
    return written(begun, claims)


def _ends(claim: dict, row: dict, limits: Sequence[Fraction | float], unit: float) -> list[dict]:
    """Return the claims that a row's ``lower`` and ``upper`` make, where they say more than the limits."""
    near = 10 * NEAR * max(1.0, *(abs(float(end)) for end in limits if math.isfinite(end)), 1.0)
    low, high = row["lower"] / unit > float(limits[0]) + near, row["upper"] / unit < float(limits[1]) - near
    return [claim | {"end": end} for end, more in (("≥", low), ("≤", high)) if more]


def only(begun: Begun, root: str, parts: int) -> list[dict]:
    """Return the claim that these are all weights in so many whole positive parts that fit; none, with a
    notice, where there are too many to count out.
    """
    count = math.comb(parts - 1, len(begun.known.children[root]) - 1)
    if count > SETS:
        SAYS.notice("too_many_sets", sets=count, most=SETS)
        return []
    claim = {"kind": "grid", "of": root, "end": "≥", "parts": parts}
    return [claim | begun.known.derived(claim)]


def verified(
    path: Path,
    files: Files,
    tree: pd.DataFrame,
    data: pd.DataFrame,
    scores: pd.DataFrame,
    found: pd.DataFrame,
    *,
    aggregate: str = "arithmetic",
    missing: str = "drop",
    decimals: int | None = None,
    data_decimals: int | None = None,
) -> dict[Path, pd.DataFrame | str]:
    """Return ``{path: content}`` of a certificate of the scores that `verify` found not to follow from the
    data; arithmetic means only, as others have no exact fractions.
    """
    full = trees.read(tree)
    cut = trees.prune(full, [c for c in data.columns if c in set(full["parent"])])
    own = data[[c for c in data.columns if c in {*cut["code"], "unit", "time"}]]
    options = (found.attrs["normalise"], missing, decimals, data_decimals, set(full["code"]))
    reading, values = read_so(cut, own, scores, *options)
    if values is not None:
        files = {**files, "data": (path.with_suffix(".values.csv"), values)}
    begun = begin(path, files, reading)
    powers, claims = methods_by_parent(cut, aggregate), []
    for row in found[found["first_break"] != ""].to_dict("records"):
        code = row["code"]
        if any(powers[c] != 1 for c in {code, *trees.below(cut, [code])} if c in powers):
            continue
        claim = {"kind": "break", "unit": _unit(row), "of": code, "end": "≥"}
        with contextlib.suppress(ValueError, KeyError):
            claims.append(claim | begun.known.derived(claim))
    return written(begun, claims)


def _unit(row: dict) -> str:
    return " ".join(str(row[k]) for k in ("unit", "time") if k in row)
