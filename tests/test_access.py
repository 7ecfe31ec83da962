"""Access: axe finds no serious or critical fault on any page, in the light and in the dark."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest
from conftest import ROOT
from test_browser import draw_all, opened

from bluebook.charts import theme
from bluebook.site import notebooks

pytestmark = pytest.mark.browser
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
FEW = ["index", "chapters/report/index-results"]
PAGES = [*notebooks.pages(ROOT), "search", "404"]
RUN = """() => axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations
    .filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => [v.id, v.impact, v.nodes.slice(0, 3).map(n => n.target.join(' '))]))"""


def faults(page) -> list:
    page.evaluate(AXE)  # from the installed package: no page asks anybody for it
    return page.evaluate(RUN)


@pytest.mark.parametrize("name", [p if p in FEW else pytest.param(p, marks=pytest.mark.slow) for p in PAGES])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, pytest.param(375, marks=pytest.mark.slow)])
def test_no_page_has_a_serious_fault(browser, address: str, name: str, dark: bool, width: int) -> None:
    with opened(browser, f"{address}/{name}.html", width=width, dark=dark) as page:
        draw_all(page)
        assert faults(page) == []


def light(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 reckons it."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "colour", [theme.BLUE, theme.RED, theme.GREEN, theme.ORANGE, theme.PURPLE, theme.SKY]
)
def test_words_in_the_colours_of_a_chart_stand_out_from_the_ground(browser, colour: str, dark: bool) -> None:
    """Axe does not look at words in a drawing."""
    context = browser.new_context()
    page = context.new_page()
    drawing = f'<div class="bb-drawing"><svg><text fill="{colour}">字</text></svg></div>'
    style = (ROOT / "assets" / "tokens.css").read_text("utf-8") + (ROOT / "assets" / "book.css").read_text(
        "utf-8"
    )
    page.set_content(
        f'<html data-theme="{"dark" if dark else "light"}"><style>{style}</style>{drawing}</html>'
    )
    shown = "e => '#' + getComputedStyle(e)[%r].match(/\\d+/g).slice(0, 3).map(n => (+n).toString(16).padStart(2, '0')).join('')"
    word, ground = (
        page.eval_on_selector(s, shown % p) for s, p in [("text", "fill"), ("body", "backgroundColor")]
    )
    context.close()
    low, high = sorted([light(word), light(ground)])
    assert (high + 0.05) / (low + 0.05) >= 4.5, (word, ground)


def test_axe_would_see_a_fault(browser, address: str) -> None:
    with opened(browser, f"{address}/chapters/reference/method.html") as page:
        page.evaluate(
            "document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=\"x.png\">')"
        )
        assert [fault[0] for fault in faults(page)] == ["image-alt"]
