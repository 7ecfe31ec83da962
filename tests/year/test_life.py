"""A whole life on a real small book: built, frozen, the next year begun, reopened, built again and corrected."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import bluebook
from shelves import sign
from turning import as_built, lay, rewrite, small_book, state

from bluebook.data import edition as editions
from bluebook.ledger.check import check
from bluebook.messages import BadInput
from bluebook.year import begin, errata, frozen, journal, reopen
from bluebook.year import publish as publishing
from bluebook.year.freeze import freeze

KILLS = 50


@pytest.mark.slow
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


def run(*words: str, cwd: Path) -> str:
    done = bluebook(*words, cwd=cwd, lang="zh")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def corrected(built_mini: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book whose 2022 was frozen, and corrected and frozen again while 2023 is an empty draft; published.

    2022 has a chapter of its own, and an erratum to its first release. Each step is a command that an editor gives.
    """
    home = tmp_path_factory.mktemp("life") / "book"
    shutil.copytree(built_mini, home)
    shutil.copy(home / "chapters/one.md", home / "chapters/two.md")
    rewrite(home / "chapters/two.md", "(one)=", "(two)=")
    rewrite(home / "_toc.yml", "- file: chapters/one\n", "- file: chapters/one\n- file: chapters/two\n")
    settings = home / "data/editions/2022/edition.yml"
    listed = re.compile(r"(?m)^(chapters:.*\n)(?:  - .*\n)+")
    settings.write_text(listed.sub(r"\1  - two\n", settings.read_text("utf-8")), "utf-8")
    sign(home / "data", 2022)
    assert "先运行" in bluebook("year", "2023", cwd=home, lang="zh").stderr
    assert "1 章收进了定稿" in run("year", "2023", "--build", cwd=home)
    assert not (home / "chapters/two.md").exists() and (home / "published/2022/1/site.zip").is_file()
    run(
        "errata",
        "add",
        "2022",
        "--page",
        "chapters/two",
        "--old",
        "第一章",
        "--new",
        "第二章",
        "--who",
        "编辑部",
        cwd=home,
    )
    run("publish", cwd=home)
    shutil.copytree(home / "_site/2022", home / "first")
    run("reopen", "2022", cwd=home)
    copy = home / "reopened/2022"
    assert "没有改动，仍是第 1 次" in run("freeze", cwd=copy)
    rewrite(copy / "chapters/two.md", "第一章", "第一章，更正")
    run("build", cwd=copy)
    assert "第 2 次定稿" in run("freeze", cwd=copy)
    assert "没有问题" in run("check", cwd=home)
    assert "草稿，没有发布" in run("publish", cwd=home)
    return home


@pytest.mark.slow
def test_a_frozen_edition_is_corrected_while_the_next_is_an_empty_draft(
    corrected: Path, tmp_path: Path
) -> None:
    assert editions.settings_of(corrected / "data/editions/2023")["status"] == "draft"
    with zipfile.ZipFile(corrected / "published/2022/2/site.zip") as pack:
        assert "第一章，更正" in pack.read("chapters/two.html").decode()
    assert "第一章，更正" in (corrected / "_site/2022/chapters/two.html").read_text("utf-8")
    now = corrected / "_site/2022/release-1"
    for page in now.rglob("*.html"):
        assert page.read_bytes() == (corrected / "first" / page.relative_to(now)).read_bytes()
    home = Path(
        shutil.copytree(corrected, tmp_path / "book", ignore=shutil.ignore_patterns("_site*", "_build"))
    )
    run("new-edition", "2023", "--undo", cwd=home)
    assert "第一章，更正" in (home / "chapters/two.md").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.browser
def test_an_erratum_shows_on_the_page_of_the_release_that_was_wrong_and_not_on_the_mended_one(
    browser, corrected: Path
) -> None:
    page = browser.new_page()
    told = "第 1 次印发后更正：“第一章”应为“第二章”"
    for where, shown in (("release-1/chapters/two", 1), ("release-1/chapters/one", 0), ("chapters/two", 0)):
        page.goto((corrected / f"_site/2022/{where}.html").as_uri())
        page.wait_for_function("window.bluebookErrata !== undefined")
        page.wait_for_timeout(100)
        assert [told in text for text in page.locator(".bb-errata").all_inner_texts()] == [True] * shown, (
            where
        )
    page.close()


