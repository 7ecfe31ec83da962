"""The algebra of printed numbers: intervals, relations read by a grammar, and the range of an expression.

A relation holds statements, several separated by ``;``::

    statement:  [expression] OP expression        OP is  =  <  <=  >  >=
    expression: + - * / ( ) over numbers and ids; ``^`` with one constant exponent from -4 to 4
    number:     1.05 is exact; ~14.23 is a printed number and carries half a unit of its last digit

Without a left side the row that carries the relation is meant: ``= a/b*100``. Nothing else can be written: no calls,
no attributes, no towers of powers; length, depth and number of operations are limited. Text is read by a grammar,
never evaluated.

Every id stands for a closed interval. Ends are fractions, so that two intervals which only touch do touch.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from lark import Lark, Transformer, v_args
from lark.exceptions import UnexpectedInput, VisitError

from bluebook.words import BadInput

# ---------------------------------------------------------------- intervals

Number = Fraction | float  # a float only for ±inf


class Interval(NamedTuple):
    """A closed interval; an end may be infinite."""

    lower: Number
    upper: Number

    def meets(self, other: Interval) -> bool:
        """Return whether the two share a point."""
        return self.lower <= other.upper and other.lower <= self.upper

    def within(self, other: Interval) -> bool:
        """Return whether this one lies inside the other."""
        return other.lower <= self.lower and self.upper <= other.upper

    @property
    def width(self) -> Number:
        """Return upper minus lower."""
        return self.upper - self.lower


ZERO, ONE = Interval(Fraction(0), Fraction(0)), Interval(Fraction(1), Fraction(1))
ANY = Interval(-math.inf, math.inf)


class Undefined(ArithmeticError):
    """An expression has no value for some numbers in the intervals: a division by zero, a root of less than 0.

    Also where it grows beyond 10^30, which no printed figure means.
    """


def _open(x: Number) -> bool:
    return isinstance(x, float) and math.isinf(x)  # a large fraction would not fit a float


def _times(a: Number, b: Number) -> Number:
    return Fraction(0) if a == 0 or b == 0 else a * b


def _add(a: Interval, b: Interval) -> Interval:
    return Interval(a.lower + b.lower, a.upper + b.upper)


def _neg(a: Interval) -> Interval:
    return Interval(-a.upper, -a.lower)


def _mul(a: Interval, b: Interval) -> Interval:
    corners = [_times(x, y) for x in a for y in b]
    return Interval(min(corners), max(corners))


def _div(a: Interval, b: Interval) -> Interval:
    if b.lower <= 0 <= b.upper:
        raise Undefined
    ends = [Fraction(0) if _open(x) else 1 / Fraction(x) for x in b]
    return _mul(a, Interval(min(ends), max(ends)))


def _pow(a: Interval, exponent: Fraction) -> Interval:
    if exponent < 0:
        return _div(ONE, _pow(a, -exponent))
    if exponent.denominator == 1:
        power = int(exponent)
        ends = [x**power for x in a]
        crosses = power % 2 == 0 and power > 0 and a.lower < 0 < a.upper
        return Interval(Fraction(0) if crosses else min(ends), max(ends))
    if a.lower < 0 or _too_large(a):
        raise Undefined
    # A root is not a fraction: one float outward on either side keeps the enclosure.
    low, high = (float(x) ** float(exponent) for x in a)
    low, high = max(0.0, math.nextafter(low, -math.inf)), math.nextafter(high, math.inf)
    return Interval(Fraction(low), high if _open(high) else Fraction(high))


def _too_large(a: Interval) -> bool:
    return any(10**30 < abs(x) < math.inf for x in a)


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def rounded(text: str, decimals: int | None = None) -> Interval:
    """Return the interval a printed number stands for: ± half a unit of its last printed digit."""
    half = Fraction(1, 2) / Fraction(10) ** (_decimals(text) if decimals is None else decimals)
    return Interval(Fraction(text) - half, Fraction(text) + half)


def loosely(value: float) -> Interval:
    """Return the interval of a number whose printed digits are unknown: ± half a unit of its last digit not 0.

    A table that holds 321600 for a printed 32.16 trillion must not be taken for six exact digits.
    """
    number = Decimal(repr(float(value))).normalize()
    half = Fraction(1, 2) * Fraction(10) ** (number.as_tuple().exponent if number else 0)
    return Interval(Fraction(number) - half, Fraction(number) + half)


# ---------------------------------------------------------------- relations: grammar and tree

MAX_LENGTH, MAX_DEPTH, MAX_OPERATIONS, MAX_DIGITS = 1000, 12, 60, 15

_GRAMMAR = r"""
    start: statement (";" statement)* ";"?
    statement: [sum] OP sum
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

    def ids(self, own: str = "") -> set[str]:
        """Return the ids in it, with ``own`` where the left side was left out."""
        left = {own} if self.left is None and own else ids_in(self.left) if self.left else set()
        return left | ids_in(self.right)


