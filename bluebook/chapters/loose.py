"""What a loosely spoken number can mean: “two thousand and more” is a range, not a number."""

from __future__ import annotations

from typing import NamedTuple


class Range(NamedTuple):
    """A closed range of values."""

    lower: float
    upper: float

    def over(self, other: Range) -> Range:
        """Return the range of this quantity over another, both positive."""
        return Range(self.lower / other.upper, self.upper / other.lower)


def many(spoken: float) -> Range:
    """Return the whole numbers that “``spoken`` and more” (…多) can mean: up to just below the next round number.

    The next round number is one step of the leading digit away: 500 and more is 500–599, 2,000 and more
    2,000–2,999. A reading, not a rule of grammar; the ledger, more cautious, sets no upper end.
    """
    spoken = int(spoken)
    step = 10 ** (len(str(spoken)) - 1)
    return Range(spoken, spoken + step - 1)
