"""A student's notebooks: plain Markdown, and every cell runs from the kit alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
import vl_convert as vlc
from conftest import ROOT, Student, bluebook, change, row_of
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from packaging.specifiers import SpecifierSet

import bluebook as bb
from bluebook.charts.frame import MIME
from bluebook.charts.prose import rendered
from bluebook.exercises.shelf import known
from bluebook.messages import BadInput
from bluebook.pages import pieces
from bluebook.site import notebooks, runs
from bluebook.site.notebooks import GLUE

PAGES = notebooks.pages(ROOT)


def test_the_kit_holds_notebooks_data_the_wheel_and_a_small_lock(kit: Path) -> None:
    assert len(list(kit.glob("bluebook-*.whl"))) == 1
    lock = (kit / "requirements.txt").read_text("utf-8")
    assert lock.startswith("./bluebook-") and "pandas==" in lock
    assert "jupyter-book" not in lock and "sphinx" not in lock
    assert (kit / "data" / "datapackage.json").exists()
    have = {p.relative_to(kit).with_suffix("").as_posix() for p in kit.rglob("*.ipynb")}
    with_code = {p for p in PAGES if "{code-cell}" in (ROOT / f"{p}.md").read_text("utf-8")}
    assert with_code <= have


@pytest.mark.slow
def test_the_kit_says_on_one_screen_how_to_begin_and_on_one_page_what_can_be_called(kit: Path) -> None:
    readme, page = ((kit / name).read_text("utf-8") for name in ("README.md", "FUNCTIONS.md"))
    assert len(readme.splitlines()) <= 42 and f"{len(known())} 道练习" in readme
    for name in re.findall(r"`(chapters/[\w/-]+\.ipynb)`", readme):
        assert (kit / name).exists(), name
    for command in re.findall(
        r"`(?:python -m bluebook )?(score|recover|verify|uncertainty|audit|check)\b", readme
    ):
        assert bluebook(command, "--help").returncode == 0, command
    assert "http" not in readme + page, "no address of anybody's"
    called = re.findall(r"\*\*`bb\.(\w+)\(", page)
    assert {"check", "mine", "score", "figure", "reckon", "reset_data"} <= set(called) and len(called) == len(
        set(called)
    )
    lock = (kit / "requirements.txt").read_text("utf-8")
    assert "\njupyterlab==" in lock and "\nopenpyxl==" in lock
    assert "-r requirements.txt" in (kit / "environment.yml").read_text("utf-8")


def test_the_data_of_the_kit_can_be_put_back(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(kit / "data", tmp_path / "data")
    monkeypatch.setenv("BLUEBOOK_DATA", str(tmp_path / "data"))
    assert bb.data_changed().empty
    change(tmp_path / "data", "cities.csv", 2, "note", "mine")
    assert len(bb.data_changed()) == 1
    bb.reset_data()
    assert bb.data_changed().empty


def test_no_raw_role_or_directive_is_left_in_a_notebook(kit: Path) -> None:
    for path in kit.rglob("*.ipynb"):
        assert list(notebooks.raw_marks(nbformat.read(path, 4))) == [], path.name


def test_the_numbers_stand_in_the_exported_text(kit: Path) -> None:
    text = (kit / "chapters/report/index-results.ipynb").read_text("utf-8")
    assert "52.70" in text and "44.55" in text


FEW = ["index", "chapters/report/index-results", "chapters/stabilise/growth", "chapters/reference/data"]


@pytest.fixture(scope="module")
def run(kit: Path) -> Callable[[Path], nbformat.NotebookNode]:
    """Run a notebook where it lies, as a student's kernel does: on the kit's wheel, and return it with its outputs."""
    installed = kit / "installed"  # as pip lays it: a wheel is no folder
    with zipfile.ZipFile(next(kit.glob("bluebook-*.whl"))) as wheel:
        wheel.extractall(installed)
    keep = {k: v for k, v in os.environ.items() if not k.startswith("BLUEBOOK") and k != "PYTHONPATH"}
    env = {**keep, "PYTHONPATH": str(installed), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}

    def executed(path: Path) -> nbformat.NotebookNode:
        notebook = nbformat.read(path, 4)
        where = {"metadata": {"path": str(path.parent)}}
        quiet = ["--IPKernelApp.log_level=40"]
        NotebookClient(notebook, timeout=300, resources=where, extra_arguments=quiet).execute(env=env)
        return notebook

    return executed


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def shown(notebook: nbformat.NotebookNode, kind: str) -> list[str]:
    """Return what the cells show as ``kind`` ("text/html"), in their order."""
    return [output["data"][kind] for output in outputs(notebook) if kind in output.get("data", {})]


@pytest.mark.slow
@pytest.mark.parametrize("pages", [FEW, PAGES], ids=["few", "all"])
def test_notebooks_of_the_kit_run_through_nbclient_on_the_wheel(
    kit: Path, run: Callable[[Path], nbformat.NotebookNode], pages: list[str]
) -> None:
    """The build has run every page through nbclient already; here they run as a student has them."""
    paths = [kit / f"{page}.ipynb" for page in pages if (kit / f"{page}.ipynb").exists()]
    assert len(paths) >= len(FEW)
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        done = dict(zip(paths, pool.map(run, paths), strict=True))
    for path, notebook in done.items():
        assert not any("application/x-bluebook" in str(o.get("data", "")) for o in outputs(notebook))
        assert [o.text for o in outputs(notebook) if o.get("name") == "stderr"] == [], path.name
        told = "".join(o.text for o in outputs(notebook) if o.output_type == "stream")
        assert "数据不再支持" not in told and "<mark>" not in str(shown(notebook, "text/markdown")), path.name
    assert "<svg" in str(shown(done[kit / "chapters/report/index-results.ipynb"], "text/html")), (
        "outside the book a chart is drawn as SVG"
    )


# --- a student changes something -----------------------------------------------------------------------

GROWTH = "chapters/stabilise/growth.ipynb"
FIGURES = 5  # charts of that chapter, tables apart


@pytest.fixture
def mine(kit: Path, tmp_path: Path) -> Path:
    """A student's copy of the kit's data and of the chapter on growth."""
    shutil.copytree(kit / "data", tmp_path / "data")
    (tmp_path / GROWTH).parent.mkdir(parents=True)
    shutil.copy(kit / GROWTH, tmp_path / GROWTH)
    return tmp_path


def test_a_number_changed_in_the_data_is_said_in_the_prose_and_what_it_makes_untrue_is_marked(
    mine: Path, run: Callable[[Path], nbformat.NotebookNode]
) -> None:
    where = {"series": "gdp_growth_real", "region": "河南", "period": "2021", "value": "6.3"}
    row = row_of(mine / "data", "economy/series.csv", **where)
    change(mine / "data", "economy/series.csv", row, "value", "9.9")
    notebook = run(mine / GROWTH)
    prose = "\n".join(shown(notebook, "text/markdown"))
    assert "（按首次公布的 8.1% 和 9.9%）" in prose and "2021 年首次公布的 9.9%" in prose
    assert "河南 6.3%。" in prose, "what was printed stays as it was printed"
    for words in ("差距扩大到", "2022 年一季度差距小了", "个靠着下沿", "全国慢下来更多"):
        assert f"<mark>{words}</mark>" in prose
    html = shown(notebook, "text/html")
    assert sum("<svg" in part for part in html) == FIGURES
    assert any("〔数据不再支持〕2020 年以前" in part for part in html)
    assert all("<table" in part for part in html)


@pytest.mark.parametrize(
    "province", ["湖北", *(pytest.param(name, marks=pytest.mark.slow) for name in ("广东", "西藏"))]
)
def test_another_province_in_the_first_cell_runs_through_and_what_is_said_of_henan_is_marked(
    mine: Path, run: Callable[[Path], nbformat.NotebookNode], province: str
) -> None:
    notebook = nbformat.read(mine / GROWTH, 4)
    first = notebook.cells[1]
    assert 'home = "河南"' in first.source
    first.source = first.source.replace('home = "河南"', f'home = "{province}"')
    nbformat.write(notebook, mine / GROWTH)
    notebook = run(mine / GROWTH)
    prose, html = "\n".join(shown(notebook, "text/markdown")), shown(notebook, "text/html")
    assert sum("<svg" in part for part in html) == FIGURES
    assert any(f">{province}第 " in part for part in html), "its rank stands on the columns"
    assert (
        "<mark>河南排第</mark>" in prose
        and "<mark>2021 年河南离前面的</mark>" in prose
        and f"home = {province}" in prose
    )
    assert "nan" not in prose and "（缺数）" in prose


def test_a_notebook_moved_away_from_its_data_says_so_in_one_line(
    kit: Path, tmp_path: Path, run: Callable[[Path], nbformat.NotebookNode]
) -> None:
    shutil.copy(kit / GROWTH, tmp_path / "growth.ipynb")
    with pytest.raises(CellExecutionError) as failed:
        run(tmp_path / "growth.ipynb")
    told = [line for line in str(failed.value).splitlines() if "datapackage.json" in line]
    assert len(told) == 1 and "把 data 放到笔记本旁边，或设置 BLUEBOOK_DATA" in told[0]
    assert "Traceback" not in str(failed.value) and "site-packages" not in str(failed.value)


def test_the_wheel_is_refused_by_an_older_python_in_the_words_that_the_readme_explains(kit: Path) -> None:
    (wheel,) = kit.glob("bluebook-*.whl")
    with zipfile.ZipFile(wheel) as box:
        told = next(box.read(n).decode() for n in box.namelist() if n.endswith("/METADATA"))
    needs = SpecifierSet(re.search(r"^Requires-Python: (.+)$", told, re.M)[1])
    assert "3.11" in needs and "3.10" not in needs
    assert "requires a different Python" in (kit / "README.md").read_text("utf-8")


# --- a new folder, a new environment, no network ----------------------------------------------------------

# Runs every notebook below the working folder, two at a time, into argv[1]; the last line is how long it took.
EVERY = """
import os, pathlib, sys, time
from concurrent.futures import ThreadPoolExecutor
import nbformat
from nbclient import NotebookClient