def ids_in(tree: Tree) -> set[str]:
    """Return the ids in an expression."""
    return set(occurrences(tree))


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
    """A relation that the grammar or a limit refuses: the reason, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


@v_args(inline=True)
class _Build(Transformer):
    """Turn what the parser saw into trees, bottom up."""

    def start(self, *statements: Statement) -> tuple[Statement, ...]:
        return statements

    def statement(self, left: Tree | None, op: str, right: Tree) -> Statement:
        return Statement(left, "=" if op == "==" else str(op), right, "")

    def exact(self, number: str) -> Const:
        _short_enough(number)
        return Const(Interval(Fraction(number), Fraction(number)))

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
            raise _Unreadable(f"指数 {exponent} 超出 -4 到 4", f"the exponent {exponent} is outside -4 to 4")
        if _has_power(base):
            raise _tower()
        return Pow(base, power)


def _tower() -> _Unreadable:
    return _Unreadable(
        "幂的幂不允许，请合成一个指数", "a power of a power is not allowed, write one exponent"
    )


def _has_power(tree: Tree) -> bool:
    match tree:
        case Pow():
            return True
        case Op(_, parts):
            return any(_has_power(p) for p in parts)
    return False


def _short_enough(number: str) -> None:
    if len(number) > MAX_DIGITS:
        raise _Unreadable(
            f"数字 {number[:20]}… 太长：最多 {MAX_DIGITS} 位", f"the number {number[:20]}… is too long: at most {MAX_DIGITS} digits"
        )  # fmt: skip


@lru_cache(maxsize=4)
def _parser(start: str) -> Lark:
    return Lark(_GRAMMAR, parser="lalr", start=start, transformer=_Build())


@lru_cache(maxsize=4096)
def _read(text: str, start: str) -> Tree | tuple[Statement, ...]:
    if len(text) > MAX_LENGTH:
        raise _Unreadable(
            f"太长：{len(text)} 个字符，最多 {MAX_LENGTH}",
            f"too long: {len(text)} characters, at most {MAX_LENGTH}",
        )
    depth = deepest = 0
    for c in text:
        depth += (c == "(") - (c == ")")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise _Unreadable(
            f"括号嵌套 {deepest} 层，最多 {MAX_DEPTH} 层",
            f"brackets nested {deepest} deep, at most {MAX_DEPTH}",
        )
    if sum(text.count(c) for c in "+-*/^") > MAX_OPERATIONS:
        raise _Unreadable(f"运算超过 {MAX_OPERATIONS} 次", f"more than {MAX_OPERATIONS} operations")
    try:
        return _parser(start).parse(text)
    except VisitError as problem:
        if isinstance(problem.orig_exc, _Unreadable):
            raise problem.orig_exc from None
        raise
    except UnexpectedInput as problem:
        raise _why(text, problem) from None


_REFUSED = (
    (r"[A-Za-z_]\w*\s*\(", "函数调用不允许", "a call is not allowed"),
    (r"[A-Za-z_]\w*\s*\.\s*[A-Za-z_]", "属性访问不允许", "attribute access is not allowed"),
    (r"(\^|\*\*)[\s(-]*[\d.]+[\s)]*(\^|\*\*)", "幂的幂不允许，请合成一个指数", "a power of a power is not allowed, write one exponent"),
    (r"(\^|\*\*)\s*(?!-?\d)", "指数必须是一个常数", "an exponent must be one constant"),
)  # fmt: skip


def _why(text: str, problem: UnexpectedInput) -> _Unreadable:
    """Say in plain words what the grammar refused."""
    for pattern, zh, en in _REFUSED:
        if re.search(pattern, text):
            return _Unreadable(zh, en)
    token = getattr(problem, "token", None)
    if token is not None and token.type == "$END":
        return _Unreadable(
            "没有写完，每条关系需要一个比较号和右边的式子",
            "it ends too early, a statement needs a comparison and a right side",
        )
    at = problem.pos_in_stream or 0
    here = clip(text[at : at + 12])
    return _Unreadable(
        f"第 {at + 1} 个字符起“{here}”读不懂", f'cannot read "{here}" from character {at + 1} on'
    )


def where(row: str, table: str = "claims.csv") -> tuple[str, str]:
    """Return how an error begins, in both languages: the table and the row, or nothing if no row is named."""
    return (f"{table} 的 {row} 行，", f"{table} row {row}, ") if row else ("", "")


def refusal(text: str) -> tuple[str, str] | None:
    """Return why a relation cannot be read, in both languages, or None if it can."""
    try:
        _read(text.strip(), "start")
    except _Unreadable as why:
        return why.zh, why.en
    return None


def parse_relation(text: str, row: str = "", table: str = "claims.csv") -> list[Statement]:
    """Return the statements in ``text``; ``row`` names the row in an error. Raises `BadInput` with one line."""
    zh, en = where(row, table)
    try:
        statements = _read(text.strip(), "start")
    except _Unreadable as why:
        raise BadInput(
            f"{zh}relation “{clip(text)}”：{why.zh}。请改为只用编号、常数、+ - * / ^ 和 = < <= > >= 的式子。",
            f'{en}relation "{clip(text)}": {why.en}. Use only ids, constants, + - * / ^ and = < <= > >=.',
        ) from None
    written = [part.strip() for part in text.split(";") if part.strip()]
    return [Statement(s.left, s.op, s.right, t) for s, t in zip(statements, written, strict=True)]


def parse_expression(text: str, row: str = "", table: str = "claims.csv") -> Tree:
    """Return the tree of one expression without a comparison. Raises `BadInput` with one line."""
    zh, en = where(row, table)
    try:
        return _read(text.strip(), "sum")
    except _Unreadable as why:
        raise BadInput(f"{zh}“{clip(text)}”：{why.zh}。", f'{en}"{clip(text)}": {why.en}.') from None


def clip(text: str, most: int = 60) -> str:
    """Return a text for an error: on one line, and not long."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


