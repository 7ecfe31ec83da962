"""reference/audit and reference/errata: every quoted figure with its verdict, and what was found wrong."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd

from bluebook import charts
from bluebook.charts import VERDICT_COLOURS, first_finding, glue, kinds
from bluebook.data import edition as editions
from bluebook.data import views
from bluebook.ledger import book
from bluebook.ledger.audit import AUDIT_COLUMNS
from bluebook.ledger.rows import decimals
from bluebook.ledger.units import unit_words
from bluebook.ledger.wording import (
    VERDICT_WORDS,
    VERDICTS,
    derived,
    format_value,
    period_beside,
    show_interval,
)
from bluebook.messages import Catalogue, language, t
from bluebook.pages import told
from bluebook.pages.grounds import Source, grounds, sources
from bluebook.pages.pieces import Pieces, chapter_titles, mark, nothing, searched, title_of

SAYS = Catalogue(__file__)
SURE = {"high": ("很有把握", "high"), "medium": ("有把握", "medium"), "low": ("没有把握", "low")}
# What stands beside a printed number: a contradiction says what it should be, a doubt only what follows.
FOLLOWS = {"contradiction": ("应为", "Should be"), "revision": ("后来是", "Later")}
OTHERWISE = ("推得", "Follows")
KINDS = {
    "contradiction": ("矛盾", "Contradiction"),
    "revision": ("后来修订", "Later revised"),
    "rounding": ("四舍五入，不算错", "Rounding, not an error"),
    "rebased": ("基数修订或口径不同，不算错", "A revised base or another source, not an error"),
    "context": ("不算错，但需要说明", "Not an error, but needs saying more"),
    "doubt": ("存疑", "Doubtful"),
    "explanation": ("可能的解释", "A likely explanation"),
}


def verdict(name: str) -> str:
    """Return a verdict in the page's language."""
    return t(*VERDICT_WORDS[name])


def sureness(level: str) -> str:
    """Return how sure a finding is, in the page's language."""
    return t(*SURE.get(level, (level, level)))


def quoted() -> pd.DataFrame:
    """Return the ledger of the edition that the chapters retell (claims and scores), one row an id."""
    rows = book.audited()
    return rows[rows["edition"] == editions.current_year()]


def numbers() -> None:
    """Glue what the page on the audit says of the edition: how many figures, by verdict, what is wrong.

    >>> bb.audit_numbers()
    n_all = ...
    """
    rows, counts = quoted(), book.counts()
    claims = int((~rows["id"].str.match(r"(score|rank)_")).sum())
    scores = len(rows) - claims
    case = "both" if claims and scores else "claims" if claims else "scores" if scores else "empty"
    glue(
        n_all=len(rows),
        parts_told=SAYS.text(f"ledger_{case}", claims=claims, scores=scores),
        counts_told=book.counted_words(counts) or SAYS.text("ledger_empty"),
        wrong_told=wrong_told(counts["contradicted"], counts["revised"], _findings_of("contradiction")),
    )


def wrong_told(contradicted: int, revised: int, places: int) -> str:
    """Return how many figures are wrong, and in how many ``places`` where their causes are written down."""
    if not contradicted:
        return SAYS.text("wrong_revised", n=revised) if revised else SAYS.text("wrong_none")
    also = SAYS.text("wrong_also", n=revised) if revised else ""
    case = "wrong_explained" if places else "wrong_unexplained"
    return SAYS.text(case, n=contradicted, places=places, revised=also)


def _findings_of(kind: str) -> int:
    found = book.corrections()
    return int(found.loc[found["kind"] == kind, "finding"].nunique()) if len(found) else 0


def errata_numbers() -> None:
    """Glue how many corrections are no longer needed: those whose guard fired.

    >>> bb.errata_numbers()
    fired_told = ...
    """
    found = book.corrections()
    n = int(found["fired"].sum()) if len(found) else 0
    some = t(f"现在触发的守卫有 {n} 个", f"{n} guards have fired now")
    glue(fired_told=some if n else t("现在一个也没有触发", "None has fired now"))


