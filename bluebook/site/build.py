"""One build from data to site: check, run the chapters side by side, typeset, and swap a good site in."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from bluebook.data import schema
from bluebook.messages import Catalogue, message, told
from bluebook.site import notebooks
from bluebook.year import one_edition, scaffold

if TYPE_CHECKING:
    from rich.progress import Progress

    from bluebook.site.runs import Runs, Stale

SAYS = Catalogue(__file__)
INPUTS = (
    *("_config.yml", "_toc.yml", "index.md", "pyproject.toml", "requirements.txt", "requirements-kit.txt"),
    *("LICENSE", "LICENSE-CONTENT", "NOTICE", "README.md"),
)
FOLDERS = ("chapters", "data", "bluebook", "assets", "templates")
# Jupyter Book's own command line in this Python, whatever lies on the PATH.
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
# What the last step leaves in the work folder but no reader needs.
LEFT_BEHIND = shutil.ignore_patterns(".buildinfo", "objects.inv")


class BuildFailure(RuntimeError):
    """The book cannot be built; the message says where and why. The last good site stands untouched."""

    def __init__(self, code: str, shown: str = "") -> None:
        super().__init__(told(*message(__file__, code, shown=f"\n{shown}")))


def languages(root: Path) -> list[str]:
    """Return the books that exist here: "zh", and "en" once ``en/_toc.yml`` does."""
    return ["zh"] + (["en"] if (root / "en" / "_toc.yml").exists() else [])


def files_in(*folders: Path) -> list[Path]:
    """Return every file in these folders and below, but for what Python keeps there."""
    return [p for f in folders for p in f.rglob("*") if p.is_file() and "__pycache__" not in p.parts]


def rooms_of(root: Path) -> list[Path]:
    """Return what the package says and does: its modules and catalogues of messages."""
    return [p for p in files_in(root / "bluebook") if p.suffix in (".py", ".toml")]


def hash_of(root: Path, files: Iterable[Path], start: str = "") -> str:
    """Return a hash of ``start`` and of these files, by their names below ``root`` and what is in them."""
    digest = hashlib.sha256(start.encode())
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def input_hash(root: Path, lang: str) -> str:
    """Return a hash of every file that this language's book is made of, and of the Python that makes it."""
    folders = [*FOLDERS, "en"] if lang == "en" else FOLDERS
    files = [root / name for name in INPUTS if (root / name).exists()]
    files += files_in(*(root / folder for folder in folders))
    return hash_of(root, files, f"{lang} {sys.version}")


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
            SAYS.refuse("no_language", lang=lang, known=("、".join(known), ", ".join(known)))
    work, site = root / "_build" / "work", root / "_build" / "html"
    hashes = {lang: input_hash(root, lang) for lang in langs or known}
    stale = {lang: h for lang, h in hashes.items() if not _good(work, site, lang, h)}
    if not stale:
        return None
    _check(root, work)
    scaffold.refuse_unfilled()
    one_edition.refuse_mixed(notebooks.pages(root))
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
        raise BuildFailure("locked") from None


def _noted(path: Path) -> str:
    """Return what an earlier build wrote down, "" where there was none."""
    return path.read_text("utf-8") if path.exists() else ""


def _good(work: Path, site: Path, lang: str, digest: str) -> bool:
    index = site / ("index.html" if lang == "zh" else "en/index.html")
    return _noted(work / lang / "inputs.txt") == digest and index.exists()


def _check(root: Path, work: Path) -> None:
    """Refuse faulty data before anything runs; remember what was found good, since checking takes seconds."""
    from bluebook.ledger.check import check

    # Every room may take part in a check; those that only draw and typeset do not.
    rooms = [p for p in rooms_of(root) if not {"site", "charts", "pages"} & set(p.parts)]
    digest, seen = hash_of(root, [*files_in(root / "data"), *rooms]), work / "data-checked.txt"
    if _noted(seen) == digest:
        return
    faults = check(root / "data")
    if faults:
        shown = tuple("\n" + "\n".join(f.line(lang) for f in faults) for lang in ("zh", "en"))
        SAYS.refuse("faults", count=len(faults), shown=shown)
    work.mkdir(parents=True, exist_ok=True)
    seen.write_text(digest, "utf-8")


