"""The book in Chromium, every outside request refused: over http and from the disk, on a desk and on a phone."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import ROOT

from bluebook.site import notebooks

pytestmark = pytest.mark.browser
PAGES = notebooks.pages(ROOT)
FEW = ["index", "chapters/report/index-results"]
HIDDEN = "el => el.closest('.bb-scroll, pre, .bb-tip, .sidebar-secondary, .pst-secondary-sidebar, dialog') !== null"


@contextmanager
def opened(browser, address: str, width: int = 1280, dark: bool = False, touch: bool = False):
    """Open a page; collect what it asked of other hosts and what the console said."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        locale="zh-CN",
        has_touch=touch,
    )
    page = context.new_page()
    page.outside, page.complaints = [], []

    def asked(request):
        if not re.match(r"(http://127\.0\.0\.1|file:|data:|blob:)", request.url):
            page.outside.append(request.url)

    page.on("request", asked)  # the browser itself knows no other host: see conftest
    page.on("console", lambda m: page.complaints.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda e: page.complaints.append(str(e)))
    page.goto(address, wait_until="load")
    yield page
    context.close()


def draw_all(page) -> int:
    """Scroll to every chart and wait until it is drawn; return how many there are."""
    charts = page.locator(".bb-chart")
    for i in range(charts.count()):
        charts.nth(i).scroll_into_view_if_needed()
        page.wait_for_selector(f".bb-chart >> nth={i} >> svg", timeout=15_000)
    return charts.count()


def check(browser, address: str, width: int, dark: bool = False) -> None:
    with opened(browser, address, width, dark) as page:
        draw_all(page)
        assert page.outside == []
        assert page.complaints == []
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), "scrolls sideways"
        cut = page.evaluate(
            "[...document.querySelectorAll('.bb-chart')].filter(c => { const s = c.querySelector('svg').getBoundingClientRect(),"
            " b = c.getBoundingClientRect(); return s.width > b.width + 1 || s.width < b.width * 0.6 || s.height < 60; }).length"
        )
        assert cut == 0, "charts cut off, or not as wide as their column"
        failed = page.locator(".bb-failed").count()
        assert failed == 0
        told = page.evaluate(
            "document.querySelector('article').innerText"
        )  # code and its tables are folded away
        assert not re.search(r"(?<![A-Za-z])(nan|NaN|NaT|<NA>|undefined)(?![A-Za-z])", told)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("page", FEW)
def test_a_page_over_http_draws_all_charts_and_asks_nobody(
    browser, address: str, page: str, width: int
) -> None:
    check(browser, f"{address}/{page}.html", width)


@pytest.mark.slow
@pytest.mark.parametrize("page", FEW)
def test_a_page_from_the_disk_draws_all_charts_and_asks_nobody(browser, site: Path, page: str) -> None:
    check(browser, (site / f"{page}.html").as_uri(), 375, dark=True)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_every_page_everywhere(browser, address: str, site: Path, page: str) -> None:
    check(browser, f"{address}/{page}.html", 1280)
    check(browser, (site / f"{page}.html").as_uri(), 375)
    check(browser, f"{address}/{page}.html", 375, dark=True)


def first_figure(page):
    fig = page.locator("article .bb-fig").first
    fig.scroll_into_view_if_needed()
    return fig, fig.locator(".bb-tip")


@pytest.mark.slow
def test_a_quoted_figure_opens_on_hover_and_on_focus(browser, address: str) -> None:
    with opened(browser, f"{address}/{FEW[1]}.html") as page:
        fig, tip = first_figure(page)
        assert not tip.is_visible()
        fig.hover()
        assert tip.is_visible()
        page.mouse.move(0, 0)
        assert not tip.is_visible()
        fig.locator(".bb-fig-value").focus()
        assert tip.is_visible()
        page.keyboard.press("Escape")
        assert not tip.is_visible()


