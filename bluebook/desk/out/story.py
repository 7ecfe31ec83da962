"""What every file that goes out tells: findings with a chart, key sentences, the ranking, the imprint.

All of it is computed from the same tables and ledger as the book, or read from its built pages. Which
sentences there are follows from what the edition has: scores, ranks alone, speeches or none yet.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import yaml

from bluebook.charts import first_finding
from bluebook.charts.theme import BLUE, MUTED, PALE, RED, VERDICT_COLOURS
from bluebook.data import edition as editions
from bluebook.data import views
from bluebook.data.traits import traits
from bluebook.desk.out.built import Key
from bluebook.ledger import book
from bluebook.ledger.wording import VERDICT_WORDS
from bluebook.messages import Catalogue, t
from bluebook.pages import cards, front, told
from bluebook.pages.pieces import sentence
from bluebook.year import draft
from bluebook.year.diff import diff

SAYS = Catalogue(__file__)
SHOWN_YEARS = 10  # years of growth on a slide


class Chart(NamedTuple):
    """A chart as its numbers: ``series``: name → a value a name of ``names``, None where there is none."""

    kind: str  # bar (across) | column | line
    names: list[str]
    series: dict[str, list[float | None]]
    unit: str
    digits: int
    colours: list[str]  # one a series, or one a name where there is a single series
    signed: bool = False


class Finding(NamedTuple):
    """One thing the edition shows: a sentence, more words, what they rest on, a chart or a table."""

    code: str
    title: str
    words: str
    status: str  # as `bluebook.charts.frame.STATUS`
    source: str
    chart: Chart | None = None
    table: pd.DataFrame | None = None


class Story(NamedTuple):
    """An edition as the files tell it."""

    year: int
    title: str
    theme: str
    about: str
    released: str
    whose: str
    banner: str  # what a draft says of itself, "" for an edition that is out
    carried: str  # settings not yet checked
    address: str
    source: str
    has: frozenset[str]
    ranking: pd.DataFrame  # city, name, rank, score, before, moved; best first
    last: int | None  # the edition before
    findings: list[Finding]
    keys: list[Key]

    def finding(self, code: str) -> Finding | None:
        """Return the finding of this kind, None where the edition has none."""
        return next((one for one in self.findings if one.code == code), None)

    def imprint(self) -> list[str]:
        """Return what stands at the foot of every file: draft, whose, of what, what the numbers rest on."""
        status = SAYS.text(f"status_{editions.edition(self.year)['status']}")
        lines = [self.banner, SAYS.text("imprint", title=self.title, year=self.year, status=status)]
        lines += [sentence(self.whose), SAYS.text("made_from"), self.carried]
        return [line for line in [*lines, self.address and SAYS.text("at", address=self.address)] if line]


def story(root: Path, keys: list[Key]) -> Story:
    """Return the current edition's story; ``keys``: the key sentences of its built pages."""
    year = editions.current_year()
    settings, has = editions.edition(year), traits(year)
    last = max((y for y in editions.years() if y < year), default=None)
    table = ranking(year, last)
    made = [
        _ranked(table, has),
        _moved(table, year, last),
        _dimensions(has),
        _growth(year),
        _slip(),
        _misleading(),
        _checked(),
        _wrong(),
    ]
    return Story(
        year=year,
        title=settings[t("title_zh", "title_en")],
        theme=settings.get(t("theme_zh", "theme_en")) or "",
        about=told.about(year),
        released=views.released(year),
        whose=told.whose(year),
        banner=draft.banner(),
        carried=told.carried(year),
        address=site_address(root),
        source=told.sources(year),
        has=has,
        ranking=table,
        last=last,
        findings=[one._replace(source=without_page(one.source)) for one in made if one],
        keys=keys,
    )


def without_page(source: str) -> str:
    """Return a line of sources without the words that point to a place of the page it is from.

    >>> without_page("甲；另 2 个来源，见“数据”")
    '甲；另 2 个来源'
    """
    return source.replace("，见“数据”", "").replace(", see “Data”", "")


def site_address(root: Path) -> str:
    """Return where the book stands on the web, as ``_config.yml`` says; "" where it says nothing."""
    path = root / "_config.yml"
    told_ = yaml.safe_load(path.read_text("utf-8-sig")) if path.is_file() else None
    return str(((told_ or {}).get("sphinx") or {}).get("config", {}).get("site_url") or "")


def ranking(year: int, last: int | None) -> pd.DataFrame:
    """Return the ranking: city, name, rank, score, before (last rank), moved (places up), best first."""
    table = views.standings(year)[["city", "name", "rank", "score"]]
    if last is None:
        return table.assign(before=pd.NA, moved=pd.NA)
    moved = diff(last, year).cities[["city", "rank_before", "moved"]]
    return table.merge(moved.rename(columns={"rank_before": "before"}), on="city", how="left")


