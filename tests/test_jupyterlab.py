"""The kit in JupyterLab in Chromium: what a student does from the menu with chapter, exercise and template."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import ROOT, Student

from bluebook.exercises.progress import progress
from bluebook.exercises.shelf import task
from tools.teacher_kit import SOLUTIONS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RESULTS, GROWTH = "chapters/report/index-results", "chapters/stabilise/growth"
EXERCISES, TEMPLATE = "chapters/lab/exercises-1", "chapters/lab/template"
LOOKED_AT = [RESULTS, GROWTH, "chapters/lab/robustness", EXERCISES, "chapters/opening/ren-wuwu", TEMPLATE]
# Set to a folder, pictures of every notebook are put there, to be looked at.
PICTURES = os.environ.get("BLUEBOOK_PICTURES", "")


class Lab(NamedTuple):
    """A running JupyterLab and the folder that it shows."""

    address: str
    home: Path


@pytest.fixture(scope="module")
def lab(student: Student, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on this machine, started in an unpacked kit as the kit's README says."""
    base = tmp_path_factory.mktemp("lab")
    home = base / "kit"
    shutil.copytree(student.home, home, ignore=shutil.ignore_patterns(".venv"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [f"--port={port}", "--ip=127.0.0.1", "--no-browser", "--IdentityProvider.token="]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    own = {f"JUPYTER_{name}_DIR": str(base / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    own |= {
        "JUPYTERLAB_SETTINGS_DIR": str(base / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(base / "spaces"),
    }
    with (base / "log").open("w") as log:
        command = [str(student.python), "-m", "jupyterlab", *options]
        server = subprocess.Popen(command, cwd=home, env=student.env | own, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5).read()
                break
            except OSError:
                assert server.poll() is None, (base / "log").read_text("utf-8")[-2000:]
                time.sleep(0.25)
        yield Lab(address, home)
    finally:
        server.terminate()
        server.wait(30)


class Notebook:
    """A notebook as it stands open on the screen."""

    def __init__(self, page) -> None:
        self.page = page
        self.cells = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell")

    def menu(self, *names: str) -> None:
        """Choose an entry of the menu by its name, entry by entry."""
        self.page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{names[0]}$")).click()
        for name in names[1:]:
            label = self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{re.escape(name)}$"))
            label.first.click()

    def run_all(self) -> None:
        """Run → Run All Cells, and wait until the kernel has nothing more to do."""
        prompts = "[...document.querySelectorAll('.jp-InputPrompt')].map(p => p.textContent)"
        last = f"Math.max(0, ...{prompts}.map(t => +(t.match(/\\d+/) || [0])[0]))"
        before = self.page.evaluate(last)
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function(
            f"{prompts}.some(t => t.includes('*')) || {last} > {before}", timeout=60_000
        )
        self.wait()

    def wait(self) -> None:
        """Wait until no cell waits or runs and the kernel is idle."""
        self.page.wait_for_timeout(500)
        self.page.wait_for_function(
            "![...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('*'))"
            " && !!document.querySelector('.jp-Notebook-ExecutionIndicator[data-status=idle]')",
            timeout=180_000,
        )

    def cell(self, words: str):
        """Return the cell whose code holds ``words``."""
        return self.cells.filter(has=self.page.locator(".jp-InputArea-editor", has_text=words)).first

    def write(self, words: str, code: str) -> None:
        """Put ``code`` in place of the cell whose code holds ``words``, as one types it."""
        self.cell(words).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)

    def code(self, words: str) -> str:
        """Return the code of the cell that holds ``words``."""
        lines = self.cell(words).locator(".cm-line")
        return "\n".join(lines.nth(i).inner_text().strip("\n") for i in range(lines.count()))

    def shows(self) -> str:
        """Return the text of all outputs and prose."""
        return self.page.evaluate(
            "[...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) :is(.jp-RenderedMarkdown,"
            " .jp-RenderedHTMLCommon, .jp-RenderedText)')].map(e => e.innerText).join('\\n')"
        )


@pytest.fixture
def opened(browser, lab: Lab) -> Iterator[Callable[[str], Notebook]]:
    """Open a notebook of the kit; the screen is so tall that all of it is drawn."""
    context = browser.new_context(viewport={"width": 1280, "height": 24_000}, locale="zh-CN")

    def open_(page: str) -> Notebook:
        tab = context.new_page()
        tab.goto(f"{lab.address}/lab/workspaces/{Path(page).name}/tree/{page}.ipynb?reset")
        tab.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        tab.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=60_000)
        return Notebook(tab)

    yield open_
    context.close()


def look(notebook: Notebook, name: str) -> None:
    """Put a picture of the notebook into the folder that was asked for."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        notebook.page.screenshot(path=f"{PICTURES}/{name}.png")


@pytest.mark.parametrize("page", LOOKED_AT)
def test_a_notebook_is_run_from_the_menu_and_can_be_read(
    opened: Callable[[str], Notebook], page: str
) -> None:
    notebook = opened(page)
    look(notebook, f"{Path(page).name}-0")
    notebook.run_all()
    look(notebook, Path(page).name)
    told = notebook.shows()
    assert not re.search(r"\{(fig|glue:text|doc|ref|kit)\}|:::", told), (
        "a raw mark of the book's own language"
    )
    assert not re.search("Traceback|〔数据不再支持〕|先运行上面的单元格", told)
    assert notebook.page.locator(".jp-Notebook mark").count() == 0
    wide = notebook.page.evaluate(
        "[...document.querySelectorAll('.jp-Notebook :is(.jp-RenderedMarkdown, .jp-RenderedText, figure)')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 2 && e.clientWidth > 0)"
        ".map(e => e.className + ' ' + e.textContent.trim().slice(0, 80))"
    )
    assert wide == []
    charts = notebook.page.locator("figure svg").count()
    assert charts == notebook.page.locator("figure.bb-figure").count() and (charts or page == EXERCISES)
    source = notebook.page.locator(".jp-Notebook", has_text="bb.prose(")
    assert source.count() == 0, "prose shows its source"


def test_a_changed_cell_changes_the_paragraphs_that_follow(opened: Callable[[str], Notebook]) -> None:
    notebook = opened(GROWTH)
    notebook.run_all()
    before = notebook.shows()
    notebook.write('home = "河南"', notebook.code('home = "河南"').replace('"河南"', '"湖北"'))
    notebook.run_all()
    after = notebook.shows()
    look(notebook, "growth-hubei")
    assert "湖北" in after and "home = 湖北" in after and "home = 湖北" not in before
    assert notebook.page.locator("mark", has_text="河南排第").count() >= 1
    assert "Traceback" not in after


def test_a_right_answer_is_praised_a_wrong_one_gets_its_hint_and_both_are_kept(
    opened: Callable[[str], Notebook], lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLUEBOOK_DATA", str(ROOT / "data"))
    monkeypatch.setenv("BLUEBOOK_LANG", "zh")
    code = tomllib.loads(SOLUTIONS.read_text("utf-8"))["ex-01"]["code"].format_map(dict(task("ex-01").words))
    slip, wrong = next(iter(task("ex-02").slips.items()))
    notebook = opened(EXERCISES)
    notebook.run_all()
    for name, answer in (("ex-01", code), ("ex-02", repr(float(wrong)))):
        notebook.write(f'"{name}"', f'bb.check("{name}", {answer})')
        notebook.page.keyboard.press("Control+Enter")
        notebook.wait()
    look(notebook, "exercises-answered")
    told = [notebook.cell(f'"{name}"').locator(".jp-OutputArea").inner_text() for name in ("ex-01", "ex-02")]
    assert "对" in told[0] and told[0].startswith("✓"), told
    assert told[1].startswith("✗") and f"{task('ex-02').answer:.2f}" not in told[1], told
    kept = progress(lab.home / "chapters/lab").set_index("exercise")
    assert (
        kept.loc["ex-01", "right"] and not kept.loc["ex-02", "right"] and slip in kept.loc["ex-02", "hints"]
    )


def test_the_template_turns_into_a_ranking_of_five_cities_of_ones_own(
    opened: Callable[[str], Notebook],
) -> None:
    notebook = opened(TEMPLATE)
    notebook.run_all()
    code = notebook.code("bb.mine(")
    five = ["南阳", "洛阳", "新乡", "许昌", "焦作"]
    notebook.write("bb.mine(", code.replace('"provinces", only=bb.CENTRAL', f'"cities", only={five}'))
    notebook.run_all()
    look(notebook, "template-cities")
    told = notebook.shows()
    assert all(city in told for city in five) and "湖北" not in notebook.page.locator("figure").inner_text()
    assert "Traceback" not in told and notebook.page.locator("figure svg").count() == 1
