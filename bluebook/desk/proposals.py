"""What a speech gives the editor: figures and relations to confirm or strike, and a draft chapter."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bluebook.data import edition as editions
from bluebook.data.schema import data_root, edition_years
from bluebook.desk import relate, sheets, speech, tables, texts
from bluebook.desk.layout import FACE, Layout, high
from bluebook.desk.links import Link, Talk, counts
from bluebook.desk.matches import Tables
from bluebook.desk.settings_text import with_list
from bluebook.desk.workbook import keep
from bluebook.ledger.derivation import derivation, number_of
from bluebook.ledger.relation import parse_relation
from bluebook.ledger.rows import interval_of, printed_text
from bluebook.ledger.units import counted
from bluebook.messages import Catalogue, message
from bluebook.year import chapters, frozen, journal

SAYS = Catalogue(__file__)
WAITING, YES, NO = "待确认", "确认", "删去"
FIGURES, RELATIONS, LISTS = "引用数字", "关系", "名单"
# Columns of the sheet of figures: (what it is for, its head, its width).
COLUMNS = (
    ("state", "状态", 9),
    ("sentence", "原句", 60),
    ("printed", "印出的样子", 14),
    ("id", "编号", 18),
    ("chapter", "章", 16),
    ("section", "节", 22),
    ("speaker", "发言人", 9),
    ("subject_zh", "所指", 28),
    ("region", "地区", 9),
    ("period", "期间", 12),
    ("value", "印出的数", 11),
    ("unit", "单位", 9),
    ("bound", "界", 7),
    ("evidence", "外部证据", 30),
    ("near", "公开数据里最近的", 34),
    ("near_period", "它的期间", 11),
    ("near_value", "它的数", 11),
    ("same", "与印出的数", 11),
)
RELATION_COLUMNS = (
    ("state", "状态", 9),
    ("id", "编号", 18),
    ("subject_zh", "所指", 26),
    ("printed", "印出的数", 12),
    ("why", "为什么", 26),
    ("relation", "算术关系", 60),
    ("words", "代入数字", 44),
    ("holds", "相符吗", 9),
    ("sentence", "原句", 60),
)
LIST_COLUMNS = (("list", "名单", 22), ("position", "文中次序", 10), ("item", "名称", 40))


class Found(NamedTuple):
    """What was read and what is proposed: the text, the talk with its figures, the relations."""

    text: texts.Text
    talk: Talk
    links: list[Link]


def look(path: Path, year: int | None = None, speaker: str = "", root: Path | None = None) -> Found:
    """Read a speech and propose its figures and relations; nothing is written. Raises `BadInput`."""
    root, year = root or data_root(), year or editions.current_year()
    text = texts.read(path)
    found = speech.figures(text, year, speech.Places.of(root), speaker)
    known = year in edition_years(root)
    ranks, others = (_ranks(root, year), _others(root, year, found)) if known else ({}, [])
    talk = Talk(found, Tables(root), year, ranks, others)
    return Found(text, talk, relate.propose(talk))


def _others(root: Path, year: int, found: list[speech.Figure]) -> list[speech.Figure]:
    """Return what the ledger holds of other people's speeches, as figures to compare with."""
    own = {f.speaker for f in found}
    out = []
    for row in editions.of_edition("claims", year, root).fillna("").astype(str).to_dict("records"):
        if row["speaker"] in own or not row["value"]:
            continue
        rate = "growth" if re.search("增速|增长|降幅", row["subject_zh"]) else "share"
        kinds = {"%": rate, "个百分点": "gap", "位": "rank", "位（倒数）": "rank"}
        out.append(
            speech.Figure(
                **{k: row[k] for k in ("id", "speaker", "section", "unit", "bound", "region", "period")},
                value=printed_text({**row, "value": float(row["value"])}),
                sentence=row["subject_zh"],
                place=(-1, len(out), 0),
                printed=row["value"],
                clause=row["subject_zh"],
                after="",
                kind=kinds.get(row["unit"], "count" if counted(row["unit"]) else "level"),
                subject=row["subject_zh"],
            )
        )
    return out


