"""The printed edition from the built book: both PDFs, the EPUB, and the line on the front page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from bluebook.data import edition as editions
from bluebook.messages import Catalogue
from bluebook.print import epub, faces, imprint, pdf, read, short
from bluebook.year import inputs, journal

SAYS = Catalogue(__file__)
DOWNLOADS = "downloads"


def names() -> dict[str, str]:
    """Return the files' names: whole, short, and for a reading device."""
    stem = f"bluebook-{editions.current_year()}"
    return {"whole": f"{stem}.pdf", "short": f"{stem}-short.pdf", "epub": f"{stem}.epub"}


def printed(root: Path) -> list[Path]:
    """Print the book that stands in ``_build/html`` into its ``downloads/`` and link it from the front page.

    All files appear at once or none does. Raises BadInput for a site that is not built from the sources as
    they are, a missing font, a character without a glyph, a figure without its drawing, and a full disk.
    """
    site = root / "_build" / "html"
    if not inputs.site_is_current(root):
        SAYS.refuse("not_built")
    of, pages, told = faces.faces(), read.pages(root), imprint.imprint(root)
    folder = root / "_build" / ".cache" / "print"
    with journal.told(root):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        setter = pdf.Setter(site, folder, of, pages, told.address)
        named, cover = names(), setter.typeset(setter.head(told, False), "cover", told.date, "png")
        made = {
            named["whole"]: setter.typeset(setter.whole(told), "whole", told.date),
            named["short"]: short.typeset(setter, told),
            named["epub"]: epub.book(site, folder, pages, told, cover),
        }
    front = site / "index.html"
    with journal.change(root) as change:
        for name, content in made.items():
            change.write(site / DOWNLOADS / name, content)
        change.write(front, linked(front.read_text("utf-8"), made))
    return [site / DOWNLOADS / name for name in made]


def linked(page: str, made: dict[str, bytes]) -> bytes:
    """Return the front page with links to the printed edition, where it keeps a place for them."""
    said = [SAYS.text(kind) for kind in ("whole_link", "short_link", "epub_link")]
    links = "、".join(
        f'<a download href="{DOWNLOADS}/{name}">{word}</a>（{len(made[name]) / 1e6:.1f} MB）'
        for name, word in zip(made, said, strict=True)
    )
    line = f'<p class="bb-prints">{SAYS.text("links", links=links)}</p>'
    return re.sub(r'<(p|div) class="bb-prints">.*?</\1>', lambda _: line, page, flags=re.S).encode()