# ---------------------------------------------------------------- the range of an expression

Box = Mapping[str, Interval]


def _natural(tree: Tree, box: Box) -> tuple[Interval, dict[str, Interval]]:
    """Return an enclosure of the value and of each partial derivative, by interval arithmetic."""
    match tree:
        case Const(value):
            return value, {}
        case Ref(id):
            return box[id], {id: ONE}
        case Pow(base, exponent):
            value, slope = _natural(base, box)
            steep = _steep(value, exponent)
            return _pow(value, exponent), {k: _mul(steep, v) for k, v in slope.items()}
        case Op("neg", (a,)):
            value, slope = _natural(a, box)
            return _neg(value), {k: _neg(v) for k, v in slope.items()}
        case Op(sign, (a, b)):
            (x, dx), (y, dy) = _natural(a, box), _natural(b, box)
            if sign in "+-":
                dy = dy if sign == "+" else {k: _neg(v) for k, v in dy.items()}
                return _add(x, y if sign == "+" else _neg(y)), _merge(dx, dy)
            if sign == "*":
                return _mul(x, y), _merge(_scale(dx, y), _scale(dy, x))
            value = _div(x, y)
            return value, _merge(_scale(dx, _div(ONE, y)), _scale(dy, _neg(_div(value, y))))
    raise TypeError(tree)


def _steep(value: Interval, exponent: Fraction) -> Interval:
    try:
        return _mul(Interval(exponent, exponent), _pow(value, exponent - 1))
    except Undefined:
        return ANY


def _scale(slope: dict[str, Interval], by: Interval) -> dict[str, Interval]:
    return {k: _mul(v, by) for k, v in slope.items()}


