"""reference/data: every source, to search and filter, and how many rows rest on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from bluebook import charts
from bluebook.charts import first_finding
from bluebook.data import edition as editions
from bluebook.ledger.wording import source_words
from bluebook.messages import Catalogue, language, t
from bluebook.pages.data import CONFIDENCE, uses
from bluebook.pages.grounds import linked
from bluebook.pages.pieces import searched

SAYS = Catalogue(__file__)


def sources() -> charts.Figure:
    """Show every source, to search and filter; an address is a link only where its host is its owner's.

    The frame's ``table``: the columns of `sources` and ``uses``, how many rows of the data rest on it.

    >>> len(bb.source_table().table) == len(bb.sources())
    True
    """
    known, used = editions.sources(), uses()
    known = known.assign(uses=known["id"].map(lambda i: used.get(i, 0)))
    heads = SAYS.text("source_heads").split("|")
    linked = [("true", t("可点开", "linked")), ("false", t("只印文字", "text only"))]
    filters = {
        "confidence": (heads[2], [(level, t(*words)) for level, words in CONFIDENCE.items()]),
        "official": (heads[3], linked),
    }
    some = SAYS.text("sources_some"), not known["official"].all()
    every = SAYS.text("sources_every"), True
    told = {"n": len(known), "k": int(known["official"].sum())}
    framed = charts.table(
        known.astype(object),
        id="tab-sources",
        status="public",
        title=first_finding(some, every, **told),
        subtitle=SAYS.text("sources_subtitle"),
        source="data/sources.csv",
    )
    names = {  # a note names another source by its id; a reader follows its title
        id_: f'<a href="#source-{id_}">{escape(source_words({"title": title}, language()))}</a>'
        for id_, title in zip(known["id"], known["title"], strict=True)
        if "_" in id_
    }
    groups = {
        t(*CONFIDENCE[level]): [_row(r, heads, names) for r in some.to_dict("records")]
        for level, some in known.groupby("confidence", sort=False)
    }
    return framed.with_body(searched(heads, groups, filters, t("显示 {n} / {all} 个", "{n} of {all}")))


def _row(row: Mapping[str, object], heads: list[str], names: Mapping[str, str]) -> str:
    """Return one source as a row of the table."""
    esc = {k: escape(str(v)) for k, v in row.items()}
    issued = t("，", ", ").join(x for x in (esc["publisher"], esc["date"]) if x) or "—"
    address = esc["url"] or t("没有网址（印刷品）", "no address (print)")
    if row["official"] and re.match("https?://", str(row["url"])):
        address = f'<a href="{esc["url"]}" rel="noopener">{address}</a>'
    licence = f"<br>{t('许可：', 'Licence: ')}{esc['licence']}" if row["licence"] else ""
    note = f'<br><span class="bb-aside">{linked(str(row["note"]), names)}</span>' if row["note"] else ""
    level = CONFIDENCE[str(row["confidence"])]
    return (
        f'<tr id="source-{esc["id"]}" data-confidence="{esc["confidence"]}" '
        f'data-official="{str(bool(row["official"])).lower()}">'
        f'<td data-label="{heads[0]}">{esc["title"]}{note}</td>'
        f'<td data-label="{heads[1]}">{issued}{licence}</td>'
        f'<td data-label="{heads[2]}">{t(*level)}</td>'
        f'<td data-label="{heads[3]}" class="bb-address">{address}</td>'
        f'<td data-label="{heads[4]}" class="num">{row["uses"]}</td></tr>'
    )