def names(rows: pd.DataFrame, most: int = 3) -> str:
    """Return the first ``most`` names of rows as a phrase; what is left out is counted."""
    listed = told.listed(list(rows["name"][:most]))
    return listed if len(rows) <= most else SAYS.text("and_more", names=listed, n=len(rows))


# ---------------------------------------------------------------- the findings


def _sources_of_scores(code: str | None = None) -> str:
    rows = editions.scores()
    rows = rows if code is None else rows[rows["code"] == code]
    return views.source_titles(list(dict.fromkeys(rows["source"])), 2) or told.sources()


def _ranked(table: pd.DataFrame, has: frozenset[str]) -> Finding | None:
    placed = table.dropna(subset=["rank"])
    if placed.empty:
        return None
    scored = placed.dropna(subset=["score"])
    digits, chart, words = int(editions.edition()["decimals"]), None, ""
    if "scores" in has:
        chart = Chart(
            "bar",
            list(scored["name"]),
            {t("得分", "Score"): list(scored["score"])},
            t("分", "points"),
            digits,
            [BLUE] * 2 + [PALE] * (len(scored) - 2),
        )
        a, b = scored.iloc[0], scored.iloc[1]
        words = SAYS.text("first_two", a=a["name"], x=a["score"], b=b["name"], y=b["score"])
        few = "scored_few" if len(scored) < len(placed) else ""
        words += SAYS.text(few, n=len(scored), all=len(placed)) if few else ""
    else:
        words = (
            SAYS.text("no_scores")
            if scored.empty
            else SAYS.text("scored_few", n=len(scored), all=len(placed))
        )
    shown = placed[["rank", "name"]].set_axis([t("名次", "Rank"), t("城市", "City")], axis=1)
    title = told.ranking(views.standings())
    return Finding("ranking", title, words, "published", _sources_of_scores("index"), chart, shown)


def _moved(table: pd.DataFrame, year: int, last: int | None) -> Finding | None:
    known = table.dropna(subset=["moved"])
    if last is None or len(known) < 2:
        return None
    up, down = known[known["moved"] > 0], known[known["moved"] < 0]
    far = known.loc[known["moved"].abs() == known["moved"].abs().max()]
    n = {"n": len(known), "last": last, "year": year, "up": len(up), "down": len(down)}
    n |= {"same": len(known) - len(up) - len(down)}
    one = far.iloc[0]
    title = first_finding(
        (SAYS.text("moved_none"), not len(up) + len(down)),
        (SAYS.text("moved_one"), len(far) == 1),
        (SAYS.text("moved_some"), True),
        who=names(far),
        a=int(one["before"]),
        b=int(one["rank"]),
        k=abs(int(one["moved"])),
        last=last,
        year=year,
    )
    chart = Chart(
        "bar",
        list(known["name"]),
        {t("名次变化", "Places up"): [float(m) for m in known["moved"]]},
        t("位", "places"),
        0,
        [BLUE if m > 0 else RED if m < 0 else MUTED for m in known["moved"]],
        signed=True,
    )
    source = views.source_titles([*editions.scores(last)["source"], *editions.scores(year)["source"]], 2)
    words = SAYS.text("moved_words", **n)
    if len(known) < len(table):
        words += SAYS.text("moved_few", last=last, n=len(table) - len(known))
    return Finding("moved", title, words, "computed", source, chart)


def _dimensions(has: frozenset[str]) -> Finding | None:
    if "dimensions" not in has:
        return None
    rows, dims = editions.scores(), views.dimensions()
    rows = rows[rows["code"].isin(dims["code"]) & (rows["rank"] <= 3)].dropna(subset=["rank"])
    rows = rows.merge(views.cities()[["city", "name", "order"]], on="city").sort_values(["rank", "order"])
    dims = dims[dims["code"].isin(rows["code"])]
    first = rows[rows["rank"] == 1]
    if first.empty:
        return None
    of = dict(zip(dims["code"], dims[t("name_zh", "name_en")], strict=True))
    best = first["name"].value_counts()
    most = list(best[best == best.max()].index)
    alone = len(best) == 1 and len(first) == len(of)  # one city is first everywhere and shares no place
    title = first_finding(
        (SAYS.text("dims_all"), alone),
        (SAYS.text("dims_most"), True),
        n=len(of),
        who=told.listed(most, t("和", " and ")),
        k=int(best.max()),
    )
    scores = rows.pivot_table(index="code", columns="rank", values="score", aggfunc="first")
    scores = scores.reindex(columns=[1, 2], index=[*of]).dropna()
    chart = None
    if len(scores):
        series = {SAYS.text("place", n=n): [float(v) for v in scores[n]] for n in (1, 2)}
        digits = int(editions.edition()["decimals"])
        labels = [of[c] for c in scores.index]
        chart = Chart("column", labels, series, t("分", "points"), digits, [BLUE, PALE])
    heads = [t("维度", "Dimension"), *(SAYS.text("place", n=n) for n in (1, 2, 3))]
    held = rows.groupby(["code", "rank"])["name"].apply(lambda g: told.listed(list(g))).unstack()
    held = held.reindex(index=[*of], columns=[1, 2, 3]).astype(object).fillna("—").rename(index=of)
    table = held.reset_index().set_axis(heads, axis=1)
    next_ = 2 if alone else 1  # who is first everywhere is named already
    words = t("；", "; ").join(
        SAYS.text("dims_place", name=name, n=next_, who=row[next_])
        for name, row in zip(table.iloc[:, 0], table.itertuples(index=False), strict=True)
        if row[next_] != "—"
    )
    return Finding("dimensions", title, sentence(words), "published", _sources_of_scores(), chart, table)


