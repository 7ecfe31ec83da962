"""Whether what the laboratory computes with still agrees with what is printed, and what it says where not.

A printed score may be corrected at any time. The teaching panel was solved for the scores as they stood, and
the book's weights were found from them; neither follows a correction by itself. The book stands all the same:
its laboratory says what no longer agrees, with both numbers, and what to run.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bluebook import index, recover
from bluebook.data import edition as editions
from bluebook.index import tree as trees
from bluebook.ledger import slips
from bluebook.messages import t
from bluebook.pages import lab

SOLVE = "python -m tools.teaching_panel"
ROOM = 0.78  # of the last digit: how far total and dimensions may part, and the panel still be solved
STEP = 5  # weights that experts agree on are likely multiples of this
SHOWN = 3  # disagreements told one by one


def out_of_reach(year: int) -> dict[str, tuple[float, float]]:
    """Return the printed totals that the book's weights cannot give: city → (printed, by its dimensions).

    Only of cities whose dimension scores are all printed: there the weights leave no choice.

    >>> out_of_reach(2022)
    {}
    """
    tree = editions.indicators(year)
    weight = tree[tree["parent"] == trees.root(tree)].set_index("code")["weight"]
    wide = editions.scores(year).pivot(index="city", columns="code", values="score")
    wide = wide.reindex(columns=[trees.root(tree), *weight.index])
    wide = wide.dropna()
    told, given = wide.iloc[:, 0], wide.iloc[:, 1:] @ (weight / weight.sum())
    far = (told - given).abs() > ROOM * 10.0 ** -int(editions.edition(year)["decimals"])
    return {city: (float(told[city]), float(given[city])) for city in told.index[far]}


def nearest_weights(year: int) -> dict[str, float] | None:
    """Return weights (dimension → of 100, two decimals) near the book's that give the fully printed totals.

    The nearest by squares; None where they would not all be positive, or where rounding loses a total.

    >>> nearest_weights(2022)["performance"]
    10.0
    """
    tree = editions.indicators(year)
    root = trees.root(tree)
    weight = tree[tree["parent"] == root].set_index("code")["weight"].astype(float)
    weight = 100 * weight / weight.sum()
    wide = editions.scores(year).pivot(index="city", columns="code", values="score")
    wide = wide.reindex(columns=[root, *weight.index]).dropna()
    rows = np.vstack([wide.iloc[:, 1:].to_numpy() / 100, np.ones(len(weight))])
    wanted = np.append(wide.iloc[:, 0].to_numpy(), 100.0)
    far = wanted - rows @ weight.to_numpy()
    far[:-1][np.abs(far[:-1]) < 0.5 * 10.0 ** -int(editions.edition(year)["decimals"])] = 0
    found = index.round_half_away(weight.to_numpy() + np.linalg.pinv(rows) @ far, 2)
    found[found.argmax()] += 100 - found.sum()
    if (found <= 0).any() or np.abs(wanted - rows @ found)[:-1].max(initial=0) > 0.005:
        return None
    return dict(zip(weight.index, found.round(2).tolist(), strict=True))


def panel_misses() -> pd.DataFrame:
    """Return what is printed and the teaching panel gives otherwise (see `bluebook.ledger.slips.misses`)."""
    year, _ = lab.panel_edition()
    return slips.misses(lab.panel(), lab.tree(), editions.scores(year), lab.decimals())


def panel_told() -> str:
    """Return a sentence: the teaching panel agrees with all that is printed, or where not, and what to run.

    >>> bb.panel_told()
    '现在，它给出的得分和名次与公布的全都一致'
    """
    misses = panel_misses()
    if misses.empty:
        return t(
            "现在，它给出的得分和名次与公布的全都一致",
            "At present it gives every score and rank as published",
        )
    year, _ = lab.panel_edition()
    names = lab.cities().set_index("city")["name"]
    title = editions.indicators(year).set_index("code")[t("name_zh", "name_en")]
    title[trees.root(lab.tree())] = t("总分", "total")
    places = {"score": f".{lab.decimals()}f", "rank": ".0f"}
    kind = {"score": "", "rank": t("名次", " rank")}
    pattern = t("{who}的{what}，公布的是 {a}，它给出 {b}", "{what} of {who}: {a} is published, it gives {b}")
    told = [
        pattern.format(
            who=names[m.city],
            what=title[m.code] + kind[m.what],
            a=format(m.told, places[m.what]),
            b=format(m.given, places[m.what]),
        )
        for m in misses.head(SHOWN).itertuples()
    ]
    n, stop = len(misses), t("；", "; ")
    some = f"{stop.join(told)}{t('等', ' …') if n > SHOWN else ''}"
    if out_of_reach(year):
        near = nearest_weights(year) or {}
        words = t("、", ", ").join(f"{title[code]} {w:g}" for code, w in near.items())
        example = t(f"（离得最近的是{words}）", f" (the nearest: {words})") if near else ""
        why = t(
            "这个总分，本书所用的权重由印出的各维度得分合不出来，只重新求解改不了："
            f"先查得分印得对不对；若对，在 indicators.csv 里换上合得出的权重{example}，再",
            "the book's weights cannot give this total from the printed dimensions, and solving anew cannot "
            "mend it: check the score first; if it is right, put weights that give it into indicators.csv"
            f"{example}, then ",
        )
    else:
        why = t("印出的数改正过，求解还是照改正以前的：请", "what is printed was corrected since: ")
    return t(
        f"现在有 {n} 处与公布的不一致：{some}。{why}运行 {SOLVE} 重新求解",
        f"At present {n} published numbers differ: {some}. {why}run {SOLVE} to solve it anew",
    )


def whole_weights() -> pd.DataFrame:
    """Return the weights of the dimensions in whole steps of five that give every printed score."""
    year, _ = lab.panel_edition()
    codes = list(lab.dimensions()["code"])
    tree = trees.prune(lab.tree(), codes)
    scores = editions.scores(year).rename(columns={"city": "unit"})
    printed = scores[scores["code"].isin([trees.root(tree), *codes])][["unit", "code", "score", "rank"]]
    data = printed.pivot(index="unit", columns="code", values="score").reindex(lab.cities()["city"])
    data = data.reindex(columns=codes).rename_axis("unit", axis=0).rename_axis(columns=None).reset_index()
    digits = lab.decimals()
    found = recover.grid(tree, data, printed, STEP, decimals=digits, data_decimals=digits)
    return found.reset_index(drop=True)


def weights_told() -> str:
    """Return how far the book's weights can be trusted: found from the printed scores, likely, or not so.

    >>> bb.weights_told()
    '这组数由印出的得分反推而来，很可能对，没有证明'
    """
    used = lab.dimensions()["weight"].to_numpy(dtype=float)
    fits = whole_weights()
    if len(fits) == 1 and np.isclose(fits.to_numpy(dtype=float), used).all(axis=1).any():
        return t(
            "这组数由印出的得分反推而来，很可能对，没有证明",
            "They are found from the printed scores, likely right, not proven",
        )
    if not out_of_reach(lab.panel_edition()[0]):
        return t(
            "这组数与印出的得分相合，但相合的不止这一组，没有证明",
            "They agree with the printed scores, as others do, and are not proven",
        )
    return t(
        "这组数合不出现在印出的全部得分，只能当作一个假定",
        "They do not give all the scores that are printed now, and are no more than an assumption",
    )
