"""What a book is made of: the files of its sources, and whether the built site is that of these sources."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from bluebook.year import checklist

INPUTS = (
    *("_config.yml", "_toc.yml", "index.md", "pyproject.toml", "requirements.txt", "requirements-kit.txt"),
    *("LICENSE", "LICENSE-CONTENT", "NOTICE", "README.md"),
)
FOLDERS = ("chapters", "data", "bluebook", "assets", "templates")
# Of no effect on a page, but whoever builds the book again wants them.
BESIDE = (
    *("requirements-dev.txt", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff"),
    *("Makefile", "蓝皮书.cmd", ".gitattributes", ".gitignore"),
)
_SETTINGS = re.compile(r"data/editions/\d{4}/edition\.yml")
_FROZEN = re.compile(rb"(?m)^status:[ \t]*frozen\b")


def languages(root: Path) -> list[str]:
    """Return the books that exist here: "zh", and "en" once ``en/_toc.yml`` does."""
    return ["zh"] + (["en"] if (root / "en" / "_toc.yml").exists() else [])


def book_of(root: Path, lang: str) -> Path:
    """Return the folder that holds one language's ``_toc.yml`` and ``chapters/``."""
    return root / "en" if lang == "en" else root


def files_in(*folders: Path) -> list[Path]:
    """Return every file in these folders and below, but for what Python keeps there."""
    return [p for f in folders for p in f.rglob("*") if p.is_file() and "__pycache__" not in p.parts]


def hash_of(root: Path, files: Iterable[Path], start: str = "") -> str:
    """Return a hash of ``start`` and of these files, by their names below ``root`` and what is in them."""
    digest = hashlib.sha256(start.encode())
    for path in sorted(files):
        name, content = path.relative_to(root).as_posix(), path.read_bytes()
        if _SETTINGS.fullmatch(name):  # freezing a book changes no page of it
            content = _FROZEN.sub(b"status: published", content)
        digest.update(name.encode() + b"\0")
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def input_hash(root: Path, lang: str) -> str:
    """Return a hash of every file that this language's book is made of, and of the Python that makes it."""
    folders = [*FOLDERS, "en"] if lang == "en" else FOLDERS
    files = [root / name for name in INPUTS if (root / name).exists()]
    files += [p for p in files_in(*(root / folder for folder in folders)) if p.name != checklist.NAME]
    return hash_of(root, files, f"{lang} {sys.version}")


def noted(path: Path) -> str:
    """Return what an earlier build wrote down, "" where there was none."""
    return path.read_text("utf-8") if path.exists() else ""


def good(root: Path, lang: str, digest: str) -> bool:
    """Return whether the built site is there and was made from the inputs with this hash."""
    site, written = root / "_build" / "html", root / "_build" / "work" / lang / "inputs.txt"
    return noted(written) == digest and (site / ("en/index.html" if lang == "en" else "index.html")).exists()


def site_is_current(root: Path) -> bool:
    """Return whether the site in ``_build/html`` is the one that the sources would give now."""
    return all(good(root, lang, input_hash(root, lang)) for lang in languages(root))


def sources(root: Path) -> dict[str, Path]:
    """Return what somebody needs to build this book again: name below ``root`` → file, sorted by name.

    What an editor's programs leave lying about (hidden files, Excel's locks) is no part of it, nor the
    signatures.
    """
    folders = [*FOLDERS, *(["en"] if "en" in languages(root) else [])]
    found = [root / name for name in (*INPUTS, *BESIDE) if (root / name).is_file()]
    for path in files_in(*(root / folder for folder in folders)):
        stray = any(part.startswith((".", "~$")) for part in path.relative_to(root).parts)
        if not stray and path.name != checklist.NAME:
            found.append(path)
    return dict(sorted((p.relative_to(root).as_posix(), p) for p in found))
