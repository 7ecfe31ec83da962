"""Walk through an editor's year by the menu alone, on a small sample book, and keep what the screen shows.

By hand, from a checkout: ``python -m tools.editor_walk`` writes ``assets/editor-walk.json``, which the page
for editors shows; a test walks again and compares. The sample has two pages and every edition up to its own,
so that the walk stays the same when a year is added.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from bluebook.data import schema
from bluebook.data.csvio import read_table, table_text
from bluebook.year import checklist
from bluebook.year.chapters import FRONT

ROOT = Path(__file__).resolve().parents[1]
WALK = ROOT / "assets" / "editor-walk.json"
YEAR = 2022  # the sample's last finished edition
NEXT = YEAR + 1
FOLDERS = ("data", "bluebook", "assets", "templates")
FILES = ("_config.yml", "requirements.txt", "requirements-kit.txt", "pyproject.toml", "LICENSE", "NOTICE")
PAGE = (
    "({name})=\n# {title}\n\n```{{code-cell}} ipython3\nimport bluebook as bb\n```\n\n"
    "```{{code-cell}} ipython3\n:tags: [remove-cell]\n{code}\n```\n\n{words}\n"
)
MOST = 30  # lines of one screen


class Step(NamedTuple):
    """What the editor does before (in words, and to the files), and what is typed into the menu then."""

    told: str
    does: Callable[[Path], None]
    typed: tuple[str, ...]


# ---------------------------------------------------------------- the sample


def sample(home: Path) -> Path:
    """Lay out the sample book: the finished edition, two pages, not built."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns("__pycache__", WALK.name))
    for name in FILES:
        shutil.copy(ROOT / name, home / name)
    for folder in (home / "data/editions").iterdir():
        if int(folder.name) > YEAR:
            shutil.rmtree(folder)
    (home / f"data/editions/{YEAR}/{checklist.NAME}").unlink(missing_ok=True)
    _set(home, YEAR, status="published", chapters="[]")
    schema.list_tables(home / "data")
    (home / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: chapters/ranking\n", "utf-8"
    )
    (home / "index.md").write_text("(front)=\n# 样书\n\n[名次](chapters/ranking.md)\n", "utf-8")
    (home / "chapters").mkdir()
    code = "bb.glue(n=int(bb.scores()['rank'].notna().sum()))"
    _page(home, "ranking", "名次", code, "印出的名次有 {glue:text}`n` 个。")
    return home


def _page(home: Path, name: str, title: str, code: str, words: str) -> None:
    text = FRONT + "\n" + PAGE.format(name=name, title=title, code=code, words=words)
    (home / f"chapters/{name}.md").write_text(text, "utf-8")


def _set(home: Path, year: int, **settings: str) -> None:
    path = home / f"data/editions/{year}/edition.yml"
    text = path.read_text("utf-8")
    for key, value in settings.items():
        text = re.sub(rf"(?m)^{key}:[^\n]*\n(?:  - [^\n]*\n)*", f"{key}: {value}\n", text)
    path.write_text(text, "utf-8")


# ---------------------------------------------------------------- what the editor does to the files


def nothing(_: Path) -> None:
    """Do nothing."""


def fill(home: Path) -> None:
    """Fill in the ranking of the new edition, last year's once more, and its source."""
    known = read_table(home / f"data/editions/{YEAR}/scores.csv").query("code == 'index'")
    (home / f"data/editions/{NEXT}/scores.csv").write_text(
        table_text(known.assign(source=f"report_{NEXT}", note="")), "utf-8"
    )
    sources = read_table(home / "data/sources.csv")
    own = sources[sources["id"] == f"bluebook_press_{YEAR}"].assign(
        id=f"report_{NEXT}", origin=f"report_{NEXT}"
    )
    table = pd.concat([sources[sources["id"] != f"report_{NEXT}"], own])
    (home / "data/sources.csv").write_text(table_text(table), "utf-8")
    _set(home, NEXT, sources=f"[report_{NEXT}]")


def slip(home: Path) -> None:
    """Fill it in with what happens in Excel."""
    fill(home)
    path = home / f"data/editions/{NEXT}/scores.csv"
    table = read_table(path)
    scored = table.index[table["score"] != ""]
    cells = (
        ("score", "９７.２５"),
        ("score", "52.70分"),
        ("score", "#N/A"),
        ("source", "蓝皮书"),
        ("rank", "第5名"),
    )
    for row, (column, value) in zip(scored, cells, strict=False):
        table.loc[row, column] = value
    path.write_text(table_text(table), "utf-8")


def save_in_gbk(home: Path) -> None:
    """Save the table as Excel does when nobody chooses UTF-8."""
    fill(home)
    path = home / f"data/editions/{NEXT}/scores.csv"
    path.write_bytes(path.read_text("utf-8").replace(",,", ",，,", 1).encode("gbk"))


def write_badly(home: Path) -> None:
    """Mend the table; write a page whose cell fails, and leave a line to be written in it."""
    fill(home)
    _page(
        home,
        "speech",
        "发言",
        "bb.glue(gap=bb.scores()['得分'].max())",
        "% 待写：谁发的言\n\n最高 {glue:text}`gap`。",
    )
    toc = home / "_toc.yml"
    toc.write_text(toc.read_text("utf-8") + "  - file: chapters/speech\n", "utf-8")


