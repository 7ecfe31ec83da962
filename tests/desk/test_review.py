"""A chapter goes out to Word and its words come back; figures are listed and never taken over."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import pytest
from conftest import ROOT, bluebook
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from bluebook.desk import boxes, review
from bluebook.desk.texts import told
from bluebook.messages import BadInput

PAGE = "stabilise/growth"


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book with one chapter of the real one, and that chapter out in Word as ``out.docx`` beside it."""
    home = tmp_path / "book"
    shutil.copytree(ROOT / "data", home / "data")
    (home / "chapters/stabilise").mkdir(parents=True)
    for name in ("_toc.yml", f"chapters/{PAGE}.md"):
        shutil.copy(ROOT / name, home / name)
    monkeypatch.setenv("BLUEBOOK_DATA", str(home / "data"))
    review.out(PAGE, tmp_path / "out.docx")
    return home


def chapter(book: Path) -> str:
    return (book / f"chapters/{PAGE}.md").read_text("utf-8")


def with_figure(document) -> object:
    """Return the first paragraph that holds a quoted figure and words of its own before it."""
    return next(p for p in document.paragraphs if "{fig}" in p._p.xml and p.runs and len(p.runs[0].text) > 4)


def tracked(paragraph, old: str, new: str) -> None:
    """Replace the first run by the same words as a tracked deletion and the new ones as an insertion."""
    run, marks = paragraph.runs[0], nsdecls("w")
    who = 'w:id="900" w:author="审" w:date="2022-08-01T00:00:00Z"'
    assert old in run.text
    before, _, after = run.text.partition(old)
    parts = [
        f'<w:r {marks}><w:t xml:space="preserve">{before}</w:t></w:r>',
        f'<w:del {marks} {who}><w:r><w:delText xml:space="preserve">{old}</w:delText></w:r></w:del>',
        f'<w:ins {marks} {who}><w:r><w:t xml:space="preserve">{new}</w:t></w:r></w:ins>',
        f'<w:r {marks}><w:t xml:space="preserve">{after}</w:t></w:r>',
    ]
    for part in parts:
        run._r.addprevious(parse_xml(part))
    run._r.getparent().remove(run._r)


def test_what_nobody_changed_comes_back_as_it_was(book: Path, tmp_path: Path) -> None:
    before = chapter(book)
    done = review.back([tmp_path / "out.docx"])
    assert (done.changes, done.conflicts, done.figures, done.lost) == ([], [], [], [])
    assert chapter(book) == before


def test_tracked_words_come_back_and_nothing_else_is_touched(book: Path, tmp_path: Path) -> None:
    before, path = chapter(book), tmp_path / "out.docx"
    document = docx.Document(path)
    paragraph = with_figure(document)
    old = paragraph.runs[0].text[:3]
    tracked(paragraph, old, "经校对")
    document.save(path)
    done = review.back([path])
    assert [len(done.changes), done.figures, done.conflicts] == [1, [], []]
    [change] = done.changes
    assert change.new == change.old.replace(old, "经校对", 1) and "{fig}`" in change.new
    assert chapter(book) == before.replace(change.old, change.new, 1)


def test_a_changed_figure_is_listed_and_never_taken(book: Path, tmp_path: Path) -> None:
    before, path = chapter(book), tmp_path / "out.docx"
    document = docx.Document(path)
    controls = [
        e
        for e in document.element.body.iter()
        if e.tag.endswith("}sdt") and any("{fig}" in v for n in e.iter() for v in n.attrib.values())
    ]
    shown = next(e for e in controls[0].iter() if e.tag.endswith("}t"))
    was, shown.text = shown.text, "9.9%"
    gone = controls[-1]
    gone.getparent().remove(gone)
    document.save(path)
    done = review.back([path])
    assert chapter(book) == before and not done.changes
    assert (was, "9.9%") in {(w, now) for _, _, w, now in done.figures}
    assert len(done.figures) == 2


