"""Formulas: the page's MathML as Typst, element by element, for what the book's formulas use."""

from __future__ import annotations

from lxml import html

_NAMES = {"min": "min", "max": "max", "log": "log", "ln": "ln", "exp": "exp"}
# Signs that would be read as Typst's own.
_SIGNS = set("#$_^&\"\\/;,:(){}[]|<>=+-*~.!?@'`")


def typst(element: html.HtmlElement) -> str:
    """Return a formula, within a line or displayed.

    Raises ValueError for an element of MathML that no formula of the book has used so far.
    """
    display = element.get("display") == "block"
    inner = " ".join(_written(child) for child in element)
    return f"$ {inner} $" if display else f"${inner}$"


def _written(node: html.HtmlElement) -> str:
    children = [c for c in node if isinstance(c.tag, str)]
    parts = [_written(c) for c in children]
    match node.tag:
        case "mrow" | "mstyle" | "semantics":
            return " ".join(parts)
        case "mi" | "mo" | "mn" | "mtext":
            return _sign((node.text or "").strip(), node.tag)
        case "mspace":
            return f"#h({node.get('width', '0em')})"
        case "msub" | "munder":
            return f"{_grouped(children[0], parts[0])}_({parts[1]})"
        case "msup" | "mover":
            return f"{_grouped(children[0], parts[0])}^({parts[1]})"
        case "msubsup" | "munderover":
            return f"{_grouped(children[0], parts[0])}_({parts[1]})^({parts[2]})"
        case "mfrac":
            return f"frac({parts[0]}, {parts[1]})"
        case "msqrt":
            return f"sqrt({' '.join(parts)})"
    raise ValueError(f"MathML <{node.tag}>")


def _grouped(node: html.HtmlElement, written: str) -> str:
    return written if node.tag in ("mi", "mo", "mn") else f"#box[${written}$]"


def _sign(text: str, tag: str) -> str:
    if text in _NAMES:
        return f"op({_string(text)}, limits: #true)" if text in ("min", "max") else _NAMES[text]
    if tag == "mn" or len(text) != 1:
        return _string(text) if tag != "mn" else text
    return "\\" + text if text in _SIGNS else text


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
