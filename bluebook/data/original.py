"""The data as the kit came: what was changed since, cell by cell, and the way back.

The kit lays ``original.zip`` into its ``data`` folder, so that a copy of the folder can be put back too.
"""

from __future__ import annotations

import csv
import difflib
import io
import zipfile
from pathlib import Path

import pandas as pd

from bluebook.data.csvio import write
from bluebook.data.schema import data_root
from bluebook.messages import BadInput, message, t

NAME = "original.zip"
MOST = 200  # rows of a table in which changes are told cell by cell


def pack(files: dict[str, bytes]) -> bytes:
    """Return files (path → content) as a zip: the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _originals(root: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(root / NAME) as archive:
            names = [n for n in archive.namelist() if ".." not in Path(n).parts and not Path(n).is_absolute()]
            return {name: archive.read(name) for name in names}
    except (OSError, zipfile.BadZipFile):
        raise BadInput(*message(__file__, "no_original", name=NAME)) from None


def _changed(root: Path) -> dict[str, bytes]:
    """Return the files that differ from the original, by path, with what they were."""
    changed = {}
    for name, was in _originals(root).items():
        path = root / name
        now = path.read_bytes() if path.is_file() else None
        if now is None or (now != was and (not name.endswith(".csv") or _rows(now) != _rows(was))):
            changed[name] = was
    return changed


def _rows(content: bytes) -> list[list[str]] | None:
    """Return a CSV's rows, whatever a spreadsheet did to its mark and its line ends; None: not UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline="")) if any(row)]


def data_changed() -> pd.DataFrame:
    """Return what differs from the data as the kit came: table, row, column, was, now; empty if nothing does.

    ``row`` counts as a spreadsheet does, in the table as it is now. Rows and files that are gone or new have
    no column. Raises `BadInput` where there is no original to compare with, as in a checkout.

    >>> try:
    ...     len(bb.data_changed())
    ... except bb.BadInput as problem:
    ...     print(problem.line("zh")[:28])
    data 文件夹里没有 original.zip，没有原
    """
    root, out = data_root(), []
    for name, was in _changed(root).items():
        path = root / name
        before, after = _rows(was), _rows(path.read_bytes()) if path.is_file() else None
        if not path.is_file() or not name.endswith(".csv") or before is None or after is None:
            gone = t("没有了", "gone") if not path.is_file() else t("整个文件不同", "differs as a whole")
            out.append((name, 0, "", "", gone))
            continue
        out += [(name, *change) for change in _cells(before, after)]
    return pd.DataFrame(out, columns=["table", "row", "column", "was", "now"])


def _cells(before: list[list[str]], after: list[list[str]]) -> list[tuple[int, str, str, str]]:
    """Return the changes between two tables: (row, column, was, now), whole rows where rows came or went."""
    out: list[tuple[int, str, str, str]] = []
    head = after[0] if after else []
    keys = [[tuple(row) for row in table] for table in (before, after)]
    for kind, a, b, c, d in difflib.SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if kind == "replace" and b - a == d - c:
            for was, now, row in zip(before[a:b], after[c:d], range(c + 1, d + 1), strict=True):
                width = max(len(was), len(now))
                pairs = zip(was + [""] * (width - len(was)), now + [""] * (width - len(now)), strict=True)
                for i, (x, y) in enumerate(pairs):
                    if x != y:
                        out.append((row, head[i] if i < len(head) else str(i + 1), x, y))
        elif kind != "equal":
            out += [(c + 1, "", ",".join(row), "") for row in before[a:b]]
            out += [(row, "", "", ",".join(after[row - 1])) for row in range(c + 1, d + 1)]
    return out[:MOST]


def reset_data(table: str = "") -> None:
    """Put the data back as the kit came, or one ``table`` of them; say which, and where the changed ones are.

    What was changed is kept first, as ``data-changed-1.zip`` and so on beside the data. New files are left.
    Raises `BadInput` for a table that there was not, and where there is no original.

    >>> try:
    ...     bb.reset_data("economy/series.csv")
    ... except bb.BadInput as problem:
    ...     print(problem.line("zh")[:28])
    data 文件夹里没有 original.zip，没有原
    """
    root = data_root()
    originals, changed = _originals(root), _changed(root)
    if table:
        name = table.removeprefix("data/")
        if name not in originals:
            near = difflib.get_close_matches(name, originals, 3, 0.3)
            raise BadInput(*message(__file__, "no_original_table", name=table, near="、".join(near)))
        changed = {name: changed[name]} if name in changed else {}
    if not changed:
        print(t("数据没有改过，不用恢复。", "Nothing was changed; nothing to put back."))
        return
    kept = {name: (root / name).read_bytes() for name in changed if (root / name).is_file()}
    number = 1
    while (copy := root.parent / f"data-changed-{number}.zip").exists():
        number += 1
    try:
        if kept:
            copy.write_bytes(pack(kept))
        for name, was in changed.items():
            _restore(root / name, was)
    except OSError as why:
        raise BadInput(*message(__file__, "cannot_reset", why=why.strerror or why)) from None
    names = t("、", ", ").join(changed)
    where = t(f"改过的存在 {copy.name}。", f" What was changed: {copy.name}.") if kept else ""
    print(t(f"已恢复：{names}。", f"Put back: {names}.") + where)


def _restore(path: Path, content: bytes) -> None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    else:
        write({path: text})
