"""``python -m bluebook bench [--out F.csv]``: speed and memory beside peers, measured in the same run.

Each pair runs alternately, so that a busy machine slows both; a time is the median. The plain baselines are
below, as code: what somebody would write by hand, without checks, missing cells or ties. scikit-criteria is
measured on its own pipeline of min-max scaling and weighted sum.
"""

from __future__ import annotations

import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook import index, recover
from bluebook.cli.console import without_solver_talk
from bluebook.index import robustness, tables
from bluebook.index import tree as trees
from bluebook.index.impute import impute
from bluebook.index.outrank import benefit_of_the_doubt
from bluebook.index.ranges import weight_ranges
from bluebook.index.sobol import sobol_shares
from bluebook.index.treat import treat
from bluebook.messages import t, told
from tools import vitals, weight


class Case(NamedTuple):
    """One measurement: the work and the peer beside it, each in (zh, en), the unit of both, the largest
    ratio.
    """

    work: tuple[str, str]
    peer: tuple[str, str]
    unit: str
    limit: float


DRAWS = "1 万组权重的名次分布，18 × 36", "Ranks under 10 000 weight draws, 18 × 36"
MANY = "100 万组权重", "1 000 000 draws"
PEAK = "100 万组权重，内存峰值", "1 000 000 draws, peak memory"
SCORE = "算一遍得分，3 000 × 100", "One full score, 3 000 × 100"
PERCENTILE = "百分位得分，3 142 × 15", "Percentile score, 3 142 × 15"
RECOVER = "反推 45 个权重，180 × 32，一位小数", "Recover 45 weights, 180 × 32, one decimal"
STEPS = "处理离群值、补缺、算得分，3 000 × 100", "Treat, impute and score, 3 000 × 100"
RECOVER_5 = "反推 5 个权重，200 × 5", "Recover 5 weights, 200 × 5"
RECOVER_15 = "反推 15 个权重，3 000 × 15", "Recover 15 weights, 3 000 × 15"
SOBOL = "Sobol 指数，18 × 36，256 组", "Sobol indices, 18 × 36, 256 samples"
DOUBT = "各用最利的权重，3 000 × 15", "Benefit of the doubt, 3 000 × 15"
DEEP = "算一遍得分，195 个单位、170 项指标的树", "One full score, a tree of 170 leaves × 195 units"
RANGES = "权重变动时名次的上下限，18 × 36", "Best and worst ranks under any weights in a range, 18 × 36"
RANGES_200 = "权重变动时名次的上下限，200 × 12", "Best and worst ranks under any weights in a range, 200 × 12"
SAMPLED = "scikit-criteria（由 200 次推算）", "scikit-criteria (extrapolated from 200 draws)"
TENFOLD = "10 万组的 10 倍（用时应成正比）", "ten times 100 000 draws (time linear in draws)"
FIRST = "第一次打开最重的一页，压缩后", "The heaviest page on a first visit, gzip"
FURTHER = "再打开最重的一页，压缩后", "The heaviest further page, gzip"
PAINT = "慢手机上最晚画出的首屏", "The latest first screen on a slow phone"
SHIFT = "版面跳动最大的一页", "The page whose layout moves most"
ANSWER = "点一下，回应最慢的一页", "The page slowest to answer a tap"
WIRE = "第一次打开最重的一页，浏览器里实测", "The heaviest first visit, as Chromium counts it"
OUTSIDE = "向别的主机发出的请求", "Requests to other hosts"
ONE_LEVEL = "scikit-criteria（只有一级，不容缺失）", "scikit-criteria (one level, no missing cells)"
CASES = {
    "draws_numpy": Case(DRAWS, ("纯 NumPy", "plain NumPy"), "s", 2),
    "draws_criteria": Case(DRAWS, SAMPLED, "s", 1e-3),
    "draws_linear": Case(MANY, TENFOLD, "s", 1.25),
    "draws_memory": Case(PEAK, ("1 GB", "1 GB"), "GB", 1),
    "score_pandas": Case(SCORE, ("纯 pandas", "plain pandas"), "s", 1.5),
    "score_criteria": Case(SCORE, ONE_LEVEL, "s", 1),
    "percentile": Case(PERCENTILE, ("单是 pandas 的 rank", "pandas rank alone"), "s", 3),
    "recover": Case(RECOVER, ("10 秒", "10 s"), "s", 1),
    "steps_pandas": Case(STEPS, ("纯 pandas", "plain pandas"), "s", 2),
    "recover_5": Case(RECOVER_5, ("1 秒", "1 s"), "s", 1),
    "recover_15": Case(RECOVER_15, ("30 秒", "30 s"), "s", 1),
    "sobol": Case(SOBOL, ("10 秒", "10 s"), "s", 1),
    "doubt": Case(DOUBT, ("180 秒", "180 s"), "s", 1),
    "deep": Case(DEEP, ("1 秒", "1 s"), "s", 1),
    "ranges": Case(RANGES, ("2 秒", "2 s"), "s", 1),
    "ranges_200": Case(RANGES_200, ("60 秒", "60 s"), "s", 1),
    "weight_first": Case(FIRST, ("650 KB", "650 KB"), "KB", 1),
    "weight_further": Case(FURTHER, ("60 KB", "60 KB"), "KB", 1),
    "seen_wire": Case(WIRE, ("650 KB", "650 KB"), "KB", 1),
    "seen_paint": Case(PAINT, ("2.5 秒", "2.5 s"), "s", 1),
    "seen_answer": Case(ANSWER, ("200 毫秒", "200 ms"), "s", 1),
    "seen_shift": Case(SHIFT, ("0.05", "0.05"), "", 1),
    "seen_outside": Case(OUTSIDE, ("一个也不许", "none allowed"), "", 0),
}
SITE = Path(__file__).resolve().parents[1] / "_build" / "html"


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
    return trees.read(tree), data


