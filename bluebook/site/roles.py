"""The ``{fig}`` role: a quoted figure whose bubble tells its verdict, who said it, why, and leads on."""

from __future__ import annotations

import re

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole

from bluebook.ledger.book import audited, resolve
from bluebook.ledger.wording import format_value
from bluebook.messages import language
from bluebook.pages import grounds

AUDIT = "reference/audit"


class QuotedFigure(nodes.inline):
    """One quoted figure: its text is value and unit; ``tip`` is its bubble, ``use`` counts it on its page."""


class FigRole(SphinxRole):
    """Resolve an id of the ledger while the page is read; an unknown id is a warning, so the build fails."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        lang = "zh" if self.config.language.startswith("zh") else "en"
        table = ledger_of(self.env.app)
        id_ = resolve(self.text)
        if id_ not in table.index:
            message = self.inliner.reporter.error(
                f"账本里没有 {self.text!r} 这一条 / no row {self.text!r} in the ledger", line=self.lineno
            )
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        row = table.loc[id_]
        value = format_value(row, lang)
        node = QuotedFigure(self.rawtext, value)
        node["fig"], node["verdict"] = id_, row["verdict"]
        node["tip"] = grounds.bubble(row, sources_of(self.env.app), lang)
        return [node], []


class KitRole(SphinxRole):
    """Link to the student's kit of this language, from wherever the page lies."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        lang = "zh" if self.config.language.startswith("zh") else "en"
        up = "../" * self.env.docname.count("/")
        target = f"{up}downloads/notebooks-{lang}.zip"
        return [nodes.reference(self.rawtext, self.text, refuri=target, internal=True)], []


def ledger_of(app: Sphinx) -> pd.DataFrame:
    """Return claims and scores of every edition with verdicts, indexed by id; made once a build."""
    if not hasattr(app, "bluebook_ledger"):
        app.bluebook_ledger = audited()
    return app.bluebook_ledger


def sources_of(app: Sphinx) -> dict[str, grounds.Source]:
    """Return every source by id; read once a build."""
    if not hasattr(app, "bluebook_sources"):
        app.bluebook_sources = grounds.sources()
    return app.bluebook_sources


def page_named(env: BuildEnvironment, name: str) -> str | None:
    """Return the page of the book whose path ends in ``name``, None where the book has none."""
    return next((d for d in sorted(env.found_docs) if f"/{d}".endswith(f"/{name}")), None)


def shown(app: Sphinx, id_: str) -> str:
    """Return everything that a page shows of one quoted figure: its value, its verdict, its bubble."""
    row, lang = ledger_of(app).loc[id_], language()
    return "\0".join((format_value(row, lang), row["verdict"], grounds.bubble(row, sources_of(app), lang)))


def visit_html(self: object, node: QuotedFigure) -> None:
    """Write the value as a button with its bubble; hover, focus and tap all show it (assets/book.js).

    Its anchor ``fig-use-<id>-<n>`` is where the row on the audit page leads back to.
    """
    builder, id_ = self.builder, node["fig"]
    # The docname keeps print's single page apart.
    doc, use = re.sub(r"\W+", "-", builder.current_docname or ""), f"{id_}-{node['use']}"
    page = page_named(builder.env, AUDIT)
    ledger = builder.get_relative_uri(builder.current_docname, page) if page else ""
    before, node["after"] = grounds.around(
        id_, node["verdict"], f"tip-{doc}-{use}", node["tip"], ledger, f"fig-use-{use}"
    )
    self.body.append(before)


def depart_html(self: object, node: QuotedFigure) -> None:
    """Close the button and write the bubble."""
    self.body.append(node["after"])


def _pass(self: object, node: nodes.Node) -> None:
    """Other writers print the value as plain text."""


def setup(app: Sphinx) -> None:
    """Add the role and its node."""
    app.add_node(QuotedFigure, html=(visit_html, depart_html), latex=(_pass, _pass), text=(_pass, _pass))
    app.add_role("fig", FigRole())
    app.add_role("kit", KitRole())
