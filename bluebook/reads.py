"""What a chapter read while it ran: files opened, folders listed, rooms of the package imported.

Runs inside a chapter's kernel (`begin` before its cells, `report` after them), so that the build can tell
whether anything the chapter stands on has changed since. One kernel runs several chapters, one after another:
the libraries stay loaded, the package and what was noted do not.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path

_seen: dict[str, set[str]] = {"files": set(), "folders": set()}
_EVENTS = {"open": "files", "os.listdir": "folders", "os.scandir": "folders"}
_watching = False


def begin(folder: str) -> None:
    """Begin a chapter in ``folder``: note every file opened and every folder listed from now on.

    The package is forgotten first, with all that it remembers: what an earlier chapter read of it, this one
    reads again, and is seen to.
    """
    global _watching
    os.chdir(folder)
    importlib.invalidate_caches()  # so that every chapter is seen to look for its rooms
    for name in [n for n in sys.modules if n.split(".")[0] == "bluebook" and n != __name__]:
        del sys.modules[name]
    for noted in _seen.values():
        noted.clear()
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
