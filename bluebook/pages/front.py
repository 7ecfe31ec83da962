"""index.md, the front page: three findings, each recomputed whenever the book is built."""

from __future__ import annotations

import pandas as pd

from bluebook.charts import finding, first_finding, glue
from bluebook.data import edition as editions
from bluebook.data import views
from bluebook.ledger import book as ledger
from bluebook.ledger.rows import decimals
from bluebook.ledger.series import by_year
from bluebook.ledger.wording import (
    VERDICT_WORDS,
    derived,
    format_value,
    show_interval,
)
from bluebook.messages import language, t
from bluebook.pages.pieces import Pieces, mark

CHINA, OWN = "全国", "河南"


def numbers() -> None:
    """Glue the three findings and the counts that the front page names.

    >>> bb.front_numbers()
    title = ...
    """
    now = views.standings()
    book = editions.edition()
    glue(
        title=book[t("title_zh", "title_en")],
        theme=book.get(t("theme_zh", "theme_en")) or "",
        n_cities=len(now),
        n_indicators=book["framework"]["n_indicators"],
        finding_ranking=ranking_finding(now.dropna(subset=["score"])),
        finding_growth=growth_finding(),
        finding_audit=audit_finding(),
        n_figures=sum(ledger.counts().values()),
    )


def ranking_finding(scored: pd.DataFrame) -> str:
    """Return the first finding: how far the second city is from the first."""
    first, second, last = scored.iloc[0], scored.iloc[1], scored.iloc[-1]
    up, down = first["score"] - second["score"], second["score"] - last["score"]
    farther = t(
        "{b}排第二，离榜首{a} {up:.2f} 分，比离第 {k} 名还远。",
        "{b} ranks second, {up:.2f} points behind {a}: farther than it is ahead of place {k}.",
    )
    plain = t("{b}排第二，离榜首{a} {up:.2f} 分。", "{b} ranks second, {up:.2f} points behind {a}.")
    told = {"a": first["name"], "b": second["name"], "up": up, "k": int(last["rank"])}
    return first_finding((farther, up > down), (plain, True), **told)


def growth_finding() -> str:
    """Return the second finding: growth in the two years that the speeches speak of."""
    growth = growth_by_year()
    gap = (growth[CHINA] - growth[OWN]).round(1)
    first, last = gap.index[-2], gap.index[-1]
    return finding(
        t(
            "{x}、{y} 两年河南都比全国慢，差距从 {a:.1f} 个百分点拉大到 {b:.1f} 个。",
            "In {x} and {y} Henan grew more slowly than the country, "
            "and the gap widened from {a:.1f} to {b:.1f} percentage points.",
        ),
        holds=0 < gap[first] < gap[last],
        x=first,
        y=last,
        a=gap[first],
        b=gap[last],
    )


def growth_by_year(last: int | None = None) -> pd.DataFrame:
    """Return first prints of real growth (%), one row a year up to ``last``, columns 全国 and 河南.

    ``last`` defaults to the year before the edition whose speeches are told, the latest that they could know.
    """
    last = last or editions.current_year() - 1
    wide = by_year(editions.series(), "gdp_growth_real", [CHINA, OWN])
    return wide[wide.index <= last]


def audit_finding() -> str:
    """Return the third finding: the figure that lies farthest from what it should be, or that none does."""
    rows = ledger.wrong()
    rows = rows[rows["verdict"] == "contradicted"]
    if rows.empty:
        return t("逐个核对，没有发现矛盾。", "Every figure was checked; none is contradicted.")
    row = rows.iloc[0]
    return t(
        "{subject}印着 {printed}，应为 {follows}。", "{subject}: printed {printed}, should be {follows}."
    ).format(
        subject=row[t("subject_zh", "subject_en")],
        printed=format_value(row, language()),
        follows=show_interval(derived(row), decimals(row), language()),
    )


def verdicts() -> Pieces:
    """Show how many figures of the edition have each verdict: one bar, and a key with marks and counts.

    >>> "矛" in bb.front_verdicts().text
    True
    """
    told = {v: n for v, n in ledger.counts().items() if n}
    bar = "".join(f'<span data-verdict="{v}" style="flex:{n}"></span>' for v, n in told.items())
    key = "".join(f"<li>{mark(v)} {t(*VERDICT_WORDS[v])} <b>{n}</b></li>" for v, n in ledger.counts().items())
    return Pieces(f'<div class="bb-vbar" aria-hidden="true">{bar}</div><ul class="bb-vkey">{key}</ul>')
