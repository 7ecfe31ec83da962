"""Axis labels that would not fit a phone in one line."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable


def broken(names: Iterable[str], width: int = 22) -> str:
    """Return a Vega expression for ``labelExpr`` that shows each name in lines of at most ``width`` columns.

    A Chinese character is two columns wide and breaks after 、 only; Latin text breaks between words.
    """
    lines = {n: n.split("、") if any(c >= "\u4e00" for c in n) else textwrap.wrap(n, width) for n in names}
    return f"{json.dumps(lines, ensure_ascii=False)}[datum.label]"
