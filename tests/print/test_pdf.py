"""The PDF, read back: contents, vectors, words, fonts, tags, and the numbers of the web's pages."""

from __future__ import annotations

import re
from functools import cached_property

import pypdf
import pytest
from conftest import SITE
from lxml import html
from pypdf.generic import ContentStream

from bluebook.print import imprint, read

pytestmark = pytest.mark.slow
VALUES = read.having("bb-fig-value") + "|" + read.having("pasted-text")


def bare(text: str) -> str:
    """Return a text without its spaces: a line may break anywhere in Chinese."""
    return re.sub(r"\s+", "", text)


class Book:
    """A PDF read once: its pages' words, its bookmarks, the elements of its tags."""

    def __init__(self, path: object) -> None:
        self.reader = pypdf.PdfReader(path)

    @cached_property
    def raw(self) -> list[str]:
        return [page.extract_text() for page in self.reader.pages]

    @cached_property
    def words(self) -> list[str]:
        return [bare(text) for text in self.raw]

    def folio(self, number: int) -> int:
        """Return the number that stands at the foot of a page."""
        return int(re.search(r"(\d+)\s*$", self.raw[number - 1])[1])

    @cached_property
    def marks(self) -> list[tuple[str, int]]:
        def below(items: list) -> list:
            return [m for i in items for m in (below(i) if isinstance(i, list) else [i])]

        return [(m.title, self.reader.get_destination_page_number(m)) for m in below(self.reader.outline)]

    @cached_property
    def tags(self) -> list[dict]:
        found, waiting = [], [self.reader.trailer["/Root"]["/StructTreeRoot"]["/K"]]
        while waiting:
            one = waiting.pop()
            one = one.get_object() if hasattr(one, "get_object") else one
            if isinstance(one, list):
                waiting += one
            elif isinstance(one, dict):
                found.append(one)
                waiting += [one["/K"]] if "/K" in one else []
        return found

    def resources(self, kind: str) -> list:
        """Return the fonts or the drawings of every page, and of the drawings on it."""
        found, waiting = {}, [page["/Resources"] for page in self.reader.pages]
        while waiting:
            one = waiting.pop().get_object()
            for entry in ("/Font", "/XObject"):
                for part in (one.get(entry) or {}).values():
                    body = part.get_object()
                    if id(body) not in found:
                        found[id(body)] = (entry, body)
                        waiting += [body["/Resources"]] if "/Resources" in body else []
        return [body for entry, body in found.values() if entry == kind]


@pytest.fixture(scope="module")
def whole(edition: object) -> Book:
    return Book(edition.whole)


@pytest.fixture(scope="module")
def figures() -> list[html.HtmlElement]:
    found = []
    for path in SITE.rglob("*.html"):
        found += html.fromstring(path.read_text("utf-8")).xpath('//article//figure[@class="bb-figure"]')
    return found


def test_it_has_eighty_pages_or_more_and_the_short_version_at_most_twelve(
    edition: object, whole: Book
) -> None:
    assert len(whole.reader.pages) >= 80
    assert 4 <= len(pypdf.PdfReader(edition.short).pages) <= 12


def test_every_bookmark_leads_to_the_page_where_its_words_stand(whole: Book) -> None:
    wrong = [(t, p + 1) for t, p in whole.marks if bare(t) not in whole.words[p]]
    assert not wrong


def test_the_contents_name_every_chapter_with_the_page_it_stands_on(edition: object, whole: Book) -> None:
    first = next(i for i, words in enumerate(whole.words) if words.startswith("目录"))
    begins = dict(whole.marks)
    lines = [bare(x) for raw in whole.raw[first : begins[edition.pages[0].title]] for x in raw.splitlines()]
    for page in edition.pages:
        listed = [x for x in lines if re.fullmatch(re.escape(bare(page.title)) + r"\.*\d+", x)]
        assert listed, page.title
        number = int(re.search(r"\d+$", listed[0].removeprefix(bare(page.title)))[0])
        assert number == begins[page.title] + 1
        assert whole.folio(number) == number, "the page says another number of itself"


def test_every_link_of_the_contents_leads_where_the_contents_say(whole: Book) -> None:
    first = next(i for i, words in enumerate(whole.words) if words.startswith("目录"))
    links = [a.get_object() for a in whole.reader.pages[first].get("/Annots", [])]
    assert len(links) > 20
    said = {int(n) for link in links for n in re.findall(r"\d+$", link.get("/Contents", ""))}
    assert said <= {page + 1 for _, page in whole.marks}


