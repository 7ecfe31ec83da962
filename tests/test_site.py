"""The built site, read as files: nothing from outside, every figure whole, every link alive."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

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
            assert bool(figure.select_one(".bb-badge")) == (figure["data-status"] == "illustrative"), where
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


def test_ids_of_figures_are_unique_in_the_book(soups: dict) -> None:
    ids = [f["id"] for s in soups.values() for f in s.select("figure[data-status]")]
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)


def test_a_figures_csv_holds_what_its_table_shows(soups: dict, site: Path) -> None:
    for page, soup in soups.items():
        for figure in soup.select("figure[data-status]"):
            link = next(a["href"] for a in figure.select("a[download]") if a["href"].endswith(".csv"))
            rows = list(csv.reader(((site / page).parent / link).read_text("utf-8-sig").splitlines()))
            shown = figure.select("table tr")
            if figure.select_one("table"):
                assert len(rows) >= len(shown) or figure.get("data-partial"), f"{page}#{figure['id']}"


def test_every_link_inside_the_book_leads_somewhere(soups: dict, site: Path) -> None:
    for page, soup in soups.items():
        for link in soup.find_all("a", href=True):
            address, anchor = urldefrag(link["href"])
            if urlparse(address).scheme or link["href"] == "#":
                continue
            target = (site / page).parent / unquote(address) if address else site / f"{page}.html"
            target = target / "index.html" if target.is_dir() else target
            assert target.exists(), f"{page}: {link['href']}"
            if anchor and target.suffix == ".html":
                other = target.relative_to(site.resolve() if target.is_absolute() else site)
                name = Path(*list(other.parts)).as_posix()
                resolved = (site / name).resolve().relative_to(site.resolve()).as_posix()[:-5]
                if resolved in soups:
                    assert soups[resolved].find(id=unquote(anchor)), f"{page}: {link['href']}"


def test_a_quoted_figure_says_who_when_and_with_what_verdict(soups: dict) -> None:
    found = 0
    for page, soup in soups.items():
        for figure in soup.select("span.bb-fig"):
            found += 1
            assert figure["data-verdict"] in {"confirmed", "consistent", "contradicted", "unchecked"}, page
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
        for node in article.select("pre, code, script"):
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


def test_the_index_holds_pairs_of_chinese_characters(site: Path) -> None:
    text = (site / "searchindex.js").read_text("utf-8")
    for pair in ("综合", "合得", "得分", "都市", "市圈"):
        assert json.dumps(pair) in text, pair