# ---------------------------------------------------------------- killed at random moments


def ready_to_go_out(home: Path) -> None:
    """2022 signed, frozen and published, 2023 begun, and an erratum that no published site shows yet."""
    sign(home / "data", 2022)
    as_built(home)
    begin.begin(home, 2023)
    publishing.publish(home, home / "_site", fresh=False)
    errata.add(home, 2022, old="a", new="b", who="c", place="", reason="revision", note="")


ACTS: dict[str, tuple[Callable[[Path], object], Callable[[Path], object]]] = {
    "year": (lambda home: None, lambda home: begin.begin(home, 2023)),
    "freeze": (lambda home: None, freeze),
    "reopen": (freeze, lambda home: reopen.reopen(home, 2022)),
    "publish": (ready_to_go_out, lambda home: publishing.publish(home, home / "_site", fresh=False)),
}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is copied and killed")
@pytest.mark.parametrize("act", ACTS)
def test_real_kills_at_random_moments_leave_a_whole_book_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    prepare, run = ACTS[act]

    def enter(home: Path) -> Path:
        monkeypatch.setenv("BLUEBOOK_DATA", str(home / "data"))
        return home

    def started(home: Path) -> int:
        """Return the process that does it: a copy of this one, which has all it needs at hand."""
        if child := os.fork():
            return child
        try:
            run(home)
            os._exit(0)
        finally:
            os._exit(1)

    start = enter(small_book(tmp_path / "start"))
    prepare(start)
    whole = enter(Path(shutil.copytree(start, tmp_path / "whole")))
    began = time.monotonic()
    assert os.waitpid(started(whole), 0)[1] == 0
    took = time.monotonic() - began
    old, new = kept(start), kept(whole)
    # freezing is one change, beginning another: between the two the book is frozen and whole
    frozen_only = {
        name: text for name, text in new.items() if "published" in name or "2022/edition.yml" in name
    }
    allowed = [old, new, *([{**old, **frozen_only}] if act == "year" else [])]
    luck, cut = random.Random(13), 0
    for number in range(KILLS):
        home = enter(Path(shutil.copytree(start, tmp_path / str(number))))
        child = started(home)
        time.sleep(luck.uniform(0, took))
        os.kill(child, signal.SIGKILL)
        cut += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        journal.recover(home)
        publishing.recover(home / "_site")
        assert kept(home) in allowed, number
        assert frozen.verify(2022, home) == []
        if number % 10 == 0:  # whatever was left behind, the same command now goes through, or finds it done
            try:
                run(home)
            except BadInput as done:
                assert "已经" in done.zh
            assert kept(home) == new
        shutil.rmtree(home)
    assert cut > KILLS / 5, "most were done before the kill"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are copied")
def test_of_two_editors_who_begin_the_year_at_once_one_is_told_that_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, alone = small_book(tmp_path / "book"), small_book(tmp_path / "alone")

    def begun(where: Path) -> int:
        monkeypatch.setenv("BLUEBOOK_DATA", str(where / "data"))
        if child := os.fork():
            return child
        try:
            begin.begin(where, 2023)
            os._exit(0)
        except BadInput as told:
            os._exit(2 if "已经有 2023 年度" in told.zh else 3)
        finally:
            os._exit(1)

    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in [begun(home), begun(home)]]
    assert sorted(ends) == [0, 2]
    assert os.waitpid(begun(alone), 0)[1] == 0 and state(home) == state(alone)


def kept(home: Path) -> dict[str, bytes]:
    """Return what a command must leave whole: not the site before the last, nor one that was never finished."""
    beside = ("_site.previous/", "_site.new/")
    return {name: content for name, content in state(home).items() if not name.startswith(beside)}