# --- the plain baselines
# ---------------------------------------------------------------------------------------


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
    """An index of 32 indicators in 11 categories and 2 objectives, 45 weights, everything printed to one
    decimal.
    """
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


def skewed(units: int, leaves: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A tree, and data with outliers and one cell in fifty missing."""
    tree, data = sample(units, leaves, seed=2)
    values = np.exp(1.2 * data.drop(columns="unit"))
    values[np.random.default_rng(2).random(values.shape) < 0.02] = np.nan
    return tree, values.assign(unit=data["unit"])


def plain_steps(data: pd.DataFrame, tree: pd.DataFrame) -> pd.DataFrame:
    """Winsorise by skewness and kurtosis (else the logarithm), fill with means and score in plain pandas."""
    x = data.set_index("unit")
    for code in x:
        column = x[code].copy()
        for _ in range(5):
            if abs(column.skew()) < 2 or column.kurt() < 3.5:
                break
            top = column.max()
            column[column == top] = column[column < top].max()
        if not (abs(column.skew()) < 2 or column.kurt() < 3.5):
            low, high = x[code].min(), x[code].max()
            column = np.log(x[code] - low + 0.01 * (high - low))
        x[code] = column
    return plain_score(x.fillna(x.mean()).reset_index(), tree)


def our_steps(data: pd.DataFrame, tree: pd.DataFrame) -> object:
    """The same by the engine, with every check, what was treated and which cells were filled."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        treated = treat(data, tree).data
        return index.score(impute(treated, tree, "mean").data, tree)


def one_level(units: int, leaves: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """An index of one level whose cells and scores are printed to one decimal, its weights hidden."""
    rng, codes = np.random.default_rng(1), [f"x{i}" for i in range(leaves)]
    x, w = rng.uniform(0, 100, (units, leaves)), rng.dirichlet(np.full(leaves, 5.0))
    tree = pd.DataFrame({"code": ["root", *codes], "parent": ["", *["root"] * leaves], "direction": 1})
    cells = pd.DataFrame(x, columns=codes).map("{:.1f}".format).assign(unit=[f"u{i}" for i in range(units)])
    scores = pd.DataFrame({"unit": cells["unit"], "score": [f"{v:.1f}" for v in x @ w]})
    return tree.assign(weight=np.nan), cells, scores


def searched(units: int, leaves: int) -> Callable[[], object]:
    """The search for every unit's best and worst rank, each weight within a quarter of itself."""
    values = pd.DataFrame(np.random.default_rng(3).uniform(0, 100, (units, leaves)))
    return lambda: weight_ranges(values, 0.75 / leaves, 1.25 / leaves, seconds=50)


# --- the cases
# -------------------------------------------------------------------------------------------------


def memory(draws: int) -> float:
    """Return the peak memory in GB of a fresh process that draws so often, NaN where the system does not
    tell.
    """
    code = (
        f"import resource, sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r}); "
        "from bluebook.index import robustness; from tools import bench; tree, data = bench.sample(18, 36); "
        f"robustness.rank_distribution(data, tree, {draws}); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if done.returncode:
        return float("nan")
    return int(done.stdout) / (1e9 if sys.platform == "darwin" else 1e6)


def page_weights(site: Path = SITE) -> list[tuple[str, float, float]]:
    """Return the rows of the built site's weight in KB: case, the heaviest page, the limit; none unbuilt."""
    if not (site / "index.html").exists():
        return []
    table = weight.measure(site)
    first, further = table["first"].max() / 1000, table["further"].max() / 1000
    limits = weight.FIRST / 1000, weight.FURTHER / 1000
    return [("weight_first", first, limits[0]), ("weight_further", further, limits[1])]


def seen(site: Path = SITE) -> list[tuple[str, float, float]]:
    """Return what the worst page makes a reader wait for, in Chromium; none unbuilt or without Chromium."""
    table = vitals.every(site) if (site / "index.html").exists() else None
    if table is None:
        return []
    top = table[["bytes", "paint", "answer", "shift", "outside"]].max()
    return [
        ("seen_wire", top["bytes"] / 1000, weight.FIRST / 1000),
        ("seen_paint", top["paint"] / 1000, vitals.PAINT / 1000),
        ("seen_answer", top["answer"] / 1000, vitals.ANSWER / 1000),
        ("seen_shift", top["shift"], vitals.SHIFT),
        ("seen_outside", top["outside"], 1),
    ]


def measure(progress: Callable[[float], None] = lambda share: None) -> pd.DataFrame:
    """Run every case of CASES in its order; return ``id, ours, peer, ratio`` in the case's unit.

    The weight of the pages is measured where the book is built.
    """
    out: dict[str, tuple[float, float]] = {}

    def done(case: str, ours: float, peer: float) -> None:
        out[case] = ours, peer
        progress(len(out) / len(CASES))

    tree, data = sample(18, 36)
    z = index.score(data, tree).normalised.to_numpy()
    directions = tree["direction"][tree["code"].isin(data.columns)].astype(int).tolist()

    def draw(draws: int) -> Callable[[], object]:
        return lambda: robustness.rank_distribution(data, tree, draws)

    ours, theirs = timed(draw(10_000), lambda: plain_draws(z, 10_000), 31)
    done("draws_numpy", ours, theirs)
    evaluate = criteria(data, directions)
    draws = np.random.default_rng(0).dirichlet(np.ones(36), 200)
    each, _ = timed(lambda: [evaluate(w) for w in draws], runs=3)
    done("draws_criteria", ours, each * 50)
    tenth, _ = timed(draw(100_000), runs=3)
    done("draws_linear", timed(draw(1_000_000), runs=1)[0], 10 * tenth)
    done("draws_memory", memory(1_000_000), 1.0)

    tree, data = sample(3000, 100)
    done("score_pandas", *timed(lambda: index.score(data, tree), lambda: plain_score(data, tree), 31))
    directions = tree["direction"][tree["code"].isin(data.columns)].astype(int).tolist()
    evaluate = criteria(data, directions)
    weights = trees.leaf_weights(tree).to_numpy()
    done("score_criteria", *timed(lambda: index.score(data, tree), lambda: evaluate(weights), 9))

    tree, data = sample(3142, 15, 3)
    x = data.drop(columns="unit")
    percentile = timed(
        lambda: index.score(data, tree, normalise="percentile"),
        lambda: (x.rank(method="min") - 1) / (len(x) - 1),
        31,
    )
    done("percentile", *percentile)
    known = printed()
    done("recover", timed(lambda: recover.recover(*known, normalise="none"), runs=3)[0], 10.0)
    tree, data = skewed(3000, 100)
    done("steps_pandas", *timed(lambda: our_steps(data, tree), lambda: plain_steps(data, tree), 3))
    for case, size, most in (("recover_5", (200, 5), 1.0), ("recover_15", (3000, 15), 30.0)):
        known = one_level(*size)
        done(case, timed(lambda known=known: recover.recover(*known, normalise="none"), runs=1)[0], most)
    tree, data = sample(18, 36)
    done("sobol", timed(lambda: sobol_shares(data, tree, 256, error=0.02), runs=1)[0], 10.0)
    many = pd.DataFrame(np.random.default_rng(4).uniform(1, 100, (3000, 15)))
    start = time.perf_counter()
    benefit_of_the_doubt(many)
    done("doubt", time.perf_counter() - start, 180.0)
    tree, data = sample(195, 170, 34)
    done("deep", timed(lambda: index.score(data, tree), runs=3)[0], 1.0)
    with without_solver_talk():
        done("ranges", timed(searched(18, 36), runs=1)[0], 2.0)
        done("ranges_200", timed(searched(200, 12), runs=1)[0], 60.0)
    for case, ours, peer in [*page_weights(), *seen()]:
        done(case, ours, peer)
    return pd.DataFrame(
        [(case, *out[case], out[case][0] / out[case][1]) for case in out],
        columns=["id", "ours", "peer", "ratio"],
    )


def met(table: pd.DataFrame) -> pd.Series:
    """Return which rows of :func:`measure` keep their limit (never a row that could not be measured)."""
    return table["ratio"] <= table["id"].map(lambda case: CASES[case].limit)


def named(table: pd.DataFrame, t: Callable[[str, str], str] = t) -> pd.DataFrame:
    """Return the rows of :func:`measure` to read, in the language that ``t`` chooses, three significant
    digits.
    """
    work, peer, units, most = zip(*(CASES[case] for case in table["id"]), strict=True)

    def quantity(x: float, unit: str) -> str:
        return f"{1000 * x:.3g} ms" if unit == "s" and x < 1 else f"{x:.3g} {unit}".strip()

    def share(values: Iterable[float]) -> list[str]:
        return [f"{x:.3g}" if x > 1e-3 or x == 0 else f"1/{1 / x:.0f}" for x in values]

    used = zip(table["ours"], table["peer"], units, strict=True)
    columns = {
        t("工作", "Work"): [t(*w) for w in work],
        t("比较的对象", "Peer"): [t(*p) for p in peer],
        t("引擎 / 对象", "Engine / peer"): [f"{quantity(x, u)} / {quantity(y, u)}" for x, y, u in used],
        t("比值", "Ratio"): share(table["ratio"]),
        t("上限", "At most"): share(most),
        t("做到", "Met"): [t("是", "yes") if ok else t("否", "NO") for ok in met(table)],
    }
    return pd.DataFrame(columns)


def run(out: str | Path | None = None, progress: Callable[[float], None] = lambda share: None) -> None:
    """Print the table of one run, and write its numbers as CSV to ``out``."""
    table = measure(progress)
    with pd.option_context("display.unicode.east_asian_width", True):
        print(named(table, told).to_string(index=False))
    if out:
        tables.write(
            {Path(out): table.assign(**{c: table[c].map("{:.4g}".format) for c in table.columns[1:]})}
        )


if __name__ == "__main__":
    run()
