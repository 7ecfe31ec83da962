"""A page for each city: its place, why it stands there, its history and dimensions, on one side of A4."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from lxml import html

from bluebook.charts.frame import STATUS
from bluebook.data import edition as editions
from bluebook.messages import Catalogue, t
from bluebook.pages import cities, city_head
from bluebook.print import faces, imprint, pictures
from bluebook.print.markup import quoted
from bluebook.print.pdf import Setter
from bluebook.print.read import having
from bluebook.print.short import pages_of
from bluebook.year import draft, inputs

SAYS = Catalogue(__file__)
LOOK = Path(__file__).with_name("city.typ")
FOLDER = "城市一页"
ROOM = 160  # millimetres that the drawings of a page share
MOST = 92  # and that one of them takes at most


def one_pagers(root: Path, only: Iterable[str] | None = None) -> dict[str, bytes]:
    """Return a page a city as PDF: name → content; ``only``: codes of cities, else all of the edition.

    Takes the drawings of the built book. Raises BadInput for a site that is not built from the sources as
    they are, a missing font, a character without a glyph, and what does not fit on its page.
    """
    if not inputs.site_is_current(root):
        SAYS.refuse("not_built")
    of, told, site = faces.faces(), imprint.imprint(root), root / "_build" / "html"
    made = {}
    with tempfile.TemporaryDirectory(prefix="cities-") as scratch:
        folder = Path(scratch)
        setter = Setter(site, folder, of, [], told.address)
        shutil.copyfile(LOOK, folder / LOOK.name)
        for code in only or _cities():
            name = cities.names()[code]
            content = setter.typeset(_source(setter, told, code, site), code, told.date)
            if pages_of(content) > 1:
                SAYS.refuse("city_too_long", city=name)
            made[f"{FOLDER}/{name}.pdf"] = content
    return made


def _cities() -> list[str]:
    """Return the cities of the edition that the ranking knows, in their fixed order."""
    there = set(editions.scores().query("code == 'index'")["city"])
    return [code for code in cities.names() if code in there]


def _source(setter: Setter, told: imprint.Imprint, code: str, site: Path) -> str:
    """Return one city's page for the typesetter."""
    name = cities.names()[code]
    charts = _charts(setter, site, code)
    locator = html.fromstring(city_head.locator(code))
    place, *_ = setter.picture(f"map-{code}", pictures.inline(locator, setter.faces.sans))
    lines = [told.subtitle, t(f"{told.title}；", f"{told.title}; ") + told.release, told.whose]
    lines += [t("地图为示意图。来源：", "The map is schematic. Source: ") + city_head.printed_sources(code)]
    parts = {
        "title": quoted(name),
        "head": quoted(told.subtitle),
        "draft": quoted(draft.banner()),
        "why": quoted(cities.told(code)),
        "facts": _tuple(f"({quoted(k)}, {quoted(v)})" for k, v in _facts(code).items()),
        "small-map": quoted(place),
        "map-told": quoted(locator.get("aria-label") or name),
        "charts": _tuple(charts),
        "foot": _tuple(quoted(line) for line in lines[1:] + ([told.address] if told.address else [])),
    }
    setter.refuse_unknown("".join([name, cities.told(code), *lines]), name)
    return f'#import "{LOOK.name}": sheet\n#sheet({", ".join(f"{k}: {v}" for k, v in parts.items())})\n'


def _facts(code: str) -> dict[str, str]:
    """Return what stands beside the city's name: place, score, last edition's place, metropolitan area."""
    found = cities.known()
    total, history = found.total.loc[code], cities.history()
    facts = {
        t(f"{found.year} 年版名次", f"Rank in {found.year}"): city_head.place(total["rank"]),
        t("总分，满分 100", "Total, of 100"): city_head.score_words(total["score"]),
    }
    last = max((y for y in editions.years() if y < found.year), default=None)
    if last is not None:
        before = history[(history["year"] == last) & (history["city"] == code)]["rank"]
        rank = before.iloc[0] if len(before) else pd.NA
        facts[t(f"{last} 年版名次", f"Rank in {last}")] = city_head.place(rank)
    return facts


def _charts(setter: Setter, site: Path, code: str) -> list[str]:
    """Return the first two drawings of the city's page, each with its title and its foot."""
    page = site / city_head.PAGES / f"{code}.html"
    if not page.is_file():  # a city that has no page in this book
        return []
    tree = html.fromstring(page.read_bytes())
    found = [
        f
        for f in tree.xpath("//figure[contains(@class, 'bb-figure')]")
        if (site / "_figures" / f"{f.get('id')}.svg").is_file()
    ][:2]
    drawn = [pictures.figure(site / "_figures" / f"{f.get('id')}.svg", setter.faces.sans) for f in found]
    out = []
    for figure, picture in zip(found, drawn, strict=True):
        title, subtitle, source = (_words(figure, name) for name in ("bb-title", "bb-subtitle", "bb-source"))
        status = STATUS.get(figure.get("data-status") or "")
        note = t("。", ". ").join(part for part in (subtitle, t(*status) if status else "", source) if part)
        setter.refuse_unknown(title + note, code)
        place, *_ = setter.picture(str(figure.get("id")), picture)
        high = min(MOST, ROOM * picture.height / sum(p.height for p in drawn))
        out.append(f"({quoted(place)}, {quoted(title)}, {quoted(title)}, {high:.0f}, {quoted(note)})")
    return out


def _words(figure: html.HtmlElement, name: str) -> str:
    """Return the words of the first part of a figure that bears a class, "" where it has none."""
    parts = figure.xpath(having(name))
    return " ".join(parts[0].text_content().split()) if parts else ""


def _tuple(parts: Iterable[str]) -> str:
    return f"({''.join(f'{part}, ' for part in parts)})"
