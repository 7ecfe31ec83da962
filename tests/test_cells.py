"""How the cells of an open notebook are written: short, load → compute → show → draw, one meaning a name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import ROOT
from test_prose import prose

# Chapters that only show the ledger or the data keep one-line cells on library functions.
SHOWING = {
    "lab/your-weights",
    "reference/audit",
    "reference/errata",
    "reference/glossary",
    "reference/method",
    "reference/data",
    "reference/editions",
    "reference/editors",
}
OPEN = sorted(
    p.relative_to(ROOT / "chapters").with_suffix("").as_posix()
    for p in (ROOT / "chapters").rglob("*.md")
    if p.relative_to(ROOT / "chapters").with_suffix("").as_posix() not in SHOWING
    and p.parent.name != "cities"  # written by tools/city_pages.py
)
# Here a line stands open on the page: one that computes the formula above it, one that a student answers an exercise in.
FORMULAS = {"index-method.md", "exercises-1.md", "exercises-2.md", "exercises-3.md", "template.md"}
EDITION_TEXTS = sorted((ROOT / "data" / "editions").glob("*/*.md"))
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n((?::[\w-]+:[^\n]*\n)*)(.*?)^```[ \t]*$", re.M | re.S)
KEYS = re.compile(r"^:::\{keys\}\n.*?^:::$", re.M | re.S)
IMPORTS = {"import pandas as pd", "import bluebook as bb", "import altair as alt", "import numpy as np"}
LONGEST, WIDEST, LONGEST_DEF = 15, 120, 12


class Cell(NamedTuple):
    """One code cell: where it stands, its tag, its code."""

    where: str
    tag: str
    code: str


def cells(path: Path) -> Iterator[Cell]:
    for number, (tags, code) in enumerate(CELL.findall(path.read_text("utf-8")), 1):
        yield Cell(f"{path.name}, cell {number}", re.sub(r":tags: \[(.*)\]\n", r"\1", tags), code)


def files() -> list[Path]:
    return [ROOT / "chapters" / f"{name}.md" for name in OPEN] + EDITION_TEXTS


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


every_file = pytest.mark.parametrize("path", files(), ids=names)


@every_file
def test_a_cell_is_short_enough_to_read_at_a_glance(path: Path) -> None:
    for cell in cells(path):
        lines = [x for x in cell.code.splitlines() if x.strip()]
        assert len(lines) <= LONGEST, f"{cell.where}: {len(lines)} lines"
        wide = [x for x in lines if len(x) > WIDEST]
        assert not wide, f"{cell.where}: {len(wide[0])} columns\n{wide[0]}"


@every_file
def test_a_cell_has_one_tag_that_fits_what_it_does(path: Path) -> None:
    tags = {"hide-cell", "hide-input", "remove-cell"} | ({""} if path.name in FORMULAS else set())
    for cell in cells(path):
        assert cell.tag in tags, f"{cell.where}: tag {cell.tag!r}"
        last = ast.parse(cell.code).body[-1]
        drawn = isinstance(last, ast.Expr) and re.match(r"bb\.(figure|table|tree)\(", ast.unparse(last.value))
        assert not drawn or cell.tag == "hide-input", (
            f"{cell.where}: a drawing cell is hide-input, not {cell.tag}"
        )
        if cell.tag == "hide-input":
            assert re.search(r"bb\.(figure|table|tree)\(|display\(", cell.code), (
                f"{cell.where}: draws nothing"
            )


@every_file
def test_a_cell_imports_only_what_a_student_knows(path: Path) -> None:
    for cell in cells(path):
        for node in ast.walk(ast.parse(cell.code)):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                assert ast.unparse(node) in IMPORTS, f"{cell.where}: {ast.unparse(node)}"


@every_file
def test_a_function_has_two_callers_and_is_short(path: Path) -> None:
    code = "\n".join(cell.code for cell in cells(path))
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            used = len(re.findall(rf"\b{node.name}\b", code)) - 1
            assert used >= 2, f"{path.name}: {node.name} is used {used} times"
            assert node.end_lineno - node.lineno < LONGEST_DEF, f"{path.name}: {node.name} is too long"


def _identifiers(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for name in (getattr(node, "id", None), getattr(node, "attr", None), getattr(node, "arg", None)):
            if isinstance(name, str):
                yield name


@every_file
def test_identifiers_are_english_so_that_another_language_can_share_the_cells(path: Path) -> None:
    for cell in cells(path):
        odd = [n for n in _identifiers(ast.parse(cell.code)) if not n.isascii()]
        assert not odd, f"{cell.where}: {odd}"
        assert "bb.t(" not in cell.code, f"{cell.where}: the words of a chapter are in its own language"


def _assigned(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a cell's top level assigns; loops, comprehensions and functions have their own."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            for leaf in ast.walk(target):
                if isinstance(leaf, ast.Name) and isinstance(leaf.ctx, ast.Store):
                    yield leaf.id


@every_file
def test_a_name_means_one_thing(path: Path) -> None:
    """A later cell may go on with a table of its own name (``x = x.assign(…)``), never make something else of it."""
    first: dict[str, str] = {}
    for cell in cells(path):
        for node in ast.parse(cell.code).body:
            fresh = set(_assigned(ast.Module([node], [])))
            read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
            for name in fresh - {"_"}:
                known = first.setdefault(name, cell.where)
                again = known != cell.where and name not in read
                assert not again, f"{cell.where}: {name!r} was something else in {known}"


@every_file
def test_what_is_glued_stands_above_the_words_that_use_it(path: Path) -> None:
    text = path.read_text("utf-8")
    if path.parent.name.isdigit():  # put into a chapter, whose own cells may glue
        return
    head = "".join(KEYS.findall(text))  # the sentences at the head say what the cells below find
    text = KEYS.sub("", text)
    seen: set[str] = set()
    open_ended = False
    for piece in re.split(
        r"(^```\{code-cell\}.*?^```[ \t]*$|^% edition-text:[^\n]*$)", text, flags=re.M | re.S
    ):
        if piece.startswith("% edition-text"):
            texts = (ROOT / "data" / "editions").glob(f"*/{piece.split()[-1]}.md")
            open_ended = open_ended or any("bb.glue(" in text.read_text("utf-8") for text in texts)
        elif piece.startswith("```{code-cell}"):
            seen |= set(re.findall(r"(\w+)=", "".join(re.findall(r"bb\.glue\((.*)\)", piece, re.S))))
            open_ended = open_ended or "glue(**" in piece
        else:
            used = set(re.findall(r"\{glue:text\}`(\w+)", piece))
            assert open_ended or used <= seen, f"{path.name}: {sorted(used - seen)} glued below, or nowhere"
    said = set(re.findall(r"\{glue:text\}`(\w+)", head))
    assert open_ended or said <= seen, f"{path.name}: {sorted(said - seen)} glued nowhere"


@every_file
def test_a_guard_quotes_the_sentence_it_watches_over(path: Path) -> None:
    words = prose(path)
    quoted = [w for cell in cells(path) for w in re.findall(r'bb\.holds\(\s*"([^"]+)"', cell.code)]
    assert [w for w in quoted if w not in words] == [], path.name
