"""A chapter that is still to be written goes out to Word with its figures, and comes back written."""

from __future__ import annotations

import shutil
from copy import deepcopy
from pathlib import Path

import docx
import openpyxl
import pytest
from conftest import ROOT, bluebook
from test_review import lock
from test_speech import SPEECH

from bluebook.desk import confirmed, proposals, review, sheets, writing
from bluebook.desk.texts import told
from bluebook.year import chapters, contents

PAGE = "speeches/zhang"


@pytest.fixture(scope="module")
def begun(laid: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book whose draft edition has a speech as a chapter, two of its figures in the ledger."""
    folder = tmp_path_factory.mktemp("begun")
    shutil.copytree(laid / "book", folder / "book")
    home = folder / "book"
    for name in ("_toc.yml", "index.md"):
        (home / name).write_bytes((ROOT / name).read_bytes())
    shutil.copytree(ROOT / "chapters", home / "chapters")
    (folder / "讲话.txt").write_text(SPEECH, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLUEBOOK_DATA", str(home / "data"))
        sheet = proposals.propose(folder / "讲话.txt", year=2024, chapter=PAGE).sheet
        book = openpyxl.load_workbook(sheet)
        page = book[proposals.FIGURES]
        at = {c.value: c.column for c in page[sheets.HEAD]}
        for row in range(sheets.FIRST, page.max_row + 1):
            taken = str(page.cell(row, at["印出的数"]).value) in ("94.7", "38.2")
            page.cell(row, 1).value = proposals.YES if taken else proposals.NO
        book.save(sheet)
        assert confirmed.take(sheet).faults == []
    return home


@pytest.fixture
def book(begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that book, and the chapter out in Word as ``out.docx`` beside it."""
    shutil.copytree(begun, tmp_path / "book")
    monkeypatch.setenv("BLUEBOOK_DATA", str(tmp_path / "book/data"))
    review.out(PAGE, tmp_path / "out.docx")
    return tmp_path / "book"


def text(book: Path) -> str:
    return (book / f"chapters/{PAGE}.md").read_text("utf-8")


def edited(path: Path, target: Path, *, done: bool = True) -> Path:
    """Write two paragraphs: one with a figure that was cut from its hint, one with signs of markup."""
    document = docx.Document(path)
    heading = next(p for p in document.paragraphs if p.text.startswith("一、"))
    box = next(e for p in document.paragraphs for e in p._p if e.tag.endswith("}sdt"))
    one, two = (document.add_paragraph(words) for words in ("成交额是", "# 不是*标题* {eval}`1+1` <b>"))
    one._p.append(box)
    one.add_run("，创了新高。")
    heading._p.addnext(one._p)
    one._p.addnext(two._p)
    if done:
        todo = next(p for p in document.paragraphs if p.text.startswith("【待写】"))
        todo._p.getparent().remove(todo._p)
    document.save(target)
    return target


def test_a_draft_shows_its_headings_and_a_box_for_each_figure_of_the_ledger(
    book: Path, tmp_path: Path
) -> None:
    paragraphs = docx.Document(tmp_path / "out.docx").paragraphs
    assert paragraphs[0].style.name == "Heading 1" and paragraphs[1].text.startswith("【待写】")
    assert next(p.text for p in paragraphs if p.style.name == "Heading 2").startswith("一、")
    boxes = [e for p in paragraphs for e in p._p if e.tag.endswith("}sdt")]
    assert [told(b) for b in boxes] == ["94.7亿元", "38.2亿元"]
    assert {lock(b) for b in boxes} == {"contentLocked"}, "a box can be moved, not typed over"
    assert not [p.text for p in paragraphs if "没有写" in p.text or p.text.startswith("%")]


def test_what_nobody_wrote_stays_to_the_letter(book: Path, tmp_path: Path) -> None:
    before = text(book)
    done = review.back([tmp_path / "out.docx"])
    assert done[1:] == ([], [], [], [], []) and text(book) == before


def test_a_chapter_written_in_word_is_written(book: Path, tmp_path: Path) -> None:
    done = review.back([edited(tmp_path / "out.docx", tmp_path / "a.docx")])
    assert [(w.chapter, w.paragraphs, w.done) for w in done.written] == [(f"chapters/{PAGE}.md", 2, True)]
    assert (done.conflicts, done.figures, done.lost, done.changes) == ([], [], [], [])
    now = text(book)
    assert now.startswith(f"{chapters.FRONT}\n(zhang)=\n# ")
    first = "{fig}`" + now.partition("{fig}`")[2].partition("`")[0] + "`"
    assert f"\n\n成交额是{first}，创了新高。\n\n" in now and now.count("{fig}") == 1
    assert "\n\n\\# 不是\\*标题\\* \\{eval\\}\\`1+1\\` \\<b\\>\n" in now, "what is typed is words, not markup"
    assert "%" not in now and "待写" not in now and "admonition" not in now
    assert f"chapters/{PAGE}" not in dict(contents.unwritten(book))


def test_as_long_as_the_note_is_there_the_chapter_waits_and_can_go_out_again(
    book: Path, tmp_path: Path
) -> None:
    before = text(book)
    done = review.back([edited(tmp_path / "out.docx", tmp_path / "a.docx", done=False)])
    assert [w.done for w in done.written] == [False]
    assert "成交额是{fig}`" in text(book) and f"chapters/{PAGE}" in dict(contents.unwritten(book))
    hints = [line for line in before.splitlines() if line.startswith("%")]
    assert [line for line in text(book).splitlines() if line.startswith("%")] == hints
    review.out(PAGE, tmp_path / "again.docx")
    document = docx.Document(tmp_path / "again.docx")
    todo = document.paragraphs[1]
    assert todo.text.startswith("【待写】")
    todo._p.getparent().remove(todo._p)
    document.save(tmp_path / "again.docx")
    held = text(book)
    assert [w.done for w in review.back([tmp_path / "again.docx"]).written] == [True]
    (line,) = [x for x in held.splitlines() if x.startswith("成交额是")]
    assert f"\n{line}\n" in text(book) and "待写" not in text(book)
    assert text(book).count("\\{eval") == 1, "what was escaped is not escaped again"


def test_a_note_deleted_before_a_word_is_written_writes_nothing_off(book: Path, tmp_path: Path) -> None:
    document = docx.Document(tmp_path / "out.docx")
    todo = document.paragraphs[1]
    todo._p.getparent().remove(todo._p)
    document.save(tmp_path / "out.docx")
    review.back([tmp_path / "out.docx"])
    assert f"chapters/{PAGE}" in dict(contents.unwritten(book))


def test_words_typed_over_a_hint_are_words(book: Path, tmp_path: Path) -> None:
    document = docx.Document(tmp_path / "out.docx")
    hint = next(p for p in document.paragraphs if "sdt" in p._p.xml)
    hint.runs[0].text, hint.runs[-1].text = "成交额是", "。"
    document.save(tmp_path / "out.docx")
    review.back([tmp_path / "out.docx"])
    assert "\n成交额是{fig}`" in text(book)


def test_a_draft_that_the_book_changed_too_or_two_copies_that_differ_are_conflicts(
    book: Path, tmp_path: Path
) -> None:
    one = edited(tmp_path / "out.docx", tmp_path / "a.docx")
    two = tmp_path / "b.docx"
    document = docx.Document(one)
    next(p for p in document.paragraphs if p.text.startswith("成交额")).runs[0].text = "另一份说"
    document.save(two)
    done = review.back([tmp_path / "out.docx", one, two])
    assert len(done.written) == 1 and [c.new.startswith("另一份说") for c in done.conflicts] == [True]
    written = text(book)
    late = review.back([two])
    assert late.written == [] and any(c.new.startswith("另一份说") for c in late.conflicts)
    assert text(book) == written


def test_a_figure_of_no_ledger_comes_as_words_and_a_changed_one_is_listed(book: Path, tmp_path: Path) -> None:
    document = docx.Document(edited(tmp_path / "out.docx", tmp_path / "a.docx"))
    words = next(p for p in document.paragraphs if p.text.startswith("成交额"))
    box = next(e for e in words._p if e.tag.endswith("}sdt"))
    other = deepcopy(box)
    words._p.append(other)
    for e in other.iter():
        for key, value in e.attrib.items():
            if value.startswith("{fig}") and " · " not in value:
                e.attrib[key] = "{eval}`open('x')`"
    next(e for e in box.iter() if e.tag.endswith("}t")).text = "95亿元"
    document.save(tmp_path / "a.docx")
    done = review.back([tmp_path / "a.docx"])
    assert ("94.7亿元", "95亿元") in {(f.was, f.now) for f in done.figures}
    assert "{eval}" not in text(book).replace("\\{eval\\}", "") and "94.7亿元" in text(book)


def test_a_chapter_with_cells_is_no_draft_to_be_written_in_word() -> None:
    assert writing.draft("# 甲\n\n% 待写：续\n\n```{code-cell}\n1\n```\n") is None
    assert writing.draft("# 甲\n\n一句话。\n") is None


# ---------------------------------------------------------------- what only this edition has to say


def test_what_an_edition_has_to_say_on_a_page_that_recurs_is_begun_in_word(
    book: Path, tmp_path: Path
) -> None:
    page, own = "report/index-results", book / "data/editions/2023/index-results.md"
    review.out(page, tmp_path / "r.docx")
    assert review.back([tmp_path / "r.docx"])[1:] == ([], [], [], [], []) and not own.exists()
    document = docx.Document(tmp_path / "r.docx")
    (hint,) = [p for p in document.paragraphs if p.text.endswith("（index-results）")]
    hint._p.addnext(document.add_paragraph("这一版的话。")._p)
    document.save(tmp_path / "r.docx")
    done = review.back([tmp_path / "r.docx"])
    assert own.read_text("utf-8") == "这一版的话。\n" and done.conflicts == done.changes == []
    review.out(page, tmp_path / "again.docx")
    texts = [p.text for p in docx.Document(tmp_path / "again.docx").paragraphs]
    assert "这一版的话。" in texts and not [x for x in texts if x.endswith("（index-results）")]


def test_the_commands_say_what_was_written_and_what_still_waits(book: Path, tmp_path: Path) -> None:
    for done, said in ((False, "还是待写"), (True, "写好了，共 2 段")):
        path = tmp_path / f"{done}.docx"
        out = bluebook("review", "out", PAGE, str(path), cwd=book, lang="zh", PYTHONPATH=str(ROOT))
        assert out.returncode == 0, out.stderr
        if not done:
            edited(path, path, done=False)
        else:
            document = docx.Document(path)
            document.paragraphs[1]._p.getparent().remove(document.paragraphs[1]._p)
            document.save(path)
        back = bluebook("review", "in", str(path), cwd=book, lang="zh", PYTHONPATH=str(ROOT))
        assert back.returncode == 0 and said in back.stdout, back.stdout + back.stderr