def by_chapter() -> charts.Figure:
    """Draw the verdicts chapter by chapter; the frame's ``table``: chapter, and a count a verdict.

    >>> list(bb.audit_by_chapter().table.columns)
    ['章', '有矛盾', '后来修订', '独立证实', '算得相符', '同源重复', '大小相容', '未能核对']
    """
    rows, titles = quoted(), chapter_titles()
    wide = rows.groupby(["chapter", "verdict"]).size().unstack(fill_value=0)
    wide = wide.reindex(index=[c for c in chapter_order() if c in wide.index], columns=VERDICTS, fill_value=0)
    wide = wide.rename(index=lambda c: title_of(c, titles, short=True), columns=verdict)
    wide = wide.rename_axis(index=t("章", "Chapter"), columns=t("结论", "Verdict"))
    counted = book.counts()
    words = book.counted_words({v: counted[v] for v in ("contradicted", "confirmed", "unchecked")})
    some = t("{all} 个数里，{words}", "Of {all} figures: {words}")
    none = t("{all} 个数里没有查出矛盾：{words}", "Of {all} figures none is contradicted: {words}")
    year = editions.current_year()
    return charts.figure(
        kinds.stacked(
            wide,
            t("数字的个数", "Number of figures"),
            colours={verdict(v): VERDICT_COLOURS[v] for v in VERDICTS},
            named=True,
            least=8,
            step=24,
        ),
        id="fig-verdicts",
        title=first_finding((some, counted["contradicted"] > 0), (none, True), all=len(rows), words=words),
        status="computed",
        subtitle=t(
            f"{year} 年版的发言、报告与评价结果里的全部数字，按章、按核对结果计数（个）",
            f"All figures of speeches, report and index of {year}, counted by chapter and verdict",
        ),
        source=told.sources(),
        table=wide.rename_axis(columns=None).reset_index(),
        drawing=t("堆叠横条图", "Stacked bar chart"),
    )


def chapter_order() -> list[str]:
    """Return the ledger's chapters in the order in which the newsletter brings them."""
    return list(dict.fromkeys([*editions.claims()["chapter"], *quoted()["chapter"]]))


def findings(*kinds_of: str) -> Pieces:
    """Show each finding of these kinds: what is printed, what follows, the likely cause, how sure we are.

    Kinds: column ``kind`` of `corrections`; without one: contradictions and revisions. Returns HTML.

    >>> "11.9–12.1" in bb.audit_findings("contradiction").text
    True
    """
    wanted = kinds_of or ("contradiction", "revision")
    found, rows = book.corrections(), book.audited()
    if found.empty:
        return nothing()
    chosen = found[found["finding"].isin(found[found["kind"].isin(wanted)]["finding"])]
    chosen = chosen[chosen["kind"].isin([*wanted, "explanation"])]
    note = t(
        "守卫已触发：数据改过之后，这一条不再成立。",
        "The guard fired: with the data as they are now this no longer holds.",
    )
    parts = []
    for number, (_, group) in enumerate(chosen.groupby("finding", sort=True), 1):
        first = group.iloc[0]
        row = rows.loc[first["id"]]
        items = "".join(_item(r, rows, first["subject"]) for _, r in group.iterrows())
        guard = f'<p class="bb-fired">{note}</p>' if any(group["fired"]) else ""
        follows = t(*FOLLOWS.get(first["kind"], OTHERWISE))
        short = f"{_measured(first['follows'], row)}"
        parts.append(
            f'<details class="bb-finding" data-kind="{escape(str(first["kind"]))}" '
            f'id="finding-{escape(str(first["finding"]))}-{escape(wanted[0])}">'
            f"<summary><h3>{number}. {escape(str(first['subject']))}</h3>"
            f'<span class="bb-aside">{t("印着", "Printed")} <b>{escape(format_value(row, language()))}</b>'
            f" · {escape(follows)} <b>{escape(short)}</b></span></summary>"
            f'<p class="bb-where">{escape(row["speaker"])} · {escape(row["section"])}</p>'
            f"{items}{guard}</details>"
        )
    return Pieces("".join(parts))


def _item(r: pd.Series, rows: pd.DataFrame, heading: str) -> str:
    """Return one row of a finding: its kind, what it is about if not its ``heading``, its four terms."""
    row = rows.loc[r["id"]]
    follows = _measured(r["follows"], row)
    printed = escape(format_value(row, language()))
    terms = {
        t("印着", "Printed"): f'<a href="#claim-{escape(r["id"])}">{printed}</a>',
        t(*FOLLOWS.get(r["kind"], OTHERWISE)): escape(follows),
        t("缘由", "Cause"): escape(str(r["cause"])),
        t("把握", "Sureness"): escape(sureness(r["sure"])),
    }
    about = "" if r["subject"] == heading else f"：{r['subject']}"
    kind = f'<p class="bb-kind">{escape(t(*KINDS[r["kind"]]) + about)}</p>'
    return f"{kind}<dl>{''.join(f'<div><dt>{k}</dt><dd>{v}</dd></div>' for k, v in terms.items())}</dl>"


def _measured(follows: str, row: Mapping[str, object]) -> str:
    """Return what follows for a figure with the figure's unit."""
    return f"{follows} {unit_words(str(row['unit']), language())}".strip().replace(" %", "%")


