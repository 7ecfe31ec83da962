"""A chapter goes out to Word and its words come back; figures are listed and never taken over."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from conftest import ROOT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from bluebook.desk import review
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
    done = review.back(tmp_path / "out.docx")
    assert (done.changes, done.conflicts, done.figures, done.lost) == ([], [], [], [])
    assert chapter(book) == before


def test_tracked_words_come_back_and_nothing_else_is_touched(book: Path, tmp_path: Path) -> None:
    before, path = chapter(book), tmp_path / "out.docx"
    document = docx.Document(path)
    paragraph = with_figure(document)
    old = paragraph.runs[0].text[:3]
    tracked(paragraph, old, "经校对")
    document.save(path)
    done = review.back(path)
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
    done = review.back(path)
    assert chapter(book) == before and not done.changes
    assert (was, "9.9%") in {(w, now) for _, w, now in done.figures}
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
    done = review.back(path)
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
    done = review.back(path)
    assert chapter(book) == before and not done.changes
    assert [c.new.startswith(words[:3]) for c in done.conflicts] == [True, False]


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
    done = review.back(tmp_path / "lo/out.docx")
    assert (len(done.changes), done.conflicts, done.figures, done.lost) == (1, [], [], [])
    assert chapter(book) == before.replace(done.changes[0].old, done.changes[0].new, 1)


def test_a_file_that_never_went_out_does_not_come_in(book: Path, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("增长6.3%。")
    document.save(tmp_path / "other.docx")
    with pytest.raises(BadInput, match="not laid out by review"):
        review.back(tmp_path / "other.docx")
    with pytest.raises(BadInput, match="no page"):
        review.out("stabilise/none", tmp_path / "x.docx")
    with pytest.raises(BadInput, match="there already"):
        review.out(PAGE, tmp_path / "out.docx")
