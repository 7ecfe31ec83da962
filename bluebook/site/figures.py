"""Figures on a page: from the bundle a cell shows to a node with its code, its frame, and its files.

A cell's figure reaches the page through MyST-NB's plugin for mime types. Its code (the cells that compute, since the
figure before, and the cell that draws) opens from the figure's own menu; no bar of code stands in the text.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from bluebook.charts.frame import MIME, page_html
from bluebook.site.runs import put

FOLDER = "_figures"


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


def register() -> None:
    """Make MyST-NB know the plugin where the package is not installed, and so has no entry point."""
    from myst_nb.core import render

    found = render.load_mime_renders()
    if not any(getattr(p, "__name__", "") == "Plugin" and p.__module__ == __name__ for p in found):
        found.append(Plugin)


# ---------------------------------------------------------------- code goes into the menu


def gather_code(app: Sphinx, doctree: nodes.document) -> None:
    """Move the code of cells into the menu of the figure that they lead to; what follows the last joins the last."""
    waiting: list[nodes.Element] = []
    last: FigureNode | CodeNode | None = None
    for cell in _cells(doctree):
        here = list(cell.findall(FigureNode))
        mode = cell.get("hide_mode")
        if mode == "all":  # computes: its result is read with its code
            waiting += cell.children
            cell.parent.remove(cell)
        elif mode == "input" and here:
            here[0].extend([*waiting, *_taken(cell)])
            waiting, last = [], here[-1]
        elif (
            mode == "input"
        ):  # shows something that is no figure, and so has no menu: folded below what it shows
            last = _folded([*waiting, *_taken(cell)])
            cell.append(last)
            waiting = []
        elif here:
            last = here[-1]
    if waiting and last is not None:
        last.extend(waiting)
    elif waiting:
        doctree.append(_folded(waiting, whole=True))


def _taken(cell: nodes.container) -> list[nodes.Element]:
    source = [c for c in cell.children if c.get("nb_element") == "cell_code_source"]
    for part in source:
        cell.remove(part)
    del cell["hide_mode"]
    return source


def _cells(doctree: nodes.document) -> Iterator[nodes.container]:
    return iter([c for c in doctree.findall(nodes.container) if c.get("nb_element") == "cell_code"])


class CodeNode(nodes.General, nodes.Element):
    """Code without a figure, folded: below what it shows, or that of a ``whole`` page at its end."""


def _folded(children: list[nodes.Element], whole: bool = False) -> CodeNode:
    node = CodeNode(whole=whole)
    node.extend(children)
    return node


# ---------------------------------------------------------------- the page


def visit_figure(self: object, node: FigureNode) -> None:
    """Write the files beside the page and the frame up to its code."""
    payload = json.loads(node["payload"])
    builder = self.builder
    up = posixpath.relpath(".", posixpath.dirname(builder.current_docname) or ".")
    before, node["after"] = page_html(payload, posixpath.normpath(posixpath.join(up, FOLDER)))
    app = builder.app
    write_files(payload, Path(app.outdir) / FOLDER, _cache(app))
    self.body.append(before)
    if node.children:
        label = "代码" if payload["lang"] == "zh" else "Code"
        self.body.append(f'<details class="bb-code"><summary>{label}</summary>')


def depart_figure(self: object, node: FigureNode) -> None:
    """Close the code and write the rest of the frame."""
    self.body.append(("</details> " if node.children else "") + node["after"])


def visit_code(self: object, node: CodeNode) -> None:
    """Open folded code that has no figure."""
    words = ("本页的代码", "The code of this page") if node["whole"] else ("代码", "Code")
    zh = (self.builder.config.language or "").startswith("zh")
    self.body.append(f'<details class="bb-code bb-alone"><summary>{words[0 if zh else 1]}</summary>')


def depart_code(self: object, node: CodeNode) -> None:
    """Close it."""
    self.body.append("</details>")


def _skip(self: object, node: nodes.Element) -> None:
    raise nodes.SkipNode


def _cache(app: Sphinx) -> Path:
    from bluebook.site.offline import cache_folder

    return cache_folder(app) / "figures"


# ---------------------------------------------------------------- files


def note_figures(app: Sphinx, doctree: nodes.document) -> None:
    """Remember which figures a page carries, so that files of figures that are gone go too."""
    figures = [json.loads(node["payload"]) for node in doctree.findall(FigureNode)]
    ids = [name for figure in figures for name in (figure["id"], *figure.get("more", {}))]
    kept = getattr(app.env, "bluebook_figures", {})
    app.env.bluebook_figures = kept | {app.env.docname: ids}


def merge_figures(app: Sphinx, env: object, docnames: list[str], other: object) -> None:
    """Take over what a parallel reader noted."""
    theirs = getattr(other, "bluebook_figures", {})
    mine = getattr(env, "bluebook_figures", {})
    env.bluebook_figures = mine | {d: ids for d, ids in theirs.items() if d in docnames}


def forget_files(app: Sphinx) -> None:
    """Remove the files of figures that no page carries any more."""
    pages = getattr(app.env, "bluebook_figures", {})
    ids = {i for page, found in pages.items() if page in app.env.found_docs for i in found}
    for path in (Path(app.outdir) / FOLDER).glob("*.*"):
        if path.stem not in ids:
            path.unlink()


def write_files(figure: dict, folder: Path, cache: Path) -> None:
    """Write ``<id>.csv``, further tables and, for a drawn figure, ``<id>.svg`` and ``<id>.png`` (twice the size)."""
    folder.mkdir(parents=True, exist_ok=True)
    # Excel on Windows reads UTF-8 only behind a byte order mark.
    for name, text in {figure["id"]: figure["csv"], **figure.get("more", {})}.items():
        put(folder / f"{name}.csv", ("\ufeff" + text).encode("utf-8"))
    if figure["spec"] is not None:
        for kind, data in drawn(figure["spec"], cache).items():
            put(folder / f"{figure['id']}.{kind}", data)


def drawn(spec: dict, cache: Path) -> dict[str, bytes]:
    """Return the figure as {"svg": …, "png": …}, drawn now or taken from ``cache``."""
    import vl_convert as vlc

    text = json.dumps(spec, ensure_ascii=False, sort_keys=True)
    key = hashlib.sha256(f"{vlc.__version__}{text}".encode()).hexdigest()[:24]
    files = {kind: cache / f"{key}.{kind}" for kind in ("svg", "png")}
    if not all(f.exists() for f in files.values()):
        cache.mkdir(parents=True, exist_ok=True)
        svg = vlc.vegalite_to_svg(text, vl_version="6.4")
        put(files["svg"], svg.encode("utf-8"))
        put(files["png"], vlc.svg_to_png(svg, scale=2))
    return {kind: f.read_bytes() for kind, f in files.items()}


def setup(app: Sphinx) -> None:
    """Add nodes and connect."""
    register()
    html = (visit_figure, depart_figure)
    app.add_node(FigureNode, html=html, latex=(_skip, None), text=(_skip, None))
    app.add_node(CodeNode, html=(visit_code, depart_code), latex=(_skip, None), text=(_skip, None))
    app.connect("doctree-read", gather_code, priority=200)
    app.connect("doctree-read", note_figures, priority=300)
    app.connect("env-merge-info", merge_figures)
