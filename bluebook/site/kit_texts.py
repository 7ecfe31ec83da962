"""What the student's kit says: one screen to begin with, and an environment for conda."""

ENVIRONMENT = """# conda env create -f environment.yml
name: bluebook
dependencies:
  - python=3.12
  - pip
  - pip:
      - -r requirements.txt
"""

README = {
    "zh": """# 把这本书重新算一遍

**开始**（要 Python 3.11 或更新；低于 3.11，安装时会说 requires a different Python）

1. 解压到一个新文件夹，在里面打开终端：`python3 -m venv .venv`，再 `.venv/bin/pip install -r requirements.txt`。
   Windows：`py -3 -m venv .venv`，再 `.venv\\Scripts\\pip install -r requirements.txt`。
   用 conda：`conda env create -f environment.yml`。
   下载慢：在 `pip install` 后面加 `-i 镜像地址`，用学校或云服务商的 PyPI 镜像，地址在它们的网页上。
2. `.venv/bin/jupyter lab`（Windows：`.venv\\Scripts\\jupyter lab`）。VS Code 也行，内核选 `.venv`。

| 打开 | 做什么 |
| --- | --- |
| `chapters/report/index-results.ipynb` | 名次，最容易的一章；`index.ipynb` 是首页 |
| `chapters/lab/exercises-1.ipynb`、`-2`、`-3` | 30 道练习，`bb.check("ex-01", 答案)` 当场回答；做过的记在旁边的 `progress.json` |
| `chapters/lab/template.ipynb` | 照着写一章：另一个省、你的五个城市、你自己的 CSV 或 Excel 表（`bb.mine`） |
| `FUNCTIONS.md` | 函数一页，每个有例子 |

**改**：改一格代码或 `data/` 里的一个数，从头运行整本。正文、表和图都会跟着变：带数字的段落也是单元格，源代码收着。
哪句话不再成立，会当场说出来，在正文或图的标题里标出，后面的格照常运行。每章末尾的“再算一算”写着可以改什么、会看到什么。
图也能接着改：`fig = bb.figure(…)`，`fig.chart` 是 Altair 的图，`fig.table` 是它的数据。

**改 CSV**：在 JupyterLab 里右键文件，Open With → Editor，改了存盘，最稳妥。用 Excel：不要双击，新建空白表，“数据 → 自文本/CSV”，
全部列选“文本”（否则日期、城市代码、`1-2` 这样的格会被改写），存成 `CSV UTF-8（逗号分隔）`。
`bb.data_changed()` 列出改过的每一格，`bb.reset_data()` 恢复原样，改过的另存在 `data-changed-1.zip`。

**另用一份数据**：笔记本读它所在文件夹或上级文件夹里的 `data/`；挪走了笔记本，把 `data` 一起挪，或者先设环境变量
`BLUEBOOK_DATA`（那个 `data` 文件夹的完整路径），再打开 Jupyter。几个人共用一套环境，各拷一份 `data`，各设各的。

**命令**（在这个文件夹里，`python` 指 `.venv/bin/python`；后面加 `--help` 有说明）：
`python -m bluebook score 树.csv 表.csv --out 文件夹` 合成任何指数；`recover` 由得分反推权重；`verify` 查印错的得分；
`uncertainty` 权重随机时的名次；`weights`、`robustness`、`change`；`audit` 每个引用的数和核对结论；`check` 检查 `data`。
树可以用 `data/editions/<年份>/indicators.csv`。
生成网页书要用全书的源代码，这里做不了。
""",
    "en": """# Run this book again

**Begin** (Python 3.11 or newer; an older one is told as "requires a different Python")

1. Unzip into a new folder, open a terminal there: `python3 -m venv .venv`, then
   `.venv/bin/pip install -r requirements.txt` (Windows: `py -3 -m venv .venv`, then
   `.venv\\Scripts\\pip install -r requirements.txt`). With conda: `conda env create -f environment.yml`.
   Slow in China: add `-i` and the address of a PyPI mirror, your university's or a cloud provider's.
2. `.venv/bin/jupyter lab` (Windows: `.venv\\Scripts\\jupyter lab`). VS Code does too: choose `.venv`.

| open | to |
| --- | --- |
| `chapters/report/index-results.ipynb` | begin easily: the ranking; `index.ipynb` is the front page |
| `chapters/lab/exercises-1.ipynb`, `-2`, `-3` | answer 30 exercises: `bb.check("ex-01", answer)` replies |
| `chapters/lab/template.ipynb` | a chapter on another province, five cities, your own table (`bb.mine`) |
| `FUNCTIONS.md` | look up a function, with an example |

**Change** a cell, or a number in `data/`, and run the whole notebook from the top. Prose, tables and charts
follow: a paragraph with numbers is a cell too, its source folded away. A sentence that no longer holds is
said and marked, and the cells after it run on. Each chapter ends with changes to make.
Of `fig = bb.figure(…)`,
`fig.chart` is the Altair chart.

**Edit a CSV** in JupyterLab: right-click, Open With → Editor. In Excel do not double-click: Data → From
Text/CSV, every column as text (else dates, codes and cells such as `1-2` are rewritten), and save as
`CSV UTF-8 (comma delimited)`. `bb.data_changed()` lists every changed cell;
`bb.reset_data()` puts all back and keeps yours in `data-changed-1.zip`.

**Other data**: a notebook reads the `data/` in its folder or one above. Move `data` along with a notebook, or
set `BLUEBOOK_DATA` to the full path of a `data` folder before you open Jupyter; in a class, one a student.

**Commands** (in this folder, `python` is `.venv/bin/python`; `--help` explains each):
`python -m bluebook score TREE.csv DATA.csv --out DIR` any index; `recover` weights from printed scores;
`verify` printed scores that cannot be; `uncertainty`, `weights`, `robustness`, `change`;
`audit` every quoted figure; `check` the tables in `data`. Building the web book takes its sources; not
possible here.
""",
}
