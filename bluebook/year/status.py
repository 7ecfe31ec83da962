"""What the current edition still needs, on one screen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from bluebook.data import edition as editions
from bluebook.data.csvio import write
from bluebook.data.faults import listed
from bluebook.data.settings import STATUSES
from bluebook.messages import BadInput, Catalogue, message
from bluebook.year import checklist, shelf
from bluebook.year.contents import pages, unwritten

SAYS = Catalogue(__file__)
Pair = tuple[str, str]
_MOST = 4


class Status(NamedTuple):
    """The state of the current edition.

    ``ranked`` and ``cities``: cities with a rank, and all; ``verdicts``: verdict → how many quoted
    figures have it (empty: none entered); ``stubs``: unwritten pages; ``carried``: settings that were
    carried over and nobody has confirmed; ``faults`` and ``warnings`` as `check` counts them;
    ``unsigned``: open items of the checklist, None where there is no list; ``fresh``: whether the site
    is built from what is there; ``frozen``: year → newest release on the shelf. ``unreadable``: why
    figures cannot be judged, "" where they can.
    """

    year: int
    state: str
    title: Pair
    ranked: int
    cities: int
    scored: int
    verdicts: dict[str, int]
    unreadable: Pair
    pages: int
    stubs: list[str]
    carried: list[str]
    faults: int
    warnings: int
    unsigned: list[str] | None
    fresh: bool
    frozen: dict[int, int]


def status(home: Path, fresh: bool) -> Status:
    """Return the state of the current edition of the book in ``home``; ``fresh``: whether its site is built.

    Whatever cannot be read counts as missing and is told by the check: an editor asks for the state while
    tables are half filled. Raises BadInput only where there is no edition at all.
    """
    year, data = editions.current_year(), home / "data"
    told = _or({}, editions.edition, year)
    cities, total = _or([], editions.cities), _or(None, _total, year)
    faults, warnings = _checked(home)
    verdicts, unreadable = _verdicts(year)
    signed = checklist.path_of(data, year).is_file()
    return Status(
        year=year,
        state=str(told.get("status") or "draft"),
        title=(told.get("title_zh") or str(year), told.get("title_en") or str(year)),
        ranked=0 if total is None else int(total["rank"].notna().sum()),
        cities=len(cities),
        scored=0 if total is None else int(total["score"].notna().sum()),
        verdicts=verdicts,
        unreadable=unreadable,
        pages=len(pages(home)),
        stubs=[page for page, _ in unwritten(home)],
        carried=[str(name) for name in told.get("unconfirmed") or []],
        faults=faults,
        warnings=warnings,
        unsigned=_or(list(checklist.ITEMS), checklist.missing, data, year) if signed else None,
        fresh=fresh,
        frozen={y: one.release for y, one in shelf.newest(shelf.shelf(home)).items()},
    )


def lines(now: Status) -> list[Pair]:
    """Return a state as lines of at most a screen's width, in Chinese and in English."""
    from bluebook.ledger.wording import VERDICT_WORDS

    def line(code: str, **fields: object) -> Pair:
        return message(__file__, code, **fields)

    out = [
        line(
            "st_head",
            year=now.year,
            state=message(__file__, f"state_{now.state if now.state in STATUSES else STATUSES[0]}"),
            title=now.title,
        )
    ]
    out.append(line("st_data", ranked=now.ranked, cities=now.cities, scored=now.scored))
    if now.unreadable[0]:
        out.append(line("st_figures_unreadable", why=now.unreadable))
    elif not sum(now.verdicts.values()):
        out.append(line("st_no_figures"))
    else:
        words = [
            (f"{VERDICT_WORDS[v][0]} {n}", f"{VERDICT_WORDS[v][1]} {n}") for v, n in now.verdicts.items()
        ]
        parts = " · ".join(zh for zh, _ in words), " · ".join(en for _, en in words)
        out.append(line("st_figures", n=sum(now.verdicts.values()), parts=parts))
    written = now.pages - len(now.stubs)
    out.append(line("st_pages", written=written, pages=now.pages, stubs=_some(now.stubs, "st_stubs")))
    out.append(line("st_settings", n=len(now.carried), where=_some(now.carried, "st_where")))
    out.append(line("st_check" if now.faults else "st_check_fine", faults=now.faults, warnings=now.warnings))
    if now.unsigned is None:
        out.append(line("st_no_list"))
    else:
        out.append(line("st_list", n=len(now.unsigned), open=_some(now.unsigned, "st_where")))
    out.append(line("st_site_fresh" if now.fresh else "st_site_old"))
    if now.frozen:
        zh, en = listed(f"{y}（{n}）" for y, n in now.frozen.items())
        out.append(line("st_frozen", years=(zh, en.replace("（", " (").replace("）", ")"))))
    return out


# ---------------------------------------------------------------- inside


def _or(other: Any, read: Callable[..., Any], *args: Any) -> Any:
    """Return what ``read`` gives, or ``other`` where a table cannot be read: the check says which and why."""
    try:
        return read(*args)
    except (BadInput, OSError, ValueError, LookupError, TypeError):
        return other


def _total(year: int) -> pd.DataFrame:
    return editions.scores(year).query("code == 'index'")


def _verdicts(year: int) -> tuple[dict[str, int], Pair]:
    """Return how many of the edition's figures have each verdict, and why they cannot be judged."""
    from bluebook.ledger import book

    try:
        if editions.claims(year).empty:
            return {}, ("", "")
        return book.counts(year), ("", "")
    except BadInput as problem:
        return {}, (problem.zh, problem.en)
    except (ValueError, LookupError, TypeError, ArithmeticError, AttributeError) as problem:
        return {}, (repr(problem), repr(problem))


def _checked(home: Path) -> tuple[int, int]:
    """Return how many faults and warnings `check` finds: from its last run if nothing has changed since."""
    from bluebook.data.causes import count
    from bluebook.ledger.check import report

    files = sorted(p for p in (home / "data").rglob("*") if p.is_file())
    names = ((p.relative_to(home).as_posix(), shelf.digest(p)) for p in files)
    state = hashlib.sha256(repr(list(names)).encode()).hexdigest()
    note = home / "_build" / ".cache" / "status.json"
    with suppress(OSError, ValueError, KeyError):
        told = json.loads(note.read_text("utf-8"))
        if told["state"] == state:
            return told["faults"], told["warnings"]
    found = report(home / "data")
    faults, warnings = count(found.faults), count(found.warnings)
    with suppress(BadInput):  # a folder that cannot be written makes the next look slower, nothing else
        write({note: json.dumps({"state": state, "faults": faults, "warnings": warnings})})
    return faults, warnings


def _some(items: list[str], code: str) -> Pair:
    """Return the first few of a list in words, ("", "") where it is empty."""
    if not items:
        return "", ""
    zh, en = listed(items[:_MOST])
    more = len(items) > _MOST
    return message(__file__, code, items=(zh + "……" * more, en + " …" * more))
