"""The slides of the presentation: a finding a slide, its chart editable, source and status at the foot."""

from __future__ import annotations

import io
from collections.abc import Sequence

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Emu, Inches, Pt

from bluebook.charts.frame import STATUS
from bluebook.charts.theme import GRID, INK, MUTED
from bluebook.desk.out.papers import NOTHING, chosen, standings_table
from bluebook.desk.out.story import Chart, Finding, Story
from bluebook.ledger import book
from bluebook.messages import Catalogue, t
from bluebook.pages.pieces import sentence

SAYS = Catalogue(__file__)
FACE = "微软雅黑"
WIDE, HIGH, EDGE = Inches(13.333), Inches(7.5), Inches(0.7)
KINDS = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
}
WARN = "#a8320a"
MANY = 12  # names on an axis from which on they are smaller
ROWS = 9  # of a table on a slide
IN_SLIDES = 6  # chapters whose points are shown


def slides(story: Story) -> bytes:
    """Return the slides: a cover, the findings, the points of the edition's own chapters, the imprint."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, HIGH
    deck.core_properties.title = SAYS.text("slides", title=story.title)
    deck.core_properties.author = ""
    _cover(deck, story)
    for found in story.findings:
        _finding(deck, story, found)
    for key in chosen(story, IN_SLIDES):
        slide = _slide(deck, key.sentences[0].rstrip("。."), story, size=24)
        frame = _box(slide, EDGE, Inches(2), WIDE - 2 * EDGE, Inches(4.5))
        _par(frame, key.title, 18, colour=MUTED)
        for words in key.sentences[1:]:
            _par(frame, sentence(words), 24, before=18)
        if key.verdicts:
            _par(
                frame,
                SAYS.text("key_checked", counts=book.counted_words(key.verdicts)),
                18,
                colour=MUTED,
                before=18,
            )
        _foot(slide, SAYS.text("slide_foot", status=t(*STATUS["computed"]), source=story.source))
    slide = _slide(deck, SAYS.text("about_this"), story)
    frame = _box(slide, EDGE, Inches(1.7), WIDE - 2 * EDGE, Inches(5))
    for words in [SAYS.text("sources", told=story.source), *story.imprint()]:
        _par(frame, words, 18, before=8)
    held = io.BytesIO()
    deck.save(held)
    return held.getvalue()


def _cover(deck: Presentation, story: Story) -> None:
    slide = _titled(deck.slides.add_slide(deck.slide_layouts[5]), story.title, Inches(2.3), 40)
    frame = _box(slide, EDGE, Inches(3.7), WIDE - 2 * EDGE, Inches(2.6))
    for words in (story.theme, story.released):
        if words:
            _par(frame, words, 24, colour=MUTED, before=6)
    if story.banner:
        _par(frame, story.banner, 20, colour=WARN, bold=True, before=10)
    _foot(slide, story.whose)


def _finding(deck: Presentation, story: Story, found: Finding) -> None:
    """Add one finding: its sentence above, its chart (or, where it has none, its table) below."""
    slide = _slide(deck, found.title.rstrip("。."), story)
    if found.words:
        _par(_box(slide, EDGE, Inches(1.55), WIDE - 2 * EDGE, Inches(0.8)), found.words, 18, colour=MUTED)
    top, high = Inches(2.4), Inches(4.1)
    if found.chart:
        _draw(slide, found.chart, EDGE, top, WIDE - 2 * EDGE, high)
    elif found.code == "ranking":
        heads, rows = standings_table(story)
        half = (len(rows) + 1) // 2
        wide = (WIDE - 2 * EDGE - Inches(0.4)) // 2
        for at, part in enumerate((rows[:half], rows[half:])):
            _table(slide, heads, part, EDGE + at * (wide + Inches(0.4)), top, wide)
    elif found.table is not None:
        rows = found.table.head(ROWS).astype(str).values.tolist()
        _table(slide, list(found.table), rows, EDGE, top if found.words else Inches(1.7), WIDE - 2 * EDGE)
    warn = found.status == "illustrative"
    _foot(slide, SAYS.text("slide_foot", status=t(*STATUS[found.status]), source=found.source), warn=warn)


# ---------------------------------------------------------------- what a slide is made of


def _slide(deck: Presentation, title: str, story: Story, *, size: int = 28) -> Slide:
    slide = _titled(deck.slides.add_slide(deck.slide_layouts[5]), title, Inches(0.45), size)
    if story.banner:
        frame = _box(slide, EDGE, Inches(0.12), WIDE - 2 * EDGE, Inches(0.35))
        _par(frame, story.banner, 14, colour=WARN, bold=True)
    return slide


def _titled(slide: Slide, title: str, top: Emu, size: int) -> Slide:
    """Write the title into the slide's own place for it, so that outline and screen readers find it."""
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = EDGE, top, WIDE - 2 * EDGE, Inches(1.1)
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    _par(frame, title, size, bold=True)
    return slide


def _box(slide: Slide, left: Emu, top: Emu, width: Emu, height: Emu) -> TextFrame:
    frame = slide.shapes.add_textbox(left, top, width, height).text_frame
    frame.word_wrap = True
    return frame


