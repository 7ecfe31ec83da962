"""What goes wrong is said in one line, and leaves neither half a file nor a link to none."""

from __future__ import annotations

import errno
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT
from typer.testing import CliRunner

from bluebook.cli import app
from bluebook.doctor import examine
from bluebook.messages import BadInput
from bluebook.print import faces, imprint, make, pdf
from bluebook.year import inputs

DRAWN = """<svg xmlns="http://www.w3.org/2000/svg" width="100" height="60"><g><text>郑州</text></g></svg>"""
PAGE = """<html><body><article><section id="x"><h1>首页<a class="headerlink">#</a></h1>
<figure class="bb-figure" id="fig-x" data-status="public"><p class="bb-title">题目</p>
<p class="bb-subtitle">副题</p>
<noscript><img class="bb-static" src="_figures/fig-x.svg" alt="一张图"></noscript>
<figcaption></figcaption></figure>
<p class="bb-prints"></p></section></article></body></html>"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built book of one page with one figure."""
    home = tmp_path / "book"
    (home / "_build/html/_figures").mkdir(parents=True)
    (home / "data").symlink_to(ROOT / "data", target_is_directory=True)
    (home / "_toc.yml").write_text("root: index\n", "utf-8")
    (home / "_config.yml").write_text("title: 小书\n", "utf-8")
    (home / "_build/html/index.html").write_text(PAGE, "utf-8")
    (home / "_build/html/_figures/fig-x.svg").write_text(DRAWN, "utf-8")
    monkeypatch.setattr(inputs, "site_is_current", lambda root: True)
    return home


def refused(book: Path, *told: str) -> None:
    """Hold that printing ends with one line that says this, and that the site is as it was."""
    page = (book / "_build/html/index.html").read_text("utf-8")
    with pytest.raises(BadInput) as problem:
        make.printed(book)
    line = problem.value.line("zh")
    assert "\n" not in line and all(words in line for words in told), line
    assert not list((book / "_build/html").glob("downloads/*"))
    assert (book / "_build/html/index.html").read_text("utf-8") == page


@pytest.mark.slow
def test_a_small_book_is_printed_and_linked_from_its_front_page(book: Path) -> None:
    made = make.printed(book)
    assert [p.suffix for p in made] == [".pdf", ".pdf", ".epub"] and all(p.stat().st_size for p in made)
    page = (book / "_build/html/index.html").read_text("utf-8")
    assert all(f'href="downloads/{p.name}"' in page for p in made)
    before = [p.read_bytes() for p in made]
    make.printed(book)
    assert [p.read_bytes() for p in made] == before, "two runs on one book give the same bytes"
    assert (book / "_build/html/index.html").read_text("utf-8") == page


def test_a_site_that_is_not_of_these_sources(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "site_is_current", lambda root: False)
    refused(book, "不是最新", "bluebook build")


def test_no_font_with_chinese(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "available", lambda folders: [])
    refused(book, "没有能印中文的字体", "pip install")


@pytest.mark.parametrize("where", ["index.html", "_figures/fig-x.svg"])
def test_a_character_that_no_font_has(book: Path, where: str) -> None:
    path = book / "_build/html" / where
    path.write_text(
        path.read_text("utf-8").replace("题目", "题\U0001f600").replace("郑州", "\U0001f600"), "utf-8"
    )
    refused(book, "\U0001f600", "fig-x" if "fig" in where else "index")


@pytest.mark.slow
def test_a_chart_that_could_not_be_drawn(book: Path) -> None:
    drawing = book / "_build/html/_figures/fig-x.svg"
    drawing.write_text(DRAWN[:40], "utf-8")
    refused(book, "fig-x", "图")
    drawing.unlink()
    refused(book, "fig-x", "图")


def test_a_page_that_is_not_there(book: Path) -> None:
    (book / "_toc.yml").write_text("root: index\nchapters:\n- file: chapters/gone\n", "utf-8")
    refused(book, "chapters/gone")


def test_a_full_disk(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, *_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    monkeypatch.setattr(Path, "write_text", full)
    refused(book, "No space left on device")


def test_a_chapter_that_failed_leaves_no_book(monkeypatch: pytest.MonkeyPatch) -> None:
    from bluebook.site import build

    def fails(*_: object) -> None:
        raise build.BuildFailure("cell_failed", "chapters/one: cell 3: KeyError")

    monkeypatch.setattr(build, "build", fails)
    monkeypatch.setattr(make, "printed", lambda root: pytest.fail("printed although a chapter failed"))
    done = CliRunner().invoke(app, ["build", "--print"])
    assert done.exit_code == 2 and "chapters/one" in done.output


@pytest.mark.slow
def test_without_a_real_bold_the_letters_get_a_line_and_the_doctor_says_how_to_have_one(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = [
        SimpleNamespace(family=f"Noto {kind} SC", style="normal", weight=400, index=0, path=str(path))
        for kind, path in (
            ("Sans", faces.locked() / "NotoSansSC-Regular.otf"),
            ("Serif", faces.locked() / "NotoSerifSC-Regular.otf"),
        )
    ]
    monkeypatch.setattr(faces, "available", lambda folders: locked)
    assert faces.faces().bold is False and faces.bold_of_the_system() == ""
    assert make.printed(book)[0].read_bytes().startswith(b"%PDF")
    lines = [finding.line("zh") for finding in examine(ROOT)]
    assert [x for x in lines if "粗体：没有" in x and faces.install_line() in x]
    assert "fonts-noto-cjk" in faces.install_line() or "noto-cjk" in faces.install_line()


def test_a_code_leads_to_the_web_only_where_its_address_is_known(book: Path) -> None:
    assert imprint.imprint(book).code == ""
    (book / "_config.yml").write_text(
        "title: 小书\nsphinx:\n  config:\n    site_url: https://example.org/b/\n", "utf-8"
    )
    told = imprint.imprint(book)
    assert "<svg" in told.code and "https://example.org/b/" in "".join(told.said)


def test_nothing_in_a_text_is_taken_for_a_command(book: Path) -> None:
    path = book / "_build/html/index.html"
    path.write_text(PAGE.replace("副题", '#import "x" $ \\ *a* @b <c> [d] "'.replace("<", "&lt;")), "utf-8")
    assert make.printed(book)
    assert pdf.LOOK.exists()
