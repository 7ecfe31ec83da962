"""Indicators over what makes large units large, before anything is normalised.

Source: OECD/JRC Handbook (2008), step 5; COINr's ``Denominate``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.index.tables import floats, need, texts
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)


def denominate(
    data: pd.DataFrame,
    tree: pd.DataFrame,
    by: pd.DataFrame,
    sizes: pd.DataFrame,
    *,
    name: str = "DATA",
) -> pd.DataFrame:
    """Divide indicators by what makes large units large: per head, per GDP, per area.

    ``by``: ``code, denominator`` and optionally ``scale`` (1000: per thousand); indicators not named stay.
    ``sizes``: ``unit``[, ``time``] and the denominators. Raises BadInput for a code or a denominator that is
    not there, a unit without a row, a denominator that is zero or below. A missing one leaves the cell
    missing.

    >>> data = pd.DataFrame({"unit": ["A", "B"], "x": [10.0, 10.0]})
    >>> tree = pd.DataFrame({"code": ["r", "x"], "parent": ["", "r"], "weight": 1.0, "direction": 1})
    >>> by = pd.DataFrame({"code": ["x"], "denominator": ["people"], "scale": [1000]})
    >>> bb.denominate(data, tree, by, pd.DataFrame({"unit": ["B", "A"], "people": [500, 2000]}))["x"].tolist()
    [5.0, 20.0]
    """
    tree = trees.read(tree)
    key, x = trees.match(data, tree, name)
    need(by, ["code", "denominator"], "--by")
    need(sizes, [*key.columns], "--sizes")
    codes, x = trees.leaves(tree), x.copy()
    own = pd.MultiIndex.from_frame(pd.DataFrame({c: texts(sizes, c) for c in key.columns}))
    rows = own.get_indexer(pd.MultiIndex.from_frame(key.astype(str)))
    if (rows < 0).any():
        at = int((rows < 0).argmax())
        SAYS.refuse("no_size", "--sizes", None, "unit", unit=" ".join(map(str, key.iloc[at])))
    scales = floats(by, "scale", "--by")
    pairs = zip(texts(by, "code"), texts(by, "denominator"), scales, strict=True)
    for row, (code, denominator, scale) in enumerate(pairs, 2):
        if code not in codes:
            SAYS.refuse("no_such_indicator", "--by", row, "code", code=code)
        if denominator not in sizes.columns:
            SAYS.refuse("no_such_denominator", "--by", row, "denominator", denominator=denominator)
        size = np.array(floats(sizes, denominator, "--sizes"))[rows]
        if (size <= 0).any():
            at = int((size <= 0).argmax())
            told = {"unit": key["unit"][at], "value": size[at]}
            SAYS.refuse("no_positive_size", "--sizes", None, denominator, **told)
        x[:, codes.index(code)] /= size / (1.0 if np.isnan(scale) else scale)
    return key.assign(**{code: x[:, at] for at, code in enumerate(codes)})
