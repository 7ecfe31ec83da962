"""Certificates: what is proven can be checked in exact fractions, and nothing else passes."""

import ast
import copy
import hashlib
import itertools
import json
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bluebook import certify, recover
from bluebook.index import ranges, tables
from bluebook.index import tree as trees
from bluebook.pages import certificates as book
from bluebook.recover import proofs, rank_proofs

from .printed_index import random_index

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")
CHECKER = Path(certify.__file__)


def seal(told):
    text = json.dumps(told | {"seal": ""}, sort_keys=True).encode()
    return told | {"seal": hashlib.sha256(text).hexdigest()}


def holds(told, folder):
    """Whether the checker accepts a certificate, its inputs compared."""
    try:
        return certify.Certificate(told, folder).compared
    except Exception:
        return False


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """The book's certificates: their folder, and each one by name."""
    folder = tmp_path_factory.mktemp("certificates")
    for files in book.made(folder).values():
        tables.write(files)
    return folder, {p.stem: json.loads(p.read_text("utf-8-sig")) for p in folder.glob("*.json")}


# ---------------------------------------------------------------- the checker


def test_the_checker_needs_the_standard_library_alone_and_is_short():
    tree = ast.parse(CHECKER.read_text("utf-8"))
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    names |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names
    assert len(CHECKER.read_text("utf-8").splitlines()) <= 150


def test_the_checker_runs_without_any_package(shelf):
    files = [str(shelf[0] / f"{name}.json") for name in ("weights", "conflict", "order")]
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(CHECKER), *files], capture_output=True, text=True, encoding="utf-8"
    )
    assert ran.returncode == 0 and ran.stdout.count("accepted") == 3, ran.stderr
    alone = [sys.executable, "-S", "-m", "bluebook.certify", files[0]]
    ran = subprocess.run(alone, capture_output=True, text=True, encoding="utf-8", cwd=CHECKER.parents[1])
    assert ran.returncode == 0 and "rank" not in ran.stdout and "weight performance" in ran.stdout, ran.stderr


# ---------------------------------------------------------------- the book's


def test_every_certificate_of_the_book_is_accepted(shelf):
    folder, every = shelf
    names = {"weights", "weights-in-full", "cells-assumed", "conflict", "order", "order-public", "ranges"}
    assert set(every) == names | {f"weights-{hundred}-100" for hundred in ("exact", "both", "whole")}
    for name, told in every.items():
        assert holds(told, folder), name
        assert told["claims"], name


def test_the_certificate_says_what_the_chapter_says(shelf):
    own = book.printed(book.lab.panel_edition()[0])
    digits = {"decimals": own.decimals, "data_decimals": own.decimals}
    found = recover.recover(own.tree, own.matrix, own.scores, normalise="none", **digits)
    claims = shelf[1]["weights"]["claims"]
    said = {
        (c["kind"], c.get("unit"), c.get("of"), c["end"]): c["bound"] for c in claims if c["kind"] != "grid"
    }
    for _, row in found.weights.iterrows():
        for end, side, limit in (("≥", "lower", 0), ("≤", "upper", 100)):
            if abs(row[side] - limit) > 1e-6:
                assert 100 * float(said["weight", None, row["code"], end]) == pytest.approx(
                    row[side], abs=1e-4
                )
    for _, row in found.cells[found.cells["lower"] > 1e-6].iterrows():
        assert float(said["value", row["unit"], row["code"], "≥"]) == pytest.approx(row["lower"], abs=1e-4)


