"""``python tools/mutants.py``: how many small faults, put into the engine on purpose, the tests notice.

A mutant is the code with one operator, number, condition or call changed. A seeded sample, spread over the
files of each room, is tried one by one in a temporary copy of the tree, each against the tests of its room.
Survivors are written with the line as it was and as it was changed. Some change nothing that anybody could
see; the others are statements that no test makes.
"""

from __future__ import annotations

import argparse
import ast
import csv
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("bluebook", "tests", "tools", "data")
# Room → where its code lies and where its tests, by pattern; a file that is nowhere yet is left out.
ROOMS = {
    "index": (["bluebook/index/*.py"], ["tests/index/test_*.py"]),
    "recover": (["bluebook/recover/*.py"], ["tests/recover/test_*.py"]),
    "interval": (["bluebook/ledger/interval.py"], ["tests/ledger/test_interval.py"]),
    "relation": (
        ["bluebook/ledger/relation.py"],
        ["tests/ledger/test_relation.py"],
    ),
}
SHIM = 12  # a module with fewer lines only points elsewhere

COMPARED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
COMPUTED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
CALLED = {
    "min": "max",
    "any": "all",
    "fmin": "fmax",
    "minimum": "maximum",
    "floor": "ceil",
    "argmin": "argmax",
}
CALLED |= {other: name for name, other in CALLED.items()}


class Mutant(NamedTuple):
    """A file (relative), where the changed piece stands in it, as bytes, and what it is changed into."""

    room: str
    file: str
    line: int
    start: int
    end: int
    was: str
    new: str


