"""The five sliders in Chromium: every score and rank as pandas has it, by keyboard and touch, shared by address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from bluebook.pages import lab as laboratory
from bluebook.pages import sliders
from bluebook.pages.weights import levels as levels_of

pytestmark = pytest.mark.browser
PAGE = "chapters/lab/your-weights.html"
FRAME = f"#{sliders.ID}"
DIMENSIONS = ["input", "output", "enterprise", "environment", "performance"]
READ = """() => [...document.querySelectorAll('.bb-weights tbody tr')].map(r => ({
    city: r.dataset.city, rank: r.cells[0].textContent, change: r.cells[2].textContent, score: r.cells[4].textContent}))"""
MOVE = """weights => { const sliders = [...document.querySelectorAll('.bb-weights input[type=range]')];
    sliders.forEach((s, i) => { s.value = weights[i]; s.dispatchEvent(new Event('input', {bubbles: true})); }); }"""


@contextmanager
def opened(browser, address: str, **options: object) -> Iterator:
    """Open the page; it may neither ask another host nor complain."""
    context = browser.new_context(
        **{"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN", **options}
    )
    page = context.new_page()
    outside, complaints = [], []
    page.on(
        "request",
        lambda r: (
            outside.append(r.url)
            if not re.match(r"(http://127\.0\.0\.1|file:|data:|blob:|about:)", r.url)
            else None
        ),
    )
    page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto(address, wait_until="load")
    page.wait_for_selector(".bb-weights[data-ready]")
    yield page
    assert outside == [] and complaints == []
    context.close()


def expected(name: str, weights: list[float]) -> pd.DataFrame:
    """Score and rank every city with pandas: city, score, rank; missing dimensions and cities left out."""
    levels = levels_of(name)
    have = levels.columns[levels.notna().any()]
    table, w = levels[have].dropna(thresh=len(have) / 2), pd.Series(weights, DIMENSIONS)[have]
    score = np.floor((table * w).sum(axis=1) / (table.notna() * w).sum(axis=1) * 100 + 0.5 + 1e-9) / 100
    return pd.DataFrame({"score": score, "rank": score.rank(ascending=False, method="min").astype(int)})


def matches(rows: list[dict], name: str, weights: list[float]) -> None:
    """Assert that the page shows what pandas computes, in order."""
    want = expected(name, weights)
    ranked = [r for r in rows if r["rank"] != "—"]
    assert {r["city"] for r in ranked} == set(want.index)
    assert [int(r["rank"]) for r in ranked] == sorted(int(r["rank"]) for r in ranked), "in order"
    for row in ranked:
        assert float(row["score"]) == pytest.approx(want.loc[row["city"], "score"], abs=1e-9), (weights, row)
        assert int(row["rank"]) == want.loc[row["city"], "rank"], (weights, row)
    base = expected(name, list(laboratory.dimensions()["weight"]))["rank"]
    for row in ranked:
        change = base[row["city"]] - int(row["rank"])
        assert row["change"] == (f"▲{change}" if change > 0 else f"▼{-change}" if change < 0 else ""), row


@pytest.mark.parametrize("sets", [3, pytest.param(10, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["public", "panel"])
def test_random_sets_of_weights_give_what_pandas_gives(browser, address: str, name: str, sets: int) -> None:
    rng = np.random.default_rng(5)
    with opened(browser, f"{address}/{PAGE}") as page:
        page.check(f"{FRAME} input[value={name}]")
        matches(page.evaluate(READ), name, list(laboratory.dimensions()["weight"]))
        for _ in range(sets):
            weights = rng.integers(0, 101, 5).tolist()
            weights[int(rng.integers(5))] = 0
            page.evaluate(MOVE, weights)
            matches(page.evaluate(READ), name, weights)


@pytest.mark.slow
def test_without_any_weight_there_is_no_score_and_no_nan(browser, address: str) -> None:
    with opened(browser, f"{address}/{PAGE}") as page:
        page.evaluate(MOVE, [0, 0, 0, 0, 0])
        rows = page.evaluate(READ)
        assert (
            len(rows) == 18
            and all(r["rank"] == "—" for r in rows)
            and not any("NaN" in r["score"] for r in rows)
        )
        page.click(f"{FRAME} [data-do=reset]")
        assert page.evaluate(READ)[0]["rank"] == "1"


def test_the_keyboard_moves_weights_and_the_change_is_announced(browser, address: str) -> None:
    with opened(browser, f"{address}/{PAGE}") as page:
        page.focus(f"{FRAME}-input")
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        assert page.input_value(f"{FRAME}-input") == "29"
        matches(page.evaluate(READ), "public", [29, 25, 25, 15, 10])
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == f"{sliders.ID}-output"
        page.keyboard.press("End")
        matches(page.evaluate(READ), "public", [29, 100, 25, 15, 10])
        said = page.locator(f"{FRAME} [role=status][aria-live=polite]")
        expect(said).to_contain_text("换了名次")
        assert "郑州" in said.inner_text()
        assert "100" in page.get_attribute(f"{FRAME}-output", "aria-valuetext")


@pytest.mark.slow
def test_a_finger_moves_a_weight_and_nothing_hangs_over_a_phones_edge(browser, address: str) -> None:
    with opened(
        browser, f"{address}/{PAGE}", viewport={"width": 375, "height": 800}, has_touch=True, is_mobile=True
    ) as page:
        slider = page.locator(f"{FRAME}-performance")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box["height"] >= 36, "large enough for a finger"
        page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
        value = int(slider.input_value())
        assert value > 80
        matches(page.evaluate(READ), "public", [25, 25, 25, 15, value])
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.slow
def test_the_address_carries_the_state_and_a_reload_gives_it_back(browser, address: str) -> None:
    with opened(browser, f"{address}/{PAGE}") as page:
        assert "#" not in page.url
        page.check(f"{FRAME} input[value=panel]")
        page.evaluate(MOVE, [5, 40, 20, 0, 35])
        page.wait_for_function("location.hash == '#weights=5,40,20,0,35&data=panel'")
        shared, before = page.evaluate("location.href"), page.evaluate(READ)
        page.reload()
        page.wait_for_selector(".bb-weights[data-ready]")
        assert page.evaluate(READ) == before and page.is_checked(f"{FRAME} input[value=panel]")
        page.click(f"{FRAME} [data-do=reset]")
        page.check(f"{FRAME} input[value=public]")
        page.wait_for_function("!location.href.includes('#')")  # the book's own state needs no address
    with opened(browser, shared) as page:
        assert page.evaluate(READ) == before
        assert page.evaluate(
            "[...document.querySelectorAll('.bb-weights input[type=range]')].map(s => s.value)"
        ) == ["5", "40", "20", "0", "35"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "hash_",
    [
        "#weights=1,2,3",
        "#weights=a,b,c,d,e",
        "#weights=%E0%A4%A",
        "#weights=999,1,1,1,1",
        "#weights=1,1,1,1,1&data=nothing",
        f"#{sliders.ID}",
    ],
)
def test_an_address_that_means_nothing_does_no_harm(browser, address: str, hash_: str) -> None:
    with opened(browser, f"{address}/{PAGE}{hash_}") as page:
        rows = page.evaluate(READ)
        weights = [1, 1, 1, 1, 1] if "nothing" in hash_ else list(laboratory.dimensions()["weight"])
        matches(rows, "public", weights)


@pytest.mark.slow
def test_the_link_is_copied_or_shown(browser, address: str) -> None:
    with opened(browser, f"{address}/{PAGE}", permissions=["clipboard-read", "clipboard-write"]) as page:
        page.evaluate(MOVE, [10, 20, 30, 40, 50])
        page.click(f"{FRAME} [data-do=copy]")
        expect(page.locator(f"{FRAME} [role=status]")).to_contain_text("已复制")
        assert page.evaluate("navigator.clipboard.readText()").endswith("#weights=10,20,30,40,50&data=public")


@pytest.mark.slow
def test_with_the_panel_comes_the_badge_and_with_public_figures_it_goes(browser, address: str) -> None:
    state = f"() => {{ const f = document.querySelector('{FRAME}'); return [f.dataset.status, (f.querySelector('.bb-badge') || {{}}).textContent || '', f.querySelector('a[download]').getAttribute('href'), f.querySelector('.bb-source').textContent]; }}"
    with opened(browser, f"{address}/{PAGE}") as page:
        status, badge, csv, source = page.evaluate(state)
        assert (
            status == "computed"
            and badge == ""
            and csv.endswith(f"{sliders.ID}.csv")
            and "教学" not in source
        )
        page.check(f"{FRAME} input[value=panel]")
        status, badge, csv, source = page.evaluate(state)
        assert (
            status == "illustrative"
            and "示意数据" in badge
            and csv.endswith(f"{sliders.ID}-panel.csv")
            and "教学示意数据" in source
        )
        assert "示意数据" in page.request.get(f"{address}/chapters/lab/{csv}").text().splitlines()[1]
        assert page.locator(f"{FRAME} .bb-title").inner_text().startswith("示意：")
        page.check(f"{FRAME} input[value=public]")
        assert page.evaluate(state)[:2] == ["computed", ""]
        assert "示意" not in page.locator(f"{FRAME} .bb-title").inner_text()


@pytest.mark.slow
def test_it_works_from_the_disk_and_in_the_dark(browser, site: Path) -> None:
    with opened(browser, (site / PAGE).as_uri(), color_scheme="dark") as page:
        page.evaluate(MOVE, [1, 2, 3, 4, 5])
        matches(page.evaluate(READ), "public", [1, 2, 3, 4, 5])
        page.click(f"{FRAME} [data-do=copy]")
        expect(page.locator(f"{FRAME} [role=status]")).not_to_be_empty()


def test_without_a_script_the_table_for_the_books_weights_stands(browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{PAGE}")
    rows = page.locator(f"{FRAME} tbody tr")
    assert rows.count() == 18 and "郑州" in rows.first.inner_text()
    assert not page.locator(f"{FRAME} .bb-weights-controls").is_visible()
    context.close()


@pytest.mark.slow
def test_in_a_notebook_the_script_comes_along_and_leaves_the_address_alone(
    browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BLUEBOOK_BUILD", raising=False)
    html = sliders.page()._repr_html_()
    assert "<script src" not in html and "@@" not in html
    page = browser.new_page()
    page.set_content(f"<html lang='zh-CN'><body>{html}</body></html>")
    page.wait_for_selector(".bb-weights[data-ready]")
    page.evaluate(MOVE, [50, 1, 1, 1, 1])
    matches(page.evaluate(READ), "public", [50, 1, 1, 1, 1])
    page.wait_for_timeout(400)
    assert page.url == "about:blank" and page.locator("[data-do=copy]").count() == 0
    page.close()
