"""Chapters run side by side, each again only when its own cells changed or something that they read.

A run is kept as two files: the executed notebook, and what it stood on (the cells, every file read with its
hash, every folder listed with its names). A chapter whose record still holds is not run again, whoever asks.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

import nbformat

from bluebook.site import notebooks

if TYPE_CHECKING:
    from nbclient import NotebookClient

# A chapter begins with no names, in its own folder, and with nothing of the package loaded.
BEFORE = "get_ipython().reset(); from bluebook import reads as _reads; _reads.begin({home!r})"
KEPT = 4  # records a page: switching back and forth between a few states stays fast


class CellFailure(RuntimeError):
    """A cell that raised: its chapter, its number (from 1), its first line and the error."""

    def __init__(self, chapter: str, cell: int, source: str, error: str) -> None:
        super().__init__(f"{chapter} · cell {cell} · {source}\n    {error}")
        self.chapter, self.cell, self.source, self.error = chapter, cell, source, error


class Stale(NamedTuple):
    """A chapter to run, and why: "new", "cells", or the path that changed."""

    page: str
    notebook: nbformat.NotebookNode
    why: str


class Runs:
    """The runs of one language's book: ``root`` holds data and package, ``book`` the chapters."""

    def __init__(self, root: Path, book: Path, lang: str) -> None:
        self.root, self.book, self.lang = root, book, lang
        self.folder = root / "_build" / ".cache" / "runs" / lang

    def environment(self) -> dict[str, str]:
        """Return the environment in which a chapter's kernel runs."""
        path = os.pathsep.join(filter(None, [str(self.root), os.environ.get("PYTHONPATH")]))
        return {
            **os.environ,
            "BLUEBOOK_BUILD": "1",
            "BLUEBOOK_LANG": self.lang,
            "BLUEBOOK_DATA": str(self.root / "data"),
            "PYTHONPATH": path,
            "PYTHONUTF8": "1",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }

    # ------------------------------------------------------------ what is known

    def cells(self, page: str) -> str:
        """Return a hash of a page's code cells and of the libraries that run them; "" where it has none."""
        path = self.book / f"{page}.md"
        code = notebooks.code_cells(path) if path.exists() else []
        if not code:
            return ""
        lock = self.root / "requirements.txt"
        libraries = lock.read_bytes() if lock.exists() else b""
        digest = hashlib.sha256(libraries + f"{self.lang} {sys.version_info[:2]}".encode())
        for source in code:
            digest.update(source.encode() + b"\0")
        return digest.hexdigest()

    def look(self, page: str) -> tuple[str | None, str]:
        """Return the key of the page's run that still holds, else None and why: "new", "cells" or a path."""
        reason, cells = "new", self.cells(page)
        records = sorted(self._home(page).glob("*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        for path in records:
            record = json.loads(path.read_text("utf-8"))
            if record["cells"] != cells:
                reason = "cells" if reason == "new" else reason
                continue
            changed = next((p for p, was in record["read"].items() if self._now(p) != was), None)
            if changed is None and path.with_suffix(".ipynb").exists():
                return path.stem, ""
            reason = changed or reason
        return None, reason

    def executed(self, page: str) -> nbformat.NotebookNode | None:
        """Return the page's notebook with the outputs of the run that holds, or None where none does."""
        key, _ = self.look(page)
        if key is None:
            return None
        kept = nbformat.read(self._home(page) / f"{key}.ipynb", as_version=4)
        notebook = notebooks.read(self.book / f"{page}.md")
        fill(notebook, kept)
        return notebook

    def glued(self, page: str) -> dict[str, str]:
        """Return name → text of what a page glued when it was last run; empty where it never was."""
        key, _ = self.look(page)
        kept = sorted(self._home(page).glob("*.ipynb"), key=lambda p: p.stat().st_mtime)
        last = [self._home(page) / f"{key}.ipynb"] if key else kept[-1:]
        with suppress(OSError, ValueError):  # a run that cannot be read says nothing
            return {k: v for p in last for k, v in notebooks.glued(nbformat.read(p, as_version=4)).items()}
        return {}

    def _home(self, page: str) -> Path:
        return self.folder / page.replace("/", "__")

    def _now(self, path: str) -> str:
        full = self.root / path.removesuffix("/")
        try:
            if path.endswith("/"):
                return names_in(full)
            seen = full.stat()
            return content(full, seen.st_mtime_ns, seen.st_size)
        except OSError:
            return "absent"

    # ------------------------------------------------------------ running

    def stale(self) -> list[Stale]:
        """Return the chapters that have to run, in the book's order, each with its reason."""
        out = []
        for page in notebooks.pages(self.book):
            if self.cells(page):
                key, why = self.look(page)
                if key is None:
                    out.append(Stale(page, notebooks.read(self.book / f"{page}.md"), why))
        return out

    def run_all(self, todo: list[Stale], progress: Callable[[int, int, str], None]) -> list[CellFailure]:
        """Run these chapters, as many at once as there are cores, and keep every run that went through.

        ``progress(done, total, page)`` is called after each. Returns the failures.
        """
        failures = []
        if todo:
            progress(0, len(todo), "")
        waiting, finished = SimpleQueue(), SimpleQueue()
        for one in todo:
            waiting.put(one)
        with ThreadPoolExecutor() as pool:
            for _ in range(min(len(todo), max(2, os.cpu_count() or 2))):
                pool.submit(self._work, waiting, finished)
            for done in range(1, len(todo) + 1):
                one, told = finished.get()
                if isinstance(told, CellFailure):
                    failures.append(told)
                elif isinstance(told, BaseException):
                    raise told
                else:
                    self._keep(one, told)
                progress(done, len(todo), one.page)
        return sorted(failures, key=str)

    def _work(self, waiting: SimpleQueue, finished: SimpleQueue) -> None:
        """Run chapters in one kernel until none waits; put each into ``finished`` with what it read or why
        not.
        """
        kernel = _Kernel(self.environment())
        with suppress(Empty):
            while True:
                one = waiting.get_nowait()
                try:
                    finished.put((one, self._run(one, kernel)))
                except BaseException as problem:
                    finished.put((one, problem))
        kernel.stop()

    def _run(self, one: Stale, kernel: _Kernel) -> dict[str, list[str]]:
        """Execute a notebook in place and return what it read. Raises `CellFailure`."""
        from nbclient.exceptions import CellExecutionError, DeadKernelError

        notebook, home = one.notebook, str((self.book / one.page).parent)
        before = nbformat.v4.new_code_cell(BEFORE.format(home=home))
        after = nbformat.v4.new_code_cell(f"print(_reads.report({str(self.root)!r}))")
        notebook.cells = [before, *notebook.cells, after]
        try:
            kernel.execute(notebook)
        except (CellExecutionError, DeadKernelError) as problem:
            raise _failure(one.page, notebook, problem) from None
        told = json.loads("".join(o.text for o in after.outputs if o.output_type == "stream"))
        notebook.cells = notebook.cells[1:-1]
        for cell in _code(notebook):
            for counted in (cell, *(o for o in cell.outputs if "execution_count" in o)):
                counted.execution_count = None
        return told

    def _keep(self, one: Stale, told: dict[str, list[str]]) -> None:
        read = {p: self._now(p) for p in (*told["files"], *(f"{p}/" for p in told["folders"]))}
        record = {"cells": self.cells(one.page), "read": read}
        text = json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1)
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        home = self._home(one.page)
        home.mkdir(parents=True, exist_ok=True)
        put(home / f"{key}.ipynb", nbformat.writes(one.notebook).encode("utf-8"))
        put(home / f"{key}.json", text.encode("utf-8"))
        for old in sorted(home.glob("*.json"), key=lambda p: p.stat().st_mtime, reverse=True)[KEPT:]:
            old.unlink()
            old.with_suffix(".ipynb").unlink(missing_ok=True)


class _Kernel:
    """A kernel for several chapters, one after another: loading pandas takes longer than most of them.

    `BEFORE` lets each find neither names nor package of the one before. After a cell that failed, the next
    chapter gets a new kernel.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.client: NotebookClient | None = None

    def execute(self, notebook: nbformat.NotebookNode) -> None:
        """Execute a notebook in place. Raises what nbclient raises."""
        from nbclient import NotebookClient

        if self.client is None:
            quiet = ["--IPKernelApp.log_level=40"]
            self.client = NotebookClient(notebook, timeout=300, record_timing=False, extra_arguments=quiet)
            self.client.shutdown_kernel, self.client.coalesce_streams = "immediate", True
        self.client.nb = notebook
        try:
            self.client.execute(env=self.environment, cleanup_kc=False)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the kernel, if there is one."""
        from nbclient.exceptions import DeadKernelError

        client, self.client = self.client, None
        if client is not None:
            client.nb = nbformat.v4.new_notebook()
            with suppress(DeadKernelError):
                client.execute(cleanup_kc=True)


def _code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def fill(notebook: nbformat.NotebookNode, kept: nbformat.NotebookNode) -> None:
    """Give a notebook's code cells the outputs of the same cells of a kept run, and their language."""
    if "language_info" in kept.metadata:
        notebook.metadata["language_info"] = kept.metadata["language_info"]
    for cell, run in zip(_code(notebook), _code(kept), strict=True):
        cell.outputs, cell.execution_count = run.outputs, None


def _failure(page: str, notebook: nbformat.NotebookNode, problem: Exception) -> CellFailure:
    """Return which cell of the chapter failed; the first and the last cell are ours."""
    for number, cell in enumerate(_code(notebook)[1:-1], 1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                first = cell.source.strip().splitlines()[0] if cell.source.strip() else ""
                return CellFailure(page, number, first, f"{output.ename}: {_short(output.evalue)}")
    return CellFailure(page, 0, "", _short(str(problem)))


def _short(text: str, most: int = 600) -> str:
    """Return an error's words in one line, the middle left out where it quotes a whole table."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most // 2]} … {line[-most // 2 :]}"


@lru_cache(maxsize=4096)
def content(path: Path, _changed: int, _size: int) -> str:
    """Return a hash of a file's bytes, read once for each state of the file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:24]


def names_in(folder: Path) -> str:
    """Return a hash of the names in a folder."""
    names = sorted(p.name for p in folder.iterdir() if not p.name.startswith(".") and p.name != "__pycache__")
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:24]


def put(path: Path, data: bytes) -> None:
    """Write whole or not at all."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    partial.write_bytes(data)
    partial.replace(path)
