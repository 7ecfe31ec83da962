"""reference/glossary: terms with how they sound, an explanation, and the chapters that use them."""

from __future__ import annotations

from html import escape

import pandas as pd

from bluebook.data import edition as editions
from bluebook.messages import t
from bluebook.pages.pieces import Pieces


def spellings() -> dict[str, list[str]]:
    """Return each term with every way in which a chapter may write it.

    >>> spellings()["R&D 投入强度"][:2]
    ['R&D 投入强度', 'R&D投入强度']
    """
    table = editions.glossary().fillna("")
    named = t("term", "term_en")
    return {
        row["term"]: [w for w in [row[named], *row["also"].split(";")] if w]
        for row in table.to_dict("records")
        if row[named]
    }


def listed() -> Pieces:
    """Show the glossary; the chapters that use a term are put in when the page is typeset.

    >>> "卡脖子" in bb.glossary_list().text
    True
    """
    table = editions.glossary().fillna("")
    said = t("explanation_zh", "explanation_en")
    table = table[table[said] != ""].sort_values("term", key=lambda terms: _order(table, terms))
    also = t("又作", "Also")
    rows = []
    for row in table.to_dict("records"):
        name = row[t("term", "term_en")]
        other = t("、", ", ").join(escape(w) for w in row["also"].split(";") if w)
        # Its anchor is the term itself: it stays when others are added.
        rows.append(
            f'<dt id="term-{escape(row["term"].replace(" ", "-"))}">{escape(name)} '
            f'<span class="bb-pinyin">{escape(row["pinyin"])}</span></dt>'
            f"<dd>{escape(row[said])}"
            + (f' <span class="bb-aside">{also}{t("：", ": ")}{other}</span>' if other else "")
            + f' <span class="bb-termuses" data-term="{escape(row["term"])}"></span></dd>'
        )
    return Pieces(f'<dl class="bb-glossary">{"".join(rows)}</dl>')


def _order(table: pd.DataFrame, terms: pd.Series) -> pd.Series:
    """Return what to sort by: how a term sounds, without its tone marks."""
    sound = table.set_index("term")["pinyin"].str.normalize("NFD").str.replace(r"[^A-Za-z]", "", regex=True)
    return terms.map(sound.str.lower())
