"""Level two: choose the method that the question needs, and doubt a number before using it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from bluebook.exercises import ground
from bluebook.exercises.task import Meaningless, Task, exercise
from bluebook.index.structure import correlation
from bluebook.ledger import book
from bluebook.ledger.interval import Interval
from bluebook.messages import t
from bluebook.pages import lab

LETTERS = list("ABCDE")
NOTHING = 1e-9  # a difference below this is none
PLANTED = 1.0  # points that a spoilt total is off by


@exercise(2, "ex-13")
def cannot_be_right() -> Iterator[Task]:
    """Ask which of five quoted figures cannot be right: a finding of the audit among four that stand."""
    table = ground.ledger()
    table = table[table["bound"].eq("exact") & ~table["id"].str.match("score_|rank_")]
    equation = table["relation"].str.match(r"equals [^;]*$")
    wrong = table[(table["verdict"] == "contradicted") & equation & table.apply(_excluded, axis=1)]
    sums = table[(table["verdict"] == "recomputed") & equation & table["relation"].str.contains(r"[a-z]{3}")]
    rounded = sums[[abs(_worked_out(r).value - float(r["value"])) > NOTHING for _, r in sums.iterrows()]]
    plain = table["relation"].eq("")
    unseen, told = (table[table["verdict"].eq(v) & plain] for v in ("unchecked", "confirmed"))
    if min(map(len, (wrong, rounded, unseen, told))) == 0 or len(rounded) < 2:
        raise Meaningless
    for id_ in wrong.index:
        kinds = {id_: "", rounded.index[0]: "within_rounding", rounded.index[-1]: "within_rounding"}
        kinds |= {unseen.index[-1]: "unchecked_not_wrong", told.index[-1]: "told_elsewhere"}
        five = table.loc[sorted(kinds)].assign(letter=LETTERS)
        slips = {kind: five["letter"][i] for i, kind in kinds.items() if kind}
        columns = {
            "letter": t("选项", "option"),
            "subject_zh": t("说的是", "says"),
            "value": t("印出的", "printed"),
        }
        columns |= {"unit": t("单位", "unit"), "relation": t("与别的数的关系", "relation to other figures")}
        shown = five.assign(subject_zh=five[t("subject_zh", "subject_en")])
        shown = shown[list(columns)].rename(columns=columns).reset_index(drop=True)
        yield Task(five["letter"][id_], slips, table=shown)


def _worked_out(row: pd.Series) -> Interval:
    """Return what a figure's own equation gives, rounding included."""
    return book.reckon(row["relation"].removeprefix("equals "))


def _excluded(row: pd.Series) -> bool:
    """Return whether a figure's own equation excludes it, at its printed digits."""
    if not row["relation"].startswith("equals ") or ";" in row["relation"]:
        return False
    found, half = _worked_out(row), 0.5 * 10.0 ** -int(row["decimals"])
    return float(row["value"]) + half < found.lower or float(row["value"]) - half > found.upper


@exercise(2, "ex-14")
def planted() -> Iterator[Task]:
    """Ask which of five totals was spoilt: the five dimension scores and the total of five cities."""
    found, names = ground.dimensions(), ground.names()
    level = ground.level().round(lab.decimals())
    five = level.iloc[np.linspace(0, len(level) - 1, 5).round().astype(int)]
    total = (five @ found["weight"]).round(lab.decimals())
    at = 1 + int(level.to_numpy().sum()) % 3  # neither the highest nor the lowest
    total.iloc[at] += PLANTED
    near = 1 + at % 3
    total.iloc[near] += 10.0 ** -lab.decimals()  # a last digit off is rounding
    shown = five.rename(columns=found["name"]).assign(**{t("总分", "total"): total})
    shown.insert(0, t("城市", "city"), names[five.index])
    shown.insert(0, t("选项", "option"), LETTERS)
    slips = {"high_is_not_wrong": "A", "low_is_not_wrong": "E", "last_digit": LETTERS[near]}
    yield Task(LETTERS[at], slips, table=shown.reset_index(drop=True))


@exercise(2, "ex-15", "small", "large")
def rounding() -> Iterator[Task]:
    """Ask for the most that a quotient of two rounded numbers can be."""
    total, names, half = ground.printed().iloc[:, 0].dropna(), ground.names(), 0.5 * 10.0 ** -lab.decimals()
    for a, b in combinations(total.index, 2):
        x, y = total[b], total[a]
        slips = {"middle": 100 * x / y, "lower_end": 100 * (x - half) / (y + half)}
        slips |= {"both_up": 100 * (x + half) / (y + half)}
        words = {"small": names[b], "large": names[a]}
        yield Task(100 * (x + half) / (y - half), slips, words, 4)