def _one(root: Path, work: Path, lang: str) -> tuple[float, list[Stale]]:
    """Run one language's changed chapters, typeset them in ``work/<lang>``; return seconds and what ran."""
    from bluebook.site.runs import Runs

    began = time.monotonic()
    runs = Runs(root, root if lang == "zh" else root / "en", lang)
    todo = runs.stale()
    with _progress(len(todo)) as bar:
        task = bar.add_task(told("运行各章", "Running chapters"), total=len(todo))
        failures = runs.run_all(todo, lambda done, _total, _page: bar.update(task, completed=done))
    if failures:
        raise BuildFailure("cell_failed", "\n".join(map(str, failures)))
    _typeset(runs, work / lang)
    return time.monotonic() - began, todo


def ran(todo: list[Stale]) -> str:
    """Return in one line how many chapters ran and why, in the terminal's language."""
    if not todo:
        return told(*message(__file__, "ran_nothing"))
    groups: dict[str, list[str]] = {}
    for one in todo:
        groups.setdefault(one.why, []).append(one.page.removeprefix("chapters/"))
    reasons = {"new": ("第一次", "for the first time"), "cells": ("单元格改了", "its cells changed")}
    zh, en = [], []
    for why, pages in groups.items():
        reason = reasons.get(why, (f"{why} 变了", f"{why} changed"))
        more = len(pages) > 3
        zh.append("、".join(pages[:3]) + " 等" * more + f"（{reason[0]}）")
        en.append(", ".join(pages[:3]) + " …" * more + f" ({reason[1]})")
    count = f"{len(todo)} 章", f"{len(todo)} chapter{'s' * (len(todo) > 1)}"
    return told(*message(__file__, "ran", count=count, parts=("；".join(zh), "; ".join(en))))


def _typeset(runs: Runs, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    look, seen = _look(runs.root), out / "look.txt"
    if _noted(seen) != look:
        # Sphinx compares chapters only: neither a new style sheet nor a changed role would show.
        shutil.rmtree(out / "_build" / ".doctrees", ignore_errors=True)
        seen.write_text(look, "utf-8")
    underway = out / "underway.txt"
    if underway.exists():  # the last run was cut short: half a page or half an index is nothing to go on from
        shutil.rmtree(out / "_build", ignore_errors=True)
    underway.touch()
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(runs.book), "--path-output", str(out)]
    done = subprocess.run(
        [*command, "-W", "--keep-going", "-q"],
        cwd=runs.root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=runs.environment() | {"PYTHONWARNINGS": "ignore"},
    )
    underway.unlink()
    log = done.stdout + done.stderr
    (out / "typeset.log").write_text(log, "utf-8")
    if done.returncode:
        lines = [x for x in log.splitlines() if any(w in x for w in ("WARNING", "ERROR", "Error", "错误"))]
        # A failed run leaves half-read pages behind; the next one starts from clean ground.
        shutil.rmtree(out / "_build" / ".doctrees", ignore_errors=True)
        raise BuildFailure("typesetting_failed", "\n".join(lines[:20] or log.splitlines()[-20:]))


def _look(root: Path) -> str:
    """Return a hash of what shapes every page whatever its text: assets, templates, and the rooms that
    typeset.

    Which rooms those are, the last run of Sphinx wrote down; before there is one, all of them.
    """
    told_by = _noted(root / "_build" / ".cache" / "look.json")
    rooms = {root / name for name in json.loads(told_by)} if told_by else set()
    shaping = [p for p in rooms_of(root) if not rooms or p in rooms or p.suffix == ".toml"]
    return hash_of(root, [*files_in(root / "assets", root / "templates"), *shaping])


def _swap(work: Path, site: Path, langs: list[str]) -> None:
    """Put the new site in place of the old in one rename; a build cut short leaves the old one standing."""
    new, old = site.with_name("html.new"), site.with_name("html.old")
    for folder in (new, old):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(work / "zh" / "_build" / "html", new, ignore=LEFT_BEHIND)
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


def _progress(chapters: int) -> Progress:
    """Return a progress bar over the chapters that run; silent when none does."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not chapters)
