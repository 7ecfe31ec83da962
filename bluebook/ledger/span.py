"""The range of an expression whose ids stand for intervals, and what a statement says of them.

Exact where each id occurs once, or where the expression rises or falls in every id that repeats; otherwise an
enclosure that bisection has narrowed. Never narrower than the true range.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from bluebook.ledger.interval import (
    ANY,
    ONE,
    ZERO,
    Interval,
    Undefined,
    add,
    between,
    div,
    exactly,
    is_open,
    mul,
    neg,
    power,
    too_large,
)
from bluebook.ledger.relation import Const, Op, Pow, Ref, Statement, Tree, occurrences

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
            return power(value, exponent), {k: mul(steep, v) for k, v in slope.items()}
        case Op("neg", (a,)):
            value, slope = _natural(a, box)
            return neg(value), {k: neg(v) for k, v in slope.items()}
        case Op(sign, (a, b)):
            (x, dx), (y, dy) = _natural(a, box), _natural(b, box)
            if sign in "+-":
                dy = dy if sign == "+" else {k: neg(v) for k, v in dy.items()}
                return add(x, y if sign == "+" else neg(y)), _merge(dx, dy)
            if sign == "*":
                return mul(x, y), _merge(_scale(dx, y), _scale(dy, x))
            value = div(x, y)
            return value, _merge(_scale(dx, div(ONE, y)), _scale(dy, neg(div(value, y))))
    raise TypeError(tree)


def _steep(value: Interval, exponent: Fraction) -> Interval:
    try:
        return mul(exactly(exponent), power(value, exponent - 1))
    except Undefined:
        return ANY


def _scale(slope: dict[str, Interval], by: Interval) -> dict[str, Interval]:
    return {k: mul(v, by) for k, v in slope.items()}


def _merge(a: dict[str, Interval], b: dict[str, Interval]) -> dict[str, Interval]:
    return {k: add(a.get(k, ZERO), b.get(k, ZERO)) for k in a.keys() | b.keys()}


def span(tree: Tree, box: Box) -> Interval:
    """Return the range of an expression over a box of intervals.

    Exact where each id occurs once, or where the expression rises or falls in every id that repeats;
    otherwise an enclosure that bisection has narrowed. Never narrower than the true range. Raises
    `Undefined`.
    """
    repeated = {k for k, n in occurrences(tree).items() if n > 1 and box[k].width > 0}
    found = _span(tree, dict(box), repeated, 6)
    if too_large(found):
        raise Undefined
    return found


def _span(tree: Tree, box: dict[str, Interval], repeated: set[str], more: int) -> Interval:
    value, slope = _natural(tree, box)
    if not repeated:
        return value
    low, high, open_ = dict(box), dict(box), set()
    for k in repeated:
        low_end, high_end = (between(x, x) for x in box[k].ends)
        if slope[k].lower >= 0 and not any(map(is_open, box[k].ends)):
            low[k], high[k] = low_end, high_end
        elif slope[k].upper <= 0 and not any(map(is_open, box[k].ends)):
            high[k], low[k] = low_end, high_end
        else:
            open_.add(k)
    if not open_:
        lower, upper = _natural(tree, low)[0].lower, _natural(tree, high)[0].upper
    else:
        splittable = [k for k in open_ if not any(map(is_open, box[k].ends))]
        if not more or not splittable:
            return value
        widest = max(splittable, key=lambda k: box[k].width)
        middle = (box[widest].lower + box[widest].upper) / 2
        parts = []
        for piece in (between(box[widest].lower, middle), between(middle, box[widest].upper)):
            parts.append(_span(tree, {**box, widest: piece}, repeated, more - 1))
        lower, upper = min(p.lower for p in parts), max(p.upper for p in parts)
    return Interval(value.value, max(lower, value.lower), min(upper, value.upper))


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
    """Return what the rest of the statement says the row must be; None if the row occurs not just once.

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
        "<": between(-math.inf, known.upper),
        "<=": between(-math.inf, known.upper),
        ">": between(known.lower, math.inf),
        ">=": between(known.lower, math.inf),
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
            return _undo(a, own, neg(target), box)
        case Op(sign, (a, b)):
            first = own in occurrences(a)
            other = span(b if first else a, box)
            match sign, first:
                case "+", _:
                    target = add(target, neg(other))
                case "-", True:
                    target = add(target, other)
                case "-", False:
                    target = add(other, neg(target))
                case "*", _:
                    target = div(target, other)
                case "/", True:
                    target = mul(target, other)
                case _:
                    target = div(other, target)
            return _undo(a if first else b, own, target, box)
    return None