def _merge(a: dict[str, Interval], b: dict[str, Interval]) -> dict[str, Interval]:
    return {k: _add(a.get(k, ZERO), b.get(k, ZERO)) for k in a.keys() | b.keys()}


def span(tree: Tree, box: Box) -> Interval:
    """Return the range of an expression over a box of intervals.

    Exact where each id occurs once, or where the expression rises or falls in every id that repeats; otherwise an
    enclosure that bisection has narrowed. Never narrower than the true range. Raises `Undefined`.
    """
    repeated = {k for k, n in occurrences(tree).items() if n > 1 and box[k].width > 0}
    found = _span(tree, dict(box), repeated, 6)
    if _too_large(found):
        raise Undefined
    return found


def _span(tree: Tree, box: dict[str, Interval], repeated: set[str], more: int) -> Interval:
    value, slope = _natural(tree, box)
    if not repeated:
        return value
    low, high, open_ = dict(box), dict(box), set()
    for k in repeated:
        ends = [Interval(x, x) for x in box[k]]
        if slope[k].lower >= 0 and not any(map(_open, box[k])):
            low[k], high[k] = ends
        elif slope[k].upper <= 0 and not any(map(_open, box[k])):
            high[k], low[k] = ends
        else:
            open_.add(k)
    if not open_:
        lower, upper = _natural(tree, low)[0].lower, _natural(tree, high)[0].upper
    else:
        splittable = [k for k in open_ if not any(map(_open, box[k]))]
        if not more or not splittable:
            return value
        widest = max(splittable, key=lambda k: box[k].width)
        middle = (box[widest].lower + box[widest].upper) / 2
        parts = []
        for piece in (Interval(box[widest].lower, middle), Interval(middle, box[widest].upper)):
            parts.append(_span(tree, {**box, widest: piece}, repeated, more - 1))
        lower, upper = min(p.lower for p in parts), max(p.upper for p in parts)
    return Interval(max(lower, value.lower), min(upper, value.upper))


def possible(statement: Statement, own: str, box: Box) -> bool:
    """Return whether some choice of true values satisfies the statement."""
    gap = span(Op("-", statement.sides(own)), box)
    return {
        "=": gap.lower <= 0 <= gap.upper,
        "<": gap.lower < 0,
        "<=": gap.lower <= 0,
        ">": gap.upper > 0,
        ">=": gap.upper >= 0,
    }[statement.op]


def certain(statement: Statement, own: str, box: Box) -> bool:
    """Return whether every choice of true values satisfies the statement: what a guard asks."""
    gap = span(Op("-", statement.sides(own)), box)
    return {
        "=": gap.lower == gap.upper == 0,
        "<": gap.upper < 0,
        "<=": gap.upper <= 0,
        ">": gap.lower > 0,
        ">=": gap.lower >= 0,
    }[statement.op]


def implied(statement: Statement, own: str, box: Box) -> Interval | None:
    """Return what the rest of the statement says the row itself must be; None if the row occurs not just once.

    The operations around the row are undone one by one, from the outside in.
    """
    left, right = statement.sides(own)
    if occurrences(left)[own] + occurrences(right)[own] != 1:
        return None
    op = statement.op
    if own in occurrences(right):
        left, right = right, left
        op = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
    known = span(right, box)
    target = {
        "=": known,
        "<": Interval(-math.inf, known.upper),
        "<=": Interval(-math.inf, known.upper),
        ">": Interval(known.lower, math.inf),
        ">=": Interval(known.lower, math.inf),
    }[op]
    try:
        return _undo(left, own, target, box)
    except Undefined:
        return None


def _undo(tree: Tree, own: str, target: Interval, box: Box) -> Interval | None:
    match tree:
        case Ref():
            return target
        case Op("neg", (a,)):
            return _undo(a, own, _neg(target), box)
        case Op(sign, (a, b)):
            first = own in occurrences(a)
            other = span(b if first else a, box)
            match sign, first:
                case "+", _:
                    target = _add(target, _neg(other))
                case "-", True:
                    target = _add(target, other)
                case "-", False:
                    target = _add(other, _neg(target))
                case "*", _:
                    target = _div(target, other)
                case "/", True:
                    target = _mul(target, other)
                case _:
                    target = _div(other, target)
            return _undo(a if first else b, own, target, box)
    return None
