"""A chapter as a notebook: read from its text, run side by side with others, exported for a student."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat
import yaml

from bluebook.words import BadInput

_EDITION_TEXT = re.compile(r"^% edition-text: ([\w-]+)[ \t]*$", re.M)
KNOWN = "pages.json"
GLUE = "application/papermill.record/text/plain"


class CellFailure(RuntimeError):
    """A cell that raised: ``chapter``, ``cell`` (from 1), ``source`` (its first line) and ``error``."""

    def __init__(self, chapter: str, cell: int, source: str, error: str) -> None:
        self.chapter, self.cell, self.source, self.error = chapter, cell, source, error
        super().__init__(f"{chapter} · cell {cell} · {source}\n    {error}")


def pages(book: Path) -> list[str]:
    """Return the pages of a book's ``_toc.yml`` in their order, without endings ("report/growth")."""
    toc = yaml.safe_load((book / "_toc.yml").read_text("utf-8"))
    found = [toc["root"]]

    def walk(node: object) -> None:
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "file" in node:
                found.append(node["file"])
            for key in ("parts", "chapters", "sections"):
                walk(node.get(key))

    walk({k: v for k, v in toc.items() if k != "root"})
    return found


def read(path: Path) -> nbformat.NotebookNode | None:
    """Read a text notebook; None where the page holds no code."""
    from myst_nb.core.config import NbParserConfig
    from myst_nb.core.read import create_nb_reader
    from myst_parser.config.main import MdParserConfig

    text = expand(path.read_text("utf-8"), path)
    reader = create_nb_reader(str(path), MdParserConfig(), NbParserConfig(), text)
    return None if reader is None else reader.read(text)


def expand(text: str, path: Path) -> str:
    """Put in what only the current edition has to say.

    A chapter that recurs each year holds a line ``% edition-text: index-results``; what stands in
    ``data/editions/<year>/index-results.md`` (``.en.md`` for the English book) takes its place, or nothing.
    """
    if "% edition-text:" not in text:
        return text
    from bluebook import editions

    folder = editions.data_root() / "editions" / str(editions.current_year())
    english = any(p.name == "en" and (p.parent / "data").is_dir() for p in path.parents)
    ending = ".en.md" if english else ".md"

    def fill(match: re.Match[str]) -> str:
        source = folder / (match.group(1) + ending)
        return source.read_text("utf-8") if source.exists() else ""

    return _EDITION_TEXT.sub(fill, text)


# --- running ---------------------------------------------------------------------------------------------


def cache_key(root: Path, lang: str) -> str:
    """Return a hash of everything that a cell's result depends on besides the cell itself.

    jupyter-cache compares code cells only: without this a changed score would leave every page as it was.
    """
    digest = hashlib.sha256(f"{lang} {sys.version_info[:2]}".encode())
    package = Path(__file__).resolve().parents[1]
    skip = {package / "cli.py", package / "bench.py", package / "__main__.py"}
    code = [p for p in package.rglob("*.py") if package / "site" not in p.parents and p not in skip]
    data = [p for p in (root / "data").rglob("*") if p.is_file()]
    for path in [*sorted(code), *sorted(data), root / "requirements.txt"]:
        if path.exists():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def environment(root: Path, lang: str) -> dict[str, str]:
    """Return the environment in which a chapter's kernel runs."""
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    return {
        **os.environ, "BLUEBOOK_BUILD": "1", "BLUEBOOK_LANG": lang, "BLUEBOOK_DATA": str(root / "data"),
        "PYTHONPATH": path, "PYDEVD_DISABLE_FILE_VALIDATION": "1", "PYTHONUTF8": "1",
    }  # fmt: skip


