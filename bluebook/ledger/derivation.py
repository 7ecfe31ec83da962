"""How a figure follows, in the numbers themselves: ``391 ÷ 5.87 = 66.5–66.7``, never in ids."""

from __future__ import annotations

from collections.abc import Mapping

from bluebook.ledger.interval import Interval
from bluebook.ledger.relation import Const, Op, Pow, Ref, Statement, Tree
from bluebook.ledger.rows import decimals, printed_text, text
from bluebook.ledger.wording import show_interval
from bluebook.messages import message

_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷", "=": "=", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_BINDS = {"+": 1, "-": 1, "neg": 1, "*": 2, "/": 2}


def number_of(row: Mapping[str, object], within: Interval, lang: str) -> str:
    """Return the number of a row or fact as a derivation shows it: as printed, or its range if it is open."""
    said = printed_text(row)
    ranged = text(row["unit"]) == "位" and within.width > 0  # a place that the data leave open
    return show_interval(within, 0, lang) if ranged or not said else said.replace("-", "−")


def expression(tree: Tree, numbers: Mapping[str, str]) -> str:
    """Return an expression with every id replaced by its number, in the signs of arithmetic."""
    match tree:
        case Const(value):
            return f"{float(value.value):g}"
        case Ref(id):
            return numbers[id]
        case Pow(base, exponent):
            return f"{_within(base, 3, numbers)}^{exponent}"
        case Op("neg", (a,)):
            return f"−{_within(a, 2, numbers)}"
        case Op(sign, (a, b)):
            binds = _BINDS[sign]
            right = binds + (sign in "-/")  # a − (b − c) keeps its brackets
            return f"{_within(a, binds, numbers)} {_SIGNS[sign]} {_within(b, right, numbers)}"
    raise TypeError(tree)


def _within(tree: Tree, binds: int, numbers: Mapping[str, str]) -> str:
    said = expression(tree, numbers)
    loose = isinstance(tree, Op) and _BINDS[tree.sign] < binds
    return f"({said})" if loose or (isinstance(tree, Ref) and said.startswith("−")) else said


def derivation(
    statement: Statement,
    row: Mapping[str, object],
    follows: Interval | None,
    numbers: Mapping[str, str],
    lang: str,
) -> str:
    """Return what a statement says of ``row`` in numbers; ``follows``: what it gives, if anything."""
    left, right = statement.sides(str(row["id"]))
    own = left == Ref(str(row["id"]))
    shown = "" if follows is None else show_interval(follows, decimals(row), lang)
    if own and statement.op == "=":
        said = expression(right, numbers)
        for kind, starts in (("ranked", ("place_",)), ("listed", ("listed_", "distinct_"))):
            if isinstance(right, Ref) and right.id.startswith(starts):
                return message(__file__, kind, value=said)[lang == "en"]
        return said if said == shown or not shown else f"{said} = {shown}"
    written = f"{expression(left, numbers)} {_SIGNS[statement.op]} {expression(right, numbers)}"
    if own or not shown or statement.op != "=":
        return written
    return message(__file__, "solved", written=written, follows=shown)[lang == "en"]
