"""The R packages' tables beside the tests, and the index of the ASEM data that most of them are about."""

from pathlib import Path

import numpy as np
import pandas as pd

import bluebook as bb
from bluebook.index import tables

HOME = Path(__file__).parents[1] / "validation"
COINR, COMPIND = HOME / "coinr", HOME / "compind" / "asem"


def rows(path):
    """A table as R wrote it: an empty cell is missing, the code NA is a code."""
    return pd.read_csv(path, keep_default_na=False, na_values=[""])


def wide(path):
    """Units × numbers."""
    return rows(path).set_index("unit").apply(pd.to_numeric)


def asem(weights=""):
    """The tree, with COINr's unequal weights where asked for."""
    tree = bb.read_tree(HOME / "asem" / "indicators.csv")
    if weights == "unequal":
        own = rows(COINR / "d_aggregate" / "weights_unequal.csv").set_index("code")["weight"]
        tree["weight"] = [own.get(code, w) for code, w in zip(tree["code"], tree["weight"], strict=True)]
    return tree


def raw():
    return tables.read_data(HOME / "asem" / "data.csv")


def screened():
    """The data after COINr's denominators and filling, in the order of `raw`."""
    own = tables.read_data(COINR / "input" / "stage_screened.csv").set_index("unit")
    return own.loc[raw()["unit"]].reset_index()


def final():
    """The normalised values of COINr's example, units × indicators."""
    return wide(COINR / "input" / "stage_normalised_0_100.csv")


def same(got, want, rtol=1e-9, atol=1e-12):
    """Values agree, missing ones included."""
    np.testing.assert_allclose(
        np.asarray(got, dtype=float), np.asarray(want, dtype=float), rtol=rtol, atol=atol
    )
