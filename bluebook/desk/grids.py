"""The workbook's matrices: cities by indicators, what ratios are made of, the experts' forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bluebook.data.meaning import TIMES
from bluebook.desk import sheets
from bluebook.desk.layout import BANDS, FACE, ODD_FILL, Layout, column_range

_BELOW = {"期间": "哪一年的数", "性质": "从哪里来", "来源": "编号见“来源”", "说明": "可以空着"}


class Grids(Layout):
    """Lays out the matrices; each method a sheet."""

    def _frame(self, sheet: Worksheet, hint: str, second: str = sheets.CITY) -> None:
        self.hint(sheet, hint)
        for column, (head, width) in enumerate(((sheets.CODE, 12), (second, 14)), start=1):
            self.head(sheet, column, head)
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.freeze_panes = "C4" if second == sheets.CITY else "C3"

    def _rows(self, sheet: Worksheet) -> dict[str, int]:
        """Write the cities down the left; return the row of each."""
        at = {}
        sheet.row_dimensions[sheets.FIRST].height = 14
        for row, (city, name) in enumerate(self.names.items(), start=sheets.FIRST + 1):
            self.write(sheet, row, 1, city, locked=True)
            self.write(sheet, row, 2, name, locked=True)
            at[city] = row
        below = sheets.FIRST + len(self.names) + 2
        for row, text in enumerate(sheets.ABOUT, start=below):
            self.write(sheet, row, 1, text, locked=True)
            self.write(sheet, row, 2, _BELOW[text], locked=True)
            at[text] = row
        return at

    def _code(self, sheet: Worksheet, column: int, code: str) -> None:
        self.write(sheet, sheets.FIRST, column, code, locked=True)
        sheet.cell(sheets.FIRST, column).font = Font(name=FACE, size=7, color="98A2B3")

    def _below(self, sheet: Worksheet, at: Mapping[str, int], column: int, told: Mapping[str, str]) -> None:
        """Write what stands below a column: period, status, source, note."""
        letter = get_column_letter(column)
        for text, name in sheets.ABOUT.items():
            words = sheets.WORDS.get(name, {})
            value = told.get(name, "")
            self.write(sheet, at[text], column, words.get(value, value))
            if words and sheet.title == sheets.DATA:
                self.choose(sheet, f"{letter}{at[text]}", words.values())
            if name == "source":
                self.choose(sheet, f"{letter}{at[text]}", column_range("来源", "A", 600), strict=False)

    def _period(self) -> str:
        return str(self.told.get("data_year") or "")

    def _matrix_of_bases(self) -> None:
        sheet = self.book[sheets.BASES]
        self._frame(sheet, "占比、人均一类指标由这里的数算出：填好分子和分母，“数据”表里的绿色格子自己出数")
        at, there = self._rows(sheet), self.there["bases"]
        self.base_at = {}
        for column, part in enumerate(sheets.parts(self.tree), start=3):
            own = there[there["name_zh"] == part.name]
            values = dict(zip(own["city"], own["value"], strict=True))
            self.head(sheet, column, f"{part.name}（{part.unit}）", fill=BANDS[1])
            sheet.column_dimensions[get_column_letter(column)].width = 17
            sheet.row_dimensions[sheets.HEAD].height = 64
            self._code(sheet, column, part.name)
            for city in self.names:
                self.write(sheet, at[city], column, values.get(city, ""), number=True)
            told = {c: _usual(own[c]) for c in ("period", "source", "note")}
            self._below(sheet, at, column, told if len(own) else {"period": self._period()})
            self.base_at[part.name] = get_column_letter(column)

    def _data(self) -> None:
        """Lay out cities by indicators, last year's value beside, derived figures as formulas."""
        sheet, self.usual = self.book[sheets.DATA], {}
        self._frame(
            sheet,
            "一格一个数，单位见表头。绿色的由“基础数据”算出，也可以直接填；黄底的和上年差得太多，请再看一眼",
        )
        at, made = self._rows(sheet), sheets.ratios(self.tree)
        there, last = (
            self.there["observations"],
            self.last["observations"] if self.before != self.year else None,
        )
        derived = set(zip(self.there["bases"]["city"], self.there["bases"]["name_zh"], strict=True))
        family, bands, column = dict(zip(self.tree["code"], self.tree["parent"], strict=True)), {}, 3
        sheet.row_dimensions[sheets.HEAD].height = 64
        for code, told in self.tree.set_index("code").loc[sheets.leaves(self.tree)].iterrows():
            own = there[there["indicator"] == code].set_index("city")
            band = bands.setdefault(family[code], BANDS[len(bands) % len(BANDS)])
            self.head(sheet, column, f"{told['name_zh']}（{told['unit']}）", told["definition_zh"], band)
            sheet.column_dimensions[get_column_letter(column)].width = 13
            self._code(sheet, column, code)
            for city in self.names:
                value = own["value"].get(city, "")
                ratio = made.get(code)
                computed = own["status"].get(city, "") == "computed"
                parts = {(city, p.name) for p in (ratio.upper, ratio.lower)} if ratio else set()
                if ratio and (not value or (computed and parts <= derived)):
                    self.made(sheet, at[city], column, self._formula(ratio, at[city]), locked=False)
                else:
                    self.write(sheet, at[city], column, value, number=True)
            usual = self.usual[code] = {c: _usual(own[c]) for c in ("period", "status", "source", "note")}
            blank = {"period": self._period(), "status": "public"}
            self._below(sheet, at, column, usual if len(own) else blank)
            column += 1
            before = last[last["indicator"] == code] if last is not None else there[:0]
            if len(before):
                self._last_year(sheet, at, column, dict(zip(before["city"], before["value"], strict=True)))
                column += 1

    def _last_year(
        self, sheet: Worksheet, at: Mapping[str, int], column: int, values: dict[str, str]
    ) -> None:
        """Write last year's values beside, and mark what is far from them."""
        self.head(
            sheet, column, f"{sheets.LAST_YEAR}（{self.before}）", fill=PatternFill("solid", fgColor="667085")
        )
        here, there = get_column_letter(column - 1), get_column_letter(column)
        sheet.column_dimensions[there].width = 11
        self.write(sheet, sheets.FIRST, column, "", locked=True)
        for city in self.names:
            self.write(sheet, at[city], column, values.get(city, ""), number=True, locked=True)
        first, last = min(at.values()), max(at[c] for c in self.names)
        far = (
            f"ABS({here}{first})>={TIMES}*ABS({there}{first}),ABS({here}{first})*{TIMES}<=ABS({there}{first})"
        )
        both = f"ISNUMBER({here}{first}),ISNUMBER({there}{first}),{there}{first}<>0"
        rule = FormulaRule(formula=[f"AND({both},OR({far},{here}{first}*{there}{first}<0))"], fill=ODD_FILL)
        sheet.conditional_formatting.add(f"{here}{first}:{here}{last}", rule)

    def _formula(self, ratio: sheets.Ratio, row: int) -> str:
        upper, lower = (f"{sheets.BASES}!{self.base_at[p.name]}{row}" for p in (ratio.upper, ratio.lower))
        times = "" if ratio.factor == 1 else f"*{ratio.factor:g}"
        return f'=IF(OR({upper}="",{lower}=""),"",{upper}/{lower}{times})'

    def _notes(self) -> None:
        """List the cells whose period, status, source or note is not that of their column."""
        sheet = self.book[sheets.NOTES]
        self.hint(
            sheet,
            "只写同“数据”表里那一列不一样的格子：个别城市另有来源、另有说明。整列有而这一格没有的，写一个 —",
        )
        heads = [(sheets.CITY, 12), (sheets.CODE, 18), ("期间", 12), ("性质", 14), ("来源", 30), ("说明", 60)]
        for column, (head, width) in enumerate(heads, start=1):
            self.head(sheet, column, head)
            sheet.column_dimensions[get_column_letter(column)].width = width
        row = sheets.FIRST
        for told in self.there["observations"].to_dict("records"):
            usual = self.usual.get(told["indicator"])
            if usual is None or told["status"] == "computed":
                continue
            odd = {c: (told[c] or sheets.NONE) if told[c] != usual[c] else "" for c in usual}
            if any(odd.values()):
                odd["status"] = sheets.WORDS["status"].get(odd["status"], odd["status"])
                cells = [self.names.get(told["city"], told["city"]), told["indicator"], *odd.values()]
                for column, text in enumerate(cells, start=1):
                    self.write(sheet, row, column, text)
                row += 1
        for empty in range(row, row + sheets.SPARE):
            for column in range(1, len(heads) + 1):
                self.write(sheet, empty, column, "")
        last = row + sheets.SPARE
        self.choose(sheet, f"A3:A{last}", self.names.values())
        self.choose(sheet, f"B3:B{last}", column_range(sheets.TREE.sheet, "A", 300))
        self.choose(sheet, f"D3:D{last}", sheets.WORDS["status"].values())
        self.choose(sheet, f"E3:E{last}", column_range("来源", "A", 600), strict=False)
        sheet.freeze_panes = "A3"

    def _experts(self) -> None:
        sheet = self.book[sheets.EXPERTS]
        self._frame(
            sheet,
            "一栏一位专家，表头可以改成姓名或代号；同一上级之下的分数合计为 100，没有请专家评的行空着",
            "指标",
        )
        judged = self.tree[self.tree["parent"] != ""]
        forms = self.there["experts"]
        experts = list(dict.fromkeys(forms["expert"]))
        told = dict(zip(zip(forms["expert"], forms["indicator"], strict=True), forms["points"], strict=True))
        names = experts or [f"E{n}" for n in range(1, 10)]
        for column, name in enumerate([*names, *[""] * 6], start=3):
            self.head(sheet, column, name)
            sheet.cell(sheets.HEAD, column).protection = Protection(locked=False)
            sheet.column_dimensions[get_column_letter(column)].width = 9
        top = set(self.tree.loc[self.tree["parent"] == "", "code"])
        for row, (code, zh, parent) in enumerate(
            judged[["code", "name_zh", "parent"]].itertuples(index=False), start=sheets.FIRST
        ):
            self.write(sheet, row, 1, code, locked=True)
            self.write(sheet, row, 2, zh if parent in top else f"　{zh}", locked=True)
            for column, name in enumerate([*names, *[""] * 6], start=3):
                self.write(sheet, row, column, told.get((name, code), ""), number=True)
        sheet.column_dimensions["B"].width = 44


def _usual(cells: pd.Series) -> str:
    """Return what most cells of a column hold."""
    return Counter(cells).most_common(1)[0][0] if len(cells) else ""