def _par(
    frame: TextFrame, words: str, size: float, *, bold: bool = False, colour: str = INK, before: float = 0
) -> None:
    """Write one paragraph; the first of a frame takes the one that is there."""
    first = frame.paragraphs[0]
    par = first if not first.runs else frame.add_paragraph()
    par.alignment, par.space_before = 1, Pt(before)
    run = par.add_run()
    run.text = words
    _type(run.font, size, colour, bold=bold)


def _type(font: object, size: float, colour: str, *, bold: bool = False) -> None:
    """Set size, colour and face; the face of Chinese characters is an element of its own."""
    font.size, font.bold, font.name = Pt(size), bold, FACE
    font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())
    properties = font._element
    for old in properties.findall(qn("a:ea")):
        properties.remove(old)
    latin = properties.find(qn("a:latin"))
    east = etree.Element(qn("a:ea"), typeface=FACE)
    latin.addnext(east)


def _foot(slide: Slide, words: str, *, warn: bool = False) -> None:
    frame = _box(slide, EDGE, Inches(6.75), WIDE - 2 * EDGE, Inches(0.55))
    _par(frame, words, 12, colour=WARN if warn else MUTED, bold=warn)


def _draw(slide: Slide, chart: Chart, left: Emu, top: Emu, width: Emu, height: Emu) -> None:
    """Add a chart of PowerPoint's own, with its numbers in a sheet that a click opens."""
    plus = "+" if chart.signed else ""
    digits = "0" + ("." + "0" * chart.digits if chart.digits else "")
    form = f"{plus}{digits};-{digits};0" if chart.signed else digits
    data = CategoryChartData(number_format=form)
    data.categories = chart.names
    for name, values in chart.series.items():
        data.add_series(name, values)
    made = slide.shapes.add_chart(KINDS[chart.kind], left, top, width, height, data).chart
    made.has_title = False
    made.has_legend = len(chart.series) > 1
    if made.has_legend:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        _type(made.legend.font, 14, INK)
    across, up = made.category_axis, made.value_axis
    size = 14 if len(chart.names) <= MANY else 11
    _type(across.tick_labels.font, size, INK)
    every = etree.SubElement(across._element, qn("c:tickLblSkip"), val="1")  # no name is left out
    for later in across._element.findall(qn("c:noMultiLvlLbl")):
        later.addprevious(every)
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    across.has_major_gridlines = False
    across.reverse_order = chart.kind == "bar"  # the first on top
    up.visible = chart.kind == "line"
    up.has_major_gridlines = chart.kind == "line"
    if chart.kind == "line":
        _type(up.tick_labels.font, 12, MUTED)
        up.major_gridlines.format.line.color.rgb = _colour(GRID)
    elif min(v for vs in chart.series.values() for v in vs if v is not None) >= 0:
        up.minimum_scale = 0
    plot = made.plots[0]
    if chart.kind != "line":
        plot.gap_width = 45
        plot.vary_by_categories = False
    plot.has_data_labels = chart.kind != "line"
    if plot.has_data_labels:
        labels = plot.data_labels
        labels.number_format, labels.number_format_is_linked = form, False
        labels.position, labels.show_value = XL_LABEL_POSITION.OUTSIDE_END, True
        _type(labels.font, size, INK)
    for number, series in enumerate(plot.series):
        if chart.kind == "line":
            _line(series, chart.colours[number], form)
        elif len(chart.series) > 1:
            _filled(series, chart.colours[number])
        else:
            for at, colour in enumerate(chart.colours[: len(chart.names)]):
                _filled(series.points[at], colour)


def _line(series: object, colour: str, form: str) -> None:
    """Draw one line with its marks, and its last number beside it."""
    series.smooth = False
    series.format.line.color.rgb, series.format.line.width = _colour(colour), Pt(2.5)
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 7
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = _colour(colour)
    label = series.points[len(list(series.values)) - 1].data_label
    label.position = XL_LABEL_POSITION.RIGHT
    label.font.size, label.font.bold = Pt(14), True
    label.font.color.rgb = _colour(colour)


def _filled(part: object, colour: str) -> None:
    part.format.fill.solid()
    part.format.fill.fore_color.rgb = _colour(colour)
    if hasattr(part, "invert_if_negative"):
        part.invert_if_negative = False


def _colour(name: str) -> RGBColor:
    return RGBColor.from_string(name.lstrip("#").upper())


def _table(
    slide: Slide, heads: Sequence[str], rows: Sequence[Sequence[str]], left: Emu, top: Emu, wide: Emu
) -> None:
    """Add a table, its first column as wide as its words ask for."""
    table = slide.shapes.add_table(
        len(rows) + 1, len(heads), left, top, wide, Inches(0.38) * (len(rows) + 1)
    ).table
    most = [max(len(str(row[at])) for row in [heads, *rows]) + 3 for at in range(len(heads))]
    for at, column in enumerate(table.columns):
        column.width = int(wide * most[at] / sum(most))
    for number, row in enumerate([heads, *rows]):
        for at, words in enumerate(row):
            cell = table.cell(number, at)
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            _par(
                cell.text_frame,
                str(words) or NOTHING,
                14,
                bold=not number,
                colour="#ffffff" if not number else INK,
            )
