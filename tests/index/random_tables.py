"""Trees of one and two levels, and tables for them."""

import numpy as np
import pandas as pd

from bluebook.index import tree as trees


def flat(k, weight=1.0):
    names = [f"x{i}" for i in range(k)]
    return trees.read(
        pd.DataFrame({"code": ["r", *names], "parent": ["", *["r"] * k], "direction": 1}).assign(
            weight=weight
        )
    )


def deep():
    """Two dimensions of two indicators."""
    return trees.read(
        pd.DataFrame(
            {
                "code": ["r", "a", "b", "x0", "x1", "x2", "x3"],
                "parent": ["", "r", "r", "a", "a", "b", "b"],
                "weight": [np.nan, 60, 40, 1, 3, 2, 2],
                "direction": 1,
            }
        )
    )


def table(x):
    x = np.asarray(x, dtype=float)
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(x.shape[1])]).assign(
        unit=[f"u{i}" for i in range(len(x))]
    )


def random_table(seed, n=6, k=4, missing=0.0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 100, (n, k))
    x[2:][rng.random((n - 2, k)) < missing] = np.nan
    return table(x)
