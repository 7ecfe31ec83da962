"""Hidden weights and cells from printed scores, as exact intervals; and printed scores that cannot be right.

A score printed as 97.25 lies in [97.245, 97.255]. With arithmetic means every such interval is two linear
inequalities in the indicators' shares of the whole, g (n,) ≥ 0: for a parent P and a unit,

    lower · Σ_{l in P} g_l  ≤  Σ_{l in P} g_l x_l  ≤  upper · Σ_{l in P} g_l.

All are homogeneous, so the share of a child in its parent, a ratio, is maximised by a linear program under
Σ_{l in P} g_l = 1 (Charnes and Cooper 1962), whatever else is printed above or below.

A cell that is only known to lie between bounds, printed with rounding or not printed at all, would make the
products g_l x_l bilinear. Put t_l = g_l x_l: then t_l lies between the bounds times g_l, again linear, and
nothing is lost, as x_l = t_l / g_l. The t are never written down: a tree of sums with an interval at each
node can be met exactly when the interval sums, taken upwards, leave no node empty. So the programs live in g
alone, and a row is added only when a solution breaks it (cutting planes).

Weights are taken as positive; the intervals are closed, so a lower end of 0 means "as small as you like".
Numbers are exact to the solver's tolerance, 1e-9 of the scale; two numbers within 1e-9 count as equal.
Solver: HiGHS in SciPy (Huangfu and Hall 2018), and from its corners on a few lines of the simplex method.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import qr
from scipy.optimize import linprog

from bluebook.index import tree as trees
from bluebook.recover.known import Known
from bluebook.recover.printed import NEAR


class Programs:
    """The cone of shares g that all printed scores allow, as rows made when they are needed.

    The variables are z = (g, T): n shares and the value times weight of one target (a unit's cell or score),
    0 when there is none.
    """

    def __init__(self, known: Known) -> None:
        self.known = known
        self.leaves = trees.leaves(known.tree)
        self.families = trees.families(known.tree)
        self.n = len(self.leaves)
        column = {leaf: i for i, leaf in enumerate(self.leaves)}
        self.node = {f.parent: i for i, f in enumerate(self.families)}
        self.leaf_children = [[column[c] for c in f.children if c in column] for f in self.families]
        self.inner_children = [[self.node[c] for c in f.children if c in self.node] for f in self.families]
        self.members = np.zeros((len(self.families), self.n))
        for i, (own, inner) in enumerate(zip(self.leaf_children, self.inner_children, strict=True)):
            self.members[i, own] = 1.0
            self.members[i] += self.members[inner].sum(axis=0)
        self.pool = np.empty((0, self.n + 1))
        self.origin = np.empty((0, 2), dtype=int)
        self.target: tuple[int, int] | None = None  # whose value is T; node < 0 is leaf -1 - node
        # the rows that bind at the last solution, and it
        self.corner: tuple[np.ndarray, np.ndarray] | None = None
        self.target_part = np.zeros(self.n + 1)
        self.size = max(1.0, float(np.nanmax(np.abs(known.upper), initial=1.0)))

    def rows(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows (r × n+1), row · z ≤ 0, that bind most at ``z``, and each one's (unit, node)."""
        known, n, each = self.known, self.n, np.eye(self.n + 1)
        here = ~np.isnan(known.lower)
        cell_low, cell_high = np.where(here, known.lower, 0.0), np.where(here, known.upper, 0.0)
        rows: list[np.ndarray] = []
        origin: list[np.ndarray] = []
        at_unit, at_node = self.target or (None, None)

        def add(some: np.ndarray, units: np.ndarray, node: int) -> None:
            rows.append(some)
            origin.append(np.column_stack([units, np.full(len(units), node)]))

        # What each node hands to its parent: the sum's least and greatest value as rows (U × n+1), whether it
        # is there at all, and the range of its value.
        handed: list[tuple[np.ndarray, ...]] = []
        for node, (own, inner) in enumerate(zip(self.leaf_children, self.inner_children, strict=True)):
            a, b, part = np.zeros((3, len(here), n + 1))
            a[:, own], b[:, own], part[:, own] = cell_low[:, own], cell_high[:, own], here[:, own]
            if at_node is not None and -1 - at_node in own:
                cell = each[-1 - at_node]
                ends = np.array([a[at_unit] * cell - each[n], each[n] - b[at_unit] * cell])
                add(ends, np.repeat(at_unit, 2), at_node)
                a[at_unit], b[at_unit] = a[at_unit] * (1 - cell) + each[n], b[at_unit] * (1 - cell) + each[n]
            there, whole = here[:, own].any(axis=1), here[:, own].all(axis=1)
            bottom = np.min(cell_low[:, own], axis=1, initial=np.inf, where=here[:, own])
            top = np.max(cell_high[:, own], axis=1, initial=-np.inf, where=here[:, own])
            for child in inner:
                low, high, present, least, most = handed[child]
                a, b = a + low, b + high
                part[:, :n] += present[:, None] * self.members[child]
                there, whole = there | present, whole & present
                bottom, top = np.minimum(bottom, least), np.maximum(top, most)
            own_low, own_high = known.score_lower[:, node].copy(), known.score_upper[:, node].copy()
            if at_node == node:
                self.target_part = part[at_unit]
                add(np.array([a[at_unit] - each[n], each[n] - b[at_unit]]), np.repeat(at_unit, 2), node)
                a[at_unit] = b[at_unit] = each[n]
                own_low[at_unit], own_high[at_unit] = -np.inf, np.inf
            under, over = there & np.isfinite(own_high), there & np.isfinite(own_low)
            ceiling = np.where(under, own_high, 0.0)[:, None] * part
            floor = np.where(over, own_low, 0.0)[:, None] * part
            add((a - ceiling)[under], np.flatnonzero(under), node)
            add((floor - b)[over], np.flatnonzero(over), node)
            # Upwards goes the tighter of what the children allow and what is printed.
            b = np.where((under & (ceiling @ z < b @ z))[:, None], ceiling, b)
            a = np.where((over & (floor @ z > a @ z))[:, None], floor, a)
            top = np.where(under, np.minimum(top, own_high), top)
            bottom = np.where(over, np.maximum(bottom, own_low), bottom)
            # Where a child is left out, the value is no sum over all shares: its range stands in for it.
            torn = (there & ~whole)[:, None]
            every = np.append(self.members[node], 0.0)
            a = np.where(torn, np.where(torn, bottom[:, None], 0.0) * every, a)
            b = np.where(torn, np.where(torn, top[:, None], 0.0) * every, b)
            handed.append((a, b, there, bottom, top))
        return np.vstack(rows), np.vstack(origin)

    def solve(
        self, objective: np.ndarray, unit_sum: np.ndarray
    ) -> tuple[float, np.ndarray, set[tuple[int, int]]] | None:
        """Minimise ``objective`` · z under ``unit_sum`` · z = 1 by HiGHS: (minimum, z, binding (unit,
        node)s).

        None when there is no z. With one more entry than z in both vectors, the last variable is a slack
        s ≥ 0 by which every row may be broken.
        """
        n = self.n
        slack = len(unit_sum) - n - 1
        free = np.zeros(len(unit_sum), dtype=bool)
        free[n] = self.target is not None
        while True:
            pool = np.hstack([self.pool, -np.ones((len(self.pool), slack))])
            found = _minimum(objective, pool, unit_sum, free)
            if found is None:
                return None
            least, z, dual = found
            if not self._broken(z[: n + 1], float(z[n + 1 :].sum())):
                binding = {(int(u), int(node)) for u, node in self.origin[np.flatnonzero(dual > NEAR)]}
                return least, z[: n + 1], binding

    def least(self, objective: np.ndarray, unit_sum: np.ndarray) -> float:
        """Return the minimum of ``objective`` · z under ``unit_sum`` · z = 1, NaN when there is no z.

        One program after another differs in its objective only. So HiGHS solves the first; the others walk
        from the last corner, and come back to HiGHS should a walk lose its footing.
        """
        m = self.n + (self.target is not None)
        while self.corner and unit_sum @ self.corner[1] > NEAR:
            tight, z = self.corner
            start = z[:m] / (unit_sum @ z)
            walked = _walk(objective[:m], self.pool[:, :m], unit_sum[:m], self.n, tight, start)
            if walked is None:
                break
            z = np.append(walked[1], np.zeros(self.n + 1 - m))
            if (self.pool @ z).max(initial=0.0) > self._near(z):
                break
            if not self._broken(z):
                self.corner = walked[0], z
                return float(objective @ z)
        found = self.solve(objective, unit_sum)
        if found is None:
            return math.nan
        self.corner = _corner(found[1], self.pool[:, :m], unit_sum[:m], self.n)
        return found[0]

    def _near(self, z: np.ndarray) -> float:
        """By how much ``z`` may break a row and still count as meeting it."""
        return NEAR * self.size * max(1.0, float(np.abs(z[: self.n]).sum()))

    def _broken(self, z: np.ndarray, slack: float = 0.0) -> bool:
        """Whether ``z`` breaks a row by more than ``slack`` that is not in the pool; the worst twenty go
        there.
        """
        rows, origin = self.rows(z)
        excess = rows @ z - slack
        known = 2 * (self.pool @ z - slack).max(initial=0.0)  # a row broken by more than those is a new one
        broken = np.flatnonzero(excess > max(self._near(z), known))
        self._add(rows, origin, broken[np.argsort(-excess[broken])][:20])
        return len(broken) > 0

    def _add(self, rows: np.ndarray, origin: np.ndarray, which: np.ndarray) -> None:
        self.pool = np.vstack([self.pool, rows[which]])
        self.origin = np.vstack([self.origin, origin[which]])

    def aim(self, target: tuple[int, int] | None) -> None:
        """Let T stand for ``target`` (None: for nothing); forget the rows that depended on the last one."""
        if target == self.target:
            return
        # What other units say stays; of the target's own unit, and of T, it depends on the target.
        keep = self.pool[:, self.n] == 0
        if target:
            keep &= self.origin[:, 0] != target[0]
        self.pool, self.origin = self.pool[keep], self.origin[keep]
        self.target, self.corner = target, None
        if target:
            rows, origin = self.rows(np.zeros(self.n + 1))
            self._add(rows, origin, np.flatnonzero((origin == target).all(axis=1)))

    def interval(self, of: np.ndarray, unit_sum: np.ndarray) -> tuple[float, float]:
        """Return the least and greatest ``of`` · z under ``unit_sum`` · z = 1 (NaN, NaN: nothing fits)."""
        return self.least(of, unit_sum), -self.least(-of, unit_sum)

    def value(self, unit: int, node: int) -> tuple[float, float]:
        """Return the interval of a unit's cell (node = -1 - leaf) or score, by all but its own print."""
        self.aim((unit, node))
        each = np.eye(self.n + 1)
        found = self.interval(each[self.n], self.target_part if node >= 0 else each[-1 - node])
        self.aim(None)
        return found

    def misfit(self) -> set[tuple[int, int]] | None:
        """Return (unit, node)s of scores that cannot hold together, None when weights fit.

        One program a family, each with that family's weights summing to 1: as the rows form a cone, points
        that fit one family each add up to a point that fits all.
        """
        fit = np.zeros(self.n)
        for members in self.members[::-1]:
            if members @ fit > 0:
                continue
            found = self.solve(np.eye(self.n + 2)[-1], np.append(members, [0.0, 0.0]))
            if found is None or found[0] > 10 * NEAR * self.size:
                return found[2] if found else set()
            fit += found[1][: self.n]
        return None


def _walk(
    cost: np.ndarray, rows: np.ndarray, equal: np.ndarray, n: int, tight: np.ndarray, z: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Go along edges from the corner ``z`` to one with the least cost · z: (rows that bind there, z).

    Of {rows · z ≤ 0, equal · z = 1, the first n of z ≥ 0}; ``tight`` (one fewer than z) bind at ``z``. None
    when lost. Where it ends, no multiplier of a binding row is positive, which proves the minimum whatever
    the way there (weak duality). It is the simplex method, started from where the last one ended.
    """
    sides = np.vstack([rows, -np.eye(n, len(z))])
    size = max(1.0, float(np.abs(sides).max()))
    basis, room = np.vstack([tight, equal]), -(sides @ z)
    for _ in range(50 * len(z)):
        try:
            inverse = np.linalg.inv(basis)
        except np.linalg.LinAlgError:
            return None
        multiplier = (cost @ inverse)[:-1]
        leave = int(multiplier.argmax())
        if multiplier[leave] <= NEAR / (len(z) * size):
            return basis[:-1], inverse[:, -1]
        edge = -inverse[:, leave] / np.abs(inverse[:, leave]).max()
        toward = sides @ edge
        ahead = np.flatnonzero(toward > NEAR * size)
        if not len(ahead):
            return None
        steps = np.maximum(room[ahead], 0.0) / toward[ahead]
        first = int(steps.argmin())
        room -= steps[first] * toward
        basis[leave] = sides[ahead[first]]
    return None


def _corner(
    z: np.ndarray, rows: np.ndarray, equal: np.ndarray, n: int
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return independent rows that bind at ``z``, one fewer than its entries, and z; None: there are not."""
    m = len(equal)
    sides = np.vstack([rows, -np.eye(n, m)])
    near = NEAR * np.abs(sides).max(axis=1) * max(1.0, float(np.abs(z).max()))
    binding = sides[np.abs(sides @ z[:m]) <= near]
    across = binding - np.outer(binding @ equal, equal) / (equal @ equal)
    if m == 1 or len(binding) < m - 1:
        return None
    _, triangle, order = qr(across.T, mode="economic", pivoting=True)
    if abs(triangle[m - 2, m - 2]) <= NEAR * abs(triangle[0, 0]):
        return None
    return binding[order[: m - 1]], z


def _minimum(
    cost: np.ndarray, rows: np.ndarray, equal: np.ndarray, free: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray] | None:
    """Minimise cost · z with rows · z ≤ 0, equal · z = 1, z ≥ 0 but where ``free``: (minimum, z,
    multipliers).

    None when nothing is feasible.
    """
    sides = {"A_ub": rows, "b_ub": np.zeros(len(rows))} if len(rows) else {}
    bounds = [(None, None) if f else (0, None) for f in free]
    tight = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10, "presolve": False}
    tight["simplex_dual_edge_weight_strategy"] = "devex"
    sides |= {"A_eq": equal[None, :], "b_eq": [1.0], "bounds": bounds}
    # The second way where the first loses its footing.
    for method, options in (("highs-ds", tight), ("highs", {})):
        found = linprog(cost, **sides, method=method, options=options)
        if found.status == 0:
            return found.fun, found.x, -found.ineqlin.marginals if len(rows) else np.empty(0)
        if found.status == 2:
            return None
    raise ArithmeticError(found.message)