def _ranks(root: Path, year: int) -> dict[tuple[str, int], str]:
    names = editions.table("cities.csv", root).astype(str).set_index("city")["name_zh"]
    scores = editions.of_edition("scores", year, root)
    own = scores[(scores["code"] == "index") & scores["rank"].notna()]
    pairs = zip(own["city"].astype(str), own["rank"], strict=True)
    return {(names[c], int(r)): f"rank_{year}_{c}_index" for c, r in pairs if c in names.index}


# ---------------------------------------------------------------- the sheet


class _Sheets(Layout):
    """The workbook of proposals; nothing in it is locked."""

    def __init__(self) -> None:
        self.looks = {}
        self.book = Workbook()
        self.book.remove(self.book.active)

    def table(
        self, name: str, hint: str, columns: Sequence[tuple[str, str, int]], rows: Iterable[Mapping[str, str]]
    ) -> Worksheet:
        """Lay out one sheet: a hint, the heads, a row each; what is not as it should be stands out."""
        sheet = self.book.create_sheet(name)
        self.hint(sheet, hint)
        keys = [key for key, _, _ in columns]
        for column, (_, head, width) in enumerate(columns, start=1):
            self.head(sheet, column, head)
            sheet.column_dimensions[get_column_letter(column)].width = width
        row = sheets.HEAD
        for row, told in enumerate(rows, start=sheets.FIRST):
            for column, key in enumerate(keys, start=1):
                number = key in ("value", "near_value", "position")
                text = "".join(c for c in str(told.get(key, "")) if c >= " ")
                self.write(
                    sheet, row, column, text, number=number, wrap=key in ("sentence", "words", "relation")
                )
            high(sheet, row)
        self.paper(sheet, 8)
        sheet.print_title_rows = f"1:{sheets.HEAD}"
        last = max(row, sheets.FIRST)
        if keys[0] == "state":
            self.choose(sheet, f"A{sheets.FIRST}:A{last}", (WAITING, YES, NO))
            for word, colour in ((YES, "E3F3E6"), (NO, "EDEDED")):
                fill = PatternFill("solid", bgColor=colour)
                rule = FormulaRule(formula=[f'$A{sheets.FIRST}="{word}"'], fill=fill)
                end = get_column_letter(len(keys))
                sheet.conditional_formatting.add(f"A{sheets.FIRST}:{end}{last}", rule)
        sheet.freeze_panes = f"{'B' if keys[0] == 'state' else 'A'}{sheets.FIRST}"
        sheet.auto_filter.ref = f"A{sheets.HEAD}:{get_column_letter(len(keys))}{last}"
        return sheet


def workbook(found: Found, name: str, chapter: str = "") -> bytes:
    """Return the workbook of proposals for a speech whose file has this name."""
    laid = _Sheets()
    _guide(laid, found, name)
    laid.table(FIGURES, SAYS.text("sheet_figures"), COLUMNS, _figure_rows(found, chapter))
    sheet = laid.table(RELATIONS, SAYS.text("sheet_relations"), RELATION_COLUMNS, _relation_rows(found))
    bad = FormulaRule(formula=[f'$H{sheets.FIRST}="不符"'], fill=PatternFill("solid", bgColor="FFD9D2"))
    sheet.conditional_formatting.add(f"H{sheets.FIRST}:H{sheets.FIRST + len(found.links)}", bad)
    laid.table(LISTS, SAYS.text("sheet_lists"), LIST_COLUMNS, _list_rows(found))
    held = io.BytesIO()
    laid.book.save(held)
    return held.getvalue()


