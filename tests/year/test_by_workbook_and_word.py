"""A year played by workbook and Word alone: the book's own files are changed by commands, never by hand.

The editor here has Excel (openpyxl) and Word (python-docx) and a folder of files beside the book. It takes some minutes.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import desks
import docx
import editions as samples
import lives
import openpyxl
import pytest
from bs4 import BeautifulSoup
from newsletters import as_word
from test_three_years import DESCRIBED, pages

from bluebook.data import edition as editions
from bluebook.desk import proposals, sheets
from bluebook.year import checklist

pytestmark = pytest.mark.slow
YEAR = 2023
SPEECHES = {"qian": "钱二", "sun": "孙三", "li": "李四"}
TRADES = ("食品", "装备", "材料", "纺织", "电子", "汽车", "医药", "化工", "家居", "能源")
SOURCE = f"report_{YEAR}"
OWN_WORDS = "这一段只有这一版才说：名次由新的报告给出。"
HANDMADE = {".csv", ".yml", ".md", ".py", ".json"}


def state(home: Path) -> dict[str, str]:
    """Return the hash of every file of the book that only a programmer would open."""
    kept = ("_build", "_site", ".bluebook")
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*")
        if path.suffix in HANDMADE and (name := path.relative_to(home).as_posix()).split("/")[0] not in kept
    }


class Editor:
    """An editor and a folder of workbooks and Word files; what each command said, by what it is."""

    def __init__(self, folder: Path) -> None:
        self.home, self.desk = lives.book(folder / "book"), folder / "desk"
        self.desk.mkdir()
        self.said: dict[str, str] = {}
        lives.run(self.home, "build")
        self.seen = state(self.home)

    def run(self, *words: str) -> str:
        """Run a command; nothing but the command before it may have touched the book."""
        assert state(self.home) == self.seen, "a file of the book was changed by hand"
        told = [str(self.desk / w) if w.endswith((".xlsx", ".docx")) else w for w in words]
        self.said[" ".join(words)] = said = lives.run(self.home, *told)
        self.seen = state(self.home)
        return said


# ---------------------------------------------------------------- Excel


def put(book: openpyxl.Workbook, root: Path, kind: str, rows: list[dict[str, str]]) -> None:
    """Type rows into a list: over those that are there by their keys, else below."""
    block = next(b for b in sheets.BLOCKS if b.kind == kind)
    sheet, fields = book[block.sheet], sheets.columns(root, block)
    keys = sheets.schema(root, kind)["primaryKey"]
    at = {f["name"]: block.column + n for n, f in enumerate(fields)}
    names = editions.cities().set_index("city")["name_zh"]

    def shown(name: str, value: str) -> str:
        words = sheets.YES if name == "official" else sheets.WORDS.get(name, {})
        return names[value] if name == "city" else words.get(value, value)

    filled = {
        tuple(str(sheet.cell(row, at[k]).value) for k in keys): row
        for row in range(sheets.FIRST, sheet.max_row + 1)
        if sheet.cell(row, at[keys[0]]).value
    }
    free = max(filled.values(), default=sheets.FIRST - 1) + 1
    for row in rows:
        place = filled.get(tuple(shown(k, row[k]) for k in keys))
        if place is None:
            place, free = free, free + 1
        for field in fields:
            text = row.get(field["name"], "")
            if text and field["type"] in ("number", "integer"):
                desks.put(sheet.cell(place, at[field["name"]]), text)
            elif text:
                sheet.cell(place, at[field["name"]]).value = shown(field["name"], text)


def settings(book: openpyxl.Workbook, told: dict[str, object]) -> None:
    """Type settings, by their way down, and confirm whatever was carried over."""
    sheet = book[sheets.SETTINGS]
    down = desks.rows_of(sheet)
    for way, value in told.items():
        sheet.cell(down[way], 3).value = value
    for row in range(sheets.FIRST, sheet.max_row + 1):
        if sheet.cell(row, 4).value == sheets.OPEN:
            sheet.cell(row, 4).value = sheets.CONFIRMED


def report(root: Path, folder: Path) -> Path:
    """Return a copy of the data with the report of the year in it, from which the editor types."""
    shutil.copytree(root, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLUEBOOK_DATA", str(folder))
        samples.year_2023(folder)
    return folder


def fill(path: Path, root: Path, printed: Path) -> None:
    """Fill the year's workbook: settings, the report as a source, its scores and ranks, who spoke."""
    book = openpyxl.load_workbook(path)
    new = {"published": "2023-10-14", "theme_zh": "创新之年", "index_speaker": "赵一", "sources": SOURCE}
    settings(book, new)
    put(
        book, root, "sources", samples.read(printed / "sources.csv").query("id == @SOURCE").to_dict("records")
    )
    put(book, root, "scores", samples.read(printed / f"editions/{YEAR}/scores.csv").to_dict("records"))
    talks = [
        {
            **{
                "position": str(n),
                "title_zh": f"{who}说产业",
                "title_en": who,
                "speaker": who,
                "speaker_en": who,
            },
            **{
                "role_zh": "研究员",
                "role_en": "Researcher",
                "session": "key",
                "page": str(n),
                "source": SOURCE,
            },
        }
        for n, who in enumerate(SPEECHES.values(), start=1)
    ]
    put(book, root, "talks", talks)
    book.save(path)


