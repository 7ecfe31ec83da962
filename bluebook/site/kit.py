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


def kit(root: Path, exported: dict[str, Path], target: Path, cache: Path, lang: str) -> None:
    """Write the zip from which a student re-runs everything: notebooks, data, the wheel and a small lock."""
    built = wheel(root, cache)
    prefix = "" if lang == "zh" else "en/"
    lock = (root / "requirements-kit.txt").read_text("utf-8")
    files = {f"{prefix}{page}.ipynb": path.read_bytes() for page, path in exported.items()}
    files[built.name] = built.read_bytes()
    files["requirements.txt"] = f"./{built.name}\n{lock}".encode()
    files["README.md"] = _KIT_README[lang].encode("utf-8")
    for name in (
        "LICENSE",
        "LICENSE-CONTENT",
        "NOTICE",
        "assets/weights.js",
    ):  # the script goes into a notebook's sliders
        if (root / name).exists():
            files[name] = (root / name).read_bytes()
    for path in sorted((root / "data").rglob("*")):
        if path.is_file():
            files[path.relative_to(root).as_posix()] = path.read_bytes()
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


_KIT_README = {
    "zh": """# 把这本书重新算一遍

1. 装 Python 3.11 或更新的版本，解压到一个新文件夹，在里面打开终端。
2. `python -m venv .venv`，然后 `.venv/bin/pip install -r requirements.txt`
   （Windows：`.venv\\Scripts\\pip install -r requirements.txt`）。
3. 用 VS Code 打开 `chapters/` 里的任何一章，或者 `pip install jupyterlab` 之后运行 `jupyter lab`。

`data/` 里是全书用到的每一张表。改一个数，再运行那一章，看看什么变了。
""",
    "en": """# Run this book again

1. Install Python 3.11 or newer, unzip into a new folder and open a terminal there.
2. `python -m venv .venv`, then `.venv/bin/pip install -r requirements.txt`
   (Windows: `.venv\\Scripts\\pip install -r requirements.txt`).
3. Open any chapter with VS Code, or `pip install jupyterlab` and run `jupyter lab`.

`data/` holds every table that the book uses. Change a number, run the chapter again and see what changes.
""",
}
