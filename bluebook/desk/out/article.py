"""The article for the public account: HTML with inline styles, pictures, nothing from elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable
from html import escape

from bluebook.charts.frame import STATUS
from bluebook.charts.theme import BLUE, INK, MUTED
from bluebook.desk.out.built import Key, Picture
from bluebook.desk.out.papers import chosen, headline, lead, standings_table
from bluebook.desk.out.story import Finding, Story, without_page
from bluebook.ledger import book
from bluebook.messages import Catalogue, t
from bluebook.pages.pieces import sentence

SAYS = Catalogue(__file__)
FOLDER = "公众号图片"
IN_ARTICLE = 6  # chapters told
WARN = "#a8320a"
PAR = f"margin:0 0 14px;font-size:16px;line-height:1.8;color:{INK};text-align:justify"
SMALL = f"margin:0 0 6px;font-size:13px;line-height:1.6;color:{MUTED}"
HEAD = f"margin:28px 0 12px;font-size:18px;line-height:1.5;color:{BLUE};border-left:4px solid {BLUE};"
HEAD += "padding-left:10px"
BADGE = (
    f"margin:0 0 14px;padding:8px 12px;border:1px solid {WARN};color:{WARN};font-size:14px;font-weight:bold"
)
CELL = f"padding:6px 4px;border-bottom:1px solid #dfe3e8;text-align:center;font-size:14px;color:{INK}"


Draw = Callable[[dict], bytes]  # a specification → its PNG


def article(story: Story, map_picture: Picture | None, draw: Draw | None = None) -> dict[str, bytes]:
    """Return the article and its pictures: name → content. ``map_picture``: the ranking's, None without.

    ``draw`` draws a chart as wide as a phone, on which the article is read; without it, and where a chart
    cannot be so narrow, the picture of the book's page is taken.
    """
    made: dict[str, bytes] = {}
    pictures = Pictures(draw)
    body = [_p(story.banner, BADGE)] if story.banner else []
    body += [_p(lead(story))]
    shown = {"ranking", "moved", "dimensions", "growth", "slip", "misleading", "checked"}
    for found in story.findings:
        if found.code not in shown:
            continue
        body += _finding(found)
        if found.code == "ranking":
            if map_picture:
                body.append(_picture(map_picture, pictures))
            heads, rows = standings_table(story)
            body.append(_table(heads, rows))
    for key in chosen(story, IN_ARTICLE):
        body += _chapter(key, pictures)
    body.append('<hr style="border:0;border-top:1px solid #dfe3e8;margin:28px 0 14px">')
    if story.address:
        made[f"{FOLDER}/qr.png"] = _code(story.address)
        body.append(
            f'<p style="text-align:center;margin:0 0 14px"><img src="{FOLDER}/qr.png" '
            f'alt="{escape(story.address)}" '
            f'style="width:160px;height:160px"><br><span style="font-size:13px;color:{MUTED}">'
            f"{escape(SAYS.text('scan'))}</span></p>"
        )
    body += [_p(words, SMALL) for words in [SAYS.text("sources", told=story.source), *story.imprint()]]
    title = escape(headline(story))
    page = (
        f'<!DOCTYPE html>\n<html lang="{t("zh-CN", "en")}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title></head>\n"
        '<body style="margin:0;background:#ffffff">'
        '<section style="max-width:677px;margin:0 auto;padding:16px">\n'
        f'<h1 style="margin:0 0 16px;font-size:22px;line-height:1.4;color:{INK}">{title}</h1>\n'
        + "\n".join(body)
        + "\n</section></body></html>\n"
    )
    return {"公众号.html": page.encode()} | made | pictures.files


class Pictures:
    """The pictures of an article: ``files``, name → content."""

    def __init__(self, draw: Draw | None = None) -> None:
        """Begin with none; ``draw`` as in `article`."""
        self.draw, self.files = draw, {}

    def names(self, picture: Picture) -> list[str]:
        """Return the files that show a chart, one below the other; each is made when first asked for."""
        drawn = picture.phone if self.draw else []
        names = [f"{FOLDER}/{picture.path.stem}{f'-{n}' if n else ''}.png" for n in range(len(drawn) or 1)]
        for n, name in enumerate(names):
            if name not in self.files:
                self.files[name] = self.draw(drawn[n]) if drawn else picture.path.read_bytes()
        return names


def _finding(found: Finding) -> list[str]:
    warn = [_p(t(*STATUS["illustrative"]), BADGE)] if found.status == "illustrative" else []
    foot = SAYS.text("slide_foot", status=t(*STATUS[found.status]), source=found.source)
    head = f'<h2 style="{HEAD}">{escape(found.title.rstrip("。."))}</h2>'
    return [head, *warn, *([_p(found.words)] if found.words else []), _p(foot, SMALL)]


def _chapter(key: Key, pictures: Pictures) -> list[str]:
    """Return a chapter's key sentences, what was found of the figures they quote, its first picture."""
    out = [f'<h2 style="{HEAD}">{escape(key.title)}</h2>']
    if key.illustrative:
        out.append(_p(t(*STATUS["illustrative"]), BADGE))
    out += [_p(sentence(words)) for words in key.sentences]
    if key.verdicts:
        out.append(_p(SAYS.text("key_checked", counts=book.counted_words(key.verdicts)), SMALL))
    if key.picture:
        out.append(_picture(key.picture, pictures))
    return out


def _picture(picture: Picture, pictures: Pictures) -> str:
    status = STATUS.get(picture.status)
    told = t("。", ". ").join(filter(None, [t(*status) if status else "", without_page(picture.source)]))
    warn = picture.status == "illustrative"
    style = f"{SMALL};text-align:center" + (f";color:{WARN};font-weight:bold" if warn else "")
    shown = "".join(
        f'<img src="{escape(name)}" alt="{escape(picture.title)}" style="width:100%;height:auto">'
        for name in pictures.names(picture)
    )
    return f'<p style="margin:0 0 6px;text-align:center">{shown}</p>{_p(told, style)}'


def _table(heads: list[str], rows: list[list[str]]) -> str:
    def line(name: str, words: list[str], style: str) -> str:
        cells = "".join(f'<{name} style="{style}">{escape(word)}</{name}>' for word in words)
        return f"<tr>{cells}</tr>"

    head = line("th", heads, f"{CELL};font-weight:bold")
    lines = "".join(line("td", row, CELL) for row in rows)
    return (
        f'<table style="width:100%;border-collapse:collapse;margin:0 0 14px"><tr>{head}</tr>{lines}</table>'
    )


def _p(words: str, style: str = PAR) -> str:
    return f'<p style="{style}">{escape(words)}</p>'


def _code(address: str) -> bytes:
    """Return an address as a QR code (PNG)."""
    import segno

    held = io.BytesIO()
    segno.make(address, error="m").save(held, kind="png", scale=8, border=2)
    return held.getvalue()
