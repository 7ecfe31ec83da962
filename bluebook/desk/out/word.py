"""A Word document as Chinese offices write them: GB/T 9704 margins and type, page numbers, no macros.

The fonts are those of official documents; a computer without them takes the ones named beside them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

TITLE, HEAD, SUBHEAD, BODY, PAGE = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体"
LATIN = "Times New Roman"
INSTEAD = {
    TITLE: "宋体;Noto Serif CJK SC",
    HEAD: "微软雅黑;Noto Sans CJK SC",
    SUBHEAD: "楷体;Noto Serif CJK SC",
}
INSTEAD |= {BODY: "仿宋;Noto Serif CJK SC", PAGE: "SimSun;Noto Serif CJK SC"}
SIZES = {"title": 22, "body": 16, "small": 10.5, "table": 12, "page": 14}
RED = RGBColor(0xA8, 0x32, 0x0A)
GREY = RGBColor(0x56, 0x60, 0x6C)


class Paper:
    """One document that is being written, from its title to its imprint."""

    def __init__(self, title: str, *, line: float = 28) -> None:
        self.doc, self.line = Document(), line
        section = self.doc.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(25)
        normal = self.doc.styles["Normal"]
        _face(normal.element.get_or_add_rPr(), BODY)
        normal.font.size = Pt(SIZES["body"])
        for name, face in (("Heading 1", HEAD), ("Heading 2", SUBHEAD), ("Title", TITLE)):
            style = self.doc.styles[name]
            _face(style.element.get_or_add_rPr(), face)
            style.font.size = Pt(SIZES["title"] if name == "Title" else SIZES["body"])
            style.font.bold, style.font.italic = False, False
            style.font.color.rgb = RGBColor(0, 0, 0)
            for edge in style.element.findall(f".//{qn('w:pBdr')}"):
                edge.getparent().remove(edge)
        self.doc.core_properties.title = title
        self.doc.core_properties.author = ""
        self.doc.core_properties.comments = ""
        _page_number(section.footer.paragraphs[0])
        self._fallbacks()

    def title(self, words: str) -> None:
        """Write the title: centred, no indent."""
        par = self.doc.add_paragraph(words, style="Title")
        par.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._room(par, line=34, after=10)

    def badge(self, words: str) -> None:
        """Write what a reader has to know before anything else, in red and centred."""
        if words:
            par = self.doc.add_paragraph()
            par.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(par, f"【{words}】", HEAD, SIZES["body"] - 2, RED)
            self._room(par, line=24)

    def heading(self, words: str, level: int = 1) -> None:
        """Write a heading of the text."""
        par = self.doc.add_paragraph(words, style=f"Heading {level}")
        par.paragraph_format.first_line_indent = Pt(2 * SIZES["body"])
        self._room(par)

    def text(self, words: str, *, lead: str = "", warn: str = "") -> None:
        """Write a paragraph; ``lead``: what it is about, in type of its own; ``warn``: a badge in front."""
        par = self.doc.add_paragraph()
        par.paragraph_format.first_line_indent = Pt(2 * SIZES["body"])
        if warn:
            _run(par, f"【{warn}】", HEAD, SIZES["body"], RED)
        if lead:
            _run(par, lead, SUBHEAD, SIZES["body"])
        par.add_run(words)
        par.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        self._room(par)

    def small(self, lines: Iterable[str]) -> None:
        """Write sources and imprint below a rule, in small grey type."""
        lines = list(lines)
        for number, words in enumerate(lines):
            par = self.doc.add_paragraph()
            par.paragraph_format.keep_with_next = number + 1 < len(lines)
            _run(par, words, BODY, SIZES["small"], GREY)
            self._room(par, line=15, before=10 if not number else 0)
            par.paragraph_format.keep_together = True
            if not number:
                _rule(par)

    def table(
        self, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float], left: int = 1
    ) -> None:
        """Write a table with a head that is repeated on each page; columns but ``left`` are centred."""
        table = self.doc.add_table(rows=1, cols=len(heads), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for cell, words in zip(table.rows[0].cells, heads, strict=True):
            _fill(cell, words, HEAD, WD_ALIGN_PARAGRAPH.CENTER)
        _whole(table.rows[0]._tr, head=True)
        for row in rows:
            made = table.add_row()
            _whole(made._tr)
            cells = made.cells
            for at, (cell, words) in enumerate(zip(cells, row, strict=True)):
                side = WD_ALIGN_PARAGRAPH.LEFT if at == left else WD_ALIGN_PARAGRAPH.CENTER
                _fill(cell, words, BODY, side)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
            for cell in column.cells:
                cell.width = Mm(width)

    def bytes(self) -> bytes:
        """Return the finished document."""
        held = io.BytesIO()
        self.doc.save(held)
        return held.getvalue()

    def _room(self, par: Paragraph, *, line: float = 0, before: float = 0, after: float = 0) -> None:
        shape = par.paragraph_format
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line or self.line)
        shape.space_before, shape.space_after = Pt(before), Pt(after)

    def _fallbacks(self) -> None:
        """Name for each font the ones to take instead, in the document's table of fonts."""
        for part in self.doc.part.package.iter_parts():
            if str(part.partname) == "/word/fontTable.xml":
                fonts = "".join(
                    f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
                    for name, other in INSTEAD.items()
                )
                part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())


def _face(properties: object, face: str) -> None:
    """Let Chinese stand in ``face``, Latin letters and digits in the Latin one."""
    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for where in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{where}"), LATIN)
    fonts.set(qn("w:eastAsia"), face)


def _run(par: Paragraph, words: str, face: str, size: float, colour: RGBColor | None = None) -> None:
    run = par.add_run(words)
    _face(run._r.get_or_add_rPr(), face)
    run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour


def _fill(cell: _Cell, words: str, face: str, side: WD_ALIGN_PARAGRAPH) -> None:
    par = cell.paragraphs[0]
    _run(par, words, face, SIZES["table"])
    par.alignment = side
    par.paragraph_format.space_before = par.paragraph_format.space_after = Pt(1)


def _element(name: str, **values: str) -> OxmlElement:
    made = OxmlElement(name)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _whole(row: object, *, head: bool = False) -> None:
    """Keep a row of a table on one page; a ``head`` stands on each page and never alone."""
    row.get_or_add_trPr().append(_element("w:cantSplit", val="true"))
    if head:
        row.trPr.append(_element("w:tblHeader", val="true"))
        for par in row.iter(qn("w:p")):
            par.get_or_add_pPr().get_or_add_keepNext()


def _rule(par: Paragraph) -> None:
    edge = _element("w:pBdr")
    edge.append(_element("w:top", val="single", sz="6", space="6", color="56606C"))
    properties = par._p.get_or_add_pPr()
    properties.insert_element_before(
        edge, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _page_number(par: Paragraph) -> None:
    """Write — 1 — in the middle of the foot, as a field."""
    par.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(par, "— ", PAGE, SIZES["page"])
    for kind, words in (("begin", ""), ("", "PAGE"), ("separate", ""), ("", "1"), ("end", "")):
        _run(par, "", PAGE, SIZES["page"])
        run = par.runs[-1]._r
        if kind:
            run.append(_element("w:fldChar", fldCharType=kind))
        else:
            text = _element("w:instrText" if words == "PAGE" else "w:t")
            text.text = words
            run.append(text)
    _run(par, " —", PAGE, SIZES["page"])
