"""What hangs together: correlations within a family and with its parent, Cronbach's alpha, principal
components.

Works on any wide table of ``unit``[, ``time``] and codes: raw data, `score`'s normalised values, or its
scores. Correlations take the units that have both values; alpha and components the units that have all of a
family.

Source: OECD/JRC Handbook (2008), steps 4 and 7; Cronbach (1951).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook.index import tree as trees
from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
KINDS = ("pearson", "spearman", "kendall")
HIGH, LOW = 0.9, -0.4  # beyond these a pair says the same twice, or pulls against itself


class Structure(NamedTuple):
    """What :func:`structure` returns.

    ``pairs``: ``parent, a, b, r, units, flag``, every two siblings; ``flag`` is "high", "low" or "".
    ``families``: ``parent, children, units, alpha, first``: Cronbach's alpha, the share of variance on the
    first component.
    ``children``: ``parent, code, with_parent, loading``: correlation with the parent (NaN where the table has
    none) and the first component's loading, signed so that the loadings sum to at least 0.
    """

    pairs: pd.DataFrame
    families: pd.DataFrame
    children: pd.DataFrame


def correlation(a: np.ndarray, b: np.ndarray, kind: str = "pearson") -> float:
    """Return the correlation of two columns over the rows that have both; NaN for fewer than 3 or no spread.

    ``kind``: pearson, spearman (ranks within those rows) or kendall (tau-b).

    >>> correlation(np.array([1.0, 2.0, 3.0, np.nan]), np.array([3.0, 2.0, 1.0, 0.0]))
    -1.0
    """
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b = a[both], b[both]
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return np.nan
    if kind == "kendall":
        from scipy.stats import kendalltau

        return float(kendalltau(a, b)[0])
    if kind == "spearman":
        a, b = (pd.Series(x).rank().to_numpy() for x in (a, b))
    return float(np.clip(np.corrcoef(a, b)[0, 1], -1, 1))


def structure(
    table: pd.DataFrame, tree: pd.DataFrame, kind: str = "pearson", *, high: float = HIGH, low: float = LOW
) -> Structure:
    """Return how the indicators of each family hang together: see `Structure`.

    ``table``: ``unit``[, ``time``] as columns or index, and codes of ``tree``; families that it lacks are
    left out. ``high``, ``low``: correlations above and below are flagged. Raises BadInput for an unknown
    ``kind`` and where no family is there.

    >>> table = pd.DataFrame({"unit": list("ABCD"), "x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 4.0, 6.0, 9.0]})
    >>> tree = pd.DataFrame({"code": ["r", "x", "y"], "parent": ["", "r", "r"], "weight": 1, "direction": 1})
    >>> found = bb.structure(table, tree)
    >>> found.pairs[["a", "b", "flag"]].values.tolist(), float(found.families["alpha"][0].round(2))
    ([['x', 'y', 'high']], 0.84)
    """
    if kind not in KINDS:
        SAYS.refuse("unknown_correlation", "--kind", kind=kind, known=", ".join(KINDS))
    tree = trees.read(tree)
    pairs, families, children = [], [], []
    for family in trees.families(tree):
        here = [code for code in family.children if code in table.columns]
        if len(here) < 2:
            continue
        x = table[here].to_numpy(dtype=float)
        for i, a in enumerate(here):
            for j in range(i + 1, len(here)):
                r, units = (
                    correlation(x[:, i], x[:, j], kind),
                    int((~np.isnan(x[:, [i, j]])).all(axis=1).sum()),
                )
                flag = "high" if r > high else "low" if r < low else ""
                pairs.append((family.parent, a, here[j], r, units, flag))
        whole = x[~np.isnan(x).any(axis=1)]
        shares, loading = components(whole)
        families.append((family.parent, len(here), len(whole), alpha(whole), shares[0]))
        parent = table[family.parent].to_numpy(float) if family.parent in table.columns else None
        for i, code in enumerate(here):
            with_parent = np.nan if parent is None else correlation(x[:, i], parent, kind)
            children.append((family.parent, code, with_parent, loading[i]))
    if not families:
        SAYS.refuse("no_family_here")
    return Structure(
        pd.DataFrame(pairs, columns=["parent", "a", "b", "r", "units", "flag"]),
        pd.DataFrame(families, columns=["parent", "children", "units", "alpha", "first"]),
        pd.DataFrame(children, columns=["parent", "code", "with_parent", "loading"]),
    )


def alpha(x: np.ndarray) -> float:
    """Return Cronbach's alpha of columns that measure one thing (rows × k, no NaN); NaN for fewer than 3
    rows.

    >>> alpha(np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]))
    1.0
    """
    k = x.shape[1]
    if len(x) < 3:
        return np.nan
    s = np.cov(x.T)
    whole = s.sum()
    return float(k / (k - 1) * (1 - np.trace(s) / whole)) if whole > 0 else np.nan


def components(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the variance shares of all principal components of ``x`` standardised (rows × k, no NaN) and the
    first one's loadings; all NaN for fewer than 3 rows or a column without spread.
    """
    k = x.shape[1]
    if len(x) < 3 or (np.ptp(x, axis=0) == 0).any():
        return np.full(k, np.nan), np.full(k, np.nan)
    values, vectors = np.linalg.eigh(np.corrcoef(x.T))
    first = vectors[:, -1]
    return values[::-1] / k, first if first.sum() >= 0 else -first


def balanced_weights(table: pd.DataFrame) -> pd.Series:
    """Return weights (≥ 0, sum 1) under which every column correlates equally with the weighted mean.

    ``table``: units × columns on one scale; units with a gap are left out. What is nominally an equal weight
    counts more where indicators move together; these weights even that out, as nearly as weights ≥ 0 can.
    Raises BadInput for fewer than 3 whole units or a column without spread.

    >>> table = pd.DataFrame({"x": [1.0, 2, 3, 4], "y": [1.1, 2.0, 3.1, 3.9], "z": [4.0, 1, 3, 2]})
    >>> bool(bb.balanced_weights(table)["z"] > 0.4)
    True
    """
    from scipy.optimize import nnls

    x = table.dropna().to_numpy(dtype=float)
    if len(x) < 3 or (np.ptp(x, axis=0) == 0).any():
        SAYS.refuse("nothing_to_balance")
    # Correlations with Σ w x are R v / √(v'Rv) where v = w · sd: all equal when R v is 1 throughout.
    w = nnls(np.corrcoef(x.T), np.ones(x.shape[1]))[0] / x.std(axis=0, ddof=1)
    return pd.Series(w / w.sum(), index=table.columns, name="weight")