def changes(node: ast.AST) -> Iterator[ast.AST | str]:
    """Yield what a node may be changed into."""
    if isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            if type(op) in COMPARED:
                ops = [*node.ops[:i], COMPARED[type(op)](), *node.ops[i + 1 :]]
                yield ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in COMPUTED:
        yield ast.BinOp(node.left, COMPUTED[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in CALLED:
            func = (
                ast.Attribute(node.func.value, CALLED[name], ast.Load())
                if isinstance(node.func, ast.Attribute)
                else ast.Name(CALLED[name], ast.Load())
            )
            yield ast.Call(func, node.args, node.keywords)
    elif (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)) or isinstance(
        node, (ast.Continue, ast.Break)
    ):
        yield "pass"


def code_only(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it but annotations and insides of f-strings, which tests need not pin."""
    yield node
    for name, child in ast.iter_fields(node):
        if name in ("annotation", "returns") or isinstance(node, ast.JoinedStr):
            continue
        for one in child if isinstance(child, list) else [child]:
            if isinstance(one, ast.AST):
                yield from code_only(one)


def mutants_of(room: str, path: Path) -> list[Mutant]:
    """Return every mutant of one file."""
    source = path.read_bytes()
    starts = [0]
    for line in source.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    found = []
    for node in code_only(ast.parse(source)):
        for changed in changes(node):
            new = changed if isinstance(changed, str) else ast.unparse(ast.fix_missing_locations(changed))
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[node.end_lineno - 1] + node.end_col_offset
            whole = isinstance(changed, str)
            file = path.relative_to(ROOT).as_posix()
            was = source[start:end].decode()
            found.append(Mutant(room, file, node.lineno, start, end, was, new if whole else f"({new})"))
    return found


def sample(count: int, seed: int, only: str = "") -> list[Mutant]:
    """Return ``count`` mutants, the same for the same seed, dealt out over the files in turn."""
    rng = random.Random(seed)
    piles = []
    for room, (code, _) in ROOMS.items():
        files = sorted(path for pattern in code for path in ROOT.glob(pattern))
        for path in files if not only or room == only else ():
            if path.read_bytes().count(b"\n") >= SHIM:
                pile = mutants_of(room, path)
                rng.shuffle(pile)
                piles.append(pile)
    out: list[Mutant] = []
    while piles and len(out) < count:
        piles = [pile for pile in piles if pile]
        for pile in piles[: count - len(out)]:
            out.append(pile.pop())
    return out


def copy_tree(to: Path) -> Path:
    """Copy what the tests need to ``to``."""
    for folder in COPIED:
        shutil.copytree(ROOT / folder, to / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def run(home: Path, tests: list[str], limit: float) -> tuple[bool, float]:
    """Run tests in a copy; return whether they passed, and the seconds. What takes longer than ``limit`` did
    not.
    """
    environment = {**os.environ, "PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("BLUEBOOK_DATA", None)
    options = ["-x", "-q", "-m", "not slow", "--no-header", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=home,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        code = process.wait(limit)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        code = -1
    return code == 0, time.monotonic() - started


def timed_tests(home: Path, rooms: set[str]) -> dict[str, dict[str, float]]:
    """Return the seconds that each test file of each room takes when nothing is wrong, quickest first."""
    out: dict[str, dict[str, float]] = {}
    for room in sorted(rooms):
        seconds = {}
        for path in sorted(path for pattern in ROOMS[room][1] for path in ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            passed, seconds[name] = run(home, [name], 600)
            if not passed:
                sys.exit(f"{name} fails on the code as it is / 代码未改时 {name} 就不通过")
        out[room] = dict(sorted(seconds.items(), key=lambda item: item[1]))
    return out


def survives(mutant: Mutant, home: Path, seconds: dict[str, float]) -> bool:
    """Put a mutant into a copy, run its room's tests, its own first, and take it out again."""
    path = home / mutant.file
    source = path.read_bytes()
    own = f"test_{Path(mutant.file).name}"
    tests = sorted(seconds, key=lambda name: (not name.endswith(f"/{own}"), seconds[name]))
    try:
        path.write_bytes(source[: mutant.start] + mutant.new.encode() + source[mutant.end :])
        return run(home, tests, 3 * sum(seconds.values()) + 20)[0]
    finally:
        path.write_bytes(source)


def main() -> None:
    """Try a sample and write the survivors."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    told.add_argument("--count", type=int, default=300)
    told.add_argument("--seed", type=int, default=0)
    told.add_argument("--jobs", type=int, default=2)
    told.add_argument("--room", default="", choices=["", *ROOMS])
    told.add_argument("--out", type=Path, default=ROOT / "_build" / "mutants.csv")
    asked = told.parse_args()
    tried = sample(asked.count, asked.seed, asked.room)
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory())
        pool = stack.enter_context(ThreadPoolExecutor(asked.jobs))
        homes: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for i in range(asked.jobs):
            homes.put(copy_tree(Path(scratch) / str(i)))
        seconds = timed_tests(Path(scratch) / "0", {mutant.room for mutant in tried})

        def one(mutant: Mutant) -> bool:
            home = homes.get()
            try:
                return survives(mutant, home, seconds[mutant.room])
            finally:
                homes.put(home)

        left = []
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        file = stack.enter_context(asked.out.open("w", encoding="utf-8-sig", newline="", buffering=1))
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["room", "file", "line", "was", "mutant"])
        for done, (m, alive) in enumerate(zip(tried, pool.map(one, tried), strict=True), 1):
            if alive:  # written at once: a run is long, and a part of it is of use
                left.append(m)
                table.writerow([m.room, m.file, m.line, " ".join(m.was.split()), m.new])
            print(f"\r{done}/{len(tried)}, {len(left)} survive", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    for room in ROOMS:
        number = sum(mutant.room == room for mutant in tried)
        if number:
            caught = number - sum(mutant.room == room for mutant in left)
            print(f"{room}: {caught}/{number} caught")
    for mutant in left:
        print(f"{mutant.file}:{mutant.line}  {' '.join(mutant.was.split())[:70]}  →  {mutant.new[:70]}")
    print(f"→ {asked.out}")


if __name__ == "__main__":
    main()