def _growth(year: int) -> Finding | None:
    growth = front.growth_by_year()
    known = growth.dropna()
    if len(known) < 2:
        return None
    growth = growth.loc[: known.index[-1]].tail(SHOWN_YEARS)  # a year that nobody has found stays a gap
    rows = editions.series()
    rows = rows[(rows["series"] == front.GROWTH) & rows["region"].isin([front.CHINA, front.OWN])]
    rows = rows[rows["period"].isin([str(y) for y in growth.index])]
    chart = Chart(
        "line",
        [str(y) for y in growth.index],
        {name: [None if pd.isna(v) else float(v) for v in growth[name]] for name in (front.OWN, front.CHINA)},
        "%",
        1,
        [BLUE, MUTED],
    )
    now, y = known.iloc[-1], known.index[-1]
    words = SAYS.text("growth_words", y=y, own=now[front.OWN], all=now[front.CHINA])
    source = views.source_titles(list(rows.sort_values("period")["source"][::-1]), 2)
    return Finding("growth", front.growth_finding(), words, "public", source, chart)


def _slip() -> Finding | None:
    found = cards.slipped()
    if found is None:
        return None
    row, should = found
    both = {"printed": cards.printed(row), "follows": cards.shown(row, should)}
    title = cards.SAYS.text("card_slip", subject=row[t("subject_zh", "subject_en")], **both)
    words = sentence(f"{row['speaker']}{t('：', ': ')}{row['reason']}")
    return Finding(
        "slip",
        title,
        words,
        "computed",
        _grounds(row),
        _two(row, float(should.value), t("应为", "Should be")),
    )


def _misleading() -> Finding | None:
    found = cards.turned()
    if found is None:
        return None
    row, other, cause = found
    both = {"printed": cards.printed(row), "follows": cards.shown(row, other, sign=True)}
    title = cards.SAYS.text("card_misleading", subject=row[t("subject_zh", "subject_en")], **both)
    chart = _two(row, float(other.value), t("换一个口径", "On another base"))
    return Finding("misleading", title, sentence(cause), "computed", _grounds(row), chart)


def _two(row: pd.Series, follows: float, name: str) -> Chart:
    """Return a printed number beside the one that follows."""
    digits = cards.decimals(row)
    values = [float(row["value"]), round(follows, digits)]
    return Chart(
        "column",
        [t("印作", "Printed"), name],
        {str(row["unit"]): values},
        str(row["unit"]),
        digits,
        [RED, BLUE],
    )


def _grounds(row: pd.Series) -> str:
    ids = [i for i in str(row["source"]).split(";") if i]
    return views.source_titles([*(editions.edition().get("sources") or [])[:1], *ids], 2) or told.sources()


def _checked() -> Finding | None:
    n = book.counts()
    if not any(n.values()):
        return None
    counts = {"all": sum(n.values()), "wrong": n["contradicted"], "unchecked": n["unchecked"]}
    code = "card_checked" if n["contradicted"] else "card_sound"
    words = SAYS.text("counted", counts=book.counted_words(n))
    words += SAYS.text("unchecked_means") if n["unchecked"] else ""
    there = [v for v in n if n[v]]
    chart = Chart(
        "bar",
        [t(*VERDICT_WORDS[v]) for v in there],
        {t("个数", "Figures"): [float(n[v]) for v in there]},
        t("个", "figures"),
        0,
        [VERDICT_COLOURS[v] for v in there],
    )
    title = cards.SAYS.text(code, **counts)
    return Finding("checked", title, sentence(words), "computed", told.sources(), chart)


def _wrong() -> Finding | None:
    rows = book.wrong()
    if rows.empty:
        return None
    n = book.counts()
    table = pd.DataFrame(
        [
            [
                r[t("subject_zh", "subject_en")],
                r["speaker"],
                cards.printed(r),
                cards.shown(r, cards.expected(r)),
                t(*VERDICT_WORDS[r["verdict"]]),
            ]
            for _, r in rows.iterrows()
        ],
        columns=SAYS.text("wrong_heads").split("|"),
    )
    title = first_finding(
        (SAYS.text("wrong_both"), n["contradicted"] > 0 and n["revised"] > 0),
        (SAYS.text("wrong_only"), n["contradicted"] > 0),
        (SAYS.text("wrong_revised"), True),
        n=n["contradicted"],
        revised=n["revised"],
    )
    return Finding("wrong", title, "", "computed", told.sources(), None, table)
