"""Where a figure is used: noted while pages are read, told in its row when the audit page is written."""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from bluebook.site import notebooks
from bluebook.site.roles import AUDIT, QuotedFigure, page_named

DATA = "reference/data"
_USES = re.compile(r'(<span class="bb-uses" data-id="([^"]+)">)(</span>)')
_SOURCE = re.compile(r'<a data-source="([^"]+)">')


def note_uses(app: Sphinx, doctree: nodes.document) -> None:
    """Number a page's quoted figures, each id for itself, and remember how often it quotes which."""
    count: Counter[str] = Counter()
    for node in doctree.findall(QuotedFigure):
        count[node["fig"]] += 1
        node["use"] = count[node["fig"]]
    _uses(app.env)[app.env.docname] = dict(count)


def _uses(env: BuildEnvironment) -> dict[str, dict[str, int]]:
    """Return page → id → how often, as noted so far."""
    if not hasattr(env, "bluebook_uses"):
        env.bluebook_uses = {}
    return env.bluebook_uses


def forget_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget what a page quotes: it is read anew, or gone."""
    _uses(env).pop(docname, None)


def merge_uses(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    """Take over what a parallel reader noted."""
    _uses(env).update({d: ids for d, ids in _uses(other).items() if d in docnames})


def audit_page(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the audit page, to be written anew, if any page quotes other figures than when it last was."""
    now = sorted((d, sorted(ids.items())) for d, ids in _uses(env).items() if ids)
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
        often = _uses(app.env).get(doc, {}).get(id_, 0)
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
    app.connect("env-purge-doc", forget_page)
    app.connect("env-merge-info", merge_uses)
    app.connect("env-updated", audit_page)
    app.connect("html-page-context", fill, priority=500)
