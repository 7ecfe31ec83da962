"""The ``{fig}`` role: a quoted figure that shows who said it, for which period, and what the audit found."""

from __future__ import annotations

import html
import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from bluebook.ledger.book import audited, resolve
from bluebook.ledger.wording import describe, format_value
from bluebook.messages import language


class QuotedFigure(nodes.inline):
    """One quoted figure: its text is value and unit, its attributes what the bubble says."""


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
        node["tip"] = describe(row, row["verdict"], lang)
        node["serial"] = self.env.new_serialno("bb-fig")
        return [node], []


class KitRole(SphinxRole):
    """Link to the student's kit of this language, from wherever the page lies."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        lang = "zh" if self.config.language.startswith("zh") else "en"
        up = "../" * self.env.docname.count("/")
        target = f"{up}downloads/notebooks-{lang}.zip"
        return [nodes.reference(self.rawtext, self.text, refuri=target, internal=True)], []


def ledger_of(app: Sphinx) -> object:
    """Return claims and scores of every edition with verdicts, indexed by id; made once a build."""
    if not hasattr(app, "bluebook_ledger"):
        app.bluebook_ledger = audited()
    return app.bluebook_ledger


def shown(table: object, id_: str) -> str:
    """Return everything that a page shows of one quoted figure: its value, its verdict, its bubble."""
    row = table.loc[id_]
    lang = language()
    return "\0".join((format_value(row, lang), row["verdict"], describe(row, row["verdict"], lang)))


def visit_html(self: object, node: QuotedFigure) -> None:
    """Write the value as a button with its bubble; hover, focus and tap all show it (assets/book.js).

    A span in the role of a button: before a real one a line may break, and a comma would begin the next.
    """
    builder = self.builder
    esc = html.escape
    # Only an id that a document can hold twice needs a number; the docname keeps print's single page apart.
    doc = re.sub(r"\W+", "-", builder.current_docname or "")
    tip = f"tip-{doc}-{node['serial']}"
    link = ""
    if "reference/audit" in builder.env.found_docs and not node["fig"].startswith("rank_"):
        label = "核对记录" if builder.config.language.startswith("zh") else "Audit row"
        target = builder.get_relative_uri(builder.current_docname, "reference/audit")
        link = f' <a href="{target}#claim-{esc(node["fig"])}">{label}</a>'
    self.body.append(
        f'<span class="bb-fig" data-id="{esc(node["fig"])}" data-verdict="{esc(node["verdict"])}">'
        f'<span class="bb-fig-value" role="button" tabindex="0" aria-describedby="{tip}">'
    )
    node["after"] = (
        f'</span><span class="bb-tip" role="tooltip" id="{tip}">{esc(node["tip"])}{link}</span></span>'
    )


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
