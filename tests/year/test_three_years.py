"""Three years played on a copy of the whole book, and what readers then find: each edition of its own, all of them
side by side, the first untouched. What is built once serves every test here; it takes a quarter of an hour.
"""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import lives
import pytest
from bs4 import BeautifulSoup
from shelves import sign

from bluebook.data import edition as editions
from bluebook.year import frozen

pytestmark = pytest.mark.slow
YEARS = (2023, 2024, 2025)
# Written anew by publishing, beside every edition: the list of all, and what was corrected since.
RENEWED = {"editions.js", "errata.js"}
# The history charts and lists, the change since the last edition, the public data of their own years, the ledger
# of every edition with its sources, the sample that editors walk through.
HISTORY = (
    "[id^=fig-bump], [id^=fig-lead], [id^=fig-revisions], [id^=fig-last-], [id^=fig-others], [id^=fig-parts], "
    "[id^=fig-field], [id^=fig-coverage], [id^=fig-confidence], [id^=fig-editions], [id^=tab-editions], "
    "[id^=tab-audit], [id^=tab-errata], [id^=tab-headings], [id^=tab-sources], [id^=tab-bench], "
    ".bb-walk, .bb-fig-source, script, style"
)


# Sentences whose business is another edition: they say so, by what they compare or by whose a chapter is.
LOOKING_BACK = re.compile(
    "上一版|年版相比|没有见到.*的名次和得分|^20\\d\\d 年版$|最多的一次是|比不了|算起，共换版|查得到项数的是|查得到名次的只有"
    "|都是 20\\d\\d 年版的，不是这本书所说的|20\\d\\d 年版各维度的名次也公布了，都能比"
    "|^在 20\\d\\d 年版得分表的一份副本里改动"
)


DESCRIBED = "chapters/reference/data.html"  # describes every edition's tables, column by column


class Life:
    """A book after three years: where it is, what each command said, the first edition as it was published."""

    def __init__(self, home: Path) -> None:
        self.home, self.said = lives.book(home), {}
        lives.run(home, "build")
        sign(home / "data", 2022)
        lives.run(home, "publish")
        self.first = sums(home / "_site/2022")
        for year in YEARS:
            self.said[year] = lives.play(home, year)

    @property
    def site(self) -> Path:
        return self.home / "_site"


