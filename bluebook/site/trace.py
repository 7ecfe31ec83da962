"""Where a figure is used: noted while pages are read, told in its row when the audit page is written."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from bluebook.site import notebooks
from bluebook.site.figures import FigureNode
from bluebook.site.noted import Noted
from bluebook.site.roles import AUDIT, QuotedFigure, page_named

DATA = "reference/data"
USES: Noted[dict[str, int]] = Noted("bluebook_uses")  # page → id → how often it is quoted there
_USES = re.compile(r'(<span class="bb-uses" data-id="([^"]+)">)(</span>)')
_LISTED = re.compile(r'<span class="bb-fig" id="fig-use-[^"]+" data-id="([^"]+)"')
_SOURCE = re.compile(r'<a data-source="([^"]+)">')


def note_uses(app: Sphinx, doctree: nodes.document) -> None:
    """Number a page's quoted figures, each id for itself, and remember how often it quotes which."""
    count: Counter[str] = Counter()
    for node in doctree.findall(QuotedFigure):
        count[node["fig"]] += 1
        node["use"] = count[node["fig"]]
    for node in doctree.findall(FigureNode):  # a city's profile lists what is said of it in a frame
        count.update(_LISTED.findall(json.loads(node["payload"])["body"]))
    USES.of(app.env)[app.env.docname] = dict(count)


def audit_page(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the audit page, to be written anew, if any page quotes other figures than when it last was."""
    now = sorted((d, sorted(ids.items())) for d, ids in USES.of(env).items() if ids)
    same, env.bluebook_uses_told = getattr(env, "bluebook_uses_told", None) == now, now
    page = page_named(env, AUDIT)
    return [] if same or page is None else [page]


def fill(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Put into a written table the places that use a figure, and the addresses of sources."""
    body = context.get("body", "")
    if 'class="bb-uses"' in body:
        body = _USES.sub(lambda m: m[1] + _places(app, page, m[2]) + m[3], body)
    data = page_named(app.env, DATA)
    if "<a data-source=" in body and data is not None:
        target = app.builder.get_relative_uri(page, data)
        body = _SOURCE.sub(rf'<a href="{target}#source-\1">', body)
    context["body"] = body


def _places(app: Sphinx, page: str, id_: str) -> str:
    """Return the places that quote a figure, in the book's order: a page by its title, then by number."""
    zh = app.config.language.startswith("zh")
    found = []
    for doc in notebooks.pages(Path(app.srcdir)):
        often = USES.of(app.env).get(doc, {}).get(id_, 0)
        if not often:
            continue
        target = f"{app.builder.get_relative_uri(page, doc)}#fig-use-{id_}"
        title = escape(re.split("[：:]", app.env.titles[doc].astext())[0])
        more = "".join(f' <a href="{target}-{n}">[{n}]</a>' for n in range(2, often + 1))
        found.append(f'<a href="{target}-1">{title}</a>{more}')
    if not found:
        return ""
    return ("用在：" if zh else "Used in: ") + ("、" if zh else ", ").join(found)


def setup(app: Sphinx) -> None:
    """Connect."""
    app.connect("doctree-read", note_uses)
    USES.connect(app)
    app.connect("env-updated", audit_page)
    app.connect("html-page-context", fill, priority=500)
