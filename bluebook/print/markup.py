"""From the book's HTML to Typst: each element that the book uses becomes a call of ``book.typ``.

Words are written as string literals and never as markup, so nothing in a text can be taken for a command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bluebook.print import formulas
from bluebook.print.read import Element, figure_parts, having, text_of

_INLINE = {
    "a",
    "b",
    "strong",
    "em",
    "i",
    "code",
    "span",
    "small",
    "br",
    "math",
    "sup",
    "sub",
    "label",
    "output",
}
_HEADINGS = {"h2": 3, "h3": 4, "h4": 5}
_OPEN = {"bb-badge": "badge", "bb-where": "aside", "bb-kind": "kind", "bb-note": "aside", "bb-aside": "aside"}
Resolve = Callable[[str], str | None]


def quoted(text: str) -> str:
    r"""Return a string literal.

    >>> quoted('a "b" \\')
    '"a \\"b\\" \\\\"'
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Writer:
    """Writes one page. ``page``: its name; ``resolve``: the page of the book that a link leads to, or None;
    ``figure``: a figure's drawing as (path, width, height); ``drawing``: the same for a drawing in the page.

    ``fixed`` keeps charts where they stand, ``base`` is the address of the web edition, "" where it has none.
    ``words`` collects what is printed, so that a glyph that no font has is found before anything is set.
    """

    def __init__(self, page: str, resolve: Resolve, figure: Callable, drawing: Callable) -> None:
        self.page, self.resolve, self.figure, self.drawing = page, resolve, figure, drawing
        self.words: list[str] = []
        self.fixed = self.base = ""

    # ------------------------------------------------------------ words

    def text(self, words: str | None) -> str:
        """Return words as markup; white space counts once."""
        shown = re.sub(r"[ \t\r\n]+", " ", words or "")
        if not shown:
            return ""
        self.words.append(shown)
        return f"#{quoted(shown)};"

    def inline(self, element: Element) -> str:
        """Return what stands within an element, as words in a line."""
        parts = [self.text(element.text)]
        for child in element:
            if isinstance(child.tag, str):
                parts.append(self._word(child))
            parts.append(self.text(child.tail))
        return "".join(parts)

    def trimmed(self, element: Element) -> str:
        """Return what stands within an element without the space around it."""
        return re.sub(r'^(#" ";)+|(#" ";)+$', "", self.inline(element))

    def _word(self, element: Element) -> str:
        tag, kind, inner = element.tag, element.get("class") or "", lambda: self.inline(element)
        if tag == "br":
            return "#linebreak();"
        if tag == "math":
            return formulas.typst(element)
        if tag == "svg":
            return self.picture(element)
        if tag == "a":
            return self._link(element)
        if tag == "code":
            self.words.append(text_of(element))
            return f"#code({quoted(text_of(element))});"
        if "bb-mark" in kind.split():
            return f"#mark({quoted(element.get('data-verdict') or '')}, [{inner()}]);"
        if "bb-fig" in kind.split():
            note, verdict = element.get("data-note") or "0", quoted(element.get("data-verdict") or "")
            return f"#fig({verdict}, {note}, {quoted(self.page)}, [{inner()}]);"
        if "bb-bar" in kind.split():
            width = re.search(r"width:([\d.]+)%", element.get("style") or "")
            return f"#bar({width[1] if width else 0}%);"
        if tag in ("b", "strong"):
            return f"#strong[{inner()}];"
        if tag in ("em", "i"):
            return f"#emph[{inner()}];"
        if tag == "small" or "bb-aside" in kind or "bb-uses" in kind or "bb-termuses" in kind:
            return f"#aside[{inner()}];"
        if "bb-pinyin" in kind:
            return f"#aside[{inner()}];"
        return inner()

    def _link(self, element: Element) -> str:
        words, target = self.inline(element), element.get("href") or ""
        if re.match(r"https?://", target):
            return f"#link({quoted(target)}, [{words}]);"
        if not (name := self.resolve(target)):
            return words
        at = "termuses" in (element.getparent().get("class") or "")
        told = "true" if "internal" in (element.get("class") or "") or at else "false"
        return f"#to({quoted(name)}, {told}, [{words}]);"

    # ------------------------------------------------------------ blocks

    def blocks(self, element: Element) -> str:
        """Return what stands within an element as blocks, one a line; loose words become a paragraph."""
        out, line = [], [self.text(element.text)]

        def flush() -> None:
            words = re.sub(r'^(#" ";)+|(#" ";)+$', "", "".join(line))
            if words:
                out.append(f"#par[{words}]")
            line.clear()

        for child in element:
            if isinstance(child.tag, str):
                if child.tag in _INLINE:
                    line.append(self._word(child))
                else:
                    flush()
                    out.append(self.block(child))
            line.append(self.text(child.tail))
        flush()
        return "\n\n".join(filter(None, out))

    def block(self, element: Element) -> str:
        """Return one element as a block."""
        kinds = (element.get("class") or "").split()
        for kind in kinds:
            if made := getattr(self, "on_" + kind.replace("-", "_"), None):
                return made(element)
            if kind in _OPEN and element.tag == "p":
                return f"#{_OPEN[kind]}-line[{self.trimmed(element)}]"
        made = getattr(self, f"tag_{element.tag}", None)
        return made(element) if made else self.blocks(element)

    def tag_p(self, element: Element) -> str:
        if element.find("math[@display='block']") is not None:
            return self.blocks(element)
        words = self.trimmed(element)
        return f"#par[{words}]" if words else ""

    def _heading(self, element: Element) -> str:
        words = self.trimmed(element)
        return f"#heading(level: {_HEADINGS[element.tag]})[{words}]" if words else ""

    tag_h2 = tag_h3 = tag_h4 = _heading

    def _items(self, element: Element) -> str:
        items = [self._item(li) for li in element.iterchildren("li")]
        call = "enum" if element.tag == "ol" else "list"
        return f"#{call}({', '.join(f'[{i}]' for i in items if i)})"

    def _item(self, element: Element) -> str:
        """Return an item's words; a lone paragraph in it is no paragraph of its own."""
        children = [c for c in element if isinstance(c.tag, str)]
        if len(children) == 1 and children[0].tag == "p" and not (element.text or "").strip():
            return self.trimmed(children[0])
        if all(c.tag in _INLINE for c in children):
            return self.trimmed(element)
        return self.blocks(element)

    tag_ul = tag_ol = _items

    def tag_details(self, element: Element) -> str:
        """Return what opens on the page as open: its head, then what it holds."""
        head = element.find("summary")
        words = self.trimmed(head)
        element.remove(head)
        return f"#opened[{words}][{self.blocks(element)}]"

    def on_bb_datatable(self, element: Element) -> str:
        head, said = self.trimmed(element.find("summary")), element.find("p")
        return f"#opened[{head}][{'' if said is None else '#par[' + self.trimmed(said) + ']'}]"

    def on_admonition(self, element: Element) -> str:
        title = element.find("p[@class='admonition-title']")
        words = self.trimmed(title)
        element.remove(title)
        kind = next((k for k in ("warning", "bb-later") if k in element.get("class").split()), "note")
        return f"#boxed({quoted(kind)}, [{words}])[{self.blocks(element)}]"

    def on_bb_math(self, element: Element) -> str:
        return f"#formula[{formulas.typst(element.find('.//math'))}]"

    def tag_svg(self, element: Element) -> str:
        return self.picture(element)

    def tag_dl(self, element: Element) -> str:
        pairs = [(dt, dt.getnext()) for dt in element.iter("dt")]
        told = [f"([{self.trimmed(dt)}], [{self._item(dd)}])" for dt, dd in pairs if dd is not None]
        call = "glossary" if "bb-glossary" in (element.get("class") or "") else "facts"
        return f"#{call}({', '.join(told)})" if told else ""

    def on_bb_vbar(self, element: Element) -> str:
        parts = [re.search(r"flex:([\d.]+)", s.get("style") or "") for s in element]
        told = [
            f"({quoted(s.get('data-verdict'))}, {p[1]})" for s, p in zip(element, parts, strict=True) if p
        ]
        return f"#verdict-bar({', '.join(told)},)"

    def on_bb_vkey(self, element: Element) -> str:
        return f"#verdict-key({', '.join(f'[{self.trimmed(li)}]' for li in element)},)"

    def on_bb_cards(self, element: Element) -> str:
        return f"#cards({', '.join(f'[{self.blocks(card)}]' for card in element)},)"

    def on_bb_card(self, element: Element) -> str:
        return self.blocks(element)

    def on_bb_city(self, element: Element) -> str:
        facts, drawing = self.block(element.find("dl")), self.picture(element.find("svg"))
        rest = [f"#par[{self.trimmed(p)}]" for p in element.iterchildren("p")]
        return f"#city[{facts}][{drawing}][{' '.join(rest)}]"

    def on_bb_city_links(self, element: Element) -> str:
        return f"#par[{self.trimmed(element)}]"

    def on_bb_city_says(self, element: Element) -> str:
        rows = []
        for li in element.iterchildren("li"):
            mark, subject, value, small = (
                li.find(p) for p in ("b", "span[1]", "span[@class='bb-fig']", "small")
            )
            told = [self._word(mark), self.trimmed(subject), "" if value is None else self._word(value)]
            rows += [f"[{t}]" for t in (*told, "" if small is None else self.trimmed(small))]
        return f"#says({', '.join(rows)},)"

    # ------------------------------------------------------------ figures and tables

    def picture(self, element: Element) -> str:
        """Return a drawing that stands in the page itself."""
        path, width, height = self.drawing(element)
        alt = element.get("aria-label")
        told = f"alt: {quoted(alt)}" if alt else "alt: none"
        return f"#drawing({quoted(path)}, {width:g}, {height:g}, {told});"

    def on_bb_figure(self, element: Element) -> str:
        parts = figure_parts(element)
        path, width, height = self.figure(parts)
        size = f"{quoted(path)}, {width:g}, {height:g}, {quoted(parts['alt'])}"
        return f"#chart({quoted(parts['id'])}, {size}, {self._frame(parts)}{self.fixed})"

    def on_bb_tableframe(self, element: Element) -> str:
        parts = figure_parts(element)
        for gone in element.xpath("./p|./figcaption|.//table/caption"):
            gone.drop_tree()
        screen = "true" if element.xpath(having("bb-weights")) else "false"
        where = f"where: {quoted(self.base + self.page + '.html#' + parts['id'])}, live: {screen}"
        return f"#tabled({quoted(parts['id'])}, {self._frame(parts)}, {where})[{self.blocks(element)}]"

    def _frame(self, parts: dict[str, str]) -> str:
        told = {k: parts[k] for k in ("title", "subtitle", "badge", "note", "status", "source") if parts[k]}
        return ", ".join(f"{name}: [{self.text(words)}]" for name, words in told.items())

    def tag_table(self, element: Element) -> str:
        head = list(element.xpath("./thead/tr"))
        rows = list(element.xpath("./tbody/tr|./tr"))
        every = [[c for c in row if c.tag in ("td", "th")] for row in (*head, *rows)]
        if not every or not any(every):
            return ""
        count = max(sum(int(c.get("colspan", 1)) for c in row) for row in every)
        number = [
            any("num" in (row[i].get("class") or "") for row in every if i < len(row)) for i in range(count)
        ]
        lengths = [
            max((_width(text_of(row[i])) for row in every if i < len(row)), default=0) for i in range(count)
        ]
        align = ", ".join("right" if n else "left" for n in number)
        tops = ", ".join(self._cell(c) for row in every[: len(head)] for c in row)
        cells = ", ".join(self._cell(c) for row in every[len(head) :] for c in row)
        widths = ", ".join(_columns(lengths))
        look = f"align: ({align},), columns: ({widths},), small: {'true' if count > 6 else 'false'}"
        return f"#grid-of({look}, head: ({tops}{',' if tops else ''}), {cells})"

    def on_bb_ledger(self, element: Element) -> str:
        """Return the ledger: the value under its mark, what it says and who said it, the grounds."""
        if not element.xpath(
            "ancestor::*[@id='tab-audit']"
        ):  # sources and errata are listed by the same means
            return self.tag_table(element)
        said, what, who, verdict, why = (self.trimmed(th) for th in element.xpath("./thead/tr/th"))
        tops = [f"{said}#linebreak();{verdict}", f"{what}#linebreak();{who}", why]
        rows = []
        for row in element.xpath("./tbody/tr"):
            said, what, who, verdict, why = (self.trimmed(cell) for cell in row)
            rows += [f"{said}#linebreak();{verdict}", f"{what}#h(.6em);#aside[{who}]", why]
        cells = ", ".join(f"[{cell}]" for cell in rows)
        look = "align: (left, left, left), columns: (26mm, 1fr, 1.35fr), small: true"
        return f"#grid-of({look}, head: ({', '.join(f'[{t}]' for t in tops)}), {cells})"

    def _cell(self, cell: Element) -> str:
        words = self._item(cell) if cell.find(".//p") is not None or cell.find(".//ul") is not None else ""
        words = words or self.trimmed(cell)
        strong = cell.tag == "th" and cell.getparent().getparent().tag != "thead"
        span = f"table.cell(colspan: {cell.get('colspan')})" if int(cell.get("colspan", 1)) > 1 else ""
        indent = re.search(r"padding-inline-start:([\d.]+)rem", cell.get("style") or "")
        lead = f"#h({float(indent[1]) - 0.55:.2f}em);" if indent and float(indent[1]) > 0.6 else ""
        return f"{span}[{lead}{'#strong[' + words + ']' if strong and words else words}]"


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)


def _columns(lengths: list[int]) -> Iterable[str]:
    """Return the columns' widths: short ones as wide as they are, long ones share what is left."""
    if sum(min(n, 40) for n in lengths) <= 84 and max(lengths) <= 40:
        return ["auto" for _ in lengths]
    return ["auto" if n <= 14 else f"{max(2, round(min(n, 90) ** 0.75))}fr" for n in lengths]
