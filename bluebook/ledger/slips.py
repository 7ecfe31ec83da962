"""Slips that only the ledger sees: a score that the teaching panel, or what a text says of it, contradicts;
a contradiction that no finding explains; a figure that a chapter quotes and no table holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from bluebook.data import edition
from bluebook.data.csvio import read_rows
from bluebook.data.faults import Fault, fault
from bluebook.data.schema import package
from bluebook.index import tree as trees
from bluebook.index.score import score
from bluebook.ledger.checks import Examined, place_of
from bluebook.ledger.relation import clip
from bluebook.ledger.rows import printed_text, text
from bluebook.messages import BadInput

PANELS = ("teaching/observations.csv", "teaching/another.csv")
_QUOTED = re.compile(r"\{fig\}`([a-z0-9_]+)`|bb\.(?:printed|quoted|follows)\(\"([a-z0-9_]+)\"")
_RELATIVE = re.compile(r"(score|rank)_(now|prev|\d{4})_(now|prev|\d{1,2})_|(score|rank)_(now|prev)_")


def contradictions(seen: Examined, explained: Iterable[str], root: Path) -> tuple[list[Fault], list[Fault]]:
    """Return figures that contradict scores (faults) and those that contradict anything else (warnings).

    Only what another figure or a source of at least medium confidence excludes counts, and only where no
    finding in corrections.csv (``explained``) speaks of it. Scores themselves are held against their ranks
    elsewhere.
    """
    faults: list[Fault] = []
    warnings: list[Fault] = []
    known = set(explained)
    for row in seen.records:
        own = str(row["id"])
        against = [c for c in seen.checks.get(own, []) if not c.holds and c.strong]
        if not against or own in known or re.match(r"(score|rank)_\d{4}_", own):
            continue
        file, number, _ = place_of(row, root)
        said = against[0].says
        of_scores = re.search(r"\b(score|rank)_\d{4}_", text(row["relation"]))
        code, into = ("against_scores", faults) if of_scores else ("unexplained", warnings)
        value = printed_text(row)
        key = f"{own} value={value}"
        into.append(fault(__file__, code, file, number, "value", clip(value), about=key, said=said))
    return faults, warnings


def panel_faults(root: Path) -> list[Fault]:
    """Return printed scores and ranks of the teaching panel's edition that the panel does not give.

    The panel is solved to agree with them, so a difference is a slip in a score, in the tree or in the
    panel. Empty where a table cannot be used: that is a fault elsewhere.
    """
    try:
        told = next(r for r in package(root)["resources"] if r["path"] == PANELS[0])["framework"]
        year = int(Path(told).parent.name)
        tree, printed = trees.read(edition.of_edition("indicators", year, root)), _printed(year, root)
        found = [
            f for name in PANELS if (root / name).is_file() for f in _panel(name, tree, printed, year, root)
        ]
    except (BadInput, StopIteration, LookupError, TypeError, ArithmeticError, ValueError):
        return []
    return list({(f.row, f.column): f for f in found}.values())


def _printed(year: int, root: Path) -> pd.DataFrame:
    scores = edition.of_edition("scores", year, root)
    rows = [row for row, _ in read_rows(root / f"editions/{year}/scores.csv")[1]]
    return scores.assign(row=rows)


def _panel(name: str, tree: pd.DataFrame, printed: pd.DataFrame, year: int, root: Path) -> Iterator[Fault]:
    wide = edition.table(name, root).pivot(index="city", columns="indicator", values="value")
    digits = edition.settings_of(root / "editions" / str(year)).get("decimals")
    result = score(wide.rename_axis("unit").reset_index(), tree, decimals=digits)
    for row in printed[printed["code"].isin(result.scores.columns)].to_dict("records"):
        place = (f"editions/{year}/scores.csv", row["row"])
        ours = result.scores.at[row["city"], row["code"]]
        if pd.notna(row["score"]) and abs(ours - row["score"]) > 0.5 * 10.0 ** -int(row["decimals"]) + 1e-9:
            ours, value = f"{ours:.{digits}f}", f"{row['score']:.{int(row['decimals'])}f}"
            yield fault(__file__, "against_panel", *place, "score", value, panel=name, ours=ours)
        elif pd.notna(row["rank"]) and result.ranks.at[row["city"], row["code"]] != row["rank"]:
            ours, value = f"{result.ranks.at[row['city'], row['code']]:.0f}", f"{row['rank']}"
            yield fault(__file__, "against_panel", *place, "rank", value, panel=name, ours=ours)


def quoted_faults(root: Path, ids: Iterable[str]) -> Iterator[Fault]:
    """Yield figures that a chapter beside the data quotes and the ledger lacks: the build would stop."""
    known = set(ids)
    home = root.parent
    pages = [*sorted((home / "chapters").rglob("*.md")), *sorted((root / "editions").rglob("*.md"))]
    for path in (p for p in pages if (home / "chapters").is_dir()):
        for number, line in enumerate(path.read_text("utf-8-sig", errors="replace").splitlines(), start=1):
            for match in _QUOTED.finditer(line):
                id_ = match.group(1) or match.group(2)
                if id_ not in known and not _RELATIVE.match(id_):
                    file = path.relative_to(root if root in path.parents else home).as_posix()
                    yield fault(__file__, "quoted_nowhere", file, number, "", id_, id=id_)