def test_a_paragraph_that_the_book_changed_too_is_a_conflict(book: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.docx"
    document = docx.Document(path)
    paragraph = with_figure(document)
    first = paragraph.runs[0].text
    tracked(paragraph, first[:3], "经校对")
    document.save(path)
    changed = chapter(book).replace(first, f"另一处改动。{first}", 1)
    (book / f"chapters/{PAGE}.md").write_text(changed, "utf-8")
    done = review.back([path])
    assert not done.changes and len(done.conflicts) == 1 and "经校对" in done.conflicts[0].new
    assert chapter(book) == changed


def test_a_paragraph_cut_in_two_or_added_is_a_conflict_and_no_word_is_lost(
    book: Path, tmp_path: Path
) -> None:
    before, path = chapter(book), tmp_path / "out.docx"
    document = docx.Document(path)
    paragraph = with_figure(document)
    words = paragraph.runs[0].text
    paragraph.runs[0].text = words[:3]
    follows = document.add_paragraph(words[3:])
    paragraph._p.addnext(follows._p)
    document.save(path)
    done = review.back([path])
    assert chapter(book) == before and not done.changes
    assert [c.new.removeprefix("- ").startswith(words[:3]) for c in done.conflicts] == [True, False]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
def test_the_same_through_libreoffice(book: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.docx"
    document = docx.Document(path)
    paragraph = with_figure(document)
    tracked(paragraph, paragraph.runs[0].text[:3], "经校对")
    document.save(path)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "docx", "--outdir", tmp_path / "lo", path]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    before = chapter(book)
    done = review.back([tmp_path / "lo/out.docx"])
    assert (len(done.changes), done.conflicts, done.figures, done.lost) == (1, [], [], [])
    assert chapter(book) == before.replace(done.changes[0].old, done.changes[0].new, 1)


MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Review" script:language="StarBasic">
Sub Review
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  doc = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, hidden())
  On Error GoTo Ended
  doc.RecordChanges = True
{work}
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  kind(0).Name = "FilterName" : kind(0).Value = "MS Word 2007 XML"
  doc.storeToURL("{target}", kind())
  doc.close(True)
  Ended:
  StarDesktop.terminate()
End Sub
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
 <library:element library:name="Review"/>
</library:library>
"""
CUT = """
  words = doc.createSearchDescriptor()
  words.SearchString = "{cut}"
  found = doc.findFirst(words)
  cursor = doc.Text.createTextCursorByRange(found.End)
  cursor.gotoEndOfParagraph(True)
  cursor.String = ""
"""
REPLACE = """
  words = doc.createReplaceDescriptor()
  words.SearchString = "{old}"
  words.ReplaceString = "{new}"
  doc.replaceAll(words)
"""


def office(source: Path, target: Path, replaced: list[tuple[str, str]], cut: str, profile: Path) -> None:
    """Let a script in LibreOffice open a Word file, track changes, work on it, and save it as another.

    It replaces words, and deletes whatever stands behind ``cut`` in its paragraph.
    """
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    subprocess.run([*command, "--terminate_after_init"], check=True, capture_output=True, timeout=90)
    work = "".join(REPLACE.format(old=escape(old), new=escape(new)) for old, new in replaced)
    work += CUT.format(cut=escape(cut))
    macro = MACRO.format(source=source.as_uri(), target=target.as_uri(), work=work)
    folder = profile / "user/basic/Standard"
    (folder / "Review.xba").write_text(macro, "utf-8")
    (folder / "script.xlb").write_text(LIBRARY, "utf-8")
    subprocess.run([*command, "macro:///Standard.Review.Review"], check=True, capture_output=True, timeout=90)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
def test_what_a_script_changes_in_libreoffice_with_changes_tracked_comes_back(
    book: Path, tmp_path: Path
) -> None:
    before, path = chapter(book), tmp_path / "out.docx"
    lines = [line for _, line in review.prose(before)]

    def once(words: str) -> bool:
        return sum(words in line for line in lines) == 1

    paragraphs = [p for p in docx.Document(path).paragraphs if p.runs and once(p.runs[0].text[:10])]
    plain = next(p for p in paragraphs if "{fig}" not in p._p.xml and "{glue" not in p._p.xml)
    quoting = [p for p in paragraphs if "{fig}" in p._p.xml]
    said = "".join(text_of(p) for p in docx.Document(path).paragraphs)
    wrong = next(p for p in quoting if said.count(first_figure(p)) == 1)
    beside, less = [p for p in quoting if p is not wrong][:2]
    pairs = [(p.runs[0].text[:10], new) for p, new in ((plain, "校对甲"), (beside, "校对乙"))]
    cut = less.runs[0].text[:10]
    (whole,) = [line for line in lines if cut in line]
    (other,) = [line for line in lines if wrong.runs[0].text[:10] in line]
    edited = tmp_path / "edited.docx"
    office(path, edited, [*pairs, (first_figure(wrong), "99.9%")], cut, tmp_path / "profile")
    raw = docx.Document(edited).element.xml
    assert "w:ins " in raw and "w:del " in raw, "the changes are tracked"
    done = review.back([edited])
    assert [next(new for _, new in pairs if new in c.new) for c in done.changes] == ["校对甲", "校对乙"]
    assert {f.chapter for f in done.figures} == {f"chapters/{PAGE}.md"}
    assert {f.role for f in done.figures} <= {whole, other, *boxes.ROLE.findall(whole + other)}
    assert any(f.role in whole and not f.now for f in done.figures), "the figures that were cut"
    assert any(f.role in other and first_figure(wrong) in f.was for f in done.figures), "the one replaced"
    assert (done.conflicts, done.lost) == ([], [])
    after = before
    for words, new in pairs:
        (line,) = [line for line in lines if words in line]
        after = after.replace(f"\n{line}\n", f"\n{line.replace(words, new)}\n")
    assert chapter(book) == after != before


def first_figure(paragraph) -> str:
    """Return what a paragraph's first box with a figure shows."""
    controls = [e for e in paragraph._p if e.tag.endswith("}sdt")]
    return next(
        text_of(e) for e in controls if any("{fig}" in v for x in e.iter() for v in x.attrib.values())
    )


