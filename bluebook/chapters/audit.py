"""reference/audit and reference/errata: every quoted figure with its verdict, and what was found wrong."""

from __future__ import annotations

import html

import altair as alt
import pandas as pd

from bluebook import charts, editions, ledger, reading
from bluebook.charts import BLUE, GREEN, QUIET, RED, first_finding, glue
from bluebook.words import language, t

ORDER = ("confirmed", "consistent", "unchecked", "contradicted")
# Never colour alone: each verdict has its mark.
MARKS = {"confirmed": "✓", "consistent": "≈", "unchecked": "?", "contradicted": "✗"}
NAMES = {
    "confirmed": ("有来源证实", "Confirmed"),
    "consistent": ("算术一致", "Consistent"),
    "unchecked": ("未能核对", "Unchecked"),
    "contradicted": ("矛盾", "Contradicted"),
}
SURE = {"high": ("很有把握", "high"), "medium": ("有把握", "medium"), "low": ("没有把握", "low")}
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
    return t(*NAMES[name])


def quoted() -> pd.DataFrame:
    """Return the ledger of the figures of the edition that the chapters retell (claims and scores), one row an id."""
    ledger_ = reading.audited()
    return ledger_[ledger_["edition"] == editions.speech_year()]


def numbers() -> None:
    """Glue the counts that the chapter speaks of."""
    rows, found = quoted(), reading.corrections()
    n = rows["verdict"].value_counts()
    claims = rows[~rows["id"].str.match(r"(score|rank)_")]
    against = found[found["kind"] == "contradiction"]
    example = reading.audited().loc["subsidy_leverage_2021"]  # shows what rounding means
    glue(
        lev_low=float(example["printed_lower"]), lev_high=float(example["printed_upper"]),
        year=editions.speech_year(), n_all=len(rows), n_claims=len(claims), n_scores=len(rows) - len(claims),
        n_confirmed=int(n.get("confirmed", 0)), n_consistent=int(n.get("consistent", 0)),
        n_unchecked=int(n.get("unchecked", 0)), n_contradicted=int(n.get("contradicted", 0)),
        n_relations=int(rows["relation"].fillna("").ne("").sum()), n_evidence=int(rows["evidence"].fillna("").ne("").sum()),
        n_findings=int(found["finding"].nunique()) if len(found) else 0,
        n_places=int(against["finding"].nunique()) if len(against) else 0,
        n_revised=int(found[found["kind"] == "revision"]["finding"].nunique()) if len(found) else 0,
        n_innocent=int(found[found["kind"].isin(["rounding", "rebased"])]["id"].nunique()) if len(found) else 0,
        n_fired=int(found["fired"].sum()) if len(found) else 0,
    )  # fmt: skip


def by_chapter() -> charts.Figure:
    """Draw the verdicts chapter by chapter."""
    rows = quoted()
    titles = {c: c.split("/")[-1] for c in rows["chapter"].unique()} | chapter_titles()
    counts = rows.groupby(["chapter", "verdict"], sort=False).size().rename("n").reset_index()
    counts["name"] = counts["chapter"].map(titles)
    counts["told"] = counts["verdict"].map(verdict)
    counts["place"] = counts["verdict"].map(ORDER.index)
    total = counts.groupby("name")["n"].sum()
    order = [titles[c] for c in chapter_order() if titles.get(c) in total.index] or list(total.index)
    n = rows["verdict"].value_counts()
    checked = int(n.sum() - n.get("unchecked", 0))
    title = first_finding(
        (t("能核对的 {checked} 个数里，{bad} 个对不上；另有 {open} 个找不到可比的来源", "Of {checked} figures that can be checked, {bad} do not hold; {open} more have nothing to be held against"),
         n.get("contradicted", 0) > 0),
        (t("能核对的 {checked} 个数都对得上；另有 {open} 个找不到可比的来源", "All {checked} figures that can be checked hold; {open} more have nothing to be held against"), True),
        checked=checked, bad=int(n.get("contradicted", 0)), open=int(n.get("unchecked", 0)),
    )  # fmt: skip
    scale = alt.Scale(domain=[verdict(v) for v in ORDER], range=[GREEN, BLUE, QUIET, RED])
    base = alt.Chart(counts).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=150)),
        x=alt.X("n:Q", title=t("数字的个数", "Number of figures"), stack="zero"),
        color=alt.Color("told:N", scale=scale, title=None, legend=alt.Legend(columns=2)),
        order="place:Q",
        tooltip=["name:N", "told:N", "n:Q"],
    )
    table = counts.pivot_table(index="name", columns="told", values="n", fill_value=0, aggfunc="sum").reindex(
        order
    )
    table = table.reindex(columns=[verdict(v) for v in ORDER], fill_value=0).astype(int)
    table = table.rename_axis(columns=None).rename_axis(t("章", "Chapter")).reset_index()
    return charts.figure(
        base.mark_bar(height=14).properties(height=24 * len(order) + 10),
        id="fig-verdicts", title=title, status="computed",
        subtitle=t(f"{editions.speech_year()} 年版简讯与评价结果里的全部数字，按章、按核对结果计数（个）", f"All figures of the {editions.speech_year()} newsletter and index, counted by chapter and verdict"),
        source=reading.source_titles(["newsletter"]), table=table,
        alt_text=t(f"堆叠横条图。{title}。", f"Stacked bar chart. {title}."),
    )  # fmt: skip


