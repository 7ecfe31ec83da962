"""What stands around a page: what a shared link shows, how to cite it, feed, site map, the missing page."""

from __future__ import annotations

import re
import uuid
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlparse

import segno
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from bluebook.data import edition as editions
from bluebook.data import schema
from bluebook.messages import Catalogue, message, t, told
from bluebook.site import cards
from bluebook.site.offline import cache_folder
from bluebook.site.reading import parts
from bluebook.site.runs import put
from bluebook.year import errata

CARDS = "_cards"
XML = '<?xml version="1.0" encoding="utf-8"?>\n'
SAYS = Catalogue(__file__)
LONGEST = 120  # characters of a description


def address_of(app: Sphinx) -> str:
    """Return the address of the published site with a slash at its end, "" where none is set."""
    return str(app.config.site_url or "")


def _site(app: Sphinx, config: Config) -> None:
    """Read ``site_url``; Sphinx writes the canonical address of each page from it."""
    url = str(config.site_url or "")
    if not url:
        return
    if urlparse(url).scheme not in {"http", "https"} or not urlparse(url).netloc:
        raise ExtensionError(told(*message(__file__, "no_address", url=url)))
    config.site_url = config.html_baseurl = url.rstrip("/") + "/"


# ---------------------------------------------------------------- a page's head


def description(body: str, longest: int = LONGEST) -> str:
    """Return in one line what a page says first: whole sentences as long as they fit.

    >>> description("<h1>名次</h1><p>郑州第一。</p><p>洛阳第二。</p><h2>后来</h2>")
    '郑州第一。洛阳第二。'
    """
    opening = parts(f"<article>{body.split('<h2', 1)[0]}</article>")
    text = "".join(part.text for part in opening if part.kind == "section").replace("\n", "")
    out = ""
    for sentence in re.findall(r"[^。！？]+[。！？]?", text):
        if out and len(out + sentence) > longest:
            break
        out += sentence
    return out if len(out) <= longest else out[: longest - 1] + "…"


def metas(pairs: dict[str, str]) -> str:
    """Return ``meta`` elements: Open Graph by property, the others by name."""
    kinds = {name: "property" if name.startswith("og:") else "name" for name in pairs}
    return "".join(f'\n    <meta {kinds[n]}="{n}" content="{escape(v)}" />' for n, v in pairs.items() if v)


def card_of(page: str) -> str:
    """Return the file of a page's card, below the site's root."""
    return f"{CARDS}/{page.replace('/', '-')}.png"


