"""Three key sentences at the head of a chapter, and the page that collects those of the whole book.

A chapter writes them as a list in ``:::{keys}``; a page with ``:::{minute}`` shows every chapter's list, in
the order of the book. The numbers are glued or quoted like any other, so both follow the data.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from bluebook.messages import t
from bluebook.site import notebooks
from bluebook.site.roles import QuotedFigure

MINUTE = "reference/minute"


class Keys(nodes.container):
    """A chapter's key sentences: one paragraph each."""


class Minute(nodes.container):
    """The place where the key sentences of all chapters are put."""


class KeysDirective(SphinxDirective):
    """Read a list of sentences; anything else is a warning, so the build fails."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        read = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, read)
        found = list(read.findall(nodes.list_item))
        if not found or len(read.children) != 1 or any(len(item.children) != 1 for item in found):
            text = "{keys} 里只写一个列表，一句一项 / {keys} takes one list, a sentence an item"
            return [self.state.document.reporter.error(text, line=self.lineno)]
        node = Keys()
        node += [item.children[0] for item in found]
        return [node]


class MinuteDirective(SphinxDirective):
    """Leave a place that is filled once every chapter has been read."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname]["bluebook_minute"] = True
        return [Minute()]


def keys_of(env: BuildEnvironment, page: str) -> list[nodes.paragraph]:
    """Return the key sentences of a page as it was read; none where it has none."""
    return [p for node in env.get_doctree(page).findall(Keys) for p in node.children]


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the sentences of all chapters where a page asks for them, figures as their plain text."""
    for place in list(doctree.findall(Minute)):
        parts: list[nodes.Node] = []
        for page in notebooks.pages(Path(app.srcdir)):
            sentences = keys_of(app.env, page)
            if not sentences:
                continue
            target = app.builder.get_relative_uri(docname, page)
            heading = nodes.paragraph(classes=["bb-minute-title"])
            heading += nodes.reference("", app.env.titles[page].astext(), refuri=target, internal=True)
            items = nodes.enumerated_list(classes=["bb-minute"])
            for number, sentence in enumerate(sentences, 1):
                item = nodes.list_item()
                words = sentence.deepcopy()
                for figure in list(words.findall(QuotedFigure)):
                    figure.replace_self(nodes.Text(figure.astext()))
                words += nodes.reference("", "\u00a0→", refuri=f"{target}#key-{number}", internal=True)
                item += words
                items += item
            parts += [heading, items]
        place.replace_self(parts)


def _minute_again(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages that collect: they are written anew in each build, whatever chapter has changed."""
    return [page for page in env.found_docs if env.metadata.get(page, {}).get("bluebook_minute")]


def _visit(self: object, node: Keys) -> None:
    """Write the sentences as a list whose numbers are their permanent links, and what to do with them."""
    builder = self.builder
    pages = [p for p, told in builder.env.metadata.items() if told.get("bluebook_minute")]
    more = ""
    if pages:
        address = builder.get_relative_uri(builder.current_docname, pages[0])
        more = f'<a href="{address}">{t("一分钟读完全书", "The book in a minute")}</a>'
    named = t("本章要点", "This chapter in short")
    copy = t("复制这几句话", "Copy these sentences")
    self.body.append(f'<div class="bb-key" role="group" aria-label="{named}"><ol>')

    for number, sentence in enumerate(node.children, 1):
        link = t(f"第 {number} 句的固定链接", f"Permanent link to sentence {number}")
        self.body.append(
            f'<li id="key-{number}"><a href="#key-{number}" aria-label="{link}">{number}</a><span>'
        )
        for child in sentence.children:
            child.walkabout(self)
        self.body.append("</span></li>")
    self.body.append(f'</ol><p class="bb-keyfoot"><button type="button">{copy}</button>{more}</p></div>')
    raise nodes.SkipNode


def _pass(_self: object, _node: nodes.Node) -> None:
    """Other writers print the sentences as paragraphs."""


def setup(app: Sphinx) -> None:
    """Add both directives and what fills the page that collects."""
    app.add_node(Keys, html=(_visit, _pass), latex=(_pass, _pass), text=(_pass, _pass))
    app.add_node(Minute, html=(_pass, _pass), latex=(_pass, _pass), text=(_pass, _pass))
    app.add_directive("keys", KeysDirective)
    app.add_directive("minute", MinuteDirective)
    app.connect("doctree-resolved", _fill)
    app.connect("env-updated", _minute_again)