def table() -> charts.Figure:
    """Show the whole ledger as a table to search and filter; without JavaScript a plain table.

    The frame's ``table``: the columns of `python -m bluebook audit`, a row a figure of any edition.

    >>> bb.audit_table().table.set_index("id").loc["gdp_growth_ha_2021", "verdict"]
    'confirmed'
    """
    rows = book.audited().sort_values("edition", ascending=False, kind="stable")
    heads = [
        t("印出的数", "Printed"),
        t("说的是什么", "What it is"),
        t("谁说的", "Who"),
        t("结论", "Verdict"),
        t("依据", "Grounds"),
    ]
    titles = chapter_titles()
    years = [str(y) for y in sorted(rows["edition"].unique(), reverse=True)]
    filters = {
        "verdict": (heads[3], [(v, verdict(v)) for v in VERDICTS]),
        "speaker": (heads[2], [(s, s) for s in dict.fromkeys(rows["speaker"])]),
        "edition": (t("版次", "Edition"), [(y, y) for y in years]),
    }
    framed = charts.table(
        rows.reset_index(drop=True)[[*AUDIT_COLUMNS]].astype(object),
        id="tab-audit",
        status="computed",
        title=t(
            f"账本：{len(rows)} 个数字，逐个核对",
            f"The ledger: {len(rows)} figures, audited one by one",
        ),
        subtitle=t(
            "各版印出的全部数字、谁说的、核对结果与依据",
            "Every printed figure of every edition, who said it, the verdict and its grounds",
        ),
        source=views.source_titles(list(dict.fromkeys(s for y in years for s in _sources_of(int(y)))))
        + t("；核对所用来源见每一行", "; the sources checked against stand in each row"),
    )
    known = dict(zip(rows["id"], rows[t("subject_zh", "subject_en")], strict=True)), sources()
    aside, order = _beside(rows), {c: i for i, c in enumerate(chapter_order())}
    groups: dict[str, list[str]] = {}
    rows = rows.sort_values(  # the newest edition first, each in the order in which it brings its chapters
        ["edition", "chapter"],
        key=lambda c: -c if c.name == "edition" else c.map(order).fillna(len(order)),
        kind="stable",
    )
    for place, some in rows.groupby([rows["edition"], rows["chapter"]], sort=False):
        old = t(f"{place[0]} 年版", f"Edition {place[0]}") if place[0] != editions.current_year() else ""
        name = escape(old or _where(*place, titles)) + _wrong_marks(some["verdict"])
        made = [_row(r, heads, titles, known, aside.get(r["id"], "")) for r in some.to_dict("records")]
        groups[name] = groups.get(name, []) + made
    return framed.with_body(searched(heads, groups, filters, t("显示 {n} / {all} 条", "{n} of {all} rows")))


def _where(edition: int, chapter: str, titles: Mapping[str, str]) -> str:
    """Return where a figure stands: its chapter, or the edition whose book holds it."""
    gone = t(f"{edition} 年版", f"edition {edition}")  # its chapter stands in another book
    return title_of(chapter, titles, short=True) if chapter in titles else gone


def _wrong_marks(verdicts: pd.Series) -> str:
    """Return the marks of what is wrong among some figures with their counts, "" where nothing is."""
    counts = {v: int((verdicts == v).sum()) for v in ("contradicted", "revised")}
    told = (f" {mark(v)} {t(*VERDICT_WORDS[v])} {n}" for v, n in counts.items() if n)
    return "".join(f'<span class="bb-aside">{one}</span>' for one in told)


def _sources_of(year: int) -> list[str]:
    return list(editions.edition(year).get("sources") or [])


def _beside(rows: pd.DataFrame) -> dict[str, str]:
    """Return id → what should stand beside a printed number, what it later was, what follows for a doubt."""
    found, by_id, beside = book.audit()[1], rows.set_index("id"), {}
    if len(found):
        found = found[found["kind"].isin([*FOLLOWS, "doubt"]) & ~found["fired"].astype(bool)]
        for (id_, kind), group in found.groupby(["id", "kind"], sort=False):
            follows = t(" 或 ", " or ").join(group["follows"])
            beside[id_] = f"{t(*FOLLOWS.get(kind, OTHERWISE))} {_measured(follows, by_id.loc[id_])}"
    kinds_of = {"contradicted": "contradiction", "revised": "revision"}
    for row in rows[rows["verdict"].isin(list(kinds_of))].to_dict("records"):  # without a finding
        follows = show_interval(derived(row), decimals(row), language())
        beside.setdefault(row["id"], f"{t(*FOLLOWS[kinds_of[row['verdict']]])} {_measured(follows, row)}")
    return beside


