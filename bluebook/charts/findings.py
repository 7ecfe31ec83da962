"""Sentences that hold only as long as the data hold them, and the numbers that prose takes from the cells.

In the build a sentence that the data no longer hold stops it. Anywhere else (JupyterLab, VS Code) it is said,
and the notebook goes on: a student who changes a number is to see what it does to everything.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from bluebook.messages import building, t


@dataclass
class Session:
    """What a notebook has said: the glued values by name, the sentences that do not hold, with numbers."""

    glued: dict[str, object] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


session = Session()


class FindingError(AssertionError):
    """A sentence of the book that its data no longer support."""


def finding(text: str, *, holds: bool, **numbers: object) -> str:
    """Return ``text`` with its ``{name}`` fields filled from ``numbers``, as long as the data hold it.

    Where they do not: in the build, raises :class:`FindingError` with the sentence and the numbers; elsewhere
    says so and returns the sentence marked as no longer true.

    >>> bb.finding("高出 {gap:.1f} 分", holds=2.04 > 0, gap=2.04)
    '高出 2.0 分'
    """
    told = text.format(**numbers)
    if _is(holds):
        return told
    told = gaps(told)
    _stands(told, holds, numbers)
    return t(f"〔数据不再支持〕{told}", f"[no longer true] {told}")


def holds(words: str, true: bool, **numbers: object) -> None:
    """Watch over a sentence of the prose: ``words`` quotes it as it stands in the text below the cell.

    ``numbers`` are shown when the data no longer hold it. Then: in the build, raises :class:`FindingError`;
    elsewhere says so, goes on, and the paragraph marks the words.

    >>> bb.holds("河南其实快", 6.0 > 5.0)
    """
    session.broken.pop(words, None)
    if not _stands(words, true, numbers):
        session.broken[words] = _shown(numbers)


def first_finding(*choices: tuple[str, bool], **numbers: object) -> str:
    """Return the first sentence that the data hold: for chapters that recur with another year's data.

    ``choices`` are (text, holds) pairs. Where none holds, as `finding`, errors included.

    >>> bb.first_finding(("只有{n}个", False), ("有 {n} 个", True), n=3)
    '有 3 个'
    """
    for text, true in choices:
        if _is(true):
            return text.format(**numbers)
    return finding(choices[-1][0], holds=False, **numbers)


def _is(true: object) -> bool:
    """Return the truth of a comparison; one that a missing number leaves open is not true."""
    try:
        return bool(true)
    except TypeError:  # pandas.NA
        return False


def gaps(text: str) -> str:
    """Return a text with a dash for every number in it that is missing, as it would be told to a reader.

    >>> gaps("nan–nan 亿元")
    '—–— 亿元'
    """
    return re.sub(r"(?<![A-Za-z])(nan|<NA>|NaT)(?![A-Za-z])", "—", text)


def _shown(numbers: dict[str, object]) -> str:
    return gaps("，".join(f"{name} = {value}" for name, value in numbers.items()))


def _stands(told: str, true: object, numbers: dict[str, object]) -> bool:
    if _is(true):
        return True
    shown = _shown(numbers)
    message = t(f"数据不再支持这句话：“{told}”。", f"The data no longer hold this sentence: “{told}”. ")
    message += t(f"现在的数字：{shown}。", f"The numbers now: {shown}. ") * bool(shown)
    if building():
        raise FindingError(message + t("改写这句话，或核对数据。", "Reword it, or check the data."))
    print(f"⚠ {message}")
    return False


def _evaluates(text: str) -> bool:
    """Whether MyST-NB, which evaluates a glued text where it can, would print it otherwise ("1,234")."""
    try:
        return str(ast.literal_eval(text)) != text
    except (ValueError, SyntaxError):
        return False


def glue(**values: object) -> None:
    """Give numbers and words their names, so that prose says ``{glue:text}`name:.1f```, never a typed figure.

    Speaks MyST-NB's output protocol without importing it; outside the build it prints names and values. A
    number that is missing would stand as “nan” in a sentence: in the build it raises ValueError, elsewhere it
    is a gap. Raises ValueError for a text that reads as a number or another Python value.

    >>> bb.glue(gap=1.84)
    gap = 1.84
    """
    from IPython.display import display

    prefix = "application/papermill.record/"
    for name, value in values.items():
        plain = value.item() if hasattr(value, "item") else value
        if isinstance(plain, str) and _evaluates(plain):
            zh = f"“{name}”的文字 {plain!r} 会被当作 Python 的值，印成别的样子；请交一个数"
            en = f"{name!r}: the text {plain!r} would print otherwise, as a Python value; give a number"
            raise ValueError(t(zh, en))
        session.glued[name] = plain
        if not building():
            print(f"{name} = {plain:.6g}" if isinstance(plain, float) else f"{name} = {plain}")
            continue
        if not isinstance(plain, str) and plain != plain:
            raise ValueError(t(f"“{name}”没有数值，不能写进正文", f"{name!r} has no value to put into prose"))
        # MyST-NB formats a string only if it stands there without quotes.
        text = plain if isinstance(plain, str) else repr(plain)
        record = {"scrapbook": {"name": name, "mime_prefix": prefix}}
        display({prefix + "text/plain": text}, metadata=record, raw=True)