def chapter_order() -> list[str]:
    """Return the ledger's chapters in the order in which the newsletter brings them."""
    return list(dict.fromkeys(editions.claims()["chapter"])) or list(dict.fromkeys(quoted()["chapter"]))


def chapter_titles() -> dict[str, str]:
    """Return chapter → short title in the page's language."""
    return {
        "opening/conference": t("发布会", "The launch"),
        "opening/hu-dabai": t("胡大白致辞", "Hu Dabai"),
        "opening/ren-wuwu": t("任文武致辞", "Ren Wenwu"),
        "report/purpose": t("缘起与框架", "Purpose"),
        "report/achievements": t("成效", "Achievements"),
        "report/outlook": t("形势", "Outlook"),
        "report/agenda": t("任务与对策", "Agenda"),
        "report/index-method": t("评价方法", "Index: method"),
        "report/index-results": t("评价结果", "Index: results"),
        "report/index-dimensions": t("五个维度", "Index: dimensions"),
        "stabilise/growth": t("增速", "Growth"),
        "stabilise/trade": t("外贸", "Trade"),
        "stabilise/demand": t("投资消费房地产", "Demand"),
        "stabilise/structure": t("结构融资环保", "Structure"),
        "stabilise/measures": t("八条对策", "Measures"),
        "industry/new-tracks": t("新赛道", "New tracks"),
        "industry/cross-border": t("跨境电商", "Cross-border trade"),
    }