@pytest.mark.parametrize("hundred", ["cut", "exact", "both", "whole"])
def test_the_weights_in_steps_of_five_points_and_of_one_are_those_of_the_chapter(shelf, hundred):
    own = book.printed(book.lab.panel_edition()[0])
    digits = {"decimals": own.decimals, "data_decimals": own.decimals}
    bounds = recover.reading(own.matrix, hundred, own.decimals)
    claims = shelf[1]["weights" if hundred == "cut" else f"weights-{hundred}-100"]["claims"]
    grids = {100 // c["parts"]: c["bound"] for c in claims if c["kind"] == "grid"}
    assert list(grids) == [5, 1]
    for step, sets in grids.items():
        found = recover.grid(own.tree, own.matrix, own.scores, step, bounds=bounds, **digits)
        assert [[w * step for w in s] for s in sets] == found.to_numpy().tolist() and sets


def test_the_altered_total_is_refuted_and_put_where_the_others_want_it(shelf):
    first, low, high = shelf[1]["conflict"]["claims"]
    assert first["kind"] == "conflict" and Fraction(first["bound"]) > 0
    assert float(low["bound"]) > 92.25 and float(high["bound"]) > float(low["bound"])


def test_every_rank_of_the_chapter_is_proven_to_the_end(shelf):
    claims = shelf[1]["ranges"]["claims"]
    assert len(claims) == 34 and all(c["bound"][0] == c["bound"][1] for c in claims)


@pytest.mark.parametrize("seed", range(20))
def test_weights_are_counted_out_as_by_trying_every_one(seed):
    rng = np.random.default_rng(seed)
    at = {}
    for unit in "ABC":
        low = rng.integers(0, 80, 4)
        ends = {k: [str(a), str(a + b)] for k, a, b in zip("wxyz", low, rng.integers(0, 20, 4), strict=True)}
        if unit == "C":
            del ends["x"]  # a cell that is not there weighs nothing
        mean = rng.uniform(20, 70)
        at[unit] = ends | {"r": [f"{mean - 4:.2f}", f"{mean + 4:.2f}"]}
    head = {"system": {"children": {"r": list("wxyz")}, "weights": {}, "at": at}, "claims": [], "inputs": {}}
    claim = {"kind": "grid", "of": "r", "end": "≥", "parts": 12}
    found = certify.Certificate(head).derived(claim)["bound"]
    every = []
    for w in itertools.product(range(1, 13), repeat=4):
        shares = dict(zip("wxyz", w, strict=True))
        fits = sum(w) == 12
        for own in at.values() if fits else ():
            kids = [k for k in own if k != "r"]
            low, high = (sum(shares[k] * int(own[k][i]) for k in kids) for i in (0, 1))
            whole = sum(shares[k] for k in kids)
            fits &= low <= Fraction(own["r"][1]) * whole and high >= Fraction(own["r"][0]) * whole
        every += [list(w)] if fits else []
    assert found == every


# ---------------------------------------------------------------- what does not pass


def leaves(told, kind):
    """The places of a certificate that a change of this kind may strike, as lists of keys."""

    def down(thing, way):
        if isinstance(thing, dict | list):
            pairs = thing.items() if isinstance(thing, dict) else enumerate(thing)
            return [found for key, value in pairs for found in down(value, [*way, key])]
        return [way]

    top = {"hash": ["inputs"], "coefficient": ["system", "at"]}.get(kind, ["claims"])
    thing = told
    for key in top:
        thing = thing[key]
    wanted = {
        "hash": lambda way: way[-1] == "sha256",
        "coefficient": lambda way: True,
        "multiplier": lambda way: "proof" in way and way[-1] != "on",
        "bound": lambda way: "bound" in way,
        "sentence": lambda way: way[-1] == "says",
        "direction": lambda way: way[-1] == "end",
    }[kind]
    return [way for way in down(thing, top) if wanted(way)]


def changed(value, kind, rng):
    if kind == "direction":
        return {"≥": "≤", "≤": "≥"}[value]
    if kind in ("hash", "sentence"):
        at = rng.randrange(len(value))
        return value[:at] + rng.choice([c for c in "0123456789abcdef≥≤" if c != value[at]]) + value[at + 1 :]
    moved = Fraction(value) * (1 + Fraction(rng.choice([-1, 1]) * rng.randrange(1, 10**6), 10**6))
    moved = moved if moved != Fraction(value) else moved + Fraction(rng.choice([-1, 1]), 1000)
    return round(moved) + 1 if isinstance(value, int) else str(moved)


def tampered(told, kind, rng):
    """A copy with one random change of this kind, None where there is nothing of the kind to change."""
    places = leaves(told, kind)
    if not places:
        return None
    out = copy.deepcopy(told)
    *way, last = rng.choice(places)
    thing = out
    for key in way:
        thing = thing[key]
    thing[last] = changed(thing[last], kind, rng)
    return out if out != told else None


KINDS = ("multiplier", "bound", "coefficient", "hash", "sentence", "direction")


def refused(folder, every, count, seed):
    rng, done = random.Random(seed), 0
    while done < count:
        name, kind = rng.choice(sorted(every)), rng.choice(KINDS)
        fake = tampered(every[name], kind, rng)
        if fake is None:
            continue
        assert not holds(fake, folder), (name, kind)
        done += 1
        forged = seal(fake)  # with the seal mended only what it says can betray it
        if name not in ("ranges", "order", "order-public") or kind != "multiplier":
            assert not holds(forged, folder), (name, kind)
        elif holds(forged, folder):  # other multipliers that prove the very same
            assert [c["says"] for c in forged["claims"]] == [c["says"] for c in every[name]["claims"]]


def test_a_hundred_tampered_certificates_are_refused(shelf):
    folder, every = shelf
    refused(folder, {name: told for name, told in every.items() if name != "ranges"}, 100, 1)


@pytest.mark.slow
def test_a_thousand_tampered_certificates_are_refused(shelf):
    refused(*shelf, 1000, 2)


def test_other_inputs_are_refused_and_absent_ones_are_told(shelf, tmp_path):
    folder, every = shelf
    for path in folder.glob("weights.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    scores = tmp_path / "weights.scores.csv"
    scores.write_text(scores.read_text("utf-8").replace("52.7", "52.8"), "utf-8")
    told = copy.deepcopy(every["weights"])
    with pytest.raises(ValueError, match=r"weights\.scores\.csv"):
        certify.Certificate(told, tmp_path)
    told["inputs"]["scores"]["sha256"] = hashlib.sha256(scores.read_bytes()).hexdigest()
    with pytest.raises(ValueError, match="the inputs say otherwise"):
        certify.Certificate(seal(told), tmp_path)
    scores.unlink()
    assert not certify.Certificate(every["weights"], tmp_path).compared


EASY = {"low": {"x": "0", "y": "0"}, "high": {"x": "1", "y": "1"}, "weights": {"x": "1", "y": "0"}}
SHORT = {"low": {"x": "0"}, "high": {"x": "1", "y": "1"}, "weights": {"x": "1", "y": "0"}}
RANK = {"kind": "rank", "unit": "A", "end": "≤"}


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ({"kind": "value", "unit": "A", "of": "r", "end": "≥", "proof": {"A": {"r": "1"}}}, "itself"),
        ({"kind": "weight", "of": "r", "in": "x", "end": "≤", "proof": {}}, "too much is asked"),
        ({"kind": "conflict", "in": "r", "end": "≥", "proof": {}}, "no contradiction"),
        ({"kind": "conflict", "in": "r", "end": "≥", "proof": {"A": {"r": "1"}}}, "no contradiction"),
        ({"kind": "miracle", "in": "r", "end": "≥", "proof": {}}, "no contradiction"),
        ({"kind": "break", "unit": "A", "of": "r", "end": "≥"}, "the score follows"),
        (RANK | EASY | {"proof": {"B": "9999"}}, "a multiplier too large"),
        (RANK | EASY | {"proof": {"B": "-1"}}, "a multiplier too large"),
        (RANK | SHORT | {"proof": {}}, "not all weights"),
        (RANK | EASY | {"weights": {"x": "1.5", "y": "-0.5"}, "proof": {}}, "beyond the limits"),
        (RANK | EASY | {"weights": {"x": "0.5", "y": "0"}, "proof": {}}, "not 1"),
    ],
)
def test_a_claim_that_does_not_follow_is_refused(claim, why, tmp_path):
    with pytest.raises(ValueError, match=why):
        small(tmp_path).known.derived(claim)