def run(path):
    notebook = nbformat.read(path, 4)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=300, resources=where).execute()
    out = pathlib.Path(sys.argv[1]) / path
    out.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, out)

paths, began = [p for p in sorted(pathlib.Path().rglob("*.ipynb")) if p.parts[0][0] != "."], time.monotonic()
with ThreadPoolExecutor(2) as pool:
    list(pool.map(run, paths))
print(f"{time.monotonic() - began:.0f} s, of the processors {os.times().children_user + os.times().children_system:.0f} s")
"""
# Whatever starts with this on its path, kernels too, reaches this machine and no other.
NO_NETWORK = """
import sys

def refuse(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple) and not args[1][0].startswith("127."):
        raise OSError("no network")
    if event == "socket.getaddrinfo" and args[0] not in (None, "", "localhost", "127.0.0.1", b"127.0.0.1"):
        raise OSError("no network")

sys.addaudithook(refuse)
"""


@pytest.mark.slow
def test_from_the_kit_alone_in_a_new_environment_without_a_network_everything_runs_as_in_the_book(
    student: Student, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK, "utf-8")
    env = student.env | {"PYTHONPATH": str(tmp_path)}

    def python(*args: str) -> subprocess.CompletedProcess:
        command = [str(student.python), *args]
        return subprocess.run(command, cwd=student.home, env=env, capture_output=True, text=True, check=False)

    asked = python("-c", "import socket; socket.create_connection(('192.0.2.1', 80), 1)")
    assert "no network" in asked.stderr
    done = python("-c", EVERY, str(tmp_path / "done"))
    assert done.returncode == 0, done.stderr[-2000:]
    print("every notebook of the kit, two at a time:", done.stdout)
    book, compared = runs.Runs(ROOT, ROOT, "zh"), 0
    for page in PAGES:
        expected = book.executed(page)
        if expected is None:
            continue
        found = nbformat.read(tmp_path / "done" / f"{page}.ipynb", 4)
        shipped = nbformat.read(student.home / f"{page}.ipynb", 4)
        for cell, was in zip(found.cells, shipped.cells, strict=True):
            if was.cell_type == "code" and was.outputs:  # a paragraph with numbers
                assert shown_by(cell) == shown_by(was), (page, cell.source)
                compared += 1
        of_book = [c for c in expected.cells if c.cell_type == "code"]
        of_kit = [c for c in found.cells if c.cell_type == "code" and c.id.startswith("code-")]
        for cell, was in zip(of_kit, of_book, strict=True):
            if cell.source == "bb.data_tables()":  # the book's links to files are paths in the kit
                continue
            assert results(cell) == results(was), (page, cell.source)
            compared += len(results(was))
    assert compared > 500


def shown_by(cell: nbformat.NotebookNode) -> list[str]:
    """Return the Markdown that a cell shows."""
    return [o["data"].get("text/markdown", "") for o in cell.outputs if "data" in o]


def results(cell: nbformat.NotebookNode) -> list[tuple[str, ...]]:
    """Return what a cell shows, as the book and a notebook have it in common: its text; of a figure, its data
    and its drawing too."""
    out = []
    for output in cell.outputs:
        data = output.get("data", {})
        if figure := data.get(MIME):
            spec = figure["spec"] and {k: v for k, v in figure["spec"].items() if k != "title"}
            drawn = vlc.vegalite_to_svg(spec, vl_version="6.4") if spec else ""
            out.append((data["text/plain"], table_in(figure["table"]), drawing_in(drawn)))
        elif "<figure" in data.get("text/html", ""):
            html = data["text/html"]
            out.append((data["text/plain"], table_in(html), drawing_in(html)))
        elif "text/plain" in data and GLUE not in data:
            out.append((data["text/plain"],))
    return out


def table_in(html: str) -> str:
    """Return the rows of the last table in a page's HTML."""
    return html[html.rindex("<thead") : html.rindex("</tbody")]


