"""What a reader on a slow phone waits for, measured in Chromium on the built site.

Each page is opened cold, as large as a phone, over a slow 4G line (150 ms, 1.6 Mbit/s, as Lighthouse has
it) and at a quarter of this machine's speed: how long until the largest piece of the first screen stands, how
much the layout moves while the page is read to its end, how long a tap takes, what came over the wire. A busy
machine measures itself, not the page.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from bluebook.doctor import chromium

PAINT, SHIFT, ANSWER = 2500.0, 0.05, 200.0  # ms, share of the screen times distance, ms
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
SLOWER = 4
WATCH = """window.seen = { paint: 0, shift: 0, answer: 0 };
const watch = (type, work, more) =>
    new PerformanceObserver(l => l.getEntries().forEach(work)).observe({ type, buffered: true, ...more });
watch('largest-contentful-paint', e => { seen.paint = e.startTime; });
watch('layout-shift', e => { if (!e.hadRecentInput) seen.shift += e.value; });
const answered = e => { if (e.interactionId) seen.answer = Math.max(seen.answer, e.duration); };
watch('event', answered, { durationThreshold: 16 });"""
READ = """async () => { const step = innerHeight * 0.9;
    for (let y = 0; y < document.documentElement.scrollHeight; y += step) {
        scrollTo(0, y); await new Promise(r => setTimeout(r, 120)); } }"""


class _Packed(http.server.SimpleHTTPRequestHandler):
    """Serves text after gzip, as a web server does."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix not in {".html", ".css", ".js", ".svg", ".json"} or not path.is_file():
            return super().do_GET()
        body = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve the site on this machine while the block runs."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Packed, directory=str(site))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def measure(site: Path, pages: Iterable[str], browser: object, *, slow: bool = True) -> pd.DataFrame:
    """Return ``page, paint, shift, answer, bytes, outside`` a page: ms, share, ms, bytes, requests to others.

    ``slow``: over the slow line and at a quarter of the speed; else only what moves and what is asked for
    counts.
    """
    rows = []
    with served(site) as address:
        for name in pages:
            context = browser.new_context(
                viewport={"width": 375, "height": 812}, has_touch=True, locale="zh-CN"
            )
            page = context.new_page()
            wire = context.new_cdp_session(page)
            wire.send("Network.enable")
            got: list[float] = []
            outside: list[str] = []
            wire.on("Network.loadingFinished", lambda e, got=got: got.append(e["encodedDataLength"]))
            page.on(
                "request",
                lambda r, o=outside: (
                    o.append(r.url) if not r.url.startswith((address, "data:", "blob:")) else None
                ),
            )
            if slow:
                wire.send("Network.emulateNetworkConditions", LINE)
                wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.add_init_script(WATCH)
            page.goto(f"{address}/{name}.html", wait_until="load", timeout=60_000)
            page.wait_for_timeout(1500 if slow else 300)
            paint = page.evaluate("seen.paint")
            page.evaluate(READ)
            page.evaluate("scrollTo(0, 0)")
            taps = page.locator("article summary:visible")
            if taps.count():
                taps.first.tap()
                page.wait_for_timeout(500)
            seen = page.evaluate("seen")
            rows.append((name, paint, seen["shift"], seen["answer"], sum(got), len(outside)))
            context.close()
    return pd.DataFrame(rows, columns=["page", "paint", "shift", "answer", "bytes", "outside"])


def every(site: Path) -> pd.DataFrame | None:
    """Return `measure` of every page of the site, or None where there is no Chromium."""
    path = chromium()
    if not path:
        return None
    from playwright.sync_api import sync_playwright

    pages = [p.relative_to(site).with_suffix("").as_posix() for p in sorted(site.rglob("*.html"))]
    pages = [p for p in pages if not p.startswith("_") and p not in {"404", "genindex"}]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        table = measure(site, pages, browser)
        browser.close()
    return table
