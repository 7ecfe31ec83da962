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
from bluebook.index.rank import rank_values
from bluebook.index.score import score
from bluebook.ledger.checks import Examined, place_of
from bluebook.ledger.relation import clip
from bluebook.ledger.rows import printed_text, text
from bluebook.messages import BadInput

EDGE = 1e-9  # a score that lies just on the edge of its rounding agrees
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


def misses(panel: pd.DataFrame, tree: pd.DataFrame, printed: pd.DataFrame, digits: int) -> pd.DataFrame:
    """Return what is printed and a panel gives otherwise, scores and ranks, those of single indicators too.

    ``panel``: unit and a column a leaf of ``tree``; ``printed``: city, code, score, rank, decimals; rounded
    to ``digits`` before ranking. Returns the rows of ``printed``, one for each miss, with ``what`` ("score"
    or "rank"), ``told`` and ``given``; no row while all agree.
    """
    result = score(panel, tree, decimals=digits)
    leaves = list(result.normalised)
    direction = tree.set_index("code")["direction"][leaves].to_numpy(dtype=float)
    raw = panel.set_index("unit")[leaves]
    ranks = result.ranks.join(pd.DataFrame(rank_values(raw.to_numpy() * direction), raw.index, leaves))
    found = []
    for what, table in (("score", result.scores), ("rank", ranks)):
        rows = printed[printed[what].notna() & printed["code"].isin(table.columns)]
        given = [float(table.at[c, k]) for c, k in zip(rows["city"], rows["code"], strict=True)]
        rows = rows.assign(what=what, told=rows[what].astype(float), given=given)
        places = rows["decimals"].fillna(digits).astype(int) if what == "score" else 0 * rows["told"]
        found.append(rows[~((rows["told"] - rows["given"]).abs() <= 0.5 * 10.0**-places + EDGE)])
    return pd.concat(found, ignore_index=True)


def _panel(name: str, tree: pd.DataFrame, printed: pd.DataFrame, year: int, root: Path) -> Iterator[Fault]:
    wide = edition.table(name, root).pivot(index="city", columns="indicator", values="value")
    digits = edition.settings_of(root / "editions" / str(year)).get("decimals")
    for row in misses(wide.rename_axis("unit").reset_index(), tree, printed, digits).to_dict("records"):
        places = int(row["decimals"]) if row["what"] == "score" else 0
        value, ours = f"{row['told']:.{places}f}", f"{row['given']:.{places}f}"
        about = f"{row['city']} {row['code']} {row['what']}={value}"
        file = f"editions/{year}/scores.csv"
        yield fault(
            __file__,
            "against_panel",
            file,
            row["row"],
            row["what"],
            value,
            about=about,
            panel=name,
            ours=ours,
        )


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
