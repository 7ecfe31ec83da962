"""What a student has done, in one file beside the notebook, whoever else writes to it at the same time."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import pandas as pd

from bluebook.data.csvio import write
from bluebook.exercises.shelf import known
from bluebook.messages import BadInput, t

NAME = "progress.json"
PATIENCE, STALE = 3.0, 10.0  # seconds: to wait for another notebook; after which a lock is nobody's


def load(path: Path) -> dict[str, dict[str, object]]:
    """Return what a progress file holds by exercise; nothing of a file that is missing or cannot be read."""
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return {}
    rows = found.get("exercises") if isinstance(found, dict) else None
    rows = rows if isinstance(rows, dict) else {}
    return {str(name): row for name, row in rows.items() if isinstance(row, dict)}


def note(name: str, right: bool, hint: str, folder: Path | None = None) -> str:
    """Write one try into a folder's file (None: beside the notebook); return a word if it cannot."""
    path = (folder or Path.cwd()) / NAME
    try:
        with _alone(path):
            broken = path.exists() and not load(path) and path.stat().st_size > 2  # more than {}
            if broken:
                path.replace(path.with_suffix(".unreadable.json"))
            rows = load(path)
            rows[name] = _tried(rows.get(name, {}), right, hint)
            write(
                {path: json.dumps({"exercises": rows}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"}
            )
    except (OSError, BadInput):
        return t(
            f"（写不进 {path.name}，这一次没有记下）",
            f" ({path.name} cannot be written: this try is not kept)",
        )
    if broken:
        return t(
            f"（原来的 {NAME} 读不懂，已改名为 progress.unreadable.json，重新记起）",
            f" (the old {NAME} could not be read; it is now progress.unreadable.json, and a new one begins)",
        )
    return ""


def _tried(before: dict[str, object], right: bool, hint: str) -> dict[str, object]:
    tries = before.get("tries")
    hints = before.get("hints")
    seen = [str(h) for h in hints] if isinstance(hints, list) else []
    done = before.get("right") is True
    count = tries if isinstance(tries, int) and not isinstance(tries, bool) else 0
    return {
        "right": done or right,
        "tries": count if done else count + 1,  # once right, trying on costs nothing
        "hints": [*seen, hint] if hint and hint not in seen else seen,
        "on": before.get("on") if done else (date.today().isoformat() if right else ""),
    }


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the file's lock, so that two notebooks take turns. Raises OSError if it cannot be had."""
    lock = path.with_suffix(".lock")
    until = time.monotonic() + PATIENCE
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            with suppress(FileNotFoundError):
                if time.time() - lock.stat().st_mtime > STALE:
                    lock.unlink()
                    continue
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def progress(folder: str | Path = ".") -> pd.DataFrame:
    """Return what is done in the exercises beside the notebook: exercise, level, right, tries, hints, on.

    A row an exercise, untried ones too (tries 0); ``hints``: the codes of the hints that were given; ``on``:
    the day on which it was right. The file is ``progress.json``; without one, or with one that cannot be
    read, nothing is done.

    >>> bb.progress("somewhere else")["tries"].sum().item()
    0
    """
    done = load(Path(folder) / NAME)
    rows = []
    for name, level in known().items():
        one = _tried({**done.get(name, {}), "right": True}, True, "") if name in done else {}
        tries = one.get("tries", 0)
        right = done.get(name, {}).get("right") is True
        rows.append((name, level, right, tries, "、".join(one.get("hints", [])), one.get("on") or ""))
    return pd.DataFrame(rows, columns=["exercise", "level", "right", "tries", "hints", "on"])
