"""Answer an answer: right, or what the mistake shows, or why it cannot be read; never the solution."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from bluebook.exercises import progress
from bluebook.exercises.reading import read
from bluebook.exercises.shelf import known, task
from bluebook.exercises.task import WORDS, Meaningless, Task
from bluebook.messages import Catalogue, building, one_line

SAYS = Catalogue(__file__)
UNREAD = "no_answer", "unknown", "meaningless"  # no try was made


@dataclass(frozen=True, repr=False)
class Checked:
    """What `check` says: one line. ``code``: "right", or the hint's or fault's name."""

    exercise: str
    right: bool
    code: str
    text: str

    def __repr__(self) -> str:
        return self.text

    def _ipython_display_(self) -> None:
        """Show the line; nothing on the book's page, where nobody has answered yet."""
        if not building():
            print(self.text)


def check(exercise: str, answer: object = ...) -> Checked:
    """Check the answer to an exercise; return one line: right, or a hint at what the mistake shows.

    ``exercise``: "ex-01" …; ``answer``: a number, a letter, or what the exercise asks for. What is right is
    computed from the data as they are, so that changed data have another answer. Tries are kept in
    ``progress.json`` beside the notebook (`progress`). Never raises: an answer that cannot be read, an
    exercise that does not exist and data that leave nothing to ask are told in a line too.

    >>> bb.check("ex-02")
    … ex-02 还没有回答：把 ... 换成你的答案，再运行这一格。
    """
    levels = known()
    exercise = unicodedata.normalize("NFKC", str(exercise)).strip().lower()
    if number := re.fullmatch(r"(?:ex)?[-_ –]?(\d{1,2})", exercise):  # ex-3, ex03, 3
        exercise = f"ex-{int(number[1]):02}"
    if exercise not in levels:
        near = difflib.get_close_matches(exercise, levels, 1) or [next(iter(levels))]
        return _said(exercise, "unknown", name=exercise[:40], near=near[0], last=list(levels)[-1])
    try:
        one = task(exercise)
    except Meaningless as why:
        return _said(exercise, "meaningless", why=one_line(str(why))[:120])
    found = read(answer, one)
    if found.code:
        return _kept(exercise, found.code, found.fields)
    if one.judge is not None:
        try:
            code, fields = one.judge(found.value)
        except (TypeError, ValueError, KeyError, AttributeError) as why:
            code, fields = "cannot_use", {"why": one_line(str(why))[:120]}
        return _kept(exercise, code or "right", fields)
    if one.near(found.value, one.answer):
        return _kept(exercise, "right", {})
    slip = next((code for code, wrong in one.slips.items() if one.near(found.value, wrong)), "")
    return _kept(exercise, slip or _general(found.value, one), {"digits": one.digits})


def _general(value: object, one: Task) -> str:
    """Return the hint for a mistake that nobody thought of: whether it is only rounding, or the scale."""
    if isinstance(value, str):
        return "other_letter"
    if one.digits == 0 and value % 1:
        return "not_whole"
    right = float(one.answer)
    if one.digits and math.isclose(value, right, rel_tol=0.01):
        return "rounded_early"
    if right and math.isclose(value / right, -1, rel_tol=1e-3):
        return "turned"
    if right and any(math.isclose(value / right, scale, rel_tol=1e-3) for scale in (0.01, 100, 10, 0.1)):
        return "scale"
    return "not_yet"


def _kept(exercise: str, code: str, fields: Mapping[str, object]) -> Checked:
    said = _said(exercise, code, **fields)
    if building() or code in UNREAD:
        return said
    more = progress.note(exercise, said.right, "" if said.right else code)
    return Checked(exercise, said.right, code, said.text + more)


def _said(exercise: str, code: str, /, **fields: object) -> Checked:
    right = code == "right"
    text = SAYS.text(code, **{"exercise": exercise, **fields})
    if right and "other" in fields:
        text += SAYS.text("design_done", **fields)
    mark = "✓" if right else ("…" if code == "no_answer" else "✗")
    return Checked(exercise, right, code, one_line(f"{mark} {exercise} {text}"))


def asked(level: int) -> dict[str, object]:
    """Return what the texts of a level's exercises name, to be glued: ``ex01_city`` and so on.

    ``n_slips`` counts the typical slips that `check` knows. Where the data leave an exercise nothing
    to ask, its words are dashes.

    >>> bb.asked(1)["ex02_first"]
    '郑州'
    """
    words: dict[str, object] = {"n_slips": 0}
    for name, its in known().items():
        if its == level:
            try:
                found = task(name)
            except Meaningless:
                words |= {f"{name.replace('-', '')}_{key}": "—" for key in WORDS[name]}
                continue
            words["n_slips"] += len(found.slips)
            words |= {f"{name.replace('-', '')}_{key}": value for key, value in found.words.items()}
    return words


def exercise_table(exercise: str) -> pd.DataFrame:
    """Return the table that an exercise asks about, a fresh copy; empty where the data leave nothing to ask.

    >>> bb.exercise_table("ex-14").iloc[:, 0].tolist()
    ['A', 'B', 'C', 'D', 'E']
    """
    try:
        table = task(exercise).table if exercise in known() else None
    except Meaningless:
        table = None
    return pd.DataFrame() if table is None else table.copy()
