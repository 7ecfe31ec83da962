"""The year's workbook, laid out to be filled in: heads that stay, lists to choose from, locked keys."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bluebook.data import edition as editions
from bluebook.data.schema import data_root
from bluebook.desk import settings_text, sheets, signing, since, tables
from bluebook.desk.grids import Grids
from bluebook.desk.layout import FACE, ODD_FILL, column_range
from bluebook.messages import Catalogue
from bluebook.year import checklist, frozen, journal

SAYS = Catalogue(__file__)
_WIDE = {
    "title": 44,
    "url": 40,
    "note": 30,
    "origin": 26,
    "item": 28,
    "heading": 34,
    "value": 12,
    "score": 10,
    "id": 26,
    "name_zh": 42,
    "name_en": 40,
    "definition_zh": 46,
    "definition_en": 46,
    "derivation": 46,
    "weight": 16,
    "code": 16,
    "parent": 16,
    "relation": 30,
    "evidence": 30,
    "source": 24,
}  # columns that hold more than their head
_WIDTHS = {"zh": 30, "en": 30}
_MORE_TO_SIGN = 12  # empty rows below the checklist


def save(year: int, target: Path) -> None:
    """Write the workbook of an edition to ``target``, whole or not at all. Raises `BadInput` or OSError."""
    if target.suffix.lower() != ".xlsx":
        SAYS.refuse("not_xlsx", file=target.name)
    if target.is_dir():
        SAYS.refuse("is_folder", file=target.name)
    if target.exists():
        SAYS.refuse("there_already", file=target.name)
    if not target.parent.is_dir():
        SAYS.refuse("no_folder", folder=target.parent)
    with journal.locked(frozen.home()):
        keep(template(year), target)


def keep(content: bytes, target: Path) -> None:
    """Let ``target`` hold ``content``, whole or not at all; a spreadsheet that holds it open is told of."""
    scratch = None
    try:
        handle, name = tempfile.mkstemp(prefix=".writing-", dir=target.parent)
        scratch = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        scratch.chmod(0o644)
        scratch.replace(target)
    except PermissionError:
        SAYS.refuse("cannot_write", file=target.name)
    finally:
        if scratch is not None:
            scratch.unlink(missing_ok=True)


def template(year: int) -> bytes:
    """Return the workbook of an edition, filled with what its tables hold already."""
    root = data_root()
    return _Writer(root, year).all()


class _Writer(Grids):
    """Lays out one workbook: the guide, the settings, the lists."""

    def all(self) -> bytes:
        for name in sheets.ORDER:
            self.book.create_sheet(name)
        self._guide()
        self._settings()
        for sheet in dict.fromkeys(b.sheet for b in sheets.BLOCKS):
            for block in (b for b in sheets.BLOCKS if b.sheet == sheet):
                self._list(block)
        self._matrix_of_bases()
        self._data()
        self._notes()
        self._experts()
        self._signatures()
        for sheet in self.book.worksheets:
            self.finish(sheet)
        self._state()
        self.book.properties.title = self.told.get("title_zh") or str(self.year)
        self.book.properties.creator = self.book.properties.title
        held = io.BytesIO()
        self.book.save(held)
        return held.getvalue()

    # ------------------------------------------------------------ guide and settings

    def _guide(self) -> None:
        sheet = self.book[sheets.GUIDE]
        title = self.told.get("title_zh") or str(self.year)
        lines = _GUIDE_TEXT.format(title=title, year=self.year, before=self.before, sheets=len(sheets.ORDER))
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 96
        for row, line in enumerate(lines.strip().splitlines(), start=1):
            left, _, right = line.partition("|")
            for column, text in ((1, left.strip()), (2, right.strip())):
                cell = sheet.cell(row, column, text or None)
                cell.font = Font(name=FACE, size=16 if row == 1 else 10.5, bold=row == 1 or column == 1)
                cell.alignment = Alignment(vertical="top", wrap_text=row > 1 and column == 2)
            if right and len(right) > 52:
                sheet.row_dimensions[row].height = 17 * (len(right) // 52 + 1)
            if left.strip() in self.book.sheetnames:
                sheet.cell(row, 1).hyperlink = f"#'{left.strip()}'!A1"
                sheet.cell(row, 1).font = Font(
                    name=FACE, size=10.5, bold=True, color="1F4E79", underline="single"
                )

    def _settings(self) -> None:
        sheet = self.book[sheets.SETTINGS]
        self.hint(
            sheet,
            "不知道的空着，不猜。浅灰的不要改；右边一栏标着“未核对”的，是照抄上一年度的，核对过就选“已核对”",
        )
        for column, (head, width) in enumerate(
            (("代码", 34), ("名称", 30), ("值", 70), ("核对", 10)), start=1
        ):
            self.head(sheet, column, head)
            sheet.column_dimensions[get_column_letter(column)].width = width
        text = (self.root / f"editions/{self.year}/edition.yml").read_text("utf-8-sig")
        waiting = settings_text.carried(text, self.told)
        settings = settings_text.shown(self.told, editions.edition(self.before))
        for row, (path, value) in enumerate(settings.items(), start=sheets.FIRST):
            first = path == "year"
            self.write(sheet, row, 1, path, locked=True)
            self.write(sheet, row, 2, sheets.label(path), locked=True)
            state = path == "status"
            shown = sheets.STATES.get(value, value) if state else value
            self.write(sheet, row, 3, shown, number=first, locked=first, wrap=True)
            if state:
                self.choose(sheet, f"C{row}", sheets.STATES.values())
            sheet.cell(row, 3).alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
            if path.partition(".")[0] in waiting:
                self.write(sheet, row, 4, sheets.OPEN)
                self.choose(sheet, f"D{row}", (sheets.CONFIRMED, sheets.OPEN))
                sheet.cell(row, 4).fill = PatternFill("solid", fgColor="FFF2CC")
        sheet.freeze_panes = "C3"

    def _signatures(self) -> None:
        sheet = self.book[sheets.SIGNED]
        self.hint(sheet, "一项一行：办好了、谁、哪一天，三格都要填。全签好了，到“年度设置”里把状态选成“发布”")
        signed = [{"item": item, **row} for item, row in checklist.rows(self.root, self.year).items()]
        rows = [*signed, *[{}] * _MORE_TO_SIGN]
        for column, (key, (head, _, width, note)) in enumerate(sheets.SIGNATURE.items(), start=1):
            self.head(sheet, column, head, note)
            sheet.column_dimensions[get_column_letter(column)].width = width
            for row, told in enumerate(rows, start=sheets.FIRST):
                text = told.get(key, "")
                self.write(sheet, row, column, text, locked=key == "item" and text in checklist.ITEMS)
        sheet.freeze_panes = "B3"

    def _state(self) -> None:
        """Keep, on a sheet that nobody sees, what this workbook is written from."""
        settings = signing.settings(self.root, self.year, self.told, editions.edition(self.before))
        sheet = self.book.create_sheet(sheets.STATE)
        for row, text in enumerate(since.packed(since.State(self.there, settings)), start=1):
            sheet.cell(row, 1, text)
        sheet.sheet_state = "veryHidden"

    # ------------------------------------------------------------ lists

    def _list(self, block: sheets.Block) -> None:
        sheet, fields = self.book[block.sheet], sheets.columns(self.root, block)
        if block.hint:
            self.hint(sheet, block.hint)
        frame = self._shown(block.kind)
        keys = sheets.schema(self.root, block.kind)["primaryKey"]
        last = sheets.FIRST + len(frame) + sheets.SPARE
        for offset, told in enumerate(fields):
            column, name = block.column + offset, told["name"]
            letter = get_column_letter(column)
            required = told.get("constraints", {}).get("required")
            self.head(sheet, column, sheets.head(told), _note(told, bool(required)))
            sheet.column_dimensions[letter].width = _width(told)
            number = told["type"] in ("number", "integer") and name != "direction"
            words = sheets.YES if told["type"] == "boolean" else sheets.WORDS.get(name, {})
            if name == "city":
                words = self.names
            for row, text in enumerate(frame[name], start=sheets.FIRST):
                # What a ranking is filled in by is given; a list's own key may have to be mended.
                locked = name in keys and block.kind in ("scores", "sources", "indicators")
                self.write(sheet, row, column, words.get(text, text), number=number, locked=locked)
            for row in range(sheets.FIRST + len(frame), last):
                self.write(sheet, row, column, "", number=number)
            cells = f"{letter}{sheets.FIRST}:{letter}{last}"
            if words:
                self.choose(sheet, cells, words.values())
            elif "enum" in told.get("constraints", {}):
                self.choose(sheet, cells, map(str, told["constraints"]["enum"]))
            elif name in ("source", "named_in"):
                self.choose(sheet, cells, column_range(sheets.SOURCES.sheet, "A", 600), strict=False)
            elif (name == "code" and block.kind == "scores") or (
                name == "parent" and block.kind == "indicators"
            ):
                self.choose(sheet, cells, column_range(sheets.TREE.sheet, "A", 300), strict=False)
        sheet.freeze_panes = "B3" if block.sheet != "名单与提纲" else "A3"
        extra = block.column + len(fields)
        if block.kind == "indicators":
            self._sums(sheet, extra, fields, len(frame))
        elif block.kind == "scores":
            self.head(sheet, extra, "指标名称", fill=PatternFill("solid", fgColor="667085"))
            sheet.column_dimensions[get_column_letter(extra)].width = 18
            for row in range(sheets.FIRST, sheets.FIRST + len(frame)):
                found = (
                    f'=IFERROR(VLOOKUP(B{row},{column_range(sheets.TREE.sheet, "A", 300, "C")},3,FALSE),"")'
                )
                self.made(sheet, row, extra, found)

    def _sums(self, sheet: Worksheet, extra: int, fields: list[dict[str, Any]], rows: int) -> None:
        """Show beside the tree what the weights of each family sum to."""
        names = [f["name"] for f in fields]
        parent, weight = (get_column_letter(names.index(n) + 1) for n in ("parent", "weight"))
        self.head(sheet, extra, "同级权重合计", "应为 100", PatternFill("solid", fgColor="667085"))
        sheet.column_dimensions[get_column_letter(extra)].width = 14
        for row in range(sheets.FIRST, sheets.FIRST + rows):
            total = f"SUMIF(${parent}$3:${parent}$300,{parent}{row},${weight}$3:${weight}$300)"
            self.made(sheet, row, extra, f'=IF({parent}{row}="","",ROUND({total},6))')
        at = f"{get_column_letter(extra)}{sheets.FIRST}"
        wrong = FormulaRule(formula=[f'AND({at}<>"",ABS({at}-100)>0.000001)'], fill=ODD_FILL)
        sheet.conditional_formatting.add(f"{at}:{get_column_letter(extra)}{sheets.FIRST + rows}", wrong)

    def _shown(self, kind: str) -> pd.DataFrame:
        """Return the rows that a list begins with."""
        frame = self.there[kind]
        if kind == "sources":
            named = [
                str(i) for y in (self.told, editions.edition(self.before)) for i in y.get("sources") or ()
            ]
            return frame[frame["id"].isin(tables.used_sources(self.there, self.last, named))]
        if kind == "scores":
            return tables.with_places(frame, self.tree, list(self.names))
        return frame


def _note(told: Mapping[str, Any], required: bool) -> str:
    words = [told.get("description", ""), "必填" if required else "可以空着"]
    return "。".join(w for w in words if w)


def _width(told: Mapping[str, Any]) -> float:
    name = told["name"]
    known = _WIDE.get(name) or next((w for end, w in _WIDTHS.items() if name.endswith(f"_{end}")), 0)
    return known or max(11, 2.2 * len(told["title"]) + 3)


_GUIDE_TEXT = """
{title} · {year} 年度工作簿
|
怎么用|在每张表里填白色的格子。灰色的是编号和名称，锁着，不要改；绿色的自己算。表头上停一下鼠标，会说明这一栏填什么。
几个人分着填|各填一份，都交来：python -m bluebook import 甲.xlsx 乙.xlsx。空的不算；两份填得不一样的格子，会逐个列出来。
填好以后|存盘，关掉，运行 python -m bluebook import 这个文件。有错，一个字都不会写进书里，旁边会多一个 faults.xlsx，错的格子是红的；没有错，先备份再写入，随即显示排名。
数字|直接填数。全角数字、千分位、百分号、城市的全称都认得，会告诉您改成了什么。没有的空着，不要填 0，也不要写“无”。
小数|印出来是 52.70 就让格子显示 52.70：显示几位小数，就记几位。
|
年度设置|名称、日期、主办单位、数据年份。标着“未核对”的是照抄 {before} 年度的。
来源|每个出处一行。先在这里登记，别的表才能引用。
指标体系|名称、单位、方向、权重，照抄 {before} 年度，改动的地方改。
数据|十八个城市、全部指标；有上一年度的数时，列在旁边。
数据附注|个别格子另有来源或说明的，写在这里。
基础数据|占比、人均指标的分子和分母。
专家打分|一栏一位专家。
已发布得分|报告印出的得分和名次。
会议与发言|刊出的讲话。
名单与提纲|文中列举的名单；各级标题和转述它的章节。
引用数字|讲话和报告里印出的每一个数；英文可以以后再补。
签字|初审到终审、三次校对、审图号、备案号；签齐了，才能在“年度设置”里把状态选成“发布”。
"""
