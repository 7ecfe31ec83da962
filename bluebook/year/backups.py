"""What a command keeps of the files that it is about to change: zips in ``backups/``, never written over."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

FOLDER = "backups"


def place(root: Path, name: str) -> Path:
    """Return where the next zip of this name goes: ``backups/<name>-1.zip``, ``-2`` …"""
    number = 1
    while (path := root / FOLDER / f"{name}-{number}.zip").exists():
        number += 1
    return path


def packed(root: Path, files: Iterable[Path]) -> bytes:
    """Return a zip of those of ``files`` that are there, by their paths from ``root``, sorted."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as pack:
        for path in sorted(p for p in files if p.is_file()):
            pack.write(path, path.relative_to(root).as_posix())
    return held.getvalue()
