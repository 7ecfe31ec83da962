"""One build from data to site: check, run the chapters side by side, typeset, and swap a good site in."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from bluebook.data import schema
from bluebook.messages import BadInput, told
from bluebook.year import scaffold

if TYPE_CHECKING:
    from bluebook.site.runs import Stale

INPUTS = (
    *("_config.yml", "_toc.yml", "index.md", "pyproject.toml", "requirements.txt", "requirements-kit.txt"),
    *("LICENSE", "LICENSE-CONTENT", "NOTICE", "README.md"),
)
FOLDERS = ("chapters", "data", "bluebook", "assets", "templates")


# What the last step leaves in the work folder but no reader needs.
LEFT_BEHIND = shutil.ignore_patterns(".buildinfo", "objects.inv")


class BuildFailure(RuntimeError):
    """The book cannot be built; the message says where and why. The last good site stands untouched."""


def languages(root: Path) -> list[str]:
    """Return the books that exist here: "zh", and "en" once ``en/_toc.yml`` does."""
    return ["zh"] + (["en"] if (root / "en" / "_toc.yml").exists() else [])


def input_hash(root: Path, lang: str) -> str:
    """Return a hash of every file that this language's book is made of, and of the Python that makes it."""
    digest = hashlib.sha256(f"{lang} {sys.version}".encode())
    folders = [*FOLDERS, "en"] if lang == "en" else FOLDERS
    files = [root / name for name in INPUTS]
    for folder in folders:
        files += [p for p in (root / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    for path in sorted(set(files)):
        if path.exists():
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def build(root: Path, langs: list[str] | None = None) -> list[Stale] | None:
    """Build the books whose inputs changed and swap them into ``_build/html``.

    Returns the chapters that ran, each with its reason; None when nothing had changed. Raises BadInput for
    faulty data (before anything runs) and BuildFailure for a failing cell or a warning; in both cases the
    last good site stays where it is.
    """
    began = time.monotonic()
    known = languages(root)
    for lang in langs or []:
        if lang not in known:
            raise BadInput(
                f"没有 {lang} 这个语言的书；有：{'、'.join(known)}",
                f"no {lang} book here; there is: {', '.join(known)}",
            )
    work, site = root / "_build" / "work", root / "_build" / "html"
    hashes = {lang: input_hash(root, lang) for lang in langs or known}
    stale = {lang: h for lang, h in hashes.items() if not _good(work, site, lang, h)}
    if not stale:
        return None
    _check(root, work)
    scaffold.refuse_unfilled()
    seconds, ran_ = {}, []
    work.mkdir(parents=True, exist_ok=True)
    with _locked(work):
        for lang in stale:
            seconds[lang], todo = _one(root, work, lang)
            ran_ += todo
        _swap(work, site, known)
        for lang, digest in stale.items():
            (work / lang / "inputs.txt").write_text(digest, "utf-8")
        _build_info(root, site, seconds, time.monotonic() - began)
    return ran_


@contextmanager
def _locked(work: Path) -> Iterator[None]:
    """Let two builds at once take turns: they would write into the same work folder."""
    try:
        with FileLock(work / "lock", timeout=600):
            yield
    except Timeout:
        raise BuildFailure(
            told(
                "另一个构建十分钟还没有结束：等它完成，或关掉它再来",
                "Another build has not ended within ten minutes: wait for it, or end it and try again",
            )
        ) from None


def _good(work: Path, site: Path, lang: str, digest: str) -> bool:
    seen = work / lang / "inputs.txt"
    index = site / ("index.html" if lang == "zh" else "en/index.html")
    return seen.exists() and seen.read_text("utf-8") == digest and index.exists()


def _check(root: Path, work: Path) -> None:
    """Refuse faulty data before anything runs; remember what was found good, since checking takes seconds."""
    from bluebook.ledger.check import check

    digest = hashlib.sha256()
    files = [p for p in (root / "data").rglob("*") if p.is_file()]
    # Every room may take part in a check; those that only draw and typeset do not.
    rooms = [p for ending in ("*.py", "*.toml") for p in (root / "bluebook").rglob(ending)]
    files += [p for p in rooms if not {"site", "charts", "pages"} & set(p.parts)]
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    seen = work / "data-checked.txt"
    if seen.exists() and seen.read_text("utf-8") == digest.hexdigest():
        return
    faults = check(root / "data")
    if faults:
        lines = {lang: "\n".join(f.line(lang) for f in faults) for lang in ("zh", "en")}
        raise BadInput(
            f"数据有 {len(faults)} 处错误，没有开始构建：\n{lines['zh']}",
            f"{len(faults)} faults in the data; nothing was run:\n{lines['en']}",
        )
    work.mkdir(parents=True, exist_ok=True)
    seen.write_text(digest.hexdigest(), "utf-8")


def _one(root: Path, work: Path, lang: str) -> tuple[float, list[Stale]]:
    """Run one language's changed chapters, typeset them in ``work/<lang>``; return seconds and what ran."""
    from bluebook.site.runs import Runs

    began = time.monotonic()
    book = root if lang == "zh" else root / "en"
    runs = Runs(root, book, lang)
    todo = runs.stale()
    with _progress() as tell:
        failures = runs.run_all(todo, tell)
    if failures:
        shown = "\n".join(map(str, failures))
        raise BuildFailure(
            told(
                f"有代码单元运行失败，网站保持原样：\n{shown}",
                f"A cell failed; the site stays as it was:\n{shown}",
            )
        )
    _typeset(root, work, book, lang)
    return time.monotonic() - began, todo


def ran(todo: list[Stale]) -> str:
    """Return in one line how many chapters ran and why, in the terminal's language."""
    if not todo:
        return told("没有一章需要重新运行", "no chapter had to run again")
    groups: dict[str, list[str]] = {}
    for one in todo:
        groups.setdefault(one.why, []).append(one.page.removeprefix("chapters/"))
    reasons = {"new": ("第一次", "for the first time"), "cells": ("单元格改了", "its cells changed")}
    parts = []
    for why, pages in groups.items():
        zh, en = reasons.get(why, (f"{why} 变了", f"{why} changed"))
        more = len(pages) > 3
        parts.append(
            told(
                "、".join(pages[:3]) + " 等" * more + f"（{zh}）",
                ", ".join(pages[:3]) + " …" * more + f" ({en})",
            )
        )
    count = f"{len(todo)} chapter{'s' * (len(todo) > 1)}"
    return told(f"运行了 {len(todo)} 章：{'；'.join(parts)}", f"ran {count}: {'; '.join(parts)}")


def _typeset(root: Path, work: Path, book: Path, lang: str) -> None:
    out = work / lang
    out.mkdir(parents=True, exist_ok=True)
    look, seen = _look(root), out / "look.txt"
    if not seen.exists() or seen.read_text("utf-8") != look:
        # Sphinx compares chapters only: neither a new style sheet nor a changed role would show.
        shutil.rmtree(out / "_build" / ".doctrees", ignore_errors=True)
        seen.write_text(look, "utf-8")
    command = [
        sys.executable,
        "-m",
        "bluebook.site.jb",
        "build",
        str(book),
        "--path-output",
        str(out),
        "-W",
        "--keep-going",
        "-q",
    ]
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    own = {"PYTHONPATH": path, "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore", "BLUEBOOK_LANG": lang}
    env = {**os.environ, **own}
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, encoding="utf-8", errors="replace", env=env
    )
    log = out / "typeset.log"
    log.write_text(done.stdout + done.stderr, "utf-8")
    if done.returncode:
        lines = [
            x
            for x in (done.stdout + done.stderr).splitlines()
            if any(w in x for w in ("WARNING", "ERROR", "Error", "错误"))
        ]
        shown = "\n".join(lines[:20] or (done.stdout + done.stderr).splitlines()[-20:])
        # A failed run leaves half-read pages behind; the next one starts from clean ground.
        shutil.rmtree(out / "_build" / ".doctrees", ignore_errors=True)
        raise BuildFailure(
            told(
                f"排版失败，网站保持原样：\n{shown}",
                f"Typesetting failed; the site stays as it was:\n{shown}",
            )
        )


def _look(root: Path) -> str:
    """Return a hash of what shapes every page whatever its text: assets, templates, and the rooms that
    typeset.

    Which rooms those are, the last run of Sphinx wrote down; before there is one, all of them.
    """
    files = [p for folder in ("assets", "templates") for p in (root / folder).rglob("*") if p.is_file()]
    told_by = root / "_build" / ".cache" / "look.json"
    rooms = {root / name for name in json.loads(told_by.read_text("utf-8"))} if told_by.exists() else set()
    every = [p for ending in ("*.py", "*.toml") for p in (root / "bluebook").rglob(ending)]
    files += [p for p in every if not rooms or p in rooms or p.suffix == ".toml"]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _swap(work: Path, site: Path, langs: list[str]) -> None:
    """Put the new site in place of the old in one rename; a build cut short leaves the old one standing."""
    new, old = site.with_name("html.new"), site.with_name("html.old")
    for folder in (new, old):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(
        work / "zh" / "_build" / "html",
        new,
        ignore=LEFT_BEHIND,
    )
    english = work / "en" / "_build" / "html"
    if "en" in langs and english.exists():
        shutil.copytree(english, new / "en", ignore=LEFT_BEHIND)
    if site.exists():
        site.rename(old)
    new.rename(site)
    shutil.rmtree(old, ignore_errors=True)


def _build_info(root: Path, site: Path, seconds: dict[str, float], total: float) -> None:
    """Write the only file of the site that says when and how long: pages themselves stay the same."""
    info = {
        "built": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
        "release": schema.package(root / "data")["version"],
        "seconds": {k: round(v, 1) for k, v in seconds.items()},
        "total": round(total, 1),
    }
    text = f"window.bluebookBuild={json.dumps(info)};document.dispatchEvent(new Event('bluebook-build'));\n"
    (site / "build-info.js").write_text(text, "utf-8")


class _progress:
    """A progress bar over the chapters that run; silent when none does."""

    def __enter__(self) -> object:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=Console(stderr=True))
        self.task = None

        def tell(done: int, total: int, page: str) -> None:
            if self.task is None:
                self.bar.start()
                self.task = self.bar.add_task(told("运行各章", "Running chapters"), total=total)
            self.bar.update(self.task, completed=done)

        return tell

    def __exit__(self, *_: object) -> None:
        if self.task is not None:
            self.bar.stop()