def _row(
    row: Mapping[str, object],
    heads: list[str],
    titles: Mapping[str, str],
    known: tuple[Mapping[str, str], Mapping[str, Source]],
    beside: str,
) -> str:
    """Return one figure of the ledger as a row of the table; where it is used the page's writer fills in."""
    esc = {k: escape(str(v)) for k, v in row.items() if isinstance(v, str)}
    what, note = esc[t("subject_zh", "subject_en")], esc.get(t("note_zh", "note_en"), "")
    period = escape(period_beside(row, language()))
    when = f" · {period}" if period else ""
    chapter = _where(int(row["edition"]), str(row["chapter"]), titles)
    cells = [
        f"<b>{escape(format_value(row, language()))}</b>"
        + (f'<br><span class="bb-aside">{escape(beside)}</span>' if beside else ""),
        f'{what}{when}<br><span class="bb-uses" data-id="{esc["id"]}"></span>',
        f'{esc["speaker"]}<br><span class="bb-aside">{escape(chapter)}</span>',
        f'<span class="bb-verdict" data-verdict="{esc["verdict"]}">'
        f"{mark(row['verdict'])} {verdict(row['verdict'])}</span>",
        grounds(row, *known, language()) + (f'<br><span class="bb-aside">{note}</span>' if note else ""),
    ]
    columns = zip(heads, cells, strict=True)
    filled = "".join(f'<td data-label="{escape(head)}">{cell}</td>' for head, cell in columns)
    return (
        f'<tr id="claim-{esc["id"]}" data-speaker="{esc["speaker"]}" data-verdict="{esc["verdict"]}" '
        f'data-edition="{int(row["edition"])}">{filled}</tr>'
    )


def errata() -> charts.Figure | Pieces:
    """Show what should be corrected as a table: each contradicted or revised figure once, the worst first.

    >>> list(bb.errata_table().table)
    ['出处', '说的是什么', '印着', '应为或后来是', '结论', '把握']
    """
    rows = book.wrong()
    if rows.empty:
        return nothing()
    found = book.corrections()
    found = found[found["kind"].isin(FOLLOWS) & ~found["fired"].astype(bool)].drop_duplicates("id")
    sure = found.set_index("id")["sure"].reindex(rows["id"]).fillna("")
    data = pd.DataFrame(
        {
            t("出处", "Where"): [f"{r.speaker}，{r.section}" for r in rows.itertuples()],
            t("说的是什么", "What it is"): rows[t("subject_zh", "subject_en")].to_numpy(),
            t("印着", "Printed"): [format_value(r, language()) for _, r in rows.iterrows()],
            t("应为或后来是", "Should be, or later"): [
                show_interval(derived(r), decimals(r), language()) for _, r in rows.iterrows()
            ],
            t("结论", "Verdict"): [verdict(v) for v in rows["verdict"]],
            t("把握", "Sureness"): [sureness(s) for s in sure],
        }
    )
    year, n = editions.current_year(), len(rows)
    filters = {
        "verdict": (data.columns[4], [(v, verdict(v)) for v in dict.fromkeys(rows["verdict"])]),
        "speaker": (t("谁说的", "Who"), [(s, s) for s in dict.fromkeys(rows["speaker"])]),
    }
    body = (_erratum(row, data.iloc[i]) for i, row in enumerate(rows.to_dict("records")))
    framed = charts.table(
        data,
        id="tab-errata",
        status="computed",
        title=t(f"{n} 个印出的数应当更正或注明", f"{n} printed figures need correcting or a note"),
        subtitle=t(
            f"{year} 年版，错得最多的在前；应为的数是区间，宽度来自四舍五入",
            f"Edition {year}, the worst first; what should stand is as wide as rounding makes it",
        ),
        source=told.sources(),
    )
    some = t("显示 {n} / {all} 处", "{n} of {all}")
    return framed.with_body(searched(list(data.columns), body, filters, some))


def _erratum(row: Mapping[str, object], told_: pd.Series) -> str:
    """Return one correction as a row of the table; what was printed leads to its row in the ledger."""
    cells = {str(head): escape(str(value)) for head, value in told_.items()}
    printed, judged = told_.index[2], told_.index[4]
    if charts.building():
        address = f"@@site@@/chapters/reference/audit.html#claim-{escape(str(row['id']))}"
        cells[printed] = f'<a href="{address}">{cells[printed]}</a>'
    v = escape(str(row["verdict"]))
    cells[judged] = f'<span class="bb-verdict" data-verdict="{v}">{mark(v)} {cells[judged]}</span>'
    filled = "".join(f'<td data-label="{escape(h)}">{c}</td>' for h, c in cells.items())
    who = escape(str(row["speaker"]))
    return f'<tr id="wrong-{escape(str(row["id"]))}" data-verdict="{v}" data-speaker="{who}">{filled}</tr>'
