"""What stands around a page: its card and description, its citation, the feed, the map, the missing page."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, bluebook
from sphinx.errors import ExtensionError

from bluebook.site import cards, furniture, notebooks
from bluebook.site.furniture import Book, citations, description, metas, sitemap

BOOK = Book("河南双创蓝皮书·可计算版", 9, "9.1.0", "")
ATOM = "{http://www.w3.org/2005/Atom}"


def app(**config: str) -> SimpleNamespace:
    return SimpleNamespace(config=SimpleNamespace(**{"html_title": "一本书", "site_url": "", **config}))


def test_a_description_is_whole_sentences_of_the_opening_without_bubbles() -> None:
    body = "<h1>名次</h1><p>郑州<span class='bb-tip'>怎么判的</span>第一。</p><p>洛阳第二。</p><h2>后来</h2><p>不在内。</p>"
    assert description(body) == "郑州第一。洛阳第二。"
    assert description(body, 6) == "郑州第一。", "cut at a sentence"
    assert description("<h1>名次</h1>") == ""


def test_a_meta_element_is_escaped_and_an_empty_one_left_out() -> None:
    told = metas({"og:title": 'A "B" <C>', "description": ""})
    assert told.strip() == '<meta property="og:title" content="A &quot;B&quot; &lt;C&gt;" />'


def test_a_page_is_cited_in_three_forms() -> None:
    forms = dict(citations(BOOK, "chapters/report/index-results", "名次 & 得分 50%"))
    assert list(forms) == ["简短", "GB/T 7714", "BibTeX"]
    assert (
        "[EB/OL]//" in forms["GB/T 7714"]
        and "9.1.0 版" in forms["GB/T 7714"]
        and "{today}" in forms["GB/T 7714"]
    )
    entry = forms["BibTeX"]
    assert entry.startswith("@incollection{bluebook9-index-results,") and entry.count("{") - entry.count(
        "\\{"
    ) == (entry.count("}") - entry.count("\\}"))
    assert r"名次 \& 得分 50\%" in entry
    at = dict(citations(BOOK, "index", "首页", "https://example.org/index.html"))
    assert "https://example.org/index.html" in at["GB/T 7714"] and "{url}" not in at["BibTeX"]
    ours = dict(citations(BOOK._replace(publisher="研究院"), "index", "首页"))
    assert ours["GB/T 7714"].startswith("研究院. ")


def test_the_lines_of_a_card_fit_and_none_begins_with_a_comma() -> None:
    text = "投资、消费、房地产：一个印错的数，" * 6
    broken = cards.lines(text, 60, 1000, 3)
    assert len(broken) == 3 and broken[-1].endswith("…")
    assert not [line for line in broken if line[0] in "，。、：；"]
    assert cards.lines("GDP growth in Henan", 60, 380, 4) == ["GDP growth", "in Henan"]


def test_a_card_has_the_size_that_is_shown_and_differs_with_its_words(tmp_path: Path) -> None:
    from PIL import Image

    one, two = (
        cards.card(cards.drawing("书", words, "说明", "脚"), tmp_path) for words in ("谁在前面", "差多少")
    )
    assert Image.open(io.BytesIO(one)).size == (1200, 630) and one != two
    assert len(list((tmp_path / "cards").glob("*.png"))) == 2
    assert cards.card(cards.drawing("书", "谁在前面", "说明", "脚"), tmp_path) == one


def test_the_feed_tells_the_edition_and_what_was_corrected_since(copy: Path) -> None:
    def entries() -> list[tuple[str, str, str]]:
        root = ET.fromstring(furniture.feed(app()))
        found = root.findall(f"{ATOM}entry")
        return [tuple(e.findtext(f"{ATOM}{n}") for n in ("title", "updated", "id")) for e in found]

    before = entries()
    assert len(before) == 1 and before[0][1].endswith("T00:00:00Z")
    (copy / "errata.csv").write_text(
        "year,release,id,place,old,new,date,reason,who,note\n2022,1,one,chapters/x,12 <b>,13,2030-01-02,correction,我,说明\n",
        "utf-8",
    )
    after = entries()
    assert after[0][:2] == ("2022 年版勘误：12 <b> 应为 13", "2030-01-02T00:00:00Z") and after[1:] == before
    assert len({e[2] for e in after}) == 2


def test_the_map_names_every_page_at_its_address() -> None:
    found = ET.fromstring(sitemap("https://example.org/b/", ["index", "chapters/x"]))
    assert [u[0].text for u in found] == [
        "https://example.org/b/index.html",
        "https://example.org/b/chapters/x.html",
    ]


def test_an_address_that_is_none_is_refused_and_a_slash_is_added() -> None:
    config = SimpleNamespace(site_url="example.org", html_baseurl="")
    with pytest.raises(ExtensionError, match="site_url"):
        furniture._site(app(), config)
    config.site_url = "https://example.org/book"
    furniture._site(app(), config)
    assert config.site_url == config.html_baseurl == "https://example.org/book/"


# ---------------------------------------------------------------- the built site


@pytest.mark.slow
def test_every_page_has_its_card_its_description_and_its_citation(site: Path) -> None:
    seen = set()
    for page in notebooks.pages(ROOT):
        soup = BeautifulSoup((site / f"{page}.html").read_text("utf-8"), "html.parser")
        told = {m.get("property") or m.get("name"): m["content"] for m in soup.find_all("meta", content=True)}
        assert (
            told["og:title"] == soup.h1.get_text().rstrip("#") or told["og:title"] in soup.title.get_text()
        ), page
        assert 15 <= len(told["description"]) <= 121 and told["description"] == told["og:description"], page
        assert ((site / page).parent / told["og:image"]).resolve().is_file(), page
        assert len(soup.select("details.bb-citepage .bb-citation")) == 3, page
        assert not soup.select("link[rel=canonical]") and "og:url" not in told, (
            "no address of the site is set"
        )
        assert soup.select_one("link[type='application/atom+xml']")["href"].endswith("feed.xml")
        seen.add(told["description"])
    assert len(seen) == len(notebooks.pages(ROOT)), "no two pages say the same"
    assert not (site / "sitemap.xml").exists() and ET.parse(site / "feed.xml").getroot().tag == f"{ATOM}feed"
    cards_there = {p.name for p in (site / furniture.CARDS).glob("*.png")}
    assert cards_there == {Path(furniture.card_of(p)).name for p in notebooks.pages(ROOT)}


def test_the_missing_page_stands_alone(site: Path) -> None:
    text = (site / "404.html").read_text("utf-8")
    assert "没有这一页" in text and not re.search(r'(src|href)="(?!/)[^"]', text)


def test_every_term_of_the_glossary_is_explained_with_its_chapters(site: Path) -> None:
    soup = BeautifulSoup((site / "chapters/reference/glossary.html").read_text("utf-8"), "html.parser")
    terms = {
        dt["id"].removeprefix("term-"): dt.find_next_sibling("dd") for dt in soup.select(".bb-glossary dt")
    }
    assert {
        "卡脖子",
        "抢滩占先",
        "高位嫁接",
        "十大战略",
        "三驾马车",
        "归一化",
        "极差法",
        "权重",
        "留抵退税",
        "郑州都市圈",
    } <= set(terms)
    used = {term: [a["href"] for a in dd.select(".bb-termuses a")] for term, dd in terms.items()}
    assert "../stabilise/measures.html" in used["高位嫁接"] and "../opening/ren-wuwu.html" in used["卡脖子"]
    assert used["三驾马车"] == [] and "没有用" in terms["三驾马车"].get_text()
    for term, links in used.items():
        for link in links:
            assert (site / "chapters/reference" / link).resolve().is_file(), (term, link)


@pytest.mark.slow
def test_with_an_address_pages_say_where_they_are_and_the_site_has_a_map(mini: Path) -> None:
    """And a character without a shape in a title stops the build, with one clear line."""
    config = mini / "_config.yml"
    config.write_text(
        config.read_text("utf-8").replace('site_url: ""', "site_url: https://example.org/b"), "utf-8"
    )
    assert "https://example.org/b" in config.read_text("utf-8")
    done = bluebook("build", cwd=mini)
    assert done.returncode == 0, done.stdout + done.stderr
    html = (mini / "_build/html/chapters/one.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://example.org/b/chapters/one.html"' in html
    assert 'content="https://example.org/b/_cards/chapters-one.png"' in html
    code = BeautifulSoup(html, "html.parser").select_one(".bb-colophon .bb-qr svg")
    assert code.title.text == "https://example.org/b/chapters/one.html" and code.path["d"]
    assert "https://example.org/b/chapters/one.html" in (mini / "_build/html/sitemap.xml").read_text("utf-8")
    chapter = mini / "chapters/one.md"
    chapter.write_text(chapter.read_text("utf-8").replace("# 第一章", "# 第一章𓀀"), "utf-8")
    failed = bluebook("build", cwd=mini)
    assert failed.returncode != 0 and "𓀀" in failed.stdout + failed.stderr
    assert "Traceback" not in failed.stdout + failed.stderr
