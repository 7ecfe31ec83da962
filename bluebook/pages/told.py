"""What the pages say of an edition in a sentence, whatever it has: each case has its own."""

from __future__ import annotations

import pandas as pd

from bluebook.charts import first_finding
from bluebook.data import edition as editions
from bluebook.data import views
from bluebook.data.traits import panel_year, traits
from bluebook.messages import Catalogue, t

SAYS = Catalogue(__file__)


def listed(names: list[str], last: str = "") -> str:
    """Return names as a phrase: a、b, with ``last`` before the last of them where it is given."""
    joined = t("、", ", ")
    if last and len(names) > 1:
        return joined.join(names[:-1]) + last + names[-1]
    return joined.join(names)


def about(year: int | None = None) -> str:
    """Return what the book retells: title and theme, or that it is a draft without speeches.

    >>> about(2022)
    '这本网页书转述的是《河南双创蓝皮书（2022）》的发布会材料，主题是“双创赋能河南经济复苏回暖”。'
    """
    book = editions.edition(year)
    title, theme = book[t("title_zh", "title_en")], book.get(t("theme_zh", "theme_en"))
    case = ("themed" if theme else "plain") if "speeches" in traits(year) else "without_speeches"
    return SAYS.text(f"about_{case}", title=title, theme=theme or "")


def whose(year: int | None = None) -> str:
    """Return who issues the book: the publisher that the settings name, or that it is none of those named.

    >>> "独立的转述和核对" in whose(2022)
    True
    """
    book = editions.edition(year)
    if book.get("publisher"):
        return SAYS.text("issued", publisher=book["publisher"])
    names = [*(book.get(t("organisers", "organisers_en")) or [])]
    names += filter(None, [t(book.get("book_publisher") or "", "")])
    return SAYS.text("independent", who=listed(names, t("或", " or ")) or SAYS.text("the_institute"))


def sources(year: int | None = None) -> str:
    """Return an edition's own sources as a source line; where it names none yet, its tables.

    >>> sources(2022).startswith("《创新资讯》2022年第3期")
    True
    """
    ids = editions.edition(year).get("sources") or []
    own = SAYS.text("own_tables", year=editions.current_year() if year is None else year)
    return views.source_titles(list(ids)) if ids else own


def carried(year: int | None = None) -> str:
    """Return which settings were carried over from the edition before and not checked yet; "" if none.

    >>> bb.carried_told(2022)
    ''
    """
    waiting = editions.edition(year).get("unconfirmed") or []
    told = [SAYS.text(f"carried_{key}") for key in ("framework", "data_year") if key in waiting]
    return SAYS.text("carried", what=listed(told)) if told else ""


def of_panel() -> str:
    """Return of which edition the teaching panel and the laboratory are; "" where it is this book's.

    >>> bb.panel_edition_told()
    ''
    """
    if "panel" in traits():
        return ""
    return SAYS.text("of_panel", year=panel_year(), now=editions.current_year())


def ranking(now: pd.DataFrame) -> str:
    """Return the first finding: how far the second city is from the first, or as much as is known.

    ``now``: as `standings`, cities without a score included.
    """
    placed = now.dropna(subset=["rank"])
    if len(placed) < 3:
        return SAYS.text("no_ranks")
    names = dict(zip("abc", placed["name"], strict=False))
    shared = placed.loc[placed["rank"] == placed["rank"].iloc[0], "name"].tolist()
    scored = placed.dropna(subset=["score"])
    known = scored["rank"].tolist()[:2] == placed["rank"].tolist()[:2] and len(scored) > 1
    if len(shared) > 1:
        case = "tied_scored" if known else "tied"
        score = scored["score"].iloc[0] if known else float("nan")
        return SAYS.text(case, who=listed(shared, t("和", " and ")), score=f"{score:.2f}")
    if not known:
        return SAYS.text("ranks_only", **names)
    first, second, last = scored.iloc[0], scored.iloc[1], scored.iloc[-1]
    up, down = first["score"] - second["score"], second["score"] - last["score"]
    choices = (SAYS.text("far_first"), len(scored) > 2 and up > down), (SAYS.text("plain_first"), True)
    return first_finding(*choices, up=up, k=int(last["rank"]), **names)


def ranking_now() -> str:
    """Return what the current edition's ranking comes to, in one sentence.

    >>> bb.ranking_told().startswith("洛阳排第二")
    True
    """
    return ranking(views.standings())


def growth(gap: pd.Series) -> str:
    """Return the second finding: how the province grew beside the country in the last two years known.

    ``gap``: year → the country's growth less the province's, in percentage points, NaN where unknown.
    """
    gap = gap.dropna().round(1)
    if len(gap) < 2:
        return SAYS.text("no_growth")
    (x, a), (y, b) = gap.iloc[-2:].items()
    choices = (
        (SAYS.text("behind_more"), 0 < a < b),
        (SAYS.text("behind_less"), 0 < b < a),
        (SAYS.text("behind_same"), 0 < a == b),
        (SAYS.text("ahead_more"), 0 > a > b),
        (SAYS.text("ahead_less"), 0 > b > a),
        (SAYS.text("ahead_same"), 0 > a == b),
        (SAYS.text("turned", first=_beside(a), last=_beside(b)), True),
    )
    return first_finding(*choices, x=x, y=y, a=abs(a), b=abs(b))


def _beside(gap: float) -> str:
    """Return where a year's growth stands beside the country's, in words."""
    if gap == 0:
        return SAYS.text("beside_even")
    size = f"{abs(gap):.1f}"
    return SAYS.text("beside_behind", gap=size) if gap > 0 else SAYS.text("beside_ahead", gap=size)
