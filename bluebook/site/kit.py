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

from bluebook.data.csvio import marked
from bluebook.year import checklist, draft


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
    banner = f"> **{draft.banner()}**\n\n" if draft.banner() else ""
    files["README.md"] = (banner + _KIT_README[lang]).encode("utf-8")
    for name in (
        "LICENSE",
        "LICENSE-CONTENT",
        "NOTICE",
        "assets/weights.js",
        "assets/cities.js",
    ):  # the scripts go into a notebook's sliders and its comparison of cities
        if (root / name).exists():
            files[name] = (root / name).read_bytes()
    for path in sorted((root / "data").rglob("*")):
        if path.is_file() and path.name != checklist.NAME:  # names of people, not data
            content = path.read_bytes()
            files[path.relative_to(root).as_posix()] = marked(content) if path.suffix == ".csv" else content
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

## 开始

1. 装 Python 3.11 或更新的版本，把压缩包解压到一个新文件夹，在里面打开终端。
2. 建环境，装依赖：
   `python3 -m venv .venv`，再 `.venv/bin/pip install -r requirements.txt jupyterlab`。
   Windows：`py -3 -m venv .venv`，再 `.venv\\Scripts\\pip install -r requirements.txt jupyterlab`。
3. 打开：`.venv/bin/jupyter lab`（Windows：`.venv\\Scripts\\jupyter lab`）。
   用 VS Code 也可以，那就不必装 `jupyterlab`；打开这个文件夹，内核选 `.venv`。

`index.ipynb` 是首页，`chapters/` 里一章一本。先读 `chapters/report/index-results.ipynb`（名次）最容易；
`chapters/lab/full-calculation.ipynb` 把整个指数算一遍。

## 改

改一格代码，或者改 `data/` 里的一个数，然后从头运行整本笔记本。正文、表和图都会跟着变：带数字的段落也是单元格，
源代码收着，显示的就是那段话。哪句话不再成立，会当场说出来，在正文或图的标题里标出，后面的格照常运行。
每章末尾的“再算一算”写着可以改什么、会看到什么。

每张图都能接着改：把 `bb.figure(…)` 的结果记作 `fig`，`fig.chart` 就是 Altair 的图，`fig.table` 是它的数据。

## 读代码

每章自上而下：取数，计算，看一眼，画图。正文里的数都由 `bb.glue(名字=…)` 交出来，运行后印在那一格下面；
到上面几格找这个名字怎样算来。`bb.holds("一句话", 条件)` 守着正文里的那句话，条件不成立就在正文里标出。

| 写法 | 意思 |
| --- | --- |
| `bb.printed("编号")` | 讲话或报告印出的数；编号是 `data/editions/<年份>/claims.csv` 的 `id` |
| `bb.reckon("a/b*100")` | 用编号写成的算式，给出算得的数、下限和上限，四舍五入的余地都算在内 |
| `series_数列_ha_年份` | `data/economy/series.csv` 里的数也能写进算式：`ha` 是河南，`cn` 是全国 |
| `bb.value(series, 数列, 地区, 时段)` | 那张表里的一个数；`bb.by_year` 取一串年份，`bb.values_by_province` 取各省 |
| `value`、`low`、`high`、`text`、`group` | 交给画图函数的列：画在哪里，范围的两头，旁边写什么，按什么着色 |
| 名字里的竖线 | 图上在这里换行 |

`help(bb.reckon)` 一类的命令有说明和例子，`dir(bb)` 列出全部函数。

## 另用一份数据

`data/` 是全书用到的每一张表，`data/README.md` 说明每张放什么。笔记本读它所在文件夹或上级文件夹里的 `data/`。
要用别处的一份，先设好环境变量 `BLUEBOOK_DATA`，再打开 Jupyter；值是那个 `data` 文件夹的完整路径。

## 命令

在这个文件夹里运行，`python` 指 `.venv/bin/python`（Windows：`.venv\\Scripts\\python`）：

| 命令 | 做什么 |
| --- | --- |
| `python -m bluebook score TREE.csv DATA.csv --out DIR` | 任何综合指数：归一化、加权、排名 |
| `python -m bluebook recover TREE DATA SCORES --out F` | 印出的得分能证明隐藏的权重在什么范围 |
| `python -m bluebook verify TREE DATA PUBLISHED --out F` | 哪些印出的得分不可能由数据算出 |
| `python -m bluebook uncertainty TREE DATA --out F` | 权重随机变动时，各名次出现多少次 |
| `python -m bluebook audit --out F` | 每个引用的数字和核对结论 |
| `python -m bluebook check` | 检查全部表；先运行 `.venv/bin/pip install frictionless` |

