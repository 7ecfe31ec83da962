"""Small trees and tables, and what the index makes of them."""

import numpy as np
import pandas as pd
import pytest

from bluebook import index
from bluebook.messages import BadInput

quiet = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


def flat_tree(leaves="xy", **columns):
    table = pd.DataFrame({"code": ["r", *leaves], "parent": ["", *["r"] * len(leaves)]})
    return table.assign(weight=columns.pop("weight", 1.0), direction=1).assign(**columns)


def table(units="ABC", **columns):
    return pd.DataFrame({"unit": list(units), **columns})


def score(data, tree=None, **options):
    return index.score(
        data,
        flat_tree(data.columns.drop(["unit", "time"], errors="ignore")) if tree is None else tree,
        **options,
    )


def root(data, tree=None, **options):
    return score(data, tree, **options).scores["r"].tolist()


def refused(action):
    """The BadInput that ``action`` raises."""
    with pytest.raises(BadInput) as caught:
        action()
    return caught.value


def refusal(action):
    """Its English line."""
    return refused(action).en


def deep_tree():
    return pd.DataFrame(
        {"code": ["r", "a", "x", "y", "z"], "parent": ["", "r", "a", "a", "r"], "weight": 1.0, "direction": 1}
    )


def ranks(*scores, decimals=None):
    values = np.array(scores, dtype=float)
    return index.rank_values(values if decimals is None else index.round_half_away(values, decimals)).tolist()