@pytest.fixture(scope="module")
def life(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """The three years; the package reads the copy's data."""
    home = tmp_path_factory.mktemp("years") / "book"
    lived = Life(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLUEBOOK_DATA", str(home / "data"))
        yield lived
    shutil.rmtree(home)


def sums(folder: Path) -> dict[str, str]:
    """Return every file below a folder and the hash of what is in it."""
    files = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def pages(site: Path) -> Iterator[tuple[str, BeautifulSoup]]:
    """Yield the pages of one edition's site, each with its article, history apart."""
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        article = BeautifulSoup(path.read_text("utf-8"), "html.parser").select_one("article.bd-article")
        if article is not None and not name.startswith(("_", "release-")):
            for looking_back in article.select(HISTORY):
                looking_back.decompose()
            yield name, article


# ---------------------------------------------------------------- each year


@pytest.mark.parametrize("year", YEARS)
def test_a_year_is_begun_checked_built_and_published_without_an_error(life: Life, year: int) -> None:
    told = life.said[year]
    assert f"{year - 1} 年度第 1 次定稿" in told["year"]
    assert "没有问题" in told["check"] and "书在" in told["build"]
    assert f"{year - 1} | {year}" in told["publish"]


def test_the_whole_shelf_verifies_and_the_check_finds_nothing(life: Life) -> None:
    assert frozen.years(life.home) == [2022, 2023, 2024] and frozen.faults(life.home) == []
    assert "没有问题" in lives.run(life.home, "check")


def test_the_first_edition_is_byte_for_byte_what_it_was(life: Life) -> None:
    now = sums(life.site / "2022")
    assert {n for n in now.keys() | life.first.keys() if now.get(n) != life.first.get(n)} <= RENEWED | {
        "build-info.js"  # says that the pages are frozen now
    }


# ---------------------------------------------------------------- no word of another year


@pytest.mark.parametrize("year", YEARS)
def test_no_page_names_a_speaker_of_another_edition(life: Life, year: int) -> None:
    own = set(editions.claims(year)["speaker"])
    others = {s for y in editions.years() if y != year for s in editions.claims(y)["speaker"]} - own
    others -= {"编者"}  # whoever edits
    assert len(others) >= 3
    found = {
        (name, who)
        for name, article in pages(life.site / str(year))
        for who in others
        if who in article.get_text(" ") and name != DESCRIBED
    }
    assert found == set()


@pytest.mark.parametrize("year", YEARS)
def test_no_page_quotes_a_figure_of_another_edition(life: Life, year: int) -> None:
    foreign = {id_ for y in editions.years() if y != year for id_ in editions.claims(y)["id"]}
    foreign -= set(editions.claims(year)["id"])
    scores = re.compile(rf"(?:score|rank)_(?!{year}_)\d{{4}}_")
    found = set()
    for name, article in pages(life.site / str(year)):
        quoted = {span["data-id"] for span in article.select(".bb-fig[data-id]")}
        found |= {(name, id_) for id_ in quoted if id_ in foreign or scores.match(id_)}
    assert found == set()


@pytest.mark.parametrize("year", YEARS)
def test_no_page_names_another_edition_but_where_it_looks_back(life: Life, year: int) -> None:
    named = re.compile(r"(?<!\d)(20\d\d)\s*年版")
    found = set()
    for name, article in pages(life.site / str(year)):
        for block in article.select("p, li, td, th, h1, h2, h3, figcaption, caption"):
            text = re.sub(r"\s+", " ", block.get_text(" ")).strip()
            if any(int(y) != year for y in named.findall(text)) and not LOOKING_BACK.search(text):
                if name.startswith("chapters/lab/"):  # of the panel's edition, as each page says at its head
                    continue
                found.add((name, text[:120]))
    assert found == set()


def test_the_front_page_says_that_henan_was_ahead_and_then_behind(life: Life) -> None:
    text = (life.site / "2024/index.html").read_text("utf-8")
    assert "2022 年河南比全国快 0.1 个百分点，2023 年比全国慢 1.1 个百分点。" in text


# ---------------------------------------------------------------- side by side


def test_the_site_holds_four_editions_each_with_its_title_and_its_checksums(life: Life) -> None:
    text = (life.site / "editions.js").read_text("utf-8")
    rows = json.loads(text[text.index("=") + 1 : text.index(";document")])
    assert [row["year"] for row in rows] == [2022, *YEARS]
    manifest = json.loads((life.site / "manifest.json").read_text("utf-8"))
    assert manifest["latest"] == 2025
    assert manifest["files"] == {n: h for n, h in sums(life.site).items() if n != "manifest.json"}
    for year in (2022, *YEARS):
        front = (life.site / str(year) / "index.html").read_text("utf-8")
        assert str(year) in re.search(r"<title>(.*?)</title>", front, re.S)[1]


@pytest.fixture(scope="module")
def served(life: Life) -> Iterator[str]:
    """The site over http on this machine."""

    class Silent(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Silent, directory=str(life.site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.browser
@pytest.mark.parametrize("over", ["http", "file"])
def test_the_switcher_leads_through_all_four_editions(browser, life: Life, served: str, over: str) -> None:
    start = served if over == "http" else life.site.as_uri()
    page = browser.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda problem: broken.append(str(problem)))
    page.goto(f"{start}/2022/chapters/report/index-results.html")
    for number, year in enumerate((2022, *YEARS), 1):
        page.wait_for_selector(".bb-editions a")
        assert page.locator(".bb-editions a").all_inner_texts() == ["2022", "2023", "2024", "2025", "最新"]
        page.click(f".bb-editions a:nth-child({number})")
        page.wait_for_url(f"**/{year}/chapters/report/index-results.html")
        page.wait_for_selector(".bb-editions a")
        assert page.locator('.bb-editions a[aria-current="true"]').inner_text() == str(year)
        assert page.locator(".bb-newer").count() == (year != 2025)
    page.goto(f"{start}/2023/chapters/speech/qian.html")
    page.click(".bb-editions a:nth-child(1)")
    page.wait_for_url("**/2022/index.html")
    page.goto(f"{start}/latest/index.html")
    page.wait_for_url("**/2025/index.html")
    assert broken == []
    page.close()
