"""What an exercise is: an answer computed from the data, and the wrong answers that typical slips give."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

WHOLE = 0.01  # how near a whole number an answer must come


class Meaningless(ValueError):
    """The data as they are leave nothing to ask: no tie, no gap, no figure that the audit contradicts."""


class Task(NamedTuple):
    """One exercise on the data of the moment.

    ``answer``: a float, int or str; of an open exercise (``judge``) an example that passes. ``slips``: a
    hint's code → the wrong answer that it explains. ``words``: what the exercise's text names (glued).
    ``digits``: a number counts to this many decimals, or to ``within``. ``table``: what the student is given.
    ``judge``: reads an open answer, returns a message's code ("" where it passes) and its fields.
    """

    answer: Any
    slips: dict[str, Any]
    words: Mapping[str, object] = MappingProxyType({})
    digits: int = 2
    within: float = 0.0
    table: pd.DataFrame | None = None
    judge: Callable[[Any], tuple[str, dict[str, object]]] | None = None

    def near(self, a: object, b: object) -> bool:
        """Return whether two answers count as the same."""
        if isinstance(a, str) or isinstance(b, str):
            return a == b
        return abs(a - b) <= (self.within or (0.55 * 10.0**-self.digits if self.digits else WHOLE))

    def told_apart(self) -> int:
        """Return how many slips give answers that differ from the right one and from each other."""
        seen = [self.answer]
        for wrong in self.slips.values():
            if there(wrong) and not any(self.near(wrong, other) for other in seen):
                seen.append(wrong)
        return len(seen) - 1


def there(value: object) -> bool:
    """Return whether a value is a word or a finite number."""
    return isinstance(value, str) or math.isfinite(value)


LEVELS: dict[str, int] = {}
WORDS: dict[str, tuple[str, ...]] = {}
MAKERS: dict[str, Callable[[], Iterator[Task]]] = {}


def exercise(level: int, name: str, *words: str) -> Callable:
    """Register a generator of an exercise's variants; the first whose slips can be told apart is asked.

    ``words``: the names of what its text names, for data that leave nothing to ask.
    """

    def keep(maker: Callable[[], Iterator[Task]]) -> Callable[[], Iterator[Task]]:
        LEVELS[name], MAKERS[name], WORDS[name] = level, maker, words
        return maker

    return keep