@pytest.mark.slow
def test_a_quoted_figure_opens_on_tap_and_stays_on_the_screen(browser, address: str) -> None:
    with opened(browser, f"{address}/{FEW[1]}.html", width=375, touch=True) as page:
        fig, tip = first_figure(page)
        fig.locator(".bb-fig-value").tap()
        assert tip.is_visible()
        box = tip.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 375
        assert page.evaluate("document.documentElement.scrollWidth") <= 375


def sample(site: Path, count: int) -> list[tuple[str, str]]:
    """Return page and anchor of quoted figures, evenly from the whole book."""
    every = [
        (page, anchor)
        for page in PAGES
        for anchor in re.findall(r'id="(fig-use-[^"]+)"', (site / f"{page}.html").read_text("utf-8"))
    ]
    assert len(every) > count
    return [every[i * len(every) // count] for i in range(count)]


SEEN = """id => { const b = document.getElementById(id).getBoundingClientRect();
    return b.height > 0 && b.top >= 0 && b.top < innerHeight - 20 && b.left >= 0 && b.left < innerWidth; }"""


@pytest.mark.parametrize("count", [3, pytest.param(40, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("width", "touch"), [(1280, False), (375, True)])
def test_a_figure_leads_to_its_row_and_the_row_back(
    browser, address: str, site: Path, width: int, touch: bool, count: int
) -> None:
    for name, anchor in sample(site, count):
        with opened(browser, f"{address}/{name}.html", width, touch=touch) as page:
            figure = page.locator(f"[id='{anchor}']")
            value, tip = figure.locator(".bb-fig-value"), figure.locator(".bb-tip")
            value.scroll_into_view_if_needed()
            value.tap() if touch else value.click()
            box = tip.bounding_box()
            assert box is not None, (name, anchor)
            assert box["x"] >= 0 and box["x"] + box["width"] <= width, (name, anchor, box)
            assert box["y"] >= 0 and box["y"] + box["height"] <= 901, (name, anchor, box)
            if touch:
                assert box["width"] == width and box["y"] + box["height"] >= 899, "a sheet at the foot"
            link = tip.locator(".bb-tip-links a").first
            link.tap() if touch else link.click()
            page.wait_for_url("**/reference/audit.html#claim-*")
            row = "claim-" + anchor.removeprefix("fig-use-").rsplit("-", 1)[0]
            page.wait_for_function(SEEN, arg=row, timeout=5000)
            here = f"{name.rsplit('/', 1)[-1]}.html#{anchor}"
            back = page.locator(f"[id='{row}'] .bb-uses a[href$='{here}']")
            back.tap() if touch else back.click()
            page.wait_for_url(f"**/{name}.html#{anchor}")
            page.wait_for_function(SEEN, arg=anchor, timeout=5000)
            assert page.outside == [] and page.complaints == []


@pytest.mark.slow
def test_a_figure_low_on_the_screen_opens_upward_and_a_second_tap_closes_it(browser, address: str) -> None:
    with opened(browser, f"{address}/{FEW[1]}.html") as page:
        page.set_viewport_size({"width": 1280, "height": 560})  # the figure may stand high on its page
        figure, tip = first_figure(page)
        figure.evaluate("f => scrollBy(0, f.getBoundingClientRect().bottom - innerHeight + 30)")
        figure.locator(".bb-fig-value").click()
        box, at = tip.bounding_box(), figure.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= at["y"] + 1
        figure.locator(".bb-fig-value").click()
        page.mouse.move(0, 0)
        assert not tip.is_visible()


@pytest.mark.slow
def test_picking_a_city_in_the_list_marks_it_on_the_map(browser, address: str) -> None:
    with opened(browser, f"{address}/{FEW[1]}.html") as page:
        draw_all(page)
        picked = """async () => { const [a, b] = document.querySelectorAll('#fig-map .bb-chart');
            const row = [{unit: '', fields: [{type: 'E', field: 'city'}], values: ['410300']}];
            await b.view.data('city_store', row).runAsync(); await new Promise(r => setTimeout(r, 300));
            return a.view.data('city_store').map(d => d.values[0]); }"""
        assert page.evaluate(picked) == ["410300"]


def test_charts_follow_the_dark(browser, address: str) -> None:
    with opened(browser, f"{address}/{FEW[1]}.html", dark=True) as page:
        draw_all(page)
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        fills = page.eval_on_selector_all(
            ".bb-chart svg .role-axis-label text", "ts => [...new Set(ts.map(t => t.getAttribute('fill')))]"
        )
        assert fills == ["#e7ebef"], fills


@pytest.mark.parametrize("page", [p if p in FEW else pytest.param(p, marks=pytest.mark.slow) for p in PAGES])
def test_the_notebook_of_a_page_can_be_downloaded(browser, address: str, page: str) -> None:
    with opened(browser, f"{address}/{page}.html") as here:
        menu = here.locator(".dropdown-download-buttons")
        menu.locator("button").first.click()
        link = menu.locator("a[href$='.ipynb']")
        assert link.count() == 1, page
        answer = here.request.get(
            f"{address}/{page}.html".rsplit("/", 1)[0] + "/" + link.get_attribute("href")
        )
        assert answer.ok and '"nbformat"' in answer.text(), page


@pytest.mark.slow
def test_code_opens_from_a_figures_own_menu_and_from_one_switch(browser, address: str) -> None:
    with opened(browser, f"{address}/{FEW[1]}.html", width=375) as page:
        first = page.locator("#fig-ranking details.bb-code")
        code = first.locator("pre").first
        assert not code.is_visible()
        first.locator("summary").click()
        assert code.is_visible() and "bb." in first.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        switch = page.locator(".bb-codeswitch")
        switch.click()
        blocks = page.locator("details.bb-code")
        assert all(blocks.nth(i).get_attribute("open") is not None for i in range(blocks.count()))
        switch.click()
        assert page.locator("details.bb-code[open]").count() == 0


@pytest.mark.slow
def test_without_javascript_a_picture_stands_where_the_chart_would(browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/{FEW[1]}.html")
    picture = page.locator("#fig-ranking img.bb-static")
    picture.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    assert picture.is_visible() and not page.locator("#fig-ranking .bb-chart").is_visible(), "no empty place"
    context.close()


@pytest.mark.slow
def test_on_paper_a_table_is_whole_and_no_button_is_printed(browser, address: str) -> None:
    with opened(browser, f"{address}/chapters/reference/data.html") as page:
        page.emulate_media(media="print")
        cut = "t => t.scrollHeight > t.clientHeight + 1"
        assert not page.eval_on_selector("#tab-sources .bb-scroll", cut)
        for button in (".bb-codeswitch", ".bb-filters", ".bb-links", "details.bb-code"):
            assert not page.locator(button).first.is_visible(), button
        foot = page.locator(".bb-printed")
        assert foot.is_visible() and re.search(r"打印于 \d{4}-\d\d-\d\d", foot.inner_text())
        kept = "t => getComputedStyle(t).breakInside === 'avoid'"
        assert not page.eval_on_selector("#tab-sources table", kept), "a long table goes on over the page"


def test_on_paper_no_room_is_kept_for_a_drawing_and_no_list_of_chapters_is_printed(
    browser, address: str
) -> None:
    with opened(browser, f"{address}/index.html") as page:
        draw_all(page)
        page.emulate_media(media="print")
        empty = (
            "c => c.getBoundingClientRect().height - c.querySelector('svg').getBoundingClientRect().height"
        )
        assert page.eval_on_selector(".bb-chart", empty) < 30
        assert not page.locator("article .toctree-wrapper").first.is_visible()


ON_PAPER = """f => { const seen = e => e && e.getBoundingClientRect().height > 60;
    const picture = f.querySelector('img.bb-paper'), drawing = f.querySelector('.bb-drawing svg');
    return [seen(picture) && picture.naturalWidth > 60, seen(drawing)]; }"""
BUTTONS = "button, summary, select, input, .bb-links, .bb-tip, .bd-header-article, .bd-sidebar-primary, #jb-print-docs-body"


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True])
def test_on_paper_a_chart_never_scrolled_to_is_its_picture_and_no_button_is_left(
    browser, address: str, dark: bool
) -> None:
    with opened(browser, f"{address}/{FEW[1]}.html", dark=dark) as page:
        drawn = page.locator(".bb-chart[data-ready]").count()
        assert drawn < page.locator(".bb-chart").count(), "some lie below the screen"
        page.emulate_media(media="print")
        pictures = (
            "[...document.querySelectorAll('img.bb-paper')].filter(p => p.offsetHeight && !p.complete).length"
        )
        page.wait_for_function(f"{pictures} === 0", timeout=10_000)
        for figure in page.locator("figure.bb-figure").all():
            picture, drawing = figure.evaluate(ON_PAPER)
            assert picture != drawing, figure.get_attribute("id")  # one of them, not both, not neither
            assert picture or not dark, "a drawing in the colours of the dark is not for white paper"
        left = page.locator(BUTTONS).evaluate_all(
            "es => es.filter(e => e.checkVisibility()).map(e => e.outerHTML)"
        )
        assert left == []
        assert page.locator("article h1").is_visible()


@pytest.mark.slow
def test_what_the_menu_opens_stands_below_it_one_at_a_time(browser, address: str) -> None:
    with opened(browser, f"{address}/{FEW[1]}.html", width=375) as page:
        menu = page.locator("#fig-ranking .bb-links")
        for kind, inside in (("bb-table", "table"), ("bb-code", "pre"), ("bb-cite", "[data-cite]")):
            menu.locator(f".{kind} > summary").click()
            seen = menu.locator(f".{kind} {inside}").first
            line = menu.locator("summary").last.bounding_box()
            assert seen.is_visible() and seen.bounding_box()["y"] >= line["y"] + line["height"] - 1, kind
            assert menu.locator("details[open]").count() == 1, kind
            assert page.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.mark.slow
def test_the_front_page_has_no_sidebar_and_the_phone_its_menu(browser, address: str) -> None:
    with opened(browser, f"{address}/index.html") as page:
        assert not page.locator(".bd-sidebar-primary").is_visible()
        assert page.locator(".bb-card").count() >= 3 and page.locator("#fig-front-map").is_visible()
    with opened(browser, f"{address}/{FEW[1]}.html") as page:
        assert page.locator(".bd-sidebar-primary").is_visible()
    with opened(browser, f"{address}/index.html", width=375, touch=True) as page:
        page.locator(".primary-toggle").tap()
        page.wait_for_timeout(500)
        page.locator(".bd-links details.bb-part:has(a[href*='report/index-results']) > summary").tap()
        assert page.locator(".bd-links a[href*='report/index-results']").first.is_visible()


@pytest.mark.slow
def test_the_menu_of_a_figure_stands_on_one_line_of_a_phone(browser, address: str) -> None:
    with opened(browser, f"{address}/{FEW[1]}.html", width=375) as page:
        tops = "es => es.map(e => Math.round(e.getBoundingClientRect().bottom))"
        bottoms = page.eval_on_selector_all(
            "#fig-ranking .bb-links > a, #fig-ranking .bb-links > details > summary", tops
        )
        assert len(bottoms) == 6 and max(bottoms) - min(bottoms) < 12, bottoms


def test_a_table_shown_with_code_keeps_its_names_whole_and_scrolls_in_itself(browser, address: str) -> None:
    with opened(browser, f"{address}/{FEW[1]}.html", width=375) as page:
        page.locator(".bb-codeswitch").click()
        cells = page.locator(".bb-code table.dataframe tbody th")
        assert cells.count() > 10
        high = cells.evaluate_all(
            "cs => cs.filter(c => c.getBoundingClientRect().height > 45).map(c => c.innerText)"
        )
        assert high == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