def run(notebook: nbformat.NotebookNode, chapter: str, folder: Path, env: dict[str, str]) -> None:
    """Execute in place with nbclient. Raises CellFailure with chapter, cell and error."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    # With its times recorded, no notebook would ever match the cache.
    client = NotebookClient(
        notebook,
        timeout=300,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    try:
        client.execute(env=env)
    except (CellExecutionError, DeadKernelError) as problem:
        code = [c for c in notebook.cells if c.cell_type == "code"]
        for number, cell in enumerate(code, 1):
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    first = cell.source.strip().splitlines()[0] if cell.source.strip() else ""
                    raise CellFailure(chapter, number, first, f"{output.ename}: {output.evalue}") from None
        raise CellFailure(chapter, 0, "", str(problem).strip().splitlines()[-1]) from None


def run_all(
    book: Path, root: Path, cache_path: Path, lang: str, progress: Callable[[int, int, str], None]
) -> tuple[int, list[CellFailure]]:
    """Run every chapter that the cache does not hold, as many at once as there are cores.

    ``progress(done, total, chapter)`` is called after each. Returns how many ran, and the failures.
    """
    from jupyter_cache import get_cache
    from jupyter_cache.base import CacheBundleIn

    cache = get_cache(str(cache_path))
    todo, known, texts = [], _known_pages(cache_path), {}
    for page in pages(book):
        path = book / f"{page}.md"
        texts[page] = text_hash(path)
        if known.get(page) == texts[page]:
            continue  # this very text was found in the cache before; parsing it again takes longer than all else
        notebook = read(path) if path.exists() else None
        if notebook is None or not any(c.cell_type == "code" for c in notebook.cells):
            continue
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            todo.append((page, path, notebook))
    env, failures = environment(root, lang), []
    if todo:
        progress(0, len(todo), "")
    with ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
        jobs = {pool.submit(run, nb, page, path.parent, env): (page, path, nb) for page, path, nb in todo}
        for done, job in enumerate(as_completed(jobs), 1):
            page, path, notebook = jobs[job]
            try:
                job.result()
            except CellFailure as failure:
                failures.append(failure)
            else:
                bundle = CacheBundleIn(notebook, str(path.resolve()), data={"execution_seconds": 0})
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
            progress(done, len(todo), page)
    if not failures:
        (cache_path / KNOWN).write_text(json.dumps(texts), "utf-8")
    return len(todo), failures


def _known_pages(cache_path: Path) -> dict[str, str]:
    """Return page → hash of the text whose cells the cache is known to hold."""
    told = cache_path / KNOWN
    return json.loads(told.read_text("utf-8")) if told.exists() else {}


def text_hash(path: Path) -> str:
    """Return a hash of a page's text, the edition's own part included."""
    text = expand(path.read_text("utf-8"), path) if path.exists() else ""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def executed(path: Path, cache_path: Path) -> nbformat.NotebookNode | None:
    """Return the page's notebook with the outputs that the cache holds, or None where it holds none."""
    from jupyter_cache import get_cache

    notebook = read(path)
    if notebook is None:
        return None
    try:
        return get_cache(str(cache_path)).merge_match_into_notebook(notebook)[1]
    except KeyError:
        return None


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
    "note": ("注", "Note"), "tip": ("提示", "Tip"), "warning": ("注意", "Warning"), "important": ("重要", "Important"),
    "seealso": ("参见", "See also"), "caution": ("小心", "Caution"), "admonition": ("", ""), "dropdown": ("", ""),
    "card": ("", ""), "grid-item-card": ("", ""), "epigraph": ("", ""), "margin": ("", ""), "hint": ("提示", "Hint"),
}  # fmt: skip
_SILENT = {"contents", "tableofcontents", "raw", "only", "index"}


def export(notebook: nbformat.NotebookNode, fig: Callable[[str], str], lang: str) -> nbformat.NotebookNode:
    """Return a notebook for any Jupyter: plain Markdown, no role or directive left, no outputs.

    ``notebook`` is executed: its glued values fill the text. ``fig(id)`` gives a quoted figure's text.
    Raises BadInput for a role or directive that this function does not know, rather than leave it raw.
    """
    values = glued(notebook)
    plain = nbformat.v4.new_notebook()
    plain.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    plain.metadata.language_info = {"name": "python"}
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            text = plain_markdown(cell.source, values, fig, lang).strip()
            if text:
                plain.cells.append(nbformat.v4.new_markdown_cell(text, id=f"text-{number}"))
        elif cell.cell_type == "code":
            new = nbformat.v4.new_code_cell(cell.source, id=f"code-{number}")
            if "hide-input" in cell.metadata.get("tags", []):
                new.metadata.jupyter = {"source_hidden": False}
            plain.cells.append(new)
    return plain