def _head(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give a page its description, its card, its address in the feed, and how it is cited."""
    up = context["pathto"]("", 1)
    root = "" if up in {"#", "."} else up
    link = f'\n    <link rel="alternate" type="application/atom+xml" href="{root}feed.xml" />'
    context["metatags"] = context.get("metatags", "") + link
    if doctree is None or page not in app.env.found_docs:
        return
    book, title = _book(app), re.sub(r"<[^>]+>", "", context.get("title", ""))
    said = description(context.get("body", ""))
    foot = t(f"{editions.current_year()} 年版 · 每个数都能重算", "Every number can be computed again")
    svg = cards.drawing(book.title, title, said, foot)
    put_card(app, card_of(page), cards.card(svg, cache_folder(app)))
    site = address_of(app)
    pairs = {
        "description": said,
        "og:type": "article",
        "og:site_name": book.title,
        "og:title": title,
        "og:description": said,
        "og:url": site and f"{site}{page}.html",
        "og:image": f"{site or root}{card_of(page)}",
        "og:image:width": str(cards.WIDTH),
        "og:image:height": str(cards.HEIGHT),
        "og:locale": t("zh_CN", "en_GB"),
        "twitter:card": "summary_large_image",
    }
    context["metatags"] += metas(pairs)
    if site:  # for paper; where the site has no address there is nothing to lead to
        context["bb_qr"] = segno.make(f"{site}{page}.html").svg_inline(border=0, title=f"{site}{page}.html")
    context["bb_cite"] = citations(book, page, title, site and f"{site}{page}.html")


def put_card(app: Sphinx, name: str, data: bytes) -> None:
    """Write a card beside the pages."""
    target = Path(app.outdir) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    put(target, data)


# ---------------------------------------------------------------- how to cite


class Book(NamedTuple):
    """What a citation says of the whole book."""

    title: str
    year: int
    release: str
    publisher: str


def _book(app: Sphinx) -> Book:
    year = editions.current_year()
    publisher = editions.edition()["publisher"] or ""
    title = str(app.config.html_title).removesuffix(f" {year}")
    return Book(title, year, schema.package()["version"], publisher)


def _bibtex(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text)


def citations(book: Book, page: str, title: str, address: str = "") -> list[tuple[str, str]]:
    """Return (name of the form, text) of a page: short, GB/T 7714, BibTeX.

    ``{url}`` and ``{today}`` stand where the reader's browser puts the address and the day: pages hold no
    date.

    >>> book = Book("蓝皮书", 9, "9.1.0", "")
    >>> citations(book, "chapters/report/index-results", "名次")[0]
    ('简短', '蓝皮书（9.1.0 版）：名次')
    """
    who = book.publisher or t(f"《{book.title}》编写者", f"The authors of {book.title}")
    url = address or "{url}"
    key = f"bluebook{book.year}-{page.rsplit('/', 1)[-1]}"
    entry = {
        "author": "{" + _bibtex(who) + "}",
        "title": _bibtex(title),
        "booktitle": _bibtex(f"{book.title} {book.year}"),
        "year": str(book.year),
        "note": t(f"{book.release} 版", f"release {book.release}"),
        "url": url,
        "urldate": "{today}",
    }
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in entry.items())
    standard = f"{who}. {title}[EB/OL]//{book.title} {book.year}. {book.release} 版. [{{today}}]. {url}."
    return [
        (
            t("简短", "Short"),
            t(f"{book.title}（{book.release} 版）：{title}", f"{title}, {book.title} {book.release}"),
        ),
        ("GB/T 7714", standard),
        ("BibTeX", f"@incollection{{{key},\n{fields}}}"),
    ]


# ---------------------------------------------------------------- files of the whole site


def feed(app: Sphinx) -> str:
    """Return the Atom feed: editions of this book, and what was corrected after their release."""
    book, root = _book(app), schema.data_root()
    entries = []
    for year in sorted(schema.edition_years(root), reverse=True):
        own = editions.settings_of(root / "editions" / str(year))
        ours = (year == book.year and own.get("status") != "draft") or own.get("status") == "frozen"
        if ours and own.get("published"):
            name = own[t("title_zh", "title_en")]
            entries.append(
                (str(own["published"]), f"edition/{year}", name, own.get(t("note_zh", "note_en")) or "", "")
            )
    for cells in errata.errata(root.parent).astype(str).to_dict("records"):
        line = t(
            f"{cells['year']} 年版勘误：{cells['old']} 应为 {cells['new']}",
            f"{cells['old']} should read {cells['new']}",
        )
        place = f"{cells['place']}.html" if cells["place"] else ""
        entries.append((cells["date"], f"erratum/{cells['year']}/{cells['id']}", line, cells["note"], place))
    entries.sort(reverse=True)
    site = address_of(app)

    def id_(name: str) -> str:
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{site}bluebook/{name}')}"

    def one(entry: tuple[str, str, str, str, str]) -> str:
        date, name, title, note, place = map(escape, entry)
        return (
            f"<entry><id>{id_(name)}</id><title>{title}</title><updated>{date}T00:00:00Z</updated>"
            f'<link href="{escape(site)}{place or "index.html"}"/>'
            f"<summary>{note or title}</summary></entry>\n"
        )

    newest = entries[0][0] if entries else f"{book.year}-01-01"
    return (
        f'{XML}<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{id_('feed')}</id><title>{escape(book.title)}</title><updated>{newest}T00:00:00Z</updated>"
        f"<author><name>{escape(book.publisher or book.title)}</name></author>"
        f'<link rel="self" href="{escape(site)}feed.xml"/>\n{"".join(map(one, entries))}</feed>\n'
    )


def sitemap(site: str, pages: list[str]) -> str:
    """Return the site map of these pages."""
    lines = "".join(f"<url><loc>{escape(site)}{escape(page)}.html</loc></url>\n" for page in pages)
    start = f'{XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{start}{lines}</urlset>\n"


def missing_page(app: Sphinx) -> list[tuple[str, dict, str]]:
    """Return ``404.html``: shown at any depth, it stands alone and finds the root by its own address."""
    site = address_of(app)
    return [("404", {"site_path": urlparse(site).path if site else ""}, "404.html")]


def write(app: Sphinx) -> None:
    """Write the files of the whole site; take away what no page or setting asks for any more."""
    out, site = Path(app.outdir), address_of(app)
    pages = sorted(app.env.found_docs)
    put(out / "feed.xml", feed(app).encode())
    if site:
        put(out / "sitemap.xml", sitemap(site, pages).encode())
    else:
        (out / "sitemap.xml").unlink(missing_ok=True)
    kept = {card_of(page) for page in pages}
    for path in (out / CARDS).glob("*.png"):
        if f"{CARDS}/{path.name}" not in kept:
            path.unlink()


def setup(app: Sphinx) -> None:
    """Connect."""
    app.add_config_value("site_url", "", "html")
    app.connect("config-inited", _site, priority=20)
    app.connect("html-page-context", _head, priority=600)
    app.connect("html-collect-pages", missing_page)
