"""index.md, the front page: three findings, each recomputed whenever the book is built."""

from __future__ import annotations

import pandas as pd

from bluebook.charts import glue
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
from bluebook.messages import Catalogue, language, t
from bluebook.pages import told
from bluebook.pages.pieces import Pieces, mark, nothing

SAYS = Catalogue(__file__)
CHINA, OWN = "全国", "河南"


def numbers() -> None:
    """Glue the three findings and the counts that the front page names.

    >>> bb.front_numbers()
    about = ...
    """
    now = views.standings()
    glue(
        about=told.about(),
        whose=told.whose(),
        carried=told.carried(),
        n_cities=len(now),
        n_indicators=views.framework_counts()["n_indicators"] or t("各", "the"),
        finding_ranking=told.ranking(now),
        finding_growth=growth_finding(),
        finding_audit=audit_finding(),
        n_figures=sum(ledger.counts().values()),
    )


def growth_finding() -> str:
    """Return the second finding: growth in the two years before the edition, beside the country's."""
    growth = growth_by_year()
    return told.growth(growth[CHINA] - growth[OWN])


def growth_by_year(last: int | None = None) -> pd.DataFrame:
    """Return first prints of real growth (%), one row a year up to ``last``, columns 全国 and 河南.

    ``last`` defaults to the year before the edition, the latest that its speeches could know.
    """
    last = last or editions.current_year() - 1
    wide = by_year(editions.series(), "gdp_growth_real", [CHINA, OWN])
    return wide[wide.index <= last]


def audit_finding() -> str:
    """Return the third finding: the figure that lies farthest from what it should be, or that none does."""
    rows = ledger.wrong()
    rows = rows[rows["verdict"] == "contradicted"]
    if rows.empty:
        return nothing_wrong()
    row = rows.iloc[0]
    return t(
        "{subject}印着 {printed}，应为 {follows}。", "{subject}: printed {printed}, should be {follows}."
    ).format(
        subject=row[t("subject_zh", "subject_en")],
        printed=format_value(row, language()),
        follows=show_interval(derived(row), decimals(row), language()),
    )


def nothing_wrong() -> str:
    """Return that no figure is contradicted, or that the ledger holds none yet."""
    n, spoken = sum(ledger.counts().values()), len(editions.claims())
    return SAYS.text("nothing_wrong" if spoken else "scores_only" if n else "no_figures", n=n)


def verdicts() -> Pieces:
    """Show how many figures of the edition have each verdict: one bar, and a key with marks and counts.

    >>> "矛" in bb.front_verdicts().text
    True
    """
    there = {v: n for v, n in ledger.counts().items() if n}
    if not there:
        return nothing()
    bar = "".join(f'<span data-verdict="{v}" style="flex:{n}"></span>' for v, n in there.items())
    key = "".join(f"<li>{mark(v)} {t(*VERDICT_WORDS[v])} <b>{n}</b></li>" for v, n in ledger.counts().items())
    return Pieces(f'<div class="bb-vbar" aria-hidden="true">{bar}</div><ul class="bb-vkey">{key}</ul>')
