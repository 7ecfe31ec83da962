"""A page is light: what its first visit and each further one cost on the wire."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT

from bluebook.site import notebooks
from bluebook.tools import tool

bench = tool("bench")
weight = tool("weight")
vitals = tool("vitals")
FEW = ["index", "chapters/report/index-results", "chapters/cities/compare"]
EVERY = [*notebooks.pages(ROOT), "search"]


def test_a_first_visit_and_each_further_page_keep_their_limits(site: Path) -> None:
    table = weight.measure(site)
    assert len(table) > 5
    heavy = table[(table["first"] > weight.FIRST) | (table["further"] > weight.FURTHER)]
    assert heavy.empty, heavy.to_string()


@pytest.mark.slow
def test_no_page_asks_for_the_search_or_an_icon_font_by_itself(site: Path) -> None:
    for page in [site / "index.html", *site.glob("chapters/*/*.html")]:
        names = {path.name for path in weight.asked(site, page)}
        assert not names & {"searchindex.js", "searchtools.js", "language_data.js", "sphinx-thebe.js"}, page
        assert not [name for name in names if name.endswith((".woff2", ".ttf"))], page


def made(home: Path, body: str, **files: str) -> Path:
    (home / "_static").mkdir(exist_ok=True)
    for name, text in files.items():
        (home / "_static" / name.replace("_", ".")).write_text(text, "utf-8")
    page = home / "index.html"
    page.write_text(f"<html><head>{body}</head></html>", "utf-8")
    return page


def test_all_that_a_page_asks_for_is_counted(tmp_path: Path) -> None:
    links = '<link rel="stylesheet" href="_static/a.css?v=1"><script src="_static/b.js"></script>'
    page = made(tmp_path, links, a_css="@import 'c.css';", b_js="1", c_css="p{}")
    assert {p.name for p in weight.asked(tmp_path, page)} == {"index.html", "a.css", "b.js", "c.css"}
    lazy = made(tmp_path, '<img loading="lazy" src="_static/big.png"><a href="_static/b.js">CSV</a>')
    assert {p.name for p in weight.asked(tmp_path, lazy)} == {"index.html"}
    (tmp_path / weight.VEGA).write_text("vega" * 100, "utf-8")
    chart = made(tmp_path, '<div class="bb-chart"></div>')
    assert (tmp_path / weight.VEGA).resolve() in weight.asked(tmp_path, chart)
    assert weight.measure(tmp_path)["first"][0] == sum(map(weight.wire, weight.asked(tmp_path, chart)))


def test_a_page_that_asks_another_host_is_refused(tmp_path: Path) -> None:
    page = made(tmp_path, '<script src="https://example.org/x.js"></script>')
    with pytest.raises(ValueError, match="another host"):
        weight.asked(tmp_path, page)


@pytest.mark.slow
def test_the_bench_has_a_row_for_a_first_visit_and_one_for_the_heaviest_further_page(site: Path) -> None:
    rows = bench.page_weights(site)
    assert [row[0] for row in rows] == ["weight_first", "weight_further"]
    assert all(0 < ours < limit for _, ours, limit in rows)
    assert bench.page_weights(site / "not built") == []


@pytest.mark.browser
@pytest.mark.parametrize("pages", [FEW, pytest.param(EVERY, marks=pytest.mark.slow)], ids=["few", "every"])
def test_in_chromium_no_page_moves_asks_others_or_loads_more_than_allowed(
    browser, site: Path, pages: list[str]
) -> None:
    table = vitals.measure(site, pages, browser, slow=False).set_index("page")
    assert len(table) == len(pages) and (table["paint"] > 0).all() and (table["bytes"] > 50_000).all()
    assert table[table["shift"] > vitals.SHIFT].empty, table.to_string()
    assert table[table["bytes"] > weight.FIRST].empty, table.to_string()
    assert table["outside"].sum() == 0


@pytest.mark.browser
def test_chromium_would_see_a_page_that_moves(browser, tmp_path: Path) -> None:
    late = "setTimeout(() => document.body.prepend(Object.assign(document.createElement('p'), { textContent: 'late', style: 'height:400px' })), 100)"
    text = f"<html><body><p style='height:300px'>one</p><p>two</p><script>{late}</script></body></html>"
    (tmp_path / "moves.html").write_text(text, "utf-8")
    assert vitals.measure(tmp_path, ["moves"], browser, slow=False)["shift"][0] > vitals.SHIFT


@pytest.mark.browser
@pytest.mark.slow
def test_on_a_slow_phone_a_tap_is_answered_at_once(browser, site: Path) -> None:
    """The paint is in the bench only: a busy machine measures itself."""
    table = vitals.measure(site, FEW, browser)
    assert (table["answer"] <= 2 * vitals.ANSWER).all(), table.to_string()
