"""The PDF: the pages as one Typst document, and its typesetting."""

from __future__ import annotations

import copy
import datetime as dt
import posixpath
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from bluebook.messages import Catalogue
from bluebook.print import pictures
from bluebook.print.faces import Faces, missing
from bluebook.print.imprint import Imprint
from bluebook.print.markup import Writer, quoted
from bluebook.print.read import Page
from bluebook.site.fonts import words_of

SAYS = Catalogue(__file__)
LOOK = Path(__file__).with_name("book.typ")
DRAWINGS = "drawings"
DENSE = "chapters/cities/"  # profiles, whose figures are read together


class Setter:
    """Writes the document into ``folder`` and typesets it. ``site``: the built book; ``address``: where the
    web edition stands, "" where nobody knows."""

    def __init__(self, site: Path, folder: Path, of: Faces, pages: list[Page], address: str) -> None:
        self.address, self.site, self.folder, self.faces, self.pages = address, site, folder, of, pages
        self.names = {page.name for page in pages}
        self.placed = 0
        (folder / DRAWINGS).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(LOOK, folder / LOOK.name)
        told = {"serif": quoted(of.serif), "sans": quoted(of.sans), "bold": str(of.bold).lower()}
        lines = "".join(f"#let {name} = {value}\n" for name, value in told.items())
        (folder / "faces.typ").write_text(lines, "utf-8")

    def writer(self, page: Page) -> Writer:
        """Return what turns one page into Typst."""
        made = Writer(page.name, lambda href: self._resolve(page.name, href), self._figure, self._drawing)
        made.base = self.address
        return made

    def typeset(self, source: str, name: str, date: dt.date, kind: str = "pdf") -> bytes:
        """Return the document as PDF, or as a picture ("png"). BadInput where the typesetter refuses it."""
        import typst

        path = self.folder / f"{name}.typ"
        path.write_text(source, "utf-8")
        moment = dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC)
        try:
            return typst.compile(
                path,
                root=self.folder,
                format=kind,
                ppi=100,
                font_paths=[str(f) for f in self.faces.folders],
                timestamp=moment,
            )
        except typst.TypstError as problem:
            return SAYS.refuse("not_typeset", why=" ".join(str(problem).split())[:300])

    def picture(self, name: str, made: pictures.Picture) -> tuple[str, float, float]:
        """Put a drawing where the document finds it; return its place and its size."""
        self.refuse_unknown(words_of(made.svg), name)
        target = self.folder / DRAWINGS / f"{name}.svg"
        target.write_text(made.svg, "utf-8")
        return f"{DRAWINGS}/{name}.svg", made.width, made.height

    def _figure(self, parts: dict[str, str]) -> tuple[str, float, float]:
        made = pictures.figure(self.site / "_figures" / posixpath.basename(parts["src"]), self.faces.sans)
        return self.picture(parts["id"], made)

    def _drawing(self, element: object) -> tuple[str, float, float]:
        self.placed += 1
        return self.picture(f"in-page-{self.placed}", pictures.inline(element, self.faces.sans))

    def _resolve(self, page: str, href: str) -> str | None:
        """Return the page of this book that a link on ``page`` leads to; None for any other."""
        path = href.split("#")[0]
        there = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else f"{page}.html"
        name = there.removesuffix(".html")
        return name if name in self.names and there.endswith(".html") and name != page else None

    def refuse_unknown(self, text: str, where: str) -> None:
        """Raise BadInput where ``text`` has a character that no font of the book draws."""
        if lacking := missing(text, self.faces):
            SAYS.refuse("no_glyph", where=where, characters=" ".join(lacking))

    # ------------------------------------------------------------ the parts of the document

    def chapter(self, page: Page) -> str:
        """Return a page of the book as a chapter: head, key sentences, text, and its notes at the end."""
        write = self.writer(page)
        keys = "".join(f"[{write.trimmed(key)}]," for key in page.keys)
        dense = page.name.startswith(DENSE)
        close, write.fixed = (", close: true", ", loose: false") if dense else ("", "")
        told = ", ".join(map(quoted, (page.name, page.part, page.title)))
        head = f"#chapter({told}, ({keys}){close})"
        body = write.blocks(copy.deepcopy(page.body))
        notes = []
        for note in page.notes:
            first, *rest = (write.trimmed(line) for line in note.lines)
            value = f"#strong[{write.text(note.value)}]"
            notes.append(f"[{value}#h(.6em);{first}#h(.6em);{'#h(.4em);'.join(rest)}],")
        named = f"{quoted(page.name)}, {quoted(SAYS.text('notes'))}"
        said = f"#notes({named}, ({''.join(notes)}))" if notes else ""
        self.refuse_unknown("".join(write.words), page.name)
        return f"{head}\n\n{body}\n\n{said}\n"

    def keys(self, pages: Iterable[Page]) -> str:
        """Return the key sentences of all chapters, each with the page where its chapter begins."""
        out, part = [], None
        for page in pages:
            if not page.keys:
                continue
            if page.part != part:
                part = page.part
                out.append(f"#part-of-keys({quoted(part)})")
            write = self.writer(page)
            said = ", ".join(f"[{_unnoted(write.trimmed(key))}]" for key in page.keys)
            out.append(f"#key-sentences({quoted(page.name)}, {quoted(page.title)}, ({said},))")
        return "\n".join(out)

    def head(self, imprint: Imprint, short: bool) -> str:
        """Return the beginning of the document: the look, the metadata, the cover."""
        date = f"datetime(year: {imprint.date.year}, month: {imprint.date.month}, day: {imprint.date.day})"
        said = {
            "title": quoted(imprint.title + (f"（{SAYS.text('short')}）" if short else "")),
            "author": quoted(imprint.author),
            "description": quoted(imprint.about),
            "keywords": f"({', '.join(map(quoted, imprint.keywords))},)",
            "date": date,
        }
        told = ", ".join(f"{name}: {value}" for name, value in said.items())
        code = ""
        if imprint.code:
            (self.folder / DRAWINGS / "code.svg").write_text(imprint.code, "utf-8")
            alt = SAYS.text("code", address=imprint.address)
            code = f', pic: "{DRAWINGS}/code.svg", pic-alt: {quoted(alt)}'
        short_ = f", short: {quoted(SAYS.text('short_said'))}" if short else ""
        lines = (imprint.title, imprint.subtitle, imprint.about, imprint.whose, imprint.release)
        for line in lines:
            self.refuse_unknown(line, "index")
        cover = ", ".join(map(quoted, lines))
        return f'#import "{LOOK.name}": *\n#show: book.with({told})\n#cover({cover}{code}{short_})\n'

    def whole(self, imprint: Imprint) -> str:
        """Return the whole book."""
        front, *rest = self.pages
        out = [self.head(imprint, False), self.imprint_page(imprint)]
        out += [
            f"#front({quoted(SAYS.text('keys'))})[{self.keys(rest)}]",
            f"#contents({quoted(SAYS.text('contents'))})",
            self.chapter(front),
        ]
        parts = list(dict.fromkeys(page.part for page in rest))
        for number, part in enumerate(parts, 1):
            own = [page for page in rest if page.part == part]
            named = ", ".join(f"({quoted(p.name)}, {quoted(p.title)})" for p in own)
            if part:
                out.append(f"#part({quoted(str(number))}, {quoted(part)}, ({named},))")
            out += [self.chapter(page) for page in own]
        return "\n".join(out)

    def imprint_page(self, imprint: Imprint) -> str:
        """Return the page that says whose book it is, how to read it, and from when it is."""
        told = "\n\n".join(f"#par[#{quoted(line)};]" for line in imprint.said)
        return f"#front({quoted(SAYS.text('imprint'))})[{told}]"


def _unnoted(markup: str) -> str:
    """Return markup whose quoted figures point to no note: notes stand at the end of their chapter."""
    return re.sub(r'#fig\(("(?:[^"\\]|\\.)*"), \d+,', r"#fig(\1, 0,", markup)
