"""The site of all editions in one folder: each year below its own name, the newest behind ``latest/``.

Frozen editions come from the shelf as they were, byte for byte; the current one from the built book. The new
folder takes the place of the old in one rename; the old one stays beside it, to go back to.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from bluebook.data import edition as editions
from bluebook.data.faults import BadTable
from bluebook.data.script import harmless
from bluebook.messages import Catalogue
from bluebook.year import checklist, errata, frozen, journal, shelf
from bluebook.year.contents import unwritten

SAYS = Catalogue(__file__)
# What says of a folder that this module wrote it and may replace it.
MANIFEST, LIST = "manifest.json", "editions.js"


class Shown(NamedTuple):
    """One edition of the published site."""

    year: int
    title: str
    title_en: str
    release: int
    older: list[int]
    checksum: str  # of the frozen site; "" while the edition is not frozen


class Published(NamedTuple):
    """What `publish` wrote: where, the editions oldest first, and the draft that it left out (None: none)."""

    out: Path
    editions: list[Shown]
    left_out: int | None


def publish(home: Path, out: Path, fresh: bool) -> Published:
    """Write the site of all editions to ``out``, whole or not at all; the last stays as ``<out>.previous``.

    ``home``: the book's folder; ``fresh``: whether ``_build/html`` is built from what lies there now. A draft
    is left out. Raises BadInput where nothing could be shown, the data have faults, a chapter of the current
    edition is unwritten, its site is not built, its checklist is open, a frozen edition has changed,
    ``out`` holds something else or cannot be written, or another command is at work.
    """
    with journal.locked(home), journal.told(home):
        return _publish(home, out, fresh)


def _publish(home: Path, out: Path, fresh: bool) -> Published:
    recover(out)
    if out.exists() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        SAYS.refuse("not_ours", str(out))
    year, stock = editions.current_year(), shelf.shelf(home)
    draft = editions.edition(year)["status"] == "draft"
    checksums = {one: shelf.verified(one) for one in stock}
    _refuse_rewritten(out, checksums)
    newest = shelf.newest(stock)
    for wrong in (fault for one in newest for fault in frozen.data_faults(one, home)):
        raise BadTable(wrong)
    if draft and not newest:
        SAYS.refuse("only_a_draft", f"data/editions/{year}/edition.yml", None, "status", year=year)
    built = not draft and year not in newest
    if not draft:
        _refuse_unready(home, year, built, fresh)
    checklist.refuse_unsigned(home / "data", signing(home))
    new = _beside(out, "new")
    shutil.rmtree(new, ignore_errors=True)
    try:
        told = [_edition(new, stock, one, checksums[one]) for one in newest.values()]
        if built:
            shutil.copytree(home / "_build" / "html", new / str(year))
            told.append(_told(year, 1, [], ""))
        _frame(home, new, told)
        _swap(new, out)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return Published(out, told, year if draft else None)


def signing(home: Path) -> int:
    """Return the edition whose checklist is signed: the current one, or the last frozen before a draft."""
    year, newest = editions.current_year(), shelf.newest(shelf.shelf(home))
    return max(newest) if newest and editions.edition(year)["status"] == "draft" else year


def back(home: Path, out: Path) -> None:
    """Put the last published site back in place of the present one, which becomes the last: a second call
    undoes the first. Raises BadInput where there is none.
    """
    with journal.locked(home), journal.told(home):
        recover(out)
        last, aside = _beside(out, "previous"), _beside(out, "aside")
        if not (last / MANIFEST).is_file():
            SAYS.refuse("nothing_before", str(last))
        if out.exists():
            out.rename(aside)
        last.rename(out)
        if aside.exists():
            aside.rename(last)


def recover(out: Path) -> None:
    """Finish or take back what a publication cut short has left: there is always a whole site at ``out``."""
    last, aside = _beside(out, "previous"), _beside(out, "aside")
    if aside.exists():  # `back` was cut short: what stands aside goes to the free place
        aside.rename(last if out.exists() else out)
    if not out.exists() and last.exists():  # `publish` was cut short between its two renames
        last.rename(out)


def _beside(out: Path, what: str) -> Path:
    return out.with_name(f"{out.name}.{what}")


def _swap(new: Path, out: Path) -> None:
    last = _beside(out, "previous")
    shutil.rmtree(last, ignore_errors=True)
    if out.exists():
        out.rename(last)
    new.rename(out)


# ---------------------------------------------------------------- what may not go out


def _refuse_unready(home: Path, year: int, built: bool, fresh: bool) -> None:
    """Refuse to publish the current edition while something in it is wrong, unwritten or not built."""
    from bluebook.data.causes import count
    from bluebook.ledger.check import check

    if faults := check(home / "data"):
        first = faults[0].line("zh"), faults[0].line("en")
        SAYS.refuse("faults_first", n=count(faults), first=first)
    if not built:
        return
    if stubs := unwritten(home):
        page, why = stubs[0]
        SAYS.refuse("unwritten", f"{page}.md", n=len(stubs), why=why, year=year)
    if not fresh or not (home / "_build" / "html" / "index.html").is_file():
        SAYS.refuse("not_built", year=year)


def _refuse_rewritten(out: Path, checksums: dict[shelf.Frozen, str]) -> None:
    """Refuse a release that was published before with other bytes, whatever its manifest says now."""
    path = out / MANIFEST
    told = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    before = {(e["year"], e["release"]): e["checksum"] for e in told.get("frozen", [])}
    for one, checksum in checksums.items():
        if before.get((one.year, one.release), checksum) != checksum:
            where = f"published/{one.year}/{one.release}/{shelf.SITE}"
            SAYS.refuse("release_rewritten", where, year=one.year, release=one.release)


# ---------------------------------------------------------------- what is written


def _told(year: int, release: int, older: list[int], checksum: str) -> Shown:
    """Return how an edition is called; one whose settings are no longer there goes by its year."""
    known = editions.edition(year) if year in editions.years() else {}
    zh, en = known.get("title_zh") or str(year), known.get("title_en") or str(year)
    return Shown(year, zh, en, release, older, checksum)


def _edition(new: Path, stock: Iterable[shelf.Frozen], newest: shelf.Frozen, checksum: str) -> Shown:
    """Unpack the newest release of a year, and the older ones below it."""
    shelf.unpack(newest, new / str(newest.year))
    older = [one for one in stock if one.year == newest.year and one != newest]
    for one in older:
        shelf.unpack(one, new / str(one.year) / f"release-{one.release}")
    return _told(newest.year, newest.release, [one.release for one in older], checksum)


def _frame(home: Path, new: Path, told: list[Shown]) -> None:
    """Write what stands around the editions: redirects, the list that their switchers read, checksums."""
    latest = told[-1].year
    corrected = errata.script(home)  # as they are now, though a draft keeps the book from being built
    for base in ("", *(f"{one.year}/" for one in told)):
        up = "../" if base else ""
        (new / base / LIST).write_text(_list(new, told, up), "utf-8")
        # Older releases and the English book look one level above themselves.
        (new / base / errata.SCRIPT).write_text(corrected, "utf-8")
    for page in _pages(new / str(latest)):
        target = new / "latest" / page
        target.parent.mkdir(parents=True, exist_ok=True)
        up = "../" * (page.count("/") + 1)
        target.write_text(redirect(f"{up}{latest}/{page}", told[-1].title), "utf-8")
    (new / "index.html").write_text(redirect(f"{latest}/index.html", told[-1].title), "utf-8")
    frozen = [{"year": e.year, "release": e.release, "checksum": e.checksum} for e in told if e.checksum]
    files = {p.relative_to(new).as_posix(): shelf.digest(p) for p in sorted(new.rglob("*")) if p.is_file()}
    about = {"latest": latest, "editions": [e._asdict() for e in told], "frozen": frozen, "files": files}
    (new / MANIFEST).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _pages(site: Path) -> list[str]:
    """Return the pages of one edition, by their names below it: without older releases and Sphinx's files."""
    names = (p.relative_to(site).as_posix() for p in site.rglob("*.html"))
    return sorted(n for n in names if not n.startswith(("_static/", "release-")))