def glued(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Return name → text of the values that an executed notebook glued."""
    values = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            record = output.get("metadata", {}).get("scrapbook")
            if record and GLUE in output.get("data", {}):
                values[record["name"]] = str(output["data"][GLUE])
    return values


def plain_markdown(text: str, values: dict[str, str], fig: Callable[[str], str], lang: str) -> str:
    """Turn MyST into Markdown that every notebook viewer reads."""
    text = _LABEL.sub("", text)
    for _ in range(6):  # fences nest; each pass opens one layer
        opened = _FENCE.sub(lambda m: _fence(m, lang), text)
        if opened == text:
            break
        text = opened
    text = _LINK.sub(
        lambda m: f"{m.group('page')}.ipynb" if not m.group("page").startswith("#") else m.group(0), text
    )
    text = _ROLE.sub(lambda m: _role(m.group("name"), m.group("text"), values, fig), text)
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


def _role(name: str, text: str, values: dict[str, str], fig: Callable[[str], str]) -> str:
    if name == "fig":
        return fig(text)
    if name in {"glue:text", "glue"}:
        key, _, pattern = text.partition(":")
        if key not in values:
            raise BadInput(
                f"导出笔记本：没有名为 {key!r} 的数", f"notebook export: nothing is glued as {key!r}"
            )
        return format(float(values[key]), pattern) if pattern else values[key]
    if name == "kit":
        return text
    titled = _TITLED.match(text)
    shown, target = (titled["text"], titled["target"]) if titled else (text, text)
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


# --- the student's kit -----------------------------------------------------------------------------------


def wheel(root: Path, cache: Path) -> Path:
    """Build the package's wheel with setuptools, once for each state of the package; return its path."""
    import shutil
    import subprocess
    import tempfile

    digest = hashlib.sha256((root / "pyproject.toml").read_bytes())
    for path in sorted((root / "bluebook").rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    folder = cache / "wheel" / digest.hexdigest()[:16]
    if not list(folder.glob("*.whl")):
        with tempfile.TemporaryDirectory() as scratch:
            here = Path(scratch) / "src"
            here.mkdir()
            for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
                if (root / name).exists():
                    shutil.copy(root / name, here / name)
            shutil.copytree(
                root / "bluebook", here / "bluebook", ignore=shutil.ignore_patterns("__pycache__")
            )
            code = "import sys; from setuptools import build_meta as b; b.build_wheel(sys.argv[1])"
            out = Path(scratch) / "out"
            out.mkdir()
            done = subprocess.run(
                [sys.executable, "-c", code, str(out)], cwd=here, capture_output=True, text=True, encoding="utf-8",
                env={**os.environ, "SOURCE_DATE_EPOCH": "1656892800"},
            )  # fmt: skip
            if done.returncode:
                raise RuntimeError(done.stderr.strip()[-800:])
            folder.mkdir(parents=True, exist_ok=True)
            for built in out.glob("*.whl"):
                shutil.move(str(built), folder / built.name)
    return next(folder.glob("*.whl"))


def kit(root: Path, exported: dict[str, Path], target: Path, cache: Path, lang: str) -> None:
    """Write the zip from which a student re-runs everything: notebooks, data, the wheel and a small lock."""
    built = wheel(root, cache)
    prefix = "" if lang == "zh" else "en/"
    lock = (root / "requirements-kit.txt").read_text("utf-8")
    files = {f"{prefix}{page}.ipynb": path.read_bytes() for page, path in exported.items()}
    files[built.name] = built.read_bytes()
    files["requirements.txt"] = f"./{built.name}\n{lock}".encode()
    files["README.md"] = _KIT_README[lang].encode("utf-8")
    for name in (
        "LICENSE",
        "LICENSE-CONTENT",
        "NOTICE",
        "assets/weights.js",
    ):  # the script goes into a notebook's sliders
        if (root / name).exists():
            files[name] = (root / name).read_bytes()
    for path in sorted((root / "data").rglob("*")):
        if path.is_file():
            files[path.relative_to(root).as_posix()] = path.read_bytes()
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            # A fixed date: the same book gives the same zip, byte for byte.
            archive.writestr(zipfile.ZipInfo(name, (2022, 7, 4, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    partial.replace(target)


_KIT_README = {
    "zh": """# 把这本书重新算一遍

1. 装 Python 3.11 或更新的版本，解压到一个新文件夹，在里面打开终端。
2. `python -m venv .venv`，然后 `.venv/bin/pip install -r requirements.txt`（Windows：`.venv\\Scripts\\pip install -r requirements.txt`）。
3. 用 VS Code 打开 `chapters/` 里的任何一章，或者 `pip install jupyterlab` 之后运行 `jupyter lab`。

`data/` 里是全书用到的每一张表。改一个数，再运行那一章，看看什么变了。
""",
    "en": """# Run this book again

1. Install Python 3.11 or newer, unzip into a new folder and open a terminal there.
2. `python -m venv .venv`, then `.venv/bin/pip install -r requirements.txt` (Windows: `.venv\\Scripts\\pip install -r requirements.txt`).
3. Open any chapter with VS Code, or `pip install jupyterlab` and run `jupyter lab`.

`data/` holds every table that the book uses. Change a number, run the chapter again and see what changes.
""",
}


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


def digest(root: Path, key: str) -> str:
    """Return a hash of ``key`` and of everything else that an exported notebook and the kit depend on."""
    total = hashlib.sha256(key.encode("utf-8"))
    for path in [
        *sorted((root / "bluebook").rglob("*.py")),
        root / "requirements-kit.txt",
        root / "pyproject.toml",
        *(root / "assets").glob("weights.js"),
    ]:
        total.update(path.read_bytes())
    return total.hexdigest()
