"""What a reader looks for is found: each query with the page that must stand first, over http and from the disk."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from test_browser import opened

from bluebook.site import search
from bluebook.site.reading import parts

RESULTS, METHOD, HIDDEN = "report/index-results", "report/index-method", "lab/hidden-weights"
GLOSSARY, DATA, AUDIT = "reference/glossary", "reference/data", "reference/audit"
FIRST = {
    # cities: their place in the ranking first, in characters, pinyin, initials and traditional forms
    **dict.fromkeys(("郑州", "新乡", "济源", "平顶山", "平顶山市", "郑州市", "周口", "驻马店"), RESULTS),
    **dict.fromkeys(
        ("zhengzhou", "zz", "xinxiang", "Luo Yang", "pds", "zhumadian", "zhengz", "luohe", "lh"), RESULTS
    ),
    **dict.fromkeys(("鄭州", "許昌", "濟源", "駐馬店"), RESULTS),
    # questions
    **dict.fromkeys(("怎么下载数据", "数据怎么下载", "下载数据"), DATA),
    "河南的增速为什么落后": "stabilise/growth",
    # words
    **dict.fromkeys(("综合得分", "創新能力"), RESULTS),
    "权重": HIDDEN,
    "权重藏在哪里": HIDDEN,
    "外贸": "stabilise/trade",
    "富士康": "stabilise/trade",
    "房地产": "stabilise/demand",
    "投资": "stabilise/demand",
    "胡大白": "opening/hu-dabai",
    "任文武": "opening/ren-wuwu",
    "跨境电商": "industry/cross-border",
    "跨境電商": "industry/cross-border",
    "勘误": "reference/errata",
    "账本": AUDIT,
    "名次有多牢": "lab/robustness",
    "名次怎么算出来的": METHOD,
    "2021 年做成了什么": "report/achievements",
    "数据与来源": DATA,
    # terms that the text paraphrases, and those that it never writes
    **dict.fromkeys(
        ("卡脖子", "抢滩占先", "高位嫁接", "三驾马车", "蒙特卡洛", "稳健性", "留抵退税"), GLOSSARY
    ),
    "术语": GLOSSARY,
    # titles in pinyin
    "kuajingdianshang": "industry/cross-border",
    "hudabai": "opening/hu-dabai",
    "waimao": "stabilise/trade",
    "kabozi": GLOSSARY,
    "qtzx": GLOSSARY,
}
ASK = """async queries => { const out = {};
    for (const q of queries) { const found = await bluebookSearch(q); out[q] = [found.length, found[0] || {}]; }
    return out; }"""


def asked(page) -> dict[str, list]:
    return page.evaluate(ASK, [*FIRST, "乌鲁木齐量子", "xqzwv", "！？"])


def test_fifty_queries_find_their_page_first_over_http_and_from_the_disk(
    browser, address: str, site: Path
) -> None:
    assert len(FIRST) >= 50
    found = {}
    for start in (address, site.as_uri()):
        with opened(browser, f"{start}/chapters/stabilise/growth.html") as page:
            found[start] = asked(page)
            assert page.outside == [] and page.complaints == []
    assert found[address] == found[site.as_uri()], "no difference under file://"
    wrong = {
        query: found[address][query][1].get("url")
        for query, name in FIRST.items()
        if f"/{name}.html" not in "/" + found[address][query][1].get("url", "").split("#")[0]
    }
    assert wrong == {}
    for nothing in ("乌鲁木齐量子", "xqzwv", "！？"):
        assert found[address][nothing][0] == 0, nothing


@pytest.mark.slow
def test_a_city_is_told_with_its_place(browser, address: str) -> None:
    with opened(browser, f"{address}/index.html") as page:
        found = page.evaluate("q => bluebookSearch(q)", "新乡")
        assert found[0]["title"] == "新乡" and re.search(r"第 \d+ 名", found[0]["text"])
        assert len({r["url"].split("#")[0] for r in found}) == len(found), "a page stands once"


@pytest.mark.slow
def test_an_excerpt_is_a_line_of_the_text_without_bubbles_or_code(browser, address: str) -> None:
    with opened(browser, f"{address}/index.html") as page:
        for query in ("综合得分", "创新投入", "留抵退税"):
            for result in page.evaluate("q => bluebookSearch(q)", query):
                told = result["text"] + result["heading"]
                assert "怎么判的" not in told and "bb." not in told and "import " not in told, (query, told)
                assert "\n" not in result["text"] and len(result["text"]) < 130


@pytest.mark.slow
def test_the_index_comes_with_the_first_use_of_the_field_and_not_before(browser, site: Path) -> None:
    with opened(browser, (site / "index.html").as_uri()) as page:
        asked_for = []
        page.on("request", lambda request: asked_for.append(request.url))
        page.wait_for_timeout(300)
        assert page.evaluate("window.bluebookIndex === undefined")
        assert not [url for url in asked_for if not url.endswith("favicon.svg")]
        page.keyboard.press("Control+k")
        page.keyboard.type("xinxiang")
        page.wait_for_selector(
            "#pst-search-dialog ul.search li a[href*='report/index-results']", timeout=15_000
        )
        assert [u for u in asked_for if u.endswith("searchindex.js")]
        page.keyboard.press("Enter")
        page.wait_for_selector("#search-results ul.search li a[href*='report/index-results']", timeout=15_000)
        assert "q=xinxiang" in page.url and page.complaints == []
        page.locator("#search-results ul.search li a").first.click()
        page.wait_for_url("**/report/index-results.html*")


def test_the_page_of_results_says_so_when_nothing_is_found(browser, address: str) -> None:
    with opened(browser, f"{address}/search.html?q=乌鲁木齐量子<xqzwv>") as page:
        page.wait_for_selector("#search-results .search-summary")
        assert page.locator("#search-results li").count() == 0
        assert page.locator("#search-results xqzwv").count() == 0 and page.complaints == []


# ---------------------------------------------------------------- the index itself


def test_parts_are_what_a_reader_sees() -> None:
    html = """<nav>菜单</nav><article><section id="a"><h1>名次<a class="headerlink" href="#a">#</a></h1>
    <p>郑州 <span class="bb-fig"><span class="bb-fig-value">97.25分</span><span class="bb-tip">怎么判的</span></span>
    居首。</p><pre>import pandas</pre><script>var x = "脚本";</script>
    <figure id="fig-x"><p class="bb-title">图的标题</p><table><tr><td>洛阳</td><td>52.70</td></tr></table>
    <div class="bb-links"><a>CSV</a></div></figure><p>图后的话。</p>
    <section id="b"><h2>后来</h2><p>第二节</p></section></section></article><footer>页脚</footer>"""
    found = parts(html)
    assert [(p.anchor, p.title, p.kind) for p in found] == [
        ("a", "名次", "section"),
        ("fig-x", "图的标题", "figure"),
        ("b", "后来", "section"),
    ]
    assert found[0].text == "郑州 97.25分 居首。\n图后的话。"
    assert found[1].text == "洛阳", "a cell without words is not looked for"


def test_names_are_found_by_sound_and_by_traditional_forms() -> None:
    article = "<article><section id='a'><h1>漯河和郑州</h1></section></article>"
    names = [("漯河", "luo he", "x.html", "", "第 13 名")]
    made = search.index({"x.html": parts(article)}, names)
    assert made["names"] == [list(names[0])]
    assert made["pages"][0]["pinyin"] == "luo he he zheng zhou", "a name sounds as its table says"
    assert made["traditional"] == {"鄭": "郑"}, "only characters of the book, and none that it writes itself"
    json.dumps(made)


def test_a_city_sounds_as_its_name_is_written_in_latin_letters() -> None:
    sounds = {name: sound for name, sound, *_ in search.city_names("x.html", "zh")}
    assert (sounds["漯河"], sounds["濮阳"], sounds["郑州"]) == ("luo he", "pu yang", "zheng zhou")
    assert all(len(sound.split()) == len(name) for name, sound in sounds.items())


@pytest.mark.parametrize(("text", "sound"), [("重庆", "chong qing"), ("R&D 强度", "r d qiang du")])
def test_pinyin(text: str, sound: str) -> None:
    assert search.pinyin(text) == sound
