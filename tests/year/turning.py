"""A very small book, as if built, and ways to cut a command short: what the tests of the year's turning share."""

from __future__ import annotations

import builtins
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import ROOT

from bluebook.data import schema
from bluebook.year import inputs, journal

TOC = """format: jb-book
root: index
parts:
  - caption: 发布会
    chapters:
      - file: chapters/opening/speech
  - caption: 研究报告
    chapters:
      - file: chapters/report/purpose
      - file: chapters/report/index-results
  - caption: 参考
    chapters:
      - file: chapters/reference/data
"""


def small_book(home: Path) -> Path:
    """Lay out a book of two editions whose site counts as built; return its folder."""
    data, real = home / "data", ROOT / "data"
    (data / "editions").mkdir(parents=True)
    for name in ("datapackage.json", "cities.csv", "errata.csv"):
        shutil.copy(real / name, data / name)
    for year in (2021, 2022):
        (data / "editions" / str(year)).mkdir()
        for name in ("edition.yml", "scores.csv"):
            shutil.copy(real / "editions" / str(year) / name, data / "editions" / str(year) / name)
    shutil.copy(real / "editions/2022/talks.csv", data / "editions/2022/talks.csv")
    schema.list_tables(data)
    files = {
        "_toc.yml": TOC,
        "index.md": "# 小书\n",
        "_config.yml": "title: 小书\n",
        "chapters/opening/speech.md": "# 发言\n",
        "chapters/report/purpose.md": "# 目的\n",
        "chapters/report/index-results.md": "# 排名\n",
        "chapters/reference/data.md": "# 数据\n",
        "bluebook/room.toml": "",
        "_build/html/index.html": "<p>小书</p>\n",
        "_build/html/chapters/opening/speech.html": "<p>发言</p>\n",
        "_build/html/build-info.js": 'window.bluebookBuild={"built": "2022-07-04", "release": "1", "seconds": {}};\n',
        "_build/html/errata.js": "window.bluebookErrata=[];\n",
    }
    lay(home, files)
    as_built(home)
    return home


def lay(home: Path, files: dict[str, str]) -> None:
    """Write text files below ``home``, name → text."""
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, "utf-8")


def as_built(home: Path) -> None:
    """Note that the site is built from the sources as they are."""
    noted = home / "_build" / "work" / "zh" / "inputs.txt"
    noted.parent.mkdir(parents=True, exist_ok=True)
    noted.write_text(inputs.input_hash(home, "zh"), "utf-8")


def state(home: Path) -> dict[str, bytes]:
    """Return every file of a project and what is in it, but for what the journal keeps."""
    return {
        p.relative_to(home).as_posix(): p.read_bytes()
        for p in sorted(home.rglob("*"))
        if p.is_file() and p.relative_to(home).parts[0] != journal.FOLDER and "__pycache__" not in p.parts
    }


def rewrite(path: Path, old: str, new: str) -> None:
    """Replace a text that a file holds."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


class Killed(BaseException):
    """What no ``except Exception`` hears, as nothing hears a kill."""


_ACTS = ("rename", "replace", "mkdir", "unlink", "remove", "rmdir", "fsync")


@contextmanager
def dying(
    monkeypatch: pytest.MonkeyPatch, at: int, problem: BaseException | None = None
) -> Iterator[list[str]]:
    """Let the ``at``-th operation that changes the disk not happen: a kill, or ``problem``; yield what happened.

    After a kill nothing happens any more; after a ``problem`` (a full disk, say) the command may go on.
    """
    done: list[str] = []

    def act(name: str) -> None:
        done.append(name)
        if problem is None and len(done) >= at:
            raise Killed(name)
        if problem is not None and len(done) == at:
            raise problem

    def counted(name: str, real: object) -> object:
        def call(*words: object, **more: object) -> object:
            act(name)
            return real(*words, **more)

        return call

    def opened(path: object, mode: str = "r", *words: object, **more: object) -> object:
        if set(mode) & set("wax+"):
            act("open")
        return real_open(path, mode, *words, **more)

    real_open = io.open
    with monkeypatch.context() as patch:
        for name in _ACTS:
            # a test's files may be lost with the machine: the real fsync takes most of the time
            real = (lambda _handle: None) if name == "fsync" else getattr(os, name)
            patch.setattr(os, name, counted(name, real))
        patch.setattr(io, "open", opened)
        patch.setattr(builtins, "open", opened)
        yield done