def _list(new: Path, told: list[Shown], up: str) -> str:
    """Return ``editions.js``: addresses are relative to the file itself."""
    rows: list[dict[str, Any]] = []
    for one in told:
        older = [{"release": n, "path": f"{up}{one.year}/release-{n}/"} for n in one.older]
        row = {"year": one.year, "title": one.title, "title_en": one.title_en, "release": one.release}
        rows.append({**row, "path": f"{up}{one.year}/", "older": older, "pages": _pages(new / str(one.year))})
    text = harmless(json.dumps(rows, ensure_ascii=False))
    return f"window.bluebookEditions={text};document.dispatchEvent(new Event('bluebook-editions'));\n"


def redirect(target: str, title: str) -> str:
    """Return a page that leads on to ``target``, with its anchor, and says so where there is no script.

    >>> 'href="../2022/index.html"' in redirect("../2022/index.html", "…")
    True
    """
    where, script = escape(target), harmless(json.dumps(target))
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<title>{escape(title)}</title><link rel="canonical" href="{where}">'
        f"<script>location.replace({script} + location.search + location.hash)</script>"
        f'<noscript><meta http-equiv="refresh" content="0; url={where}"></noscript></head>'
        f'<body><p><a href="{where}">{escape(title)}</a></p></body></html>\n'
    )
