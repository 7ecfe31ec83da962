"""Level one: read a table, take one step, know what kind of number comes out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bluebook.exercises import ground
from bluebook.exercises.task import Meaningless, Task, exercise
from bluebook.pages import lab


@exercise(1, "ex-01", "city")
def equal_weights() -> Iterator[Task]:
    """Ask for a city's rank with equal weights."""
    level, weights, names = ground.level(), ground.dimensions()["weight"], ground.names()
    ranks, own = ground.place(level.mean(axis=1)), ground.place(level @ weights)
    single = ground.place(level.iloc[:, 0])
    for city, name in names.iloc[2:].items():
        slips = {"own_weights": own[city], "ascending": len(names) + 1 - ranks[city]}
        yield Task(
            ranks[city],
            slips | {"from_zero": ranks[city] - 1, "one_column": single[city]},
            {"city": name},
            0,
        )


@exercise(1, "ex-02", "first", "second")
def lead() -> Iterator[Task]:
    """Ask for the first city's lead over the second, in points."""
    total = ground.printed().iloc[:, 0]
    a, b, c = total.iloc[:3]
    names = ground.names()
    words = {"first": names.iloc[0], "second": names.iloc[1]}
    yield Task(
        a - b, {"turned": b - a, "ratio": a / b, "percent": 100 * (a / b - 1), "wrong_row": b - c}, words
    )


@exercise(1, "ex-03", "indicator", "city")
def min_max() -> Iterator[Task]:
    """Ask for a city's min-max value on a public indicator."""
    table, names = ground.public(), ground.names()
    for code in ground.full_columns(table):
        x = table[code]
        unit = (x - x.min()) / (x.max() - x.min())
        for city in x.dropna().index[1:]:
            slips = {"fraction": unit[city], "share_of_max": 100 * x[city] / x.max()}
            slips |= {
                "inverted": 100 - 100 * unit[city],
                "no_minimum_below": 100 * x[city] / (x.max() - x.min()),
            }
            yield Task(100 * unit[city], slips, {"city": names[city], "indicator": ground.title(code)})


@exercise(1, "ex-04", "indicator", "city")
def less_is_better() -> Iterator[Task]:
    """Ask for the same where less is better."""
    tree, names = lab.tree(), ground.names()
    down = tree[tree["direction"] == -1]["code"]
    table = lab.panel().set_index("unit")
    for code in down:
        x = table[code]
        unit = (x.max() - x) / (x.max() - x.min())
        for city in x.index:
            slips = {"direction": 100 - 100 * unit[city], "fraction": unit[city]}
            slips |= {"share_of_min": 100 * x.min() / x[city]}
            yield Task(100 * unit[city], slips, {"city": names[city], "indicator": ground.title(code)})


@exercise(1, "ex-05", "city")
def weighted_sum() -> Iterator[Task]:
    """Ask for a total from five printed dimension scores."""
    table, found = ground.printed(), ground.dimensions()
    root, codes, names = table.columns[0], list(found.index), ground.names()
    for city in table.index[table[codes].notna().all(axis=1)][::-1]:
        x = table.loc[city, codes]
        answer = float(x @ found["weight"])
        slips = {"plain_mean": x.mean(), "undivided": 100 * answer, "weights_ignored": x.sum()}
        if table.loc[city, root] == table.loc[city, root]:
            yield Task(answer, slips, {"city": names[city]})


@exercise(1, "ex-06", "city")
def ties() -> Iterator[Task]:
    """Ask for the rank of a city that ties once its score is rounded to whole points."""
    level, names = ground.level(), ground.names()
    total = np.floor(level @ ground.dimensions()["weight"] + 0.5)
    how = {kind: total.rank(ascending=False, method=kind) for kind in ("min", "average", "max", "dense")}
    tied = total.index[total.duplicated(keep=False)]
    if tied.empty:
        raise Meaningless
    for city in tied:
        slips = {f"ties_{kind}": how[kind][city] for kind in ("average", "max", "dense")}
        yield Task(how["min"][city], slips, {"city": names[city]}, 0)