def text_of(part) -> str:
    """Return all that a paragraph or a box shows, boxes too."""
    return "".join(e.text or "" for e in getattr(part, "_p", part).iter() if e.tag.endswith("}t"))


# ---------------------------------------------------------------- the whole edition


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the book's words and tables."""
    home = tmp_path / "whole"
    for name in ("data", "chapters"):
        shutil.copytree(ROOT / name, home / name)
    for name in ("_toc.yml", "index.md"):
        shutil.copy(ROOT / name, home)
    monkeypatch.setenv("BLUEBOOK_DATA", str(home / "data"))
    return home


def words(home: Path) -> dict[str, str]:
    """Return every text of the book: its pages, and what only this edition has to say on them."""
    return {p.relative_to(home).as_posix(): p.read_text("utf-8") for p in home.rglob("*.md")}


def reviewed(path: Path, *replaced: tuple[str, str]) -> Path:
    """Let the first words of a paragraph be replaced as a tracked change, for each pair (words, by what)."""
    document = docx.Document(path)
    for old, new in replaced:
        paragraph = next(p for p in document.paragraphs if p.runs and p.runs[0].text.startswith(old))
        tracked(paragraph, old, new)
    document.save(path)
    return path


def first_words(path: Path, page: str) -> str:
    """Return the first words of a sentence of a page, as Word shows them."""
    lines = [line for _, line in review.prose((path / page).read_text("utf-8"))]
    return next(x for x in lines if not x.startswith(("#", "-", "*")) and "{" not in x[:12])[:10]


def test_the_whole_edition_goes_out_as_one_file_and_what_is_said_in_it_goes_where_it_stands(
    whole: Path, tmp_path: Path
) -> None:
    before, path = words(whole), tmp_path / "all.docx"
    review.out("all", path)
    assert review.back([path])[1:] == ([], [], [], [], [])
    own, recurring = "data/editions/2022/index-results.md", f"chapters/{PAGE}.md"
    pairs = [(first_words(whole, page), "经校对的话") for page in (own, recurring)]
    done = review.back([reviewed(path, *pairs)])
    assert {c.chapter for c in done.changes} == {own, recurring} and len(done.changes) == 2
    assert (done.conflicts, done.figures, done.lost) == ([], [], [])
    for page, (old, new) in zip((own, recurring), pairs, strict=True):
        before[page] = before[page].replace(old, new, 1)
    assert words(whole) == before


