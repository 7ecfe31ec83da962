"""A chapter as a notebook: read from its text, and exported for a student."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path

import nbformat

from bluebook.charts.prose import LIVE, rendered, said
from bluebook.messages import BadInput
from bluebook.year.chapters import EDITION_TEXT
from bluebook.year.contents import pages as pages  # the site asks for them by this room

GLUE = "application/papermill.record/text/plain"


def read(path: Path) -> nbformat.NotebookNode | None:
    """Read a text notebook; None where the page holds no code."""
    from myst_nb.core.config import NbParserConfig
    from myst_nb.core.read import create_nb_reader
    from myst_parser.config.main import MdParserConfig

    text = expand(path.read_text("utf-8"), path)
    reader = create_nb_reader(str(path), MdParserConfig(), NbParserConfig(), text)
    return None if reader is None else reader.read(text)


def edition_texts(text: str, path: Path) -> list[Path]:
    """Return the files of the current edition's own text that a page puts in, there or not."""
    from bluebook.data.edition import current_year
    from bluebook.data.schema import data_root

    names = EDITION_TEXT.findall(text)
    if not names:
        return []
    folder = data_root() / "editions" / str(current_year())
    english = any(p.name == "en" and (p.parent / "data").is_dir() for p in path.parents)
    ending = ".en.md" if english else ".md"
    return [folder / (name + ending) for name in names]


def expand(text: str, path: Path) -> str:
    """Put in what only the current edition has to say.

    A chapter that recurs each year holds a line ``% edition-text: index-results``; what stands in
    ``data/editions/<year>/index-results.md`` (``.en.md`` for the English book) takes its place, or nothing.
    Of cases between ``% if:`` and ``% end`` those stay that the edition meets (`bluebook.data.traits`).
    """
    from bluebook.data.traits import chosen

    found = iter(edition_texts(text, path))

    def fill(match: re.Match[str]) -> str:
        source = next(found)
        return source.read_text("utf-8") if source.exists() else ""

    return chosen(EDITION_TEXT.sub(fill, text))


_CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?P<body>.*?)^```[ \t]*$", re.M | re.S)


def code_cells(path: Path) -> list[str]:
    """Return the code cells of a text notebook, options included, the edition's own text put in."""
    return [m.group("body") for m in _CELL.finditer(expand(path.read_text("utf-8"), path))]


def text_hash(path: Path) -> str:
    """Return a hash of a page's text, the edition's own part included."""
    text = expand(path.read_text("utf-8"), path) if path.exists() else ""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


# --- exporting -------------------------------------------------------------------------------------------

_FENCE = re.compile(
    r"^(?P<mark>:{3,}|`{3,})\{(?P<name>[\w:-]+)\}[ \t]*(?P<title>[^\n]*)\n(?P<body>.*?)^(?P=mark)[ \t]*$\n?",
    re.M | re.S,
)
_OPTIONS = re.compile(r"\A(?:---\n.*?\n---\n|(?::[\w-]+:[^\n]*\n)+)", re.S)
_ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}`(?P<text>[^`]+)`")
_LABEL = re.compile(r"^\([\w:.-]+\)=[ \t]*\n", re.M)
_LINK = re.compile(r"(?<=\]\()(?!https?:)(?P<page>[\w./-]+?)(?:\.md)?(?P<anchor>#[\w.-]+)?(?=\))")
_TITLED = re.compile(r"^(?P<text>.*?)\s*<(?P<target>[^>]+)>$", re.S)
_NAMES = {
    "note": ("注", "Note"),
    "tip": ("提示", "Tip"),
    "hint": ("提示", "Hint"),
    "warning": ("注意", "Warning"),
    "important": ("重要", "Important"),
    "seealso": ("参见", "See also"),
    "caution": ("小心", "Caution"),
    **dict.fromkeys(("admonition", "dropdown", "card", "grid-item-card", "epigraph", "margin"), ("", "")),
}
_GUARD = re.compile(r'bb\.holds\(\s*"([^"]+)"')
_SILENT = {"contents", "tableofcontents", "raw", "only", "index", "minute"}
_KEYS = re.compile(r"^:::\{keys\}[ \t]*\n(.*?)^:::[ \t]*$\n?", re.M | re.S)
_KEYS_TITLE = {"zh": "## 这一章的要点", "en": "## This chapter in short"}


def export(notebook: nbformat.NotebookNode, quoted: Callable[[str], str], lang: str) -> nbformat.NotebookNode:
    """Return a notebook for any Jupyter: plain Markdown, no role or directive left, and prose that is live.

    ``notebook`` is executed: its glued values fill the text. ``quoted(id)`` gives a quoted figure's text. A
    paragraph that holds either, or words that `bb.holds` watches over, is a cell whose source is folded away
    and whose output is the paragraph, so that after a change and another run it says the new number and marks
    what is no longer true. Raises BadInput for a role or directive that this function does not know, rather
    than leave it raw.
    """
    values = glued(notebook)
    plain = nbformat.v4.new_notebook()
    plain.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    plain.metadata.language_info = {"name": "python"}
    watched = {words for cell in notebook.cells for words in _GUARD.findall(cell.source)}
    ready = False  # whether a cell above has imported the package
    cells = keys_last(notebook.cells, lang)
    for number, cell in enumerate(cells):
        if cell.cell_type == "code":
            plain.cells.append(nbformat.v4.new_code_cell(cell.source, id=f"code-{number}"))
            ready = ready or "import bluebook as bb" in cell.source
        elif cell.cell_type == "markdown":
            for part, (live, text) in enumerate(pieces(plain_markdown(cell.source, lang), watched)):
                name = f"text-{number}-{part}"
                if live:
                    shown = rendered(text, values, {}, quoted)
                    plain.cells.append(_live(text, shown, name, ready, lang))
                else:
                    plain.cells.append(nbformat.v4.new_markdown_cell(text, id=name))
    return plain


def keys_last(cells: list[nbformat.NotebookNode], lang: str) -> list[nbformat.NotebookNode]:
    """Return the cells with a chapter's key sentences at the end: a run has their numbers by then."""
    keys = [m.group(1) for c in cells if c.cell_type == "markdown" for m in _KEYS.finditer(c.source)]
    if not keys:
        return cells
    kept = [
        nbformat.v4.new_markdown_cell(_KEYS.sub("", c.source)) if c.cell_type == "markdown" else c
        for c in cells
    ]
    return [*kept, nbformat.v4.new_markdown_cell("\n\n".join([_KEYS_TITLE[lang], *keys]))]


_FOLDED = {
    "zh": "# 下面这一段：数来自上面的单元格",
    "en": "# The text below: its numbers are those of the cells above",
}


def _live(text: str, shown: str, name: str, ready: bool, lang: str) -> nbformat.NotebookNode:
    """Return the cell of a paragraph with numbers, its output as it stands in the book.

    Of a folded source JupyterLab still shows the first line: it says what the cell is.
    """
    source = f"{_FOLDED[lang]}\n" + ("" if ready else "import bluebook as bb\n\n")
    cell = nbformat.v4.new_code_cell(f'{source}bb.prose(r"""\n{text}\n""")', id=name)
    cell.metadata = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    data = {"text/markdown": shown, "text/plain": shown}
    cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=None)]
    return cell


def pieces(text: str, watched: Iterable[str] = ()) -> Iterable[tuple[bool, str]]:
    """Split Markdown at its empty lines into runs of blocks that may change (True) and others: they hold
    numbers, or, headings apart, ``watched`` words."""
    blocks = [b for b in re.split(r"\n{2,}", text.strip()) if b.strip()]
    words = [said(one) for one in watched]

    def live(block: str) -> bool:
        watches = not block.startswith("#") and any(one.search(block) for one in words)
        return bool(LIVE.search(block)) or watches

    for changes, run in groupby(blocks, key=live):
        yield changes, "\n\n".join(run)


def glued(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Return name → text of the values that an executed notebook glued."""
    values = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            record = output.get("metadata", {}).get("scrapbook")
            if record and GLUE in output.get("data", {}):
                values[record["name"]] = str(output["data"][GLUE])
    return values


def plain_markdown(text: str, lang: str) -> str:
    """Turn MyST into Markdown that every viewer reads; the roles of numbers stay, for `rendered` to fill."""
    text = _LABEL.sub("", text)
    for _ in range(6):  # fences nest; each pass opens one layer
        opened = _FENCE.sub(lambda m: _fence(m, lang), text)
        if opened == text:
            break
        text = opened
    text = _LINK.sub(
        lambda m: f"{m.group('page')}.ipynb" if not m.group("page").startswith("#") else m.group(0), text
    )
    text = _ROLE.sub(lambda m: _role(m.group("name"), m.group("text")), text)
    return re.sub(r"^\+\+\+.*$\n?", "", text, flags=re.M)


def _fence(match: re.Match[str], lang: str) -> str:
    name, title, body = match.group("name"), match.group("title").strip(), match.group("body")
    body = _OPTIONS.sub("", body).strip("\n")
    if name in _SILENT:
        return ""
    if name == "math":
        return f"$$\n{body}\n$$\n"
    if name in {"code-block", "code"}:
        return f"```{title}\n{body}\n```\n"
    if name in {"grid", "tab-set", "tab-item", "container", "div"}:
        return f"{body}\n"
    if name in {"figure", "image"}:
        return f"![{body.splitlines()[0] if body else ''}]({title})\n"
    if name in _NAMES:
        word = _NAMES[name][lang == "en"]
        head = f"**{title or word}**" if title or word else ""
        lines = ([head, ""] if head else []) + body.splitlines()
        return "\n".join(f"> {line}".rstrip() for line in lines) + "\n"
    raise BadInput(
        f"导出笔记本：不认识的指令 {{{name}}}；请在 notebooks.py 里说明它怎样变成普通 Markdown",
        f"notebook export: unknown directive {{{name}}}; say in notebooks.py how it becomes plain Markdown",
    )


def _role(name: str, text: str) -> str:
    if name in {"fig", "glue:text"}:
        return f"{{{name}}}`{text}`"
    if name == "kit":
        return text
    titled = _TITLED.match(text)
    shown, target = (titled["text"], titled["target"]) if titled else (text, text)
    if name == "proof":
        return shown
    if name == "doc":
        return f"[{shown}]({target}.ipynb)" if titled else f"[{Path(target).name}]({target}.ipynb)"
    if name in {"ref", "numref", "term", "abbr", "download", "kbd", "sub-ref"}:
        return shown
    if name == "math":
        return f"${text}$"
    raise BadInput(
        f"导出笔记本：不认识的角色 {{{name}}}；请在 notebooks.py 里说明它怎样变成普通 Markdown",
        f"notebook export: unknown role {{{name}}}; say in notebooks.py how it becomes plain Markdown",
    )


def save(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write a notebook, only if it differs: an unchanged page keeps its file."""
    text = nbformat.writes(notebook)
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")


def raw_marks(notebook: nbformat.NotebookNode) -> Iterable[str]:
    """Yield every role or directive still standing raw in a notebook's text (there should be none)."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            without_code = re.sub(r"```.*?```|``.*?``", "", cell.source, flags=re.S)
            yield from re.findall(
                r"\{[\w:-]+\}`[^`]*`|^:{3,}.*$|^`{3,}\{.*$|^\([\w:.-]+\)=", without_code, re.M
            )
