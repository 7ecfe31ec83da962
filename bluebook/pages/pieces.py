"""What the pages share: HTML that a cell shows, a table to search and filter, the chapters' titles."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape, unescape
from pathlib import Path

from bluebook.data import schema
from bluebook.ledger.wording import VERDICT_MARKS
from bluebook.messages import language, t

TITLE = re.compile(r"^(?:\([\w-]+\)=\n)?# (.+)$", re.M)


class Pieces:
    """HTML that a cell shows."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_html_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        """Return the words alone, for a terminal; an address would differ from run to run."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.text)).split())


def mark(verdict: str) -> str:
    """Return a verdict's mark, one character in a frame, as HTML: it tells verdicts apart without colour."""
    return f'<b class="bb-mark" data-verdict="{verdict}" aria-hidden="true">{VERDICT_MARKS[verdict]}</b>'


def nothing() -> Pieces:
    """Return what stands where an edition has nothing to list."""
    return Pieces(f"<p>{t('这一版没有要列出的。', 'Nothing to list for this edition.')}</p>")


def chapter_titles() -> dict[str, str]:
    """Return chapter → its own title in the page's language, as it stands at its head."""
    home = _chapters()
    paths = sorted([*home.rglob("*.md"), *home.rglob("*.ipynb")])  # a student has notebooks
    titles = {path.relative_to(home).with_suffix("").as_posix(): _title(path) for path in paths}
    return {chapter: title for chapter, title in titles.items() if title}


def link_to(chapter: str) -> str:
    """Return a link from the front page to a chapter, by its title, as HTML; "" where there is no chapter."""
    for ending, page in ((".md", ".html"), (".ipynb", ".ipynb")):
        path = _chapters() / f"{chapter}{ending}"
        if path.is_file() and (title := _title(path)):
            return f'<a href="chapters/{escape(chapter + page)}">{escape(title)}</a>'
    return ""


def _chapters() -> Path:
    root = schema.data_root().parent
    own = root / "en" / "chapters"
    return own if language() == "en" and own.is_dir() else root / "chapters"


def _title(path: Path) -> str:
    found = TITLE.search(_head(path))
    return found[1].strip() if found else ""


def _head(path: Path) -> str:
    """Return a chapter's text, of a notebook its first cells."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        return text
    try:
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"][:2])
    except (ValueError, KeyError, TypeError):  # a student's own, half written
        return ""


def title_of(chapter: str, titles: Mapping[str, str], *, short: bool = False) -> str:
    """Return a chapter's title, ``short``: up to its colon; of one that is gone the end of its path."""
    title = titles.get(chapter) or chapter.rsplit("/", 1)[-1]
    return re.split("[：:]", title)[0] if short else title


def sentence(text: str) -> str:
    """Return a description as a sentence of the page's language."""
    text = text.strip().rstrip("。.")
    return f"{text}。" if language() == "zh" else f"{text[:1].upper()}{text[1:]}."


def searched(
    heads: Sequence[str],
    rows: Iterable[str] | Mapping[str, Sequence[str]],
    filters: Mapping[str, tuple[str, Sequence[tuple[str, str]]]],
    pattern: str,
) -> str:
    """Return a table with a search and filters above it; without JavaScript it is a plain table.

    ``rows``: finished ``<tr>`` elements, or groups of them by a heading (HTML): each group is folded, and
    opens by its heading, by a link to one of its rows, or by a search that finds few; ``filters``: attribute
    (``data-…``) → what it is called and its values with their names; ``pattern``: how many rows are shown, in
    words with ``{n}`` and ``{all}``.
    """
    every = f'<option value="">{t("全部", "All")}</option>'
    controls = []
    for key, (label, values) in filters.items():
        options = "".join(f'<option value="{escape(v)}">{escape(n)}</option>' for v, n in values)
        picker = f'<select data-filter="{escape(key)}">{every}{options}</select>'
        controls.append(f"<label>{escape(label)} {picker}</label>")
    find = '<input type="search" data-filter="text" autocomplete="off">'
    controls.append(f"<label>{t('查找', 'Find')} {find}</label>")
    controls.append(f'<output class="bb-count" data-pattern="{escape(pattern)}"></output>')
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in heads)

    def listed(some: Iterable[str]) -> str:
        body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(some)}</tbody>"
        return f'<table class="bb-ledger">{body}</table>'

    shown = (
        "".join(
            f'<details class="bb-rows"><summary><span>{name}</span> '
            f'<span class="bb-rows-n">{len(some)}</span></summary>{listed(some)}</details>'
            for name, some in rows.items()
        )
        if isinstance(rows, Mapping)
        else listed(rows)
    )
    return f'<div class="bb-filters" hidden>{"".join(controls)}</div>{shown}'