@pytest.mark.slow
def test_a_folder_has_a_file_for_each_chapter_with_words_and_comes_back_as_a_whole(
    whole: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "校对"
    review.out("全书", folder)
    names = [p.stem for p in sorted(folder.iterdir())]
    assert names[0] == "01-index" and any(n.endswith("stabilise-growth") for n in names)
    assert not any("410300" in n for n in names), "a page that its cells write has nothing to proofread"
    old = first_words(whole, f"chapters/{PAGE}.md")
    reviewed(next(folder.glob("*stabilise-growth.docx")), (old, "经校对的话"))
    (folder / "~$x.docx").write_bytes(b"open")
    done = review.back([folder])
    assert [c.chapter for c in done.changes] == [f"chapters/{PAGE}.md"]
    assert len(done.chapters) >= len(names) and not done.lost and not done.conflicts


def test_two_copies_that_change_a_paragraph_otherwise_are_a_conflict(book: Path, tmp_path: Path) -> None:
    before, old = chapter(book), first_words(book, f"chapters/{PAGE}.md")
    for name in ("a", "b", "c"):
        shutil.copy(tmp_path / "out.docx", tmp_path / f"{name}.docx")
    one, two = reviewed(tmp_path / "a.docx", (old, "甲说")), reviewed(tmp_path / "b.docx", (old, "乙说"))
    done = review.back([one, two, tmp_path / "c.docx"])
    assert [(len(done.changes), "甲说" in done.changes[0].new)] == [(1, True)]
    assert [("乙说" in c.new) for c in done.conflicts] == [True]
    assert chapter(book) == before.replace(old, "甲说", 1)


@pytest.mark.slow
def test_the_commands_take_the_whole_edition_out_and_in(whole: Path, tmp_path: Path) -> None:
    done = bluebook(
        "review", "out", "all", str(tmp_path / "a.docx"), cwd=whole, lang="zh", PYTHONPATH=str(ROOT)
    )
    assert done.returncode == 0 and "段" in done.stdout, done.stderr
    old = first_words(whole, f"chapters/{PAGE}.md")
    path = reviewed(tmp_path / "a.docx", (old, "经校对的话，增长 77.7%，"))
    done = bluebook("review", "in", str(path), cwd=whole, lang="zh", PYTHONPATH=str(ROOT))
    assert done.returncode == 0 and f"chapters/{PAGE}.md：收回 1 段" in done.stdout, done.stderr
    assert "章回来了，共收回 1 段" in done.stdout
    assert "正文里有直接打进去的数：77.7%。" in done.stdout
    again = bluebook("review", "out", "all", str(path), cwd=whole, lang="zh", PYTHONPATH=str(ROOT))
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)


def test_the_edition_goes_to_a_file_or_to_a_new_folder_and_a_chapter_only_to_a_file(
    whole: Path, tmp_path: Path
) -> None:
    for page, name, said in (
        (PAGE, "folder", "end in .docx"),
        ("all", "a.pdf", "end in .docx"),
        ("all", "none/folder", "no folder"),
    ):
        with pytest.raises(BadInput, match=said):
            review.out(page, tmp_path / name)
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="not laid out by review"):
        review.back([tmp_path / "empty"])


def test_word_shows_headings_and_items_as_such_and_none_of_the_marks_of_the_text(
    book: Path, tmp_path: Path
) -> None:
    paragraphs = docx.Document(tmp_path / "out.docx").paragraphs
    styles = {p.style.name for p in paragraphs}
    assert {"Heading 1", "Heading 2", "List Bullet"} <= styles
    assert not [p.text for p in paragraphs if re.match(r"#|[-*] |:\w|%|```", p.text)]
    heading = next(p for p in paragraphs if p.style.name == "Heading 2")
    tracked(heading, heading.text, "新的小标题")
    (path := tmp_path / "b.docx").write_bytes(b"")
    heading.part.document.save(path)
    (change,) = review.back([path]).changes
    assert change.new == "## 新的小标题" and "\n## 新的小标题\n" in chapter(book)