def drawing_in(html: str) -> str:
    """Return what an SVG draws, "" where there is none: without its own element and the names made anew."""
    drawn = html[html.index("<svg") : html.rindex("</svg")].partition(">")[2] if "<svg" in html else ""
    return re.sub(r'(id="|#)[\w-]+', "", drawn)


MYST = """(here)=
## 标题

::::{grid} 1 2
:gutter: 2

:::{grid-item-card} 卡片
文 {fig}`one` 与 {glue:text}`x:.2f`，见 [别章](../a/b.md)。
:::
::::

:::{admonition} 后来
:class: bb-later
{glue:text}`word` 与 {doc}`那章 <../c>`；{math}`a^2`。
:::

```{math}
x = 1
```
"""


def test_every_mark_of_myst_becomes_plain_markdown() -> None:
    text = rendered(
        notebooks.plain_markdown(MYST, "zh"), {"x": "1.234", "word": "字"}, {}, lambda i: f"<{i}>"
    )
    assert "文 &lt;one&gt; 与 1.23" in text and "[别章](../a/b.ipynb)" in text
    assert "> **后来**" in text and "字 与 [那章](../c.ipynb)；$a^2$" in text
    assert "$$\nx = 1\n$$" in text
    cell = nbformat.v4.new_markdown_cell(text)
    assert list(notebooks.raw_marks(nbformat.v4.new_notebook(cells=[cell]))) == []


