"""What a verdict rests on, in words with links: in a figure's bubble, and in its row on the audit page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from bluebook.data import edition as editions
from bluebook.ledger.wording import VERDICT_MARKS, VERDICT_WORDS, said, source_words
from bluebook.messages import t
from bluebook.pages.pieces import mark

Source = Mapping[str, object]
_MOST_SOURCES = 3  # a bubble names no more; the row on the audit page names all


def sources() -> dict[str, Source]:
    """Return every source by id."""
    return {s["id"]: s for s in editions.sources().to_dict("records")}


def linked(text: str, links: Mapping[str, str]) -> str:
    """Return ``text`` as HTML, the words that are keys of ``links`` replaced by the HTML given for them."""
    if not links:
        return escape(text)
    words = "|".join(re.escape(w) for w in sorted(links, key=len, reverse=True))
    return "".join(links.get(part) or escape(part) for part in re.split(f"({words})", text))


def _named(row: Mapping[str, object], known: Mapping[str, Source], lang: str) -> dict[str, Source]:
    """Return the sources a verdict rests on by the words in which the reason names them."""
    ids = [i for i in str(row["source"]).split(";") if i in known]
    return {source_words(known[i], lang): known[i] for i in ids}


def _outward(words: str, source: Source) -> str:
    """Return a source's name, a link where its address is its owner's."""
    if not source["official"]:
        return escape(words)
    return f'<a href="{escape(str(source["url"]))}" rel="noopener">{escape(words)}</a>'


def bubble(row: Mapping[str, object], known: Mapping[str, Source], lang: str) -> str:
    """Return what opens at a quoted figure: verdict, who said what, reason, sources, our note; as HTML.

    ``row``: of `audited`; ``known``: sources by id. A source that the reason names is linked there, others
    follow. Elements of running text only: a bubble stands inside a paragraph.
    """
    zh = lang == "zh"
    verdict = str(row["verdict"])
    named = {words: _outward(words, source) for words, source in _named(row, known, lang).items()}
    reason, note = str(row[f"reason_{lang}"]), str(row[f"note_{lang}"] or "")
    others = [html for words, html in named.items() if words not in reason]
    stop, comma = ("。", "；") if zh else (".", "; ")
    parts = [
        f"{mark(verdict)} <b>{VERDICT_WORDS[verdict][not zh]}</b>",
        escape(said(row, lang)),
        linked(reason, named) + stop,
    ]
    if others:
        more = len(others) - _MOST_SOURCES
        rest = (f"；另有 {more} 个来源" if zh else f"; {more} more sources") if more > 0 else ""
        parts.append(("来源：" if zh else "Source: ") + comma.join(others[:_MOST_SOURCES]) + rest + stop)
    if note:
        parts.append(("注：" if zh else "Note: ") + escape(note) + stop)
    return " ".join(f"<span>{part}</span>" for part in parts)


def around(id_: str, verdict: str, tip: str, bubble: str, ledger: str, anchor: str = "") -> tuple[str, str]:
    """Return what stands before and after a quoted figure's value: the button, and the bubble that it opens.

    ``tip``: the bubble's own id on the page; ``ledger``: the address of the audit page, "" where the book has
    none; ``anchor``: where a row of the ledger leads back to. A span in the role of a button: before a real
    one a line may break, and a comma would begin the next.
    """
    id_, at = escape(id_), f'id="{escape(anchor)}" ' if anchor else ""
    links = ""
    if ledger:
        row, rule = t("账本里的这一行", "Its row in the ledger"), t("怎么判的", "How it is judged")
        links = (
            f' <span class="bb-tip-links"><a href="{ledger}#claim-{id_}">{row}</a> '
            f'<a href="{ledger}#verdicts">{rule}</a></span>'
        )
    before = (
        f'<span class="bb-fig" {at}data-id="{id_}" data-verdict="{escape(verdict)}">'
        f'<span class="bb-fig-value" role="button" tabindex="0" aria-describedby="{escape(tip)}" '
        f'data-mark="{VERDICT_MARKS[verdict]}">'
    )
    after = f'</span><span class="bb-tip" role="note" id="{escape(tip)}">{bubble}{links}</span></span>'
    return before, after


def grounds(
    row: Mapping[str, object], rows: Mapping[str, str], known: Mapping[str, Source], lang: str
) -> str:
    """Return why a row has its verdict as HTML: the reason, the figures and the sources it rests on, linked.

    ``rows``: id → what it is, of every figure of the ledger. A source is ``<a data-source="id">``; its
    address in the book is known only once the page is written (`bluebook.site.trace`).
    """
    zh, reason = lang == "zh", str(row[f"reason_{lang}"])
    named = {
        words: f'<a data-source="{escape(str(source["id"]))}">{escape(words)}</a>'
        for words, source in _named(row, known, lang).items()
    }
    figures = [
        f'<a href="#claim-{escape(i)}">{escape(rows[i])}</a>'
        for i in str(row["rests_on"]).split(";")
        if i in rows and i != row["id"]
    ]
    others = [html for words, html in named.items() if words not in reason]
    told = [linked(reason, named)]
    for label, links in ((("据", "From"), figures), (("来源", "Sources"), others)):
        if links:
            colon, comma = ("：", "、") if zh else (": ", ", ")
            told.append(f'<span class="bb-aside">{label[not zh]}{colon}{comma.join(links)}</span>')
    return "<br>".join(told)
