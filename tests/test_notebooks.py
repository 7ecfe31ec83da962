"""A student's notebooks: plain Markdown, and every cell runs from the kit alone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

from bluebook.charts.prose import rendered
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


def test_no_raw_role_or_directive_is_left_in_a_notebook(kit: Path) -> None:
    for path in kit.rglob("*.ipynb"):
        assert list(notebooks.raw_marks(nbformat.read(path, 4))) == [], path.name


def test_the_numbers_stand_in_the_exported_text(kit: Path) -> None:
    text = (kit / "chapters/report/index-results.ipynb").read_text("utf-8")
    assert "52.70" in text and "44.55" in text


FEW = ["index", "chapters/report/index-results", "chapters/stabilise/growth", "chapters/reference/data"]


@pytest.mark.parametrize("pages", [FEW, pytest.param(PAGES, marks=pytest.mark.slow)], ids=["few", "all"])
def test_notebooks_of_the_kit_run_through_nbclient_on_the_wheel(kit: Path, pages: list[str]) -> None:
    """The build has run every page through nbclient already; here they run as a student has them."""
    installed = kit / "installed"  # as pip lays it: a wheel is no folder
    with zipfile.ZipFile(next(kit.glob("bluebook-*.whl"))) as wheel:
        wheel.extractall(installed)
    keep = {k: v for k, v in os.environ.items() if not k.startswith("BLUEBOOK") and k != "PYTHONPATH"}
    env = {**keep, "PYTHONPATH": str(installed), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}

    def run(path: Path) -> str:
        notebook = nbformat.read(path, 4)
        quiet = ["--IPKernelApp.log_level=40"]
        where = {"metadata": {"path": str(path.parent)}}
        NotebookClient(notebook, timeout=300, resources=where, extra_arguments=quiet).execute(env=env)
        outputs = [o for c in notebook.cells for o in c.get("outputs", [])]
        assert not any("application/x-bluebook" in str(o.get("data", "")) for o in outputs)
        return str([o.get("data", {}).get("text/html", "")[:20_000] for o in outputs])

    paths = [kit / f"{page}.ipynb" for page in pages if (kit / f"{page}.ipynb").exists()]
    assert len(paths) >= len(FEW)
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        shown = dict(zip(paths, pool.map(run, paths), strict=True))
    assert "<svg" in shown[kit / "chapters/report/index-results.ipynb"], (
        "outside the book a chart is drawn as SVG"
    )


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
    assert "文 <one> 与 1.23" in text and "[别章](../a/b.ipynb)" in text
    assert "> **后来**" in text and "字 与 [那章](../c.ipynb)；$a^2$" in text
    assert "$$\nx = 1\n$$" in text
    cell = nbformat.v4.new_markdown_cell(text)
    assert list(notebooks.raw_marks(nbformat.v4.new_notebook(cells=[cell]))) == []


@pytest.mark.parametrize("text", ["{strange}`x`", ":::{strange}\nx\n:::\n", "{glue:text}`unknown`"])
def test_what_the_export_does_not_know_is_an_error_not_a_raw_mark(text: str) -> None:
    with pytest.raises(BadInput):
        rendered(notebooks.plain_markdown(text, "zh"), {}, {}, str)