@exercise(2, "ex-16", "from", "to", "place", "n")
def mean_growth() -> Iterator[Task]:
    """Ask for the mean yearly growth over some years."""
    rates = ground.yearly("gdp_growth_real", ground.home())
    rates = rates[rates.index < ground.year()]
    for length in range(ground.AROUND, 1, -1):
        part = rates.iloc[-length:]
        if len(part) < length or part.index[-1] - part.index[0] != length - 1:
            continue
        whole = float((1 + part / 100).prod())
        slips = {"arithmetic": part.mean(), "whole_growth": 100 * (whole - 1)}
        slips |= {"one_year_more": 100 * (whole ** (1 / (length + 1)) - 1)}
        slips |= {"fraction": whole ** (1 / length) - 1}
        words = {"place": ground.home(), "from": part.index[0], "to": part.index[-1], "n": length}
        yield Task(100 * (whole ** (1 / length) - 1), slips, words, 3)


@exercise(2, "ex-17", "city")
def geometric() -> Iterator[Task]:
    """Ask for a city's rank under the geometric mean of its dimensions."""
    level, weights, names = ground.level(), ground.dimensions()["weight"], ground.names()
    ranks = ground.place(np.exp(np.log(level) @ weights))
    plain, even = ground.place(level @ weights), ground.place(np.exp(np.log(level).mean(axis=1)))
    for city, name in names.iloc[2:].items():
        slips = {"arithmetic_rank": plain[city], "weights_forgotten": even[city]}
        yield Task(ranks[city], slips | {"ascending": len(names) + 1 - ranks[city]}, {"city": name}, 0)


@exercise(2, "ex-18", "indicator", "city")
def z_score() -> Iterator[Task]:
    """Ask for a city's z-score on a public indicator."""
    table, names = ground.public(), ground.names()
    for code in ground.full_columns(table):
        x = table[code].dropna()
        for city in x.index[2:]:
            far = x[city] - x.mean()
            z = far / x.std(ddof=0)
            slips = {"sample": far / x.std(), "turned": -z, "not_divided": far}
            slips |= {"min_max_for_z": (x[city] - x.min()) / (x.max() - x.min())}
            yield Task(z, slips, {"city": names[city], "indicator": ground.title(code)})


@exercise(2, "ex-19", "a", "b")
def rank_correlation() -> Iterator[Task]:
    """Ask for Spearman's rank correlation of two dimensions."""
    level, found = ground.level(), ground.dimensions()["name"]
    for a, b in combinations(level, 2):
        x, y = level[a].to_numpy(), level[b].to_numpy()
        rho, r = correlation(x, y, "spearman"), correlation(x, y, "pearson")
        slips = {"pearson": r, "kendall": correlation(x, y, "kendall"), "one_turned": -rho}
        yield Task(rho, slips, {"a": found[a], "b": found[b]}, 3)


@exercise(2, "ex-20", "n")
def certain_pairs() -> Iterator[Task]:
    """Ask how many pairs of cities no weights can turn."""
    x = ground.level().to_numpy()
    n = len(x)
    ahead = (x[:, None] > x[None]).all(axis=2)
    sure, every = int(ahead.sum()), n * (n - 1) // 2
    slips = {"open_pairs": every - sure, "both_ways": 2 * sure, "all_pairs": every}
    yield Task(sure, slips, {"n": n}, 0)


@exercise(2, "ex-21", "dimension", "city")
def left_out() -> Iterator[Task]:
    """Ask for a city's total without its heaviest dimension, the other weights kept in proportion."""
    level, found, names = ground.level(), ground.dimensions(), ground.names()
    out = found["weight"].idxmax()
    rest = found["weight"].drop(out)
    for city in names.index[2:]:
        x = level.loc[city]
        kept = float(x[rest.index] @ rest)
        slips = {"not_renormalised": kept, "rest_equal": x[rest.index].mean()}
        slips |= {"nothing_left_out": float(x @ found["weight"])}
        yield Task(kept / rest.sum(), slips, {"city": names[city], "dimension": found["name"][out]})


@exercise(2, "ex-22", "city", "indicator", "n", "dimension")
def gap() -> Iterator[Task]:
    """Ask for a city's score in a dimension once one of its figures is struck out."""
    public, names, tree = ground.public(), ground.names(), lab.public_tree()
    for dimension, codes in tree.groupby("parent", sort=False)["code"]:
        usable = [c for c in codes if c in ground.full_columns(public)]
        if len(usable) < 3:
            continue
        for city in names.index[2:]:
            table = public[usable].copy()
            table.loc[city, usable[0]] = np.nan
            own = 100 * (table - table.min()) / (table.max() - table.min())
            x = own.loc[city]
            slips = {"gap_as_zero": x.fillna(0).mean(), "gap_as_mean": x.fillna(own.mean()).mean()}
            slips |= {"summed": x.sum()}
            words = {"city": names[city], "dimension": ground.title(dimension)}
            words |= {"indicator": ground.title(usable[0]), "n": len(usable)}
            yield Task(float(x.mean()), slips, words, table=_listed(usable))


def _listed(codes: list[str]) -> pd.DataFrame:
    """Return names and codes of public indicators, as a student looks them up in `public_panel`."""
    return pd.DataFrame({t("指标", "indicator"): [ground.title(code) for code in codes], "code": codes})
