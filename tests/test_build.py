"""A build from data to site: what changes, what stops it, and what it leaves standing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ONE, bluebook, cell, page


def built(home: Path) -> str:
    return (home / "_build" / "html" / "chapters" / "one.html").read_text("utf-8")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_book_is_built_and_an_unchanged_one_is_left_alone(mini: Path) -> None:
    assert "洛阳得 " in built(mini) and "52.70" in built(mini)
    stamp = (mini / "_build" / "html" / "index.html").stat().st_mtime_ns
    again = bluebook("build", cwd=mini)
    assert again.returncode == 0 and "Nothing has changed" in again.stdout
    assert (mini / "_build" / "html" / "index.html").stat().st_mtime_ns == stamp


def test_a_changed_score_changes_the_glued_and_the_quoted_number(mini: Path) -> None:
    replace(mini / "data/editions/2022/scores.csv", "52.70", "52.71")
    done = bluebook("build", cwd=mini)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "52.71" in built(mini) and "52.70" not in built(mini)


def test_a_failing_cell_stops_the_build_with_chapter_cell_and_error(mini: Path) -> None:
    before = built(mini)
    (mini / "chapters/one.md").write_text(page(ONE + cell("1 / 0")), "utf-8")
    done = bluebook("build", cwd=mini)
    assert done.returncode == 1
    for word in ("chapters/one", "cell 3", "1 / 0", "ZeroDivisionError"):
        assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert built(mini) == before, "the last good site must stay"


def test_a_finding_that_no_longer_holds_stops_the_build_with_its_numbers(mini: Path) -> None:
    code = "x = bb.scores().query(\"code == 'index' and rank == 2\")['score'].iloc[0]\n"
    code += 'bb.glue(told=bb.finding("洛阳超过 {low} 分", holds=x > 52, low=52, x=x))'
    (mini / "chapters/one.md").write_text(page(ONE + cell(code)), "utf-8")
    replace(mini / "data/editions/2022/scores.csv", "52.70", "41.25")
    done = bluebook("build", cwd=mini)
    assert done.returncode == 1
    for word in ("chapters/one", "洛阳超过 52 分", "41.25"):
        assert word in done.stderr


@pytest.mark.slow
def test_an_unknown_quoted_figure_is_no_empty_place_but_a_failure(mini: Path) -> None:
    (mini / "chapters/one.md").write_text(page(ONE + "又说 {fig}`nobody_said_this`。\n"), "utf-8")
    done = bluebook("build", cwd=mini)
    assert done.returncode == 1
    assert "nobody_said_this" in done.stderr
    assert "nobody_said_this" not in built(mini)


@pytest.mark.slow
def test_faulty_data_is_refused_before_anything_runs(mini: Path) -> None:
    runs = sorted((mini / "_build/.cache/runs").rglob("*.json"))
    replace(mini / "data/editions/2022/scores.csv", "52.70", "52,70")
    done = bluebook("build", cwd=mini)
    assert done.returncode == 2
    assert "scores.csv" in done.stderr and "Traceback" not in done.stderr
    assert sorted((mini / "_build/.cache/runs").rglob("*.json")) == runs, "no cell may have run"


@pytest.mark.slow
def test_a_page_taken_out_of_the_contents_leaves_the_site(mini: Path) -> None:
    (mini / "_toc.yml").write_text("format: jb-book\nroot: index\n", "utf-8")
    (mini / "index.md").write_text("(front)=\n# 小书\n\n只有一页。\n", "utf-8")
    assert bluebook("build", cwd=mini).returncode == 0
    assert not (mini / "_build/html/chapters/one.html").exists()


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
def test_an_interrupted_build_leaves_the_last_good_site_and_the_next_build_works(mini: Path) -> None:
    before = built(mini)
    (mini / "chapters/one.md").write_text(page(ONE + cell("import time; time.sleep(60)")), "utf-8")
    env = {**os.environ, "PYTHONPATH": str(mini)}
    running = subprocess.Popen(
        [sys.executable, "-m", "bluebook", "build"],
        cwd=mini,
        env=env,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(4)  # by now its kernel sleeps, and it holds the lock
    assert running.poll() is None
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert built(mini) == before
    (mini / "chapters/one.md").write_text(page(ONE + "又一句。\n"), "utf-8")
    done = bluebook("build", cwd=mini)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "又一句" in built(mini)


@pytest.mark.slow
def test_a_build_cut_short_while_typesetting_does_not_break_the_next(mini: Path) -> None:
    built(mini)
    work = mini / "_build/work/zh"
    (work / "underway.txt").touch()  # what a killed build leaves: its note, and an index half written
    index = work / "_build/html/searchindex.js"
    index.write_text(index.read_text("utf-8")[:100], "utf-8")
    (mini / "chapters/one.md").write_text(page(ONE + "再一句。\n"), "utf-8")
    done = bluebook("build", cwd=mini)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "再一句" in built(mini) and not (work / "underway.txt").exists()


@pytest.mark.slow
def test_a_second_build_waits_for_the_first_and_never_takes_its_lock(mini: Path) -> None:
    """An empty lock file, or an old one, is nobody's: only the system knows who holds it."""
    from filelock import FileLock

    lock = mini / ".bluebook" / "lock"
    lock.write_text("", "utf-8")
    (mini / "chapters/one.md").write_text(page(ONE + "另一句。\n"), "utf-8")
    with FileLock(lock):
        waiting = subprocess.Popen(
            [sys.executable, "-m", "bluebook", "build"],
            cwd=mini,
            env={**os.environ, "PYTHONPATH": str(mini)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(5)
        assert waiting.poll() is None and "另一句" not in built(mini)
    assert waiting.wait(timeout=240) == 0
    assert "另一句" in built(mini)


@pytest.mark.slow
def test_a_change_of_the_rules_checks_the_data_again(mini: Path) -> None:
    """What was found good under other rules is not known to be good."""
    seen = mini / "_build/work/data-checked.txt"
    before = seen.read_text("utf-8")
    with (mini / "bluebook/data/across.py").open("a", encoding="utf-8") as file:
        file.write("# a rule\n")
    assert bluebook("build", cwd=mini).returncode == 0
    assert seen.read_text("utf-8") != before


@pytest.mark.slow
def test_plain_jupyter_book_builds_it_too(mini: Path) -> None:
    shutil.rmtree(mini / "_build")
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "BLUEBOOK_DATA", "BLUEBOOK_LANG"}}
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_book", "build", "."],
        cwd=mini,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if "No module named jupyter_book.__main__" in done.stderr:
        tool = Path(sys.executable).with_name("jupyter-book")
        done = subprocess.run(
            [str(tool), "build", "."], cwd=mini, env=env, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    text = built(mini)
    assert "52.70" in text and 'class="bb-fig"' in text
    assert (mini / "_build/html/downloads/notebooks-zh.zip").exists()


@pytest.mark.slow
def test_two_builds_from_the_same_state_give_the_same_pages(mini: Path) -> None:
    first = built(mini)
    replace(mini / "assets/tokens.css", "--bb-soft: #f4f6f8", "--bb-soft: #f4f6f9")
    assert bluebook("build", cwd=mini).returncode == 0
    # A style sheet's address carries its checksum; nothing else may differ.
    assert "--bb-soft: #f4f6f9" in (mini / "_build/html/_static/tokens.css").read_text("utf-8")
    strip = re.compile(r"\?v=[0-9a-f]+")
    assert strip.sub("", built(mini)) == strip.sub("", first)
