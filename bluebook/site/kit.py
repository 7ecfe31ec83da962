"""The student's kit: every notebook, the data, the package as a wheel and a small lock in one zip."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from bluebook.data import original
from bluebook.data.csvio import marked
from bluebook.site import functions
from bluebook.site.kit_texts import ENVIRONMENT, README
from bluebook.year import checklist, draft


def wheel(root: Path, cache: Path) -> Path:
    """Build the package's wheel with setuptools, once for each state of the package; return its path."""
    digest = hashlib.sha256((root / "pyproject.toml").read_bytes())
    rooms = [p for ending in ("*.py", "*.toml", "py.typed") for p in (root / "bluebook").rglob(ending)]
    for path in sorted(rooms):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    folder = cache / "wheel" / digest.hexdigest()[:16]
    if not list(folder.glob("*.whl")):
        with tempfile.TemporaryDirectory() as scratch:
            here = Path(scratch) / "src"
            here.mkdir()
            for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
                if (root / name).exists():
                    shutil.copy(root / name, here / name)
            shutil.copytree(
                root / "bluebook", here / "bluebook", ignore=shutil.ignore_patterns("__pycache__")
            )
            code = "import sys; from setuptools import build_meta as b; b.build_wheel(sys.argv[1])"
            out = Path(scratch) / "out"
            out.mkdir()
            done = subprocess.run(
                [sys.executable, "-c", code, str(out)],
                cwd=here,
                capture_output=True,
                text=True,
                encoding="utf-8",
                env={**os.environ, "SOURCE_DATE_EPOCH": "1656892800"},
            )
            if done.returncode:
                raise RuntimeError(done.stderr.strip()[-800:])
            folder.mkdir(parents=True, exist_ok=True)
            for built in out.glob("*.whl"):
                shutil.move(str(built), folder / built.name)
    return next(folder.glob("*.whl"))


def _functions(folder: Path, lang: str) -> str:
    """Return the page of functions, written once for each state of the package: beside its wheel."""
    path = folder / f"functions-{lang}.md"
    if not path.exists():
        path.write_text(functions.page(lang), "utf-8", newline="\n")
    return path.read_text("utf-8")


def kit(root: Path, exported: dict[str, Path], target: Path, cache: Path, lang: str) -> None:
    """Write the zip from which a student re-runs everything: notebooks, data, the wheel and a small lock."""
    built = wheel(root, cache)
    prefix = "" if lang == "zh" else "en/"
    lock = (root / "requirements-kit.txt").read_text("utf-8")
    files = {f"{prefix}{page}.ipynb": path.read_bytes() for page, path in exported.items()}
    files[built.name] = built.read_bytes()
    files["requirements.txt"] = f"./{built.name}\n{lock}".encode()
    banner = f"> **{draft.banner()}**\n\n" if draft.banner() else ""
    files["README.md"] = (banner + README[lang]).encode("utf-8")
    files["FUNCTIONS.md"] = _functions(built.parent, lang).encode("utf-8")
    files["environment.yml"] = ENVIRONMENT.encode("utf-8")
    for name in (
        "LICENSE",
        "LICENSE-CONTENT",
        "NOTICE",
        "assets/weights.js",
        "assets/cities.js",
        "assets/editor-walk.json",
    ):  # sliders, the comparison of cities, an editor's walk
        if (root / name).exists():
            files[name] = (root / name).read_bytes()
    data = {}
    for path in sorted((root / "data").rglob("*")):
        if path.is_file() and path.name not in {checklist.NAME, original.NAME}:  # names of people, not data
            content = path.read_bytes()
            data[path.relative_to(root / "data").as_posix()] = (
                marked(content) if path.suffix == ".csv" else content
            )
    files |= {f"data/{name}": content for name, content in data.items()}
    files[f"data/{original.NAME}"] = original.pack(data)
    state = hashlib.sha256(repr([(n, hashlib.sha256(files[n]).hexdigest()) for n in sorted(files)]).encode())
    seen = cache / f"kit-{lang}.txt"
    if target.exists() and seen.exists() and seen.read_text("utf-8") == state.hexdigest():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            # ZipInfo's own fixed date: the same book gives the same zip, byte for byte.
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    partial.replace(target)
    seen.write_text(state.hexdigest(), "utf-8")