def _guide(laid: _Sheets, found: Found, name: str) -> None:
    sheet = laid.book.create_sheet(sheets.GUIDE)
    sheet.column_dimensions["A"].width = 110
    failing = sum(not link.holds for link in found.links)
    told = {"name": name, "figures": len(found.talk.figures), "links": len(found.links), "failing": failing}
    lines = [SAYS.text(f"speech_guide_{i}", **told) for i in range(1, 7)]
    for row, line in enumerate([*lines, *(zh for zh, _ in found.text.notes)], start=1):
        cell = sheet.cell(row, 1, line)
        cell.font = Font(name=FACE, size=16 if row == 1 else 11, bold=row == 1)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        high(sheet, row, 4, 22 if row == 1 else 16)


def _figure_rows(found: Found, chapter: str) -> Iterable[dict[str, str]]:
    bounds, talk = sheets.WORDS["bound"], found.talk
    for f in talk.figures:
        near = talk.tables.nearest(f)
        mine = talk.matches.get(f.id)
        agrees = mine is not None and talk.box[f.id].meets(talk.box[mine.id])
        row = {
            "state": WAITING,
            "chapter": chapter,
            "subject_zh": f.subject or f.clause or f.sentence[:20],
            "bound": bounds[f.bound],
            "evidence": mine.id if mine and agrees else "",
            "same": "" if mine is None else "相同" if agrees else "不同",
        }
        if near:
            row |= {
                "near": f"{near.region}：{near.name}",
                "near_period": near.period,
                "near_value": near.value,
            }
        for key in ("id", "sentence", "printed", "section", "speaker", "region", "period", "value", "unit"):
            row[key] = getattr(f, key)
        yield row


def _relation_rows(found: Found) -> Iterable[dict[str, str]]:
    by_id = {f.id: f for f in found.talk.figures}
    numbers = _numbers(found)
    for link in found.links:
        f = by_id[link.id]
        row = {"id": f.id, "value": f.value, "unit": f.unit, "decimals": str(f.decimals)}
        told = numbers | {id_: f"{float(n.value):g}" for id_, n in counts(link.lists).items()}
        statements = parse_relation(link.relation)
        words = "；".join(
            derivation(s, row, link.follows if i == 0 else None, told, "zh") for i, s in enumerate(statements)
        )
        yield {
            "state": WAITING,
            "id": f.id,
            "subject_zh": f.subject,
            "printed": f"{f.value}{f.unit}",
            "why": message(__file__, f"link_{link.pattern}")[0],
            "relation": link.relation,
            "words": words,
            "holds": "相符" if link.holds else "不符",
            "sentence": f.sentence,
        }


def _numbers(found: Found) -> dict[str, str]:
    """Return every number that a relation may name, as a derivation shows it."""
    talk = found.talk
    rows = [
        *speech.frame([*talk.ledger, *talk.figures]).to_dict("records"),
        *talk.tables.facts.to_dict("records"),
    ]
    out = {r["id"]: number_of(r, within, "zh") for r in rows if (within := interval_of(r)) is not None}
    return out | {id_: str(rank) for (_, rank), id_ in talk.ranks.items()}


def _list_rows(found: Found) -> Iterable[dict[str, str]]:
    for link in found.links:
        for name, items in link.lists:
            for place, item in enumerate(items, start=1):
                yield {"list": name, "position": str(place), "item": item}


# ---------------------------------------------------------------- the draft chapter