def write_well(home: Path) -> None:
    """Mend the cell; the line to be written stays."""
    path = home / "chapters/speech.md"
    path.write_text(
        path.read_text("utf-8").replace("'得分'", "'score'").replace("`gap`", "`gap:.2f`"), "utf-8"
    )


def sign(home: Path, year: int) -> None:
    """Sign an edition's checklist."""
    path = checklist.path_of(home / "data", year)
    table = read_table(path).assign(done="是", who="王编辑", date=f"{NEXT}-06-01")
    path.write_text(table_text(table), "utf-8")


def go_out(home: Path) -> None:
    """Sign what is missing; say that the draft is done, though a line is still to be written."""
    checklist.lay_out(home / "data", NEXT)
    sign(home, NEXT)
    _set(home, NEXT, status="published", published=f"{NEXT}-06-02")


def finish(home: Path) -> None:
    """Write what was still to be written."""
    path = home / "chapters/speech.md"
    path.write_text(path.read_text("utf-8").replace("% 待写：谁发的言\n\n", ""), "utf-8")


def tamper(home: Path) -> None:
    """Change a cell of the frozen edition."""
    path = home / f"data/editions/{YEAR}/scores.csv"
    path.write_text(path.read_text("utf-8").replace("52.70", "57.20"), "utf-8")


STEPS = (
    Step("双击 `蓝皮书.cmd`，上面是状态，下面是菜单。输错了一个字。", nothing, ("x",)),
    Step("新的一年。书还没有生成过，定稿不了。", nothing, ("1", "y", "")),
    Step("照它说的，先生成。", nothing, ("4", "")),
    Step("再选新的一年。", nothing, ("1", "y", "")),
    Step("打开数据文件夹。", nothing, ("2", "")),
    Step("名次还没有填就生成。", nothing, ("4", "")),
    Step("在 Excel 里填好名次，五格填得不对，检查。", slip, ("3", "")),
    Step("改好了，存的时候没有选 UTF-8。", save_in_gbk, ("3", "")),
    Step("重新存好，加了一篇发言，里面有一格写错，预览。", write_badly, ("5", "", "")),
    Step("改好那一格，检查。", write_well, ("3", "")),
    Step("上一版还没有签过字就发布。", nothing, ("8", "", "")),
    Step("签字表还空着，再发布。", nothing, ("8", "", "")),
    Step("签好了，发布上一版；草稿不会出去。", lambda home: sign(home, YEAR), ("8", "", "")),
    Step("新的一版签好字，`status` 改成 published，发布；有一行还没有写。", go_out, ("8", "", "")),
    Step("写好了，忘了先生成。", finish, ("8", "", "")),
    Step("生成。", nothing, ("4", "")),
    Step("发布。", nothing, ("8", "", "")),
    Step("定稿。", nothing, ("7", "")),
    Step("后来改了定稿年度的一个数，检查。", tamper, ("3", "")),
    Step("看勘误。", nothing, ("9", "")),
)


# ---------------------------------------------------------------- walking


def play(home: Path) -> list[dict[str, object]]:
    """Walk through every step on a sample laid out in ``home``; return what the screen showed at each."""
    sample(home)
    walked = []
    for number, step in enumerate(STEPS):
        step.does(home)
        shown = _screen(_typed(home, *step.typed, "0"), home, whole=number == 0)
        walked.append({"told": step.told, "shown": shown})
    return walked


def _typed(home: Path, *keys: str) -> str:
    env = {**os.environ, "BLUEBOOK_LANG": "zh", "PYTHONPATH": str(home), "PYTHONUTF8": "1", "COLUMNS": "100"}
    env.pop("BLUEBOOK_DATA", None)
    done = subprocess.run(
        [sys.executable, "-m", "bluebook", "--menu"],
        cwd=home,
        env=env,
        input="".join(f"{key}\n" for key in keys),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    if done.returncode or "Traceback" in done.stdout:
        raise RuntimeError(done.stdout)
    return done.stdout


def _screen(text: str, home: Path, *, whole: bool) -> str:
    """Return what a step shows: the first as it is, the others from the choice to the way back."""
    text = text.replace(str(home), "D:\\蓝皮书").replace("\r", "")
    lines = [line.rstrip() for line in text.splitlines() if "运行各章" not in line]
    asks = [i for i, line in enumerate(lines) if line.startswith("输入数字")]
    backs = [i for i, line in enumerate(lines) if line.startswith("按回车回到菜单")]
    end = backs[0] if backs else asks[0] + 2  # a wrong choice is answered in one line
    lines = lines[:end] if whole else lines[asks[0] : end]
    if len(lines) > MOST:
        lines = [*lines[: MOST - 6], "……", *lines[-5:]]
    return "\n".join(lines).strip("\n")


def main() -> None:
    """Walk, and write what the screen showed."""
    with tempfile.TemporaryDirectory() as scratch:
        walked = play(Path(scratch) / "book")
    WALK.write_text(json.dumps(walked, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
