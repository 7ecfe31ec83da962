"""Which chapters use a term of the glossary: their words are noted while they are read, told on its page."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from bluebook.messages import t
from bluebook.pages.glossary import spellings
from bluebook.site import notebooks
from bluebook.site.figures import CodeNode, FigureNode
from bluebook.site.noted import Noted
from bluebook.site.roles import page_named

PAGE = "reference/glossary"
WORDS: Noted[str] = Noted("bluebook_words")  # page → what it says
_PLACE = re.compile(r'(<span class="bb-termuses" data-term="([^"]*)">)(</span>)')


def note_words(app: Sphinx, doctree: nodes.document) -> None:
    """Remember what a page says: its prose and the words above its figures, not its code."""
    told = [json.loads(node["payload"]) for node in doctree.findall(FigureNode)]
    said = [f"{figure['title']}\n{figure['subtitle']}\n{figure['note']}" for figure in told]
    said += [n.astext() for n in doctree.findall(nodes.TextElement) if not _inside(n)]
    WORDS.of(app.env)[app.env.docname] = "\n".join(said)


def _inside(node: nodes.Node) -> bool:
    """Return whether a text stands in another one or in code."""
    if isinstance(node, (nodes.literal_block, nodes.raw)):
        return True
    above = node.parent
    while above is not None:
        if isinstance(above, (nodes.TextElement, CodeNode, FigureNode)):
            return True
        above = above.parent
    return False


def uses(env: BuildEnvironment, pages: list[str]) -> dict[str, list[str]]:
    """Return term → the pages that write it in any of its spellings, in the book's order."""
    own = page_named(env, PAGE)
    words = WORDS.of(env)
    return {
        term: [p for p in pages if p != own and any(w in words.get(p, "") for w in forms)]
        for term, forms in spellings().items()
    }


def glossary_page(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the glossary, to be written anew, if its terms stand on other pages than when it last was."""
    page = page_named(env, PAGE)
    if page is None:
        return []
    now = uses(env, notebooks.pages(Path(app.srcdir)))
    same, env.bluebook_terms_told = getattr(env, "bluebook_terms_told", None) == now, now
    return [] if same else [page]


def fill(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Put the pages that use a term below its explanation."""
    body = context.get("body", "")
    if 'class="bb-termuses"' not in body:
        return
    found = uses(app.env, notebooks.pages(Path(app.srcdir)))

    def told(match: re.Match[str]) -> str:
        pages = found.get(unescape(match[2]), [])
        links = t("、", ", ").join(
            f'<a href="{app.builder.get_relative_uri(page, p)}">{escape(_short(app, p))}</a>' for p in pages
        )
        said = (
            t(f"用在：{links}", f"Used in: {links}") if pages else t("正文没有用这个词", "No chapter uses it")
        )
        return f"{match[1]}{said}{match[3]}"

    context["body"] = _PLACE.sub(told, body)


def _short(app: Sphinx, page: str) -> str:
    return re.split("[：:]", app.env.titles[page].astext())[0]


def setup(app: Sphinx) -> None:
    """Connect."""
    app.connect("doctree-read", note_words)
    WORDS.connect(app)
    app.connect("env-updated", glossary_page)
    app.connect("html-page-context", fill, priority=500)
