"""The teacher's zip: solutions, a rubric, and a grade table from the students' progress files.

``python -m tools.teacher_kit --out teacher.zip --progress class/``: below the folder each student has one of
their own with a ``progress.json`` somewhere in it. Run from a checkout; the students' kit
holds nothing of it.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

import pandas as pd

from bluebook.data.csvio import BOM, table_text
from bluebook.data.original import pack
from bluebook.exercises.progress import NAME, progress
from bluebook.exercises.shelf import known, task
from bluebook.exercises.task import Meaningless

SOLUTIONS = Path(__file__).parent / "teacher" / "solutions.toml"
RUBRIC = """# 怎样评分

- 每题做对得 {full} 分；第一次就对、看了几次提示才对，都算对。`tries` 列只用来看哪一题全班都卡住。
- 三道没有唯一答案的题（权重、指标、条件），检查只看形式；理由另给 {open} 分：说得出为什么，经得起同学一次反驳。
- 自己的一章（照着写一章）另给 {own} 分：数据有来源；标题是可以反驳的一句话；有一个会失败的条件；说了这个结果不能说明什么。
"""
POINTS = {"full": 2, "open": 5, "own": 25}


def grades(folder: Path) -> pd.DataFrame:
    """Return a row a student (folder): right, tries, and for each exercise its tries, "" if it is not right.

    A file that cannot be read counts as nothing done. Raises OSError for a folder that is not there.
    """
    rows = []
    for own in sorted(p for p in folder.iterdir() if p.is_dir()):
        parts = [progress(path.parent) for path in sorted(own.rglob(NAME))] or [progress(own)]
        every = pd.concat(parts)
        right = every.groupby("exercise")["right"].any().reindex(known())
        tries = every.groupby("exercise")["tries"].max().reindex(known())
        cells = {name: str(tries[name]) if right[name] else "" for name in known()}
        rows.append({"student": own.name, "right": int(right.sum()), "tries": int(tries.sum()), **cells})
    return pd.DataFrame(rows, columns=["student", "right", "tries", *known()])


def solutions() -> str:
    """Return each exercise's solution as a student could write it, and its answer on the data as they are."""
    out = ["# 解法\n", "答案按现在的数据算出；改了数据，再做一份。\n"]
    for name, row in tomllib.loads(SOLUTIONS.read_text("utf-8")).items():
        try:
            one = task(name)
        except Meaningless:
            out.append(f"## {name}\n\n按现在的数据，这道题问不成。\n")
            continue
        code = row["code"].format_map(dict(one.words))
        answer = "不止一个，由检查判断" if one.judge else one.answer
        told = f"{answer:.6g}" if isinstance(answer, float) else str(answer)
        out.append(f"## {name}\n\n```python\n{code}\n```\n\n答案：{told}\n")
    return "\n".join(out)


def main(given: list[str] | None = None) -> int:
    """Write the zip; return 0, or 2 with one line for a folder that is not there or a file that is locked."""
    parser = argparse.ArgumentParser(description="教师用的压缩包：解法、评分标准、成绩表")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--progress", type=Path)
    asked = parser.parse_args(given)
    files = {"solutions.md": solutions().encode(), "rubric.md": RUBRIC.format_map(POINTS).encode()}
    try:
        if asked.progress:
            files["grades.csv"] = (BOM + table_text(grades(asked.progress))).encode("utf-8")
        partial = asked.out.with_suffix(".part")
        partial.write_bytes(pack(files))
        partial.replace(asked.out)
    except OSError as why:
        print(f"{why.filename}：{why.strerror}", file=sys.stderr)
        return 2
    print(f"{asked.out}：{'、'.join(files)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
