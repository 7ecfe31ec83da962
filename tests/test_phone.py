"""On a phone: the long lists fold and every row is still reached, no numbers run together, all can be tapped."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT
from test_browser import SEEN, opened

from bluebook.site import notebooks

pytestmark = pytest.mark.browser
SCREEN = 812  # pixels of a phone's height
AUDIT, ERRATA = "chapters/reference/audit", "chapters/reference/errata"
FEW = ["index", AUDIT, "chapters/cities/410700"]
PAGES = notebooks.pages(ROOT)
ROW = "claim-gdp_growth_ha_2021"


def few_or_slow(pages: list[str]) -> list:
    return [p if p in FEW else pytest.param(p, marks=pytest.mark.slow) for p in pages]


@pytest.mark.parametrize("name", [AUDIT, ERRATA, "chapters/reference/data"])
def test_the_long_lists_take_at_most_fifteen_screens(browser, address: str, name: str) -> None:
    with opened(browser, f"{address}/{name}.html", width=375) as page:
        assert page.evaluate("document.documentElement.scrollHeight") <= 15 * SCREEN


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False])
def test_a_link_to_a_row_opens_its_group(browser, address: str, scripts: bool) -> None:
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": 375, "height": SCREEN})
    page = context.new_page()
    page.goto(f"{address}/{AUDIT}.html")
    row = page.locator(f"#{ROW}")
    assert not row.is_visible()
    page.goto(f"{address}/{AUDIT}.html#{ROW}")
    row.wait_for(state="visible", timeout=5000)
    box = row.bounding_box()
    assert 0 <= box["y"] < SCREEN, "and it is on the screen"
    context.close()


def test_every_row_lies_in_a_group_that_opens_without_javascript(browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": SCREEN})
    page = context.new_page()
    page.goto(f"{address}/{AUDIT}.html")
    groups, seen = page.locator("#tab-audit details.bb-rows"), 0
    for i in range(groups.count()):
        group = groups.nth(i)
        group.locator("summary").click()
        rows = group.locator("tr[id^=claim-]")
        assert rows.first.is_visible() and rows.last.is_visible()
        seen += rows.count()
    assert seen == page.locator("tr[id^=claim-]").count() > 400
    assert not page.locator("#tab-audit .bb-filters").is_visible(), "no control that does nothing"
    context.close()


SHOWN = "() => [...document.querySelectorAll('#tab-audit tbody tr')].filter(r => !r.hidden).length"


@pytest.mark.slow
@pytest.mark.parametrize("start", ["http", "file"])
def test_what_is_filtered_stands_in_the_address_and_comes_back(
    browser, address: str, site: Path, start: str
) -> None:
    at = f"{address if start == 'http' else site.as_uri()}/{AUDIT}.html"
    with opened(browser, at, width=375) as page:
        every = page.evaluate(SHOWN)
        assert page.locator("details.bb-rows[open]").count() == 0
        page.select_option("#tab-audit [data-filter=verdict]", "contradicted")
        page.fill("#tab-audit [data-filter=text]", "研发")
        some = page.evaluate(SHOWN)
        assert 0 < some < 10 and page.locator("#tab-audit tbody tr:visible").count() == some
        assert "verdict=contradicted" in page.url
        kept = page.url
        page.goto("about:blank")
        page.goto(kept)
        assert page.evaluate(SHOWN) == some
        assert page.input_value("#tab-audit [data-filter=text]") == "研发"
        page.evaluate(f"location.hash = '{ROW}'")  # a link to a row that is filtered away
        page.wait_for_function(SEEN, arg=ROW, timeout=5000)
        assert page.evaluate(SHOWN) == every and page.input_value("#tab-audit [data-filter=verdict]") == ""
        assert page.complaints == []


@pytest.mark.slow
def test_a_mistake_leads_to_its_row_in_the_ledger(browser, address: str) -> None:
    with opened(browser, f"{address}/{ERRATA}.html", width=375) as page:
        link = page.locator("#tab-errata tbody a").first
        wanted = link.get_attribute("href").split("#")[1]
        link.click()
        page.wait_for_url("**/audit.html#claim-*")
        page.wait_for_function(SEEN, arg=wanted, timeout=5000)


TOUCHING = """() => [...document.querySelectorAll('article table tr')].filter(r => r.checkVisibility()).flatMap(r => {
    const ends = [...r.children].map(c => { const x = document.createRange(); x.selectNodeContents(c); return x.getBoundingClientRect(); });
    return ends.slice(1).map((b, i) => [ends[i], b, i]).filter(([a, b]) => a.width && b.width && b.top < a.bottom
        && a.top < b.bottom && b.left - a.right < 6).map(([a, b, i]) => r.children[i].innerText + '|' + r.children[i + 1].innerText);
})"""
SMALL = """() => [...document.querySelectorAll('article :is(button, summary, select, input), .bd-header-article :is(a, button)')]
    .filter(e => e.checkVisibility() && !e.closest('label')).map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([, b]) => b.width && b.height < 43.5).map(([e]) => e)"""

# A name of four characters (most cities, dimensions, verdicts) stands on one line of its cell.
BROKEN = """() => [...document.querySelectorAll('article :is(td, th)')].filter(c => c.checkVisibility() && /^[\\u4e00-\\u9fff]{2,4}$/.test(c.innerText.trim()))
    .filter(c => { const words = document.createTreeWalker(c, NodeFilter.SHOW_TEXT), x = document.createRange();
        for (let n; n = words.nextNode();) { x.selectNodeContents(n); if (new Set([...x.getClientRects()].map(r => Math.round(r.top))).size > 1) return true; }
        return false; })
    .map(c => c.innerText)"""


@pytest.mark.parametrize("name", few_or_slow(PAGES))
def test_no_columns_touch_and_all_that_is_tapped_is_large_enough(browser, address: str, name: str) -> None:
    with opened(browser, f"{address}/{name}.html", width=375, touch=True) as page:
        assert page.evaluate(TOUCHING) == []
        assert page.evaluate(BROKEN) == []
        assert page.evaluate(SMALL) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.mark.slow
def test_the_chapters_of_a_part_fold_in_the_menu_and_on_the_front_page(browser, address: str) -> None:
    with opened(browser, f"{address}/index.html", width=375) as page:
        part = page.locator("article details.bb-part").first
        assert not part.locator("a").first.is_visible()
        part.locator("summary").click()
        assert part.locator("a").first.is_visible() and page.complaints == []
    with opened(browser, f"{address}/chapters/stabilise/growth.html", width=375) as page:
        opened_ = page.locator(".bd-links details.bb-part[open]")
        assert opened_.count() == 1 and "current" in opened_.inner_html(), "the part that is being read"
    with opened(browser, f"{address}/index.html") as page:
        assert page.locator("details.bb-part").count() == 0