@exercise(1, "ex-07", "indicator")
def deviation() -> Iterator[Task]:
    """Ask for the standard deviation of all cities, which are the whole population."""
    table = ground.public()
    for code in reversed(ground.full_columns(table)):
        x = table[code].dropna()
        slips = {"sample": x.std(), "variance": x.var(ddof=0), "mean_deviation": (x - x.mean()).abs().mean()}
        yield Task(
            x.std(ddof=0),
            slips | {"relative": 100 * x.std(ddof=0) / x.mean()},
            {"indicator": ground.title(code)},
        )


@exercise(1, "ex-08", "place", "to", "from")
def growth() -> Iterator[Task]:
    """Ask by how many percent a level grew between two years."""
    level = ground.yearly("gdp_level", ground.home())
    level = level[level.index < ground.year()]
    for back in range(2, len(level) + 1):
        (a, b), last = level.iloc[[-back, -1]], level.index[-1]
        slips = {"base_year": 100 * (b - a) / b, "not_minus_one": 100 * b / a, "difference": b - a}
        words = {"place": ground.home(), "from": level.index[-back], "to": last}
        yield Task(100 * (b / a - 1), slips | {"fraction": b / a - 1}, words, 1)


@exercise(1, "ex-09", "when", "place", "country")
def points() -> Iterator[Task]:
    """Ask for the distance of two growth rates in percentage points."""
    ours, theirs = (ground.yearly("gdp_growth_real", r) for r in (ground.home(), ground.country()))
    both = [y for y in ours.index.intersection(theirs.index) if y < ground.year()]
    for when in reversed(both):
        a, b = ours[when], theirs[when]
        slips = {"percent_for_points": 100 * (a / b - 1), "turned": b - a, "ratio": a / b, "added": a + b}
        yield Task(a - b, slips, {"place": ground.home(), "country": ground.country(), "when": when}, 1)


@exercise(1, "ex-10", "indicator")
def median() -> Iterator[Task]:
    """Ask for the middle city of an indicator."""
    table = ground.public()
    for code in ground.full_columns(table):
        x = np.sort(table[code].dropna().to_numpy())
        slips = {"mean": x.mean(), "midrange": (x[0] + x[-1]) / 2}
        if len(x) % 2 == 0:
            slips["one_of_two"] = x[len(x) // 2 - 1]
        else:
            slips["one_off"] = x[len(x) // 2 - 1]
        yield Task(float(np.median(x)), slips, {"indicator": ground.title(code)})


@exercise(1, "ex-11")
def verdicts() -> Iterator[Task]:
    """Ask how many quoted figures the audit contradicts."""
    counts = ground.ledger()["verdict"].value_counts()
    wrong = int(counts.get("contradicted", 0))
    if not wrong:
        raise Meaningless
    slips = {"every_figure": int(counts.sum()), "unchecked_counted": int(counts.get("unchecked", 0))}
    yield Task(wrong, slips | {"not_confirmed": int(counts.sum() - counts.get("confirmed", 0))}, {}, 0)


@exercise(1, "ex-12", "city", "dimension")
def contribution() -> Iterator[Task]:
    """Ask how much of a city's total one dimension gives, in percent."""
    level, found, names = ground.level(), ground.dimensions(), ground.names()
    for city in names.index[3:]:
        x = level.loc[city]
        for code in reversed(found.index):
            part = x[code] * found["weight"][code]
            share = part / float(x @ found["weight"])
            slips = {"only_weight": 100 * found["weight"][code], "only_points": part, "fraction": share}
            slips |= {"unweighted_share": 100 * x[code] / x.sum()}
            yield Task(100 * share, slips, {"city": names[city], "dimension": found["name"][code]}, 1)
