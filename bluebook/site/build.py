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
from pathlib import Path

from bluebook import scaffold
from bluebook.words import BadInput, told

INPUTS = ("_config.yml", "_toc.yml", "index.md", "requirements.txt", "requirements-kit.txt", "pyproject.toml",
          "LICENSE", "LICENSE-CONTENT", "NOTICE", "README.md")  # fmt: skip
FOLDERS = ("chapters", "data", "bluebook", "assets", "templates")


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


def build(root: Path, langs: list[str] | None = None) -> bool:
    """Build the books whose inputs changed and swap them into ``_build/html``.

    Returns False when nothing had changed. Raises BadInput for faulty data (before anything runs) and
    BuildFailure for a failing cell or a warning; in both cases the last good site stays where it is.
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
        return False
    _check(root, work)
    scaffold.refuse_unfilled()
    seconds = {}
    with _lock(work):
        for lang in stale:
            seconds[lang] = _one(root, work, lang)
        _swap(work, site, known)
        for lang, digest in stale.items():
            (work / lang / "inputs.txt").write_text(digest, "utf-8")
        _build_info(site, seconds, time.monotonic() - began)
    return True


def _good(work: Path, site: Path, lang: str, digest: str) -> bool:
    seen = work / lang / "inputs.txt"
    index = site / ("index.html" if lang == "zh" else "en/index.html")
    return seen.exists() and seen.read_text("utf-8") == digest and index.exists()


def _check(root: Path, work: Path) -> None:
    """Refuse faulty data before anything runs; remember what was found good, since checking takes seconds."""
    from bluebook import editions

    digest = hashlib.sha256()
    for path in sorted((root / "data").rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    digest.update(Path(editions.__file__).read_bytes())
    seen = work / "data-checked.txt"
    if seen.exists() and seen.read_text("utf-8") == digest.hexdigest():
        return
    faults = editions.check(root / "data")
    if faults:
        lines = {lang: "\n".join(f.line(lang) for f in faults) for lang in ("zh", "en")}
        raise BadInput(
            f"数据有 {len(faults)} 处错误，没有开始构建：\n{lines['zh']}",
            f"{len(faults)} faults in the data; nothing was run:\n{lines['en']}",
        )
    work.mkdir(parents=True, exist_ok=True)
    seen.write_text(digest.hexdigest(), "utf-8")


def _one(root: Path, work: Path, lang: str) -> float:
    """Run one language's chapters, then typeset them in ``work/<lang>``; return the seconds it took."""
    from bluebook.site import notebooks

    began = time.monotonic()
    book = root if lang == "zh" else root / "en"
    cells = root / "_build" / ".cache" / "cells"
    cache = cells / f"{lang}-{notebooks.cache_key(root, lang)}"
    with _progress() as tell:
        _, failures = notebooks.run_all(book, root, cache, lang, tell)
    if failures:
        shown = "\n".join(str(f) for f in sorted(failures, key=lambda f: f.chapter))
        raise BuildFailure(
            told(
                f"有代码单元运行失败，网站保持原样：\n{shown}",
                f"A cell failed; the site stays as it was:\n{shown}",
            )
        )
    _keep_newest(cells, lang, 3)
    _typeset(root, work, book, lang)
    return time.monotonic() - began


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
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")])),
           "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore", "BLUEBOOK_LANG": lang}  # fmt: skip
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
    """Return a hash of what shapes every page whatever its text: assets, templates, and the code outside the chapters."""
    files = [p for folder in ("assets", "templates") for p in (root / folder).rglob("*") if p.is_file()]
    files += [p for p in (root / "bluebook").rglob("*.py") if p.parent.name != "chapters"]
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
        ignore=shutil.ignore_patterns(".buildinfo", ".exported.json", "objects.inv"),
    )
    english = work / "en" / "_build" / "html"
    if "en" in langs and english.exists():
        shutil.copytree(
            english, new / "en", ignore=shutil.ignore_patterns(".buildinfo", ".exported.json", "objects.inv")
        )
    if site.exists():
        site.rename(old)
    new.rename(site)
    shutil.rmtree(old, ignore_errors=True)


def _build_info(site: Path, seconds: dict[str, float], total: float) -> None:
    """Write the only file of the site that says when and how long: pages themselves stay the same."""
    from bluebook import __version__

    info = {"built": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"), "release": __version__,
            "seconds": {k: round(v, 1) for k, v in seconds.items()}, "total": round(total, 1)}  # fmt: skip
    text = f"window.bluebookBuild={json.dumps(info)};document.dispatchEvent(new Event('bluebook-build'));\n"
    (site / "build-info.js").write_text(text, "utf-8")


def _keep_newest(folder: Path, lang: str, keep: int) -> None:
    """Drop what older data computed; switching back and forth between a few states stays fast."""
    kept = sorted(folder.glob(f"{lang}-*"), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in kept[keep:]:
        shutil.rmtree(path, ignore_errors=True)


class _lock:
    """Two builds at once would write into the same work folder: the second waits its turn."""

    def __init__(self, work: Path) -> None:
        self.path = work / "lock"

    def __enter__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(1200):
            try:
                handle = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
            except FileExistsError:
                if not _alive(self.path):
                    self.path.unlink(missing_ok=True)
                    continue
                time.sleep(0.5)
            else:
                os.write(handle, str(os.getpid()).encode())
                os.close(handle)
                return
        raise BuildFailure(
            told(
                f"另一个构建一直没有结束；确认没有后删除 {self.path}",
                f"Another build never ended; make sure, then delete {self.path}",
            )
        )

    def __exit__(self, *_: object) -> None:
        self.path.unlink(missing_ok=True)


def _alive(lock: Path) -> bool:
    try:
        pid = int(lock.read_text() or "0")
    except (OSError, ValueError):
        return True  # being written this moment
    if os.name == "nt":
        return time.time() - lock.stat().st_mtime < 600
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0


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