def small(folder):
    """Two units, two weights: 90 x + 10 y = 70, all within half a point."""
    tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": [1, 3, 1]})
    data = pd.DataFrame({"unit": ["A", "B"], "x": ["90", "10"], "y": ["10", "70"]})
    files = {
        "tree": (folder / "t.csv", tree.assign(direction=1)),
        "data": (folder / "d.csv", data),
        "scores": (folder / "s.csv", pd.DataFrame({"unit": ["A"], "code": ["r"], "score": ["70"]})),
    }
    reading = {"half": {"x": "0.5", "y": "0.5", "r": "0.5"}, "missing": "unknown", "scale": ["0", "100"]}
    return proofs.begin(folder / "c.json", files, reading)


def test_a_multiplier_is_worth_what_it_proves_and_no_more(tmp_path):
    known = small(tmp_path).known
    weight = {"kind": "weight", "of": "x", "in": "r", "end": "≥"}
    said = [known.derived(weight | {"proof": {"A": {"r": m}}})["bound"] for m in ("0.0125", "0", "0.05")]
    # (69.5 - 10.5) / 80 = 0.7375, and nothing without the score, and less with too much of it
    assert said[:2] == ["0.737500000", "0E-9"] or said[:2] == ["0.737500000", "0.000000000"]
    assert float(said[2]) < 0.7375
    assert (
        known.derived({"kind": "value", "unit": "B", "of": "r", "end": "≤", "proof": {}})["bound"]
        == "70.500000000"
    )


