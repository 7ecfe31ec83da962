"""What a printed number stands for: one closed interval, its arithmetic, and the number itself in the middle.

Ends are fractions wherever they come from print, so that two intervals which only touch do touch; a float
stands for an open end (±inf) or for what was reckoned in floats. ``value`` is what the printed digits give,
None where there is no such number; arithmetic carries it along, and it says nothing about the ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from bluebook.messages import t

Number = Fraction | float
LARGEST = 10**30  # no printed figure means more


class Undefined(ArithmeticError):
    """An expression has no value for some numbers in the intervals: a division by 0, a root of less.

    Also where it grows beyond `LARGEST`, which no printed figure means.
    """


class Interval(NamedTuple):
    """A number at its printed digits, and the closed interval their rounding leaves; ends may be infinite.

    A tuple (value, lower, upper), all in one unit; ``value`` is None where no printed number stands inside.

    >>> growth = bb.Interval(12.0, 11.9, 12.1)
    >>> growth.told(), growth.sign
    ('11.9–12.1', 1)
    """

    value: Number | None
    lower: Number
    upper: Number

    @property
    def ends(self) -> tuple[Number, Number]:
        """Return lower and upper."""
        return self.lower, self.upper

    @property
    def width(self) -> Number:
        """Return upper minus lower."""
        return self.upper - self.lower

    @property
    def sign(self) -> int:
        """Return 1 or -1 where every number in the interval has that sign, else 0."""
        return (self.lower > 0) - (self.upper < 0)

    @property
    def open_above(self) -> bool:
        """Return whether it has a lower end and no upper one: what "at least" says."""
        return is_open(self.upper) and not is_open(self.lower)

    def told(self, digits: int = 1) -> str:
        """Return the interval for a sentence, its ends rounded: "11.9–12.1"; one number if they agree."""
        first, last = f"{float(self.lower):,.{digits}f}", f"{float(self.upper):,.{digits}f}"
        if first == last:
            return first
        return f"{first}–{last}" if self.lower >= 0 else t(f"{first} 至 {last}", f"{first} to {last}")

    def over(self, other: Interval) -> Interval:
        """Return this quantity over another, both positive."""
        value = None if self.value is None or other.value is None else self.value / other.value
        return Interval(value, self.lower / other.upper, self.upper / other.lower)

    def meets(self, other: Interval) -> bool:
        """Return whether the two share a point."""
        return self.lower <= other.upper and other.lower <= self.upper

    def within(self, other: Interval) -> bool:
        """Return whether this one lies inside the other."""
        return other.lower <= self.lower and self.upper <= other.upper

    def floats(self) -> Interval:
        """Return the same interval in floats, for a table."""
        return Interval(None if self.value is None else float(self.value), *map(float, self.ends))


def between(lower: Number, upper: Number) -> Interval:
    """Return an interval that no printed number stands in the middle of."""
    return Interval(None, lower, upper)


def exactly(value: object) -> Interval:
    """Return the interval of an exact number, such as a count."""
    number = Fraction(value)
    return Interval(number, number, number)


def rounded(text: str, decimals: int | None = None) -> Interval:
    """Return the interval a printed number stands for: ± half a unit of its last printed digit."""
    places = len(text.partition(".")[2]) if decimals is None else decimals
    half, value = Fraction(1, 2) / Fraction(10) ** places, Fraction(text)
    return Interval(value, value - half, value + half)


def loosely(value: float) -> Interval:
    """Return the interval of a number of unknown digits: ± half a unit of its last digit that is not 0.

    A table that holds 321600 for a printed 32.16 trillion must not be taken for six exact digits.
    """
    number = Decimal(repr(float(value))).normalize()
    half = Fraction(1, 2) * Fraction(10) ** (number.as_tuple().exponent if number else 0)
    return Interval(Fraction(number), Fraction(number) - half, Fraction(number) + half)


def many(spoken: float) -> Interval:
    """Return the whole numbers that “``spoken`` and more” (…多) can mean: up to the next round number.

    The next round number is one step of the leading digit away: 500 and more is 500–599, 2,000 and more
    2,000–2,999. A reading, not a rule of grammar; the ledger, more cautious, sets no upper end.

    >>> bb.many(500).told(0)
    '500–599'
    """
    spoken = int(spoken)
    step = 10 ** (len(str(spoken)) - 1)
    return Interval(spoken, spoken, spoken + step - 1)


def ranges(lower: Iterable[float], upper: Iterable[float], digits: int = 1) -> list[str]:
    """Return ranges for a table's column, from the columns of their ends, as `Interval.told` writes one.

    >>> bb.ranges([11.94, 4.2], [12.06, 4.2])
    ['11.9–12.1', '4.2']
    """
    return [between(low, high).told(digits) for low, high in zip(lower, upper, strict=True)]


ZERO, ONE = exactly(0), exactly(1)
ANY = between(-math.inf, math.inf)

# ---------------------------------------------------------------- arithmetic


def is_open(x: Number) -> bool:
    """Return whether an end is infinite."""
    return isinstance(x, float) and math.isinf(x)  # a large fraction would not fit a float


def too_large(a: Interval) -> bool:
    """Return whether an end lies beyond what any figure means."""
    return any(LARGEST < abs(x) < math.inf for x in a.ends)


def _both(a: Interval, b: Interval, work: Callable[[Number, Number], Number]) -> Number | None:
    return None if a.value is None or b.value is None else work(a.value, b.value)


def _times(a: Number, b: Number) -> Number:
    return Fraction(0) if a == 0 or b == 0 else a * b


def add(a: Interval, b: Interval) -> Interval:
    """Return a + b."""
    return Interval(_both(a, b, lambda x, y: x + y), a.lower + b.lower, a.upper + b.upper)


def neg(a: Interval) -> Interval:
    """Return -a."""
    return Interval(None if a.value is None else -a.value, -a.upper, -a.lower)


def mul(a: Interval, b: Interval) -> Interval:
    """Return a times b."""
    corners = [_times(x, y) for x in a.ends for y in b.ends]
    return Interval(_both(a, b, _times), min(corners), max(corners))


def div(a: Interval, b: Interval) -> Interval:
    """Return a over b. Raises `Undefined` where b may be 0."""
    if b.lower <= 0 <= b.upper:
        raise Undefined
    ends = [Fraction(0) if is_open(x) else 1 / Fraction(x) for x in b.ends]
    turned = Interval(None if not b.value else 1 / Fraction(b.value), min(ends), max(ends))
    return mul(a, turned)


def power(a: Interval, exponent: Fraction) -> Interval:
    """Return a to a constant power. Raises `Undefined` for a root of what may be below 0."""
    if exponent < 0:
        return div(ONE, power(a, -exponent))
    if exponent.denominator == 1:
        n = int(exponent)
        ends = [x**n for x in a.ends]
        # An even power turns at 0: where the base may be 0, so may the power.
        lower = Fraction(0) if n > 0 and n % 2 == 0 and a.lower < 0 < a.upper else min(ends)
        return Interval(None if a.value is None else a.value**n, lower, max(ends))
    if a.lower < 0 or too_large(a):
        raise Undefined
    # A root is not a fraction: one float outward on either side keeps the enclosure.
    low, high = (float(x) ** float(exponent) for x in a.ends)
    low, high = max(0.0, math.nextafter(low, -math.inf)), math.nextafter(high, math.inf)
    value = None if a.value is None or a.value < 0 else Fraction(float(a.value) ** float(exponent))
    return Interval(value, Fraction(low), high if is_open(high) else Fraction(high))
