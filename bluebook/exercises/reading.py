"""How an answer is read: a number, a whole number or a word, or why it cannot be read as one."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from bluebook.exercises import ground
from bluebook.exercises.task import Task

_NUMBER = re.compile(r"\s*[-+−]?[\d,]*\.?\d+\s*[%％]?\s*")


class Read(NamedTuple):
    """What was read; ``code``: why nothing was ("" where it was), with its ``fields``."""

    value: object = None
    code: str = ""
    fields: Mapping[str, object] = MappingProxyType({})


def missing(answer: object) -> bool:
    """Return whether nothing was answered yet."""
    return answer is None or answer is Ellipsis or (isinstance(answer, str) and not answer.strip())


def read(answer: object, task: Task) -> Read:
    """Read an answer as the exercise wants it: never raises for what a student may write."""
    if missing(answer):
        return Read(code="no_answer")
    if task.judge is not None:
        return Read(answer)
    return _word(answer, task) if isinstance(task.answer, str) else _number(answer, task)


def _one(answer: object) -> object:
    """Return the only value of a table, list or array of one; else the answer itself."""
    if isinstance(answer, (pd.DataFrame, pd.Series, np.ndarray)) and answer.size == 1:
        return np.asarray(answer).reshape(-1)[0]
    if isinstance(answer, (list, tuple, set)) and len(answer) == 1:
        return next(iter(answer))
    return answer


def _word(answer: object, task: Task) -> Read:
    answer = _one(answer)
    if not isinstance(answer, str):
        return Read(code="want_letter", fields={"kind": kind(answer)})
    plain = unicodedata.normalize("NFKC", answer).strip().upper()
    letters = [str(c) for c in ("ABCDE" if task.table is not None else "")]
    if plain not in letters:
        return Read(code="no_letter", fields={"answer": answer[:20]})
    return Read(plain)


def _number(answer: object, task: Task) -> Read:
    answer = _one(answer)
    if isinstance(answer, str):
        if answer != unicodedata.normalize("NFKC", answer) and re.search(r"[０-９．％]", answer):
            return Read(code="full_width", fields={"plain": unicodedata.normalize("NFKC", answer).strip()})
        if _NUMBER.fullmatch(answer):
            return Read(code="number_as_text", fields={"plain": answer.strip().rstrip("%").strip()})
        name = ground.any_name().get(answer.strip())
        return Read(code="name_for_number" if name else "text_for_number", fields={"answer": answer[:20]})
    if isinstance(answer, (bool, np.bool_)):
        return Read(code="wrong_type", fields={"kind": kind(answer)})
    if isinstance(answer, (pd.DataFrame, pd.Series, np.ndarray, list, tuple, set, dict)):
        return Read(code="many_numbers", fields={"kind": kind(answer), "n": len(answer)})
    try:
        value = float(answer)
    except (TypeError, ValueError):
        return Read(code="wrong_type", fields={"kind": kind(answer)})
    if not math.isfinite(value):
        return Read(code="no_number")
    return Read(value)


def kind(value: object) -> str:
    """Return what a value is called in Python."""
    return type(value).__name__
