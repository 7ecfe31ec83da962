"""One table or settings file at a time: read it, and say in words what is wrong with it.

Knows nothing of editions. A `Fault` names file, row, column, value and mend in both languages; what cannot be
read at all raises `BadTable`, which carries the fault.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bluebook.words import BadInput


@dataclass(frozen=True)
class Fault:
    """One thing wrong in the data: where it stands, what is wrong, how to mend it.

    ``file`` is the path below the data folder, ``row`` the row of a spreadsheet (header = 1) or the line of a
    settings file, None for a whole file; ``column`` and ``value`` are "" where they mean nothing.
    """

    file: str
    row: int | None
    column: str
    value: str
    problem_zh: str
    problem_en: str
    mend_zh: str
    mend_en: str

    def line(self, lang: str) -> str:
        """Return the fault as one line in ``lang`` ("zh" or "en")."""
        value = self.value if len(self.value) <= 60 else self.value[:59] + "…"
        value = " ".join(value.split()) if value.strip() else value
        if lang == "zh":
            place = f" 第 {self.row} 行" if self.row else ""
            place += (f" {self.column} 列" if self.row else f" {self.column}") if self.column else ""
            place += f" “{value}”" if value else ""
            return f"{self.file}{place}：{self.problem_zh}。{self.mend_zh}。"
        place = f" row {self.row}" if self.row else ""
        place += f" column {self.column}" if self.column else ""
        place += f' "{value}"' if value else ""
        return f"{self.file}{place}: {self.problem_en}. {self.mend_en}."


class BadTable(BadInput):
    """A table that cannot be read at all; ``fault`` says where and how to mend it."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.line("zh"), fault.line("en"))


def read_rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return header and rows of a CSV file, each row with its number in a spreadsheet (header = 1).

    A byte order mark and CRLF line ends are tolerated, empty rows skipped. Raises `BadTable` for a file that is
    missing, empty, not UTF-8, or has a quote that never closes.
    """
    lines: list[tuple[int, list[str]]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, cells in enumerate(csv.reader(file, strict=True), start=1):
                if any(cell.strip() for cell in cells):
                    lines.append((number, cells))
    except FileNotFoundError:
        raise missing(path) from None
    except UnicodeDecodeError:
        raise BadTable(
            Fault(
                short(path), None, "", "",
                "不是 UTF-8 编码", "not in UTF-8",
                "在 Excel 里另存为“CSV UTF-8（逗号分隔）”", 'In Excel, save it as "CSV UTF-8 (comma delimited)"',
            )
        ) from None  # fmt: skip
    except (csv.Error, OSError) as problem:
        raise BadTable(
            Fault(
                short(path), (lines[-1][0] if lines else 0) + 1, "", "",
                f"从这一行起读不下去（{problem}）", f"cannot be read from this row on ({problem})",
                "检查引号是否成对", "Check that quotes come in pairs",
            )
        ) from None  # fmt: skip
    if not lines:
        raise BadTable(
            Fault(
                short(path), None, "", "",
                "文件是空的", "the file is empty",
                "至少写上表头", "Write at least the header",
            )
        )  # fmt: skip
    return [name.strip() for name in lines[0][1]], lines[1:]


def header_faults(path: Path, header: list[str], fields: list[dict[str, Any]]) -> list[Fault]:
    """Return what is wrong with a header: a wrong delimiter, a column twice, missing or unknown."""
    wanted = [f["name"] for f in fields]
    if len(header) == 1 and re.search(r"[;\t|，；]", header[0]):
        return [
            Fault(
                short(path), 1, "", header[0],
                "整行挤在一个单元格里，分隔符不是英文逗号", "the whole row is one cell: the delimiter is not a comma",
                "改用英文逗号分隔", "Separate the cells with commas",
            )
        ]  # fmt: skip
    found = []
    for name in dict.fromkeys(n for n in header if header.count(n) > 1):
        found.append(
            Fault(
                short(path), 1, name or "（空）", name,
                "列名出现了不止一次", "this column name occurs more than once",
                "删去或改名，每列只留一个", "Remove or rename it, one column each",
            )
        )  # fmt: skip
    for name in wanted:
        if name not in header:
            found.append(
                Fault(
                    short(path), 1, name, "",
                    "缺少这一列", "this column is missing",
                    f"在表头补上 {name}", f"Add {name} to the header",
                )
            )  # fmt: skip
    for name in dict.fromkeys(header):
        if name not in wanted:
            found.append(
                Fault(
                    short(path), 1, name, name,
                    "多出这一列", "unknown column",
                    f"删去，或改为 {'、'.join(wanted)} 之一", f"Remove it, or rename it to one of {', '.join(wanted)}",
                )
            )  # fmt: skip
    return found


def ragged_rows(path: Path, header: list[str], rows: list[tuple[int, list[str]]]) -> list[Fault]:
    """Return the rows that have more or fewer cells than the header."""
    return [
        Fault(
            short(path), number, "", ",".join(cells),
            f"有 {len(cells)} 个单元格，表头有 {len(header)} 个",
            f"{len(cells)} cells where the header has {len(header)}",
            "检查多余或缺少的逗号；单元格里有逗号时用英文双引号括起来",
            "Look for a comma too many or too few; put a cell that holds a comma in double quotes",
        )
        for number, cells in rows
        if len(cells) != len(header)
    ]  # fmt: skip


def not_a_number(file: str, row: int, column: str, value: str, whole: bool) -> Fault:
    """Return the fault of a cell that should hold a number."""
    return Fault(
        file, row, column, value,
        "不是整数" if whole else "不是数", "not a whole number" if whole else "not a number",
        "只写数字，不带千分位、百分号和单位；缺失就留空",
        "Write digits only, without thousands separators, percent sign or unit; leave a missing value empty",
    )  # fmt: skip


def missing(path: Path) -> BadTable:
    """Return the error of a file that is not there."""
    return BadTable(
        Fault(
            short(path), None, "", "",
            "缺少这个文件", "this file is missing",
            "放回这个文件", "Put it back",
        )
    )  # fmt: skip


def short(path: Path) -> str:
    """Return a path as an editor knows it: from the data folder down."""
    for folder in path.parents:
        if (folder / "datapackage.json").exists():
            return path.relative_to(folder).as_posix()
    return path.name


def settings(path: Path) -> dict[str, Any]:
    """Return an ``edition.yml`` as a dict, dates as text. Raises `BadTable` if it is missing or not YAML."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Plain)
    except OSError:
        raise missing(path) from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        raise BadTable(
            Fault(
                short(path), mark.line + 1 if mark else None, "", "",
                "不是有效的 YAML", "not valid YAML",
                "检查缩进、冒号后的空格和引号", "Check the indent, the space after colons and the quotes",
            )
        ) from None  # fmt: skip
    if not isinstance(found, dict):
        raise BadTable(
            Fault(
                short(path), None, "", "",
                "应当每行一个“键: 值”", "expected one key: value a line",
                "从别的年度抄一份来改", "Start from a copy of another edition's",
            )
        )  # fmt: skip
    return found


class _Plain(yaml.SafeLoader):
    """YAML without dates: 2022-13-45 is text that a check can name, not an error inside a parser."""


_Plain.yaml_implicit_resolvers = {
    key: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:timestamp"]
    for key, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
