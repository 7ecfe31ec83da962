"""index.md, the front page: what it names and counts, the ranking on a map, the verdicts in one bar."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from bluebook import charts
from bluebook.charts import first_finding, glue, kinds
from bluebook.charts.frame import Figure
from bluebook.charts.theme import GRID, SEQUENTIAL
from bluebook.data import edition as editions
from bluebook.data import views
from bluebook.ledger import book as ledger
from bluebook.ledger.series import by_year
from bluebook.ledger.wording import VERDICT_WORDS
from bluebook.messages import Catalogue, t
from bluebook.pages import told
from bluebook.pages.pieces import Pieces, mark, nothing

SAYS = Catalogue(__file__)
CHINA, OWN = "全国", "河南"
GROWTH = "gdp_growth_real"  # the series of real growth, %


def numbers() -> None:
    """Glue the edition's names and the counts that the front page tells.

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
        finding_ranking=told.ranking_now(),
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
    wide = by_year(editions.series(), GROWTH, [CHINA, OWN])
    return wide[wide.index <= last]


def verdicts() -> Pieces:
    """Show how many figures of the edition have each verdict: one bar, and a key with marks and counts.

    >>> "矛" in bb.front_verdicts().text
    True
    """
    there = {v: n for v, n in ledger.counts().items() if n}
    if not there:
        return nothing()
    key = "".join(f"<li>{mark(v)} {t(*VERDICT_WORDS[v])} <b>{n}</b></li>" for v, n in ledger.counts().items())
    return Pieces(f'{bar(ledger.counts())}<ul class="bb-vkey">{key}</ul>')


def bar(counts: Mapping[str, int]) -> str:
    """Return counts by verdict as one bar; who cannot see it has the key, or its label."""
    parts = "".join(f'<span data-verdict="{v}" style="flex:{n}"></span>' for v, n in counts.items() if n)
    return f'<div class="bb-vbar" aria-hidden="true">{parts}</div>'


BANDS = (75, 50, 25, 0)  # points, from which each shade of the map begins


def ranking_map() -> Figure | Pieces:
    """Return the ranking as a map beside its list; picking a city in one marks it in the other.

    An edition that has no ranks yet has nothing to show.

    >>> bb.front_map().id
    'fig-front-map'
    """
    now = views.standings()
    if now.empty:
        return nothing()
    scored = now.dropna(subset=["score"])
    unknown = t("只有名次", "rank only")
    names = {low: t(f"{low} 分起", f"from {low}") for low in BANDS}
    shades = dict(zip(names.values(), [*SEQUENTIAL[-2:0:-1]], strict=False)) | {unknown: GRID}
    groups = [unknown if pd.isna(s) else names[next(b for b in BANDS if s >= b)] for s in now["score"]]
    shades = {name: colour for name, colour in shades.items() if name in groups}
    points = now["score"].map("{:.2f}".format).where(now["score"].notna(), unknown)
    listed = pd.DataFrame({"city": now["city"], "name": now["rank"].astype(str) + " " + now["name"]})
    listed = listed.assign(text=points, group=groups)
    listed = listed if scored.empty else listed.assign(value=now["score"])
    known = SAYS.text("map_known", k=len(scored)) if 0 < len(scored) < len(now) else ""
    score, place, city = t("得分", "Score"), t("名次", "Rank"), t("城市", "City")
    table = pd.DataFrame({place: now["rank"], city: now["name"], score: now["score"]})
    return charts.figure(
        kinds.map(listed.rename_axis(index=city, columns=score), shades, score, views.map_shapes()),
        id="fig-front-map",
        title=_map_title(now),
        subtitle=SAYS.text("map_subtitle", year=editions.current_year(), known=known),
        source=editions.scores().query("code == 'index'"),
        table=table,
        status="published",
        formats={score: "{:.2f}"},
        drawing=t(
            f"河南 {len(now)} 市示意地图和名次条", f"A schematic map of {len(now)} cities beside their bars"
        ),
    )


def _map_title(now: pd.DataFrame) -> str:
    """Return the ranking in one sentence: the first two and what the others stay below, as far as printed."""
    names, scores = list(now["name"]), list(now["score"].dropna())
    if len(scores) < 3:
        return SAYS.text("map_title_ranks", a=names[0], n=len(now))
    low = math.floor(scores[2]) + 1
    numbers_told = {"a": names[0], "x": scores[0], "b": names[1], "y": scores[1], "z": low}
    apart = (SAYS.text("map_title"), scores[1] >= low)
    return first_finding(apart, (SAYS.text("map_title_close"), True), **numbers_told)
