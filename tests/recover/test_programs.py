"""Hidden weights and cells are never wider than they must be."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from bluebook import recover
from bluebook.index import tree as trees

from .printed_index import family, random_index

settings.register_profile("steady", deadline=None)  # a busy machine is no fault of the index
settings.load_profile("steady")


pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


def vertices(rows, equal):
    """All corners of {z ≥ 0, rows · z ≤ 0, equal · z = 1}, by trying every set of tight constraints."""
    n = len(equal)
    sides = np.vstack([rows, -np.eye(n)])
    out = []
    for tight in itertools.combinations(range(len(sides)), n - 1):
        matrix = np.vstack([sides[list(tight)], equal])
        if np.linalg.matrix_rank(matrix) == n:
            z = np.linalg.solve(matrix, np.eye(n)[-1])
            if (sides @ z <= 1e-8).all():
                out.append(z)
    return np.array(out)


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10**6),
    units=st.integers(2, 5),
    k=st.integers(2, 4),
    data_decimals=st.sampled_from([1, 15]),
)
def test_weights_are_as_tight_as_the_corners_of_what_fits(seed, units, k, data_decimals):
    tree, cells, scores = random_index(seed, units, k, 1, 1, data_decimals)
    tree = family([f"x{i}" for i in range(k)])
    scores = scores[scores["code"] == "index"]
    x = cells[[f"x{i}" for i in range(k)]].astype(float).to_numpy()
    half = 0.05 if data_decimals == 1 else 0.0
    total = scores["score"].astype(float).to_numpy()[:, None]
    low, high = np.clip(x - half, 0, 100), np.clip(x + half, 0, 100)
    corners = vertices(np.vstack([low - (total + 0.05), (total - 0.05) - high]), np.ones(k))
    found = recover.recover(tree, cells, scores, normalise="none").weights
    np.testing.assert_allclose(found["lower"], 100 * corners.min(axis=0), atol=1e-5)
    np.testing.assert_allclose(found["upper"], 100 * corners.max(axis=0), atol=1e-5)


@pytest.mark.slow
@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), k=st.integers(2, 3))
def test_a_hidden_cell_is_as_tight_as_the_corners_of_what_fits(seed, k):
    """The products of unknown weight and unknown cell are variables of their own, t = w · x."""
    _, cells, scores = random_index(seed, 3, k, 1, 1, 15)
    names = [f"x{i}" for i in range(k)]
    scores = scores[scores["code"] == "index"]
    x = cells[names].astype(float).to_numpy()
    total = scores["score"].astype(float).to_numpy()
    cells.loc[0, "x0"] = ""
    rows = []
    for unit in range(3):
        terms = np.append(x[unit], 0.0)
        if unit == 0:
            terms[0], terms[k] = 0.0, 1.0
        every = np.append(np.ones(k), 0.0)
        rows += [terms - (total[unit] + 0.05) * every, (total[unit] - 0.05) * every - terms]
    rows.append(np.eye(k + 1)[k] - 100 * np.eye(k + 1)[0])
    corners = vertices(np.array(rows), np.append(np.ones(k), 0.0))
    weighty = corners[corners[:, 0] > 1e-9]
    ratio = weighty[:, k] / weighty[:, 0]
    found = recover.recover(family(names), cells, scores, normalise="none")
    if corners[:, 0].min() > 1e-6:  # else the cell may be anything, as its weight may be next to nothing
        np.testing.assert_allclose(
            found.cells[["lower", "upper"]].to_numpy()[0], [ratio.min(), ratio.max()], atol=1e-3
        )
    np.testing.assert_allclose(found.weights["upper"], 100 * corners[:, :k].max(axis=0), atol=1e-4)


@pytest.mark.slow
@settings(max_examples=10)
@given(seed=st.integers(0, 10**6))
def test_levels_hang_together_exactly_as_in_one_large_program(seed):
    """The same index with every product t = g · x written out, and solved at once."""
    tree, cells, scores = random_index(seed, 6, 5, 2, 1, 1)
    names = trees.leaves(trees.read(tree))
    x = cells[names].astype(float).to_numpy()
    low, high = np.clip(x - 0.05, 0, 100), np.clip(x + 0.05, 0, 100)
    units, n = x.shape
    members = {"index": np.ones(n)}
    for p in ("p0", "p1"):
        members[p] = np.isin(names, tree["code"][tree["parent"] == p]).astype(float)
    rows = []
    for u in range(units):
        for leaf in range(n):
            g, t = np.zeros(n + units * n), np.zeros(n + units * n)
            g[leaf], t[n + u * n + leaf] = 1, 1
            rows += [low[u, leaf] * g - t, t - high[u, leaf] * g]
    for unit, code, score in scores[["unit", "code", "score"]].itertuples(index=False):
        u, s = int(unit[1:]), float(score)
        g, t = np.zeros(n + units * n), np.zeros(n + units * n)
        g[:n] = members[code]
        t[n + u * n : n + u * n + n] = members[code]
        rows += [t - (s + 0.05) * g, (s - 0.05) * g - t]
    found = recover.recover(tree, cells, scores, normalise="none").weights.set_index("code")
    for code, parent in zip(tree["code"][1:], tree["parent"][1:], strict=True):
        of = np.zeros(n + units * n)
        of[:n] = members[code] if code in members else np.isin(names, [code])
        equal = np.append(members[parent], np.zeros(units * n))[None, :]
        ends = [
            sign * linprog(sign * of, np.array(rows), np.zeros(len(rows)), equal, [1.0]).fun
            for sign in (1, -1)
        ]
        np.testing.assert_allclose(found.loc[code, ["lower", "upper"]].astype(float), ends, atol=1e-5)