def outline(path: Path, root: Path) -> None:
    """Type into the workbook which chapter retells what."""
    book = openpyxl.load_workbook(path)
    rows = [
        {"position": str(n), "level": "1", "heading": f"{who}：{who}说产业", "chapter": f"speeches/{name}"}
        for n, (name, who) in enumerate(SPEECHES.items(), start=1)
    ]
    put(book, root, "outline", rows)
    book.save(path)


def sign(path: Path) -> None:
    """Sign everything, and let the edition be published."""
    book = openpyxl.load_workbook(path)
    sheet = book[sheets.SIGNED]
    for item, row in desks.rows_of(sheet).items():
        if item in checklist.ITEMS:
            done = "豫S（2023）001号" if item == "审图号" else "是"
            for column, text in enumerate((done, "某某", "2023-10-01"), start=2):
                sheet.cell(row, column).value = text
    settings(book, {"status": "发布"})
    book.save(path)


def confirm(path: Path) -> None:
    """Confirm every figure of a speech, and of the relations those that hold."""
    book = openpyxl.load_workbook(path)
    for name, columns in (
        (proposals.FIGURES, proposals.COLUMNS),
        (proposals.RELATIONS, proposals.RELATION_COLUMNS),
    ):
        sheet, heads = book[name], [key for key, _, _ in columns]
        for row in range(sheets.FIRST, sheet.max_row + 1):
            if sheet.cell(row, heads.index("id") + 1).value:
                holds = name == proposals.FIGURES or sheet.cell(row, heads.index("holds") + 1).value == "相符"
                sheet.cell(row, 1).value = proposals.YES if holds else proposals.NO
    book.save(path)


# ---------------------------------------------------------------- Word


def speech(path: Path, who: str, number: int) -> Path:
    """Save a speech of some thirty figures as a Word file."""
    trades = [f"{trade}产业产值{101 + 7 * n + number}.{n}亿元" for n, trade in enumerate(TRADES)]
    firms = [f"{trade}企业{1200 + 31 * n + number}家" for n, trade in enumerate(TRADES)]
    shares = [f"{trade}产业占{4 + n}.{number + 1}%" for n, trade in enumerate(TRADES[: 4 + 3 * number])]
    lines = [f"{who}说产业", f"河南某某研究院研究员 {who}", "一、产业的家底"]
    lines += [f"2022年，全省{'，'.join(trades[:5])}。", f"2022年，全省{'，'.join(trades[5:])}。"]
    lines += ["二、企业有多少", f"截至2022年底，{'，'.join(firms)}。"]
    lines += ["三、各占多少", f"2022年，{'，'.join(shares)}。", "2022年，河南生产总值增长3.1%。"]
    lines += [f"2022年，全省技术合同成交额9{number}.4亿元，其中本地企业之间成交4{number}.7亿元。"]
    return as_word("\n".join(lines), path)


def boxes_of(paragraph) -> list:
    """Return the figures' boxes of a paragraph."""
    return [e for e in paragraph._p if e.tag.endswith("}sdt")]


def write(path: Path, who: str) -> None:
    """Write a chapter: below each heading a paragraph of its own with the figures in it, and the note taken out."""
    document = docx.Document(path)
    heading, told = None, {}
    for paragraph in document.paragraphs:
        if paragraph.style.name.startswith("Heading"):
            heading = paragraph
        elif found := boxes_of(paragraph):
            told.setdefault(heading.text, (heading, []))[1].extend(found)
        elif paragraph.text.startswith("【待写】"):
            paragraph._p.getparent().remove(paragraph._p)
    for heading, found in told.values():
        words = document.add_paragraph(f"{who}在这一节报了几个数：")
        heading._p.addnext(words._p)
        for n, box in enumerate(found):
            words._p.append(deepcopy(box) if n == 0 else box)  # copied or cut: both are right
            words.add_run("，再有" if n < len(found) - 1 else "。")
    document.save(path)


