"""What a chapter read while it ran: files opened, folders listed, rooms of the package imported.

Runs inside a chapter's kernel (`watch` before its cells, `report` after them), so that the build can tell
whether anything the chapter stands on has changed since.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

_seen: dict[str, set[str]] = {"files": set(), "folders": set()}
_EVENTS = {"open": "files", "os.listdir": "folders", "os.scandir": "folders"}
_watching = False


def watch() -> None:
    """Begin to note every file that is opened and every folder that is listed in this process."""
    global _watching
    if not _watching:
        sys.addaudithook(_hear)
        _watching = True


def there(path: Path) -> bool:
    """Return whether ``path`` is a file, and note that somebody asked: a look leaves no other trace."""
    _seen["files"].add(os.fspath(path))
    return path.is_file()


def report(root: str) -> str:
    """Return as JSON what was read below ``root``: ``files`` and ``folders``, paths from there, sorted."""
    home = Path(root).resolve()
    rooms = [m.__file__ for n, m in list(sys.modules.items()) if n.split(".")[0] == "bluebook" and m.__file__]
    found = {"files": _below(home, {*_seen["files"], *rooms}), "folders": _below(home, _seen["folders"])}
    return json.dumps(found, ensure_ascii=False)


def _below(home: Path, paths: set[str]) -> list[str]:
    """Return the paths below ``home``, relative to it and sorted, without what is hidden or generated."""
    full = (Path(path).resolve() for path in paths)
    inner = (path.relative_to(home) for path in full if path.is_relative_to(home))
    return sorted({path.as_posix() for path in inner if not any(map(_aside, path.parts))})


def _aside(part: str) -> bool:
    return part.startswith(".") or part in {"__pycache__", "_build"}


def _hear(event: str, details: tuple) -> None:
    kind = _EVENTS.get(event)
    if kind and details and isinstance(details[0], (str, os.PathLike)):
        _seen[kind].add(os.fspath(details[0]))