def test_a_file_that_never_went_out_does_not_come_in(book: Path, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("增长6.3%。")
    document.save(tmp_path / "other.docx")
    with pytest.raises(BadInput, match="not laid out by review"):
        review.back([tmp_path / "other.docx"])
    with pytest.raises(BadInput, match="no page"):
        review.out("stabilise/none", tmp_path / "x.docx")
    with pytest.raises(BadInput, match="there already"):
        review.out(PAGE, tmp_path / "out.docx")


# ---------------------------------------------------------------- figures that the book computes


ROLE = "{glue:text}`gap_2020:.1f`"


def boxes_of(path: Path, role: str) -> list:
    """Return the boxes of a role in a Word file."""
    return [
        e
        for e in docx.Document(path).element.body.iter()
        if e.tag.endswith("}sdt") and any(role == v for n in e.iter() for v in n.attrib.values())
    ]


def lock(box) -> str:
    """Return how a box is locked."""
    return next(e for e in box.iter() if e.tag.endswith("}lock")).values()[0]


def test_a_computed_figure_shows_its_number_locked_and_comes_back_as_its_role(
    book: Path, tmp_path: Path
) -> None:
    before, path = chapter(book), tmp_path / "glued.docx"
    assert ROLE in before
    review.out(PAGE, path, lambda page: {"gap_2020": "1.04"} if page == f"chapters/{PAGE}" else {})
    found = boxes_of(path, ROLE)
    assert {told(b) for b in found} == {"1.0"}
    assert all(lock(b) == "sdtContentLocked" for b in found)
    assert any("〔" in p.text or "〔" in p._p.xml for p in docx.Document(path).paragraphs), (
        "the others: by name"
    )
    done = review.back([path])
    assert done[1:] == ([], [], [], [], []) and chapter(book) == before
    document = docx.Document(path)
    paragraph = next(p for p in document.paragraphs if "gap_2020" in p._p.xml and p.runs)
    tracked(paragraph, paragraph.runs[0].text[:2], "经校对")
    document.save(path)
    (change,) = review.back([path]).changes
    assert ROLE in change.new and "1.0" not in change.new.replace(change.old, "")


def test_a_computed_figure_that_was_changed_is_listed_and_not_taken(book: Path, tmp_path: Path) -> None:
    before, path = chapter(book), tmp_path / "glued.docx"
    review.out(PAGE, path, lambda _: {"gap_2020": "1.04"})
    document = docx.Document(path)
    shown = next(e for e in document.element.body.iter() if e.tag.endswith("}t") and e.text == "1.0")
    shown.text = "2.0"
    document.save(path)
    done = review.back([path])
    assert [(f.role, f.was, f.now) for f in done.figures] == [(ROLE, "1.0", "2.0")]
    assert chapter(book) == before


def test_a_box_whose_name_a_program_dropped_is_held_against_the_last_build(
    book: Path, tmp_path: Path
) -> None:
    path = tmp_path / "glued.docx"
    review.out(PAGE, path, lambda _: {"gap_2020": "1.04"})
    document = docx.Document(path)
    for alias in [e for e in document.element.body.iter() if e.tag.endswith("}alias")]:
        alias.getparent().remove(alias)
    document.save(path)
    assert review.back([path], lambda _: {"gap_2020": "1.04"}).figures == []
    assert {f.was for f in review.back([path], lambda _: {"gap_2020": "2.04"}).figures} == {"2.0"}


@pytest.mark.parametrize("values", [{}, {"other": "1"}, {"gap_2020": "not a number"}])
def test_without_a_build_or_its_value_a_computed_figure_shows_its_name(
    book: Path, tmp_path: Path, values: dict[str, str]
) -> None:
    review.out(PAGE, tmp_path / "g.docx", lambda _: values)
    assert {told(b) for b in boxes_of(tmp_path / "g.docx", ROLE)} == {"〔gap_2020〕"}
    assert review.back([tmp_path / "g.docx"])[1:] == ([], [], [], [], [])


def test_the_last_run_of_a_page_says_what_it_glued_and_a_page_that_never_ran_nothing(tmp_path: Path) -> None:
    import nbformat

    from bluebook.site.runs import Runs

    runs = Runs(tmp_path, tmp_path, "zh")
    assert runs.glued("chapters/a") == {}
    kept = tmp_path / "_build/.cache/runs/zh/chapters__a"
    kept.mkdir(parents=True)
    record = {"application/papermill.record/text/plain": "1.04"}
    output = nbformat.v4.new_output("display_data", record, metadata={"scrapbook": {"name": "gap"}})
    cell = nbformat.v4.new_code_cell("", outputs=[output])
    (kept / "1.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])), "utf-8")
    assert runs.glued("chapters/a") == {"gap": "1.04"}
    (kept / "1.ipynb").write_text("{", "utf-8")
    assert runs.glued("chapters/a") == {}