指标树可以用 `data/editions/<年份>/indicators.csv`；
在笔记本里运行 `bb.teaching_panel().to_csv("panel.csv", index=False)`，笔记本旁边就有一张能用的数据表（示意数据）。
命令后面加 `--help` 有说明。生成网页书要用全书的源代码，这里做不了。

## 恢复原样

把压缩包再解压一次，覆盖改过的文件。先把自己的改动另存一份。
""",
    "en": """# Run this book again

## Begin

1. Install Python 3.11 or newer, unzip into a new folder and open a terminal there.
2. Make an environment and install:
   `python3 -m venv .venv`, then `.venv/bin/pip install -r requirements.txt jupyterlab`.
   Windows: `py -3 -m venv .venv`, then `.venv\\Scripts\\pip install -r requirements.txt jupyterlab`.
3. Open: `.venv/bin/jupyter lab` (Windows: `.venv\\Scripts\\jupyter lab`).
   VS Code does as well, without `jupyterlab`: open this folder and choose `.venv` as the kernel.

`index.ipynb` is the front page; `chapters/` holds a notebook a chapter. The easiest to begin with is
`report/index-results.ipynb`, the ranking; `lab/full-calculation.ipynb` runs the whole index.

## Change

Change a cell, or a number in `data/`, and run the whole notebook from the top. Prose, tables and charts
follow: a paragraph with numbers is a cell too, its source folded away, its output the paragraph. A sentence
that no longer holds is said, and marked in the prose or in the figure's title; the cells after it run on.
Each chapter ends with changes to make and what to look for.

Any figure can be taken further: keep what `bb.figure(…)` returns as `fig`; `fig.chart` is the Altair chart
and `fig.table` its data.

## Read the code

A chapter goes from top to bottom: load, compute, show, draw. A number of the prose is handed over by
`bb.glue(name=…)`, which prints it below its cell; look for the name in the cells above.
`bb.holds("a sentence", condition)` watches over that sentence of the prose and marks it where it fails.

| code | means |
| --- | --- |
| `bb.printed("id")` | what a speech or the report printed; an `id` of `data/editions/<year>/claims.csv` |
| `bb.reckon("a/b*100")` | a sum written with ids: the number and its two limits, rounding included |
| `series_NAME_ha_YEAR` | a row of `data/economy/series.csv` in such a sum: `ha` Henan, `cn` the country |
| `bb.value(series, name, region, period)` | one number there; see `bb.by_year`, `bb.values_by_province` |
| `value`, `low`, `high`, `text`, `group` | columns for a chart: where, its limits, words, colour |
| a bar in a name | the chart breaks the line there |

`help(bb.reckon)` and the like explain a function with an example; `dir(bb)` lists them all.

## Other data

`data/` holds every table that the book uses; `data/README.md` says what is in each. A notebook reads the
`data/` in its own folder or in one above it. To use one that lies elsewhere, set the environment variable
`BLUEBOOK_DATA` to the full path of that `data` folder before you open Jupyter.

## Commands

Run them in this folder; `python` is `.venv/bin/python` (Windows: `.venv\\Scripts\\python`):

| command | does |
| --- | --- |
| `python -m bluebook score TREE.csv DATA.csv --out DIR` | any composite index: normalise, aggregate, rank |
| `python -m bluebook recover TREE DATA SCORES --out F` | what printed scores prove about hidden weights |
| `python -m bluebook verify TREE DATA PUBLISHED --out F` | printed scores that the data cannot give |
| `python -m bluebook uncertainty TREE DATA --out F` | how often each rank under random weights |
| `python -m bluebook audit --out F` | every quoted figure with its verdict |
| `python -m bluebook check` | validates every table; first `.venv/bin/pip install frictionless` |

`data/editions/<year>/indicators.csv` is a tree to start from. Data for it (illustrative):
`bb.teaching_panel().to_csv("panel.csv", index=False)`, run in a notebook, writes a table beside the notebook.
`--help` after a command explains it. Building the web book takes the book's sources; it cannot be done here.

## Undo

Unzip again over the files that you changed. Save your own changes elsewhere first.
""",
}