class Pieces:
    """HTML that a cell shows."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_html_(self) -> str:
        return self.text


def findings(kinds: tuple[str, ...] = ("contradiction", "revision")) -> Pieces:
    """Show each finding of these kinds: what is printed, what follows, the likely cause, how sure we are."""
    found = reading.corrections()
    if found.empty:
        return Pieces(f"<p>{t('这一版没有要列出的。', 'Nothing to list for this edition.')}</p>")
    rows = reading.audited()
    chosen = found[found["finding"].isin(found[found["kind"].isin(kinds)]["finding"])]
    chosen = chosen[chosen["kind"].isin([*kinds, "explanation"])]
    parts = []
    for number, (_, group) in enumerate(chosen.groupby("finding", sort=True), 1):
        first = group.iloc[0]
        row = rows.loc[first["id"]]
        where = f"{row['speaker']} · {row['section']}"
        items = "".join(_finding_item(r, rows) for _, r in group.iterrows())
        fired = any(group["fired"])
        note = t(
            "守卫已触发：数据改过之后，这一条不再成立。",
            "The guard fired: with the data as they are now this no longer holds.",
        )
        guard = f'<p class="bb-fired">{note}</p>' if fired else ""
        parts.append(
            f'<section class="bb-finding" id="finding-{html.escape(str(first["finding"]))}-{kinds[0]}">'
            f"<h3>{number}. {html.escape(str(first['subject']))}</h3>"
            f'<p class="bb-where">{html.escape(where)}</p>{items}{guard}</section>'
        )
    return Pieces("".join(parts))


def _finding_item(r: pd.Series, rows: pd.DataFrame) -> str:
    row = rows.loc[r["id"]]
    printed = ledger.format_value(row, language())
    unit = ledger.unit_words(str(row["unit"]), language())
    follows = f"{r['follows']} {unit}".replace(" %", "%") if language() == "en" else f"{r['follows']} {unit}"
    labels = [t("印着", "Printed"), t("推出", "Follows"), t("缘由", "Cause"), t("把握", "Sureness")]
    values = [
        f'<a href="#claim-{html.escape(r["id"])}">{html.escape(printed)}</a>',
        html.escape(follows),
        html.escape(str(r["cause"])),
        t(*SURE.get(r["sure"], (r["sure"], r["sure"]))),
    ]
    kind = f'<p class="bb-kind">{html.escape(t(*KINDS[r["kind"]]))}：{html.escape(str(r["subject"]))}</p>'
    terms = "".join(f"<div><dt>{a}</dt><dd>{b}</dd></div>" for a, b in zip(labels, values, strict=True))
    return f"{kind}<dl>{terms}</dl>"


def table() -> Pieces:
    """Show the whole ledger as a table that can be searched and filtered; without JavaScript a plain table."""
    rows = reading.audited().sort_values("edition", ascending=False, kind="stable")
    titles = chapter_titles()
    heads = [
        t("印出的数", "Printed"),
        t("说的是什么", "What it is"),
        t("谁说的", "Who"),
        t("结论", "Verdict"),
        t("依据", "Grounds"),
    ]
    body = []
    for row in rows.to_dict("records"):
        esc = {k: html.escape(str(v)) for k, v in row.items() if isinstance(v, str)}
        what = esc[t("subject_zh", "subject_en")]
        period = html.escape(ledger.period_words(row["period"], language())) if row["period"] else ""
        chapter = titles.get(row["chapter"], row["chapter"])
        note = esc.get(t("note_zh", "note_en"), "")
        value = html.escape(ledger.format_value(row, language()))
        reason = esc["reason"] + (f'<br><span class="bb-aside">{note}</span>' if note else "")
        body.append(
            f'<tr id="claim-{esc["id"]}" data-speaker="{esc["speaker"]}" data-verdict="{row["verdict"]}" data-edition="{row["edition"]}">'
            f'<td data-label="{heads[0]}"><b>{value}</b></td>'
            f'<td data-label="{heads[1]}">{what}{f" · {period}" if period and period not in what else ""}<br><code>{esc["id"]}</code></td>'
            f'<td data-label="{heads[2]}">{esc["speaker"]}<br><span class="bb-aside">{chapter}</span></td>'
            f'<td data-label="{heads[3]}"><span class="bb-verdict" data-verdict="{row["verdict"]}">{MARKS[row["verdict"]]} {verdict(row["verdict"])}</span></td>'
            f'<td data-label="{heads[4]}">{reason}</td></tr>'
        )
    filters = [
        ("verdict", t("结论", "Verdict"), [(v, verdict(v)) for v in ORDER]),
        ("speaker", t("谁说的", "Who"), [(s, s) for s in dict.fromkeys(rows["speaker"])]),
        (
            "edition",
            t("版次", "Edition"),
            [(str(y), str(y)) for y in sorted(rows["edition"].unique(), reverse=True)],
        ),
    ]
    every = t("全部", "All")
    controls = "".join(
        f'<label>{label} <select data-filter="{key}"><option value="">{every}</option>'
        + "".join(f'<option value="{html.escape(v)}">{html.escape(n)}</option>' for v, n in options)
        + "</select></label>"
        for key, label, options in filters
    )
    search = f'<label>{t("查找", "Find")} <input type="search" data-filter="text" autocomplete="off"></label>'
    count = (
        f'<output class="bb-count" data-pattern="{t("显示 {n} / {all} 条", "{n} of {all} rows")}"></output>'
    )
    csv = rows.reset_index(drop=True)[[*ledger.AUDIT_COLUMNS]]
    framed = charts.table(
        csv.astype(object), id="tab-audit", status="computed",
        title=t(f"账本：{len(rows)} 个数字，逐个核对", f"The ledger: {len(rows)} figures, audited one by one"),
        subtitle=t("各版印出的全部数字、谁说的、核对结果与依据", "Every printed figure of every edition, who said it, the verdict and its grounds"),
        source=reading.source_titles(["newsletter"]) + t("；核对所用来源见每一行", "; the sources checked against stand in each row"),
    )  # fmt: skip
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    inner = (
        f'<div class="bb-filters" hidden>{controls}{search}{count}</div>'
        f'<table class="bb-ledger"><thead><tr>{head}</tr></thead><tbody>{"".join(body)}</tbody></table>'
    )
    return framed.with_body(inner)


def errata() -> charts.Figure | Pieces:
    """Show the corrections as a table: where, what is printed, what it should be, how sure."""
    found, rows = reading.corrections(), reading.audited()
    found = found[found["kind"].isin(["contradiction", "revision"]) & ~found["fired"].astype(bool)]
    if found.empty:
        return Pieces(f"<p>{t('这一版没有要列出的。', 'Nothing to list for this edition.')}</p>")
    pick = rows.loc[found["id"]]
    data = pd.DataFrame({
        t("出处", "Where"): [f"{r.speaker}，{r.section}" for r in pick.itertuples()],
        t("说的是什么", "What it is"): found["subject"].to_numpy(),
        t("印着", "Printed"): [ledger.format_value(r, language()) for _, r in pick.iterrows()],
        t("推出", "Follows"): found["follows"].to_numpy(),
        t("把握", "Sureness"): [t(*SURE.get(s, (s, s))) for s in found["sure"]],
    })  # fmt: skip
    n = found["finding"].nunique()
    return charts.table(
        data, id="tab-errata", status="computed",
        title=first_finding((t("{n} 处印出的数应当更正或注明", "{n} printed figures need correcting or a note"), n > 0), n=n),
        subtitle=t(f"{editions.speech_year()} 年版；推出的数是区间，宽度来自四舍五入", f"Edition {editions.speech_year()}; what follows is an interval, as wide as rounding makes it"),
        source=reading.source_titles(["newsletter"]),
    )  # fmt: skip
