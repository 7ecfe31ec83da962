"""The first shape of next year's edition: settings, an empty ranking and a framework to start from; and its
undoing.

What a scaffold holds follows from the edition before it and nothing else, so it needs no memory of its own:
an edition is untouched as long as its files are what would be written again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from bluebook.data import edition as editions
from bluebook.data import schema
from bluebook.data.csvio import read_table
from bluebook.data.faults import listed
from bluebook.messages import Catalogue, message
from bluebook.year import journal

SAYS = Catalogue(__file__)
# Settings that stay; of the others the names of people, dates, theme and method are not known yet.
_KEPT = ("organisers", "organisers_en", "book_publisher", "publisher", "decimals", "framework")
# Tables of what is said at the conference: empty until somebody has spoken.
EMPTY = ("talks", "lists", "claims")
_TITLES = ("title_zh", "title_en", "book_title_zh", "book_title_en")
_COPIED = "  # 照抄 {last} 年度 / copied from {last}"
_UNCONFIRMED = (
    "unconfirmed: [data_year, framework, organisers]  "
    "# 照抄或顺延来的，核对一项删一项 / carried over: strike out each one that is checked\n"
)
_SHIFTED = "  # 由 {last} 年度顺延 / carried forward from {last}"


def new_edition(year: int) -> list[Path]:
    """Make ``data/editions/<year>`` as a draft and list its tables in the package; return the files.

    The folder appears whole or not at all. Raises `BadInput` unless ``year`` is the one after the latest
    edition and the latest edition is no draft. `bluebook.year.begin` does it together with the chapters.
    """
    refuse_unless_next(year)
    root = schema.data_root()
    with journal.change(root.parent) as change:
        refuse_unless_next(year)  # another command may have been first
        lay(change, year)
    return [root / "editions" / str(year) / name for name in first_shape(year)]


def undo(year: int, force: bool = False) -> None:
    """Remove a draft that `new_edition` made and nobody has changed since; ``force`` removes a changed one as
    well.

    Raises `BadInput` for an edition that is missing, not the latest, not a draft, or changed.
    """
    refuse_unless_draft(year)
    if not force and (changed := touched(year)):
        SAYS.refuse("changed_since", year=year, files=listed(changed))
    with journal.change(schema.data_root().parent) as change:
        refuse_unless_draft(year)
        lift(change, year)


def lay(change: journal.Change, year: int, kinds: Iterable[str] = ()) -> None:
    """Let ``change`` add the draft's folder, with empty tables of these ``kinds``, and list its tables."""
    root, files = schema.data_root(), first_shape(year, kinds)
    coming = [f"editions/{year}/{name}" for name in files if name.endswith(".csv")]
    change.folder(root / "editions" / str(year), files)
    change.write(root / schema.PACKAGE, schema.tables_listed(root, coming))


def lift(change: journal.Change, year: int) -> None:
    """Let ``change`` take the draft's folder away, and its tables off the list."""
    root = schema.data_root()
    change.remove(root / "editions" / str(year))
    if text := schema.tables_listed(root, going=year):
        change.write(root / schema.PACKAGE, text)


def refuse_unless_next(year: int) -> None:
    """Raise `BadInput` unless ``year`` is the one after the latest edition, which is no draft."""
    last = editions.current_year()
    if year in editions.years():
        SAYS.refuse("there_already", year=year)
    if year != last + 1:
        SAYS.refuse("not_the_next", year=year, last=last, next=last + 1)
    if editions.edition(last)["status"] == "draft":
        SAYS.refuse("draft_first", last=last)


def refuse_unless_draft(year: int) -> None:
    """Raise `BadInput` unless ``year`` is the latest edition and a draft, with one before it."""
    if year not in editions.years():
        SAYS.refuse("none_to_undo", year=year, there=listed(editions.years()))
    first, latest = editions.years()[0], editions.current_year()
    if editions.edition(year)["status"] != "draft" or year != latest or year == first:
        SAYS.refuse("not_the_latest_draft", year=year)


def touched(year: int) -> list[str]:
    """Return the files of an edition that are not as they were laid: changed, added or gone."""
    folder = schema.data_root() / "editions" / str(year)
    there = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    fresh = {name: text.encode("utf-8") for name, text in first_shape(year, EMPTY).items()}
    may_lack = {f"{kind}.csv" for kind in EMPTY}
    names = there.keys() | (fresh.keys() - may_lack)
    return sorted(name for name in names if there.get(name) != fresh.get(name))


