"""JSON that may stand in a script, in a page or in a file beside it."""

from __future__ import annotations

import json


def as_json(value: object) -> str:
    """Return JSON without blanks that cannot end the script element it stands in.

    >>> as_json({"a": "</script>"})
    '{"a":"\\\\u003c/script>"}'
    """
    return harmless(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))


def harmless(text: str) -> str:
    """Return JSON in which no tag begins, whatever the data hold."""
    return text.replace("<", "\\u003c")