def test_a_count_that_was_glued_stays_a_count_and_a_measured_number_keeps_its_digits() -> None:
    text = "{glue:text}`n:,` 家，{glue:text}`x:.1f`%，{glue:text}`n:.1f`"
    assert rendered(text, {"n": "12000", "x": "-3"}, {}, str) == "12,000 家，-3.0%，12000.0"


def test_a_chapter_bears_its_title_in_the_kit_too(kit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of_book = pieces.chapter_titles()
    monkeypatch.setenv("BLUEBOOK_DATA", str(kit / "data"))
    of_kit = pieces.chapter_titles()
    assert of_kit and of_kit == {chapter: of_book[chapter] for chapter in of_kit}


def test_a_paragraph_that_a_cell_watches_over_is_live_even_without_numbers() -> None:
    cells = [
        nbformat.v4.new_code_cell('import bluebook as bb\nbb.holds("年年都有", True)'),
        nbformat.v4.new_markdown_cell("## 高峰年年都有\n\n高峰年年都有。\n\n检查会说“年年都有”不再成立。"),
    ]
    _, head, watched, other = notebooks.export(nbformat.v4.new_notebook(cells=cells), str, "zh").cells
    assert head.cell_type == other.cell_type == "markdown" and head.source.startswith("##")
    assert watched.cell_type == "code" and "高峰年年都有。" in watched.source
    assert watched.metadata["jupyter"]["source_hidden"]


@pytest.mark.parametrize("text", ["{strange}`x`", ":::{strange}\nx\n:::\n", "{glue:text}`unknown`"])
def test_what_the_export_does_not_know_is_an_error_not_a_raw_mark(text: str) -> None:
    with pytest.raises(BadInput):
        rendered(notebooks.plain_markdown(text, "zh"), {}, {}, str)
