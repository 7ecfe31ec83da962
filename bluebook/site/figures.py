"""Figures on a page: from the bundle a cell shows to a node with its code, its frame, and its files.

A cell's figure reaches the page through MyST-NB's plugin for mime types. Its code (the cells that compute,
since the figure before, and the cell that draws) opens from the figure's own menu; no bar of code stands in
the text.
"""

from __future__ import annotations

import hashlib
import html
import json
import posixpath
from pathlib import Path

from docutils import nodes
from myst_nb.core import render
from sphinx.application import Sphinx

from bluebook.charts.frame import MIME, page_html
from bluebook.charts.theme import FONT
from bluebook.messages import Catalogue, t
from bluebook.site import fonts
from bluebook.site.offline import cache_folder
from bluebook.site.runs import put
from bluebook.year import draft

FOLDER = "_figures"
SAYS = Catalogue(__file__)


class FigureNode(nodes.General, nodes.Element):
    """A framed figure: ``payload`` as JSON text; its children are the code that made it."""


class Plugin:
    """What MyST-NB asks how to render our bundle."""

    mime_priority_overrides = (("*", MIME, 1),)

    @staticmethod
    def handle_mime(renderer: object, data: object, inline: bool) -> list[nodes.Element] | None:
        """Return the figure's node, or None for any other bundle."""
        if inline or data.mime_type != MIME:
            return None
        node = FigureNode()
        node["payload"] = json.dumps(data.content, ensure_ascii=False, sort_keys=True)
        return [node]


# The package may not be installed, and then has no entry point by which MyST-NB would know the plugin.
render.load_mime_renders().append(Plugin)

# ---------------------------------------------------------------- code goes into the menu


def gather_code(app: Sphinx, doctree: nodes.document) -> None:
    """Move the code of cells into the menu of the figure they lead to; what follows the last joins it."""
    waiting: list[nodes.Element] = []
    last: FigureNode | CodeNode | None = None
    cells = [c for c in doctree.findall(nodes.container) if c.get("nb_element") == "cell_code"]
    for cell in cells:
        here = list(cell.findall(FigureNode))
        mode = cell.get("hide_mode")
        if mode == "all":  # computes: its result is read with its code
            waiting += cell.children
            cell.parent.remove(cell)
        elif mode == "input" and here:
            here[0].extend([*waiting, *_taken(cell)])
            waiting, last = [], here[-1]
        elif mode == "input":  # shows no figure, and so has no menu: folded below what it shows
            last = CodeNode("", *waiting, *_taken(cell), whole=False)
            cell.append(last)
            waiting = []
        elif here:
            last = here[-1]
    if waiting and last is not None:
        last.extend(waiting)
    elif waiting:
        doctree.append(CodeNode("", *waiting, whole=True))


def _taken(cell: nodes.container) -> list[nodes.Element]:
    source = [c for c in cell.children if c.get("nb_element") == "cell_code_source"]
    for part in source:
        cell.remove(part)
    del cell["hide_mode"]
    return source


class CodeNode(nodes.General, nodes.Element):
    """Code without a figure, folded: below what it shows, or that of a ``whole`` page at its end."""


# ---------------------------------------------------------------- the page


def visit_figure(self: object, node: FigureNode) -> None:
    """Write the files beside the page and the frame up to its code."""
    payload = json.loads(node["payload"])
    builder = self.builder
    up = posixpath.relpath(".", posixpath.dirname(builder.current_docname) or ".")
    before, node["after"] = page_html(payload, posixpath.normpath(posixpath.join(up, FOLDER)))
    app = builder.app
    write_files(payload, Path(app.outdir) / FOLDER, cache_folder(app) / "figures")
    self.body.append(before)
    if node.children:
        name = html.escape(f"menu-{payload['id']}")
        self.body.append(f'<details class="bb-code" name="{name}"><summary>{t("代码", "Code")}</summary>')


def depart_figure(self: object, node: FigureNode) -> None:
    """Close the code and write the rest of the frame."""
    self.body.append(("</details> " if node.children else "") + node["after"])


