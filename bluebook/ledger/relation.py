"""Relations between figures: a grammar, the trees it gives, and what it refuses in plain words.

A relation holds statements, several separated by ``;``::

    statement:  [expression] OP expression        OP is  =  <  <=  >  >=
                equals expression                 the row that carries it equals the expression
    expression: + - * / ( ) over numbers and ids; ``^`` with one constant exponent from -4 to 4
    number:     1.05 is exact; ~14.23 is a printed number and carries half a unit of its last digit

Without a left side the row that carries the relation is meant: ``< a/b*100``. An equation with the row is
written ``equals a/b*100``, since a spreadsheet would take a cell that begins with = for a formula of its own;
``= a/b*100`` is still read. Nothing else can be written: no calls, no attributes, no towers of powers;
length, depth and number of operations are limited. Text is read by a grammar, never evaluated.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from lark import Lark, Transformer, v_args
from lark.exceptions import UnexpectedInput, VisitError

from bluebook.data.faults import BadTable, Fault, Pair, fault
from bluebook.ledger.interval import Interval, exactly, rounded
from bluebook.messages import message

MAX_LENGTH, MAX_DEPTH, MAX_OPERATIONS, MAX_DIGITS = 1000, 12, 60, 15

_GRAMMAR = r"""
    start: statement (";" statement)* ";"?
    statement: [sum] OP sum | "equals" sum -> equation
    ?sum: product | sum "+" product -> add | sum "-" product -> sub
    ?product: signed | product "*" signed -> mul | product "/" signed -> div
    ?signed: power | "-" power -> neg
    ?power: atom | atom ("^" | "**") EXPONENT -> pow
    ?atom: NUMBER -> exact | ROUNDED -> rounded | ID -> ref | "(" sum ")"
    OP: "<=" | ">=" | "==" | "=" | "<" | ">"
    EXPONENT: /-?[0-9]+(\.[0-9]+)?/
    ROUNDED: /~[0-9]+(\.[0-9]+)?/
    NUMBER: /[0-9]+(\.[0-9]+)?/
    ID: /[a-z][a-z0-9_]*/
    %ignore /[ \t]+/
