"""Access: axe finds no serious or critical fault on any page, in the light and in the dark."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest
from conftest import ROOT
from test_browser import draw_all, opened

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


def test_axe_would_see_a_fault(browser, address: str) -> None:
    with opened(browser, f"{address}/chapters/reference/method.html") as page:
        page.evaluate(
            "document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=\"x.png\">')"
        )
        assert [fault[0] for fault in faults(page)] == ["image-alt"]
