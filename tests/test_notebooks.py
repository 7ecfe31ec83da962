"""A student's notebooks: plain Markdown, and every cell runs from the kit alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, bluebook, change, row_of
from nbclient import NotebookClient

import bluebook as bb
from bluebook.charts.prose import rendered
from bluebook.exercises.shelf import known
from bluebook.messages import BadInput
from bluebook.site import notebooks

PAGES = notebooks.pages(ROOT)


@pytest.fixture(scope="module")
def kit(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("kit")
    with zipfile.ZipFile(site / "downloads" / "notebooks-zh.zip") as archive:
        archive.extractall(home)
    return home


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


@pytest.mark.slow
def test_from_the_kit_alone_in_a_new_environment_everything_runs(kit: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    env = {k: v for k, v in os.environ.items() if not k.startswith("BLUEBOOK") and k != "PYTHONPATH"}
    subprocess.run(
        [str(python), "-m", "pip", "install", "-q", "-r", "requirements.txt"], cwd=kit, env=env, check=True
    )
    code = (
        "import sys, pathlib, nbformat; from nbclient import NotebookClient\n"
        "for p in sorted(pathlib.Path('.').rglob('*.ipynb')):\n"
        "    NotebookClient(nbformat.read(p, 4), timeout=300, resources={'metadata': {'path': str(p.parent)}}).execute()\n"
        "    print(p)\n"
    )
    done = subprocess.run(
        [str(python), "-c", code], cwd=kit, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(done.stdout.splitlines()) == len(list(kit.rglob("*.ipynb")))


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