"""


@dataclass(frozen=True)
class Const:
    """A number in a relation, exact or with its rounding."""

    value: Interval


@dataclass(frozen=True)
class Ref:
    """An id in a relation."""

    id: str


@dataclass(frozen=True)
class Op:
    """One operation: + - * / on two trees, or "neg" on one."""

    sign: str
    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Pow:
    """A tree to a constant power."""

    base: Tree
    exponent: Fraction


Tree = Const | Ref | Op | Pow


@dataclass(frozen=True)
class Statement:
    """``left op right``; ``left`` is None where the row itself is meant. ``text`` is what was written."""

    left: Tree | None
    op: str
    right: Tree
    text: str

    def sides(self, own: str) -> tuple[Tree, Tree]:
        """Return both sides, the row ``own`` standing for a left side that was left out."""
        return self.left or Ref(own), self.right

    def ids(self, own: str = "") -> list[str]:
        """Return the ids in it, each once, in their order, with ``own`` where the left side was left out."""
        left = ids_in(self.left) if self.left else [own] if own else []
        return list(dict.fromkeys([*left, *ids_in(self.right)]))


def ids_in(tree: Tree) -> list[str]:
    """Return the ids in an expression, each once, in their order."""
    return list(occurrences(tree))


def occurrences(tree: Tree) -> Counter[str]:
    """Return how often each id occurs in an expression."""
    match tree:
        case Ref(id):
            return Counter([id])
        case Op(_, parts):
            return sum((occurrences(p) for p in parts), Counter())
        case Pow(base, _):
            return occurrences(base)
    return Counter()


class _Unreadable(ValueError):
    """A relation that the grammar or a limit refuses; ``why`` in both languages."""

    def __init__(self, code: str, **fields: object) -> None:
        self.why: Pair = message(__file__, code, **fields)
        super().__init__(self.why[1])


@v_args(inline=True)
class _Build(Transformer):
    """Turn what the parser saw into trees, bottom up."""

    def start(self, *statements: Statement) -> tuple[Statement, ...]:
        return statements

    def statement(self, left: Tree | None, op: str, right: Tree) -> Statement:
        return Statement(left, "=" if op == "==" else str(op), right, "")

    def equation(self, right: Tree) -> Statement:
        return Statement(None, "=", right, "")

    def exact(self, number: str) -> Const:
        _short_enough(number)
        return Const(exactly(number))

    def rounded(self, number: str) -> Const:
        _short_enough(number)
        return Const(rounded(number[1:]))

    def ref(self, id_: str) -> Ref:
        return Ref(str(id_))

    def neg(self, a: Tree) -> Op:
        return Op("neg", (a,))

    def add(self, a: Tree, b: Tree) -> Op:
        return Op("+", (a, b))

    def sub(self, a: Tree, b: Tree) -> Op:
        return Op("-", (a, b))

    def mul(self, a: Tree, b: Tree) -> Op:
        return Op("*", (a, b))

    def div(self, a: Tree, b: Tree) -> Op:
        return Op("/", (a, b))

    def pow(self, base: Tree, exponent: str) -> Pow:
        power = Fraction(exponent)
        if abs(power) > 4:
            raise _Unreadable("exponent", exponent=exponent)
        if _has_power(base):
            raise _Unreadable("tower")
        return Pow(base, power)


def _has_power(tree: Tree) -> bool:
    match tree:
        case Pow():
            return True
        case Op(_, parts):
            return any(_has_power(p) for p in parts)
    return False


def _short_enough(number: str) -> None:
    if len(number) > MAX_DIGITS:
        raise _Unreadable("number_long", number=number[:20], most=MAX_DIGITS)


@lru_cache(maxsize=4)
def _parser(start: str) -> Lark:
    return Lark(_GRAMMAR, parser="lalr", start=start, transformer=_Build())


@lru_cache(maxsize=4096)
def _read(text: str, start: str) -> Tree | tuple[Statement, ...]:
    if len(text) > MAX_LENGTH:
        raise _Unreadable("too_long", length=len(text), most=MAX_LENGTH)
    depth = deepest = 0
    for c in text:
        depth += (c == "(") - (c == ")")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise _Unreadable("too_deep", depth=deepest, most=MAX_DEPTH)
    if sum(text.count(c) for c in "+-*/^") > MAX_OPERATIONS:
        raise _Unreadable("too_many", most=MAX_OPERATIONS)
    try:
        return _parser(start).parse(text)
    except VisitError as problem:
        if isinstance(problem.orig_exc, _Unreadable):
            raise problem.orig_exc from None
        raise
    except UnexpectedInput as problem:
        raise _why(text, problem) from None


_REFUSED = (
    (r"[A-Za-z_]\w*\s*\(", "call"),
    (r"[A-Za-z_]\w*\s*\.\s*[A-Za-z_]", "attribute"),
    (r"(\^|\*\*)[\s(-]*[\d.]+[\s)]*(\^|\*\*)", "tower"),
    (r"(\^|\*\*)\s*(?!-?\d)", "exponent_constant"),
)


def _why(text: str, problem: UnexpectedInput) -> _Unreadable:
    """Say in plain words what the grammar refused."""
    for pattern, code in _REFUSED:
        if re.search(pattern, text):
            return _Unreadable(code)
    token = getattr(problem, "token", None)
    if token is not None and token.type == "$END":
        return _Unreadable("ends_early")
    at = problem.pos_in_stream or 0
    return _Unreadable("cannot_read", at=at + 1, here=clip(text[at : at + 12]))


def parse_relation(text: str) -> list[Statement]:
    """Return the statements in ``text``. Raises `BadTable` without a place: whoever knows it adds it."""
    try:
        statements = _read(text.strip(), "start")
    except _Unreadable as why:
        raise BadTable(_refused(why, "relation", text)) from None
    written = [_shown(part) for part in text.split(";") if part.strip()]
    return [Statement(s.left, s.op, s.right, t) for s, t in zip(statements, written, strict=True)]


def parse_expression(text: str) -> Tree:
    """Return the tree of one expression without a comparison. Raises `BadTable` without a place."""
    try:
        return _read(text.strip(), "sum")
    except _Unreadable as why:
        raise BadTable(_refused(why, "expression", text)) from None


def _refused(why: _Unreadable, kind: str, text: str) -> Fault:
    return fault(__file__, f"bad_{kind}", "", None, "", clip(text), why=why.why)


def _shown(statement: str) -> str:
    """Return a statement as a reader of the audit sees it: with the sign for "equals"."""
    return re.sub(r"^equals\b", "=", statement.strip())


def clip(text: str, most: int = 60) -> str:
    """Return a text for an error: on one line, and not long."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
