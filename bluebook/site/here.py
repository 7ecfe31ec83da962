"""Where a page stands in the book: its part, and which chapter of how many; said at the head of the page."""

from __future__ import annotations

from itertools import chain

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def places(env: BuildEnvironment, root: str) -> dict[str, dict[str, object]]:
    """Return page → ``part`` (the caption of its part), ``number`` and ``of``, as the contents have them.

    A part with pages below its chapters is no row of chapters: there only the part is said, for a number
    beside a city would be read as its rank. A part without a caption gives no place.
    """
    found: dict[str, dict[str, object]] = {}
    for tree in env.get_doctree(root).findall(addnodes.toctree):
        chapters = [page for page in tree["includefiles"] if tree.get("caption")]
        pages = [_with_pages_below(env, page) for page in chapters]
        row = all(len(one) == 1 for one in pages)
        for number, page in enumerate(chain(*pages), start=1):
            count = {"number": number, "of": len(chapters)} if row else {}
            found[page] = {"part": tree["caption"], **count}
    return found


def _with_pages_below(env: BuildEnvironment, page: str) -> list[str]:
    below = env.toctree_includes.get(page, ())
    return [page, *(inner for child in below for inner in _with_pages_below(env, child))]


def _tell(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    if not hasattr(app, "bluebook_places"):
        app.bluebook_places = places(app.env, app.config.root_doc)
    context["bb_here"] = app.bluebook_places.get(page)


def setup(app: Sphinx) -> None:
    """Tell every page's template where it stands."""
    app.connect("html-page-context", _tell)
