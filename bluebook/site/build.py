"""One build from data to site: check, run the chapters side by side, typeset, and swap a good site in."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bluebook.data import schema
from bluebook.messages import Catalogue, message, told
from bluebook.site import notebooks
from bluebook.year import errata, freeze, frozen, inputs, journal, one_edition, scaffold
from bluebook.year.inputs import files_in, hash_of, input_hash, languages

if TYPE_CHECKING:
    from rich.progress import Progress

    from bluebook.site.runs import Runs, Stale

SAYS = Catalogue(__file__)
# Jupyter Book's own command line in this Python, whatever lies on the PATH.
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
# What the last step leaves in the work folder but no reader needs.
LEFT_BEHIND = shutil.ignore_patterns(".buildinfo", "objects.inv")


class BuildFailure(RuntimeError):
    """The book cannot be built; the message says where and why. The last good site stands untouched."""

    def __init__(self, code: str, shown: str = "") -> None:
        super().__init__(told(*message(__file__, code, shown=f"\n{shown}")))


def rooms_of(root: Path) -> list[Path]:
    """Return what the package says and does: its modules and catalogues of messages."""
    return [p for p in files_in(root / "bluebook") if p.suffix in (".py", ".toml")]


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
    stale = {lang: h for lang, h in hashes.items() if not inputs.good(root, lang, h)}
    if not stale:
        return None
    _check(root, work)
    scaffold.refuse_unfilled()
    one_edition.refuse_mixed(notebooks.pages(root))
    seconds, ran_ = {}, []
    work.mkdir(parents=True, exist_ok=True)
    with journal.locked(root, wait=600):  # two at once would write into the same work folder
        for lang in stale:
            seconds[lang], todo = _one(root, work, lang)
            ran_ += todo
        _swap(work, site, known)
        for lang, digest in stale.items():
            (work / lang / "inputs.txt").write_text(digest, "utf-8")
        _build_info(root, site, seconds, time.monotonic() - began)
    return ran_


def _check(root: Path, work: Path) -> None:
    """Refuse faulty data before anything runs; remember what was found good, since checking takes seconds."""
    from bluebook.ledger.check import check

    # Every room may take part in a check; those that only draw and typeset do not.
    rooms = [p for p in rooms_of(root) if not {"site", "charts", "pages"} & set(p.parts)]
    shelf = root / frozen.SHELF
    digest, seen = hash_of(root, [*files_in(root / "data", shelf), *rooms]), work / "data-checked.txt"
    if inputs.noted(seen) == digest:
        return
    faults = [*check(root / "data"), *frozen.faults(root), *errata.faults(root)]
    if faults:
        shown = tuple("\n" + "\n".join(f.line(lang) for f in faults) for lang in ("zh", "en"))
        SAYS.refuse("faults", count=len(faults), shown=shown)
    work.mkdir(parents=True, exist_ok=True)
    seen.write_text(digest, "utf-8")


def _one(root: Path, work: Path, lang: str) -> tuple[float, list[Stale]]:
    """Run one language's changed chapters, typeset them in ``work/<lang>``; return seconds and what ran."""
    from bluebook.site import pictures
    from bluebook.site.runs import Runs

    began = time.monotonic()
    runs = Runs(root, root if lang == "zh" else root / "en", lang)
    todo = runs.stale()
    with _progress(len(todo)) as bar:
        task = bar.add_task(told("运行各章", "Running chapters"), total=len(todo))
        failures = runs.run_all(todo, lambda done, _total, _page: bar.update(task, completed=done))
    if failures:
        raise BuildFailure("cell_failed", "\n".join(map(str, failures)))
    pictures.draw((one.notebook for one in todo), root / "_build" / ".cache" / "figures", runs.environment())
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
    """Typeset a book whose chapters have run; a single warning is one too many."""
    if code := typeset(runs, out, "-W", "--keep-going"):
        lines = [x for x in log_of(out) if any(w in x for w in ("WARNING", "ERROR", "Error", "错误"))]
        raise BuildFailure("typesetting_failed", "\n".join(lines[:20] or log_of(out)[-20:]) or str(code))


def log_of(out: Path) -> list[str]:
    """Return what the last typesetting in ``out`` had to say."""
    return (out / "typeset.log").read_text("utf-8").splitlines()


def typeset(runs: Runs, out: Path, *options: str, **environment: str) -> int:
    """Typeset a book in ``out`` and return Jupyter Book's exit code; `log_of` tells what it said."""
    out.mkdir(parents=True, exist_ok=True)
    look, seen = _look(runs.root), out / "look.txt"
    if inputs.noted(seen) != look:
        # Sphinx compares chapters only: neither a new style sheet nor a changed role would show.
        shutil.rmtree(out / "_build" / ".doctrees", ignore_errors=True)
        seen.write_text(look, "utf-8")
    underway = out / "underway.txt"
    if underway.exists():  # the last run was cut short: half a page or half an index is nothing to go on from
        shutil.rmtree(out / "_build", ignore_errors=True)
    underway.touch()
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(runs.book), "--path-output", str(out)]
    done = subprocess.run(
        [*command, *options, "-q"],
        cwd=runs.root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=runs.environment() | {"PYTHONWARNINGS": "ignore"} | environment,
    )
    underway.unlink()
    (out / "typeset.log").write_text(done.stdout + done.stderr, "utf-8")
    if done.returncode:
        # A failed run leaves half-read pages behind; the next one starts from clean ground.
        shutil.rmtree(out / "_build" / ".doctrees", ignore_errors=True)
    return done.returncode


def _look(root: Path) -> str:
    """Return a hash of what shapes every page whatever its text: assets, templates, and the rooms that
    typeset.

    Which rooms those are, the last run of Sphinx wrote down; before there is one, all of them.
    """
    told_by = inputs.noted(root / "_build" / ".cache" / "look.json")
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
    # Pages ask for the list of editions beside their site; from the disk a missing file would be an error.
    (site.parent / "editions.js").write_text("window.bluebookEditions=[];\n", "utf-8")


def _build_info(root: Path, site: Path, seconds: dict[str, float], total: float) -> None:
    """Write the only file of the site that says when and how long: pages themselves stay the same."""
    (site / errata.SCRIPT).write_text(errata.script(root), "utf-8")
    info = {
        "built": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
        "release": schema.package(root / "data")["version"],
        "seconds": {k: round(v, 1) for k, v in seconds.items()},
        "total": round(total, 1),
    }
    (site / freeze.INFO).write_text(freeze.build_info(info), "utf-8")


def _progress(chapters: int) -> Progress:
    """Return a progress bar over the chapters that run; silent when none does."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not chapters)