def unfilled(year: int | None = None) -> list[str]:
    """Return the short Chinese names of the cities without a rank in an edition; all if none has one."""
    scores = editions.scores(year).query("code == 'index'")
    ranked = set(scores[scores["rank"].notna()]["city"])
    names = editions.cities().set_index("city")["name_zh"]
    waiting = scores[scores["rank"].isna()]["city"] if ranked else names.index
    return [str(names.get(city, city)) for city in waiting]


def refuse_unfilled(year: int | None = None) -> None:
    """Raise `BadInput` if the edition to be built has no ranking, or rows of it without a rank."""
    year = year or editions.current_year()
    waiting = unfilled(year)
    if not waiting:
        return
    zh, en = listed(waiting[:6])
    some = (zh + "等", en + " and others") if len(waiting) > 6 else (zh, en)
    SAYS.refuse("unfilled", year=year, n=len(waiting), some=some)


def next_steps(year: int) -> list[tuple[str, str]]:
    """Return what an editor does after `new_edition`, a line each, in Chinese and in English."""
    doings = "settings", "source", "ranking", "framework", "talks", "build"
    steps = ["begun", "step_workbook", *(f"step_{doing}" for doing in doings), "undone"]
    folder = f"data/editions/{year}"
    return [message(__file__, step, year=year, last=year - 1, folder=folder) for step in steps]


# ---------------------------------------------------------------- what the files hold


def first_shape(year: int, kinds: Iterable[str] = ()) -> dict[str, str]:
    """Return the files of a new edition, name → text, from the edition before it.

    ``kinds`` are tables that wait for their first row.
    """
    root, last = schema.data_root(), year - 1
    before = root / "editions" / str(last)
    files = {"edition.yml": _settings((before / "edition.yml").read_text("utf-8-sig"), last, year)}
    files["scores.csv"] = _ranking(root)
    if (before / "indicators.csv").is_file():
        files["indicators.csv"] = _framework(before / "indicators.csv", last, year)
    for kind in kinds:
        files[f"{kind}.csv"] = ",".join(_columns(root, kind)) + "\n"
    return files


def _settings(text: str, last: int, year: int) -> str:
    """Return an ``edition.yml``: titles with the year replaced, what stays copied, the rest null."""
    out = re.split(r"(?m)^(?=[A-Za-z_]+:)", text.replace("\r\n", "\n"))
    for i, block in enumerate(out[1:], 1):
        head, _, more = block.partition("\n")
        key = head.partition(":")[0]
        remark = re.search(r"\s+#.*$", head)
        note = remark.group() if remark else ""
        plain = head.removesuffix(note)
        known = re.search(r"\d{4}", plain)
        if key in _TITLES:
            out[i] = block.replace(str(last), str(year))
        elif key in _KEPT:  # a list or a mapping says what may change; a single word does not
            out[i] = f"{plain}{_COPIED.format(last=last)}\n{more}" if more else f"{head}\n"
        elif key == "method":
            out[i] = "method:\n" + re.sub(r"(?m)^(\s+\w+:).*$", r"\1 null", more)
        elif key == "data_year" and known:
            out[i] = f"data_year: {int(known.group()) + 1}{_SHIFTED.format(last=last)}\n"
        else:
            fresh = {"year": str(year), "status": f"draft{note}", "sources": "[]", "chapters": "[]"}
            out[i] = f"{key}: {fresh.get(key, f'null{note}')}\n"
    if not any(block.startswith("unconfirmed:") for block in out):
        out.append("")
    at = next((i for i, block in enumerate(out) if block.startswith("unconfirmed:")), len(out) - 1)
    out[at] = _UNCONFIRMED
    return "".join(out)


def _ranking(root: Path) -> str:
    """Return an empty ranking: one row a city for the total, with neither score nor rank."""
    table = editions.cities()[["city"]].assign(code="index").reindex(columns=_columns(root, "scores"))
    return table.to_csv(index=False, lineterminator="\n")


def _framework(path: Path, last: int, year: int) -> str:
    """Return the indicators of ``last`` to start from: weights are assumed now, since nothing backs them."""
    table = read_table(path)
    backed = (table["weight"] != "") & (table["parent"] != "") & (table["weight_basis"] != "assumed")
    how = f"Copied from edition {last}; to be checked against the report of {year}"
    table.loc[backed, ["weight_basis", "derivation"]] = ["assumed", how]
    return table.to_csv(index=False, lineterminator="\n")


def _columns(root: Path, kind: str) -> list[str]:
    return [f["name"] for f in schema.package(root)["tables"][kind]["schema"]["fields"]]