# ---------------------------------------------------------------- any index


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), missing=st.sampled_from([0.0, 0.1]), pillars=st.integers(1, 2))
@example(seed=358542, missing=0.0, pillars=2)  # the first multipliers do not stand the exact check
def test_what_recover_finds_of_any_index_is_proven(seed, missing, pillars, tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")
    tree, cells, scores = random_index(seed, 8, 4, pillars, 1, 1, missing=missing)
    found = recover.recover(tree, cells, scores, normalise="none")
    files = {
        name: (folder / f"{name}.csv", table)
        for name, table in (("tree", tree), ("data", cells), ("scores", scores))
    }
    tables.write(proofs.recovered(folder / "c.json", files, tree, cells, scores, found))
    told = json.loads((folder / "c.json").read_text("utf-8-sig"))
    assert holds(told, folder)
    said = {(c.get("unit"), c["of"], c["end"]): float(c["bound"]) for c in told["claims"]}
    unit = recover.weights.unit_of_weights(trees.read(tree))
    for row in found.weights.to_dict("records"):
        for end, side, limit in (("≥", "lower", 0), ("≤", "upper", 1)):
            exact = said.get((None, row["code"], end), limit)
            assert (row[side] / unit - exact) * (1 if side == "lower" else -1) >= -1e-6
            if not missing:
                assert exact == pytest.approx(row[side] / unit, abs=1e-5)


def units_ahead(x, at, w):
    return int((x @ w > x[at] @ w + 1e-9 * np.abs(x).max()).sum())


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_proven_rank_holds_for_every_weight_within_the_limits(seed, tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("ranks"), np.random.default_rng(seed)
    x = rng.integers(0, 20, (6, 3)).astype(float)
    values = pd.DataFrame(x, index=pd.Index(list("ABCDEF"), name="unit"), columns=["x", "y", "z"])
    tree = pd.DataFrame(
        {"code": ["r", "x", "y", "z"], "parent": ["", "r", "r", "r"], "weight": [None, 1, 2, 2]}
    )
    tree = trees.read(tree.assign(direction=1))
    low, high = (pd.Series([0.2, 0.4, 0.4], list("xyz")) * t for t in (0.5, 1.5))
    found = ranges.weight_ranges(values, low, high)
    file = folder / "t.csv", tree
    tables.write(rank_proofs.ranged(folder / "c.json", file, tree, values, found, 0.5))
    told = json.loads((folder / "c.json").read_text("utf-8-sig"))
    assert holds(told, folder)
    limits = {(c["unit"], c["end"]): c["bound"][0] for c in told["claims"]}
    for row in found.ranges.to_dict("records"):
        assert limits[row["unit"], "≥"] <= row["best"] and limits[row["unit"], "≤"] >= row["worst"]
    for _ in range(200):
        w = rng.uniform(low, high)
        w /= w.sum()
        if ((w >= low) & (w <= high)).all():
            for at, unit in enumerate(values.index):
                assert limits[unit, "≥"] <= 1 + units_ahead(x, at, w) <= limits[unit, "≤"]


def test_a_score_that_cannot_follow_is_proven_by_the_trees_weights(tmp_path):
    tree, cells, scores = random_index(2, 12, 6, 2, 2, 2)
    scores = scores.reset_index(drop=True)
    scores.loc[(scores["unit"] == "u3") & (scores["code"] == "p1"), "score"] = "99.99"
    found = recover.verify(tree, cells, scores)
    files = {
        name: (tmp_path / f"{name}.csv", table)
        for name, table in (("tree", tree), ("data", cells), ("scores", scores))
    }
    tables.write(proofs.verified(tmp_path / "c.json", files, tree, cells, scores, found))
    told = json.loads((tmp_path / "c.json").read_text("utf-8-sig"))
    assert holds(told, tmp_path)
    (claim,) = told["claims"]
    row = found[found["first_break"] != ""].iloc[0]
    assert [claim["unit"], claim["of"]] == ["u3", "p1"]
    assert [float(Fraction(end)) for end in claim["bound"]] == pytest.approx([row["lower"], row["upper"]])


@pytest.mark.parametrize("broken", [False, True])
def test_few_units_prove_what_all_of_them_do(broken, tmp_path, monkeypatch):
    rng = np.random.default_rng(3)
    x = rng.uniform(0, 100, (60, 3)).round(1)
    codes = ["x", "y", "z"]
    tree = pd.DataFrame({"code": ["r", *codes], "parent": ["", *["r"] * 3], "weight": 1, "direction": 1})
    cells = pd.DataFrame(x, columns=codes).astype(str).assign(unit=[f"u{i}" for i in range(60)])
    cells.loc[50, "y"] = ""
    total = (x @ [0.5, 0.3, 0.2]).round(1)
    total[np.abs(total - 50).argmin()] += 20 * broken
    scores = pd.DataFrame({"unit": cells["unit"], "code": "r", "score": total.astype(str)})
    found = recover.recover(tree, cells, scores, normalise="none")
    pairs = (("tree", tree), ("data", cells), ("scores", scores))
    files = {name: (tmp_path / f"{name}.csv", table) for name, table in pairs}
    said = []
    for many in (0, 10**6):
        monkeypatch.setattr(proofs, "MANY", many)
        tables.write(proofs.recovered(tmp_path / "c.json", files, tree, cells, scores, found))
        told = json.loads((tmp_path / "c.json").read_text("utf-8-sig"))
        assert holds(told, tmp_path)
        said.append(
            [(c["kind"], c.get("unit"), c.get("of"), c["end"], float(c["bound"])) for c in told["claims"]]
        )
    assert len(said[0]) == len(said[1]) > 2
    for few, whole in zip(*said, strict=True):
        assert few[:4] == whole[:4] and few[4] == pytest.approx(whole[4], abs=1e-5)
    assert (said[0][0][0] == "conflict") == broken
