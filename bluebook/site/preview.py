"""A look at the book as it stands, beside the published one: what fails is a note, the rest is shown.

The pages are staged in ``_build/preview`` and share the runs of the build, so that what ran here need not run
there again. For one page the others are staged as their titles alone: links and sidebar hold, and nothing
else is run or read.
"""

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from bluebook.data.faults import listed
from bluebook.messages import Catalogue, message
from bluebook.site import build, notebooks
from bluebook.site.runs import CellFailure, Runs, put
from bluebook.year import journal

SAYS = Catalogue(__file__)
_HEADING = re.compile(r"(?:^\([\w:.-]+\)=[ \t]*\n)*^#{1,4} [^\n]+$", re.M)
_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", re.M | re.S)
_ROLE = re.compile(r"\{[\w:-]+\}`[^`]*`")


def _say(code: str, **fields: object) -> str:
    """Return words for a page: in the book's language, whatever the terminal speaks."""
    return message(__file__, code, **fields)[0]


class Preview(NamedTuple):
    """What can be looked at: the page to open, what failed, what typesetting warned of."""

    page: Path
    failed: list[CellFailure]
    warnings: list[str]


def preview(root: Path, page: str = "") -> Preview:
    """Build ``page`` ("": the whole book) into ``_build/preview/html`` and return what came of it.

    An unfilled draft is shown as far as it goes. Raises BadInput for a page that is not in the table of
    contents or tables that cannot be judged at all, and BuildFailure where nothing could be typeset.
    """
    from bluebook.ledger.book import audited

    wanted = _wanted(root, page)
    home = root / "_build" / "preview"
    kind = "page" if page else "whole"
    book, work, site = home / f"{kind}-book", home / kind, home / "html"
    with journal.locked(root, wait=600):  # a build writes into the same runs
        failed = _stage(root, book, wanted)
        runs = Runs(root, book, "zh")
        failures = runs.run_all(runs.stale(), lambda *_: None)
        for failure in failures:
            _note(root, book, failure)
        code = build.typeset(runs, work, BLUEBOOK_PREVIEW=kind)
        made = work / "_build" / "html"
        target = wanted[0] if page else "index"
        if code or not (made / f"{target}.html").exists():
            audited()  # every page quotes the ledger: where it cannot be read, one line says why
            raise build.BuildFailure("typesetting_failed", "\n".join(build.log_of(work)[-20:]))
        _show(made, site, target if page else "")
    warnings = [
        line for line in build.log_of(work) if ("WARNING" in line and f"{target}.md" in line) or not page
    ]
    warnings = [line.replace(f"{book}/", "") for line in warnings if "WARNING" in line]
    return Preview(site / f"{target}.html", [*failed, *failures], warnings)


def _wanted(root: Path, page: str) -> list[str]:
    """Return the pages to be shown. Raises BadInput for a name that the table of contents does not hold."""
    there = notebooks.pages(root)
    if not page:
        return there
    name = page.strip().replace("\\", "/").removesuffix(".md").removesuffix(".html")
    found = [p for p in there if name in (p, p.removeprefix("chapters/"), p.rsplit("/", 1)[-1])]
    if not found:
        short = [p.removeprefix("chapters/") for p in there]
        near = difflib.get_close_matches(name, short, 3, 0.3) or short[:3]
        SAYS.refuse("no_such_page", page=page, near=listed(near))
    return found[:1]


# ---------------------------------------------------------------- staging


def _stage(root: Path, book: Path, wanted: list[str]) -> list[CellFailure]:
    """Lay out the sources, each file only if it changed; return the pages that cannot be read."""
    there, failed = notebooks.pages(root), []
    keep = {book / "_config.yml", book / "_toc.yml", book / "assets" / "favicon.svg"}
    for path in keep:
        source = root / path.relative_to(book)
        if source.is_file():
            _put(path, source.read_bytes())
    for page in there:
        source, target = root / f"{page}.md", book / f"{page}.md"
        keep.add(target)
        try:
            text = source.read_text("utf-8")
            if page in wanted:
                notebooks.read(source)
        except Exception as problem:  # whatever is wrong with one page, the others are shown
            failure = CellFailure(page, 0, "", f"{type(problem).__name__}: {problem}")
            failed += [failure] if page in wanted else []
            _note(root, book, failure)
            continue
        _put(target, (text if page in wanted else outline(text, page)).encode("utf-8"))
    for path in book.rglob("*.md"):
        if path not in keep:
            path.unlink()
    return failed


def _put(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, content)


def outline(text: str, page: str) -> str:
    """Return a page's labels and headings alone, with a line that says so.

    >>> print(outline("(a)=\\n# 一\\n\\n正文。\\n", "chapters/a").split("\\n\\n")[0])
    (a)=
    # 一
    """
    heads = [_ROLE.sub("…", m.group()) for m in _HEADING.finditer(_FENCE.sub("", text))]
    heads = heads or [f"# {page.rsplit('/', 1)[-1]}"]
    first = _say("only_title", page=page.removeprefix("chapters/"))
    return "\n\n".join([heads[0], first, *heads[1:]]) + "\n"


def _note(root: Path, book: Path, failure: CellFailure) -> None:
    """Put a note in the place of a page that fails: chapter, cell and error in a line each, and the mend."""
    source = root / f"{failure.chapter}.md"
    text = source.read_text("utf-8", errors="replace") if source.is_file() else ""
    head = outline(text, failure.chapter).split("\n\n")[0]
    error = " ".join(failure.error.split()).replace("```", "'''")
    where = _say("failed_cell", cell=failure.cell) if failure.cell else _say("failed_page")
    body = f"{head}\n\n:::{{admonition}} {_say('failed_title')}\n:class: warning\n\n{where}\n\n"
    body += f"```text\n{failure.source}\n{error}\n```\n\n{_say(mend_of(failure.error))}\n:::\n"
    _put(book / f"{failure.chapter}.md", body.encode("utf-8"))


def mend_of(error: str) -> str:
    """Return the code of the mend that an error calls for.

    >>> mend_of("BadInput: …"), mend_of("FindingFailed: …"), mend_of("KeyError: …")
    ('mend_input', 'mend_sentence', 'mend_data')
    """
    kind = error.split(":")[0]
    return {"BadInput": "mend_input", "BadTable": "mend_input"}.get(
        kind, "mend_sentence" if "Finding" in kind or "Holds" in kind else "mend_data"
    )


# ---------------------------------------------------------------- showing


def _show(made: Path, site: Path, page: str) -> None:
    """Bring the preview's site up to date: whole, or one page and what it needs into what is there."""
    if not page or not (site / "index.html").exists():
        new = site.with_name("html.new")
        shutil.rmtree(new, ignore_errors=True)
        shutil.copytree(made, new, ignore=build.LEFT_BEHIND)
        shutil.rmtree(site, ignore_errors=True)
        new.rename(site)
        return
    own = [made / f"{page}.html", *(made / "_sources").glob(f"{page}.*"), *_of(made, "_figures", "_static")]
    for path in own:
        if path.is_file():
            _put(site / path.relative_to(made), path.read_bytes())


def _of(made: Path, *folders: str) -> Iterable[Path]:
    return (path for folder in folders for path in (made / folder).rglob("*"))
