"""A whole life on a real small book: built, frozen, the next year begun, reopened, built again and corrected."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, bluebook
from turning import as_built, lay, rewrite, small_book, state

from bluebook.data import edition as editions
from bluebook.ledger.check import check
from bluebook.year import begin, frozen, journal

KILLS = 50


def test_the_draft_that_is_laid_out_is_no_fault(copy: Path) -> None:
    home = copy.parent
    lay(
        home,
        {
            "_toc.yml": "root: index\n",
            "index.md": "# 书\n",
            "_build/html/index.html": "",
        },
    )
    info = "window.bluebookBuild={};document.dispatchEvent(new Event('bluebook-build'));\n"
    (home / "_build/html/build-info.js").write_text(info, "utf-8")
    as_built(home)
    begin.begin(home, 2023)
    assert editions.edition(2022)["status"] == "frozen" and editions.claims(2023).empty
    assert [str(f) for f in check(copy)] == [] and frozen.faults(home) == []


@pytest.mark.slow
def test_a_book_lives_through_the_turn_of_the_year_and_a_correction(mini: Path) -> None:
    def run(*words: str, cwd: Path = mini) -> str:
        done = bluebook(*words, cwd=cwd, lang="zh")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    shutil.copy(mini / "chapters/one.md", mini / "chapters/two.md")
    rewrite(mini / "chapters/two.md", "(one)=", "(two)=")
    rewrite(mini / "_toc.yml", "- file: chapters/one\n", "- file: chapters/one\n- file: chapters/two\n")
    rewrite(mini / "data/editions/2022/edition.yml", "chapters:  #", "chapters: [two]  #")
    text = (mini / "data/editions/2022/edition.yml").read_text("utf-8")
    kept = [
        x
        for x in text.splitlines()
        if not x.startswith("  - ") or ("/" not in x and x[4:] not in ("opening", "stabilise", "industry"))
    ]
    (mini / "data/editions/2022/edition.yml").write_text("\n".join(kept) + "\n", "utf-8")
    assert "先运行" in bluebook("year", "2023", cwd=mini, lang="zh").stderr
    assert "1 章收进了定稿" in run("year", "2023", "--build")
    assert not (mini / "chapters/two.md").exists() and (mini / "published/2022/1/site.zip").is_file()
    run("reopen", "2022")
    copy = mini / "reopened/2022"
    assert "没有改动，仍是第 1 次" in run("freeze", cwd=copy)
    rewrite(copy / "chapters/two.md", "第一章", "第一章，更正")
    run("build", cwd=copy)
    assert "第 2 次定稿" in run("freeze", cwd=copy)
    with zipfile.ZipFile(mini / "published/2022/2/site.zip") as pack:
        assert "第一章，更正" in pack.read("chapters/two.html").decode()
    assert "没有问题" in run("check")
    run("new-edition", "2023", "--undo")
    assert "第一章，更正" in (mini / "chapters/two.md").read_text("utf-8")


@pytest.mark.slow
def test_real_kills_at_random_moments_leave_a_whole_book_each_time(tmp_path: Path) -> None:
    start = small_book(tmp_path / "start")
    code = "import sys\nfrom pathlib import Path\nfrom bluebook.year import begin\nprint('at work', flush=True)\nbegin.begin(Path(sys.argv[1]), 2023)"

    def started(home: Path) -> subprocess.Popen:
        env = {**os.environ, "BLUEBOOK_DATA": str(home / "data"), "PYTHONPATH": str(ROOT)}
        out = subprocess.Popen([sys.executable, "-c", code, str(home)], env=env, stdout=subprocess.PIPE)
        out.stdout.readline()
        return out

    whole = Path(shutil.copytree(start, tmp_path / "whole"))
    began = time.monotonic()
    assert started(whole).wait(timeout=60) == 0
    took = time.monotonic() - began
    half = {
        name: text for name, text in state(whole).items() if "published" in name or "2022/edition.yml" in name
    }
    old, new = state(start), state(whole)
    luck = random.Random(13)
    for number in range(KILLS):
        home = Path(shutil.copytree(start, tmp_path / str(number)))
        one = started(home)
        time.sleep(luck.uniform(0, took))
        one.send_signal(signal.SIGKILL)
        one.wait(timeout=60)
        journal.recover(home)
        # freezing is one change, beginning another: between the two the book is frozen and whole
        assert state(home) in (old, {**old, **half}, new), number
        shutil.rmtree(home)