def write_below(path: Path, name: str, text: str) -> None:
    """Write a paragraph below the hint of what only this edition has to say."""
    document = docx.Document(path)
    hint = next(p for p in document.paragraphs if p.text.startswith("【可不写】") and f"（{name}）" in p.text)
    hint._p.addnext(document.add_paragraph(text)._p)
    document.save(path)


# ---------------------------------------------------------------- the year


@pytest.fixture(scope="module")
def played(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """The year, from its beginning to what is sent out; the package reads the copy's data."""
    folder = tmp_path_factory.mktemp("by-hand")
    editor = Editor(folder)
    root = editor.home / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLUEBOOK_DATA", str(root))
        editor.run("year", str(YEAR))
        editor.run("template", str(YEAR), "年度.xlsx")
        fill(editor.desk / "年度.xlsx", root, report(root, folder / "printed"))
        editor.run("import", "年度.xlsx")
        for number, (name, who) in enumerate(SPEECHES.items()):
            speech(editor.desk / f"{name}.docx", who, number)
            editor.run("speech", f"{name}.docx", "--speaker", who, "--chapter", f"speeches/{name}")
            confirm(editor.desk / f"{name}-数字.xlsx")
            editor.run("speech", f"{name}-数字.xlsx")
            editor.run("review", "out", f"speeches/{name}", f"{name}-正文.docx")
            write(editor.desk / f"{name}-正文.docx", who)
            editor.run("review", "in", f"{name}-正文.docx")
        editor.run("review", "out", "report/index-results", "名次.docx")
        write_below(editor.desk / "名次.docx", "index-results", OWN_WORDS)
        editor.run("review", "in", "名次.docx")
        outline(editor.desk / "年度.xlsx", root)
        editor.run("import", "年度.xlsx")
        editor.run("template", str(YEAR), "签字.xlsx")
        sign(editor.desk / "签字.xlsx")
        editor.run("import", "签字.xlsx")
        for command in ("check", "build", "publish", "outputs"):
            editor.run(command)
        yield editor
    shutil.rmtree(folder)


def article(editor: Editor, page: str) -> BeautifulSoup:
    html = (editor.home / f"_site/{YEAR}/chapters/{page}.html").read_text("utf-8")
    return BeautifulSoup(html, "html.parser").select_one("article.bd-article")


def test_the_year_is_checked_built_and_published_beside_the_one_before(played: Editor) -> None:
    assert "没有问题" in played.said["check"] and "书在" in played.said["build"]
    assert f"{YEAR - 1} | {YEAR}" in played.said["publish"]
    for year in (YEAR - 1, YEAR):
        assert (played.home / f"_site/{year}/index.html").is_file()
    assert "草稿" not in article(played, "report/index-results").get_text()


@pytest.mark.parametrize("name", SPEECHES)
def test_a_speechs_chapter_says_what_was_written_with_all_its_figures_and_no_hint(
    played: Editor, name: str
) -> None:
    own = editions.claims(YEAR).query("chapter == @page", local_dict={"page": f"speeches/{name}"})
    assert 15 <= len(own) <= 40 and own["relation"].fillna("").ne("").any(), (
        "a relation was confirmed as well"
    )
    page = article(played, f"speeches/{name}")
    assert {span["data-id"] for span in page.select(".bb-fig[data-id]")} == set(own["id"])
    text = page.get_text()
    assert text.count(f"{SPEECHES[name]}在这一节报了几个数：") == 3
    assert "待写" not in text and "还没有写" not in text and "数：" not in text.replace("个数：", "")


def test_a_page_that_recurs_says_what_only_this_edition_has_to_say(played: Editor) -> None:
    assert OWN_WORDS in article(played, "report/index-results").get_text()


def test_no_page_names_a_speaker_of_another_year(played: Editor) -> None:
    own = set(editions.claims(YEAR)["speaker"])
    others = (
        {s for y in editions.years() if y != YEAR for s in editions.claims(y)["speaker"]} - own - {"编者"}
    )
    assert len(others) >= 3
    found = {
        (name, who)
        for name, text in pages(played.home / f"_site/{YEAR}")
        for who in others
        if who in text.get_text(" ") and name != DESCRIBED
    }
    assert found == set()


def test_every_signature_stands_in_the_checklist_and_nothing_carried_over_waits(played: Editor) -> None:
    assert checklist.missing(played.home / "data", YEAR) == []
    told = editions.edition(YEAR)
    assert (told["status"], str(told["published"]), told["unconfirmed"]) == ("published", "2023-10-14", [])


def test_what_is_sent_out_is_there(played: Editor) -> None:
    names = {p.name for p in (played.home / f"_build/outputs/{YEAR}").rglob("*") if p.is_file()}
    assert {"通稿.docx", "要报.docx"} <= names and any(who in n for n in names for who in SPEECHES.values())
