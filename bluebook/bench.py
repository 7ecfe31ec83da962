"""``python -m bluebook.bench [--out F.csv]``: speed and memory beside peers, measured in the same run.

Each pair runs alternately, so that a busy machine slows both; a time is the median. The plain baselines are
below, as code: what somebody would write by hand, without checks, missing cells or ties. scikit-criteria is
measured on its own pipeline of min-max scaling and weighted sum.
"""

from __future__ import annotations

import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from bluebook import framework, index, recover, robustness

COLUMNS = ["case", "ours_s", "peer", "peer_s", "ratio", "target", "met", "note"]


def timed(
    ours: Callable[[], object], peer: Callable[[], object] | None = None, runs: int = 15
) -> tuple[float, float]:
    """Return the median seconds of each, run in turn after a first run that does not count."""
    pair = [f for f in (ours, peer) if f]
    seen: list[list[float]] = [[] for _ in pair]
    for run in range(runs + 1):
        for f, times in zip(pair, seen, strict=True):
            start = time.perf_counter()
            f()
            if run:
                times.append(time.perf_counter() - start)
    medians = [median(times) for times in seen]
    return medians[0], medians[1] if peer else float("nan")


def sample(units: int, leaves: int, parents: int = 5, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a random tree of two levels and data without gaps."""
    rng = np.random.default_rng(seed)
    names = [f"x{i}" for i in range(leaves)]
    rows = [("root", "", np.nan)] + [(f"p{i}", "root", 1.0 + i) for i in range(parents)]
    rows += [(name, f"p{i % parents}", 1.0 + i % 7) for i, name in enumerate(names)]
    tree = pd.DataFrame(rows, columns=["code", "parent", "weight"])
    tree["direction"] = [1] * (parents + 1) + [1 if i % 3 else -1 for i in range(leaves)]
    data = pd.DataFrame(rng.normal(size=(units, leaves)), columns=names)
    data.insert(0, "unit", [f"u{i}" for i in range(units)])
    return framework.read(tree), data


# --- the plain baselines ---------------------------------------------------------------------------------------


def plain_draws(z: np.ndarray, draws: int) -> np.ndarray:
    """Rank distribution in three calls of NumPy: matmul, argsort, histogram."""
    units, leaves = z.shape
    weights = np.random.default_rng(0).dirichlet(np.ones(leaves), draws)
    order = np.argsort(-(weights @ z.T), axis=1)
    return (
        np.bincount((order * units + np.arange(units)).ravel(), minlength=units**2).reshape(units, units)
        / draws
    )


def plain_score(data: pd.DataFrame, tree: pd.DataFrame) -> pd.DataFrame:
    """Min-max, two levels of weighted sums and ranks in plain pandas."""
    leaf = tree[tree["code"].isin(data.columns)].set_index("code")
    x = data.set_index("unit")[leaf.index] * leaf["direction"]
    z = (x - x.min()) / (x.max() - x.min()) * 100
    parents = {
        p: (z[g.index] * (g["weight"] / g["weight"].sum())).sum(axis=1) for p, g in leaf.groupby("parent")
    }
    scores = pd.DataFrame(parents)
    weight = tree.set_index("code")["weight"][scores.columns]
    scores["root"] = (scores * (weight / weight.sum())).sum(axis=1)
    return scores.rank(ascending=False, method="min")


def criteria(data: pd.DataFrame, directions: list[int]) -> Callable[[np.ndarray], object]:
    """Return scikit-criteria's pipeline as a function of the weights."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import skcriteria
        from skcriteria.agg.simple import WeightedSumModel
        from skcriteria.pipelines import mkpipe
        from skcriteria.preprocessing.invert_objectives import NegateMinimize
        from skcriteria.preprocessing.scalers import MinMaxScaler

    pipe = mkpipe(NegateMinimize(), MinMaxScaler(target="matrix"), WeightedSumModel())
    matrix = data.drop(columns="unit").to_numpy()
    return lambda weights: pipe.evaluate(skcriteria.mkdm(matrix, directions, weights=weights))


def printed(
    units: int = 180, leaves: int = 32, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """An index of 32 indicators in 11 categories and 2 objectives, 45 weights, everything printed to one decimal."""
    rng = np.random.default_rng(seed)
    rows = (
        [("root", "")] + [(f"o{i}", "root") for i in range(2)] + [(f"c{i}", f"o{i // 6}") for i in range(11)]
    )
    home = np.sort(np.append(np.tile(np.arange(11), 2), rng.integers(0, 11, leaves - 22)))
    rows += [(f"x{i}", f"c{c}") for i, c in enumerate(home)]
    tree = pd.DataFrame(rows, columns=["code", "parent"]).assign(direction=1)
    tree["weight"] = rng.uniform(1, 5, len(tree))
    x = rng.uniform(0, 100, (units, leaves))
    data = pd.DataFrame(x, columns=[f"x{i}" for i in range(leaves)]).assign(
        unit=[f"u{i}" for i in range(units)]
    )
    scores = index.tidy(index.score(data, tree, normalise="none").scores, "score")
    scores["score"] = scores["score"].map("{:.1f}".format)
    cells = data.drop(columns="unit").map("{:.1f}".format).assign(unit=data["unit"])
    return tree.assign(weight=np.nan), cells, scores


# --- the cases -------------------------------------------------------------------------------------------------


def memory(draws: int) -> float:
    """Return the peak memory in GB of a fresh process that draws so often, NaN where the system does not tell."""
    code = (
        "import resource; from bluebook import bench, robustness; tree, data = bench.sample(18, 36); "
        f"robustness.rank_distribution(data, tree, {draws}); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if done.returncode:
        return float("nan")
    return int(done.stdout) / (1e9 if sys.platform == "darwin" else 1e6)


def cases() -> list[tuple]:
    """Run every case; return the rows of the table."""
    out = []

    def row(case: str, ours: float, peer: str, theirs: float, most: float, note: str = "") -> None:
        ratio = ours / theirs
        out.append((case, ours, peer, theirs, ratio, f"<= {most:g}", ratio <= most, note))

    tree, data = sample(18, 36)
    z = index.score(data, tree).normalised.to_numpy()
    directions = tree["direction"][tree["code"].isin(data.columns)].astype(int).tolist()

    def draw(draws: int) -> Callable[[], object]:
        return lambda: robustness.rank_distribution(data, tree, draws)

    ours, theirs = timed(draw(10_000), lambda: plain_draws(z, 10_000), 31)
    row("rank distribution, 18 x 36, 10 000 draws", ours, "plain NumPy", theirs, 2)

    evaluate = criteria(data, directions)
    draws = np.random.default_rng(0).dirichlet(np.ones(36), 200)
    each, _ = timed(lambda: [evaluate(w) for w in draws], runs=3)
    row(
        "rank distribution, 18 x 36, 10 000 draws",
        ours,
        "scikit-criteria",
        each * 50,
        1e-3,
        "peer extrapolated from 200 draws",
    )

    tenth, _ = timed(draw(100_000), runs=3)
    whole, _ = timed(draw(1_000_000), runs=1)
    row(
        "rank distribution, 1 000 000 draws",
        whole,
        "ten times 100 000 draws",
        10 * tenth,
        1.25,
        "time linear in draws",
    )
    peak = memory(1_000_000)
    out.append(
        ("peak memory in GB, 1 000 000 draws", peak, "1 GB", 1.0, peak, "<= 1", peak <= 1, "GB, not seconds")
    )

    tree, data = sample(3000, 100)
    ours, theirs = timed(lambda: index.score(data, tree), lambda: plain_score(data, tree), 31)
    row("one score, 3 000 x 100", ours, "plain pandas", theirs, 1.5)
    directions = tree["direction"][tree["code"].isin(data.columns)].astype(int).tolist()
    evaluate = criteria(data, directions)
    weights = framework.leaf_weights(tree).to_numpy()
    ours, theirs = timed(lambda: index.score(data, tree), lambda: evaluate(weights), 9)
    row("one score, 3 000 x 100", ours, "scikit-criteria", theirs, 1, "peer: one level, no missing cells")

    tree, data = sample(3142, 15, 3)
    x = data.drop(columns="unit")
    ours, theirs = timed(
        lambda: index.score(data, tree, normalise="percentile"),
        lambda: (x.rank(method="min") - 1) / (len(x) - 1),
        31,
    )
    row("percentile score, 3 142 x 15", ours, "pandas rank alone", theirs, 3)

    tables = printed()
    ours, _ = timed(lambda: recover.recover(*tables, normalise="none"), runs=3)
    row(
        "recover 45 weights, 180 x 32, one decimal",
        ours,
        "10 s",
        10.0,
        1,
        "all levels printed, cells rounded",
    )
    return out


def run(out: str | Path | None = None) -> None:
    """Print the table of one run, and write it as CSV to ``out``."""
    table = pd.DataFrame(cases(), columns=COLUMNS)
    shown = table.assign(
        ours_s=table["ours_s"].map("{:.4g}".format),
        peer_s=table["peer_s"].map("{:.4g}".format),
        ratio=table["ratio"].map("{:.3g}".format),
        met=table["met"].map({True: "yes", False: "NO"}),
    )
    print(shown.to_string(index=False))
    if out:
        framework.write({Path(out): table})


if __name__ == "__main__":
    run()
