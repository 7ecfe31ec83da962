"""The heads of the speech's diagnosis, and how much of each the ledger can vouch for."""

from __future__ import annotations

import pandas as pd

from bluebook import reading
from bluebook.words import t

# key, the section under which claims.csv files its figures, the name on a chart in both languages
HEADS = (
    ("trade", "（一）外贸基本正常", "外贸", "Trade"),
    ("investment", "（二）投资规模收缩", "投资", "Investment"),
    ("consumption", "（三）消费不振加剧", "消费", "Consumption"),
    ("housing", "（四）房地产业遭到重创", "房产", "Housing"),
    ("structure", "（五）结构不优影响后劲", "结构", "Structure"),
    ("finance", "（六）融资形势不容乐观", "融资", "Finance"),
    ("environment", "（七）环保治理拖累经济", "环保", "Environment"),
)


def heads() -> pd.DataFrame:
    """Return the seven heads in the speech's order: key, section, name (the page's language)."""
    return pd.DataFrame([(k, s, t(zh, en)) for k, s, zh, en in HEADS], columns=["key", "section", "name"])


def figures() -> pd.DataFrame:
    """Return the diagnosis's rows of the ledger with the head they belong to: the ledger's columns and ``head``."""
    ledger = reading.audited()
    names = {section: key for key, section, *_ in HEADS}
    rows = ledger[ledger["chapter"].isin(["stabilise/trade", "stabilise/demand", "stabilise/structure"])]
    # Trade's table of provinces is filed under its own title.
    return rows.assign(head=rows["section"].map(names).fillna("trade"))
