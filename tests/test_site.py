"""The built site, read as files: nothing from outside, every figure whole, every link alive."""

from __future__ import annotations

import csv
import json
import math
import re
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT

from bluebook.data import edition as editions
from bluebook.data.csvio import bared
from bluebook.ledger.wording import VERDICTS
from bluebook.site import notebooks

PAGES = notebooks.pages(ROOT)
LOADING = [
    ("script", "src"),
    ("link", "href"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("object", "data"),
]


@pytest.fixture(scope="module")
def soups(site: Path) -> dict[str, BeautifulSoup]:
    return {page: BeautifulSoup((site / f"{page}.html").read_text("utf-8"), "html.parser") for page in PAGES}


def test_no_page_asks_another_host_for_anything(soups: dict, site: Path) -> None:
    for page, soup in soups.items():
        for tag, attribute in LOADING:
            for node in soup.find_all(tag):
                address = node.get(attribute, "")
                assert not urlparse(address).netloc, f"{page}: <{tag}> loads {address}"
        assert "unpkg" not in str(soup) and "jsdelivr" not in str(soup), page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*['\"]?https?:", sheet.read_text("utf-8")), sheet


def test_every_figure_has_all_its_parts(soups: dict, site: Path) -> None:
    found = 0
    for page, soup in soups.items():
        for figure in soup.select("figure.bb-figure, figure.bb-tableframe"):
            found += 1
            where = f"{page}#{figure.get('id')}"
            assert figure["data-status"] in {"published", "public", "computed", "illustrative"}, where
            for part in (".bb-title", ".bb-subtitle", ".bb-source", "table"):
                assert figure.select_one(part) and figure.select_one(part).get_text(strip=True), (
                    f"{where}: {part}"
                )
            illustrative = figure["data-status"] == "illustrative"
            assert bool(figure.select_one(".bb-badge")) == illustrative, where
            assert bool(figure.select_one("figcaption .bb-status")) != illustrative, f"{where}: its status"
            menu = figure.select_one(".bb-links")
            assert menu.select_one("details.bb-cite [data-cite]")["data-cite"], f"{where}: how to cite it"
            assert menu.select_one(".bb-permalink")["href"] == f"#{figure['id']}", where
            if "bb-figure" in figure["class"]:
                assert menu.select_one("details.bb-table table"), f"{where}: its data"
                assert menu.select_one("details.bb-code pre"), f"{where}: its code"
            kinds = {a["href"].rsplit(".", 1)[-1] for a in figure.select("a[download]")}
            wanted = {"csv", "svg", "png"} if "bb-figure" in figure["class"] else {"csv"}
            assert wanted <= kinds, where
            for link in figure.select("a[download]"):
                file = (site / page).parent / link["href"]
                assert file.stat().st_size > 20, f"{where}: {link['href']}"
            if "bb-figure" in figure["class"]:
                spec = json.loads(figure.select_one(".bb-chart script").get_text())
                assert len(spec["description"]) > 10, f"{where}: alt text"
                assert figure.select_one("noscript img[loading=lazy]"), f"{where}: picture without JavaScript"
    assert found >= 5


def test_every_page_opens_with_what_matters_and_ends_with_how_to_cite_it(soups: dict) -> None:
    """A chapter with three key sentences, a city with why it stands there, any other page with its own words."""
    for page, soup in soups.items():
        sentences = [li.select_one("span").get_text(strip=True) for li in soup.select(".bb-key li")]
        if re.search(r"^index$|reference/|cities/", page):
            assert sentences == [], page
            opening = soup.select_one(".bb-cover p, article h1 ~ p, article .bb-glossary, article .bb-minute")
            assert opening and len(opening.get_text(strip=True)) > 10, page
        else:
            assert len(sentences) == 3 and all(re.search(r"\d", s) for s in sentences), page
        assert len(soup.select("details.bb-citepage .bb-citation")) == 3, page
        shown = " ".join(c.get_text() for c in soup.select(".bb-citation"))
        assert not re.search(r"\{(url|today)\}", shown), f"{page}: a placeholder shows without JavaScript"


def test_every_page_says_where_it_stands(soups: dict) -> None:
    """Its edition; a chapter also its part of the book, and which chapter of how many, as in the contents."""
    year = editions.current_year()
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    told = dict.fromkeys(PAGES, f"{year} 年版")
    for part in toc["parts"]:
        files = [chapter["file"] for chapter in part["chapters"]]
        below = [page["file"] for chapter in part["chapters"] for page in chapter.get("sections", [])]
        for n, page in enumerate(files, 1):
            told[page] += f" {part['caption']}" + ("" if below else f"，第 {n} 章，共 {len(files)} 章")
        for page in below:  # a number beside a city would be read as its rank
            told[page] += f" {part['caption']}"
    for page, soup in soups.items():
        here = soup.select(".bd-header-article .bb-here")
        assert (
            len(here) == 1 and " ".join(here[0].get_text(" ").split()).replace("， 第", "，第") == told[page]
        ), page


def test_ids_of_figures_are_unique_in_the_book(soups: dict) -> None:
    ids = [f["id"] for s in soups.values() for f in s.select("figure[data-status]")]
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)


def _numbers(text: str) -> list[float]:
    plain = text.replace("−", "-").replace(",", "").replace("\u00a0", " ")
    return [float(x) for x in re.findall(r"(?<![\d.])-?\d+(?:\.\d+)?", plain)]


@pytest.mark.slow
def test_a_figures_csv_holds_what_its_table_shows(soups: dict, site: Path) -> None:
    """Cell by cell: the words are the same, a number is the CSV's, rounded as the table prints it."""
    looked = 0
    for page, soup in soups.items():
        for figure in soup.select("figure.bb-figure[data-status]"):
            link = next(a["href"] for a in figure.select("a[download]") if a["href"].endswith(".csv"))
            lines = csv.reader(((site / page).parent / link).read_text("utf-8-sig").splitlines())
            head, *rows = [[bared(cell) for cell in line] for line in lines]
            table = figure.select_one("table")
            shown = [[c.get_text() for c in tr.select("th, td")] for tr in table.select("tr")]
            where = f"{page}#{figure['id']}"
            assert shown[0] == head[: len(shown[0])], where
            assert len(shown) - 1 == len(rows), where
            for cells, values in zip(shown[1:], rows, strict=True):
                for told, kept in zip(cells, values, strict=False):
                    looked += 1
                    if told == kept or not kept:
                        assert told == kept or told in {"—", ""}, f"{where}: {told!r} for an empty cell"
                        continue
                    try:
                        exact = float(kept)
                    except ValueError:
                        assert told.replace("\u00a0", " ") == kept, f"{where}: {told!r}, {kept!r}"
                        continue
                    if math.isinf(exact):
                        continue  # said in words
                    assert _numbers(told), f"{where}: {told!r} for {kept!r}"
                    first = _numbers(told)[0]
                    digits = len(told.partition(".")[2].rstrip("%").split("\u00a0")[0]) if "." in told else 0
                    assert abs(first - exact) <= 0.5001 * 10.0**-digits, f"{where}: {told!r} for {kept!r}"
    assert looked > 1000


def test_a_picture_holds_a_drawing(soups: dict, site: Path) -> None:
    """An SVG with marks of its data; a PNG with more than paper and one ink."""
    for page, soup in soups.items():
        for figure in soup.select("figure.bb-figure"):
            links = [(site / page).parent / a["href"] for a in figure.select("a[download]")]
            svg = next(p for p in links if p.suffix == ".svg").read_text("utf-8")
            assert len(re.findall(r"<(?:path|rect|circle|line|text)\b", svg)) > 8, figure["id"]
            assert "mark-" in svg, figure["id"]
            png = next(p for p in links if p.suffix == ".png").read_bytes()
            assert png.startswith(b"\x89PNG") and len(png) > 5_000, figure["id"]


@pytest.mark.slow
def test_no_bar_of_code_stands_in_the_text(soups: dict) -> None:
    """Code opens from the menu of the figure that it makes."""
    code = 0
    for page, soup in soups.items():
        for block in soup.select("article div.cell_input, article div.highlight-ipython3"):
            code += 1
            shown = block.find_parent(
                "div", class_="cell"
            )  # a cell without a tag is meant to be read in the text
            meant = shown is not None and not any(c.startswith("tag_") for c in shown["class"])
            assert meant or block.find_parent("details", class_="bb-code"), (
                f"{page}: {block.get_text()[:60]!r}"
            )
        assert not soup.select("article details.hide"), page
    assert code > 100


@pytest.mark.slow
def test_every_page_with_cells_offers_its_notebook_and_not_its_raw_text(soups: dict, site: Path) -> None:
    for page, soup in soups.items():
        links = [a["href"] for a in soup.select(".dropdown-download-buttons a[href], .dropdown-menu a[href]")]
        notebooks_ = [x for x in links if x.endswith(".ipynb")]
        assert not [x for x in links if x.endswith(".md")], page
        if "{code-cell}" in (ROOT / f"{page}.md").read_text("utf-8"):
            assert len(notebooks_) == 1, f"{page}: {links}"
            assert ((site / page).parent / notebooks_[0]).resolve().is_file(), page


def test_every_link_inside_the_book_leads_somewhere(soups: dict, site: Path) -> None:
    places = {page: {n["id"] for n in soup.find_all(id=True)} for page, soup in soups.items()}
    for page, soup in soups.items():
        for link in soup.find_all("a", href=True):
            address, anchor = urldefrag(link["href"])
            if urlparse(address).scheme or link["href"] == "#":
                continue
            target = (site / page).parent / unquote(address) if address else site / f"{page}.html"
            target = target / "index.html" if target.is_dir() else target
            assert target.exists(), f"{page}: {link['href']}"
            if anchor and "=" not in anchor and target.suffix == ".html":
                other = target.relative_to(site.resolve() if target.is_absolute() else site)
                name = Path(*list(other.parts)).as_posix()
                resolved = (site / name).resolve().relative_to(site.resolve()).as_posix()[:-5]
                if resolved in places:
                    assert unquote(anchor) in places[resolved], f"{page}: {link['href']}"


def test_a_quoted_figure_says_who_when_and_with_what_verdict(soups: dict) -> None:
    found = 0
    for page, soup in soups.items():
        for figure in soup.select("span.bb-fig"):
            found += 1
            assert figure["data-verdict"] in set(VERDICTS), page
            button = figure.select_one(".bb-fig-value")
            tip = figure.select_one(".bb-tip")
            assert button.get_text(strip=True) and len(tip.get_text(strip=True)) > 6, (
                page,
                figure["data-id"],
            )
            assert button["aria-describedby"] == tip["id"]
    assert found >= 3


def test_ids_within_a_page_are_unique(soups: dict) -> None:
    for page, soup in soups.items():
        ids = [n["id"] for n in soup.find_all(id=True)]
        twice = {i for i in ids if ids.count(i) > 1}
        assert not twice, f"{page}: {sorted(twice)[:5]}"


def test_no_page_shows_a_missing_number_or_a_raw_role(soups: dict) -> None:
    for page, soup in soups.items():
        article = soup.select_one("article")
        for node in article.select("pre, code, script, details.bb-code"):
            node.extract()
        text = article.get_text(" ")
        found = re.search(r"\{fig\}|\{glue|\bnan\b|\bNaN\b|<NA>|\bNone\b|Traceback|np\.float64", text)
        assert not found, f"{page}: {text[max(0, found.start() - 40) : found.end() + 20]}"


def test_pages_name_their_language_and_speak_it(soups: dict) -> None:
    for page, soup in soups.items():
        assert soup.html["lang"].startswith("zh"), page
        title = soup.h1.get_text()
        assert re.search(r"[\u4e00-\u9fff]", title), (page, title)


def test_a_page_is_light_enough_for_a_phone(site: Path) -> None:
    for page in PAGES:
        size = (site / f"{page}.html").stat().st_size
        assert size < 600_000, f"{page}: {size} bytes"


def test_run_times_and_the_date_stand_in_one_file_only(site: Path) -> None:
    assert "bluebookBuild" in (site / "build-info.js").read_text("utf-8")
    date = json.loads(re.search(r"\{.*\}(?=;document)", (site / "build-info.js").read_text("utf-8"))[0])[
        "built"
    ]
    for page in PAGES:
        assert date not in (site / f"{page}.html").read_text("utf-8"), page
