"""A linear program, some of its variables whole, gathered piece by piece."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array


class Mixed:
    """A linear program, some of its variables whole: gathered piece by piece, then solved by HiGHS."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.whole: list[int] = []
        self.costs: list[float] = []
        self.rows: list[tuple[list[tuple[int, float]], float, float]] = []

    def number(self, lower: float, upper: float, whole: bool = False, cost: float = 0.0) -> int:
        """Add a variable and return its number."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(int(whole))
        self.costs.append(cost)
        return len(self.lower) - 1

    def binary(self) -> int:
        return self.number(0, 1, True)

    def cost(self, variable: int, cost: float) -> None:
        self.costs[variable] += cost

    def row(self, terms: Iterable[tuple[int, float]], lower: float, upper: float) -> None:
        """Demand lower ≤ Σ a · x ≤ upper; scaled, as persons and per cent stand in one program."""
        terms = list(terms)
        size = max((abs(a) for _, a in terms), default=1.0)
        self.rows.append(([(v, a / size) for v, a in terms], lower / size, upper / size))

    def near(
        self, terms: int | list[tuple[int, float]], goal: float, steps: tuple[float, ...], weight: float
    ) -> None:
        """Let the distance of a variable or sum to ``goal`` cost 1, 2, 4 … a unit from ``steps`` on."""
        terms = [(terms, 1.0)] if isinstance(terms, int) else terms
        parts = []
        for k, width in enumerate((*np.diff((0, *steps)), np.inf)):
            parts += [(self.number(0, width, cost=weight * 2**k), sign) for sign in (-1.0, 1.0)]
        self.row([*terms, *parts], goal, goal)

    def solve(self) -> np.ndarray:
        """Return the variables at the minimum. Raises ArithmeticError where nothing fits."""
        rows = [r for r in self.rows if r[0]]
        entries = [(k, v, a) for k, (terms, _, _) in enumerate(rows) for v, a in terms]
        at = ([e[0] for e in entries], [e[1] for e in entries])
        matrix = csr_array(([e[2] for e in entries], at), shape=(len(rows), len(self.lower)))
        limits = LinearConstraint(matrix, [r[1] for r in rows], [r[2] for r in rows])
        found = milp(
            self.costs, integrality=self.whole, bounds=Bounds(self.lower, self.upper), constraints=limits
        )
        if found.x is None:
            raise ArithmeticError(found.message)
        return found.x