def visit_code(self: object, node: CodeNode) -> None:
    """Open folded code that has no figure."""
    words = t("本页的代码", "The code of this page") if node["whole"] else t("代码", "Code")
    self.body.append(f'<details class="bb-code bb-alone"><summary>{words}</summary>')


def depart_code(self: object, node: CodeNode) -> None:
    """Close it."""
    self.body.append("</details>")


def _skip(self: object, node: nodes.Element) -> None:
    raise nodes.SkipNode


# ---------------------------------------------------------------- files


def note_figures(app: Sphinx, doctree: nodes.document) -> None:
    """Remember which figures a page carries, so that files of figures that are gone go too."""
    figures = [json.loads(node["payload"]) for node in doctree.findall(FigureNode)]
    ids = [name for figure in figures for name in (figure["id"], *figure.get("more", {}))]
    app.env.metadata[app.env.docname]["bluebook_figures"] = ids


def forget_files(app: Sphinx) -> None:
    """Remove the files of figures that no page carries any more."""
    pages = [app.env.metadata.get(page, {}) for page in app.env.found_docs]
    ids = {i for page in pages for i in page.get("bluebook_figures", ())}
    for path in (Path(app.outdir) / FOLDER).glob("*.*"):
        if path.stem not in ids:
            path.unlink()


def write_files(figure: dict, folder: Path, cache: Path) -> None:
    """Write ``<id>.csv``, further tables and, if drawn, ``<id>.svg`` and ``<id>.png`` (twice the size)."""
    folder.mkdir(parents=True, exist_ok=True)
    # Excel on Windows reads UTF-8 only behind a byte order mark.
    for name, text in {figure["id"]: figure["csv"], **figure.get("more", {})}.items():
        put(folder / f"{name}.csv", ("\ufeff" + text).encode("utf-8"))
    if figure["spec"] is not None:
        for kind, data in drawn(figure["spec"], cache).items():
            put(folder / f"{figure['id']}.{kind}", data)


def drawn(spec: dict, cache: Path) -> dict[str, bytes]:
    """Return the figure as {"svg": …, "png": …}, drawn now or taken from ``cache``.

    Both carry the locked font's Chinese; a character that it cannot draw raises `BadInput`.
    """
    import vl_convert as vlc

    text = json.dumps(spec, ensure_ascii=False, sort_keys=True)
    text = text.replace(json.dumps(FONT, ensure_ascii=False), json.dumps(fonts.STACK, ensure_ascii=False))
    tools = f"{vlc.__version__} {fonts.locked().stat().st_size} {fonts.WAY} {draft.mark()}"
    key = hashlib.sha256(f"{tools}{text}".encode()).hexdigest()[:24]
    files = {kind: cache / f"{key}.{kind}" for kind in ("svg", "png")}
    if not all(f.exists() for f in files.values()):
        cache.mkdir(parents=True, exist_ok=True)
        fonts.register(cache)
        svg = draft.marked(vlc.vegalite_to_svg(text, vl_version="6.4"))
        if lacking := fonts.missing(fonts.words_of(svg)):
            title = spec.get("title", {}).get("text", "")
            title = title if isinstance(title, str) else "".join(title)
            SAYS.refuse("no_glyph", figure=title, characters=" ".join(lacking))
        put(files["svg"], fonts.carrying(svg).encode("utf-8"))
        put(files["png"], fonts.png(svg, 2, cache))
    return {kind: f.read_bytes() for kind, f in files.items()}


def setup(app: Sphinx) -> None:
    """Add nodes and connect."""
    writers = (visit_figure, depart_figure)
    app.add_node(FigureNode, html=writers, latex=(_skip, None), text=(_skip, None))
    app.add_node(CodeNode, html=(visit_code, depart_code), latex=(_skip, None), text=(_skip, None))
    app.connect("doctree-read", gather_code, priority=200)
    app.connect("doctree-read", note_figures, priority=300)
