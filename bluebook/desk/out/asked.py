"""The tables for speakers: the figures of one speaker, what we found, what would settle each."""

from __future__ import annotations

import io
import re

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bluebook.charts.theme import VERDICT_COLOURS
from bluebook.data import edition as editions
from bluebook.desk.layout import high
from bluebook.desk.out.papers import NOTHING
from bluebook.desk.out.story import Story
from bluebook.ledger import book, wording
from bluebook.ledger.wording import VERDICT_WORDS, VERDICTS, format_value, period_words
from bluebook.messages import Catalogue, language, message, t
from bluebook.pages import cards

SAYS = Catalogue(__file__)
FACE = "微软雅黑"
LINE = Side(style="thin", color="D0D5DD")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
WIDTHS = (6, 18, 34, 16, 16, 12, 18, 52, 44, 18, 34)
VERDICT = 6  # the column of the verdict
TO_FILL = 2  # the last columns, for the speaker


def speakers() -> list[str]:
    """Return whose figures the current edition's ledger holds: in the talks' order, then others.

    The newsletter's editors and the press, whom nobody could ask, are left out.
    """
    nobody = {message(wording.__file__, who)[0] for who in ("editors", "press")}
    quoted = [who for who in dict.fromkeys(_figures()["speaker"]) if who and who not in nobody]
    talks = list(editions.of_edition("talks", editions.current_year())["speaker"])
    return sorted(quoted, key=lambda who: talks.index(who) if who in talks else len(talks))


def _figures() -> pd.DataFrame:
    rows = book.audited()
    return rows[rows["edition"] == editions.current_year()]


def file_name(who: str) -> str:
    """Return the name of a speaker's file, without what a file name cannot hold."""
    return SAYS.text("asked_file", who=re.sub(r'[\\/:*?"<>|\s]+', "", who)) + ".xlsx"


def asked(story: Story, who: str) -> bytes:
    """Return one speaker's workbook: how to fill it in, and a row a figure, the doubtful first."""
    rows = _figures()
    rows = rows[rows["speaker"] == who]
    rows = rows.assign(order=rows["verdict"].map(VERDICTS.index)).sort_values("order", kind="stable")
    counts = {v: int((rows["verdict"] == v).sum()) for v in VERDICTS}
    made = Workbook()
    _guide(made.active, story, who, len(rows), book.counted_words(counts))
    sheet = made.create_sheet(t("核对表", "Figures"))
    heads = SAYS.text("asked_heads").split("|")
    for column, (words, width) in enumerate(zip(heads, WIDTHS, strict=True), start=1):
        cell = _put(sheet, 1, column, words)
        cell.font, cell.fill = (
            Font(FACE, 10.5, bold=True, color="FFFFFF"),
            PatternFill("solid", fgColor="1F4E79"),
        )
        sheet.column_dimensions[get_column_letter(column)].width = width
    high(sheet, 1, 4)
    for number, (_, row) in enumerate(rows.iterrows(), start=1):
        for column, words in enumerate([number, *_line(row)], start=1):
            cell = _put(sheet, number + 1, column, words)
            if column == VERDICT:
                cell.font = Font(FACE, 10.5, bold=True, color=_ink(row["verdict"]))
        high(sheet, number + 1)
        for column in range(len(heads) - TO_FILL + 1, len(heads) + 1):
            cell = _put(sheet, number + 1, column, None)
            cell.fill, cell.protection = PatternFill("solid", fgColor="FFF8E1"), Protection(locked=False)
    answers = DataValidation("list", formula1=f'"{SAYS.text("answers")}"', allow_blank=True)
    sheet.add_data_validation(answers)
    column = get_column_letter(len(heads) - TO_FILL + 1)
    answers.add(f"{column}2:{column}{len(rows) + 1}")
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.center.text = "&P / &N"
    made.properties.title = SAYS.text("asked", who=who)
    made.properties.creator = ""
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def _guide(sheet: Worksheet, story: Story, who: str, n: int, counts: str) -> None:
    sheet.title = t("说明", "About")
    sheet.column_dimensions["A"].width = 72
    lines = [SAYS.text("asked", who=who), story.banner]
    lines += [SAYS.text("asked_about", who=who, title=story.title, n=n, counts=counts)]
    lines += [SAYS.text("asked_how"), SAYS.text("asked_note"), SAYS.text("sources", told=story.source)]
    lines += [line for line in story.imprint() if line != story.banner]
    for number, words in enumerate([line for line in lines if line], start=1):
        cell = _put(sheet, number, 1, words)
        cell.border = Border()
        if number == 1:
            cell.font = Font(FACE, 16, bold=True)
        elif words == story.banner:
            cell.font = Font(FACE, 11, bold=True, color="A8320A")
        high(sheet, number, 14 if number == 1 else 0)
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _line(row: pd.Series) -> list[str]:
    """Return what one figure's row says before what the speaker fills in."""
    lang, verdict = language(), str(row["verdict"])
    follows = cards.shown(row, cards.expected(row)) if verdict in ("contradicted", "revised") else NOTHING
    printed = format_value(row, lang)
    code = (
        "settle_place"
        if verdict == "unchecked" and str(row["unit"]).startswith("位")
        else f"settle_{verdict}"
    )
    return [
        str(row["section"]),
        str(row[f"subject_{lang}"]),
        period_words(str(row["period"]), lang) or NOTHING,
        printed,
        t(*VERDICT_WORDS[verdict]),
        follows,
        str(row["reason"]),
        SAYS.text(code, printed=printed, follows=follows),
    ]


def _put(sheet: Worksheet, row: int, column: int, words: object) -> object:
    """Write one cell; text never as a formula."""
    cell = sheet.cell(row, column, words)
    if isinstance(words, str):
        cell.data_type = "s"
    cell.font, cell.border = Font(FACE, 10.5), BOX
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _ink(verdict: str) -> str:
    """Return a verdict's colour as ink: of the palest the mute one, which can be read."""
    pale = verdict in ("consistent", "unchecked")
    return VERDICT_COLOURS["repeated" if pale else verdict].lstrip("#").upper()
