"""What several test files need: the built site, a small book to break, a browser."""

from __future__ import annotations

import csv
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from filelock import FileLock

from bluebook.data import across, causes
from bluebook.data.faults import Fault
from bluebook.year import chapters

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
FRONT = chapters.FRONT + "\n"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a case by the length of its bytes, for a file zipped a second later is another file."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None


def bluebook(*args: str, cwd: Path = ROOT, lang: str = "en", **env: str) -> subprocess.CompletedProcess:
    """Run ``python -m bluebook …`` and return what it printed and its exit code."""
    environment = {**os.environ, "BLUEBOOK_LANG": lang, "PYTHONPATH": str(cwd), **env}
    environment.pop("BLUEBOOK_DATA", None)
    return subprocess.run(
        [sys.executable, "-m", "bluebook", *args],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def copy_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the book's data to ``tmp_path/data``, let the package read the copy, and return its folder."""
    root = tmp_path / "data"
    shutil.copytree(ROOT / "data", root)
    monkeypatch.setenv("BLUEBOOK_DATA", str(root))
    return root


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data that a test may spoil; the package reads it."""
    return copy_data(tmp_path, monkeypatch)


def change(root: Path, name: str, row: int, column: str, value: str) -> None:
    """Write ``value`` into one cell; ``row`` as a spreadsheet counts it."""
    with (root / name).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    rows[row - 1][rows[0].index(column)] = value
    with (root / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def row_of(root: Path, name: str, **cells: str) -> int:
    """Return the spreadsheet row in which these columns hold these values."""
    with (root / name).open(encoding="utf-8-sig", newline="") as file:
        for number, record in enumerate(csv.DictReader(file), start=2):
            if all(record[k] == v for k, v in cells.items()):
                return number
    raise LookupError(cells)


def folder_of(home: Path, monkeypatch: pytest.MonkeyPatch, **files: str) -> Path:
    """Go to ``home``, in English, and write tables there: name without .csv → text."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    for name, text in files.items():
        (home / f"{name}.csv").write_text(text, encoding="utf-8")
    return home


def rewrite(root: Path, name: str, work: Callable[[str], str]) -> None:
    """Replace the text of a file by ``work`` of it."""
    path = root / name
    path.write_text(work(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")


def rules(root: Path, file: str) -> list[Fault]:
    """Return what the rules of the tables say, with the edition to which ``file`` belongs (else 2022).

    `bluebook.ledger.check.check` says it too, but reckons the ledger each time.
    """
    year = int(file.split("/")[1]) if file.startswith("editions/") else 2022
    return causes.by_cause(across.check(root, [year]))


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site; built now where somebody runs pytest alone."""
    done = bluebook("build")
    assert done.returncode == 0, done.stdout + done.stderr
    return SITE


@pytest.fixture(scope="session")
def kit(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The student's kit, unpacked."""
    home = tmp_path_factory.mktemp("kit")
    with zipfile.ZipFile(site / "downloads" / "notebooks-zh.zip") as archive:
        archive.extractall(home)
    return home


class Student(NamedTuple):
    """The kit as a student has it: unpacked, with its own environment, none of the book's in reach."""

    home: Path
    python: Path
    env: dict[str, str]


@pytest.fixture(scope="session")
def student(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Student:
    """The kit in a new folder, installed from its own lock into a new environment; once for all workers."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "student"
    python = home / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    env = {k: v for k, v in os.environ.items() if not k.startswith("BLUEBOOK") and k != "PYTHONPATH"}
    with FileLock(home.with_suffix(".lock")):
        if not (home / ".installed").exists():
            with zipfile.ZipFile(site / "downloads" / "notebooks-zh.zip") as archive:
                archive.extractall(home)
            subprocess.run([sys.executable, "-m", "venv", str(home / ".venv")], check=True)
            install = [str(python), "-m", "pip", "install", "-q", "-r", "requirements.txt"]
            subprocess.run(install, cwd=home, env=env, check=True)
            (home / ".installed").touch()
    return Student(home, python, env | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"})


def page(body: str) -> str:
    """Return a text notebook with this body."""
    return FRONT + body


def cell(code: str) -> str:
    """Return a code cell."""
    return f"```{{code-cell}} ipython3\n{code}\n```\n\n"


@pytest.fixture(scope="session")
def built_mini(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of two pages with all the data and code of the real one, built once."""
    home = tmp_path_factory.mktemp("mini") / "book"
    home.mkdir()
    for folder in ("data", "bluebook", "assets", "templates"):
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (
        "_config.yml",
        "requirements.txt",
        "requirements-kit.txt",
        "pyproject.toml",
        "LICENSE",
        "NOTICE",
    ):
        shutil.copy(ROOT / name, home / name)
    (home / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: chapters/one\n", "utf-8")
    (home / "index.md").write_text("(front)=\n# 小书\n\n[一](chapters/one.md)\n", "utf-8")
    (home / "chapters").mkdir()
    (home / "chapters" / "one.md").write_text(page(ONE), "utf-8")
    done = bluebook("build", cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr
    return home


@pytest.fixture
def mini(built_mini: Path, tmp_path: Path) -> Path:
    """A copy of the small book, already built, to break."""
    home = tmp_path / "book"
    shutil.copytree(built_mini, home)
    return home


ONE = (
    "(one)=\n# 第一章\n\n"
    + cell("import bluebook as bb")
    + cell("bb.glue(second=bb.scores().query(\"code == 'index' and rank == 2\")['score'].iloc[0])")
    + "洛阳得 {glue:text}`second:.2f` 分；印出的是 {fig}`score_2022_410300_index`。\n"
)


@pytest.fixture(scope="session")
def browser():
    """Chromium, driven by Playwright; skipped where there is none, unless the environment requires it."""
    from bluebook.doctor import chromium

    path = chromium()
    if not path:
        if os.environ.get("BLUEBOOK_REQUIRE_BROWSER") == "1":
            pytest.fail("BLUEBOOK_REQUIRE_BROWSER=1, but there is no Chromium here")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    flags += ["--disable-background-networking", "--disable-component-update"]
    flags += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]  # no page asks another host
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=path, args=flags)
        yield started
        started.close()


@pytest.fixture(scope="session")
def address(site: Path):
    """The site served over http on this machine."""

    class Silent(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