def chapter_text(found: Found, name: str, label: str) -> str:
    """Return the draft of a chapter: the speech's headings, and notes where words are to stand.

    The first note is one that `publish` refuses: our own words are still to be written.
    """
    pieces = found.text.pieces
    title = next((p.text for p in pieces if p.text and p.kind in ("heading", "text")), name)
    talk = found.talk
    own = {at: [f for f in talk.figures if f.place[0] == at] for at in {f.place[0] for f in talk.figures}}
    out = [
        chapters.FRONT,
        f"({label})=",
        f"# {_plain(title)}",
        "",
        "% 待写：" + SAYS.text("chapter_todo", name=name),
        "",
    ]
    out += [
        ":::{admonition} " + SAYS.text("chapter_title"),
        ":class: warning",
        SAYS.text("chapter_words"),
        ":::",
        "",
    ]
    first = True
    for at, piece in enumerate(pieces):
        if piece.kind == "heading":
            out += ["", f"{'#' * min(max(piece.level, 2), 4)} {_plain(piece.text)}", ""]
        elif piece.kind == "note":
            out.append("% 原注：" + _plain(piece.text))
        elif piece.kind == "table":
            out += ["% 原表：" + " | ".join(map(_plain, row)) for row in piece.rows]
        elif first and piece.text == title:
            first = False
        for f in own.get(at, ()):
            if piece.kind != "table":
                out.append(
                    f"% 数：{{fig}}`{f.id}` {f.value}{f.unit}（{_plain(f.subject)}，{f.region}，{f.period}）"
                )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).rstrip() + "\n"


def _plain(text: str) -> str:
    """Return a text on one line without the signs that a chapter would read as markup."""
    return re.sub(r"[*_`<>\[\]{}$\\#%]+", " ", " ".join(text.split())).strip()


# ---------------------------------------------------------------- to disk


class Written(NamedTuple):
    """What `propose` wrote, and what it found."""

    sheet: Path
    chapter: Path
    found: Found


def propose(
    path: Path, out: Path | None = None, year: int | None = None, speaker: str = "", chapter: str = ""
) -> Written:
    """Write the sheet of a speech beside it or to ``out``, and its draft; both or none. Raises `BadInput`.

    The draft stands beside the sheet; with ``chapter`` (``part/name``) it becomes a chapter of the draft
    edition's book, in the table of contents and in the settings.
    """
    folder = out or path.parent
    if not folder.is_dir():
        SAYS.refuse("speech_no_folder", folder=folder)
    sheet, draft = folder / f"{path.stem}-数字.xlsx", folder / f"{path.stem}-草稿.md"
    for target in (sheet,) if chapter else (sheet, draft):
        if target.exists():
            SAYS.refuse("speech_there", file=target.name)
    if chapter:
        draft = _place_of(chapter)
    found = look(path, year, speaker)
    content = workbook(found, path.name, chapter)
    text = chapter_text(found, path.name, speech.slug(Path(chapter).name if chapter else path.stem))
    keep(content, sheet)
    try:
        if chapter:
            _settle(chapter, text)
        else:
            keep(text.encode("utf-8"), draft)
    except BaseException:
        sheet.unlink(missing_ok=True)
        raise
    return Written(sheet, draft, found)


def _place_of(chapter: str) -> Path:
    """Return the file of a new chapter of the draft edition. Raises `BadInput` where there can be none."""
    home = frozen.home()
    if not re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", chapter):
        SAYS.refuse("chapter_name", name=chapter)
    tables.wanted(str(editions.current_year()), to_write=True)
    if not (home / "_toc.yml").is_file():
        SAYS.refuse("no_toc")
    path = home / chapters.FOLDER / f"{chapter}.md"
    if path.exists():
        SAYS.refuse("chapter_there", name=chapter)
    return path


def _settle(chapter: str, text: str) -> None:
    """Make a draft a chapter: its file, its place in the contents and in the settings; all or nothing."""
    home, year = frozen.home(), editions.current_year()
    settings = home / "data/editions" / str(year) / "edition.yml"
    with journal.change(home) as change:
        path, told = _place_of(chapter), editions.edition(year)  # another command may have been first
        toc = (home / "_toc.yml").read_text("utf-8-sig")
        page = f"{chapters.FOLDER}/{chapter}"
        change.write(path, text)
        change.write(home / "_toc.yml", chapters.with_page(toc, page, SAYS.text("part_of_speeches")))
        if not chapters.belongs(page, told):
            own = [*chapters.own(told), chapter]
            change.write(settings, with_list(settings.read_text("utf-8-sig"), "chapters", own))