def test_every_chart_of_the_book_is_there_as_a_vector_with_its_words(whole: Book, figures: list) -> None:
    drawn = [tag.get("/Alt") for tag in whole.tags if tag.get("/S") == "/Figure"]
    alts = [f.find(".//img").get("alt") for f in figures]
    assert len(figures) >= 100 and not [a for a in drawn if not a]
    assert sorted(a for a in drawn if a in set(alts)) == sorted(alts)
    kinds = {one["/Subtype"] for one in whole.resources("/XObject")}
    assert "/Image" not in kinds, "a picture made of dots"


def test_figures_and_tables_are_numbered_from_one_without_a_gap(whole: Book, figures: list) -> None:
    numbers = sorted({int(n) for n in re.findall(r"图\s+(\d+)\s", "\n".join(whole.raw))})
    assert numbers[: len(figures)] == list(range(1, len(figures) + 1))


def test_every_number_of_the_web_book_stands_in_its_chapter(edition: object, whole: Book) -> None:
    starts = dict(whole.marks)
    order = [starts[page.title] for page in edition.pages] + [len(whole.words)]
    checked, lost = 0, []
    for page, begin, end in zip(edition.pages, order, order[1:], strict=False):
        words = "".join(whole.words[begin:end])
        for value in page.body.xpath(VALUES):
            shown = bare(read.text_of(value))
            checked += 1
            if re.search(r"\d", shown) and len(shown) < 12 and shown not in words:
                lost.append((page.name, shown))
    assert checked > 900
    assert not lost, lost[:10]


def test_a_number_that_the_book_does_not_have_is_missed(whole: Book) -> None:
    assert "98.76543" not in "".join(whole.words)


def test_every_quoted_figure_has_its_note_at_the_end_of_the_chapter(edition: object, whole: Book) -> None:
    words = "".join(whole.words)
    for page in edition.pages:
        for note in page.notes:
            assert bare(read.text_of(note.lines[0])) in words, (page.name, note.id)


def test_fonts_are_embedded_and_no_character_is_a_box(whole: Book) -> None:
    fonts = whole.resources("/Font")
    assert fonts
    boxes = set()
    for font in fonts:
        inner = (
            font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            if "/DescendantFonts" in font
            else font
        )
        inner = inner.get_object()
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner) or font["/Subtype"] == "/Type3", font
    for page in whole.reader.pages:
        for operands, operator in ContentStream(page.get_contents(), whole.reader).operations:
            if operator in (b"Tj", b"TJ"):
                parts = operands[0] if isinstance(operands[0], list) else operands
                for part in parts:
                    data = getattr(part, "original_bytes", b"")
                    boxes |= {data[i : i + 2] for i in range(0, len(data) - 1, 2)} & {b"\0\0"}
    assert not boxes


def test_it_says_what_it_is_in_which_language_and_is_tagged(whole: Book) -> None:
    told, root, meta = imprint.imprint(SITE.parents[1]), whole.reader.trailer["/Root"], whole.reader.metadata
    assert (meta.title, meta.author) == (told.title, told.author)
    assert meta["/Subject"] and meta["/Keywords"] and meta.creation_date.date() == told.date
    assert root["/Lang"] == "zh-CN" and root["/MarkInfo"]["/Marked"]
    kinds = {tag.get("/S") for tag in whole.tags}
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/Figure", "/TOC", "/Formula"} <= kinds


def test_no_code_and_nothing_to_click_is_left_over(whole: Book) -> None:
    words = "".join(whole.words)
    for gone in (
        "bb.figure(",
        "importbluebook",
        "bb.glue(",
        "固定链接",
        "再算一算",
        "复制这几句话",
        "恢复本书所用权重",
    ):
        assert words.count(gone) == (1 if gone == "再算一算" else 0), gone
    assert "在网页版里可以改" in words
    assert not [gone for gone in ("点开", "点一座城市", "回车键") if gone in words]


def test_formulas_are_typeset(whole: Book) -> None:
    assert sum(tag.get("/S") == "/Formula" for tag in whole.tags) >= 10
    assert any("NewCMMath" in str(font.get("/BaseFont")) for font in whole.resources("/Font"))


def test_the_sources_stand_in_columns_of_their_own_and_not_as_the_ledger_does(whole: Book) -> None:
    listed = [words for words in whole.words if "来源发布者与日期可信度网址用到的行" in words]
    assert 10 < len(listed) < 30, "258 sources took 45 pages in the ledger's narrow first column"


def test_the_heads_of_a_long_table_stand_on_every_page_of_it(whole: Book) -> None:
    ledger = [words for words in whole.words if "印出的数结论说的是什么谁说的依据" in words]
    assert len(ledger) > 5
