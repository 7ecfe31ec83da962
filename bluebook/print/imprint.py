"""Whose book it is, of when, which release, and where its web edition stands."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path

import yaml

from bluebook.data import edition as editions
from bluebook.data import schema
from bluebook.messages import Catalogue, t
from bluebook.pages import told

SAYS = Catalogue(__file__)


@dataclass(frozen=True)
class Imprint:
    """What cover, imprint page and metadata say. ``code``: the QR code to ``address`` as SVG, "" without."""

    title: str
    subtitle: str
    about: str
    whose: str
    release: str
    author: str
    date: dt.date
    address: str
    code: str
    keywords: tuple[str, ...]
    said: tuple[str, ...]
    lang: str


def imprint(root: Path) -> Imprint:
    """Return the imprint of the edition that ``root`` is the book of."""
    year = editions.current_year()
    book, settings = editions.edition(year), yaml.safe_load((root / "_config.yml").read_text("utf-8-sig"))
    address = str(settings.get("sphinx", {}).get("config", {}).get("site_url") or "")
    version = schema.package(root / "data")["version"]
    date = dt.date.fromisoformat(str(book["published"])) if book["published"] else dt.date(year, 1, 1)
    theme = book.get(t("theme_zh", "theme_en"))
    subtitle = book[t("title_zh", "title_en")] + (t(f"　{theme}", f": {theme}") if theme else "")
    release = SAYS.text("release", date=_day(date), version=version)
    draft = SAYS.text("draft") if book["status"] == "draft" else ""
    names = [book[t("title_zh", "title_en")], *(book.get(t("organisers", "organisers_en")) or [])]
    where = SAYS.text("at", address=address) if address else SAYS.text("nowhere")
    return Imprint(
        title=settings["title"],
        subtitle=subtitle,
        about=told.about(),
        whose=draft + told.whose(),
        release=release,
        author=book.get("publisher") or SAYS.text("author"),
        date=date,
        address=address,
        code=_code(address) if address else "",
        keywords=tuple(names),
        said=(
            told.whose(),
            SAYS.text("from_pages"),
            SAYS.text("marks"),
            SAYS.text("left_out"),
            where,
            release,
            SAYS.text("licence"),
        ),
        lang=t("zh-CN", "en"),
    )


def _day(date: dt.date) -> str:
    return t(f"{date.year} 年 {date.month} 月 {date.day} 日", date.isoformat())


def _code(address: str) -> str:
    """Return a QR code as SVG; half of it may be lost."""
    import segno

    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=2, xmldecl=False, dark="#123a63")
    return out.getvalue().decode("utf-8")
